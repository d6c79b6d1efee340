"""Cheapest paths of the lane classes: the pricing problem of column generation.

One Dijkstra run per cost group and origin gives the trees; the paths of all place pairs are traced together. Where
links pay for being used, costs are first shifted by potentials to be non-negative (Johnson 1977); a circle of links
that pays for every turn is refused before (model.circles).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra, johnson

from model.classes import LaneClasses
from network.supernetwork import Supernetwork

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_FLOOR = 1e-9  # a zero entry of a sparse matrix would not be an arc


@dataclass(frozen=True)
class Bundles:
    """One bundle of paths for each of some classes.

    Attributes:
        cls: classes. cost: priced cost, USD per t. usage: bundles x arcs, weight of the class on each arc (csr).
        owner, pair, arc: the paths themselves: bundle, row of ``LaneClasses.pairs`` and arc of every step.
    """

    cls: Ints
    cost: Floats
    usage: csr_matrix
    owner: Ints
    pair: Ints
    arc: Ints


@dataclass(frozen=True)
class _Forest:
    """Trees of shortest paths: the tree of each place pair; kind of cargo (sorted) and origin of each tree."""

    tree: Ints
    kind: Ints
    origin: NDArray[np.int32]


class Pricer:
    """Shortest paths over the supernetwork for all place pairs of all classes."""

    def __init__(self, supernetwork: Supernetwork, classes: LaneClasses) -> None:
        arcs = supernetwork.arcs
        self._size = supernetwork.terminal_count
        self.arc_count = supernetwork.arc_count
        self._head = arcs["head"].to_numpy(np.int32)
        self._indptr = np.searchsorted(arcs["tail"].to_numpy(), np.arange(self._size + 1)).astype(np.int32)
        self._arc_of = np.full((self._size, self._size), -1, dtype=np.int32)
        self._arc_of[arcs["tail"].to_numpy(), self._head] = np.arange(self.arc_count)
        pairs = classes.pairs
        self._group = classes.classes["group"].to_numpy(np.int64)
        self._pair_class = pairs["cls"].to_numpy(np.int64)
        self._origin = pairs["origin"].to_numpy(np.int64)
        self._destination = pairs["destination"].to_numpy(np.int64)
        self._weight = pairs["weight"].to_numpy(float)
        self._class_count = len(classes.classes)
        self._by_group = self._forest(self._group)

    def cheapest(self, cost: Floats) -> Floats:
        """Cost of the cheapest bundle of each class, USD per t; inf where a pair has no path.

        Args:
            cost: groups x arcs, USD per t, inf = closed.
        """
        distance, _ = self._trees(cost, self._by_group)
        return self._class_cost(distance, self._by_group)

    def bundles(self, cost: Floats, threshold: Floats, of_class: Ints | None = None) -> tuple[Floats, Bundles]:
        """Cheapest cost of each class, and the bundles of those that cost less than their threshold.

        Args:
            cost: kinds x arcs, USD per t, inf = closed. threshold: USD per t, one entry a class.
            of_class: the kind of each class; None = its cost group.
        """
        forest = self._by_group if of_class is None else self._forest(of_class)
        distance, predecessor = self._trees(cost, forest)
        total = self._class_cost(distance, forest)
        chosen = np.flatnonzero(total < threshold)
        return total, self._trace(chosen, total, predecessor, forest)

    def _forest(self, of_class: Ints) -> "_Forest":
        """Shortest-path trees to grow: one a kind of cargo and origin."""
        key = of_class[self._pair_class] * self._size + self._origin
        trees, tree = np.unique(key, return_inverse=True)
        return _Forest(tree.astype(np.int64), trees // self._size, (trees % self._size).astype(np.int32))

    def _trees(self, cost: Floats, forest: "_Forest") -> tuple[Floats, NDArray[np.int32]]:
        distance = np.full((len(forest.kind), self._size), np.inf)
        predecessor = np.full((len(forest.kind), self._size), -1, dtype=np.int32)
        bounds = np.searchsorted(forest.kind, np.arange(len(cost) + 1))
        # A closed arc stays in the graph at infinite length: no path takes it, and the graph is made once.
        graph = csr_matrix((np.empty(self.arc_count), self._head, self._indptr), shape=(self._size, self._size))
        for kind in range(len(cost)):
            rows = slice(bounds[kind], bounds[kind + 1])
            graph.data = np.where(np.abs(cost[kind]) < _FLOOR, _FLOOR, cost[kind])
            below_zero = bool((graph.data < 0).any())
            grow, through = (johnson, self._without_closed(graph.data)) if below_zero else (dijkstra, graph)
            distance[rows], predecessor[rows] = grow(through, indices=forest.origin[rows], return_predecessors=True)
        return distance, predecessor

    def _without_closed(self, data: Floats) -> csr_matrix:
        """The graph without its closed arcs, which potentials of costs below zero could not do with."""
        usable = np.isfinite(data)
        kept = np.concatenate([[0], np.cumsum(usable)]).astype(np.int32)
        return csr_matrix((data[usable], self._head[usable], kept[self._indptr]), shape=(self._size, self._size))

    def _class_cost(self, distance: Floats, forest: "_Forest") -> Floats:
        by_pair = distance[forest.tree, self._destination]
        total = np.bincount(self._pair_class, weights=self._weight * by_pair, minlength=self._class_count)
        return np.asarray(total, dtype=float)

    def _trace(self, chosen: Ints, total: Floats, predecessor: NDArray[np.int32], forest: "_Forest") -> Bundles:
        position = np.full(self._class_count, -1, dtype=np.int64)
        position[chosen] = np.arange(len(chosen))
        active = np.flatnonzero(position[self._pair_class] >= 0)
        current = self._destination[active]
        tree, origin = forest.tree[active], self._origin[active]
        pairs, arcs = [], []
        while len(active):
            before = predecessor[tree, current]
            pairs.append(active)
            arcs.append(self._arc_of[before, current])
            going = before != origin
            active, tree, origin, current = active[going], tree[going], origin[going], before[going].astype(np.int64)
        pair = np.concatenate(pairs) if pairs else np.empty(0, np.int64)
        arc = np.concatenate(arcs).astype(np.int64) if arcs else np.empty(0, np.int64)
        row = position[self._pair_class[pair]]
        return self.bundled(chosen, total[chosen], row, pair, arc)

    def fits(self, cls: Ints, owner: Ints, pair: Ints, arc: Ints) -> bool:
        """Whether bundles read from a file are of this network: every step a known arc, its pair one of its class."""
        if not all(array.ndim == 1 for array in (cls, owner, pair, arc)) or not len(owner) == len(pair) == len(arc):
            return False
        sizes = ((cls, self._class_count), (owner, len(cls)), (pair, len(self._pair_class)), (arc, self.arc_count))
        if not all(((array >= 0) & (array < size)).all() for array, size in sizes):
            return False
        return bool((self._pair_class[pair] == cls[owner]).all())

    def bundled(self, cls: Ints, cost: Floats, owner: Ints, pair: Ints, arc: Ints) -> Bundles:
        """Bundles from their paths; see :class:`Bundles`."""
        usage = csr_matrix((self._weight[pair], (owner, arc)), shape=(len(cls), self.arc_count))
        return Bundles(cls, cost, usage, owner, pair, arc)
