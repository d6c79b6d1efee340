"""The order of the runs of a batch, in which neighbours differ little, as workers go on from one to the next.

Scenarios follow one another by the levers that they share, from the base: each time the one with the fewest different
levers is next. Within a scenario the grid is walked as a snake, one step of one axis at a time, the first axis slowest.
Within a point of the grid the sample follows the leaves of a k-d tree over the values, each scaled by its range, so
that points close in the tree are close in the values. All of it is O(n log n) in the runs.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Ints = NDArray[np.int64]


def tour(parts: Sequence[frozenset[str]], first: int = 0) -> list[int]:
    """Positions of sets, each time the one that differs from the last in the fewest elements.

    >>> tour([frozenset("abc"), frozenset("x"), frozenset("ab")])
    [0, 2, 1]
    """
    left = [number for number in range(len(parts)) if number != first]
    found = [first] if parts else []
    while left:
        last = parts[found[-1]]
        nearest = min(left, key=lambda number: (len(last ^ parts[number]), number))
        left.remove(nearest)
        found.append(nearest)
    return found


def snake(digits: Sequence[Ints], sizes: Sequence[int]) -> Ints:
    """Places of runs on a walk through a grid on which one step changes one digit by one.

    Args:
        digits: position of each run on each axis, the slowest axis first. sizes: number of positions of each axis.

    >>> snake([np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])], [2, 2]).tolist()
    [0, 1, 3, 2]
    """
    place = np.zeros(len(digits[0]), dtype=np.int64)
    for digit, size in zip(digits, sizes, strict=True):
        place = place * size + np.where(place % 2 == 0, digit, size - 1 - digit)
    return place


def along_tree(points: NDArray[np.float64]) -> Ints:
    """Place of each point on a walk through the leaves of a k-d tree.

    Args:
        points: one row a point, one column an axis.
    """
    count = len(points)
    if count < 2 or not points.shape[1]:
        return np.arange(count)
    width = np.ptp(points, axis=0)
    tree: Any = cKDTree(points / np.where(width > 0, width, 1.0), leafsize=1)
    places = np.empty(count, dtype=np.int64)
    places[tree.indices] = np.arange(count)
    return places
