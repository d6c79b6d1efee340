"""Demand: another growth path, or quantities scaled, for all lanes or some."""

from typing import ClassVar, Literal, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from model.levers.base import Lever, Window, listed, unknown_names
from model.levers.selection import Mask
from network.network import Network

_MARK = "~"


class Demand(Window, Lever):
    """Choose the low, base or high growth of lanes, or multiply what they would ship. Without a choice: every lane."""

    kind: ClassVar[str] = "demand"

    variant: Literal["low", "base", "high"] | None = Field(
        default=None, description="growth path the lanes follow in all years"
    )
    factor: float | None = Field(
        default=None, gt=0, description="quantity becomes this many times the forecast, in the years given"
    )
    markets: tuple[str, ...] = Field(default=(), description="markets of the lanes")
    commodities: tuple[str, ...] = Field(default=(), description="commodities of the lanes")
    zones: tuple[str, ...] = Field(default=(), description="zones at either end of the lanes")
    lanes: tuple[str, ...] = Field(default=(), description="ids of lanes")

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.variant is None and self.factor is None:
            raise ValueError("changes nothing; give variant, factor or both")
        if self.factor is None and (self.first_year is not None or self.last_year is not None):
            raise ValueError("a growth variant holds in all years; first_year and last_year go with factor")
        return self

    def problems(self, network: Network) -> list[str]:
        """Unknown names, and choices that no lane satisfies."""
        found = [
            *unknown_names("markets", self.markets, network.markets["market_id"], "market"),
            *unknown_names("commodities", self.commodities, network.commodities["commodity_id"], "commodity"),
            *unknown_names("zones", self.zones, network.zones["zone_id"], "zone"),
            *unknown_names("lanes", self.lanes, network.lanes["lane_id"], "lane"),
        ]
        if not found and not self._mask(network).any():
            found.append("no lane satisfies all choices of markets, commodities, zones and lanes")
        if not found and self.variant in ("low", "high"):
            mask, growth = self._mask(network), network.growth
            used = network.lanes.loc[mask, "growth_id"].str.split(_MARK).str[0]
            missing = growth.loc[growth["growth_id"].isin(used) & growth[f"index_{self.variant}"].isna(), "growth_id"]
            found += [f"variant: growth {name} has no {self.variant} path" for name in missing.unique()]
        return found

    def _mask(self, network: Network) -> Mask:
        lanes = network.lanes
        mask = np.ones(len(lanes), dtype=bool)
        if self.markets:
            mask &= lanes["market_id"].isin(self.markets).to_numpy()
        if self.commodities:
            mask &= lanes["commodity_id"].isin(self.commodities).to_numpy()
        if self.zones:
            mask &= (lanes["origin_zone"].isin(self.zones) | lanes["destination_zone"].isin(self.zones)).to_numpy()
        if self.lanes:
            mask &= lanes["lane_id"].isin(self.lanes).to_numpy()
        return mask

    def apply(self, network: Network) -> Network:
        """Give the lanes the growth path; append a factor on their quantity."""
        mask = self._mask(network)
        changed = network if self.variant is None else self._follow_variant(network, mask, self.variant)
        if self.factor is not None:
            changed = self.adjust(
                changed, "lane", network.lanes.loc[mask, "lane_id"], "quantity", "multiply", self.factor
            )
        return changed

    def _follow_variant(self, network: Network, mask: Mask, variant: str) -> Network:
        """Point the lanes to copies of their growth rows whose base path is the variant.

        A copy is named after its origin ("gdp~high"), so that a later lever finds the origin again.
        """
        lanes, growth = network.lanes.copy(), network.growth
        origin = lanes["growth_id"].str.split(_MARK).str[0]
        wanted = origin if variant == "base" else origin + _MARK + variant
        chosen = mask & (origin != "").to_numpy()  # a lane without a growth path stays as it is
        lanes.loc[chosen, "growth_id"] = wanted[chosen]
        missing = set(wanted[chosen]) - set(growth["growth_id"])
        rows = growth[growth["growth_id"].isin({name.split(_MARK)[0] for name in missing})].copy()
        rows["growth_id"] = rows["growth_id"] + _MARK + variant
        rows["index_base"] = rows[f"index_{variant}"]
        return network.replace(
            lanes=lanes, growth=pd.concat([growth, rows], ignore_index=True) if len(rows) else growth
        )

    def effect(self, network: Network) -> str:
        """Say what changes for how many lanes."""
        choices = [
            f"{name} {listed(getattr(self, name))}"
            for name in ("markets", "commodities", "zones", "lanes")
            if getattr(self, name)
        ]
        count = int(self._mask(network).sum())
        whose = f"{count} lanes ({'; '.join(choices)})" if choices else f"all {count} lanes"
        parts = [f"{self.variant} growth"] if self.variant is not None else []
        parts += [f"demand x {self.factor:g}, {self.years()}"] if self.factor is not None else []
        return f"{' and '.join(parts)} for {whose}"
