"""Ways to hand the generated program to the solver; each returns a model that the solver holds.

``rows`` is this engine's: row families over ``Var(dense=False)`` and ordinary Pyomo for the few columns of widening.
``linopy`` writes the same on labelled rectangles, as its manual does; ``linopy_sparse`` asks it for sparse expressions,
which are not its default. ``arrays`` is the limit: nothing but numpy.
"""

from collections.abc import Callable
from functools import partial

import highspy
import numpy as np
import pandas as pd
import pyomo.environ as pyo
from scipy.sparse import csr_matrix

from benchmarks.lp import ARCS, NODES, Generated
from model.compile import compile_model
from model.formulation import BlockRows
from model.rows import Entries, RowFamily, Variable
from model.solver import Session

Size = tuple[int, int, int]


class Held:
    """A model that HiGHS holds, however it came there."""

    def __init__(self, highs: highspy.Highs) -> None:
        self._highs = highs

    @property
    def size(self) -> Size:
        """Columns, rows and nonzeros."""
        return self._highs.getNumCol(), self._highs.getNumRow(), self._highs.getNumNz()

    def optimum(self) -> float:
        """The optimal value."""
        self._highs.setOptionValue("output_flag", False)
        self._highs.run()
        return float(self._highs.getInfo().objective_function_value)


