"""Circles of links on which cargo would earn by going round: with one, a way can always be made cheaper.

Bellman-Ford from all terminals at once: a distance that still falls after as many rounds as there are terminals lies on
or behind a circle of negative cost, which the predecessors lead back to (Cormen et al., Introduction to Algorithms).
"""

import numpy as np
from numpy.typing import NDArray

from model.classes import LaneClasses
from model.errors import InputError
from network.network import Network
from network.supernetwork import Supernetwork

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_TOLERANCE = 1e-9  # USD per t


def check_circles(
    network: Network, supernetwork: Supernetwork, classes: LaneClasses, cost: Floats, period: int
) -> None:
    """Raise an InputError that names the links of a circle of negative cost, if there is one.

    Args:
        cost: lowest cost that each arc may have in the period, cost groups x arcs, USD per t; inf = closed.
    """
    arcs = supernetwork.arcs
    tail, head = arcs["tail"].to_numpy(np.int64), arcs["head"].to_numpy(np.int64)
    for group in np.flatnonzero((cost < 0).any(axis=1)):
        usable = np.flatnonzero(np.isfinite(cost[group]))
        circle = negative_circle(tail[usable], head[usable], cost[group, usable], supernetwork.terminal_count)
        if not len(circle):
            continue
        links = network.links["link_id"].to_numpy()
        ids = dict.fromkeys(str(links[n]) for n in arcs["link"].to_numpy()[usable[circle]] if n >= 0)
        earned = -float(cost[group, usable[circle]].sum())
        raise InputError(
            f"network/links.csv: {classes.groups['cargo_kind'].iloc[group]} cargo would earn {earned:.6g} USD per t by "
            f"going round and round on {', '.join(ids)} in {period}, so that no way is the cheapest; expected costs "
            "that do not sum to less than 0 on any way round"
        )


def negative_circle(tail: Ints, head: Ints, cost: Floats, size: int) -> Ints:
    """Positions of the arcs of one circle of negative cost, in their order; empty where there is none.

    Args:
        tail, head: ends of each arc, below ``size``. cost: finite, one entry an arc.
    """
    distance, before = np.zeros(size), np.full(size, -1, dtype=np.int64)
    for _ in range(size + 1):
        offer = distance[tail] + cost
        order = np.lexsort((offer, head))
        first = order[np.concatenate([[True], np.diff(head[order]) != 0])]
        better: Ints = first[offer[first] < distance[head[first]] - _TOLERANCE]
        if not len(better):
            return better
        distance[head[better]], before[head[better]] = offer[better], better
        here = int(head[better[0]])
    for _ in range(size):  # back from behind the circle onto it
        here = int(tail[before[here]])
    circle = [int(before[here])]
    while tail[circle[-1]] != here:
        circle.append(int(before[tail[circle[-1]]]))
    return np.array(circle[::-1], dtype=np.int64)
