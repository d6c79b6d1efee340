"""Duties: days that are days, measures that do not overlap, lines that are lines, weights that sum to one."""

import re
from collections.abc import Mapping
from datetime import date

import pandas as pd

from network.checks_demand import SUM_TOLERANCE
from network.frames import each_row
from network.problems import Problem, nearest
from network.schema_trade import BRANCHES
from network.typed_frame import TypedTable

Tables = Mapping[str, TypedTable]
_PARTIES = ("importer", "origins", "except_origins")
_HS = re.compile(r"^\d{2}$|^\d{4}(\.\d{2}){0,3}$|^\d{6}$")
_FOREVER = "9999"


def _day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text)) and len(text) == len("2026-01-01")
    except ValueError:
        return False


def days_of_duties(tables: Tables) -> list[Problem]:
    """Days that are no days, or end before they begin."""
    typed = tables["duty_rates"]
    problems = []
    frame = typed.sound_rows("effective_from", "effective_to")
    for column in ("effective_from", "effective_to"):
        wrong = frame.index[[bool(text) and not _day(text) for text in frame[column]]]
        problems += [typed.problem(row, column, frame[column][row], "a day such as 2026-07-24") for row in wrong]
    bad = {problem.row for problem in problems}
    for row, (start, end) in zip(frame.index, frame.to_numpy(), strict=True):
        if start and end and end <= start and int(typed.rows[row]) not in bad:
            problems.append(typed.problem(row, "effective_to", end, f"a day after effective_from, {start}"))
    return problems


def lines_of_duties(tables: Tables) -> list[Problem]:
    """Codes that no line of the Harmonised System can have, and lines that no rate stands for."""
    rates, lines = tables["duty_rates"], tables["duty_lines"]
    frame = rates.sound_rows("hs_codes")
    of_rates = "a line of policy/duty_rates.csv, or a heading of one"
    expected = "a chapter, heading or line, such as 72, 7202 or 7202.41.00"
    problems = [
        rates.problem(row, "hs_codes", code, expected)
        for row, codes in zip(frame.index, frame["hs_codes"], strict=True)
        for code in codes
        if not _HS.match(code)
    ]
    known = {code for codes in rates.frame["hs_codes"] for code in codes}
    own = lines.sound_rows("hs_code")
    for row, code in zip(own.index, own["hs_code"], strict=True):
        if code and not _HS.match(code):
            problems.append(lines.problem(row, "hs_code", code, expected))
        elif code and not any(code.startswith(one) or one.startswith(code) for one in known):
            problems.append(lines.problem(row, "hs_code", code, of_rates, nearest(code, known)))
    return problems


def parties_of_duties(tables: Tables) -> list[Problem]:
    """Importers and origins that are no country, territory or group; nothing is said where none is declared."""
    territories = tables["customs_territories"].frame
    groups = set(territories.loc[territories["kind"] == "group", "territory"])
    known = {*territories["territory"], *(name for names in territories["countries"] for name in names)}
    if not known:
        return []
    cells = [("duty_rates", column) for column in _PARTIES] + [("duty_lines", "origin"), ("ntr_status", "country")]
    problems = []
    for table, column in cells:
        typed = tables[table]
        valid = known - groups if column not in _PARTIES[1:] else known
        frame = typed.sound_rows(column)
        for row, cell in zip(frame.index, frame[column], strict=True):
            problems += [
                typed.problem(row, column, name, "a territory of policy/customs_territories.csv", nearest(name, valid))
                for name in (cell if isinstance(cell, tuple) else (cell,))
                if name and name not in valid
            ]
    return problems


