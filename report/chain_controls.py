"""Controls on the rare-earth chain that bind, and what stops cost, for page and workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.chain_confidence import with_confidence_of_all
from report.chain_rows import LEAST_SHARE, Texts, by_slice, lists, named_chain
from report.chain_sentences import good_of_chain, region_name

MOST_CONTROLS, MOST_STOPS = 12, 25
CONTRACTS = "contracts"
CONTROL_WORDS = {CONTRACTS: "Works that customers have qualified stay in use"}


def control_rows(solution: Solution, network: Network, slices: Sequence[str], texts: Texts) -> list[list[list[Any]]]:
    """Return by slice the controls that bind: title, good, places, class, limit, largest rent, worth, what lacks."""
    table = binding(solution, network)
    keys = ("title", "good", "places", "confidence", "limit_kt", "rent_usd_per_t", "worth_musd", "miss_kt")
    return [texts.packed(rows) for rows in by_slice(table, slices, keys, MOST_CONTROLS)]


def binding(solution: Solution, network: Network) -> pd.DataFrame:
    """Return controls that bind by slice and good: where, the sum of limits, the highest rent, and what it is worth."""
    table = solution["chain_controls"]
    known = network.chain_controls.set_index("control_id")
    titles, sure = known["title"].to_dict(), known["confidence"].to_dict() if "confidence" in known else {}
    worth = table["limit_kt"] * table["rent_usd_per_t"] / 1000
    table = table.assign(
        title=[CONTROL_WORDS.get(c, str(titles.get(c, c))) for c in table["control_id"]],
        good=["several" if not g else good_of_chain(g, network) for g in table["good"]],
        confidence=[sure.get(c, "estimate") for c in table["control_id"]],
        worth_musd=worth,
        place=[region_name(r, network).split(",")[0] for r in table["region"]],
    )
    grouped = table.groupby(["slice", "title", "good"], sort=False)
    sums = grouped.agg(
        limit_kt=("limit_kt", "sum"),
        rent_usd_per_t=("rent_usd_per_t", "max"),
        worth_musd=("worth_musd", "sum"),
        miss_kt=("miss_kt", "sum"),
        places=("place", _places),
        confidence=("confidence", "first"),
    )
    order = solution["chain_markets"].drop_duplicates("slice").set_index("slice")["year"]
    table = sums.reset_index()
    table = table.assign(year=table["slice"].map(order))
    return table.sort_values(["year", "worth_musd"], ascending=[True, False], kind="stable")


def _places(names: pd.Series) -> str:
    known = sorted(set(names) - {""})
    return ", ".join(known) if len(known) <= 3 else f"{len(known)} places"


def stop_rows(solution: Solution, network: Network) -> list[list[Any]]:
    """Return what stops cost buyers, the dearest first."""
    table = with_confidence_of_all(solution["chain_stops"], solution)
    hurt = table[(table["peak_shortage"] > LEAST_SHARE) | (table["cost_musd"] > 1.0)]
    hurt = named_chain(hurt.sort_values("cost_musd", ascending=False, kind="stable"), network)
    keys = ("region", "good", "lost_kt", "peak_shortage", "peak_price", "recovered", "cost_musd", "confidence")
    return lists(hurt.head(MOST_STOPS), keys)
