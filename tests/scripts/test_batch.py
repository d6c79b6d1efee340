"""The command on many scenarios: what it says, what it refuses, and the exit code of every ending."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from model.batch.crew import Ended, Task
from model.batch.store import BatchFolder
from model.batch.worker import Outcome, work
from tests.scripts.loading import load_command

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def batch() -> ModuleType:
    return load_command("batch")


class Here:
    """A crew without processes; some runs fail."""

    def __init__(self, fails: str = "") -> None:
        self.fails, self.task = fails, None

    def lanes(self) -> Sequence[str]:
        return ["here"]

    def submit(self, lane: str, task: Task) -> None:
        del lane
        self.task = task

    def ended(self, timeout_s: float) -> list[Ended]:
        del timeout_s
        task, self.task = self.task, None
        if task is None:
            return []
        if self.fails and task.run.scenario == self.fails:
            outcome = Outcome(task.key, "failed", "infeasible", "No plan carries all firm cargo.", 1.0)
        else:
            outcome = work(task.how, task.run, task.key, task.out)
        return [Ended("here", task.key, outcome)]

    def close(self, give_up: bool) -> None:
        del give_up


@pytest.fixture
def desk(batch: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The command in an empty folder, with workers in this process."""
    crew = Here()

    def invoke(*arguments: object, fails: str = "") -> Result:
        crew.fails = fails
        monkeypatch.setattr(batch, "_local", lambda _: crew)
        return CliRunner().invoke(batch.app, [str(one) for one in arguments])

    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")
    return invoke


@pytest.fixture
def world(write_world: Callable[..., Path]) -> Path:
    return write_world()


def test_a_batch_is_solved_reported_and_not_solved_twice(desk: Run, world: Path) -> None:
    words = ("run", "--data", world, "--scenarios", "baseline,no_ferry", "--gap", "0")
    result = desk(*words)
    assert result.exit_code == 0, result.output
    out = Path("runs/batch-baseline-no_ferry")
    assert "2 of 2 runs are finished." in result.stdout
    assert f"open {out / 'comparison.html'} in a browser" in result.stdout
    assert {"comparison.html", "comparison.xlsx", "comparison.gpkg"} <= {path.name for path in out.iterdir()}
    before = {path: path.stat().st_mtime_ns for path in (out / "runs").rglob("*")}
    again = desk(*words, "--no-report")
    assert again.exit_code == 0, again.output
    assert {path: path.stat().st_mtime_ns for path in (out / "runs").rglob("*")} == before
    status = desk("status")
    assert "2 runs, 2 finished, 0 failed, 0 open" in status.stdout
    key = pd.read_csv(out / "catalogue.csv")["key"].iloc[0]
    report = desk("report", "--run", key[:6])
    assert report.exit_code == 0, report.output
    assert (out / "reports" / key / "report.html").is_file()
    assert "no run has a key or a name" in desk("report", out, "--run", "zz").stderr


def test_what_failed_is_said_and_run_again_when_asked(desk: Run, world: Path) -> None:
    words = ("run", "--data", world, "--scenarios", "baseline,no_ferry", "--gap", "0", "--out", "out", "--no-report")
    result = desk(*words, fails="no_ferry")
    assert result.exit_code == 3
    assert "1 of 2 runs are finished, 1 failed (again: batch.py retry out)." in result.stdout
    assert "Failed (infeasible): no_ferry\n  No plan carries all firm cargo." in result.stderr
    assert desk(*words).exit_code == 3  # a run that failed is not tried again unless that is asked for
    status = desk("status", "out")
    assert status.exit_code == 0
    assert "2 runs, 1 finished, 1 failed, 0 open" in status.stdout
    assert "batch.py retry out" in status.stdout
    assert "--kind infeasable: Did you mean infeasible?" in desk("retry", "out", "--kind", "infeasable").stderr
    assert desk("retry", "out", "--kind", "limit", "--no-report").exit_code == 3
    assert desk("retry", "out", "--no-report").exit_code == 0
    assert not BatchFolder(Path("out")).failures()


