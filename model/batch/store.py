"""The folder of a batch: what each run left, put in place whole, in an order in which no moment is between two truths.

::

    batch.json                                  the runs with their keys and how they are solved
    base/                                       the run whose investments all take, or begin their search from
    search/                                     its paths, cuts and bound
    runs/<key>/run.json, tables/*.parquet       a finished run; a run is finished if its folder is there
    indicators/scenario=<name>/<key>.parquet    a row an indicator; written before the run's folder
    failed/<key>.json, <key>.log                why a run failed, and where in the program
    catalogue.parquet, catalogue.csv            a row a run, made anew from the above
"""

import io
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from model.batch.files import is_disk_full, new_folder, sweep, write_bytes, write_text
from model.batch.lock import LOCK_FILE
from model.batch.record import NUMBER
from model.batch.runs import KEY_LENGTH, TABLES, Run
from model.errors import InputError
from model.solution import RUN_FILE, TABLE_FOLDER, Solution, plain

RUNS, INDICATORS, FAILED, BASE, SEARCHED = "runs", "indicators", "failed", "base", "search"
CATALOGUE = "catalogue"
INFEASIBLE, BAD_INPUT, LIMIT, ERROR, LOST, DISK_FULL = (
    "infeasible", "bad input", "limit", "error", "lost worker", "disk full")  # fmt: skip
KINDS = (INFEASIBLE, BAD_INPUT, LIMIT, ERROR, LOST)
_KEY = re.compile(rf"^[0-9a-f]{{{KEY_LENGTH}}}$")
_PARTITION = pa.dictionary(pa.int32(), pa.string())  # what readers make of the folder's name: both agree


@dataclass(frozen=True)
class Failure:
    """Why a run failed.

    Attributes:
        kind: "infeasible", "bad input", "limit", "error", "lost worker". reason: sentences for people.
        trace: where in the program; "" = it is not the program's. tries: how often the run was started.
    """

    key: str
    kind: str
    reason: str
    seconds: float
    tries: int = 1
    worker: str = ""
    trace: str = ""
    failed_at: str = ""


