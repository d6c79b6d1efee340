r"""What would have to be true for a candidate: switching values at the prices of the solved chain.

The worth of a yearly kt of each of its units is the price of the unit's capacity; of a mine it is what its oxides fetch
less all costs on their way. With R the present value of those rents over the years of service and K that of investment,

    NPV = R - K,    break-even investment = R / K,    use that it needs = K / R.

Of a mine's product, revenue is the oxides' value V at the prices, so that prices (or recovery) would have to be
``1 - NPV / V`` times as high: the rest of the chain taken as it is (small changes; a large plant moves the prices).
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.demand import KILO
from model.chain.pools import oxide_of
from model.chain.problem import Chain
from model.chain.solve import ChainAnswer

Floats = NDArray[np.float64]
COLUMNS = ["facility_id", "name", "country", "status", "service_year", "capex_musd", "capex_npv_musd", "rents_npv_musd",
           "npv_musd", "breakeven_capex", "breakeven_use", "breakeven_price", "decision"]  # fmt: skip


def switching_values(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Switching values of all candidates in their announced size at their earliest service."""
    units, count = chain.units, len(chain.slices)
    starts = units.starts
    if starts.empty:
        return pd.DataFrame(columns=COLUMNS)
    rent = -answer.price["unit_capacity"].reshape(-1, count)  # million USD discounted a kt of capacity
    value = _revenue(chain, answer)
    worth = np.bincount(units.add_start, units.add_kt * rent[units.add_unit, units.add_slice], len(starts))
    revenue = np.bincount(units.add_start, units.add_kt * value[units.add_unit, units.add_slice], len(starts))
    owner = units.projects.iloc[starts["project"].to_numpy(np.int64)].reset_index(drop=True)
    cost = starts["cost_musd"].to_numpy(float)
    table = owner[["facility_id", "name", "country", "status", "size", "capex_musd"]].assign(
        service_year=starts["service_year"].to_numpy(),
        capex_npv_musd=cost,
        rents_npv_musd=worth,
        npv_musd=worth - cost,
        breakeven_capex=np.divide(worth, cost, out=np.full(len(cost), np.nan), where=cost > 0),
        breakeven_use=np.divide(cost, worth, out=np.full(len(cost), np.inf), where=worth > 1e-9),
        breakeven_price=np.where(revenue > 1e-9, 1.0 - (worth - cost) / np.maximum(revenue, 1e-9), np.nan),
    )
    built = set(owner.loc[answer.build > 0.5, "facility_id"]) if len(answer.build) else set()
    table["decision"] = np.where(table["facility_id"].isin(built), "built", "not built")
    table = table[table["size"] == 1.0].sort_values(["facility_id", "service_year"], kind="stable")
    return table.drop_duplicates("facility_id")[COLUMNS].reset_index(drop=True)


def _revenue(chain: Chain, answer: ChainAnswer) -> Floats:
    """Value of the oxides of a kt of each mine's product by its best way, million USD discounted; 0 for other units."""
    count = len(chain.slices)
    price = answer.price["pool_balance"].reshape(-1, count)
    frame = chain.feeds.frame
    value = np.zeros((len(frame), count))
    for number in range(len(chain.elements)):
        used = np.flatnonzero(chain.feeds.oxides[:, number] > 0)
        value[used] += chain.feeds.oxides[used, number][:, None] * price[chain.oxide_pools[used, number]]
    net = value - chain.feeds.cost * (chain.slices.weight / KILO)[None, :] - _downstream(chain, answer)
    best = np.zeros((len(chain.units.frame), count))
    top = np.full((len(chain.units.frame), count), -np.inf)
    mine = frame["mine"].to_numpy(np.int64)
    for slot in range(count):  # the best way of each mine in each slice
        order = np.argsort(net[:, slot], kind="stable")
        best[mine[order], slot] = value[order, slot]
        top[mine[order], slot] = net[order, slot]
    return best


def _downstream(chain: Chain, answer: ChainAnswer) -> Floats:
    """Rents of the plants on each way, million USD discounted a kt of the mine's product."""
    count = len(chain.slices)
    rent = np.vstack([-answer.price["unit_capacity"].reshape(-1, count), np.zeros((1, count))])
    frame, feeds = chain.feeds.frame, chain.feeds
    loads = (("crack", feeds.crack_load), ("light", feeds.light_load), ("heavy", feeds.heavy_load))
    return np.asarray(sum(rent[frame[name].to_numpy(np.int64)] * load[:, None] for name, load in loads))


def cost_curve(chain: Chain, answer: ChainAnswer, element: str, slot: int) -> pd.DataFrame:
    """Supply of an oxide by mine in a slice: kt a year that it could give, and its cost less co-products' value."""
    number = chain.elements.index(element)
    count = len(chain.slices)
    weight = chain.slices.weight[slot] / KILO
    price = answer.price["pool_balance"].reshape(-1, count)[:, slot] / weight
    frame, feeds = chain.feeds.frame, chain.feeds
    credit = np.zeros(len(frame))
    for other in range(len(chain.elements)):
        if other != number:
            used = np.flatnonzero(feeds.oxides[:, other] > 0)
            credit[used] += feeds.oxides[used, other] * price[chain.oxide_pools[used, other]]
    gives = feeds.oxides[:, number]
    able = np.flatnonzero(gives > 1e-6)
    each = pd.DataFrame(
        {
            "mine": frame["mine"].to_numpy(np.int64)[able],
            "cost_usd_per_t": (feeds.cost[able, slot] - credit[able]) / gives[able],
            "cost_alone_usd_per_t": feeds.cost[able, slot] / gives[able],
            "part": gives[able],
        }
    ).sort_values("cost_usd_per_t", kind="stable")
    each = each.drop_duplicates("mine")
    mines = chain.units.frame.iloc[each["mine"].to_numpy()].reset_index(drop=True)
    most = chain.most_of_unit[each["mine"].to_numpy(), slot]
    return pd.DataFrame(
        {
            "good": oxide_of(element),
            "slice": chain.slices.labels[slot],
            "facility_id": mines["facility_id"],
            "name": mines["name"],
            "country": mines["country"],
            "status": mines["status"],
            "quantity_kt": most * each["part"].to_numpy(),
            "cost_usd_per_t": each["cost_usd_per_t"].to_numpy(),
            "cost_alone_usd_per_t": each["cost_alone_usd_per_t"].to_numpy(),
        }
    )
