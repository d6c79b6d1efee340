"""Facilities and their lanes: what they take and make, how much they run, which classes leave and reach them.

A lane to a facility wants what the facility takes: its classes have one step without a price, as wide as what the
facility could use if every candidate that adds to it were built, or as what the table says that the origin can give.
A lane from a facility pays for the good as well as for its transport: its demand reacts to the delivered price, so
its steps are priced at multiples of cargo value plus reference cost.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.classes import LaneClasses
from model.problem import ProcessingRows, Strategy
from network.calendar import acts_in
from network.network import Network

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
KILO = 1000.0


def reaches_facility(network: Network) -> Flags:
    """Lanes that end at a facility: it decides how much of them moves."""
    ends: Flags = (network.lanes["destination_facility"] != "").to_numpy()
    return ends


def pays_for_goods(network: Network) -> Flags:
    """Lanes from a facility to those who use its good: their demand reacts to the delivered price."""
    starts: Flags = (network.lanes["origin_facility"] != "").to_numpy() & ~reaches_facility(network)
    return starts


def yearly_intake(network: Network, strategy: Strategy, periods: pd.DataFrame, number: int, less: Floats) -> Floats:
    """Most that the facility at the end of each lane can take of its good, kt a year; 0 for lanes that reach none.

    Args:
        number: position of the period. less: t a year of each facility that the tables hold but the period lacks.
    """
    facilities, lanes = network.facilities, network.lanes
    most = _yearly_capacity(network, periods, number, less)
    added = _additions(network, strategy)
    np.add.at(most, added["facility"].to_numpy(np.int64), added["kt"].to_numpy(float))
    per_t = network.recipes[network.recipes["side"] == "input"].set_index(["recipe_id", "commodity_id"])["t_per_t"]
    position = {name: row for row, name in enumerate(facilities["facility_id"])}
    recipe = facilities["recipe_id"].to_numpy()
    intake = np.zeros(len(lanes))
    for lane in np.flatnonzero(reaches_facility(network)):
        facility = position[lanes["destination_facility"].iloc[lane]]
        intake[lane] = most[facility] * per_t[recipe[facility], lanes["commodity_id"].iloc[lane]]
    return intake


def processing_rows(
    network: Network,
    classes: LaneClasses,
    strategy: Strategy,
    periods: pd.DataFrame,
    number: int,
    share: float,
    less: Floats,
) -> ProcessingRows:
    """Facilities of a block; without rows where there are none.

    Args:
        number: position of the period. share: season's part of the year. less: as in :func:`yearly_intake`.
    """
    facilities, lanes = network.facilities, network.lanes.iloc[classes.classes["lane"].to_numpy()]
    goods = (
        facilities[["facility_id", "recipe_id"]].reset_index(names="facility").merge(network.recipes, on="recipe_id")
    )
    goods = goods[["facility", "facility_id", "side", "commodity_id", "t_per_t", "disposal_cost_usd_per_t"]]
    row = {key: n for n, key in enumerate(zip(goods["facility_id"], goods["side"], goods["commodity_id"], strict=True))}
    ends = {
        side: np.array(
            [
                row.get((facility, side, good), -1)
                for facility, good in zip(lanes[column], lanes["commodity_id"], strict=True)
            ],
            dtype=np.int64,
        )
        for side, column in (("output", "origin_facility"), ("input", "destination_facility"))
    }
    added = _additions(network, strategy)
    return ProcessingRows(
        facilities=facilities[["facility_id"]],
        capacity=_yearly_capacity(network, periods, number, less) * share,
        cost=facilities["cost_usd_per_t"].to_numpy(float) / KILO,
        goods=goods.drop(columns="disposal_cost_usd_per_t"),
        disposal=goods["disposal_cost_usd_per_t"].to_numpy(float) / KILO,
        made=ends["output"],
        used=ends["input"],
        project_facility=added["facility"].to_numpy(np.int64),
        project=added["project"].to_numpy(np.int64),
        project_amount=added["kt"].to_numpy(float) * share,
    )


def _yearly_capacity(network: Network, periods: pd.DataFrame, number: int, less: Floats) -> Floats:
    """Throughput of each facility without candidate projects, kt a year; 0 outside its years."""
    facilities = network.facilities
    years = zip(facilities["first_year"], facilities["last_year"], strict=True)
    acts = np.array([acts_in(first, last, periods)[number] for first, last in years], dtype=bool)
    capacity = np.maximum(facilities["capacity_t_per_year"].to_numpy(float) - less, 0.0) / KILO
    return np.where(acts, capacity, 0.0)


def _additions(network: Network, strategy: Strategy) -> pd.DataFrame:
    """What each project in full adds to a facility: facility, project (positions), kt a year."""
    effects = network.project_effects
    projects = strategy.projects.reset_index(names="project")[["project", "project_id"]]
    facilities = network.facilities.reset_index(names="facility")[["facility", "facility_id"]]
    added = (
        effects[(effects["target"] == "facility") & (effects["capacity_added_t_per_year"] > 0)]
        .merge(projects, on="project_id")
        .merge(facilities, left_on="target_id", right_on="facility_id")
    )
    return added.assign(kt=added["capacity_added_t_per_year"] / KILO)[["facility", "project", "kt"]]


def held_but_not_built(network: Network, backcast: pd.DataFrame) -> Floats:
    """Throughput that the tables hold but that is not yet in service, t a year by facility.

    Args:
        backcast: rows of ``project_effects`` to take away.
    """
    rows = backcast[backcast["target"] == "facility"]
    less = rows.groupby("target_id")["capacity_added_t_per_year"].sum()
    return network.facilities["facility_id"].map(less).fillna(0.0).to_numpy(float)
