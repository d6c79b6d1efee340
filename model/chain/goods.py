"""Flows of goods through the pools of a solved chain, and what they hold of an element, in oxide equivalent.

Content is that of ``chain_contents``, but of magnets: these carry what went into them less their swarf, for the same
magnet is made by recipes of more and of less dysprosium.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.problem import Chain
from model.chain.results import LEAST_KT, grid
from model.chain.solve import ChainAnswer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Goods:
    """Flows of goods, kt a year.

    Attributes:
        made: pools x slices, by works and plants. stock, kept: pools x slices, out of and into stocks.
        sold, disposed: pools x slices. amount: what works take and make, recipes by class x slices.
        source, sink: pools that moved goods leave and reach, trade first, then free goods that are taken as restricted;
        moved: those x slices.
    """

    made: Floats
    stock: Floats
    kept: Floats
    sold: Floats
    disposed: Floats
    amount: Floats
    source: Ints
    sink: Ints
    moved: Floats


def goods_of(chain: Chain, answer: ChainAnswer) -> Goods:
    """Flows of all goods."""
    shape = len(chain.pools.frame), len(chain.slices)
    recipes = chain.recipes_by_class
    run = grid(answer.value["run"], chain)
    amount = run[recipes["run"].to_numpy(np.int64)] * recipes["t_per_t"].to_numpy(float)[:, None]
    net = released(chain, answer)
    disposed = np.zeros(shape)
    disposed[chain.disposals] = grid(answer.value["dispose"], chain) if len(chain.disposals) else 0.0
    trades, empty = chain.pools.trades, np.zeros(0)
    return Goods(
        made=_made(chain, answer, amount),
        stock=np.maximum(net, 0.0),
        kept=np.maximum(-net, 0.0),
        sold=_sold(chain, answer),
        disposed=disposed,
        amount=amount,
        source=np.concatenate([trades["source"].to_numpy(np.int64), chain.mixes]),
        sink=np.concatenate([trades["sink"].to_numpy(np.int64), chain.mixed_into]),
        moved=np.vstack([grid(answer.value.get(name, empty), chain) for name in ("trade", "mix")]),
    )


def _made(chain: Chain, answer: ChainAnswer, amount: Floats) -> Floats:
    made = np.zeros((len(chain.pools.frame), len(chain.slices)))
    feed, recipes = grid(answer.value["feed"], chain), chain.recipes_by_class
    for number in range(len(chain.elements)):
        gives = np.flatnonzero(chain.feeds.oxides[:, number] > 0)
        np.add.at(made, chain.oxide_pools[gives, number], feed[gives] * chain.feeds.oxides[gives, number][:, None])
    output = (recipes["side"] == "output").to_numpy()
    np.add.at(made, recipes["pool"].to_numpy(np.int64)[output], amount[output])
    if "collect" in answer.value and len(chain.collected_into):
        np.add.at(made, chain.collected_into, grid(answer.value["collect"], chain))
    return made


def _sold(chain: Chain, answer: ChainAnswer) -> Floats:
    sold = np.zeros((len(chain.pools.frame), len(chain.slices)))
    market, _ = np.nonzero(chain.demands.width > 0)
    if len(market):
        when = chain.demands.frame["slice"].to_numpy(np.int64)[market]
        np.add.at(sold, (chain.market_pools[market], when), answer.value["serve"])
    return sold


def released(chain: Chain, answer: ChainAnswer) -> Floats:
    """What stocks give to their pools, less what they take, kt a year."""
    net = np.zeros((len(chain.pools.frame), len(chain.slices)))
    if len(chain.stocks):
        held = grid(answer.value["store"], chain)
        start = chain.stocks["start_kt"].to_numpy(float)[:, None]
        change = np.diff(np.hstack([start, held]), axis=1)
        np.add.at(net, chain.stocks["pool"].to_numpy(np.int64), -change / chain.slices.years)
    return net


def content_of(chain: Chain, goods: Goods, element: str) -> Floats:
    """Tonnes of oxide of an element a tonne of each pool's good, pools x slices."""
    frame, recipes, amount = chain.pools.frame, chain.recipes_by_class, goods.amount
    count = len(chain.slices)
    table = chain.network.chain_contents
    by_good = table[table["element_id"] == element].groupby("good_id")["t_per_t"].sum()
    content = np.repeat(frame["good"].map(by_good).fillna(0.0).to_numpy(float)[:, None], count, axis=1)
    is_magnet = (recipes["made"] == "magnet").to_numpy()
    main = is_magnet & (recipes["stage"] == "magnet").to_numpy()
    sign = np.where(recipes["side"] == "input", 1.0, -1.0) * ~main
    carried = amount * content[recipes["pool"].to_numpy(np.int64)] * sign[:, None]
    inside = pd.DataFrame(carried[is_magnet]).groupby(recipes.loc[is_magnet, "run"].to_numpy()).sum()
    put, output = np.zeros_like(content), np.zeros_like(content)
    pool = recipes.loc[main, "pool"].to_numpy(np.int64)
    np.add.at(put, pool, inside.loc[recipes.loc[main, "run"]].to_numpy() if main.any() else np.zeros((0, count)))
    np.add.at(output, pool, amount[main])
    for good in frame["good"].iloc[pool].unique():
        mine = (frame["good"] == good).to_numpy()
        total = output[mine].sum(axis=0)
        mean = np.divide(put[mine].sum(axis=0), total, out=content[mine][0].copy(), where=total > LEAST_KT)
        content[mine] = mean
    own = output > LEAST_KT
    content[own] = put[own] / output[own]
    return np.asarray(np.maximum(content, 0.0))
