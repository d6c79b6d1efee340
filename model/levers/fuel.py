"""Fuel price: freight of every mode rises by the share of fuel in its cost."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from model.levers.base import Lever, Window
from network.network import Network

_SHARE_OF_FAMILY = {
    "rail": "fuel_share_rail",
    "road": "fuel_share_road",
    "ferry": "fuel_share_sea",
    "sea": "fuel_share_sea",
}


class Fuel(Window, Lever):
    """Multiply the price of fuel; freight follows by the parameters fuel_share_rail, _road and _sea."""

    kind: ClassVar[str] = "fuel"

    factor: float = Field(gt=0, description="price of fuel becomes this many times today's")

    def apply(self, network: Network) -> Network:
        """Append a freight factor of 1 + share x (factor - 1) for the links of every mode that burns fuel."""
        changed = network
        for mode, freight_factor in self._freight_factors(network):
            links = network.links.loc[network.links["mode"] == mode, "link_id"]
            changed = self.adjust(changed, "link", links, "cost", "multiply", freight_factor)
        return changed

    def _freight_factors(self, network: Network) -> Iterator[tuple[str, float]]:
        for mode in sorted(network.links["mode"].unique()):
            parts = str(mode).split("_")
            parameter = next((share for family, share in _SHARE_OF_FAMILY.items() if family in parts), None)
            if parameter is not None:  # pipelines and modes of other worlds have no share of fuel on record
                yield str(mode), 1.0 + network.parameter(parameter) * (self.factor - 1.0)

    def effect(self, network: Network) -> str:
        """Say how the freight of each mode follows."""
        factors = ", ".join(f"{mode} x {factor:.3g}" for mode, factor in self._freight_factors(network))
        return f"price of fuel x {self.factor:g}, so freight: {factors or 'unchanged'}; {self.years()}"
