"""How sure a comparison is, in sentences: grids, samples, what moves figures most, gaps, confidence of the data."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd

from report.comparison_rows import clauses, quantiles
from report.comparison_runs import Batch, axis_name, axis_value, scenario_title
from report.comparison_tornado import REGRESSION, responses, tornado
from report.comparison_words import changed, from_to, mid, quoted, said
from report.frames import records
from report.words import counted, listing, number, percent, sentence

ANSWERS = ("corridor_kteu", "corridor_kt", "gain", "price_in_europe", "magnet_dependence")
"""Indicators whose answers to grids and samples are said, in this order."""
MOST = 3
"""Series said of each grid or sample."""
LEAST_CHANGE = 0.005
CHANCE = 0.05
"""Chance that a coefficient is none from which an axis is not named."""


def grid_sentences(batch: Batch, wanted: pd.DataFrame) -> list[str]:
    """Say how figures answer to each axis of a grid: from its lowest to its highest value, and a step in the mean."""
    chosen = _chosen(wanted)
    table, begins = responses(batch, chosen), clauses(batch, chosen)
    lines = []
    for (scenario, axis), part in table.groupby(["scenario", "axis"], sort=False):
        said_of = 0
        for declared in records(chosen):
            mine = part[part["series"] == declared["series"]]
            text = _answer(records(mine), declared, str(axis), begins) if len(mine) > 1 else ""
            if text and said_of < MOST:
                lines.append(f"In {quoted(scenario_title(batch, str(scenario)))}, {text}")
                said_of += 1
        if not said_of:
            lines.append(
                f"In {quoted(scenario_title(batch, str(scenario)))}, {axis_name(str(axis))} hardly moves the headline "
                "figures."
            )
    return lines


def _answer(rows: list[dict[str, Any]], declared: dict[str, Any], axis: str, begins: dict[str, str]) -> str:
    """Say what a figure is at both ends of an axis, and what a step changes; "" where it hardly moves."""
    values = [float(row["value"]) for row in rows]
    if max(values) - min(values) <= LEAST_CHANGE * max(abs(value) for value in (*values, 1e-9)):
        return ""
    unit, period = str(declared["unit"]), declared["period"]
    when = "" if pd.isna(period) else f" in {int(period)}"
    low, high = (axis_value(row["axis_value"]) for row in (rows[0], rows[-1]))
    text = (
        f"{begins[declared['series']]} {said(values[0], unit)}{when} with {axis_name(axis)} at {low}, and "
        f"{said(values[-1], unit)} at {high}"
    )
    if len(rows) == 2 or isinstance(rows[0]["axis_value"], str):
        return f"{text}."
    steps = _steps(values)
    steady = all(step >= 0 for step in steps) or all(step <= 0 for step in steps)
    step = changed((values[-1] - values[0]) / len(steps), unit)
    return f"{text}: {step} a step in the mean{'' if steady else ', not steadily'}."


def _steps(values: list[float]) -> list[float]:
    return [after - before for before, after in pairwise(values)]


def sample_sentences(batch: Batch, wanted: pd.DataFrame) -> list[str]:
    """Say between which figures eight of ten samples lie, and their median."""
    chosen = _chosen(wanted)
    table, begins = quantiles(batch, chosen), clauses(batch, chosen)
    periods = dict(zip(chosen["series"], chosen["period"], strict=True))
    lines = []
    for scenario, part in table.groupby("scenario", sort=False):
        for row in records(part.head(MOST)):
            unit = str(row["unit"])
            if row["high"] - row["low"] <= LEAST_CHANGE * max(abs(row["high"]), 1e-9):
                continue
            period = periods[row["series"]]
            year: str = "" if pd.isna(period) else f" in {int(period)}"
            lines.append(
                f"In eight of ten samples of {quoted(scenario_title(batch, str(scenario)))}, {begins[row['series']]} "
                f"{from_to(row['p10'], row['p90'], unit)}{year}, with a median of {said(float(row['p50']), unit)} "
                f"({counted(int(row['samples']), 'sample')})."
            )
    return lines


def importance_sentences(batch: Batch, wanted: pd.DataFrame) -> list[str]:
    """Say which sampled figures move an answer most, by which method, and how much of it they explain."""
    table = tornado(batch, _chosen(wanted))
    table = table[table["coefficient"].notna()]
    lines = []
    for _, part in table.groupby(["scenario", "series"], sort=False):
        named = part[part["p_value"] < CHANCE].head(MOST)
        first = records(part.head(1))[0]
        if named.empty:
            lines.append(f"No sampled figure is seen to move {mid(first['label'])} in {first['runs']:,} samples.")
            continue
        parts = [f"{row['axis_name']} ({number(row['coefficient'], 2)})" for row in records(named)]
        method = "by rank regression" if first["method"] == REGRESSION else "by Spearman's rank correlation"
        fit = (
            f"; together the sampled figures explain {percent(first['r2'])} of its ranks"
            if pd.notna(first["r2"])
            else ""
        )
        lines.append(f"{sentence(mid(first['label']))} is moved most by {listing(parts)}, {method}{fit}.")
    return lines[:MOST]


def gap_sentences(table: pd.DataFrame) -> list[str]:
    """Say what the search may have missed, since differences of the gain below that may be of the search."""
    gaps = table.loc[table["series"] == "gap_of_gain::", ["key", "value"]].dropna()
    gains = table.loc[table["series"] == "gain::", ["key", "value"]].dropna()
    both = gaps.merge(gains, on="key", suffixes=("", "_gain"))
    if len(both) < 2:
        return []
    most = float(both["value"].max())
    if most <= LEAST_CHANGE:
        return [
            "Every plan is proven to be within 0.5 % of the best gain: differences are of the runs, not of the search."
        ]
    return [
        f"A plan may lack up to {percent(most)} of the gain that could be reached: differences between gains that are "
        "smaller than that may be of the search and not of the scenario."
    ]


def confidence_sentences(table: pd.DataFrame) -> list[str]:
    """Say on which classes of data the headline figures of the base rest, and which rest on the weakest."""
    if table.empty:
        return []
    mine = table[(table["key"] == table["key"].iloc[0]) & table["value"].notna()]
    known = mine[mine["confidence"] != ""]
    if known.empty:
        return []
    counts = known["confidence"].value_counts()
    words = {"sourced": "on sourced figures", "estimate": "on estimates", "memory": "on figures from memory",
             "mixed": "on a mixture of classes"}  # fmt: skip
    parts = [f"{count:,} {words[str(name)]}" for name, count in counts.items()]
    verb = "rests" if int(counts.iloc[0]) == 1 else "rest"
    parts[0] = parts[0].replace(" on ", f" {verb} on ", 1)
    others = len(mine) - len(known)
    rest = f" What the other {others:,} {'rests' if others == 1 else 'rest'} on is not reckoned." if others else ""
    lines = [
        f"Of {counted(len(mine), 'headline figure')} of the base, {listing(parts, 4)}, by half or more of what stands "
        f"behind each.{rest}"
    ]
    weak = known.loc[known["confidence"] == "memory", "label"]
    if len(weak):
        named = [mid(str(label)) for label in weak.head(4)]
        more = f" and {len(weak) - 4} more" if len(weak) > 4 else ""
        lines.append(f"Weakest, from memory: {'; '.join(named)}{more}.")
    return lines


def _chosen(wanted: pd.DataFrame) -> pd.DataFrame:
    """Return the series whose answers are said, in the order of `ANSWERS`."""
    place = wanted["indicator"].map({name: number for number, name in enumerate(ANSWERS)})
    chosen = wanted.assign(_place=place).dropna(subset="_place").sort_values("_place", kind="stable")
    return chosen.drop(columns="_place").reset_index(drop=True)
