"""Candidates of the rare-earth chain with what would have to be true, in the order of the page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.solution import Solution
from network.network import Network
from report.chain_rows import confidence_of, lists
from report.chain_sentences import FOCUS
from report.policy_worth import country_name
from report.words import short_name

CORRIDOR = ("KZ", "KG", "UZ", "TJ", "TM", "MN", "AZ", "GE", "AM", "TR")


def candidate_rows(solution: Solution, network: Network) -> list[list[Any]]:
    """Return candidates with what would have to be true, those of the country in focus first, then of the corridor.

    Name, country, status, first output, investment, worth, break-even investment, use and price, size and first output
    if built, confidence.
    """
    table = candidates(solution, network)
    keys = ("name", "country_name", "status", "service_year", "capex_musd", "npv_musd", "breakeven_capex",
            "breakeven_use", "breakeven_price", "size", "built_year", "confidence")  # fmt: skip
    return lists(table.assign(name=table["name"].map(short_name)), keys)


def candidates(solution: Solution, network: Network) -> pd.DataFrame:
    """Return table chain_switching with size and first year of what is built, names and confidence, in order."""
    table = solution["chain_switching"]
    builds = solution["chain_builds"].set_index("facility_id")
    sure = confidence_of(network)
    rank = [0 if c == FOCUS else 1 if c in CORRIDOR else 2 for c in table["country"]]
    table = table.assign(
        size=table["facility_id"].map(builds["size"]),
        built_year=table["facility_id"].map(builds["service_year"]),
        confidence=[sure.get(str(f), "") for f in table["facility_id"]],
        country_name=[country_name(c, network) for c in table["country"]],
        rank=rank,
    )
    finite = table["breakeven_use"].where(np.isfinite(table["breakeven_use"]))
    table = table.assign(breakeven_use=finite)
    order = ["rank", "breakeven_capex"]
    return table.sort_values(order, ascending=[True, False], kind="stable").reset_index(drop=True)
