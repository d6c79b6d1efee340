"""Whether two values are the same bit by bit."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from model.batch.sameness import same
from tests.model.conftest import make_world


@dataclass(frozen=True)
class Pair:
    """Two values."""

    one: Any
    other: Any


def frame(**columns: Any) -> pd.DataFrame:
    """A frame of some columns."""
    return pd.DataFrame(columns)


ALIKE = [
    lambda: np.array([1.0, np.nan]),
    lambda: np.array(["a", "b"]),
    lambda: np.array([(1, 2), ("a",)], dtype=object),
    lambda: frame(x=[1.0, np.nan], y=["a", ""], z=[(), ("b", "c")]),
    lambda: pd.Series(["a", "b"], name="x"),
    lambda: csr_matrix(np.eye(3)),
    lambda: Pair(np.zeros(2), {"a": [1, 2.5, None, True], "b": (date(2030, 1, 1), "x")}),
]
DIFFERENT = [
    (np.array([1.0]), np.array([1])),
    (np.array([0.0]), np.array([-0.0])),
    (np.zeros(2), np.zeros((1, 2))),
    (np.array(["a", None], dtype=object), np.array(["a", "b"], dtype=object)),
    (frame(x=[1.0]), frame(x=[1])),
    (frame(x=[1.0]), frame(y=[1.0])),
    (frame(x=[1.0, 2.0]), frame(x=[1.0, 2.0]).set_axis([1, 2])),
    (frame(x=["a"]), frame(x=["b"])),
    (frame(x=[("a",)]), frame(x=[("b",)])),
    (frame(x=[0.0]), frame(x=[-0.0])),
    (pd.Series([1.0]), pd.Series([2.0])),
    (csr_matrix(np.eye(3)), csr_matrix(2 * np.eye(3))),
    (csr_matrix((3, 3)), csr_matrix((3, 4))),
    (Pair(1, 2), Pair(1, 3)),
    ({"a": 1}, {"b": 1}),
    ({"a": 1}, {"a": 2}),
    ([1, 2], [1, 2, 3]),
    ((1,), [1]),
    (1, True),
    ("a", "b"),
    (float("nan"), float("nan") + 1),
    (object(), object()),
    (make_world([], [], [{"place_id": "A"}]), make_world([], [], [{"place_id": "A"}])),
]


@pytest.mark.parametrize("make", ALIKE)
def test_what_is_made_alike_is_the_same(make: Any) -> None:
    assert same(make(), make())


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_differs_in_anything_is_not_the_same(one: Any, other: Any) -> None:
    assert not same(one, other)
    assert not same(other, one)
    assert same(one, one)
