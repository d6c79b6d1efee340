"""The page as a file and in a real browser: no request, both widths and themes, readable, and on paper."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.solution import Solution
from network.geography import read_geography
from network.network import Network
from report.html import html_text
from report.page_data import page_data

LARGEST_BYTES = 1_000_000
PANELS = ["changes", "map", "corridors", "investments", "bottlenecks", "lanes", "costs", "base", "sure", "run"]
Open = Callable[..., Any]

CONTRASTS = """(selectors) => {
  const parts = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const linear = (v) => v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = (node) => {
    for (let n = node; n; n = n.parentElement) {
      const colour = parts(getComputedStyle(n).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const shown = (selector) =>
    [...document.querySelectorAll(selector)].filter((n) => n.offsetParent && n.innerText?.trim());
  return selectors.flatMap((selector) => shown(selector).map((node) => {
    const pair = [light(parts(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    return { selector, text: node.innerText.slice(0, 30), ratio };
  }));
}"""


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
    wide = "tables => tables.filter((t) => t.scrollWidth > t.clientWidth).map((t) => t.textContent.slice(0, 40))"
    assert page.eval_on_selector_all(".scroll", wide) == []
    ground, ink = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        ".map((c) => c.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 765)"
    )
    assert (ground > ink) == (scheme == "light")
    assert abs(ground - ink) > 0.7


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(open_page: Open, scheme: str) -> None:
    page = open_page(1300, scheme)
    page.eval_on_selector_all("details", "boxes => boxes.forEach((box) => { box.open = true; })")
    texts = ["p", "h1", "h2", "h3", "dt", "dd", "small", "td", "th", "th button", "li", "legend", "label span"]
    texts += [".strip i", ".tag", ".good", ".bad", "summary", "button:not(:disabled)", ".legend span", "output"]
    faint = [found for found in page.evaluate(CONTRASTS, texts) if found["ratio"] < 4.5]
    assert faint == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_of_the_map_stand_out_from_the_land(open_page: Open, scheme: str) -> None:
    page = open_page(1300, scheme)
    ratios = page.evaluate(
        """() => {
        const style = getComputedStyle(document.documentElement);
        const linear = (v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
        const light = (name) => {
          const hex = style.getPropertyValue(name).trim();
          const [r, g, b] = [1, 3, 5].map((i) => linear(parseInt(hex.slice(i, i + 2), 16) / 255));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const against = (name) => [light(name), light("--land")].sort((a, b) => b - a);
        const names = ["--u0", "--u1", "--u2", "--u3", "--un", "--more", "--less"];
        return Object.fromEntries(names.map((name) => {
          const [above, below] = against(name);
          return [name, (above + 0.05) / (below + 0.05)];
        }));
        }"""
    )
    assert {name for name, ratio in ratios.items() if ratio < 3} == set()


def test_the_button_changes_the_theme_and_the_system_does_until_then(open_page: Open) -> None:
    page = open_page()
    shade = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(shade)
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector("html[data-theme=dark]", state="attached")
    assert page.evaluate(shade) != light
    page.click("#theme")
    assert page.evaluate(shade) == light
    assert page.inner_text("#theme") == "Dark theme"


def test_on_paper_every_panel_is_there_and_no_button(open_page: Open) -> None:
    page = open_page(1300, "dark")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for panel in PANELS:
        assert page.locator(f"section[aria-labelledby=h-{panel}] h2").is_visible(), panel
    for control in (".bar", "#zoom-in", "#view-switch", ".filter", ".more", "#map-help"):
        assert not page.locator(control).first.is_visible(), control
    assert page.locator("details:not([open])").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert "Figures of 20" in page.inner_text("#shown")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0


def test_it_prints_on_a_few_sheets(open_page: Open) -> None:
    page = open_page()
    sheets = page.pdf(format="A4").count(b"/Type /Page\n")
    assert 5 <= sheets <= 25


def test_what_a_reader_cannot_see_has_a_name(open_page: Open) -> None:
    page = open_page()
    unnamed = page.eval_on_selector_all(
        "svg[role=img], [role=img]", "nodes => nodes.filter(n => !n.getAttribute('aria-label')).map(n => n.outerHTML)"
    )
    assert unnamed == []
    for section in page.query_selector_all("main > section"):
        label = section.get_attribute("aria-labelledby")
        assert page.text_content(f"#{label}")
    assert page.eval_on_selector_all("button", "all => all.filter(b => !(b.ariaLabel || b.textContent).trim())") == []


def test_every_panel_is_headed_by_a_sentence(open_page: Open) -> None:
    page = open_page()
    for panel in PANELS:
        sentence = page.inner_text(f"section[aria-labelledby=h-{panel}] .say")
        assert sentence.endswith("."), panel
        assert "NaN" not in sentence


def test_nothing_moves_for_readers_who_want_it_still(open_page: Open) -> None:
    page = open_page()
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.querySelector('.flow')).transitionDuration") == "0s"
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
