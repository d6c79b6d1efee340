"""Neighbours of a batch differ little."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.batch.order import along_tree, snake, tour


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_a_snake_goes_one_step_on_one_axis_at_a_time(sizes: list[int]) -> None:
    points = np.array(list(product(*(range(size) for size in sizes))))
    walk = points[np.argsort(snake(list(points.T), sizes))]
    assert len({tuple(point) for point in walk.tolist()}) == len(points)
    assert all(np.abs(one - other).sum() == 1 for one, other in pairwise(walk))


def test_the_first_axis_changes_slowest() -> None:
    points = np.array(list(product(range(3), range(2))))
    walk = points[np.argsort(snake(list(points.T), [3, 2]))]
    assert walk[:, 0].tolist() == [0, 0, 1, 1, 2, 2]


def test_a_tour_takes_the_nearest_next() -> None:
    sets = [frozenset(text) for text in ("a", "vwxyz", "ab", "vwxy", "abc")]
    assert tour(sets) == [0, 2, 4, 3, 1]
    assert tour(sets, first=1)[:2] == [1, 3]
    assert tour([]) == []


@pytest.mark.parametrize(("points", "axes", "share"), [(200, 2, 0.25), (200, 8, 0.7)])
def test_a_walk_along_the_tree_is_shorter_than_as_drawn(points: int, axes: int, share: float) -> None:
    drawn = np.random.default_rng(1).random((points, axes)) * np.logspace(0, 6, axes)
    places = along_tree(drawn)
    assert sorted(places) == list(range(points))
    scaled = drawn / np.ptp(drawn, axis=0)

    def length(walk: np.ndarray) -> float:
        return float(np.linalg.norm(np.diff(walk, axis=0), axis=1).sum())

    assert length(scaled[np.argsort(places)]) < share * length(scaled)


def test_points_that_are_alike_or_alone_have_a_place() -> None:
    assert sorted(along_tree(np.ones((5, 2)))) == list(range(5))
    assert along_tree(np.zeros((1, 3))).tolist() == [0]
    assert along_tree(np.zeros((4, 0))).tolist() == [0, 1, 2, 3]
