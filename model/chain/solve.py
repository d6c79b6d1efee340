"""A chain solved: what to build by branch and bound, then flows and prices with the builds fixed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.kept_flows import KeptFlows, key_of
from model.chain.moves import Optimum, costs_of_moves
from model.chain.problem import Chain
from model.chain.program import chain_parts, formulate_chain
from model.chain.witness import Witness
from model.compile import Compiled, compile_model
from model.errors import InfeasibleError, LimitError
from model.rows import RowFamily, Variable
from model.solver import Answer, Session, Status

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_SUFFIX = "chain"


@dataclass(frozen=True)
class ChainAnswer:
    """What was found, minimised, million USD discounted.

    Attributes:
        build: of each start, 0 or 1. value: by variable. price: by family, change of the objective per unit of a row.
        objective, bound: of the plan. nothing: objective with nothing built but what is committed.
    """

    build: Floats
    value: dict[str, Floats]
    price: dict[str, Floats]
    objective: float
    bound: float
    nothing: float

    @property
    def gain(self) -> float:
        """What the builds are worth."""
        return self.nothing - self.objective

    @property
    def gap_of_gain(self) -> float:
        """Gap over the gain of the bound, as of the plan of the network."""
        most = self.nothing - self.bound
        return (self.objective - self.bound) / most if most > 0 else 0.0


class ChainProgram:
    """A chain in a solver's session, kept for further questions with other builds or right-hand sides."""

    def __init__(self, chain: Chain, threads: int, kept: KeptFlows | None = None) -> None:
        """Set the program up.

        Args:
            kept: a session with the flows of another chain, taken where this one has the same shape.
        """
        parts = chain_parts(chain)
        self.variables: list[Variable] = parts.variables
        self.families: list[RowFamily] = parts.families
        self.compiled: Compiled = compile_model(formulate_chain(chain, parts))
        self._threads = threads
        names = self.compiled.columns
        self.build = np.array([names[f"build[{n}]"] for n in range(len(chain.units.starts))], dtype=np.int64)
        held = None if kept is None else kept.holding(self.compiled)
        self._kept = None if held is None else kept
        self._flows = Session(self.compiled, threads, relax=True) if held is None else held
        self._last: tuple[Floats, Answer] | None = None  # builds as given, and the flows with them
        self.witness = Witness(self.compiled)  # of what was solved with given builds

    @property
    def size(self) -> tuple[int, int, int]:
        """Columns, rows and nonzeros."""
        return self._flows.size

    def search(self, gap: float, time_limit_s: float, start: Floats) -> tuple[Floats, float]:
        """Best builds found and the bound on any."""
        if not len(self.build):
            return np.empty(0), -np.inf
        session = Session(self.compiled, self._threads)
        session.start_from(self.build, start)
        answer = session.solve(time_limit_s, gap)
        if answer.status is Status.INFEASIBLE:
            raise InfeasibleError(["rare-earth chain: no plan keeps all its controls"])
        if not len(answer.value):
            return start, answer.bound
        return np.round(answer.value[self.build]), answer.bound

    def relaxed(self) -> Answer:
        """Builds in part: a bound."""
        self._last = None
        self._flows.set_bounds(self.build, np.zeros(len(self.build)), np.ones(len(self.build)))
        return self._flows.solve()

    def fixed(self, build: Floats) -> Answer:
        """Flows and prices with the builds as they are.

        Raises:
            InfeasibleError: the controls cannot be kept. LimitError: the solver gave up.
        """
        self._flows.set_bounds(self.build, build, build)
        basis = None if self._kept is None else self._kept.basis(build)
        if basis is not None:
            self._flows.forget_basis()
            self._flows.set_basis(*basis)
        answer = self._flows.solve()
        if answer.status is Status.INFEASIBLE:
            raise InfeasibleError(["rare-earth chain: no flow keeps all its controls"])
        if answer.status is not Status.OPTIMAL:
            raise LimitError("the rare-earth chain was not solved")
        self._last = (build, answer)
        self.witness.add(answer.value, answer.row_price)
        return answer

    def keep(self, builds: Sequence[Floats]) -> KeptFlows:
        """Solve the flows with some builds and give the session up to programs of the same shape.

        Raises:
            InfeasibleError: the controls cannot be kept. LimitError: the solver gave up.
        """
        bases = {}
        for build in builds:
            self.fixed(build)
            bases[key_of(build)] = self._flows.basis()
        return KeptFlows(self.compiled, self._flows, bases)

    def values(self, answer: Answer) -> dict[str, Floats]:
        """Values by variable."""
        columns = self.compiled.columns
        return {v.name: answer.value[(at := columns[f"{v.name}_{_SUFFIX}"]) : at + len(v)] for v in self.variables}

    def prices(self, answer: Answer) -> dict[str, Floats]:
        """Prices by family."""
        rows = self.compiled.rows
        return {f.name: answer.row_price[(at := rows[f"{f.name}_{_SUFFIX}"]) : at + len(f)] for f in self.families}

    def row(self, family: str) -> int:
        """First row of a family."""
        return self.compiled.rows[f"{family}_{_SUFFIX}"]

    def costs_of_moves(self, rows: Ints, by: Floats) -> Floats:
        """Change of the objective as it was last solved with given builds, where right-hand sides move one by one.

        Args:
            rows: of the whole matrix. by: change of both bounds of each.

        Returns:
            Of each move; NaN where there is no solution.
        """
        if self._last is None:
            raise ValueError("the flows have not been solved with builds as they are")
        build, answer = self._last
        lower, upper = self.compiled.lower.copy(), self.compiled.upper.copy()
        lower[self.build] = upper[self.build] = build
        program = replace(self.compiled, lower=lower, upper=upper)
        optimum = Optimum(program, self._flows, self._threads, answer, *self._flows.basis(), self.witness)
        return costs_of_moves(optimum, rows, by)

    def costs(self, values: dict[str, Floats]) -> pd.Series:
        """Cost terms, million USD discounted."""
        total: dict[str, float] = {}
        for variable in self.variables:
            for name, cost in variable.cost.items():
                total[name] = total.get(name, 0.0) + float((cost * values[variable.name]).sum())
        return pd.Series(total)


