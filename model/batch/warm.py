"""Runs of one batch in one process: what scenarios have in common is solved once, and sessions are kept.

The *anchor* is the base scenario at the plan that all runs take. Its blocks are solved exactly and their sessions, the
paths and the basis are kept. A scenario takes the steps of the base's build that it leaves alone
(``model.batch.kept_steps``); where it lies on the same arcs and classes, what goes to the solver is only how its arrays
differ from those that the session holds. Simplex starts from the basis of the anchor, or from
nothing where limits changed, paths are priced until the value is proven to 1e-8 of the transport cost, and the session
gives up what it has generated. So every answer depends on the anchor and the scenario alone and not on what was solved
in between. A scenario of another shape (other classes or arcs) is solved by itself.

Where investments are searched, a scenario starts from the paths and the plan of the base scenario, and from its cuts
and bound where the scenario is nowhere better than the base (``model.batch.dominance``), which is when they hold.

The observed year is the same in all scenarios, and the rare-earth chain is solved again only where it differs.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.basis_transfer import Start
from model.batch.digest import digest
from model.batch.dominance import nowhere_better, same_investment
from model.batch.kept_build import KeptBuild
from model.batch.kept_chain import KeptChain
from model.batch.sameness import same
from model.block_solver import BlockSolver
from model.build import build_problem
from model.chain.run import ChainRun, ChainSolve
from model.classes import LaneClasses
from model.decomposition import Decomposition, Prepared
from model.errors import InputError
from model.joint import takes_arcs
from model.options import Options
from model.path_store import PathStore
from model.paths import ColumnCoefficients, PathPool
from model.plans import plan_of
from model.pricing import Pricer
from model.problem import Block, Problem
from model.progress import Progress, Silent
from model.record import Record, load_record, problem_key
from model.reuse import Anew
from model.run import solve_scenario
from model.scenario import Scenario
from model.solution import Solution
from model.steps import ANEW, Steps
from network.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
EXACT = 1e-8  # of the transport cost, to which plans are priced: far below what answers may differ by


@dataclass(frozen=True)
class Anchor:
    """The base scenario, solved exactly at a plan.

    Attributes:
        pool: its paths. columns: of the pool, by unit and block. starts: basis by unit.
        known: coefficients of all paths, by unit and block. solvers: whose sessions are kept.
    """

    problem: Problem
    pool: PathPool
    columns: list[list[Ints]]
    starts: list[Start]
    known: list[list[ColumnCoefficients]]
    solvers: list[BlockSolver]

    def moved(self, problem: Problem) -> Prepared | None:
        """The kept sessions at another problem; None where it lies on other arcs or classes."""
        if not alike(self.problem, problem):
            return None
        pool, pricer = self.pool.fork(), Pricer(problem.supernetwork, problem.classes)
        parts = zip(self.solvers, problem.units, self.columns, self.starts, self.known, strict=True)
        for solver, unit, columns, start, known in parts:
            held = [
                own if coefficients_alike(self.problem.classes, before, problem.classes, block) else None
                for own, before, block in zip(known, start.blocks, unit, strict=True)
            ]
            solver.retarget(problem, unit, pool, pricer, columns, start, held)
        return Prepared(pool, self.solvers)


def coefficients_alike(classes: LaneClasses, block: Block, other_classes: LaneClasses, other: Block) -> bool:
    """Whether :func:`model.paths.coefficients` gives the same of any columns in two blocks."""
    one, two = (
        (
            who.classes[["group", "t_per_teu", "value_of_time_usd_per_t_h"]],
            at.cost,
            [item.freight for item in at.cargo],
            at.capacity.passage,
            at.capacity.is_teu,
            at.savings.hours,
            at.savings.freight_share,
            at.savings.labels["boxed"],
        )
        for who, at in ((classes, block), (other_classes, other))
    )
    return same(one, two)


def drop_anchor(
    network: Network, base: Scenario, options: Options, builds: pd.DataFrame, steps: Steps = ANEW
) -> Anchor | None:
    """Solve the base scenario exactly at a plan and keep its sessions; None for worlds so small that arcs are used.

    Args:
        network: the world before levers. builds: table of the plan. steps: of the build of the base, where it was made.
    """
    problem = build_problem(base.apply(network), network, options, steps=steps)
    if takes_arcs(problem, options):
        return None
    search = Decomposition(problem, replace(options, store=None), Silent())
    best = search.fixed(plan_of(problem, builds))
    search.finish(best, EXACT)
    columns = [[part.columns for part in solver.parts] for solver in search.solvers]
    pricer = Pricer(problem.supernetwork, problem.classes)
    # Set up once more, so that the paths that were generated stand among the others and the arrays are those of all.
    make = partial(BlockSolver, problem, pool=search.pool, pricer=pricer, threads=options.threads)
    solvers = [make(unit=unit, columns=own) for unit, own in zip(problem.units, columns, strict=True)]
    built = search.plans.built(best.plan)
    for solver in solvers:
        solver.solve(np.ascontiguousarray(built[:, solver.period]))
    known = [[part.known for part in solver.parts] for solver in solvers]
    return Anchor(problem, search.pool, columns, [solver.start() for solver in solvers], known, solvers)


def alike(one: Problem, other: Problem) -> bool:
    """Whether the paths of one problem are paths of the other, class by class."""
    frames = (
        (one.classes.pairs, other.classes.pairs),
        (one.supernetwork.arcs[["tail", "head"]], other.supernetwork.arcs[["tail", "head"]]),
    )
    ways = all(len(a) == len(b) and np.array_equal(a.to_numpy(float), b.to_numpy(float)) for a, b in frames)
    names = [block.name for block in one.blocks] == [block.name for block in other.blocks]
    return ways and names and list(one.strategy.projects["project_id"]) == list(other.strategy.projects["project_id"])


@dataclass(frozen=True)
class Searched:
    """The search of the base scenario, as it was left.

    Attributes:
        builds: table of its plan. store: folder of its paths, cuts and bound (``model.path_store``, ``model.record``).
    """

    builds: pd.DataFrame
    store: Path

    def prepared(self, problem: Problem, base: Problem) -> Prepared:
        """What a search over another problem may begin with: paths, the plan, and what bounds it there too."""
        pricer = Pricer(problem.supernetwork, problem.classes)
        pool = PathPool(pricer.arc_count)
        PathStore(self.store, problem, pricer).load(pool)
        return Prepared(pool, record=self._record(problem, base))

    def _record(self, problem: Problem, base: Problem) -> Record | None:
        left = load_record(self.store, problem_key(base))
        if left is None:
            return None
        if problem_key(problem) == problem_key(base):
            return replace(left, seconds=0.0)
        try:
            plan = plan_of(problem, self.builds)
        except InputError:  # the scenario does not allow the plan of the base
            return None
        if not alike(problem, base) or not nowhere_better(problem, base):
            return Record(plan, [], [], -np.inf, 0.0)
        if not same_investment(problem, base):
            return Record(plan, left.cuts, [], -np.inf, 0.0)
        return replace(left, plan=plan, seconds=0.0)


class WarmSolver(Anew):
    """Solves scenarios one after the other."""

    def __init__(self, network: Network, base: Scenario, options: Options, searched: Searched | None = None) -> None:
        """Nothing is solved yet.

        Args:
            network: the world before levers. base: scenario of the anchor.
            searched: its search, for scenarios whose investments are searched.
        """
        self._network, self._base, self._options = network, base, replace(options, store=None)
        self._searched, self._build = searched, KeptBuild(network, base, self._options)
        self._anchors: dict[str, Anchor | None] = {}
        self._base_year: pd.DataFrame | None = None
        self._chain = KeptChain(network, base, self._options)
        self.precision = EXACT

    def __call__(self, scenario: Scenario, builds: pd.DataFrame | None, chain_builds: pd.DataFrame | None) -> Solution:
        """Solve a scenario; see :func:`model.run.solve_scenario`."""
        return solve_scenario(self._network, scenario, self._options, Silent(), builds, chain_builds, kept=self)

    def world(self, network: Network, scenario: Scenario) -> Network:
        """The world after the levers of a scenario, those that it shares with the base applied once."""
        return super().world(network, scenario) if network is not self._network else self._build.world(scenario)

    def problem(self, world: Network, reference: Network, options: Options) -> Problem:
        """The problem of a world, as far as it is that of the base not built again."""
        if reference is not self._network or replace(options, store=None) != self._options:
            return super().problem(world, reference, options)
        return self._build.problem(world)

    def search(
        self, problem: Problem, options: Options, progress: Progress, builds: pd.DataFrame | None
    ) -> Decomposition:
        """The kept sessions where investments are given and the problem has the shape of the anchor's.

        Where they are searched, a search that starts from that of the base.
        """
        if options.states or takes_arcs(problem, options):
            return super().search(problem, options, progress, builds)
        if builds is None:
            if self._searched is None:
                return super().search(problem, options, progress, builds)
            return Decomposition(problem, options, progress, self._searched.prepared(problem, self._build.base_problem))
        anchor = self._anchor(builds)
        return Decomposition(problem, options, progress, None if anchor is None else anchor.moved(problem))

    def _anchor(self, builds: pd.DataFrame) -> Anchor | None:
        key = digest(builds[builds["decision"] == "built"][["project_id", "start_period", "units"]])
        if key not in self._anchors:
            self._anchors.clear()  # its sessions hold most of a worker's memory
            steps = self._build.steps
            self._anchors[key] = drop_anchor(self._network, self._base, self._options, builds, steps)
        return self._anchors[key]

    def base_year(self, solve: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The observed year, solved once."""
        if self._base_year is None:
            self._base_year = solve()
        return self._base_year

    def chain(self, world: Network, options: Options, builds: pd.DataFrame | None, solve: ChainSolve) -> ChainRun:
        """The chain as it was answered before, or solved from that of the base."""
        return self._chain.run(world, options, builds, solve)
