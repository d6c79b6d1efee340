"""The same small network program by PyPSA and here, from tables on disk to the optimum. See README.md.

Run: python -m benchmarks.peer
"""

import json
import logging
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.measure import Figures, has_peer, quiet, repeated

TOLERANCE = 1e-6  # of the optimum
MILLION = 1e6


def by_engine(places: int) -> Figures:
    """Read the folder, build, solve the joint program on arcs: seconds and optimum in USD."""
    from benchmarks.transport import generate, write_world
    from benchmarks.worlds import OPTIONS
    from model.build import build_problem
    from model.compile import compile_model
    from model.formulation import formulate
    from model.routing import arc_routing
    from model.solver import Session, Status
    from network.network import read_network

    with tempfile.TemporaryDirectory() as room:
        write_world(generate(places), Path(room))
        began = time.perf_counter()
        network = read_network(room)
        read = time.perf_counter()
    problem = build_problem(network, network, OPTIONS)
    session = Session(compile_model(formulate(problem, arc_routing(problem))))
    built = time.perf_counter()
    answer = session.solve()
    ended = time.perf_counter()
    if answer.status is not Status.OPTIMAL:
        raise RuntimeError(f"the program of {places} places ended as {answer.status}")
    return _figures(began, read, built, ended, answer.objective * MILLION, session.size[0])


def by_pypsa(places: int) -> Figures:
    """Read PyPSA's own folder of tables, create its model, solve it by the same solver."""
    import pypsa

    from benchmarks.transport import generate, peer_network

    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as room:
        peer_network(generate(places)).export_to_csv_folder(room)
        began = time.perf_counter()
        network = pypsa.Network(room)
        read = time.perf_counter()
    network.optimize.create_model()
    built = time.perf_counter()
    options = {"output_flag": False, "threads": 1}
    status, condition = network.optimize.solve_model(solver_name="highs", io_api="direct", solver_options=options)
    ended = time.perf_counter()
    if condition != "optimal":
        raise RuntimeError(f"PyPSA ended as {status}, {condition}")
    return _figures(began, read, built, ended, float(network.objective), int(network.model.nvars))


def _figures(began: float, read: float, built: float, ended: float, optimum: float, columns: int) -> Figures:
    from model.run import peak_memory_mb

    seconds = {"read": read - began, "build": built - read, "solve": ended - built, "total": ended - began}
    return {**seconds, "mb": peak_memory_mb(), "optimum": optimum, "columns": columns}


SIDES = {"engine": by_engine, "pypsa": by_pypsa}


def check_optima(figures: dict[str, Figures]) -> None:
    """Check that all sides found the same optimum.

    Raises:
        ValueError: they did not.
    """
    first = figures["engine"]["optimum"]
    for side, other in figures.items():
        if abs(other["optimum"] - first) > TOLERANCE * abs(first):
            raise ValueError(f"{side} ends at {other['optimum']}; expected {first}")


def main(
    places: Annotated[str, typer.Option(help="Sizes, in places, with commas.")] = "50,200",
    repeat: Annotated[int, typer.Option(min=1, help="Repetitions.")] = 3,
    child_of: Annotated[tuple[str, int], typer.Option("--child", hidden=True)] = ("", 0),
) -> None:
    """Compare the engine with PyPSA on the same program."""
    if child_of[0]:
        quiet()
        print(json.dumps(SIDES[child_of[0]](child_of[1])))
        return
    sides = ["engine", *(["pypsa"] if has_peer("pypsa") else [])]
    for size in places.split(","):
        measured = {side: repeated(repeat, "benchmarks.peer", side, size) for side in sides}
        check_optima({side: items[0] for side, items in measured.items()})
        Console().print(_table(int(size), measured))


def _table(places: int, measured: dict[str, list[Figures]]) -> Table:
    optimum = measured["engine"][0]["optimum"]
    table = Table("Side", title=f"{places} places, 12 months, optimum {optimum:,.0f} USD", title_justify="left")
    for heading in (
        "Columns",
        "Read s",
        "Build s",
        "Solve s",
        "Total s",
        "Peak MB",
        "Engine / it, s",
        "Engine / it, MB",
    ):
        table.add_column(heading, justify="right")

    def middle(side: str, name: str) -> float:
        return float(median(item[name] for item in measured[side]))

    for side, items in measured.items():
        seconds = [f"{middle(side, name):.2f}" for name in ("read", "build", "solve", "total")]
        ratios = [f"{middle('engine', name) / middle(side, name):.2f}" for name in ("total", "mb")]
        table.add_row(side, str(items[0]["columns"]), *seconds, f"{middle(side, 'mb'):.0f}", *ratios)
    return table


if __name__ == "__main__":
    typer.run(main)
