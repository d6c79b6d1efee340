"""Ways of feed: from a deposit through cracking and separation to oxides, each with its deposit's distribution.

One way is a mine, the plant that cracks its concentrate (none for what is leached), the plant that separates light
oxides and the plant that separates heavy ones (each may be missing). So every deposit keeps its own distribution to the
end, and no pool mixes feeds of different composition. A plant takes the feed of its own group, and that of others where
it works for a fee (tolling: custody is the plant's, ownership the mine's). Without a heavy plant the heavy elements
stay in the mixed heavy compound and are not won.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.chain.places import Ways
from model.chain.units import Units
from network.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LIGHT = ("LA", "CE", "NDPR")
CONTENT_OF = "CN"  # whose content makes a good restricted
NONE = -1


@dataclass(frozen=True)
class Feeds:
    """Ways of feed.

    Attributes:
        frame: one row a way: mine, crack, light, heavy (units, -1 = none), region and restricted (of the light oxides,
            or of all), heavy_region and heavy_restricted (of the heavy ones), mined_in (country), owner_group (of the
            mine).
        oxides: ways x elements, t of oxide a t of oxides in the mine's product.
        light_load, heavy_load, crack_load: t of feed that the plants treat for that t.
        cost: ways x slices, USD per t, resource cost of mining, treatment and transport.
        residue: t of radioactive residue a t. moves: ways x slices, of ``cost`` the transport.
    """

    frame: pd.DataFrame
    oxides: Floats
    crack_load: Floats
    light_load: Floats
    heavy_load: Floats
    cost: Floats
    residue: Floats
    moves: Floats


def build_feeds(network: Network, units: Units, ways: Ways, period: Ints) -> Feeds:
    """Ways of feed of a world.

    Args:
        period: planning period of each slice.
    """
    frame = _ways_of_feed(units)
    elements = network.chain_elements["element_id"].tolist()
    profile = (
        network.chain_profiles.pivot_table(index="profile_id", columns="element_id", values="share", aggfunc="sum")
        .reindex(columns=elements)
        .fillna(0.0)
    )
    mine = frame["mine"].to_numpy(np.int64)
    recovery = _recoveries(network, units, elements)
    # Of a mine's product, whose tonnes of oxides capacity counts: what is won of each element, over all that is won.
    won = profile.loc[units.frame["profile_id"].to_numpy()[mine]].to_numpy(float) * recovery[mine]
    share = won / won.sum(axis=1, keepdims=True)
    after_crack = share * recovery[frame["crack"].to_numpy()]
    light = np.isin(elements, LIGHT)
    by_light = recovery[frame["light"].to_numpy()] * light
    heavy = frame["heavy"].to_numpy()
    # What a heavy plant gets from a light one is its heavy compound; without a light one it gets all.
    alone = (frame["light"].to_numpy() == NONE)[:, None]
    by_heavy = recovery[heavy] * np.where(alone, True, ~light) * (heavy != NONE)[:, None]
    oxides = after_crack * np.where(alone, by_heavy, np.where(light, by_light, by_heavy))
    fed = after_crack.sum(axis=1)
    heavy_fed = np.where(alone[:, 0], fed, (after_crack * ~light).sum(axis=1)) * (heavy != NONE)
    crack_load = np.where(frame["crack"] != NONE, share.sum(axis=1), 0.0)
    light_load = np.where(frame["light"] != NONE, fed, 0.0)
    cost, moves = _costs(network, units, ways, frame, period, crack_load, light_load, heavy_fed, fed)
    residue = _of(units, "residue_t_per_t", frame["mine"]) + sum(
        _of(units, "residue_t_per_t", frame[name]) * load
        for name, load in (("crack", crack_load), ("light", light_load), ("heavy", heavy_fed))
    )
    cost += (residue * network.parameter("chain_residue_usd_per_t"))[:, None]
    return Feeds(frame, oxides, crack_load, light_load, heavy_fed, cost, residue, moves)


def _recoveries(network: Network, units: Units, elements: list[str]) -> Floats:
    """Units x elements, and a last row of ones that position -1 reaches: no plant, no loss."""
    processes = units.frame["process_id"]
    base = np.repeat(units.frame["recovery"].fillna(1.0).to_numpy(float)[:, None], len(elements), axis=1)
    table = network.chain_recoveries.pivot_table(index="process_id", columns="element_id", values="recovery")
    own = table.reindex(index=processes.to_numpy(), columns=elements).to_numpy(float)
    found = np.where(np.isnan(own), base, own)
    return np.vstack([found, np.ones(len(elements))])


def _of(units: Units, column: str, position: pd.Series) -> Floats:
    """Figure of units by position; 0 for none."""
    values = np.append(units.frame[column].fillna(0.0).to_numpy(float), 0.0)
    return np.asarray(values[position.to_numpy()])


def _ways_of_feed(units: Units) -> pd.DataFrame:
    frame = units.frame
    mines = units.of_step("mine")
    crackers = units.of_step("crack")
    separators = units.of_step("separation")
    treats_heavy = (frame["treats"] == "heavy").to_numpy()[separators]
    light, heavy = separators[~treats_heavy], separators[treats_heavy]
    separates = set(frame["facility_id"].iloc[separators])
    rows: list[tuple[int, int, int, int]] = []
    heavies = {int(s): [NONE, *(int(h) for h in heavy if _sends(frame, int(s), int(h)))] for s in light}
    for mine in map(int, mines):
        made = frame["feed"].iloc[mine]
        cracked = made.startswith("conc")
        routes = [k for k in map(int, crackers) if frame["feed"].iloc[k] == made and _takes(frame, mine, k)]
        for crack in routes if cracked else [NONE]:
            for plant in map(int, light):
                if _joined(frame, crack, plant, separates) and _takes(frame, mine, plant):
                    rows += [(mine, crack, plant, h) for h in heavies[plant]]
            if not cracked or made == "conc_xenotime":
                rows += [(mine, crack, NONE, h) for h in map(int, heavy)
                         if _joined(frame, crack, h, separates) and _takes(frame, mine, h)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["mine", "crack", "light", "heavy"]).astype(np.int64)
    last = np.where(table["light"] == NONE, table["heavy"], table["light"]).astype(int)
    country = np.append(frame["country"].to_numpy(object), "")
    within = {n: country[table[n].to_numpy()] == CONTENT_OF for n in ("mine", "crack", "light", "heavy")}
    table["region"] = frame["region"].to_numpy(object)[last]
    table["heavy_region"] = np.append(frame["region"].to_numpy(object), "")[table["heavy"].to_numpy()]
    table["heavy_region"] = table["heavy_region"].mask(table["heavy"] == NONE, table["region"])
    table["restricted"] = within["mine"] | within["crack"] | within["light"]
    table["restricted"] |= within["heavy"] & (table["light"] == NONE)
    table["heavy_restricted"] = table["restricted"] | within["heavy"]
    table["mined_in"] = country[table["mine"].to_numpy()]
    table["owner_group"] = frame["owner_group"].to_numpy(object)[table["mine"].to_numpy()]
    return table


def _joined(frame: pd.DataFrame, crack: int, plant: int, separates: set[str]) -> bool:
    """Whether what a plant cracks goes on to another: at home, in its group, or to any where it separates nothing."""
    if crack == NONE:
        return True
    same = frame["owner_group"].iloc[crack] == frame["owner_group"].iloc[plant]
    home = frame["facility_id"].iloc[crack]
    return bool(same or home == frame["facility_id"].iloc[plant] or home not in separates)


def _takes(frame: pd.DataFrame, mine: int, plant: int) -> bool:
    same = frame["owner_group"].iloc[mine] == frame["owner_group"].iloc[plant]
    return bool(same or frame["takes_others"].iloc[plant] == 1)


def _sends(frame: pd.DataFrame, light: int, heavy: int) -> bool:
    """Whether a light plant sends its heavy compound to a heavy one."""
    if frame["facility_id"].iloc[light] == frame["facility_id"].iloc[heavy]:
        return True
    return _takes(frame, light, heavy)


def _costs(
    network: Network, units: Units, ways: Ways, frame: pd.DataFrame, period: Ints,
    crack_load: Floats, light_load: Floats, heavy_load: Floats, fed: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Cost of each way by slice, USD per t of oxides in the mine's product, and the part that is transport."""
    goods = network.chain_goods.set_index("good_id")
    contents = network.chain_contents.groupby("good_id")["t_per_t"].sum()
    fixed = _of(units, "opex_usd_per_t", frame["mine"])
    for name, load in (("crack", crack_load), ("light", light_load), ("heavy", heavy_load)):
        fixed = fixed + _of(units, "opex_usd_per_t", frame[name]) * load
    made = units.frame["feed"].to_numpy(object)[frame["mine"].to_numpy()]
    content = contents.reindex(made).fillna(1.0).to_numpy(float)
    worth = goods["value_outside_usd_per_t"].reindex(made).fillna(0.0).to_numpy(float)
    class7 = goods["is_radioactive"].reindex(made).fillna(0.0).to_numpy(float)
    extra = class7 * network.parameter("chain_class7_usd_per_t")
    mrec = float(contents.get("mrec", 1.0))
    stops = [("mine", "crack", 1.0 / content, extra / content)]
    stops += [("crack", "light", fed / mrec, 0.0 * fed), ("light", "heavy", heavy_load / mrec, 0.0 * fed)]
    moves = np.zeros((len(frame), len(period)))
    here = frame["mine"].to_numpy().copy()
    for _, to, tonnes, more in stops:
        there = frame[to].to_numpy()
        goes = (there != NONE) & (there != here)
        moves[goes] += (
            _leg(units, ways, worth[goes], here[goes], there[goes], period) * tonnes[goes, None] + more[goes, None]
        )
        here = np.where(there == NONE, here, there)
    return fixed[:, None] + moves, moves


def _leg(units: Units, ways: Ways, worth: Floats, one: Ints, other: Ints, period: Ints) -> Floats:
    place = units.frame["place_id"].to_numpy(object)
    access = units.frame["access_usd_per_t"].to_numpy(float)
    same = units.frame["facility_id"].to_numpy(object)
    by_period = ways.between(worth, list(place[one]), list(place[other]))
    at_home = (same[one] == same[other])[:, None]
    return np.where(at_home, 0.0, by_period[:, period] + (access[one] + access[other])[:, None])
