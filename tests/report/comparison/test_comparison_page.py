"""The page of a comparison as a file and as data: one small file, and its figures are those of the frames."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.errors import InputError
from network.network import Network
from report import comparison_page, comparison_sentences
from report.comparison import SCRIPTS, SECTIONS, STYLES, write_comparison
from report.comparison_page import comparison_data
from report.comparison_projects import robustness
from report.comparison_rows import matrix, series_id, winners_losers
from report.comparison_runs import Batch, runs
from report.comparison_sentences import findings, headlines
from report.html import page_text
from report.indicators import corridor_totals, link_flows
from tests.report.comparison.full import FAILED
from tests.report.comparison.made import MadeBatch, made_batch

LARGEST_BYTES = 1_500_000


@pytest.fixture(scope="module")
def data(full_page: Path) -> dict[str, Any]:
    return data_of(full_page)


def data_of(page: Path) -> dict[str, Any]:
    """The data that a page holds."""
    text = page.read_text(encoding="utf-8")
    start = text.index('id="data">') + len('id="data">')
    data: dict[str, Any] = json.loads(text[start : text.index("</script>", start)])
    return data


def figures_of(packed: str, base: list[float | None]) -> list[float | None]:
    """Figures by slot of a packed text; an empty one is the base's."""
    return [base[i] if text == "" else None if text == "-" else float(text) for i, text in enumerate(packed.split(","))]


def test_the_page_is_one_small_file_that_names_no_host(full_page: Path) -> None:
    text = full_page.read_text(encoding="utf-8")
    assert full_page.stat().st_size < LARGEST_BYTES
    assert "@@" not in text
    for mark in ("<script src", '<link rel="stylesheet', "@import", "url(http", "fetch("):
        assert mark not in text


