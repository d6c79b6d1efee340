"""A chain as index frames and arrays: slices, units, ways of feed, pools, demand, stocks, controls."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.build import planning_periods
from model.chain.control_rows import Controls
from model.chain.controls import build_controls
from model.chain.demand import KILO, Demands, build_demands, reference
from model.chain.feeds import CONTENT_OF, Feeds, build_feeds
from model.chain.places import Ways, build_ways
from model.chain.pools import FREE, RESTRICTED, Pools, build_duties, build_pools, collection, oxide_of
from model.chain.recipes import oxide_pools, recipes_by_class
from model.chain.slices import Slices, build_slices
from model.chain.units import Units, build_units
from model.steps import ANEW, Steps
from network.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_FEED_STEPS = ("mine", "crack", "separation")
_DAYS = 365.0


@dataclass(frozen=True)
class Chain:
    """All that a program of the chain needs.

    Attributes:
        duty: of the ways of trade, trades x slices, USD per t.
        recipes: of the units' processes. recipes_by_class, oxide_pools: see ``model.chain.recipes``. market_pools: of
            the markets. runs: units whose throughput is ``run``. at_content: those in the country of content.
            run_cost: units x slices, USD per t. most_of_unit: units x slices, kt a year with all builds.
        mixes, mixed_into: free pools, and the restricted ones of the same good and region.
        disposals: pools whose goods may be disposed of; disposal_cost: USD per t of each.
        stocks: one row a stock: stock_id, pool, holder, start_kt, most_kt, price_usd_per_t. holding_rate: of the price
            a year.
        collections: regions that collect; collected_into: their pools; vintage_*: what they may collect, see
            ``model.chain.program``. transfers: 1 where duties and floors count, 0 where the objective is the world's.
    """

    network: Network
    slices: Slices
    elements: list[str]
    units: Units
    feeds: Feeds
    pools: Pools
    demands: Demands
    controls: Controls
    duty: Floats
    recipes: pd.DataFrame
    recipes_by_class: pd.DataFrame
    oxide_pools: Ints
    market_pools: Ints
    runs: NDArray[np.bool_]
    at_content: NDArray[np.bool_]
    run_cost: Floats
    most_of_unit: Floats
    mixes: Ints
    mixed_into: Ints
    disposals: Ints
    disposal_cost: Floats
    stocks: pd.DataFrame
    holding_rate: float
    collections: list[str]
    collected_into: Ints
    collection_cost: float
    vintage_row: Ints
    vintage_column: Ints
    vintage_value: Floats
    vintage_most: Floats
    transfers: float


def has_chain(network: Network) -> bool:
    """Whether a world has a chain to solve."""
    return bool(len(network.chain_units) and len(network.chain_demand))


def build_chain(network: Network, resolution: str, objective: str, steps: Steps = ANEW) -> Chain:
    """Chain of a world after its levers.

    Args:
        resolution: "fast" or "full". objective: "shipper", "world" or "national:XX"; the world counts no transfers.
        steps: which of its parts are taken from other builds.
    """
    periods = planning_periods(network, resolution)
    slices = steps.take((), build_slices, network, periods, resolution)
    units = steps.take((), build_units, network, slices, periods)
    goods, elements = network.chain_goods, network.chain_elements["element_id"].tolist()
    ways = steps.take((), build_ways, network, periods, objective)
    feeds = steps.take((), _possible_feeds, network, units, ways, slices.period)
    pools = steps.take((), build_pools, network, units, feeds, ways, slices)
    demands = steps.take((), build_demands, network, slices)
    controls = steps.take((), build_controls, network, slices, units, feeds, pools)
    frame = pools.frame
    free = np.flatnonzero((frame["restricted"] == FREE).to_numpy())
    price = goods.set_index("good_id")["value_usd_per_t"]
    disposals, disposal_cost = steps.take((), _disposals, network, pools)
    collected = collection(network)
    regions = sorted(region for good, region, c in pools.position if collected and good == collected[0] and c == FREE)
    share = collected[2] if collected else 0.0
    vintage = steps.take((), _vintages, network, slices, demands, regions, share)
    runs = ~units.frame["step"].isin(_FEED_STEPS).to_numpy()
    own = units.frame["access_usd_per_t"].to_numpy(float)
    cost = units.frame["opex_usd_per_t"].to_numpy(float) + own
    return Chain(
        network=network,
        slices=slices,
        elements=elements,
        units=units,
        feeds=feeds,
        pools=pools,
        demands=demands,
        controls=controls,
        duty=steps.take((), build_duties, network, pools.trades, slices),
        recipes=network.chain_recipes[["process_id", "side", "good_id", "t_per_t"]],
        recipes_by_class=steps.take((), recipes_by_class, network, units, pools),
        oxide_pools=steps.take((), oxide_pools, elements, feeds, pools),
        market_pools=steps.take((), _market_pools, demands, pools),
        runs=runs,
        at_content=(units.frame["country"] == CONTENT_OF).to_numpy(),
        run_cost=np.repeat(cost[:, None], len(slices), axis=1),
        most_of_unit=_most(units),
        mixes=free,
        mixed_into=free + 1,
        disposals=disposals,
        disposal_cost=disposal_cost,
        stocks=steps.take((), _stocks, network, slices, pools, price),
        holding_rate=network.parameter("chain_holding_rate"),
        collections=regions,
        collected_into=pools.at([collected[0]] * len(regions), regions, [FREE] * len(regions))
        if collected
        else np.empty(0, np.int64),
        collection_cost=collected[1] if collected else 0.0,
        vintage_row=vintage[0],
        vintage_column=vintage[1],
        vintage_value=vintage[2],
        vintage_most=vintage[3],
        transfers=0.0 if objective == "world" else 1.0,
    )


def _possible_feeds(network: Network, units: Units, ways: Ways, period: Ints) -> Feeds:
    """Ways that the network can carry and that give something."""
    feeds = build_feeds(network, units, ways, period)
    used = np.isfinite(feeds.cost).all(axis=1) & (feeds.oxides.sum(axis=1) > 0)
    return Feeds(
        feeds.frame[used].reset_index(drop=True),
        feeds.oxides[used],
        feeds.crack_load[used],
        feeds.light_load[used],
        feeds.heavy_load[used],
        feeds.cost[used],
        feeds.residue[used],
        feeds.moves[used],
    )


def _market_pools(demands: Demands, pools: Pools) -> Ints:
    """Pools that markets buy from: restricted ones, where all may be bought."""
    frame = demands.frame
    return pools.at(frame["good"].tolist(), frame["region"].tolist(), [RESTRICTED] * len(frame))


def _most(units: Units) -> Floats:
    """Capacity of each unit with the largest of its builds, kt a year."""
    most = units.capacity.copy()
    extra = np.zeros_like(most)
    np.maximum.at(extra, (units.add_unit, units.add_slice), units.add_kt)
    return np.asarray(most + extra)


def _disposals(network: Network, pools: Pools) -> tuple[Ints, Floats]:
    """Oxides that nobody buys are kept at a cost, swarf for nothing."""
    elements = network.chain_elements.set_index("element_id")["disposal_usd_per_t"]
    cost = {oxide_of(str(name)): float(value) for name, value in elements.items()}
    stage = pools.frame["stage"]
    may = np.flatnonzero(stage.isin(["oxide", "scrap"]).to_numpy())
    return may, np.array([cost.get(good, 0.0) for good in pools.frame["good"].iloc[may]], dtype=float)


def _stocks(network: Network, slices: Slices, pools: Pools, price: pd.Series) -> pd.DataFrame:
    table = network.chain_stocks
    wanted = reference(network, slices)
    check = reference(network, slices, "check")
    rows = []
    for row in table.to_dict("records"):
        good, region = row["good_id"], row["region_id"]
        key = (good, region, 1)
        if key not in pools.position:
            continue
        demand = wanted if (good, region) in wanted.index else check
        yearly = float(demand.loc[(good, region)].iloc[0]) if (good, region) in demand.index else 0.0
        kt = float(row["stock_t"]) / KILO if row["stock_t"] > 0 else float(row["days"] or 0.0) / _DAYS * yearly
        most = float(row["most_t"]) / KILO if row["most_t"] > 0 else kt
        rows.append((row["stock_id"], pools.position[key], row["holder"], kt, max(most, kt), float(price[good])))
    columns = ["stock_id", "pool", "holder", "start_kt", "most_kt", "price_usd_per_t"]
    return pd.DataFrame(rows, columns=columns)


def _collected_by(network: Network, slices: Slices) -> Floats:
    """Collection over what it can become: from today's in a straight line over the years that it takes."""
    first, years = network.parameter("chain_collected_today"), network.parameter("chain_collection_years")
    since = (slices.middle - slices.start[0]) / years
    return np.asarray(first + (1.0 - first) * np.clip(since, 0.0, 1.0))


