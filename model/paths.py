"""The pool of path columns: which bundles of paths have been generated, shared by all blocks.

A column is a lane class and its use of each arc, so a path found in one period or at one investment plan is offered to
every block at that block's own cost.
"""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from model.classes import LaneClasses
from model.pricing import Bundles
from model.problem import Block

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


@dataclass(frozen=True)
class Steps:
    """The paths of columns, step by step: column, row of ``LaneClasses.pairs`` and arc."""

    column: Ints
    pair: Ints
    arc: Ints


class PathPool:
    """All columns generated so far, without duplicates, and the paths that they bundle."""

    def __init__(self, arc_count: int) -> None:
        empty = np.empty(0, np.int64)
        self._parts: list[PathColumns] = [PathColumns(empty, csr_matrix((0, arc_count)))]
        self._steps: list[Steps] = [Steps(empty, empty, empty)]
        self._seen: set[bytes] = set()
        self._count = 0
        self._used: set[int] = set()

    def __len__(self) -> int:
        return self._count

    @property
    def columns(self) -> PathColumns:
        """All columns, in the order in which they were found."""
        if len(self._parts) > 1:
            cls = np.concatenate([part.cls for part in self._parts])
            self._parts = [PathColumns(cls, vstack([part.usage for part in self._parts], format="csr"))]
        return self._parts[0]

    def fork(self) -> "PathPool":
        """A pool with the same columns that grows by itself."""
        other = PathPool(self.columns.usage.shape[1])
        other._parts, other._steps = [self.columns], [self.steps]
        other._seen, other._used, other._count = set(self._seen), set(self._used), self._count
        return other

    @property
    def used(self) -> Ints:
        """Columns that carried cargo at the end of a search, this or an earlier one: good ones to start from."""
        return np.array(sorted(self._used), dtype=np.int64)

    def mark_used(self, columns: Ints) -> None:
        """Remember columns that carry cargo."""
        self._used.update(columns.tolist())

    @property
    def steps(self) -> Steps:
        """The paths of all columns."""
        if len(self._steps) > 1:
            fields = ("column", "pair", "arc")
            self._steps = [Steps(*(np.concatenate([getattr(s, name) for s in self._steps]) for name in fields))]
        return self._steps[0]

    def add(self, bundles: Bundles) -> Ints:
        """Add the bundles that are not yet there; returns which were new, in the order in which they came in."""
        usage = bundles.usage
        usage.sum_duplicates()
        rounded = np.round(usage.data, _ROUND)
        fresh = []
        for row in range(len(bundles.cls)):
            part = slice(usage.indptr[row], usage.indptr[row + 1])
            digest = blake2b(bundles.cls[row].tobytes(), digest_size=16)
            digest.update(usage.indices[part].tobytes())
            digest.update(rounded[part].tobytes())
            key = digest.digest()
            if key not in self._seen:
                self._seen.add(key)
                fresh.append(row)
        rows = np.array(fresh, dtype=np.int64)
        if fresh:
            self._parts.append(PathColumns(bundles.cls[rows], usage[rows]))
            position = np.full(len(bundles.cls), -1, dtype=np.int64)
            position[rows] = self._count + np.arange(len(rows))
            new = position[bundles.owner] >= 0
            self._steps.append(Steps(position[bundles.owner[new]], bundles.pair[new], bundles.arc[new]))
            self._count += len(rows)
        return rows


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

    def select(self, positions: Ints) -> "ColumnCoefficients":
        """Those of the columns at some positions."""
        return ColumnCoefficients(self.cost[positions], self.capacity[positions], self.saving[positions])


def path_costs(classes: LaneClasses, block: Block, columns: PathColumns) -> Floats:
    """Cost of path columns in a block, million USD per kt; inf = closed."""
    usage = columns.usage
    group = classes.classes["group"].to_numpy()[columns.cls]
    owner = np.repeat(np.arange(len(columns)), np.diff(usage.indptr))
    arc_cost = block.cost[group[owner], usage.indices]
    cost: Floats = np.bincount(owner, weights=usage.data * arc_cost, minlength=len(columns)) / KILO
    return cost


def coefficients(classes: LaneClasses, block: Block, columns: PathColumns) -> ColumnCoefficients:
    """Cost, use of joint capacities and savings of path columns in a block."""
    frame = classes.classes
    group = frame["group"].to_numpy()[columns.cls]
    usage = columns.usage
    owner = np.repeat(np.arange(len(columns)), np.diff(usage.indptr))
    cost = path_costs(classes, block, columns)
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
    priced = csr_matrix(
        (usage.data * freight[group[owner], usage.indices] / KILO, usage.indices, usage.indptr), usage.shape
    )
    saving = csr_matrix(hours + priced @ block.savings.freight_share.T)
    row_owner = np.repeat(np.arange(len(columns)), np.diff(saving.indptr))
    boxed_row = block.savings.labels["boxed"].to_numpy(bool)
    saving.data = np.where(boxed_row[saving.indices] == (per_teu > 0)[row_owner], saving.data, 0.0)
    saving.eliminate_zeros()
    return ColumnCoefficients(cost, capacity, saving)


def priced_arcs(
    classes: LaneClasses, block: Block, group: Ints, capacity_price: Floats, saving_price: Floats
) -> Floats:
    """Cost of each arc by kind of cargo after the prices of the joint rows, USD per t: what pricing minimises.

    Args:
        group: cost group of each kind of cargo.
        capacity_price: kinds x capacity rows (or 1 x rows, the same for all), million USD per kt or kTEU, >= 0.
        saving_price: kinds x saving rows (or 1 x rows), 0 to 1, worth of a saving that is not held back by its bound.
    """
    rows, savings = block.capacity, block.savings
    teu = rows.is_teu
    by_t = np.where(teu, 0.0, capacity_price) @ rows.passage * KILO
    by_teu = np.where(teu, capacity_price, 0.0) @ rows.passage * KILO
    boxed_row = savings.labels["boxed"].to_numpy(bool)
    groups = classes.groups.iloc[group]
    t_per_teu = groups["t_per_teu"].to_numpy(float)
    per_teu = np.where(np.isnan(t_per_teu), 0.0, 1.0 / np.where(np.isnan(t_per_teu), 1.0, t_per_teu))
    vot = groups["value_of_time_usd_per_t_h"].to_numpy(float)
    freight = np.array([item.freight for item in block.cargo])
    cost: Floats = block.cost[group] + by_t + per_teu[:, None] * by_teu
    for boxed in (True, False):
        mine = (per_teu > 0) == boxed
        own = saving_price if len(saving_price) == 1 else saving_price[mine]
        price = np.where(boxed_row == boxed, own, 0.0)
        cost[mine] -= vot[mine, None] * (price @ savings.hours)
        cost[mine] -= freight[group[mine]] * (price @ savings.freight_share)
    return cost
