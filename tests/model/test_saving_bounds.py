"""What savings are worth at most: no routing saves more, and cargoes that are alike count as one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from model.classes import LaneClasses
from model.saving_bounds import ROOM_ABOVE, most_saved, saved_by_group, saving_bounds
from network.transport_cost import CargoCost
from tests.model.conftest import make_problem, make_world

Floats = NDArray[np.float64]
amounts = st.floats(0.0, 100.0, allow_subnormal=False)


def linear_program(saved: Floats, teu_per_t: Floats, most: Floats, tonnes: float, boxes: float) -> float:
    """The saving of the best cargo that a link lets through, by a solver."""
    limits = [(np.ones(len(saved)), tonnes), (teu_per_t, boxes)]
    held = [(row, limit) for row, limit in limits if np.isfinite(limit)]
    rows, sides = (np.array(part) for part in zip(*held, strict=True)) if held else (None, None)
    answer = linprog(-saved, A_ub=rows, b_ub=sides, bounds=list(zip(np.zeros(len(saved)), most, strict=True)))
    assert answer.status == 0
    return float(-answer.fun)


@st.composite
def cargoes(draw: st.DrawFn) -> tuple[Floats, Floats, Floats]:
    """Saving a tonne, TEU a tonne, and tonnes of some cargoes in boxes."""
    size = draw(st.integers(1, 6))
    lists = (draw(st.lists(kind, min_size=size, max_size=size)) for kind in (amounts, st.floats(0.05, 1.0), amounts))
    saved, teu_per_t, most = (np.array(values) for values in lists)
    return saved, teu_per_t, most


@given(cargo=cargoes(), tonnes=st.one_of(st.just(np.inf), amounts), boxes=st.one_of(st.just(np.inf), amounts))
def test_no_cargo_that_fits_saves_more(cargo: tuple[Floats, Floats, Floats], tonnes: float, boxes: float) -> None:
    saved, teu_per_t, most = cargo
    bound = most_saved(saved, teu_per_t, most, np.ones(len(saved), int), tonnes, boxes)
    best = linear_program(saved, teu_per_t, most, tonnes, boxes)
    assert bound >= best - 1e-7 * (1.0 + best)
    if np.isinf(boxes):  # then the cargo that saves most per tonne comes first
        assert bound == pytest.approx(best, rel=1e-7, abs=1e-7)


@given(cargo=cargoes(), parts=st.integers(2, 4), tonnes=amounts, boxes=amounts)
def test_cargoes_that_are_alike_count_as_one(
    cargo: tuple[Floats, Floats, Floats], parts: int, tonnes: float, boxes: float
) -> None:
    saved, teu_per_t, most = cargo
    whole = most_saved(saved, teu_per_t, most, np.full(len(saved), parts), tonnes, boxes)
    split = (np.repeat(values, parts) for values in (saved, teu_per_t, most / parts))
    ones = np.ones(parts * len(saved), int)
    assert most_saved(*split, ones, tonnes, boxes) == pytest.approx(whole, rel=1e-9, abs=1e-9)


def test_a_tonne_saves_its_hours_and_its_freight_where_it_may_go() -> None:
    classes = make_problem(
        make_world([{"link_id": "ab", "a": "A", "b": "B", "cost": 10}], [{"a": "A", "b": "B", "kt": 1}])
    ).classes
    worth = float(classes.groups["value_of_time_usd_per_t_h"].iloc[0])
    nothing = np.zeros(3)
    cargo = CargoCost(np.array([10.0, 40.0, 90.0]), *(nothing,) * 5, allowed=np.array([True, True, False]))
    row, arc = np.array([0, 0, 1]), np.array([0, 1, 2])
    hours, share = (csr_matrix((np.array(values), (row, arc)), shape=(3, 3)) for values in ([5, 1, 5], [0.1, 0.2, 0.1]))
    saved = saved_by_group(classes, [cargo], hours, share)
    assert saved.tolist() == [[max(5 * worth + 0.1 * 10.0, worth + 0.2 * 40.0) / 1000.0], [0.0], [0.0]]


def test_bounds_are_those_of_the_cargo_of_their_kind() -> None:
    lanes = [{"a": "A", "b": "B", "kt": 3}, {"a": "B", "b": "A", "kt": 5}]
    classes: LaneClasses = make_problem(
        make_world([{"link_id": "ab", "a": "A", "b": "B", "cost": 10, "directed": 0}], lanes)
    ).classes
    most = np.array([3.0, 5.0])
    saved = np.full((2, len(classes.groups)), 2.0)
    tonnes, boxes = np.array([6.0, 6.0]), np.array([np.inf, np.inf])
    bound, by_class = saving_bounds(classes, np.array([False, True]), saved, most, tonnes, boxes)
    assert bound.tolist() == [ROOM_ABOVE * 12.0, 0.0]  # none of it is in boxes
    assert by_class.toarray().tolist() == [[6.0, 10.0], [0.0, 0.0]]
