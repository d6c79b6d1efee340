"""Indicators against figures that can be reckoned by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.batch.indicators import COLUMNS, INDICATOR_BY_NAME, INDICATORS, indicators
from model.batch.indicators.confidence import by_group, of_weights
from model.batch.indicators.declaration import Figures
from model.solution import TABLES, Solution
from network.network import Network, read_network

DATA = Path(__file__).parents[3] / "data"
Row = dict[str, Any]


@pytest.fixture(scope="module")
def network() -> Network:
    return read_network(DATA)


def solved(run: Row | None = None, **rows: list[Row]) -> Solution:
    """A solution with the rows that are given; columns that a row leaves out are empty."""
    tables = {table.name: table.empty() for table in TABLES}
    for name, given in rows.items():
        frame = pd.DataFrame(given, columns=list(tables[name].columns))
        tables[name] = frame.astype({c: d for c, d in tables[name].dtypes.items() if d == "float64"})
    return Solution(tables, run or {"scenario": "made"})


def figures(solution: Solution, network: Network, name: str) -> dict[Any, float]:
    """Values of an indicator by (period, subject), without what is empty."""
    table = indicators(solution, network)
    table = table[table["indicator"] == name]
    keys = [tuple(k for k in (row.period, row.subject) if k is not pd.NA and k != "") for row in table.itertuples()]
    return {key[0] if len(key) == 1 else key: value for key, value in zip(keys, table["value"], strict=True)}


def confidence(solution: Solution, network: Network, name: str) -> list[str]:
    table = indicators(solution, network)
    return table.loc[table["indicator"] == name, "confidence"].tolist()


def test_declarations_are_complete_and_unique() -> None:
    assert len(INDICATOR_BY_NAME) == len(INDICATORS)
    for declared in INDICATORS:
        assert declared.label, declared.name
        assert declared.unit, declared.name
        assert declared.meaning.endswith("."), declared.name
        assert declared.better in ("more", "less", ""), declared.name
        assert 1 <= declared.digits <= 6, declared.name


def test_an_empty_run_has_only_what_is_known_of_it(network: Network) -> None:
    table = indicators(solved({"gain": 7.0, "objective": None}), network)
    assert tuple(table.columns) == COLUMNS
    assert str(table["period"].dtype) == "Int64"
    assert dict(zip(table["indicator"], table["value"], strict=True)) == {
        "gain": 7.0, "capex": 0.0, "projects_built": 0.0
    }  # fmt: skip


def test_figures_that_are_not_finite_are_left_out(network: Network) -> None:
    table = indicators(solved({"gain": float("inf"), "objective": float("nan")}), network)
    assert np.isfinite(table["value"]).all()
    assert not {"gain", "objective"} & set(table["indicator"])


@pytest.mark.parametrize("world", ["minimum_cost_flow", "network_design", "facility_location"])
def test_worlds_without_corridors_chain_or_confidence_have_indicators(world: str) -> None:
    small = read_network(DATA / "examples" / world)
    link, lane = small.links["link_id"].iloc[0], small.lanes["lane_id"].iloc[0]
    solution = solved(
        {"gain": 3.0},
        demand=[{"period": 2025, "lane_id": lane, "market_id": "", "served_kt": 2.0, "unserved_kt": 1.0}],
        corridors=[{"period": 2025, "market_id": "", "corridor_id": "", "flow_kt": 2.0, "flow_kteu": 0.0}],
        flows=[{"period": 2025, "link_id": link, "corridor_id": "", "flow_kt": 2.0, "cost_musd": 1.0}],
        capacities=[{"period": 2025, "target": "link", "target_id": link, "kind": "t", "direction": "both",
                     "capacity": 2.0, "dual_usd_per_unit": 5.0, "rent_musd": 0.01}],
    )  # fmt: skip
    assert figures(solution, small, "gain") == {(): 3.0}
    assert figures(solution, small, "unserved") == {2025: 1.0}
    assert figures(solution, small, "limit_price") == {(2025, f"link|{link}|t|both"): 5.0}


def test_what_several_indicators_need_is_worked_out_once_a_run(network: Network) -> None:
    asked: list[Figures] = []

    def counted(figures: Figures, _: Network) -> int:
        asked.append(figures)
        return len(figures["demand"])

    one, other = (Figures(solved(demand=[{"period": 2030}] * rows).tables, {}) for rows in (1, 2))
    assert [one.once(counted, network), one.once(counted, network), other.once(counted, network)] == [1, 1, 2]
    assert len(asked) == 2
    assert asked[0] is one
    assert asked[1] is other


def test_corridors_add_up_over_markets(network: Network) -> None:
    lanes = network.lanes.drop_duplicates("market_id").head(2)
    one, two = lanes["market_id"]
    rows = [
        {"period": 2030, "market_id": one, "corridor_id": "middle", "flow_kt": 30.0, "flow_kteu": 3.0},
        {"period": 2030, "market_id": two, "corridor_id": "middle", "flow_kt": 10.0, "flow_kteu": 1.0},
        {"period": 2030, "market_id": one, "corridor_id": "suez", "flow_kt": 5.0, "flow_kteu": 12.0},
    ]
    demand = [{"period": 2030, "lane_id": lane, "market_id": market, "served_kt": 9.0, "unserved_kt": 1.0}
              for lane, market in zip(lanes["lane_id"], lanes["market_id"], strict=True)]  # fmt: skip
    solution = solved(corridors=rows, demand=[*demand, *demand])
    assert figures(solution, network, "corridor_kt") == {(2030, "middle"): 40.0, (2030, "suez"): 5.0}
    assert figures(solution, network, "corridor_share") == {(2030, "middle"): 0.25, (2030, "suez"): 0.75}
    assert figures(solution, network, "unserved") == {2030: 4.0}  # seasons are added up
    sure = dict(zip(lanes["market_id"], lanes["confidence"], strict=True))
    assert confidence(solution, network, "corridor_kt") == [sure[one], sure[one]]  # 30 of 40, 5 of 5


def test_time_by_the_first_corridor_is_of_markets_it_takes_part_in(network: Network) -> None:
    rows = [
        {"period": 2030, "market_id": "m1", "corridor_id": "middle", "share_pct": 30.0, "time_days": 20.0},
        {"period": 2030, "market_id": "m2", "corridor_id": "middle", "share_pct": 0.5, "time_days": 90.0},
        {"period": 2030, "market_id": "m1", "corridor_id": "suez", "share_pct": 70.0, "time_days": 40.0},
    ]
    solution = solved(corridors=rows)
    assert figures(solution, network, "focus_days") == {(2030, "m1"): 20.0}
    assert figures(solution, network, "focus_share") == {(2030, "m1"): 0.3, (2030, "m2"): 0.005}


def test_means_of_markets_are_weighted_by_cargo(network: Network) -> None:
    rows = [
        {"period": 2030, "market_id": "m", "corridor_id": "middle", "flow_kt": 1.0, "time_days": 20.0},
        {"period": 2030, "market_id": "m", "corridor_id": "suez", "flow_kt": 3.0, "time_days": 40.0},
        {"period": 2030, "market_id": "m", "corridor_id": "north", "flow_kt": 0.0, "time_days": None},
    ]
    assert figures(solved(corridors=rows), network, "market_days") == {(2030, "m"): 35.0}


def test_prices_of_limits_are_of_a_year_and_leave_noise_out(network: Network) -> None:
    link = str(network.links["link_id"].iloc[0])
    limit = {"period": 2030, "target": "link", "target_id": link, "kind": "t", "direction": "both"}
    rows = [
        limit | {"season": "cold", "capacity": 40.0, "dual_usd_per_unit": 10.0, "rent_musd": 0.4},
        limit | {"season": "warm", "capacity": 60.0, "dual_usd_per_unit": 0.0, "rent_musd": 0.0},
        limit | {"season": "cold", "target_id": "X", "capacity": 5.0, "dual_usd_per_unit": 1e-4, "rent_musd": 0.0},
    ]
    solution = solved(capacities=rows)
    assert figures(solution, network, "limit_price") == {(2030, f"link|{link}|t|both"): 4.0}
    assert figures(solution, network, "binding_limits") == {2030: 1.0}
    assert figures(solution, network, "scarcity") == {2030: pytest.approx(0.4)}
    assert confidence(solution, network, "limit_price") == [network.links["confidence"].iloc[0]]


def test_welfare_is_the_sum_of_its_parts_without_freight_emissions_and_projects(network: Network) -> None:
    amounts = {"consumer_surplus": 8.0, "producer_surplus": 4.0, "market_capital": 1.0, "duty": 2.0, "export_tax": 0.5,
               "limit_rent": 0.25, "transit_revenue": 3.0, "carrier_margin": 1.5, "other_rents": 0.75,
               "freight_receipts": 100.0, "emissions": 50.0}  # fmt: skip
    rows = [{"period": 2030, "country": "KZ", "account": a, "amount": v, "discounted_musd": 4 * v}
            for a, v in amounts.items()]  # fmt: skip
    rows.append({"period": 2030, "country": "", "account": "investment", "amount": -9.0, "discounted_musd": -36.0})
    solution = solved(accounts=rows)
    found = {name: figures(solution, network, name)["KZ"] for name in ("buyers", "sellers", "treasury", "carriers")}
    assert found == {"buyers": 32.0, "sellers": 20.0, "treasury": 11.0, "carriers": 21.0}
    assert figures(solution, network, "welfare") == {"KZ": 84.0}
    assert figures(solution, network, "duties") == {2030: 2.0}
    assert figures(solution, network, "duties_by_country") == {(2030, "KZ"): 2.0}
    assert figures(solution, network, "co2") == {2030: 50.0}


def test_price_index_is_of_the_whole_basket(network: Network) -> None:
    rows = [
        {"period": 2030, "country": "KZ", "basket_musd": 110.0, "reference_basket_musd": 100.0},
        {"period": 2030, "country": "KZ", "basket_musd": 310.0, "reference_basket_musd": 300.0},
        {"period": 2030, "country": "TR", "basket_musd": 1.0, "reference_basket_musd": 0.0},
    ]
    assert figures(solved(market_prices=rows), network, "price_index") == {(2030, "KZ"): pytest.approx(5.0)}


def test_projects_that_start_in_parts_are_one(network: Network) -> None:
    rows = [
        {"project_id": "P1", "decision": "built", "start_year": 2031.0, "in_service_year": 2034.0, "capex_musd": 30.0,
         "confidence": "sourced"},
        {"project_id": "P1", "decision": "built", "start_year": 2026.0, "in_service_year": 2029.0, "capex_musd": 50.0,
         "confidence": "sourced"},
        {"project_id": "P2", "decision": "not built", "capex_musd": 70.0, "confidence": "estimate"},
        {"project_id": "P3", "decision": "given", "in_service_year": 2024.0, "capex_musd": 90.0},
    ]  # fmt: skip
    solution = solved(builds=rows)
    assert figures(solution, network, "project_built") == {"P1": 1.0, "P2": 0.0}
    assert figures(solution, network, "project_start_year") == {"P1": 2026.0}
    assert figures(solution, network, "project_service_year") == {"P1": 2029.0}
    assert figures(solution, network, "project_capex") == {"P1": 80.0}
    assert figures(solution, network, "capex") == {(): 80.0}
    assert figures(solution, network, "projects_built") == {(): 1.0}
    assert confidence(solution, network, "capex") == ["sourced"]


def test_candidates_of_the_chain_start_in_the_year_that_runs(network: Network) -> None:
    rows = [
        {"facility_id": "F1", "decision": "built", "start_year": 2025.5, "service_year": 2029.75, "capex_musd": 3.0},
        {"facility_id": "F2", "decision": "not built", "capex_musd": 9.0},
    ]
    solution = solved(chain_builds=rows)
    assert figures(solution, network, "facility_built") == {"F1": 1.0, "F2": 0.0}
    assert figures(solution, network, "facility_start_year") == {"F1": 2025.0}
    assert figures(solution, network, "facility_service_year") == {"F1": 2029.0}
    assert figures(solution, network, "chain_capex") == {(): 3.0}
    assert figures(solution, network, "chain_built") == {(): 1.0}


def magnets() -> Solution:
    """Europe buys 3 of 4 kt of one magnet, all Chinese, and 5 of 6 of another, a fifth of it Chinese."""
    at = {"slice": "2030", "year": 2030.0, "region": "EU27"}
    std, hc, priced = at | {"good": "mag_std"}, at | {"good": "mag_hc"}, {"stage": "magnet", "restricted": 1}
    return solved(
        chain_markets=[
            std | {"reference_kt": 4.0, "bought_kt": 3.0, "shortage": 0.25},
            hc | {"reference_kt": 6.0, "bought_kt": 5.0, "shortage": 1 / 6},
            hc | {"reference_kt": 1.0, "bought_kt": 1.0, "shortage": 0.0, "region": "IN"},
        ],
        chain_dependence=[std | {"power_share": 1.0}, hc | {"power_share": 0.2}],
        chain_prices=[
            std | priced | {"price_usd_per_t": 50.0},
            hc | priced | {"price_usd_per_t": 9.0},
            std | priced | {"price_usd_per_t": 70.0, "slice": "2030Q4", "year": 2030.75},
            std | priced | {"price_usd_per_t": 1.0, "restricted": 0},
            std | priced | {"price_usd_per_t": 20.0, "region": "CN"},
        ],
        chain_confidence=[std | {"confidence": "memory"}, hc | {"confidence": "estimate"}],
        chain_countries=[
            at | {"country": "KZ", "step": "mine", "value_added_musd": 2.0, "confidence": "estimate"},
            at | {"country": "KZ", "step": "magnet", "value_added_musd": 3.0, "confidence": "memory"},
            at | {"country": "CN", "step": "separation", "output_kt": 3.0, "confidence": "memory"},
            at | {"country": "US", "step": "separation", "output_kt": 1.0, "confidence": "memory"},
        ],
    )


def test_dependence_and_shortage_are_weighted_by_what_is_bought_and_wanted(network: Network) -> None:
    solution = magnets()
    assert figures(solution, network, "magnet_dependence") == {2030: pytest.approx((3 + 0.2 * 5) / 8)}
    assert figures(solution, network, "magnet_shortage") == {2030: pytest.approx(2 / 10)}
    assert figures(solution, network, "shortage_by_region") == {(2030, "EU27"): pytest.approx(0.2), (2030, "IN"): 0.0}
    assert figures(solution, network, "dependence_by_region") == {(2030, "EU27"): pytest.approx(0.5)}
    assert confidence(solution, network, "magnet_dependence") == ["estimate"]  # 5 of 8 kt


def test_prices_of_quarters_are_averaged_and_named_by_their_year(network: Network) -> None:
    solution = magnets()
    assert figures(solution, network, "price_in_europe") == {(2030, "mag_std"): 60.0, (2030, "mag_hc"): 9.0}
    assert figures(solution, network, "price_in_china") == {(2030, "mag_std"): 20.0}


def test_value_added_and_separation_by_country(network: Network) -> None:
    solution = magnets()
    assert figures(solution, network, "chain_value_added") == {(2030, "KZ"): 5.0}
    assert figures(solution, network, "separation_in_china") == {2030: 0.75}


def test_the_order_of_rows_does_not_matter(network: Network) -> None:
    solution = magnets()
    mixed = Solution({name: table.iloc[::-1].reset_index(drop=True) for name, table in solution.tables.items()},
                     solution.run)  # fmt: skip
    order = ["indicator", "subject", "period"]
    one, two = (indicators(s, network).sort_values(order, ignore_index=True) for s in (solution, mixed))
    pd.testing.assert_frame_equal(one, two)


def test_confidence_is_the_class_of_half_or_more() -> None:
    sure = pd.Series(["sourced", "estimate", "memory", None])
    assert of_weights(sure, pd.Series([2.0, 1.0, 0.5, 0.5])) == "sourced"
    assert of_weights(sure, pd.Series([1.0, 1.0, 0.4, 0.4])) == "mixed"
    assert of_weights(sure, pd.Series([0.0, 0.0, 0.0, 0.0])) == ""
    assert of_weights(sure, pd.Series([0.0, 1.0, 0.0, 2.0])) == "memory"  # what states no class is the weakest
    keys = pd.Series(["a", "a", "b", "b"])
    assert by_group(sure, pd.Series([1.0, 3.0, 1.0, 1.0]), [keys]).to_dict() == {"a": "estimate", "b": "memory"}
