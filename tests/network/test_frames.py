"""Rows of frames: what itertuples gives, cell by cell."""

import numpy as np
import pandas as pd
import pytest

from network.frames import each_row
from network.network import Network
from network.schema import TABLES


def _frames() -> dict[str, pd.DataFrame]:
    mixed = pd.DataFrame(
        {
            "text": pd.Series(["a", None, ""], dtype="str"),
            "object": ["b", ("x", "y"), None],
            "whole": np.array([1, 2, 3], dtype=np.int32),
            "figure": [0.5, np.nan, -0.0],
            "flag": [True, False, True],
            "date": pd.to_datetime(["2025-01-01", "2025-06-30", None]),
        },
        index=["p", "q", "r"],
    )
    return {
        "mixed": mixed,
        "without rows": mixed.iloc[:0],
        "without columns": mixed[[]],
        "some rows": mixed.iloc[[2, 0]],
        "names that are none of Python": pd.DataFrame({"a b": [1], "class": [2], "_x": [3], 4: [5]}),
        "one name twice": pd.DataFrame([[1, 2.0]], columns=["a", "a"]),
    }


@pytest.mark.parametrize("frame", _frames().values(), ids=_frames().keys())
def test_rows_are_those_of_itertuples(frame: pd.DataFrame) -> None:
    _assert_same(frame)


def test_rows_of_every_declared_table_are_those_of_itertuples(small_network: Network) -> None:
    for table in TABLES:
        _assert_same(getattr(small_network, table.name))


def _assert_same(frame: pd.DataFrame) -> None:
    found, expected = list(each_row(frame)), list(frame.itertuples())
    assert [row._fields for row in found] == [row._fields for row in expected]
    assert [[(type(cell), repr(cell)) for cell in row] for row in found] == [
        [(type(cell), repr(cell)) for cell in row] for row in expected
    ]
