"""What paying for the plan adds to finding it: the financing of a world beside its search. See README.md.

The world is the shipped one with twice its candidate projects (:mod:`benchmarks.growth`); ``--factor 1`` takes it as it
is. All is done in one process, one after another, so that the ratios are of the same machine at the same load; on a
machine that other work shares, seconds of the processors say more than those of the clock.

Run: python -m benchmarks.finance
"""

import json
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.measure import DATA, Figures, quiet, repeated

SCENARIO = "baseline"
QUESTIONS = {
    "none": 1.0,
    "rules": None,
    "cap40": 0.4,
    "cap30": 0.3,
    "cap20": 0.2,
}  # most of any one power; None: the rules
MOST_RATIO, MOST_TEST_S = 0.5, 20.0  # what is asked of the finance layer over the search, and of a test
_TITLES = {
    "search": "search for the plan",
    "none": "who pays, no cap",
    "rules": "who pays, caps of rules",
    "cap40": "who pays, cap 0.4",
    "cap30": "who pays, cap 0.3",
    "cap20": "who pays, cap 0.2",
    "test": "test, paths kept",
}


def child(data: Path, factor: int, seconds: float | None) -> Figures:
    """Seconds of the search, of paying for its plan under several caps, and of a test with kept paths."""
    from benchmarks.growth import grow
    from model.funding.rules import FundingRequest
    from model.options import Options
    from model.plans import plan_of
    from model.progress import Silent
    from model.result_investment import builds_table
    from model.scenario import load_scenario
    from model.studies.portfolio import examine
    from model.studies.portfolio_optimise import open_search, solve_under
    from model.studies.portfolio_world import open_world
    from network.network import read_network

    scenario = load_scenario(SCENARIO, data / "scenarios")
    with tempfile.TemporaryDirectory() as room:
        grow(data, Path(room) / "world", "projects", factor)
        network = read_network(Path(room) / "world")
        options = Options(time_limit_s=seconds, store=Path(room) / "store")
        began = _now()
        opened = open_search(network, scenario, options, Silent())
        best = opened.search.best
        figures: Figures = _since(began, "search") | {"search_gap": best.gap_of_gain, "search_gain": best.gain}
        for name, cap in QUESTIONS.items():
            began = _now()
            found = solve_under(opened, FundingRequest(power_cap=cap), "cost", Silent())
            figures |= _since(began, name) | {f"{name}_gap": found.gap, f"{name}_gain": found.gain}
        offers = len(found.funding.offers)
        builds = builds_table(opened.world.problem, best.plan)
        began = _now()
        world = open_world(network, scenario, options, Silent())
        examine(world, plan_of(world.problem, builds), FundingRequest(), "cost")
        figures |= _since(began, "test")
    years, owners = world.problem.periods, world.problem.strategy.projects["module_of"]
    return figures | {
        "projects": int(owners.iloc[world.problem.strategy.starts["project"].to_numpy()].nunique()),
        "funders": len(network.funders),
        "instruments": len(network.instruments),
        "years": int(years["last_year"].max() - years["first_year"].min()) + 1,
        "offers": offers,
    }


def _now() -> tuple[float, float]:
    """Seconds of the clock and of the processors."""
    return time.perf_counter(), time.process_time()


def _since(began: tuple[float, float], name: str) -> Figures:
    clock, processors = _now()
    return {name: clock - began[0], f"{name}_cpu": processors - began[1]}


def main(
    factor: Annotated[int, typer.Option(min=1, max=2, help="How many times the candidates of the world.")] = 2,
    repeat: Annotated[int, typer.Option(min=1, help="Repetitions, of which the fastest counts.")] = 1,
    time_limit: Annotated[float | None, typer.Option(help="Seconds of the search.")] = None,
    data: Annotated[Path, typer.Option(help="Data folder.")] = DATA,
    is_child: Annotated[bool, typer.Option("--child", hidden=True)] = False,
) -> None:
    """Measure what the finance layer adds to the plan it stands on."""
    if is_child:
        quiet()
        print(json.dumps(child(data, factor, time_limit)))
        return
    arguments = ["--data", str(data.resolve()), "--factor", str(factor)]
    arguments += [] if time_limit is None else ["--time-limit", str(time_limit)]
    figures = min(repeated(repeat, "benchmarks.finance", *arguments), key=lambda one: one["rules"])
    console = Console(width=110)
    console.print(_table(figures))
    counts = ("projects", "funders", "instruments", "years", "offers")
    console.print(", ".join(f"{figures[name]:,.0f} {name}" for name in counts))
    most = max(figures[name] for name in QUESTIONS) / figures["search"]
    console.print(f"finance layer over the search: at most {most:.2f} (wanted: {MOST_RATIO:g} or less)")
    console.print(f"test of one portfolio: {figures['test']:.1f} s (wanted: {MOST_TEST_S:g} or less)")


def _table(figures: Figures) -> Table:
    table = Table(title="Paying for the plan: seconds, and ratios to the search")
    for heading in ("", "s", "ratio", "CPU s", "ratio", "gain, USD bn", "gap"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, title in _TITLES.items():
        shown = [
            text
            for kind in ("", "_cpu")
            for text in (f"{figures[name + kind]:.1f}", f"{figures[name + kind] / figures['search' + kind]:.2f}")
        ]
        if name != "test":
            shown += [f"{figures[f'{name}_gain'] / 1000:.2f}", f"{figures[f'{name}_gap']:.1%}"]
        table.add_row(title, *shown)
    return table


if __name__ == "__main__":
    typer.run(main)
