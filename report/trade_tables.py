"""The sheets of trade in the workbook: accounts by good, prices, duties and spread, and their changes."""

from __future__ import annotations

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.accounts import ACCOUNTS
from report.partners import FOCUS
from report.policy_worth import country_name
from report.tables import Heading, ReadableTable
from report.trade_indicators import (
    GAINS,
    WORTH,
    account_changes,
    accounts_by_commodity,
    duties,
    duty_by_country,
    duty_changes,
    partner_concentration,
    price_changes,
    price_index,
    prices_by_origin,
    trade_changes,
)
from report.trade_sentences import change_sentences, good_name, owner_name, price_sentence
from report.words import names_of

YEAR, MUSD, KT, USD = "million USD a year", "million USD", "kt a year", "USD per t"
_PERIOD = Heading("period", "Period", kind="year")
_COUNTRY, _GOOD = Heading("name", "Country"), Heading("good", "Good")
_WAY = (_PERIOD, Heading("seller", "From"), Heading("buyer", "To"), _GOOD)
_ACCOUNTS = (
    *(Heading(key, title, YEAR, "amount") for key, title in ACCOUNTS.items() if key in GAINS),
    Heading("total", "Together", YEAR, "amount"),
)
_WORTH = Heading("worth_musd", "Together, all years, present value", MUSD, "amount")
_INDEX = (
    _PERIOD,
    _COUNTRY,
    Heading("basket_musd", "Reference quantities at reference prices", YEAR, "amount"),
    Heading("index_pct", "Price index above the reference", "%", "price"),
)
_DUTY = (
    Heading("kt", "Trade", KT, "amount"),
    Heading("musd", "Value", YEAR, "amount"),
    Heading("duty_musd", "Duty", YEAR, "amount"),
    Heading("rate_pct", "Rate of duty", "%", "price"),
)
_PRICES = (
    _PERIOD,
    Heading("buyer", "Buyers in"),
    _GOOD,
    Heading("price_usd_per_t", "Price, this plan", USD, "price"),
    Heading("other_usd_per_t", "Price, other plan", USD, "price"),
    Heading("change_pct", "Change", "%", "price"),
    Heading("cost_musd", "Reference quantities cost more by", YEAR, "amount"),
    Heading("quantity_kt", "Bought, this plan", KT, "amount"),
    Heading("quantity_change_kt", "Change", KT, "amount"),
)
_ORIGINS = (
    _PERIOD,
    Heading("buyer", "Buyers in"),
    Heading("seller", "Sellers in"),
    _GOOD,
    Heading("price_usd_per_t", "Delivered price, this plan", USD, "price"),
    Heading("price_usd_per_t_other", "Delivered price, other plan", USD, "price"),
    Heading("change_pct", "Change", "%", "price"),
    Heading("producer_usd_per_t", "Price of the sellers, this plan", USD, "price"),
    Heading("producer_usd_per_t_other", "Price of the sellers, other plan", USD, "price"),
    Heading("duty_usd_per_t", "Duty, this plan", USD, "price"),
    Heading("duty_usd_per_t_other", "Duty, other plan", USD, "price"),
    Heading("quantity_kt", "Bought, this plan", KT, "amount"),
    Heading("quantity_change_kt", "Change", KT, "amount"),
)
_TRADE = (
    *_WAY,
    Heading("kt", "Trade, this plan", KT, "amount"),
    Heading("kt_other", "Trade, other plan", KT, "amount"),
    Heading("kt_change", "Change", KT, "amount"),
    Heading("musd", "Value, this plan", YEAR, "amount"),
    Heading("musd_other", "Value, other plan", YEAR, "amount"),
    Heading("musd_change", "Change of value", YEAR, "amount"),
)
_SPREAD = (
    _PERIOD,
    Heading("kind", "With or by"),
    Heading("name", "Partner or corridor"),
    Heading("kt", "Trade", KT, "amount"),
    Heading("share_kt_pct", "Share of tonnes", "%", "percent"),
    Heading("musd", "Value", YEAR, "amount"),
    Heading("share_musd_pct", "Share of value", "%", "percent"),
)


