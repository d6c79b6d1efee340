"""Writes portfolios as workbooks that ``read_portfolio`` reads: a template with an example, or one to edit again.

Sheets: Read me; builds, finance and settings with drop-downs and a comment on every header; Projects, Funders and Terms
to look things up; hidden lists behind the drop-downs.
"""

from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from model.funding.portfolio import (
    BUILD_SHEET,
    BUILDS,
    FINANCE_SHEET,
    SETTING_FIELDS,
    SETTINGS_SHEET,
    Portfolio,
)
from model.funding.portfolio_example import example_portfolio
from model.funding.portfolio_reference import funder_list, project_list, term_list
from network.frames import each_row
from network.network import Network
from network.schema_finance import RECOURSE
from network.schema_types import Field, Table

EXAMPLE = "example: change it or delete the row"
_ROWS = 300  # with drop-downs
_FIRST_LISTED = 3  # rows above the lists to look up: title, sentence, header
_WIDTHS = {"name": 44, "note": 40, "source": 60, "status": 34, "countries": 34, "asset_classes": 40, "powers": 40,
           "instruments": 30, "needs": 22, "description": 70}  # fmt: skip
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_SAID = {
    "Projects": "Projects that may be built. Money in million USD of 2025; the cost is that of all units together.",
    "Funders": "Funders that take part. Envelopes in million USD a year; the proposed bank (kind bank) is a design "
    "default: no charter is public.",
    "Terms": "What they offer. Margins in basis points over the reference rate; of equity the return asked.",
}
_READ_ME = (
    "A portfolio: what is built when, and who pays for it. Rows marked as example show how; change or delete them.",
    "",
    "builds: one row a project. start_year is the first year of construction; all starts of a period count from its "
    "first year, and the run says so. A project that is bought in units may have a row for each start.",
    "toll_level: the charge of the project over that of today, a level of finance/toll_levels.csv; shippers are routed "
    "at it. Empty = today's charge.",
    "finance: one row a commitment, as amount_musd or as share of the cost, not both. Commitments may exceed the cost "
    "by a quarter, for interest during construction. Projects without a row: the model chooses who pays.",
    "start_year of finance: only where a project has several starts and a commitment pays for one of them.",
    "margin_bp, tenor_years, grace_years: only where they differ from what the funder offers (sheet Terms).",
    "settings: caps and budget of the whole portfolio; empty = the rules of the bank, which are design defaults.",
    "Projects, Funders, Terms: to look things up, with the confidence of the figures; they are not read.",
    "",
    "Test it: python scripts/portfolio.py test --portfolio FILE. Every problem is named with sheet, row and column.",
    "Confidence: sourced = read in the source named; estimate = basis stated; memory = general knowledge, not checked.",
)


def write_template(network: Network, path: str | Path, resolution: str = "fast") -> None:
    """Write a workbook with an example of up to three projects, marked as such.

    Args:
        network: the world whose projects and funders may be chosen.
    """
    _write(example_portfolio(network, resolution), network, Path(path), resolution, EXAMPLE)


def write_portfolio(portfolio: Portfolio, network: Network, path: str | Path, resolution: str = "fast") -> None:
    """Write a portfolio, such as the result of an optimisation, so that it can be edited and tested again.

    Amounts keep 12 digits; of units of a project that start apart each start has its row.
    """
    _write(portfolio, network, Path(path), resolution, "")


def _write(portfolio: Portfolio, network: Network, path: Path, resolution: str, note: str) -> None:
    lists = {
        "Projects": project_list(network, resolution),
        "Funders": funder_list(network),
        "Terms": term_list(network),
    }
    names = lists["Projects"].set_index("project_id")["name"].to_dict() if len(lists["Projects"]) else {}
    with xlsxwriter.Workbook(str(path), _SAFE) as book:
        look = _looks(book)
        _read_me(book, look, portfolio.name)
        choices = {
            "project_id": lists["Projects"].get("project_id", pd.Series(dtype=object)).tolist(),
            "funder_id": lists["Funders"]["funder_id"].tolist(),
            "instrument": network.instruments["instrument"].tolist(),
            "recourse": list(RECOURSE),
            "mode": network.concession_modes["mode"].tolist(),
            "toll_level": network.toll_levels["level"].tolist(),
            "setting": [field.name for field in SETTING_FIELDS],
        }
        builds = [
            {**_plain(row), "name": names.get(row.project_id, ""), "note": note} for row in each_row(portfolio.builds)
        ]
        finance = [{**_plain(row), "note": note} for row in each_row(portfolio.finance)]
        ranges = {name: f"=lists!${_letter(n)}$2:${_letter(n)}${len(items) + 1}"
                  for n, (name, items) in enumerate(choices.items()) if items}  # fmt: skip
        _sheet(book, look, BUILD_SHEET, builds, ranges)
        _names(book.get_worksheet_by_name(BUILDS), builds, len(lists["Projects"]))
        _sheet(book, look, FINANCE_SHEET, finance, ranges)
        _sheet(book, look, SETTINGS_SHEET, _settings(portfolio), ranges)
        for title, frame in lists.items():
            _list(book, look, title, frame)
        hidden = book.add_worksheet("lists")
        for column, (name, items) in enumerate(choices.items()):
            hidden.write_column(0, column, [name, *items])
        hidden.hide()
        book.get_worksheet_by_name(BUILDS).activate()


