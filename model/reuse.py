"""What a run may take from runs before it. By itself it takes nothing: everything is set up and solved anew."""

from collections.abc import Callable

import pandas as pd

from model.build import build_problem
from model.chain.run import ChainRun, ChainSolve
from model.decomposition import Decomposition
from model.options import Options
from model.problem import Problem
from model.progress import Progress
from model.scenario import Scenario
from network.network import Network


class Anew:
    """A run by itself; what keeps things between runs overrides this (``model.batch.warm``).

    Attributes:
        precision: share of the transport cost to which the plan is priced; None = as the kind of run asks.
    """

    precision: float | None = None

    def world(self, network: Network, scenario: Scenario) -> Network:
        """The world after the levers of a scenario.

        Args:
            network: before them.
        """
        return scenario.apply(network)

    def problem(self, world: Network, reference: Network, options: Options) -> Problem:
        """The problem of a world; see :func:`model.build.build_problem`."""
        return build_problem(world, reference, options)

    def search(
        self, problem: Problem, options: Options, progress: Progress, builds: pd.DataFrame | None
    ) -> Decomposition:
        """The search over a problem, set up.

        Args:
            builds: investments that are given; None = they are searched.
        """
        del builds
        return Decomposition(problem, options, progress)

    def base_year(self, solve: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """The table of the observed year, which no scenario changes."""
        return solve()

    def chain(self, world: Network, options: Options, builds: pd.DataFrame | None, solve: ChainSolve) -> ChainRun:
        """The rare-earth chain of a world.

        Args:
            builds: investments of the chain that are given. solve: takes the chain where it is built already, and flows
                to start from.
        """
        del world, options, builds
        return solve(None)


ANEW = Anew()
