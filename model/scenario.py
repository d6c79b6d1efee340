"""Scenarios: named, ordered levers on the world, read from files that may extend and combine one another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from model.errors import InputError
from model.explain import explain, known_names
from model.levers import LEVERS, Lever
from model.scenario_file import ScenarioFile, read_scenario_file
from model.settings import with_settings
from network.network import Network

COMBINE = "+"
_LEVER_OF_KIND = {lever.kind: lever for lever in LEVERS}


@dataclass(frozen=True)
class Branch:
    """A bundle of levers that comes, or ends, by chance.

    Attributes:
        kind: "event" (its levers come), "deal" (its levers end) or "state". chance: a year, or of a state in all.
        holder, partner, condition: of a deal.
    """

    id: str
    title: str
    kind: str
    chance: float
    levers: tuple[Lever, ...]
    first_year: int | None = None
    holder: str = ""
    partner: str = ""
    condition: str = ""
    source: str = ""
    confidence: str = "estimate"

    @property
    def said(self) -> str:
        """What has happened, for people."""
        return f"{self.title} (broken)" if self.kind == "deal" else self.title


@dataclass(frozen=True)
class Scenario:
    """A scenario, ready to be applied.

    Attributes:
        name: its name, or names joined by +; title, question, description: for people.
        levers: changes to the world, in order; their ids are unique.
        files: file that each lever comes from, by its id (for messages).
        branches: what may come or end; a run of one state has every deal in force and no event.
    """

    name: str
    title: str
    question: str
    description: str
    levers: tuple[Lever, ...]
    files: Mapping[str, str] = field(default_factory=dict, compare=False)
    branches: tuple[Branch, ...] = ()

    def after(self, happened: Sequence[str]) -> "Scenario":
        """The scenario once some branches have happened: events and states bring levers, broken deals lose theirs."""
        lost = {lever.id for b in self.branches if b.kind == "deal" and b.id in happened for lever in b.levers}
        come = [lever for b in self.branches if b.kind != "deal" and b.id in happened for lever in b.levers]
        kept = [lever for lever in self.levers if lever.id not in lost]
        return replace(self, levers=(*kept, *come))

    def apply(self, network: Network) -> Network:
        """Return the network after all levers, in their order.

        Raises:
            InputError: with every name of every lever that the network does not have.
        """
        problems: list[str] = []
        for lever in self.levers:
            found = lever.problems(network)
            problems += [f"{self._place(lever)}, {text}" for text in found]
            network = network if found else lever.apply(network)
        if problems:
            raise InputError(problems)
        return network

    def effects(self, network: Network) -> Iterator[tuple[Lever, str]]:
        """Yield each lever with its effect in words, as it acts on what the levers before it leave.

        Raises:
            InputError: as :meth:`apply`.
        """
        self.apply(network)
        for lever in self.levers:
            yield lever, lever.effect(network)
            network = lever.apply(network)

    def records(self) -> list[dict[str, Any]]:
        """Return the levers as plain values, for run.json: kind as ``lever``, and the fields that are given."""
        return [{"lever": lever.kind, **lever.model_dump(mode="json", exclude_unset=True)} for lever in self.levers]

    def _place(self, lever: Lever) -> str:
        file = self.files.get(lever.id)
        return f"{file}, lever '{lever.id}'" if file else f"lever '{lever.id}'"


def load_scenario(name: str, folder: Path, settings: Sequence[str] = ()) -> Scenario:
    """Read a scenario with all it extends.

    Args:
        name: name of a scenario, or several joined by + (levers in that order, shared ancestors once).
        folder: folder of the scenario files.
        settings: texts ``lever.field=value`` that replace figures of the files.

    A scenario that repeats the id of a lever it inherits replaces that lever, at its place.

    Raises:
        InputError: with every problem of the files and the settings.
    """
    files = _with_ancestors(name, folder)
    written, origin = _merge(files)
    bundles = {
        (kind, bundle.id): (bundle, file.label)
        for file in files.values()
        for kind, bundles in (("event", file.events), ("deal", file.deals), ("state", file.states))
        for bundle in bundles
    }
    for (kind, _), (bundle, label) in bundles.items():
        if kind == "deal":  # in force until it breaks
            _add_deal(written, origin, _sourced(bundle), label)
    changed = with_settings(written, settings)
    levers, problems = build_levers(changed, origin, {text.split(".")[0] for text in settings})
    branches = []
    for (kind, branch), (bundle, label) in bundles.items():
        if kind == "deal":
            own = tuple(lever for lever in levers if lever.id in {fields.get("id") for fields in bundle.levers})
        else:
            fields = {str(one.get("id", f"{branch}_{n}")): one for n, one in enumerate(_sourced(bundle), start=1)}
            built, wrong = build_levers(fields, dict.fromkeys(fields, f"{label}, {kind} '{branch}'"), set())
            own, problems = tuple(built), problems + wrong
        branches.append(_branch(kind, bundle, own))
    if problems:
        raise InputError(problems)
    named = [file for file in files.values() if file.name in _parts(name)]
    return Scenario(
        name=name,
        title=" + ".join(file.title for file in named),
        question=" ".join(file.question for file in named),
        description="\n\n".join(file.description for file in named if file.description),
        levers=tuple(levers),
        files=origin,
        branches=tuple(branches),
    )


def _add_deal(
    written: dict[str, dict[str, Any]], origin: dict[str, str], levers: Sequence[dict[str, Any]], label: str
) -> None:
    for number, fields in enumerate(levers, start=1):
        name = fields.get("id")
        if not isinstance(name, str) or not name:
            raise InputError(f"{label}, deals, lever {number}: id: missing (short name, unique in the scenario)")
        if name in written:
            raise InputError(f"{label} and {origin[name]} both have a lever '{name}': they do not combine")
        written[name], origin[name] = fields, label


def _sourced(bundle: Any) -> list[dict[str, Any]]:
    """Levers of a bundle, with its source and confidence where they give none."""
    return [{"source": bundle.source, "confidence": bundle.confidence, **fields} for fields in bundle.levers]


def _branch(kind: str, bundle: Any, levers: tuple[Lever, ...]) -> Branch:
    chance = {"event": "chance_per_year", "deal": "break_per_year", "state": "probability"}[kind]
    names = ("holder", "partner", "condition")
    return Branch(
        id=bundle.id,
        title=bundle.title,
        kind=kind,
        chance=float(getattr(bundle, chance)),
        levers=levers,
        first_year=bundle.first_year,
        source=bundle.source,
        confidence=bundle.confidence,
        **{name: getattr(bundle, name, "") for name in names},
    )


def _parts(name: str) -> list[str]:
    return [part.strip() for part in name.split(COMBINE)]


def _with_ancestors(name: str, folder: Path) -> dict[str, ScenarioFile]:
    """Files of a scenario by name, ancestors before heirs."""
    ordered: dict[str, ScenarioFile] = {}
    problems: list[str] = []

    def visit(one: str, heirs: tuple[str, ...]) -> None:
        if one in heirs:
            cycle = " -> ".join([*heirs[heirs.index(one) :], one])
            problems.append(f"{heirs[-1]}.yaml: extends: the scenarios extend one another in a circle: {cycle}")
        elif one not in ordered:
            try:
                file = read_scenario_file(folder, one)
            except InputError as error:
                where = f"{heirs[-1]}.yaml, extends: " if heirs else ""
                problems.extend(where + text for text in error.problems)
                return
            for ancestor in _parts(file.extends) if file.extends else []:
                visit(ancestor, (*heirs, one))
            ordered[one] = file

    for part in _parts(name):
        visit(part, ())
    if problems:
        raise InputError(dict.fromkeys(problems))
    return ordered


def _merge(files: Mapping[str, ScenarioFile]) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Levers as written by id, and the file of each; an heir's lever takes the place of its ancestor's."""
    written: dict[str, dict[str, Any]] = {}
    origin: dict[str, str] = {}
    problems: list[str] = []
    for file in files.values():
        ancestors = {files[name].label for name in _ancestor_names(file, files)}
        for position, fields in enumerate(file.levers, start=1):
            lever_id = fields.get("id")
            if not isinstance(lever_id, str) or not lever_id:
                problems.append(f"{file.label}, lever {position}: id: missing (short name, unique in the scenario)")
                continue
            if origin.get(lever_id) == file.label:
                problems.append(f"{file.label}: two levers have the id '{lever_id}'")
            elif lever_id in origin and origin[lever_id] not in ancestors:
                problems.append(
                    f"{file.label} and {origin[lever_id]} both have a lever '{lever_id}': they do not combine"
                )
            written[lever_id], origin[lever_id] = fields, file.label
    if problems:
        raise InputError(problems)
    return written, origin


