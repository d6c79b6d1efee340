"""Branch and bound over the joint relaxation: a proven bound of all plans, and plans where the relaxation has one.

A node is a box of what is in service and what starts. Its relaxation is priced over all paths, so its bound is proven;
the bound of the tree is the least of its open nodes. Nodes are taken by best bound, several side by side; whatever they
share (paths, estimates) changes between the solves and in their order, so that nothing hangs on which was faster.
Branching by pseudo-costs that start from what a project is worth and costs (Linderoth and Savelsbergh 1999).
"""

import heapq
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from model.basis import Basis
from model.joint_relaxation import JointRelaxation, OutOfTimeError, Relaxed
from model.problem import Problem

Floats = NDArray[np.float64]
INTEGRAL = 1e-5
_ROUNDS = 4  # of pricing at a node; one whose plan is whole is priced to the end
_EXACT = 1e-7  # of the value: what is proven to this is proven
_CLOSE = 0.1  # of the way from a node's parent to the cutoff: a bound this near to its value is not improved further


@dataclass(frozen=True)
class Box:
    """Bounds of a node: what is in service (projects x periods) and units started (by start)."""

    built_lower: Floats
    built_upper: Floats
    start_lower: Floats
    start_upper: Floats

    def with_built(self, at: tuple[int, int], lower: float | None = None, upper: float | None = None) -> "Box":
        """The box with one bound of what is in service changed."""
        low, high = self.built_lower.copy(), self.built_upper.copy()
        low[at] = low[at] if lower is None else lower
        high[at] = high[at] if upper is None else upper
        return Box(low, high, self.start_lower, self.start_upper)

    def with_start(self, at: int, lower: float | None = None, upper: float | None = None) -> "Box":
        """The box with one bound of the units started changed."""
        low, high = self.start_lower.copy(), self.start_upper.copy()
        low[at] = low[at] if lower is None else lower
        high[at] = high[at] if upper is None else upper
        return Box(self.built_lower, self.built_upper, low, high)


@dataclass(order=True)
class _Node:
    bound: float
    number: int
    box: Box = field(compare=False)
    basis: Basis = field(compare=False)  # of its parent
    branch: "tuple[tuple[int, int], bool, float] | None" = field(compare=False, default=None)  # where, up, distance


@dataclass(frozen=True)
class Visit:
    """A node solved: its relaxation (None: no plan in its box), and whether its plan is one of whole projects."""

    relaxed: Relaxed | None
    is_whole: bool


@dataclass(frozen=True)
class Seat:
    """A place at which the next node of a tree is solved.

    Attributes:
        cutoff: value of the best plan known to the tree, million USD; what cannot be better is closed.
    """

    tree: "Tree"
    relaxation: JointRelaxation
    cutoff: float


