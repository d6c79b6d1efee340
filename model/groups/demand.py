r"""Demand in elastic steps: the area under the demand curve of each class.

Variable ``0 <= served[k, j] <= width[k, j]`` [kt], cost term ``surplus``: minus the price of the step [million USD per
kt]. Prices fall with j, so the steps fill in order. What the last step (the choke price) does not serve is unserved.
"""

import numpy as np
import pandas as pd

from model.paths import ColumnCoefficients
from model.problem import Block, Problem
from model.routing import Routing
from model.rows import Entries, Terms, Variable


def build(problem: Problem, block: Block, routing: Routing, priced: ColumnCoefficients) -> Terms:
    """Variable ``served`` and its entries in the balance."""
    classes, steps = block.step_width.shape
    labels = pd.DataFrame({"cls": np.repeat(np.arange(classes), steps), "step": np.tile(np.arange(steps), classes)})
    served = Variable(
        "served",
        labels,
        np.zeros(len(labels)),
        block.step_width.ravel(),
        {"surplus": -block.step_price.ravel() / 1000.0},
    )
    return Terms(variables=[served], balance={"served": Entries.make(labels["cls"], np.arange(len(labels)), -1.0)})