def _ancestor_names(file: ScenarioFile, files: Mapping[str, ScenarioFile]) -> set[str]:
    names: set[str] = set()
    for name in _parts(file.extends) if file.extends else []:
        names |= {name} | _ancestor_names(files[name], files)
    return names


def build_levers(
    written: Mapping[str, dict[str, Any]], origin: Mapping[str, str], changed: set[str]
) -> tuple[list[Lever], list[str]]:
    """Validate levers.

    Args:
        written: fields of each lever as written, by its id. origin: file of each, for messages.
        changed: ids of those that settings changed.

    Returns:
        The levers, and the problems of those that are not valid.
    """
    levers: list[Lever] = []
    problems: list[str] = []
    for lever_id, fields in written.items():
        place = f"{origin[lever_id]}, lever '{lever_id}'{' with --set' if lever_id in changed else ''}"
        kind = fields.get("lever")
        if kind not in _LEVER_OF_KIND:
            hint = known_names("Levers", str(kind), sorted(_LEVER_OF_KIND))
            problems.append(f"{place}, lever: unknown lever '{kind}'. {hint}")
            continue
        model = _LEVER_OF_KIND[kind]
        try:
            levers.append(model.model_validate({name: value for name, value in fields.items() if name != "lever"}))
        except ValidationError as error:
            problems += [f"{place}, {text}" for text in explain(error, model, kind)]
    return levers, problems
