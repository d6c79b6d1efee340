"""The linear program that ``benchmarks.build`` hands over in several ways: flows of commodities over shared arcs.

The graph of ``hubs`` has places of few and of many links, as transport networks have (the shipped world: half of the
places have three links or fewer, one has 13). In that of ``even`` every place has as many arcs in and out, so that
rectangles by place and arc have no holes. Columns: ``flow`` (commodity, arc), ``unserved`` (commodity, node), ``widen``
(arc). Rows, in this order:

    balance     in - out + unserved >= demand                 by commodity and node (demand < 0: supply)
    capacity    sum over commodities of flow - widen <= capacity      by arc
    budget      sum of price x widen <= budget
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

NODES, ARCS = 100, 400
GRAPHS = ("hubs", "even")
_SEED = 7


@dataclass(frozen=True)
class Generated:
    """The program's data.

    Attributes:
        tail, head: nodes of each arc. cost, price, capacity: of flow, of widening, by arc. demand: commodities x nodes.
        penalty: cost of a unit unserved.
    """

    tail: Ints
    head: Ints
    cost: Floats
    price: Floats
    capacity: Floats
    demand: Floats
    budget: float
    penalty: float = 200.0

    @property
    def commodities(self) -> int:
        """How many commodities there are."""
        return len(self.demand)


def generate(columns: int, graph: str) -> Generated:
    """A program of about so many columns (at least one commodity), the same on every machine.

    Args:
        graph: one of ``GRAPHS``.
    """
    random = np.random.default_rng(_SEED)
    tail, head = _hubs(random) if graph == "hubs" else _even(random)
    count = max(1, round(columns / (NODES + ARCS)))
    demand = np.where(random.random((count, NODES)) < 0.1, random.integers(1, 20, (count, NODES)), 0).astype(float)
    origin = random.integers(0, NODES, count)
    demand[np.arange(count), origin] = 0.0
    demand[np.arange(count), origin] = -demand.sum(axis=1)
    mean = float(np.maximum(demand, 0.0).sum()) / NODES
    return Generated(
        tail=tail,
        head=head,
        cost=random.integers(5, 50, ARCS).astype(float),
        price=random.integers(20, 80, ARCS).astype(float),
        capacity=mean * random.uniform(0.5, 2.0, ARCS),
        demand=demand,
        budget=80.0 * mean,
    )


def _hubs(random: np.random.Generator) -> tuple[Ints, Ints]:
    """Links by preferential attachment: each new place joins two that others have joined before; both directions."""
    ends = [0, 1]
    links = [(0, 1)]
    for node in range(2, NODES):
        others = random.choice(sorted(set(ends)), 2, replace=False, p=_shares(ends))
        links += [(node, int(other)) for other in others]
        ends += [end for link in links[-2:] for end in link]
    links += [(node, (node + NODES // 2) % NODES) for node in range(ARCS // 2 - len(links))]
    one, other_end = np.array(links, dtype=np.int32).T
    return np.concatenate([one, other_end]), np.concatenate([other_end, one])


def _shares(ends: list[int]) -> Floats:
    count: Floats = np.unique(ends, return_counts=True)[1].astype(float)
    share: Floats = count / count.sum()
    return share


def _even(random: np.random.Generator) -> tuple[Ints, Ints]:
    """As many arcs into and out of every place: to those so many places further round a circle."""
    tail = np.repeat(np.arange(NODES, dtype=np.int32), ARCS // NODES)
    step = np.tile(random.choice(np.arange(1, NODES, dtype=np.int32), ARCS // NODES, replace=False), NODES)
    return tail, (tail + step) % NODES
