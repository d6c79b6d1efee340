"""What paying for the plan adds to finding it: the financing of the shipped world beside its search. See README.md.

Run: python -m benchmarks.finance
"""

import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.measure import DATA, Figures, quiet, repeated

SCENARIO = "baseline"
CAP = 0.3  # the cap of the second question, at which some projects find no money


def child(data: Path, seconds: float | None) -> Figures:
    """Seconds of the search, of paying for its plan without and with a cap, and of a test with kept paths."""
    from model.funding.rules import FundingRequest
    from model.options import Options
    from model.plans import plan_of
    from model.progress import Silent
    from model.result_accounts import builds_table
    from model.scenario import load_scenario
    from model.studies.portfolio import examine
    from model.studies.portfolio_optimise import open_search, solve_under
    from model.studies.portfolio_world import open_world
    from network.network import read_network

    network, scenario = read_network(data), load_scenario(SCENARIO, data / "scenarios")
    with tempfile.TemporaryDirectory() as room:
        options = Options(time_limit_s=seconds, store=Path(room))
        began = time.perf_counter()
        opened = open_search(network, scenario, options, Silent())
        figures: Figures = {"search": time.perf_counter() - began, "gap": opened.search.best.gap_of_gain}
        found = None
        for name, cap in (("rules", None), ("cap", CAP)):
            began = time.perf_counter()
            found = solve_under(opened, replace(FundingRequest(), power_cap=cap), "cost", Silent())
            figures |= {name: time.perf_counter() - began, f"{name}_gap": found.gap}
        offers = 0 if found is None else len(found.funding.offers)
        builds = builds_table(opened.world.problem, opened.search.best.plan)
        began = time.perf_counter()
        world = open_world(network, scenario, options, Silent())
        examine(world, plan_of(world.problem, builds), FundingRequest(), "cost")
        figures |= {"test": time.perf_counter() - began}
    return figures | {
        "projects": int((network.projects["is_modelled"] == 1).sum()),
        "funders": len(network.funders),
        "instruments": len(network.instruments),
        "offers": offers,
    }


def main(
    repeat: Annotated[int, typer.Option(min=1, help="Repetitions, of which the fastest counts.")] = 1,
    time_limit: Annotated[float | None, typer.Option(help="Seconds of the search.")] = None,
    data: Annotated[Path, typer.Option(help="Data folder.")] = DATA,
    is_child: Annotated[bool, typer.Option("--child", hidden=True)] = False,
) -> None:
    """Measure what the finance layer adds to the plan it stands on."""
    if is_child:
        quiet()
        print(json.dumps(child(data, time_limit)))
        return
    limit = [] if time_limit is None else ["--time-limit", str(time_limit)]
    figures = min(repeated(repeat, "benchmarks.finance", "--data", str(data), *limit), key=lambda one: one["rules"])
    table = Table(title="Paying for the plan, seconds and over the search")
    for name in ("", "s", "over the search", "gap of the gain"):
        table.add_column(name, justify="left" if not name else "right")
    for name, title in (("search", "search for the plan"), ("rules", "who pays, caps of the rules"),
                        ("cap", f"who pays, cap {CAP:g}"), ("test", "test of the portfolio, paths kept")):  # fmt: skip
        gap = figures.get("gap" if name == "search" else f"{name}_gap")
        shown = "" if gap is None else f"{float(gap):.1%}"
        table.add_row(title, f"{figures[name]:.1f}", f"{figures[name] / figures['search']:.2f}", shown)
    console = Console(width=100)
    console.print(table)
    console.print(
        ", ".join(f"{figures[name]:,.0f} {name}" for name in ("projects", "funders", "instruments", "offers"))
    )


if __name__ == "__main__":
    typer.run(main)
