"""Worth of a cash flow: present value, internal rates of return, payback.

Amounts are positive when received; ``years`` are years after the date of valuation, whole or not. Where in its year a
flow falls moves a present value by half a year's interest, so ``mid_year`` has no default: False puts the flow of year
t at t, True at t + 1/2. Amounts and years that do not match, are empty or not finite raise a ValueError everywhere.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

Floats = NDArray[np.float64]
# Range searched for ln(1 + rate): below, 1 + rate is lost in rounding; above, a rate a year says nothing.
_LOG_RATE = (-34.0, 100.0)
_TANGENT = 1e-12  # share of the gross flow below which a present value counts as 0


@dataclass(frozen=True)
class InternalRates:
    """Internal rates of return of one cash flow.

    Attributes:
        sign_changes: of the amounts in order of time; no more roots than this exist (Descartes).
        roots: all rates above -1 at which the present value is 0, rising; a double root is named once.
        warning: why no single rate says whether the project pays; None where one does.
    """

    sign_changes: int
    roots: tuple[float, ...]
    warning: str | None

    @property
    def rate(self) -> float | None:
        """The internal rate where there is one and no warning."""
        return None if self.warning else self.roots[0]


def discount_factors(rate: ArrayLike, years: ArrayLike, *, mid_year: bool = False) -> Floats:
    """(1 + rate)^-t with t = years, or years + 1/2 at mid-year; rates and years broadcast; a rate must be above -1."""
    rates = np.asarray(rate, dtype=float)
    if not (rates > -1.0).all():
        raise ValueError(f"a discount rate is {rates.min():.6g}; expected a share a year above -1 (0.05 is 5 %)")
    return np.asarray((1.0 + rates) ** -(np.asarray(years, dtype=float) + 0.5 * mid_year))


def annuity_factor(rate: ArrayLike, periods: ArrayLike) -> Floats:
    """Present value of 1 at the end of each of n periods, (1 - (1 + rate)^-n) / rate; n where the rate is 0."""
    rates, counts = np.broadcast_arrays(np.asarray(rate, dtype=float), np.asarray(periods, dtype=float))
    if not (rates > -1.0).all():
        raise ValueError(f"a rate is {rates.min():.6g}; expected a share a period above -1 (0.05 is 5 %)")
    flat = rates == 0.0
    # expm1 and log1p keep the digits that 1 - (1 + rate)^-n loses at small rates.
    factor = -np.expm1(-counts * np.log1p(rates)) / np.where(flat, 1.0, rates)
    return np.where(flat, counts, factor)


def npv(rate: float, amounts: ArrayLike, years: ArrayLike, *, mid_year: bool) -> float:
    """Net present value at year 0, sum of amount_t / (1 + rate)^t (ADB 2017, Guidelines for the Economic Analysis)."""
    money, when = _flow(amounts, years)
    return float(money @ discount_factors(rate, when, mid_year=mid_year))


def irr_roots(amounts: ArrayLike, years: ArrayLike) -> InternalRates:
    """All rates above -1 at which the net present value is 0.

    By Rolle's theorem: divided by the discount factor of its first year and differentiated, the present value loses a
    term, and the roots of what is left part the roots sought, between which it is monotone. One sign change has one
    root. So no root is missed, and years need not be whole; a shift of all changes nothing. Not all may be 0.
    """
    money, when = _flow(amounts, years)
    times, place = np.unique(when, return_inverse=True)
    summed = np.bincount(place, weights=money)
    if not summed.any():
        raise ValueError("every amount of the cash flow is 0; expected what is paid and what is received")
    times, summed = times[summed != 0], summed[summed != 0]
    roots = tuple(float(np.expm1(x)) for x in _log_roots(summed, times))
    changes = _sign_changes(summed)
    return InternalRates(changes, roots, _warning(roots, changes))


def mirr(amounts: ArrayLike, years: ArrayLike, finance_rate: float, reinvestment_rate: float) -> float:
    """Modified internal rate of return, (FV of inflows / PV of outflows)^(1/n) - 1 (World Bank, Transport Note TRN-6).

    Inflows are compounded to the last year at the reinvestment rate, outflows discounted to the first at the finance
    rate; n is the years between. It is one number where internal rates are several. There must be flows of both signs.
    """
    money, when = _flow(amounts, years)
    span = float(np.ptp(when))
    paid = -np.minimum(money, 0.0) @ discount_factors(finance_rate, when - when.min())
    received = np.maximum(money, 0.0) @ discount_factors(reinvestment_rate, when - when.max())
    if not (paid > 0 and received > 0 and span > 0):
        raise ValueError(
            f"outflows of {paid:.6g} and inflows of {received:.6g} over {span:.6g} years have no modified rate; "
            "expected some of each, in different years"
        )
    return float((received / paid) ** (1.0 / span) - 1.0)


def benefit_cost_ratio(
    rate: float, benefits: ArrayLike, costs: ArrayLike, years: ArrayLike, *, mid_year: bool
) -> float:
    """Present value of benefits / present value of costs; both are given as positive amounts by year."""
    cost = npv(rate, costs, years, mid_year=mid_year)
    if cost <= 0:
        raise ValueError(f"the present value of costs is {cost:.6g}; expected costs as positive amounts")
    return npv(rate, benefits, years, mid_year=mid_year) / cost


def discounted_payback(rate: float, amounts: ArrayLike, years: ArrayLike, *, mid_year: bool) -> float | None:
    """Years until the cumulated discounted cash flow first reaches 0, interpolated; None where it never does.

    A flow that turns negative again later, as where a mine is closed, is not looked at: payback measures exposure.
    """
    money, when = _flow(amounts, years)
    order = np.argsort(when, kind="stable")
    when = when[order] + 0.5 * mid_year
    total = np.cumsum(money[order] * discount_factors(rate, when))
    reached = np.flatnonzero(total >= 0)
    if not len(reached):
        return None
    first = int(reached[0])
    if first == 0:
        return float(when[0])
    before, after = total[first - 1], total[first]
    return float(when[first - 1] + (when[first] - when[first - 1]) * before / (before - after))


def first_year_return(rate: float, first_benefit: float, costs: ArrayLike, years: ArrayLike, opening: float) -> float:
    """Benefit of the opening year / costs compounded to it; below the discount rate, waiting a year is better.

    Args:
        first_benefit: net, in the year of opening. costs: positive, by year; those after the opening are left out.
    """
    money, when = _flow(costs, years)
    built = when <= opening
    cost = float(money[built] @ discount_factors(rate, when[built] - opening))
    if cost <= 0:
        raise ValueError(f"costs up to year {opening:g} sum to {cost:.6g}; expected positive costs before the opening")
    return first_benefit / cost


def equivalent_annual_value(rate: float, present_value: float, periods: float) -> float:
    """Equal amount at the end of each year with this present value; compares projects of unequal lives."""
    if not periods > 0:
        raise ValueError(f"a life of {periods:g} years has no yearly value; expected more than 0")
    return present_value / float(annuity_factor(rate, periods))


def _flow(amounts: ArrayLike, years: ArrayLike) -> tuple[Floats, Floats]:
    money, when = np.asarray(amounts, dtype=float), np.asarray(years, dtype=float)
    if money.ndim != 1 or money.shape != when.shape or not money.size:
        raise ValueError(f"{money.shape} amounts and {when.shape} years; expected one list of each, equally long")
    if not (np.isfinite(money).all() and np.isfinite(when).all()):
        raise ValueError("an amount or a year of the cash flow is missing or infinite; expected numbers")
    return money, when


def _sign_changes(amounts: Floats) -> int:
    return int(np.count_nonzero(np.diff(np.sign(amounts))))


def _side(amounts: Floats, times: Floats, log_rate: float) -> float:
    """Present value over the gross flow; the largest discount factor is scaled to 1, so that none overflows."""
    exponent = -log_rate * times
    terms = amounts * np.exp(exponent - exponent.max())
    return float(terms.sum() / np.abs(terms).sum())


def _log_roots(amounts: Floats, times: Floats) -> list[float]:
    changes = _sign_changes(amounts)
    if changes == 0:
        return []
    turns: list[float] = []
    if changes > 1:
        slope = amounts[1:] * (times[1:] - times[0])
        turns = _log_roots(slope / np.abs(slope).max(), times[1:])
    sides = {x: _side(amounts, times, x) for x in (_LOG_RATE[0], *turns, _LOG_RATE[1])}
    touched = [x for x in turns if abs(sides[x]) <= _TANGENT]
    sides.update(dict.fromkeys(touched, 0.0))
    crossed = [
        float(brentq(lambda x: _side(amounts, times, x), low, high, xtol=1e-15, rtol=1e-14))
        for low, high in pairwise(sides)
        if sides[low] * sides[high] < 0
    ]
    return sorted(touched + crossed)


def _warning(roots: tuple[float, ...], sign_changes: int) -> str | None:
    if not roots:
        return "There is no internal rate of return: no rate makes the present value 0. Judge by present value."
    if len(roots) > 1:
        rates = ", ".join(f"{root:.4%}" for root in roots)
        return f"There are {len(roots)} internal rates of return ({rates}): none decides. Judge by present value."
    if sign_changes % 2 == 0:  # roots by multiplicity are as odd or even as the changes of sign
        return f"At {roots[0]:.4%} the present value touches 0 and turns back. Judge by present value."
    return None
