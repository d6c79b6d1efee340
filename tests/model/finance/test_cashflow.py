"""Worth of cash flows against textbook figures, pyxirr and numpy-financial."""

from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
import pyxirr
from hypothesis import given, settings
from hypothesis import strategies as st

from model.finance.cashflow import (
    annuity_factor,
    benefit_cost_ratio,
    discount_factors,
    discounted_payback,
    equivalent_annual_value,
    first_year_return,
    irr_roots,
    mirr,
    npv,
)

Many = settings(max_examples=60, deadline=None, derandomize=True)
Flows = st.lists(st.integers(-1000, 1000), min_size=2, max_size=30)
Rates = st.floats(-0.5, 2.0)
PROJECT = [-1000.0, 300.0, 420.0, 680.0]


def test_present_value_by_hand() -> None:
    by_hand = -1000 + 300 / 1.1 + 420 / 1.21 + 680 / 1.331
    assert npv(0.1, PROJECT, [0, 1, 2, 3], mid_year=False) == pytest.approx(by_hand)
    assert npv(0.1, PROJECT, [0, 1, 2, 3], mid_year=True) == pytest.approx(by_hand / 1.1**0.5)
    assert npv(0.1, [110.0, 121.0], [1, 2], mid_year=False) == pytest.approx(200.0)


@Many
@given(amounts=Flows, rate=Rates)
def test_present_value_equals_that_of_two_libraries(amounts: list[int], rate: float) -> None:
    ours = npv(rate, amounts, range(len(amounts)), mid_year=False)
    assert ours == pytest.approx(npf.npv(rate, amounts), rel=1e-9, abs=1e-9)
    assert ours == pytest.approx(pyxirr.npv(rate, amounts), rel=1e-9, abs=1e-9)


@Many
@given(one=Flows, rate=Rates, scale=st.floats(-5, 5))
def test_present_value_is_linear(one: list[int], rate: float, scale: float) -> None:
    years = np.arange(len(one))
    first, other = np.array(one, dtype=float), np.cos(years)
    parts = npv(rate, first, years, mid_year=True) + scale * npv(rate, other, years, mid_year=True)
    size = np.abs(first).sum() * discount_factors(min(rate, 0.0), len(one))
    assert npv(rate, first + scale * other, years, mid_year=True) == pytest.approx(parts, rel=1e-9, abs=1e-9 * size)


def test_two_internal_rates_are_both_named_with_a_warning() -> None:
    found = irr_roots([-100, 230, -132], [0, 1, 2])
    assert found.sign_changes == 2
    assert found.roots == pytest.approx((0.1, 0.2))
    assert "10.0000%, 20.0000%" in str(found.warning)
    assert found.rate is None


def test_one_internal_rate_equals_that_of_two_libraries() -> None:
    found = irr_roots(PROJECT, range(4))
    assert found.warning is None
    assert found.rate == pytest.approx(npf.irr(PROJECT))
    assert found.rate == pytest.approx(pyxirr.irr(PROJECT))


def test_no_internal_rate_is_said() -> None:
    assert irr_roots([100, -200, 150], [0, 1, 2]).roots == ()  # the discriminant is negative
    none = irr_roots([100, 50], [0, 1])
    assert (none.sign_changes, none.roots, none.rate) == (0, (), None)
    assert "no internal rate" in str(none.warning)


def test_a_rate_where_the_value_only_touches_zero_is_found_and_warned_of() -> None:
    found = irr_roots([-100, 220, -121], [0, 1, 2])
    assert found.roots == pytest.approx((0.1,))
    assert "touches" in str(found.warning)


def test_years_need_not_be_whole_or_in_order_and_repeat() -> None:
    found = irr_roots([121.0, -60.0, -40.0], [2.5, 0.5, 0.5])
    assert found.rate == pytest.approx(0.1)
    assert irr_roots([-100, 200], [0, 0.5]).rate == pytest.approx(3.0)


def test_a_long_life_with_a_closing_cost_has_two_rates() -> None:
    flow = np.array([-300.0, *[40.0] * 60, -1500.0])
    found = irr_roots(flow, np.arange(62))
    assert len(found.roots) == 2
    for root in found.roots:
        assert npv(root, flow, np.arange(62), mid_year=False) == pytest.approx(0.0, abs=1e-8)


