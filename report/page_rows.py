"""Rows of the page's panels as plain values: markets, projects, bottlenecks, lanes, observations, weak figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.facilities import facility_goods
from report.frames import records
from report.indicators import base_year, corridor_shares, investments, lanes
from report.limits import bottlenecks, yearly_limits
from report.provenance import Sources
from report.relief import reliefs
from report.weakest import weakest_figures
from report.words import countries, spoken

MOST_BOTTLENECKS = 15
MOST_LANES = 400
"""Lanes listed in a period, the busiest; the workbook has all of them."""


def figure(value: Any) -> float | int | None:
    """Return a figure with about five digits, or None where it is missing; a whole one as an integer."""
    if value is None or pd.isna(value):
        return None
    cut = float(f"{value:.5g}")
    return int(cut) if cut.is_integer() else cut


def market_rows(solution: Solution, network: Network, order: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the markets with the corridors that carry something: shares, cargo, charges and days by period."""
    result = []
    for (_, market), rows in corridor_shares(solution, network).groupby(["market_id", "market"], sort=False):
        listed = [
            {
                "period": r["period"],
                "corridor": order[r["corridor"]],
                "share": figure(r["share_pct"]),
                "kt": figure(r["flow_kt"]),
                "kteu": figure(r["flow_kteu"]),
                "usdT": figure(r["cost_usd_per_t"]),
                "usdTeu": figure(r["cost_usd_per_teu"]),
                "days": figure(r["time_days"]),
            }
            for r in records(rows)
            if r["flow_kt"] > 0
        ]
        if listed:
            result.append({"name": market, "basis": rows["share_basis"].iloc[0], "rows": listed})
    return result


def project_rows(solution: Solution, sources: Sources) -> list[dict[str, Any]]:
    """Return every decision: those that exist in the plan in order of their start, then those not built."""
    builds = solution["builds"]
    idle = builds[builds["decision"] == "not built"].sort_values("capex_musd", ascending=False, kind="stable")
    return [_project(row, sources) for frame in (investments(solution), idle) for row in records(frame)]


def _project(row: dict[str, Any], sources: Sources) -> dict[str, Any]:
    return {
        "name": row["name"],
        "countries": countries(row["country"]),
        "type": spoken(row["project_type"]),
        "decision": row["decision"],
        "period": year(row["start_period"]),
        "start": year(row["start_year"]),
        "service": year(row["in_service_year"]),
        "end": year(row["end_year"]),
        "units": figure(row["units"]),
        "most": figure(row["units_max"]),
        "cost": figure(row["capex_musd"]),
        "npv": figure(row["capex_npv_musd"]),
    } | sources.of(row)


def bottleneck_rows(solution: Solution, network: Network, years: list[int]) -> dict[str, list[dict[str, Any]]]:
    """Return the dearest limits of each period, with their worth in every period and the projects that add to them."""
    widened, order = reliefs(solution, network), {row: i for i, row in enumerate(network.links["link_id"])}
    keys = ["target", "target_id", "direction", "kind"]
    limits = yearly_limits(solution)
    worth = limits.set_index([*keys, "period"])["dual_usd_per_unit"].to_dict()

    def shaped(row: dict[str, Any]) -> dict[str, Any]:
        key = tuple(row[k] for k in keys)
        return {
            "name": row["name"],
            "kind": row["kind"],
            "words": row["words"],
            "capacity": figure(row["capacity"]),
            "use": figure(row["utilisation"]),
            "worth": [figure(worth.get((*key, y))) for y in years],
            "rent": figure(row["rent_musd"]),
            "sure": row["confidence"],
            "adds": widened.get((row["target"], row["target_id"], row["kind"]), []),
            "link": order.get(row["target_id"]) if row["target"] == "link" else None,
        }

    found = bottlenecks(solution, network)
    return {str(y): [shaped(r) for r in records(found[found["period"] == y].head(MOST_BOTTLENECKS))] for y in years}


def lane_rows(solution: Solution, network: Network, years: list[int]) -> dict[str, Any]:
    """Return the busiest lanes of each period as lists, with the names they point to.

    A row is [from, to, cargo, market, kt, kTEU, not moved kt, USD per t, USD per TEU, price of the last tonne, days].
    """
    frame = lanes(solution, network)
    frame = frame[frame["served_kt"] + frame["unserved_kt"] > 0]
    zones = list(dict.fromkeys([*frame["origin"], *frame["destination"]]))
    kinds, markets = list(dict.fromkeys(frame["cargo_kind"])), list(dict.fromkeys(frame["market"]))
    place: dict[str, dict[str, int]] = {
        key: {name: i for i, name in enumerate(names)}
        for key, names in (("zone", zones), ("kind", kinds), ("market", markets))
    }
    figures = ["served_kt", "served_kteu", "unserved_kt", "freight_usd_per_t", "freight_usd_per_teu"]
    figures += ["price_usd_per_t", "time_days"]
    rows = {
        str(y): [
            [
                place["zone"][row["origin"]],
                place["zone"][row["destination"]],
                place["kind"][row["cargo_kind"]],
                place["market"][row["market"]],
                *(figure(row[key]) for key in figures),
            ]
            for row in records(frame[frame["period"] == y].head(MOST_LANES))
        ]
        for y in years
    }
    counts = {str(y): int((frame["period"] == y).sum()) for y in years}
    return {"zones": zones, "kinds": kinds, "markets": markets, "rows": rows, "counts": counts}


def observation_rows(solution: Solution) -> list[dict[str, Any]]:
    """Return the observed measures with what the model makes of them, the most overstated first."""
    return [
        {
            "title": row["title"],
            "unit": row["unit"],
            "observed": figure(row["observed"]),
            "modelled": figure(row["modelled"]),
            "source": row["source"],
            "low": figure(row["observed_low"]),
            "high": figure(row["observed_high"]),
            "error": figure(row["error_pct"]),
            "inRange": bool(row["in_range"]),
            "sure": row["confidence"],
        }
        for row in records(base_year(solution))
    ]


def facility_rows(solution: Solution, network: Network, years: list[int]) -> dict[str, list[dict[str, Any]]]:
    """Return what is made and used at facilities in each period; empty lists without facilities."""
    table = facility_goods(solution, network) if len(solution["balances"]) else solution["balances"]
    return {
        str(y): [
            {
                "name": row["name"],
                "side": row["side"],
                "good": row["good"],
                "kt": figure(row["amount_kt"]),
                "surplus": figure(row["surplus_kt"]),
                "worth": figure(row["price_usd_per_t"]),
                "sure": row["confidence"],
            }
            for row in records(table[table["period"] == y])
        ]
        for y in years
    }


def weak_rows(solution: Solution, network: Network) -> list[dict[str, Any]]:
    """Return the weakest figures of the plan."""
    return [
        {
            "subject": row["subject"],
            "what": row["what"],
            "weight": row["weight"],
            "share": figure(row["share"]),
            "sure": row["confidence"],
            "year": year(row["year"]),
            "source": row["source"],
        }
        for row in records(weakest_figures(solution, network))
    ]


def year(value: Any) -> int | None:
    """Return a year, or None where it is missing."""
    return None if value is None or pd.isna(value) else int(value)
