"""The weakest figures a plan rests on: those of the largest weight that are estimates or from memory."""

from __future__ import annotations

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.frames import of_period, records
from report.indicators import periods
from report.limits import bottlenecks
from report.words import money, short_name, tonnes

MOST_PER_SUBJECT = 3
"""Figures listed of each subject."""

COLUMNS = ("subject", "what", "weight", "share", "confidence", "year", "source")


def weakest_figures(solution: Solution, network: Network) -> pd.DataFrame:
    """Return the figures with the most weight in the plan that are not sourced, in the order of the subjects.

    Columns: subject, what (the figure), weight (in words), share (of all that the subject adds up to, 0-1), confidence,
    year (of the figure; may be empty), source (what is said of its basis). Flows, limits and charges are those of the
    last period. One basis that many rows share counts once, with the weight of all of them.
    """
    years = periods(solution)
    if not years:
        return pd.DataFrame(columns=list(COLUMNS))
    last = years[-1]
    parts = [
        _charges(of_period(solution["flows"], last), network),
        _cargo(of_period(solution["demand"], last), network),
        _limits(of_period(bottlenecks(solution, network), last), network),
        _projects(solution["builds"]),
    ]
    rows = [row for frame in parts for row in records(_heaviest(frame))]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _heaviest(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the heaviest rows that are not sourced, with their share of all rows."""
    total = float(frame["size"].sum())
    weak = frame[(frame["confidence"] != "sourced") & (frame["size"] > 0)].nlargest(MOST_PER_SUBJECT, "size")
    return weak.assign(share=weak["size"] / total if total > 0 else 0.0)


def _by_basis(frame: pd.DataFrame) -> pd.DataFrame:
    """Add up the size of rows that share a basis; `rows` counts them."""
    keys = ["confidence", "source"]
    frame = frame.assign(confidence=_known(frame["confidence"]), source=frame["source"].fillna("").astype(str))
    return frame.groupby(keys, as_index=False).agg(size=("size", "sum"), year=("year", "max"), rows=("key", "nunique"))


def _charges(flows: pd.DataFrame, network: Network) -> pd.DataFrame:
    links = network.links[["link_id", "cost_confidence", "cost_source", "confidence", "source", "year"]]
    used = flows.groupby("link_id", as_index=False)["cost_musd"].sum().merge(links, on="link_id")
    own = used["cost_source"].fillna("").astype(str) != ""
    frame = _by_basis(
        pd.DataFrame(
            {
                "key": used["link_id"],
                "size": used["cost_musd"],
                "confidence": used["cost_confidence"].where(own, used["confidence"]),
                "source": used["cost_source"].where(own, used["source"]),
                "year": used["year"],
            }
        )
    )
    frame["what"] = [f"charges on {n:,} link{'s' if n > 1 else ''}" for n in frame["rows"]]
    frame["weight"] = [f"{money(size)} a year" for size in frame["size"]]
    return frame.assign(subject="Freight and fees")


def _cargo(demand: pd.DataFrame, network: Network) -> pd.DataFrame:
    moved = demand.groupby("lane_id", as_index=False)["served_kt"].sum()
    columns = ["lane_id", "confidence", *(c for c in ("source", "year") if c in network.lanes.columns)]
    rows = moved.merge(network.lanes[columns], on="lane_id").rename(columns={"lane_id": "key", "served_kt": "size"})
    frame = _by_basis(rows.reindex(columns=["key", "size", "confidence", "source", "year"]))
    frame["what"] = [f"{n:,} lane{'s' if n > 1 else ''} of cargo" for n in frame["rows"]]
    frame["weight"] = [f"{tonnes(size)} a year" for size in frame["size"]]
    return frame.assign(subject="Demand")


def _limits(tight: pd.DataFrame, network: Network) -> pd.DataFrame:
    rows = {("link", r["link_id"]): r for r in records(network.links)}
    rows |= {("place", r["place_id"]): r for r in records(network.places)}
    found = [rows.get(key, {}) for key in zip(tight["target"], tight["target_id"], strict=True)]
    return pd.DataFrame(
        {
            "subject": "Limits that bind",
            "what": tight["name"].to_numpy(),
            "size": tight["rent_musd"].to_numpy(dtype="float64"),
            "weight": [f"{money(float(rent))} of scarcity a year" for rent in tight["rent_musd"]],
            "confidence": _known(tight["confidence"]).to_numpy(),
            "year": [row.get("year") for row in found],
            "source": [str(row.get("source") or "") for row in found],
        }
    )


def _projects(builds: pd.DataFrame) -> pd.DataFrame:
    built = builds[builds["decision"] == "built"]
    return pd.DataFrame(
        {
            "subject": "Cost of projects built",
            "what": [short_name(name) for name in built["name"]],
            "size": built["capex_musd"].to_numpy(dtype="float64"),
            "weight": [money(float(cost)) for cost in built["capex_musd"]],
            "confidence": _known(built["confidence"]).to_numpy(),
            "year": None,
            "source": built["source"].fillna("").astype(str).to_numpy(),
        }
    )


def _known(confidence: pd.Series) -> pd.Series:
    """Return the confidence of figures; one that states none counts as from memory."""
    return confidence.fillna("").astype(str).replace("", "memory")
