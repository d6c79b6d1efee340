"""Problem and path columns -> Pyomo model: the strategic layer once, an operational block per period and season.

The strategic layer is ordinary Pyomo. Each block is a set of sparse row families over ``Var(dense=False)``; the
balance of the classes and the objective are written here once, from what the groups return. The families hang on
the model as ``model.operational``, a list of :class:`BlockRows`; ``expand`` makes them ordinary constraints.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.common.gc_manager import PauseGC

from model.groups import BLOCK_GROUPS, ROUTING_GROUPS, STRATEGIC_GROUPS
from model.paths import coefficients
from model.problem import Block, Problem
from model.routing import Routing
from model.rows import Entries, RowFamily, Terms, Variable

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class BlockRows:
    """The operational layer of one block.

    Attributes:
        suffix: ends the names of the block's Pyomo components. weight: of the block in the objective.
        built: Pyomo variable data of each project in the block's period, the columns named "built" in the families.
    """

    suffix: str
    weight: float
    variables: list[Variable]
    families: list[RowFamily]
    built: list[pyo.Var]


def block_terms(problem: Problem, block: Block, routing: Routing) -> Terms:
    """Variables and families of a block: what the groups return and the balance of the classes."""
    priced = routing.priced or coefficients(problem.classes, block, routing.columns)
    variables: list[Variable] = []
    families: list[RowFamily] = []
    balance: dict[str, Entries] = {}
    for group in (ROUTING_GROUPS[routing.variable], *BLOCK_GROUPS):
        terms = group.build(problem, block, routing, priced)
        variables += terms.variables
        families += terms.families
        balance |= terms.balance
    count = len(problem.classes.classes)
    zero = np.zeros(count)
    labels = pd.DataFrame({"cls": np.arange(count)})
    families.insert(0, RowFamily("balance", labels, zero, zero, balance))
    return Terms(variables=variables, families=families)


def formulate(problem: Problem, routing: Routing, relax: bool = False) -> pyo.ConcreteModel:
    """The joint model of all blocks.

    Args:
        routing: path columns or arc flows, offered to every block.
        relax: let projects be built in part.
    """
    return formulate_each(problem, [routing] * len(problem.blocks), relax)


def formulate_each(problem: Problem, routings: list[Routing], relax: bool) -> pyo.ConcreteModel:
    """The joint model of all blocks, each with columns of its own."""
    with PauseGC():
        model = pyo.ConcreteModel("kervan")
        cost = [group.build(model, problem) for group in STRATEGIC_GROUPS]
        if relax:
            pyo.TransformationFactory("core.relax_integer_vars").apply_to(model)
        constant = sum(block.weight * block.offset for block in problem.blocks)
        model.cost = pyo.Objective(expr=pyo.quicksum(cost) + constant, sense=pyo.minimize)
        model.operational = []
        for block, routing in zip(problem.blocks, routings, strict=True):
            period = problem.block_period(block)
            built = [model.built[i, period] for i in range(len(problem.strategy.projects))]
            _attach(model, problem, block, routing, built, block.weight)
    return model


def formulate_strategy(problem: Problem) -> pyo.ConcreteModel:
    """The strategic layer with one value ``worth[u]`` a unit (million USD a year, minimised): the master problem."""
    with PauseGC():
        model = pyo.ConcreteModel("kervan master")
        cost = [group.build(model, problem) for group in STRATEGIC_GROUPS]
        units = problem.units
        model.worth = pyo.Var(range(len(units)))
        weighted = pyo.quicksum(unit[0].weight * model.worth[u] for u, unit in enumerate(units))
        model.cost = pyo.Objective(expr=pyo.quicksum(cost) + weighted, sense=pyo.minimize)
        model.operational = []
    return model


def formulate_unit(problem: Problem, unit: list[Block], routings: list[Routing], built: Floats) -> pyo.ConcreteModel:
    """A unit with investment fixed: ``built`` is a variable with equal bounds, so that its reduced cost is known.

    Args:
        unit: blocks of one period that are solved together. routings: one a block.
        built: share of each project in service.
    """
    with PauseGC():
        model = pyo.ConcreteModel("kervan unit")
        model.built = pyo.Var(range(len(built)))
        for i, value in enumerate(built):
            model.built[i].setlb(float(value))
            model.built[i].setub(float(value))
        model.cost = pyo.Objective(expr=sum(block.offset for block in unit), sense=pyo.minimize)
        model.operational = []
        for block, routing in zip(unit, routings, strict=True):
            _attach(model, problem, block, routing, list(model.built.values()), 1.0)
    return model


def _attach(
    model: pyo.ConcreteModel,
    problem: Problem,
    block: Block,
    routing: Routing,
    built: list[pyo.Var],
    weight: float,
) -> None:
    terms = block_terms(problem, block, routing)
    for variable in terms.variables:
        name = f"{variable.name}_{block.name}"
        model.add_component(name, pyo.Var(pyo.RangeSet(0, len(variable) - 1), dense=False))
    model.operational.append(BlockRows(block.name, weight, terms.variables, terms.families, built))


def expand(model: pyo.ConcreteModel) -> pyo.ConcreteModel:
    """Turn the row families into ordinary Pyomo constraints, in place: for tests, LP files and other solvers."""
    objective = model.cost.expr
    for part in model.operational:
        columns = {"built": part.built}
        for variable in part.variables:
            component = model.component(f"{variable.name}_{part.suffix}")
            data = [component[n] for n in range(len(variable))]
            for item, lower, upper in zip(data, variable.lower, variable.upper, strict=True):
                if np.isfinite(lower):
                    item.setlb(float(lower) if item.lb is None else max(float(lower), item.lb))
                if np.isfinite(upper):
                    item.setub(float(upper) if item.ub is None else min(float(upper), item.ub))
            columns[variable.name] = data
            for cost in variable.cost.values():
                objective += part.weight * pyo.quicksum(float(c) * v for c, v in zip(cost, data, strict=True) if c)
        for family in part.families:
            _expand_family(model, part, family, columns)
    model.cost.set_value(objective)
    model.operational = []
    return model


def _expand_family(
    model: pyo.ConcreteModel, part: BlockRows, family: RowFamily, columns: dict[str, list[pyo.Var]]
) -> None:
    terms: list[list[object]] = [[] for _ in range(len(family))]
    for name, entries in family.entries.items():
        data = columns[name] if name in columns else model.component(name)
        for row, column, value in zip(entries.row, entries.column, entries.value, strict=True):
            terms[row].append(float(value) * data[int(column)])
    constraint = pyo.Constraint(pyo.Any)
    model.add_component(f"{family.name}_{part.suffix}", constraint)
    for row, body in enumerate(terms):
        lower = None if np.isneginf(family.lower[row]) else float(family.lower[row])
        upper = None if np.isposinf(family.upper[row]) else float(family.upper[row])
        if body:
            total = pyo.quicksum(body)
            constraint[row] = total == upper if lower == upper else (lower, total, upper)