def trade_sheets(solution: Solution, network: Network, compare: Solution | None = None) -> list[ReadableTable]:
    """Return the sheets of trade; none where nothing is traded, those of changes only with another plan."""
    if not len(solution["trade"]) and not len(solution["market_prices"]):
        return []
    year = int(solution["demand"]["period"].max())
    said = price_sentence(solution, network, year)
    by_good = "What buyers, sellers and treasuries gain by good; duty is what buyers have paid already."
    index = price_index(solution).merge(duty_by_country(solution), on=["period", "country"], how="outer")
    across = (
        Heading("imports_musd", "Imports", YEAR, "amount"),
        Heading("received_musd", "Duty received on them", YEAR, "amount"),
        Heading("exports_musd", "Exports", YEAR, "amount"),
        Heading("charged_musd", "Duty charged on them abroad", YEAR, "amount"),
    )
    tables = [
        ReadableTable(
            "Accounts by good",
            by_good,
            (_PERIOD, _GOOD, *_ACCOUNTS),
            with_names(accounts_by_commodity(solution), network),
        ),
        ReadableTable("Prices and duties", said, (*_INDEX, *across), with_names(index, network)),
        ReadableTable(
            "Duties",
            "Mean duty of trade across borders, of its value.",
            (*_WAY, *_DUTY),
            with_names(duties(solution), network),
        ),
    ]
    spread = partner_concentration(solution)
    if len(spread):
        title = f"With whom {country_name(FOCUS, network)} trades and by which corridor."
        tables.append(ReadableTable("Spread of trade", title, _SPREAD, named_spread(spread, network)))
    return tables + (_changes(solution, compare, network, year) if compare else [])


def _changes(solution: Solution, other: Solution, network: Network, year: int) -> list[ReadableTable]:
    said = " ".join(change_sentences(solution, other, network, year))
    index = (
        *_INDEX,
        Heading("other_pct", "Price index, other plan", "%", "price"),
        Heading("change_pct", "Change of the index", "%", "price"),
    )
    rate = (*_WAY, *_DUTY, Heading("rate_other_pct", "Rate of duty, other plan", "%", "price"))
    rates = duty_changes(solution, other)
    rates = rates[(rates["rate_pct"] - rates["rate_other_pct"]).abs() > 1e-6]
    tables = [
        ReadableTable(
            "Changed accounts",
            said,
            (_PERIOD, _COUNTRY, *_ACCOUNTS, _WORTH),
            with_worth(solution, other, network, "country"),
        ),
        ReadableTable(
            "Changed accounts by good",
            said,
            (_PERIOD, _GOOD, *_ACCOUNTS, _WORTH),
            with_worth(solution, other, network, "commodity_id"),
        ),
        ReadableTable("Changed price index", said, index, with_names(price_index(solution, other), network)),
        ReadableTable("Prices at markets", said, _PRICES, with_names(price_changes(solution, other), network)),
        ReadableTable("Prices by origin", said, _ORIGINS, with_names(prices_by_origin(solution, other), network)),
        ReadableTable("Changed trade", said, _TRADE, with_names(_moved(trade_changes(solution, other)), network)),
    ]
    return [*tables, ReadableTable("Changed duties", said, rate, with_names(rates, network))] if len(rates) else tables


def with_worth(solution: Solution, other: Solution, network: Network, key: str) -> pd.DataFrame:
    """Return the changes of accounts by country or good with names and worth_musd, the present value of all years."""
    worth = account_changes(solution, other, key, WORTH).set_index(key)["total"]
    change = with_names(account_changes(solution, other, key), network)
    return change.assign(worth_musd=change[key].map(worth))


def ends_first(changes: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the rows of a period with those first who gain and who lose most, `most` in all; the rest by its size."""
    gain = changes[changes["total"] > 0].sort_values("total", ascending=False, kind="stable")
    loss = changes[changes["total"] <= 0].sort_values("total", kind="stable")
    gainers = max(most // 2, most - len(loss))
    head = pd.concat([gain.head(gainers), loss.head(most - min(len(gain), gainers))])
    rest = changes.drop(head.index).sort_values("total", key=abs, ascending=False, kind="stable")
    return pd.concat([head, rest])


def named_spread(spread: pd.DataFrame, network: Network) -> pd.DataFrame:
    """Return shares of partners and corridors with their names, and which of both a row is."""
    corridors = names_of(network.corridors, "corridor_id")
    return spread.assign(
        kind=["partner" if by == "partner" else "corridor" for by in spread["by"]],
        name=[
            country_name(key, network) if by == "partner" else corridors.get(key, key)
            for by, key in zip(spread["by"], spread["key"], strict=True)
        ],
    )


def _moved(changes: pd.DataFrame) -> pd.DataFrame:
    return changes[changes["kt_change"].abs() > 1e-6]


def with_names(frame: pd.DataFrame, network: Network) -> pd.DataFrame:
    """Return `frame` with names for its codes: name, buyer, seller and good."""
    names = {"country": ("name", owner_name), "exporter": ("seller", country_name), "origin": ("seller", country_name),
             "importer": ("buyer", country_name), "commodity_id": ("good", good_name)}  # fmt: skip
    for key, (title, name) in names.items():
        if key in frame:
            known = {code: name(code, network) for code in frame[key].unique()}
            frame = frame.assign(**{title: frame[key].map(known)})
            if key == "country":
                frame = frame.assign(buyer=frame["name"])
    return frame
