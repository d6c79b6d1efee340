"""Credit losses against the tables of the Basel Committee, exact moments and Monte Carlo."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from model.finance.credit_risk import (
    basel_correlation,
    cumulative_default,
    expected_loss,
    portfolio_losses,
    provision,
    raroc,
    unexpected_loss,
    vasicek_capital,
)

Many = settings(max_examples=60, deadline=None, derandomize=True)
Shares = st.floats(0.0, 1.0)

# Basel II (June 2006), Annex 5: risk weights of corporates in %, LGD 45 %, maturity 2.5 years.
ANNEX_5 = {
    0.0005: 19.65,
    0.001: 29.65,
    0.0025: 49.47,
    0.004: 62.72,
    0.005: 69.61,
    0.0075: 82.78,
    0.01: 92.32,
    0.013: 100.95,
    0.015: 105.59,
    0.02: 114.86,
    0.025: 122.16,
    0.03: 128.44,
}


def test_losses_of_one_loan_by_hand() -> None:
    assert expected_loss(0.0354, 0.271, 100.0) == pytest.approx(0.959, abs=1e-3)  # private loans of the GEMs consortium
    assert unexpected_loss(0.0354, 0.271, 100.0) == pytest.approx(27.1 * np.sqrt(0.0354 * 0.9646))
    np.testing.assert_allclose(expected_loss([0.0, 1.0], 0.5, [10, 10]), [0, 5])


def test_capital_equals_the_risk_weights_that_the_basel_committee_prints() -> None:
    pd = np.array(list(ANNEX_5))
    capital = vasicek_capital(pd, 0.45, basel_correlation(pd), maturity=2.5)
    np.testing.assert_allclose(capital * 12.5 * 100, list(ANNEX_5.values()), atol=0.006)


def test_correlation_goes_from_24_to_12_percent() -> None:
    np.testing.assert_allclose(basel_correlation([0.0, 1.0]), [0.24, 0.12])


@Many
@given(pd=Shares, lgd=Shares, correlation=st.floats(0.0, 0.9))
def test_capital_is_a_share_of_the_exposure_and_none_without_doubt(pd: float, lgd: float, correlation: float) -> None:
    capital = float(vasicek_capital(pd, lgd, correlation))
    assert -1e-12 <= capital + lgd * pd <= lgd + 1e-12
    assert vasicek_capital([0.0, 1.0], lgd, correlation).tolist() == [0.0, 0.0]
    assert vasicek_capital(pd, lgd, 0.0) == pytest.approx(0.0, abs=1e-12)


def test_capital_of_a_fine_portfolio_equals_the_quantile_of_drawn_losses() -> None:
    pd, lgd, correlation, names = 0.03, 0.45, 0.2, 500
    losses = portfolio_losses(pd, lgd, np.full(names, 1 / names), correlation, draws=20_000, seed=7)
    for confidence in (0.9, 0.95, 0.99):
        capital = vasicek_capital(pd, lgd, correlation, confidence=confidence)
        drawn = np.quantile(losses, confidence) - losses.mean()
        assert drawn == pytest.approx(float(capital), rel=0.05)


def test_drawn_losses_have_the_exact_mean_and_variance_of_two_loans() -> None:
    pd, exposure, correlation = np.array([0.1, 0.2]), np.array([30.0, 50.0]), 0.3
    losses = portfolio_losses(pd, 0.5, exposure, correlation, draws=100_000, seed=11)
    alone = unexpected_loss(pd, 0.5, exposure)
    both = multivariate_normal(cov=[[1, correlation], [correlation, 1]]).cdf(norm.ppf(pd))
    variance = (alone**2).sum() + 2 * 0.25 * exposure.prod() * (both - pd.prod())
    mean = float(expected_loss(pd, 0.5, exposure).sum())
    assert losses.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / losses.size))
    assert losses.var() == pytest.approx(variance, rel=0.03)
    np.testing.assert_array_equal(losses, portfolio_losses(pd, 0.5, exposure, correlation, draws=100_000, seed=11))


def test_return_on_capital_by_hand() -> None:
    assert raroc(2.0, 0.5, 0.4, 0.9, 20.0) == pytest.approx(0.06)


def test_default_cumulates_and_is_provided_for() -> None:
    np.testing.assert_allclose(cumulative_default([0.1, 0.2]), [0.1, 0.28])
    np.testing.assert_allclose(cumulative_default([[0.5, 0.5], [0, 0]]), [[0.5, 0.75], [0, 0]])
    # Marginal defaults 10 % and 18 %, half lost of 100 and 50.
    lifetime = provision([0.1, 0.2], 0.5, [100, 50], 0.1, lifetime=True)
    assert lifetime == pytest.approx(5 / 1.1 + 4.5 / 1.21)
    assert provision([0.1, 0.2], 0.5, [100, 50], 0.1, lifetime=False) == pytest.approx(5 / 1.1)
    assert provision(0.1, 0.5, 100, 0.0, lifetime=True) == pytest.approx(5)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: expected_loss(2.0, 0.5, 1.0), "PD is outside"),
        (lambda: expected_loss(0.1, -0.5, 1.0), "LGD"),
        (lambda: expected_loss(0.1, 0.5, -1.0), "exposure"),
        (lambda: expected_loss(np.nan, 0.5, 1.0), "PD is outside"),
        (lambda: vasicek_capital(0.1, 0.5, 1.0), "correlation"),
        (lambda: vasicek_capital(0.1, 0.5, 0.2, confidence=1.0), "confidence"),
        (lambda: vasicek_capital(0.1, 0.5, 0.2, maturity=-1.0), "maturity"),
        (lambda: portfolio_losses(0.1, 0.5, 1.0, 0.2, draws=0, seed=1), "1 or more"),
        (lambda: portfolio_losses(0.1, 0.5, 1.0, 1.2, draws=1, seed=1), "correlation"),
        (lambda: raroc(1.0, 0.0, 0.0, 0.0, 0.0), "economic capital"),
    ],
)
def test_loans_that_cannot_be_are_refused(call: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()
