r"""Demand for the goods of the chain: curves that get more elastic with the years, under three tiers of shortage cost.

Of a good with reference price p0 and quantity q0 the market takes at a price p

    q0 (p / p0)^-e(n) (1 - o(p)),    e(n) = e_S + (e_L - e_S) (1 - (1 - e_S / e_L)^n),

with the short- and the long-run elasticity e_S and e_L and n years since prices began to move: partial adjustment
(Nerlove 1958), by which thrifting and substitution come as priced steps. The part o(p) of what is then still wanted
goes without: o = 0 below the cost of the first tier of shortage, its share from there on, and so on; nothing is bought
above that of the third.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.slices import Slices, is_stop, months
from network.network import Network

Floats = NDArray[np.float64]
KILO = 1000.0
# Prices over the reference between which demand is constant.
_MULTIPLES = np.array([0.5, 0.7, 0.85, 0.95, 1.05, 1.2, 1.5, 2.0, 2.7, 4.0, 7.0, 12.0, 25.0, 60.0])


@dataclass(frozen=True)
class Demands:
    """Steps of demand.

    Attributes:
        frame: one row a market and slice: good, region, slice, reference_kt (kt a year), price_usd_per_t.
        width, price: markets x steps, kt a year and USD per t, prices falling.
    """

    frame: pd.DataFrame
    width: Floats
    price: Floats


def reference(network: Network, slices: Slices, use: str = "final") -> pd.DataFrame:
    """Reference demand, one row a market (good, region), one column a slice, kt a year; geometric between years."""
    rows = network.chain_demand[network.chain_demand["use"] == use]
    found = {}
    after = network.parameter("chain_growth_after")
    for (good, region), part in rows.groupby(["good_id", "region_id"], sort=True):
        part = part.sort_values("year")
        years, kt = part["year"].to_numpy(float) + 0.5, part["quantity_t"].to_numpy(float) / KILO
        last = (kt[-1] / kt[-2]) ** (1.0 / (years[-1] - years[-2])) if len(kt) > 1 and kt[-2] > 0 else 1.0
        inside = np.exp(np.interp(slices.middle, years, np.log(np.maximum(kt, 1e-12))))
        beyond = np.maximum(slices.middle - years[-1], 0.0)
        found[good, region] = inside * (1.0 + after * (last - 1.0)) ** beyond
    index = pd.MultiIndex.from_tuples(found, names=["good", "region"]) if found else None
    return pd.DataFrame(list(found.values()), index=index, columns=range(len(slices)))


def build_demands(network: Network, slices: Slices) -> Demands:
    """Curves of a world."""
    wanted = reference(network, slices)
    goods = network.chain_goods.set_index("good_id")["value_usd_per_t"]
    figures = network.chain_demand[network.chain_demand["use"] == "final"]
    figures = figures.sort_values("year").drop_duplicates(["good_id", "region_id"]).set_index(["good_id", "region_id"])
    age = adaptation(network, slices)
    rows, widths, prices = [], [], []
    for (good, region), kt in zip(wanted.index, wanted.to_numpy(float), strict=True):
        row, start = figures.loc[(good, region)], float(goods[good])
        tiers = np.array([row["tier1_usd_per_t"], row["tier2_usd_per_t"], row["tier3_usd_per_t"]], dtype=float) + start
        shares = np.array([row["tier1_share"], row["tier2_share"], 1.0], dtype=float)
        elasticity = elasticity_after(float(row["elasticity_short"]), float(row["elasticity_long"]), age)
        for number, quantity in enumerate(kt):
            width, price = steps(quantity, start, float(elasticity[number]), tiers, shares)
            rows.append((good, region, number, quantity, start))
            widths.append(width)
            prices.append(price)
    frame = pd.DataFrame(rows, columns=["good", "region", "slice", "reference_kt", "price_usd_per_t"])
    count = max((len(width) for width in widths), default=0)
    return Demands(frame, _padded(widths, count), _padded(prices, count))


def elasticity_after(short: float, long: float, years: Floats) -> Floats:
    """Elasticity some years after prices began to move."""
    if long <= short or long <= 0:
        return np.full(len(years), long)
    return np.asarray(short + (long - short) * (1.0 - (1.0 - short / long) ** years))


def adaptation(network: Network, slices: Slices) -> Floats:
    """Years that buyers have had to adapt by each slice: since the horizon began, or since the last stop began."""
    since = np.full(len(slices), slices.start[0])
    for row in network.chain_controls.to_dict("records"):
        begin, _ = months(row["first_month"], row["last_month"])
        if is_stop(row, int(slices.start[0])) and begin < slices.end[-1]:
            since = np.where(slices.middle > begin, np.maximum(since, begin), since)
    return np.asarray(slices.middle - since)


def steps(quantity: float, start: float, elasticity: float, tiers: Floats, shares: Floats) -> tuple[Floats, Floats]:
    """Steps of one curve.

    Args:
        quantity: at the price ``start``. tiers: prices at which shortage of each tier sets in. shares: of what is
            wanted, that go without from there on; the last is 1.

    Returns:
        Widths (as ``quantity``) and prices (as ``start``), prices falling; the first holds what is bought at the last
        tier.
    """
    points = np.unique(np.concatenate([start * _MULTIPLES[start * _MULTIPLES < tiers[-1]], tiers]))
    wanted = quantity * (points / start) ** -elasticity
    before = np.concatenate([[0.0], shares])[np.searchsorted(tiers, points, side="left")]
    after = np.concatenate([[0.0], shares])[np.searchsorted(tiers, points, side="right")]
    below, above = wanted * (1.0 - before), wanted * (1.0 - after)  # just below and just above each price
    jumps = below - above  # bought at the price itself
    between = above[:-1] - below[1:]
    width = np.concatenate([jumps, between])
    price = np.concatenate([points, (points[:-1] + points[1:]) / 2])
    order = np.argsort(-price, kind="stable")
    used = order[width[order] > 0]
    return width[used], price[used]


def _padded(parts: list[Floats], count: int) -> Floats:
    table = np.zeros((len(parts), count))
    for number, part in enumerate(parts):
        table[number, : len(part)] = part
    return table
