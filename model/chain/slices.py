"""The years of the chain: slices of time, short where a stop begins or ends, long further out.

Flows of a slice are yearly rates, stocks stand at its end. A control that lasts at most three years is a stop: the
years that it touches, and the one after, are cut into quarters, so that a stop of two months and one of six differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from network.network import Network

Floats = NDArray[np.float64]
_STOP_YEARS = 3.0
_SINGLE_YEARS = 3  # at the start, one slice a year
_SPAN = {"fast": 4, "full": 1}
_QUARTERS = 4


@dataclass(frozen=True)
class Slices:
    """Slices of the horizon.

    Attributes:
        start, end: years with fractions (2027.25 = 1 April 2027). weight: discounted years.
        period: position of the planning period that each falls in.
    """

    start: Floats
    end: Floats
    weight: Floats
    period: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start)

    @property
    def years(self) -> Floats:
        """Length of each slice in years."""
        return self.end - self.start

    @property
    def middle(self) -> Floats:
        """Middle of each slice."""
        return (self.start + self.end) / 2

    @property
    def labels(self) -> list[str]:
        """Names for people: 2027 Q1, 2027, 2028-2030."""
        return [_label(start, end) for start, end in zip(self.start, self.end, strict=True)]

    def covered(self, first: float, last: float) -> Floats:
        """Part of each slice between two moments."""
        inside = np.minimum(self.end, last) - np.maximum(self.start, first)
        return np.asarray(np.clip(inside / self.years, 0.0, 1.0))


def months(first: str, last: str) -> tuple[float, float]:
    """Moments where a window of months (YYYY-MM, empty = open) begins and ends."""
    begin = -np.inf if not first else int(first[:4]) + (int(first[5:7]) - 1) / 12
    end = np.inf if not last else int(last[:4]) + int(last[5:7]) / 12
    return begin, end


def is_stop(row: Mapping[Any, Any], first_year: int) -> bool:
    """Whether a control in force begins and ends within three years; what began in the first year is past."""
    if row["is_active"] != 1 or not (row["first_month"] and row["last_month"]):
        return False
    begin, end = months(row["first_month"], row["last_month"])
    return end - begin <= _STOP_YEARS and begin >= first_year + 1


def build_slices(network: Network, periods: pd.DataFrame, resolution: str) -> Slices:
    """Slices of the planning periods.

    Args:
        periods: period, first_year, last_year. resolution: "fast" or "full".
    """
    first, last = int(periods["first_year"].iloc[0]), int(periods["last_year"].iloc[-1]) + 1
    fine = _stopped_years(network, first, last)
    starts: list[float] = []
    year = first
    while year < last:
        if year in fine:
            starts += [year + quarter / _QUARTERS for quarter in range(_QUARTERS)]
            year += 1
            continue
        span = 1 if year < first + _SINGLE_YEARS else _SPAN[resolution]
        starts.append(float(year))
        stop = min([year + span, last, *(y for y in fine if y > year), *_breaks(periods, year)])
        year = stop
    start = np.array(starts)
    end = np.append(start[1:], float(last))
    rate = network.parameter("discount_rate")
    years = np.arange(first, last)
    inside = np.clip(np.minimum(end[:, None], years + 1) - np.maximum(start[:, None], years), 0.0, 1.0)
    weight = inside @ (1.0 + rate) ** -(years - first).astype(float)
    bounds = periods["last_year"].to_numpy(float) + 1.0
    return Slices(start, end, weight, np.searchsorted(bounds, start, side="right").astype(np.int64))


def _stopped_years(network: Network, first: int, last: int) -> set[int]:
    years: set[int] = set()
    for row in network.chain_controls.to_dict("records"):
        begin, end = months(row["first_month"], row["last_month"])
        if is_stop(row, first) and begin < last:
            years |= set(range(int(begin), min(int(np.ceil(end)) + 1, last)))
    return years


def _breaks(periods: pd.DataFrame, year: int) -> list[int]:
    return [int(y) for y in periods["first_year"] if y > year]


def _label(start: float, end: float) -> str:
    if end - start < 1:
        return f"{int(start)} Q{round((start % 1) * _QUARTERS) + 1}"
    return f"{int(start)}" if end - start == 1 else f"{int(start)}-{int(end) - 1}"
