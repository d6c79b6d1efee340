"""The map of a comparison: geometry once, and of every run its flows, packed by period.

A flow has a slot, a link in one direction, shared by all runs; a run has a text of figures by slot, in which an empty
one is that of the base. Four digits are kept, and what is within a part in five hundred of the base counts as the same.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.solution import Solution
from report.comparison_view import View
from report.frames import records
from report.indicators import corridor_totals, link_flows
from report.layers import project_points
from report.limits import yearly_limits
from report.map_data import focus_links, link_row, map_views, place_row
from report.page_rows import figure
from report.words import countries, names_of, spoken, within

LEAST_FLOW = 1e-6
"""Part of the largest flow below which a flow is solver noise."""
DIGITS, SAME = 4, 0.002


def map_data(view: View) -> dict[str, Any] | None:
    """Return the map for JSON, see page/comparison_map.js; None where no run has its tables."""
    if not view.solutions:
        return None
    network, geography = view.batch.network, view.geography
    first = next(iter(view.solutions.values()))
    places, links = records(network.places), records(network.links)
    position = {row["place_id"]: i for i, row in enumerate(places)}
    lines = dict(zip(geography.links["link_id"], geography.links.geometry, strict=True))
    _, carrying = focus_links(first, network)
    on_focus = {end for row in links if row["link_id"] in carrying for end in (row["from_place"], row["to_place"])}
    order = {str(row["link_id"]): i for i, row in enumerate(links)}
    starts = {str(row["link_id"]): row["from_place"] for row in links}
    flows = {place: _flows(solution, starts, order) for place, solution in view.solutions.items()}
    every = pd.concat(list(flows.values()))
    slots = every.groupby("slot")["flow_kt"].max().sort_values(ascending=False).index
    packed = {place: _figures(flows[place], slots, view.periods) for place in flows}
    base = next(iter(packed.values()))
    corridors = names_of(network.corridors.sort_values("rank", kind="stable"), "corridor_id", short=True)
    return {
        "topology": json.loads(geography.topojson) if geography.topojson else None,
        "disclaimer": geography.disclaimer.strip(),
        "views": map_views(first, network),
        "places": [place_row(row, row["place_id"] in on_focus, view.sources) for row in places],
        "links": [link_row(row, position, lines[row["link_id"]], view.sources) for row in links],
        "slots": [[int(slot) // 2, int(slot) % 2] for slot in slots],
        "widest": {"kt": figure(every["flow_kt"].max()), "kteu": figure(every["flow_kteu"].max())},
        "runs": {
            place: {
                str(period): {
                    name: pack(values, None if figures is base else base[period][name])
                    for name, values in figures[period].items()
                }
                | {"places": _limits(view.solutions[place], period, position)}
                for period in view.periods
            }
            for place, figures in packed.items()
        },
        "corridors": list(corridors.values()),
        "within": [within(name) for name in corridors.values()],
        "totals": {place: _totals(solution, view, list(corridors)) for place, solution in view.solutions.items()},
    }


def empty_map() -> dict[str, Any]:
    """Return a map of nothing, for pages without one."""
    views = [{"name": "Network", "box": (0.0, 0.0, 1.0, 1.0)}]
    return {"topology": None, "disclaimer": "", "views": views, "places": [], "links": [], "slots": []}


def _flows(solution: Solution, starts: dict[str, Any], order: dict[str, int]) -> pd.DataFrame:
    """Return the flows of a run with their slots: twice the link's place, and 1 more against its direction."""
    table = link_flows(solution)
    table = table[table["link_id"].isin(list(order))]
    back = table["link_id"].map(starts).to_numpy() != table["from_place"].to_numpy()
    table = table.assign(slot=2 * table["link_id"].map(order).to_numpy(dtype=int) + back)
    return table[table["flow_kt"] > LEAST_FLOW * float(table["flow_kt"].max())]


