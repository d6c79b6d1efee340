"""Sums by labels: those of grouping a frame by its columns, bit by bit."""

import numpy as np
import pandas as pd
import pytest

from model.group_sums import Labels, stacked, summed


@pytest.mark.parametrize("rows", [1, 7, 5000])
def test_sums_are_those_of_grouping_by_columns(rows: int) -> None:
    chance = np.random.default_rng(rows)
    names = np.array(["KZ", "", "ä", "Kz", "AZ"], dtype=object)
    frame = pd.DataFrame(
        {
            "period": chance.choice([2040, 2025], rows),
            "country": names[chance.integers(0, 5, rows)],
            "part": chance.choice([0.5, 1.0], rows),
        }
    )
    figures = {"kt": chance.normal(size=rows) * 10.0 ** chance.integers(-9, 9, rows), "days": chance.random(rows)}
    found = summed({name: Labels.of(frame[name]) for name in frame}, figures)
    expected = frame.assign(**figures).groupby(list(frame.columns), as_index=False).sum()
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


def test_labels_of_some_rows_and_numbers_group_alike() -> None:
    steps = np.array([2, 0, 2, 1])
    goods = Labels.of(["wheat", "boxes", "wheat"])
    found = summed({"arc": Labels.numbers(np.array([3, 3, 3, 0]), 9), "goods": goods.at(steps)}, {"kt": np.ones(4)})
    assert found.to_dict("list") == {"arc": [0, 3], "goods": ["boxes", "wheat"], "kt": [1.0, 3.0]}


def test_without_rows_there_are_no_sums() -> None:
    found = summed({"country": Labels.of(np.empty(0, dtype=object))}, {"kt": np.empty(0)})
    assert found.empty
    assert list(found.columns) == ["country", "kt"]


def test_small_tables_are_put_one_after_the_other() -> None:
    parts = [
        {"period": 2025, "country": np.array(["KZ", "AZ"], dtype=object), "kt": np.array([1.0, 2.0])},
        {"period": 2030, "country": "GE", "kt": np.empty(0)},
        {"period": 2035, "country": "GE", "kt": np.array([3.0])},
    ]
    expected = pd.DataFrame({"period": [2025, 2025, 2035], "country": ["KZ", "AZ", "GE"], "kt": [1.0, 2.0, 3.0]})
    pd.testing.assert_frame_equal(stacked(parts), expected)
    assert list(stacked(parts[1:2]).columns) == ["period", "country", "kt"]
    assert stacked(parts[1:2]).empty
