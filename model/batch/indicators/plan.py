"""Indicators of the plan as a whole: gain, objective, gap, investment, demand not met."""

from __future__ import annotations

import math

import pandas as pd

from model.batch.indicators.confidence import CLASSES, by_group, named, of_weights
from model.batch.indicators.declaration import Figures, Indicator, whole
from network.network import Network

DISCOUNT_RATE = "discount_rate"


def _of_run(solution: Figures, key: str) -> float:
    value = solution.run.get(key)
    return math.nan if value is None else float(value)


def _confidence_of_cost(solution: Figures) -> str:
    shares = solution.run.get("cost_share_by_confidence") or {}
    frame = pd.DataFrame([{name: float(shares.get(name) or 0.0) for name in CLASSES}])
    return str(named(frame).get(0, ""))


def _gain(solution: Figures, _: Network) -> pd.DataFrame:
    return whole(_of_run(solution, "gain"), _confidence_of_cost(solution))


def _objective(solution: Figures, _: Network) -> pd.DataFrame:
    return whole(_of_run(solution, "objective"), _confidence_of_cost(solution))


def _discount_rate(solution: Figures, _: Network) -> pd.DataFrame:
    return whole(_of_run(solution, "discount_rate"))


def _gap_of_gain(solution: Figures, _: Network) -> pd.DataFrame:
    return whole(_of_run(solution, "gap_of_gain"))


def _capex(solution: Figures, _: Network) -> pd.DataFrame:
    built = solution["builds"][solution["builds"]["decision"] == "built"]
    return whole(float(built["capex_musd"].sum()), of_weights(built["confidence"], built["capex_musd"]))


def _projects_built(solution: Figures, _: Network) -> pd.DataFrame:
    builds = solution["builds"]
    return whole(float(builds.loc[builds["decision"] == "built", "project_id"].nunique()))


def _unserved(solution: Figures, network: Network) -> pd.DataFrame:
    demand = solution["demand"]
    sums = demand.groupby("period")["unserved_kt"].sum()
    sure = by_group(
        demand["lane_id"].map(solution.once(lane_confidence, network)), demand["unserved_kt"], [demand["period"]]
    )
    return pd.DataFrame({"period": sums.index, "value": sums.to_numpy(), "confidence": sure.reindex(sums.index)})


def lane_confidence(_: Figures, network: Network) -> dict[str, str]:
    """Return how sure the quantity of each lane is, by its id."""
    return dict(zip(network.lanes["lane_id"], network.lanes["confidence"].fillna("").astype(str), strict=True))


PLAN = (
    Indicator(
        "gain", "Gain over building nothing", "million USD", _gain, group="plan", better="more", headline=True,
        is_present_value=True,
        meaning="Present value of what the plan is worth above building nothing, as the objective counts it.",
    ),
    Indicator(
        "objective", "Objective", "million USD", _objective, group="plan", better="more", digits=6,
        is_present_value=True,
        meaning="Discounted surplus of the shippers less what is invested.",
    ),
    Indicator(
        "gap_of_gain", "Gap of the gain", "share", _gap_of_gain, group="plan", better="less", digits=2, headline=True,
        meaning="Share of all that building could ever bring that the plan may still lack: how far the search came.",
    ),
    Indicator(
        DISCOUNT_RATE, "Discount rate", "share", _discount_rate, group="plan", digits=2,
        meaning="Rate a year at which the run discounts; present values at different rates are not compared.",
    ),
    Indicator(
        "capex", "Investment", "million USD", _capex, group="plan", headline=True,
        meaning="Investment cost of the projects built, not discounted.",
    ),
    Indicator(
        "projects_built", "Projects built", "projects", _projects_built, group="plan", headline=True,
        meaning="Projects that the plan starts, without those already in today's network.",
    ),
    Indicator(
        "unserved", "Demand not met", "kt a year", _unserved, group="plan", better="less", headline=True,
        meaning="Cargo of the reference demand that does not move over the network.",
    ),
)  # fmt: skip
"""Indicators of the plan as a whole."""
