"""Steps of a build: functions of worlds and of what earlier steps have found, without a memory of their own."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Steps:
    """Takes every step anew; what keeps answers between builds overrides this (``model.batch.kept_steps``)."""

    def take(self, at: tuple[object, ...], make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The answer of a step.

        Args:
            at: which of the steps of this kind: period, season. make: function of its arguments alone, which it leaves
                as they are, as everybody does with its answer.
        """
        del at
        return make(*args, **kwargs)


ANEW = Steps()
