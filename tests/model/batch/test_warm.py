"""Runs that keep sessions, paths and answers between them: the same answers as runs by themselves, in any order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.array_change import difference
from model.batch.dominance import nowhere_better, same_investment
from model.batch.warm import EXACT, Searched, WarmSolver
from model.build import build_problem
from model.decomposition import Decomposition
from model.errors import InfeasibleError, InputError
from model.levers import LEVERS
from model.options import Options
from model.plans import Plans
from model.progress import Silent
from model.result_investment import builds_table
from model.reuse import Anew
from model.run import solve_scenario
from model.scenario import Scenario
from model.solution import Solution
from network.network import Network
from tests.model.conftest import make_world, random_worlds

PATHS = Options(threads=1, gap=0.0, time_limit_s=60.0, formulation="path")
YEARS = [
    {"resolution": "fast", "period": 2025, "first_year": 2025, "last_year": 2025},
    {"resolution": "fast", "period": 2030, "first_year": 2026, "last_year": 2030},
]
BY_KIND = {lever.kind: lever for lever in LEVERS}


class Exactly(Anew):
    """A run by itself, priced until no path improves it."""

    precision = EXACT


def scenario(*levers: Mapping[str, Any], name: str = "changed") -> Scenario:
    """A scenario of levers as written in a file."""
    built = [
        BY_KIND[one["lever"]].model_validate({"id": f"l{n}", **{k: v for k, v in one.items() if k != "lever"}})
        for n, one in enumerate(levers)
    ]
    return Scenario(name, name, "", "", tuple(built))


def two_ways() -> Network:
    """Two ways from A to D, the short one through B with little room, and a project that widens it."""
    return make_world(
        [
            {"link_id": "ab", "a": "A", "b": "B", "cost": 10, "kt": 40},
            {"link_id": "bd", "a": "B", "b": "D", "cost": 10, "kt": 100},
            {"link_id": "ac", "a": "A", "b": "C", "cost": 20, "kt": 300},
            {"link_id": "cd", "a": "C", "b": "D", "cost": 25, "kt": 300},
        ],
        [{"a": "A", "b": "D", "kt": 120}],
        periods=YEARS,
        projects=[{"project_id": "wide", "name": "Wide", "capex_musd": 1, "country": "A", "construction_years": 1}],
        project_effects=[
            {"project_id": "wide", "target": "link", "target_id": "ab", "capacity_added_t_per_year": 30000}
        ],
    )


def plan_in(world: Network, build: bool) -> pd.DataFrame:
    """Table ``builds`` with every start that the others allow, or with none."""
    problem = build_problem(world, world, PATHS)
    plans = Plans(problem.strategy)
    plan = plans.nothing.copy()
    for start in range(len(plan) if build else 0):
        plan[start] = 1.0
        if not plans.is_allowed(plan):
            plan[start] = 0.0
    return builds_table(problem, plan)


def anew(world: Network, changed: Scenario, builds: pd.DataFrame | None) -> Solution:
    """Solved by itself."""
    return solve_scenario(world, changed, PATHS, Silent(), builds, kept=Exactly())


CHANGES = {
    "capacity": scenario({"lever": "capacity", "links": ["ab"], "factor": 0.5}),
    "more_capacity": scenario({"lever": "capacity", "links": ["ab"], "factor": 2.0}),
    "cost": scenario({"lever": "cost", "links": ["cd"], "factor": 0.4}),
    "closure": scenario({"lever": "closure", "links": ["bd"]}),
    "demand": scenario({"lever": "demand", "factor": 1.5}),
    "nothing": scenario(),
}


def by_hand(name: str) -> float:
    """Cost of 120 kt a year at the plan with nothing built, USD million: what fits goes by B at 20, the rest by C."""
    room = {"capacity": 20, "more_capacity": 80, "cost": 0, "closure": 0, "demand": 40, "nothing": 40}[name]
    kt, other = (180 if name == "demand" else 120), (30 if name == "cost" else 45)
    by_b = min({"cost": 40}.get(name, room), kt)
    return (by_b * 20 + (kt - by_b) * other) / 1000.0


@pytest.mark.parametrize("order", [tuple(CHANGES), tuple(reversed(CHANGES))], ids=["forward", "backward"])
def test_answers_are_those_reckoned_by_hand_whatever_came_before(order: Sequence[str]) -> None:
    world = two_ways()
    warm = WarmSolver(world, scenario(name="base"), PATHS)
    builds = plan_in(world, build=False)
    for name in order:
        solved = warm(CHANGES[name], builds, None)
        cost = solved["costs"].query("category == 'freight' and period == 2025")["musd"].sum()
        assert cost == pytest.approx(by_hand(name), rel=1e-9), name


@pytest.mark.parametrize(
    ("name", "build"), [("capacity", True), ("cost", False), ("closure", True), ("demand", False), ("nothing", True)]
)
def test_every_table_is_that_of_a_run_by_itself(name: str, build: bool) -> None:
    world = two_ways()
    builds = plan_in(world, build)
    warm = WarmSolver(world, scenario(name="base"), PATHS)
    warm(CHANGES["capacity"], builds, None)  # something else before
    mine, other = warm(CHANGES[name], builds, None), anew(world, CHANGES[name], builds)
    assert mine.run["objective"] == pytest.approx(other.run["objective"], rel=1e-7)
    for table, frame in other.tables.items():
        pd.testing.assert_frame_equal(mine[table], frame, rtol=1e-7, check_exact=False)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=random_worlds(), data=st.data())
def test_random_worlds_have_the_value_of_a_run_by_itself(world: Network, data: st.DataObject) -> None:
    factor = st.sampled_from([0.3, 0.7, 1.0, 1.6])
    links = list(world.links["link_id"])
    changes = [
        scenario(
            {"lever": "capacity", "links": [data.draw(st.sampled_from(links))], "factor": data.draw(factor)},
            {"lever": "cost", "links": [data.draw(st.sampled_from(links))], "factor": data.draw(factor)},
        )
        for _ in range(3)
    ]
    try:
        builds = plan_in(world, build=data.draw(st.booleans()))
    except InputError:  # a world that no path serves
        return
    warm = WarmSolver(world, scenario(name="base"), PATHS)
    for changed in changes:
        try:
            expected = anew(world, changed, builds).run["objective"]
        except InfeasibleError:
            with pytest.raises(InfeasibleError):
                warm(changed, builds, None)
            continue
        assert warm(changed, builds, None).run["objective"] == pytest.approx(expected, rel=1e-7, abs=1e-9)


def test_a_search_that_starts_from_the_base_finds_the_same_optimum(tmp_path: Path) -> None:
    world = two_ways()
    options = replace(PATHS, store=tmp_path)
    base = solve_scenario(world, scenario(name="base"), options, Silent())
    warm = WarmSolver(world, scenario(name="base"), PATHS, Searched(base["builds"], tmp_path))
    for name, changed in CHANGES.items():
        mine, other = warm(changed, None, None), anew(world, changed, None)
        assert mine.run["objective"] == pytest.approx(other.run["objective"], rel=1e-7), name
        assert mine.run["bound"] == pytest.approx(other.run["bound"], rel=1e-6), name
        assert list(mine["builds"]["decision"]) == list(other["builds"]["decision"]), name


def test_only_worse_scenarios_keep_cuts_and_those_hold_there() -> None:
    world = two_ways()
    base = build_problem(world, world, PATHS)
    search = Decomposition(base, PATHS, Silent())
    search.run()
    worse = {"capacity": True, "closure": True, "nothing": True, "more_capacity": False, "cost": False, "demand": False}
    for name, expected in worse.items():
        problem = build_problem(CHANGES[name].apply(world), world, PATHS)
        assert nowhere_better(problem, base) is expected, name
        assert same_investment(problem, base)
        if not expected:
            continue
        other = Decomposition(problem, PATHS, Silent())
        for built in (other.plans.built(other.plans.nothing), other.plans.everything()):
            for unit, cut in search.master.cuts:
                solver = other.solvers[unit]
                value = solver.generate(np.ascontiguousarray(built[:, solver.period])).value
                assert cut.at(built[:, solver.period]) <= value + 1e-6 * abs(value), name


def test_a_change_names_just_what_differs() -> None:
    world = two_ways()
    base = build_problem(world, world, PATHS)
    before = Decomposition(base, PATHS, Silent()).solvers[0].compiled
    tighter = build_problem(CHANGES["capacity"].apply(world), world, PATHS)
    after = Decomposition(tighter, PATHS, Silent()).solvers[0].compiled
    change = difference(before, after)
    assert change is not None
    assert (len(change.cost), len(change.bounds), len(change.sides), len(change.values)) == (0, 0, 1, 0)
    assert after.row_upper[change.sides].tolist() == [20.0]
    same = difference(before, before)
    assert same is not None
    assert not any(len(part) for part in (same.cost, same.bounds, same.sides, same.columns))
