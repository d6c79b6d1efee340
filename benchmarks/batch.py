"""Runs that keep sessions against runs that are rebuilt and solved cold, and what a second worker adds. See README.md.

For each kind of change, capacities and tariffs, seeded scenarios are solved twice at one plan, one after the other
so that both see the same load: anew (problem, programs, paths from nothing) and by kept sessions. Both
price to 1e-8 of the transport cost; values must agree to 1e-7. Processor seconds are compared, since other work on
the machine changes them less than those of the clock.

Run: python -m benchmarks.batch
"""

import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.measure import DATA, Figures, in_child, quiet
from model.batch.warm import EXACT, WarmSolver
from model.levers.base import Lever
from model.levers.capacity import Capacity
from model.levers.duty import Duty
from model.options import Options
from model.progress import Silent
from model.reuse import Anew
from model.run import solve_scenario
from model.scenario import Scenario, load_scenario
from model.solution import Solution, read_solution
from network.network import Network, read_network

BASE = "baseline"
KINDS = ("capacity", "tariff")
WANTED = {"capacity": (3.0, 10.0), "tariff": (1.5, 3.0)}  # least ratio, and the one aimed at
EFFICIENCY = {"cold": 0.8, "warm": 0.7}
_AGREE = 1e-7
_TARGETS = 6  # links whose capacity a scenario changes
_NETWORK = ("build", "handover", "solve")  # phases of the network; the rest is the observed year, tables and the chain


class Cold(Anew):
    """A run from nothing, priced like those of a batch."""

    precision = EXACT


def scenarios(kind: str, count: int, network: Network, base: Scenario) -> list[Scenario]:
    """Seeded scenarios on top of the base: capacities of some links, or a duty of one importer on goods of one origin.

    As in a batch, whose grids and samples add levers to those of a scenario.
    """
    chance = random.Random(kind)
    limited = network.links[network.links[["capacity_t_per_year", "capacity_teu_per_year"]].notna().any(axis=1)]
    links = sorted(limited["link_id"])
    pairs = sorted(set(network.duty_rates["importer"]) & {"CN", "EU27", "TR", "US"})
    made = []
    for number in range(count):
        lever: Lever
        if kind == "capacity":
            chosen = tuple(chance.sample(links, _TARGETS))
            lever = Capacity(id="change", links=chosen, factor=round(chance.uniform(0.4, 1.8), 2))
        else:
            importer, origin = chance.choice(pairs), chance.choice(["KZ", "UZ", "AZ", "GE", "CN"])
            lever = Duty(
                id="change", importer=importer, origins=(origin,), rate_pct=round(chance.uniform(2.0, 30.0), 1)
            )
        made.append(Scenario(f"{kind}_{number}", f"{kind} {number}", "", "", (*base.levers, lever)))
    return made


@dataclass(frozen=True)
class Bench:
    """What all runs of a process have in common."""

    network: Network
    plan: Solution
    base: Scenario
    warm: WarmSolver
    options: Options

    def solve(self, scenario: Scenario, is_warm: bool) -> Solution:
        """One run at the plan."""
        builds = self.plan["builds"], self.plan["chain_builds"]
        if is_warm:
            return self.warm(scenario, *builds)
        return solve_scenario(self.network, scenario, self.options, Silent(), *builds, kept=Cold())


@lru_cache(maxsize=1)
def bench(data: Path, plan: Path) -> Bench:
    """Read the world and the plan, once a process."""
    network, options = read_network(data), Options(threads=1)
    base = load_scenario(BASE, data / "scenarios")
    return Bench(network, read_solution(plan), base, WarmSolver(network, base, options), options)


def make_plan(data: Path, folder: Path) -> Path:
    """Solve the base and keep its plan."""
    plan = folder / "plan"
    plan.mkdir()
    solve_scenario(read_network(data), load_scenario(BASE, data / "scenarios"), Options(), Silent()).write(plan)
    return plan


