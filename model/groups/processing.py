r"""Processing: facilities take goods and make others, in fixed shares of what they run.

Variables ``run[f] >= 0`` [kt of throughput], cost term ``processing``, and ``surplus[f, g] >= 0`` [kt] for every good
g that facility f makes, cost term ``disposal``. Family ``facility_capacity``:
``run[f] <= capacity + sum of added x built``. Family ``facility_balance`` for every good: what leaves with the lanes of
f and what is left over is what is made, what arrives is what is used,
``sum over classes k made by f of (served + put - take)[k] + surplus[f, g] = share x run[f]`` and
``sum over classes k used by f of served[k] = share x run[f]``: stores at the end of a lane stand between what moves and
what is used. Joint products are several goods of one run: what one is worth makes the other.
"""

import numpy as np

from model.paths import ColumnCoefficients
from model.problem import Block, Problem
from model.routing import Routing
from model.rows import Entries, RowFamily, Terms, Variable


def build(problem: Problem, block: Block, routing: Routing, priced: ColumnCoefficients) -> Terms:
    """Variables ``run`` and ``surplus``, families ``facility_capacity`` and ``facility_balance``."""
    rows = block.processing
    count = len(rows.facilities)
    if not count:
        return Terms()
    number = np.arange(count)
    outputs = rows.outputs
    labels = rows.goods.iloc[outputs].reset_index(drop=True)
    capacity = {
        "run": Entries.make(number, number, 1.0),
        "built": Entries.make(rows.project_facility, rows.project, -rows.project_amount),
    }
    return Terms(
        variables=[
            Variable("run", rows.facilities, np.zeros(count), np.full(count, np.inf), {"processing": rows.cost}),
            Variable(
                "surplus",
                labels,
                np.zeros(len(outputs)),
                np.full(len(outputs), np.inf),
                {"disposal": rows.disposal[outputs]},
            ),
        ],
        families=[
            RowFamily("facility_capacity", rows.facilities, np.full(count, -np.inf), rows.capacity, capacity),
            _balance(block),
        ],
    )


def _balance(block: Block) -> RowFamily:
    rows = block.processing
    cls = np.concatenate([np.flatnonzero(ends >= 0) for ends in (rows.made, rows.used)])
    good = np.concatenate([ends[ends >= 0] for ends in (rows.made, rows.used)])
    goods = np.arange(len(rows.goods))
    entries = {
        "run": Entries.make(goods, rows.goods["facility"], -rows.goods["t_per_t"].to_numpy(float)),
        "surplus": Entries.make(rows.outputs, np.arange(len(rows.outputs)), 1.0),
        "served": Entries.make(*block.served_by(good, cls, np.ones(len(cls)))),
    }
    stored = block.storage.labels["cls"].to_numpy(np.int64)
    of_facility = np.flatnonzero(rows.made[stored] >= 0)
    if len(of_facility):
        entries["put"] = Entries.make(rows.made[stored[of_facility]], of_facility, 1.0)
        entries["take"] = Entries.make(rows.made[stored[of_facility]], of_facility, -1.0)
    zero = np.zeros(len(goods))
    return RowFamily("facility_balance", rows.goods, zero, zero, entries)
