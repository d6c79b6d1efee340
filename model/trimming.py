"""Projects that are not worth their cost, dropped: a search that its time has ended has not looked at each."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from model.incumbent import Incumbent
from model.master import Master
from model.moves import without
from model.plans import Plans

Floats = NDArray[np.float64]


def drop_idle(
    plans: Plans, master: Master, best: Incumbent, offer: Callable[[Floats], bool], over: Callable[[], bool]
) -> None:
    """Drop one project after another, with what cannot stand without it, while that makes the plan better.

    Args:
        best: whose plan is trimmed. offer: evaluates a plan and takes it if it is better. over: whether time is up.
    """
    project = plans.strategy.starts["project"].to_numpy(np.int64)
    dropped = True
    while dropped and not over():
        running = np.unique(project[(best.plan > 0) & plans.strategy.is_whole])
        smaller = np.array([without(plans, best.plan, int(item)) for item in running])
        dropped = False
        if not len(smaller):
            return
        promise = plans.costs(smaller) + master.bound_at(plans.built_by(smaller))
        for number in np.argsort(promise, kind="stable"):
            if promise[number] >= best.value or over():
                return
            if plans.is_allowed(smaller[number]) and offer(smaller[number]):
                dropped = True
                break
