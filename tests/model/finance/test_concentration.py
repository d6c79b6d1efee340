"""Concentration worked by hand, and that looking through loses no money."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.finance.concentration import effective_number, hhi, largest_share, look_through

Many = settings(max_examples=60, deadline=None, derandomize=True)
Amounts = st.lists(st.floats(0.01, 1e4), min_size=1, max_size=12)


def test_indices_by_hand() -> None:
    assert hhi([50, 30, 20]) == pytest.approx(0.38)
    assert effective_number([50, 30, 20]) == pytest.approx(1 / 0.38)
    assert largest_share([50, 30, 20]) == pytest.approx(0.5)
    assert (hhi([7.0]), hhi([7.0, 0.0])) == (1.0, 1.0)


@Many
@given(amounts=Amounts)
def test_index_lies_between_equal_parts_and_one(amounts: list[float]) -> None:
    assert 1 / len(amounts) - 1e-12 <= hhi(amounts) <= largest_share(amounts) + 1e-12
    assert effective_number([3.0] * len(amounts)) == pytest.approx(len(amounts))


@Many
@given(amounts=Amounts, data=st.data())
def test_looking_through_finds_all_money_again(amounts: list[float], data: st.DataObject) -> None:
    parts = st.lists(st.floats(0.01, 1), min_size=4, max_size=4)
    raw = np.array([data.draw(parts) for _ in amounts])
    owned = raw / raw.sum(axis=1, keepdims=True)
    found = look_through(amounts, owned)
    assert found.sum() == pytest.approx(sum(amounts))
    np.testing.assert_allclose(
        found, [sum(a * o[power] for a, o in zip(amounts, owned, strict=True)) for power in range(4)]
    )


def test_a_power_behind_two_funders_is_larger_than_it_looks() -> None:
    # A bank of two powers, and a fund of one of them.
    by_power = look_through([[60.0, 0.0], [10.0, 30.0]], [[0.5, 0.5], [1.0, 0.0]])
    np.testing.assert_allclose(by_power, [[40, 30], [30, 0]])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: hhi([]), "all are 0"),
        (lambda: hhi([0, 0]), "all are 0"),
        (lambda: largest_share([1, -1, 3]), "negative"),
        (lambda: hhi([np.nan, 1.0]), "missing"),
        (lambda: look_through([1, 2], [[1.0]]), "funders x powers"),
        (lambda: look_through([1, 2], [[1.0, 0.0], [0.5, 0.4]]), "funder 1 .* sum to 0.9"),
        (lambda: look_through([1], [[1.5, -0.5]]), "funder 0"),
    ],
)
def test_shares_that_cannot_be_are_refused(call: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()
