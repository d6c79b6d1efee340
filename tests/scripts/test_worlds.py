"""Any world by the command: the four tables alone, the shipped examples, worlds without a plan, and bad ones."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner, Result

EXAMPLES = Path(__file__).resolve().parents[2] / "data" / "examples"
PLACES, LINKS = "network/places.csv", "network/links.csv"
GOODS, LANES = "commodities/commodities.csv", "commodities/lanes.csv"
BARE = {
    PLACES: "place_id,name,country,lat_deg,lon_deg\nA,Anna,XX,0,0\nB,Bella,XX,0,10\nC,Clara,XX,10,5\n",
    LINKS: "link_id,from_place,to_place,directed,mode,transit_time_h,cost_usd_per_t_general,cost_usd_per_teu,"
    "capacity_t_per_year,capacity_teu_per_year\n"
    "AB,A,B,1,road,5,10,,5000,\nAC,A,C,1,road,5,4,,3000,\nCB,C,B,1,road,5,3,,,\n",
    GOODS: "commodity_id,name,handling_class,cargo_kind\ngoods,Goods,bagged,general\n",
    LANES: "lane_id,origin_zone,destination_zone,commodity_id,quantity_t,quantity_teu,growth_id,is_firm\n"
    "X,A,B,goods,7000,,,1\n",
}
Desk = Callable[..., Result]


@pytest.fixture
def world(tmp_path: Path) -> Path:
    folder = tmp_path / "world"
    for name, text in BARE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def solve(command: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """The command itself, solver and report included, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(command.app, [str(a) for a in (*arguments, "--threads", "1", "--out", "run")])

    return run


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def test_four_tables_are_a_world(solve: Desk, world: Path, tmp_path: Path) -> None:
    """3,000 t by C at 7 USD and 4,000 t straight at 10; no scenario, period, season, project, corridor or market."""
    result = solve("--data", world, "--gap", "0")
    assert result.exit_code == 0, result.output
    assert "Traceback" not in result.output
    run = json.loads((tmp_path / "run/run.json").read_text(encoding="utf-8"))
    assert run["status"] == "optimal"
    assert -1e6 * run["objective"] == pytest.approx(61_000)
    assert {"report.html", "plan.xlsx", "flows.gpkg", "tables"} <= {path.name for path in (tmp_path / "run").iterdir()}
    assert "All lanes" in result.stdout


def test_demand_that_reacts_needs_no_more_tables(solve: Desk, world: Path, tmp_path: Path) -> None:
    change(world, LANES, ",1\n", ",0\n")
    assert solve("--data", world).exit_code == 0
    assert json.loads((tmp_path / "run/run.json").read_text(encoding="utf-8"))["objective"] > 0


@pytest.mark.parametrize("example", ["minimum_cost_flow", "facility_location", "network_design"])
def test_the_command_in_the_readme_of_an_example_finds_its_optimum(solve: Desk, tmp_path: Path, example: str) -> None:
    text = (EXAMPLES / example / "README.md").read_text(encoding="utf-8")
    optimum = float(text.split("**Optimum: ")[1].split(" USD")[0].replace(",", ""))
    assert f"--data data/examples/{example} --gap 0" in text
    result = solve("--data", EXAMPLES / example, "--gap", "0")
    assert result.exit_code == 0, result.output
    run = json.loads((tmp_path / "run/run.json").read_text(encoding="utf-8"))
    assert run["status"] == "optimal"
    assert run["gap"] <= 1e-6
    assert -1e6 * run["objective"] == pytest.approx(optimum, rel=1e-6)
    assert f"`objective` {optimum / -1e6:g}" in text.replace("`objective` is", "`objective`").replace("\n", " ")


@pytest.mark.parametrize("formulation", ["auto", "path"])
def test_a_world_without_a_plan_ends_with_code_3_and_says_why(
    solve: Desk, world: Path, tmp_path: Path, formulation: str
) -> None:
    assert solve("--data", world).exit_code == 0
    before = (tmp_path / "run/run.json").read_bytes()
    change(world, LANES, "7000", "9000")
    result = solve("--data", world, "--formulation", formulation)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert (
        "Firm lane X (commodities/lanes.csv) needs 9 kt in 2025, but link AB (network/links.csv, 5 kt) and link AC "
        "(network/links.csv, 3 kt) let only 8 kt through: 1 kt short." in result.stderr
    )
    assert "(network/links.csv) by 1 kt a year in 2025." in result.stderr
    assert (tmp_path / "run/run.json").read_bytes() == before


def test_an_example_with_too_little_supply_names_it(solve: Desk, tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLES / "minimum_cost_flow", tmp_path / "world")
    change(folder, LINKS, "SUPPLY_N01,SOURCE,N01,1,road,0,0,24000", "SUPPLY_N01,SOURCE,N01,1,road,0,0,4000")
    result = solve("--data", folder)
    assert result.exit_code == 3
    assert "short." in result.stderr
    assert "It would do to raise link" in result.stderr


