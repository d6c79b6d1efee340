"""Where the limits are: every link, place, transfer, facility and store with its use and price."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.problem import Problem
from model.result_flows import KILO, BlockFlows
from network.frames import each_row
from network.network import Network
from network.transfers import transfer_names

Floats = NDArray[np.float64]
_USED = 1e-9
_NAMES = ["target", "target_id", "kind", "direction"]


def capacities_table(problem: Problem, solved: list[BlockFlows]) -> pd.DataFrame:
    """Table ``capacities``: every limit with its use and price."""
    called = target_names(problem.network)
    stores = [
        f"{zone}:{goods}"
        for zone, goods in zip(problem.network.storage["zone_id"], problem.network.storage["commodity_id"], strict=True)
    ]
    parts = []
    for item in solved:
        made, storage = item.facilities, item.block.storage
        level = np.bincount(storage.labels["store"], weights=item.level, minlength=len(storage.capacity)).astype(float)
        parts.append(_labelled(item, item.block.capacity.labels[_NAMES], joint_limits(item)))
        one = {"kind": "t", "direction": "both"}
        facilities = pd.DataFrame({"target": "facility", "target_id": made.rows.facilities["facility_id"], **one})
        parts.append(_labelled(item, facilities, _limits(made.capacity, made.run, made.capacity_price)))
        kept = pd.DataFrame({"target": "store", "target_id": stores[: len(storage.capacity)], **one})
        parts.append(_labelled(item, kept, _limits(storage.capacity, level, item.store_price)))
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    names = [called[key] for key in zip(table["target"], table["target_id"], strict=True)]
    table.insert(4, "name", pd.Series(names, index=table.index, dtype=object))
    return table


def target_names(network: Network) -> dict[tuple[str, str], str]:
    """Name for people of everything that can have a limit, by target and id."""
    places = dict(zip(network.places["place_id"], network.places["name"], strict=True))
    links = {
        row.link_id: f"{places[row.from_place]} - {places[row.to_place]} ({str(row.mode).replace('_', ' ')})"
        for row in each_row(network.links)
    }
    zones = dict(zip(network.zones["zone_id"], network.zones["name"], strict=True)) | places
    goods = dict(zip(network.commodities["commodity_id"], network.commodities["name"], strict=True))
    by_target = {
        "place": places,
        "link": links,
        "transfer": transfer_names(network.transfers, network.places),
        "facility": dict(zip(network.facilities["facility_id"], network.facilities["name"], strict=True)),
        "store": {
            f"{row.zone_id}:{row.commodity_id}": f"store of {goods[row.commodity_id]} at {zones[row.zone_id]}"
            for row in each_row(network.storage)
        },
    }
    return {(target, key): name for target, names in by_target.items() for key, name in names.items()}


def joint_limits(item: BlockFlows) -> pd.DataFrame:
    """Figures of the limits of links, places and transfers, by row of their labels."""
    return _limits(item.capacity, item.capacity_use, item.capacity_price)


def _limits(capacity: Floats, use: Floats, price: Floats) -> pd.DataFrame:
    """Figures of limits.

    Args:
        capacity, use: kt or kTEU. price: million USD per kt or kTEU.
    """
    return pd.DataFrame(
        {
            "capacity": capacity,
            "use": use,
            "utilisation": np.where(capacity > _USED, use / np.maximum(capacity, _USED), np.nan),
            "dual_usd_per_unit": price * KILO,
            "rent_musd": price * use,
        }
    )


def _labelled(item: BlockFlows, labels: pd.DataFrame, limits: pd.DataFrame) -> pd.DataFrame:
    table = pd.concat([labels.reset_index(drop=True), limits], axis=1)
    table.insert(0, "period", item.block.period)
    table.insert(1, "season", item.block.season)
    return table
