"""What the page shows of the differences between two plans; the changes on its map are in `report.map_rows`."""

from __future__ import annotations

from typing import Any

from model.solution import Solution
from network.network import Network
from report.difference import bottleneck_difference, build_difference, corridor_difference, cost_difference
from report.difference_sentences import UNCHANGED, difference_headlines, period_differences, plan_name
from report.frames import records
from report.page_rows import figure

MOST_CHANGED_LIMITS = 15


def page_changes(solution: Solution, other: Solution, network: Network, years: list[int]) -> dict[str, Any]:
    """Return the panel of changes: the other plan's name, sentences, and tables by period.

    A period that the other plan does not have has no sentence and empty tables.
    """
    said = period_differences(solution, other, network)
    lines = difference_headlines(solution, other, network)[1:]
    return {
        "name": plan_name(other),
        "lines": [line for line in lines if line not in said["changes"].values()],
        "sentences": {topic: {str(y): text for y, text in texts.items()} for topic, texts in said.items()},
        "corridors": _by_period(_corridors(solution, other, network), years),
        "builds": [_build(row) for row in records(build_difference(solution, other))],
        "bottlenecks": _by_period(_bottlenecks(solution, other, network), years, MOST_CHANGED_LIMITS),
        "costs": _by_period(_costs(solution, other), years),
    }


def _by_period(rows: list[dict[str, Any]], years: list[int], most: int | None = None) -> dict[str, list[Any]]:
    """Return the rows of each year, without their year."""
    return {
        str(y): [{k: v for k, v in r.items() if k != "period"} for r in rows if r["period"] == y][:most] for y in years
    }


def _corridors(solution: Solution, other: Solution, network: Network) -> list[dict[str, Any]]:
    """Return corridors whose cargo changes in a market, the largest changes of cargo first."""
    table = corridor_difference(solution, other, network)
    table = table[table["flow_kt_change"].abs() > UNCHANGED * table["flow_kt"].max()]
    table = table.sort_values("flow_kt_change", key=lambda change: change.abs(), ascending=False, kind="stable")
    return [
        {
            "period": row["period"],
            "market": row["market"],
            "corridor": row["corridor"],
            "boxed": row["share_basis"] == "kteu",
            "share": figure(row["share_pct"]),
            "points": figure(row["share_change_points"]),
            "kt": figure(row["flow_kt"]),
            "ktChange": figure(row["flow_kt_change"]),
            "kteu": figure(row["flow_kteu"]),
            "kteuChange": figure(row["flow_kteu_change"]),
        }
        for row in records(table)
    ]


def _build(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "cost": figure(row["capex_musd"]),
        "here": row["words"] or "not known",
        "there": row["words_other"] or "not known",
    }


def _bottlenecks(solution: Solution, other: Solution, network: Network) -> list[dict[str, Any]]:
    return [
        {
            "period": row["period"],
            "name": row["name"],
            "kind": row["kind"],
            "worth": figure(row["dual_usd_per_unit"]),
            "worthOther": figure(row["dual_usd_per_unit_other"]),
            "rent": figure(row["rent_musd"]),
            "rentChange": figure(row["rent_musd_change"]),
        }
        for row in records(bottleneck_difference(solution, other, network))
    ]


def _costs(solution: Solution, other: Solution) -> list[dict[str, Any]]:
    """Return the kinds of cost that change, the largest changes first."""
    table = cost_difference(solution, other)
    table = table.sort_values("musd_change", key=lambda change: change.abs(), ascending=False, kind="stable")
    least = UNCHANGED * table[["musd", "musd_other"]].abs().max(axis=1)
    return [
        {
            "period": row["period"],
            "kind": row["kind"],
            "musd": figure(row["musd"]),
            "other": figure(row["musd_other"]),
            "change": figure(row["musd_change"]),
        }
        for row in records(table[table["musd_change"].abs() > least].sort_values("period", kind="stable"))
    ]
