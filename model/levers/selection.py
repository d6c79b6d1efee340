"""Which links a lever acts on: by id, place, country, mode, cost group or corridor."""

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, Field, model_validator

from model.levers.base import listed, unknown_names
from network.network import Network

Mask = NDArray[np.bool_]


class LinkSelection(BaseModel):
    """Links that satisfy every kind of choice that is made; within one kind, any of the names will do."""

    links: tuple[str, ...] = Field(default=(), description="ids of links")
    touching: tuple[str, ...] = Field(default=(), description="places: links with an end there")
    countries: tuple[str, ...] = Field(default=(), description="countries (ISO alpha-2): links with an end there")
    modes: tuple[str, ...] = Field(default=(), description="modes of transport")
    cost_groups: tuple[str, ...] = Field(default=(), description="groups of the rate table")
    corridors: tuple[str, ...] = Field(
        default=(),
        description="corridors: links they are known by, at their places or with an end in their transit countries",
    )

    @property
    def selects_links(self) -> bool:
        """Whether any choice of links is made."""
        return any(getattr(self, name) for name in LinkSelection.model_fields)

    def selected_links(self, network: Network) -> list[str]:
        """Ids of the links chosen, in the order of the table; none where no choice is made."""
        links = network.links
        if not self.selects_links:
            return []
        mask = np.ones(len(links), dtype=bool)
        if self.links:
            mask &= links["link_id"].isin(self.links).to_numpy()
        if self.touching:
            mask &= _touching(links, self.touching)
        if self.countries:
            mask &= _touching(links, _places_in(network, self.countries))
        if self.modes:
            mask &= links["mode"].isin(self.modes).to_numpy()
        if self.cost_groups:
            mask &= links["cost_group"].isin(self.cost_groups).to_numpy()
        if self.corridors:
            mask &= _of_corridors(network, self.corridors)
        return [str(link) for link in links.loc[mask, "link_id"]]

    def selection_problems(self, network: Network) -> list[str]:
        """Say which names are unknown, or that no link satisfies all choices."""
        links, places = network.links, network.places
        found = [
            *unknown_names("links", self.links, links["link_id"], "link"),
            *unknown_names("touching", self.touching, places["place_id"], "place"),
            *unknown_names("countries", self.countries, places["country"], "country of the network"),
            *unknown_names("modes", self.modes, links["mode"], "mode"),
            *unknown_names("cost_groups", self.cost_groups, links["cost_group"], "cost group"),
            *unknown_names("corridors", self.corridors, network.corridors["corridor_id"], "corridor"),
        ]
        if not found and self.selects_links and not self.selected_links(network):
            choices = [f"{name} {listed(getattr(self, name))}" for name in _choices(self)]
            found.append(f"no link satisfies all of: {'; '.join(choices)}")
        return found


class SomeLinks(LinkSelection):
    """A choice of links that may not be empty."""

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.selects_links:
            raise ValueError(f"names nothing to act on; give one of {', '.join(LinkSelection.model_fields)}")
        return self


def links_in_words(network: Network, link_ids: list[str]) -> str:
    """Return links as text a reader knows: "L082 Aktau - Alat, ..."."""
    names = dict(zip(network.places["place_id"], network.places["name"], strict=True))
    chosen = network.links[network.links["link_id"].isin(link_ids)]
    texts = [
        f"{link} {names[tail]} - {names[head]}"
        for link, tail, head in zip(chosen["link_id"], chosen["from_place"], chosen["to_place"], strict=True)
    ]
    return texts[0] if len(texts) == 1 else f"{len(texts)} links ({listed(texts)})"


def _choices(selection: LinkSelection) -> list[str]:
    return [name for name in LinkSelection.model_fields if getattr(selection, name)]


def _places_in(network: Network, countries: tuple[str, ...]) -> tuple[str, ...]:
    places = network.places
    return tuple(places.loc[places["country"].isin(countries), "place_id"])


def _touching(links: pd.DataFrame, places: tuple[str, ...]) -> Mask:
    mask: Mask = (links["from_place"].isin(places) | links["to_place"].isin(places)).to_numpy(dtype=bool)
    return mask


def _of_corridors(network: Network, corridors: tuple[str, ...]) -> Mask:
    rows = network.corridors[network.corridors["corridor_id"].isin(corridors)]
    mask = np.zeros(len(network.links), dtype=bool)
    for links, places, countries in zip(rows["via_links"], rows["via_places"], rows["transit_countries"], strict=True):
        mask |= network.links["link_id"].isin(links).to_numpy()
        mask |= _touching(network.links, places)
        mask |= _touching(network.links, _places_in(network, countries))
    return mask
