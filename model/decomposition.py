"""Investment over period blocks: a relaxation made tight, branch and bound in each period, moves, and a proven bound.

All values are million USD, discounted, minimised (minus welfare). With what is built fixed, the units of blocks are
independent and re-solve warm; every plan is valued so. The bound comes from the joint relaxation, whose paths are
priced, so that it holds over all paths and not only over the generated ones; its prices cut the master, which proposes
plans. Branch and bound within each period lifts these cuts; what is left after that is closed by branch and bound over
all periods together.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.block_part import Likely
from model.block_solver import TOLERANCE, BlockSolver, Cut
from model.errors import InfeasibleError, LimitError
from model.evaluation import Depth, Evaluation
from model.incumbent import PROVEN, Incumbent
from model.joint_relaxation import JointRelaxation, OutOfTimeError, Relaxed
from model.lifting import Lifting
from model.master import Master
from model.moves import neighbours
from model.options import Options
from model.path_store import PathStore
from model.paths import PathPool
from model.plans import Plans
from model.pricing import Pricer
from model.problem import Problem
from model.progress import Progress
from model.record import Record, load_record, problem_key, save_record
from model.rounding import rounded
from model.settling import settled
from model.tree import Seat, Tree, visit
from model.trimming import drop_idle

Floats = NDArray[np.float64]
_THRESHOLDS = (0.7, 0.5, 0.3)
_EXPLORED = 1e-3  # of the transport cost, to which paths are generated with everything built
_RELAXED = 1e-3  # of the gain, to which the relaxation is priced
_ROUGH = 5e-2  # the same, before more valid inequalities come
_STRONG_ROUNDS = 4  # of valid inequalities, while each still brings the bound down by _STRONG of the gain
_STRONG = 0.004
_ROOT_SHARE = 0.25  # of the time, at most, for the relaxation
_MOVES_SHARE = 0.07  # of the time, at most, for moves before the tree
_BURST_SHARE = 0.08  # of the time, at most, for moves after the tree has found a better plan
_NODE_THRESHOLDS = (0.6, 0.35)
_BETTER = 1e-3  # of the gain: a plan better by this is worth moves around it
_TRIM_SHARE = 0.08  # of the time, at most and after it, for dropping what is not worth its cost
_SETTLE_SHARE = 0.15  # of the time, at most and after it, for what comes in any size
_EXACT = 1e-9  # of the value: bound and plan are one
_IMPROVEMENT = 1e-7  # of the gain: smaller differences are noise
_MASTER_SECONDS = 5.0
_MOVES = 20  # neighbours solved before the master is asked again
_RADII = (2.0, 4.0, 8.0)  # changes of the plan within which the master looks for a better one


@dataclass(frozen=True)
class Prepared:
    """What a search may begin with.

    Attributes:
        pool: of paths of a problem on the same arcs and classes. solvers: of the units of this very problem; None = new
            ones. record: a plan to try, and cuts and a bound that are known to hold here.
    """

    pool: PathPool
    solvers: list[BlockSolver] | None = None
    record: Record | None = None


class _Nobody:
    """Takes no cuts."""

    def add(self, unit: int, cut: Cut) -> None:
        """Leave it."""


class Decomposition:
    """The search for a plan over one problem."""

    def __init__(
        self,
        problem: Problem,
        options: Options,
        progress: Progress,
        prepared: Prepared | None = None,
    ) -> None:
        """Set up.

        Args:
            prepared: what other searches have left to begin with; None = nothing.
        """
        self.problem = problem
        self.options = options
        self.progress = progress
        self.plans = Plans(problem.strategy)
        self._pricer = pricer = Pricer(problem.supernetwork, problem.classes)
        self.pool = PathPool(pricer.arc_count) if prepared is None else prepared.pool
        self._store = None if options.store is None else PathStore(options.store, problem, pricer)
        if self._store is not None and prepared is None:
            self._store.load(self.pool)
        given = None if prepared is None else prepared.solvers
        if not given:  # kept sessions hold paths of every class already
            self._seed_paths(pricer)
        self.solvers = given or [BlockSolver(problem, u, self.pool, pricer, options.threads) for u in problem.units]
        self.master = Master(problem, options.threads)
        self.evaluation = Evaluation(self.solvers, self.master, options.threads)
        # A plan in parts is none to resume from, and the bound of whole plans is not that of the relaxation.
        self._records = None if options.relax else options.store
        self._key = "" if self._records is None else problem_key(problem)
        self._record = load_record(self._records, self._key) if self._records is not None else None
        if self._record is None and prepared is not None:
            self._record = prepared.record
        spent = 0.0 if self._record is None else self._record.seconds
        self._began = time.monotonic() - spent
        self._end = self._began + options.seconds

    def at_costs(self, problem: Problem) -> None:
        """Go on at other costs of arcs, to value plans by real flows; cuts and bounds of before hold no more.

        Args:
            problem: that differs in nothing else.
        """
        self.problem = problem
        for solver, unit in zip(self.solvers, problem.units, strict=True):
            solver.at_costs(problem, unit)
        self.evaluation = Evaluation(self.solvers, _Nobody(), self.options.threads)

    def _seed_paths(self, pricer: Pricer) -> None:
        """Offer every class its cheapest paths without congestion, in each period."""
        for cost in {id(block.cost): block.cost for block in self.problem.blocks}.values():
            endless = np.full(len(self.problem.classes.classes), np.inf)
            self.pool.add(pricer.bundles(cost, endless)[1])

    def run(self) -> Incumbent:
        """Search until the gap of the gain, the time limit or a request to stop; always with a plan and a bound."""
        nothing = self.nothing()
        best = Incumbent(self.plans.nothing, self.value(self.plans.nothing, Depth.EXACT), nothing, -np.inf)
        if not len(self.problem.strategy.starts):
            best.bound = self.master.relaxed()[0]
            return best
        if self._record is not None:
            self._resume(best, self._record)
            if self._done(best):
                return best
        best.bound = max(best.bound, self.master.relaxed()[0])
        self.progress.phase("Pricing paths with everything built")
        least = self._likely()
        self.evaluation.explore(self.plans.everything(), _EXPLORED, self._over)
        likely = [one.or_by(other) for one, other in zip(least, self._likely(), strict=True)]
        if not self.options.relax:
            self._ask_near(best, np.inf)  # a plan at once, however little time there is
        self.progress.phase("Finding the relaxed plan")
        relaxation = JointRelaxation(self.problem, self.pool, self._pricer, self.options.threads, likely)
        root = self._relax(best, relaxation)
        if self.options.relax:
            if root is None:
                raise LimitError("stopped before the relaxed plan was found; give more time with --time-limit")
            best.plan, best.value = root.plan, self.value(root.plan, Depth.PRICED)
        if root is None or self.options.relax:
            return best
        self._search(best, relaxation, root)
        self._trim(best)
        self._settle(best, relaxation)
        return best

    def _search(self, best: Incumbent, relaxation: JointRelaxation, root: Relaxed) -> None:
        """Search for whole projects, from the relaxed plan."""
        self.progress.phase("Searching for whole projects")
        for threshold in _THRESHOLDS:
            self._offer_rounded(best, root, threshold, is_first=True)
        self._moves(best, _MOVES_SHARE)
        if self._done(best):
            return
        try:
            relaxation.settle(self._left())
        except OutOfTimeError:
            return
        if len(self.problem.periods) > 1:  # with one period both trees are the same
            self._lift(best, relaxation, root)
        self._branch(best, relaxation, root)

    def _trim(self, best: Incumbent) -> None:
        """Drop what is not worth its cost."""
        end = time.monotonic() + _TRIM_SHARE * self.options.seconds
        drop_idle(
            self.plans,
            self.master,
            best,
            lambda plan: self._offer(best, plan, Depth.PRICED),
            lambda: self.progress.should_stop() or time.monotonic() > end,
        )

    def _settle(self, best: Incumbent, relaxation: JointRelaxation) -> None:
        """Settle what comes in any size at the projects of the plan: the search ends before differences so small."""
        if self.problem.strategy.divisible.any():
            self.progress.phase("Settling capacity for markets")
            best.plan = settled(self.plans, relaxation, best.plan, _SETTLE_SHARE * self.options.seconds)

    def _resume(self, best: Incumbent, record: Record) -> None:
        """Take up the plan and the cuts of an earlier search on the same problem."""
        self.progress.phase("Taking up the earlier search")
        self.master.take(record.cuts, record.lifted)
        best.bound = record.bound
        if self.plans.is_allowed(record.plan):
            self._offer(best, record.plan, Depth.KNOWN)

    def keep(self, best: Incumbent) -> None:
        """Keep paths, plan and cuts for the next run."""
        if self._store is not None:
            self._store.save(self.pool)
        if self._records is not None:
            seconds = time.monotonic() - self._began
            save_record(
                self._records, self._key, Record(best.plan, self.master.cuts, self.master.lifted, best.bound, seconds)
            )

    def nothing(self) -> float:
        """Value of building nothing, proven over all paths; inf where that leaves firm cargo."""
        self.progress.phase("Pricing paths with nothing built")
        value = self.value(self.plans.nothing, Depth.EXACT)
        return np.inf if self.overflow_kt() > 0 else value

    def overflow_kt(self) -> float:
        """Firm cargo that found no room at the last solve of every unit, kt a year."""
        return sum(solver.overflow_kt() for solver in self.solvers)

    def fixed(self, plan: Floats) -> Incumbent:
        """A plan that is given, with nothing to search; its value is its bound, and nothing built is not solved.

        What comes in any size is no part of what is given: it follows the projects.
        """
        if self.problem.strategy.divisible.any():
            self.progress.phase("Settling capacity for markets")
            self.evaluation.explore(self.plans.built(plan), _EXPLORED, self._over)
            relaxation = JointRelaxation(self.problem, self.pool, self._pricer, self.options.threads, self._likely())
            plan = settled(self.plans, relaxation, plan, self.options.seconds)
        return Incumbent(plan, np.inf, np.nan, np.inf, is_given=True)

    def finish(self, best: Incumbent, tolerance: float = TOLERANCE) -> None:
        """Solve every unit exactly at the plan, so that flows and prices are those of the plan."""
        self.progress.phase("Pricing the final plan")
        cost = self.plans.cost(best.plan)
        value, proven = self.evaluation.settle(self.plans.built(best.plan), tolerance)
        for solver in self.solvers:
            solver.mark_used()
            solver.reprice()
        best.value = cost + value
        best.bound = cost + proven if best.is_given else min(max(best.bound, self.master.relaxed()[0]), best.value)

    def value(self, plan: Floats, depth: Depth) -> float:
        """Value of a plan, attained, million USD, minimised."""
        return self.plans.cost(plan) + self.evaluation.value(self.plans.built(plan), depth)

    def _likely(self) -> list[Likely]:
        """What each block needs at the last solve of the units."""
        return [item for solver in self.solvers for item in solver.likely()]

    def _relax(self, best: Incumbent, relaxation: JointRelaxation) -> Relaxed | None:
        """Solve the relaxation, with valid inequalities while they pay; None if there was no time for any.

        ``--relax`` asks for the relaxation as it is, without the inequalities and without a limit but the user's.
        """
        end = self._end if self.options.relax else self._began + _ROOT_SHARE * self.options.seconds
        rounds = 0 if self.options.relax else _STRONG_ROUNDS
        root: Relaxed | None = None
        began = time.monotonic()
        try:
            root = self._priced(best, relaxation, _RELAXED if not rounds else _ROUGH, self._end)
            took = time.monotonic() - began  # what a round takes; one that would end too late is not begun
            for _ in range(rounds):
                before, began = best.bound, time.monotonic()
                if self._over() or began + took > end or not relaxation.separate():
                    break
                root = self._priced(best, relaxation, _ROUGH, end)
                took = time.monotonic() - began
                if best.bound - before < _STRONG * max(best.possible, 1e-9):
                    break
            if rounds and time.monotonic() < end:
                root = self._priced(best, relaxation, _RELAXED, end)
        except OutOfTimeError:
            pass  # what was priced before stands
        if root is not None:
            relaxation.mark_used()
        return root

    def _priced(self, best: Incumbent, relaxation: JointRelaxation, tolerance: float, end: float) -> Relaxed:
        """Price the relaxation until its bound is close, or the time is over.

        Args:
            tolerance: of the gain. end: when it is close enough.

        Raises:
            OutOfTimeError: the search ended before there was a bound.
        """
        root: Relaxed | None = None
        while True:
            try:
                value = relaxation.solve(self._left())
            except OutOfTimeError:
                if root is None:
                    raise
                return root
            if value is None:
                raise InfeasibleError("no plan keeps all limits: prerequisites and budgets contradict each other")
            close = tolerance * max(best.nothing - value, 1e-9) if np.isfinite(best.nothing) else PROVEN * abs(value)
            if relaxation.recall() > close and not self._over():
                continue
            root = relaxation.price()
            self._take(best, root)
            if root.value - root.bound <= close or self._over() or time.monotonic() > end:
                return root

    def _take(self, best: Incumbent, relaxed: Relaxed, bound: float = np.inf) -> None:
        """Give the cuts of a relaxation to the master and take a bound (default: its own)."""
        for unit, cut in relaxed.cuts:
            self.master.add(unit, cut)
        proven = relaxed.bound if np.isinf(bound) else bound
        best.bound = min(max(best.bound, proven), best.value)
        self._report(best)

    def _offer_rounded(self, best: Incumbent, relaxed: Relaxed, threshold: float, is_first: bool = False) -> None:
        """Evaluate the whole plan that has in service what the relaxed one has to a threshold or more.

        Args:
            is_first: of the search: paths are generated for it, without which a plan far from those known looks worse
                than it is, and it is evaluated even when the time is over: the relaxed plan may have taken all of it.
        """
        plan = rounded(self.plans, relaxed.plan, relaxed.built, threshold)
        built = self.plans.built(plan)
        late = self._over() and not (is_first and best.value == best.nothing)
        if late or self.progress.should_stop() or not self.plans.is_allowed(plan) or self.evaluation.is_known(built):
            return
        if is_first:
            self.evaluation.explore(built, _EXPLORED, self._over)
        self._offer(best, plan, Depth.KNOWN)

    def _moves(self, best: Incumbent, share: float) -> None:
        """Improve the plan by the master near it and by local moves, for a share of the time at most."""
        end = min(self._end, time.monotonic() + share * self.options.seconds)

        def over() -> bool:
            return time.monotonic() > end or self._done(best)

        improved = True
        while improved and not over():
            improved = False
            for radius in _RADII:
                while not over() and self._ask_near(best, radius):
                    improved = True
            while not over() and self._local_move(best, over):
                improved = True

    def _lift(self, best: Incumbent, relaxation: JointRelaxation, root: Relaxed) -> None:
        """Raise the bound by whole projects within each period, at the prices of the relaxation."""
        self.progress.phase("Raising the bound period by period")
        lifting = Lifting(self.problem, self.pool, self._pricer, self.options.threads, relaxation, root)
        try:
            lifting.start(self._left)
        except OutOfTimeError:
            return
        while not self._done(best):
            built = self.plans.built(best.plan)
            lifting.offer(self.evaluation.by_period(built), built)
            raised = lifting.visit(self._left)
            if not raised:
                return
            for period in raised:
                self.master.lift(period.number, period.cut)
            best.bound = min(max(best.bound, self.master.relaxed()[0]), best.value)
            self._report(best)

    def _branch(self, best: Incumbent, relaxation: JointRelaxation, root: Relaxed) -> None:
        """Branch and bound until the gap or the time ends it; the plans of nodes are rounded and improved."""
        relaxations = [relaxation]
        if self.options.threads > 1:
            second = JointRelaxation(self.problem, self.pool, self._pricer, self.options.threads, relaxation.likely())
            second.take_rows(relaxation)
            relaxations.append(second)
        tree = Tree(self.problem, relaxation, root)
        while not self._done(best) and not tree.is_exhausted:
            before = best.value
            cutoff = best.value - _IMPROVEMENT * best.scale
            visits = visit([Seat(tree, one, cutoff) for one in relaxations], self._left)
            for seen in visits:
                if seen.relaxed is None:
                    continue
                if seen.is_whole:
                    self._offer(best, self.plans.snapped(seen.relaxed.plan), Depth.EXACT)
                else:
                    for threshold in _NODE_THRESHOLDS:
                        self._offer_rounded(best, seen.relaxed, threshold)
                self._take(best, seen.relaxed, min(tree.bound, best.value))
            if best.value < before - _BETTER * best.scale:
                self._moves(best, _BURST_SHARE)
        tree.prune(best.value)
        best.bound = min(max(best.bound, tree.bound), best.value)

    def _ask_near(self, best: Incumbent, radius: float) -> bool:
        """Evaluate the most promising plan within some changes of the best one; True if that was better."""
        answer, plan = self.master.integer(best.plan, self._within(_MASTER_SECONDS), 0.0, radius)
        if not len(answer.value) or not self.plans.is_allowed(plan) or answer.objective >= best.value:
            return False
        return self._offer(best, plan, Depth.PRICED)

    def _within(self, seconds: float) -> float:
        """Seconds, at most what is left of the search."""
        return max(0.5, min(seconds, self._left()))

    def _done(self, best: Incumbent) -> bool:
        # A gap of 0 asks for all that can be proven, not for what is printed as 0.
        near = best.value - best.bound <= _EXACT * abs(best.value)
        return self._over() or near or 0 < self.options.gap >= best.gap_of_gain

    def _local_move(self, best: Incumbent, over: Callable[[], bool]) -> bool:
        """Change one or two projects; moves that the cuts rule out are not solved. True if the plan became better."""
        for promise, plan in self._promising(best):
            if over():
                return False
            if promise < best.value and self.plans.is_allowed(plan) and self._offer(best, plan, Depth.KNOWN):
                return True
        return False

    def _promising(self, best: Incumbent) -> list[tuple[float, Floats]]:
        """Neighbours of the plan that the cuts leave a chance, in the order of what they seem worth.

        The cuts say what a neighbour can be at best; what moves today and today's prices say what it will probably be.
        """
        plans = np.unique(np.array(list(neighbours(self.plans, best.plan))), axis=0)
        built, here = self.plans.built_by(plans), self.plans.built(best.plan)
        cost = self.plans.costs(plans)
        promise = cost + self.master.bound_at(built)
        worth = np.einsum("npt,pt->n", built - here[None], self.evaluation.worth(here))
        likely = cost - self.plans.cost(best.plan) - worth
        margin = best.value - _IMPROVEMENT * best.scale
        order = [n for n in np.argsort(likely, kind="stable") if promise[n] < margin]
        fresh = [n for n in order if not self.evaluation.is_known(built[n])]
        return [(float(promise[n]), plans[n]) for n in fresh[:_MOVES]]

    def _offer(self, best: Incumbent, plan: Floats, depth: Depth) -> bool:
        """Evaluate a plan and take it if it is better."""
        value = self.value(plan, depth)
        better = value < best.value - _IMPROVEMENT * best.scale
        if better:
            best.plan, best.value = plan, value
            self.value(plan, Depth.PRICED)  # its cut tells how much each neighbour can gain at most
        self._report(best)
        return better

    def _report(self, best: Incumbent) -> None:
        left = max(0.0, self._left())
        self.progress.update(-best.value, -best.bound, best.gap_of_gain, left)

    def _left(self) -> float:
        """Seconds left of the search."""
        return self._end - time.monotonic()

    def _over(self) -> bool:
        return self.progress.should_stop() or time.monotonic() > self._end
