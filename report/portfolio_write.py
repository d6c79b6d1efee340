"""The files of a portfolio's run that people open: portfolio.html, portfolio.xlsx and csv of every table."""

from __future__ import annotations

from pathlib import Path

from model.funding.record import PortfolioRun
from model.funding.tables import PORTFOLIO_TABLES
from network.geography import read_geography
from network.network import Network
from report.portfolio_html import write_portfolio_html
from report.portfolio_workbook import write_workbook

CSV_FOLDER = "csv"


def write_portfolio(run: PortfolioRun, network: Network, folder: Path) -> None:
    """Write portfolio.html, portfolio.xlsx and csv/<table>.csv into `folder`, which exists and holds none of them.

    Args:
        run: the portfolio; tables without rows have no sheet, no section and no csv.
        network: the world it was made on, for names and geometry.
        folder: run folder; an OSError says why a file cannot be written.
    """
    geography = read_geography(network.folder, network.places, network.links)
    write_portfolio_html(run, network, geography, folder / "portfolio.html")
    write_workbook(run, network, folder / "portfolio.xlsx")
    tables = folder / CSV_FOLDER
    tables.mkdir()
    for table in PORTFOLIO_TABLES:
        if len(run[table.name]):
            run[table.name].to_csv(tables / f"{table.name}.csv", index=False)
