"""The rare-earth chain of a batch: answered once where nothing in it differs, else solved from the bases of the base.

Parts of a chain that are made of the same tables and parts are those of the base (``model.batch.kept_steps``). With
investments given, the chain of the base is solved at them and its session kept (``model.chain.kept_flows``). A chain of
the same shape starts from its bases, so its answer depends on the base and itself alone; where it is shown to be that
of the base, it is taken (``model.batch.chain_base``). Among flows of equal cost it is the one that lies next to those
of the base, while a run by itself may come to another.
"""

from collections import deque
from functools import cached_property

import pandas as pd

from model.batch.chain_base import BaseChain, solve_base
from model.batch.digest import digest
from model.batch.kept_steps import KeptSteps
from model.chain.problem import build_chain, has_chain
from model.chain.run import ChainRun, ChainSolve
from model.options import Options
from model.scenario import Scenario
from model.steps import ANEW, Steps
from network.network import Network
from network.schema import TABLES

_ANSWERS = 16  # that are kept
_CAPACITIES = ("capacity", "capacity_t", "capacity_teu")
# All that the chain and its tables are made of, besides what levers change of links.
CHAIN_INPUTS = (
    *(table.name for table in TABLES if table.name.startswith("chain_")),
    *("commodities", "customs_territories", "duty_lines", "duty_rates", "handling", "links", "ntr_status"),
    *("parameters", "periods", "places", "transfers", "zones"),
)


class KeptChain:
    """The chains of the scenarios of a batch."""

    def __init__(self, network: Network, base: Scenario, options: Options) -> None:
        """Nothing is solved yet.

        Args:
            network: the world before levers.
        """
        self._network, self._base, self._options = network, base, options
        self._solved: dict[str, BaseChain | None] = {}
        self._answers: deque[tuple[list[pd.DataFrame], str, ChainRun]] = deque(maxlen=_ANSWERS)

    def run(self, world: Network, options: Options, builds: pd.DataFrame | None, solve: ChainSolve) -> ChainRun:
        """The chain of a world; see :meth:`model.reuse.Anew.chain`."""
        if not has_chain(world):
            return solve(None)
        tables = [getattr(world, name) for name in CHAIN_INPUTS]
        given = digest(ways_changed(world), options.objective, options.resolution, options.relax, builds)
        for seen, said, answer in self._answers:
            if said == given and all(a is b for a, b in zip(seen, tables, strict=True)):
                return answer
        answer = self._answer(world, options, builds, solve)
        self._answers.append((tables, given, answer))
        return answer

    def _answer(self, world: Network, options: Options, builds: pd.DataFrame | None, solve: ChainSolve) -> ChainRun:
        chain = build_chain(world, options.resolution, options.objective, self._parts)
        base = None if builds is None or options != self._options else self._base_at(builds)
        if base is None:
            return solve(chain)
        found = None if base.answer is None else base.answer.of(chain, world)
        return solve(chain, base.flows) if found is None else found

    def _base_at(self, builds: pd.DataFrame) -> BaseChain | None:
        """The chain of the base at some builds; None where it has none."""
        if not has_chain(self._base_world):
            return None
        key = digest(builds)
        if key not in self._solved:
            self._solved.clear()
            options = self._options
            chain = build_chain(self._base_world, options.resolution, options.objective, self._parts)
            self._solved[key] = solve_base(self._base_world, chain, options, builds)
        return self._solved[key]

    @cached_property
    def _base_world(self) -> Network:
        return self._base.apply(self._network)

    @cached_property
    def _parts(self) -> Steps:
        """Parts of the chain of the base, taken by the chains that follow where they are given the same."""
        if not has_chain(self._base_world):
            return ANEW
        kept = KeptSteps()
        build_chain(self._base_world, self._options.resolution, self._options.objective, kept)
        kept.close()
        return kept


def ways_changed(world: Network) -> pd.DataFrame:
    """What levers changed of links, but for capacities, which the chain does not look at: one row a change."""
    changes = world.adjustments
    return changes[(changes["target"] == "link") & ~changes["field"].isin(_CAPACITIES)].drop(columns="lever")
