"""The relaxed problem of all blocks at once: projects in part, paths by column generation, valid inequalities by class.

Solved to proven optimality over all paths it bounds every plan; its prices give a cut of every unit of blocks; with
bounds on what is built it is the relaxation at a node of a branch-and-bound tree.
"""

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from model.basis import Basis
from model.block_part import KILO, REDUCED_COST_TOLERANCE, BlockPart, Likely
from model.block_solver import Cut
from model.compile import compile_model
from model.formulation import formulate_each
from model.lean_session import LeanSession
from model.paths import PathPool, priced_arcs
from model.pricing import Pricer
from model.problem import Problem
from model.solver import Answer, Status
from model.strong_rows import Separation, StrongRow, Use
from model.strong_set import StrongSet, other_coefficients, prices_by_class, use_coefficients

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
_MANY = 0.03  # of the columns are new: presolve and a fresh start are quicker than the old basis


class OutOfTimeError(Exception):
    """A solve was stopped by its time limit."""


@dataclass(frozen=True)
class Relaxed:
    """A solve of the joint relaxation.

    Attributes:
        value: of the restricted problem, million USD, minimised. bound: proven over all paths.
        plan: units started, by start. built: projects x periods in service. cuts: one a unit, as (unit, cut).
    """

    value: float
    bound: float
    plan: Floats
    built: Floats
    cuts: list[tuple[int, Cut]]


