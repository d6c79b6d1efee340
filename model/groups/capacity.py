r"""Joint capacity of links, places and transfers, in t and TEU, with what projects add.

``sum of passages x move <= capacity + sum of added x built + sum of spread`` for every row; both directions of a link
together or each by itself, as its rule says; all that uses a place or a transfer together. A limit that a project adds
to a group of links (rolling stock) is a variable ``spread[row, project] >= 0`` with
``sum over the group's rows of spread <= added x built``, for t and for TEU.
"""

import numpy as np
import pandas as pd

from model.paths import ColumnCoefficients
from model.problem import Block, Problem
from model.routing import Routing
from model.rows import Entries, RowFamily, Terms, Variable


def build(problem: Problem, block: Block, routing: Routing, priced: ColumnCoefficients) -> Terms:
    """Families ``joint_capacity`` and ``spread_limit``, variable ``spread``."""
    rows = block.capacity
    if not len(rows.labels):
        return Terms()
    use = priced.capacity.tocoo()
    entries = {
        routing.variable: Entries.make(use.col, use.row, use.data),
        "built": Entries.make(rows.project_row, rows.project, -rows.project_amount),
    }
    variables, families = [], []
    if len(rows.spread_row):
        labels = pd.DataFrame({"row": rows.spread_row, "project": rows.spread_project})
        count = len(labels)
        variables.append(Variable("spread", labels, np.zeros(count), np.full(count, np.inf)))
        entries["spread"] = Entries.make(rows.spread_row, np.arange(count), -1.0)
        families.append(_spread_limit(block, labels))
    lower = np.full(len(rows.capacity), -np.inf)
    families.insert(0, RowFamily("joint_capacity", rows.labels, lower, rows.capacity, entries))
    return Terms(variables=variables, families=families)


def _spread_limit(block: Block, labels: pd.DataFrame) -> RowFamily:
    limits = block.spreads
    kind = block.capacity.labels["kind"].to_numpy()[labels["row"].to_numpy()]
    match = (labels["project"].to_numpy()[:, None] == limits.project[None, :]) & (kind[:, None] == limits.kind[None, :])
    column, row = np.nonzero(match)
    count = len(limits.project)
    return RowFamily(
        "spread_limit",
        pd.DataFrame({"project": limits.project, "kind": limits.kind}),
        np.full(count, -np.inf),
        np.zeros(count),
        {
            "spread": Entries.make(row, column, 1.0),
            "built": Entries.make(np.arange(count), limits.project, -limits.amount),
        },
    )
