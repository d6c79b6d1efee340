"""Controls on the chain as rows and costs: bans, licences, quotas, floors, offtakes, shares, benchmarks.

A control counts in each slice with the part w of it in which it is in force. A licence lets through the part g of what
the market usually takes, so that ``(1 - w) + w g`` of it may come; a ban has g = 0. What a market usually takes is its
reference demand and what its works at capacity use. A control that follows content binds goods made elsewhere with it
too. A price floor pays the makers of the partners what the reference price lacks of it (a contract for difference), and
charges goods of others with the same at the border of those who levy it; it is a transfer. An offtake and a benchmark
are goals: what lacks of them costs a penalty and is reported.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.demand import KILO, reference
from model.chain.feeds import CONTENT_OF, NONE, Feeds
from model.chain.pools import FREE, RESTRICTED, Pools
from model.chain.slices import Slices, months
from model.chain.units import BASE_YEAR, STANDING, Units
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_STEP_OF_STAGE = {"feed": ("mine",), "oxide": ("separation", "recycling"), "metal": ("metal",), "alloy": ("alloy",),
                  "magnet": ("magnet",)}  # fmt: skip
_DAYS = 365.0
CONTRACTS = "contracts"
"""Id of the goals that stand for customers' qualification of works, among the controls."""


@dataclass
class Rows:
    """Rows under construction: labels, bounds, and entries by variable.

    Attributes:
        labels: control, good, region, slice. most, least: bounds, kt a year.
        entries: (row, position, value) by name of variable; ``goal`` rows may miss by a slack that costs.
        penalty: of a row's slack, USD per t; NaN = none.
    """

    labels: list[tuple[str, str, str, int]] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    penalty: list[float] = field(default_factory=list)
    entries: dict[str, list[tuple[Ints, Ints, Floats]]] = field(default_factory=dict)

    def add(self, label: tuple[str, str, str, int], least: float, most: float, penalty: float,
            **entries: tuple[Ints, Floats]) -> None:  # fmt: skip
        """One row with entries by variable: positions and values."""
        row = len(self.labels)
        self.labels.append(label)
        self.least.append(least)
        self.most.append(most)
        self.penalty.append(penalty)
        for name, (position, value) in entries.items():
            rows = np.full(len(position), row, dtype=np.int64)
            values = np.broadcast_to(np.asarray(value, float), rows.shape)
            self.entries.setdefault(name, []).append((rows, position, values))


@dataclass(frozen=True)
class Controls:
    """What controls do to a chain.

    Attributes:
        rows: limits. trade_open: trades x slices, part of each slice in which a way of trade is open at all.
        feed_open: the same for ways of feed. refused: units that may not run on restricted goods, units x slices.
        papers: trades x slices, USD per t that delays cost. levy: the same, of price floors at borders (a transfer).
        floor_of_feed: ways of feed x slices, USD per t of oxides in the product paid to their makers (a transfer).
    """

    rows: Rows
    feed_open: Floats
    refused: NDArray[np.bool_]
    papers: Floats
    levy: Floats
    floor_of_feed: Floats


def usual(network: Network, units: Units, slices: Slices) -> pd.DataFrame:
    """What each region usually takes of each good, kt a year by slice: reference demand, and what works use."""
    sold = reference(network, slices)
    inputs = network.chain_recipes[network.chain_recipes["side"] == "input"]
    frame = units.frame.reset_index(names="unit")[["unit", "process_id", "region"]]
    joined = frame.merge(inputs[["process_id", "good_id", "t_per_t"]], on="process_id")
    used = pd.DataFrame(
        units.capacity[joined["unit"].to_numpy()] * joined["t_per_t"].to_numpy(float)[:, None],
        index=pd.MultiIndex.from_frame(joined[["good_id", "region"]].rename(columns={"good_id": "good"})),
        columns=range(len(slices)),
    )
    return pd.concat([sold, used]).groupby(level=["good", "region"]).sum()


def build_controls(network: Network, slices: Slices, units: Units, feeds: Feeds, pools: Pools) -> Controls:
    """Controls of a world that are in force."""
    count = len(slices)
    found = Controls(
        Rows(),
        np.ones((len(feeds.frame), count)),
        np.zeros((len(units.frame), count), dtype=bool),
        np.zeros((len(pools.trades), count)),
        np.zeros((len(pools.trades), count)),
        np.zeros((len(feeds.frame), count)),
    )
    context = _Context(network, slices, units, feeds, pools, usual(network, units, slices))
    table = network.chain_controls
    for control in each_row(table[table["is_active"] == 1]):
        begin, end = months(control.first_month, control.last_month)
        covered = slices.covered(begin, end)
        if covered.any():
            _APPLY[control.instrument](context, control, covered, found)
    _contracts(context, found)
    return found


