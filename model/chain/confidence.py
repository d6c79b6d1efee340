r"""How sure a price is: what the good rests on that a region makes or gets, by confidence of the data.

A step (a unit of a way of feed, or works) is as sure as the weakest row of its facility, its capacity and its process;
a mine also as that of the element in its deposit's profile. Of the operating cost that stands behind a tonne, each part
has the class of its step, and of what works take at its price the parts that the input has. With the share ``s[k]`` of
class k, tonnes q and all that comes to a pool p, from works, stocks and other pools,

    s[p, k] = sum of q s[., k] / sum of q,

linear equations of all pools of a slice, solved at once, since swarf and old magnets close circles. Transport, which is
estimated throughout, is left out. Prices rest on demand as much: a price is called by the weaker of the classes that
half of the cost, and half of the demand by value, reach; where nothing comes, by that of demand alone.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, eye_array
from scipy.sparse.linalg import splu

from model.chain.feeds import LIGHT, NONE
from model.chain.goods import released
from model.chain.problem import Chain
from model.chain.results import LEAST_KT, grid
from model.chain.solve import ChainAnswer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CLASSES = ("sourced", "estimate", "memory")
"""From the surest to the weakest; what states none is the weakest."""
COLUMNS = ["good", "stage", "region", "slice", "year", *CLASSES, "confidence"]
_DAMPED = 1.0 - 1e-9  # of a circle that nothing enters, which would have no answer


def price_confidence(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Table ``chain_confidence``: shares by class of what each good rests on in each region and slice."""
    arrives = _arrives(chain, answer)
    frame = chain.pools.frame
    pairs = frame.groupby(["good", "region"], sort=False).ngroup().to_numpy(np.int64)
    first = frame.drop_duplicates(["good", "region"])
    count = len(chain.slices)
    totals = np.zeros((len(first), count, len(CLASSES)))
    np.add.at(totals, pairs, arrives)
    size = totals.sum(axis=2, keepdims=True)
    shares = np.divide(totals, size, out=np.full_like(totals, np.nan), where=size > LEAST_KT)
    table = first.loc[first.index.repeat(count), ["good", "stage", "region"]].reset_index(drop=True)
    table["slice"] = np.tile(np.array(chain.slices.labels, dtype=object), len(first))
    table["year"] = np.tile(chain.slices.start, len(first))
    flat = shares.reshape(-1, len(CLASSES))
    table[list(CLASSES)] = flat
    wanted = middle_class(demand_shares(chain))
    reached = np.where(np.isnan(flat[:, 0]), 0, middle_class(flat))
    table["confidence"] = np.array(CLASSES, dtype=object)[np.maximum(reached, wanted)]
    return table[COLUMNS]


def middle_class(shares: Floats) -> Ints:
    """Class that at least half reaches: itself or a surer one.

    >>> middle_class(np.array([[0.2, 0.3, 0.5], [0.1, 0.3, 0.6]])).tolist()
    [1, 2]
    """
    return np.asarray((np.cumsum(shares, axis=-1) < 0.5 - 1e-9).sum(axis=-1).clip(max=len(CLASSES) - 1), dtype=np.int64)


def demand_shares(chain: Chain) -> Floats:
    """Final demand by value and class."""
    table = chain.network.chain_demand
    table = table[table["use"] == "final"]
    price = table["good_id"].map(chain.network.chain_goods.set_index("good_id")["value_usd_per_t"])
    worth = (table["quantity_t"] * price).to_numpy(float)
    total = np.bincount(ranks(table.get("confidence"), len(table)), worth, len(CLASSES))
    return np.asarray(total / max(float(total.sum()), 1e-12))


def ranks(labels: pd.Series | None, size: int) -> Ints:
    """Places of classes, 0 = sourced; what is not stated is the last."""
    if labels is None:
        return np.full(size, len(CLASSES) - 1, dtype=np.int64)
    known = {name: rank for rank, name in enumerate(CLASSES)}
    return np.array([known.get(str(label), len(CLASSES) - 1) for label in labels], dtype=np.int64)


def unit_ranks(chain: Chain) -> Ints:
    """Class of each unit: the weakest row of its facility, its capacity and its process."""
    network, frame = chain.network, chain.units.frame
    found = np.zeros(len(frame), dtype=np.int64)
    for table, keys in (
        (network.chain_facilities, ["facility_id"]),
        (network.chain_units, ["facility_id", "process_id"]),
        (network.chain_processes, ["process_id"]),
    ):
        known = pd.Series(ranks(table.get("confidence"), len(table)), index=pd.MultiIndex.from_frame(table[keys]))
        found = np.maximum(found, known.reindex(pd.MultiIndex.from_frame(frame[keys])).to_numpy(np.int64))
    return found


def _arrives(chain: Chain, answer: ChainAnswer) -> Floats:
    """What comes to each pool by class, kt a year, pools x slices x classes, without what is only called restricted."""
    made = np.zeros((len(chain.pools.frame), len(chain.slices), len(CLASSES)))
    steps = unit_ranks(chain)
    _add_feed(chain, answer, steps, made)
    _add_stocks(chain, answer, made)
    _add_collected(chain, answer, made)
    return _with_what_moves(chain, answer, steps, made)


