"""Lines on the WGS84 ellipsoid: geodesics in small steps, lengths, and a clean cut at the antimeridian.

Points are (longitude, latitude) in degrees. A line that crosses the antimeridian is stored in two parts, each within
-180..180, as GeoJSON (RFC 7946) asks for: a single line would run the wrong way round the world on most maps.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import ceil, floor

from pyproj import Geod
from shapely import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]

STEP_KM = 100.0
_WGS84 = Geod(ellps="WGS84")
_CLOSED_GAP_DEG = 1e-9


def distance_km(start: Point, end: Point) -> float:
    """Length of the geodesic between two points, km."""
    return float(_WGS84.inv(*start, *end)[2]) / 1000


def length_km(line: BaseGeometry) -> float:
    """Geodesic length of a line in all its parts, km."""
    return float(_WGS84.geometry_length(line)) / 1000


def geodesic(points: Sequence[Point], step_km: float = STEP_KM) -> list[Point]:
    """A chain of geodesics through points, with points between them no further apart than a step.

    Args:
        points: at least two points.
        step_km: longest step, km; a map that draws straight lines then still shows the curve.

    Returns:
        Points from first to last, longitudes within -180..180.
    """
    path: list[Point] = [points[0]]
    for start, end in pairwise(points):
        steps = max(1, ceil(distance_km(start, end) / step_km))
        if steps > 1:
            path += [(float(lon), float(lat)) for lon, lat in _WGS84.npts(*start, *end, steps - 1)]
        path.append(end)
    return path


def line(points: Iterable[Point]) -> MultiLineString:
    """A line through points, cut where it crosses the antimeridian.

    Args:
        points: at least two points; consecutive ones less than 180 degrees of longitude apart, whole turns aside.

    Returns:
        Parts in the order and direction of the points, longitudes within -180..180.
    """
    parts: list[list[Point]] = []
    world = 0
    previous: Point | None = None
    for point in unwrapped(points):
        turn = _world_of(point[0], world)
        if previous is None:
            parts.append([])
        elif turn != world:
            border = 180.0 + 360.0 * min(turn, world)
            latitude = _latitude_at(previous, point, border)
            parts[-1].append((border - 360.0 * world, latitude))
            parts.append([(border - 360.0 * turn, latitude)])
        world = turn
        parts[-1].append((point[0] - 360.0 * turn, point[1]))
        previous = point
    return MultiLineString([LineString(part) for part in parts if _is_line(part)])


def great_circle(start: Point, end: Point) -> MultiLineString:
    """The shortest line between two points, in steps, cut at the antimeridian."""
    return line(geodesic([start, end]))


def unwrapped(points: Iterable[Point]) -> Iterator[Point]:
    """Points with whole turns of longitude added, so that each step is the short way round."""
    previous: float | None = None
    for lon, lat in points:
        turned = lon if previous is None else lon + 360.0 * round((previous - lon) / 360.0)
        yield turned, lat
        previous = turned


def end_points(drawn: MultiLineString) -> tuple[Point, Point]:
    """First and last point of a line in parts."""
    first, last = drawn.geoms[0].coords[0], drawn.geoms[-1].coords[-1]
    return (first[0], first[1]), (last[0], last[1])


def _world_of(lon: float, current: int) -> int:
    """Number of whole turns of a longitude; a point on the antimeridian itself stays in the current world."""
    if abs(lon - 360.0 * current) <= 180.0:
        return current
    return floor((lon + 180.0) / 360.0)


def _latitude_at(start: Point, end: Point, lon: float) -> float:
    return start[1] + (end[1] - start[1]) * (lon - start[0]) / (end[0] - start[0])


def _is_line(part: list[Point]) -> bool:
    return any(abs(a[0] - b[0]) + abs(a[1] - b[1]) > _CLOSED_GAP_DEG for a, b in pairwise(part))
