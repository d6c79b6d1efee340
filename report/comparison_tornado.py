"""What moves a figure most: bars of a tornado, from grids of figures or from samples.

Three methods, each named in the column `method`:

* `one at a time`: the figure at the lowest and highest value of an axis, the other axes as in the base;
* `mean over the grid`: of a full grid, the mean over all runs at the lowest and at the highest value of an axis;
* `rank regression`: of samples, the standardised coefficient of each axis in a linear regression of ranks on ranks
  (SRRC) with the share of the variance of ranks it explains in all (R2); with too few samples for that, Spearman's
  rank correlation. Low and high are the medians of the figure in the lowest and the highest fifth of the axis.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from report.comparison_rows import series, values
from report.comparison_runs import GRID, SAMPLE, Batch, axis_name, axis_value, given, runs

ONE_AT_A_TIME, MEANS, REGRESSION, SPEARMAN = (
    "one at a time", "mean over the grid", "rank regression (SRRC)", "Spearman's rank correlation")  # fmt: skip
SPARE = 5
"""Samples needed beyond the number of axes for a regression."""
LEAST_SAMPLES = 4
_FIFTH = 0.2
COLUMNS = ("scenario", "series", "label", "unit", "axis", "axis_name", "low_value", "high_value", "low", "high", "base",
           "swing", "coefficient", "p_value", "r2", "runs", "method")  # fmt: skip


def tornado(batch: Batch, of: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the bars of each series: a row a scenario, series and axis, the widest first.

    Args:
        of: series (rows of `comparison_rows.series`); the headline ones by default.

    Columns: `COLUMNS`. low, high: the figure where the axis is low_value, high_value (texts for people); base: in the
    base run; swing: high less low; coefficient, p_value (of that coefficient, or of the correlation), r2: samples only.
    Axes that take one value in the scenario, and series that no axis of it moves, have no row.
    """
    wanted = series(batch) if of is None else of
    table, wide = runs(batch), values(batch, wanted)
    rows: list[dict[str, Any]] = []
    for scenario, mine in table.groupby("scenario", sort=False):
        mine = mine.reset_index(drop=True)
        for kind, bars in ((GRID, _grid), (SAMPLE, _samples)):
            part = mine[mine["kind"] == kind]
            if len(part) < 2 or not batch.axes:
                continue
            found = bars(part, wide, batch.axes)
            rows += [{"scenario": scenario, **row} for row in found]
    frame = pd.DataFrame(rows, columns=[c for c in COLUMNS if c not in ("label", "unit", "base", "axis_name", "swing")])
    frame = frame.merge(wanted[["series", "label", "unit"]], on="series", how="left")
    base = wide.iloc[0] if len(wide) else pd.Series(dtype=float)
    frame["base"] = frame["series"].map(base).astype(float)
    frame["axis_name"] = [axis_name(axis) for axis in frame["axis"]]
    frame["swing"] = frame["high"].astype(float) - frame["low"].astype(float)
    widest = frame["swing"].abs().groupby([frame["scenario"], frame["series"]]).transform("max")
    frame = frame[(widest > 0) | frame["coefficient"].notna()]
    place = frame["series"].map({name: number for number, name in enumerate(wanted["series"])})
    strength = frame["coefficient"].abs().fillna(0.0).astype(float)
    frame = frame.assign(_place=place, _size=frame["swing"].abs(), _strength=strength)
    order = ["scenario", "_place", "_strength", "_size"]
    return frame.sort_values(order, ascending=[True, True, False, False], ignore_index=True)[list(COLUMNS)]


