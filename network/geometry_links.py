"""The line of every link: by via-points, by sea, or straight; and the check of its length against the table."""

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd
from shapely import MultiLineString
from shapely.geometry import mapping

from network.geodesics import Point, distance_km, end_points, geodesic, length_km, line
from network.problems import DataError, Problem, nearest
from network.schema_geography import LENGTH_CHECK

SEA_MODES = frozenset({"deep_sea", "blacksea_ferry", "caspian_ferry"})
LENGTH_TOLERANCE = 0.20
_DECIMALS = 3  # of a degree: 110 m, finer than any position here

Value = TypeVar("Value")
SeaRouter = Callable[[Point, Point, Collection[str]], list[Point]]


@dataclass(frozen=True)
class DrawnLink:
    """The line of a link.

    Attributes:
        link_id, from_place, to_place: the link and its ends.
        drawn_by: ``via_points``, ``searoute`` or ``great_circle``.
        line: parts from the first place to the second, longitudes within -180..180.
        length_km: geodesic length of the line.
    """

    link_id: str
    from_place: str
    to_place: str
    drawn_by: str
    line: MultiLineString
    length_km: float


def draw_links(
    links: pd.DataFrame, places: pd.DataFrame, via_points: pd.DataFrame, canals: pd.DataFrame, sea_route: SeaRouter
) -> list[DrawnLink]:
    """Draw every link.

    Args:
        links: table of a network.
        places: table of a network.
        via_points: table of ``network.schema_geography``.
        canals: table ``open_canals`` of ``network.schema_geography``.
        sea_route: gives the points of a sea route from start to end with some canals open; ValueError where it cannot.

    Returns:
        One line a link, in the order of the links.

    Raises:
        DataError: a via-point or canal names an unknown link, or a sea link has no route and no via-points.
    """
    problems = [*_unknown_links(via_points, links, "via_points"), *_unknown_links(canals, links, "open_canals")]
    at = dict(zip(places["place_id"], _points(places), strict=True))
    ordered = via_points.sort_values(["link_id", "order"])
    vias = _by_link(ordered["link_id"], _points(ordered))
    open_canals = _by_link(canals["link_id"], canals["canal"])
    drawn = []
    for link_id, origin, destination, mode in zip(
        links["link_id"], links["from_place"], links["to_place"], links["mode"], strict=True
    ):
        start, end = at[origin], at[destination]
        drawn_by = "via_points" if link_id in vias else "searoute" if mode in SEA_MODES else "great_circle"
        try:
            by_sea = drawn_by == "searoute"
            path = (
                sea_route(start, end, open_canals.get(link_id, [])) if by_sea else [start, *vias.get(link_id, []), end]
            )
        except ValueError as error:
            problems.append(_no_route(link_id, f"{origin} - {destination}: {error}"))
            continue
        shape = _rounded(line(geodesic(path)))
        drawn.append(DrawnLink(link_id, origin, destination, drawn_by, shape, length_km(shape)))
    if problems:
        raise DataError(problems)
    return drawn


def check_lengths(drawn: Iterable[DrawnLink], links: pd.DataFrame, reasons: pd.DataFrame) -> pd.DataFrame:
    """Links whose drawn length differs from the table's distance by more than the tolerance.

    Args:
        drawn: lines.
        links: table of a network.
        reasons: table ``length_reasons``; a reason for a link that no longer differs is left out.

    Returns:
        Columns of ``LENGTH_CHECK``; lengths in whole km, ``reason`` empty where nobody has written one.
    """
    distances = dict(zip(links["link_id"], links["distance_km"], strict=True))
    modes = dict(zip(links["link_id"], links["mode"], strict=True))
    why = dict(zip(reasons["link_id"], reasons["reason"], strict=True))
    rows = []
    for one in drawn:
        distance = float(distances[one.link_id])
        difference = one.length_km / distance - 1
        if abs(difference) > LENGTH_TOLERANCE:
            straight = distance_km(*end_points(one.line))
            lengths = (round(distance), round(one.length_km), round(straight), round(100 * difference, 1))
            ends = one.from_place, one.to_place, modes[one.link_id]
            rows.append((one.link_id, *ends, *lengths, one.drawn_by, why.get(one.link_id, "")))
    return pd.DataFrame(rows, columns=list(LENGTH_CHECK.columns))


def write_links(drawn: Iterable[DrawnLink], path: Path) -> None:
    """Write lines as GeoJSON, one feature a line of text, so that a change reads well in version control."""
    features = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {
                    "link_id": one.link_id,
                    "from_place": one.from_place,
                    "to_place": one.to_place,
                    "drawn_by": one.drawn_by,
                    "length_km": round(one.length_km, 1),
                },
                "geometry": mapping(one.line),
            },
            separators=(",", ":"),
        )
        for one in drawn
    ]
    text = ",\n".join(features)
    path.write_text(f'{{"type":"FeatureCollection","name":"links","features":[\n{text}\n]}}\n', encoding="utf-8")


def _points(table: pd.DataFrame) -> list[Point]:
    return list(zip(table["lon_deg"].tolist(), table["lat_deg"].tolist(), strict=True))


def _by_link(link_ids: Iterable[str], values: Iterable[Value]) -> dict[str, list[Value]]:
    grouped: dict[str, list[Value]] = {}
    for link_id, value in zip(link_ids, values, strict=True):
        grouped.setdefault(link_id, []).append(value)
    return grouped


def _rounded(shape: MultiLineString) -> MultiLineString:
    return MultiLineString(
        [[(round(lon, _DECIMALS), round(lat, _DECIMALS)) for lon, lat in part.coords] for part in shape.geoms]
    )


def _unknown_links(table: pd.DataFrame, links: pd.DataFrame, name: str) -> list[Problem]:
    known = set(links["link_id"])
    path, expected = f"geography/{name}.csv", "a link of network/links.csv"
    return [
        Problem(path, row + 2, "link_id", str(value), expected, nearest(value, known))
        for row, value in enumerate(table["link_id"])
        if value not in known
    ]


def _no_route(link_id: str, found: str) -> Problem:
    hint = f"Add rows for {link_id} to geography/via_points.csv, in the water."
    return Problem("network/links.csv", None, "", f"link {link_id}, {found}", "a sea route that may be drawn", hint)
