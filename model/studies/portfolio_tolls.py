r"""A menu of tolls: what a portfolio earns and what shippers lose at each level of the charge on its links.

The charge is a part s of the freight that shippers pay on a link. At a level f the freight becomes ``1 + s (f - 1)`` of
what it was, shippers are routed anew, and the charge is ``s f / (1 + s (f - 1))`` of the new freight. Tolls are
transfers: what shippers lose by them and owners gain are shown apart, and together as welfare. Every level is a
routing of its own (tolls times flows are not linear), so a menu is looked at level by level; terminals' handling stays
as it is.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.build import build_problem
from model.decomposition import Decomposition
from model.funding.revenue import asset_terms, cash_flow, revenues
from model.levers.cost import Cost
from model.plans import plan_of
from model.progress import Progress
from model.result_accounts import builds_table
from model.studies.portfolio import Examined
from model.studies.portfolio_world import World
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]


def toll_table(found: Examined, network: Network, progress: Progress) -> pd.DataFrame:
    """Table ``portfolio_tolls`` of a portfolio in the scenario that it is financed in.

    Args:
        network: the world before the levers.
    """
    world, plan = found.world, found.routed.plan
    problem = world.problem
    strategy = problem.strategy
    tolled = _tolled(world, plan)
    builds = builds_table(problem, plan)
    projects = strategy.projects.index.isin(tolled["project"].unique())
    rows = []
    for level in each_row(world.network.toll_levels):
        if progress.should_stop():
            break
        progress.phase(f"Routing with tolls at {level.factor:g} of today's")
        changed = _with_tolls(world.network, tolled, float(level.factor))
        search = Decomposition(build_problem(changed, network, world.search.options), world.search.options, progress)
        own = World(world.scenario, changed, search)
        routed = own.routed(plan_of(search.problem, builds))
        share = asset_terms(problem, world.network)["charge_share"].to_numpy(float)
        part = level.factor / (1.0 + share * (level.factor - 1.0))  # of the new freight, over today's part of it
        revenue = revenues(search.problem, changed, routed.flows)[projects] * part[projects, None]
        everything = np.zeros(strategy.given.shape)
        everything[projects] = revenue
        cash = cash_flow(search.problem, changed, everything)[projects]
        weight = problem.periods["weight"].to_numpy(float)
        rows.append(
            {
                "scenario": world.scenario.name,
                "level": str(level.level),
                "factor": float(level.factor),
                "shippers_musd": world.empty.value - routed.value,
                "revenue_musd": float(revenue.sum(axis=0) @ weight),
                "cash_musd_per_year": float(cash[:, -1].sum()),
                "corridor_kt": own.corridor_kt(routed),
            }
        )
    table = pd.DataFrame(rows)
    if table.empty:
        return table
    base = float(table["revenue_musd"].to_numpy(float)[int((table["factor"] - 1.0).abs().to_numpy().argmin())])
    return table.assign(welfare_musd=table["shippers_musd"] + table["revenue_musd"] - base)


def _tolled(world: World, plan: Floats) -> pd.DataFrame:
    """Links on which started projects add capacity: project (position), link_id, share (charge), first_year."""
    strategy, network = world.problem.strategy, world.problem.network
    starts = strategy.starts[(plan > 0) & strategy.is_whole]
    begun = starts.groupby("project")["in_service_year"].min()
    share = asset_terms(world.problem, world.network)["charge_share"]
    effects = network.project_effects
    effects = effects[(effects["target"] == "link")]
    adds = (effects["capacity_added_t_per_year"].fillna(0) > 0) | (effects["capacity_added_teu_per_year"].fillna(0) > 0)
    position = {name: number for number, name in enumerate(strategy.projects["project_id"])}
    frame = effects[adds].assign(project=effects["project_id"].map(position)).dropna(subset="project")
    frame = frame[frame["project"].isin(begun.index)].astype({"project": np.int64})
    return pd.DataFrame(
        {
            "project": frame["project"].to_numpy(np.int64),
            "link_id": frame["target_id"].to_numpy(object),
            "share": share.to_numpy(float)[frame["project"].to_numpy(np.int64)],
            "first_year": begun.loc[frame["project"]].to_numpy(np.int64),
        }
    ).drop_duplicates("link_id")


def _with_tolls(network: Network, tolled: pd.DataFrame, factor: float) -> Network:
    """The world with the freight of tolled links changed from their first year of service on."""
    if factor == 1.0:
        return network
    kinds = tolled[["share", "first_year"]].drop_duplicates()
    for number, kind in enumerate(each_row(kinds)):
        alike = (tolled["share"] == kind.share) & (tolled["first_year"] == kind.first_year)
        links = tuple(str(link) for link in tolled.loc[alike, "link_id"])
        change = 1.0 + float(kind.share) * (factor - 1.0)
        network = Cost(id=f"toll_{number}", links=links, factor=change, first_year=int(kind.first_year)).apply(network)
    return network


def with_tolls(found: Examined, network: Network, progress: Progress, tables: dict[str, pd.DataFrame]) -> None:
    """Add the table to those of a portfolio, where the world has a menu."""
    if len(found.world.network.toll_levels):
        table = toll_table(found, network, progress)
        if len(table):
            tables["portfolio_tolls"] = table
