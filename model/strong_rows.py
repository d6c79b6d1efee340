r"""Valid inequalities by class: what a project does for a cargo cannot exceed that cargo.

A capacity row ``sum of use <= capacity + sum of added[i] x built[i]`` lets a tenth of a project carry a tenth of its
capacity. For any set S of classes, which can use the row by at most D(S) in all, every whole plan keeps

    use(S) <= capacity + sum over i of min(added[i], max(D(S) - capacity, 0)) x built[i]

(flow cover inequalities; with no capacity today and one class: ``use <= D x built``). A saving of a project on a link,
of which the classes in S use what they use and the others at most M, keeps

    saved <= saving of S + min(M(not S), bound) x built.

Classes go into S by how much of what they could use they do use. Most violated first found sets are exact for one
project a row. Source of the method: Padberg, Van Roy and Wolsey (1985), for flow covers; Magnanti and Wong (1984), for
the disaggregated forcing constraints of network design.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.classes import LaneClasses
from model.problem import Block
from network.supernetwork import Supernetwork

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_VIOLATION = 1e-4  # of what the row could carry: smaller violations are not worth a row


@dataclass(frozen=True)
class StrongRow:
    """One inequality of a block: use of its members - amount . built [- spread] [+ saved] <= upper.

    Attributes:
        on_saving: whether ``row`` counts saving rows (their use has a minus, ``saved`` a plus), else capacity rows.
        members: by class. project, amount: coefficients of what is built. spread: positions of spread variables.
    """

    on_saving: bool
    row: int
    members: NDArray[np.bool_]
    upper: float
    project: Ints
    amount: Floats
    spread: Ints


@dataclass(frozen=True)
class Use:
    """How a solution uses a block, by row and class.

    Attributes:
        capacity: capacity rows x classes, kt or kTEU. saving: saving rows x classes, million USD.
        saved: by saving row. spread: by spread variable. built: share of each project in service.
    """

    capacity: csr_matrix
    saving: csr_matrix
    saved: Floats
    spread: Floats
    built: Floats


class Separation:
    """Finds violated inequalities of one block."""

    def __init__(self, block: Block, classes: LaneClasses, supernetwork: Supernetwork) -> None:
        self._block = block
        t_per_teu = classes.classes["t_per_teu"].to_numpy(float)
        self._per_teu = np.where(np.isnan(t_per_teu), 0.0, 1.0 / np.where(np.isnan(t_per_teu), 1.0, t_per_teu))
        rows = block.capacity
        self._open = np.union1d(rows.project_row, rows.spread_row)
        self.passes = np.array([_most_passes(rows.passage[r].indices, supernetwork) for r in self._open])
        self._teu = rows.is_teu

    def violated(self, use: Use) -> list[StrongRow]:
        """The most violated inequality of each row that projects add to, and of each saving."""
        found = [self._cover(int(row), int(passes), use) for row, passes in zip(self._open, self.passes, strict=True)]
        found += [self._saving(row, use) for row in range(len(self._block.savings.labels))]
        return [row for row in found if row is not None]

    def _cover(self, row: int, passes: int, use: Use) -> StrongRow | None:
        rows = self._block.capacity
        part = slice(use.capacity.indptr[row], use.capacity.indptr[row + 1])
        cls, used = use.capacity.indices[part], use.capacity.data[part]
        if not len(cls):
            return None
        demand = self._block.most[cls] * (self._per_teu[cls] if self._teu[row] else 1.0) * passes
        order = np.argsort(-used / np.maximum(demand, 1e-12), kind="stable")
        total = np.cumsum(demand[order])
        capacity = float(rows.capacity[row])
        excess = np.maximum(total - capacity, 0.0)
        mine = rows.project_row == row
        project, amount = rows.project[mine], rows.project_amount[mine]
        upper = capacity + np.minimum(amount[:, None], excess[None, :]).T @ use.built[project]
        spread, shared, limit = self._spreads(row)
        bounded = np.minimum(limit[:, None], excess[None, :]) * use.built[shared][:, None]
        by_variable = use.spread[spread][:, None] <= bounded
        upper = upper + np.where(by_variable, use.spread[spread][:, None], bounded).sum(axis=0)
        violation = np.cumsum(used[order]) - upper
        last = int(np.argmax(violation))
        if violation[last] <= _VIOLATION * (capacity + excess[last]) + 1e-9:
            return None
        members = np.zeros(len(self._per_teu), dtype=bool)
        members[cls[order[: last + 1]]] = True
        by_built = ~by_variable[:, last]
        return StrongRow(
            False,
            row,
            members,
            capacity,
            np.concatenate([project, shared[by_built]]),
            np.minimum(np.concatenate([amount, limit[by_built]]), excess[last]),
            spread[by_variable[:, last]],
        )

    def _spreads(self, row: int) -> tuple[Ints, Ints, Floats]:
        """Spread variables of a row, their projects and the most that they can be."""
        rows, limits = self._block.capacity, self._block.spreads
        spread = np.flatnonzero(rows.spread_row == row)
        shared = rows.spread_project[spread]
        kind = rows.labels["kind"].iloc[row]
        limit = [limits.amount[(limits.project == p) & (limits.kind == kind)].sum() for p in shared]
        return spread, shared, np.array(limit)

    def _saving(self, row: int, use: Use) -> StrongRow | None:
        savings = self._block.savings
        if use.saved[row] <= 0:
            return None
        project = int(savings.labels["project"].iloc[row])
        built, bound = float(use.built[project]), float(savings.bound[row])
        most = savings.class_bound[row].toarray().ravel()
        used = use.saving[row].toarray().ravel()
        members = used < most * built
        others = min(float(most[~members].sum()), bound)
        upper = float(used[members].sum()) + others * built
        if use.saved[row] - upper <= _VIOLATION * bound + 1e-9:
            return None
        return StrongRow(True, row, members, 0.0, np.array([project]), np.array([others]), np.empty(0, np.int64))


def _most_passes(arcs: Ints, supernetwork: Supernetwork) -> int:
    """How often one tonne can use a row at most: a path visits each terminal once."""
    tails, heads = (supernetwork.arcs[end].to_numpy() for end in ("tail", "head"))
    beyond = np.arange(
        supernetwork.terminal_count
    )  # a waypoint of a parallel link is as good as the terminal behind it
    passing = (supernetwork.arcs["kind"] == "pass").to_numpy()
    beyond[tails[passing]] = heads[passing]
    tails, heads = tails[arcs], beyond[heads[arcs]]
    ends = np.union1d(tails, heads)
    most = min(len(ends) - 1, len(np.unique(tails)), len(np.unique(heads)))
    through_one = any(((tails == end) | (heads == end)).all() for end in ends)  # a hub: once in, once out
    return min(most, 2) if through_one else most
