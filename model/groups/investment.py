r"""Investment: which project starts in which period, and what is in service when.

``build[i, p]`` integer in 0..units[i]: units of project i started in period p; ``sum over p of build <= units``.
``built[i, t]`` in [0, 1]: share of the project in service in period t,
``built[i, t] = given[i, t] + sum over p of service[i, p, t] x build[i, p] / units[i]``.
Cost term: discounted capex and fixed opex less residual value of each start.
"""

from typing import Any

import numpy as np
import pyomo.environ as pyo

from model.problem import Problem


def build(model: pyo.ConcreteModel, problem: Problem) -> Any:
    """Variables ``build`` and ``built``; constraints ``start_at_most_once`` and ``service``."""
    strategy = problem.strategy
    starts = list(zip(strategy.starts["project"], strategy.starts["period"], strict=True))
    model.STARTS = pyo.Set(initialize=starts, dimen=2)
    model.PROJECTS = pyo.RangeSet(0, len(strategy.projects) - 1)
    model.PERIODS = pyo.RangeSet(0, len(problem.periods) - 1)
    units = strategy.units
    model.build = pyo.Var(model.STARTS, domain=pyo.NonNegativeIntegers)
    for i, p in starts:
        model.build[i, p].setub(int(units[i]))
    model.built = pyo.Var(model.PROJECTS, model.PERIODS, bounds=(0, 1))
    periods_of: dict[int, list[int]] = {}
    for project, period in starts:
        periods_of.setdefault(int(project), []).append(int(period))
    model.start_at_most_once = pyo.Constraint(
        list(periods_of), rule=lambda m, i: pyo.quicksum(m.build[i, p] for p in periods_of[i]) <= int(units[i])
    )

    def service(m: pyo.ConcreteModel, i: int, t: int) -> Any:
        served = [p for p in periods_of.get(i, []) if strategy.service[i, p, t] > 0]
        share = pyo.quicksum(m.build[i, p] / int(units[i]) for p in served)
        return m.built[i, t] == float(strategy.given[i, t]) + share

    model.service = pyo.Constraint(model.PROJECTS, model.PERIODS, rule=service)
    cost = strategy.starts["cost_musd"].to_numpy() / units[strategy.starts["project"].to_numpy(np.int64)]
    return pyo.quicksum(float(c) * model.build[i, p] for (i, p), c in zip(starts, cost, strict=True))
