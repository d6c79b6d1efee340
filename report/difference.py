"""What changed between two plans. `plan` is the one reported, `other` the one it is compared with."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.frames import records
from report.indicators import corridor_shares, costs_by_category, link_flows
from report.limits import WORTH_NAMING, bottlenecks
from report.words import listing, number


def corridor_difference(plan: Solution, other: Solution, network: Network) -> pd.DataFrame:
    """Return the change of each corridor's cargo in each market, for the periods both plans have.

    Columns: period, market_id, market, corridor_id, corridor, share_basis, share_pct, share_pct_other,
    share_change_points, flow_kt, flow_kt_other, flow_kt_change, flow_kteu, flow_kteu_other, flow_kteu_change.
    """
    keys = ["period", "market_id", "market", "corridor_id", "corridor", "share_basis"]
    figures, shared = ["share_pct", "flow_kt", "flow_kteu"], periods_of_both(plan, other)
    frame = side_by_side(corridor_shares(plan, network), corridor_shares(other, network), keys, figures, shared)
    return frame.rename(columns={"share_pct_change": "share_change_points"})


def flow_difference(plan: Solution, other: Solution) -> pd.DataFrame:
    """Return the change of cargo on each link and direction.

    Columns: period, link_id, from_place, to_place, and flow_kt, flow_kteu each with `_other` and `_change`.
    """
    keys = ["period", "link_id", "from_place", "to_place"]
    shared = periods_of_both(plan, other)
    return side_by_side(link_flows(plan), link_flows(other), keys, ["flow_kt", "flow_kteu"], shared)


def cost_difference(plan: Solution, other: Solution) -> pd.DataFrame:
    """Return the change of a year's cost: period, category, kind, musd, musd_other, musd_change."""
    keys, shared = ["period", "category", "kind"], periods_of_both(plan, other)
    return side_by_side(costs_by_category(plan), costs_by_category(other), keys, ["musd"], shared)


def build_difference(plan: Solution, other: Solution) -> pd.DataFrame:
    """Return the projects decided differently, one row a project, the dearest first.

    Columns: project_id, name, capex_musd, decision, decision_other, start_year, start_year_other (of the first units),
    units, units_other, words, words_other (what is decided, in words). A project that only one plan knows has an empty
    decision in the other.
    """
    both = _decisions(plan["builds"]).merge(
        _decisions(other["builds"]), on="project_id", how="outer", suffixes=("", "_other"), sort=False
    )
    both["name"] = both["name"].fillna(both["name_other"])
    both["capex_musd"] = both["capex_musd"].fillna(both["capex_musd_other"])
    for column in ("decision", "decision_other", "words", "words_other"):
        both[column] = both[column].fillna("")
    differs = (both["words"] != both["words_other"]) | (both["decision"] != both["decision_other"])
    kept = ["project_id", "name", "capex_musd", "decision", "decision_other", "start_year", "start_year_other"]
    kept += ["units", "units_other", "words", "words_other"]
    both = both.loc[differs, kept]
    return both.sort_values("capex_musd", ascending=False, kind="stable", ignore_index=True)


def bottleneck_difference(plan: Solution, other: Solution, network: Network) -> pd.DataFrame:
    """Return the limits whose worth changed, the largest change of their scarcity rent first in each period.

    Columns: period, target, target_id, direction, name, kind, and dual_usd_per_unit, rent_musd each with `_other` and
    `_change`. A limit that binds in one plan only is worth 0 in the other.
    """
    keys = ["period", "target", "target_id", "direction", "kind"]
    here, there = bottlenecks(plan, network), bottlenecks(other, network)
    both = pd.concat([there, here])
    names = dict(zip(zip(*(both[key] for key in keys), strict=True), both["name"], strict=True))
    frame = side_by_side(here, there, keys, ["dual_usd_per_unit", "rent_musd"], periods_of_both(plan, other))
    frame["name"] = [names[key] for key in zip(*(frame[key] for key in keys), strict=True)]
    changed = frame["dual_usd_per_unit_change"].abs() > WORTH_NAMING
    order = frame["rent_musd_change"].abs()
    frame = frame.assign(_order=order)[changed].sort_values(["period", "_order"], ascending=[True, False])
    return frame.drop(columns="_order").reset_index(drop=True)


def periods_of_both(plan: Solution, other: Solution) -> set[int]:
    """Return the milestone years that both plans have."""
    return set(plan["demand"]["period"]) & set(other["demand"]["period"])


def _decisions(builds: pd.DataFrame) -> pd.DataFrame:
    """Return one row a project: units that start in different periods are added up."""
    rows = [
        {
            "project_id": project,
            "name": parts[0]["name"],
            "decision": parts[0]["decision"],
            "start_year": parts[0]["start_year"],
            "units": sum(part["units"] for part in parts),
            "capex_musd": sum(part["capex_musd"] for part in parts),
            "words": decision_words(parts),
        }
        for project, parts in starts_by_project(builds).items()
    ]
    columns = ["project_id", "name", "decision", "start_year", "units", "capex_musd", "words"]
    return pd.DataFrame(rows, columns=columns)


def starts_by_project(builds: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of `builds` by project, each project's in the order of their start."""
    result: dict[str, list[dict[str, Any]]] = {str(project): [] for project in builds["project_id"]}
    for row in records(builds.sort_values("start_year", kind="stable")):
        result[row["project_id"]].append(row)
    return result


def decision_words(parts: list[dict[str, Any]]) -> str:
    """Return what is decided on one project, given its rows of `builds` in order: `starts 2028`, `not built`."""
    said = []
    for part in parts:
        if part["decision"] != "built":
            return str(part["decision"])
        units, most = part["units"], part["units_max"]
        size = f" ({number(units)} of {number(most)} units)" if most > 1 or units < most else ""
        said.append(f"{part['start_year']:.0f}{size}")
    return f"starts {listing(said, len(said))}"


def side_by_side(
    plan: pd.DataFrame, other: pd.DataFrame, keys: list[str], figures: list[str], shared: set[int]
) -> pd.DataFrame:
    """Return figures of both plans and their change in `shared` periods; what one plan does not have counts as 0."""
    others = other[[*keys, *figures]].rename(columns={figure: f"{figure}_other" for figure in figures})
    both = pd.concat([plan[[*keys, *figures]], others], ignore_index=True)
    frame = both[both["period"].isin(shared)].groupby(keys, sort=False, as_index=False).sum()
    ordered = list(keys)
    for figure in figures:
        frame[f"{figure}_change"] = frame[figure] - frame[f"{figure}_other"]
        ordered += [figure, f"{figure}_other", f"{figure}_change"]
    return frame[ordered]
