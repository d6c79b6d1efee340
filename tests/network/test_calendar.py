"""The year rule: which periods a window of years acts in."""

from math import nan

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.calendar import acts_in

FAST = pd.DataFrame({"first_year": [2025, 2028, 2035], "last_year": [2027, 2034, 2042]})


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, [True, True, True]),
        (nan, nan, [True, True, True]),
        (2026, None, [True, True, True]),  # two of three years
        (2027, None, [False, True, True]),  # one of three years
        (2028, 2034, [False, True, False]),
        (2031, 2034, [False, True, False]),  # four of seven years
        (2032, 2034, [False, True, False]),  # three of seven: half of no period, most of it here
        (2035, 2038, [False, False, True]),  # four of eight years: exactly half
        (2033, 2035, [False, True, False]),
        (2034, 2035, [False, True, False]),  # one year of each: the earlier
        (2034, 2036, [False, False, True]),  # two years of the last against one
        (2027, 2027, [True, False, False]),
        (None, 2025, [True, False, False]),
        (2010, 2024, [False, False, False]),
        (2043, None, [False, False, False]),
    ],
)
def test_a_window_acts_where_it_covers_half_or_else_where_it_covers_most(
    first: float | None, last: float | None, expected: list[bool]
) -> None:
    assert acts_in(first, last, FAST).tolist() == expected


def test_the_order_of_periods_does_not_matter() -> None:
    assert acts_in(2034, 2035, FAST.iloc[::-1]).tolist() == [False, True, False]


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="a window from 2030 to 2029 ends before it starts"):
        acts_in(2030, 2029, FAST)


@given(first=st.integers(2015, 2050), length=st.integers(0, 30), more=st.integers(0, 10))
def test_a_window_that_meets_a_period_acts_and_a_longer_one_acts_where_half_is_covered(
    first: int, length: int, more: int
) -> None:
    acts = acts_in(first, first + length, FAST)
    meets = ((FAST["first_year"] <= first + length) & (FAST["last_year"] >= first)).any()
    assert acts.any() == meets
    half = acts & (_years_covered(first, first + length) * 2 >= FAST["last_year"] - FAST["first_year"] + 1)
    assert (acts_in(first, first + length + more, FAST) >= half).all()


def _years_covered(first: int, last: int) -> "pd.Series[int]":
    return (FAST["last_year"].clip(upper=last) - FAST["first_year"].clip(lower=first) + 1).clip(lower=0)
