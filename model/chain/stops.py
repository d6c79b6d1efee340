"""What a stop costs: the chain with a stop and with it lifted, on the same slices and the same builds.

A stop is a control that lasts at most three years (see ``model.chain.slices``). Lifted, it stays in the tables as a
licence that grants all, so that slices and curves of demand are the same.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.demand import KILO
from model.chain.problem import Chain, build_chain
from model.chain.results import markets
from model.chain.slices import is_stop
from model.chain.solve import ChainAnswer, ChainProgram
from network.network import Network

COLUMNS = ["region", "good", "lost_kt", "peak_shortage", "peak_price", "recovered", "cost_musd"]
_WORTHLESS = 0.1  # of its reference price
_SAME = 0.005  # of reference demand: a market that lacks no more than this has recovered


def lifted(network: Network, first_year: int) -> Network:
    """The world with its stops lifted but in their place."""
    table = network.chain_controls
    stops = np.array([is_stop(row, first_year) for row in table.to_dict("records")], dtype=bool)
    free = table.assign(
        instrument=table["instrument"].mask(stops, "licence"),
        grant_share=table["grant_share"].mask(stops, 1.0),
        delay_days=table["delay_days"].mask(stops, 0.0),
        owner_groups=_unnamed(table["owner_groups"], stops),
    )
    return network.replace(chain_controls=free)


def _unnamed(groups: pd.Series, stops: NDArray[np.bool_]) -> pd.Series:
    cells: list[object] = [() if stop else names for stop, names in zip(stops, groups, strict=True)]
    return pd.Series(cells, index=groups.index, dtype=object)


def has_stop(network: Network, first_year: int) -> bool:
    """Whether a stop is in force."""
    return any(is_stop(row, first_year) for row in network.chain_controls.to_dict("records"))


def stop_table(chain: Chain, answer: ChainAnswer, resolution: str, objective: str, threads: int) -> pd.DataFrame:
    """Table ``chain_stops``: what buyers lose by the stops of a world; empty where there is none."""
    first = int(chain.slices.start[0])
    if not has_stop(chain.network, first):
        return pd.DataFrame(columns=COLUMNS)
    calm = build_chain(lifted(chain.network, first), resolution, objective)
    program = ChainProgram(calm, threads)
    flows = program.fixed(answer.build)
    other = ChainAnswer(answer.build, program.values(flows), program.prices(flows), flows.objective, flows.objective,
                        flows.objective)  # fmt: skip
    with_it, without = markets(chain, answer), markets(calm, other)
    joined = with_it.assign(
        calm_kt=without["bought_kt"],
        calm_price=without["price_usd_per_t"],
        years=with_it["slice"].map(dict(zip(chain.slices.labels, chain.slices.years, strict=True))),
        weight=with_it["slice"].map(dict(zip(chain.slices.labels, chain.slices.weight, strict=True))),
        loss=_surplus(calm, other) - _surplus(chain, answer),
    )
    lacks = (joined["calm_kt"] - joined["bought_kt"]) / joined["reference_kt"].clip(lower=1e-12)
    joined = joined.assign(lacks=lacks, lost=(joined["calm_kt"] - joined["bought_kt"]) * joined["years"])
    rows: list[tuple[object, ...]] = []
    for (region, good), part in joined.groupby(["region", "good"], sort=True):
        hit = part[part["lacks"] > _SAME]
        after = part[part["year"] > hit["year"].max()] if len(hit) else part.iloc[:1]
        # Against the reference where the good is next to worthless without the stop.
        usual = np.maximum(part["calm_price"], _WORTHLESS * part["reference_usd_per_t"])
        ratio: float = (part["price_usd_per_t"] / usual).max()
        rows.append(
            (region, good, float(part["lost"].sum()), float(part["lacks"].max()), float(ratio),
             str(after["slice"].iloc[0]) if len(after) else "", float(part["loss"].sum()))
        )  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def _surplus(chain: Chain, answer: ChainAnswer) -> pd.Series:
    """Buyers' surplus of each market and slice, million USD discounted."""
    demands = chain.demands
    market, step = np.nonzero(demands.width > 0)
    worth = np.bincount(market, answer.value["serve"] * demands.price[market, step], len(demands.frame))
    table = markets(chain, answer)
    weight = chain.slices.weight[demands.frame["slice"].to_numpy(np.int64)] / KILO
    return pd.Series((worth - table["bought_kt"].to_numpy() * table["price_usd_per_t"].to_numpy()) * weight)
