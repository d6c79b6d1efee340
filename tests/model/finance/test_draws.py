"""Reference-class draws: their moments, their correlation, and when there are enough of them."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from model.finance.draws import (
    convergence,
    correlated_scores,
    lognormal_factor,
    normal_factor,
    summarise,
)

RAIL = (0.447, 0.38)  # mean and sd of cost overrun
DRAWS = 50_000


@pytest.mark.parametrize("latin_hypercube", [False, True])
def test_scores_are_standard_normal_with_the_correlation_of_the_loadings(latin_hypercube: bool) -> None:
    loadings = np.array([0.8, 0.5, -0.6, 0.0])
    scores = correlated_scores(DRAWS, loadings, seed=3, latin_hypercube=latin_hypercube)
    assert scores.shape == (DRAWS, 4)
    np.testing.assert_allclose(scores.mean(axis=0), 0.0, atol=0.02)
    np.testing.assert_allclose(scores.std(axis=0), 1.0, atol=0.02)
    expected = np.outer(loadings, loadings)
    np.fill_diagonal(expected, 1.0)
    np.testing.assert_allclose(np.corrcoef(scores.T), expected, atol=0.02)


def test_draws_repeat_with_their_seed_only() -> None:
    one, same, other = (correlated_scores(10, [0.5, 0.5], seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_overruns_have_the_mean_and_spread_of_their_class() -> None:
    factor = lognormal_factor(correlated_scores(DRAWS, 0.5, seed=5, latin_hypercube=True), *RAIL)
    assert factor.min() > 0
    assert factor.mean() - 1 == pytest.approx(RAIL[0], abs=0.005)
    assert factor.std() == pytest.approx(RAIL[1], abs=0.01)
    np.testing.assert_allclose(lognormal_factor([0.0, 2.0], 0.2, 0.0), 1.2)


def test_traffic_is_normal_and_cut_where_it_can_go_no_further() -> None:
    scores = norm.ppf([0.1, 0.5, 0.9])
    np.testing.assert_allclose(normal_factor(scores, -0.2, 0.3), 0.8 + 0.3 * scores)
    cut = normal_factor(correlated_scores(10_000, 0.0, seed=1), -0.5, 0.6, low=-1.0, high=0.2)
    assert cut.min() >= 0.0
    assert cut.max() <= 1.2
    assert normal_factor([0.0], 0.0, 1.0, low=-1.0, high=1.0) == pytest.approx(1.0)


def test_strata_steady_the_mean() -> None:
    errors = {
        strata: np.std([correlated_scores(200, 0.6, seed=s, latin_hypercube=strata).mean() for s in range(40)])
        for strata in (False, True)
    }
    assert errors[True] < errors[False] / 5


def test_summary_by_hand() -> None:
    found = summarise(np.arange(-10.0, 91.0))
    assert (found.mean, found.p50, found.p80, found.p95) == pytest.approx((40.0, 40.0, 70.0, 85.0))
    assert found.probability_negative == pytest.approx(10 / 101)
    assert found.standard_error == pytest.approx(np.arange(101).std(ddof=1) / np.sqrt(101))


def test_standard_error_falls_with_the_root_of_draws_and_says_when_it_is_enough() -> None:
    values = np.random.default_rng(9).normal(10.0, 2.0, DRAWS)
    found = convergence(values, 0.02)
    assert found.draws[-1] == DRAWS
    assert found.mean[-1] == pytest.approx(values.mean())
    assert found.standard_error[-1] == pytest.approx(2 / np.sqrt(DRAWS), rel=0.3)
    # 2 / sqrt(n) = 0.02 at 10,000 draws; the error is itself drawn.
    assert found.enough is not None
    assert 4_000 <= found.enough <= 20_000
    after = found.standard_error[found.draws >= found.enough]
    assert (after <= 0.02).all()
    assert convergence(values, 1e-4).enough is None
    assert convergence(np.ones(100), 0.1).enough == 20  # ten batches at the least


def test_batches_see_that_neighbours_go_together() -> None:
    steps = np.random.default_rng(2).normal(size=20_000)
    walk = np.convolve(steps, np.ones(50), mode="valid")
    assert convergence(walk, 1.0).standard_error[-1] > 3 * summarise(walk).standard_error


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: correlated_scores(0, [0.5], seed=1), "1 or more"),
        (lambda: correlated_scores(5, [1.5], seed=1), "within -1 and 1"),
        (lambda: lognormal_factor([0.0], -1.0, 0.1), "mean above -1"),
        (lambda: lognormal_factor([0.0], 0.1, -0.1), "sd of 0 or more"),
        (lambda: normal_factor([0.0], 0.1, 0.0), "sd above 0"),
        (lambda: normal_factor([0.0], 0.1, 0.1, low=1, high=0), "low below high"),
        (lambda: summarise([1.0]), "2 or more"),
        (lambda: summarise([1.0, np.inf]), "finite"),
        (lambda: convergence(np.ones(100), 0.0), "tolerance"),
        (lambda: convergence(np.ones(100), 0.1, batches=5), "10 or more"),
        (lambda: convergence(np.ones(30), 0.1), "50 or more"),
    ],
)
def test_draws_that_cannot_be_are_refused(call: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()
