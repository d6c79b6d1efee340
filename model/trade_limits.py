r"""Limits of trade policy: quotas, licences, bans, taxes on exports and largest shares, as rows and costs of a block.

A period stands for the mean of its years, so a limit counts with the part of them in which it acts. With w_i the part
of the years in which row i of a rule is in force, what the rule lets through in the mean year is

    sum over rows of w_i a_i + (1 - sum of w_i) max(u, max of a_i),

where u is the usual trade (the reference of the period) and a_i what row i lets through: nothing (ban), the licensed
part of u (licence), the quota (quota). So a ban in one of three years lets two thirds of the usual trade through, and
a quota that is not binding is no narrower for its other years. A largest share is a mean in the same way, with the
usual share for u; where nothing is usual, all is free in the other years. Rows of one rule are those of one
``limit_id``, which levers split by years: they are one row of the program, since each by itself would take the usual
trade for the years of the others. Every bound stays linear in what is traded. Taxes and formalities cost a mean tonne
w_i times as much, as duties do.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from model.problem import LimitRows
from model.trade import KILO, Customs
from network.calendar import part_of_years
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
HOURS_PER_DAY = 24.0
_QUANTITY = ("quota", "licence", "ban", "share")


def active_limits(network: Network, periods: pd.DataFrame, number: int) -> pd.DataFrame:
    """Rows of ``trade_limits`` in force in a period, with ``weight``: the part of its years in which they are.

    Args:
        number: position of the period.
    """
    table = network.trade_limits
    first, last = (table[name].to_numpy(float) for name in ("first_year", "last_year"))
    start, end = (int(periods[name].iloc[number]) for name in ("first_year", "last_year"))
    weight = part_of_years(first, last, start, end) * (table["is_active"] == 1).to_numpy()
    return table.assign(weight=weight)[weight > 0]


def limit_rows(limits: pd.DataFrame, owner: Customs, usual: Floats, months_share: float) -> LimitRows:
    """Limits on quantities of a block, one row a rule; taxes and delays cost and have no row.

    Args:
        limits: those in force. usual: kt of each class at the reference. months_share: season's part of the year.
    """
    rules = limits[limits["instrument"].isin(_QUANTITY)]
    most, weights = [], []
    for _, rows in rules.groupby("limit_id", sort=False):
        rule = next(each_row(rows))
        goods = owner.of_goods(rule.commodity_ids) & owner.frame["is_foreign"].to_numpy()
        bound = goods & owner.among("importer", rule.importers)
        mine = bound & owner.among("origin", rule.exporters)
        of_mine, of_all = float(usual[mine].sum()), float(usual[bound].sum())
        if rule.instrument == "share":
            share = _mean(rows, rows["max_share"].to_numpy(float), of_mine / of_all if of_all > 0 else 1.0)
            most.append(0.0)
            weights.append(np.where(mine, 1.0 - share, np.where(bound, -share, 0.0)))
            continue
        most.append(_mean(rows, _let_through(rule.instrument, rows, of_mine, months_share), of_mine))
        weights.append(mine.astype(float))
    labels = rules.drop_duplicates("limit_id")[["limit_id", "title", "instrument", "imposed_by"]].reset_index(drop=True)
    matrix = csr_matrix(np.array(weights).reshape(len(labels), len(owner.frame)))
    used = np.asarray(np.diff(matrix.indptr) > 0)
    return LimitRows(labels[used].reset_index(drop=True), np.array(most)[used], matrix[used])


def _let_through(instrument: str, rows: pd.DataFrame, usual_kt: float, months_share: float) -> Floats:
    """Kt in the season that each row of a rule lets through while it is in force."""
    if instrument == "ban":
        return np.zeros(len(rows))
    if instrument == "licence":
        return rows["grant_share"].to_numpy(float) * usual_kt
    return rows["quota_t_per_year"].to_numpy(float) / KILO * months_share


def _mean(rows: pd.DataFrame, allowed: Floats, usual: float) -> float:
    """Mean over the years of a period of what a rule allows; see the head of the module."""
    weight = rows["weight"].to_numpy(float)
    free = max(1.0 - float(weight.sum()), 0.0)
    return float(weight @ allowed) + free * max(usual, float(allowed.max()))


def with_idle(own: LimitRows, other: LimitRows) -> LimitRows:
    """Rows of two worlds in one order: those that the own world does not have let everything through."""
    mine = dict(zip(own.labels["limit_id"], range(len(own.labels)), strict=True))
    theirs = dict(zip(other.labels["limit_id"], range(len(other.labels)), strict=True))
    names = sorted({*mine, *theirs})
    if not names:
        return own
    picked = [(own, mine[name]) if name in mine else (other, theirs[name]) for name in names]
    labels = pd.concat([rows.labels.iloc[[number]] for rows, number in picked], ignore_index=True)
    most = np.array([rows.most[number] if rows is own else np.inf for rows, number in picked])
    return LimitRows(labels, most, csr_matrix(vstack([rows.weights[number] for rows, number in picked])))


def formalities(limits: pd.DataFrame, owner: Customs, value: Floats, value_of_time: Floats) -> tuple[Floats, Floats]:
    """What limits cost each class in the mean year, USD per t: taxes on exports, and papers with their days.

    Args:
        value: USD per t. value_of_time: USD per t and hour, both by class.
    """
    tax, papers = np.zeros(len(value)), np.zeros(len(value))
    for row in each_row(limits):
        mine = owner.of_goods(row.commodity_ids) & owner.frame["is_foreign"].to_numpy()
        mine &= owner.among("origin", row.exporters) & owner.among("importer", row.importers)
        tax[mine] += row.weight * row.tax_pct / 100.0 * value[mine]
        waiting = row.delay_days * HOURS_PER_DAY * value_of_time[mine]
        papers[mine] += row.weight * (row.cost_usd_per_t + waiting)
    return tax, papers
