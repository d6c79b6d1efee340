"""Indicators of single projects and facilities of the chain: built or not, when, at what cost."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from model.batch.indicators.declaration import Group, Indicator, SubjectKind
from model.solution import Solution
from network.network import Network

_OF_PROJECT = {"table": "builds", "key": "project_id", "service": "in_service_year"}
_OF_FACILITY = {"table": "chain_builds", "key": "facility_id", "service": "service_year"}


def _decided(solution: Solution, where: dict[str, str]) -> pd.DataFrame:
    """Return one row a project that is to be decided: its units that start at different times together."""
    table = solution[where["table"]]
    table = table[table["decision"].isin(["built", "not built"])]
    built = table["decision"] == "built"
    rows = pd.DataFrame(
        {
            "subject": table[where["key"]],
            "built": built.astype(float),
            "start": table["start_year"].where(built) // 1,  # 2025.5 = in the course of 2025
            "service": table[where["service"]].where(built) // 1,
            "capex": table["capex_musd"].where(built),
            "confidence": table["confidence"],
        }
    )
    return rows.groupby("subject", sort=False, as_index=False).agg(
        built=("built", "max"),
        start=("start", "min"),
        service=("service", "min"),
        capex=("capex", lambda parts: parts.sum(min_count=1)),
        confidence=("confidence", "first"),
    )


def _figure(column: str, where: dict[str, str]) -> Callable[[Solution, Network], pd.DataFrame]:
    def compute(solution: Solution, _: Network) -> pd.DataFrame:
        rows = _decided(solution, where)
        value = rows[column].astype(np.float64)
        return pd.DataFrame({"subject": rows["subject"], "value": value, "confidence": rows["confidence"]})

    return compute


def _four(kind: SubjectKind, name: str, noun: str, where: dict[str, str]) -> tuple[Indicator, ...]:
    group: Group = "projects" if kind == "project" else "rare earths"
    return (
        Indicator(
            f"{name}built", f"{noun} built", "1 = built", _figure("built", where), group=group, subject_kind=kind,
            digits=1, meaning=f"Whether the plan starts the {noun.lower()}; those of today's network are left out.",
        ),
        Indicator(
            f"{name}start_year", f"Start of the {noun.lower()}", "year", _figure("start", where), group=group,
            subject_kind=kind, digits=4, meaning="First year of construction; only if built.",
        ),
        Indicator(
            f"{name}service_year", f"{noun} in service", "year", _figure("service", where), group=group,
            subject_kind=kind, digits=4, meaning="First year of service; only if built.",
        ),
        Indicator(
            f"{name}capex", f"Investment in the {noun.lower()}", "million USD", _figure("capex", where), group=group,
            subject_kind=kind, meaning="Investment cost of the units built; only if built.",
        ),
    )  # fmt: skip


PROJECTS = _four("project", "project_", "Project", _OF_PROJECT)
"""Indicators of the projects of the network."""
FACILITIES = _four("facility", "facility_", "Facility", _OF_FACILITY)
"""Indicators of the candidates of the rare-earth chain."""
