"""The coordinator: what it does with runs that fail, workers that are lost, full disks and a wish to stop."""

import errno
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest

from model.batch.catalogue import FAILED, FINISHED, OPEN
from model.batch.crew import Ended, Task
from model.batch.execute import Tally, execute
from model.batch.record import Batch
from model.batch.start import Asked, held, start
from model.batch.store import DISK_FULL, BatchFolder
from model.batch.worker import Outcome
from model.errors import LimitError
from model.progress import Silent
from tests.model.batch.processes import Ear

Answer = Callable[[Task, int], Ended]


class Crew:
    """Lanes that answer at once, by a function of the task and of how often its run was handed out."""

    def __init__(self, answer: Callable[[Task, int], Outcome | str], lanes: int = 2) -> None:
        self.answer, self.count = answer, lanes
        self.given: list[str] = []
        self.busy: dict[str, Task] = {}
        self.closed: list[bool] = []

    def lanes(self) -> Sequence[str]:
        return [str(number) for number in range(self.count)]

    def submit(self, lane: str, task: Task) -> None:
        assert lane not in self.busy
        self.busy[lane] = task
        self.given.append(task.key)

    def ended(self, timeout_s: float) -> list[Ended]:
        del timeout_s
        found = []
        for lane, task in self.busy.items():
            said = self.answer(task, self.given.count(task.key))
            found.append(Ended(lane, task.key, None, said) if isinstance(said, str) else Ended(lane, task.key, said))
        self.busy.clear()
        return found

    def close(self, give_up: bool) -> None:
        self.closed.append(give_up)


def done(task: Task, _: int = 1) -> Outcome:
    """Put down what marks a run as finished."""
    (task.out / "runs" / task.key).mkdir()
    (task.out / "runs" / task.key / "run.json").write_text("{}", encoding="utf-8")
    return Outcome(task.key, FINISHED, seconds=2.0)


@pytest.fixture
def batch(ask: Callable[..., Asked], tmp_path: Path) -> Batch:
    asked = ask((0.1, 0.2, 0.3, 0.4, 0.5, 0.6))
    with held(tmp_path / "out"):
        return start(asked, tmp_path / "out", Silent())


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def states(out: Path) -> list[str]:
    return list(pd.read_parquet(out / "catalogue.parquet")["state"])


def test_all_runs_are_done_and_the_catalogue_says_so(batch: Batch, out: Path) -> None:
    crew = Crew(done)
    tally = execute(batch, out, crew, Ear())
    assert (tally.finished, tally.failed, tally.left, tally.stopped) == (6, 0, 0, "")
    assert sorted(crew.given) == sorted(batch.runs)
    assert states(out) == [FINISHED] * 6
    assert crew.closed == [False]


def test_finished_runs_are_not_handed_out_again(batch: Batch, out: Path) -> None:
    execute(batch, out, Crew(done), Ear(stop_after=2))
    before = BatchFolder(out).finished()
    assert 0 < len(before) < 6
    crew = Crew(done)
    assert execute(batch, out, crew, Ear()).finished == 6
    assert not before & set(crew.given)


def test_one_run_fails_alone_with_its_reason(batch: Batch, out: Path) -> None:
    bad = list(batch.runs)[2]

    def answer(task: Task, number: int) -> Outcome:
        if task.key == bad:
            return Outcome(task.key, FAILED, "infeasible", "No way leads there.", 1.0, "here:1", "")
        return done(task, number)

    ear = Ear()
    tally = execute(batch, out, Crew(answer), ear)
    assert (tally.finished, tally.failed) == (5, 1)
    failure = BatchFolder(out).failures()[bad]
    assert (failure.kind, failure.reason, failure.tries) == ("infeasible", "No way leads there.", 1)
    assert ear.notes == ["baseline, rail 0.3 failed (infeasible): No way leads there."]
    row = pd.read_csv(out / "catalogue.csv").set_index("key").loc[bad]
    assert (row["state"], row["kind"], row["reason"]) == (FAILED, "infeasible", "No way leads there.")