def test_a_spec_file_says_all(desk: Run, world: Path) -> None:
    Path("ferry.yaml").write_text(
        "title: Ferry\nscenarios: baseline\ngrid: {ferry.factor: [0.1, 1]}\noptions: {gap: 0}\n", encoding="utf-8"
    )
    result = desk("run", "ferry.yaml", "--data", world, "--no-report")
    assert result.exit_code == 0, result.output
    record = json.loads(Path("runs/batch-ferry/batch.json").read_text(encoding="utf-8"))
    assert (record["name"], record["axes"]) == ("Ferry", {"ferry.factor": "number"})
    assert sorted(run["values"]["ferry.factor"] for run in record["runs"]) == [0.1, 1.0]
    mixed = desk("run", "ferry.yaml", "--data", world, "--gap", "0.1", "--scenarios", "no_ferry")
    assert mixed.exit_code == 2
    assert "--scenarios, --gap: a SPEC file says these itself" in mixed.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--scenarios", "no_fery"), "no_ferry"),
        (("--grid", "fery.factor=1,2"), "ferry"),
        (("--grid", "ferry.factor"), "expected name=value,value"),
        (("--grid", "ferry.factor="), "a value is missing"),
        (("--only", "scenario == 'none'"), "no run is left of 1"),
        (("--seed", "3"), "--seed goes with --sample"),
        (("--workers", "0"), "--workers is 0; expected 1 or more"),
        (("--workers", "2", "--dask", "tcp://x:1"), "--workers is for this machine"),
        (("--gap", "7"), "--gap is 7.0"),
        (("--report", "matrx"), "matrix"),
        (("--investment", "nowhere"), "nowhere"),
        (("--portfolio", "none.xlsx"), "none.xlsx"),
        (("--data", "elsewhere"), "elsewhere"),
        (("spec.yaml",), "spec.yaml"),
    ],
)
def test_bad_input_is_a_sentence_and_leaves_nothing(
    desk: Run, world: Path, words: tuple[str, ...], sentence: str
) -> None:
    data = () if "--data" in words else ("--data", world)
    result = desk("run", *data, *words)
    assert result.exit_code == 2, result.output
    assert sentence in result.stderr
    assert "Traceback" not in result.output
    assert not Path("runs").exists()


@pytest.mark.filterwarnings("default")
def test_a_scheduler_that_does_not_answer_is_a_sentence(
    batch: ModuleType, desk: Run, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del batch
    pytest.importorskip("distributed")
    monkeypatch.setattr("model.batch.cluster.TIMEOUT_S", 1.0)
    result = desk("run", "--data", world, "--dask", "tcp://127.0.0.1:9")
    assert result.exit_code == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9 within 1 s" in result.stderr
    assert not Path("runs").exists()


@pytest.mark.parametrize("words", [("status",), ("report",), ("retry",), ("status", "there"), ("report", "there")])
def test_folders_without_a_batch_are_named(desk: Run, words: tuple[str, ...]) -> None:
    result = desk(*words)
    assert result.exit_code == 2
    assert ("there holds no batch" if "there" in words else "no batch is in runs") in result.stderr


def test_a_folder_of_another_batch_is_refused(desk: Run, world: Path) -> None:
    words = ("run", "--data", world, "--no-report", "--out", "out", "--gap", "0")
    assert desk(*words, "--scenarios", "baseline").exit_code == 0
    result = desk(*words, "--scenarios", "no_ferry")
    assert result.exit_code == 2
    assert "out holds another batch, 'baseline' of" in result.stderr
    assert "Not asked for now: baseline" in result.stderr
    more = desk(*words, "--scenarios", "baseline,no_ferry")
    assert more.exit_code == 0, more.output
    assert "2 of 2 runs are finished." in more.stdout
