"""What a million committed does by year: loans worked out by hand, and what holds for all of them."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.finance.debt import level_annuity
from model.funding.schedules import by_period, most_by_period, schedule

YEARS = np.arange(2028, 2060)
PAYMENT = 0.1 / (1 - 1.1**-3)  # level, three of them at 10 %


def terms(**columns: Any) -> pd.DataFrame:
    """One loan of 10 %, two years of building, repaid at the end of the third to fifth year."""
    row = {"start_year": 2028, "in_service_year": 2030, "instrument": "senior", "is_debt": True, "nominal_rate": 0.1,
           "tenor_years": 4, "grace_years": 1}  # fmt: skip
    return pd.DataFrame([{**row, **columns}])


def test_a_level_loan_without_inflation_by_hand() -> None:
    plan = schedule(terms(), 0.0, YEARS)
    assert plan.drawn[0, :3] == pytest.approx([0.5, 0.5, 0])
    assert plan.idc == pytest.approx([0.1 * 0.25 + 0.1 * 0.75])
    assert plan.service[0, :6] == pytest.approx([0, 0, PAYMENT, PAYMENT, PAYMENT, 0])
    assert plan.interest[0, 2:5] == pytest.approx([0.1, 0.1 * (1.1 - PAYMENT), PAYMENT - PAYMENT / 1.1])
    assert plan.outstanding[0, :6] == pytest.approx([0.5, 1, 1.1 - PAYMENT, PAYMENT / 1.1, 0, 0])
    assert plan.principal.sum() == pytest.approx(1)


def test_a_level_loan_weighs_less_every_year_of_inflation() -> None:
    """Nominal draws of 0.5 and 0.55 make a debt of 1.05, served by level nominal payments."""
    plan = schedule(terms(), 0.1, YEARS)
    assert plan.drawn[0, :3] == pytest.approx([0.5, 0.5, 0])
    assert plan.idc == pytest.approx([0.1 * 0.25 + 0.1 * (0.5 + 0.275) / 1.1])
    nominal = 1.05 * PAYMENT
    assert plan.service[0, 2:6] == pytest.approx([nominal / 1.1**2, nominal / 1.1**3, nominal / 1.1**4, 0])
    assert plan.outstanding[0, 1] == pytest.approx(1.05 / 1.1)
    # At 10 % interest and 10 % inflation the real rate is 0: in constant money what is owed is paid, no more.
    assert plan.service.sum() == pytest.approx(1.05 / 1.1)


def test_grace_that_ends_before_the_works_waits_for_them() -> None:
    short, long = (schedule(terms(grace_years=grace, tenor_years=6), 0.02, YEARS) for grace in (0, 1))
    assert short.principal == pytest.approx(long.principal)
    assert short.principal[0, :2].tolist() == [0, 0]
    assert short.principal[0, 2] > 0


def test_interest_alone_is_paid_between_service_and_the_end_of_grace() -> None:
    plan = schedule(terms(grace_years=4, tenor_years=7), 0.0, YEARS)
    assert plan.principal[0, :6] == pytest.approx([0, 0, 0, 0, 0, 0.1 / (1.1**3 - 1)])
    assert plan.interest[0, :6] == pytest.approx([0, 0, 0.1, 0.1, 0.1, 0.1])


@pytest.mark.parametrize(("tenor", "grace"), [(15, 4), (20, 5), (8, 2), (3, 2), (12, 0)])
def test_payments_are_as_many_as_tenor_less_grace_as_in_the_closed_form(tenor: int, grace: int) -> None:
    """One year of works, so that no grace is cut: the first payment a year after grace, the last at the tenor."""
    plan = schedule(terms(in_service_year=2029, tenor_years=tenor, grace_years=grace), 0.0, YEARS)
    due = np.flatnonzero(plan.principal[0])
    assert (due[0], due[-1], len(due)) == (grace + 1, tenor, tenor - grace)
    assert plan.principal[0, : tenor + 1] == pytest.approx(level_annuity(0.1, tenor, grace, tenor + 1)[0])
    level = 0.1 / (1 - 1.1 ** -(tenor - grace))
    assert plan.service[0, due] == pytest.approx(level)


def test_a_payment_in_the_first_year_of_service_where_grace_ends_with_the_works() -> None:
    plan = schedule(terms(tenor_years=6, grace_years=2), 0.0, YEARS)
    assert np.flatnonzero(plan.principal[0]).tolist() == [3, 4, 5, 6]  # service from the third year on
    earlier = schedule(terms(tenor_years=6, grace_years=1), 0.0, YEARS)
    assert np.flatnonzero(earlier.principal[0]).tolist() == [2, 3, 4, 5, 6]


def test_a_tenor_that_ends_before_the_works_is_one_payment_after_them() -> None:
    plan = schedule(terms(tenor_years=1, grace_years=0), 0.0, YEARS)
    assert plan.principal[0, :4] == pytest.approx([0, 0, 1, 0])


def test_grants_are_gone_equity_stays_guarantees_follow_their_loan() -> None:
    other = {"is_debt": False, "nominal_rate": 0.0}
    rows = [terms(**other, instrument=name) for name in ("grant", "equity", "guarantee")]
    plan = schedule(pd.concat([terms(), *rows], ignore_index=True), 0.02, YEARS)
    loan, grant, equity, guarantee = range(4)
    assert plan.drawn == pytest.approx(np.tile(plan.drawn[loan], (4, 1)))
    assert plan.outstanding[grant].tolist() == [0.0] * len(YEARS)
    assert plan.outstanding[equity] == pytest.approx(np.where(YEARS > 2028, 1.0, 0.5))
    assert plan.outstanding[guarantee, :2] == pytest.approx(plan.outstanding[loan, :2])
    assert plan.outstanding[guarantee, 4:].max() == pytest.approx(0, abs=1e-12)
    assert plan.outstanding[guarantee, 2] == pytest.approx(2.02 / 1.02**2 / 2 * 2 / 3)  # thirds of the nominal debt
    assert plan.idc[1:].tolist() == [0, 0, 0]
    assert plan.service[1:].max() == 0


def test_what_was_signed_before_the_first_year_goes_on() -> None:
    whole, late = (schedule(terms(), 0.02, years) for years in (YEARS, YEARS[3:]))
    assert late.service == pytest.approx(whole.service[:, 3:])
    assert late.outstanding == pytest.approx(whole.outstanding[:, 3:])


def test_totals_and_dearest_years_by_period() -> None:
    yearly = np.array([[1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0, 1.0]])
    years = np.array([2028, 2029, 2030, 2031])
    total = by_period(yearly, years, np.array([2028, 2030]), np.array([2029, 2032]))
    assert total.tolist() == [[3, 7], [1, 1]]
    most = most_by_period(yearly, years, np.array([2028, 2030]), np.array([2029, 2032]))
    assert most.tolist() == [[2, 4], [1, 1]]


@settings(deadline=None, max_examples=60)
@given(
    building=st.integers(1, 6),
    rate=st.floats(0, 0.15),
    tenor=st.integers(1, 25),
    grace=st.integers(0, 10),
    inflation=st.floats(0, 0.08),
)
def test_draws_sum_to_one_and_all_is_repaid(
    building: int, rate: float, tenor: int, grace: int, inflation: float
) -> None:
    loan = terms(in_service_year=2028 + building, nominal_rate=rate, tenor_years=tenor, grace_years=grace)
    plan = schedule(loan, inflation, YEARS)
    assert plan.drawn.sum() == pytest.approx(1)
    assert plan.drawn[0, :building] == pytest.approx([1 / building] * building)
    after = max(tenor, building, grace) + 1  # nothing is left by rounding, on which a cover ratio would be endless
    assert plan.outstanding[0, after:].max() == plan.service[0, after:].max() == 0
    assert (plan.service[0, :building] == 0).all()
    # Discounted at the real rate to the last year of works, service is what is owed then.
    real = (1 + rate) / (1 + inflation) - 1
    ages = np.arange(len(YEARS)) - (building - 1)
    assert plan.service[0] @ (1 + real) ** -ages.astype(float) == pytest.approx(plan.outstanding[0, building - 1])
