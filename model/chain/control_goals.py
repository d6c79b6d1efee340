"""Goals on the chain, which may be missed at a cost: contracts, offtakes, largest shares, benchmarks.

A benchmark on goods asks for a part of what a region gets of each that it makes itself. One on feed asks for a part of
what its buyers take at the reference, in oxides, that its mines give; one on scrap, that its recyclers win back.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.chain.control_rows import PENALTY, Context, Controls
from model.chain.demand import KILO, reference
from model.chain.feeds import CONTENT_OF
from model.chain.pools import FREE, RESTRICTED, oxide_of
from model.chain.units import STANDING

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CONTRACTS = "contracts"
"""Id of the goals that stand for customers' qualification of works, among the controls."""


def contracts(context: Context, found: Controls) -> None:
    """Standing works outside the country of content are used by customers who have qualified them, whatever it costs.

    A goal of a part of what stands; the works run below it only where nothing can be had.
    """
    part = context.network.parameter("chain_contracted_use")
    units, count = context.units, len(context.slices)
    frame = units.frame
    works = frame["step"].isin(["metal", "alloy", "magnet"]) & frame["status"].isin(STANDING)
    rows = np.flatnonzero((works & (frame["country"] != CONTENT_OF)).to_numpy())
    outputs = context.network.chain_recipes
    made = outputs[outputs["side"] == "output"].drop_duplicates("process_id").set_index("process_id")["good_id"]
    for unit in rows if part > 0 else ():
        good = str(made[frame["process_id"].iloc[unit]])
        for number in range(count):
            least = part * float(units.capacity[unit, number])
            if least <= 0:
                continue
            position = np.array([(unit * 2 + c) * count + number for c in (FREE, RESTRICTED)], dtype=np.int64)
            label = (CONTRACTS, good, str(frame["facility_id"].iloc[unit]), number)
            found.rows.add(label, least, np.inf, PENALTY * context.price(good), run=(position, np.ones(2)))


def offtake(context: Context, control: Any, covered: Floats, found: Controls) -> None:
    """Least that the exporters send to those who have bought it."""
    trades, slices = context.pools.trades, context.slices
    goods = context.goods(control)
    bound = trades["good"].isin(goods) & trades["origin"].isin(context.members(control.exporters))
    bound &= trades["destination"].isin(context.members(control.importers))
    rows = np.flatnonzero(bound.to_numpy())
    if not len(rows):
        return
    penalty = PENALTY * max(context.price(good) for good in trades.loc[bound, "good"])
    for number in map(int, np.flatnonzero(covered > 0.5)):
        label = (str(control.control_id), "", "", number)
        least = float(control.quota_t_per_year) / KILO
        found.rows.add(label, least, np.inf, penalty, trade=(rows * len(slices) + number, np.ones(len(rows))))


def largest_share(context: Context, control: Any, covered: Floats, found: Controls) -> None:
    """Most that one outside region may have of what a region gets: imports and its own output."""
    trades, slices = context.pools.trades, context.slices
    most = float(control.max_share)
    goods = context.goods(control)
    for region in sorted(context.members(control.importers)):
        for good in sorted(goods):
            coming = trades[(trades["good"] == good) & (trades["destination"] == region)]
            for origin, rows in coming.groupby("origin", sort=True):
                if control.exporters and origin not in context.members(control.exporters):
                    continue
                for number in map(int, np.flatnonzero(covered > 0.5)):
                    label = (str(control.control_id), good, f"{origin}>{region}", number)
                    position = coming.index.to_numpy(np.int64) * len(slices) + number
                    value = np.where(np.isin(coming.index, rows.index), 1.0 - most, -most)
                    penalty = PENALTY * context.price(good)
                    found.rows.add(label, -np.inf, 0.0, penalty, trade=(position, value),
                                   **_home(context, good, region, number, -most))  # fmt: skip


