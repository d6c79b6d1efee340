"""Savings of projects by credit: hours and freight saved by project and link, each with a proven bound."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.classes import LaneClasses
from model.problem import CapacityRows, SavingRows, Strategy
from model.saving_bounds import largest_room, saving_bounds
from network.network import Network
from network.supernetwork import Supernetwork
from network.transport_cost import ArcAttributes

Floats = NDArray[np.float64]
MOST_SAVED = 0.8  # share of an arc's own hours that all projects together may save


@dataclass(frozen=True)
class Credits:
    """What candidate projects save a passage: ``labels``, ``hours`` and ``freight_share`` as ``SavingRows`` has them.

    Both matrices have an entry for every arc of the link, also where it is 0.
    """

    labels: pd.DataFrame
    hours: csr_matrix
    freight_share: csr_matrix


def saving_rows(
    classes: LaneClasses,
    strategy: Strategy,
    credit: Credits,
    saved: Floats,
    most: Floats,
    capacity: CapacityRows,
) -> SavingRows:
    """Savings by project and link, with a proven bound.

    The hours of all candidates on an arc stay below 80 % of its own hours. The bound fills the link's largest possible
    capacity (all candidates built) with the cargo that saves most per tonne, each class at most once with all it ever
    demands: no routing can save more.

    Args:
        credit: what is saved a passage. saved: at most by a tonne of each cost group (``saved_by_group``).
        most: kt of each class. capacity: of the block.
    """
    room, links = largest_room(strategy, capacity), credit.labels["link_id"].tolist()
    tonnes, boxes = (np.array([room.get((link, kind), np.inf) for link in links]) for kind in ("t", "TEU"))
    boxed = credit.labels["boxed"].to_numpy(bool)
    bounds = saving_bounds(classes, boxed, saved, most, tonnes, boxes)
    return SavingRows(credit.labels, credit.hours, credit.freight_share, *bounds)


def credits_of(network: Network, supernetwork: Supernetwork, strategy: Strategy, attributes: ArcAttributes) -> Credits:
    """What candidate projects save on the arcs of links, once for boxes and once for other cargo."""
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
    return Credits(labels, hours_matrix, share_matrix)


def _scaled(values: Floats, arc: NDArray[np.int64], most: Floats) -> Floats:
    """Values scaled down so that their sum on each arc stays at or below its most."""
    total = np.bincount(arc, weights=values, minlength=len(most))
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(total > most, most / np.where(total > 0, total, 1.0), 1.0)
    return values * factor[arc]
