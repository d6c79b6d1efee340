"""Financing of a portfolio held to the world: funders that offer it there, terms that can be, no more than the cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from model.funding.portfolio import TERMS
from model.funding.portfolio_candidates import Candidates
from model.funding.portfolio_reach import Obstacle, obstacles_of_funder, obstacles_of_recourse
from network.cell_checks import show
from network.frames import each_row
from network.network import Network
from network.problems import Problem, closest, nearest
from network.typed_frame import TypedTable

FINANCE_COLUMNS = ("project_id", "funder_id", "instrument", "recourse", "amount_musd", *TERMS, "start_year")
INTEREST_DURING_CONSTRUCTION = 0.25
"""Commitments may exceed the cost by this part of it: interest until the work is in service is paid from them."""
_TOLERANCE = 1e-6
_LIKE_A_NAME = 0.5


@dataclass(frozen=True)
class CheckedFinance:
    """Commitments that may be, and what is wrong with the others."""

    frame: pd.DataFrame
    problems: list[Problem]


def check_finance(
    typed: TypedTable, candidates: Candidates, builds: pd.DataFrame, named: frozenset[str]
) -> CheckedFinance:
    """Commitments of a sheet of finance, and everything that is wrong with it.

    Args:
        typed: cells in their types, bad ones marked. builds: sound builds of the portfolio. named: all projects that
            its sheet of builds names.
    """
    reader = _Finance(typed, candidates, builds, named)
    rows, problems = [], []
    for position, row in enumerate(each_row(typed.frame)):
        found = list(reader.cells(position, row))
        problems += found
        if not found and not reader.is_faulty(position) and row.project_id in reader.cost:
            rows.append(reader.commitment(position, row))
    frame = pd.DataFrame(rows, columns=[*FINANCE_COLUMNS, "share", "is_funding", "position"])
    for check in (reader.repeated, reader.beyond_cost):
        problems += check(frame)
    return CheckedFinance(frame[list(FINANCE_COLUMNS)], problems)


@dataclass(frozen=True)
class _Finance:
    typed: TypedTable
    candidates: Candidates
    builds: pd.DataFrame
    named: frozenset[str]

    @property
    def network(self) -> Network:
        return self.candidates.network

    @cached_property
    def cost(self) -> dict[str, float]:
        """Cost of each project, million USD."""
        return {str(name): float(cost) for name, cost in self.builds.groupby("project_id")["cost_musd"].sum().items()}

    @cached_property
    def starts(self) -> dict[str, int]:
        """Number of starts of each project."""
        return {str(name): int(number) for name, number in self.builds["project_id"].value_counts().items()}

    @cached_property
    def funders(self) -> dict[str, Any]:
        return {row.funder_id: row for row in each_row(self.network.funders)}

    @cached_property
    def instruments(self) -> dict[str, Any]:
        return {row.instrument: row for row in each_row(self.network.instruments)}

    @cached_property
    def projects(self) -> dict[str, Any]:
        return {row.project_id: row for row in each_row(self.network.projects)}

    def is_faulty(self, position: int) -> bool:
        return any(marks[position] for marks in self.typed.faulty.values())

    def cells(self, position: int, row: Any) -> Iterator[Problem]:
        """What is wrong with a row by itself."""
        faulty = self.typed.faulty
        if not faulty["project_id"][position] and row.project_id not in self.named:
            yield self._unknown_project(position, row.project_id)
        yield from self._amount(position, row)
        yield from self._start(position, row)
        if faulty["funder_id"][position]:
            return
        if row.funder_id not in self.funders:
            yield self._unknown_funder(position, row.funder_id)
            return
        yield from self._reach(position, row)
        if not faulty["instrument"][position]:
            yield from self._offer(position, row)

    def _unknown_project(self, position: int, name: str) -> Problem:
        hint = nearest(name, self.named)
        if name in self.projects:
            hint = f"{name} is in finance/projects.csv: add it to the builds, or leave this row out."
        return self.typed.problem(position, "project_id", name, "a project that the sheet builds has", hint)

    def _unknown_funder(self, position: int, name: str) -> Problem:
        titles = {row.name: row.funder_id for row in self.funders.values()}
        hint = nearest(name, self.funders)
        title = "" if hint else closest(name, titles, _LIKE_A_NAME)
        hint = f"Did you mean {titles[title]} ({title})?" if title else hint
        return self.typed.problem(position, "funder_id", name, "a funder_id of finance/funders.csv", hint)

    def _amount(self, position: int, row: Any) -> Iterator[Problem]:
        if self.typed.faulty["amount_musd"][position] or self.typed.faulty["share"][position]:
            return
        given = [name for name in ("amount_musd", "share") if not pd.isna(getattr(row, name))]
        if not given:
            yield self.typed.problem(position, "amount_musd", "", "an amount in million USD, or a share of the cost")
        elif len(given) > 1:
            yield self.typed.problem(position, "share", show(row.share), "an amount or a share of the cost, not both")

    def _start(self, position: int, row: Any) -> Iterator[Problem]:
        """The start that is paid for is one of the project's."""
        if self.typed.faulty["start_year"][position] or pd.isna(row.start_year):
            return
        years = sorted(self.builds.loc[self.builds["project_id"] == row.project_id, "start_year"])
        if years and not list(self._builds_of(row)):
            expected = f"a start of {row.project_id} in the builds: {', '.join(map(str, years))}"
            yield self.typed.problem(position, "start_year", show(row.start_year), expected)

    def _reach(self, position: int, row: Any) -> Iterator[Problem]:
        """The funder takes part, and funds such projects there and then."""
        funder, problem = self.funders[row.funder_id], self.typed.problem
        if funder.is_included == 0:
            hint = f"{row.funder_id} has is_included 0 in finance/funders.csv."
            yield problem(position, "funder_id", row.funder_id, "a funder that takes part", hint)
            return
        obstacles: dict[Obstacle, None] = {}
        for build in self._builds_of(row):
            obstacles.update(dict.fromkeys(obstacles_of_funder(self.network, funder, build)))
        for obstacle in obstacles:
            yield problem(position, "funder_id", row.funder_id, obstacle.expected, obstacle.hint)

    def _builds_of(self, row: Any) -> Iterator[Any]:
        """Starts that a row pays for: all of its project, or that in whose period its year lies."""
        builds = self.builds[self.builds["project_id"] == row.project_id]
        if len(builds) and not pd.isna(row.start_year):
            period = self.candidates.period_of("start_year", int(row.start_year), row.project_id)
            milestone = None if period is None else int(self.candidates.periods["period"].iloc[period])
            builds = builds[builds["start_period"] == milestone]
        yield from each_row(builds)

    def _offer(self, position: int, row: Any) -> Iterator[Problem]:
        """The funder offers the instrument and the recourse; terms can be."""
        problem, offers = self.typed.problem, self._offers(row.funder_id)
        if row.instrument not in self.instruments:
            hint = nearest(row.instrument, self.instruments)
            yield problem(position, "instrument", row.instrument, f"one of {', '.join(self.instruments)}", hint)
            return
        recourse = offers.loc[offers["instrument"] == row.instrument, "recourse"].tolist()
        offered = list(dict.fromkeys(offers["instrument"]))
        if not recourse and self.funders[row.funder_id].is_included:
            what = f"what {row.funder_id} offers: {', '.join(offered) or 'nothing'}"
            yield problem(position, "instrument", row.instrument, what)
        elif not recourse or self.typed.faulty["recourse"][position]:
            return
        elif not row.recourse and len(recourse) > 1:
            what = f"{' or '.join(recourse)}: {row.funder_id} offers {row.instrument} with either"
            yield problem(position, "recourse", "", what)
        elif row.recourse and row.recourse not in recourse:
            what = f"{' or '.join(recourse)}, as {row.funder_id} offers {row.instrument}"
            yield problem(position, "recourse", row.recourse, what)
        else:
            yield from self._answers(position, row)
            yield from self._terms(position, row)

    def _answers(self, position: int, row: Any) -> Iterator[Problem]:
        """Who answers for a commitment may do so under the mode of the project, which is one for all its starts."""
        recourse, funder = str(self._offered(row)["recourse"]), self.funders[row.funder_id]
        for build in list(self._builds_of(row))[:1]:
            for obstacle in obstacles_of_recourse(self.network, funder, row.instrument, recourse, build):
                yield self.typed.problem(position, "recourse", recourse, obstacle.expected, obstacle.hint)

    def _offers(self, funder: str) -> pd.DataFrame:
        terms = self.network.funder_terms
        return terms[terms["funder_id"] == funder]

    def _offered(self, row: Any) -> Any:
        """Row of terms of a commitment with a sound funder, instrument and recourse."""
        offers = self._offers(row.funder_id)
        offers = offers[offers["instrument"] == row.instrument]
        return (offers[offers["recourse"] == row.recourse] if row.recourse else offers).iloc[0]

    def _terms(self, position: int, row: Any) -> Iterator[Problem]:
        if any(self.typed.faulty[name][position] for name in TERMS):
            return
        instrument, offered, problem = self.instruments[row.instrument], self._offered(row), self.typed.problem
        is_loan = instrument.is_debt == 1 or instrument.is_funding == 0
        for name in TERMS if row.instrument == "grant" else TERMS[1:]:
            value = getattr(row, name)
            if not is_loan and not pd.isna(value):
                yield problem(position, name, show(value), f"an empty cell: {row.instrument} has none")
        tenor, grace = (_first(getattr(row, name), offered[name]) for name in TERMS[1:])
        if is_loan and tenor < grace:
            column = "tenor_years" if pd.isna(row.grace_years) else "grace_years"
            own = (
                " that the funder offers" if pd.isna(getattr(row, TERMS[1] if column == TERMS[2] else TERMS[2])) else ""
            )
            if column == "grace_years":
                expected = f"at most the tenor of {tenor:g} years{own}"
            else:
                expected = f"at least the grace of {grace:g} years{own}"
            yield problem(position, column, show(getattr(row, column)), expected)

    def commitment(self, position: int, row: Any) -> dict[str, Any]:
        """A sound row, with the recourse and the amount that it means."""
        offered = self._offered(row)
        builds = list(self._builds_of(row))
        amount = row.amount_musd if pd.isna(row.share) else row.share * sum(build.cost_musd for build in builds)
        return {
            "project_id": row.project_id,
            "funder_id": row.funder_id,
            "instrument": row.instrument,
            "recourse": offered["recourse"],
            "amount_musd": float(amount),
            **{name: float(getattr(row, name)) for name in TERMS},
            "start_year": np.nan if pd.isna(row.start_year) else float(builds[0].start_year),
            "share": float(row.share),
            "is_funding": bool(self.instruments[row.instrument].is_funding),
            "position": position,
        }

    def repeated(self, frame: pd.DataFrame) -> Iterator[Problem]:
        """One commitment twice."""
        key = ["project_id", "funder_id", "instrument", "recourse", "start_year"]
        frame = frame.assign(start_year=frame["start_year"].map(lambda year: "" if pd.isna(year) else f"{year:.0f}"))
        first = frame.drop_duplicates(key).set_index(key)["position"]
        for row in each_row(frame[frame.duplicated(key)]):
            values = tuple(getattr(row, name) for name in key)
            hint = f"Row {self.typed.rows[int(first[values])]} has it; add the amounts up in one row."
            yield self.typed.problem(
                row.position, "funder_id", ", ".join(filter(None, values)), "each commitment once", hint
            )

    def beyond_cost(self, frame: pd.DataFrame) -> Iterator[Problem]:
        """More committed to a project, or to one of its starts, than cost and interest during construction take."""
        key = ["project_id", "is_funding"]
        for (name, is_funding), rows in frame.groupby(key, sort=False):
            yield from self._beyond(rows, str(name), self.cost[str(name)], is_funding=bool(is_funding))
        for (name, start), builds in self.builds.groupby(["project_id", "start_year"], sort=False):
            own = frame[(frame["project_id"] == name) & (frame["start_year"] == start)]
            if self.starts[str(name)] > 1:
                for is_funding, rows in own.groupby("is_funding", sort=False):
                    cost = float(builds["cost_musd"].sum())
                    yield from self._beyond(rows, f"{name} of {start}", cost, is_funding=bool(is_funding))

    def _beyond(self, rows: pd.DataFrame, name: str, cost: float, *, is_funding: bool) -> Iterator[Problem]:
        """What is wrong with the sum of some commitments to one cost."""
        last, amount = int(rows["position"].iloc[-1]), float(rows["amount_musd"].sum())
        shares = float(rows.loc[rows["share"].notna(), "amount_musd"].sum()) / cost if cost > 0 else 0.0
        limit, what = cost * (1 + INTEREST_DURING_CONSTRUCTION), "funds" if is_funding else "guarantees"
        if shares > 1 + _TOLERANCE:
            expected = f"at most 1: shares of the {what} of {name}, which are {shares - 1:.4g} too much"
            yield self.typed.problem(last, "share", f"{shares:.6g} in all", expected)
        elif amount > limit * (1 + _TOLERANCE) + _TOLERANCE:
            expected = (
                f"at most {limit:,.6g} million USD: the cost of {name} is {cost:,.6g}, and "
                f"{INTEREST_DURING_CONSTRUCTION:.0%} more may pay interest during construction"
            )
            hint = f"The {what} are {amount - limit:,.6g} million USD too much."
            yield self.typed.problem(last, "amount_musd", f"{amount:,.6g} in all", expected, hint)


def _first(own: float, offered: float) -> float:
    """The portfolio's own figure, else what is offered, else 0."""
    return next((float(value) for value in (own, offered) if not pd.isna(value)), 0.0)
