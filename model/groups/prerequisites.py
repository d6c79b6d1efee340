r"""Prerequisites and exclusions between projects.

all_of: ``build[i, p] / units[i] <= sum over q <= p of build[j, q]`` for each j required: it starts no later.
any_of: the same with the sum over all alternatives.
excludes: ``chosen[i] + chosen[j] <= 1`` with ``build[i, p] <= units[i] x chosen[i]``.
A requirement that is sunk or that no start remains for (never available) is met in the first case and forbids in the
second.
"""

from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo

from model.problem import Problem
from network.frames import each_row


def build(model: pyo.ConcreteModel, problem: Problem) -> Any:
    """Constraints ``requires_all``, ``requires_any`` and, where exclusions exist, ``excludes``."""
    strategy = problem.strategy
    starts = list(model.STARTS)
    done = {i for i, row in enumerate(each_row(strategy.projects)) if row.is_sunk == 1 or row.in_base == 1}

    def started(m: pyo.ConcreteModel, projects: Iterable[int], by: int) -> Any:
        wanted = set(projects)
        return pyo.quicksum(m.build[j, q] for j, q in starts if j in wanted and q <= by)

    model.requires_all = pyo.ConstraintList()
    model.requires_any = pyo.ConstraintList()
    for i, p in starts:
        share = model.build[i, p] / int(strategy.units[i])
        for j in strategy.all_of[i]:
            if j not in done:
                model.requires_all.add(share <= started(model, [j], p))
        alternatives = strategy.any_of[i]
        if alternatives and not done.intersection(alternatives):
            model.requires_any.add(share <= started(model, alternatives, p))
    _exclude(model, problem, starts)
    return 0.0


def _exclude(model: pyo.ConcreteModel, problem: Problem, starts: list[tuple[int, int]]) -> None:
    strategy = problem.strategy
    pairs = sorted({(min(i, j), max(i, j)) for i, others in enumerate(strategy.excludes) for j in others})
    if not pairs:
        return
    members = sorted({i for pair in pairs for i in pair})
    model.chosen = pyo.Var(members, domain=pyo.Binary)
    model.choice = pyo.ConstraintList()
    for i, p in starts:
        if i in members:
            model.choice.add(model.build[i, p] <= int(strategy.units[i]) * model.chosen[i])
    model.excludes = pyo.Constraint(pairs, rule=lambda m, i, j: m.chosen[i] + m.chosen[j] <= 1)
