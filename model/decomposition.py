"""Investment over period blocks: relaxed plan by cuts, rounding, integer master, local moves, and a proven bound.

All values are million USD, discounted, minimised (minus welfare). With what is built fixed, the blocks are independent
and re-solve warm; each solve prices the paths once, so its cut, and with it every bound, holds over all paths and not
only over the generated ones.
"""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.block_solver import BlockSolver
from model.master import Master
from model.moves import neighbours, with_start
from model.options import Options
from model.paths import PathPool, structure_key
from model.plans import Plans
from model.pricing import Pricer
from model.problem import Problem
from model.progress import Progress
from model.solver import Status

Floats = NDArray[np.float64]
_THRESHOLDS = (0.9, 0.7, 0.5, 0.3, 0.1)
_RELAXED_GAP = 0.002  # of the gain, at which the relaxed plan is good enough to round
_IMPROVEMENT = 1e-7  # of the gain: smaller differences are noise
_INTEGER_SECONDS = 10.0
_EXACT = 100  # rounds: to proven optimality of a block


@dataclass
class Incumbent:
    """The best plan found and its exact value, with the value of building nothing and the best proven bound."""

    plan: Floats
    value: float
    nothing: float
    bound: float

    @property
    def gain(self) -> float:
        """What the plan is worth over building nothing."""
        return self.nothing - self.value

    @property
    def gap_of_gain(self) -> float:
        """(bound - plan) / (bound - nothing built): 0 when there is nothing to gain."""
        possible = self.nothing - self.bound
        return max(0.0, (self.value - self.bound) / possible) if possible > 1e-9 else 0.0


