"""What every lane class pays for transport in the reference world, and what of it is paid before a border."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.blocks import group_costs
from model.circles import check_circles
from model.classes import LaneClasses
from model.errors import InputError
from model.pricing import Pricer
from model.processing import pays_for_goods, reaches_facility
from model.reach import why_class_has_no_way
from network.frames import each_row
from network.network import Network
from network.supernetwork import Supernetwork
from network.transport_cost import CargoCost, adjusted, arc_attributes

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_LEAST_COST = 1e-6  # USD per t


@dataclass(frozen=True)
class ReferenceCost:
    """Transport on the uncongested reference world of the first period.

    Attributes:
        cost: generalised cost of each class by its cheapest ways, USD per t.
        cargo: cost components of each cost group. ways: groups x arcs, USD per t, of today's ways (inf = closed).
        other_ways: with those that have no capacity yet, for classes that nothing else reaches.
    """

    cost: Floats
    cargo: list[CargoCost]
    ways: Floats
    other_ways: Floats
    pricer: Pricer
    classes: LaneClasses

    def paid_on(self, counts: Flags, wanted: Flags) -> Floats:
        """Freight, handling and tolls of each class on some arcs of its cheapest ways, USD per t.

        Args:
            counts: classes x arcs, whether an arc counts for the class. wanted: classes; 0 is returned for others.
        """
        freight = np.array([item.freight + item.handling + item.fees for item in self.cargo])
        group = self.classes.classes["group"].to_numpy()
        paid = np.zeros(len(group))
        left = wanted.copy()
        for ways in (self.ways, self.other_ways):
            total, found = self.pricer.bundles(ways, np.where(left, np.inf, -np.inf))
            steps = found.usage.tocoo()
            cls = found.cls[steps.row]
            amount = steps.data * freight[group[cls], steps.col] * counts[cls, steps.col]
            paid += np.bincount(cls, weights=amount, minlength=len(paid))
            left &= ~np.isfinite(total)
            if not left.any():
                break
        return paid


def reference_costs(
    reference: Network, supernetwork: Supernetwork, classes: LaneClasses, periods: pd.DataFrame
) -> ReferenceCost:
    """Cheapest generalised cost of each class, USD per t, on the uncongested reference world of the first period.

    Links and transfers without capacity today count only where nothing else reaches.

    Raises:
        InputError: a lane without a path, or one that moves at no cost though its demand reacts to it.
    """
    first = int(periods["period"].iloc[0])
    links = adjusted(reference, "links", first, periods)
    attributes = arc_attributes(reference, supernetwork, links)
    # Whoever plans, shippers were seen.
    cargo, cost = group_costs(reference, supernetwork, classes, attributes, "shipper")
    check_circles(reference, supernetwork, classes, cost, first)
    boxed = classes.groups["t_per_teu"].notna().to_numpy()
    shut = _without_room(supernetwork, "link", links, boxed)
    shut |= _without_room(supernetwork, "transfer", reference.transfers, boxed)
    pricer = Pricer(supernetwork, classes)
    open_today = np.where(shut, np.inf, cost)
    today = pricer.cheapest(open_today)
    later = pricer.cheapest(cost)
    result: Floats = np.where(np.isfinite(today), today, later)
    unreachable = ~np.isfinite(result)
    # A refusal can leave a class without a way while its lane has one: that class is priced as its lane's cheapest.
    lane = classes.classes["lane"].to_numpy()
    best = pd.Series(np.where(unreachable, np.nan, result)).groupby(lane).transform("min").to_numpy()
    result = np.where(unreachable, best, result)
    lost = pd.DataFrame({"lane": lane, "cls": np.arange(len(lane))})[np.isnan(result)].drop_duplicates("lane")
    if len(lost):
        names = reference.lanes["lane_id"].to_numpy()
        raise InputError(
            f"commodities/lanes.csv: lane {names[row.lane]} has no path: "
            + why_class_has_no_way(reference, supernetwork, links, classes, int(row.cls))
            for row in each_row(lost)
        )
    _check_priced(reference, result, lane)
    return ReferenceCost(result, cargo, open_today, cost, pricer, classes)


def _without_room(supernetwork: Supernetwork, target: str, table: pd.DataFrame, boxed: Flags) -> Flags:
    """Cost groups x arcs: arcs of links or transfers whose capacity is 0, in tonnes or for boxes in TEU."""
    no_tonnes = (table["capacity_t_per_year"] == 0).to_numpy()
    no_boxes = no_tonnes | (table["capacity_teu_per_year"] == 0).to_numpy()
    of_arc = supernetwork.arcs[target].to_numpy()
    found = of_arc >= 0
    shut = np.zeros((len(boxed), len(of_arc)), dtype=bool)
    shut[:, found] = np.where(boxed[:, None], no_boxes[of_arc[found]], no_tonnes[of_arc[found]])
    return shut


def _check_priced(reference: Network, cost: Floats, lane: NDArray[np.int64]) -> None:
    """Demand that reacts to cost needs one to react to."""
    exempt = (reference.lanes["is_firm"] == 1).to_numpy() | reaches_facility(reference) | pays_for_goods(reference)
    free = lane[(cost < _LEAST_COST) & ~exempt[lane]]
    if len(free):
        raise InputError(
            f"commodities/lanes.csv: lane {name} moves at no cost, so its demand has nothing to react to; give the "
            "links on its way a cost, or make the lane firm (is_firm = 1)"
            for name in reference.lanes["lane_id"].to_numpy()[np.unique(free)]
        )
