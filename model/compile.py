"""Pyomo model with row families -> arrays that a solver takes in one call.

The strategic layer goes through Pyomo's own standard-form compiler; the families are stacked under it without a loop
per coefficient. Whatever a user adds to the model by ordinary Pyomo is compiled with it, also over the variables of
the families.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.common.gc_manager import PauseGC
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy.sparse import csr_matrix

from model.formulation import BlockRows
from model.rows import Entries, Variable

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Compiled:
    """A linear or mixed-integer program in arrays, minimised.

    Attributes:
        cost, lower, upper, integer: by column. matrix: rows x columns. row_lower, row_upper: by row.
        offset: constant of the objective.
        columns: first column of each variable, by Pyomo name ("move_2025_year"); strategic ones by "build[3,0]".
        rows: first row of each family ("joint_capacity_2025_year"), strategic constraints by Pyomo name.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    integer: NDArray[np.bool_]
    matrix: csr_matrix
    row_lower: Floats
    row_upper: Floats
    offset: float
    columns: dict[str, int]
    rows: dict[str, int]


def compile_model(model: pyo.ConcreteModel) -> Compiled:
    """Arrays of a model made by ``model.formulation``."""
    with PauseGC():
        form = LinearStandardFormCompiler().write(model, mixed_form=True)
        strategic = list(form.columns)
        position = {id(data): number for number, data in enumerate(strategic)}
        names = {data.name: number for number, data in enumerate(strategic)}
        for part in model.operational:
            for data in part.built:
                if id(data) not in position:
                    position[id(data)] = len(strategic)
                    names[data.name] = len(strategic)
                    strategic.append(data)
        return _stack(model, form, strategic, position, names)


def _stack(
    model: pyo.ConcreteModel,
    form: object,
    strategic: list[pyo.Var],
    position: dict[int, int],
    names: dict[str, int],
) -> Compiled:
    count = len(strategic)
    bottom = np.array([-np.inf if v.lb is None else v.lb for v in strategic], dtype=float)
    top = np.array([np.inf if v.ub is None else v.ub for v in strategic], dtype=float)
    lower, upper = [bottom], [top]
    integer = [np.array([v.is_integer() or v.is_binary() for v in strategic], dtype=bool)]
    strategic_cost = np.zeros(count)
    objective = form.c.tocoo()  # type: ignore[attr-defined]
    strategic_cost[objective.col] = objective.data
    cost = [strategic_cost]
    block = form.A.tocoo()  # type: ignore[attr-defined]
    row, column, value = [block.row], [block.col], [block.data]
    row_lower, row_upper = _strategic_bounds(form)
    low, high = [row_lower], [row_upper]
    rows = {str(item.constraint.name): n for n, item in enumerate(form.rows)}  # type: ignore[attr-defined]
    moved: list[tuple[int, int]] = []
    next_column, next_row = count, len(row_lower)
    for part in model.operational:
        for variable in part.variables:
            name = f"{variable.name}_{part.suffix}"
            names[name] = next_column
            component = model.component(name)
            moved += [(position[id(d)], next_column + k) for k, d in _members(component) if id(d) in position]
            total = sum(variable.cost.values()) if variable.cost else np.zeros(len(variable))
            cost.append(part.weight * np.broadcast_to(total, len(variable)))
            for total_part, own_part in zip((lower, upper, integer), _own_domain(component, variable), strict=True):
                total_part.append(own_part)
            next_column += len(variable)
    for part in model.operational:  # after all columns: a row may name a variable of any block
        for family in part.families:
            rows[f"{family.name}_{part.suffix}"] = next_row
            for name, entries in family.entries.items():
                row.append(entries.row + np.int32(next_row))
                column.append(_columns_of(part, name, entries, names, position))
                value.append(entries.value)
            low.append(family.lower)
            high.append(family.upper)
            next_row += len(family)
    total_cost = np.concatenate(cost)
    columns, bounds = _merge_touched(moved, _joined(column), total_cost, np.concatenate(lower), np.concatenate(upper))
    matrix = csr_matrix((_joined(value), (_joined(row), columns)), shape=(next_row, next_column))
    return Compiled(
        cost=total_cost,
        lower=bounds[0],
        upper=bounds[1],
        integer=np.concatenate(integer),
        matrix=matrix,
        row_lower=np.concatenate(low),
        row_upper=np.concatenate(high),
        offset=float(form.c_offset[0]) if len(form.c_offset) else 0.0,  # type: ignore[attr-defined]
        columns=names,
        rows=rows,
    )


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """The parts end to end; the list is emptied, since the arrays are the bulk of what is in memory."""
    joined = np.concatenate(parts)
    parts.clear()
    return joined


def _columns_of(part: BlockRows, name: str, entries: Entries, names: dict[str, int], position: dict[int, int]) -> Ints:
    """Columns of entries: of "built", of the block's own variable, or of another block's by its full name."""
    if name == "built":
        return np.array([position[id(data)] for data in part.built], dtype=np.int32)[entries.column]
    own = any(variable.name == name for variable in part.variables)
    return entries.column + np.int32(names[f"{name}_{part.suffix}" if own else name])


def _members(component: pyo.Var) -> list[tuple[int, pyo.Var]]:
    """Members that somebody asked for; Pyomo would run over the whole index to find that there are none."""
    return list(component.items()) if len(component) else []


def _own_domain(component: pyo.Var, variable: Variable) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Bounds and integrality of a family's variable: its own, narrowed by what a user set on single members."""
    integer = np.zeros(len(variable), dtype=bool)
    members = _members(component)
    if not members:
        return variable.lower, variable.upper, integer
    lower, upper = np.array(variable.lower, dtype=float), np.array(variable.upper, dtype=float)
    for k, data in members:
        low, high = (data.value, data.value) if data.fixed else (data.lb, data.ub)
        lower[k] = lower[k] if low is None else max(lower[k], low)
        upper[k] = upper[k] if high is None else min(upper[k], high)
        integer[k] = data.is_integer() or data.is_binary()
    return lower, upper, integer


def _strategic_bounds(form: object) -> tuple[Floats, Floats]:
    """Row bounds of the mixed form: bound type -1 is >=, 0 is =, 1 is <=."""
    kind = np.array([item.bound_type for item in form.rows], dtype=np.int64)  # type: ignore[attr-defined]
    rhs = np.asarray(form.rhs, dtype=np.float64)  # type: ignore[attr-defined]
    return np.where(kind <= 0, rhs, -np.inf), np.where(kind >= 0, rhs, np.inf)


def _merge_touched(
    moved: list[tuple[int, int]], columns: Ints, cost: Floats, lower: Floats, upper: Floats
) -> tuple[Ints, tuple[Floats, Floats]]:
    """Variables of families that ordinary Pyomo constraints also use: their strategic column moves to the family's.

    The emptied column is fixed to zero.
    """
    if moved:
        old, new = np.array(moved, dtype=np.int64).T
        target = np.arange(len(cost), dtype=np.int32)
        target[old] = new
        columns = target[columns]
        cost[new] += cost[old]
        cost[old] = 0.0
        lower[new], upper[new] = np.maximum(lower[new], lower[old]), np.minimum(upper[new], upper[old])
        lower[old] = upper[old] = 0.0
    return columns, (lower, upper)
