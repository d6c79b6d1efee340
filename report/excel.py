"""The plan as a workbook: a cover with the facts of the run, then one readable sheet a table."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import xlsxwriter

from model.solution import Solution
from network.network import Network
from report.accounts import account_tables
from report.chain_tables import chain_sheets
from report.confidence import confidence_by_subject
from report.frames import records
from report.market_capacity import capacity_tables
from report.policy_worth import has_worth
from report.policy_worth_rows import worth_tables
from report.run_facts import run_facts
from report.sentences import headlines
from report.tables import Kind, ReadableTable, readable_tables
from report.trade_tables import trade_sheets
from report.words import percent

FORMATS: dict[Kind, str] = {
    "text": "@",
    "year": "0",
    "count": "#,##0",
    "amount": "#,##0.0",
    "fine": "#,##0.000",
    "price": "#,##0.00",
    "share": "0.0%",
    "percent": "0.0",
}
WIDTHS: dict[Kind, int] = {
    "text": 24,
    "year": 9,
    "count": 10,
    "amount": 14,
    "fine": 14,
    "price": 16,
    "share": 12,
    "percent": 11,
}
WIDE = {"name": 46, "title": 52, "words": 62, "source": 60, "market": 34, "corridor": 34, "origin": 30, "what": 26}
HEADER_ROW = 3
"""Row of the column headers (from 0): the title and the sentence stand above."""


def write_excel(solution: Solution, network: Network, path: Path, compare: Solution | None = None) -> None:
    """Write the workbook to `path`; text is never read as a formula or a link."""
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), safe) as book:
        look = looks(book)
        tables = [
            *readable_tables(solution, network, compare),
            *account_tables(solution, network),
            *capacity_tables(solution, network),
            *trade_sheets(solution, network, None if has_worth(solution) else compare),
            *worth_tables(solution, network),
            *chain_sheets(solution, network),
        ]
        _write_cover(book, look, solution, network, tables)
        for table in tables:
            write_table(book, look, table)


def looks(book: Any) -> dict[str, Any]:
    """Return the cell formats by name."""
    formats: dict[str, Any] = {
        kind: book.add_format({"num_format": code, "valign": "top"}) for kind, code in FORMATS.items()
    }
    formats["header"] = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#1F3A4D", "font_color": "#FFFFFF"}
    )
    formats["title"] = book.add_format({"bold": True, "font_size": 16, "font_color": "#1F3A4D"})
    formats["sentence"] = book.add_format({"italic": True, "font_color": "#444444"})
    formats["strong"] = book.add_format({"bold": True, "valign": "top"})
    formats["wrap"] = book.add_format({"text_wrap": True, "valign": "top", "align": "left"})
    return formats


def write_table(book: Any, look: dict[str, Any], table: ReadableTable) -> Any:
    """Write a table to a sheet of its own, with filters and print setup; return the sheet."""
    sheet = book.add_worksheet(table.title)
    sheet.write_string(0, 0, table.title, look["title"])
    sheet.write_string(1, 0, table.sentence, look["sentence"])
    sheet.set_row(HEADER_ROW, 48)
    rows = records(table.frame)
    for column, heading in enumerate(table.headings):
        width = WIDE.get(heading.key, WIDTHS[heading.kind]) if heading.kind == "text" else WIDTHS[heading.kind]
        sheet.set_column(column, column, width)
        sheet.write_string(HEADER_ROW, column, heading.label, look["header"])
        for row, values in enumerate(rows, start=HEADER_ROW + 1):
            write_cell(sheet, row, column, values[heading.key], look[heading.kind])
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + max(len(rows), 1), len(table.headings) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    return sheet


def write_cell(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    """Write text as text and finite figures as figures; what is missing stays an empty cell."""
    if isinstance(value, str):
        sheet.write_string(row, column, value, look)
    elif value is not None and math.isfinite(value):
        sheet.write_number(row, column, float(value), look)


def _write_cover(
    book: Any,
    look: dict[str, Any],
    solution: Solution,
    network: Network,
    tables: list[ReadableTable],
) -> None:
    sheet = book.add_worksheet("Cover")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, str(solution.run.get("title") or solution.run.get("scenario") or "Plan"), look["title"])
    sheet.write_string(1, 0, str(solution.run.get("question") or ""), look["sentence"])
    lines: list[tuple[str, str]] = [("In short", "")]
    lines += [("", sentence) for sentence in headlines(solution, network).values()]
    lines += [("", ""), ("The run", ""), *run_facts(solution)]
    lines += [("", ""), ("What rests on what", "sourced / estimate / memory")]
    for row in records(confidence_by_subject(solution, network)):
        shares = " / ".join(percent(float(row[c])) for c in ("sourced", "estimate", "memory"))
        lines.append((str(row["subject"]), f"{shares} of {row['what']}"))
    lines += [("", ""), ("Sheets", "")]
    for number, (left, right) in enumerate(lines, start=3):
        sheet.write_string(number, 0, left, look["strong"])
        sheet.write_string(number, 1, right, look["wrap"])
    for number, table in enumerate(tables, start=3 + len(lines)):
        sheet.write_url(number, 0, f"internal:'{table.title}'!A1", string=table.title)
        sheet.write_string(number, 1, table.sentence, look["wrap"])
