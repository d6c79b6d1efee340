"""One CSV file as rows of text, with the row numbers that a spreadsheet shows."""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from network.problems import Problem, closest, nearest
from network.schema import TABLES, Table


@dataclass(frozen=True)
class Sheet:
    """Text of a table as it stands in the file.

    Attributes:
        cells: one list of stripped texts a column, all of one length.
        rows: row of the file of each entry; the header is row 1.
        problems: what is wrong with the file's form.
        usable: False where nothing can be said about its cells.
    """

    cells: dict[str, list[str]] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    usable: bool = True


def read_sheet(folder: Path, table: Table) -> Sheet:
    """Read one table's file as text.

    Args:
        folder: the data folder.
        table: declaration; a file that is missing is a problem only where the table is required.

    Returns:
        The sheet; cells of a missing optional file are empty.
    """
    path = folder / table.path
    if not path.is_file():
        return _missing(path, table)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        found = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
        return _unusable(table, row, found, "text in UTF-8", 'Save the file as "CSV UTF-8".')
    except OSError as error:
        return _unusable(table, None, f"cannot be read ({error.strerror})", "a file that may be read")
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        return _unusable(table, row, "binary content", "a text file", "Export the table again as CSV.")
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        return _unusable(table, None, f"broken CSV ({error})", "cells separated by commas, quotes in pairs")
    return _sheet(table, records)


def _missing(path: Path, table: Table) -> Sheet:
    parent = PurePosixPath(table.path).parent
    unknown = {f"{parent}/{other.name}" for other in path.parent.glob("*.csv")} - {other.path for other in TABLES}
    similar = closest(table.path, unknown, 0.9)
    if table.required or similar:
        hint = f"Is {similar} this table?" if similar else f"It holds: {table.description}{_users(table)}"
        return _unusable(table, None, "the file is missing", "this table in the data folder", hint)
    return Sheet()


def _users(table: Table) -> str:
    """Which columns of tables that must be there name rows of a table."""
    fields = [
        f"{field.name} of {other.path}"
        for other in TABLES
        if other.required
        for field in other.fields
        if field.required and table.name in [name for name, _ in field.targets]
    ]
    return f" Its rows are named by {' and '.join(fields)}." if fields else ""


def _unusable(table: Table, row: int | None, found: str, expected: str, hint: str = "") -> Sheet:
    return Sheet(problems=[Problem(table.path, row, "", found, expected, hint)], usable=False)


def _sheet(table: Table, records: list[list[str]]) -> Sheet:
    if not records or not any(cell.strip() for cell in records[0]):
        return _unusable(table, 1, "no header", f"the columns {', '.join(table.columns)}")
    header = [cell.strip() for cell in records[0]]
    if len(header) == 1 and len(table.columns) > 1 and (";" in header[0] or "\t" in header[0]):
        return _unusable(
            table, 1, "one single column", "cells separated by commas", "Export the table again with commas."
        )
    problems = _header_problems(table, header)
    rows: list[int] = []
    columns: list[list[str]] = [[] for _ in header]
    for row, record in enumerate(records[1:], start=2):
        if not any(cell.strip() for cell in record):
            continue
        if len(record) != len(header):
            problems.append(
                Problem(
                    table.path,
                    row,
                    "",
                    f"{len(record)} cells",
                    f"{len(header)} cells, as in the header",
                    "Text with a comma in it must stand in quotes.",
                )
            )
            continue
        rows.append(row)
        for column, cell in zip(columns, record, strict=True):
            column.append(cell.strip())
    if table.required and len(records) == 1:
        problems.append(Problem(table.path, None, "", "no rows", "at least one row below the header"))
    return Sheet(dict(zip(header, columns, strict=True)), rows, problems)


def _header_problems(table: Table, header: list[str]) -> list[Problem]:
    problems = []
    unknown = [name for name in header if name not in table.columns]
    missing = [field.name for field in table.fields if field.required and field.name not in header]
    absent = [name for name in table.columns if name not in header]
    for name in dict.fromkeys(unknown):
        hint = nearest(name, absent) or f"Columns: {', '.join(table.columns)}."
        problems.append(Problem(table.path, 1, name, name or "a nameless column", "a column of the schema", hint))
    for name in missing:
        similar = closest(name, unknown)
        hint = f"Is {similar} this column?" if similar else f"It holds: {table.field(name).description}"
        problems.append(Problem(table.path, 1, name, "the column is missing", "this column in the header", hint))
    repeated = dict.fromkeys(name for name in header if header.count(name) > 1)
    problems += [Problem(table.path, 1, name, f"{header.count(name)} columns of this name", "one") for name in repeated]
    return problems
