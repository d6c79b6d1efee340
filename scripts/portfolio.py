"""Portfolios of a development bank: test one, find a better one, and see what independence costs.

Exit codes: 0 answered; 2 bad input; 3 infeasible; 4 stopped at a limit without a result; 5 internal error.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from model.errors import InputError, Problems
from model.funding.portfolio import Portfolio
from model.funding.record import PortfolioRun
from model.funding.rules import FundingRequest
from model.options import Options, available_threads
from model.run_folder import check_run_folder, new_run_folder
from model.scenario import Scenario, load_scenario
from network.network import Network, read_network
from report.command import console, crash_log, guarded, stop_on_interrupt
from report.progress import TerminalProgress

if TYPE_CHECKING:
    from model.studies.portfolio_run import Asked

DEFAULT_DATA = Path(__file__).resolve().parents[1] / "data"
RUNS, SCENARIOS, PATH_STORE = Path("runs"), "scenarios", ".paths"
PLAN = "plan.xlsx"  # the portfolio that was found, in the layout of the template
WIDTH = 120
THREADS = available_threads()

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=" ".join((__doc__ or "").split()))

File = Annotated[Path, typer.Option(metavar="FILE", help="Portfolio: a workbook (see template), a csv file or folder.")]
Scenarios = Annotated[str, typer.Option(help="Scenarios, by commas; the financing is settled in the first.")]
Data = Annotated[Path, typer.Option(help="Data folder of the world.")]
Out = Annotated[Path | None, typer.Option(help="Folder of the run; runs/portfolio-<command> by default.")]
PowerCap = Annotated[
    float | None, typer.Option(help="Largest share of any one power, everywhere; by default the shares of the rules.")
]
Hosts = Annotated[
    bool | None,
    typer.Option("--exempt-hosts/--count-hosts", help="Whether a host's money is free of the cap at home."),
]
Envelopes = Annotated[str | None, typer.Option(help="Envelopes of the funders: low, base or high.")]
Budget = Annotated[float | None, typer.Option(help="Most spending of all projects, million USD a year.")]
NoBank = Annotated[bool, typer.Option("--without-bank", help="The proposed bank takes no part.")]
RareEarths = Annotated[
    bool, typer.Option("--rare-earths", help="What the rare-earth chain builds may be financed too.")
]
Goal = Annotated[str, typer.Option(help="Financing where it is chosen: cost, mobilisation or independence.")]
Worth = Annotated[bool, typer.Option("--worth", help="Value every project with and without it; tornado and draws.")]
Tolls = Annotated[
    bool,
    typer.Option(
        "--tolls", help="Choose a level of toll for each project (test: show the menu around those of the file)."
    ),
]
Draws = Annotated[int, typer.Option(help="Draws of the Monte Carlo with --worth; 0 = none.")]
Seed = Annotated[int, typer.Option(help="Seed of the draws.")]
Resolution = Annotated[str, typer.Option(help="fast or full: periods and seasons.")]
Limit = Annotated[float | None, typer.Option(help="Seconds of each search for a plan.")]
Gap = Annotated[float, typer.Option(help="Gap of the gain at which a search stops, share.")]
Threads = Annotated[int, typer.Option(help="Processors to use.")]


@dataclass(frozen=True)
class Request:
    """What the command line asks for, the same for every command.

    Attributes:
        funding: fields of the funding request that were given. study: fields of the study that were given.
    """

    command: str
    data: Path
    out: Path
    scenarios: str
    options: Callable[[], Options]
    funding: dict[str, Any] = field(default_factory=dict)
    study: dict[str, Any] = field(default_factory=dict)
    rare_earths: bool = False


@app.command("test")
def check(
    portfolio: File,
    scenarios: Scenarios = "baseline",
    power_cap: PowerCap = None,
    hosts: Hosts = None,
    envelopes: Envelopes = None,
    budget: Budget = None,
    without_bank: NoBank = False,
    rare_earths: RareEarths = False,
    goal: Goal = "cost",
    worth: Worth = False,
    tolls: Tolls = False,
    draws: Draws = 2000,
    seed: Seed = 1,
    resolution: Resolution = "fast",
    threads: Threads = THREADS,
    data: Data = DEFAULT_DATA,
    out: Out = None,
) -> None:
    """Fix builds and finance of a portfolio, route the network anew in every scenario, and say what breaks first."""
    request = _request("test", data, out, scenarios, (power_cap, hosts, envelopes, budget, without_bank),
                       (goal, worth, draws, seed, tolls), (resolution, threads, None, 0.05), rare_earths)  # fmt: skip

    def action() -> None:
        from model.funding.portfolio_file import read_portfolio
        from model.studies.portfolio_run import run_test

        network = _world(request)
        given = None if rare_earths else read_portfolio(portfolio, network, resolution)

        def study(asked: "Asked") -> PortfolioRun:
            return run_test(asked, given or read_portfolio(portfolio, asked.network, resolution))

        _run(request, network, study)

    raise typer.Exit(guarded(action, request.out))


@app.command()
def optimise(
    objective: Annotated[str, typer.Option(help="welfare, resilience, independence or mobilisation.")] = "welfare",
    scenarios: Scenarios = "baseline",
    power_cap: PowerCap = None,
    hosts: Hosts = None,
    envelopes: Envelopes = None,
    budget: Budget = None,
    without_bank: NoBank = False,
    rare_earths: RareEarths = False,
    goal: Goal = "cost",
    worth: Worth = False,
    tolls: Tolls = False,
    draws: Draws = 2000,
    seed: Seed = 1,
    resolution: Resolution = "fast",
    time_limit: Limit = None,
    gap: Gap = 0.05,
    threads: Threads = THREADS,
    data: Data = DEFAULT_DATA,
    out: Out = None,
) -> None:
    """Find the portfolio of most worth that can be paid for within all limits."""
    request = _request("optimise", data, out, scenarios, (power_cap, hosts, envelopes, budget, without_bank),
                       (goal, worth, draws, seed, tolls), (resolution, threads, time_limit, gap),
                       rare_earths)  # fmt: skip

    def action() -> None:
        from model.studies.portfolio_optimise import check_objective
        from model.studies.portfolio_run import run_optimise

        check_objective(objective)

        def study(asked: "Asked") -> tuple[PortfolioRun, Portfolio]:
            return run_optimise(asked, objective)

        _run(request, _world(request), study)

    raise typer.Exit(guarded(action, request.out))


@app.command()
def frontier(
    caps: Annotated[str, typer.Option(help="Caps on any one power, by commas.")] = "1,0.8,0.6,0.5,0.4,0.3",
    scenarios: Scenarios = "baseline",
    hosts: Hosts = None,
    envelopes: Envelopes = None,
    budget: Budget = None,
    without_bank: NoBank = False,
    rare_earths: RareEarths = False,
    goal: Goal = "independence",
    resolution: Resolution = "fast",
    time_limit: Limit = None,
    gap: Gap = 0.05,
    threads: Threads = THREADS,
    data: Data = DEFAULT_DATA,
    out: Out = None,
) -> None:
    """Draw the price of independence, and over several scenarios welfare against risk."""
    request = _request("frontier", data, out, scenarios, (None, hosts, envelopes, budget, without_bank),
                       (goal, False, 0, 1, False), (resolution, threads, time_limit, gap), rare_earths)  # fmt: skip

    def action() -> None:
        from model.studies.portfolio_run import run_frontier

        shares = _shares(caps)
        _run(request, _world(request), lambda asked: run_frontier(asked, shares))

    raise typer.Exit(guarded(action, request.out))


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(help="One portfolio.")],
    second: Annotated[Path, typer.Argument(help="The other; its projects are shown in full.")],
    scenarios: Scenarios = "baseline",
    national: Annotated[bool, typer.Option("--national", help="Second against the sum of national plans.")] = False,
    power_cap: PowerCap = None,
    hosts: Hosts = None,
    envelopes: Envelopes = None,
    budget: Budget = None,
    without_bank: NoBank = False,
    rare_earths: RareEarths = False,
    goal: Goal = "cost",
    worth: Worth = False,
    tolls: Tolls = False,
    draws: Draws = 2000,
    seed: Seed = 1,
    resolution: Resolution = "fast",
    threads: Threads = THREADS,
    data: Data = DEFAULT_DATA,
    out: Out = None,
) -> None:
    """Set two portfolios side by side, and with --worth each project with and without the others."""
    request = _request("compare", data, out, scenarios, (power_cap, hosts, envelopes, budget, without_bank),
                       (goal, worth, draws, seed, tolls), (resolution, threads, None, 0.05), rare_earths)  # fmt: skip

    def action() -> None:
        from model.funding.portfolio_file import read_portfolio
        from model.studies.portfolio_run import run_compare

        network = _world(request)

        def read(world: Network) -> list[Portfolio]:
            problems, both = Problems(), []
            for file in (first, second):
                with problems:
                    both.append(read_portfolio(file, world, resolution))
            problems.raise_any()
            return both

        given = None if rare_earths else read(network)

        def study(asked: "Asked") -> PortfolioRun:
            one, two = given or read(asked.network)
            return run_compare(asked, one, two, national)

        _run(request, network, study)

    raise typer.Exit(guarded(action, request.out))


@app.command()
def template(
    out: Annotated[Path, typer.Option(help="Workbook to write.")] = Path("portfolio.xlsx"),
    data: Data = DEFAULT_DATA,
) -> None:
    """Write a workbook to fill in: builds and finance, with lists of projects, funders and terms."""

    def action() -> None:
        from model.funding.portfolio_template import write_template

        write_template(read_network(data), out)
        console().print(f"The template is {out}: fill it in and run scripts/portfolio.py test --portfolio {out}")

    raise typer.Exit(guarded(action, out))


@app.command()
def power(
    shareholders: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="csv with shareholder_id, name, share and power_id."),
    ] = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Print how much each member and each power decides at simple and qualified majorities, and who blocks."""

    def action() -> None:
        from model.funding.shareholders import read_shareholders
        from report.portfolio_votes import votes_summary

        network = read_network(data)
        if shareholders is not None:
            network = network.replace(bank_shareholders=read_shareholders(shareholders, network))
        if network.bank_shareholders.empty:
            raise InputError("finance/bank_shareholders.csv has no row; name a csv with --shareholders")
        Console(width=max(Console().width, WIDTH), highlight=False).print(votes_summary(network))

    raise typer.Exit(guarded(action, RUNS / "portfolio-power"))


