"""Small helpers on frames that indicators and sentences share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of `frame` as dictionaries by column."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def largest(frame: pd.DataFrame, column: str) -> dict[str, Any]:
    """Return the row with the largest `column`; `frame` must have a row."""
    return records(frame.iloc[[int(np.nanargmax(frame[column].to_numpy(dtype="float64")))]])[0]


def of_period(frame: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the rows of one period."""
    return frame[frame["period"] == year]


def positions(values: pd.Series, order: Sequence[str]) -> list[int]:
    """Return the place of each value in `order`; values that are not in it come last."""
    place = {name: i for i, name in enumerate(order)}
    return [place.get(str(value), len(place)) for value in values]


def ratio(above: pd.Series, below: pd.Series) -> pd.Series:
    """Return above / below, empty where below is 0."""
    return above / below.where(below != 0, np.nan)


def plain_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with texts as Python's own: those of pandas cannot be merged or filled where a table is empty."""
    return frame.astype({name: "object" for name, kind in frame.dtypes.items() if isinstance(kind, pd.StringDtype)})
