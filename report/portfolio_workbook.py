"""The workbook of a portfolio: what an analyst hands on, with live totals, lights and charts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from model.funding.record import PortfolioRun
from network.network import Network
from report.excel import HEADER_ROW, looks, write_table
from report.portfolio_cash_sheet import write_cash
from report.portfolio_facts import DESIGN_DEFAULT, cap_words, portfolio_facts, portfolio_title
from report.portfolio_sentences import findings
from report.portfolio_sources_sheet import TITLE as SOURCES
from report.portfolio_sources_sheet import write_sources
from report.portfolio_tables import ALL, portfolio_tables
from report.tables import ReadableTable
from report.words import sentence

LIGHT_FILLS = {"broken": ("#A3142A", "#FFFFFF"), "tight": ("#F2C14E", "#1B2329"), "kept": ("#CFE6F2", "#1B2329")}
"""Fill and ink of the words of lights: red, amber and blue, which the colour-blind can tell apart."""

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True}
BEFORE = ("Assumptions", "Projects")
AFTER_SOURCES = ("Commitments",)


def write_workbook(run: PortfolioRun, network: Network, path: Path) -> None:
    """Write the workbook to `path`; text is never read as a formula or a link."""
    tables = portfolio_tables(run, network)
    with xlsxwriter.Workbook(str(path), SAFE) as book:
        look = _looks(book)
        summary = book.add_worksheet("Summary")
        said: dict[str, str] = {}
        for title in BEFORE:
            _plain(book, look, tables, title, said)
        if write_sources(book, look, run):
            said[SOURCES] = "Who pays what: projects by funders and by instruments, against investment and interest."
        for title in AFTER_SOURCES:
            _plain(book, look, tables, title, said)
        for name in write_cash(book, look, run):
            said[name] = "Every project by year: cash, debt service, cover, worth at its cost of capital."
        for title in tables:
            if title not in said:
                _plain(book, look, tables, title, said)
        _summary(summary, look, run, network, said)


def _looks(book: Any) -> dict[str, Any]:
    """Return the cell formats: those of a plan's workbook, totals, inputs and lights."""
    found = looks(book)
    found["total"] = book.add_format({"num_format": "#,##0.0", "bold": True, "top": 1, "valign": "top"})
    found["input"] = book.add_format({"num_format": "0.0%", "font_color": "#1D5FA8", "valign": "top"})
    found["banner"] = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#F2C14E", "font_color": "#1B2329"})
    for word, (fill, ink) in LIGHT_FILLS.items():
        found[word] = book.add_format({"bg_color": fill, "font_color": ink})
    return found


def _plain(book: Any, look: dict[str, Any], tables: dict[str, ReadableTable], title: str, said: dict[str, str]) -> None:
    """Write a plain sheet, with what it has of its own: lights, colours, charts."""
    table = tables.get(title)
    if table is None:
        return
    sheet = write_table(book, look, table)
    said[title] = table.sentence
    keys = [heading.key for heading in table.headings]
    last = HEADER_ROW + len(table.frame)
    if title in ("Covenants", "Powers"):
        _lights(sheet, look, keys.index("light_words"), last)
    if title == "Projects":
        sheet.freeze_panes(HEADER_ROW + 1, keys.index("name") + 1)
    if title == "Scenarios":
        for key, most in (("gain_musd", "#8FB8D8"), ("regret_musd", "#F0B48C")):
            scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": most}
            sheet.conditional_format(HEADER_ROW + 1, keys.index(key), last, keys.index(key), scale)
    if title == "Tornado":
        _tornado(book, sheet, look, table, keys)
    if title == "Bank":
        _bank_chart(book, sheet, table, keys)


def _lights(sheet: Any, look: dict[str, Any], column: int, last: int) -> None:
    for word in LIGHT_FILLS:
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look[word]}
        sheet.conditional_format(HEADER_ROW + 1, column, last, column, rule)


