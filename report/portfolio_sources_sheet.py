"""Sources and uses as a sheet: projects by funders and by instruments, with live totals and a check."""

from __future__ import annotations

from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from model.funding.record import PortfolioRun
from report.excel import HEADER_ROW
from report.frames import records
from report.portfolio_facts import DESIGN_DEFAULT, base_scenario, of_scenario, project_names, scenario_title
from report.words import short_name, spoken

TITLE = "Sources and uses"
AFTER = ("Sources", "Without a source", "Investment", "Interest during construction", "Committed beyond them", "Uses",
         "Difference", "Check")  # fmt: skip
TOLERANCE_MUSD = 0.005


def write_sources(book: Any, look: dict[str, Any], run: PortfolioRun) -> bool:
    """Write the sheet of the first scenario; False where the run has no commitments."""
    money = of_scenario(run, "portfolio_finance")
    money = money[money["is_funding"] == 1]
    if money.empty:
        return False
    sheet = book.add_worksheet(TITLE)
    title = scenario_title(run, base_scenario(run))
    sheet.write_string(0, 0, TITLE, look["title"])
    said = "Million constant-2025 USD; guarantees do not fund and are left out. Totals and the check are live formulas."
    sheet.write_string(1, 0, f"{said} Scenario: {title}. Terms of the bank: {DESIGN_DEFAULT}.", look["sentence"])
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 60, 15)
    names = project_names(run, short=False)
    uses = of_scenario(run, "portfolio_projects").groupby("project_id")[_USES].sum()
    order = [key for key in uses.index if key in set(names)]
    below = HEADER_ROW
    for what, column in (("funder", "funder"), ("instrument", "instrument")):
        matrix = money.pivot_table(index="project_id", columns=column, values="amount_musd", aggfunc="sum").fillna(0.0)
        ranked = matrix.sum().sort_values(ascending=False, kind="stable").index
        matrix = matrix.reindex(index=order, columns=ranked).fillna(0.0)
        below = _block(sheet, look, below, f"Project, by {what}", matrix, uses, names) + 3
    sheet.freeze_panes(HEADER_ROW + 1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    return True


def _block(
    sheet: Any,
    look: dict[str, Any],
    top: int,
    first: str,
    matrix: pd.DataFrame,
    uses: pd.DataFrame,
    names: dict[str, str],
) -> int:
    """Write one matrix with its header in row `top`; return the row of its totals."""
    heads = [first, *(_head(str(name)) for name in matrix.columns), *AFTER]
    sheet.set_row(top, 62)
    for column, text in enumerate(heads):
        sheet.write_string(top, column, text, look["header"])
    width = len(matrix.columns)
    sources, *given_uses, _, difference, check = range(width + 1, width + 9)
    needs = {str(row["project_id"]): row for row in records(uses.reset_index())}
    for n, (key, amounts) in enumerate(zip(matrix.index, matrix.to_numpy(), strict=True)):
        row, need = top + 1 + n, needs[str(key)]
        sheet.write_string(row, 0, names.get(str(key), str(key)), look["text"])
        for column, amount in enumerate(amounts, start=1):
            if amount:
                sheet.write_number(row, column, float(amount), look["amount"])
        given = float(amounts.sum())
        _formula(sheet, look, row, sources, f"=SUM({xl_range(row, 1, row, width)})", given)
        for column, field in zip(given_uses, _USES, strict=True):
            sheet.write_number(row, column, float(need[field]), look["amount"])
        _row_checks(sheet, look, row, width, given, need)
    last, below = top + len(matrix), top + len(matrix) + 1
    sheet.write_string(below, 0, "All projects", look["strong"])
    for column in range(1, check):
        values = [*matrix.sum(), matrix.to_numpy().sum(), *uses.reindex(matrix.index)[_USES].sum()]
        used = sum(values[width + 2 : width + 5])
        values += [used, values[width] + values[width + 1] - used]
        formula = f"=SUM({xl_range(top + 1, column, last, column)})"
        _formula(sheet, look, below, column, formula, float(values[column - 1]), "total")
    _check(sheet, look, below, difference, check, float(values[difference - 1]))
    sheet.write_string(below + 1, 0, "Part of all sources", look["text"])
    whole = xl_rowcol_to_cell(below, sources, row_abs=True, col_abs=True)
    for column in range(1, width + 1):
        formula = f"={xl_rowcol_to_cell(below, column)}/{whole}"
        _formula(
            sheet, look, below + 1, column, formula, float(values[column - 1] / max(values[width], 1e-12)), "share"
        )
    return below + 1


_USES = ["unfunded_musd", "capex_musd", "idc_musd", "surplus_musd"]


def _head(name: str) -> str:
    """Return a column's header: a funder by its short name, an instrument as words."""
    return f"{spoken(name) if name.islower() else short_name(name)} (million USD)"


def _row_checks(sheet: Any, look: dict[str, Any], row: int, width: int, given: float, need: dict[str, Any]) -> None:
    sources, lacks, capex, _, surplus, total, difference, check = range(width + 1, width + 9)
    used = float(need["capex_musd"] + need["idc_musd"] + need["surplus_musd"])
    _formula(sheet, look, row, total, f"=SUM({xl_range(row, capex, row, surplus)})", used)
    left = given + float(need["unfunded_musd"]) - used
    cells = [xl_rowcol_to_cell(row, column) for column in (sources, lacks, total)]
    _formula(sheet, look, row, difference, f"={cells[0]}+{cells[1]}-{cells[2]}", left)
    _check(sheet, look, row, difference, check, left)


def _check(sheet: Any, look: dict[str, Any], row: int, difference: int, check: int, left: float) -> None:
    """Write a word beside a difference: it agrees or differs."""
    word = "agrees" if abs(left) < TOLERANCE_MUSD else "differs"
    formula = f'=IF(ABS({xl_rowcol_to_cell(row, difference)})<{TOLERANCE_MUSD},"agrees","differs")'
    sheet.write_formula(row, check, formula, look["text"], word)


def _formula(
    sheet: Any, look: dict[str, Any], row: int, column: int, text: str, value: float, kind: str = "amount"
) -> None:
    sheet.write_formula(row, column, text, look[kind], value)
