r"""Movement: tonnes of each class on each generated path.

Variable ``move[column] >= 0`` [kt], cost term ``transport``: the generalised cost of the path [million USD per kt].
Balance of class k: ``sum over its paths of move - served = 0``. A path closed in the block is fixed to 0.
"""

import numpy as np
import pandas as pd

from model.paths import ColumnCoefficients
from model.problem import Block, Problem
from model.routing import Routing
from model.rows import Entries, Terms, Variable


def build(problem: Problem, block: Block, routing: Routing, priced: ColumnCoefficients) -> Terms:
    """Variable ``move`` and its entries in the balance."""
    columns = routing.columns
    count = len(columns)
    closed = ~np.isfinite(priced.cost)
    labels = pd.DataFrame({"column": np.arange(count), "cls": columns.cls})
    move = Variable(
        "move",
        labels,
        np.zeros(count),
        np.where(closed, 0.0, np.inf),
        {"transport": np.where(closed, 0.0, priced.cost)},
    )
    return Terms(variables=[move], balance={"move": Entries.make(columns.cls, labels["column"], 1.0)})
