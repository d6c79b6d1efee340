"""How flows are written: as path columns (the default) or as flows on arcs (small worlds, the reference of tests)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.paths import ColumnCoefficients, PathColumns
from model.problem import Problem

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Routing:
    """Columns that move cargo.

    Attributes:
        variable: name of the variable over them, "move" (paths) or "flow" (arcs).
        columns: class and arc usage of each column; an arc flow uses one arc.
        commodity, commodities: arc flows only. Each column's commodity, and the commodities as class and origin: a
            class moves in fixed proportions between its places, so flows from different origins must not mix.
        priced: coefficients of the columns, where it is one block that they are offered to and they are known.
    """

    variable: str
    columns: PathColumns
    commodity: Ints
    commodities: pd.DataFrame
    priced: ColumnCoefficients | None = None


def path_routing(columns: PathColumns, priced: ColumnCoefficients | None = None) -> Routing:
    """Path columns, with their coefficients in a block if they are known."""
    return Routing("move", columns, np.empty(0, np.int64), pd.DataFrame({"cls": [], "origin": []}), priced)


def arc_routing(problem: Problem) -> Routing:
    """One column a commodity (class and origin) and arc."""
    pairs = problem.classes.pairs
    commodities = pairs[["cls", "origin"]].drop_duplicates().reset_index(drop=True)
    arcs = problem.supernetwork.arc_count
    commodity = np.repeat(np.arange(len(commodities)), arcs)
    arc = np.tile(np.arange(arcs), len(commodities))
    count = len(commodity)
    usage = csr_matrix((np.ones(count), arc, np.arange(count + 1)), shape=(count, arcs))
    cls = commodities["cls"].to_numpy(np.int64)[commodity]
    return Routing("flow", PathColumns(cls, usage), commodity, commodities)


def arc_column_count(problem: Problem) -> int:
    """Columns that the arc formulation would have over all blocks."""
    commodities = len(problem.classes.pairs[["cls", "origin"]].drop_duplicates())
    return commodities * problem.supernetwork.arc_count * len(problem.blocks)
