"""What the page shows of trade: prices, duties and spread of a plan, and who gains against another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.difference_sentences import plan_name
from report.frames import of_period, records
from report.page_rows import figure
from report.partners import FOCUS, spread
from report.policy_worth import country_name, has_worth
from report.trade_indicators import (
    LEAST_PRICE_PCT,
    accounts_by_commodity,
    duties,
    duty_by_country,
    duty_changes,
    partner_concentration,
    price_changes,
    price_index,
    trade_changes,
)
from report.trade_sentences import LEAST_MUSD, price_sentence, sentences_by_period
from report.trade_tables import ends_first, named_spread, with_names, with_worth

MOST_ROWS = 40
MOST_SHOWN_COUNTRIES, MOST_SHOWN_PARTS = 12, 8
"""Rows that the page shows at first."""
LEAST_PART = 1e-4
"""Part of the largest gain of a period below which a row is left out."""
_GOODS = ("good", "consumer_surplus", "producer_surplus", "duty", "total")
_COUNTRIES = ("name", "index_pct", "imports_musd", "received_musd", "exports_musd", "charged_musd")
_DUTIES = ("seller", "buyer", "good", "musd", "duty_musd", "rate_pct")
_GAINS = ("consumer_surplus", "producer_surplus", "treasury", "transit_revenue", "rents", "total", "worth_musd")
_INDEX = ("name", "index_pct", "other_pct", "change_pct")
_PRICES = ("buyer", "good", "price_usd_per_t", "other_usd_per_t", "change_pct", "cost_musd", "quantity_change_kt")
_TRADE = ("seller", "buyer", "good", "kt", "kt_change", "musd", "musd_change")
_SPREAD = ("name", "kt", "share_kt_pct", "musd", "share_musd_pct")


def trade_data(
    solution: Solution, network: Network, years: list[int], compare: Solution | None = None
) -> dict[str, Any] | None:
    """Return the tables of trade by period, rows as lists in the order of the columns above; None without trade."""
    if not len(solution["trade"]) and not len(solution["market_prices"]):
        return None
    index = price_index(solution).merge(duty_by_country(solution), on=["period", "country"], how="outer")
    index = index.sort_values(["period", "imports_musd"], ascending=[True, False], kind="stable")
    goods = accounts_by_commodity(solution)
    goods = goods.assign(producer_surplus=goods["producer_surplus"] + goods["market_capital"])
    return {
        "said": {str(year): price_sentence(solution, network, year) for year in years},
        "countries": _by_period(with_names(index, network), years, _COUNTRIES),
        "goods": _by_period(with_names(goods[goods["total"].abs() > LEAST_MUSD], network), years, _GOODS),
        "duties": _duties(solution, network, years, compare),
        "spread": _spread(solution, network, years, compare),
    }


def gains_data(solution: Solution, other: Solution, network: Network, years: list[int]) -> dict[str, Any] | None:
    """Return who gains and who pays, prices and trade that change, by period; a period of one plan only has none.

    None where the worth of a policy over the same builds is known: that answers it, without the noise of two searches.
    """
    if has_worth(solution):
        return None
    index, moved = price_index(solution, other), trade_changes(solution, other)
    index, moved = index[index["change_pct"].abs() > LEAST_PRICE_PCT], moved[moved["musd_change"].abs() > LEAST_MUSD]
    return {
        "name": plan_name(other),
        "said": sentences_by_period(solution, other, network),
        "countries": _gains(solution, other, network, years, "country", MOST_SHOWN_COUNTRIES),
        "goods": _gains(solution, other, network, years, "commodity_id", MOST_SHOWN_PARTS),
        "index": _by_period(with_names(index, network), years, _INDEX),
        "prices": _by_period(with_names(price_changes(solution, other), network), years, _PRICES),
        "trade": _by_period(with_names(moved, network), years, _TRADE),
    }


def _gains(
    solution: Solution, other: Solution, network: Network, years: list[int], key: str, most: int
) -> dict[str, Any]:
    """Return gains by country or good; what is of no good, as the rent of a scarce way, stands among countries only."""
    table = with_worth(solution, other, network, key)
    table = table.assign(
        producer_surplus=table["producer_surplus"] + table["market_capital"],
        treasury=table["duty"] + table["export_tax"],
        rents=table["limit_rent"] + table["carrier_margin"] + table["other_rents"],
    )
    if key == "commodity_id":
        table = table[table[key] != ""]
    size = table["total"].abs()
    named = size > (LEAST_PART * size.groupby(table["period"]).transform("max")).clip(lower=LEAST_MUSD)
    invested = (table[key] == "") & (table["worth_musd"].abs() > LEAST_MUSD)
    ends = [ends_first(of_period(table[named | invested], year), most) for year in years]
    return _by_period(pd.concat(ends), years, ("name" if key == "country" else "good", *_GAINS))


def _duties(solution: Solution, network: Network, years: list[int], compare: Solution | None) -> dict[str, Any]:
    """Return the duty of the largest trade by value, after that whose duty changes most against another plan."""
    table = duties(solution) if compare is None else duty_changes(solution, compare)
    keys = _DUTIES if compare is None else (*_DUTIES, "rate_other_pct")
    if compare is not None:
        size = ((table["rate_pct"] - table["rate_other_pct"]).abs() * table["musd"]).fillna(0.0)
        changed = table[size > LEAST_MUSD].assign(size=size).sort_values("size", ascending=False, kind="stable")
        changed = changed.groupby("period").head(MOST_ROWS // 2).drop(columns="size")
        table = pd.concat([changed, table.drop(changed.index)])
    return _by_period(with_names(table, network), years, keys)


def _spread(solution: Solution, network: Network, years: list[int], compare: Solution | None) -> dict[str, Any]:
    """Return partners and corridors of the country in focus, each headed by its index of concentration."""
    table = named_spread(partner_concentration(solution), network)
    here, there = spread(solution), spread(compare) if compare else spread(solution).head(0)
    parts: dict[str, Any] = {}
    for year in years:
        rows, other = records(of_period(here, year)), records(of_period(there, year))
        parts[str(year)] = [
            {
                "title": title,
                "value": figure(rows[0][f"{by}_value"]),
                "tonnes": figure(rows[0][f"{by}_tonnes"]),
                "other": figure(other[0][f"{by}_value"]) if other else None,
                "rows": _lists(of_period(table[table["kind"] == by], year).head(MOST_SHOWN_PARTS), _SPREAD),
            }
            for by, title in (("partner", "Partners"), ("corridor", "Corridors"))
            if rows
        ]
    return {"country": country_name(FOCUS, network), "parts": parts}


def _by_period(table: pd.DataFrame, years: list[int], keys: Sequence[str]) -> dict[str, list[list[Any]]]:
    return {str(year): _lists(of_period(table, year).head(MOST_ROWS), keys) for year in years}


def _lists(table: pd.DataFrame, keys: Sequence[str]) -> list[list[Any]]:
    rows = records(table[list(keys)])
    return [[value if isinstance(value, str) else figure(value) for value in row.values()] for row in rows]
