"""Normal trade relations with the United States: permanent, conditional, or none."""

import math
from typing import Any, ClassVar, Literal

import pandas as pd
from pydantic import Field

from model.levers.base import Lever, Window, listed, rows_of, unknown_names
from network.network import Network


class Ntr(Window, Lever):
    """Set the status of countries: permanent (PNTR), conditional with a hazard of reversion, or column 2."""

    kind: ClassVar[str] = "ntr"

    countries: tuple[str, ...] = Field(min_length=1, description="countries of origin (ISO alpha-2)")
    status: Literal["permanent", "conditional", "column2"] = Field(description="status under US law")
    hazard_per_year: float | None = Field(
        default=None, ge=0, le=1, description="chance a year that conditional status ends; empty = as in the table"
    )

    def problems(self, network: Network) -> list[str]:
        """Countries that the table does not have."""
        return unknown_names("countries", self.countries, network.ntr_status["country"], "country of ntr_status")

    def apply(self, network: Network) -> Network:
        """Cut the window out of the rows of the countries, and put the new status there."""
        table = network.ntr_status
        rows: list[dict[str, Any]] = []
        seen: set[str] = set()
        for record in rows_of(table):
            if record["country"] not in self.countries:
                rows.append(record)
                continue
            first, last = record["first_year"], record["last_year"]
            if self.first_year is not None and (math.isnan(first) or first < self.first_year):
                rows.append({**record, "last_year": min(last if last == last else math.inf, self.first_year - 1)})
            if record["country"] not in seen:
                seen.add(record["country"])
                rows.append({**record, **self._now()})
            if self.last_year is not None and (math.isnan(last) or last > self.last_year):
                rows.append({**record, "first_year": float(self.last_year + 1)})
        frame = pd.DataFrame(rows, columns=table.columns).astype(table.dtypes.to_dict())
        return network.replace(ntr_status=frame)

    def _now(self) -> dict[str, Any]:
        years = {"first_year": self.first_year, "last_year": self.last_year}
        bounds = {name: math.nan if year is None else float(year) for name, year in years.items()}
        row: dict[str, Any] = {"status": self.status, **bounds, **self.provenance()}
        if self.status != "conditional":
            row |= {"hazard_per_year": 0.0, "hazard_per_year_low": 0.0, "hazard_per_year_high": 0.0}
        elif self.hazard_per_year is not None:
            row |= dict.fromkeys(("hazard_per_year", "hazard_per_year_low", "hazard_per_year_high"),
                                 self.hazard_per_year)  # fmt: skip
        return row

    def effect(self, network: Network) -> str:
        """Say who has which status, and when."""
        del network  # the status speaks for itself
        risk = f" with a hazard of {self.hazard_per_year:g} a year" if self.hazard_per_year is not None else ""
        said = {"permanent": "have permanent normal trade relations", "column2": "pay column 2",
                "conditional": "have conditional normal trade relations"}[self.status]  # fmt: skip
        return f"{listed(self.countries)} {said} with the United States{risk}, {self.years()}"
