"""Differences between plans, in figures and sentences, on rows small enough to check by hand."""

from collections.abc import Callable
from typing import Any

import pytest

from model.solution import Solution
from network.network import Network
from report.difference import bottleneck_difference, build_difference
from report.difference_sentences import difference_headlines, period_differences, year_of_most_change
from report.limits import bottlenecks

Made = Callable[..., Solution]
LANE = {"lane_id": "A", "origin_zone": "E", "destination_zone": "W", "commodity_id": "x", "market_id": "m"}


def built(name: str, start: float, units: float = 1.0, most: float = 1.0) -> dict[str, Any]:
    row = {"project_id": name, "name": name, "decision": "built", "start_period": start, "start_year": start}
    return row | {"in_service_year": start + 2, "units": units, "units_max": most, "capex_musd": 10.0 * units}


def idle(name: str) -> dict[str, Any]:
    return built(name, 2030) | {"decision": "not built", "start_period": None, "start_year": None, "units": 0.0}


def carried(corridor: str, kt: float, period: int = 2030) -> dict[str, Any]:
    row = {"period": period, "market_id": "m", "corridor_id": corridor, "flow_kt": kt, "flow_kteu": 0.0}
    return row | {"share_pct": 50.0, "share_basis": "kt"}


def limit(dual: float, target: str = "place", key: str = "AKTAU") -> dict[str, Any]:
    row = {"period": 2030, "season": "year", "target": target, "target_id": key, "name": key, "kind": "t"}
    row |= {"direction": "both", "capacity": 100.0, "use": 100.0, "utilisation": 1.0}
    return row | {"dual_usd_per_unit": dual, "rent_musd": dual / 10}


def years(*periods: int) -> list[dict[str, Any]]:
    return [LANE | {"period": year, "season": "year", "served_kt": 1.0, "reference_kt": 1.0} for year in periods]


@pytest.fixture
def named(network: Network) -> Network:
    """The shipped world with two corridors that the rows here name."""
    two = network.corridors.head(2).assign(corridor_id=["mid", "sea"], name=["Middle way (by land)", "Sea by the Cape"])
    return network.replace(corridors=two)


def test_units_that_start_in_two_periods_are_one_row(hand_made: Made) -> None:
    plan = hand_made(builds=[built("F", 2028, 1, 4), built("F", 2035, 2, 4)])
    other = hand_made(builds=[built("F", 2028, 3, 4)])
    (row,) = build_difference(plan, other).to_dict("records")
    assert row["words"] == "starts 2028 (1 of 4 units) and 2035 (2 of 4 units)"
    assert row["words_other"] == "starts 2028 (3 of 4 units)"
    assert (row["units"], row["units_other"], row["capex_musd"]) == (3, 3, 30)
    assert build_difference(plan, plan).empty


def test_decisions_are_said_by_what_becomes_of_the_project(hand_made: Made, named: Network) -> None:
    plan = hand_made(builds=[built("More", 2030), idle("Less"), built("Later", 2035), built("Same", 2030)])
    other = hand_made(builds=[idle("More"), built("Less", 2030), built("Later", 2030), built("Same", 2030)])
    lines = difference_headlines(plan, other, named)
    assert lines[1:4] == [
        "1 more project built: More.",
        "1 project no longer built: Less.",
        "1 project built at another time or size: Later (starts 2035, there 2030).",
    ]


def test_many_names_are_cut_and_counted(hand_made: Made, named: Network) -> None:
    names = ["A", "B", "C", "D", "E"]
    plan, other = hand_made(builds=[built(n, 2030) for n in names]), hand_made(builds=[idle(n) for n in names])
    assert difference_headlines(plan, other, named)[1] == "5 more projects built: A, B, C and 2 more."


