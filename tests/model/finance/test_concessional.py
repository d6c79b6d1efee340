"""Grant elements against published terms, numpy-financial and schedules written out."""

from typing import Any

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.finance.concessional import (
    IncomeGroup,
    blended_grant_element,
    dac_grant_element,
    equal_principal_grant_element,
    grant_element,
    is_official_aid,
    level_grant_element,
)
from model.finance.debt import equal_principal, level_annuity, loan_schedules

Many = settings(max_examples=60, deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("rate", "tenor", "grace", "published"),
    [
        # Of the International Development Association, percentages from memory: its regular terms,
        (0.0075, 38, 6, 0.53),
        (0.0, 50, 10, 0.73),  # its 50-year credits
        (0.0, 12, 6, 0.36),  # its shorter-maturity loans
    ],
)
def test_terms_of_the_world_bank_have_the_grant_element_it_states(
    rate: float, tenor: int, grace: int, published: float
) -> None:
    found = equal_principal_grant_element(rate, tenor, grace, payments_per_year=2)
    assert found == pytest.approx(published, abs=0.005)


@Many
@given(rate=st.floats(0, 0.12), tenor=st.integers(1, 30), grace=st.integers(0, 29), discount=st.floats(0, 0.12))
def test_closed_forms_equal_the_schedule(rate: float, tenor: int, grace: int, discount: float) -> None:
    grace = min(grace, tenor - 1)
    years = np.arange(tenor + 1)
    drawn = (years == 0).astype(float)
    for shares, closed in (
        (level_annuity(rate, tenor, grace, tenor + 1), level_grant_element),
        (equal_principal(tenor, grace, tenor + 1), equal_principal_grant_element),
    ):
        schedule = loan_schedules(drawn, rate, shares, capitalise=False, year_share=0.0)
        by_schedule = grant_element(schedule.service, schedule.drawn, years, discount)
        np.testing.assert_allclose(closed(rate, tenor, grace, discount), by_schedule[0], atol=1e-6)


def test_a_level_loan_equals_the_present_value_of_a_library() -> None:
    payment = -npf.pmt(0.02, 20, 1.0)
    expected = 1.0 + npf.pv(0.05, 20, payment)
    assert level_grant_element(0.02, 20, 0) == pytest.approx(expected)


@pytest.mark.parametrize("closed", [level_grant_element, equal_principal_grant_element])
def test_a_loan_at_the_discount_rate_gives_nothing_and_dearer_ones_less(closed: Any) -> None:
    np.testing.assert_allclose(closed([0.05, 0.05], [10, 20], [0, 5]), 0.0, atol=1e-12)
    assert closed(0.06, 10, 0) < 0 < closed(0.04, 10, 0)
    assert closed(0.0, 10, 0, 0.0) == pytest.approx(0.0)


def test_a_gift_is_all_grant_and_a_late_draw_is_discounted() -> None:
    assert grant_element([0, 0], [1, 0], [0, 1]) == pytest.approx(1.0)
    # Half now, half in a year; all back in two years without interest.
    assert grant_element([0, 0, 1], [0.5, 0.5, 0], [0, 1, 2], 0.1) == pytest.approx(1 - 1.21**-1 / (0.5 + 0.5 / 1.1))


def test_rules_of_the_development_assistance_committee() -> None:
    service, drawn, years = [0.0, 1.0], [1.0, 0.0], [0.0, 10.0]
    for group, rate in ((IncomeGroup.UMIC, 0.06), (IncomeGroup.LMIC, 0.07), (IncomeGroup.LDC_OR_LIC, 0.09)):
        assert dac_grant_element(service, drawn, years, group) == pytest.approx(1 - (1 + rate) ** -10)
    assert is_official_aid([0.44, 0.45], IncomeGroup.LDC_OR_LIC).tolist() == [False, True]
    assert is_official_aid([0.14, 0.15], IncomeGroup.LMIC).tolist() == [False, True]
    assert is_official_aid([0.09, 0.1], IncomeGroup.UMIC).tolist() == [False, True]


def test_a_blend_is_weighted_by_amount() -> None:
    assert blended_grant_element([30, 70], [1.0, 0.1]) == pytest.approx(0.37)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: grant_element([1], [0], [0]), "never drawn"),
        (lambda: grant_element([1, 2], [1], [0]), "equally many dates"),
        (lambda: level_grant_element(0.01, 5, 5), "grace < tenor"),
        (lambda: level_grant_element(0.01, 5, 1, payments_per_year=0), "payments a year"),
        (lambda: equal_principal_grant_element(0.01, 5, 1, -1.0), "discount rate"),
        (lambda: blended_grant_element([0, 0], [1, 1]), "all are 0"),
    ],
)
def test_terms_that_cannot_be_are_refused(call: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()
