"""The master problem: which projects start when, against cuts that bound the worth of every unit of blocks."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.block_solver import Cut
from model.compile import Compiled, compile_model
from model.formulation import formulate_strategy
from model.plans import Plans
from model.problem import Problem
from model.solver import Answer, Session

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class _Program:
    """The strategic layer in arrays.

    Attributes:
        build: columns by start. built: columns, periods x projects. worth: columns by unit.
    """

    compiled: Compiled
    build: Ints
    built: Ints
    worth: Ints

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.compiled.matrix.shape[1])


class Master:
    """The strategic layer with one value a unit and a growing set of cuts.

    It is not formulated before somebody asks for a bound or a plan: a run whose plan is given never does.
    """

    def __init__(self, problem: Problem, threads: int) -> None:
        self._problem = problem
        self._threads = threads
        starts = problem.strategy.starts
        self._units = problem.strategy.units[starts["project"].to_numpy(np.int64)].astype(float)
        self._period = [problem.block_period(unit[0]) for unit in problem.units]
        self._plans = Plans(problem.strategy)
        self._whole = problem.strategy.is_whole
        self._cuts: list[tuple[int, Cut]] = []
        self._weights = np.array([unit[0].weight for unit in problem.units])
        self._lifted: dict[int, Cut] = {}
        self._lifted_row: dict[int, int] = {}
        self._limits: list[tuple[Floats, float]] = []
        self._is_asked = False

    @cached_property
    def _program(self) -> _Program:
        problem = self._problem
        compiled = compile_model(formulate_strategy(problem))
        names, starts = compiled.columns, problem.strategy.starts
        build = [names[f"build[{i},{p}]"] for i, p in zip(starts["project"], starts["period"], strict=True)]
        size = len(problem.periods), len(problem.strategy.projects)
        built = [[names[f"built[{i},{t}]"] for i in range(size[1])] for t in range(size[0])]
        worth = [names[f"worth[{u}]"] for u in range(len(problem.units))]
        return _Program(
            compiled, np.array(build, np.int64), np.array(built, np.int64).reshape(size), np.array(worth, np.int64)
        )

    @cached_property
    def _relaxed(self) -> Session:
        """The session of the relaxation; cuts of units that came before it was asked for come first."""
        session = Session(self._program.compiled, self._threads, relax=True)
        if self._cuts:
            session.add_rows(*self._rows(self._cuts))
        self._is_asked = True
        return session

    @property
    def cuts(self) -> list[tuple[int, Cut]]:
        """All cuts, as (unit, cut)."""
        return self._cuts

    @property
    def lifted(self) -> list[tuple[int, Cut]]:
        """Cuts of whole periods, as (period, cut)."""
        return list(self._lifted.items())

    def take(self, cuts: list[tuple[int, Cut]], lifted: list[tuple[int, Cut]]) -> None:
        """Add the cuts of another master over the same blocks; projects that it does not know have none."""
        count = len(self._problem.strategy.projects)

        def wide(cut: Cut) -> Cut:
            return Cut(cut.constant, np.pad(cut.slope, (0, count - len(cut.slope))))

        if cuts:
            self._add([(unit, wide(cut)) for unit, cut in cuts])
        for period, cut in lifted:
            self.lift(period, wide(cut))

    def add(self, unit: int, cut: Cut) -> None:
        """Add a cut of a unit."""
        self._add([(unit, cut)])

    def _add(self, cuts: list[tuple[int, Cut]]) -> None:
        if self._is_asked:
            self._relaxed.add_rows(*self._rows(cuts))
        self._cuts += cuts

    def lift(self, period: int, cut: Cut) -> None:
        """Add a cut of all units of a period together, weighted, or raise the constant of the one that is there."""
        if period in self._lifted:
            row = np.array([self._lifted_row[period]], np.int64)
            self._relaxed.set_row_bounds(row, np.array([cut.constant]), np.array([np.inf]))
        else:
            self._lifted_row[period] = self._relaxed.size[1]
            self._relaxed.add_rows(*self._joint_row(period, cut))
        self._lifted[period] = cut

    def limit(self, slope: Floats, most: float) -> None:
        """Allow no plan but those with ``slope . plan <= most`` (slope by start)."""
        self._limits.append((slope, most))
        self._relaxed.add_rows(*self._limit_rows([(slope, most)]))

    def exclude(self, plan: Floats) -> None:
        """Allow no plan with the whole starts of this one."""
        sign = np.where(self._whole, np.where(plan > 0, 1.0, -1.0) / self._units, 0.0)
        self.limit(sign, float(sign[plan > 0] @ plan[plan > 0]) - 1.0)

    def _limit_rows(self, limits: list[tuple[Floats, float]]) -> tuple[Floats, Floats, csr_matrix]:
        slopes = csr_matrix(np.array([slope for slope, _ in limits]).reshape(len(limits), len(self._program.build)))
        columns = self._program.build[slopes.indices]
        matrix = csr_matrix((slopes.data, columns, slopes.indptr), shape=(len(limits), self._program.width))
        return np.full(len(limits), -np.inf), np.array([most for _, most in limits]), matrix

    def bound_at(self, built: Floats) -> Floats:
        """What the cuts say of the weighted worth of all units at many plans.

        Args:
            built: plans x projects x periods in service.
        """
        total = np.zeros((len(built), built.shape[2]))
        for unit, period in enumerate(self._period):
            cuts = [cut for owner, cut in self._cuts if owner == unit]
            constant = np.array([cut.constant for cut in cuts])
            slope = np.array([cut.slope for cut in cuts])
            total[:, period] += self._weights[unit] * (constant[None, :] + built[:, :, period] @ slope.T).max(axis=1)
        for period, cut in self._lifted.items():
            total[:, period] = np.maximum(total[:, period], cut.constant + built[:, :, period] @ cut.slope)
        bound: Floats = total.sum(axis=1)
        return bound

    def relaxed(self) -> tuple[float, Floats]:
        """Bound and plan of the relaxation."""
        answer = self._relaxed.solve()
        return answer.objective, answer.value[self._program.build]

    def integer(self, start: Floats, time_limit_s: float, gap: float, radius: float = np.inf) -> tuple[Answer, Floats]:
        """Bound and plan over whole projects. The answer's ``bound`` is proven also when the time runs out.

        Args:
            start: a plan to start from. gap: relative, at which to stop.
            radius: most starts that may differ from the start plan, what comes in any size apart; the bound then holds
                only there (local branching).
        """
        session = Session(self._program.compiled, self._threads)
        session.add_rows(*self._rows(self._cuts))
        for period, cut in self._lifted.items():
            session.add_rows(*self._joint_row(period, cut))
        session.add_rows(*self._limit_rows(self._limits))
        if np.isfinite(radius):
            session.add_rows(*self._ball(start, radius))
        session.start_from(self._program.build, start)
        answer = session.solve(time_limit_s, gap)
        plan = self._plans.snapped(answer.value[self._program.build]) if len(answer.value) else start
        return answer, plan

    def _ball(self, start: Floats, radius: float) -> tuple[Floats, Floats, csr_matrix]:
        """Row: sum of (1 - share) over running whole starts + sum of share over the others <= radius."""
        whole, units = self._whole, self._units[self._whole]
        sign = np.where(start[whole] > 0, -1.0, 1.0) / units
        row = csr_matrix((sign, self._program.build[whole], np.array([0, len(sign)])), shape=(1, self._program.width))
        running = float((start[whole] / units).sum())
        return np.array([-np.inf]), np.array([radius - running]), row

    def _rows(self, cuts: list[tuple[int, Cut]]) -> tuple[Floats, Floats, csr_matrix]:
        """Rows: worth - slope . built >= constant."""
        lower = np.array([cut.constant for _, cut in cuts])
        columns: list[NDArray[np.int64]] = []
        values: list[Floats] = []
        for unit, cut in cuts:
            used = np.flatnonzero(cut.slope)
            columns.append(np.append(self._program.worth[unit], self._program.built[self._period[unit]][used]))
            values.append(np.append(1.0, -cut.slope[used]))
        starts = np.cumsum([0, *(len(part) for part in columns)])
        shape = (len(cuts), self._program.width)
        matrix: csr_matrix = csr_matrix((np.concatenate(values), np.concatenate(columns), starts), shape=shape)
        return lower, np.full(len(cuts), np.inf), matrix

    def _joint_row(self, period: int, cut: Cut) -> tuple[Floats, Floats, csr_matrix]:
        """Row: sum of weight x worth over the units of a period - slope . built >= constant."""
        mine = [unit for unit, at in enumerate(self._period) if at == period]
        used = np.flatnonzero(cut.slope)
        column = np.concatenate([self._program.worth[mine], self._program.built[period][used]])
        value = np.concatenate([self._weights[mine], -cut.slope[used]])
        matrix = csr_matrix((value, column, np.array([0, len(column)])), shape=(1, self._program.width))
        return np.array([cut.constant]), np.array([np.inf]), matrix
