"""Financings of given plans: every limit kept, worked out anew from the amounts, and the mix that a goal asks for."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from model.errors import InputError
from model.funding.cash import commitments, project_cash
from model.funding.closing import GOALS, LEAST_MUSD, Closing, yearly_cost
from model.funding.measures import projects_table
from model.funding.rules import FundingRequest
from model.problem import Problem
from tests.model.funding.bank_world import bank_world, closing_of, funded, offers_of, plan_with
from tests.model.funding.limits_by_hand import bank_equity, overruns, uses_less_sources

Floats = NDArray[np.float64]
NO_CAPS = dict.fromkeys(("power_cap_project", "power_cap_portfolio", "power_cap_country", "power_cap_asset_class"), 1)
CHAIN = {"RAIL": 0, "PORT": 0, "LINE": 1, "SOFT": 1}
PLANS: list[dict[str, int]] = [{}, {"RAIL": 0}, {"SHIP": 0}, {"SHIP": 0, "LINE": 0, "SOFT": 0}, CHAIN]
WORLDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "no state may borrow": {"countries": {"KZ": {"guarantee_cap_musd_per_year": 0},
                                          "AZ": {"guarantee_cap_musd_per_year": 12}}},
    "soft loans alone": {"countries": {"AZ": {"grant_element_min": 0.05}, "KZ": {"guarantee_headroom_musd": 90}}},
    "strong bank": {"rules": {"authorised_capital_musd": 4000, "paid_in_years": 1},
                    "funders": {"TCDB": {"envelope_musd_per_year": 200}, "MDB": {"envelope_musd_per_year": 8}}},
    "hosts bound": {"rules": {"host_exempt": 0, "power_cap_project": 0.4, "max_funders_per_project": 4}},
}  # fmt: skip


@cache
def closing_in(name: str) -> tuple[Problem, Closing]:
    """The problem of a world and its financings."""
    problem = funded(bank_world(**WORLDS[name]))
    return problem, Closing(problem)


@pytest.fixture(scope="module")
def plain() -> Problem:
    return closing_in("plain")[0]


@pytest.mark.parametrize("world", list(WORLDS))
@pytest.mark.parametrize(
    ("plan", "goal"),
    [*((plan, "cost") for plan in PLANS), (CHAIN, "mobilisation"), (CHAIN, "independence")],
    ids=lambda one: one if isinstance(one, str) else "-".join(one) or "nothing",
)
def test_every_limit_is_kept(world: str, plan: dict[str, int], goal: str) -> None:
    problem, closing = closing_in(world)
    units = plan_with(problem, **plan)
    found = closing.financing(units, goal)
    if found is None:
        assert len(closing.unfunded(units)), "no financing, and nothing lacks"
        return
    funding = closing.funding
    assert np.abs(uses_less_sources(funding, units, found)).max() < 1e-6 + LEAST_MUSD * len(plan)
    broken = {name: by for name, by in overruns(funding, found).items() if by > 1e-6 + LEAST_MUSD * len(plan)}
    assert not broken
    start = funding.needs["start"].to_numpy()
    assert np.bincount(start, weights=found.mode) == pytest.approx(units, abs=1e-6)
    assert np.abs(found.mode - found.mode.round()).max() < 1e-6  # one mode a start
    if funding.bank is not None:
        assert found.equity == pytest.approx(bank_equity(funding, found), abs=1e-2)
    members = np.zeros((len(units), len(funding.funders)))
    np.add.at(members, (funding.offers["start"], funding.offers["funder"]), found.amount)
    assert ((members > LEAST_MUSD).sum(axis=1) <= funding.rules["max_funders_per_project"]).all()


def test_the_worlds_bind_what_they_are_for() -> None:
    """The sweep above says something only where plans are financed, and differently."""
    chain = {}
    for name in WORLDS:
        problem, closing = closing_in(name)
        chain[name] = closing.financing(plan_with(problem, **CHAIN))
    assert [name for name, one in chain.items() if one is not None] == ["plain", "strong bank", "hosts bound"]


def test_sources_are_cost_and_interest_to_the_last_dollar(plain: Problem) -> None:
    """Without the rounding of small amounts: the values of the program themselves."""
    closing = Closing(plain, tickets=False)
    plan = plan_with(plain, **CHAIN)
    found = closing.financing(plan)
    assert found is not None
    exact = replace(found, amount=found.value[closing._finance])
    assert np.abs(uses_less_sources(closing.funding, plan, exact)).max() < 1e-6
    assert max(overruns(closing.funding, exact).values()) < 1e-6


def test_tickets_and_the_number_of_funders_are_kept_or_it_is_said() -> None:
    world = bank_world(rules={"max_funders_per_project": 2})
    least = world.funder_terms.assign(ticket_min_musd=np.where(world.funder_terms["funder_id"] == "MDB", 40.0, 5.0))
    closing = closing_of(world.replace(funder_terms=least), tickets=True)
    plan = plan_with(funded(world), RAIL=0)
    found, loose = closing.financing(plan), closing_of(world).financing(plan)
    assert found is not None
    assert loose is not None
    assert found.keeps_tickets
    by = closing.funding.offers.assign(x=found.amount).query("x > 0").groupby("funder_id")["x"].sum()
    assert len(by) == 2
    assert by.get("MDB", 40.0) >= 40 - 1e-6
    assert by.min() >= 5
    cost = yearly_cost(closing.funding)
    assert len(closing.funding.offers.assign(x=loose.amount).query("x > 0").groupby("funder_id")) > 2
    assert found.amount @ cost > loose.amount @ cost
    # SOFT costs 50: a development bank's least ticket is out of reach, and no two of the others keep the caps.
    small = closing.financing(plan_with(funded(world), SOFT=0))
    assert small is not None
    assert not small.keeps_tickets
    assert small.is_whole


def test_guarantees_never_fund_and_stand_behind_commercial_loans() -> None:
    """AZ is below investment grade: of 240 lenders take 60 without cover, and guarantees of 96 cover as much more."""
    world = bank_world(only=("COM", "MDB"), rules=NO_CAPS)
    loans = (world.funder_terms["instrument"] == "senior") & (world.funder_terms["funder_id"] == "MDB")
    problem = funded(world.replace(funder_terms=world.funder_terms[~loans].reset_index(drop=True)))
    funding = problem.strategy.funding
    assert funding is not None
    rich = replace(funding, cash=np.full_like(funding.cash, 1e4))
    closing = Closing(replace(problem, strategy=replace(problem.strategy, funding=rich)))
    plan = plan_with(problem, SHIP=0)
    assert closing.financing(plan) is None
    idc = float(funding.offers["idc"].to_numpy()[offers_of(funding, project_id="SHIP", funder_id="COM")].max())
    lacks = 240 - 24 - 156 * (1 - idc)
    assert closing.unfunded(plan)["musd"].sum() == pytest.approx(lacks)
    found = closing.accounted(plan, np.full(len(funding.offers), np.nan))
    by = funding.offers.assign(x=found.amount).groupby("instrument")["x"].sum()
    assert by.to_dict() == pytest.approx({"senior": 156, "grant": 24, "guarantee": 96}, abs=1e-3)
    assert uses_less_sources(funding, plan, found).sum() == pytest.approx(lacks, abs=1e-2)
    assert not found.is_whole


def test_the_envelope_of_a_funder_that_only_guarantees_is_kept() -> None:
    """Seven years of 5: guarantees of 35 cover loans of 60 and 35."""
    world = bank_world(only=("COM", "MDB"), rules=NO_CAPS, funders={"MDB": {"envelope_musd_per_year": 5}})
    other = (world.funder_terms["instrument"] != "guarantee") & (world.funder_terms["funder_id"] == "MDB")
    problem = funded(world.replace(funder_terms=world.funder_terms[~other].reset_index(drop=True)))
    funding = problem.strategy.funding
    assert funding is not None
    rich = replace(funding, cash=np.full_like(funding.cash, 1e4))
    closing = Closing(replace(problem, strategy=replace(problem.strategy, funding=rich)))
    found = closing.accounted(plan_with(problem, SHIP=0), np.full(len(funding.offers), np.nan))
    by = funding.offers.assign(x=found.amount).groupby("instrument")["x"].sum()
    assert by.to_dict() == pytest.approx({"senior": 95, "guarantee": 35}, abs=1e-3)


def test_debt_within_its_limit_is_covered_in_every_year() -> None:
    """A company that bears the traffic borrows all that it may: its floor holds in the dearest year, not on average."""
    world = bank_world(only=("AZF", "COM", "MDB"), rules=NO_CAPS, funders={"AZF": {"envelope_musd_per_year": 100}})
    alone = world.concession_modes[world.concession_modes["mode"] == "traffic_risk"].reset_index(drop=True)
    terms = world.funder_terms.assign(
        max_share_of_cost=np.where(
            world.funder_terms["funder_id"] == "AZF", 0.8, world.funder_terms["max_share_of_cost"]
        )
    )
    world = world.replace(concession_modes=alone, funder_terms=terms)
    problem = funded(world)
    closing, plan = Closing(problem), plan_with(problem, SHIP=0)
    found = closing.financing(plan, "mobilisation")
    assert found is not None
    limits = closing.limits(found).query("family == 'debt_service' and value > 0")
    assert (limits["limit"] - limits["value"]).min() == pytest.approx(0, abs=1e-3)  # all that it may
    taken = commitments(closing.funding, found)
    revenue = np.full(problem.strategy.given.shape, 48.0)
    cash = project_cash(problem, world, plan, taken, revenue, revenue)
    (row,) = projects_table(problem, world, plan, closing.funding, taken, cash).itertuples()
    assert row.dscr_min >= 1.5 - 1e-6


def test_a_plan_that_no_mix_of_one_mode_pays_for_has_no_financing() -> None:
    """A grant of a fifth and a sovereign loan of a half: 70 % in any mode. Parts of several modes are no financing."""
    world = bank_world(only=("MDB", "COM"), rules=NO_CAPS,
                       funders={"MDB": {"max_share_of_cost": 1, "envelope_musd_per_year": 500}})  # fmt: skip
    kept = world.funder_terms[world.funder_terms["recourse"].isin(["sovereign", "none"])]
    lent = world.funder_terms[world.funder_terms["funder_id"] == "COM"]
    shares = [0.5, 0.2, 0.3]
    terms = pd.concat([kept, lent], ignore_index=True).assign(max_share_of_cost=shares)
    assert terms["instrument"].tolist() == ["senior", "grant", "senior"]
    problem = funded(world.replace(funder_terms=terms))
    plan = plan_with(problem, RAIL=0)
    for tickets in (True, False):
        assert Closing(problem, tickets=tickets).financing(plan) is None
    idc = float(problem.strategy.funding.offers.query("is_sovereign")["idc"].max())  # type: ignore[union-attr]
    lacks = Closing(problem).unfunded(plan)
    assert lacks["musd"].sum() == pytest.approx(300 * (1 - 0.2 - 0.5 * (1 - idc)))


def test_no_funder_for_a_project_is_no_financing(plain: Problem) -> None:
    closing = closing_of(bank_world(only=("KZF",)))
    plan = plan_with(plain, LINE=0)
    assert closing.financing(plan) is None
    assert closing.unfunded(plan)["musd"].tolist() == pytest.approx([400])
    assert closing.financing(plan * 0) is not None


def test_goals_take_the_cheapest_the_most_private_and_the_least_concentrated_money(plain: Problem) -> None:
    closing = Closing(plain)
    funding, plan = closing.funding, plan_with(plain, **CHAIN)
    found = {goal: closing.financing(plan, goal) for goal in GOALS}
    cost, private, held = {}, {}, {}
    for goal, one in found.items():
        assert one is not None
        funds = one.amount * funding.offers["is_funding"].to_numpy(float)
        cost[goal] = one.amount @ yearly_cost(funding)
        private[goal] = funds @ funding.offers["is_private"].to_numpy(float)
        exempt = np.where(funding.host[funding.offers["need"]], 0.0, funding.look_through[funding.offers["funder"]])
        held[goal] = funds @ exempt.max(axis=1)
    slack = 1.01
    assert cost["cost"] <= slack * min(cost.values())
    assert private["mobilisation"] * slack >= max(private.values())
    assert held["independence"] <= slack * min(held.values())
    assert private["mobilisation"] > private["cost"]


def test_an_unknown_goal_and_a_problem_without_money_are_refused(plain: Problem) -> None:
    with pytest.raises(InputError, match="Did you mean mobilisation"):
        Closing(plain, tickets=False).financing(plan_with(plain), "mobilization")
    with pytest.raises(ValueError, match="no funding"):
        Closing(replace(plain, strategy=replace(plain.strategy, funding=None)))


def test_the_bank_left_out_has_no_balance_sheet() -> None:
    world = bank_world()
    closing = closing_of(world, FundingRequest(with_bank=False))
    found = closing.financing(plan_with(funded(world), RAIL=0))
    assert found is not None
    assert len(found.equity) == len(found.borrowing) == 0
