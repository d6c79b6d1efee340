"""By which corridor a path goes: the first by rank whose links, places or transit countries it touches."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.problem import Problem
from network.frames import each_row

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Corridors:
    """Which arcs touch which corridor (arcs x corridors), and to which classes it is open (classes x corridors)."""

    touches: NDArray[np.bool_]
    open_to: NDArray[np.bool_]

    @classmethod
    def of(cls, problem: Problem) -> "Corridors":
        """Rules of the table of corridors, in the order of their ranks."""
        return cls(_touches(problem), _open_to(problem))

    def first(self, path: Ints, arc: Ints, classes: Ints) -> Ints:
        """The first corridor by rank that each path touches, among those open to its class; else the last one.

        Args:
            path, arc: of each step. classes: of each path.
        """
        on = np.zeros((len(classes), self.touches.shape[1]), dtype=bool)
        for number, touched in enumerate(self.touches.T):
            on[path[touched[arc]], number] = True
        on &= self.open_to[classes]
        on[:, -1] = True
        return np.asarray(on.argmax(axis=1), dtype=np.int64)


def corridor_names(problem: Problem) -> list[str]:
    """Corridor ids by rank; the last one takes what no rule takes."""
    table = problem.network.corridors.sort_values("rank")
    return list(table["corridor_id"]) or ["all"]


def _touches(problem: Problem) -> NDArray[np.bool_]:
    """Arcs x corridors: whether an arc lies on the links, places or transit countries of a corridor."""
    network, arcs = problem.network, problem.supernetwork.arcs
    table = network.corridors.sort_values("rank")
    place = problem.supernetwork.terminals["place"].to_numpy()
    head, tail, link = place[arcs["head"]], place[arcs["tail"]], arcs["link"].to_numpy()
    link_ids, place_ids, country = (
        column.to_numpy(object)
        for column in (network.links["link_id"], network.places["place_id"], network.places["country"])
    )
    touches = np.zeros((len(arcs), max(1, len(table))), dtype=bool)
    for number, row in enumerate(each_row(table)):
        via_link = np.append(np.isin(link_ids, list(row.via_links)), False)  # the last is of arcs on no link
        via_place = np.isin(place_ids, list(row.via_places))
        transit = np.isin(country, list(row.transit_countries))
        touches[:, number] = via_link[link] | (via_place | transit)[head] | transit[tail]
    return touches


def _open_to(problem: Problem) -> NDArray[np.bool_]:
    """Classes x corridors: a corridor of transit countries does not count for lanes that end in them."""
    table = problem.network.corridors.sort_values("rank")
    country = problem.network.places["country"].to_numpy(object)
    place = problem.supernetwork.terminals["place"].to_numpy()
    pairs = problem.classes.pairs
    cls, origin, destination = (pairs[name].to_numpy() for name in ("cls", "origin", "destination"))
    is_open = np.ones((len(problem.classes.classes), max(1, len(table))), dtype=bool)
    for number, row in enumerate(each_row(table)):
        transit = np.isin(country, list(row.transit_countries))
        is_open[cls[transit[place[origin]] | transit[place[destination]]], number] = False
    return is_open
