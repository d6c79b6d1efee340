"""The accounts by country: who gains a year, duties, transit, rents, emissions; and states of the world in words."""

from __future__ import annotations

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.frames import records
from report.policy_worth import LEAST_MUSD, OTHERS, country_name
from report.tables import Heading, ReadableTable
from report.words import money, names_of, percent

ACCOUNTS = {
    "consumer_surplus": "Buyers",
    "producer_surplus": "Sellers",
    "market_capital": "Capacity for markets above its charge",
    "duty": "Duty received",
    "export_tax": "Export tax received",
    "transit_revenue": "Transit fees received",
    "limit_rent": "Rent of limits on trade",
    "carrier_margin": "Rent of scarce ways",
    "freight_receipts": "Freight received",
    "emissions": "CO2 on its soil",
}
"""Accounts of a country, in the order in which they are shown."""

_PERIOD = Heading("period", "Period", kind="year")
_PRICES = (
    _PERIOD,
    Heading("buyer", "Buyers in"),
    Heading("seller", "Sellers in"),
    Heading("good", "Good"),
    Heading("quantity_kt", "Bought", "kt a year", "amount"),
    Heading("price_usd_per_t", "Delivered price, duty paid", "USD per t", "price"),
    Heading("producer_usd_per_t", "Price of the sellers", "USD per t", "price"),
    Heading("border_usd_per_t", "Charges at borders", "USD per t", "price"),
    Heading("reference_usd_per_t", "Delivered price at the reference", "USD per t", "price"),
    Heading("premium_musd", "Premium for risk", "million USD a year", "amount"),
)


def accounts_by_country(solution: Solution, network: Network) -> pd.DataFrame:
    """Return a row a period and country, a column an account (million USD, kt CO2 a year), largest trade first."""
    table = solution["accounts"]
    table = table[table["account"].isin(ACCOUNTS)]
    wide = table.pivot_table(index=["period", "country"], columns="account", values="amount", aggfunc="sum")
    wide = wide.reindex(columns=list(ACCOUNTS)).fillna(0.0).reset_index()
    wide.insert(2, "name", [country_name(str(code), network) for code in wide["country"]])
    wide = wide[wide["name"] != OTHERS]
    size = wide["consumer_surplus"].abs() + wide["producer_surplus"].abs() + wide["freight_receipts"].abs()
    order = size.groupby(wide["country"]).transform("sum")
    return wide.assign(order=-order).sort_values(["period", "order"], kind="stable").drop(columns="order")


def account_tables(solution: Solution, network: Network) -> list[ReadableTable]:
    """Return the sheets of the accounts and of the prices of goods; none where nothing is traded between countries."""
    accounts = accounts_by_country(solution, network)
    if not len(accounts):
        return []
    headings = tuple(
        Heading(key, title, "kt a year" if key == "emissions" else "million USD a year", "amount")
        for key, title in ACCOUNTS.items()
    )
    goods = names_of(network.commodities, "commodity_id")
    prices = solution["market_prices"]
    prices = prices.assign(
        buyer=[country_name(str(code), network) for code in prices["country"]],
        seller=[country_name(str(code), network) for code in prices["origin"]],
        good=[goods.get(str(good), str(good)) for good in prices["commodity_id"]],
    )
    said = (
        "Surplus of buyers over all that they pay, and of sellers, above what they are at the choke cost and the "
        "lowest price; what capacity for markets at risk earns above its charge; what treasuries, carriers and owners "
        "of scarce ways receive. Buyers pay the duty received."
    )
    return [
        ReadableTable("Accounts", said, (_PERIOD, Heading("name", "Country"), *headings), accounts),
        ReadableTable("Market prices", "What goods cost where they are bought, by origin.", _PRICES, prices),
    ]


def incentive_sentence(solution: Solution) -> str:
    """Return what the planner's routing is worth more than the shippers'; "" where the plan is the shippers'."""
    gap = solution.run.get("incentive_gap")
    if not gap:
        return ""
    return (
        f"With the same builds, the routing of the planner ({solution.run['objective_name']}) is worth "
        f"{money(float(gap['gap_musd']))} in present value more to it than what shippers choose, who pay all fees and "
        "duties: the incentive gap."
    )


def state_sentences(solution: Solution) -> list[str]:
    """Return the states of the world with their probabilities in the last period and what a year of them is worth."""
    table = solution["states"]
    if table["state"].nunique() < 2:
        return []
    last = table[table["period"] == table["period"].max()]
    calm = float(last["value_musd"].iloc[0])
    lines = []
    for row in records(last):
        change = float(row["value_musd"]) - calm
        worth = f": a year is worth {money(change)} against it" if abs(change) > LEAST_MUSD else ""
        if not worth and row["state"] != last["state"].iloc[0]:
            worth = ": a year is worth the same"
        lines.append(f"{row['title']}, {percent(float(row['probability']))} in {row['period']}{worth}.")
    return lines