@dataclass(frozen=True)
class _Context:
    network: Network
    slices: Slices
    units: Units
    feeds: Feeds
    pools: Pools
    usual: pd.DataFrame

    def members(self, names: tuple[str, ...]) -> set[str]:
        """Regions that are named, or one of whose countries is; all where none is named."""
        regions = self.network.chain_regions
        if not names:
            return set(regions["region_id"])
        return {
            str(row.region_id) for row in each_row(regions) if row.region_id in names or set(row.countries) & set(names)
        }

    def goods(self, control: Any) -> set[str]:
        """Goods of the stages and with the elements of a control."""
        table = self.network.chain_goods
        chosen = table if not control.stages else table[table["stage"].isin(control.stages)]
        names = set(chosen["good_id"]) - set(table.loc[table["stage"] == "feed", "good_id"])
        if control.elements:
            contents = self.network.chain_contents
            holding = contents[contents["element_id"].isin(control.elements) & (contents["t_per_t"] > 1e-4)]
            names &= set(holding["good_id"])
        return names

    def taken(self, good: str, region: str) -> Floats:
        """What a region usually takes of a good, kt a year by slice."""
        if (good, region) not in self.usual.index:
            return np.zeros(len(self.slices))
        return np.asarray(self.usual.loc[(good, region), :], dtype=float)

    def price(self, good: str) -> float:
        """Price of a good outside the country of content, USD per t."""
        return float(self.network.chain_goods.set_index("good_id")["value_outside_usd_per_t"][good])


def _contracts(context: _Context, found: Controls) -> None:
    """Standing works outside the country of content are used by customers who have qualified them, whatever it costs.

    A goal of a part of what stands; the works run below it only where nothing can be had.
    """
    part = context.network.parameter("chain_contracted_use")
    units, count = context.units, len(context.slices)
    frame = units.frame
    works = frame["step"].isin(["metal", "alloy", "magnet"]) & frame["status"].isin(STANDING)
    rows = np.flatnonzero((works & (frame["country"] != CONTENT_OF)).to_numpy())
    outputs = context.network.chain_recipes
    made = outputs[outputs["side"] == "output"].drop_duplicates("process_id").set_index("process_id")["good_id"]
    for unit in rows if part > 0 else ():
        good = str(made[frame["process_id"].iloc[unit]])
        for number in range(count):
            least = part * float(units.capacity[unit, number])
            if least <= 0:
                continue
            position = np.array([(unit * 2 + c) * count + number for c in (FREE, RESTRICTED)], dtype=np.int64)
            label = (CONTRACTS, good, str(frame["facility_id"].iloc[unit]), number)
            found.rows.add(label, least, np.inf, _PENALTY * context.price(good), run=(position, np.ones(2)))


def _feeds_between(context: _Context, control: Any) -> NDArray[np.bool_]:
    """Ways of feed that leave one of the exporters unprocessed."""
    frame, region = context.feeds.frame, np.append(context.units.frame["region"].to_numpy(object), "")
    mine = region[frame["mine"].to_numpy()]
    out = context.members(control.exporters)
    into = context.members(control.importers)
    leaves = np.zeros(len(frame), dtype=bool)
    for name in ("crack", "light", "heavy"):
        there = region[frame[name].to_numpy()]
        used = frame[name].to_numpy() != NONE
        leaves |= used & (there != mine) & np.isin(there, list(into))
    return np.asarray(np.isin(mine, list(out)) & leaves)


def _limited(context: _Context, control: Any, covered: Floats, found: Controls, grant: float) -> None:
    """A licence: of each good and market, what comes from the exporters; a ban with nothing granted."""
    if control.owner_groups:
        named = context.units.frame["owner_group"].isin(control.owner_groups).to_numpy()
        found.refused[:] |= named[:, None] & (covered > 0.5)[None, :] & (grant <= 0)
        return
    if not control.stages or "feed" in control.stages:
        between = _feeds_between(context, control)
        found.feed_open[between] *= 1.0 - covered * (1.0 - grant)
    trades = context.pools.trades
    out = context.members(control.exporters) if control.exporters else set()
    into, goods = context.members(control.importers), context.goods(control)
    bound = trades["good"].isin(goods) & trades["destination"].isin(into)
    if control.exporters:
        from_them = trades["origin"].isin(out) & ~trades["destination"].isin(out)
        if control.follows_content:
            from_them |= (trades["restricted"] == RESTRICTED) & ~trades["destination"].isin(out)
        bound &= from_them
    days = float(control.delay_days)
    if days > 0:
        rate = context.network.parameter("hurdle_rate") * days / _DAYS
        prices = np.array([context.price(good) for good in trades.loc[bound, "good"]])
        found.papers[bound.to_numpy()] += rate * prices[:, None] * covered[None, :]
    if grant >= 1.0:
        return
    for (good, region), rows in trades[bound].groupby(["good", "destination"], sort=True):
        taken = context.taken(str(good), str(region))
        for number in map(int, np.flatnonzero(covered > 0)):
            share = 1.0 - covered[number] * (1.0 - grant)
            most = share * float(taken[number])
            position = rows.index.to_numpy(np.int64) * len(context.slices) + number
            label = (str(control.control_id), str(good), str(region), number)
            found.rows.add(label, -np.inf, most, np.nan, trade=(position, np.ones(len(position))))


