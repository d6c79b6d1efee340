"""Who makes, holds and takes what: sources of each region, dependence, tolling, controls, stocks."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.demand import KILO
from model.chain.feeds import CONTENT_OF, LIGHT, NONE
from model.chain.pools import oxide_of
from model.chain.problem import Chain
from model.chain.results import LEAST_KT, grid, trade
from model.chain.solve import ChainAnswer

Floats = NDArray[np.float64]


def sources(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Who makes what each region uses, by good: output of its own, and imports by region, kt a year.

    What a region makes of restricted goods is restricted too, at home as abroad.
    """
    moved = trade(chain, answer)
    moved = moved[moved["stage"] != "feed"]
    imports = moved.rename(columns={"destination": "region"})[
        ["good", "stage", "region", "origin", "restricted", "slice", "quantity_kt"]
    ]
    own = _kept_at_home(_made(chain, answer), moved)
    stage = chain.network.chain_goods.set_index("good_id")["stage"]
    own = own.assign(origin=own["region"], stage=own["good"].map(stage))
    return pd.DataFrame(pd.concat([own[list(imports.columns)], imports], ignore_index=True))


def _kept_at_home(made: pd.DataFrame, moved: pd.DataFrame) -> pd.DataFrame:
    """What regions make and do not send abroad, by good, slice and whether it is restricted.

    Free goods may be sold as restricted ones, so that more of these may leave than were made: then less stays of both.
    """
    keys = ["good", "region", "slice", "restricted"]
    sent = moved.rename(columns={"origin": "region"}).groupby(keys)["quantity_kt"].sum()
    left = made.set_index(keys)["quantity_kt"].sub(sent, fill_value=0.0).rename("quantity_kt").reset_index()
    least = left["quantity_kt"].clip(lower=0.0)
    groups = [left[key] for key in keys[:3]]
    net = left["quantity_kt"].groupby(groups).transform("sum").clip(lower=0.0)
    gross = least.groupby(groups).transform("sum")
    return left.assign(quantity_kt=least * (net / gross.where(gross > 0)).fillna(0.0))


