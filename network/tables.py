"""Reads a data folder into typed tables. Every problem of every file is collected, then raised at once."""

from pathlib import Path

import pandas as pd

from network.cell_checks import check_cells
from network.problems import DataError, Problem
from network.row_checks import ROW_CHECKS
from network.schema import TABLES
from network.sheet import read_sheet
from network.typed_frame import TypedTable, fill_defaults, type_table

__all__ = ["DataError", "Problem", "read_tables"]


def read_tables(folder: str | Path) -> dict[str, pd.DataFrame]:
    """Read and check every declared table of a data folder.

    Args:
        folder: folder that holds network/places.csv and so on; optional tables may be missing.

    Returns:
        A frame by table name: one column a field in its declared type, RangeIndex, defaults filled in.

    Raises:
        DataError: the folder, a file or a cell is not as declared; it lists every problem found.
    """
    folder = Path(folder)
    _check_folder(folder)
    typed: dict[str, TypedTable] = {}
    problems: list[Problem] = []
    for table in TABLES:
        sheet = read_sheet(folder, table)
        read, unread = type_table(table, sheet)
        typed[table.name], bad = check_cells(read)
        problems += [*sheet.problems, *unread, *bad]
    for check in ROW_CHECKS:
        problems += check(typed)
    if problems:
        place = {table.path: number for number, table in enumerate(TABLES)}
        raise DataError(sorted(problems, key=lambda problem: (place[problem.file], problem.row or 0)))
    return {name: fill_defaults(one.table, one.frame) for name, one in typed.items()}


def _check_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    found = "is a file" if folder.exists() else "does not exist"
    raise DataError(
        [Problem(str(folder), None, "", found, "a data folder", "Name the folder that holds network/places.csv.")]
    )
