"""Lane classes: what moves, between which terminals, at which value of time and with which refusals.

A lane (commodity, origin zone, destination zone) splits into classes: the part that cannot use the overland routes
(``captive``: 1 - addressable share, where a way without them exists), the parts that refuse transit through some
countries, and value-of-time segments. A class moves in fixed proportions between the weighted places of its zones.
Classes with the same cost of every arc form one *cost group*, the unit of pricing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from model.year_parts import lane_years
from network.calendar import acts_in
from network.frames import each_row
from network.network import Network
from network.supernetwork import Supernetwork
from network.transport_cost import allowed_by_handling

HOURS_PER_DAY = 24.0
_GROUP_COLUMNS = ["cargo_kind", "handling_class", "t_per_teu", "value_of_time_usd_per_t_h", "refused"]


@dataclass(frozen=True)
class LaneClasses:
    """Classes, their place pairs and their cost groups.

    Attributes:
        classes: one row a class: lane (position in ``network.lanes``), segment, captive, refused (tuple of
            countries), value_of_time_usd_per_t_h, t_per_teu (NaN = no boxes), cargo_kind, handling_class,
            group (position in ``groups``), value_usd_per_t, elasticity.
        shares: part of the lane's quantity in each class (rows) and period (columns); sums to 1 by lane and period.
        year, part: year that stands for the class in each period, and its part of the period's years
            (``model.year_parts``).
        pairs: one row a class and place pair: cls (position), origin, destination (hub terminals), weight (sum 1).
        groups: one row a cost group, with the columns that decide the cost of an arc.
    """

    classes: pd.DataFrame
    shares: NDArray[np.float64]
    pairs: pd.DataFrame
    groups: pd.DataFrame
    year: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    part: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))


def build_classes(
    network: Network,
    supernetwork: Supernetwork,
    periods: pd.DataFrame,
    resolution: str,
    worlds: Sequence[Network] = (),
) -> LaneClasses:
    """Split every lane into classes.

    Args:
        network: tables. supernetwork: its terminals.
        periods: milestone periods; a refusal counts in the periods in which its window acts.
        resolution: "full" splits every lane by value of time; "fast" only lanes that have a captive part, where the
            choice between sea and land is made.
        worlds: others whose limits split the years, so that problems of several worlds have the same classes.
    """
    years = lane_years(network, [network, *worlds], periods)
    lanes = _lane_frame(network)
    lane_pairs = _lane_pairs(network, supernetwork, lanes)
    overland = tuple(sorted(network.overland_countries["country"]))
    countries = _country_sets(network, lanes)
    captive = _captive_share(network, supernetwork, lanes, lane_pairs, countries, overland)
    segments = dict(list(network.time_value_segments.groupby("commodity_id")))
    refusals = _refusals(network, periods)
    rows, shares = [], []
    for lane in each_row(lanes):
        position = int(lane.Index)
        parts = _refusal_parts(
            lane.origin_zone, lane.destination_zone, lane.commodity_id, countries[position], refusals, len(periods)
        )
        splits = segments.get(lane.commodity_id) if resolution == "full" or captive[position] > 0 else None
        for place, held in enumerate(years.part[position]):
            for share, multiple, name in _segments(splits):
                for refused, part in parts.items():
                    rows.append((position, name, False, refused, multiple, place))
                    shares.append((1 - captive[position]) * share * part * held)
            if captive[position] > 0:
                refused = tuple(sorted({*overland, *max(parts, key=len)}))
                rows.append((position, "captive", True, refused, 1.0, place))
                shares.append(captive[position] * held)
    share_matrix = np.array(shares).reshape(len(rows), len(periods))
    used = share_matrix.max(axis=1) > 0
    frame = pd.DataFrame(rows, columns=["lane", "segment", "captive", "refused", "multiple", "place"])[used]
    frame = frame.reset_index(drop=True)
    taken = lanes.loc[frame["lane"].to_numpy()].reset_index(drop=True)
    daily = taken["value_usd_per_t"] * taken["time_value_pct_per_day"] / 100
    frame["value_of_time_usd_per_t_h"] = (daily * frame["multiple"] / HOURS_PER_DAY).round(9)
    for column in ("t_per_teu", "cargo_kind", "handling_class", "value_usd_per_t", "elasticity"):
        frame[column] = taken[column].to_numpy()
    keys = frame[_GROUP_COLUMNS].assign(t_per_teu=frame["t_per_teu"].fillna(0.0))
    frame["group"] = keys.groupby(_GROUP_COLUMNS, sort=True).ngroup()
    groups = frame.drop_duplicates("group").sort_values("group")[_GROUP_COLUMNS].reset_index(drop=True)
    pairs = (
        frame[["lane"]]
        .rename_axis("cls")
        .reset_index()
        .merge(lane_pairs, on="lane")
        .sort_values(["cls", "origin", "destination"], ignore_index=True)
    )
    of_class = frame["lane"].to_numpy(np.int64), frame["place"].to_numpy(np.int64)
    frame = frame.drop(columns=["multiple", "place"])
    return LaneClasses(frame, share_matrix[used], pairs, groups, years.year[of_class], years.part[of_class])


def _lane_frame(network: Network) -> pd.DataFrame:
    """Lanes with the attributes of their commodity; a lane with boxes moves as containers."""
    goods = network.commodities.set_index("commodity_id").loc[network.lanes["commodity_id"].to_numpy()]
    lanes = network.lanes.reset_index(drop=True).copy()
    teu = lanes["quantity_teu"].fillna(0.0).to_numpy(float)
    tonnes = lanes["quantity_t"].to_numpy(float)
    boxed = (teu > 0) & (tonnes > 0)
    kind = goods["cargo_kind"].to_numpy()
    lanes["cargo_kind"] = np.where(boxed, "container", kind)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(boxed, tonnes / np.where(teu > 0, teu, 1.0), np.nan)
    by_commodity = goods["t_per_teu"].to_numpy(float)
    t_per_teu = np.where(boxed, own, by_commodity)
    # A container cargo without any figure: 10 t a TEU would be invented, so one t a TEU unit: cost per TEU is per t.
    t_per_teu = np.where((lanes["cargo_kind"] == "container") & np.isnan(t_per_teu), 1.0, t_per_teu)
    lanes["t_per_teu"] = np.where(lanes["cargo_kind"] == "container", np.round(t_per_teu, 3), np.nan)
    for column in ("handling_class", "value_usd_per_t", "time_value_pct_per_day"):
        lanes[column] = goods[column].to_numpy()
    lanes[["value_usd_per_t", "time_value_pct_per_day"]] = lanes[["value_usd_per_t", "time_value_pct_per_day"]].fillna(
        0
    )
    lanes["elasticity"] = lanes["own_price_elasticity"].fillna(
        pd.Series(goods["own_price_elasticity"].to_numpy(), index=lanes.index)
    )
    lanes["elasticity"] = lanes["elasticity"].fillna(0.0)
    return lanes


def _lane_pairs(network: Network, supernetwork: Supernetwork, lanes: pd.DataFrame) -> pd.DataFrame:
    """Place pairs of each lane with weights; an override names one place for the whole end."""
    hub = dict(zip(network.places["place_id"], supernetwork.hub_of_place, strict=True))
    zones = {
        zone: [(int(hub[p]), float(w)) for p, w in zip(part["place_id"], part["weight"], strict=True)]
        for zone, part in network.zone_places.groupby("zone_id")
    }

    def ends(zone: str, override: str) -> list[tuple[int, float]]:
        return [(int(hub[override]), 1.0)] if override else zones[zone]

    rows = []
    for lane in each_row(lanes):
        origins = ends(lane.origin_zone, lane.origin_place)
        destinations = ends(lane.destination_zone, lane.destination_place)
        ends_of = ((o, d, wo * wd) for (o, wo), (d, wd) in product(origins, destinations))
        rows += [(lane.Index, o, d, weight) for o, d, weight in ends_of if o != d and weight > 0]
    pairs = pd.DataFrame(rows, columns=["lane", "origin", "destination", "weight"])
    pairs["weight"] /= pairs.groupby("lane")["weight"].transform("sum")
    return pairs


def _country_sets(network: Network, lanes: pd.DataFrame) -> list[frozenset[str]]:
    """Countries of both ends of each lane (zone's list and the places themselves)."""
    country = dict(zip(network.places["place_id"], network.places["country"], strict=True))
    zone: dict[str, set[str]] = {
        z: set(c) for z, c in zip(network.zones["zone_id"], network.zones["countries"], strict=True)
    }
    for row in each_row(network.zone_places):
        zone.setdefault(row.zone_id, set()).add(country[row.place_id])
    result = []
    for lane in each_row(lanes):
        ends = zone[lane.origin_zone] | zone[lane.destination_zone]
        ends |= {country[p] for p in (lane.origin_place, lane.destination_place) if p}
        result.append(frozenset(ends))
    return result


@dataclass(frozen=True)
class Refusal:
    """Cargo with an end in a zone that refuses a way, or is forbidden it: share by period; no commodities = all.

    Attributes:
        zones: where the cargo starts or ends. closed: countries, "COUNTRY/mode" and "place:ID" that it keeps off.
        countries: that ``closed`` lies in; cargo of their own is free.
    """

    zones: frozenset[str]
    closed: tuple[str, ...]
    countries: frozenset[str]
    commodities: frozenset[str]
    share: NDArray[np.float64]


def _refusals(network: Network, periods: pd.DataFrame) -> list[Refusal]:
    by_choice = [
        Refusal(
            frozenset([row.zone_id]),
            tuple(sorted(row.transit_countries)),
            frozenset(row.transit_countries),
            frozenset(row.commodity_ids),
            row.share * acts_in(row.first_year, row.last_year, periods),
        )
        for row in each_row(network.transit_refusals)
    ]
    return [*by_choice, *_sanctions(network, periods)]


def _sanctions(network: Network, periods: pd.DataFrame) -> list[Refusal]:
    """Ways that are forbidden to the cargo of some shippers."""
    country = dict(zip(network.places["place_id"], network.places["country"], strict=True))
    rows = []
    for row in each_row(network.sanctions):
        modes = [f"{name}/{mode}" for name in row.closed_countries for mode in row.closed_modes]
        closed = {*(modes or row.closed_countries), *(f"place:{place}" for place in row.closed_places)}
        bound = frozenset(
            zone.zone_id
            for zone in each_row(network.zones)
            if not row.shippers or {*zone.countries, zone.customs_territory}.intersection(row.shippers)
        )
        inside = frozenset([*row.closed_countries, *(country[place] for place in row.closed_places)])
        share = row.share * acts_in(row.first_year, row.last_year, periods)
        rows.append(Refusal(bound, tuple(sorted(closed)), inside, frozenset(row.commodity_ids), share))
    return rows


def _refusal_parts(
    origin: str,
    destination: str,
    commodity: str,
    ends: frozenset[str],
    refusals: list[Refusal],
    period_count: int,
) -> dict[tuple[str, ...], NDArray[np.float64]]:
    """Shares of a lane by period and by the set of countries that they refuse; different countries independently.

    Where both ends refuse the same countries the larger share counts: a consignment is refused once.
    """
    shares: dict[tuple[str, ...], NDArray[np.float64]] = {}
    for refusal in refusals:
        concerned = not refusal.commodities or commodity in refusal.commodities
        if concerned and refusal.zones.intersection((origin, destination)) and not ends & refusal.countries:
            before = shares.get(refusal.closed, np.zeros(period_count))
            shares[refusal.closed] = np.maximum(refusal.share, before)
    parts: dict[tuple[str, ...], NDArray[np.float64]] = {(): np.ones(period_count)}
    for countries, share in shares.items():
        split: dict[tuple[str, ...], NDArray[np.float64]] = {}
        for refused, part in parts.items():
            more = tuple(sorted({*refused, *countries}))
            split[more] = split.get(more, 0.0) + part * share
            split[refused] = split.get(refused, 0.0) + part * (1 - share)
        parts = {refused: part for refused, part in split.items() if part.max() > 1e-12}
    return parts


def _segments(table: pd.DataFrame | None) -> list[tuple[float, float, str]]:
    if table is None or table.empty:
        return [(1.0, 1.0, "all")]
    return list(zip(table["share"].astype(float), table["multiple"].astype(float), table["segment"], strict=True))


def refused_arcs(network: Network, supernetwork: Supernetwork, refused: tuple[str, ...]) -> NDArray[np.bool_]:
    """Arcs that touch a refused place or a place of a refused country, or run there by a refused mode."""
    place_of = supernetwork.terminals["place"].to_numpy()
    arcs = supernetwork.arcs
    country = network.places["country"].to_numpy()
    ends = [place_of[arcs[end].to_numpy()] for end in ("tail", "head")]

    def at(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.asarray(inside[ends[0]] | inside[ends[1]])

    places = [name.removeprefix("place:") for name in refused if name.startswith("place:")]
    touched = at(np.isin(country, list(refused)) | network.places["place_id"].isin(places).to_numpy())
    for name in refused:
        inside, _, mode = name.partition("/")
        if mode:
            touched |= at(country == inside) & ((arcs["mode"] == mode) & (arcs["kind"] == "link")).to_numpy()
    return touched


def _captive_share(
    network: Network,
    supernetwork: Supernetwork,
    lanes: pd.DataFrame,
    lane_pairs: pd.DataFrame,
    countries: list[frozenset[str]],
    overland: tuple[str, ...],
) -> NDArray[np.float64]:
    """Share of each lane that keeps off the overland countries: 0 where an end lies in them or no other way exists."""
    share = 1 - lanes["addressable_share"].fillna(1.0).to_numpy(float)
    outside = np.array([not ends.intersection(overland) for ends in countries], dtype=bool)
    share[~outside] = 0.0
    if not share.any():
        return share
    arcs = supernetwork.arcs
    keep_off = ~refused_arcs(network, supernetwork, overland)
    for handling_class, part in lanes[share > 0].groupby("handling_class"):
        usable = keep_off & allowed_by_handling(network, supernetwork, str(handling_class))
        size = supernetwork.terminal_count
        graph = pd.DataFrame({"t": arcs["tail"][usable], "h": arcs["head"][usable]})
        component = _components(graph, size)
        own = lane_pairs[lane_pairs["lane"].isin(part.index)]
        joined = component[own["origin"].to_numpy()] == component[own["destination"].to_numpy()]
        reachable = pd.Series(joined).groupby(own["lane"].to_numpy()).all()
        share[reachable.index[~reachable]] = 0.0
    return share


def _components(arcs: pd.DataFrame, size: int) -> NDArray[np.int64]:
    """Strongly connected component of each terminal: what lies in one can be reached there and back."""
    ends = (arcs["t"].to_numpy(), arcs["h"].to_numpy())
    matrix = coo_matrix((np.ones(len(arcs)), ends), shape=(size, size))
    return connected_components(matrix, directed=True, connection="strong")[1].astype(np.int64)
