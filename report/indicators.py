"""Indicators: pure functions from the result tables to small tables a reader can use.

Every function takes the Solution (and the Network, for names) and returns a new frame with the columns its docstring
states; a frame without rows keeps its columns. Flows and money are of a year: seasons are summed.
"""

from __future__ import annotations

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.frames import positions, ratio
from report.limits import yearly_limits
from report.words import names_of, spoken

NOTABLE_SHARE = 5.0
"""Share of a market, in %, from which a corridor matters to it."""


def corridor_shares(solution: Solution, network: Network) -> pd.DataFrame:
    """Return each corridor's part of each market, a year of the period.

    Columns: period, market_id, market, corridor_id, corridor, flow_kt, flow_kteu, share_pct, share_basis,
    cost_usd_per_t, cost_usd_per_teu, time_days. Markets and corridors come in the order of their tables.
    """
    frame = solution["corridors"].copy()
    markets, corridors = names_of(network.markets, "market_id"), names_of(network.corridors, "corridor_id")
    frame["market"] = [markets.get(i, spoken(i)) for i in frame["market_id"]]
    frame["corridor"] = [corridors.get(i, spoken(i)) for i in frame["corridor_id"]]
    frame["_market"] = positions(frame["market_id"], list(markets))
    frame["_corridor"] = positions(frame["corridor_id"], list(corridors))
    frame = frame.sort_values(["_market", "period", "_corridor"], kind="stable", ignore_index=True)
    columns = ["period", "market_id", "market", "corridor_id", "corridor", "flow_kt", "flow_kteu", "share_pct"]
    return frame[[*columns, "share_basis", "cost_usd_per_t", "cost_usd_per_teu", "time_days"]]


def corridor_totals(solution: Solution, network: Network) -> pd.DataFrame:
    """Return the cargo of each corridor over all markets: period, corridor_id, corridor, flow_kt, flow_kteu."""
    shares = corridor_shares(solution, network)
    keys = ["period", "corridor_id", "corridor"]
    totals = shares.groupby(keys, sort=False, as_index=False)[["flow_kt", "flow_kteu"]].sum()
    totals["_corridor"] = positions(totals["corridor_id"], list(names_of(network.corridors, "corridor_id")))
    totals = totals.sort_values(["_corridor", "period"], kind="stable", ignore_index=True)
    return totals.drop(columns="_corridor")


def investments(solution: Solution) -> pd.DataFrame:
    """Return the projects that exist in the plan, in order of their start: `builds` without those not built."""
    builds = solution["builds"]
    order = {"given": 0, "built": 1}
    frame = builds[builds["decision"].isin(list(order))].copy()
    frame["_order"] = frame["decision"].map(order)
    frame = frame.sort_values(["_order", "start_year", "capex_musd"], ascending=[True, True, False], kind="stable")
    return frame.drop(columns="_order").reset_index(drop=True)


def investment_by_period(solution: Solution) -> pd.DataFrame:
    """Return what the plan starts in each period: period, projects, capex_musd, capex_npv_musd; without given ones."""
    builds = solution["builds"]
    built = builds[builds["decision"] == "built"]
    grouped = built.groupby("start_period").agg(
        projects=("project_id", "nunique"), capex_musd=("capex_musd", "sum"), capex_npv_musd=("capex_npv_musd", "sum")
    )
    frame = grouped.reindex(periods(solution), fill_value=0).rename_axis("period").reset_index()
    return frame.astype({"period": "int64", "projects": "int64"})


