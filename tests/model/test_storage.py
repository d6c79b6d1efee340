"""Goods stored between the seasons of a year: optima worked out by hand, bounds, accounts."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.block_solver import BlockSolver
from model.compile import compile_model
from model.formulation import formulate_unit
from model.paths import PathPool
from model.pricing import Pricer
from model.problem import Problem
from model.record import problem_key
from model.routing import arc_routing
from model.solver import Session
from network.network import Network

Some = settings(max_examples=6, deadline=None, derandomize=True)
HALVES = {"cold": (9, 10, 11, 12, 1, 2), "warm": (3, 4, 5, 6, 7, 8)}
ICE = "ICE"


@pytest.fixture
def frozen(worlds: Any) -> Callable[..., Network]:
    """A to B by a link at 10 USD/t, open in one season; 100 kt a year, evenly; B stores at 2 USD/t a month."""

    def make(
        seasons: dict[str, tuple[int, ...]] = HALVES,
        open_in: str = "warm",
        dear: float | None = None,
        store: dict[str, Any] | None = None,
        **tables: Any,
    ) -> Network:
        links = [{"link_id": "L", "a": "A", "b": "B", "cost": 10, "kt": 2400, "availability_id": ICE}]
        if dear is not None:
            links.append({"link_id": "DEAR", "a": "A", "b": "B", "cost": dear, "mode": "rail_1520"})
        kept = {"zone_id": "B", "commodity_id": "goods", "capacity_t": 80_000, "holding_cost_usd_per_t_month": 2}
        given = {
            "seasons": [{"resolution": "fast", "season": s, "months": m} for s, m in seasons.items()],
            "availability": [
                {"availability_id": ICE, "month": m, "availability": int(m in seasons[open_in])} for m in range(1, 13)
            ],
            "storage": [{**kept, **(store or {})}],
        }
        return worlds.make(links, [{"a": "A", "b": "B", "kt": 100}], **(given | tables))

    return make


def by_season(table: pd.DataFrame, column: str) -> dict[str, float]:
    """A figure by season."""
    return dict(zip(table["season"], table[column], strict=True))


def musd(solved: Any) -> dict[str, float]:
    """Million USD by category of cost."""
    return solved.tables["costs"].groupby("category")["musd"].sum().to_dict()


def test_a_store_serves_the_season_in_which_the_link_is_shut(worlds: Any, frozen: Any) -> None:
    solved = worlds.solve(frozen())
    assert len(solved.search.solvers) == 1
    assert by_season(solved.tables["flows"], "flow_kt") == pytest.approx({"warm": 100})
    assert by_season(solved.tables["demand"], "served_kt") == pytest.approx({"cold": 50, "warm": 50})
    assert by_season(solved.tables["demand"], "into_store_kt") == pytest.approx({"cold": -50, "warm": 50})
    # 50 kt are in store at the end of the warm months; they come and go evenly, on average 6 months each at 2 USD
    assert by_season(solved.tables["prices"], "price_usd_per_t") == pytest.approx({"cold": 22, "warm": 10})
    assert musd(solved) == pytest.approx({"freight": 1.0, "storage": 0.6})
    storage = solved.tables["costs"].set_index("category").loc["storage"]
    assert (storage["country"], storage["cargo_kind"], storage["confidence"]) == ("B", "general", "estimate")
    area = sum(float((item.served * item.block.step_price).sum()) / 1000 for item in solved.flows)
    assert solved.best.value == pytest.approx(1.6 - area)


def test_seasons_follow_each_other_round_the_year_whatever_their_order_in_the_table(worlds: Any, frozen: Any) -> None:
    seasons = {"spring": (3, 4, 5, 6, 7), "winter": (11, 12, 1, 2), "harvest": (8, 9, 10)}
    solved = worlds.solve(frozen(seasons, open_in="harvest"))
    # From the middle of the harvest to the middle of the winter 3.5 months, to the middle of the spring 8.
    assert by_season(solved.tables["prices"], "price_usd_per_t") == pytest.approx(
        {"harvest": 10, "winter": 10 + 2 * 3.5, "spring": 10 + 2 * 8}
    )
    assert musd(solved)["storage"] == pytest.approx(2 * (3.5 * 100 * 4 / 12 + 8 * 100 * 5 / 12) / 1000)


def test_a_full_store_is_worth_what_another_way_costs_more(worlds: Any, frozen: Any) -> None:
    solved, larger = (worlds.solve(frozen(dear=50, store={"capacity_t": size})) for size in (30_000, 31_000))
    flow = solved.tables["flows"].set_index(["season", "link_id"])["flow_kt"]
    assert flow.to_dict() == pytest.approx({("warm", "L"): 80, ("cold", "DEAR"): 20})
    assert by_season(solved.tables["prices"], "price_usd_per_t") == pytest.approx({"cold": 50, "warm": 10})
    assert musd(solved)["storage"] == pytest.approx(30 * 12 / 1000)
    assert solved.best.value - larger.best.value == pytest.approx((50 - 10 - 12) / 1000)


def test_the_classes_of_a_store_share_it(worlds: Any, frozen: Any) -> None:
    """Cargo from C saves 35 USD/t by waiting, cargo from A 18: the store holds 40 kt and takes C's 30 first."""
    world = frozen(dear=40, store={"capacity_t": 40_000})
    more = worlds.make(
        [{"link_id": "M", "a": "C", "b": "B", "cost": 5, "kt": 2400, "availability_id": ICE},
         {"link_id": "N", "a": "C", "b": "B", "cost": 52, "mode": "rail_1520"}],
        [{"a": "C", "b": "B", "kt": 60}],
    )  # fmt: skip
    both = {
        name: pd.concat([getattr(world, name), getattr(more, name)]).drop_duplicates(key)
        for name, key in (("links", "link_id"), ("places", "place_id"), ("zones", "zone_id"),
                          ("zone_places", "zone_id"), ("lanes", "lane_id"))
    }  # fmt: skip
    solved = worlds.solve(world.replace(**both))
    stored = solved.tables["demand"].set_index(["season", "origin_zone"])["into_store_kt"]
    assert stored.to_dict() == pytest.approx(
        {("cold", "A"): -10, ("warm", "A"): 10, ("cold", "C"): -30, ("warm", "C"): 30}
    )


