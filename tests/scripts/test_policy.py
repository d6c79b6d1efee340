"""The command that explains duties: what it prints, and one sentence for each bad input."""

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from scripts import policy

EXPLAIN = ["explain", "--importer", "US", "--origin", "KZ", "--commodity", "ndfeb_magnet", "--date", "2027-01-01"]


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(policy.app, arguments)
    return result.exit_code, result.output


def test_the_stack_is_printed_with_basis_days_rate_and_source(tmp_path: Path) -> None:
    code, text = run(*EXPLAIN, "--hs", "8505.11.00", "--csv", str(tmp_path / "stack.csv"))
    assert code == 0
    assert "Rate that results: 14.6 % of the customs value" in text
    for part in ("2026-07-24", "s301_forced_labour", "+12.5", "+2.1", "column 1 is paid", "sourced [1]"):
        assert part in text
    assert pd.read_csv(tmp_path / "stack.csv")["counted_pct"].sum() == pytest.approx(14.6)


def test_the_gap_is_printed_by_line() -> None:
    code, text = run("gap", "--origin", "KZ")
    assert code == 0
    line = next(row for row in text.splitlines() if "6109.10.00" in row)
    assert line.split()[3:] == ["16.5", "90", "73.5", "29", "90", "61"]


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--importer", "USA", "Did you mean US?"),
        ("--origin", "QQ", "--origin is 'QQ'"),
        ("--commodity", "ndfeb_magnets", "Did you mean ndfeb_magnet?"),
        ("--date", "2027-13-01", "expected a day such as 2027-01-01"),
        ("--hs", "8506.11", "Did you mean 8505.11"),
        ("--branch", "extendet", "Did you mean extended?"),
        ("--data", "nowhere", "nowhere"),
    ],
)
def test_a_bad_input_is_one_sentence(option: str, value: str, said: str) -> None:
    code, text = run(*EXPLAIN, option, value)
    assert code == policy.BAD_INPUT
    assert said in text
    assert "Traceback" not in text