def child(data: Path, plan: Path, kind: str, runs: int) -> Figures:
    """Processor seconds of runs by kept sessions and anew, in all and for the network alone."""
    held = bench(data, plan)
    began = time.process_time()
    held.solve(held.base, is_warm=True)
    figures: Figures = {"anchor": time.process_time() - began, "differs": 0.0}
    figures |= {f"{way}_{part}": 0.0 for way in ("cold", "warm") for part in ("run", "network")}
    for scenario in scenarios(kind, runs, held.network, held.base):
        values = []
        for way in ("cold", "warm"):
            began, clock = time.process_time(), time.perf_counter()
            solved = held.solve(scenario, is_warm=way == "warm")
            spent, passed = time.process_time() - began, time.perf_counter() - clock
            figures[f"{way}_run"] += spent
            # Phases are kept by the clock; their share of it is taken of the processor's seconds.
            figures[f"{way}_network"] += spent * sum(solved.run["seconds"][name] for name in _NETWORK) / passed
            values.append(solved.run["objective"])
        figures["differs"] = max(figures["differs"], abs(values[0] - values[1]) / abs(values[0]))
    if figures["differs"] > _AGREE:
        raise RuntimeError(f"values of kept sessions differ by {figures['differs']:.1e} of those of runs anew")
    return figures


def _one(data: Path, plan: Path, kind: str, number: int, runs: int, is_warm: bool) -> None:
    held = bench(data, plan)
    held.solve(scenarios(kind, runs, held.network, held.base)[number], is_warm)


def _ready(data: Path, plan: Path, is_warm: bool) -> None:
    """Read the world, and solve the base where sessions are kept: what a worker does once."""
    held = bench(data, plan)
    if is_warm:
        held.solve(held.base, is_warm)


def clock_of(workers: int, runs: int, data: Path, plan: Path, is_warm: bool) -> float:
    """Seconds in which some processes do some runs, once they are ready."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        _wait(pool.submit(_ready, data, plan, is_warm).result for _ in range(workers))
        _wait(pool.submit(_ready, data, plan, is_warm).result for _ in range(4 * workers))  # none is left out
        began = time.perf_counter()
        jobs = [pool.submit(_one, data, plan, KINDS[n % 2], n, runs, is_warm) for n in range(runs)]
        _wait(job.result for job in jobs)
        return time.perf_counter() - began


def _wait(results: Iterator[Callable[[], object]]) -> None:
    for result in list(results):
        result()


def main(
    runs: Annotated[int, typer.Option(min=2, help="Scenarios of each kind.")] = 20,
    changes: Annotated[bool, typer.Option(help="Measure kept sessions against runs anew.")] = True,
    workers: Annotated[bool, typer.Option(help="Measure two workers against one.")] = True,
    data: Annotated[Path, typer.Option(help="Data folder.")] = DATA,
    kind: Annotated[str, typer.Option(hidden=True)] = "",
    plan: Annotated[Path | None, typer.Option(hidden=True)] = None,
    is_child: Annotated[bool, typer.Option("--child", hidden=True)] = False,
) -> None:
    """Measure what keeping sessions between the runs of a batch saves, and what a second worker adds."""
    quiet()
    data = data.resolve()
    if is_child and plan is not None:
        print(json.dumps(child(data, plan, kind, runs)))
        return
    console = Console(width=110)
    with tempfile.TemporaryDirectory() as room:
        made = make_plan(data, Path(room))
        if changes:
            _compare_changes(console, runs, data, made)
        for way in ("cold", "warm") if workers else ():
            one, two = (clock_of(count, runs, data, made, way == "warm") for count in (1, 2))
            console.print(
                f"{way}: {runs} runs in {one:.0f} s by one worker, {two:.0f} s by two: "
                f"efficiency {one / (2 * two):.0%} (wanted: {EFFICIENCY[way]:.0%})"
            )


def _compare_changes(console: Console, runs: int, data: Path, plan: Path) -> None:
    """Show what runs of each kind of change take by kept sessions and anew."""
    table = Table(title=f"{runs} runs of each kind at one plan, processor seconds a run")
    for heading in ("changes", "anew", "kept", "ratio", "network anew", "network kept", "ratio", "values differ"):
        table.add_column(heading, justify="left" if heading == "changes" else "right")
    for name in KINDS:
        arguments = ["--data", str(data), "--plan", str(plan), "--kind", name, "--runs", str(runs)]
        table.add_row(name, *_shown(in_child("benchmarks.batch", *arguments), runs))
    console.print(table)
    said = ", ".join(f"{name} {least:g} (aim {aim:g})" for name, (least, aim) in WANTED.items())
    console.print(f"wanted of the first ratio at least: {said}")


def _shown(figures: Figures, runs: int) -> list[str]:
    shown = []
    for part in ("run", "network"):
        cold, warm = figures[f"cold_{part}"], figures[f"warm_{part}"]
        shown += [f"{cold / runs:.2f}", f"{warm / runs:.2f}", f"{cold / warm:.1f}"]
    return [*shown, f"{figures['differs']:.0e}"]


if __name__ == "__main__":
    typer.run(main)
