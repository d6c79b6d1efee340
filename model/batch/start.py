"""A batch from what was asked to its folder: keys, the plan that all take, and whether the folder is its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from model.batch.files import new_folder
from model.batch.lock import FolderLock
from model.batch.record import Batch, axis_kinds, has_batch, read_record
from model.batch.runs import FIXED, SEARCH, How, Run, run_key, run_keys
from model.batch.store import BASE, SEARCHED, BatchFolder
from model.batch.worker import given_plan, worker_name
from model.errors import InfeasibleError, InputError, LimitError
from model.options import available_threads
from model.progress import Progress
from model.scenario import load_scenario
from model.solution import RUN_FILE, read_solution
from network.network import Network

_SHOWN = 3


@dataclass(frozen=True)
class Asked:
    """What a batch is asked with.

    Attributes:
        network: the base world, as read from ``how.data``. spec: what was asked, as text.
        axes: names of grids and sampled ranges, in their order; empty = as the runs have them.
    """

    name: str
    spec: str
    runs: Sequence[Run]
    how: How
    network: Network
    sections: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Prepare the folder of a batch and hold it.

    Raises:
        InputError: it cannot be written, or another coordinator is at work there.
    """
    if out.is_dir() and not has_batch(out) and any(not _is_ours(path) for path in out.iterdir()):
        raise InputError(f"{out} is not empty and holds no batch, so it is left alone; name another folder (--out)")
    folder = BatchFolder(out)
    folder.make()
    with FolderLock(out):
        folder.prepare()
        yield


def start(asked: Asked, out: Path, progress: Progress) -> Batch:
    """The batch with its keys, written to its folder, which is held. A batch that stands there goes on, or grows.

    Raises:
        InputError: the folder holds a batch of which this one is no part, or a run is not valid.
    """
    how = _absolute(asked.how)
    network_hash = asked.network.content_hash()
    former = read_record(out) if has_batch(out) else None
    if former is not None and former.network_hash != network_hash:
        raise InputError(
            f"{out} holds the batch '{former.name}' of {former.created} on another world (the tables of "
            f"{former.how.data} then): its results would mix with others; name another folder (--out)"
        )
    if former is not None:
        _check_how(former, how, out)
    if how.investment == FIXED:
        _solve_base(how, asked.network, network_hash, out, progress)
    elif how.investment == SEARCH and _searches(asked.runs) > 1 and not how.options.states:
        with suppress(InfeasibleError, LimitError):  # then every run begins by itself, and says so if it fails too
            _solve_base(how, asked.network, network_hash, out, progress)
    plan_hash = given_plan(how, out)[2]
    portable = [_portable(run) for run in asked.runs]
    runs = dict(zip(run_keys(portable, how, network_hash, plan_hash), portable, strict=True))
    names = {name: load_scenario(name, how.scenarios).title for name in {run.scenario for run in portable}}
    titles = {key: names[run.scenario] for key, run in runs.items()}
    kinds = axis_kinds(list(runs.values()))
    axes = {name: kinds[name] for name in dict.fromkeys([*asked.axes, *kinds]) if name in kinds}
    batch = Batch(asked.name, asked.spec, runs, titles, how, axes, network_hash, plan_hash, asked.sections)
    if former is not None:
        _check_same(former, batch, out)
        batch = replace(batch, created=former.created)
    if former != batch:
        batch.write(out)
    return batch


def _searches(runs: Sequence[Run]) -> int:
    """How many runs look for their plan: those of portfolios bring theirs."""
    return sum(not run.portfolio for run in runs)


def _check_how(former: Batch, how: How, out: Path) -> None:
    """Raise an InputError that names what the former batch is solved with and this one is not."""
    before, now = former.how, how
    pairs = {
        "investments": (before.investment, now.investment),
        "base": (before.base, now.base),
        **{
            name: (getattr(before.options, name), getattr(now.options, name))
            for name in ("objective", "relax", "gap", "seconds", "resolution", "formulation", "states")
        },
    }
    differ = [f"{name} {one} there, {two} now" for name, (one, two) in pairs.items() if one != two]
    if differ:
        raise InputError(
            f"{out} holds the batch '{former.name}' of {former.created}, which is solved otherwise "
            f"({'; '.join(differ)}): name another folder (--out)"
        )


def _check_same(former: Batch, batch: Batch, out: Path) -> None:
    """Raise an InputError unless every run of the former batch is one of the new."""
    gone = [run.label for key, run in former.runs.items() if key not in batch.runs]
    if not gone:
        return
    named = "; ".join(gone[:_SHOWN]) + (f"; and {len(gone) - _SHOWN} more" if len(gone) > _SHOWN else "")
    why = "files of its scenarios or portfolios have changed since, the plan that is given, or the version of kervan"
    same_names = {run.label for run in former.runs.values()} & {run.label for run in batch.runs.values()}
    reason = why if same_names else "its runs are others"
    raise InputError(
        f"{out} holds another batch, '{former.name}' of {former.created}: {reason}. Not asked for now: {named}. Name "
        "another folder (--out), or ask for all of its runs and more: then only the new ones are solved"
    )


def _solve_base(how: How, network: Network, network_hash: str, out: Path, progress: Progress) -> None:
    """Solve the scenario whose plan all runs take, or begin their search from, unless that is done."""
    from model.run import solve_scenario

    key = run_key(Run(how.base), replace(how, investment=SEARCH), network_hash)
    folder = out / BASE
    if (folder / RUN_FILE).is_file():
        if read_solution(folder).run.get("batch", {}).get("key") == key:
            return
        raise InputError(f"{folder} holds a plan of another question; name another folder for the batch (--out)")
    progress.phase(f"Solving {how.base}, whose plan all runs {'take' if how.investment == FIXED else 'start from'}")
    options = replace(how.options, threads=available_threads(), store=out / SEARCHED)
    solution = solve_scenario(network, load_scenario(how.base, how.scenarios), options, progress)
    if progress.should_stop():
        raise KeyboardInterrupt
    solution = replace(solution, run={**solution.run, "batch": {"key": key, "worker": worker_name()}})
    with new_folder(folder) as new:
        solution.write(new)


def _absolute(how: How) -> How:
    """With paths that a worker finds wherever it was started."""
    given = how.investment if how.investment in (SEARCH, FIXED) else str(Path(how.investment).resolve())
    return replace(how, data=how.data.resolve(), investment=given)


def _portable(run: Run) -> Run:
    return replace(run, portfolio=str(Path(run.portfolio).resolve())) if run.portfolio else run


def _is_ours(path: Path) -> bool:
    """Whether a file is one that a batch begins with, or what a killed beginning left."""
    return path.name in BatchFolder.parts or path.name.startswith(".")
