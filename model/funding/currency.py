r"""Currency of debt against currency of revenue: who owes in what, what is earned in what, and what a devaluation does.

The model's money is constant USD at today's exchange rates. Debt takes the currencies of its funders, revenue and
running cost those of the asset class; a state makes good in its own currency what it owes a project. With R the price
of hard currency in local currency against today's, constant prices in local currency and tariffs that do not follow,

    cover[y] = (local cash[y] + R hard cash[y]) / (local service[y] + R hard service[y]),  R = 1 / (1 - devaluation).

Tax keeps its share of the cash before tax. Under availability the state pays what lenders ask: cover keeps its floor
and the bill of the state rises. Hard currencies move together here; ``open_share`` says where they do not match.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.finance.cost_of_capital import currency_mismatch
from model.funding.cash import AVAILABILITY, Commitments
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
LOCAL, DOLLAR = "local", "USD"
_LEAST = 1e-3  # million USD
_ORDER = ("sourced", "estimate", "memory")


def currency_table(network: Network, taken: Commitments, projects: pd.DataFrame, cash: pd.DataFrame) -> pd.DataFrame:
    """Table ``portfolio_currency`` without scenario: debt and revenue of each project by currency.

    Args:
        projects, cash: tables of the portfolio.
    """
    lent, rows = _lent(network, taken), []
    for one in each_row(projects):
        home = _home(network, taken, one)
        own = lent[lent["project_id"] == one.project_id]
        debt = own.groupby("currency")["musd"].sum()
        debt = debt[debt > _LEAST]
        flow = cash[cash["project_id"] == one.project_id]
        earned, sure = _earned(network, one, home, flow)
        worst = max([*own["confidence"], sure], key=_ORDER.index)
        for currency in sorted({*debt.index, *earned}):
            owed = float(debt.get(currency, 0.0) / debt.sum()) if len(debt) else np.nan
            received = earned.get(currency, 0.0) if earned else np.nan
            rows.append(
                {
                    "project_id": one.project_id,
                    "currency": currency,
                    "is_local": int(currency == home),
                    "debt_musd": float(debt.get(currency, 0.0)),
                    "debt_share": owed,
                    "revenue_share": received,
                    "open_share": 0.0 if currency == home or np.isnan(owed) else max(owed - np.nan_to_num(received), 0),
                    "confidence": worst,
                }
            )
    return pd.DataFrame(rows)


def devaluation_table(
    network: Network, taken: Commitments, projects: pd.DataFrame, cash: pd.DataFrame, fall: float
) -> pd.DataFrame:
    """Table ``portfolio_devaluation`` without scenario: cover of each project with debt when its currency falls.

    Args:
        projects, cash: tables of the portfolio. fall: part of its worth that the local currency loses.
    """
    lent, rows = _lent(network, taken), []
    years = taken.years
    for one in each_row(projects):
        own = lent[lent["project_id"] == one.project_id]
        if own["musd"].sum() <= _LEAST:
            continue
        home = _home(network, taken, one)
        flow = cash[cash["project_id"] == one.project_id]
        inside = np.isin(years, flow["year"])
        foreign = (own["currency"] != home).to_numpy()
        state = own["is_sovereign"].to_numpy(bool)
        paid = (taken.plan.interest + taken.plan.principal)[own["offer"].to_numpy(np.int64)]
        paid = (paid * own["share"].to_numpy(float)[:, None])[:, inside]
        hard, local = (paid[~state & mask].sum(axis=0) for mask in (foreign, ~foreign))
        hard_cash, local_cash = _split(network, one, home, flow)
        earned, _ = _earned(network, one, home, flow)
        abroad = 1.0 - earned.get(home, 0.0) if earned else 0.0
        owed = float(own.loc[foreign, "musd"].sum() / own["musd"].sum())
        least, stressed, breaking = np.nan, np.nan, np.nan
        bill = _dearer(paid[state & foreign].sum(axis=0), fall)
        if (hard + local > 0).any():
            floor, least = float(one.dscr_floor), float(one.dscr_min)
            if one.mode == AVAILABILITY:
                stressed = least
                bill += _made_good(hard_cash, local_cash, hard, local, floor, fall)
            else:
                stressed = float(np.nanmin(_cover(hard_cash, local_cash, hard, local, fall)))
                breaking = breaking_fall(hard_cash, local_cash, hard, local, floor)
        rows.append(
            {
                "project_id": one.project_id,
                "currency": home,
                "foreign_debt_share": owed,
                "foreign_revenue_share": abroad,
                "unhedged_share": max(owed - abroad, 0.0),
                "devaluation": fall,
                "dscr_min": least,
                "dscr_stressed": stressed,
                "dscr_floor": float(one.dscr_floor),
                "breaking_devaluation": breaking,
                "state_musd_per_year": bill,
            }
        )
    return pd.DataFrame(rows)


def breaking_fall(hard_cash: Floats, local_cash: Floats, hard: Floats, local: Floats, floor: float) -> float:
    """Least part of its worth that the local currency may lose until cover falls to the floor in some year.

    Cover is at the floor where ``local cash + R hard cash = floor (local + R hard)``. 0 where it is below already, NaN
    where no fall breaks it.

    >>> breaking_fall(np.array([0.0]), np.array([150.0]), np.array([75.0]), np.array([0.0]), 1.5)
    0.25
    """
    due = hard + local > 0
    left, eaten = (local_cash - floor * local)[due], (floor * hard - hard_cash)[due]
    if (left - eaten < 0).any():
        return 0.0
    price = np.divide(left, eaten, out=np.full(len(left), np.inf), where=eaten > 0).min(initial=np.inf)
    return float(1.0 - 1.0 / price) if np.isfinite(price) else float("nan")


def _lent(network: Network, taken: Commitments) -> pd.DataFrame:
    """Loans by currency: offer (row), project_id, is_sovereign, currency, share, musd, confidence."""
    offers = taken.offers.reset_index(drop=True)
    debt = offers[offers["is_debt"].astype(bool)]
    debt = debt[["project_id", "funder_id", "country", "is_sovereign", "amount_musd"]].assign(offer=debt.index)
    table = network.funder_currencies[["funder_id", "currency", "share", "confidence"]]
    frame = debt.merge(table, on="funder_id", how="left")
    frame = frame.fillna({"currency": DOLLAR, "share": 1.0, "confidence": "estimate"})
    home = frame["country"].map(network.country_finance.set_index("country")["currency"])
    frame["currency"] = frame["currency"].mask(frame["currency"] == LOCAL, home)
    return frame.assign(musd=frame["amount_musd"] * frame["share"])


def _home(network: Network, taken: Commitments, project: Any) -> str:
    """Currency of the country that a project borrows in, or of its first country whose finance is known."""
    of = network.country_finance.set_index("country")["currency"]
    known = taken.offers.loc[taken.offers["project_id"] == project.project_id, "country"]
    countries = [*known.iloc[:1], *str(project.country).split("|")]
    return next((str(of[c]) for c in countries if c in of.index), DOLLAR)


def _shares(network: Network, project: Any, home: str, flow: str) -> tuple[dict[str, float], str]:
    """Parts of a flow of a project by currency, and the confidence in them."""
    table = network.class_currencies
    table = table[(table["asset_class"] == project.asset_class) & (table["flow"] == flow)]
    own = table[table["country"].isin(str(project.country).split("|"))]
    rows = own[own["country"] == own["country"].iloc[0]] if len(own) else table[table["country"] == ""]
    if rows.empty:
        return {DOLLAR: 1.0}, "estimate"
    named = rows["currency"].mask(rows["currency"] == LOCAL, home)
    shares = {str(c): float(s) for c, s in rows.groupby(named)["share"].sum().items()}
    return shares, max(rows["confidence"], key=_ORDER.index)


def _earned(network: Network, project: Any, home: str, flow: pd.DataFrame) -> tuple[dict[str, float], str]:
    """Parts of all revenue of a project by currency; payments for availability come in that of the state."""
    shares, sure = _shares(network, project, home, "revenue")
    total, paid = float(flow["revenue_musd"].sum()), float(flow["availability_musd"].sum())
    if total <= _LEAST:
        return {}, sure
    of_charges = 1.0 - paid / total
    found = {currency: share * of_charges for currency, share in shares.items()}
    found[home] = found.get(home, 0.0) + paid / total
    return {currency: share for currency, share in found.items() if share > 0}, sure


def _split(network: Network, project: Any, home: str, flow: pd.DataFrame) -> tuple[Floats, Floats]:
    """Cash for debt service of a project by year, in hard and in local currency, without payments for availability."""
    charges = (flow["revenue_musd"] - flow["availability_musd"]).to_numpy(float)
    cost, tax = flow["operating_cost_musd"].to_numpy(float), flow["tax_musd"].to_numpy(float)
    before = charges - cost
    kept = 1.0 - np.divide(tax, before, out=np.zeros(len(before)), where=before > 0)
    parts = []
    for is_home in (False, True):
        in_, out = (
            sum(s for c, s in _shares(network, project, home, name)[0].items() if (c == home) == is_home)
            for name in ("revenue", "operating_cost")
        )
        parts.append(np.asarray((charges * in_ - cost * out) * kept, dtype=float))
    return parts[0], parts[1]


def _cover(hard_cash: Floats, local_cash: Floats, hard: Floats, local: Floats, fall: float) -> Floats:
    """Cover by year after a fall of the local currency that lasts."""
    rise = np.zeros(len(hard))
    rise[:1] = 1.0 / (1.0 - fall) - 1.0
    return currency_mismatch(local_cash, hard, 1.0, rise, hard_cfads=hard_cash, local_service=local).dscr


def _dearer(hard: Floats, fall: float) -> float:
    """What hard payments cost more in the dearest year, million USD of local currency at today's rate."""
    return float(hard.max(initial=0.0)) * (1.0 / (1.0 - fall) - 1.0)


def _made_good(hard_cash: Floats, local_cash: Floats, hard: Floats, local: Floats, floor: float, fall: float) -> float:
    """By how much more a state makes up the cash of a company in the worst year, in local currency at today's rate."""
    bills = [
        np.maximum(floor * (local + price * hard) - local_cash - price * hard_cash, 0.0) * (hard + local > 0)
        for price in (1.0 / (1.0 - fall), 1.0)
    ]
    return float((bills[0] - bills[1]).max(initial=0.0))
