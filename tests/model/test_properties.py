"""What must hold in every world: conservation, limits, signs of prices, accounts, units, order of rows."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.network import Network

Some = settings(max_examples=5, deadline=None, derandomize=True)
MONEY = {
    "links": ["cost_usd_per_teu", "cost_usd_per_t_general", "cost_usd_per_t_bulk", "fee_usd_per_teu", "fee_usd_per_t"],
    "handling": ["cost_usd_per_teu", "cost_usd_per_t"],
    "transfers": ["cost_usd_per_teu", "cost_usd_per_t"],
    "commodities": ["value_usd_per_t"],
    "projects": ["capex_musd"],
}


@pytest.fixture(scope="session")
def same(worlds: Any) -> Any:
    """Asserts that two worlds are worth the same at their exact optimum, the second scaled by a factor."""

    def check(one: Network, other: Network, factor: float = 1.0) -> None:
        values = [worlds.jointly(worlds.problem(world)).objective for world in (one, other)]
        assert values[1] == pytest.approx(factor * values[0], rel=1e-6, abs=1e-6)

    return check


@Some
@given(data=st.data())
def test_a_plan_is_feasible_by_its_tables_alone(worlds: Any, data: st.DataObject) -> None:
    """Conservation at every place, capacities of links from the tables, demand no higher than wanted."""
    world = data.draw(worlds.random(projects=2))
    solved = worlds.solve(world)
    flows, demand, capacities = (solved.tables[name] for name in ("flows", "demand", "capacities"))
    assert (flows["flow_kt"] > 0).all()
    weights = world.zone_places.set_index(["zone_id", "place_id"])["weight"]
    for (period, season, commodity), part in demand.groupby(["period", "season", "commodity_id"]):
        here = flows[(flows["period"] == period) & (flows["season"] == season) & (flows["commodity_id"] == commodity)]
        leaving, entering = (here.groupby(end)["flow_kt"].sum() for end in ("from_place", "to_place"))
        balance = leaving.sub(entering, fill_value=0.0)
        for lane in part.itertuples():
            pairs = {
                (o, d): weights[lane.origin_zone, o] * weights[lane.destination_zone, d]
                for o in weights[lane.origin_zone].index
                for d in weights[lane.destination_zone].index
                if o != d
            }
            for (o, d), weight in pairs.items():
                amount = lane.served_kt * weight / sum(pairs.values())
                balance = balance.sub(pd.Series({o: amount}), fill_value=0.0).add(
                    pd.Series({d: amount}), fill_value=0.0
                )
        assert balance.abs().max() < 1e-4
    assert (capacities["use"] <= capacities["capacity"] * (1 + 1e-6) + 1e-5).all()
    assert_links_hold(world, solved)
    most = pd.concat([pd.Series(block.most) for block in solved.problem.blocks]).sum()
    assert demand["served_kt"].sum() <= most * (1 + 1e-9)


def assert_links_hold(world: Network, solved: Any) -> None:
    """Every link by what the tables say: its capacity, its availability, what is built on it."""
    flows, problem = solved.tables["flows"], solved.problem
    built = solved.search.plans.built(solved.best.plan)
    owner = problem.strategy.projects["module_of"]
    modules = problem.strategy.projects["modules"].to_numpy()
    number = {project: np.flatnonzero(owner == project) for project in owner.unique()}
    share = problem.seasons.set_index("season")["share"]
    months = problem.seasons.set_index("season")["months"]
    availability = world.availability
    for link in world.links.itertuples():
        if np.isnan(link.capacity_t_per_year):
            continue
        effects = world.project_effects[
            (world.project_effects["target_id"] == link.link_id) & (world.project_effects["target"] == "link")
        ]
        for t, period in enumerate(problem.periods["period"]):
            added = sum(
                (built[number[e.project_id], t] / modules[number[e.project_id]]).sum()
                * (
                    world.projects.set_index("project_id").loc[e.project_id, "spread_capacity_t_per_year"]
                    if e.in_spread_group
                    else e.capacity_added_t_per_year
                )
                for e in effects.itertuples()
            )
            for season in problem.seasons["season"]:
                open_share = 1.0
                if link.availability_id:
                    rows = availability["month"].isin(months[season])
                    open_share = availability.loc[rows, "availability"].mean() if rows.any() else 1.0
                spread = any(effects["in_spread_group"] == 1)
                factor = share[season] * (1.0 if spread else open_share)
                limit = (link.capacity_t_per_year + added) / 1000 * factor
                here = flows[(flows["link_id"] == link.link_id) & (flows["period"] == period)]
                here = here[here["season"] == season]
                if link.capacity_rule == "each_direction":
                    use = here.groupby("from_place")["flow_kt"].sum().max() if len(here) else 0.0
                else:
                    use = here["flow_kt"].sum()
                assert use <= limit * (1 + 1e-6) + 1e-5


@Some
@given(data=st.data())
def test_prices_have_the_sign_of_scarcity(worlds: Any, data: st.DataObject) -> None:
    solved = worlds.solve(data.draw(worlds.random(projects=2)))
    capacities, prices = solved.tables["capacities"], solved.tables["prices"]
    assert (capacities["dual_usd_per_unit"] >= 0).all()
    slack = capacities["use"] < capacities["capacity"] * (1 - 1e-5) - 1e-5
    assert capacities.loc[slack, "dual_usd_per_unit"].max() <= 1e-6 or not slack.any()
    assert (prices["price_usd_per_t"] >= -1e-6).all()
    for item in solved.flows:  # a class pays at most what its last served step is worth, at least its cheapest way
        served, worth = item.served, item.block.step_price
        moving = served.max(axis=1) > 1e-6
        last = np.where(served > 1e-6, worth, np.inf).min(axis=1)
        assert (item.class_price[moving] <= last[moving] * (1 + 1e-6) + 1e-6).all()
        choke = worth.max(axis=1)
        assert (item.class_price <= choke + 1e-6)[item.block.most > 0].all()


@Some
@given(data=st.data(), objective=st.sampled_from(["shipper", "world"]))
def test_the_costs_table_adds_up_to_the_objective(worlds: Any, data: st.DataObject, objective: str) -> None:
    solved = worlds.solve(data.draw(worlds.random()), objective=objective)
    costs = solved.tables["costs"]["discounted_musd"].sum()
    area = sum(item.block.weight * float((item.served * item.block.step_price).sum()) / 1000 for item in solved.flows)
    assert costs - area == pytest.approx(solved.best.value, rel=1e-6, abs=1e-6)
    assert ("fees" in set(solved.tables["costs"]["category"])) <= (objective == "shipper")


@Some
@given(data=st.data())
def test_surplus_and_rent_share_the_value(worlds: Any, data: st.DataObject) -> None:
    """Without projects, welfare is what shippers keep and what scarce capacity earns."""
    solved = worlds.solve(data.draw(worlds.random(projects=0)))
    weight = pd.Series({block.period: block.weight for block in solved.problem.blocks})
    surplus, rent = (
        float((frame[column] * frame["period"].map(weight)).sum())
        for frame, column in ((solved.tables["demand"], "surplus_musd"), (solved.tables["capacities"], "rent_musd"))
    )
    assert surplus + rent == pytest.approx(-solved.best.value, rel=1e-5, abs=1e-5)


@Some
@given(data=st.data(), factor=st.sampled_from([0.001, 40.0]))
def test_the_unit_of_money_does_not_matter(worlds: Any, same: Any, data: st.DataObject, factor: float) -> None:
    world = data.draw(worlds.random(projects=1, periods=1))
    scaled = {name: getattr(world, name).copy() for name in MONEY}
    for name, columns in MONEY.items():
        scaled[name][columns] *= factor
    same(world, world.replace(**scaled), factor)


@Some
@given(data=st.data(), seed=st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(worlds: Any, same: Any, data: st.DataObject, seed: int) -> None:
    world = data.draw(worlds.random(projects=2, periods=2))
    names = ["places", "links", "handling", "transfers", "availability", "seasons", "periods", "commodities", "zones",
             "zone_places", "lanes", "projects", "project_effects"]  # fmt: skip
    shuffled = {name: getattr(world, name).sample(frac=1.0, random_state=seed) for name in names}
    same(world, world.replace(**shuffled))


@Some
@given(data=st.data(), more=st.sampled_from([1.3, np.inf]))
def test_more_capacity_never_hurts(worlds: Any, data: st.DataObject, more: float) -> None:
    world = data.draw(worlds.random(projects=1, periods=1))
    columns = ["capacity_t_per_year", "capacity_teu_per_year"]
    limited = [(n, table) for table in ("links", "places", "transfers") for n in range(len(getattr(world, table)))]
    number, table = data.draw(st.sampled_from(limited))
    frame = getattr(world, table).copy()
    frame.loc[number, columns] = frame.loc[number, columns] * more if np.isfinite(more) else np.nan
    before, after = (
        worlds.jointly(worlds.problem(changed, world)).objective for changed in (world, world.replace(**{table: frame}))
    )
    assert after <= before + 1e-6 * max(1.0, abs(before))


@Some
@given(data=st.data())
def test_more_projects_never_hurt(worlds: Any, data: st.DataObject) -> None:
    world = data.draw(worlds.random(projects=3))
    free = world.projects.assign(all_of=[()] * len(world.projects), any_of=[()] * len(world.projects),
                                 excludes=[()] * len(world.projects))  # fmt: skip
    nothing = world.replace(projects=world.projects.iloc[:0], project_effects=world.project_effects.iloc[:0])
    values = [
        worlds.jointly(worlds.problem(w, world)).objective for w in (world.replace(projects=free), world, nothing)
    ]
    margin = 1e-6 * max(1.0, abs(values[0]))
    assert values[0] <= values[1] + margin
    assert values[1] <= values[2] + margin


def test_results_of_a_season_split_evenly_add_up_to_the_year(worlds: Any, two_ways: Any) -> None:
    halves = [{"resolution": "fast", "season": "one", "months": tuple(range(1, 7))},
              {"resolution": "fast", "season": "two", "months": tuple(range(7, 13))}]  # fmt: skip
    year, split = worlds.solve(two_ways()), worlds.solve(two_ways(seasons=halves))
    assert split.best.value == pytest.approx(year.best.value)
    assert split.tables["flows"].groupby("link_id")["flow_kt"].sum().to_dict() == pytest.approx(
        year.tables["flows"].groupby("link_id")["flow_kt"].sum().to_dict()
    )


def test_availability_and_season_profile_shape_the_seasons(worlds: Any, two_ways: Any) -> None:
    seasons = [{"resolution": "fast", "season": "cold", "months": (1, 2, 3)},
               {"resolution": "fast", "season": "warm", "months": tuple(range(4, 13))}]  # fmt: skip
    wind = [{"availability_id": "W", "month": m, "availability": 0.5 if m <= 3 else 1.0} for m in range(1, 13)]
    harvest = [{"profile_id": "H", "month": m, "share": 0.4 / 3 if m <= 3 else 0.6 / 9} for m in range(1, 13)]
    world = two_ways(
        cheap={"availability_id": "W"},
        lane={"season_profile_id": "H"},
        seasons=seasons,
        availability=wind,
        season_profiles=harvest,
    )
    flow = worlds.solve(world).tables["flows"].set_index(["season", "link_id"])["flow_kt"]
    # cold: 40 kt of demand, 60 / 4 x 0.5 of capacity; warm: 60 kt of demand, 45 of capacity
    assert flow.to_dict() == pytest.approx(
        {("cold", "CHEAP"): 7.5, ("cold", "DEAR"): 32.5, ("warm", "CHEAP"): 45, ("warm", "DEAR"): 15}
    )
