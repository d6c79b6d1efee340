"""The panels below the map: their figures are those of the plan; tables sort and filter by mouse and keyboard."""

from collections.abc import Callable
from typing import Any

import pytest

from model.solution import Solution
from network.network import Network
from report.indicators import costs_by_category, lanes
from report.words import money

Open = Callable[..., Any]


def lane_table(page: Any) -> Any:
    return page.locator("#lanes-body table").nth(1)


def test_the_lanes_sort_by_mouse_and_keyboard(open_page: Open) -> None:
    page = open_page()
    table = lane_table(page)
    days = table.locator("thead th").last

    def shown() -> list[float]:
        cells = table.locator("tbody tr td:last-child").all_inner_texts()
        return [float(text.replace(",", "")) for text in cells]

    days.locator("button").click()
    assert days.get_attribute("aria-sort") == "descending"
    assert shown() == sorted(shown(), reverse=True)
    days.locator("button").focus()
    page.keyboard.press("Enter")
    assert days.get_attribute("aria-sort") == "ascending"
    assert shown() == sorted(shown())
    table.locator("thead th button").first.click()
    names = table.locator("tbody th").all_inner_texts()
    assert names == sorted(names)
    assert days.get_attribute("aria-sort") is None


def test_the_lanes_filter_by_words_and_market(open_page: Open, solution: Solution, network: Network) -> None:
    page = open_page()
    page.fill("#lane-filter", "turkey")
    rows = lane_table(page).locator("tbody tr").all_inner_texts()
    assert rows
    assert all("turkey" in row.lower() for row in rows)
    page.fill("#lane-filter", "")
    year = int(page.locator("#period-switch input:checked").get_attribute("value"))
    table = lanes(solution, network)
    wanted = table[(table["period"] == year) & (table["market"] == "China to Turkey")]
    page.select_option("#lane-market", label="China to Turkey")
    assert page.inner_text("#lane-count").startswith(f"{len(wanted)} of ")
    page.fill("#lane-filter", "no such zone")
    assert lane_table(page).locator("tbody").inner_text() == "Nothing to list."


def test_all_lanes_can_be_shown(open_page: Open, solution: Solution, network: Network) -> None:
    page = open_page()
    every = len(lanes(solution, network).query("period == 2030"))
    page.check("#period-switch input[value='2030']", force=True)
    page.get_by_role("button", name=f"Show all {every}").click()
    assert lane_table(page).locator("tbody tr").count() == every


def test_the_figures_on_the_page_are_those_of_the_plan(open_page: Open, solution: Solution) -> None:
    page = open_page()
    built = solution["builds"].query("decision == 'built'")
    assert f"{len(built)} projects" in page.inner_text("#keys")
    assert page.locator("#base-body tbody tr").count() == len(solution["base_year"])
    plain = page.inner_text("#investments-body").replace("\u00a0", " ")
    assert money(built["capex_musd"].sum()) in plain
    first = built.sort_values("capex_musd", ascending=False).iloc[0]
    bar = page.locator(f'#investments-body svg[aria-label^="{first["name"]};"]').first.get_attribute("aria-label")
    assert f"Built {first['start_year']:.0f} to {first['in_service_year']:.0f}" in bar


def test_service_is_drawn_to_the_end_of_a_life(open_page: Open, solution: Solution) -> None:
    page = open_page()
    built = solution["builds"].query("decision == 'built'").sort_values("end_year")
    axis = page.locator('#investments-body th svg[aria-label^="Years "]').first
    last = int((axis.get_attribute("aria-label") or "").split()[-1]) + 1

    def drawn(row: Any) -> float:
        """Year in which a bar of service ends: by its start, the right edge and the last year of the axis."""
        bar = page.locator(f'#investments-body svg[aria-label^="{row["name"]};"]').first
        assert f"to the end of {row['end_year'] - 1:.0f}" in (bar.get_attribute("aria-label") or "")
        line = bar.locator("rect.serving")
        x, width = (float(line.get_attribute(name) or "nan") for name in ("x", "width"))
        edge = float(axis.evaluate("picture => picture.viewBox.baseVal.width"))
        per_year = (edge - 6 - x) / (last - row["in_service_year"])  # the axis keeps 6 of each edge free
        return float(row["in_service_year"] + width / per_year)

    short, long = built.iloc[0], built.iloc[-1]
    assert short["end_year"] < last < long["end_year"]
    assert drawn(short) == pytest.approx(short["end_year"])
    assert drawn(long) > last


def test_the_costs_add_up(open_page: Open, solution: Solution) -> None:
    page = open_page()
    total = costs_by_category(solution).query("period == 2040")["musd"].sum()
    last = page.locator("#costs-body tr.total td").last.inner_text().replace("\u00a0", " ").replace("\u2212", "-")
    assert last == money(total)


def test_errors_of_the_base_year_are_shown_in_words_too(open_page: Open, solution: Solution) -> None:
    page = open_page()
    text = page.inner_text("#base-body")
    assert "+160\u00a0%" in text
    assert "outside" in text
    assert "in range" in text
    inside = page.locator("#base-body .mark.inside").count()
    assert 0 < inside < len(solution["base_year"])


def test_the_weakest_figures_are_listed_with_their_basis(open_page: Open) -> None:
    page = open_page()
    text = page.inner_text("#confidence-body")
    assert "The weakest figures that weigh most" in text
    assert "Charges on " in text
    assert "rate table" in text


def test_bottlenecks_show_their_worth_in_every_period(open_page: Open) -> None:
    page = open_page()
    page.check("#period-switch input[value='2030']", force=True)
    heads = page.locator("#bottlenecks-body thead th").all_inner_texts()
    assert [head for head in heads if head.startswith("Worth")] == [
        f"Worth of one more, {y}" for y in (2025, 2030, 2040)
    ]
    assert page.locator("#bottlenecks-body thead th.now").inner_text() == "Worth of one more, 2030"
    assert "roject" in page.inner_text("#bottlenecks-body tbody tr >> nth=0")
