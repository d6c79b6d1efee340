"""A scenario in which portfolios are routed and paid for: the world, its problem, and what it is with nothing built."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.build import build_problem
from model.decomposition import Decomposition
from model.funding.problem import Funding
from model.funding.revenue import asset_terms, cash_flow, revenues
from model.options import Options
from model.problem import Problem
from model.progress import Progress
from model.result_flows import BlockFlows, corridors_table, solved_flows
from model.result_trade import accounts_table, members
from model.scenario import Scenario
from model.studies.portfolio_chain import refreshed
from network.network import Network

Floats = NDArray[np.float64]
_LEAST_MUSD = 1e-3
TOLLS = "tolls"
"""Account of what owners of projects receive beyond today's charges."""
_MIDDLE = "middle"  # the corridor across the Caspian, in network/corridors.csv


@dataclass(frozen=True)
class Routed:
    """A plan routed by the shippers.

    Attributes:
        plan: units started, by start. value: million USD, minimised: what shippers and investors pay at the charges in
            force. by_period: weighted value of the blocks.
        revenue, cash: projects x periods, million USD a year: charges on flows, and what they leave for debt service.
        owners: projects x periods, discounted million USD: what owners receive, less the cost of carrying, beyond what
            they do at today's charges; 0 where these are in force.
    """

    plan: Floats
    value: float
    by_period: Floats
    flows: list[BlockFlows]
    revenue: Floats
    cash: Floats
    owners: Floats

    @property
    def net_value(self) -> float:
        """Million USD, minimised; charges beyond those of today are a transfer."""
        return self.value - float(self.owners.sum())

    @property
    def net_by_period(self) -> Floats:
        """Weighted value of the blocks by period; charges beyond those of today are a transfer."""
        net: Floats = self.by_period - self.owners.sum(axis=0)
        return net


@dataclass(frozen=True)
class Charges:
    """Charges of the projects of one plan at other levels than today's.

    Attributes:
        today: the scenario at the charges of today. levels: charge over that of today by project id.
        parts: by block, what each project has of what is paid on each row. net: of each project at the plan's routing
            of today, less the cost of carrying, projects x periods, million USD a year.
    """

    today: "World"
    levels: Mapping[str, float]
    parts: tuple[csr_matrix, ...]
    net: Floats


@dataclass(frozen=True)
class World:
    """A scenario with its problem.

    Attributes:
        network: after the levers. charges: levels of tolls in force; None = those of today.
    """

    scenario: Scenario
    network: Network
    search: Decomposition
    charges: Charges | None = None

    @property
    def problem(self) -> Problem:
        """The problem of the scenario."""
        return self.search.problem

    @cached_property
    def empty(self) -> Routed:
        """Nothing built, at the charges of today."""
        return self.routed(self.search.plans.nothing) if self.charges is None else self.charges.today.empty

    @property
    def today(self) -> "World":
        """The scenario at the charges of today."""
        return self if self.charges is None else self.charges.today

    def routed(self, plan: Floats) -> Routed:
        """A plan routed to the tolerance of a run."""
        built = self.search.plans.built(plan)
        value, _ = self.search.evaluation.settle(built)
        by_period = self.search.evaluation.by_period(built)
        for solver in self.search.solvers:
            solver.mark_used()
            solver.reprice()
        flows = solved_flows(self.problem, self.search.solvers, built)
        charges = self.charges
        revenue = revenues(self.problem, self.network, flows, None if charges is None else charges.parts)
        cash = cash_flow(self.problem, self.network, revenue)
        weight = self.problem.periods["weight"].to_numpy(float)
        owners = np.zeros(revenue.shape) if charges is None else (self.carried(revenue) - charges.net) * weight
        return Routed(plan, self.search.plans.cost(plan) + value, by_period, flows, revenue, cash, owners)

    def carried(self, revenue: Floats) -> Floats:
        """Revenue less the cost of carrying, projects x periods, million USD a year."""
        net: Floats = revenue * (
            1.0 - asset_terms(self.problem, self.network)["variable_cost_share"].to_numpy()[:, None]
        )
        return net

    def with_funding(self, funding: Funding) -> Problem:
        """The problem with a financing in its strategic layer."""
        return replace(self.problem, strategy=replace(self.problem.strategy, funding=funding))

    def winners(self, routed: Routed) -> pd.DataFrame:
        """Table ``portfolio_winners`` without scenario: accounts of a plan less those with nothing built."""
        both = [self._accounts(item).assign(sign=sign) for item, sign in ((routed, 1.0), (self.empty, -1.0))]
        table = pd.concat(both)
        table = table[(table["unit"] == "musd") & (table["counts"] > 0)]
        table = table.assign(gain_musd=table["discounted_musd"] * table["sign"])
        table = pd.concat([table, self._owners(routed)])
        total: pd.DataFrame = table.groupby(["country", "account"], as_index=False)[["gain_musd"]].sum()
        total = total[total["gain_musd"].abs() > _LEAST_MUSD]
        named: pd.DataFrame = total.rename(columns={"country": "party"})
        return named.sort_values("gain_musd", ascending=False, ignore_index=True)

    def _owners(self, routed: Routed) -> pd.DataFrame:
        """What owners receive beyond today's charges, in equal parts to the countries of a project."""
        union = members(self.network)
        rows = [
            (union.get(country, country), float(gain) / len(countries))
            for text, gain in zip(self.problem.strategy.projects["country"], routed.owners.sum(axis=1), strict=True)
            for countries in [str(text).split("|")]
            for country in countries
        ]
        return pd.DataFrame(rows, columns=["country", "gain_musd"]).assign(account=TOLLS)

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
