"""What the tables of the rare-earth chain have in common on the page: texts sent once, rounding, names, slices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pandas as pd

from network.network import Network
from report.chain_sentences import good_of_chain, region_name
from report.frames import records
from report.page_rows import figure

LEAST_KT = 1e-6
"""Tonnage below which nothing is shown."""
LEAST_SHARE = 0.005
"""Part below which a shortage is not listed, and a flow is not drawn."""
_YEARS = ("service_year", "built_year")


class Texts:
    """Texts that rows share: each is sent once, rows have its place.

    Attributes:
        known: texts in the order of their places.
    """

    def __init__(self) -> None:
        self.known: list[str] = []
        self._place: dict[str, int] = {}

    def packed(self, rows: list[list[Any]]) -> list[list[Any]]:
        """Return rows with the places of their texts."""
        return [[self._of(value) if isinstance(value, str) else value for value in row] for row in rows]

    def _of(self, text: str) -> int:
        place = self._place.setdefault(text, len(self.known))
        if place == len(self.known):
            self.known.append(text)
        return place


def confidence_of(network: Network) -> dict[str, str]:
    """Return how sure the figures of each facility are."""
    table = network.chain_facilities
    return {str(f): str(sure) for f, sure in zip(table["facility_id"], table["confidence"], strict=True)}


def named_chain(table: pd.DataFrame, network: Network) -> pd.DataFrame:
    """Return a table with the names of its regions and goods in the place of their ids."""
    makers: dict[str, Callable[[str, Network], str]] = {"region": region_name, "good": good_of_chain,
                                                        "origin": region_name, "destination": region_name}  # fmt: skip
    for column, name in makers.items():
        if column in table:
            known = {key: name(str(key), network) for key in table[column].unique()}
            table = table.assign(**{column: table[column].map(known).astype(object)})
    return table


def by_slice(table: pd.DataFrame, slices: Sequence[str], keys: Iterable[str], most: int) -> list[list[list[Any]]]:
    """Return the first rows of each slice, as lists of the values of some columns."""
    return [lists(table[table["slice"] == name].head(most), keys) for name in slices]


def lists(table: pd.DataFrame, keys: Iterable[str]) -> list[list[Any]]:
    """Return rows as lists of the values of some columns, rounded."""
    rows = records(table[list(keys)])
    return [[_plain(key, value) for key, value in row.items()] for row in rows]


def _plain(key: str, value: Any) -> Any:
    if isinstance(value, str):
        return value
    return figure(value) if key in _YEARS else rough(value)


def rough(value: Any) -> float | int | None:
    """Return a figure with the three digits that the page shows, or None where it is missing."""
    return figure(None if value is None or pd.isna(value) else float(f"{value:.3g}"))
