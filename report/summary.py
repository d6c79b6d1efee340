"""The plan in the terminal, 100 columns: investments, corridors, main markets, bottlenecks, how sure, what changed."""

from __future__ import annotations

import pandas as pd
from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from model.solution import Solution
from network.network import Network
from report.accounts import incentive_sentence, state_sentences
from report.chain_sentences import chain_sentences
from report.chain_terminal import chain_in_terminal
from report.chain_tornado import tornado_sentence
from report.difference import periods_of_both
from report.difference_sentences import difference_headlines, plan_name, year_of_most_change
from report.frames import records
from report.indicators import corridor_shares, corridor_totals, investment_by_period, investments, periods
from report.limits import bottlenecks
from report.market_capacity import capacity_sentences
from report.partners import spread_sentence
from report.policy_worth import has_worth, worth_sentences
from report.policy_worth_rows import worth_in_terminal
from report.sentences import headlines
from report.trade_sentences import change_sentences, price_sentence
from report.trade_terminal import accounts_in_terminal, changes_in_terminal
from report.words import NOTHING, counted, countries, money, number, percent, short_name, tonnes, usd

WIDTH = 100
"""Columns the summary is laid out for."""

MOST_PROJECTS = 12
MOST_MARKETS = 6
MOST_BOTTLENECKS = 8
SMALLEST_SHARE = 1.0
"""Share of a market, in %, below which a corridor is not listed."""


def summary(solution: Solution, network: Network, compare: Solution | None = None) -> RenderableType:
    """Return what a reader without the files should know; print it with a rich Console of `WIDTH` columns."""
    said = headlines(solution, network)
    title = str(solution.run.get("title") or solution.run.get("scenario") or "Plan")
    parts: list[RenderableType] = [Text(title, style="bold"), Text(said["plan"], style="italic")]
    parts += _section("Investments", said["investments"], _investments(solution))
    parts += _section("Corridors", said["corridors"], _corridors(solution, network))
    parts += _section("Main markets by corridor", "", _markets(solution, network))
    parts += _section("Bottlenecks", "", _bottlenecks(solution, network))
    states = [*state_sentences(solution), *capacity_sentences(solution, network)]
    if states:
        parts += _section("States of the world", "\n".join(f"- {line}" for line in states), None)
    gap = incentive_sentence(solution)
    if gap:
        parts += _section("Planner and shippers", gap, None)
    spread = spread_sentence(solution, network)
    if spread:
        parts += _section("Trade of Kazakhstan", spread, None)
    parts += _accounts(solution, network)
    rests = tornado_sentence(solution)
    chain = [*chain_sentences(solution, network), *([rests] if rests else [])]
    if chain:
        parts += _section("Rare earths", "\n".join(f"- {line}" for line in chain), None)
        parts = _with_tables(parts, chain_in_terminal(solution, WIDTH - 2))
    parts += _section("How sure", f"{said['base_year']}\n{said['confidence']}", None)
    if has_worth(solution):
        parts += _section(
            "What the policy is worth", "\n".join(f"- {s}" for s in worth_sentences(solution, network)), None
        )
        for table in worth_in_terminal(solution, network, WIDTH - 2):
            parts += [Text(""), Padding(table, (0, 0, 0, 2))]
    if compare is not None:
        lead, *changes = difference_headlines(solution, compare, network)
        parts += _section(lead.rstrip(":"), "\n".join(f"- {line}" for line in changes), None)
        parts += _gains(solution, compare, network)
    return Group(*parts)


def _accounts(solution: Solution, network: Network) -> list[RenderableType]:
    """Show gains, duties and prices by country in the last period."""
    year = periods(solution)[-1:]
    said = price_sentence(solution, network, year[0]) if year else ""
    if not said:
        return []
    tables = accounts_in_terminal(solution, network, year[0], WIDTH - 2)
    return _with_tables(_section("Accounts of countries", said, None), tables)


def _gains(solution: Solution, compare: Solution, network: Network) -> list[RenderableType]:
    """Show who gains and who pays against the other plan, in the period in which most cargo moves otherwise."""
    year = year_of_most_change(solution, compare, network) or max(periods_of_both(solution, compare), default=None)
    if year is None or has_worth(solution):  # two searches differ by more than a policy: its worth is of equal builds
        return []
    said = "\n".join(f"- {line}" for line in change_sentences(solution, compare, network, year))
    tables = changes_in_terminal(solution, compare, network, year, WIDTH - 2)
    return _with_tables(_section(f"Who gains and who pays against {plan_name(compare)}", said, None), tables)


def _with_tables(parts: list[RenderableType], tables: list[Table]) -> list[RenderableType]:
    for table in tables:
        parts += [Text(""), Padding(table, (0, 0, 0, 2))]
    return parts


