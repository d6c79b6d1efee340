"""Indicators of corridors and of what limits them: cargo, shares, time and cost by market, prices of scarcity."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from model.batch.indicators.confidence import CLASSES, by_group, named
from model.batch.indicators.declaration import Figures, Indicator
from model.batch.indicators.plan import lane_confidence
from network.network import Network

WORTH_NAMING = 0.005
"""USD per unit below which a shadow price is solver noise rather than a price."""
LEAST_SHARE_PCT = 1.0
"""Share of a market, in %, from which time and cost of a corridor in it are compared."""


def focus_corridor(network: Network) -> str:
    """Return the corridor that reports are about: the first by rank; "" without corridors."""
    corridors = network.corridors
    return str(corridors.sort_values("rank", kind="stable")["corridor_id"].iloc[0]) if len(corridors) else ""


def _flow(column: str) -> Callable[[Figures, Network], pd.DataFrame]:
    """Return the computation of cargo by corridor over all markets.

    Its confidence is that of the lanes of the markets it serves, since a corridor carries a part of each.
    """

    def compute(solution: Figures, network: Network) -> pd.DataFrame:
        table = solution["corridors"]
        keys = ["period", "corridor_id"]
        sums = table.groupby(keys)[column].sum()
        weights = solution.once(_confidence_of_corridors, network).mul(table[column].to_numpy(), axis=0)
        sure = named(weights.groupby([table["period"].to_numpy(), table["corridor_id"].to_numpy()]).sum())
        frame = sums.reset_index().rename(columns={"corridor_id": "subject", column: "value"})
        return frame.assign(confidence=sure.reindex(sums.index).to_numpy())

    return compute


def _market_confidence(solution: Figures, network: Network) -> pd.DataFrame:
    """Return the shares of the served cargo of each market and period by confidence of its lanes."""
    demand = solution["demand"]
    known = demand["lane_id"].map(solution.once(lane_confidence, network))
    known = known.where(known.isin(CLASSES), "memory")
    size = demand["served_kt"]
    keys = [demand["period"], demand["market_id"]]
    sums = pd.DataFrame({name: size.where(known == name, 0.0) for name in CLASSES}).groupby(keys).sum()
    total = sums.sum(axis=1)
    return sums.div(total.where(total > 0), axis=0).reset_index()


def _confidence_of_corridors(solution: Figures, network: Network) -> pd.DataFrame:
    """Return the shares of confidence of the market of each row of the table of corridors."""
    markets = solution["corridors"][["period", "market_id"]]
    shares = markets.merge(solution.once(_market_confidence, network), how="left")
    return shares[list(CLASSES)].fillna(0.0)


def _share_of_boxes(solution: Figures, _: Network) -> pd.DataFrame:
    sums = solution["corridors"].groupby(["period", "corridor_id"], as_index=False)[["flow_kteu"]].sum()
    total = sums.groupby("period")["flow_kteu"].transform("sum")
    share = sums["flow_kteu"] / total.where(total > 0)
    return pd.DataFrame({"period": sums["period"], "subject": sums["corridor_id"], "value": share})


def _focus_share(solution: Figures, network: Network) -> pd.DataFrame:
    table = solution["corridors"]
    table = table[table["corridor_id"] == focus_corridor(network)]
    shares = solution.once(_market_confidence, network).set_index(["period", "market_id"])
    sure = named(shares).reindex(pd.MultiIndex.from_frame(table[["period", "market_id"]])).to_numpy()
    value = table["share_pct"] / 100.0
    return pd.DataFrame({"period": table["period"], "subject": table["market_id"], "value": value, "confidence": sure})


def _of_focus(column: str, sure_of: str) -> Callable[[Figures, Network], pd.DataFrame]:
    """Return the computation of a figure of the focus corridor by market, where it takes part worth naming.

    Args:
        sure_of: column of the links that says how sure what stands behind it is.
    """

    def compute(solution: Figures, network: Network) -> pd.DataFrame:
        focus = focus_corridor(network)
        table = solution["corridors"]
        table = table[(table["corridor_id"] == focus) & (table["share_pct"] >= LEAST_SHARE_PCT)]
        flows = solution["flows"]
        flows = flows[flows["corridor_id"] == focus]
        known = dict(zip(network.links["link_id"], network.links[sure_of].fillna("").astype(str), strict=True))
        sure = by_group(flows["link_id"].map(known), flows["cost_musd"], [flows["period"]])
        frame = pd.DataFrame({"period": table["period"], "subject": table["market_id"], "value": table[column]})
        return frame.assign(confidence=table["period"].map(sure).to_numpy())

    return compute


def _market_mean(column: str, weight: str) -> Callable[[Figures, Network], pd.DataFrame]:
    """Return the computation of the mean of a figure over the corridors of a market, weighted by what they carry."""

    def compute(solution: Figures, _: Network) -> pd.DataFrame:
        table = solution["corridors"]
        known = table[table[column].notna() & (table[weight] > 0)]
        paid = known.assign(paid=known[column] * known[weight])
        sums = paid.groupby(["period", "market_id"], as_index=False)[["paid", weight]].sum()
        value = sums["paid"] / sums[weight]
        return pd.DataFrame({"period": sums["period"], "subject": sums["market_id"], "value": value})

    return compute


def _unserved_by_market(solution: Figures, network: Network) -> pd.DataFrame:
    demand = solution["demand"]
    keys = [demand["period"], demand["market_id"].rename("subject")]
    sums = demand["unserved_kt"].groupby(keys).sum()
    sure = by_group(demand["lane_id"].map(solution.once(lane_confidence, network)), demand["unserved_kt"], keys)
    return sums.rename("value").reset_index().assign(confidence=sure.reindex(sums.index).to_numpy())


def _scarcity(solution: Figures, network: Network) -> pd.DataFrame:
    table = solution["capacities"]
    sums = table.groupby("period")["rent_musd"].sum()
    known = solution.once(_limit_confidence, network)
    sure_of = [known.get(key, "") for key in zip(table["target"], table["target_id"], strict=True)]
    sure = by_group(pd.Series(sure_of, index=table.index, dtype=object), table["rent_musd"], [table["period"]])
    return pd.DataFrame({"period": sums.index, "value": sums.to_numpy(), "confidence": sure.reindex(sums.index)})


def _limit_prices(solution: Figures, network: Network) -> pd.DataFrame:
    """Price of one more unit a year, spread over the seasons as the limit is; only of limits that bind."""
    table = solution["capacities"]
    table = table[table["target"] != "store"]
    table = table.assign(worth=table["dual_usd_per_unit"] * table["capacity"])
    keys = ["period", "target", "target_id", "kind", "direction"]
    sums = table.groupby(keys, as_index=False)[["worth", "capacity"]].sum()
    sums["value"] = (sums["worth"] / sums["capacity"].where(sums["capacity"] > 0)).fillna(0.0)
    sums = sums[sums["value"] > WORTH_NAMING]
    sums["subject"] = sums["target"] + "|" + sums["target_id"] + "|" + sums["kind"] + "|" + sums["direction"]
    sure = solution.once(_limit_confidence, network)
    sums["confidence"] = [sure.get(key, "") for key in zip(sums["target"], sums["target_id"], strict=True)]
    return sums[["period", "subject", "value", "confidence"]]


def _limit_confidence(_: Figures, network: Network) -> dict[tuple[str, str], str]:
    tables = (("link", network.links), ("place", network.places), ("facility", network.facilities))
    return {
        (target, str(key)): str(sure)
        for target, table in tables
        for key, sure in zip(table[f"{target}_id"], table["confidence"], strict=True)
    }


def _binding(solution: Figures, network: Network) -> pd.DataFrame:
    found = solution.once(_limit_prices, network)
    periods = np.unique(solution["capacities"]["period"].to_numpy())
    count = found.groupby("period").size().reindex(periods, fill_value=0)
    return pd.DataFrame({"period": count.index, "value": count.to_numpy(dtype=float)})


CORRIDORS = (
    Indicator(
        "corridor_kt", "Cargo", "kt a year", _flow("flow_kt"), group="corridors", subject_kind="corridor",
        headline=True, meaning="Cargo that a corridor carries over all markets, a year of the period.",
    ),
    Indicator(
        "corridor_kteu", "Containers", "kTEU a year", _flow("flow_kteu"), group="corridors", subject_kind="corridor",
        headline=True, meaning="Boxes that a corridor carries over all markets, a year of the period.",
    ),
    Indicator(
        "corridor_share", "Share of all containers", "share", _share_of_boxes, group="corridors",
        subject_kind="corridor", digits=2, meaning="Boxes of a corridor over those of all corridors.",
    ),
    Indicator(
        "focus_share", "Share of the market by the first corridor", "share", _focus_share,
        group="corridors", subject_kind="market", digits=2, headline=True,
        meaning="Part of a market that goes by the corridor the reports are about, the first by rank.",
    ),
    Indicator(
        "focus_days", "Time by the first corridor", "days", _of_focus("time_days", "confidence"), group="corridors",
        subject_kind="market", better="less", headline=True,
        meaning="Mean door-to-door time by that corridor, of markets of which it takes 1 % or more.",
    ),
    Indicator(
        "focus_cost", "Freight by the first corridor", "USD per TEU", _of_focus("cost_usd_per_teu", "cost_confidence"),
        group="corridors", subject_kind="market", better="less", headline=True,
        meaning="Mean freight, handling and fees of a box by that corridor, of markets of which it takes 1 % or more.",
    ),
    Indicator(
        "market_days", "Time, all corridors", "days", _market_mean("time_days", "flow_kt"), group="corridors",
        subject_kind="market", better="less", meaning="Mean door-to-door time of a market over its cargo.",
    ),
    Indicator(
        "market_cost", "Freight, all corridors", "USD per t", _market_mean("cost_usd_per_t", "flow_kt"),
        group="corridors", subject_kind="market", better="less",
        meaning="Mean freight, handling and fees of a tonne of a market.",
    ),
    Indicator(
        "unserved_by_market", "Demand not met", "kt a year", _unserved_by_market, group="corridors",
        subject_kind="market", better="less", meaning="Cargo of a market that does not move over the network.",
    ),
)  # fmt: skip
"""Indicators of corridors and markets."""

BOTTLENECKS = (
    Indicator(
        "scarcity", "Rents of bottlenecks", "million USD a year", _scarcity, group="bottlenecks", better="less",
        headline=True, meaning="Worth of one more unit times use, over all limits: what scarcity costs shippers.",
    ),
    Indicator(
        "binding_limits", "Limits that bind", "limits", _binding, group="bottlenecks", better="less",
        meaning="Limits of links, places, transfers and facilities of which one more unit would be worth something.",
    ),
    Indicator(
        "limit_price", "Worth of one more unit", "USD per t or TEU", _limit_prices, group="bottlenecks",
        subject_kind="limit", better="less", meaning="What one more unit a year would be worth; only where it binds.",
    ),
)  # fmt: skip
"""Indicators of what is scarce."""
