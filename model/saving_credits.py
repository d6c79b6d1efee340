"""Savings of projects by credit: hours and freight saved by project and link, each with a proven bound."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.classes import LaneClasses
from model.problem import CapacityRows, SavingRows, Strategy
from network.frames import each_row
from network.network import Network
from network.supernetwork import Supernetwork
from network.transport_cost import ArcAttributes, CargoCost

Floats = NDArray[np.float64]
KILO = 1000.0
MOST_SAVED = 0.8  # share of an arc's own hours that all projects together may save
# The bound of a saving is set a little above what is possible: were it tight where a link is full, it and not the
# link's capacity would carry the price of one more tonne.
ROOM_ABOVE = 1.001


def saving_rows(
    network: Network,
    supernetwork: Supernetwork,
    classes: LaneClasses,
    strategy: Strategy,
    attributes: ArcAttributes,
    cargo: list[CargoCost],
    most: Floats,
    capacity: CapacityRows,
) -> SavingRows:
    """Savings by project and link, with a proven bound.

    The hours of all candidates on an arc stay below 80 % of its own hours. The bound fills the link's largest possible
    capacity (all candidates built) with the cargo that saves most per tonne, each class at most once with all it ever
    demands: no routing can save more.
    """
    position = {project: number for number, project in enumerate(strategy.projects["project_id"])}
    link_position = {link: number for number, link in enumerate(network.links["link_id"])}
    effects = network.project_effects
    effects = effects[(effects["target"] == "link") & effects["project_id"].isin(position)]
    saves = (effects["time_saved_h"].fillna(0.0) > 0) | (effects["cost_saving_share"].fillna(0.0) > 0)
    open_project = (strategy.given.max(axis=1) > 0) | np.isin(np.arange(len(position)), strategy.starts["project"])
    effects = effects[saves & effects["project_id"].map(lambda p: open_project[position[p]]).astype(bool)]
    effects = pd.concat([effects.assign(boxed=True), effects.assign(boxed=False)], ignore_index=True)
    labels = pd.DataFrame(
        {
            "project": [position[p] for p in effects["project_id"]],
            "link": [link_position[link] for link in effects["target_id"]],
            "link_id": effects["target_id"].to_numpy(),
            "boxed": effects["boxed"].to_numpy(bool),
        }
    ).astype({"project": np.int64, "link": np.int64})
    arcs = supernetwork.arcs
    pairs = (
        labels.reset_index(names="row")
        .merge(arcs[arcs["kind"] == "link"].reset_index(names="arc")[["arc", "link"]], on="link")
        .sort_values(["row", "arc"])
    )
    hours = effects["time_saved_h"].fillna(0.0).to_numpy(float)[pairs["row"]]
    share = effects["cost_saving_share"].fillna(0.0).to_numpy(float)[pairs["row"]]
    own = attributes.run_h + np.minimum(attributes.dwell_h, attributes.wagon_dwell_h)
    # Every saving stands twice, for boxes and for other cargo: what one cargo saves is half of the sum.
    hours = _scaled(hours, pairs["arc"].to_numpy(), 2 * MOST_SAVED * own)
    share = _scaled(share, pairs["arc"].to_numpy(), np.full(len(arcs), 2 * MOST_SAVED))
    shape = (len(labels), len(arcs))
    hours_matrix = csr_matrix((hours, (pairs["row"], pairs["arc"])), shape=shape)
    share_matrix = csr_matrix((share, (pairs["row"], pairs["arc"])), shape=shape)
    bounds = _saving_bounds(classes, strategy, cargo, most, capacity, labels, hours_matrix, share_matrix)
    return SavingRows(labels, hours_matrix, share_matrix, *bounds)


def _scaled(values: Floats, arc: NDArray[np.int64], most: Floats) -> Floats:
    """Values scaled down so that their sum on each arc stays at or below its most."""
    total = np.bincount(arc, weights=values, minlength=len(most))
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(total > most, most / np.where(total > 0, total, 1.0), 1.0)
    return values * factor[arc]


def _saving_bounds(
    classes: LaneClasses,
    strategy: Strategy,
    cargo: list[CargoCost],
    most: Floats,
    capacity: CapacityRows,
    labels: pd.DataFrame,
    hours: csr_matrix,
    share: csr_matrix,
) -> tuple[Floats, csr_matrix]:
    """Bound of each saving, and of each saving and class."""
    group = classes.classes["group"].to_numpy()
    vot = classes.classes["value_of_time_usd_per_t_h"].to_numpy()
    t_per_teu = classes.classes["t_per_teu"].to_numpy(float)
    teu_per_t = np.where(np.isnan(t_per_teu), 0.0, 1.0 / np.where(np.isnan(t_per_teu), 1.0, t_per_teu))
    room = _largest_room(strategy, capacity)
    freight = np.array([item.freight for item in cargo])
    allowed = np.array([item.allowed for item in cargo])
    bound = np.zeros(len(labels))
    by_class = np.zeros((len(labels), len(group)))
    all_hours, all_shares = hours.toarray(), share.toarray()
    for row, label in enumerate(each_row(labels)):
        arcs = np.flatnonzero((all_hours[row] != 0) | (all_shares[row] != 0))
        h, f = all_hours[row, arcs], all_shares[row, arcs]
        saved = vot[:, None] * h[None, :] + freight[:, arcs][group] * f[None, :]
        saved = np.where(allowed[:, arcs][group], saved, 0.0).max(axis=1, initial=0.0) / KILO
        mine = (teu_per_t > 0) == label.boxed
        tonnes, boxes = room.get((label.link_id, "t"), np.inf), room.get((label.link_id, "TEU"), np.inf)
        bound[row] = ROOM_ABOVE * most_saved(saved[mine], teu_per_t[mine], most[mine], tonnes, boxes)
        by_class[row, mine] = saved[mine] * most[mine]
    return bound, csr_matrix(by_class)


def most_saved(saved: Floats, teu_per_t: Floats, most: Floats, tonnes: float, boxes: float) -> float:
    """Upper bound of the saving of cargo that fills a link.

    ``max saved . x`` with ``sum x <= tonnes``, ``teu_per_t . x <= boxes``, ``0 <= x <= most``. The box limit
    is priced (Lagrange); any price gives a valid bound, the best of a few is taken.

    Args:
        saved: million USD per kt. teu_per_t: TEU per t. most: kt. tonnes: kt. boxes: kTEU.
    """

    def filled(worth: Floats) -> float:
        gains = np.flatnonzero(worth > 0)
        order = gains[np.argsort(-worth[gains])]
        before = np.concatenate([[0.0], np.cumsum(most[order])[:-1]])
        return float(worth[order] @ np.clip(tonnes - before, 0.0, most[order]))

    best = filled(saved)
    if np.isfinite(boxes) and (teu_per_t > 0).any():
        per_box = saved[teu_per_t > 0] / teu_per_t[teu_per_t > 0]
        for price in np.quantile(per_box, np.linspace(0.0, 1.0, 21)):
            best = min(best, price * boxes + filled(saved - price * teu_per_t))
    return best


def _largest_room(strategy: Strategy, capacity: CapacityRows) -> dict[tuple[str, str], float]:
    """Capacity of each link by kind with all candidates built, kt or kTEU, both directions together."""
    count = len(capacity.capacity)
    limit = capacity.capacity + np.bincount(capacity.project_row, weights=capacity.project_amount, minlength=count)
    kind = capacity.labels["kind"].to_numpy()
    for number, column in (("t", "spread_capacity_t_per_year"), ("TEU", "spread_capacity_teu_per_year")):
        amount = strategy.projects[column].fillna(0.0).to_numpy(float) / KILO
        shared = np.bincount(capacity.spread_row, weights=amount[capacity.spread_project], minlength=count)
        limit = limit + np.where(kind == number, shared, 0.0)
    room: dict[tuple[str, str], float] = {}
    for row in np.flatnonzero((capacity.labels["target"] == "link").to_numpy()):
        key = (str(capacity.labels["target_id"].iloc[row]), str(kind[row]))
        room[key] = room.get(key, 0.0) + float(limit[row])
    return room
