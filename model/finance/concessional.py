"""How far a loan is a gift: grant element, 1 - present value of debt service / present value of what is drawn.

The IMF and the World Bank discount at one rate of 5 % since 2013 and call a loan concessional from 35 % on; the
Development Assistance Committee of the OECD adds margins of 1, 2 and 4 points by income group to count official aid
(decision of its High Level Meeting, December 2014).
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.finance.cashflow import annuity_factor, discount_factors

Floats = NDArray[np.float64]
UNIFIED_DISCOUNT_RATE = 0.05


class IncomeGroup(StrEnum):
    """Groups of the OECD's list of recipients; the poorest are least developed and other low-income countries."""

    LDC_OR_LIC = "ldc_or_lic"
    LMIC = "lmic"
    UMIC = "umic"


DAC_DISCOUNT_RATE: Mapping[IncomeGroup, float] = MappingProxyType(
    {IncomeGroup.LDC_OR_LIC: 0.09, IncomeGroup.LMIC: 0.07, IncomeGroup.UMIC: 0.06}
)
DAC_MINIMUM_GRANT_ELEMENT: Mapping[IncomeGroup, float] = MappingProxyType(
    {IncomeGroup.LDC_OR_LIC: 0.45, IncomeGroup.LMIC: 0.15, IncomeGroup.UMIC: 0.10}
)


def grant_element(
    service: ArrayLike, drawn: ArrayLike, years: ArrayLike, discount_rate: float = UNIFIED_DISCOUNT_RATE
) -> Floats:
    """Grant element of any schedule of payments, a share of what is drawn; below 0 where the loan is dear.

    Args:
        service: interest, principal and fees paid, dates or loans x dates, money. drawn: paid out, same shape.
        years: of the dates after signing, whole or not (half-yearly payments are at 0.5, 1, ...).

    Raises:
        ValueError: a loan that is never drawn; years that do not match.
    """
    paid, received = np.asarray(service, dtype=float), np.asarray(drawn, dtype=float)
    when = np.asarray(years, dtype=float)
    if not paid.shape[-1:] == received.shape[-1:] == when.shape:
        raise ValueError(
            f"service of {paid.shape}, draws of {received.shape} and {when.shape} years; expected equally many dates"
        )
    factor = discount_factors(discount_rate, when)
    worth = received @ factor
    if not (worth > 0).all():
        raise ValueError("a loan is never drawn and has no grant element; expected draws above 0")
    return np.asarray(1.0 - paid @ factor / worth)


def level_grant_element(
    rate: ArrayLike,
    tenor: ArrayLike,
    grace: ArrayLike,
    discount_rate: float = UNIFIED_DISCOUNT_RATE,
    payments_per_year: int = 1,
) -> Floats:
    """Grant element of a loan drawn at once with interest only in grace, then equal service.

    The first payment with principal falls due one period after grace.
    Per period, with a(d, n) the annuity factor: 1 - [r a(d, G) + (a(d, M) - a(d, G)) / a(r, M - G)].

    Args:
        rate: nominal, share a year, by loan. tenor, grace: years from signing, by loan, 0 <= grace < tenor.

    Raises:
        ValueError: grace that is not below tenor.
    """
    r, d, last, wait = _periods(rate, tenor, grace, discount_rate, payments_per_year)
    waiting, whole = annuity_factor(d, wait), annuity_factor(d, last)
    return np.asarray(1.0 - r * waiting - (whole - waiting) / annuity_factor(r, last - wait))


def equal_principal_grant_element(
    rate: ArrayLike,
    tenor: ArrayLike,
    grace: ArrayLike,
    discount_rate: float = UNIFIED_DISCOUNT_RATE,
    payments_per_year: int = 1,
) -> Floats:
    """Grant element of a loan drawn at once with interest only in grace, then equal principal.

    (1 - r / d) [1 - (a(d, M) - a(d, G)) / (M - G)] per period: the closed form of the OECD (DAC, Converged Statistical
    Reporting Directives), in which (v^G - v^M) / d is the difference of annuity factors.

    Args and errors as `level_grant_element`.
    """
    r, d, last, wait = _periods(rate, tenor, grace, discount_rate, payments_per_year)
    repaid = (annuity_factor(d, last) - annuity_factor(d, wait)) / (last - wait)
    if abs(d) < 1e-9:  # the limit, interest on the sum of balances, where the quotient has no digits left
        return np.asarray(-r * (last + wait + 1) / 2.0)
    return np.asarray((1.0 - r / d) * (1.0 - repaid))


def dac_grant_element(service: ArrayLike, drawn: ArrayLike, years: ArrayLike, group: IncomeGroup) -> Floats:
    """Grant element at the discount rate of the recipient's income group; arguments as `grant_element`."""
    return grant_element(service, drawn, years, DAC_DISCOUNT_RATE[group])


def is_official_aid(element: ArrayLike, group: IncomeGroup) -> NDArray[np.bool_]:
    """Whether a loan to the official sector counts as aid: its grant element is no lower than its group's minimum.

    Args:
        element: of `dac_grant_element`. The further test that debt be sustainable is not made here.
    """
    return np.asarray(np.asarray(element, dtype=float) >= DAC_MINIMUM_GRANT_ELEMENT[group])


def blended_grant_element(amounts: ArrayLike, elements: ArrayLike) -> float:
    """Grant element of several sources together, their mean weighted by amount; a grant has element 1.

    Raises:
        ValueError: amounts that are negative or sum to 0.
    """
    money = np.asarray(amounts, dtype=float)
    if (money < 0).any() or not money.sum() > 0:
        raise ValueError("an amount is negative or all are 0; expected what each source lends or gives")
    return float(np.average(np.asarray(elements, dtype=float), weights=money))


def _periods(
    rate: ArrayLike, tenor: ArrayLike, grace: ArrayLike, discount_rate: float, payments_per_year: int
) -> tuple[Floats, float, Floats, Floats]:
    """Interest and discount rate per period, maturity and grace in periods."""
    if payments_per_year < 1:
        raise ValueError(f"{payments_per_year} payments a year; expected 1, 2, 4 or 12")
    if not discount_rate > -1:
        raise ValueError(f"the discount rate is {discount_rate:.6g}; expected a share a year above -1 (0.05 is 5 %)")
    last, wait = (np.asarray(x, dtype=float) * payments_per_year for x in (tenor, grace))
    if not ((wait >= 0) & (wait < last)).all():
        raise ValueError("a grace is negative or not shorter than its tenor; expected 0 <= grace < tenor")
    discount = float(np.expm1(np.log1p(discount_rate) / payments_per_year))
    return np.asarray(rate, dtype=float) / payments_per_year, discount, last, wait
