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
_TIE = 1e-3  # of the goal: what the cost of money weighs beside another goal


@dataclass(frozen=True)
class Financing:
    """A financing that keeps all limits.

    Attributes:
        amount: by offer, million USD. mode: by need, 1 where the start is done under its mode.
        equity, borrowing: of the bank by year, million USD; empty without a bank.
        reduced_limits: families that bind, with the gain in the goal's cost per million USD, largest first.
    """

    amount: Floats
    mode: Floats
    equity: Floats
    borrowing: Floats


class Closing:
    """Financings of plans of one problem."""

    def __init__(self, problem: Problem, threads: int = 1, tickets: bool = True) -> None:
        funding = problem.strategy.funding
        if funding is None:
            raise ValueError("the problem has no funding; expected one made by build_funding")
        self.funding: Funding = replace(funding, tickets=tickets)
        strategy = replace(problem.strategy, funding=self.funding)
        self._problem = replace(problem, strategy=strategy)
        self._compiled = compile_model(formulate_strategy(self._problem))
        self._threads = threads
        names = self._compiled.columns
        starts = strategy.starts
        self._build = np.array(
            [names[f"build[{i},{p}]"] for i, p in zip(starts["project"], starts["period"], strict=True)], np.int64
        )
        self._finance = self._columns("finance", len(self.funding.offers))
        self._mode = self._columns("mode", len(self.funding.needs))
        self._family = np.array(_families(self._compiled), dtype=object)

    def _columns(self, name: str, count: int) -> Ints:
        return np.array([self._compiled.columns.get(f"{name}[{n}]", -1) for n in range(count)], np.int64)

    def financing(self, plan: Floats, goal: str = "cost", amounts: Floats | None = None) -> Financing | None:
        """The best financing of a plan by a goal; None where no mix keeps all limits.

        Args:
            plan: units started, by start. goal: one of ``GOALS``. amounts: by offer, where they are given and only
                modes are to be found.

        Raises:
            InputError: an unknown goal.
        """
        if goal not in GOALS:
            raise InputError(f"--goal is '{goal}'; expected {', '.join(GOALS)}. {nearest(goal, GOALS)}".strip())
        arrays = self._fixed(plan, self._cost(goal), amounts)
        answer = Session(arrays, self._threads).solve(_SECONDS)
        if not len(answer.value):
            if answer.status is Status.LIMIT and self.funding.tickets:
                return Closing(self._problem, self._threads, tickets=False).financing(plan, goal, amounts)
            return None
        return self._read(answer.value)

    def _read(self, value: Floats) -> Financing:
        amount = np.where(self._finance >= 0, value[self._finance], 0.0)
        mode = np.where(self._mode >= 0, value[self._mode], 0.0)
        years = len(self.funding.years)
        book = [self._columns(name, years) for name in ("bank_equity", "bank_borrowing")]
        equity, borrowing = (np.where(c >= 0, value[c], 0.0) if (c >= 0).any() else np.empty(0) for c in book)
        return Financing(np.where(amount > LEAST_MUSD, amount, 0.0), mode, equity, borrowing)

    def _fixed(self, plan: Floats, cost: Floats, amounts: Floats | None = None) -> Compiled:
        """The program with the builds fixed and a cost of its own, worths at zero."""
        lower, upper = self._compiled.lower.copy(), self._compiled.upper.copy()
        lower[self._build] = upper[self._build] = plan
        worth = [at for name, at in self._compiled.columns.items() if name.startswith("worth[")]
        lower[worth] = upper[worth] = 0.0
        if amounts is not None:
            lower[self._finance] = upper[self._finance] = amounts
        return replace(self._compiled, cost=cost, lower=lower, upper=upper, offset=0.0)

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

    def breaches(self, plan: Floats, amounts: Floats) -> pd.DataFrame:
        """Limits that given amounts break: family, key and million USD by which; empty where all are kept."""
        found = self._elastic(plan, sorted(set(self._family) - set(_DEFINITIONS)), amounts)
        return pd.DataFrame(columns=["family", "key", "musd"]) if found is None else found

    def unfunded(self, plan: Floats) -> pd.DataFrame:
        """What cannot be funded within all limits: project start (key) and million USD, least in total."""
        found = self._elastic(plan, [UNFUNDED], None)
        return pd.DataFrame(columns=["family", "key", "musd"]) if found is None else found

    def repairs(self, plan: Floats) -> pd.DataFrame:
        """The cheapest repair by each family alone: family, key, musd; families that cannot repair are left out."""
        families = [f for f in dict.fromkeys(self._family) if f not in _DEFINITIONS and f not in _NOT_MONEY]
        parts = [self._elastic(plan, [family], None) for family in families if family != UNFUNDED]
        found = [part.assign(total=part["musd"].sum()) for part in parts if part is not None and len(part)]
        if not found:
            return pd.DataFrame(columns=["family", "key", "musd", "total"])
        return pd.concat(found).sort_values(
            ["total", "family", "musd"], ascending=[True, True, False], ignore_index=True
        )

    def _elastic(self, plan: Floats, families: list[str], amounts: Floats | None) -> pd.DataFrame | None:
        """Least slack of some families; None where it is not enough."""
        arrays = self._fixed(plan, np.zeros(self._compiled.matrix.shape[1]), amounts)
        if amounts is not None:  # sums of what is given stand a hair beside its limits
            arrays = replace(arrays, row_lower=arrays.row_lower - LEAST_MUSD, row_upper=arrays.row_upper + LEAST_MUSD)
        rows = np.flatnonzero(np.isin(self._family, families))
        sign = np.concatenate([np.ones(len(rows)), -np.ones(len(rows))])
        both = np.concatenate([rows, rows])
        needed = np.concatenate([np.isfinite(arrays.row_lower[rows]), np.isfinite(arrays.row_upper[rows])])
        if families == [UNFUNDED]:
            needed[len(rows) :] = False  # too much money is no repair
        both, sign = both[needed], sign[needed]
        count = len(both)
        slack = coo_matrix((sign, (both, np.arange(count))), shape=(arrays.matrix.shape[0], count))
        program = replace(
            arrays,
            cost=np.concatenate([arrays.cost, np.ones(count)]),
            lower=np.concatenate([arrays.lower, np.zeros(count)]),
            upper=np.concatenate([arrays.upper, np.full(count, np.inf)]),
            integer=np.concatenate([arrays.integer, np.zeros(count, dtype=bool)]),
            matrix=csr_matrix(hstack([arrays.matrix, slack])),
        )
        answer = Session(program, self._threads).solve(_SECONDS)
        if not len(answer.value):
            return None
        amount = answer.value[arrays.matrix.shape[1] :]
        used = np.flatnonzero(amount > 2 * LEAST_MUSD)
        name = _row_names(self._compiled)
        return pd.DataFrame(
            {
                "family": [self._family[both[n]] for n in used],
                "key": [name[both[n]].partition("[")[2].rstrip("]") for n in used],
                "musd": amount[used],
            }
        )


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


def _families(compiled: Compiled) -> list[str]:
    return [name.partition("[")[0] for name in _row_names(compiled)]