def benchmark(context: Context, control: Any, covered: Floats, found: Controls) -> None:
    """Least part of what a region gets of a good that it makes itself."""
    if set(control.stages) <= {"feed", "scrap"}:
        _of_own_sources(context, control, covered, found)
        return
    trades, slices = context.pools.trades, context.slices
    least = float(control.min_share)
    for region in sorted(context.members(control.importers)):
        for good in sorted(context.goods(control)):
            coming = trades[(trades["good"] == good) & (trades["destination"] == region)].index.to_numpy(np.int64)
            for number in map(int, np.flatnonzero(covered > 0.5)):
                label = (str(control.control_id), good, region, number)
                position = coming * len(slices) + number
                found.rows.add(label, 0.0, np.inf, PENALTY * context.price(good),
                               trade=(position, np.full(len(position), -least)),
                               **_home(context, good, region, number, 1.0 - least))  # fmt: skip


def _home(context: Context, good: str, region: str, number: int, value: float) -> dict[str, tuple[Ints, Floats]]:
    """Entries of what a region itself makes of a good: by its separators from feed, or by its works."""
    slices, units = context.slices, context.units.frame
    found: dict[str, tuple[Ints, Floats]] = {}
    elements = context.network.chain_elements["element_id"].tolist()
    names = [f"ox_{element.lower()}" for element in elements]
    if good in names:
        gives = context.feeds.oxides[:, names.index(good)]
        heavy = context.feeds.frame["heavy_region"] == region
        light = context.feeds.frame["region"] == region
        rows = np.flatnonzero((gives > 0) & (light if elements[names.index(good)] in ("LA", "CE", "NDPR") else heavy))
        found["feed"] = (rows * len(slices) + number, value * gives[rows])
    recipes = context.network.chain_recipes
    outputs = recipes[(recipes["good_id"] == good) & (recipes["side"] == "output")].set_index("process_id")["t_per_t"]
    here = units.index[(units["region"] == region) & units["process_id"].isin(outputs.index)].to_numpy(np.int64)
    if len(here):
        made = outputs.reindex(units["process_id"].to_numpy()[here]).to_numpy(float)
        position = [(here * 2 + c) * len(slices) + number for c in (FREE, RESTRICTED)]
        found["run"] = (np.concatenate(position), value * np.tile(made, 2))
    return found


def _of_own_sources(context: Context, control: Any, covered: Floats, found: Controls) -> None:
    """Least part of a region's reference use, in oxides, from its own mines (feed) or its recyclers (scrap)."""
    slices, network = context.slices, context.network
    contents = network.chain_contents.groupby("good_id")["t_per_t"].sum()
    wanted = reference(network, slices)
    dearest = max(context.price(oxide_of(element)) for element in ("NDPR",))
    for region in sorted(context.members(control.importers)):
        goods = [good for good, of in wanted.index if of == region]
        if not goods:
            continue
        use = sum(wanted.loc[(good, region), :].to_numpy(float) * float(contents.get(good, 0.0)) for good in goods)
        for number in map(int, np.flatnonzero(covered > 0.5)):
            entries = _mined(context, region, number) if "feed" in control.stages else {}
            entries |= _won_back(context, region, number) if "scrap" in control.stages else {}
            least = float(control.min_share) * float(np.asarray(use)[number])
            label = (str(control.control_id), "", region, number)
            found.rows.add(label, least, np.inf, PENALTY * dearest, **entries)


def _mined(context: Context, region: str, number: int) -> dict[str, tuple[Ints, Floats]]:
    """Oxides that come of feed of a region's mines."""
    mine = context.units.frame["region"].to_numpy(object)[context.feeds.frame["mine"].to_numpy(np.int64)]
    rows = np.flatnonzero(mine == region)
    return {"feed": (rows * len(context.slices) + number, context.feeds.oxides[rows].sum(axis=1))}


def _won_back(context: Context, region: str, number: int) -> dict[str, tuple[Ints, Floats]]:
    """Oxides, or what alloy holds of them, that a region's recyclers give."""
    contents = context.network.chain_contents.groupby("good_id")["t_per_t"].sum()
    recipes = context.network.chain_recipes
    outputs = recipes[recipes["side"] == "output"]
    won = (outputs["t_per_t"] * outputs["good_id"].map(contents).fillna(0.0)).groupby(outputs["process_id"]).sum()
    units = context.units.frame
    here = units.index[(units["region"] == region) & (units["step"] == "recycling")].to_numpy(np.int64)
    given = units["process_id"].iloc[here].map(won).fillna(0.0).to_numpy(float)
    position = [(here * 2 + c) * len(context.slices) + number for c in (FREE, RESTRICTED)]
    return {"run": (np.concatenate(position), np.tile(given, 2))}
