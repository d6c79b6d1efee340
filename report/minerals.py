"""Exports of minerals beside the rare-earth chain: value, who takes them, what crosses the Caspian, how sure."""

from __future__ import annotations

from typing import Any

import pandas as pd

from network.network import Network
from report.chain_sentences import region_name
from report.page_rows import figure
from report.policy_worth import country_name
from report.tables import Heading, ReadableTable
from report.words import counted, money, percent

NAMED = 3
"""Destinations that the page names; the workbook names all."""
HEADINGS = (
    Heading("exporter_name", "Exporter"),
    Heading("name", "Mineral"),
    Heading("status", "Exported or planned"),
    Heading("year", "Year", kind="year"),
    Heading("export_t", "Exports", "t a year", "amount"),
    Heading("price_usd_per_t", "Price", "USD per t", "amount"),
    Heading("value_musd", "Value", "million USD a year", "amount"),
    Heading("to", "Main destinations"),
    Heading("largest_share", "Part that the first takes; empty = not known", "share", "share"),
    Heading("transcaspian_share", "Part across the Caspian, estimated", "share", "share"),
    Heading("transcaspian_musd", "Value across the Caspian", "million USD a year", "amount"),
    Heading("handling", "How it moves"),
    Heading("confidence", "Confidence, of the weakest figure"),
    Heading("source", "Source"),
)


def minerals(network: Network) -> pd.DataFrame:
    """Return the table with names, values and places in order: exported before planned, by value."""
    table = network.other_minerals
    value = table["export_t"] * table["price_usd_per_t"] / 1e6
    table = table.assign(
        value_musd=value,
        transcaspian_musd=value * table["transcaspian_share"],
        exporter_name=[country_name(str(code), network) for code in table["exporter"]],
        to=[", ".join(_place(code, network) for code in codes) for codes in table["destinations"]],
    )
    return table.sort_values(["status", "value_musd"], ascending=[True, False], kind="stable").reset_index(drop=True)


def _place(code: str, network: Network) -> str:
    """Return the name of a destination: of a region of the chain, or of a country."""
    name = region_name(code, network).split(",")[0]
    return name if name != code else country_name(code, network)


def minerals_data(network: Network) -> dict[str, Any] | None:
    """Return what the page shows: a sentence and rows; None where the world has no such table.

    A row: name, status and year, value, destinations, part of the first, part across the Caspian, confidence.
    """
    table = minerals(network)
    if table.empty:
        return None
    rows = []
    for row in table.to_dict("records"):
        to = ", ".join(_place(code, network) for code in row["destinations"][:NAMED])
        when = f"{row['status']}, {int(row['year'])}"
        rows.append(
            [str(row["name"]), when, figure(float(f"{row['value_musd']:.3g}")), to, figure(row["largest_share"]),
             figure(row["transcaspian_share"]), str(row["confidence"])]
        )  # fmt: skip
    return {"said": minerals_sentence(network), "rows": rows}


def minerals_sentence(network: Network) -> str:
    """Return what is exported in all, what of it crosses the Caspian, and how much of that is from memory."""
    table = minerals(network)
    now = table[table["status"] == "exported"]
    total = float(now["value_musd"].sum())
    if total <= 0:
        return ""
    memory = float(now.loc[now["confidence"] == "memory", "value_musd"].sum()) / total
    across = float(now["transcaspian_musd"].sum()) / total
    first = now.iloc[0]
    largest = f"{percent(float(first['value_musd']) / total)} of it {str(first['name']).split(',')[0].lower()}"
    return (
        f"{counted(len(now), 'other mineral')} of {', '.join(sorted(set(now['exporter_name'])))} "
        f"{'earn' if len(now) > 1 else 'earns'} {money(total)} a year, {largest}; {percent(across)} crosses the "
        f"Caspian. {percent(memory)} of the value is from memory, the rest estimated."
    )


def minerals_sheet(network: Network) -> list[ReadableTable]:
    """Return the sheet of the workbook; none where the world has no such table."""
    table = minerals(network)
    return [ReadableTable("Other minerals", minerals_sentence(network), HEADINGS, table)] if len(table) else []
