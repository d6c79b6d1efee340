"""The commands on a small world: a portfolio that is the optimum, one in two scenarios, the frontier, two compared."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.funding.covenants import first_breach
from model.funding.portfolio import Portfolio
from model.funding.record import PortfolioRun, read_portfolio_run
from model.funding.rules import FundingRequest
from model.funding.tables import PORTFOLIO_TABLES
from model.levers.demand import Demand
from model.options import Options
from model.progress import Silent
from model.scenario import Scenario
from model.solution import SolutionError
from model.studies.portfolio_optimise import Pool, conditional_value, risk_rows
from model.studies.portfolio_run import Asked, comparison, run_compare, run_frontier, run_optimise, run_test
from network.network import Network
from report.portfolio_sentences import surplus_sentence, tickets_sentence
from report.words import money
from tests.model.funding.bank_world import bank_world

BASE = Scenario("base", "As it is", "", "", ())
SLUMP = Scenario("slump", "Less cargo", "", "", (Demand(id="slump", factor=0.5),))
FREE = {"rules": dict.fromkeys(("power_cap_project", "power_cap_portfolio", "power_cap_country",
                                "power_cap_asset_class"), 1.0),
        "funders": {name: {"envelope_musd_per_year": 1000} for name in ("MDB", "CNB")}}  # fmt: skip


def asked(network: Network, *scenarios: Scenario, request: FundingRequest | None = None, **more: Any) -> Asked:
    options = Options(threads=1, gap=0.0, time_limit_s=60.0)
    return Asked(network, scenarios, options, Silent(), request or FundingRequest(), **more)


@pytest.fixture(scope="module")
def free() -> Network:
    return bank_world(**FREE)


@pytest.fixture(scope="module")
def optimised(free: Network) -> tuple[PortfolioRun, Portfolio]:
    return run_optimise(asked(free, BASE, SLUMP, with_worth=True, draws=20), "welfare")


@pytest.fixture(scope="module")
def tested(free: Network, optimised: tuple[PortfolioRun, Portfolio]) -> PortfolioRun:
    return run_test(asked(free, BASE, SLUMP), optimised[1])


def of(run: PortfolioRun, name: str, scenario: str) -> pd.DataFrame:
    table = run[name]
    return table[table["scenario"] == scenario].reset_index(drop=True)


def test_a_portfolio_that_is_the_optimum_has_no_regret(optimised: tuple[PortfolioRun, Portfolio]) -> None:
    run, portfolio = optimised
    row = of(run, "portfolio_scenarios", "base").iloc[0]
    assert row["regret_musd"] == pytest.approx(0, abs=1e-6)
    assert row["gain_musd"] == pytest.approx(run.run["gain_whoever_pays"])
    assert run.run["gap_of_gain"] == pytest.approx(0, abs=1e-6)
    assert set(portfolio.builds["project_id"]) == {"RAIL", "PORT", "LINE", "SOFT"}
    assert run["portfolio_repairs"].empty


def test_what_was_optimised_tests_as_it_was(optimised: tuple[PortfolioRun, Portfolio], tested: PortfolioRun) -> None:
    for scenario in ("base", "slump"):
        one, two = (of(run, "portfolio_scenarios", scenario).iloc[0] for run in (optimised[0], tested))
        for measure in ("gain_musd", "gain_9_musd", "eirr", "capex_musd"):
            assert two[measure] == pytest.approx(one[measure], rel=1e-6), measure
    key = ["project_id", "start_year", "mode", "funder_id", "instrument", "recourse"]
    one, two = (of(run, "portfolio_finance", "base").set_index(key)["amount_musd"] for run in (optimised[0], tested))
    both = pd.concat([one, two], axis=1, keys=["one", "two"]).fillna(0.0)
    assert both["one"].to_numpy() == pytest.approx(both["two"].to_numpy(), abs=0.05)


def test_caps_that_were_asked_for_go_with_the_portfolio() -> None:
    world = bank_world(
        rules=dict.fromkeys(("power_cap_project", "power_cap_portfolio", "power_cap_country"), 0.3),
        funders=FREE["funders"],
    )
    run, portfolio = run_optimise(asked(world, BASE, request=FundingRequest(power_cap=0.9, with_bank=False)), "welfare")
    assert portfolio.settings == {"power_cap": 0.9, "with_bank": 0}
    again = run_test(asked(world, BASE), portfolio)
    assert again.run["power_caps"] == run.run["power_caps"] == dict.fromkeys(run.run["power_caps"], 0.9)
    assert not (again["portfolio_covenants"]["light"] == "red").any()
    caps = again["portfolio_covenants"].query("family == 'power_cap_period'")
    assert set(caps["year"]) <= {float(year) for year in range(2020, 2060)}
    assert not caps["key"].str.contains(":").any()


def test_the_same_commitments_in_another_scenario(tested: PortfolioRun) -> None:
    base, slump = (of(tested, "portfolio_finance", name).drop(columns="scenario") for name in ("base", "slump"))
    pd.testing.assert_frame_equal(base, slump, rtol=1e-6)
    gain = tested["portfolio_scenarios"].set_index("scenario")["gain_musd"]
    assert gain["slump"] < gain["base"]
    earned = tested["portfolio_projects"].set_index(["scenario", "project_id"])["revenue_musd_per_year"]
    assert earned["slump", "PORT"] < earned["base", "PORT"]


def test_sources_are_cost_and_interest_in_the_tables(tested: PortfolioRun) -> None:
    projects = of(tested, "portfolio_projects", "base").set_index("project_id")
    finance = of(tested, "portfolio_finance", "base")
    funds = (finance["amount_musd"] * finance["is_funding"]).groupby(finance["project_id"]).sum()
    uses = projects["capex_musd"] + projects["idc_musd"]
    assert funds.reindex(uses.index).to_numpy() == pytest.approx(uses.to_numpy(), abs=0.02)
    cash = of(tested, "portfolio_cash", "base")
    gap = cash["capex_musd"] + cash["idc_musd"] - cash["drawn_musd"]
    assert gap.abs().max() < 0.02
    assert (projects["unfunded_musd"] < 0.02).all()


def test_lights_are_those_of_their_headroom(tested: PortfolioRun) -> None:
    table = of(tested, "portfolio_covenants", "base")
    assert not (table["light"] == "red").any(), table[table["light"] == "red"]
    money = table[table["unit"] == "musd"]
    expected = np.where(money["headroom_musd"] < 0.1 * money["limit"], "amber", "green")
    assert money["light"].tolist() == expected.tolist()
    assert money["headroom_musd"].to_numpy() == pytest.approx((money["limit"] - money["value"]).to_numpy())
    assert first_breach(table) == ("", pytest.approx(np.nan, nan_ok=True), 0.0)
    assert table["title"].ne(table["family"]).all()  # every family has words


def test_winners_sum_to_the_gain(tested: PortfolioRun) -> None:
    for scenario in ("base", "slump"):
        gain = of(tested, "portfolio_scenarios", scenario)["gain_musd"].iloc[0]
        assert of(tested, "portfolio_winners", scenario)["gain_musd"].sum() == pytest.approx(gain, rel=1e-4)


def test_worth_of_projects_alone_and_together(optimised: tuple[PortfolioRun, Portfolio]) -> None:
    run = optimised[0]
    base = of(run, "portfolio_projects", "base").set_index("project_id")
    assert base["enpv_musd"].notna().all()
    whole = of(run, "portfolio_scenarios", "base")["gain_musd"].iloc[0]
    # Without the quay the rest carries nothing more, and costs what it costs: links of a chain are worth more than it.
    assert base["enpv_musd"].sum() > whole
    assert base.loc["PORT", "enpv_musd"] > whole
    assert (base.loc[["RAIL", "PORT", "LINE"], "complement_musd"] > 0).all()
    assert base.loc["SOFT", "enpv_musd"] < base.loc["LINE", "enpv_musd"]
    assert (base["complement_musd"] - (base["enpv_musd"] - base["enpv_alone_musd"])).abs().max() < 1e-6
    assert set(run["portfolio_sensitivity"]["project_id"]) == {"portfolio", *base.index}
    assert run["portfolio_draws"]["draws"].eq(20).all()


def given(portfolio: Portfolio, amounts: dict[tuple[str, str, str], float], *, settings: Any = None) -> Portfolio:
    """A portfolio of RAIL alone with its commitments by funder, instrument and recourse."""
    builds = portfolio.builds[portfolio.builds["project_id"] == "RAIL"].assign(mode="public")
    rows = [{"project_id": "RAIL", "funder_id": funder, "instrument": instrument, "recourse": recourse,
             "amount_musd": amount, "start_year": np.nan,
             "margin_bp": np.nan, "tenor_years": np.nan, "grace_years": np.nan}
            for (funder, instrument, recourse), amount in amounts.items()]  # fmt: skip
    return Portfolio("mine", builds.reset_index(drop=True), pd.DataFrame(rows), settings=settings or {})


def test_a_portfolio_over_its_limits_says_which_break_first(optimised: tuple[PortfolioRun, Portfolio]) -> None:
    """China lends 280 for 300 where 85 % is its most and a cap of 40 % holds; the rest of cost and interest lacks."""
    mine = given(optimised[1], {("CNB", "export_credit", "sovereign"): 280.0}, settings={"power_cap": 0.4})
    run = run_test(asked(bank_world(**FREE), BASE), mine)
    table = of(run, "portfolio_covenants", "base")
    red = table[table["light"] == "red"].set_index("family")["headroom_musd"]
    idc = of(run, "portfolio_projects", "base")["idc_musd"].iloc[0]
    assert -red["sources_uses"] == pytest.approx(300 + idc - 280)
    assert -red["offer_limit"] == pytest.approx(280 - 0.85 * 300)
    assert -red["power_cap_project"] == pytest.approx(0.6 * 280)
    row = of(run, "portfolio_scenarios", "base").iloc[0]
    assert row["first_breach"]
    assert row["first_breach_year"] == 2028
    assert run.run["power_caps"]["project"] == 0.4


def test_what_no_terms_fit_is_lost(optimised: tuple[PortfolioRun, Portfolio]) -> None:
    mine = given(optimised[1], {("AZF", "equity", "project"): 40.0, ("MDB", "senior", "sovereign"): 150.0})
    table = of(run_test(asked(bank_world(**FREE), BASE), mine), "portfolio_covenants", "base")
    lost = table[table["family"] == "eligibility"]
    assert lost["key"].tolist() == ["RAIL: AZF"]
    assert lost["headroom_musd"].tolist() == [-40]
    assert lost["light"].tolist() == ["red"]


def test_first_breach_is_the_earliest_then_the_largest() -> None:
    rows = [("A", 2035.0, -5.0, "red"), ("B", 2030.0, -1.0, "red"), ("C", 2030.0, -9.0, "red"),
            ("D", 2028.0, 3.0, "green"), ("E", np.nan, -99.0, "red")]  # fmt: skip
    table = pd.DataFrame(rows, columns=["title", "year", "headroom_musd", "light"]).assign(key="X")
    assert first_breach(table) == ("C: X", 2030.0, 9.0)
    ageless = first_breach(table[table["title"] == "E"])
    assert (ageless[0], ageless[2]) == ("E: X", 99.0)


@pytest.fixture(scope="module")
def frontier() -> PortfolioRun:
    return run_frontier(asked(bank_world(), BASE, SLUMP), (0.5, 1.0, 0.3, 0.0))


def test_the_frontier_of_caps_falls(frontier: PortfolioRun) -> None:
    table = frontier["portfolio_frontier"]
    caps = table[table["study"] == "independence"]
    assert caps["power_cap"].tolist() == [1.0, 0.5, 0.3, 0.0]
    assert caps["gain_musd"].is_monotonic_decreasing
    assert caps["price_musd"].iloc[0] == 0
    assert caps["price_musd"].to_numpy() == pytest.approx((caps["gain_musd"].iloc[0] - caps["gain_musd"]).to_numpy())
    assert (caps["largest_power_share"] <= caps["power_cap"] + 1e-4).all()
    assert (caps["bound_musd"] >= caps["gain_musd"] - 1e-6).all()


def test_the_frontier_of_risk_trades_the_mean_for_the_worst(frontier: PortfolioRun) -> None:
    table = frontier["portfolio_frontier"]
    risk = table[table["study"] == "risk"]
    assert risk["risk_weight"].tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert risk["gain_musd"].is_monotonic_decreasing
    assert risk["cvar_musd"].is_monotonic_increasing
    assert (risk["cvar_musd"] <= risk["gain_musd"] + 1e-9).all()


def test_conditional_value_by_hand() -> None:
    gains = np.array([10.0, 0.0, 30.0, 20.0])
    assert conditional_value(gains, 0.95) == 0
    assert conditional_value(gains, 0.5) == 5
    assert conditional_value(gains, 0.625) == pytest.approx((0 + 10 * 0.5) / 1.5)
    assert conditional_value(gains, 0.0) == 15
    builds = pd.DataFrame({"project_id": ["P"], "decision": ["built"], "capex_musd": [1.0]})
    pool = Pool(["steady", "bold"], [builds, builds], np.array([[4.0, 4.0], [10.0, 0.0]]))
    assert pool.mean.tolist() == [4, 5]
    assert pool.cvar.tolist() == [4, 0]
    rows = risk_rows(pool, (0.0, 0.19, 0.21, 1.0))  # (1 - w) 4 + w 4 = (1 - w) 5 at w = 0.2
    assert [row["gain_musd"] for row in rows] == [5, 5, 4, 4]
    assert [row["price_musd"] for row in rows] == [0, 0, 1, 1]


def test_two_portfolios_side_by_side(free: Network, optimised: tuple[PortfolioRun, Portfolio]) -> None:
    both = optimised[1]
    less = given(both, {("CNB", "export_credit", "sovereign"): 200.0})
    run = run_compare(asked(free, BASE), less, both, with_national=True)
    table = run["portfolio_comparison"].set_index(["scenario", "measure"])
    assert (table["difference"] - (table["second"] - table["first"])).abs().max() < 1e-9
    assert table.loc[("base", "capex_musd"), ["first", "second"]].tolist() == [300, 950]
    assert table.loc[("base", "gain_musd"), "difference"] > 0
    assert run.run["compared_with"] == "mine"
    last = run["portfolio_national"].set_index("country")["own_worth_musd"]
    assert last["unified plan"] >= last["sum of national plans"] - 1e-6


def test_comparison_by_hand() -> None:
    names = ["gain_musd", "gain_9_musd", "eirr", "capex_musd", "dscr_min", "projects_below_floor", "breach_musd",
             "co2_kt_per_year", "corridor_kt"]  # fmt: skip
    first = pd.DataFrame({"scenario": ["a", "b"], **{name: [1.0, 2.0] for name in names}})
    second = pd.DataFrame({"scenario": ["b", "c"], **{name: [5.0, 7.0] for name in names}})
    table = comparison(first, second)
    assert table["scenario"].tolist() == ["b"] * len(names)
    assert table["difference"].tolist() == [3] * len(names)


@pytest.mark.parametrize("command", ["optimised", "tested", "frontier"])
def test_runs_are_read_as_they_were_written(command: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    made = request.getfixturevalue(command)
    run = made[0] if isinstance(made, tuple) else made
    run.write(tmp_path)
    back = read_portfolio_run(tmp_path)
    for table in PORTFOLIO_TABLES:
        assert list(run[table.name].columns)[: len(table.column_names)] == table.column_names
        pd.testing.assert_frame_equal(back[table.name], run[table.name], check_dtype=False)
    assert set(back.run) == set(run.run)
    assert back.run["power_caps"] == pytest.approx(run.run["power_caps"])
    with pytest.raises(SolutionError, match="is unknown"):
        PortfolioRun({"portfolio": pd.DataFrame()}, {})
    with pytest.raises(SolutionError, match="lacks the column"):
        PortfolioRun({"portfolio_finance": run["portfolio_finance"].drop(columns="funder_id")}, {})


def test_mobilisation_takes_more_private_money_for_the_same_plan(
    free: Network, optimised: tuple[PortfolioRun, Portfolio]
) -> None:
    run, portfolio = run_optimise(asked(free, BASE), "mobilisation")
    private = [of(one, "portfolio_projects", "base")["private_musd"].sum() for one in (run, optimised[0])]
    assert private[0] > private[1]
    assert set(portfolio.builds["project_id"]) == set(optimised[1].builds["project_id"])


def test_resilience_is_the_best_of_the_worst_scenario(free: Network, tested: PortfolioRun) -> None:
    run, _ = run_optimise(asked(free, BASE, SLUMP), "resilience")
    table = run["portfolio_scenarios"].set_index("scenario")
    assert (table["regret_musd"] >= 0).all()
    plain = tested["portfolio_scenarios"].set_index("scenario")["gain_musd"]
    assert table["gain_musd"].min() >= plain.min() - 1e-6
    assert table.loc["slump", "best_musd"] >= plain["slump"] - 1e-6


def test_tolls_are_a_transfer_and_today_s_level_changes_nothing(free: Network) -> None:
    levels = pd.DataFrame({"level": ["low", "base", "high"], "factor": [0.8, 1.0, 1.5]})
    said = {"year": 2025, "source": "made up", "confidence": "estimate", "note": ""}
    world = free.replace(toll_levels=levels.assign(**said))
    run, _ = run_optimise(asked(world, BASE, with_tolls=True), "welfare")
    table = run["portfolio_tolls"]
    tolls = table[table["project_id"] == ""].set_index("level")
    gain = of(run, "portfolio_scenarios", "base")["gain_musd"].iloc[0]
    assert tolls.loc["base", "shippers_musd"] == pytest.approx(gain, rel=1e-9)
    assert tolls.loc["base", "welfare_musd"] == pytest.approx(gain, rel=1e-9)
    assert tolls["shippers_musd"].drop("chosen").is_monotonic_decreasing
    assert tolls["revenue_musd"].nunique() == len(levels)
    lost = tolls.loc["base", "shippers_musd"] - tolls.loc["high", "shippers_musd"]
    earned = tolls.loc["high", "revenue_musd"] - tolls.loc["base", "revenue_musd"]
    assert tolls.loc["high", "owners_musd"] == pytest.approx(earned, rel=1e-9)  # nothing more is carried
    assert tolls.loc["high", "welfare_musd"] == pytest.approx(gain - lost + earned, rel=1e-9)
    assert tolls.loc["chosen", "welfare_musd"] == pytest.approx(gain, rel=1e-9)
    chosen = table[(table["project_id"] != "") & (table["is_chosen"] == 1)]
    assert chosen["factor"].eq(1.0).all()  # a toll that moves no cargo stays what it is
    assert len(table) == 3 + 3 * 3 + 1


def test_what_is_earned_outside_the_network_counts_against_the_cost_and_serves_debt(free: Network) -> None:
    import model.funding.revenue as money
    from model.build import build_problem
    from model.studies.yearly_costs import yearly_costs

    options = Options(threads=1)
    plain = build_problem(free, free, options)
    earning = free.replace(projects=free.projects.assign(earnings_musd_per_year=7.0))
    problem = build_problem(earning, earning, options)
    years, starts = yearly_costs(plain), problem.strategy.starts
    served = (years.years >= starts["in_service_year"].to_numpy()[:, None]) & (years.years < years.years[-1])
    served &= years.years < starts["end_year"].to_numpy()[:, None]
    rate = free.parameter("discount_rate")
    worth = 7.0 * (served * (1 + rate) ** (years.base_year - years.years.astype(float))).sum(axis=1)
    change = plain.strategy.starts["cost_musd"] - starts["cost_musd"]
    assert change.to_numpy() == pytest.approx(worth, rel=1e-9)
    more = money.most_cash(problem, earning) - money.most_cash(plain, free)
    assert (more >= 0).all()
    assert (more > 0).any()
    assert money.adds_capacity(problem).all()


def test_a_given_portfolio_is_held_to_tickets_and_the_number_of_funders(free: Network) -> None:
    """China gives 150 and three banks the rest; a ticket of 20 that the bank's 5 misses, and three at most."""
    ticket = np.where(free.funder_terms["funder_id"] == "TCDB", 20.0, 5.0)
    rules = free.bank_rules
    three = rules.assign(value=rules["value"].mask(rules["rule_id"] == "max_funders_per_project", 3.0))
    world = free.replace(funder_terms=free.funder_terms.assign(ticket_min_musd=ticket), bank_rules=three)
    amounts = {("CNB", "export_credit", "sovereign"): 150.0, ("MDB", "senior", "sovereign"): 140.0,
               ("KZF", "equity", "project"): 14.0, ("TCDB", "senior", "sovereign"): 5.0}  # fmt: skip
    run = run_test(asked(world, BASE), rail(amounts))
    table = of(run, "portfolio_covenants", "base").set_index(["family", "key"])
    low = table.loc[("ticket_min", "RAIL: TCDB")]
    assert (low["light"], low["value"], low["limit"], low["headroom_musd"]) == ("red", 5, 20, -15)
    assert table.loc[("ticket_min", "RAIL: KZF"), "light"] == "green"
    crowd = table.loc[("funders_of_project", "RAIL")]
    assert (crowd["light"], crowd["value"], crowd["limit"], crowd["unit"]) == ("red", 4, 3, "funders")
    assert crowd["headroom_musd"] == -5
    repairs = run["portfolio_repairs"].set_index("family")
    assert repairs.loc["ticket_min", "amount_musd"] == 5  # less than the 15 that would raise it
    assert repairs.loc["funders_of_project", "amount_musd"] == 5
    said = tickets_sentence(run)
    assert "TCDB commits 5 million USD, least is 20: leave it to others" in said
    assert "4 funders, most are 3" in said


