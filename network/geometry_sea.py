"""Sea routes by searoute, with its traps guarded. Needs the extra ``geo``; used when geometry is built, never in a run.

searoute answers every question, silently: it moves an end to the nearest node of its network however far that is, takes
any canal that is shorter (the Corinth Canal too, 24 m wide), sails from the Black Sea to the Caspian up the Don and
down the Volga, and crosses the Arctic. Closing a passage by its own option does not always help: a route through a
closed one is still given now and then. So closed waters and canals are taken out of the network itself here, and an
end far from what is left is an error.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

import networkx
import searoute
from searoute.data.marnet_dict import edge_list, node_list

from network.geodesics import Point, distance_km

CANALS = frozenset({"panama", "suez"})
SNAP_LIMIT_KM = 50.0
SNAP_LIMIT_SHARE = 0.01
# (west, south, east, north) in degrees.
_CLOSED_WATERS = (
    (46.5, 36.3, 55.5, 47.5),  # the Caspian Sea: too coarse, its few edges cut capes
    (39.6, 46.9, 48.9, 50.0),  # Don, Volga-Don canal and Volga
    (-180.0, 71.5, 180.0, 90.0),  # the Arctic
)
_CORINTH_CANAL = (22.93, 37.90, 23.03, 37.97)


class SeaRouteError(ValueError):
    """A sea route that may not be drawn as searoute gives it."""


def sea_route(start: Point, end: Point, open_canals: Collection[str] = ()) -> list[Point]:
    """The shortest sea route between two points, the points themselves included.

    Args:
        start: (longitude, latitude) in degrees.
        end: the same.
        open_canals: canals it may take, of ``CANALS``.

    Returns:
        Points from start to end; longitudes may run over 180 where the route crosses the antimeridian.

    Raises:
        SeaRouteError: there is no route, or an end lies too far from the network (more than 50 km and more than 1 % of
            the distance). The Caspian Sea is not in the network.
    """
    graph = _sea_network(frozenset(open_canals))
    try:
        found = searoute.searoute(list(start), list(end), restrictions=[], M=graph)
    except networkx.NetworkXNoPath:
        raise SeaRouteError(f"no sea route, canals open: {', '.join(sorted(open_canals)) or 'none'}") from None
    route = [(float(lon), float(lat)) for lon, lat in found["geometry"]["coordinates"]]
    limit = max(SNAP_LIMIT_KM, SNAP_LIMIT_SHARE * distance_km(start, end))
    for at, snapped in ((start, route[0]), (end, route[-1])):
        gap = distance_km(at, snapped)
        if gap > limit:
            raise SeaRouteError(f"the end at {at[1]:g} N {at[0]:g} E is {gap:.0f} km from the network of sea routes")
    return [start, *route, end]


@lru_cache(maxsize=4)
def _sea_network(open_canals: frozenset[str]) -> Any:
    """The network of searoute without closed waters and canals."""
    closed = {"northwest"} | CANALS - open_canals
    open_nodes = {node for node in node_list if not any(_is_in(node, box) for box in _CLOSED_WATERS)}
    edges: dict[Point, dict[Point, dict[str, Any]]] = {}
    for start, ends in edge_list.items():
        for end, data in ends.items():
            is_corinth = _is_in(start, _CORINTH_CANAL) and _is_in(end, _CORINTH_CANAL)
            if {start, end} <= open_nodes and data.get("passage") not in closed and not is_corinth:
                edges.setdefault(start, {})[end] = data
    nodes = {node: node_list[node] for node in edges}  # no node without an edge: an end would snap to it
    return searoute.from_nodes_edges_set(searoute.Marnet(backend="networkx"), nodes, edges)


def _is_in(point: Point, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    return west <= point[0] <= east and south <= point[1] <= north
