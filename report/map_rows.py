"""What changes on the map with the period and the plan: flows, limits of places, projects, and changes of flows."""

from __future__ import annotations

from typing import Any

from model.solution import Solution
from network.geography import Geography
from network.network import Network
from report.difference import build_difference, flow_difference, starts_by_project
from report.difference_sentences import UNCHANGED
from report.frames import records
from report.indicators import link_flows, periods
from report.layers import project_points
from report.limits import yearly_limits
from report.page_rows import figure
from report.provenance import Sources
from report.words import countries, spoken

MOST_FLOWS = 1500
"""Flows drawn in a period, the largest; more would neither be seen nor fit a page of 1 MB."""

SMALLEST_FLOW = 1e-7
"""Part of the largest flow below which a flow is solver noise."""

MAIN_GOODS = 3

Rows = dict[str, list[list[Any]]]


def flow_rows(solution: Solution, network: Network, order: dict[str, int], goods: list[str]) -> Rows:
    """Return the flows of each period; see `map_data.map_data` for their figures.

    Args:
        order: place of each link in the page's list.
        goods: commodity ids in the page's order.
    """
    starts = dict(zip(network.links["link_id"], network.links["from_place"], strict=True))
    flows, main, limits = link_flows(solution), _main_goods(solution, goods), _tightest(solution, "link")
    least = SMALLEST_FLOW * float(flows["flow_kt"].max()) if len(flows) else 0.0
    result: Rows = {str(year): [] for year in periods(solution)}
    for row in records(flows[flows["flow_kt"] > least].groupby("period").head(MOST_FLOWS)):
        back = int(starts[row["link_id"]] != row["from_place"])
        limit = _limit_of(limits, row["period"], row["link_id"], back)
        said = main.get((row["period"], row["link_id"], row["from_place"]), [])
        cargo = [figure(row["flow_kt"]), figure(row["flow_kteu"])]
        result[str(row["period"])].append([order[row["link_id"]], back, *cargo, *limit, figure(row["cost_musd"]), said])
    return result


def place_limit_rows(solution: Solution, position: dict[str, int]) -> Rows:
    """Return the limits of places in each period: [place, utilisation, limit, TEU (0/1), worths]."""
    result: Rows = {str(year): [] for year in periods(solution)}
    for (year, place, _), limit in _tightest(solution, "place").items():
        if place in position and str(year) in result:
            result[str(year)].append([position[place], *limit])
    return result


def project_marks(
    solution: Solution, network: Network, geography: Geography, sources: Sources, compare: Solution | None
) -> list[dict[str, Any]]:
    """Return the projects that have a place on the map, one mark a project, the dearest first.

    `change` says how the decision differs from the plan to compare with: added, dropped, moved, or empty.
    """
    marks, differs = project_points(network, geography), _differences(solution, compare)
    result = []
    for project, parts in starts_by_project(solution["builds"]).items():
        if project not in marks:
            continue
        first = parts[0]
        result.append(
            {
                "name": first["name"],
                "countries": countries(first["country"]),
                "type": spoken(first["project_type"]),
                "lon": round(marks[project].x, 2),
                "lat": round(marks[project].y, 2),
                "decision": first["decision"],
                "start": figure(first["start_year"]),
                "service": figure(first["in_service_year"]),
                "units": figure(sum(part["units"] for part in parts)),
                "most": figure(first["units_max"]),
                "cost": figure(sum(part["capex_musd"] for part in parts)),
                "change": differs.get(project, ""),
            }
            | sources.of(first)
        )
    return sorted(result, key=lambda mark: -(mark["cost"] or 0.0))


def change_rows(solution: Solution, other: Solution, network: Network, order: dict[str, int]) -> Rows:
    """Return the changes of flows against `other` in each period both plans have, without what is no change."""
    starts = dict(zip(network.links["link_id"], network.links["from_place"], strict=True))
    table = flow_difference(solution, other)
    most = table[["flow_kt", "flow_kt_other"]].max().max() if len(table) else 0.0
    table = table[(table["flow_kt_change"].abs() > UNCHANGED * most) & table["link_id"].isin(list(order))]
    result: Rows = {str(year): [] for year in periods(solution)}
    for row in records(table):
        back = int(starts[row["link_id"]] != row["from_place"])
        figures = [figure(row[c]) for c in ("flow_kt", "flow_kt_other", "flow_kteu", "flow_kteu_other")]
        result[str(row["period"])].append([order[row["link_id"]], back, *figures])
    return result


def _differences(solution: Solution, compare: Solution | None) -> dict[str, str]:
    """Return how the decision on each project differs from the other plan, by project id."""
    if compare is None:
        return {}
    said = {}
    for row in records(build_difference(solution, compare)):
        here, there = row["decision"] == "built", row["decision_other"] == "built"
        said[row["project_id"]] = "moved" if here and there else "added" if here else "dropped" if there else ""
    return said


def _main_goods(solution: Solution, goods: list[str]) -> dict[tuple[int, str, str], list[int]]:
    """Return the largest goods of each period, link and direction: [place in `goods`, % of the cargo, ...]."""
    keys = ["period", "link_id", "from_place"]
    place = {name: i for i, name in enumerate(goods)}
    table = solution["flows"].groupby([*keys, "commodity_id"], as_index=False)["flow_kt"].sum()
    table = table[(table["flow_kt"] > 0) & table["commodity_id"].isin(list(place))]
    table = table.sort_values("flow_kt", ascending=False)
    table["part"] = 100 * table["flow_kt"] / table.groupby(keys)["flow_kt"].transform("sum")
    said: dict[tuple[int, str, str], list[int]] = {}
    for row in records(table.groupby(keys).head(MAIN_GOODS)):
        if row["part"] >= 1:
            said.setdefault((row["period"], row["link_id"], row["from_place"]), []).extend(
                [place[row["commodity_id"]], round(row["part"])]
            )
    return said


def _tightest(solution: Solution, target: str) -> dict[tuple[int, str, str], list[Any]]:
    """Return [utilisation, limit, TEU (0/1), worth of a tonne, worth of a TEU] by period, target id and direction."""
    limits = yearly_limits(solution)
    limits = limits[limits["target"] == target].sort_values("tightest", ascending=False, kind="stable")
    rows = records(limits)
    worth: dict[tuple[Any, ...], float] = {}
    for row in rows:
        key = (row["period"], row["target_id"], row["direction"], row["kind"])
        worth[key] = max(worth.get(key, 0.0), row["dual_usd_per_unit"])
    result: dict[tuple[int, str, str], list[Any]] = {}
    for row in rows:  # the tightest first
        at = (row["period"], row["target_id"], row["direction"])
        figures = [figure(row["tightest"]), figure(row["capacity"]), int(row["kind"] == "TEU")]
        result.setdefault(at, [*figures, *(figure(worth.get((*at, kind), 0.0)) for kind in ("t", "TEU"))])
    return result


def _limit_of(limits: dict[tuple[int, str, str], list[Any]], year: int, link: str, back: int) -> list[Any]:
    """Return the limit a flow counts against: that of its direction, or the one both directions share."""
    none = [None, None, 0, 0, 0]
    own = limits.get((year, link, "reverse" if back else "forward"))
    return own or limits.get((year, link, "both"), none)
