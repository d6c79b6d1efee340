"""Cash flow as a sheet: a block a project by year and totals over projects, with live formulas."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from model.funding.record import PortfolioRun
from report.frames import records
from report.portfolio_facts import of_scenario, scenario_title, scenarios_of

INFLATION_ROW, YEARS_ROW, LEVEL_ROW, FIRST_YEAR = 2, 4, 5, 3
"""Rows of inflation, years and price level, and column of the first year, from 0."""

AVAILABILITY = "Of it paid by the state for availability"
"""Income of the company, not of the project: the project's worth leaves it out."""

GIVEN = {
    "Investment": "capex_musd",
    "Interest during construction": "idc_musd",
    "Funds drawn": "drawn_musd",
    "Revenue": "revenue_musd",
    AVAILABILITY: "availability_musd",
    "Operating cost": "operating_cost_musd",
    "Tax": "tax_musd",
    "Interest": "interest_musd",
    "Principal": "principal_musd",
    "Left for equity": "equity_cash_musd",
    "Debt service of the state": "sovereign_service_musd",
    "Economic benefit": "benefit_musd",
}
ITEMS = (
    "Investment",
    "Interest during construction",
    "Funds drawn",
    "Revenue",
    AVAILABILITY,
    "Operating cost",
    "Tax",
    "Cash for debt service",
    "Interest",
    "Principal",
    "Debt service",
    "Debt service cover",
    "Left for equity",
    "Debt service of the state",
    "Economic benefit",
    "Net cash of the project",
    "Discount factor",
    "Present value",
    "Cash for debt service, nominal",
    "Debt service, nominal",
    "Net cash of the project, nominal",
)
NOMINAL = {f"{item}, nominal": item for item in ("Cash for debt service", "Debt service", "Net cash of the project")}
"""Items in money of their year, of which in constant money."""

SUMMED = tuple(item for item in ITEMS if item not in ("Debt service cover", "Discount factor"))
STRONG = ("Cash for debt service", "Debt service", "Debt service cover", "Net cash of the project", "Present value")
LEAST_SERVICE = 1e-6


@dataclass(frozen=True)
class _Page:
    """The sheet with what every block needs: formats and years."""

    sheet: Any
    look: dict[str, Any]
    years: list[int]
    inflation: float
    base: int

    def level(self, year: int) -> float:
        """Price level of a year, that of the base year being 1."""
        return float((1.0 + self.inflation) ** (year - self.base))

    def basis(self, item: str) -> str:
        """In which prices an item is."""
        if item in NOMINAL:
            return "USD of the year (nominal)"
        if item == "Debt service cover":
            return "ratio, the same in both"
        return "real rate" if item == "Discount factor" else f"constant USD of {self.base}"

    @property
    def last(self) -> int:
        """Column of the last year."""
        return FIRST_YEAR + len(self.years) - 1

    def formula(self, row: int, column: int, text: str, value: float | str, kind: str = "amount") -> None:
        """Write a formula with its value."""
        self.sheet.write_formula(row, column, text, self.look[kind], value)


def write_cash(book: Any, look: dict[str, Any], run: PortfolioRun) -> list[str]:
    """Write a sheet for each scenario that has cash flows; return the names of the sheets."""
    names: list[str] = []
    for scenario in scenarios_of(run):
        cash = of_scenario(run, "portfolio_cash", scenario)
        if len(cash):
            name = "Cash flow" if not names else _sheet_name(scenario, names)
            names.append(name)
            _write_scenario(book.add_worksheet(name), look, run, scenario, cash)
    return names


def _sheet_name(scenario: str, taken: list[str]) -> str:
    """Return a name that a sheet may have: 31 characters, none that Excel keeps for itself, and not twice."""
    name = "Cash flow " + "".join(c for c in scenario if c not in "[]:*?/\\'")[:21]
    return name if name not in taken else f"{name[:28]} {len(taken) + 1}"


