"""Indicators of money: what carrying costs, accounts of countries, duties, prices of what they buy; and emissions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from model.batch.indicators.confidence import by_group
from model.batch.indicators.declaration import Figures, Indicator
from network.network import Network

BUYERS = ("consumer_surplus",)
SELLERS = ("producer_surplus", "market_capital")
TREASURIES = ("duty", "export_tax", "limit_rent")
CARRIERS = ("transit_revenue", "carrier_margin", "other_rents")
WELFARE = (*BUYERS, *SELLERS, *TREASURIES, *CARRIERS)
"""Accounts that add up to the welfare of a country; freight is spent on carrying, emissions are no money, and who pays
for projects is not decided here."""
TRANSPORT = ("freight", "handling", "fees")
"""Categories of cost that are paid to those who carry."""


def _transport_cost(solution: Figures, _: Network) -> pd.DataFrame:
    costs = solution["costs"]
    costs = costs[costs["category"].isin(TRANSPORT)]
    sums = costs.groupby("period")["musd"].sum()
    sure = by_group(costs["confidence"], costs["musd"], [costs["period"]])
    return pd.DataFrame({"period": sums.index, "value": sums.to_numpy(), "confidence": sure.reindex(sums.index)})


def _worth_of(accounts: Sequence[str]) -> Callable[[Figures, Network], pd.DataFrame]:
    """Return the computation of the present value of accounts by country; what is of no country is left out."""

    def compute(solution: Figures, _: Network) -> pd.DataFrame:
        table = solution["accounts"]
        table = table[table["account"].isin(accounts) & (table["country"] != "")]
        sums = table.groupby("country")["discounted_musd"].sum()
        return pd.DataFrame({"subject": sums.index, "value": sums.to_numpy()})

    return compute


def _duties(solution: Figures, _: Network) -> pd.DataFrame:
    table = solution["accounts"]
    table = table[(table["account"] == "duty") & (table["country"] != "")]
    sums = table.groupby(["period", "country"], as_index=False)[["amount"]].sum()
    return sums.rename(columns={"country": "subject", "amount": "value"})


def _all_duties(solution: Figures, _: Network) -> pd.DataFrame:
    table = solution["accounts"]
    sums = table[table["account"] == "duty"].groupby("period", as_index=False)[["amount"]].sum()
    return sums.rename(columns={"amount": "value"})


def _emissions(solution: Figures, _: Network) -> pd.DataFrame:
    table = solution["accounts"]
    sums = table[table["account"] == "emissions"].groupby("period", as_index=False)[["amount"]].sum()
    return sums.rename(columns={"amount": "value"})


def _emissions_by_country(solution: Figures, _: Network) -> pd.DataFrame:
    table = solution["accounts"]
    table = table[(table["account"] == "emissions") & (table["country"] != "")]
    sums = table.groupby(["period", "country"], as_index=False)[["amount"]].sum()
    return sums.rename(columns={"country": "subject", "amount": "value"})


def _price_index(solution: Figures, _: Network) -> pd.DataFrame:
    """Laspeyres: the reference quantities at the prices of the run over the same at the reference prices."""
    baskets = ["basket_musd", "reference_basket_musd"]
    sums = solution["market_prices"].groupby(["period", "country"], as_index=False)[baskets].sum()
    sums = sums[sums["reference_basket_musd"] > 0]
    change = 100.0 * (sums["basket_musd"] / sums["reference_basket_musd"] - 1.0)
    return pd.DataFrame({"period": sums["period"], "subject": sums["country"], "value": change.astype(np.float64)})


_PART = "Present value of the part of a country's welfare that is its"
MONEY = (
    Indicator(
        "transport_cost", "Freight, handling and fees", "million USD a year", _transport_cost, group="money",
        meaning="What is paid to those who carry, a year of the period.",
    ),
    Indicator(
        "welfare", "Welfare", "million USD", _worth_of(WELFARE), group="money", subject_kind="country", better="more",
        headline=True, is_present_value=True,
        meaning="Present value of the accounts of a country: buyers, sellers, treasury, carriers. "
        "Projects are not charged to it: who pays for them is open.",
    ),
    Indicator(
        "buyers", "Buyers", "million USD", _worth_of(BUYERS), group="money", subject_kind="country", better="more",
        is_present_value=True, meaning=f"{_PART} buyers' surplus over all that they pay.",
    ),
    Indicator(
        "sellers", "Sellers", "million USD", _worth_of(SELLERS), group="money", subject_kind="country", better="more",
        is_present_value=True, meaning=f"{_PART} sellers' surplus, with what capacity for markets earns.",
    ),
    Indicator(
        "treasury", "Treasury", "million USD", _worth_of(TREASURIES), group="money", subject_kind="country",
        better="more", is_present_value=True,
        meaning=f"{_PART} treasury's: duties, export taxes and rents of limits on trade.",
    ),
    Indicator(
        "carriers", "Carriers and ways", "million USD", _worth_of(CARRIERS), group="money", subject_kind="country",
        better="more", is_present_value=True, meaning=f"{_PART} transit fees and rents of scarce ways.",
    ),
    Indicator(
        "duties", "Duties, all countries", "million USD a year", _all_duties, group="money", headline=True,
        meaning="Duty that all treasuries receive, a year of the period.",
    ),
    Indicator(
        "duties_by_country", "Duties", "million USD a year", _duties, group="money", subject_kind="country",
        meaning="Duty that the treasury of a country receives, a year of the period.",
    ),
    Indicator(
        "price_index", "Prices of traded goods", "% above the reference", _price_index, group="money",
        subject_kind="country", better="less", digits=2,
        meaning="What the reference quantities that a country buys cost more than at the reference prices.",
    ),
    Indicator(
        "co2", "CO2 of transport", "kt CO2 a year", _emissions, group="money", better="less", headline=True,
        meaning="Carbon dioxide of all cargo that moves, a year of the period.",
    ),
    Indicator(
        "co2_by_country", "CO2 of transport by country", "kt CO2 a year", _emissions_by_country, group="money",
        subject_kind="country", better="less", meaning="Carbon dioxide of the cargo that moves on a country's soil.",
    ),
)  # fmt: skip
"""Indicators of money by period and country, and of emissions."""
