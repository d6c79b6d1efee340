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
    count = len(chain.slices)
    first = program.row("pool_balance")
    rows = []
    for element in chain.elements:
        for region in regions:
            key = (oxide_of(element), region, RESTRICTED)
            if key not in chain.pools.position:
                continue
            for slot in slots:
                place = chain.pools.position[key] * count + slot
                row = np.array([first + place], dtype=np.int64)
                scale = chain.slices.weight[slot] * _STEP_KT / KILO
                more = program.moved(row, np.array([_STEP_KT])) - answer.objective
                less = answer.objective - program.moved(row, np.array([-_STEP_KT]))
                usual = float(answer.price["pool_balance"][place]) * KILO / chain.slices.weight[slot]
                ends = [end / scale for end in (less, more) if np.isfinite(end)]
                low, high = min([usual, *ends]), max([usual, *ends])
                rows.append((key[0], region, chain.slices.labels[slot], chain.slices.start[slot], low, high))
    return pd.DataFrame(rows, columns=COLUMNS)
