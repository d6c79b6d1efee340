"""Limits of trade policy: quotas, licences, bans, taxes on exports and largest shares, as rows and costs of a block.

A limit counts with the years in which it is in force. Where it bears on some years of a period only, the classes that
it concerns stand for parts of the years (``model.year_parts``), so that a ban in one of three years ends the trade of
that year and leaves the other two alone. A limit has a row for each part in which it acts: a quota lets that part of a
year's quota through, a licence the granted share of the part's usual trade, a share is of what is bought in the part.
Taxes and formalities are charged in the part; classes that are not split pay the mean of their years, as they do
duties.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from model.parties import Customs
from model.problem import LimitRows
from model.year_parts import QUANTITY, YearParts
from network.calendar import part_of_years
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
KILO = 1000.0
HOURS_PER_DAY = 24.0
_LABELS = ["limit_id", "title", "instrument", "imposed_by", "year"]


def active_limits(network: Network, periods: pd.DataFrame, number: int) -> pd.DataFrame:
    """Rows of ``trade_limits`` in force in some year of a period.

    Args:
        number: position of the period.
    """
    table = network.trade_limits
    start, end = (int(periods[name].iloc[number]) for name in ("first_year", "last_year"))
    return table[(_acting(table, start, end) > 0) & (table["is_active"] == 1).to_numpy()]


def _acting(table: pd.DataFrame, start: int, end: int) -> Floats:
    first, last = (table[name].to_numpy(float) for name in ("first_year", "last_year"))
    return part_of_years(first, last, start, end)


def limit_rows(limits: pd.DataFrame, owner: Customs, years: YearParts, usual: Floats, months_share: float) -> LimitRows:
    """Limits on quantities of a block, one row a limit and part of the years; taxes and delays cost and have no row.

    Args:
        limits: those in force. years: that the classes stand for. usual: kt of each class at the reference.
        months_share: season's part of the year.
    """
    most: list[float] = []
    weights: list[Floats] = []
    parts = []
    for year in np.unique(years.year).tolist():
        rows = limits[limits["instrument"].isin(QUANTITY) & (_acting(limits, year, year) > 0)]
        parts.append(rows.assign(year=year))
        for row in each_row(rows):
            goods = owner.of_goods(row.commodity_ids) & owner.frame["is_foreign"].to_numpy() & (years.year == year)
            bound = goods & owner.among("importer", row.importers)
            mine = bound & owner.among("origin", row.exporters)
            if row.instrument == "share":
                most.append(0.0)
                weights.append(np.where(mine, 1.0 - row.max_share, np.where(bound, -row.max_share, 0.0)))
                continue
            most.append(_most(row, mine, years.part, usual, months_share))
            weights.append(mine.astype(float))
    labels = pd.concat(parts)[_LABELS].reset_index(drop=True)
    matrix = csr_matrix(np.array(weights).reshape(len(labels), len(owner.frame)))
    used = np.asarray(np.diff(matrix.indptr) > 0)
    return LimitRows(labels[used].reset_index(drop=True), np.array(most)[used], matrix[used])


def _most(row: object, mine: Flags, part: Floats, usual: Floats, months_share: float) -> float:
    """Kt in the season that a limit lets through in its part of the years."""
    instrument, grant, quota = (getattr(row, name) for name in ("instrument", "grant_share", "quota_t_per_year"))
    if instrument == "ban" or not mine.any():
        return 0.0
    if instrument == "licence":
        return float(grant) * float(usual[mine].sum())
    return float(quota) / KILO * months_share * float(part[mine][0])  # all of one quota are of one part


def with_idle(own: LimitRows, other: LimitRows) -> LimitRows:
    """Rows of two worlds in one order: those that the own world does not have let everything through."""
    mine, theirs = ({key: number for number, key in enumerate(_keys(rows))} for rows in (own, other))
    names = sorted({*mine, *theirs})
    if not names:
        return own
    picked = [(own, mine[name]) if name in mine else (other, theirs[name]) for name in names]
    labels = pd.concat([rows.labels.iloc[[number]] for rows, number in picked], ignore_index=True)
    most = np.array([rows.most[number] if rows is own else np.inf for rows, number in picked])
    return LimitRows(labels, most, csr_matrix(vstack([rows.weights[number] for rows, number in picked])))


def _keys(rows: LimitRows) -> list[tuple[str, int]]:
    return list(zip(rows.labels["limit_id"], rows.labels["year"].astype(int), strict=True))


def formalities(
    limits: pd.DataFrame, owner: Customs, years: YearParts, value: Floats, value_of_time: Floats
) -> tuple[Floats, Floats]:
    """What limits cost each class in its years, USD per t: taxes on exports, and papers with the days that they take.

    Args:
        value: USD per t. value_of_time: USD per t and hour, both by class.
    """
    tax, papers = np.zeros(len(value)), np.zeros(len(value))
    for row in each_row(limits):
        mine = owner.of_goods(row.commodity_ids) & owner.frame["is_foreign"].to_numpy()
        mine &= owner.among("origin", row.exporters) & owner.among("importer", row.importers)
        acting = years.acting(row.first_year, row.last_year) * mine
        tax += acting * row.tax_pct / 100.0 * value
        papers += acting * (row.cost_usd_per_t + row.delay_days * HOURS_PER_DAY * value_of_time)
    return tax, papers
