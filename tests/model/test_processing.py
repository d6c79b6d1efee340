"""Goods change at facilities: joint products, surplus, prices at the gate, projects, seasons; the accounts add up."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.compile import compile_model
from model.formulation import formulate
from model.record import problem_key
from model.routing import arc_routing
from network.network import Network

Some = settings(max_examples=5, deadline=None, derandomize=True)


def good(name: str, value: float) -> dict[str, Any]:
    return {"commodity_id": name, "name": name, "handling_class": "bagged", "cargo_kind": "general",
            "value_usd_per_t": value, "time_value_pct_per_day": 0, "own_price_elasticity": -1}  # fmt: skip


GOODS = [good("ore", 0), good("rare", 995), good("common", 95)]


@pytest.fixture(scope="session")
def chain(worlds: Any) -> Callable[..., Network]:
    """A mine at M sends ore to a plant at P, where a tonne becomes 0.1 t of a rare and 0.6 t of a common good.

    Rare goes to A (10 kt wanted at 995 + 5 USD/t delivered), common to B (30 kt at 95 + 5). Ore costs 20 to mine and 4
    to carry; a tonne of it costs 30 to process; a surplus of the common good 2 USD/t to discard.
    """

    def make(
        rare: float = 10,
        common: float = 30,
        ore: float | None = None,
        plant: dict[str, Any] | None = None,
        mine: dict[str, Any] | None = None,
        **tables: Any,
    ) -> Network:
        links = [{"link_id": "ORE", "a": "M", "b": "P", "cost": 4}, {"link_id": "RARE", "a": "P", "b": "A", "cost": 5},
                 {"link_id": "COMMON", "a": "P", "b": "B", "cost": 5}]  # fmt: skip
        lanes = [{"lane_id": "ore", "a": "M", "b": "P", "commodity_id": "ore", "kt": ore, "origin_facility": "MINE",
                  "destination_facility": "PLANT"},
                 {"lane_id": "rare", "a": "P", "b": "A", "commodity_id": "rare", "kt": rare,
                  "origin_facility": "PLANT"},
                 {"lane_id": "common", "a": "P", "b": "B", "commodity_id": "common", "kt": common,
                  "origin_facility": "PLANT"}]  # fmt: skip
        facilities = [{"facility_id": "MINE", "name": "Mine", "place_id": "M", "recipe_id": "DIG",
                       "capacity_t_per_year": 500_000, "cost_usd_per_t": 20, **(mine or {})},
                      {"facility_id": "PLANT", "name": "Plant", "place_id": "P", "recipe_id": "SPLIT",
                       "capacity_t_per_year": 500_000, "cost_usd_per_t": 30, **(plant or {})}]  # fmt: skip
        recipes = [{"recipe_id": "DIG", "side": "output", "commodity_id": "ore", "t_per_t": 1},
                   {"recipe_id": "SPLIT", "side": "input", "commodity_id": "ore", "t_per_t": 1},
                   {"recipe_id": "SPLIT", "side": "output", "commodity_id": "rare", "t_per_t": 0.1},
                   {"recipe_id": "SPLIT", "side": "output", "commodity_id": "common", "t_per_t": 0.6,
                    "disposal_cost_usd_per_t": 2}]  # fmt: skip
        given = {
            "commodities": GOODS,
            "facilities": facilities,
            "recipes": recipes,
            "parameters": [{"parameter": "choke_cost_multiple", "value": 2.5}],
            **tables,
        }
        return worlds.make(links, lanes, **given)

    return make


def by_good(solved: Any, column: str) -> dict[str, float]:
    """A column of the balances by facility and good."""
    table = solved.tables["balances"]
    return {f"{f} {g}": v for f, g, v in zip(table["facility_id"], table["commodity_id"], table[column], strict=True)}


def served(solved: Any) -> dict[str, float]:
    return dict(solved.tables["demand"].groupby("lane_id")["served_kt"].sum())


def limits(solved: Any, column: str) -> dict[str, float]:
    table = solved.tables["capacities"]
    return dict(zip(table["target_id"], table[column], strict=True))


def test_the_rare_good_pays_where_the_common_one_is_in_surplus(worlds: Any, chain: Callable[..., Network]) -> None:
    """Ten times the rare good is run. A tonne of throughput costs 20 + 4 + 30 = 54 and leaves 0.6 t of the common good,
    of which most finds nobody, so a tonne costs 2 to discard: the rare good must bring (54 + 0.6 x 2) / 0.1 = 552 at
    the gate, 557 delivered: 0.557 of 1000, below the cheapest step, at which 10 / 0.8 = 12.5 kt are bought.
    """
    solved = worlds.solve(chain())
    assert served(solved) == pytest.approx({"ore": 125, "rare": 12.5, "common": 37.5})
    assert by_good(solved, "amount_kt") == pytest.approx(
        {"MINE ore": 125, "PLANT ore": 125, "PLANT rare": 12.5, "PLANT common": 75}
    )
    assert by_good(solved, "surplus_kt") == pytest.approx(
        {"MINE ore": 0, "PLANT ore": 0, "PLANT rare": 0, "PLANT common": 37.5}
    )
    assert by_good(solved, "price_usd_per_t") == pytest.approx(
        {"MINE ore": 20, "PLANT ore": 24, "PLANT rare": 552, "PLANT common": -2}
    )
    costs = solved.tables["costs"].groupby("category")["musd"].sum().to_dict()
    freight = (125 * 4 + 12.5 * 5 + 37.5 * 5) / 1000
    processing = 125 * (20 + 30) / 1000
    assert costs == pytest.approx({"freight": freight, "processing": processing, "disposal": 37.5 * 2 / 1000})
    # q(m) = q0 / m: bought at 0.8, 1, 1.3, 1.8 and 2.5 times the delivered price, steps priced at their middles.
    bought = 1 / np.array([0.8, 1.0, 1.3, 1.8, 2.5])
    area = 2.5 * bought[-1] + float(-np.diff(bought) @ [0.9, 1.15, 1.55, 2.15])
    assert -solved.best.value == pytest.approx(area * (10 * 1000 + 30 * 100) / 1000 - sum(costs.values()))


def test_a_good_that_both_markets_want_shares_the_cost(worlds: Any, chain: Callable[..., Network]) -> None:
    """Little rare and much common wanted: both are sold out, and their prices together pay for the run.

    100 kt of throughput make 10 kt of the rare good and 60 kt of the common one: the last step that is bought of each
    is the middle one. The plant holds no more: what is left of both prices is its rent.
    """
    solved = worlds.solve(chain(rare=13, common=78, plant={"capacity_t_per_year": 100_000}))
    assert served(solved) == pytest.approx({"ore": 100, "rare": 10, "common": 60})
    price = by_good(solved, "price_usd_per_t")
    rent = limits(solved, "dual_usd_per_unit")["PLANT"]
    assert 0.1 * price["PLANT rare"] + 0.6 * price["PLANT common"] == pytest.approx(20 + 4 + 30 + rent)
    assert 1.15 * 1000 - 5 - 1e-6 <= price["PLANT rare"] <= 1.55 * 1000 - 5 + 1e-6
    assert 1.15 * 100 - 5 - 1e-6 <= price["PLANT common"] <= 1.55 * 100 - 5 + 1e-6
    assert rent > 0


@pytest.mark.parametrize(("where", "name"), [("plant", "PLANT"), ("mine", "MINE")])
def test_a_full_facility_has_a_price(worlds: Any, chain: Callable[..., Network], where: str, name: str) -> None:
    """100 kt: 10 kt of the rare good, whose next step would pay 900, and 60 of the common one, of which 37.5 sell.

    One more tonne is worth 0.1 x (900 - 5) - 0.6 x 2 - 54 = 34.3.
    """
    full, more = (
        worlds.solve(chain(rare=9, **{where: {"capacity_t_per_year": capacity}})) for capacity in (100_000, 101_000)
    )
    row = full.tables["capacities"].set_index("target_id").loc[name]
    assert (row["target"], row["name"], row["kind"]) == ("facility", name.capitalize(), "t")
    assert [row["capacity"], row["use"], row["utilisation"]] == pytest.approx([100, 100, 1])
    assert row["dual_usd_per_unit"] == pytest.approx(34.3)
    assert row["rent_musd"] == pytest.approx(3.43)
    assert full.best.value - more.best.value == pytest.approx(34.3 / 1000)


def test_the_quantity_of_a_lane_to_a_facility_is_what_the_origin_gives(
    worlds: Any, chain: Callable[..., Network]
) -> None:
    solved = worlds.solve(chain(ore=50))
    demand = solved.tables["demand"].set_index("lane_id")
    assert demand.loc["ore", ["reference_kt", "served_kt", "unserved_kt"]].tolist() == pytest.approx([50, 50, 0])
    assert served(solved) == pytest.approx({"ore": 50, "rare": 5, "common": 30})
    # What the plant saves on the next tonne of ore goes to the lane: its surplus.
    assert demand.loc["ore", "surplus_musd"] > 0
    assert by_good(solved, "price_usd_per_t")["PLANT ore"] > 24


@pytest.mark.parametrize(("years", "made"), [({}, [12.5, 12.5]), ({"last_year": 2029}, [12.5, 0]),
                                             ({"first_year": 2030}, [0, 12.5])])  # fmt: skip
def test_a_facility_runs_in_its_years(
    worlds: Any, chain: Callable[..., Network], years: dict[str, int], made: list[float]
) -> None:
    periods = [{"resolution": "fast", "period": y, "first_year": y, "last_year": y + 4} for y in (2025, 2030)]
    solved = worlds.solve(chain(plant=years, periods=periods))
    demand = solved.tables["demand"]
    assert demand.loc[demand["lane_id"] == "rare", "served_kt"].tolist() == pytest.approx(made)


@pytest.mark.parametrize(("capex", "units"), [(12, 1), (12.15, 0)])
def test_a_project_builds_a_plant(worlds: Any, chain: Callable[..., Network], capex: float, units: int) -> None:
    """40 kt of throughput make 4 kt of the rare good, sold at 2500, and 24 kt of the common one, sold from 250 to 115:
    9.980 + 4.983 million after transport, less 40 x 54 = 2.16: 12.803 in the second year, 12.078 today."""
    periods = [{"resolution": "fast", "period": y, "first_year": y, "last_year": y} for y in (2025, 2026)]
    project = {"project_id": "P", "name": "P", "country": "P", "capex_musd": capex, "construction_years": 1,
               "lifetime_years": 1, "fixed_opex_share_per_year": 0}  # fmt: skip
    effect = {"project_id": "P", "target": "facility", "target_id": "PLANT", "capacity_added_t_per_year": 40_000}
    world = chain(plant={"capacity_t_per_year": 0}, periods=periods, projects=[project], project_effects=[effect])
    solved = worlds.solve(world)
    exact = worlds.jointly(solved.problem)
    assert solved.best.value == pytest.approx(exact.objective)
    assert solved.best.bound == pytest.approx(exact.objective)
    assert solved.tables["builds"]["units"].tolist() == [units]
    plant = solved.tables["capacities"].query("target_id == 'PLANT'")
    assert plant["capacity"].tolist() == pytest.approx([0, 40 * units])
    assert plant["use"].tolist() == pytest.approx([0, 40 * units])


def test_what_a_project_holds_in_the_tables_is_taken_away_before_its_year(
    worlds: Any, chain: Callable[..., Network]
) -> None:
    periods = [{"resolution": "fast", "period": y, "first_year": y, "last_year": y} for y in (2025, 2026)]
    project = {"project_id": "P", "name": "P", "country": "P", "capex_musd": 1, "in_base": 1, "is_sunk": 1,
               "in_service_year": 2026}  # fmt: skip
    effect = {"project_id": "P", "target": "facility", "target_id": "PLANT", "capacity_added_t_per_year": 60_000}
    world = chain(plant={"capacity_t_per_year": 100_000}, periods=periods, projects=[project], project_effects=[effect])
    plant = worlds.solve(world).tables["capacities"].query("target_id == 'PLANT'")
    assert plant["capacity"].tolist() == pytest.approx([40, 100])


def test_a_store_at_the_market_carries_the_product_through_a_closed_season(
    worlds: Any, chain: Callable[..., Network]
) -> None:
    """The plant runs in the open half of the year only; the market's store takes half of it for the other half."""
    seasons = [{"resolution": "fast", "season": "cold", "months": (1, 2, 3, 4, 5, 6)},
               {"resolution": "fast", "season": "warm", "months": (7, 8, 9, 10, 11, 12)}]  # fmt: skip
    ice = [{"availability_id": "ICE", "month": m, "availability": float(m > 6)} for m in range(1, 13)]
    store = {"zone_id": "A", "commodity_id": "rare", "capacity_t": 4_000, "holding_cost_usd_per_t_month": 1}
    world = chain(seasons=seasons, availability=ice, storage=[store])
    links = world.links.assign(capacity_t_per_year=1e6, availability_id=["", "ICE", ""])
    solved = worlds.solve(world.replace(links=links))
    rare = solved.tables["demand"].query("lane_id == 'rare'").set_index("season")
    assert rare["into_store_kt"].to_dict() == pytest.approx({"cold": -4, "warm": 4})
    assert rare["served_kt"].to_dict() == pytest.approx({"cold": 4, "warm": 6.25})
    made = solved.tables["balances"].query("commodity_id == 'rare'").set_index("season")
    assert (made["amount_kt"] - made["surplus_kt"]).to_dict() == pytest.approx({"cold": 0, "warm": 10.25})
    full = solved.tables["capacities"].query("target == 'store'").set_index("season")
    assert full["name"].tolist() == ["store of rare at A"] * 2
    assert full["use"].to_dict() == pytest.approx({"cold": 0, "warm": 4})
    assert full.loc["cold", "dual_usd_per_unit"] == pytest.approx(0)
    assert full.loc["warm", "dual_usd_per_unit"] > 0


