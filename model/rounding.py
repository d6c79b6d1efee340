"""Whole plans near a relaxed one."""

import numpy as np
from numpy.typing import NDArray

from model.moves import with_start
from model.plans import Plans

Floats = NDArray[np.float64]
_NEARLY = 1e-6


def rounded(plans: Plans, relaxed: Floats, built: Floats, threshold: float) -> Floats:
    """The plan that has in service, in every period, what a relaxed plan has to a threshold or more.

    Each project is started as the relaxed plan mostly does, with what it requires; what comes in any size is as the
    relaxed plan has it. Whether the plan keeps exclusions and budgets is not asked.

    Args:
        relaxed: units started, by start. built: projects x periods in service in the relaxed plan.
    """
    strategy = plans.strategy
    project, period = (strategy.starts[c].to_numpy(np.int64) for c in ("project", "period"))
    plan = np.where(strategy.is_whole, 0.0, relaxed)
    wanted = (built - strategy.given).max(axis=1, initial=0.0) >= threshold - _NEARLY
    candidates = np.flatnonzero(wanted & ~strategy.divisible)
    for item in sorted(candidates, key=lambda i: len(plans.requirements(int(i))[0])):
        for when in np.flatnonzero(built[item] >= threshold - _NEARLY):
            if plans.built(plan)[item, when] > _NEARLY:
                continue
            rows = np.flatnonzero(project == item)
            rows = rows[strategy.service[item, period[rows], when] > 0]
            if len(rows):
                best = int(rows[np.argmax(relaxed[rows])])
                plan = with_start(plans, plan, best, float(strategy.units[item]))
    return plan
