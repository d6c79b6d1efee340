"""The workbook of a portfolio: its sheets, live formulas with their values, lights in words, labels of the bank."""

import math
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from model.funding.record import PortfolioRun
from network.network import Network
from report.portfolio_cash_sheet import ITEMS, NOMINAL
from report.portfolio_facts import DESIGN_DEFAULT
from report.portfolio_workbook import write_workbook
from tests.report.portfolio.evaluate import Sheet

SHEETS = ["Summary", "Assumptions", "Projects", "Sources and uses", "Commitments", "Cash flow", "Covenants", "Currency",
          "Devaluation", "Powers", "Bank", "Scenarios", "Tolls", "Winners", "Frontier", "Tornado", "Monte Carlo",
          "Repairs"]  # fmt: skip
BY_SCENARIO = "Cash flow red_sea_closed"


@pytest.fixture(scope="module")
def file(portfolio_run: PortfolioRun, network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "portfolio.xlsx"
    write_workbook(portfolio_run, network, path)
    return path


@pytest.fixture(scope="module")
def formulas(file: Path) -> Any:
    return openpyxl.load_workbook(file)


@pytest.fixture(scope="module")
def values(file: Path) -> Any:
    return openpyxl.load_workbook(file, data_only=True)


def rows_of(sheet: Any, head: int = 4) -> list[dict[str, Any]]:
    """Rows below a header row, by header."""
    first, *rest = sheet.iter_rows(min_row=head, values_only=True)
    return [dict(zip(first, row, strict=True)) for row in rest]


def test_it_has_the_sheets_of_an_analyst_in_order(formulas: Any) -> None:
    assert [name for name in formulas.sheetnames if not name.startswith("Cash flow ")] == SHEETS
    assert BY_SCENARIO in formulas.sheetnames
    for name in formulas.sheetnames[1:]:
        assert formulas[name].freeze_panes is not None
        assert formulas[name].page_setup.orientation == "landscape"


@pytest.mark.parametrize("name", ["Sources and uses", "Cash flow", BY_SCENARIO, "Tornado"])
def test_every_formula_gives_the_value_it_carries(formulas: Any, values: Any, name: str) -> None:
    worked, count = Sheet(formulas[name]), 0
    for row in formulas[name].iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                held, found = values[name][cell.coordinate].value, worked.value(cell.coordinate)
                count += 1
                if isinstance(held, str) or held is None:
                    assert (held or "") == found, cell.coordinate
                else:
                    assert found == pytest.approx(held, rel=1e-9, abs=1e-9), cell.coordinate
    assert count > 20


def test_sources_equal_uses_and_the_table(values: Any, portfolio_run: PortfolioRun) -> None:
    money = portfolio_run["portfolio_finance"]
    money = money[(money["scenario"] == "baseline") & (money["is_funding"] == 1)]
    projects = portfolio_run["portfolio_projects"].query("scenario == 'baseline'")
    table = rows_of(values["Sources and uses"])[: len(projects) + 1]
    total = table[-1]
    assert total["Sources"] == pytest.approx(money["amount_musd"].sum())
    assert total["Uses"] == pytest.approx((projects["capex_musd"] + projects["idc_musd"]).sum())
    assert total["EU Global Gateway, grants (million USD)"] == pytest.approx(
        money.loc[money["funder_id"] == "EU_GG", "amount_musd"].sum()
    )
    assert [row["Check"] for row in table] == ["agrees"] * len(table)
    assert [row["Difference"] for row in table] == pytest.approx([0.0] * len(table), abs=1e-6)


def test_the_cash_sheet_gives_cover_and_worth_of_the_tables(values: Any, portfolio_run: PortfolioRun) -> None:
    sheet = values["Cash flow"]
    items, name = {}, ""
    for project, item, total, *_ in sheet.iter_rows(min_row=6, values_only=True):
        name = project if item in (None, "Cost of capital, real, a year") and project else name
        if item:
            items[name, item] = total
    rows = portfolio_run["portfolio_projects"].query("scenario == 'baseline'").to_dict("records")
    for row in rows:
        name = f"{row['name']} ({row['project_id']})"
        assert items[name, "Present value"] == pytest.approx(row["fnpv_musd"])
        assert items[name, "Worth that the model reports"] == pytest.approx(row["fnpv_musd"])
        if not math.isnan(row["dscr_min"]):
            assert items[name, "Debt service cover"] == pytest.approx(row["dscr_min"])
    cash = portfolio_run["portfolio_cash"].query("scenario == 'baseline'")
    assert items["All projects", "Cash for debt service"] == pytest.approx(cash["cfads_musd"].sum())
    assert items["All projects", "Investment"] == pytest.approx(sum(row["capex_musd"] for row in rows))


def test_every_line_of_the_cash_sheet_says_its_prices(values: Any, portfolio_run: PortfolioRun) -> None:
    """Nominal lines are constant ones times 1.02 a year from 2025 on; a cover is the same in both."""
    rows = [row for row in values["Cash flow"].iter_rows(min_row=5, values_only=True) if row[1]]
    years = rows[0][3:]
    assert rows[0][:3] == ("Project, prices of its lines", "Item", "All years")
    level = dict(zip(years, rows[1][3:], strict=True))
    assert level[2030] == pytest.approx(1.02**5)
    first = [row for row in rows[2:] if row[1] not in ("Cost of capital, real, a year", "Worth that the model reports")]
    of = {item: (basis, cells) for basis, item, _, *cells in first[-len(ITEMS) :]}
    assert list(of) == list(ITEMS)
    assert {of[item][0] for item in NOMINAL} == {"USD of the year (nominal)"}
    assert {of[item][0] for item in ITEMS if item not in (*NOMINAL, "Debt service cover", "Discount factor")} == {
        "constant USD of 2025"
    }
    for nominal, real in NOMINAL.items():
        for year, one, two in zip(years, of[real][1], of[nominal][1], strict=True):
            assert (two or 0.0) == pytest.approx((one or 0.0) * level[year])
    assert portfolio_run.run["inflation"] == 0.02


def test_lights_are_words_and_colours(formulas: Any) -> None:
    sheet = formulas["Covenants"]
    words = {row["Light"] for row in rows_of(sheet)}
    assert words == {"broken", "tight", "kept"}
    rules = [rule for area in sheet.conditional_formatting for rule in area.rules]
    assert {rule.formula[0].strip('"') for rule in rules} == words


def test_figures_of_the_bank_are_labelled(values: Any) -> None:
    for name in ("Summary", "Assumptions", "Sources and uses", "Covenants", "Powers", "Bank"):
        texts = [str(cell) for row in values[name].iter_rows(max_row=40, values_only=True) for cell in row if cell]
        assert any(DESIGN_DEFAULT.lower() in text.lower() for text in texts), name


def test_the_bank_and_its_ratio_are_those_of_the_table(values: Any, portfolio_run: PortfolioRun) -> None:
    first = rows_of(values["Bank"])[0]
    row = portfolio_run["portfolio_bank"].iloc[0]
    assert first["Equity (million USD)"] == pytest.approx(row["equity_musd"])
    assert first["Equity to loans (ratio)"] == pytest.approx(row["equity_to_loans"])


def test_a_tornado_and_a_bank_have_charts(formulas: Any) -> None:
    for name in ("Tornado", "Bank"):
        assert len(formulas[name]._charts) == 1


def test_tables_without_rows_have_no_sheet(portfolio_run: PortfolioRun, network: Network, tmp_path: Path) -> None:
    kept = {name: portfolio_run[name] for name in ("portfolio_frontier", "portfolio_assumptions")}
    path = tmp_path / "frontier.xlsx"
    write_workbook(PortfolioRun(kept, {"command": "frontier", "portfolio": "frontier"}), network, path)
    assert openpyxl.load_workbook(path).sheetnames == ["Summary", "Assumptions", "Frontier"]
    write_workbook(PortfolioRun({}, {}), network, path)
    assert openpyxl.load_workbook(path).sheetnames == ["Summary"]
