"""What a commitment of one million USD does in each year: draw-down, what is outstanding, interest, repayment.

Terms are nominal, the model's money is constant USD: schedules run in nominal USD and are deflated with the inflation
of the USD from the year of commitment, so a level payment weighs less every year. Draw-down is even over the years of
construction in constant USD, as the spending is; interest during construction is paid as it falls due and is part of
the uses of funds. Repayment is level (annuity) in tenor - grace payments, the first a year after the end of grace as
loan agreements have it, but not before service. Guarantees follow the loan that they cover, without its interest;
equity stays outstanding; grants are gone when drawn.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.finance.debt import level_annuity, loan_schedules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_MIDDLE = 0.5  # of its year is when money is drawn on average
_NOTHING = 1e-9  # of a commitment: what rounding leaves of a repaid debt


@dataclass(frozen=True)
class Schedule:
    """Constant million USD per million committed, commitments x years.

    Attributes:
        drawn: in the year. outstanding: at its end. interest, principal: paid in the year, from service on.
        idc: interest paid before service, by commitment.
    """

    drawn: Floats
    outstanding: Floats
    interest: Floats
    principal: Floats
    idc: Floats

    @property
    def service(self) -> Floats:
        """Interest and principal from the first year of service on."""
        return self.interest + self.principal


def schedule(terms: pd.DataFrame, inflation: float, years: Ints) -> Schedule:
    """Schedules of commitments.

    Args:
        terms: one row a commitment: start_year, in_service_year (first years of construction and of service),
            instrument, is_debt, nominal_rate, tenor_years, grace_years (from the commitment).
        inflation: of the USD, share a year. years: calendar years, each one more than the last.
    """
    start = terms["start_year"].to_numpy(np.int64)
    building = np.maximum(terms["in_service_year"].to_numpy(np.int64) - start, 1)
    debt = terms["is_debt"].to_numpy(bool)
    repaid = debt | (terms["instrument"] == "guarantee").to_numpy()
    rate = np.where(debt, terms["nominal_rate"].to_numpy(float), 0.0)
    grace, tenor = (np.where(repaid, terms[c].to_numpy(np.int64), 0) for c in ("grace_years", "tenor_years"))
    tenor = np.maximum(tenor, building)
    wait = np.minimum(np.maximum(grace, building - 1), tenor - 1)  # grace that is the tenor: one payment at its end
    ages = np.arange(int(max(tenor.max(initial=1), years[-1] - start.min(initial=years[-1]))) + 2)
    index = (1.0 + inflation) ** ages
    draws = np.where(ages[None, :] < building[:, None], index[None, :], 0.0)
    whole = draws.sum(axis=1, keepdims=True)
    loans = loan_schedules(
        draws / whole, rate, level_annuity(rate, tenor, wait, len(ages)), capitalise=False, year_share=_MIDDLE
    )
    real = whole / building[:, None] / index[None, :]  # of a nominal share, so that draws sum to 1 in constant USD
    drawn, interest, principal, outstanding = (
        np.where(np.abs(part) > _NOTHING, part, 0.0) * real
        for part in (loans.drawn, loans.interest, loans.principal, loans.outstanding)
    )
    lasting = (terms["instrument"] == "equity").to_numpy()
    outstanding = np.where(repaid[:, None], outstanding, np.where(lasting[:, None], drawn.cumsum(axis=1), 0.0))
    before = ages[None, :] < building[:, None]
    idc = np.where(debt[:, None] & before, interest, 0.0).sum(axis=1)
    paid = debt[:, None] & ~before
    parts = (drawn, outstanding, np.where(paid, interest, 0.0), np.where(paid, principal, 0.0))
    drawn, outstanding, interest, principal = (_in_calendar(part, start, years) for part in parts)
    return Schedule(drawn, outstanding, interest, principal, idc)


def _in_calendar(by_age: Floats, start: Ints, years: Ints) -> Floats:
    """Columns by age moved to calendar years; 0 before the start and after the last age."""
    age = years[None, :] - start[:, None]
    inside = (age >= 0) & (age < by_age.shape[1])
    moved = np.take_along_axis(by_age, np.clip(age, 0, by_age.shape[1] - 1), axis=1)
    return np.where(inside, moved, 0.0)


def by_period(yearly: Floats, years: Ints, first: Ints, last: Ints) -> Floats:
    """Sums of yearly columns over periods.

    Args:
        yearly: rows x years. first, last: years of each period.
    """
    inside = (years[:, None] >= first[None, :]) & (years[:, None] <= last[None, :])
    total: Floats = yearly @ inside.astype(float)
    return total


def most_by_period(yearly: Floats, years: Ints, first: Ints, last: Ints) -> Floats:
    """Largest of yearly columns in periods; arguments as ``by_period``."""
    most: Floats = np.stack(
        [yearly[:, (years >= a) & (years <= b)].max(axis=1, initial=0.0) for a, b in zip(first, last, strict=True)],
        axis=1,
    )
    return most