def responses(batch: Batch, of: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return how figures answer to the axes of grids: a row a scenario, series, axis and value of it, in their order.

    Columns: scenario, series, axis, axis_value, value (mean over the runs of the grid that have that value), runs.
    """
    wanted = series(batch) if of is None else of
    table, wide = runs(batch), values(batch, wanted)
    parts = []
    for scenario, mine in table[table["kind"] == GRID].groupby("scenario", sort=False):
        set_ = given(mine, batch.axes)
        for axis in batch.axes:
            chosen = mine[set_[axis]]
            if len(set(chosen[axis])) < 2:
                continue
            found = wide.loc[chosen["key"]].assign(axis_value=chosen[axis].to_numpy(object))
            long = found.melt("axis_value", var_name="series").dropna(subset="value")
            answer = long.groupby(["series", "axis_value"], as_index=False).agg(
                value=("value", "mean"), runs=("value", "size")
            )
            parts.append(answer.assign(scenario=scenario, axis=axis))
    columns = ["scenario", "series", "axis", "axis_value", "value", "runs"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _grid(part: pd.DataFrame, wide: pd.DataFrame, axes: tuple[str, ...]) -> list[dict[str, Any]]:
    """Bars of the runs of a grid: one at a time if no run sets two axes off the first run of the grid."""
    set_ = given(part, axes)
    used = [axis for axis in axes if len(set(part.loc[set_[axis], axis])) > 1]
    moved = pd.DataFrame({axis: _moved(part[axis], set_[axis]) for axis in used}, index=part.index)
    single = bool(len(used)) and bool((moved.sum(axis=1) <= 1).all())
    rows: list[dict[str, Any]] = []
    for axis in used:
        chosen = part[set_[axis]]
        if single:
            rest = [other for other in used if other != axis]
            chosen = chosen[~moved.loc[chosen.index, rest].any(axis=1)] if rest else chosen
        means = wide.loc[chosen["key"]].groupby(chosen[axis].to_numpy()).mean()
        counts = {name: int(found) for name, found in wide.loc[chosen["key"]].notna().sum().items()}
        ends = _ends(means)
        rows += [
            {"series": name, "axis": axis, **bar, "runs": counts[name],
             "method": ONE_AT_A_TIME if single else MEANS}
            for name, bar in ends.items()
        ]  # fmt: skip
    return rows


def _moved(values_of_axis: pd.Series, set_: pd.Series) -> pd.Series:
    """Which runs have another value of an axis than the grid's first; those that do not set it have not moved."""
    first = values_of_axis[set_].iloc[0]
    only_some = not bool(set_.all())
    return set_ if only_some else (values_of_axis != first)


def _ends(means: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """The figures at both ends of an axis of numbers; of one of texts, the least and the greatest figure."""
    numbers = all(not isinstance(value, str) for value in means.index)
    result: dict[str, dict[str, Any]] = {}
    for name in means.columns:
        column = means[name].dropna()
        if len(column) < 2:
            continue
        low, high = (0, len(column) - 1) if numbers else (int(column.argmin()), int(column.argmax()))
        result[str(name)] = {
            "low_value": axis_value(column.index[low]), "high_value": axis_value(column.index[high]),
            "low": float(column.iloc[low]), "high": float(column.iloc[high]),
        }  # fmt: skip
    return result


def _samples(part: pd.DataFrame, wide: pd.DataFrame, axes: tuple[str, ...]) -> list[dict[str, Any]]:
    used = [axis for axis in axes if _varies(part[axis])]
    if len(part) < LEAST_SAMPLES or not used:
        return []
    rows: list[dict[str, Any]] = []
    for name in wide.columns:
        figure = wide.loc[part["key"], name].to_numpy(float)
        known = np.isfinite(figure)
        if known.sum() < LEAST_SAMPLES or np.ptp(figure[known]) == 0:
            continue
        drawn = part.loc[known, used].astype(float).to_numpy()
        found, y = figure[known], stats.rankdata(figure[known])
        ranks = np.column_stack([stats.rankdata(column) for column in drawn.T])
        coefficients, chance, r2, method = _importance(ranks, y)
        for number, axis in enumerate(used):
            column = drawn[:, number]
            low, high = np.quantile(column, _FIFTH), np.quantile(column, 1 - _FIFTH)
            rows.append(
                {"series": name, "axis": axis, "low_value": axis_value(float(column.min())),
                 "high_value": axis_value(float(column.max())), "low": float(np.median(found[column <= low])),
                 "high": float(np.median(found[column >= high])), "coefficient": float(coefficients[number]),
                 "p_value": float(chance[number]), "r2": r2, "runs": int(known.sum()), "method": method}
            )  # fmt: skip
    return rows


def _varies(column: pd.Series) -> bool:
    """Whether an axis is of numbers that differ between the samples, and every sample has one."""
    numbers = pd.to_numeric(column, errors="coerce")
    return bool(numbers.notna().all()) and int(numbers.nunique()) > 1


def _importance(
    ranks: NDArray[np.float64], figure: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], float, str]:
    """Return coefficients, chance of each if there were no relation, R2 (empty without regression) and method.

    Args:
        ranks: of the axes, a column each. figure: ranks of the figure.
    """
    samples, axes = ranks.shape
    x, y = stats.zscore(ranks), stats.zscore(figure)
    free = samples - axes - 1
    if samples < axes + SPARE or np.linalg.matrix_rank(x) < axes:
        found = [stats.spearmanr(column, figure) for column in ranks.T]
        values_of = np.array([float(one.statistic) for one in found])
        return values_of, np.array([float(one.pvalue) for one in found]), float("nan"), SPEARMAN
    coefficients, *_ = np.linalg.lstsq(x, y, rcond=None)
    residual = y - x @ coefficients
    variance = float(residual @ residual) / free
    error = np.sqrt(np.maximum(variance * np.diag(np.linalg.inv(x.T @ x)), 1e-300))
    chance = np.asarray(2 * stats.t.sf(np.abs(coefficients / error), free), dtype=np.float64)
    return (
        np.asarray(coefficients, dtype=np.float64),
        chance,
        1.0 - float(residual @ residual) / float(y @ y),
        REGRESSION,
    )
