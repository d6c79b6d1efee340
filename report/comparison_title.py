"""What a batch is called: by its title, else by what was asked: scenarios, portfolios, values of grids, samples."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from report.comparison_runs import Batch, axis_name, axis_value, given, scenario_title
from report.words import counted, listing, sentence

_NAMED = 2  # scenarios or portfolios that are named; more are counted
_LISTED = 4  # values of a grid that are listed; of more the ends are


def batch_title(batch: Batch) -> str:
    """Return the title that was given, else one made of what was asked, with a sign between what is combined."""
    written = str(asked_fields(batch).get("title") or "").strip()
    return written or sentence(" \N{MULTIPLICATION SIGN} ".join(_parts(batch))) or "Comparison"


def asked_fields(batch: Batch) -> Mapping[str, Any]:
    """Return what was asked for, as the SPEC says it; empty where it is no SPEC."""
    spec = batch.spec.get("spec")
    read = yaml.safe_load(spec) if isinstance(spec, str) else spec
    return read if isinstance(read, Mapping) else {}


def _parts(batch: Batch) -> list[str]:
    table, grids = batch.catalogue, asked_fields(batch).get("grid") or ()
    scenarios = [scenario_title(batch, str(name)) for name in table["scenario"].unique()]
    portfolios = [f"portfolio {Path(path).stem}" for path in table["portfolio"].unique() if path]
    parts = [_named(names, noun) for names, noun in ((scenarios, "scenario"), (portfolios, "portfolio")) if names]
    has, drawn = given(table, batch.axes), 0
    for axis in batch.axes:
        rows = table[has[axis]]
        plain = rows[rows["sample"].isna()]
        if axis in grids or len(plain):
            parts.append(_grid(axis, (plain if len(plain) else rows)[axis]))
        else:
            drawn += 1
    if table["sample"].notna().any():
        points = counted(int(table["sample"].nunique()), "sample")
        parts.append(f"{points} of {counted(drawn, 'uncertain figure')}" if drawn else points)
    return parts


def _named(names: list[str], noun: str) -> str:
    return listing(names) if len(names) <= _NAMED else counted(len(names), noun)


def _grid(axis: str, values: pd.Series) -> str:
    """Return an axis with its values: all of a few, else the ends and how many; names in their order."""
    found = list(values.unique())
    shown = found if any(isinstance(value, str) for value in found) else sorted(found)
    if len(shown) <= _LISTED:
        return f"{axis_name(axis)} {', '.join(axis_value(value) for value in shown)}"
    if isinstance(shown[0], str):
        return f"{axis_name(axis)} ({len(shown)} values)"
    return f"{axis_name(axis)} {axis_value(shown[0])} to {axis_value(shown[-1])} ({len(shown)} values)"
