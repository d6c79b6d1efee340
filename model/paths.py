"""The pool of path columns: which bundles of paths have been generated, shared by all blocks.

A column is a lane class and its use of each arc, so a path found in one period or at one investment plan is offered to
every block at that block's own cost.
"""

from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, load_npz, save_npz, vstack

from model.pricing import Bundles
from model.problem import Block, LaneClasses

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
KILO = 1000.0
_ROUND = 9


@dataclass(frozen=True)
class PathColumns:
    """Some columns: their classes and usage (columns x arcs)."""

    cls: Ints
    usage: csr_matrix

    def __len__(self) -> int:
        return len(self.cls)

    def select(self, positions: Ints) -> "PathColumns":
        """The columns at some positions."""
        return PathColumns(self.cls[positions], self.usage[positions])


class PathPool:
    """All columns generated so far, without duplicates."""

    def __init__(self, arc_count: int) -> None:
        self._arc_count = arc_count
        self._parts: list[PathColumns] = [PathColumns(np.empty(0, np.int64), csr_matrix((0, arc_count)))]
        self._seen: set[bytes] = set()

    def __len__(self) -> int:
        return sum(len(part) for part in self._parts)

    @property
    def columns(self) -> PathColumns:
        """All columns, in the order in which they were found."""
        if len(self._parts) > 1:
            merged = PathColumns(
                np.concatenate([part.cls for part in self._parts]), vstack([p.usage for p in self._parts], format="csr")
            )
            self._parts = [merged]
        return self._parts[0]

    def add(self, bundles: Bundles) -> Ints:
        """Add bundles that are not yet there; returns the positions (in the bundles) that were new."""
        usage = bundles.usage
        usage.sum_duplicates()
        fresh = []
        for row in range(len(bundles.cls)):
            part = slice(usage.indptr[row], usage.indptr[row + 1])
            digest = blake2b(digest_size=16)
            digest.update(bundles.cls[row].tobytes())
            digest.update(usage.indices[part].tobytes())
            digest.update(np.round(usage.data[part], _ROUND).tobytes())
            key = digest.digest()
            if key not in self._seen:
                self._seen.add(key)
                fresh.append(row)
        positions = np.array(fresh, dtype=np.int64)
        if len(positions):
            self._parts.append(PathColumns(bundles.cls[positions], usage[positions]))
        return positions

    def save(self, path: Path) -> None:
        """Write the pool (usage with the class as an extra column), by way of a temporary file."""
        columns = self.columns
        temporary = path.with_suffix(".part.npz")
        save_npz(temporary, csr_matrix(np.empty((0, 0))) if not len(columns) else _with_class(columns))
        temporary.replace(path)

    def load(self, path: Path) -> int:
        """Add the columns of a stored pool; returns how many were new."""
        stored = load_npz(path).tocsr()
        if stored.shape[1] != self._arc_count + 1:
            return 0
        cls = np.asarray(stored[:, -1].todense()).ravel().astype(np.int64) - 1
        usage = csr_matrix(stored[:, :-1])
        empty = np.empty(0, np.int64)
        return len(self.add(Bundles(cls, np.zeros(len(cls)), usage, empty, empty)))


def _with_class(columns: PathColumns) -> csr_matrix:
    from scipy.sparse import hstack

    return csr_matrix(hstack([columns.usage, csr_matrix(columns.cls[:, None] + 1.0)], format="csr"))


@dataclass(frozen=True)
class ColumnCoefficients:
    """Coefficients of path columns in a block.

    Attributes:
        cost: million USD per kt; inf = the path is closed in this block.
        capacity: columns x capacity rows. saving: columns x saving rows, million USD per kt.
    """

    cost: Floats
    capacity: csr_matrix
    saving: csr_matrix


def coefficients(classes: LaneClasses, block: Block, columns: PathColumns) -> ColumnCoefficients:
    """Cost, use of joint capacities and savings of path columns in a block."""
    frame = classes.classes
    group = frame["group"].to_numpy()[columns.cls]
    usage = columns.usage
    owner = np.repeat(np.arange(len(columns)), np.diff(usage.indptr))
    arc_cost = block.cost[group[owner], usage.indices]
    cost = np.bincount(owner, weights=usage.data * arc_cost, minlength=len(columns)) / KILO
    per_t = usage @ block.capacity.passage.T
    teu = block.capacity.is_teu
    t_per_teu = frame["t_per_teu"].to_numpy(float)[columns.cls]
    per_teu = np.where(np.isnan(t_per_teu), 0.0, 1.0 / np.where(np.isnan(t_per_teu), 1.0, t_per_teu))
    capacity = csr_matrix(per_t)
    row_owner = np.repeat(np.arange(len(columns)), np.diff(capacity.indptr))
    capacity.data = capacity.data * np.where(teu[capacity.indices], per_teu[row_owner], 1.0)
    capacity.eliminate_zeros()
    vot = frame["value_of_time_usd_per_t_h"].to_numpy()[columns.cls]
    hours = csr_matrix(usage @ block.savings.hours.T).multiply(vot[:, None] / KILO)
    freight = np.array([item.freight for item in block.cargo])
    priced = csr_matrix((usage.data * freight[group[owner], usage.indices] / KILO, usage.indices, usage.indptr), usage.shape)
    saving = csr_matrix(hours + priced @ block.savings.freight_share.T)
    return ColumnCoefficients(cost, capacity, saving)


def priced_arcs(
    classes: LaneClasses, block: Block, capacity_price: Floats, saving_price: Floats
) -> Floats:
    """Cost of each arc by group after the prices of the joint rows, USD per t: what the pricing problem minimises.

    Args:
        capacity_price: million USD per kt or kTEU, >= 0. saving_price: between 0 and 1, worth of a saving that is not
            held back by its bound.
    """
    teu = block.capacity.is_teu
    by_t = block.capacity.passage.T @ np.where(teu, 0.0, capacity_price) * KILO
    by_teu = block.capacity.passage.T @ np.where(teu, capacity_price, 0.0) * KILO
    hours = block.savings.hours.T @ saving_price
    share = block.savings.freight_share.T @ saving_price
    groups = classes.groups
    t_per_teu = groups["t_per_teu"].to_numpy(float)
    per_teu = np.where(np.isnan(t_per_teu), 0.0, 1.0 / np.where(np.isnan(t_per_teu), 1.0, t_per_teu))
    vot = groups["value_of_time_usd_per_t_h"].to_numpy(float)
    freight = np.array([item.freight for item in block.cargo])
    cost: Floats = (
        block.cost + by_t[None, :] + per_teu[:, None] * by_teu[None, :] - vot[:, None] * hours - freight * share[None, :]
    )
    return cost
