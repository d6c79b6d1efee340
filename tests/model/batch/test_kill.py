"""Killing a batch, or a worker, at any moment: nothing finished is lost or done again, nothing is half written."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from model.batch.execute import Tally
from model.batch.pool import PoolCrew
from model.batch.start import Asked, held, start
from model.batch.store import BatchFolder
from model.progress import Silent
from tests.model.batch.processes import (
    ROOT,
    Command,
    Ear,
    assert_same_answers,
    assert_whole,
    children,
    do,
    finished,
    is_alive,
    marks,
    wait_for,
)

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")


def test_a_killed_batch_goes_on_where_it_was_and_answers_as_one_that_was_not(
    command: Command, ask: Callable[..., Asked], tmp_path: Path
) -> None:
    out = tmp_path / "killed"
    process = command.start(out, "--workers", "2")
    wait_for(lambda: len(finished(out)) >= 1, "finished run")
    workers = children(process.pid)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    wait_for(lambda: not any(map(is_alive, workers)), "end of the workers")
    assert workers
    assert_whole(out)
    before = marks(out)
    assert 1 <= len(finished(out)) < 4
    said = command.run(out, "--workers", "2")
    assert "4 of 4 runs are finished" in said
    after = marks(out)
    assert {name: after[name] for name in before} == before
    assert not list(out.rglob("*.part"))
    do(ask((0.2, 0.4, 0.6, 0.8), axis="rail.factor"), tmp_path / "whole")
    assert_same_answers(out, tmp_path / "whole")


def test_a_lost_worker_costs_no_run(ask: Callable[..., Asked], tmp_path: Path) -> None:
    out, killed = tmp_path / "out", list[int]()

    def kill_one(tally: Tally) -> None:
        workers = children(os.getpid())
        if tally.finished and tally.running == 2 and not killed:
            killed.append(workers[0])
            os.kill(workers[0], signal.SIGKILL)

    ear = Ear(at_update=kill_one)
    tally = do(ask((0.2, 0.4, 0.6, 0.8)), out, PoolCrew(2), ear)
    assert killed
    assert (tally.finished, tally.failed, tally.stopped) == (4, 0, "")
    assert [note for note in ear.notes if "A worker was lost with baseline, rail 0." in note]
    assert_whole(out)
    assert not BatchFolder(out).failures()


STOP_AT = """
import os, sys
from pathlib import Path
import model.batch.files, model.batch.store
from model.batch.record import read_record
from model.batch.worker import work
from model.solution import Solution

stage, out = sys.argv[1], Path(sys.argv[2])
def end(*args, **more):
    os._exit(9)
def half(self, folder):
    (folder / "tables").mkdir()
    (folder / "tables" / "flows.parquet").write_bytes(b"PAR1 half")
    os._exit(9)
if stage == "indicators":
    Path.replace = end
elif stage == "tables":
    Solution.write = half
elif stage == "rename":
    Path.rename = end
batch = read_record(out)
key = next(iter(batch.runs))
work(batch.how, batch.runs[key], key, out)
"""


@pytest.mark.parametrize("stage", ["indicators", "tables", "rename"])
def test_a_worker_killed_while_it_writes_leaves_nothing_that_counts(
    ask: Callable[..., Asked], tmp_path: Path, stage: str
) -> None:
    out = tmp_path / "out"
    with held(out):
        (key,) = start(ask((0.5,)), out, Silent()).runs
    code = subprocess.run([sys.executable, "-c", STOP_AT, stage, str(out)], cwd=ROOT, check=False).returncode  # noqa: S603
    assert code == 9
    assert not finished(out)
    assert list(out.rglob("*.part"))
    assert_whole(out)
    do(ask((0.5,)), out)
    assert finished(out) == {key}
    assert_whole(out)
    assert not list(out.rglob("*.part"))


@pytest.mark.slow
def test_the_first_interrupt_finishes_what_runs_and_the_same_command_goes_on(command: Command, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = command.start(out, "--workers", "2")
    wait_for(lambda: len(finished(out)) >= 1, "finished run")
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    said, _ = process.communicate(timeout=240)
    assert process.returncode == 4, said
    assert "Stopping when the runs at work are done" in said
    assert "the same command goes on with the" in said
    assert "Traceback" not in said
    assert_whole(out)
    assert not list(out.rglob("*.part"))  # what ran was not cut off
    assert 1 <= len(finished(out)) < 4
    assert "4 of 4" in command.run(out, "--workers", "2")


@pytest.mark.slow
def test_a_second_interrupt_gives_up_at_once(command: Command, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = command.start(out, "--workers", "2")
    wait_for(lambda: len(finished(out)) >= 1, "finished run")
    workers = children(process.pid)
    for _ in range(2):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.3)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 4, said
    assert "given up" in said
    assert "Traceback" not in said
    assert not any(map(is_alive, workers))
    assert_whole(out)


@pytest.mark.slow
def test_two_at_once_on_one_folder_are_refused(command: Command, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = command.start(out, "--workers", "1")
    wait_for(lambda: (out / "batch.json").exists(), "batch")
    said = command.run(out, "--workers", "1", code=2)
    assert f"is at work: process {process.pid} of" in said
    process.kill()


@pytest.mark.slow
def test_a_batch_that_is_killed_again_and_again_comes_to_its_end(command: Command, tmp_path: Path) -> None:
    out, before = tmp_path / "out", dict[str, tuple[int, int]]()
    for number in range(12):
        process = command.start(out, "--workers", "2")
        time.sleep(2.5 + 0.37 * number)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert_whole(out)
        after = marks(out)
        assert {name: after[name] for name in before} == before
        before = after
    command.run(out, "--workers", "2")
    command.run(tmp_path / "whole", "--workers", "2")
    assert_same_answers(out, tmp_path / "whole")
