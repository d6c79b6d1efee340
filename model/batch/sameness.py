"""Whether two values are the same bit by bit, so that a function of one gives what it gives of the other."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from network.network import Network

_PLAIN = (str, bytes, int, float, bool, date, np.generic, type(None))


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same; what is no plain data, and a world, is the same as itself alone.

    Numbers that are equal and not alike, such as 0 and -0, count as different: the answer errs that way.
    """
    if one is other:
        return True
    if type(one) is not type(other) or isinstance(one, Network):
        return False
    if isinstance(one, np.ndarray):
        return _same_array(one, other)
    if isinstance(one, pd.Series):
        return same(one.to_frame("x"), other.to_frame("x"))
    if isinstance(one, pd.DataFrame):
        return _same_frame(one, other)
    if isinstance(one, csr_matrix):
        return one.shape == other.shape and all(
            _same_array(getattr(one, name), getattr(other, name)) for name in ("data", "indices", "indptr")
        )
    if is_dataclass(one):
        return all(same(getattr(one, item.name), getattr(other, item.name)) for item in fields(one) if item.compare)
    if isinstance(one, Mapping):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return isinstance(one, _PLAIN) and bool(one == other)


def _same_array(one: Any, other: Any) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype == object:
        return bool(one.tolist() == other.tolist())
    return bool(one.tobytes() == other.tobytes())


def _same_frame(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    if one.shape != other.shape or not (one.columns.equals(other.columns) and one.index.equals(other.index)):
        return False
    return all(_same_column(one.iloc[:, n], other.iloc[:, n]) for n in range(one.shape[1]))


def _same_column(one: pd.Series, other: pd.Series) -> bool:
    if one.dtype != other.dtype:
        return False
    if isinstance(one.dtype, np.dtype):
        return _same_array(one.to_numpy(), other.to_numpy())
    return bool(one.equals(other))
