"""One block solved by column generation, warm from one investment plan to the next.

The restricted problem holds the generated paths; its prices give the cost of every arc, the cheapest bundle of each
class is priced, and bundles that cost less than what the class pays are added. For any prices the Lagrangian bound

    value of the restricted problem + sum over classes of (most that is ever moved) x min(0, reduced cost)

holds over *all* paths, generated or not, and as a function of what is built: that is a cut.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix

from model.compile import compile_model
from model.formulation import formulate_block
from model.paths import PathColumns, PathPool, coefficients, priced_arcs
from model.pricing import Pricer
from model.problem import Block, Problem
from model.routing import path_routing
from model.solver import Answer, Session, Status

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_REDUCED_COST_TOLERANCE = 1e-7  # USD per t
KILO = 1000.0


@dataclass(frozen=True)
class Cut:
    """value(built) >= constant + slope . built, million USD a season-year, minimised; proven over all paths."""

    constant: float
    slope: Floats

    def at(self, built: Floats) -> float:
        """The bound at a plan."""
        return self.constant + float(self.slope @ built)


@dataclass(frozen=True)
class Priced:
    """A block at a plan.

    Attributes:
        value: of the restricted problem, million USD (minimised): what the plan attains. bound: proven over all paths.
        cut: the bound as a function of what is built. rounds: of column generation.
    """

    value: float
    bound: float
    cut: Cut
    rounds: int


class BlockSolver:
    """Column generation and warm re-solves of one block."""

    def __init__(self, problem: Problem, block: Block, pool: PathPool, pricer: Pricer, threads: int = 1) -> None:
        self.problem = problem
        self.block = block
        self.pool = pool
        self.pricer = pricer
        self._projects = len(problem.strategy.projects)
        self._columns = pool.columns
        compiled = compile_model(formulate_block(problem, block, path_routing(self._columns), np.zeros(self._projects)))
        self._compiled = compiled
        self._built_columns = np.array([compiled.columns[f"built[{i}]"] for i in range(self._projects)], np.int64)
        self._move_cost = compiled.cost[compiled.columns[f"move_{block.name}"] :][: len(self._columns)]
        self._move_columns = compiled.columns[f"move_{block.name}"] + np.arange(len(self._columns))
        self._session = Session(compiled, threads)
        self._count = len(self._columns)
        self._next_column = compiled.matrix.shape[1]
        self.answer: Answer | None = None

    @property
    def size(self) -> tuple[int, int, int]:
        """Columns, rows and nonzeros of the restricted problem."""
        return self._session.size

    def solve(self, built: Floats) -> float:
        """Value of the restricted problem at a plan, million USD: attained by real flows, so an upper bound."""
        self._session.set_bounds(self._built_columns, built, built)
        answer = self._session.solve()
        if answer.status is not Status.OPTIMAL:
            answer = self._retry()
        self.answer = answer
        return answer.objective

    def _retry(self) -> Answer:
        """Solve from scratch after numerical trouble."""
        self._session.option("presolve", "on")
        self._session.forget_basis()
        answer = self._session.solve()
        if answer.status is not Status.OPTIMAL:
            raise RuntimeError(f"block {self.block.name} ended as {answer.status}")
        return answer

    def generate(self, built: Floats, tolerance: float = 1e-6, rounds: int = 60) -> Priced:
        """Generate columns at a plan until the proven bound is within the tolerance.

        Args:
            built: share of each project in service. tolerance: relative to the transport cost of the block.
            rounds: most rounds; 1 prices once, for a cut.
        """
        best = -np.inf
        for number in range(1, rounds + 1):
            value = self.solve(built)
            bound, cut, improving = self._price(built, value)
            best = max(best, bound)
            if not improving or value - best <= tolerance * self._transport_cost():
                break
        return Priced(value, bound, cut, number)

    def _transport_cost(self) -> float:
        return float(self.move() @ self._move_cost)

    @property
    def columns(self) -> PathColumns:
        """The columns of the restricted problem, in its order."""
        return self._columns

    def _ready(self) -> Answer:
        if self.answer is None:
            raise RuntimeError("the block has not been solved yet")
        return self.answer

    def prices(self) -> tuple[Floats, Floats, Floats]:
        """Prices of the last solve: of classes (USD per t), of capacity rows (million USD per unit), of savings (0..1)."""
        answer = self._ready()
        rows, name = self._compiled.rows, self.block.name
        first = rows[f"balance_{name}"]
        classes = answer.row_price[first : first + len(self.problem.classes.classes)] * KILO
        capacity = np.zeros(len(self.block.capacity.labels))
        saving = np.zeros(len(self.block.savings.labels))
        if len(capacity):
            first = rows[f"joint_capacity_{name}"]
            capacity = np.maximum(-answer.row_price[first : first + len(capacity)], 0.0)
        if len(saving):
            first = rows[f"saving_use_{name}"]
            saving = np.clip(-answer.row_price[first : first + len(saving)], 0.0, 1.0)
        return classes, capacity, saving

    def _price(self, built: Floats, value: float) -> tuple[float, Cut, bool]:
        answer = self._ready()
        class_price, capacity_price, saving_price = self.prices()
        cost = priced_arcs(self.problem.classes, self.block, capacity_price, saving_price)
        total, bundles = self.pricer.bundles(cost, class_price - _REDUCED_COST_TOLERANCE)
        slack = np.where(np.isfinite(total), np.minimum(total - class_price, 0.0), 0.0)
        correction = float(self.block.most @ slack) / KILO
        slope = answer.reduced_cost[self._built_columns]
        cut = Cut(value + correction - float(slope @ built), slope)
        self.pool.add(bundles)
        improving = self.absorb()
        return value + correction, cut, improving > 0

    def absorb(self) -> int:
        """Take up the columns that the pool has gained since; returns how many."""
        everything = self.pool.columns
        new = everything.select(np.arange(self._count, len(everything)))
        if not len(new):
            return 0
        priced = coefficients(self.problem.classes, self.block, new)
        closed = ~np.isfinite(priced.cost)
        matrix = self._column_matrix(new, priced.capacity, priced.saving)
        cost = np.where(closed, 0.0, priced.cost)
        self._session.add_columns(cost, np.zeros(len(new)), np.where(closed, 0.0, np.inf), matrix)
        added = self._next_column + np.arange(len(new))
        self._move_columns = np.concatenate([self._move_columns, added])
        self._move_cost = np.concatenate([self._move_cost, cost])
        self._next_column += len(new)
        self._count += len(new)
        self._columns = everything
        return int((~closed).sum())

    def _column_matrix(self, new: PathColumns, capacity: csr_matrix, saving: csr_matrix) -> csc_matrix:
        """Coefficients of new move columns in the rows of the compiled block."""
        rows, name = self._compiled.rows, self.block.name
        count, height = len(new), self._compiled.matrix.shape[0]
        balance = csc_matrix(
            (np.ones(count), (rows[f"balance_{name}"] + new.cls, np.arange(count))), shape=(height, count)
        )
        total = balance
        for family, matrix, sign in (("joint_capacity", capacity, 1.0), ("saving_use", saving, -1.0)):
            if f"{family}_{name}" in rows:
                part = matrix.tocoo()
                total = total + csc_matrix(
                    (sign * part.data, (rows[f"{family}_{name}"] + part.col, part.row)), shape=(height, count)
                )
        return csc_matrix(total)

    def move(self) -> Floats:
        """Flow on each column at the last solve, kt; 0 on columns that came after it."""
        value = self._ready().value
        flow = np.zeros(len(self._move_columns))
        solved = self._move_columns < len(value)
        flow[solved] = value[self._move_columns[solved]]
        return flow

    def variable(self, name: str, count: int) -> Floats:
        """Values of another variable of the block at the last solve."""
        first = self._compiled.columns[f"{name}_{self.block.name}"]
        return self._ready().value[first : first + count]