def _request(
    command: str,
    data: Path,
    out: Path | None,
    scenarios: str,
    funding: tuple[float | None, bool | None, str | None, float | None, bool],
    study: tuple[str, bool, int, int, bool],
    solving: tuple[str, int, float | None, float],
    rare_earths: bool,
) -> Request:
    folder = RUNS / f"portfolio-{command}" if out is None else out
    cap, hosts, envelopes, budget, without_bank = funding
    given = {"power_cap": cap, "host_exempt": hosts, "envelopes": envelopes, "budget_musd_per_year": budget}
    given = {name: value for name, value in given.items() if value is not None}
    resolution, threads, limit, gap = solving

    def options() -> Options:
        store = folder.parent / PATH_STORE
        return Options(gap=gap, time_limit_s=limit, threads=threads, resolution=resolution, store=store)

    goal, worth, draws, seed, tolls = study
    return Request(
        command, data, folder, scenarios, options,
        {**given, **({"with_bank": False} if without_bank else {})},
        {"goal": goal, "with_worth": worth, "draws": draws, "seed": seed, "with_tolls": tolls}, rare_earths,
    )  # fmt: skip


def _world(request: Request) -> Network:
    """Read the world, and say at once if the run's folder cannot be written."""
    check_run_folder(request.out)
    return read_network(request.data)


