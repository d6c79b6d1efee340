"""Tables of trade: limits with what they need, sanctions that close something, ranges in order, known countries."""

from collections.abc import Iterator, Mapping
from math import isnan

import pandas as pd

from network.problems import Problem, nearest
from network.typed_frame import TypedTable

Tables = Mapping[str, TypedTable]
_NEEDS = {"quota": "quota_t_per_year", "licence": "grant_share", "share": "max_share", "tax": "tax_pct"}
_FIGURES = ("substitution", "supply", "capital_ratio")
_PARTIES = (
    ("trade_limits", ("exporters", "importers")),
    ("sanctions", ("shippers",)),
    ("market_coverage", ("importer",)),
)


def figures_of_limits(tables: Tables) -> list[Problem]:
    """Limits without the figure that their kind needs, or on no trade in particular."""
    typed = tables["trade_limits"]
    rows = typed.sound_rows("instrument", "exporters", "importers", "commodity_ids", *_NEEDS.values(),
                            "cost_usd_per_t", "delay_days")  # fmt: skip
    problems = []
    for row, record in rows.iterrows():
        at, kind = int(str(row)), record["instrument"]
        needed = _NEEDS.get(kind, "")
        if needed and isnan(record[needed]):
            problems.append(typed.problem(at, needed, "", f"a value: a {kind} needs it"))
        for other in _NEEDS.values():
            if other != needed and record[other] > 0:
                found = f"{record[other]:g}"
                problems.append(typed.problem(at, other, found, f"nothing: a {kind} has none"))
        if kind == "share" and not record["exporters"]:
            problems.append(typed.problem(at, "exporters", "", "countries: a share is of some origins"))
        if kind == "formality" and not (record["cost_usd_per_t"] > 0 or record["delay_days"] > 0):
            problems.append(typed.problem(at, "delay_days", "", "days, or cost_usd_per_t: a formality takes one"))
        if not (record["exporters"] or record["importers"] or record["commodity_ids"]):
            problems.append(typed.problem(at, "exporters", "", "exporters, importers or commodity_ids: all are empty"))
    return problems


def years_of_trade(tables: Tables) -> list[Problem]:
    """Limits and sanctions that end before they begin."""
    problems = []
    for name in ("trade_limits", "sanctions"):
        typed = tables[name]
        rows = typed.sound_rows("first_year", "last_year")
        wrong = rows.index[rows["last_year"] < rows["first_year"]]
        problems += [
            typed.problem(
                row, "last_year", f"{rows['last_year'][row]:.0f}", f"at least {rows['first_year'][row]:.0f}, first_year"
            )
            for row in wrong
        ]
    return problems


def ways_of_sanctions(tables: Tables) -> list[Problem]:
    """Sanctions that close nothing, modes without a country, and modes that no link has."""
    typed = tables["sanctions"]
    rows = typed.sound_rows("closed_countries", "closed_modes", "closed_places")
    modes = set(tables["links"].frame["mode"]) - {""}
    problems = []
    for row, record in rows.iterrows():
        at = int(str(row))
        if not (record["closed_countries"] or record["closed_places"]):
            problems.append(typed.problem(at, "closed_countries", "", "countries or closed_places: it closes nothing"))
        if record["closed_modes"] and not record["closed_countries"]:
            found = "|".join(record["closed_modes"])
            problems.append(typed.problem(at, "closed_modes", found, "closed_countries with it: modes close in some"))
        problems += [
            typed.problem(at, "closed_modes", mode, "a mode of network/links.csv", nearest(mode, modes))
            for mode in record["closed_modes"]
            if mode not in modes and modes
        ]
    return problems


def parties_of_trade(tables: Tables) -> list[Problem]:
    """Exporters, importers and shippers that are no country or territory of the world."""
    known = set(_known(tables)) - {""}
    problems = []
    for name, columns in _PARTIES:
        typed = tables[name]
        for column in columns:
            rows = typed.sound_rows(column)
            for row, cell in zip(rows.index, rows[column], strict=True):
                problems += [
                    typed.problem(row, column, party, "a country or territory of the world", nearest(party, known))
                    for party in (cell if isinstance(cell, tuple) else (cell,))
                    if party and party not in known
                ]
    return problems


def _known(tables: Tables) -> Iterator[str]:
    for name, columns in (("zones", ("customs_territory", "countries")), ("places", ("country",)),
                          ("customs_territories", ("territory", "countries"))):  # fmt: skip
        for column in columns:
            for cell in tables[name].frame[column]:
                yield from cell if isinstance(cell, tuple) else (cell,)


def ranges_of_trade(tables: Tables) -> list[Problem]:
    """Elasticities that lie outside the range given with them."""
    typed = tables["trade_elasticities"]
    problems = []
    for name in _FIGURES:
        low, high = f"{name}_low", f"{name}_high"
        rows = typed.sound_rows(low, name, high)
        below, above = rows[name] < rows[low], rows[name] > rows[high]
        problems += [typed.problem(row, name, f"{rows[name][row]:g}", f"at least {rows[low][row]:g}, {low}")
                     for row in rows.index[below]]  # fmt: skip
        problems += [typed.problem(row, name, f"{rows[name][row]:g}", f"at most {rows[high][row]:g}, {high}")
                     for row in rows.index[above & ~below]]  # fmt: skip
    return problems


def curves_of_nothing(tables: Tables) -> list[Problem]:
    """Curves through a price or quantity of zero: they have no slope."""
    typed = tables["market_curves"]
    problems = []
    for name in ("price_usd_per_t", "quantity_t"):
        rows = typed.sound_rows(name)
        problems += [typed.problem(row, name, "0", "a number above 0") for row in _zeros(rows[name])]
    return problems


def _zeros(column: pd.Series) -> list[int]:
    return [int(str(row)) for row in column.index[column == 0]]


TRADE_CHECKS = (
    figures_of_limits,
    years_of_trade,
    ways_of_sanctions,
    parties_of_trade,
    ranges_of_trade,
    curves_of_nothing,
)
