"""Shapes of countries for maps, from Natural Earth, with borders as the United Nations shows them.

What is changed and why stands in data/geography/BORDERS.md; every map prints data/geography/DISCLAIMER.txt. Needs the
extra ``geo``; used when geometry is built, never in a run.
"""

import gzip
import json
from collections import Counter
from itertools import groupby
from math import hypot
from pathlib import Path
from typing import Any

import pandas as pd
from shapely import (
    LineString,
    MultiPolygon,
    Polygon,
    box,
    coverage_union_all,
    get_coordinates,
    get_parts,
    intersection,
    line_merge,
    make_valid,
    union_all,
)
from shapely import Point as ShapelyPoint
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry
from shapely.ops import split
from topojson.core.topology import Topology as SharedArcs

from network.geodesics import Point, unwrapped
from network.problems import DataError, Problem
from network.schema_geography import COUNTRY_CODES
from network.topology import Arc, Topology, arcs_of, polygons, quantized, thinned

Box = tuple[float, float, float, float]  # west, south, east, north

# Drawn apart in the source, part of another country in the United Nations' view.
_PART_OF = {
    "CYN": "CYP",  # north of Cyprus
    "SOL": "SOM",  # Somaliland
    "XKX": "SRB",  # Kosovo, Security Council resolution 1244 (1999)
    "TWN": "CHN",
    "HKG": "CHN",
    "MAC": "CHN",
    "IOA": "AUS",  # Christmas and Cocos Islands
    "ATC": "AUS",  # Ashmore and Cartier Islands
}
_LEFT_OUT = {"ATA"}
_UNSETTLED = {"KAS": "Siachen area (status not settled)"}
# The Golan, in Israel in the source: the line of 1967 from the Lebanese border to the Jordan, roughly, by hand.
_GOLAN_LINE = [(35.63, 33.27), (35.63, 33.10), (35.62, 32.95), (35.65, 32.87), (35.655, 32.75), (35.61, 32.68)]
_GOLAN_INSIDE = (35.80, 33.00)
# Borders drawn dotted; with a box, only the part of the border in it.
_UNDETERMINED: tuple[tuple[str, str, Box | None], ...] = (
    ("IND", "PAK", (73.0, 32.45, 78.5, 37.5)),  # Line of Control in Jammu and Kashmir
    ("CHN", "IND", (77.0, 32.3, 80.5, 36.5)),  # Aksai Chin
    ("IND", "KAS", None),
    ("KAS", "PAK", None),
    ("CHN", "KAS", None),
    ("SDN", "SSD", None),
    ("ISR", "PSE", None),
    ("ISR", "SYR", None),
    ("ESH", "MAR", None),
)
# The corridor and its surroundings are drawn finer than the rest of the world.
_REGION: Box = (-15.0, 0.0, 150.0, 72.0)
_TOLERANCE_DEG = {True: 0.02, False: 0.06}
_LEAST_AREA_DEG2 = {True: 0.03, False: 0.3}
_STEP_DEG = 0.003
_ROUNDS = 6


def build_countries(source: Path, codes: pd.DataFrame) -> Topology:
    """Country shapes and borders for maps.

    Args:
        source: gzipped TopoJSON with an object ``countries``, property ``a3`` an ISO 3166-1 code of three letters.
        codes: table ``country_codes``.

    Returns:
        A quantized topology. Object ``countries``: polygons with ``iso_a2`` ('' where a status is not settled) and
        ``name``. Object ``borders``: two multi-lines with ``status`` ``boundary`` and ``undetermined``.

    Raises:
        DataError: a shape's code is not in ``codes``.
        ValueError: thinning makes an outline cross itself.
    """
    shapes = united_nations_view(dict(_read(source)))
    lines = [line for first, second, within in _UNDETERMINED for line in _shared_border(shapes, first, second, within)]
    kept = {code: _without_islets(shape) for code, shape in sorted(shapes.items())}
    found = SharedArcs([*kept.values(), *lines], prequantize=False).to_dict()
    geometries = found["objects"]["data"]["geometries"]
    names = dict(zip(codes["alpha_3"], zip(codes["alpha_2"], codes["name"], strict=True), strict=True))
    countries = [
        {"type": shape["type"], "arcs": shape["arcs"], "properties": _properties(code, names)}
        for code, shape in zip(kept, geometries[: len(kept)], strict=True)
    ]
    borders = _borders(countries, geometries[len(kept) :])
    return _thinned(
        {
            "type": "Topology",
            "objects": {
                "countries": {"type": "GeometryCollection", "geometries": countries},
                "borders": {"type": "GeometryCollection", "geometries": borders},
            },
        },
        [[(x, y) for x, y in arc] for arc in found["arcs"]],
    )


