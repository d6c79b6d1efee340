"""Phases of the engine that come after the first solve."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.registry import Phase
from benchmarks.worlds import Columns, planned, with_cheapest_paths
from model.block_solver import BlockSolver
from model.problem import Problem


def _solve(columns: Columns) -> object:
    return columns.solver().generate(columns.nothing)


def _priced_at_two_plans(data: Path) -> tuple[Columns, BlockSolver]:
    columns = with_cheapest_paths(planned(data, "baseline"))
    solver = columns.solver()
    solver.generate(_everything(columns.problem))
    solver.generate(columns.nothing)
    return columns, solver


def _everything(problem: Problem) -> NDArray[np.float64]:
    everything: NDArray[np.float64] = np.maximum(problem.strategy.given, problem.strategy.service.max(axis=1))
    return everything[:, 0]


def _resolve(prepared: tuple[Columns, BlockSolver]) -> object:
    columns, solver = prepared
    return solver.generate(0.5 * (columns.nothing + _everything(columns.problem)))


def _what_if_world(data: Path) -> Columns:
    columns, _ = _priced_at_two_plans(data)
    changed = planned(data, "red_sea_closed")
    return Columns(changed, columns.pool, columns.pricer)


PHASES = (
    Phase("re_solve", "Re-solve a year of the plan with other projects built", _priced_at_two_plans, _resolve),
    Phase("what_if", "Solve another scenario with the plan fixed, from known paths", _what_if_world, _solve),
)
