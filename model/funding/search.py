"""A portfolio with its financing: the plan of most worth that can be paid for within all limits.

What a plan is worth to the network does not depend on who pays for it, so the cuts that a search has proven of the
blocks hold under every cap, budget and rule. The master, which knows no money, proposes a plan; what it lacks by the
linear program of its financing cuts the master (Benders 1962), and so do real flows where nothing lacks; its bound is
the master's own. Debt that revenue is to serve is checked at the shippers' routing of the plan: where the cash is less
than was possible a cut of the financing says so, and the master goes on.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.decomposition import Decomposition
from model.evaluation import Depth
from model.funding.closing import LEAST_MUSD, Closing, Financing, Shortfall
from model.funding.offers import build_funding
from model.funding.problem import DebtCut, Funding
from model.funding.ramp_up import cash_columns
from model.funding.revenue import cash_flow, revenues
from model.funding.rules import FundingRequest
from model.incumbent import Incumbent
from model.master import Master
from model.moves import without
from model.plans import plan_of
from model.problem import Problem
from model.result_flows import BlockFlows, solved_flows
from network.network import Network

Floats = NDArray[np.float64]
Cash = Callable[[Floats], Floats]
_ROUNDS = 12
_MASTER_SECONDS = 6.0
_ROUND_SHARE = 0.5  # of these seconds, at most, for one: debt may have to be cut to the cash of what is found
_CLOSE = 1e-3  # of the gain: smaller differences between plans are noise
# Starts that may differ from the best plan known, as often as plans there may be worse: the nearest are the likeliest.
_RADII = (2.0, 2.0, 2.0, 4.0, 4.0, 8.0, np.inf)


@dataclass(frozen=True)
class Portfolio:
    """A plan that is paid for.

    Attributes:
        plan: units started, by start. value: million USD, minimised. bound: no plan that can be paid for is below.
        nothing: value of building nothing. funding: with the cuts that were needed. financing: who pays.
        flows: at the plan. revenue, cash: projects x periods, million USD a year.
    """

    plan: Floats
    value: float
    bound: float
    nothing: float
    funding: Funding
    financing: Financing
    flows: list[BlockFlows]
    revenue: Floats
    cash: Floats

    @property
    def gain(self) -> float:
        """What the portfolio is worth over building nothing."""
        return self.nothing - self.value

    @property
    def gap(self) -> float:
        """Gap of the gain."""
        possible = self.nothing - self.bound
        return max(self.value - self.bound, 0.0) / possible if possible > 0 else 0.0


class PortfolioSearch:
    """Financed plans over one searched problem."""

    def __init__(self, search: Decomposition, network: Network, best: Incumbent) -> None:
        """Set up.

        Args:
            search: that has run. network: the scenario's world. best: what it found without asking who pays.
        """
        self.search, self._network, self.best = search, network, best
        self._problem = search.problem

    def solve(
        self, funding: Funding, goal: str, seconds: float, over: Callable[[], bool], elsewhere: Sequence[Cash] = ()
    ) -> Portfolio:
        """The best plan that can be paid for.

        Args:
            goal: of the financing, see ``closing.GOALS``. seconds: for the master. over: asked between rounds.
            elsewhere: cash of projects in other states of the world, projects x periods, from a plan: debt must be
                served there too, though without what lenders ask beyond it.
        """
        end = time.monotonic() + seconds
        bound = self.best.bound
        known: Portfolio | None = None
        for _ in range(_ROUNDS):
            share = min(end, time.monotonic() + _ROUND_SHARE * seconds)
            plan, bound = self._plan(funding, bound, share, over, None if known is None else known.plan)
            found, own, carried = self._closed(funding, plan, goal, bound, elsewhere)
            is_last = found is not None
            if found is None:
                found = self._reduced(funding, own, plan, goal, bound, elsewhere, over)
            if known is None or (found is not None and found.value < known.value):
                known = found
            funding = replace(funding, cuts=(*funding.cuts, DebtCut(plan, carried)))
            if is_last or over() or time.monotonic() > end:
                break
        if known is None:
            return self._nothing(funding, goal, bound)
        return replace(known, bound=min(bound, known.value))

    def _closed(
        self, funding: Funding, plan: Floats, goal: str, bound: float, elsewhere: Sequence[Cash]
    ) -> tuple[Portfolio | None, Funding, Floats]:
        """A plan paid for at the shippers' routing, None where that cannot be; the funding there and cash of needs."""
        flows, revenue, cash = self.routed(plan)
        carried = self._of_needs(funding, cash)
        floor = np.maximum(funding.needs["dscr_floor"].to_numpy(float), 1.0)[:, None]
        for other in elsewhere:
            carried = np.minimum(carried, floor * self._of_needs(funding, other(plan)))
        own = replace(funding, cash=np.minimum(funding.cash, carried), cuts=())
        financing = self._financing(own, plan, goal)
        if financing is None:
            return None, own, carried
        value = self.search.value(plan, Depth.KNOWN)
        nothing = self.best.nothing
        found = Portfolio(plan, value, min(bound, value), nothing, own, financing, flows, revenue, cash)
        return found, own, carried

    def _reduced(
        self,
        funding: Funding,
        own: Funding,
        plan: Floats,
        goal: str,
        bound: float,
        elsewhere: Sequence[Cash],
        over: Callable[[], bool],
    ) -> Portfolio | None:
        """A plan less what cannot be paid for at its routing, from one routing to the next.

        Args:
            own: the funding at the routing of the plan.
        """
        while not over():
            closing = self.closing(own.of_plan(plan)[0], tickets=False)
            less = self._affordable(closing, None, plan, over)
            if np.array_equal(less, plan):  # tickets apart, which are no reason to leave it
                return None
            plan = less
            found, own, _ = self._closed(funding, plan, goal, bound, elsewhere)
            if found is not None:
                return found
        return None

    def closing(self, funding: Funding, tickets: bool = True) -> Closing:
        """Financings of plans of the problem under a funding."""
        return Closing(self._with(funding), self.search.options.threads, tickets)

    def _financing(self, funding: Funding, plan: Floats, goal: str, tickets: bool = True) -> Financing | None:
        """The financing of one plan, from the offers for it alone: the program is a tenth of that of all starts."""
        own, needs, offers = funding.of_plan(plan)
        found = self.closing(own, tickets).financing(plan, goal)
        if found is None:
            return None
        amount, mode = np.zeros(len(funding.offers)), np.zeros(len(funding.needs))
        amount[offers], mode[needs] = found.amount, found.mode
        return replace(found, amount=amount, mode=mode)

    def paid(self, builds: pd.DataFrame, request: FundingRequest, goal: str) -> Portfolio | None:
        """A given plan with its financing; None where it cannot be paid for or is not allowed.

        Args:
            builds: table of that name.
        """
        funding = build_funding(self._problem, self._network, request)
        plan = plan_of(self._problem, builds)
        flows, revenue, cash = self.routed(plan)
        own = replace(funding, cash=np.minimum(funding.cash, self._of_needs(funding, cash)))
        financing = self._financing(own, plan, goal)
        if financing is None:
            return None
        value = self.search.value(plan, Depth.KNOWN)
        bound = min(self.best.bound, value)
        return Portfolio(plan, value, bound, self.best.nothing, own, financing, flows, revenue, cash)

    def routed(self, plan: Floats) -> tuple[list[BlockFlows], Floats, Floats]:
        """Flows of a plan at the shippers' routing, and revenue and cash of its projects, projects x periods."""
        built = self.search.plans.built(plan)
        self.search.evaluation.settle(built)
        flows = solved_flows(self._problem, self.search.solvers, built)
        revenue = revenues(self._problem, self._network, flows)
        return flows, revenue, cash_flow(self._problem, self._network, revenue)

    def _of_needs(self, funding: Funding, cash: Floats) -> Floats:
        return cash_columns(self._problem, self._network, funding.needs, cash)

    def _with(self, funding: Funding) -> Problem:
        return replace(self._problem, strategy=replace(self._problem.strategy, funding=funding))

    def _plan(
        self, funding: Funding, bound: float, end: float, over: Callable[[], bool], start: Floats | None
    ) -> tuple[Floats, float]:
        """The best plan found that the funding allows, and the bound.

        The plan that nobody asked to pay for comes first: no other is better. Else the master looks near it, then near
        what it has found, then everywhere.

        Args:
            start: the best plan known that can be paid for; None = none yet.
        """
        if self._financing(funding, self.best.plan, "cost", tickets=False) is not None:
            return self.best.plan, bound
        closing = self.closing(funding, tickets=False)
        # Who pays changes no worth, so the master need not know the money: what lacks at a plan cuts it, and a master
        # without 40,000 offers is solved to the end in the time that one with them takes for its first relaxation.
        master = Master(self._problem, self.search.options.threads)
        known = list(self.search.master.cuts)
        master.take(known, self.search.master.lifted)
        plan = self._affordable(closing, master, self.best.plan, over)
        value = self.search.value(plan, Depth.PRICED)
        if start is not None and self.search.value(start, Depth.PRICED) < value and closing.financing(start):
            plan, value = start, self.search.value(start, Depth.PRICED)
        radii, is_proven = list(_RADII), True
        while radii and not over() and time.monotonic() < end:
            limit = min(_MASTER_SECONDS, max(end - time.monotonic(), 1.0))
            gain = max(self.best.nothing - value, 1.0)
            # The solver's gap is of the value, in which what trade is worth at all drowns what is gained.
            gap = _CLOSE / 10 * gain / max(abs(value), 1.0)
            answer, proposed = master.integer(plan, limit, gap, radii[0])
            before = bound
            if np.isinf(radii[0]) and np.isfinite(answer.bound) and is_proven:
                bound = max(bound, answer.bound)
            if not len(answer.value) or answer.objective >= value - _CLOSE * gain:
                radii.pop(0)
                continue
            lacks = self._cut(closing, master, proposed).total > LEAST_MUSD
            if lacks or closing.financing(proposed) is None:
                master.exclude(proposed)
                is_proven &= lacks  # by modes in parts alone: whether none is whole may have been left by its time
                continue
            attained = self.search.value(proposed, Depth.PRICED)
            fresh = self.search.master.cuts[len(known) :]
            master.take(fresh, [])
            known += fresh
            if attained < value - _CLOSE * gain:
                plan, value, radii = proposed, attained, list(_RADII)
            elif np.isfinite(radii[0]) or bound < before + _CLOSE * gain:
                radii.pop(0)
        return plan, bound

    def _cut(self, closing: Closing, master: Master, plan: Floats) -> Shortfall:
        """What a plan lacks; the master is told of it."""
        lacks = closing.shortfall(plan)
        if lacks.total > LEAST_MUSD:
            scale = max(float(np.abs(lacks.slope).max()), LEAST_MUSD)
            most = float(lacks.slope @ plan) - lacks.total + LEAST_MUSD
            master.limit(lacks.slope / scale, most / scale)
        return lacks

    def _affordable(self, closing: Closing, master: Master | None, plan: Floats, over: Callable[[], bool]) -> Floats:
        """A plan less projects that cannot be paid for, the one of least worth for the money that lacks first.

        Where nothing lacks but only parts of several modes pay for it, the project of least worth for its cost goes.

        Args:
            master: that is told what each plan on the way lacks; None = none.
        """
        needs, starts = closing.funding.needs, self._problem.strategy.starts["project"].to_numpy(np.int64)
        worth = self.search.evaluation.worth(self.search.plans.built(plan)).sum(axis=1)
        capex = self._problem.strategy.projects["capex_musd"].to_numpy(float)
        while (plan > 0).any() and not over():
            lacks = (closing.shortfall(plan) if master is None else self._cut(closing, master, plan)).needs
            if lacks.empty:
                if closing.financing(plan) is not None:
                    return plan
                money = np.where(np.isin(np.arange(len(worth)), starts[plan > 0]), capex, 0.0)
            else:
                project = needs["project"].to_numpy(np.int64)[lacks["key"].astype(int)]
                money = np.bincount(project, weights=lacks["musd"], minlength=len(worth))
            score = np.where(money > 0, worth / np.maximum(money, 1e-9), np.inf)
            plan = without(self.search.plans, plan, int(np.argmin(score)))
        return self.search.plans.nothing

    def _nothing(self, funding: Funding, goal: str, bound: float) -> Portfolio:
        """Building nothing, which needs no money."""
        plan = self.search.plans.nothing
        flows, revenue, cash = self.routed(plan)
        own = replace(funding, cuts=())
        financing = self._financing(own, plan, goal)
        if financing is None:
            raise RuntimeError("building nothing needs no money, yet its financing has no solution")
        value = self.best.nothing
        return Portfolio(plan, value, min(bound, value), value, own, financing, flows, revenue, cash)