def _add_feed(chain: Chain, answer: ChainAnswer, steps: Ints, made: Floats) -> None:
    """Oxides of ways of feed, each by the cost of the steps that it passes."""
    feeds, frame = chain.feeds, chain.feeds.frame
    feed = grid(answer.value["feed"], chain)
    opex = np.append(chain.units.frame["opex_usd_per_t"].to_numpy(float), 0.0)
    rank = np.append(steps, 0)
    loads = {"mine": np.ones(len(frame)), "crack": feeds.crack_load, "light": feeds.light_load,
             "heavy": feeds.heavy_load}  # fmt: skip
    for number, element in enumerate(chain.elements):
        gives = np.flatnonzero((feeds.oxides[:, number] > 0) & (feed.max(axis=1) > LEAST_KT))
        if not len(gives):
            continue
        light = element in LIGHT
        cost = np.zeros((len(gives), len(CLASSES)))
        for name, load in loads.items():
            if name == "heavy" and light and (frame["light"].to_numpy()[gives] != NONE).all():
                continue
            unit = frame[name].to_numpy(np.int64)[gives]
            part = opex[unit] * load[gives]
            if name == "heavy" and light:
                part = np.where(frame["light"].to_numpy()[gives] == NONE, part, 0.0)
            at = np.maximum(rank[unit], _profile_ranks(chain, element)[unit]) if name == "mine" else rank[unit]
            # A way that costs nothing is as sure as its mine.
            part = np.maximum(part, 1e-9) if name == "mine" else part
            np.add.at(cost, (np.arange(len(gives)), at), part)
        share = cost / cost.sum(axis=1, keepdims=True)
        pool = chain.oxide_pools[gives, number]
        amount = feed[gives] * feeds.oxides[gives, number][:, None]
        np.add.at(made, pool, amount[:, :, None] * share[:, None, :])


def _profile_ranks(chain: Chain, element: str) -> Ints:
    """Class of the share of an element in each unit's deposit; the surest where it has none."""
    table = chain.network.chain_profiles
    rows = table["element_id"] == element
    known = pd.Series(ranks(table.get("confidence"), len(table)), index=table["profile_id"].to_numpy())[rows.to_numpy()]
    return known.reindex(chain.units.frame["profile_id"]).fillna(0).to_numpy(np.int64)


def _add_stocks(chain: Chain, answer: ChainAnswer, made: Floats) -> None:
    table = chain.network.chain_stocks
    known = dict(zip(table["stock_id"], ranks(table.get("confidence"), len(table)), strict=True))
    drawn = np.maximum(released(chain, answer), 0.0)
    for stock, pool in zip(chain.stocks["stock_id"], chain.stocks["pool"], strict=True):
        made[int(pool), :, known[stock]] += drawn[int(pool)] / (chain.stocks["pool"] == pool).sum()


def _add_collected(chain: Chain, answer: ChainAnswer, made: Floats) -> None:
    if not len(chain.collected_into) or "collect" not in answer.value:
        return
    table = chain.network.chain_processes
    at = ranks(table.get("confidence"), len(table))[(table["step"] == "collection").to_numpy()].max()
    np.add.at(made[:, :, at], chain.collected_into, grid(answer.value["collect"], chain))


def _with_what_moves(chain: Chain, answer: ChainAnswer, steps: Ints, made: Floats) -> Floats:
    """Add what works make of their inputs and what comes from other pools, in every slice by one linear solve."""
    count, size = len(chain.slices), len(chain.pools.frame)
    run = grid(answer.value["run"], chain)
    recipes = chain.recipes_by_class
    outputs, inputs = (recipes[recipes["side"] == side] for side in ("output", "input"))
    price = np.maximum(answer.price["pool_balance"].reshape(size, count), 0.0) / (chain.slices.weight / 1000.0)
    trades = chain.pools.trades
    moved = grid(answer.value.get("trade", np.zeros(0)), chain)
    mixed = grid(answer.value.get("mix", np.zeros(0)), chain)
    source, sink = trades["source"].to_numpy(np.int64), trades["sink"].to_numpy(np.int64)
    own = np.repeat(np.maximum(chain.units.frame["opex_usd_per_t"].to_numpy(float), 1e-9), 2)
    found = np.zeros_like(made)
    for slot in range(count):
        bought = np.zeros((2 * len(steps), size))
        np.add.at(bought, (inputs["run"].to_numpy(np.int64), inputs["pool"].to_numpy(np.int64)),
                  inputs["t_per_t"].to_numpy(float) * price[inputs["pool"].to_numpy(np.int64), slot])  # fmt: skip
        total = own + bought.sum(axis=1)
        at, unit = outputs["pool"].to_numpy(np.int64), outputs["run"].to_numpy(np.int64)
        kt = run[unit, slot] * outputs["t_per_t"].to_numpy(float)
        used = kt > LEAST_KT
        given = csr_matrix((kt[used] / total[unit[used]], (at[used], unit[used])), shape=(size, 2 * len(steps)))
        alone = made[:, slot].copy()
        np.add.at(alone, (at[used], np.repeat(steps, 2)[unit[used]]), kt[used] * (own / total)[unit[used]])
        passed = given @ csr_matrix(bought)
        passed = passed + csr_matrix((moved[:, slot], (sink, source)), shape=(size, size))
        calling = csr_matrix((mixed[:, slot], (chain.mixed_into, chain.mixes)), shape=(size, size))
        inflow = alone.sum(axis=1) + np.asarray(passed.sum(axis=1)).ravel()
        whole = inflow + np.asarray(calling.sum(axis=1)).ravel()
        scale = np.divide(1.0, whole, out=np.zeros(size), where=whole > LEAST_KT)
        system = eye_array(size, format="csc") - _DAMPED * (passed + calling).multiply(scale[:, None]).tocsc()
        share = splu(system.tocsc()).solve(alone * scale[:, None])
        found[:, slot] = alone + passed @ share
    return found
