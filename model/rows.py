"""Sparse row families: the bulk of the matrix, declared by arrays and never by a loop over coefficients.

A group returns :class:`Terms`: variables over an index frame, families of rows built from (row, column, value)
arrays, entries of named balances, and named cost terms. ``formulation`` joins them; ``compile`` stacks them.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Entries:
    """Coefficients of one variable in one family: row position, position in the variable, value.

    Positions have the solver's type of index, since they are the bulk of what a large model holds.
    """

    row: NDArray[np.int32]
    column: NDArray[np.int32]
    value: Floats

    @classmethod
    def make(cls, row: ArrayLike, column: ArrayLike, value: ArrayLike) -> "Entries":
        """Entries from anything array-like; a scalar value is repeated."""
        rows = np.asarray(row, dtype=np.int32)
        return cls(rows, np.asarray(column, dtype=np.int32), np.broadcast_to(np.asarray(value, float), rows.shape))


@dataclass(frozen=True)
class Variable:
    """A continuous variable over an index frame, with bounds and cost terms (million USD per unit)."""

    name: str
    labels: pd.DataFrame
    lower: Floats
    upper: Floats
    cost: dict[str, Floats] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class RowFamily:
    """Rows lower <= sum of entries <= upper, labelled by a frame.

    Entries go by name of variable: of the same block, "built", or the full name of another block's ("level_2030_cold").
    """

    name: str
    labels: pd.DataFrame
    lower: Floats
    upper: Floats
    entries: dict[str, Entries]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Terms:
    """What a group adds to a block: variables, families and its entries in the balance of the classes."""

    variables: list[Variable] = field(default_factory=list)
    families: list[RowFamily] = field(default_factory=list)
    balance: dict[str, Entries] = field(default_factory=dict)
