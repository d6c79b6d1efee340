"""The three ways in which a run ends without a plan, as exceptions whose text is what the user reads."""

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from network.problems import DataError

_BULLET = "- "


class InputError(Exception):
    """What was asked cannot be read or is not valid; carries every problem found, one sentence each.

    Attributes:
        problems: sentences that say what is wrong, where, and what would be right.
    """

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__(*self.problems)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return self.problems[0]
        return "\n".join([f"{len(self.problems)} problems:", *(_BULLET + problem for problem in self.problems)])


class InfeasibleError(Exception):
    """The world admits no plan, or one without limit; the text says why in the user's words."""


class LimitError(Exception):
    """The time limit or a request to stop came before there was a plan."""


class Problems:
    """Collects the problems of independent steps, so that the user sees all at once.

    Each step runs in a ``with problems:`` block; :meth:`raise_any` comes before the results are used.
    """

    def __init__(self) -> None:
        self._sentences: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, InputError):
            self._sentences += error.problems
        elif isinstance(error, DataError):
            lines = str(error).splitlines()
            bullets = [line.removeprefix(_BULLET) for line in lines if line.startswith(_BULLET)]
            self._sentences += bullets or lines
        else:
            return False
        return True

    def raise_any(self) -> None:
        """Raise one InputError with all problems, if there are any."""
        if self._sentences:
            raise InputError(self._sentences)
