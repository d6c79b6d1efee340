"""Years, periods and seasons."""

from math import inf, isnan

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def part_of_years(
    first_year: NDArray[np.float64], last_year: NDArray[np.float64], start: int, end: int
) -> NDArray[np.float64]:
    """Part of the years from start to end, inclusive, that each of some windows covers; NaN = open at that side.

    Example:
        >>> part_of_years(np.array([2027.0, np.nan]), np.array([2028.0, np.nan]), 2025, 2027).round(3).tolist()
        [0.333, 1.0]
    """
    first = np.where(np.isnan(first_year), start, np.maximum(first_year, start))
    last = np.where(np.isnan(last_year), end, np.minimum(last_year, end))
    return np.clip(last - first + 1.0, 0.0, None) / (end - start + 1.0)


def acts_in(first_year: float | None, last_year: float | None, periods: pd.DataFrame) -> NDArray[np.bool_]:
    """Which periods a window of years acts in.

    A window acts in a period if it covers at least half of its years. One that covers half of no period acts in the one
    that holds most of it, the earliest of equals; one that touches no period acts in none.

    Args:
        first_year: first year of the window; None or NaN = open.
        last_year: last year of the window, inclusive; None or NaN = open.
        periods: columns first_year and last_year, inclusive.

    Returns:
        One entry a row of ``periods``.

    Raises:
        ValueError: the window ends before it starts.
    """
    first = -inf if first_year is None or isnan(first_year) else float(first_year)
    last = inf if last_year is None or isnan(last_year) else float(last_year)
    if last < first:
        raise ValueError(f"a window from {first:.0f} to {last:.0f} ends before it starts")
    start, end = periods["first_year"].to_numpy(float), periods["last_year"].to_numpy(float)
    covered = np.clip(np.minimum(end, last) - np.maximum(start, first) + 1.0, 0.0, None)
    acts: NDArray[np.bool_] = covered >= 0.5 * (end - start + 1.0)
    if not acts.any() and (covered > 0).any():
        acts[np.lexsort((start, -covered))[0]] = True
    return acts
