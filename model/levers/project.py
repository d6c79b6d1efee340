"""Project availability: projects that are never built, given from a year, or possible from a year only."""

import math
from collections.abc import Iterable
from typing import Any, ClassVar, Literal, Self

import pandas as pd
from pydantic import Field, model_validator

from model.levers.base import FIRST_POSSIBLE_YEAR, LAST_POSSIBLE_YEAR, Lever, listed, unknown_names
from network.network import Network

Rows = dict[str, dict[str, Any]]


class Project(Lever):
    """Say which projects are never built, given (with all they require) or possible only from a year on."""

    kind: ClassVar[str] = "project"

    projects: tuple[str, ...] = Field(min_length=1, description="ids of projects")
    availability: Literal["never", "given", "earliest"] = Field(
        description="never: neither these nor what requires them; given: in service from the year, and so is all they "
        "require; earliest: works start in the year at the earliest"
    )
    year: int | None = Field(
        default=None,
        ge=FIRST_POSSIBLE_YEAR,
        le=LAST_POSSIBLE_YEAR,
        description="year of service (given) or start (earliest)",
    )

    @model_validator(mode="after")
    def _year_where_needed(self) -> Self:
        if (self.year is None) != (self.availability == "never"):
            raise ValueError("give a year with availability given or earliest, and none with never")
        return self

    def problems(self, network: Network) -> list[str]:
        """Unknown projects, and availability that cannot be had."""
        found = unknown_names("projects", self.projects, network.projects["project_id"], "project")
        if found:
            return found
        rows = _rows(network)
        for project in self.projects:
            if rows[project]["in_base"] and self.availability != "given":
                found.append(f"projects: {project} is part of today's network; close or limit its links instead")
            elif self.availability == "earliest" and rows[project]["is_sunk"]:
                found.append(f"projects: {project} is under way; use availability given with the year of its opening")
        if self.availability != "never":
            idle = [name for name in self.projects if name not in set(network.project_effects["project_id"])]
            found += [f"projects: {name} changes no link or place, so a plan cannot hold it" for name in idle]
        if self.availability == "given":
            found += self._missing_alternatives(rows)
        return found

    def _missing_alternatives(self, rows: Rows) -> list[str]:
        given = {name for name, row in rows.items() if row["is_sunk"] or row["in_base"]}
        given |= set(_with_required(rows, self.projects))
        return [
            f"projects: {name} requires one of {', '.join(rows[name]['any_of'])}; give one of them too"
            for name in _with_required(rows, self.projects)
            if rows[name]["any_of"] and not given & set(rows[name]["any_of"])
        ]

    def apply(self, network: Network) -> Network:
        """Replace the projects' years and marks."""
        rows = _rows(network)
        for project in self._concerned(rows):
            rows[project].update(self._change(rows[project]))
        changed = pd.DataFrame(list(rows.values()), columns=network.projects.columns)
        for column, dtype in network.projects.dtypes.items():
            changed[column] = changed[column].astype(dtype)
        return network.replace(projects=changed)

    def _concerned(self, rows: Rows) -> list[str]:
        if self.availability == "never":
            return _with_dependents(rows, self.projects)
        return _with_required(rows, self.projects) if self.availability == "given" else list(self.projects)

    def _change(self, row: dict[str, Any]) -> dict[str, Any]:
        if self.availability == "never":
            return {"is_modelled": 0, "is_sunk": 0}
        year = float(self.year or 0)
        build_years = math.ceil(row["construction_years"])
        if self.availability == "earliest":
            # The announced opening moves along: the first period would otherwise still reckon with the former one.
            opening = year + build_years if not math.isnan(row["in_service_year"]) else row["in_service_year"]
            return {"earliest_start_year": year, "in_service_year": opening, "is_modelled": 1}
        if row["in_base"] or (
            row["is_sunk"] and row["in_service_year"] <= year and row["project_id"] not in self.projects
        ):
            return {}
        start = year - build_years
        first = row["earliest_start_year"]
        return {
            "is_sunk": 1,
            "is_modelled": 1,
            "in_service_year": year,
            "earliest_start_year": start if math.isnan(first) else min(first, start),
        }

    def effect(self, network: Network) -> str:
        """Name the projects concerned, those added by prerequisites included."""
        rows = _rows(network)
        concerned = self._concerned(rows)
        names = listed(f"{project} {rows[project]['name']}" for project in concerned)
        if self.availability == "never":
            return f"never built: {names}"
        if self.availability == "given":
            return f"in service from {self.year}: {names}"
        return f"works start in {self.year} at the earliest: {names}"


def _rows(network: Network) -> Rows:
    records = network.projects.to_dict("records")
    return {str(row["project_id"]): {str(column): cell for column, cell in row.items()} for row in records}


def _with_required(rows: Rows, projects: Iterable[str]) -> list[str]:
    """Projects and, before each, all that it requires without choice."""
    ordered: dict[str, None] = {}

    def visit(project: str, above: tuple[str, ...]) -> None:
        for required in rows[project]["all_of"]:
            if required not in above:
                visit(required, (*above, required))
        ordered[project] = None

    for project in projects:
        visit(project, (project,))
    return list(ordered)


def _with_dependents(rows: Rows, projects: Iterable[str]) -> list[str]:
    """Projects and all that cannot be built without them; today's network is not unbuilt."""
    gone = dict.fromkeys(projects)
    while True:
        more = [
            name
            for name, row in rows.items()
            if name not in gone
            and not row["in_base"]
            and (set(row["all_of"]) & set(gone) or (row["any_of"] and set(row["any_of"]) <= set(gone)))
        ]
        if not more:
            return list(gone)
        gone.update(dict.fromkeys(more))
