"""Closure: links, whole places, modes or countries closed, or closed to transit only."""

from typing import ClassVar, Self

import pandas as pd
from pydantic import Field, model_validator

from model.levers.base import Lever, Window, listed, unknown_names, with_rows
from model.levers.selection import LinkSelection, links_in_words
from network.network import Network


class Closure(LinkSelection, Window, Lever):
    """Close links to all cargo, or countries to cargo that only passes through them."""

    kind: ClassVar[str] = "closure"

    places: tuple[str, ...] = Field(default=(), description="places: all their links are closed")
    transit_countries: tuple[str, ...] = Field(
        default=(), description="countries closed to transit; cargo that starts or ends in one of them still moves"
    )

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not (self.selects_links or self.places or self.transit_countries):
            raise ValueError(
                "names nothing to close; give one of places, transit_countries, "
                + ", ".join(LinkSelection.model_fields)
            )
        return self

    def problems(self, network: Network) -> list[str]:
        """Unknown names, and choices of links that nothing satisfies."""
        places = network.places
        return [
            *self.selection_problems(network),
            *unknown_names("places", self.places, places["place_id"], "place"),
            *unknown_names("transit_countries", self.transit_countries, places["country"], "country of the network"),
        ]

    def closed_links(self, network: Network) -> list[str]:
        """Ids of the links closed to all cargo, in the order of the table."""
        links = network.links
        chosen = links["link_id"].isin(self.selected_links(network))
        at_places = links["from_place"].isin(self.places) | links["to_place"].isin(self.places)
        return [str(link) for link in links.loc[chosen | at_places, "link_id"]]

    def apply(self, network: Network) -> Network:
        """Set the links shut; let the cargo of every zone refuse transit through the countries."""
        changed = self.adjust(network, "link", self.closed_links(network), "open", "set", 0.0)
        if not self.transit_countries:
            return changed
        refusals = pd.DataFrame(
            {
                "zone_id": changed.zones["zone_id"].to_numpy(),
                "transit_countries": [self.transit_countries] * len(changed.zones),
                "share": 1.0,
                "first_year": self.first_year,
                "last_year": self.last_year,
                **self.provenance(),
            }
        )
        return changed.replace(transit_refusals=with_rows("transit_refusals", changed.transit_refusals, refusals))

    def effect(self, network: Network) -> str:
        """Name what is closed and when."""
        parts = []
        links = self.closed_links(network)
        if links:
            parts.append(f"{links_in_words(network, links)} closed")
        if self.transit_countries:
            parts.append(
                f"transit through {listed(self.transit_countries)} closed (cargo that starts or ends there still moves)"
            )
        return f"{'; '.join(parts)}, {self.years()}"
