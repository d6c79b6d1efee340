"""What changed between two plans, in sentences: over the whole plan, and in each period they share."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.difference import (
    bottleneck_difference,
    build_difference,
    corridor_difference,
    flow_difference,
    periods_of_both,
)
from report.frames import largest, of_period, records
from report.words import (
    counted,
    listing,
    mode_words,
    money,
    names_of,
    plain_name,
    sentence,
    short_name,
    signed,
    tonnes,
    usd,
    within,
)

UNCHANGED = 1e-4
"""Part of a period's cargo below which a change counts as none: two searches never stop at the very same flows."""


def plan_name(plan: Solution) -> str:
    """Return the title of a plan, for use within a sentence."""
    return str(plan.run.get("title") or plan.run.get("scenario") or "the other plan")


def difference_headlines(plan: Solution, other: Solution, network: Network) -> list[str]:
    """Return what changed against `other` as sentences; the first one only names it."""
    lines = [f"Compared with {plan_name(other)}:", *_builds(build_difference(plan, other))]
    change = corridor_difference(plan, other, network)
    year = year_of_most_change(plan, other, network)
    if year is not None:
        lines.append(_corridors(year, of_period(change, year), plan_name(other)))
        lines += _dearest_change(year, of_period(bottleneck_difference(plan, other, network), year))
    gain, gain_other = _figure(plan.run.get("gain")), _figure(other.run.get("gain"))
    if math.isfinite(gain) and math.isfinite(gain_other):
        lines.append(f"The plan's gain over building nothing is {money(gain)}, against {money(gain_other)}.")
    return lines


def year_of_most_change(plan: Solution, other: Solution, network: Network) -> int | None:
    """Return the period in which most cargo moves by another corridor; None if the plans share no period."""
    change = corridor_difference(plan, other, network)
    if not len(change):
        return None
    sizes = change.assign(size=change["flow_kt_change"].abs()).groupby("period", as_index=False)[["size"]].sum()
    most = largest(sizes, "size")
    return int(most["period"]) if most["size"] > 0 else int(sizes["period"].max())


def period_differences(plan: Solution, other: Solution, network: Network) -> dict[str, dict[int, str]]:
    """Return a sentence for each period both plans have, on: changes (by corridor) and change_map (by link)."""
    name, years = plan_name(other), sorted(periods_of_both(plan, other))
    corridors, flows = corridor_difference(plan, other, network), flow_difference(plan, other)
    return {
        "changes": {y: _corridors(y, of_period(corridors, y), name) for y in years},
        "change_map": {y: _links(y, of_period(flows, y), name, network) for y in years},
    }


def _builds(changed: pd.DataFrame) -> list[str]:
    """Say which projects are built in one plan only, and which at another time or size."""
    if not len(changed):
        return ["The same projects are built at the same time."]
    here, there = changed["decision"] == "built", changed["decision_other"] == "built"
    lines = []
    for chosen, noun in ((here & ~there, "more project"), (~here & there, "project")):
        names = [short_name(name) for name in changed.loc[chosen, "name"]]
        if names:
            verb = "built" if noun == "more project" else "no longer built"
            lines.append(f"{counted(len(names), noun)} {verb}: {_some(names)}.")
    moved = [
        f"{short_name(row['name'])} ({row['words']}, there {row['words_other'].removeprefix('starts ')})"
        for row in records(changed[here & there])
    ]
    if moved:
        lines.append(f"{counted(len(moved), 'project')} built at another time or size: {_some(moved)}.")
    return lines


def _some(names: list[str]) -> str:
    """Return up to three names, and how many more there are."""
    return listing(names) if len(names) <= 3 else f"{', '.join(names[:3])} and {len(names) - 3} more"


def _corridors(year: int, change: pd.DataFrame, name: str) -> str:
    """Say which corridor gains and which loses most cargo against the plan `name`, and what that is in all."""
    total = float(change["flow_kt_change"].sum())
    noise = UNCHANGED * max(float(change["flow_kt"].sum()), float(change["flow_kt_other"].sum()))
    sums = change.groupby("corridor", as_index=False)[["flow_kt_change"]].sum()
    parts: list[str] = []
    for sign, word in ((1, "more"), (-1, "less")):
        row = _extreme(sums, sign)
        if row and row["size"] > noise:
            verb = "" if parts else " carries"
            parts.append(f"{within(row['corridor'])}{verb} {tonnes(float(row['size']))} {word}")
    if not parts:
        return f"In {year} the corridors carry what they carry in {name}."
    end = f"; {tonnes(abs(total))} {'more' if total > 0 else 'less'} moves in all" if abs(total) > noise else ""
    return f"In {year} {' and '.join(parts)} than in {name}{end}."


def _extreme(sums: pd.DataFrame, sign: int) -> dict[str, Any]:
    """Return the row that gains most (sign 1) or loses most (-1); empty if none does."""
    moved = sums[sums["flow_kt_change"] * sign > 0]
    return largest(moved.assign(size=moved["flow_kt_change"].abs()), "size") if len(moved) else {}


def _links(year: int, change: pd.DataFrame, name: str, network: Network) -> str:
    """Say on how many links cargo grows and falls, and where most."""
    by_link = change.groupby("link_id", as_index=False)[["flow_kt", "flow_kt_other", "flow_kt_change"]].sum()
    noise = UNCHANGED * max(by_link["flow_kt"].max(), by_link["flow_kt_other"].max(), 0.0) if len(by_link) else 0.0
    grows, falls = (int((by_link["flow_kt_change"] * sign > noise).sum()) for sign in (1, -1))
    if not grows + falls:
        return f"In {year} no link carries more or less cargo than in {name}."
    row = largest(by_link.assign(size=by_link["flow_kt_change"].abs()), "size")
    change_kt = float(row["flow_kt_change"])
    return (
        f"Against {name}, cargo in {year} grows on {counted(grows, 'link')} and falls on {falls or 'none'}; the "
        f"largest change is {signed(tonnes(abs(change_kt)), change_kt)} on {_link_name(row['link_id'], network)}."
    )


def _link_name(link_id: str, network: Network) -> str:
    places = names_of(network.places, "place_id")
    for link in records(network.links[network.links["link_id"] == link_id]):
        ends = f"{plain_name(places[link['from_place']])} - {plain_name(places[link['to_place']])}"
        return f"{ends}, {mode_words(link['mode'])}"
    return link_id


def _dearest_change(year: int, changed: pd.DataFrame) -> list[str]:
    """Say what has become scarcer most; where nothing has, what has become less scarce most."""
    if not len(changed):
        return []
    row = largest(changed, "rent_musd_change")
    if row["rent_musd_change"] <= 0:
        row = records(changed.head(1))[0]
    unit = "TEU" if row["kind"] == "TEU" else "tonne"
    now, then = (_worth(float(row[key])) for key in ("dual_usd_per_unit", "dual_usd_per_unit_other"))
    return [sentence(f"one more {unit} a year at {row['name']} is worth {now} in {year}, against {then}.")]


def _worth(value: float) -> str:
    return usd(value) if value > 0 else "nothing"


def _figure(value: Any) -> float:
    return math.nan if value is None else float(value)
