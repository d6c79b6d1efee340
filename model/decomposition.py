"""Investment over period blocks: relaxed plan by cuts, rounding, integer master, local moves, and a proven bound.

All values are million USD, discounted, minimised (minus welfare). With what is built fixed, the units of blocks are
independent and re-solve warm; each solve prices the paths once, so its cut, and with it every bound, holds over all
paths and not only over the generated ones.
"""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.block_solver import BlockSolver
from model.evaluation import Depth, Evaluation
from model.master import Master
from model.moves import neighbours, with_start
from model.options import Options
from model.paths import PathPool, structure_key
from model.plans import Plans
from model.pricing import Pricer
from model.problem import Problem
from model.progress import Progress
from model.record import Record, load_record, problem_key, save_record
from model.solver import Status

Floats = NDArray[np.float64]
_THRESHOLDS = (0.9, 0.7, 0.5, 0.3, 0.1)
_RELAXED_GAP = 0.002  # of the gain, at which the relaxed plan is good enough to round
_RELAXED_SHARE = 0.45  # of the time, at most, for the relaxed plan
_STALLED = 6  # trials without a better relaxed point
_PROVEN = 1e-5  # of the value: what blocks solved to their tolerance leave open
_IMPROVEMENT = 1e-7  # of the gain: smaller differences are noise
_INTEGER_SECONDS = 10.0
_FIRST_SECONDS = 2.0
_MOVES = 20  # neighbours solved before the master is asked again
_RADII = (2.0, 4.0, 8.0)  # changes of the plan within which the master looks for a better one


