"""The sentences that head each part of a report: each is made from the figures and can be quoted alone.

A topic without figures (no projects, no observations) says so, rather than being left out. The sentences of a single
period are in `report.period_sentences`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.confidence import confidence_by_subject
from report.frames import largest, of_period, records
from report.indicators import (
    base_year,
    corridor_shares,
    corridor_totals,
    focus_corridor,
    focus_market,
    periods,
)
from report.words import boxes, counted, listing, money, number, percent, short_name, the, tonnes, within

PROVEN = 1e-6
"""Gap from which a plan counts as the best there is."""


def headlines(solution: Solution, network: Network) -> dict[str, str]:
    """Return a sentence for each of: plan, corridors, investments, base_year, confidence, run."""
    return {
        "plan": _plan(solution),
        "corridors": _corridors(solution, network),
        "investments": _investments(solution),
        "base_year": _base_year(solution),
        "confidence": _confidence(solution, network),
        "run": _run(solution),
    }


def _plan(solution: Solution) -> str:
    run, built = solution.run, solution["builds"].query("decision == 'built'")
    if not len(solution["builds"]):
        return "This world has no projects to choose from: the plan is how the cargo moves."
    most = _most_gain(run)
    if not len(built):
        return f"The plan builds nothing{_at_most(most)}."
    count = counted(built["project_id"].nunique(), "project")
    spent = f"The plan builds {count} for {money(float(built['capex_musd'].sum()))}"
    gain, gap = _figure(run, "gain"), _figure(run, "gap_of_gain")
    if not math.isfinite(gain):
        return f"{spent}."
    worth = f"{spent} and is worth {money(gain)} in present value over building nothing"
    if not math.isfinite(gap):
        return f"{worth}."
    if gap <= PROVEN:
        return f"{worth}, proven to be the most that any plan can gain."
    return f"{worth}{_at_most(most)} (gap {percent(gap)})."


def _most_gain(run: Mapping[str, Any]) -> float:
    """Return what any plan can gain at most over building nothing; not-a-number where the run proves no bound."""
    gain, gap = _figure(run, "gain"), _figure(run, "gap_of_gain")
    if math.isfinite(gain) and gap < 1:
        return gain / (1 - gap)
    return _figure(run, "bound") - _figure(run, "value_of_nothing_built")


def _at_most(most: float) -> str:
    """Return the proven limit to the gain of any plan, if there is one."""
    return f"; no plan can gain more than {money(most)}" if math.isfinite(most) else ""


def _corridors(solution: Solution, network: Network) -> str:
    years, (focus, name) = periods(solution), focus_corridor(network)
    totals = corridor_totals(solution, network)
    moved = totals.groupby("period")["flow_kt"].sum().reindex(years).fillna(0.0)
    if not years or moved.sum() == 0:
        return "No cargo moves by any corridor."
    first, last = years[0], years[-1]
    if not len(network.corridors):
        return f"No corridors are declared: all cargo, {_from_to(moved, first, last)}, is shown together."
    mine = totals[totals["corridor_id"] == focus].set_index("period")["flow_kt"].reindex(years).fillna(0.0)
    if mine.sum() == 0:
        row = (
            largest(of_period(totals, last), "flow_kt") if last in set(totals["period"]) else largest(totals, "flow_kt")
        )
        share = percent(float(row["flow_kt"]) / float(moved[row["period"]]))
        return (
            f"{the(name)} carries nothing; in {row['period']} most cargo, {share}, moves by {within(row['corridor'])}."
        )
    market = _market_of(corridor_shares(solution, network), focus, years)
    return f"{the(name)} carries {_from_to(mine, first, last)}{market}."


def _from_to(kt: pd.Series, first: int, last: int) -> str:
    """Return the cargo of the first and the last period."""
    text = f"{tonnes(float(kt[first]))} in {first}"
    return text if first == last else f"{text} and {tonnes(float(kt[last]))} in {last}"


def _market_of(shares: pd.DataFrame, focus: str, years: list[int]) -> str:
    """Return the focus corridor's share of the market to speak of."""
    market_id = focus_market(shares, focus)
    if not market_id:
        return ""
    rows = shares[(shares["corridor_id"] == focus) & (shares["market_id"] == market_id)].set_index("period")
    market = rows["market"].iloc[0]
    what = "boxes" if rows["share_basis"].iloc[0] == "kteu" else "tonnes"
    share = rows["share_pct"].reindex(years).fillna(0.0) / 100
    if len(years) == 1:
        return f"; its share of {market} is {percent(share[years[0]])} of {what}"
    return f"; its share of {market} goes from {percent(share[years[0]])} to {percent(share[years[-1]])} of {what}"


