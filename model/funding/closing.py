"""The financing of given builds: the mix of funders by a goal, with tickets, or the cheapest repairs.

The strategic layer with the builds fixed is a program of its own. A goal says which of the many mixes is taken:
the cheapest money, the most private money or the least held by any one power. Where no mix keeps all limits, every
funding row may give way for its amount of money: all at once they say what cannot be funded, one family at a time what
the cheapest repair of that kind is (elastic programming: Chinneck, Feasibility and Infeasibility in Optimization,
2008).
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix, hstack

from model.compile import Compiled, compile_model
from model.errors import InputError
from model.formulation import formulate_strategy
from model.funding.problem import Funding
from model.groups.funding import counted_by_power
from model.problem import Problem
from model.solver import Session, Status
from network.problems import nearest

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
GOALS = ("cost", "mobilisation", "independence")
UNFUNDED = "sources_uses"
# Rows that state what something is; the others are limits, which a repair may move.
_DEFINITIONS = ("funds_of", "held_by", "bank_account", "bank_exposure", "mode_choice", "service", "funders_of_project")
LEAST_MUSD = 1e-3
_SECONDS = 20.0
_GAP = 0.005  # of the goal, at which tickets are settled
_WHOLE = 1e-6
_TIE = 1e-3  # of the goal: what the cost of money weighs beside another goal


@dataclass(frozen=True)
class Financing:
    """A financing of a plan.

    Attributes:
        amount: by offer, million USD. mode: by need, 1 where the start is done under its mode.
        equity, borrowing: of the bank by year, million USD; empty without a bank.
        value: of all columns of the program. keeps_tickets: whether tickets and the number of funders are kept too.
        is_whole: whether all limits are kept and all uses have a source.
    """

    amount: Floats
    mode: Floats
    equity: Floats
    borrowing: Floats
    value: Floats
    keeps_tickets: bool = True
    is_whole: bool = True


@dataclass(frozen=True)
class Shortfall:
    """What a plan lacks at least with all modes in parts, a convex function of the starts.

    Attributes:
        needs: need (key) and musd. total: million USD. slope: change of the total per unit of each start.
    """

    needs: pd.DataFrame
    total: float
    slope: Floats


class Closing:
    """Financings of plans of one problem."""

    def __init__(self, problem: Problem, threads: int = 1, tickets: bool = True) -> None:
        funding = problem.strategy.funding
        if funding is None:
            raise ValueError("the problem has no funding; expected one made by build_funding")
        self.funding: Funding = replace(funding, tickets=tickets)
        strategy = replace(problem.strategy, funding=self.funding)
        self._compiled = compile_model(formulate_strategy(replace(problem, strategy=strategy)))
        self._threads = threads
        names, starts = self._compiled.columns, strategy.starts
        self._build = np.array(
            [names[f"build[{i},{p}]"] for i, p in zip(starts["project"], starts["period"], strict=True)], np.int64
        )
        self._finance = self._columns("finance", len(self.funding.offers))
        self._mode = self._columns("mode", len(self.funding.needs))
        years = len(self.funding.years)
        self._equity, self._borrowing = (self._columns(name, years) for name in ("bank_equity", "bank_borrowing"))
        self._name = _row_names(self._compiled)
        self._family = np.array([name.partition("[")[0] for name in self._name], dtype=object)

    def _columns(self, name: str, count: int) -> Ints:
        return np.array([self._compiled.columns.get(f"{name}[{n}]", -1) for n in range(count)], np.int64)

    def financing(self, plan: Floats, goal: str = "cost") -> Financing | None:
        """The best financing of a plan by a goal; None where no mix keeps all limits, tickets apart.

        Args:
            plan: units started, by start. goal: one of ``GOALS``.

        Raises:
            InputError: an unknown goal.
        """
        if goal not in GOALS:
            raise InputError(f"--goal is '{goal}'; expected {', '.join(GOALS)}. {nearest(goal, GOALS)}".strip())
        arrays = replace(self._fixed(plan), cost=self._cost(goal))
        answer = Session(arrays, self._threads, relax=True).solve(_SECONDS)
        if not len(answer.value):
            return None
        mixed = answer.value[self._mode[self._mode >= 0]]
        if not self.funding.tickets and (np.minimum(mixed, 1.0 - mixed) < _WHOLE).all():
            return self._read(answer.value)
        # The mode that the relaxation does most of a start under first, then any; tickets last.
        single = self._with_modes(arrays, answer.value)
        for program in (single, arrays) if self.funding.tickets else ():
            settled = Session(program, self._threads).solve(_SECONDS / 2, _GAP)
            if len(settled.value):
                return self._read(settled.value)
        loose = Session(single, self._threads, relax=True).solve(_SECONDS)
        if not len(loose.value):  # parts of several modes are no financing
            modes = np.isin(np.arange(len(arrays.integer)), self._mode)
            loose = Session(replace(arrays, integer=modes), self._threads).solve(_SECONDS / 2, _GAP)
        if not len(loose.value):
            return None
        return replace(self._read(loose.value), keeps_tickets=not self.funding.tickets)

    def accounted(self, plan: Floats, given: Floats, modes: dict[int, str] | None = None) -> Financing:
        """A financing in which amounts are given, whether it keeps all limits or not; the rest is chosen.

        Given amounts are held to no ticket here: ``model.funding.tickets`` says which they break.

        Args:
            plan: units started, by start. given: by offer, million USD; NaN = to be chosen.
            modes: concession mode by start; starts that are not named may have any.
        """
        arrays = self._fixed(plan)
        lower, upper = arrays.lower.copy(), arrays.upper.copy()
        fixed = np.isfinite(given)
        lower[self._finance[fixed]], upper[self._finance[fixed]] = given[fixed], given[fixed]
        start, mode = self.funding.needs["start"].to_numpy(np.int64), self.funding.needs["mode"].to_numpy(object)
        shut = [(modes or {}).get(int(s), m) != m for s, m in zip(start, mode, strict=True)]
        upper[self._mode[np.array(shut, dtype=bool)]] = 0.0
        arrays = replace(arrays, lower=lower, upper=upper, cost=_TIE * self._cost("cost"))
        families = sorted(set(self._family) - set(_DEFINITIONS) - set(_NOT_MONEY))
        offered = self.funding.offers["start"].to_numpy(np.int64)
        settled = np.ones(len(plan), dtype=bool)
        settled[offered[~fixed]] = False
        loose = self._without_tickets(arrays, np.ones(len(plan), dtype=bool))
        answer = self._nearest(loose, families, relax=True)
        if answer is not None:
            arrays, loose = (self._with_modes(one, answer) for one in (arrays, loose))
            again = self._nearest(loose, families, relax=True)
            answer = answer if again is None else again
        if answer is None:
            raise RuntimeError("a financing whose limits may all give way has no solution")
        width = self._compiled.matrix.shape[1]
        slack, keeps = float(answer[width:].sum()), False
        if self.funding.tickets and (plan[~settled] > 0).any():  # of what is left open, tickets come last as ever
            whole = self._nearest(self._without_tickets(arrays, settled), families, relax=False)
            if whole is not None and whole[width:].sum() <= slack + LEAST_MUSD:
                answer, slack, keeps = whole, float(whole[width:].sum()), True
        return replace(self._read(answer[:width]), is_whole=slack <= LEAST_MUSD * 10, keeps_tickets=keeps)

    def _nearest(self, arrays: Compiled, families: list[str], *, relax: bool) -> Floats | None:
        """Values of the program in which limits of some families give way as little as they can; None without any."""
        program, _, _ = self._elastic(arrays, families, surplus=True)
        seconds, gap = (_SECONDS, 0.0) if relax else (_SECONDS / 2, _GAP)
        answer = Session(program, self._threads, relax=relax).solve(seconds, gap)
        return answer.value if len(answer.value) else None

    def _without_tickets(self, arrays: Compiled, starts: NDArray[np.bool_]) -> Compiled:
        """The program in which tickets and the number of funders of some starts count for nothing."""
        rows = np.flatnonzero(np.isin(self._family, _TICKETS))
        start = np.array([int(self._name[n].partition("[")[2].rstrip("]").split(",")[0]) for n in rows], np.int64)
        free = rows[starts[start]]
        lower, upper = arrays.row_lower.copy(), arrays.row_upper.copy()
        lower[free], upper[free] = -np.inf, np.inf
        return replace(arrays, row_lower=lower, row_upper=upper)

    def _with_modes(self, arrays: Compiled, value: Floats) -> Compiled:
        """The program with each start under the mode that most of it has in a solution."""
        upper = arrays.upper.copy()
        used = self._mode >= 0
        share = np.where(used, value[self._mode], 0.0)
        start = self.funding.needs["start"].to_numpy(np.int64)
        first = pd.Series(-share).groupby(start).rank(method="first").to_numpy(float) == 1
        upper[self._mode[used & ~first]] = 0.0
        return replace(arrays, upper=upper)

    def _read(self, value: Floats) -> Financing:
        amount = np.where(self._finance >= 0, value[self._finance], 0.0)
        mode = np.where(self._mode >= 0, value[self._mode], 0.0)
        equity, borrowing = (value[c] if (c >= 0).any() else np.empty(0) for c in (self._equity, self._borrowing))
        return Financing(np.where(amount > LEAST_MUSD, amount, 0.0), mode, equity, borrowing, value)

    def _fixed(self, plan: Floats) -> Compiled:
        """The program with the builds fixed, no cost and worths at zero."""
        lower, upper = self._compiled.lower.copy(), self._compiled.upper.copy()
        lower[self._build] = upper[self._build] = plan
        worth = [at for name, at in self._compiled.columns.items() if name.startswith("worth[")]
        lower[worth] = upper[worth] = 0.0
        return replace(self._compiled, cost=np.zeros(len(lower)), lower=lower, upper=upper, offset=0.0)

    def _cost(self, goal: str) -> Floats:
        """Cost of every column for a goal."""
        cost = np.zeros(self._compiled.matrix.shape[1])
        money = yearly_cost(self.funding)
        offers = self.funding.offers
        if goal == "cost":
            cost[self._finance] = money
        elif goal == "mobilisation":
            cost[self._finance] = _TIE * money - (offers["is_private"] & offers["is_funding"]).to_numpy(float)
        else:  # squares would ask for a quadratic program; what counts for any power at all is its linear stand-in
            cost[self._finance] = _TIE * money + counted_by_power(self.funding).max(axis=1, initial=0.0)
        return cost

    def limits(self, financing: Financing) -> pd.DataFrame:
        """Use of every upper limit by a financing: family, key, value and limit, million USD.

        What the bank's equity and the modes allow counts on the side of the limit.
        """
        rest = np.zeros(len(financing.value))
        for columns in (self._build, self._mode, self._equity, self._borrowing):
            rest[columns[columns >= 0]] = financing.value[columns[columns >= 0]]
        mine = self._compiled.matrix @ (financing.value - rest)
        other = self._compiled.matrix @ rest
        bound = np.flatnonzero(np.isfinite(self._compiled.row_upper) & ~np.isfinite(self._compiled.row_lower))
        return pd.DataFrame(
            {
                "family": self._family[bound],
                "key": [self._name[n].partition("[")[2].rstrip("]") for n in bound],
                "value": mine[bound],
                "limit": (self._compiled.row_upper - other)[bound],
            }
        )

    def unfunded(self, plan: Floats) -> pd.DataFrame:
        """What cannot be funded within all limits: need (key) and million USD, least in total."""
        return self._repair(plan, UNFUNDED)

    def shortfall(self, plan: Floats) -> Shortfall:
        """The same with how it changes with the plan, for a cut of the plans that lack money (Benders 1962).

        Raises:
            RuntimeError: no solution; but no money at all is one.
        """
        program, rows, first = self._elastic(self._fixed(plan), [UNFUNDED])
        answer = Session(program, self._threads, relax=True).solve()
        if answer.status is not Status.OPTIMAL:
            raise RuntimeError(f"what a plan lacks could not be computed: the solver ended as {answer.status}")
        return Shortfall(
            self._slacks(UNFUNDED, rows, answer.value[first:]), answer.objective, answer.reduced_cost[self._build]
        )

    def repairs(self, plan: Floats) -> pd.DataFrame:
        """The cheapest repair by each family alone: family, key, musd, total; those that cannot repair are left out."""
        families = [f for f in dict.fromkeys(self._family) if f not in _DEFINITIONS and f not in _NOT_MONEY]
        parts = [self._repair(plan, family) for family in families if family != UNFUNDED]
        found = [part.assign(total=part["musd"].sum()) for part in parts if len(part)]
        if not found:
            return pd.DataFrame(columns=["family", "key", "musd", "total"])
        order = ["total", "family", "musd"]
        return pd.concat(found).sort_values(order, ascending=[True, True, False], ignore_index=True)

    def _repair(self, plan: Floats, family: str) -> pd.DataFrame:
        """Least slack of one family; no rows where there is none, or where it is not enough."""
        program, rows, first = self._elastic(self._fixed(plan), [family])
        answer = Session(program, self._threads, relax=True).solve(_SECONDS)
        return self._slacks(family, rows, answer.value[first:] if len(answer.value) else np.zeros(len(rows)))

    def _slacks(self, family: str, rows: Ints, amount: Floats) -> pd.DataFrame:
        used = np.flatnonzero(amount > LEAST_MUSD)
        key = [self._name[rows[n]].partition("[")[2].rstrip("]") for n in used]
        return pd.DataFrame({"family": [family] * len(used), "key": key, "musd": amount[used]})

    def _elastic(self, arrays: Compiled, families: list[str], surplus: bool = False) -> tuple[Compiled, Ints, int]:
        """The program in which rows of some families may give way at a price of 1; row of each slack, the first one.

        Args:
            surplus: whether there may be more money than uses, which repairs nothing but may be given.
        """
        rows = np.flatnonzero(np.isin(self._family, families))
        below, above = (np.isfinite(bound[rows]) for bound in (arrays.row_lower, arrays.row_upper))
        above &= surplus | (self._family[rows] != UNFUNDED)
        row = np.concatenate([rows[below], rows[above]])
        sign = np.concatenate([np.ones(int(below.sum())), -np.ones(int(above.sum()))])
        count, (height, width) = len(row), arrays.matrix.shape
        slack = coo_matrix((sign, (row, np.arange(count))), shape=(height, count))
        program = replace(
            arrays,
            cost=np.concatenate([arrays.cost, np.ones(count)]),
            lower=np.concatenate([arrays.lower, np.zeros(count)]),
            upper=np.concatenate([arrays.upper, np.full(count, np.inf)]),
            integer=np.concatenate([arrays.integer, np.zeros(count, dtype=bool)]),
            matrix=csr_matrix(hstack([arrays.matrix, slack])),
        )
        return program, row, width


_TICKETS = ("ticket_min", "ticket_max", "funders_of_project")
_NOT_MONEY = ("built", "alive_at_once", "requires_all", "requires_any", "choice", "excludes", "budget", "ticket_min",
              "ticket_max", "debt_cut")  # fmt: skip


def yearly_cost(funding: Funding) -> Floats:
    """What a million of each offer costs a year: interest, what equity asks, nothing for grants."""
    offers = funding.offers
    asked = offers["required_return"].to_numpy(float)
    cost: Floats = np.where(offers["is_debt"], offers["nominal_rate"].to_numpy(float), np.nan_to_num(asked))
    return np.where(offers["is_funding"], cost, offers["margin"].to_numpy(float))


def _row_names(compiled: Compiled) -> list[str]:
    names = [""] * compiled.matrix.shape[0]
    for name, row in compiled.rows.items():
        names[row] = name
    return names