@Many
@given(rates=st.lists(st.integers(-8, 30), min_size=1, max_size=5, unique=True))
def test_all_rates_that_a_flow_was_made_of_are_found(rates: list[int]) -> None:
    true = sorted(rate / 20 for rate in rates)
    flow = np.polynomial.polynomial.polyfromroots([1 + rate for rate in true])[::-1]
    found = irr_roots(flow, range(len(flow)))
    assert found.roots == pytest.approx(true, abs=1e-5)
    assert found.sign_changes >= len(found.roots)


@Many
@given(amounts=Flows.filter(any))
def test_roots_are_roots_and_as_odd_as_the_changes_of_sign(amounts: list[int]) -> None:
    found = irr_roots(amounts, range(len(amounts)))
    assert len(found.roots) <= found.sign_changes
    for root in found.roots:
        gross = npv(root, np.abs(amounts), range(len(amounts)), mid_year=False)
        assert abs(npv(root, amounts, range(len(amounts)), mid_year=False)) <= 1e-9 * gross
    if found.sign_changes == 1:
        assert found.roots == pytest.approx((pyxirr.irr(amounts),), abs=1e-6, rel=1e-6)


def test_modified_rate_equals_that_of_two_libraries_and_a_textbook() -> None:
    assert mirr(PROJECT, range(4), 0.1, 0.12) == pytest.approx(npf.mirr(PROJECT, 0.1, 0.12))
    assert mirr(PROJECT, range(4), 0.1, 0.12) == pytest.approx(pyxirr.mirr(PROJECT, 0.1, 0.12))
    # Example of the MIRR function of spreadsheets: 120,000 borrowed at 10 %, reinvested at 12 %.
    loan = [-120000, 39000, 30000, 21000, 37000, 46000]
    assert mirr(loan, range(6), 0.1, 0.12) == pytest.approx(0.126094, abs=1e-6)


def test_ratio_of_benefits_to_costs_by_hand() -> None:
    assert benefit_cost_ratio(0.1, [0, 110, 121], [100, 0, 0], [0, 1, 2], mid_year=False) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("amounts", "mid_year", "expected"),
    [
        ([-100, 55, 60.5, 10], False, 2.0),
        ([-100, 55, 121, 10], False, 1.5),
        ([-100, 55, 121, 10], True, 2.0),
        ([10, 5], False, 0.0),
        ([-100, 50, 40], False, None),
        ([-100, 220, -500], False, 0.5),  # paid back before the closing cost
    ],
)
def test_payback_by_hand(amounts: list[float], mid_year: bool, expected: float | None) -> None:
    found = discounted_payback(0.1, amounts, range(len(amounts)), mid_year=mid_year)
    assert found == (expected if expected is None else pytest.approx(expected))


def test_first_year_return_by_hand() -> None:
    # 100 two years and 50 one year before the opening, at 10 %: 121 + 55.
    assert first_year_return(0.1, 17.6, [100, 50, 0, 9], [0, 1, 2, 3], 2) == pytest.approx(0.1)


def test_annuities_equal_those_of_a_library() -> None:
    assert annuity_factor(0.08, 20) == pytest.approx(-npf.pv(0.08, 20, 1))
    assert annuity_factor(0.0, 20) == 20
    assert annuity_factor(1e-12, 20) == pytest.approx(20)
    assert equivalent_annual_value(0.08, 500.0, 20) == pytest.approx(-npf.pmt(0.08, 20, 500.0))
    assert equivalent_annual_value(0.0, 500.0, 20) == 25


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: npv(-1.0, [1], [0], mid_year=False), "above -1"),
        (lambda: npv(0.1, [1, 2], [0], mid_year=False), "equally long"),
        (lambda: npv(0.1, [], [], mid_year=False), "equally long"),
        (lambda: npv(0.1, [np.nan], [0], mid_year=False), "missing"),
        (lambda: irr_roots([0, 0], [0, 1]), "every amount"),
        (lambda: mirr([1, 2], [0, 1], 0.1, 0.1), "modified rate"),
        (lambda: mirr([-1, 2], [1, 1], 0.1, 0.1), "modified rate"),
        (lambda: benefit_cost_ratio(0.1, [1], [-1], [0], mid_year=False), "positive"),
        (lambda: first_year_return(0.1, 1.0, [5], [3], 2), "before the opening"),
        (lambda: equivalent_annual_value(0.1, 1.0, 0), "more than 0"),
        (lambda: annuity_factor(-1.0, 3), "above -1"),
    ],
)
def test_what_cannot_be_valued_is_refused(call: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()
