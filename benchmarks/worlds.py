"""Worlds that are measured: the base year of the shipped world, whole or with a part of its lanes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.block_solver import BlockSolver
from model.build import build_problem, with_weights
from model.options import Options
from model.paths import PathPool
from model.pricing import Pricer
from model.problem import Problem
from model.scenario import load_scenario
from network.network import Network, read_network

BASE_YEAR = 2023
PLANNED_YEAR = 2030
OPTIONS = Options(threads=1)


@dataclass(frozen=True)
class Columns:
    """A problem of one block with a pool of paths and its pricer."""

    problem: Problem
    pool: PathPool
    pricer: Pricer

    def solver(self) -> BlockSolver:
        """The block over the paths of the pool."""
        return BlockSolver(self.problem, self.problem.units[0], self.pool, self.pricer, OPTIONS.threads)

    @property
    def nothing(self) -> NDArray[np.float64]:
        """Share of each project in service when nothing is built."""
        return self.problem.strategy.given[:, 0]


def one_period(network: Network, year: int, reference: Network | None = None) -> Problem:
    """The problem of one year that stands for itself."""
    periods = pd.DataFrame({"period": [year], "first_year": [year], "last_year": [year]})
    weighted = with_weights(periods, network.parameter("discount_rate"))
    return build_problem(network, reference or network, OPTIONS, weighted)


def with_cheapest_paths(problem: Problem) -> Columns:
    """A pool that holds the cheapest path of each class."""
    pricer = Pricer(problem.supernetwork, problem.classes)
    pool = PathPool(pricer.arc_count)
    endless = np.full(len(problem.classes.classes), np.inf)
    pool.add(pricer.bundles(problem.blocks[0].cost, endless)[1])
    return Columns(problem, pool, pricer)


def base_year(data: Path) -> Columns:
    """The base year with the cheapest paths."""
    return with_cheapest_paths(one_period(read_network(data), BASE_YEAR))


def base_year_solved(data: Path) -> Columns:
    """The base year with all paths of its optimum."""
    columns = base_year(data)
    columns.solver().generate(columns.nothing)
    return columns


def few_lanes(data: Path, every: int = 40) -> Columns:
    """The base year with one lane in ``every``."""
    network = read_network(data)
    kept = network.lanes.iloc[::every].reset_index(drop=True)
    return with_cheapest_paths(one_period(network.replace(lanes=kept), BASE_YEAR))


def planned(data: Path, scenario: str) -> Problem:
    """A year of the plan under a scenario."""
    network = read_network(data)
    changed = load_scenario(scenario, data / "scenarios").apply(network)
    return one_period(changed, PLANNED_YEAR, network)