def _section(title: str, sentence: str, table: Table | None) -> list[RenderableType]:
    parts: list[RenderableType] = [Text(f"\n{title.upper()}", style="bold cyan")]
    if sentence:
        parts.append(Text(sentence))
    if table is not None and table.row_count:
        parts.append(Padding(table, (0, 0, 0, 2)))
    return parts


def _table(*headers: str, figures_from: int) -> Table:
    """Return a table whose columns from `figures_from` on are figures, to the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, width=WIDTH - 2, header_style="bold")
    for place, header in enumerate(headers):
        if place < figures_from:
            table.add_column(header, overflow="fold", ratio=3 if place == 0 else 2)
        else:
            table.add_column(header, justify="right", no_wrap=True)
    return table


def _investments(solution: Solution) -> Table:
    """List the dearest projects of each period; the rest is added up in a line."""
    table = _table("Project", "Country", "Start", "In service", "Cost", figures_from=2)
    built = investments(solution).query("decision == 'built'")
    shown = set(built.nlargest(MOST_PROJECTS, "capex_musd")["project_id"])
    for total in records(investment_by_period(solution)):
        if not total["projects"]:
            continue
        of_period = built[built["start_period"] == total["period"]]
        head = f"Period of {total['period']}: {counted(total['projects'], 'project')}"
        table.add_row(Text(head, style="bold"), "", "", "", Text(money(float(total["capex_musd"])), style="bold"))
        for row in records(of_period[of_period["project_id"].isin(shown)]):
            years = f"{row['start_year']:.0f}", f"{row['in_service_year']:.0f}"
            table.add_row(
                f"  {short_name(row['name'])}", countries(row["country"]), *years, money(float(row["capex_musd"]))
            )
        rest = of_period[~of_period["project_id"].isin(shown)]
        if len(rest):
            table.add_row(
                f"  and {counted(len(rest), 'smaller project')}", "", "", "", money(float(rest["capex_musd"].sum()))
            )
    return table


def _corridors(solution: Solution, network: Network) -> Table:
    """Show each corridor's cargo and its share of all cargo, by period."""
    years = periods(solution)
    totals = corridor_totals(solution, network)
    table = _table("Corridor", *[str(y) for y in years], figures_from=1)
    of_year = totals.groupby("period")["flow_kt"].sum()
    for corridor, rows in totals.groupby("corridor", sort=False):
        moved = rows.set_index("period")["flow_kt"].reindex(years).fillna(0.0)
        cells = [f"{tonnes(moved[y])} ({percent(moved[y] / of_year[y])})" if moved[y] > 0 else NOTHING for y in years]
        table.add_row(str(corridor), *cells)
    return table


def _markets(solution: Solution, network: Network) -> Table:
    """Show share, cost and time of each corridor in the first markets of the table."""
    years = periods(solution)
    shares = corridor_shares(solution, network)
    last = years[-1]
    headers = [*[f"{y}" for y in years], f"Cost {last}", f"Days {last}"]
    table = _table("Market", "Corridor", *headers, figures_from=2)
    for market in shares["market"].drop_duplicates().head(MOST_MARKETS):
        of_market = shares[shares["market"] == market]
        name = str(market)
        for corridor in of_market["corridor"].drop_duplicates():
            rows = of_market[of_market["corridor"] == corridor].set_index("period")
            share = rows["share_pct"].reindex(years).fillna(0.0)
            if share.max() < SMALLEST_SHARE:
                continue
            cells = [percent(share[y] / 100) if share[y] > 0 else NOTHING for y in years]
            table.add_row(name, short_name(str(corridor)), *cells, *_cost_and_days(rows, last))
            name = ""
    return table


def _cost_and_days(rows: pd.DataFrame, year: int) -> tuple[str, str]:
    if year not in rows.index:
        return NOTHING, NOTHING
    row = rows.loc[[year]].iloc[0]
    boxed = row["share_basis"] == "kteu"
    cost = usd(float(row["cost_usd_per_teu" if boxed else "cost_usd_per_t"]))
    return f"{cost}/{'TEU' if boxed else 't'}", number(float(row["time_days"]), 2)


def _bottlenecks(solution: Solution, network: Network) -> Table:
    """Show what one more unit a year would be worth at the dearest limits, by period."""
    years = periods(solution)
    tight = bottlenecks(solution, network)
    table = _table("One more unit a year is worth", *[str(y) for y in years], "Rent a year", figures_from=1)
    keys = ["target_id", "name", "kind"]
    most = tight.groupby(keys, sort=False)["rent_musd"].max().sort_values(ascending=False).head(MOST_BOTTLENECKS)
    for row in records(most.reset_index()):
        rows = tight[(tight[keys] == pd.Series({k: row[k] for k in keys})).all(axis=1)].set_index("period")
        worth = rows["dual_usd_per_unit"].reindex(years)
        unit = row["kind"]
        cells = [NOTHING if pd.isna(worth[y]) else f"{usd(float(worth[y]))}/{unit}" for y in years]
        table.add_row(str(row["name"]), *cells, money(float(row["rent_musd"])))
    return table
