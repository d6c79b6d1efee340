"""What goes to which pool: goods of the units' recipes by class of content, and oxides of the ways of feed."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.feeds import LIGHT, NONE, Feeds
from model.chain.pools import FREE, RESTRICTED, Pools, oxide_of
from model.chain.units import Units
from network.network import Network

Ints = NDArray[np.int64]


def recipes_by_class(network: Network, units: Units, pools: Pools) -> pd.DataFrame:
    """Recipes of units by class of content, first of free and then of restricted goods.

    Returns:
        Of each: unit, process_id, region, side, good_id, t_per_t, restricted; made (stage of the main product of the
        process), stage (of the good), pool, and run (position of unit and class).
    """
    stage = network.chain_goods.set_index("good_id")["stage"]
    recipes = network.chain_recipes[["process_id", "side", "good_id", "t_per_t"]]
    outputs = recipes[recipes["side"] == "output"].assign(made=lambda t: t["good_id"].map(stage))
    main = outputs[outputs["made"] != "scrap"].drop_duplicates("process_id").set_index("process_id")["made"]
    frame = units.frame.reset_index(names="unit")[["unit", "process_id", "region"]]
    joined = frame.merge(recipes, on="process_id")
    joined["made"] = joined["process_id"].map(main)
    both = pd.concat([joined.assign(restricted=c) for c in (FREE, RESTRICTED)], ignore_index=True)
    keys = (both["good_id"].tolist(), both["region"].tolist(), both["restricted"].tolist())
    both["pool"] = pools.at(*keys)
    both["run"] = both["unit"] * 2 + both["restricted"]
    return both.assign(stage=both["good_id"].map(stage))


def oxide_pools(elements: list[str], feeds: Feeds, pools: Pools) -> Ints:
    """Pool to which each way of feed gives each oxide, ways x elements; NONE where it gives none."""
    found = np.full(feeds.oxides.shape, NONE, dtype=np.int64)
    for number, element in enumerate(elements):
        gives = np.flatnonzero(feeds.oxides[:, number] > 0)
        prefix = "" if element in LIGHT else "heavy_"
        code, regions = pd.factorize(feeds.frame[f"{prefix}region"].to_numpy(object)[gives])
        place = [[pools.position[oxide_of(element), region, c] for c in (FREE, RESTRICTED)]
                 for region in regions]  # fmt: skip
        restricted = feeds.frame[f"{prefix}restricted"].to_numpy(np.int64)[gives]
        found[gives, number] = np.array(place, dtype=np.int64).reshape(-1, 2)[code, restricted]
    return found
