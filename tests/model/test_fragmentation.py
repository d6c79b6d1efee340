"""Plans of countries apart against one plan of all, worked out by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.decomposition import Decomposition
from model.options import Options
from model.progress import Silent
from model.studies.fragmentation import COLUMNS, Fragmentation, fragmentation, hosts, own_objective, united

PERIODS = [{"resolution": "fast", "period": 2025, "first_year": 2025, "last_year": 2029},
           {"resolution": "fast", "period": 2030, "first_year": 2030, "last_year": 2039}]  # fmt: skip
NOW = float(np.sum(1.06 ** (2025.0 - np.arange(2030, 2040))))  # a million a year from 2030
HALVES = [{"link_id": "EAST", "a": "A", "b": "B", "cost": 10, "kt": 0},
          {"link_id": "WEST", "a": "B", "b": "C", "cost": 10, "kt": 0},
          {"link_id": "ROUND", "a": "A", "b": "C", "cost": 40}]  # fmt: skip
APART = [{"link_id": "EAST", "a": "A", "b": "B", "cost": 10, "kt": 0},
         {"link_id": "WEST", "a": "C", "b": "D", "cost": 10, "kt": 0},
         {"link_id": "ROUND_EAST", "a": "A", "b": "B", "cost": 40},
         {"link_id": "ROUND_WEST", "a": "C", "b": "D", "cost": 40}]  # fmt: skip
THROUGH = [{"a": "A", "b": "C", "kt": 100}]
EACH = [{"a": "A", "b": "B", "kt": 100}, {"a": "C", "b": "D", "kt": 50}]


def project(name: str, country: str, **more: Any) -> dict[str, Any]:
    return {"project_id": name, "name": name, "country": country, "capex_musd": 1, "construction_years": 2, **more}


def effect(name: str, link: str) -> dict[str, Any]:
    return {"project_id": name, "target": "link", "target_id": link, "capacity_added_t_per_year": 100_000}


EFFECTS = [effect("P", "EAST"), effect("Q", "WEST")]


def world(worlds: Any, links: Any, lanes: Any, *projects: dict[str, Any], **tables: Any) -> Any:
    named = {item["project_id"] for item in projects}
    effects = [item for item in EFFECTS if item["project_id"] in named]
    return worlds.make(links, lanes, projects=projects, project_effects=effects, periods=PERIODS, **tables)


def compared(worlds: Any, made: Any, progress: Any = None, store: Path | None = None) -> Fragmentation:
    unified = worlds.solve(made)
    options = Options(threads=1, gap=0.0, time_limit_s=60.0, store=store)
    search = Decomposition(unified.problem, options, Silent())
    found = fragmentation(made, made, search, unified.best.plan, progress or Silent(), bound=unified.best.bound)
    assert found.countries.columns.tolist() == COLUMNS
    return found


def built(found: Fragmentation) -> dict[str, str]:
    return dict(zip(found.countries["country"], found.countries["projects"], strict=True))


def test_halves_of_a_route_are_built_by_nobody_alone(worlds: Any) -> None:
    made = world(worlds, HALVES, THROUGH, project("P", "A"), project("Q", "C"))
    cost = 2 * float(worlds.problem(made).strategy.starts["cost_musd"][0])
    found = compared(worlds, made)
    assert built(found) == {"A": "", "C": ""}
    assert found.countries[["own_worth_musd", "capex_musd"]].to_numpy() == pytest.approx(np.zeros((2, 2)))
    facts = found.facts
    assert facts["unified_gain"] == pytest.approx(20 * 100 / 1000 * NOW - cost)
    assert facts["union_gain"] == pytest.approx(0, abs=1e-9)
    assert facts["price_musd"] == pytest.approx(facts["unified_gain"])
    assert facts["price_most_musd"] == pytest.approx(facts["unified_gain"], abs=1e-6)
    assert facts["share"] == pytest.approx(1)
    assert not found.plan.any()


def test_apart_is_as_good_where_nothing_interacts(worlds: Any) -> None:
    found = compared(worlds, world(worlds, APART, EACH, project("P", "A"), project("Q", "C", capex_musd=2)))
    assert built(found) == {"A": "P", "C": "Q"}
    assert found.countries["capex_musd"].tolist() == pytest.approx([1, 2])
    assert found.countries["own_worth_musd"].sum() == pytest.approx(found.facts["unified_gain"])
    assert found.facts["price_musd"] == pytest.approx(0, abs=1e-9)
    assert found.facts["share"] == pytest.approx(0, abs=1e-9)
    assert found.facts["dropped"] == {}
    assert found.facts["left_out"] == []


def test_two_ways_are_both_built_where_one_is_enough(worlds: Any) -> None:
    twice = [{**link, "a": "A", "b": "B"} for link in APART[:3]]
    made = world(worlds, twice, EACH[:1], project("P", "A"), project("Q", "B", capex_musd=0.9))
    found = compared(worlds, made)
    assert built(found) == {"A": "P", "B": "Q"}
    cost = float(worlds.problem(made).strategy.starts["cost_musd"][0])
    assert found.facts["price_musd"] == pytest.approx(cost)  # P is for nothing


def test_a_country_does_not_count_what_it_pays_to_itself(worlds: Any) -> None:
    """With a fee of 25 to B the new way costs 45, the way round 40: shippers gain nothing, B 20 USD a tonne."""
    ways = [{**APART[0], "cost": 20, "fee_usd_per_t": 25}, APART[2]]
    made = world(worlds, ways, EACH[:1], project("P", "B"))
    found = compared(worlds, made)
    cost = float(worlds.problem(made).strategy.starts["cost_musd"][0])
    assert built(found) == {"B": "P"}
    assert found.countries["own_worth_musd"].tolist() == pytest.approx([20 * 100 / 1000 * NOW - cost])
    assert found.facts["unified_gain"] == pytest.approx(0, abs=1e-9)
    assert found.facts["price_musd"] == pytest.approx(cost)


def test_a_project_of_two_hosts_needs_both(worlds: Any) -> None:
    found = compared(worlds, world(worlds, APART, EACH, project("P", "A|C"), project("Q", "C")))
    assert built(found) == {"A": "P", "C": "P,Q"}
    assert found.facts["price_musd"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("rules", "own", "stands", "dropped"),
    [
        ({}, {"A": {"P": 0}, "C": {"Q": 1}}, {"P": 0, "Q": 1}, {}),
        ({"Q": {"all_of": ("P",)}}, {"C": {"Q": 0}}, {}, {"Q": "a prerequisite is missing"}),
        ({"Q": {"all_of": ("P",)}}, {"A": {"P": 1}, "C": {"Q": 0}}, {"P": 1}, {"Q": "a prerequisite is missing"}),
        ({"Q": {"all_of": ("P",)}}, {"A": {"P": 0}, "C": {"Q": 0}}, {"P": 0, "Q": 0}, {}),
        ({"R": {"all_of": ("Q",)}, "Q": {"all_of": ("P",)}}, {"A": {"R": 0}, "C": {"Q": 0}}, {},
         {"Q": "a prerequisite is missing", "R": "a prerequisite is missing"}),
        ({"R": {"country": "A|C"}}, {"A": {"R": 0}, "C": {}}, {}, {"R": "not planned by C"}),
        ({"R": {"country": "A|C"}}, {"A": {"R": 0}, "C": {"R": 1}}, {"R": 1}, {}),
        ({"R": {"country": "A|C"}}, {"A": {"R": 0}}, {}, {"R": "not planned by C"}),
        ({"Q": {"excludes": ("P",)}}, {"A": {"P": 1}, "C": {"Q": 0}}, {"Q": 0}, {"P": "excluded by Q"}),
        ({"Q": {"excludes": ("P",)}}, {"A": {"P": 0}, "C": {"Q": 0}}, {"P": 0}, {"Q": "excluded by P"}),
    ],
)  # fmt: skip
def test_what_stands_of_plans_put_together(
    worlds: Any,
    rules: dict[str, Any],
    own: dict[str, dict[str, int]],
    stands: dict[str, int],
    dropped: dict[str, str],
) -> None:
    rows = [project(name, country, construction_years=0) for name, country in (("P", "A"), ("Q", "C"), ("R", "A"))]
    rows = [{**row, **rules.get(row["project_id"], {})} for row in rows]
    search = Decomposition(worlds.problem(world(worlds, APART, EACH, *rows)), Options(threads=1), Silent())
    strategy = search.problem.strategy
    owner = strategy.projects["project_id"].to_numpy()[strategy.starts["project"].to_numpy()]
    period = strategy.starts["period"].to_numpy()

    def plan(starts: dict[str, int]) -> Any:
        return np.array([float(starts.get(name) == when) for name, when in zip(owner, period, strict=True)])

    union, why = united(search.plans, hosts(strategy), {country: plan(starts) for country, starts in own.items()})
    assert union.tolist() == plan(stands).tolist()
    assert why == dropped
    assert search.plans.is_allowed(union)


def test_a_country_counts_on_what_its_neighbour_must_build_first(worlds: Any) -> None:
    paying = compared(worlds, world(worlds, APART, EACH, project("P", "A"), project("Q", "C", all_of=("P",))))
    assert built(paying) == {"A": "P", "C": "Q"}
    assert paying.facts["dropped"] == {}
    dear = project("P", "A", capex_musd=500)
    vain = compared(worlds, world(worlds, APART, EACH, dear, project("Q", "C", any_of=("P",))))
    assert built(vain) == {"A": "", "C": "Q"}
    assert vain.facts["dropped"] == {"Q": "a prerequisite is missing"}
    assert vain.facts["union_gain"] == pytest.approx(0, abs=1e-9)
    assert vain.facts["price_musd"] == pytest.approx(0, abs=1e-9)
    assert vain.facts["share"] is None


def test_members_of_the_union_plan_as_the_union(worlds: Any) -> None:
    territory = {"territory": "EU27", "name": "EU", "kind": "union", "countries": ("A",)}
    zones = [{"zone_id": name, "name": name, "countries": (name,), "customs_territory": "EU27" if name == "A" else name}
             for name in "ABC"]  # fmt: skip
    made = world(worlds, HALVES, THROUGH, project("P", "A"), customs_territories=[territory], zones=zones)
    assert [own_objective(made, name) for name in ("A", "B", "XX")] == ["national:EU27", "national:B", "shipper"]
    assert built(compared(worlds, made)) == {"A": ""}


class StopsAfter(Silent):
    """Asks to stop once the plan of a country has begun."""

    def phase(self, name: str) -> None:
        if name.startswith("Plan of A"):
            self.stop()


def test_a_stop_keeps_the_countries_that_have_planned(worlds: Any) -> None:
    found = compared(worlds, world(worlds, APART, EACH, project("P", "A"), project("Q", "C")), StopsAfter())
    assert found.countries["country"].tolist() == ["A"]
    assert found.facts["left_out"] == ["C"]
    assert found.facts["price_musd"] is None
    assert found.facts["share"] is None


def test_a_world_without_candidates_has_no_country(worlds: Any) -> None:
    found = compared(worlds, world(worlds, APART, EACH))
    assert found.countries.empty
    assert found.facts["price_musd"] == 0.0


def test_searches_of_countries_are_kept_and_taken_up(worlds: Any, tmp_path: Path) -> None:
    made = world(worlds, APART, EACH, project("P", "A"), project("Q", "C", capex_musd=2))
    first = compared(worlds, made, store=tmp_path)
    kept = sorted(file.name for file in tmp_path.glob("search-*"))
    assert len(kept) == 2
    again = compared(worlds, made, store=tmp_path)
    assert sorted(file.name for file in tmp_path.glob("search-*")) == kept
    pd.testing.assert_frame_equal(again.countries, first.countries)
