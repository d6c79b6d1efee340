"""What a worker does with a run: solve it, put its results in the folder of the batch, say how it went.

A worker is a process of this machine or of another one; it reads the world itself, from the same folder. It remembers
the world and its solver between runs. It never raises: what went wrong is part of the outcome.
"""

import os
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pandas as pd

from model.batch.catalogue import FAILED, FINISHED, OPEN
from model.batch.files import host_name, is_disk_full
from model.batch.record import BATCH_FILE, read_record
from model.batch.runs import FIXED, SEARCH, How, Run, plan_hash, run_key
from model.batch.store import BAD_INPUT, BASE, DISK_FULL, ERROR, INFEASIBLE, LIMIT, SEARCHED, BatchFolder
from model.errors import InfeasibleError, InputError, LimitError
from model.funding.portfolio_file import read_portfolio
from model.scenario import Scenario, load_scenario
from model.solution import Solution, SolutionError, read_solution
from network.network import Network, read_network
from network.tables import DataError

Solver = Callable[[Scenario, pd.DataFrame | None, pd.DataFrame | None], Solution]
_ONE_AT_A_TIME = threading.Lock()  # a Dask worker may have several threads; the solver's memory is one a process


@dataclass(frozen=True)
class Outcome:
    """How a run went.

    Attributes:
        state: "finished", "failed", or "open" where it is to be run again (the disk was full).
        kind: of the failure. reason: sentences for people. trace: where in the program; "" = it is not the program's.
    """

    key: str
    state: str
    kind: str = ""
    reason: str = ""
    seconds: float = 0.0
    worker: str = ""
    trace: str = ""


@dataclass(frozen=True)
class Desk:
    """What a worker remembers between runs.

    Attributes:
        network: the base world. builds, chain_builds: investments that all runs take; None = each searches its own.
        axes: "number" or "text" by axis.
    """

    network: Network
    network_hash: str
    plan_hash: str
    builds: pd.DataFrame | None
    chain_builds: pd.DataFrame | None
    axes: dict[str, str]
    solve: Solver


def work(how: How, run: Run, key: str, out: Path) -> Outcome:
    """Solve a run and put it in its place.

    Args:
        key: under which it is kept; files that have changed since the batch was started give another one, and are
            refused. out: folder of the batch.
    """
    with _ONE_AT_A_TIME:
        began = time.perf_counter()

        def outcome(state: str, kind: str = "", reason: str = "", trace: str = "") -> Outcome:
            return Outcome(key, state, kind, reason, time.perf_counter() - began, worker_name(), trace)

        try:
            folder = BatchFolder(out)
            if not folder.is_finished(key):
                _finish(how, run, key, folder, began)
        except (InputError, DataError, SolutionError) as error:
            return outcome(FAILED, BAD_INPUT, str(error))
        except InfeasibleError as error:
            return outcome(FAILED, INFEASIBLE, str(error))
        except LimitError as error:
            return outcome(FAILED, LIMIT, str(error))
        except Exception as error:  # one run fails alone, whatever its reason
            if is_disk_full(error):
                return outcome(OPEN, DISK_FULL, f"{out}: {_words(error)}")
            if isinstance(error, MemoryError):
                return outcome(FAILED, ERROR, "out of memory; take fewer workers (--workers)")
            return outcome(FAILED, ERROR, f"{type(error).__name__}: {_words(error)}", traceback.format_exc())
        return outcome(FINISHED)


def worker_name() -> str:
    """Host and process of this worker."""
    return f"{host_name()}:{os.getpid()}"


def _finish(how: How, run: Run, key: str, folder: BatchFolder, began: float) -> None:
    """Solve a run, compute its indicators and put both in their place."""
    from model.batch.indicators import indicators

    state = (folder.path / BATCH_FILE).stat()
    desk = open_desk(how, folder.path, (state.st_mtime_ns, state.st_size))
    if run_key(run, how, desk.network_hash, desk.plan_hash) != key:
        raise InputError(
            f"what {host_name()} reads at {how.data} is not what the batch was started with (the world, a scenario, a "
            "portfolio, the plan that is given, or the version of kervan): give all workers the same files, or run "
            "the batch again into another folder (--out)"
        )
    scenario = run.resolved(how.scenarios)
    builds, chain_builds = desk.builds, desk.chain_builds
    if run.portfolio:
        builds = read_portfolio(run.portfolio, desk.network, how.options.resolution).builds
    solution = desk.solve(scenario, builds, chain_builds)
    rows = indicators(solution, desk.network)
    told = {
        "key": key,
        "worker": worker_name(),
        "seconds": time.perf_counter() - began,
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "run": run.to_json(),
    }
    solution = replace(solution, run={**solution.run, "batch": told})
    folder.put(key, run, solution, rows, desk.axes, how.keep)


@lru_cache(maxsize=1)
def open_desk(how: How, out: Path, stamp: object) -> Desk:
    """Read what all runs of a batch have in common.

    Args:
        stamp: state of ``batch.json``: another one is another desk.
    """
    del stamp
    network = read_network(how.data)
    builds, chain_builds, given = given_plan(how, out)
    axes = dict(read_record(out).axes)
    return Desk(network, network.content_hash(), given, builds, chain_builds, axes, solver(how, network, out))


def given_plan(how: How, out: Path) -> tuple[pd.DataFrame | None, pd.DataFrame | None, str]:
    """Investments that all runs of a batch take, and their hash; None and "" where each searches its own.

    Raises:
        SolutionError: the run that has them is not there.
    """
    if how.investment == SEARCH:
        return None, None, ""
    plan = read_solution(out / BASE if how.investment == FIXED else Path(how.investment))
    return plan["builds"], plan["chain_builds"], plan_hash(plan["builds"], plan["chain_builds"])


def solver(how: How, network: Network, out: Path) -> Solver:
    """What solves the runs of a worker, one after the other: a scenario with investments that are given, or None."""
    from model.batch.warm import Searched, WarmSolver

    searched = None
    if how.investment == SEARCH and (out / BASE).is_dir() and not how.options.states:
        searched = Searched(read_solution(out / BASE)["builds"], out / SEARCHED)
    return WarmSolver(network, load_scenario(how.base, how.scenarios), how.options, searched)


def _words(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}{f' ({error.filename})' if error.filename else ''}"
    return " ".join(str(error).split()) or "no more is known"
