"""The tight relaxation and the tree over it: valid bounds, known values, the optimum of the joint program."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.block_part import Likely
from model.joint_relaxation import JointRelaxation, OutOfTimeError, Relaxed
from model.lifting import Lifting
from model.master import Master
from model.paths import PathPool
from model.plans import Plans
from model.pricing import Pricer
from model.problem import Problem
from model.rounding import rounded
from model.strong_rows import Separation
from model.tree import Seat, Tree, visit

Some = settings(max_examples=8, deadline=None, derandomize=True)
YEARS = [{"resolution": "fast", "period": y, "first_year": y, "last_year": y + 4} for y in (2025, 2030, 2035)]


def relaxation_of(problem: Problem, likely: list[Likely] | None = None) -> JointRelaxation:
    """The relaxation on a pool that holds the cheapest path of each class."""
    pricer = Pricer(problem.supernetwork, problem.classes)
    return JointRelaxation(problem, pool_of(problem, pricer), pricer, 1, likely)


def pool_of(problem: Problem, pricer: Pricer) -> PathPool:
    pool = PathPool(pricer.arc_count)
    pool.add(pricer.bundles(problem.blocks[0].cost, np.full(len(problem.classes.classes), np.inf))[1])
    return pool


def priced(relaxation: JointRelaxation) -> Relaxed:
    """The relaxation solved until its bound meets its value."""
    for _ in range(100):
        relaxation.solve()
        relaxation.recall()
        relaxation.solve()
        answer = relaxation.price()
        if answer.value - answer.bound <= 1e-8 * max(1.0, abs(answer.value)):
            return answer
    raise AssertionError("the relaxation does not converge")


def tightened(relaxation: JointRelaxation, rounds: int = 4) -> list[Relaxed]:
    """The relaxation after each round of valid inequalities."""
    answers = [priced(relaxation)]
    for _ in range(rounds):
        if not relaxation.separate():
            break
        answers.append(priced(relaxation))
    return answers


@Some
@given(data=st.data(), storage=st.booleans(), processing=st.booleans())
def test_it_is_the_relaxed_joint_program_on_arcs(
    worlds: Any, data: st.DataObject, storage: bool, processing: bool
) -> None:
    problem = worlds.problem(data.draw(worlds.random(storage=storage, processing=processing)))
    exact = worlds.jointly(problem, relax=True).objective
    assert priced(relaxation_of(problem)).bound == pytest.approx(exact, rel=1e-6, abs=1e-6)


@Some
@given(data=st.data(), storage=st.booleans())
def test_rows_that_rest_change_nothing(worlds: Any, data: st.DataObject, storage: bool) -> None:
    """Whatever is expected to bind: a row that a solve would break comes back, also a valid inequality."""
    problem = worlds.problem(data.draw(worlds.random(projects=4, storage=storage)))
    none = [
        Likely(np.empty(0, np.int64), np.zeros(len(b.capacity.labels) + len(b.savings.labels), bool))
        for b in problem.blocks
    ]
    awake, resting = relaxation_of(problem), relaxation_of(problem, none)
    first = priced(awake).bound
    assert priced(resting).bound == pytest.approx(first, rel=1e-6, abs=1e-6)
    last = tightened(awake)[-1].bound
    resting.take_rows(awake)
    assert priced(resting).bound == pytest.approx(last, rel=1e-6, abs=1e-6)


@Some
@given(data=st.data(), storage=st.booleans())
def test_another_relaxation_goes_on_from_a_basis(worlds: Any, data: st.DataObject, storage: bool) -> None:
    """It takes up the paths of the basis and need not move: solved without an iteration."""
    problem = worlds.problem(data.draw(worlds.random(projects=4, storage=storage)))
    pricer = Pricer(problem.supernetwork, problem.classes)
    pool = pool_of(problem, pricer)
    first, second = (JointRelaxation(problem, pool, pricer, 1) for _ in range(2))
    answer = tightened(first)[-1]
    first.solve()
    second.take_rows(first)
    second.start_from(first.basis())
    value = second.solve()
    assert value == pytest.approx(answer.value, rel=1e-6, abs=1e-6)
    assert second.iterations == 0
    np.testing.assert_allclose(second.plan, first.plan, atol=1e-6)


@Some
@given(data=st.data(), storage=st.booleans())
def test_no_inequality_cuts_off_the_best_whole_plan(worlds: Any, data: st.DataObject, storage: bool) -> None:
    problem = worlds.problem(data.draw(worlds.random(projects=4, storage=storage)))
    exact = worlds.jointly(problem).objective
    scale = 1e-6 * max(1.0, abs(exact))
    answers = tightened(relaxation_of(problem))
    bounds = [answer.bound for answer in answers]
    assert max(bounds) <= exact + scale
    assert (np.diff(bounds) >= -scale).all()


def worth_of_plans(problem: Problem, data: st.DataObject) -> list[tuple[np.ndarray, float]]:
    """What nothing and a drawn whole plan have in service, and their worth without the cost of builds."""
    plans = Plans(problem.strategy)
    starts = len(plans.nothing)
    drawn = np.array(data.draw(st.lists(st.integers(0, 1), min_size=starts, max_size=starts)), float)
    found = []
    for plan in (plans.nothing, drawn):
        if plans.is_allowed(plan):
            fixed, built = relaxation_of(problem), plans.built(plan)
            fixed.restrict(built, built, plan, plan)
            found.append((built, priced(fixed).value - plans.cost(plan)))
    return found


@Some
@given(data=st.data(), storage=st.booleans())
def test_cuts_are_below_every_whole_plan(worlds: Any, data: st.DataObject, storage: bool) -> None:
    """Each is exact where it was made; sum and cost of builds make up the bound."""
    problem = worlds.problem(data.draw(worlds.random(projects=4, storage=storage)))
    plans = Plans(problem.strategy)
    answer = tightened(relaxation_of(problem))[-1]
    period = [problem.block_period(unit[0]) for unit in problem.units]
    weight = [unit[0].weight for unit in problem.units]

    def said(built: np.ndarray) -> float:
        return sum(weight[u] * cut.at(built[:, period[u]]) for u, cut in answer.cuts)

    total = plans.cost(answer.plan) + said(answer.built)
    assert total == pytest.approx(answer.bound, rel=1e-7, abs=1e-7)
    for built, value in worth_of_plans(problem, data):
        assert said(built) <= value + 1e-6 * max(1.0, abs(value))


def line(kt: float | None, **more: Any) -> dict[str, Any]:
    """Tables of a project on link NEW beside a dear way; 100 kt want to go from A to B."""
    project = {"project_id": "P", "name": "P", "country": "A", "capex_musd": 0.1, "construction_years": 0}
    effect = {"project_id": "P", "target": "link", "target_id": "NEW", "capacity_added_t_per_year": 1_000_000}
    return {
        "links": [{"link_id": "OLD", "a": "A", "b": "B", "cost": 14},
                  {"link_id": "NEW", "a": "A", "b": "B", "cost": 10, "kt": kt}],
        "lanes": [{"a": "A", "b": "B", "kt": 100}],
        "projects": [{**project, **more}],
        "project_effects": [effect],
    }  # fmt: skip


@pytest.mark.parametrize(("kt", "plain"), [(0, 0.1), (40, 0.06)])
def test_a_line_far_larger_than_its_cargo_is_not_built_in_part(worlds: Any, kt: float, plain: float) -> None:
    """1,000 kt of new capacity for 100 kt of cargo, of which 0 or 40 kt fit already: whole or not at all."""
    problem = worlds.problem(worlds.make(**line(kt)))
    answers = tightened(relaxation_of(problem))
    assert answers[0].built.ravel().tolist() == pytest.approx([plain])
    assert answers[-1].built.ravel().tolist() == pytest.approx([1.0])
    assert answers[-1].bound == pytest.approx(worlds.jointly(problem).objective, abs=1e-7)
    assert answers[0].bound < answers[-1].bound


def test_a_saving_is_not_had_for_a_part_of_its_price(worlds: Any) -> None:
    """10 kt in hurry and 90 kt without, the link takes 200 kt: the plain bound lets a small part save for the few."""
    goods = {"commodity_id": "goods", "name": "Goods", "handling_class": "bagged", "cargo_kind": "general",
             "value_usd_per_t": 1000, "time_value_pct_per_day": 2.4, "own_price_elasticity": 0}  # fmt: skip
    slow = {**goods, "commodity_id": "slow", "time_value_pct_per_day": 0.24}
    world = worlds.make(
        [{"link_id": "L", "a": "A", "b": "B", "cost": 10, "transit_time_h": 100, "kt": 200},
         {"link_id": "M", "a": "A", "b": "B", "cost": 10.5, "transit_time_h": 100}],
        [{"a": "A", "b": "B", "kt": 10, "commodity_id": "goods"},
         {"a": "A", "b": "B", "kt": 90, "commodity_id": "slow"}],
        commodities=[goods, slow],
        projects=[{"project_id": "P", "name": "P", "country": "A", "capex_musd": 0.2, "construction_years": 0}],
        project_effects=[{"project_id": "P", "target": "link", "target_id": "L", "time_saved_h": 20}],
    )  # fmt: skip
    problem = worlds.problem(world)
    answers = tightened(relaxation_of(problem))
    exact = worlds.jointly(problem).objective
    assert answers[-1].bound == pytest.approx(exact, abs=1e-7)
    assert answers[-1].built.ravel().tolist() == pytest.approx([1.0])


@Some
@given(data=st.data(), sessions=st.sampled_from([1, 2]))
def test_the_tree_alone_finds_and_proves_the_optimum(worlds: Any, data: st.DataObject, sessions: int) -> None:
    problem = worlds.problem(data.draw(worlds.random(projects=4)))
    exact = worlds.jointly(problem).objective
    scale = 1e-6 * max(1.0, abs(exact))
    first = relaxation_of(problem)
    root = tightened(first, 1)[-1]
    others = [relaxation_of(problem) for _ in range(sessions - 1)]
    for other in others:
        other.take_rows(first)
    tree = Tree(problem, first, root)
    best = np.inf
    while not tree.is_exhausted:
        assert tree.bound <= exact + scale
        for seen in visit([Seat(tree, one, best) for one in (first, *others)], lambda: 60.0):
            if seen.is_whole and seen.relaxed is not None:
                best = min(best, seen.relaxed.value)
    assert best == pytest.approx(exact, abs=scale)
    assert min(tree.bound, best) == pytest.approx(exact, abs=scale)


def test_a_node_out_of_time_stays_open(worlds: Any) -> None:
    world = worlds.make(**line(40))
    problem = worlds.problem(world)
    relaxation = relaxation_of(problem)
    tree = Tree(problem, relaxation, priced(relaxation))
    seat = Seat(tree, relaxation, np.inf)
    bound = tree.bound

    def late(*_: Any) -> float | None:
        raise OutOfTimeError

    solve, relaxation.solve = relaxation.solve, late  # type: ignore[method-assign]
    assert visit([seat], lambda: 0.0) == []
    assert tree.bound == bound
    relaxation.solve = solve  # type: ignore[method-assign]
    assert len(visit([seat], lambda: 60.0)) == 1


def lifted(problem: Problem, rounds: int) -> tuple[Relaxed, Lifting]:
    """The relaxation after some rounds of inequalities, and its cuts lifted as far as they go."""
    pricer = Pricer(problem.supernetwork, problem.classes)
    pool = pool_of(problem, pricer)
    relaxation = JointRelaxation(problem, pool, pricer, 1)
    root = tightened(relaxation, rounds)[-1]
    relaxation.settle()
    lifting = Lifting(problem, pool, pricer, 2, relaxation, root)
    lifting.start(lambda: 60.0)
    while lifting.visit(lambda: 60.0):
        pass
    return root, lifting


@Some
@given(data=st.data(), storage=st.booleans(), rounds=st.integers(0, 2))
def test_lifted_cuts_stay_below_every_whole_plan(worlds: Any, data: st.DataObject, storage: bool, rounds: int) -> None:
    problem = worlds.problem(data.draw(worlds.random(projects=4, periods=3, storage=storage)))
    root, lifting = lifted(problem, rounds)
    for built, value in worth_of_plans(problem, data):
        said = sum(period.cut.at(built[:, period.number]) for period in lifting.periods)
        assert said <= value + 1e-6 * max(1.0, abs(value))
    master, plain = Master(problem, 1), Master(problem, 1)
    for unit, cut in root.cuts:
        master.add(unit, cut)
        plain.add(unit, cut)
    for period in lifting.periods:
        master.lift(period.number, period.cut)
    exact = worlds.jointly(problem).objective
    scale = 1e-6 * max(1.0, abs(exact))
    assert plain.relaxed()[0] - scale <= master.relaxed()[0] <= exact + scale


@pytest.mark.parametrize("kt", [0, 40])
def test_in_one_period_lifting_alone_proves_the_optimum(worlds: Any, kt: float) -> None:
    """No inequalities: built in part the line is worth its price at the margin only, whole it is worth more."""
    problem = worlds.problem(worlds.make(**line(kt)))
    root, lifting = lifted(problem, 0)
    exact = worlds.jointly(problem).objective
    assert root.bound < exact - 1e-3
    master = Master(problem, 1)
    for unit, cut in root.cuts:
        master.add(unit, cut)
    low = lifting.periods[0].cut
    master.lift(0, replace(low, constant=low.constant - 1e3))
    assert master.relaxed()[0] == pytest.approx(root.bound, abs=1e-7)  # no use: the cut of the root says more
    master.lift(0, lifting.periods[0].cut)
    assert master.relaxed()[0] == pytest.approx(exact, abs=1e-7)
    assert master.bound_at(np.ones((1, 1, 1)))[0] >= lifting.periods[0].cut.at(np.ones(1)) - 1e-9


def test_what_has_lived_out_starts_again(worlds: Any) -> None:
    """A measure of five years' life, needed in three periods of five years: started three times, paid three times."""
    tables = line(0, lifetime_years=5) | {"periods": YEARS}
    solved = worlds.solve(worlds.make(**tables))
    built = solved.tables["builds"]
    assert built["decision"].tolist() == ["built"] * 3
    assert built["start_period"].tolist() == [2025, 2030, 2035]
    flow = solved.tables["flows"].set_index(["period", "link_id"])["flow_kt"]
    assert flow.to_dict() == pytest.approx({(period, "NEW"): 100 for period in (2025, 2030, 2035)})
    assert solved.best.value == pytest.approx(worlds.jointly(solved.problem).objective)