def _write_scenario(sheet: Any, look: dict[str, Any], run: PortfolioRun, scenario: str, cash: pd.DataFrame) -> None:
    years = list(range(int(cash["year"].min()), int(cash["year"].max()) + 1))
    if "availability_musd" not in cash.columns:
        cash = cash.assign(availability_musd=0.0)
    page = _Page(sheet, look, years, float(run.run.get("inflation") or 0.0), int(run.run.get("price_base_year") or 0))
    _head(page, scenario_title(run, scenario), cash)
    order = cash["project_id"].unique()
    facts = of_scenario(run, "portfolio_projects", scenario).drop_duplicates("project_id")
    of = {str(row["project_id"]): row for row in records(facts)}
    height = len(ITEMS) + 3
    first = LEVEL_ROW + 2 + height
    tops = {str(key): first + n * height for n, key in enumerate(order)}
    values = {}
    for key, top in tops.items():
        values[key] = _project(page, top, key, of.get(key), cash[cash["project_id"] == key])
    _totals(page, LEVEL_ROW + 2, first, first + len(order) * height, values)
    sheet.freeze_panes(LEVEL_ROW + 1, FIRST_YEAR)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(YEARS_ROW, LEVEL_ROW)


def _head(page: _Page, title: str, cash: pd.DataFrame) -> None:
    sheet, look = page.sheet, page.look
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 2, 14)
    sheet.set_column(FIRST_YEAR, page.last, 10)
    sheet.write_string(0, 0, f"Cash flow: {title}", look["title"])
    said = (
        "Million USD; each line says in which prices. Totals, cash for debt service, cover, present value and what is "
    )
    said += "nominal are live formulas; terms of loans are nominal and paid in money that is worth less every year."
    sheet.write_string(1, 0, f"{said} Change a cost of capital to see what a project is worth at it.", look["sentence"])
    sheet.write_string(INFLATION_ROW, 1, "Inflation of the USD, a year", look["text"])
    sheet.write_number(INFLATION_ROW, 2, page.inflation, look["input"])
    sheet.write_string(INFLATION_ROW, FIRST_YEAR, "from the year", look["sentence"])
    sheet.write_number(INFLATION_ROW, FIRST_YEAR + 1, page.base, look["year"])
    sheet.write_string(LEVEL_ROW, 1, "Price level", look["text"])
    rate, base = (xl_rowcol_to_cell(INFLATION_ROW, c, True, True) for c in (2, FIRST_YEAR + 1))
    for n, year in enumerate(page.years):
        own = xl_rowcol_to_cell(YEARS_ROW, FIRST_YEAR + n)
        page.formula(LEVEL_ROW, FIRST_YEAR + n, f"=(1+{rate})^({own}-{base})", page.level(year), "fine")
    for column, text in enumerate(("Project, prices of its lines", "Item", "All years")):
        sheet.write_string(YEARS_ROW, column, text, look["header"])
    beyond = set(cash.loc[cash["is_extrapolated"] == 1, "year"])
    for n, year in enumerate(page.years):
        sheet.write_number(YEARS_ROW, FIRST_YEAR + n, year, look["header"])
        if year in beyond:
            sheet.write_string(YEARS_ROW - 1, FIRST_YEAR + n, "continued", look["sentence"])


def _project(
    page: _Page, top: int, key: str, facts: dict[str, Any] | None, cash: pd.DataFrame
) -> dict[str, dict[int, float]]:
    """Write a block and return its values by item and year."""
    values = _values(page, facts, cash)
    row_of = {item: top + 1 + n for n, item in enumerate(ITEMS)}
    _block_head(page, top, key, facts, row_of, values)
    wacc = xl_rowcol_to_cell(top, 2, row_abs=True, col_abs=True)
    base = xl_rowcol_to_cell(top, FIRST_YEAR + 1, row_abs=True, col_abs=True)
    for item, row in row_of.items():
        page.sheet.write_string(row, 0, page.basis(item), page.look["text"])
        page.sheet.write_string(row, 1, item, page.look["strong" if item in STRONG else "text"])
        kind = "price" if item == "Debt service cover" else "fine" if item == "Discount factor" else "amount"
        for year, value in values[item].items():
            column = FIRST_YEAR + year - page.years[0]
            if item in GIVEN:
                if math.isfinite(value):
                    page.sheet.write_number(row, column, value, page.look[kind])
                continue
            at = {name: xl_rowcol_to_cell(r, column) for name, r in row_of.items()}
            when, level = (xl_rowcol_to_cell(r, column, row_abs=True) for r in (YEARS_ROW, LEVEL_ROW))
            formula = f"={at[NOMINAL[item]]}*{level}" if item in NOMINAL else _live(item, at, when, wacc, base)
            page.formula(row, column, formula, "" if not math.isfinite(value) else value, kind)
        _row_total(page, row, item, values[item])
    return values


