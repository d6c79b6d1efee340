"""Costs of capital and exchange rates worked by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.finance.cashflow import npv
from model.finance.cost_of_capital import (
    cost_of_equity,
    currency_mismatch,
    deflate,
    forward_exchange_rate,
    inflate,
    nominal_rate,
    price_index,
    real_rate,
    wacc,
)

Many = settings(max_examples=40, deadline=None, derandomize=True)
Rates = st.floats(-0.05, 0.4)


def test_cost_of_capital_after_tax() -> None:
    assert wacc([0.4, 0.6], [0.12, 0.06], [0.0, 0.2]) == pytest.approx(0.4 * 0.12 + 0.6 * 0.048)
    assert wacc([0.3, 0.5, 0.2], [0.12, 0.06, 0.0], [0.0, 0.2, 0.0]) == pytest.approx(0.06)


def test_cost_of_equity_with_country_risk() -> None:
    assert cost_of_equity(0.04, 1.2, 0.0423, 0.03, 1.5) == pytest.approx(0.04 + 0.05076 + 0.045)
    assert cost_of_equity(0.04, 1.0, 0.05, 0.02) == pytest.approx(0.11)


@Many
@given(nominal=Rates, inflation=Rates)
def test_real_and_nominal_rates_are_inverse(nominal: float, inflation: float) -> None:
    assert nominal_rate(real_rate(nominal, inflation), inflation) == pytest.approx(nominal)
    assert real_rate(0.155, 0.1) == pytest.approx(0.05)


@Many
@given(inflation=st.lists(Rates, min_size=1, max_size=20), real=Rates)
def test_money_of_the_year_at_a_nominal_rate_is_worth_what_constant_money_is_at_a_real_one(
    inflation: list[float], real: float
) -> None:
    amounts = np.linspace(1.0, 2.0, len(inflation))
    np.testing.assert_allclose(deflate(inflate(amounts, inflation), inflation), amounts)
    level = np.full(len(inflation), inflation[0])
    years = np.arange(1, len(inflation) + 1)
    nominal = npv(nominal_rate(real, inflation[0]), inflate(amounts, level), years, mid_year=False)
    assert nominal == pytest.approx(npv(real, amounts, years, mid_year=False))


def test_exchange_rate_keeps_purchasing_power() -> None:
    path = forward_exchange_rate(500.0, [0.1, 0.08], [0.02, 0.02])
    np.testing.assert_allclose(path, [500 * 1.1 / 1.02, 500 * 1.1 * 1.08 / 1.02**2])
    np.testing.assert_allclose(forward_exchange_rate(2.7, [0.03] * 3, [0.03] * 3), 2.7)
    np.testing.assert_allclose(price_index([0.1, 0.2]), [1.1, 1.32])


def test_a_fall_of_the_currency_eats_the_cover_of_hard_debt() -> None:
    found = currency_mismatch([1400.0, 1400.0, 1400.0], [2.0, 2.0, 0.0], 500.0, 0.2)
    np.testing.assert_allclose(found.exchange_rate, [600, 720, 864])
    np.testing.assert_allclose(found.service, [1200, 1440, 0])
    np.testing.assert_allclose(found.dscr, [1400 / 1200, 1400 / 1440, np.nan])
    np.testing.assert_allclose(found.shortfall, [0, 40, 0])
    steady = currency_mismatch([1400.0, 1400.0], [2.0, 2.0], 500.0, [0.0, 0.4])
    np.testing.assert_allclose(steady.dscr, [1.4, 1.0])
    both = currency_mismatch([700.0], [2.0], 500.0, 0.4, hard_cfads=1.0, local_service=400.0)
    np.testing.assert_allclose(both.dscr, [(700 + 700) / (1400 + 400)])
    np.testing.assert_allclose(both.shortfall, [400])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: wacc([0.5, 0.4], [0.1, 0.1], [0, 0]), "sum to 0.9"),
        (lambda: wacc([0.5, 0.5], [0.1, 0.1], [0, 20]), "tax rate"),
        (lambda: real_rate(0.1, -1.0), "inflation"),
        (lambda: inflate([1.0], [-2.0]), "inflation"),
        (lambda: forward_exchange_rate(0.0, [0.1], [0.1]), "spot"),
        (lambda: currency_mismatch([1.0], [1.0, 2.0], 1.0, 0.1), "an entry a year"),
    ],
)
def test_rates_that_cannot_be_are_refused(call: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()
