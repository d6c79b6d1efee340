"""What a financed portfolio is: projects with their returns and cover, sources by funder, powers, the bank's book.

Financial measures are before and after financing as the field has them: FIRR and NPV on project cost after tax, WACC
after tax and real, cover ratios of debt on the project. Payments of states for availability are income of the company,
not of the project: the FIRR counts charges alone.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.finance.cashflow import discounted_payback, irr_roots, npv
from model.finance.cost_of_capital import real_rate, wacc
from model.finance.credit_risk import basel_correlation, vasicek_capital
from model.finance.ratios import minimum_ratio
from model.funding.cash import Commitments
from model.funding.closing import Financing
from model.funding.offers import asset_class_of
from model.funding.problem import Funding
from model.funding.revenue import tax_rates
from model.funding.risk import borrower_class
from model.problem import Problem
from network.network import Network

Floats = NDArray[np.float64]
MUSD_LEAST = 1e-3


def finance_table(network: Network, taken: Commitments) -> pd.DataFrame:
    """Table ``portfolio_finance`` without scenario."""
    offers, plan = taken.offers, taken.plan
    names = network.funders.set_index("funder_id")
    sure = network.funder_terms.set_index(["funder_id", "instrument", "recourse"])["confidence"]
    keys = list(zip(offers["funder_id"], offers["instrument"], offers["recourse"], strict=True))
    return pd.DataFrame(
        {
            **{c: offers[c] for c in ("project_id", "start_year", "mode", "funder_id")},
            "funder": offers["funder_id"].map(names["name"]),
            "kind": offers["funder_id"].map(names["kind"]),
            **{c: offers[c] for c in ("instrument", "recourse", "amount_musd")},
            "is_funding": offers["is_funding"].astype(int),
            **{c: offers[c] for c in ("nominal_rate", "tenor_years", "grace_years", "grant_element")},
            "expected_loss_musd": plan.outstanding.sum(axis=1) * offers["expected_loss"].to_numpy(float),
            "capital_musd": plan.outstanding.max(axis=1, initial=0.0) * offers["capital"].to_numpy(float),
            "confidence": [str(sure.get(key, "estimate")) for key in keys],
        }
    )


def projects_table(
    problem: Problem, network: Network, plan: Floats, funding: Funding, taken: Commitments, cash: pd.DataFrame
) -> pd.DataFrame:
    """Table ``portfolio_projects`` without scenario and without economic measures.

    Args:
        plan: units started, by start. cash: of ``project_cash``.
    """
    strategy = problem.strategy
    started = np.flatnonzero((plan > 0) & strategy.is_whole)
    starts = strategy.starts.iloc[started]
    rows = strategy.projects.iloc[starts["project"].to_numpy(np.int64)].reset_index(drop=True)
    frame = rows.assign(
        position=starts["project"].to_numpy(np.int64),
        **{c: starts[c].to_numpy(np.int64) for c in ("start_year", "in_service_year", "end_year")},
    )
    taxes = tax_rates(problem, network)
    last = int(problem.periods["last_year"].iloc[-1])
    out = []
    for name, own in frame.groupby("module_of", sort=False):
        mine = (taken.offers["project_id"] == name).to_numpy()
        flow = cash[cash["project_id"] == name]
        facts = _sources(funding, taken, mine)
        out.append(
            {
                "project_id": name,
                "name": str(own["name"].iloc[0]),
                "country": str(own["country"].iloc[0]),
                "asset_class": asset_class_of(network).get(str(own["project_type"].iloc[0]), ""),
                "start_year": int(own["start_year"].min()),
                "in_service_year": int(own["in_service_year"].min()),
                "end_year": int(own["end_year"].max()),
                "capex_musd": float(own["capex_musd"].sum()),
                **facts,
                **_gap(own, taken, mine, is_financed=_has_need(funding, str(name))),
                "revenue_musd_per_year": float(flow.loc[flow["year"] == last, "revenue_musd"].sum()),
                **_returns(funding, taken, mine, flow, float(taxes[int(own["position"].iloc[0])])),
                **_cover(taken, mine, flow),
                "confidence": str(own["confidence"].iloc[0]),
            }
        )  # fmt: skip
    empty = dict.fromkeys(("enpv_musd", "enpv_9_musd", "eirr", "enpv_alone_musd", "complement_musd"), np.nan)
    return pd.DataFrame(out).drop(columns="funds", errors="ignore").assign(**empty, eirr_note="")


def _gap(own: pd.DataFrame, taken: Commitments, mine: NDArray[np.bool_], *, is_financed: bool) -> dict[str, float]:
    """Uses without a source and funds without a use of one project: what one start has too much pays for no other."""
    if not is_financed:
        return {"unfunded_musd": 0.0, "surplus_musd": 0.0}
    offers = taken.offers[mine]
    funds = (offers["amount_musd"] * offers["is_funding"] - taken.plan.idc[mine]).groupby(offers["start_year"]).sum()
    left = funds.sub(own.groupby("start_year")["capex_musd"].sum(), fill_value=0.0)
    return {"unfunded_musd": float(-left[left < 0].sum()), "surplus_musd": float(left[left > 0].sum())}


def _has_need(funding: Funding, project: str) -> bool:
    return bool((funding.needs["project_id"] == project).any())


def _sources(funding: Funding, taken: Commitments, mine: NDArray[np.bool_]) -> dict[str, Any]:
    """Sources of one project by kind, and who holds most of it."""
    offers = taken.offers[mine]
    amount = offers["amount_musd"].to_numpy(float)
    funds = amount * offers["is_funding"].to_numpy(float)
    total = float(funds.sum())
    held = taken_by_power(funding, taken)[mine].sum(axis=0)
    largest = int(np.argmax(held)) if len(held) and held.max() > 0 else -1
    look = funding.look_through[offers["funder"].to_numpy(np.int64)] * funds[:, None]
    whole = look.sum(axis=0)

    def of(column: str, value: object) -> float:
        return float(amount[(offers[column] == value).to_numpy()].sum())

    main = offers.sort_values("amount_musd", ascending=False)["mode"].iloc[0] if len(offers) else ""
    return {
        "mode": str(main),
        "idc_musd": float(taken.plan.idc[mine].sum()),
        "debt_musd": float((funds * offers["is_debt"].to_numpy(float)).sum()),
        "equity_musd": of("instrument", "equity"),
        "grant_musd": of("instrument", "grant"),
        "guarantee_musd": of("instrument", "guarantee"),
        "bank_musd": of("funder", funding.bank) if funding.bank is not None else 0.0,
        "additionality": np.nan,
        "private_musd": float((funds * offers["is_private"].to_numpy(float)).sum()),
        "largest_power": str(funding.powers["power_id"].iloc[largest]) if largest >= 0 else "",
        "largest_power_share": float(held[largest] / total) if largest >= 0 and total > 0 else 0.0,
        "funder_hhi": float(((whole / total) ** 2).sum()) if total > 0 else np.nan,  # what is dispersed adds nothing
        "grant_element": float(funds @ offers["grant_element"].to_numpy(float) / total) if total > 0 else np.nan,
        "expected_loss_musd": float(
            (taken.plan.outstanding[mine].sum(axis=1) * offers["expected_loss"].to_numpy(float)).sum()
        ),
        "funds": total,
    }  # fmt: skip


def taken_by_power(funding: Funding, taken: Commitments) -> Floats:
    """Commitments x powers, million USD that count as a power's own (hosts exempt as the rules have it)."""
    frame = taken.offers
    share = funding.look_through[frame["funder"].to_numpy(np.int64)]
    if funding.rules.host_exempt:
        share = np.where(funding.host[frame["need"].to_numpy(np.int64)], 0.0, share)
    counted: Floats = share * (frame["amount_musd"] * frame["is_funding"]).to_numpy(float)[:, None]
    return counted


