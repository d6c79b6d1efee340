r"""What each country makes at each step, what that takes, and the value that it adds.

Value added is what comes out, at the prices of the solved chain, less all that is bought:

    value added = sum of output x price - sum of input x price - purchases,

with inputs that are goods of the chain, and purchases of energy and water (tonnes of the table at one price each),
reagents and services (a part of operating cost), ways to the network and keeping of residue; of operating cost no more
than all. Feed has no market of its own: a plant that cracks or separates it is paid its operating cost and what its
capacity earns, and the mine has the rest of what its oxides fetch, with price floors, and the rent of a quota. So value
added is what is left for wages, profit, capital and taxes: operating cost and rent less purchases, less what works lose
that customers keep in use below their cost.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.confidence import CLASSES, middle_class, unit_ranks
from model.chain.demand import KILO
from model.chain.feeds import NONE
from model.chain.problem import Chain
from model.chain.results import grid, output
from model.chain.solve import ChainAnswer

Floats = NDArray[np.float64]
_INTENSITIES = {"water_mm3": "water_m3_per_t", "energy_gwh": "energy_mwh_per_t", "co2_kt": "co2_t_per_t",
                "residue_kt": "residue_t_per_t"}  # fmt: skip
_MONEY = ("opex_musd", "rent_musd", "purchases_musd", "value_added_musd")
_SUMS = ["output_kt", "capacity_kt", "restricted_kt", *_MONEY, *_INTENSITIES]


def countries(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """By country, step and slice: output, operating cost, value added, water, energy, CO2 and residue of a year."""
    frame, table = chain.units.frame, output(chain, answer)
    keys = ["facility_id", "process_id", "slice"]
    joined = table.merge(_money(chain, answer), on=keys)
    figures = chain.network.chain_processes.set_index("process_id")
    for name, column in _INTENSITIES.items():
        scale = KILO if name == "water_mm3" else 1.0
        joined[name] = joined["output_kt"] * joined["process_id"].map(figures[column]).fillna(0.0) / scale
    by = ["country", "step", "slice", "year"]
    rank = pd.Series(unit_ranks(chain), index=pd.MultiIndex.from_frame(frame[keys[:2]]))
    at = rank.reindex(pd.MultiIndex.from_frame(joined[keys[:2]])).to_numpy()
    size = joined["output_kt"].clip(lower=1e-9)
    for place, name in enumerate(CLASSES):
        joined[name] = size.where(at == place, 0.0)
    grouped = joined.groupby(by, as_index=False, sort=False)[[*_SUMS, *CLASSES]].sum()
    parts = grouped[list(CLASSES)].to_numpy(float)
    sure = middle_class(parts / parts.sum(axis=1, keepdims=True))
    grouped["confidence"] = np.array(CLASSES, dtype=object)[sure]
    return grouped[[*by, *_SUMS, "confidence"]]


def _money(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Operating cost, rent, purchases and value added of every unit by slice, million USD a year."""
    frame, count = chain.units.frame, len(chain.slices)
    size = len(frame)
    rent = unit_rents(chain, answer)
    load, margin, residue = _of_feed(chain, answer, rent)
    run = grid(answer.value["run"], chain).reshape(size, 2, count).sum(axis=1)
    load += run
    margin += _of_works(chain, answer)
    opex = load * frame["opex_usd_per_t"].to_numpy(float)[:, None]
    ways = run * frame["access_usd_per_t"].to_numpy(float)[:, None]
    bought = np.minimum(load * _bought(chain)[:, None], opex) + ways + residue
    return pd.DataFrame(
        {
            "facility_id": np.repeat(frame["facility_id"].to_numpy(object), count),
            "process_id": np.repeat(frame["process_id"].to_numpy(object), count),
            "slice": np.tile(np.array(chain.slices.labels, dtype=object), size),
            "opex_musd": opex.ravel() / KILO,
            "rent_musd": (load * rent).ravel() / KILO,
            "purchases_musd": bought.ravel() / KILO,
            "value_added_musd": (margin - bought).ravel() / KILO,
        }
    )


