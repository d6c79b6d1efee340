"""How a batch goes, on the terminal: a bar where there is one, plain lines elsewhere."""

import math
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from model.batch.execute import Tally

_PLAIN_INTERVAL_S = 10.0
_MINUTES_FROM_S, _HOURS_FROM_S = 120.0, 7200.0


class BatchProgress:
    """Shows the runs that are finished, running and failed, and the time left; passes on a wish to stop.

    On a terminal a bar is kept up to date. Elsewhere a line comes when something ends, every ten seconds at most.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console, self._clock = console, clock
        self._start, self._last, self._said = clock(), -math.inf, ""
        self._stop = False
        self._bar = Progress(TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[left]}"),
                             console=console, transient=True) if console.is_terminal else None  # fmt: skip
        self._task = self._bar.add_task("", total=None, left="") if self._bar else None

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, tally: Tally) -> None:
        """Show how far the batch is."""
        text, left = progress_text(tally), time_left(tally)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, description=text, total=tally.total,
                             completed=tally.finished + tally.failed, left=left)  # fmt: skip
        elif text != self._said and (self._elapsed() - self._last >= _PLAIN_INTERVAL_S or not tally.left):
            self._last, self._said = self._elapsed(), text
            self._console.print(f"{self._elapsed():6.1f} s  {text}{f', {left}' if left else ''}", highlight=False)

    def note(self, sentence: str) -> None:
        """Say something that the user should know."""
        (self._bar.console if self._bar is not None else self._console).print(sentence, markup=False, highlight=False)

    def stop(self) -> None:
        """Ask the batch to hand out no further run."""
        self._stop = True

    def should_stop(self) -> bool:
        """Whether to hand out no further run."""
        return self._stop

    def _elapsed(self) -> float:
        return self._clock() - self._start


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
