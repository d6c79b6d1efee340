"""Plans evaluated unit by unit: solves side by side, paths priced in a fixed order, cuts handed to the master.

The solver works outside the interpreter's lock, so units solve on several threads; everything that is shared (the
pool of paths, the cuts) changes only between the solves and in the order of the units: the result does not depend on
the number of threads.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.block_solver import TOLERANCE, BlockSolver, Cut, Priced

Floats = NDArray[np.float64]
_RECALLS = 1


class Depth(IntEnum):
    """How well a plan is to be known."""

    KNOWN = 0  # attained on the known paths
    PRICED = 1  # attained on the known paths, and a cut from pricing all paths once
    EXACT = 2  # paths generated until the value is proven


class TakesCuts(Protocol):
    """Who is told what is proven of a unit."""

    def add(self, unit: int, cut: Cut) -> None:
        """Take a cut of a unit."""


class Evaluation:
    """Values of plans over all units."""

    def __init__(self, solvers: list[BlockSolver], master: TakesCuts, threads: int) -> None:
        self._solvers = solvers
        self._periods = [solver.period for solver in solvers]
        self._master = master
        self._weights = np.array([solver.weight for solver in solvers])
        self._threads = threads
        self._known: dict[tuple[int, bytes], tuple[Depth, float]] = {}
        self._worth: dict[tuple[int, bytes], Floats] = {}
        self._last: dict[int, Priced] = {}

    def value(self, built: Floats, depth: Depth, stop: Callable[[], bool] = lambda: False) -> float:
        """Weighted value of all units at a plan, million USD, minimised; attained by real flows.

        Args:
            built: projects x periods in service. depth: how well.
            stop: asked between rounds; True leaves an exact evaluation with the value attained so far.
        """
        vectors = [np.ascontiguousarray(built[:, period]) for period in self._periods]
        active = [b for b, vector in enumerate(vectors) if self._depth(b, vector) < depth]
        self._run(active, vectors, depth, stop)
        return float(self._weights @ self._values(built))

    def by_period(self, built: Floats) -> Floats:
        """Weighted value of the units of each period at an evaluated plan, million USD."""
        total = np.zeros(built.shape[1])
        np.add.at(total, self._periods, self._weights * self._values(built))
        return total

    def _values(self, built: Floats) -> Floats:
        """Value of each unit at an evaluated plan."""
        vectors = (np.ascontiguousarray(built[:, period]).tobytes() for period in self._periods)
        return np.array([self._known[number, vector][1] for number, vector in enumerate(vectors)])

    def settle(self, built: Floats, tolerance: float = TOLERANCE) -> tuple[float, float]:
        """Solve every unit exactly at a plan whatever is known of it, and leave the solvers there.

        Args:
            built: projects x periods in service. tolerance: relative to the transport cost of each unit.

        Returns:
            Weighted value and proven bound, million USD.
        """
        vectors = [np.ascontiguousarray(built[:, period]) for period in self._periods]
        self._run(list(range(len(vectors))), vectors, Depth.EXACT, lambda: False, tolerance)
        settled = np.array([(self._last[b].value, self._last[b].bound) for b in range(len(vectors))])
        value, bound = self._weights @ settled
        return float(value), float(bound)

    def explore(self, built: Floats, tolerance: float, stop: Callable[[], bool]) -> None:
        """Generate paths and cuts at a plan, as closely as asked; what its value is is not kept.

        Args:
            built: projects x periods in service. tolerance: relative to the transport cost of each unit.
            stop: asked between rounds.
        """
        vectors = [np.ascontiguousarray(built[:, period]) for period in self._periods]
        self._run(list(range(len(vectors))), vectors, Depth.EXACT, stop, tolerance)

    def _run(
        self,
        active: list[int],
        vectors: list[Floats],
        depth: Depth,
        stop: Callable[[], bool],
        tolerance: float = TOLERANCE,
    ) -> None:
        """Solve some units, side by side, until each is as well known as asked."""
        rounds = 0
        while active:
            values = self._solve(active, vectors)
            rounds += 1
            going = []
            for number, value in zip(active, values, strict=True):
                done = self._advance(number, vectors[number], value, depth, rounds, tolerance)
                if done or (stop() and rounds > 1):
                    if tolerance <= TOLERANCE:
                        self._book(number, vectors[number], depth, value)
                else:
                    going.append(number)
            active = going

    def is_known(self, built: Floats) -> bool:
        """Whether all units of a plan have been evaluated."""
        return all((b, np.ascontiguousarray(built[:, p]).tobytes()) in self._known for b, p in enumerate(self._periods))

    def worth(self, built: Floats) -> Floats:
        """Estimated weighted worth of each project in each period at an evaluated plan: projects x periods."""
        total = np.zeros_like(built)
        for number, (weight, period) in enumerate(zip(self._weights, self._periods, strict=True)):
            total[:, period] += weight * self._worth[number, np.ascontiguousarray(built[:, period]).tobytes()]
        return total

    def _solve(self, active: list[int], vectors: list[Floats]) -> list[float]:
        if self._threads == 1 or len(active) == 1:
            return [self._solvers[number].solve(vectors[number]) for number in active]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(lambda number: self._solvers[number].solve(vectors[number]), active))

    def _advance(self, number: int, vector: Floats, value: float, depth: Depth, rounds: int, tolerance: float) -> bool:
        """Recall and price as the depth asks; True when the unit is done."""
        solver = self._solvers[number]
        enough = tolerance * solver.transport_cost()
        if depth is Depth.EXACT:
            if solver.recall() > enough:
                return False
            priced = solver.price(vector, value)
            self._master.add(number, priced.cut)
            self._last[number] = priced
            return priced.is_final(enough)
        if rounds <= _RECALLS and solver.recall() > enough:
            return False
        if depth is Depth.PRICED:
            self._master.add(number, solver.price(vector, value).cut)
        return True

    def _depth(self, number: int, vector: Floats) -> int:
        known = self._known.get((number, vector.tobytes()))
        return -1 if known is None else int(known[0])

    def _book(self, number: int, vector: Floats, depth: Depth, value: float) -> None:
        before = self._known.get((number, vector.tobytes()))
        self._worth[number, vector.tobytes()] = self._solvers[number].worth()
        self._known[number, vector.tobytes()] = (depth, value if before is None else min(value, before[1]))
