"""Limits of the network, of facilities and stores over a year: how full, when, and what one more unit is worth."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from model.solution import Solution
from network.network import Network
from network.transfers import transfer_ids
from report.frames import ratio, records
from report.words import listing, mode_words, names_of, plain_name, usd

FULL = 0.995
"""Utilisation from which a limit counts as full."""

WORTH_NAMING = 0.005
"""USD per unit below which a shadow price is solver noise rather than a price."""


def bottlenecks(solution: Solution, network: Network) -> pd.DataFrame:
    """Return the limits that bind, the dearest first in each period.

    Columns: period, target, target_id, direction, name, kind (t or TEU), capacity and use (kt or kTEU a year),
    utilisation, full_when, dual_usd_per_unit (worth of one more unit a year, spread over the seasons as the limit is),
    rent_musd (a year), confidence (of the limit), words.
    """
    limits = yearly_limits(solution)
    frame = limits[limits["dual_usd_per_unit"] > WORTH_NAMING].copy()
    sure = _confidence_of_targets(network)
    frame["name"] = _limit_names(frame, network)
    frame["confidence"] = [sure.get(key, "") for key in zip(frame["target"], frame["target_id"], strict=True)]
    frame["words"] = [_bottleneck_words(row) for row in records(frame)]
    return frame.sort_values(["period", "rent_musd"], ascending=[True, False], kind="stable", ignore_index=True)


def yearly_limits(solution: Solution) -> pd.DataFrame:
    """Return every limit with its seasons added up; columns as in `bottlenecks` without confidence and words.

    `tightest` is the utilisation of the fullest season. The room of a store is there in every season: its capacity and
    use are the largest of the year, its dual the worth of a tonne of room for a year.
    """
    keys = ["period", "target", "target_id", "direction", "name", "kind"]
    table = solution["capacities"]
    table = table.assign(worth=table["dual_usd_per_unit"] * table["capacity"])
    frame = table.groupby(keys, sort=False, as_index=False).agg(
        capacity=("capacity", "sum"),
        use=("use", "sum"),
        tightest=("utilisation", "max"),
        worth=("worth", "sum"),
        rent_musd=("rent_musd", "sum"),
        room=("capacity", "max"),
        kept=("use", "max"),
        by_room=("dual_usd_per_unit", "sum"),
    )
    store = frame["target"] == "store"
    frame["worth"] = frame["worth"].mask(store, frame["by_room"] * frame["room"])
    frame["capacity"] = frame["capacity"].mask(store, frame["room"])
    frame["use"] = frame["use"].mask(store, frame["kept"])
    full = table[(table["utilisation"] >= FULL) | (table["dual_usd_per_unit"] > WORTH_NAMING)]
    every = table["season"].nunique()
    seasons = {key: _when(rows.tolist(), every) for key, rows in full.groupby(keys, sort=False)["season"]}
    frame["full_when"] = [seasons.get(key, "") for key in zip(*(frame[k] for k in keys), strict=True)]
    frame["utilisation"] = ratio(frame["use"], frame["capacity"])
    frame["dual_usd_per_unit"] = ratio(frame["worth"], frame["capacity"]).fillna(0.0)
    order = ["capacity", "use", "utilisation", "tightest", "full_when", "dual_usd_per_unit", "rent_musd"]
    return frame[[*keys, *order]]


def _limit_names(limits: pd.DataFrame, network: Network) -> list[str]:
    """Return names by which a reader finds a limit: both ends of a link with its mode, the place, the transfer."""
    places = names_of(network.places, "place_id")
    links = {row["link_id"]: row for row in records(network.links)}
    names = []
    for limit in records(limits):
        link = links.get(limit["target_id"]) if limit["target"] == "link" else None
        if link is None:
            name = plain_name(limit["name"])
            names.append(mode_words(name) if limit["target"] == "transfer" else name)
            continue
        ends = [plain_name(places[link["from_place"]]), plain_name(places[link["to_place"]])]
        if limit["direction"] == "reverse":
            ends.reverse()
        between = " - " if limit["direction"] == "both" else " to "
        names.append(f"{between.join(ends)}, {mode_words(link['mode'])}")
    return names


def _confidence_of_targets(network: Network) -> dict[tuple[str, str], str]:
    """Return how sure each row that holds a capacity is, by target and id."""
    rows: tuple[tuple[str, Iterable[str], pd.DataFrame], ...] = (
        ("link", network.links["link_id"], network.links),
        ("place", network.places["place_id"], network.places),
        ("transfer", transfer_ids(network.transfers), network.transfers),
        ("facility", network.facilities["facility_id"], network.facilities),
        ("store", network.storage["zone_id"] + ":" + network.storage["commodity_id"], network.storage),
    )
    return {
        (target, key): str(confidence)
        for target, keys, frame in rows
        for key, confidence in zip(keys, frame["confidence"], strict=True)
    }


def _bottleneck_words(row: dict[str, Any]) -> str:
    """Return what a shadow price means, in a sentence."""
    unit = "TEU" if row["kind"] == "TEU" else "tonne"
    more, whose = {
        "facility": (f"{unit} of throughput a year is", "those who use what it makes"),
        "store": (f"{unit} of room is, in a year,", "shippers"),
    }.get(row["target"], (f"{unit} a year is", "shippers"))
    worth = usd(float(row["dual_usd_per_unit"]))
    return f"Full {row['full_when']}: one more {more} worth {worth} to {whose}."


def _when(full: list[str], seasons: int) -> str:
    """Return when a limit is full, given its full seasons and how many seasons a year has."""
    named = list(dict.fromkeys(full))
    if len(named) >= seasons:
        return "all year"
    return f"in the {listing(named, seasons)} season{'s' if len(named) > 1 else ''}"