def test_a_store_at_a_place_serves_lanes_that_name_the_place(worlds: Any, frozen: Any) -> None:
    world = frozen()
    lanes = world.lanes.assign(destination_zone="Z", destination_place="B")
    zones = world.zones.assign(zone_id=["A", "Z"])
    places = world.zone_places.assign(zone_id=["A", "Z"])
    solved = worlds.solve(world.replace(lanes=lanes, zones=zones, zone_places=places))
    assert musd(solved)["storage"] == pytest.approx(0.6)


def test_what_is_stored_counts_in_what_a_project_can_save(worlds: Any, frozen: Any) -> None:
    """Half of the freight of the 100 kt that move in the open season, though only 50 kt are wanted in it."""
    project = {"project_id": "P", "name": "P", "country": "A", "capex_musd": 1}
    world = frozen(
        projects=[{**project, "is_sunk": 1, "in_service_year": 2024}],
        project_effects=[{"project_id": "P", "target": "link", "target_id": "L", "cost_saving_share": 0.5}],
    )
    solved = worlds.solve(world)
    assert musd(solved) == pytest.approx({"freight": 1.0, "savings": -0.5, "storage": 0.6})
    assert by_season(solved.tables["prices"], "price_usd_per_t") == pytest.approx({"cold": 17, "warm": 5})


@pytest.mark.parametrize("empty", ["no store", "one season", "no user"])
def test_without_use_every_block_is_solved_alone(worlds: Any, frozen: Any, empty: str) -> None:
    world = frozen(dear=50)
    if empty == "no store":
        world = world.replace(storage=world.storage.iloc[:0])
    elif empty == "one season":
        world = world.replace(seasons=worlds.frame("seasons", []))
    else:
        world = world.replace(storage=world.storage.assign(zone_id="A"))
    solved = worlds.solve(world)
    assert [len(unit) for unit in solved.problem.units] == [1] * len(solved.problem.seasons)
    assert "storage" not in musd(solved)
    assert (solved.tables["demand"]["into_store_kt"] == 0).all()
    unit = solved.problem.units[0]
    compiled = compile_model(formulate_unit(solved.problem, unit, [arc_routing(solved.problem)], np.empty(0)))
    assert not [name for name in (*compiled.rows, *compiled.columns) if name.startswith(("storage", "level", "put"))]


