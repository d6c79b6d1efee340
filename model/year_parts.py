r"""Parts of the years: cargo that a limit holds back in some years of a period and not in others.

A period stands for the mean of its years. A ban in one of three years is no cap at two thirds of the usual trade: it
takes all of a year, the most valued goods too, and earns nobody the rent of a quota. So the lanes that such a limit
bears on are split: the years of the period in which the same limits act make one part, and a lane has a class for
each part, with that part of its quantity, of its demand curve, and of the curves of its market and its sellers. Limits
act on the classes of their years in full. With p_r the part of the years in part r, the block of the period then holds

    sum over r of p_r (value of a year of part r),

each with its own quantities, over common ways and capacities: exact where these do not bind, and linear always.

Lanes are split together where a limit or a curve joins them: those in the scope of one quota, licence or share, and all
of a good whose origins compete or whose sellers have a curve. All others keep one class for all years.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from model.parties import Customs, lane_parties
from network.calendar import part_of_years
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
QUANTITY = ("quota", "licence", "ban", "share")


@dataclass(frozen=True)
class YearParts:
    """Years of a period that classes stand for.

    Attributes:
        year: one of them, by class. part: of the years of the period; 1 = all of them. start, end: of the period.
    """

    year: Ints
    part: Floats
    start: int
    end: int

    def acting(self, first_year: float, last_year: float) -> Floats:
        """Part of its own years in which a window acts on each class: all or none of a part, the mean of a period."""
        first, last = np.array([first_year]), np.array([last_year])
        whole = part_of_years(first, last, self.start, self.end)
        own = (np.isnan(first) | (first <= self.year)) & (np.isnan(last) | (last >= self.year))
        return np.where(self.part < 1.0, own.astype(float), whole)


@dataclass(frozen=True)
class LaneYears:
    """Parts of the years of every lane: lanes x parts x periods; lanes that are not split have the first part alone.

    Attributes:
        year: a year of the part. part: of the years of the period.
    """

    year: Ints
    part: Floats


@dataclass(frozen=True)
class _Scope:
    """Lanes that a limit on quantities bears on, and the years in which it is in force."""

    lanes: Flags
    is_ban: bool
    first_year: float
    last_year: float


def lane_years(network: Network, worlds: Sequence[Network], periods: pd.DataFrame) -> LaneYears:
    """Split the lanes that limits bear on in some years of a period only.

    Args:
        network: whose lanes. worlds: all whose limits count; problems that are compared have the same.
        periods: first_year and last_year, inclusive.
    """
    spans = list(zip(periods["first_year"].astype(int), periods["last_year"].astype(int), strict=True))
    owner = lane_parties(network)
    scopes = [scope for world in worlds for scope in _scopes(world, owner)]
    covered = np.array(
        [[part_of_years(np.array([s.first_year]), np.array([s.last_year]), *span)[0] for span in spans] for s in scopes]
    ).reshape(len(scopes), len(spans))
    partial = np.asarray(((covered > 0) & (covered < 1)).any(axis=1))
    cuts = [scope for scope, some in zip(scopes, partial, strict=True) if some]
    held = np.asarray((covered > 0).any(axis=1))
    joint = [scope.lanes for scope, some in zip(scopes, held, strict=True) if some and not scope.is_ban]
    group = _joined([*joint, *_coupled(worlds, owner)], len(owner.frame))
    of_group: dict[int, list[list[tuple[int, float]]]] = {}
    for name in {int(name) for scope in cuts for name in group[scope.lanes]}:
        own = [scope for scope in cuts if (group[scope.lanes] == name).any()]
        of_group[name] = [_parts(own, *span) for span in spans]
    count = max((len(parts) for periods_of in of_group.values() for parts in periods_of), default=1)
    shape = (len(owner.frame), count, len(spans))
    year = np.broadcast_to(np.array([start for start, _ in spans], dtype=np.int64), shape).copy()
    part = np.zeros(shape)
    part[:, 0] = 1.0
    for name, periods_of in of_group.items():
        mine = group == name
        for number, parts in enumerate(periods_of):
            for place, (one, share) in enumerate(parts):
                year[mine, place, number], part[mine, place, number] = one, share
    return LaneYears(year, part)


def _scopes(world: Network, owner: Customs) -> list[_Scope]:
    table = world.trade_limits
    scopes = []
    for row in each_row(table[(table["is_active"] == 1) & table["instrument"].isin(QUANTITY)]):
        lanes = owner.of_goods(row.commodity_ids) & owner.frame["is_foreign"].to_numpy()
        lanes &= owner.among("importer", row.importers)
        if row.instrument != "share":  # a share is of all that the importers take
            lanes &= owner.among("origin", row.exporters)
        if lanes.any():
            scopes.append(_Scope(lanes, row.instrument == "ban", row.first_year, row.last_year))
    return scopes


def _coupled(worlds: Sequence[Network], owner: Customs) -> list[Flags]:
    """Lanes of each good that curves join: of markets whose origins compete, of sellers, of homogeneous goods."""
    goods: set[str] = set()
    for world in worlds:
        reaction = world.trade_elasticities
        curved = reaction["substitution"].notna() | reaction["supply"].notna()
        goods |= set(reaction.loc[(reaction["origins_compete"] == 1) & curved, "commodity_id"])
        goods |= set(world.market_curves["commodity_id"])
    return [owner.of_goods((good,)) for good in sorted(goods)]


def _joined(masks: list[Flags], count: int) -> Ints:
    """Group of each lane: lanes that are in one mask are in one group."""
    if not masks:
        return np.arange(count, dtype=np.int64)
    mask, lane = np.nonzero(np.array(masks))
    size = count + len(masks)
    graph = coo_matrix((np.ones(len(lane)), (lane, count + mask)), shape=(size, size))
    return connected_components(graph, directed=False)[1][:count].astype(np.int64)


def _parts(cuts: list[_Scope], start: int, end: int) -> list[tuple[int, float]]:
    """First year of each part of a period, in which the same limits act, and its part of the years."""
    held = [tuple(not (year < scope.first_year or year > scope.last_year) for scope in cuts)
            for year in range(start, end + 1)]  # fmt: skip
    return [(start + held.index(kind), held.count(kind) / len(held)) for kind in dict.fromkeys(held)]
