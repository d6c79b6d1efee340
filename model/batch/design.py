"""A batch laid out: every run of scenarios x portfolios x grids x sample that its filters leave, in a good order."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.batch.axes import Value
from model.batch.filters import choose
from model.batch.laid_axes import Axes, Axis, has_owner, lay_axes
from model.batch.order import along_tree, snake, tour
from model.batch.ranges import Range, draw, read_ranges
from model.batch.runs import SEARCH, Run, portfolio_hash
from model.batch.spec import ALL, Spec
from model.errors import InputError, Problems
from model.funding.portfolio_file import read_portfolio
from model.scenario import COMBINE, Scenario, load_scenario
from model.scenario_file import scenario_names
from network.network import Network

MOST_UNASKED, MOST = 10_000, 1_000_000
Ints = NDArray[np.int64]
_NONE = -1  # position on an axis that changes nothing of the scenario


@dataclass(frozen=True)
class Design:
    """Runs of a batch.

    Attributes:
        runs: in the order in which they are best solved.
        axes: names of the axes, those of the grid first.
        ranges: ranges that were sampled.
        notices: what was left out, and why.
    """

    runs: tuple[Run, ...]
    axes: tuple[str, ...]
    ranges: tuple[Range, ...]
    notices: tuple[str, ...]


def design(spec: Spec, network: Network, *, is_confirmed: bool = False) -> Design:
    """Lay a batch out over a world.

    Args:
        network: the base world; its folder holds the scenarios and the ranges.
        is_confirmed: whether more than ``MOST_UNASKED`` runs are wanted.

    Raises:
        InputError: with everything that is wrong: unknown names, values that no lever takes, filters that leave
            nothing, too many runs.
    """
    folder, problems = network.folder / "scenarios", Problems()
    scenarios: list[Scenario] = []
    notices: list[str] = []
    ranges: dict[str, Range] = {}
    with problems:
        scenarios, notices = _scenarios(spec, folder)
    portfolios: list[str] = []
    with problems:
        portfolios, twice = _portfolios(spec, network)
        notices += twice
    with problems:
        ranges = read_ranges(network.folder)
    problems.raise_any()
    axes = lay_axes(spec, network, scenarios, ranges, folder)
    notices += [*axes.notices, *_idle_scenarios(scenarios, [*axes.grid, *axes.sampled])]
    laid = _Layout(spec, scenarios, axes, portfolios)
    digits = laid.digits()
    kept = np.ones(len(digits), dtype=bool)
    if spec.only or spec.exclude:
        names = {*scenario_names(folder), *laid.names, *(value for axis in axes.grid for value in _texts(axis))}
        mask, idle = _filtered(spec, laid.frame(digits), names)
        notices += [f"'{condition}' leaves out no run" for condition in idle]
        kept = mask.to_numpy()
    if not kept.any():
        raise InputError(f"no run is left of {len(digits):,}: the conditions of only and exclude leave out every one")
    if kept.sum() > MOST_UNASKED and not is_confirmed:
        raise InputError(
            f"the batch has {int(kept.sum()):,} runs; more than {MOST_UNASKED:,} are started with --yes only"
        )
    runs = (*_yardstick(spec, laid.names, digits[kept]), *laid.runs(laid.in_order(digits[kept]), network))
    names_of = tuple(axis.name for axis in (*axes.grid, *axes.sampled))
    return Design(runs, names_of, tuple(axis.range for axis in axes.sampled if axis.range), tuple(notices))


def _yardstick(spec: Spec, names: Sequence[str], digits: pd.DataFrame) -> tuple[Run, ...]:
    """The base as it is, which samples are set against; nothing where it is among the runs, or no sample is."""
    if spec.base not in names or spec.portfolios or not (digits["sample"] != _NONE).any():
        return ()
    moved = digits.drop(columns=["portfolio", "scenario"])
    is_plain = (digits["scenario"] == names.index(spec.base)) & (moved == _NONE).all(axis=1)
    return () if is_plain.any() else (Run(spec.base, spec.settings, (), {}, None, ""),)


class _Layout:
    """The full product as positions on its axes: portfolio, scenario, grid and point of the sample."""

    def __init__(self, spec: Spec, scenarios: Sequence[Scenario], axes: Axes, portfolios: Sequence[str]) -> None:
        self._spec, self._scenarios, self._axes = spec, scenarios, axes
        self.names = [scenario.name for scenario in scenarios]
        self._portfolios = list(portfolios) or [""]
        points, seed = (1, 0) if spec.sample is None else (spec.sample.points, spec.sample.seed)
        self._drawn = draw([axis.range for axis in axes.sampled if axis.range], points, seed)
        self._sizes = [len(self._portfolios), len(scenarios), *(len(axis.steps) for axis in axes.grid), points]
        if prod(self._sizes) > MOST:
            counts = " x ".join(f"{size:,}" for size in self._sizes if size > 1)
            raise InputError(f"the batch has {counts} = {prod(self._sizes):,} runs; {MOST:,} at most")

    def digits(self) -> pd.DataFrame:
        """Positions, one row a run: an axis that changes nothing of a scenario has none there and is run once."""
        positions = np.unravel_index(np.arange(prod(self._sizes)), self._sizes)
        names = ["portfolio", "scenario", *(f"grid_{n}" for n in range(len(self._axes.grid))), "sample"]
        frame = pd.DataFrame(dict(zip(names, positions, strict=True)))
        for number, axis in enumerate(self._axes.grid):
            frame[f"grid_{number}"] = frame[f"grid_{number}"].where(self._concerned(axis, frame), _NONE)
        sampled = np.zeros(len(frame), dtype=bool)
        for axis in self._axes.sampled:
            sampled |= self._concerned(axis, frame)
        frame["sample"] = frame["sample"].where(sampled, _NONE)
        return frame.drop_duplicates(ignore_index=True)

    def _concerned(self, axis: Axis, frame: pd.DataFrame) -> NDArray[np.bool_]:
        has = np.array([has_owner(scenario, axis) for scenario in self._scenarios])
        return np.asarray(has[frame["scenario"].to_numpy()])

    def frame(self, digits: pd.DataFrame) -> pd.DataFrame:
        """What conditions may name: scenario, portfolio (file without ending), sample, and each axis."""
        stems = np.array([Path(path).stem for path in self._portfolios], dtype=object)
        frame = pd.DataFrame(
            {
                "scenario": np.array(self.names, dtype=object)[digits["scenario"]],
                "portfolio": stems[digits["portfolio"]],
                "sample": digits["sample"].where(digits["sample"] != _NONE),
            }
        )
        for number, axis in enumerate(self._axes.grid):
            at = digits[f"grid_{number}"].to_numpy()
            values = np.array(axis.steps, dtype=object if _texts(axis) else float)[at]
            frame[axis.name] = pd.Series(values).where(at != _NONE)
        for axis in self._axes.sampled:
            values = self._drawn[axis.name].to_numpy()[digits["sample"].clip(lower=0)]
            frame[axis.name] = np.where(self._concerned(axis, digits), values, np.nan)
        return frame

    def in_order(self, digits: pd.DataFrame) -> pd.DataFrame:
        """Rows in the order of ``model.batch.order``."""
        levers = [frozenset(lever.model_dump_json(exclude={"note", "source"}) for lever in scenario.levers)
                  for scenario in self._scenarios]  # fmt: skip
        first = self.names.index(self._spec.base) if self._spec.base in self.names else 0
        steps = [np.arange(self._sizes[0]), np.argsort(tour(levers, first))]
        for axis in self._axes.grid:
            by_value = list(axis.steps) if _texts(axis) else sorted(axis.steps)
            steps.append(np.array([by_value.index(value) for value in axis.steps]))
        steps.append(along_tree(self._drawn.to_numpy(dtype=float)))
        places = [step[digits[name].clip(lower=0)] for name, step in zip(digits.columns, steps, strict=True)]
        return digits.iloc[np.argsort(snake(places, self._sizes), kind="stable")]

    def runs(self, digits: pd.DataFrame, network: Network) -> tuple[Run, ...]:
        """The runs of rows of positions."""
        periods = [int(period) for period in network.periods["period"].unique()]
        axes = [*self._axes.grid, *self._axes.sampled]
        has = [[has_owner(scenario, axis) for axis in axes] for scenario in self._scenarios]
        drawn = self._drawn.to_numpy(dtype=float).tolist()
        found = []
        for portfolio, scenario, *grid, sample in digits.to_numpy().tolist():
            given: list[Value] = [axis.steps[at] for axis, at in zip(self._axes.grid, grid, strict=True)]
            given += drawn[sample] if self._axes.sampled else []
            pairs = [(axis, value) for axis, value, one in zip(axes, given, has[scenario], strict=True) if one]
            found.append(
                Run(
                    self.names[scenario],
                    (*self._spec.settings, *(axis.target.setting(value) for axis, value in pairs if axis.target.owner)),
                    tuple(axis.target.fields(axis.name, value, periods) for axis, value in pairs if axis.target.lever),
                    {axis.name: value for axis, value in pairs},
                    sample if self._axes.sampled and sample != _NONE else None,
                    self._portfolios[portfolio],
                )
            )
        return tuple(found)


def _scenarios(spec: Spec, folder: Path) -> tuple[list[Scenario], list[str]]:
    """Scenarios of the batch by its settings, each once."""
    wanted: dict[str, str] = {}
    notices, problems = [], []
    for number, text in enumerate(spec.scenarios):
        place = spec.origin.place("scenarios", number)
        for name in scenario_names(folder) if text == ALL else [text]:
            plain = COMBINE.join(part.strip() for part in name.split(COMBINE))
            if plain in wanted and text != ALL:
                notices.append(f"{place}: {plain} given twice, run once")
            wanted.setdefault(plain, place)
    base = {} if spec.base in wanted else {spec.base: spec.origin.place("base")}  # it must be there, but is not run
    found = []
    for name, place in {**wanted, **base}.items():
        try:
            scenario = load_scenario(name, folder, spec.settings if name in wanted else ())
        except InputError as error:
            problems += [text if text.startswith("--set") else f"{place}: {text}" for text in error.problems]
            continue
        found += [scenario] if name in wanted else []
    if problems:
        raise InputError(dict.fromkeys(problems))
    return found, notices


def _portfolios(spec: Spec, network: Network) -> tuple[list[str], list[str]]:
    """Paths of the portfolios, each content once, and notices; every one is read before anything runs."""
    problems, notices = [], []
    if spec.portfolios and spec.investment != SEARCH:
        problems.append(f"{spec.origin.place('investment')}: portfolios bring their own investments; leave it out")
    by_content: dict[str, str] = {}
    for number, path in enumerate(dict.fromkeys(spec.portfolios)):
        place, file = spec.origin.place("portfolios", number), str(spec.path(path))
        try:
            read_portfolio(file, network, spec.options.resolution)
            first = by_content.setdefault(portfolio_hash(file), file)
        except InputError as error:
            problems += [f"{place}: {text}" for text in error.problems]
            continue
        if first != file:
            notices.append(f"{place}: {file} holds the same as {first}, whose runs stand for both")
    if problems:
        raise InputError(problems)
    return list(by_content.values()), notices


def _filtered(spec: Spec, frame: pd.DataFrame, names: set[str]) -> "tuple[pd.Series[bool], list[str]]":
    """Which runs the conditions leave; a condition that cannot be read is named with its place."""
    for part in ("only", "exclude"):
        for number, condition in enumerate(getattr(spec, part)):
            try:
                choose(frame.iloc[:1], [condition], [], names)
            except InputError as error:
                raise InputError(f"{spec.origin.place(part, number)}: {text}" for text in error.problems) from error
    return choose(frame, spec.only, spec.exclude, names)


def _idle_scenarios(scenarios: Sequence[Scenario], axes: Sequence[Axis]) -> list[str]:
    """Axes that change nothing of some scenarios."""
    found = []
    for axis in axes:
        without = [scenario.name for scenario in scenarios if not has_owner(scenario, axis)]
        if without:
            shown = ", ".join(without[:3]) + (f" and {len(without) - 3} more" if len(without) > 3 else "")
            found.append(f"{axis.name} changes nothing of {shown}, which have no lever {axis.target.owner}")
    return found


def _texts(axis: Axis) -> list[str]:
    return [value for value in axis.steps if isinstance(value, str)]