def _live(item: str, at: dict[str, str], year: str, wacc: str, base: str) -> str:
    """Return the formula of an item in one year."""
    due = at["Debt service"]
    return {
        "Cash for debt service": f"={at['Revenue']}-{at['Operating cost']}-{at['Tax']}",
        "Debt service": f"={at['Interest']}+{at['Principal']}",
        "Debt service cover": f'=IF({due}>{LEAST_SERVICE:.6f},{at["Cash for debt service"]}/{due},"")',
        "Net cash of the project": f"={at['Cash for debt service']}-{at[AVAILABILITY]}-{at['Investment']}",
        "Discount factor": f"=1/(1+{wacc})^({year}-{base})",
        "Present value": f"={at['Net cash of the project']}*{at['Discount factor']}",
    }[item]


def _values(page: _Page, facts: dict[str, Any] | None, cash: pd.DataFrame) -> dict[str, dict[int, float]]:
    """Return the values of every item by year: those of the table, and what the formulas make of them."""
    rows = {int(row["year"]): row for row in records(cash)}
    values = {item: {y: float(row[column]) for y, row in rows.items()} for item, column in GIVEN.items()}
    wacc = float(facts["wacc"]) if facts is not None and math.isfinite(facts["wacc"]) else 0.0
    made: dict[str, dict[int, float]] = {item: {} for item in ITEMS if item not in GIVEN}
    for year in rows:
        free = values["Revenue"][year] - values["Operating cost"][year] - values["Tax"][year]
        due = values["Interest"][year] + values["Principal"][year]
        net = free - values[AVAILABILITY][year] - values["Investment"][year]
        factor = 1 / (1 + wacc) ** (year - min(rows))
        cover = free / due if due > LEAST_SERVICE else math.nan
        parts = (free, due, cover, net, factor, net * factor, *(v * page.level(year) for v in (free, due, net)))
        for item, value in zip(made, parts, strict=True):
            made[item][year] = value
    return values | made