def test_a_run_whose_worker_is_lost_is_done_again_and_after_the_second_fails_alone(batch: Batch, out: Path) -> None:
    once, twice = list(batch.runs)[1], list(batch.runs)[4]

    def answer(task: Task, number: int) -> Outcome | str:
        if task.key == twice or (task.key == once and number == 1):
            return "its process was ended"
        return done(task, number)

    crew = Crew(answer)
    tally = execute(batch, out, crew, Ear())
    assert (tally.finished, tally.failed) == (5, 1)
    assert crew.given.count(once) == crew.given.count(twice) == 2
    failure = BatchFolder(out).failures()[twice]
    assert (failure.kind, failure.tries) == ("lost worker", 2)
    assert "its process was ended" in failure.reason


def test_a_worker_lost_after_its_work_has_not_lost_it(batch: Batch, out: Path) -> None:
    def answer(task: Task, _: int) -> str:
        done(task)
        return "gone"

    tally = execute(batch, out, Crew(answer), Ear())
    assert (tally.finished, tally.failed) == (6, 0)


def test_where_no_worker_ever_returns_the_batch_stops(batch: Batch, out: Path) -> None:
    tally = execute(batch, out, Crew(lambda *_: "it died"), Ear())
    assert "workers were all lost" in tally.stopped
    assert tally.finished == 0
    assert len(BatchFolder(out).failures()) < 6


def test_a_full_disk_stops_the_batch_and_what_runs_is_waited_for(batch: Batch, out: Path) -> None:
    full = next(iter(batch.runs))

    def answer(task: Task, number: int) -> Outcome:
        if task.key == full:
            return Outcome(task.key, OPEN, DISK_FULL, "No space left on device")
        return done(task, number)

    crew = Crew(answer)
    tally = execute(batch, out, crew, Ear())
    assert "no room left" in tally.stopped
    assert len(crew.given) == 2
    assert (tally.finished, tally.failed, tally.left) == (1, 0, 5)
    assert states(out) == [OPEN, OPEN, OPEN, FINISHED, OPEN, OPEN]


def test_no_room_for_the_note_on_a_failure_stops_the_batch(
    batch: Batch, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(BatchFolder, "fail", no_room)
    tally = execute(batch, out, Crew(lambda task, _: Outcome(task.key, FAILED, "limit", "too slow")), Ear())
    assert "no room left" in tally.stopped
    assert (tally.failed, tally.left) == (0, 6)


def test_a_cluster_that_is_gone_ends_the_batch_with_a_sentence(batch: Batch, out: Path) -> None:
    class Gone(Crew):
        def lanes(self) -> Sequence[str]:
            if self.given:
                raise LimitError("the Dask scheduler at tcp://x is gone")
            return super().lanes()

    tally = execute(batch, out, Gone(done), Ear())
    assert tally.stopped == "the Dask scheduler at tcp://x is gone"
    assert tally.finished == 2


def test_giving_up_ends_the_workers_and_leaves_a_catalogue(batch: Batch, out: Path) -> None:
    def answer(task: Task, number: int) -> Outcome:
        if number and len(BatchFolder(out).finished()) >= 2:
            raise KeyboardInterrupt
        return done(task, number)

    crew = Crew(answer)
    with pytest.raises(KeyboardInterrupt):
        execute(batch, out, crew, Ear())
    assert crew.closed == [True]
    assert states(out).count(FINISHED) == 2


def test_the_time_left_is_that_of_the_runs_that_are_left(batch: Batch) -> None:
    tally = Tally(len(batch.runs), finished=2, workers=2, seconds=[10.0, 20.0])
    assert tally.seconds_left == 30.0
    assert Tally(6).seconds_left is None
    assert Tally(6, finished=5, workers=4, seconds=[10.0]).seconds_left == 10.0
