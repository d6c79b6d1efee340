"""Rows that are not expected to bind rest: they have no bounds until a solve breaks them.

Of the joint capacities and savings of all blocks only a part binds at any plan worth looking at, but their coefficients
are nine tenths of the matrix. A resting row has no price, so all that is proven from prices stays proven.
"""

import numpy as np
from numpy.typing import NDArray

from model.solver import Session

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
_BROKEN = 1e-7  # of the bound and 1: the solver's own tolerance


class RestingRows:
    """Which of some rows of a session rest."""

    def __init__(self, session: Session, rows: Ints, upper: Floats, awake: Flags) -> None:
        """Let rows rest.

        Args:
            rows: positions, without lower bounds. upper: their upper bounds. awake: those that keep theirs.
        """
        self._session, self._rows, self._upper = session, rows, upper
        self.awake = awake.copy()
        resting = np.flatnonzero(~awake)
        self._set(resting, np.full(len(resting), np.inf))

    def wake(self, use: Floats) -> int:
        """Give their bounds back to the rows that a solve breaks; returns how many.

        Args:
            use: left-hand side of every row of the session.
        """
        over = use[self._rows] - self._upper
        broken = np.flatnonzero(~self.awake & (over > _BROKEN * (1.0 + np.abs(self._upper))))
        self.awake[broken] = True
        self._set(broken, self._upper[broken])
        return len(broken)

    def _set(self, which: Ints, upper: Floats) -> None:
        self._session.set_row_bounds(self._rows[which], np.full(len(which), -np.inf), upper)
