"""Where figures come from, for the page: each text of a source is held once and rows point to it."""

from __future__ import annotations

from typing import Any

import pandas as pd


class Sources:
    """The texts of sources in the order in which rows named them."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    @property
    def texts(self) -> list[str]:
        """Every source named so far."""
        return list(self._places)

    def of(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return what the row (confidence, source, year) rests on: sure, year, and src, the place of its source.

        What the row does not state is left out.
        """
        text, year = str(row.get("source") or "").strip(), row.get("year")
        said: dict[str, Any] = {"sure": row.get("confidence") or ""}
        if year is not None and not pd.isna(year):
            said["year"] = int(year)
        if text:
            said["src"] = self._places.setdefault(text, len(self._places))
        return said
