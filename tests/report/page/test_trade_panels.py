"""The panels of trade on the page: gains, prices and trade against another plan, duties and spread of a plan."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.solution import TABLE_BY_NAME, Solution
from network.geography import read_geography
from network.network import Network
from report.html import write_html

Open = Callable[..., Any]


def traded(plan: Solution, dearer: float) -> Solution:
    """The plan with ferroalloys that Kazakhstan sells to the United States, `dearer` times the price."""
    rows: dict[str, list[dict[str, Any]]] = {"accounts": [], "market_prices": [], "trade": []}
    gains = (("US", "consumer_surplus", 60 / dearer), ("KZ", "producer_surplus", 20 * dearer))
    for year in (2025, 2030, 2040):
        way = {"period": year, "commodity_id": "ferroalloys"}
        for country, account, amount in gains:
            worth = {"amount": amount, "discounted_musd": 10 * amount}
            rows["accounts"].append(way | {"country": country, "account": account, "unit": "musd"} | worth)
        price = {"price_usd_per_t": 1000 * dearer, "duty_usd_per_t": 50.0 * dearer, "basket_musd": 100 * dearer}
        bought = {"quantity_kt": 100 / dearer, "reference_kt": 100.0, "reference_basket_musd": 100.0}
        rows["market_prices"].append(way | {"country": "US", "origin": "KZ"} | price | bought)
        moved = {"corridor_id": "middle", "flow_kt": 100 / dearer, "value_musd": 100 / dearer}
        rows["trade"].append(way | {"exporter": "KZ", "importer": "US"} | moved)
    tables = {name: pd.DataFrame(table, columns=TABLE_BY_NAME[name].column_names) for name, table in rows.items()}
    return Solution({**plan.tables, **tables}, plan.run)


@pytest.fixture(scope="module")
def pages(
    solution: Solution, other_solution: Solution, network: Network, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("trade")
    geography = read_geography(network.folder, network.places, network.links)
    plan, other = traded(solution, 1.25), traded(other_solution, 1.0)
    made = {"compared": (plan, other), "alone": (plan, None), "same": (plan, plan)}
    for name, (one, against) in made.items():
        write_html(one, network, geography, folder / f"{name}.html", against)
    return {name: folder / f"{name}.html" for name in made}


@pytest.mark.parametrize(("width", "scheme"), [(1300, "light"), (700, "dark")])
def test_gains_prices_and_trade_are_listed(open_page: Open, pages: dict[str, Path], width: int, scheme: str) -> None:
    page = open_page(width, scheme, pages["compared"])
    said = page.inner_text("#gains-said").replace("\u00a0", " ")
    assert "Kazakhstan gains USD 5 mn a year, above all its sellers (+USD 5 mn, most on ferroalloys)" in said
    assert "the United States loses USD 12 mn a year" in said
    text = page.inner_text("#gains-body").replace("\u00a0", " ")
    for part in ("USD 1,250", "USD 1,000", "+25.0 %", "\u221220 kt", "\u2212USD 20 mn"):
        assert part in text
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert "6.3\u00a0%" in page.inner_text("#trade-body")
    before = page.locator("#gains-body table").count()
    page.check("#period-switch input[value='2025']", force=True)
    assert "In 2025 " in page.inner_text("#gains-said")
    assert page.locator("#gains-body table").count() == before


def test_the_spread_is_headed_by_its_index(open_page: Open, pages: dict[str, Path]) -> None:
    page = open_page(file=pages["compared"])
    text = page.inner_text("#spread-body")
    assert "Partners: Herfindahl index 1.00 by value (More trade 1.00), 1.00 by tonnes" in text
    page.locator("#gains-body thead button").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#gains-body thead th").first.get_attribute("aria-sort") == "ascending"


def test_a_plan_alone_has_duties_and_no_gains(open_page: Open, pages: dict[str, Path]) -> None:
    page = open_page(file=pages["alone"])
    assert page.locator("#gains").is_hidden()
    assert "the United States (+25.0\u00a0%)" in page.inner_text("#say-trade")
    assert page.locator("#trade-body table").count() == 3


def test_the_same_plan_twice_says_that_nothing_changes(open_page: Open, pages: dict[str, Path]) -> None:
    page = open_page(file=pages["same"])
    assert page.inner_text("#gains-said").startswith("No duty, price or flow changes")
    assert page.locator("#gains-body tbody").all_inner_texts() == ["Nothing to list."] * 5


def test_the_page_of_a_comparison_stays_small(pages: dict[str, Path]) -> None:
    assert pages["compared"].stat().st_size < 1_000_000
