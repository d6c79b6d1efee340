"""Panels of a comparison's page as plain values: investments, winners and losers, prices, runs that failed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.batch.indicators import INDICATOR_BY_NAME
from report.comparison_projects import robustness, starts
from report.comparison_rows import FIRST_CORRIDOR, corridor_name, winners_losers
from report.comparison_runs import axis_name, axis_value, subject_names
from report.comparison_view import CHAIN, View, part_of
from report.frames import records
from report.page_rows import figure
from report.words import counted, short_name, spoken

KINDS = {"project": "The network", "facility": "Rare earths"}
MOST_NAMED = 8
"""Runs named that do not build a project."""
MOST_CHARTS = 9
"""Pictures of a group of prices."""
LEAST_MUSD = 1.0
"""Change of a country's welfare, in million USD, below which it neither gains nor loses."""
WINNER_PARTS = {
    "change": "Welfare",
    "buyers": "Buyers",
    "sellers": "Sellers",
    "treasury": "Treasury",
    "carriers": "Carriers and ways",
}
PRICES = (
    ("price_in_europe", "Rare earths in the European Union",
     "What one more tonne of the world market, Chinese content allowed, is worth; quarters are averaged to years."),
    ("price_in_china", "Rare earths in China", "What one more tonne of an oxide or magnet is worth in China."),
    ("focus_cost", "Freight by the first corridor", "Mean freight, handling and fees of a box by that corridor."),
    ("focus_days", "Time by the first corridor", "Mean door-to-door time by that corridor."),
    ("market_cost", "Freight by market, all corridors", "Mean freight, handling and fees of a tonne."),
    ("limit_price", "Worth of one more unit at bottlenecks",
     "What one more tonne or box a year would be worth where a limit binds; a gap in a line: it does not bind."),
)  # fmt: skip
"""Groups of prices: indicator, title, what its figures are."""


def gantt_data(view: View) -> dict[str, Any] | None:
    """Return the projects that any run builds with the spread of their starts, and names of those that none builds."""
    table = robustness(view.batch)
    if table.empty or not table["built_in"].sum():
        return None
    network = view.batch.network
    where = dict(zip(network.projects["project_id"], network.projects["country"], strict=True))
    where |= dict(zip(network.chain_facilities["facility_id"], network.chain_facilities["country"], strict=True))
    types = dict(zip(network.projects["project_id"], network.projects["project_type"], strict=True))
    places = {str(key): place for place, key in enumerate(network.projects["project_id"])}
    decided = starts(view.batch)
    idle: dict[Any, list[str]] = {}
    for row in records(decided[decided["built"] < 0.5]):
        idle.setdefault((row["kind"], row["project_id"]), []).append(str(row["run"]))
    built = table[table["built_in"] > 0]
    built = built.sort_values(["share", "median", "capex_median"], ascending=[False, True, False], kind="stable")
    how = view.batch.spec.get("how") or {}
    return {
        "fixed": how.get("investment", "search") != "search",
        "kinds": [[kind, title] for kind, title in KINDS.items() if kind in set(built["kind"])],
        "never": [[row["kind"], short_name(str(row["name"]))] for row in records(table[table["built_in"] == 0])],
        "rows": [
            {
                "kind": row["kind"],
                "name": short_name(str(row["name"])),
                "where": str(where.get(row["project_id"], "")).replace("|", ", "),
                "type": spoken(str(types.get(row["project_id"], "rare earths"))),
                "place": places.get(row["project_id"]),
                "built": int(row["built_in"]),
                "runs": int(row["runs"]),
                "first": figure(row["earliest"]),
                "median": figure(row["median"]),
                "last": figure(row["latest"]),
                "cost": figure(row["capex_median"]),
                "sure": row["confidence"],
                "without": _named(idle.get((row["kind"], row["project_id"]), [])),
            }
            for row in records(built)
        ],
    }


def _named(names: list[str]) -> list[str]:
    more = len(names) - MOST_NAMED
    return names if more <= 1 else [*names[:MOST_NAMED], f"and {more} more"]


