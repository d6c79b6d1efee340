"""The command as a process of its own, to be killed, and what it left compared."""

import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from model.batch.crew import Crew, Ended, Task
from model.batch.execute import Tally, execute
from model.batch.result import read_batch
from model.batch.start import Asked, held, start
from model.batch.store import BatchFolder
from model.batch.worker import work
from model.progress import Silent

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "scripts" / "batch.py"
FACTORS = "0.2,0.4,0.6,0.8"
PATIENCE_S = 240.0


@dataclass
class Command:
    """``scripts/batch.py`` on a world: railway capacities by a grid.

    Attributes:
        world: data folder. factors: values of the grid, by commas.
    """

    world: Path
    factors: str = FACTORS
    more: tuple[str, ...] = ("--no-report",)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def words(self, out: Path, *more: str) -> list[str]:
        options = ["--data", str(self.world), "--grid", f"rail.factor={self.factors}", "--gap", "0", "--out", str(out)]
        return [sys.executable, str(SCRIPT), "run", *options, *self.more, *more]

    def start(self, out: Path, *more: str) -> "subprocess.Popen[str]":
        """Start it, in a session of its own as a terminal would."""
        process = subprocess.Popen(  # noqa: S603
            self.words(out, *more), cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        self.started.append(process)
        return process

    def run(self, out: Path, *more: str, code: int = 0) -> str:
        """Run it to its end and return what it said."""
        process = self.start(out, *more)
        said, _ = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == code, said
        assert "Traceback" not in said
        return said

    def end(self) -> None:
        """End what still runs."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.communicate()


class Inline:
    """A crew without processes: each run is done when it is asked for."""

    def __init__(self) -> None:
        self._task: Task | None = None

    def lanes(self) -> Sequence[str]:
        return ["here"]

    def submit(self, lane: str, task: Task) -> None:
        del lane
        self._task = task

    def ended(self, timeout_s: float) -> list[Ended]:
        del timeout_s
        task, self._task = self._task, None
        return [Ended("here", task.key, work(task.how, task.run, task.key, task.out))] if task else []

    def close(self, give_up: bool) -> None:
        del give_up


class Ear:
    """A listener that remembers, stops after some updates and does something at each."""

    def __init__(self, stop_after: int = 10**6, at_update: Callable[[Tally], None] = lambda _: None) -> None:
        self.notes: list[str] = []
        self.updates, self.stop_after, self.at_update = 0, stop_after, at_update

    def update(self, tally: Tally) -> None:
        self.updates += 1
        self.at_update(tally)

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    def should_stop(self) -> bool:
        return self.updates >= self.stop_after


def do(asked: Asked, out: Path, crew: Crew | None = None, ear: Ear | None = None) -> Tally:
    """Do a batch, in this process by default."""
    with held(out):
        return execute(start(asked, out, Silent()), out, crew or Inline(), ear or Ear())


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Wait until a condition holds."""
    limit = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < limit, f"no {what} after {PATIENCE_S:.0f} s"
        time.sleep(0.05)


def finished(out: Path) -> set[str]:
    """Keys of finished runs."""
    return BatchFolder(out).finished()


def marks(out: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of every file of finished runs: what is written again has others."""
    files = [path for key in finished(out) for path in (out / "runs" / key).rglob("*") if path.is_file()]
    return {str(path.relative_to(out)): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def assert_whole(out: Path) -> None:
    """Every finished run has all its tables and its indicators, and nothing else can be taken for one."""
    if not (out / "batch.json").exists():
        assert not finished(out)
        return
    result = read_batch(out)
    assert set(result.finished) == finished(out)
    for key in result.finished:
        assert result.solution(key).run["batch"]["key"] == key
        assert (result.indicators["run"] == key).any()
    others = {path.name for path in (out / "runs").iterdir()} - finished(out)
    assert all(name.startswith(".") and name.endswith(".part") for name in others)


def assert_same_answers(one: Path, two: Path) -> None:
    """Two batches hold the same runs with the same tables and indicators."""
    first, second = read_batch(one), read_batch(two)
    assert first.finished == second.finished
    assert len(first.finished) == len(first.catalogue)
    for key in first.finished:
        a, b = first.solution(key), second.solution(key)
        assert math.isclose(a.run["objective"], b.run["objective"], rel_tol=1e-9)
        for name in a.tables:
            pd.testing.assert_frame_equal(a[name], b[name], obj=name)
    pd.testing.assert_frame_equal(first.indicators, second.indicators)


def children(pid: int) -> list[int]:
    """Processes that a process has started and that do runs."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[1])
            if parent == pid and b"spawn_main" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def is_alive(pid: int) -> bool:
    """Whether a process is there and not a zombie."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