def _investments(solution: Solution) -> str:
    builds = solution["builds"]
    built = builds[builds["decision"] == "built"]
    if not len(built):
        return _nothing_built(solution)
    first = int(built["start_period"].min())
    total = float(built["capex_musd"].sum())
    early = float(built.loc[built["start_period"] == first, "capex_musd"].sum())
    costs = built.groupby("project_id", sort=False).agg(name=("name", "first"), capex_musd=("capex_musd", "sum"))
    dearest = costs.sort_values("capex_musd", ascending=False, kind="stable").head(3)
    named = [f"{short_name(row['name'])} ({money(float(row['capex_musd']))})" for row in records(dearest)]
    if len(costs) == 1:
        text = f"The only project built is {named[0]}, begun in the period of {first}"
    else:
        start = f"; {percent(early / total)} of the money is committed in the period of {first}" if total > 0 else ""
        text = f"The largest of {counted(len(costs), 'project')} are {listing(named)}{start}"
    left = int((builds["decision"] == "not built").sum())
    return f"{text}; {counted(left, 'project')} {'is' if left == 1 else 'are'} not built." if left else f"{text}."


def _nothing_built(solution: Solution) -> str:
    """Say that nothing is built, and no more about the reason than is proven."""
    builds, gap = solution["builds"], _figure(solution.run, "gap_of_gain")
    if not len(builds):
        return "This world has no projects."
    if not (builds["decision"] == "not built").any():
        return "Nothing is left to build: every project is already counted in today's network."
    if gap <= PROVEN:
        return "Nothing is built: it is proven that no project is worth its cost."
    most = _most_gain(solution.run)
    if math.isfinite(most):
        return f"Nothing is built; it is proven that building could gain {money(most)} at most."
    return "Nothing is built."


def _base_year(solution: Solution) -> str:
    frame = base_year(solution)
    if not len(frame):
        return "This world has no observations to compare its base year with."
    inside = int(frame["in_range"].sum())
    error = float(frame["error_pct"].abs().median())
    worst = largest(frame.assign(size=frame["error_pct"].abs()), "size")
    return (
        f"The modelled base year is within the observed range, or 10 %, in {inside} of "
        f"{counted(len(frame), 'measure')}; "
        f"the median error is {number(error, 2)} %, the largest {number(worst['size'], 2)} %: {worst['title']} "
        f"({_quantity(worst['modelled'], worst['unit'])} modelled, "
        f"{_quantity(worst['observed'], worst['unit'])} observed)."
    )


def _confidence(solution: Solution, network: Network) -> str:
    table = confidence_by_subject(solution, network)
    if not len(table):
        return "No cost to share out by confidence."
    if (table["sourced"] >= 1 - PROVEN).all():
        return "Every figure behind the costs, the cargo, the bottlenecks and the investments is sourced."
    parts = [f"{percent(float(row['sourced']))} of {row['what']}" for row in records(table)]
    return f"Sourced figures stand behind {listing(parts, 4)}; estimates and figures from memory carry the rest."


def _run(solution: Solution) -> str:
    """Say how long the search took and how it ended."""
    run = solution.run
    gap = _figure(run, "gap_of_gain") if len(solution["builds"]) else _figure(run, "gap")
    seconds = _figure(run.get("seconds") or {}, "solve")
    took = f"Solved in {counted(max(1, round(seconds)), 'second')}" if math.isfinite(seconds) else "Solved"
    if not math.isfinite(gap):
        return f"{took}; the distance to the best plan is not known."
    if gap <= PROVEN:
        return f"{took}, to proven optimality."
    whole = "what any plan could gain" if len(solution["builds"]) else "the objective"
    return f"{took}; at most {percent(gap)} of {whole} is missing from this plan, which is proven."


def _figure(run: Mapping[str, Any], key: str) -> float:
    """Return a figure of the run, or not-a-number where the run has none."""
    value = run.get(key)
    return math.nan if value is None else float(value)


def _quantity(value: float, unit: str) -> str:
    return boxes(value) if unit == "kTEU" else tonnes(value)