class BatchFolder:
    """The folder of a batch, read and written; several processes may write runs at once."""

    parts = (RUNS, INDICATORS, FAILED, BASE, SEARCHED, LOCK_FILE)

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> None:
        """Make the folders, where they are not there.

        Raises:
            InputError: the place is a file, or cannot be written.
        """
        if self.path.exists() and not self.path.is_dir():
            raise InputError(f"{self.path} is a file; name a folder for the batch (--out)")
        try:
            for name in (RUNS, INDICATORS, FAILED):
                (self.path / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            if is_disk_full(error):
                raise
            reason = (error.strerror or str(error)).lower()
            raise InputError(f"{self.path} cannot be written: {reason}; name another folder (--out)") from error

    def prepare(self) -> None:
        """Remove what killed writers left."""
        for folder in (self.path, self.path / RUNS, self.path / FAILED, *(self.path / INDICATORS).glob("scenario=*")):
            sweep(folder)

    def finished(self) -> set[str]:
        """Keys of the finished runs."""
        folder = self.path / RUNS
        return {path.name for path in folder.iterdir() if _KEY.match(path.name)} if folder.is_dir() else set()

    def is_finished(self, key: str) -> bool:
        """Whether a run is finished."""
        return (self.path / RUNS / key).is_dir()

    def failures(self) -> dict[str, Failure]:
        """What failed and has not been finished since, by key; damaged notes count as none."""
        found = {}
        for path in sorted((self.path / FAILED).glob("*.json")):
            if not _KEY.match(path.stem) or self.is_finished(path.stem):
                continue
            try:
                record = json.loads(path.read_text(encoding="utf-8"))
                log = path.with_suffix(".log")
                trace = log.read_text(encoding="utf-8") if record.pop("log") and log.is_file() else ""
                found[path.stem] = Failure(**record, trace=trace)
            except (OSError, ValueError, KeyError, TypeError):
                continue
        return found

    def put(self, key: str, run: Run, solution: Solution, indicators: pd.DataFrame, axes: dict[str, str], keep: str
            ) -> None:  # fmt: skip
        """Put a finished run in its place: its indicators, then its folder.

        Args:
            indicators: in the columns of ``model.batch.indicators.COLUMNS``. axes: "number" or "text" by axis.
            keep: "tables" or "indicators".
        """
        partition = self.path / INDICATORS / f"scenario={run.scenario}"
        partition.mkdir(exist_ok=True)
        rows = with_run(indicators, key, run, axes)
        write_bytes(partition / f"{key}.parquet", parquet(rows))
        with new_folder(self.path / RUNS / key) as folder:
            if keep == TABLES:
                solution.write(folder)
            else:
                text = json.dumps(plain(solution.run), indent=2, ensure_ascii=False, allow_nan=False)
                (folder / RUN_FILE).write_text(text + "\n", encoding="utf-8")

    def fail(self, failure: Failure) -> None:
        """Note why a run failed: where in the program first, the note itself last."""
        place = self.path / FAILED / failure.key
        record = asdict(failure)
        trace = record.pop("trace")
        if trace:
            write_text(place.with_suffix(".log"), trace)
        record["log"] = f"{failure.key}.log" if trace else ""
        write_text(place.with_suffix(".json"), json.dumps(record, indent=2, ensure_ascii=False) + "\n")

    def forget_failures(self, keys: set[str]) -> None:
        """Remove the notes on runs that failed, so that they are open again."""
        for key in keys:
            for ending in (".json", ".log"):
                (self.path / FAILED / f"{key}{ending}").unlink(missing_ok=True)

    def facts(self, key: str) -> dict[str, Any]:
        """Facts of a finished run (``run.json``)."""
        record: dict[str, Any] = json.loads((self.path / RUNS / key / RUN_FILE).read_text(encoding="utf-8"))
        return record

    def has_tables(self, key: str) -> bool:
        """Whether the result tables of a finished run are kept."""
        return (self.path / RUNS / key / TABLE_FOLDER).is_dir()

    def indicators_file(self, key: str, scenario: str) -> Path:
        """The file of a run's indicators."""
        return self.path / INDICATORS / f"scenario={scenario}" / f"{key}.parquet"

    def write_catalogue(self, catalogue: pd.DataFrame) -> None:
        """Write the catalogue, as Parquet and as csv."""
        write_bytes(self.path / f"{CATALOGUE}.parquet", parquet(catalogue))
        text = catalogue.to_csv(index=False, lineterminator="\n")
        write_bytes(self.path / f"{CATALOGUE}.csv", text.encode("utf-8-sig"))  # the mark tells Excel the encoding


def with_run(indicators: pd.DataFrame, key: str, run: Run, axes: dict[str, str]) -> pd.DataFrame:
    """Rows of indicators with what tells the run: run, scenario, sample and portfolio first, a column an axis last."""
    rows = indicators.copy()
    sample: Any = pd.Series(run.sample, index=rows.index, dtype="Int64")
    for place, (name, value) in enumerate(
        {"run": key, "scenario": run.scenario, "sample": sample, "portfolio": run.portfolio}.items()
    ):
        rows.insert(place, name, pd.Series(value, index=rows.index))
    for name, kind in axes.items():
        rows[name] = axis_value(run, name, kind)
    return rows


def axis_value(run: Run, name: str, kind: str) -> float | str | None:
    """Value of an axis in a run, in the axis' type; NaN or None where the run has none."""
    value = run.values.get(name)  # noqa: PD011 (a mapping)
    if kind == NUMBER:
        return float("nan") if value is None else float(value)
    return None if value is None else str(value)


def parquet(frame: pd.DataFrame) -> bytes:
    """A frame as a Parquet file. The column ``scenario`` has the type that readers give a folder's name.

    Without that, a reader of the whole folder would meet two columns of one name and different types.
    """
    table = pa.Table.from_pandas(frame, preserve_index=False)
    if "scenario" in frame:
        place = table.schema.get_field_index("scenario")
        named = table.column("scenario").cast(pa.string()).dictionary_encode().cast(_PARTITION)
        table = table.set_column(place, "scenario", named)
    for place, field in enumerate(table.schema):
        if pa.types.is_null(field.type):  # no run has a value: text, as elsewhere
            table = table.set_column(place, field.name, table.column(place).cast(pa.string()))
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()