def winners_data(view: View) -> dict[str, Any] | None:
    """Return changes of welfare and its parts against the base, by run and country, in million USD of present value."""
    table = winners_losers(view.batch, at_any_rate=True)
    table = table[table["key"].isin(view.keys)]
    if table.empty or not (table["change"].abs() >= LEAST_MUSD).any():
        return None
    names = list(dict.fromkeys(table["country_name"].astype(str)))
    place, country = {key: i for i, key in enumerate(view.keys)}, {name: i for i, name in enumerate(names)}
    runs: dict[int, list[list[Any]]] = {i: [] for i in range(len(view.keys))}
    for row in records(table):
        figures = [figure(row[part]) for part in WINNER_PARTS]
        if any(value for value in figures):
            runs[place[row["key"]]].append([country[str(row["country_name"])], figures])
    return {"countries": names, "parts": list(WINNER_PARTS.values()), "least": LEAST_MUSD, "runs": runs}


def prices_data(view: View) -> list[dict[str, Any]] | None:
    """Return groups of prices: years, and pictures with the figures of each run over them."""
    groups, names = [], subject_names(view.batch.indicators, view.batch.network)
    corridor = corridor_name(view.batch)
    for indicator, title, words in PRICES:
        table = view.batch.indicators
        table = table[table["indicator"] == indicator].assign(run=table["run"].astype(str))
        table = table[table["run"].isin(view.keys)]
        years = sorted(int(year) for year in table["period"].dropna().unique())
        if len(years) < 2:
            continue
        kind = INDICATOR_BY_NAME[indicator].subject_kind
        wide = table.pivot_table(index=["subject", "run"], columns="period", values="value", aggfunc="first")
        wide = wide.reindex(columns=years)
        subjects = view.subjects_of(indicator, MOST_CHARTS)
        charts = [
            {"title": names.get((kind, subject), subject), "series": _lines(part_of(wide, subject), view)}
            for subject in subjects
            if subject in wide.index.get_level_values(0)
        ]
        unit = INDICATOR_BY_NAME[indicator].unit
        joined = INDICATOR_BY_NAME[indicator].group == CHAIN
        groups.append(
            {
                "title": title.replace(FIRST_CORRIDOR, corridor),
                "unit": unit,
                "years": years,
                "charts": charts,
                "joined": joined,
                "note": f"{words} {_rest(table)}".replace("that corridor", corridor),
            }
        )
    return groups or None


def _lines(rows: pd.DataFrame, view: View) -> list[list[Any]]:
    return [
        [place, [figure(value) if np.isfinite(value) else None for value in rows.loc[key].to_numpy(dtype=float)]]
        for place, key in enumerate(view.keys)
        if key in rows.index
    ]


def _rest(table: pd.DataFrame) -> str:
    classes = table.loc[table["confidence"] != "", "confidence"].astype(str).value_counts(normalize=True)
    said = ", ".join(f"{name} {share:.0%}".replace("%", " %") for name, share in classes.items())
    return f"Figures by what they rest on: {said}." if said else ""


def failed_data(view: View) -> dict[str, Any] | None:
    """Return the runs that are not finished, with reasons; None where all are."""
    table = view.batch.catalogue
    left = table[table["state"] != "finished"]
    if left.empty:
        return None
    states = {"failed": "failed", "open": "not yet done"}
    count = {state: int((left["state"] == state).sum()) for state in states}
    parts = [f"{count[state]:,} {words}" for state, words in states.items() if count[state]]
    return {
        "said": f"Of {counted(len(table), 'run')}, {' and '.join(parts)}: the figures are of the others.",
        "rows": [
            [_run_name(row, view.batch.axes), _state(row, states), str(row["reason"] or ""), figure(row["seconds"])]
            for row in records(left)
        ],
    }


def _run_name(row: dict[str, Any], axes: tuple[str, ...]) -> str:
    """Return the name of a run that is not finished: scenario, sample or the values of its axes."""
    title = str(row["title"] or spoken(str(row["scenario"])))
    if not pd.isna(row["sample"]):
        return f"{title}, sample {int(row['sample']) + 1}"
    known = {axis: row[axis] for axis in axes if not pd.isna(row[axis]) and row[axis] != ""}
    return ", ".join([title, *(f"{axis_name(axis)} {axis_value(value)}" for axis, value in known.items())])


def _state(row: dict[str, Any], states: dict[str, str]) -> str:
    kind = row.get("kind")
    return states.get(str(row["state"]), str(row["state"])) + (f": {kind}" if isinstance(kind, str) and kind else "")