@pytest.mark.parametrize("cost", [300.0, 240.0])
def test_money_that_nobody_needs_is_said_and_breaks_nothing(free: Network, cost: float) -> None:
    """The same 330 for a railway of 300 and for one that costs less in another world."""
    amounts = {("CNB", "export_credit", "sovereign"): 180.0, ("MDB", "senior", "sovereign"): 150.0}
    projects = free.projects
    capex = projects["capex_musd"].mask(projects["project_id"] == "RAIL", cost)
    run = run_test(asked(free.replace(projects=projects.assign(capex_musd=capex)), BASE), rail(amounts))
    row = of(run, "portfolio_projects", "base").iloc[0]
    assert row["surplus_musd"] == pytest.approx(330 - cost - row["idc_musd"])
    assert row["unfunded_musd"] == 0
    limit = of(run, "portfolio_covenants", "base").set_index("family").loc["surplus"]
    assert (limit["light"], limit["headroom_musd"], limit["key"]) == ("amber", 0, "RAIL")
    assert limit["value"] == pytest.approx(row["surplus_musd"])
    said = surplus_sentence(run)
    assert money(row["surplus_musd"]) in said
    assert "beyond what is spent" in said


def rail(amounts: dict[tuple[str, str, str], float]) -> Portfolio:
    """RAIL from 2028 in the public mode with its commitments."""
    builds = pd.DataFrame([{"project_id": "RAIL", "decision": "built", "start_period": 2030, "start_year": 2028,
                            "in_service_year": 2030, "units": 1, "mode": "public", "asset_class": "rail",
                            "cost_musd": 300.0}])  # fmt: skip
    return given(Portfolio("", builds, pd.DataFrame()), amounts)
