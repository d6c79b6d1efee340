"""Capacity for export markets that is decided before the duty is known: in words by market, and as a sheet."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.frames import records
from report.policy_worth import country_name
from report.tables import Heading, ReadableTable
from report.words import listing, names_of, percent, tonnes

LEAST_KT = 0.001
"""Capacity below which none is built."""
LEAST_PART = 0.01
"""Part of what would be built without the risk, below which the risk holds nothing back."""
_MARKET = ["exporter", "importer", "commodity_id"]
_KT = "kt a year"
_HEADINGS = (
    Heading("seller", "Capacity in"),
    Heading("good", "For"),
    Heading("buyer", "To"),
    Heading("period", "Period", kind="year"),
    Heading("existing_kt", "Exists and is still wanted", _KT, "amount"),
    Heading("started_kt", "Begun for the period", _KT, "amount"),
    Heading("new_kt", "New, in all", _KT, "amount"),
    Heading("riskless_kt", "New, if the duty were sure to stay", _KT, "amount"),
    Heading("wanted_kt", "Wanted beyond what exists at the reference price", _KT, "amount"),
    Heading("used_kt", "Sold if the duty stays", _KT, "amount"),
    Heading("rise_pct", "Duty may rise by", "% of the value", "price"),
    Heading("chance", "Probability that it has", "share", "share"),
    Heading("charge_usd_per_t", "Charge on the capital", "USD per t and year", "price"),
    Heading("loss_musd", "Expected charge on what stands idle", "million USD a year", "price"),
)


def capacity_sentences(solution: Solution, network: Network) -> list[str]:
    """Return what is built for each market at risk, against what exists and what would be without the risk."""
    table = solution["market_capacity"]
    markets = table.groupby(_MARKET, sort=False)
    return [_sentence(records(rows.sort_values("period")), network) for _, rows in markets]


def capacity_tables(solution: Solution, network: Network) -> list[ReadableTable]:
    """Return the sheet of capacity for markets; none where no duty may change."""
    table = solution["market_capacity"]
    if not len(table):
        return []
    named = pd.DataFrame(
        {
            "seller": [country_name(str(code), network) for code in table["exporter"]],
            "buyer": [country_name(str(code), network) for code in table["importer"]],
            "good": [_good(str(code), network) for code in table["commodity_id"]],
        },
        index=table.index,
    )
    said = (
        "Capacity for markets whose duty differs between the states of the world. It is begun where the market is "
        "still open, before it is known whether the duty will rise; its charge is paid whether or not it is used."
    )
    frame = pd.concat([table, named], axis=1).sort_values(["seller", "good", "buyer", "period"], kind="stable")
    return [ReadableTable("Market capacity", said, _HEADINGS, frame)]


def _sentence(rows: list[dict[str, Any]], network: Network) -> str:
    last = rows[-1]
    place = country_name(str(last["exporter"]), network)
    buyer = country_name(str(last["importer"]), network)
    to = f"the {buyer}" if buyer.startswith(("United ", "European Union")) else buyer
    market = f"capacity in {place} for {_good(str(last['commodity_id']), network)} to {to}"
    rise = max(float(row["rise_pct"]) for row in rows)
    verb = f"rise by {rise:.2g} % of the value" if rise > 0 else "fall"
    risk = f"{percent(float(last['chance']))} likely by {last['period']}"
    exists = f"{tonnes(float(last['existing_kt']))} a year that exist"
    short = max(rows, key=lambda row: float(row["riskless_kt"]) - float(row["new_kt"]))
    new, free = float(short["new_kt"]), float(short["riskless_kt"])
    if all(float(row["new_kt"]) < LEAST_KT for row in rows):
        if free < LEAST_KT:
            return f"No {market} is needed beyond {exists}, whether or not the duty should {verb} ({risk})."
        return (
            f"No {market} is built because the duty may {verb} ({risk}): beyond {exists}, {tonnes(free)} would be in "
            f"{short['period']} if it were sure to stay."
        )
    begun = [
        f"{tonnes(float(row['started_kt']))} for {row['period']}" for row in rows if float(row["started_kt"]) > LEAST_KT
    ]
    held = f"as much as if it were sure to stay, {tonnes(float(last['new_kt']))} in {last['period']}"
    if free - new > LEAST_PART * free:
        held = f"in {short['period']} {tonnes(new)} in place of the {tonnes(free)} if it were sure to stay"
    return (
        f"{market[0].upper()}{market[1:]}, before it is known whether the duty will {verb} ({risk}): "
        f"{listing(begun, len(begun))} on {exists}; {held}."
    )


def _good(code: str, network: Network) -> str:
    name = names_of(network.commodities, "commodity_id", short=True).get(code, code)
    return name[0].lower() + name[1:] if name[1:2].islower() else name
