"""Better portfolios: the best that can be paid for, the frontier of caps, and of worth against risk over scenarios.

The network is searched once in the first scenario without asking who pays; every question about money is then put to
the master with the cuts of that search (:mod:`model.funding.search`). Over several scenarios the candidates are the
best plans of each and what is common to all; each is valued in every scenario by real flows, which is exact for what is
compared but proves nothing of plans outside the pool.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.errors import InputError
from model.funding.offers import build_funding
from model.funding.rules import FundingRequest
from model.funding.search import Cash, Portfolio, PortfolioSearch
from model.options import Options
from model.plans import plan_of
from model.progress import Progress
from model.result_investment import builds_table
from model.scenario import Scenario
from model.studies.portfolio_world import World, open_world
from model.studies.standing import standing
from network.network import Network
from network.problems import nearest

Floats = NDArray[np.float64]
OBJECTIVES = ("welfare", "resilience", "independence", "mobilisation")
CAPS = (1.0, 0.8, 0.6, 0.5, 0.4, 0.3)
RISK_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
ALPHA = 0.95  # of CVaR: the mean of the worst twentieth of the scenarios' weight
_TIGHTER = (0.4, 0.3, 0.25, 0.2, 0.15, 0.1)
_GIVES_UP = 0.05  # of the gain, at most, for independence
_MONEY_SHARE = 0.25  # of the time of the search, at most, for who pays


@dataclass(frozen=True)
class Opened:
    """A searched scenario."""

    world: World
    search: PortfolioSearch


def open_search(
    network: Network, scenario: Scenario, options: Options, progress: Progress, refresh: bool = False
) -> Opened:
    """Search a scenario for its best plan, whoever pays; the search is kept for the next time."""
    world = open_world(network, scenario, options, progress, refresh)
    best = world.search.run()
    world.search.keep(best)
    return Opened(world, PortfolioSearch(world.search, world.network, best))


def cash_in(opened: Opened, world: World) -> Cash:
    """Cash of projects at plans of a searched scenario in another world; without bound where that has no such plan."""

    def cash(plan: Floats) -> Floats:
        moved = plan_in(world, builds_table(opened.world.problem, plan))
        return np.full(opened.world.problem.strategy.given.shape, np.inf) if moved is None else world.routed(moved).cash

    return cash


def check_objective(objective: str) -> None:
    """Raise an InputError for what is no objective."""
    if objective not in OBJECTIVES:
        hint = nearest(objective, OBJECTIVES)
        raise InputError(f"--objective is '{objective}'; expected {', '.join(OBJECTIVES)}. {hint}".strip())


def best_portfolio(
    opened: Opened, request: FundingRequest, objective: str, progress: Progress, elsewhere: Sequence[Cash] = ()
) -> tuple[Portfolio, FundingRequest]:
    """The best portfolio of one scenario by an objective, and the request it was found under.

    ``welfare`` takes the cheapest money, ``mobilisation`` the most private money at the same plan, ``independence`` the
    tightest cap on any one power that costs at most a twentieth of the gain.

    Args:
        elsewhere: cash of projects in other scenarios, in which debt must be served too.
    """
    if objective != "independence":
        goal = "mobilisation" if objective == "mobilisation" else "cost"
        return solve_under(opened, request, goal, progress, elsewhere), request
    found, used = solve_under(opened, request, "independence", progress, elsewhere), request
    least = (1.0 - _GIVES_UP) * found.gain
    start = 1.0 if request.power_cap is None else request.power_cap
    for cap in (cap for cap in _TIGHTER if cap < start):
        tighter = replace(request, power_cap=cap)
        tried = solve_under(opened, tighter, "independence", progress, elsewhere)
        if tried.gain < least or progress.should_stop():
            break
        found, used = tried, tighter
    return found, used


def solve_under(
    opened: Opened, request: FundingRequest, goal: str, progress: Progress, elsewhere: Sequence[Cash] = ()
) -> Portfolio:
    """The best portfolio under a request."""
    cap = (
        "no cap"
        if request.power_cap == 1
        else "the caps of the rules"
        if request.power_cap is None
        else (f"a cap of {request.power_cap:.0%}")
    )
    progress.phase(f"Looking for who pays under {cap}")
    funding = build_funding(opened.world.problem, opened.world.network, request)
    seconds = _MONEY_SHARE * opened.world.search.options.seconds
    return opened.search.solve(funding, goal, seconds, progress.should_stop, elsewhere)


def independence(
    opened: Opened, request: FundingRequest, caps: Sequence[float], goal: str, progress: Progress
) -> list[tuple[float, Portfolio]]:
    """The best portfolio under each cap, from the loosest; a plan found under a tighter cap serves a looser one too."""
    found: list[tuple[float, Portfolio]] = []
    for cap in sorted(set(caps), reverse=True):
        if found and progress.should_stop():
            break
        found.append((cap, solve_under(opened, replace(request, power_cap=cap), goal, progress)))
    best: list[tuple[float, Portfolio]] = []
    for cap, portfolio in reversed(found):  # what a tighter cap allows, a looser one allows as well
        if best and best[-1][1].gain > portfolio.gain:
            tighter = best[-1][1]
            portfolio = replace(tighter, bound=min(portfolio.bound, tighter.value))
        best.append((cap, portfolio))
    return best[::-1]


def frontier_row(opened: Opened, cap: float, portfolio: Portfolio, free: float) -> dict[str, object]:
    """A row of ``portfolio_frontier`` for a cap.

    Args:
        free: gain without a cap.
    """
    return {
        "study": "independence",
        "power_cap": cap,
        "risk_weight": np.nan,
        "gain_musd": portfolio.gain,
        "bound_musd": portfolio.nothing - portfolio.bound,
        "gap": portfolio.gap,
        "price_musd": free - portfolio.gain,
        "cvar_musd": np.nan,
        **money_of(opened, portfolio),
    }


def money_of(opened: Opened, portfolio: Portfolio) -> dict[str, object]:
    """Who holds how much of a portfolio, and what is in it."""
    funding, amount = portfolio.funding, portfolio.financing.amount
    offers = funding.offers
    funds = amount * offers["is_funding"].to_numpy(float)
    total = float(funds.sum())
    gross = funding.look_through[offers["funder"].to_numpy(np.int64)] * funds[:, None]
    host = funding.host[offers["need"].to_numpy(np.int64)] if funding.rules.host_exempt else np.zeros_like(gross, bool)
    held = np.where(host, 0.0, gross).sum(axis=0)
    largest = int(np.argmax(held)) if total > 0 else -1
    bank = 0.0 if funding.bank is None else float(amount[funding.of_bank()].sum())
    builds = builds_table(opened.world.problem, portfolio.plan)
    built = builds[builds["decision"] == "built"]
    return {
        "largest_power": str(funding.powers["power_id"].iloc[largest]) if largest >= 0 else "",
        "largest_power_share": float(held[largest] / total) if largest >= 0 else 0.0,
        "funder_hhi": float(((gross.sum(axis=0) / total) ** 2).sum()) if total > 0 else np.nan,
        "capex_musd": float(built["capex_musd"].sum()),
        "bank_musd": bank,
        "private_musd": float((funds * offers["is_private"].to_numpy(float)).sum()),
        "projects": ",".join(sorted(set(built["project_id"]))),
    }


@dataclass(frozen=True)
class Pool:
    """Candidate plans valued in every scenario.

    Attributes:
        names: of the candidates. builds: table of each. gain: candidates x scenarios, million USD; NaN where a scenario
            does not allow the plan.
    """

    names: list[str]
    builds: list[pd.DataFrame]
    gain: Floats

    @property
    def mean(self) -> Floats:
        """Expected gain of each candidate, scenarios of equal weight."""
        mean: Floats = self.gain.mean(axis=1)
        return mean

    @property
    def cvar(self) -> Floats:
        """Mean gain of each candidate over the worst scenarios (CVaR, Rockafellar and Uryasev 2000)."""
        return np.array([conditional_value(row, ALPHA) for row in self.gain])


def conditional_value(gains: Floats, alpha: float) -> float:
    """Mean of the worst part ``1 - alpha`` of equally likely gains.

    >>> conditional_value(np.array([4.0, 1.0, 2.0, 3.0]), 0.5)
    1.5
    """
    worst = np.sort(np.asarray(gains, dtype=float))
    mass = (1.0 - alpha) * len(worst)
    weight = np.clip(mass - np.arange(len(worst)), 0.0, 1.0)
    return float(worst @ weight / weight.sum())


def pool_of(opened: Sequence[Opened], extra: dict[str, pd.DataFrame], progress: Progress) -> Pool:
    """The best plans of the scenarios, what is common to all, and others, each valued in every scenario.

    Args:
        extra: further candidates by name: tables ``builds``.
    """
    builds = {one.world.scenario.name: builds_table(one.world.problem, one.search.best.plan) for one in opened}
    first = opened[0].world
    plans = [plan_in(first, table) for table in builds.values()]
    known = [plan for plan in plans if plan is not None]
    if len(known) > 1:
        common = standing(first.search.plans, np.min(known, axis=0))
        builds["common to all"] = builds_table(first.problem, common)
    builds |= extra
    gain = np.full((len(builds), len(opened)), np.nan)
    for column, one in enumerate(opened):
        progress.phase(f"Valuing {len(builds)} portfolios in {one.world.scenario.name}")
        for row, table in enumerate(builds.values()):
            plan = plan_in(one.world, table)
            if plan is not None:
                gain[row, column] = one.world.empty.value - one.world.routed(plan).value
    may = np.isfinite(gain).all(axis=1)
    names = [name for name, ok in zip(builds, may, strict=True) if ok]
    return Pool(names, [builds[name] for name in names], gain[may])


def plan_in(world: World, builds: pd.DataFrame) -> Floats | None:
    """The plan of a table in a world; None where it does not allow it."""
    try:
        return plan_of(world.problem, builds)
    except InputError:
        return None


def risk_rows(pool: Pool, weights: Sequence[float]) -> list[dict[str, object]]:
    """Rows of ``portfolio_frontier`` for weights of risk: the candidate of the best weighted sum."""
    rows = []
    for weight in weights:
        at = int(np.argmax((1.0 - weight) * pool.mean + weight * pool.cvar))
        built = pool.builds[at][pool.builds[at]["decision"] == "built"]
        rows.append(
            {
                "study": "risk",
                "power_cap": np.nan,
                "risk_weight": weight,
                "gain_musd": pool.mean[at],
                "bound_musd": np.nan,
                "gap": np.nan,
                "price_musd": float(pool.mean.max() - pool.mean[at]),
                "cvar_musd": pool.cvar[at],
                "largest_power": "",
                "largest_power_share": np.nan,
                "funder_hhi": np.nan,
                "capex_musd": float(built["capex_musd"].sum()),
                "bank_musd": np.nan,
                "private_musd": np.nan,
                "projects": ",".join(sorted(set(built["project_id"]))),
            }
        )
    return rows
