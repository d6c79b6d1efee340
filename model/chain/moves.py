r"""What small moves of right-hand sides cost, from one optimal basis of a linear program.

A row whose right-hand side moves by t moves the basic variables by ``t B^-1 e``, with the optimal basis B and the unit
vector e of the row. Where all of them stay within their bounds the basis stays optimal, and the objective changes by
``t`` times the price of the row: nothing has to be solved.

Elsewhere the dual simplex method goes on from the basis, in a session over some columns only: those that are not zero,
and those that the first ratio test comes to. A column that is left out is zero; where none of them would lower the
objective at the prices found, the answer is that of the whole program, and those that would are taken up (column
generation: Gilmore & Gomory 1961). Where the columns do not suffice for a feasible point, the whole program is solved.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, eye_array, hstack
from scipy.sparse.linalg import SuperLU, splu

from model.chain.witness import Witness
from model.compile import Compiled
from model.solver import BASIC, Answer, Session, Status, Statuses

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
_WITHIN = 1e-9  # by which a basic variable may leave its bounds, in its own unit
_EXACT = 1e-9  # largest residual of a direction
_DUAL_TOLERANCE = 1e-7  # of reduced costs, as the solver's own
_PIVOT = 1e-9  # least size of a pivot
_FIRST, _MORE = 100, 500  # columns that are taken up for a move before it is solved, and after each solve
_DEVEX = 1  # weights of edges that need not be reckoned at the start


@dataclass(frozen=True)
class Optimum:
    """A linear program as it was solved.

    Attributes:
        program: with the bounds that it was solved with. session: which holds it, at the optimal basis.
        column_status, row_status: of that basis. witness: takes what shows that moved programs are solved.
    """

    program: Compiled
    session: Session
    threads: int
    answer: Answer
    column_status: Statuses
    row_status: Statuses
    witness: Witness

    def moved(self, row: int, by: float) -> float:
        """Change of the objective where a right-hand side moves, with all columns; NaN where there is no solution."""
        self.session.prefer_primal(False)  # the basis stays dual feasible
        answer = _solved(self.session, self.program, row, by)
        self.session.set_basis(self.column_status, self.row_status)
        if answer.status is Status.OPTIMAL:
            self.witness.add(answer.value, answer.row_price)
        return answer.objective - self.answer.objective


def costs_of_moves(optimum: Optimum, rows: Ints, by: Floats) -> Floats:
    """Change of the objective by each move alone; NaN where the moved program has no solution.

    Args:
        rows: whose right-hand sides move, both bounds of each. by: in the unit of the row.
    """
    try:
        directions = _Directions(optimum)
    except RuntimeError:  # the basis cannot be factored
        return np.array([optimum.moved(int(row), float(t)) for row, t in zip(rows, by, strict=True)], dtype=float)
    stays, leaving = directions.reach(rows, by)
    costs = optimum.answer.row_price[rows] * by
    narrow = _Narrow(optimum)
    hard = np.flatnonzero(~stays)
    for move in hard:
        narrow.take(directions.entering(int(leaving[move])))
    for move in hard:
        costs[move] = narrow.cost(int(rows[move]), float(by[move]))
    return costs


def _solved(session: Session, program: Compiled, row: int, by: float) -> Answer:
    """Solve with one right-hand side moved, and move it back."""
    at = np.array([row], dtype=np.int64)
    low, high = program.row_lower[at], program.row_upper[at]
    session.set_row_bounds(at, low + by, high + by)
    answer = session.solve()
    session.set_row_bounds(at, low, high)
    return answer


class _Directions:
    """The basis of an optimum, factored."""

    def __init__(self, optimum: Optimum) -> None:
        program, answer = optimum.program, optimum.answer
        columns = np.flatnonzero(optimum.column_status == BASIC)
        rows = np.flatnonzero(optimum.row_status == BASIC)
        size = len(program.row_lower)
        logicals = eye_array(size, format="csc")[:, rows]
        self._columns, self._witness = columns, optimum.witness
        self._basis = csc_matrix(hstack([program.matrix.tocsc()[:, columns], -logicals]))
        self._factor: SuperLU = splu(self._basis)
        self._by_column: csr_matrix = program.matrix.T.tocsr()
        value = np.concatenate([answer.value[columns], answer.row_use[rows]])
        self._down = value - np.concatenate([program.lower[columns], program.row_lower[rows]])
        self._up = np.concatenate([program.upper[columns], program.row_upper[rows]]) - value
        self._may_enter = np.flatnonzero((optimum.column_status != BASIC) & (program.lower < program.upper))
        self._reduced = np.abs(answer.reduced_cost[self._may_enter])

    def reach(self, rows: Ints, by: Floats) -> tuple[Flags, Ints]:
        """Whether the basis stays optimal under each move, and the basic variable that goes furthest astray."""
        unique, where = np.unique(rows, return_inverse=True)
        unit = np.zeros((len(self._down), len(unique)))
        unit[unique, np.arange(len(unique))] = 1.0
        along: Floats = self._factor.solve(unit)
        exact = np.abs(self._basis @ along - unit).max(axis=0) <= _EXACT
        # Of a row that is basic itself this moves what it takes where its bounds move: the same the other way round.
        step = along[:, where] * by
        astray = np.maximum(-step - self._down[:, None], step - self._up[:, None])
        stays = (astray.max(axis=0) <= _WITHIN) & exact[where]
        self._witness.add_columns(self._columns, np.abs(step[: len(self._columns), stays]).max(axis=1, initial=0.0))
        return stays, astray.argmax(axis=0)

    def entering(self, leaving: int) -> Ints:
        """Columns that the ratio test of a leaving basic variable comes to first, whichever way it leaves."""
        unit = np.zeros(len(self._down))
        unit[leaving] = 1.0
        price: Floats = self._factor.solve(unit, "T")  # type: ignore[call-overload]
        size = np.abs(self._by_column @ price)[self._may_enter]
        may = np.flatnonzero(size > _PIVOT)
        first = np.argsort(self._reduced[may] / size[may], kind="stable")[:_FIRST]
        return self._may_enter[may[first]]


class _Narrow:
    """A session over some columns of an optimum, which takes up those that are missing."""

    def __init__(self, optimum: Optimum) -> None:
        program, answer = optimum.program, optimum.answer
        self._optimum = optimum
        self._taken = (optimum.column_status == BASIC) | (answer.value != 0.0)
        self._by_column: csr_matrix = program.matrix.T.tocsr()
        self._rises, self._falls = answer.value < program.upper, answer.value > program.lower
        self._session: Session | None = None
        self._columns = np.flatnonzero(self._taken)
        self._objective = np.nan

    def take(self, columns: Ints) -> None:
        """Take up some columns."""
        new = columns[~self._taken[columns]]
        self._taken[new] = True
        self._columns = np.concatenate([self._columns, new])
        if self._session is not None:
            program = self._optimum.program
            part = self._by_column[new].T.tocsc()
            self._session.add_columns(program.cost[new], program.lower[new], program.upper[new], part)

    def cost(self, row: int, by: float) -> float:
        """Change of the objective where a right-hand side moves; NaN where there is no solution."""
        session = self._opened()
        answer = self._moved(session, row, by)
        while answer.status is Status.OPTIMAL:
            missing = self._missing(answer.row_price)
            if not len(missing):
                self._add_to(self._optimum.witness, answer)
                return answer.objective - self._objective
            self.take(missing)
            answer = self._moved(session, row, by)
        return self._optimum.moved(row, by)

    def _add_to(self, witness: Witness, answer: Answer) -> None:
        value = np.zeros(len(self._taken))
        value[self._columns] = answer.value
        witness.add(value, answer.row_price)

    def _opened(self) -> Session:
        if self._session is None:
            program, columns = self._optimum.program, self._columns
            narrow = replace(
                program,
                cost=program.cost[columns],
                lower=program.lower[columns],
                upper=program.upper[columns],
                integer=program.integer[columns],
                matrix=self._by_column[columns].T.tocsr(),
            )
            self._session = Session(narrow, self._optimum.threads, relax=True)
            self._session.option("simplex_dual_edge_weight_strategy", _DEVEX)
            self._to_basis(self._session)
            self._objective = self._session.objective()
        return self._session

    def _to_basis(self, session: Session) -> None:
        session.set_basis(self._optimum.column_status[self._columns], self._optimum.row_status)

    def _moved(self, session: Session, row: int, by: float) -> Answer:
        self._to_basis(session)
        return _solved(session, self._optimum.program, row, by)

    def _missing(self, price: Floats) -> Ints:
        """Columns left out that would lower the objective, the best first."""
        reduced = self._optimum.program.cost - self._by_column @ price
        gain = np.maximum(np.where(self._rises, -reduced, 0.0), np.where(self._falls, reduced, 0.0))
        gain[self._taken] = 0.0
        missing = np.flatnonzero(gain > _DUAL_TOLERANCE)
        return missing[np.argsort(-gain[missing], kind="stable")[:_MORE]]
