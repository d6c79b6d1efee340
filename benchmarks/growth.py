"""Worlds grown from the shipped one, written as data folders: a factor times as much of one kind of thing.

``places``   copies of the whole region (places, links, zones, lanes, projects), joined to the original by a copy of
             each tenth link, which leads from the original into the copy.
``lanes``    further lanes of each commodity: from each origin to the destination of another of its lanes.
``commodities``  copies of the commodities, each with all its lanes.
``periods``  the same years cut into more periods.
``projects`` further candidates beside those of the world, on the same links and places: by turns a second phase, which
             follows its first (as much capacity again, no time saved), and a smaller project, which excludes its whole
             (a quarter of everything it does). Costs of both are synthetic and differ from project to project.

More lanes and commodities share the cargo of the original, so that the load on the links stays.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

Tables = dict[str, pd.DataFrame]
_JOINED = 10
_PHASE_COSTS = (0.8, 1.0, 1.2)  # of the first phase
_SMALLER_COSTS = (0.2, 0.25, 0.3)  # of the whole, for a quarter of what it does
_ADDED = ("capacity_added_t_per_year", "capacity_added_teu_per_year")
_SAVED = ("time_saved_h", "cost_saving_share")
_SPREAD = ("spread_capacity_t_per_year", "spread_capacity_teu_per_year")
_FILES = {
    "places": "network/places.csv",
    "links": "network/links.csv",
    "transfers": "network/transfers.csv",
    "periods": "network/periods.csv",
    "zones": "commodities/zones.csv",
    "zone_places": "commodities/zone_places.csv",
    "commodities": "commodities/commodities.csv",
    "segments": "commodities/time_value_segments.csv",
    "lanes": "commodities/lanes.csv",
    "refusals": "policy/transit_refusals.csv",
    "elasticities": "policy/trade_elasticities.csv",
    "coverage": "policy/market_coverage.csv",
    "duty_lines": "policy/duty_lines.csv",
    "limits": "policy/trade_limits.csv",
    "sanctions": "policy/sanctions.csv",
    "projects": "finance/projects.csv",
    "effects": "finance/project_effects.csv",
}
# Columns that name what a copy of the region has its own of; lists are of names with bars between them.
_OWN = {
    "places": ("place_id",),
    "links": ("link_id", "from_place", "to_place"),
    "transfers": ("place_id",),
    "zones": ("zone_id",),
    "zone_places": ("zone_id", "place_id"),
    "lanes": ("lane_id", "origin_zone", "destination_zone", "origin_place", "destination_place"),
    "refusals": ("zone_id",),
    "projects": ("project_id", "all_of", "any_of", "excludes"),
    "effects": ("project_id", "target_id"),
}


def grow(source: Path, target: Path, kind: str, factor: int) -> None:
    """Write a grown world.

    Args:
        source: folder of the world to grow. target: folder that is made. kind: a key of ``KINDS``.
        factor: how many times as much, 1 or more; for periods up to 6 times the three of the world, for projects up to
            2, since more could save more time than their links take.
    """
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("geography", "examples", "scenarios"))
    tables = {name: pd.read_csv(source / path, dtype=str, keep_default_na=False) for name, path in _FILES.items()}
    for name, table in KINDS[kind](tables, factor).items():
        table.to_csv(target / _FILES[name], index=False)


def _more_places(tables: Tables, factor: int) -> Tables:
    grown = dict(tables)
    for number in range(1, factor):
        end = f"_R{number}"
        for name, columns in _OWN.items():
            copy = tables[name].copy()
            for column in columns:
                copy[column] = copy[column].map(lambda cell, end=end: _renamed(cell, end))
            grown[name] = pd.concat([grown[name], copy], ignore_index=True)
        joins = tables["links"].iloc[::_JOINED].copy()
        joins["link_id"] += f"_J{number}"
        joins["to_place"] += end
        grown["links"] = pd.concat([grown["links"], joins], ignore_index=True)
    return grown


def _renamed(cell: str, end: str) -> str:
    return "|".join(f"{name}{end}" for name in cell.split("|")) if cell else cell


def _more_lanes(tables: Tables, factor: int) -> Tables:
    lanes = _thinned(tables["lanes"], factor)
    ends = ["destination_zone", "destination_place"]
    parts = [lanes]
    for number in range(1, factor):
        copy = lanes.copy()
        for rows in lanes.groupby("commodity_id").indices.values():
            copy.loc[rows, ends] = lanes.loc[np.roll(rows, number), ends].to_numpy()
        copy["lane_id"] += f"_L{number}"
        meets = (copy["origin_zone"] == copy["destination_zone"]) | (copy["origin_place"] != "")
        meets |= copy["destination_place"] != ""
        copy.loc[meets, ends] = lanes.loc[meets, ends]
        parts.append(copy)
    return {"lanes": pd.concat(parts, ignore_index=True)}


def _more_commodities(tables: Tables, factor: int) -> Tables:
    lanes = _thinned(tables["lanes"], factor)
    grown = tables | {"lanes": lanes}
    lists = {name: tables[name]["commodity_ids"] for name in ("refusals", "limits", "sanctions")}
    first = dict(lists)
    lines = tables["duty_lines"]
    lines = lines[lines["commodity_id"].isin(tables["commodities"]["commodity_id"])]
    for number in range(1, factor):
        end = f"_C{number}"
        for name, original, columns in (
            ("commodities", tables["commodities"], ("commodity_id",)),
            ("segments", tables["segments"], ("commodity_id",)),
            ("elasticities", tables["elasticities"], ("commodity_id",)),
            ("coverage", tables["coverage"], ("commodity_id",)),
            ("duty_lines", lines, ("commodity_id",)),
            ("lanes", lanes, ("commodity_id", "lane_id")),
        ):
            copy = original.assign(**{column: original[column] + end for column in columns})
            grown[name] = pd.concat([grown[name], copy], ignore_index=True)
        for name, cells in first.items():
            more = cells.map(lambda cell, end=end: _renamed(cell, end))
            lists[name] = lists[name].where(cells == "", lists[name] + "|" + more)
    return grown | {name: tables[name].assign(commodity_ids=cells) for name, cells in lists.items()}


def _more_periods(tables: Tables, factor: int) -> Tables:
    periods = tables["periods"]
    fast = periods[periods["resolution"] == "fast"]
    first, last = int(fast["first_year"].iloc[0]), int(fast["last_year"].iloc[-1])
    if factor == 1:
        return {"periods": periods}
    starts = np.unique(np.linspace(first, last + 1, factor * len(fast) + 1).astype(int))
    cut = {"period": starts[:-1], "first_year": starts[:-1], "last_year": starts[1:] - 1}
    return {"periods": pd.DataFrame({"resolution": "fast", **cut})}


def _more_projects(tables: Tables, factor: int) -> Tables:
    projects, effects = tables["projects"], tables["effects"]
    is_candidate = (projects["is_modelled"] != "0") & (projects["is_sunk"] != "1") & (projects["in_base"] != "1")
    adds = effects[list(_ADDED)].apply(pd.to_numeric).sum(axis=1).groupby(effects["project_id"]).sum() > 0
    candidates = projects[is_candidate].reset_index(drop=True)
    for number in range(1, factor):
        order = np.arange(len(candidates)) + number
        follows = candidates["project_id"].map(adds).fillna(False).to_numpy(bool) & (order % 2 == 1)
        phases = _second_phases(candidates[follows], effects, f"_P{number}", order[follows])
        smaller = _smaller(candidates[~follows], effects, f"_S{number}", order[~follows])
        projects = pd.concat([projects, phases[0], smaller[0]], ignore_index=True)
        effects = pd.concat([effects, phases[1], smaller[1]], ignore_index=True)
    return {"projects": projects, "effects": effects}


def _second_phases(
    first: pd.DataFrame, effects: pd.DataFrame, end: str, order: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Projects that follow theirs from the year in which these serve, and their effects."""
    cost = first["capex_musd"].astype(float) * np.take(_PHASE_COSTS, order % 3)
    opens = first["in_service_year"].astype(int)
    built = np.ceil(first["construction_years"].astype(float)).astype(int)
    copy = first.assign(
        project_id=first["project_id"] + end,
        name=first["name"] + ", second phase (synthetic)",
        capex_musd=cost.round(2).astype(str),
        earliest_start_year=opens.astype(str),
        in_service_year=(opens + built).astype(str),
        all_of=first["project_id"],
        any_of="",
        excludes="",
    )
    own = effects[effects["project_id"].isin(first["project_id"])]
    return copy, own.assign(project_id=own["project_id"] + end, **dict.fromkeys(_SAVED, "0"))


