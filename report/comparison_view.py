"""What the sections of a comparison's page share: its runs by place, those shown in full, periods and columns."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.batch.indicators import INDICATOR_BY_NAME
from model.batch.ranges import Range, read_ranges
from model.errors import InputError
from model.solution import Solution
from network.geography import Geography
from report.comparison_rows import focus_of, focus_periods, series
from report.comparison_runs import SAMPLE, Batch, axis_name, discount_rates, runs
from report.frames import records
from report.page_rows import figure
from report.provenance import Sources

Made = TypeVar("Made")
CHAIN = "rare earths"
"""Group of the indicators of the rare-earth chain."""
MOST_RUNS = 60
"""Runs with a row in the matrix; the workbook has all of them."""
MOST_SHOWN = 25
"""Runs with a map, flows of rare earths and investments of their own."""
OF_PERIODS = ("unserved", "corridor_kt", "co2")
"""Indicators whose periods are the milestone years of the network."""


@dataclass(frozen=True)
class Column:
    """A figure that runs are compared by: an indicator of one subject, over the periods.

    Attributes:
        title: label with subject. years: period of its figures by period of the page, "" = of all years.
        headline: period in which it is a headline figure, None = of all years or none is.
    """

    indicator: str
    subject: str
    title: str
    years: tuple[str, ...]
    headline: int | None = None


@dataclass(frozen=True, eq=False)
class View:
    """A batch as its page shows it; `sources` gathers what rows rest on."""

    batch: Batch
    geography: Geography
    sources: Sources = field(default_factory=Sources)
    _made: dict[Callable[[View], Any], Any] = field(default_factory=dict, repr=False)

    def once(self, make: Callable[[View], Made]) -> Made:
        """Return what `make` makes of the view, made once."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    @cached_property
    def finished(self) -> pd.DataFrame:
        """Every finished run, the base first; see `comparison_runs.runs`."""
        return runs(self.batch)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The runs of the page, by place: without samples where there are others."""
        table = self.finished
        plain = table[(table["kind"] != SAMPLE) | table["is_base"]]
        return (plain if len(plain) > 1 else table).head(MOST_RUNS).reset_index(drop=True)

    @cached_property
    def keys(self) -> list[str]:
        """Keys of the runs of the page, by place."""
        return [str(key) for key in self.rows["key"]]

    @cached_property
    def solutions(self) -> dict[int, Solution]:
        """Result tables by place of the runs that are shown in full."""
        found: dict[int, Solution] = {}
        for place, key in enumerate(self.keys):
            if len(found) < MOST_SHOWN and (solution := tables_of(self.batch, key)) is not None:
                found[place] = solution
        return found

    @cached_property
    def periods(self) -> list[int]:
        """Milestone years."""
        table = self.batch.indicators
        years = table.loc[table["indicator"].isin(OF_PERIODS), "period"].dropna().unique()
        return sorted(int(year) for year in years)

    @cached_property
    def focus_periods(self) -> dict[bool, int]:
        """Year in which runs differ most: of the rare-earth chain (True), of the rest (False)."""
        return focus_periods(self.batch)

    @cached_property
    def focus(self) -> Mapping[str, Sequence[str]]:
        """Subjects by kind that the reports are about."""
        return focus_of(self.batch)

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Indicators of the finished runs: a row an indicator, subject and run, a column a period (-1 = all years)."""
        table = self.batch.indicators
        period = table["period"].astype("Int64").fillna(-1).astype(int)
        table = table.assign(period=period, run=table["run"].astype(str))
        keys = ["indicator", "subject", "run"]
        return table.pivot_table(index=keys, columns="period", values="value", aggfunc="first")

    @cached_property
    def headlines(self) -> pd.DataFrame:
        """Series of the headline figures, see `comparison_rows.series`."""
        return series(self.batch)

    @cached_property
    def titles(self) -> dict[tuple[str, str], str]:
        """Label with subject by indicator and subject."""
        table = series(self.batch, headline=False)
        return dict(zip(zip(table["indicator"], table["subject"], strict=True), table["short"], strict=True))

    @cached_property
    def sure(self) -> dict[tuple[str, str], str]:
        """What figures rest on by indicator and subject: the class of most runs and periods."""
        table = self.batch.indicators
        table = table[table["confidence"] != ""]
        counts = table.groupby(["indicator", "subject", "confidence"], observed=True).size().sort_values(kind="stable")
        return {(str(i), str(s)): str(c) for i, s, c in counts.index}

    @cached_property
    def ranges(self) -> Mapping[str, Range]:
        """Declared ranges of the world, by name."""
        return read_ranges(self.batch.network.folder)

    def axis(self, axis: str) -> dict[str, str]:
        """Return an axis for people: label and unit; of a declared range its title."""
        if axis in self.ranges:
            found = self.ranges[axis]
            return {"label": found.title, "unit": "" if found.unit == "factor" else found.unit}
        name, _, unit = axis_name(axis).partition(", ")
        return {"label": name, "unit": unit}

    def column(self, indicator: str, subject: str = "", headline: int | None = None) -> Column | None:
        """Return a figure over the periods; None where no run has it."""
        if (indicator, subject) not in self.titles:
            return None
        known = part_of(self.figures, (indicator, subject)).dropna(axis=1, how="all").columns
        years = tuple("" if [int(period) for period in known] == [-1] else str(period) for period in self.periods)
        return Column(indicator, subject, self.titles[(indicator, subject)], years, headline)

    def values(self, column: Column, keys: Sequence[str]) -> NDArray[np.float64]:
        """Return the figures of runs (rows) by period of the page and, last, of the headline period; nan where none.

        Slices of the rare-earth chain stand for the years until the next: the latest that begins by then counts.
        """
        wide = part_of(self.figures, (column.indicator, column.subject)).reindex(list(keys))
        if not any(column.years):
            whole = wide[-1].to_numpy(dtype=np.float64)
            return np.repeat(whole[:, None], len(column.years) + 1, axis=1)
        headline = self.periods[-1] if column.headline is None else column.headline
        wanted = [*self.periods, headline]
        wide = wide.drop(columns=-1, errors="ignore")
        if INDICATOR_BY_NAME[column.indicator].group == CHAIN:
            every = sorted({*map(int, wide.columns), *wanted})
            wide = wide.reindex(columns=every).ffill(axis=1)
        found: NDArray[np.float64] = wide.reindex(columns=wanted).to_numpy(dtype=np.float64)
        return found

    def subjects_of(self, indicator: str, most: int) -> list[str]:
        """Return the subjects of an indicator: those in focus first, then by size of their largest figure."""
        if indicator not in self.figures.index.get_level_values(0):
            return []
        size = part_of(self.figures, indicator).abs().max(axis=1).groupby(level=0).max()
        size = size.sort_values(ascending=False, kind="stable")
        first = [str(s) for s in self.focus.get(INDICATOR_BY_NAME[indicator].subject_kind, ()) if s in size.index]
        return list(dict.fromkeys([*first, *map(str, size.index)]))[:most]


