r"""Demand in elastic steps: the area under the demand curve of each class.

Variable ``0 <= served[k, j] <= width[k, j]`` [kt], cost term ``surplus``: minus the price of the step [million USD per
kt], and ``charges``: what is charged at borders. Prices fall with j, so the steps fill in order. What the last step
(the choke price) does not serve is unserved.
A firm class has one step without a price, so that it counts with its cost alone; family ``firm_demand``:
``served[k, 0] = width[k, 0]``. On paths, of which there may not be enough yet, variable ``overflow[k] >= 0`` takes
what they cannot carry, ``served[k, 0] + overflow[k] = width[k, 0]``, at a price far above any path; a plan with
overflow left is no plan. On arcs there is no overflow.
"""

import numpy as np
import pandas as pd

from model.paths import ColumnCoefficients
from model.problem import Block, Problem
from model.routing import Routing
from model.rows import Entries, RowFamily, Terms, Variable


def build(problem: Problem, block: Block, routing: Routing, priced: ColumnCoefficients) -> Terms:
    """Variables ``served`` and, on paths, ``overflow``; family ``firm_demand``; entries in the balance."""
    cls, step = block.held_steps
    labels = pd.DataFrame({"cls": cls, "step": step})
    charged = block.trade.charged
    cost = {"surplus": -block.step_price[cls, step] / 1000.0}
    if charged.any():
        cost["charges"] = charged[cls] / 1000.0
    served = Variable("served", labels, np.zeros(len(labels)), block.step_width[cls, step], cost)
    balance = {"served": Entries.make(cls, np.arange(len(labels)), -1.0)}
    firm = np.flatnonzero(block.firm)
    if not len(firm):
        return Terms(variables=[served], balance=balance)
    variables, number = [served], np.arange(len(firm))
    of_class = pd.DataFrame({"cls": firm})
    entries = {"served": Entries.make(*block.served_by(number, firm, np.ones(len(firm))))}
    if routing.variable == "move":
        cost = {"overflow": np.full(len(firm), block.overflow_price / 1000.0)}
        variables.append(Variable("overflow", of_class, np.zeros(len(firm)), np.full(len(firm), np.inf), cost))
        entries["overflow"] = Entries.make(number, number, 1.0)
    width = block.step_width[firm, 0]
    return Terms(variables, [RowFamily("firm_demand", of_class, width, width, entries)], balance)
