"""HiGHS sessions: arrays in, values and prices out. The only module that knows the solver.

A session keeps its model and basis, so that a change of bounds or new columns re-solve warm.
"""

import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix

from model.compile import Compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Statuses = NDArray[np.int8]
AT_LOWER = int(highspy.HighsBasisStatus.kLower)
_DUAL, _PRIMAL = 1, 4  # codes of the solver's simplex methods
BASIC = int(highspy.HighsBasisStatus.kBasic)


class Status(StrEnum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    LIMIT = "limit"
    FAILED = "failed"


_CODES = ("kLower", "kBasic", "kUpper", "kZero", "kNonbasic")
_BASIS = np.array([getattr(highspy.HighsBasisStatus, name) for name in _CODES], dtype=object)
_STATUS = {
    highspy.HighsModelStatus.kOptimal: Status.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Status.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Status.UNBOUNDED,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: Status.INFEASIBLE,
    highspy.HighsModelStatus.kTimeLimit: Status.LIMIT,
    highspy.HighsModelStatus.kIterationLimit: Status.LIMIT,
    highspy.HighsModelStatus.kInterrupt: Status.LIMIT,
    highspy.HighsModelStatus.kSolutionLimit: Status.LIMIT,
    highspy.HighsModelStatus.kObjectiveBound: Status.LIMIT,
    highspy.HighsModelStatus.kObjectiveTarget: Status.LIMIT,
}


@dataclass(frozen=True)
class Answer:
    """What a solve found, minimised: NaN objective and bound, and empty arrays, where there is nothing.

    Attributes:
        row_use: left-hand side of each row.
        row_price: change of the objective per unit of a row's right-hand side. reduced_cost: the same for columns.
        bound: proven lower bound (the objective itself for a linear program solved to optimality).
    """

    status: Status
    objective: float
    bound: float
    value: Floats
    row_use: Floats
    row_price: Floats
    reduced_cost: Floats


class Session:
    """A HiGHS model that is kept, changed and solved again."""

    def __init__(self, compiled: Compiled, threads: int = 1, relax: bool = False) -> None:
        _share_threads(threads)
        with _without_banner():
            self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (
            ("output_flag", False),
            ("log_to_console", False),
            ("threads", threads),
            ("random_seed", 1),
        ):
            self._highs.setOptionValue(name, value)
        self._has_integers = bool(compiled.integer.any()) and not relax
        _pass_model(self._highs, compiled, self._has_integers)

    @property
    def size(self) -> tuple[int, int, int]:
        """Columns, rows and nonzeros."""
        return self._highs.getNumCol(), self._highs.getNumRow(), self._highs.getNumNz()

    @property
    def iterations(self) -> int:
        """Of the simplex method in the last solve."""
        return int(self._highs.getInfo().simplex_iteration_count)

    def option(self, name: str, value: bool | int | float | str) -> None:
        """Set an option of the solver."""
        self._highs.setOptionValue(name, value)

    def add_columns(self, cost: Floats, lower: Floats, upper: Floats, matrix: csc_matrix) -> None:
        """Add continuous columns; ``matrix`` has the rows of the model and one column each."""
        count = len(cost)
        if count:
            self._highs.addCols(
                count, cost, lower, upper, matrix.nnz,
                matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
            )  # fmt: skip

    def add_rows(self, lower: Floats, upper: Floats, matrix: csr_matrix) -> None:
        """Add rows over the columns of the model."""
        count = len(lower)
        if count:
            self._highs.addRows(
                count, lower, upper, matrix.nnz,
                matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
            )  # fmt: skip

    def delete_rows(self, rows: Ints) -> None:
        """Delete rows; those behind them move up."""
        if len(rows):
            self._highs.deleteRows(len(rows), rows.astype(np.int32))

    def set_bounds(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Change the bounds of some columns."""
        self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower.astype(float), upper.astype(float))

    def set_cost(self, columns: Ints, cost: Floats) -> None:
        """Change the cost of some columns."""
        self._highs.changeColsCost(len(columns), columns.astype(np.int32), cost.astype(float))

    def set_row_bounds(self, rows: Ints, lower: Floats, upper: Floats) -> None:
        """Change the bounds of some rows."""
        if len(rows):
            change = self._highs.changeRowsBounds  # type: ignore[attr-defined]
            change(len(rows), rows.astype(np.int32), lower.astype(float), upper.astype(float))

    def prefer_primal(self, prefer: bool) -> None:
        """Take the primal simplex method for the next solves, which suits a basis that is primal feasible; or not."""
        self._highs.setOptionValue("simplex_strategy", _PRIMAL if prefer else _DUAL)

    def set_coefficients(self, rows: Ints, columns: Ints, values: Floats) -> None:
        """Change single coefficients, some at most: the solver takes them one by one."""
        for row, column, value in zip(rows.tolist(), columns.tolist(), values.tolist(), strict=True):
            self._highs.changeCoeff(row, column, value)

    def set_offset(self, offset: float) -> None:
        """Change the constant of the objective."""
        self._highs.changeObjectiveOffset(float(offset))

    def delete_columns_from(self, first: int) -> None:
        """Delete the columns from one on to the last."""
        last = self._highs.getNumCol()
        if first < last:
            columns = np.arange(first, last, dtype=np.int32)
            self._highs.deleteCols(len(columns), columns)

    def replace(self, compiled: Compiled) -> None:
        """Hold another program; options stay, the basis goes."""
        _pass_model(self._highs, compiled, self._has_integers)

    def start_from(self, columns: Ints, value: Floats) -> None:
        """Offer values of some columns to start a mixed-integer search from; the solver completes the rest."""
        self._highs.setSolution(len(columns), columns.astype(np.int32), value.astype(float))

    def basis(self) -> tuple[Statuses, Statuses]:
        """Which columns and rows are basic or at which bound after the last solve, as codes for ``set_basis``."""
        basis = self._highs.getBasis()
        columns, rows = (np.array([int(s) for s in part], np.int8) for part in (basis.col_status, basis.row_status))
        return columns, rows

    def set_basis(self, columns: Statuses, rows: Statuses) -> None:
        """Start the next solve from a basis: one code for each column and row."""
        basis = highspy.HighsBasis()
        basis.col_status, basis.row_status = _BASIS[columns].tolist(), _BASIS[rows].tolist()
        basis.valid, basis.alien = True, int((columns == BASIC).sum() + (rows == BASIC).sum()) != len(rows)
        self._highs.setBasis(basis)

    def forget_basis(self) -> None:
        """Start the next solve from scratch."""
        self._highs.clearSolver()

    def solve(
        self,
        time_limit_s: float = np.inf,
        gap: float = 0.0,
        watch: Callable[[float, float], bool] | None = None,
        steps: int | None = None,
    ) -> Answer:
        """Solve from the current basis.

        Args:
            time_limit_s: wall seconds. gap: relative gap of a mixed-integer search.
            watch: called with incumbent and bound during a mixed-integer search; True stops it.
            steps: of the simplex method at most; None = as many as it takes.
        """
        highs = self._highs
        highs.setOptionValue("simplex_iteration_limit", highspy.kHighsIInf if steps is None else steps)
        highs.setOptionValue("time_limit", float(highs.getRunTime() + time_limit_s))
        if self._has_integers:
            highs.setOptionValue("mip_rel_gap", float(gap))
            self._watch(watch)
        highs.run()
        status = _STATUS.get(highs.getModelStatus(), Status.FAILED)
        return self._answer(status)

    def objective(self) -> float:
        """Solve a linear program from the current basis for its objective alone; NaN where there is none."""
        self._highs.setOptionValue("time_limit", np.inf)
        self._highs.run()
        optimal = _STATUS.get(self._highs.getModelStatus()) is Status.OPTIMAL
        return float(self._highs.getInfo().objective_function_value) if optimal else np.nan

    def _watch(self, watch: Callable[[float, float], bool] | None) -> None:
        self._highs.cbMipInterrupt.clear()  # type: ignore[no-untyped-call]
        if watch is not None:

            def look(event: highspy.HighsCallbackEvent) -> None:
                if watch(event.data_out.mip_primal_bound, event.data_out.mip_dual_bound):
                    event.interrupt()

            self._highs.cbMipInterrupt.subscribe(look)

    def _answer(self, status: Status) -> Answer:
        info = self._highs.getInfo()
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible.value
        empty = np.empty(0)
        solution = self._highs.getSolution()
        objective = float(info.objective_function_value) if found else np.nan
        if self._has_integers:
            bound = float(info.mip_dual_bound)
            value = np.array(solution.col_value) if found else empty
            return Answer(status, objective, bound, value, empty, empty, empty)
        if not found:
            return Answer(status, np.nan, np.nan, empty, empty, empty, empty)
        return Answer(
            status,
            objective,
            objective if status is Status.OPTIMAL else np.nan,
            np.array(solution.col_value),
            np.array(solution.row_value),
            np.array(solution.row_dual),
            np.array(solution.col_dual),
        )


@contextmanager
def _without_banner() -> Iterator[None]:
    """Keep the licence banner, which the solver prints from C when it is first made, off the user's screen."""
    library = ctypes.CDLL(None)
    sys.stdout.flush()
    library.fflush(None)
    screen, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        library.fflush(None)
        os.dup2(screen, 1)
        os.close(screen)
        os.close(nowhere)


_scheduler = {"threads": 0}


def _share_threads(threads: int) -> None:
    """The solver's scheduler is one for the process: a session with another number of threads must reset it first."""
    if _scheduler["threads"] not in (0, threads):
        highspy.Highs.resetGlobalScheduler(True)
    _scheduler["threads"] = threads


def _pass_model(highs: highspy.Highs, compiled: Compiled, integers: bool) -> None:
    """Hand over arrays as they are: by the fields of a HighsLp every number would pass through a Python object."""
    matrix = compiled.matrix
    rows, columns = matrix.shape
    highs.passModel(
        columns, rows, matrix.nnz, int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), compiled.offset,
        compiled.cost, compiled.lower, compiled.upper, compiled.row_lower, compiled.row_upper,
        matrix.indptr.astype(np.int32, copy=False), matrix.indices.astype(np.int32, copy=False), matrix.data,
        compiled.integer.astype(np.int32) if integers else np.zeros(columns, np.int32),
    )  # fmt: skip