def _made(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Output of oxides and of goods of recipes by region and whether it is restricted, kt a year."""
    labels = np.array(chain.slices.labels, dtype=object)
    feed, frame = grid(answer.value["feed"], chain), chain.feeds.frame
    parts = []
    for number, element in enumerate(chain.elements):
        is_light = element in LIGHT
        region = frame["region" if is_light else "heavy_region"].to_numpy(object)
        restricted = frame["restricted" if is_light else "heavy_restricted"].to_numpy(np.int64)
        amount = feed * chain.feeds.oxides[:, number][:, None]
        total = pd.DataFrame(amount).groupby([region, restricted]).sum()
        for (r, held), row in zip(total.index, total.to_numpy(), strict=True):
            parts += [(oxide_of(element), str(r), int(held), labels[n], v) for n, v in enumerate(row)]
    run = grid(answer.value["run"], chain).reshape(len(chain.units.frame), 2, -1)
    outputs = chain.recipes[chain.recipes["side"] == "output"]
    joined = chain.units.frame.reset_index(names="unit")[["unit", "process_id", "region"]].merge(
        outputs, on="process_id"
    )
    for item in joined.to_dict("records"):
        for held, amounts in enumerate(run[int(item["unit"])] * float(item["t_per_t"])):
            name = str(item["good_id"]), str(item["region"]), held
            parts += [(*name, labels[n], v) for n, v in enumerate(amounts)]
    keys = ["good", "region", "restricted", "slice"]
    table = pd.DataFrame(parts, columns=[*keys, "quantity_kt"])
    return pd.DataFrame(table.groupby(keys, as_index=False, sort=False).sum())


def dependence(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """By good, region and slice: concentration of sources (HHI), the largest, and the part with restricted content."""
    table = sources(chain, answer)
    keys = ["good", "region", "slice"]
    total = table.groupby(keys)["quantity_kt"].transform("sum")
    table = table[total > 1e-6].assign(share=table["quantity_kt"] / total.where(total > 0))
    by_origin = pd.DataFrame(table.groupby([*keys, "stage", "origin"])["share"].sum().reset_index())
    hhi = by_origin.assign(square=by_origin["share"] ** 2).groupby([*keys, "stage"])["square"].sum()
    largest = by_origin.sort_values("share", ascending=False).drop_duplicates(keys).set_index([*keys, "stage"])
    home = chain.network.chain_regions
    power = {r for r, c in zip(home["region_id"], home["countries"], strict=True) if CONTENT_OF in c}
    held = table.assign(held=table["share"].where((table["restricted"] == 1) | table["origin"].isin(power), 0.0))
    share = held.groupby([*keys, "stage"])["held"].sum()
    joined = pd.DataFrame({"hhi": hhi, "power_share": share}).join(largest.rename(
        columns={"origin": "largest", "share": "largest_share"}))  # fmt: skip
    return joined.reset_index()[["slice", "good", "stage", "region", "hhi", "largest", "largest_share", "power_share"]]


def controls(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Controls that bind: what they let through, the rent of a tonne, and what goals lack."""
    rows = chain.controls.rows
    if not rows.labels:
        return pd.DataFrame(columns=["control_id", "good", "region", "slice", "limit_kt", "rent_usd_per_t", "miss_kt"])
    table = pd.DataFrame(rows.labels, columns=["control_id", "good", "region", "number"])
    number = table["number"].to_numpy(np.int64)
    scale = chain.slices.weight[number] / KILO
    table["limit_kt"] = np.where(np.isfinite(rows.most), rows.most, rows.least)
    table["rent_usd_per_t"] = np.abs(answer.price["control"]) / scale
    missed = np.zeros(len(table))
    goal = np.flatnonzero(~np.isnan(np.array(rows.penalty, dtype=float)))
    if len(goal):
        missed[goal] = answer.value["miss"]
    table["miss_kt"] = missed
    table["slice"] = np.array(chain.slices.labels, dtype=object)[number]
    used = (table["rent_usd_per_t"] > 1e-3) | (table["miss_kt"] > 1e-6)
    return table[used][["control_id", "good", "region", "slice", "limit_kt", "rent_usd_per_t", "miss_kt"]]


def tolling(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Feed that plants treat for other owners: who owns it, who has it, kt a year of oxides in what each plant treats.

    Custody is the plant's; the oxides stay the owner's. One row a mine's owner, plant and slice.
    """
    frame, owners = chain.feeds.frame, chain.units.frame["owner_group"].to_numpy(object)
    feed = grid(answer.value["feed"], chain)
    parts = []
    loads = {"crack": chain.feeds.crack_load, "light": chain.feeds.light_load, "heavy": chain.feeds.heavy_load}
    for name, load in loads.items():
        plant = frame[name].to_numpy(np.int64)
        held = np.append(owners, "")[plant]
        foreign = (plant != NONE) & (held != frame["owner_group"].to_numpy(object))
        way, when = np.nonzero(foreign[:, None] & (feed > LEAST_KT))
        units = chain.units.frame.iloc[plant[way]].reset_index(drop=True)
        parts.append(
            pd.DataFrame(
                {
                    "owner_group": frame["owner_group"].to_numpy(object)[way],
                    "mined_in": frame["mined_in"].to_numpy(object)[way],
                    "facility_id": units["facility_id"],
                    "custodian_group": units["owner_group"],
                    "country": units["country"],
                    "step": units["step"],
                    "slice": np.array(chain.slices.labels, dtype=object)[when],
                    "year": chain.slices.start[when],
                    "quantity_kt": feed[way, when] * load[way],
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    keys = list(table.columns[:-1])
    return pd.DataFrame(table.groupby(keys, sort=False)["quantity_kt"].sum().reset_index())


def stocks(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Stocks at the end of each slice, kt."""
    held = grid(answer.value.get("store", np.zeros(0)), chain)
    size, count = held.shape[0], len(chain.slices)
    return pd.DataFrame(
        {
            "stock_id": np.repeat(chain.stocks["stock_id"].to_numpy(object), count),
            "slice": np.tile(np.array(chain.slices.labels, dtype=object), size),
            "stock_kt": held.ravel(),
        }
    )
