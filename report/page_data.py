"""What the page shows, as plain values for JSON: figures, sentences and labels."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.solution import Solution
from network.geography import Geography
from network.network import Network
from report.confidence import confidence_by_subject
from report.frames import records
from report.indicators import (
    COST_CATEGORIES,
    base_year,
    corridor_shares,
    corridor_totals,
    costs_by_category,
    investments,
    lanes,
    periods,
)
from report.limits import bottlenecks
from report.map_data import map_data, unplaced
from report.period_sentences import period_headlines
from report.run_facts import run_facts
from report.sentences import difference_headlines, headlines
from report.words import counted, countries, money, percent, spoken, tonnes

MOST_BOTTLENECKS = 15
MOST_LANES = 60


def page_data(
    solution: Solution, network: Network, geography: Geography, compare: Solution | None = None
) -> dict[str, Any]:
    """Return everything the page needs; see page/*.js for the use of each part."""
    years, run = periods(solution), solution.run
    shares = corridor_shares(solution, network)
    order = _corridor_order(shares, network)
    ends = _last_years(network, years)
    return {
        "title": str(run.get("title") or run.get("scenario") or "Plan"),
        "question": str(run.get("question") or ""),
        "kicker": _kicker(run),
        "periods": years,
        "ends": ends,
        "horizon": max(ends.values(), default=0),
        "sentences": headlines(solution, network),
        "periodSentences": {t: {str(y): s for y, s in texts.items()} for t, texts in _by_period(solution, network)},
        "changes": difference_headlines(solution, compare, network) if compare else [],
        "keys": _keys(solution),
        "facts": run_facts(solution),
        "map": map_data(solution, network, geography),
        "unplaced": unplaced(solution, network, geography),
        "corridors": list(order),
        "totals": [
            {
                "period": r["period"],
                "corridor": order[r["corridor"]],
                "kt": _cut(r["flow_kt"]),
                "kteu": _cut(r["flow_kteu"]),
            }
            for r in records(corridor_totals(solution, network))
        ],
        "markets": _markets(shares, order),
        "investments": [_project(row) for row in records(investments(solution))],
        "notBuilt": [_project(r) for r in records(solution["builds"].query("decision == 'not built'"))],
        "bottlenecks": _per_period(bottlenecks(solution, network), years, MOST_BOTTLENECKS, _bottleneck),
        "lanes": _per_period(lanes(solution, network), years, MOST_LANES, _lane),
        "costs": [_kept(row, "period", "category", "musd") for row in records(costs_by_category(solution))],
        "categories": {c: COST_CATEGORIES.get(c, spoken(c)) for c in solution["costs"]["category"].unique()},
        "baseYear": [_measure(row) for row in records(base_year(solution))],
        "confidence": records(confidence_by_subject(solution, network)),
        "attribution": _attribution(geography),
    }


def _by_period(solution: Solution, network: Network) -> list[tuple[str, dict[int, str]]]:
    return list(period_headlines(solution, network).items())


def _corridor_order(shares: pd.DataFrame, network: Network) -> dict[str, int]:
    """Return the names of the corridors and their places in the table, which choose their colours."""
    names = list(network.corridors.sort_values("rank")["name"]) if len(network.corridors) else []
    names += [name for name in shares["corridor"].unique() if name not in names]
    return {str(name): i for i, name in enumerate(names)}


def _last_years(network: Network, years: list[int]) -> dict[int, int]:
    """Return the last year each milestone year stands for; itself where the periods table does not say."""
    table = network.periods
    for _, rows in table.groupby("resolution", sort=False):
        last = dict(zip(rows["period"], rows["last_year"], strict=True))
        if set(last) == set(years):
            return {year: int(last[year]) for year in years}
    return {year: year for year in years}


def _keys(solution: Solution) -> list[tuple[str, str, str]]:
    """Return the figures at the head of the page: name, value, explanation."""
    run, builds = solution.run, solution["builds"]
    keys = []
    built = builds[builds["decision"] == "built"]
    if run.get("gain") is not None and len(built):
        keys.append(("Gain", money(float(run["gain"])), "present value, over building nothing"))
    if len(builds):
        keys.append(("Investment", money(float(built["capex_musd"].sum())), counted(len(built), "project")))
    if run.get("gap_of_gain") is not None and len(builds):
        keys.append(("Gap of the gain", percent(float(run["gap_of_gain"])), "what a better plan could add, at most"))
    served = solution["demand"].groupby("period")["served_kt"].sum()
    wanted = solution["demand"].groupby("period")["reference_kt"].sum()
    for year in served.index[-1:]:
        met = float(served[year] / wanted[year]) if wanted[year] else 1.0
        keys.append((f"Cargo in {year}", tonnes(float(served[year])), f"{percent(met)} of demand at reference cost"))
    shares = run.get("cost_share_by_confidence") or {}
    if shares.get("sourced") is not None:
        keys.append(("Rests on sources", percent(float(shares["sourced"])), "of the cost; the rest is estimated"))
    return keys


def _kicker(run: dict[str, Any]) -> str:
    parts = ["Kervan plan", f"scenario {run.get('scenario', '')}", str(run.get("created") or "")[:10]]
    return " \u00b7 ".join(part for part in parts if part)


def _markets(shares: pd.DataFrame, order: dict[str, int]) -> list[dict[str, Any]]:
    result = []
    for (_, market), rows in shares.groupby(["market_id", "market"], sort=False):
        listed = [
            {
                "period": r["period"],
                "corridor": order[r["corridor"]],
                "share": _cut(r["share_pct"]),
                "kt": _cut(r["flow_kt"]),
                "kteu": _cut(r["flow_kteu"]),
                "usdT": _cut(r["cost_usd_per_t"]),
                "usdTeu": _cut(r["cost_usd_per_teu"]),
                "days": _cut(r["time_days"]),
            }
            for r in records(rows)
            if r["flow_kt"] > 0
        ]
        if listed:
            result.append({"name": market, "basis": rows["share_basis"].iloc[0], "rows": listed})
    return result


def _per_period(frame: pd.DataFrame, years: list[int], most: int, shape: Any) -> dict[str, list[dict[str, Any]]]:
    return {str(y): [shape(row) for row in records(frame[frame["period"] == y].head(most))] for y in years}


def _project(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "countries": countries(row["country"]),
        "type": spoken(row["project_type"]),
        "decision": row["decision"],
        "period": _cut(row["start_period"]),
        "start": _cut(row["start_year"]),
        "service": _cut(row["in_service_year"]),
        "units": _cut(row["units"]),
        "most": _cut(row["units_max"]),
        "cost": _cut(row["capex_musd"]),
        "sure": row["confidence"],
    }


def _bottleneck(row: dict[str, Any]) -> dict[str, Any]:
    return _kept(row, "name", "target", "kind", "capacity", "words") | {
        "use": _cut(row["utilisation"]),
        "worth": _cut(row["dual_usd_per_unit"]),
        "rent": _cut(row["rent_musd"]),
        "sure": row["confidence"],
    }


def _lane(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "from": row["origin"],
        "to": row["destination"],
        "cargo": row["cargo_kind"],
        "kt": _cut(row["served_kt"]),
        "kteu": _cut(row["served_kteu"]),
        "unserved": _cut(row["unserved_kt"]),
        "usdT": _cut(row["freight_usd_per_t"]),
        "usdTeu": _cut(row["freight_usd_per_teu"]),
        "price": _cut(row["price_usd_per_t"]),
        "days": _cut(row["time_days"]),
    }


def _measure(row: dict[str, Any]) -> dict[str, Any]:
    return _kept(row, "title", "unit", "observed", "modelled", "source") | {
        "low": _cut(row["observed_low"]),
        "high": _cut(row["observed_high"]),
        "error": _cut(row["error_pct"]),
        "inRange": bool(row["in_range"]),
        "sure": row["confidence"],
    }


def _kept(row: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: _cut(row[key]) if isinstance(row[key], float) else row[key] for key in keys}


def _cut(value: float) -> float | None:
    """Return a figure with at most five digits, or None where it is missing."""
    return None if pd.isna(value) else float(f"{value:.5g}")


def _attribution(geography: Geography) -> str:
    page = (
        "Map drawn with d3-geo and topojson-client (ISC licence). Costs and volumes are a model's, not a forecast; "
        "sources and confidence of the figures are in the data tables and in plan.xlsx."
    )
    return f"{' '.join(geography.attribution.split())} {page}".strip()
