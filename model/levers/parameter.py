"""Replacing a value of the table of parameters: shared by the levers that set one."""

import pandas as pd

from model.levers.base import Lever, with_rows
from network.network import Network


def with_parameter(network: Network, lever: Lever, parameter: str, value: float, unit: str) -> Network:
    """Return the network with a parameter set to a value, its source and confidence those of the lever."""
    kept = network.parameters[network.parameters["parameter"] != parameter].reset_index(drop=True)
    row = pd.DataFrame(
        {
            "parameter": [parameter],
            "value": [value],
            "unit": [unit],
            **lever.provenance(),
        }
    )
    return network.replace(parameters=with_rows("parameters", kept, row))
