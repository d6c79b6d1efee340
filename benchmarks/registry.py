"""What is measured: phases of the engine, and duels with a peer that does the same work another way."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Phase:
    """A piece of the engine's work: ``prepare`` is not measured, ``work`` takes what it returns."""

    name: str
    title: str
    prepare: Callable[[Path], object]
    work: Callable[..., object]


@dataclass(frozen=True)
class Duel:
    """The same work done by the engine and by a peer, in one run.

    Both take what ``prepare`` returns and give a number that must agree: a duel with another result is no comparison.
    """

    name: str
    title: str
    prepare: Callable[[Path], object]
    ours: Callable[..., float]
    peer: Callable[..., float]
    tolerance: float = 1e-6


@dataclass(frozen=True)
class Measured:
    """Seconds of one benchmark; a duel has the peer's too."""

    name: str
    title: str
    seconds: float
    peer_seconds: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times longer the peer takes."""
        return None if self.peer_seconds is None else self.peer_seconds / self.seconds


def measure_phase(phase: Phase, data: Path, repeat: int) -> Measured:
    """Least seconds of some repetitions, each freshly prepared."""
    least = min(_timed(phase.work, phase.prepare(data))[0] for _ in range(repeat))
    return Measured(phase.name, phase.title, least)


def measure_duel(duel: Duel, data: Path, repeat: int) -> Measured:
    """Least seconds of both sides over some repetitions, side by side.

    Raises:
        ValueError: the two give different results.
    """
    ours, peers = [], []
    for _ in range(repeat):
        prepared = duel.prepare(data)
        mine, result = _timed(duel.ours, prepared)
        theirs, other = _timed(duel.peer, prepared)
        if abs(result - other) > duel.tolerance * max(1.0, abs(result)):
            raise ValueError(f"{duel.name}: {result} and {other} are not the same result")
        ours.append(mine)
        peers.append(theirs)
    return Measured(duel.name, duel.title, min(ours), min(peers))


def _timed(work: Callable[..., Result], prepared: object) -> tuple[float, Result]:
    began = time.perf_counter()
    result = work(prepared)
    return time.perf_counter() - began, result
