"""Limits of trade policy: quotas, licences, bans, taxes on exports and largest shares, as rows and costs of a block."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from model.problem import LimitRows
from model.trade import KILO, Customs
from network.calendar import acts_in
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
HOURS_PER_DAY = 24.0
_QUANTITY = ("quota", "licence", "ban", "share")


def active_limits(network: Network, periods: pd.DataFrame, number: int) -> pd.DataFrame:
    """Rows of ``trade_limits`` in force in a period.

    Args:
        number: position of the period.
    """
    table = network.trade_limits
    acts = [bool(acts_in(row.first_year, row.last_year, periods)[number]) for row in each_row(table)]
    return table[np.array(acts, dtype=bool) & (table["is_active"] == 1).to_numpy()]


def limit_rows(limits: pd.DataFrame, owner: Customs, usual: Floats, months_share: float) -> LimitRows:
    """Limits on quantities of a block; taxes and delays cost and have no row.

    Args:
        limits: those in force. usual: kt of each class at the reference. months_share: season's part of the year.
    """
    rows = limits[limits["instrument"].isin(_QUANTITY)]
    most, weights = [], []
    for row in each_row(rows):
        goods = owner.of_goods(row.commodity_ids) & owner.frame["is_foreign"].to_numpy()
        bound = goods & owner.among("importer", row.importers)
        mine = bound & owner.among("origin", row.exporters)
        if row.instrument == "share":
            most.append(0.0)
            weights.append(np.where(mine, 1.0 - row.max_share, np.where(bound, -row.max_share, 0.0)))
            continue
        most.append(_most(row.instrument, row, float(usual[mine].sum()), months_share))
        weights.append(mine.astype(float))
    labels = rows[["limit_id", "title", "instrument", "imposed_by"]].reset_index(drop=True)
    matrix = csr_matrix(np.array(weights).reshape(len(rows), len(owner.frame)))
    used = np.asarray(np.diff(matrix.indptr) > 0)
    return LimitRows(labels[used].reset_index(drop=True), np.array(most)[used], matrix[used])


def _most(instrument: str, row: object, usual_kt: float, months_share: float) -> float:
    if instrument == "ban":
        return 0.0
    if instrument == "licence":
        return float(getattr(row, "grant_share")) * usual_kt  # noqa: B009
    return float(getattr(row, "quota_t_per_year")) / KILO * months_share  # noqa: B009


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
    """What limits cost each class, USD per t: taxes on exports, and papers with the days that they take.

    Args:
        value: USD per t. value_of_time: USD per t and hour, both by class.
    """
    tax, papers = np.zeros(len(value)), np.zeros(len(value))
    for row in each_row(limits):
        mine = owner.of_goods(row.commodity_ids) & owner.frame["is_foreign"].to_numpy()
        mine &= owner.among("origin", row.exporters) & owner.among("importer", row.importers)
        tax[mine] += row.tax_pct / 100.0 * value[mine]
        papers[mine] += row.cost_usd_per_t + row.delay_days * HOURS_PER_DAY * value_of_time[mine]
    return tax, papers
