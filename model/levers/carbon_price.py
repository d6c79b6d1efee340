"""Carbon price: what carriers pay for their emissions."""

from typing import ClassVar

from pydantic import Field

from model.levers.base import Lever
from model.levers.parameter import with_parameter
from network.network import Network


class CarbonPrice(Lever):
    """Charge carriers a price for every tonne of CO2, in all years."""

    kind: ClassVar[str] = "carbon_price"

    usd_per_t: float = Field(ge=0, description="price, constant USD per t CO2")

    def apply(self, network: Network) -> Network:
        """Set the parameter carbon_price_usd_per_t."""
        return with_parameter(network, self, "carbon_price_usd_per_t", self.usd_per_t, "USD/t CO2")

    def effect(self, network: Network) -> str:
        """Name the new and the former price."""
        former = network.parameter("carbon_price_usd_per_t")
        return f"carriers pay {self.usd_per_t:g} USD per t CO2 in place of {former:g}"
