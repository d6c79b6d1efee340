"""The program of a problem made elastic: every limit may give way, for a price in the unit of its data.

Costs and surpluses are left out; each row that a user wrote (firm demand, capacities, stores, budgets, needs and
exclusions of projects, their years of service, limits of trade policy) gets a slack column. With the slack of one kind
of limit free and all others closed, the least total slack is the cheapest repair of that kind, and there is none if the
program stays infeasible (elastic programming: Chinneck, Feasibility and Infeasibility in Optimization, 2008).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix, hstack

from model.compile import Compiled, compile_model
from model.formulation import formulate
from model.problem import Problem
from model.routing import Routing
from model.solver import Session

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DEMAND, CAPACITY, STORE, FACILITY, BUDGET = "demand", "capacity", "store", "facility", "budget"
POLICY = "policy"
NEED, EXCLUSION, SERVICE = "need", "exclusion", "service"
OF_CHOICE = (BUDGET, NEED, EXCLUSION)  # limits on which projects a plan may hold: a given plan need not keep them
KINDS = (CAPACITY, STORE, FACILITY, POLICY, *OF_CHOICE, SERVICE)  # of repairs, demand apart
_KT_PER_KTEU = 10.0  # what a slack in boxes counts against one in tonnes
LEAST = 1e-6  # kt, kTEU, million USD, projects: less is the solver's tolerance


@dataclass(frozen=True)
class Relaxed:
    """The least slack that a set of limits must give.

    Attributes:
        slack: one row a slack that is used: columns of :attr:`Elastic.slacks` and ``amount``.
        value: of all columns of the program. row_price: least slack gained per unit of each row's right-hand side, with
            whole-number columns fixed at the plan found.
    """

    slack: pd.DataFrame
    value: Floats
    row_price: Floats


class Elastic:
    """The elastic program, changed by bounds and solved again.

    Attributes:
        slacks: one row a slack: kind, row of the program, sign, weight; block (position) and number, which is the class
            (demand), the position in the block's labels (capacity, store, facility, policy) or the period (budget,
            service);
            project (service); width, kt of firm demand.
    """

    def __init__(self, problem: Problem, routing: Routing, given: Floats | None, time_limit_s: float) -> None:
        compiled = compile_model(formulate(problem, routing))
        self._problem, self._time_limit_s = problem, time_limit_s
        self.compiled = compiled
        self.slacks = _slacks(problem, compiled)
        free = self.slacks["kind"].isin(OF_CHOICE if given is not None else [])
        weight = np.where(free, 0.0, self.slacks["weight"].to_numpy(float))
        self._always = np.flatnonzero(free)
        self._demand = np.flatnonzero(self.slacks["kind"] == DEMAND)
        # After the slacks a column for each demand by which it is waived at no price.
        both = pd.concat([self.slacks, self.slacks.iloc[self._demand]], ignore_index=True)
        prices = np.concatenate([weight, np.zeros(len(self._demand))])
        arrays = _arrays(problem, compiled, both, prices, given)
        self._first = compiled.matrix.shape[1]
        self._integer = np.flatnonzero(arrays.integer)
        self._bounds = arrays.lower[self._integer], arrays.upper[self._integer]
        self._whole, self._linear = Session(arrays), Session(arrays, relax=True)

    @property
    def chooses(self) -> bool:
        """Whether there are projects to choose: then demands compete for projects too, and no price shows it."""
        return bool(len(self._integer)) and bool((self._bounds[0] < self._bounds[1]).any())

    def require(self, wanted: NDArray[np.bool_]) -> None:
        """Want only some of the firm demand: ``wanted`` has one entry a slack, read where the kind is demand."""
        columns = self._first + len(self.slacks) + np.arange(len(self._demand))
        waived = np.where(wanted[self._demand], 0.0, np.inf)
        for session in (self._whole, self._linear):
            session.set_bounds(columns, np.zeros(len(columns)), waived)

    def relax(self, kinds: Iterable[str]) -> Relaxed | None:
        """The least slack of some kinds of limits; None where none of theirs is enough, or none was found in time."""
        may = self.slacks["kind"].isin(list(kinds)).to_numpy(copy=True)
        may[self._always] = True
        columns = self._first + np.arange(len(may))
        for session in (self._whole, self._linear):
            session.set_bounds(columns, np.zeros(len(may)), np.where(may, np.inf, 0.0))
        whole = self._whole.solve(self._time_limit_s)
        if not len(whole.value):
            return None
        plan = np.round(whole.value[self._integer])
        self._linear.set_bounds(self._integer, plan, plan)
        answer = self._linear.solve(self._time_limit_s)
        self._linear.set_bounds(self._integer, *self._bounds)
        if not len(answer.value):
            return None
        amount = answer.value[columns]
        counted = (amount > LEAST) & ~self.slacks.index.isin(self._always)
        return Relaxed(self.slacks.assign(amount=amount)[counted], answer.value[: self._first], answer.row_price)


def _arrays(
    problem: Problem, compiled: Compiled, slacks: pd.DataFrame, weight: Floats, given: Floats | None
) -> Compiled:
    """The program with its slack columns, all closed; what moves costs nothing, and overflow is no way out."""
    count, (height, width) = len(slacks), compiled.matrix.shape
    lower, upper = compiled.lower.copy(), compiled.upper.copy()
    for block in problem.blocks:
        first = compiled.columns.get(f"overflow_{block.name}")
        if first is not None:
            upper[first : first + int(block.firm.sum())] = 0.0
    if given is not None:
        starts = zip(problem.strategy.starts["project"], problem.strategy.starts["period"], strict=True)
        build = [compiled.columns[f"build[{i},{p}]"] for i, p in starts]
        lower[build] = upper[build] = given
    part = coo_matrix(
        (slacks["sign"].to_numpy(float), (slacks["row"].to_numpy(np.int64), np.arange(count))), shape=(height, count)
    )
    return replace(
        compiled,
        cost=np.concatenate([np.zeros(width), weight]),
        lower=np.concatenate([lower, np.zeros(count)]),
        upper=np.concatenate([upper, np.zeros(count)]),
        integer=np.concatenate([compiled.integer, np.zeros(count, dtype=bool)]),
        matrix=csr_matrix(hstack([compiled.matrix, part])),
        offset=0.0,
    )


def _slacks(problem: Problem, compiled: Compiled) -> pd.DataFrame:
    parts = []
    for number, block in enumerate(problem.blocks):
        cls = np.flatnonzero(block.firm)
        if len(cls):
            row = compiled.rows[f"firm_demand_{block.name}"] + np.arange(len(cls))
            demand = pd.DataFrame({"number": cls, "row": row, "width": block.step_width[cls, 0]})
            parts.append(demand.assign(kind=DEMAND, block=number, sign=1.0, weight=1.0))
        for kind, family, boxed in (
            (CAPACITY, "joint_capacity", block.capacity.is_teu),
            (STORE, "storage_capacity", np.zeros(len(block.storage.capacity), dtype=bool)),
            (FACILITY, "facility_capacity", np.zeros(len(block.processing.capacity), dtype=bool)),
            (POLICY, "trade_limit", np.zeros(len(block.trade.limits.most), dtype=bool)),
        ):
            first = compiled.rows.get(f"{family}_{block.name}")
            if first is not None:
                own = pd.DataFrame({"number": np.arange(len(boxed)), "row": first + np.arange(len(boxed))})
                weight = np.where(boxed, _KT_PER_KTEU, 1.0)
                parts.append(own.assign(kind=kind, block=number, sign=-1.0, weight=weight))
    slacks = pd.concat([*parts, _strategic(problem, compiled)], ignore_index=True)
    whole = ["row", "block", "number", "project"]
    slacks[whole] = slacks[whole].fillna(-1).astype(np.int64)
    slacks[["sign", "weight", "width"]] = slacks[["sign", "weight", "width"]].astype(float)
    return slacks


def _strategic(problem: Problem, compiled: Compiled) -> pd.DataFrame:
    """Slack of budgets (by period), needs, exclusions, and service in periods that no start of a project reaches."""
    strategy = problem.strategy
    rows: list[dict[str, object]] = []
    for name, row in compiled.rows.items():
        family, _, index = name.partition("[")
        kind = {"budget": BUDGET, "requires_all": NEED, "requires_any": NEED, "excludes": EXCLUSION}.get(family)
        if kind is not None:
            number = int(index.rstrip("]")) if kind == BUDGET else -1
            rows.append({"kind": kind, "number": number, "row": row, "sign": -1.0})
    started = set(zip(strategy.starts["project"], strategy.starts["period"], strict=True))
    for project in np.flatnonzero(~strategy.divisible).tolist():  # no firm cargo waits for what comes in any size
        reached = strategy.given[project] > 0
        for period in range(len(problem.periods)):
            if (project, period) in started:
                reached = reached | (strategy.service[project, period] > 0)
        for period in np.flatnonzero(~reached).tolist():
            row = compiled.rows[f"service[{project},{period}]"]
            built = compiled.columns[f"built[{project},{period}]"]
            sign = -float(compiled.matrix[row, built])
            rows.append({"kind": SERVICE, "number": period, "project": project, "row": row, "sign": sign})
    return pd.DataFrame(rows, columns=["kind", "number", "project", "row", "sign"]).assign(weight=1.0, block=-1)
