"""The page in a real browser: it asks nobody for anything, follows its switches, and fits both widths and themes."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from model.solution import Solution
from network.geography import read_geography
from network.network import Network
from report.html import html_text, write_html
from report.page_data import page_data

playwright_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LARGEST_BYTES = 1_000_000
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def report_file(
    solution: Solution, other_solution: Solution, network: Network, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    geography = read_geography(network.folder, network.places, network.links)
    write_html(solution, network, geography, path, other_solution)
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install the package chromium to test the page")
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Any, report_file: Path) -> Iterator[Open]:
    """Opens the page and fails if it asked for anything, logged an error or threw one."""
    requests: list[str] = []
    errors: list[str] = []
    pages = []

    def opened(width: int = 1300, scheme: str = "light") -> Any:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console", lambda message: errors.append(message.text) if message.type in {"error", "warning"} else None
        )
        page.goto(report_file.as_uri())
        page.wait_for_selector("#flows path")
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert errors == []


def test_the_page_is_one_small_file_that_names_no_host(report_file: Path) -> None:
    text = report_file.read_text(encoding="utf-8")
    assert report_file.stat().st_size < LARGEST_BYTES
    assert "@@" not in text
    for mark in ("<script src", '<link rel="stylesheet', "@import", "url(http", "fetch("):
        assert mark not in text


def test_text_of_the_data_cannot_become_markup(solution: Solution, network: Network) -> None:
    nasty = "</script><img src=x onerror=alert(1)>"
    geography = read_geography(network.folder, network.places, network.links)
    data = page_data(Solution(solution.tables, {**solution.run, "title": nasty}), network, geography)
    text = html_text(data)
    assert "<img" not in text
    start = text.index('id="data">') + len('id="data">')
    assert json.loads(text[start : text.index("</script>", start)])["title"] == nasty


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1300, 700])
def test_it_fits_its_width_in_both_themes(open_page: Open, width: int, scheme: str) -> None:
    page = open_page(width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ground, ink = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        ".map((c) => c.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 765)"
    )
    assert (ground > ink) == (scheme == "light")
    assert abs(ground - ink) > 0.7


def test_the_period_switch_changes_map_sentences_and_tables(open_page: Open) -> None:
    page = open_page()

    def shown() -> list[str]:
        widths = page.eval_on_selector_all(
            "#flows path", "nodes => nodes.map(n => n.getAttribute('stroke-width')).join()"
        )
        texts = [
            page.inner_text(f"#{name}") for name in ("say-map", "say-bottlenecks", "bottlenecks-body", "map-aside")
        ]
        return [widths, *texts]

    last = shown()
    page.check("#period-switch input[value='2025']", force=True)
    first = shown()
    for before, after in zip(last, first, strict=True):
        assert before != after
    assert page.inner_text("#say-map").startswith("In 2025 ")


def test_the_period_switch_works_from_the_keyboard(open_page: Open) -> None:
    page = open_page()
    page.focus("#period-switch input:checked")
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("#say-map").startswith("In 2030 ")
    assert page.evaluate("document.activeElement.value") == "2030"


def test_the_map_can_show_boxes_and_the_whole_network(open_page: Open) -> None:
    page = open_page()
    assert "Mt" in page.inner_text("#map-legend")
    page.check("#cargo-switch input[value='kteu']", force=True)
    assert "TEU" in page.inner_text("#map-legend")
    before = page.eval_on_selector("#flows path", "node => node.getAttribute('d')")
    page.check("#view-switch label:last-child input", force=True)
    assert page.eval_on_selector("#flows path", "node => node.getAttribute('d')") != before
    page.click("#zoom-in")
    assert page.locator("#flows path").count() > 0


def test_flows_explain_themselves_to_pointer_keyboard_and_reader(open_page: Open) -> None:
    page = open_page()
    page.focus("#flows path[tabindex='0']")
    first = page.inner_text("#tip")
    assert "→" in first
    assert "in 2040" in first
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#tip") != first
    page.keyboard.press("Escape")
    assert page.locator("#tip").is_hidden()
    unnamed = page.eval_on_selector_all("#flows path, #projects polygon", "n => n.filter(x => !x.ariaLabel).length")
    assert unnamed == 0


def test_a_thin_flow_can_be_pointed_at(open_page: Open) -> None:
    page = open_page()
    spot = page.eval_on_selector_all(
        ".reach",
        """nodes => { for (const node of nodes) { const p = node.getPointAtLength(node.getTotalLength() / 2)
            .matrixTransform(node.getScreenCTM());
            if (document.elementFromPoint(p.x, p.y) === node) return [p.x, p.y]; } return null; }""",
    )
    page.mouse.move(*spot)
    assert "→" in page.inner_text("#tip")


def test_what_a_reader_cannot_see_has_a_name(open_page: Open) -> None:
    page = open_page()
    unnamed = page.eval_on_selector_all(
        "svg[role=img], [role=img]", "nodes => nodes.filter(n => !n.getAttribute('aria-label')).map(n => n.outerHTML)"
    )
    assert unnamed == []
    for section in page.query_selector_all("main > section"):
        label = section.get_attribute("aria-labelledby")
        assert page.text_content(f"#{label}")


def test_the_lanes_sort_and_filter(open_page: Open) -> None:
    page = open_page()
    page.click("#lanes-body summary")
    days = "#lanes-body details tbody tr td:last-child"
    page.click("#lanes-body details th:last-child button")
    longest = [float(text) for text in page.locator(days).all_inner_texts()]
    assert longest == sorted(longest, reverse=True)
    page.fill("#lane-filter", "turkey")
    rows = page.locator("#lanes-body details tbody tr").all_inner_texts()
    assert rows
    assert all("turkey" in row.lower() for row in rows)


def test_the_figures_on_the_page_are_those_of_the_plan(open_page: Open, solution: Solution) -> None:
    page = open_page()
    built = solution["builds"].query("decision == 'built'")
    assert f"{len(built)} projects" in page.inner_text("#keys")
    assert page.locator("#base-body tbody tr").count() == len(solution["base_year"])
    assert "Compared with More trade" in page.inner_text("#changes")
