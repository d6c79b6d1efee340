"""What changed against another plan: sentences, tables by period, and a map of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from model.solution import Solution
from network.geography import read_geography
from network.network import Network
from report.html import write_html

Open = Callable[..., Any]


def test_the_changes_are_said_and_listed(open_page: Open) -> None:
    page = open_page()
    assert "than in More trade" in page.inner_text("#say-changes")
    text = page.inner_text("#changes")
    assert "1 more project built: " in text
    for title in ("Corridors by market", "Bottlenecks", "Cost of a year", "Projects decided differently"):
        assert title in text
    before = page.inner_text("#changes-body")
    page.check("#period-switch input[value='2025']", force=True)
    assert page.inner_text("#changes-body") != before


def test_less_trade_is_less_on_every_corridor(open_page: Open) -> None:
    page = open_page()
    changes = page.locator("#changes-body table").first.locator("tbody tr td:nth-child(4)").all_inner_texts()
    assert changes
    assert all(text.startswith("\u2212") for text in changes)


def test_the_map_shows_the_changes(open_page: Open) -> None:
    page = open_page()
    page.check("#shows-switch input[value='change']", force=True)
    assert page.locator("#flows .less").count() > 50
    assert page.locator("#flows .more").count() == 0
    assert page.locator("#flows .u3").count() == 0
    assert page.inner_text("#say-map").startswith("Against More trade, cargo in ")
    assert "less cargo" in page.inner_text("#map-legend")
    page.focus("#flows path[tabindex='0']")
    said = page.inner_text("#tip")
    assert "\u2212" in said
    assert "in More trade" in said
    assert page.locator("#projects .added").count() == 1
    page.check("#shows-switch input[value='plan']", force=True)
    assert page.locator("#flows .less").count() == 0


def test_the_same_plan_twice_has_no_change(
    open_page: Open, solution: Solution, network: Network, tmp_path: Path
) -> None:
    geography = read_geography(network.folder, network.places, network.links)
    write_html(solution, network, geography, tmp_path / "same.html", solution)
    page = open_page(file=tmp_path / "same.html")
    assert "carry what they carry in" in page.inner_text("#say-changes")
    assert page.locator("#changes-body tbody").all_inner_texts() == ["Nothing to list."] * 4
    page.check("#shows-switch input[value='change']", force=True)
    assert page.locator("#flows .more, #flows .less").count() == 0


def test_a_plan_alone_has_no_panel_of_changes(
    open_page: Open, solution: Solution, network: Network, tmp_path: Path
) -> None:
    geography = read_geography(network.folder, network.places, network.links)
    write_html(solution, network, geography, tmp_path / "alone.html")
    page = open_page(file=tmp_path / "alone.html")
    assert page.locator("#changes").is_hidden()
    assert page.locator("#shows-switch").is_hidden()


def test_a_plan_of_other_periods_says_so(open_page: Open, solution: Solution, network: Network, tmp_path: Path) -> None:
    early = {
        name: table[table["period"] < 2040] if "period" in table else table for name, table in solution.tables.items()
    }
    geography = read_geography(network.folder, network.places, network.links)
    write_html(solution, network, geography, tmp_path / "early.html", Solution(early, {"title": "Early"}))
    page = open_page(file=tmp_path / "early.html")
    page.check("#period-switch input[value='2040']", force=True)
    assert page.inner_text("#say-changes") == "Early has no period 2040 to compare with."
