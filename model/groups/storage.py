r"""Storage at the destination: goods arrive in one season of the year and are used in another.

Variables ``put``, ``take``, ``level[u] >= 0`` [kt] for every use u: a class in a store. Cost term ``storage``: the
holding cost of the mean stock. Balance of class k: ``moved + sum of take - sum of put - served = 0``.
Family ``storage_level``: ``level = level of the season before + put - take``, round the year: what is in store at the
end of the last season is there at the beginning of the first. Family ``storage_capacity``: ``sum over the classes of a
store of level <= capacity``.
"""

import numpy as np
import pandas as pd

from model.paths import ColumnCoefficients
from model.problem import Block, Problem
from model.routing import Routing
from model.rows import Entries, RowFamily, Terms, Variable


def build(problem: Problem, block: Block, routing: Routing, priced: ColumnCoefficients) -> Terms:
    """Variables ``put``, ``take`` and ``level``, families ``storage_level`` and ``storage_capacity``, the balance."""
    rows = block.storage
    count = len(rows.labels)
    if not count:
        return Terms()
    number, cls = np.arange(count), rows.labels["cls"]
    zero, endless = np.zeros(count), np.full(count, np.inf)
    continuity = {
        "level": Entries.make(number, number, 1.0),
        f"level_{rows.before}": Entries.make(number, number, -1.0),
        "put": Entries.make(number, number, -1.0),
        "take": Entries.make(number, number, 1.0),
    }
    stores = pd.DataFrame({"store": np.arange(len(rows.capacity))})
    below = np.full(len(stores), -np.inf)
    filled = {"level": Entries.make(rows.labels["store"], number, 1.0)}
    return Terms(
        variables=[
            Variable("put", rows.labels, zero, endless),
            Variable("take", rows.labels, zero, endless),
            Variable("level", rows.labels, zero, endless, {"storage": rows.cost}),
        ],
        families=[
            RowFamily("storage_level", rows.labels, zero, zero, continuity),
            RowFamily("storage_capacity", stores, below, rows.capacity, filled),
        ],
        balance={"put": Entries.make(cls, number, -1.0), "take": Entries.make(cls, number, 1.0)},
    )
