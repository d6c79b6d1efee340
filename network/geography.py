"""The geography of a world: places as points, links as lines, countries and their borders as layers for maps.

Geometry that was drawn beforehand lies in the data folder under ``geography`` (scripts/build_geo.py). A link that has
no line there, or whose line does not end at its places, is drawn as a great circle; a world without that folder has no
countries and great circles only. All layers are in WGS84 (EPSG:4326), longitudes within -180..180.
"""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import MultiLineString

from network.geodesics import Point, distance_km, end_points, great_circle, length_km

CRS = "EPSG:4326"
LINKS_FILE = "links.geojson"
COUNTRIES_FILE = "countries.topojson"
DISCLAIMER_FILE = "DISCLAIMER.txt"
ATTRIBUTION_FILE = "ATTRIBUTION.txt"
_END_TOLERANCE_KM = 1.0  # lines are stored to 0.001 degree


@dataclass(frozen=True, eq=False)
class Geography:
    """Layers of a world.

    Attributes:
        places: the table of places, geometry points.
        links: the table of links and ``drawn_by`` (via_points, searoute, great_circle), ``length_km`` (geodesic length
            of the line), geometry MultiLineString from ``from_place`` to ``to_place``.
        countries: ``iso_a2`` ('' where a status is not settled), ``name``, polygons; no rows without shapes.
        borders: ``status`` (``boundary`` to draw as a line, ``undetermined`` to draw dotted), lines between countries.
        topojson: text of the file of countries and borders (objects of these names), for a page; '' without shapes.
        disclaimer: what every map that shows borders must print; '' without shapes.
        attribution: sources and licences to print with a map; '' without shapes.
    """

    places: gpd.GeoDataFrame
    links: gpd.GeoDataFrame
    countries: gpd.GeoDataFrame
    borders: gpd.GeoDataFrame
    topojson: str
    disclaimer: str
    attribution: str


def read_geography(folder: str | Path, places: pd.DataFrame, links: pd.DataFrame) -> Geography:
    """Read the geography of a world.

    Args:
        folder: data folder of the world; its ``geography`` folder may be missing.
        places: place_id, lat_deg, lon_deg and any other columns.
        links: link_id, from_place, to_place and any other columns; ends must be in ``places``.

    Returns:
        Layers with one row a place and one row a link, in the order of the tables.
    """
    below = Path(folder) / "geography"
    return Geography(
        places=places_layer(places),
        links=links_layer(links, places, below / LINKS_FILE),
        countries=_map_layer(below, "countries", ["iso_a2", "name"]),
        borders=_map_layer(below, "borders", ["status"]),
        topojson=_text(below / COUNTRIES_FILE),
        disclaimer=_text(below / DISCLAIMER_FILE),
        attribution=_text(below / ATTRIBUTION_FILE),
    )


def places_layer(places: pd.DataFrame) -> gpd.GeoDataFrame:
    """The table of places as points."""
    points = gpd.points_from_xy(places["lon_deg"], places["lat_deg"])
    return gpd.GeoDataFrame(places.copy(), geometry=points, crs=CRS)


def links_layer(links: pd.DataFrame, places: pd.DataFrame, drawn: Path) -> gpd.GeoDataFrame:
    """The table of links as lines, with ``drawn_by`` and ``length_km``.

    Args:
        links: link_id, from_place, to_place and any other columns.
        places: place_id, lat_deg, lon_deg.
        drawn: GeoJSON of lines drawn beforehand, with ``link_id`` and ``drawn_by``; may be missing.
    """
    at = dict(zip(places["place_id"], zip(places["lon_deg"], places["lat_deg"], strict=True), strict=True))
    stored = _stored_lines(drawn)
    lines, drawn_by = [], []
    for link_id, origin, destination in links[["link_id", "from_place", "to_place"]].itertuples(index=False):
        ends = at[origin], at[destination]
        by, line = stored.get(link_id, ("great_circle", None))
        if line is None or not _joins(line, ends):
            by, line = "great_circle", great_circle(*ends)
        lines.append(line)
        drawn_by.append(by)
    layer = links.assign(drawn_by=drawn_by, length_km=[length_km(line) for line in lines])
    return gpd.GeoDataFrame(layer, geometry=lines, crs=CRS)


def flow_lines(flows: pd.DataFrame, links: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """The line of each flow, in the direction it moves.

    Args:
        flows: link_id, from_place, to_place: ends in the order of the movement.
        links: layer of links.

    Returns:
        Lines with the index of ``flows``; reversed where the flow runs from the link's second end to its first.

    Raises:
        KeyError: a flow's link is not in the layer.
    """
    lines = dict(zip(links["link_id"], zip(links["from_place"], links.geometry, strict=True), strict=True))
    oriented = []
    for link_id, origin in flows[["link_id", "from_place"]].itertuples(index=False):
        first, line = lines[link_id]
        oriented.append(line if origin == first else _reversed(line))
    return gpd.GeoSeries(oriented, index=flows.index, crs=CRS)


def _reversed(line: MultiLineString) -> MultiLineString:
    # Shapely turns each part round, but leaves the parts in their order.
    return MultiLineString([part.reverse() for part in reversed(line.geoms)])


def _stored_lines(path: Path) -> dict[str, tuple[str, MultiLineString]]:
    if not path.is_file():
        return {}
    stored = gpd.read_file(path)
    rows = zip(stored["link_id"], stored["drawn_by"], stored.geometry, strict=True)
    return {link_id: (by, line) for link_id, by, line in rows}


def _joins(line: MultiLineString, ends: tuple[Point, Point]) -> bool:
    return all(distance_km(drawn, end) <= _END_TOLERANCE_KM for drawn, end in zip(end_points(line), ends, strict=True))


def _map_layer(below: Path, name: str, columns: list[str]) -> gpd.GeoDataFrame:
    path = below / COUNTRIES_FILE
    if not path.is_file():
        return gpd.GeoDataFrame({column: [] for column in columns}, geometry=[], crs=CRS)
    layer = gpd.read_file(path, layer=name)
    return layer[[*columns, "geometry"]].set_crs(CRS, allow_override=True)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
