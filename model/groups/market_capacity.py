r"""Capacity for markets whose duty may change: decided before the state is known, paid for in every state.

Variable ``idle[r] >= 0`` [kt] of every market r (a seller's good in a country of buyers), cost term ``idle_capital``:
the yearly charge on the capital of a tonne of capacity [million USD per kt]. Family ``market_capacity``:
``sum over members of served + idle = existing + sum of added x built``.
The price of the goods holds the charge, so that the capital of what is sold is paid by who buys it; what stands idle is
paid by nobody. So a tonne sold costs the same as without the family, and a tonne of capacity that is built and not used
costs its charge. The price of a row is what one more tonne of capacity would earn above its charge, or minus the charge
where capacity stands idle.
"""

import numpy as np

from model.groups.trade import coordinates
from model.paths import ColumnCoefficients
from model.problem import Block, Problem
from model.routing import Routing
from model.rows import Entries, RowFamily, Terms, Variable


def build(problem: Problem, block: Block, routing: Routing, priced: ColumnCoefficients) -> Terms:
    """Variable ``idle``, family ``market_capacity``."""
    rows = block.market_capacity
    count = len(rows.labels)
    if not count:
        return Terms()
    number = np.arange(count)
    endless = np.full(count, np.inf)
    idle = Variable("idle", rows.labels, np.zeros(count), endless, {"idle_capital": rows.charge / 1000.0})
    entries = {
        "served": Entries.make(*block.served_by(*coordinates(rows.members))),
        "idle": Entries.make(number, number, 1.0),
        "built": Entries.make(rows.project_row, rows.project, -rows.project_amount),
    }
    return Terms([idle], [RowFamily("market_capacity", rows.labels, rows.existing, rows.existing, entries)])
