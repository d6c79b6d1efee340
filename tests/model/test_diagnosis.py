"""Worlds that no plan can serve: what is said of them. Each conflict is worked out by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.diagnosis import diagnose
from model.errors import InfeasibleError
from model.routing import arc_routing
from network.network import Network

Row = dict[str, Any]
YEARS = [{"resolution": "fast", "period": y, "first_year": y, "last_year": y + 4} for y in (2025, 2030)]
BOTH = pytest.mark.parametrize("formulation", ["arc", "path"])


def link(name: str, a: str, b: str, cost: float, kt: float | None = None, **more: Any) -> Row:
    return {"link_id": name, "a": a, "b": b, "cost": cost, "kt": kt, **more}


def lane(name: str, a: str, b: str, kt: float, **more: Any) -> Row:
    return {"lane_id": name, "a": a, "b": b, "kt": kt, "is_firm": 1, **more}


def project(name: str, target: str, kt: float, **more: Any) -> tuple[Row, Row]:
    row = {"project_id": name, "name": name, "country": "A", "capex_musd": 3, "lifetime_years": 1, **more}
    return row, {"project_id": name, "target": "link", "target_id": target, "capacity_added_t_per_year": 1000 * kt}


def told(worlds: Any, world: Network, formulation: str = "arc", builds: pd.DataFrame | None = None) -> str:
    with pytest.raises(InfeasibleError) as failed:
        worlds.run(world, formulation, builds)
    return str(failed.value)


@pytest.fixture
def short(worlds: Any) -> Callable[..., Network]:
    """12 kt from A to B by links of 8 and 0 kt, the second of which projects may open."""

    def make(*projects: tuple[Row, Row], **tables: Any) -> Network:
        links = [link("OLD", "A", "B", 10, 8), link("NEW", "A", "B", 1, 0)]
        rows, effects = [row for row, _ in projects], [effect for _, effect in projects]
        lanes = [lane("X", "A", "B", 12)]
        return worlds.make(links, lanes, projects=rows, project_effects=effects, **tables)  # type: ignore[no-any-return]

    return make


@BOTH
def test_a_demand_above_the_links_that_could_carry_it(worlds: Any, formulation: str) -> None:
    links = [link("AB", "A", "B", 10, 8), link("CD", "A", "B", 12, 2), link("BE", "B", "E", 1, 99)]
    text = told(worlds, worlds.make(links, [lane("X", "A", "B", 12), lane("Y", "B", "E", 5)]), formulation)
    assert text.splitlines()[:2] == [
        "No plan carries all firm cargo.",
        "Firm lane X (commodities/lanes.csv) needs 12 kt in 2025, but link AB (network/links.csv, 8 kt) and link CD "
        "(network/links.csv, 2 kt) let only 10 kt through: 2 kt short.",
    ]
    assert text.splitlines()[2] in {
        f"It would do to raise link {name} (network/links.csv) by 2 kt a year in 2025." for name in ("AB", "CD")
    }


@BOTH
def test_demands_that_are_too_much_together_only(worlds: Any, formulation: str) -> None:
    """X and Y share AB; Z alone fills BC to the brim and has no part in it."""
    links = [link("AB", "A", "B", 10, 8), link("BC", "B", "C", 12, 6)]
    lanes = [lane("X", "A", "C", 5), lane("Y", "A", "B", 4), lane("Z", "B", "C", 1)]
    text = told(worlds, worlds.make(links, lanes), formulation)
    assert "Firm lanes X and Y (commodities/lanes.csv) need 9 kt in 2025" in text
    assert "but link AB (network/links.csv, 8 kt) lets only 8 kt through: 1 kt short." in text
    assert "BC" not in text


def test_conflicts_that_have_nothing_to_do_with_each_other_are_told_apart(worlds: Any) -> None:
    links = [link("AB", "A", "B", 10, 8), link("CD", "C", "D", 12, 2)]
    text = told(worlds, worlds.make(links, [lane("X", "A", "B", 9), lane("Y", "C", "D", 5)]))
    assert "Firm lane X (commodities/lanes.csv) needs 9 kt in 2025, but link AB" in text
    assert "Firm lane Y (commodities/lanes.csv) needs 5 kt in 2025, but link CD" in text
    assert "to raise link AB (network/links.csv) by 1 kt a year in 2025 and link CD (network/links.csv) by 3 kt" in text


def test_limits_in_boxes_and_of_places(worlds: Any) -> None:
    boxes = {"commodity_id": "boxes", "name": "Boxes", "handling_class": "container", "cargo_kind": "container",
             "t_per_teu": 10, "own_price_elasticity": 0}  # fmt: skip
    links = [{"link_id": "L", "a": "A", "b": "B", "cost_usd_per_teu": 80, "capacity_teu_per_year": 500}]
    world = worlds.make(links, [lane("X", "A", "B", 12, commodity_id="boxes")], commodities=[boxes])
    text = told(worlds, world)
    assert "link L (network/links.csv, 500 TEU) lets only 5 kt through: 7 kt short." in text
    assert "to raise link L (network/links.csv) by 700 TEU a year in 2025" in text
    place = {"place_id": "B", "capacity_t_per_year": 7000}
    text = told(worlds, worlds.make([link("L", "A", "B", 8)], [lane("X", "A", "B", 12)], [place]))
    assert "place B (network/places.csv, 7 kt) lets only 7 kt through: 5 kt short." in text


@BOTH
def test_a_facility_that_makes_too_little(worlds: Any, formulation: str) -> None:
    """A mine of 5 kt, which P would double, for 12 kt of firm demand."""
    mine = {"facility_id": "MINE", "name": "Mine", "place_id": "A", "recipe_id": "DIG", "capacity_t_per_year": 5000}
    row, effect = project("P", "MINE", 5)
    world = worlds.make(
        [link("AB", "A", "B", 8)],
        [lane("X", "A", "B", 12, origin_facility="MINE")],
        facilities=[mine],
        recipes=[{"recipe_id": "DIG", "side": "output", "commodity_id": "goods", "t_per_t": 1}],
        projects=[row],
        project_effects=[{**effect, "target": "facility"}],
        budgets=[{"period": 2025, "budget_musd": 1}],
    )
    text = told(worlds, world, formulation)
    assert "Firm lane X (commodities/lanes.csv) needs 12 kt in 2025" in text
    assert "facility MINE (network/facilities.csv, 5 kt, without project P) lets only 5 kt through: 7 kt short." in text
    assert "to raise facility MINE (network/facilities.csv) by 7 kt a year in 2025" in text
    assert "budget" not in text  # 10 kt with P would still be too little


@BOTH
def test_a_budget_that_is_too_small(worlds: Any, short: Callable[..., Network], formulation: str) -> None:
    text = told(worlds, short(project("P", "NEW", 5), budgets=[{"period": 2025, "budget_musd": 1}]), formulation)
    assert "link NEW (network/links.csv, 0 kt, without project P)" in text
    assert "- to raise the budget (finance/budgets.csv) of 2025 by 2 million USD" in text


@BOTH
def test_a_project_that_comes_too_late(worlds: Any, short: Callable[..., Network], formulation: str) -> None:
    late = project("P", "NEW", 5, earliest_start_year=2027, construction_years=3, lifetime_years=30)
    text = told(worlds, short(late, periods=YEARS), formulation)
    assert "needs 12 kt in 2025, but" in text
    assert "2030" not in text.replace("life", "").split("Any one")[0]
    assert (
        "- if project P could serve in 2025 (finance/projects.csv: earliest_start_year 2027, construction_years 3, "
        "lifetime_years 30)" in text
    )


@pytest.mark.parametrize("needs", ["all_of", "any_of"])
@BOTH
def test_a_need_that_is_never_met(worlds: Any, short: Callable[..., Network], needs: str, formulation: str) -> None:
    never = project("Q", "OLD", 0, earliest_start_year=2050)
    text = told(worlds, short(project("P", "NEW", 5, **{needs: ("Q",)}), never), formulation)
    assert "- if project P did not need Q (finance/projects.csv, all_of, any_of)" in text


@BOTH
def test_a_need_that_the_budget_does_not_allow(worlds: Any, short: Callable[..., Network], formulation: str) -> None:
    """P needs Q; both together cost 7, the budget holds 4."""
    dear = project("Q", "OLD", 0, capex_musd=4)
    budget = [{"period": 2025, "budget_musd": 4}]
    text = told(worlds, short(project("P", "NEW", 5, all_of=("Q",)), dear, budgets=budget), formulation)
    assert "- to raise the budget (finance/budgets.csv) of 2025 by 3 million USD" in text
    assert "- if project P did not need Q (finance/projects.csv, all_of, any_of)" in text


@BOTH
def test_projects_that_exclude_each_other(worlds: Any, formulation: str) -> None:
    links = [link("AB", "A", "B", 10, 0), link("AC", "A", "C", 1, 0)]
    rows, effects = zip(project("P", "AC", 5, excludes=("Q",)), project("Q", "AB", 13), strict=True)
    lanes = [lane("X", "A", "B", 12), lane("Y", "A", "C", 1)]
    text = told(worlds, worlds.make(links, lanes, projects=rows, project_effects=effects), formulation)
    assert "Firm lanes X and Y (commodities/lanes.csv) need 13 kt in 2025" in text
    assert "- if projects P and Q did not exclude each other (finance/projects.csv, excludes)" in text


def test_a_link_that_a_lever_closes(worlds: Any) -> None:
    """The lane has a way in the world before the lever: so it is no slip of the tables, and no plan."""
    world = worlds.make([link("AB", "A", "B", 10)], [lane("X", "A", "B", 12)], periods=YEARS)
    shut = {"target": "link", "target_id": "AB", "field": "open", "operation": "set", "value": 0, "first_year": 2030,
            "last_year": 2034, "lever": "strike"}  # fmt: skip
    closed = world.replace(adjustments=worlds.frame("adjustments", [shut]))
    text = diagnosed(worlds, closed, world)
    assert "needs 12 kt in 2030, but 12 kt of it has no path: link AB is closed by lever 'strike'." in text


def test_a_refusal_without_another_way(worlds: Any) -> None:
    links = [link("AR", "A", "R", 1), link("RB", "R", "B", 1)]
    refusal = {"zone_id": "A", "transit_countries": ("R",), "share": 0.25}
    text = diagnosed(worlds, worlds.make(links, [lane("X", "A", "B", 12)], transit_refusals=[refusal]))
    assert "but 3 kt of it has no path: its shippers refuse transit through R (policy/transit_refusals.csv)." in text


def diagnosed(worlds: Any, world: Network, reference: Network | None = None) -> str:
    problem = worlds.problem(world, reference)
    return diagnose(problem, arc_routing(problem))


def test_a_store_that_is_too_small(worlds: Any) -> None:
    """All of the year's 12 kt is used in the cold half; half of the link's 20 kt opens in each; 2 kt must wait."""
    seasons = [{"resolution": "fast", "season": "cold", "months": (1, 2, 3, 10, 11, 12)},
               {"resolution": "fast", "season": "warm", "months": (4, 5, 6, 7, 8, 9)}]  # fmt: skip
    profile = [{"profile_id": "COLD", "month": m, "share": 1 / 6 if m in (1, 2, 3, 10, 11, 12) else 0}
               for m in range(1, 13)]  # fmt: skip
    store = [{"zone_id": "B", "commodity_id": "goods", "capacity_t": 500, "holding_cost_usd_per_t_month": 1}]
    world = worlds.make([link("AB", "A", "B", 10, 20)], [lane("X", "A", "B", 12, season_profile_id="COLD")],
                        seasons=seasons, season_profiles=profile, storage=store)  # fmt: skip
    for formulation in ("arc", "path"):
        text = told(worlds, world, formulation)
        assert "needs 12 kt in 2025 (season cold)" in text
        assert "1.5 kt short." in text
        assert "the store of goods at B (network/storage.csv, 500 t)" in text
        assert "- to enlarge the store of goods at B (network/storage.csv) by 1.5 kt" in text
        assert "- to raise link AB (network/links.csv) by 3 kt a year in 2025" in text


@BOTH
def test_a_given_plan_is_diagnosed_as_it_is(worlds: Any, short: Callable[..., Network], formulation: str) -> None:
    """A plan that builds nothing, in a world where building P would do."""
    world = short(project("P", "NEW", 5))
    assert worlds.run(world, formulation).run["status"] == "optimal"
    nothing = pd.DataFrame({"project_id": [], "decision": [], "start_period": [], "units": []})
    text = told(worlds, world, formulation, nothing)
    assert text.startswith("The given plan does not carry all firm cargo.")
    assert "(network/links.csv, 0 kt, without project P) let only 8 kt through: 4 kt short." in text
    assert "serve" not in text
    assert "budget" not in text


@settings(max_examples=15, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_world_is_in_conflict_if_and_only_if_the_solver_finds_no_plan(worlds: Any, data: st.DataObject) -> None:
    figures = data.draw(st.lists(st.integers(1, 30), min_size=6, max_size=6))
    links = [
        link("AB", "A", "B", 1, figures[0]),
        link("BC", "B", "C", 1, figures[1]),
        link("AC", "A", "C", 5, figures[2]),
    ]
    lanes = [lane("X", "A", "B", figures[3]), lane("Y", "A", "C", figures[4]), lane("Z", "B", "C", figures[5])]
    problem = worlds.problem(worlds.make(links, lanes))
    text = diagnose(problem, arc_routing(problem))
    exact = worlds.jointly(problem)
    assert (text == "") == (len(exact.value) > 0 and bool(np.isfinite(exact.objective)))


def test_nothing_is_said_of_a_world_that_has_a_plan(worlds: Any, short: Callable[..., Network]) -> None:
    assert diagnosed(worlds, short(project("P", "NEW", 5))) == ""
