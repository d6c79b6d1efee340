"""Map layers of a plan: flows of a period, places and projects, as GeoDataFrames in longitude and latitude (EPSG:4326).

Lines follow the stored geometry of the world where it has one, and run straight between the two places where it has
none.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from model.solution import Solution
from network.network import Network
from report.frames import records
from report.indicators import link_flows
from report.tables import with_place_names

CRS = "EPSG:4326"

NETWORK_WIDE = 6
"""A project that acts on more links than this has no place of its own on a map."""


def link_lines(network: Network) -> dict[str, LineString]:
    """Return the line of every link by its id, drawn from from_place to to_place."""
    where = place_points(network)
    return {
        row["link_id"]: LineString([where[row["from_place"]], where[row["to_place"]]]) for row in records(network.links)
    }


def country_shapes(network: Network) -> dict[str, Any] | None:
    """Return the country shapes of the world as TopoJSON, or None where it has none."""
    return None


def disclaimer(network: Network) -> str:
    """Return what must stand under every map."""
    return "Boundaries shown do not imply endorsement or acceptance of any status of any territory."


def place_points(network: Network) -> dict[str, Point]:
    """Return the position of every place by its id."""
    places = network.places
    return {
        str(i): Point(lon, lat)
        for i, lon, lat in zip(places["place_id"], places["lon_deg"], places["lat_deg"], strict=True)
    }


def flow_layer(solution: Solution, network: Network, period: int) -> gpd.GeoDataFrame:
    """Return one line a link and direction with cargo, drawn in the direction of the cargo.

    Columns: those of `indicators.link_flows`, origin, destination, geometry.
    """
    flows = with_place_names(link_flows(solution), network)
    flows = flows[flows["period"] == period].reset_index(drop=True)
    lines = link_lines(network)
    starts = dict(zip(network.links["link_id"], network.links["from_place"], strict=True))
    drawn = [
        lines[row["link_id"]] if starts[row["link_id"]] == row["from_place"] else lines[row["link_id"]].reverse()
        for row in records(flows)
    ]
    return gpd.GeoDataFrame(flows, geometry=drawn, crs=CRS)


def place_layer(network: Network) -> gpd.GeoDataFrame:
    """Return one point a place: place_id, name, country, place_type, capacities a year, confidence, geometry."""
    columns = [
        "place_id",
        "name",
        "country",
        "place_type",
        "capacity_t_per_year",
        "capacity_teu_per_year",
        "confidence",
    ]
    where = place_points(network)
    frame = network.places[columns].copy()
    return gpd.GeoDataFrame(frame, geometry=[where[i] for i in frame["place_id"]], crs=CRS)


def project_layer(solution: Solution, network: Network) -> gpd.GeoDataFrame:
    """Return one point a project that has a place on the network.

    Columns: those of the `builds` table, and geometry. Left out are projects that act on nothing in the network or on
    more than `NETWORK_WIDE` links of it.
    """
    marks = project_points(network)
    frame = solution["builds"][solution["builds"]["project_id"].isin(list(marks))].reset_index(drop=True)
    return gpd.GeoDataFrame(frame, geometry=[marks[i] for i in frame["project_id"]], crs=CRS)


def project_link_layer(solution: Solution, network: Network) -> gpd.GeoDataFrame:
    """Return one line a project and link it acts on: project_id, name, decision, link_id, geometry."""
    effects = network.project_effects
    effects = effects[effects["target"] == "link"][["project_id", "target_id"]].drop_duplicates()
    frame = effects.merge(solution["builds"][["project_id", "name", "decision"]], on="project_id")
    frame = frame.rename(columns={"target_id": "link_id"})
    lines = link_lines(network)
    return gpd.GeoDataFrame(frame, geometry=[lines[i] for i in frame["link_id"]], crs=CRS)


def project_points(network: Network) -> dict[str, Point]:
    """Return where to mark each project: its place, or the middle of the middle one of its links."""
    lines, places = link_lines(network), place_points(network)
    marks: dict[str, Point] = {}
    for project, effects in network.project_effects.groupby("project_id", sort=False):
        of_place = effects.loc[effects["target"] == "place", "target_id"].tolist()
        of_link = effects.loc[effects["target"] == "link", "target_id"].tolist()
        if of_place:
            marks[str(project)] = places[of_place[0]]
        elif 0 < len(of_link) <= NETWORK_WIDE:
            marks[str(project)] = _middle(lines[of_link[len(of_link) // 2]])
    return marks


def _middle(line: BaseGeometry) -> Point:
    return line.interpolate(0.5, normalized=True)


def network_wide(solution: Solution, network: Network) -> pd.DataFrame:
    """Return the projects of the plan that have no mark on the map: rows of `builds` that are given or built."""
    builds = solution["builds"]
    return builds[~builds["project_id"].isin(list(project_points(network))) & (builds["decision"] != "not built")]
