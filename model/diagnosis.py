"""Why no plan carries the firm cargo: the demands and limits in conflict, and the cheapest repair of each kind.

The elastic program (model.elastic) says how much firm cargo must stay behind. Demands are then taken out one by one as
long as the rest is still too much, so that the conflict named holds no demand that plays no part (deletion filter:
Chinneck 2008). The limits named are those with a price in the program of that rest: a cut that all ways must pass.
"""

import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.elastic import (
    BUDGET,
    CAPACITY,
    DEMAND,
    EXCLUSION,
    FACILITY,
    KINDS,
    LEAST,
    NEED,
    OF_CHOICE,
    POLICY,
    SERVICE,
    STORE,
    Elastic,
    Relaxed,
)
from model.problem import Block, Problem
from model.reach import why_class_has_no_way
from model.routing import Routing
from network.frames import each_row
from network.transport_cost import adjusted

Floats = NDArray[np.float64]
_SECONDS = 10.0  # for one program
_FILTER_SECONDS = 30.0
_CONFLICTS = 3  # told in full
_NAMED = 6


def diagnose(problem: Problem, routing: Routing, given: Floats | None = None) -> str:
    """What is in conflict, one sentence a conflict, and what would do instead; '' where all firm cargo can move.

    Args:
        routing: arc flows, or all paths that were found.
        given: a plan that is taken as it is; None = any.
    """
    elastic = Elastic(problem, routing, given, _SECONDS)
    least = elastic.relax([DEMAND])
    if least is None:
        return "No plan keeps all limits; which of them are in conflict was not found in time."
    if least.slack.empty:
        return ""
    words = _Words(problem, elastic)
    conflicts = list(islice(_conflicts(elastic, least), _CONFLICTS + 1))
    sentences = [words.conflict(found, members) for found, members in conflicts[:_CONFLICTS]]
    if len(conflicts) > _CONFLICTS:
        sentences.append("There are more conflicts of this kind.")
    elastic.require(np.ones(len(elastic.slacks), dtype=bool))
    kinds = [kind for kind in KINDS if given is None or kind not in (*OF_CHOICE, SERVICE)]
    found = [(kind, elastic.relax([kind])) for kind in kinds]
    repairs = [words.repair(kind, relaxed) for kind, relaxed in found if relaxed is not None]
    head = "No plan carries all firm cargo." if given is None else "The given plan does not carry all firm cargo."
    if repairs:
        lead = "It would do" if len(repairs) == 1 else "Any one of these would do:"
        repairs = [f"{lead} {repairs[0]}."] if len(repairs) == 1 else [lead, *(f"- {text}" for text in repairs)]
    return "\n".join([head, *sentences, *repairs])


def _conflicts(elastic: Elastic, least: Relaxed) -> Iterator[tuple[Relaxed, pd.DataFrame]]:
    """Conflicts one after the other: what must stay behind of a smallest set of demands, and that set."""
    demand = (elastic.slacks["kind"] == DEMAND).to_numpy()
    wanted = demand.copy()
    found: Relaxed | None = least
    end = time.monotonic() + _FILTER_SECONDS
    while found is not None and len(found.slack):
        core = wanted & _concerned(elastic, found)
        for number in np.flatnonzero(core):
            if time.monotonic() > end:
                break
            core[number] = False
            elastic.require(core)
            rest = elastic.relax([DEMAND])
            core[number] = rest is None or rest.slack.empty
        elastic.require(core)
        found = elastic.relax([DEMAND])
        if found is None:
            return
        yield found, elastic.slacks[core]
        wanted &= ~core
        elastic.require(wanted)
        found = elastic.relax([DEMAND])


def _concerned(elastic: Elastic, found: Relaxed) -> NDArray[np.bool_]:
    """Demands that have a price, and those that stay behind; all where projects may serve one demand or another."""
    if elastic.chooses:
        return np.ones(len(elastic.slacks), dtype=bool)
    priced = np.abs(found.row_price[elastic.slacks["row"].to_numpy()]) > LEAST
    return np.asarray(priced | elastic.slacks.index.isin(found.slack.index))


