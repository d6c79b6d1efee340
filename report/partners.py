"""How the trade of a country spreads over partners and corridors: shares and the Herfindahl-Hirschman index."""

from __future__ import annotations

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.frames import records
from report.policy_worth import country_name
from report.words import listing, names_of, percent

FOCUS = "KZ"
"""The country whose trade is shown, where the world has it."""


def concentration(shares: pd.Series) -> float:
    """Return the Herfindahl-Hirschman index: the sum of squared shares, 1 = all with one.

    >>> concentration(pd.Series([1.0, 1.0]))
    0.5
    """
    total = float(shares.sum())
    return float(((shares / total) ** 2).sum()) if total > 0 else float("nan")


def partners(solution: Solution, country: str = FOCUS) -> pd.DataFrame:
    """Return the foreign trade of a country by period, partner and corridor: period, partner, corridor_id, kt, musd."""
    trade = solution["trade"]
    mine = trade[(trade["exporter"] == country) != (trade["importer"] == country)]
    partner = mine["importer"].where(mine["exporter"] == country, mine["exporter"])
    table = mine.assign(partner=partner).rename(columns={"flow_kt": "kt", "value_musd": "musd"})
    return table.groupby(["period", "partner", "corridor_id"], as_index=False)[["kt", "musd"]].sum()


def spread(solution: Solution, country: str = FOCUS) -> pd.DataFrame:
    """Return the index by period: by partner and by corridor, in tonnes and in value; empty without trade.

    Columns: period, partner_value, partner_tonnes, corridor_value, corridor_tonnes.
    """
    rows = []
    for period, table in partners(solution, country).groupby("period"):
        by = {name: table.groupby(name)[["kt", "musd"]].sum() for name in ("partner", "corridor_id")}
        rows.append(
            {
                "period": period,
                "partner_value": concentration(by["partner"]["musd"]),
                "partner_tonnes": concentration(by["partner"]["kt"]),
                "corridor_value": concentration(by["corridor_id"]["musd"]),
                "corridor_tonnes": concentration(by["corridor_id"]["kt"]),
            }
        )
    columns = ["period", "partner_value", "partner_tonnes", "corridor_value", "corridor_tonnes"]
    return pd.DataFrame(rows, columns=columns)


def spread_sentence(solution: Solution, network: Network, country: str = FOCUS) -> str:
    """Return how the trade of a country spreads in the last period; "" where the world has none of it."""
    index = spread(solution, country)
    if not len(index):
        return ""
    last = records(index)[-1]
    table = partners(solution, country)
    table = table[table["period"] == last["period"]]
    said = []
    corridors = names_of(network.corridors, "corridor_id")
    for column in ("partner", "corridor_id"):
        by = table.groupby(column)["musd"].sum().sort_values(ascending=False)
        names = [
            corridors.get(str(key), str(key)) if column == "corridor_id" else country_name(str(key), network)
            for key in by.index[:3]
        ]
        shares = [
            f"{name} {percent(float(part) / float(by.sum()))}" for name, part in zip(names, by.iloc[:3], strict=True)
        ]
        said.append(listing(shares))
    return (
        f"Of the trade of {country_name(country, network)} in {last['period']}, by value, most is with {said[0]} "
        f"(Herfindahl index {last['partner_value']:.2f}); most moves by {said[1]} ({last['corridor_value']:.2f})."
    )
