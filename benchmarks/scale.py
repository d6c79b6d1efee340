"""How reading, building and solving grow with the world: worlds grown from the shipped one. See README.md.

Run: python -m benchmarks.scale
"""

import json
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.measure import DATA, Figures, exponent, quiet, repeated

KINDS = ("places", "lanes", "commodities", "periods")
PHASES = ("read", "build", "solve")


def child(kind: str, factor: int, data: Path) -> Figures:
    """Seconds and peak MB of each phase, by its end, and how large the grown world is."""
    from benchmarks.growth import grow
    from benchmarks.worlds import OPTIONS, with_cheapest_paths
    from model.build import build_problem
    from model.run import peak_memory_mb
    from network.network import read_network

    with tempfile.TemporaryDirectory() as room:
        grow(data, Path(room) / "world", kind, factor)
        began = time.perf_counter()
        network = read_network(Path(room) / "world")
    figures: Figures = {"read": time.perf_counter() - began, "read_mb": peak_memory_mb()}
    began = time.perf_counter()
    problem = build_problem(network, network, OPTIONS)
    figures |= {"build": time.perf_counter() - began, "build_mb": peak_memory_mb()}
    columns = with_cheapest_paths(problem)
    began = time.perf_counter()
    value = columns.solver().generate(columns.nothing).value
    figures |= {"solve": time.perf_counter() - began, "solve_mb": peak_memory_mb(), "value": value}
    return figures | {
        "places": len(network.places), "links": len(network.links), "lanes": len(network.lanes),
        "commodities": len(network.commodities), "periods": len(problem.periods),
    }  # fmt: skip


def main(
    kinds: Annotated[str, typer.Option(help="What grows, with commas.")] = ",".join(KINDS),
    factors: Annotated[str, typer.Option(help="Factors of growth, with commas.")] = "1,2,4",
    repeat: Annotated[int, typer.Option(min=1, help="Repetitions, of which the fastest counts.")] = 1,
    data: Annotated[Path, typer.Option(help="Data folder to grow.")] = DATA,
    child_of: Annotated[tuple[str, int], typer.Option("--child", hidden=True)] = ("", 0),
) -> None:
    """Measure the growth of reading, building and solving one period with nothing built."""
    if child_of[0]:
        quiet()
        print(json.dumps(child(*child_of, data)))
        return
    steps = [int(factor) for factor in factors.split(",")]
    for kind in kinds.split(","):
        if kind not in KINDS:
            typer.echo(f"Nothing is called {kind}; there are {', '.join(KINDS)}", err=True)
            raise typer.Exit(2)
        module, folder = "benchmarks.scale", ("--data", str(data.resolve()))
        measured = [repeated(repeat, module, kind, str(factor), *folder) for factor in steps]
        Console().print(_table(kind, steps, [_least(items) for items in measured]))


def _least(items: list[Figures]) -> Figures:
    return {name: min(item[name] for item in items) for name in items[0]}


def _table(kind: str, factors: list[int], measured: list[Figures]) -> Table:
    table = Table("Factor", title=f"More {kind}", title_justify="left")
    for heading in ("Places", "Links", "Lanes", "Goods", "Periods", "Read s", "Build s", "Solve s", "MB"):
        table.add_column(heading, justify="right")
    for factor, item in zip(factors, measured, strict=True):
        counts = [str(item[name]) for name in ("places", "links", "lanes", "commodities", "periods")]
        seconds = [f"{item[phase]:.2f}" for phase in PHASES]
        table.add_row(str(factor), *counts, *seconds, f"{item['solve_mb']:.0f}")
    if len(factors) > 1:
        size = [float(factor) for factor in factors]
        slopes = [exponent(size, [item[name] for item in measured]) for name in (*PHASES, "solve_mb")]
        table.add_row("exponent", *[""] * 5, *(f"{slope:.2f}" for slope in slopes))
    return table


if __name__ == "__main__":
    typer.run(main)
