"""Indicators of the plan as a whole and of money: gain, cost, gap, accounts and duties of countries, emissions."""

from __future__ import annotations

import math

import pandas as pd

from model.batch.indicators.confidence import by_group, named, of_weights
from model.batch.indicators.declaration import Indicator, whole
from model.solution import Solution
from network.network import Network

GAINS = ("consumer_surplus", "producer_surplus", "market_capital", "duty", "export_tax", "transit_revenue",
         "limit_rent", "carrier_margin", "other_rents", "investment")  # fmt: skip
"""Accounts that add up to a gain; freight received is spent on carrying, emissions are no money."""
TRANSPORT = ("freight", "handling", "fees")
"""Categories of cost that are paid to those who carry."""


def _of_run(solution: Solution, key: str) -> float:
    value = solution.run.get(key)
    return math.nan if value is None else float(value)


def _confidence_of_cost(solution: Solution) -> str:
    shares = solution.run.get("cost_share_by_confidence") or {}
    frame = pd.DataFrame([{name: float(shares.get(name) or 0.0) for name in ("sourced", "estimate", "memory")}])
    return str(named(frame).get(0, ""))


def _gain(solution: Solution, _: Network) -> pd.DataFrame:
    return whole(_of_run(solution, "gain"), _confidence_of_cost(solution))


def _objective(solution: Solution, _: Network) -> pd.DataFrame:
    return whole(_of_run(solution, "objective"), _confidence_of_cost(solution))


def _gap_of_gain(solution: Solution, _: Network) -> pd.DataFrame:
    return whole(_of_run(solution, "gap_of_gain"))


def _transport_cost(solution: Solution, _: Network) -> pd.DataFrame:
    costs = solution["costs"]
    costs = costs[costs["category"].isin(TRANSPORT)]
    sums = costs.groupby("period")["musd"].sum()
    sure = by_group(costs["confidence"], costs["musd"], [costs["period"]])
    return pd.DataFrame({"period": sums.index, "value": sums.to_numpy(), "confidence": sure.reindex(sums.index)})


def _capex(solution: Solution, _: Network) -> pd.DataFrame:
    built = solution["builds"][solution["builds"]["decision"] == "built"]
    return whole(float(built["capex_musd"].sum()), of_weights(built["confidence"], built["capex_musd"]))


def _projects_built(solution: Solution, _: Network) -> pd.DataFrame:
    builds = solution["builds"]
    return whole(float(builds.loc[builds["decision"] == "built", "project_id"].nunique()))


PLAN = (
    Indicator(
        "gain", "Gain over building nothing", "million USD", _gain, group="plan", better="more", headline=True,
        meaning="Present value of what the plan is worth above building nothing, as the objective counts it.",
    ),
    Indicator(
        "objective", "Objective", "million USD", _objective, group="plan", better="more", digits=6,
        meaning="Discounted surplus of the shippers less what is invested.",
    ),
    Indicator(
        "gap_of_gain", "Gap of the gain", "share", _gap_of_gain, group="plan", better="less", digits=2,
        meaning="Share of all that building could ever bring that the plan may still lack.",
    ),
    Indicator(
        "capex", "Investment", "million USD", _capex, group="plan", headline=True,
        meaning="Investment cost of the projects built, not discounted.",
    ),
    Indicator(
        "projects_built", "Projects built", "projects", _projects_built, group="plan", headline=True,
        meaning="Projects that the plan starts, without those already in today's network.",
    ),
)  # fmt: skip
"""Indicators of the plan as a whole."""

MONEY = (
    Indicator(
        "transport_cost", "Freight, handling and fees", "million USD a year", _transport_cost, group="money",
        meaning="What is paid to those who carry, a year of the period.",
    ),
)  # fmt: skip
"""Indicators of money by period and country."""