def _ban(context: _Context, control: Any, covered: Floats, found: Controls) -> None:
    _limited(context, control, covered, found, 0.0)


def _licence(context: _Context, control: Any, covered: Floats, found: Controls) -> None:
    _limited(context, control, covered, found, float(control.grant_share))


def _quota(context: _Context, control: Any, covered: Floats, found: Controls) -> None:
    trades, slices = context.pools.trades, context.slices
    bound = trades["good"].isin(context.goods(control)) & trades["origin"].isin(context.members(control.exporters))
    bound &= trades["destination"].isin(context.members(control.importers))
    rows = np.flatnonzero(bound.to_numpy())
    for number in map(int, np.flatnonzero(covered > 0.5)):
        most = _grown(control, slices, number)
        label = (str(control.control_id), "", "", number)
        found.rows.add(label, -np.inf, most, np.nan, trade=(rows * len(slices) + number, np.ones(len(rows))))


def _production_quota(context: _Context, control: Any, covered: Floats, found: Controls) -> None:
    """Oxides that mines of the exporters make; of the stage oxide, that their separators treat, imports too."""
    slices, frame = context.slices, context.feeds.frame
    region = np.append(context.units.frame["region"].to_numpy(object), "")
    members = list(context.members(control.exporters))
    if "oxide" in control.stages:
        light, heavy = np.isin(region[frame["light"]], members), np.isin(region[frame["heavy"]], members)
        load = np.where(light, context.feeds.light_load, np.where(heavy, context.feeds.heavy_load, 0.0))
    else:
        load = np.isin(region[frame["mine"]], members).astype(float)
    rows = np.flatnonzero(load > 0)
    for number in map(int, np.flatnonzero(covered > 0.5)):
        label = (str(control.control_id), "", "", number)
        most = _grown(control, slices, number)
        found.rows.add(label, -np.inf, most, np.nan, feed=(rows * len(slices) + number, load[rows]))


def _grown(control: Any, slices: Slices, number: int) -> float:
    since = max(float(slices.middle[number]) - BASE_YEAR - 0.5, 0.0)
    growth = (1.0 + float(control.growth_per_year)) ** since
    return float(control.quota_t_per_year / KILO * growth)


def _price_floor(context: _Context, control: Any, covered: Floats, found: Controls) -> None:
    """Paid on the element in the oxides that the makers' mines give; charged on its content at the border."""
    elements = context.network.chain_elements.set_index("element_id")
    named = list(control.elements) or ["NDPR"]
    gap = (float(control.floor_usd_per_t) - elements["price_usd_per_t"]).clip(lower=0.0)
    frame, units = context.feeds.frame, context.units.frame
    position = {element: n for n, element in enumerate(elements.index)}
    paid = sum(context.feeds.oxides[:, position[e]] * float(gap[e]) for e in named)
    region = units["region"].to_numpy(object)
    partners = context.members(control.exporters) if control.exporters else set()
    groups = set(control.owner_groups)
    mine = frame["mine"].to_numpy()
    owned = np.isin(units["owner_group"].to_numpy(object)[mine], list(groups))
    theirs = owned | (np.isin(region[mine], list(partners)) & np.isin(frame["region"], list(partners)))
    found.floor_of_feed[theirs] += np.asarray(paid)[theirs, None] * covered[None, :]
    if not control.importers:
        return
    trades, into = context.pools.trades, context.members(control.importers)
    bound = (trades["destination"].isin(into) & ~trades["origin"].isin(partners | into)).to_numpy()
    contents = context.network.chain_contents
    held = contents[contents["element_id"].isin(named)].assign(worth=lambda t: t["t_per_t"] * t["element_id"].map(gap))
    worth = trades["good"].map(held.groupby("good_id")["worth"].sum()).fillna(0.0).to_numpy(float)
    found.levy[bound] += worth[bound, None] * covered[None, :]