def only_committed(chain: Chain) -> Floats:
    """Builds with nothing but what is committed, each in its announced size as early as it can be."""
    starts, projects = chain.units.starts, chain.units.projects
    build = np.zeros(len(starts))
    if not len(starts):
        return build
    owner = projects.iloc[starts["project"].to_numpy(np.int64)].reset_index(drop=True)
    table = owner.assign(service=starts["service_year"].to_numpy(float), far=(owner["size"] - 1.0).abs())
    table = table[table["status"] == "committed"].sort_values(["far", "service"], kind="stable")
    build[table.drop_duplicates("facility_id").index.to_numpy(np.int64)] = 1.0
    return build


def solve_chain(chain: Chain, gap: float, time_limit_s: float, threads: int, builds: Floats | None = None,
                kept: KeptFlows | None = None) -> tuple[ChainProgram, ChainAnswer]:  # fmt: skip
    """Builds, flows and prices of a chain.

    Args:
        gap: of the gain, at which the search stops. builds: of each start, where they are given.
        kept: flows of another chain, from which those of this one are solved.
    """
    program = ChainProgram(chain, threads, kept)
    none = only_committed(chain)
    nothing = program.fixed(none).objective
    if builds is None:
        relaxed = program.relaxed()
        gain = max(nothing - relaxed.objective, 0.0)
        relative = gap * gain / max(abs(relaxed.objective), 1e-9)
        build, bound = program.search(relative, time_limit_s, none)
        bound = max(bound, relaxed.objective) if len(none) else nothing
    else:
        build, bound = builds, -np.inf
    answer = program.fixed(build)
    objective = answer.objective
    found = ChainAnswer(build, program.values(answer), program.prices(answer), objective,
                        bound if builds is None else objective, nothing)  # fmt: skip
    return program, found