def test_sentences_are_made_once_a_page(full: MadeBatch, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []

    def counted(batch: Batch) -> dict[str, list[str]]:
        made.append(batch)
        return findings(batch)

    for module in (comparison_page, comparison_sentences):
        monkeypatch.setattr(module, "findings", counted)
    data = comparison_data(full, ["matrix"])
    assert len(made) == 1
    assert data["findings"] == headlines(full, said_of=findings(full))


def test_text_of_the_data_cannot_become_markup(data: dict[str, Any]) -> None:
    text = page_text("comparison.html", STYLES, SCRIPTS, {**data, "title": "</script><img src=x onerror=alert(1)>"})
    assert "<img" not in text


def test_the_base_comes_first_and_what_is_empty_is_left_out(data: dict[str, Any]) -> None:
    assert [run["title"] for run in data["runs"]] == ["Baseline", "Red Sea closed", "Caspian low water", "TRIPP open"]
    named = [name for name, _ in data["sections"]]
    assert named == [s.name for s in SECTIONS if s.name not in ("samples", "grid")]
    assert data["samples"] is None
    assert data["grid"] is None


def test_the_matrix_has_the_figures_of_its_frame(data: dict[str, Any], full: MadeBatch) -> None:
    shown, table = data["matrix"], matrix(full)
    names = [run["title"] for run in data["runs"]]
    columns = {column["name"]: place for place, column in enumerate(shown["columns"])}
    assert len(table) > 30
    for row in table.to_dict("records"):
        indicator, subject, period = row["series"].split(":")
        place = columns[f"{indicator}:{subject}"]
        _, by_period, headline = shown["rows"][names.index(row["name"])]
        values = [headline[place]]
        if period and int(period) in data["periods"]:
            values.append(by_period[data["periods"].index(int(period))][place])
        for value in values:
            assert value is None if pd.isna(row["value"]) else value == pytest.approx(row["value"], rel=1e-4), row


def test_every_column_has_the_figures_of_its_indicator(data: dict[str, Any], full: MadeBatch) -> None:
    table = full.indicators.assign(series=series_id(full.indicators)).set_index(["run", "series"])["value"]
    keys = list(runs(full)["key"])
    checked = 0
    for place, column in enumerate(data["matrix"]["columns"]):
        for run, by_period, _ in data["matrix"]["rows"]:
            for period, values in zip(data["periods"], by_period, strict=True):
                found = table.get((keys[run], f"{column['name']}:{period if column['years'][0] else ''}"))
                if found is not None:
                    assert values[place] == pytest.approx(found, rel=1e-4), (column["name"], period)
                    checked += 1
    assert checked > 500


def test_the_map_has_the_flows_of_the_tables(data: dict[str, Any], full: MadeBatch, network: Network) -> None:
    shown, keys = data["map"], list(runs(full)["key"])
    links = list(network.links["link_id"])
    starts = dict(zip(network.links["link_id"], network.links["from_place"], strict=True))
    period = str(data["periods"][-1])
    base = figures_of(shown["runs"]["0"][period]["kt"], [])
    for run, key in enumerate(keys):
        flows = link_flows(full.solution(key)).query(f"period == {period}")
        found = dict(zip(zip(flows["link_id"], flows["from_place"], strict=True), flows["flow_kt"], strict=True))
        values = figures_of(shown["runs"][str(run)][period]["kt"], base)
        for (link, back), value in zip(shown["slots"], values, strict=True):
            ends = network.links.iloc[link]
            wanted = found.get((links[link], ends["to_place"] if back else starts[links[link]]), 0.0)
            assert value == pytest.approx(wanted, rel=2.1e-3), (key, links[link])
        totals = corridor_totals(full.solution(key), network).query(f"period == {period}")["flow_kt"].sum()
        assert sum(kt for kt, _ in shown["totals"][str(run)][period]) == pytest.approx(totals, rel=1e-4)


def test_winners_and_investments_are_those_of_the_frames(data: dict[str, Any], full: MadeBatch) -> None:
    names = [run["title"] for run in data["runs"]]
    changes = winners_losers(full)
    assert len(changes) >= 18
    for row in changes.to_dict("records"):
        country = data["winners"]["countries"].index(row["country_name"])
        found = dict(data["winners"]["runs"][str(names.index(row["name"]))])[country]
        assert found[0] == pytest.approx(row["change"], rel=1e-4)
    table = robustness(full)
    built = table[table["built_in"] > 0]
    rows = {(row["name"], row["where"]): row for row in data["gantt"]["rows"]}
    assert len(data["gantt"]["rows"]) == len(built)
    assert {row["built"] for row in rows.values()} >= {4, 3}
    for row in built.to_dict("records"):
        mine = [r for r in data["gantt"]["rows"] if row["name"].startswith(r["name"])]
        assert any(
            (r["built"], r["runs"], r["first"], r["median"], r["last"])
            == (row["built_in"], row["runs"], row["earliest"], row["median"], row["latest"])
            for r in mine
        ), row["name"]


def test_failed_runs_say_why_and_the_head_what_was_found(data: dict[str, Any], full: MadeBatch) -> None:
    assert data["failed"]["rows"] == [["Iran open", "failed: infeasible", FAILED["reason"], 12]]
    assert data["findings"] == headlines(full)
    assert data["keys"][0][:2] == ["Runs compared", "4"]


def test_method_states_confidence_levers_and_every_indicator_shown(data: dict[str, Any]) -> None:
    method = data["method"]
    for row in method["confidence"]:
        assert row["sourced"] + row["estimate"] + row["memory"] == pytest.approx(1.0)
    shown = {column["name"].split(":")[0] for column in data["matrix"]["columns"]}
    assert len(method["indicators"]) == len(shown)
    assert all(meaning.endswith(".") for _, _, _, meaning, _ in method["indicators"])


def test_samples_carry_axes_and_answers(sampled: MadeBatch, sampled_page: Path) -> None:
    data = data_of(sampled_page)
    samples = data["samples"]
    assert len(samples["rows"]) == 40
    assert [axis["label"] for axis in samples["axes"]] == ["carbon price", "caspian"]
    place = [data["matrix"]["columns"][n]["name"] for n in samples["answers"]].index("corridor_kteu:middle")
    table = sampled.indicators.query("indicator == 'corridor_kteu' and subject == 'middle'")
    table = table[table["sample"].notna() & (table["period"] == table["period"].max())]
    told = sorted(row[1 + 2 + place] for row in samples["rows"])
    assert np.allclose(told, sorted(table["value"]), rtol=1e-4)
    grid = data["grid"]["axes"][0]
    assert grid["values"] == [0, 50, 100]
    answers = [line[place] for line in grid["series"][0][1]]
    assert answers == pytest.approx([answers[0], 1.5 * answers[0], 2 * answers[0]], rel=1e-3)
    ranges = data["tornado"]["ranges"]
    assert {part["method"] for part in ranges} >= {"rank regression (SRRC)"}


def test_a_batch_without_tables_has_no_map(scenarios: MadeBatch) -> None:
    data = comparison_data(scenarios)
    named = [name for name, _ in data["sections"]]
    assert "map" not in named
    assert "sankey" not in named
    assert {"matrix", "gantt", "winners"} <= set(named)


def test_sections_asked_for_are_shown_and_others_not(scenarios: MadeBatch, tmp_path: Path) -> None:
    shown = comparison_data(scenarios, ["winners", "matrix"])["sections"]
    assert [name for name, _ in shown] == ["matrix", "winners"]
    with pytest.raises(InputError, match=r"no section 'matrx'\. Did you mean matrix"):
        write_comparison(scenarios, tmp_path / "x.html", ["matrx"])


def test_nothing_finished_is_a_sentence(network: Network, tmp_path: Path) -> None:
    batch = made_batch(network, [FAILED])
    with pytest.raises(InputError, match="no run of the batch is finished"):
        write_comparison(batch, tmp_path / "x.html")
