"""Constraint groups, one concern a file.

A *block group* is written for one period and season: ``build(problem, block, routing, priced) -> Terms``; its rows may
name a variable of another block by its full name, such as ``level_2030_cold``. A *strategic
group* is ordinary Pyomo: ``build(model, problem) -> Expression or 0``, its term of the objective. To add one: write the
file, add it to its tuple.
"""

from model.groups import (
    arc_flow,
    budget,
    capacity,
    demand,
    funding,
    investment,
    market_capacity,
    movement,
    prerequisites,
    processing,
    savings,
    storage,
    trade,
)

BLOCK_GROUPS = (demand, capacity, savings, storage, processing, trade, market_capacity)
ROUTING_GROUPS = {"move": movement, "flow": arc_flow}
STRATEGIC_GROUPS = (investment, prerequisites, budget, funding)
