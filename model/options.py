"""How a run is solved: everything the command line can say that is not part of the world or of the scenario."""

import math
import os
from dataclasses import dataclass, field
from pathlib import Path

from model.errors import InputError
from network.problems import nearest

OBJECTIVES = ("shipper", "world")
NATIONAL = "national:"  # followed by a country: its own fees and duties are no cost to it
RESOLUTIONS = ("fast", "full")
FORMULATIONS = ("auto", "path", "arc")
TIME_LIMITS_S = {"fast": 70.0, "full": 540.0}


def available_threads() -> int:
    """Processors of this machine, at least 1."""
    return os.cpu_count() or 1


@dataclass(frozen=True)
class Options:
    """Options of a run, validated.

    Attributes:
        objective: "shipper" charges fees, tolls and duties, "world" leaves these transfers out, "national:XX" leaves
            out what country XX pays to itself.
        relax: whether projects may be built in part (the relaxed plan, a bound).
        gap: gap of the gain at which the search for a plan may stop, share from 0 to 1.
        time_limit_s: seconds after which the best plan found is taken; None = by resolution (TIME_LIMITS_S).
        threads: processors to use.
        resolution: "fast" (few periods, one season) or "full", as in the tables of periods and seasons.
        formulation: "path" (columns of paths), "arc" (node-arc balance) or "auto" (by size).
        states: whether the scenario's branches are states of the world, each with its probability.
        store: folder in which paths are kept between runs; None keeps none.

    Raises:
        InputError: with every option that is not valid.
    """

    objective: str = "shipper"
    relax: bool = False
    gap: float = 0.05
    time_limit_s: float | None = None
    threads: int = field(default_factory=available_threads)
    resolution: str = "fast"
    formulation: str = "auto"
    store: Path | None = None
    states: bool = False

    def __post_init__(self) -> None:
        problems = [
            *_objective(self.objective),
            *_choice("--resolution", self.resolution, RESOLUTIONS),
            *_choice("--formulation", self.formulation, FORMULATIONS),
        ]
        if not 0 <= self.gap < 1:
            problems.append(f"--gap is {self.gap}; expected a share from 0 to below 1, such as 0.05")
        if self.time_limit_s is not None and not (self.time_limit_s > 0 and math.isfinite(self.time_limit_s)):
            problems.append(f"--time-limit is {self.time_limit_s}; expected a number of seconds above 0, such as 600")
        if self.threads < 1:
            problems.append(f"--threads is {self.threads}; expected 1 or more")
        if problems:
            raise InputError(problems)

    @property
    def seconds(self) -> float:
        """Seconds of the search for a plan."""
        return TIME_LIMITS_S[self.resolution] if self.time_limit_s is None else self.time_limit_s


def _objective(value: str) -> list[str]:
    country = value.removeprefix(NATIONAL)
    if value.startswith(NATIONAL) and country.isalnum() and country.isupper():
        return []
    if value.startswith(NATIONAL):
        return [f"--objective is '{value}'; expected a country in capital letters after {NATIONAL}, such as "
                f"{NATIONAL}KZ (or {NATIONAL}EU27)"]  # fmt: skip
    return _choice("--objective", value, (*OBJECTIVES, f"{NATIONAL}XX"))


def _choice(option: str, value: str, choices: tuple[str, ...]) -> list[str]:
    if value in choices:
        return []
    return [f"{option} is '{value}'; expected {' or '.join(choices)}. {nearest(value, choices)}".strip()]
