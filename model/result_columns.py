"""What a result table is made of: named columns with kind, unit and meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import pandas as pd

Dtype = Literal["str", "int", "float"]
Row: TypeAlias = tuple[str, Dtype, str, str]


@dataclass(frozen=True)
class Column:
    """One column of a result table: its name, kind of value, unit (empty = none) and meaning."""

    name: str
    dtype: Dtype
    unit: str
    description: str


@dataclass(frozen=True)
class ResultTable:
    """One result table: its name, meaning and columns in order."""

    name: str
    description: str
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> list[str]:
        """Names of the declared columns, in order."""
        return [column.name for column in self.columns]

    def empty(self) -> pd.DataFrame:
        """Return a frame without rows that has every declared column."""
        kinds = {"str": "str", "int": "int64", "float": "float64"}
        return pd.DataFrame({c.name: pd.Series(dtype=kinds[c.dtype]) for c in self.columns})


def columns(*rows: Row) -> tuple[Column, ...]:
    """Columns from rows of name, kind, unit and meaning."""
    return tuple(Column(*row) for row in rows)
