"""Joint capacities of links, places and transfers in a block, what projects add to them, and which arcs use them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from model.problem import CapacityRows, Strategy
from network.network import Network
from network.supernetwork import Supernetwork
from network.transfers import transfer_ids

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
KILO = 1000.0
VESSEL_MODES = ("deep_sea", "caspian_ferry", "blacksea_ferry", "short_sea", "inland_waterway")
_WAYS = pd.Series(["both", "forward", "reverse"])
_KINDS = {"t": "capacity_t_per_year", "TEU": "capacity_teu_per_year"}
_ADDED = {"t": "capacity_added_t_per_year", "TEU": "capacity_added_teu_per_year"}


@dataclass(frozen=True)
class Passages:
    """Which arcs share the capacities of the links, of the places or of the transfers.

    Attributes:
        number: row of the table, rising. direction: "both", "forward" or "reverse", one entry a capacity.
        arcs: capacities x arcs, 1 where a passage of the arc uses the capacity.
    """

    number: Ints
    direction: "pd.Series[str]"
    arcs: csr_matrix


def all_passages(supernetwork: Supernetwork, rules: "pd.Series[str]", scopes: "pd.Series[str]") -> dict[str, Passages]:
    """Passages of links by direction rule, of places by scope, and of transfers, both ways of which share one capacity.

    Args:
        rules: ``capacity_rule`` of each link. scopes: ``capacity_scope`` of each place: over its quays (load and unload
            of vessel terminals) or all that arrives.
    """
    arcs = supernetwork.arcs
    link, place, transfer = (arcs[name].to_numpy(np.int64) for name in ("link", "place", "transfer"))
    kind = arcs["kind"].to_numpy()
    on_link = np.flatnonzero(link >= 0)
    apart = (rules == "each_direction").to_numpy()[link[on_link]]
    way = np.where(apart, np.where(arcs["reverse"].to_numpy(bool)[on_link], 2, 1), 0)
    vessel = arcs["mode"].isin(VESSEL_MODES).to_numpy() & np.isin(kind, ["load", "unload"])
    scope = scopes.to_numpy()[place]
    at_place = np.flatnonzero(((scope == "vessel") & vessel) | ((scope == "through") & (kind == "link")))
    on_transfer = np.flatnonzero(kind == "transfer")
    return {
        "link": _passages(link[on_link], way, on_link, len(arcs)),
        "place": _passages(place[at_place], np.zeros(len(at_place), np.int64), at_place, len(arcs)),
        "transfer": _passages(transfer[on_transfer], np.zeros(len(on_transfer), np.int64), on_transfer, len(arcs)),
    }


def _passages(number: Ints, way: Ints, arc: Ints, count: int) -> Passages:
    """One capacity for each number and way; arcs in their order."""
    keys, row = np.unique(number * 3 + way, return_inverse=True)
    matrix = csr_matrix((np.ones(len(arc)), (row, arc)), shape=(len(keys), count))
    return Passages(keys // 3, _WAYS.take(keys % 3), matrix)


def capacity_rows(
    network: Network,
    passages: dict[str, Passages],
    links: pd.DataFrame,
    places: pd.DataFrame,
    strategy: Strategy,
    season: "pd.Series[Any]",
    backcast: pd.DataFrame,
) -> CapacityRows:
    """Joint capacities of a block: links by direction rule, places by scope, transfers, in t and TEU.

    Args:
        passages: of links, places and transfers. links, places: adjusted tables of the period.
        season: months (tuple) and share of the year.
        backcast: rows of ``project_effects`` to take away (in the tables but not yet in service in this period).
    """
    transfers = network.transfers.assign(transfer_id=transfer_ids(network.transfers))
    tables = {"link": links, "place": places, "transfer": transfers}
    part = {"link": _availability(network, links, season)}
    labels, capacities, used = [], [], []
    for target, table in tables.items():
        names, own = table[f"{target}_id"], passages[target]
        factor = part.get(target, np.ones(len(table)))
        for kind, column in _KINDS.items():
            limit = table[column].to_numpy(float)
            less = _held_back(backcast, target, kind, names)
            of_season = np.maximum(limit - less, 0.0) / KILO * factor * season["share"]
            rows = np.flatnonzero(~np.isnan(limit)[own.number])
            number = own.number[rows]
            labels.append(
                pd.DataFrame(
                    {
                        "target": target,
                        "target_id": names.array[number],
                        "kind": kind,
                        "direction": own.direction.array[rows],
                        "season_factor": (factor * season["share"])[number],
                    }
                )
            )
            capacities.append(of_season[number])
            used.append(own.arcs[rows])
    frame = pd.concat(labels, ignore_index=True)
    effects = network.project_effects
    position = pd.Series(strategy.projects.index, index=strategy.projects["project_id"].to_numpy())
    added = effects[effects["project_id"].isin(position.index)]
    additions = _additions(frame, added, position)
    spread = _spread_rows(frame, added, strategy)
    matrix = csr_matrix(vstack(used, format="csr"))
    return CapacityRows(frame, np.concatenate(capacities), matrix, *additions, *spread)


def _held_back(backcast: pd.DataFrame, target: str, kind: str, names: "pd.Series[str]") -> Floats:
    """What to take away of each limit, t or TEU a year."""
    rows = backcast[backcast["target"] == target]
    return names.map(rows.groupby("target_id")[_ADDED[kind]].sum()).fillna(0.0).to_numpy(float)


def _availability(network: Network, links: pd.DataFrame, season: "pd.Series[Any]") -> Floats:
    """Mean availability of each link over the months of a season; 1 without a row."""
    months = set(season["months"])
    table = network.availability
    mean = table[table["month"].isin(months)].groupby("availability_id")["availability"].mean()
    return links["availability_id"].map(mean).fillna(1.0).to_numpy(float)


def _additions(
    frame: pd.DataFrame, added: pd.DataFrame, position: "pd.Series[int]"
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    rows = frame.reset_index(names="row").merge(added, on=["target", "target_id"])
    amount = np.where(
        rows["kind"] == "t",
        rows["capacity_added_t_per_year"].fillna(0.0),
        rows["capacity_added_teu_per_year"].fillna(0.0),
    )
    amount = amount / KILO * rows["season_factor"].to_numpy(float)
    some = (amount > 0) & (rows["in_spread_group"].fillna(0).to_numpy() == 0)
    project = position.reindex(rows["project_id"]).to_numpy()
    return rows["row"].to_numpy(np.int64)[some], project[some].astype(np.int64), amount[some]


def _spread_rows(
    frame: pd.DataFrame, added: pd.DataFrame, strategy: Strategy
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of a project's group of links, of the kinds that the project adds to: another kind would have no limit."""
    amount = strategy.projects.set_index("project_id")
    position = pd.Series(strategy.projects.index, index=amount.index)
    group = added[added["in_spread_group"].fillna(0) == 1]
    rows = frame.reset_index(names="row").merge(group, on=["target", "target_id"])
    by_kind = {"t": "spread_capacity_t_per_year", "TEU": "spread_capacity_teu_per_year"}
    adds = np.zeros(len(rows), dtype=bool)
    for kind, column in by_kind.items():
        some = rows["project_id"].map(amount[column].fillna(0.0)).to_numpy(float) > 0
        adds |= some & (rows["kind"] == kind).to_numpy()
    rows = rows[adds]
    return rows["row"].to_numpy(np.int64), position.reindex(rows["project_id"]).to_numpy().astype(np.int64)