class JointRelaxation:
    """A kept model of all blocks with the strategic layer, relaxed."""

    def __init__(
        self, problem: Problem, pool: PathPool, pricer: Pricer, threads: int, likely: list[Likely] | None = None
    ) -> None:
        """Declare all blocks at once.

        Args:
            likely: what each block is expected to need; None = all rows, and the paths that have carried cargo.
        """
        self.problem = problem
        self._pool, self._pricer = pool, pricer
        self._group = problem.classes.classes["group"].to_numpy(np.int64)
        self._parts = [
            BlockPart(problem, block, pool, None if likely is None else likely[number].columns)
            for number, block in enumerate(problem.blocks)
        ]
        compiled = compile_model(formulate_each(problem, [part.routing for part in self._parts], relax=True))
        for part in self._parts:
            part.place(compiled)
        starts, projects, periods = problem.strategy.starts, len(problem.strategy.projects), len(problem.periods)
        columns = compiled.columns
        self._build = np.array(
            [columns[f"build[{i},{p}]"] for i, p in zip(starts["project"], starts["period"], strict=True)], np.int64
        )
        self.built_columns = np.array(
            [[columns[f"built[{i},{t}]"] for t in range(periods)] for i in range(projects)], np.int64
        ).reshape(projects, periods)
        self._fixed_rows = compiled.matrix.shape[0]
        self._block_rows = _ranges(problem, compiled.rows, self._fixed_rows)
        self._owner = np.full(compiled.matrix.shape[1], -1, dtype=np.int64)
        for number, (first, last) in enumerate(_ranges(problem, columns, len(self._owner))):
            self._owner[first:last] = number
        self._matrix = compiled.matrix[:, self.built_columns.ravel()].tocsc()
        self._cost = compiled.cost.copy()
        rows = np.concatenate([part.limiting_rows for part in self._parts])
        rests = np.zeros(len(rows), dtype=bool) if likely is None else ~np.concatenate([o.binding for o in likely])
        self._session = LeanSession(compiled, threads, rows, rests)
        self._width = compiled.matrix.shape[1]
        self._sets = [StrongSet() for _ in self._parts]
        self._separation = [Separation(b, problem.classes, problem.supernetwork) for b in problem.blocks]
        self._answer: Answer | None = None
        self._held = np.empty(0, np.int64)  # columns that are kept at zero
        self._solved_width = 0  # columns at the last solve; 0 = its basis is of no use

    @property
    def iterations(self) -> int:
        """Of the simplex method in the last solve of the restricted problem."""
        return self._session.iterations

    def restrict(self, built_lower: Floats, built_upper: Floats, start_lower: Floats, start_upper: Floats) -> None:
        """Bounds on what is in service (projects x periods) and on the units started (by start)."""
        self._session.set_bounds(self.built_columns.ravel(), built_lower.ravel(), built_upper.ravel())
        self._session.set_bounds(self._build, start_lower, start_upper)

    def solve(self, seconds: float = np.inf) -> float | None:
        """Value of the restricted problem, million USD; None where the bounds leave no plan.

        From the last basis, but afresh after new inequalities or many new columns: with presolve that is quicker.

        Args:
            seconds: to stop after.

        Raises:
            OutOfTimeError: stopped; the last solve still stands.
        """
        if self._width - self._solved_width > _MANY * self._width:
            self._session.forget_basis()
        end = time.monotonic() + seconds
        answer = self._session.solve(seconds)
        if answer.status not in (Status.OPTIMAL, Status.INFEASIBLE, Status.LIMIT):
            self._session.forget_basis()
            answer = self._session.solve(end - time.monotonic())
        if answer.status is Status.LIMIT:
            raise OutOfTimeError
        if answer.status is Status.INFEASIBLE:
            return None
        if answer.status is not Status.OPTIMAL:
            raise RuntimeError(f"the joint relaxation ended as {answer.status}")
        self._answer = answer
        self._solved_width = self._width
        return answer.objective

    def settle(self, seconds: float = np.inf) -> None:
        """Solve with what pricing has brought, and let rest all rows without effect: for many solves from here.

        Raises:
            OutOfTimeError: stopped; the last solve still stands.
        """
        self.solve(seconds)
        self._session.rest_idle()

    def basis(self) -> Basis:
        """The basis of the last solve."""
        columns, rows = self._session.basis()
        return Basis.read(columns, rows, self._parts, self._sets, self._solved_width, self._fixed_rows)

    def start_from(self, basis: Basis) -> None:
        """Start the next solve from a basis, and take up the paths that are in it.

        Paths that came after it are kept at zero, so that its prices are sound and the dual simplex goes on;
        ``recall`` frees those that would improve the solve.
        """
        self._free(self._held)
        for number, (part, strong) in enumerate(zip(self._parts, self._sets, strict=True)):
            self._admit(part, strong, np.setdiff1d(basis.needed(number), part.columns))
        columns, newer = basis.column_codes(self._parts, self._width, len(self._pool))
        self._session.set_basis(columns, basis.row_codes(self._sets, self._session.row_count))
        self._hold(newer)
        self._solved_width = self._width

    def _hold(self, columns: Ints) -> None:
        nothing = np.zeros(len(columns))
        self._session.set_bounds(columns, nothing, nothing)
        self._held = columns

    def _free(self, columns: Ints) -> None:
        self._session.set_bounds(columns, np.zeros(len(columns)), np.full(len(columns), np.inf))
        self._held = np.setdiff1d(self._held, columns)

    @property
    def plan(self) -> Floats:
        """Units started, by start, at the last solve."""
        return self._last.value[self._build]

    @property
    def built(self) -> Floats:
        """Projects x periods in service at the last solve."""
        return self._last.value[self.built_columns]

    def worth(self) -> Floats:
        """What each project in full is worth in each period at the last solve if all cargo stays on its path.

        Million USD, projects x periods, discounted: good to choose by, not a bound.
        """
        total = np.zeros(self.built_columns.shape)
        for part in self._parts:
            own = part.worth(self._local(part), len(total))
            total[:, self.problem.block_period(part.block)] += part.block.weight * own
        return total

    def mark_used(self) -> None:
        """Remember in the pool the columns that carry cargo at the last solve."""
        for part in self._parts:
            self._pool.mark_used(part.columns[part.move(self._last) > 0])

    def likely(self) -> list[Likely]:
        """The paths that each block holds, and the rows that do not rest."""
        return [Likely(part.columns, self._session.awake(part.limiting_rows)) for part in self._parts]

    def take_rows(self, other: "JointRelaxation", blocks: list[int] | None = None) -> None:
        """Take up the valid inequalities of another relaxation; they rest until they matter.

        Args:
            blocks: of the other relaxation that are the blocks of this one; None = all.
        """
        theirs = other._sets if blocks is None else [other._sets[n] for n in blocks]
        self._add([rows.rows for rows in theirs], rest=True)

    def charge(self, period: int, price: Floats) -> None:
        """Set what each project in service costs in a period, million USD, besides what its start costs."""
        self._session.set_cost(self.built_columns[:, period], price)

    def recall(self) -> float:
        """Take up known columns that would improve the last solve; returns by how much at most, million USD."""
        gain = 0.0
        for part, rows in zip(self._parts, self._sets, strict=True):
            answer = self._local(part)
            kept = part.worthwhile(answer, self._held)
            columns, improvement = self._promising(part, rows, answer)
            self._free(kept[0])
            self._admit(part, rows, columns)
            gain += part.block.weight * (kept[1] + improvement)
        return gain

    def price(self) -> Relaxed:
        """Price all paths at the last solve, take up those that improve it; the bound and the cuts that it proves."""
        value = self._last.objective
        plan, built = self.plan, self.built
        local = [self._local(part) for part in self._parts]
        corrections = [
            self._price_block(part, rows, answer)
            for part, rows, answer in zip(self._parts, self._sets, local, strict=True)
        ]
        weights = [part.block.weight for part in self._parts]
        bound = value + float(np.dot(corrections, weights))
        return Relaxed(value, bound, plan, built, self._cuts(local, corrections, built))

    def separate(self) -> int:
        """Add violated inequalities and let those that are slack rest; returns how many came."""
        found = [
            separation.violated(self._use(part, self.problem.block_period(part.block)))
            for separation, part in zip(self._separation, self._parts, strict=True)
        ]
        self._session.rest_idle()
        self._add(found)
        return sum(len(rows) for rows in found)

    @property
    def _last(self) -> Answer:
        if self._answer is None:
            raise RuntimeError("the joint relaxation has not been solved yet")
        return self._answer

    def _local(self, part: BlockPart) -> Answer:
        """The last solve with prices of a block by itself, without its weight in the sum."""
        weight = part.block.weight
        return replace(
            self._last, row_price=self._last.row_price / weight, reduced_cost=self._last.reduced_cost / weight
        )

    def _use(self, part: BlockPart, period: int) -> Use:
        capacity, saving = part.use(self._last)
        saved = part.variable(self._last, "saved", len(part.block.savings.labels))
        spread = part.variable(self._last, "spread", len(part.block.capacity.spread_row))
        return Use(capacity, saving, saved, spread, self.built[:, period])

    def _add(self, found: list[list[StrongRow]], rest: bool = False) -> None:
        """Add inequalities, by block."""
        matrices, first = [], self._session.row_count
        for part, rows, new in zip(self._parts, self._sets, found, strict=True):
            if not new:
                continue
            period = self.problem.block_period(part.block)
            total = other_coefficients(part, new, self.built_columns[:, period], self._width)
            at = use_coefficients(part, new, part.columns).tocoo()
            moves = csr_matrix((at.data, (at.row, part.move_columns[at.col])), shape=total.shape)
            matrices.append(total + moves)
            rows.add(new, first)
            first += len(new)
        if matrices:
            upper = np.array([row.upper for new in found for row in new])
            self._session.add_rows(upper, csr_matrix(vstack(matrices, format="csr")), rest)
            self._solved_width = 0

    def _price_block(self, part: BlockPart, rows: StrongSet, answer: Answer) -> float:
        class_price, capacity_price, saving_price = part.prices(answer)
        kind, group, by_capacity, by_saving = prices_by_class(
            rows.rows, rows.prices(answer.row_price), capacity_price, saving_price, self._group
        )
        cost = priced_arcs(self.problem.classes, part.block, group, by_capacity, by_saving)
        total, bundles = self._pricer.bundles(cost, class_price - REDUCED_COST_TOLERANCE, kind)
        slack = np.where(np.isfinite(total), np.minimum(total - class_price, 0.0), 0.0)
        before = len(self._pool)
        self._pool.add(bundles)
        self._admit(part, rows, part.open_since(before))
        return float(part.block.most @ slack) / KILO

    def _promising(self, part: BlockPart, rows: StrongSet, answer: Answer) -> tuple[Ints, float]:
        price = rows.prices(answer.row_price)
        active = [row for row, p in zip(rows.rows, price, strict=True) if p > 0]
        columns = np.arange(len(self._pool))
        extra = use_coefficients(part, active, columns).T @ price[price > 0]
        return part.promising(answer, extra)

    def _admit(self, part: BlockPart, rows: StrongSet, new: Ints) -> None:
        if not len(new):
            return
        cost, matrix = part.admit(new, self._width)
        if self._session.row_count > self._fixed_rows:
            own = use_coefficients(part, rows.rows, new).tocoo()
            below = (own.data, (rows.position[own.row] - self._fixed_rows, own.col))
            shape = (self._session.row_count - self._fixed_rows, len(new))
            matrix = vstack([matrix, csr_matrix(below, shape=shape)], format="csc")
        weighted = part.block.weight * cost
        self._session.add_columns(weighted, np.zeros(len(new)), np.full(len(new), np.inf), matrix)
        self._cost = np.concatenate([self._cost, weighted])
        self._owner = np.concatenate([self._owner, np.full(len(new), self._parts.index(part))])
        self._width += len(new)

    def _cuts(self, local: list[Answer], corrections: list[float], built: Floats) -> list[tuple[int, Cut]]:
        """One cut a unit: its worth at the solve, proven over all paths, and what its rows pay for what is built."""
        number = {id(part.block): n for n, part in enumerate(self._parts)}
        result = []
        for unit, blocks in enumerate(self.problem.units):
            period = self.problem.block_period(blocks[0])
            value, slope = 0.0, np.zeros(len(built))
            for n in (number[id(block)] for block in blocks):
                value += self._value(n) + corrections[n]
                slope += self._slope(n, local[n].row_price, period)
            result.append((unit, Cut(value - float(slope @ built[:, period]), slope)))
        return result

    def _value(self, number: int) -> float:
        """Worth of a block at the last solve, million USD a season-year."""
        part = self._parts[number]
        solved = len(self._last.value)
        own = np.flatnonzero(self._owner[:solved] == number)
        return float(self._cost[own] @ self._last.value[own]) / part.block.weight

    def _slope(self, number: int, price: Floats, period: int) -> Floats:
        """Change of a block's worth with what is built: minus what its rows pay for it."""
        first, last = self._block_rows[number]
        periods = len(self.problem.periods)
        fixed = self._matrix[first:last, np.arange(period, self._matrix.shape[1], periods)]
        slope: Floats = -(fixed.T @ price[first:last])
        rows = self._sets[number]
        for row, p in zip(rows.rows, price[rows.position], strict=True):
            np.add.at(slope, row.project, row.amount * p)
        return slope


def _ranges(problem: Problem, names: dict[str, int], end: int) -> list[tuple[int, int]]:
    """First and one past the last position of what each block owns; blocks follow each other."""
    first = [min(at for name, at in names.items() if name.endswith(f"_{block.name}")) for block in problem.blocks]
    return list(zip(first, [*first[1:], end], strict=True))
