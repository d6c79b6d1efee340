"""The axes of a batch over a world: names of its SPEC looked up, values checked by the levers that take them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from model.batch.axes import LEVER_OF_KIND, Target, Value, lever_id, target_of
from model.batch.ranges import Range, derived_ends, end_problems
from model.batch.spec import Grid, SampledRange, Spec
from model.errors import InputError
from model.explain import known_names
from model.levers.base import listed
from model.scenario import Scenario, load_scenario
from network.network import Network

_OF_THE_WORLD = ("carbon_price", "discount_rate", "budget")


@dataclass(frozen=True)
class Axis:
    """One axis: its name, what its values replace, and these steps (of a grid) or the range (of a sample)."""

    name: str
    target: Target
    steps: tuple[Value, ...] = ()
    range: Range | None = None

    @property
    def tried(self) -> tuple[Value, ...]:
        """Values that are checked before anything runs: all of a grid, the ends of a range."""
        return self.steps if self.range is None else (self.range.low, self.range.high)


@dataclass
class Axes:
    """Axes of a batch, with what the reader of the SPEC should know and what is wrong."""

    grid: list[Axis]
    sampled: list[Axis]
    notices: list[str]
    problems: list[str]


def lay_axes(
    spec: Spec, network: Network, scenarios: Sequence[Scenario], ranges: Mapping[str, Range], folder: Path
) -> Axes:
    """Look up all axes of a SPEC.

    Args:
        scenarios: of the batch, with its settings. ranges: declared ones by name. folder: of the scenario files.

    Raises:
        InputError: with everything that is wrong with any axis.
    """
    owners = {lever.id: lever.kind for scenario in scenarios for lever in scenario.levers}
    targets = {name: one.target for name, one in ranges.items()}
    found = Axes([], [], [], [])
    for name, grid in spec.grid.items():
        place = spec.origin.place("grid", name)
        try:
            axis = _grid_axis(name, grid, owners, ranges)
        except InputError as error:
            found.problems += [f"{place}: {text}" for text in error.problems]
            continue
        twice = [value for value in dict.fromkeys(axis.steps) if axis.steps.count(value) > 1]
        if twice:
            found.notices.append(f"{place}: {', '.join(_shown(value) for value in twice)} given twice, run once")
        found.grid.append(replace(axis, steps=tuple(dict.fromkeys(axis.steps))))
    if spec.sample is not None:
        _add_sampled(spec, found, owners, ranges, targets)
    found.notices += _replaced([*found.grid, *found.sampled], scenarios)
    found.problems += _same_figures([*found.grid, *found.sampled])
    for part, axes in ((("grid",), found.grid), (("sample", "ranges"), found.sampled)):
        for axis in axes:
            place = spec.origin.place(*part, axis.name)
            refused = axis.target.problems(axis.name, axis.tried, network) or _refused(spec, axis, scenarios, folder)
            found.problems += [f"{place}: {text}" for text in refused]
    if found.problems:
        raise InputError(found.problems)
    return found


def has_owner(scenario: Scenario, axis: Axis) -> bool:
    """Whether an axis changes anything of a scenario: it brings a lever, or the scenario has the one it changes."""
    return not axis.target.owner or any(lever.id == axis.target.owner for lever in scenario.levers)


def _grid_axis(name: str, grid: Grid, owners: Mapping[str, str], ranges: Mapping[str, Range]) -> Axis:
    target = _target(name, grid, owners, ranges)
    if grid.points is None:
        return Axis(name, target, grid.values)
    if name not in ranges:
        raise InputError(f"points need a declared range. {known_names('Ranges', name, sorted(ranges))}")
    return Axis(name, target, tuple(ranges[name].steps(grid.points)))


def _target(name: str, given: Grid | SampledRange, owners: Mapping[str, str], ranges: Mapping[str, Range]) -> Target:
    """What an axis changes: as it says itself, or as its name says."""
    if given.lever:
        if given.lever not in LEVER_OF_KIND:
            raise InputError(
                f"unknown lever '{given.lever}'. {known_names('Levers', given.lever, sorted(LEVER_OF_KIND))}"
            )
        return Target(given.lever, given.field, given.choice)
    target = target_of(name, owners, {one: declared.target for one, declared in ranges.items()})
    if given.choice and target.owner:
        raise InputError(f"choice goes with a lever that comes; {target.field} is a figure of the scenarios' own")
    return replace(target, choice={**target.choice, **given.choice})


def _add_sampled(
    spec: Spec, found: Axes, owners: Mapping[str, str], ranges: Mapping[str, Range], targets: Mapping[str, Target]
) -> None:
    """Add the axes of the sample: those named, or every declared range that the batch has a use for."""
    sample = spec.sample
    if sample is None:
        return
    if sample.ranges is None:
        taken = {_figure(axis.target): axis.name for axis in found.grid}
        for name, one in ranges.items():
            if _figure(targets[name]) in taken:
                found.notices.append(f"{name} is not sampled: {taken[_figure(targets[name])]} is an axis of the grid")
            elif one.target.owner and one.target.owner not in owners:
                found.notices.append(f"{name} is not sampled: no scenario has the lever {one.target.owner}")
            else:
                found.sampled.append(Axis(name, one.target, range=one))
        if not ranges:
            found.problems.append(f"{spec.origin.place('sample')}: no range is declared in uncertainty/ranges.csv")
        return
    if not sample.ranges:
        found.problems.append(f"{spec.origin.place('sample', 'ranges')}: names no range")
    for name, given in sample.ranges.items():
        place = spec.origin.place("sample", "ranges", name)
        try:
            one = _sampled(name, given, owners, ranges)
        except InputError as error:
            found.problems += [f"{place}: {text}" for text in error.problems]
            continue
        if name in spec.grid:
            found.problems.append(f"{place}: {name} is an axis of the grid already")
        found.sampled.append(Axis(name, one.target, range=one))


def _sampled(name: str, given: SampledRange, owners: Mapping[str, str], ranges: Mapping[str, Range]) -> Range:
    """A declared range with what the SPEC says in its place, or a new one."""
    declared = ranges.get(name)
    target = _target(name, given, owners, ranges)
    if declared is None:
        central = given.central if given.central is not None else _middle(given)
        if central is None:
            raise InputError("a range that is not declared needs low and high, or central and confidence")
        if (given.low is None) != (given.high is None):
            raise InputError("give both low and high, or neither")
        confidence = given.confidence or "estimate"
        low, high = (given.low, given.high) if given.low is not None else derived_ends(central, confidence)
        declared = Range(name, name, target, low, high if high is not None else low, central, "",
                         given.distribution or "triangular", given.source, confidence)  # fmt: skip
    else:
        named = ("low", "high", "central", "distribution", "confidence", "source")
        changed = {field: getattr(given, field) for field in named if getattr(given, field) not in (None, "")}
        if {"low", "high"} & changed.keys() and "central" not in changed:
            low, high = changed.get("low", declared.low), changed.get("high", declared.high)
            changed["central"] = min(max(declared.central, low), max(low, high))
        declared = replace(declared, target=target, **changed)
    wrong = end_problems(declared.low, declared.high, declared.central, declared.distribution)
    if wrong:
        raise InputError(f"{field} is {getattr(declared, field):g}; expected {expected}" for field, expected in wrong)
    return declared


def _middle(given: SampledRange) -> float | None:
    return None if given.low is None or given.high is None else (given.low + given.high) / 2


def _figure(target: Target) -> tuple[str, str, str]:
    return target.lever, target.field, json.dumps(target.choice, sort_keys=True, default=str)


def _same_figures(axes: Sequence[Axis]) -> Iterator[str]:
    """Axes that would undo one another, or whose levers would have one id."""
    seen: dict[object, str] = {}
    for axis in axes:
        for mark in (_figure(axis.target), lever_id(axis.name)):
            other = seen.setdefault(mark, axis.name)
            if other != axis.name:
                what = "change the same figure" if isinstance(mark, tuple) else "have too similar names"
                yield f"{other} and {axis.name} {what}; keep one of them"
                break


def _replaced(axes: Sequence[Axis], scenarios: Sequence[Scenario]) -> Iterator[str]:
    """Axes that set a figure of the whole world, where a lever of a scenario sets it too: the axis comes later."""
    for axis in axes:
        if axis.target.lever not in _OF_THE_WORLD:
            continue
        levers = [(lever.id, scenario.name) for scenario in scenarios for lever in scenario.levers
                  if lever.kind == axis.target.lever]  # fmt: skip
        if levers:
            yield f"{axis.name} takes the place of {listed(f'{lever} of {name}' for lever, name in levers)}"


def _refused(spec: Spec, axis: Axis, scenarios: Sequence[Scenario], folder: Path) -> list[str]:
    """Values that a lever of the scenarios does not take, as ``--set`` would say it."""
    if not axis.target.owner:
        return []
    found: dict[str, None] = {}
    for scenario in scenarios:
        if not has_owner(scenario, axis):
            continue
        for value in axis.tried:
            try:
                load_scenario(scenario.name, folder, (*spec.settings, axis.target.setting(value)))
            except InputError as error:
                found |= dict.fromkeys(error.problems)
    return list(found)


def _shown(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else value
