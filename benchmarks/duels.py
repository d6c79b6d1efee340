"""Duels: the engine's way and another way of the same work."""

import networkx
import numpy as np
import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC

from benchmarks.registry import Duel
from benchmarks.worlds import Columns, base_year, base_year_solved, few_lanes
from model.compile import compile_model
from model.formulation import expand, formulate_unit
from model.routing import arc_routing, path_routing
from model.solver import Session


def _entries_by_families(columns: Columns) -> float:
    """Row families, stacked arrays, one call to the solver."""
    problem = columns.problem
    model = formulate_unit(problem, problem.units[0], [path_routing(columns.pool.columns)], columns.nothing)
    return float(Session(compile_model(model)).size[2])


def _entries_by_pyomo(columns: Columns) -> float:
    """Every row an ordinary constraint, handed over by Pyomo's fastest interface to the same solver."""
    problem = columns.problem
    model = formulate_unit(problem, problem.units[0], [path_routing(columns.pool.columns)], columns.nothing)
    with PauseGC():
        solver = pyo.SolverFactory("appsi_highs")
        solver.set_instance(expand(model))
    return float(solver._solver_model.getNumNz())


def _cheapest_by_dijkstra(columns: Columns) -> float:
    return float(columns.pricer.cheapest(columns.problem.blocks[0].cost).sum())


def _cheapest_by_networkx(columns: Columns) -> float:
    """One graph a cost group, one tree an origin, as the engine does."""
    problem = columns.problem
    arcs, pairs = problem.supernetwork.arcs, problem.classes.pairs
    tail, head = arcs["tail"].tolist(), arcs["head"].tolist()
    group = problem.classes.classes["group"].to_numpy()[pairs["cls"].to_numpy()]
    total = 0.0
    for number, cost in enumerate(problem.blocks[0].cost):
        graph = networkx.DiGraph()
        usable = np.flatnonzero(np.isfinite(cost)).tolist()
        graph.add_weighted_edges_from((tail[arc], head[arc], float(cost[arc])) for arc in usable)
        for origin, part in pairs[group == number].groupby("origin"):
            distance = networkx.single_source_dijkstra_path_length(graph, origin)
            reached = part["destination"].map(distance).to_numpy(float)
            total += float(reached @ part["weight"].to_numpy())
    return total


def _optimum_by_paths(columns: Columns) -> float:
    return columns.solver().generate(columns.nothing, 1e-9).value


def _optimum_by_arcs(columns: Columns) -> float:
    problem = columns.problem
    model = formulate_unit(problem, problem.units[0], [arc_routing(problem)], columns.nothing)
    return Session(compile_model(model)).solve().objective


DUELS = (
    Duel(
        "hand_over",
        "Build and hand over the base year: row families, or Pyomo constraints by appsi_highs",
        base_year_solved,
        _entries_by_families,
        _entries_by_pyomo,
    ),
    Duel(
        "pricing",
        "Cheapest cost of every class: one Dijkstra run a group and origin, or networkx",
        base_year,
        _cheapest_by_dijkstra,
        _cheapest_by_networkx,
    ),
    Duel(
        "paths_or_arcs",
        "Optimum of the base year with one lane in 40: path columns, or arc flows",
        few_lanes,
        _optimum_by_paths,
        _optimum_by_arcs,
    ),
)