LANE = "X,A,B,goods,7000,,,1"
BAD_CELLS = {
    "below zero on a link both ways": (
        LINKS, "AB,A,B,1,road,5,10,", "AB,A,B,0,road,5,-10,",
        'links.csv, row 2, column cost_usd_per_t_general: "-10"; expected at least 0 on a link that runs both ways',
    ),
    "a circle that pays": (
        LINKS, "CB,C,B,1,road,5,3,", "CB,C,A,1,road,5,-5,",
        "general cargo would earn 1 USD per t by going round and round on",
    ),
    "a limit in boxes without boxes": (
        LINKS, "AB,A,B,1,road,5,10,,5000,", "AB,A,B,1,road,5,10,,,500",
        'links.csv, row 2, column capacity_teu_per_year: "500"; expected tonnes (capacity_t_per_year): no commodity',
    ),
    "boxes without weight": (
        LANES, "7000,,", "0,700,", 'row 2, column quantity_t: "0 t in 700 TEU"; expected 1 to 40 t in each of the',
    ),
    "boxes that weigh too much": (
        LANES, "7000,,", "7000,70,", '"7000 t in 70 TEU"; expected 1 to 40 t in each of the containers of quantity_teu',
    ),
    "a weight of boxes that is none": (
        GOODS, "cargo_kind\ngoods,Goods,bagged,general", "cargo_kind,t_per_teu\ngoods,Goods,container,container,80",
        'commodities.csv, row 2, column t_per_teu: "80"; expected at most 40 t/TEU',
    ),
    "against the direction": (
        LANES, "X,A,B,", "X,B,A,", "lane X has no path: link AB runs the other way only (directed = 1)",
    ),
    "no cost for the cargo": (
        GOODS, "bagged,general", "dry_bulk,bulk",
        "has no cost for goods, which is bulk cargo (cost_usd_per_t_bulk is empty)",
    ),
    "a table that is missing": (
        LANES, LANE, "X,A,B,goods,7000,,gdp,1",
        'lanes.csv, row 2, column growth_id: "gdp"; expected a growth_id of commodities/growth.csv. That table is',
    ),
    "firm is yes or no": (LANES, LANE, "X,A,B,goods,7000,,,2", 'column is_firm: "2"; expected one of 0, 1'),
    "from a place to itself": (LANES, LANE, "X,A,A,goods,7000,,,1", "lane X starts and ends at the same place"),
    "to an unknown place": (LANES, LANE, "X,A,Bell,goods,7000,,,1", 'column destination_zone: "Bell"; expected a'),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_CELLS)
def test_a_world_that_is_bad_in_one_cell(solve: Desk, world: Path, name: str) -> None:
    file, old, new, words = BAD_CELLS[name]
    change(world, file, old, new)
    result = solve("--data", world)
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_a_cost_per_box_for_cargo_without_boxes(solve: Desk, world: Path) -> None:
    text = BARE[LINKS].splitlines()[0]
    (world / LINKS).write_text(f"{text}\nAB,A,B,1,road,5,,80,,\n", encoding="utf-8")
    result = solve("--data", world)
    assert result.exit_code == 2
    assert "link AB has no cost for goods, which is general cargo (cost_usd_per_t_general is empty)" in result.stderr
    assert "a cost per TEU is for cargo in boxes only" in result.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "usd"),
    [
        (LINKS, "AB,A,B,1,road,5,10,", "AB,A,B,1,road,5,-10,", -36_000),  # 5,000 t earn 10, 2,000 t cost 7
        (LINKS, "AC,A,C,1,road,5,4,", "AC,A,C,1,road,5,0,", 49_000),
        (
            PLACES,
            "C,Clara",
            "D,Dora,XX,20,20\nC,Clara",
            61_000,
        ),  # a place that no link joins is told, and harms nothing
    ],
)
def test_a_world_that_is_unusual_in_one_cell(
    solve: Desk, world: Path, tmp_path: Path, file: str, old: str, new: str, usd: float
) -> None:
    change(world, file, old, new)
    result = solve("--data", world, "--gap", "0")
    assert result.exit_code == 0, result.output
    run = json.loads((tmp_path / "run/run.json").read_text(encoding="utf-8"))
    assert -1e6 * run["objective"] == pytest.approx(usd)


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (GOODS, "Its rows are named by commodity_id of commodities/lanes.csv."),
        (PLACES, "from_place of network/links.csv and to_place of network/links.csv"),
        (LINKS, "network/links.csv: the file is missing; expected this table in the data folder."),
        (LANES, "commodities/lanes.csv: the file is missing"),
    ],
)
def test_a_required_table_that_is_missing_is_named_with_what_needs_it(
    solve: Desk, world: Path, missing: str, words: str
) -> None:
    (world / missing).unlink()
    result = solve("--data", world)
    assert result.exit_code == 2
    assert f"{missing}: the file is missing" in result.stderr
    assert words in result.stderr


def test_a_place_to_which_no_link_leads(solve: Desk, world: Path) -> None:
    change(world, PLACES, "C,Clara", "D,Dora,XX,20,20\nC,Clara")
    change(world, LANES, "X,A,B,", "X,A,D,")
    result = solve("--data", world)
    assert result.exit_code == 2
    assert "lane X has no path: no link of links.csv joins D" in result.stderr


def test_demand_that_reacts_to_no_cost(solve: Desk, world: Path) -> None:
    change(world, LANES, ",1\n", ",0\n")
    change(world, LINKS, "road,5,10,", "road,5,0,")
    result = solve("--data", world)
    assert result.exit_code == 2
    assert "lane X moves at no cost" in result.stderr


def test_the_scenarios_of_a_world_without_any(solve: Desk, world: Path) -> None:
    assert "baseline" in solve("--data", world, "--list").stdout
    result = solve("--data", world, "--scenario", "strike")
    assert result.exit_code == 2
    assert "no scenario is called 'strike'" in result.stderr
