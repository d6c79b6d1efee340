"""Solve a scenario: from the data folder to a plan and its report, with one command.

Exit codes: 0 solved; 2 bad input; 3 infeasible or unbounded; 4 stopped at a limit without a plan; 5 internal error.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from model.errors import InputError, Problems
from model.explain import known_names
from model.identity import input_hash
from model.options import Options, available_threads
from model.run_folder import check_run_folder, new_run_folder
from model.scenario import Scenario, load_scenario
from model.solution import RUN_FILE, Solution, read_solution
from network.network import Network, read_network
from report.command import console, crash_log, guarded, stop_on_interrupt
from report.progress import TerminalProgress
from report.scenario_text import scenario_list, scenario_text
from report.summary import WIDTH as SUMMARY_WIDTH
from report.summary import summary

DEFAULT_DATA = Path(__file__).resolve().parents[1] / "data"
RUNS, SCENARIOS, PATH_STORE = Path("runs"), "scenarios", ".paths"
SENSITIVITIES = ("rare_earths",)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True)
class Request:
    """What the command line asks for; options are checked when they are called for."""

    scenario: str
    data: Path
    out: Path
    compare: str | None
    settings: tuple[str, ...]
    options: Callable[[], Options]
    plan_of: Path | None = None
    sensitivity: str = ""


@dataclass(frozen=True)
class Question:
    """A scenario and the world before and after its levers."""

    scenario: Scenario
    network: Network
    changed: Network


@app.command(epilog=" ".join((__doc__ or "").splitlines()[2:]))
def solve(
    scenario: Annotated[str, typer.Option(help="Scenario, or several joined by +.")] = "baseline",
    data: Annotated[Path, typer.Option(help="Data folder of the world.")] = DEFAULT_DATA,
    objective: Annotated[
        str,
        typer.Option(
            help="shipper (pays fees, tolls, duties), world (leaves them out), national:XX (its own left out)."
        ),
    ] = "shipper",
    relax: Annotated[bool, typer.Option("--relax", help="Build projects in part: a bound, not a plan.")] = False,
    gap: Annotated[float, typer.Option(help="Gap of the gain at which to stop, share.")] = 0.05,
    time_limit: Annotated[
        float | None, typer.Option(help="Seconds of search after which the best plan is taken; 70 (fast), 540 (full).")
    ] = None,
    threads: Annotated[
        int, typer.Option(help="Processors to use; as many as there are by default.")
    ] = available_threads(),
    resolution: Annotated[str, typer.Option(help="fast or full: periods and seasons.")] = "fast",
    formulation: Annotated[str, typer.Option(help="auto, path or arc.")] = "auto",
    compare: Annotated[str, typer.Option(metavar="NAME", help="Scenario to compare with.")] = "",
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="LEVER.FIELD=VALUE", help="Change a figure; may be repeated.")
    ] = None,
    plan_of: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Take the investments of an earlier run as they are.")
    ] = None,
    states: Annotated[
        bool, typer.Option("--states", help="Solve the scenario's events and deals as states of the world.")
    ] = False,
    sensitivity: Annotated[
        str, typer.Option(metavar="WHAT", help="Solve again with weak figures changed: rare_earths.")
    ] = "",
    out: Annotated[Path | None, typer.Option(help="Folder of the run; runs/<scenario> by default.")] = None,
    list_scenarios: Annotated[bool, typer.Option("--list", help="List the scenarios and stop.")] = False,
    show: Annotated[str, typer.Option(metavar="NAME", help="Show a scenario's levers and effects, and stop.")] = "",
) -> None:
    """Find the plan of a scenario: what to build, when, and what then moves where."""
    folder = out if out is not None else RUNS / scenario

    def options() -> Options:
        store = folder.parent / PATH_STORE
        return Options(objective, relax, gap, time_limit, threads, resolution, formulation, store, states)

    changes = tuple(settings or ())
    request = Request(show or scenario, data, folder, compare or None, changes, options, plan_of, sensitivity)
    action = list_all if list_scenarios else show_one if show else solve_one
    raise typer.Exit(guarded(lambda: action(request), request.out))


def list_all(request: Request) -> None:
    """Print every scenario with title and question."""
    if not request.data.is_dir():
        raise InputError(f"{request.data} is no folder; name the data folder (--data)")
    console().print(scenario_list(request.data / SCENARIOS))


def show_one(request: Request) -> None:
    """Print a scenario with its levers and their effects."""
    question = ask(request, request.scenario, request.settings, Problems())
    console().print(scenario_text(question.scenario, question.network))


def ask(request: Request, name: str, settings: tuple[str, ...], problems: Problems) -> Question:
    """Read the world and a scenario and apply the levers; all problems are raised together with those known."""
    with problems:
        network = read_network(request.data)
    with problems:
        scenario = load_scenario(name, request.data / SCENARIOS, settings)
    problems.raise_any()
    return Question(scenario, network, scenario.apply(network))


def solve_one(request: Request) -> None:
    """Solve the scenario, and the one to compare with, and write the run folder."""
    started = time.perf_counter()
    problems = Problems()
    with problems:
        options = request.options()
    with problems:
        check_run_folder(request.out)
    plan = None
    if request.plan_of is not None:
        with problems:
            plan = read_solution(request.plan_of)
    with problems:
        check_sensitivity(request.sensitivity)
    question = ask(request, request.scenario, request.settings, problems)
    other = question_to_compare(request, question)
    read_s = time.perf_counter() - started
    with TerminalProgress(console(stderr=True), options.gap) as progress, stop_on_interrupt(progress):
        solution = run(question, options, progress, plan)
        compare = compared(other, request.out.parent, options, progress) if other else None
        if other is not None and compare is not None:
            solution = with_policy_worth(solution, question, other, options, progress)
        if request.sensitivity:
            solution = with_sensitivity(solution, question, options, progress)
        progress.phase("Writing the report")
        write_run(solution, question.changed, compare, request.out, read_s, started)
    for notice in solution.run.get("notices", []):
        console(stderr=True).print(f"Note: {notice}.")
    terminal = Console(width=max(Console().width, SUMMARY_WIDTH), highlight=False)
    terminal.print(summary(solution, question.changed, compare))
    console().print(f"\nThe run is in {request.out}: open {request.out / 'report.html'} in a browser.")


def question_to_compare(request: Request, question: Question) -> Question | None:
    """Return the scenario to compare with, applied to the same world."""
    if request.compare is None:
        return None
    scenario = load_scenario(request.compare, request.data / SCENARIOS)
    return Question(scenario, question.network, scenario.apply(question.network))


def run(question: Question, options: Options, progress: TerminalProgress, plan: Solution | None = None) -> Solution:
    """Solve a question; the solver is loaded here, so that --list, --show and bad input answer at once."""
    from model.run import solve_scenario

    builds, chain = (None, None) if plan is None else (plan["builds"], plan["chain_builds"])
    return solve_scenario(question.network, question.scenario, options, progress, builds, chain)


def compared(other: Question, runs: Path, options: Options, progress: TerminalProgress) -> Solution | None:
    """Return the solution to compare with: a stored run of the very same question, or a new one."""
    stored = runs / other.scenario.name
    if (stored / RUN_FILE).is_file():
        solution = read_solution(stored)
        if solution.run.get("input_hash") == input_hash(other.changed, options, other.scenario):
            return solution
    if progress.should_stop():
        console(stderr=True).print(f"Stopped, so the plan is not compared with {other.scenario.name}.")
        return None
    progress.phase(f"Solving {other.scenario.name} to compare with")
    return run(other, options, progress)


def with_policy_worth(
    solution: Solution, question: Question, other: Question, options: Options, progress: TerminalProgress
) -> Solution:
    """Add what the change of trade policy is worth over the very same builds, where there is one."""
    from model.studies.policy_worth import changes_policy, changes_status, policy_worth

    if not changes_policy(question.changed, other.changed) or progress.should_stop():
        return solution
    table = policy_worth(
        question.network, question.scenario, other.scenario, options, progress, solution["builds"],
        changes_status(question.changed, other.changed),
    )  # fmt: skip
    return replace(solution, tables={**solution.tables, "policy_worth": table})


def check_sensitivity(what: str) -> None:
    """Say what can be asked for where something else was."""
    if what and what not in SENSITIVITIES:
        raise InputError(f"--sensitivity {what}: {known_names('Known', what, SENSITIVITIES)}")


def with_sensitivity(solution: Solution, question: Question, options: Options, progress: TerminalProgress) -> Solution:
    """Add what the answers on rare earths rest on; a world without the chain has none."""
    from model.chain.problem import has_chain
    from model.chain.sensitivity import sensitivity

    if not has_chain(question.changed) or progress.should_stop():
        return solution
    table = sensitivity(question.changed, options, progress)
    return replace(solution, tables={**solution.tables, "chain_sensitivity": table})


def write_run(
    solution: Solution, network: Network, compare: Solution | None, out: Path, read_s: float, started: float
) -> None:
    """Write the whole run beside its place, then put it there."""
    from report.write import write_report

    began = time.perf_counter()
    with new_run_folder(out) as folder:
        write_report(solution, network, folder, compare)
        now = time.perf_counter()
        seconds = {**solution.run["seconds"], "read": read_s, "write": now - began, "total": now - started}
        replace(solution, run={**solution.run, "seconds": seconds}).write(folder)
    crash_log(out).unlink(missing_ok=True)


if __name__ == "__main__":
    app()
