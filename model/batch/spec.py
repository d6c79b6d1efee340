"""What a batch is: scenarios x grids x samples x portfolios, as a SPEC file or the options of a command say it.

Both become the same :class:`Spec`. Names of scenarios, levers and ranges are looked up when the batch is laid out over
a world (``model.batch.design``); here a SPEC is checked for its form.
"""

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, field_validator, model_validator

from model.batch.runs import FIXED, SEARCH, How
from model.batch.spec_text import Origin, parse, sentences
from model.errors import InputError
from model.explain import known_names
from model.options import TIME_LIMITS_S, Options
from model.scenario_file import BASELINE
from network.schema_uncertainty import DISTRIBUTIONS

ALL = "all"
_LONGER = 2.0  # a search has one processor in a batch, and at least two by itself
_GRID = re.compile(r"^(?P<name>[^={]+)(?P<choice>\{.*\})?=(?P<values>.*)$", re.DOTALL)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)


class Grid(_Part):
    """Values of one axis. A list stands for ``values``."""

    values: tuple[float | str, ...] = Field(default=(), description="values, each in one run of every combination")
    points: int | None = Field(default=None, ge=2, le=1000, description="so many values over a declared range")
    lever: str = Field(default="", description="kind of a lever that takes the values; empty = the name says it")
    field: str = Field(default="", description="field of that lever")
    choice: dict[str, Any] = Field(default_factory=dict, description="other fields of the lever, as in a scenario file")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: object) -> object:
        return given if isinstance(given, dict) else {"values": given}

    @field_validator("values", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        values = given if isinstance(given, (list, tuple)) else [] if given in (None, "") else [given]
        for value in values:
            if isinstance(value, bool) or not isinstance(value, (int, float, str)):
                raise ValueError(f"{value!r}; expected numbers, or names (in quotes where YAML reads yes or no)")
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError(f"{value}; expected finite numbers")
        return tuple(float(value) if isinstance(value, int) else value for value in values)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if bool(self.values) == (self.points is not None):
            raise ValueError("expected values, such as [0, 50, 100], or points over a declared range")
        if bool(self.lever) != bool(self.field):
            raise ValueError("lever and field go together")
        return self


class SampledRange(_Part):
    """A range that is sampled: a declared one, with what is given here in place of the table's, or a new one."""

    lever: str = Field(default="", description="kind of a lever that takes the values, for a range that is new")
    field: str = Field(default="", description="field of that lever")
    choice: dict[str, Any] = Field(default_factory=dict, description="other fields of the lever, as in a scenario file")
    low: float | None = Field(default=None, description="low end")
    high: float | None = Field(default=None, description="high end")
    central: float | None = Field(default=None, description="value held most likely")
    distribution: Literal["uniform", "triangular", "log_uniform"] | None = Field(
        default=None, description=f"one of {', '.join(DISTRIBUTIONS)}"
    )
    confidence: Literal["sourced", "estimate", "memory"] | None = Field(default=None, description="how sure it is")
    source: str = Field(default="", description="where the ends come from")

    @model_validator(mode="before")
    @classmethod
    def _empty(cls, given: object) -> object:
        return {} if given is None else given


class Sample(_Part):
    """A Latin hypercube over ranges."""

    points: int = Field(ge=1, description="number of points")
    seed: int = Field(default=1, ge=0, description="start of the random numbers; the same seed gives the same points")
    ranges: dict[str, SampledRange] | None = Field(default=None, description="ranges that are sampled; all = every one")

    @field_validator("ranges", mode="before")
    @classmethod
    def _named(cls, given: object) -> object:
        if given == ALL:
            return None
        names = _names(given)
        if names is None:
            return given
        twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
        if twice:
            raise ValueError(f"{', '.join(twice)}: named twice")
        return {name: {} for name in names}


class Choices(_Part):
    """How every run is solved, as the options of ``solve.py`` of these names."""

    objective: str = Field(default="shipper", description="shipper, world or national:XX")
    relax: bool = Field(default=False, description="build projects in part: a bound, not a plan")
    gap: float = Field(default=0.05, description="gap of the gain at which to stop, share")
    time_limit: float | None = Field(
        default=None, description="seconds of search after which the best plan is taken; twice those of solve.py"
    )
    resolution: str = Field(default="fast", description="fast or full")
    formulation: str = Field(default="auto", description="auto, path or arc")
    states: bool = Field(default=False, description="solve events and deals as states of the world")


class Spec(_Part):
    """A batch. The descriptions of the fields are the manual of a SPEC file."""

    title: str = Field(default="", description="name of the batch for people")
    question: str = Field(default="", description="the question that it answers")
    scenarios: tuple[str, ...] = Field(
        default=(BASELINE,), min_length=1, description="names, joined by + where levers of several act; all = every one"
    )
    settings: tuple[str, ...] = Field(default=(), description="lever.field=value in every run, as --set")
    grid: dict[str, Grid] = Field(default_factory=dict, description="axes whose values are combined with all else")
    sample: Sample | None = Field(default=None, description="Latin hypercube over uncertain figures")
    portfolios: tuple[str, ...] = Field(default=(), description="files of portfolios, each with all scenarios")
    exclude: tuple[str, ...] = Field(default=(), description="conditions; a run that satisfies one is left out")
    only: tuple[str, ...] = Field(default=(), description="conditions; a run that fails one is left out")
    options: Choices = Field(default_factory=Choices, description="how every run is solved")
    investment: str = Field(
        default=SEARCH, min_length=1, description=f"{SEARCH}, {FIXED} (the plan of base) or the folder of a run"
    )
    base: str = Field(default=BASELINE, min_length=1, description="scenario that the others are compared with")
    keep: Literal["tables", "indicators"] = Field(default="tables", description="what is kept of each run")
    report: tuple[str, ...] = Field(default=(ALL,), min_length=1, description="sections of the report; all = every one")

    _origin: Origin = PrivateAttr(default_factory=Origin)

    @field_validator("scenarios", "portfolios", "report", mode="before")
    @classmethod
    def _several(cls, given: object) -> object:
        names = _names(given)
        return given if names is None else names

    @field_validator("settings", "exclude", "only", mode="before")
    @classmethod
    def _one_or_more(cls, given: object) -> object:
        return [given] if isinstance(given, str) else [] if given is None else given

    @property
    def origin(self) -> Origin:
        """Where its words stand."""
        return self._origin

    def how(self, data: Path, threads: int = 1, store: Path | None = None) -> How:
        """How its runs are solved.

        Args:
            data: data folder of the base world. threads: processors of one run.
            store: folder of stored paths.

        Raises:
            InputError: with every option that is not valid.
        """
        one = self.options
        usual = TIME_LIMITS_S.get(one.resolution)
        limit = _LONGER * usual if one.time_limit is None and usual is not None else one.time_limit
        options = Options(one.objective, one.relax, one.gap, limit, threads, one.resolution, one.formulation, store,
                          one.states)  # fmt: skip
        folder = self.investment if self.investment in (SEARCH, FIXED) else str(self.path(self.investment))
        return How(data, options, folder, self.base, self.keep)

    def path(self, text: str) -> Path:
        """A path of the SPEC, seen from where the command runs."""
        return self.origin.folder / Path(text).expanduser()

    def to_yaml(self) -> str:
        """The SPEC as YAML, without what is left as it is by default."""
        return yaml.safe_dump(self.model_dump(mode="json", exclude_defaults=True), sort_keys=False, allow_unicode=True)


def read_spec(path: str | Path, sections: Sequence[str] | None = None) -> Spec:
    """Read a SPEC file.

    Args:
        sections: names of the sections that a report can have; None = not checked.

    Raises:
        InputError: the file cannot be read, or with everything that is wrong with its form.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name}: not text in UTF-8: {error.reason} at byte {error.start}") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}") from error
    content, origin = parse(text, path)
    return spec_of(content, sections, origin)


def spec_of(content: Mapping[str, Any], sections: Sequence[str] | None = None, origin: Origin | None = None) -> Spec:
    """Check the fields of a SPEC.

    Args:
        content: fields, as in a SPEC file.
        sections: as for :func:`read_spec`. origin: where they stand; None = options.

    Raises:
        InputError: with everything that is wrong.
    """
    origin = origin or Origin()
    try:
        spec = Spec.model_validate(dict(content))
    except ValidationError as error:
        raise InputError(sentences(error, Spec, origin)) from error
    spec._origin = origin
    if sections is not None:
        problems = [
            f"{origin.place('report', number)}: '{name}' is no section. {known_names('Sections', name, sections)}"
            for number, name in enumerate(spec.report)
            if name != ALL and name not in sections
        ]
        if problems:
            raise InputError(problems)
    return spec


def spec_of_options(
    scenarios: str = BASELINE,
    grids: Sequence[str] = (),
    sample: int | None = None,
    seed: int | None = None,
    sections: Sequence[str] | None = None,
    **more: Any,
) -> Spec:
    """The SPEC that the options of a command line say.

    Args:
        scenarios: all, or names separated by commas.
        grids: texts ``name=value,value`` or ``name{choice}=value,value``, such as ``cost.factor{modes: [road]}=1,2``.
        sample: number of points of a Latin hypercube; None = no sample. seed: of the sample.
        sections: as for :func:`read_spec`.
        more: other fields of a SPEC that are given; ``ranges`` is that of the sample.

    Raises:
        InputError: with everything that is wrong.
    """
    grid: dict[str, Any] = {}
    problems: list[str] = []
    for text in grids:
        try:
            name, axis = _grid(text)
        except ValueError as error:
            problems.append(f"--grid {text}: {error}")
            continue
        if name in grid:
            problems.append(f"--grid {text}: {name} has a grid already; give all its values at once")
        grid[name] = axis
    ranges = more.pop("ranges", None)
    if sample is None and (seed is not None or ranges):
        problems.append(f"--{'seed' if seed is not None else 'ranges'} goes with --sample, the number of points")
    if problems:
        raise InputError(problems)
    content: dict[str, Any] = {"scenarios": scenarios, "grid": grid, **more}
    if sample is not None:
        given = {"points": sample, "seed": seed, "ranges": ranges or None}
        content["sample"] = {name: value for name, value in given.items() if value is not None}
    return spec_of(content, sections)


def _grid(text: str) -> tuple[str, dict[str, Any]]:
    match = _GRID.match(text)
    if match is None:
        raise ValueError("expected name=value,value, such as carbon_price=0,50,100")
    choice: object = {}
    if match["choice"]:
        try:
            choice = yaml.safe_load(match["choice"])
        except yaml.YAMLError:
            choice = None
        if not isinstance(choice, dict):
            raise ValueError("what stands in braces is no mapping, such as {modes: [road]}")
    values = [_value(one.strip()) for one in match["values"].split(",")] if match["values"].strip() else []
    if not values or "" in values:
        raise ValueError("a value is missing; expected such as carbon_price=0,50,100")
    name = match["name"].strip()
    kind, _, field = name.partition(".")
    own = {"lever": kind, "field": field, "choice": choice} if choice and field else {"choice": choice}
    return name, {"values": values, **own}


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _names(given: object) -> list[str] | None:
    """Names in a list, or in a text separated by commas; None where it is neither."""
    if isinstance(given, str):
        return [name.strip() for name in given.split(",") if name.strip()]
    if given is None:
        return []
    return list(given) if isinstance(given, (list, tuple)) and all(isinstance(one, str) for one in given) else None