def unit_rents(chain: Chain, answer: ChainAnswer) -> Floats:
    """What a tonne of each unit's capacity earns, units x slices, USD."""
    return np.asarray(-grid(answer.price["unit_capacity"], chain) * KILO / chain.slices.weight)


def _bought(chain: Chain) -> Floats:
    """Energy, water, reagents and services of each unit, USD per t."""
    network, frame = chain.network, chain.units.frame
    share = network.parameter("chain_bought_share") * frame["opex_usd_per_t"].to_numpy(float)
    energy = network.parameter("chain_energy_usd_per_mwh") * frame["energy_mwh_per_t"].fillna(0.0).to_numpy(float)
    water = network.parameter("chain_water_usd_per_m3") * frame["water_m3_per_t"].fillna(0.0).to_numpy(float)
    return np.asarray(share + energy + water)


def _of_works(chain: Chain, answer: ChainAnswer) -> Floats:
    """Goods that works give less those that they take, at their prices, units x slices, kt a year x USD per t."""
    count = len(chain.slices)
    recipes = chain.recipes_by_class
    sign = np.where(recipes["side"] == "output", 1.0, -1.0) * recipes["t_per_t"].to_numpy(float)
    pool, unit = recipes["pool"].to_numpy(np.int64), recipes["run"].to_numpy(np.int64)
    worth = _prices(chain, answer)[pool] * grid(answer.value["run"], chain)[unit] * sign[:, None]
    margin = np.zeros((len(chain.units.frame), count))
    np.add.at(margin, unit // 2, worth)
    return margin


def _prices(chain: Chain, answer: ChainAnswer) -> Floats:
    return np.asarray(grid(answer.price["pool_balance"], chain) * KILO / chain.slices.weight)


def _of_feed(chain: Chain, answer: ChainAnswer, rent: Floats) -> tuple[Floats, Floats, Floats]:
    """Throughput, output less feed, and keeping of residue of mines and plants, units x slices.

    Throughput in kt a year, money in kt a year x USD per t.
    """
    frame, feeds, network = chain.feeds.frame, chain.feeds, chain.network
    feed = grid(answer.value["feed"], chain)
    load, margin, residue = (np.zeros_like(rent) for _ in range(3))
    kept = chain.units.frame["residue_t_per_t"].fillna(0.0).to_numpy(float) * network.parameter(
        "chain_residue_usd_per_t"
    )
    opex = chain.units.frame["opex_usd_per_t"].to_numpy(float)
    left = _fetched(chain, answer) + (chain.controls.floor_of_feed * chain.transfers - feeds.moves) * feed
    loads = {"crack": feeds.crack_load, "light": feeds.light_load, "heavy": feeds.heavy_load}
    for name, part in loads.items():
        unit = frame[name].to_numpy(np.int64)
        used = unit != NONE
        amount = feed[used] * part[used, None]
        paid = amount * ((opex + kept)[unit[used], None] + rent[unit[used]])
        np.add.at(load, unit[used], amount)
        np.add.at(margin, unit[used], paid)
        np.add.at(residue, unit[used], amount * kept[unit[used], None])
        left[used] -= paid
    mine = frame["mine"].to_numpy(np.int64)
    np.add.at(load, mine, feed)
    np.add.at(margin, mine, left)
    np.add.at(residue, mine, feed * kept[mine, None])
    return load, margin, residue


def _fetched(chain: Chain, answer: ChainAnswer) -> Floats:
    """What the oxides of each way fetch, ways x slices, kt a year x USD per t."""
    price = _prices(chain, answer)
    feed = grid(answer.value["feed"], chain)
    worth = np.zeros_like(feed)
    for number in range(len(chain.elements)):
        used = np.flatnonzero(chain.feeds.oxides[:, number] > 0)
        worth[used] += chain.feeds.oxides[used, number][:, None] * price[chain.oxide_pools[used, number]]
    return np.asarray(worth * feed)
