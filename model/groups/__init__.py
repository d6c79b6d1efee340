"""Constraint groups, one concern a file.

A *block group* is written for one period and season: ``build(problem, block, columns, priced) -> Terms``. A *strategic
group* is ordinary Pyomo: ``build(model, problem) -> Expression or 0``, its term of the objective. To add one: write the
file, add it to its tuple.
"""

from model.groups import budget, capacity, demand, investment, movement, prerequisites, savings

BLOCK_GROUPS = (movement, demand, capacity, savings)
STRATEGIC_GROUPS = (investment, prerequisites, budget)
