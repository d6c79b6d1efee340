"""Build a generated linear program and hand it to HiGHS: row families, linopy and bare arrays. See README.md.

Run: python -m benchmarks.build
"""

import json
import time
from statistics import median
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.measure import Figures, has_peer, quiet, repeated

SIZES = "100000,500000,2000000"
CHECK = 20_000  # columns of the program whose optimum is compared
WARM = 500
PEERS = ("linopy", "linopy_sparse")


def child(way: str, columns: int, graph: str, solve: bool) -> Figures:
    """Seconds from data in memory until HiGHS holds the program, peak MB of the process, and what it holds.

    A tiny program goes first, so that imports on first use are not in the figures.
    """
    from benchmarks.lp import generate
    from benchmarks.ways import BUILDERS
    from model.run import peak_memory_mb

    build = BUILDERS[way]
    build(generate(WARM, graph))
    data = generate(columns, graph)
    began = time.perf_counter()
    held = build(data)
    seconds = time.perf_counter() - began
    figures: Figures = {"seconds": seconds, "mb": peak_memory_mb(), "size": held.size}
    return figures | ({"optimum": held.optimum()} if solve else {})


def same_program(figures: dict[str, Figures], tolerance: float = 1e-9) -> None:
    """Check that all ways hold the same program.

    Raises:
        ValueError: sizes or optima differ.
    """
    first = next(iter(figures.values()))
    for way, other in figures.items():
        if other["size"] != first["size"]:
            raise ValueError(f"{way} holds {other['size']} columns, rows and nonzeros; expected {first['size']}")
        if "optimum" in first and abs(other["optimum"] - first["optimum"]) > tolerance * abs(first["optimum"]):
            raise ValueError(f"{way} ends at {other['optimum']}; expected {first['optimum']}")


def main(
    columns: Annotated[str, typer.Option(help="Sizes, in columns, with commas.")] = SIZES,
    repeat: Annotated[int, typer.Option(min=1, help="Repetitions.")] = 3,
    graph: Annotated[str, typer.Option(help="hubs (as transport networks are) or even.")] = "hubs",
    child_of: Annotated[tuple[str, int, int], typer.Option("--child", hidden=True)] = ("", 0, 0),
) -> None:
    """Compare ways to build and hand over the same program."""
    if child_of[0]:
        quiet()
        print(json.dumps(child(child_of[0], child_of[1], graph, bool(child_of[2]))))
        return
    ways = ["rows", *(PEERS if has_peer("linopy") else ()), "arrays"]
    module, option = "benchmarks.build", ("--graph", graph)
    same_program({way: repeated(1, module, way, str(CHECK), "1", *option)[0] for way in ways})
    print(f"The ways hold the same program: size, and optimum at {CHECK} columns.")
    for size in columns.split(","):
        measured = {way: repeated(repeat, module, way, str(int(float(size))), "0", *option) for way in ways}
        same_program({way: figures[0] for way, figures in measured.items()})
        Console().print(_table(measured))


def _table(measured: dict[str, list[Figures]]) -> Table:
    columns, rows, nonzeros = measured["rows"][0]["size"]
    title = f"{columns:,} columns, {rows:,} rows, {nonzeros:,} nonzeros"
    table = Table("Way", title=title, title_justify="left")
    for heading in ("Least s", "Median s", "Peak MB", "Rows / it, s", "Rows / it, MB"):
        table.add_column(heading, justify="right")
    seconds = {way: [item["seconds"] for item in items] for way, items in measured.items()}
    peak = {way: min(item["mb"] for item in items) for way, items in measured.items()}
    for way in measured:
        least = min(seconds[way])
        ratios = (min(seconds["rows"]) / least, peak["rows"] / peak[way])
        table.add_row(
            way,
            f"{least:.2f}",
            f"{median(seconds[way]):.2f}",
            f"{peak[way]:.0f}",
            *(f"{ratio:.2f}" for ratio in ratios),
        )
    return table


if __name__ == "__main__":
    typer.run(main)