def test_lives_of_one_project_do_not_overlap(worlds: Any) -> None:
    problem = worlds.problem(worlds.make(**line(0, lifetime_years=8), periods=YEARS))
    plans = Plans(problem.strategy)
    assert problem.strategy.starts["period"].tolist() == [0, 1, 2]
    allowed = [plan for plan in np.ndindex(2, 2, 2) if plans.is_allowed(np.array(plan, float))]
    assert allowed == [(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0), (1, 0, 1)]


def test_rounding_starts_what_is_in_service_to_the_threshold(worlds: Any) -> None:
    problem = worlds.problem(worlds.make(**line(0, lifetime_years=5), periods=YEARS))
    plans = Plans(problem.strategy)
    relaxed = np.array([0.6, 0.2, 0.4])
    for threshold, plan in ((0.9, [0, 0, 0]), (0.5, [1, 0, 0]), (0.3, [1, 0, 1])):
        assert rounded(plans, relaxed, plans.built(relaxed), threshold).tolist() == plan


def test_passes_of_a_row(worlds: Any) -> None:
    """A link is passed once; a quay twice where vessels of two kinds meet, in and out."""
    links = [{"link_id": "FERRY", "a": "A", "b": "B", "cost": 1, "mode": "caspian_ferry", "kt": 5},
             {"link_id": "SEA", "a": "B", "b": "C", "cost": 1, "mode": "deep_sea"}]  # fmt: skip
    place = {"place_id": "B", "capacity_t_per_year": 9_000, "capacity_scope": "vessel"}
    effects = [{"project_id": "P", "target": kind, "target_id": name, "capacity_added_t_per_year": 1_000}
               for kind, name in (("link", "FERRY"), ("place", "B"))]  # fmt: skip
    project = {"project_id": "P", "name": "P", "country": "A", "capex_musd": 1}
    world = worlds.make(links, [{"a": "A", "b": "C", "kt": 7}], [place], projects=[project], project_effects=effects)
    problem = worlds.problem(world)
    block = problem.blocks[0]
    passes = dict(
        zip(
            block.capacity.labels["target"],
            Separation(block, problem.classes, problem.supernetwork).passes,
            strict=True,
        )
    )
    assert passes == {"link": 1, "place": 2}


@Some
@given(data=st.data())
def test_the_number_of_threads_does_not_change_the_optimum(worlds: Any, data: st.DataObject) -> None:
    world = data.draw(worlds.random(projects=4))
    one, two = (worlds.solve(world, threads=threads, formulation="path").best for threads in (1, 2))
    scale = 1e-6 * max(1.0, abs(one.value))
    assert two.value == pytest.approx(one.value, abs=scale)
    assert two.bound == pytest.approx(one.bound, abs=1e-4 * max(1.0, abs(one.value)))
