import shutil
import stat
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest

from model.solution import Solution
from network.geography import read_geography
from network.network import Network
from report.comparison_layers import layer_names, write_comparison_geopackage
from report.comparison_pdf import PdfError, find_browser, write_pdf
from report.comparison_projects import robustness
from report.comparison_rows import matrix, winners_losers
from report.comparison_sentences import findings, headlines
from report.comparison_workbook import BETTER_WORSE, MORE_LESS, write_comparison_workbook
from report.excel import HEADER_ROW
from report.indicators import link_flows
from tests.report.comparison.made import MadeBatch, made_batch

FIRST = HEADER_ROW + 2  # rows of openpyxl begin at 1


@pytest.fixture(scope="module")
def book(scenarios: MadeBatch, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    path = tmp_path_factory.mktemp("book") / "comparison.xlsx"
    write_comparison_workbook(scenarios, path)
    assert [file.name for file in path.parent.iterdir()] == ["comparison.xlsx"]
    return openpyxl.load_workbook(path)


def table_of(sheet: object) -> pd.DataFrame:
    rows = list(sheet.iter_rows(min_row=HEADER_ROW + 1, values_only=True))  # type: ignore[attr-defined]
    return pd.DataFrame(rows[1:], columns=rows[0])


def test_sheets(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == [
        "Findings", "Matrix", "Change", "Rank", "Runs", "Investments", "Starts by run", "Countries", "Rare earths",
        "Indicators", "Method and confidence",
    ]  # fmt: skip


def test_findings_stand_on_the_first_sheet(book: openpyxl.Workbook, scenarios: MadeBatch) -> None:
    written = [row[1] for row in book["Findings"].iter_rows(values_only=True) if row[1]]
    for line in [*headlines(scenarios), *(line for lines in findings(scenarios).values() for line in lines)]:
        assert line in written
    linked = {cell.value for (cell, *_) in book["Findings"].iter_rows() if cell.hyperlink}
    assert linked == set(book.sheetnames) - {"Findings"}


@pytest.mark.parametrize(("sheet", "figure"), [("Matrix", "value"), ("Change", "change"), ("Rank", "rank")])
def test_the_matrix_has_the_figures_of_the_table(
    book: openpyxl.Workbook, scenarios: MadeBatch, sheet: str, figure: str
) -> None:
    written = table_of(book[sheet]).set_index("Run")
    table = matrix(scenarios)
    assert list(written.index) == ["Baseline", "Red Sea closed", "Caspian low water"]
    assert len(written.columns) == table["series"].nunique() > 4
    for row in table.to_dict("records"):
        header = row["label"] + ("" if figure == "rank" else f" ({row['unit']})")
        assert written.loc[row["name"], header] == pytest.approx(float(row[figure])), header


def test_the_matrix_is_heat_coloured_around_the_base(book: openpyxl.Workbook) -> None:
    sheet = book["Matrix"]
    headers = {cell.value: cell.column_letter for cell in sheet[HEADER_ROW + 1]}
    scales = {str(area.sqref).rstrip("0123456789").split(":")[0].rstrip("0123456789"): rules[0].colorScale
              for area, rules in sheet.conditional_formatting._cf_rules.items()}  # fmt: skip
    gain = scales[headers["Gain over building nothing (million USD)"]]
    assert [float(point.val) for point in gain.cfvo] == [800.0, 1000.0, 1200.0]
    assert [colour.rgb[2:] for colour in gain.color] == [c.removeprefix("#") for c in (BETTER_WORSE[1], "FFFFFF",
                                                                                       BETTER_WORSE[0])]  # fmt: skip
    gap = scales[headers["Gap of the gain (share)"]]
    assert gap.color[0].rgb[2:] == BETTER_WORSE[0].removeprefix("#")  # less is better
    cargo = scales[headers["Cargo, Middle Corridor, 2040 (kt a year)"]]
    assert cargo.color[2].rgb[2:] == MORE_LESS[0].removeprefix("#")  # no direction is better
    assert sheet.freeze_panes == f"B{FIRST}"
    assert sheet.auto_filter.ref.startswith(f"A{HEADER_ROW + 1}:")


def test_runs_investments_and_countries_are_those_of_the_tables(book: openpyxl.Workbook, scenarios: MadeBatch) -> None:
    runs = table_of(book["Runs"]).set_index("Key of the inputs")
    assert runs["State"].to_dict() == {"k1": "finished", "k2": "finished", "k3": "finished", "k4": "failed"}
    assert runs.loc["k4", "Reason"] == "no plan carries the firm demand"
    assert runs.loc["k4", "Run"] == "Stress of routes"
    built = table_of(book["Investments"])
    table = robustness(scenarios)
    assert built["Project"].tolist() == table["name"].tolist()
    assert built["Runs that build it"].tolist() == table["built_in"].tolist() == [3, 1, 0]
    assert built["Latest start"].tolist()[:2] == [2035, 2026]
    starts = table_of(book["Starts by run"]).set_index("Project")
    assert starts.iloc[0].tolist() == [2025, 2025, 2035]
    gains = table_of(book["Countries"])
    changes = winners_losers(scenarios)
    assert gains["Country"].tolist() == changes["country_name"].tolist()
    assert gains["Change against the base (million USD, present value)"].tolist() == changes["change"].tolist()


def test_indicators_are_all_there_with_names_in_place_of_ids(book: openpyxl.Workbook, scenarios: MadeBatch) -> None:
    written = table_of(book["Indicators"])
    assert written["Value"].tolist() == scenarios.indicators["value"].tolist()
    assert {"Middle Corridor", "Kazakhstan", "European Union"} <= set(written["Of"].dropna())
    assert not written["Of"].dropna().str.contains("_").any()


def test_names_that_look_like_formulas_stay_text(network: Network, tmp_path: Path) -> None:
    runs = [{"key": "a", "scenario": "baseline", "title": "=1+1"}, {"key": "b", "scenario": "c", "title": "+x"}]
    figures = [("gain", "", None, 1.0)]
    path = tmp_path / "comparison.xlsx"
    write_comparison_workbook(made_batch(network, runs, {"a": figures, "b": figures}), path)
    cell = openpyxl.load_workbook(path)["Matrix"].cell(FIRST, 1)
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_batch_with_nothing_finished_still_has_a_workbook(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "comparison.xlsx"
    runs = [{"key": "a", "scenario": "baseline", "state": "failed", "reason": "a limit"}]
    write_comparison_workbook(made_batch(network, runs), path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Findings", "Runs", "Method and confidence"]
    assert table_of(book["Runs"])["Reason"].tolist() == ["a limit"]


def test_samples_and_sensitivity_have_sheets(network: Network, tmp_path: Path) -> None:
    runs = [{"key": f"s{n}", "scenario": "baseline", "sample": n, "x": float(n)} for n in range(12)]
    figures = {f"s{n}": [("corridor_kt", "middle", 2040, 10.0 * n)] for n in range(12)}
    path = tmp_path / "comparison.xlsx"
    write_comparison_workbook(made_batch(network, runs, figures, axes=["x"]), path)
    book = openpyxl.load_workbook(path)
    samples = table_of(book["Samples"]).iloc[0]
    assert (samples["Samples"], samples["P50 (median)"], samples["Highest"]) == (12, 55.0, 110.0)
    moved = table_of(book["Sensitivity"]).iloc[0]
    assert (moved["Figure that is varied"], moved["Rank coefficient"]) == ("x", pytest.approx(1.0))


def test_a_layer_a_run(network: Network, solution: Solution, other_solution: Solution, tmp_path: Path) -> None:
    runs = [
        {"key": "a", "scenario": "baseline", "title": "Baseline"},
        {"key": "b", "scenario": "c", "title": "More, 2"},
        {"key": "z", "scenario": "d", "title": "Indicators only"},
    ]
    batch = made_batch(network, runs, {"a": [("project_built", "P002", None, 1.0)]},
                       solutions={"a": solution, "b": other_solution})  # fmt: skip
    geography = read_geography(network.folder, network.places, network.links)
    path = tmp_path / "comparison.gpkg"
    left_out = write_comparison_geopackage(batch, geography, path)
    assert left_out == ["1 run has no layer in the GeoPackage: only its indicators are kept."]
    assert [file.name for file in tmp_path.iterdir()] == ["comparison.gpkg"]
    assert set(pyogrio.list_layers(path)[:, 0]) == {"baseline", "more_2", "projects", "places", "runs"}
    layer = gpd.read_file(path, layer="more_2")
    assert layer.crs.to_epsg() == 4326
    assert not layer.geometry.is_empty.any()
    keys = ["period", "link_id", "from_place", "to_place"]
    here, there = (link_flows(one).set_index(keys)["flow_kt"] for one in (other_solution, solution))
    written = layer.set_index(keys)
    assert written["flow_kt"].to_dict() == pytest.approx(here.to_dict())
    assert written["flow_kt_change"].to_dict() == pytest.approx((here - there).to_dict())
    assert gpd.read_file(path, layer="runs")["name"].tolist() == ["Baseline", "More, 2"]
    assert gpd.read_file(path, layer="projects")["built_in"].tolist() == [1]


def test_names_of_layers_are_unique_and_never_those_of_others() -> None:
    assert layer_names(["Runs", "Élan", "Élan", "!!"]) == ["runs_2", "lan", "lan_2", "run"]


def test_without_a_browser_the_message_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    page = tmp_path / "comparison.html"
    page.write_text("<p>x</p>", encoding="utf-8")
    assert find_browser() is None
    with pytest.raises(PdfError, match=r"Chromium is not on this machine .* apt-get install chromium"):
        write_pdf(page, tmp_path / "comparison.pdf")
    assert not (tmp_path / "comparison.pdf").exists()


@pytest.mark.parametrize(("script", "said"), [("echo broken >&2; exit 7", "ended with code 7: broken"),
                                              ("sleep 30", "did not finish within 1 s")])  # fmt: skip
def test_a_browser_that_fails_is_told_and_leaves_nothing(tmp_path: Path, script: str, said: str) -> None:
    program = tmp_path / "browser"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    page, path = tmp_path / "comparison.html", tmp_path / "comparison.pdf"
    page.write_text("<p>x</p>", encoding="utf-8")
    path.write_bytes(b"%PDF-old")
    with pytest.raises(PdfError, match=said):
        write_pdf(page, path, browser=str(program), seconds=1)
    assert path.read_bytes() == b"%PDF-old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["browser", "comparison.html", "comparison.pdf"]


def test_a_page_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PdfError, match="there is no page"):
        write_pdf(tmp_path / "none.html", tmp_path / "none.pdf", browser=sys.executable)


@pytest.mark.skipif(find_browser() is None, reason="no Chromium on this machine: install it to test the PDF")
def test_the_page_is_printed(tmp_path: Path) -> None:
    page, path = tmp_path / "comparison.html", tmp_path / "comparison.pdf"
    page.write_text("<!doctype html><title>Comparison</title><h1>Scenario Wanderlust</h1>", encoding="utf-8")
    write_pdf(page, path)
    assert path.read_bytes().startswith(b"%PDF-")
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True).stdout.decode()  # noqa: S603, S607
        assert "Scenario Wanderlust" in text
    assert sorted(file.name for file in tmp_path.iterdir()) == ["comparison.html", "comparison.pdf"]
