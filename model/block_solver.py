"""Blocks solved by column generation, warm from one investment plan to the next.

What is solved at once is a *unit*: one block, or all seasons of a period where goods are stored from one to another.
The restricted problem holds the generated paths; its prices give the cost of every arc, the cheapest bundle of each
class is priced, and bundles that cost less than what the class pays are added. For any prices the Lagrangian bound

    value of the restricted problem + sum over classes and blocks of (most that is ever moved) x min(0, reduced cost)

holds over *all* paths, generated or not, and as a function of what is built: that is a cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.array_change import Change, difference
from model.basis_transfer import Start, carried
from model.block_part import KILO, REDUCED_COST_TOLERANCE, BlockPart, Likely
from model.compile import compile_model
from model.formulation import formulate_unit
from model.paths import ColumnCoefficients, PathPool, priced_arcs
from model.pricing import Pricer
from model.problem import Block, Problem
from model.solver import Answer, Session, Status

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FEASIBILITY = 1e-6  # of what is to be moved, kt: smaller remainders are the solver's tolerance
_LESS = 1e-4  # of firm cargo, for its prices
_STEPS = 0.3  # of the rows: steps of the dual method from the basis of another problem that a fresh start would cost
_MANY = 150  # new columns at once, after which presolve and a fresh start are quicker than the old basis
TOLERANCE = 1e-5  # of the transport cost of a unit: how closely its value is proven


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
    """A unit at a plan.

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
    """Column generation and warm re-solves of a unit: blocks of one period that are solved together."""

    def __init__(
        self,
        problem: Problem,
        unit: list[Block],
        pool: PathPool,
        pricer: Pricer,
        threads: int,
        columns: Sequence[Ints] | None = None,
    ) -> None:
        """Set the unit up.

        Args:
            columns: of the pool that each block begins with; None = good ones to start from.
        """
        self._take(problem, unit, pool, pricer, columns)
        self._is_kept = False
        self._session = Session(self.compiled, threads)
        self._session.option("presolve", "off")  # on few columns it takes longer than it saves

    def _take(
        self,
        problem: Problem,
        unit: list[Block],
        pool: PathPool,
        pricer: Pricer,
        columns: Sequence[Ints] | None,
        known: Sequence[ColumnCoefficients | None] | None = None,
    ) -> None:
        """Formulate the unit of a problem; the session is not told."""
        self.problem = problem
        self.pool = pool
        self.pricer = pricer
        chosen = [None] * len(unit) if columns is None else columns
        given = [None] * len(unit) if known is None else known
        self.parts = [
            BlockPart(problem, block, pool, columns=own, known=held)
            for block, own, held in zip(unit, chosen, given, strict=True)
        ]
        self.weight = unit[0].weight  # of every block of a period
        self.period = problem.block_period(unit[0])
        projects = len(problem.strategy.projects)
        routings = [part.routing for part in self.parts]
        self.compiled = compile_model(formulate_unit(problem, unit, routings, np.zeros(projects)))
        for part in self.parts:
            part.place(self.compiled)
        self._built_columns = np.array([self.compiled.columns[f"built[{i}]"] for i in range(projects)], np.int64)
        self._next_column = self.compiled.matrix.shape[1]
        self._has_grown, self._built_before = False, np.empty(0)
        self._is_carried = False
        self._answer: Answer | None = None

    def retarget(
        self,
        problem: Problem,
        unit: list[Block],
        pool: PathPool,
        pricer: Pricer,
        columns: list[Ints],
        start: Start,
        known: Sequence[ColumnCoefficients | None] | None = None,
    ) -> Change | None:
        """Turn the kept session to the same unit of another problem.

        Only what differs in the arrays goes to the solver. It starts from a basis of the first problem; where that
        takes too many steps it starts from nothing, which is quicker where much cargo takes other ways (decision
        0017). Columns that were generated in between are given up, so that what follows does not depend on what the
        session has solved before.

        Args:
            pool: of paths; its first columns are those of the first problem. pricer: of the other problem.
            columns: of the pool, by block, that the session was set up with. start: basis of the first problem.
            known: by block, coefficients of the first columns of the pool where they are those of the first problem.

        Returns:
            What has changed; None where the arrays have another shape and the session holds the other problem anew.
        """
        before, self._is_kept = self.compiled, True
        self._take(problem, unit, pool, pricer, columns, known)
        self._session.delete_columns_from(before.matrix.shape[1])
        change = difference(before, self.compiled)
        if change is None:
            self._session.replace(self.compiled)
        else:
            change.apply(self._session, self.compiled)
        self._session.set_basis(*carried(start, self.compiled, unit))
        self._is_carried = True
        return change

    def start(self) -> Start:
        """Basis of the last solve, with the program and the blocks."""
        return Start(self.compiled, [part.block for part in self.parts], *self._session.basis())

    @property
    def size(self) -> tuple[int, int, int]:
        """Columns, rows and nonzeros of the restricted problem."""
        return self._session.size

    @property
    def answer(self) -> Answer:
        """The last solve."""
        if self._answer is None:
            raise RuntimeError("the unit has not been solved yet")
        return self._answer

    def solve(self, built: Floats) -> float:
        """Value of the restricted problem at a plan, million USD: attained by real flows, so never too good."""
        self._session.set_bounds(self._built_columns, built, built)
        # Columns that came at the same plan leave the last basis primal feasible; near the optimum that pays.
        self._session.prefer_primal(self._is_kept and self._has_grown and np.array_equal(built, self._built_before))
        self._has_grown, self._built_before = False, built.copy()
        answer = self._session.solve(steps=int(_STEPS * self._session.size[1]) if self._is_carried else None)
        self._is_carried = False
        if answer.status is not Status.OPTIMAL:  # too many steps or numerical trouble: once more from scratch
            self._session.forget_basis()
            answer = self._session.solve()
        if answer.status is not Status.OPTIMAL:
            names = ", ".join(part.block.name for part in self.parts)
            raise RuntimeError(f"block {names} ended as {answer.status}")
        self._answer = answer
        return answer.objective

    def at_costs(self, problem: Problem, unit: list[Block]) -> None:
        """Go on with the same unit at other costs of arcs, from the basis of the last solve.

        Args:
            problem: that differs in nothing else. unit: its blocks.
        """
        self.problem = problem
        for part, block in zip(self.parts, unit, strict=True):
            self._session.set_cost(*part.at_costs(block))
        self._answer = None

    def start_from(self, other: "BlockSolver") -> None:
        """Start the next solve from the basis of another problem of the same shape.

        Where the two differ little, most prices stay those of the other, though others may be as good.
        """
        self._session.set_basis(*other._session.basis())

    def generate(self, built: Floats, tolerance: float = TOLERANCE) -> Priced:
        """Generate columns at a plan until the proven bound is within the tolerance.

        Args:
            built: share of each project in service. tolerance: relative to the transport cost of the unit.
        """
        while True:
            value = self.solve(built)
            if self.recall() > tolerance * self.transport_cost():
                continue
            priced = self.price(built, value)
            if priced.is_final(tolerance * self.transport_cost()):
                return priced

    def transport_cost(self) -> float:
        """Generalised cost of what moved at the last solve, million USD: the yardstick of tolerances."""
        return sum(part.transport_cost(self.answer) for part in self.parts)

    def reprice(self) -> None:
        """Take the prices of the last solve from one with a little less firm cargo or capacity for markets; flows stay.

        Where firm cargo just fills what there is, a price may be anything up to that of overflow; with a little less it
        is what one more unit of a limit, or one tonne less of cargo, is worth. Capacity for a market mostly ends just
        where a step of demand does: with a little more or less of it for nothing it earns its charge if it may.
        """
        firm = [part for part in self.parts if part.block.firm.any()]
        columns = [part.column("overflow") + np.arange(part.block.firm.sum()) for part in firm]
        lower = [_LESS * part.block.step_width[part.block.firm, 0] for part in firm]
        upper = [np.full(len(width), np.inf) for width in lower]
        idle, charge = self._idle()
        room = np.concatenate([np.empty(0), *(part.block.market_capacity.wanted for part in self.parts)])
        used = self.answer.value[idle] <= FEASIBILITY * (1.0 + room)
        changed = np.concatenate([*columns, idle[used]]).astype(np.int64)
        if not len(changed):
            return
        self._session.set_bounds(
            changed, np.concatenate([*lower, -_LESS * room[used]]), np.concatenate([*upper, _LESS * room[used]])
        )
        self._session.set_cost(idle[used], np.zeros(int(used.sum())))
        priced = self._session.solve()
        self._session.set_bounds(changed, np.zeros(len(changed)), np.full(len(changed), np.inf))
        self._session.set_cost(idle, charge)
        if priced.status is Status.OPTIMAL:
            self._answer = replace(self.answer, row_price=priced.row_price, reduced_cost=priced.reduced_cost)

    def _idle(self) -> tuple[Ints, Floats]:
        """Columns of the capacity for markets that stands idle, and its charge, million USD per kt."""
        parts = [part for part in self.parts if len(part.block.market_capacity.labels)]
        columns = [part.column("idle") + np.arange(len(part.block.market_capacity.labels)) for part in parts]
        charge = [part.block.market_capacity.charge / KILO for part in parts]
        return np.concatenate([np.empty(0, np.int64), *columns]), np.concatenate([np.empty(0), *charge])

    def unbound(self) -> dict[str, Floats]:
        """Capacity for markets that each block would use beyond existing one if none cost anything idle, kt by market.

        The last solve stands.
        """
        idle, charge = self._idle()
        if not len(idle):
            return {}
        nothing, endless = np.zeros(len(idle)), np.full(len(idle), np.inf)
        projects = self._built_columns
        built = self.answer.value[projects]
        free = np.where(
            self.problem.strategy.divisible, 0.0, built
        )  # so that what is idle counts from existing capacity
        self._session.set_bounds(projects, free, free)
        self._session.set_bounds(idle, -endless, endless)
        self._session.set_cost(idle, nothing)
        answer = self._session.solve()
        self._session.set_bounds(projects, built, built)
        self._session.set_bounds(idle, nothing, endless)
        self._session.set_cost(idle, charge)
        if answer.status is not Status.OPTIMAL:
            return {}
        names = [(part.block.name, len(part.block.market_capacity.labels)) for part in self.parts]
        kt = np.split(np.maximum(-answer.value[idle], 0.0), np.cumsum([count for _, count in names])[:-1])
        return {name: amount for (name, _), amount in zip(names, kt, strict=True)}

    def overflow_kt(self) -> float:
        """Firm cargo that no path carried at the last solve, kt; 0 below what the solver's tolerances explain."""
        total = 0.0
        for part in self.parts:
            left = part.variable(self.answer, "overflow", int(part.block.firm.sum()))
            total += float(left[left > FEASIBILITY * (1.0 + part.block.reference[part.block.firm])].sum())
        return total

    def worth(self) -> Floats:
        """What each project in full is worth at the last solve if all cargo stays on its path, million USD."""
        projects = len(self._built_columns)
        total: Floats = np.sum([part.worth(self.answer, projects) for part in self.parts], axis=0)
        return total

    def mark_used(self) -> None:
        """Remember in the pool the columns that carry cargo at the last solve."""
        for part in self.parts:
            self.pool.mark_used(part.columns[part.move(self.answer) > 0])

    def likely(self) -> list[Likely]:
        """What each block needs at the last solve."""
        return [part.likely(self.answer) for part in self.parts]

    def recall(self) -> float:
        """Take up known columns that would improve the last solve, the best few of each class; returns by how much."""
        gain = 0.0
        for part in self.parts:
            columns, improvement = part.promising(self.answer)
            self._admit(part, columns)
            gain += improvement
        return gain

    def price(self, built: Floats, value: float) -> Priced:
        """Price all paths at the last solve and take up those that improve it."""
        before = len(self.pool)
        correction = sum(self._price_block(part) for part in self.parts)
        slope = self.answer.reduced_cost[self._built_columns]
        cut = Cut(value + correction - float(slope @ built), slope)
        return Priced(value, value + correction, cut, len(self.pool) > before or self.recall() > 0)

    def _price_block(self, part: BlockPart) -> float:
        """Price all paths of a block and take up those that improve it; returns what they can gain at most, <= 0."""
        class_price, capacity_price, saving_price = part.prices(self.answer)
        groups = np.arange(len(self.problem.classes.groups))
        cost = priced_arcs(self.problem.classes, part.block, groups, capacity_price[None, :], saving_price[None, :])
        total, bundles = self.pricer.bundles(cost, class_price - REDUCED_COST_TOLERANCE)
        slack = np.where(np.isfinite(total), np.minimum(total - class_price, 0.0), 0.0)
        before = len(self.pool)
        self.pool.add(bundles)
        self._admit(part, part.open_since(before))
        return float(part.block.most @ slack) / KILO

    def _admit(self, part: BlockPart, new: Ints) -> None:
        """Add columns of the pool to a block of the restricted problem."""
        if not len(new):
            return
        cost, matrix = part.admit(new, self._next_column)
        self._session.add_columns(cost, np.zeros(len(new)), np.full(len(new), np.inf), matrix)
        self._next_column += len(new)
        self._has_grown = True
        if len(new) > _MANY and not self._is_kept:
            self._session.forget_basis()
