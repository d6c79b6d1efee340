"""Sanity of a network before it is solved: what no cargo can reach or use, said in sentences.

Lanes without a path are an error of the problem (model.build); what stands here harms no plan but is often a slip.
"""

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from network.frames import each_row
from network.network import Network


def notices(network: Network) -> list[str]:
    """Sentences on isolated places, dead ends, parts that no lane touches, idle transfers and idle limits."""
    ends = lane_places(network)
    return [
        *_loose_places(network, ends),
        *_untouched_parts(network, ends),
        *_loose_transfers(network),
        *_idle_limits(network),
    ]


def lane_places(network: Network) -> set[str]:
    """Places at which cargo starts or ends."""
    lanes = network.lanes
    zones = set(lanes.loc[lanes["origin_place"] == "", "origin_zone"])
    zones |= set(lanes.loc[lanes["destination_place"] == "", "destination_zone"])
    places = set(network.zone_places.loc[network.zone_places["zone_id"].isin(zones), "place_id"])
    return (places | set(lanes["origin_place"]) | set(lanes["destination_place"])) - {""}


def _loose_places(network: Network, ends: set[str]) -> list[str]:
    links = network.links
    neighbours = pd.DataFrame(
        {
            "place": np.concatenate([links["from_place"], links["to_place"]]),
            "other": np.concatenate([links["to_place"], links["from_place"]]),
        }
    ).drop_duplicates()
    count = neighbours.groupby("place").size()
    sentences = []
    for place in network.places["place_id"]:
        joined = int(count.get(place, 0))
        if joined == 0:
            sentences.append(f"places.csv: no link joins {place}")
        elif joined == 1 and place not in ends:
            other = neighbours.loc[neighbours["place"] == place, "other"].iloc[0]
            sentences.append(f"links.csv: {place} is a dead end; it is joined to {other} only and no lane ends there")
    return sentences


def _untouched_parts(network: Network, ends: set[str]) -> list[str]:
    """Parts of two or more joined places, apart from the rest, in which no lane starts or ends."""
    ids = network.places["place_id"].to_numpy()
    position = {place: number for number, place in enumerate(ids)}
    tail = network.links["from_place"].map(position).to_numpy()
    head = network.links["to_place"].map(position).to_numpy()
    graph = coo_matrix((np.ones(len(tail)), (tail, head)), shape=(len(ids), len(ids)))
    count, part = connected_components(graph, directed=False)
    sentences = []
    for number in range(count):
        members = ids[part == number]
        if len(members) > 1 and not ends.intersection(members):
            sentences.append(f"links.csv: {', '.join(members)} are joined to each other only and no lane ends there")
    return sentences


def _loose_transfers(network: Network) -> list[str]:
    links = network.links
    served = set(zip(links["from_place"], links["mode"], strict=True)) | set(
        zip(links["to_place"], links["mode"], strict=True)
    )
    return [
        f"transfers.csv: {row.place_id} has no link of mode {mode}, so its transfer joins nothing"
        for row in each_row(network.transfers)
        for mode in (row.from_mode, row.to_mode)
        if (row.place_id, mode) not in served
    ]


def _idle_limits(network: Network) -> list[str]:
    """Capacities of transfers that cargo gets round for nothing, by unloading and loading again."""
    handling = network.handling
    paid = handling[(handling[["cost_usd_per_teu", "cost_usd_per_t", "time_h"]] > 0).any(axis=1)]
    costly = set(paid["mode"])
    limited = network.transfers[["capacity_t_per_year", "capacity_teu_per_year"]].notna().any(axis=1)
    return [
        f"transfers.csv: the capacity at {row.place_id} limits nothing, since handling.csv lets cargo be unloaded from "
        f"{row.from_mode} and loaded on {row.to_mode} for nothing"
        for row in each_row(network.transfers[limited])
        if not {row.from_mode, row.to_mode} & costly
    ]
