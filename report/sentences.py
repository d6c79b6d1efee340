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
from report.difference import build_difference, corridor_difference
from report.frames import largest, of_period, records
from report.indicators import (
    base_year,
    corridor_shares,
    corridor_totals,
    focus_corridor,
    focus_market,
    investments,
    periods,
)
from report.words import boxes, counted, listing, money, number, percent, short_name, the, tonnes


def headlines(solution: Solution, network: Network) -> dict[str, str]:
    """Return a sentence for each of: plan, corridors, investments, base_year, confidence."""
    return {
        "plan": _plan(solution),
        "corridors": _corridors(solution, network),
        "investments": _investments(solution),
        "base_year": _base_year(solution),
        "confidence": _confidence(solution, network),
    }


def difference_headlines(plan: Solution, other: Solution, network: Network) -> list[str]:
    """Return what changed against `other`, the largest changes first, as sentences."""
    name = str(other.run.get("title") or other.run.get("scenario") or "the other plan")
    lines = [f"Compared with {name}:"]
    builds = build_difference(plan, other)
    added = (
        builds.loc[(builds["decision"] == "built") & (builds["decision_other"] != "built"), "name"]
        .map(short_name)
        .tolist()
    )
    dropped = (
        builds.loc[(builds["decision"] != "built") & (builds["decision_other"] == "built"), "name"]
        .map(short_name)
        .tolist()
    )
    if added:
        lines.append(f"{counted(len(added), 'more project')} built: {listing(added)}.")
    if dropped:
        lines.append(f"{counted(len(dropped), 'project')} no longer built: {listing(dropped)}.")
    if not len(builds):
        lines.append("The same projects are built at the same time.")
    change = corridor_difference(plan, other, network)
    totals = change.groupby(["period", "corridor"], as_index=False)[["flow_kt_change"]].sum()
    totals = totals[totals["flow_kt_change"].abs() >= 1]
    for year in sorted(set(totals["period"]))[-1:]:
        moved = of_period(totals, year).sort_values("flow_kt_change", key=lambda s: s.abs(), ascending=False)
        parts = [f"{row['corridor']} {_signed(float(row['flow_kt_change']))}" for row in records(moved)]
        lines.append(f"In {year}, cargo by corridor changes: {'; '.join(parts[:5])}.")
    gain, gain_other = _figure(plan.run, "gain"), _figure(other.run, "gain")
    if math.isfinite(gain) and math.isfinite(gain_other):
        lines.append(f"The plan's gain over building nothing is {money(gain)}, against {money(gain_other)}.")
    return lines


def _plan(solution: Solution) -> str:
    run, built = solution.run, solution["builds"].query("decision == 'built'")
    if not len(solution["builds"]):
        return "This world has no projects to choose from: the plan is how the cargo moves."
    gain, gap = _figure(run, "gain"), _figure(run, "gap_of_gain")
    most = gain / (1 - gap) if gap < 1 else math.inf
    if not len(built):
        return f"The plan builds nothing{_at_most(most)}."
    spent = f"The plan builds {counted(len(built), 'project')} for {money(float(built['capex_musd'].sum()))}"
    if not math.isfinite(gain):
        return f"{spent}."
    worth = f"{spent} and is worth {money(gain)} in present value over building nothing"
    if not math.isfinite(gap):
        return f"{worth}."
    if gap <= 1e-6:
        return f"{worth}, proven to be the most that any plan can gain."
    return f"{worth}{_at_most(most)} (gap {percent(gap)})."


def _at_most(most: float) -> str:
    """Return the proven limit to the gain of any plan, if there is one."""
    return f"; no plan can gain more than {money(most)}" if math.isfinite(most) else ""


def _corridors(solution: Solution, network: Network) -> str:
    years, (focus, name) = periods(solution), focus_corridor(network)
    totals = corridor_totals(solution, network)
    mine = totals[totals["corridor_id"] == focus].set_index("period")["flow_kt"].reindex(years).fillna(0.0)
    if not focus or not len(totals) or mine.sum() == 0:
        busiest = totals.groupby("corridor")["flow_kt"].sum().sort_values(ascending=False)
        return f"Most cargo moves by {busiest.index[0]}." if len(busiest) else "No corridors are declared."
    first, last = years[0], years[-1]
    text = f"{the(name)} carries {tonnes(mine[first])} in {first}"
    if last != first:
        text += f" and {tonnes(mine[last])} in {last}"
    market = _market_of(corridor_shares(solution, network), focus, years)
    return f"{text}{market}."


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
    plan = investments(solution)
    built = plan[plan["decision"] == "built"].sort_values("capex_musd", ascending=False)
    if not len(built):
        return "Nothing is built: no project is worth more than it costs."
    first = int(built["start_period"].min())
    early = float(built.loc[built["start_period"] == first, "capex_musd"].sum()) / float(built["capex_musd"].sum())
    largest = [f"{short_name(row['name'])} ({money(float(row['capex_musd']))})" for row in records(built.head(3))]
    left = int((solution["builds"]["decision"] == "not built").sum())
    text = f"The largest of {counted(len(built), 'project')} {'is' if len(largest) == 1 else 'are'} {listing(largest)}"
    return f"{text}; {percent(early)} of the money is committed in the period of {first}, and {left} are not built."


def _base_year(solution: Solution) -> str:
    frame = base_year(solution)
    if not len(frame):
        return "No observations to compare the base year with."
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
    parts = [f"{percent(float(row['sourced']))} of {row['what']}" for row in records(table)]
    return f"Sourced figures stand behind {listing(parts, 4)}; estimates and figures from memory carry the rest."


def _figure(run: Mapping[str, Any], key: str) -> float:
    """Return a figure of the run, or not-a-number where the run has none."""
    value = run.get(key)
    return math.nan if value is None else float(value)


def _quantity(value: float, unit: str) -> str:
    return boxes(value) if unit == "kTEU" else tonnes(value)


def _signed(kt: float) -> str:
    return f"{'+' if kt > 0 else '-'}{tonnes(abs(kt))}"
