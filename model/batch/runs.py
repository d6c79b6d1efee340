"""One run of a batch, how every run is solved, and the key that says what went into it.

Equal inputs give equal keys on every machine: a key is a hash of contents, never of names of files. It counts the
world, the levers as they are once read (so 50 and 50.0 are one figure, and a setting counts by what it changes), the
options that decide the answer, the base whose search and sessions runs begin from, the investments that are given, the
portfolio and the version of this package. What is kept of a run (``keep``), its threads and the folder of stored paths
do not count: the answer is the same.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from model.errors import InputError, Problems
from model.funding.portfolio_sheets import read_portfolio_sheets
from model.options import Options
from model.scenario import COMBINE, Scenario, build_levers, load_scenario
from model.scenario_file import BASELINE, SUFFIX
from model.solution import plain
from network.problems import DataError

SEARCH, FIXED = "search", "fixed"
TABLES, INDICATORS = "tables", "indicators"
KEY_LENGTH = 20
_FROM = "the batch"


@dataclass(frozen=True)
class Run:
    """One run of a batch.

    Attributes:
        scenario: name, or names joined by +.
        settings: texts ``lever.field=value`` that replace figures of the scenario's files.
        levers: further levers, fields as in a scenario file; they act after the scenario's own.
        values: value of each axis (grids and sampled ranges) by its name, for people.
        sample: number of the point of the Latin hypercube, from 0; None = not sampled.
        portfolio: path of a portfolio whose builds are taken; '' = none.
    """

    scenario: str
    settings: tuple[str, ...] = ()
    levers: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)
    values: Mapping[str, float | str] = field(default_factory=dict, hash=False)
    sample: int | None = None
    portfolio: str = ""

    @property
    def label(self) -> str:
        """What sets the run apart, for people.

        >>> Run("red_sea_closed", values={"carbon_price": 50.0}).label
        'red_sea_closed, carbon_price 50'
        """
        values = [f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
                  for name, value in self.values.items()]  # fmt: skip
        portfolio = [Path(self.portfolio).stem] if self.portfolio else []
        return ", ".join([self.scenario, *portfolio, *values])

    def resolved(self, folder: Path, stamp: object = None) -> Scenario:
        """The scenario with the settings and the further levers of the run.

        Args:
            folder: folder of the scenario files. stamp: state of its files where it is known, for many runs.

        Raises:
            InputError: with every problem of the files, the settings and the levers.
        """
        scenario = _scenario(self.scenario, folder, self.settings, stamp or _stamp(folder))
        if not self.levers:
            return scenario
        written: dict[str, dict[str, Any]] = {}
        problems: list[str] = []
        taken = {lever.id for lever in scenario.levers}
        for number, fields in enumerate(self.levers, start=1):
            name = str(fields.get("id") or f"lever_{number}")
            if name in written or name in taken:
                problems.append(f"{_FROM}: the scenario {self.scenario} has a lever '{name}' already")
            written[name] = {"id": name, **fields}
        built, wrong = build_levers(written, dict.fromkeys(written, _FROM), set())
        if problems or wrong:
            raise InputError([*problems, *wrong])
        return replace(scenario, levers=(*scenario.levers, *built))

    def to_json(self) -> dict[str, Any]:
        """The run as plain values for JSON."""
        record: dict[str, Any] = plain(asdict(self))
        return record

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Run":
        """The run that :meth:`to_json` wrote."""
        lists = {name: tuple(record[name]) for name in ("settings", "levers")}
        return cls(**{**record, **lists})


@dataclass(frozen=True)
class How:
    """How every run of a batch is solved.

    Attributes:
        data: data folder of the base world; its scenarios are in its folder ``scenarios``.
        options: resolution, gap, time limit, objective, states and so on; workers take one thread each.
        investment: "search": each run looks for its plan; "fixed": all take the plan of the base scenario; or the
            folder of a run whose builds all take.
        base: scenario that workers start from.
        keep: "tables" (all result tables of each run) or "indicators" (only these).
    """

    data: Path
    options: Options
    investment: str = SEARCH
    base: str = BASELINE
    keep: str = TABLES

    def __post_init__(self) -> None:
        if self.keep not in (TABLES, INDICATORS):
            raise InputError(f"keep is '{self.keep}'; expected {TABLES} or {INDICATORS}")
        if not self.investment:
            raise InputError(f"investment is empty; expected {SEARCH}, {FIXED} or the folder of a run")

    @property
    def scenarios(self) -> Path:
        """Folder of the scenario files."""
        return self.data / "scenarios"

    def to_json(self) -> dict[str, Any]:
        """How as plain values for JSON."""
        store = self.options.store
        options = {**asdict(self.options), "store": None if store is None else str(store)}
        return {**asdict(self), "data": str(self.data), "options": options}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "How":
        """What :meth:`to_json` wrote."""
        options = dict(record["options"])
        store = options.pop("store")
        read = Options(**options, store=None if store is None else Path(store))
        return cls(**{**record, "data": Path(record["data"]), "options": read})


def run_key(run: Run, how: How, network_hash: str, plan_hash: str = "") -> str:
    """Key of a run: 20 hexadecimal digits of the SHA-256 of all that decides what it answers.

    A worker that computes it again from its own files notices when these have changed since.

    Args:
        network_hash: content hash of the base world, before the scenario's levers.
        plan_hash: :func:`plan_hash` of the investments that are given; not looked at where every run searches.

    Raises:
        InputError: as :meth:`Run.resolved`, or the portfolio cannot be read.
    """
    return run_keys([run], how, network_hash, plan_hash)[0]


def run_keys(runs: Sequence[Run], how: How, network_hash: str, plan_hash: str = "") -> list[str]:
    """Keys of many runs, as :func:`run_key`; files are looked at once."""
    options, stamp = how.options, _stamp(how.scenarios)
    same = {
        "world": network_hash,
        "options": [options.objective, options.relax, options.resolution, options.states, float(options.gap),
                    float(options.seconds), options.formulation],
        "base": [how.base, [_lever(lever) for lever in _scenario(how.base, how.scenarios, (), stamp).levers]],
        "investment": SEARCH if how.investment == SEARCH else f"given {plan_hash}",
        "kervan": version("kervan"),
    }  # fmt: skip
    portfolios = {path: portfolio_hash(path) if path else "" for path in {run.portfolio for run in runs}}
    keys = []
    for run in runs:
        scenario = run.resolved(how.scenarios, stamp)
        own = {
            "scenario": COMBINE.join(part.strip() for part in run.scenario.split(COMBINE)),
            "levers": [_lever(lever) for lever in scenario.levers],
            "branches": [
                {**asdict(replace(branch, levers=())), "levers": [_lever(lever) for lever in branch.levers]}
                for branch in scenario.branches
            ] if options.states else [],
            "portfolio": portfolios[run.portfolio],
        }  # fmt: skip
        text = json.dumps({**same, **own}, sort_keys=True, ensure_ascii=True, allow_nan=False)
        keys.append(hashlib.sha256(text.encode()).hexdigest()[:KEY_LENGTH])
    return keys


def plan_hash(*builds: pd.DataFrame) -> str:
    """Hash of investments that are given, SHA-256, hexadecimal: of their rows, in any order of rows and columns.

    Args:
        builds: tables ``builds`` and ``chain_builds`` of a run.
    """
    digest = hashlib.sha256()
    for frame in builds:
        text = frame[sorted(frame.columns)].to_csv(index=False, lineterminator="\n")
        header, *rows = text.splitlines()
        digest.update("\n".join([header, *sorted(rows), ""]).encode())
    return digest.hexdigest()


def portfolio_hash(path: str | Path) -> str:
    """Hash of the cells of a portfolio, wherever its file stands and however it is compressed.

    Raises:
        InputError: the portfolio cannot be read.
    """
    found = read_portfolio_sheets(Path(path))
    problems = Problems()
    with problems:
        if found.problems:
            raise DataError(found.problems)
    problems.raise_any()
    sheets = {name: sheet.cells for name, (_, sheet) in found.sheets.items()}
    return hashlib.sha256(json.dumps(sheets, sort_keys=True).encode()).hexdigest()


def _lever(lever: Any) -> dict[str, Any]:
    return {"lever": lever.kind, **lever.model_dump(mode="json")}


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """State of a folder of scenarios: what a process remembers of its files holds as long as this does."""
    if not folder.is_dir():
        return ()
    states = [(file.name, file.stat()) for file in sorted(folder.glob(f"*{SUFFIX}"))]
    return tuple((name, state.st_mtime_ns, state.st_size) for name, state in states)


@lru_cache(maxsize=1024)
def _scenario(name: str, folder: Path, settings: Sequence[str], stamp: object) -> Scenario:
    del stamp  # another state of the files is another entry
    return load_scenario(name, folder, settings)
