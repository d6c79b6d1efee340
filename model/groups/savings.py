r"""Time and cost savings of projects, by credit: no parallel arcs, whatever the number of projects on a link.

Variable ``saved[project, link] >= 0`` [million USD], cost term ``savings`` (-1), with
``saved <= sum over paths of (value of time x hours saved + share x freight) x move`` and
``saved <= bound x built``; the bound is proven (model.saving_credits.saving_rows).
"""

import numpy as np

from model.paths import ColumnCoefficients
from model.problem import Block, Problem
from model.routing import Routing
from model.rows import Entries, RowFamily, Terms, Variable


def build(problem: Problem, block: Block, routing: Routing, priced: ColumnCoefficients) -> Terms:
    """Variable ``saved``, families ``saving_use`` and ``saving_bound``."""
    rows = block.savings
    count = len(rows.labels)
    if not count:
        return Terms()
    number = np.arange(count)
    saved = Variable("saved", rows.labels, np.zeros(count), np.full(count, np.inf), {"savings": np.full(count, -1.0)})
    use = priced.saving.tocoo()
    below = np.full(count, -np.inf)
    used = {"saved": Entries.make(number, number, 1.0), routing.variable: Entries.make(use.col, use.row, -use.data)}
    bounded = {
        "saved": Entries.make(number, number, 1.0),
        "built": Entries.make(number, rows.labels["project"], -rows.bound),
    }
    return Terms(
        variables=[saved],
        families=[
            RowFamily("saving_use", rows.labels, below, np.zeros(count), used),
            RowFamily("saving_bound", rows.labels, below, np.zeros(count), bounded),
        ],
    )
