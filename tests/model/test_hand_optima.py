"""Optima worked out by hand: routes, prices, demand, projects."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from network.network import Network

TwoWays = Callable[..., Network]
YEARS = [{"resolution": "fast", "period": 2025, "first_year": 2025, "last_year": 2029},
         {"resolution": "fast", "period": 2030, "first_year": 2030, "last_year": 2039}]  # fmt: skip
# A tonne's hour is worth 1 USD.
TIMED = {"commodity_id": "goods", "name": "Goods", "handling_class": "bagged", "cargo_kind": "general",
         "value_usd_per_t": 1000, "time_value_pct_per_day": 2.4, "own_price_elasticity": 0}  # fmt: skip


def present(years: range, rate: float = 0.06) -> float:
    """Present value in 2025 of 1 a year."""
    return float(np.sum((1 + rate) ** (2025.0 - np.array(years))))


def widening(capex: float, **more: Any) -> dict[str, Any]:
    """Tables of one project P that widens CHEAP by 40 kt: worth 0.16 million USD a year."""
    project = {"project_id": "P", "name": "P", "country": "A", "capex_musd": capex, "construction_years": 2, **more}
    effect = {"project_id": "P", "target": "link", "target_id": "CHEAP", "capacity_added_t_per_year": 40_000}
    return {"projects": [project], "project_effects": [effect], "periods": YEARS}


def builds(tables: dict[str, pd.DataFrame]) -> dict[str, float]:
    """Units of each project."""
    return dict(zip(tables["builds"]["project_id"], tables["builds"]["units"], strict=True))


@pytest.mark.parametrize("dear_mode", ["road", "rail_1520"])
def test_price_of_a_full_link_is_the_difference_of_route_costs(worlds: Any, two_ways: TwoWays, dear_mode: str) -> None:
    tables = worlds.solve(two_ways(dear={"mode": dear_mode})).tables
    flow = tables["flows"].set_index("link_id")["flow_kt"]
    assert flow.to_dict() == pytest.approx({"CHEAP": 60, "DEAR": 40})
    assert tables["capacities"]["dual_usd_per_unit"].tolist() == pytest.approx([4])
    assert tables["capacities"]["rent_musd"].tolist() == pytest.approx([0.24])
    assert tables["prices"]["price_usd_per_t"].tolist() == pytest.approx([14])
    assert tables["prices"]["freight_usd_per_t"].tolist() == pytest.approx([11.6])
    assert tables["costs"]["musd"].sum() == pytest.approx(1.16)


@pytest.mark.parametrize(("rule", "dear"), [("both_directions", 60), ("each_direction", 0)])
def test_direction_rule(worlds: Any, rule: str, dear: float) -> None:
    links = [{"link_id": "CHEAP", "a": "A", "b": "B", "cost": 10, "kt": 60, "capacity_rule": rule},
             {"link_id": "DEAR", "a": "A", "b": "B", "cost": 14}]  # fmt: skip
    lanes = [{"a": "A", "b": "B", "kt": 60}, {"a": "B", "b": "A", "kt": 60}]
    flows = worlds.solve(worlds.make(links, lanes)).tables["flows"]
    assert flows.loc[flows["link_id"] == "DEAR", "flow_kt"].sum() == pytest.approx(dear)


def test_a_limit_in_boxes_counts_boxes_only(worlds: Any, two_ways: TwoWays) -> None:
    boxes = {"commodity_id": "boxes", "name": "Boxes", "handling_class": "container", "cargo_kind": "container",
             "t_per_teu": 8, "value_usd_per_t": 0, "time_value_pct_per_day": 0, "own_price_elasticity": 0}  # fmt: skip
    world = two_ways(
        cheap={"kt": None, "capacity_teu_per_year": 5000, "cost_usd_per_teu": 80},
        dear={"cost_usd_per_teu": 120},
        lane={"commodity_id": "boxes"},
        commodities=[TIMED, boxes],
    )
    tables = worlds.solve(world).tables
    assert tables["flows"].set_index("link_id")["flow_kteu"].to_dict() == pytest.approx({"CHEAP": 5, "DEAR": 7.5})
    assert tables["capacities"]["dual_usd_per_unit"].tolist() == pytest.approx([40])  # USD per TEU
    assert tables["prices"]["price_usd_per_t"].tolist() == pytest.approx([15])


def test_both_limits_of_a_place_hold_and_both_moves_over_the_quay_count(worlds: Any) -> None:
    links = [{"link_id": "SEA", "a": "A", "b": "B", "mode": "caspian_ferry", "cost": 10},
             {"link_id": "LAND", "a": "A", "b": "B", "cost": 30}]  # fmt: skip
    port = {"place_id": "B", "capacity_t_per_year": 70_000, "capacity_scope": "vessel"}
    tables = worlds.solve(worlds.make(links, [{"a": "A", "b": "B", "kt": 100}], [port])).tables
    assert tables["flows"].set_index("link_id")["flow_kt"].to_dict() == pytest.approx({"SEA": 70, "LAND": 30})
    assert tables["capacities"]["dual_usd_per_unit"].tolist() == pytest.approx([20])


@pytest.mark.parametrize(("dearer", "served"), [(1.0, 100), (1.3, 100 / 1.3), (2.0, 100 / 1.8), (0.85, 100 / 0.8)])
def test_demand_follows_its_steps(worlds: Any, dearer: float, served: float) -> None:
    """q(m) = 100 kt / m at m times the reference cost; a step is bought while its middle is at or above the price."""

    def world(cost: float) -> Network:
        return worlds.make(
            [{"link_id": "L", "a": "A", "b": "B", "cost": cost}],
            [{"a": "A", "b": "B", "kt": 100, "own_price_elasticity": -1}],
            parameters=[{"parameter": "choke_cost_multiple", "value": 2.5}],
        )

    steps = {
        0.8: 0.9,
        1.0: 1.15,
        1.3: 1.55,
        1.8: 2.15,
    }  # multiple where a step starts: its middle
    ends = [end for end, middle in steps.items() if middle >= dearer]
    solved = worlds.solve(world(10 * dearer), world(10))
    demand = solved.tables["demand"]
    assert demand["served_kt"].tolist() == pytest.approx([served])
    bought = 100 / np.array([*ends, 2.5])
    middles = [middle for middle in steps.values() if middle >= dearer]
    area = 10 * (2.5 * bought[-1] + float(-np.diff(bought) @ middles)) / 1000
    assert -solved.best.value == pytest.approx(area - bought[0] * 10 * dearer / 1000)
    assert demand["surplus_musd"].tolist() == pytest.approx([-solved.best.value])


def test_demand_dearer_than_the_choke_stays_unserved(worlds: Any) -> None:
    lanes = [{"a": "A", "b": "B", "kt": 100, "own_price_elasticity": -0.5}]
    choke = [{"parameter": "choke_cost_multiple", "value": 2.5}]
    dear, cheap = (
        worlds.make([{"link_id": "L", "a": "A", "b": "B", "cost": cost}], lanes, parameters=choke) for cost in (26, 10)
    )
    demand = worlds.solve(dear, cheap).tables["demand"]
    assert demand["served_kt"].tolist() == pytest.approx([0])
    assert demand["unserved_kt"].tolist() == pytest.approx([100])


def test_a_choke_below_the_steps_keeps_demand_falling(worlds: Any, two_ways: TwoWays) -> None:
    world = two_ways(lane={"own_price_elasticity": -1}, parameters=[{"parameter": "choke_cost_multiple", "value": 1.5}])
    block = worlds.problem(world).blocks[0]
    assert (block.step_width >= 0).all()
    assert (np.diff(block.step_price, axis=1) <= 0).all()
    assert worlds.solve(world).tables["demand"]["served_kt"].iloc[0] <= 100 + 1e-6


WORTH = 0.16 * present(range(2030, 2040))
COST_OF_ONE = (  # of 1 million USD spent in 2025 and 2026, served from 2027: 2 % opex, 7 of 20 years left in 2040
    present(range(2025, 2027)) / 2 + 0.02 * present(range(2027, 2040)) - 7 / 20 * 1.06**-15
)


@pytest.mark.parametrize(("capex", "built"), [(0.98 * WORTH / COST_OF_ONE, 1), (1.02 * WORTH / COST_OF_ONE, 0)])
def test_a_widening_is_built_if_it_is_worth_its_cost(worlds: Any, two_ways: TwoWays, capex: float, built: int) -> None:
    world = two_ways(**widening(capex, lifetime_years=20, fixed_opex_share_per_year=0.02))
    solved = worlds.solve(world)
    assert builds(solved.tables) == {"P": built}
    assert solved.best.gain == pytest.approx(built * (WORTH - capex * COST_OF_ONE))
    assert solved.best.bound == pytest.approx(solved.best.value)
    row = solved.tables["builds"].iloc[0]
    if built:
        assert (row["start_year"], row["in_service_year"]) == (2025, 2027)
        assert row["end_year"] == 2047
        assert row["capex_npv_musd"] == pytest.approx(capex * present(range(2025, 2027)) / 2)
        costs = solved.tables["costs"].groupby("category")["discounted_musd"].sum()
        assert costs["fixed_opex"] == pytest.approx(0.02 * capex * present(range(2027, 2040)))
        assert costs["residual_value"] == pytest.approx(-7 / 20 * capex * 1.06**-15)


def test_construction_delays_service_to_the_next_milestone(worlds: Any, two_ways: TwoWays) -> None:
    starts = worlds.problem(two_ways(**widening(1, construction_years=2))).strategy.starts
    # 2025 + 2 serves 2030; a start in 2030 would serve from 2032, after the last milestone.
    assert starts[["period", "start_year", "in_service_year"]].to_numpy().tolist() == [[0, 2025, 2027]]


def test_a_short_life_serves_only_its_years(worlds: Any, two_ways: TwoWays) -> None:
    strategy = worlds.problem(two_ways(**widening(1, construction_years=1, lifetime_years=3))).strategy
    assert strategy.starts.empty  # 2026 to 2028 holds no milestone, nor does 2031 to 2033
    strategy = worlds.problem(two_ways(**widening(1, construction_years=1, lifetime_years=5))).strategy
    assert strategy.service[0, 0].tolist() == [0, 1]
    assert strategy.starts["cost_musd"].tolist() == pytest.approx([1.0])  # spent in 2025; nothing left in 2040


def test_a_sunk_project_serves_without_a_decision(worlds: Any, two_ways: TwoWays) -> None:
    world = two_ways(**widening(1000, is_sunk=1, in_service_year=2027))
    solved = worlds.solve(world)
    assert solved.tables["builds"]["decision"].tolist() == ["given"]
    flow = solved.tables["flows"].set_index(["period", "link_id"])["flow_kt"]
    assert flow.to_dict() == pytest.approx({(2025, "CHEAP"): 60, (2025, "DEAR"): 40, (2030, "CHEAP"): 100})
    assert set(solved.tables["costs"]["category"]) == {"freight"}


def test_a_project_in_the_tables_is_taken_back_before_its_service(worlds: Any, two_ways: TwoWays) -> None:
    world = two_ways(cheap={"kt": 100}, **widening(1000, in_base=1, is_sunk=1, in_service_year=2027))
    flow = worlds.solve(world).tables["flows"].set_index(["period", "link_id"])["flow_kt"]
    assert flow.to_dict() == pytest.approx({(2025, "CHEAP"): 60, (2025, "DEAR"): 40, (2030, "CHEAP"): 100})


def test_modules_are_bought_while_they_are_worth_it(worlds: Any, two_ways: TwoWays) -> None:
    # 4 modules add 10 kt each; demand can use 2 of them (80 kt).
    world = two_ways(lane={"kt": 80}, **widening(4 * 0.1, units_max=4))
    solved = worlds.solve(world)
    assert builds(solved.tables) == {"P": 2}
    assert solved.tables["builds"]["capex_musd"].tolist() == pytest.approx([0.2])


def saving(**more: Any) -> dict[str, Any]:
    """Tables of a project that saves hours on link L, in service before 2030."""
    project = {"project_id": "P", "name": "P", "country": "A", "capex_musd": 1, "construction_years": 1}
    effect = {"project_id": "P", "target": "link", "target_id": "L", "time_saved_h": 20}
    return {"projects": [{**project, **more.pop("project", {})}], "project_effects": [{**effect, **more}],
            "periods": YEARS, "commodities": [TIMED]}  # fmt: skip


@pytest.mark.parametrize(
    ("effect", "musd"),
    [
        ({}, 2.0),  # 100 kt x 20 h x 1 USD
        ({"time_saved_h": 90}, 8.0),  # no more than 80 % of the link's 100 hours
        ({"time_saved_h": 0, "cost_saving_share": 0.5}, 0.5),  # of the freight of 10 USD/t
    ],
)
def test_credit_for_saved_time_and_cost(worlds: Any, effect: dict[str, float], musd: float) -> None:
    world = worlds.make(
        [{"link_id": "L", "a": "A", "b": "B", "cost": 10, "transit_time_h": 100}],
        [{"a": "A", "b": "B", "kt": 100}],
        **saving(**effect),
    )
    solved = worlds.solve(world)
    costs = solved.tables["costs"].set_index(["period", "category"])["musd"]
    assert builds(solved.tables) == {"P": 1}
    assert (2025, "savings") not in costs.index
    assert costs[2030, "savings"] == pytest.approx(-musd)
    assert costs[2030, "time"] == pytest.approx(10)
    days = solved.tables["corridors"].set_index("period")["time_days"]
    assert days[2025] * 24 == pytest.approx(100)
    assert days[2030] * 24 == pytest.approx(100 - min(80, effect.get("time_saved_h", 20)))


def test_a_saving_draws_cargo_from_a_cheaper_way(worlds: Any) -> None:
    links = [{"link_id": "L", "a": "A", "b": "B", "cost": 10, "transit_time_h": 100, "kt": 70},
             {"link_id": "M", "a": "A", "b": "B", "cost": 5, "transit_time_h": 100}]  # fmt: skip
    solved = worlds.solve(worlds.make(links, [{"a": "A", "b": "B", "kt": 100}], **saving()))
    flow = solved.tables["flows"].set_index(["period", "link_id"])["flow_kt"]
    assert flow.to_dict() == pytest.approx({(2025, "M"): 100, (2030, "L"): 70, (2030, "M"): 30})
    price = solved.tables["capacities"].set_index("period")["dual_usd_per_unit"]
    assert price.to_dict() == pytest.approx({2025: 0, 2030: 15})


def test_the_bound_of_a_credit_covers_all_use_and_no_more_than_all_demand(worlds: Any) -> None:
    links = [{"link_id": "L", "a": "A", "b": "B", "cost": 10, "transit_time_h": 100}]
    lanes = [{"a": "A", "b": "B", "kt": 100, "own_price_elasticity": -1}, {"a": "B", "b": "A", "kt": 40}]
    world = worlds.make(links, lanes, **saving(project={"units_max": 2, "excludes": ()}))
    problem = worlds.problem(world)
    block = problem.blocks[1]
    used = 140 * 20 / 1000  # by both modules together; each has a credit of its own
    most = block.savings.bound[~block.savings.labels["boxed"].to_numpy(bool)].sum()
    assert used <= most <= 1.01 * block.most.sum() * 20 / 1000


def test_half_a_fleet_saves_half_the_time(worlds: Any) -> None:
    """An unrelated lane as large as the first must not let one module of two be credited with both modules' hours."""
    links = [{"link_id": "L", "a": "A", "b": "B", "cost": 10, "transit_time_h": 100},
             {"link_id": "M", "a": "C", "b": "D", "cost": 10, "transit_time_h": 100}]  # fmt: skip
    lanes = [{"a": "A", "b": "B", "kt": 100}, {"a": "C", "b": "D", "kt": 100}]
    tables = saving(project={"units_max": 2})
    whole = worlds.solve(worlds.make(links, lanes, **tables))
    plans = whole.search.plans
    half = plans.nothing
    half[0] = 1.0  # the first module, in the first period
    value = {}
    for name, plan in (
        ("nothing", plans.nothing),
        ("half", half),
        ("both", np.minimum(half + np.roll(half, _periods(whole)), 1)),
    ):
        built = plans.built(plan)
        value[name] = [solver.generate(built[:, solver.period]).value for solver in whole.search.solvers]
    last = len(whole.search.solvers) - 1
    one = value["nothing"][last] - value["half"][last]
    two = value["nothing"][last] - value["both"][last]
    assert one > 0
    assert two == pytest.approx(2 * one)


