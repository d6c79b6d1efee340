"""Tables of a solved chain: builds, output, trade, prices, shortage, dependence, countries, controls."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.demand import KILO
from model.chain.feeds import CONTENT_OF, LIGHT, NONE
from model.chain.pools import oxide_of
from model.chain.problem import Chain
from model.chain.solve import ChainAnswer
from model.errors import InputError

Floats = NDArray[np.float64]
_LEAST_KT = 1e-9
HEAVY = ("TB", "DY", "Y", "GD", "SM", "EU", "HREE")


def tables(chain: Chain, answer: ChainAnswer) -> dict[str, pd.DataFrame]:
    """All tables by name."""
    makers: dict[str, Callable[[Chain, ChainAnswer], pd.DataFrame]] = {
        "chain_builds": builds,
        "chain_output": output,
        "chain_trade": trade,
        "chain_markets": markets,
        "chain_prices": prices,
        "chain_dependence": dependence,
        "chain_countries": countries,
        "chain_controls": controls,
        "chain_stocks": stocks,
    }
    return {name: make(chain, answer) for name, make in makers.items()}


def _grid(values: Floats, chain: Chain) -> Floats:
    return values.reshape(-1, len(chain.slices))


def _when(chain: Chain) -> pd.DataFrame:
    slices = chain.slices
    return pd.DataFrame({"slice": slices.labels, "year": slices.start, "years": slices.years})


def builds(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Candidates: what is built, in which size and when."""
    units = chain.units
    chosen = units.starts[answer.build > 0.5] if len(answer.build) else units.starts
    by_facility = {}
    for start in chosen.to_dict("records"):
        owner = units.projects.iloc[int(start["project"])]
        by_facility[owner["facility_id"]] = (owner["size"], start["start_year"], start["service_year"],
                                               owner["capex_musd"])  # fmt: skip
    rows = []
    for project in units.projects.drop_duplicates("facility_id").to_dict("records"):
        built = by_facility.get(project["facility_id"])
        at_one = units.projects[
            (units.projects["facility_id"] == project["facility_id"]) & (units.projects["size"] == 1)
        ]
        given = (np.nan, np.nan, np.nan, float(at_one["capex_musd"].iloc[0])) if built is None else built
        rows.append((project["facility_id"], project["name"], project["country"],
                     "built" if built else "not built", *given))  # fmt: skip
    columns = ["facility_id", "name", "country", "decision", "size", "start_year", "service_year", "capex_musd"]
    return pd.DataFrame(rows, columns=columns)


def builds_of(chain: Chain, table: pd.DataFrame) -> Floats:
    """Builds of each start as another run's table has them.

    Raises:
        InputError: a facility was built that is no candidate here, or in a size or year that it cannot have.
    """
    starts, projects = chain.units.starts, chain.units.projects
    build = np.zeros(len(starts))
    owner = projects.iloc[starts["project"].to_numpy(np.int64)].reset_index(drop=True)
    for row in table[table["decision"] == "built"].to_dict("records"):
        same = (owner["facility_id"] == row["facility_id"]) & (owner["size"] == row["size"])
        fits = np.flatnonzero(same.to_numpy() & np.isclose(starts["service_year"], row["service_year"]))
        if not len(fits):
            raise InputError(
                f"chain_builds: {row['facility_id']} in {row['size']:g} times its size from {row['service_year']:g} is "
                "no candidate of this world"
            )
        build[fits[0]] = 1.0
    return build


