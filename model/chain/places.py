"""Ways between the places of the chain: the cheapest path of the network in each period, and the way to it.

The chain moves less than a million tonnes a year, so its cargo takes the network as it finds it and crowds nothing.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.blocks import group_costs
from model.classes import LaneClasses
from model.pricing import Pricer
from network.network import Network
from network.supernetwork import Supernetwork, build_supernetwork
from network.transport_cost import adjusted, arc_attributes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_T_PER_TEU = 16.0
_HOURS_PER_DAY = 24.0
_TEMPLATE = "ree_products"
_VALUES = np.array([0.0, 1e4, 1e5, 1e6])  # USD per t: from ores to terbium


@dataclass(frozen=True)
class Ways:
    """Cost of moving a tonne between places.

    Attributes:
        places: ids. cost: values x periods x from x to, USD per t; inf where there is no way.
        values: of the goods, USD per t, rising. The cost of the best way is concave in the value of time, so that what
            lies between two values costs at least the straight line between theirs, which is taken.
    """

    places: list[str]
    values: Floats
    cost: Floats

    def between(self, value: Floats, origin: list[str], destination: list[str]) -> Floats:
        """Cost by period of many movements, movements x periods.

        Args:
            value: of a tonne of each, USD.
        """
        position = {place: number for number, place in enumerate(self.places)}
        one = np.array([position[place] for place in origin], dtype=np.int64)
        other = np.array([position[place] for place in destination], dtype=np.int64)
        worth = np.clip(value, self.values[0], self.values[-1])
        above = np.clip(np.searchsorted(self.values, worth), 1, len(self.values) - 1)
        low, high = self.values[above - 1], self.values[above]
        part = ((worth - low) / (high - low))[:, None]
        one_end, other_end = self.cost[above - 1, :, one, other], self.cost[above, :, one, other]
        with np.errstate(invalid="ignore"):
            between = one_end + part * (other_end - one_end)
        return np.asarray(np.where(np.isfinite(one_end) & np.isfinite(other_end), between, np.inf))


def build_ways(network: Network, periods: pd.DataFrame, objective: str) -> Ways:
    """Cheapest ways between all places of facilities and regions."""
    places = sorted({*network.chain_facilities["place_id"], *network.chain_regions["place_id"]})
    supernetwork = build_supernetwork(network)
    classes = _classes(network, supernetwork, places)
    pricer = Pricer(supernetwork, classes)
    count, levels = len(places), len(_VALUES)
    cost = np.zeros((levels, len(periods), count, count))
    away = ~np.eye(count, dtype=bool)
    for number, period in enumerate(periods["period"]):
        links = adjusted(network, "links", int(period), periods)
        attributes = arc_attributes(network, supernetwork, links)
        _, by_arc = group_costs(network, supernetwork, classes, attributes, objective)
        found = pricer.cheapest(by_arc).reshape(levels, count * (count - 1))
        for level in range(levels):
            cost[level, number][away] = found[level]
    return Ways(places, _VALUES, cost)


def _classes(network: Network, supernetwork: Supernetwork, places: list[str]) -> LaneClasses:
    """A class for every value and pair of places, all in boxes."""
    hub = dict(zip(network.places["place_id"], supernetwork.hub_of_place, strict=True))
    hubs = np.array([int(hub[place]) for place in places], dtype=np.int64)
    one, other = np.nonzero(~np.eye(len(places), dtype=bool))
    goods = network.commodities.set_index("commodity_id")
    daily = float(goods["time_value_pct_per_day"].get(_TEMPLATE, 0.05)) / 100.0
    handling = str(goods["handling_class"].get(_TEMPLATE, "container"))
    group = np.repeat(np.arange(len(_VALUES)), len(one))
    frame = pd.DataFrame({"lane": np.arange(len(group)), "group": group})
    pairs = pd.DataFrame(
        {
            "cls": np.arange(len(group)),
            "origin": np.tile(hubs[one], len(_VALUES)),
            "destination": np.tile(hubs[other], len(_VALUES)),
            "weight": 1.0,
        }
    )
    groups = pd.DataFrame(
        {
            "cargo_kind": "container",
            "handling_class": handling,
            "t_per_teu": _T_PER_TEU,
            "value_of_time_usd_per_t_h": _VALUES * daily / _HOURS_PER_DAY,
            "refused": [()] * len(_VALUES),
        }
    )
    return LaneClasses(frame, np.ones((len(frame), 1)), pairs, groups)
