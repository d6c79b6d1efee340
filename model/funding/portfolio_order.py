"""Rows of the builds of a portfolio held against each other: units, modes, prerequisites, exclusions."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from model.funding.portfolio_candidates import Candidates
from network.frames import each_row
from network.problems import Problem
from network.typed_frame import TypedTable


def order_problems(typed: TypedTable, candidates: Candidates, frame: pd.DataFrame) -> Iterator[Problem]:
    """Everything that is wrong between sound rows.

    Args:
        typed: the sheet. frame: ``BUILD_COLUMNS`` with position (in the sheet), period (position) and end_year.
    """
    yield from modes(typed, frame)
    for check in (repeated, too_many, prerequisites, exclusions):
        yield from check(typed, candidates, frame)


def repeated(typed: TypedTable, candidates: Candidates, frame: pd.DataFrame) -> Iterator[Problem]:
    """Two rows for one start of a project."""
    first: dict[tuple[str, int], int] = {}
    for row in each_row(frame):
        key = (row.project_id, row.start_period)
        if key in first:
            has_units = candidates.project(row.project_id)["units_max"] > 1
            advice = "add the units up in one row" if has_units else "leave one of them out"
            hint = f"Row {typed.rows[first[key]]} has it; {advice}."
            yield typed.problem(row.position, "project_id", row.project_id, "one row for each start", hint)
        first.setdefault(key, row.position)


def too_many(typed: TypedTable, candidates: Candidates, frame: pd.DataFrame) -> Iterator[Problem]:
    """More units alive together than can be bought; said once a project, at the last row of them."""
    said = set()
    frame = frame.drop_duplicates(["project_id", "start_period"])
    for row in each_row(frame):
        most = int(candidates.project(row.project_id)["units_max"])
        same = frame[frame["project_id"] == row.project_id]
        alive = same[(same["in_service_year"] <= row.in_service_year) & (row.in_service_year < same["end_year"])]
        units = int(alive["units"].sum())
        if units > most and row.project_id not in said:
            said.add(row.project_id)
            value = str(units) if len(alive) == 1 else f"{units} in all"
            expected = f"at most {most}, units_max of {row.project_id}"
            yield typed.problem(int(alive["position"].max()), "units", value, expected)


def modes(typed: TypedTable, frame: pd.DataFrame) -> Iterator[Problem]:
    """A project of several starts in several modes: its financing has no start, so it must have one mode."""
    first = frame.drop_duplicates("project_id").set_index("project_id")
    for row in each_row(frame):
        mode = first.loc[row.project_id, "mode"]
        if row.mode != mode:
            hint = f"Row {typed.rows[first.loc[row.project_id, 'position']]} has it."
            yield typed.problem(row.position, "mode", row.mode, f"one mode a project, here {mode}", hint)


def prerequisites(typed: TypedTable, candidates: Candidates, frame: pd.DataFrame) -> Iterator[Problem]:
    """What a project needs is not built, or later."""
    names = candidates.strategy.projects["project_id"].tolist()
    faulty = {*typed.frame["project_id"]} - {*frame["project_id"]}
    begins = frame.groupby("project_id")["period"].min().to_dict()
    for row in each_row(frame):
        every, some = candidates.plans.requirements(candidates.number[row.project_id])
        needs = [*([name] for name in (names[j] for j in every)), *([[names[j] for j in some]] if some else [])]
        for alternatives in needs:
            met = any(begins.get(name, np.inf) <= row.period for name in alternatives)
            if met or faulty & {*alternatives}:  # what is wrong with their rows is said there
                continue
            one = alternatives[0] if len(alternatives) == 1 else f"one of {', '.join(alternatives)}"
            later = [name for name in alternatives if name in begins]
            hint = f"The sheet does not build {'it' if len(alternatives) == 1 else 'any of them'}."
            if later:
                hint = f"{later[0]} starts later, in row {_row(typed, frame, later[0])}."
            expected = f"{one} built no later, which {row.project_id} needs"
            yield typed.problem(row.position, "project_id", row.project_id, expected, hint)


def _row(typed: TypedTable, frame: pd.DataFrame, name: str) -> int:
    return int(typed.rows[frame.loc[frame["project_id"] == name, "position"].iloc[0]])


def exclusions(typed: TypedTable, candidates: Candidates, frame: pd.DataFrame) -> Iterator[Problem]:
    """Projects that exclude each other; said once, at the later row."""
    names = candidates.strategy.projects["project_id"].tolist()
    before: dict[str, int] = {}
    for row in each_row(frame.drop_duplicates("project_id")):
        for j in dict.fromkeys(candidates.plans.excluded(candidates.number[row.project_id])):
            if names[j] in before:
                expected = f"either {row.project_id} or {names[j]}, which exclude each other"
                hint = f"Row {typed.rows[before[names[j]]]} builds {names[j]}."
                yield typed.problem(row.position, "project_id", row.project_id, expected, hint)
        before[row.project_id] = row.position
