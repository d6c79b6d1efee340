"""Worlds and problems of scenarios, made of what they share with the base scenario."""

from dataclasses import replace
from functools import cached_property

from model.batch.kept_steps import KeptSteps
from model.build import build_problem
from model.errors import InputError
from model.options import Options
from model.problem import Problem
from model.scenario import Scenario
from model.steps import ANEW, Steps
from network.network import Network


class KeptBuild:
    """Builds problems of one world; every one is what :func:`model.build.build_problem` makes of it by itself."""

    def __init__(self, network: Network, base: Scenario, options: Options) -> None:
        """Nothing is built yet.

        Args:
            network: the world before levers. options: of all builds.
        """
        self._network, self._base, self._options = network, base, options

    @cached_property
    def base_world(self) -> Network:
        """The world after the levers of the base."""
        return self._base.apply(self._network)

    def world(self, scenario: Scenario) -> Network:
        """The world after the levers of a scenario: those of the base, if it begins with them, act once for all.

        So the tables that the other levers leave alone are the same frames in all of these worlds.
        """
        first = self._base.levers
        if scenario.levers[: len(first)] != first:
            return scenario.apply(self._network)
        return replace(scenario, levers=scenario.levers[len(first) :]).apply(self.base_world)

    @cached_property
    def steps(self) -> Steps:
        """Steps of the build of the base; none where it cannot be built, which is said where it is to be solved."""
        kept = KeptSteps()
        try:
            build_problem(self.base_world, self._network, self._options, steps=kept)
        except InputError:
            return ANEW
        kept.close()
        return kept

    def problem(self, world: Network) -> Problem:
        """Problem of a world, with the steps of the base that nothing has changed."""
        return build_problem(world, self._network, self._options, steps=self.steps)

    @cached_property
    def base_problem(self) -> Problem:
        """Problem of the base scenario."""
        return self.problem(self.base_world)