@dataclass
class Incumbent:
    """The best plan found and its exact value, with the value of building nothing and the best proven bound."""

    plan: Floats
    value: float
    nothing: float
    bound: float
    is_given: bool = False

    @property
    def gain(self) -> float:
        """What the plan is worth over building nothing."""
        return self.nothing - self.value

    @property
    def gap_of_gain(self) -> float:
        """(bound - plan) / (bound - nothing built): 0 when there is nothing to gain or the plan is given."""
        possible = self.nothing - self.bound
        open_gap = self.value - self.bound
        if np.isnan(possible) or open_gap <= _PROVEN * abs(self.value):
            return 0.0
        return open_gap / possible


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
        self.solvers = [BlockSolver(problem, unit, self.pool, pricer, options.threads) for unit in problem.units]
        self.master = Master(problem, options.threads)
        self.weights = np.array([solver.weight for solver in self.solvers])
        self.evaluation = Evaluation(self.solvers, self.master, options.threads)
        self._key = problem_key(problem)
        # A plan in parts is none to resume from, and the bound of whole plans is not that of the relaxation.
        self._records = None if options.relax else options.store
        self._record = load_record(self._records, self._key) if self._records is not None else None
        spent = 0.0 if self._record is None else self._record.seconds
        self._began = time.monotonic() - spent
        self._end = self._began + options.seconds

    def _seed_paths(self, pricer: Pricer) -> None:
        """Offer every class its cheapest paths without congestion, in each period."""
        for cost in {id(block.cost): block.cost for block in self.problem.blocks}.values():
            endless = np.full(len(self.problem.classes.classes), np.inf)
            self.pool.add(pricer.bundles(cost, endless)[1])

    def run(self) -> Incumbent:
        """Search until the gap of the gain, the time limit or a request to stop; always with a plan and a bound."""
        nothing = self.nothing()
        best = Incumbent(self.plans.nothing, nothing, nothing, -np.inf)
        if not len(self.problem.strategy.starts):
            best.bound = self.master.relaxed()[0]
            return best
        if self._record is not None:
            self._resume(best, self._record)
            if self._done(best):
                return best
        self.progress.phase("Pricing paths with everything built")
        self.evaluation.value(self.plans.everything(), Depth.EXACT, self._over)
        if not self.options.relax:
            self._ask_master(best, _FIRST_SECONDS)  # a plan at once, however little time there is
        self.progress.phase("Finding the relaxed plan")
        relaxed = self._relax(best)
        if self.options.relax:
            best.plan, best.value = relaxed, self._value(relaxed, Depth.PRICED)
            return best
        self.progress.phase("Searching for whole projects")
        self._round(best, relaxed)
        self._search(best)
        return best

    def _resume(self, best: Incumbent, record: Record) -> None:
        """Take up the plan and the cuts of an earlier search on the same problem."""
        self.progress.phase("Taking up the earlier search")
        for unit, cut in record.cuts:
            self.master.add(unit, cut)
        best.bound = record.bound
        if self.plans.is_allowed(record.plan):
            self._offer(best, record.plan, Depth.KNOWN)

    def keep(self, best: Incumbent) -> None:
        """Keep paths, plan and cuts for the next run."""
        if self.options.store is not None:
            self.pool.save(self.options.store)
        if self._records is not None:
            seconds = time.monotonic() - self._began
            save_record(self._records, self._key, Record(best.plan, self.master.cuts, best.bound, seconds))

    def nothing(self) -> float:
        """Value of building nothing, proven over all paths."""
        self.progress.phase("Pricing paths with nothing built")
        return self._value(self.plans.nothing, Depth.EXACT)

    def fixed(self, plan: Floats) -> Incumbent:
        """A plan that is given, with nothing to search; its value is its bound, and nothing built is not solved."""
        return Incumbent(plan, np.inf, np.nan, np.inf, is_given=True)

    def finish(self, best: Incumbent) -> None:
        """Solve every unit exactly at the plan, so that flows and prices are those of the plan."""
        self.progress.phase("Pricing the final plan")
        cost = self.plans.cost(best.plan)
        value, proven = self.evaluation.settle(self.plans.built(best.plan))
        for solver in self.solvers:
            solver.mark_used()
        best.value = cost + value
        best.bound = cost + proven if best.is_given else min(max(best.bound, self.master.relaxed()[0]), best.value)

    def _value(self, plan: Floats, depth: Depth) -> float:
        """Value of a plan, attained."""
        return self.plans.cost(plan) + self.evaluation.value(self.plans.built(plan), depth)

    def _relax(self, best: Incumbent) -> Floats:
        """Relaxed plan by cuts, separated half way between the master's plan and the best point known (in-out)."""
        end = self._began + _RELAXED_SHARE * self.options.seconds
        bound, point = self.master.relaxed()
        core = 0.5 * point
        core_value = self._value(core, Depth.PRICED)
        stalled = 0
        while not self._over() and stalled < _STALLED and (self.options.relax or time.monotonic() < end):
            bound, point = self.master.relaxed()
            best.bound = max(best.bound, bound)
            possible = max(best.nothing - bound, 1e-9)
            if core_value - bound <= _RELAXED_GAP * possible:
                break
            self._report(best)
            trial = core + (0.5 if stalled == 0 else 1.0) * (point - core)
            value = self._value(trial, Depth.PRICED)
            if value < core_value - _IMPROVEMENT * possible:
                core, core_value, stalled = trial, value, 0
            else:
                stalled += 1
        return core

    def _round(self, best: Incumbent, relaxed: Floats) -> None:
        """Whole-number plans near the relaxed one, by thresholds on what it starts of each project in all."""
        strategy = self.problem.strategy
        project = strategy.starts["project"].to_numpy(np.int64)
        total = np.bincount(project, weights=relaxed / strategy.units[project], minlength=len(strategy.units))
        for threshold in _THRESHOLDS:
            if self._over():
                return
            plan = self._rounded(relaxed, set(np.flatnonzero(total >= threshold)))
            if self.plans.is_allowed(plan):
                self._offer(best, plan, Depth.KNOWN)

    def _rounded(self, relaxed: Floats, wanted: set[int]) -> Floats:
        """Whole starts of the wanted projects with what they need, when half of the relaxed start is reached."""
        strategy = self.problem.strategy
        project = strategy.starts["project"].to_numpy(np.int64)
        plan = self.plans.nothing
        for item in sorted(wanted, key=lambda i: len(self.plans.requirements(i)[0])):
            rows = np.flatnonzero(project == item)
            if len(rows):
                reached = np.cumsum(relaxed[rows])
                row = int(rows[np.argmax(reached >= 0.5 * reached[-1])])
                plan = with_start(self.plans, plan, row, float(strategy.units[item]))
        return plan

    def _search(self, best: Incumbent) -> None:
        """Integer master for plans and bound, then near the plan, then local moves, until gap or time end it."""
        while not self._done(best):
            proven = self._ask_master(best, _INTEGER_SECONDS)
            for radius in _RADII:
                while not self._done(best) and self._ask_near(best, radius):
                    pass
            if self._done(best):
                return
            before = best.value
            self._local_moves(best)
            if proven and best.value == before:
                return

    def _ask_master(self, best: Incumbent, seconds: float) -> bool:
        """Evaluate the plan of the integer master and take its bound; True if it repeats a plan, with proof."""
        gap = 0.1 * best.gap_of_gain * best.gain / max(abs(best.value), 1.0)
        answer, plan = self.master.integer(best.plan, self._within(seconds), gap)
        if np.isfinite(answer.bound):
            best.bound = max(best.bound, answer.bound)
        self._report(best)
        repeated = self.evaluation.is_known(self.plans.built(plan))
        if self.plans.is_allowed(plan):
            self._offer(best, plan, Depth.PRICED)
        return repeated and answer.status is Status.OPTIMAL

    def _ask_near(self, best: Incumbent, radius: float) -> bool:
        """Evaluate the most promising plan within a few changes of the best one; True if that was better."""
        answer, plan = self.master.integer(best.plan, self._within(_INTEGER_SECONDS), 0.0, radius)
        if not len(answer.value) or not self.plans.is_allowed(plan) or answer.objective >= best.value:
            return False
        return self._offer(best, plan, Depth.PRICED)

    def _within(self, seconds: float) -> float:
        """Seconds, at most what is left of the search."""
        return max(0.5, min(seconds, self._end - time.monotonic()))

    def _done(self, best: Incumbent) -> bool:
        return self._over() or best.gap_of_gain <= self.options.gap

    def _local_moves(self, best: Incumbent) -> None:
        """Change one or two projects at a time while that helps; moves that the cuts rule out are not solved."""
        improved = True
        while improved and not self._done(best):
            improved = False
            for promise, plan in self._promising(best):
                if self._done(best):
                    return
                if promise < best.value and self.plans.is_allowed(plan) and self._offer(best, plan, Depth.KNOWN):
                    improved = True
                    break

    def _promising(self, best: Incumbent) -> list[tuple[float, Floats]]:
        """Neighbours of the plan that the cuts leave a chance, in the order of what they seem worth.

        The cuts say what a neighbour can be at best; what moves today and today's prices say what it will probably be.
        """
        plans = np.unique(np.array(list(neighbours(self.plans, best.plan))), axis=0)
        built, here = self.plans.built_by(plans), self.plans.built(best.plan)
        cost = self.plans.costs(plans)
        promise = cost + self.master.bound_at(built, self.weights)
        worth = np.einsum("npt,pt->n", built - here[None], self.evaluation.worth(here))
        likely = cost - self.plans.cost(best.plan) - worth
        margin = best.value - _IMPROVEMENT * max(best.gain, 1.0)
        order = [n for n in np.argsort(likely, kind="stable") if promise[n] < margin]
        fresh = [n for n in order if not self.evaluation.is_known(built[n])]
        return [(float(promise[n]), plans[n]) for n in fresh[:_MOVES]]

    def _offer(self, best: Incumbent, plan: Floats, depth: Depth) -> bool:
        """Evaluate a plan and take it if it is better."""
        value = self._value(plan, depth)
        better = value < best.value - _IMPROVEMENT * max(best.gain, 1.0)
        if better:
            best.plan, best.value = plan, value
            self._value(plan, Depth.PRICED)  # its cut tells how much each neighbour can gain at most
        self._report(best)
        return better

    def _report(self, best: Incumbent) -> None:
        left = max(0.0, self._end - time.monotonic())
        self.progress.update(-best.value, -best.bound, best.gap_of_gain, left)

    def _over(self) -> bool:
        return self.progress.should_stop() or time.monotonic() > self._end