def test_the_record_of_a_search_knows_the_stores(worlds: Any, frozen: Any) -> None:
    problems = [
        worlds.problem(frozen(store=store)) for store in ({}, {"capacity_t": 1}, {"holding_cost_usd_per_t_month": 1})
    ]
    assert len({problem_key(problem) for problem in problems}) == 3


def unit_solvers(problem: Problem) -> list[BlockSolver]:
    """Solvers of all units on a pool that holds the cheapest path of each class."""
    pricer = Pricer(problem.supernetwork, problem.classes)
    pool = PathPool(pricer.arc_count)
    pool.add(pricer.bundles(problem.blocks[0].cost, np.full(len(problem.classes.classes), np.inf))[1])
    return [BlockSolver(problem, unit, pool, pricer, 1) for unit in problem.units]


@Some
@given(data=st.data())
def test_bounds_and_cuts_hold_and_paths_reach_the_optimum_of_arcs(worlds: Any, data: st.DataObject) -> None:
    problem = worlds.problem(data.draw(worlds.random(periods=1, storage=True)))
    count = len(problem.strategy.projects)
    shares = st.lists(st.sampled_from([0.0, 0.3, 1.0]), min_size=count, max_size=count)
    here, there = np.array(data.draw(shares)), np.array(data.draw(shares))
    (solver,) = unit_solvers(problem)
    blocks = [part.block for part in solver.parts]
    assert len(blocks) == 2
    exact = {
        plan.tobytes(): Session(compile_model(formulate_unit(problem, blocks, [arc_routing(problem)] * 2, plan)))
        .solve()
        .objective
        for plan in (here, there)
    }
    margin = 1e-6 * max(1.0, *(abs(value) for value in exact.values()))
    early = solver.price(here, solver.solve(here))
    final = solver.generate(there, 1e-8)
    assert early.bound <= exact[here.tobytes()] + margin <= early.value + 2 * margin
    assert final.value == pytest.approx(exact[there.tobytes()], abs=margin)
    assert final.bound == pytest.approx(final.value, abs=10 * margin)
    for cut in (early.cut, final.cut):
        assert all(cut.at(plan) <= exact[plan.tobytes()] + margin for plan in (here, there))


@Some
@given(data=st.data())
def test_plan_accounts_and_stocks(worlds: Any, data: st.DataObject) -> None:
    """The plan is the joint program's; costs add up to the objective; every season conserves; stores hold."""
    world = data.draw(worlds.random(projects=2, storage=True))
    solved = worlds.solve(world)
    exact = worlds.jointly(solved.problem).objective
    margin = 1e-6 * max(1.0, abs(exact))
    assert solved.best.value == pytest.approx(exact, abs=margin)
    assert solved.best.bound <= exact + margin
    area = sum(item.block.weight * float((item.served * item.block.step_price).sum()) / 1000 for item in solved.flows)
    assert solved.tables["costs"]["discounted_musd"].sum() - area == pytest.approx(solved.best.value, abs=margin)
    demand = solved.tables["demand"]
    over_the_year = demand.groupby(["period", "lane_id"])["into_store_kt"].sum()
    assert over_the_year.abs().max() <= 1e-6
    for item in solved.flows:
        weight = solved.problem.classes.pairs["weight"].to_numpy()[item.paths["pair"]]
        one = item.paths.assign(kt=item.paths["kt"] / weight).drop_duplicates(["column"])
        moved = one.groupby("cls")["kt"].sum().reindex(range(len(item.stored)), fill_value=0.0)
        np.testing.assert_allclose(moved, item.served.sum(axis=1) + item.stored, atol=1e-4)
        rows = item.block.storage
        assert (np.bincount(rows.labels["store"], item.level, len(rows.capacity)) <= rows.capacity + 1e-6).all()


@Some
@given(data=st.data())
def test_a_store_never_hurts(worlds: Any, data: st.DataObject) -> None:
    world = data.draw(worlds.random(projects=1, storage=True))
    without = world.replace(storage=world.storage.iloc[:0])
    values = [worlds.jointly(worlds.problem(changed)).objective for changed in (world, without)]
    assert values[0] <= values[1] + 1e-6 * max(1.0, abs(values[1]))