def link_flows(solution: Solution) -> pd.DataFrame:
    """Return the cargo on each link and direction, a year of the period.

    Columns: period, link_id, from_place, to_place, mode, flow_kt, flow_kteu, cost_musd, utilisation (of the tightest
    limit of the link in its fullest season; empty where the link has none), dual_usd_per_t, dual_usd_per_teu (worth of
    one more unit a year; 0 where slack).
    """
    keys = ["period", "link_id", "from_place", "to_place", "mode"]
    frame = solution["flows"].groupby(keys, as_index=False)[["flow_kt", "flow_kteu", "cost_musd"]].sum()
    limits = yearly_limits(solution)
    limits = limits[limits["target"] == "link"].rename(columns={"target_id": "link_id"})
    limits = limits.drop(columns="utilisation").rename(columns={"tightest": "utilisation"})
    on = ["period", "link_id"]
    frame = frame.merge(limits.groupby(on, as_index=False)["utilisation"].max(), on=on, how="left")
    for kind, column in (("t", "dual_usd_per_t"), ("TEU", "dual_usd_per_teu")):
        of_kind = limits[limits["kind"] == kind].drop(columns="utilisation")
        worth = of_kind.rename(columns={"dual_usd_per_unit": column}).groupby(on, as_index=False)[column].max()
        frame = frame.merge(worth, on=on, how="left").fillna({column: 0.0})
    return frame.sort_values(["period", "flow_kt"], ascending=[True, False], kind="stable", ignore_index=True)


def lanes(solution: Solution, network: Network) -> pd.DataFrame:
    """Return cost and time between zones by kind of cargo, the busiest first in each period.

    Columns: period, origin_zone, destination_zone, origin, destination, market_id, market, cargo_kind, served_kt,
    served_kteu, unserved_kt, freight_usd_per_t (paid to carriers, ports and railways), freight_usd_per_teu (boxes
    only), price_usd_per_t (what the last tonne costs with its time and risk), time_days. Costs and times are means over
    the tonnes moved.
    """
    keys = ["period", "season", "lane_id"]
    table = solution["demand"].merge(
        solution["prices"][[*keys, "price_usd_per_t", "freight_usd_per_t", "time_days"]], on=keys, how="left"
    )
    kinds = dict(zip(network.commodities["commodity_id"], network.commodities["cargo_kind"], strict=True))
    table["cargo_kind"] = [str(kinds.get(i, "")) for i in table["commodity_id"]]
    weighted = ["price_usd_per_t", "freight_usd_per_t", "time_days"]
    known = table["served_kt"].where(table["freight_usd_per_t"].notna(), 0.0)
    for column in weighted:
        table[column] = table[column].fillna(0.0) * table["served_kt"]
    table["known_kt"] = known
    group = ["period", "origin_zone", "destination_zone", "market_id", "cargo_kind"]
    sums = ["served_kt", "served_kteu", "unserved_kt", "known_kt", *weighted]
    frame = table.groupby(group, as_index=False)[sums].sum()
    boxed = (frame["cargo_kind"] == "container") & (frame["served_kteu"] > 0)
    frame["freight_usd_per_teu"] = ratio(frame["freight_usd_per_t"], frame["served_kteu"]).where(boxed)
    for column in weighted:
        frame[column] = ratio(frame[column], frame["known_kt"])
    zones = names_of(network.zones, "zone_id", short=True)
    frame["origin"] = [zones.get(i, i) for i in frame["origin_zone"]]
    frame["destination"] = [zones.get(i, i) for i in frame["destination_zone"]]
    markets = names_of(network.markets, "market_id")
    frame["market"] = [markets.get(i, spoken(i)) for i in frame["market_id"]]
    columns = ["period", "origin_zone", "destination_zone", "origin", "destination", "market_id", "market"]
    columns += [
        "cargo_kind",
        "served_kt",
        "served_kteu",
        "unserved_kt",
        "freight_usd_per_t",
        "freight_usd_per_teu",
        "price_usd_per_t",
    ]
    return frame.sort_values(["period", "served_kt"], ascending=[True, False], kind="stable", ignore_index=True)[
        [*columns, "time_days"]
    ]


def demand_by_market(solution: Solution, network: Network) -> pd.DataFrame:
    """Return demand met and not met: period, market_id, market, reference_kt, served_kt, unserved_kt, surplus_musd."""
    names = names_of(network.markets, "market_id")
    sums = ["reference_kt", "served_kt", "unserved_kt", "surplus_musd"]
    frame = solution["demand"].groupby(["period", "market_id"], as_index=False)[sums].sum()
    frame.insert(2, "market", [names.get(i, spoken(i)) for i in frame["market_id"]])
    frame["_market"] = positions(frame["market_id"], list(names))
    return frame.sort_values(["_market", "period"], ignore_index=True).drop(columns="_market")


