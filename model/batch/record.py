"""A batch as it is kept in ``batch.json``: its runs with their keys, how they are solved, what it was asked with."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from model.batch.files import write_text
from model.batch.runs import How, Run
from model.errors import InputError
from model.solution import plain

BATCH_FILE = "batch.json"
NUMBER, TEXT = "number", "text"


@dataclass(frozen=True)
class Batch:
    """Runs to be solved, in the order in which they are handed out.

    Attributes:
        name: for people. spec: what was asked, as text.
        runs: each run by its key. titles: title of each run's scenario, by key.
        axes: "number" or "text" by axis: grids and sampled ranges.
        network_hash: content hash of the base world. plan_hash: of the investments that are given, "" = none are.
        sections: of the report; empty = all.
    """

    name: str
    spec: str
    runs: Mapping[str, Run]
    titles: Mapping[str, str]
    how: How
    axes: Mapping[str, str]
    network_hash: str
    plan_hash: str = ""
    sections: tuple[str, ...] = ()
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def to_json(self) -> dict[str, Any]:
        """The batch as plain values for JSON."""
        runs = [{"key": key, "title": self.titles.get(key, ""), **run.to_json()} for key, run in self.runs.items()]
        record: dict[str, Any] = plain(
            {
                "name": self.name,
                "created": self.created,
                "kervan": version("kervan"),
                "network_hash": self.network_hash,
                "plan_hash": self.plan_hash,
                "sections": self.sections,
                "axes": dict(self.axes),
                "how": self.how.to_json(),
                "spec": self.spec,
                "runs": runs,
            }
        )
        return record

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Batch":
        """The batch that :meth:`to_json` wrote."""
        runs, titles = {}, {}
        for one in record["runs"]:
            fields = dict(one)
            key = fields.pop("key")
            titles[key] = fields.pop("title")
            runs[key] = Run.from_json(fields)
        same = ("name", "spec", "axes", "network_hash", "plan_hash", "created")
        return cls(
            runs=runs,
            titles=titles,
            how=How.from_json(record["how"]),
            sections=tuple(record["sections"]),
            **{name: record[name] for name in same},
        )

    def write(self, folder: Path) -> None:
        """Write ``batch.json``."""
        text = json.dumps(self.to_json(), indent=1, ensure_ascii=False, allow_nan=False)
        write_text(folder / BATCH_FILE, text + "\n")


def has_batch(folder: Path) -> bool:
    """Whether a folder holds a batch."""
    return (folder / BATCH_FILE).is_file()


def read_record(folder: Path) -> Batch:
    """Read ``batch.json``.

    Raises:
        InputError: there is none, or it is damaged or of another version.
    """
    if not has_batch(folder):
        near = sorted(path.parent.name for path in folder.parent.glob(f"*/{BATCH_FILE}"))
        hint = f" Batches beside it: {', '.join(near)}." if near else ""
        raise InputError(
            f"{folder} holds no batch (no {BATCH_FILE}); start one with: batch.py run --out {folder}.{hint}"
        )
    try:
        return Batch.from_json(json.loads((folder / BATCH_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{folder / BATCH_FILE} cannot be read ({error or type(error).__name__}): it is damaged, or another "
            "version wrote it; run the batch again into another folder (--out)"
        ) from error


def axis_kinds(runs: Sequence[Run]) -> dict[str, str]:
    """Axes of some runs, in the order in which they come, and whether their values are all numbers."""
    kinds: dict[str, str] = {}
    for run in runs:
        for name, value in run.values.items():
            kinds.setdefault(name, NUMBER)
            if isinstance(value, str):
                kinds[name] = TEXT
    return kinds
