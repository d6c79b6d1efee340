"""One block solved by column generation, warm from one investment plan to the next.

The restricted problem holds the generated paths; its prices give the cost of every arc, the cheapest bundle of each
class is priced, and bundles that cost less than what the class pays are added. For any prices the Lagrangian bound

    value of the restricted problem + sum over classes of (most that is ever moved) x min(0, reduced cost)

holds over *all* paths, generated or not, and as a function of what is built: that is a cut.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, vstack

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
TOLERANCE = 1e-5  # of the transport cost of a block: how closely its value is proven
_RECALLED = 2  # known columns taken up for a class in one round


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
        cut: the bound as a function of what is built. improved: whether columns came that lower the value.
    """

    value: float
    bound: float
    cut: Cut
    improved: bool

    def is_final(self, tolerance: float) -> bool:
        """Whether the value is proven to within a tolerance, million USD."""
        return not self.improved or self.value - self.bound <= tolerance


class BlockSolver:
    """Column generation and warm re-solves of one block."""

    def __init__(self, problem: Problem, block: Block, pool: PathPool, pricer: Pricer, threads: int) -> None:
        self.problem = problem
        self.block = block
        self.pool = pool
        self.pricer = pricer
        self._projects = len(problem.strategy.projects)
        self._known = _Known(problem, block)
        self._known.take_up(pool.columns)
        self._ids = self._starting_columns()
        self._inside = np.zeros(len(pool), dtype=bool)
        self._inside[self._ids] = True
        start = path_routing(pool.columns.select(self._ids))
        compiled = compile_model(formulate_block(problem, block, start, np.zeros(self._projects)))
        self._compiled = compiled
        self._built_columns = np.array([compiled.columns[f"built[{i}]"] for i in range(self._projects)], np.int64)
        self._move_columns = compiled.columns[f"move_{block.name}"] + np.arange(len(self._ids))
        self._session = Session(compiled, threads)
        self._next_column = compiled.matrix.shape[1]
        self._answer: Answer | None = None

    @property
    def size(self) -> tuple[int, int, int]:
        """Columns, rows and nonzeros of the restricted problem."""
        return self._session.size

    @property
    def columns(self) -> Ints:
        """The pool's columns that the restricted problem holds, in its order."""
        return self._ids

    @property
    def answer(self) -> Answer:
        """The last solve."""
        if self._answer is None:
            raise RuntimeError("the block has not been solved yet")
        return self._answer

    def solve(self, built: Floats) -> float:
        """Value of the restricted problem at a plan, million USD: attained by real flows, so never too good."""
        self._session.set_bounds(self._built_columns, built, built)
        answer = self._session.solve()
        if answer.status is not Status.OPTIMAL:  # numerical trouble: once more from scratch
            self._session.forget_basis()
            answer = self._session.solve()
        if answer.status is not Status.OPTIMAL:
            raise RuntimeError(f"block {self.block.name} ended as {answer.status}")
        self._answer = answer
        return answer.objective

    def generate(self, built: Floats, tolerance: float = TOLERANCE) -> Priced:
        """Generate columns at a plan until the proven bound is within the tolerance.

        Args:
            built: share of each project in service. tolerance: relative to the transport cost of the block.
        """
        while True:
            value = self.solve(built)
            if self.recall() > tolerance * self.transport_cost():
                continue
            priced = self.price(built, value)
            if priced.is_final(tolerance * self.transport_cost()):
                return priced

    def prices(self) -> tuple[Floats, Floats, Floats]:
        """Prices of the last solve: classes (USD per t), capacity rows (million USD per unit), savings (0 to 1)."""
        answer = self.answer
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

    def move(self) -> Floats:
        """Flow on each column of ``columns`` at the last solve, kt; 0 on columns that came after it."""
        value = self.answer.value
        flow = np.zeros(len(self._move_columns))
        solved = self._move_columns < len(value)
        flow[solved] = value[self._move_columns[solved]]
        return flow

    def variable(self, name: str, count: int) -> Floats:
        """Values of another variable of the block at the last solve."""
        first = self._compiled.columns[f"{name}_{self.block.name}"]
        return self.answer.value[first : first + count]

    def transport_cost(self) -> float:
        """Generalised cost of what moved at the last solve, million USD: the yardstick of tolerances."""
        return float(self.move() @ self._known.cost[self._ids])

    def _starting_columns(self) -> Ints:
        """The cheapest open column of each class that the pool holds, and those that carried cargo before."""
        cls, cost = self.pool.columns.cls, self._known.cost
        order = np.lexsort((cost, cls))
        first = np.concatenate([[True], np.diff(cls[order]) > 0]) if len(order) else np.empty(0, bool)
        start = np.union1d(order[first], self.pool.used)
        usable: Ints = start[np.isfinite(cost[start])]
        return usable

    def recall(self) -> float:
        """Take up known columns that would improve the last solve, the best few of each class; returns by how much."""
        self._see()
        classes, capacity, saving = self.prices()
        cls = self.pool.columns.cls
        reduced = self._known.reduced_cost(classes[cls] / KILO, capacity, saving)
        wanted = np.flatnonzero(~self._inside & (reduced < -_REDUCED_COST_TOLERANCE / KILO))
        order = wanted[np.lexsort((reduced[wanted], cls[wanted]))]
        if not len(order):
            return 0.0
        change = np.concatenate([[True], np.diff(cls[order]) > 0])
        rank = np.arange(len(order)) - np.maximum.accumulate(np.where(change, np.arange(len(order)), 0))
        self._admit(order[rank < _RECALLED])
        leaders = order[change]
        return float(-(self.block.most[cls[leaders]] @ reduced[leaders]))

    def price(self, built: Floats, value: float) -> Priced:
        """Price all paths at the last solve and take up those that improve it."""
        class_price, capacity_price, saving_price = self.prices()
        cost = priced_arcs(self.problem.classes, self.block, capacity_price, saving_price)
        total, bundles = self.pricer.bundles(cost, class_price - _REDUCED_COST_TOLERANCE)
        slack = np.where(np.isfinite(total), np.minimum(total - class_price, 0.0), 0.0)
        correction = float(self.block.most @ slack) / KILO
        slope = self.answer.reduced_cost[self._built_columns]
        cut = Cut(value + correction - float(slope @ built), slope)
        before = len(self.pool)
        self.pool.add(bundles)
        self._see()
        self._admit(before + np.flatnonzero(np.isfinite(self._known.cost[before:])))
        return Priced(value, value + correction, cut, len(self.pool) > before or self.recall() > 0)

    def _see(self) -> None:
        """Learn what the pool has gained."""
        self._known.take_up(self.pool.columns)
        grown = len(self.pool) - len(self._inside)
        self._inside = np.concatenate([self._inside, np.zeros(grown, dtype=bool)])

    def _admit(self, new: Ints) -> None:
        """Add columns of the pool to the restricted problem."""
        if not len(new):
            return
        count = len(new)
        self._session.add_columns(
            self._known.cost[new], np.zeros(count), np.full(count, np.inf), self._column_matrix(new)
        )
        self._move_columns = np.concatenate([self._move_columns, self._next_column + np.arange(count)])
        self._next_column += count
        self._ids = np.concatenate([self._ids, new])
        self._inside[new] = True

    def _column_matrix(self, new: Ints) -> csc_matrix:
        """Coefficients of columns in the rows of the compiled block."""
        rows, name = self._compiled.rows, self.block.name
        cls = self.pool.columns.cls[new]
        count, height = len(new), self._compiled.matrix.shape[0]
        shape = (height, count)
        total = csc_matrix((np.ones(count), (rows[f"balance_{name}"] + cls, np.arange(count))), shape=shape)
        for family, matrix, sign in (
            ("joint_capacity", self._known.capacity, 1.0),
            ("saving_use", self._known.saving, -1.0),
        ):
            if f"{family}_{name}" in rows:
                part = matrix[new].tocoo()
                total = total + csc_matrix(
                    (sign * part.data, (rows[f"{family}_{name}"] + part.col, part.row)), shape=shape
                )
        return csc_matrix(total)


class _Known:
    """Coefficients in a block of all columns of the pool, kept as the pool grows. Closed columns cost inf."""

    def __init__(self, problem: Problem, block: Block) -> None:
        self._problem, self._block = problem, block
        self.cost = np.empty(0)
        self.capacity = csr_matrix((0, len(block.capacity.labels)))
        self.saving = csr_matrix((0, len(block.savings.labels)))

    def take_up(self, columns: PathColumns) -> None:
        """Compute what is new."""
        known = len(self.cost)
        if len(columns) == known:
            return
        new = coefficients(self._problem.classes, self._block, columns.select(np.arange(known, len(columns))))
        self.cost = np.concatenate([self.cost, new.cost])
        self.capacity = vstack([self.capacity, new.capacity], format="csr")
        self.saving = vstack([self.saving, new.saving], format="csr")

    def reduced_cost(self, class_price: Floats, capacity_price: Floats, saving_price: Floats) -> Floats:
        """Million USD per kt; inf for closed columns. ``class_price`` has one entry a column."""
        reduced: Floats = self.cost - class_price + self.capacity @ capacity_price - self.saving @ saving_price
        return reduced
