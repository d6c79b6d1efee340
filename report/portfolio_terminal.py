"""A portfolio in the terminal, 120 columns: findings, projects, powers, limits, scenarios, studies."""

from __future__ import annotations

import math

import pandas as pd
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from model.funding.record import PortfolioRun
from network.network import Network
from report.frames import records
from report.portfolio_facts import (
    DESIGN_DEFAULT,
    LIGHTS,
    base_scenario,
    cap_words,
    limit_words,
    of_scenario,
    portfolio_title,
    scenarios_of,
    year_words,
)
from report.portfolio_sentences import portfolio_sentences
from report.portfolio_study_sentences import study
from report.portfolio_tables import comparison, covenants, frontier, national, powers
from report.trade_terminal import figure_table
from report.words import NOTHING, money, number, percent, sentence, short_name

WIDTH = 120
"""Columns that the summary is laid out for."""

MOST_PROJECTS, MOST_LIMITS, MOST_POWERS, MOST_PLANS = 8, 5, 3, 6
LEAST_SHOWN = 0.005
"""Million USD below which a cell shows none."""

IN_FILES = ("payers", "winners", "tornado", "risk", "currency")
"""Topics of findings that only the files have."""


def summary(run: PortfolioRun, network: Network) -> RenderableType:
    """Return what a reader without the files should know; print it with a rich Console of `WIDTH` columns."""
    parts: list[RenderableType] = [Text(portfolio_title(run), style="bold")]
    parts.append(Text(f"{sentence(DESIGN_DEFAULT)}; its figures can be edited.", style="italic"))
    said = portfolio_sentences(run, network)
    parts += [Text(f"- {text}") for topic, text in said.items() if topic not in IN_FILES]
    parts += [Text(f"- {text}") for text in run.run.get("sentences") or []]
    sections = [
        ("Projects", _projects(run)),
        ("Powers against caps" + (f": {cap_words(run)}" if cap_words(run) else ""), _powers(run, network)),
        ("Limits that are broken or tight", _limits(run, network)),
        ("Scenarios", _scenarios(run)),
        ("Side by side", _comparison(run)),
        ("National plans", _national(run, network)),
        ("Price of independence", _independence(run, network)),
        ("Worth against risk", _risk(run)),
    ]
    for title, table in sections:
        if table.row_count:
            parts += [Text(f"\n{title.upper()}", style="bold cyan"), Padding(table, (0, 0, 0, 2))]
    return Group(*parts)


def _cell(value: float, say: object = money) -> str:
    """Return a figure in words without the name of the money, or a dash."""
    if not math.isfinite(value) or not callable(say):
        return NOTHING
    if say is money and abs(value) < 0.9995:
        return f"{value:.2f} mn" if abs(value) >= LEAST_SHOWN else "0"
    return str(say(value)).replace("USD ", "")


def _table(first: str, *figures: str) -> Table:
    """Return a table of one line a row: what does not fit is cut."""
    table = figure_table(WIDTH - 2, first, *figures)
    table.columns[0].overflow, table.columns[0].no_wrap = "ellipsis", True
    return table


