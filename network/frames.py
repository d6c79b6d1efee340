"""Rows of typed frames for loops over tables that are short; long ones go by columns."""

from collections import namedtuple
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pandas as pd


def each_row(frame: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows as named tuples: the columns by name, the row label as ``Index``.

    As ``frame.itertuples()``, whose cells are taken one by one from columns of text and whose class is made anew each
    time. The schemas say what type a column has; a type checker cannot know, so each row is Any.
    """
    make = _row_class(tuple(map(str, frame.columns)))
    yield from map(make._make, zip(frame.index, *(column.tolist() for _, column in frame.items()), strict=True))


@lru_cache(maxsize=256)
def _row_class(columns: tuple[str, ...]) -> Any:
    return namedtuple("Row", ["Index", *columns], rename=True)
