"""The three ways in which a run ends without a plan, as exceptions whose text is what the user reads."""

from collections.abc import Iterable


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
        return "\n".join([f"{len(self.problems)} problems:", *(f"- {problem}" for problem in self.problems)])


class InfeasibleError(Exception):
    """The world admits no plan, or one without limit; the text says why in the user's words."""


class LimitError(Exception):
    """The time limit or a request to stop came before there was a plan."""
