"""The best plan of a search, its value and what is proven of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PROVEN = 1e-5  # of the value: what blocks solved to their tolerance leave open


@dataclass
class Incumbent:
    """The best plan found and its exact value, with the value of building nothing and the best proven bound.

    ``nothing`` is inf where nothing built leaves firm cargo that no path carries: then there is no gain to measure.
    """

    plan: Floats
    value: float
    nothing: float
    bound: float
    is_given: bool = False

    @property
    def gain(self) -> float:
        """What the plan is worth over building nothing."""
        return self.nothing - self.value

    @property
    def possible(self) -> float:
        """The most that any plan gains over building nothing; where that is no plan, the size of this plan's value."""
        return abs(self.value) if np.isposinf(self.nothing) else self.nothing - self.bound

    @property
    def scale(self) -> float:
        """What small differences between plans are measured by, million USD."""
        return max(abs(self.value) if np.isposinf(self.nothing) else self.gain, 1.0)

    @property
    def gap_of_gain(self) -> float:
        """(bound - plan) / (bound - nothing built): 0 when there is nothing to gain or the plan is given."""
        open_gap = self.value - self.bound
        if np.isnan(self.possible) or open_gap <= PROVEN * abs(self.value):
            return 0.0
        return open_gap / self.possible