class Decomposition:
    """The search for a plan over one problem."""

    def __init__(self, problem: Problem, options: Options, progress: Progress) -> None:
        self.problem = problem
        self.options = options
        self.progress = progress
        self.plans = Plans(problem.strategy)
        pricer = Pricer(problem.supernetwork, problem.classes)
        self.pool = PathPool(pricer, structure_key(problem.supernetwork, problem.classes))
        if options.store is not None:
            self.pool.load(options.store)
        self._seed_paths(pricer)
        self.solvers = [BlockSolver(problem, block, self.pool, pricer, options.threads) for block in problem.blocks]
        self.master = Master(problem, options.threads)
        self.weights = np.array([block.weight for block in problem.blocks])
        self._periods = [problem.block_period(block) for block in problem.blocks]
        self._end = time.monotonic() + options.time_limit_s
        self._started = time.monotonic()
        self._known: dict[bytes, float] = {}

    def _seed_paths(self, pricer: Pricer) -> None:
        """Offer every class its cheapest paths without congestion, in each period."""
        for cost in {id(block.cost): block.cost for block in self.problem.blocks}.values():
            endless = np.full(len(self.problem.classes.classes), np.inf)
            self.pool.add(pricer.bundles(cost, endless)[1])

    def run(self) -> Incumbent:
        """Search until the gap of the gain, the time limit or a request to stop; always with a plan and a bound."""
        self.progress.phase("Pricing paths with nothing built")
        nothing = self._exact(self.plans.nothing)
        best = Incumbent(self.plans.nothing, nothing, nothing, -np.inf)
        if not len(self.problem.strategy.starts):
            best.bound = self.master.relaxed()[0]
            return best
        self.progress.phase("Pricing paths with everything built")
        self._evaluate(self.plans.everything(), rounds=_EXACT)
        self.progress.phase("Finding the relaxed plan")
        relaxed = self._relax(best)
        if self.options.relax:
            best.plan, best.value = relaxed, self._value(relaxed)
            return best
        self.progress.phase("Searching for whole projects")
        self._round(best, relaxed)
        self._search(best)
        return best

    def finish(self, best: Incumbent) -> None:
        """Re-solve every block exactly at the plan, so that flows and prices are those of the plan."""
        self.progress.phase("Pricing the final plan")
        best.value = min(best.value, self._exact(best.plan)) if not self.options.relax else self._exact(best.plan)
        best.bound = max(best.bound, min(self.master.relaxed()[0], best.value)) if self.options.relax else best.bound
        best.bound = min(best.bound, best.value)

    def _exact(self, plan: Floats) -> float:
        """Value of a plan with paths generated to proven optimality."""
        return self.plans.cost(plan) + self._evaluate(self.plans.built(plan), rounds=_EXACT)

    def _value(self, plan: Floats) -> float:
        """Value of a plan on the paths known so far, with one round of pricing for the cut: attained, never too good."""
        key = plan.tobytes()
        if key not in self._known:
            self._known[key] = self.plans.cost(plan) + self._evaluate(self.plans.built(plan), rounds=1)
        return self._known[key]

    def _evaluate(self, built: Floats, rounds: int) -> float:
        total = 0.0
        for number, solver in enumerate(self.solvers):
            priced = solver.generate(built[:, self._periods[number]], rounds=rounds)
            self.master.add(number, priced.cut)
            total += self.weights[number] * priced.value
        return total

    def _relax(self, best: Incumbent) -> Floats:
        """Relaxed plan by cuts, separated half way between the master's plan and the best point known (in-out)."""
        bound, point = self.master.relaxed()
        core = 0.5 * point
        core_value = self._value(core)
        stalled = 0
        while not self._over() and stalled < 6:
            bound, point = self.master.relaxed()
            best.bound = max(best.bound, bound)
            if core_value - bound <= _RELAXED_GAP * max(best.nothing - bound, 1e-9):
                break
            self._report(best)
            step = 0.5 if stalled == 0 else 1.0
            trial = core + step * (point - core)
            value = self._value(trial)
            if value < core_value - _IMPROVEMENT * max(best.nothing - bound, 1e-9):
                core, core_value, stalled = trial, value, 0
            else:
                stalled += 1
        return core

    def _round(self, best: Incumbent, relaxed: Floats) -> None:
        """Try whole-number plans near the relaxed one, as the master completes them."""
        strategy = self.problem.strategy
        project = strategy.starts["project"].to_numpy(np.int64)
        share = relaxed / strategy.units[project]
        total = np.bincount(project, weights=share, minlength=len(strategy.units))
        for threshold in _THRESHOLDS:
            if self._over():
                return
            wanted = set(np.flatnonzero(total >= threshold))
            plan = self._repaired(relaxed, wanted)
            if self.plans.is_allowed(plan):
                self._offer(best, plan)

    def _repaired(self, relaxed: Floats, wanted: set[int]) -> Floats:
        """Whole starts of the wanted projects, in the period that holds most of the relaxed start, with what they need."""
        strategy = self.problem.strategy
        project = strategy.starts["project"].to_numpy(np.int64)
        plan = self.plans.nothing
        for item in sorted(wanted, key=lambda i: len(self.plans.requirements(i)[0])):
            rows = np.flatnonzero(project == item)
            if len(rows):
                row = int(rows[np.argmax(relaxed[rows])])
                plan = with_start(self.plans, plan, row, float(strategy.units[item]))
        return plan

    def _search(self, best: Incumbent) -> None:
        """Integer master for plans and bound, local moves from each new plan, until the gap or the time ends it."""
        while True:
            self._local_moves(best)
            if self._over() or best.gap_of_gain <= self.options.gap:
                return
            left = min(_INTEGER_SECONDS, self._end - time.monotonic())
            gap = 0.1 * best.gap_of_gain * best.gain / max(abs(best.value), 1.0)
            answer, plan = self.master.integer(best.plan, left, gap)
            if answer.status in (Status.OPTIMAL, Status.LIMIT) and np.isfinite(answer.bound):
                best.bound = max(best.bound, answer.bound)
            self._report(best)
            seen = plan.tobytes() in self._known
            if len(plan) and self.plans.is_allowed(plan):
                self._offer(best, plan)
            if best.gap_of_gain <= self.options.gap or (seen and answer.status is Status.OPTIMAL):
                return

    def _local_moves(self, best: Incumbent) -> None:
        """Change one or two projects at a time while that helps; moves that the cuts rule out are not solved."""
        improved = True
        while improved and not self._over():
            improved = False
            candidates = []
            for plan in neighbours(self.plans, best.plan):
                if plan.tobytes() in self._known:
                    continue
                promise = self.plans.cost(plan) + self.master.bound_at(self.plans.built(plan), self.weights)
                if promise < best.value - _IMPROVEMENT * max(best.gain, 1.0):
                    candidates.append((promise, len(candidates), plan))
            for promise, _, plan in sorted(candidates)[:40]:
                if self._over():
                    return
                if promise < best.value and self._offer(best, plan):
                    improved = True
                    break

    def _offer(self, best: Incumbent, plan: Floats) -> bool:
        """Solve a plan exactly on the known paths and take it if it is better."""
        value = self._value(plan)
        better = value < best.value - _IMPROVEMENT * max(best.gain, 1.0)
        if better:
            best.plan, best.value = plan, value
        self._report(best)
        return better

    def _report(self, best: Incumbent) -> None:
        left = max(0.0, self._end - time.monotonic())
        self.progress.update(-best.value, -best.bound, best.gap_of_gain, left)

    def _over(self) -> bool:
        return self.progress.should_stop() or time.monotonic() > self._end

