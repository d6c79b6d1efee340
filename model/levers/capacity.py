"""Capacity: limits of links and of places scaled or set."""

from typing import ClassVar, Literal, Self

import pandas as pd
from pydantic import Field, model_validator

from model.levers.base import Lever, Window, listed, unknown_names
from model.levers.selection import LinkSelection, links_in_words
from network.network import Network

_FIELD = {"t": "capacity_t", "TEU": "capacity_teu", "both": "capacity"}
_COLUMNS = {
    "t": ("capacity_t_per_year",),
    "TEU": ("capacity_teu_per_year",),
    "both": ("capacity_t_per_year", "capacity_teu_per_year"),
}


class Capacity(LinkSelection, Window, Lever):
    """Multiply the capacity of links and places by a factor, or set it."""

    kind: ClassVar[str] = "capacity"

    places: tuple[str, ...] = Field(default=(), description="places: what passes over their own quays or terminals")
    factor: float | None = Field(
        default=None,
        ge=0,
        description="capacity becomes this many times today's; 0 lets nothing pass, even without a limit today",
    )
    unit: Literal["t", "TEU", "both"] = Field(default="both", description="which limits the factor acts on")
    t_per_year: float | None = Field(default=None, ge=0, description="new limit, t per year")
    teu_per_year: float | None = Field(default=None, ge=0, description="new limit, TEU per year")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not (self.selects_links or self.places):
            raise ValueError("names nothing to act on; give one of places, " + ", ".join(LinkSelection.model_fields))
        sets = self.t_per_year is not None or self.teu_per_year is not None
        if (self.factor is not None) == sets:
            raise ValueError("give either factor, or t_per_year and teu_per_year (one of them or both)")
        return self

    def problems(self, network: Network) -> list[str]:
        """Unknown names, and choices of links that nothing satisfies."""
        return [
            *self.selection_problems(network),
            *unknown_names("places", self.places, network.places["place_id"], "place"),
        ]

    def apply(self, network: Network) -> Network:
        """Append the change of every link and place."""
        changed = network
        for field, operation, value in self._changes():
            changed = self.adjust(changed, "link", self.selected_links(network), field, operation, value)
            changed = self.adjust(changed, "place", self.places, field, operation, value)
        return changed

    def _changes(self) -> list[tuple[str, Literal["multiply", "set"], float]]:
        if self.factor is not None:
            # A factor cannot bound what has no limit, so "nothing passes" is set rather than multiplied.
            return [(_FIELD[self.unit], "multiply" if self.factor > 0 else "set", self.factor)]
        given = [("capacity_t", self.t_per_year), ("capacity_teu", self.teu_per_year)]
        return [(field, "set", value) for field, value in given if value is not None]

    def effect(self, network: Network) -> str:
        """Name the limits that change, and the targets that have none to scale."""
        links = self.selected_links(network)
        targets = [links_in_words(network, links)] if links else []
        targets += [f"place {listed(self.places)}"] if self.places else []
        if self.factor is None:
            limits = [
                f"{value:,.0f} {unit}"
                for value, unit in ((self.t_per_year, "t"), (self.teu_per_year, "TEU"))
                if value is not None
            ]
            return f"capacity of {' and '.join(targets)} set to {' and '.join(limits)} a year, {self.years()}"
        if self.factor == 0:
            kind = "" if self.unit == "both" else f" of what is counted in {self.unit}"
            return f"nothing{kind} passes {' and '.join(targets)}, {self.years()}"
        what = "capacity" if self.unit == "both" else f"capacity in {self.unit}"
        text = f"{what} of {' and '.join(targets)} x {self.factor:g}, {self.years()}"
        free = self._unlimited(network, links)
        return f"{text} (no such limit today, so unchanged: {listed(free)})" if free else text

    def _unlimited(self, network: Network, links: list[str]) -> list[str]:
        columns = list(_COLUMNS[self.unit])

        def free(table: pd.DataFrame, key: str, ids: list[str]) -> list[str]:
            rows = table[table[key].isin(ids)]
            return [str(name) for name in rows.loc[rows[columns].isna().all(axis=1), key]]

        return free(network.links, "link_id", links) + free(network.places, "place_id", list(self.places))
