"""Every figure that the financing of a portfolio rests on, with its unit and where it is from.

Of the tables of the bank every cell that holds a number is a row; what is empty, or an open end of years, is none. The
words of a figure are those of its column; year, source and confidence are those of its cell, where the schema has
them for some columns apart. What the proposed bank would do is a design default, since no charter is public.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from model.funding.tables import PORTFOLIO_TABLE_BY_NAME
from network.frames import each_row
from network.network import Network
from network.schema_finance import (
    ASSET_CLASSES,
    BANK_RULES,
    BANK_SHAREHOLDERS,
    CLASS_CURRENCIES,
    CONCESSION_MODES,
    COUNTRY_FINANCE,
    DEFAULT_RATES,
    FUNDER_CURRENCIES,
    FUNDER_OWNERS,
    FUNDER_TERMS,
    FUNDERS,
    INSTRUMENT_TABLE,
    REFERENCE_CLASSES,
    RISK_WEIGHTS,
    TOLL_LEVELS,
)
from network.schema_types import Field, Table

DESIGN_DEFAULT = "design default"
_UNITS = {"million USD": "musd", "million USD/year": "musd per year", "1/year": "share a year"}
_SUFFIXES = ("_musd_per_year", "_musd", "_bp", "_years")
_SPOKEN = {"dscr": "DSCR", "llcr": "LLCR", "plcr": "PLCR", "gdp": "GDP", "p80": "P80"}
# Columns whose source and confidence are not those of the row: prefix of the columns that hold them.
PROVENANCE = {
    ("country_finance", "gdp_musd"): "gdp_",
    ("country_finance", "debt_share_of_gdp"): "debt_",
    ("country_finance", "debt_ceiling_share_of_gdp"): "guarantee_",
    ("country_finance", "guarantee_headroom_musd"): "guarantee_",
    ("country_finance", "guarantee_cap_musd_per_year"): "guarantee_",
    ("country_finance", "grant_element_min"): "guarantee_",
    ("country_finance", "sovereign_yield"): "yield_",
    ("country_finance", "inflation"): "macro_",
    ("country_finance", "tax_rate"): "tax_",
    ("default_rates", "asset_correlation"): "correlation_",
    ("reference_classes", "p80"): "p80_",
}


@dataclass(frozen=True)
class _Names:
    """Names for people: funders, powers and countries by id, and the ids of the bank."""

    funders: dict[str, str]
    powers: dict[str, str]
    countries: dict[str, str]
    banks: frozenset[str]


@dataclass(frozen=True)
class _Group:
    """A table, the group its figures stand in, and what a row is called."""

    table: Table
    group: str
    title: Callable[[Any, _Names], str]


def _by(*columns: str) -> Callable[[Any, _Names], str]:
    """Title of a row: its words in some columns, those that are not empty."""
    return lambda row, _: ", ".join(_words(str(getattr(row, c))) for c in columns if str(getattr(row, c)))


def _funder(row: Any, names: _Names) -> str:
    return names.funders.get(str(row.funder_id), str(row.funder_id))


def _currency(row: Any) -> str:
    return "local currency" if row.currency == "local" else str(row.currency)


_OFFER = _by("instrument", "recourse")
GROUPS = (
    _Group(BANK_RULES, "bank rules", lambda row, _: str(row.meaning).rstrip(".")),
    _Group(BANK_SHAREHOLDERS, "shareholders of the bank", lambda row, _: str(row.name)),
    _Group(FUNDERS, "funders", _funder),
    _Group(FUNDER_TERMS, "terms of funders", lambda row, n: f"{_funder(row, n)}, {_OFFER(row, n)}"),
    _Group(
        FUNDER_OWNERS,
        "owners of funders",
        lambda row, n: f"{_funder(row, n)}, part of {n.powers.get(str(row.power_id), str(row.power_id))}",
    ),
    _Group(INSTRUMENT_TABLE, "instruments", lambda row, _: str(row.name)),
    _Group(COUNTRY_FINANCE, "countries", lambda row, n: n.countries.get(str(row.country), str(row.country))),
    _Group(ASSET_CLASSES, "asset classes", _by("asset_class")),
    _Group(CONCESSION_MODES, "concession modes", lambda row, _: str(row.name)),
    _Group(TOLL_LEVELS, "tolls", _by("level")),
    _Group(DEFAULT_RATES, "default rates", lambda row, _: ", ".join(filter(None, (_words(row.borrower), row.rating)))),
    _Group(RISK_WEIGHTS, "risk weights", lambda row, _: str(row.risk_class).replace("_", " ")),
    _Group(FUNDER_CURRENCIES, "currencies of loans", lambda row, n: f"{_funder(row, n)}, in {_currency(row)}"),
    _Group(
        CLASS_CURRENCIES,
        "currencies of projects",
        lambda row, n: ", ".join(
            filter(None, (_words(row.asset_class), n.countries.get(row.country, row.country),
                          f"{_words(row.flow)} in {_currency(row)}"))
        ),
    ),
    _Group(REFERENCE_CLASSES, "reference classes", _by("asset_class", "quantity")),
)  # fmt: skip


def portfolio_assumptions(network: Network) -> pd.DataFrame:
    """Table ``portfolio_assumptions``: the figures of the tables of ``GROUPS``, in their order.

    A figure of bank_rules has the unit of its row, others that of their field: million USD is musd; a number without
    a unit is a share, a flag (1 = yes), a rank or a ratio. Reference classes are actual / estimate - 1.
    """
    names = _names(network)
    rows = [row for group in GROUPS for row in _rows(group, network, names)]
    table = PORTFOLIO_TABLE_BY_NAME["portfolio_assumptions"]
    return pd.DataFrame(rows, columns=table.column_names).astype({"year": float}) if rows else table.empty()


def _names(network: Network) -> _Names:
    def of(frame: pd.DataFrame, key: str) -> dict[str, str]:
        return {str(i): str(name) for i, name in zip(frame[key], frame["name"], strict=True)}

    funders, powers = network.funders, network.powers
    states = {
        str(own[0]): str(name) for own, name in zip(powers["countries"], powers["name"], strict=True) if len(own) == 1
    }
    banks = funders.loc[funders["kind"] == "bank", "funder_id"]
    return _Names(of(funders, "funder_id"), of(powers, "power_id"), states, frozenset(banks.astype(str)))


def figures(table: Table) -> tuple[Field, ...]:
    """Fields of a table that hold figures: numbers, save the year that they stand for."""
    return tuple(field for field in table.fields if field.is_number and field.name != "year")


def _rows(group: _Group, network: Network, names: _Names) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    table = group.table
    for row in each_row(getattr(network, table.name)):
        title = group.title(row, names)
        of_bank = str(getattr(row, "funder_id", "")) in names.banks
        for field in figures(table):
            value = float(getattr(row, field.name))
            if math.isnan(value) or (field.dtype == "year" and value == field.default):
                continue
            prefix = PROVENANCE.get((table.name, field.name), "")
            source = str(getattr(row, f"{prefix}source"))
            rows.append(
                {
                    "group": group.group,
                    "figure": title if table is BANK_RULES else f"{title}: {_figure(field)}",
                    "value": f"{value:.12g}",
                    "unit": str(row.unit) if table is BANK_RULES else unit_of(table, field),
                    "year": row.year,
                    "confidence": str(getattr(row, f"{prefix}confidence")),
                    "is_design_default": int(of_bank or DESIGN_DEFAULT in source.lower()),
                    "source": source,
                }
            )
    return rows


def unit_of(table: Table, field: Field) -> str:
    """Unit of a figure in the words of the result tables.

    >>> unit_of(FUNDERS, FUNDERS.field("envelope_musd_per_year"))
    'musd per year'
    >>> unit_of(ASSET_CLASSES, ASSET_CLASSES.field("dscr_floor"))
    'ratio'
    """
    if field.unit:
        return _UNITS.get(field.unit, field.unit)
    if field.dtype == "year":
        return "year"
    if field.is_whole:
        return "flag" if field.choices == (0, 1) else "rank"
    bounded = (field.minimum, field.maximum) == (0, 1)
    return "share" if bounded or "share" in field.name or table is REFERENCE_CLASSES else "ratio"


def _figure(field: Field) -> str:
    name = next((field.name.removesuffix(s) for s in _SUFFIXES if field.name.endswith(s)), field.name)
    return _words(name.removeprefix("is_"))


def _words(text: str) -> str:
    return " ".join(_SPOKEN.get(word, word) for word in text.split("_"))
