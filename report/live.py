"""What shows work on a terminal has in common: a display that lives as long as the work, and a wish to stop it."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console

PLAIN_INTERVAL_S = 10.0
"""Seconds between two lines of figures where there is no terminal."""


class Display(Protocol):
    """A part of a terminal that is kept up to date, such as a status or a bar."""

    def start(self) -> None:
        """Begin to show it."""

    def stop(self) -> None:
        """Show it no more."""


class Live:
    """Shows a display during a block and passes on a wish to stop; plain lines take its place elsewhere."""

    def __init__(self, console: Console, display: Display | None, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is shown yet.

        Args:
            display: None where there is no terminal. clock: seconds.
        """
        self._console, self._display, self._clock = console, display, clock
        self._start = clock()
        self._is_to_stop = False

    def __enter__(self) -> Self:
        if self._display is not None:
            self._display.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._display is not None:
            self._display.stop()

    def stop(self) -> None:
        """Ask the work to end in good order."""
        self._is_to_stop = True

    def should_stop(self) -> bool:
        """Whether it was asked to."""
        return self._is_to_stop

    def _elapsed(self) -> float:
        return self._clock() - self._start

    def _line(self, text: str) -> None:
        """Print a plain line with the seconds since the start."""
        self._console.print(f"{self._elapsed():6.1f} s  {text}", highlight=False)
