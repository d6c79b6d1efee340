"""The incentive gap: what planner and shippers would route differently.

A plan found for the world, or for one nation, counts neither fees nor duties that go to whom it plans for; shippers pay
them all. With the builds fixed the network is routed again as shippers do, and these flows are valued as the planner
does: the difference is what the planner's routing would bring if shippers followed it, and no toll or duty made them.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.block_solver import TOLERANCE
from model.build import build_problem
from model.decomposition import Decomposition
from model.options import Options
from model.progress import Progress
from model.result_flows import BlockFlows, solved_flows
from model.result_trade import block_value
from network.network import Network

Floats = NDArray[np.float64]
SHIPPER = "shipper"


def incentive_gap(
    world: Network, network: Network, options: Options, progress: Progress, plan: Floats, solved: list[BlockFlows]
) -> dict[str, float]:
    """Value of the planner's and of the shippers' routing of a plan, million USD, discounted, before investment.

    Args:
        world: after the levers. network: before them. plan: units started. solved: the planner's flows.
    """
    problem = build_problem(world, network, replace(options, objective=SHIPPER))
    search = Decomposition(problem, replace(options, objective=SHIPPER), progress)
    progress.phase("Routing the plan as shippers do")
    search.finish(search.fixed(plan), 10 * TOLERANCE)
    by_shippers = solved_flows(problem, search.solvers, search.plans.built(plan))
    planner = _worth(solved)
    shippers = _worth([_as_planned(item, own) for item, own in zip(by_shippers, solved, strict=True)])
    return {"planner_musd": planner, "shippers_musd": shippers, "gap_musd": planner - shippers}


def _as_planned(item: BlockFlows, own: BlockFlows) -> BlockFlows:
    """The shippers' flows at what they cost the planner."""
    trade = replace(item.block.trade, charged=own.block.trade.charged)
    return replace(item, block=replace(item.block, cost=own.block.cost, trade=trade))


def _worth(solved: list[BlockFlows]) -> float:
    return sum(item.block.weight * block_value(item) for item in solved)
