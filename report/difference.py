"""What changed between two plans. `plan` is the one reported, `other` the one it is compared with."""

from __future__ import annotations

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.indicators import corridor_shares, costs_by_category, link_flows


def corridor_difference(plan: Solution, other: Solution, network: Network) -> pd.DataFrame:
    """Return the change of each corridor's cargo in each market, for the periods both plans have.

    Columns: period, market_id, market, corridor_id, corridor, share_basis, share_pct, share_pct_other,
    share_change_points, flow_kt, flow_kt_other, flow_kt_change, flow_kteu, flow_kteu_other, flow_kteu_change.
    """
    keys = ["period", "market_id", "market", "corridor_id", "corridor", "share_basis"]
    figures = ["share_pct", "flow_kt", "flow_kteu"]
    frame = _side_by_side(corridor_shares(plan, network), corridor_shares(other, network), keys, figures)
    return frame.rename(columns={"share_pct_change": "share_change_points"})


def flow_difference(plan: Solution, other: Solution) -> pd.DataFrame:
    """Return the change of cargo on each link and direction.

    Columns: period, link_id, from_place, to_place, and flow_kt, flow_kteu each with `_other` and `_change`.
    """
    keys = ["period", "link_id", "from_place", "to_place"]
    return _side_by_side(link_flows(plan), link_flows(other), keys, ["flow_kt", "flow_kteu"])


def cost_difference(plan: Solution, other: Solution) -> pd.DataFrame:
    """Return the change of a year's cost: period, category, kind, musd, musd_other, musd_change."""
    return _side_by_side(costs_by_category(plan), costs_by_category(other), ["period", "category", "kind"], ["musd"])


def build_difference(plan: Solution, other: Solution) -> pd.DataFrame:
    """Return the projects decided differently.

    Columns: project_id, name, capex_musd, decision, decision_other, start_year, start_year_other, units, units_other.
    A project that only one plan knows has an empty decision in the other.
    """
    columns = ["project_id", "name", "decision", "start_year", "units", "capex_musd"]
    both = plan["builds"][columns].merge(
        other["builds"][columns], on="project_id", how="outer", suffixes=("", "_other"), sort=False
    )
    both["name"] = both["name"].fillna(both["name_other"])
    both["capex_musd"] = both["capex_musd"].fillna(both["capex_musd_other"])
    for column in ("decision", "decision_other"):
        both[column] = both[column].fillna("")
    same = both["decision"] == both["decision_other"]
    for column in ("start_year", "units"):
        here, there = both[column].fillna(-1.0), both[f"{column}_other"].fillna(-1.0)
        same &= (here - there).abs() < 1e-6
    kept = ["project_id", "name", "capex_musd", "decision", "decision_other", "start_year", "start_year_other"]
    return both.loc[~same, [*kept, "units", "units_other"]].reset_index(drop=True)


def _side_by_side(plan: pd.DataFrame, other: pd.DataFrame, keys: list[str], figures: list[str]) -> pd.DataFrame:
    """Return figures of both plans and their change; what one plan does not have counts as 0."""
    shared = set(plan["period"]) & set(other["period"])
    plan, other = plan[plan["period"].isin(shared)], other[other["period"].isin(shared)]
    frame = plan[[*keys, *figures]].merge(other[[*keys, *figures]], on=keys, how="outer", suffixes=("", "_other"))
    ordered = list(keys)
    for figure in figures:
        frame[[figure, f"{figure}_other"]] = frame[[figure, f"{figure}_other"]].fillna(0.0)
        frame[f"{figure}_change"] = frame[figure] - frame[f"{figure}_other"]
        ordered += [figure, f"{figure}_other", f"{figure}_change"]
    return frame[ordered]
