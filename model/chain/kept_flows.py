"""The flows of a chain kept in a session, for chains of the same shape that are solved after it.

What goes to the solver is how the arrays differ from those that the session holds. Every solve starts from a basis of
the first chain, so that an answer depends on that chain and the one that is asked for and not on others in between:
by the primal simplex method where only costs differ from it (its bases stay primal feasible), by the dual method
elsewhere. Among optima of equal cost a run by itself may come to another one.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from model.array_change import Change, difference
from model.compile import Compiled
from model.solver import Session, Statuses

Floats = NDArray[np.float64]
Basis = tuple[Statuses, Statuses]


class KeptFlows:
    """A session with a chain's flows, and its bases by builds."""

    def __init__(self, compiled: Compiled, session: Session, bases: Mapping[bytes, Basis]) -> None:
        """Keep a session.

        Args:
            compiled: what the session holds but for bounds of builds. bases: optimal ones, by :func:`key_of` builds.
        """
        self._first, self._held, self._session, self._bases = compiled, compiled, session, dict(bases)

    def holding(self, compiled: Compiled) -> Session | None:
        """The session with another program of the same shape in it; None where it has another shape."""
        from_first, change = difference(self._first, compiled), difference(self._held, compiled)
        if from_first is None or change is None:
            return None
        self._bring(change, compiled)
        moved = (from_first.bounds, from_first.sides, from_first.values)
        self._session.prefer_primal(not any(len(places) for places in moved))
        self._held = compiled
        return self._session

    def _bring(self, change: Change, compiled: Compiled) -> None:
        if len(change.values):
            self._session.replace(compiled)  # scaled anew, as scales of other coefficients would stay
        else:
            change.apply(self._session, compiled)

    def basis(self, build: Floats) -> Basis | None:
        """Basis to start from with some builds."""
        return self._bases.get(key_of(build))


def key_of(build: Floats) -> bytes:
    """Key of builds."""
    return build.astype(np.int8).tobytes()
