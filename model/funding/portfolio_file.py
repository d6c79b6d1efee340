"""Reads a portfolio from a workbook or csv files. Every problem of every sheet is collected, then raised at once.

A workbook (.xlsx) has the sheets ``builds``, ``finance`` and, if wanted, ``settings``; ``portfolio.py template`` writes
one. As csv these are ``builds.csv``, ``finance.csv`` and ``settings.csv`` of a folder, or FILE.csv (the builds) with
FILE_finance.csv and FILE_settings.csv beside it. Empty rows, rows of merged cells and a title above the header are
skipped. Projects without a row of finance leave their financing to the model (``Portfolio.chosen``).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from model.errors import Problems
from model.funding.closing import LEAST_MUSD
from model.funding.portfolio import BUILDS, FINANCE, SETTING_FIELDS, SETTINGS, Portfolio
from model.funding.portfolio_builds import CheckedBuilds, check_builds
from model.funding.portfolio_candidates import BUILD_COLUMNS, Candidates
from model.funding.portfolio_finance import FINANCE_COLUMNS, CheckedFinance, check_finance
from model.funding.portfolio_sheets import PortfolioSheets, read_portfolio_sheets
from network.cell_checks import check_cells
from network.frames import each_row
from network.network import Network
from network.problems import DataError, Problem, nearest
from network.schema_types import Table
from network.sheet import Sheet
from network.typed_frame import TypedTable, type_table


def read_portfolio(path: str | Path, network: Network, resolution: str = "fast") -> Portfolio:
    """Read and check a portfolio.

    Args:
        path: workbook, csv file or folder.
        network: the world with its projects and the tables of the bank.
        resolution: ``fast`` or ``full``, whose periods the starts lie in.

    Raises:
        InputError: the file, a sheet or a cell is not as it should be; it lists every problem found.
    """
    path = Path(path)
    found = read_portfolio_sheets(path)
    problems = list(found.problems)
    typed: dict[str, TypedTable] = {}
    for name, (table, sheet) in found.sheets.items():
        read, unread = type_table(table, sheet)
        typed[name], bad = check_cells(read)
        problems += [*unread, *bad]
    builds, finance = _checked(typed, network, resolution)
    settings, wrong = _settings(typed.get(SETTINGS))
    problems += [*builds.problems, *finance.problems, *wrong]
    _raise(problems, found)
    named = str(settings.pop("name", "") or path.stem)
    paid = {*finance.frame["project_id"]}
    chosen = tuple(name for name in dict.fromkeys(builds.frame["project_id"]) if name not in paid)
    notices = (*found.notices, *builds.notices, *_too_small(finance.frame))
    return Portfolio(named, builds.frame, finance.frame, chosen, settings, notices)


def _too_small(finance: pd.DataFrame) -> Iterator[str]:
    """Commitments so small that they count for nothing."""
    small = finance[(finance["amount_musd"] > 0) & (finance["amount_musd"] <= LEAST_MUSD)]
    for row in each_row(small):
        yield (
            f"{row.funder_id} commits {row.amount_musd:.3g} million USD to {row.project_id}: {LEAST_MUSD:g} or less "
            "counts for nothing"
        )


def _checked(typed: dict[str, TypedTable], network: Network, resolution: str) -> tuple[CheckedBuilds, CheckedFinance]:
    """Builds and financing; nothing is said of a sheet whose columns could not be told, or of what hangs on it."""
    builds = CheckedBuilds(pd.DataFrame(columns=list(BUILD_COLUMNS)), frozenset(), [], [])
    finance = CheckedFinance(pd.DataFrame(columns=list(FINANCE_COLUMNS)), [])
    if BUILDS not in typed or not typed[BUILDS].usable:
        return builds, finance
    candidates = Candidates.of(network, resolution)
    builds = check_builds(typed[BUILDS], candidates)
    if not len(typed[BUILDS].frame):
        builds.problems.append(Problem(typed[BUILDS].table.path, None, "", "no rows", "at least one project"))
    elif FINANCE in typed and typed[FINANCE].usable:
        finance = check_finance(typed[FINANCE], candidates, builds.frame, builds.named)
    return builds, finance


def _raise(problems: list[Problem], found: PortfolioSheets) -> None:
    """Raise all problems at once, in the order of the sheets and their rows."""
    if not problems:
        return
    place = {table.path: number for number, (table, _) in enumerate(found.sheets.values())}
    collected = Problems()
    with collected:
        raise DataError(sorted(problems, key=lambda one: (place.get(one.file, -1), one.row or 0)))
    collected.raise_any()


def _settings(typed: TypedTable | None) -> tuple[dict[str, Any], list[Problem]]:
    """Settings with a value, in their types."""
    if typed is None or not typed.usable:
        return {}, []
    fields, settings, problems = {field.name: field for field in SETTING_FIELDS}, {}, []
    first: dict[str, int] = {}
    for position, row in enumerate(each_row(typed.frame)):
        if typed.faulty["setting"][position] or not row.value:
            continue
        if row.setting not in fields:
            hint = nearest(row.setting, fields)
            problems.append(typed.problem(position, "setting", row.setting, f"one of {', '.join(fields)}", hint))
        elif row.setting in first:
            hint = f"Row {typed.rows[first[row.setting]]} has it."
            problems.append(typed.problem(position, "setting", row.setting, "each setting once", hint))
        else:
            first[row.setting] = position
            value, wrong = _setting(typed, position, row)
            settings[row.setting] = value
            problems += wrong
    return settings, problems


def _setting(typed: TypedTable, position: int, row: Any) -> tuple[Any, Iterator[Problem]]:
    """A setting read as a table of one cell, so that it is judged as any other cell."""
    (field,) = (field for field in SETTING_FIELDS if field.name == row.setting)
    table = Table(SETTINGS, typed.table.path, (), (field,), "One setting.")
    read, unread = type_table(table, Sheet({field.name: [row.value]}, [int(typed.rows[position])]))
    read, bad = check_cells(read)
    value = read.frame[field.name].iloc[0]
    is_whole = field.is_whole and not (unread or bad)
    wrong = (Problem(p.file, p.row, "value", p.value, f"{field.name}: {p.expected}", p.hint) for p in [*unread, *bad])
    return int(value) if is_whole else value, wrong
