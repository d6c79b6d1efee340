"""The catalogue of a batch: a row a run, with its state, made from the folder and never the other way round."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from model.batch.record import NUMBER, Batch
from model.batch.store import BatchFolder, axis_value

FINISHED, FAILED, OPEN = "finished", "failed", "open"
_TEXTS = ("key", "scenario", "title", "portfolio", "state", "kind", "reason", "worker", "finished_at")
_NUMBERS = ("seconds", "objective", "gain", "gap_of_gain")
_FIRST = ("key", "scenario", "title", "sample", "portfolio")
_LAST = ("state", "kind", "reason", "seconds", "objective", "gain", "gap_of_gain", "worker", "finished_at")


@dataclass
class Catalogue:
    """Makes the catalogue; what finished runs say is read once and remembered."""

    batch: Batch
    folder: BatchFolder
    _known: dict[str, dict[str, Any]] = field(default_factory=dict)

    def table(self) -> pd.DataFrame:
        """A row a run, in the order of the batch.

        Columns key, scenario, title, sample, portfolio, a column an axis, state (finished, failed, open), kind and
        reason (of a failure), seconds, objective, gain (both million USD), gap_of_gain (share), worker, finished_at.
        """
        finished, failures = self.folder.finished(), self.folder.failures()
        rows = []
        for key, run in self.batch.runs.items():
            row: dict[str, Any] = {"key": key, "scenario": run.scenario, "title": self.batch.titles.get(key, ""),
                                   "sample": run.sample, "portfolio": run.portfolio, "state": OPEN}  # fmt: skip
            row |= {name: axis_value(run, name, kind) for name, kind in self.batch.axes.items()}
            if key in finished:
                row |= self._finished(key)
            elif key in failures:
                found = failures[key]
                row |= {"state": FAILED, "kind": found.kind, "reason": found.reason, "seconds": found.seconds,
                        "worker": found.worker, "finished_at": found.failed_at}  # fmt: skip
            rows.append(row)
        return self._typed(rows)

    def _finished(self, key: str) -> dict[str, Any]:
        if key not in self._known:
            run = self.folder.facts(key)
            batch = run.get("batch", {})
            facts = {name: run.get(name) for name in ("objective", "gain", "gap_of_gain")}
            told = {name: batch.get(name) for name in ("seconds", "worker", "finished_at")}
            self._known[key] = {"state": FINISHED, **facts, **told}
        return self._known[key]

    def _typed(self, rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
        table = pd.DataFrame(rows, columns=[*_FIRST, *self.batch.axes, *_LAST])
        numbers = [*_NUMBERS, *(name for name, kind in self.batch.axes.items() if kind == NUMBER)]
        texts = [*_TEXTS, *(name for name, kind in self.batch.axes.items() if kind != NUMBER)]
        table[numbers] = table[numbers].astype(float)
        table[texts] = table[texts].astype(object).fillna("").astype("str")
        return table.astype({"sample": "Int64"})
