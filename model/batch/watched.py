"""A world that remembers what was read of it."""

from dataclasses import fields
from typing import Any

from network.network import Network

_HELD = frozenset(item.name for item in fields(Network))
Reads = dict[tuple[str, str], Any]


class Watched(Network):
    """A world with the tables of another, which notes every table and every parameter that somebody reads.

    Whoever derives another world from it fails: what is read of that one would not be noted.
    """

    def __init__(self, world: Network) -> None:
        object.__setattr__(self, "_world", world)
        object.__setattr__(self, "reads", {})

    def __getattribute__(self, name: str) -> Any:
        if name not in _HELD:
            return object.__getattribute__(self, name)
        value = getattr(object.__getattribute__(self, "_world"), name)
        object.__getattribute__(self, "reads")["table", name] = value
        return value

    def parameter(self, name: str) -> float:
        """Value of a parameter, noted by itself and not with the table of all parameters."""
        world: Network = object.__getattribute__(self, "_world")
        value = world.parameter(name)
        object.__getattribute__(self, "reads")["parameter", name] = value
        return value


def read_again(world: Network, kind: str, name: str) -> Any:
    """What a world holds now where something was read."""
    return world.parameter(name) if kind == "parameter" else getattr(world, name)
