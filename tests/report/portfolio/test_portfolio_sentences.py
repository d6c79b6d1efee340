"""Findings and the terminal say what the tables of a portfolio hold."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from model.funding.record import PortfolioRun, read_portfolio_run
from network.network import Network
from report.portfolio_facts import DESIGN_DEFAULT, scenarios_of
from report.portfolio_sentences import findings, portfolio_sentences
from report.portfolio_tables import portfolio_tables
from report.portfolio_terminal import WIDTH, summary
from report.portfolio_write import write_portfolio
from report.words import money, percent
from tests.report.portfolio.made_run import frame

MOST_LINES = 65


def said(run: PortfolioRun, network: Network) -> str:
    page = StringIO()
    Console(width=WIDTH, highlight=False, file=page).print(summary(run, network))
    return page.getvalue()


def test_every_figure_of_a_finding_is_of_a_table(portfolio_run: PortfolioRun, network: Network) -> None:
    texts = portfolio_sentences(portfolio_run, network)
    base = portfolio_run["portfolio_scenarios"].iloc[0]
    projects = portfolio_run["portfolio_projects"].query("scenario == 'baseline'")
    assert money(base["gain_musd"]) in texts["gain"]
    assert money(projects["capex_musd"].sum()) in texts["gain"]
    assert percent(base["eirr"]) in texts["gain"]
    assert money(projects["unfunded_musd"].sum()) in texts["lacks"]
    assert money(projects["bank_musd"].sum()) in texts["mobilisation"]
    assert DESIGN_DEFAULT in texts["mobilisation"]
    caps = portfolio_run["portfolio_frontier"].query("study == 'independence'")
    for row in caps[caps["price_musd"] > 2].to_dict("records"):
        assert f"{percent(row['power_cap'])} costs {money(row['price_musd'])}" in texts["independence"]
    worst = portfolio_run["portfolio_scenarios"].sort_values(
        ["first_breach_year", "breach_musd"], ascending=[True, False]
    )
    assert worst["first_breach"].iloc[0] in texts["breach"]
    assert money(worst["breach_musd"].iloc[0]) in texts["breach"]
    draws = portfolio_run["portfolio_draws"].iloc[0]
    for value in (draws["mean"], draws["p5"], draws["p95"], draws["standard_error"]):
        assert money(value) in texts["draws"]


def test_currencies_are_said_by_loans_and_projects(portfolio_run: PortfolioRun, network: Network) -> None:
    text = portfolio_sentences(portfolio_run, network)["currency"]
    lent = portfolio_run["portfolio_projects"].query("scenario == 'baseline'")["debt_musd"].sum()
    rows = portfolio_run["portfolio_devaluation"].query("scenario == 'baseline'")
    served = rows[rows["dscr_stressed"].notna()]
    assert text.startswith(f"Of loans of {money(lent)} 60 % are in foreign currency, and 10 % are not matched")
    below = (served["dscr_stressed"] < served["dscr_floor"]).sum()
    before = (served["dscr_min"] < served["dscr_floor"]).sum()
    assert f"lose 30 %, {below} of {len(served)} projects that serve debt fall below" in text
    assert f"({before} as it is)" in text
    assert f"with {served['dscr_stressed'].min():.2f}." in text
    assert f"{money(rows['state_musd_per_year'].sum())} more a year" in text


def test_the_largest_payer_comes_first(portfolio_run: PortfolioRun, network: Network) -> None:
    money_in = portfolio_run["portfolio_finance"].query("scenario == 'baseline' and is_funding == 1")
    by = money_in.groupby("funder")["amount_musd"].sum()
    text = portfolio_sentences(portfolio_run, network)["payers"]
    assert text.startswith(by.idxmax())
    assert percent(by.max() / by.sum()) in text


def test_the_run_s_own_sentences_come_last(portfolio_run: PortfolioRun, network: Network) -> None:
    assert findings(portfolio_run, network)[-1] == portfolio_run.run["sentences"][0]


def test_nothing_is_said_of_what_is_empty(network: Network) -> None:
    empty = PortfolioRun({}, {})
    assert portfolio_sentences(empty, network) == {}
    assert DESIGN_DEFAULT[1:] in said(empty, network)


def test_no_breach_is_said_to_be_none(portfolio_run: PortfolioRun, network: Network) -> None:
    table = portfolio_run["portfolio_scenarios"].assign(first_breach="", first_breach_year=float("nan"))
    kept = replace(portfolio_run, tables={"portfolio_scenarios": table})
    assert portfolio_sentences(kept, network)["breach"] == "No covenant breaks in any of 3 scenarios."


def test_two_portfolios_are_set_side_by_side(portfolio_run: PortfolioRun, network: Network) -> None:
    rows = [
        {"scenario": "baseline", "measure": "gain_musd", "unit": "musd, discounted", "first": 900.0, "second": 1020.0,
         "difference": 120.0},
        {"scenario": "baseline", "measure": "capex_musd", "unit": "musd", "first": 3500.0, "second": 3435.0,
         "difference": -65.0},
    ]  # fmt: skip
    national = [
        {"country": "KZ", "projects": "P005,P012", "own_worth_musd": 300.0, "capex_musd": 1275.0},
        {"country": "sum of national plans", "projects": "", "own_worth_musd": 800.0, "capex_musd": 3000.0},
        {"country": "unified plan", "projects": "P005", "own_worth_musd": 1020.0, "capex_musd": 3435.0},
    ]
    tables = portfolio_run.tables | {
        "portfolio_comparison": frame("portfolio_comparison", rows),
        "portfolio_national": frame("portfolio_national", national),
    }
    run = replace(portfolio_run, tables=tables, run=portfolio_run.run | {"compared_with": "ports_first"})
    texts = portfolio_sentences(run, network)
    assert texts["comparison"] == "Against ports_first it gains USD 120 mn more and costs USD 65 mn less."
    assert "price of fragmentation is USD 220 mn" in texts["fragmentation"]
    shown = said(run, network)
    assert "ports_first" in shown
    assert "+USD 120 mn" in shown
    assert "Sum of national plans" in shown


def test_the_terminal_is_short_and_has_the_figures(portfolio_run: PortfolioRun, network: Network) -> None:
    tested = {k: t for k, t in portfolio_run.tables.items() if k not in ("portfolio_frontier", "portfolio_tolls")}
    text = said(replace(portfolio_run, tables=tested), network)
    lines = text.splitlines()
    assert len(lines) <= MOST_LINES
    assert max(len(line.rstrip()) for line in lines) <= WIDTH
    for words in ("broken", "Anaklia deep-sea port phase 1", "1.25 of 1.40", "The Caspian keeps falling"):
        assert words in text


def test_scenarios_come_in_the_order_of_the_run(portfolio_run: PortfolioRun) -> None:
    assert scenarios_of(portfolio_run) == portfolio_run.run["scenarios"]


def test_the_folder_has_page_workbook_and_tables(portfolio_run: PortfolioRun, network: Network, tmp_path: Path) -> None:
    write_portfolio(portfolio_run, network, tmp_path)
    portfolio_run.write(tmp_path)
    assert (tmp_path / "portfolio.xlsx").is_file()
    again = pd.read_csv(tmp_path / "csv" / "portfolio_projects.csv")
    assert again["capex_musd"].sum() == pytest.approx(portfolio_run["portfolio_projects"]["capex_musd"].sum())
    assert not (tmp_path / "csv" / "portfolio_national.csv").exists()
    assert len(read_portfolio_run(tmp_path)["portfolio_cash"]) == len(portfolio_run["portfolio_cash"])


def test_tolls_are_said_against_those_of_today(portfolio_run: PortfolioRun, network: Network) -> None:
    text = portfolio_sentences(portfolio_run, network)["tolls"]
    assert text.startswith("Tolls are 0.8 times today's for ")
    assert (
        "Against today's, shippers gain USD 50 mn of present value and owners lose USD 20 mn: USD 30 mn more together, "
        "with USD 2 mn less cash for debt service a year in the last period." in text
    )
    assert "most is earned at 1.2 times the charges of today: USD 5 mn more cash a year" in text
    assert "shippers then lose USD 80 mn" in text
    table = portfolio_tables(portfolio_run, network)["Tolls"].frame
    assert table["level_words"].tolist()[0] == "Each as chosen"
    assert table["project_words"].tolist()[:4] == ["All together"] * 4
    assert table["chosen_words"].tolist() == ["chosen", "", "", "", "chosen", "", ""]
    assert table["financed_words"].tolist() == ["yes", "not asked", "yes", "not asked", "yes", "yes", "not asked"]
    none = portfolio_run["portfolio_tolls"].assign(is_chosen=0)
    kept = replace(portfolio_run, tables={"portfolio_tolls": none})
    assert portfolio_sentences(kept, network)["tolls"].startswith("Tolls are those of today.")