def _periods(solved: Any) -> int:
    """Starts of one module: as many as the starts of the second lie behind those of the first."""
    project = solved.problem.strategy.starts["project"].to_numpy()
    return int((project == project[0]).sum())


def three_projects(**rules: Any) -> dict[str, Any]:
    """P widens CHEAP and is worth building; Q and R do nothing by themselves and cost a little."""
    tables = widening(0.5)
    for name in ("Q", "R"):
        tables["projects"].append(
            {"project_id": name, "name": name, "country": "A", "capex_musd": 0.01 if name == "Q" else 0.02,
             "construction_years": 1}
        )  # fmt: skip
    for name, rule in rules.items():
        next(row for row in tables["projects"] if row["project_id"] == name).update(rule)
    return tables


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({}, {"P": 1, "Q": 0, "R": 0}),
        ({"P": {"all_of": ("Q", "R")}}, {"P": 1, "Q": 1, "R": 1}),
        ({"P": {"any_of": ("Q", "R")}}, {"P": 1, "Q": 1, "R": 0}),
        ({"P": {"any_of": ("R", "Q")}}, {"P": 1, "Q": 1, "R": 0}),
        ({"P": {"all_of": ("Q",)}, "Q": {"capex_musd": 50}}, {"P": 0, "Q": 0, "R": 0}),
        ({"P": {"any_of": ("Q", "R")}, "Q": {"is_sunk": 1, "in_service_year": 2025}}, {"P": 1, "Q": 1, "R": 0}),
        ({"P": {"all_of": ("Q",)}, "Q": {"all_of": ("R",), "excludes": ("P",)}}, {"P": 0, "Q": 0, "R": 0}),
        ({"P": {"all_of": ("Q",)}, "Q": {"is_modelled": 0}}, {"P": 1, "R": 0}),
    ],
)
def test_prerequisites(worlds: Any, two_ways: TwoWays, rules: Any, expected: dict[str, int]) -> None:
    solved = worlds.solve(two_ways(**three_projects(**rules)))
    assert builds(solved.tables) == expected
    assert worlds.jointly(solved.problem).objective == pytest.approx(solved.best.value)