def test_the_rent_of_a_full_store_is_what_a_larger_one_earns(worlds: Any, chain: Callable[..., Network]) -> None:
    seasons = [{"resolution": "fast", "season": "cold", "months": (1, 2, 3, 4, 5, 6)},
               {"resolution": "fast", "season": "warm", "months": (7, 8, 9, 10, 11, 12)}]  # fmt: skip
    ice = [{"availability_id": "ICE", "month": m, "availability": float(m > 6)} for m in range(1, 13)]

    def solved(size: float) -> Any:
        store = {"zone_id": "A", "commodity_id": "rare", "capacity_t": size, "holding_cost_usd_per_t_month": 1}
        world = chain(seasons=seasons, availability=ice, storage=[store])
        links = world.links.assign(capacity_t_per_year=1e6, availability_id=["", "ICE", ""])
        return worlds.solve(world.replace(links=links))

    small, large = solved(4_400), solved(4_500)
    rent = small.tables["capacities"].query("target == 'store'")
    assert small.best.value - large.best.value == pytest.approx(0.1 * rent["dual_usd_per_unit"].sum() / 1000)
    assert rent["rent_musd"].sum() == pytest.approx(4.4 * rent["dual_usd_per_unit"].sum() / 1000)


def test_facilities_without_lanes_and_empty_tables_change_nothing(worlds: Any, two_ways: Any) -> None:
    plain = worlds.solve(two_ways())
    mine = {"facility_id": "MINE", "name": "Mine", "place_id": "A", "recipe_id": "DIG", "capacity_t_per_year": 9}
    dig = {"recipe_id": "DIG", "side": "output", "commodity_id": "goods", "t_per_t": 1}
    idle = worlds.solve(two_ways(facilities=[mine], recipes=[dig]))
    assert plain.best.value == pytest.approx(idle.best.value)
    assert plain.tables["balances"].empty
    assert not set(plain.tables["capacities"]["target"]) - {"link", "place"}
    compiled = compile_model(formulate(plain.problem, arc_routing(plain.problem)))
    assert not [name for name in (*compiled.rows, *compiled.columns) if name.startswith(("facility", "run", "surplus"))]


