"""What scenarios leave of the problem of the base: steps of its build whose answers are taken and not made again.

The build is made of steps, functions of worlds and of what steps before them found (``model.steps``). The first build,
that of the base, notes of every step what it was given and what it read of each world, table by table and parameter by
parameter. A later build takes the answer of a step where it is given the same and where the worlds hold the same where
the step looked: a function that sees nothing else finds nothing else. So nobody has to say which tables a step depends
on, and none can be forgotten. Nothing is kept of later builds: what they take depends on the base and themselves alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from model.batch.sameness import same
from model.batch.watched import Reads, Watched, read_again
from model.steps import P, Steps, T
from network.network import Network


@dataclass(frozen=True)
class _Step:
    """A step that was taken: what it was given by name, what it read of the worlds among that, and what it found."""

    given: Mapping[str, Any]
    reads: Mapping[str, Reads]
    answer: Any

    def holds(self, given: Mapping[str, Any]) -> bool:
        """Whether the step finds the same in what is given now."""
        if given.keys() != self.given.keys() | self.reads.keys():
            return False
        worlds = all(
            isinstance(given[name], Network)
            and all(same(value, read_again(given[name], *where)) for where, value in reads.items())
            for name, reads in self.reads.items()
        )
        return worlds and all(same(self.given[name], given[name]) for name in given if name not in self.reads)


class KeptSteps(Steps):
    """The steps of the first build, for the builds that follow."""

    def __init__(self) -> None:
        self._steps: dict[tuple[object, ...], list[_Step]] = {}
        self._is_open = True

    def close(self) -> None:
        """End the first build: from now on answers are taken and none is added."""
        self._is_open = False

    def take(self, at: tuple[object, ...], make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The kept answer where it holds, else the step taken anew."""
        given = {str(n): value for n, value in enumerate(args)} | kwargs
        key = (make, *at)
        for kept in self._steps.get(key, ()):  # more than one where it was taken for several worlds
            if kept.holds(given):
                answer: T = kept.answer
                return answer
        return self._first(key, make, given, len(args)) if self._is_open else make(*args, **kwargs)

    def _first(self, key: tuple[object, ...], make: Callable[..., T], given: dict[str, Any], positional: int) -> T:
        watched = {name: Watched(value) for name, value in given.items() if isinstance(value, Network)}
        passed = given | watched
        args = [passed.pop(str(n)) for n in range(positional)]
        answer = make(*args, **passed)
        reads = {name: dict(world.reads) for name, world in watched.items()}
        others = {name: value for name, value in given.items() if name not in watched}
        self._steps.setdefault(key, []).append(_Step(others, reads, answer))
        return answer
