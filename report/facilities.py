"""Goods at facilities over a year: what is made, used and left over, and what they are worth there."""

from __future__ import annotations

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.frames import ratio
from report.words import names_of


def facility_goods(solution: Solution, network: Network) -> pd.DataFrame:
    """Return the goods of every facility, its seasons added up.

    Columns: period, facility_id, name, side, good, amount_kt, surplus_kt (a year), price_usd_per_t (mean over the
    seasons, by what is made or used; of all seasons alike where nothing is), confidence (of the facility).
    """
    keys = ["period", "facility_id", "name", "side", "commodity_id"]
    table = solution["balances"]
    table = table.assign(paid=table["price_usd_per_t"] * table["amount_kt"])
    frame = table.groupby(keys, sort=False, as_index=False).agg(
        amount_kt=("amount_kt", "sum"),
        surplus_kt=("surplus_kt", "sum"),
        paid=("paid", "sum"),
        idle=("price_usd_per_t", "mean"),
    )
    frame["price_usd_per_t"] = ratio(frame["paid"], frame["amount_kt"]).fillna(frame["idle"])
    goods = names_of(network.commodities, "commodity_id")
    sure = dict(zip(network.facilities["facility_id"], network.facilities["confidence"], strict=True))
    frame["good"] = [goods.get(i, i) for i in frame["commodity_id"]]
    frame["confidence"] = [sure.get(i, "") for i in frame["facility_id"]]
    return frame.drop(columns=["paid", "idle"])