def test_the_record_of_a_search_knows_the_facilities(worlds: Any, chain: Callable[..., Network]) -> None:
    changed = ({}, {"capacity_t_per_year": 1}, {"cost_usd_per_t": 1})
    worlds_of = [chain(plant=plant) for plant in changed]
    recipes = worlds_of[0].recipes
    worlds_of += [
        worlds_of[0].replace(recipes=recipes.assign(**{name: recipes[name] + 1}))
        for name in ("t_per_t", "disposal_cost_usd_per_t")
    ]
    assert len({problem_key(worlds.problem(world)) for world in worlds_of}) == len(worlds_of)


@Some
@given(data=st.data(), storage=st.booleans())
def test_the_plan_is_that_of_the_joint_program_and_its_accounts_add_up(
    worlds: Any, data: st.DataObject, storage: bool
) -> None:
    solved = worlds.solve(data.draw(worlds.random(projects=2, storage=storage, processing=True)))
    exact = worlds.jointly(solved.problem).objective
    margin = 1e-6 * max(1.0, abs(exact))
    assert solved.best.value == pytest.approx(exact, abs=margin)
    assert solved.best.bound <= exact + margin
    area = sum(item.block.weight * float((item.served * item.block.step_price).sum()) / 1000 for item in solved.flows)
    assert solved.tables["costs"]["discounted_musd"].sum() - area == pytest.approx(solved.best.value, abs=margin)


