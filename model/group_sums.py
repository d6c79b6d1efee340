"""Sums of many rows by labels: texts are compared once, rows go by their codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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
    shape = [len(labels.names) for labels in keys.values()]
    if not all(shape):
        return pd.DataFrame({name: labels.names[:0] for name, labels in keys.items()} | {n: [] for n in figures})
    cell = np.ravel_multi_index([labels.codes for labels in keys.values()], shape)
    sums = pd.DataFrame(dict(figures)).groupby(cell).sum()
    codes = np.unravel_index(sums.index.to_numpy(), shape)
    found = {name: labels.names[at] for (name, labels), at in zip(keys.items(), codes, strict=True)}
    return pd.DataFrame(found | {name: sums[name].to_numpy() for name in figures})
