"""The command in an empty folder, with a solver and a report that are made up."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from model.options import Options
from model.progress import Progress
from model.scenario import Scenario
from model.solution import TABLES, Solution
from network.network import Network
from tests.scripts.loading import load_command

Solver = Callable[[Network, Scenario, Options, Progress], Solution]


@pytest.fixture(scope="module")
def command() -> ModuleType:
    return load_command("solve")


class Bench:
    """The command in an empty folder, with a solver and a report that are made up."""

    def __init__(self, command: ModuleType, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.command, self.folder = command, folder
        self.asked: list[tuple[Scenario, Options]] = []
        self.compared: list[Solution | None] = []
        self.given_builds: list[pd.DataFrame | None] = []
        self.solver: Solver = self.plan
        fake_run = SimpleNamespace(solve_scenario=self.solve)
        monkeypatch.setitem(sys.modules, "model.run", fake_run)
        monkeypatch.setitem(sys.modules, "report.write", SimpleNamespace(write_report=self.report))
        monkeypatch.setattr(command, "summary", lambda solution, *_: f"SUMMARY OF {solution.run['scenario']}")
        monkeypatch.chdir(folder)

    def solve(
        self,
        network: Network,
        scenario: Scenario,
        options: Options,
        progress: Progress,
        builds: pd.DataFrame | None = None,
        chain_builds: pd.DataFrame | None = None,
    ) -> Solution:
        assert (builds is None) == (chain_builds is None)
        self.given_builds.append(builds)
        return self.solver(network, scenario, options, progress)

    def plan(self, network: Network, scenario: Scenario, options: Options, progress: Progress) -> Solution:
        self.asked.append((scenario, options))
        progress.phase("Searching")
        identity = self.command.input_hash(scenario.apply(network), options, scenario)
        run = {"scenario": scenario.name, "input_hash": identity, "seconds": {"solve": 1.0}}
        return Solution({table.name: table.empty() for table in TABLES}, run)

    def report(self, solution: Solution, network: Network, folder: Path, compare: Solution | None) -> None:
        del solution, network
        self.compared.append(compare)
        (folder / "report.html").write_text("<html>", encoding="utf-8")

    def __call__(self, *arguments: str | Path) -> Result:
        return CliRunner().invoke(self.command.app, [str(argument) for argument in arguments])

    def snapshot(self, below: str = ".") -> dict[str, bytes]:
        """Return the content of every file below a folder of the desk."""
        files = (path for path in sorted((self.folder / below).rglob("*")) if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in files}

    def run_file(self, name: str = "runs/baseline") -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder / name / "run.json").read_text(encoding="utf-8"))
        return content


@pytest.fixture
def bench(command: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Bench:
    folder = tmp_path / "desk"
    folder.mkdir()
    return Bench(command, monkeypatch, folder)


@pytest.fixture
def world(write_world: Callable[..., Path]) -> Path:
    return write_world()
