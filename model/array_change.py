"""What differs between two programs of one shape, and how it is put into a kept session.

Two programs have one shape when their variables and row families have the same names at the same places and their
matrices the same pattern. Then a change of costs, bounds, right-hand sides or single coefficients is all there is, and
the solver may start from the basis of the other program.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.compile import Compiled
from model.solver import Session

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_FEW = 5_000  # coefficients that are changed one by one; with more, the whole program is handed over again


@dataclass(frozen=True)
class Change:
    """Positions at which a program differs from another of its shape.

    Attributes:
        cost, bounds: columns. sides: rows whose limits differ.
        rows, columns, values: coefficients and their new values. offset: whether the constant differs.
    """

    cost: Ints
    bounds: Ints
    sides: Ints
    rows: Ints
    columns: Ints
    values: Floats
    offset: bool

    def apply(self, session: Session, new: Compiled) -> None:
        """Bring a session from the other program to this one; with many changed coefficients as a whole.

        Args:
            new: the program that the session is to hold.
        """
        if len(self.values) > _FEW:
            session.replace(new)
            return
        if len(self.cost):
            session.set_cost(self.cost, new.cost[self.cost])
        if len(self.bounds):
            session.set_bounds(self.bounds, new.lower[self.bounds], new.upper[self.bounds])
        session.set_row_bounds(self.sides, new.row_lower[self.sides], new.row_upper[self.sides])
        session.set_coefficients(self.rows, self.columns, self.values)
        if self.offset:
            session.set_offset(new.offset)


def difference(old: Compiled, new: Compiled) -> Change | None:
    """What changes from one program to another; None where they have not the same shape."""
    if old.matrix.shape != new.matrix.shape or old.columns != new.columns or old.rows != new.rows:
        return None
    before, after = (_canonical(one) for one in (old, new))
    if not np.array_equal(before.indptr, after.indptr) or not np.array_equal(before.indices, after.indices):
        return None
    place = np.flatnonzero(before.data != after.data)
    row = np.searchsorted(after.indptr, place, side="right") - 1
    return Change(
        cost=np.flatnonzero(old.cost != new.cost),
        bounds=np.flatnonzero((old.lower != new.lower) | (old.upper != new.upper)),
        sides=np.flatnonzero((old.row_lower != new.row_lower) | (old.row_upper != new.row_upper)),
        rows=row.astype(np.int64),
        columns=after.indices[place].astype(np.int64),
        values=after.data[place],
        offset=old.offset != new.offset,
    )


def _canonical(program: Compiled) -> csr_matrix:
    """The matrix with the columns of each row in order, which changes nothing of what it says."""
    program.matrix.sort_indices()
    return program.matrix
