"""Loans by year: drawdown, interest during construction, amortisation; the debt that a cash flow carries.

Arrays are loans x years. Column 0 is the year of signing, column t the end of year t after it; a loan drawn at once in
column 0 with tenor n is the textbook loan with payments at 1 .. n. Tenor and grace both count from column 0, as in loan
agreements: principal falls due in columns grace + 1 .. tenor. The unit is what a loan pays for cost, so capitalised
interest comes on top of 1. Methods: ADB, Financial Management and Analysis of Projects; edbodmer.com on sculpting.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.finance.cashflow import annuity_factor, discount_factors

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class LoanSchedules:
    """Loans by year; outstanding_t = outstanding_(t-1) + drawn_t + capitalised_t - principal_t, at the end of year t.

    Attributes:
        drawn: paid out for cost. capitalised: interest added to the debt. interest: paid in money. principal: repaid.
    """

    drawn: Floats
    capitalised: Floats
    interest: Floats
    principal: Floats
    outstanding: Floats

    @property
    def service(self) -> Floats:
        """Interest and principal paid in money."""
        return self.interest + self.principal


def level_annuity(rate: ArrayLike, tenor: ArrayLike, grace: ArrayLike, years: int) -> Floats:
    """Principal by year as a share of the debt at the end of grace, for equal yearly service.

    Payment k of n repays (1 + rate)^(k - 1 - n) / a(rate, n), a the annuity factor; shares sum to 1.

    Args:
        rate: share a year, by loan. tenor, grace: whole years from signing, by loan. years: columns, above every tenor.

    Raises:
        ValueError: grace that is not below tenor, a part of a year, or a tenor beyond the columns.
    """
    rates, due, number, count = _due(rate, tenor, grace, years)
    share = discount_factors(rates, count + 1 - number) / annuity_factor(rates, count)
    return np.where(due, share, 0.0)


def equal_principal(tenor: ArrayLike, grace: ArrayLike, years: int) -> Floats:
    """Principal by year as a share of the debt at the end of grace, 1 / (tenor - grace) in each year due.

    Args:
        tenor, grace, years: as of `level_annuity`, whose errors it raises.
    """
    _, due, _, count = _due(0.0, tenor, grace, years)
    return np.where(due, 1.0 / count, 0.0)


def sculpted(rate: ArrayLike, tenor: ArrayLike, grace: ArrayLike, cfads: ArrayLike) -> Floats:
    """Principal by year as a share of the debt at the end of grace, with one cover ratio in all years due.

    Service is c x CFADS with c = 1 / present value of CFADS at the end of grace; the balance after each year is the
    present value of the service still to come.

    Args:
        cfads: cash flow available for debt service, loans x years, money of any unit.

    Raises:
        ValueError: as `level_annuity`; CFADS that is not above 0 when due, or below the interest of its year.
    """
    flow = np.atleast_2d(np.asarray(cfads, dtype=float))
    rates, due, number, _ = _due(rate, tenor, grace, flow.shape[1])
    due, flow = np.broadcast_arrays(due, flow)
    if not (flow[due] > 0).all():
        loan, year = np.argwhere(due & ~(flow > 0))[0]
        raise ValueError(f"CFADS of loan {loan} in year {year} is {flow[loan, year]:.6g}; expected above 0 when due")
    factor = discount_factors(rates, number)
    worth = np.where(due, flow * factor, 0.0)
    owed = worth[:, ::-1].cumsum(axis=1)[:, ::-1]  # service of this year and later, at the end of grace
    share = np.where(due, (owed / (1.0 + rates) - (owed - worth)) / factor / worth.sum(axis=1, keepdims=True), 0.0)
    if (share < -1e-12).any():
        loan, year = np.argwhere(share < -1e-12)[0]
        raise ValueError(
            f"CFADS of loan {loan} in year {year} does not pay its interest, so its debt would grow; expected a longer "
            "grace, less growth of CFADS or another amortisation"
        )
    return share


def loan_schedules(
    draws: ArrayLike, rate: ArrayLike, amortisation: Floats, *, capitalise: bool, year_share: float
) -> LoanSchedules:
    """Loans by year: drawn pro rata with cost, interest during construction capitalised or paid, then repaid.

    Construction of a loan lasts up to its last draw; interest is paid in money after it whatever ``capitalise`` says.
    Interest of year t is rate x (outstanding_(t-1) + year_share x drawn_t).

    Args:
        draws: shares of the loan by year, loans x years or one row for all; each row sums to 1.
        amortisation: of `level_annuity`, `equal_principal` or `sculpted`, loans x years.
        capitalise: whether interest during construction is added to the debt.
        year_share: part of its year in which a draw bears interest: 0 drawn at the end, 0.5 midway, 1 at the start.

    Raises:
        ValueError: draws or amortisation that do not sum to 1, a draw after the first repayment.
    """
    columns = np.atleast_2d(np.asarray(draws, dtype=float)), np.atleast_2d(amortisation)
    paid_out, shares, by_year = np.broadcast_arrays(*columns, np.asarray(rate, dtype=float)[..., None])
    rates = by_year[:, 0]
    _check_schedule(paid_out, shares, year_share)
    building = paid_out[:, ::-1].cumsum(axis=1)[:, ::-1] > 0
    balance = np.zeros(len(paid_out))
    interest, capitalised, principal, outstanding = (np.zeros(paid_out.shape) for _ in range(4))
    peak = balance
    for year in range(paid_out.shape[1]):
        accrued = rates * (balance + year_share * paid_out[:, year])
        added = building[:, year] & capitalise
        interest[:, year], capitalised[:, year] = np.where(added, 0.0, accrued), np.where(added, accrued, 0.0)
        principal[:, year] = shares[:, year] * peak  # nothing is repaid before the debt is at its peak
        balance = balance + paid_out[:, year] + capitalised[:, year] - principal[:, year]
        peak, outstanding[:, year] = np.maximum(peak, balance), balance
    return LoanSchedules(paid_out, capitalised, interest, principal, outstanding)


def sculpted_debt(cfads: ArrayLike, dscr: ArrayLike, rate: ArrayLike) -> Floats:
    """Debt that serves itself with the ratio in every year, sum of CFADS_t / (DSCR (1 + rate)^t).

    Args:
        cfads: of years 1 .. n, years or loans x years, money. dscr: target, one or by year. rate: one or by loan.
    """
    service, rates = _service(cfads, dscr, rate)
    return np.asarray((service * discount_factors(rates, np.arange(1, service.shape[-1] + 1))).sum(axis=-1))


def level_debt(cfads: ArrayLike, dscr: ArrayLike, rate: ArrayLike) -> Floats:
    """Largest debt with equal yearly service at the ratio, min(CFADS / DSCR) x annuity factor; see `sculpted_debt`."""
    service, rates = _service(cfads, dscr, rate)
    return np.asarray(service.min(axis=-1) * annuity_factor(rates[..., 0], service.shape[-1]))


def average_life(principal: ArrayLike) -> Floats:
    """Years to repayment weighted by principal, sum(t principal_t) / sum(principal_t), by loan.

    Args:
        principal: years or loans x years, column t at year t; for a portfolio, the sum over its loans in money.
    """
    paid = np.asarray(principal, dtype=float)
    total = paid.sum(axis=-1)
    if not (total > 0).all():
        raise ValueError("a loan repays no principal and has no average life; expected principal above 0")
    return np.asarray(paid @ np.arange(paid.shape[-1]) / total)


def _due(rate: ArrayLike, tenor: ArrayLike, grace: ArrayLike, years: int) -> tuple[Floats, Flags, Floats, Floats]:
    """Rate by loan, and loans x years: whether principal is due, its number from 1; number of payments by loan."""
    rates, ends, waits = (
        column.reshape(-1, 1) for column in np.broadcast_arrays(*(np.asarray(x, float) for x in (rate, tenor, grace)))
    )
    if (ends % 1 != 0).any() or (waits % 1 != 0).any():
        raise ValueError("a tenor or grace is not a whole number of years; expected whole years")
    if not ((waits >= 0) & (waits < ends)).all():
        raise ValueError("a grace is negative or not shorter than its tenor; expected 0 <= grace < tenor")
    if not (ends < years).all():
        raise ValueError(
            f"a tenor of {ends.max():g} years ends beyond the {years} columns; expected at least tenor + 1"
        )
    when = np.arange(years, dtype=float)
    return rates, (when > waits) & (when <= ends), when - waits, ends - waits


def _check_schedule(draws: Floats, shares: Floats, year_share: float) -> None:
    if not 0 <= year_share <= 1:
        raise ValueError(f"year_share is {year_share:g}; expected 0 (drawn at the year's end) to 1 (at its start)")
    for name, part in (("draws", draws), ("amortisation", shares)):
        if (part < -1e-12).any() or not np.allclose(part.sum(axis=1), 1.0):
            raise ValueError(f"{name} of a loan are negative or do not sum to 1; expected shares of the loan by year")
    last = draws.shape[1] - 1 - (draws[:, ::-1] > 0).argmax(axis=1)
    early = (shares > 0).argmax(axis=1) <= last
    if early.any():
        raise ValueError(
            f"loan {early.argmax()} repays before its last draw; expected a grace up to year {last[early][0]}"
        )


def _service(cfads: ArrayLike, dscr: ArrayLike, rate: ArrayLike) -> tuple[Floats, Floats]:
    ratio = np.asarray(dscr, dtype=float)
    if not (ratio > 0).all():
        raise ValueError(f"a target DSCR is {ratio.min():.6g}; expected above 0, as 1.3")
    service = np.asarray(cfads, dtype=float) / ratio
    if (service < 0).any():
        raise ValueError("CFADS is negative in some year, which no debt can be sized on; expected 0 or more")
    return service, np.asarray(rate, dtype=float)[..., None]