def _returns(
    funding: Funding, taken: Commitments, mine: NDArray[np.bool_], flow: pd.DataFrame, tax: float
) -> dict[str, float | str]:
    """FIRR, WACC, financial NPV and payback of one project."""
    years = flow["year"].to_numpy(np.int64)
    charges = flow["cfads_musd"] - flow["availability_musd"]
    net = (charges - flow["capex_musd"]).to_numpy(float)
    found = irr_roots(net, years - years[0]) if np.abs(net).sum() > 0 else None
    rate = cost_of_capital(funding, taken, mine, tax)
    back = discounted_payback(rate, net, years - years[0], mid_year=False)
    note = "" if found is None or found.warning is None else found.warning
    return {
        "firr": np.nan if found is None or found.rate is None else found.rate,
        "firr_note": note,
        "wacc": rate,
        "fnpv_musd": npv(rate, net, years - years[0], mid_year=False),
        "payback_years": np.nan if back is None else back,
    }


def cost_of_capital(funding: Funding, taken: Commitments, mine: NDArray[np.bool_], tax: float) -> float:
    """WACC after tax, real, and at least the floor of the rules."""
    rules = funding.rules
    offers = taken.offers[mine]
    funds = (offers["amount_musd"] * offers["is_funding"]).to_numpy(float)
    if funds.sum() <= 0:
        return rules["real_wacc_floor"]
    cost = yearly_cost_of(offers)
    nominal = wacc(funds / funds.sum(), cost, np.where(offers["is_debt"], tax, 0.0))
    return max(real_rate(nominal, rules.inflation), rules["real_wacc_floor"])


