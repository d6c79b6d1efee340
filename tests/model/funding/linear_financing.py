"""Whether a plan can be paid for, by a linear program of its own: one concession mode a start, mode by mode.

Written from the statement of the limits with scipy, for small worlds; tickets and the number of funders are left out.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog

from model.funding.problem import Funding

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def can_be_paid(funding: Funding, plan: Floats) -> bool:
    """Whether some choice of modes has amounts within all limits."""
    needs = funding.needs
    started = [needs.index[needs["start"] == start].tolist() for start in np.flatnonzero(plan)]
    return any(_is_feasible(funding, list(chosen)) for chosen in product(*started))


Limit = tuple[Any, float]  # coefficients of the amounts, and what their sum is at most


def _is_feasible(funding: Funding, chosen: list[int]) -> bool:
    if not chosen:
        return True
    rows = np.flatnonzero(funding.offers["need"].isin(chosen))
    offers = funding.offers.iloc[rows].reset_index(drop=True)
    needs = funding.needs.iloc[offers["need"]].reset_index(drop=True)
    limits = [
        *_of_needs(funding, rows, offers, chosen),
        *_of_funders(funding, rows, offers),
        *_of_powers(funding, offers, needs),
        *_of_states(funding, rows, offers, needs),
        *_bank(funding, rows),
    ]
    funds = offers["is_funding"].to_numpy(float)
    uses = [funds * (1 - offers["idc"]) * (offers["need"] == need) for need in chosen]
    answer = linprog(
        np.zeros(len(rows)),
        A_ub=np.array([row for row, _ in limits], dtype=float),
        b_ub=np.array([most for _, most in limits]) + 1e-7,
        A_eq=np.array(uses, dtype=float),
        b_eq=funding.needs["capex_musd"].to_numpy(float)[chosen],
        bounds=list(zip(np.zeros(len(rows)), offers["most_musd"], strict=True)),
    )
    return bool(answer.success)


def _of_needs(funding: Funding, rows: Ints, offers: pd.DataFrame, chosen: list[int]) -> Iterator[Limit]:
    """Cover of commercial loans, shares of funders, and what revenue carries."""
    funds = offers["is_funding"].to_numpy(float)
    for need in chosen:
        mine = (offers["need"] == need).to_numpy(float)
        row = funding.needs.iloc[need]
        commercial, cover = mine * offers["is_commercial"], mine * (1 - funds)
        yield commercial - cover, row["uncovered"] * row["capex_musd"]
        yield cover - commercial, 0.0
        for funder in set(offers["funder"]):
            share = funding.funders["max_share_of_cost"].iloc[funder]
            yield mine * (offers["funder"] == funder), share * row["capex_musd"]
        debt = mine * (offers["is_debt"] & ~offers["is_sovereign"])
        for period in range(funding.cash.shape[1]) if row["earns"] else ():
            service, cash = debt * funding.service[rows, period], funding.cash[need, period]
            yield service, cash / row["dscr_floor"]
            yield service + mine * funding.reward[rows, period], cash


def _of_funders(funding: Funding, rows: Ints, offers: pd.DataFrame) -> Iterator[Limit]:
    """Envelopes and the budget."""
    funds = offers["is_funding"].to_numpy(float)
    for period in range(funding.envelope.shape[1]):
        drawn = funds * funding.drawn[rows, period]
        for funder in set(offers["funder"]):
            begun = (1 - funds) * (offers["period"] == period)
            yield (offers["funder"] == funder) * (drawn + begun), funding.envelope[funder, period]
        if funding.budget_musd is not None:
            yield drawn, funding.budget_musd[period]


def _of_powers(funding: Funding, offers: pd.DataFrame, needs: pd.DataFrame) -> Iterator[Limit]:
    funds = offers["is_funding"].to_numpy(float)
    parts = {"project": offers["start"], "portfolio": offers["start"] * 0, "period": offers["period"],
             "country": needs["country"],
             "asset_class": needs["asset_class"].where(needs["asset_class"].isin(funding.sensitive), "")}  # fmt: skip
    for name, keys in parts.items():
        for key, g in product(sorted(set(keys) - {""}), range(len(funding.powers))):
            share = funding.look_through[offers["funder"], g]
            if funding.rules.host_exempt:
                share = np.where(funding.host[offers["need"], g], 0.0, share)
            yield funds * (keys == key) * (share - funding.rules.caps[name]), 0.0


def _of_states(funding: Funding, rows: Ints, offers: pd.DataFrame, needs: pd.DataFrame) -> Iterator[Limit]:
    held = funding.outstanding[rows]
    debt, sovereign = offers["is_debt"].to_numpy(float), offers["is_sovereign"].to_numpy(float)
    asks = np.maximum(debt, (offers["instrument"] == "equity") & ~offers["is_patient"])
    backed = np.where(sovereign > 0, debt, needs["liability"] * asks)
    for number, row in enumerate(funding.countries.itertuples()):
        home = (needs["country"] == row.country).to_numpy(float)
        for period, end in enumerate(funding.ends):
            new = home * (offers["period"] == period)
            yield new * backed, funding.guarantee_cap[number, period]
            yield home * backed * held[:, end], float(row.guarantee_headroom_musd)
            if row.grant_element_min > 0:
                yield new * sovereign * debt * (row.grant_element_min - offers["grant_element"]), 0.0


def _bank(funding: Funding, rows: Ints) -> list[tuple[Floats, float]]:
    """Limits of the bank with its equity written out: constant + coefficients x amounts."""
    if funding.bank is None:
        return []
    rules, offers = funding.rules, funding.offers.iloc[rows].reset_index(drop=True)
    needs = funding.needs.iloc[offers["need"]].reset_index(drop=True)
    own = (offers["funder"] == funding.bank).to_numpy(float)
    held = funding.outstanding[rows] * own[:, None]
    earns = (offers["margin"] - offers["expected_loss"]).to_numpy(float) - rules["operating_cost_share"]
    growth = 1 + rules["treasury_yield"] - rules.inflation
    begin, end = (offers[c].to_numpy()[:, None] for c in ("start_year", "in_service_year"))
    years = funding.years[None, :]
    drawn = own[:, None] * ((years >= begin) & (years < end)) / (end - begin)
    undrawn = own[:, None] * (years >= begin) - drawn.cumsum(axis=1)
    capital, debt = offers["capital"].to_numpy(float), offers["is_debt"].to_numpy(float)
    ratios = rules.equity_to_loans(funding.years)
    subscribed = rules["authorised_capital_musd"]
    limits = []
    equity, fixed = np.zeros(len(rows)), 0.0
    for y, year in enumerate(funding.years):
        paid = rules["first_year"] <= year < rules["first_year"] + rules["paid_in_years"]
        equity = equity * growth + (earns * held[:, y - 1] if y else 0.0)
        fixed = fixed * growth + paid * subscribed * rules["paid_in_share"] / rules["paid_in_years"]
        if year < rules["first_year"]:
            continue
        book = held[:, y]
        ahead = drawn[:, y + 1] if y + 1 < len(funding.years) else 0.0 * own
        rest = subscribed * (1 - rules["paid_in_share"])
        claims = [
            (capital * book, 1.0, 0.0),
            (float(ratios[y]) * debt * book, 1.0, 0.0),
            (book + offers["conversion"].to_numpy(float) * undrawn[:, y], rules["gearing"], rules["gearing"] * rest),
            (book * (offers["instrument"] == "equity"), rules["equity_investment_share"], 0.0),
            (book + rules["liquidity_months"] / 12 * ahead, 1.0, rules["gearing"] * subscribed),
        ]
        sovereign = offers["is_sovereign"].to_numpy(float)
        for country in set(needs["country"]):
            mine = book * (needs["country"] == country)
            claims += [(mine - rules["country_share"] * book, 0.0, rules["country_floor_musd"]),
                       (mine, rules["country_equity_multiple"], 0.0),
                       (mine * sovereign, rules["obligor_share_sovereign"], 0.0)]  # fmt: skip
        for name in set(needs["asset_class"]):
            mine = book * (needs["asset_class"] == name)
            claims.append((mine - rules["sector_share"] * book, 0.0, rules["sector_floor_musd"]))
        for name in set(needs["project_id"]):
            mine = book * (needs["project_id"] == name) * (1 - sovereign)
            claims.append((mine, rules["obligor_share_private"], 0.0))
        limits += [
            (np.asarray(claim - share * equity, float), float(share * fixed + room)) for claim, share, room in claims
        ]
    return limits
