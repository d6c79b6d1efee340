"""The commands on portfolios as runs: test, optimise, frontier and compare, each with its tables and facts."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.errors import InputError
from model.funding.closing import GOALS, UNFUNDED, Closing
from model.funding.covenants import PER_YEAR, TITLES, is_of_ramp_up, label
from model.funding.portfolio import Portfolio
from model.funding.record import PortfolioRun
from model.funding.rules import FundingRequest, bank_rules
from model.funding.search import Portfolio as Found
from model.funding.tables import PORTFOLIO_TABLE_BY_NAME
from model.funding.tickets import ticket_repairs
from model.options import Options
from model.plans import plan_of
from model.progress import Progress
from model.result_investment import builds_table
from model.scenario import Scenario
from model.studies.fragmentation import fragmentation
from model.studies.portfolio import Examined, agreed_in, evaluate, examine, joined, portfolio_of
from model.studies.portfolio_assumptions import portfolio_assumptions
from model.studies.portfolio_optimise import (
    RISK_WEIGHTS,
    Opened,
    best_portfolio,
    cash_in,
    frontier_row,
    independence,
    open_search,
    pool_of,
    risk_rows,
)
from model.studies.portfolio_tolls import around, choose_tolls
from model.studies.portfolio_world import World, open_world
from model.studies.portfolio_worth import with_worth
from model.studies.tolled import at_levels
from network.frames import each_row
from network.network import Network
from network.problems import nearest

Floats = NDArray[np.float64]
LEAST_DRAWS = 20
_MEASURES = (
    ("gain_musd", "musd, discounted"),
    ("gain_9_musd", "musd, discounted"),
    ("eirr", "share a year"),
    ("capex_musd", "musd"),
    ("dscr_min", "ratio"),
    ("projects_below_floor", "projects"),
    ("breach_musd", "musd"),
    ("co2_kt_per_year", "kt per year"),
    ("corridor_kt", "kt per year"),
)


@dataclass(frozen=True)
class Asked:
    """What every command is asked with.

    Attributes:
        network: the world before the levers. scenarios: the first is the one that portfolios are financed in.
        goal: of the financing where it is chosen. with_worth: whether each project is valued with and without.
        draws, seed: of the Monte Carlo; 0 draws = none. with_tolls: whether the menu of tolls is looked at.
    """

    network: Network
    scenarios: Sequence[Scenario]
    options: Options
    progress: Progress
    request: FundingRequest
    goal: str = "cost"
    with_worth: bool = False
    draws: int = 0
    seed: int = 1
    with_tolls: bool = False


def check_study(goal: str, with_worth: bool, draws: int, seed: int, with_tolls: bool) -> None:
    """Raise an InputError for what no study can be asked with."""
    del with_worth, seed, with_tolls
    problems = []
    if goal not in GOALS:
        problems.append(f"--goal is '{goal}'; expected {', '.join(GOALS)}. {nearest(goal, GOALS)}".strip())
    if draws != 0 and draws < LEAST_DRAWS:
        problems.append(f"--draws is {draws}; expected 0, or {LEAST_DRAWS} or more")
    if problems:
        raise InputError(problems)


def run_test(asked: Asked, portfolio: Portfolio) -> PortfolioRun:
    """A given portfolio in every scenario."""
    began = time.monotonic()
    asked = replace(asked, request=requested(asked.request, portfolio))
    tables, results = evaluate(
        asked.network, asked.scenarios, asked.options, asked.progress, portfolio, asked.request, asked.goal
    )
    first = results[0]
    lacking = PORTFOLIO_TABLE_BY_NAME["portfolio_repairs"].empty()
    if not first.financing.is_whole:
        lacking = repairs_table(first.closing, first.routed.plan, first.world.problem.periods)
    _add_repairs(tables, lacking, first)
    facts: dict[str, Any] = {"portfolio": portfolio.name, "notices": list(portfolio.notices)}
    return _finished("test", asked, tables, results, facts, began)


def requested(request: FundingRequest, portfolio: Portfolio) -> FundingRequest:
    """A request in which what the command line leaves open is as the portfolio has it."""
    plain = FundingRequest()
    own = {
        name: value
        for name, value in portfolio.settings.items()
        if getattr(request, name, None) == getattr(plain, name, None)
    }
    for name in ("host_exempt", "with_bank"):
        if name in own:
            own[name] = bool(own[name])
    return replace(request, **own)


def run_optimise(asked: Asked, objective: str) -> tuple[PortfolioRun, Portfolio]:
    """The best portfolio by an objective, examined in every scenario; and the portfolio itself."""
    began = time.monotonic()
    opened = open_search(asked.network, asked.scenarios[0], asked.options, asked.progress)
    others = [] if objective == "resilience" else _others(asked)
    best = np.full(len(asked.scenarios), np.nan)
    best[0] = opened.search.best.gain
    facts: dict[str, Any] = {"portfolio": f"optimised for {objective}", "objective": objective}
    if objective == "resilience" and len(asked.scenarios) > 1:
        found, best = _resilient(asked, opened)
        used = asked.request
    else:
        elsewhere = [cash_in(opened, world) for world in others]
        found, used = best_portfolio(opened, asked.request, objective, asked.progress, elsewhere)
    asked = replace(asked, request=used)
    tolls = choose_tolls(opened, found, used, objective, others, asked.progress) if asked.with_tolls else None
    facts |= {"gain": found.gain, "bound": found.nothing - found.bound, "gap_of_gain": found.gap,
              "gain_whoever_pays": opened.search.best.gain}  # fmt: skip
    if tolls is None:
        first = examine(opened.world, found.plan, used, asked.goal, None, None, found.financing, found.funding)
    else:
        first = examine(tolls.world, tolls.plan, used, asked.goal, None, None, tolls.financing, tolls.funding)
        facts["notices"] = list(tolls.notices)
        if tolls.world.charges is not None:  # what is proven of plans at today's charges is not of these
            gain = float(first.tables["portfolio_scenarios"]["gain_musd"].iloc[0])
            facts |= {"gain": gain, "bound": None, "gap_of_gain": None, "gain_at_charges_of_today": found.gain}
    results = [first, *_elsewhere(asked, first, others or _others(asked))]
    tables = joined(results)
    if tolls is not None and len(tolls.table):
        tables["portfolio_tolls"] = tolls.table
    _add_repairs(tables, _repairs(opened, found, first.routed.plan), first)
    tables["portfolio_scenarios"] = _with_regret(tables["portfolio_scenarios"], best)
    run = _finished("optimise", asked, tables, results, facts, began)
    return run, portfolio_of(first, f"optimised for {objective}", used)


def _others(asked: Asked) -> list[World]:
    """The scenarios after the first, set up."""
    return [
        open_world(asked.network, scenario, asked.options, asked.progress, refresh=True)
        for scenario in asked.scenarios[1:]
        if not asked.progress.should_stop()
    ]


def _elsewhere(asked: Asked, first: Examined, others: Sequence[World]) -> list[Examined]:
    """The same builds and commitments in the other scenarios."""
    builds = builds_table(first.world.problem, first.routed.plan)
    levels = {} if first.world.charges is None else first.world.charges.levels
    agreed, results = agreed_in(first), []
    for world in others:
        if asked.progress.should_stop():
            break
        asked.progress.phase(f"Routing {world.scenario.name} with and without the portfolio")
        plan = plan_of(world.problem, builds)
        own = at_levels(world, plan, levels)
        results.append(examine(own, plan, asked.request, asked.goal, None, agreed))
    return results


def _resilient(asked: Asked, opened: Opened) -> tuple[Found, Floats]:
    """The candidate with the best worst scenarios that can be paid for in the first, and the best gain of each."""
    others = [
        open_search(asked.network, scenario, asked.options, asked.progress, refresh=True)
        for scenario in asked.scenarios[1:]
    ]
    both = [opened, *others]
    pool = pool_of(both, {}, asked.progress)
    found: Found | None = None
    for at in np.argsort(-pool.cvar, kind="stable"):
        found = opened.search.paid(pool.builds[int(at)], asked.request, asked.goal)
        if found is not None:
            break
    if found is None:
        found, _ = best_portfolio(opened, asked.request, "welfare", asked.progress)
    best = np.array([one.search.best.gain for one in both])
    return found, np.maximum(best, pool.gain.max(axis=0, initial=-np.inf))


def _with_regret(table: pd.DataFrame, best: Floats) -> pd.DataFrame:
    """The scenarios with the best gain known in each, and what lacks to it."""
    known = best[: len(table)]
    better = np.fmax(known, np.where(np.isnan(known), np.nan, table["gain_musd"].to_numpy(float)))
    return table.assign(best_musd=better, regret_musd=better - table["gain_musd"])


def _repairs(opened: Opened, found: Found, taken: Floats) -> pd.DataFrame:
    """Why the plan that nobody asked to pay for is not the one taken, and the cheapest repairs."""
    if np.array_equal(opened.search.best.plan, taken):
        return PORTFOLIO_TABLE_BY_NAME["portfolio_repairs"].empty()
    closing = opened.search.closing(found.funding)
    return repairs_table(closing, opened.search.best.plan, opened.world.problem.periods)


def _add_repairs(tables: dict[str, pd.DataFrame], lacking: pd.DataFrame, found: Examined) -> None:
    """Repairs of limits in money, then those of tickets and of the number of funders, where there are any."""
    tickets = ticket_repairs(found.closing.funding, found.financing.amount)
    parts = [part for part in (lacking, tickets) if len(part)]
    if parts:
        tables["portfolio_repairs"] = pd.concat(parts, ignore_index=True)


def repairs_table(closing: Closing, plan: Floats, periods: pd.DataFrame) -> pd.DataFrame:
    """Table ``portfolio_repairs``: what lacks by project, and by kind of limit the cheapest way out."""
    needs, rows = closing.funding.needs, list[tuple[str, str, str, float, float]]()
    lacks = closing.unfunded(plan)
    need = needs.iloc[lacks["key"].astype(int)]
    by_mode = lacks.assign(project_id=need["project_id"].to_numpy(), year=need["start_year"].to_numpy())
    for row in each_row(by_mode.groupby(["project_id", "year"], as_index=False)[["musd"]].sum()):
        name = str(row.project_id)
        rows.append((name, "unfunded", f"{name} lacks funds", float(row.year), float(row.musd)))
    if not rows:
        return PORTFOLIO_TABLE_BY_NAME["portfolio_repairs"].empty()
    for row in each_row(closing.repairs(plan)):
        family = str(row.family)
        if family not in TITLES or family == UNFUNDED:
            continue
        who, year = label(closing.funding, periods, family, str(row.key))
        is_year = family not in PER_YEAR or is_of_ramp_up(periods, family, str(row.key))
        length = 1.0 if is_year else _years_of(periods, year)
        rows.append(("", family, f"{TITLES[family]}: {who}", year, float(row.musd) * length))
    names = PORTFOLIO_TABLE_BY_NAME["portfolio_repairs"].column_names
    return pd.DataFrame(rows, columns=names)


def _years_of(periods: pd.DataFrame, first_year: float) -> float:
    """Years of the period that begins in a year."""
    own = periods[periods["first_year"] == first_year].iloc[0]
    return float(own["last_year"] - own["first_year"] + 1)


def run_frontier(asked: Asked, caps: Sequence[float]) -> PortfolioRun:
    """The price of independence, and over several scenarios worth against risk."""
    began = time.monotonic()
    opened = open_search(asked.network, asked.scenarios[0], asked.options, asked.progress)
    found = independence(opened, asked.request, caps, asked.goal, asked.progress)
    free = found[0][1].gain if found[0][0] >= 1.0 else opened.search.best.gain
    rows = [frontier_row(opened, cap, portfolio, free) for cap, portfolio in found]
    if len(asked.scenarios) > 1 and not asked.progress.should_stop():
        others = [
            open_search(asked.network, scenario, asked.options, asked.progress, refresh=True)
            for scenario in asked.scenarios[1:]
        ]
        extra = {f"cap {cap:g}": builds_table(opened.world.problem, one.plan) for cap, one in found}
        pool = pool_of([opened, *others], extra, asked.progress)
        rows += risk_rows(pool, RISK_WEIGHTS)
    tables = {"portfolio_frontier": pd.DataFrame(rows)}
    facts = {"portfolio": "frontier", "gain": free}
    return _finished("frontier", asked, tables, [], facts, began)


def run_compare(asked: Asked, first: Portfolio, second: Portfolio, with_national: bool) -> PortfolioRun:
    """Two portfolios side by side; the tables by project are those of the second."""
    began = time.monotonic()
    both = []
    for portfolio in (first, second):
        own = replace(asked, request=requested(asked.request, portfolio))
        both.append(evaluate(own.network, own.scenarios, own.options, own.progress, portfolio, own.request, own.goal))
    tables, results = both[1]
    tables["portfolio_comparison"] = comparison(both[0][0]["portfolio_scenarios"], tables["portfolio_scenarios"])
    facts: dict[str, Any] = {"portfolio": second.name, "compared_with": first.name}
    if with_national and not asked.progress.should_stop():
        one = results[0]
        found = fragmentation(one.world.network, asked.network, one.world.today.search, one.routed.plan, asked.progress)
        tables["portfolio_national"] = _national(found.countries, found.facts, one)
        facts["fragmentation"] = found.facts
    return _finished("compare", asked, tables, results, facts, began)


def _national(countries: pd.DataFrame, facts: dict[str, Any], one: Examined) -> pd.DataFrame:
    """National plans with their sum and the unified plan under them."""
    builds = builds_table(one.world.problem, one.routed.plan)
    built = builds[builds["decision"] == "built"]
    last = pd.DataFrame(
        {
            "country": ["sum of national plans", "unified plan"],
            "projects": [_ids(countries["projects"]), ",".join(sorted(set(built["project_id"])))],
            "own_worth_musd": [facts["union_gain"], facts["unified_gain"]],
            "capex_musd": [float(countries["capex_musd"].sum()), float(built["capex_musd"].sum())],
        }
    )
    columns = ["country", "projects", "own_worth_musd", "capex_musd"]
    return pd.concat([countries[columns], last], ignore_index=True)


def _ids(lists: "pd.Series[str]") -> str:
    """Ids of several lists, each once."""
    return ",".join(sorted({one for text in lists for one in str(text).split(",") if one}))


def comparison(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Table ``portfolio_comparison`` of two tables of scenarios."""
    one, two = first.set_index("scenario"), second.set_index("scenario")
    rows = [
        (scenario, measure, unit, float(one.loc[scenario, measure]), float(two.loc[scenario, measure]))
        for scenario in [name for name in one.index if name in two.index]
        for measure, unit in _MEASURES
    ]
    frame = pd.DataFrame(rows, columns=["scenario", "measure", "unit", "first", "second"])
    return frame.assign(difference=frame["second"] - frame["first"])


