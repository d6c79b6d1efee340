"""What moves where: arc tonnages of the solved blocks, and the flows and corridors tables."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.block_part import BlockPart
from model.block_solver import BlockSolver
from model.corridors import Corridors, corridor_names
from model.facility_flows import FacilityFlows, facility_flows
from model.group_sums import Labels, summed
from model.problem import Block, Problem
from model.solver import Answer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
KILO = 1000.0
HOURS_PER_DAY = 24.0
_NEGLIGIBLE_KT = 1e-6


@dataclass(frozen=True)
class BlockFlows:
    """The flows of one solved block.

    Attributes:
        block: the block. built: share of each project in service.
        steps: one row a used column, place pair and arc: column, cls, pair, arc, kt, path (row of paths).
        paths: one row a used column and place pair: column, cls, pair, kt, corridor (position), usd_per_t (freight,
            handling and fees), hours.
        tonnage: cost groups x arcs, kt.
        class_price: USD per t. capacity_price: million USD per kt or kTEU. served: classes x steps, kt.
        outside: kt of each class that takes a way outside the model. curve_price: USD per t, what one more tonne of
            each curve's market is worth over the reference (of a supply: minus what it costs). curve_step: rows x
            steps, kt. limit_price: USD per t by limit of trade.
        idle: kt of capacity for each market that stands idle. earned: USD per t, what one more tonne of it would earn
            above its charge.
        saved: million USD by saving row. level: kt in store at the end of the season, by row of the storage labels.
        stored: kt of each class put into store, less what is taken out. store_price: million USD per kt of each store.
        facilities: what they run and what goods are worth at them.
    """

    block: Block
    built: Floats
    steps: pd.DataFrame
    paths: pd.DataFrame
    tonnage: csr_matrix
    class_price: Floats
    capacity_price: Floats
    capacity_use: Floats
    capacity: Floats
    served: Floats
    outside: Floats
    curve_price: Floats
    curve_step: Floats
    limit_price: Floats
    idle: Floats
    earned: Floats
    saved: Floats
    level: Floats
    stored: Floats
    store_price: Floats
    facilities: FacilityFlows


def solved_flows(problem: Problem, solvers: list[BlockSolver], built: Floats) -> list[BlockFlows]:
    """Read the flows and prices of all blocks after the last solves.

    Args:
        built: share of each project in service by period (projects x periods).
    """
    corridors = Corridors.of(problem)
    return [
        _block_flows(problem, corridors, solver, part, built[:, solver.period])
        for solver in solvers
        for part in solver.parts
    ]


def _block_flows(
    problem: Problem, corridors: Corridors, solver: BlockSolver, part: BlockPart, built: Floats
) -> BlockFlows:
    block, answer = part.block, solver.answer
    flow = np.zeros(len(solver.pool))
    flow[part.columns] = part.move(answer)
    raw = solver.pool.steps
    taken = np.flatnonzero((flow > _NEGLIGIBLE_KT)[raw.column])
    column, pair, arc = raw.column[taken], raw.pair[taken], raw.arc[taken]
    cls = solver.pool.columns.cls[column]
    weight = problem.classes.pairs["weight"].to_numpy(float)[pair]
    path = pd.factorize(column * len(problem.classes.pairs) + pair)[0].astype(np.int64)
    steps = pd.DataFrame(
        {"column": column, "cls": cls, "pair": pair, "arc": arc, "kt": flow[column] * weight, "path": path}
    )
    paths = _paths(problem, corridors, block, steps, built)
    prices = part.prices(answer)
    stored = block.storage.labels
    put, take, level = (part.variable(answer, name, len(stored)) for name in ("put", "take", "level"))
    into_store: Floats = np.bincount(stored["cls"], weights=put - take, minlength=len(prices[0])).astype(float)
    served = np.zeros(block.step_width.shape)
    served[block.held_steps] = part.variable(answer, "served", len(block.held_steps[0]))
    curves = block.trade.curves
    use = np.asarray(_use(problem, block, steps)).ravel()
    added = np.bincount(
        block.capacity.project_row,
        weights=block.capacity.project_amount * built[block.capacity.project],
        minlength=len(block.capacity.capacity),
    )
    if len(block.capacity.spread_row):
        spread = part.variable(answer, "spread", len(block.capacity.spread_row))
        added = added + np.bincount(block.capacity.spread_row, weights=spread, minlength=len(added))
    return BlockFlows(
        block=block,
        built=built,
        steps=steps,
        paths=paths,
        tonnage=_arc_tonnage(problem, steps),
        class_price=prices[0],
        capacity_price=prices[1],
        capacity_use=use,
        capacity=block.capacity.capacity + added,
        served=served,
        outside=_outside(block, part, answer),
        curve_price=part.row_prices(answer, "curve_balance", len(curves.labels)) * KILO,
        curve_step=_curve_steps(block, part, answer),
        limit_price=np.maximum(-part.row_prices(answer, "trade_limit", len(block.trade.limits.labels)), 0.0) * KILO,
        idle=part.variable(answer, "idle", len(block.market_capacity.labels)),
        earned=-part.row_prices(answer, "market_capacity", len(block.market_capacity.labels)) * KILO,
        saved=part.variable(answer, "saved", len(block.savings.labels)),
        level=level,
        stored=into_store,
        store_price=np.maximum(-part.row_prices(answer, "storage_capacity", len(block.storage.capacity)), 0.0),
        facilities=facility_flows(block, part, answer, built),
    )


def _outside(block: Block, part: BlockPart, answer: Answer) -> Floats:
    leaving = block.trade.leaving
    outside = np.zeros(len(block.reference))
    outside[leaving] = part.variable(answer, "outside", len(leaving))
    return outside


def _curve_steps(block: Block, part: BlockPart, answer: Answer) -> Floats:
    held = block.trade.curves.width > 0
    taken = np.zeros(held.shape)
    taken[held] = part.variable(answer, "step", int(held.sum()))
    return taken


def _use(problem: Problem, block: Block, steps: pd.DataFrame) -> Floats:
    """Use of each capacity row, kt or kTEU."""
    t_per_teu = problem.classes.classes["t_per_teu"].to_numpy(float)[steps["cls"]]
    teu = steps["kt"].to_numpy() / np.where(np.isnan(t_per_teu), np.inf, t_per_teu)
    arcs = problem.supernetwork.arc_count
    by_t = np.bincount(steps["arc"], weights=steps["kt"], minlength=arcs)
    by_teu = np.bincount(steps["arc"], weights=teu, minlength=arcs)
    use: Floats = np.where(block.capacity.is_teu, block.capacity.passage @ by_teu, block.capacity.passage @ by_t)
    return use


def hours_saved(block: Block, built: Floats) -> Floats:
    """Hours that the projects in service save on each arc."""
    if not len(block.savings.labels):
        return np.zeros(block.cost.shape[1])
    labels = block.savings.labels
    once = np.where(labels["boxed"].to_numpy(bool), built[labels["project"].to_numpy()], 0.0)
    saved: Floats = np.asarray(block.savings.hours.T @ once)
    return saved


def _paths(problem: Problem, corridors: Corridors, block: Block, steps: pd.DataFrame, built: Floats) -> pd.DataFrame:
    """Cost, time and corridor of every used path."""
    cls, arc, path = (steps[name].to_numpy() for name in ("cls", "arc", "path"))
    group = problem.classes.classes["group"].to_numpy()[cls]
    money = np.array([c.freight + c.handling + c.fees for c in block.cargo])
    hours = np.array([c.time_h for c in block.cargo])
    taken = np.maximum(hours[group, arc] - hours_saved(block, built)[arc], 0.0)
    sums = pd.DataFrame({"usd_per_t": money[group, arc], "hours": taken}).groupby(path, sort=False).sum()
    first = np.flatnonzero(np.diff(np.maximum.accumulate(path), prepend=-1))  # paths are numbered as they come
    paths = steps[["column", "cls", "pair", "kt"]].iloc[first].reset_index(drop=True)
    corridor = corridors.first(path, arc, paths["cls"].to_numpy())
    return paths.assign(corridor=corridor, usd_per_t=sums["usd_per_t"].to_numpy(), hours=sums["hours"].to_numpy())


def lane_columns(problem: Problem, cls: Ints) -> pd.DataFrame:
    """Lane labels of classes, as the result tables carry them."""
    lanes = problem.network.lanes.iloc[problem.classes.classes["lane"].to_numpy()[cls]]
    names = ["lane_id", "origin_zone", "destination_zone", "commodity_id", "market_id"]
    return lanes[names].reset_index(drop=True)


def box_factor(problem: Problem, cls: Ints) -> Floats:
    """TEU per t of classes; 0 for cargo that is not in boxes."""
    t_per_teu = problem.classes.classes["t_per_teu"].to_numpy(float)[cls]
    factor: Floats = np.where(np.isnan(t_per_teu), 0.0, 1.0 / np.where(np.isnan(t_per_teu), 1.0, t_per_teu))
    return factor


def flows_table(problem: Problem, solved: list[BlockFlows]) -> pd.DataFrame:
    """Table ``flows``."""
    network, arcs = problem.network, problem.supernetwork.arcs
    names = corridor_names(problem)
    link_of_arc = arcs["link"].to_numpy()
    every_class = np.arange(len(problem.classes.classes))
    goods = Labels.of(lane_columns(problem, every_class)["commodity_id"])
    teu_per_t = box_factor(problem, every_class)
    parts = []
    for item in solved:
        on_link = np.flatnonzero(link_of_arc[item.steps["arc"].to_numpy()] >= 0)
        cls, arc, path, kt = (item.steps[name].to_numpy()[on_link] for name in ("cls", "arc", "path", "kt"))
        group = problem.classes.classes["group"].to_numpy()[cls]
        paid = np.array([c.freight + c.fees for c in item.block.cargo])[group, arc]
        keys = {
            "arc": Labels.numbers(arc, len(arcs)),
            "corridor": Labels.numbers(item.paths["corridor"].to_numpy()[path], len(names)),
            "commodity_id": goods.at(cls),
        }
        total = summed(keys, {"flow_kt": kt, "flow_kteu": kt * teu_per_t[cls], "cost_musd": kt * paid / KILO})
        total.insert(0, "period", item.block.period)
        total.insert(1, "season", item.block.season)
        parts.append(total)
    table = pd.concat(parts, ignore_index=True)
    link = network.links.iloc[arcs["link"].to_numpy()[table["arc"]]]
    reverse = arcs["reverse"].to_numpy()[table["arc"]]
    table["link_id"] = link["link_id"].to_numpy()
    table["from_place"] = np.where(reverse, link["to_place"], link["from_place"])
    table["to_place"] = np.where(reverse, link["from_place"], link["to_place"])
    table["mode"] = link["mode"].to_numpy()
    table["corridor_id"] = np.array(names, dtype=object)[table["corridor"]]
    return table[
        ["period", "season", "link_id", "from_place", "to_place", "mode", "corridor_id", "commodity_id", "flow_kt",
         "flow_kteu", "cost_musd"]
    ]  # fmt: skip


def corridors_table(problem: Problem, solved: list[BlockFlows]) -> pd.DataFrame:
    """Table ``corridors``: a year of each period, by market; shares in boxes where most of the market is boxes."""
    paths = pd.concat([item.paths for item in solved], ignore_index=True)
    cls, kt = paths["cls"].to_numpy(np.int64), paths["kt"].to_numpy(float)
    boxes = kt * box_factor(problem, cls)
    paid = kt * paths["usd_per_t"].to_numpy(float)
    of_class = Labels.of(lane_columns(problem, np.arange(len(problem.classes.classes)))["market_id"])
    keys = {
        "period": period_of_paths(solved),
        "market_id": of_class.at(cls),
        "corridor_id": Labels.of(corridor_names(problem)).at(paths["corridor"].to_numpy(np.int64)),
    }
    figures = {
        "flow_kt": kt,
        "flow_kteu": boxes,
        "paid": paid,
        "boxed_paid": np.where(boxes > 0, paid, 0.0),
        "hours": kt * paths["hours"].to_numpy(float),
    }
    table = summed(keys, figures)
    market = table.groupby(["period", "market_id"])
    boxed = (market["flow_kteu"].transform("sum") * 8.0) > 0.5 * market["flow_kt"].transform("sum")
    basis = np.where(boxed, table["flow_kteu"], table["flow_kt"])
    total = pd.Series(basis, index=table.index).groupby([table["period"], table["market_id"]]).transform("sum")
    table["share_pct"] = 100.0 * basis / np.maximum(total, 1e-12)
    table["share_basis"] = np.where(boxed, "kteu", "kt")
    table["cost_usd_per_t"] = table["paid"] / table["flow_kt"]
    table["cost_usd_per_teu"] = np.where(
        table["flow_kteu"] > 0, table["boxed_paid"] / np.where(table["flow_kteu"] > 0, table["flow_kteu"], 1.0), np.nan
    )
    table["time_days"] = table["hours"] / table["flow_kt"] / HOURS_PER_DAY
    return table.drop(columns=["paid", "boxed_paid", "hours"])


def period_of_paths(solved: list[BlockFlows]) -> Labels:
    """Period of each path of some blocks, one block after the other."""
    return Labels.of(np.repeat([item.block.period for item in solved], [len(item.paths) for item in solved]))


def _arc_tonnage(problem: Problem, steps: pd.DataFrame) -> csr_matrix:
    """Cost groups x arcs, kt."""
    group = problem.classes.classes["group"].to_numpy()[steps["cls"]]
    shape = (len(problem.classes.groups), problem.supernetwork.arc_count)
    return csr_matrix((steps["kt"], (group, steps["arc"])), shape=shape)