@Some
@given(data=st.data(), storage=st.booleans())
def test_goods_balance_at_every_facility(worlds: Any, data: st.DataObject, storage: bool) -> None:
    """From the result tables and the table of lanes alone."""
    world = data.draw(worlds.random(projects=1, storage=storage, processing=True))
    solved = worlds.solve(world)
    ends = world.lanes.set_index("lane_id")[["origin_facility", "destination_facility"]]
    demand = solved.tables["demand"].join(ends, on="lane_id")
    demand["moved_kt"] = demand["served_kt"] + demand["into_store_kt"]
    key = ["period", "season", "facility_id", "commodity_id"]
    balances = solved.tables["balances"]
    for side, end, amount in (("output", "origin", "moved_kt"), ("input", "destination", "served_kt")):
        goods = balances[balances["side"] == side].set_index(key)
        lanes = demand[demand[f"{end}_facility"] != ""].rename(columns={f"{end}_facility": "facility_id"})
        carried = lanes.groupby(key)[amount].sum().reindex(goods.index, fill_value=0.0)
        np.testing.assert_allclose(carried + goods["surplus_kt"], goods["amount_kt"], atol=1e-4)
    run = solved.tables["capacities"].query("target == 'facility'").set_index(["period", "season", "target_id"])["use"]
    shares = world.facilities.merge(world.recipes, on="recipe_id").set_index(["facility_id", "side", "commodity_id"])
    for row in balances.itertuples():
        share = shares.loc[(row.facility_id, row.side, row.commodity_id), "t_per_t"]
        assert row.amount_kt == pytest.approx(share * run[row.period, row.season, row.facility_id], abs=1e-5)