def part_of(frame: pd.DataFrame, key: Any) -> pd.DataFrame:
    """Return the rows under a key of the first levels of the index."""
    part: pd.DataFrame = frame.loc[key]
    return part


def tables_of(batch: Batch, key: str) -> Solution | None:
    """Return the result tables of a run, None where only its indicators are kept."""
    try:
        return batch.solution(key)
    except InputError:
        return None


def scale_of(unit: str, values: NDArray[np.float64]) -> tuple[str, float]:
    """Return the unit to show figures in, and what to multiply them with, so that they have few digits.

    >>> scale_of("million USD", np.array([18_886.0]))
    ('billion USD', 0.001)
    >>> scale_of("share", np.array([0.25])), scale_of("kTEU a year", np.array([0.2]))
    (('%', 100.0), ('TEU a year', 1000.0))
    """
    known = values[np.isfinite(values)]
    most = float(np.abs(known).max()) if len(known) else 0.0
    if unit == "share":
        return "%", 100.0
    steps = {
        "million USD": ("thousand USD", "billion USD"),
        "kTEU": ("TEU", "million TEU"),
        "kt": ("t", "Mt"),
    }
    if unit.startswith("USD per ") and most >= 20_000:
        return f"thousand {unit}", 0.001
    for start, (small, large) in steps.items():
        if unit == start or unit.startswith(f"{start} "):
            if most >= 1000:
                return unit.replace(start, large, 1), 0.001
            if 0 < most < 1:
                return unit.replace(start, small, 1), 1000.0
    return unit, 1.0


def decimals_of(values: NDArray[np.float64], digits: int, most: int = 3) -> int:
    """Return the decimals with which the largest of the figures has `digits` figures.

    >>> decimals_of(np.array([18.886, 0.4]), 3), decimals_of(np.array([62_000.0]), 3), decimals_of(np.array([3.0]), 3)
    (1, 0, 0)
    """
    known = values[np.isfinite(values)]
    if not len(known) or not np.abs(known).max() or np.all(known == np.round(known)):
        return 0
    return int(min(max(digits - 1 - math.floor(math.log10(float(np.abs(known).max()))), 0), most))


def column_data(view: View, column: Column) -> dict[str, Any]:
    """Return a column for JSON: how its figures are said, and what they are."""
    declared = INDICATOR_BY_NAME[column.indicator]
    values = view.values(column, view.keys)
    unit, factor = scale_of(declared.unit, values)
    change = values - values[:1]
    return {
        "name": f"{column.indicator}:{column.subject}",
        "label": column.title,
        "title": column.title + (f", {column.headline}" if column.headline else ""),
        "unit": unit,
        "factor": factor,
        "decimals": decimals_of(values * factor, declared.digits),
        "changeDecimals": decimals_of(change * factor, 2 if declared.digits < 3 else 3),
        "years": list(column.years),
        "better": declared.better,
        "present": declared.is_present_value,
        "sure": view.sure.get((column.indicator, column.subject), ""),
    }


def plain(values: NDArray[np.float64]) -> list[float | int | None]:
    """Return figures with about five digits for JSON, None where there is none."""
    return [figure(float(value)) if np.isfinite(value) else None for value in values]


def run_rows(view: View) -> list[dict[str, Any]]:
    """Return the runs of the page by place: title, scenario and discount rate (None where it is not known)."""
    rates = discount_rates(view.batch)
    return [
        {"title": row["name"], "scenario": row["scenario"], "rate": rates.get(str(row["key"]))}
        for row in records(view.rows)
    ]
