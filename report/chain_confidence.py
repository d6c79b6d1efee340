"""How sure prices, shortage and dependence of the rare-earth chain are, as cells, columns and a sentence."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.solution import Solution
from report.confidence import CONFIDENCES
from report.frames import records
from report.words import percent

WORDS = ("confidence", "rests_on")
SHARES = (*CONFIDENCES, *WORDS)
_KEYS = ["good", "region", "slice"]
_WEST = ("EU27", "US", "JP", "KR")
_SAID = {"magnets": ("mag_std", "mag_hc"), "NdPr oxide": ("ox_ndpr",), "Dy oxide": ("ox_dy",)}


def with_confidence(table: pd.DataFrame, solution: Solution) -> pd.DataFrame:
    """Return a table of goods by region and slice with the columns of SHARES, in its order."""
    known = solution["chain_confidence"][[*_KEYS, *CONFIDENCES, "confidence"]]
    joined = table[_KEYS].merge(known, on=_KEYS, how="left").set_axis(table.index)
    return table.assign(**{name: joined[name] for name in (*CONFIDENCES, "confidence")}, rests_on=rests_on(joined))


def with_confidence_of_all(table: pd.DataFrame, solution: Solution) -> pd.DataFrame:
    """Return a table of goods by region over all slices with the weakest class that one of them has."""
    known = solution["chain_confidence"]
    rank = known["confidence"].map({name: place for place, name in enumerate(CONFIDENCES)})
    weakest = rank.groupby([known["good"], known["region"]]).max()
    found = [weakest.get(key) for key in zip(table["good"], table["region"], strict=True)]
    return table.assign(confidence=["" if place is None else CONFIDENCES[int(place)] for place in found])


def rests_on(shares: pd.DataFrame) -> list[str]:
    """Return in words the parts of the cost behind each row: sourced and from memory, the rest being estimates."""
    return [_in_words(row) for row in records(shares[list(CONFIDENCES)])]


def _in_words(row: dict[str, Any]) -> str:
    """Return the parts of one row.

    >>> _in_words({"sourced": 0.1, "estimate": 0.5, "memory": 0.4}), _in_words({"sourced": 0, "memory": 0})
    ('10 % sourced, 40 % memory', 'estimates alone')
    >>> _in_words({"sourced": float("nan")})
    'demand alone'
    """
    if pd.isna(row["sourced"]):
        return "demand alone"
    parts = [f"{percent(float(row[name]))} {name}" for name in ("sourced", "memory") if row[name] >= 0.005]
    return ", ".join(parts) or "estimates alone"


def confidence_sentence(solution: Solution) -> str:
    """Return what prices, shortage and dependence rest on, outside China at the end of the horizon."""
    table = solution["chain_confidence"]
    table = table[table["region"].isin(_WEST) & table["sourced"].notna()]
    if table.empty:
        return ""
    last = str(table.sort_values("year")["slice"].iloc[-1])
    parts = []
    for name, goods in _SAID.items():
        rows = table[(table["slice"] == last) & table["good"].isin(goods)]
        if len(rows):
            parts.append(f"{name} {_between(rows['memory'])}")
    if not parts:
        return ""
    read = float(table["sourced"].max())
    source = "none is read at a source" if read < 0.005 else f"at most {percent(read)} is read at a source"
    return (
        f"Prices, shortage and dependence rest on estimates and memory. Of the cost behind what the European Union, "
        f"the United States, Japan and Korea get in {last}, {source}, and memory is: {', '.join(parts)}."
    )


def _between(shares: pd.Series) -> str:
    low, high = float(shares.min()), float(shares.max())
    if high - low < 0.01:
        return percent(high)
    return f"{percent(low).removesuffix(' %')} to {percent(high)}"