def output(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Throughput of every unit, with its capacity and how much of it is restricted, kt a year in its own basis."""
    units, count = chain.units, len(chain.slices)
    size = len(units.frame)
    load, restricted = np.zeros((size, count)), np.zeros((size, count))
    feed = _grid(answer.value["feed"], chain)
    frame = chain.feeds.frame
    flags = frame["restricted"].to_numpy(float)[:, None]
    weights = (("mine", np.ones(len(frame))), ("crack", chain.feeds.crack_load), ("light", chain.feeds.light_load),
               ("heavy", chain.feeds.heavy_load))  # fmt: skip
    for name, part in weights:
        position = frame[name].to_numpy(np.int64)
        used = position != NONE
        amount = feed[used] * part[used, None]
        np.add.at(load, position[used], amount)
        np.add.at(restricted, position[used], amount * flags[used])
    run = _grid(answer.value["run"], chain).reshape(size, 2, count)
    load += run.sum(axis=1)
    restricted += run[:, 1]
    capacity = units.capacity.copy()
    if len(answer.build):
        np.add.at(capacity, (units.add_unit, units.add_slice), units.add_kt * answer.build[units.add_start])
    keep = ["facility_id", "name", "process_id", "step", "country", "region", "owner_group", "status"]
    table = units.frame[keep].loc[np.repeat(np.arange(size), count)].reset_index(drop=True)
    when = _when(chain)
    table["slice"] = np.tile(when["slice"].to_numpy(object), size)
    table["year"] = np.tile(when["year"].to_numpy(), size)
    table["output_kt"], table["restricted_kt"] = load.ravel(), restricted.ravel()
    table["capacity_kt"] = capacity.ravel()
    return table[(table["output_kt"] > _LEAST_KT) | (table["capacity_kt"] > _LEAST_KT)].reset_index(drop=True)


def trade(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Movements between regions, kt a year, with duty paid, million USD a year; feed as oxides in it."""
    moved = _grid(answer.value.get("trade", np.zeros(0)), chain)
    way, when = np.nonzero(moved > _LEAST_KT)
    labels = np.array(chain.slices.labels, dtype=object)
    trades = chain.pools.trades.iloc[way].reset_index(drop=True)
    table = trades[["good", "stage", "origin", "destination", "restricted"]].assign(
        slice=labels[when],
        year=chain.slices.start[when],
        quantity_kt=moved[way, when],
        duty_musd=moved[way, when] * chain.pools.duty[way, when] / KILO,
        transport_musd=moved[way, when] * chain.pools.transport[way, when] / KILO,
    )
    return pd.concat([_feed_trade(chain, answer), table], ignore_index=True)


def _feed_trade(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Ores and mixed compounds that cross from the region of the mine to that of the plant."""
    feed, frame = _grid(answer.value["feed"], chain), chain.feeds.frame
    region = np.append(chain.units.frame["region"].to_numpy(object), "")
    first = np.where(
        frame["crack"] != NONE, frame["crack"], np.where(frame["light"] != NONE, frame["light"], frame["heavy"])
    )
    mine, plant = region[frame["mine"].to_numpy()], region[first.astype(int)]
    away = (mine != plant)[:, None] & (feed > _LEAST_KT)
    way, when = np.nonzero(away)
    table = pd.DataFrame(
        {
            "good": np.append(chain.units.frame["feed"].to_numpy(object), "")[frame["mine"].to_numpy()[way]],
            "stage": "feed",
            "origin": mine[way],
            "destination": plant[way],
            "restricted": frame["restricted"].to_numpy(int)[way],
            "slice": np.array(chain.slices.labels, dtype=object)[when],
            "year": chain.slices.start[when],
            "quantity_kt": feed[way, when],
            "duty_musd": 0.0,
            "transport_musd": feed[way, when] * chain.feeds.moves[way, when] / KILO,
        }
    )
    keys = [c for c in table.columns if c not in ("quantity_kt", "duty_musd", "transport_musd")]
    return table.groupby(keys, as_index=False, sort=False).sum()


def markets(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Markets: reference demand, what is bought, what lacks, and the price."""
    demands = chain.demands
    market, _ = np.nonzero(demands.width > 0)
    bought = np.bincount(market, weights=answer.value["serve"], minlength=len(demands.frame))
    pool = chain.pools.at(demands.frame["good"].tolist(), demands.frame["region"].tolist(), [1] * len(demands.frame))
    number = demands.frame["slice"].to_numpy(np.int64)
    price = _pool_price(chain, answer)[pool, number]
    return pd.DataFrame(
        {
            "good": demands.frame["good"],
            "region": demands.frame["region"],
            "slice": np.array(chain.slices.labels, dtype=object)[number],
            "year": chain.slices.start[number],
            "reference_kt": demands.frame["reference_kt"],
            "bought_kt": bought,
            "shortage": np.maximum(1.0 - bought / np.maximum(demands.frame["reference_kt"], 1e-12), 0.0),
            "reference_usd_per_t": demands.frame["price_usd_per_t"],
            "price_usd_per_t": price,
        }
    )


def _pool_price(chain: Chain, answer: ChainAnswer) -> Floats:
    """What one more tonne is worth in each pool and slice, USD per t (one of the duals where there are several)."""
    price = _grid(answer.price["pool_balance"], chain)
    return np.asarray(price / (chain.slices.weight / KILO)[None, :])


def prices(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Prices of goods by region and content class, where they move at all."""
    price = _pool_price(chain, answer)
    frame = chain.pools.frame
    count = len(chain.slices)
    table = frame.loc[np.repeat(np.arange(len(frame)), count), ["good", "stage", "region", "restricted"]]
    table = table.reset_index(drop=True)
    table["slice"] = np.tile(np.array(chain.slices.labels, dtype=object), len(frame))
    table["year"] = np.tile(chain.slices.start, len(frame))
    table["price_usd_per_t"] = price.ravel()
    return table


def sources(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Who makes what each region uses, by good: output of its own, and imports by region, kt a year."""
    made = _made(chain, answer)
    moved = trade(chain, answer)
    moved = moved[moved["stage"] != "feed"]
    imports = moved.rename(columns={"destination": "region"})[
        ["good", "stage", "region", "origin", "restricted", "slice", "quantity_kt"]
    ]
    exports = moved.groupby(["good", "origin", "slice"])["quantity_kt"].sum()
    at_home = made.set_index(["good", "region", "slice"])["quantity_kt"]
    left = at_home.sub(exports.rename_axis(["good", "region", "slice"]), fill_value=0.0).clip(lower=0.0)
    stage = chain.network.chain_goods.set_index("good_id")["stage"]
    own = left.rename("quantity_kt").reset_index()
    own = own.assign(origin=own["region"], stage=own["good"].map(stage), restricted=0)
    return pd.DataFrame(pd.concat([own[list(imports.columns)], imports], ignore_index=True))


def _made(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Output of oxides and of goods of recipes by region, kt a year."""
    labels = np.array(chain.slices.labels, dtype=object)
    feed, frame = _grid(answer.value["feed"], chain), chain.feeds.frame
    parts = []
    for number, element in enumerate(chain.elements):
        region = frame["region" if element in LIGHT else "heavy_region"].to_numpy(object)
        amount = feed * chain.feeds.oxides[:, number][:, None]
        total = pd.DataFrame(amount).groupby(region).sum()
        for r, row in zip(total.index, total.to_numpy(), strict=True):
            parts += [(oxide_of(element), str(r), labels[n], v) for n, v in enumerate(row)]
    run = _grid(answer.value["run"], chain).reshape(len(chain.units.frame), 2, -1).sum(axis=1)
    outputs = chain.recipes[chain.recipes["side"] == "output"]
    joined = chain.units.frame.reset_index(names="unit")[["unit", "process_id", "region"]].merge(
        outputs, on="process_id"
    )
    for item in joined.to_dict("records"):
        amounts = run[int(item["unit"])] * float(item["t_per_t"])
        parts += [(str(item["good_id"]), str(item["region"]), labels[n], v) for n, v in enumerate(amounts)]
    table = pd.DataFrame(parts, columns=["good", "region", "slice", "quantity_kt"])
    return pd.DataFrame(table.groupby(["good", "region", "slice"], as_index=False, sort=False).sum())


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


def countries(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """By country, step and slice: output, operating cost, water, energy, CO2 and residue of a year."""
    table = output(chain, answer)
    figures = chain.network.chain_processes.set_index("process_id")
    joined = table.join(
        figures[["water_m3_per_t", "energy_mwh_per_t", "co2_t_per_t", "residue_t_per_t"]], on="process_id"
    )
    opex = chain.units.frame.set_index(["facility_id", "process_id"])["opex_usd_per_t"]
    rents = pd.DataFrame(
        {
            "facility_id": np.repeat(chain.units.frame["facility_id"].to_numpy(object), len(chain.slices)),
            "process_id": np.repeat(chain.units.frame["process_id"].to_numpy(object), len(chain.slices)),
            "slice": np.tile(np.array(chain.slices.labels, dtype=object), len(chain.units.frame)),
            "rent_usd_per_t": (-_grid(answer.price["unit_capacity"], chain) * KILO / chain.slices.weight).ravel(),
        }
    )
    joined = joined.merge(rents, on=["facility_id", "process_id", "slice"])
    joined["rent_musd"] = joined["output_kt"] * joined["rent_usd_per_t"] / KILO
    joined["opex_musd"] = joined["output_kt"] * opex.loc[
        list(zip(joined["facility_id"], joined["process_id"], strict=True))
    ].to_numpy(float) / KILO  # fmt: skip
    for name, column in (("water_mm3", "water_m3_per_t"), ("energy_gwh", "energy_mwh_per_t"), ("co2_kt", "co2_t_per_t"),
                         ("residue_kt", "residue_t_per_t")):  # fmt: skip
        scale = KILO if name == "water_mm3" else 1.0
        joined[name] = joined["output_kt"] * joined[column].fillna(0.0) / scale
    keys = ["country", "step", "slice", "year"]
    sums = [
        "output_kt",
        "capacity_kt",
        "restricted_kt",
        "opex_musd",
        "rent_musd",
        "water_mm3",
        "energy_gwh",
        "co2_kt",
        "residue_kt",
    ]
    return joined.groupby(keys, as_index=False, sort=False)[sums].sum()


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


def stocks(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Stocks at the end of each slice, kt."""
    held = _grid(answer.value.get("store", np.zeros(0)), chain)
    size, count = held.shape[0], len(chain.slices)
    return pd.DataFrame(
        {
            "stock_id": np.repeat(chain.stocks["stock_id"].to_numpy(object), count),
            "slice": np.tile(np.array(chain.slices.labels, dtype=object), size),
            "stock_kt": held.ravel(),
        }
    )
