"""Every bad input is a sentence with exit code 2, and leaves an earlier run as it was."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

Bench = Any  # the fixture of this folder

LINKS = "network/links.csv"
PLACES = "network/places.csv"
LANES = "commodities/lanes.csv"
BASELINE = "scenarios/baseline.yaml"


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def removed(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        pytest.param(removed(LINKS), ["network/links.csv"], id="missing file"),
        pytest.param(replaced(LINKS, "distance_km", "distance"), [LINKS, "distance_km"], id="missing column"),
        pytest.param(replaced(LINKS, ",470,", ",far,"), [LINKS, "row 2", "distance_km", "far", "number"], id="type"),
        pytest.param(replaced(LINKS, "L1,AKTAU", "L1,AKTAO"), [LINKS, "row 2", "AKTAO", "AKTAU"], id="unknown id"),
        pytest.param(replaced(LINKS, "2000000", "-2000000"), [LINKS, "row 2", "capacity_t_per_year"], id="negative"),
        pytest.param(replaced(LINKS, "L2,", "L1,"), [LINKS, "L1", "row"], id="duplicate key"),
        pytest.param(replaced(LINKS, ",470,", ",nan,"), [LINKS, "row 2", "distance_km"], id="nan"),
        pytest.param(replaced(LINKS, ",470,", ",inf,"), [LINKS, "row 2", "distance_km"], id="infinite"),
        pytest.param(replaced(LANES, "EAST,WEST,boxes", "EAST,WEST,bxes"), [LANES, "bxes", "boxes"], id="commodity"),
        pytest.param(replaced(BASELINE, "title: ", "title: ["), ["baseline.yaml, line", "YAML"], id="corrupt yaml"),
        pytest.param(replaced(BASELINE, "lever: capacity", "lever: capasity"), ["capasity", "capacity"], id="lever"),
        pytest.param(replaced(BASELINE, "[L1]", "[L7]"), ["lever 'ferry'", "'L7' is not a link"], id="unknown link"),
        pytest.param(replaced(BASELINE, "factor: 0.5", "factor: .nan"), ["finite number"], id="lever nan"),
        pytest.param(replaced(BASELINE, "question", "qestion"), ["qestion", "Did you mean question?"], id="yaml field"),
    ],
)
def test_bad_data_and_scenarios(bench: Bench, world: Path, spoil: Callable[[Path], None], words: list[str]) -> None:
    assert bench("--data", world).exit_code == 0
    before = bench.snapshot()
    spoil(world)
    result = bench("--data", world)
    assert_refused(result, words)
    assert bench.snapshot() == before
    assert len(bench.asked) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--scenario no_fery", ["no scenario is called 'no_fery'", "Did you mean no_ferry?", "baseline, dear_fuel"]),
        ("--scenario baseline+x", ["no scenario is called 'x'"]),
        ("--compare x", ["no scenario is called 'x'"]),
        ("--show x", ["no scenario is called 'x'"]),
        ("--set ferry.factor=fast", ["lever 'ferry' with --set, factor: 'fast'; expected a number"]),
        ("--set fery.factor=1", ["no lever 'fery'", "Did you mean ferry?"]),
        ("--set ferry.links=[L9]", ["'L9' is not a link"]),
        ("--set ferry", ["expected lever.field=value"]),
        ("--objective shiper", ["--objective is 'shiper'", "shipper or world", "Did you mean shipper?"]),
        ("--resolution slow", ["--resolution is 'slow'", "fast or full"]),
        ("--formulation node", ["--formulation is 'node'", "auto or path or arc"]),
        ("--sensitivity rare_earth", ["--sensitivity rare_earth", "rare_earths"]),
        ("--gap 2", ["--gap is 2.0"]),
        ("--gap nan", ["--gap is nan"]),
        ("--time-limit 0", ["--time-limit is 0.0"]),
        ("--threads 0", ["--threads is 0"]),
        ("--out desk.txt", ["desk.txt is a file"]),
        ("--out desk.txt/run", ["desk.txt/run cannot be written"]),
        ("--out papers", ["papers is not empty and holds no run"]),
        ("--data nowhere", ["nowhere", "does not exist"]),
        ("--data nowhere --list", ["nowhere is no folder"]),
        ("--gap 2 --scenario x --out papers", ["3 problems", "--gap is", "papers", "'x'"]),
        ("--gap wide", ["--gap"]),
        ("--nonsense", ["--nonsense"]),
    ],
)
def test_bad_requests(bench: Bench, world: Path, arguments: str, words: list[str]) -> None:
    assert bench("--data", world).exit_code == 0
    (bench.folder / "desk.txt").touch()
    (bench.folder / "papers").mkdir()
    (bench.folder / "papers/letter.txt").touch()
    before = bench.snapshot()
    result = bench("--data", world, *arguments.split())
    assert_refused(result, words)
    assert bench.snapshot() == before
    assert len(bench.asked) == 1


def test_problems_of_data_scenario_and_folder_come_together(bench: Bench, world: Path) -> None:
    replaced(LINKS, "2000000", "-2000000")(world)
    replaced(PLACES, "POTI,Poti", "POTI,")(world)
    result = bench("--data", world, "--scenario", "x", "--threads", "0")
    assert_refused(result, ["4 problems", "links.csv", "places.csv", "'x'", "--threads"])


def assert_refused(result: Result, words: list[str]) -> None:
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr
