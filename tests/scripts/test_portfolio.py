"""The command on portfolios: bad input ends in a sentence and exit code 2; what it writes can be read again."""

from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner, Result

from tests.scripts.loading import load_command

BAD_INPUT = 2


@pytest.fixture(scope="module")
def command() -> ModuleType:
    return load_command("portfolio")


@pytest.fixture
def run(command: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Run":
    monkeypatch.chdir(tmp_path)
    return Run(command)


class Run:
    def __init__(self, command: ModuleType) -> None:
        self._command = command

    def __call__(self, *arguments: str | Path) -> Result:
        return CliRunner().invoke(self._command.app, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("optimise", "--objective", "wellfare"), "--objective is 'wellfare'"),
        (("optimise", "--power-cap", "40"), "--power-cap is 40; expected a share from 0 to 1"),
        (("optimise", "--goal", "cheap"), "--goal is 'cheap'"),
        (("optimise", "--envelopes", "bas"), "Did you mean base?"),
        (("optimise", "--budget", "-5"), "--budget is -5"),
        (("optimise", "--draws", "3"), "--draws is 3; expected 0, or 20 or more"),
        (("optimise", "--scenarios", "baselin"), "baseline"),
        (("optimise", "--scenarios", " , "), "--scenarios names no scenario"),
        (("optimise", "--resolution", "quick"), "--resolution is 'quick'"),
        (("frontier", "--caps", "1,half"), "--caps names 'half'"),
        (("frontier", "--caps", "1,30"), "--caps names '30'"),
        (("test", "--portfolio", "nowhere.xlsx"), "nowhere.xlsx"),
        (("optimise", "--data", "nowhere"), "nowhere"),
    ],
)
def test_bad_input_is_said_in_a_sentence(run: Run, arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == BAD_INPUT, result.output
    assert said in " ".join(result.output.split())
    assert "Traceback" not in result.output


def test_a_folder_that_is_no_run_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    result = run("optimise", "--out", "mine")
    assert result.exit_code == BAD_INPUT
    assert (tmp_path / "mine" / "letter.txt").read_text(encoding="utf-8") == "dear"


def test_a_template_is_written_and_refused_when_its_cells_are_wrong(run: Run, tmp_path: Path) -> None:
    import openpyxl

    assert run("template", "--out", "t.xlsx").exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    book["builds"].cell(row=2, column=1).value = "P0O6"
    book.save(tmp_path / "t.xlsx")
    result = run("test", "--portfolio", "t.xlsx")
    assert result.exit_code == BAD_INPUT
    assert "P0O6" in result.output
