"""Losses on loans: expected, unexpected, capital for the worst year, return on it.

PD: probability of default within a year. LGD: share of the exposure lost then. EAD: exposure at default, money. Arrays
are by loan and broadcast. Capital follows Vasicek's one-factor model as the Basel Committee adopted it (CRE31; An
Explanatory Note on the Basel II IRB Risk Weight Functions, 2005).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from model.finance.cashflow import discount_factors

Floats = NDArray[np.float64]
_PD_FLOOR = 0.0005  # of Basel III; the maturity adjustment has no meaning far below


def expected_loss(pd: ArrayLike, lgd: ArrayLike, ead: ArrayLike) -> Floats:
    """Mean loss of a year by loan, PD x LGD x EAD, in the money of EAD."""
    default, given, exposed = _checked(pd, lgd, ead)
    return default * given * exposed


def unexpected_loss(pd: ArrayLike, lgd: ArrayLike, ead: ArrayLike) -> Floats:
    """Standard deviation of the loss of each loan alone, EAD x LGD x sqrt(PD (1 - PD)), LGD taken as certain."""
    default, given, exposed = _checked(pd, lgd, ead)
    return np.asarray(exposed * given * np.sqrt(default * (1.0 - default)))


def basel_correlation(pd: ArrayLike) -> Floats:
    """Asset correlation of corporates, banks and sovereigns, from 0.24 at PD 0 down to 0.12 (CRE31.5).

    R = 0.12 w + 0.24 (1 - w), w = (1 - e^(-50 PD)) / (1 - e^-50).
    """
    default, _, _ = _checked(pd, 1.0, 1.0)
    weight = np.expm1(-50.0 * default) / np.expm1(-50.0)
    return np.asarray(0.12 * weight + 0.24 * (1.0 - weight))


def vasicek_capital(
    pd: ArrayLike, lgd: ArrayLike, correlation: ArrayLike, *, confidence: float = 0.999, maturity: ArrayLike = 1.0
) -> Floats:
    """Capital per unit of exposure for unexpected losses of a fine-grained portfolio.

    k = LGD [N((G(PD) + sqrt(R) G(q)) / sqrt(1 - R)) - PD] x (1 + (M - 2.5) b) / (1 - 1.5 b), with
    b = (0.11852 - 0.05478 ln PD)^2; the last factor is 1 at a maturity of one year. Risk weight = 12.5 k.

    Args:
        correlation: R of `basel_correlation` or own, 0 <= R < 1. confidence: q. maturity: M, years.

    Raises:
        ValueError: a share outside 0 .. 1, a correlation of 1, a maturity below 0.
    """
    default, given, related = _checked(pd, lgd, correlation)
    if not ((related < 1).all() and 0 < confidence < 1):
        raise ValueError("a correlation or the confidence is outside 0 to 1; expected as 0.15 and 0.999")
    lasting = np.asarray(maturity, dtype=float)
    if not (lasting >= 0).all():
        raise ValueError(f"a maturity is {lasting.min():.6g} years; expected 0 or more")
    worst = norm.cdf((norm.ppf(default) + np.sqrt(related) * norm.ppf(confidence)) / np.sqrt(1.0 - related))
    b = (0.11852 - 0.05478 * np.log(np.maximum(default, _PD_FLOOR))) ** 2
    return np.asarray(given * (worst - default) * (1.0 + (lasting - 2.5) * b) / (1.0 - 1.5 * b))


def portfolio_losses(
    pd: ArrayLike, lgd: ArrayLike, ead: ArrayLike, correlation: ArrayLike, *, draws: int, seed: int
) -> Floats:
    """Losses of a whole portfolio in drawn years, by Monte Carlo of the one-factor model.

    Loan i defaults where sqrt(R_i) Z + sqrt(1 - R_i) e_i < G(PD_i), with one Z a draw for all loans. It checks
    `vasicek_capital`, which knows no large single names. Needs about draws x loans x 32 bytes.

    Returns:
        Loss of each draw, money of EAD.

    Raises:
        ValueError: a share outside 0 .. 1, fewer than 1 draw.
    """
    if draws < 1:
        raise ValueError(f"{draws} draws; expected 1 or more")
    columns = np.broadcast_arrays(*(np.atleast_1d(np.asarray(x, dtype=float)) for x in (pd, lgd, ead, correlation)))
    default, given, exposed = _checked(*columns[:3])
    _, related, _ = _checked(default, columns[3], exposed)
    generator = np.random.default_rng(seed)
    common = generator.standard_normal((draws, 1))
    asset = np.sqrt(related) * common + np.sqrt(1.0 - related) * generator.standard_normal((draws, len(default)))
    return np.asarray((asset < norm.ppf(default)) @ (given * exposed))


def raroc(
    margin: ArrayLike, fees: ArrayLike, operating_cost: ArrayLike, expected: ArrayLike, capital: ArrayLike
) -> Floats:
    """Risk-adjusted return on capital, (margin + fees - operating cost - expected loss) / economic capital.

    Args:
        margin, fees, operating_cost, expected: of a year, money. capital: money, as EAD x `vasicek_capital`.

    Raises:
        ValueError: capital that is not above 0.
    """
    earned, charged, spent, lost, held = (
        np.asarray(x, dtype=float) for x in (margin, fees, operating_cost, expected, capital)
    )
    if not (held > 0).all():
        raise ValueError(f"economic capital is {held.min():.6g}; expected above 0, a loan without risk has no RAROC")
    return np.asarray((earned + charged - spent - lost) / held)


def cumulative_default(pd: ArrayLike) -> Floats:
    """Probability of a default up to the end of each year, 1 - product of (1 - PD_t).

    Args:
        pd: of each year given survival up to it, years or loans x years.
    """
    default, _, _ = _checked(pd, 1.0, 1.0)
    return np.asarray(1.0 - np.cumprod(1.0 - default, axis=-1))


def provision(pd: ArrayLike, lgd: ArrayLike, ead: ArrayLike, rate: float, *, lifetime: bool) -> Floats:
    """Provision for expected losses, sum of marginal PD_t x LGD x EAD_t / (1 + rate)^t (IFRS 9, 5.5).

    Args:
        pd: of each year given survival, years or loans x years. ead: at risk in each year, same shape, money.
        rate: effective interest rate. lifetime: all years (a loan whose risk has risen), else the first only.

    Raises:
        ValueError: a share outside 0 .. 1, a rate of -1 or less.
    """
    default, given, exposed = _checked(*np.broadcast_arrays(np.atleast_1d(pd), lgd, ead))
    marginal = np.diff(cumulative_default(default), axis=-1, prepend=0.0)
    years = default.shape[-1] if lifetime else 1
    lost = (marginal * given * exposed)[..., :years]
    return np.asarray(lost @ discount_factors(rate, np.arange(1, years + 1)))


def _checked(pd: ArrayLike, lgd: ArrayLike, ead: ArrayLike) -> tuple[Floats, Floats, Floats]:
    default, given, exposed = (np.asarray(x, dtype=float) for x in (pd, lgd, ead))
    for name, share in (("PD", default), ("LGD or correlation", given)):
        if not ((share >= 0) & (share <= 1)).all():
            raise ValueError(f"a {name} is outside 0 to 1; expected a share (0.02 is 2 %)")
    if not (exposed >= 0).all():
        raise ValueError(f"an exposure is {exposed.min():.6g}; expected 0 or more")
    return default, given, exposed
