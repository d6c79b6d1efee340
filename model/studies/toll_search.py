"""Levels of tolls by project: a search over the menu in which every point is the shippers' own routing.

Tolls times flows are not linear, so no program holds both: each point is routed anew, and its debt checked at that
routing. The search starts from today's charges and from each level for all projects alike, takes the best of them, and
then changes one project at a time, those of largest revenue first, until no level of any one project is better
(coordinate ascent). The last round says for every project what each of its levels would be, so the choice can be seen.

What is better, in this order:

1. *Financed*: debt service is covered, with the floor of lenders in the first scenario and by 1 in the others, and all
   limits of funders, states and the bank are kept; of two points that are not, the one that lacks less money.
2. *welfare*, *resilience*, *independence* (under its cap): the gain of shippers and owners together, investment paid.
   What owners receive counts less the cost of carrying, and only as far as it is beyond today's charges, so tolls are a
   transfer and what counts is the traffic that they move. The routing never sees the financing. *mobilisation*: the
   most private money, where the gain is no more than ``GIVES_UP`` below that at today's charges.
3. Where the gain is the same to ``LEAST`` of it, the charges nearest to those of today: none rises for money alone.

The rents of owners outside the portfolio count as costs, as all freight does. What money costs beyond the rates of
the tables (taxes raised for a toll that is low) is not modelled.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.funding.closing import LEAST_MUSD, Closing
from model.funding.offers import build_funding
from model.funding.problem import Funding
from model.funding.ramp_up import cash_columns
from model.funding.rules import FundingRequest
from model.progress import Progress
from model.studies.portfolio_world import Routed, World
from model.studies.tolled import TODAY, Desk

Floats = NDArray[np.float64]
Levels = tuple[float, ...]
LEAST = 1e-3
"""Of the gain at today's charges: smaller differences between levels are noise of the routing."""
GIVES_UP = 0.05
"""Of the gain at today's charges, at most, for more private money."""


@dataclass(frozen=True)
class Point:
    """One choice of levels.

    Attributes:
        levels: charge over that of today, by project in the order of the search.
        shippers: their gain over nothing built, investment paid. owners: what owners receive beyond today's charges,
            less the cost of carrying. revenue: charges of the projects in the order of the search; all three
            discounted million USD. cash: of these projects for debt service in the last period, million USD a year.
        corridor_kt: cargo on the Middle Corridor in the last period, a year.
        lacks: million USD that no funder can give within all limits; NaN = not asked. private: private money, million
            USD; NaN = not asked.
    """

    levels: Levels
    shippers: float
    owners: float
    revenue: float
    cash: float
    corridor_kt: float
    lacks: float = np.nan
    private: float = np.nan

    @property
    def gain(self) -> float:
        """Of shippers and owners together, million USD."""
        return self.shippers + self.owners

    @property
    def is_financed(self) -> bool:
        """Whether all is paid for within all limits; False where nobody asked."""
        return self.lacks <= LEAST_MUSD

    @property
    def distance(self) -> float:
        """How far the charges are from those of today."""
        return float(np.abs(np.array(self.levels) - TODAY).sum())


@dataclass(frozen=True)
class Standing:
    """A point with its routing. The world's solvers have gone on to other points since."""

    point: Point
    world: World
    routed: Routed


@dataclass(frozen=True)
class Money:
    """Who pays for one plan: what the search asks of a routing.

    Attributes:
        request, goal: of the financing. others: the plan in other scenarios, where debt must be served too.
    """

    request: FundingRequest
    goal: str
    others: Sequence[Desk] = ()

    def funding(self, world: World, routed: Routed, levels: dict[str, float]) -> Funding:
        """Needs, offers and limits, with the cash of the routing in every scenario."""
        funding = build_funding(world.problem, world.network, self.request)
        at = world.problem, world.network, funding.needs
        floor = np.maximum(funding.needs["dscr_floor"].to_numpy(float), 1.0)[:, None]
        carried = cash_columns(*at, routed.cash)
        for desk in self.others:
            there = desk.at(levels)
            cash = desk.routed.cash if there is desk.today else there.routed(desk.routed.plan).cash
            carried = np.minimum(carried, floor * cash_columns(*at, cash))
        return replace(funding, cash=np.minimum(funding.cash, carried), cuts=())

    def asked(self, standing: Standing, levels: dict[str, float]) -> Point:
        """The point with what it lacks and the private money in it, tickets apart."""
        world, plan = standing.world, standing.routed.plan
        funding = self.funding(world, standing.routed, levels)
        closing = Closing(world.with_funding(funding), world.search.options.threads, tickets=False)
        found = closing.financing(plan, self.goal)
        if found is None:  # what lacks nothing may still need parts of several modes
            lacks = max(float(closing.unfunded(plan)["musd"].sum()), 2 * LEAST_MUSD)
            return replace(standing.point, lacks=lacks)
        private = (funding.offers["is_private"] & funding.offers["is_funding"]).to_numpy(float)
        return replace(standing.point, lacks=0.0, private=float(found.amount @ private))


