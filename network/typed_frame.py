"""Texts of a sheet as a typed frame: every cell that is no value of its type becomes a problem."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import isnan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from network.problems import Problem
from network.schema_types import LIST_SEPARATOR, Field, Table
from network.sheet import Sheet

_NOT_NUMBERS = {"nan", "na", "n/a", "null", "none", "-", "#n/a", "inf", "+inf", "-inf", "infinity"}


@dataclass(frozen=True)
class TypedTable:
    """A table in types, and where its rows stand in the file.

    Attributes:
        table: declaration.
        frame: one column a field, in declared order, RangeIndex; empty cells are '', () or NaN, without defaults.
        rows: row of the file of each row of the frame.
        faulty: for each column, True where something is wrong with the cell and was reported.
        usable: False where the file could not be read at all.
    """

    table: Table
    frame: pd.DataFrame
    rows: NDArray[np.int64]
    faulty: dict[str, NDArray[np.bool_]]
    usable: bool

    def problem(self, position: int, column: str, value: str, expected: str, hint: str = "") -> Problem:
        """Describe what is wrong with a cell, or with a row where ``column`` is ''."""
        return Problem(self.table.path, int(self.rows[position]), column, value, expected, hint)

    def sound_rows(self, *columns: str) -> pd.DataFrame:
        """Rows without a faulty cell in any of these columns, with the positions of the frame as index."""
        faulty = np.any([self.faulty[column] for column in columns], axis=0)
        rows: pd.DataFrame = self.frame[list(columns)]
        return rows[~faulty] if faulty.any() else rows

    def sound_groups(self, group: str, *columns: str) -> Iterator[tuple[str, pd.DataFrame]]:
        """Rows by the value of ``group``, of those groups that have no faulty cell in any of these columns."""
        faulty = np.any([self.faulty[column] for column in (group, *columns)], axis=0)
        spoilt = set(self.frame.loc[faulty, group])
        for name, rows in self.frame[[group, *columns]].groupby(group, sort=False):
            if name not in spoilt:
                yield str(name), rows

    def with_faults(self, cells: Iterable[tuple[int, str]]) -> "TypedTable":
        """Mark more cells, given by position and column, as faulty."""
        faulty = {column: marks.copy() for column, marks in self.faulty.items()}
        for position, column in cells:
            faulty[column][position] = True
        return replace(self, faulty=faulty)


def type_table(table: Table, sheet: Sheet) -> tuple[TypedTable, list[Problem]]:
    """Turn the texts of a sheet into values of the declared types.

    Args:
        table: declaration.
        sheet: texts of the file; unknown columns are left out, missing ones are empty.

    Returns:
        The typed table and one problem for each cell that could not be read.
    """
    columns: dict[str, pd.Series] = {}
    faulty: dict[str, NDArray[np.bool_]] = {}
    problems: list[Problem] = []
    for field in table.fields:
        texts = sheet.cells.get(field.name, [""] * len(sheet.rows))
        values, failed = _convert(field, texts)
        columns[field.name] = values
        missing = field.required and field.name not in sheet.cells
        faulty[field.name] = np.ones(len(texts), dtype=bool) if missing else failed
        for position in np.flatnonzero(failed):
            text = texts[position]
            problems.append(
                Problem(table.path, sheet.rows[position], field.name, text, _expected(field), _advice(text))
            )
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(sheet.rows)), columns=list(table.columns))
    rows = np.array(sheet.rows, dtype=np.int64)
    return TypedTable(table, frame, rows, faulty, sheet.usable), problems


def fill_defaults(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """A copy with defaults in empty cells and whole numbers as int64 wherever a value is certain.

    Args:
        table: declaration.
        frame: typed columns, empty cells '', () or NaN.
    """
    filled = {}
    for field in table.fields:
        values = frame[field.name].to_numpy()
        if field.default is not None and field.is_number:
            values = np.where(np.isnan(values), float(field.default), values)
        elif field.default is not None:
            values = np.where(values == "", str(field.default), values)
        if field.is_whole and (field.required or field.default is not None):
            values = values.astype(np.int64)
        filled[field.name] = pd.Series(values, frame.index, dtype=None if field.is_number else object)
    return pd.DataFrame(filled, index=frame.index, columns=list(table.columns))


def empty_frame(table: Table) -> pd.DataFrame:
    """A frame of a table without rows, columns in their types."""
    typed, _ = type_table(table, Sheet())
    return fill_defaults(table, typed.frame)


def _convert(field: Field, texts: list[str]) -> tuple[pd.Series, NDArray[np.bool_]]:
    failed = np.zeros(len(texts), dtype=bool)
    if field.dtype == "str":
        return pd.Series(texts, dtype=object), failed
    if field.dtype == "list":
        return _lists(field, texts)
    numbers = np.full(len(texts), np.nan)
    for position, text in enumerate(texts):
        if not text:
            continue
        number = _number(text)
        if isnan(number) or (field.is_whole and not number.is_integer()):
            failed[position] = True
        else:
            numbers[position] = number
    return pd.Series(numbers), failed


def _lists(field: Field, texts: list[str]) -> tuple[pd.Series, NDArray[np.bool_]]:
    lists: list[tuple[str | int, ...]] = []
    failed = np.zeros(len(texts), dtype=bool)
    for position, text in enumerate(texts):
        items = [item.strip() for item in text.split(LIST_SEPARATOR)] if text else []
        failed[position] = any(not (item.isdecimal() if field.items == "int" else item) for item in items)
        if failed[position]:
            lists.append(())
        else:
            lists.append(tuple(int(item) if field.items == "int" else item for item in items))
    return pd.Series(lists, dtype=object), failed


def _number(text: str) -> float:
    """The number that a text writes; NaN where it writes none ("1_000" and "nan" are none)."""
    if "_" in text or text.casefold() in _NOT_NUMBERS:
        return float("nan")
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _expected(field: Field) -> str:
    if field.dtype == "list":
        items = "whole numbers" if field.items == "int" else "names"
        return f"{items} separated by {LIST_SEPARATOR}"
    return {"int": "a whole number", "year": "a year"}.get(field.dtype, "a number")


def _advice(text: str) -> str:
    if text.casefold() in _NOT_NUMBERS:
        return "Leave the cell empty where there is no figure."
    looks_grouped = not isnan(_number(text.replace(" ", "").replace(",", "")))
    return "Write a point for decimals and nothing between thousands." if looks_grouped else ""
