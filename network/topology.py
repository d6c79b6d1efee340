"""TopoJSON: decoding, thinning and rounding of the arcs that neighbours share, so that no gap opens between them.

Finding the shared arcs is left to the package topojson (``network.geometry_countries``).
An arc of a topology is a list of (x, y); a ring or line of a shape is a list of arc numbers, ~number for an arc in
reverse.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from shapely import LineString, MultiPolygon, Polygon

from network.geodesics import Point

Topology = dict[str, Any]
Arc = list[Point]

_LEAST_RING = 4  # points of a closed ring, the first repeated at the end


def arcs_in_degrees(topology: Topology) -> list[Arc]:
    """Arcs of a quantized topology in degrees: steps summed up, scaled and moved."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc: Arc = []
        for step_x, step_y in steps:
            x, y = x + step_x, y + step_y
            arc.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(arc)
    return arcs


def polygons(topology: Topology, name: str) -> Iterator[tuple[dict[str, Any], MultiPolygon]]:
    """Each geometry of an object of polygons, as it stands, and its shape, which may be invalid."""
    arcs = arcs_in_degrees(topology)
    for geometry in topology["objects"][name]["geometries"]:
        parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        yield geometry, MultiPolygon([_polygon([_ring(ring, arcs) for ring in part]) for part in parts])


def thinned(arcs: Iterable[Arc], tolerances_deg: Iterable[float]) -> list[Arc]:
    """Arcs with fewer points, ends kept, so that neighbours still meet.

    Args:
        arcs: arcs in degrees.
        tolerances_deg: for each arc, how far its new line may lie from its old one, degrees.
    """
    thin = []
    for arc, tolerance in zip(arcs, tolerances_deg, strict=True):
        fewer = [(float(x), float(y)) for x, y in LineString(arc).simplify(tolerance).coords]
        is_ring = arc[0] == arc[-1]
        thin.append(arc if is_ring and len(fewer) < _LEAST_RING else fewer)
    return thin


def quantized(arcs: Iterable[Arc], step_deg: float) -> tuple[list[list[list[int]]], dict[str, list[float]]]:
    """Arcs as whole steps from point to point, and the transform that undoes it.

    Args:
        arcs: arcs in degrees.
        step_deg: size of a step, degrees.
    """
    west, south = -180.0, -90.0
    rounded = []
    for arc in arcs:
        points = [(round((x - west) / step_deg), round((y - south) / step_deg)) for x, y in arc]
        kept = points[:1] + [b for a, b in pairwise(points) if a != b]
        if len(kept) == 1:
            kept.append(kept[0])
        rounded.append([[x - a, y - b] for (a, b), (x, y) in zip([(0, 0), *kept[:-1]], kept, strict=True)])
    return rounded, {"scale": [step_deg, step_deg], "translate": [west, south]}


def arcs_of(geometry: dict[str, Any]) -> set[int]:
    """Numbers of all arcs that a geometry of a topology uses, in either direction."""
    return {number if number >= 0 else ~number for number in _flat(geometry["arcs"])}


def _flat(numbers: Any) -> Iterator[int]:
    for item in numbers:
        if isinstance(item, int):
            yield item
        else:
            yield from _flat(item)


def _polygon(rings: list[Arc]) -> Polygon:
    outer, *holes = rings
    if len(outer) < _LEAST_RING:
        return Polygon()
    return Polygon(outer, [hole for hole in holes if len(hole) >= _LEAST_RING])


def _ring(numbers: list[int], arcs: list[Arc]) -> Arc:
    ring: Arc = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    return ring
