"""Elasticities: how buyers and sellers react, within or beyond the range of the table."""

from typing import ClassVar, Literal

from pydantic import Field

from model.levers.base import Lever, listed, unknown_names
from network.network import Network


class Elasticity(Lever):
    """Scale a figure of trade: substitution between origins, supply, or the capital behind the output."""

    kind: ClassVar[str] = "elasticity"

    figure: Literal["substitution", "supply", "capital_ratio"] = Field(description="what is scaled")
    commodities: tuple[str, ...] = Field(default=(), description="commodities; empty = all")
    factor: float = Field(gt=0, description="times the figure of the table")

    def problems(self, network: Network) -> list[str]:
        """Commodities without a row."""
        return unknown_names(
            "commodities", self.commodities, network.trade_elasticities["commodity_id"], "row of trade_elasticities"
        )

    def apply(self, network: Network) -> Network:
        """Scale the figure and the ends of its range."""
        table = network.trade_elasticities.copy()
        mine = table["commodity_id"].isin(self.commodities) | (not self.commodities)
        for name in (self.figure, f"{self.figure}_low", f"{self.figure}_high"):
            table.loc[mine, name] *= self.factor
        return network.replace(trade_elasticities=table)

    def effect(self, network: Network) -> str:
        """Say what is scaled by how much."""
        del network  # the factor speaks for itself
        goods = listed(self.commodities) if self.commodities else "all commodities"
        return f"{self.figure.replace('_', ' ')} of {goods} x {self.factor:g}"
