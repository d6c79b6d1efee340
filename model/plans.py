"""Investment plans as arrays: units started by start, what they put in service, what they cost, whether they may be."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.errors import InputError
from model.problem import Problem, Strategy
from network.frames import each_row

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_TOLERANCE = 1e-6


def plan_of(problem: Problem, builds: pd.DataFrame) -> Floats:
    """The plan that a table ``builds`` of another run holds, in the starts of a problem.

    Raises:
        InputError: a project or a period that this problem does not have.
    """
    strategy = problem.strategy
    project = strategy.starts["project"].to_numpy(np.int64)
    owner = strategy.projects["module_of"].to_numpy()[project]
    period = problem.periods["period"].to_numpy()[strategy.starts["period"].to_numpy(np.int64)]
    plan = np.zeros(len(owner))
    overlap = Plans(strategy).overlap
    problems = []
    for row in each_row(builds[builds["decision"] == "built"]):
        rows = [
            n
            for n in np.flatnonzero((owner == row.project_id) & (period == row.start_period))
            if not (plan[overlap[n]] > 0).any()
        ]
        if len(rows) < row.units:
            allowed = ", ".join(str(p) for p in problem.periods["period"])
            problems.append(
                f"builds: project {row.project_id} starts {row.units:g} units in {row.start_period:.0f}, which this "
                f"scenario does not allow (periods: {allowed})"
            )
        for number in rows[: int(row.units)]:
            plan[number] = 1.0
    if problems:
        raise InputError(problems)
    return plan


@dataclass(frozen=True)
class Plans:
    """Arithmetic of plans. A plan is units started, one entry a row of ``strategy.starts``."""

    strategy: Strategy

    def snapped(self, plan: Floats) -> Floats:
        """A plan that is whole to the solver's tolerance, with whole units where units are whole."""
        units = self.strategy.units[self._project].astype(float)
        return np.where(self.strategy.is_whole, np.round(plan), np.clip(plan, 0.0, units))

    @property
    def nothing(self) -> Floats:
        """The plan that starts nothing."""
        return np.zeros(len(self.strategy.starts))

    def built(self, plan: Floats) -> Floats:
        """Share of each project in service, projects x periods."""
        built: Floats = self.built_by(plan[None, :])[0]
        return built

    def built_by(self, plans: Floats) -> Floats:
        """Share of each project in service under many plans: plans x projects x periods."""
        started = plans @ self._service
        built: Floats = np.minimum(
            self.strategy.given[None] + started.reshape(len(plans), *self.strategy.given.shape), 1.0
        )
        return built

    @cached_property
    def _service(self) -> Floats:
        """Starts x (projects x periods): what a unit of each start puts in service."""
        strategy = self.strategy
        project, period = self._project, self._period
        table = np.zeros((len(project), *strategy.given.shape))
        share = strategy.service[project, period] / strategy.units[project][:, None]
        table[np.arange(len(project)), project] = share
        return table.reshape(len(project), strategy.given.size)

    @cached_property
    def _project(self) -> Ints:
        return self.strategy.starts["project"].to_numpy(np.int64)

    @cached_property
    def _period(self) -> Ints:
        return self.strategy.starts["period"].to_numpy(np.int64)

    def everything(self) -> Floats:
        """The most that any plan has in service, projects x periods: a bound, not a plan."""
        served = self.strategy.service.max(axis=1) if len(self.strategy.projects) else self.strategy.given
        return np.maximum(self.strategy.given, served)

    def cost(self, plan: Floats) -> float:
        """Discounted cost, million USD."""
        return float(self.costs(plan[None, :])[0])

    def costs(self, plans: Floats) -> Floats:
        """Discounted cost of many plans, million USD."""
        per_unit = self.strategy.starts["cost_musd"].to_numpy(float) / self.strategy.units[self._project]
        return np.asarray(plans @ per_unit)

    def is_allowed(self, plan: Floats) -> bool:
        """Whether a whole-number plan keeps starts, prerequisites, exclusions and budgets."""
        strategy, project, period = self.strategy, self._project, self._period
        total = np.bincount(project, weights=plan, minlength=len(strategy.units)).astype(float)
        if (self._alive @ plan > strategy.units[project] + _TOLERANCE).any():
            return False
        spent = (plan / strategy.units[project]) @ strategy.spending
        if (spent > strategy.budget + _TOLERANCE * np.maximum(1.0, np.where(np.isfinite(spent), spent, 0))).any():
            return False
        started = np.zeros((len(strategy.units), strategy.given.shape[1]))
        np.add.at(started, (project, period), plan)
        so_far = started.cumsum(axis=1)
        for number in np.flatnonzero(plan > _TOLERANCE):
            if not self._requirements_met(int(project[number]), int(period[number]), so_far, total):
                return False
        return True

    def _requirements_met(self, project: int, period: int, so_far: Floats, total: Floats) -> bool:
        strategy = self.strategy
        all_met = all(j in self._done or so_far[j, period] > 1 - _TOLERANCE for j in strategy.all_of[project])
        others = strategy.any_of[project]
        any_met = not others or any(j in self._done or so_far[j, period] > 1 - _TOLERANCE for j in others)
        excluded = any(total[j] > _TOLERANCE for j in self.excluded(project))
        return all_met and any_met and not excluded

    @cached_property
    def overlap(self) -> NDArray[np.bool_]:
        """Starts x starts: of one project, with lives that overlap; each with itself."""
        begin, end = (self.strategy.starts[c].to_numpy(float) for c in ("in_service_year", "end_year"))
        same = self._project[:, None] == self._project[None, :]
        both = same & (begin[:, None] < end[None, :]) & (begin[None, :] < end[:, None])
        return np.asarray(both | np.eye(len(begin), dtype=bool))

    @cached_property
    def _alive(self) -> Floats:
        """Starts x starts: 1 where the second is of the same project and alive when the first comes into service."""
        begin, end = (self.strategy.starts[c].to_numpy(float) for c in ("in_service_year", "end_year"))
        alive = (begin[None, :] <= begin[:, None]) & (begin[:, None] < end[None, :])
        return np.asarray(self.overlap & (alive | np.eye(len(begin), dtype=bool)), dtype=float)

    def excluded(self, project: int) -> list[int]:
        """Projects that exclude a project or that it excludes."""
        back = [i for i, others in enumerate(self.strategy.excludes) if project in others]
        return [*self.strategy.excludes[project], *back]

    @cached_property
    def _done(self) -> frozenset[int]:
        rows = self.strategy.projects
        return frozenset(np.flatnonzero((rows["is_sunk"] == 1) | (rows["in_base"] == 1)).tolist())

    def requirements(self, project: int) -> tuple[list[int], list[int]]:
        """What a project still needs: all of the first list, one of the second (empty = nothing)."""
        done = self._done
        all_of = [j for j in self.strategy.all_of[project] if j not in done]
        others = self.strategy.any_of[project]
        return all_of, [] if done.intersection(others) else list(others)
