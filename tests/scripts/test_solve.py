"""The command: what a run leaves, how questions are compared, and the exit code of every other ending."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from model.errors import InfeasibleError, LimitError
from model.options import Options
from model.progress import Progress
from model.scenario import Scenario
from model.solution import TABLE_BY_NAME, Solution
from network.network import Network

Bench = Any  # the fixture of this folder


def test_a_solved_scenario_leaves_a_whole_run(bench: Bench, world: Path) -> None:
    result = bench("--data", world)
    assert result.exit_code == 0, result.output
    assert "SUMMARY OF baseline" in result.stdout
    assert "open runs/baseline/report.html in a browser" in result.stdout
    assert sorted(path.name for path in (bench.folder / "runs").iterdir()) == ["baseline"]
    assert sorted(path.name for path in (bench.folder / "runs/baseline").iterdir()) == [
        "report.html",
        "run.json",
        "tables",
    ]
    assert set(bench.run_file()["seconds"]) == {"solve", "read", "write", "total"}


def test_options_reach_the_solver(bench: Bench, world: Path) -> None:
    arguments = "--scenario no_ferry+dear_fuel --objective world --relax --gap 0.1 --time-limit 30 --threads 1"
    more = "--resolution full --formulation arc --set fuel.factor=3 --set ferry.factor=0.1 --out here/one"
    assert bench("--data", world, *arguments.split(), *more.split()).exit_code == 0
    ((scenario, options),) = bench.asked
    assert {record["id"]: record.get("factor") for record in scenario.records()} == {
        "ferry": 0.1,
        "stop": None,
        "fuel": 3,
    }
    assert options == Options("world", True, 0.1, 30, 1, "full", "arc", Path("here/.paths"))
    assert bench.run_file("here/one")["scenario"] == "no_ferry+dear_fuel"


def test_the_investments_of_an_earlier_run_reach_the_solver(bench: Bench, world: Path) -> None:
    assert bench("--data", world).exit_code == 0
    assert bench("--data", world, "--scenario", "no_ferry", "--plan-of", "runs/baseline").exit_code == 0
    first, second = bench.given_builds
    assert first is None
    assert list(second.columns) == TABLE_BY_NAME["builds"].column_names


def test_a_plan_of_a_folder_without_a_run_is_refused(bench: Bench, world: Path) -> None:
    result = bench("--data", world, "--plan-of", "runs/nowhere")
    assert result.exit_code == 2
    assert "nowhere" in result.stderr
    assert not bench.given_builds


def test_list_names_every_scenario_with_its_question(bench: Bench, world: Path) -> None:
    result = bench("--list", "--data", world)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["baseline", "Baseline"]
    assert lines[4].split() == ["no_ferry", "No", "ferry"]
    assert lines[5].strip() == "What if the ferry stops?"
    assert not list(bench.folder.iterdir())


def test_show_resolves_levers_and_says_their_effect(bench: Bench, world: Path) -> None:
    result = bench("--show", "no_ferry", "--data", world, "--set", "ferry.factor=0.25")
    assert result.exit_code == 0
    assert "No ferry (no_ferry)" in result.stdout
    assert "capacity in TEU of L1 Aktau - Alat x 0.25, from 2024" in result.stdout
    assert "L1 Aktau - Alat closed, from 2026 to 2028" in result.stdout
    assert not list(bench.folder.iterdir())


def test_compare_solves_the_other_scenario_and_a_stored_run_is_used(bench: Bench, world: Path) -> None:
    bench("--data", world)
    result = bench("--data", world, "--scenario", "no_ferry", "--compare", "baseline")
    assert result.exit_code == 0, result.output
    assert [scenario.name for scenario, _ in bench.asked] == ["baseline", "no_ferry"]
    other = bench.compared[-1]
    assert other is not None
    assert other.run["scenario"] == "baseline"


def test_a_stored_run_of_another_question_is_not_used(bench: Bench, world: Path) -> None:
    bench("--data", world, "--set", "ferry.factor=0.1")
    bench("--data", world, "--scenario", "no_ferry", "--compare", "baseline")
    assert [scenario.name for scenario, _ in bench.asked] == ["baseline", "no_ferry", "baseline"]


def test_a_run_may_be_compared_with_the_run_it_replaces(bench: Bench, world: Path) -> None:
    bench("--data", world)
    assert bench("--data", world, "--set", "ferry.factor=0.1", "--compare", "baseline").exit_code == 0
    other = bench.compared[-1]
    assert other is not None
    assert other.run["input_hash"] != bench.run_file()["input_hash"]


def raises(error: BaseException) -> Callable[..., Solution]:
    def solver(*_: object) -> Solution:
        raise error

    return solver


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (InfeasibleError("Demand of WEST cannot be met: no way leads there."), 3, "no way leads there"),
        (LimitError("The time limit of 1 s came before a plan."), 4, "came before a plan"),
        (KeyboardInterrupt(), 4, "Stopped before there was a plan; nothing was written."),
        (ZeroDivisionError("division by zero"), 5, "Internal error: ZeroDivisionError. Details are in runs/base"),
    ],
)
def test_exit_codes_of_runs_without_a_plan(
    bench: Bench, world: Path, error: BaseException, code: int, sentence: str
) -> None:
    bench("--data", world)
    before = bench.snapshot("runs/baseline")
    bench.solver = raises(error)
    result = bench("--data", world)
    assert result.exit_code == code
    assert sentence in result.stderr
    assert "Traceback" not in result.output
    assert bench.snapshot("runs/baseline") == before


def test_a_crash_leaves_its_traceback_beside_the_run(bench: Bench, world: Path) -> None:
    bench.solver = raises(ZeroDivisionError("division by zero"))
    bench("--data", world)
    text = (bench.folder / "runs/baseline.error.log").read_text(encoding="utf-8")
    assert "ZeroDivisionError: division by zero" in text
    assert not (bench.folder / "runs/baseline").exists()
    bench.solver = bench.plan
    bench("--data", world)
    assert [path.name for path in sorted((bench.folder / "runs").iterdir())] == ["baseline"]


def test_a_crash_while_writing_leaves_the_earlier_run(
    bench: Bench, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench("--data", world)
    before = bench.snapshot("runs/baseline")
    monkeypatch.setitem(sys.modules, "report.write", SimpleNamespace(write_report=raises(OSError("disk full"))))
    assert bench("--data", world).exit_code == 5
    assert bench.snapshot("runs/baseline") == before
    assert sorted(path.name for path in (bench.folder / "runs").iterdir()) == ["baseline", "baseline.error.log"]


def test_ctrl_c_keeps_the_best_plan(bench: Bench, world: Path) -> None:
    stopped: list[bool] = []

    def interrupted(network: Network, scenario: Scenario, options: Options, progress: Progress) -> Solution:
        os.kill(os.getpid(), signal.SIGINT)
        stopped.append(progress.should_stop())
        plan: Solution = bench.plan(network, scenario, options, progress)
        return plan

    former = signal.getsignal(signal.SIGINT)
    bench.solver = interrupted
    result = bench("--data", world, "--compare", "no_ferry")
    assert result.exit_code == 0
    assert stopped == [True]
    assert "Stopping with the best plan found" in result.stderr
    assert "not compared with no_ferry" in result.stderr
    assert bench.run_file()["scenario"] == "baseline"
    assert signal.getsignal(signal.SIGINT) is former


def test_a_second_ctrl_c_gives_up(bench: Bench, world: Path) -> None:
    def stubborn(*_: object) -> Solution:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("the second interrupt did not come through")

    bench.solver = stubborn
    result = bench("--data", world)
    assert result.exit_code == 4
    assert not (bench.folder / "runs").exists()


def test_help_documents_the_exit_codes(bench: Bench) -> None:
    result = bench("--help")
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    for words in ("0 solved", "2 bad input", "3 infeasible", "4 stopped at a limit", "5 internal"):
        assert words in text
