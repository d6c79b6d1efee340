"""Switching values and tornado rows worked by hand."""

from collections.abc import Mapping
from typing import Any

import pytest

from model.finance.cashflow import irr_roots, npv
from model.finance.sensitivity import Driver, TornadoRow, switching_value, tornado


def test_switching_value_of_a_straight_result() -> None:
    found = switching_value(lambda traffic: 5.0 * traffic - 350.0, 100.0, 0.0, 200.0, points=2)
    assert found.value == pytest.approx(70.0)
    assert found.change == pytest.approx(-0.3)
    assert found.reason is None


def test_of_several_switching_values_the_one_nearest_to_the_base_counts() -> None:
    flow = [-100, 230, -132]
    for base, root in ((0.12, 0), (0.19, 1)):
        found = switching_value(lambda rate: npv(rate, flow, [0, 1, 2], mid_year=False), base, 0.0, 0.5)
        assert found.value == pytest.approx(irr_roots(flow, [0, 1, 2]).roots[root])


def test_a_root_on_the_grid_a_jump_and_a_base_of_zero() -> None:
    assert switching_value(lambda x: x, 0.0, -1.0, 1.0, points=3).value == 0.0
    assert switching_value(lambda x: x - 0.5, 0.0, -1.0, 1.0).change is None
    assert switching_value(lambda x: 1.0 if x < 0.3 else -1.0, 1.0, 0.0, 1.0).value == pytest.approx(0.3)


def test_where_nothing_switches_the_reason_is_said() -> None:
    found = switching_value(lambda x: x + 1.0, 1.0, 0.0, 2.0)
    assert (found.value, found.change) == (None, None)
    assert found.reason == "The result stays above 0 from 0 to 2, between 1 and 3."


def test_tornado_by_hand() -> None:
    def worth(drivers: Mapping[str, float]) -> float:
        return drivers["traffic"] * drivers["toll"] - drivers["capex"]

    rows = tornado(worth, [Driver("toll", 4, 5, 5), Driver("capex", 300, 350, 500), Driver("traffic", 90, 100, 105)])
    assert rows == (
        TornadoRow("capex", 200, 150, 0, 200),
        TornadoRow("toll", 50, 150, 150, 100),
        TornadoRow("traffic", 100, 150, 175, 75),
    )


def test_swing_of_a_result_that_turns_back_is_seen() -> None:
    (row,) = tornado(lambda drivers: -(drivers["size"] ** 2), [Driver("size", -1, 0, 1)])
    assert row.swing == 1


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: switching_value(lambda x: x, 0, 1, 1), "low below high"),
        (lambda: switching_value(lambda x: x, 0, 0, 1, points=1), "2 or more"),
        (lambda: switching_value(lambda _: float("nan"), 0, 0, 1), "expected a number everywhere"),
        (lambda: tornado(lambda _: 0.0, []), "one or more"),
        (lambda: tornado(lambda _: 0.0, [Driver("a", 0, 1, 2), Driver("a", 0, 1, 2)]), "own name"),
        (lambda: tornado(lambda _: 0.0, [Driver("a", 2, 1, 0)]), "to rise"),
    ],
)
def test_drivers_that_cannot_be_are_refused(call: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()
