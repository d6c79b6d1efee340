"""Duties of lane classes: the stacked rate of the importer on goods of the origin, times the customs value."""

import numpy as np
from numpy.typing import NDArray

from model.trade import Customs
from network.network import Network

Floats = NDArray[np.float64]


def duties(network: Network, owner: Customs, value: Floats, year: int) -> Floats:
    """Duty of every class in a year, USD per t; 0 where the goods stay in one customs territory.

    Args:
        value: of the goods, USD per t by class.
    """
    del network, owner, year
    return np.zeros(len(value))


def premiums(network: Network, owner: Customs, value: Floats, year: int) -> Floats:
    """What new capacity for a market asks for the risk that its duty reverts, USD per t by class."""
    del network, owner, year
    return np.zeros(len(value))
