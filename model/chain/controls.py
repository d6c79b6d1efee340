"""Controls on the chain as rows and costs: bans, licences, quotas, floors, offtakes, shares, benchmarks.

A control counts in each slice with the part w of it in which it is in force. A licence lets through the part g of what
the market usually takes, so that ``(1 - w) + w g`` of it may come; a ban has g = 0. What a market usually takes is its
reference demand and what its works at capacity use. A control that follows content binds goods made elsewhere with it
too. A price floor pays the makers of the partners what the reference price lacks of it (a contract for difference), and
charges goods of others with the same at the border of those who levy it; it is a transfer. An offtake and a benchmark
are goals: what lacks of them costs a penalty and is reported.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.chain.control_goals import benchmark, contracts, largest_share, offtake
from model.chain.control_rows import Context, Controls, Rows, usual
from model.chain.demand import KILO
from model.chain.feeds import NONE, Feeds
from model.chain.pools import RESTRICTED, Pools
from model.chain.slices import Slices, months
from model.chain.units import BASE_YEAR, Units
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
_DAYS = 365.0


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
    context = Context(network, slices, units, feeds, pools, usual(network, units, slices))
    table = network.chain_controls
    for control in each_row(table[table["is_active"] == 1]):
        begin, end = months(control.first_month, control.last_month)
        covered = slices.covered(begin, end)
        if covered.any():
            _APPLY[control.instrument](context, control, covered, found)
    contracts(context, found)
    return found


def _feeds_between(context: Context, control: Any) -> NDArray[np.bool_]:
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


def _limited(context: Context, control: Any, covered: Floats, found: Controls, grant: float) -> None:
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


def _ban(context: Context, control: Any, covered: Floats, found: Controls) -> None:
    _limited(context, control, covered, found, 0.0)


def _licence(context: Context, control: Any, covered: Floats, found: Controls) -> None:
    _limited(context, control, covered, found, float(control.grant_share))


def _quota(context: Context, control: Any, covered: Floats, found: Controls) -> None:
    trades, slices = context.pools.trades, context.slices
    bound = trades["good"].isin(context.goods(control)) & trades["origin"].isin(context.members(control.exporters))
    bound &= trades["destination"].isin(context.members(control.importers))
    rows = np.flatnonzero(bound.to_numpy())
    for number in map(int, np.flatnonzero(covered > 0.5)):
        most = _grown(control, slices, number)
        label = (str(control.control_id), "", "", number)
        found.rows.add(label, -np.inf, most, np.nan, trade=(rows * len(slices) + number, np.ones(len(rows))))


def _production_quota(context: Context, control: Any, covered: Floats, found: Controls) -> None:
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


def _price_floor(context: Context, control: Any, covered: Floats, found: Controls) -> None:
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


_APPLY = {
    "ban": _ban,
    "licence": _licence,
    "quota": _quota,
    "production_quota": _production_quota,
    "price_floor": _price_floor,
    "offtake": offtake,
    "share": largest_share,
    "benchmark": benchmark,
}