def _smaller(
    whole: pd.DataFrame, effects: pd.DataFrame, end: str, order: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Projects that do a quarter of what theirs do, in place of them, and their effects."""
    cost = whole["capex_musd"].astype(float) * np.take(_SMALLER_COSTS, order % 3)
    copy = whole.assign(
        project_id=whole["project_id"] + end,
        name=whole["name"] + ", smaller (synthetic)",
        capex_musd=cost.round(2).astype(str),
        excludes=[name if not others else f"{others}|{name}"
                  for name, others in zip(whole["project_id"], whole["excludes"], strict=True)],
        **{column: _quartered(whole[column]) for column in _SPREAD},
    )  # fmt: skip
    own = effects[effects["project_id"].isin(whole["project_id"])]
    quarters = {column: _quartered(own[column]) for column in (*_ADDED, *_SAVED)}
    return copy, own.assign(project_id=own["project_id"] + end, **quarters)


def _quartered(column: pd.Series) -> list[str]:
    return [f"{float(cell) / 4:.10g}" if cell else cell for cell in column]


def _thinned(lanes: pd.DataFrame, factor: int) -> pd.DataFrame:
    """Lanes with their part of the cargo."""
    thin = lanes.copy()
    for column in ("quantity_t", "quantity_teu"):
        thin[column] = [str(float(cell) / factor) if cell else cell for cell in lanes[column]]
    return thin


KINDS: dict[str, Callable[[Tables, int], Tables]] = {
    "places": _more_places,
    "lanes": _more_lanes,
    "commodities": _more_commodities,
    "periods": _more_periods,
    "projects": _more_projects,
}
