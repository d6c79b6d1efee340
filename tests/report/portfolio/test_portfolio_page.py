"""The page of a portfolio: one small file, its figures are the tables', in a browser at both widths and themes."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.funding.record import PortfolioRun
from network.geography import read_geography
from network.network import Network
from report.html import page_text
from report.portfolio_facts import DESIGN_DEFAULT
from report.portfolio_flows import looked_through, source_flows
from report.portfolio_html import SCRIPTS, STYLES, write_portfolio_html
from report.portfolio_page import portfolio_page
from tests.report.page.test_page import CONTRASTS, LARGEST_BYTES

PANELS = ["findings", "repairs", "map", "projects", "sources", "powers", "limits", "currency", "cash", "bank",
          "frontier", "tolls", "scenarios", "winners", "tornado", "draws", "assumptions", "run"]  # fmt: skip
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def data(portfolio_run: PortfolioRun, network: Network) -> dict[str, Any]:
    return portfolio_page(portfolio_run, network, read_geography(network.folder, network.places, network.links))


@pytest.fixture(scope="module")
def file(portfolio_run: PortfolioRun, network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "portfolio.html"
    geography = read_geography(network.folder, network.places, network.links)
    write_portfolio_html(portfolio_run, network, geography, path)
    return path


@pytest.fixture
def open_page(browser: Any, file: Path) -> Iterator[Open]:
    """Opens the page and fails if it asked for anything, logged an error or threw one."""
    requests: list[str] = []
    errors: list[str] = []
    pages = []

    def opened(width: int = 1300, scheme: str = "light", path: Path = file) -> Any:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type in {"error", "warning"} else None)
        page.goto(path.as_uri())
        page.wait_for_selector("#facts dt", state="attached")
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert errors == []


def test_the_page_is_one_small_file_that_names_no_host(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert file.stat().st_size < LARGEST_BYTES
    assert "@@" not in text
    for mark in ("<script src", '<link rel="stylesheet', "@import", "url(http", "fetch("):
        assert mark not in text


def test_text_of_the_data_cannot_become_markup(data: dict[str, Any]) -> None:
    text = page_text("portfolio.html", STYLES, SCRIPTS, {**data, "title": "</script><img src=x onerror=alert(1)>"})
    assert "<img" not in text


def test_figures_are_those_of_the_tables(data: dict[str, Any], portfolio_run: PortfolioRun) -> None:
    for place, (scenario, title) in enumerate(data["scenarios"]):
        assert title == portfolio_run.run["scenario_titles"][scenario]
        shown = data["by"][place]
        for row in portfolio_run["portfolio_projects"].query("scenario == @scenario").to_dict("records"):
            found = shown["projects"][row["project_id"]]
            for column in ("capex_musd", "enpv_musd", "dscr_min", "eirr", "fnpv_musd"):
                value = found[column.removesuffix("_musd")]
                same = (
                    value is None if pd.isna(row[column]) else value == pytest.approx(row[column], rel=1e-4, abs=1e-4)
                )
                assert same, (row["project_id"], column)
        gains = portfolio_run["portfolio_winners"].query("scenario == @scenario")["gain_musd"].sum()
        assert sum(gain for _, gain, _ in shown["winners"]) == pytest.approx(gains, rel=1e-3, abs=0.1)
        lights = portfolio_run["portfolio_covenants"].query("scenario == @scenario")["light"].value_counts()
        assert pd.Series([row["light"] for row in shown["covenants"]]).value_counts().to_dict() == lights.to_dict()
        falls = portfolio_run["portfolio_devaluation"].query("scenario == @scenario")
        assert len(shown["currency"]) == len(falls)
        assert {tuple(row[2:4]) for row in shown["currency"]} == {("USD 60 %, XXX 40 %", "USD 50 %, XXX 50 %")}
        assert [row[5] for row in shown["currency"]] == [0.3] * len(falls)


def test_flows_look_through_to_the_powers_of_the_tables(
    data: dict[str, Any], portfolio_run: PortfolioRun, network: Network
) -> None:
    seen = looked_through(portfolio_run, network)
    money = portfolio_run["portfolio_finance"].query("scenario == 'baseline' and is_funding == 1")
    assert seen["amount_musd"].sum() == pytest.approx(money["amount_musd"].sum())
    whole = portfolio_run["portfolio_powers"].query("scenario == 'baseline' and part == 'portfolio'")
    for row in whole.to_dict("records"):
        held = seen.loc[seen["power"] == row["power"].removesuffix(" and its members"), "amount_musd"].sum()
        assert held == pytest.approx(row["amount_musd"] + row["host_musd"])
    assert sum(flow[4] for flow in data["flows"]["flows"]) == pytest.approx(money["amount_musd"].sum(), rel=1e-4)
    assert source_flows(replace(portfolio_run, tables={}), network) is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1300, 700])
def test_it_fits_its_width_in_both_themes(open_page: Open, width: int, scheme: str) -> None:
    page = open_page(width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = "tables => tables.filter((t) => t.scrollWidth > t.clientWidth).map((t) => t.textContent.slice(0, 40))"
    assert page.eval_on_selector_all(".scroll", wide) == []
    for panel in PANELS:
        assert page.locator(f"section[aria-labelledby=h-{panel}] h2").is_visible(), panel
    outside = """() => [...document.querySelectorAll("main svg.curve text")].filter((node) => {
      const text = node.getBoundingClientRect(), frame = node.ownerSVGElement.getBoundingClientRect();
      return text.left < frame.left - 2 || text.right > frame.right + 2;
    }).map((node) => node.textContent)"""
    assert page.evaluate(outside) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(open_page: Open, scheme: str) -> None:
    page = open_page(1300, scheme)
    page.eval_on_selector_all("details", "boxes => boxes.forEach((box) => { box.open = true; })")
    texts = [
        "p",
        "h1",
        "h2",
        "h3",
        "dt",
        "dd",
        "small",
        "td:not([style])",
        "th",
        "th button",
        "li",
        "legend",
        "label span",
    ]
    texts += [".tag", ".bad", "summary", "button:not(:disabled)", ".legend span", "output", ".light"]
    assert [found for found in page.evaluate(CONTRASTS, texts) if found["ratio"] < 4.5] == []


def test_another_scenario_changes_limits_and_projects(open_page: Open, data: dict[str, Any]) -> None:
    page = open_page()

    def shown() -> list[str]:
        return [page.inner_text(f"#{name}") for name in ("limits-body", "projects-body", "winners-body")]

    first = shown()
    page.check("#scenario-switch input[value='2']", force=True)
    assert all(a != b for a, b in zip(first, shown(), strict=True))
    count = sum(row["light"] == "red" for row in data["by"][2]["covenants"])
    page.check("#light-switch input[value='all']", force=True)
    if page.locator("#limits-body .more button").is_visible():
        page.click("#limits-body .more button")
    assert page.locator("#limits-body .light", has_text="broken").count() == count


def test_a_light_is_a_colour_a_shape_and_a_word(open_page: Open) -> None:
    page = open_page()
    shapes = {
        word: page.locator("#limits-body .light", has_text=word).first.evaluate("n => n.innerHTML")
        for word in ("broken", "tight")
    }
    assert len(set(shapes.values())) == 2
    assert page.locator("#map-svg .pin.l-red").count() > 0


def test_marks_can_be_stepped_through_and_say_what_they_are(open_page: Open) -> None:
    page = open_page()
    page.focus("#projects [tabindex='0']")
    assert "Bakhty-Ayagoz new line" in page.inner_text("#tip")
    page.keyboard.press("ArrowDown")
    assert "Baku-Boyuk Kesik" in page.inner_text("#tip")
    page.click("#map-aside button:has-text('Anaklia')")
    assert "USD\u00a0600\u00a0mn" in page.inner_text("#tip")


def test_cash_flows_follow_the_list(open_page: Open) -> None:
    page = open_page()
    assert "No debt is served" in page.inner_text("#cash-picture")
    page.select_option("#choose-project", "2")
    assert "broken: below 1.40" in page.inner_text("#cash-picture")
    assert page.locator("#cash-picture svg.curve").count() == 2


def test_flows_go_to_classes_or_projects(open_page: Open) -> None:
    page = open_page()
    assert "Asset classes" in page.text_content("#sources-body svg")
    page.check("#sink-switch input[value='project']", force=True)
    assert "Anaklia" in page.text_content("#sources-body svg")


def test_drivers_and_draws_follow_their_lists(open_page: Open) -> None:
    page = open_page()
    before = page.text_content("#tornado-picture svg")
    page.select_option("#choose-driver", "1")
    assert page.text_content("#tornado-picture svg") != before
    page.select_option("#choose-measure", "1")
    assert "Investment" in page.inner_text("#draws-picture h3 >> nth=0")


def test_assumptions_can_be_found(open_page: Open) -> None:
    page = open_page()
    page.fill("#assumption-find", "GEMs")
    assert "1 of 9" in page.inner_text("#assumptions-body output")
    page.select_option("#assumption-group", "Bank rules")
    assert "0 of 9" in page.inner_text("#assumptions-body output")


def test_figures_of_the_bank_are_labelled(open_page: Open) -> None:
    page = open_page()
    for panel in ("bank", "powers", "limits", "sources", "assumptions", "frontier"):
        assert DESIGN_DEFAULT[1:] in page.inner_text(f"#{panel}"), panel
    assert DESIGN_DEFAULT[1:] in page.inner_text("#label")


def test_on_paper_every_panel_is_there_and_no_button(open_page: Open) -> None:
    page = open_page(1300, "dark")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for panel in PANELS:
        assert page.locator(f"section[aria-labelledby=h-{panel}] h2").is_visible(), panel
    for control in (".bar", "#zoom-in", "#view-switch", ".filter", "#map-help"):
        assert not page.locator(control).first.is_visible(), control
    assert page.locator("details:not([open])").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_what_is_empty_is_left_out(
    open_page: Open, portfolio_run: PortfolioRun, network: Network, tmp_path: Path
) -> None:
    geography = read_geography(network.folder, network.places, network.links)
    kept = {"portfolio_frontier": portfolio_run["portfolio_frontier"]}
    for tables, panels in ((kept, ["findings", "frontier", "run"]), ({}, ["run"])):
        path = tmp_path / f"{len(tables)}.html"
        run = PortfolioRun(tables, {"command": "frontier", "portfolio": "frontier"})
        write_portfolio_html(run, network, geography, path)
        page = open_page(1300, "light", path)
        assert page.eval_on_selector_all("main > section:not([hidden])", "nodes => nodes.map((n) => n.id)") == panels


def test_two_portfolios_and_national_plans_have_panels(
    open_page: Open, portfolio_run: PortfolioRun, network: Network, tmp_path: Path
) -> None:
    comparison = pd.DataFrame(
        [("baseline", "gain_musd", "musd, discounted", 900.0, 1020.0, 120.0)],
        columns=["scenario", "measure", "unit", "first", "second", "difference"],
    )
    national = pd.DataFrame(
        [("KZ", "P005,P012", 300.0, 1275.0), ("unified plan", "P005", 1020.0, 3435.0)],
        columns=["country", "projects", "own_worth_musd", "capex_musd"],
    )
    tables = portfolio_run.tables | {"portfolio_comparison": comparison, "portfolio_national": national}
    geography, path = read_geography(network.folder, network.places, network.links), tmp_path / "two.html"
    write_portfolio_html(replace(portfolio_run, tables=tables), network, geography, path)
    page = open_page(700, "light", path)
    assert "+USD 120 mn" in page.inner_text("#compare-body")
    assert "Kazakhstan" in page.inner_text("#national-body")


def test_the_data_of_the_page_are_plain(data: dict[str, Any]) -> None:
    own = {key: value for key, value in data.items() if key != "map"}
    assert set(json.loads(json.dumps(own, allow_nan=False, default=lambda v: v.item()))) == set(own)
