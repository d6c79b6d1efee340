"""Draws of what plans get wrong, from reference classes of finished projects, and when they are enough.

Cost overruns are lognormal, since 1 + overrun is a product of many causes and never below 0; traffic is normal, cut
where it can go no further (Flyvbjerg 2006, From Nobel Prize to Project Management). Drivers go together by one common
factor (Gaussian copula): scores are drawn first, each driver's distribution is laid on them after.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm, qmc, truncnorm

Floats = NDArray[np.float64]
_FEWEST_BATCHES = 10


@dataclass(frozen=True)
class Summary:
    """A drawn value: mean with its standard error, percentiles (P80: 80 % of draws are no higher), share below 0."""

    mean: float
    standard_error: float
    p50: float
    p80: float
    p95: float
    probability_negative: float


@dataclass(frozen=True)
class Convergence:
    """How a mean settles as draws are added in batches.

    Attributes:
        draws: after each batch from the second on. mean, standard_error: of the draws so far.
        enough: draws after which the standard error stays at or below the tolerance; None where it does not yet.
    """

    draws: NDArray[np.int64]
    mean: Floats
    standard_error: Floats
    enough: int | None


def correlated_scores(draws: int, loadings: ArrayLike, *, seed: int, latin_hypercube: bool = False) -> Floats:
    """Standard normal scores, draws x drivers, with correlation loading_i x loading_j between drivers.

    score_i = loading_i F + sqrt(1 - loading_i^2) e_i, one common factor F a draw.

    Args:
        loadings: of each driver on the common factor, -1 .. 1; 0 is independent.
        latin_hypercube: whether F and each e_i are stratified, which steadies means. The draws of one such sample are
            not independent: take the standard error from the means of samples of several seeds.

    Raises:
        ValueError: fewer than 1 draw, a loading outside -1 .. 1.
    """
    load = np.atleast_1d(np.asarray(loadings, dtype=float))
    if draws < 1 or not (np.abs(load) <= 1).all():
        raise ValueError(f"{draws} draws with loadings {load.tolist()}; expected 1 or more, loadings within -1 and 1")
    generator = np.random.default_rng(seed)
    shape = (draws, len(load) + 1)
    if latin_hypercube:
        scores = norm.ppf(qmc.LatinHypercube(shape[1], rng=generator).random(draws))
    else:
        scores = generator.standard_normal(shape)
    return np.asarray(load * scores[:, :1] + np.sqrt(1.0 - load**2) * scores[:, 1:])


def lognormal_factor(scores: ArrayLike, mean: float, sd: float) -> Floats:
    """1 + overrun, lognormal with the mean and standard deviation of the reference class.

    exp(mu + sigma score), sigma^2 = ln(1 + (sd / (1 + mean))^2), mu = ln(1 + mean) - sigma^2 / 2.

    Args:
        scores: standard normal, any shape. mean, sd: of actual / estimate - 1 (0.447 and 0.38 for rail cost).

    Raises:
        ValueError: a mean of -1 or less, a negative standard deviation.
    """
    if not (mean > -1 and sd >= 0):
        raise ValueError(
            f"an overrun of mean {mean:.6g} and sd {sd:.6g}; expected a mean above -1 and an sd of 0 or more"
        )
    variance = np.log1p((sd / (1.0 + mean)) ** 2)
    return np.asarray(np.exp(np.log1p(mean) - variance / 2.0 + np.sqrt(variance) * np.asarray(scores, dtype=float)))


def normal_factor(scores: ArrayLike, mean: float, sd: float, *, low: float = -np.inf, high: float = np.inf) -> Floats:
    """1 + error, normal and cut to low .. high; a cut moves mean and standard deviation off those given.

    Args:
        scores: standard normal, any shape. mean, sd: of actual / forecast - 1 before the cut.
        low, high: bounds of actual / forecast - 1, as -1 for traffic.

    Raises:
        ValueError: a standard deviation that is not above 0, bounds in the wrong order.
    """
    if not (sd > 0 and low < high):
        raise ValueError(
            f"an error of sd {sd:.6g} within {low:g} and {high:g}; expected an sd above 0 and low below high"
        )
    probability = norm.cdf(np.asarray(scores, dtype=float))
    return np.asarray(1.0 + truncnorm.ppf(probability, (low - mean) / sd, (high - mean) / sd, loc=mean, scale=sd))


def summarise(values: ArrayLike) -> Summary:
    """Mean, percentiles and probability below 0 of independent draws.

    Raises:
        ValueError: fewer than 2 draws, or one that is no number.
    """
    drawn = _drawn(values, 2)
    p50, p80, p95 = (float(p) for p in np.percentile(drawn, [50, 80, 95]))
    error = float(drawn.std(ddof=1) / np.sqrt(drawn.size))
    return Summary(float(drawn.mean()), error, p50, p80, p95, float((drawn < 0).mean()))


def convergence(values: ArrayLike, tolerance: float, *, batches: int = 50) -> Convergence:
    """Running mean and its standard error by batch means, and after how many draws that is small enough.

    After k batches the error is the standard deviation of their means / sqrt(k) (Law, Simulation Modeling and
    Analysis); draws beyond a whole number of equal batches are left out.

    Args:
        values: in the order drawn. tolerance: largest standard error, in the unit of the values.

    Raises:
        ValueError: a tolerance that is not above 0, fewer than 10 batches or fewer draws than batches.
    """
    if not tolerance > 0:
        raise ValueError(
            f"the tolerance is {tolerance:.6g}; expected a standard error above 0, in the unit of the values"
        )
    if batches < _FEWEST_BATCHES:
        raise ValueError(f"{batches} batches say little of an error; expected {_FEWEST_BATCHES} or more")
    drawn = _drawn(values, batches)
    size = drawn.size // batches
    means = drawn[: size * batches].reshape(batches, size).mean(axis=1)
    count = np.arange(1, batches + 1)
    running = np.cumsum(means) / count
    spread = np.array([means[:k].std(ddof=1) / np.sqrt(k) for k in count[1:]])
    above = np.flatnonzero(spread > tolerance)
    # The error of few batches is itself unsure, so fewer than ten are never enough.
    needed = max(_FEWEST_BATCHES, int(count[1:][above[-1]]) + 1 if len(above) else 0)
    return Convergence(count[1:] * size, running[1:], spread, needed * size if needed <= batches else None)


def _drawn(values: ArrayLike, least: int) -> Floats:
    drawn = np.asarray(values, dtype=float)
    if drawn.ndim != 1 or drawn.size < least or not np.isfinite(drawn).all():
        raise ValueError(f"draws of shape {drawn.shape}; expected one list of {least} or more finite numbers")
    return drawn
