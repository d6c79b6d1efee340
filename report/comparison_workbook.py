"""The workbook of a comparison: findings, the heat-coloured matrix, and the tables behind them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from model.batch.files import write_bytes
from report.comparison_rows import matrix, series
from report.comparison_runs import Batch, asked, base_run
from report.comparison_sentences import findings, headlines
from report.comparison_tables import comparison_tables
from report.comparison_title import batch_title
from report.excel import HEADER_ROW, looks, write_cell, write_table
from report.frames import records

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True}
BETTER_WORSE = ("#2F6DB5", "#D9722E")
"""Ends of the heat where a direction is better: blue and orange, which the colour-blind tell apart."""
MORE_LESS = ("#2A8C82", "#9A6B3F")
"""Ends of the heat where none is: teal is more, brown less."""
NEUTRAL = "#FFFFFF"
SECTION_TITLES = {
    "overview": "The runs",
    "corridors": "Corridors",
    "countries": "Countries",
    "investments": "Investments",
    "rare_earths": "Rare earths",
    "grids": "Answers to grids",
    "samples": "Samples",
    "confidence": "How sure",
}
_HEAT = ("Matrix", "Change", "Rank")
_SAID = {
    "Matrix": "Headline figures by run, the base first. Blue is better than the base, orange worse; teal is more and "
    "brown less where no direction is better.",
    "Change": "Difference to the base, in the units of the matrix.",
    "Rank": "Place of each run by each figure: 1 is the best, or the largest where no direction is better.",
}
_MOST_OF_SPEC = 60
"""Lines of what was asked for that the cover repeats."""


def write_comparison_workbook(batch: Batch, path: Path) -> None:
    """Write the workbook of a batch to `path`, whole or not at all; text is never read as a formula or a link."""
    wanted = series(batch)
    table = matrix(batch, wanted)
    tables = comparison_tables(batch)
    content = BytesIO()
    with xlsxwriter.Workbook(content, {**SAFE, "in_memory": True}) as book:
        look = looks(book)
        cover = book.add_worksheet("Findings")
        if len(table):
            for title, figure in zip(_HEAT, ("value", "change", "rank"), strict=True):
                _heat_sheet(book, look, title, table, wanted, figure)
        for one in tables:
            write_table(book, look, one)
        named = [(title, _SAID[title]) for title in _HEAT] if len(table) else []
        _cover(cover, look, batch, [*named, *((one.title, one.sentence) for one in tables)])
    write_bytes(path, content.getvalue())


def _cover(sheet: Any, look: dict[str, Any], batch: Batch, sheets: list[tuple[str, str]]) -> None:
    """Write the findings by section, the sheets with what they hold, and what was asked for."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 118)
    sheet.write_string(0, 0, batch_title(batch), look["title"])
    base = base_run(batch)
    sheet.write_string(1, 0, f"Base: {base['name']}" if base else "No run is finished", look["sentence"])
    said_of = findings(batch)
    lines: list[tuple[str, str]] = [("In short", "")]
    lines += [("", text) for text in headlines(batch, said_of=said_of)]
    for section, found in said_of.items():
        if found:
            lines += [("", ""), (SECTION_TITLES[section], found[0]), *(("", text) for text in found[1:])]
    lines += [("", ""), ("Sheets", "")]
    row = 3
    for left, right in lines:
        sheet.write_string(row, 0, left, look["strong"])
        sheet.write_string(row, 1, right, look["wrap"])
        row += 1
    for title, said in sheets:
        sheet.write_url(row, 0, f"internal:'{title}'!A1", string=title)
        sheet.write_string(row, 1, said, look["wrap"])
        row += 1
    for number, line in enumerate(asked(batch).splitlines()[:_MOST_OF_SPEC]):
        sheet.write_string(row + 1 + number, 0, "" if number else "What was asked for", look["strong"])
        sheet.write_string(row + 1 + number, 1, line, look["wrap"])
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _heat_sheet(
    book: Any, look: dict[str, Any], title: str, table: pd.DataFrame, wanted: pd.DataFrame, figure: str
) -> None:
    """Write a sheet of the matrix: a row a run, a column a series."""
    sheet = book.add_worksheet(title)
    sheet.write_string(0, 0, title, look["title"])
    sheet.write_string(1, 0, _SAID[title], look["sentence"])
    sheet.set_row(HEADER_ROW, 78)
    sheet.set_column(0, 0, 44)
    sheet.write_string(HEADER_ROW, 0, "Run", look["header"])
    keys = list(dict.fromkeys(table["key"]))
    names = dict(zip(table["key"], table["name"], strict=True))
    first, last = HEADER_ROW + 1, HEADER_ROW + len(keys)
    for row, key in enumerate(keys, start=first):
        sheet.write_string(row, 0, names[key], look["text"])
    for column, declared in enumerate(records(wanted), start=1):
        mine = table[table["series"] == declared["series"]].set_index("key")
        sheet.set_column(column, column, 16)
        sheet.write_string(HEADER_ROW, column, _heading(declared, figure), look["header"])
        form = look["count"] if figure == "rank" else look[number_format(str(declared["unit"]), mine["value"])]
        for row, key in enumerate(keys, start=first):
            value = mine[figure].get(key)
            write_cell(sheet, row, column, None if pd.isna(value) else float(value), form)
        if figure != "rank" and len(keys) > 1 and pd.notna(mine["base"].iloc[0]):
            middle = float(mine["base"].iloc[0]) if figure == "value" else 0.0
            sheet.conditional_format(first, column, last, column, _heat(str(declared["better"]), mine[figure], middle))
    sheet.freeze_panes(first, 1)
    sheet.autofilter(HEADER_ROW, 0, last, len(wanted))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)


def _heading(declared: dict[str, Any], figure: str) -> str:
    label, unit = str(declared["label"]), str(declared["unit"])
    return label if figure == "rank" or not unit else f"{label} ({unit})"


def number_format(unit: str, values: pd.Series) -> str:
    """Return the format of `report.excel.FORMATS` for a column of figures: digits by the size of its largest."""
    if unit == "share":
        return "share"
    if unit in ("projects", "facilities", "limits"):
        return "count"
    largest = float(values.abs().max())
    return "count" if largest >= 1000 else "amount" if largest >= 10 else "fine"


def _heat(better: str, values: pd.Series, middle: float) -> dict[str, Any]:
    """Return a scale of three colours around the base, as wide on both sides so that equal changes look equal."""
    high, low = BETTER_WORSE if better == "more" else BETTER_WORSE[::-1] if better == "less" else MORE_LESS
    reach = float((values - middle).abs().max()) or max(abs(middle), 1.0)
    ends = {"min": middle - reach, "mid": middle, "max": middle + reach}
    return {
        "type": "3_color_scale",
        **{f"{end}_type": "num" for end in ends},
        **{f"{end}_value": value for end, value in ends.items()},
        "min_color": low,
        "mid_color": NEUTRAL,
        "max_color": high,
    }
