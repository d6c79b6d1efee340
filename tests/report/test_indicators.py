"""Indicators on tables small enough to work out by hand."""

from typing import Any

import pandas as pd
import pytest

from model.solution import TABLES, Solution
from network.network import Network
from report.confidence import confidence_by_subject
from report.difference import build_difference, corridor_difference, cost_difference
from report.indicators import (
    base_year,
    corridor_shares,
    corridor_totals,
    costs_by_category,
    demand_by_market,
    investment_by_period,
    investments,
    lanes,
    link_flows,
)
from report.limits import bottlenecks

LANE = {"lane_id": "A", "origin_zone": "EAST", "destination_zone": "WEST", "commodity_id": "boxes", "market_id": "m"}


def hand_made(**rows: list[dict[str, Any]]) -> Solution:
    """A solution of the rows given; columns that a row leaves out are empty, other tables have no rows."""
    tables = {}
    for table in TABLES:
        empty = table.empty()
        given = pd.DataFrame(rows.get(table.name, []), columns=table.column_names)
        tables[table.name] = (
            given.astype({c: d for c, d in empty.dtypes.items() if d == "float64"}) if len(given) else empty
        )
    return Solution(tables, {"scenario": "hand", "gain": None})


@pytest.fixture
def small(network: Network) -> Network:
    """The shipped world with a few named zones, markets, corridors and commodities of its own."""
    return network.replace(
        zones=pd.DataFrame({"zone_id": ["EAST", "WEST"], "name": ["East (all of it)", "West"]}),
        markets=pd.DataFrame({"market_id": ["m", "n"], "name": ["East to West", "Other"], "rank": [1, 2]}),
        corridors=pd.DataFrame({"corridor_id": ["mid", "sea"], "name": ["Middle", "Sea"], "rank": [1, 2]}),
        commodities=pd.DataFrame({"commodity_id": ["boxes", "ore"], "cargo_kind": ["container", "bulk"]}),
        lanes=pd.DataFrame({"lane_id": ["A", "B"], "confidence": ["sourced", "memory"]}),
    )


def limit(
    season: str, capacity: float, use: float, dual: float, kind: str = "TEU", direction: str = "both"
) -> dict[str, Any]:
    return {
        "period": 2030,
        "season": season,
        "target": "link",
        "target_id": "L082",
        "name": "Aktau (port) - Alat",
        "kind": kind,
        "direction": direction,
        "capacity": capacity,
        "use": use,
        "utilisation": use / capacity,
        "dual_usd_per_unit": dual,
        "rent_musd": dual * use / 1000,
    }


def test_a_bottleneck_adds_its_seasons_up(small: Network) -> None:
    plan = hand_made(capacities=[limit("cold", 10, 10, 300), limit("warm", 30, 15, 0), limit("warm", 9, 1, 0, "t")])
    found = bottlenecks(plan, small)
    assert len(found) == 1
    row = found.iloc[0]
    assert row["name"] == "Aktau - Baku International Sea Port, Caspian ferry"
    assert (row["capacity"], row["use"], row["utilisation"], row["tightest"]) == (40, 25, 0.625, 1.0)
    assert row["dual_usd_per_unit"] == pytest.approx(300 * 10 / 40)
    assert row["rent_musd"] == pytest.approx(3.0)
    assert row["confidence"] == "estimate"
    assert row["words"] == "Full in the cold season: one more TEU a year is worth USD 75 to shippers."


def test_a_limit_full_in_every_season_is_full_all_year(small: Network) -> None:
    plan = hand_made(capacities=[limit("cold", 10, 10, 2), limit("warm", 10, 10, 4)])
    assert bottlenecks(plan, small)["words"].tolist() == [
        "Full all year: one more TEU a year is worth USD 3 to shippers."
    ]


def test_each_direction_with_a_limit_of_its_own_is_a_bottleneck_of_its_own(small: Network) -> None:
    plan = hand_made(
        capacities=[limit("year", 10, 10, 2, direction="forward"), limit("year", 10, 4, 0, direction="reverse")]
    )
    assert bottlenecks(plan, small)["name"].tolist() == ["Aktau to Baku International Sea Port, Caspian ferry"]
    plan = hand_made(capacities=[limit("year", 10, 10, 2, direction="reverse")])
    assert bottlenecks(plan, small)["name"].tolist() == ["Baku International Sea Port to Aktau, Caspian ferry"]


