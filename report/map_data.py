"""What the map of the page draws: shapes, places, links, flows by period, projects, and the parts to look at."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from shapely.geometry.base import BaseGeometry

from model.solution import Solution
from network.geography import Geography
from network.network import Network
from report.frames import records
from report.indicators import focus_corridor, link_flows, periods
from report.layers import network_wide, project_points
from report.words import countries, listing, mode_words, names_of, percent, plain_name, short_name

Box = tuple[float, float, float, float]

CLOSE_UP_MARGIN = 7.0
"""Degrees around the links that define the focus corridor in the close-up."""

SMALLEST_PART = 0.05
"""Part of its busiest link's cargo from which a link counts as on the focus corridor's map."""

PACIFIC_MERIDIAN = -110.0
"""Longitude at which a map of the whole world is cut: in the Americas, so that Asia lies in the middle."""


def map_data(solution: Solution, network: Network, geography: Geography) -> dict[str, Any]:
    """Return the map as plain values for JSON; see page/map.js for their use.

    A flow is [link, against the link's direction (0/1), kt, kTEU, utilisation, worth of a tonne, worth of a TEU,
    cost in musd, main goods].
    """
    places = records(network.places)
    position = {row["place_id"]: i for i, row in enumerate(places)}
    links = records(network.links)
    order = {row["link_id"]: i for i, row in enumerate(links)}
    _, focus_links = _focus_links(solution, network)
    on_focus = {end for row in links if row["link_id"] in focus_links for end in (row["from_place"], row["to_place"])}
    lines = dict(zip(geography.links["link_id"], geography.links.geometry, strict=True))
    return {
        "topology": json.loads(geography.topojson) if geography.topojson else None,
        "disclaimer": geography.disclaimer.strip(),
        "views": _views(solution, network),
        "places": [
            {
                "name": plain_name(row["name"]),
                "short": _label(row["name"]),
                "lon": row["lon_deg"],
                "lat": row["lat_deg"],
            }
            | {"focus": row["place_id"] in on_focus}
            for row in places
        ],
        "links": [
            {
                "a": position[row["from_place"]],
                "b": position[row["to_place"]],
                "mode": mode_words(row["mode"]),
                "line": _runs(lines[row["link_id"]]),
                "km": _figure(row["distance_km"]),
                "run": _figure(row["transit_time_h"]),
                "wait": _figure(row["dwell_from_h"] + row["dwell_to_h"]),
                "sure": row["confidence"],
            }
            for row in links
        ],
        "flows": _flows(solution, network, order),
        "projects": _projects(solution, network, geography),
    }


def unplaced(solution: Solution, network: Network, geography: Geography) -> list[str]:
    """Return the short names of what the plan builds that has no mark on the map."""
    frame = network_wide(solution, network, geography)
    return [short_name(name) for name in frame.loc[frame["decision"] == "built", "name"]]


def _flows(solution: Solution, network: Network, order: dict[str, int]) -> dict[str, list[list[Any]]]:
    starts = dict(zip(network.links["link_id"], network.links["from_place"], strict=True))
    goods = _main_goods(solution, network)
    result: dict[str, list[list[Any]]] = {str(year): [] for year in periods(solution)}
    for row in records(link_flows(solution)):
        if row["flow_kt"] < 0.05:
            continue
        back = int(starts[row["link_id"]] != row["from_place"])
        figures = [
            _figure(row[c]) for c in ("flow_kt", "flow_kteu", "utilisation", "dual_usd_per_t", "dual_usd_per_teu")
        ]
        said = goods.get((row["period"], row["link_id"], row["from_place"]), "")
        result[str(row["period"])].append([order[row["link_id"]], back, *figures, _figure(row["cost_musd"]), said])
    return result


def _main_goods(solution: Solution, network: Network) -> dict[tuple[int, str, str], str]:
    """Return the three largest goods of each period, link and direction, in words."""
    names = names_of(network.commodities, "commodity_id", short=True)
    keys = ["period", "link_id", "from_place"]
    table = solution["flows"].groupby([*keys, "commodity_id"], as_index=False)["flow_kt"].sum()
    table = table[table["flow_kt"] > 0].sort_values("flow_kt", ascending=False)
    table["part"] = table["flow_kt"] / table.groupby(keys)["flow_kt"].transform("sum")
    said: dict[tuple[int, str, str], list[str]] = {}
    for row in records(table.groupby(keys).head(3)):
        words = f"{names.get(row['commodity_id'], row['commodity_id']).lower()} {percent(row['part'])}"
        said.setdefault((row["period"], row["link_id"], row["from_place"]), []).append(words)
    return {key: listing(words) for key, words in said.items()}


def _projects(solution: Solution, network: Network, geography: Geography) -> list[dict[str, Any]]:
    marks = project_points(network, geography)
    built = solution["builds"][solution["builds"]["decision"] == "built"]
    return [
        {
            "name": row["name"],
            "countries": countries(row["country"]),
            "lon": round(marks[row["project_id"]].x, 2),
            "lat": round(marks[row["project_id"]].y, 2),
            "start": int(row["start_year"]),
            "service": int(row["in_service_year"]),
            "cost": _figure(row["capex_musd"]),
            "sure": row["confidence"],
        }
        for row in records(built.sort_values("capex_musd", ascending=False))
        if row["project_id"] in marks
    ]


def _focus_links(solution: Solution, network: Network) -> tuple[set[str], set[str]]:
    """Return the links that define the focus corridor, and those that carry a good part of its cargo."""
    focus, _ = focus_corridor(network)
    if not focus:
        return set(), set()
    row = network.corridors[network.corridors["corridor_id"] == focus].iloc[0]
    flows = solution["flows"]
    carried = flows[flows["corridor_id"] == focus].groupby("link_id")["flow_kt"].sum()
    used = carried[carried >= SMALLEST_PART * carried.max()].index if len(carried) else []
    return set(row["via_links"]), set(used)


def _views(solution: Solution, network: Network) -> list[dict[str, Any]]:
    """Return the parts of the map: close-up and corridor where there is a focus corridor, and the whole network."""
    defining, carrying = _focus_links(solution, network)
    whole = _box(network, set(network.links["link_id"]), 2.0)
    views = []
    if carrying and defining:
        views.append({"name": "Close-up", "box": _box(network, defining, CLOSE_UP_MARGIN)})
    if carrying:
        views.insert(0, {"name": short_name(focus_corridor(network)[1]), "box": _box(network, carrying, 2.0)})
    return [*views, {"name": "Whole network", "box": whole}]


def _box(network: Network, links: set[str], margin: float) -> Box:
    """Return west, south, east, north around the places of `links`; a box round the world is cut in America."""
    rows = network.links[network.links["link_id"].isin(links)]
    ends = set(rows["from_place"]) | set(rows["to_place"])
    places = network.places[network.places["place_id"].isin(ends)]
    lon = places["lon_deg"]
    if lon.max() - lon.min() > 180:
        lon = lon.where(lon >= PACIFIC_MERIDIAN, lon + 360)
    lat = places["lat_deg"]
    box = (lon.min() - margin, max(lat.min() - margin, -85.0), lon.max() + margin, min(lat.max() + margin, 85.0))
    return (float(box[0]), float(box[1]), float(box[2]), float(box[3]))


def _runs(line: BaseGeometry) -> list[list[list[float]]]:
    """Return the runs of points of a line, to 0.01 degree (about 1 km), which no map of this size can show."""
    return [[[round(x, 2), round(y, 2)] for x, y in part.coords] for part in line.geoms]


def _label(name: str) -> str:
    """Return a name short enough for a map: its first part, without what kind of place it is."""
    return plain_name(name).split(" / ")[0]


def _figure(value: float) -> float | None:
    """Return a figure with about four digits, or None where it is missing."""
    return None if pd.isna(value) else float(f"{value:.4g}")
