"""The map of a portfolio: the network in thin lines, projects at their links and places by size and light."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from shapely.geometry import Point

from model.funding.record import PortfolioRun
from network.geography import Geography
from network.network import Network
from report.frames import records
from report.layers import project_points
from report.map_data import box_around, line_runs, map_label
from report.page_rows import figure
from report.portfolio_facts import project_names
from report.words import plain_name, short_name

MARGIN = 1.5
"""Degrees around the links and places of the projects."""

MOST_NAMED = 60
"""Places that have a name on the map: those at the ends of what the projects act on come first."""


def portfolio_map(run: PortfolioRun, network: Network, geography: Geography) -> dict[str, Any]:
    """Return the map as plain values for JSON; see page/portfolio_map.js.

    A project is [place in the list of projects, longitude, latitude, places of the links it acts on in `links`].
    """
    ids = list(project_names(run))
    acted = _links_of(network, ids)
    points = _points(run, network, geography)
    links = [row for row in records(network.links) if row["status"] == "operational" or row["link_id"] in acted["all"]]
    order = {row["link_id"]: n for n, row in enumerate(links)}
    lines = dict(zip(geography.links["link_id"], geography.links.geometry, strict=True))
    near = acted["all"] or set(order)
    ends = {row[end] for row in links if row["link_id"] in near for end in ("from_place", "to_place")}
    return {
        "topology": json.loads(geography.topojson) if geography.topojson else None,
        "disclaimer": geography.disclaimer.strip(),
        "views": _views(network, near, points),
        "places": _places(network, ends),
        "links": [{"line": line_runs(lines[row["link_id"]])} for row in links],
        "marks": [
            [n, round(points[key].x, 2), round(points[key].y, 2), [order[i] for i in acted[key] if i in order]]
            for n, key in enumerate(ids)
            if key in points
        ],
        "unplaced": [n for n, key in enumerate(ids) if key not in points],
    }


def _links_of(network: Network, ids: list[str]) -> dict[str, set[str]]:
    """Return the links that each project acts on, and under `all` those of all together."""
    effects = network.project_effects
    effects = effects[(effects["target"] == "link") & effects["project_id"].isin(ids)]
    found = {key: set(effects.loc[effects["project_id"] == key, "target_id"].astype(str)) for key in ids}
    return found | {"all": set(effects["target_id"].astype(str))}


def _points(run: PortfolioRun, network: Network, geography: Geography) -> dict[str, Point]:
    """Return where each project is marked; plants of the rare-earth chain stand where they are built."""
    plants = network.chain_facilities
    at = {
        str(key): Point(x, y)
        for key, x, y in zip(plants["facility_id"], plants["lon_deg"], plants["lat_deg"], strict=True)
        if pd.notna(x) and pd.notna(y)
    }
    found = at | project_points(network, geography)
    return {key: found[key] for key in project_names(run) if key in found}


def _views(network: Network, near: set[str], points: dict[str, Point]) -> list[dict[str, Any]]:
    """Return the parts of the map: around the projects, and the whole network."""
    west, south, east, north = box_around(network, near, MARGIN)
    xs, ys = [p.x for p in points.values()], [p.y for p in points.values()]
    close = (
        min([west, *(x - MARGIN for x in xs)]),
        min([south, *(y - MARGIN for y in ys)]),
        max([east, *(x + MARGIN for x in xs)]),
        max([north, *(y + MARGIN for y in ys)]),
    )
    whole = box_around(network, set(network.links["link_id"]), 2.0)
    return [{"name": "Around the projects", "box": close}, {"name": "Whole network", "box": whole}]


def _places(network: Network, ends: set[str]) -> list[dict[str, Any]]:
    """Return the places to name: those at the ends of what the projects act on."""
    rows = [row for row in records(network.places) if row["place_id"] in ends][:MOST_NAMED]
    return [
        {"name": plain_name(row["name"]), "short": map_label(row["name"]), "lon": row["lon_deg"], "lat": row["lat_deg"]}
        for row in rows
    ]


def project_list(run: PortfolioRun) -> list[dict[str, Any]]:
    """Return what of the projects is the same in every scenario, in the order of the tables."""
    rows = run["portfolio_projects"].drop_duplicates("project_id")
    return [
        {
            "id": row["project_id"],
            "name": row["name"],
            "short": short_name(str(row["name"])),
            "country": str(row["country"]).replace("|", ", "),
            "class": row["asset_class"],
            "mode": str(row["mode"]).replace("_", " "),
            "start": figure(row["start_year"]),
            "service": figure(row["in_service_year"]),
            "end": figure(row["end_year"]),
            "sure": row["confidence"],
        }
        for row in records(rows)
    ]
