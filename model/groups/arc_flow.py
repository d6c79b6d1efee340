r"""Arc flows: the textbook node-arc balance, for small worlds and as the reference of tests.

Variable ``flow[commodity, arc] >= 0`` [kt] with a commodity = (class, origin), cost term ``transport``; variable
``moved[k] >= 0``, entry +1 in the balance of class k. Family ``flow_conservation`` at every terminal n:
``sum out - sum in = moved[k] x (weight that starts at n - weight that ends at n)``. A closed arc is fixed to 0.
"""

import numpy as np
import pandas as pd

from model.paths import ColumnCoefficients
from model.problem import Block, Problem
from model.routing import Routing
from model.rows import Entries, RowFamily, Terms, Variable


def build(problem: Problem, block: Block, routing: Routing, priced: ColumnCoefficients) -> Terms:
    """Variables ``flow`` and ``moved``, family ``flow_conservation``, entries in the balance."""
    count = len(routing.columns)
    arc = routing.columns.usage.indices
    closed = ~np.isfinite(priced.cost)
    flow = Variable(
        "flow",
        pd.DataFrame({"commodity": routing.commodity, "arc": arc, "cls": routing.columns.cls}),
        np.zeros(count),
        np.where(closed, 0.0, np.inf),
        {"transport": np.where(closed, 0.0, priced.cost)},
    )
    classes = np.arange(len(problem.classes.classes))
    moved = Variable("moved", pd.DataFrame({"cls": classes}), np.zeros(len(classes)), np.full(len(classes), np.inf))
    return Terms(
        variables=[flow, moved],
        families=[_conservation(problem, routing)],
        balance={"moved": Entries.make(classes, classes, 1.0)},
    )


def _conservation(problem: Problem, routing: Routing) -> RowFamily:
    arcs = problem.supernetwork.arcs
    terminals = problem.supernetwork.terminal_count
    arc = routing.columns.usage.indices
    column = np.arange(len(arc))
    out_of = routing.commodity * terminals + arcs["tail"].to_numpy()[arc]
    into = routing.commodity * terminals + arcs["head"].to_numpy()[arc]
    numbered = routing.commodities.reset_index(names="commodity")
    ends = problem.classes.pairs.merge(numbered, on=["cls", "origin"])
    start = ends["commodity"].to_numpy() * terminals + ends["origin"].to_numpy()
    stop = ends["commodity"].to_numpy() * terminals + ends["destination"].to_numpy()
    cls, weight = ends["cls"].to_numpy(), ends["weight"].to_numpy()
    size = len(routing.commodities) * terminals
    labels = pd.DataFrame(
        {
            "commodity": np.repeat(routing.commodities.index, terminals),
            "terminal": np.tile(range(terminals), len(numbered)),
        }
    )
    entries = {
        "flow": Entries.make(
            np.concatenate([out_of, into]), np.concatenate([column, column]), np.repeat([1.0, -1.0], len(arc))
        ),
        "moved": Entries.make(
            np.concatenate([start, stop]), np.concatenate([cls, cls]), np.concatenate([-weight, weight])
        ),
    }
    return RowFamily("flow_conservation", labels, np.zeros(size), np.zeros(size), entries)
