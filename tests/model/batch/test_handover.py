"""What a kept session is handed over with: coefficients that hold in both blocks, and nothing that nobody asks."""

from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from model.batch.sameness import same
from model.batch.warm import coefficients_alike
from model.build import build_problem
from model.decomposition import Decomposition
from model.evaluation import Depth
from model.master import Master
from model.options import Options
from model.paths import PathColumns, coefficients
from model.problem import Block, Problem
from model.progress import Silent
from tests.model.conftest import make_world

YEARS = [
    {"resolution": "fast", "period": 2025, "first_year": 2025, "last_year": 2025},
    {"resolution": "fast", "period": 2030, "first_year": 2026, "last_year": 2030},
]
PATHS = Options(threads=1, formulation="path")


@cache
def searched() -> Decomposition:
    """Boxes and other cargo on two ways, one with a project that saves hours and freight, priced with nothing built."""
    boxes = {
        "commodity_id": "boxes", "name": "Boxes", "handling_class": "container", "cargo_kind": "container",
        "t_per_teu": 10, "value_usd_per_t": 5000, "time_value_pct_per_day": 0.1,
    }  # fmt: skip
    goods = {**boxes, "commodity_id": "goods", "name": "Goods", "handling_class": "bagged", "cargo_kind": "general"}
    way = {"cost_usd_per_teu": 100, "transit_time_h": 20, "capacity_teu_per_year": 5000}
    world = make_world(
        [
            {"link_id": "ab", "a": "A", "b": "B", "cost": 10, "kt": 60, **way},
            {"link_id": "ac", "a": "A", "b": "C", "cost": 20, **way},
            {"link_id": "cb", "a": "C", "b": "B", "cost": 25, **way},
        ],
        [
            {"lane_id": "1", "commodity_id": "goods", "a": "A", "b": "B", "kt": 120},
            {"lane_id": "2", "commodity_id": "boxes", "a": "A", "b": "B", "kt": 90, "quantity_teu": 9000},
        ],
        commodities=[goods, boxes],
        periods=YEARS,
        projects=[{"project_id": "fast", "name": "Fast", "capex_musd": 1, "country": "A", "construction_years": 1}],
        project_effects=[
            {"project_id": "fast", "target": "link", "target_id": "ab", "time_saved_h": 5, "cost_saving_share": 0.2}
        ],
    )
    search = Decomposition(build_problem(world, world, PATHS), PATHS, Silent())
    search.value(search.plans.nothing, Depth.EXACT)
    return search


def block() -> tuple[Problem, Block, PathColumns]:
    """The problem, its block and all paths that were found."""
    search = searched()
    return search.problem, search.problem.blocks[0], search.pool.columns


def test_coefficients_follow_from_what_is_compared_and_from_nothing_else() -> None:
    problem, own, columns = block()
    read = SimpleNamespace(
        cost=own.cost,
        cargo=[SimpleNamespace(freight=item.freight) for item in own.cargo],
        capacity=SimpleNamespace(passage=own.capacity.passage, is_teu=own.capacity.is_teu),
        savings=SimpleNamespace(
            hours=own.savings.hours, freight_share=own.savings.freight_share, labels=own.savings.labels[["boxed"]]
        ),
    )
    names = ["group", "t_per_teu", "value_of_time_usd_per_t_h"]
    classes = SimpleNamespace(classes=problem.classes.classes[names])
    found = coefficients(cast("Any", classes), cast("Any", read), columns)
    assert len(columns) >= 4
    assert same(found, coefficients(problem.classes, own, columns))
    assert found.saving.nnz
    assert found.capacity.nnz


def changed_blocks() -> dict[str, Block]:
    """The block with each thing changed that coefficients follow from."""
    _, own, _ = block()
    rows, savings = own.capacity, own.savings
    labels = savings.labels.assign(boxed=~savings.labels["boxed"])
    kinds = rows.labels.assign(kind=rows.labels["kind"].map({"t": "TEU", "TEU": "t"}))
    return {
        "cost": replace(own, cost=own.cost * 2),
        "freight": replace(own, cargo=[replace(item, freight=item.freight + 1) for item in own.cargo]),
        "passage": replace(own, capacity=replace(rows, passage=rows.passage * 2)),
        "unit": replace(own, capacity=replace(rows, labels=kinds)),
        "hours": replace(own, savings=replace(savings, hours=savings.hours * 2)),
        "share": replace(own, savings=replace(savings, freight_share=savings.freight_share * 2)),
        "boxed": replace(own, savings=replace(savings, labels=labels)),
    }


@pytest.mark.parametrize("name", ["cost", "freight", "passage", "unit", "hours", "share", "boxed"])
def test_coefficients_of_another_block_are_not_taken(name: str) -> None:
    problem, own, columns = block()
    other = changed_blocks()[name]
    assert not coefficients_alike(problem.classes, own, problem.classes, other)
    assert not same(coefficients(problem.classes, own, columns), coefficients(problem.classes, other, columns))


@pytest.mark.parametrize("name", ["t_per_teu", "value_of_time_usd_per_t_h"])
def test_coefficients_of_other_classes_are_not_taken(name: str) -> None:
    problem, own, columns = block()
    frame = problem.classes.classes
    other = replace(problem.classes, classes=frame.assign(**{name: frame[name] * 2}))
    assert not coefficients_alike(problem.classes, own, other, own)
    assert not same(coefficients(problem.classes, own, columns), coefficients(other, own, columns))


def test_limits_alone_leave_the_coefficients() -> None:
    problem, own, _ = block()
    other = replace(own, capacity=replace(own.capacity, capacity=own.capacity.capacity / 2), step_width=own.step_width)
    assert coefficients_alike(problem.classes, own, problem.classes, other)


def test_the_columns_of_a_part_carry_the_coefficients_of_its_block() -> None:
    search = searched()
    for solver in search.solvers:
        for part in solver.parts:
            routing = part.routing
            anew = coefficients(search.problem.classes, part.block, routing.columns)
            assert same(routing.priced, anew)


def test_a_master_is_formulated_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    search = searched()
    asked = Master(search.problem, threads=1)
    asked.relaxed()
    cuts = search.master.cuts
    assert cuts
    for unit, cut in cuts:
        asked.add(unit, cut)
    monkeypatch.setattr("model.master.compile_model", None)
    waiting = Master(search.problem, threads=1)
    waiting.take(cuts[:1], [])
    for unit, cut in cuts[1:]:
        waiting.add(unit, cut)
    monkeypatch.undo()
    assert waiting.cuts == asked.cuts
    (bound, plan), (other_bound, other_plan) = waiting.relaxed(), asked.relaxed()
    assert bound == pytest.approx(other_bound, rel=1e-12)
    assert np.isfinite(bound)
    assert plan == pytest.approx(other_plan)
