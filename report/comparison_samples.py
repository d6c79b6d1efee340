"""Samples, grids and what moves an answer, as a comparison's page shows them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from report.comparison_matrix import columns
from report.comparison_runs import GRID, SAMPLE, axis_name, axis_value, given, scenario_title
from report.comparison_tornado import tornado
from report.comparison_view import Column, View, plain
from report.frames import records
from report.page_rows import figure
from report.words import counted

MOST_SAMPLES = 1000
"""Samples on the page, evenly of more; the workbook has all of them."""
MOST_ANSWERS, MOST_DRAWN = 12, 6
"""Answers of samples and grids, and those in the picture of samples."""
MOST_BARS = 30
MOST_SERIES = 6
"""Lines of a picture of a grid."""
AXIS_BARS = ("low_value", "high_value", "low", "high", "coefficient")


def headline_columns(view: View) -> list[tuple[int, Column]]:
    """Return the headline columns of the matrix with their places."""
    shown, groups = view.once(columns)
    return [(place, shown[place]) for place in groups[0][1]]


def last_figures(view: View, keys: list[str], answers: list[tuple[int, Column]]) -> list[list[Any]]:
    """Return for each run its headline figures."""
    wide = np.column_stack([view.values(column, keys)[:, -1] for _, column in answers])
    return [plain(row) for row in wide]


def tornado_data(view: View) -> dict[str, Any] | None:
    """Return the answers to choose from, and the bars of grids and samples by scenario and answer."""
    answers = headline_columns(view)
    table = view.headlines
    bars = tornado(view.batch, table)
    if len(view.keys) < 2 and bars.empty:
        return None
    of_series = dict(zip(table["series"], zip(table["indicator"], table["subject"], strict=True), strict=True))
    place = {(column.indicator, column.subject): n for n, column in answers}
    parts = []
    for (scenario, method), rows in bars.groupby(["scenario", "method"], sort=False):
        listed = [
            [place[of_series[row["series"]]], view.axis(row["axis"])["label"], *[_plain(row[c]) for c in AXIS_BARS]]
            for row in records(rows)
            if of_series[row["series"]] in place
        ]
        if listed:
            parts.append({"title": scenario_title(view.batch, str(scenario)), "method": method, "rows": listed,
                          "runs": int(rows["runs"].max())})  # fmt: skip
    return {"answers": [n for n, _ in answers], "start": _most_moved(view, answers), "most": MOST_BARS, "ranges": parts}


def _most_moved(view: View, answers: list[tuple[int, Column]]) -> int:
    """Return the place among the answers of that which moves most against the base."""
    sizes = []
    for _, column in answers:
        value = view.values(column, view.keys)[:, -1]
        change, base = np.abs(value - value[:1]), abs(float(value[0]))
        sizes.append(float(np.nanmax(change)) / base if base > 0 and np.isfinite(change).any() else 0.0)
    return int(np.argmax(sizes)) if sizes else 0


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else figure(value)


def samples_data(view: View) -> dict[str, Any] | None:
    """Return the samples: axes, answers as places of columns, and rows [scenario, axes, answers]; None without any."""
    table = view.finished[view.finished["kind"] == SAMPLE]
    axes = [axis for axis in view.batch.axes if table[axis].notna().any() and len(set(table[axis].dropna())) > 1]
    if table.empty or not axes:
        return None
    answers = headline_columns(view)[:MOST_ANSWERS]
    step = max(1, -(-len(table) // MOST_SAMPLES))
    shown = table.iloc[::step]
    figures = last_figures(view, [str(key) for key in shown["key"]], answers)
    scenarios = list(dict.fromkeys(table["scenario"]))
    rows = [
        [scenarios.index(row["scenario"]), *[_plain(row[axis]) for axis in axes], *answered]
        for row, answered in zip(records(shown), figures, strict=True)
    ]
    return {
        "said": _said(len(table), len(axes), len(scenarios)),
        "scenarios": [scenario_title(view.batch, scenario) for scenario in scenarios],
        "axes": [view.axis(axis) for axis in axes],
        "answers": [place for place, _ in answers],
        "drawn": _most_spread([row[1 + len(axes) :] for row in rows]),
        "rows": rows,
    }


def _said(count: int, axes: int, scenarios: int) -> str:
    of = f" of {counted(scenarios, 'scenario')}" if scenarios > 1 else ""
    return f"{counted(count, 'sample')}{of} over {counted(axes, 'range')}."


def _most_spread(rows: list[list[Any]]) -> list[int]:
    """Return the places of the answers that differ most between samples, over their size, in the order of answers."""
    values = np.array(rows, dtype=float)
    known = np.isfinite(values).any(axis=0)
    spread = np.zeros(values.shape[1])
    spread[known] = np.nanstd(values[:, known], axis=0) / np.maximum(
        np.nanmean(np.abs(values[:, known]), axis=0), 1e-12
    )
    return sorted(int(place) for place in np.argsort(-spread, kind="stable")[:MOST_DRAWN] if spread[place] > 0)


def grid_data(view: View) -> dict[str, Any] | None:
    """Return for each axis of a grid its values and, by scenario and other axes, the answers at each; None without."""
    table = view.finished[view.finished["kind"] == GRID]
    if table.empty:
        return None
    answers = headline_columns(view)[:MOST_ANSWERS]
    set_ = given(table, view.batch.axes)
    found = []
    for axis in view.batch.axes:
        chosen = table[set_[axis]]
        numbers = pd.to_numeric(chosen[axis], errors="coerce")
        if numbers.isna().any() or numbers.nunique() < 2:
            continue
        values = sorted(set(numbers))
        others = [other for other in view.batch.axes if other != axis and set_.loc[chosen.index, other].any()]
        lines = _grid_lines(view, chosen.assign(at=numbers), others, values, answers)
        found.append({**view.axis(axis), "values": [figure(v) for v in values], "series": lines[:MOST_SERIES],
                      "left": max(0, len(lines) - MOST_SERIES)})  # fmt: skip
    return {"axes": found, "answers": [place for place, _ in answers]} if found else None


def _grid_lines(
    view: View, chosen: pd.DataFrame, others: list[str], values: list[float], answers: list[tuple[int, Column]]
) -> list[list[Any]]:
    lines = []
    several = len(set(chosen["scenario"])) > 1
    for key, rows in chosen.groupby(["scenario", *others], sort=False, dropna=False):
        scenario, *rest = list(key)
        parts = [scenario_title(view.batch, str(scenario))] if several or not others else []
        named = zip(others, rest, strict=True)
        parts += [f"{axis_name(axis)} {axis_value(v)}" for axis, v in named if isinstance(v, str) or v == v]
        at = dict(zip(rows["at"], last_figures(view, [str(k) for k in rows["key"]], answers), strict=True))
        nothing: list[Any] = [None] * len(answers)
        lines.append([", ".join(parts), [at.get(value, nothing) for value in values]])
    return lines
