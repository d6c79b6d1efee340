"""Dated rows of the tables and the years of a lever: what stays outside them, and what lies inside."""

import math
from typing import Any

import pandas as pd

from model.levers.base import Window, with_rows

Record = dict[str, Any]


def outside(record: Record, window: Window) -> list[Record]:
    """What of a row with first_year and last_year lies before and after a window.

    >>> row = {"first_year": 2020, "last_year": math.nan}
    >>> outside(row, Window(first_year=2026, last_year=2027))
    [{'first_year': 2020, 'last_year': 2025}, {'first_year': 2028, 'last_year': nan}]
    """
    first, last = (_year(record[name]) for name in ("first_year", "last_year"))
    if _after(first, window.last_year) or _after(window.first_year, last):
        return [record]
    rows = []
    if window.first_year is not None and (first is None or first < window.first_year):
        rows.append({**record, "last_year": window.first_year - 1})
    if window.last_year is not None and (last is None or last > window.last_year):
        rows.append({**record, "first_year": window.last_year + 1})
    return rows


def years_of(record: Record, window: Window) -> Record:
    """Years in which a change of a row acts: those of the window, or of the row where the window has none."""
    if window.first_year is None and window.last_year is None:
        return {"first_year": record["first_year"], "last_year": record["last_year"]}
    return {"first_year": window.first_year, "last_year": window.last_year}


def rebuilt(name: str, table: pd.DataFrame, rows: list[Record]) -> pd.DataFrame:
    """A table of these rows, in the columns and types of the old one."""
    return with_rows(name, table.iloc[:0], pd.DataFrame(rows, columns=list(table.columns)))


def _year(value: float | None) -> int | None:
    return None if value is None or math.isnan(value) else int(value)


def _after(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and one > other