def yearly_cost_of(offers: pd.DataFrame) -> Floats:
    """Nominal cost of each commitment, share a year: interest, what equity asks, nothing for grants."""
    asked = offers["required_return"].fillna(0.0).to_numpy(float)
    cost: Floats = np.where(offers["is_debt"], offers["nominal_rate"].to_numpy(float), asked)
    return cost


def _cover(taken: Commitments, mine: NDArray[np.bool_], flow: pd.DataFrame) -> dict[str, float]:
    """Cover ratios of the debt on one project; NaN where it has none."""
    years = flow["year"].to_numpy(np.int64)
    offers = taken.offers
    on_project = mine & offers["is_debt"].to_numpy(bool) & ~offers["is_sovereign"].to_numpy(bool)
    floor = float(offers.loc[mine, "dscr_floor"].iloc[0]) if mine.any() else np.nan
    none = {"dscr_min": np.nan, "dscr_min_year": np.nan, "dscr_floor": floor, "llcr": np.nan, "plcr": np.nan}
    least = minimum_ratio(flow["dscr"].to_numpy(float), years) if len(flow) else None
    if not on_project.any() or least is None:
        return none
    opened = int(offers.loc[on_project, "in_service_year"].min())
    at = int(np.flatnonzero(years >= opened)[0])
    return {
        "dscr_min": least.value,
        "dscr_min_year": float(least.year),
        "dscr_floor": floor,
        "llcr": float(flow["llcr"].to_numpy(float)[at]),
        "plcr": float(flow["plcr"].to_numpy(float)[at]),
    }


def powers_table(funding: Funding, taken: Commitments) -> pd.DataFrame:
    """Table ``portfolio_powers`` without scenario: parts of the portfolio x powers that hold some of them."""
    rules, frame = funding.rules, taken.offers
    funds = (frame["amount_musd"] * frame["is_funding"]).to_numpy(float)
    counted = taken_by_power(funding, taken)
    gross = funding.look_through[frame["funder"].to_numpy(np.int64)] * funds[:, None]
    keys = {
        "project": frame["project_id"].to_numpy(object),
        "portfolio": np.full(len(frame), "all", dtype=object),
        "country": frame["country"].to_numpy(object),
        "asset_class": frame["asset_class"].to_numpy(object),
        "period": frame["period"].to_numpy(object),
    }
    rows = []
    for part, of in keys.items():
        for key in dict.fromkeys(of):
            mine = of == key
            total, own, all_of = funds[mine].sum(), counted[mine].sum(axis=0), gross[mine].sum(axis=0)
            bound = part != "asset_class" or key in funding.sensitive
            cap = rules.caps[part] if bound else 1.0
            rows += [
                {
                    "part": part,
                    "key": str(key),
                    "power_id": str(funding.powers["power_id"].iloc[power]),
                    "power": str(funding.powers["name"].iloc[power]),
                    "amount_musd": own[power],
                    "host_musd": all_of[power] - own[power],
                    "share": own[power] / total,
                    "cap": cap,
                    "over_musd": _over(own[power] - cap * total),
                }
                for power in np.flatnonzero(all_of > MUSD_LEAST)
            ]
    return pd.DataFrame(rows)