def test_exclusions_leave_the_better_one(worlds: Any, two_ways: TwoWays) -> None:
    tables = widening(0.5)
    tables["projects"].append({**tables["projects"][0], "project_id": "Q", "capex_musd": 0.4, "excludes": ("P",)})
    tables["project_effects"].append(
        {**tables["project_effects"][0], "project_id": "Q", "capacity_added_t_per_year": 25_000}
    )
    assert builds(worlds.solve(two_ways(**tables)).tables) == {"P": 1, "Q": 0}
    tables["projects"][1]["excludes"] = ()
    tables["projects"][1]["capex_musd"] = 0.2
    tables["projects"][0]["capex_musd"] = 0.6
    tables["project_effects"][1]["capacity_added_t_per_year"] = 40_000
    assert builds(worlds.solve(two_ways(**tables)).tables) == {"P": 0, "Q": 1}


def test_a_budget_takes_the_best_that_fits(worlds: Any, two_ways: TwoWays) -> None:
    tables = widening(0.5)
    tables["projects"].append({**tables["projects"][0], "project_id": "Q", "capex_musd": 0.3})
    tables["project_effects"].append(
        {**tables["project_effects"][0], "project_id": "Q", "capacity_added_t_per_year": 20_000}
    )
    tables["budgets"] = [{"period": 2025, "budget_musd": 0.4}]
    solved = worlds.solve(two_ways(**tables))
    assert builds(solved.tables) == {"P": 0, "Q": 1}
    assert worlds.jointly(solved.problem).objective == pytest.approx(solved.best.value)


