"""A minimum-cost flow over the months of a year, as a data folder of this engine and as a network of PyPSA.

One good is carried from two supplies to all other places over one-way links whose capacity differs by month; all of it
must arrive. Supplies reach further than what is wanted, so which of them serves whom is decided.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

MONTHS = 12
_SEED = 11


@dataclass(frozen=True)
class Transport:
    """Links (cost in USD per t, capacity in t a year), availability by month and link, demand in t a year."""

    places: list[str]
    links: pd.DataFrame
    available: pd.DataFrame
    demand: pd.Series
    supplies: list[str]


def generate(places: int) -> Transport:
    """A network of places on a ring with chords, wide enough for its cargo in every month."""
    random = np.random.default_rng(_SEED)
    names = [f"P{number:04d}" for number in range(places)]
    ring = [(number, (number + step) % places) for number in range(places) for step in (1, places - 1)]
    chords = [(int(a), int(b)) for a, b in random.integers(0, places, (2 * places, 2)) if a != b]
    pairs = list(dict.fromkeys([*ring, *chords]))
    tail, head = (np.array(names)[list(end)] for end in zip(*pairs, strict=True))
    demand = pd.Series(random.integers(1, 20, places) * 1200.0, index=names)
    supplies = [names[0], names[places // 2]]
    demand[supplies] = 0.0
    is_ring = np.arange(len(pairs)) < len(ring)
    total = float(demand.sum())
    capacity = np.where(is_ring, 2.0 * total, random.uniform(0.02, 0.2, len(pairs)) * total)
    links = pd.DataFrame({
        "link_id": [f"L{number:05d}" for number in range(len(pairs))],
        "tail": tail, "head": head,
        "cost": random.integers(5, 60, len(pairs)).astype(float), "capacity": np.round(capacity),
    })  # fmt: skip
    available = pd.DataFrame(
        np.round(random.uniform(0.6, 1.0, (MONTHS, len(pairs))), 2), range(1, MONTHS + 1), links["link_id"]
    )
    return Transport(names, links, available, demand, supplies)


def write_world(data: Transport, folder: Path) -> None:
    """The data folder: one firm lane to a zone of all places, whose weights are what they want."""
    wanted = data.demand[data.demand > 0]
    links = data.links
    rows = pd.DataFrame({
        "link_id": links["link_id"], "from_place": links["tail"], "to_place": links["head"], "directed": 1,
        "mode": "road", "transit_time_h": 0, "cost_usd_per_t_general": links["cost"],
        "capacity_t_per_year": links["capacity"], "availability_id": links["link_id"],
    })  # fmt: skip
    source = pd.DataFrame({
        "link_id": [f"SUPPLY_{name}" for name in data.supplies], "from_place": "SOURCE", "to_place": data.supplies,
        "directed": 1, "mode": "road", "transit_time_h": 0, "cost_usd_per_t_general": 0,
    })  # fmt: skip
    names = ["SOURCE", *data.places]
    tables: dict[str, Any] = {
        "network/places.csv": {
            "place_id": names, "name": names, "country": "XX",
            "lat_deg": np.linspace(0, 60, len(names)), "lon_deg": np.linspace(0, 90, len(names)),
        },
        "network/links.csv": pd.concat([rows, source], ignore_index=True),
        "network/seasons.csv": {
            "resolution": "fast", "season": [f"m{month}" for month in data.available.index],
            "months": list(data.available.index),
        },
        "network/availability.csv": data.available.rename_axis("month").reset_index().melt(
            "month", var_name="availability_id", value_name="availability"
        ),
        "commodities/commodities.csv": {
            "commodity_id": ["goods"], "name": "Goods", "handling_class": "bagged", "cargo_kind": "general",
        },
        "commodities/zones.csv": {"zone_id": ["ALL"], "name": "All places", "countries": "XX"},
        "commodities/zone_places.csv": {
            "zone_id": "ALL", "place_id": wanted.index, "weight": (wanted / wanted.sum()).to_numpy(),
        },
        "commodities/lanes.csv": {
            "lane_id": ["ALL"], "origin_zone": "SOURCE", "destination_zone": "ALL", "commodity_id": "goods",
            "quantity_t": wanted.sum(), "is_firm": 1,
        },
    }  # fmt: skip
    for path, columns in tables.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(columns).to_csv(file, index=False)


def peer_network(data: Transport) -> Any:
    """The same network in PyPSA: a snapshot a month, tonnes a month."""
    import pypsa

    network = pypsa.Network()
    network.set_snapshots(data.available.index)
    network.add("Bus", data.places)
    links = data.links.set_index("link_id")
    network.add(
        "Link", links.index, bus0=links["tail"], bus1=links["head"], p_nom=links["capacity"] / MONTHS,
        marginal_cost=links["cost"], p_max_pu=data.available,
    )  # fmt: skip
    wanted = data.demand[data.demand > 0]
    network.add("Load", [f"wants {name}" for name in wanted.index], bus=wanted.index, p_set=wanted.to_numpy() / MONTHS)
    most = float(wanted.sum())
    network.add("Generator", [f"supplies {name}" for name in data.supplies], bus=data.supplies, p_nom=most)
    return network
