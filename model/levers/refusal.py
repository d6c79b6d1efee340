"""Refusal: the share of a zone's cargo whose shippers refuse transit through countries."""

import math
from collections.abc import Iterator
from typing import Any, ClassVar, Self

import pandas as pd
from pydantic import Field, model_validator

from model.levers.base import Lever, Window, listed, unknown_names, with_rows
from network.network import Network


class Refusal(Window, Lever):
    """Set or scale which share of the cargo of zones refuses transit through countries (choice or sanctions)."""

    kind: ClassVar[str] = "refusal"

    countries: tuple[str, ...] = Field(min_length=1, description="countries refused in transit (ISO alpha-2)")
    zones: tuple[str, ...] = Field(
        default=(), description="zones whose lanes refuse; empty = every zone that refuses today"
    )
    share: float | None = Field(
        default=None, ge=0, le=1, description="share of the cargo that refuses; 0 lifts the refusal"
    )
    factor: float | None = Field(
        default=None, ge=0, description="today's shares become this many times as large, at most 1"
    )

    @model_validator(mode="after")
    def _one_change(self) -> Self:
        if (self.share is None) == (self.factor is None):
            raise ValueError("give either share or factor (write null to drop the other)")
        return self

    def problems(self, network: Network) -> list[str]:
        """Unknown names, and countries that a zone refuses together with others (the share is of both at once)."""
        found = [
            *unknown_names("zones", self.zones, network.zones["zone_id"], "zone"),
            *unknown_names("countries", self.countries, network.places["country"], "country of the network"),
        ]
        if found or not (self.share or self.factor):
            return found
        for record in _records(network.transit_refusals):
            together = record["transit_countries"]
            if self._concerns(record) and not set(together) <= set(self.countries):
                found.append(f"countries: {record['zone_id']} refuses {' and '.join(together)} together; name them all")
        return found

    def apply(self, network: Network) -> Network:
        """Cut today's refusals of these countries out of the window, and put the new share there."""
        table = network.transit_refusals
        rows: list[dict[str, Any]] = []
        for record in _records(table):
            rows += list(self._after(record)) if self._concerns(record) else [record]
        if self.share:
            rows += [self._row(zone, self.share) for zone in self._zones(network)]
        return network.replace(transit_refusals=with_rows("transit_refusals", table.iloc[:0], pd.DataFrame(rows)))

    def _zones(self, network: Network) -> list[str]:
        if self.zones:
            return list(self.zones)
        today = network.transit_refusals
        refusing = [bool(set(self.countries) & set(countries)) for countries in today["transit_countries"]]
        return list(dict.fromkeys(today.loc[refusing, "zone_id"]))

    def _concerns(self, record: dict[str, Any]) -> bool:
        return bool(set(record["transit_countries"]) & set(self.countries)) and (
            not self.zones or record["zone_id"] in self.zones
        )

    def _after(self, record: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield what is left of a refusal: before and after the window, and in it for the countries not named."""
        first, last = _year(record["first_year"]), _year(record["last_year"])
        start = max((year for year in (first, self.first_year) if year is not None), default=None)
        end = min((year for year in (last, self.last_year) if year is not None), default=None)
        if start is not None and end is not None and start > end:
            yield record
            return
        if self.first_year is not None and (first is None or first < self.first_year):
            yield {**record, "last_year": self.first_year - 1}
        others = tuple(country for country in record["transit_countries"] if country not in self.countries)
        if others:
            yield {**record, "transit_countries": others, "first_year": start, "last_year": end}
        if self.factor:
            named = tuple(country for country in record["transit_countries"] if country in self.countries)
            share = min(1.0, self.factor * float(record["share"]))
            yield {**record, "transit_countries": named, "share": share, "first_year": start, "last_year": end}
        if self.last_year is not None and (last is None or last > self.last_year):
            yield {**record, "first_year": self.last_year + 1}

    def _row(self, zone: str, share: float) -> dict[str, Any]:
        return {
            "zone_id": zone,
            "transit_countries": self.countries,
            "share": share,
            "first_year": self.first_year,
            "last_year": self.last_year,
            **self.provenance(),
        }

    def effect(self, network: Network) -> str:
        """Say who refuses what, how much, and when."""
        whose = f"cargo of {listed(self._zones(network))}"
        where = f"transit through {' or '.join(self.countries)}"
        if self.factor == 1:
            return f"shares of {whose} that refuse {where} as in the table"
        if self.factor is not None:
            return f"shares of {whose} that refuse {where} x {self.factor:g}, {self.years()}"
        if self.share == 0:
            return f"{whose} no longer refuses {where}, {self.years()}"
        return f"{self.share:.0%} of the {whose} refuses {where}, {self.years()}"


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(column): cell for column, cell in row.items()} for row in table.to_dict("records")]


def _year(value: float | None) -> int | None:
    return None if value is None or math.isnan(value) else int(value)
