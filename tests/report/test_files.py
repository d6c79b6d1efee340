"""The files of a run: the workbook and the GeoPackage hold the figures of the plan; the summary fits a terminal."""

from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
from rich.console import Console

from model.solution import TABLES, Solution
from network.network import Network
from report.excel import HEADER_ROW
from report.indicators import link_flows
from report.summary import WIDTH, summary
from report.write import write_report


@pytest.fixture(scope="module")
def folder(
    solution: Solution, other_solution: Solution, network: Network, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    place = tmp_path_factory.mktemp("run")
    write_report(solution, network, place, other_solution)
    return place


def test_every_file_is_written(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["flows.gpkg", "plan.xlsx", "report.html"]


def test_the_workbook_holds_the_figures(folder: Path, solution: Solution) -> None:
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    assert book.sheetnames[:3] == ["Cover", "Investments", "Corridors"]
    sheet = book["Investments"]
    header = [cell.value for cell in sheet[HEADER_ROW + 1]]
    assert header[header.index("Cost (million USD)")] == "Cost (million USD)"
    rows = list(sheet.iter_rows(min_row=HEADER_ROW + 2, values_only=True))
    costs = {row[0]: row[header.index("Cost (million USD)")] for row in rows}
    kept = solution["builds"].query("decision != 'not built'")
    assert costs == dict(zip(kept["project_id"], kept["capex_musd"], strict=True))
    assert sheet.freeze_panes == f"A{HEADER_ROW + 2}"
    assert sheet.auto_filter.ref is not None
    costs_sheet = book["Costs"]
    shown = sum(row[2] for row in costs_sheet.iter_rows(min_row=HEADER_ROW + 2, values_only=True))
    assert shown == pytest.approx(solution["costs"]["musd"].sum())


def test_the_cover_says_what_was_solved_and_how_sure_it_is(folder: Path) -> None:
    cover = openpyxl.load_workbook(folder / "plan.xlsx")["Cover"]
    text = "\n".join(str(cell) for row in cover.iter_rows(values_only=True) for cell in row if cell)
    for words in ("Current law and announced projects", "Gap of the gain, proven", "8.4 %", "What rests on what", "GW"):
        assert (words in text) == (words != "GW")


def test_changes_have_sheets_of_their_own(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    assert book.sheetnames[-4:] == ["Changed projects", "Changed corridors", "Changed bottlenecks", "Changed costs"]
    assert book["Changed projects"].max_row == HEADER_ROW + 2


def test_text_never_becomes_a_formula(solution: Solution, network: Network, tmp_path: Path) -> None:
    builds = solution["builds"].assign(name="=1+1", source="http://example.org")
    write_report(Solution({**solution.tables, "builds": builds}, solution.run), network, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["Investments"]
    cell = sheet.cell(HEADER_ROW + 2, 2)
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert sheet.cell(HEADER_ROW + 2, 12).hyperlink is None


def test_the_geopackage_reads_back(folder: Path, solution: Solution, network: Network) -> None:
    layers = {name for name, _ in pyogrio.list_layers(folder / "flows.gpkg")}
    assert layers == {"flows_2025", "flows_2030", "flows_2040", "places", "projects", "project_links"}
    flows = gpd.read_file(folder / "flows.gpkg", layer="flows_2030")
    expected = link_flows(solution).query("period == 2030")
    assert flows.crs.to_epsg() == 4326
    assert flows["flow_kt"].sum() == pytest.approx(expected["flow_kt"].sum())
    assert set(flows["link_id"]) == set(expected["link_id"])
    assert len(gpd.read_file(folder / "flows.gpkg", layer="places")) == len(network.places)


def test_lines_run_with_the_cargo(folder: Path, network: Network) -> None:
    flows = gpd.read_file(folder / "flows.gpkg", layer="flows_2030")
    where = network.places.set_index("place_id")[["lon_deg", "lat_deg"]]
    for row in flows[flows["link_id"] == "L082"].to_dict("records"):
        start = row["geometry"].coords[0]
        assert start == pytest.approx(tuple(where.loc[row["from_place"]]), abs=0.2)


def test_the_summary_fits_and_names_what_matters(
    solution: Solution, other_solution: Solution, network: Network
) -> None:
    console = Console(width=WIDTH, record=True, force_terminal=False)
    with console.capture() as capture:
        console.print(summary(solution, network, other_solution))
    text = capture.get()
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    for words in ("INVESTMENTS", "CORRIDORS", "MAIN MARKETS", "BOTTLENECKS", "HOW SURE", "COMPARED WITH MORE TRADE"):
        assert words in text


def test_a_world_without_projects_or_limits_has_a_report_too(
    network: Network, solution: Solution, tmp_path: Path
) -> None:
    kept = {"flows", "demand", "prices", "corridors"}
    tables = {t.name: solution[t.name] if t.name in kept else t.empty() for t in TABLES}
    bare = Solution(tables, {"scenario": "bare", "status": "optimal"})
    write_report(bare, network, tmp_path)
    Console(width=WIDTH, quiet=True).print(summary(bare, network))
    assert (tmp_path / "report.html").stat().st_size > 0
