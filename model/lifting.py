r"""Cuts of whole periods, lifted: what a period is worth at least if its projects are whole.

The periods are linked by what is built alone. At the prices that the relaxation pays for what is built, each period is
a problem of its own,

    min over whole y of worth_t(y) - slope_t . y >= constant_t,

and the sum of the constants, with the cheapest starts at these prices, bounds every plan (Lagrangian relaxation of what
links the periods). For y in parts the constants are those of the relaxation; branch and bound within each period raises
them, side by side and one after another: a tree for each period is far smaller than one for all. The lifted constants
with the slopes are cuts for the master. Source of the method: Benders dual decomposition (Rahmaniani, Ahmed, Crainic,
Gendreau and Rei 2020) and Lagrangian cuts (Zou, Ahmed and Sun 2019), with the prices of the relaxation kept.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.block_solver import Cut
from model.joint_relaxation import JointRelaxation, Relaxed
from model.paths import PathPool
from model.pricing import Pricer
from model.problem import Problem
from model.tree import Seat, Tree, visit

Floats = NDArray[np.float64]


class Period:
    """A period at given prices of what is built, and the tree that bounds it."""

    def __init__(self, problem: Problem, number: int, cut: Cut, relaxation: JointRelaxation) -> None:
        """Set the period up; ``start`` solves it first.

        Args:
            problem: of this period's blocks alone, starts free of cost. number: of the period.
            cut: of the period in the relaxation of all. relaxation: of ``problem``.
        """
        self._problem, self.number, self._cut, self.relaxation = problem, number, cut, relaxation
        relaxation.charge(number, -cut.slope)
        self.tree: Tree | None = None
        self._ceiling = np.inf  # least value that a plan attains here; it never grows, as nodes are pruned against it

    def start(self, root: Relaxed) -> None:
        """Open the tree at the last solve of the relaxation."""
        price = np.full((len(self._cut.slope), len(self._problem.periods)), np.nan)
        price[:, self.number] = -self._cut.slope
        self.tree = Tree(self._problem, self.relaxation, root, price)

    def offer(self, worth: float, built: Floats) -> None:
        """Hear of a plan: what it attains in the problem of the period ends all that lifting can reach.

        Args:
            worth: of the period at the plan, weighted, million USD. built: projects in service in the period.
        """
        self._ceiling = min(self._ceiling, worth - float(self._cut.slope @ built))

    @property
    def seat(self) -> Seat:
        """A seat for the next visit."""
        if self.tree is None:
            raise RuntimeError("the tree of the period has not been started")
        return Seat(self.tree, self.relaxation, self._ceiling)

    @property
    def left(self) -> float:
        """What lifting can still bring, million USD."""
        return 0.0 if self.tree is None or self.tree.is_exhausted else max(self._ceiling - self.cut.constant, 0.0)

    @property
    def cut(self) -> Cut:
        """The cut as it is proven now, million USD, weighted."""
        grown = -np.inf if self.tree is None else min(self.tree.bound, self._ceiling)
        return replace(self._cut, constant=max(self._cut.constant, grown))


class Lifting:
    """The trees of all periods."""

    def __init__(
        self, problem: Problem, pool: PathPool, pricer: Pricer, threads: int, relaxation: JointRelaxation, root: Relaxed
    ) -> None:
        """Set up a problem for each period.

        Args:
            relaxation: of all periods. root: its last solve.
        """
        self._threads = threads
        free = replace(problem.strategy, starts=problem.strategy.starts.assign(cost_musd=0.0))
        of_period = [problem.block_period(block) for block in problem.blocks]
        likely = relaxation.likely()
        self.periods = []
        for number in range(len(problem.periods)):
            mine = [n for n, period in enumerate(of_period) if period == number]
            own = replace(problem, blocks=[problem.blocks[n] for n in mine], strategy=free)
            one = JointRelaxation(own, pool, pricer, threads, [likely[n] for n in mine])
            one.take_rows(relaxation, mine)
            self.periods.append(Period(own, number, _period_cut(problem, root, number), one))

    def start(self, seconds: Callable[[], float]) -> None:
        """Solve each period as the relaxation has it.

        Raises:
            OutOfTimeError: there was no time for all.
        """
        for action in (lambda one: one.solve(seconds()), lambda one: one.settle(seconds())):
            with ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(action, [period.relaxation for period in self.periods]))
            for period in self.periods:
                period.relaxation.recall()
        for period in self.periods:
            period.start(period.relaxation.price())

    def offer(self, worth: Floats, built: Floats) -> None:
        """Hear of a plan.

        Args:
            worth: of each period, weighted, million USD. built: projects x periods in service.
        """
        for period in self.periods:
            period.offer(float(worth[period.number]), built[:, period.number])

    def visit(self, seconds: Callable[[], float]) -> list[Period]:
        """Visit a node in the periods that have most left to gain, one a processor; returns them, none if time is up.

        Args:
            seconds: how many are left.
        """
        order = sorted(self.periods, key=lambda period: -period.left)
        chosen = [period for period in order if period.left > 0][: self._threads]
        return chosen if visit([period.seat for period in chosen], seconds) else []


def _period_cut(problem: Problem, root: Relaxed, number: int) -> Cut:
    """The cuts of a period's units as one, weighted."""
    constant, slope = 0.0, np.zeros(len(problem.strategy.projects))
    for unit, cut in root.cuts:
        blocks = problem.units[unit]
        if problem.block_period(blocks[0]) == number:
            constant += blocks[0].weight * cut.constant
            slope = slope + blocks[0].weight * cut.slope
    return Cut(constant, slope)
