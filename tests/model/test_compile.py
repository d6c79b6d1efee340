"""The compiled arrays against Pyomo's own compiler, coefficient by coefficient."""

from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from model.compile import Compiled, compile_model
from model.formulation import expand, formulate, formulate_unit
from model.paths import PathPool
from model.pricing import Pricer
from model.problem import Problem
from model.routing import Routing, arc_routing, path_routing
from model.solver import Session, Status

Cells = dict[tuple[str, str], float]


def paths_of(problem: Problem) -> Routing:
    """The cheapest paths of every class in every block."""
    pricer = Pricer(problem.supernetwork, problem.classes)
    pool = PathPool(pricer.arc_count)
    for block in problem.blocks:
        pool.add(pricer.bundles(block.cost, np.full(len(problem.classes.classes), np.inf))[1])
    return path_routing(pool.columns)


def names_of(first: dict[str, int], families: dict[str, int]) -> list[str]:
    """A name for every position: its own, or its family's with a number."""
    size = max(n + families.get(name, 1) for name, n in first.items())
    names = [""] * size
    for name, start in first.items():
        if name in families:
            names[start : start + families[name]] = [f"{name}[{n}]" for n in range(families[name])]
        else:
            names[start] = name
    assert all(names)
    return names


def ours(model: pyo.ConcreteModel) -> tuple[Compiled, list[str], list[str]]:
    """Our arrays with the names of columns and rows."""
    compiled = compile_model(model)
    columns = {f"{v.name}_{b.suffix}": len(v) for b in model.operational for v in b.variables}
    rows = {f"{f.name}_{b.suffix}": len(f) for b in model.operational for f in b.families}
    return compiled, names_of(compiled.columns, columns), names_of(compiled.rows, rows)


def cells(matrix: Any, rows: list[str], columns: list[str]) -> Cells:
    """Coefficients that are not 0, by names."""
    matrix = matrix.tocsr().copy()
    matrix.sum_duplicates()
    matrix = matrix.tocoo()
    return {
        (rows[r], columns[c]): pytest.approx(v)
        for r, c, v in zip(matrix.row.tolist(), matrix.col.tolist(), matrix.data.tolist(), strict=True)
        if v
    }


def assert_same(compiled: Compiled, columns: list[str], rows: list[str], expanded: pyo.ConcreteModel) -> None:
    form = LinearStandardFormCompiler().write(expanded, mixed_form=True)
    their_columns = [variable.name for variable in form.columns]
    their_rows = [row.constraint.name for row in form.rows]
    found = cells(compiled.matrix, rows, columns)
    expected = cells(form.A, their_rows, their_columns)
    assert found.keys() == expected.keys()
    assert found == {key: value.expected for key, value in expected.items()}
    their_cost = dict(zip(their_columns, form.c.toarray().ravel(), strict=True))
    cost = dict(zip(columns, compiled.cost, strict=True))
    assert {name: value for name, value in cost.items() if value} == pytest.approx(
        {name: value for name, value in their_cost.items() if value}
    )
    lower, upper = (dict(zip(columns, bound, strict=True)) for bound in (compiled.lower, compiled.upper))
    for variable in form.columns:
        assert lower[variable.name] == pytest.approx(-np.inf if variable.lb is None else variable.lb)
        assert upper[variable.name] == pytest.approx(np.inf if variable.ub is None else variable.ub)
    integer = dict(zip(columns, compiled.integer, strict=True))
    assert all(integer[v.name] == (v.is_integer() or v.is_binary()) for v in form.columns)
    bounds = dict(zip(rows, zip(compiled.row_lower, compiled.row_upper, strict=True), strict=True))
    for row, right in zip(form.rows, form.rhs, strict=True):
        theirs = {-1: (right, np.inf), 0: (right, right), 1: (-np.inf, right)}[row.bound_type]
        assert bounds[row.constraint.name] == pytest.approx(theirs)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(data=st.data(), by_arc=st.booleans())
def test_arrays_equal_the_expanded_model(worlds: Any, data: st.DataObject, by_arc: bool) -> None:
    problem = worlds.problem(data.draw(worlds.random()))
    routing = arc_routing(problem) if by_arc else paths_of(problem)
    compiled = ours(formulate(problem, routing))
    assert_same(*compiled, expand(formulate(problem, routing)))


@settings(max_examples=4, deadline=None, derandomize=True)
@given(data=st.data(), by_arc=st.booleans(), storage=st.booleans())
def test_facilities_equal_their_expansion(worlds: Any, data: st.DataObject, by_arc: bool, storage: bool) -> None:
    problem = worlds.problem(data.draw(worlds.random(periods=1, storage=storage, processing=True)))
    routing = arc_routing(problem) if by_arc else paths_of(problem)
    compiled = ours(formulate(problem, routing))
    assert any(row.startswith("facility_balance_") for row in compiled[2])
    assert_same(*compiled, expand(formulate(problem, routing)))


@settings(max_examples=4, deadline=None, derandomize=True)
@given(data=st.data(), by_arc=st.booleans())
def test_rows_that_name_another_blocks_variable(worlds: Any, data: st.DataObject, by_arc: bool) -> None:
    """Stores couple the seasons: in the joint model of two periods, and in the unit of one."""
    problem = worlds.problem(data.draw(worlds.random(storage=True)))
    routing = arc_routing(problem) if by_arc else paths_of(problem)
    compiled = ours(formulate(problem, routing))
    assert any(row.startswith("storage_level_") for row in compiled[2])
    assert_same(*compiled, expand(formulate(problem, routing)))
    unit, built = problem.units[0], np.full(len(problem.strategy.projects), 0.5)
    assert len(unit) == 2
    arguments = (problem, unit, [routing, routing], built)
    assert_same(*ours(formulate_unit(*arguments)), expand(formulate_unit(*arguments)))


