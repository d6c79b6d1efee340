"""Flows of the rare-earth chain from mine to market, as the page draws them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from report.chain_rows import LEAST_SHARE, rough
from report.chain_sentences import FOCUS

MOST_NAMED = 7
"""Regions of a stage with a name of their own in the picture of flows; the rest are others."""
LEAST_NAMED, LEAST_FOCUS_LINK = 0.02, 0.0002
"""Parts of a stage below which a region has no name, and a flow of the country in focus is not drawn."""
LEAST_STAGE = 0.1
"""Part of the largest stage below which a stage, as of stocks, does not make its own flows count."""
STAGES = {
    "mine": "Mined", "scrap": "Scrap", "stock": "From stock", "oxide": "Oxide", "metal": "Metal", "alloy": "Alloy",
    "magnet": "Magnet", "market": "Market", "swarf": "Swarf", "compound": "Not separated",
    "kept": "Into stock", "disposal": "Not sold",
}  # fmt: skip
MERGED = ("swarf", "compound", "kept", "disposal", "stock")
"""Stages whose regions the picture does not tell apart."""
HELD_STAGES = ("oxide", "metal", "alloy", "magnet")
ELEMENTS = {"NDPR": "NdPr", "DY": "Dy", "TB": "Tb"}


def pictures(table: pd.DataFrame, slices: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the flows of each element by slice: nodes as [stage, region] and links as [from, to, free, restricted]."""
    return {
        element: [picture(table[(table["element"] == element) & (table["slice"] == name)]) for name in slices]
        for element in ELEMENTS
    }


def picture(rows: pd.DataFrame) -> dict[str, Any]:
    """Return one picture: regions that count by name (others: ""), flows too thin to see left out.

    What enters a stage that hands on none of the element, as dysprosium in alloy, is not drawn either.
    """
    hands_on = set(rows["from_stage"])
    rows = rows[rows["to_stage"].isin(hands_on) | ~rows["to_stage"].isin(HELD_STAGES)]
    total = rows.groupby("from_stage")["quantity_kt"].sum()
    total = total.clip(lower=LEAST_STAGE * total.max())
    counting = _counting(rows)
    ends = {end: _named(rows, end, counting) for end in ("from", "to")}
    table = pd.DataFrame(
        {
            "source": list(zip(rows["from_stage"], ends["from"], strict=True)),
            "target": list(zip(rows["to_stage"], ends["to"], strict=True)),
            "free": rows["quantity_kt"].where(rows["restricted"] == 0, 0.0),
            "held": rows["quantity_kt"].where(rows["restricted"] == 1, 0.0),
        }
    )
    links = table.groupby(["source", "target"], sort=False)[["free", "held"]].sum().reset_index()
    nodes: dict[tuple[str, str], int] = {}
    drawn = []
    for source, target, free, held in links.itertuples(index=False):
        least = LEAST_FOCUS_LINK if FOCUS in (source[1], target[1]) else LEAST_SHARE
        if free + held >= least * total[source[0]]:
            places = [nodes.setdefault(node, len(nodes)) for node in (source, target)]
            drawn.append([*places, rough(free), rough(held)])
    order = list(STAGES)
    return {"nodes": [[order.index(stage), region] for stage, region in nodes], "links": drawn}


def _named(rows: pd.DataFrame, end: str, kept: set[tuple[str, str]]) -> list[str]:
    """Return the regions at one end of flows, "" for those that do not count in their stage."""
    pairs = zip(rows[f"{end}_stage"], rows[f"{end}_region"], strict=True)
    return [region if (stage, region) in kept else "" for stage, region in pairs]


def _counting(rows: pd.DataFrame) -> set[tuple[str, str]]:
    """Return the places of each stage that count, by the larger of what enters and leaves them."""
    sides = [
        rows.rename(columns={f"{end}_stage": "stage", f"{end}_region": "region"})
        .groupby(["stage", "region"])["quantity_kt"]
        .sum()
        for end in ("from", "to")
    ]
    size = pd.concat(sides).groupby(level=[0, 1]).max().rename("kt").reset_index()
    size = size[~size["stage"].isin(MERGED)].sort_values("kt", ascending=False, kind="stable")
    part = size["kt"] / size.groupby("stage")["kt"].transform("sum")
    place = size.groupby("stage").cumcount()
    keep = (part >= LEAST_NAMED) & (place < MOST_NAMED)
    keep |= size["region"].eq(FOCUS) & (part >= LEAST_FOCUS_LINK)
    kept = size[keep]
    return set(zip(kept["stage"], kept["region"], strict=True))
