"""The sheets of a portfolio as text: of a workbook, or of csv files, with the rows that a spreadsheet shows."""

import csv
import datetime
import io
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import openpyxl

from model.funding.portfolio import BUILDS, FINANCE, SHEETS
from network.problems import Problem, closest, nearest
from network.schema_types import Table
from network.sheet import Sheet

REFERENCE_SHEETS = ("Read me", "Projects", "Funders", "Terms", "lists")
"""Sheets of the template that are there to look things up; they are not read."""

_Records = list[tuple[int, list[Any]]]  # row of the file, cells


@dataclass(frozen=True)
class PortfolioSheets:
    """What a file holds.

    Attributes:
        sheets: text by name of the sheet, of those that are there, each with its declaration named by the file.
        problems: what is wrong with the form of the file and its sheets.
        notices: what is there and is not read.
    """

    sheets: dict[str, tuple[Table, Sheet]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def read_portfolio_sheets(path: Path) -> PortfolioSheets:
    """Read a workbook (.xlsx, .xlsm), a folder with builds.csv, finance.csv and settings.csv, or FILE.csv.

    Beside FILE.csv, which holds the builds, FILE_finance.csv and FILE_settings.csv are read where they exist.
    """
    if path.is_dir():
        return _read_csv({table.name: path / f"{table.name}.csv" for table in SHEETS})
    if not path.is_file():
        return _failed(path.name, "there is no such file", "a portfolio: a workbook (.xlsx), a .csv or a folder")
    if path.suffix.casefold() == ".csv":
        beside = {t.name: path.with_name(f"{path.stem}_{t.name}{path.suffix}") for t in SHEETS if t.name != BUILDS}
        return _read_csv({BUILDS: path, **beside})
    return _read_workbook(path)


def _failed(file: str, found: str, expected: str, hint: str = "") -> PortfolioSheets:
    return PortfolioSheets(problems=[Problem(file, None, "", found, expected, hint)])


def _read_csv(files: dict[str, Path]) -> PortfolioSheets:
    found = {name: file for name, file in files.items() if file.is_file()}
    builds = files[BUILDS]
    if BUILDS not in found:
        others = {file.stem for file in builds.parent.glob("*.csv")} - set(files)
        return _failed(
            f"{builds.parent.name}/{builds.name}", "the file is missing", "what is built", nearest(BUILDS, others)
        )
    result = PortfolioSheets()
    for table in SHEETS:
        if table.name not in found:
            continue
        file = found[table.name]
        named = replace(table, path=file.name)
        try:
            text = file.read_bytes().decode("utf-8-sig")
            if "\0" in text:
                raise UnicodeError("binary content")
            lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
            records: _Records = [(number, list(cells)) for number, cells in enumerate(lines, start=1)]
        except (OSError, UnicodeError, csv.Error) as error:
            what, hint = "a text file in UTF-8 with cells in columns", 'Save the sheet as "CSV UTF-8".'
            result.problems.append(Problem(file.name, None, "", f"cannot be read ({error})", what, hint))
            continue
        _add(result, named, records)
    return result


def _delimiter(text: str) -> str:
    """What separates cells of the header: many a spreadsheet writes semicolons."""
    header = text.split("\n", 1)[0]
    return max(",;\t", key=header.count)


def _read_workbook(path: Path) -> PortfolioSheets:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on parts of a workbook that are not read: drop-downs, pictures
            book = openpyxl.load_workbook(path, data_only=True)
    except Exception as error:  # what a damaged archive raises is no closed list
        what = "an old workbook (.xls)" if path.suffix.casefold() == ".xls" else f"no workbook ({error or 'damaged'})"
        return _failed(path.name, what, "a workbook in the form .xlsx", 'Save it as "Excel workbook (.xlsx)".')
    result = PortfolioSheets()
    names = {sheet.title.strip().casefold(): sheet for sheet in book.worksheets}
    missing = [table.name for table in SHEETS if table.name not in names]
    for title in book.sheetnames:
        name = title.strip().casefold()
        if name in (table.name for table in SHEETS) or title in REFERENCE_SHEETS:
            continue
        meant = closest(name, missing)
        if meant:
            file, what = f"{path.name}, sheet {title}", f"a sheet named {', '.join(t.name for t in SHEETS)}"
            result.problems.append(Problem(file, None, "", "unknown sheet", what, f"Did you mean {meant}?"))
        else:
            result.notices.append(f"{path.name}: the sheet {title} is no part of a portfolio and was not read")
    if BUILDS in missing and not result.problems:
        has = ", ".join(book.sheetnames)
        result.problems.append(
            Problem(path.name, None, "", f"no sheet {BUILDS}", "what is built", f"The sheets are {has}.")
        )
    for table in SHEETS:
        if table.name in names:
            sheet = names[table.name]
            named = replace(table, path=f"{path.name}, sheet {sheet.title}")
            spanned = {row for span in sheet.merged_cells.ranges if span.min_col < span.max_col
                       for row in range(span.min_row, span.max_row + 1)}  # fmt: skip
            rows = enumerate(sheet.iter_rows(values_only=True), start=1)
            _add(result, named, [(number, list(cells)) for number, cells in rows if number not in spanned])
    return result


def _add(result: PortfolioSheets, table: Table, records: _Records) -> None:
    """Add a sheet: the header is its first row that is not empty."""
    filled = [(row, cells) for row, cells in records if any(_text(cell) for cell in cells)]
    if not filled:
        if table.name != FINANCE:
            what = f"the columns {', '.join(table.columns)}"
            result.problems.append(Problem(table.path, None, "", "the sheet is empty", what))
        return
    row, cells = filled[0]
    header = [_text(cell).casefold() for cell in cells]
    problems = _header_problems(table, row, header, filled[1:])
    texts: dict[str, list[str]] = {name: [] for name in table.columns if name in header}
    rows = []
    for number, entries in filled[1:]:
        read = {
            name: _text(entries[place], is_year=table.field(name).dtype == "year") if place < len(entries) else ""
            for name, place in ((name, header.index(name)) for name in texts)
        }
        if any(text for name, text in read.items() if name not in ("name", "note")):
            rows.append(number)
            for name, text in read.items():
                texts[name].append(text)
    usable = not problems
    result.problems.extend(problems)
    result.sheets[table.name] = (table, Sheet(texts, rows, problems, usable))


def _header_problems(table: Table, row: int, header: list[str], rows: _Records) -> list[Problem]:
    unknown = [name for name in header if name and name not in table.columns]
    absent = [name for name in table.columns if name not in header]
    missing = [field.name for field in table.fields if field.required and field.name in absent]
    expected, problems = "a column of the sheet", []
    for name in dict.fromkeys(unknown):
        hint = nearest(name, absent) or f"Columns: {', '.join(table.columns)}."
        problems.append(Problem(table.path, row, name, name, expected, hint))
    for name in missing:
        similar = closest(name, unknown)
        hint = f"Is {similar} this column?" if similar else f"It holds: {table.field(name).description}"
        problems.append(Problem(table.path, row, name, "the column is missing", "this column in the header", hint))
    if table.name == BUILDS and {"start_year", "start_period"} <= set(absent):
        hint = "Is one of the unknown columns meant?" if unknown else ""
        what = "the column start_year, or start_period"
        problems.append(Problem(table.path, row, "start_year", "the column is missing", what, hint))
    repeated = dict.fromkeys(name for name in header if name and header.count(name) > 1)
    problems += [
        Problem(table.path, row, name, f"{header.count(name)} columns of this name", "one") for name in repeated
    ]
    for place in _nameless(header, rows):
        what = f"column {place + 1} has cells and no name"
        problems.append(Problem(table.path, row, "", what, "a name in the header"))
    return problems


def _nameless(header: list[str], rows: _Records) -> Iterable[int]:
    """Places of columns that have cells below and no name."""
    width = max((len(cells) for _, cells in rows), default=0)
    for place in (place for place in range(width) if place >= len(header) or not header[place]):
        if any(place < len(cells) and _text(cells[place]) for _, cells in rows):
            yield place


def _text(cell: Any, *, is_year: bool = False) -> str:
    """A cell as one would type it; of a date its year where a year is wanted."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, datetime.date):
        return str(cell.year) if is_year else cell.isoformat()[:10]
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell).strip()
