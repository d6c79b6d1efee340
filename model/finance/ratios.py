"""Cover of debt service by the cash flow available for it (CFADS).

Arrays end in years: years, or loans x years, column t at the end of year t. A ratio is nan where nothing is due.
Definitions as in Yescombe, Principles of Project Finance.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.finance.cashflow import discount_factors

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Minimum:
    """Lowest ratio of a loan and the first year it falls in."""

    value: float
    year: int


def dscr(cfads: ArrayLike, service: ArrayLike) -> Floats:
    """Debt service cover ratio by year, CFADS_t / (interest_t + principal_t)."""
    cash, due = np.broadcast_arrays(np.asarray(cfads, dtype=float), np.asarray(service, dtype=float))
    return _ratio(cash, due)


def llcr(cfads: ArrayLike, outstanding: ArrayLike, rate: ArrayLike) -> Floats:
    """Loan life cover ratio by year, present value of CFADS from year t to maturity / debt at the start of year t.

    Valued at the start of the year (end of year t - 1) at the rate of the debt. While a loan is being drawn its debt
    is not yet whole and the ratio flatters.

    Args:
        outstanding: debt at the end of each year. rate: share a year, one or by loan.
    """
    cash, opening = _opening(cfads, outstanding)
    return _cover(np.where(opening > 0, cash, 0.0), opening, rate)


def plcr(cfads: ArrayLike, outstanding: ArrayLike, rate: ArrayLike) -> Floats:
    """Project life cover ratio by year: as `llcr` with CFADS up to the last column, the end of the project's life."""
    return _cover(*_opening(cfads, outstanding), rate)


def minimum_ratio(ratio: ArrayLike, years: ArrayLike) -> Minimum | None:
    """Lowest ratio of one loan and its first year; None where nothing is ever due.

    Args:
        ratio: by year, nan where nothing is due. years: what the columns are called.

    Raises:
        ValueError: ratios and years that do not match.
    """
    values, names = np.asarray(ratio, dtype=float), np.asarray(years)
    if values.ndim != 1 or values.shape != names.shape:
        raise ValueError(f"{values.shape} ratios and {names.shape} years; expected those of one loan, equally many")
    if np.isnan(values).all():
        return None
    lowest = int(np.nanargmin(values))
    return Minimum(float(values[lowest]), int(names[lowest]))


def covenant_headroom(cfads: ArrayLike, service: ArrayLike, required: ArrayLike) -> Floats:
    """CFADS_t - required DSCR x service_t by year, in money: what could be lost before the covenant breaks.

    Raises:
        ValueError: a required ratio below 0.
    """
    ratio = np.asarray(required, dtype=float)
    if not (ratio >= 0).all():
        raise ValueError(f"a required DSCR is {ratio.min():.6g}; expected 0 or more, as 1.2")
    return np.asarray(np.asarray(cfads, dtype=float) - ratio * np.asarray(service, dtype=float))


def covenant_shortfall(cfads: ArrayLike, service: ArrayLike, required: ArrayLike) -> Floats:
    """Money that lacks by year for the covenant to hold, 0 where it holds and where nothing is due."""
    lacks = np.maximum(-covenant_headroom(cfads, service, required), 0.0)
    return np.where(np.asarray(service, dtype=float) > 0, lacks, 0.0)


def _opening(cfads: ArrayLike, outstanding: ArrayLike) -> tuple[Floats, Floats]:
    cash, closing = np.broadcast_arrays(np.asarray(cfads, dtype=float), np.asarray(outstanding, dtype=float))
    opening = np.zeros(closing.shape)
    # What rounding leaves of a repaid debt is no debt.
    opening[..., 1:] = np.where(closing > 1e-9 * closing.max(axis=-1, keepdims=True), closing, 0.0)[..., :-1]
    return cash, opening


def _cover(cash: Floats, opening: Floats, rate: ArrayLike) -> Floats:
    factor = discount_factors(np.asarray(rate, dtype=float)[..., None], np.arange(cash.shape[-1]))
    worth = (cash * factor)[..., ::-1].cumsum(axis=-1)[..., ::-1]
    at_start = worth / factor / (1.0 + np.asarray(rate, dtype=float)[..., None])
    return _ratio(at_start, opening)


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.asarray(np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0))
