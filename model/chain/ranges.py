"""Ranges of prices: what one tonne less saves and one tonne more costs, where joint products leave a dual open.

The price of an oxide that comes with others is one of many: any split of the joint cost that supports the flows is a
dual. Its ends are the one-sided changes of the objective when a little more, or less, of the oxide must be had; the
price of the other tables lies within, also where that little is much for a thin market.
"""

import numpy as np
import pandas as pd

from model.chain.demand import KILO
from model.chain.pools import RESTRICTED, oxide_of
from model.chain.problem import Chain
from model.chain.solve import ChainAnswer, ChainProgram

_STEP_KT = 1e-3  # a tonne: small against what moves, large against the solver's tolerances
COLUMNS = ["good", "region", "slice", "year", "low_usd_per_t", "high_usd_per_t"]


def price_ranges(
    chain: Chain, program: ChainProgram, answer: ChainAnswer, regions: list[str], slots: list[int]
) -> pd.DataFrame:
    """Ranges of the prices of all oxides in some regions and slices (restricted pools, where all may be bought).

    Args:
        slots: positions of slices.
    """
    slices = chain.slices
    keys = [(oxide_of(element), region) for element in chain.elements for region in regions]
    pools = {key: chain.pools.position.get((*key, RESTRICTED)) for key in keys}
    labels = [(*key, pool, slot) for key, pool in pools.items() if pool is not None for slot in slots]
    table = pd.DataFrame(labels, columns=["good", "region", "pool", "slot"])
    slot = table["slot"].to_numpy(np.int64)
    place = table["pool"].to_numpy(np.int64) * len(slices) + slot
    weight = slices.weight[slot]
    usual = answer.price["pool_balance"][place] * KILO / weight
    rows, steps = program.row("pool_balance") + place, np.array([_STEP_KT, -_STEP_KT])
    costs = program.costs_of_moves(np.tile(rows, 2), np.repeat(steps, len(rows)))
    ends = costs.reshape(2, -1) / (steps[:, None] * weight / KILO)  # NaN where so much cannot be had
    return table.assign(
        slice=np.array(slices.labels, dtype=object)[slot],
        year=slices.start[slot],
        low_usd_per_t=np.fmin(usual, np.fmin.reduce(ends)),
        high_usd_per_t=np.fmax(usual, np.fmax.reduce(ends)),
    )[COLUMNS]
