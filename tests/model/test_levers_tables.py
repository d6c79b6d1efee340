"""Levers on demand, projects, budgets, parameters and refusals: which rows of the typed tables they change."""

from typing import Any

import pandas as pd
import pytest

from model.levers import LEVERS, Lever
from network.network import Network

BY_KIND = {lever.kind: lever for lever in LEVERS}


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


@pytest.mark.parametrize(
    ("choice", "lanes"),
    [
        ({}, ["A", "B", "C"]),
        ({"markets": ["westbound"]}, ["A", "B"]),
        ({"commodities": ["wheat"]}, ["B", "C"]),
        ({"zones": ["WEST"]}, ["A", "B", "C"]),
        ({"markets": ["westbound"], "commodities": ["wheat"]}, ["B"]),
        ({"lanes": ["C"]}, ["C"]),
    ],
)
def test_demand_factor(tiny_network: Network, choice: dict[str, Any], lanes: list[str]) -> None:
    changed = apply(tiny_network, "demand", factor=1.2, first_year=2030, **choice)
    assert changes(changed) == [(lane, "quantity", "multiply", 1.2) for lane in lanes]


def index_of(network: Network, lane: str, year: int) -> float:
    growth_id = dict(zip(network.lanes["lane_id"], network.lanes["growth_id"], strict=True))[lane]
    growth = network.growth.set_index(["growth_id", "year"])["index_base"]
    return float(growth[(growth_id, year)])


def test_demand_variant_moves_only_the_chosen_lanes(tiny_network: Network) -> None:
    changed = apply(tiny_network, "demand", variant="high", commodities=["wheat"])
    assert index_of(changed, "B", 2030) == 1.3
    assert index_of(changed, "A", 2030) == 1.2
    assert list(changed.lanes["growth_id"]) == ["RISE", "RISE~high", ""]


def test_a_later_variant_replaces_an_earlier_one(tiny_network: Network) -> None:
    high = apply(tiny_network, "demand", variant="high")
    assert index_of(apply(high, "demand", variant="low"), "A", 2030) == 1.1
    assert index_of(apply(high, "demand", variant="base"), "A", 2030) == 1.2
    assert len(apply(high, "demand", variant="high").growth) == len(high.growth)


def test_a_variant_without_a_path_is_refused(tiny_network: Network) -> None:
    growth = tiny_network.growth.assign(index_low=float("nan"))
    one = lever("demand", variant="low")
    assert one.problems(tiny_network.replace(growth=growth)) == ["variant: growth RISE has no low path"]


def marks(network: Network, *columns: str) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in rows(network.projects, "project_id", *columns)}


def test_never_takes_what_requires_the_project_with_it(tiny_network: Network) -> None:
    never_p1 = marks(apply(tiny_network, "project", projects=["P1"], availability="never"), "is_modelled")
    assert [name for name, (modelled,) in never_p1.items() if not modelled] == ["P1", "P2", "P3"]
    never_p2 = marks(apply(tiny_network, "project", projects=["P2"], availability="never"), "is_modelled")
    assert [name for name, (modelled,) in never_p2.items() if not modelled] == ["P2"]  # P1 still serves P3


def test_never_undoes_a_project_that_is_under_way(tiny_network: Network) -> None:
    changed = apply(tiny_network, "project", projects=["P5"], availability="never")
    assert marks(changed, "is_modelled", "is_sunk")["P5"] == (0, 0)


def test_given_brings_all_that_is_required(tiny_network: Network) -> None:
    changed = apply(tiny_network, "project", projects=["P2"], availability="given", year=2029)
    found = marks(changed, "is_sunk", "in_service_year", "earliest_start_year")
    assert found["P2"] == (1, 2029.0, 2026.0)  # two whole years of building would fit later
    assert found["P1"] == (1, 2029.0, 2026.0)
    assert found["P3"] == (0, None, 2027.0)


def test_given_after_never_is_given(tiny_network: Network) -> None:
    never = apply(tiny_network, "project", projects=["P1"], availability="never")
    given = apply(never, "project", projects=["P1"], availability="given", year=2030)
    assert marks(given, "is_modelled", "is_sunk", "in_service_year")["P1"] == (1, 1, 2030.0)


def test_given_needs_one_of_the_alternatives(tiny_network: Network) -> None:
    alone = lever("project", projects=["P3"], availability="given", year=2029)
    assert alone.problems(tiny_network) == ["projects: P3 requires one of P1, P2; give one of them too"]
    both = lever("project", projects=["P3", "P1"], availability="given", year=2029)
    assert both.problems(tiny_network) == []


