"""One scenario file: YAML to checked fields, every problem named with its place."""

from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from model.errors import InputError
from model.explain import explain, known_names

SUFFIX = ".yaml"
BASELINE = "baseline"


class _BranchFile(BaseModel):
    """A bundle of levers with a name."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="short name, unique in the scenario")
    title: str = Field(min_length=1, description="what happens or is agreed, for people")
    source: str = Field(default="", description="where the chance comes from")
    confidence: Literal["sourced", "estimate", "memory"] = Field(default="estimate", description="how sure it is")
    first_year: int | None = Field(default=None, ge=1990, le=2100, description="first year in which it may happen")
    levers: list[dict[str, Any]] = Field(min_length=1, description="changes to the world, in order")


class EventFile(_BranchFile):
    """A change that may come."""

    chance_per_year: float = Field(ge=0, le=1, description="chance a year that it comes, 0 to 1")


class DealFile(_BranchFile):
    """A deal: levers that hold until it breaks."""

    holder: str = Field(min_length=1, description="country whose trade the deal changes")
    partner: str = Field(min_length=1, description="country or territory that grants it")
    condition: str = Field(min_length=1, description="what the holder gives for it")
    break_per_year: float = Field(ge=0, le=1, description="chance a year that it breaks, 0 to 1")


class StateFile(_BranchFile):
    """A state of the world."""

    probability: float = Field(ge=0, le=1, description="probability, 0 to 1; all of them sum to 1 at most")


class ScenarioFile(BaseModel):
    """What a scenario file says. Levers stay as written until inheritance and settings are worked out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(exclude=True, description="name of the file without its ending")
    title: str = Field(min_length=1, description="name of the scenario for people")
    question: str = Field(min_length=1, description="the question that the scenario answers")
    description: str = Field(default="", description="what is assumed and what is left out")
    extends: str = Field(default="", description="scenario (or scenarios, joined by +) whose levers come first")
    levers: list[dict[str, Any]] = Field(default_factory=list, description="changes to the world, in order")
    events: list[EventFile] = Field(default_factory=list, description="changes that may come, with a chance a year")
    deals: list[DealFile] = Field(default_factory=list, description="levers that hold until the deal breaks")
    states: list[StateFile] = Field(default_factory=list, description="states of the world with their probabilities")

    @model_validator(mode="after")
    def _probabilities(self) -> Self:
        """States sum to one at most, and stand alone."""
        total = sum(state.probability for state in self.states)
        if total > 1.0 + 1e-9:
            raise ValueError(f"states: the probabilities sum to {total:g}; expected 1, or less with the rest unchanged")
        if self.states and (self.events or self.deals):
            raise ValueError("states: stand in place of events and deals; give one or the other")
        return self

    @property
    def label(self) -> str:
        """How messages call the file."""
        return self.name + SUFFIX


class UniqueKeys(yaml.SafeLoader):
    """Safe YAML that refuses a key written twice, of which the ordinary loader silently keeps the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """As usual, once every key was seen to be new."""
        keys: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in keys:
                raise yaml.constructor.ConstructorError(None, None, f"'{key}' is written twice", key_node.start_mark)
            keys.add(key)
        return super().construct_mapping(node, deep)


def scenario_names(folder: Path) -> list[str]:
    """Names of the scenarios of a folder, sorted; ``baseline`` is always one (without a file: the world as it is)."""
    return sorted({BASELINE, *(path.stem for path in folder.glob(f"*{SUFFIX}"))})


def read_scenario_file(folder: Path, name: str) -> ScenarioFile:
    """Read one scenario.

    Args:
        folder: folder of the scenario files.
        name: name of the scenario.

    Raises:
        InputError: there is no such scenario, the file is no YAML, or it does not say what a scenario must.
    """
    path = folder / (name + SUFFIX)
    is_there = Path(name).name == name and path.is_file()
    if not is_there and name not in (names := scenario_names(folder)):
        raise InputError(f"no scenario is called '{name}' in {folder}. {known_names('Scenarios', name, names)}")
    if name == BASELINE and not is_there and not path.exists():
        return ScenarioFile(name=name, title="Baseline", question="What does the world look like as its tables stand?")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name}: not valid YAML: {error}") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    return _understood(name, text)


@lru_cache(maxsize=256)
def _understood(name: str, text: str) -> ScenarioFile:
    """The text of a file as fields; batches read the same few texts thousands of times."""
    label = name + SUFFIX
    content = _parsed(label, text)
    if not isinstance(content, dict):
        raise InputError(f"{label}: expected fields such as title, question and levers; found {_kind(content)}")
    if "name" in content:
        raise InputError(f"{label}: name: unknown field; a scenario is called after its file")
    try:
        return ScenarioFile.model_validate({**content, "name": name})
    except ValidationError as error:
        raise InputError(f"{label}: {problem}" for problem in explain(error, ScenarioFile, "a scenario")) from error


def _parsed(label: str, text: str) -> object:
    try:
        return UniqueKeys(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise InputError(f"{label}{where}: not valid YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise InputError(f"{label}: not valid YAML: {error}") from error


def _kind(content: object) -> str:
    return "an empty file" if content is None else f"a {type(content).__name__}"
