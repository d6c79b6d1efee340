"""Lines and layers: geodesics, the antimeridian, worlds without geography, and the geometry kept with the data."""

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from network.geodesics import distance_km, end_points, geodesic, great_circle, length_km, line
from network.geography import Geography, flow_lines, links_layer, read_geography
from network.network import read_network

DATA = Path(__file__).parents[2] / "data"
SEA_MODES = ["deep_sea", "blacksea_ferry", "caspian_ferry"]
PACIFIC = ((122.06, 30.63), (-118.26, 33.74))
points = st.tuples(st.floats(-180, 180), st.floats(-75, 75))


@pytest.fixture(scope="module")
def world() -> Geography:
    network = read_network(DATA)
    return read_geography(DATA, network.places, network.links)


def small_world() -> tuple[pd.DataFrame, pd.DataFrame]:
    places = pd.DataFrame(
        {"place_id": ["A", "B", "C"], "lon_deg": [50.0, 53.0, -170.0], "lat_deg": [40.0, 40.0, 10.0], "name": "x"}
    )
    links = pd.DataFrame({"link_id": ["L1", "L2"], "from_place": ["A", "B"], "to_place": ["B", "C"], "mode": "road"})
    return places, links


def test_a_line_over_the_pacific_is_cut_at_the_antimeridian() -> None:
    drawn = great_circle(*PACIFIC)
    first, second = drawn.geoms
    assert first.coords[-1][0] == 180.0
    assert second.coords[0][0] == -180.0
    assert first.coords[-1][1] == pytest.approx(second.coords[0][1])
    for found, expected in zip(end_points(drawn), PACIFIC, strict=True):
        assert found == pytest.approx(expected)


def test_a_line_that_only_touches_the_antimeridian_stays_in_one_part() -> None:
    assert [list(part.coords) for part in line([(170, 0), (180, 5), (175, 10)]).geoms] == [
        [(170, 0), (180, 5), (175, 10)]
    ]


def test_a_line_may_start_on_the_antimeridian_and_run_over_whole_turns() -> None:
    crossed = line([(180, 0), (190, 0), (170, 0)])
    assert [part.bounds for part in crossed.geoms] == [(-180, 0, -170, 0), (170, 0, 180, 0)]


@given(points, points)
def test_great_circles_are_as_long_as_the_geodesic_and_stay_on_the_map(start: tuple, end: tuple) -> None:
    assume(abs(abs(start[0] - end[0]) - 180) > 5)  # not over the pole
    assume(distance_km(start, end) > 1)
    drawn = great_circle(start, end)
    assert -180 <= drawn.bounds[0] <= drawn.bounds[2] <= 180
    assert length_km(drawn) == pytest.approx(distance_km(start, end), rel=2e-3)


def test_geodesics_take_small_steps_through_every_point() -> None:
    path = geodesic([(0, 0), (10, 0), (10, 1)], step_km=100)
    assert {(0, 0), (10, 0), (10, 1)} <= set(path)
    assert max(distance_km(a, b) for a, b in pairwise(path)) <= 100 + 1e-6


def test_a_world_without_geography_has_great_circles_and_no_countries(tmp_path: Path) -> None:
    places, links = small_world()
    bare = read_geography(tmp_path, places, links)
    assert list(bare.links["drawn_by"]) == ["great_circle", "great_circle"]
    assert bare.links["length_km"].iloc[0] == pytest.approx(distance_km((50, 40), (53, 40)))
    assert len(bare.countries) == len(bare.borders) == 0
    assert (bare.topojson, bare.disclaimer, bare.attribution) == ("", "", "")
    assert bare.links.crs == bare.places.crs == bare.countries.crs


def test_a_stored_line_is_used_only_where_it_ends_at_the_places(tmp_path: Path) -> None:
    places, links = small_world()
    drawn = gpd.GeoDataFrame(
        {"link_id": ["L1"], "drawn_by": ["via_points"]},
        geometry=[line([(50, 40), (51, 42), (53, 40)])],
        crs="EPSG:4326",
    )
    drawn.to_file(tmp_path / "links.geojson", driver="GeoJSON")
    layer = links_layer(links, places, tmp_path / "links.geojson")
    assert list(layer["drawn_by"]) == ["via_points", "great_circle"]
    moved = places.assign(lon_deg=[50.0, 53.2, -170.0])
    assert list(links_layer(links, moved, tmp_path / "links.geojson")["drawn_by"]) == ["great_circle", "great_circle"]