def costs_by_category(solution: Solution) -> pd.DataFrame:
    """Return what a year of each period costs.

    Columns: period, category, kind (name of the category), musd, discounted_musd (all years of the period).
    """
    table = solution["costs"].assign(_order=positions(solution["costs"]["category"], list(COST_CATEGORIES)))
    frame = table.groupby(["period", "_order", "category"], as_index=False)[["musd", "discounted_musd"]].sum()
    frame.insert(2, "kind", [COST_CATEGORIES.get(c, spoken(c)) for c in frame["category"]])
    return frame.drop(columns="_order")


CORRIDOR_RULES = ("via_links", "via_places", "transit_countries")

COST_CATEGORIES = {
    "freight": "Freight",
    "handling": "Handling in ports and terminals",
    "fees": "Fees and tolls",
    "time": "Time of the cargo",
    "unreliability": "Late arrival",
    "carbon": "Carbon",
    "storage": "Storage between seasons",
    "processing": "Making of goods",
    "disposal": "Disposal of what nobody takes",
    "idle_capital": "Capital of capacity for markets that stands idle",
    "savings": "Saved by projects",
    "capex": "Investment",
    "fixed_opex": "Upkeep of projects",
    "residual_value": "Value left at the end",
}
"""Names of the kinds of cost, in the order in which they are shown; others follow under their own."""


def base_year(solution: Solution) -> pd.DataFrame:
    """Return the base-year table with `ratio` (modelled over observed) and `in_range`, most overstated first.

    `in_range` is true if the model falls within the observed range or within 10 % of the observed value.
    """
    frame = solution["base_year"].copy()
    frame["ratio"] = ratio(frame["modelled"], frame["observed"])
    low = frame["observed_low"].clip(upper=frame["observed"] * 0.9).fillna(frame["observed"] * 0.9)
    high = frame["observed_high"].clip(lower=frame["observed"] * 1.1).fillna(frame["observed"] * 1.1)
    frame["in_range"] = frame["modelled"].between(low, high)
    return frame.sort_values("ratio", ascending=False, kind="stable", ignore_index=True)


def focus_corridor(network: Network) -> tuple[str, str]:
    """Return id and name of the corridor the report is about: the first by rank; empty without corridors."""
    corridors = network.corridors
    if not len(corridors):
        return "", ""
    first = corridors.sort_values("rank", kind="stable").iloc[0]
    return str(first["corridor_id"]), str(first["name"])


def rivals_of(shares: pd.DataFrame, focus: str, network: Network) -> pd.DataFrame:
    """Return the shares of the other corridors, without the one that takes what no rule of a corridor describes."""
    corridors = network.corridors
    ruled = [bool(a or b or c) for a, b, c in zip(*(corridors[k] for k in CORRIDOR_RULES), strict=True)]
    default = set(corridors.loc[[not rule for rule in ruled], "corridor_id"])
    return shares[~shares["corridor_id"].isin([focus, *default]) & (shares["flow_kt"] > 0)]


def focus_market(shares: pd.DataFrame, focus: str) -> str:
    """Return the market to speak of: the first in the table of which the focus corridor takes `NOTABLE_SHARE` or more.

    Where there is none, the market in which it carries most; empty where it carries nothing.
    """
    mine = shares[(shares["corridor_id"] == focus) & (shares["flow_kt"] > 0)]
    notable = mine.loc[mine["share_pct"] >= NOTABLE_SHARE, "market_id"]
    if len(notable):
        return str(notable.iloc[0])
    return str(mine.groupby("market_id")["flow_kt"].sum().idxmax()) if len(mine) else ""


def periods(solution: Solution) -> list[int]:
    """Return the milestone years of the run, in order."""
    return sorted({int(p) for p in solution["demand"]["period"]})
