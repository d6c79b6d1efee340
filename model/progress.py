"""What a running solve tells its caller, and how the caller asks it to stop."""

from typing import Protocol


class Progress(Protocol):
    """Listener of a run. The solve calls it often; every method returns at once."""

    def phase(self, name: str) -> None:
        """Say that a new phase of the work starts, in words a user reads ("Finding paths")."""

    def update(
        self, incumbent: float | None, bound: float | None, gap_of_gain: float | None, seconds_left: float | None
    ) -> None:
        """Report how far the search is.

        Args:
            incumbent: value of the best plan, musd; None before there is one.
            bound: proven bound on the value of any plan, musd; None before there is one.
            gap_of_gain: (bound - plan) / (bound - nothing built), share; None before it is known.
            seconds_left: seconds until the time limit ends the search; None where there is no limit.
        """

    def should_stop(self) -> bool:
        """Whether to stop now and keep the best plan found."""


class Silent:
    """A progress listener that says nothing and stops only when asked: for callers without a terminal."""

    def __init__(self) -> None:
        self._stop = False

    def phase(self, name: str) -> None:
        """Ignore the phase."""

    def update(
        self, incumbent: float | None, bound: float | None, gap_of_gain: float | None, seconds_left: float | None
    ) -> None:
        """Ignore the figures."""

    def stop(self) -> None:
        """Ask the solve to stop at its next look and keep the best plan."""
        self._stop = True

    def should_stop(self) -> bool:
        """Whether :meth:`stop` was called."""
        return self._stop
