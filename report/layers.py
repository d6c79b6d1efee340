"""Map layers of a plan: flows of a period, places and projects, as GeoDataFrames in WGS 84 (EPSG:4326)."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from model.solution import Solution
from network.geography import CRS, Geography, flow_lines
from network.network import Network
from network.transfers import transfer_ids
from report.indicators import link_flows
from report.tables import with_place_names

NETWORK_WIDE = 6
"""A project that acts on more links than this has no place of its own on a map."""

PLACE_COLUMNS = ("place_id", "name", "country", "place_type", "capacity_t_per_year", "capacity_teu_per_year")


def flow_layer(solution: Solution, network: Network, geography: Geography, period: int) -> gpd.GeoDataFrame:
    """Return one line a link and direction with cargo, drawn in the direction of the cargo.

    Columns: those of `indicators.link_flows`, origin, destination, geometry.
    """
    flows = with_place_names(link_flows(solution), network)
    flows = flows[flows["period"] == period].reset_index(drop=True)
    return gpd.GeoDataFrame(flows, geometry=flow_lines(flows, geography.links), crs=CRS)


def place_layer(geography: Geography) -> gpd.GeoDataFrame:
    """Return one point a place: place_id, name, country, place_type, capacities a year, confidence, geometry."""
    return geography.places[[*PLACE_COLUMNS, "confidence", "geometry"]]


def project_layer(solution: Solution, network: Network, geography: Geography) -> gpd.GeoDataFrame:
    """Return one point a project that has a place on the network.

    Columns: those of the `builds` table, and geometry. Left out are projects that act on nothing in the network or on
    more than `NETWORK_WIDE` links of it.
    """
    marks = project_points(network, geography)
    frame = solution["builds"][solution["builds"]["project_id"].isin(list(marks))].reset_index(drop=True)
    return gpd.GeoDataFrame(frame, geometry=[marks[i] for i in frame["project_id"]], crs=CRS)


def project_link_layer(solution: Solution, network: Network, geography: Geography) -> gpd.GeoDataFrame:
    """Return one line a project and link it acts on: project_id, name, decision, link_id, geometry."""
    effects = network.project_effects
    effects = effects[effects["target"] == "link"][["project_id", "target_id"]].drop_duplicates()
    frame = effects.merge(solution["builds"][["project_id", "name", "decision"]], on="project_id")
    frame = frame.rename(columns={"target_id": "link_id"})
    lines = dict(zip(geography.links["link_id"], geography.links.geometry, strict=True))
    return gpd.GeoDataFrame(frame, geometry=[lines[i] for i in frame["link_id"]], crs=CRS)


def project_points(network: Network, geography: Geography) -> dict[str, Point]:
    """Return where to mark each project: its place, transfer or facility, or amid the middle one of its links."""
    lines = dict(zip(geography.links["link_id"], geography.links.geometry, strict=True))
    places = dict(zip(geography.places["place_id"], geography.places.geometry, strict=True))
    at = dict(zip(transfer_ids(network.transfers), network.transfers["place_id"], strict=True))
    at |= dict(zip(network.facilities["facility_id"], network.facilities["place_id"], strict=True))
    marks: dict[str, Point] = {}
    for project, effects in network.project_effects.groupby("project_id", sort=False):
        of = {target: part["target_id"].tolist() for target, part in effects.groupby("target")}
        of_place = [*of.get("place", []), *(at[i] for target in ("transfer", "facility") for i in of.get(target, []))]
        of_link = of.get("link", [])
        if of_place:
            marks[str(project)] = places[of_place[0]]
        elif 0 < len(of_link) <= NETWORK_WIDE:
            marks[str(project)] = _middle(lines[of_link[len(of_link) // 2]])
    return marks


def network_wide(solution: Solution, network: Network, geography: Geography) -> pd.DataFrame:
    """Return the projects of the plan that have no mark on the map: rows of `builds` that are given or built."""
    builds = solution["builds"]
    marked = builds["project_id"].isin(list(project_points(network, geography)))
    return builds[~marked & (builds["decision"] != "not built")]


def _middle(line: BaseGeometry) -> Point:
    return line.interpolate(0.5, normalized=True)
