"""What the map of the page draws: shapes, places, links, flows by period, projects, and the parts to look at."""

from __future__ import annotations

import json
from typing import Any

from shapely.geometry.base import BaseGeometry

from model.solution import Solution
from network.geography import Geography
from network.network import Network
from report.frames import records
from report.indicators import focus_corridor
from report.layers import network_wide
from report.map_rows import change_rows, flow_rows, place_limit_rows, project_marks
from report.page_rows import figure as _figure
from report.provenance import Sources
from report.words import mode_words, names_of, plain_name, short_name

Box = tuple[float, float, float, float]

CLOSE_UP_MARGIN = 7.0
"""Degrees around the links that define the focus corridor in the close-up."""

MARGINS = (0.1, 2.0)
"""Least and most degrees around the places of a part of the map; in between a tenth of the size of the world."""

SMALLEST_PART = 0.05
"""Part of its busiest link's cargo from which a link counts as on the focus corridor's map."""

PACIFIC_MERIDIAN = -110.0
"""Longitude at which a map of the whole world is cut: in the Americas, so that Asia lies in the middle."""


def map_data(
    solution: Solution, network: Network, geography: Geography, sources: Sources, compare: Solution | None = None
) -> dict[str, Any]:
    """Return the map as plain values for JSON; see page/map_*.js for their use.

    A flow is [link, against the link's direction (0/1), kt, kTEU, utilisation of its tightest limit, that limit in kt
    or kTEU a year, whether it counts TEU (0/1), worth of a tonne, worth of a TEU, cost in musd, main goods], a limit of
    a place [place, utilisation, limit, whether it counts TEU, worth of a tonne, worth of a TEU], a change [link,
    against its direction, kt, kt of the other plan, kTEU, kTEU of the other plan].
    """
    places = records(network.places)
    position = {row["place_id"]: i for i, row in enumerate(places)}
    links = records(network.links)
    order = {row["link_id"]: i for i, row in enumerate(links)}
    _, carrying = focus_links(solution, network)
    on_focus = {end for row in links if row["link_id"] in carrying for end in (row["from_place"], row["to_place"])}
    lines = dict(zip(geography.links["link_id"], geography.links.geometry, strict=True))
    goods = names_of(network.commodities, "commodity_id", short=True)
    return {
        "topology": json.loads(geography.topojson) if geography.topojson else None,
        "disclaimer": geography.disclaimer.strip(),
        "views": map_views(solution, network),
        "goods": [name.lower() for name in goods.values()],
        "places": [place_row(row, row["place_id"] in on_focus, sources) for row in places],
        "links": [link_row(row, position, lines[row["link_id"]], sources) for row in links],
        "flows": flow_rows(solution, network, order, list(goods)),
        "placeLimits": place_limit_rows(solution, position),
        "projects": project_marks(solution, network, geography, sources, compare),
        "changes": change_rows(solution, compare, network, order) if compare else None,
    }


def place_row(row: dict[str, Any], focus: bool, sources: Sources) -> dict[str, Any]:
    """Return a place: names, coordinates, whether it lies on the focus corridor, and what its limit rests on."""
    names = {"name": plain_name(row["name"]), "short": map_label(row["name"])}
    return names | {"lon": row["lon_deg"], "lat": row["lat_deg"], "focus": focus} | sources.of(row)


def link_row(row: dict[str, Any], position: dict[str, int], line: BaseGeometry, sources: Sources) -> dict[str, Any]:
    """Return a link: ends, mode, line, length, hours, and what its times and limit and what its charges rest on."""
    charges = sources.of({"confidence": row["cost_confidence"], "source": row["cost_source"], "year": None})
    return {
        "a": position[row["from_place"]],
        "b": position[row["to_place"]],
        "mode": mode_words(row["mode"]),
        "line": line_runs(line),
        "km": _figure(row["distance_km"]),
        "run": _figure(row["transit_time_h"]),
        "wait": _figure(row["dwell_from_h"] + row["dwell_to_h"]),
        "charges": charges if row["cost_source"] else None,
    } | sources.of(row)


def unplaced(solution: Solution, network: Network, geography: Geography) -> list[str]:
    """Return the short names of what the plan builds that has no mark on the map."""
    frame = network_wide(solution, network, geography)
    return list(dict.fromkeys(short_name(name) for name in frame.loc[frame["decision"] == "built", "name"]))


def focus_links(solution: Solution, network: Network) -> tuple[set[str], set[str]]:
    """Return the links that define the focus corridor, and those that carry a good part of its cargo."""
    focus, _ = focus_corridor(network)
    if not focus:
        return set(), set()
    row = network.corridors[network.corridors["corridor_id"] == focus].iloc[0]
    flows = solution["flows"]
    carried = flows[flows["corridor_id"] == focus].groupby("link_id")["flow_kt"].sum()
    used = carried[carried >= SMALLEST_PART * carried.max()].index if len(carried) else []
    return set(row["via_links"]), set(used)


def map_views(solution: Solution, network: Network) -> list[dict[str, Any]]:
    """Return the parts of the map: close-up and corridor where there is a focus corridor, and the whole network."""
    defining, carrying = focus_links(solution, network)
    whole = box_around(network, set(network.links["link_id"]), _margin(network))
    views = []
    if carrying and defining:
        views.append({"name": "Close-up", "box": box_around(network, defining, CLOSE_UP_MARGIN)})
    if carrying:
        views.insert(
            0, {"name": short_name(focus_corridor(network)[1]), "box": box_around(network, carrying, _margin(network))}
        )
    return [*views, {"name": "Whole network", "box": whole}]


def _margin(network: Network) -> float:
    """Return the degrees to leave around the places of a part of the map."""
    sizes = [float(network.places[c].max() - network.places[c].min()) for c in ("lon_deg", "lat_deg")]
    least, most = MARGINS
    return max(min(max(sizes) / 10, most), least)


def box_around(network: Network, links: set[str], margin: float) -> Box:
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


def line_runs(line: BaseGeometry) -> list[list[int]]:
    """Return the runs of points of a line in hundredths of a degree (about 1 km), each as steps from point to point.

    A run is [x, y, dx, dy, dx, dy, ...]: half the size of coordinates, for what is most of the page's own data.
    """
    result = []
    for part in line.geoms:
        x, y = 0, 0
        run: list[int] = []
        for point in part.coords:
            to = round(point[0] * 100), round(point[1] * 100)
            if not run or to != (x, y):
                run += [to[0] - x, to[1] - y]
            x, y = to
        result.append(run if len(run) > 2 else [*run, 0, 0])
    return result


def map_label(name: str) -> str:
    """Return a name short enough for a map: its first part, without what kind of place it is."""
    return plain_name(name).split(" / ")[0]
