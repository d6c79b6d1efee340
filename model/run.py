"""A scenario solved: problem, plan, flows and prices, gathered into a Solution."""

import resource
import sys
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.block_solver import TOLERANCE
from model.build import build_problem, with_weights
from model.chain.kept_flows import KeptFlows
from model.chain.problem import Chain
from model.chain.run import ChainRun, run_chain
from model.decomposition import Decomposition
from model.diagnosis import diagnose
from model.errors import InfeasibleError, LimitError
from model.identity import input_hash
from model.incentive import SHIPPER, incentive_gap
from model.incumbent import Incumbent
from model.joint import EXACT, solve_joint, takes_arcs
from model.options import Options
from model.plans import plan_of
from model.problem import Problem
from model.progress import Progress
from model.result_accounts import base_year_table, cost_share_by_confidence, costs_table
from model.result_flows import corridors_table, flows_table, solved_flows
from model.result_investment import builds_table
from model.result_lanes import demand_table, prices_table
from model.result_limits import capacities_table
from model.result_market_capacity import market_capacity_table
from model.result_processing import balances_table
from model.result_trade import accounts_table, block_value, market_prices_table, trade_table
from model.reuse import ANEW, Anew
from model.routing import arc_routing, path_routing
from model.scenario import Scenario
from model.solution import TABLE_BY_NAME, Solution
from model.states import build_states, central, states_table
from network.graph import notices
from network.network import Network

Floats = NDArray[np.float64]
_ROUNDING = 1e-9
_PROVEN, _LEAST_MUSD = 1e-6, 1e-12  # of the value and at least: a plan whose bound is this close is optimal
_PACKAGES = ("kervan", "pyomo", "highspy", "numpy", "pandas", "scipy")


@dataclass
class Clock:
    """Seconds by phase of a run."""

    seconds: dict[str, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.perf_counter)

    def lap(self, phase: str) -> None:
        """Book the time since the last lap on a phase."""
        now = time.perf_counter()
        self.seconds[phase] = self.seconds.get(phase, 0.0) + now - self._last
        self._last = now


def solve_scenario(
    network: Network,
    scenario: Scenario,
    options: Options,
    progress: Progress,
    builds: pd.DataFrame | None = None,
    chain_builds: pd.DataFrame | None = None,
    kept: Anew = ANEW,
) -> Solution:
    """Solve a scenario.

    Args:
        network: the world before the scenario's levers.
        scenario: its levers.
        options: how to solve.
        progress: listener; its ``should_stop`` ends the search with the best plan.
        builds, chain_builds: tables of those names of another run, whose investments are taken as they are: only
            operations are solved.
        kept: what this run takes from others; nothing by default.

    Raises:
        InputError: the tables contradict each other, a lane has no path, ``builds`` does not fit.
        InfeasibleError: no plan carries the firm cargo within all limits.
        LimitError: stopped before there was a plan.
    """
    clock = Clock()
    progress.phase("Building the problem")
    world = kept.world(network, scenario)
    problem = build_states(network, scenario, options)[0] if options.states else kept.problem(world, network, options)
    clock.lap("build")
    search = kept.search(problem, options, progress, builds)
    clock.lap("handover")
    best = _plan(problem, search, options, progress) if builds is None else search.fixed(plan_of(problem, builds))
    search.finish(best, kept.precision or _tolerance(problem, options, is_given=builds is not None))
    _check_firm(problem, search, options, None if builds is None else best.plan)
    solved = solved_flows(problem, search.solvers, search.plans.built(best.plan))
    first = [s for s in search.solvers if s.parts[0].block.state == central(problem)]
    unbound = {name: kt for solver in first for name, kt in solver.unbound().items()}
    if builds is None:
        search.keep(best)
    clock.lap("solve")
    gap = None
    if options.objective != SHIPPER and not options.states and not takes_arcs(problem, options):
        gap = incentive_gap(world, network, options, progress, best.plan, solved)
    base = kept.base_year(lambda: _base_year(network, options, progress, problem))
    clock.lap("base_year")
    shown = [item for item in solved if item.block.state == central(problem)]  # flows and prices are of one state
    tables = {
        "flows": flows_table(problem, shown),
        "builds": builds_table(problem, best.plan),
        "prices": prices_table(problem, shown),
        "capacities": capacities_table(problem, shown),
        "demand": demand_table(problem, shown),
        "costs": costs_table(problem, solved, best.plan, options.objective),
        "corridors": corridors_table(problem, shown),
        "accounts": accounts_table(problem, solved, search.plans.cost(best.plan), options.objective),
        "market_prices": market_prices_table(problem, shown),
        "trade": trade_table(problem, shown),
        "states": states_table(problem, solved, [block_value(item) for item in solved]),
        "market_capacity": market_capacity_table(problem, solved, unbound, central(problem)),
        "balances": balances_table(problem, shown),
        "base_year": base,
        "policy_worth": TABLE_BY_NAME["policy_worth"].empty(),
    }
    clock.lap("results")

    def solve_chain(built: Chain | None, flows: KeptFlows | None = None) -> ChainRun:
        return run_chain(world, options, progress, chain_builds, built, flows)

    chain = kept.chain(world, options, chain_builds, solve_chain)
    clock.lap("chain")
    tables |= chain.tables
    tables = {name: table if len(table) else TABLE_BY_NAME[name].empty() for name, table in tables.items()}
    clock.lap("results")
    run = _run_facts(problem, scenario, options, search, best, tables, clock, world)
    return Solution(tables, run | {"incentive_gap": gap, "states": problem.states, "chain": chain.facts})


