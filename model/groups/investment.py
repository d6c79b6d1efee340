r"""Investment: which project starts in which period, and what is in service when.

``build[i, p]`` integer in 0..units[i], or any share of one unit where i is divisible: units of project i started in
period p; of the starts alive when start p comes into service ``sum of build <= units``: what has reached the end of its
life may start again.
``built[i, t]`` in [0, 1]: share of the project in service in period t,
``built[i, t] = given[i, t] + sum over p of service[i, p, t] x build[i, p] / units[i]``.
Cost term: discounted capex and fixed opex less residual value of each start.
"""

from typing import Any

import numpy as np
import pyomo.environ as pyo

from model.problem import Problem, Strategy


def build(model: pyo.ConcreteModel, problem: Problem) -> Any:
    """Variables ``build`` and ``built``; constraints ``alive_at_once`` and ``service``."""
    strategy = problem.strategy
    starts = list(zip(strategy.starts["project"], strategy.starts["period"], strict=True))
    model.STARTS = pyo.Set(initialize=starts, dimen=2)
    model.PROJECTS = pyo.RangeSet(0, len(strategy.projects) - 1)
    model.PERIODS = pyo.RangeSet(0, len(problem.periods) - 1)
    units = strategy.units
    model.build = pyo.Var(model.STARTS, domain=pyo.NonNegativeIntegers)
    for i, p in starts:
        model.build[i, p].setub(int(units[i]))
        if strategy.divisible[i]:
            model.build[i, p].domain = pyo.NonNegativeReals
    model.built = pyo.Var(model.PROJECTS, model.PERIODS, bounds=(0, 1))
    periods_of: dict[int, list[int]] = {}
    for project, period in starts:
        periods_of.setdefault(int(project), []).append(int(period))
    alive = alive_together(strategy)
    model.alive_at_once = pyo.Constraint(
        list(alive), rule=lambda m, i, p: pyo.quicksum(m.build[i, q] for q in alive[i, p]) <= int(units[i])
    )

    def service(m: pyo.ConcreteModel, i: int, t: int) -> Any:
        served = [p for p in periods_of.get(i, []) if strategy.service[i, p, t] > 0]
        share = pyo.quicksum(m.build[i, p] / int(units[i]) for p in served)
        return m.built[i, t] == float(strategy.given[i, t]) + share

    model.service = pyo.Constraint(model.PROJECTS, model.PERIODS, rule=service)
    cost = strategy.starts["cost_musd"].to_numpy() / units[strategy.starts["project"].to_numpy(np.int64)]
    return pyo.quicksum(float(c) * model.build[i, p] for (i, p), c in zip(starts, cost, strict=True))


def alive_together(strategy: Strategy) -> dict[tuple[int, int], list[int]]:
    """For each start (project, period): periods of the project's starts that are alive when it comes into service."""
    names = ("project", "period", "in_service_year", "end_year")
    project, period, service, end = (strategy.starts[name].to_numpy() for name in names)
    order = np.lexsort((period, project))
    result: dict[tuple[int, int], list[int]] = {}
    for rows in np.split(order, np.flatnonzero(np.diff(project[order])) + 1):  # the starts of one project
        alive = (service[rows] <= service[rows][:, None]) & (service[rows][:, None] < end[rows])
        alive |= period[rows] == period[rows][:, None]
        for row, others in zip(rows.tolist(), alive, strict=True):
            result[int(project[row]), int(period[row])] = sorted({int(p) for p in period[rows[others]]})
    return result
