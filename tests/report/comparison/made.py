"""Batches made by hand, with known answers: runs and a few figures of each, without any solve."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from model.batch.indicators import COLUMNS, INDICATOR_BY_NAME
from model.errors import InputError
from model.solution import Solution
from network.network import Network

Figure = tuple[str, str, int | None, float]
"""Indicator, subject, period and value."""


@dataclass(frozen=True)
class MadeBatch:
    """As `model.batch.result.BatchResult`, without a folder; solutions by key."""

    network: Network
    spec: Mapping[str, Any]
    catalogue: pd.DataFrame
    indicators: pd.DataFrame
    axes: tuple[str, ...] = ()
    solutions: Mapping[str, Solution] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    def solution(self, key: str) -> Solution:
        if key not in self.solutions:
            raise InputError(f"of run {key} only the indicators are kept")
        return self.solutions[key]

    def has_tables(self, key: str) -> bool:
        return key in self.solutions


def made_batch(
    network: Network,
    runs: Sequence[Mapping[str, Any]],
    figures: Mapping[str, Sequence[Figure]] | None = None,
    axes: Sequence[str] = (),
    base: str = "baseline",
    confidence: Callable[[Figure], str] = lambda _: "estimate",
    solutions: Mapping[str, Solution] | None = None,
    investment: str = "search",
) -> MadeBatch:
    """A batch of `runs` (key, scenario and what else sets them apart) with `figures` by key."""
    columns = ["key", "scenario", "title", "sample", "portfolio", *axes, "state", "kind", "reason", "seconds",
               "objective", "gain", "gap_of_gain", "worker", "finished_at"]  # fmt: skip
    usual = {"sample": None, "portfolio": "", "state": "finished", "kind": "", "reason": "", "worker": "w1"}
    rows = [{**usual, "title": str(run["scenario"]).replace("_", " ").capitalize(), **run} for run in runs]
    catalogue = pd.DataFrame(rows, columns=columns).astype({"sample": "Int64"})
    parts = []
    for key, of_run in (figures or {}).items():
        for figure in of_run:
            declared = INDICATOR_BY_NAME[figure[0]]
            label, kind, unit = declared.label, declared.subject_kind, declared.unit
            parts.append((key, *figure[:1], label, figure[2], figure[1], kind, figure[3], unit, confidence(figure)))
    indicators = pd.DataFrame(parts, columns=["run", *COLUMNS]).astype({"period": "Int64", "value": float})
    of_run = catalogue.set_index("key")
    for name in ("scenario", "sample", *axes):
        indicators[name] = indicators["run"].map(of_run[name])
    spec = {"name": "made", "spec": "scenarios: all", "how": {"base": base, "investment": investment}}
    return MadeBatch(network, spec, catalogue, indicators, tuple(axes), solutions or {})


def cargo(kt: float, kteu: float = 100.0, year: int = 2040) -> list[Figure]:
    """Cargo and boxes of the Middle Corridor."""
    return [("corridor_kt", "middle", year, kt), ("corridor_kteu", "middle", year, kteu)]
