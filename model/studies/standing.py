"""Which starts of a plan can stand, and what a part of a plan needs to stand by itself: by start and period."""

import numpy as np
from numpy.typing import NDArray

from model.plans import Plans

Floats = NDArray[np.float64]


def standing(plans: Plans, plan: Floats) -> Floats:
    """A plan without the starts whose prerequisites it lacks, and without those that this leaves without theirs.

    Args:
        plan: units started, by row of ``strategy.starts``.
    """
    plan = plan.copy()
    project, period = _places(plans)
    while True:
        fallen = [n for n in np.flatnonzero(plan > 0) if not _stands(plans, plan, int(project[n]), int(period[n]))]
        if not fallen:
            return plan
        plan[fallen] = 0.0


def with_required(plans: Plans, plan: Floats, chosen: NDArray[np.bool_]) -> Floats:
    """The part of a plan that holds some of its starts and what these require, when and as the plan has it.

    Args:
        chosen: by row of ``strategy.starts``. Of alternatives, the first that the plan has in time is taken.
    """
    project, period = _places(plans)
    kept = chosen & (plan > 0)
    todo = np.flatnonzero(kept).tolist()
    while todo:
        number = todo.pop()
        all_of, any_of = plans.requirements(int(project[number]))
        in_time = (plan > 0) & (period <= period[number])
        if any_of and not (kept & in_time & np.isin(project, any_of)).any():
            all_of = [*all_of, *[other for other in any_of if (in_time & (project == other)).any()][:1]]
        fresh = (plan > 0) & np.isin(project, all_of) & ~kept
        kept = kept | fresh
        todo += np.flatnonzero(fresh).tolist()
    return np.where(kept, plan, 0.0)


def _stands(plans: Plans, plan: Floats, item: int, when: int) -> bool:
    project, period = _places(plans)
    begun = set(project[(plan > 0) & (period <= when)].tolist())
    all_of, any_of = plans.requirements(item)
    return begun.issuperset(all_of) and (not any_of or not begun.isdisjoint(any_of))


def _places(plans: Plans) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    starts = plans.strategy.starts
    return starts["project"].to_numpy(np.int64), starts["period"].to_numpy(np.int64)
