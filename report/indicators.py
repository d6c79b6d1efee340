"""Indicators: pure functions from the result tables to small tables a reader can use.

Every function takes the Solution (and the Network, for names) and returns a new frame with the columns its docstring
states; a frame without rows keeps its columns. Flows and money are of a year: seasons are summed.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.frames import positions, ratio, records
from report.words import listing, names_of, plain_name, spoken, usd

FULL = 0.995
"""Utilisation from which a limit counts as full."""

NOTABLE_SHARE = 5.0
"""Share of a market, in %, from which a corridor matters to it."""

WORTH_NAMING = 0.005
"""USD per unit below which a shadow price is solver noise rather than a price."""


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


def bottlenecks(solution: Solution, network: Network) -> pd.DataFrame:
    """Return the limits that bind, the dearest first in each period.

    Columns: period, target, target_id, name, kind (t or TEU), capacity and use (kt or kTEU a year), utilisation,
    full_when, dual_usd_per_unit (worth of one more unit a year, spread over the seasons as the limit is),
    rent_musd (a year), confidence (of the limit), words.
    """
    limits = yearly_limits(solution)
    frame = limits[limits["dual_usd_per_unit"] > WORTH_NAMING].copy()
    sure = _confidence_of_targets(network)
    frame["name"] = [plain_name(str(name)) for name in frame["name"]]
    frame["confidence"] = [sure.get(i, "") for i in frame["target_id"]]
    frame["words"] = [_bottleneck_words(row) for row in records(frame)]
    return frame.sort_values(["period", "rent_musd"], ascending=[True, False], kind="stable", ignore_index=True)


def yearly_limits(solution: Solution) -> pd.DataFrame:
    """Return every limit with its seasons added up; columns as in `bottlenecks` without confidence and words.

    `tightest` is the utilisation of the fullest season.
    """
    keys = ["period", "target", "target_id", "name", "kind"]
    table = solution["capacities"]
    table = table.assign(worth=table["dual_usd_per_unit"] * table["capacity"])
    frame = table.groupby(keys, sort=False, as_index=False).agg(
        capacity=("capacity", "sum"),
        use=("use", "sum"),
        tightest=("utilisation", "max"),
        worth=("worth", "sum"),
        rent_musd=("rent_musd", "sum"),
    )
    full = table[(table["utilisation"] >= FULL) | (table["dual_usd_per_unit"] > WORTH_NAMING)]
    every = table["season"].nunique()
    seasons = {key: _when(rows.tolist(), every) for key, rows in full.groupby(keys, sort=False)["season"]}
    frame["full_when"] = [seasons.get(key, "") for key in zip(*(frame[k] for k in keys), strict=True)]
    frame["utilisation"] = ratio(frame["use"], frame["capacity"])
    frame["dual_usd_per_unit"] = ratio(frame["worth"], frame["capacity"]).fillna(0.0)
    order = ["capacity", "use", "utilisation", "tightest", "full_when", "dual_usd_per_unit", "rent_musd"]
    return frame[[*keys, *order]]


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
    tightest = limits.groupby(["period", "link_id"])["tightest"].max().rename("utilisation")
    frame = frame.join(tightest, on=["period", "link_id"])
    for kind, column in (("t", "dual_usd_per_t"), ("TEU", "dual_usd_per_teu")):
        worth = limits[limits["kind"] == kind].groupby(["period", "link_id"])["dual_usd_per_unit"].max().rename(column)
        frame = frame.join(worth, on=["period", "link_id"]).fillna({column: 0.0})
    return frame.sort_values(["period", "flow_kt"], ascending=[True, False], kind="stable", ignore_index=True)


def lanes(solution: Solution, network: Network) -> pd.DataFrame:
    """Return cost and time between zones by kind of cargo, the busiest first in each period.

    Columns: period, origin_zone, destination_zone, origin, destination, cargo_kind, served_kt, served_kteu,
    unserved_kt, freight_usd_per_t (paid to carriers, ports and railways), freight_usd_per_teu (boxes only),
    price_usd_per_t (what the last tonne costs with its time and risk), time_days. Costs and times are means over the
    tonnes moved.
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
    group = ["period", "origin_zone", "destination_zone", "cargo_kind"]
    sums = ["served_kt", "served_kteu", "unserved_kt", "known_kt", *weighted]
    frame = table.groupby(group, as_index=False)[sums].sum()
    boxed = (frame["cargo_kind"] == "container") & (frame["served_kteu"] > 0)
    frame["freight_usd_per_teu"] = ratio(frame["freight_usd_per_t"], frame["served_kteu"]).where(boxed)
    for column in weighted:
        frame[column] = ratio(frame[column], frame["known_kt"])
    zones = names_of(network.zones, "zone_id", short=True)
    frame["origin"] = [zones.get(i, i) for i in frame["origin_zone"]]
    frame["destination"] = [zones.get(i, i) for i in frame["destination_zone"]]
    columns = ["period", "origin_zone", "destination_zone", "origin", "destination", "cargo_kind", "served_kt"]
    columns += ["served_kteu", "unserved_kt", "freight_usd_per_t", "freight_usd_per_teu", "price_usd_per_t"]
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
    """Return what a year of each period costs: period, category, musd, discounted_musd (all years of the period)."""
    table = solution["costs"].assign(_order=positions(solution["costs"]["category"], COST_CATEGORIES))
    frame = table.groupby(["period", "_order", "category"], as_index=False)[["musd", "discounted_musd"]].sum()
    return frame.drop(columns="_order")


COST_CATEGORIES = (
    "freight",
    "handling",
    "fees",
    "time",
    "unreliability",
    "carbon",
    "savings",
    "capex",
    "fixed_opex",
    "residual_value",
)
"""Order in which kinds of cost are shown; others follow."""


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


def _confidence_of_targets(network: Network) -> dict[str, str]:
    """Return how sure the row of each link and place is, which holds its capacity."""
    sure: dict[str, str] = {}
    for frame, key in ((network.links, "link_id"), (network.places, "place_id"), (network.projects, "project_id")):
        if "confidence" in frame.columns:
            sure |= dict(zip(frame[key], frame["confidence"].fillna("").astype(str), strict=True))
    return sure


def _bottleneck_words(row: dict[str, Any]) -> str:
    """Return what a shadow price means, in a sentence."""
    unit = "TEU" if row["kind"] == "TEU" else "tonne"
    worth = usd(float(row["dual_usd_per_unit"]))
    return f"Full {row['full_when']}: one more {unit} a year is worth {worth} to shippers."


def _when(full: list[str], seasons: int) -> str:
    """Return when a limit is full, given its full seasons and how many seasons a year has."""
    named = list(dict.fromkeys(full))
    if len(named) >= seasons:
        return "all year"
    return f"in the {listing(named, seasons)} season{'s' if len(named) > 1 else ''}"
