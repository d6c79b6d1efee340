"""Cash flow and measures of one financed port, worked out by hand year by year."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy_financial
import pandas as pd
import pytest
from numpy.typing import NDArray

from model.finance.credit_risk import basel_correlation, vasicek_capital
from model.funding.cash import Commitments, commitments, project_cash, yearly_idc
from model.funding.closing import Closing, Financing
from model.funding.covenants import covenants_table
from model.funding.measures import bank_table, finance_table, powers_table, projects_table
from model.funding.problem import Funding
from model.problem import Problem
from network.network import Network
from tests.model.funding.bank_world import bank_world, funded, offers_of, plan_with

Floats = NDArray[np.float64]
AMOUNTS = {("MDB", "senior"): 90.0, ("KZF", "equity"): 60.0, ("MDB", "grant"): 20.0, ("TCDB", "equity"): 36.0}


@dataclass(frozen=True)
class Port:
    """The quay from 2028, in service from 2030, with its financing and tables."""

    network: Network
    problem: Problem
    funding: Funding
    taken: Commitments
    cash: pd.DataFrame
    row: Any
    financing: Financing


def port(mode: str, amounts: dict[tuple[str, str], float], revenue: float, forecast: float | None = None) -> Port:
    """The quay under a mode with amounts by funder and instrument, at a revenue a year."""
    network = bank_world()
    problem = funded(network)
    funding = problem.strategy.funding
    assert funding is not None
    amount = np.zeros(len(funding.offers))
    for (funder, instrument), value in amounts.items():
        (at,) = offers_of(funding, project_id="PORT", mode=mode, period=0, funder_id=funder, instrument=instrument)
        amount[at] = value
    plan = plan_with(problem, PORT=0)
    none = np.zeros(len(funding.years))
    financing = Financing(amount, np.zeros(len(funding.needs)), none + 100, none, np.empty(0))
    taken = commitments(funding, financing)
    both = [np.full(problem.strategy.given.shape, value) for value in (revenue, forecast or revenue)]
    cash = project_cash(problem, network, plan, taken, *both)
    (row,) = projects_table(problem, network, plan, funding, taken, cash).itertuples()
    return Port(network, problem, funding, taken, cash, row, financing)


@pytest.fixture(scope="module")
def at_risk() -> Port:
    return port("traffic_risk", AMOUNTS, 40.0)


def loan_by_hand(rate: float, tenor: int, grace: int) -> tuple[list[float], list[float], list[float]]:
    """Interest, principal and debt of 90 drawn over 2028 and 2029, constant USD from 2028 on, nominal first."""
    debt, interest, principal, owed = 0.0, [], [], []
    level = 0.0
    for age in range(tenor + 2):
        drawn = 45 * 1.02**age if age < 2 else 0.0
        due = rate * (debt + drawn / 2)
        if age == grace + 1:
            level = debt * rate / (1 - (1 + rate) ** -(tenor - grace))
        paid = level - due if grace < age <= tenor else 0.0
        debt += drawn - paid
        for found, value in ((interest, due), (principal, paid), (owed, debt)):
            found.append(value / 1.02**age)
    return interest, principal, owed


def test_cash_flow_of_every_year(at_risk: Port) -> None:
    interest, principal, _ = loan_by_hand(0.07, 15, 4)
    by = at_risk.cash.set_index("year")
    assert by.index.tolist() == list(range(2028, 2060))  # to the end of its life
    assert by.loc[[2028, 2029], "capex_musd"].tolist() == [100, 100]
    assert by["drawn_musd"].sum() == pytest.approx(206)
    assert by.loc[[2028, 2029], "idc_musd"].tolist() == pytest.approx([sum(interest[:2]) / 2] * 2)
    assert by.loc[2030:, "interest_musd"].tolist()[:14] == pytest.approx(interest[2:16])
    assert by.loc[2030:, "principal_musd"].tolist()[:14] == pytest.approx(principal[2:16])
    assert by.loc[2044:, ["interest_musd", "principal_musd"]].abs().max().max() < 1e-9
    for age in (2, 6, 15, 20):
        due = interest[age] if age < 16 else 0.0
        left = 40 * 0.55 - 2
        cfads = left - 0.2 * max(left - 200 / 30 - due, 0)
        row = by.loc[2028 + age]
        assert row["operating_cost_musd"] == pytest.approx(20)
        assert row["cfads_musd"] == pytest.approx(cfads)
        assert row["equity_cash_musd"] == pytest.approx(cfads - due - (principal[age] if age < 16 else 0))
        if age < 16:
            assert row["dscr"] == pytest.approx(cfads / (due + principal[age]))
    assert by["dscr"].notna().sum() == 14
    assert by["is_extrapolated"].tolist() == [0] * 15 + [1] * 17
    assert by["sovereign_service_musd"].max() == 0


def test_cover_ratios_are_those_of_the_year_and_of_present_values(at_risk: Port) -> None:
    interest, principal, owed = loan_by_hand(0.07, 15, 4)
    by = at_risk.cash.set_index("year")["cfads_musd"]
    real = 1.07 / 1.02
    worth = [by[2028 + age] * real ** -(age - 1) for age in range(2, 32)]
    cover = [by[2028 + age] / (interest[age] + principal[age]) for age in range(2, 16)]
    assert at_risk.row.dscr_min == pytest.approx(min(cover))
    assert at_risk.row.dscr_min_year == 2030 + int(np.argmin(cover))
    assert at_risk.row.dscr_floor == 1.5
    assert at_risk.row.llcr == pytest.approx(sum(worth[:14]) / owed[1])
    assert at_risk.row.plcr == pytest.approx(sum(worth) / owed[1])


def test_firr_is_that_of_the_spreadsheet(at_risk: Port) -> None:
    by = at_risk.cash
    net = (by["cfads_musd"] - by["capex_musd"]).to_numpy()
    assert at_risk.row.firr == pytest.approx(numpy_financial.irr(net), abs=1e-9)
    assert at_risk.row.fnpv_musd == pytest.approx(numpy_financial.npv(at_risk.row.wacc, net))
    assert numpy_financial.npv(at_risk.row.firr, net) == pytest.approx(0, abs=1e-6)


def test_wacc_weighs_what_each_source_asks(at_risk: Port) -> None:
    """Debt 90 at 7 % less a fifth of tax, equity 96 at 12 %, a grant of 20 at nothing; real, and 4 % at least."""
    nominal = (90 * 0.07 * 0.8 + 96 * 0.12) / 206
    assert at_risk.row.wacc == pytest.approx(1.0 * (1 + nominal) / 1.02 - 1)
    soft = port("public", {("MDB", "grant"): 20, ("MDB", "senior"): 100}, 40.0)
    assert soft.row.wacc == 0.04


def test_payback_is_when_the_discounted_sum_turns(at_risk: Port) -> None:
    net = (at_risk.cash["cfads_musd"] - at_risk.cash["capex_musd"]).to_numpy()
    total = np.cumsum(net / (1 + at_risk.row.wacc) ** np.arange(len(net)))
    first = int(np.flatnonzero(total >= 0)[0])
    share = -total[first - 1] / (total[first] - total[first - 1])
    assert at_risk.row.payback_years == pytest.approx(first - 1 + share)


def test_sources_of_the_project_by_kind(at_risk: Port) -> None:
    row = at_risk.row
    interest, _, owed = loan_by_hand(0.07, 15, 4)
    assert (row.debt_musd, row.equity_musd, row.grant_musd, row.guarantee_musd) == (90, 96, 20, 0)
    assert (row.bank_musd, row.private_musd, row.mode) == (36, 0, "traffic_risk")
    assert row.idc_musd == pytest.approx(sum(interest[:2]))
    assert row.unfunded_musd == pytest.approx(200 + row.idc_musd - 206)
    assert row.surplus_musd == 0
    # MDB is 0.6 of Europe, TCDB 0.2: 66 + 7.2 of 206; what Kazakhstan holds at home is exempt.
    assert row.largest_power == "EU"
    assert row.largest_power_share == pytest.approx((0.6 * 110 + 0.2 * 36) / 206)
    shares = np.array([0.1 * 110 + 0.2 * 36, 0.6 * 110 + 0.2 * 36, 60 + 0.3 * 36, 0.3 * 36]) / 206
    assert row.funder_hhi == pytest.approx((shares**2).sum())
    loss = sum(owed) * 0.036 * 0.2
    assert row.expected_loss_musd == pytest.approx(loss)
    table = finance_table(at_risk.network, at_risk.taken).set_index(["funder_id", "instrument"])
    assert table.loc[("MDB", "senior"), "expected_loss_musd"] == pytest.approx(loss)
    assert table.loc[("MDB", "senior"), "capital_musd"] == pytest.approx(max(owed) * 0.15 * 1.6)
    assert table["amount_musd"].sum() == 206
    assert yearly_idc(at_risk.taken).sum() == pytest.approx(row.idc_musd)


def test_funds_beyond_the_uses_are_a_surplus() -> None:
    """250 for a quay of 200: what interest during construction leaves over is not to be drawn."""
    found = port("traffic_risk", {("MDB", "senior"): 90.0, ("KZF", "equity"): 160.0}, 40.0)
    assert found.row.surplus_musd == pytest.approx(50 - found.row.idc_musd)
    assert found.row.unfunded_musd == 0
    assert found.cash["drawn_musd"].sum() == pytest.approx(250)


def test_cover_over_lives_leaves_money_of_the_debt_that_it_is_of(at_risk: Port) -> None:
    """Present value of cash less the floor times what is owed before service; other debt has no part in it."""
    closing = Closing(at_risk.problem)
    found = closing.accounted(plan_with(at_risk.problem, RAIL=0, PORT=0), at_risk.financing.amount)
    lost = pd.DataFrame(columns=["project_id", "funder_id", "musd"])
    table = covenants_table(at_risk.network, closing, found, pd.DataFrame([at_risk.row._asdict()]), at_risk.cash,
                            powers_table(at_risk.funding, at_risk.taken), at_risk.problem.periods, lost)  # fmt: skip
    owed = loan_by_hand(0.07, 15, 4)[2][1]
    assert at_risk.cash.set_index("year").loc[2029, "outstanding_musd"] == pytest.approx(owed)
    rows = table.set_index("family")
    assert rows.loc["llcr", "headroom_musd"] == pytest.approx((at_risk.row.llcr - 1.4) * owed)
    assert rows.loc["plcr", "headroom_musd"] == pytest.approx((at_risk.row.plcr - 1.6) * owed)


def test_a_state_pays_a_company_what_its_lenders_ask() -> None:
    found = port("availability", AMOUNTS, 10.0)
    by = found.cash.set_index("year")
    service = by["interest_musd"] + by["principal_musd"]
    due = service > 0
    assert by.loc[due, "dscr"].to_numpy() == pytest.approx(1.3)
    assert by.loc[due, "cfads_musd"].to_numpy() == pytest.approx(1.3 * service[due].to_numpy())
    assert found.row.llcr == pytest.approx(1.3)
    left = 10 * 0.55 - 2
    assert by.loc[2030, "availability_musd"] == pytest.approx(1.3 * service[2030] - left)
    assert by.loc[2030, "revenue_musd"] == pytest.approx(10 + by.loc[2030, "availability_musd"])
    assert by.loc[2050, "availability_musd"] == 0  # its debt is repaid
    assert np.isnan(found.row.firr) or found.row.firr < 0.02  # charges alone


def test_a_minimum_revenue_is_made_up_to_seven_tenths_of_the_forecast() -> None:
    poor, rich = (port("minimum_revenue", AMOUNTS, revenue, 40.0).cash.set_index("year") for revenue in (10.0, 35.0))
    assert set(poor.loc[2030:, "revenue_musd"]) == {28.0}
    assert set(rich.loc[2030:, "revenue_musd"]) == {35.0}
    assert poor["availability_musd"].max() == 0


def test_what_a_state_borrows_the_state_serves() -> None:
    found = port("public", {("MDB", "senior"): 100.0, ("MDB", "grant"): 20.0}, 40.0)
    assert found.cash["interest_musd"].max() == found.cash["principal_musd"].max() == 0
    assert found.cash["sovereign_service_musd"].max() > 0
    assert np.isnan([found.row.dscr_min, found.row.llcr, found.row.plcr]).all()
    assert found.row.expected_loss_musd == pytest.approx(found.taken.plan.outstanding.sum() * 0.008 * 0.05)


def test_powers_and_what_is_dispersed_add_up_to_all_funds(at_risk: Port) -> None:
    table = powers_table(at_risk.funding, at_risk.taken)
    assert set(table["part"]) == {"project", "portfolio", "country", "asset_class", "period"}
    for _, own in table.groupby(["part", "key"]):
        held = own["amount_musd"].sum() + own["host_musd"].sum()
        assert held == pytest.approx(206 - 0.3 * 110)  # three tenths of MDB are nobody's
        assert own["share"].to_numpy() == pytest.approx(own["amount_musd"].to_numpy() / 206)
    home = table[(table["part"] == "project") & (table["power_id"] == "KZ")].iloc[0]
    assert (home["amount_musd"], home["host_musd"]) == pytest.approx((0, 60 + 0.3 * 36))
    caps = table.drop_duplicates("part").set_index("part")["cap"].to_dict()
    assert caps == {"project": 0.6, "portfolio": 0.5, "country": 0.55, "asset_class": 0.55, "period": 0.5}
    assert (table["over_musd"] == 0).all()


def test_a_power_over_its_cap_is_over_by_its_money() -> None:
    found = port("public", {("CNB", "export_credit"): 150.0, ("MDB", "grant"): 20.0}, 40.0)
    table = powers_table(found.funding, found.taken).set_index(["part", "power_id"])
    assert table.loc[("project", "CN"), "over_musd"] == pytest.approx(152 - 0.6 * 170)
    assert table.loc[("portfolio", "CN"), "over_musd"] == pytest.approx(152 - 0.5 * 170)
    assert table.loc[("project", "EU"), "over_musd"] == 0


def test_the_book_of_the_bank_by_year(at_risk: Port) -> None:
    """A stake of 36 drawn over two years: no margin, cost of 0.8 %, capital of 60 %."""
    table = bank_table(at_risk.network, at_risk.funding, at_risk.taken, at_risk.financing).set_index("year")
    assert table.loc[[2028, 2029, 2042], "investments_musd"].tolist() == [18, 36, 36]
    assert table.loc[[2028, 2029], "undrawn_musd"].tolist() == [18, 0]
    assert table.loc[2031, "income_musd"] == pytest.approx(-36 * 0.008)
    assert table.loc[2031, "capital_need_musd"] == pytest.approx(36 * 0.15 * 4)
    assert table["paid_in_musd"].tolist() == [50] * 4 + [0] * 11
    assert table.loc[2028, "gearing"] == pytest.approx((18 + 18) / (100 + 800))
    assert table["loans_musd"].max() == 0
    assert table["equity_to_loans"].isna().all()
    loan = port("traffic_risk", {("TCDB", "senior"): 60.0}, 40.0)
    book = bank_table(loan.network, loan.funding, loan.taken, loan.financing).set_index("year")
    owed = loan.taken.plan.outstanding[0]
    assert book["loans_musd"].to_numpy() == pytest.approx(owed[:15])
    assert book.loc[2029, "equity_to_loans"] == pytest.approx(100 / owed[1])
    assert book.loc[2029, "borrowing_musd"] == 0
    assert book.loc[2029, "income_musd"] == pytest.approx((0.032 - 0.036 * 0.2 - 0.008) * owed[1])
    assert book.loc[2029, "raroc"] == pytest.approx((0.032 - 0.0072 - 0.008) / (0.15 * 1.6))
    worst = float(vasicek_capital(0.036, 0.2, basel_correlation(0.036)))
    assert book.loc[2029, "unexpected_loss_musd"] == pytest.approx(worst * owed[1])
