"""Loans by year and the debt that a cash flow carries, against numpy-financial and cases worked by hand."""

from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.finance.debt import (
    average_life,
    equal_principal,
    level_annuity,
    level_debt,
    loan_schedules,
    sculpted,
    sculpted_debt,
)
from model.finance.ratios import dscr, llcr

Many = settings(max_examples=40, deadline=None, derandomize=True)
AT_ONCE = [[1.0] + [0.0] * 12]
Loans = st.lists(st.tuples(st.floats(0, 0.15), st.integers(1, 12), st.integers(0, 11)), min_size=1, max_size=5)


def loans(drawn: list[tuple[float, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rate, tenor, grace = (np.array(column) for column in zip(*drawn, strict=True))
    return rate, tenor, np.minimum(grace, tenor - 1)


def test_a_level_loan_equals_that_of_a_library() -> None:
    schedule = loan_schedules(AT_ONCE, 0.07, level_annuity(0.07, 10, 0, 13), capitalise=False, year_share=0.0)
    periods = np.arange(1, 11)
    np.testing.assert_allclose(schedule.principal[0, 1:11], -npf.ppmt(0.07, periods, 10, 1.0))
    np.testing.assert_allclose(schedule.interest[0, 1:11], -npf.ipmt(0.07, periods, 10, 1.0))
    np.testing.assert_allclose(schedule.outstanding[0, 10:], 0.0, atol=1e-12)


def test_equal_principal_with_grace_by_hand() -> None:
    shares = equal_principal([5, 3], [3, 0], 6)
    np.testing.assert_allclose(shares, [[0, 0, 0, 0, 0.5, 0.5], [0, 1 / 3, 1 / 3, 1 / 3, 0, 0]])
    schedule = loan_schedules([[1.0, 0, 0, 0, 0, 0]], 0.1, shares, capitalise=False, year_share=0.0)
    np.testing.assert_allclose(schedule.service[0], [0, 0.1, 0.1, 0.1, 0.6, 0.55])
    np.testing.assert_allclose(schedule.outstanding[0], [1, 1, 1, 1, 0.5, 0])


def test_interest_during_construction_is_added_or_paid() -> None:
    draws, shares = [0.5, 0.5, 0, 0, 0], equal_principal(4, 2, 5)
    added = loan_schedules(draws, 0.1, shares, capitalise=True, year_share=0.5)
    # 0.5 x 5 % in year 0; (0.525 + half of 0.5) x 10 % in year 1; paid in money from year 2 on.
    np.testing.assert_allclose(added.capitalised[0], [0.025, 0.0775, 0, 0, 0])
    np.testing.assert_allclose(added.outstanding[0], [0.525, 1.1025, 1.1025, 0.55125, 0])
    np.testing.assert_allclose(added.interest[0], [0, 0, 0.11025, 0.11025, 0.055125])
    paid = loan_schedules(draws, 0.1, shares, capitalise=False, year_share=0.5)
    np.testing.assert_allclose(paid.interest[0], [0.025, 0.075, 0.1, 0.1, 0.05])
    assert not paid.capitalised.any()
    np.testing.assert_allclose(paid.principal[0], [0, 0, 0, 0.5, 0.5])


def test_rates_of_several_loans_meet_one_row_of_draws_and_shares() -> None:
    schedule = loan_schedules([1.0, 0, 0], [0.1, 0.2], equal_principal(2, 0, 3), capitalise=False, year_share=0.0)
    np.testing.assert_allclose(schedule.interest, [[0, 0.1, 0.05], [0, 0.2, 0.1]])


@Many
@given(drawn=Loans)
def test_every_amortisation_repays_the_debt_and_is_worth_it(drawn: list[tuple[float, int, int]]) -> None:
    rate, tenor, grace = loans(drawn)
    cfads = np.full((len(rate), 13), 7.0)
    for shares in (
        level_annuity(rate, tenor, grace, 13),
        equal_principal(tenor, grace, 13),
        sculpted(rate, tenor, grace, cfads),
    ):
        np.testing.assert_allclose(shares.sum(axis=1), 1.0)
        schedule = loan_schedules(AT_ONCE, rate, shares, capitalise=False, year_share=0.0)
        np.testing.assert_allclose(schedule.outstanding[:, -1], 0.0, atol=1e-9)
        worth = (schedule.service * (1 + rate[:, None]) ** -np.arange(13)).sum(axis=1)
        np.testing.assert_allclose(worth, 1.0)
    level = sculpted(rate, tenor, grace, cfads)  # a level cash flow sculpts a level annuity
    np.testing.assert_allclose(level, level_annuity(rate, tenor, grace, 13), atol=1e-12)


@Many
@given(
    cfads=st.lists(st.floats(80, 120), min_size=13, max_size=13),
    target=st.floats(1.05, 2.0),
    rate=st.floats(0.0, 0.12),
    tenor=st.integers(1, 12),
)
def test_sculpted_debt_has_its_ratio_in_all_years_and_over_its_life(
    cfads: list[float], target: float, rate: float, tenor: int
) -> None:
    debt = sculpted_debt(cfads[1 : tenor + 1], target, rate)
    shares = sculpted(rate, tenor, 0, cfads)
    schedule = loan_schedules(AT_ONCE, rate, shares, capitalise=False, year_share=0.0)
    by_year = dscr(cfads, debt * schedule.service[0])
    np.testing.assert_allclose(by_year[1 : tenor + 1], target)
    over_life = llcr(cfads, debt * schedule.outstanding[0], rate)
    np.testing.assert_allclose(over_life[1 : tenor + 1], target)
    assert level_debt(cfads[1 : tenor + 1], target, rate) <= debt * (1 + 1e-12)


def test_debt_by_hand() -> None:
    assert sculpted_debt([110, 121], 1.0, 0.1) == pytest.approx(200.0)
    assert sculpted_debt([110, 121], [2.0, 1.0], 0.1) == pytest.approx(150.0)
    np.testing.assert_allclose(level_debt([[130, 140], [130, 65]], 1.3, [0.0, 0.1]), [200.0, 50 / 1.1 + 50 / 1.21])
    with_grace = sculpted(0.1, 4, 2, [0, 0, 0, 110, 121])
    np.testing.assert_allclose(with_grace, [[0, 0, 0, 0.45, 0.55]])


def test_average_life_by_hand() -> None:
    np.testing.assert_allclose(average_life([[0, 0.5, 0.5], [0, 0, 1]]), [1.5, 2.0])
    assert average_life([0, 30, 10]) == pytest.approx(1.25)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: level_annuity(0.1, 3, 3, 9), "grace < tenor"),
        (lambda: level_annuity(0.1, 3, -1, 9), "grace < tenor"),
        (lambda: equal_principal(3.5, 1, 9), "whole"),
        (lambda: equal_principal(9, 1, 9), "beyond the 9 columns"),
        (lambda: sculpted(0.1, 2, 0, [0, 10, -1]), "loan 0 in year 2"),
        (lambda: sculpted(0.1, 2, 0, [0, 1, 1000]), "loan 0 in year 1 does not pay its interest"),
        (lambda: loan_schedules([0.5, 0.4, 0], 0.1, equal_principal(2, 0, 3), capitalise=True, year_share=0), "draws"),
        (
            lambda: loan_schedules([0.5, 0.5, 0], 0.1, equal_principal(2, 0, 3), capitalise=True, year_share=0),
            "up to year 1",
        ),
        (lambda: loan_schedules([1, 0, 0], 0.1, equal_principal(2, 0, 3), capitalise=True, year_share=2), "year_share"),
        (lambda: loan_schedules([1, 0], 0.1, np.array([[0, 0.9]]), capitalise=True, year_share=0), "amortisation"),
        (lambda: sculpted_debt([1, 2], 0.0, 0.1), "DSCR"),
        (lambda: level_debt([1, -2], 1.3, 0.1), "negative"),
        (lambda: average_life([0, 0]), "no principal"),
    ],
)
def test_loans_that_cannot_be_are_refused(call: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()