def _tornado(book: Any, sheet: Any, look: dict[str, Any], table: ReadableTable, keys: list[str]) -> None:
    """Add the changes against the base as live columns, and a chart of them for the whole portfolio."""
    low, base, high = (keys.index(f"enpv_{name}_musd") for name in ("low", "base", "high"))
    start = len(keys)
    for n, (text, side) in enumerate((("Change at the low value", low), ("Change at the high value", high))):
        sheet.write_string(HEADER_ROW, start + n, f"{text} (million USD, present value)", look["header"])
        for row, values in enumerate(table.frame.to_dict("records"), start=HEADER_ROW + 1):
            change = values[keys[side]] - values["enpv_base_musd"]
            formula = f"={xl_rowcol_to_cell(row, side)}-{xl_rowcol_to_cell(row, base)}"
            sheet.write_formula(row, start + n, formula, look["amount"], change)
    sheet.set_column(start, start + 1, 16)
    of_all = [row for row, name in enumerate(table.frame["project"], start=HEADER_ROW + 1) if name == ALL]
    if not of_all:
        return
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    first, last = of_all[0], of_all[-1]
    for n, colour in enumerate(("#2B69A8", "#C2501F")):
        chart.add_series(
            {
                "name": [sheet.get_name(), HEADER_ROW, start + n],
                "categories": [sheet.get_name(), first, keys.index("driver"), last, keys.index("driver")],
                "values": [sheet.get_name(), first, start + n, last, start + n],
                "fill": {"color": colour},
                "gap": 60,
            }
        )
    chart.set_title({"name": "What the worth of the whole rests on, million USD", "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True, "label_position": "low"})
    chart.set_x_axis({"num_format": "#,##0"})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 760, "height": 340})
    sheet.insert_chart(HEADER_ROW + len(table.frame) + 3, 0, chart)


def _bank_chart(book: Any, sheet: Any, table: ReadableTable, keys: list[str]) -> None:
    """Add a chart of equity, loans and own debt in the first scenario."""
    years = table.frame["year"].tolist()
    last = HEADER_ROW + 1 + next((n for n in range(1, len(years)) if years[n] <= years[n - 1]), len(years)) - 1
    chart = book.add_chart({"type": "line"})
    for key, colour in (("equity_musd", "#2B69A8"), ("loans_musd", "#C2501F"), ("borrowing_musd", "#6D6A63")):
        column = keys.index(key)
        chart.add_series(
            {
                "name": [sheet.get_name(), HEADER_ROW, column],
                "categories": [sheet.get_name(), HEADER_ROW + 1, keys.index("year"), last, keys.index("year")],
                "values": [sheet.get_name(), HEADER_ROW + 1, column, last, column],
                "line": {"color": colour, "width": 2},
            }
        )
    chart.set_title({"name": f"The bank, million USD ({DESIGN_DEFAULT})", "name_font": {"size": 11}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 760, "height": 340})
    sheet.insert_chart(HEADER_ROW + len(table.frame) + 3, 0, chart)


def _summary(sheet: Any, look: dict[str, Any], run: PortfolioRun, network: Network, said: dict[str, str]) -> None:
    """Write the first sheet: findings, caps, facts of the run, and the sheets with links."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 120)
    sheet.write_string(0, 0, portfolio_title(run), look["title"])
    label = f"{sentence(DESIGN_DEFAULT)}: every figure of the bank is an editable default."
    sheet.merge_range(1, 0, 1, 1, label, look["banner"])
    lines: list[tuple[str, str]] = [("Findings", "")]
    lines += [("", text) for text in findings(run, network)]
    caps = cap_words(run)
    if caps:
        lines += [("", ""), ("Caps on one power", f"{caps} ({DESIGN_DEFAULT})")]
    lines += [("", ""), ("The run", ""), *portfolio_facts(run)]
    lines += [("Notice", str(text)) for text in run.run.get("notices") or []]
    lines += [("", ""), ("Sheets", "")]
    for number, (left, right) in enumerate(lines, start=3):
        sheet.write_string(number, 0, left, look["strong"])
        sheet.write_string(number, 1, right, look["wrap"])
    for number, (title, text) in enumerate(said.items(), start=3 + len(lines)):
        sheet.write_url(number, 0, f"internal:'{title}'!A1", string=title)
        sheet.write_string(number, 1, text, look["wrap"])
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
