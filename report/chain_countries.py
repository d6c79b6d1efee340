"""What countries make of the chain and the value that they add, for the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.chain_sentences import FOCUS
from report.page_rows import figure
from report.policy_worth import country_name

MOST_COUNTRIES = 8
PARTS = {"Mines": ("mine",), "Cracking and separation": ("crack", "separation"),
         "Metal, alloy and magnets": ("metal", "alloy", "magnet"), "Recycling": ("recycling",)}  # fmt: skip
"""Columns of the table of value added, by steps of the chain."""


def value_added(solution: Solution, network: Network, slices: Sequence[str]) -> dict[str, Any]:
    """Return value added by country and part of the chain in each slice, million USD a year, those of most first.

    Of each slice the first countries and the one in focus; columns are the parts, then all.
    """
    table = solution["chain_countries"]
    part = {step: name for name, steps in PARTS.items() for step in steps}
    table = table.assign(part=table["step"].map(part))
    sums = table.pivot_table(index=["slice", "country"], columns="part", values="value_added_musd", aggfunc="sum")
    sums = sums.reindex(columns=list(PARTS)).fillna(0.0)
    sums["all"] = sums.sum(axis=1)
    return {"parts": list(PARTS), "rows": [_of_slice(sums, name, network) for name in slices]}


def _of_slice(sums: pd.DataFrame, name: str, network: Network) -> list[list[Any]]:
    if name not in sums.index:
        return []
    rows = pd.DataFrame(sums.loc[name]).sort_values("all", ascending=False, kind="stable")
    first = rows[rows["all"].abs() > 1e-6].head(MOST_COUNTRIES).index
    kept = rows[rows.index.isin(first) | (rows.index == FOCUS)]
    return [
        [country_name(str(code), network), *(figure(float(f"{value:.3g}")) for value in row)]
        for code, row in zip(kept.index, kept.to_numpy(float), strict=True)
    ]