def united_nations_view(shapes: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Shapes by code with territories joined, and the Golan moved, as the United Nations' maps have them.

    Args:
        shapes: shape by ISO 3166-1 code, or by the source's own code.
    """
    view = dict(shapes)
    for part, whole in _PART_OF.items():
        if part in view:
            view[whole] = coverage_union_all([view[whole], view.pop(part)])
    start, end = (_nearest_vertex(view["ISR"], point) for point in (_GOLAN_LINE[0], _GOLAN_LINE[-1]))
    pieces = get_parts(split(view["ISR"], LineString([start, *_GOLAN_LINE[1:-1], end])))
    inside = ShapelyPoint(_GOLAN_INSIDE)
    golan = [piece for piece in pieces if piece.contains(inside)]
    view["ISR"] = coverage_union_all([piece for piece in pieces if not piece.contains(inside)])
    view["SYR"] = coverage_union_all([view["SYR"], *golan])
    return view


def cut_at_antimeridian(shape: MultiPolygon) -> BaseGeometry:
    """A valid shape whose rings ran across the antimeridian, in parts within -180..180.

    Args:
        shape: polygons whose outer rings jump by a whole turn where they cross; no ring goes round a pole.
    """
    turned = MultiPolygon([Polygon(unwrapped(part.exterior.coords), part.interiors) for part in shape.geoms])
    whole = make_valid(turned)
    if whole.bounds[0] >= -180.0 and whole.bounds[2] <= 180.0:
        return whole
    west, inside, east = (intersection(whole, box(x, -90.0, x + 360.0, 90.0)) for x in (-540.0, -180.0, 180.0))
    return union_all([translate(west, 360.0), inside, translate(east, -360.0)])


def write_topology(topology: Topology, path: Path) -> None:
    """Write a topology as compact JSON."""
    text = json.dumps(topology, separators=(",", ":"), ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")


def _read(source: Path) -> list[tuple[str, BaseGeometry]]:
    topology = json.loads(gzip.decompress(source.read_bytes()))
    found = [(geometry["properties"]["a3"], shape) for geometry, shape in polygons(topology, "countries")]
    shapes = [(code, cut_at_antimeridian(shape)) for code, shape in found if code not in _LEFT_OUT]
    return [(code, shape) for code, shape in shapes if shape.area > 0]


def _thinned(topology: Topology, arcs: list[Arc]) -> Topology:
    """The topology with thin arcs; where thinning makes a country cross itself, its arcs are thinned less."""
    tolerances = [_TOLERANCE_DEG[_in_region(LineString(arc))] for arc in arcs]
    for _ in range(_ROUNDS):
        steps, transform = quantized(thinned(arcs, tolerances), _STEP_DEG)
        thin = topology | {"transform": transform, "arcs": steps}
        crossed = [geometry for geometry, shape in polygons(thin, "countries") if not shape.is_valid]
        if not crossed:
            return thin
        finer = {number for geometry in crossed for number in arcs_of(geometry)}
        tolerances = [limit / 2 if number in finer else limit for number, limit in enumerate(tolerances)]
    names = ", ".join(geometry["properties"]["name"] for geometry in crossed)
    raise ValueError(f"thinning makes the outlines of these countries cross themselves: {names}")


def _nearest_vertex(shape: BaseGeometry, point: Point) -> Point:
    """Vertex of a shape nearest to a point: a cut from vertex to vertex adds none to a neighbour's border."""
    x, y = min(get_coordinates(shape).tolist(), key=lambda vertex: hypot(vertex[0] - point[0], vertex[1] - point[1]))
    return x, y


def _shared_border(shapes: dict[str, BaseGeometry], first: str, second: str, within: Box | None) -> list[LineString]:
    shared = line_merge(shapes[first].boundary.intersection(shapes[second].boundary))
    lines = []
    for part in get_parts(shared):
        if part.geom_type != "LineString":
            continue
        for is_inside, run in groupby(part.coords, key=lambda point: within is None or _is_in(point, within)):
            points = list(run)
            if is_inside and len(points) > 1:
                lines.append(LineString(points))
    return lines


def _without_islets(shape: BaseGeometry) -> BaseGeometry:
    """A shape without its small islands; its largest part always stays."""
    parts = sorted(get_parts(shape), key=lambda part: -part.area)
    kept = [part for part in parts[1:] if part.area >= _LEAST_AREA_DEG2[_in_region(part)]]
    return coverage_union_all([parts[0], *kept])


def _in_region(shape: BaseGeometry) -> bool:
    west, south, east, north = shape.bounds
    return bool(west < _REGION[2] and east > _REGION[0] and south < _REGION[3] and north > _REGION[1])


def _is_in(point: tuple[float, ...], area: Box) -> bool:
    return area[0] <= point[0] <= area[2] and area[1] <= point[1] <= area[3]


def _properties(code: str, names: dict[str, tuple[str, str]]) -> dict[str, str]:
    if code in _UNSETTLED:
        return {"iso_a2": "", "name": _UNSETTLED[code]}
    if code not in names:
        expected = "a row for every shape of the source"
        raise DataError([Problem(COUNTRY_CODES.path, None, "", f"no row with alpha_3 {code}", expected)])
    alpha_2, name = names[code]
    return {"iso_a2": alpha_2, "name": name}


def _borders(countries: list[dict[str, Any]], undetermined: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The arcs between two countries, those of undetermined borders apart."""
    owners = Counter(number for country in countries for number in arcs_of(country))
    dotted = {number for line in undetermined for number in arcs_of(line)}
    solid = {number for number, count in owners.items() if count > 1} - dotted
    return [
        {
            "type": "MultiLineString",
            "arcs": [[number] for number in sorted(numbers)],
            "properties": {"status": status},
        }
        for status, numbers in (("boundary", solid), ("undetermined", dotted))
    ]
