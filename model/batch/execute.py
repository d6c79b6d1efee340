"""The coordinator: hands the open runs of a batch to workers, a run at a time, until all are finished or have failed.

What is finished stands in the folder, put there by the workers; nothing of it depends on the coordinator living on.
"""

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from model.batch.catalogue import FAILED, FINISHED, Catalogue
from model.batch.crew import Crew, Ended, Shares, Task
from model.batch.files import is_disk_full
from model.batch.record import Batch
from model.batch.store import LOST, BatchFolder, Failure
from model.batch.worker import Outcome
from model.errors import LimitError

TRIES = 2  # of a run whose worker is lost
_HOPELESS = 6  # workers lost before any has returned: it is not the runs
_TICK_S, _CATALOGUE_S = 1.0, 30.0


class Listener(Protocol):
    """Who is told how a batch goes. Every method returns at once."""

    def update(self, tally: "Tally") -> None:
        """The figures have changed, or a second has passed."""

    def note(self, sentence: str) -> None:
        """Something that the user should know."""

    def should_stop(self) -> bool:
        """Whether to hand out no further run."""


@dataclass
class Tally:
    """How far a batch is.

    Attributes:
        total: runs. finished, failed: of them, before or now. running: at this moment. workers: that live.
        seconds: of the runs that ended now, each.
    """

    total: int
    finished: int = 0
    failed: int = 0
    running: int = 0
    workers: int = 0
    seconds: list[float] = field(default_factory=list)
    stopped: str = ""

    @property
    def left(self) -> int:
        """Runs that are neither finished nor failed."""
        return self.total - self.finished - self.failed

    @property
    def seconds_left(self) -> float | None:
        """Seconds to the end by the mean of the runs that ended; None before there is one, or without workers."""
        if not self.seconds or not self.workers:
            return None
        return self.left * sum(self.seconds) / len(self.seconds) / min(self.workers, max(self.left, 1))


def execute(batch: Batch, out: Path, crew: Crew, listener: Listener) -> Tally:
    """Do what is open of a batch whose folder is prepared and locked by the caller.

    Returns:
        How far it came: with ``stopped``, a sentence, where runs are left.

    Raises:
        KeyboardInterrupt: the user gave up; what was finished by then stays.
    """
    coordinator = _Coordinator(batch, BatchFolder(out), crew, listener)
    give_up = True
    try:
        coordinator.run()
        give_up = False
    finally:
        crew.close(give_up)
        coordinator.write_catalogue()
    return coordinator.tally


class _Coordinator:
    def __init__(self, batch: Batch, folder: BatchFolder, crew: Crew, listener: Listener) -> None:
        self._batch, self._folder, self._crew, self._listener = batch, folder, crew, listener
        self._catalogue, self._written = Catalogue(batch, folder), 0.0
        finished, failed = folder.finished() & set(batch.runs), set(folder.failures()) & set(batch.runs)
        self.tally = Tally(len(batch.runs), len(finished), len(failed))
        self._shares = Shares(key for key in batch.runs if key not in finished | failed)
        self._busy: dict[str, str] = {}  # key by lane
        self._lost: Counter[str] = Counter()
        self._lost_in_all, self._has_returned, self._was_waiting = 0, False, False

    def run(self) -> None:
        """Hand out and take in until nothing is left, or it is to stop."""
        while self._shares or self._busy:
            try:
                if not self.tally.stopped:
                    self._hand_out()
                self._listener.update(self.tally)
                ended = self._crew.ended(_TICK_S) if self._busy or self._shares else []
            except LimitError as error:  # no worker will come any more; what runs may yet finish, on its own
                self._stop(str(error))
                return
            for one in ended:
                self._take_in(one)
            if self._listener.should_stop():
                self._stop("stopped")
            if self.tally.stopped and not self._busy:
                return
            self.write_catalogue(_CATALOGUE_S)
        self._listener.update(self.tally)

    def write_catalogue(self, after_s: float = 0.0) -> None:
        """Write the catalogue if the last one is older than some seconds; a full disk ends the batch."""
        if time.monotonic() - self._written < after_s:
            return
        self._written = time.monotonic()
        try:
            self._folder.write_catalogue(self._catalogue.table())
        except OSError as error:
            if not is_disk_full(error):
                raise
            self._stop(_full(self._folder.path))

    def _hand_out(self) -> None:
        lanes = self._crew.lanes()
        self.tally.workers = len(lanes)
        if not lanes and not self._was_waiting:
            self._listener.note("No worker is there: waiting for one (Ctrl-C stops).")
        self._was_waiting = not lanes
        for lane in lanes:
            if lane not in self._busy and (key := self._shares.take(lane)) is not None:
                self._busy[lane] = key
                self._crew.submit(lane, Task(self._batch.how, self._batch.runs[key], key, self._folder.path))
        self.tally.running = len(self._busy)

    def _take_in(self, ended: Ended) -> None:
        """Count a run that has ended; what is to be done again goes back."""
        self._busy.pop(ended.lane, None)
        self.tally.running = len(self._busy)
        if ended.outcome is None:
            self._lose(ended)
            return
        self._has_returned = True
        outcome = ended.outcome
        if outcome.state == FINISHED:
            self.tally.finished += 1
            self.tally.seconds.append(outcome.seconds)
        elif outcome.state == FAILED:
            self._fail(outcome)
        else:
            self._shares.put_back(ended.key)
            self._stop(_full(self._folder.path, outcome.reason))

    def _lose(self, ended: Ended) -> None:
        """A run whose worker was lost is done again, once."""
        self._lost[ended.key] += 1
        self._lost_in_all += 1
        self._shares.leave(ended.lane)
        if self._folder.is_finished(ended.key):  # it was lost after its work
            self.tally.finished += 1
        elif self._lost_in_all >= _HOPELESS and not self._has_returned:
            self._shares.put_back(ended.key)
            self._stop(f"the first {_HOPELESS} workers were all lost, so it is not the runs: {ended.lost}; is there "
                       "memory enough for so many workers (--workers)?")  # fmt: skip
        elif self._lost[ended.key] < TRIES:
            self._shares.put_back(ended.key)
            self._listener.note(f"A worker was lost with {self._label(ended.key)}, which is done again: {ended.lost}.")
        else:
            reason = f"{TRIES} workers were lost with it, the last time: {ended.lost}; it may need more memory"
            self._fail(Outcome(ended.key, FAILED, LOST, reason))

    def _fail(self, outcome: Outcome) -> None:
        """Note a failure; the rest goes on."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        failure = Failure(outcome.key, outcome.kind, outcome.reason, outcome.seconds, self._lost[outcome.key] + 1,
                          outcome.worker, outcome.trace, now)  # fmt: skip
        if outcome.kind == LOST:
            failure = replace(failure, tries=self._lost[outcome.key])
        try:
            self._folder.fail(failure)
        except OSError as error:
            if not is_disk_full(error):
                raise
            self._shares.put_back(outcome.key)
            self._stop(_full(self._folder.path))
            return
        self.tally.failed += 1
        self.tally.seconds.append(outcome.seconds)
        first = outcome.reason.splitlines()[0] if outcome.reason else ""
        self._listener.note(f"{self._label(outcome.key)} failed ({outcome.kind}): {first}")

    def _stop(self, sentence: str) -> None:
        self.tally.stopped = self.tally.stopped or sentence

    def _label(self, key: str) -> str:
        return self._batch.runs[key].label


def _full(folder: Path, reason: str = "") -> str:
    return f"there is no room left to write to {folder}{f' ({reason})' if reason else ''}"
