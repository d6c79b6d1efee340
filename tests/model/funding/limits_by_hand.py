"""Every limit of a financing worked out anew from its amounts, without the program that found it."""

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.funding.closing import Financing
from model.funding.problem import Funding

Floats = NDArray[np.float64]


def uses_less_sources(funding: Funding, plan: Floats, financing: Financing) -> Floats:
    """Cost and interest during construction less what is drawn, by start and year, million USD."""
    offers, starts = funding.offers, len(plan)
    gap = np.zeros((starts, len(funding.years)))
    for need in funding.needs.drop_duplicates("start").itertuples():
        building = (funding.years >= need.start_year) & (funding.years < need.in_service_year)
        mine = ((offers["start"] == need.start) & offers["is_funding"]).to_numpy()
        amount = financing.amount[mine]
        uses = need.capex_musd * plan[need.start] + amount @ offers.loc[mine, "idc"].to_numpy(float)
        gap[need.start] = (uses - amount.sum()) * building / building.sum()
    return gap


def bank_equity(funding: Funding, financing: Financing) -> Floats:
    """Equity of the bank at the end of each year: paid in, yield of what it has, margins less loss and cost."""
    rules, own = funding.rules, funding.of_bank()
    held = financing.amount[own, None] * funding.outstanding[own]
    earns = (funding.offers["margin"] - funding.offers["expected_loss"]).to_numpy(float)[own]
    equity = np.zeros(len(funding.years))
    for y, year in enumerate(funding.years):
        paid = rules["first_year"] <= year < rules["first_year"] + rules["paid_in_years"]
        equity[y] = paid * rules["authorised_capital_musd"] * rules["paid_in_share"] / rules["paid_in_years"]
        if y:
            income = earns @ held[:, y - 1] - rules["operating_cost_share"] * held[:, y - 1].sum()
            equity[y] += equity[y - 1] * (1 + rules["treasury_yield"] - rules.inflation) + income
    return equity


def overruns(funding: Funding, financing: Financing) -> dict[str, float]:
    """By how much each kind of limit is overrun at most, million USD; 0 or less where it is kept."""
    worst: dict[str, float] = defaultdict(lambda: -np.inf)

    def limit(name: str, value: float, most: float) -> None:
        worst[name] = max(worst[name], float(value - most))

    _of_funders(funding, financing, limit)
    _of_powers(funding, financing, limit)
    _of_states(funding, financing, limit)
    _of_cash(funding, financing, limit)
    if funding.bank is not None:
        _of_bank(funding, financing, limit)
    return dict(worst)


def _of_funders(funding: Funding, financing: Financing, limit: Any) -> None:
    offers, amount = funding.offers, financing.amount
    funds = amount * offers["is_funding"].to_numpy(float)
    for row, x in zip(offers.itertuples(), amount, strict=True):
        limit("offer", x, row.most_musd * financing.mode[row.need])
    for (need, funder), rows in offers.groupby(["need", "funder"]).indices.items():
        share = funding.funders["max_share_of_cost"].iloc[funder]
        limit("share", amount[rows].sum(), share * funding.needs["capex_musd"].iloc[need])
    for funder, rows in offers.groupby("funder").indices.items():
        for period in range(funding.envelope.shape[1]):
            begun = (offers["period"].to_numpy()[rows] == period) & ~offers["is_funding"].to_numpy()[rows]
            drawn = funds[rows] @ funding.drawn[rows, period] + amount[rows] @ begun
            limit("envelope", drawn, funding.envelope[funder, period])
    for need, rows in offers.groupby("need").indices.items():
        one = offers.iloc[rows]
        lent = amount[rows] @ one["is_commercial"].to_numpy(float)
        covered = amount[rows] @ (one["instrument"] == "guarantee").to_numpy(float)
        most = funding.needs["uncovered"].iloc[need] * funding.needs["capex_musd"].iloc[need]
        limit("commercial_cover", lent - covered, most * financing.mode[need])
        limit("guarantee_cover", covered, lent)


def _of_powers(funding: Funding, financing: Financing, limit: Any) -> None:
    offers, needs = funding.offers, funding.needs.iloc[funding.offers["need"]]
    funds = financing.amount * offers["is_funding"].to_numpy(float)
    parts = {"project": offers["start"], "portfolio": offers["start"] * 0, "period": offers["period"],
             "country": needs["country"], "asset_class": needs["asset_class"]}  # fmt: skip
    for g, countries in enumerate(funding.powers["countries"]):
        share = funding.look_through[offers["funder"], g]
        if funding.rules.host_exempt:
            host = np.array([bool(set(countries) & set(mine)) for mine in needs["countries"]])
            share = np.where(host, 0.0, share)
        for part, keys in parts.items():
            for key in set(keys):
                if part == "asset_class" and key not in funding.sensitive:
                    continue
                mine = (keys == key).to_numpy()
                limit(f"power_{part}", funds[mine] @ share[mine], funding.rules.caps[part] * funds[mine].sum())