def _check_firm(problem: Problem, search: Decomposition, options: Options, given: Floats | None) -> None:
    """Raise an error that says why where the plan leaves firm cargo."""
    if search.overflow_kt() <= 0:
        return
    routing = arc_routing(problem) if takes_arcs(problem, options) else path_routing(search.pool.columns)
    conflict = diagnose(problem, routing, given)
    if not conflict:
        raise LimitError("stopped before a plan carried all firm cargo; give more time with --time-limit")
    raise InfeasibleError(conflict)


def _tolerance(problem: Problem, options: Options, is_given: bool) -> float:
    """To what share of the transport cost the plan is priced; 0.01 % where only the flows of a given plan are asked."""
    if takes_arcs(problem, options):
        return EXACT
    return 10 * TOLERANCE if is_given else TOLERANCE


def _plan(problem: Problem, search: Decomposition, options: Options, progress: Progress) -> Incumbent:
    """The plan, by the joint program on arcs where the world is small, by decomposition otherwise."""
    if not takes_arcs(problem, options):
        return search.run()
    return solve_joint(problem, options, progress, search.nothing())


def _base_year(network: Network, options: Options, progress: Progress, problem: Problem) -> pd.DataFrame:
    """The observed year solved with its own demand and network, nothing built, and set against observations."""
    measures = network.base_year
    if measures.empty:
        return base_year_table(problem, [], network)
    year = int(measures["year"].mode().iloc[0])
    progress.phase(f"Solving the base year {year}")
    periods = with_weights(
        pd.DataFrame({"period": [year], "first_year": [year], "last_year": [year]}), network.parameter("discount_rate")
    )
    past = build_problem(network, network, replace(options, objective="shipper"), periods)
    past = replace(past, strategy=replace(past.strategy, starts=past.strategy.starts.iloc[:0]))
    search = Decomposition(past, options, progress)
    search.nothing()
    solved = solved_flows(past, search.solvers, search.plans.built(search.plans.nothing))
    return base_year_table(past, solved, network)


def _run_facts(
    problem: Problem,
    scenario: Scenario,
    options: Options,
    search: Decomposition,
    best: Incumbent,
    tables: dict[str, pd.DataFrame],
    clock: Clock,
    world: Network,
) -> dict[str, Any]:
    sizes = np.array([solver.size for solver in search.solvers]).sum(axis=0)
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "objective_name": options.objective,
        "discount_rate": world.parameter("discount_rate"),
        "status": _status(best, options),
        "objective": -best.value,
        "bound": -best.bound,
        "gap": abs(best.value - best.bound) / max(abs(best.value), _LEAST_MUSD),
        "gap_of_gain": None if best.is_given else best.gap_of_gain,  # a plan that is given is not compared with others
        "value_of_nothing_built": _finite(-best.nothing),  # None where nothing built leaves firm cargo
        "gain": _finite(best.gain),
        "input_hash": input_hash(world, options, scenario),
        "versions": dict(_versions()),
        "sizes": {
            "columns": int(sizes[0]),
            "rows": int(sizes[1]),
            "nonzeros": int(sizes[2]),
            "classes": len(problem.classes.classes),
            "paths": len(search.pool),
            "links": len(world.links),
            "projects": int((~problem.strategy.divisible).sum()),
            "cuts": len(search.master.cuts),
        },
        "seconds": dict(clock.seconds),
        "peak_memory_mb": peak_memory_mb(),
        "cost_share_by_confidence": cost_share_by_confidence(tables["costs"]),
        "notices": notices(world),
        "levers": scenario.records(),
        "periods": [int(period) for period in problem.periods["period"]],
        "seasons": list(problem.seasons["season"]),
        "formulation": "arc" if takes_arcs(problem, options) else "path",
        "discounted_years": [float(weight) for weight in problem.periods["weight"]],
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }


@cache
def _versions() -> dict[str, str]:
    return {name: version(name) for name in _PACKAGES}


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _status(best: Incumbent, options: Options) -> str:
    if best.is_given:
        return "plan given"
    if options.relax:
        return "relaxed"
    if best.value - best.bound <= _PROVEN * abs(best.value) + _LEAST_MUSD:
        return "optimal"
    return "within gap" if best.gap_of_gain <= options.gap + _ROUNDING else "stopped at limit"


def peak_memory_mb() -> float:
    """Peak resident memory of this process, MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024.0**2 if sys.platform == "darwin" else 1024.0)
