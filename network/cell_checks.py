"""Checks of single cells and of keys: pandera schemas made from the declarations, their failures put into words.

Importing and running pandera takes longer than reading all tables. So the tests of a declaration first run by
themselves, column by column; only a table that fails one goes to pandera, which runs the same tests and lists every
bad cell.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from network.problems import Problem, nearest
from network.schema_types import LIST_SEPARATOR, Field, Table, Value
from network.typed_frame import TypedTable

if TYPE_CHECKING:
    import pandera.pandas as pa

Cells = NDArray[Any]
Flags = NDArray[np.bool_]


def check_cells(typed: TypedTable) -> tuple[TypedTable, list[Problem]]:
    """Find everything wrong with the cells of a table: empty, out of bounds, no valid choice, repeated key.

    Args:
        typed: table before defaults are filled in.

    Returns:
        The table with the bad cells marked, and one problem for each in file order; cells that were faulty before are
        not judged again.
    """
    if typed.frame.empty or _is_sound(typed.table, typed.frame):
        return typed, []
    from pandera.errors import SchemaErrors

    try:
        pandera_schema(typed.table).validate(typed.frame, lazy=True)
    except SchemaErrors as errors:
        return _in_words(typed, errors.failure_cases)
    return typed, []


def pandera_schema(table: Table) -> "pa.DataFrameSchema":
    """The pandera schema of a declared table; only fields and keys that something can be wrong with appear in it."""
    import pandera.pandas as pa

    columns = {}
    for field in table.fields:
        checks = [pa.Check(_on_column(test), name=name, ignore_na=name != "required") for name, test in _tests(field)]
        if checks:
            columns[field.name] = pa.Column(checks=checks, nullable=True)
    key = [pa.Check(_first_of_key(table), name="key")] if table.key else []
    return pa.DataFrameSchema(columns, checks=key)


def _is_sound(table: Table, frame: pd.DataFrame) -> bool:
    """Whether every column passes its tests and no key is repeated."""
    cells_pass = all(_all_pass(field, frame[field.name].to_numpy()) for field in table.fields)
    return bool(cells_pass and (not table.key or _first_of_key(table)(frame).all()))


def _all_pass(field: Field, values: Cells) -> bool:
    tests = dict(_tests(field))
    if "required" in tests and not tests.pop("required")(values).all():
        return False
    given = values[~np.isnan(values)] if tests and field.is_number else values
    return all(bool(test(given).all()) for test in tests.values())


def _on_column(test: Callable[[Cells], Flags]) -> Callable[["pd.Series[Any]"], "pd.Series[bool]"]:
    return lambda column: pd.Series(test(column.to_numpy()), column.index)


def _tests(field: Field) -> list[tuple[str, Callable[[Cells], Flags]]]:
    """Named tests, cells -> mask of good ones."""
    tests: list[tuple[str, Callable[[Cells], Flags]]] = []
    if field.required:
        tests.append(("required", _is_given(field)))
    if field.dtype == "float":
        tests.append(("finite", np.isfinite))
    for name, bound, compare in (
        ("minimum", field.minimum, np.greater_equal),
        ("maximum", field.maximum, np.less_equal),
    ):
        if bound is not None:
            tests.append((name, _within(field, bound, compare)))
    if field.choices:
        tests.append(("choice", _is_choice(field)))
    return tests


def _is_given(field: Field) -> Callable[[Cells], Flags]:
    if field.is_number:
        return lambda values: ~np.isnan(values)
    return lambda values: _each(values, len)


def _within(field: Field, bound: float, compare: Callable[[Any, float], Any]) -> Callable[[Cells], Flags]:
    if field.is_number:
        return lambda values: compare(values, bound)
    return lambda values: _each(values, lambda items: all(compare(item, bound) for item in items))


def _is_choice(field: Field) -> Callable[[Cells], Flags]:
    choices = set(field.choices)
    if field.dtype == "list":
        return lambda values: _each(values, choices.issuperset)
    return lambda values: _each(values, lambda value: value in choices or value == "")


def _each(values: Cells, test: Callable[[Any], Any]) -> Flags:
    return np.fromiter((bool(test(value)) for value in values), bool, len(values))


def _first_of_key(table: Table) -> Callable[[pd.DataFrame], "pd.Series[bool]"]:
    key = list(table.key)
    return lambda frame: ~frame.duplicated(key)


def _in_words(typed: TypedTable, failures: pd.DataFrame) -> tuple[TypedTable, list[Problem]]:
    key = typed.table.key
    repeated = sorted(set(failures.loc[failures["check"] == "key", "index"].astype(int)))
    cells = failures[failures["check"] != "key"]
    found = [
        (position, name, check)
        for position, name, check in zip(cells["index"].astype(int), cells["column"], cells["check"], strict=True)
        if not typed.faulty[name][position]
    ]
    problems = [_bad_cell(typed, typed.table.field(name), check, position) for position, name, check in found]
    problems += [_repeated_key(typed, row) for row in repeated if not any(typed.faulty[name][row] for name in key)]
    marked = typed.with_faults((position, name) for position, name, _ in found)
    return marked, sorted(problems, key=lambda problem: problem.row or 0)


def _bad_cell(typed: TypedTable, field: Field, check: str, position: int) -> Problem:
    value = typed.frame[field.name].iloc[position]
    row = int(typed.rows[position])
    hint = ""
    if check == "choice":
        items = value if field.dtype == "list" else (value,)
        bad = [show(item) for item in items if item not in field.choices]
        hint = nearest(bad[0], [show(choice) for choice in field.choices])
        value = LIST_SEPARATOR.join(bad)
    return Problem(typed.table.path, row, field.name, show(value), _expected(field, check), hint)


def _expected(field: Field, check: str) -> str:
    if check == "choice":
        return f"one of {', '.join(show(choice) for choice in field.choices)}"
    if check == "finite":
        return "a finite number"
    if check == "required":
        return f"a value: {field.description[0].lower()}{field.description[1:].rstrip('.')}"
    if check == "minimum" and field.minimum is not None:
        return f"at least {show(field.minimum)}{_unit(field)}"
    return f"at most {show(field.maximum or 0)}{_unit(field)}"


def _unit(field: Field) -> str:
    return f" {field.unit}" if field.unit else ""


def _repeated_key(typed: TypedTable, position: int) -> Problem:
    key = list(typed.table.key)
    same = (typed.frame[key] == typed.frame[key].iloc[position]).all(axis=1)
    first = int(typed.rows[int(np.flatnonzero(same.to_numpy())[0])])
    value = ", ".join(show(item) for item in typed.frame[key].iloc[position])
    column = key[0] if len(key) == 1 else " + ".join(key)
    return Problem(typed.table.path, int(typed.rows[position]), column, value, f"a key used once; row {first} has it")


def show(value: Value | tuple[Value, ...]) -> str:
    """A value as a reader of the file would write it."""
    if isinstance(value, tuple):
        return LIST_SEPARATOR.join(show(item) for item in value)
    if isinstance(value, float):
        return f"{value:.15g}" if np.isfinite(value) else ("" if np.isnan(value) else str(value))
    return str(value)
