"""What controls on the chain are made of: rows under construction, what they find of a world, what they do to it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.demand import reference
from model.chain.feeds import Feeds
from model.chain.pools import Pools
from model.chain.slices import Slices
from model.chain.units import Units
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PENALTY = 0.25  # of the price: what a goal is worth to those who set it; estimate


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


@dataclass(frozen=True)
class Context:
    """A world's chain as controls see it; ``usual`` as of :func:`usual`."""

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
