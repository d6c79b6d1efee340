"""The matrix of a comparison: runs by indicators in groups, with their figures in every period of the page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.batch.indicators import INDICATORS
from report.comparison_view import Column, View, column_data, plain
from report.frames import records

MOST_SUBJECTS = {"corridor": 7, "market": 4, "country": 10, "limit": 10, "good": 8, "region": 6}
"""Subjects of an indicator that have a column, those in focus first; the workbook has all of them."""
GROUPS = {
    "plan": "Plan",
    "corridors": "Corridors",
    "bottlenecks": "Bottlenecks",
    "money": "Countries and money",
    "rare earths": "Rare earths",
}
"""Groups of indicators that have columns, in order."""
IN_MATRIX = ("corridor_kt", "corridor_kteu", "focus_share", "focus_days", "focus_cost", "limit_price", "welfare",
             "price_in_europe", "dependence_by_region", "shortage_by_region", "chain_value_added")  # fmt: skip
"""Indicators by subject that have columns beside those of the whole run."""


def columns(view: View) -> tuple[list[Column], list[list[Any]]]:
    """Return the columns, headline figures first, and the groups: title and places of their columns."""
    found: dict[tuple[str, str], Column] = {}
    for row in records(view.headlines):
        period = None if pd.isna(row["period"]) else int(row["period"])
        if (column := view.column(row["indicator"], row["subject"], period)) is not None:
            found[(row["indicator"], row["subject"])] = column
    groups: list[list[Any]] = [["Headlines", list(range(len(found)))]]
    for group, title in GROUPS.items():
        keys = []
        for declared in INDICATORS:
            if declared.group != group or (declared.subject_kind and declared.name not in IN_MATRIX):
                continue
            subjects = (
                view.subjects_of(declared.name, MOST_SUBJECTS[declared.subject_kind]) if declared.subject_kind else [""]
            )
            for subject in subjects:
                column = view.column(declared.name, subject)
                if column is not None:
                    found.setdefault((declared.name, subject), column)
                    keys.append((declared.name, subject))
        order = list(found)
        if keys:
            groups.append([title, [order.index(key) for key in dict.fromkeys(keys)]])
    return list(found.values()), [group for group in groups if group[1]]


def matrix_data(view: View) -> dict[str, Any]:
    """Return columns, groups and rows for JSON.

    A row is the place of a run, its figures by column in each period of the page, and those of the headline periods.
    """
    shown, groups = view.once(columns)
    values = np.array([view.values(column, view.keys) for column in shown]).transpose(1, 2, 0)
    rows = [
        [place, [plain(of_period) for of_period in of_run[:-1]], plain(of_run[-1])]
        for place, of_run in enumerate(values)
    ]
    return {
        "columns": [column_data(view, column) for column in shown],
        "groups": groups,
        "rows": rows,
        "count": len(view.finished),
    }
