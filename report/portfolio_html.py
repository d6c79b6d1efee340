"""The page of a portfolio: one HTML file that holds its data, styles and scripts and asks no host for anything."""

from __future__ import annotations

from pathlib import Path

from model.funding.record import PortfolioRun
from network.geography import Geography
from network.network import Network
from report.html import page_text
from report.portfolio_page import portfolio_page

STYLES = ("page.css", "portfolio.css")
SCRIPTS = (
    "geo.min.js",
    "base.js",
    "tip.js",
    "table.js",
    "theme.js",
    "map_base.js",
    "map_names.js",
    "pictures.js",
    "portfolio_base.js",
    "portfolio_map.js",
    "map.js",
    "portfolio_chart.js",
    "portfolio_projects.js",
    "portfolio_sources.js",
    "portfolio_limits.js",
    "portfolio_bank.js",
    "portfolio_cash.js",
    "portfolio_frontier.js",
    "portfolio_scenarios.js",
    "portfolio_risk.js",
    "portfolio_assumptions.js",
    "portfolio_main.js",
    "paper.js",
)
"""Scripts of the page in the order in which they run."""


def write_portfolio_html(run: PortfolioRun, network: Network, geography: Geography, path: Path) -> None:
    """Write the page to `path`."""
    data = portfolio_page(run, network, geography)
    path.write_text(page_text("portfolio.html", STYLES, SCRIPTS, data), encoding="utf-8")
