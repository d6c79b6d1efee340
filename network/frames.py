"""Rows of typed frames for loops over tables that are short; long ones go by columns."""

from collections.abc import Iterator
from typing import Any

import pandas as pd


def each_row(frame: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows as named tuples: the columns by name, the row label as ``Index``.

    The schemas say what type a column has; a type checker cannot know, so each row is Any.
    """
    yield from frame.itertuples()
