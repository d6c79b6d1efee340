"""How much of a result rests on sourced figures, on estimates and on memory."""

from __future__ import annotations

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.limits import bottlenecks

CONFIDENCES = ("sourced", "estimate", "memory")
"""`sourced`: read in the source named; `estimate`: basis given in the row; `memory`: general knowledge, not checked."""


def confidence_by_subject(solution: Solution, network: Network) -> pd.DataFrame:
    """Return shares by confidence: subject, what (the quantity that is shared out), sourced, estimate, memory (0-1).

    A subject without any quantity (no projects, no bottleneck) is left out.
    """
    costs = solution["costs"]
    spent = costs[costs["discounted_musd"] > 0]
    lane_sure = _by_key(network.lanes, "lane_id")
    demand = solution["demand"]
    limits = bottlenecks(solution, network)
    built = solution["builds"].loc[solution["builds"]["decision"] == "built"]
    rows = [
        _shares("Cost of transport and investment", "the cost", spent["confidence"], spent["discounted_musd"]),
        _shares("Demand", "the cargo", demand["lane_id"].map(lane_sure), demand["served_kt"]),
        _shares("Capacity of the bottlenecks", "the scarcity rents", limits["confidence"], limits["rent_musd"]),
        _shares("Investment", "the investment", built["confidence"], built["capex_musd"]),
    ]
    return pd.DataFrame([row for row in rows if row], columns=["subject", "what", *CONFIDENCES])


def _shares(subject: str, what: str, confidence: pd.Series, size: pd.Series) -> dict[str, str | float]:
    """Return one row; figures without a stated confidence count as memory, the weakest."""
    labels = confidence.fillna("").astype(str)
    labels = labels.where(labels.isin(CONFIDENCES), "memory")
    sums = size.astype("float64").groupby(labels.to_numpy()).sum()
    total = float(sums.sum())
    if total <= 0:
        return {}
    return {"subject": subject, "what": what} | {c: float(sums.get(c, 0.0)) / total for c in CONFIDENCES}


def _by_key(frame: pd.DataFrame, key: str) -> dict[str, str]:
    """Return the confidence of each row of `frame` by its key; empty where the table states none."""
    if "confidence" not in frame.columns:
        return {}
    return dict(zip(frame[key], frame["confidence"].fillna("").astype(str), strict=True))
