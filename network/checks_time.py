"""Periods, seasons and windows of years that contradict each other."""

from collections.abc import Mapping
from math import inf

import pandas as pd

from network.cell_checks import show
from network.problems import Problem
from network.typed_frame import TypedTable


def periods_out_of_order(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Periods that overlap, come in another order than their milestones, or do not hold their milestone year."""
    typed = tables["periods"]
    rows = typed.sound_rows("resolution", "period", "first_year", "last_year")
    problems = []
    for position, row in rows.iterrows():
        if not row["first_year"] <= row["period"] <= row["last_year"]:
            window = f"{show(row['first_year'])} to {show(row['last_year'])}"
            problems.append(
                typed.problem(_at(position), "period", show(row["period"]), f"a year of the period's years, {window}")
            )
    for resolution, periods in rows.groupby("resolution", sort=False):
        ordered = periods.sort_values("period")
        latest = ordered["last_year"].cummax().shift()
        for position in ordered.index[ordered["first_year"] <= latest]:
            expected = f"a year after {show(latest[position])}, when an earlier period of resolution {resolution} ends"
            problems.append(typed.problem(position, "first_year", show(ordered["first_year"][position]), expected))
    return problems


def months_of_seasons(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Seasons of a resolution that leave out a month or hold one twice."""
    typed = tables["seasons"]
    problems = []
    for resolution, rows in typed.sound_groups("resolution", "months"):
        months = [month for cell in rows["months"] for month in cell]
        wrong = [month for month in range(1, 13) if months.count(month) != 1]
        if wrong:
            found = ", ".join(f"month {month} {months.count(month)} times" for month in wrong)
            expected = f"every month once in the seasons of resolution {resolution}"
            problems.append(typed.problem(rows.index[0], "months", found, expected))
    return problems


def overlapping_refusals(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Refusals of a zone that end before they start, or name a country twice in the same years."""
    typed = tables["transit_refusals"]
    rows = typed.sound_rows("zone_id", "transit_countries", "first_year", "last_year")
    rows = rows.assign(first=rows["first_year"].fillna(-inf), last=rows["last_year"].fillna(inf))
    problems = [
        typed.problem(row, "last_year", show(rows["last_year"][row]), f"at least {show(rows['first_year'][row])}")
        for row in rows.index[rows["last"] < rows["first"]]
    ]
    for zone, refusals in rows.groupby("zone_id", sort=False):
        for number, later in enumerate(refusals.index):
            for earlier in refusals.index[:number]:
                shared = _shared(refusals.loc[earlier], refusals.loc[later])
                if shared:
                    expected = f"each country once at a time for zone {zone}; row {typed.rows[earlier]} has it too"
                    problems.append(typed.problem(later, "transit_countries", "|".join(shared), expected))
    return problems


def _shared(one: pd.Series, other: pd.Series) -> list[str]:
    """Countries that two refusals name in the same years."""
    together = one["first"] <= other["last"] and other["first"] <= one["last"]
    return sorted(set(one["transit_countries"]) & set(other["transit_countries"])) if together else []


def _at(label: object) -> int:
    return int(str(label))