def _offtake(context: _Context, control: Any, covered: Floats, found: Controls) -> None:
    trades, slices = context.pools.trades, context.slices
    goods = context.goods(control)
    bound = trades["good"].isin(goods) & trades["origin"].isin(context.members(control.exporters))
    bound &= trades["destination"].isin(context.members(control.importers))
    rows = np.flatnonzero(bound.to_numpy())
    if not len(rows):
        return
    penalty = _PENALTY * max(context.price(good) for good in trades.loc[bound, "good"])
    for number in map(int, np.flatnonzero(covered > 0.5)):
        label = (str(control.control_id), "", "", number)
        least = float(control.quota_t_per_year) / KILO
        found.rows.add(label, least, np.inf, penalty, trade=(rows * len(slices) + number, np.ones(len(rows))))


def _share(context: _Context, control: Any, covered: Floats, found: Controls) -> None:
    """Most that one outside region may have of what a region gets: imports and its own output."""
    trades, slices = context.pools.trades, context.slices
    most = float(control.max_share)
    goods = context.goods(control)
    for region in sorted(context.members(control.importers)):
        for good in sorted(goods):
            coming = trades[(trades["good"] == good) & (trades["destination"] == region)]
            for origin, rows in coming.groupby("origin", sort=True):
                if control.exporters and origin not in context.members(control.exporters):
                    continue
                for number in map(int, np.flatnonzero(covered > 0.5)):
                    label = (str(control.control_id), good, f"{origin}>{region}", number)
                    position = coming.index.to_numpy(np.int64) * len(slices) + number
                    value = np.where(np.isin(coming.index, rows.index), 1.0 - most, -most)
                    penalty = _PENALTY * context.price(good)
                    found.rows.add(label, -np.inf, 0.0, penalty, trade=(position, value),
                                   **_home(context, good, region, number, -most))  # fmt: skip


def _benchmark(context: _Context, control: Any, covered: Floats, found: Controls) -> None:
    """Least part of what a region gets of a good that it makes itself."""
    trades, slices = context.pools.trades, context.slices
    least = float(control.min_share)
    for region in sorted(context.members(control.importers)):
        for good in sorted(context.goods(control)):
            coming = trades[(trades["good"] == good) & (trades["destination"] == region)].index.to_numpy(np.int64)
            for number in map(int, np.flatnonzero(covered > 0.5)):
                label = (str(control.control_id), good, region, number)
                position = coming * len(slices) + number
                found.rows.add(label, 0.0, np.inf, _PENALTY * context.price(good),
                               trade=(position, np.full(len(position), -least)),
                               **_home(context, good, region, number, 1.0 - least))  # fmt: skip


def _home(context: _Context, good: str, region: str, number: int, value: float) -> dict[str, tuple[Ints, Floats]]:
    """Entries of what a region itself makes of a good: by its separators from feed, or by its works."""
    slices, units = context.slices, context.units.frame
    found: dict[str, tuple[Ints, Floats]] = {}
    elements = context.network.chain_elements["element_id"].tolist()
    names = [f"ox_{element.lower()}" for element in elements]
    if good in names:
        gives = context.feeds.oxides[:, names.index(good)]
        heavy = context.feeds.frame["heavy_region"] == region
        light = context.feeds.frame["region"] == region
        rows = np.flatnonzero((gives > 0) & (light if elements[names.index(good)] in ("LA", "CE", "NDPR") else heavy))
        found["feed"] = (rows * len(slices) + number, value * gives[rows])
    recipes = context.network.chain_recipes
    outputs = recipes[(recipes["good_id"] == good) & (recipes["side"] == "output")].set_index("process_id")["t_per_t"]
    here = units.index[(units["region"] == region) & units["process_id"].isin(outputs.index)].to_numpy(np.int64)
    if len(here):
        made = outputs.reindex(units["process_id"].to_numpy()[here]).to_numpy(float)
        position = [(here * 2 + c) * len(slices) + number for c in (FREE, RESTRICTED)]
        found["run"] = (np.concatenate(position), value * np.tile(made, 2))
    return found


_PENALTY = 0.25  # of the price: what a goal is worth to those who set it; estimate
_APPLY = {
    "ban": _ban,
    "licence": _licence,
    "quota": _quota,
    "production_quota": _production_quota,
    "price_floor": _price_floor,
    "offtake": _offtake,
    "share": _share,
    "benchmark": _benchmark,
}