def _over(amount: float) -> float:
    return amount if amount > MUSD_LEAST else 0.0


def bank_table(network: Network, funding: Funding, taken: Commitments, financing: Financing) -> pd.DataFrame:
    """Table ``portfolio_bank`` without scenario, over the years of the model."""
    rules, years = funding.rules, funding.years
    if funding.bank is None:
        return pd.DataFrame()
    own = (taken.offers["funder"] == funding.bank).to_numpy()
    offers, held = taken.offers[own], taken.plan.outstanding[own][:, : len(years)]
    instrument = offers["instrument"].to_numpy(object)
    debt, equity, cover = offers["is_debt"].to_numpy(bool), instrument == "equity", instrument == "guarantee"
    amount = offers["amount_musd"].to_numpy(float)[:, None]
    begun = years[None, :] >= offers["start_year"].to_numpy(np.int64)[:, None]
    undrawn = np.maximum(amount - taken.plan.drawn[own][:, : len(years)].cumsum(axis=1), 0.0) * begun
    loss = offers["expected_loss"].to_numpy(float) @ held
    margin = offers["margin"].to_numpy(float) @ held
    income = margin - loss - rules["operating_cost_share"] * held.sum(axis=0)
    need = offers["capital"].to_numpy(float) @ held
    subscribed = rules["authorised_capital_musd"]
    age = years - rules["first_year"]
    paid = np.where(
        (age >= 0) & (age < rules["paid_in_years"]), subscribed * rules["paid_in_share"] / rules["paid_in_years"], 0.0
    )
    exposure = held.sum(axis=0) + offers["conversion"].to_numpy(float) @ undrawn
    loans = held[debt].sum(axis=0)
    capital = financing.equity
    with np.errstate(divide="ignore", invalid="ignore"):
        frame = pd.DataFrame(
            {
                "year": years,
                "equity_musd": capital,
                "paid_in_musd": paid,
                "loans_musd": loans,
                "investments_musd": held[equity].sum(axis=0),
                "guarantees_musd": held[cover].sum(axis=0),
                "undrawn_musd": undrawn.sum(axis=0),
                "borrowing_musd": np.maximum(held[debt | equity].sum(axis=0) - capital, 0.0),
                "income_musd": income,
                "capital_need_musd": need,
                "equity_to_loans": np.where(loans > MUSD_LEAST, capital / loans, np.nan),
                "equity_to_loans_min": rules.equity_to_loans(years),
                "gearing": exposure / (capital + subscribed * (1.0 - rules["paid_in_share"])),
                "gearing_max": rules["gearing"],
                "expected_loss_musd": loss,
                "unexpected_loss_musd": _unexpected(network, funding, offers) @ held,
                "raroc": np.where(need > MUSD_LEAST, income / need, np.nan),
            }
        )
    return frame[frame["year"] >= rules["first_year"]].reset_index(drop=True)


def _unexpected(network: Network, funding: Funding, offers: pd.DataFrame) -> Floats:
    """Capital for unexpected loss per unit outstanding, one factor, by commitment (Vasicek)."""
    needs = funding.needs.iloc[offers["need"].to_numpy(np.int64)].reset_index(drop=True)
    rates = network.default_rates[network.default_rates["rating"] == ""].set_index("borrower")
    borrower = pd.Series(borrower_class(network, offers.reset_index(drop=True), needs))
    default = borrower.map(rates["default_rate"]).fillna(0.0).to_numpy(float)
    given = 1.0 - borrower.map(rates["recovery"]).fillna(1.0).to_numpy(float)
    if not len(offers):
        return np.empty(0)
    return np.asarray(vasicek_capital(default, given, basel_correlation(default)))
