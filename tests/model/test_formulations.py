"""Arcs against paths, decomposition against the joint program, bounds against values."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.block_solver import BlockSolver
from model.compile import compile_model
from model.formulation import formulate_unit
from model.paths import PathPool
from model.pricing import Pricer
from model.problem import Problem
from model.routing import arc_routing
from model.solver import Session

Some = settings(max_examples=8, deadline=None, derandomize=True)


def unit_solvers(problem: Problem) -> list[BlockSolver]:
    """Solvers of all units on a pool that holds the cheapest path of each class."""
    pricer = Pricer(problem.supernetwork, problem.classes)
    pool = PathPool(pricer.arc_count)
    pool.add(pricer.bundles(problem.blocks[0].cost, np.full(len(problem.classes.classes), np.inf))[1])
    return [BlockSolver(problem, unit, pool, pricer, 1) for unit in problem.units]


def on_arcs(problem: Problem, solver: BlockSolver, built: np.ndarray) -> float:
    """Value of a unit by the arc formulation."""
    blocks = [part.block for part in solver.parts]
    model = formulate_unit(problem, blocks, [arc_routing(problem)] * len(blocks), built)
    return Session(compile_model(model)).solve().objective


def drawn_plan(data: st.DataObject, problem: Problem) -> np.ndarray:
    """A share in service for each project, whole or not."""
    count = len(problem.strategy.projects)
    return np.array(data.draw(st.lists(st.sampled_from([0.0, 0.3, 0.5, 1.0]), min_size=count, max_size=count)))


@Some
@given(data=st.data())
def test_paths_reach_the_optimum_of_arcs(worlds: Any, data: st.DataObject) -> None:
    problem = worlds.problem(data.draw(worlds.random()))
    built = drawn_plan(data, problem)
    for solver in unit_solvers(problem):
        priced = solver.generate(built)
        assert priced.value == pytest.approx(on_arcs(problem, solver, built), rel=1e-6, abs=1e-6)
        assert priced.bound <= priced.value + 1e-9 * abs(priced.value)
        assert priced.cut.at(built) == pytest.approx(priced.bound)


@Some
@given(data=st.data())
def test_every_cut_is_below_every_value(worlds: Any, data: st.DataObject) -> None:
    """Also cuts from a pool that lacks paths, and at plans other than the one they were made at."""
    problem = worlds.problem(data.draw(worlds.random(periods=1)))
    here, there = drawn_plan(data, problem), drawn_plan(data, problem)
    for solver in unit_solvers(problem):
        value = solver.solve(here)
        early = solver.price(here, value)
        exact = {plan.tobytes(): on_arcs(problem, solver, plan) for plan in (here, there)}
        for cut in (early.cut, solver.generate(there).cut):
            for plan in (here, there):
                margin = 1e-6 * abs(exact[plan.tobytes()]) + 1e-9
                assert cut.at(plan) <= exact[plan.tobytes()] + margin
        assert early.bound <= exact[here.tobytes()] + 1e-6 * abs(value)
        assert value >= exact[here.tobytes()] - 1e-6 * abs(value)


@Some
@given(data=st.data())
def test_the_plan_is_the_optimum_of_the_joint_program(worlds: Any, data: st.DataObject) -> None:
    world = data.draw(worlds.random())
    solved = worlds.solve(world)
    exact = worlds.jointly(solved.problem)
    scale = 1e-6 * max(1.0, abs(exact.objective))
    assert solved.best.value == pytest.approx(exact.objective, abs=scale)
    assert solved.best.bound <= exact.objective + scale
    assert solved.best.nothing >= solved.best.value - scale
    assert 0 <= solved.best.gap_of_gain <= 1
    assert solved.search.plans.is_allowed(solved.best.plan)
    assert (solved.best.plan == np.round(solved.best.plan)).all()


@Some
@given(data=st.data())
def test_a_loose_gap_still_brackets(worlds: Any, data: st.DataObject) -> None:
    solved = worlds.solve(data.draw(worlds.random()), gap=0.5)
    exact = worlds.jointly(solved.problem).objective
    scale = 1e-6 * max(1.0, abs(exact))
    assert solved.best.bound - scale <= exact <= solved.best.value + scale


@Some
@given(data=st.data())
def test_the_relaxed_plan_is_near_the_relaxed_joint_program(worlds: Any, data: st.DataObject) -> None:
    solved = worlds.solve(data.draw(worlds.random()), relax=True)
    exact = worlds.jointly(solved.problem, relax=True).objective
    scale = 1e-6 * max(1.0, abs(exact))
    assert solved.best.bound - scale <= exact <= solved.best.value + scale
    possible = max(solved.best.nothing - exact, 0.0)
    assert solved.best.value - exact <= 0.05 * possible + scale


def test_gap_of_gain_is_nothing_where_nothing_can_be_gained(worlds: Any, two_ways: Any) -> None:
    idle = [{"project_id": "P", "name": "P", "country": "A", "capex_musd": 5}]
    effect = [{"project_id": "P", "target": "link", "target_id": "DEAR", "time_saved_h": 1}]
    solved = worlds.solve(two_ways(projects=idle, project_effects=effect))
    assert solved.best.gain == 0
    assert solved.best.gap_of_gain == 0