def _block_head(
    page: _Page,
    top: int,
    key: str,
    facts: dict[str, Any] | None,
    row_of: dict[str, int],
    values: dict[str, dict[int, float]],
) -> None:
    """Write the project's name, its cost of capital, its floor of cover with a word, and what the model reports."""
    sheet, look = page.sheet, page.look
    name = key if facts is None else f"{facts['name']} ({key})"
    sheet.write_string(top, 0, name, look["strong"])
    sheet.write_string(top, 1, "Cost of capital, real, a year", look["text"])
    sheet.write_number(
        top, 2, 0.0 if facts is None or not math.isfinite(facts["wacc"]) else facts["wacc"], look["input"]
    )
    sheet.write_string(top, FIRST_YEAR, "to the year", look["sentence"])
    sheet.write_number(top, FIRST_YEAR + 1, min(values["Investment"]), look["year"])
    if facts is None:
        return
    worth = sum(v for v in values["Present value"].values())
    if math.isfinite(facts["fnpv_musd"]):
        below = row_of[ITEMS[-1]] + 1
        sheet.write_string(below, 1, "Worth that the model reports", look["text"])
        sheet.write_number(below, 2, facts["fnpv_musd"], look["amount"])
        cells = xl_rowcol_to_cell(row_of["Present value"], 2), xl_rowcol_to_cell(below, 2)
        sheet.write_string(below, FIRST_YEAR, "difference", look["sentence"])
        page.formula(below, FIRST_YEAR + 1, f"={cells[0]}-{cells[1]}", worth - facts["fnpv_musd"])
    covers = [v for v in values["Debt service cover"].values() if math.isfinite(v)]
    if covers and math.isfinite(facts["dscr_floor"]):
        sheet.write_string(top, FIRST_YEAR + 3, "floor of cover", look["sentence"])
        sheet.write_number(top, FIRST_YEAR + 5, facts["dscr_floor"], look["price"])
        line = row_of["Debt service cover"]
        floor, least = xl_rowcol_to_cell(top, FIRST_YEAR + 5, True, True), xl_rowcol_to_cell(line, 2)
        word = "broken" if min(covers) < facts["dscr_floor"] else "kept"
        page.formula(top, FIRST_YEAR + 6, f'=IF({least}<{floor},"broken","kept")', word, "text")
        rule = {"type": "cell", "criteria": "<", "value": floor}
        sheet.conditional_format(line, FIRST_YEAR, line, page.last, {"type": "blanks", "stop_if_true": True})
        sheet.conditional_format(line, FIRST_YEAR, line, page.last, rule | {"format": look["broken"]})


def _row_total(page: _Page, row: int, item: str, values: dict[int, float]) -> None:
    """Write the total of a row, or the least cover."""
    across, finite = xl_range(row, FIRST_YEAR, row, page.last), [v for v in values.values() if math.isfinite(v)]
    if item == "Debt service cover" and finite:
        page.formula(row, 2, f"=MIN({across})", min(finite), "price")
    elif item in SUMMED:
        page.formula(row, 2, f"=SUM({across})", sum(finite), "total" if item in STRONG else "amount")


def _totals(page: _Page, top: int, first: int, last: int, values: dict[str, dict[str, dict[int, float]]]) -> None:
    """Write the sums over projects: every row of an item is added by its name, so that rows may be inserted."""
    page.sheet.write_string(top, 0, "All projects", page.look["strong"])
    labels = xl_range_abs(first, 1, last, 1)
    row_of = {item: top + 1 + n for n, item in enumerate(i for i in ITEMS if i != "Discount factor")}
    total: dict[str, dict[int, float]] = {item: dict.fromkeys(page.years, 0.0) for item in ITEMS}
    for parts in values.values():
        for item in SUMMED:
            for year, value in parts[item].items():
                total[item][year] += value if math.isfinite(value) else 0.0
    for item, row in row_of.items():
        page.sheet.write_string(row, 0, page.basis(item), page.look["text"])
        page.sheet.write_string(row, 1, item, page.look["strong" if item in STRONG else "text"])
        name = xl_rowcol_to_cell(row, 1, col_abs=True)
        for n, year in enumerate(page.years):
            column = FIRST_YEAR + n
            if item == "Debt service cover":
                free, due = total["Cash for debt service"][year], total["Debt service"][year]
                cells = [xl_rowcol_to_cell(row_of[i], column) for i in ("Cash for debt service", "Debt service")]
                text = f'=IF({cells[1]}>{LEAST_SERVICE:.6f},{cells[0]}/{cells[1]},"")'
                total[item][year] = free / due if due > LEAST_SERVICE else math.nan
                page.formula(row, column, text, "" if due <= LEAST_SERVICE else free / due, "price")
                continue
            column_range = xl_range(first, column, last, column)
            rows = column_range.split(":")
            span = ":".join(_row_fixed(cell) for cell in rows)
            page.formula(row, column, f"=SUMIF({labels},{name},{span})", total[item][year])
        _row_total(page, row, item, total[item])


def _row_fixed(cell: str) -> str:
    """Return a cell with its row fixed: D7 as D$7."""
    letters = cell.rstrip("0123456789")
    return f"{letters}${cell[len(letters) :]}"
