r"""A scenario at other levels of tolls: what shippers pay on the part of each link and place that a project charges.

At today's charges project p receives the part s_p of freight on links, and of handling at places (terminals, quays,
transfers), on its part a[p, r] of what passes each capacity row r, at the routing of its plan. At a level f_p it
charges f_p times that, and a tonne of cargo g pays on arc k, beyond what it pays today,

    extra[g, k] = sum over p, r of (f_p - 1) s_p a[p, r] passage[r, k] x (freight or handling)[g, k].

Users of a link pay the mean of what its old and its new capacity charge; a[p, r] is held as at today's routing, also
in ratios of t and TEU. So what shippers pay beyond today is what owners receive beyond today, to the cent. The level
holds while the project serves. Shares of freight that other projects save stay shares of today's freight, and customs
values stay those of the reference world.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.decomposition import Decomposition, Prepared
from model.funding.revenue import TOLL_FACTOR, asset_terms, charged_parts, paid_kinds
from model.problem import Problem
from model.studies.portfolio_world import Charges, Routed, World
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
TODAY = 1.0


def toll_menu(network: Network) -> dict[str, float]:
    """Charge over that of today by level of the menu."""
    return {str(row.level): float(row.factor) for row in each_row(network.toll_levels)}


def given_levels(builds: pd.DataFrame, network: Network) -> dict[str, float]:
    """Charge over that of today by project id, where the builds of a portfolio name levels."""
    if "toll_level" not in builds:
        return {}
    menu = toll_menu(network)
    return {str(row.project_id): menu[row.toll_level] for row in each_row(builds) if row.toll_level}


def at_levels(world: World, plan: Floats, levels: Mapping[str, float]) -> World:
    """The scenario at levels of tolls for a plan; the world itself where all are those of today."""
    return world if all(level == TODAY for level in levels.values()) else tolled(world, world.routed(plan), levels)


def charging(world: World, routed: Routed) -> list[str]:
    """Ids of the projects of a plan that charge for capacity which they add, the largest revenue first."""
    ids = world.problem.strategy.projects["module_of"].to_numpy(object)
    share = asset_terms(world.problem, world.network)["charge_share"].to_numpy(float)
    adds = np.zeros(len(ids), dtype=bool)
    for item in routed.flows:
        adds[charged_parts(world.problem, item).nonzero()[0]] = True
    started = np.zeros(len(ids), dtype=bool)
    started[world.problem.strategy.starts["project"].to_numpy(np.int64)[routed.plan > 0]] = True
    earned = routed.revenue @ world.problem.periods["weight"].to_numpy(float)
    mine = adds & started & (share > 0)
    total = {str(name): float(earned[mine & (ids == name)].sum()) for name in dict.fromkeys(ids[mine])}
    return sorted(total, key=lambda name: (-total[name], name))


def tolled(today: World, routed: Routed, levels: Mapping[str, float]) -> World:
    """The scenario at levels of tolls; the world itself where all are those of today.

    Args:
        today: at the charges of today. routed: the plan there. levels: charge over that of today by project id;
            projects that are not named charge as today.
    """
    return Desk(today, routed).at(levels)


class Desk:
    """One plan at many levels of tolls, one after the other: each is solved on from the one before."""

    def __init__(self, today: World, routed: Routed) -> None:
        """Set up.

        Args:
            today: the scenario at the charges of today. routed: the plan there.
        """
        self.today, self.routed = today, routed
        self._parts = tuple(charged_parts(today.problem, item) for item in routed.flows)
        self._net = today.carried(routed.revenue)
        self._search: Decomposition | None = None

    def at(self, levels: Mapping[str, float]) -> World:
        """The scenario at levels of tolls, to be used until the next call; today's where all levels are 1."""
        if all(level == TODAY for level in levels.values()):
            return self.today
        problem, today = self._problem(levels), self.today
        if self._search is None:
            options = replace(today.search.options, store=None)
            self._search = Decomposition(problem, options, today.search.progress, Prepared(today.search.pool))
        else:
            self._search.at_costs(problem)
        charges = Charges(today, dict(levels), self._parts, self._net)
        return World(today.scenario, today.network, self._search, charges)

    def _problem(self, levels: Mapping[str, float]) -> Problem:
        problem = self.today.problem
        projects = problem.strategy.projects
        factor = projects["module_of"].map(levels).fillna(TODAY).to_numpy(float)
        share = asset_terms(problem, self.today.network)["charge_share"].to_numpy(float)
        extra = _extra(problem, self.routed, self._parts, (factor - TODAY) * share)
        blocks = [replace(block, cost=block.cost + extra[block.name]) for block in problem.blocks]
        strategy = replace(problem.strategy, projects=projects.assign(**{TOLL_FACTOR: factor}))
        return replace(problem, strategy=strategy, blocks=blocks)


def _extra(problem: Problem, routed: Routed, parts: tuple[csr_matrix, ...], change: Floats) -> dict[str, Floats]:
    """What a tonne pays beyond today on every arc, by name of the block: cost groups x arcs, USD.

    Args:
        change: share of freight or handling by which each project charges more than today, by position.
    """
    found = {}
    for item, part in zip(routed.flows, parts, strict=True):
        weight = part.T @ change
        passage = item.block.capacity.passage
        total = np.zeros(item.block.cost.shape)
        for mine, usd in paid_kinds(problem, item.block):
            total += (passage.T @ np.where(mine, weight, 0.0))[None, :] * usd
        found[item.block.name] = total
    return found
