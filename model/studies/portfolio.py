"""A portfolio tested: builds and finance are fixed, the network is routed anew in every scenario.

The financing is settled in the first scenario (what the portfolio leaves open is chosen there, by a goal) and then
held: in every other scenario the same commitments meet other flows, and covenants say where they break.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.finance.cashflow import irr_roots, npv
from model.funding.cash import commitments, project_cash
from model.funding.closing import Closing, Financing
from model.funding.covenants import covenants_table, first_breach
from model.funding.currency import currency_table, devaluation_table
from model.funding.measures import bank_table, finance_table, powers_table, projects_table
from model.funding.offers import build_funding
from model.funding.portfolio import Portfolio
from model.funding.portfolio_candidates import BUILD_COLUMNS
from model.funding.problem import Funding
from model.funding.ramp_up import cash_columns
from model.funding.revenue import cash_flow
from model.funding.rules import FundingRequest
from model.options import Options
from model.plans import plan_of
from model.progress import Progress
from model.result_investment import builds_table
from model.scenario import Scenario
from model.studies.counterfactual import OTHER_RATE
from model.studies.portfolio_additionality import with_additionality
from model.studies.portfolio_world import Routed, World, open_world
from model.studies.tolled import at_levels, given_levels, toll_menu
from model.studies.yearly_costs import yearly_costs
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
_HALF = 0.5
_TERM = ["project_id", "funder_id", "instrument", "recourse", "start_year"]
_KEY = ["project", "period", "mode", "funder_id", "instrument", "recourse"]
PER_SCENARIO = ("portfolio_projects", "portfolio_finance", "portfolio_powers", "portfolio_cash", "portfolio_covenants",
                "portfolio_currency", "portfolio_devaluation", "portfolio_bank", "portfolio_winners",
                "portfolio_scenarios")  # fmt: skip


@dataclass(frozen=True)
class Agreed:
    """A financing as it was agreed in the first scenario.

    Attributes:
        rows: commitments: project (position), period, mode, funder_id, instrument, recourse, amount_musd.
        modes: concession mode by project (position) and period of start.
        forecast: revenue when it was agreed, projects x periods.
    """

    rows: pd.DataFrame
    modes: dict[tuple[int, int], str]
    forecast: Floats


@dataclass(frozen=True)
class Examined:
    """A portfolio in one scenario."""

    world: World
    routed: Routed
    closing: Closing
    financing: Financing
    tables: dict[str, pd.DataFrame]


def evaluate(
    network: Network,
    scenarios: Sequence[Scenario],
    options: Options,
    progress: Progress,
    portfolio: Portfolio,
    request: FundingRequest,
    goal: str,
) -> tuple[dict[str, pd.DataFrame], list[Examined]]:
    """The tables of a portfolio in some scenarios, the first of which is the one it is financed in.

    Raises:
        InputError: builds that a scenario does not allow; a world without a bank.
    """
    agreed: Agreed | None = None
    results: list[Examined] = []
    for scenario in scenarios:
        if results and progress.should_stop():
            break
        world = open_world(network, scenario, options, progress, refresh=bool(results))
        progress.phase(f"Routing {scenario.name} with and without the portfolio")
        plan = plan_of(world.problem, portfolio.builds)
        world = at_levels(world, plan, given_levels(portfolio.builds, network))
        found = examine(world, plan, request, goal, portfolio, agreed)
        agreed = agreed or agreed_in(found)
        results.append(found)
    return joined(results), results


def joined(results: list[Examined]) -> dict[str, pd.DataFrame]:
    """The tables of all scenarios under each other."""
    return {
        name: pd.concat([one.tables[name] for one in results], ignore_index=True)
        for name in PER_SCENARIO
        if any(name in one.tables and len(one.tables[name]) for one in results)
    }


def examine(
    world: World,
    plan: Floats,
    request: FundingRequest,
    goal: str,
    portfolio: Portfolio | None = None,
    agreed: Agreed | None = None,
    financing: Financing | None = None,
    funding: Funding | None = None,
) -> Examined:
    """One plan in one world.

    Args:
        portfolio: whose amounts are given; None = all is chosen. agreed: what was agreed before. financing: what has
            been found for this very plan. funding: that it was found with.
    """
    nothing, routed = world.empty, world.routed(plan)
    own_terms = None if portfolio is None else portfolio.finance
    forecast = routed.revenue if agreed is None else agreed.forecast
    if funding is None:
        funding = build_funding(world.problem, world.network, request, own_terms)
        funding = replace(funding, cash=_carried(world, funding, routed, forecast), cuts=())
        funding, _, _ = funding.of_plan(plan)
    closing = Closing(world.with_funding(funding), world.search.options.threads)
    lost = pd.DataFrame(columns=["project_id", "funder_id", "musd"])
    if financing is not None:
        financing = closing.accounted(plan, financing.amount, _modes(funding, financing))
    else:
        if agreed is not None:
            given, modes, lost = _from_agreed(funding, plan, agreed)
            financing = closing.accounted(plan, given, modes)
        elif portfolio is not None and len(portfolio.finance):
            given, modes, lost = _from_portfolio(funding, plan, portfolio)
            financing = closing.accounted(plan, given, modes)
        else:
            chosen = closing.financing(plan, goal)
            financing = closing.accounted(plan, np.full(len(funding.offers), np.nan)) if chosen is None else chosen
    taken = commitments(funding, financing)
    cash = project_cash(world.problem, world.network, plan, taken, routed.revenue, forecast)
    projects = projects_table(world.problem, world.network, plan, funding, taken, cash)
    projects = with_additionality(world, plan, request, funding, taken, projects)
    powers = powers_table(funding, taken)
    covenants = covenants_table(world.network, closing, financing, projects, cash, powers, world.problem.periods, lost)
    worth_9, eirr = _economics(world, plan, nothing.by_period, routed.net_by_period)
    name = world.scenario.name
    breach, year, lacks = first_breach(covenants)
    gain = nothing.value - routed.net_value
    cover = projects["dscr_min"] if len(projects) else pd.Series(dtype=float)
    summary = pd.DataFrame(
        [
            {
                "title": world.scenario.title,
                "gain_musd": gain,
                "gain_9_musd": worth_9,
                "eirr": eirr,
                "best_musd": np.nan,
                "regret_musd": np.nan,
                "capex_musd": float(projects["capex_musd"].sum()) if len(projects) else 0.0,
                "dscr_min": float(cover.min()) if len(cover) else np.nan,
                "projects_below_floor": int((cover < projects["dscr_floor"] - 1e-6).sum()) if len(cover) else 0,
                "first_breach": breach,
                "first_breach_year": year,
                "breach_musd": lacks,
                "co2_kt_per_year": world.emissions_kt(routed),
                "corridor_kt": world.corridor_kt(routed),
            }
        ]
    )
    tables = {
        "portfolio_projects": projects,
        "portfolio_finance": finance_table(world.network, taken),
        "portfolio_powers": powers,
        "portfolio_cash": cash,
        "portfolio_covenants": covenants,
        "portfolio_currency": currency_table(world.network, taken, projects, cash),
        "portfolio_devaluation": devaluation_table(
            world.network, taken, projects, cash, funding.rules["devaluation_stress"]
        ),
        "portfolio_bank": bank_table(world.network, funding, taken, financing),
        "portfolio_winners": world.winners(routed),
        "portfolio_scenarios": summary,
    }
    named = {key: table.assign(scenario=name) for key, table in tables.items() if len(table)}
    return Examined(world, routed, closing, financing, named)


def _economics(world: World, plan: Floats, without: Floats, having: Floats) -> tuple[float, float]:
    """Economic NPV of a plan at 9 % a year and its EIRR, NaN where no single one decides.

    Args:
        without, having: weighted value of the blocks by period with nothing built and with the plan, tolls beyond
            those of today as transfers.
    """
    problem = world.problem
    costs, periods = yearly_costs(problem), problem.periods
    units = problem.strategy.units[problem.strategy.starts["project"].to_numpy(np.int64)].astype(float)
    first, last = (periods[name].to_numpy(np.int64) for name in ("first_year", "last_year"))
    gained = (without - having) / periods["weight"].to_numpy(float)
    benefit = ((costs.years[:, None] >= first) & (costs.years[:, None] <= last)) @ gained
    capex, operating, residual = costs.of(plan / units)
    net = benefit + residual - capex - operating
    if not net.any():
        return 0.0, np.nan
    rate = irr_roots(net, costs.years).rate
    return npv(OTHER_RATE, net, costs.years - costs.base_year, mid_year=False), np.nan if rate is None else rate


def _carried(world: World, funding: Funding, routed: Routed, forecast: Floats) -> Floats:
    """Cash of each need for debt service at the routing, with what a state makes up of the forecast."""
    at, needs = (world.problem, world.network), funding.needs
    guaranteed, carried = needs["guaranteed"].to_numpy(float), cash_columns(*at, needs, routed.cash)
    for share in set(guaranteed[guaranteed > 0]):
        made_up = cash_flow(*at, np.maximum(routed.revenue, share * forecast))
        carried = np.where((guaranteed == share)[:, None], cash_columns(*at, needs, made_up), carried)
    return np.asarray(carried)


def _modes(funding: Funding, financing: Financing) -> dict[int, str]:
    """The concession mode of each start that is financed."""
    used = funding.needs[financing.mode > _HALF]
    return {int(need.start): str(need.mode) for need in each_row(used)}


def agreed_in(found: Examined) -> Agreed:
    """What has been agreed, to be held in other scenarios."""
    funding = found.closing.funding
    taken = np.flatnonzero(found.financing.amount > 0)
    offers = funding.offers.iloc[taken]
    need = funding.needs.iloc[offers["need"].to_numpy(np.int64)]
    rows = pd.DataFrame(
        {
            "project": need["project"].to_numpy(np.int64),
            "period": need["period"].to_numpy(np.int64),
            "mode": need["mode"].to_numpy(object),
            **{c: offers[c].to_numpy(object) for c in ("funder_id", "instrument", "recourse")},
            "amount_musd": found.financing.amount[taken],
        }
    )
    used = funding.needs[found.financing.mode > _HALF]
    modes = {(int(n.project), int(n.period)): str(n.mode) for n in each_row(used)}
    return Agreed(rows, modes, found.routed.revenue)


def portfolio_of(found: Examined, name: str, request: FundingRequest) -> Portfolio:
    """What has been examined as a portfolio of its own, to be changed and tested again.

    Args:
        request: under which it was found; what it sets goes with the portfolio.
    """
    builds = builds_table(found.world.problem, found.routed.plan)
    builds = builds[builds["decision"] == "built"]
    levels, nothing = _levels_of(found), pd.DataFrame(columns=["project_id", "mode", "asset_class"])
    known = found.tables.get("portfolio_projects", nothing).set_index("project_id")
    builds = builds.assign(
        mode=builds["project_id"].map(known["mode"]),
        asset_class=builds["project_id"].map(known["asset_class"]),
        cost_musd=builds["capex_musd"],
        toll_level=[levels.get(str(name), "") for name in builds["project_id"]],
    )
    finance = found.tables.get("portfolio_finance", pd.DataFrame(columns=[*_TERM, "amount_musd"]))
    total = finance.groupby(_TERM, as_index=False, sort=False)[["amount_musd"]].sum()
    total = total.assign(margin_bp=np.nan, tenor_years=np.nan, grace_years=np.nan)
    paid = set(total["project_id"])
    chosen = tuple(one for one in dict.fromkeys(builds["project_id"]) if one not in paid)
    plain, settings = FundingRequest(), dict[str, float | str]()
    for setting, value in vars(request).items():
        if value != getattr(plain, setting):
            settings[setting] = int(value) if isinstance(value, bool) else value
    return Portfolio(name, builds[list(BUILD_COLUMNS)].reset_index(drop=True), total, chosen, settings)


def _levels_of(found: Examined) -> dict[str, str]:
    """Level of the menu of each project whose tolls were set."""
    if found.world.charges is None:
        return {}
    named = {factor: level for level, factor in reversed(toll_menu(found.world.network).items())}
    return {name: named.get(factor, "") for name, factor in found.world.charges.levels.items()}


def _from_agreed(funding: Funding, plan: Floats, agreed: Agreed) -> tuple[Floats, dict[int, str], pd.DataFrame]:
    """Amounts by offer and modes by start, as agreed; what no offer fits any more."""
    need = funding.needs.iloc[funding.offers["need"].to_numpy(np.int64)].reset_index(drop=True)
    offers = funding.offers.assign(project=need["project"], mode=need["mode"], period=need["period"])
    offers = offers.assign(offer=np.arange(len(offers)))
    found = agreed.rows.merge(offers[[*_KEY, "offer"]], on=_KEY, how="left")
    given = np.zeros(len(offers))
    fits = found["offer"].notna()
    given[found.loc[fits, "offer"].to_numpy(np.int64)] = found.loc[fits, "amount_musd"]
    modes = {
        int(n.start): agreed.modes[int(n.project), int(n.period)]
        for n in each_row(funding.needs)
        if plan[int(n.start)] > 0 and (int(n.project), int(n.period)) in agreed.modes
    }
    names = dict(zip(funding.needs["project"], funding.needs["project_id"], strict=True))
    lost = found.assign(project_id=found["project"].map(names), musd=found["amount_musd"])[~fits]
    return given, modes, lost[["project_id", "funder_id", "musd"]]


def _from_portfolio(
    funding: Funding, plan: Floats, portfolio: Portfolio
) -> tuple[Floats, dict[int, str], pd.DataFrame]:
    """Amounts by offer (NaN where the portfolio leaves them open), modes by start, and commitments that no offer fits.

    What a project of several starts is given is shared among them by their cost.
    """
    needs, offers = funding.needs, funding.offers
    started = needs[plan[needs["start"].to_numpy(np.int64)] > 0]
    wanted = portfolio.builds.drop_duplicates("project_id").set_index("project_id")["mode"]
    modes = {}
    for need in each_row(started):
        mode = str(wanted.get(need.project_id, ""))
        if mode in set(started.loc[started["start"] == need.start, "mode"]):
            modes[int(need.start)] = mode
    project = needs["project_id"].to_numpy(object)[offers["need"].to_numpy(np.int64)]
    mode = needs["mode"].to_numpy(object)[offers["need"].to_numpy(np.int64)]
    start = offers["start"].to_numpy(np.int64)
    in_plan = plan[start] > 0
    is_open = np.isin(project, list(portfolio.chosen))
    given = np.where(is_open, np.nan, 0.0)
    capex = needs["capex_musd"].to_numpy(float)[offers["need"].to_numpy(np.int64)]
    lost = []
    for row in each_row(portfolio.finance):
        mine = in_plan & (project == row.project_id) & (offers["funder_id"] == row.funder_id).to_numpy()
        mine &= (offers["instrument"] == row.instrument).to_numpy() & (offers["recourse"] == row.recourse).to_numpy()
        if not np.isnan(row.start_year):
            mine &= (offers["start_year"] == row.start_year).to_numpy()
        mine &= np.array([modes.get(int(s), m) == m for s, m in zip(start, mode, strict=True)])
        if not mine.any():
            lost.append((row.project_id, row.funder_id, row.amount_musd))
            continue
        one = mine & ~pd.Series(np.where(mine, start, -1)).duplicated().to_numpy()  # one mode a start
        given[one] += row.amount_musd * capex[one] / capex[one].sum()
    return given, modes, pd.DataFrame(lost, columns=["project_id", "funder_id", "musd"])
