"""The best plan that can be paid for: against brute force, against the plan that nobody asks to pay for, monotone."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model.decomposition import Decomposition
from model.evaluation import Depth
from model.funding.closing import Closing, yearly_cost
from model.funding.offers import build_funding
from model.funding.problem import Funding
from model.funding.rules import FundingRequest
from model.funding.search import Portfolio, PortfolioSearch
from model.options import Options
from model.progress import Silent
from model.result_investment import builds_table
from network.network import Network
from tests.model.conftest import make_problem
from tests.model.funding.bank_world import bank_world, offers_of, plan_with
from tests.model.funding.linear_financing import can_be_paid

Floats = NDArray[np.float64]
CAPS = ("power_cap_project", "power_cap_portfolio", "power_cap_country", "power_cap_asset_class")


class Searched:
    """A world searched for its best plan, whoever pays."""

    def __init__(self, world: Network) -> None:
        self.world, self.problem = world, make_problem(world)
        decomposition = Decomposition(self.problem, Options(threads=1, gap=0.0, time_limit_s=60.0), Silent())
        self.best = decomposition.run()
        self.search = PortfolioSearch(decomposition, world, self.best)

    def funding(self, world: Network | None = None, **request: Any) -> Funding:
        return build_funding(self.problem, world or self.world, FundingRequest(**request))

    def under(self, funding: Funding) -> Portfolio:
        return self.search.solve(funding, "cost", 60.0, lambda: False)

    def plans(self) -> Iterator[Floats]:
        """All plans that are allowed: each project in one of its periods or never."""
        starts = self.problem.strategy.starts
        for choice in product(*[(None, *own) for _, own in starts.groupby("project").indices.items()]):
            plan = np.zeros(len(starts))
            plan[[at for at in choice if at is not None]] = 1.0
            if self.search.search.plans.is_allowed(plan):
                yield plan

    def value(self, plan: Floats) -> float:
        return self.search.search.value(plan, Depth.EXACT)

    def names(self, plan: Floats) -> set[str]:
        table = builds_table(self.problem, plan)
        return set(table.loc[table["decision"] == "built", "project_id"])


def small_world(**changes: Any) -> Network:
    """One period and two modes, so that all subsets, periods and modes can be looked at."""
    world = bank_world(**changes)
    modes = world.concession_modes[world.concession_modes["mode"].isin(["public", "traffic_risk"])]
    one = world.periods.iloc[:1].assign(last_year=2042)
    return world.replace(periods=one, concession_modes=modes.reset_index(drop=True))


@pytest.fixture(scope="module")
def searched() -> Searched:
    return Searched(bank_world())


@pytest.fixture(scope="module")
def small() -> Searched:
    return Searched(small_world())


def test_the_plan_that_nobody_pays_for_is_the_best_of_all(searched: Searched, small: Searched) -> None:
    for one, count in ((searched, 108), (small, 20)):
        plans = list(one.plans())
        assert len(plans) == count
        assert one.best.value == pytest.approx(min(one.value(plan) for plan in plans), rel=1e-9)
        assert one.names(one.best.plan) == {"RAIL", "PORT", "LINE", "SOFT"}


def test_without_caps_the_plan_is_the_plain_optimum(searched: Searched) -> None:
    rich = bank_world(funders={name: {"envelope_musd_per_year": 1000} for name in ("MDB", "CNB")})
    found = searched.under(searched.funding(rich, power_cap=1.0))
    assert found.plan.tolist() == searched.best.plan.tolist()
    assert found.value == pytest.approx(searched.best.value)
    assert found.gain == pytest.approx(searched.best.gain)
    assert found.gap == pytest.approx(0, abs=1e-6)


ENVELOPES = {"CNB": 14, "MDB": 12, "COM": 3, "TCDB": 6, "EQF": 1, "KZF": 3, "AZF": 3}
LITTLE = {"funders": {name: {"envelope_musd_per_year": most} for name, most in ENVELOPES.items()}}
POOR: dict[str, dict[str, Any]] = {
    "caps": {"tables": {"rules": {"power_cap_project": 0.26, "power_cap_portfolio": 0.26, "power_cap_country": 0.26}}},
    "budget and cap": {"request": {"budget_musd_per_year": 52, "power_cap": 0.35}},
    "small envelopes": {"tables": LITTLE},
    "poor states": {"tables": {"countries": {"KZ": {"guarantee_cap_musd_per_year": 8},
                                             "AZ": {"guarantee_cap_musd_per_year": 14}}}},
}  # fmt: skip


@pytest.mark.parametrize("name", list(POOR))
def test_five_projects_by_brute_force(small: Searched, name: str) -> None:
    """Every plan valued by the network and paid for by a linear program of its own, mode by mode."""
    world = small_world(**POOR[name].get("tables", {}))
    funding = small.funding(world, **POOR[name].get("request", {}))
    found = small.under(funding)
    for best in sorted(small.plans(), key=small.value):
        _, _, cash = small.search.routed(best)
        if can_be_paid(replace(funding, cash=cash[funding.needs["project"].to_numpy(np.int64)]), best):
            break
    assert found.value == pytest.approx(small.value(best), rel=1e-9)
    assert small.names(found.plan) == small.names(best)
    assert found.gain < small.best.gain - 1  # the limits bind
    assert small.names(best)  # and leave something
    assert found.bound <= found.value + 1e-6


def test_the_linear_program_agrees_with_the_closing(small: Searched) -> None:
    funding = small.funding(small_world(**LITTLE))
    closing = small.search.closing(funding, tickets=False)
    answers = {small.names(plan).__repr__(): (closing.financing(plan) is not None, can_be_paid(funding, plan))
               for plan in list(small.plans())[1::2]}  # fmt: skip
    assert {name: both for name, both in answers.items() if both[0] != both[1]} == {}
    assert len(set(answers.values())) == 2


@pytest.mark.parametrize(
    "steps",
    [
        [{"power_cap": cap} for cap in (1.0, 0.45, 0.2, 0.0)],
        [{"budget_musd_per_year": budget} for budget in (None, 60, 0)],
        [{"envelopes": name} for name in ("high", "base", "low")],
        [{"with_bank": True}, {"with_bank": False}],
    ],
    ids=["caps", "budget", "envelopes", "bank"],
)
def test_tightening_never_helps(searched: Searched, steps: list[dict[str, Any]]) -> None:
    gains = [searched.under(searched.funding(**step)).gain for step in steps]
    assert all(loose >= tight - 1e-6 for loose, tight in pairwise(gains)), gains
    assert all(0 <= gain <= searched.best.gain + 1e-6 for gain in gains)
    if steps[-1] in ({"power_cap": 0.0}, {"budget_musd_per_year": 0}):
        assert gains[-1] == pytest.approx(0, abs=1e-6)


def test_debt_is_cut_to_what_the_shippers_routing_pays() -> None:
    """Nobody but companies at the risk of traffic may finance RAIL alone; L2 lets half of what it adds come.

    By the bound every tonne of 1,000 kt pays; at the routing half of 2,000 kt does: what the debt needs lies between.
    """
    world = bank_world(only=("KZF", "COM"), rules=dict.fromkeys(CAPS, 1.0),
                   funders={"KZF": {"max_share_of_cost": 1.0, "envelope_musd_per_year": 500},
                            "COM": {"max_share_of_cost": 1.0, "envelope_musd_per_year": 500}})  # fmt: skip
    modes = world.concession_modes[world.concession_modes["mode"] == "traffic_risk"].reset_index(drop=True)
    classes = world.asset_classes.assign(concession_mode="traffic_risk", charge_share=0.9, variable_cost_share=0.0)
    terms = world.funder_terms.assign(max_share_of_cost=np.where(world.funder_terms["funder_id"] == "KZF", 0.93, 0.5))
    world = world.replace(concession_modes=modes, asset_classes=classes, funder_terms=terms)
    one = Searched(world)
    plan = plan_with(one.problem, RAIL=0)
    funding = one.funding()
    (debt,) = offers_of(funding, project_id="RAIL", period=0, funder_id="COM")
    need = int(funding.offers["need"].iloc[debt])
    _, revenue, cash = one.search.routed(plan)
    per_musd = funding.service[debt].max()
    bound, routed = funding.cash[need].min(), cash[funding.needs["project"].iloc[need]].min()
    assert routed < bound
    least = 0.07 * 300 / (1 - funding.offers["idc"].iloc[debt]) * per_musd * funding.needs["dscr_floor"].iloc[need]
    assert routed < least < bound, (routed, least, bound)
    assert Closing(one.search._with(funding), tickets=False).financing(plan) is not None
    real = replace(funding, cash=cash[funding.needs["project"].to_numpy(np.int64)])
    assert Closing(one.search._with(real), tickets=False).financing(plan) is None
    assert one.search.paid(builds_table(one.problem, plan), FundingRequest(), "cost") is None
    found = one.under(funding)
    assert "RAIL" not in one.names(found.plan) or "PORT" in one.names(found.plan)
    again = one.search.routed(found.plan)
    assert again[1] == pytest.approx(found.revenue)  # who pays changes no flow
    assert one.search.routed(plan)[1] == pytest.approx(revenue)


def test_a_cut_of_what_lacks_leaves_every_plan_that_can_be_paid_for(small: Searched) -> None:
    """The shortfall is convex: from any plan its tangent is below what every other plan lacks."""
    funding = small.funding(small_world(**LITTLE))
    closing = small.search.closing(funding, tickets=False)
    plans = list(small.plans())
    lacks = [closing.shortfall(plan) for plan in plans]
    assert min(one.total for one in lacks) == pytest.approx(0, abs=1e-6)
    assert max(one.total for one in lacks) > 1
    for at, one in zip(plans, lacks, strict=True):
        assert one.total == pytest.approx(closing.unfunded(at)["musd"].sum(), abs=1e-2)
        for plan, other in zip(plans, lacks, strict=True):
            assert one.total + one.slope @ (plan - at) <= other.total + 1e-6 * (1 + one.total)


def test_without_time_what_lacks_money_at_its_routing_is_left_out(small: Searched) -> None:
    """The master has no second look; the plan falls back to what it can pay for, not to nothing."""
    funding = small.funding(small_world(**LITTLE))
    hurried = small.search.solve(funding, "cost", 0.0, lambda: False)
    calm = small.under(funding)
    assert 0 < hurried.gain <= calm.gain + 1e-6
    assert hurried.bound <= calm.value + 1e-6
    assert hurried.financing.is_whole
    _, _, cash = small.search.routed(hurried.plan)
    at_routing = replace(funding, cash=cash[funding.needs["project"].to_numpy(np.int64)])
    assert can_be_paid(at_routing, hurried.plan)


def test_offers_for_a_plan_alone_finance_it_at_the_same_cost(small: Searched) -> None:
    funding = small.funding()
    plan = small.best.plan
    own, needs, offers = funding.of_plan(plan)
    assert len(own.offers) < len(funding.offers)
    assert own.needs["project_id"].tolist() == funding.needs["project_id"].iloc[needs].tolist()
    for name in ("funder_id", "instrument", "most_musd"):
        assert own.offers[name].tolist() == funding.offers[name].iloc[offers].tolist()
    whole, part = (small.search.closing(one, tickets=False).financing(plan) for one in (funding, own))
    assert whole is not None
    assert part is not None
    cost = yearly_cost(funding)
    assert part.amount @ cost[offers] == pytest.approx(whole.amount @ cost, rel=1e-6)
