r"""What shows that answers of a linear program stay optimal when costs change.

A point x and prices y of the rows are optimal where x is feasible, no reduced cost ``c - A' y`` has the wrong sign, and
columns whose reduced cost is not 0 stand at their bounds. Costs that change on columns that are 0 in x alone leave all
of this as it is but for the reduced costs of those columns, which is what has to be looked at. The value is the same
too. This holds for every right-hand side that the program was solved with, each with its own x and y.
"""

import numpy as np
from numpy.typing import NDArray

from model.array_change import difference
from model.compile import Compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_NOTHING = 1e-12  # kt: what is below is no flow
_DUAL_TOLERANCE = 1e-7  # of reduced costs, as the solver's own


class Witness:
    """Optimal points and prices of one program under several right-hand sides and builds."""

    def __init__(self, program: Compiled) -> None:
        """Nothing has been solved yet."""
        self._program = program
        self._used = np.zeros(len(program.cost), dtype=bool)
        self._prices: list[Floats] = []

    def add(self, value: Floats, price: Floats) -> None:
        """Add an optimal point, all columns, and prices of all rows."""
        self._used |= np.abs(value) > _NOTHING
        self._prices.append(price)

    def add_columns(self, columns: Ints, value: Floats) -> None:
        """Add columns that are not 0 in an optimal point that belongs to prices which were added already."""
        self._used[columns[np.abs(value) > _NOTHING]] = True

    def holds(self, program: Compiled) -> bool:
        """Whether all points are optimal in another program as well, at the same values."""
        change = difference(self._program, program)
        if change is None or any(len(part) for part in (change.bounds, change.sides, change.values)) or change.offset:
            return False
        columns = change.cost
        if self._used[columns].any() or (program.lower[columns] < 0).any():
            return False
        if not len(columns) or not self._prices:
            return not len(columns)
        worth = program.matrix[:, columns].T @ np.column_stack(self._prices)
        return bool((program.cost[columns][:, None] - worth >= -_DUAL_TOLERANCE).all())