def test_earliest_moves_start_and_opening(tiny_network: Network) -> None:
    changed = apply(tiny_network, "project", projects=["P1", "P2"], availability="earliest", year=2031)
    found = marks(changed, "earliest_start_year", "in_service_year", "is_sunk")
    assert found["P1"] == (2031.0, 2033.0, 0)
    assert found["P2"] == (2031.0, None, 0)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"projects": ["P4"], "availability": "never"}, "P4 is part of today's network"),
        ({"projects": ["P5"], "availability": "earliest", "year": 2030}, "P5 is under way"),
        ({"projects": ["P6"], "availability": "given", "year": 2030}, "P6 changes no link or place"),
        ({"projects": ["P9"], "availability": "never"}, "'P9' is not a project"),
    ],
)
def test_availability_that_cannot_be_had(tiny_network: Network, fields: dict[str, Any], sentence: str) -> None:
    (problem,) = lever("project", **fields).problems(tiny_network)
    assert sentence in problem


def test_project_effect_replaces_figures_of_its_rows_only(tiny_network: Network) -> None:
    changed = apply(tiny_network, "project_effect", project="P2", targets=["L1"], t_per_year=7, time_saved_h=0)
    found = rows(changed.project_effects, "project_id", "capacity_added_t_per_year", "time_saved_h")
    assert found == [("P1", 5e6, 0.0), ("P2", 7.0, 0.0), ("P3", 5e5, 0.0), ("P5", 5e5, 0.0)]


def test_project_effect_knows_where_the_project_acts(tiny_network: Network) -> None:
    (problem,) = lever("project_effect", project="P2", targets=["L2"], t_per_year=7).problems(tiny_network)
    assert problem.startswith("targets: 'L2' is not a link or place on which P2 acts.")
    assert "L1" in problem


def test_budget_replaces_the_periods_named(tiny_network: Network) -> None:
    changed = apply(tiny_network, "budget", musd={2030: 100})
    assert rows(changed.budgets, "period", "budget_musd") == [(2025, 500.0), (2030, 100.0)]


def test_budget_of_a_period_that_is_none(tiny_network: Network) -> None:
    problems = lever("budget", musd={2031: 100, 2025: -1}).problems(tiny_network)
    assert len(problems) == 2
    assert "'2031' is not a period" in problems[0]
    assert problems[1] == "musd: -1 in 2025 is negative"


def test_parameters_are_set_once(tiny_network: Network) -> None:
    changed = apply(apply(tiny_network, "discount_rate", rate=0.1), "discount_rate", rate=0.04)
    assert changed.parameter("discount_rate") == 0.04
    assert list(changed.parameters["parameter"]) == ["discount_rate"]
    assert apply(tiny_network, "carbon_price", usd_per_t=50).parameter("carbon_price_usd_per_t") == 50


def refusals(network: Network) -> list[tuple[Any, ...]]:
    return rows(network.transit_refusals, "zone_id", "transit_countries", "share", "first_year", "last_year")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"share": 0, "first_year": 2028}, [("WEST", ("AZ",), 0.6, 2022.0, 2027.0)]),
        ({"share": 0}, []),
        (
            {"share": 0.2, "first_year": 2026, "last_year": 2027},
            [
                ("WEST", ("AZ",), 0.6, 2022.0, 2025.0),
                ("WEST", ("AZ",), 0.6, 2028.0, None),
                ("WEST", ("AZ",), 0.2, 2026.0, 2027.0),
            ],
        ),
        ({"factor": 0.5}, [("WEST", ("AZ",), 0.3, 2022.0, None)]),
        ({"factor": 3}, [("WEST", ("AZ",), 1.0, 2022.0, None)]),
        ({"factor": 1}, [("WEST", ("AZ",), 0.6, 2022.0, None)]),
        (
            {"share": 0.4, "last_year": 2020},
            [("WEST", ("AZ",), 0.6, 2022.0, None), ("WEST", ("AZ",), 0.4, None, 2020.0)],
        ),
        (
            {"share": 0.1, "zones": ["EAST"]},
            [("WEST", ("AZ",), 0.6, 2022.0, None), ("EAST", ("AZ",), 0.1, None, None)],
        ),
    ],
)
def test_refusal(tiny_network: Network, fields: dict[str, Any], expected: list[tuple[Any, ...]]) -> None:
    assert refusals(apply(tiny_network, "refusal", countries=["AZ"], **fields)) == expected


def test_countries_refused_together_are_changed_together(tiny_network: Network) -> None:
    together = apply(tiny_network, "refusal", countries=["AZ", "GE"], zones=["EAST"], share=0.5)
    (problem,) = lever("refusal", countries=["GE"], share=0.2).problems(together)
    assert problem == "countries: EAST refuses AZ and GE together; name them all"
    lifted = apply(together, "refusal", countries=["GE"], share=0)
    assert ("EAST", ("AZ",), 0.5, None, None) in refusals(lifted)