def test_the_corridor_sentence_is_of_the_period_of_most_change(hand_made: Made, named: Network) -> None:
    demand = years(2030, 2040)
    plan = hand_made(demand=demand, corridors=[carried("mid", 30), carried("sea", 60), carried("mid", 10, 2040)])
    other = hand_made(
        {"title": "Today"},
        demand=demand,
        corridors=[carried("mid", 10), carried("sea", 90), carried("mid", 9, 2040)],
    )
    moved = "the Middle way carries 20 kt more and sea by the Cape 30 kt less than in Today"
    sentence = f"In 2030 {moved}; 10 kt less moves in all."
    assert year_of_most_change(plan, other, named) == 2030
    assert sentence in difference_headlines(plan, other, named)
    said = period_differences(plan, other, named)["changes"]
    assert said == {
        2030: sentence,
        2040: "In 2040 the Middle way carries 1 kt more than in Today; 1 kt more moves in all.",
    }
    assert (
        period_differences(plan, plan, named)["changes"][2030] == "In 2030 the corridors carry what they carry in hand."
    )


def test_links_that_gain_and_lose_are_counted(hand_made: Made, named: Network) -> None:
    flow = {"period": 2030, "season": "year", "mode": "caspian_ferry", "corridor_id": "mid", "commodity_id": "x"}
    forth = flow | {"link_id": "L082", "from_place": "AKTAU", "to_place": "BAKU"}
    away = flow | {"link_id": "GONE", "from_place": "AKTAU", "to_place": "BAKU"}
    plan = hand_made(demand=years(2030), flows=[forth | {"flow_kt": 7.0, "flow_kteu": 0.0}])
    other = hand_made(
        {"title": "Today"},
        demand=years(2030),
        flows=[forth | {"flow_kt": 2.0, "flow_kteu": 0.0}, away | {"flow_kt": 1.0, "flow_kteu": 0.0}],
    )
    said = period_differences(plan, other, named)["change_map"][2030]
    assert said.startswith(
        "Against Today, cargo in 2030 grows on 1 link and falls on 1; the largest change is +5 kt on "
    )
    assert "Aktau" in said
    same = period_differences(plan, plan, named)["change_map"][2030]
    assert same == "In 2030 no link carries more or less cargo than in hand."


def test_a_limit_that_binds_in_one_plan_only_is_worth_nothing_in_the_other(hand_made: Made, named: Network) -> None:
    plan = hand_made(demand=years(2030), capacities=[limit(40.0), limit(5.0, "facility", "MILL")])
    other = hand_made(demand=years(2030), capacities=[limit(0.0), limit(5.0, "facility", "MILL")])
    (row,) = bottleneck_difference(plan, other, named).to_dict("records")
    assert (row["name"], row["dual_usd_per_unit"], row["dual_usd_per_unit_other"]) == ("AKTAU", 40.0, 0.0)
    assert row["rent_musd_change"] == pytest.approx(4.0)
    assert len(bottlenecks(plan, named)) == 2


def test_what_becomes_scarce_is_said_before_what_becomes_plentiful(hand_made: Made, named: Network) -> None:
    corridors = [carried("mid", 30)]
    plan = hand_made(demand=years(2030), corridors=corridors, capacities=[limit(20.0), limit(0.0, "facility", "MILL")])
    other = hand_made(
        demand=years(2030), corridors=corridors, capacities=[limit(5.0), limit(900.0, "facility", "MILL")]
    )
    said = "One more tonne a year at AKTAU is worth USD 20 in 2030, against USD 5."
    assert said in difference_headlines(plan, other, named)
    gone = "One more tonne a year at AKTAU is worth nothing in 2030, against USD 5."
    none = hand_made(demand=years(2030), corridors=corridors, capacities=[limit(0.0)])
    alone = hand_made(demand=years(2030), corridors=corridors, capacities=[limit(5.0)])
    assert gone in difference_headlines(none, alone, named)


def test_plans_of_different_periods_share_no_sentence(hand_made: Made, named: Network) -> None:
    plan, other = hand_made(demand=years(2030)), hand_made(demand=years(2040))
    assert period_differences(plan, other, named) == {"changes": {}, "change_map": {}}
    assert year_of_most_change(plan, other, named) is None


def test_differences_of_the_made_up_plans(solution: Solution, other_solution: Solution, network: Network) -> None:
    lead, *lines = difference_headlines(solution, other_solution, network)
    assert lead == "Compared with More trade:"
    assert lines[0].startswith("1 more project built: ")
    assert any(line.startswith("In 2040 ") and line.endswith(" less moves in all.") for line in lines)
    assert lines[-1] == "The plan's gain over building nothing is USD 41.5 bn, against USD 38 bn."
    assert "The same projects are built at the same time." in difference_headlines(solution, solution, network)
