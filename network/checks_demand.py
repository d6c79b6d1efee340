"""Shares that must sum to one, profiles that must cover the year, quantities that must be complete."""

from collections.abc import Mapping

import pandas as pd

from network.cell_checks import show
from network.problems import Problem
from network.typed_frame import TypedTable

SUM_TOLERANCE = 1e-4
_ONE_BY_GROUP = (
    ("zone_places", "zone_id", "weight"),
    ("time_value_segments", "commodity_id", "share"),
    ("season_profiles", "profile_id", "share"),
)
_MONTHLY = (("availability", "availability_id"), ("season_profiles", "profile_id"))
_RANGES = (
    ("growth", "index_low", "index_base", "index_high"),
    ("commodities", "time_value_low_pct_per_day", "time_value_pct_per_day", "time_value_high_pct_per_day"),
    ("base_year", "observed_low", "observed", "observed_high"),
)


def shares_not_one(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Weights of zones, shares of segments and of seasons that do not sum to 1."""
    problems = []
    for table, group, share in _ONE_BY_GROUP:
        typed = tables[table]
        for name, rows in typed.sound_groups(group, share):
            total = rows[share].sum()
            if abs(total - 1) > SUM_TOLERANCE:
                expected = f"1: the sum of {share} over all rows of {group} {name}"
                problems.append(typed.problem(rows.index[0], share, f"sum {total:.6g}", expected))
    return problems


def multiples_not_one(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Segments whose mean value of time is not that of the commodity."""
    typed = tables["time_value_segments"]
    problems = []
    for name, rows in typed.sound_groups("commodity_id", "share", "multiple"):
        mean = (rows["share"] * rows["multiple"]).sum()
        if abs(mean - 1) > SUM_TOLERANCE:
            expected = f"1: the mean of multiple weighted by share over all rows of commodity_id {name}"
            problems.append(typed.problem(rows.index[0], "multiple", f"mean {mean:.6g}", expected))
    return problems


def months_missing(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Monthly profiles without a row for every month."""
    problems = []
    for table, group in _MONTHLY:
        typed = tables[table]
        for name, rows in typed.sound_groups(group, "month"):
            missing = sorted(set(range(1, 13)) - set(rows["month"]))
            if missing:
                expected = f"a row of {group} {name} for every month"
                found = f"no month {', '.join(map(str, missing))}"
                problems.append(typed.problem(rows.index[0], "month", found, expected))
    return problems


def ranges_out_of_order(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Low values above the central one, high values below it."""
    problems = []
    for table, low, middle, high in _RANGES:
        typed = tables[table]
        frame = typed.sound_rows(low, middle, high)
        for column, wrong in ((low, frame[low] > frame[middle]), (high, frame[high] < frame[middle])):
            word = "at most" if column == low else "at least"
            for position in frame.index[wrong]:
                expected = f"{word} {show(frame[middle][position])}, the {middle} of the row"
                problems.append(typed.problem(position, column, show(frame[column][position]), expected))
    return problems


def growth_bases(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Growth indices that are not 1 in their base year, and lanes of another base year than their index."""
    growth, lanes = tables["growth"], tables["lanes"]
    frame = growth.sound_rows("growth_id", "year", "index_base", "base_year")
    problems = [
        growth.problem(position, "index_base", show(frame["index_base"][position]), "1 in the base year")
        for position in frame.index[(frame["year"] == frame["base_year"]) & ((frame["index_base"] - 1).abs() > 1e-9)]
    ]
    first = frame.groupby("growth_id")["base_year"].transform("first")
    for position in frame.index[frame["base_year"] != first]:
        expected = f"{show(first[position])}, as in the other rows of growth_id {frame['growth_id'][position]}"
        problems.append(growth.problem(position, "base_year", show(frame["base_year"][position]), expected))
    used = lanes.sound_rows("growth_id", "base_year")
    base = used["growth_id"].map(frame.drop_duplicates("growth_id").set_index("growth_id")["base_year"])
    year = used["base_year"].fillna(lanes.table.field("base_year").default or 0)
    for position in used.index[base.notna() & (base != year)]:
        expected = f"{show(base[position])}, the base year of growth_id {used['growth_id'][position]}"
        problems.append(lanes.problem(position, "base_year", show(year[position]), expected))
    return problems


def incomplete_cargo(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Containers of unknown weight and lanes of unknown quantity; what a facility takes or curves decide needs none."""
    commodities, lanes = tables["commodities"], tables["lanes"]
    boxes = commodities.frame
    boxes = boxes[(boxes["cargo_kind"] == "container") & boxes["t_per_teu"].isna()]
    weightless = boxes.index[~commodities.faulty["t_per_teu"][boxes.index]]
    problems = [commodities.problem(row, "t_per_teu", "", "the tonnes in a container") for row in weightless]
    weightless_ids = set(boxes["commodity_id"])
    frame = lanes.frame
    by_weight = frame["commodity_id"].map(
        commodities.frame.drop_duplicates("commodity_id").set_index("commodity_id")["t_per_teu"]
    )
    wanted = (frame["destination_facility"] == "") & ~_between_curves(frame, tables["market_curves"].frame)
    unknown = wanted & frame["quantity_t"].isna() & (frame["quantity_teu"].isna() | by_weight.isna())
    judged = ~(lanes.faulty["quantity_t"] | lanes.faulty["quantity_teu"] | frame["commodity_id"].isin(weightless_ids))
    expected = "the tonnes a year, or containers of a known t_per_teu"
    problems += [lanes.problem(row, "quantity_t", "", expected) for row in frame.index[unknown & judged]]
    return problems


def _between_curves(lanes: pd.DataFrame, curves: pd.DataFrame) -> "pd.Series[bool]":
    """Lanes between zones with a supply and a demand curve of their commodity: the curves say how much moves."""
    both = pd.Series(True, index=lanes.index)
    for side, end in (("supply", "origin_zone"), ("demand", "destination_zone")):
        own = curves[curves["side"] == side]
        keys = set(zip(own["zone_id"], own["commodity_id"], strict=True))
        both &= pd.Series([key in keys for key in zip(lanes[end], lanes["commodity_id"], strict=True)], lanes.index)
    return both


def zones_without_places(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Zones of lanes that no place stands for."""
    zones, lanes = tables["zones"], tables["lanes"]
    with_places = {*tables["zone_places"].frame["zone_id"], *tables["places"].frame["place_id"]}
    used: pd.Series = pd.concat([lanes.frame["origin_zone"], lanes.frame["destination_zone"]])
    bare = zones.frame["zone_id"].isin(set(used) - with_places)
    return [
        zones.problem(row, "zone_id", zones.frame["zone_id"][row], "a zone with rows in commodities/zone_places.csv")
        for row in zones.frame.index[bare]
    ]


def stores_without_lanes(tables: Mapping[str, TypedTable]) -> list[Problem]:
    """Stores where no lane of their commodity ends: nothing could ever be kept there."""
    typed = tables["storage"]
    if not tables["lanes"].usable:
        return []
    stores = typed.sound_rows("zone_id", "commodity_id")
    lanes = tables["lanes"].frame
    places = {*tables["zones"].frame["zone_id"], *tables["places"].frame["place_id"]}
    goods = set(tables["commodities"].frame["commodity_id"])  # an unknown name is reported as such
    ends = {
        *zip(lanes["destination_zone"], lanes["commodity_id"], strict=True),
        *zip(lanes["destination_place"], lanes["commodity_id"], strict=True),
    }
    return [
        typed.problem(row, "zone_id", zone, f"a zone or place where a lane of {commodity} ends")
        for row, zone, commodity in zip(stores.index, stores["zone_id"], stores["commodity_id"], strict=True)
        if zone in places and commodity in goods and (zone, commodity) not in ends
    ]
