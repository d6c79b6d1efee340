"""How geometry is drawn: via-points, sea routes with their traps, shared arcs, and a build that repeats itself."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from shapely import MultiPolygon, Polygon

from network.geodesics import Point, distance_km
from network.geometry_links import check_lengths, draw_links
from network.problems import DataError
from network.topology import arcs_in_degrees, arcs_of, polygons, quantized, thinned

DATA = Path(__file__).parents[2] / "data"
PLACES = pd.DataFrame({"place_id": ["A", "B"], "lon_deg": [0.0, 2.0], "lat_deg": [0.0, 0.0]})
LINKS = pd.DataFrame(
    {
        "link_id": ["R1", "R2", "S1"],
        "from_place": ["A", "A", "A"],
        "to_place": ["B", "B", "B"],
        "mode": ["road", "road", "deep_sea"],
        "distance_km": [222.0, 460.0, 700.0],
    }
)
VIAS = pd.DataFrame({"link_id": ["R2", "R2"], "order": [2, 1], "lon_deg": [1.5, 0.5], "lat_deg": [1.0, 1.0]})
CANALS = pd.DataFrame({"link_id": ["S1"], "canal": ["suez"]})
NO_REASONS = pd.DataFrame({"link_id": [], "reason": []})


def by_sea(start: Point, end: Point, canals: list[str]) -> list[Point]:
    assert canals == ["suez"]
    return [start, (1.0, -3.0), end]


def test_links_are_drawn_by_via_points_by_sea_or_straight() -> None:
    straight, via, sea = draw_links(LINKS, PLACES, VIAS, CANALS, by_sea)
    assert [one.drawn_by for one in (straight, via, sea)] == ["great_circle", "via_points", "searoute"]
    assert straight.length_km == pytest.approx(222.6, rel=1e-3)
    assert via.length_km == pytest.approx(
        distance_km((0, 0), (0.5, 1)) + distance_km((0.5, 1), (1.5, 1)) + distance_km((1.5, 1), (2, 0)), rel=1e-3
    )
    assert any(x == pytest.approx(1.0) and y == pytest.approx(-3.0) for x, y in sea.line.geoms[0].coords)


def test_lengths_beyond_the_tolerance_are_listed_with_their_reason() -> None:
    drawn = draw_links(LINKS, PLACES, VIAS, CANALS, by_sea)
    reasons = pd.DataFrame({"link_id": ["R1", "R2"], "reason": ["stale", "winding"]})
    check = check_lengths(drawn, LINKS, reasons)
    assert list(check["link_id"]) == ["R2"]
    assert check["reason"].tolist() == ["winding"]
    assert check["difference_pct"].iloc[0] == pytest.approx(100 * (drawn[1].length_km / 460 - 1), abs=0.06)
    assert check_lengths(drawn, LINKS.assign(distance_km=[222.0, 360.0, 600.0]), NO_REASONS)["reason"].tolist() == []


def test_every_bad_row_and_every_missing_route_is_told_at_once() -> None:
    def no_way(*_: object) -> list[Point]:
        raise ValueError("an end is 90 km from the network")

    with pytest.raises(DataError) as error:
        draw_links(LINKS, PLACES, VIAS.assign(link_id=["R2", "R22"]), CANALS.assign(link_id="X"), no_way)
    assert len(error.value.problems) == 3
    assert "geography/via_points.csv, row 3, column link_id" in str(error.value)
    assert "Did you mean R2?" in str(error.value)
    assert "link S1, A - B: an end is 90 km from the network" in str(error.value)


def test_a_topology_survives_rounding() -> None:
    arcs = [[(0.0, 0.0), (10.001, 0.0), (10.0, 10.0)], [(10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]]
    steps, transform = quantized(arcs, 0.01)
    topology = {
        "arcs": steps,
        "transform": transform,
        "objects": {"squares": {"geometries": [{"type": "Polygon", "arcs": [[0, 1]]}]}},
    }
    for found, given in zip(arcs_in_degrees(topology), arcs, strict=True):
        for point, expected in zip(found, given, strict=True):
            assert point == pytest.approx(expected, abs=0.005)
    ((geometry, shape),) = polygons(topology, "squares")
    assert shape.area == pytest.approx(100, abs=0.1)
    assert arcs_of(geometry) == {0, 1}


def test_thinning_keeps_ends_and_leaves_no_ring_flat() -> None:
    line = [(0.0, 0.0), (1.0, 0.001), (2.0, 0.0)]
    ring = [(0.0, 0.0), (0.001, 0.0), (0.001, 0.001), (0.0, 0.0)]
    assert thinned([line, ring], [0.01, 0.01]) == [[(0.0, 0.0), (2.0, 0.0)], ring]


def test_sea_routes_keep_out_of_closed_waters() -> None:
    pytest.importorskip("searoute")
    from network.geometry_sea import SeaRouteError, sea_route

    shanghai, new_york, suez = (122.06, 30.63), (-74.05, 40.67), (32.58, 30.0)
    novorossiysk, trieste, alat = (37.78, 44.72), (13.76, 45.64), (49.42, 39.98)

    def enters(route: list[Point], west: float, south: float, east: float, north: float) -> bool:
        return any(west <= (x + 180) % 360 - 180 <= east and south <= y <= north for x, y in route)

    assert enters(sea_route(shanghai, new_york, ["panama"]), -80, 8.5, -79, 9.6)
    assert not enters(sea_route(shanghai, new_york), -80, 8.5, -79, 9.6)
    assert not enters(sea_route(novorossiysk, trieste), 22.9, 37.85, 23.1, 38.0)  # Corinth
    assert not enters(sea_route(suez, trieste, ["suez"]), 22.9, 37.85, 23.1, 38.0)
    with pytest.raises(SeaRouteError, match="km from the network"):
        sea_route(novorossiysk, alat)


def test_a_shape_over_the_antimeridian_is_cut() -> None:
    pytest.importorskip("topojson")
    from network.geometry_countries import cut_at_antimeridian

    ring = [(170.0, 0.0), (-170.0, 0.0), (-170.0, 10.0), (170.0, 10.0), (170.0, 0.0)]
    cut = cut_at_antimeridian(MultiPolygon([Polygon(ring)]))
    assert sorted(part.bounds for part in cut.geoms) == [(-180, 0, -170, 10), (170, 0, 180, 10)]


def test_the_build_gives_the_files_that_are_kept(tmp_path: Path) -> None:
    pytest.importorskip("searoute")
    pytest.importorskip("topojson")
    from network.geometry_build import build_geography

    for folder in ("network", "geography"):
        shutil.copytree(DATA / folder, tmp_path / folder)
    made = ["links.geojson", "countries.topojson", "length_check.csv"]
    for name in made:
        (tmp_path / "geography" / name).unlink()
    built = build_geography(tmp_path)
    links = pd.read_csv(DATA / "network/links.csv")
    assert f"{len(links)} links drawn" in built.summary()
    assert "No reason" not in built.summary()
    for name in made:
        assert (tmp_path / "geography" / name).read_bytes() == (DATA / "geography" / name).read_bytes(), name
