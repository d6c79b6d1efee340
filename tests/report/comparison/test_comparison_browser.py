"""The page of a comparison in a real browser: both widths and themes, choices by pointer and keyboard, and on paper."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from network.network import Network
from report.comparison import SCRIPTS, STYLES, write_comparison
from report.comparison_rows import matrix, winners_losers
from report.html import page_text
from tests.report.comparison.full import batch_of, scaled
from tests.report.comparison.made import MadeBatch
from tests.report.comparison.test_comparison_page import LARGEST_BYTES, data_of
from tests.report.page.test_page import CONTRASTS
from tests.report.test_chain_report import with_chain

Open = Callable[..., Any]

COVERED = """() => [...document.querySelectorAll("main svg")].filter((svg) => svg.id !== "map-svg").flatMap((svg) => {
  const boxes = [...svg.querySelectorAll("text")].filter((n) => n.textContent.trim())
    .map((n) => [n.textContent, n.getBoundingClientRect()]).filter(([, b]) => b.width);
  const cover = (p, q) => p.left < q.right - 1 && p.right > q.left + 1 && p.top < q.bottom - 3 && p.bottom - 3 > q.top;
  return boxes.flatMap(([a, p], i) => boxes.slice(i + 1).filter(([, q]) => cover(p, q)).map(([b]) => `${a} / ${b}`));
})"""
OUTSIDE = """() => [...document.querySelectorAll("main svg:not(#map-svg) text")].filter((node) => {
  const text = node.getBoundingClientRect(), frame = node.ownerSVGElement.getBoundingClientRect();
  return text.width && (text.left < frame.left - 2 || text.right > frame.right + 2);
}).map((node) => node.textContent)"""
WIDE = """() => [...document.querySelectorAll(".scroll, #matrix-tables")]
  .filter((n) => n.scrollWidth > n.clientWidth + 1).map((n) => n.textContent.slice(0, 40))"""
BROKEN = "() => (document.body.innerText.match(/.{0,30}(NaN|undefined|\\[object|Infinity).{0,20}/g) || [])"
TEXTS = ["p", "h1", "h2", "h3", "dt", "dd", "small", "td:not([style])", "th", "th button", "li", "legend",
         "label span", ".tag", "summary", "button:not(:disabled)", ".legend span", "output", "a"]  # fmt: skip


class Tab:
    """One page of the browser for many tests: what it asks for and its errors are gathered."""

    def __init__(self, browser: Any) -> None:
        self.page = browser.new_page(viewport={"width": 1300, "height": 900}, color_scheme="light")
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type in {"error", "warning"} else None)


@pytest.fixture(scope="module")
def tab(browser: Any) -> Iterator[Tab]:
    tab = Tab(browser)
    yield tab
    tab.page.close()


@pytest.fixture
def open_page(tab: Tab, full_page: Path) -> Iterator[Open]:
    """Opens a page anew and fails if it asked for anything, logged an error or threw one."""

    def opened(width: int = 1300, scheme: str = "light", file: Path = full_page) -> Any:
        tab.page.set_viewport_size({"width": width, "height": 900})
        tab.page.emulate_media(color_scheme=scheme, media="null")
        tab.page.goto(file.as_uri())
        tab.page.wait_for_selector("#method-body dt", state="attached")
        return tab.page

    yield opened
    assert [url for url in tab.requests if not url.startswith(("file:", "data:"))] == []
    assert tab.errors == []
    tab.requests.clear()
    tab.errors.clear()


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u2212", "-")


@pytest.mark.parametrize(("width", "scheme"), [(1300, "light"), (700, "dark")])
def test_it_fits_its_width_and_can_be_read(open_page: Open, width: int, scheme: str) -> None:
    looks(open_page(width, scheme), width, scheme)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(1300, "dark"), (700, "light")])
def test_it_fits_the_other_way_round_too(open_page: Open, sampled_page: Path, width: int, scheme: str) -> None:
    looks(open_page(width, scheme), width, scheme)
    looks(open_page(width, scheme, sampled_page), width, scheme)


def test_signs_and_units_of_sentences_stay_with_their_figures(open_page: Open, full_page: Path, tmp_path: Path) -> None:
    said = ["In short", "lowest, -USD 2.5 bn (-USD 6 bn); -3.4 points, a-5 and P - 2", "-USD 40 to 3 %"]
    file = tmp_path / "page.html"
    data = {**data_of(full_page), "findings": said}
    file.write_text(page_text("comparison.html", STYLES, SCRIPTS, data), encoding="utf-8")
    page = open_page(file=file)
    assert page.eval_on_selector_all("#findings li", "all => all.map((node) => node.textContent)") == [
        "lowest, \u2212USD\u00a02.5\u00a0bn (\u2212USD\u00a06\u00a0bn); \u22123.4\u00a0points, a-5 and P - 2",
        "\u2212USD\u00a040 to 3\u00a0%",
    ]
    # However narrow, no line ends after a sign.
    assert page.evaluate("""() => {
      const node = document.querySelector("#findings li"), text = node.firstChild, range = document.createRange();
      const top = (at) => {
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        return range.getBoundingClientRect().top;
      };
      const signs = [...text.data.matchAll(/\u2212/g)].map((found) => found.index), broken = [];
      for (let width = 1; width < 400; width++) {
        node.style.width = `${width}px`;
        broken.push(...signs.filter((at) => top(at) !== top(at + 1)).map((at) => [width, at]));
      }
      return [signs.length, broken];
    }""") == [3, []]


def looks(page: Any, width: int, scheme: str) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(WIDE) == []
    assert page.evaluate(COVERED) == []
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(BROKEN) == []
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)")
    assert (sum(ground) > 382) == (scheme == "light")
    for section in page.query_selector_all("main > section"):
        if section.is_visible():
            assert len(section.inner_text()) > 60, section.get_attribute("id")
    assert [found for found in page.evaluate(CONTRASTS, TEXTS) if found["ratio"] < 4.5] == []


def test_figures_and_differences_are_those_of_the_frame(open_page: Open, full: MadeBatch) -> None:
    page = open_page()
    page.check("#period-switch input[value='2040']", force=True)
    rows = matrix(full).query("series == 'corridor_kteu:middle:2040'").set_index("name")

    def shown() -> dict[str, float]:
        at = page.eval_on_selector_all(
            "#matrix-tables table",
            """tables => tables.flatMap((table) => {
              const heads = [...table.querySelectorAll("thead th")];
              const place = heads.findIndex((h) => h.textContent.startsWith("Containers"));
              return place < 0 ? [] : [...table.querySelectorAll("tbody tr")].map((row) =>
                [row.querySelector("th").textContent.replace("base", ""), row.children[place].textContent]);
            })""",
        )
        return {name: float(spaced(text).replace(",", "").replace("+", "")) for name, text in at}

    figures = shown()
    assert set(figures) == set(rows.index)
    for name, value in figures.items():
        assert value == pytest.approx(rows["value"][name], abs=0.51), name
    page.check("#mode-switch input[value='change']", force=True)
    for name, value in shown().items():
        expected = rows["value"][name] if name == "Baseline" else rows["change"][name]
        assert value == pytest.approx(expected, abs=0.51), name
    assert page.locator("#matrix-tables td[style*='color-mix']").count() > 5


def test_the_matrix_is_sorted_and_walked_by_keyboard(open_page: Open) -> None:
    page = open_page()
    head = page.locator("#matrix-tables th:has-text('Containers') button")
    head.focus()
    page.keyboard.press("Enter")
    order = page.locator("#matrix-tables table").first.locator("tbody th").all_inner_texts()
    assert [name.removesuffix("base").strip() for name in order] == [
        "Red Sea closed", "TRIPP open", "Baseline", "Caspian low water"
    ]  # fmt: skip
    assert page.locator("#matrix-tables th[aria-sort=descending]").count() == 1
    assert page.evaluate("document.activeElement.dataset.column") is not None
    page.keyboard.press("Enter")
    first = page.locator("#matrix-tables table").first.locator("tbody th").first.inner_text()
    assert first.startswith("Caspian low water")
    cell = page.locator("#matrix-tables td[tabindex='0']").first
    cell.focus()
    told = page.inner_text("#tip")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#tip") != told
    assert page.evaluate("document.activeElement.cellIndex") == 2
    assert page.evaluate("document.activeElement.parentNode.rowIndex") == 2
    page.check("#group-switch input[value='2']", force=True)
    assert "Other land" in page.inner_text("#matrix-tables")


def test_scenarios_chosen_change_map_flows_and_winners(open_page: Open, full: MadeBatch) -> None:
    page = open_page()
    page.select_option("#pick-a", label="Red Sea closed")
    widths = "nodes => nodes.map(n => n.getAttribute('stroke-width')).join()"
    changes = winners_losers(full).query("name == 'Red Sea closed'")

    def shown() -> list[str]:
        texts = [page.inner_text(f"#{name}") for name in ("say-map", "map-aside", "winners-body", "say-winners")]
        return [page.eval_on_selector_all("#flows .flow", widths), *texts]

    first = shown()
    gains = page.locator("#winners-body .bars-row").all_text_contents()
    assert len(gains) == len(changes)
    best = changes.loc[changes["change"].idxmax()]
    assert gains[0].startswith(best["country_name"])
    page.select_option("#pick-a", label="Caspian low water")
    assert all(before != after for before, after in zip(first, shown(), strict=True))
    page.select_option("#pick-b", label="Red Sea closed")
    assert "Red Sea closed" in page.inner_text("#say-map")
    page.select_option("#pick-b", label="Caspian low water")
    assert "Choose another scenario" in page.inner_text("#winners-body")


def test_the_map_shows_the_difference_of_two(open_page: Open) -> None:
    page = open_page()
    page.select_option("#pick-a", label="Red Sea closed")
    page.check("#shows-switch input[value='change']", force=True)
    assert "Against Baseline" in page.inner_text("#map-legend")
    more, less = (page.locator(f"#flows .flow.{look}").count() for look in ("more", "less"))
    assert more > 50
    page.focus("#flows .flow[tabindex='0']")
    tip = spaced(page.inner_text("#tip"))
    assert "here" in tip
    assert "in Baseline" in tip
    page.select_option("#pick-a", label="Caspian low water")
    assert page.locator("#flows .flow.less").count() > less
    assert page.locator("#projects .dropped").count() >= 0
    page.check("#shows-switch input[value='plan']", force=True)
    page.focus("#flows .flow[tabindex='0']")
    before = page.inner_text("#tip")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#tip") != before


def test_flows_of_rare_earths_stand_side_by_side(open_page: Open) -> None:
    page = open_page()
    heads = page.locator("#sankey-pictures h3").all_inner_texts()
    assert len(heads) == 2
    assert "(base)" in heads[1]
    tops = page.eval_on_selector_all("#sankey-pictures svg", "all => all.map(s => s.getBoundingClientRect().top)")
    assert tops[0] == pytest.approx(tops[1], abs=1)
    page.focus("#element-switch input:checked")
    page.keyboard.press("ArrowRight")
    assert page.locator("#sankey-pictures h3").first.inner_text().startswith("Dy")


def test_investments_say_how_often_they_are_built(open_page: Open) -> None:
    page = open_page()
    page.click("#gantt-body .more button")
    body = page.inner_text("#gantt-body")
    assert "4 of 4" in body
    assert "3 of 4" in body
    row = page.locator("#gantt-body tr:has-text('3 of 4')").first
    assert "Not built under " in row.locator("svg.gantt").get_attribute("aria-label")
    names = page.locator("#gantt-body tbody th").all_inner_texts()
    page.click("#gantt-body thead button:has-text('Cost')")
    assert page.locator("#gantt-body tbody th").all_inner_texts() != names


def test_tornado_and_prices_follow_their_lists(open_page: Open) -> None:
    page = open_page()
    page.select_option("#choose-answer", index=0)
    shown = page.inner_text("#tornado-picture")
    page.select_option("#choose-answer", label="Containers, Middle Corridor, 2040")
    assert page.inner_text("#tornado-picture") != shown
    assert page.locator("#tornado-picture .bars-row").count() == 3
    charts = page.locator("#prices-pictures .multiple").count()
    assert charts
    units = page.locator("#prices-pictures small").all_inner_texts()
    page.select_option("#choose-prices", index=page.locator("#choose-prices option").count() - 1)
    assert page.locator("#prices-pictures small").all_inner_texts() != units


def test_samples_are_narrowed_from_the_keyboard(open_page: Open, sampled_page: Path) -> None:
    page = open_page(700, "light", sampled_page)
    assert page.inner_text("#samples-count") == "All 40 samples"
    median = page.inner_text("#samples-table")
    page.focus(".handle.from[data-axis='x0']")
    for _ in range(4):
        page.keyboard.press("PageUp")
    count = page.inner_text("#samples-count")
    assert 0 < int(count.split(" ")[0]) < 40
    assert page.evaluate("document.activeElement.className") == "handle from"
    assert page.locator(".sample.out").count() + page.locator(".sample.in").count() == 40
    assert page.inner_text("#samples-table") != median
    page.click("#samples-reset")
    assert page.inner_text("#samples-count") == "All 40 samples"
    assert page.locator("#grid-pictures .multiple").count() == 2  # answers that move with the axis; the rest is named
    assert "Not moved by it, in no scenario: " in page.inner_text("#grid-pictures")
    assert "rank regression" in page.inner_text("#tornado-picture")


def test_on_paper_every_panel_is_there_and_no_button(open_page: Open) -> None:
    page = open_page(1300, "dark")
    panels = [node.get_attribute("id") for node in page.query_selector_all("main > section:not([hidden])")]
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for panel in panels:
        assert page.locator(f"#h-{panel}").is_visible(), panel
    for control in (".bar", "#zoom-in", "#view-switch", ".filter", ".contents", "#group-switch", "#map-help"):
        assert not page.locator(control).first.is_visible(), control
    assert page.locator("details:not([open])").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    groups = page.locator("#matrix-tables h3").count()
    assert groups >= 5
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#matrix-tables h3").count() == 0


def test_it_prints_across_without_cut_panels(open_page: Open) -> None:
    page = open_page()
    pdf = page.pdf(prefer_css_page_size=True)
    assert 5 <= pdf.count(b"/Type /Page\n") <= 45
    assert b"/MediaBox [0 0 842" in pdf or b"/MediaBox [0 0 841" in pdf
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1032, "height": 700})
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1032
    assert page.evaluate(WIDE) == []
    page.evaluate("dispatchEvent(new Event('afterprint'))")


def test_what_a_reader_cannot_see_has_a_name(open_page: Open) -> None:
    page = open_page()
    unnamed = "nodes => nodes.filter(n => !n.getAttribute('aria-label')).map(n => n.outerHTML.slice(0, 90))"
    assert page.eval_on_selector_all("main [role=img]", unnamed) == []
    assert page.eval_on_selector_all("button", "all => all.filter(b => !(b.ariaLabel || b.textContent).trim())") == []
    bare = "all => all.filter((n) => !n.labels.length && !n.ariaLabel).map((n) => n.id)"
    assert page.eval_on_selector_all("select, input[type=range]", bare) == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


@pytest.mark.slow
def test_twenty_five_scenarios_stay_small(network: Network, solution: Any, tmp_path: Path) -> None:
    plan = with_chain(solution)
    names = ["baseline", *(f"made_{n}" for n in range(1, 25))]
    plans = [scaled(plan, 1 + n / 40, n, f"Scenario {n}") for n in range(len(names))]
    runs = [({"key": f"r_{name}", "scenario": name}, made) for name, made in zip(names, plans, strict=True)]
    path = tmp_path / "comparison.html"
    write_comparison(batch_of(network, runs), path)
    assert path.stat().st_size < LARGEST_BYTES
