"""A batch read for reports: what is finished of it, as tables."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from model.batch.catalogue import FINISHED, Catalogue
from model.batch.indicators import COLUMNS
from model.batch.record import NUMBER, Batch, read_record
from model.batch.runs import Run
from model.batch.store import BatchFolder, with_run
from model.errors import InputError
from model.scenario import Scenario
from model.solution import Solution, read_solution
from network.network import Network, read_network

_REMEMBERED = 64  # solutions held in memory


@dataclass(frozen=True)
class BatchResult:
    """What is finished of a batch.

    Attributes:
        folder: of the batch. network: the base world, before any lever. spec: ``batch.json``.
        catalogue: a row a run, see ``model.batch.catalogue``; runs that failed or are open are there too.
        indicators: a row an indicator and finished run: run, scenario, sample, portfolio, those of
            ``model.batch.indicators.COLUMNS``, and a column an axis.
        axes: names of grids and sampled ranges.
        notices: what a reader of a report should know, sentences.
    """

    folder: Path
    network: Network
    spec: Mapping[str, Any]
    catalogue: pd.DataFrame
    indicators: pd.DataFrame
    axes: tuple[str, ...]
    notices: tuple[str, ...] = ()
    _solutions: "OrderedDict[str, Solution]" = field(default_factory=OrderedDict, repr=False, compare=False)

    @cached_property
    def batch(self) -> Batch:
        """The batch with its runs."""
        return Batch.from_json(self.spec)

    @property
    def finished(self) -> list[str]:
        """Keys of the finished runs, in the order of the batch."""
        return list(self.catalogue.loc[self.catalogue["state"] == FINISHED, "key"])

    def run(self, key: str) -> Run:
        """A run of the batch.

        Raises:
            InputError: the batch has no such run.
        """
        if key not in self.batch.runs:
            raise InputError(f"{self.folder} has no run '{key}'; the keys are in {self.folder / 'catalogue.csv'}")
        return self.batch.runs[key]

    def scenario(self, key: str) -> Scenario:
        """The scenario of a run, with its settings and further levers."""
        return self.run(key).resolved(self.batch.how.scenarios)

    def has_tables(self, key: str) -> bool:
        """Whether a run is finished and its result tables are kept."""
        return BatchFolder(self.folder).has_tables(key)

    def solution(self, key: str) -> Solution:
        """The result tables of a finished run, read when they are asked for.

        Raises:
            InputError: the batch has no such run, it is not finished, or only its indicators are kept.
        """
        self.run(key)
        folder = BatchFolder(self.folder)
        if not folder.is_finished(key):
            raise InputError(f"run {key} of {self.folder} is not finished; see: batch.py status {self.folder}")
        if not folder.has_tables(key):
            raise InputError(f"of run {key} only the indicators are kept; a batch with keep: tables has the rest")
        if key not in self._solutions:
            self._solutions[key] = read_solution(self.folder / "runs" / key)
            if len(self._solutions) > _REMEMBERED:
                self._solutions.popitem(last=False)
        self._solutions.move_to_end(key)
        return self._solutions[key]


def read_batch(folder: Path) -> BatchResult:
    """Read what is finished of a batch. It may be at work meanwhile.

    Raises:
        InputError: the folder holds no batch, or its world is not where it was.
    """
    folder = Path(folder)
    batch = read_record(folder)
    network = read_network(batch.how.data)
    notices = []
    if network.content_hash() != batch.network_hash:
        notices.append(
            f"the tables of {batch.how.data} have changed since this batch was started: names and places are those of "
            "today, figures those of the batch"
        )
    catalogue = Catalogue(batch, BatchFolder(folder)).table()
    indicators = _indicators(folder, batch, catalogue)
    return BatchResult(folder, network, batch.to_json(), catalogue, indicators, tuple(batch.axes), tuple(notices))


def _indicators(folder: Path, batch: Batch, catalogue: pd.DataFrame) -> pd.DataFrame:
    """Indicators of the finished runs; the columns of axes are those of the batch as it now is."""
    store, frames = BatchFolder(folder), []
    axes = dict(batch.axes)
    for key in catalogue.loc[catalogue["state"] == FINISHED, "key"]:
        run = batch.runs[key]
        file = pq.ParquetFile(store.indicators_file(key, run.scenario))
        with file:
            frames.append(with_run(file.read(columns=list(COLUMNS)).to_pandas(), key, run, axes))
    if not frames:
        frames = [with_run(pd.DataFrame(columns=list(COLUMNS)), "", Run(""), axes)]
    table = pd.concat(frames, ignore_index=True)
    texts = ["run", "scenario", "portfolio", *(name for name, kind in axes.items() if kind != NUMBER)]
    table[texts] = table[texts].astype(object).fillna("").astype("str")
    return table
