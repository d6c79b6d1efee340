"""Where the words of a batch stand: the line of a SPEC file, or the option of the command line."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from model.errors import InputError
from model.explain import sentence
from model.scenario_file import UniqueKeys

Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Origin:
    """A SPEC file, or the command line.

    Attributes:
        file: name of the file; '' = options.
        lines: line of each key and each entry of a list, by its path.
        folder: folder that paths in the text start from.
    """

    file: str = ""
    lines: Mapping[Loc, int] = field(default_factory=dict)
    folder: Path = Path()

    def place(self, *loc: str | int) -> str:
        """How messages call a place.

        >>> Origin().place("grid", "carbon_price")
        '--grid carbon_price'
        """
        if not self.file:
            option, names = _option(loc)
            return " ".join([f"--{option.replace('_', '-')}", *(str(part) for part in names if isinstance(part, str))])
        return f"{self.head(loc)}, {'.'.join(str(part) for part in loc)}"

    def head(self, loc: Loc) -> str:
        """The file, and the line of a path."""
        line = self.line(loc)
        return f"{self.file}, line {line}" if line else self.file

    def line(self, loc: Loc) -> int:
        """Line of a path, or of the nearest above it that has one; 0 where none has."""
        return next((self.lines[loc[:n]] for n in range(len(loc), 0, -1) if loc[:n] in self.lines), 0)

    def said(self, *loc: str | int) -> Loc:
        """The part of a path that the writer of the file wrote: short forms leave a step out."""
        path: Loc = ()
        for part in loc:
            if (*path, part) in self.lines or not self.lines:
                path = (*path, part)
        return path


_OPTIONS: dict[Loc, str] = {("sample", "points"): "sample", ("sample", "seed"): "seed", ("sample", "ranges"): "ranges"}


def _option(loc: Loc) -> tuple[str, Loc]:
    """Option of the command line that a path of a SPEC stands for, and what it is said of."""
    if loc[:2] in _OPTIONS:
        return _OPTIONS[loc[:2]], loc[2:3]
    if loc[0] == "options" and len(loc) > 1:
        return str(loc[1]), ()
    return {"portfolios": "portfolio", "settings": "set"}.get(str(loc[0]), str(loc[0])), loc[1:2]


def parse(text: str, path: Path) -> tuple[dict[str, Any], Origin]:
    """Read a SPEC file's text as YAML, with the line of every key.

    Raises:
        InputError: it is no YAML, or no mapping of keys to values.
    """
    try:
        loader = UniqueKeys(text)
        node = loader.get_single_node()
        content: object = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise InputError(f"{path.name}{where}: not valid YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise InputError(f"{path.name}: not valid YAML: {error}") from error
    except RecursionError as error:
        raise InputError(f"{path.name}: nested too deeply") from error
    if not isinstance(content, dict):
        found = "an empty file" if content is None else f"a {type(content).__name__}"
        raise InputError(f"{path.name}: expected keys such as scenarios, grid and sample; found {found}")
    lines: dict[Loc, int] = {}
    _number(node, (), lines, set())
    return {str(key): value for key, value in content.items()}, Origin(path.name, lines, path.parent)


def _number(node: Any, loc: Loc, lines: dict[Loc, int], seen: set[int]) -> None:
    """Book the lines below a node of YAML; one that others refer to, or that holds itself, is gone through once."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        parts: list[tuple[Hashable, Any, Any]] = [(key.value, key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        parts = [(number, value, value) for number, value in enumerate(node.value)]
    else:
        return
    for name, at, value in parts:
        step = (*loc, name if isinstance(name, int) else str(name))
        lines[step] = at.start_mark.line + 1
        _number(value, step, lines, seen)


def sentences(error: ValidationError, model: type[BaseModel], origin: Origin) -> list[str]:
    """Every error of the validation of a SPEC as a sentence with its place."""
    found: list[tuple[int, str]] = []
    places = [details["loc"] for details in error.errors()]
    for details in error.errors():
        if details["type"] == "too_short" and any(place[:-1] == details["loc"] for place in places if place):
            continue  # a list whose entries are wrong counts as empty
        loc, owner = details["loc"], _owner(model, details["loc"])
        said = origin.said(*loc)
        if details["type"] == "missing":
            said = (*said, loc[-1]) if loc[-1] not in said else said
        last = said[-1:] or loc[-1:]
        text = sentence({**details, "loc": last}, owner, _called(loc), list(owner.model_fields))
        parent = "".join(f"{part}." for part in said[:-1])
        whole = f"{origin.head(said)}, {parent}{text}" if origin.file else _of_options(origin, loc, text)
        found.append((origin.line(said), whole))
    return list(dict.fromkeys(text for _, text in sorted(found, key=lambda one: one[0])))


def _of_options(origin: Origin, loc: Loc, text: str) -> str:
    return f"{origin.place(*loc)}: {text.partition(': ')[2] or text}"


def _owner(model: type[BaseModel], loc: Loc) -> type[BaseModel]:
    """The model that the last name of a path belongs to."""
    for part in loc[:-1]:
        info = model.model_fields.get(str(part))
        if info is not None:
            model = next((inner for inner in _models(info.annotation)), model)
    return model


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models(argument)]


def _called(loc: Loc) -> str:
    """What the fields at a path belong to, in words."""
    return f"{'.'.join(str(part) for part in loc[:-1])}" if len(loc) > 1 else "a batch"
