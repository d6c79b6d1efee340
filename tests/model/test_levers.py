"""Every lever on the tiny world, and what the levers on links and places write."""

from typing import Any

import pandas as pd
import pytest

from model.levers import LEVERS, Lever
from model.levers.base import Window
from network.network import Network
from network.schema_rare_earths import RARE_EARTH_TABLES
from tests.model.chain.conftest import chain_world, demand, facility, process, unit

BY_KIND = {lever.kind: lever for lever in LEVERS}
EXAMPLES: dict[str, dict[str, Any]] = {
    "closure": {"links": ["L1"]},
    "capacity": {"links": ["L1"], "factor": 0.5},
    "cost": {"modes": ["road"], "factor": 1.5},
    "fuel": {"factor": 1.5},
    "time": {"links": ["L1"], "add_h": 5},
    "demand": {"variant": "high"},
    "project": {"projects": ["P1"], "availability": "never"},
    "project_effect": {"project": "P2", "targets": ["L1"], "t_per_year": 7},
    "budget": {"musd": {2030: 100}},
    "discount_rate": {"rate": 0.1},
    "carbon_price": {"usd_per_t": 50},
    "refusal": {"countries": ["AZ"], "share": 0.1},
    "duty": {"importer": "GE", "origins": ["KZ"], "rate_pct": 20, "first_year": 2027},
    "duty_end": {"importer": "GE", "measures": ["surcharge"], "first_year": 2027},
    "ntr": {"countries": ["KZ"], "status": "permanent", "first_year": 2027},
    "trade_limit": {"limit": "grain", "active": 0, "first_year": 2027},
    "origin_share": {"importer": "GE", "commodities": ["wheat"], "max_share": 0.5},
    "sanction": {"places": ["ALAT"], "shippers": ["GE"]},
    "elasticity": {"figure": "supply", "commodities": ["wheat"], "take": "high"},
    "chain_control": {"instrument": "ban", "exporters": ["CN"], "stages": ["magnet"]},
    "chain_facility": {"facilities": ["MINE"], "first_year": 2031},
    "chain_figure": {"figure": "demand", "factor": 1.5},
}


@pytest.fixture(scope="module")
def any_world(trade_network: Network) -> Network:
    """The tiny world with duties and a rare-earth chain: every lever has something to change."""
    chain = chain_world(
        [process("leach", "mine", feed="mrec")],
        [facility("MINE", "KZP", profile_id="p", status="candidate", first_year=2030)],
        [unit("MINE", "leach", 1000)],
        [demand("EU27", "ox_dy", 50)],
    )
    return trade_network.replace(**{table.name: getattr(chain, table.name) for table in RARE_EARTH_TABLES})


def lever(kind: str, **fields: Any) -> Lever:
    return BY_KIND[kind].model_validate({"id": "one", **fields})


def apply(network: Network, kind: str, **fields: Any) -> Network:
    one = lever(kind, **fields)
    assert one.problems(network) == []
    return one.apply(network)


def changes(network: Network) -> list[tuple[Any, ...]]:
    """Adjustments as (target id, field, operation, value)."""
    columns = ["target_id", "field", "operation", "value"]
    return [tuple(row) for row in network.adjustments[columns].itertuples(index=False)]


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return [
        tuple(None if cell != cell else cell for cell in row) for row in frame[list(columns)].itertuples(index=False)
    ]


@pytest.mark.parametrize("kind", list(BY_KIND))
def test_a_lever_changes_the_copy_and_not_the_network(any_world: Network, kind: str) -> None:
    before = any_world.content_hash()
    changed = apply(any_world, kind, **EXAMPLES[kind])
    assert changed.content_hash() != before
    assert any_world.content_hash() == before


@pytest.mark.parametrize("kind", list(BY_KIND))
def test_changed_tables_keep_columns_and_types(any_world: Network, kind: str) -> None:
    changed = apply(any_world, kind, **EXAMPLES[kind])
    tables = ["adjustments", "transit_refusals", "projects", "project_effects", "budgets", "lanes", "growth"]
    tables += ["duty_rates", "ntr_status", "trade_limits", "sanctions", "trade_elasticities"]
    tables += [table.name for table in RARE_EARTH_TABLES]
    for name in tables:
        former, frame = getattr(any_world, name), getattr(changed, name)
        assert frame.dtypes.to_dict() == former.dtypes.to_dict(), name
        assert frame.index.equals(pd.RangeIndex(len(frame))), name


@pytest.mark.parametrize("kind", list(BY_KIND))
def test_every_lever_has_a_manual_and_says_its_effect(any_world: Network, kind: str) -> None:
    assert all(field.description for field in BY_KIND[kind].model_fields.values())
    assert len(lever(kind, **EXAMPLES[kind]).effect(any_world)) > 10


def test_kinds_are_unique() -> None:
    assert len(BY_KIND) == len(LEVERS)


def test_window_is_written_and_open_ends_stay_open(tiny_network: Network) -> None:
    changed = apply(tiny_network, "closure", links=["L1"], first_year=2026)
    assert rows(changed.adjustments, "target", "target_id", "first_year", "last_year", "lever") == [
        ("link", "L1", 2026.0, None, "one")
    ]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (None, None, "in every year"),
        (2026, None, "from 2026"),
        (None, 2028, "until 2028"),
        (2026, 2026, "in 2026"),
        (2026, 2028, "from 2026 to 2028"),
    ],
)
def test_years_in_words(first: int | None, last: int | None, words: str) -> None:
    assert Window(first_year=first, last_year=last).years() == words


