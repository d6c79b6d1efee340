"""The solution of a run: tidy result tables and the facts of the run, written to and read from a run folder.

A run folder holds `run.json` and `tables/<name>.parquet`. This module knows no solver and no modelling language:
reports and comparisons read a finished run without either.

Money is in constant-2025 USD (musd = million USD), flows in kt (thousand tonnes) and kTEU (thousand TEU). A season's
figure is the flow *of that season*, so the year's flow is the sum over the seasons of a period.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.chain.tables import CHAIN_TABLES
from model.result_columns import ResultTable
from model.result_tables import NETWORK_TABLES

RUN_FILE = "run.json"
TABLE_FOLDER = "tables"

TABLES: tuple[ResultTable, ...] = (*NETWORK_TABLES, *CHAIN_TABLES)
TABLE_BY_NAME: dict[str, ResultTable] = {table.name: table for table in TABLES}


class SolutionError(ValueError):
    """A run folder or a result table is not what this version writes; the text says what and where."""


@dataclass(frozen=True)
class Solution:
    """Result tables by name (see `TABLES`) and the facts of the run (`run.json`).

    Every declared table must be there with its declared columns, or a SolutionError names what lacks; further columns
    are kept.
    """

    tables: dict[str, pd.DataFrame]
    run: dict[str, Any]

    def __post_init__(self) -> None:
        problems = list(_problems(self.tables))
        if problems:
            raise SolutionError("the result tables are not complete:\n" + "\n".join(f"- {p}" for p in problems))

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return the table `name`."""
        return self.tables[name]

    def write(self, folder: Path) -> None:
        """Write `run.json` and `tables/*.parquet` into `folder`, an existing folder that holds no earlier run.

        `run.json` is written last: a folder that has one holds every table. Figures that are not finite become null.
        """
        table_folder = folder / TABLE_FOLDER
        table_folder.mkdir()
        for table in TABLES:
            self.tables[table.name].to_parquet(table_folder / f"{table.name}.parquet", index=False)
        text = json.dumps(plain(self.run), indent=2, ensure_ascii=False, allow_nan=False)
        (folder / RUN_FILE).write_text(text + "\n", encoding="utf-8")


def read_solution(folder: Path) -> Solution:
    """Read the run that `Solution.write` left in `folder`; a SolutionError says if it is unfinished or damaged."""
    run_file = folder / RUN_FILE
    if not run_file.is_file():
        raise SolutionError(f"{folder} holds no finished run (no {RUN_FILE}): solve the scenario first")
    try:
        run = json.loads(run_file.read_text(encoding="utf-8"))
        tables = {table.name: _read_table(folder / TABLE_FOLDER / f"{table.name}.parquet") for table in TABLES}
    except ValueError as error:  # a damaged JSON or parquet file
        raise SolutionError(f"{folder} holds a damaged run: {error}; solve the scenario again") from error
    return Solution(tables, run)


def _read_table(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise ValueError(f"{TABLE_FOLDER}/{path.name} is missing")
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise ValueError(f"{TABLE_FOLDER}/{path.name} cannot be read ({error})") from error


def _problems(tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    for name in tables:
        if name not in TABLE_BY_NAME:
            yield f"table {name} is unknown; known are {', '.join(TABLE_BY_NAME)}"
    for table in TABLES:
        if table.name not in tables:
            yield f"table {table.name} is missing"
            continue
        lacking = [name for name in table.column_names if name not in tables[table.name].columns]
        if lacking:
            yield f"table {table.name} lacks the column {', '.join(lacking)}"


def plain(value: Any) -> Any:
    """Return `value` with numpy scalars as Python's and figures that are not finite as None."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