def test_a_block_with_investment_fixed_equals_its_expansion(worlds: Any, two_ways: Any) -> None:
    project = {"project_id": "P", "name": "P", "country": "A", "capex_musd": 1}
    effect = {"project_id": "P", "target": "link", "target_id": "CHEAP", "capacity_added_t_per_year": 40_000}
    problem = worlds.problem(two_ways(projects=[{**project, "is_sunk": 1}], project_effects=[effect]))
    arguments = (problem, problem.units[0], [paths_of(problem)], np.array([0.5]))
    assert_same(*ours(formulate_unit(*arguments)), expand(formulate_unit(*arguments)))


def value(model: pyo.ConcreteModel) -> float:
    answer = Session(compile_model(model)).solve()
    assert answer.status is Status.OPTIMAL
    return answer.objective


@pytest.fixture
def joint(worlds: Any, two_ways: Any) -> Any:
    """Makes the joint model of the two routes: columns move_2025_year[0] (cheap) and [1] (dear)."""
    problem = worlds.problem(two_ways(cheap={"kt": 60}, dear={"mode": "rail_1520"}))
    pricer = Pricer(problem.supernetwork, problem.classes)
    pool = PathPool(pricer.arc_count)
    cost = problem.blocks[0].cost
    pool.add(pricer.bundles(cost, np.array([np.inf]))[1])
    cheap_closed = np.where(pool.columns.usage.toarray() > 0, np.inf, cost)
    pool.add(pricer.bundles(cheap_closed, np.array([np.inf]))[1])
    assert len(pool) == 2
    return lambda: formulate(problem, path_routing(pool.columns))


def test_ordinary_constraints_over_family_variables_are_compiled(joint: Any) -> None:
    free = value(joint())
    model = joint()
    model.quota = pyo.Constraint(expr=model.move_2025_year[0] <= 25)
    assert value(model) - free == pytest.approx(35 * 4 / 1000)
    assert value(expand(model)) - free == pytest.approx(35 * 4 / 1000)


def test_ordinary_constraints_join_families_and_new_variables(joint: Any) -> None:
    free = value(joint())
    model = joint()
    model.permit = pyo.Var(bounds=(0, 10))
    model.allowed = pyo.Constraint(expr=model.move_2025_year[0] <= 20 + model.permit)
    model.floor = pyo.Constraint(expr=(45, model.move_2025_year[1] + model.permit, 200))
    assert value(model) - free == pytest.approx(30 * 4 / 1000)


def test_ordinary_terms_of_the_objective_are_compiled(joint: Any) -> None:
    free = value(joint())
    model = joint()
    model.cost.set_value(model.cost.expr + 0.001 * model.move_2025_year[1] + 7)
    assert value(model) - free == pytest.approx(7 + 40 * 0.001)


@pytest.mark.parametrize("constrained", [False, True])
def test_bounds_set_on_family_variables_are_compiled(joint: Any, constrained: bool) -> None:
    free = value(joint())
    model = joint()
    model.move_2025_year[0].setub(25)
    if constrained:
        model.loose = pyo.Constraint(expr=model.move_2025_year[0] <= 1000)
    assert value(model) - free == pytest.approx(35 * 4 / 1000)


@pytest.mark.parametrize("constrained", [False, True])
def test_fixed_family_variables_are_compiled(joint: Any, constrained: bool) -> None:
    free = value(joint())
    model = joint()
    model.move_2025_year[0].fix(10)
    if constrained:
        model.loose = pyo.Constraint(expr=model.move_2025_year[0] + model.move_2025_year[1] <= 1000)
    assert value(model) - free == pytest.approx(50 * 4 / 1000)


def test_an_inert_group_adds_nothing(worlds: Any, two_ways: Any) -> None:
    problem = worlds.problem(two_ways(cheap={"kt": None}))
    compiled, columns, rows = ours(formulate(problem, paths_of(problem)))
    assert {name.split("[")[0] for name in columns} == {"move_2025_year", "served_2025_year"}
    assert {name.split("[")[0] for name in rows} == {"balance_2025_year"}
    assert not compiled.integer.any()


def test_projects_that_change_nothing_leave_the_blocks_as_they_are(worlds: Any, two_ways: Any) -> None:
    idle = [{"project_id": "P", "name": "P", "country": "A", "capex_musd": 1}]
    without, with_one = worlds.problem(two_ways()), worlds.problem(two_ways(projects=idle))
    one = compile_model(formulate_unit(without, without.units[0], [paths_of(without)], np.empty(0)))
    other = compile_model(formulate_unit(with_one, with_one.units[0], [paths_of(with_one)], np.zeros(1)))
    used = other.matrix.getnnz(axis=0) > 0
    assert (used.sum(), len(other.cost) - used.sum()) == (len(one.cost), 1)
    np.testing.assert_array_equal(other.matrix[:, np.flatnonzero(used)].toarray(), one.matrix.toarray())
    np.testing.assert_array_equal(other.cost[used], one.cost)


def test_an_empty_limit_is_kept_in_the_arrays(worlds: Any) -> None:
    links = [{"link_id": "L", "a": "A", "b": "B", "cost": 1}, {"link_id": "M", "a": "A", "b": "C", "cost": 1, "kt": 5}]
    problem = worlds.problem(worlds.make(links, [{"a": "A", "b": "B", "kt": 10}]))
    routing = paths_of(problem)
    assert len(problem.blocks[0].capacity.labels) == 1
    assert ours(formulate(problem, routing))[2].count("joint_capacity_2025_year[0]") == 1
    assert value(expand(formulate(problem, routing))) == pytest.approx(value(formulate(problem, routing)))
