"""What every lever is: a validated description of one change to the world, and the pure function that makes it.

A lever never changes the network it is given. It either appends rows to ``network.adjustments`` (a change of a link, a
place or a lane in some years, worked out when the periods are known) or replaces a typed table.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar, Literal, Self

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from network.network import Network
from network.problems import nearest
from network.schema import table

FIRST_POSSIBLE_YEAR, LAST_POSSIBLE_YEAR = 1990, 2100
_NAMES_SHOWN = 6
_EMPTY: dict[str, Any] = {"str": "", "list": ()}

Target = Literal["link", "place", "lane"]
Operation = Literal["multiply", "add", "set"]


class Lever(BaseModel, ABC):
    """A change to the world. The descriptions of the fields are the manual of the lever."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    kind: ClassVar[str]
    """Name of the lever in scenario files."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="short name, unique in the scenario; used by --set")
    note: str = Field(default="", description="what the figure stands for and what it leaves out")
    source: str = Field(default="", description="where the figure comes from")
    confidence: Literal["sourced", "estimate", "memory"] = Field(
        default="estimate", description="how sure the figure is"
    )

    @model_validator(mode="before")
    @classmethod
    def _no_truth_values(cls, values: object) -> object:
        """Refuse yes, no, on, off and true, false: YAML reads the country code NO as false, and true counts as 1."""
        if isinstance(values, dict):
            for name, value in values.items():
                if any(isinstance(item, bool) for item in (value if isinstance(value, list) else [value])):
                    raise ValueError(f"{name}: expected a number or a name, not yes or no (write the name in quotes)")
        return values

    def problems(self, network: Network) -> list[str]:
        """Say what of this lever does not exist in a network or has no meaning there; empty when all is well."""
        del network  # a lever without names has nothing to look up
        return []

    @abstractmethod
    def apply(self, network: Network) -> Network:
        """Return the network after the change; the lever's :meth:`problems` must be empty."""

    @abstractmethod
    def effect(self, network: Network) -> str:
        """Describe the change in one sentence for a reader of the plan."""

    def adjust(
        self,
        network: Network,
        target: Target,
        target_ids: Iterable[str],
        field: str,
        operation: Operation,
        value: float,
    ) -> Network:
        """Append one adjustment per target, in the lever's years.

        Args:
            network: network to change.
            target: kind of the things changed.
            target_ids: their ids.
            field: what is changed, one of the fields that adjustments know.
            operation: multiply by, add or set to the value.
            value: factor, or amount in the unit of the field.
        """
        ids = list(target_ids)
        if not ids:
            return network
        window = self if isinstance(self, Window) else Window()
        rows = pd.DataFrame(
            {
                "target": target,
                "target_id": ids,
                "field": field,
                "operation": operation,
                "value": float(value),
                "first_year": window.first_year,
                "last_year": window.last_year,
                "lever": self.id,
            }
        )
        return network.replace(adjustments=with_rows("adjustments", network.adjustments, rows))

    def provenance(self) -> dict[str, str]:
        """Source, confidence and note of the rows that this lever writes into typed tables."""
        source = self.source or f"scenario lever {self.id}"
        return {"source": source, "confidence": self.confidence, "note": self.note}


class Window(BaseModel):
    """Years in which a lever acts; an end that is not given is open."""

    first_year: int | None = Field(
        default=None,
        ge=FIRST_POSSIBLE_YEAR,
        le=LAST_POSSIBLE_YEAR,
        description="first year of the change; empty = always was",
    )
    last_year: int | None = Field(
        default=None,
        ge=FIRST_POSSIBLE_YEAR,
        le=LAST_POSSIBLE_YEAR,
        description="last year of the change; empty = for good",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.first_year is not None and self.last_year is not None and self.last_year < self.first_year:
            raise ValueError(f"last_year {self.last_year} is before first_year {self.first_year}")
        return self

    def years(self) -> str:
        """Return the window in words.

        >>> Window(first_year=2026, last_year=2028).years()
        'from 2026 to 2028'
        """
        if self.first_year is None and self.last_year is None:
            return "in every year"
        if self.last_year is None:
            return f"from {self.first_year}"
        if self.first_year is None:
            return f"until {self.last_year}"
        return (
            f"in {self.first_year}"
            if self.first_year == self.last_year
            else f"from {self.first_year} to {self.last_year}"
        )


def with_rows(name: str, kept: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a declared table that are kept, followed by new ones in the same columns and dtypes.

    Args:
        name: name of the table.
        kept: rows that stay.
        rows: new rows; columns they lack take the declared default.
    """
    fitted = pd.DataFrame(index=rows.index)
    for field in table(name).fields:
        empty = field.default if field.default is not None else _EMPTY.get(field.dtype, np.nan)
        cells = rows[field.name].tolist() if field.name in rows else [empty] * len(rows)
        filled = [empty if cell is None else cell for cell in cells]
        fitted[field.name] = pd.Series(filled, index=rows.index, dtype=kept[field.name].dtype)
    return pd.concat([kept, fitted], ignore_index=True) if len(kept) else fitted.reset_index(drop=True)


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain values by column."""
    return [{str(column): cell for column, cell in row.items()} for row in frame.to_dict("records")]


def unknown_names(field: str, names: Iterable[str], known: Iterable[str], what: str) -> list[str]:
    """Return one sentence per name of a field that is not known, with the nearest valid name or the few there are."""
    valid = sorted(set(known) - {""})
    return [f"{field}: '{name}' is not a {what}. {_hint(name, valid)}" for name in names if name not in valid]


def _hint(name: str, valid: list[str]) -> str:
    if not valid:
        return "This world has none."
    similar = nearest(name, valid)
    return f"{similar} Known: {listed(valid)}.".strip()


def listed(names: Iterable[str]) -> str:
    """Return names as text, the first few of a long list.

    >>> listed(["a", "b"])
    'a, b'
    """
    all_names = list(names)
    shown = ", ".join(all_names[:_NAMES_SHOWN])
    rest = len(all_names) - _NAMES_SHOWN
    return f"{shown} and {rest} more" if rest > 0 else shown
