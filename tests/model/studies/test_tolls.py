"""Tolls worked out by hand: a ferry with a quay that charges, and a road beside it that takes what a toll drives away.

The quay P of the class of ports adds 1,000 kt to the ferry from A to B, which has no other capacity: of 10 USD of
freight it charges 8, of which 3.6 pays for handling. 500 kt move in both periods, whatever they pay. On the road they
pay 13 USD, or 9.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from model.errors import InputError
from model.funding.portfolio_file import read_portfolio
from model.funding.portfolio_template import write_portfolio
from model.funding.rules import FundingRequest
from model.options import Options
from model.progress import Silent
from model.studies.portfolio_run import run_optimise, run_test
from model.studies.portfolio_world import Routed, World, open_world
from model.studies.toll_search import Money, TollSearch
from model.studies.tolled import Desk, charging, tolled
from network.network import Network
from tests.model.funding.bank_world import bank_world, plan_with
from tests.model.studies.test_portfolio_runs import BASE, FREE, SLUMP, asked

Floats = NDArray[np.float64]
KT, FREIGHT, CHARGE, CARRYING = 500.0, 10.0, 8.0, 3.6
MENU = (0.5, 1.0, 1.25, 1.5)
QUAY = {"project_id": "P", "name": "Quay", "country": "KZ", "project_type": "port", "capex_musd": 1,
        "construction_years": 1, "lifetime_years": 30, "earliest_start_year": 2028}  # fmt: skip
FIRM = {"commodity_id": "goods", "own_price_elasticity": 0, "value_usd_per_t": 0, "time_value_pct_per_day": 0}


def ferry(road: float, capex: float = 1.0, **more: Any) -> Network:
    """The world, with what a tonne pays on the road and what the quay costs."""
    links = [
        {"link_id": "X", "a": "A", "b": "B", "cost": FREIGHT, "kt": 0.0, "mode": "caspian_ferry"},
        {"link_id": "ROAD", "a": "A", "b": "B", "cost": road, "mode": "road"},
    ]
    effects = [{"project_id": "P", "target": "link", "target_id": "X", "capacity_added_t_per_year": 1_000_000}]
    lanes = [{"a": "A", "b": "B", "kt": KT}]
    world = bank_world([{**QUAY, "capex_musd": capex}], effects, links, lanes, **{**FREE, **more})
    return with_menu(world, MENU)


def with_menu(world: Network, factors: Sequence[float]) -> Network:
    levels = pd.DataFrame({"level": [f"x{factor:g}" for factor in factors], "factor": list(factors)})
    said = {"year": 2025, "source": "made up", "confidence": "estimate", "note": ""}
    return world.replace(toll_levels=levels.assign(**said))


def opened(network: Network, **plan: int) -> tuple[World, Routed]:
    world = open_world(network, BASE, Options(threads=1, gap=0.0), Silent())
    return world, world.routed(plan_with(world.problem, **plan))


def search(network: Network, objective: str = "welfare", goal: str = "cost", **plan: int) -> TollSearch:
    world, routed = opened(network, **plan)
    money = Money(FundingRequest(), goal)
    found = TollSearch(Desk(world, routed), charging(world, routed), MENU, money, objective, Silent(), lambda: False)
    assert found.run()
    return found


def weight_of(world: World) -> float:
    """Discounted years in which the quay serves, from its first full period on."""
    return float(world.problem.periods["weight"].sum())


def by_level(found: TollSearch) -> dict[float, Any]:
    return {levels[0]: point for levels, point in found.points.items()}


def test_a_toll_is_what_the_road_leaves_it(  # 10 + 8 (f - 1) against 13: lost above 1.375
) -> None:
    found = search(ferry(road=13.0), P=0)
    points, years = by_level(found), weight_of(found.best.world)
    mt = KT / 1000.0
    for level, point in points.items():
        stays = FREIGHT + CHARGE * (level - 1.0) <= 13.0
        assert point.revenue == pytest.approx(CHARGE * level * mt * years * stays, abs=1e-6), level
        lost = min(CHARGE * (level - 1.0), 3.0)
        assert point.shippers - points[1.0].shippers == pytest.approx(-lost * mt * years, abs=1e-6), level
        owners = CHARGE * (level - 1.0) if stays else -(CHARGE - CARRYING)
        assert point.owners == pytest.approx(owners * mt * years, abs=1e-6), level
    assert max(points, key=lambda level: points[level].revenue) == 1.25
    # A transfer up to there, so the charge stays; beyond it the road costs what carrying on the ferry would not.
    assert found.best.point.levels == (1.0,)
    deadweight = points[1.5].gain - points[1.0].gain
    assert deadweight == pytest.approx(-(13.0 - (FREIGHT - CHARGE + CARRYING)) * mt * years)


def test_a_lower_toll_is_chosen_where_it_wins_cargo_that_costs_less_to_carry() -> None:
    """At 10 USD all take the road for 9; at half the charge the ferry asks 6 and costs 5.6."""
    found = search(ferry(road=9.0), P=0)
    points, years = by_level(found), weight_of(found.best.world)
    assert points[1.0].revenue == pytest.approx(0, abs=1e-9)
    assert found.best.point.levels == (0.5,)
    assert found.best.point.gain - points[1.0].gain == pytest.approx((9.0 - 5.6) * KT / 1000.0 * years)
    assert found.best.point.owners == pytest.approx((4.0 - CARRYING) * KT / 1000.0 * years)


BORROWED: dict[str, Any] = {
    "only": ("COM", "EQF", "KZF"),
    "funders": {name: {"envelope_musd_per_year": 500} for name in ("COM", "EQF", "KZF")},
    "countries": {"KZ": {"guarantee_headroom_musd": 0, "guarantee_cap_musd_per_year": 0}},
}  # private loans and equity, and no state that backs them


def test_a_higher_toll_is_taken_where_debt_is_not_served_without_it() -> None:
    found = search(ferry(road=20.0, capex=22.0, **BORROWED), P=0)
    points = by_level(found)
    assert found.today.lacks > 0
    assert not points[0.5].is_financed
    assert points[1.25].is_financed
    assert found.best.point.levels == (1.25,)  # at 1.5 as well, but no toll rises further than it must
    assert found.best.point.gain == pytest.approx(points[1.0].gain)


@pytest.fixture(scope="module")
def indebted() -> Network:
    return ferry(road=20.0, capex=22.0, **BORROWED)


def test_what_nobody_could_pay_for_is_built_with_its_toll(indebted: Network) -> None:
    plain, _ = run_optimise(asked(indebted, BASE), "welfare")
    assert plain["portfolio_projects"].empty
    run, portfolio = run_optimise(asked(indebted, BASE, with_tolls=True), "welfare")
    assert portfolio.builds["toll_level"].tolist() == ["x1.25"]
    assert run.run["tolls"] == {"P": 1.25}
    row = run["portfolio_scenarios"].iloc[0]
    assert row["gain_musd"] == pytest.approx(plain.run["gain_whoever_pays"])  # a toll is a transfer
    assert row["first_breach"] == ""
    assert run.run["gain"] == pytest.approx(row["gain_musd"])
    assert run.run["gain_at_charges_of_today"] == pytest.approx(0, abs=1e-6)
    assert run["portfolio_repairs"].empty
    assert not plain["portfolio_repairs"].empty
    project = run["portfolio_projects"].iloc[0]
    assert project["dscr_min"] >= project["dscr_floor"] - 1e-6
    assert project["revenue_musd_per_year"] == pytest.approx(CHARGE * 1.25 * KT / 1000.0)
    cash = run["portfolio_cash"].set_index("year").loc[2040]
    assert cash["variable_cost_musd"] == pytest.approx(CARRYING * KT / 1000.0)  # as at any charge
    tolls = run["portfolio_winners"].set_index("account")["gain_musd"]
    assert tolls["tolls"] > 0
    assert run["portfolio_winners"]["gain_musd"].sum() == pytest.approx(row["gain_musd"], rel=1e-6)


def test_debt_must_be_served_in_every_scenario_at_the_tolls_chosen(indebted: Network) -> None:
    """With half the cargo 1.25 times the charge no longer serves what it did."""
    run, portfolio = run_optimise(asked(indebted, BASE, SLUMP, with_tolls=True), "welfare")
    chosen = run.run.get("tolls", {}).get("P")
    assert chosen != 1.25
    if len(portfolio.builds):
        worst = run["portfolio_scenarios"].set_index("scenario")["dscr_min"]
        assert worst["slump"] >= 1.0 - 1e-6


def test_the_file_of_what_was_found_tests_to_the_same_figures(indebted: Network, tmp_path: Path) -> None:
    run, portfolio = run_optimise(asked(indebted, BASE, with_tolls=True), "welfare")
    write_portfolio(portfolio, indebted, tmp_path / "plan.xlsx")
    back = read_portfolio(tmp_path / "plan.xlsx", indebted)
    assert back.builds["toll_level"].tolist() == ["x1.25"]
    again = run_test(asked(indebted, BASE), back)
    for name in ("portfolio_scenarios", "portfolio_projects", "portfolio_cash", "portfolio_winners"):
        one, two = (found[name].select_dtypes("number") for found in (run, again))
        known = one.drop(columns=["best_musd", "regret_musd"], errors="ignore")
        pd.testing.assert_frame_equal(known, two[known.columns], rtol=1e-4, atol=1e-3, check_dtype=False)
    assert again.run["tolls"] == {"P": 1.25}
    assert again["portfolio_tolls"].empty  # nobody asked for the menu
    menu = run_test(asked(indebted, BASE, with_tolls=True), back)["portfolio_tolls"]
    mine = menu[menu["is_chosen"] == 1]
    assert set(mine["level"]) == {"x1.25", "chosen"}
    assert menu[menu["project_id"] == "P"]["level"].tolist() == ["x0.5", "x1", "x1.25", "x1.5"]


def test_private_money_is_bounded_by_what_the_gain_may_fall() -> None:
    found = search(ferry(road=20.0, capex=10.0, **BORROWED), "mobilisation", "mobilisation", P=0)
    today, best = found.today, found.best.point
    assert best.private >= today.private
    assert best.gain >= 0.95 * today.gain - 1e-6
    asked_for = [point for point in found.points.values() if not np.isnan(point.private)]
    assert best.private == max(point.private for point in asked_for)


def test_shippers_pay_what_owners_receive_and_no_rise_gains() -> None:
    """Two railways and a port in a row: a transfer as long as cargo stays, less than one beyond."""
    world, routed = opened(bank_world(**FREE), RAIL=0, PORT=0, LINE=0)
    names = charging(world, routed)
    assert names == ["PORT", "LINE", "RAIL"] or set(names) == {"PORT", "LINE", "RAIL"}
    gain = world.empty.value - routed.net_value
    desk = Desk(world, routed)
    assert desk.at(dict.fromkeys(names, 1.0)) is world
    for level in (0.8, 1.2, 1.5, 3.0, 6.0):
        there = desk.at(dict.fromkeys(names, level))
        found = there.routed(routed.plan)
        own = there.empty.value - found.net_value
        assert (found.value > routed.value) == (level > 1.0)
        assert own <= gain + 1e-6
        assert (own < gain - 1.0) == (level == 6.0)
        assert there.winners(found)["gain_musd"].sum() == pytest.approx(own, rel=1e-6)


def test_a_desk_that_goes_on_finds_what_a_new_one_finds() -> None:
    world, routed = opened(bank_world(**FREE), RAIL=0, PORT=0, LINE=0)
    desk = Desk(world, routed)
    for levels in ({"PORT": 6.0}, {"PORT": 0.8, "RAIL": 1.5}, {"RAIL": 6.0, "LINE": 6.0}, {"PORT": 6.0}):
        one, two = (made.routed(routed.plan) for made in (desk.at(levels), tolled(world, routed, levels)))
        assert one.value == pytest.approx(two.value, rel=1e-7)
        assert one.net_value == pytest.approx(two.net_value, rel=1e-6)


def test_a_terminal_charges_for_handling() -> None:
    """A ship pays 2 USD a tonne at the quay, 1.6 of it to the terminal: 150 kt, on half of the capacity that is new."""
    links = [{"link_id": "R", "a": "A", "b": "B", "cost": 10, "mode": "rail_1520"},
             {"link_id": "X", "a": "B", "b": "C", "cost": 10, "mode": "caspian_ferry"},
             {"link_id": "Z", "a": "A", "b": "C", "cost": 90, "mode": "road"}]  # fmt: skip
    network = bank_world(
        [QUAY],
        [{"project_id": "P", "target": "place", "target_id": "B", "capacity_added_t_per_year": 100_000}],
        links,
        [{"a": "A", "b": "C", "kt": 150}],
        handling=[{"mode": mode, "cargo_kind": "general", "cost_usd_per_t": cost, "time_h": 0}
                  for mode, cost in (("rail_1520", 4), ("caspian_ferry", 2))],
    )  # fmt: skip
    quay = network.places["place_id"] == "B"
    network = network.replace(
        places=network.places.assign(
            capacity_t_per_year=np.where(quay, 100_000.0, np.nan), capacity_scope=np.where(quay, "vessel", "none")
        )
    )
    world, routed = opened(network, P=0)
    assert charging(world, routed) == ["P"]
    there = tolled(world, routed, {"P": 1.5}).routed(routed.plan)
    weight = world.problem.periods["weight"].to_numpy(float)
    assert there.revenue[0] == pytest.approx([1.5 * 1.6 * 0.15 / 2] * 2)
    assert there.value - routed.value == pytest.approx(0.5 * 1.6 * 0.15 / 2 * weight.sum())
    assert there.net_value == pytest.approx(routed.net_value)


class Impatient(Silent):
    """Stops as soon as a toll is routed."""

    def phase(self, name: str) -> None:
        if name.startswith("Routing at tolls: all x 0.5"):
            self.stop()


def test_a_stop_keeps_the_best_level_so_far(indebted: Network) -> None:
    request = asked(indebted, BASE, with_tolls=True)
    run, portfolio = run_optimise(type(request)(**{**vars(request), "progress": Impatient()}), "welfare")
    assert portfolio.builds.empty  # nothing can be paid for at the one level that was tried
    assert run["portfolio_tolls"].empty or "chosen" in set(run["portfolio_tolls"]["level"])


def test_no_menu_is_said(indebted: Network) -> None:
    bare = indebted.replace(toll_levels=indebted.toll_levels.iloc[:0])
    run, _ = run_optimise(asked(bare, BASE, with_tolls=True), "welfare")
    assert run["portfolio_tolls"].empty
    assert run.run["notices"] == ["finance/toll_levels.csv has no row: no toll was looked at"]


@pytest.mark.parametrize(
    ("builds", "words"),
    [
        ("P,2028,x1.52\n", ("row 2", "column toll_level", '"x1.52"', "x0.5, x1, x1.25, x1.5", "Did you mean x1.5?")),
        ("SOFT,2028,x1.5\n", ("row 2", "column toll_level", "empty for SOFT", "adds no capacity")),
    ],
)
def test_a_level_that_is_none_is_named(builds: str, words: Sequence[str], tmp_path: Path) -> None:
    soft = {**QUAY, "project_id": "SOFT", "name": "Window", "project_type": "soft"}
    effects = [{"project_id": "P", "target": "link", "target_id": "X", "capacity_added_t_per_year": 1_000_000},
               {"project_id": "SOFT", "target": "link", "target_id": "X", "time_saved_h": 1}]  # fmt: skip
    links = [{"link_id": "X", "a": "A", "b": "B", "cost": 10, "kt": 10, "mode": "caspian_ferry"}]
    network = with_menu(bank_world([QUAY, soft], effects, links, [{"a": "A", "b": "B", "kt": 5}]), MENU)
    (tmp_path / "mine.csv").write_text(f"project_id,start_year,toll_level\n{builds}", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_portfolio(tmp_path / "mine.csv", network)
    assert len(refused.value.problems) == 1, refused.value.problems
    for word in words:
        assert word in refused.value.problems[0]


def test_starts_of_one_project_have_one_toll(tmp_path: Path) -> None:
    ships = {**QUAY, "project_id": "P", "units_max": 2}
    effects = [{"project_id": "P", "target": "link", "target_id": "X", "capacity_added_t_per_year": 1_000_000}]
    links = [{"link_id": "X", "a": "A", "b": "B", "cost": 10, "kt": 10, "mode": "caspian_ferry"}]
    network = with_menu(bank_world([ships], effects, links, [{"a": "A", "b": "B", "kt": 5}]), MENU)
    text = "project_id,start_year,units,toll_level\nP,2028,1,x1.5\nP,2035,1,x0.5\n"
    (tmp_path / "mine.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="row 3, column toll_level"):
        read_portfolio(tmp_path / "mine.csv", network)
