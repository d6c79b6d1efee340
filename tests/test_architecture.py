"""The directions of imports, read from the source without running it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("network", "model", "report", "scripts")
KNOWS = {
    "network": {"network"},
    "model": {"network", "model"},
    "report": {"network", "model", "report"},
    "scripts": {"network", "model", "report"},
}
# Third-party packages that only some modules may know.
GEOMETRY = ("network/geography", "network/geodesics", "network/geometry_", "network/topology")
ONLY_IN = {
    "highspy": ("model/solver.py",),
    "geopandas": (*GEOMETRY, "report/"),
    "shapely": (*GEOMETRY, "report/"),
    "searoute": GEOMETRY,
    "topojson": GEOMETRY,
    "pyomo": ("model/compile.py", "model/formulation.py", "model/groups/", "model/chain/program.py"),
    "pandera": ("network/",),
    "typer": ("scripts/",),
}
GROUPS_KNOW = {
    "model.problem",
    "model.rows",
    "model.routing",
    "model.paths",
    "model.groups",
    "model.funding.problem",
    "network.frames",
}
ABOVE_THE_SOLVER = ("solution", "run", "run_folder", "scenario", "decomposition", "master", "block_solver")


def sources() -> list[str]:
    """Modules of the rooms, as paths from the root."""
    return sorted(file.relative_to(ROOT).as_posix() for room in ROOMS for file in (ROOT / room).rglob("*.py"))


def imports(path: str) -> Iterator[str]:
    """Full names of the modules that a module imports, at its top or inside a function."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} line {node.lineno}: a relative import"
            module = node.module or ""
            files = [ROOT / module.replace(".", "/") / f"{alias.name}.py" for alias in node.names]
            parts = [f"{module}.{a.name}" for a, f in zip(node.names, files, strict=True) if f.is_file()]
            yield from parts or [module]


@pytest.mark.parametrize("path", sources())
def test_a_module_imports_only_what_it_may_know(path: str) -> None:
    known = KNOWS[path.split("/")[0]]
    for name in imports(path):
        top = name.split(".")[0]
        assert top not in ROOMS or top in known, f"{path} imports {name}"
        assert top not in ("tests", "benchmarks"), f"{path} imports {name}"
        assert path.startswith(ONLY_IN.get(top, ("",))), f"{path} imports {name}, kept for {ONLY_IN.get(top)}"


def test_every_room_was_read() -> None:
    found = {path.split("/")[0] for path in sources()}
    assert found == set(ROOMS)
    for top, places in ONLY_IN.items():
        users = [path for path in sources() if any(name.split(".")[0] == top for name in imports(path))]
        assert users or top in ("searoute", "topojson"), f"nothing imports {top}: is {places} still right?"


@pytest.mark.parametrize("path", [path for path in sources() if path.startswith("model/groups/")])
def test_groups_know_problem_rows_and_routing_only(path: str) -> None:
    ours = {name for name in imports(path) if name.split(".")[0] in ROOMS}
    assert {name if name in GROUPS_KNOW else ".".join(name.split(".")[:2]) for name in ours} <= GROUPS_KNOW


@pytest.mark.parametrize("name", ABOVE_THE_SOLVER)
def test_what_stands_above_the_solver_knows_no_pyomo(name: str) -> None:
    assert not [top for top in imports(f"model/{name}.py") if top.split(".")[0] == "pyomo"]


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {path: set(imports(path)) for path in sources()}
    names = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in graph}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"circle: {' -> '.join((*trail, name))}"
        if name in done:
            return
        for other in graph[names[name]]:
            if other in names:
                visit(other, (*trail, name))
        done.add(name)

    for name in names:
        visit(name, ())
