"""Progress of a solve on the terminal: a live line where there is one, plain lines elsewhere."""

import math
import time
from collections.abc import Callable

from rich.console import Console
from rich.status import Status

from report.live import PLAIN_INTERVAL_S, Live

_ENOUGH_POINTS = 3


def estimate_seconds_left(history: list[tuple[float, float]], target_gap: float) -> float | None:
    """Estimate the time until the gap reaches its target, if it keeps shrinking by the same share per second.

    Args:
        history: (seconds since the start, gap of the gain) pairs, in order.
        target_gap: gap at which the search stops.

    Returns:
        Seconds; None while the gap has not shrunk, or there is no trend yet.

    >>> estimate_seconds_left([(0, 0.8), (10, 0.4), (20, 0.2)], 0.1)
    10.0
    """
    if history and history[-1][1] <= target_gap:
        return 0.0
    if len(history) < _ENOUGH_POINTS or target_gap <= 0:
        return None
    (first_time, first_gap), (last_time, last_gap) = history[0], history[-1]
    if last_gap >= first_gap or last_gap <= 0 or last_time <= first_time:
        return None
    halvings_per_s = math.log2(first_gap / last_gap) / (last_time - first_time)
    return math.log2(last_gap / target_gap) / halvings_per_s


class TerminalProgress(Live):
    """Shows the phase, the best plan, the bound, the gap of the gain and the time left; stops with the best plan.

    On a terminal one line is kept up to date. Elsewhere each phase is a line, and figures come every ten seconds.
    """

    def __init__(self, console: Console, target_gap: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._status = Status("", console=console) if console.is_terminal else None
        super().__init__(console, self._status, clock)
        self._target_gap = target_gap
        self._last_plain = -math.inf
        self._phase = ""
        self._history: list[tuple[float, float]] = []

    def phase(self, name: str) -> None:
        """Show that a new phase starts."""
        self._phase = name
        if self._status is None:
            self._line(name)
        else:
            self._status.update(name)

    def update(
        self, incumbent: float | None, bound: float | None, gap_of_gain: float | None, seconds_left: float | None
    ) -> None:
        """Show how far the search is, and the time left by trend or, before there is one, by the limit."""
        elapsed = self._elapsed()
        if gap_of_gain is not None:
            self._history.append((elapsed, gap_of_gain))
        trend = estimate_seconds_left(self._history, self._target_gap)
        text = f"{self._phase}: {_figures(incumbent, bound, gap_of_gain, _time_left(trend, seconds_left))}"
        if self._status is not None:
            self._status.update(text)
        elif elapsed - self._last_plain >= PLAIN_INTERVAL_S:
            self._last_plain = elapsed
            self._line(text)


def _figures(incumbent: float | None, bound: float | None, gap_of_gain: float | None, time_left: str) -> str:
    parts = ["no plan yet" if incumbent is None else f"best plan {incumbent:,.0f} million USD"]
    parts += [f"bound {bound:,.0f}"] if bound is not None else []
    parts += [f"gap of the gain {gap_of_gain:.1%}"] if gap_of_gain is not None else []
    parts += [time_left] if time_left else []
    return ", ".join(parts)


def _time_left(trend: float | None, to_limit: float | None) -> str:
    if trend is not None and (to_limit is None or trend < to_limit):
        return f"about {_duration(trend)} left"
    return "" if to_limit is None else f"at most {_duration(to_limit)} left"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
