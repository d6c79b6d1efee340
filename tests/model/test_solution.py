"""Result tables are declared, written whole and read back as they were."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.solution import TABLES, Solution, SolutionError, read_solution


@pytest.fixture
def solution() -> Solution:
    tables = {table.name: table.empty() for table in TABLES}
    tables["costs"] = pd.DataFrame(
        [[2030, "freight", "KZ", "container", "sourced", 1.5, 6.0]], columns=tables["costs"].columns
    )
    return Solution(
        tables, {"scenario": "s", "gap": float("nan"), "bound": np.float64(2.5), "periods": (np.int64(2030),)}
    )


def test_a_run_reads_back_as_it_was_written(solution: Solution, tmp_path: Path) -> None:
    solution.write(tmp_path)
    again = read_solution(tmp_path)
    assert again.run == {"scenario": "s", "gap": None, "bound": 2.5, "periods": [2030]}
    for name, table in solution.tables.items():
        pd.testing.assert_frame_equal(again[name], table)


def test_run_json_is_plain_json(solution: Solution, tmp_path: Path) -> None:
    solution.write(tmp_path)
    text = (tmp_path / "run.json").read_text(encoding="utf-8")
    assert json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))["gap"] is None


def test_missing_tables_and_columns_are_all_named(solution: Solution) -> None:
    tables = {**solution.tables, "flow": pd.DataFrame()}
    del tables["flows"]
    tables["costs"] = tables["costs"].drop(columns=["musd", "category"])
    with pytest.raises(SolutionError) as caught:
        Solution(tables, {})
    text = str(caught.value)
    assert "table flow is unknown" in text
    assert "table flows is missing" in text
    assert "table costs lacks the column category, musd" in text


def test_an_unfinished_run_is_told_from_a_damaged_one(solution: Solution, tmp_path: Path) -> None:
    with pytest.raises(SolutionError, match="no finished run"):
        read_solution(tmp_path)
    solution.write(tmp_path)
    (tmp_path / "tables" / "flows.parquet").write_bytes(b"not parquet")
    with pytest.raises(SolutionError, match=r"flows\.parquet cannot be read"):
        read_solution(tmp_path)
    (tmp_path / "tables" / "flows.parquet").unlink()
    with pytest.raises(SolutionError, match=r"flows\.parquet is missing"):
        read_solution(tmp_path)
    (tmp_path / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(SolutionError, match="damaged run"):
        read_solution(tmp_path)
