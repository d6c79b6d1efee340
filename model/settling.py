"""What comes in any size, settled at given whole projects by the joint relaxation, exactly over the known paths.

The search tells plans apart by what their projects are worth, to the tolerance to which paths are priced; capacity for
a market is worth less than that. With all whole starts fixed one linear program of all blocks settles it.
"""

import time

import numpy as np
from numpy.typing import NDArray

from model.joint_relaxation import JointRelaxation, OutOfTimeError
from model.plans import Plans

Floats = NDArray[np.float64]
_ROUNDS = 4  # of known paths taken up
_CLOSE = 1e-9  # of the value


def settled(plans: Plans, relaxation: JointRelaxation, plan: Floats, seconds: float) -> Floats:
    """The plan with the best size of what comes in any size; as it is where there is no time."""
    strategy, end = plans.strategy, time.monotonic() + seconds
    low = np.where(strategy.is_whole, plan, 0.0)
    high = np.where(strategy.is_whole, plan, strategy.units[strategy.starts["project"].to_numpy(np.int64)])
    shape = strategy.given.shape
    relaxation.restrict(np.zeros(shape), np.ones(shape), low, high)
    found = plan
    try:
        for _ in range(_ROUNDS):
            value = relaxation.solve(end - time.monotonic())
            if value is None:
                break
            found = plans.snapped(relaxation.plan)
            if relaxation.recall() <= _CLOSE * abs(value):
                break
    except OutOfTimeError:
        pass
    return found
