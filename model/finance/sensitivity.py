"""What a result hangs on: the value of one driver that turns it, and how far each driver moves it alone.

ADB and World Bank practice: for each key driver the switching value, at which the net present value is 0, and a tornado
of low and high cases, widest first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq


@dataclass(frozen=True)
class SwitchingValue:
    """Where a result changes sign.

    Attributes:
        value: of the driver, nearest to its base; None where there is none in the range.
        change: value / base - 1, None without a value or with a base of 0. reason: why there is none.
    """

    value: float | None
    change: float | None
    reason: str | None


@dataclass(frozen=True)
class Driver:
    """A driver with its low, base and high value, in its own unit."""

    name: str
    low: float
    base: float
    high: float


@dataclass(frozen=True)
class TornadoRow:
    """Results with one driver low, at base and high; swing is the widest distance between the three."""

    driver: str
    low: float
    base: float
    high: float
    swing: float


def switching_value(
    result: Callable[[float], float], base: float, low: float, high: float, *, points: int = 21
) -> SwitchingValue:
    """Value of a driver nearest to its base at which the result changes sign.

    The range is tried in equal steps, so that a result that turns back is not missed unless it does so within a step;
    then the root is closed in on (Brent). A result that jumps over 0, as where a plan is dropped, switches there.

    Args:
        result: of the driver alone, as a net present value in money. low, high: range in which to look.
        points: values of the range that are tried; 2 do for a monotone result.

    Raises:
        ValueError: a range in the wrong order, fewer than 2 points, a result that is no number.
    """
    if not (low < high and points >= 2):
        raise ValueError(f"a range of {low:g} to {high:g} in {points} points; expected low below high and 2 or more")
    grid = [float(x) for x in np.linspace(low, high, points)]
    results = [float(result(x)) for x in grid]
    for x, found in zip(grid, results, strict=True):
        if not np.isfinite(found):
            raise ValueError(f"the result at {x:g} is {found}; expected a number everywhere from {low:g} to {high:g}")
    roots = [x for x, found in zip(grid, results, strict=True) if found == 0]
    for (one, here), (two, there) in pairwise(zip(grid, results, strict=True)):
        if here * there < 0:
            roots.append(float(brentq(result, one, two)))
    if not roots:
        side = "above" if results[0] > 0 else "below"
        reason = (
            f"The result stays {side} 0 from {low:g} to {high:g}, between {min(results):.6g} and {max(results):.6g}."
        )
        return SwitchingValue(None, None, reason)
    nearest = min(roots, key=lambda x: abs(x - base))
    return SwitchingValue(nearest, nearest / base - 1.0 if base else None, None)


def tornado(result: Callable[[Mapping[str, float]], float], drivers: Sequence[Driver]) -> tuple[TornadoRow, ...]:
    """Results with each driver low and high and all others at base, the widest swing first.

    Args:
        result: of the values of all drivers by name.

    Raises:
        ValueError: no driver, two of one name, or a base outside low .. high.
    """
    base = {driver.name: driver.base for driver in drivers}
    if not drivers or len(base) < len(drivers):
        raise ValueError(f"drivers {[driver.name for driver in drivers]}; expected one or more, each with its own name")
    for driver in drivers:
        if not driver.low <= driver.base <= driver.high:
            raise ValueError(
                f"{driver.name} goes {driver.low:g}, {driver.base:g}, {driver.high:g}; expected low, base, high to rise"
            )
    middle = float(result(base))
    rows = []
    for driver in drivers:
        low, high = (float(result({**base, driver.name: value})) for value in (driver.low, driver.high))
        rows.append(TornadoRow(driver.name, low, middle, high, max(low, middle, high) - min(low, middle, high)))
    return tuple(sorted(rows, key=lambda row: -row.swing))