def test_a_limit_shared_by_a_group_of_links(worlds: Any) -> None:
    links = [{"link_id": "X", "a": "A", "b": "B", "cost": 10, "kt": 0},
             {"link_id": "Y", "a": "B", "b": "C", "cost": 10, "kt": 0},
             {"link_id": "Z", "a": "A", "b": "C", "cost": 80},
             {"link_id": "W", "a": "A", "b": "B", "cost": 12}]  # fmt: skip
    group = [{"project_id": "P", "target": "link", "target_id": x, "in_spread_group": 1} for x in "XY"]
    project = {"project_id": "P", "name": "P", "country": "A", "capex_musd": 1, "construction_years": 1,
               "spread_capacity_t_per_year": 100_000}  # fmt: skip
    world = worlds.make(
        links, [{"a": "A", "b": "C", "kt": 90}], projects=[project], project_effects=group, periods=YEARS
    )
    flow = worlds.solve(world).tables["flows"].set_index(["period", "link_id"])["flow_kt"]
    # 100 kt on Y and X together: 90 on Y (worth 58 USD/t each), the last 10 on X.
    assert flow.to_dict() == pytest.approx(
        {(2025, "Z"): 90, (2030, "W"): 80, (2030, "X"): 10, (2030, "Y"): 90}, abs=1e-6
    )


def test_a_shared_limit_in_tonnes_adds_no_boxes(worlds: Any, two_ways: TwoWays) -> None:
    boxes = {
        **TIMED,
        "commodity_id": "boxes",
        "handling_class": "container",
        "cargo_kind": "container",
        "t_per_teu": 10,
    }
    project = {"project_id": "P", "name": "P", "country": "A", "capex_musd": 0, "spread_capacity_t_per_year": 50_000}
    world = two_ways(
        cheap={"kt": 60, "capacity_teu_per_year": 4000, "cost_usd_per_teu": 100},
        dear={"cost_usd_per_teu": 140},
        lane={"commodity_id": "boxes"},
        commodities=[TIMED, boxes],
        projects=[project],
        project_effects=[{"project_id": "P", "target": "link", "target_id": "CHEAP", "in_spread_group": 1}],
        periods=YEARS,
    )
    flow = worlds.solve(world).tables["flows"].set_index(["period", "link_id"])["flow_kteu"]
    assert flow[2025, "CHEAP"] == pytest.approx(4)
    assert flow[2030, "CHEAP"] == pytest.approx(4)
