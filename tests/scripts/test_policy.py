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


@pytest.mark.parametrize(
    ("importer", "said"),
    [
        ("US", "fob, the value of the goods without transport and insurance up to the border (19 USC 1401a"),
        ("DE", "cif, the value of the goods with transport and insurance up to the border (Regulation (EU) 952/2013"),
        ("UZ", "cif"),
    ],
)
def test_the_customs_value_is_said(importer: str, said: str) -> None:
    code, text = run("explain", "--importer", importer, "--origin", "CN", "--commodity", "textiles")
    assert code == 0
    assert f"Customs value: {said}" in " ".join(text.split())


def test_the_table_fits_the_terminal_and_cuts_nothing() -> None:
    code, text = run("explain", "--importer", "US", "--origin", "RU", "--commodity", "aluminium")
    assert code == 0
    assert max(map(len, text.splitlines())) <= policy.WIDTH
    assert "…" not in text
    for word in ("russia_proclamations", "s301_forced_labour", "in lieu of column", "270 % of the customs value"):
        assert word in text


def test_a_shipper_changes_no_rate() -> None:
    _, plain = run(*EXPLAIN)
    code, said = run(*EXPLAIN, "--shipper", "CN")
    assert code == 0
    assert said.replace(plain, "").strip() == (
        "Duty follows the goods: that the shipper is of CN changes no rate; sanctions may stop him."
    )


def test_the_rule_of_origin_and_the_branch_are_options() -> None:
    georgia = ("explain", "--importer", "EU27", "--origin", "GE", "--commodity", "textiles")
    assert "Rate that results: 0 %" in run(*georgia)[1]
    assert "Rate that results: 11.6 %" in run(*georgia, "--no-origin")[1]
    soya = ("explain", "--importer", "CN", "--origin", "US", "--commodity", "oilseeds", "--date", "2027-01-01")
    assert "Rate that results: 13 %" in run(*soya)[1]
    assert "Rate that results: 37 %" in run(*soya, "--branch", "lapsed")[1]


def test_the_gap_is_kept_by_line_and_by_commodity(tmp_path: Path) -> None:
    code, text = run("gap", "--csv", str(tmp_path / "gap.csv"))
    assert code == 0
    assert max(map(len, text.splitlines())) <= policy.WIDTH
    table = pd.read_csv(tmp_path / "gap.csv")
    assert set(table["origin"]) == {"KZ", "UZ", "TJ", "TM", "AZ"}
    kazakh = table[table["origin"] == "KZ"]
    assert kazakh.set_index("commodity_id").loc["uranium", "gap"] == 0
    assert kazakh.set_index("hs_code").loc["7202.41.00", "statutory_gap"] == pytest.approx(5.6)


def test_the_gap_is_printed_by_line() -> None:
    code, text = run("gap", "--origin", "KZ")
    assert code == 0
    line = next(row for row in text.splitlines() if "6109.10.00" in row)
    assert line.split()[3:] == ["16.5", "90", "73.5", "29", "90", "61"]


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--importer", "USA", "Did you mean US?"),
        ("--origin", "QQ", "--origin is 'QQ'. Known are AF, AM"),
        ("--origin", "EAEU", "whose members pay apart in US; name one of AM, BY, KG, KZ, RU"),
        ("--shipper", "EU72", "Did you mean EU27?"),
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