def _looks(book: Any) -> dict[str, Any]:
    header = {"bold": True, "text_wrap": True, "valign": "vcenter", "font_color": "#FFFFFF"}
    return {
        "title": book.add_format({"bold": True, "font_size": 16, "font_color": "#1F3A4D"}),
        "sentence": book.add_format({"italic": True, "font_color": "#444444"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "required": book.add_format({**header, "bg_color": "#1F3A4D"}),
        "optional": book.add_format({**header, "bg_color": "#6B8596"}),
        "number": book.add_format({"num_format": "#,##0.###", "valign": "top"}),
        "whole": book.add_format({"num_format": "0", "valign": "top"}),
        "text": book.add_format({"num_format": "@", "valign": "top"}),
        "grey": book.add_format({"font_color": "#777777", "valign": "top"}),
    }


def _read_me(book: Any, look: dict[str, Any], name: str) -> None:
    sheet = book.add_worksheet("Read me")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 120)
    sheet.write_string(0, 0, f"Portfolio {name}", look["title"])
    for row, line in enumerate(_READ_ME, start=2):
        sheet.write_string(row, 0, line, look["wrap"])


def _settings(portfolio: Portfolio) -> list[dict[str, Any]]:
    """Every setting with its value, empty where the rules hold, and what it means."""
    given = {"name": portfolio.name, **portfolio.settings}
    return [
        {"setting": field.name, "value": given.get(field.name), "note": f"{field.description}{_unit(field)}"}
        for field in SETTING_FIELDS
    ]


def _plain(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if name != "start_period"}


def _sheet(
    book: Any, look: dict[str, Any], table: Table, rows: Sequence[dict[str, Any]], ranges: dict[str, str]
) -> None:
    """A sheet to fill in: header with comments, rows, drop-downs and bounds."""
    sheet = book.add_worksheet(table.name)
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)
    for column, field in enumerate(table.fields):
        is_number = field.is_number
        text = look["whole"] if field.is_whole else look["number"] if is_number else look["text"]
        sheet.set_column(column, column, _WIDTHS.get(field.name, 16), text)
        sheet.write_string(0, column, field.name, look["required" if field.required else "optional"])
        need = "required" if field.required else "may be empty"
        comment = f"{field.description}{_unit(field)} ({need})"
        sheet.write_comment(0, column, comment, {"x_scale": 2, "y_scale": 1.2, "author": "Kervan"})
        for number, row in enumerate(rows, start=1):
            _cell(sheet, number, column, row.get(field.name), text)
        _validate(sheet, column, field, ranges)


def _validate(sheet: Any, column: int, field: Field, ranges: dict[str, str]) -> None:
    """A drop-down where a list is known, else bounds of a number."""
    title, message = field.name[:32], f"{field.description}"[:250]
    told = {"ignore_blank": True, "error_title": title, "error_message": message}
    if field.name in ranges:
        sheet.data_validation(1, column, _ROWS, column, {"validate": "list", "source": ranges[field.name], **told})
    elif field.is_number and field.minimum is not None:
        kind = "integer" if field.is_whole else "decimal"
        low, high = field.minimum, field.maximum
        bounds = (
            {"criteria": ">=", "value": low}
            if high is None
            else {"criteria": "between", "minimum": low, "maximum": high}
        )
        sheet.data_validation(1, column, _ROWS, column, {"validate": kind, **bounds, **told})


def _names(sheet: Any, rows: Sequence[dict[str, Any]], projects: int) -> None:
    """The name of each row's project, looked up when the row changes."""
    column = BUILD_SHEET.columns.index("name")
    last = _FIRST_LISTED + max(projects, 1)
    for number in range(1, _ROWS + 1):
        found = rows[number - 1]["name"] if number <= len(rows) else ""
        formula = f'=IFERROR(VLOOKUP(A{number + 1},Projects!$A${_FIRST_LISTED + 1}:$B${last},2,FALSE),"")'
        sheet.write_formula(number, column, formula, None, found)


def _list(book: Any, look: dict[str, Any], title: str, frame: pd.DataFrame) -> None:
    """A sheet to look things up in."""
    sheet = book.add_worksheet(title)
    sheet.write_string(0, 0, title, look["title"])
    sheet.write_string(1, 0, _SAID[title], look["sentence"])
    sheet.freeze_panes(_FIRST_LISTED, 2)
    for column, name in enumerate(frame.columns):
        sheet.set_column(column, column, _WIDTHS.get(name, 14))
        sheet.write_string(_FIRST_LISTED - 1, column, name, look["required"])
        is_whole = name.endswith(("_year", "_start"))
        for number, value in enumerate(frame[name], start=_FIRST_LISTED):
            text = isinstance(value, str)
            _cell(sheet, number, column, value, look["text" if text else "whole" if is_whole else "number"])
    if len(frame):
        sheet.autofilter(_FIRST_LISTED - 1, 0, _FIRST_LISTED - 1 + len(frame), len(frame.columns) - 1)


def _cell(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    """Text as text and finite figures as figures; what is missing stays an empty cell."""
    if isinstance(value, str):
        if value:
            sheet.write_string(row, column, value, look)
    elif value is not None and isfinite(value):
        sheet.write_number(row, column, float(value), look)


def _unit(field: Field) -> str:
    return f" [{field.unit}]" if field.unit else ""


def _letter(column: int) -> str:
    return str(xlsxwriter.utility.xl_col_to_name(column))
