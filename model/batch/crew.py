"""Workers as the coordinator sees them: lanes, each of which does one run at a time and may be lost."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from model.batch.runs import How, Run
from model.batch.worker import Outcome


@dataclass(frozen=True)
class Task:
    """A run to be done: the arguments of ``model.batch.worker.work``."""

    how: How
    run: Run
    key: str
    out: Path


@dataclass(frozen=True)
class Ended:
    """A task that has ended.

    Attributes:
        outcome: None where the worker was lost, for the reason in ``lost``.
    """

    lane: str
    key: str
    outcome: Outcome | None
    lost: str = ""


class Crew(Protocol):
    """Workers of one machine, or of a cluster."""

    def lanes(self) -> Sequence[str]:
        """Names of the workers that live. They may come and go.

        Raises:
            LimitError: there will be none any more.
        """

    def submit(self, lane: str, task: Task) -> None:
        """Hand a task to a worker that has none. Returns at once."""

    def ended(self, timeout_s: float) -> list[Ended]:
        """What has ended since the last call; waits for the first."""

    def close(self, give_up: bool) -> None:
        """Send the workers home; with ``give_up`` in the middle of what they do."""


class Shares:
    """Runs in an order of nearness, shared among lanes so that each goes through neighbours.

    A lane takes from the front of its own share. A lane without one takes over what no lane has, or else the rear half
    of the longest share: so a lane that comes late or is fast takes over a stretch of neighbours too.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self._free: deque[deque[str]] = deque([deque(keys)])
        self._own: dict[str, deque[str]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._free)) + sum(map(len, self._own.values()))

    def take(self, lane: str) -> str | None:
        """The next run of a lane; None where there is none left."""
        if not self._own.get(lane):
            self._own[lane] = self._another()
        return self._own[lane].popleft() if self._own[lane] else None

    def put_back(self, key: str) -> None:
        """A run that is to be done again, by any lane, after what the lanes have."""
        self._free.append(deque([key]))

    def leave(self, lane: str) -> None:
        """A lane that is gone leaves its share to others."""
        if share := self._own.pop(lane, None):
            self._free.appendleft(share)

    def _another(self) -> deque[str]:
        while self._free:
            if share := self._free.popleft():
                return share
        longest = max(self._own.values(), key=len, default=deque[str]())
        rear = [longest.pop() for _ in range((len(longest) + 1) // 2)]
        return deque(reversed(rear))