def _vintages(
    network: Network, slices: Slices, demands: Demands, regions: list[str], share: float
) -> tuple[Ints, Ints, Floats, Floats]:
    """What regions may collect: a part of the magnets sold a life ago, by the table, in the horizon as served.

    Returns:
        Row (region x slices), position of the step of demand and value of entries; constants, regions x slices.
    """
    life, past = network.parameter("chain_magnet_life_years"), network.parameter("chain_growth_before")
    stage = network.chain_goods.set_index("good_id")["stage"]
    count, most = len(slices), np.zeros((len(regions), len(slices)))
    first = network.chain_demand[network.chain_demand["use"] == "final"].sort_values("year")
    first = first[first["good_id"].map(stage) == "magnet"].drop_duplicates(["region_id", "good_id"])
    sold = first.groupby("region_id")["quantity_t"].sum() / KILO
    begin = float(first["year"].min()) if len(first) else 0.0
    when = slices.middle - life
    before = when < slices.start[0]
    for row_number, region in enumerate(regions):
        past_sales = float(sold.get(region, 0.0)) * (1.0 + past) ** (when - begin - 0.5)
        most[row_number] = np.where(before, share * _collected_by(network, slices) * past_sales, 0.0)
    market, _ = np.nonzero(demands.width > 0)
    if not len(market) or before.all() or not regions:
        empty = np.empty(0, dtype=np.int64)
        return empty, empty, np.empty(0), most
    frame = demands.frame.iloc[market].reset_index(drop=True)
    magnet = (frame["good"].map(stage) == "magnet").to_numpy()
    rows, columns = [], []
    for number in map(int, np.flatnonzero(~before)):
        source = int(np.searchsorted(slices.end, when[number], side="right"))
        for place, region in enumerate(regions):
            mine = np.flatnonzero(magnet & (frame["region"] == region) & (frame["slice"] == source))
            rows.append(np.full(len(mine), place * count + number, dtype=np.int64))
            columns.append(mine.astype(np.int64))
    row, column = np.concatenate(rows), np.concatenate(columns)
    later = _collected_by(network, slices)[row % count]
    return row, column, share * later, most