def test_flow_lines_run_with_the_flow() -> None:
    places, links = small_world()
    layer = links_layer(links, places, Path("nowhere"))
    flows = pd.DataFrame({"link_id": ["L2", "L2"], "from_place": ["B", "C"], "to_place": ["C", "B"]}, index=[7, 3])
    there, back = flow_lines(flows, layer).loc[[7, 3]]
    assert end_points(there) == ((53, 40), (-170, 10))
    assert end_points(back) == ((-170, 10), (53, 40))


def test_every_link_has_its_drawn_line(world: Geography) -> None:
    stored = gpd.read_file(DATA / "geography/links.geojson").set_index("link_id")
    assert set(stored.index) == set(world.links["link_id"])
    kept = world.links.set_index("link_id")["drawn_by"]
    assert kept.to_dict() == stored["drawn_by"].to_dict(), "places moved: run scripts/build_geo.py"
    assert all(part.bounds[0] >= -180 and part.bounds[2] <= 180 for part in world.links.geometry)
    widest = [abs(a[0] - b[0]) for one in world.links.geometry for p in one.geoms for a, b in pairwise(p.coords)]
    assert max(widest) < 90


def test_lengths_that_differ_from_the_table_are_listed_with_a_reason(world: Geography) -> None:
    check = pd.read_csv(DATA / "geography/length_check.csv", keep_default_na=False)
    difference = world.links["length_km"] / world.links["distance_km"] - 1
    assert set(world.links.loc[difference.abs() > 0.2, "link_id"]) == set(check["link_id"])
    assert (check["reason"] != "").all()


def test_sea_links_cross_land_in_canals_only(world: Geography) -> None:
    land = shapely.union_all(world.countries.geometry.values).buffer(-0.1)
    sea = world.links[world.links["mode"].isin(SEA_MODES)].set_index("link_id")
    on_land = sea.geometry.intersection(land).map(length_km)
    through_suez = {"L160", "L162", "L163", "L164", "L165", "L166", "L193"}
    through_panama = {"L182", "L183"}
    kiel_and_volga = {"L145", "L239"}
    assert set(on_land[on_land > 20].index) == through_suez | through_panama | kiel_and_volga


def test_places_lie_in_the_country_they_name(world: Geography) -> None:
    shapes = world.countries.set_index("iso_a2").geometry
    inland = world.places[~world.places["place_type"].isin(["waypoint"])]
    far = {
        place: shapes[country].distance(point)
        for place, country, point in zip(inland["place_id"], inland["country"], inland.geometry, strict=True)
    }
    assert {place: gap for place, gap in far.items() if gap > 0.35} == {}


@pytest.mark.parametrize(
    ("country", "lon", "lat"),
    [
        ("UA", 34.1, 45.2),  # Crimea
        ("RS", 21.1, 42.6),  # Kosovo
        ("CY", 33.4, 35.3),  # north of Cyprus
        ("CN", 121.0, 24.0),  # Taiwan
        ("SY", 35.8, 33.0),  # Golan
        ("PS", 34.33, 31.4),  # Gaza
        ("EH", -13.0, 26.5),  # Western Sahara
        ("SO", 45.0, 9.6),  # Somaliland
        ("GE", 41.2, 42.9),  # Abkhazia
        ("GE", 44.0, 42.3),  # South Ossetia
        ("AZ", 46.7, 39.9),  # Karabakh
        ("", 77.0, 35.4),  # Siachen
    ],
)
def test_borders_follow_the_united_nations(world: Geography, country: str, lon: float, lat: float) -> None:
    inside = world.countries[world.countries.contains(shapely.Point(lon, lat))]
    assert list(inside["iso_a2"]) == [country]


def test_countries_are_sound_and_what_they_need_is_printed(world: Geography) -> None:
    assert world.countries.is_valid.all()
    assert world.countries["iso_a2"].is_unique
    assert set(world.borders["status"]) == {"boundary", "undetermined"}
    west, _, east, _ = world.countries.total_bounds
    assert -180 <= west <= east <= 180
    assert (
        max(part.bounds[2] - part.bounds[0] for shape in world.countries.geometry for part in shapely.get_parts(shape))
        < 180
    )
    assert "Jammu and Kashmir" in world.disclaimer
    assert "Natural Earth" in world.attribution


def test_the_folder_stays_small() -> None:
    sizes = {path.name: path.stat().st_size for path in (DATA / "geography").rglob("*") if path.is_file()}
    assert sizes["countries.topojson"] < 300_000
    assert sum(sizes.values()) < 1_500_000