def _finished(
    command: str,
    asked: Asked,
    tables: dict[str, pd.DataFrame],
    results: list[Examined],
    facts: dict[str, Any],
    began: float,
) -> PortfolioRun:
    """The run with worths where they are asked, assumptions and facts."""
    notices = list(facts.pop("notices", []))
    if asked.with_worth and results and not asked.progress.should_stop():
        worth = with_worth(results[0], asked.progress, asked.draws, asked.seed)
        first = results[0].world.scenario.name
        for name, table in worth.tables.items():
            if "scenario" in PORTFOLIO_TABLE_BY_NAME[name].column_names:
                rest = tables[name][tables[name]["scenario"] != first] if name in tables else table.iloc[:0]
                tables[name] = pd.concat([table.assign(scenario=first), rest], ignore_index=True)
            else:
                tables[name] = table
        facts |= {"draws_said": worth.said}
        notices += [f"no time was left to value {', '.join(worth.left_out)}"] if worth.left_out else []
    if asked.with_tolls and results and "portfolio_tolls" not in tables and not asked.progress.should_stop():
        tables["portfolio_tolls"] = around(results[0], asked.request, asked.goal, asked.progress)
    if results and results[0].world.charges is not None:
        facts["tolls"] = dict(results[0].world.charges.levels)
    world = asked.scenarios[0].apply(asked.network)
    tables["portfolio_assumptions"] = portfolio_assumptions(world)
    rules = bank_rules(world, asked.request)
    run = {
        "command": command,
        "scenarios": [one.name for one in asked.scenarios],
        "scenario_titles": {one.name: one.title for one in asked.scenarios},
        "objective": asked.options.objective,
        "goal": asked.goal,
        "power_caps": rules.caps,
        "host_exempt": rules.host_exempt,
        "budget_musd_per_year": asked.request.budget_musd_per_year,
        "envelopes": asked.request.envelopes,
        "inflation": rules.inflation,
        "price_base_year": int(world.parameter("price_base_year")),
        "with_bank": asked.request.with_bank,
        "periods": results[0].world.problem.periods["period"].tolist() if results else [],
        "seconds": {"total": time.monotonic() - began},
        "notices": notices,
        "versions": {"kervan": version("kervan")},
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **facts,
    }
    shaped = {name: _shaped(name, table) for name, table in tables.items() if len(table)}
    return PortfolioRun(shaped, run)


def _shaped(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """The declared columns first, as they are declared."""
    declared = PORTFOLIO_TABLE_BY_NAME[name].column_names
    return table[[*declared, *[column for column in table.columns if column not in declared]]]
