"""Generalised cost by hand, adjustments by year, arcs closed to a cargo."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from network.network import Network
from network.schema import ADJUSTMENTS, TABLES, table
from network.sheet import Sheet
from network.supernetwork import Supernetwork, build_supernetwork
from network.transport_cost import adjusted, allowed_by_handling, arc_attributes, cargo_cost
from network.typed_frame import fill_defaults, type_table

PLACES = [{"place_id": name, "name": name, "country": "XX", "lat_deg": 0, "lon_deg": 0} for name in "AB"]
PERIODS = pd.DataFrame(
    {"period": [2025, 2030, 2040], "first_year": [2025, 2028, 2035], "last_year": [2027, 2034, 2042]}
)
FULL_LINK = {
    "link_id": "L1", "from_place": "A", "to_place": "B", "mode": "rail", "distance_km": 500, "transit_time_h": 20,
    "cost_usd_per_teu": 600, "cost_usd_per_t_general": 40, "fee_usd_per_teu": 50, "fee_usd_per_t": 3,
    "dwell_from_h": 5, "dwell_to_h": 7, "dwell_from_sd_h": 2, "dwell_to_sd_h": 3, "gco2_per_tkm": 20,
    "capacity_t_per_year": 1000,
}  # fmt: skip


def world(**tables: list[dict[str, Any]]) -> Network:
    """A network of the full link and some rows; other tables are empty."""
    given = {"places": PLACES, "links": [FULL_LINK]} | tables
    frames = {}
    for item in (*TABLES, ADJUSTMENTS):
        rows = given.get(item.name, [])
        cells = {column: [str(row.get(column, "")) for row in rows] for column in item.columns}
        typed, problems = type_table(table(item.name), Sheet(cells, list(range(2, len(rows) + 2))))
        assert not problems
        frames[item.name] = fill_defaults(item, typed.frame)
    return Network(folder=Path(), **frames)


def priced(network: Network, kind: str, t_per_teu: float = np.nan, handling_class: str = "bagged") -> Any:
    """Supernetwork and cost of a tonne of a cargo on its arcs in 2025, an hour of deviation worth 0.5 of an hour."""
    supernetwork = build_supernetwork(network)
    attributes = arc_attributes(network, supernetwork, adjusted(network, "links", 2025, PERIODS))
    usable = allowed_by_handling(network, supernetwork, handling_class)
    return supernetwork, cargo_cost(attributes, usable, kind, t_per_teu, 0.5)


def arc(supernetwork: Supernetwork, kind: str) -> int:
    """Position of the only forward arc of a kind."""
    arcs = supernetwork.arcs
    return int(np.flatnonzero((arcs["kind"] == kind) & ~arcs["reverse"])[0])


def test_generalised_cost_of_a_box_by_hand() -> None:
    supernetwork, cost = priced(world(), "container", 10.0, "container")
    here = arc(supernetwork, "link")
    assert cost.freight[here] == pytest.approx(60)
    assert cost.fees[here] == pytest.approx(5)
    assert cost.time_h[here] == pytest.approx(20 + 12)
    assert cost.buffer_h[here] == pytest.approx(0.5 * 5)
    assert cost.co2_t[here] == pytest.approx(0.01)
    total = cost.generalised(2.0, 60.0, 1.0)[here]
    assert total == pytest.approx(60 + 5 + 2 * 34.5 + 0.6)
    assert cost.generalised(2.0, 60.0, 0.0)[here] == pytest.approx(total - 5)


@pytest.mark.parametrize(("wagon", "hours"), [("", 32), (30, 50), (0, 20)])
def test_other_cargo_waits_as_wagons_do(wagon: Any, hours: float) -> None:
    supernetwork, cost = priced(world(links=[FULL_LINK | {"wagonload_dwell_h": wagon}]), "general")
    here = arc(supernetwork, "link")
    assert (cost.freight[here], cost.fees[here]) == (40, 3)
    assert cost.time_h[here] == pytest.approx(hours)
    assert cost.generalised(0.1, 0.0, 1.0)[here] == pytest.approx(43 + 0.1 * (hours + 2.5))


def test_a_cargo_without_a_rate_is_closed_out() -> None:
    supernetwork, cost = priced(world(), "bulk", handling_class="dry_bulk")
    on_links = (supernetwork.arcs["kind"] == "link").to_numpy()
    assert not cost.allowed[on_links].any()
    assert cost.allowed[~on_links].all()
    assert np.isfinite(cost.generalised(1.0, 0.0, 1.0)).all()


@pytest.mark.parametrize(("handling_class", "is_open"), [("bagged", True), ("roro", True), ("dry_bulk", False)])
def test_a_list_of_handling_classes_closes_the_others_out(handling_class: str, is_open: bool) -> None:
    network = world(links=[FULL_LINK | {"allowed_handling": "bagged|roro", "cost_usd_per_t_bulk": 9}])
    supernetwork, cost = priced(network, "general", handling_class=handling_class)
    assert (cost.allowed[(supernetwork.arcs["kind"] == "link").to_numpy()] == is_open).all()


def test_handling_and_transfers_cost_money_and_time() -> None:
    links = [FULL_LINK, FULL_LINK | {"link_id": "L2", "mode": "sea"}]
    handling = [{"mode": "rail", "cargo_kind": "general", "cost_usd_per_t": 4, "time_h": 9},
                {"mode": "rail", "cargo_kind": "container", "cost_usd_per_teu": 80, "time_h": 2}]  # fmt: skip
    transfers = [{"place_id": "B", "from_mode": "rail", "to_mode": "sea", "cost_usd_per_teu": 110, "cost_usd_per_t": 6,
                  "time_h": 11}]  # fmt: skip
    network = world(links=links, handling=handling, transfers=transfers)
    supernetwork, boxes = priced(network, "container", 10.0, "container")
    _, goods = priced(network, "general")
    arcs = supernetwork.arcs
    moved = arcs["kind"].isin(["load", "unload"]) & (arcs["mode"] == "rail")
    assert moved.sum() == 4
    assert (boxes.handling[moved] == 8).all()
    assert (boxes.time_h[moved] == 2).all()
    assert (goods.handling[moved] == 4).all()
    assert (boxes.handling[arcs["kind"] == "transfer"] == 11).all()
    assert (boxes.time_h[arcs["kind"] == "transfer"] == 11).all()
    assert (goods.handling[arcs["kind"] == "transfer"] == 6).all()
    free = arcs["kind"].isin(["load", "unload"]) & (arcs["mode"] == "sea")
    assert (boxes.generalised(1.0, 50.0, 1.0)[free] == 0).all()
    assert (boxes.handling[arcs["kind"] == "link"] == 0).all()


def test_time_of_a_move_is_that_of_its_kind_of_cargo() -> None:
    handling = [{"mode": "rail", "cargo_kind": "general", "cost_usd_per_t": 4, "time_h": 9},
                {"mode": "rail", "cargo_kind": "container", "cost_usd_per_teu": 80, "time_h": 2}]  # fmt: skip
    supernetwork, goods = priced(world(handling=handling), "general")
    assert goods.time_h[arc(supernetwork, "load")] == 9


def change(field: str, operation: str, value: float, **more: Any) -> dict[str, Any]:
    return {"target": "link", "target_id": "L1", "field": field, "operation": operation, "value": value,
            "lever": "test", **more}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        (change("cost", "multiply", 1.5), "cost_usd_per_teu", 900),
        (change("cost", "multiply", 1.5), "cost_usd_per_t_general", 60),
        (change("fee_usd_per_t", "add", 2), "fee_usd_per_t", 5),
        (change("time_h", "add", 4), "transit_time_h", 24),
        (change("dwell_h", "multiply", 2), "dwell_to_h", 14),
        (change("capacity_t", "set", 5), "capacity_t_per_year", 5),
        (change("capacity", "multiply", 0.5), "capacity_t_per_year", 500),
        (change("open", "set", 0), "open", 0),
    ],
)
def test_an_adjustment_changes_its_fields(row: dict[str, Any], column: str, expected: float) -> None:
    network = world(adjustments=[row])
    assert adjusted(network, "links", 2025, PERIODS)[column].tolist() == [expected]
    assert column == "open" or network.links[column].tolist() == [FULL_LINK[column]]


def test_adjustments_act_in_their_years_and_in_order() -> None:
    rows = [change("time_h", "add", 10, first_year=2030, last_year=2036), change("time_h", "multiply", 2)]
    network = world(adjustments=rows)
    hours = [adjusted(network, "links", period, PERIODS)["transit_time_h"].iloc[0] for period in (2025, 2030, 2040)]
    assert hours == [40, 60, 40]
    other_way = world(adjustments=rows[::-1])
    assert adjusted(other_way, "links", 2030, PERIODS)["transit_time_h"].iloc[0] == 50


def test_adjustments_leave_other_rows_and_empty_cells_alone() -> None:
    links = [FULL_LINK, FULL_LINK | {"link_id": "L2"}]
    network = world(links=links, adjustments=[change("cost", "multiply", 3), change("capacity", "multiply", 3)])
    after = adjusted(network, "links", 2025, PERIODS)
    assert after["cost_usd_per_teu"].tolist() == [1800, 600]
    assert after["cost_usd_per_t_bulk"].isna().all()
    assert after["capacity_teu_per_year"].isna().all()


def test_adjustments_of_places_and_lanes() -> None:
    lane = {"lane_id": "L1", "origin_zone": "A", "destination_zone": "B", "commodity_id": "x", "quantity_t": 100}
    place = PLACES[0] | {"capacity_t_per_year": 10}
    rows = [
        change("quantity", "multiply", 2, target="lane"),
        change("capacity", "multiply", 3, target="place", target_id="A"),
    ]
    network = world(lanes=[lane], places=[place, PLACES[1]], adjustments=rows)
    assert adjusted(network, "lanes", 2030, PERIODS)["quantity_t"].tolist() == [200]
    assert adjusted(network, "places", 2030, PERIODS)["capacity_t_per_year"].iloc[0] == 30
    assert adjusted(network, "links", 2030, PERIODS)["capacity_t_per_year"].tolist() == [1000]


def test_a_closed_link_is_closed_both_ways() -> None:
    supernetwork, cost = priced(world(adjustments=[change("open", "set", 0)]), "general")
    on_links = (supernetwork.arcs["kind"] == "link").to_numpy()
    assert not cost.allowed[on_links].any()
    assert cost.allowed[~on_links].all()
