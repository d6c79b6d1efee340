r"""Budgets: ``sum over starts of spending[start, t] x build / units <= budget[t]``, undiscounted, in each period."""

from typing import Any

import numpy as np
import pyomo.environ as pyo

from model.problem import Problem


def build(model: pyo.ConcreteModel, problem: Problem) -> Any:
    """Constraint ``budget`` in the periods that have one."""
    strategy = problem.strategy
    starts = list(zip(strategy.starts["project"], strategy.starts["period"], strict=True))
    limited = [t for t in range(len(problem.periods)) if np.isfinite(strategy.budget[t])]

    def law(m: pyo.ConcreteModel, t: int) -> Any:
        spent = pyo.quicksum(
            float(strategy.spending[n, t]) / int(strategy.units[i]) * m.build[i, p]
            for n, (i, p) in enumerate(starts)
            if strategy.spending[n, t] > 0
        )
        if isinstance(spent, (int, float)):
            return pyo.Constraint.Feasible
        return spent <= float(strategy.budget[t])

    model.budget = pyo.Constraint(limited, rule=law)
    return 0.0