def _figures(flows: pd.DataFrame, slots: pd.Index, periods: list[int]) -> dict[int, dict[str, NDArray[np.float64]]]:
    """Return by period the figures of the slots: kt, kTEU, and use of the tightest limit in %, nan where none."""
    result = {}
    for period in periods:
        own = flows[flows["period"] == period].set_index("slot").reindex(slots)
        result[period] = {
            "kt": own["flow_kt"].fillna(0.0).to_numpy(dtype=float),
            "kteu": own["flow_kteu"].fillna(0.0).to_numpy(dtype=float),
            "use": np.round(100 * own["utilisation"].to_numpy(dtype=float)),
        }
    return result


def pack(values: NDArray[np.float64], base: NDArray[np.float64] | None) -> str:
    """Return figures as a text: "-" where there is none, empty where it is the base's, the rest with a few digits.

    >>> pack(np.array([12_345.6, 0.0, np.nan, 3.14159]), None)
    '12350,0,-,3.142'
    >>> pack(np.array([12_345.6, 0.0, 3.14159]), np.array([12_346.0, 0.0, 3.2]))
    ',,3.142'
    """
    same = np.zeros(len(values), dtype=bool)
    if base is not None:
        near = np.abs(values - base) <= SAME * np.maximum(np.abs(values), np.abs(base))
        same = near | (np.isnan(values) & np.isnan(base))
    return ",".join(
        ""
        if equal
        else "-"
        if np.isnan(value)
        else np.format_float_positional(value, DIGITS, fractional=False, trim="-")
        for value, equal in zip(values, same, strict=True)
    )


def _limits(solution: Solution, period: int, position: dict[str, int]) -> list[list[int]]:
    """Return the places with a limit: place in the list, use of the tightest in its fullest season, %."""
    limits = yearly_limits(solution)
    limits = limits[(limits["target"] == "place") & (limits["period"] == period)]
    fullest = limits.groupby("target_id")["tightest"].max().dropna()
    return [[position[str(key)], round(100 * value)] for key, value in fullest.items() if str(key) in position]


def _totals(solution: Solution, view: View, corridors: list[str]) -> dict[str, list[list[Any]]]:
    """Return by period the cargo of each corridor: [kt, kTEU]."""
    table = corridor_totals(solution, view.batch.network).set_index(["period", "corridor_id"])
    wide = table[["flow_kt", "flow_kteu"]]
    result = {}
    for period in view.periods:
        own = wide.reindex([(period, corridor) for corridor in corridors]).fillna(0.0)
        result[str(period)] = [[figure(kt), figure(kteu)] for kt, kteu in own.to_numpy(dtype=float)]
    return result


def project_list(view: View) -> list[dict[str, Any]]:
    """Return the projects of the network: name, countries, type, cost, and where they have a mark on the map."""
    marks = project_points(view.batch.network, view.geography)
    return [
        {
            "name": row["name"],
            "countries": countries(row["country"]),
            "type": spoken(row["project_type"]),
            "cost": figure(row["capex_musd"] * row["units_max"]),
            "most": figure(row["units_max"]),
        }
        | (
            {"lon": round(marks[key].x, 2), "lat": round(marks[key].y, 2)}
            if (key := row["project_id"]) in marks
            else {}
        )
        | view.sources.of(row)
        for row in records(view.batch.network.projects)
    ]


def plan_rows(view: View) -> dict[int, list[Any]]:
    """Return by run what it decides on each project of `project_list`.

    None: not built; 0: in today's network; else [start, in service, units, cost in million USD].
    """
    ids = [str(key) for key in view.batch.network.projects["project_id"]]
    return {place: _plan(solution, ids) for place, solution in view.solutions.items()}


def _plan(solution: Solution, ids: list[str]) -> list[Any]:
    builds = solution["builds"]
    given = set(builds.loc[builds["decision"] == "given", "project_id"])
    built = builds[builds["decision"] == "built"]
    sums = built.groupby("project_id").agg(
        start=("start_year", "min"),
        service=("in_service_year", "min"),
        units=("units", "sum"),
        cost=("capex_musd", "sum"),
    )
    found = {str(key): [figure(v) for v in row] for key, row in zip(sums.index, sums.to_numpy(float), strict=True)}
    return [found.get(key, 0 if key in given else None) for key in ids]
