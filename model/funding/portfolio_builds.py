"""Builds of a portfolio held to the world: projects that may be decided on, starts, units, modes, prerequisites."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.funding.portfolio_candidates import BUILD_COLUMNS, Candidates
from model.funding.portfolio_order import order_problems
from network.frames import each_row
from network.problems import Problem, closest, nearest
from network.typed_frame import TypedTable, fill_defaults

_LIKE_AN_ID, _LIKE_A_NAME = 0.75, 0.5


@dataclass(frozen=True)
class CheckedBuilds:
    """Builds that may be, with what is wrong with the others.

    Attributes:
        frame: columns ``BUILD_COLUMNS``, sound rows only. named: every project that the sheet names rightly.
    """

    frame: pd.DataFrame
    named: frozenset[str]
    problems: list[Problem]
    notices: list[str]


def check_builds(typed: TypedTable, candidates: Candidates) -> CheckedBuilds:
    """Starts of the model that a sheet of builds asks for, and everything that is wrong with it.

    Args:
        typed: cells in their types, bad ones marked.
    """
    reader = _Builds(typed, candidates)
    rows, problems, notices = [], [], []
    for position, row in enumerate(each_row(fill_defaults(typed.table, typed.frame))):
        found = list(reader.cells(position, row))
        problems += found
        if not found and not reader.is_faulty(position):
            start = reader.start(row)
            build = candidates.build(start, int(row.units), row.mode, row.toll_level)
            rows.append({**build, "position": position, "end_year": start.end_year, "period": int(start.period)})
            if not pd.isna(row.start_year) and int(row.start_year) != start.start_year:
                notices.append(reader.moved(row, start))
    frame = pd.DataFrame(rows, columns=[*BUILD_COLUMNS, "position", "end_year", "period"])
    named = frozenset(name for name in typed.frame["project_id"] if name in candidates.number)
    problems += order_problems(typed, candidates, frame)
    return CheckedBuilds(frame[list(BUILD_COLUMNS)], named, problems, notices)


@dataclass(frozen=True)
class _Builds:
    typed: TypedTable
    candidates: Candidates

    def is_faulty(self, position: int) -> bool:
        return any(marks[position] for marks in self.typed.faulty.values())

    def cells(self, position: int, row: Any) -> Iterator[Problem]:
        """What is wrong with a row by itself."""
        problem, known = self.typed.problem, self.candidates
        if self.typed.faulty["project_id"][position]:
            return
        if row.project_id not in known.number:
            yield from self._unknown(position, row.project_id)
            return
        if known.is_done(row.project_id):
            hint = f"{row.project_id} is in service already: leave the row out."
            yield problem(position, "project_id", row.project_id, "a project that is still to be decided on", hint)
            return
        modes = known.network.concession_modes["mode"].tolist()
        if row.mode and row.mode not in modes:
            hint = nearest(row.mode, modes)
            yield problem(position, "mode", row.mode, f"one of {', '.join(modes)}, or empty", hint)
        if not row.mode and not self.candidates.asset_class(row.project_id):
            kind = known.project(row.project_id)["project_type"]
            yield problem(position, "mode", "", f"a mode: type {kind or 'without name'} is in no asset class")
        yield from self._toll(position, row)
        if not self.is_faulty(position):
            yield from self._dates(position, row)

    def _toll(self, position: int, row: Any) -> Iterator[Problem]:
        """The level is one of the menu, of a project that charges, and the same for all starts of the project."""
        level, name = row.toll_level, row.project_id
        levels = self.candidates.network.toll_levels["level"].tolist()
        if level and level not in levels:
            expected = f"one of {', '.join(levels)}, or empty"
            if not levels:
                expected = "empty: finance/toll_levels.csv has no row"
            yield self.typed.problem(position, "toll_level", level, expected, nearest(level, levels))
            return
        if level and not self.candidates.charges(name):
            hint = "It adds no capacity that cargo pays for, so it has no toll."
            yield self.typed.problem(position, "toll_level", level, f"empty for {name}", hint)
            return
        frame = self.typed.frame
        first = int(np.flatnonzero((frame["project_id"] == name).to_numpy())[0])
        other = frame["toll_level"].iloc[first]
        if level != other:
            expected = f"'{other}', as in row {self.typed.rows[first]}: a project has one toll"
            yield self.typed.problem(position, "toll_level", level, expected, "All its starts charge the same.")

    def _unknown(self, position: int, name: str) -> Iterator[Problem]:
        projects = self.candidates.network.projects
        if name in set(projects["project_id"]):
            hint = f"{name} is not modelled (is_modelled is 0 in finance/projects.csv)."
            yield self.typed.problem(position, "project_id", name, "a project that the model decides on", hint)
            return
        titles = dict(zip(projects["name"], projects["project_id"], strict=True))
        alike = closest(name, self.candidates.number, _LIKE_AN_ID)
        title = "" if alike else closest(name, titles, _LIKE_A_NAME)
        hint = f"Did you mean {titles[title]} ({title})?" if title else nearest(alike or name, self.candidates.number)
        yield self.typed.problem(position, "project_id", name, "a project_id of finance/projects.csv", hint)

    def _dates(self, position: int, row: Any) -> Iterator[Problem]:
        column, year = _when(row)
        if year is None:
            yield self.typed.problem(position, "start_year", "", "the first year of construction, or a start_period")
            return
        period = self._period(row)
        if period is None:
            yield self.typed.problem(position, column, str(year), self._allowed_dates(column))
            return
        if (
            not pd.isna(row.start_period)
            and self.candidates.period_of("start_period", int(row.start_period), row.project_id) != period
        ):
            first, last = self.candidates.years(period)
            value, hint = f"{int(row.start_period)}", "Give one of the two columns."
            expected = f"the period of {first} to {last}, in which start_year {year} lies"
            yield self.typed.problem(position, "start_period", value, expected, hint)
            return
        yield from self._possible(position, row, column, year, period)

    def _possible(self, position: int, row: Any, column: str, year: int, period: int) -> Iterator[Problem]:
        """The start is not before the project's earliest and not too late to serve."""
        known, project = self.candidates, self.candidates.project(row.project_id)
        number, earliest = known.number[row.project_id], project["earliest_start_year"]
        limit = year if column == "start_year" else self.candidates.years(period)[1]
        if not pd.isna(earliest) and limit < earliest:
            expected = f"{earliest:.0f} or later, the earliest start of {row.project_id}"
            yield self.typed.problem(position, column, str(year), expected)
        elif (number, period) not in known.starts:
            possible = [p for i, p in known.starts if i == number]
            last, years = int(known.periods["period"].iloc[-1]), float(project["construction_years"])
            if possible:
                expected = f"{self.candidates.years(max(possible))[1]} or earlier"
            else:
                expected = f"no row: {row.project_id} cannot serve in any period"
            hint = f"After {years:g} years of construction it would not serve in {last}, the last year that is judged."
            yield self.typed.problem(position, column, str(year), expected, hint)

    def _allowed_dates(self, column: str) -> str:
        periods = self.candidates.periods
        if column == "start_period":
            return f"one of {', '.join(str(p) for p in periods['period'])}"
        return f"a year from {periods['first_year'].iloc[0]} to {periods['last_year'].iloc[-1]}"

    def _period(self, row: Any) -> int | None:
        """Position of the period of a row's start; None outside all of them."""
        column, year = _when(row)
        return None if year is None else self.candidates.period_of(column, year, row.project_id)

    def start(self, row: Any) -> Any:
        """Start of the model that a sound row means."""
        period = self._period(row)
        assert period is not None  # noqa: S101
        return self.candidates.starts[self.candidates.number[row.project_id], period]

    def moved(self, row: Any, start: Any) -> str:
        """The start of the model is another year than that of the file."""
        first, last = self.candidates.years(int(start.period))
        return (
            f"{row.project_id} starts in {int(row.start_year)}: counted from {start.start_year:.0f}, in service from "
            f"{start.in_service_year:.0f}, as all starts of the period {first} to {last}"
        )


def _when(row: Any) -> tuple[str, int | None]:
    """The column that says when a row starts, and its year."""
    for column in ("start_year", "start_period"):
        year = getattr(row, column)
        if not pd.isna(year):
            return column, int(year)
    return "start_year", None