def _cover(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else NOTHING


def _projects(run: PortfolioRun) -> Table:
    heads = ("Built", "Cost", "Lacks", "Power", "FIRR", "Cover", "ENPV", "EIRR")
    table = _table("Project, money in USD", *heads)
    rows = of_scenario(run, "portfolio_projects").sort_values("capex_musd", ascending=False, kind="stable")
    for row in records(rows.head(MOST_PROJECTS)):
        cover = _cover(row["dscr_min"])
        below = row["dscr_min"] < row["dscr_floor"]
        lacks = _cell(row["unfunded_musd"]) if row["unfunded_musd"] > LEAST_SHOWN else NOTHING
        table.add_row(
            short_name(str(row["name"])),
            f"{year_words(row['start_year'])}-{year_words(row['in_service_year'])[-2:]}",
            _cell(row["capex_musd"]),
            lacks,
            f"{row['largest_power']} {percent(row['largest_power_share'])}" if row["largest_power"] else NOTHING,
            _cell(row["firr"], percent),
            f"{cover} of {row['dscr_floor']:.2f}" if below else cover,
            _cell(row["enpv_musd"]),
            _cell(row["eirr"], percent),
        )
    _more(table, len(rows) - MOST_PROJECTS)
    return table


def _more(table: Table, left: int) -> None:
    if left > 0:
        table.add_row(f"and {left} more in the files", *[""] * (len(table.columns) - 1))


def _powers(run: PortfolioRun, network: Network) -> Table:
    table = _table("Of", "Power", "Counts", "As host", "Part", "Cap", "Over")
    rows = powers(run, network)
    rows = rows[(rows["scenario"] == base_scenario(run)) & (rows["share"] > 0)]
    whole = rows[rows["part"] == "portfolio"].sort_values("share", ascending=False, kind="stable").head(MOST_POWERS)
    over = rows[(rows["over_musd"] > LEAST_SHOWN) & (rows["part"] != "portfolio")]
    over = over.sort_values("over_musd", ascending=False, kind="stable").head(MOST_POWERS)
    for row in records(pd.concat([whole, over])):
        table.add_row(
            row["key_words"],
            str(row["power"]).removesuffix(" and its members"),
            _cell(row["amount_musd"]),
            _cell(row["host_musd"]) if row["host_musd"] > 0 else NOTHING,
            percent(row["share"]),
            percent(row["cap"]),
            _cell(row["over_musd"]) if row["over_musd"] > LEAST_SHOWN else NOTHING,
        )
    return table


def _limits(run: PortfolioRun, network: Network) -> Table:
    table = _table("Limit", "Year", "Value", "Allowed", "Left", "Light")
    rows = covenants(run, network)
    rows = rows[(rows["scenario"] == base_scenario(run)) & (rows["light"] != "green")]
    for row in records(rows.head(MOST_LIMITS)):
        key = str(row["key_words"])
        title = str(row["title"]) if not key or key in str(row["title"]) else f"{row['title']}: {key}"
        figures = [limit_words(row[name], str(row["unit"])).replace("USD ", "") for name in ("value", "limit")]
        light = LIGHTS.get(str(row["light"]), "")
        table.add_row(title, year_words(row["year"]), *figures, _cell(row["headroom_musd"]), light)
    _more(table, len(rows) - MOST_LIMITS)
    return table


def _scenarios(run: PortfolioRun) -> Table:
    table = figure_table(
        WIDTH - 2, "Scenario", "Gain at 6 %", "At 9 %", "EIRR", "Regret", "Least cover", "Breaks", "By"
    )
    for row in records(run["portfolio_scenarios"]):
        breaks = row["breach_musd"] if row["first_breach"] else math.nan
        table.add_row(
            str(row["title"]),
            _cell(row["gain_musd"]),
            _cell(row["gain_9_musd"]),
            _cell(row["eirr"], percent),
            _cell(row["regret_musd"]),
            _cover(row["dscr_min"]),
            year_words(row["first_breach_year"]) or (NOTHING if not row["first_breach"] else "yes"),
            _cell(breaks),
        )
    return table


def _comparison(run: PortfolioRun) -> Table:
    first = str(run.run.get("compared_with") or "First")
    second = str(run.run.get("portfolio") or "Second")
    several = len(scenarios_of(run)) > 1
    table = _table("Measure", first, second, "Difference")
    for row in records(comparison(run)):
        title = f"{row['measure_words']}, {row['scenario_title']}" if several else row["measure_words"]
        table.add_row(title, row["first_words"], row["second_words"], row["difference_words"])
    return table


def _national(run: PortfolioRun, network: Network) -> Table:
    table = _table("Plan", "Projects", "Cost", "Worth")
    for row in records(national(run, network)):
        table.add_row(row["country_name"], str(row["count"]), _cell(row["capex_musd"]), _cell(row["own_worth_musd"]))
    return table


def _independence(run: PortfolioRun, network: Network) -> Table:
    table = _table("Cap on any one power", "Gain", "Price", "Gap", "Largest power", "Projects", "Cost")
    named = frontier(run, network)
    rows = named.loc[study(run, "independence")["row"]]
    for row in records(rows.head(MOST_PLANS)):
        cap = "none" if row["power_cap"] >= 1 else percent(row["power_cap"])
        held = f"{row['largest_power']} {percent(row['largest_power_share'])}"
        cells = [_cell(row["gain_musd"]), _cell(row["price_musd"]), _cell(row["gap"], percent), held]
        table.add_row(cap, *cells, number(row["count"]), _cell(row["capex_musd"]))
    return table


def _risk(run: PortfolioRun) -> Table:
    table = _table("Weight of the worst scenarios", "Gain", "Worst scenarios", "Concentration", "Cost")
    for row in records(study(run, "risk").head(MOST_PLANS)):
        cells = [_cell(row["gain_musd"]), _cell(row["cvar_musd"]), _cover(row["funder_hhi"]), _cell(row["capex_musd"])]
        table.add_row(percent(row["risk_weight"]), *cells)
    return table
