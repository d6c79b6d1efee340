"""Elasticities: how buyers and sellers react, within or beyond the range of the table."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from model.levers.base import Lever, listed, unknown_names
from network.network import Network


class Elasticity(Lever):
    """Change a figure of trade: substitution between origins, supply, or the capital behind the output."""

    kind: ClassVar[str] = "elasticity"

    figure: Literal["substitution", "supply", "capital_ratio"] = Field(description="what is changed")
    commodities: tuple[str, ...] = Field(default=(), description="commodities; empty = all")
    factor: float | None = Field(default=None, gt=0, description="times the figure of the table and its range")
    take: Literal["low", "high"] | None = Field(default=None, description="end of the range that is taken")

    @model_validator(mode="after")
    def _one_change(self) -> Self:
        if (self.factor is None) == (self.take is None):
            raise ValueError("give either factor or take (write null to drop the other)")
        return self

    def problems(self, network: Network) -> list[str]:
        """Commodities without a row, or without the end of the range that is asked for."""
        table = network.trade_elasticities
        found = unknown_names("commodities", self.commodities, table["commodity_id"], "row of trade_elasticities")
        if found or self.take is None:
            return found
        end = f"{self.figure}_{self.take}"
        mine = table[table["commodity_id"].isin(self.commodities or table["commodity_id"])]
        lacking = mine.loc[mine[end].isna() & mine[self.figure].notna(), "commodity_id"]
        return [f"take: {good} has no {end}" for good in lacking]

    def apply(self, network: Network) -> Network:
        """Scale the figure and the ends of its range, or put an end of the range in its place."""
        table = network.trade_elasticities.copy()
        mine = table["commodity_id"].isin(self.commodities) | (not self.commodities)
        if self.take is not None:
            table.loc[mine, self.figure] = table.loc[mine, f"{self.figure}_{self.take}"]
        if self.factor is not None:
            for name in (self.figure, f"{self.figure}_low", f"{self.figure}_high"):
                table.loc[mine, name] *= self.factor
        return network.replace(trade_elasticities=table)

    def effect(self, network: Network) -> str:
        """Say what changes by how much."""
        del network  # the change speaks for itself
        goods = listed(self.commodities) if self.commodities else "all commodities"
        change = f"x {self.factor:g}" if self.factor is not None else f"at the {self.take} end of its range"
        return f"{self.figure.replace('_', ' ')} of {goods} {change}"