def _scenarios(request: Request, problems: Problems) -> list[Scenario]:
    found = []
    for name in dict.fromkeys(part.strip() for part in request.scenarios.split(",") if part.strip()):
        with problems:
            found.append(load_scenario(name, request.data / SCENARIOS))
    return found


def _run(
    request: Request, network: Network, study: Callable[["Asked"], PortfolioRun | tuple[PortfolioRun, Portfolio]]
) -> None:
    """Ask the study, write the run folder and print what it says."""
    from model.funding.portfolio_template import write_portfolio as write_plan
    from model.studies.portfolio_chain import with_candidates
    from model.studies.portfolio_run import Asked, check_study
    from report.portfolio_terminal import summary
    from report.portfolio_write import write_portfolio

    problems = Problems()
    with problems:
        options = request.options()
    with problems:
        funding = FundingRequest(**request.funding)
    with problems:
        check_study(**request.study)
    scenarios = _scenarios(request, problems)
    problems.raise_any()
    if not scenarios:
        raise InputError("--scenarios names no scenario; expected names by commas, such as baseline,red_sea_closed")
    started = time.perf_counter()
    with TerminalProgress(console(stderr=True), options.gap) as progress, stop_on_interrupt(progress):
        if request.rare_earths:
            network = with_candidates(network, scenarios[0].apply(network), options, progress)
        found = study(Asked(network, scenarios, options, progress, funding, **request.study))
        run, chosen = found if isinstance(found, tuple) else (found, None)
        progress.phase("Writing the report")
        world = scenarios[0].apply(network)
        with new_run_folder(request.out) as folder:
            write_portfolio(run, world, folder)
            if chosen is not None:
                write_plan(chosen, network, folder / PLAN)
            seconds = {**run.run["seconds"], "total": time.perf_counter() - started}
            replace(run, run={**run.run, "seconds": seconds}).write(folder)
        crash_log(request.out).unlink(missing_ok=True)
    for notice in run.run.get("notices", []):
        console(stderr=True).print(f"Note: {notice}.")
    terminal = Console(width=max(Console().width, WIDTH), highlight=False)
    terminal.print(summary(run, world))
    console().print(f"\nThe portfolio is in {request.out}: open {request.out / 'portfolio.html'} in a browser.")
    if chosen is not None:
        console().print(f"To change it and test it again: {request.out / PLAN}")


def _shares(text: str) -> list[float]:
    """Shares by commas."""
    found = []
    for part in text.split(","):
        try:
            value = float(part)
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1:
            raise InputError(f"--caps names '{part.strip()}'; expected shares from 0 to 1 by commas, such as 1,0.5,0.3")
        found.append(value)
    return found


if __name__ == "__main__":
    app()
