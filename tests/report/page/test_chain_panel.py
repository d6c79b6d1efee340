"""The rare-earth chain on the page: flows without overlapping labels, switches by keyboard, both schemes, print."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.solution import Solution
from network.geography import read_geography
from network.network import Network
from report.html import write_html
from tests.report.test_chain_report import with_chain

Open = Callable[..., Any]
PARTS = ("flows", "held", "shortage", "curve", "prices", "candidates", "controls", "stops", "focus")
BOXES = """labels => labels.filter(n => n.textContent).map(n => n.getBoundingClientRect())
    .map(b => [b.left, b.top + 2, b.right, b.bottom - 2])"""


@pytest.fixture(scope="module")
def chain_page(solution: Solution, network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("chain") / "report.html"
    geography = read_geography(network.folder, network.places, network.links)
    write_html(with_chain(solution), network, geography, path)
    return path


def overlaps(boxes: list[list[float]]) -> list[tuple[int, int]]:
    """Pairs of boxes that lie over each other."""
    found = []
    for i, (left, top, right, bottom) in enumerate(boxes):
        for j, (x, y, to_x, to_y) in enumerate(boxes[:i]):
            if left < to_x and x < right and top < to_y and y < bottom:
                found.append((j, i))
    return found


@pytest.mark.parametrize(("width", "scheme"), [(1300, "light"), (1300, "dark"), (700, "light"), (700, "dark")])
def test_nothing_is_empty_cut_or_overlapping(open_page: Open, chain_page: Path, width: int, scheme: str) -> None:
    page = open_page(width, scheme, chain_page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for part in PARTS:
        assert page.inner_text(f"#chain-{part}").strip(), part
    assert "undefined" not in page.inner_text("#chain")
    assert "[object" not in page.inner_text("#chain")
    for element in ("NDPR", "DY"):
        page.check(f"#chain-element input[value='{element}']", force=True)
        boxes = page.eval_on_selector_all("#chain-flows svg text", BOXES)
        assert boxes
        assert overlaps(boxes) == []
        assert max(box[2] for box in boxes) <= width
    assert overlaps(page.eval_on_selector_all("#chain-curve svg text", BOXES)) == []


def test_a_page_without_a_chain_has_no_section(open_page: Open) -> None:
    page = open_page()
    assert page.locator("#chain").is_hidden()


def test_years_and_elements_are_chosen_by_keyboard(open_page: Open, chain_page: Path) -> None:
    page = open_page(file=chain_page)
    shown = page.inner_text("#chain-flows h3")
    page.focus("#chain-slice input:checked")
    page.keyboard.press("ArrowLeft")
    earlier = page.inner_text("#chain-flows h3")
    assert shown != earlier
    year = page.locator("#chain-slice input:checked + span").inner_text()
    assert all(year in text for text in page.locator("#chain-flows h3, #chain-held h3").all_inner_texts())
    page.focus("#chain-element input:checked")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#chain-flows h3").startswith("Dy ")
    page.select_option("#chain-oxide", label="Dysprosium oxide")
    assert "dysprosium oxide" in page.inner_text("#curve-head").lower()


def test_flows_say_what_they_are(open_page: Open, chain_page: Path) -> None:
    page = open_page(file=chain_page)
    page.focus("#chain-flows .vein[tabindex='0']")
    first = page.inner_text("#tip").replace("\u00a0", " ")
    assert "with Chinese content" in first
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#tip").replace("\u00a0", " ") != first
    labels = page.eval_on_selector_all("#chain-flows .vein", "veins => veins.map(v => v.getAttribute('aria-label'))")
    assert any("Mined of Kazakhstan to oxide of Kazakhstan" in label and "free of it" in label for label in labels)
    marked = page.locator("#chain-flows .vein-label.marked").all_text_contents()
    assert any("Kazakhstan" in text for text in marked)


def test_the_matrix_and_its_tips(open_page: Open, chain_page: Path) -> None:
    page = open_page(file=chain_page)
    cell = page.locator("#chain-held td.heat[tabindex='0']")
    cell.focus()
    assert "Largest source" in page.inner_text("#tip")
    assert 0 <= int(cell.inner_text()) <= 100


def test_it_prints(open_page: Open, chain_page: Path) -> None:
    page = open_page(file=chain_page)
    page.emulate_media(media="print")
    assert page.locator(".chain-tools").is_hidden()
    assert page.locator("#chain-flows svg").is_visible()
    assert page.locator("#chain-candidates table").is_visible()


def test_the_page_stays_small(chain_page: Path) -> None:
    assert chain_page.stat().st_size < 1_000_000
