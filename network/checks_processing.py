"""Recipes that make nothing, lanes that carry what their facility does not make or take."""

from collections.abc import Mapping

import pandas as pd

from network.cell_checks import show
from network.problems import Problem, nearest
from network.typed_frame import TypedTable

Tables = Mapping[str, TypedTable]
_ENDS = (("origin", "output", "makes"), ("destination", "input", "takes"))


def recipes_without_output(tables: Tables) -> list[Problem]:
    """Recipes of which nothing comes out."""
    typed = tables["recipes"]
    return [
        typed.problem(rows.index[0], "side", "input only", f"a row of recipe {name} with side output")
        for name, rows in typed.sound_groups("recipe_id", "side")
        if name and not (rows["side"] == "output").any()
    ]


def disposal_of_inputs(tables: Tables) -> list[Problem]:
    """Disposal costs of goods that go in: all of them are used."""
    typed = tables["recipes"]
    rows = typed.sound_rows("side", "disposal_cost_usd_per_t")
    spent = rows.index[(rows["side"] == "input") & (rows["disposal_cost_usd_per_t"].fillna(0.0) > 0)]
    return [
        typed.problem(row, "disposal_cost_usd_per_t", show(rows["disposal_cost_usd_per_t"][row]), "none for an input")
        for row in spent
    ]


def years_out_of_order(tables: Tables) -> list[Problem]:
    """Facilities that end before they begin."""
    typed = tables["facilities"]
    rows = typed.sound_rows("first_year", "last_year")
    return [
        typed.problem(row, "last_year", show(rows["last_year"][row]), f"at least {show(rows['first_year'][row])}")
        for row in rows.index[rows["last_year"] < rows["first_year"]]
    ]


def lanes_of_other_goods(tables: Tables) -> list[Problem]:
    """Lanes from a facility that does not make their commodity, or to one that does not take it."""
    lanes = tables["lanes"]
    if not (tables["facilities"].usable and tables["recipes"].usable):
        return []
    goods = _goods(tables)
    problems = []
    for end, side, verb in _ENDS:
        rows = lanes.sound_rows("commodity_id", f"{end}_facility")
        for position, (good, facility) in zip(rows.index, rows.to_numpy(), strict=True):
            right = goods.get((facility, side))
            if right is not None and good and good not in right:
                expected = (
                    f"a good that facility {facility} {verb}: {', '.join(sorted(right)) or 'it ' + verb + ' none'}"
                )
                problems.append(lanes.problem(position, "commodity_id", good, expected, nearest(good, right)))
    return problems


def lanes_of_other_places(tables: Tables) -> list[Problem]:
    """Lanes that name another place than that of their facility."""
    lanes, facilities = tables["lanes"], tables["facilities"].frame
    place_of = dict(zip(facilities["facility_id"], facilities["place_id"], strict=True))
    problems = []
    for end, _, _ in _ENDS:
        rows = lanes.sound_rows(f"{end}_place", f"{end}_facility")
        for position, (place, facility) in zip(rows.index, rows.to_numpy(), strict=True):
            if place and place_of.get(facility, place) != place:
                expected = f"{place_of[facility]}, where facility {facility} stands, or nothing"
                problems.append(lanes.problem(position, f"{end}_place", place, expected))
    return problems


def firm_lanes(tables: Tables) -> list[Problem]:
    """Firm lanes to facilities: what a facility takes is decided by the plan."""
    lanes = tables["lanes"]
    rows = lanes.sound_rows("is_firm", "destination_facility")
    firm = (rows["is_firm"] == 1) & (rows["destination_facility"] != "")
    expected = "0 for a lane to a facility, whose quantity the plan decides"
    return [lanes.problem(row, "is_firm", "1", expected) for row in rows.index[firm]]


def inputs_without_lanes(tables: Tables) -> list[Problem]:
    """Facilities that no lane brings one of their inputs: they could never run."""
    typed, lanes = tables["facilities"], tables["lanes"]
    if not (lanes.usable and tables["recipes"].usable):
        return []
    brought = set(zip(lanes.frame["destination_facility"], lanes.frame["commodity_id"], strict=True))
    goods = _goods(tables)
    rows = typed.sound_rows("facility_id")
    return [
        typed.problem(row, "facility_id", name, f"a lane that brings it {good} (destination_facility {name})")
        for row, name in zip(rows.index, rows["facility_id"], strict=True)
        for good in sorted(goods.get((name, "input"), ()))
        if good and (name, good) not in brought
    ]


def _goods(tables: Tables) -> dict[tuple[str, str], set[str]]:
    """Goods of each facility and side whose recipe is known."""
    recipes = tables["recipes"].frame
    facilities = tables["facilities"].frame
    known = facilities[facilities["recipe_id"].isin(recipes["recipe_id"])]
    sides = {
        (recipe, side): set(part["commodity_id"]) for (recipe, side), part in recipes.groupby(["recipe_id", "side"])
    }
    columns: list[pd.Series] = [known["facility_id"], known["recipe_id"]]
    return {
        (facility, side): sides.get((recipe, side), set())
        for facility, recipe in zip(*columns, strict=True)
        for side in ("input", "output")
    }