@pytest.mark.parametrize(
    ("choice", "links"),
    [
        ({"links": ["L3", "L1"]}, ["L1", "L3"]),
        ({"touching": ["POTI"]}, ["L2", "L3"]),
        ({"countries": ["AZ"]}, ["L1", "L2"]),
        ({"modes": ["road", "rail_1520"]}, ["L2", "L3"]),
        ({"cost_groups": ["CASP"]}, ["L1"]),
        ({"corridors": ["middle"]}, ["L1"]),
        ({"corridors": ["caucasus"]}, ["L1", "L2"]),
        ({"countries": ["AZ"], "modes": ["rail_1520", "road"]}, ["L2"]),
        ({"places": ["ALAT"]}, ["L1", "L2"]),
        ({"places": ["ALAT"], "links": ["L3"]}, ["L1", "L2", "L3"]),
    ],
)
def test_closure_sets_the_chosen_links_shut(tiny_network: Network, choice: dict[str, Any], links: list[str]) -> None:
    assert changes(apply(tiny_network, "closure", **choice)) == [(link, "open", "set", 0.0) for link in links]


def test_closure_to_transit_is_a_refusal_of_every_zone(tiny_network: Network) -> None:
    changed = apply(tiny_network, "closure", transit_countries=["AZ", "GE"], first_year=2027, last_year=2028)
    assert changes(changed) == []
    new = changed.transit_refusals.iloc[len(tiny_network.transit_refusals) :]
    assert rows(new, "zone_id", "transit_countries", "share", "first_year", "last_year") == [
        ("EAST", ("AZ", "GE"), 1.0, 2027.0, 2028.0),
        ("WEST", ("AZ", "GE"), 1.0, 2027.0, 2028.0),
    ]


@pytest.mark.parametrize(("unit", "field"), [("t", "capacity_t"), ("TEU", "capacity_teu"), ("both", "capacity")])
def test_capacity_scales_links_and_places(tiny_network: Network, unit: str, field: str) -> None:
    changed = apply(tiny_network, "capacity", links=["L1"], places=["AKTAU"], unit=unit, factor=0.75)
    assert changes(changed) == [("L1", field, "multiply", 0.75), ("AKTAU", field, "multiply", 0.75)]
    assert list(changed.adjustments["target"]) == ["link", "place"]


def test_capacity_of_nothing_is_set_because_a_factor_cannot_bound_what_has_no_limit(tiny_network: Network) -> None:
    assert changes(apply(tiny_network, "capacity", links=["L3"], factor=0)) == [("L3", "capacity", "set", 0.0)]


def test_capacity_can_be_set(tiny_network: Network) -> None:
    changed = apply(tiny_network, "capacity", links=["L3"], t_per_year=8e6, teu_per_year=0)
    assert changes(changed) == [("L3", "capacity_t", "set", 8e6), ("L3", "capacity_teu", "set", 0.0)]


def test_capacity_says_which_targets_have_no_limit(tiny_network: Network) -> None:
    text = lever("capacity", links=["L1", "L2"], places=["ALAT"], unit="TEU", factor=0.5).effect(tiny_network)
    assert "no such limit today, so unchanged: L2, ALAT" in text


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"factor": 1.5}, [("L1", "cost", "multiply", 1.5)]),
        ({"factor": 1.5, "cargo": ["container"]}, [("L1", "cost_usd_per_teu", "multiply", 1.5)]),
        ({"add_usd_per_teu": 10}, [("L1", "cost_usd_per_teu", "add", 10.0)]),
        (
            {"add_usd_per_t": 2},
            [("L1", "cost_usd_per_t_general", "add", 2.0), ("L1", "cost_usd_per_t_bulk", "add", 2.0)],
        ),
        ({"fee_usd_per_teu": 120}, [("L1", "fee_usd_per_teu", "add", 120.0)]),
        ({"fee_usd_per_t": 3}, [("L1", "fee_usd_per_t", "add", 3.0)]),
    ],
)
def test_cost(tiny_network: Network, fields: dict[str, Any], expected: list[tuple[Any, ...]]) -> None:
    assert changes(apply(tiny_network, "cost", links=["L1"], **fields)) == expected


def test_a_discount_above_the_freight_is_refused(tiny_network: Network) -> None:
    one = lever("cost", links=["L1", "L3"], factor=0.5, add_usd_per_teu=-400)
    assert one.problems(tiny_network) == ["add_usd_per_teu: -400 leaves a negative cost_usd_per_teu on L1"]


def test_fuel_raises_freight_by_the_share_of_fuel(tiny_network: Network) -> None:
    changed = apply(tiny_network, "fuel", factor=1.5)
    shares = {
        "L1": tiny_network.parameter("fuel_share_sea"),
        "L2": tiny_network.parameter("fuel_share_rail"),
        "L3": tiny_network.parameter("fuel_share_road"),
    }
    assert sorted(changes(changed)) == [
        (link, "cost", "multiply", pytest.approx(1 + 0.5 * share)) for link, share in shares.items()
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"factor": 1.5}, [("L1", "time_h", "multiply", 1.5)]),
        ({"add_h": 5}, [("L1", "time_h", "add", 5.0)]),
        ({"dwell_factor": 0.5}, [("L1", "dwell_h", "multiply", 0.5)]),
        ({"dwell_h": 18}, [("L1", "dwell_h", "multiply", 0.25)]),  # 48 + 24 h today
        ({"dwell_h": 0}, [("L1", "dwell_h", "multiply", 0.0)]),
    ],
)
def test_time(tiny_network: Network, fields: dict[str, Any], expected: list[tuple[Any, ...]]) -> None:
    assert changes(apply(tiny_network, "time", links=["L1"], **fields)) == expected


def test_waiting_cannot_be_set_where_there_is_none_to_spread_it_over(tiny_network: Network) -> None:
    one = lever("time", modes=["road"], dwell_h=6)
    assert one.problems(tiny_network) == ["dwell_h: L3 has no waiting today; use add_h instead"]