@Some
@given(data=st.data(), storage=st.booleans())
def test_prices_at_facilities_and_the_shares_of_welfare(worlds: Any, data: st.DataObject, storage: bool) -> None:
    """A run pays no better than it costs, a good left over is worth minus its disposal; surplus and rents are all."""
    world = data.draw(worlds.random(projects=0, storage=storage, processing=True))
    solved = worlds.solve(world)
    capacities, demand = solved.tables["capacities"], solved.tables["demand"]
    assert (capacities["dual_usd_per_unit"] >= 0).all()
    slack = capacities["use"] < capacities["capacity"] * (1 - 1e-5) - 1e-5
    assert not slack.any() or capacities.loc[slack, "dual_usd_per_unit"].max() <= 1e-5
    for item in solved.flows:
        made, rows = item.facilities, item.facilities.rows
        output = rows.outputs
        disposal = 1000 * rows.disposal[output]
        assert (made.goods_price[output] >= -disposal - 1e-6).all()
        left = made.surplus[output] > 1e-5
        assert made.goods_price[output][left] == pytest.approx(-disposal[left], abs=1e-6)
        sign = np.where(rows.goods["side"] == "output", 1.0, -1.0) * rows.goods["t_per_t"].to_numpy()
        earned = np.bincount(rows.goods["facility"], sign * made.goods_price, len(made.run))
        cost = 1000 * (rows.cost + made.capacity_price)
        assert (earned <= cost + 1e-4).all()
        assert earned[made.run > 1e-5] == pytest.approx(cost[made.run > 1e-5], abs=1e-4)
    weight = pd.Series({block.period: block.weight for block in solved.problem.blocks})
    shared = sum(
        float((frame[column] * frame["period"].map(weight)).sum())
        for frame, column in ((demand, "surplus_musd"), (capacities, "rent_musd"))
    )
    assert shared == pytest.approx(-solved.best.value, rel=1e-5, abs=1e-5)


@Some
@given(data=st.data())
def test_more_capacity_of_a_facility_never_hurts(worlds: Any, data: st.DataObject) -> None:
    world = data.draw(worlds.random(projects=1, periods=1, processing=True))
    more = world.facilities.assign(capacity_t_per_year=world.facilities["capacity_t_per_year"] * 1.5 + 1000)
    values = [worlds.jointly(worlds.problem(w)).objective for w in (world.replace(facilities=more), world)]
    assert values[0] <= values[1] + 1e-6 * max(1.0, abs(values[1]))
