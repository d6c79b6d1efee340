"""Capacities of transfers: what passes a change of gauge, what one more tonne is worth, what a project adds."""

from collections.abc import Callable
from typing import Any

import pytest

from network.network import Network
from network.transfers import transfer_names

KEY = "M:rail_1520-rail_1435"


@pytest.fixture(scope="session")
def gauge_break(worlds: Any) -> Callable[..., Network]:
    """A to B by rail with a change of gauge at M, 4 + 10 + 3 + 5 + 4 = 26 USD/t, or by road; 60 kt there, 20 back.

    To unload at M and load again costs 8 instead of 3.
    """

    def make(road: float = 30, limit: float | None = 50_000, boxes: bool = False, **tables: Any) -> Network:
        links = [{"link_id": "BROAD", "a": "A", "b": "M", "cost": 10, "cost_usd_per_teu": 100, "mode": "rail_1520"},
                 {"link_id": "NORMAL", "a": "M", "b": "B", "cost": 5, "cost_usd_per_teu": 50, "mode": "rail_1435"},
                 {"link_id": "ROAD", "a": "A", "b": "B", "cost": road, "cost_usd_per_teu": 10 * road}]  # fmt: skip
        kind = "teu" if boxes else "t"
        moves = [{"mode": mode, "cargo_kind": cargo, f"cost_usd_per_{unit}": cost}
                 for mode in ("rail_1520", "rail_1435")
                 for cargo, unit, cost in (("general", "t", 4), ("container", "teu", 40))]  # fmt: skip
        transfer = {"place_id": "M", "from_mode": "rail_1520", "to_mode": "rail_1435", "cost_usd_per_t": 3,
                    "cost_usd_per_teu": 30, f"capacity_{kind}_per_year": limit}  # fmt: skip
        lanes = [{"a": "A", "b": "B", "kt": 60}, {"a": "B", "b": "A", "kt": 20}]
        return worlds.make(links, lanes, handling=moves, transfers=[transfer], **tables)

    return make


def test_both_ways_share_the_capacity_and_its_price_is_what_the_road_costs_more(
    worlds: Any, gauge_break: Callable[..., Network]
) -> None:
    solved, more = (worlds.solve(gauge_break(limit=limit)) for limit in (50_000, 51_000))
    flow = solved.tables["flows"].groupby("link_id")["flow_kt"].sum()
    assert flow.to_dict() == pytest.approx({"BROAD": 50, "NORMAL": 50, "ROAD": 30})
    (row,) = solved.tables["capacities"].to_dict("records")
    assert (row["target"], row["target_id"], row["direction"], row["kind"]) == ("transfer", KEY, "both", "t")
    assert row["name"] == "gauge change at M, rail 1520 - rail 1435"
    assert [row[c] for c in ("capacity", "use", "dual_usd_per_unit", "rent_musd")] == pytest.approx([50, 50, 4, 0.2])
    assert solved.best.value - more.best.value == pytest.approx(4 * 1 / 1000)


def test_a_dearer_road_leaves_the_rest_to_unloading_and_loading(
    worlds: Any, gauge_break: Callable[..., Network]
) -> None:
    solved = worlds.solve(gauge_break(road=40))
    assert solved.tables["flows"].groupby("link_id")["flow_kt"].sum().to_dict() == {"BROAD": 80, "NORMAL": 80}
    assert solved.tables["capacities"]["use"].tolist() == pytest.approx([50])
    assert solved.tables["capacities"]["dual_usd_per_unit"].tolist() == pytest.approx([8 - 3])


def test_a_limit_in_boxes_leaves_other_cargo_alone(worlds: Any, gauge_break: Callable[..., Network]) -> None:
    solved = worlds.solve(gauge_break(limit=0, boxes=True))
    assert solved.tables["flows"].groupby("link_id")["flow_kt"].sum().to_dict() == {"BROAD": 80, "NORMAL": 80}
    assert solved.tables["capacities"][["use", "dual_usd_per_unit"]].to_numpy().tolist() == [[0, 0]]


@pytest.mark.parametrize(("capex", "units"), [(0.11, 1), (0.116, 0)])
def test_a_project_at_a_transfer_is_worth_what_it_spares_the_road(
    worlds: Any, gauge_break: Callable[..., Network], capex: float, units: int
) -> None:
    """30 kt more spare 30 kt x 4 USD in the second year: 0.12 million, of which 0.12 / 1.06 = 0.1132 remain today."""
    years = [{"resolution": "fast", "period": y, "first_year": y, "last_year": y} for y in (2025, 2026)]
    project = {"project_id": "P", "name": "P", "country": "A", "capex_musd": capex, "construction_years": 1,
               "lifetime_years": 1, "fixed_opex_share_per_year": 0}  # fmt: skip
    effect = {"project_id": "P", "target": "transfer", "target_id": KEY, "capacity_added_t_per_year": 30_000}
    choke = [{"parameter": "choke_cost_multiple", "value": 2.5}]  # a gain to be seen beside the welfare of all cargo
    world = gauge_break(projects=[project], project_effects=[effect], periods=years, parameters=choke)
    solved = worlds.solve(world)
    assert solved.tables["builds"]["units"].tolist() == [units]
    assert solved.best.value == pytest.approx(worlds.jointly(solved.problem).objective)
    assert solved.tables["capacities"]["capacity"].tolist() == pytest.approx([50, 50 + 30 * units])


def test_a_transfer_that_only_a_project_opens_does_not_set_the_reference_cost(
    worlds: Any, gauge_break: Callable[..., Network]
) -> None:
    problem = worlds.problem(gauge_break(limit=0))
    assert problem.blocks[0].reference_cost.tolist() == pytest.approx([30, 30])


def test_a_change_between_other_modes_is_no_change_of_gauge(worlds: Any) -> None:
    transfers = worlds.frame("transfers", [{"place_id": "ALAT", "from_mode": "caspian_ferry", "to_mode": "rail_1520"}])
    places = worlds.frame("places", [{"place_id": "ALAT", "name": "Alat", "country": "AZ", "lat_deg": 0, "lon_deg": 0}])
    assert transfer_names(transfers, places) == {
        "ALAT:caspian_ferry-rail_1520": "transfer at Alat, caspian ferry - rail 1520"
    }
