"""The chain as a part of a run: solved beside the network, its tables and its facts."""

import time
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from model.chain.confidence import price_confidence
from model.chain.kept_flows import KeptFlows
from model.chain.problem import Chain, build_chain, has_chain
from model.chain.ranges import price_ranges
from model.chain.result_tables import tables as result_tables
from model.chain.results import builds_of
from model.chain.sankey import sankey
from model.chain.solve import ChainAnswer, ChainProgram, solve_chain
from model.chain.stops import stop_table
from model.chain.switching import cost_curve, switching_values
from model.chain.tables import CHAIN_TABLES
from model.options import Options
from model.progress import Progress
from network.network import Network

_RANGED = ("CN", "EU27")
_CURVES = ("NDPR", "DY", "TB", "Y")
_GAP = 0.01  # of the gain: plans of two scenarios differ by what is asked and not by their searches
_SHARE_OF_TIME = 0.35  # of the time limit of the run


@dataclass(frozen=True)
class ChainRun:
    """Tables of the chain by name, and facts for run.json; empty where the world has no chain."""

    tables: dict[str, pd.DataFrame]
    facts: dict[str, Any] | None


class ChainSolve(Protocol):
    """Solves the chain of a run."""

    def __call__(self, chain: Chain | None, kept: KeptFlows | None = None, /) -> ChainRun:
        """Solve it, where it has been built already and has flows of another chain to start from."""


def run_chain(
    world: Network,
    options: Options,
    progress: Progress,
    builds: pd.DataFrame | None = None,
    chain: Chain | None = None,
    kept: KeptFlows | None = None,
) -> ChainRun:
    """Solve the chain of a world.

    Args:
        world: after its levers. builds: table ``chain_builds`` of another run, taken as it is.
        chain: of the world, where it has been built. kept: flows of another chain to start from, with builds given.

    Raises:
        InfeasibleError: its controls cannot be kept.
    """
    if not has_chain(world):
        return ChainRun({table.name: table.empty() for table in CHAIN_TABLES}, None)
    started = time.perf_counter()
    progress.phase("Solving the rare-earth chain")
    chain = build_chain(world, options.resolution, options.objective) if chain is None else chain
    given = None if builds is None else builds_of(chain, builds)
    seconds = _SHARE_OF_TIME * options.seconds
    program, answer = solve_chain(chain, min(options.gap, _GAP), seconds, options.threads, given, kept)
    return with_tables(chain, program, answer, options, started, is_given=given is not None)


def with_tables(
    chain: Chain, program: ChainProgram, answer: ChainAnswer, options: Options, started: float, *, is_given: bool
) -> ChainRun:
    """Tables and facts of a solved chain.

    Args:
        program: with the answer solved last. started: when the run began. is_given: whether its builds were.
    """
    empty = {table.name: table.empty() for table in CHAIN_TABLES}
    tables = result_tables(chain, answer)
    tables["chain_sankey"] = sankey(chain, answer)
    tables["chain_confidence"] = price_confidence(chain, answer)
    slots = _one_a_period(chain)
    tables["chain_price_ranges"] = price_ranges(chain, program, answer, list(_RANGED), slots)
    tables["chain_switching"] = switching_values(chain, answer)
    curves = [cost_curve(chain, answer, e, slots[min(1, len(slots) - 1)]) for e in _CURVES if e in chain.elements]
    tables["chain_cost_curve"] = pd.concat(curves, ignore_index=True) if curves else empty["chain_cost_curve"]
    tables["chain_stops"] = stop_table(chain, answer, options.resolution, options.objective, options.threads)
    filled = {name: table if len(table) else empty[name] for name, table in tables.items()}
    return ChainRun(empty | filled, _facts(chain, program, answer, time.perf_counter() - started, is_given))


def _one_a_period(chain: Chain) -> list[int]:
    """The last slice of each planning period."""
    period = chain.slices.period
    return [int((period == number).nonzero()[0][-1]) for number in sorted(set(period.tolist()))]


def _facts(chain: Chain, program: ChainProgram, answer: ChainAnswer, seconds: float, is_given: bool) -> dict[str, Any]:
    columns, rows, nonzeros = program.size
    costs = program.costs(answer.value)
    capex = float((chain.units.starts["cost_musd"].to_numpy(float) * answer.build).sum()) if len(answer.build) else 0.0
    return {
        "objective": -answer.objective,
        "bound": None if is_given else -answer.bound,
        "gain": answer.gain,
        "gap_of_gain": None if is_given else answer.gap_of_gain,
        "investment_npv_musd": capex,
        "costs_npv_musd": {str(name): float(value) for name, value in costs.items()},
        "slices": chain.slices.labels,
        "sizes": {"columns": columns, "rows": rows, "nonzeros": nonzeros, "ways": len(chain.feeds.frame),
                  "trades": len(chain.pools.trades), "candidates": int(chain.units.projects["facility_id"].nunique())},
        "seconds": seconds,
    }  # fmt: skip
