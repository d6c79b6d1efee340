"""Why cargo has no way: the first kind of hindrance that cuts its origin off from its destination, in a sentence.

Hindrances come in order: no links at all, links of the other direction, links without a cost for the cargo, links that
do not take its handling class, links that a lever closes, countries that its shippers refuse. Of the first kind without
which there is a way and with which there is none, the links on the way that it blocks least are named.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from model.classes import LaneClasses, refused_arcs
from network.network import Network
from network.supernetwork import Supernetwork
from network.transport_cost import FREIGHT_COLUMN, allowed_by_handling

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
_FREE = 1e-9  # cost of an arc that nothing blocks: a zero would be no arc
_MOST_NAMED = 6


@dataclass(frozen=True)
class Cargo:
    """What is to move: the commodity and what decides where it may go (as in ``LaneClasses.classes``)."""

    commodity: str
    cargo_kind: str
    handling_class: str
    refused: tuple[str, ...]


def why_class_has_no_way(
    network: Network, supernetwork: Supernetwork, links: pd.DataFrame, classes: LaneClasses, cls: int
) -> str:
    """Why a class cannot go between some of its places; '' where it can between all.

    Args:
        links: links of the period (``network.transport_cost.adjusted``).
    """
    row = classes.classes.iloc[cls]
    commodity = str(network.lanes["commodity_id"].iloc[int(row["lane"])])
    cargo = Cargo(commodity, str(row["cargo_kind"]), str(row["handling_class"]), tuple(row["refused"]))
    pairs = classes.pairs[classes.pairs["cls"] == cls]
    ends = zip(pairs["origin"].astype(int), pairs["destination"].astype(int), strict=True)
    reasons = (why_no_way(network, supernetwork, links, cargo, pair) for pair in ends)
    return next((reason for reason in reasons if reason), "")


def why_no_way(
    network: Network,
    supernetwork: Supernetwork,
    links: pd.DataFrame,
    cargo: Cargo,
    ends: tuple[int, int],
) -> str:
    """Why cargo cannot go from a terminal to another; '' where it can.

    Args:
        links: links of the period (``network.transport_cost.adjusted``).
        ends: origin and destination, terminals of the supernetwork.
    """
    tail, head, link, against = _both_ways(supernetwork, links)
    number = np.maximum(link, 0)
    on_link = link >= 0
    arc = np.arange(supernetwork.arc_count)
    of_arc = np.concatenate([arc, _directed(supernetwork, links)])
    column = FREIGHT_COLUMN[cargo.cargo_kind]
    hindrances: list[tuple[Mask, str]] = [
        (against, "{links} {run} the other way only (directed = 1)"),
        (
            on_link & links[column].isna().to_numpy()[number],
            "{links} {have} no cost for " + _kind_in_words(cargo) + f" ({column} is empty){{boxes}}",
        ),
        (
            ~allowed_by_handling(network, supernetwork, cargo.handling_class)[of_arc],
            "{links} {take} no " + cargo.handling_class + " (allowed_handling)",
        ),
        (on_link & (links["open"].to_numpy() <= 0)[number], "{links} {are} closed{levers}"),
        (
            refused_arcs(network, supernetwork, cargo.refused)[of_arc],
            f"its shippers refuse transit through {', '.join(cargo.refused)} (policy/transit_refusals.csv)",
        ),
    ]
    shut = np.zeros(len(tail), dtype=bool)
    for blocked, reason in hindrances:
        cost = np.where(shut, np.inf, np.where(blocked, 1.0, _FREE))
        way = _cheapest_way(supernetwork.terminal_count, tail, head, cost, ends)
        if way is None:
            return _no_links(network, supernetwork, ends)
        if cost[way].sum() >= 1.0:
            named = sorted({int(n) for n in link[way[blocked[way]]] if n >= 0})
            return _in_words(reason, network, links, named, column)
        shut |= blocked
    return ""


def _directed(supernetwork: Supernetwork, links: pd.DataFrame) -> Ints:
    """Arcs of links that run one way only."""
    link = supernetwork.arcs["link"].to_numpy()
    one_way = (links["directed"] == 1).to_numpy()
    return np.flatnonzero((link >= 0) & one_way[np.maximum(link, 0)])


def _both_ways(supernetwork: Supernetwork, links: pd.DataFrame) -> tuple[Ints, Ints, Ints, Mask]:
    """Tail, head and link of all arcs, and of those against the direction of links that run one way only."""
    arcs = supernetwork.arcs
    extra = _directed(supernetwork, links)
    tail, head, link = (arcs[name].to_numpy(np.int64) for name in ("tail", "head", "link"))
    against = np.concatenate([np.zeros(len(arcs), bool), np.ones(len(extra), bool)])
    return (
        np.concatenate([tail, head[extra]]),
        np.concatenate([head, tail[extra]]),
        np.concatenate([link, link[extra]]),
        against,
    )


def _cheapest_way(
    size: int, tail: Ints, head: Ints, cost: NDArray[np.float64], ends: tuple[int, int]
) -> NDArray[np.int64] | None:
    """Positions of the arcs on the cheapest way; None where there is none."""
    order = np.lexsort((cost, head, tail))
    order = order[np.isfinite(cost[order])]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
    kept = order[first]
    graph = csr_matrix((cost[kept], (tail[kept], head[kept])), shape=(size, size))
    number = csr_matrix((kept + 1, (tail[kept], head[kept])), shape=(size, size))
    distance, before = dijkstra(graph, indices=np.array([ends[0]]), return_predecessors=True)
    if not np.isfinite(distance[0, ends[1]]):
        return None
    way, here = [], ends[1]
    while here != ends[0]:
        way.append(int(number[before[0, here], here]) - 1)
        here = int(before[0, here])
    return np.array(way[::-1], dtype=np.int64)


def _no_links(network: Network, supernetwork: Supernetwork, ends: tuple[int, int]) -> str:
    joined = {*network.links["from_place"], *network.links["to_place"]}
    places = [str(supernetwork.terminals["place_id"].iloc[end]) for end in ends]
    alone = [place for place in places if place not in joined]
    if alone:
        return f"no link of links.csv joins {' or '.join(alone)}"
    return f"no links of links.csv lead from {places[0]} to {places[1]}"


def _kind_in_words(cargo: Cargo) -> str:
    kind = {"container": "moves in containers", "general": "is general cargo", "bulk": "is bulk cargo"}
    return f"{cargo.commodity}, which {kind[cargo.cargo_kind]}"


def _in_words(reason: str, network: Network, links: pd.DataFrame, named: list[int], column: str) -> str:
    ids = [str(links["link_id"].iloc[n]) for n in named]
    shown = ", ".join(ids[:_MOST_NAMED]) + (f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else "")
    one = len(ids) == 1
    boxed = column != FREIGHT_COLUMN["container"] and links["cost_usd_per_teu"].iloc[named].notna().any()
    levers = network.adjustments
    closing = levers[(levers["target"] == "link") & (levers["field"] == "open") & levers["target_id"].isin(ids)]
    names = ", ".join(f"'{name}'" for name in dict.fromkeys(closing["lever"]))
    return reason.format(
        links=f"link {shown}" if one else f"links {shown}",
        run="runs" if one else "run",
        have="has" if one else "have",
        take="takes" if one else "take",
        are="is" if one else "are",
        boxes="; a cost per TEU is for cargo in boxes only" if boxed else "",
        levers=f" by lever {names}" if names else "",
    )
