"""What the page is given: weak figures, projects that widen a limit, sources once, rows that fit their docstrings."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from model.solution import Solution
from network.geography import read_geography
from network.network import Network
from report.map_data import map_data
from report.page_data import page_data
from report.page_rows import MOST_LANES, figure, lane_rows
from report.provenance import Sources
from report.relief import reliefs
from report.run_facts import run_facts
from report.weakest import weakest_figures

Made = Callable[..., Solution]


def test_figures_keep_five_digits_and_no_others() -> None:
    values = (1234567.0, 0.123456, 20.0, None, float("nan"))
    assert [figure(v) for v in values] == [1234600, 0.12346, 20, None, None]


def test_a_source_is_held_once() -> None:
    sources = Sources()
    assert sources.of({"confidence": "sourced", "source": "book", "year": 2023.0}) == {
        "sure": "sourced",
        "year": 2023,
        "src": 0,
    }
    assert sources.of({"confidence": "memory", "source": "", "year": float("nan")}) == {"sure": "memory"}
    assert sources.of({"confidence": "sourced", "source": "book", "year": None})["src"] == 0
    assert sources.texts == ["book"]


@pytest.fixture
def small(network: Network) -> Network:
    effects = [("P1", "link", "L082", 5.0, None), ("P2", "link", "L082", 5.0, 2.0), ("P3", "place", "AKTAU", None, 3.0)]
    columns = ["project_id", "target", "target_id", "capacity_added_t_per_year", "capacity_added_teu_per_year"]
    return network.replace(project_effects=pd.DataFrame(effects, columns=columns))


def test_projects_that_widen_a_limit_are_named_with_their_decision(hand_made: Made, small: Network) -> None:
    rows: list[dict[str, Any]] = [
        {"project_id": "P1", "name": "Second ferry (big)", "decision": "built", "in_service_year": 2032.0},
        {"project_id": "P1", "name": "Second ferry (big)", "decision": "built", "in_service_year": 2038.0},
        {"project_id": "P2", "name": "Third ferry", "decision": "not built"},
        {"project_id": "P3", "name": "Quay", "decision": "given", "in_service_year": 2020.0},
    ]
    assert reliefs(hand_made(builds=rows), small) == {
        ("link", "L082", "t"): ["Second ferry (in service 2032)", "Third ferry (not built)"],
        ("link", "L082", "TEU"): ["Third ferry (not built)"],
    }


def test_the_weakest_figures_share_their_basis(hand_made: Made, network: Network) -> None:
    lanes = network.lanes.head(4).assign(
        lane_id=["A", "B", "C", "D"],
        confidence=["estimate", "estimate", "memory", "sourced"],
        source=["guess", "guess", "", "book"],
    )
    moved = [("A", 10.0), ("B", 20.0), ("C", 5.0), ("D", 65.0)]
    demand = [{"period": 2030, "season": "year", "lane_id": lane, "served_kt": kt} for lane, kt in moved]
    table = weakest_figures(hand_made(demand=demand), network.replace(lanes=lanes))
    assert table[["what", "weight", "share", "confidence", "source"]].to_numpy().tolist() == [
        ["2 lanes of cargo", "30 kt a year", 0.3, "estimate", "guess"],
        ["1 lane of cargo", "5 kt a year", 0.05, "memory", ""],
    ]


def test_a_plan_without_periods_has_no_weak_figures(hand_made: Made, network: Network) -> None:
    assert weakest_figures(hand_made(), network).empty


def test_the_busiest_lanes_are_kept_and_all_counted(solution: Solution, network: Network) -> None:
    data = lane_rows(solution, network, [2030])
    assert len(data["rows"]["2030"]) == min(MOST_LANES, data["counts"]["2030"])
    first = data["rows"]["2030"][0]
    assert first[4] == max(row[4] for row in data["rows"]["2030"])
    assert data["zones"][first[0]]
    assert data["markets"][first[3]]


def test_each_direction_counts_against_its_own_limit(hand_made: Made, network: Network) -> None:
    flow = {"period": 2030, "season": "year", "link_id": "L082", "mode": "ferry", "corridor_id": "middle"}
    flow |= {"commodity_id": "grain", "flow_kt": 4.0, "flow_kteu": 0.0, "cost_musd": 1.0}
    link = network.links.set_index("link_id").loc["L082"]
    ends = {"from_place": link["from_place"], "to_place": link["to_place"]}
    turned = {"from_place": link["to_place"], "to_place": link["from_place"]}
    limit = {"period": 2030, "season": "year", "target": "link", "target_id": "L082", "name": "x", "kind": "t"}
    limit |= {"capacity": 8.0, "dual_usd_per_unit": 0.0, "rent_musd": 0.0}
    plan = hand_made(
        demand=[{"period": 2030, "season": "year", "lane_id": "A", "served_kt": 4.0}],
        flows=[flow | ends, flow | turned | {"flow_kt": 2.0}],
        capacities=[
            limit | {"direction": "forward", "use": 4.0, "utilisation": 0.5},
            limit | {"direction": "reverse", "use": 2.0, "utilisation": 0.25},
        ],
    )
    geography = read_geography(network.folder, network.places, network.links)
    flows = map_data(plan, network, geography, Sources())["flows"]["2030"]
    assert [(row[1], row[2], row[4], row[5]) for row in flows] == [(0, 4, 0.5, 8), (1, 2, 0.25, 8)]


def test_lines_are_held_as_steps(solution: Solution, network: Network) -> None:
    geography = read_geography(network.folder, network.places, network.links)
    links = map_data(solution, network, geography, Sources())["links"]
    places = network.places.set_index("place_id")
    for row, link in list(zip(links, network.links.to_dict("records"), strict=True))[:20]:
        run = row["line"][0]
        start = places.loc[link["from_place"]]
        assert run[0] == pytest.approx(100 * start["lon_deg"], abs=1)
        assert run[1] == pytest.approx(100 * start["lat_deg"], abs=1)
        assert all(isinstance(step, int) for step in run)


def test_the_spans_of_periods_come_from_their_table(solution: Solution, network: Network) -> None:
    geography = read_geography(network.folder, network.places, network.links)
    data = page_data(solution, network, geography)
    assert data["spans"] == {"2025": [2025, 2027], "2030": [2028, 2034], "2040": [2035, 2042]}
    assert data["start"] == 2040
    bare = network.replace(periods=network.periods.head(0))
    assert page_data(solution, bare, geography)["spans"]["2030"] == [2030, 2030]


def test_years_of_levers_are_not_rounded(hand_made: Made) -> None:
    lever = {"lever": "closure", "id": "suez", "first_year": 2028, "links": ["L1", "L2"], "note": "as in 2024."}
    lever |= {"confidence": "estimate", "source": "press"}
    facts = dict(run_facts(hand_made({"levers": [lever]})))
    assert facts["Lever suez"] == "Closure, first_year 2028, links L1, L2. As in 2024. Estimate: press."
    assert dict(run_facts(hand_made({"levers": []})))["Levers"] == "none"


@pytest.mark.parametrize(("musd", "said"), [(0.5026, "USD 502,600"), (2413456.7, "USD 2,413,457 mn")])
def test_the_objective_is_not_rounded_to_three_digits(hand_made: Made, musd: float, said: str) -> None:
    assert dict(run_facts(hand_made({"objective": musd})))["Objective, present value"] == said
