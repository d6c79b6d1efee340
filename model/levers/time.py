"""Time: run of links scaled or lengthened, waiting at their ends scaled or set."""

from typing import ClassVar, Self

import pandas as pd
from pydantic import Field, model_validator

from model.levers.base import Lever, Window, listed
from model.levers.selection import SomeLinks, links_in_words
from network.network import Network


class Time(SomeLinks, Window, Lever):
    """Change how long a passage over links takes."""

    kind: ClassVar[str] = "time"

    factor: float | None = Field(default=None, gt=0, description="hours under way become this many times today's")
    add_h: float = Field(default=0.0, ge=0, description="hours added to every passage of a link")
    dwell_factor: float | None = Field(
        default=None, ge=0, description="waiting at both ends becomes this many times today's"
    )
    dwell_h: float | None = Field(
        default=None,
        ge=0,
        description="mean hours of waiting in a passage, both ends together, in place of the table's",
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not {"factor", "add_h", "dwell_factor", "dwell_h"} & self.model_fields_set:
            raise ValueError("changes nothing; give one of factor, add_h, dwell_factor, dwell_h")
        if self.dwell_factor is not None and self.dwell_h is not None:
            raise ValueError("give dwell_factor or dwell_h, not both")
        return self

    def problems(self, network: Network) -> list[str]:
        """Unknown names, choices that nothing satisfies, and waiting set where the table has none to spread it over."""
        found = self.selection_problems(network)
        if not found and self.dwell_h:
            dwell = self._dwell(network)
            without = [link for link, hours in dwell.items() if hours <= 0]
            if without:
                found.append(f"dwell_h: {listed(without)} has no waiting today; use add_h instead")
        return found

    def _dwell(self, network: Network) -> dict[str, float]:
        links: pd.DataFrame = network.links[network.links["link_id"].isin(self.selected_links(network))]
        hours = links[["dwell_from_h", "dwell_to_h"]].fillna(0.0).sum(axis=1)
        return dict(zip(links["link_id"], hours.astype(float), strict=True))

    def apply(self, network: Network) -> Network:
        """Append the change of every link; waiting that is set becomes a factor, so that it keeps its split by end."""
        links = self.selected_links(network)
        changed = network
        if self.factor is not None:
            changed = self.adjust(changed, "link", links, "time_h", "multiply", self.factor)
        if self.add_h:
            changed = self.adjust(changed, "link", links, "time_h", "add", self.add_h)
        if self.dwell_factor is not None:
            changed = self.adjust(changed, "link", links, "dwell_h", "multiply", self.dwell_factor)
        if self.dwell_h is not None:
            for link, hours in self._dwell(network).items():
                ratio = self.dwell_h / hours if hours > 0 else 0.0
                changed = self.adjust(changed, "link", [link], "dwell_h", "multiply", ratio)
        return changed

    def effect(self, network: Network) -> str:
        """Say how the hours change, on which links, and when."""
        parts = []
        parts += [f"hours under way x {self.factor:g}"] if self.factor is not None else []
        parts += [f"{self.add_h:+g} h a passage"] if self.add_h else []
        parts += [f"waiting x {self.dwell_factor:g}"] if self.dwell_factor is not None else []
        parts += [f"waiting {self.dwell_h:g} h a passage"] if self.dwell_h is not None else []
        what = " and ".join(parts) or "no change"
        return f"{what} on {links_in_words(network, self.selected_links(network))}, {self.years()}"
