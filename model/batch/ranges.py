"""Ranges in which uncertain figures lie, and Latin hypercube samples of them.

A row of ``uncertainty/ranges.csv`` that names no ends takes them from how well its central value is known
(``WIDTHS``). Sampling is stratified: of n points each n-th of every range's probability holds exactly one. The values
of a range depend on its name, the seed and n only, so that a further range changes no other.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy.stats import loguniform, qmc, triang, uniform

from model.batch.axes import LEVER_OF_KIND, Target, figures, lever_id
from model.explain import explain
from network.cell_checks import check_cells
from network.frames import each_row
from network.problems import DataError, Problem, nearest
from network.schema_uncertainty import RANGES
from network.sheet import read_sheet
from network.typed_frame import TypedTable, fill_defaults, type_table

WIDTHS = {"sourced": 0.1, "estimate": 0.3, "memory": 0.5}
"""Share of the central value to either side, by confidence.

sourced: two counts of one thing differ by this much (boxes from China to the EU in 2024 are 331 or 412 thousand TEU in
two sources, 11 % to either side of their mean); estimate: the +-30 % that the rate table of the links states for
itself; memory: a convention, half of the figure, since nothing was looked up.
"""
_DIGITS = 9  # significant ones: the last bits of a logarithm differ between machines, and values count in keys
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Range:
    """A figure that is not known well.

    Attributes:
        name: of the range. title: for people.
        target: what its values replace.
        low, high, central: in ``unit``.
        distribution: uniform, triangular (top at central) or log_uniform.
        is_derived: whether the ends follow from the confidence.
    """

    name: str
    title: str
    target: Target
    low: float
    high: float
    central: float
    unit: str = ""
    distribution: str = "triangular"
    source: str = ""
    confidence: str = "estimate"
    note: str = ""
    is_derived: bool = False

    def at(self, quantiles: Floats) -> Floats:
        """Values below which the range lies with the probabilities ``quantiles``, each from 0 to 1."""
        width = self.high - self.low
        if self.distribution == "uniform":
            values = uniform.ppf(quantiles, self.low, width)
        elif self.distribution == "log_uniform":
            values = loguniform.ppf(quantiles, self.low, self.high)
        else:
            values = triang.ppf(quantiles, (self.central - self.low) / width, self.low, width)
        return np.clip(_rounded(np.asarray(values, dtype=float)), self.low, self.high)

    def steps(self, points: int) -> list[float]:
        """Values from the low to the high end at equal distances, or equal ratios where it is log_uniform."""
        spaced = np.geomspace if self.distribution == "log_uniform" else np.linspace
        return [float(value) for value in _rounded(spaced(self.low, self.high, points))]


def derived_ends(central: float, confidence: str) -> tuple[float, float]:
    """Ends of a range that follow from how well its central value is known.

    >>> derived_ends(1.0, "estimate")
    (0.7, 1.3)
    """
    width = abs(central) * WIDTHS[confidence]
    return round(central - width, 12), round(central + width, 12)


def end_problems(low: float, high: float, central: float, distribution: str) -> list[tuple[str, str]]:
    """What is wrong with the ends of a range: field and what is expected of it."""
    if not low < high:
        return [("low", f"below high, which is {high:g}")]
    found = [] if low <= central <= high else [("central", f"from low {low:g} to high {high:g}")]
    return found + ([("low", "above 0 for log_uniform")] if distribution == "log_uniform" and low <= 0 else [])


def draw(ranges: Sequence[Range], points: int, seed: int) -> pd.DataFrame:
    """Latin hypercube sample: one row a point, one column a range.

    Args:
        points: at least 1. seed: not negative.
    """
    columns = {}
    for one in ranges:
        generator = np.random.default_rng([seed, zlib.crc32(one.name.encode())])
        columns[one.name] = one.at(qmc.LatinHypercube(1, rng=generator).random(points)[:, 0])
    return pd.DataFrame(columns, index=range(points))


def read_ranges(data: str | Path) -> dict[str, Range]:
    """Read the declared ranges of a data folder, by name; none where it has no such table.

    Raises:
        DataError: with every problem of the table.
    """
    sheet = read_sheet(Path(data), RANGES)
    read, unread = type_table(RANGES, sheet)
    typed, bad = check_cells(read)
    problems = [*sheet.problems, *unread, *bad]
    found: dict[str, Range] = {}
    filled = fill_defaults(RANGES, typed.frame)
    for position, row in enumerate(each_row(filled)):
        if any(marks[position] for marks in typed.faulty.values()):
            continue
        one, wrong = _range(typed, position, row)
        problems += wrong
        if one is not None:
            found[one.name] = one
    if problems:
        raise DataError(sorted(problems, key=lambda problem: problem.row or 0))
    return found


def _range(typed: TypedTable, position: int, row: Any) -> tuple[Range | None, list[Problem]]:
    """A row as a range, or what is wrong with it."""
    target, problems = _target(typed, position, row)
    is_derived = bool(np.isnan(row.low) and np.isnan(row.high))
    if lever_id(row.range_id) != lever_id("") + row.range_id or not row.range_id[0].isalpha():
        expected = "small letters, digits and _, a letter first"
        problems.append(typed.problem(position, "range_id", row.range_id, expected))
    if is_derived and not row.central:
        expected = "low and high: they cannot follow from a central value of 0"
        problems.append(typed.problem(position, "low", "", expected))
    elif np.isnan(row.low) != np.isnan(row.high):
        lacking = "low" if np.isnan(row.low) else "high"
        problems.append(typed.problem(position, lacking, "", "both ends, or none to take them from the confidence"))
    if problems or target is None:
        return None, problems
    low, high = derived_ends(row.central, row.confidence) if is_derived else (float(row.low), float(row.high))
    problems = [
        typed.problem(position, name, f"{getattr(row, name):g}" if not is_derived else "", expected)
        for name, expected in end_problems(low, high, row.central, row.distribution)
    ]
    problems = problems or _refused(typed, position, row, target, (low, high))
    if problems:
        return None, problems
    return Range(row.range_id, row.name, target, low, high, float(row.central), row.unit, row.distribution, row.source,
                 row.confidence, row.note, is_derived), []  # fmt: skip


def _target(typed: TypedTable, position: int, row: Any) -> tuple[Target | None, list[Problem]]:
    """What the values of a row replace."""
    if not row.lever:
        if "." in row.field and not row.choice:
            return Target("", row.field), []
        column, value = ("field", row.field) if "." not in row.field else ("choice", row.choice)
        expected = "lever.field, as for --set, or a kind of lever beside it" if column == "field" else "empty: no lever"
        return None, [typed.problem(position, column, value, expected)]
    if row.lever not in LEVER_OF_KIND:
        expected = f"one of {', '.join(sorted(LEVER_OF_KIND))}"
        return None, [typed.problem(position, "lever", row.lever, expected, nearest(row.lever, LEVER_OF_KIND))]
    names = figures(LEVER_OF_KIND[row.lever])
    if row.field.partition(".")[0] not in names:
        expected = f"a figure of {row.lever}: {', '.join(names) or 'it has none'}"
        return None, [typed.problem(position, "field", row.field, expected, nearest(row.field, names))]
    choice = _mapping(row.choice)
    if choice is None:
        expected = "a mapping as in a scenario file, such as {modes: [deep_sea]}"
        return None, [typed.problem(position, "choice", row.choice, expected)]
    return Target(row.lever, row.field, choice), []


def _refused(typed: TypedTable, position: int, row: Any, target: Target, ends: tuple[float, float]) -> list[Problem]:
    """Ends that the lever does not take; names are looked up when a batch is laid out over a world."""
    if target.owner:
        return []
    model = LEVER_OF_KIND[target.lever]
    for end, value in zip(("low", "high"), ends, strict=True):
        fields = target.fields(row.range_id, value, [2030])
        try:
            model.model_validate({name: given for name, given in fields.items() if name != "lever"})
        except ValidationError as error:
            texts = explain(error, model, target.lever)
            column = end if any(text.startswith(row.field.partition(".")[0]) for text in texts) else "choice"
            found = f"{value:g}" if column == end else row.choice
            return [typed.problem(position, column, found, f"what the lever {row.lever} takes ({'; '.join(texts)})")]
    return []


def _mapping(text: str) -> Mapping[str, Any] | None:
    if not text:
        return {}
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        return None
    return value if isinstance(value, dict) else None


def _rounded(values: Floats) -> Floats:
    return np.array([float(f"{value:.{_DIGITS}g}") for value in values])
