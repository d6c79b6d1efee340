"""Who gains, what gets dearer and what moves against another plan, in sentences of one period."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.difference import periods_of_both
from report.difference_sentences import plan_name
from report.frames import largest, of_period, records
from report.partners import FOCUS, spread
from report.policy_worth import country_name
from report.trade_indicators import (
    WORTH,
    account_changes,
    account_parts,
    duty_by_country,
    price_changes,
    price_index,
    trade_changes,
)
from report.words import listing, money, names_of, signed, tonnes, usd

NO_ONE = "Projects and facilities"
"""Whose accounts of no one country are."""
LEAST_MUSD = 0.05
"""Million USD a year below which a change is not worth a word."""
LEAST_SAID_PCT = 0.5
"""Change of a price, in %, from which a sentence names it; of an index, a fifth of it."""
NOTHING_CHANGES = "No duty, price or flow changes: the rate on all that is traded is the same in both runs."
NOTHING_TRADED = "Nothing is bought or sold in either plan, so nobody gains and nobody pays."
_WHOSE = {
    "consumer_surplus": "its buyers",
    "producer_surplus": "its sellers",
    "market_capital": "its capacity for markets at risk",
    "duty": "its duties",
    "export_tax": "its export tax",
    "transit_revenue": "its transit fees",
    "limit_rent": "its rent of limits on trade",
    "carrier_margin": "the rent of scarce ways that begin there",
}


def owner_name(code: str, network: Network) -> str:
    """Return whose account it is."""
    return country_name(code, network) if code else NO_ONE


def good_name(code: str, network: Network) -> str:
    """Return a good without the explanation of its name."""
    return names_of(network.commodities, "commodity_id", short=True).get(code, code)


def change_sentences(plan: Solution, other: Solution, network: Network, year: int) -> list[str]:
    """Return who gains and who pays in a year, prices that change and trade that moves; plainly, where nothing does."""
    if not len(plan["accounts"]) and not len(other["accounts"]) and not len(plan["trade"]):
        return [NOTHING_TRADED]
    gains = of_period(account_changes(plan, other, "country"), year)
    parts = of_period(account_parts(plan, other), year)
    index = of_period(price_index(plan, other), year)
    prices = of_period(price_changes(plan, other), year)
    moved = of_period(trade_changes(plan, other), year)
    moved = moved[moved["musd_change"].abs() > LEAST_MUSD]
    if not len(prices) and not len(moved) and not (parts["musd"].abs() > LEAST_MUSD).any():
        return [NOTHING_CHANGES]
    lines = [*_gains(gains, parts, network, year), *_index(index, network), *_prices(prices, network)]
    return [*lines, *_moved(moved, network), *_together(plan, other, gains, year), *_spread(plan, other, network, year)]


def sentences_by_period(plan: Solution, other: Solution, network: Network) -> dict[str, list[str]]:
    """Return `change_sentences` of every period both plans have."""
    return {str(y): change_sentences(plan, other, network, y) for y in sorted(periods_of_both(plan, other))}


def price_sentence(solution: Solution, network: Network, year: int) -> str:
    """Return where prices are furthest above the reference and who receives most duty; "" without prices."""
    index = of_period(price_index(solution), year)
    if not len(index):
        return ""
    index = index.sort_values("index_pct", ascending=False, kind="stable")
    named = [f"{_the(country_name(r['country'], network))} ({r['index_pct']:+.1f} %)" for r in records(index.head(3))]
    said = f"In {year} what buyers pay for the reference quantities is furthest above the reference in {listing(named)}"
    duty = of_period(duty_by_country(solution), year).nlargest(3, "received_musd")
    rows = [row for row in records(duty) if row["received_musd"] > LEAST_MUSD]
    if not rows:
        return f"{said}; no duty is paid."
    paid = [f"{_the(country_name(r['country'], network))} ({money(float(r['received_musd']))})" for r in rows]
    return f"{said}; most duty is received by {listing(paid)}."


def _gains(gains: pd.DataFrame, parts: pd.DataFrame, network: Network, year: int) -> list[str]:
    gains = gains[gains["country"] != ""]
    lines = []
    for sign, verb in ((1.0, "gains"), (-1.0, "loses")):
        size = sign * gains["total"]
        rows = gains.assign(size=size)[size > LEAST_MUSD].nlargest(2, "size")
        said = [
            f"{_the(country_name(row['country'], network))} {verb} {money(row['size'])} a year"
            f"{_driver(parts[parts['country'] == row['country']], sign, network)}"
            for row in records(rows)
        ]
        if said:
            lines.append(f"In {year} {'; '.join(said)}.")
    return lines


def _driver(parts: pd.DataFrame, sign: float, network: Network) -> str:
    """Return whose account of a country changes most in the direction of its total, and by which good."""
    accounts = parts.groupby("account", as_index=False)[["musd"]].sum()
    row = _most(accounts, sign)
    whose = _WHOSE.get(row["account"])
    if whose is None:
        return ""
    most = _most(parts[parts["account"] == row["account"]], sign)
    good = f", most on {_lower(good_name(most['commodity_id'], network))}" if most["commodity_id"] else ""
    return f", above all {whose} ({signed(money(abs(row['musd'])), row['musd'])}{good})"


def _most(table: pd.DataFrame, sign: float) -> dict[str, Any]:
    return largest(table.assign(size=table["musd"] * sign), "size")


def _together(plan: Solution, other: Solution, gains: pd.DataFrame, year: int) -> list[str]:
    total, worth = float(gains["total"].sum()), float(account_changes(plan, other, "country", WORTH)["total"].sum())
    verb = "gain" if total > 0 else "lose"
    return [
        f"All together {verb} {money(abs(total))} in a year of {year}, and over all years "
        f"{'gain' if worth > 0 else 'lose'} {money(abs(worth))} in present value, investment included, against "
        f"{plan_name(other)}; each plan has its own projects."
    ]


def _index(index: pd.DataFrame, network: Network) -> list[str]:
    said = []
    for sign, verb in ((1.0, "rises"), (-1.0, "falls")):
        rows = index[index["change_pct"] * sign > LEAST_SAID_PCT / 5].head(3)
        named = [f"{_the(country_name(r['country'], network))} ({r['change_pct']:+.2g} %)" for r in records(rows)]
        if named:
            said.append(f"{verb} most in {listing(named)}")
    return [f"The price index of what is bought {' and '.join(said)}."] if said else []


def _prices(prices: pd.DataFrame, network: Network) -> list[str]:
    named = [
        f"{_lower(good_name(r['commodity_id'], network))} in {_the(country_name(r['country'], network))} "
        f"({usd(r['price_usd_per_t'])} a tonne, against {usd(r['other_usd_per_t'])}, {r['change_pct']:+.2g} %)"
        for r in records(prices[prices["change_pct"].abs() > LEAST_SAID_PCT].head(2))
    ]
    return [f"The changes of price that cost or save most: {listing(named)}."] if named else []


def _moved(moved: pd.DataFrame, network: Network) -> list[str]:
    named = [
        f"{_lower(good_name(r['commodity_id'], network))} from {_the(country_name(r['exporter'], network))} to "
        f"{_the(country_name(r['importer'], network))} ({signed(tonnes(abs(r['kt_change'])), r['kt_change'])}, "
        f"{signed(money(abs(r['musd_change'])), r['musd_change'])})"
        for r in records(moved.head(3))
    ]
    return [f"Trade changes most in {listing(named)} a year."] if named else []


def _spread(plan: Solution, other: Solution, network: Network, year: int) -> list[str]:
    """Say how the spread of trade of the country in focus changes."""
    here, there = (of_period(spread(one), year) for one in (plan, other))
    if not len(here) or not len(there):
        return []
    now, then = records(here)[0], records(there)[0]
    partner, way = (float(now[key]) - float(then[key]) for key in ("partner_value", "corridor_value"))
    if max(abs(partner), abs(way)) < 0.005:
        return []
    words = [
        f"{'more' if change > 0 else 'less'} concentrated on few {what} (Herfindahl index {now[key]:.2f}, "
        f"against {then[key]:.2f})"
        for change, what, key in ((partner, "partners", "partner_value"), (way, "corridors", "corridor_value"))
        if abs(change) >= 0.005
    ]
    return [f"The trade of {country_name(FOCUS, network)} is {' and '.join(words)}, by value."]


def _the(name: str) -> str:
    return f"the {name}" if name.startswith(("United ", "European Union")) else name


def _lower(name: str) -> str:
    return name[0].lower() + name[1:] if name[:1].isalpha() and name[1:2].islower() else name
