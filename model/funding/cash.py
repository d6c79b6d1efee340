"""Cash flow of financed projects by year: cost, revenue from the model's flows, debt service, what is left.

Years run to the end of a project's life or of its debt; traffic ramps up as its asset class has it. After the last
year of the model the last period goes on; such rows say so. Debt with recourse to a project is served from its cash;
what a state has borrowed, the state serves. Under availability the state pays a company what its lenders ask; with a
guaranteed minimum it makes up revenue to a part of what was forecast.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.finance.cost_of_capital import real_rate
from model.finance.ratios import llcr, plcr
from model.funding.closing import Financing
from model.funding.problem import Funding
from model.funding.ramp_up import shares_of_projects, traffic_share
from model.funding.revenue import asset_terms, tax_rates
from model.funding.schedules import Schedule, schedule
from model.problem import Problem
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
AVAILABILITY, MINIMUM = "availability", "minimum_revenue"
_NOTHING = 1e-9
_LONGEST = 60  # years after the last of the model that are looked at


@dataclass(frozen=True)
class Commitments:
    """Offers that are taken, with what they do in each year.

    Attributes:
        offers: rows of the offers with amount_musd, project_id, mode, country, asset_class and what is known of them.
        plan: schedule in million USD, commitments x years. years: of the columns. inflation: of the USD.
    """

    offers: pd.DataFrame
    plan: Schedule
    years: Ints
    inflation: float

    def rate(self, mask: NDArray[np.bool_]) -> float:
        """Mean real rate of some loans, by amount."""
        amount = self.offers.loc[mask, "amount_musd"].to_numpy(float)
        nominal = float(amount @ self.offers.loc[mask, "nominal_rate"].to_numpy(float) / amount.sum())
        return real_rate(nominal, self.inflation)  # cash and debt are in constant USD

    def of(self, part: Floats, mask: NDArray[np.bool_]) -> Floats:
        """Sum of a part of the schedule over some commitments, by year."""
        total: Floats = part[mask].sum(axis=0)
        return total


def commitments(funding: Funding, financing: Financing) -> Commitments:
    """What a financing commits."""
    taken = np.flatnonzero(financing.amount > 0)
    offers = funding.offers.iloc[taken].reset_index(drop=True)
    needs = funding.needs[["project_id", "mode", "country", "asset_class", "dscr_floor", "guaranteed"]]
    offers = offers.join(needs, on="need").assign(amount_musd=financing.amount[taken])
    years = np.arange(funding.years[0], funding.years[-1] + _LONGEST + 1)
    unit = schedule(offers, funding.rules.inflation, years)
    amount = offers["amount_musd"].to_numpy(float)[:, None]
    drawn, outstanding, interest, principal = (
        part * amount for part in (unit.drawn, unit.outstanding, unit.interest, unit.principal)
    )
    return Commitments(
        offers,
        Schedule(drawn, outstanding, interest, principal, unit.idc * amount[:, 0]),
        years,
        funding.rules.inflation,
    )


def yearly_idc(taken: Commitments) -> Floats:
    """Interest during construction by commitment and year: even over the years of construction."""
    years = taken.years[None, :]
    begin, end = (taken.offers[c].to_numpy(np.int64)[:, None] for c in ("start_year", "in_service_year"))
    building = (years >= begin) & (years < end)
    spread: Floats = taken.plan.idc[:, None] * building / np.maximum(end - begin, 1)
    return spread


def project_cash(
    problem: Problem,
    network: Network,
    plan: Floats,
    taken: Commitments,
    revenue: Floats,
    forecast: Floats,
) -> pd.DataFrame:
    """Table ``portfolio_cash`` without scenario and benefit.

    Args:
        plan: units started, by start. revenue: projects x periods, million USD a year, at the plan.
        forecast: the same as it was when minimum revenues were agreed.
    """
    strategy, years = problem.strategy, taken.years
    started = np.flatnonzero((plan > 0) & strategy.is_whole)
    frame = strategy.starts.iloc[started].assign(row=started)
    project = frame["project"].to_numpy(np.int64)
    frame["project_id"] = strategy.projects["module_of"].to_numpy(object)[project]
    ramp, first_share = shares_of_projects(problem, network)
    terms, taxes = asset_terms(problem, network), tax_rates(problem, network)
    terms = terms.assign(ramp_up_years=ramp, ramp_up_first_share=first_share)
    parts = []
    for name, own in frame.groupby("project_id", sort=False):
        parts.append(_one(problem, str(name), own, taken, (revenue, forecast), terms, taxes, years))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _one(
    problem: Problem,
    name: str,
    own: pd.DataFrame,
    taken: Commitments,
    revenues: tuple[Floats, Floats],
    terms: pd.DataFrame,
    taxes: Floats,
    years: Ints,
) -> pd.DataFrame:
    projects = problem.strategy.projects
    capex, fixed, depreciation = (np.zeros(len(years)) for _ in range(3))
    earned, forecast = np.zeros(len(years)), np.zeros(len(years))
    first = int(own["project"].iloc[0])
    for start in each_row(own):
        row = projects.iloc[int(start.project)]
        built = max(start.in_service_year, start.start_year + 1)
        building = (years >= start.start_year) & (years < built)
        serving = (years >= start.in_service_year) & (years < start.end_year)
        capex += building * float(row["capex_musd"]) / max(built - start.start_year, 1)
        fixed += serving * float(row["capex_musd"] * row["fixed_opex_share_per_year"])
        depreciation += serving * float(row["capex_musd"] / max(row["lifetime_years"], 1.0))
        traffic = serving * _ramp(terms.iloc[int(start.project)], years - start.in_service_year)
        for total, source in zip((earned, forecast), revenues, strict=True):
            total += traffic * _yearly(problem, source[int(start.project)], years)
    loans = (taken.offers["project_id"] == name).to_numpy()
    debt, sovereign = (taken.offers[c].to_numpy(bool) for c in ("is_debt", "is_sovereign"))
    on_project = loans & debt & ~sovereign
    interest, principal = (taken.of(p, on_project) for p in (taken.plan.interest, taken.plan.principal))
    mode, floor, share = "", 1.0, 0.0
    if loans.any():
        largest = taken.offers[loans].sort_values("amount_musd", ascending=False).iloc[0]
        mode, floor, share = str(largest["mode"]), float(largest["dscr_floor"]), float(largest["guaranteed"])
    service = interest + principal
    if mode == MINIMUM:
        earned = np.maximum(earned, share * forecast)
    variable = earned * float(terms["variable_cost_share"].iloc[first])
    left = earned - variable - fixed
    tax = float(taxes[first]) * np.maximum(left - depreciation - interest, 0.0)
    paid = np.maximum(floor * service - (left - tax), 0.0) if mode == AVAILABILITY else np.zeros(len(years))
    cash = left - tax + paid
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(service > 0, cash / service, np.nan)
    owing = (taken.plan.outstanding[loans & debt] > _NOTHING).any(axis=0)
    ends = max(int(own["end_year"].max()), int(years[owing].max(initial=0)) + 2)
    debts = taken.of(taken.plan.interest + taken.plan.principal, loans & debt & sovereign)
    frame = pd.DataFrame(
        {
            "project_id": name,
            "year": years,
            "capex_musd": capex,
            "drawn_musd": taken.of(taken.plan.drawn, loans & taken.offers["is_funding"].to_numpy(bool)),
            "idc_musd": yearly_idc(taken)[loans].sum(axis=0),
            "revenue_musd": earned + paid,
            "availability_musd": paid,
            "operating_cost_musd": variable + fixed,
            "variable_cost_musd": variable,
            "tax_musd": tax,
            "cfads_musd": cash,
            "interest_musd": interest,
            "principal_musd": principal,
            "outstanding_musd": taken.of(taken.plan.outstanding, on_project),
            "dscr": ratio,
            **_life_cover(taken, on_project, cash),
            "equity_cash_musd": cash - service,
            "sovereign_service_musd": debts,
            "benefit_musd": np.nan,
            "is_extrapolated": (years > int(problem.periods["last_year"].iloc[-1])).astype(int),
        }
    )
    inside = (frame["year"] >= int(own["start_year"].min())) & (frame["year"] < ends)
    return frame[inside]


def _ramp(terms: "pd.Series[Any]", age: Ints) -> Floats:
    return traffic_share(int(terms["ramp_up_years"]), float(terms["ramp_up_first_share"]), age)


def _life_cover(taken: Commitments, on_project: NDArray[np.bool_], cash: Floats) -> dict[str, Floats]:
    """Cover of the debt on a project over the lives of loan and project, by year; NaN where it has none."""
    none = np.full(len(cash), np.nan)
    if not on_project.any():
        return {"llcr": none, "plcr": none}
    owed = taken.of(taken.plan.outstanding, on_project)
    rate = taken.rate(on_project)
    return {"llcr": llcr(cash, owed, rate), "plcr": plcr(cash, owed, rate)}


def _yearly(problem: Problem, by_period: Floats, years: Ints) -> Floats:
    """A figure of each period in each year; the last period goes on."""
    last = problem.periods["last_year"].to_numpy(np.int64)
    at = np.minimum(np.searchsorted(last, years), len(last) - 1)
    found: Floats = by_period[at]
    return found
