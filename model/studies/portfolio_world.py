"""A scenario in which portfolios are routed and paid for: the world, its problem, and what it is with nothing built."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.build import build_problem
from model.decomposition import Decomposition
from model.funding.problem import Funding
from model.funding.revenue import cash_flow, revenues
from model.options import Options
from model.problem import Problem
from model.progress import Progress
from model.result_flows import BlockFlows, corridors_table, solved_flows
from model.result_trade import accounts_table
from model.scenario import Scenario
from model.studies.portfolio_chain import refreshed
from network.network import Network

Floats = NDArray[np.float64]
_LEAST_MUSD = 1e-3
_MIDDLE = "middle"  # the corridor across the Caspian, in network/corridors.csv


@dataclass(frozen=True)
class Routed:
    """A plan routed by the shippers.

    Attributes:
        plan: units started, by start. value: million USD, minimised. by_period: weighted value of the blocks.
        revenue, cash: projects x periods, million USD a year: charges on flows, and what they leave for debt service.
    """

    plan: Floats
    value: float
    by_period: Floats
    flows: list[BlockFlows]
    revenue: Floats
    cash: Floats


@dataclass(frozen=True)
class World:
    """A scenario with its problem.

    Attributes:
        network: after the levers.
    """

    scenario: Scenario
    network: Network
    search: Decomposition

    @property
    def problem(self) -> Problem:
        """The problem of the scenario."""
        return self.search.problem

    @cached_property
    def empty(self) -> Routed:
        """Nothing built."""
        return self.routed(self.search.plans.nothing)

    def routed(self, plan: Floats) -> Routed:
        """A plan routed to the tolerance of a run."""
        built = self.search.plans.built(plan)
        value, _ = self.search.evaluation.settle(built)
        by_period = self.search.evaluation.by_period(built)
        for solver in self.search.solvers:
            solver.mark_used()
            solver.reprice()
        flows = solved_flows(self.problem, self.search.solvers, built)
        revenue = revenues(self.problem, self.network, flows)
        cash = cash_flow(self.problem, self.network, revenue)
        return Routed(plan, self.search.plans.cost(plan) + value, by_period, flows, revenue, cash)

    def with_funding(self, funding: Funding) -> Problem:
        """The problem with a financing in its strategic layer."""
        return replace(self.problem, strategy=replace(self.problem.strategy, funding=funding))

    def winners(self, routed: Routed) -> pd.DataFrame:
        """Table ``portfolio_winners`` without scenario: accounts of a plan less those with nothing built."""
        both = [self._accounts(item).assign(sign=sign) for item, sign in ((routed, 1.0), (self.empty, -1.0))]
        table = pd.concat(both)
        table = table[(table["unit"] == "musd") & (table["counts"] > 0)]
        table = table.assign(gain_musd=table["discounted_musd"] * table["sign"])
        total: pd.DataFrame = table.groupby(["country", "account"], as_index=False)[["gain_musd"]].sum()
        total = total[total["gain_musd"].abs() > _LEAST_MUSD]
        named: pd.DataFrame = total.rename(columns={"country": "party"})
        return named.sort_values("gain_musd", ascending=False, ignore_index=True)

    def _accounts(self, routed: Routed) -> pd.DataFrame:
        return accounts_table(
            self.problem, routed.flows, self.search.plans.cost(routed.plan), self.search.options.objective
        )

    def emissions_kt(self, routed: Routed) -> float:
        """Emissions of freight in the last period less those with nothing built, kt CO2 a year."""
        sums = []
        for item in (routed, self.empty):
            table = self._accounts(item)
            last = table[(table["account"] == "emissions") & (table["period"] == table["period"].max())]
            sums.append(float(last["amount"].sum()))
        return sums[0] - sums[1]

    def corridor_kt(self, routed: Routed) -> float:
        """Cargo on the corridor across the Caspian in the last period, kt a year."""
        table = corridors_table(self.problem, routed.flows)
        last = table[(table["corridor_id"] == _MIDDLE) & (table["period"] == table["period"].max())]
        return float(last["flow_kt"].sum())


def open_world(
    network: Network,
    scenario: Scenario,
    options: Options,
    progress: Progress,
    refresh: bool = False,
) -> World:
    """Set a scenario up.

    Args:
        network: the world before the levers. refresh: whether candidates of the rare-earth chain earn what this
            scenario's prices give them, and not those of the first.
    """
    progress.phase(f"Setting up {scenario.name}")
    world = scenario.apply(network)
    if refresh:
        world = refreshed(world, options, progress)
    return World(scenario, world, Decomposition(build_problem(world, network, options), options, progress))
