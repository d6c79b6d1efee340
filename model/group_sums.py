"""Sums of many rows by labels: texts are compared once, rows go by their codes; and small tables made at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Columns = Mapping[str, Any]  # of a table: arrays of one length, or one value for all rows


@dataclass(frozen=True)
class Labels:
    """Labels of rows.

    Attributes:
        codes: position of each row's label in the names. names: the distinct labels, sorted.
    """

    codes: Ints
    names: NDArray[Any]

    @classmethod
    def of(cls, values: Any) -> "Labels":
        """Labels of values, none of them missing."""
        codes, names = pd.factorize(np.asarray(values), sort=True)
        return cls(codes.astype(np.int64), names)

    @classmethod
    def numbers(cls, values: Ints, count: int) -> "Labels":
        """Labels that are whole numbers from 0 to below ``count``."""
        return cls(values, np.arange(count))

    def at(self, rows: Ints) -> "Labels":
        """Labels of some of the rows, in another order or repeated."""
        return Labels(self.codes[rows], self.names)


def summed(keys: Mapping[str, Labels], figures: Mapping[str, Floats]) -> pd.DataFrame:
    """Sums of figures by their labels: one row a combination that there is, sorted by the keys.

    The same as grouping a frame by its columns of labels, to the last bit: rows are added up in their order.

    >>> summed({"of": Labels.of(["b", "a", "b"])}, {"kt": np.array([1.0, 2.0, 3.0])}).to_dict("list")
    {'of': ['a', 'b'], 'kt': [2.0, 4.0]}
    """
    return pd.DataFrame(sums_by(keys, figures))


def sums_by(keys: Mapping[str, Labels], figures: Mapping[str, Floats]) -> dict[str, NDArray[Any]]:
    """The columns of :func:`summed`."""
    shape = [len(labels.names) for labels in keys.values()]
    if not all(shape):
        return {name: labels.names[:0] for name, labels in keys.items()} | {name: np.zeros(0) for name in figures}
    cell = np.ravel_multi_index([labels.codes for labels in keys.values()], shape)
    sums = pd.DataFrame(dict(figures)).groupby(cell).sum()
    codes = np.unravel_index(sums.index.to_numpy(), shape)
    found = {name: labels.names[at] for (name, labels), at in zip(keys.items(), codes, strict=True)}
    return found | {name: sums[name].to_numpy() for name in figures}


def stacked(parts: Sequence[Columns]) -> pd.DataFrame:
    """One table of the rows of many small ones, in their order, made at once.

    Args:
        parts: of the same columns, each with an array among them at least.

    >>> stacked([{"of": "a", "kt": np.array([1.0, 2.0])}, {"of": "b", "kt": np.array([3.0])}]).to_dict("list")
    {'of': ['a', 'a', 'b'], 'kt': [1.0, 2.0, 3.0]}
    """
    rows = [next(len(column) for column in part.values() if np.ndim(column)) for part in parts]
    some = [(part, count) for part, count in zip(parts, rows, strict=True) if count] or [(parts[0], 0)]
    return pd.DataFrame(
        {name: np.concatenate([_of_length(part[name], count) for part, count in some]) for name in parts[0]}
    )


def _of_length(column: Any, rows: int) -> NDArray[Any]:
    if np.ndim(column):
        return np.asarray(column)
    return np.full(rows, column, dtype=object if isinstance(column, str) else None)
