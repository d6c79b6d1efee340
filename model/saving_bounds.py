"""What savings are worth at most: proven bounds of what projects save on a link, whatever is routed over it."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.classes import LaneClasses
from model.problem import CapacityRows, Strategy
from network.transport_cost import CargoCost

Floats = NDArray[np.float64]
KILO = 1000.0
# The bound of a saving is set a little above what is possible: were it tight where a link is full, it and not the
# link's capacity would carry the price of one more tonne.
ROOM_ABOVE = 1.001
_PRICES = np.linspace(0.0, 1.0, 21)  # quantiles of what a TEU saves, tried as prices of the box limit


def saved_by_group(classes: LaneClasses, cargo: list[CargoCost], hours: csr_matrix, share: csr_matrix) -> Floats:
    """What a tonne of each cost group saves at most by one use of a link: savings x groups, million USD per kt.

    Args:
        cargo: of each cost group. hours, share: savings x arcs, both with an entry for every arc of the link.
    """
    worth = classes.groups["value_of_time_usd_per_t_h"].to_numpy(float)
    freight = np.array([item.freight for item in cargo])[:, hours.indices]
    allowed = np.array([item.allowed for item in cargo])[:, hours.indices]
    saved = np.where(allowed, worth[:, None] * hours.data + freight * share.data, 0.0)
    most = np.zeros((hours.shape[0], len(cargo)))
    held = np.flatnonzero(np.diff(hours.indptr))
    if len(held):
        most[held] = np.maximum.reduceat(saved, hours.indptr[held], axis=1).T
    return np.maximum(most, 0.0) / KILO


def saving_bounds(
    classes: LaneClasses,
    boxed: NDArray[np.bool_],
    saved: Floats,
    most: Floats,
    tonnes: Floats,
    boxes: Floats,
) -> tuple[Floats, csr_matrix]:
    """Bound of each saving, and of each saving and class, million USD.

    Args:
        boxed: savings of cargo in boxes; the others are of all other cargo. saved: as :func:`saved_by_group`.
        most: kt of each class. tonnes, boxes: largest possible capacity of the link of each saving, kt and kTEU; inf =
            no limit.
    """
    group = classes.classes["group"].to_numpy()
    t_per_teu = classes.groups["t_per_teu"].to_numpy(float)
    teu_per_t = np.where(np.isnan(t_per_teu), 0.0, 1.0 / np.where(np.isnan(t_per_teu), 1.0, t_per_teu))
    count = np.bincount(group, minlength=len(teu_per_t))
    of_group = np.bincount(group, weights=most, minlength=len(teu_per_t)).astype(float)
    bound = np.zeros(len(boxed))
    for kind in (False, True):
        mine, rows = np.flatnonzero((teu_per_t > 0) == kind), np.flatnonzero(boxed == kind)
        teu, kt, classes_of = teu_per_t[mine], of_group[mine], count[mine]
        for row in rows.tolist():
            most_of_all = most_saved(saved[row, mine], teu, kt, classes_of, tonnes[row], boxes[row])
            bound[row] = ROOM_ABOVE * most_of_all
    by_class = np.where((teu_per_t > 0)[None, :] == boxed[:, None], saved, 0.0)[:, group] * most
    return bound, csr_matrix(by_class)


def most_saved(
    saved: Floats, teu_per_t: Floats, most: Floats, count: NDArray[np.int64], tonnes: float, boxes: float
) -> float:
    """Upper bound of the saving of cargo that fills a link.

    ``max saved . x`` with ``sum x <= tonnes``, ``teu_per_t . x <= boxes``, ``0 <= x <= most``. The box limit
    is priced (Lagrange); any price gives a valid bound, the best of a few is taken.

    Args:
        saved: million USD per kt. teu_per_t: TEU per t. most: kt. tonnes: kt. boxes: kTEU.
        count: classes that each entry stands for, which weigh in the choice of prices.
    """
    worth = saved[None, :]
    cost = np.zeros(1)
    if np.isfinite(boxes) and (teu_per_t > 0).any():
        per_box = (saved[teu_per_t > 0] / teu_per_t[teu_per_t > 0]).repeat(count[teu_per_t > 0])
        price = np.quantile(per_box, _PRICES)
        worth = np.concatenate([worth, saved - price[:, None] * teu_per_t])
        cost = np.concatenate([cost, price * boxes])
    return float((cost + _filled(worth, most, tonnes)).min())


def _filled(worth: Floats, most: Floats, tonnes: float) -> Floats:
    """Worth of the best cargo that a limit in tonnes lets through, by row of ``worth`` (rows x cargoes)."""
    gain = np.maximum(worth, 0.0)
    order = np.argsort(-gain, axis=1)
    amount = most[order]
    before = amount.cumsum(axis=1) - amount
    through = np.clip(tonnes - before, 0.0, amount)
    return np.asarray((np.take_along_axis(gain, order, axis=1) * through).sum(axis=1))


def largest_room(strategy: Strategy, capacity: CapacityRows) -> dict[tuple[str, str], float]:
    """Capacity of each link by kind with all candidates built, kt or kTEU, both directions together."""
    count = len(capacity.capacity)
    limit = capacity.capacity + np.bincount(capacity.project_row, weights=capacity.project_amount, minlength=count)
    kind = capacity.labels["kind"].to_numpy()
    for number, column in (("t", "spread_capacity_t_per_year"), ("TEU", "spread_capacity_teu_per_year")):
        amount = strategy.projects[column].fillna(0.0).to_numpy(float) / KILO
        shared = np.bincount(capacity.spread_row, weights=amount[capacity.spread_project], minlength=count)
        limit = limit + np.where(kind == number, shared, 0.0)
    room: dict[tuple[str, str], float] = {}
    target, link = capacity.labels["target"].to_numpy(), capacity.labels["target_id"].to_numpy()
    for row in np.flatnonzero(target == "link").tolist():
        key = (str(link[row]), str(kind[row]))
        room[key] = room.get(key, 0.0) + float(limit[row])
    return room
