"""Tables of a solved chain: builds, output, trade, prices, shortage, dependence, countries, controls."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.demand import KILO
from model.chain.feeds import NONE
from model.chain.problem import Chain
from model.chain.solve import ChainAnswer, only_committed
from model.chain.units import LIFE_YEARS
from model.errors import InputError

Floats = NDArray[np.float64]
LEAST_KT = 1e-9


def grid(values: Floats, chain: Chain) -> Floats:
    """Values of a variable, items x slices."""
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
    return _with_terms(chain, pd.DataFrame(rows, columns=columns))


def _with_terms(chain: Chain, table: pd.DataFrame) -> pd.DataFrame:
    """What a lender asks first: whose it is, how long it is built and ramped, what it costs to run when it is full."""
    frame = chain.units.frame
    yearly = frame["opex_usd_per_t"] * frame["capacity_t_per_year"] / 1e6
    first = frame.drop_duplicates("facility_id").set_index("facility_id")
    longest = frame.groupby("facility_id")["build_years"].max()
    known = chain.network.chain_facilities.set_index("facility_id")["confidence"]
    name = table["facility_id"]
    return table.assign(
        owner_group=name.map(first["owner_group"]),
        permit_years=name.map(frame.groupby("facility_id")["permit_years"].max()).astype(float),
        construction_years=name.map(longest).astype(float),
        ramp_years=name.map(first["ramp_years"]).astype(float),
        life_years=LIFE_YEARS,
        opex_musd_per_year=name.map(yearly.groupby(frame["facility_id"]).sum()) * table["size"].fillna(1.0),
        confidence=name.map(known),
    )


def builds_of(chain: Chain, table: pd.DataFrame) -> Floats:
    """Builds of each start as another run's table has them, and what this world is committed to.

    Raises:
        InputError: a facility was built that is no candidate here, or in a size or year that it cannot have.
    """
    starts, projects = chain.units.starts, chain.units.projects
    build = np.zeros(len(starts))
    owner = projects.iloc[starts["project"].to_numpy(np.int64)].reset_index(drop=True)
    for row in table[table["decision"] == "built"].to_dict("records"):
        same = (owner["facility_id"] == row["facility_id"]) & (owner["size"] == row["size"])
        # A world in which it comes later has it at its first start from then on.
        fits = np.flatnonzero(same.to_numpy() & (starts["service_year"] >= row["service_year"] - 1e-6).to_numpy())
        if not len(fits):
            raise InputError(
                f"chain_builds: {row['facility_id']} in {row['size']:g} times its size from {row['service_year']:g} is "
                "no candidate of this world"
            )
        build[fits[0]] = 1.0
    given = set(owner.loc[build > 0, "facility_id"])
    missing = ~owner["facility_id"].isin(given).to_numpy()
    return np.maximum(build, only_committed(chain) * missing)


def output(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Throughput of every unit, with its capacity and how much of it is restricted, kt a year in its own basis."""
    units, count = chain.units, len(chain.slices)
    size = len(units.frame)
    load, restricted = np.zeros((size, count)), np.zeros((size, count))
    feed = grid(answer.value["feed"], chain)
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
    run = grid(answer.value["run"], chain).reshape(size, 2, count)
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
    return table[(table["output_kt"] > LEAST_KT) | (table["capacity_kt"] > LEAST_KT)].reset_index(drop=True)


def trade(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Movements between regions, kt a year, with duty paid, million USD a year; feed as oxides in it."""
    moved = grid(answer.value.get("trade", np.zeros(0)), chain)
    way, when = np.nonzero(moved > LEAST_KT)
    labels = np.array(chain.slices.labels, dtype=object)
    trades = chain.pools.trades.iloc[way].reset_index(drop=True)
    table = trades[["good", "stage", "origin", "destination", "restricted"]].assign(
        slice=labels[when],
        year=chain.slices.start[when],
        quantity_kt=moved[way, when],
        duty_musd=moved[way, when] * chain.duty[way, when] / KILO,
        transport_musd=moved[way, when] * chain.pools.transport[way, when] / KILO,
    )
    return pd.concat([_feed_trade(chain, answer), table], ignore_index=True)


def _feed_trade(chain: Chain, answer: ChainAnswer) -> pd.DataFrame:
    """Ores and mixed compounds that cross from the region of the mine to that of the plant."""
    feed, frame = grid(answer.value["feed"], chain), chain.feeds.frame
    region = np.append(chain.units.frame["region"].to_numpy(object), "")
    first = np.where(
        frame["crack"] != NONE, frame["crack"], np.where(frame["light"] != NONE, frame["light"], frame["heavy"])
    )
    mine, plant = region[frame["mine"].to_numpy()], region[first.astype(int)]
    away = (mine != plant)[:, None] & (feed > LEAST_KT)
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
    number = demands.frame["slice"].to_numpy(np.int64)
    price = _pool_price(chain, answer)[chain.market_pools, number]
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
    price = grid(answer.price["pool_balance"], chain)
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
