"""What the page shows, as plain values for JSON: figures, sentences and labels."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.solution import Solution
from network.geography import Geography
from network.network import Network
from report.accounts import ACCOUNTS, accounts_by_country, incentive_sentence, state_sentences
from report.chain_page import chain_data
from report.chain_tornado import tornado_data
from report.confidence import confidence_by_subject
from report.difference_sentences import year_of_most_change
from report.frames import of_period, records
from report.indicators import COST_CATEGORIES, corridor_shares, corridor_totals, costs_by_category, periods
from report.map_data import map_data, unplaced
from report.market_capacity import capacity_sentences
from report.minerals import minerals_data
from report.page_changes import page_changes
from report.page_rows import (
    bottleneck_rows,
    facility_rows,
    figure,
    lane_rows,
    market_rows,
    observation_rows,
    project_rows,
    weak_rows,
)
from report.period_sentences import period_headlines
from report.policy_worth_rows import worth_data
from report.provenance import Sources
from report.run_facts import run_facts
from report.sentences import headlines
from report.trade_page import gains_data, trade_data
from report.words import counted, money, percent, spoken, tonnes

MOST_COUNTRIES = 25
"""Countries whose accounts are on the page; the workbook has all of them."""


def page_data(
    solution: Solution, network: Network, geography: Geography, compare: Solution | None = None
) -> dict[str, Any]:
    """Return everything the page needs; see page/*.js for the use of each part."""
    years, run, sources = periods(solution), solution.run, Sources()
    order = _corridor_order(corridor_shares(solution, network), network)
    spans = period_spans(network, years)
    accounts = accounts_by_country(solution, network)
    return {
        "title": str(run.get("title") or run.get("scenario") or "Plan"),
        "question": str(run.get("question") or ""),
        "kicker": _kicker(run),
        "periods": years,
        "spans": spans,
        "start": _start(solution, compare, network, years),
        "boxes": bool(solution["flows"]["flow_kteu"].gt(0).any()),
        "sentences": headlines(solution, network),
        "periodSentences": _by_period(period_headlines(solution, network)),
        "compare": page_changes(solution, compare, network, years) if compare else None,
        "policy": worth_data(solution, network),
        "gains": gains_data(solution, compare, network, years) if compare else None,
        "trade": trade_data(solution, network, years, compare),
        "chain": chain_data(solution, network),
        "minerals": minerals_data(network),
        "tornado": tornado_data(solution),
        "states": [
            *state_sentences(solution),
            *capacity_sentences(solution, network),
            *([gap] if (gap := incentive_sentence(solution)) else []),
        ],
        "accounts": {
            str(year): [
                {"name": r["name"], **{key: figure(r[key]) for key in ACCOUNTS}}
                for r in records(of_period(accounts, year).head(MOST_COUNTRIES))
            ]
            for year in years
        },
        "keys": _keys(solution, network),
        "facts": run_facts(solution),
        "notices": [str(notice) for notice in run.get("notices") or []],
        "map": map_data(solution, network, geography, sources, compare),
        "unplaced": unplaced(solution, network, geography),
        "corridors": list(order),
        "totals": [
            {
                "period": r["period"],
                "corridor": order[r["corridor"]],
                "kt": figure(r["flow_kt"]),
                "kteu": figure(r["flow_kteu"]),
            }
            for r in records(corridor_totals(solution, network))
        ],
        "markets": market_rows(solution, network, order),
        "projects": project_rows(solution, sources),
        "bottlenecks": bottleneck_rows(solution, network, years),
        "facilities": facility_rows(solution, network, years),
        "lanes": lane_rows(solution, network, years),
        "costs": [
            {"period": r["period"], "category": r["category"], "musd": figure(r["musd"])}
            for r in records(costs_by_category(solution))
        ],
        "categories": {c: COST_CATEGORIES.get(c, spoken(c)) for c in costs_by_category(solution)["category"].unique()},
        "baseYear": observation_rows(solution),
        "confidence": records(confidence_by_subject(solution, network)),
        "weak": weak_rows(solution, network),
        "sources": sources.texts,
        "attribution": _attribution(geography),
    }


def _by_period(sentences: dict[str, dict[int, str]]) -> dict[str, dict[str, str]]:
    return {topic: {str(year): text for year, text in texts.items()} for topic, texts in sentences.items()}


def _corridor_order(shares: pd.DataFrame, network: Network) -> dict[str, int]:
    """Return the names of the corridors and their places in the table, which choose their colours."""
    names = list(network.corridors.sort_values("rank")["name"]) if len(network.corridors) else []
    names += [name for name in shares["corridor"].unique() if name not in names]
    return {str(name): i for i, name in enumerate(names)}


def period_spans(network: Network, years: list[int]) -> dict[str, list[int]]:
    """Return the first and last year each milestone year stands for; itself where the periods table does not say."""
    for _, rows in network.periods.groupby("resolution", sort=False):
        if set(rows["period"]) == set(years):
            spans = zip(rows["period"], rows["first_year"], rows["last_year"], strict=True)
            return {str(year): [int(first), int(last)] for year, first, last in spans}
    return {str(year): [year, year] for year in years}


def _start(solution: Solution, compare: Solution | None, network: Network, years: list[int]) -> int | None:
    """Return the period to show first: the last one; in a comparison, that in which most changes."""
    most = year_of_most_change(solution, compare, network) if compare else None
    return years[-1] if most is None and years else most


def _keys(solution: Solution, network: Network) -> list[tuple[str, str, str]]:
    """Return the figures at the head of the page: name, value, explanation."""
    run, builds = solution.run, solution["builds"]
    keys = []
    built = builds[builds["decision"] == "built"]
    if run.get("gain") is not None and len(built):
        keys.append(("Gain", money(float(run["gain"])), "present value, over building nothing"))
    if len(builds):
        count = counted(built["project_id"].nunique(), "project")
        keys.append(("Investment", money(float(built["capex_musd"].sum())), count))
    if run.get("gap_of_gain") is not None and len(builds):
        share = "of what any plan could gain may be missing, at most"
        keys.append(("Gap of the gain", percent(float(run["gap_of_gain"])), share))
    served = solution["demand"].groupby("period")["served_kt"].sum()
    wanted = solution["demand"].groupby("period")["reference_kt"].sum()
    for year in served.index[-1:]:
        met = float(served[year] / wanted[year]) if wanted[year] else 1.0
        keys.append((f"Cargo in {year}", tonnes(float(served[year])), f"{percent(met)} of demand at reference cost"))
    rests = [
        ("Rests on sources", percent(row["sourced"]), f"of {row['what']}; the rest on estimates or memory")
        for row in records(confidence_by_subject(solution, network))
    ]
    return keys + rests[:1]


def _kicker(run: dict[str, Any]) -> str:
    parts = ["Kervan plan", f"scenario {run.get('scenario', '')}", str(run.get("created") or "")[:10]]
    return " \u00b7 ".join(part for part in parts if part)


def _attribution(geography: Geography) -> str:
    page = (
        "Map drawn with d3-geo and topojson-client (ISC licence). Costs and volumes are a model's, not a forecast; "
        "sources and confidence of the figures are in the data tables and in plan.xlsx."
    )
    return f"{' '.join(geography.attribution.split())} {page}".strip()
