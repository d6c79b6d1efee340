"""A digest of plain data: equal arrays, frames and dataclasses of them give equal digests, whatever made them."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from hashlib import blake2b
from typing import Any, Protocol

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from network.network import Network


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


def digest(*values: Any) -> str:
    """Digest of some values, hexadecimal; the worlds that they were made from do not count.

    Raises:
        TypeError: a value of a kind that is not plain data.
    """
    found = blake2b(digest_size=16)
    _take(found, values)
    return found.hexdigest()


def _take(found: _Hash, value: Any) -> None:
    found.update(type(value).__name__.encode())
    if isinstance(value, Network):
        return
    value = _plain(value)
    if isinstance(value, np.ndarray):
        found.update(f"{value.shape}{value.dtype}".encode())
        found.update(repr(value.tolist()).encode() if value.dtype == object else np.ascontiguousarray(value).tobytes())
    elif isinstance(value, pd.DataFrame):
        found.update(repr(list(value.columns)).encode())
        for name in value.columns:
            _take(found, value[name].to_numpy())
    elif is_dataclass(value):
        for item in fields(value):
            found.update(item.name.encode())
            _take(found, getattr(value, item.name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            found.update(repr(key).encode())
            _take(found, item)
    elif isinstance(value, str | bytes | int | float | bool | np.generic | None):
        found.update(repr(value).encode())
    elif isinstance(value, Iterable):
        for item in value:
            _take(found, item)
            found.update(b";")
    else:
        raise TypeError(f"{type(value).__name__} is no plain data; expected arrays, frames or dataclasses of them")


def _plain(value: Any) -> Any:
    """A column as a frame, a matrix as its arrays; anything else as it is."""
    if isinstance(value, pd.Series):
        return value.to_frame()
    return (value.shape, value.data, value.indices, value.indptr) if isinstance(value, csr_matrix) else value
