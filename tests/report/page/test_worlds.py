"""Pages of worlds that lack what the shipped one has: they draw from coordinates and say what is not there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from model.solution import Solution
from network.geography import read_geography
from network.network import Network
from report.html import write_html

Open = Callable[..., Any]
World = tuple[Network, Solution]
Build = Callable[..., World]


def written(world: World, path: Path) -> Path:
    network, plan = world
    write_html(plan, network, read_geography(network.folder, network.places, network.links), path)
    return path


def test_two_places_and_a_link_draw_from_their_coordinates(open_page: Open, small_world: Build, tmp_path: Path) -> None:
    page = open_page(file=written(small_world(), tmp_path / "page.html"))
    assert page.locator("#flows .flow").count() == 1
    assert sorted(page.locator("#names text").all_text_contents()) == ["Alpha", "Beta"]
    assert page.eval_on_selector("#flows .flow", "node => node.getTotalLength()") > 100
    label = page.locator("#flows .flow").get_attribute("aria-label")
    for part in ("Alpha → Beta", "20\u00a0kt in a year of 2030", "No limit of its own", "USD\u00a05 a tonne"):
        assert part in label
    for switch in ("period", "cargo", "view", "shows", "marks"):
        assert page.locator(f"#{switch}-switch").is_hidden(), switch
    assert page.inner_text("#say-map") == "In 2030 cargo uses 1 link, none of them with a limit."
    assert page.locator("#facilities").is_hidden()
    assert "NaN" not in page.inner_text("body")
    assert "undefined" not in page.inner_text("body")


def test_a_few_tonnes_are_said_in_tonnes(open_page: Open, small_world: Build, tmp_path: Path) -> None:
    page = open_page(file=written(small_world(kt=0.02), tmp_path / "page.html"))
    assert "20\u00a0t in a year of 2030" in page.locator("#flows .flow").get_attribute("aria-label")


def test_a_world_in_which_nothing_moves_shows_its_places(open_page: Open, small_world: Build, tmp_path: Path) -> None:
    page = open_page(file=written(small_world(kt=0.0), tmp_path / "page.html"))
    assert page.inner_text("#say-map") == "In 2030 nothing moves."
    assert page.locator("#flows .flow").count() == 0
    assert page.locator("#names text").count() == 2
    assert page.inner_text("#say-corridors") == "No cargo moves by any corridor."
    assert page.inner_text("#say-costs") == "In 2030 nothing is spent."
    assert "NaN" not in page.inner_text("body")


def test_several_periods_can_be_switched(open_page: Open, small_world: Build, tmp_path: Path) -> None:
    page = open_page(700, file=written(small_world(periods=(2030, 2040)), tmp_path / "page.html"))
    assert page.inner_text("#say-map").startswith("In 2040 ")
    page.check("#period-switch input[value='2030']", force=True)
    assert page.inner_text("#say-map").startswith("In 2030 ")


def test_limits_of_other_kinds_are_rows_by_their_name(open_page: Open, small_world: Build, tmp_path: Path) -> None:
    limit = {"period": 2030, "season": "year", "kind": "t", "direction": "both", "capacity": 20.0, "use": 20.0}
    limit |= {"utilisation": 1.0, "dual_usd_per_unit": 3.0, "rent_musd": 0.06}
    kinds = [("transfer", "A:road-rail"), ("facility", "MILL"), ("store", "B:goods"), ("place", "B"), ("link", "L")]
    rows = [limit | {"target": target, "target_id": key, "name": f"the {target}"} for target, key in kinds]
    page = open_page(file=written(small_world(capacities=rows), tmp_path / "page.html"))
    names = page.locator("#bottlenecks-body tbody th").all_inner_texts()
    for name in ("the transfer", "the facility", "the store", "Alpha - Beta, road"):
        assert any(text.startswith(name) for text in names), name
    assert page.locator("#places circle.u3").count() == 1
    assert "100\u00a0% of its limit of 20\u00a0kt a year" in page.locator("#flows .flow").get_attribute("aria-label")


def test_a_world_without_flows_in_a_close_up_keeps_its_whole_map(
    open_page: Open, network: Network, solution: Solution, tmp_path: Path
) -> None:
    """No corridors and no geometry: one view of all places."""
    bare = network.replace(corridors=network.corridors.head(0))
    geography = read_geography(tmp_path, bare.places, bare.links)
    write_html(solution, bare, geography, tmp_path / "bare.html")
    page = open_page(file=tmp_path / "bare.html")
    assert page.locator("#view-switch").is_hidden()
    assert page.locator("#map-svg.bare").count() == 1
    assert page.locator("#flows .flow").count() > 50
    assert page.inner_text("#disclaimer") == ""


def test_goods_at_facilities_have_a_panel(open_page: Open, small_world: Build, tmp_path: Path) -> None:
    made = {"period": 2030, "season": "year", "facility_id": "MILL", "name": "Mill (old)", "moved_kt": 20.0}
    goods = [
        made
        | {"side": "output", "commodity_id": "goods", "amount_kt": 20.0, "surplus_kt": 4.0, "price_usd_per_t": 7.0},
        made | {"side": "input", "commodity_id": "ore", "amount_kt": 25.0, "surplus_kt": 0.0, "price_usd_per_t": 1.0},
    ]
    page = open_page(file=written(small_world(balances=goods), tmp_path / "page.html"))
    assert page.inner_text("#say-facilities").replace("\u00a0", " ") == (
        "In 2030 facilities make 20 kt of goods, most of it goods at Mill; 4 kt is left over. "
        "Worth most is a tonne of goods at Mill: USD 7."
    )
    assert page.locator("#facilities-body tbody tr").count() == 2
