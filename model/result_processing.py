"""What is made of what: the balances of goods at facilities and the cost of making them."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.group_sums import Columns
from model.problem import Problem
from model.result_flows import BlockFlows

Floats = NDArray[np.float64]


def balances_table(problem: Problem, solved: list[BlockFlows]) -> pd.DataFrame:
    """Table ``balances``: one row a good of a facility in each block."""
    names = problem.network.facilities["name"].to_numpy()
    parts = []
    for item in solved:
        made = item.facilities
        goods = made.rows.goods
        amount = goods["t_per_t"].to_numpy(float) * made.run[goods["facility"].to_numpy()]
        facility = goods["facility"].to_numpy()
        parts.append(
            pd.DataFrame(
                {
                    "period": item.block.period,
                    "season": item.block.season,
                    "facility_id": goods["facility_id"].to_numpy(),
                    "name": names[facility],
                    "side": goods["side"].to_numpy(),
                    "commodity_id": goods["commodity_id"].to_numpy(),
                    "amount_kt": amount,
                    "surplus_kt": made.surplus,
                    "price_usd_per_t": made.goods_price,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def processing_costs(problem: Problem, item: BlockFlows) -> list[Columns]:
    """Rows of the costs table: running facilities and discarding what nobody takes, in the facility's country."""
    network, made = problem.network, item.facilities
    country = network.places.set_index("place_id")["country"].reindex(network.facilities["place_id"]).to_numpy()
    sure = network.facilities["confidence"].to_numpy()
    facility = made.rows.goods["facility"].to_numpy()
    running, discarding = processing_musd(item)
    amounts = {"processing": (np.arange(len(made.run)), running), "disposal": (facility, discarding)}
    return [
        {"category": category, "country": country[at], "cargo_kind": "", "confidence": sure[at], "musd": musd}
        for category, (at, musd) in amounts.items()
    ]


def processing_musd(item: BlockFlows) -> tuple[Floats, Floats]:
    """Cost of running facilities, and of discarding by row of their goods, million USD."""
    made = item.facilities
    return made.run * made.rows.cost, made.surplus * made.rows.disposal
