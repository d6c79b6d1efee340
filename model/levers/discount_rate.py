"""Discount rate: the yearly rate at which later money counts less."""

from typing import ClassVar

from pydantic import Field

from model.levers.base import Lever
from model.levers.parameter import with_parameter
from network.network import Network


class DiscountRate(Lever):
    """Set the real discount rate of all costs and benefits."""

    kind: ClassVar[str] = "discount_rate"

    rate: float = Field(gt=0, lt=1, description="real rate, share per year (0.06 = 6 %)")

    def apply(self, network: Network) -> Network:
        """Set the parameter discount_rate."""
        return with_parameter(network, self, "discount_rate", self.rate, "1/yr")

    def effect(self, network: Network) -> str:
        """Name the new and the former rate."""
        return f"discount rate {self.rate:.3g} a year in place of {network.parameter('discount_rate'):.3g}"
