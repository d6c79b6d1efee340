"""Neighbours of a plan: one project started, moved or dropped, with what it requires or what requires it; and swaps.

What comes in any size stays as it is.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from model.plans import Plans

Floats = NDArray[np.float64]


def neighbours(plans: Plans, plan: Floats) -> Iterator[Floats]:
    """Plans one move away, and those that drop one project and start another; whether they are allowed is not asked."""
    yield from _single(plans, plan)
    starts, whole = plans.strategy.starts, plans.strategy.is_whole
    project = starts["project"].to_numpy(np.int64)
    running = np.unique(project[(plan > 0) & whole])
    for dropped in running:
        smaller = without(plans, plan, int(dropped))
        for row in np.flatnonzero(whole).tolist():
            if project[row] not in running:
                yield with_start(plans, smaller, row, float(plans.strategy.units[project[row]]))


def _single(plans: Plans, plan: Floats) -> Iterator[Floats]:
    starts, whole = plans.strategy.starts, plans.strategy.is_whole
    project = starts["project"].to_numpy(np.int64)
    for row in np.flatnonzero(whole).tolist():
        units = int(plans.strategy.units[project[row]])
        for count in sorted({units, int(plan[row]) + 1, int(plan[row]) - 1}):
            if 1 <= count <= units and count != plan[row]:
                yield with_start(plans, plan, row, float(count))
    for running in np.unique(project[(plan > 0) & whole]):
        yield without(plans, plan, int(running))
        own = np.flatnonzero((project == running) & (plan > 0))
        for row in own[1:]:  # renewals by themselves
            renewed = plan.copy()
            renewed[row] = 0.0
            yield renewed


def with_start(plans: Plans, plan: Floats, row: int, units: float) -> Floats:
    """A plan with one start set and, at the same time or before, everything that it requires.

    Args:
        row: of ``strategy.starts``. units: how many; starts of the same project whose lives overlap are dropped.
    """
    starts = plans.strategy.starts
    project, period = starts["project"].to_numpy(np.int64), starts["period"].to_numpy(np.int64)
    plan = plan.copy()
    todo: list[tuple[int, float]] = [(row, units)]
    while todo:
        number, count = todo.pop()
        item, when = project[number], period[number]
        plan[plans.overlap[number]] = 0.0
        plan[number] = count
        all_of, any_of = plans.requirements(int(item))
        needed = list(all_of)
        if any_of and not any(plan[(project == j) & (period <= when)].sum() > 0 for j in any_of):
            needed.append(any_of[0])
        for other in needed:
            rows = np.flatnonzero((project == other) & (period <= when))
            if len(rows) and plan[rows].sum() == 0:
                todo.append((int(rows[-1]), float(plans.strategy.units[other])))
    return plan


def without(plans: Plans, plan: Floats, dropped: int) -> Floats:
    """A plan without one project and without what cannot stand without it."""
    project = plans.strategy.starts["project"].to_numpy(np.int64)
    plan = plan.copy()
    todo = [dropped]
    while todo:
        item = todo.pop()
        plan[project == item] = 0.0
        running = {int(i) for i in np.unique(project[plan > 0])}
        for other in running:
            all_of, any_of = plans.requirements(other)
            if item in all_of or (item in any_of and not running.intersection(any_of)):
                todo.append(other)
    return plan