def names_of_duties(tables: Tables) -> list[Problem]:
    """Products without a base rate, and measures to replace that no row has: slips of the pen that would do nothing."""
    typed = tables["duty_rates"]
    frame = typed.frame
    based = set(frame.loc[frame["layer"] == "base", "product"])
    measures = set(frame["measure"])
    problems = []
    rows = typed.sound_rows("product", "replaces")
    for row, product, names in zip(rows.index, rows["product"], rows["replaces"], strict=True):
        if product and product not in based:
            expected = "a product with a base rate"
            problems.append(typed.problem(row, "product", product, expected, nearest(product, based)))
        problems += [
            typed.problem(row, "replaces", name, "a measure of the table", nearest(name, measures))
            for name in names
            if name not in measures
        ]
    return problems


def weights_of_lines(tables: Tables) -> list[Problem]:
    """Lines of a commodity and origin whose weights do not sum to one."""
    typed = tables["duty_lines"]
    frame = typed.sound_rows("commodity_id", "origin", "weight")
    problems = []
    for (good, origin), rows in frame.groupby(["commodity_id", "origin"], sort=False):
        total = float(rows["weight"].sum())
        if abs(total - 1.0) > SUM_TOLERANCE:
            expected = f"1: the sum of weight over all rows of {good}{f' from {origin}' if origin else ''}"
            problems.append(typed.problem(rows.index[0], "weight", f"sum {total:.6g}", expected))
    return problems


def overlapping_duties(tables: Tables) -> list[Problem]:
    """Rows of one importer, measure, origin, product and line whose days overlap: which one counts is not said."""
    typed = tables["duty_rates"]
    columns = ["importer", "measure", "product", "hs_codes", "branch", "origins", "effective_from", "effective_to"]
    frame = typed.sound_rows(*columns)
    # An empty cell means all lines, or all origins: a kind of its own. An empty branch means both.
    alternatives = {
        "line": [codes or ("",) for codes in frame["hs_codes"]],
        "one": [names or ("",) for names in frame["origins"]],
        "branch": [(branch,) if branch else tuple(filter(None, BRANCHES)) for branch in frame["branch"]],
    }
    long = frame.assign(**{name: pd.Series(cells, frame.index, dtype=object) for name, cells in alternatives.items()})
    for name in alternatives:
        long = long.explode(name)
    long = long.reset_index(names="row")
    kinds = long.groupby(["importer", "measure", "product", "line", "one", "branch"], sort=False)
    long = long.assign(kind=kinds.ngroup(), ends=long["effective_to"].mask(long["effective_to"] == "", _FOREVER))
    long = long.sort_values(["kind", "effective_from"], kind="stable")
    before = long[["kind", "row", "ends"]].shift(1)
    same = (long["kind"] == before["kind"]) & (long["row"] != before["row"])
    clash = long.assign(before=before["row"], until=before["ends"])[same & (long["effective_from"] < before["ends"])]
    problems = []
    for one in each_row(clash.drop_duplicates("row")):
        expected = f"a day from {one.until} on: row {int(typed.rows[int(one.before)])} is in force until then"
        problems.append(typed.problem(int(one.row), "effective_from", one.effective_from or "always", expected))
    return problems


def overlapping_status(tables: Tables) -> list[Problem]:
    """Rows of one country whose years overlap."""
    typed = tables["ntr_status"]
    frame = typed.sound_rows("country", "first_year", "last_year")
    problems = []
    for country, rows in frame.groupby("country", sort=False):
        ordered = rows.fillna({"first_year": 0.0, "last_year": 9999.0}).sort_values("first_year", kind="stable")
        for one, other in zip(ordered.index, ordered.index[1:], strict=False):
            if ordered["first_year"][other] <= ordered["last_year"][one]:
                expected = f"a year after {ordered['last_year'][one]:.0f}, when another status of {country} ends"
                found = f"{ordered['first_year'][other]:.0f}"
                problems.append(typed.problem(other, "first_year", found, expected))
    return problems


DUTY_CHECKS = (
    days_of_duties,
    lines_of_duties,
    parties_of_duties,
    names_of_duties,
    weights_of_lines,
    overlapping_duties,
    overlapping_status,
)
