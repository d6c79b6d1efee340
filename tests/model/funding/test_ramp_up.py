"""Ramp-up by hand: traffic by year, cash in its years, and that tables and program use the same revenue."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from model.funding.cash import commitments, project_cash
from model.funding.closing import Closing, Financing
from model.funding.covenants import label
from model.funding.measures import projects_table
from model.funding.ramp_up import cash_columns, traffic_share
from model.funding.rules import FundingRequest
from model.options import Options
from model.problem import Problem
from model.progress import Silent
from model.scenario import Scenario
from model.studies.portfolio import examine
from model.studies.portfolio_world import open_world
from network.network import Network
from tests.model.funding.bank_world import bank_world, funded, offers_of, plan_with

NO_CAPS = dict.fromkeys(("power_cap_project", "power_cap_portfolio", "power_cap_country", "power_cap_asset_class"), 1)


def ramped(years: int, first: float, **changes: object) -> Network:
    """The small world in which ports ramp up."""
    made = bank_world(**changes)  # type: ignore[arg-type]
    port = made.asset_classes["asset_class"] == "port"
    classes = made.asset_classes.assign(ramp_up_years=np.where(port, years, 0),
                                        ramp_up_first_share=np.where(port, first, 1.0))  # fmt: skip
    return made.replace(asset_classes=classes)


@pytest.mark.parametrize(
    ("years", "first", "shares"), [(2, 0.6, [0.6, 0.8, 1, 1]), (1, 0.5, [0.5, 1, 1, 1]), (0, 1.0, [1, 1, 1, 1])]
)
def test_traffic_rises_evenly_from_its_first_share(years: int, first: float, shares: list[float]) -> None:
    assert traffic_share(years, first, np.arange(4)).tolist() == pytest.approx(shares)


def test_revenue_of_the_first_years_in_the_cash_table() -> None:
    """In service from 2030: 24, 32, then 40 a year; running cost is 45 % of it and 2."""
    network = ramped(2, 0.6)
    problem = funded(network)
    funding = problem.strategy.funding
    assert funding is not None
    none = np.zeros(len(funding.years))
    financing = Financing(np.zeros(len(funding.offers)), np.zeros(len(funding.needs)), none, none, np.empty(0))
    revenue = np.full(problem.strategy.given.shape, 40.0)
    plan = plan_with(problem, PORT=0)
    cash = project_cash(problem, network, plan, commitments(funding, financing), revenue, revenue).set_index("year")
    assert cash.loc[2029:2034, "revenue_musd"].tolist() == pytest.approx([0, 24, 32, 40, 40, 40])
    assert cash.loc[2030:2032, "operating_cost_musd"].tolist() == pytest.approx([0.45 * r + 2 for r in (24, 32, 40)])


def test_cash_of_the_years_of_ramp_up_by_hand() -> None:
    """Two periods, then three years: what is left after running cost of 2 and, beyond depreciation, a fifth of tax."""
    network = ramped(3, 0.4)
    problem = funded(network)
    funding = problem.strategy.funding
    assert funding is not None
    needs = funding.needs[(funding.needs["project_id"] == "PORT") & (funding.needs["period"] == 0)]
    depreciation = 200 / 30

    def cash(revenue: float) -> float:
        left = 0.55 * revenue - 2
        return max(left - 0.2 * max(left - depreciation, 0.0), 0.0)

    full = np.full(problem.strategy.given.shape, cash(40.0))
    found = cash_columns(problem, network, needs, full)
    assert found.shape == (len(needs), 5)
    assert found[0] == pytest.approx([cash(40), cash(40), cash(16), cash(24), cash(32)])
    nothing = cash_columns(problem, network, needs, np.zeros_like(full))
    assert (nothing == 0).all()
    poor = cash_columns(problem, network, needs, np.full_like(full, cash(6.0)))
    assert poor[0] == pytest.approx([cash(6), cash(6), 0, 0, cash(4.8)])
    endless = cash_columns(problem, network, needs, np.full_like(full, np.inf))
    assert np.isinf(endless).all()
    rails = funding.needs[funding.needs["project_id"] == "RAIL"]
    rail = cash_columns(problem, network, rails, full)
    assert rail == pytest.approx(np.full(rail.shape, cash(40)))


def test_a_plan_without_ramp_up_is_tested_in_a_world_that_has_some() -> None:
    """Years of ramp-up are those of all classes, whichever are in the plan that is looked at alone."""
    world = open_world(ramped(3, 0.4), Scenario("base", "As it is", "", "", ()), Options(threads=1), Silent())
    found = examine(world, plan_with(world.problem, RAIL=0), FundingRequest(power_cap=1.0), "cost")
    narrow = found.closing.funding
    assert set(narrow.needs["project_id"]) == {"RAIL"}
    assert narrow.service.shape[1] == narrow.cash.shape[1] == 5
    assert found.tables["portfolio_projects"]["project_id"].tolist() == ["RAIL"]
    assert found.tables["portfolio_finance"]["amount_musd"].sum() > 0


def test_without_ramp_up_there_are_periods_alone() -> None:
    funding = funded(ramped(0, 1.0)).strategy.funding
    assert funding is not None
    assert funding.service.shape[1] == funding.cash.shape[1] == funding.reward.shape[1] == 2


def test_service_of_years_of_ramp_up_is_apart_and_equity_waits() -> None:
    funding = funded(ramped(3, 0.4)).strategy.funding
    assert funding is not None
    (loan,) = offers_of(funding, project_id="PORT", mode="traffic_risk", period=0, funder_id="COM", instrument="senior")
    from_2030 = funding.service[loan]
    assert from_2030[2] > 0  # in 2030, the first year of service
    assert from_2030[0] >= from_2030[4] * 0.95  # of the rest of its period
    (stake,) = offers_of(
        funding, project_id="PORT", mode="traffic_risk", period=0, funder_id="EQF", instrument="equity"
    )
    assert (funding.reward[stake, :2] > 0).all()
    assert (funding.reward[stake, 2:] == 0).all()
    late = offers_of(funding, project_id="PORT", mode="traffic_risk", period=1, funder_id="COM", instrument="senior")
    assert funding.service[late[0], 0] == 0


def borrower(years: int, first: float) -> tuple[Network, Problem, Financing]:
    """A company at full risk that borrows all it may, by private money first."""
    network = ramped(years, first, only=("AZF", "COM", "MDB"), rules=NO_CAPS,
                     funders={"AZF": {"envelope_musd_per_year": 100}})  # fmt: skip
    alone = network.concession_modes[network.concession_modes["mode"] == "traffic_risk"].reset_index(drop=True)
    state = network.funder_terms["funder_id"] == "AZF"
    terms = network.funder_terms.assign(
        max_share_of_cost=np.where(state, 1.0, network.funder_terms["max_share_of_cost"]),
        grace_years=np.where(state, np.nan, 0.0),
    )
    network = network.replace(concession_modes=alone, funder_terms=terms)
    problem = funded(network)
    funding = problem.strategy.funding
    assert funding is not None
    needs = funding.needs
    full = np.full(problem.strategy.given.shape, 20.0)
    problem = replace(
        problem,
        strategy=replace(problem.strategy, funding=replace(funding, cash=cash_columns(problem, network, needs, full))),
    )
    found = Closing(problem, tickets=False).financing(plan_with(problem, SHIP=0), "mobilisation")
    assert found is not None
    return network, problem, found


def test_debt_within_its_limit_is_covered_in_years_of_ramp_up_too() -> None:
    """Cash of 20 at full traffic, and a fifth of the tax that interest saves comes on top."""
    debts = {}
    for years, first in ((0, 1.0), (4, 0.5)):
        network, problem, found = borrower(years, first)
        funding = problem.strategy.funding
        assert funding is not None
        taken = commitments(funding, found)
        left = (20.0 - 0.2 * 240 / 30) / 0.8 if 20.0 > 240 / 30 else 20.0
        revenue = np.full(problem.strategy.given.shape, (left + 2.4) / 0.55)
        plan = plan_with(problem, SHIP=0)
        cash = project_cash(problem, network, plan, taken, revenue, revenue)
        (row,) = projects_table(problem, network, plan, funding, taken, cash).itertuples()
        assert row.dscr_min >= 1.5 - 1e-6
        limits = Closing(problem, tickets=False).limits(found).query("family == 'debt_service' and value > 0")
        assert (limits["limit"] - limits["value"]).min() == pytest.approx(0, abs=1e-3)
        debts[years] = row.debt_musd
        tightest = limits.loc[(limits["limit"] - limits["value"]).idxmin(), "key"]
        if years:
            periods = pd.DataFrame({"first_year": [2028, 2035]})
            assert label(funding, periods, "debt_service", tightest) == ("SHIP", 2030.0)
    assert debts[4] < 0.75 * debts[0]
