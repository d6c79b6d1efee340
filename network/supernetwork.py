"""The supernetwork: places split into terminals by mode, joined by links, loading moves and transfers.

A place is a *hub* (where cargo starts, ends or waits) and one *terminal* per mode that serves it; rail modes carry
their gauge in the name, so a gauge break is a change of terminal. Arcs are line-haul (``link``), ``load`` (hub to
terminal), ``unload`` (terminal to hub) and ``transfer`` (terminal to terminal, where the transfers table has a row).
A change of mode without such a row is an unload followed by a load: no pairwise arcs are needed.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from network.frames import each_row
from network.network import Network

HUB = ""


@dataclass(frozen=True)
class Supernetwork:
    """Terminals and directed arcs, by integer position.

    Attributes:
        terminals: one row a terminal: place (position in ``network.places``), place_id, mode ("" for the hub).
        arcs: one row an arc, sorted by tail and head: tail, head (terminals), kind, link (position in
            ``network.links`` or -1), reverse, mode, place (position of the place where a load, unload or transfer
            happens; of the head for links), transfer (position in ``network.transfers`` or -1).
        hub_of_place: terminal of each place's hub, by position in ``network.places``.
    """

    terminals: pd.DataFrame
    arcs: pd.DataFrame
    hub_of_place: NDArray[np.int64]

    @property
    def terminal_count(self) -> int:
        """Number of terminals, hubs included."""
        return len(self.terminals)

    @property
    def arc_count(self) -> int:
        """Number of directed arcs."""
        return len(self.arcs)


def build_supernetwork(network: Network) -> Supernetwork:
    """Split the places of a network into terminals and join them by directed arcs.

    Args:
        network: validated tables; link ends and transfer places are known places.

    Returns:
        The supernetwork. Two links of one mode between the same places stay two arcs: the second runs by a terminal
        of its own, so that (tail, head) identifies an arc.
    """
    place_position = pd.Series(np.arange(len(network.places)), index=network.places["place_id"].to_numpy())
    links = network.links
    tail_place = place_position.loc[links["from_place"].to_numpy()].to_numpy()
    head_place = place_position.loc[links["to_place"].to_numpy()].to_numpy()
    terminals = _terminals(network, tail_place, head_place)
    position = pd.Series(terminals.index.to_numpy(), index=pd.MultiIndex.from_frame(terminals[["place", "mode"]]))
    modes = links["mode"].to_numpy()
    tail = position.loc[list(zip(tail_place, modes, strict=True))].to_numpy()
    head = position.loc[list(zip(head_place, modes, strict=True))].to_numpy()

    line_haul = _line_haul(links, tail, head, tail_place, head_place)
    handling = _handling(terminals)
    transfers = _transfers(network, position, place_position)
    arcs = pd.concat([line_haul, handling, transfers], ignore_index=True)
    terminals, arcs = _separate_parallel_arcs(terminals, arcs)
    arcs = arcs.sort_values(["tail", "head"], ignore_index=True)  # the order of a CSR adjacency matrix
    hubs = terminals[terminals["mode"] == HUB]
    hub_of_place = np.full(len(network.places), -1, dtype=np.int64)
    hub_of_place[hubs["place"].to_numpy()] = hubs.index.to_numpy()
    return Supernetwork(terminals, arcs, hub_of_place)


def _terminals(network: Network, tail_place: NDArray[np.int64], head_place: NDArray[np.int64]) -> pd.DataFrame:
    modes = network.links["mode"].to_numpy()
    served = pd.DataFrame(
        {"place": np.concatenate([tail_place, head_place]), "mode": np.concatenate([modes, modes])}
    ).drop_duplicates()
    hubs = pd.DataFrame({"place": np.arange(len(network.places)), "mode": HUB})
    terminals = pd.concat([hubs, served], ignore_index=True).sort_values(["place", "mode"], ignore_index=True)
    terminals["place_id"] = network.places["place_id"].to_numpy()[terminals["place"].to_numpy()]
    return terminals


def _line_haul(
    links: pd.DataFrame,
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    tail_place: NDArray[np.int64],
    head_place: NDArray[np.int64],
) -> pd.DataFrame:
    number = np.arange(len(links))
    both_ways = links["directed"].to_numpy() == 0
    modes = links["mode"].to_numpy()
    return pd.DataFrame(
        {
            "tail": np.concatenate([tail, head[both_ways]]),
            "head": np.concatenate([head, tail[both_ways]]),
            "kind": "link",
            "link": np.concatenate([number, number[both_ways]]),
            "reverse": np.concatenate([np.zeros(len(links), bool), np.ones(int(both_ways.sum()), bool)]),
            "mode": np.concatenate([modes, modes[both_ways]]),
            "place": np.concatenate([head_place, tail_place[both_ways]]),
            "transfer": -1,
        }
    )


def _handling(terminals: pd.DataFrame) -> pd.DataFrame:
    hub = terminals[terminals["mode"] == HUB].reset_index().set_index("place")["index"]
    served = terminals[terminals["mode"] != HUB]
    hub_of = hub.loc[served["place"].to_numpy()].to_numpy()
    terminal = served.index.to_numpy()
    common = {"link": -1, "reverse": False, "transfer": -1}
    load = pd.DataFrame({"tail": hub_of, "head": terminal, "kind": "load", **common})
    unload = pd.DataFrame({"tail": terminal, "head": hub_of, "kind": "unload", **common})
    for frame in (load, unload):
        frame["mode"] = served["mode"].to_numpy()
        frame["place"] = served["place"].to_numpy()
    return pd.concat([load, unload], ignore_index=True)


def _transfers(network: Network, position: "pd.Series[int]", place_position: "pd.Series[int]") -> pd.DataFrame:
    rows = []
    for number, row in enumerate(each_row(network.transfers)):
        place = int(place_position.loc[row.place_id])
        one, other = (place, row.from_mode), (place, row.to_mode)
        if one not in position.index or other not in position.index:
            continue  # a transfer that no link of the table reaches: said by graph.notices
        for tail, head, reverse in ((one, other, False), (other, one, True)):
            rows.append((int(position.loc[tail]), int(position.loc[head]), "transfer", -1, reverse, "", place, number))
    columns = ["tail", "head", "kind", "link", "reverse", "mode", "place", "transfer"]
    whole = dict.fromkeys(["tail", "head", "link", "place", "transfer"], int)
    return pd.DataFrame(rows, columns=columns).astype({**whole, "reverse": bool})


def _separate_parallel_arcs(terminals: pd.DataFrame, arcs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give every repeated (tail, head) pair a terminal of its own on the way.

    The extra terminal is reached by the arc itself and left by a free ``pass`` arc.
    """
    repeated = arcs.duplicated(["tail", "head"]).to_numpy()
    if not repeated.any():
        return terminals, arcs
    extra = np.arange(len(terminals), len(terminals) + int(repeated.sum()))
    passing = arcs[repeated].assign(tail=extra, kind="pass", link=-1, transfer=-1)
    waypoints = terminals.loc[arcs.loc[repeated, "head"].to_numpy()].set_axis(extra).assign(mode="pass")
    arcs = arcs.copy()
    arcs.loc[repeated, "head"] = extra
    return pd.concat([terminals, waypoints]), pd.concat([arcs, passing], ignore_index=True)
