"""How a batch goes, on the terminal: a bar where there is one, plain lines elsewhere."""

import math
import time
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from model.batch.execute import Tally
from report.live import PLAIN_INTERVAL_S, Live

_MINUTES_FROM_S, _HOURS_FROM_S = 120.0, 7200.0


class BatchProgress(Live):
    """Shows the runs that are finished, running and failed, and the time left; stops by handing out no further run.

    On a terminal a bar is kept up to date. Elsewhere a line comes when something ends, every ten seconds at most.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._bar = Progress(TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[left]}"),
                             console=console, transient=True) if console.is_terminal else None  # fmt: skip
        super().__init__(console, self._bar, clock)
        self._last, self._said = -math.inf, ""
        self._task = self._bar.add_task("", total=None, left="") if self._bar else None

    def update(self, tally: Tally) -> None:
        """Show how far the batch is."""
        text, left = progress_text(tally), time_left(tally)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=text, total=tally.total,
                             completed=tally.finished + tally.failed, left=left)  # fmt: skip
        elif text != self._said and (self._elapsed() - self._last >= PLAIN_INTERVAL_S or not tally.left):
            self._last, self._said = self._elapsed(), text
            self._line(f"{text}{f', {left}' if left else ''}")

    def note(self, sentence: str) -> None:
        """Say something that the user should know."""
        (self._bar.console if self._bar is not None else self._console).print(sentence, markup=False, highlight=False)


def progress_text(tally: Tally) -> str:
    """Figures of a batch.

    >>> progress_text(Tally(25, finished=12, failed=1, running=2))
    '12 of 25 finished, 2 running, 1 failed'
    """
    parts = [f"{tally.finished:,} of {tally.total:,} finished", f"{tally.running} running"]
    return ", ".join(parts + ([f"{tally.failed:,} failed"] if tally.failed else []))


def time_left(tally: Tally) -> str:
    """Time left, "" where there is nothing to tell it by.

    >>> time_left(Tally(25, finished=5, workers=2, seconds=[60.0, 80.0]))
    'about 12 min left'
    """
    seconds = tally.seconds_left
    if seconds is None or not tally.left:
        return ""
    return f"about {duration(seconds)} left"


def duration(seconds: float) -> str:
    """A time for people.

    >>> duration(95), duration(700), duration(9000)
    ('95 s', '12 min', '2.5 h')
    """
    if seconds < _MINUTES_FROM_S:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < _HOURS_FROM_S else f"{seconds / 3600:.1f} h"
