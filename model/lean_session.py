"""A kept linear program whose rows go to the solver only while they matter.

Of the joint capacities and savings of all blocks, and of the valid inequalities found for them, only a part binds at
any plan worth looking at, but their coefficients are nine tenths of the matrix, which every step of the simplex method
reads. A resting row is kept here and not in the solver; it has no price, so all that is proven from prices stays
proven. A solve that breaks it hands it over and goes on.
"""

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, hstack, vstack

from model.compile import Compiled
from model.solver import BASIC, Answer, Session, Status, Statuses

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
_BROKEN = 1e-7  # of the bound and 1: the solver's own tolerance


class LeanSession:
    """A session over all rows, of which the solver holds some. Rows are numbered in the order in which they came."""

    def __init__(self, compiled: Compiled, threads: int, may_rest: Ints, rests: Flags) -> None:
        """Hand over all rows but those that rest.

        Args:
            may_rest: rows that can. rests: which of these do at first.
        """
        count = compiled.matrix.shape[0]
        self._lower, self._upper = compiled.row_lower, compiled.row_upper
        self._may_rest = np.zeros(count, dtype=bool)
        self._may_rest[may_rest] = True
        self._parts: list[csc_matrix] = [csc_matrix(compiled.matrix)]  # side by side, all rows
        self._order = np.setdiff1d(np.arange(count), may_rest[rests])  # the rows that the solver holds, in its order
        held = replace(
            compiled,
            matrix=compiled.matrix[self._order],
            row_lower=self._lower[self._order],
            row_upper=self._upper[self._order],
        )
        self._session = Session(held, threads, relax=True)

    @property
    def row_count(self) -> int:
        """Rows in all."""
        return len(self._upper)

    @property
    def iterations(self) -> int:
        """Of the simplex method in the last solve."""
        return self._session.iterations

    def awake(self, rows: Ints) -> Flags:
        """Which of some rows the solver holds."""
        return np.asarray(self._place()[rows] >= 0)

    def set_bounds(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Change the bounds of some columns."""
        self._session.set_bounds(columns, lower, upper)

    def set_cost(self, columns: Ints, cost: Floats) -> None:
        """Change the cost of some columns."""
        self._session.set_cost(columns, cost)

    def forget_basis(self) -> None:
        """Start the next solve from scratch."""
        self._session.forget_basis()

    def add_columns(self, cost: Floats, lower: Floats, upper: Floats, matrix: csc_matrix) -> None:
        """Add columns; ``matrix`` has all rows."""
        self._parts.append(matrix)
        at = matrix.tocoo()
        row = self._place()[at.row]
        held = row >= 0
        shape = (len(self._order), matrix.shape[1])
        self._session.add_columns(
            cost, lower, upper, csc_matrix((at.data[held], (row[held], at.col[held])), shape=shape)
        )

    def add_rows(self, upper: Floats, matrix: csr_matrix, rest: bool = False) -> Ints:
        """Add rows without lower bounds, which may rest; returns their numbers.

        Args:
            rest: until a solve breaks them, or a basis needs them.
        """
        new = self.row_count + np.arange(len(upper))
        self._lower = np.concatenate([self._lower, np.full(len(upper), -np.inf)])
        self._upper = np.concatenate([self._upper, upper])
        self._may_rest = np.concatenate([self._may_rest, np.ones(len(upper), dtype=bool)])
        self._parts = [csc_matrix(vstack([self._matrix(), matrix], format="csc"))]
        if not rest:
            self._wake(new)
        return new

    def rest_idle(self) -> None:
        """Let all rows rest that may and that are slack at the last solve, whose basis stays one."""
        columns, rows = self._session.basis()
        idle = self._may_rest[self._order] & (rows == BASIC)
        self._session.delete_rows(np.flatnonzero(idle))
        self._order = self._order[~idle]
        self._session.set_basis(columns, rows[~idle])

    def basis(self) -> tuple[Statuses, Statuses]:
        """Codes of columns and of all rows; those that rest are basic."""
        columns, held = self._session.basis()
        rows = np.full(self.row_count, BASIC, np.int8)
        rows[self._order] = held
        return columns, rows

    def set_basis(self, columns: Statuses, rows: Statuses) -> None:
        """Start the next solve from a basis of all rows."""
        self._wake(np.flatnonzero((rows != BASIC) & (self._place() < 0)))
        self._session.set_basis(columns, rows[self._order])

    def solve(self, seconds: float) -> Answer:
        """Solve from the current basis until no row is broken; use and price are those of all rows."""
        end = time.monotonic() + seconds
        while True:
            answer = self._session.solve(max(end - time.monotonic(), 0.01))
            if answer.status is not Status.OPTIMAL:
                return answer
            use = np.asarray(self._matrix() @ answer.value)
            resting = self._place() < 0
            broken = np.flatnonzero(resting & (use - self._upper > _BROKEN * (1.0 + np.abs(self._upper))))
            if not len(broken):
                price = np.zeros(self.row_count)
                price[self._order] = answer.row_price
                return replace(answer, row_use=use, row_price=price)
            self._wake(broken)

    def _wake(self, rows: Ints) -> None:
        if not len(rows):
            return
        matrix = csr_matrix(self._matrix().tocsr()[rows])
        self._session.add_rows(self._lower[rows], self._upper[rows], matrix)
        self._order = np.concatenate([self._order, rows])

    def _place(self) -> Ints:
        """Position in the solver of each row; -1 of those that rest."""
        place = np.full(self.row_count, -1)
        place[self._order] = np.arange(len(self._order))
        return place

    def _matrix(self) -> csc_matrix:
        if len(self._parts) > 1:
            self._parts = [csc_matrix(hstack(self._parts, format="csc"))]
        return self._parts[0]
