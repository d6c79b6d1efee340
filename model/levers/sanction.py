"""Sanctions on ways: places, countries or modes that the cargo of some shippers may not use."""

from typing import Any, ClassVar, Literal

import pandas as pd
from pydantic import Field

from model.levers.base import Lever, Window, listed, rows_of, unknown_names, with_rows
from model.levers.duty import countries
from model.levers.windows import outside, rebuilt, years_of
from network.network import Network

_OF_A_NEW_ONE = ("imposed_by", "shippers", "commodities", "countries", "modes", "places")


class Sanction(Window, Lever):
    """Forbid a way to some cargo, or change, start or end a sanction of the table."""

    kind: ClassVar[str] = "sanction"

    sanction: str = Field(default="", description="sanction of the table that is changed in the years; empty = new")
    imposed_by: str = Field(default="", description="country or territory that imposes it; of a new one")
    shippers: tuple[str, ...] = Field(
        default=(), description="countries or territories at either end of a lane that are bound; empty = all"
    )
    commodities: tuple[str, ...] = Field(default=(), description="goods that are bound; empty = all")
    countries: tuple[str, ...] = Field(default=(), description="countries that the cargo may not cross (ISO alpha-2)")
    modes: tuple[str, ...] = Field(default=(), description="modes closed in these countries; empty = all")
    places: tuple[str, ...] = Field(default=(), description="places that the cargo may not touch")
    active: Literal[0, 1] = Field(default=1, description="1 = in force in the years, 0 = lifted in them")
    share: float | None = Field(default=None, ge=0, le=1, description="part of the cargo that is bound; of a new one 1")

    def problems(self, network: Network) -> list[str]:
        """Unknown names, and a new sanction that closes nothing."""
        table = network.sanctions["sanction_id"]
        if self.sanction:
            return [
                *unknown_names("sanction", [self.sanction], table, "sanction of sanctions"),
                *(
                    f"{name}: of a new sanction only; {self.sanction} has its own"
                    for name in _OF_A_NEW_ONE
                    if getattr(self, name)
                ),
            ]
        places = network.places
        found = [
            *unknown_names("shippers", self.shippers, countries(network), "country"),
            *unknown_names("commodities", self.commodities, network.commodities["commodity_id"], "commodity"),
            *unknown_names("countries", self.countries, places["country"], "country of the network"),
            *unknown_names("modes", self.modes, network.links["mode"], "mode"),
            *unknown_names("places", self.places, places["place_id"], "place"),
        ]
        if self.id in set(table):
            found.append(f"id: {self.id} is a sanction of the table; write sanction: {self.id} to change it")
        if not (self.countries or self.places):
            found.append("closes nothing; give countries or places")
        if not self.active:
            found.append("active: a new sanction is in force; 0 lifts one of the table")
        return found

    def apply(self, network: Network) -> Network:
        """Change the rows of the sanction in the years and leave the rest of them, or append a row."""
        table = network.sanctions
        if not self.sanction:
            return network.replace(sanctions=with_rows("sanctions", table, pd.DataFrame([self._row()])))
        rows: list[dict[str, Any]] = []
        changed = False
        for record in rows_of(table):
            if record["sanction_id"] != self.sanction:
                rows.append(record)
                continue
            rows += outside(record, self)
            if not changed:
                share = record["share"] if self.share is None else self.share
                rows.append({**record, **years_of(record, self), "share": share if self.active else 0.0})
            changed = True
        return network.replace(sanctions=rebuilt("sanctions", table, rows))

    def _row(self) -> dict[str, Any]:
        return {
            "sanction_id": self.id,
            "title": self.note or self.id.replace("_", " "),
            "imposed_by": self.imposed_by or next(iter(self.shippers), ""),
            "shippers": self.shippers,
            "commodity_ids": self.commodities,
            "closed_countries": self.countries,
            "closed_modes": self.modes,
            "closed_places": self.places,
            "share": 1.0 if self.share is None else self.share,
            "first_year": self.first_year,
            "last_year": self.last_year,
            **self.provenance(),
        }

    def effect(self, network: Network) -> str:
        """Say whose cargo may not go where, and when."""
        part = f"{self.share:.0%} of " if self.share is not None else ""
        if self.sanction:
            title = str(network.sanctions.set_index("sanction_id").loc[[self.sanction], "title"].iloc[0])
            own = self.first_year is None and self.last_year is None
            state = f"{part}the cargo bound" if self.share is not None else "in force"
            return f"{title}: {state if self.active else 'lifted'}, {'as dated' if own else self.years()}"
        goods = listed(self.commodities) if self.commodities else "cargo"
        whose = f" of {listed(self.shippers)}" if self.shippers else ""
        modes = f" by {listed(self.modes)}" if self.modes else ""
        where = " and ".join(
            text for text in (f"cross {listed(self.countries)}{modes}" * bool(self.countries),
                              f"touch {listed(self.places)}" * bool(self.places)) if text
        )  # fmt: skip
        return f"{part}{goods}{whose} may not {where}, {self.years()}"
