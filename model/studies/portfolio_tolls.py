"""Tolls of a portfolio: a level chosen for each project, the money at these levels, and the menu around them.

The charge of a project is a part of the freight or handling that cargo pays where it adds capacity: on links, and at
terminals (``model.studies.tolled``). ``optimise`` chooses levels (``model.studies.toll_search`` says by what) and asks
again who pays, since debt follows revenue. Where the plan of most worth could not be paid for at today's charges it is
tried too: tolls that carry its debt may make it the better one. ``test`` shows the menu around the levels that the
portfolio names.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.funding.closing import Closing, Financing
from model.funding.problem import Funding
from model.funding.rules import FundingRequest
from model.funding.search import Portfolio
from model.progress import Progress
from model.result_investment import builds_table
from model.studies.portfolio import Examined
from model.studies.portfolio_optimise import Opened, plan_in
from model.studies.portfolio_world import World
from model.studies.toll_search import Money, Point, TollSearch
from model.studies.tolled import TODAY, Desk, charging, toll_menu, tolled

Floats = NDArray[np.float64]
CHOSEN = "chosen"
"""Level of the row that has every project at its chosen level."""
_SHARE = 1.0  # of the time of the search for a plan, at most, for its tolls


@dataclass(frozen=True)
class Tolled:
    """A plan at its levels of tolls.

    Attributes:
        plan, financing, funding: as found at the levels. table: ``portfolio_tolls``; without rows where nobody charges.
        levels: charge over that of today by project id.
    """

    world: World
    plan: Floats
    financing: Financing
    funding: Funding
    table: pd.DataFrame
    levels: Mapping[str, float]
    notices: tuple[str, ...] = field(default_factory=tuple)


def choose_tolls(
    opened: Opened,
    found: Portfolio,
    request: FundingRequest,
    objective: str,
    others: Sequence[World],
    progress: Progress,
) -> Tolled:
    """Levels of tolls for a portfolio that can be paid for at today's charges.

    Args:
        found: the portfolio. others: other scenarios in which its debt must be served.
    """
    world, menu = opened.world, toll_menu(opened.world.network)
    as_found = Tolled(world, found.plan, found.financing, found.funding, pd.DataFrame(), {})
    if not menu:
        return _noted(as_found, "finance/toll_levels.csv has no row: no toll was looked at")
    goal = objective if objective in ("mobilisation", "independence") else "cost"
    end = time.monotonic() + _SHARE * world.search.options.seconds

    def over() -> bool:
        return progress.should_stop() or time.monotonic() > end

    def searched(plan: Floats) -> TollSearch | None:
        return _searched(world, plan, menu, Money(request, goal), objective, others, progress, over)

    best, whoever = searched(found.plan), opened.search.best.plan
    gain = found.gain if best is None else best.best.point.gain
    if objective != "mobilisation" and not np.array_equal(whoever, found.plan) and not over():
        other = searched(whoever)
        if other is not None and other.best.point.is_financed and other.best.point.gain > gain:
            best = other
    if best is None:
        return _noted(as_found, "no project of the portfolio charges for capacity that it adds: no toll was looked at")
    chosen = _with_money(best, found)
    if chosen is None:  # what the relaxation can pay for may fail on concession modes
        return _noted(as_found, "the levels of tolls found cannot be financed in whole modes: charges are as today")
    return chosen


def _with_money(search: TollSearch, found: Portfolio) -> Tolled | None:
    """The best point with who pays, tickets included; None where that cannot be settled."""
    desk, levels, notices = search.desk, search.levels(search.best.point), _left_out(search)
    plan, table = desk.routed.plan, menu_table(search)
    world = tolled(desk.today, desk.routed, levels)
    if world.charges is None and np.array_equal(plan, found.plan):
        return Tolled(world, plan, found.financing, found.funding, table, levels, notices)
    funding = search.money.funding(world, world.routed(plan), levels)
    closing = Closing(world.with_funding(funding), world.search.options.threads)
    financing = closing.financing(plan, search.money.goal)
    return None if financing is None else Tolled(world, plan, financing, funding, table, levels, notices)


def _noted(one: Tolled, notice: str) -> Tolled:
    return Tolled(one.world, one.plan, one.financing, one.funding, one.table, one.levels, (notice,))


def _searched(
    world: World,
    plan: Floats,
    menu: Mapping[str, float],
    money: Money,
    objective: str,
    others: Sequence[World],
    progress: Progress,
    over: Callable[[], bool],
) -> TollSearch | None:
    """The search for one plan, done as far as time goes; None where nobody charges."""
    progress.phase("Routing at the tolls of today")
    routed = world.routed(plan)
    names = charging(world, routed)
    if not names:
        return None
    builds = builds_table(world.problem, plan)
    allowed = [(other, plan_in(other, builds)) for other in others]
    there = [Desk(other, other.routed(own)) for other, own in allowed if own is not None]
    own = Money(money.request, money.goal, there)
    search = TollSearch(Desk(world, routed), names, list(menu.values()), own, objective, progress, over)
    search.run()
    return search


def _left_out(search: TollSearch) -> tuple[str, ...]:
    """What no time was left to try, in words."""
    whole = {search.beside(at, level) for at in range(len(search.names)) for level in search.menu}
    left = len([levels for levels in whole if levels not in search.points])
    return (f"no time was left to try {left} of {len(whole)} levels of tolls",) if left else ()


def around(found: Examined, request: FundingRequest, goal: str, progress: Progress) -> pd.DataFrame:
    """Table ``portfolio_tolls`` around the levels of a portfolio that has been examined: nothing is chosen."""
    today, menu = found.world.today, toll_menu(found.world.network)
    routed = found.routed if found.world is today else today.routed(found.routed.plan)
    names = charging(today, routed)
    if not (menu and names):
        return pd.DataFrame()
    start = {} if found.world.charges is None else dict(found.world.charges.levels)
    desk, factors, money = Desk(today, routed), list(menu.values()), Money(request, goal)
    search = TollSearch(desk, names, factors, money, "welfare", progress, progress.should_stop, start)
    if search.alike(choose=False):
        search.each(choose=False)
    return menu_table(search)


def menu_table(search: TollSearch) -> pd.DataFrame:
    """Table ``portfolio_tolls``: all projects alike, each project with the others as chosen, and all as chosen."""
    world, best = search.best.world, search.best.point
    named = {TODAY: "today"} | {factor: level for level, factor in reversed(toll_menu(world.network).items())}
    choices = [("", level, (level,) * len(search.names)) for level in sorted({TODAY, *search.menu})]
    choices += [
        (name, level, search.beside(at, level)) for at, name in enumerate(search.names) for level in search.menu
    ]
    rows = [
        _row(world, name, named[level], level, search.points[levels], best)
        for name, level, levels in choices
        if levels in search.points
    ]
    return pd.DataFrame([*rows, _row(world, "", CHOSEN, np.nan, best, best)])


def _row(world: World, project: str, level: str, factor: float, point: Point, best: Point) -> dict[str, object]:
    return {
        "scenario": world.scenario.name,
        "project_id": project,
        "level": level,
        "factor": factor,
        "is_chosen": int(point.levels == best.levels),
        "shippers_musd": point.shippers,
        "revenue_musd": point.revenue,
        "owners_musd": point.owners,
        "welfare_musd": point.gain,
        "is_financed": np.nan if np.isnan(point.lacks) else float(point.is_financed),
        "private_musd": point.private,
        "cash_musd_per_year": point.cash,
        "corridor_kt": point.corridor_kt,
    }
