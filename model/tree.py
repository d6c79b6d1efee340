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

from model.joint_relaxation import Basis, JointRelaxation, OutOfTimeError, Relaxed
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


class Tree:
    """Open nodes of the search, and what branching has taught."""

    def __init__(self, problem: Problem, relaxations: list[JointRelaxation], root: Relaxed) -> None:
        """Start the tree.

        Args:
            relaxations: one a node that is solved side by side. root: the first one's last solve, without bounds.
        """
        self._relaxations = relaxations
        strategy = problem.strategy
        self._units = strategy.units
        projects, periods = strategy.given.shape
        starts = strategy.starts["project"].to_numpy(np.int64)
        units = self._units[starts].astype(float)
        box = Box(np.zeros((projects, periods)), np.ones((projects, periods)), np.zeros(len(starts)), units)
        self._open: list[_Node] = []
        self._closed = np.inf  # least bound of the nodes whose plan was whole
        self._next = 1
        cost = np.zeros(projects)
        np.maximum.at(cost, starts, strategy.starts["cost_musd"].to_numpy(float))
        self._cost = cost
        # Observed change of the bound per unit of distance, by project and period: sum and count, down and up.
        self._seen = np.zeros((2, 2, projects, periods))
        first = _Node(root.bound, 0, box, relaxations[0].basis())
        if self._is_whole(root):
            heapq.heappush(self._open, first)  # to be priced to the end
        else:
            self._branch(first, root.bound, root, relaxations[0])

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

    def visit(self, cutoff: float, seconds: Callable[[], float]) -> list[Visit]:
        """Solve the best open nodes, one a relaxation, and branch.

        Args:
            cutoff: value of the best plan, million USD; what cannot be better is closed.
            seconds: how many are left. A node that is not solved by then stays open.
        """
        self.prune(cutoff)
        nodes = [heapq.heappop(self._open) for _ in range(min(len(self._open), len(self._relaxations)))]
        try:
            relaxed = self._solve(nodes, cutoff, seconds)
        except OutOfTimeError:
            for node in nodes:
                heapq.heappush(self._open, node)
            return []
        visits = []
        for node, relaxation, answer in zip(nodes, self._relaxations, relaxed, strict=False):
            if answer is None:
                visits.append(Visit(None, False))
                continue
            bound = max(node.bound, answer.bound)
            self._learn(node, bound)
            is_whole = self._is_whole(answer)
            if is_whole:
                self._closed = min(self._closed, bound)
            elif bound < cutoff:
                self._branch(node, bound, answer, relaxation)
            visits.append(Visit(answer, is_whole))
        return visits

    def _solve(self, nodes: list[_Node], cutoff: float, seconds: Callable[[], float]) -> list[Relaxed | None]:
        """Relaxations of some nodes; the bound of each is the best that was proven on the way."""
        for node, relaxation in zip(nodes, self._relaxations, strict=False):
            box = node.box
            relaxation.restrict(box.built_lower, box.built_upper, box.start_lower, box.start_upper)
            relaxation.start_from(node.basis)
        found: list[Relaxed | None] = [None] * len(nodes)
        active = list(range(len(nodes)))
        rounds = 0
        while active:
            values = self._side_by_side(active, seconds())
            rounds += 1
            going = []
            for n, value in zip(active, values, strict=True):
                if value is None:
                    found[n] = None
                    continue
                enough = max(_CLOSE * (cutoff - nodes[n].bound), _EXACT * abs(value))
                if rounds < _ROUNDS and self._relaxations[n].recall() > enough:
                    going.append(n)
                    continue
                answer = self._relaxations[n].price()
                before = found[n]
                if before is not None and before.bound > answer.bound:
                    answer = replace(answer, bound=before.bound)
                found[n] = answer
                whole = self._is_whole(answer)
                enough = _EXACT * abs(value) if whole else enough
                if (rounds < _ROUNDS or whole) and min(answer.value, cutoff) - answer.bound > enough:
                    going.append(n)
            active = going
        return found

    def _is_whole(self, answer: Relaxed) -> bool:
        scaled = answer.built * self._units[:, None]
        off = np.concatenate([(scaled - np.round(scaled)).ravel(), answer.plan - np.round(answer.plan)])
        return bool((np.abs(off) <= INTEGRAL).all())

    def _side_by_side(self, active: list[int], seconds: float) -> list[float | None]:
        if len(active) == 1:
            return [self._relaxations[active[0]].solve(seconds)]
        with ThreadPoolExecutor(len(active)) as pool:
            return list(pool.map(lambda n: self._relaxations[n].solve(seconds), active))

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
        fractional = np.minimum(share, 1 - share) > INTEGRAL
        if fractional.any():
            at = self._choose(share, fractional, relaxation)
            low = float(np.floor(scaled[at] + INTEGRAL)) / self._units[at[0]]
            self._push(bound, basis, node.box.with_built(at, upper=low), (at, False, float(share[at])))
            high = low + 1.0 / self._units[at[0]]
            self._push(bound, basis, node.box.with_built(at, lower=high), (at, True, float(1 - share[at])))
            return
        start = int(np.argmax(np.abs(answer.plan - np.round(answer.plan))))
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
        first = np.stack([worth, np.broadcast_to(self._cost[:, None], worth.shape)])
        scale = total.sum() / max((first * (count > 0)).sum(), 1e-9) if count.any() else 1.0
        rate = np.where(count > 0, total / np.maximum(count, 1), np.clip(scale, 0.01, 1.0) * first)
        gain = np.maximum(rate[0] * share, 1e-3) * np.maximum(rate[1] * (1 - share), 1e-3)
        best = int(np.argmax(np.where(fractional, gain, -1.0)))
        project, period = np.unravel_index(best, share.shape)
        return int(project), int(period)