class HeldBySession(Held):
    """A model in a session of the engine."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def size(self) -> Size:
        """Columns, rows and nonzeros."""
        return self._session.size

    def optimum(self) -> float:
        """The optimal value."""
        return self._session.solve().objective


def by_rows(data: Generated) -> HeldBySession:
    """Row families of the engine."""
    model = _with_families(data)
    compiled = compile_model(model)
    model.operational.clear()  # their arrays stand in the compiled program now
    return HeldBySession(Session(compiled))


def _with_families(data: Generated) -> pyo.ConcreteModel:
    model = pyo.ConcreteModel("flows")
    model.widen = pyo.Var(range(ARCS), domain=pyo.NonNegativeReals)
    spent = pyo.quicksum(float(price) * model.widen[arc] for arc, price in enumerate(data.price))
    model.budget = pyo.Constraint(expr=spent <= data.budget)
    model.cost = pyo.Objective(expr=spent)
    variables = _variables(data)
    for variable in variables:
        index = pyo.RangeSet(0, len(variable) - 1)
        model.add_component(f"{variable.name}_all", pyo.Var(index, dense=False))
    model.operational = [BlockRows("all", 1.0, variables, _families(data), list(model.widen.values()))]
    return model


def _grid(commodities: int, members: int, name: str) -> pd.DataFrame:
    """Labels by commodity and node or arc."""
    commodity, member = (axis.ravel() for axis in np.indices((commodities, members), dtype=np.int32))
    return pd.DataFrame({"commodity": commodity, name: member}, copy=False)


def _variables(data: Generated) -> list[Variable]:
    flows, nodes = data.commodities * ARCS, data.demand.size
    transport = {"transport": np.tile(data.cost, data.commodities)}
    penalty = {"penalty": np.full(nodes, data.penalty)}
    return [
        Variable("flow", _grid(data.commodities, ARCS, "arc"), np.zeros(flows), np.full(flows, np.inf), transport),
        Variable("unserved", _grid(data.commodities, NODES, "node"), np.zeros(nodes), np.full(nodes, np.inf), penalty),
    ]


def _families(data: Generated) -> list[RowFamily]:
    column, arc, node = (np.arange(n, dtype=np.int32) for n in (data.commodities * ARCS, ARCS, data.demand.size))
    first = np.arange(data.commodities, dtype=np.int32)[:, None] * NODES
    ends = np.concatenate([(first + end).ravel() for end in (data.head, data.tail)])
    balance = {
        "flow": Entries.make(ends, np.tile(column, 2), np.repeat([1.0, -1.0], len(column))),
        "unserved": Entries.make(node, node, 1.0),
    }
    capacity = {
        "flow": Entries.make(np.tile(arc, data.commodities), column, 1.0),
        "built": Entries.make(arc, arc, -1.0),
    }
    by_node, by_arc = _grid(data.commodities, NODES, "node"), pd.DataFrame({"arc": arc})
    demand = data.demand.ravel()
    return [
        RowFamily("balance", by_node, demand, np.full(len(demand), np.inf), balance),
        RowFamily("capacity", by_arc, np.full(ARCS, -np.inf), data.capacity, capacity),
    ]


def by_arrays(data: Generated) -> Held:
    """Arrays, stacked by hand for this very program and passed in one call."""
    nodes, flows = data.demand.size, data.commodities * ARCS
    flow, node, arc = (np.arange(count, dtype=np.int32) for count in (flows, nodes, ARCS))
    first = np.arange(data.commodities, dtype=np.int32)[:, None] * NODES
    ends = [(first + end).ravel() for end in (data.head, data.tail)]
    row = [*ends, node, nodes + np.tile(arc, data.commodities), nodes + arc, np.full(ARCS, nodes + ARCS, np.int32)]
    column = [flow, flow, flows + node, flow, flows + nodes + arc, flows + nodes + arc]
    value = np.ones(3 * flows + nodes + 2 * ARCS)
    value[flows : 2 * flows], value[-2 * ARCS : -ARCS], value[-ARCS:] = -1.0, -1.0, data.price
    rows, columns = nodes + ARCS + 1, flows + nodes + ARCS
    matrix = csr_matrix((value, (np.concatenate(row), np.concatenate(column))), shape=(rows, columns))
    del row, column, value, ends
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.passModel(
        columns, rows, matrix.nnz, int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), 0.0,
        np.concatenate([np.tile(data.cost, data.commodities), np.full(nodes, data.penalty), data.price]),
        np.zeros(columns), np.full(columns, np.inf),
        np.concatenate([data.demand.ravel(), np.full(ARCS + 1, -np.inf)]),
        np.concatenate([np.full(nodes, np.inf), data.capacity, [data.budget]]),
        matrix.indptr, matrix.indices, matrix.data, np.zeros(columns, np.int32),
    )  # fmt: skip
    return Held(highs)


def by_linopy(data: Generated, sparse: bool = False) -> Held:
    """Labelled arrays of linopy: flows grouped by the node they enter and the node they leave."""
    import linopy
    import xarray as xr

    if sparse:
        linopy.options["semantics"] = "v1"  # its sparse expressions need them

    commodity, node, arc = (
        pd.RangeIndex(count, name=name)
        for count, name in ((data.commodities, "commodity"), (NODES, "node"), (ARCS, "arc"))
    )
    head, tail = (xr.DataArray(end, {"arc": arc}, name="node") for end in (data.head, data.tail))
    cost, price, capacity = (xr.DataArray(values, {"arc": arc}) for values in (data.cost, data.price, data.capacity))
    demand = xr.DataArray(data.demand, {"commodity": commodity, "node": node})
    model = linopy.Model(sparse=sparse)
    flow = model.add_variables(lower=0, coords=[commodity, arc], name="flow")
    unserved = model.add_variables(lower=0, coords=[commodity, node], name="unserved")
    widen = model.add_variables(lower=0, coords=[arc], name="widen")
    balance = flow.groupby(head).sum() - flow.groupby(tail).sum() + unserved
    model.add_constraints(balance >= demand, name="balance")
    model.add_constraints(flow.sum("commodity") - widen <= capacity, name="capacity")
    model.add_constraints((price * widen).sum() <= data.budget, name="budget")
    model.add_objective((cost * flow).sum() + data.penalty * unserved.sum() + (price * widen).sum())
    return Held(linopy.io.to_highspy(model, set_names=False))


BUILDERS: dict[str, Callable[[Generated], Held]] = {
    "rows": by_rows,
    "linopy": by_linopy,
    "linopy_sparse": partial(by_linopy, sparse=True),
    "arrays": by_arrays,
}
