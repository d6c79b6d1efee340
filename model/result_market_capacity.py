"""Capacity for markets whose duty may change: what is built before it is known, and what would be without the risk."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.market_capacity import LEAST_RISE
from model.problem import Problem
from model.result_flows import BlockFlows

Floats = NDArray[np.float64]
KILO = 1000.0
_KEYS = ["period", "exporter", "importer", "commodity_id"]


def market_capacity_table(
    problem: Problem, solved: Sequence[BlockFlows], unbound: dict[str, Floats], central: str
) -> pd.DataFrame:
    """Table ``market_capacity``, a year of each period.

    Args:
        solved: flows of all blocks. unbound: capacity that would be used beyond existing one if none stood idle at a
            cost, kt by market, by name of the block. central: the state that is shown.
    """
    share = dict(zip(problem.seasons["season"], problem.seasons["share"], strict=True))
    parts = [
        _of_block(item, unbound.get(item.block.name), item.block.state == central, float(share[item.block.season]))
        for item in solved
    ]
    table = pd.concat(parts, ignore_index=True)
    table = table.groupby(_KEYS, as_index=False, sort=False).agg(
        existing_kt=("existing_kt", "sum"),
        new_kt=("new_kt", "sum"),
        used_kt=("used_kt", "sum"),
        wanted_kt=("wanted_kt", "sum"),
        riskless_kt=("riskless_kt", "sum"),
        charge_usd_per_t=("charge_usd_per_t", "first"),
        rise_pct=("rise_pct", "max"),
        chance=("chance", "sum"),
        loss_musd=("loss_musd", "sum"),
    )  # fmt: skip
    began = table.groupby(_KEYS[1:])["new_kt"].diff().fillna(table["new_kt"])
    return table.assign(started_kt=began)


def _of_block(item: BlockFlows, unbound: Floats | None, is_shown: bool, share: float) -> pd.DataFrame:
    block = item.block
    rows, shown = block.market_capacity, float(is_shown)
    return pd.DataFrame(
        {
            "period": block.period,
            "exporter": rows.labels["seller"].to_numpy(object),
            "importer": rows.labels["payer"].to_numpy(object),
            "commodity_id": rows.labels["commodity_id"].to_numpy(object),
            "existing_kt": shown * rows.existing,
            "new_kt": shown * rows.built(item.built),
            "used_kt": shown * (rows.existing + rows.built(item.built) - item.idle),
            "wanted_kt": shown * np.maximum(rows.wanted - rows.existing, 0.0),
            "riskless_kt": 0.0 if unbound is None else shown * unbound,
            "charge_usd_per_t": rows.charge,
            "rise_pct": 100.0 * rows.rise,
            "chance": np.where(np.abs(rows.rise) > LEAST_RISE, block.probability * share, 0.0),
            "loss_musd": block.probability * rows.charge * item.idle / KILO,
        }
    )