class _Words:
    """Sentences in the names and units of the tables."""

    def __init__(self, problem: Problem, elastic: Elastic) -> None:
        self._problem, self._elastic = problem, elastic
        self._years = problem.periods["period"].astype(int).tolist()

    def conflict(self, found: Relaxed, members: pd.DataFrame) -> str:
        """What a set of demands needs, what stands in its way, and how much is short."""
        blocks = [self._problem.blocks[n] for n in sorted(set(members["block"]))]
        need, short = float(members["width"].sum()), float(found.slack["amount"].sum())
        lanes = self._lanes(members)
        when = self._when(blocks)
        verb = "needs" if len(lanes) == 1 else "need"
        lead = f"Firm {_listed('lane', lanes)} (commodities/lanes.csv) {verb} {amount(need, 'kt')} in {when}"
        limits = self._cut(found, {block.period for block in blocks})
        if not limits:
            return f"{lead}, but {amount(short, 'kt')} of it has no path: {self._no_way(found)}."
        verb = "lets" if len(limits) == 1 else "let"
        through = (
            f"{verb} only {amount(need - short, 'kt')} through" if need - short > LEAST else f"{verb} none through"
        )
        return f"{lead}, but {_and(limits)} {through}: {amount(short, 'kt')} short."

    def _lanes(self, members: pd.DataFrame) -> list[str]:
        lane = self._problem.classes.classes["lane"].to_numpy()[members["number"].to_numpy(np.int64)]
        names = self._problem.network.lanes["lane_id"].to_numpy()[lane]
        return list(dict.fromkeys(names.astype(str)))

    def _when(self, blocks: list[Block]) -> str:
        seasons = len(self._problem.seasons) > 1
        return _and(
            list(dict.fromkeys(f"{b.period} (season {b.season})" if seasons else str(b.period) for b in blocks))
        )

    def _cut(self, found: Relaxed, periods: set[int]) -> list[str]:
        """Limits with a price, in words, with the projects that would raise them and are not in service."""
        blocks = [number for number, block in enumerate(self._problem.blocks) if block.period in periods]
        rows = self._elastic.slacks
        rows = rows[rows["kind"].isin([CAPACITY, STORE, FACILITY, POLICY]) & rows["block"].isin(blocks)]
        rows = rows[np.abs(found.row_price[rows["row"].to_numpy(np.int64)]) > LEAST]
        return list(dict.fromkeys(self._limit(row, found) for row in each_row(rows)))

    def _limit(self, row: Any, found: Relaxed) -> str:
        block, number = self._problem.blocks[row.block], int(row.number)
        if row.kind == STORE:
            return self._named(row, f", {amount(float(block.storage.capacity[number]), 'kt')}")
        if row.kind == POLICY:
            return self._named(row, f", {amount(float(block.trade.limits.most[number]), 'kt')}{self._season(block)}")
        if row.kind == CAPACITY:
            rows = block.capacity
            mine, limit = rows.project_row == number, float(rows.capacity[number])
        else:
            rows = block.processing
            mine, limit = rows.project_facility == number, float(rows.capacity[number])
        period = self._problem.block_period(block)
        first = self._elastic.compiled.columns
        built = np.array([found.value[first[f"built[{p},{period}]"]] for p in rows.project[mine]])
        limit += float(rows.project_amount[mine] @ built)
        idle = [self._project(int(p)) for p, share in zip(rows.project[mine], built, strict=True) if share < LEAST]
        more = f", without {_listed('project', list(dict.fromkeys(idle)))}" if idle else ""
        return self._named(row, f", {amount(limit, self._unit(row))}{self._season(block)}{more}")

    def _season(self, block: Block) -> str:
        return f" in season {block.season}" if len(self._problem.seasons) > 1 else ""

    def _no_way(self, found: Relaxed) -> str:
        problem = self._problem
        row = found.slack.iloc[0]
        block = problem.blocks[int(row["block"])]
        links = adjusted(problem.network, "links", block.period, problem.periods)
        reason = why_class_has_no_way(problem.network, problem.supernetwork, links, problem.classes, int(row["number"]))
        return reason or "its links have no room"

    def repair(self, kind: str, relaxed: Relaxed) -> str:
        """The cheapest change of one kind of limit after which all firm cargo can move."""
        changes = [self._change(kind, row) for row in each_row(relaxed.slack)]
        changes = list(dict.fromkeys(changes))
        shown = changes if len(changes) <= _NAMED else [*changes[:_NAMED], f"{len(changes) - _NAMED} more changes"]
        lead = {
            CAPACITY: "to raise ",
            FACILITY: "to raise ",
            STORE: "to enlarge ",
            POLICY: "to loosen ",
            BUDGET: "to raise the budget (finance/budgets.csv) ",
        }
        return lead.get(kind, "if ") + _and(shown)

    def _change(self, kind: str, row: Any) -> str:
        number, extra = int(row.number), float(row.amount)
        if kind == BUDGET:
            return f"of {self._years[number]} by {amount(extra, 'million USD')}"
        if kind == SERVICE:
            project = self._problem.strategy.projects.iloc[int(row.project)]
            return (
                f"project {self._project(int(row.project))} could serve in {self._years[number]} "
                f"(finance/projects.csv: {_timing(project)})"
            )
        if kind in (NEED, EXCLUSION):
            return self._relation(kind, int(row.row))
        if kind == STORE:
            return f"{self._named(row)} by {amount(extra, 'kt')}"
        factor = self._season_factor(row)
        yearly = amount(extra / factor, self._unit(row)) if factor > 0 else "any amount, being shut,"
        return f"{self._named(row)} by {yearly} a year in {self._problem.blocks[row.block].period}"

    def _season_factor(self, row: Any) -> float:
        """Part of a limit's year that falls in its block."""
        block = self._problem.blocks[row.block]
        if row.kind == CAPACITY:
            return float(block.capacity.labels["season_factor"].iloc[int(row.number)])
        seasons = self._problem.seasons
        return float(seasons.loc[seasons["season"] == block.season, "share"].iloc[0])

    def _relation(self, kind: str, row: int) -> str:
        """Which project would have to do without which, from the coefficients of the row."""
        name = {position: text for text, position in self._elastic.compiled.columns.items()}
        entries = self._elastic.compiled.matrix[row]
        parts: dict[bool, list[str]] = {True: [], False: []}
        for column, value in zip(entries.indices, entries.data, strict=True):
            project = int(name[int(column)].partition("[")[2].split(",")[0].rstrip("]"))
            parts[bool(value > 0)].append(self._project(project))
        first, others = (list(dict.fromkeys(parts[side])) for side in (True, False))
        if kind == EXCLUSION:
            return f"projects {_and(first)} did not exclude each other (finance/projects.csv, excludes)"
        others = others or self._out_of_reach(first[0])
        return f"project {_and(first)} did not need {' or '.join(others)} (finance/projects.csv, all_of, any_of)"

    def _out_of_reach(self, project: str) -> list[str]:
        """What a project needs and no plan can start: it has dropped out of the row."""
        strategy = self._problem.strategy
        number = int(np.flatnonzero(strategy.projects["module_of"] == project)[0])
        needs = [*strategy.all_of[number], *strategy.any_of[number]]
        return [self._project(j) for j in needs if j not in set(strategy.starts["project"])]

    def _project(self, position: int) -> str:
        return str(self._problem.strategy.projects["module_of"].iloc[position])

    def _named(self, row: Any, more: str = "") -> str:
        """A limit with its file, and what else there is to say of it in the same brackets."""
        block, number = self._problem.blocks[row.block], int(row.number)
        if row.kind == STORE:
            store = self._problem.network.storage.iloc[number]
            return f"the store of {store['commodity_id']} at {store['zone_id']} (network/storage.csv{more})"
        if row.kind == FACILITY:
            return f"facility {block.processing.facilities['facility_id'].iloc[number]} (network/facilities.csv{more})"
        if row.kind == POLICY:
            limit = block.trade.limits.labels.iloc[number]
            return f"{limit['instrument']} {limit['limit_id']} (policy/trade_limits.csv{more})"
        label = block.capacity.labels.iloc[number]
        way = {"forward": " forwards", "reverse": " backwards"}.get(str(label["direction"]), "")
        return f"{label['target']} {label['target_id']}{way} (network/{label['target']}s.csv{more})"

    def _unit(self, row: Any) -> str:
        is_teu = row.kind == CAPACITY and bool(self._problem.blocks[row.block].capacity.is_teu[int(row.number)])
        return "kTEU" if is_teu else "kt"


def _timing(project: "pd.Series[float]") -> str:
    columns = ("earliest_start_year", "construction_years", "in_service_year", "lifetime_years")
    return ", ".join(f"{name} {project[name]:g}" for name in columns if not pd.isna(project[name]))


def amount(value: float, unit: str) -> str:
    """A figure in kt, kTEU or million USD, in t, TEU or USD where it is small."""
    small = {"kt": ("t", 1e3), "kTEU": ("TEU", 1e3), "million USD": ("USD", 1e6)}[unit]
    return f"{value * small[1]:,.6g} {small[0]}" if 0 < abs(value) < 1 else f"{value:,.6g} {unit}"


def _listed(noun: str, names: list[str]) -> str:
    shown = names if len(names) <= _NAMED else [*names[:_NAMED], f"{len(names) - _NAMED} more"]
    return f"{noun}{'s' if len(names) > 1 else ''} {_and(shown)}"


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
