"""Facilities and stores in the report: what is made and what more of them is worth."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.facilities import facility_goods
from report.limits import bottlenecks
from report.tables import readable_tables


def limit(season: str, capacity: float, use: float, dual: float) -> dict[str, Any]:
    """A row of the capacities table, in tonnes."""
    return {"period": 2030, "season": season, "kind": "t", "direction": "both", "capacity": capacity, "use": use,
            "utilisation": use / capacity, "dual_usd_per_unit": dual, "rent_musd": dual * use / 1000}  # fmt: skip


def test_facilities_and_stores_say_what_more_of_them_is_worth(
    network: Network, hand_made: Callable[..., Solution]
) -> None:
    """Throughput adds up over the seasons; the room of a store is the same all year, and every season pays for it."""
    facility = {"target": "facility", "target_id": "SMELT", "name": "Smelter"}
    store = {"target": "store", "target_id": "EAST:ore", "name": "store of Ore at East"}
    rows = [limit("cold", 10, 10, 12) | facility, limit("warm", 30, 30, 4) | facility,
            limit("cold", 8, 2, 0) | store, limit("warm", 8, 8, 7) | store]  # fmt: skip
    found = bottlenecks(hand_made(capacities=rows), network).set_index("target")
    assert found["name"].to_dict() == {"facility": "Smelter", "store": "store of Ore at East"}
    assert found.loc["facility", ["capacity", "use", "dual_usd_per_unit", "rent_musd"]].tolist() == [40, 40, 6, 0.24]
    assert found.loc["store", ["capacity", "use", "dual_usd_per_unit", "rent_musd"]].tolist() == [8, 8, 7, 0.056]
    assert found["words"].to_dict() == {
        "facility": "Full all year: one more tonne of throughput a year is worth USD 6 to those who use what it makes.",
        "store": "Full in the warm season: one more tonne of room is, in a year, worth USD 7 to shippers.",
    }


def test_goods_of_facilities_add_their_seasons_up(network: Network, hand_made: Callable[..., Solution]) -> None:
    smelter = pd.DataFrame({"facility_id": ["SMELT"], "confidence": ["memory"]})
    row = {"period": 2030, "facility_id": "SMELT", "name": "Smelter", "side": "output", "commodity_id": "ore"}
    cold = {**row, "season": "cold", "amount_kt": 10, "surplus_kt": 4, "price_usd_per_t": 50}
    warm = {**row, "season": "warm", "amount_kt": 30, "surplus_kt": 0, "price_usd_per_t": 90}
    idle = {**row, "period": 2025, "season": "cold", "amount_kt": 0, "surplus_kt": 0, "price_usd_per_t": 30}
    goods = pd.DataFrame({"commodity_id": ["ore"], "name": ["Ore"]})
    world = network.replace(facilities=smelter, commodities=goods)
    found = facility_goods(hand_made(balances=[idle, cold, warm]), world)
    assert found[["amount_kt", "surplus_kt", "price_usd_per_t"]].to_numpy().tolist() == [[0, 0, 30], [40, 4, 80]]
    assert found[["good", "confidence"]].to_numpy().tolist() == [["Ore", "memory"]] * 2


def test_a_plan_with_facilities_has_a_table_of_them(solution: Solution, network: Network) -> None:
    row = {"period": 2030, "season": "cold", "facility_id": "SMELT", "name": "Smelter", "side": "output",
           "commodity_id": network.commodities["commodity_id"].iloc[0], "amount_kt": 1, "surplus_kt": 0,
           "price_usd_per_t": 5}  # fmt: skip
    with_one = Solution({**solution.tables, "balances": pd.DataFrame([row])}, solution.run)
    titles = [[table.title for table in readable_tables(plan, network)] for plan in (solution, with_one)]
    assert titles[1] == [*titles[0], "Facilities"]