class Tree:
    """Open nodes of a search, and what branching has taught."""

    def __init__(
        self, problem: Problem, relaxation: JointRelaxation, root: Relaxed, price: Floats | None = None
    ) -> None:
        """Start the tree.

        Args:
            relaxation: at the basis from which the first halves start. root: its solution without bounds.
            price: what each project in service costs in each period (projects x periods), NaN in the periods whose
                projects need not be whole; None = all must be, and cost what their starts cost. What comes in any size
                need not.
        """
        strategy = problem.strategy
        self._units = strategy.units
        projects, periods = strategy.given.shape
        starts = strategy.starts["project"].to_numpy(np.int64)
        units = self._units[starts].astype(float)
        box = Box(np.zeros((projects, periods)), np.ones((projects, periods)), np.zeros(len(starts)), units)
        self._open: list[_Node] = []
        self._closed = np.inf  # least bound of the nodes whose plan was whole
        self._next = 1
        self._starts_count = price is None
        if price is None:
            cost = np.zeros(projects)
            np.maximum.at(cost, starts, strategy.starts["cost_musd"].to_numpy(float))
            price = np.broadcast_to(cost[:, None], (projects, periods))
        self._price = np.where(strategy.divisible[:, None], np.nan, price)
        self._whole_starts = strategy.is_whole
        # Observed change of the bound per unit of distance, by project and period: sum and count, down and up.
        self._seen = np.zeros((2, 2, projects, periods))
        first = _Node(root.bound, 0, box, relaxation.basis())
        if self._is_whole(root):
            heapq.heappush(self._open, first)  # to be priced to the end
        else:
            self._branch(first, root.bound, root, relaxation)

    @property
    def bound(self) -> float:
        """No plan but those already pruned against costs less, million USD; inf when nothing is left."""
        return min(self._closed, self._open[0].bound if self._open else np.inf)

    @property
    def is_exhausted(self) -> bool:
        """Whether nothing is left to visit."""
        return not self._open

    def prune(self, cutoff: float) -> None:
        """Drop the nodes that hold nothing better than a value."""
        self._open = [node for node in self._open if node.bound < cutoff]
        heapq.heapify(self._open)

    def _take(self, node: _Node, answer: Relaxed | None, seat: Seat) -> Visit:
        """Close a node that has been solved, or open its halves."""
        if answer is None:
            return Visit(None, False)
        bound = max(node.bound, answer.bound)
        self._learn(node, bound)
        is_whole = self._is_whole(answer)
        if is_whole:
            self._closed = min(self._closed, bound)
        elif bound < seat.cutoff:
            self._branch(node, bound, answer, seat.relaxation)
        return Visit(answer, is_whole)

    def _is_whole(self, answer: Relaxed) -> bool:
        scaled = answer.built * self._units[:, None]
        off = [np.abs(scaled - np.round(scaled))[~np.isnan(self._price)]]
        if self._starts_count:
            off.append(self._off(answer.plan))
        return bool((np.concatenate(off) <= INTEGRAL).all())

    def _off(self, plan: Floats) -> Floats:
        """How far each start is from whole; 0 of what comes in any size."""
        return np.where(self._whole_starts, np.abs(plan - np.round(plan)), 0.0)

    def _learn(self, node: _Node, bound: float) -> None:
        if node.branch is not None and np.isfinite(node.bound):
            at, up, distance = node.branch
            self._seen[int(up), 0][at] += (bound - node.bound) / distance
            self._seen[int(up), 1][at] += 1

    def _branch(self, node: _Node, bound: float, answer: Relaxed, relaxation: JointRelaxation) -> None:
        """Open the two halves of a node: on what is in service, or where that is whole on what starts."""
        basis = relaxation.basis()
        scaled = answer.built * self._units[:, None]
        share = scaled - np.floor(scaled + INTEGRAL)
        fractional = (np.minimum(share, 1 - share) > INTEGRAL) & ~np.isnan(self._price)
        if fractional.any():
            at = self._choose(share, fractional, relaxation)
            low = float(np.floor(scaled[at] + INTEGRAL)) / self._units[at[0]]
            self._push(bound, basis, node.box.with_built(at, upper=low), (at, False, float(share[at])))
            high = low + 1.0 / self._units[at[0]]
            self._push(bound, basis, node.box.with_built(at, lower=high), (at, True, float(1 - share[at])))
            return
        start = int(np.argmax(self._off(answer.plan)))
        low = float(np.floor(answer.plan[start] + INTEGRAL))
        self._push(bound, basis, node.box.with_start(start, upper=low), None)
        self._push(bound, basis, node.box.with_start(start, lower=low + 1.0), None)

    def _push(self, bound: float, basis: Basis, box: Box, branch: tuple[tuple[int, int], bool, float] | None) -> None:
        heapq.heappush(self._open, _Node(bound, self._next, box, basis, branch))
        self._next += 1

    def _choose(self, share: Floats, fractional: NDArray[np.bool_], relaxation: JointRelaxation) -> tuple[int, int]:
        """Project and period whose halves raise the bound most, by the product rule."""
        worth = relaxation.worth()
        total, count = self._seen[:, 0], self._seen[:, 1]
        first = np.stack([worth, np.nan_to_num(self._price)])
        scale = total.sum() / max((first * (count > 0)).sum(), 1e-9) if count.any() else 1.0
        rate = np.where(count > 0, total / np.maximum(count, 1), np.clip(scale, 0.01, 1.0) * first)
        gain = np.maximum(rate[0] * share, 1e-3) * np.maximum(rate[1] * (1 - share), 1e-3)
        best = int(np.argmax(np.where(fractional, gain, -1.0)))
        project, period = np.unravel_index(best, share.shape)
        return int(project), int(period)


def visit(seats: list[Seat], seconds: Callable[[], float]) -> list[Visit]:
    """Solve the best open node of each seat's tree, side by side, and branch.

    Args:
        seconds: how many are left. A node that is not solved by then stays open.
    """
    taken: list[tuple[Seat, _Node]] = []
    for seat in seats:
        seat.tree.prune(seat.cutoff)
        if not seat.tree.is_exhausted:
            taken.append((seat, heapq.heappop(seat.tree._open)))
    try:
        answers = _solve(taken, seconds)
    except OutOfTimeError:
        for seat, node in taken:
            heapq.heappush(seat.tree._open, node)
        return []
    return [seat.tree._take(node, answer, seat) for (seat, node), answer in zip(taken, answers, strict=True)]


def _solve(taken: list[tuple[Seat, _Node]], seconds: Callable[[], float]) -> list[Relaxed | None]:
    """Relaxations of some nodes; the bound of each is the best that was proven on the way."""
    for seat, node in taken:
        box = node.box
        seat.relaxation.restrict(box.built_lower, box.built_upper, box.start_lower, box.start_upper)
        seat.relaxation.start_from(node.basis)
    found: list[Relaxed | None] = [None] * len(taken)
    active = list(range(len(taken)))
    rounds = 0
    while active:
        values = _side_by_side([taken[n][0].relaxation for n in active], seconds())
        rounds += 1
        going = []
        for n, value in zip(active, values, strict=True):
            seat, node = taken[n]
            if value is None:
                found[n] = None
                continue
            enough = max(_CLOSE * (seat.cutoff - node.bound), _EXACT * abs(value))
            if rounds < _ROUNDS and seat.relaxation.recall() > enough:
                going.append(n)
                continue
            answer = seat.relaxation.price()
            before = found[n]
            if before is not None and before.bound > answer.bound:
                answer = replace(answer, bound=before.bound)
            found[n] = answer
            whole = seat.tree._is_whole(answer)
            enough = _EXACT * abs(value) if whole else enough
            if (rounds < _ROUNDS or whole) and min(answer.value, seat.cutoff) - answer.bound > enough:
                going.append(n)
        active = going
    return found


def _side_by_side(relaxations: list[JointRelaxation], seconds: float) -> list[float | None]:
    if len(relaxations) == 1:
        return [relaxations[0].solve(seconds)]
    with ThreadPoolExecutor(len(relaxations)) as pool:
        return list(pool.map(lambda one: one.solve(seconds), relaxations))
