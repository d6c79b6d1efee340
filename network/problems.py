"""What is wrong with a data folder, in the user's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from itertools import takewhile

_ROWS_SHOWN = 5
_CANDIDATES = 8
_SHORTEST_PREFIX = 3


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where.

    Attributes:
        file: file below the data folder, or the folder itself.
        row: row of the file as a spreadsheet counts it (the header is row 1); None = the file as a whole.
        column: column name; '' = the row, or the file, as a whole.
        value: what was found; '' = an empty cell.
        expected: what should be there, in words.
        hint: what to do, such as the nearest valid name; '' = nothing to add.
    """

    file: str
    row: int | None
    column: str
    value: str
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        return _sentence(self, [] if self.row is None else [self.row])


class DataError(ValueError):
    """A data folder that cannot be used. ``problems`` lists everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return _text(self.problems)


def nearest(value: str, valid: Iterable[str]) -> str:
    """The valid name most like a value, as a hint; '' where none is like it."""
    name = closest(value, valid)
    return f"Did you mean {name}?" if name else ""


def closest(value: str, valid: Iterable[str], likeness: float = 0.6) -> str:
    """The valid name most like a value, letter case aside, or the first that it begins; '' where there is none.

    Args:
        value: name that is not valid.
        valid: names to choose from.
        likeness: least likeness, 0 to 1.
    """
    return _closest(value.casefold(), tuple(sorted(set(valid))), likeness)


@lru_cache(maxsize=4096)
def _closest(value: str, valid: tuple[str, ...], likeness: float) -> str:
    by_folded = {name.casefold(): name for name in valid}
    alike = get_close_matches(value, by_folded, n=_CANDIDATES, cutoff=likeness)
    if alike:
        best = max(alike, key=lambda name: (SequenceMatcher(None, name, value).ratio(), _same_letters(name, value)))
        return by_folded[best]
    longer = [name for name in by_folded if name.startswith(value)] if len(value) >= _SHORTEST_PREFIX else []
    return by_folded[longer[0]] if longer else ""


def _same_letters(one: str, other: str) -> int:
    """Letters with which both begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _text(problems: list[Problem]) -> str:
    rows: dict[Problem, list[int]] = {}
    for problem in problems:
        alike = Problem(problem.file, None, problem.column, problem.value, problem.expected, problem.hint)
        rows.setdefault(alike, []).extend([] if problem.row is None else [problem.row])
    sentences = [_sentence(problem, where) for problem, where in rows.items()]
    if len(sentences) == 1:
        return sentences[0]
    return f"{len(problems)} problems in the data:\n" + "\n".join(f"- {sentence}" for sentence in sentences)


def _sentence(problem: Problem, rows: list[int]) -> str:
    where = [problem.file]
    if rows:
        shown = ", ".join(str(row) for row in rows[:_ROWS_SHOWN])
        more = f" and {len(rows) - _ROWS_SHOWN} more" if len(rows) > _ROWS_SHOWN else ""
        where.append(f"row{'s' if len(rows) > 1 else ''} {shown}{more}")
    if problem.column:
        where.append(f"column {problem.column}")
    if not problem.value:
        found = "empty"
    elif rows and problem.column:
        found = f'"{problem.value}"'
    else:
        found = problem.value
    return f"{', '.join(where)}: {found}; expected {problem.expected}.{' ' if problem.hint else ''}{problem.hint}"
