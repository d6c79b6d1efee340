"""The tornado of the rare-earth chain on the page."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from model.chain.sensitivity import FACTORS
from model.solution import Solution
from network.geography import read_geography
from network.network import Network
from report.chain_tornado import INDICATORS
from report.html import write_html
from tests.report.conftest import frame
from tests.report.page.test_chain_panel import BOXES, overlaps
from tests.report.test_chain_report import with_chain

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def tornado_page(solution: Solution, network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tornado") / "report.html"
    usual = dict.fromkeys(INDICATORS, 100.0)
    rows = [{"figure": "", "factor": 1.0, **usual}]
    rows += [
        {"figure": name, "factor": f, **usual, "focus_rents_musd": 100 * f**power}
        for name, power in (("demand", 3), ("stock", 0.1))
        for f in FACTORS
    ]
    shown = with_chain(solution)
    shown = replace(shown, tables={**shown.tables, "chain_sensitivity": frame("chain_sensitivity", rows)})
    write_html(shown, network, read_geography(network.folder, network.places, network.links), path)
    return path


@pytest.mark.parametrize(("width", "scheme"), [(1300, "light"), (700, "dark")])
def test_bars_are_ordered_and_inside(open_page: Open, tornado_page: Path, width: int, scheme: str) -> None:
    page = open_page(width, scheme, tornado_page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    names = page.eval_on_selector_all(
        "#chain-tornado svg g > text:first-child", "nodes => nodes.map(n => n.textContent)"
    )
    assert names == ["demand", "stocks"]
    bars = page.eval_on_selector_all(
        "#chain-tornado svg.curve rect.tornado-far", "nodes => nodes.map(n => n.getBoundingClientRect().width)"
    )
    assert sum(bars[:2]) > sum(bars[2:]) > 0
    # Less of a figure and more of it can be told apart, in the legend too.
    fills = page.eval_on_selector_all(
        "#chain-tornado rect.tornado-near", "nodes => nodes.map(n => getComputedStyle(n).fill)"
    )
    assert len(set(fills)) == 2
    texts = page.eval_on_selector_all("#chain-tornado svg.curve g text", BOXES)
    assert overlaps(texts) == []
    page.check("#chain-tornado input >> nth=1", force=True)
    assert "NdPr" in page.eval_on_selector("#chain-tornado svg.curve", "node => node.getAttribute('aria-label')")


def test_a_page_without_a_sensitivity_draws_none(open_page: Open) -> None:
    assert open_page().locator("#chain-tornado svg").count() == 0
