"""The page of the made-up plan, and small worlds of its own to show the plan of."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from model.solution import Solution
from network.geography import read_geography
from network.network import Network, read_network
from report.html import write_html

NAMES = {"A": "Alpha", "B": "Beta (a port)"}
Open = Callable[..., Any]
World = tuple[Network, Solution]


@pytest.fixture(scope="session")
def report_file(
    solution: Solution, other_solution: Solution, network: Network, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The page of the made-up plan, compared with the other one."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    geography = read_geography(network.folder, network.places, network.links)
    write_html(solution, network, geography, path, other_solution)
    return path


@pytest.fixture
def open_page(browser: Any, report_file: Path) -> Iterator[Open]:
    """Opens a page and fails if it asked for anything, logged an error or threw one."""
    requests: list[str] = []
    errors: list[str] = []
    pages = []

    def opened(width: int = 1300, scheme: str = "light", file: Path = report_file) -> Any:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console", lambda message: errors.append(message.text) if message.type in {"error", "warning"} else None
        )
        page.goto(file.as_uri())
        page.wait_for_selector("#map-svg #projects", state="attached")
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert errors == []


@pytest.fixture
def small_world(tmp_path: Path, hand_made: Callable[..., Solution]) -> Callable[..., World]:
    """Builds a world of two places without geometry, and a plan that moves `kt` from one to the other each period.

    Further arguments are rows of result tables that take the place of the plan's.
    """

    def built(kt: float = 20.0, periods: tuple[int, ...] = (2030,), **tables: Any) -> World:
        folder = tmp_path / "world"
        for name in ("network", "commodities"):
            (folder / name).mkdir(parents=True)
        (folder / "network/places.csv").write_text(
            "place_id,name,country,lat_deg,lon_deg\n" + f"A,{NAMES['A']},XX,0,0\nB,{NAMES['B']},XX,4,5\n"
        )
        (folder / "network/links.csv").write_text("link_id,from_place,to_place,mode,transit_time_h\nL,A,B,road,10\n")
        (folder / "commodities/commodities.csv").write_text(
            "commodity_id,name,handling_class,cargo_kind,value_usd_per_t,time_value_pct_per_day\n"
            "goods,Goods,bagged,general,100,0.1\n"
        )
        (folder / "commodities/lanes.csv").write_text(
            "lane_id,origin_zone,destination_zone,commodity_id,quantity_t\nN,A,B,goods,20000\n"
        )
        plan = hand_made({"scenario": "small", "title": "Small"}, **(rows_of(kt, periods) | tables))
        return read_network(folder), plan

    return built


def rows_of(kt: float, periods: tuple[int, ...]) -> dict[str, list[dict[str, Any]]]:
    """Rows of a plan in which `kt` moves over the link in each period."""
    when = [{"period": year, "season": "year"} for year in periods]
    lane = {"lane_id": "N", "origin_zone": "A", "destination_zone": "B", "commodity_id": "goods", "market_id": "all"}
    flow = {"link_id": "L", "from_place": "A", "to_place": "B", "mode": "road", "corridor_id": "all"}
    moved = {"flow_kt": kt, "flow_kteu": 0.0}
    shares = {"share_pct": 100.0, "share_basis": "kt", "cost_usd_per_t": 5.0, "time_days": 1.0}
    served = {"reference_kt": 20.0, "served_kt": kt, "unserved_kt": 20.0 - kt, "served_kteu": 0.0}
    price = {"price_usd_per_t": 6.0, "reference_usd_per_t": 9.0, "freight_usd_per_t": 5.0, "time_days": 1.0}
    rows: dict[str, list[dict[str, Any]]] = {
        "demand": [w | lane | served | {"surplus_musd": 0.0, "into_store_kt": 0.0} for w in when],
        "prices": [w | lane | price for w in when],
    }
    if kt > 0:
        cost = {"category": "freight", "confidence": "estimate", "musd": 0.1, "discounted_musd": 0.5}
        rows["flows"] = [w | flow | {"commodity_id": "goods", "cost_musd": 0.1} | moved for w in when]
        rows["corridors"] = [{"period": y, "market_id": "all", "corridor_id": "all"} | moved | shares for y in periods]
        rows["costs"] = [{"period": y, "country": "XX", "cargo_kind": "general"} | cost for y in periods]
    return rows