def _of_states(funding: Funding, financing: Financing, limit: Any) -> None:
    offers, needs = funding.offers, funding.needs.iloc[funding.offers["need"]]
    sovereign, debt = (offers[c].to_numpy(bool) for c in ("is_sovereign", "is_debt"))
    asks = debt | ((offers["instrument"] == "equity") & ~offers["is_patient"]).to_numpy()
    backed = np.where(sovereign, debt, needs["liability"].to_numpy(float) * asks) * financing.amount
    soft = offers["grant_element"].to_numpy(float)
    for number, row in enumerate(funding.countries.itertuples()):
        mine = (needs["country"] == row.country).to_numpy()
        for period, end in enumerate(funding.ends):
            begun = mine & (offers["period"] == period).to_numpy()
            limit("guarantee_cap", backed[begun].sum(), funding.guarantee_cap[number, period])
            limit("headroom", backed[mine] @ funding.outstanding[mine, end], row.guarantee_headroom_musd)
            borrowed = financing.amount * (begun & sovereign & debt)
            if row.grant_element_min > 0:
                limit("grant_element", row.grant_element_min * borrowed.sum(), borrowed @ soft)


def _of_cash(funding: Funding, financing: Financing, limit: Any) -> None:
    offers, amount = funding.offers, financing.amount
    for need, rows in offers.groupby("need").indices.items():
        if not funding.needs["earns"].iloc[need]:
            continue
        own = (offers["is_debt"] & ~offers["is_sovereign"]).to_numpy()[rows]
        service = (amount[rows] * own) @ funding.service[rows]
        reward = amount[rows] @ funding.reward[rows]
        cash = funding.cash[need] * financing.mode[need]
        for period in range(len(cash)):
            limit("debt_service", service[period], cash[period] / funding.needs["dscr_floor"].iloc[need])
            limit("equity_return", service[period] + reward[period], cash[period])


def _of_bank(funding: Funding, financing: Financing, limit: Any) -> None:
    rules, own = funding.rules, funding.of_bank()
    offers, amount = funding.offers.iloc[own], financing.amount[own]
    needs = funding.needs.iloc[offers["need"]]
    equity = bank_equity(funding, financing)
    held = amount[:, None] * funding.outstanding[own]
    debt, sovereign = (offers[c].to_numpy(bool) for c in ("is_debt", "is_sovereign"))
    begin, end = (offers[c].to_numpy()[:, None] for c in ("start_year", "in_service_year"))
    years = funding.years[None, :]
    drawn = amount[:, None] * ((years >= begin) & (years < end)) / (end - begin)
    undrawn = amount[:, None] * (years >= begin) - drawn.cumsum(axis=1)
    for y, year in enumerate(funding.years):
        if year < rules["first_year"]:
            continue
        book = held[:, y].sum()
        passed = min(max((year - rules["first_year"]) / rules["equity_ramp_years"], 0), 1)
        ratio = rules["equity_to_loans_start"] * (1 - passed) + rules["equity_to_loans_end"] * passed
        callable_capital = rules["authorised_capital_musd"] * (1 - rules["paid_in_share"])
        exposure = book + offers["conversion"].to_numpy(float) @ undrawn[:, y]
        ahead = drawn[:, y + 1].sum() if y + 1 < len(funding.years) else 0.0
        borrowed = rules["gearing"] * rules["authorised_capital_musd"]
        stakes = held[(offers["instrument"] == "equity").to_numpy(), y].sum()
        limit("bank_capital", offers["capital"].to_numpy(float) @ held[:, y], equity[y])
        limit("bank_equity_to_loans", ratio * held[debt, y].sum(), equity[y])
        limit("bank_gearing", exposure, rules["gearing"] * (equity[y] + callable_capital))
        limit("bank_liquidity", book + rules["liquidity_months"] / 12 * ahead, equity[y] + borrowed)
        limit("bank_stakes", stakes, rules["equity_investment_share"] * equity[y])
        for country in set(needs["country"]):
            mine = held[(needs["country"] == country).to_numpy(), y].sum()
            limit("bank_country", mine, rules["country_share"] * book + rules["country_floor_musd"])
            limit("bank_country_equity", mine, rules["country_equity_multiple"] * equity[y])
            lent = held[(needs["country"] == country).to_numpy() & sovereign, y].sum()
            limit("bank_obligor_sovereign", lent, rules["obligor_share_sovereign"] * equity[y])
        for name in set(needs["asset_class"]):
            mine = held[(needs["asset_class"] == name).to_numpy(), y].sum()
            limit("bank_sector", mine, rules["sector_share"] * book + rules["sector_floor_musd"])
        for name in set(needs["project_id"]):
            lent = held[(needs["project_id"] == name).to_numpy() & ~sovereign, y].sum()
            limit("bank_obligor_private", lent, rules["obligor_share_private"] * equity[y])