def test_a_full_transfer_is_named_by_its_place_and_modes(small: Network) -> None:
    transfers = small.transfers.assign(confidence="memory")
    key = "MAKMAL:rail_1520-rail_1435"
    row = limit("year", 10, 10, 12, "t") | {"target": "transfer", "target_id": key}
    plan = hand_made(capacities=[row | {"name": "gauge change at Makmal (CKU gauge break), rail 1520 - rail 1435"}])
    (found,) = bottlenecks(plan, small.replace(transfers=transfers)).to_dict("records")
    assert found["name"] == "gauge change at Makmal, rail 1520 - rail 1435"
    assert found["confidence"] == "memory"
    assert found["words"] == "Full all year: one more tonne a year is worth USD 12 to shippers."


def test_solver_noise_is_no_bottleneck(small: Network) -> None:
    assert bottlenecks(hand_made(capacities=[limit("cold", 10, 10, 1e-6)]), small).empty


def test_link_flows_add_goods_and_seasons_by_direction() -> None:
    flow = {"period": 2030, "link_id": "L082", "mode": "ferry", "from_place": "AKTAU", "to_place": "ALAT"}
    back = {**flow, "from_place": "ALAT", "to_place": "AKTAU"}
    plan = hand_made(
        flows=[
            {**flow, "season": "cold", "commodity_id": "boxes", "flow_kt": 10, "flow_kteu": 1, "cost_musd": 2},
            {**flow, "season": "warm", "commodity_id": "ore", "flow_kt": 30, "flow_kteu": 0, "cost_musd": 3},
            {**back, "season": "warm", "commodity_id": "ore", "flow_kt": 5, "flow_kteu": 0, "cost_musd": 1},
        ],
        capacities=[limit("cold", 10, 10, 300), limit("warm", 30, 15, 0), limit("warm", 100, 90, 0, "t")],
    )
    table = link_flows(plan)
    assert table["flow_kt"].tolist() == [40, 5]
    assert table["flow_kteu"].tolist() == [1, 0]
    assert table["cost_musd"].tolist() == [5, 1]
    assert table["utilisation"].tolist() == [1.0, 1.0]
    assert table["dual_usd_per_teu"].tolist() == [75, 75]
    assert table["dual_usd_per_t"].tolist() == [0, 0]


def test_lanes_weigh_costs_by_what_moves(small: Network) -> None:
    key = {"period": 2030, "season": "year", **LANE}
    other = {**key, "lane_id": "B"}
    plan = hand_made(
        demand=[
            {
                **key,
                "reference_kt": 100,
                "served_kt": 90,
                "unserved_kt": 10,
                "served_kteu": 9,
                "surplus_musd": 1,
                "into_store_kt": 0,
            },
            {
                **other,
                "reference_kt": 10,
                "served_kt": 10,
                "unserved_kt": 0,
                "served_kteu": 1,
                "surplus_musd": 1,
                "into_store_kt": 0,
            },
        ],
        prices=[
            {**key, "price_usd_per_t": 200, "reference_usd_per_t": 300, "freight_usd_per_t": 100, "time_days": 20},
            {**other, "price_usd_per_t": 300, "reference_usd_per_t": 300, "freight_usd_per_t": 200, "time_days": 40},
        ],
    )
    row = lanes(plan, small).iloc[0]
    assert (row["origin"], row["destination"], row["cargo_kind"]) == ("East", "West", "container")
    assert (row["served_kt"], row["served_kteu"], row["unserved_kt"]) == (100, 10, 10)
    assert row["freight_usd_per_t"] == pytest.approx(110)
    assert row["freight_usd_per_teu"] == pytest.approx(1100)
    assert row["price_usd_per_t"] == pytest.approx(210)
    assert row["time_days"] == pytest.approx(22)
    market = demand_by_market(plan, small).iloc[0]
    assert (market["market"], market["reference_kt"], market["unserved_kt"]) == ("East to West", 110, 10)


def corridor(period: int, market: str, name: str, kt: float, share: float) -> dict[str, Any]:
    return {
        "period": period,
        "market_id": market,
        "corridor_id": name,
        "flow_kt": kt,
        "flow_kteu": kt / 10,
        "share_pct": share,
        "share_basis": "kteu",
        "cost_usd_per_t": 1,
        "cost_usd_per_teu": 10,
        "time_days": 5,
    }


def test_corridors_come_in_the_order_of_their_tables(small: Network) -> None:
    plan = hand_made(
        corridors=[
            corridor(2030, "n", "sea", 5, 100),
            corridor(2030, "m", "sea", 30, 75),
            corridor(2030, "m", "mid", 10, 25),
        ]
    )
    assert corridor_shares(plan, small)[["market", "corridor"]].to_numpy().tolist() == [
        ["East to West", "Middle"],
        ["East to West", "Sea"],
        ["Other", "Sea"],
    ]
    totals = corridor_totals(plan, small).set_index("corridor_id")["flow_kt"]
    assert totals.to_dict() == {"mid": 10, "sea": 35}


