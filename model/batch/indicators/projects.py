"""Indicators of single projects and facilities of the chain: built or not, when, at what cost."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from model.batch.indicators.declaration import Figures, Group, Indicator, SubjectKind
from network.network import Network

Decided = Callable[[Figures, Network], pd.DataFrame]


def _projects(solution: Figures, _: Network) -> pd.DataFrame:
    return _decided(solution["builds"], "project_id", "in_service_year")


def _facilities(solution: Figures, _: Network) -> pd.DataFrame:
    return _decided(solution["chain_builds"], "facility_id", "service_year")


def _decided(table: pd.DataFrame, key: str, service: str) -> pd.DataFrame:
    """Return one row a project that is to be decided: its units that start at different times together."""
    table = table[table["decision"].isin(["built", "not built"])]
    built = table["decision"] == "built"
    rows = pd.DataFrame(
        {
            "subject": table[key],
            "built": built.astype(float),
            "start": table["start_year"].where(built) // 1,  # 2025.5 = in the course of 2025
            "service": table[service].where(built) // 1,
            "capex": table["capex_musd"].where(built),
            "confidence": table["confidence"],
        }
    )
    parts = rows.groupby("subject", sort=False)
    whole = {"built": "max", "start": "min", "service": "min", "confidence": "first"}
    return parts.agg(whole).assign(capex=parts["capex"].sum(min_count=1)).reset_index()


def _figure(column: str, decided: Decided) -> Callable[[Figures, Network], pd.DataFrame]:
    def compute(solution: Figures, network: Network) -> pd.DataFrame:
        rows = solution.once(decided, network)
        value = rows[column].astype(np.float64)
        return pd.DataFrame({"subject": rows["subject"], "value": value, "confidence": rows["confidence"]})

    return compute


def _four(kind: SubjectKind, name: str, noun: str, decided: Decided) -> tuple[Indicator, ...]:
    group: Group = "projects" if kind == "project" else "rare earths"
    return (
        Indicator(
            f"{name}built", f"{noun} built", "1 = built", _figure("built", decided), group=group, subject_kind=kind,
            digits=1, meaning=f"Whether the plan starts the {noun.lower()}; those of today's network are left out.",
        ),
        Indicator(
            f"{name}start_year", f"Start of the {noun.lower()}", "year", _figure("start", decided), group=group,
            subject_kind=kind, digits=4, meaning="First year of construction; only if built.",
        ),
        Indicator(
            f"{name}service_year", f"{noun} in service", "year", _figure("service", decided), group=group,
            subject_kind=kind, digits=4, meaning="First year of service; only if built.",
        ),
        Indicator(
            f"{name}capex", f"Investment in the {noun.lower()}", "million USD", _figure("capex", decided), group=group,
            subject_kind=kind, meaning="Investment cost of the units built; only if built.",
        ),
    )  # fmt: skip


PROJECTS = _four("project", "project_", "Project", _projects)
"""Indicators of the projects of the network."""
FACILITIES = _four("facility", "facility_", "Facility", _facilities)
"""Indicators of the candidates of the rare-earth chain."""
