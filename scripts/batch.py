"""Solve many scenarios: a batch is laid out, solved by many workers, never twice, and ends in one report.

Exit codes: 0 every run is finished; 2 bad input; 3 some runs failed, the others are finished; 4 stopped before all was
done (the same command goes on); 5 internal error.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from model.batch.catalogue import Catalogue
from model.batch.files import is_disk_full
from model.batch.record import BATCH_FILE, Batch, read_record
from model.batch.spec import Spec, read_spec, spec_of_options
from model.batch.store import BatchFolder
from model.errors import InputError, LimitError, Problems
from model.solution import read_solution
from network.network import Network, read_network
from report.batch_progress import BatchProgress
from report.batch_text import failures, status_text
from report.command import console, guarded, stop_on_interrupt
from report.progress import TerminalProgress

if TYPE_CHECKING:
    from model.batch.crew import Crew
    from model.batch.execute import Tally

DEFAULT_DATA = Path(__file__).resolve().parents[1] / "data"
RUNS, PREFIX = Path("runs"), "batch-"
SOME_FAILED = 3
LONGEST_NAME = 60

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=" ".join((__doc__ or "").split()))

Folder = Annotated[Path | None, typer.Argument(help="Folder of the batch; the newest of runs by default.")]
WorkersOption = Annotated[int | None, typer.Option(help="Processes; by default as processors and memory allow.")]
DaskOption = Annotated[
    str, typer.Option("--dask", metavar="ADDRESS", help="Scheduler of a Dask cluster, such as tcp://10.0.0.5:8786.")
]
NoReport = Annotated[bool, typer.Option("--no-report", help="Write no report at the end.")]


@dataclass(frozen=True)
class Hands:
    """Who is to solve: processes of this machine, or a cluster."""

    workers: int | None
    dask: str

    def __post_init__(self) -> None:
        if self.dask and self.workers is not None:
            raise InputError("--workers is for this machine; with --dask the cluster has the workers that it has")
        if self.workers is not None and self.workers < 1:
            raise InputError(f"--workers is {self.workers}; expected 1 or more")


@app.command()
def run(
    spec: Annotated[
        Path | None, typer.Argument(metavar="[SPEC]", help="SPEC file (YAML), or the options below.")
    ] = None,
    scenarios: Annotated[str | None, typer.Option(help="all, or names by commas; baseline by default.")] = None,
    grid: Annotated[
        list[str] | None, typer.Option(metavar="AXIS=V,V", help="Values of an axis, as carbon_price=0,50,100.")
    ] = None,
    sample: Annotated[int | None, typer.Option(help="Points of a Latin hypercube over the uncertain figures.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the sample.")] = None,
    ranges: Annotated[str | None, typer.Option(help="Ranges that are sampled, by commas; all by default.")] = None,
    portfolio: Annotated[
        list[Path] | None,
        typer.Option(
            "--portfolio", "--portfolios", metavar="FILE", help="Portfolio whose builds are taken; may be repeated."
        ),
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="LEVER.FIELD=VALUE", help="Change a figure in every run.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="Condition that runs must satisfy.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="Condition of runs that are left out.")] = None,
    investment: Annotated[
        str | None, typer.Option(help="search, fixed (all take the plan of the base) or the folder of a run.")
    ] = None,
    base: Annotated[str | None, typer.Option(help="Scenario that the others are compared with.")] = None,
    keep: Annotated[str | None, typer.Option(help="tables or indicators: what is kept of each run.")] = None,
    sections: Annotated[str | None, typer.Option("--report", help="Sections of the report, by commas.")] = None,
    objective: Annotated[str | None, typer.Option(help="shipper, world or national:XX.")] = None,
    gap: Annotated[float | None, typer.Option(help="Gap of the gain at which a search stops, share.")] = None,
    time_limit: Annotated[float | None, typer.Option(help="Seconds of each search.")] = None,
    resolution: Annotated[str | None, typer.Option(help="fast or full.")] = None,
    formulation: Annotated[str | None, typer.Option(help="auto, path or arc.")] = None,
    relax: Annotated[bool, typer.Option("--relax", help="Build projects in part: bounds, not plans.")] = False,
    states: Annotated[bool, typer.Option("--states", help="Solve events and deals as states of the world.")] = False,
    workers: WorkersOption = None,
    dask: DaskOption = "",
    data: Annotated[Path, typer.Option(help="Data folder of the world.")] = DEFAULT_DATA,
    out: Annotated[Path | None, typer.Option(help="Folder of the batch; runs/batch-<name> by default.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Start more than 10,000 runs.")] = False,
    no_report: NoReport = False,
) -> None:
    """Solve what is open of a batch, and write its report. The same command goes on where it was stopped."""
    given = {
        "scenarios": scenarios, "portfolios": [str(path) for path in portfolio or []] or None, "settings": settings,
        "only": only, "exclude": exclude, "investment": investment, "base": base, "keep": keep, "report": sections,
    }  # fmt: skip
    solving = {
        "objective": objective, "gap": gap, "time_limit": time_limit, "resolution": resolution,
        "formulation": formulation, "relax": relax or None, "states": states or None,
    }  # fmt: skip
    given = {name: value for name, value in given.items() if value is not None}
    solving = {name: value for name, value in solving.items() if value is not None}
    drawn = {"sample": sample, "seed": seed, "ranges": ranges}
    drawn = {name: value for name, value in drawn.items() if value is not None}
    asked = {**given, **drawn, **solving, **({"grids": grid} if grid else {})}
    name = spec.stem if spec is not None else _name(given, grid or [], sample)
    folder = out or RUNS / f"{PREFIX}{name}"

    def read() -> Spec:
        from report.comparison import SECTIONS

        known = [section.name for section in SECTIONS]
        if spec is None:
            more: dict[str, Any] = {**given, **drawn, **({"options": solving} if solving else {})}
            return spec_of_options(grids=grid or [], sections=known, **more)
        if asked:
            raise InputError(
                f"{', '.join(_option(one) for one in asked)}: a SPEC file says these itself; give one or the other"
            )
        return read_spec(spec, known)

    _exit(folder, lambda: _run(read, name, folder, data, Hands(workers, dask), yes, not no_report))


@app.command()
def status(folder: Folder = None) -> None:
    """Say how far a batch is and what failed; nothing is solved."""

    def action() -> int:
        from model.batch.lock import FolderLock

        out = _folder(folder)
        batch = read_record(out)
        catalogue = Catalogue(batch, BatchFolder(out)).table()
        console().print(status_text(batch, catalogue, str(out), FolderLock.is_held(out)))
        return 0

    _exit(folder or RUNS / "batch", action)


@app.command()
def report(
    folder: Folder = None,
    key: Annotated[
        str, typer.Option("--run", metavar="KEY", help="Report of one run: its key, or its beginning.")
    ] = "",
    sections: Annotated[str, typer.Option(help="Sections of the page, by commas; all by default.")] = "",
) -> None:
    """Write the report on what is finished of a batch, or that of one of its runs."""

    def action() -> int:
        out = _folder(folder)
        if key:
            _report_run(out, key)
        else:
            _report(out, tuple(one.strip() for one in sections.split(",") if one.strip()))
        return 0

    _exit(folder or RUNS / "batch", action)


@app.command()
def retry(
    folder: Folder = None,
    kinds: Annotated[
        str,
        typer.Option("--kind", metavar="KINDS", help="Kinds of failure that are run again, by commas; all by default."),
    ] = "",
    open_only: Annotated[bool, typer.Option("--open-only", help="Leave what failed, go on with what is open.")] = False,
    workers: WorkersOption = None,
    dask: DaskOption = "",
    no_report: NoReport = False,
) -> None:
    """Run again what failed, and what is open, of a batch as it was asked for."""

    def action() -> int:
        from model.batch.start import held

        out = _folder(folder)
        batch = read_record(out)
        crew, why = _crew(Hands(workers, dask), batch.how.options.resolution, out)
        wanted = _kinds(kinds)
        with _disk(out), held(out):
            store = BatchFolder(out)
            failed = store.failures()
            again = {one for one, found in failed.items() if not wanted or found.kind in wanted}
            if not open_only:
                store.forget_failures(again & set(batch.runs))
            tally = _work(batch, out, crew, why)
        return _end(batch, out, tally, with_report=not no_report)

    _exit(folder or RUNS / "batch", action)


def _run(
    read: Callable[[], Spec], name: str, out: Path, data: Path, hands: Hands, is_confirmed: bool, with_report: bool
) -> int:
    """Lay a batch out and solve what is open of it."""
    from model.batch.design import design
    from model.batch.runs import FIXED, SEARCH
    from model.batch.start import Asked, held, start

    problems = Problems()
    spec: Spec | None = None
    network: Network | None = None
    with problems:
        spec = read()
    with problems:
        network = read_network(data)
    problems.raise_any()
    if spec is None or network is None:
        raise RuntimeError
    how = spec.how(data)
    if how.investment not in (SEARCH, FIXED):
        read_solution(Path(how.investment))  # said now, before anything is written
    laid = design(spec, network, is_confirmed=is_confirmed)
    sections = tuple(one for one in spec.report if one != "all")
    asked = Asked(spec.title or name, spec.to_yaml(), laid.runs, how, network, sections, laid.axes)
    for notice in laid.notices:
        console(stderr=True).print(f"Note: {notice}.")
    crew, why = _crew(hands, spec.options.resolution, out)
    with _disk(out), held(out):
        progress = TerminalProgress(console(stderr=True), how.options.gap)
        with progress, stop_on_interrupt(progress, "before anything is solved"):
            batch = start(asked, out, progress)
        tally = _work(batch, out, crew, why)
    return _end(batch, out, tally, with_report)


def _work(batch: Batch, out: Path, crew: "Crew", why: str) -> "Tally":
    """Solve what is open of a batch whose folder is held."""
    from model.batch.execute import execute

    progress = BatchProgress(console(stderr=True))
    console(stderr=True).print(f"{batch.name}: {len(batch.runs):,} runs in {out}, {why}.")
    with progress, stop_on_interrupt(progress, "when the runs at work are done"):
        return execute(batch, out, crew, progress)


def _end(batch: Batch, out: Path, tally: "Tally", with_report: bool) -> int:
    """Say how a batch ended, and write its report."""
    if tally.stopped:
        raise LimitError(
            f"Not all was done: {tally.stopped}. {tally.finished:,} of {tally.total:,} runs are finished and kept in "
            f"{out}; the same command goes on with the {tally.left:,} that are open."
        )
    catalogue = Catalogue(batch, BatchFolder(out)).table()
    for line in failures(batch, catalogue):
        console(stderr=True).print(line)
    failed = f", {tally.failed:,} failed (again: batch.py retry {out})" if tally.failed else ""
    console().print(f"{tally.finished:,} of {tally.total:,} runs are finished{failed}.")
    if with_report and tally.finished:
        _report(out, ())
    return SOME_FAILED if tally.failed else 0


def _report(out: Path, sections: tuple[str, ...]) -> None:
    """Write the report of what is finished."""
    from model.batch.result import read_batch
    from report.batch_write import write_batch_report

    began = time.perf_counter()
    result = read_batch(out)
    for notice in result.notices:
        console(stderr=True).print(f"Note: {notice}.")
    with _disk(out):
        wanted = sections or tuple(result.batch.sections)
        files = write_batch_report(result, wanted, lambda text: console(stderr=True).print(text))
    seconds = time.perf_counter() - began
    console().print(f"The report is in {out} ({seconds:.0f} s): open {files[0]} in a browser.")
    if len(files) > 1:
        console().print(f"The same figures: {', '.join(path.name for path in files[1:])}")


def _report_run(out: Path, text: str) -> None:
    from model.batch.result import read_batch
    from report.batch_write import write_run_report

    result = read_batch(out)
    found = [key for key in result.batch.runs if key.startswith(text)] or [
        key for key, run in result.batch.runs.items() if run.label == text
    ]
    if len(found) != 1:
        what = f"{len(found)} runs have a key" if found else "no run has a key or a name"
        raise InputError(f"--run {text}: {what} that begins so; the keys are in {out / 'catalogue.csv'}")
    with _disk(out):
        folder = write_run_report(result, found[0])
    console().print(f"The report of {result.run(found[0]).label} is in {folder}: open {folder / 'report.html'}.")


def _crew(hands: Hands, resolution: str, out: Path) -> tuple["Crew", str]:
    """The workers, and what they are in words."""
    if hands.dask:
        from model.batch.cluster import DaskCrew

        cluster = DaskCrew(hands.dask)
        return cluster, f"by the Dask workers of {hands.dask} ({len(cluster.lanes())} now)"
    from model.batch.machine import suggested_workers

    if hands.workers is not None:
        return _local(hands.workers), _processes(hands.workers)
    found = suggested_workers(resolution, BatchFolder(out))
    return _local(found.number), f"{_processes(found.number)} ({found.reason})"


def _local(workers: int) -> "Crew":
    from model.batch.pool import PoolCrew

    return PoolCrew(workers)


def _processes(number: int) -> str:
    return "by 1 process" if number == 1 else f"by {number} processes"


@contextmanager
def _disk(out: Path) -> Iterator[None]:
    """Say in a sentence where a disk is full, or where the user gives up."""
    try:
        yield
    except OSError as error:
        if not is_disk_full(error):
            raise
        raise LimitError(_left(out, f"there is no room left to write to {out}")) from error
    except KeyboardInterrupt as error:
        raise LimitError(_left(out, "given up")) from error


def _left(out: Path, why: str) -> str:
    finished = len(BatchFolder(out).finished())
    return f"Not all was done: {why}. {finished:,} runs are finished and kept in {out}; the same command goes on."


def _folder(folder: Path | None) -> Path:
    """The folder that was named, or the newest batch."""
    if folder is not None:
        return folder
    found = sorted(RUNS.glob(f"*/{BATCH_FILE}"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise InputError(f"no batch is in {RUNS}; name its folder, or start one with: batch.py run")
    return found[-1].parent


def _kinds(text: str) -> set[str]:
    from model.batch.store import KINDS
    from model.explain import known_names

    kinds = {one.strip() for one in text.split(",") if one.strip()}
    wrong = [f"--kind {one}: {known_names('Kinds', one, KINDS)}" for one in sorted(kinds - set(KINDS))]
    if wrong:
        raise InputError(wrong)
    return kinds


def _name(given: dict[str, Any], grids: list[str], sample: int | None) -> str:
    """Name of a batch that options say."""
    parts = [str(given.get("scenarios", "baseline")), *(re.split(r"[{=]", text)[0] for text in grids)]
    parts += [Path(path).stem for path in given.get("portfolios", [])] + ([f"sample{sample}"] if sample else [])
    return re.sub(r"[^\w.+]+", "-", "-".join(parts)).strip("-")[:LONGEST_NAME] or "batch"


def _option(name: str) -> str:
    names = {"grids": "grid", "portfolios": "portfolio", "settings": "set"}
    return f"--{names.get(name, name).replace('_', '-')}"


def _exit(out: Path, action: Callable[[], int]) -> None:
    """Run an action and end the program with its exit code, or that of what stopped it."""
    codes = [0]

    def act() -> None:
        codes[0] = action()

    raise typer.Exit(guarded(act, out) or codes[0])


if __name__ == "__main__":
    app()