def build(project: str, decision: str, capex: float, period: float | None = None) -> dict[str, Any]:
    return {
        "project_id": project,
        "name": project,
        "country": "KZ",
        "project_type": "rail",
        "decision": decision,
        "start_period": period,
        "start_year": period,
        "in_service_year": period,
        "units": 1,
        "units_max": 1,
        "capex_musd": capex,
        "capex_npv_musd": capex / 2,
        "source": "s",
        "confidence": "estimate",
    }


def test_investments_leave_out_what_is_not_built() -> None:
    key = {"period": 2030, "season": "year", **LANE, "served_kt": 1}
    plan = hand_made(
        builds=[build("X", "built", 50, 2030), build("Y", "given", 70, 2020), build("Z", "not built", 90)],
        demand=[{**key, "period": 2025}, key],
    )
    assert investments(plan)["project_id"].tolist() == ["Y", "X"]
    by_period = investment_by_period(plan).set_index("period")
    assert by_period["capex_musd"].to_dict() == {2025: 0, 2030: 50}
    assert by_period["projects"].to_dict() == {2025: 0, 2030: 1}
    assert by_period["capex_npv_musd"].to_dict() == {2025: 0, 2030: 25}


def cost(category: str, musd: float, confidence: str = "estimate") -> dict[str, Any]:
    return {"period": 2030, "category": category, "confidence": confidence, "musd": musd, "discounted_musd": 5 * musd}


def test_costs_add_up_by_category_in_reading_order() -> None:
    table = costs_by_category(hand_made(costs=[cost("capex", 3), cost("freight", 1), cost("freight", 2, "sourced")]))
    assert table["category"].tolist() == ["freight", "capex"]
    assert table["musd"].tolist() == [3, 3]


def test_confidence_shares_out_what_a_plan_rests_on(small: Network) -> None:
    key = {"period": 2030, "season": "year", **LANE}
    plan = hand_made(
        costs=[cost("freight", 3, "sourced"), cost("time", 1, ""), cost("savings", -9, "estimate")],
        demand=[{**key, "served_kt": 6}, {**key, "lane_id": "B", "served_kt": 2}],
        builds=[build("X", "built", 50, 2030), build("Z", "not built", 90)],
    )
    table = confidence_by_subject(plan, small).set_index("subject")[["sourced", "estimate", "memory"]]
    assert table.loc["Cost of transport and investment"].tolist() == [0.75, 0, 0.25]
    assert table.loc["Demand"].tolist() == [0.75, 0, 0.25]
    assert table.loc["Investment"].tolist() == [0, 1, 0]
    assert "Capacity of the bottlenecks" not in table.index


@pytest.mark.parametrize(
    ("low", "high", "modelled", "inside"),
    [
        (80, 100, 82, True),
        (80, 100, 79, False),
        (None, None, 109, True),
        (None, None, 112, False),
        (100, 101, 92, True),
    ],
)
def test_base_year_says_whether_the_model_is_within_the_observed_range(
    low: float | None, high: float | None, modelled: float, inside: bool
) -> None:
    measure = {"measure_id": "b", "title": "t", "unit": "kt", "observed": 100, "observed_low": low}
    measure |= {"observed_high": high, "modelled": modelled, "error_pct": modelled - 100}
    table = base_year(hand_made(base_year=[measure]))
    assert table["in_range"].tolist() == [inside]
    assert table["ratio"].tolist() == [modelled / 100]


def test_differences_name_what_changed(small: Network) -> None:
    years = [{"period": 2030, "season": "year", **LANE}]
    plan = hand_made(
        demand=years,
        builds=[build("X", "built", 50, 2030), build("Y", "not built", 70), build("Z", "built", 5, 2030)],
        corridors=[corridor(2030, "m", "mid", 10, 25), corridor(2030, "m", "sea", 30, 75)],
        costs=[cost("freight", 3)],
    )
    other = hand_made(
        demand=[*years, {**years[0], "period": 2040}],
        builds=[build("X", "not built", 50), build("Y", "built", 70, 2030), build("Z", "built", 5, 2030)],
        corridors=[corridor(2030, "m", "sea", 40, 100), corridor(2040, "m", "sea", 9, 100)],
        costs=[cost("freight", 2), cost("time", 1)],
    )
    builds = build_difference(plan, other).set_index("project_id")
    assert builds["decision"].to_dict() == {"X": "built", "Y": "not built"}
    corridors = corridor_difference(plan, other, small).set_index("corridor_id")
    assert corridors["flow_kt_change"].to_dict() == {"mid": 10, "sea": -10}
    assert corridors["share_change_points"].to_dict() == {"mid": 25, "sea": -25}
    assert set(corridors["period"]) == {2030}
    assert cost_difference(plan, other).set_index("category")["musd_change"].to_dict() == {"freight": 1, "time": -1}
