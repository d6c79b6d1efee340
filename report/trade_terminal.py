"""Trade in the terminal: accounts and prices of countries, and who gains, what gets dearer and what moves."""

from __future__ import annotations

from rich import box
from rich.table import Table

from model.solution import Solution
from network.network import Network
from report.frames import of_period, records
from report.policy_worth import country_name
from report.trade_indicators import accounts_by, duty_by_country, price_changes, price_index, trade_changes
from report.trade_sentences import LEAST_MUSD, good_name, owner_name
from report.trade_tables import ends_first, with_worth
from report.words import NOTHING, money, number, signed, tonnes

MOST_ROWS, MOST_ENDS = 8, 10
LEAST_PART = 1e-4
"""Part of the largest gain below which one has no line."""


def accounts_in_terminal(solution: Solution, network: Network, year: int, width: int) -> list[Table]:
    """Return the accounts of the countries that buy and sell most, with duty paid and received and the price index."""
    accounts = of_period(accounts_by(solution, "country"), year)
    accounts = accounts[accounts["country"] != ""].nlargest(MOST_ROWS, "total")
    table = figure_table(width, f"In {year}", "Buyers", "Sellers", "Duty in", "Duty abroad", "Rents", "Prices")
    duty = of_period(duty_by_country(solution), year).set_index("country")["charged_musd"]
    index = of_period(price_index(solution), year).set_index("country")["index_pct"]
    for row in records(accounts):
        sellers = row["producer_surplus"] + row["market_capital"]
        cells = [_size(row["consumer_surplus"]), _size(sellers), _size(row["duty"])]
        cells += [_size(float(duty.get(row["country"], 0.0))), _size(row["limit_rent"] + row["carrier_margin"])]
        percent = f"{index[row['country']]:+.1f} %" if row["country"] in index.index else NOTHING
        table.add_row(country_name(row["country"], network), *cells, percent)
    return [table] if table.row_count else []


def changes_in_terminal(solution: Solution, other: Solution, network: Network, year: int, width: int) -> list[Table]:
    """Return winners and losers by country and by good, prices at markets and trade that change most in a year."""
    people = figure_table(width, f"Gains of {year}", "Buyers", "Sellers", "Duty", "Transit", "Rents", "Together",
                    "All years")  # fmt: skip
    goods = figure_table(width, "By good", "Buyers", "Sellers", "Duty", "Together", "All years")
    for table, key in ((people, "country"), (goods, "commodity_id")):
        rows = of_period(with_worth(solution, other, network, key), year)
        least = max(LEAST_MUSD, LEAST_PART * float(rows["total"].abs().max())) if len(rows) else 0.0
        rows = rows[(rows["total"].abs() > least) & ((rows[key] != "") | (key == "country"))]
        for row in records(ends_first(rows, MOST_ENDS).head(MOST_ENDS)):
            name = owner_name(row[key], network) if key == "country" else good_name(row[key], network)
            sellers = row["producer_surplus"] + row["market_capital"]
            cells = [row["consumer_surplus"], sellers, row["duty"] + row["export_tax"]]
            if key == "country":
                cells += [row["transit_revenue"], row["limit_rent"] + row["carrier_margin"] + row["other_rents"]]
            table.add_row(name, *[_change(value) for value in (*cells, row["total"], row["worth_musd"])])
    return [table for table in (people, goods, _prices(solution, other, network, year, width),
                                _trade(solution, other, network, year, width)) if table.row_count]  # fmt: skip


def _prices(solution: Solution, other: Solution, network: Network, year: int, width: int) -> Table:
    table = figure_table(width, "Price at the market, USD a tonne", "Here", "There", "Change", "It costs", "Bought")
    for row in records(of_period(price_changes(solution, other), year).head(MOST_ROWS)):
        name = f"{good_name(row['commodity_id'], network)} in {country_name(row['country'], network)}"
        prices = [number(row["price_usd_per_t"], 4), number(row["other_usd_per_t"], 4)]
        more = round(row["quantity_change_kt"], 3)
        bought = signed(tonnes(abs(more)), more) if more else NOTHING
        table.add_row(name, *prices, f"{row['change_pct']:+.2g} %", _change(row["cost_musd"]), bought)
    return table


def _trade(solution: Solution, other: Solution, network: Network, year: int, width: int) -> Table:
    table = figure_table(width, "Trade that changes most", "Here", "Change", "Value", "Change of it")
    moved = of_period(trade_changes(solution, other), year)
    for row in records(moved[moved["musd_change"].abs() > LEAST_MUSD].head(MOST_ROWS)):
        name = (
            f"{good_name(row['commodity_id'], network)}, {country_name(row['exporter'], network)} to "
            f"{country_name(row['importer'], network)}"
        )
        cells = [tonnes(row["kt"]), signed(tonnes(abs(row["kt_change"])), row["kt_change"])]
        table.add_row(name, *cells, _size(row["musd"]), _change(row["musd_change"]))
    return table


def figure_table(width: int, first: str, *figures: str) -> Table:
    """Return a table whose first column is text that folds and whose others are figures, to the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, width=width, header_style="bold")
    table.add_column(first, overflow="fold", ratio=3)
    for name in figures:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _size(musd: float) -> str:
    if abs(musd) < LEAST_MUSD:
        return NOTHING
    return f"{musd:.2f} mn" if abs(musd) < 1.0 else money(musd).replace("USD ", "")


def _change(musd: float) -> str:
    return NOTHING if abs(musd) < LEAST_MUSD else signed(_size(abs(musd)), musd)
