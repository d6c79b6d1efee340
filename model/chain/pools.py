"""Pools: a good in a region, in two content classes, and the trade between them.

A good is *restricted* where it was mined or treated in the country whose controls follow its content, or made from
anything that was (the 0.1 % rule); it is free otherwise. A free good may be treated as restricted, never the other way
round. A good clears customs where it enters a region: its origin is the region where its heading last changed; a
restricted oxide, whose separation changes no heading (2846 stays 2846), originates in the country of its content.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.feeds import CONTENT_OF, Feeds
from model.chain.places import Ways
from model.chain.slices import Slices
from model.chain.units import Units
from network.network import Network
from network.policy import DutySchedule

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FREE, RESTRICTED = 0, 1


@dataclass(frozen=True)
class Pools:
    """Pools and trade.

    Attributes:
        frame: one row a pool: good, region, restricted (0 or 1), stage. position: pool of (good, region, restricted).
        trades: one row a way: good, origin, destination (regions), source, sink (pools), restricted, stage.
        transport: trades x slices, USD per t.
    """

    frame: pd.DataFrame
    position: dict[tuple[str, str, int], int]
    trades: pd.DataFrame
    transport: Floats

    def at(self, goods: list[str], regions: list[str], restricted: list[int]) -> Ints:
        """Positions of pools."""
        keys = zip(goods, regions, restricted, strict=True)
        return np.array([self.position[key] for key in keys], dtype=np.int64)


def oxide_of(element: str) -> str:
    """Good of the oxide of an element."""
    return f"ox_{element.lower()}"


def build_pools(network: Network, units: Units, feeds: Feeds, ways: Ways, slices: Slices) -> Pools:
    """Pools and trade of a world."""
    stage = dict(zip(network.chain_goods["good_id"], network.chain_goods["stage"], strict=True))
    makes, takes = _made(network, units, feeds), _taken(network, units)
    pairs = sorted(makes | takes)
    rows = [(good, region, c) for good, region in pairs if stage.get(good, "feed") != "feed" for c in (0, 1)]
    frame = pd.DataFrame(rows, columns=["good", "region", "restricted"])
    frame["stage"] = frame["good"].map(stage)
    position = {row: number for number, row in enumerate(rows)}
    home = {r for r, countries in zip(network.chain_regions["region_id"], network.chain_regions["countries"],
                                      strict=True) if CONTENT_OF in countries}  # fmt: skip
    trades = [
        (good, one, other, position[good, one, c], position[good, other, c], c)
        for good, one in sorted(makes)
        for taker, other in sorted(takes)
        if taker == good and one != other and (good, one, 0) in position
        for c in ((1,) if one in home else (0, 1))
    ]
    columns = ["good", "origin", "destination", "source", "sink", "restricted"]
    table = pd.DataFrame(trades, columns=columns)
    table["stage"] = table["good"].map(stage)
    place = dict(zip(network.chain_regions["region_id"], network.chain_regions["place_id"], strict=True))
    transport = np.zeros((len(table), len(slices)))
    worth = table["good"].map(network.chain_goods.set_index("good_id")["value_outside_usd_per_t"]).to_numpy(float)
    if len(table):
        ends = [table[end].map(place).tolist() for end in ("origin", "destination")]
        transport = ways.between(worth, *ends)[:, slices.period]
    reachable = np.isfinite(transport).all(axis=1)
    open_ways = pd.DataFrame(table[reachable]).reset_index(drop=True)
    return Pools(frame, position, open_ways, transport[reachable])


def _made(network: Network, units: Units, feeds: Feeds) -> set[tuple[str, str]]:
    elements = network.chain_elements["element_id"].tolist()
    made = set()
    for number, element in enumerate(elements):
        gives = feeds.oxides[:, number] > 0
        for name in ("region", "heavy_region"):
            made |= {(oxide_of(element), region) for region in feeds.frame.loc[gives, name].unique() if region}
    return made | _of_recipes(network, units, "output") | _collected(network) | _taken_off(network)


def _taken_off(network: Network) -> set[tuple[str, str]]:
    """Oxides that a region takes by contract: it may send them on, to be treated elsewhere."""
    offtakes = network.chain_controls[network.chain_controls["instrument"] == "offtake"]
    regions = {region for names in offtakes["importers"] for region in names} & set(network.chain_regions["region_id"])
    return {(oxide_of(element), region) for element in network.chain_elements["element_id"] for region in regions}


def _taken(network: Network, units: Units) -> set[tuple[str, str]]:
    final = network.chain_demand[network.chain_demand["use"] == "final"]
    sold = set(zip(final["good_id"], final["region_id"], strict=True))
    kept = set(zip(network.chain_stocks["good_id"], network.chain_stocks["region_id"], strict=True))
    return sold | kept | _of_recipes(network, units, "input")


def _of_recipes(network: Network, units: Units, side: str) -> set[tuple[str, str]]:
    rows = network.chain_recipes[network.chain_recipes["side"] == side]
    joined = units.frame[["process_id", "region"]].merge(rows, on="process_id")
    return set(zip(joined["good_id"], joined["region"], strict=True))


def collection(network: Network) -> tuple[str, float, float, str] | None:
    """Process of collection: good, operating cost (USD per t), part that can be collected, and its id."""
    rows = network.chain_processes[network.chain_processes["step"] == "collection"]
    if rows.empty:
        return None
    row = rows.iloc[0]
    recipe = network.chain_recipes
    made = recipe[(recipe["process_id"] == row["process_id"]) & (recipe["side"] == "output")]
    if made.empty:
        return None
    return str(made["good_id"].iloc[0]), float(row["opex_usd_per_t"]), float(row["recovery"]), str(row["process_id"])


def _collected(network: Network) -> set[tuple[str, str]]:
    found = collection(network)
    if found is None:
        return set()
    goods = network.chain_goods.set_index("good_id")["stage"]
    sold = network.chain_demand[network.chain_demand["good_id"].map(goods) == "magnet"]
    return {(found[0], region) for region in sold["region_id"].unique()}


def build_duties(network: Network, table: pd.DataFrame, slices: Slices) -> Floats:
    """Duty of each way by slice, USD per t: the stacked rate at the end of each slice times the value outside China.

    Args:
        table: the ways, as ``trades`` of :class:`Pools`.
    """
    duty = np.zeros((len(table), len(slices)))
    if table.empty or network.duty_rates.empty:
        return duty
    schedule = DutySchedule.of(network)
    regions = network.chain_regions.set_index("region_id")
    first = {region: names[0] for region, names in regions["countries"].items()}
    goods = network.chain_goods.set_index("good_id")
    importer = table["destination"].map(regions["importer"]).tolist()
    made_in = table["origin"].map(first)
    by_content = (table["restricted"] == RESTRICTED) & table["stage"].isin(_keeping_origin(network))
    origin = made_in.mask(by_content, CONTENT_OF).tolist()
    commodity = table["good"].map(goods["commodity_id"]).tolist()
    value = table["good"].map(goods["value_outside_usd_per_t"]).to_numpy(float)
    members = {region: set(names) for region, names in regions["countries"].items()}
    own = np.array([o in members[d] for o, d in zip(origin, table["destination"], strict=True)], dtype=bool)
    for number, end in enumerate(slices.end):
        day = date(int(np.ceil(end)) - 1, 12, 31) if slices.years[number] >= 1 else _last_day(end)
        duty[:, number] = np.where(own, 0.0, schedule.rates(importer, origin, commodity, day) * value)
    return duty


def _keeping_origin(network: Network) -> set[str]:
    """Stages whose goods keep the origin of what they are made of: no process that makes them changes the heading."""
    processes = network.chain_processes
    made = {"separation": "oxide", "metal": "metal", "alloy": "alloy", "magnet": "magnet"}
    return {
        stage
        for step, stage in made.items()
        if len(rows := processes[processes["step"] == step]) and (rows["confers_origin"] == 0).all()
    }


def _last_day(end: float) -> date:
    month = round((end % 1) * 12) or 12
    year = int(end) if end % 1 else int(end) - 1
    return date(year, month, 28)
