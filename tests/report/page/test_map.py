"""The map: it follows its switches, its labels keep apart, and everything on it explains itself."""

from collections.abc import Callable
from typing import Any

import pytest

Open = Callable[..., Any]

OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll("#names text")].map((n) => [n.textContent, n.getBoundingClientRect()]);
  const cover = (p, q) => p.left < q.right && p.right > q.left && p.top < q.bottom - 2 && p.bottom - 2 > q.top;
  return boxes.flatMap(([a, p], i) => boxes.slice(i + 1).filter(([, q]) => cover(p, q)).map(([b]) => `${a} / ${b}`));
}"""


def test_the_period_switch_changes_map_sentences_and_tables(open_page: Open) -> None:
    page = open_page()
    page.check("#period-switch input[value='2040']", force=True)

    def shown() -> list[str]:
        widths = page.eval_on_selector_all(
            "#flows .flow", "nodes => nodes.map(n => n.getAttribute('stroke-width')).join()"
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
    page.focus("#period-switch input[value='2040']")
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("#say-map").startswith("In 2030 ")
    assert page.evaluate("document.activeElement.value") == "2030"


def test_the_map_can_show_boxes_and_the_whole_network(open_page: Open) -> None:
    page = open_page()
    assert "Mt" in page.inner_text("#map-legend")
    page.check("#cargo-switch input[value='kteu']", force=True)
    assert "TEU" in page.inner_text("#map-legend")
    before = page.eval_on_selector("#flows .flow", "node => node.getAttribute('d')")
    page.check("#view-switch label:last-child input", force=True)
    assert page.eval_on_selector("#flows .flow", "node => node.getAttribute('d')") != before


def test_the_two_directions_of_a_link_lie_apart_with_arrows_of_their_own(open_page: Open) -> None:
    page = open_page()
    apart = page.evaluate(
        """() => {
        const by = new Map(), half = (node) => node.getPointAtLength(node.getTotalLength() / 2);
        const width = (node) => Number(node.getAttribute("stroke-width"));
        for (const node of document.querySelectorAll("#flows .flow[role]"))
          by.set(node.dataset.link, [...(by.get(node.dataset.link) || []), node]);
        return [...by.values()].filter((pair) => pair.length === 2).map(([a, b]) => {
          const p = half(a), q = half(b);
          return [Math.hypot(p.x - q.x, p.y - q.y), (width(a) + width(b)) / 2];
        });
        }"""
    )
    assert len(apart) > 20
    assert sum(distance > 0.8 * widths for distance, widths in apart) > 0.9 * len(apart)
    assert page.locator("#arrows polygon").count() > 50


@pytest.mark.parametrize("width", [1300, 700])
def test_names_never_cover_each_other(open_page: Open, width: int) -> None:
    page = open_page(width)
    for view in range(3):
        page.locator("#view-switch label").nth(view).click()
        assert page.locator("#names text").count() > 8
        assert page.evaluate(OVERLAPS) == []


def test_flows_explain_themselves_to_pointer_keyboard_and_reader(open_page: Open) -> None:
    page = open_page()
    page.focus("#flows path[tabindex='0']")
    first = page.inner_text("#tip")
    for part in ("→", "in a year of 20", "Other way: ", "a tonne", "h under way", "Time and limit: "):
        assert part in first
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#tip") != first
    page.keyboard.press("Home")
    assert page.inner_text("#tip") == first
    page.keyboard.press("Escape")
    assert page.locator("#tip").is_hidden()
    named = "#flows .flow[role], #projects [role], #places [role]"
    assert page.eval_on_selector_all(named, "n => n.filter(x => !x.ariaLabel).length") == 0


def test_a_flow_says_where_its_figures_come_from(open_page: Open) -> None:
    page = open_page()
    said = page.eval_on_selector_all("#flows .flow[role]", "nodes => nodes.map((node) => node.ariaLabel)")
    assert all("Time and limit: " in text and "Freight: " in text for text in said)
    assert any("Freight: estimate: rate table" in text for text in said)


def test_the_keyboard_reaches_projects_and_zooms(open_page: Open) -> None:
    page = open_page()
    page.check("#period-switch input[value='2040']", force=True)
    page.focus("#projects [tabindex='0']")
    assert "in service" in page.inner_text("#tip")
    assert "Cost: " in page.inner_text("#tip")
    before = page.eval_on_selector("#flows .flow", "node => node.getAttribute('d')")
    page.keyboard.press("+")
    assert page.eval_on_selector("#flows .flow", "node => node.getAttribute('d')") != before
    assert page.evaluate("document.activeElement.closest('g').id") == "projects"
    page.keyboard.press("0")
    assert page.eval_on_selector("#flows .flow", "node => node.getAttribute('d')") == before
    assert page.locator("#zoom-home").is_disabled()


def test_projects_not_built_can_be_shown_too(open_page: Open) -> None:
    page = open_page()
    page.check("#period-switch input[value='2040']", force=True)
    built = page.locator("#projects [role]").count()
    assert page.locator("#projects .idle").count() == 0
    page.check("#marks-switch input[value='all']", force=True)
    assert page.locator("#projects [role]").count() > built
    assert page.locator("#projects .idle").count() > 0
    assert "not built" in page.inner_text("#map-legend")


def test_a_thin_flow_can_be_pointed_at(open_page: Open) -> None:
    page = open_page()
    page.locator("#map-svg").scroll_into_view_if_needed()
    spot = page.eval_on_selector_all(
        ".reach",
        """nodes => { for (const node of nodes) { const p = node.getPointAtLength(node.getTotalLength() / 2)
            .matrixTransform(node.getScreenCTM());
            if (document.elementFromPoint(p.x, p.y) === node) return [p.x, p.y]; } return null; }""",
    )
    page.mouse.move(*spot)
    assert "→" in page.inner_text("#tip")


def test_a_bottleneck_is_found_on_the_map(open_page: Open) -> None:
    page = open_page()
    name = page.inner_text("#bottlenecks-body button.link >> nth=0")
    page.click("#bottlenecks-body button.link >> nth=0")
    page.wait_for_selector(".flow:focus")
    said = page.inner_text("#tip")
    assert name.split(" - ")[0].split(" to ")[0] in said
    assert "One more " in said
