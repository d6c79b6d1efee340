"""One block within the arrays of its unit: the path columns that it holds, their coefficients, its prices and flows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, vstack

from model.compile import Compiled
from model.paths import ColumnCoefficients, PathColumns, PathPool, coefficients, path_costs
from model.problem import Block, Problem
from model.routing import Routing, path_routing
from model.solver import Answer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
KILO = 1000.0
REDUCED_COST_TOLERANCE = 1e-7  # USD per t
_RECALLED = 2  # known columns taken up for a class in one round


@dataclass(frozen=True)
class Likely:
    """What a block is expected to need at any plan worth looking at.

    Attributes:
        columns: of the pool, to carry cargo. binding: joint capacities, then savings, that bind.
    """

    columns: Ints
    binding: NDArray[np.bool_]

    def or_by(self, other: "Likely") -> "Likely":
        """What either needs."""
        return Likely(np.union1d(self.columns, other.columns), self.binding | other.binding)


class BlockPart:
    """A block of a unit. Columns come from the pool; once compiled, rows and columns are found by the block's name."""

    def __init__(
        self,
        problem: Problem,
        block: Block,
        pool: PathPool,
        start: Ints | None = None,
        columns: Ints | None = None,
        known: ColumnCoefficients | None = None,
    ) -> None:
        """Take up the columns to start from.

        Args:
            start: columns of the pool that the restricted problem holds besides the cheapest of each class; None =
                those that have carried cargo.
            columns: just these and in this order in place of a start, though some may be closed.
            known: coefficients in the block of the first columns of the pool.
        """
        self.block = block
        self._class_count = len(problem.classes.classes)
        self._pool = pool
        self._known = _Known(problem, block, known)
        self._known.take_up(pool.columns)
        self._ids = self._starting_columns(pool.used if start is None else start) if columns is None else columns
        self._inside = np.zeros(len(pool), dtype=bool)
        self._inside[self._ids] = True
        self._move_columns = np.empty(0, np.int64)

    @property
    def columns(self) -> Ints:
        """The pool's columns that the restricted problem holds, in its order."""
        return self._ids

    @property
    def routing(self) -> Routing:
        """The columns as a routing."""
        return path_routing(self._pool.columns.select(self._ids), self._known.coefficients.select(self._ids))

    @property
    def known(self) -> ColumnCoefficients:
        """Coefficients of all columns that the pool held when it was last looked at."""
        return self._known.coefficients

    def column(self, name: str) -> int:
        """First column of a variable of the block in the arrays."""
        return self._first_column[f"{name}_{self.block.name}"]

    @property
    def move_columns(self) -> Ints:
        """Column in the arrays of each of ``columns``."""
        return self._move_columns

    def place(self, compiled: Compiled) -> None:
        """Learn where the block stands in the arrays."""
        self._first_row, self._first_column = compiled.rows, compiled.columns
        self._height = compiled.matrix.shape[0]
        self._move_columns = self._first_column[f"move_{self.block.name}"] + np.arange(len(self._ids))

    def at_costs(self, block: Block) -> tuple[Ints, Floats]:
        """Take the block at other costs of arcs, none of them closed or opened.

        Returns:
            Columns in the arrays with what they cost now, million USD per kt.
        """
        self.block = block
        self._see()
        self._known.at_costs(block, self._pool.columns)
        cost = self._known.cost[self._ids]
        is_open = np.isfinite(cost)
        return self._move_columns[is_open], cost[is_open]

    def prices(self, answer: Answer) -> tuple[Floats, Floats, Floats]:
        """Prices of classes (USD per t), of capacity rows (million USD per unit), of savings (0 to 1)."""
        block, name = self.block, self.block.name
        first = self._first_row[f"balance_{name}"]
        classes = answer.row_price[first : first + self._class_count] * KILO
        capacity = np.zeros(len(block.capacity.labels))
        saving = np.zeros(len(block.savings.labels))
        if len(capacity):
            first = self._first_row[f"joint_capacity_{name}"]
            capacity = np.maximum(-answer.row_price[first : first + len(capacity)], 0.0)
        if len(saving):
            first = self._first_row[f"saving_use_{name}"]
            saving = np.clip(-answer.row_price[first : first + len(saving)], 0.0, 1.0)
        return classes, capacity, saving

    @property
    def limiting_rows(self) -> Ints:
        """Positions of the joint capacities and of the savings' uses, in this order."""
        name, block = self.block.name, self.block
        counts = (("joint_capacity", len(block.capacity.labels)), ("saving_use", len(block.savings.labels)))
        rows = [self._first_row[f"{family}_{name}"] + np.arange(count) for family, count in counts if count]
        return np.concatenate([np.empty(0, np.int64), *rows])

    def likely(self, answer: Answer) -> Likely:
        """What a solve needs: the columns that carry cargo, and which of ``limiting_rows`` have a price."""
        return Likely(self._ids[self.move(answer) > 0], answer.row_price[self.limiting_rows] < 0)

    def move(self, answer: Answer) -> Floats:
        """Flow on each column of ``columns``, kt; 0 on columns that came after the solve."""
        flow = np.zeros(len(self._move_columns))
        solved = self._move_columns < len(answer.value)
        flow[solved] = answer.value[self._move_columns[solved]]
        return flow

    def variable(self, answer: Answer, name: str, count: int) -> Floats:
        """Values of another variable of the block; nothing where it has none of that name."""
        if not count:
            return np.empty(0)
        first = self._first_column[f"{name}_{self.block.name}"]
        return answer.value[first : first + count]

    def row_prices(self, answer: Answer, family: str, count: int) -> Floats:
        """Prices of the rows of another family, million USD per unit of the right-hand side; 0 where it has no rows."""
        first = self._first_row.get(f"{family}_{self.block.name}")
        return np.zeros(count) if first is None else answer.row_price[first : first + count]

    def transport_cost(self, answer: Answer) -> float:
        """Size of the generalised cost of what moves, whatever its sign, million USD."""
        cost = self._known.cost[self._ids]
        return float(self.move(answer) @ np.where(np.isfinite(cost), np.abs(cost), 0.0))

    def use(self, answer: Answer) -> tuple[csr_matrix, csr_matrix]:
        """What each class uses at a solve: capacity rows x classes (kt, kTEU), saving rows x classes (million USD)."""
        flow = self.move(answer)
        moved = np.flatnonzero(flow > 0)
        shape = (len(moved), self._class_count)
        by_class = csr_matrix((flow[moved], self._pool.columns.cls[self._ids[moved]], np.arange(len(moved) + 1)), shape)
        capacity, saving = (known[self._ids[moved]].T for known in (self._known.capacity, self._known.saving))
        return csr_matrix(capacity @ by_class), csr_matrix(saving @ by_class)

    def coefficients_in(self, columns: Ints, on_saving: bool, rows: Ints, members: NDArray[np.bool_]) -> csc_matrix:
        """Use that some rows count of some columns of the pool: rows x columns.

        Args:
            on_saving: whether ``rows`` are saving rows, else capacity rows. members: rows x classes that they count.
        """
        self._see()
        known = self._known.saving if on_saving else self._known.capacity
        part = known[columns][:, rows].tocoo()
        counted = members[part.col, self._pool.columns.cls[columns[part.row]]]
        data = (part.data[counted], (part.col[counted], part.row[counted]))
        return csc_matrix(data, shape=(len(rows), len(columns)))

    def worth(self, answer: Answer, projects: int) -> Floats:
        """What each project in full is worth at a solve if all cargo stays on its path, million USD.

        Savings on what moves over its links, and the capacity that it adds at today's price: good to order moves by,
        not a bound.

        Args:
            projects: how many there are.
        """
        block = self.block
        _, price, _ = self.prices(answer)
        total = np.zeros(projects)
        if len(block.savings.labels):
            used = np.asarray(self._known.saving[self._ids].T @ self.move(answer))
            np.add.at(total, block.savings.labels["project"].to_numpy(), np.minimum(used, block.savings.bound))
        rows = block.capacity
        np.add.at(total, rows.project, price[rows.project_row] * rows.project_amount)
        making = block.processing
        running = -self.row_prices(answer, "facility_capacity", len(making.facilities))
        np.add.at(total, making.project, running[making.project_facility] * making.project_amount)
        market = block.market_capacity
        earned = -self.row_prices(answer, "market_capacity", len(market.labels))
        np.add.at(total, market.project, earned[market.project_row] * market.project_amount)
        kind = rows.labels["kind"].to_numpy()
        for project, unit, amount in zip(block.spreads.project, block.spreads.kind, block.spreads.amount, strict=True):
            group = rows.spread_row[(rows.spread_project == project) & (kind[rows.spread_row] == unit)]
            total[project] += amount * price[group].max(initial=0.0)
        return total

    def promising(self, answer: Answer, surcharge: Floats | None = None) -> tuple[Ints, float]:
        """Known columns that would improve a solve, the best few of each class, and by how much at most.

        Args:
            surcharge: million USD per kt that rows beyond the block's own charge each column of the pool.
        """
        self._see()
        classes, capacity, saving = self.prices(answer)
        cls = self._pool.columns.cls
        reduced = self._known.reduced_cost(classes[cls] / KILO, capacity, saving)
        if surcharge is not None:
            reduced = reduced + surcharge
        wanted = np.flatnonzero(~self._inside & (reduced < -REDUCED_COST_TOLERANCE / KILO))
        order = wanted[np.lexsort((reduced[wanted], cls[wanted]))]
        if not len(order):
            return np.empty(0, np.int64), 0.0
        change = np.concatenate([[True], np.diff(cls[order]) > 0])
        rank = np.arange(len(order)) - np.maximum.accumulate(np.where(change, np.arange(len(order)), 0))
        leaders = order[change]
        return order[rank < _RECALLED], float(-(self.block.most[cls[leaders]] @ reduced[leaders]))

    def worthwhile(self, answer: Answer, kept: Ints) -> tuple[Ints, float]:
        """Those of some columns of the arrays, kept at zero, that would improve a solve, and by how much at most."""
        mine = np.isin(self._move_columns, kept, assume_unique=True)
        column, cls = self._move_columns[mine], self._pool.columns.cls[self._ids[mine]]
        gain = -answer.reduced_cost[column]
        wanted = gain > REDUCED_COST_TOLERANCE / KILO
        best = np.zeros(self._class_count)
        np.maximum.at(best, cls[wanted], gain[wanted])
        return column[wanted], float(self.block.most @ best)

    def open_since(self, before: int) -> Ints:
        """Columns that the pool has gained since it held ``before`` and that are open in this block."""
        self._see()
        opened: Ints = before + np.flatnonzero(np.isfinite(self._known.cost[before:]))
        return opened

    def admit(self, new: Ints, first_column: int) -> tuple[Floats, csc_matrix]:
        """Take columns of the pool into the restricted problem; returns their cost and coefficients.

        Args:
            first_column: their place in the arrays.
        """
        self._see()
        self._move_columns = np.concatenate([self._move_columns, first_column + np.arange(len(new))])
        self._ids = np.concatenate([self._ids, new])
        self._inside[new] = True
        return self._known.cost[new], self._coefficients(new)

    def _starting_columns(self, good: Ints) -> Ints:
        """The cheapest open column of each class that the pool holds, and the good ones that are open."""
        cls, cost = self._pool.columns.cls, self._known.cost
        order = np.lexsort((cost, cls))
        first = np.concatenate([[True], np.diff(cls[order]) > 0]) if len(order) else np.empty(0, bool)
        start: Ints = np.union1d(order[first], good)
        return start[np.isfinite(cost[start])]

    def _see(self) -> None:
        """Learn what the pool has gained."""
        self._known.take_up(self._pool.columns)
        grown = len(self._pool) - len(self._inside)
        self._inside = np.concatenate([self._inside, np.zeros(grown, dtype=bool)])

    def _coefficients(self, new: Ints) -> csc_matrix:
        """Coefficients of columns in the rows of the compiled unit."""
        rows, name = self._first_row, self.block.name
        cls = self._pool.columns.cls[new]
        shape = (self._height, len(new))
        total = csc_matrix((np.ones(len(new)), (rows[f"balance_{name}"] + cls, np.arange(len(new)))), shape=shape)
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

    def __init__(self, problem: Problem, block: Block, known: ColumnCoefficients | None) -> None:
        self._problem, self._block = problem, block
        self.cost = np.empty(0) if known is None else known.cost
        self.capacity = csr_matrix((0, len(block.capacity.labels))) if known is None else known.capacity
        self.saving = csr_matrix((0, len(block.savings.labels))) if known is None else known.saving

    @property
    def coefficients(self) -> ColumnCoefficients:
        """Of all columns that are known."""
        return ColumnCoefficients(self.cost, self.capacity, self.saving)

    def take_up(self, columns: PathColumns) -> None:
        """Compute what is new."""
        known = len(self.cost)
        if len(columns) == known:
            return
        new = coefficients(self._problem.classes, self._block, columns.select(np.arange(known, len(columns))))
        self.cost = np.concatenate([self.cost, new.cost])
        self.capacity = vstack([self.capacity, new.capacity], format="csr")
        self.saving = vstack([self.saving, new.saving], format="csr")

    def at_costs(self, block: Block, columns: PathColumns) -> None:
        """Price all columns at other costs of arcs."""
        self._block = block
        self.cost = path_costs(self._problem.classes, block, columns)

    def reduced_cost(self, class_price: Floats, capacity_price: Floats, saving_price: Floats) -> Floats:
        """Million USD per kt; inf for closed columns. ``class_price`` has one entry a column."""
        reduced: Floats = self.cost - class_price + self.capacity @ capacity_price - self.saving @ saving_price
        return reduced