class TollSearch:
    """The search for one plan in one scenario."""

    def __init__(
        self,
        desk: Desk,
        names: Sequence[str],
        menu: Sequence[float],
        money: Money,
        objective: str,
        progress: Progress,
        over: Callable[[], bool],
        start: dict[str, float] | None = None,
    ) -> None:
        """Set up at a point to start from.

        Args:
            desk: the plan. names: projects with a toll. menu: levels, charge over that of today.
            over: asked before every routing. start: levels by project; None = today's.
        """
        self.names, self.menu = list(names), sorted(set(menu))
        self.desk, self.money = desk, money
        self._objective, self._progress, self._over = objective, progress, over
        self.points: dict[Levels, Point] = {}
        first = self._routing((TODAY,) * len(self.names))
        self.today = self._ask(first)
        self._least = LEAST * max(abs(self.today.gain), 1.0)
        levels = tuple((start or {}).get(name, TODAY) for name in self.names)
        self.best = first if levels == self.today.levels else self._routing(levels)
        self.best = replace(self.best, point=self._ask(self.best))

    def run(self) -> bool:
        """Search until no level of any one project is better; False where the time ended before."""
        if not self.alike():
            return False
        better = True
        while better:
            before = self.best.point
            if not self.each():
                return False
            better = self.best.point is not before
        return True

    def alike(self, choose: bool = True) -> bool:
        """Try every level for all projects alike; False where the time ended before.

        Args:
            choose: whether a better point is taken.
        """
        return self._try(((level,) * len(self.names) for level in self.menu), choose)

    def each(self, choose: bool = True) -> bool:
        """Try every level of each project, the others as they are best; False where the time ended before."""
        return all(self._try([self.beside(at, level) for level in self.menu], choose) for at in range(len(self.names)))

    def beside(self, at: int, level: float) -> Levels:
        """The best levels with that of one project changed."""
        levels = self.best.point.levels
        return (*levels[:at], level, *levels[at + 1 :])

    def levels(self, point: Point) -> dict[str, float]:
        """Levels of a point by project id."""
        return dict(zip(self.names, point.levels, strict=True))

    def _try(self, choices: Iterable[Levels], choose: bool) -> bool:
        for levels in choices:
            if levels in self.points:
                continue
            if self._over():
                return False
            tried = self._routing(levels)
            if choose and self._may_be_better(tried.point):
                tried = replace(tried, point=self._ask(tried))
                if self._is_better(tried.point):
                    self.best = tried
        return True

    def _routing(self, levels: Levels) -> Standing:
        """The shippers' routing at some levels."""
        self._progress.phase(f"Routing at tolls: {self._words(levels)}; {len(self.points)} points so far")
        today, world = self.desk.today, self.desk.at(dict(zip(self.names, levels, strict=True)))
        routed = self.desk.routed if world is today else world.routed(self.desk.routed.plan)
        weight = world.problem.periods["weight"].to_numpy(float)
        mine = world.problem.strategy.projects["module_of"].isin(self.names).to_numpy()
        shippers, owners = today.empty.value - routed.value, float(routed.owners.sum())
        revenue = float(routed.revenue[mine].sum(axis=0) @ weight)
        cash = float(routed.cash[mine, -1].sum())
        point = Point(levels, shippers, owners, revenue, cash, world.corridor_kt(routed))
        self.points[levels] = point
        return Standing(point, world, routed)

    def _words(self, levels: Levels) -> str:
        changed = [f"{name} x {level:g}" for name, level in zip(self.names, levels, strict=True) if level != TODAY]
        if len(set(levels)) == 1:
            return f"all x {levels[0]:g}"
        return ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")

    def _ask(self, standing: Standing) -> Point:
        """The point with its money, remembered."""
        point = self.money.asked(standing, self.levels(standing.point))
        self.points[point.levels] = point
        return point

    def _may_be_better(self, new: Point) -> bool:
        """Whether a point can be better than the best, whoever pays for it."""
        best = self.best.point
        if not best.is_financed:
            return True
        if self._objective == "mobilisation":
            return new.gain >= self._floor
        return self._ranks(new.gain, best.gain, new, best)

    def _is_better(self, new: Point) -> bool:
        """Whether a point whose money is known is better than the best."""
        best = self.best.point
        if not (new.is_financed and best.is_financed):
            return new.is_financed or new.lacks < best.lacks - LEAST_MUSD
        if self._objective != "mobilisation":
            return self._ranks(new.gain, best.gain, new, best)
        if new.gain < self._floor:
            return False
        if abs(new.private - best.private) > self._least:
            return new.private > best.private
        return self._ranks(new.gain, best.gain, new, best)

    @property
    def _floor(self) -> float:
        """Least gain at which private money is looked for."""
        return self.today.gain - GIVES_UP * abs(self.today.gain)

    def _ranks(self, one: float, other: float, new: Point, best: Point) -> bool:
        """Whether a figure is more, or the same with charges nearer to those of today."""
        if abs(one - other) > self._least:
            return one > other
        return new.distance < best.distance - 1e-9
