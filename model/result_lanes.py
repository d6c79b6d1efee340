"""What lanes pay, what is served of them and what is not: the prices and demand tables."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.problem import Problem
from model.result_flows import HOURS_PER_DAY, KILO, BlockFlows, box_factor, lane_columns

Floats = NDArray[np.float64]


def prices_table(problem: Problem, solved: list[BlockFlows]) -> pd.DataFrame:
    """Table ``prices``: one row a lane with cargo, means over its classes weighted by what they move."""
    parts = []
    for item in solved:
        cls = np.arange(len(item.class_price))
        by_class = item.paths.assign(
            paid=item.paths["kt"] * item.paths["usd_per_t"], time=item.paths["kt"] * item.paths["hours"]
        ).groupby("cls")[["kt", "paid", "time"]]
        totals = by_class.sum().reindex(cls, fill_value=0.0)
        reference = item.block.reference
        lane = _by_lane(
            problem,
            item,
            weight=reference,
            price=reference * item.class_price,
            ref=reference * item.block.reference_cost,
            kt=totals["kt"].to_numpy(),
            paid=totals["paid"].to_numpy(),
            time=totals["time"].to_numpy(),
        )
        parts.append(lane[lane["weight"] > 0])
    table = pd.concat(parts, ignore_index=True)
    table["price_usd_per_t"] = table["price"] / table["weight"]
    table["reference_usd_per_t"] = table["ref"] / table["weight"]
    moved = table["kt"].where(table["kt"] > 0)
    table["freight_usd_per_t"] = table["paid"] / moved
    table["time_days"] = table["time"] / moved / HOURS_PER_DAY
    return table.drop(columns=["weight", "price", "ref", "kt", "paid", "time"])


def demand_table(problem: Problem, solved: list[BlockFlows]) -> pd.DataFrame:
    """Table ``demand``: reference, served and unserved by lane; surplus over the price paid."""
    parts = []
    for item in solved:
        block = item.block
        cls = np.arange(len(item.class_price))
        bought = item.served.sum(axis=1)
        served = bought - item.outside
        worth = (item.served * (block.step_price + item.facilities.use_price[:, None])).sum(axis=1) / KILO
        wanted = np.where(
            (block.processing.used >= 0) | block.trade.frame["is_homogeneous"].to_numpy(), served, block.reference
        )  # a facility wants what it takes
        paid = item.class_price + item.facilities.gate_price + block.trade.charged - market_worth(item)
        paid = paid + capacity_worth(item)
        lane = _by_lane(
            problem,
            item,
            reference_kt=wanted,
            served_kt=served,
            unserved_kt=np.maximum(wanted - served, 0.0),
            served_kteu=served * box_factor(problem, cls),
            into_store_kt=item.stored,
            surplus_musd=np.where(block.firm, 0.0, worth - bought * paid / KILO - block.trade.excess),
        )
        parts.append(lane)
    return pd.concat(parts, ignore_index=True)


def _by_lane(problem: Problem, item: BlockFlows, **figures: Floats) -> pd.DataFrame:
    """Sums of figures of classes by lane, in the order of the classes, with what tells the block and the lane."""
    lane = problem.classes.classes["lane"].to_numpy()
    sums = pd.DataFrame(figures).groupby(lane, sort=False).sum()
    first = np.flatnonzero(~pd.Series(lane).duplicated().to_numpy())
    labels = lane_columns(problem, first).astype("str")
    labels.insert(0, "period", item.block.period)
    labels.insert(1, "season", item.block.season)
    return pd.concat([labels, sums.reset_index(drop=True)], axis=1)


def market_worth(item: BlockFlows) -> Floats:
    """What the curves of market and sellers add to the worth of one more tonne of each class, USD per t."""
    members = item.block.trade.curves.members
    return np.asarray(members.T @ item.curve_price)


def capacity_worth(item: BlockFlows) -> Floats:
    """What scarce capacity for its market adds to the price of each class, or idle capacity takes off, USD per t."""
    if not len(item.earned):
        return np.zeros(len(item.class_price))
    return np.asarray(item.block.market_capacity.members.T @ item.earned)
