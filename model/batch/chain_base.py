"""The chain of the base at given investments: its session, and its answer where that stays the answer of another chain.

It does where the chains differ in duties alone, where these differ only on ways of trade that nothing takes, and where
nothing would take them at the prices of the base (``model.chain.witness``): for the flows, for those with nothing
built, and for all that ranges of prices were solved with. The tables are then those of the base, since duty is paid on
what moves. What tables read of the world besides the chain must be the same as well, and is noted when they are made.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from model.batch.sameness import same
from model.batch.watched import Watched, read_again
from model.chain.kept_flows import KeptFlows
from model.chain.problem import Chain
from model.chain.program import chain_parts, formulate_chain
from model.chain.results import builds_of, grid
from model.chain.run import ChainRun, with_tables
from model.chain.solve import ChainAnswer, ChainProgram, only_committed, solve_chain
from model.chain.stops import has_stop
from model.chain.witness import Witness
from model.compile import compile_model
from model.errors import InfeasibleError, InputError, LimitError
from model.options import Options
from network.network import Network

_MAY_DIFFER = ("network", "duty")


@dataclass(frozen=True)
class BaseAnswer:
    """An answer that may be that of other chains.

    Attributes:
        witness: what shows that it is optimal. reads: what its tables read of the world.
    """

    chain: Chain
    answer: ChainAnswer
    witness: Witness
    run: ChainRun
    reads: Mapping[tuple[str, str], Any]

    def of(self, chain: Chain, world: Network) -> ChainRun | None:
        """The answer of another chain, where it is the same."""
        started = time.perf_counter()
        parts = (item.name for item in fields(Chain) if item.name not in _MAY_DIFFER)
        if not all(same(getattr(self.chain, name), getattr(chain, name)) for name in parts):
            return None
        if not all(same(value, read_again(world, *where)) for where, value in self.reads.items()):
            return None
        traded = grid(self.answer.value.get("trade", np.zeros(0)), chain)
        if (traded[chain.duty != self.chain.duty] != 0).any():
            return None
        if not self.witness.holds(compile_model(formulate_chain(chain, chain_parts(chain)))):
            return None
        facts = self.run.facts or {}
        return replace(self.run, facts=facts | {"seconds": time.perf_counter() - started})


@dataclass(frozen=True)
class BaseChain:
    """The chain of the base, solved.

    Attributes:
        flows: its session. answer: None where it cannot be that of another chain.
    """

    flows: KeptFlows
    answer: BaseAnswer | None


def solve_base(world: Network, chain: Chain, options: Options, builds: pd.DataFrame) -> BaseChain | None:
    """Solve the chain of the base at some builds; None where it has no answer.

    Args:
        builds: table ``chain_builds``.
    """
    try:
        given = builds_of(chain, builds)
        flows = ChainProgram(chain, options.threads).keep([only_committed(chain), given])
        if has_stop(world, int(chain.slices.start[0])):  # its tables are made of another world as well
            return BaseChain(flows, None)
        program, answer = solve_chain(chain, 0.0, options.seconds, options.threads, given, flows)
    except (InfeasibleError, InputError, LimitError):
        return None
    watched = Watched(world)
    seen = replace(chain, network=watched)
    run = with_tables(seen, program, answer, options, time.perf_counter(), is_given=True)
    return BaseChain(flows, BaseAnswer(chain, answer, program.witness, run, dict(watched.reads)))
