"""Stores at the destination of lanes: which classes may wait in them, what waiting costs, how much they hold.

A class may use every store of its commodity at its destination, zone or place. Within a season goods come and go
evenly, so the mean stock is the mean of the stocks at both its ends: what is in store at the end of a season is paid
for half of the season's months and half of the next one's.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.classes import LaneClasses
from model.problem import StorageRows, block_name
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
KILO = 1000.0


def storage_rows(
    network: Network, classes: LaneClasses, seasons: pd.DataFrame, period: int, demand: list[Floats]
) -> list[StorageRows]:
    """Storage of each season of a period, in the order of ``seasons``; empty in a year of one season.

    The seasons follow each other by their first month: one that goes over New Year holds January and comes first.

    Args:
        demand: of each season, kt of each class at most.
    """
    count = len(classes.classes)
    if len(seasons) == 1 or network.storage.empty:
        nothing = pd.DataFrame({"store": [], "cls": []}, dtype=np.int64)
        return [StorageRows(nothing, np.empty(0), np.empty(0), np.zeros(count), "") for _ in range(len(seasons))]
    labels = _users(network, classes)
    store, cls = labels["store"].to_numpy(), labels["cls"].to_numpy()
    capacity = network.storage["capacity_t"].to_numpy(float) / KILO
    monthly = network.storage["holding_cost_usd_per_t_month"].to_numpy(float)[store] / KILO
    within = np.bincount(cls, weights=capacity[store], minlength=count)
    total = np.sum(demand, axis=0)
    months = [len(row) for row in seasons["months"]]
    order = sorted(range(len(seasons)), key=lambda n: min(seasons["months"].iloc[n]))
    following = dict(zip(order, order[1:] + order[:1], strict=True))
    preceding = {after: before for before, after in following.items()}
    return [
        StorageRows(
            labels,
            monthly * (months[n] + months[following[n]]) / 2,
            capacity,
            np.minimum(within, total - demand[n]),
            block_name(period, str(seasons["season"].iloc[preceding[n]])),
        )
        for n in range(len(seasons))
    ]


def _users(network: Network, classes: LaneClasses) -> pd.DataFrame:
    """Pairs of store and class: lanes of the store's commodity that end in its zone or at its place."""
    lanes = network.lanes.iloc[classes.classes["lane"].to_numpy()]
    goods, zone, place = (lanes[name].to_numpy() for name in ("commodity_id", "destination_zone", "destination_place"))
    users = [
        (row.Index, cls)
        for row in each_row(network.storage)
        for cls in np.flatnonzero((goods == row.commodity_id) & ((zone == row.zone_id) | (place == row.zone_id)))
    ]
    return pd.DataFrame(users, columns=["store", "cls"], dtype=np.int64)
