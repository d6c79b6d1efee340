"""Measure the engine and its duels, and print a table. Run: python -m benchmarks.run."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.duels import DUELS
from benchmarks.engine import PHASES
from benchmarks.registry import Measured, measure_duel, measure_phase

DATA = Path(__file__).resolve().parents[1] / "data"


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Benchmarks to run; all by default.")] = None,
    data: Annotated[Path, typer.Option(help="Data folder.")] = DATA,
    repeat: Annotated[int, typer.Option(min=1, help="Repetitions, of which the fastest counts.")] = 3,
    out: Annotated[Path | None, typer.Option(help="File for the figures as JSON.")] = None,
) -> None:
    """Measure the engine and its duels."""
    known = {item.name: item for item in (*PHASES, *DUELS)}
    unknown = sorted(set(names or ()) - set(known))
    if unknown:
        typer.echo(f"No benchmark is called {', '.join(unknown)}; there are {', '.join(known)}", err=True)
        raise typer.Exit(2)
    phases = [measure_phase(item, data, repeat) for item in PHASES if not names or item.name in names]
    duels = [measure_duel(item, data, repeat) for item in DUELS if not names or item.name in names]
    for title, measured in (("Phases of the engine", phases), ("Side by side", duels)):
        if measured:
            Console().print(_table(title, measured))
    if out is not None:
        figures = [{**asdict(item), "ratio": item.ratio} for item in (*phases, *duels)]
        out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def _table(title: str, measured: list[Measured]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("Benchmark")
    table.add_column("What")
    table.add_column("Seconds", justify="right")
    duel = any(item.peer_seconds is not None for item in measured)
    if duel:
        table.add_column("Peer", justify="right")
        table.add_column("Ratio", justify="right")
    for item in measured:
        cells = [item.name, item.title, f"{item.seconds:.3f}"]
        if duel and item.peer_seconds is not None and item.ratio is not None:
            cells += [f"{item.peer_seconds:.3f}", f"{item.ratio:.1f}"]
        table.add_row(*cells)
    return table


if __name__ == "__main__":
    typer.run(main)
