"""Sanity of a network before it is solved."""

from collections.abc import Callable
from pathlib import Path

from network.graph import lane_places, notices
from network.network import Network, read_network

Edit = Callable[[str, str, str], None]


def test_a_sound_network_has_no_notice(small_network: Network) -> None:
    assert notices(small_network) == []


def test_places_at_which_cargo_starts_or_ends(small_network: Network) -> None:
    assert lane_places(small_network) == {"AKTAU", "POTI"}


def test_loose_places_and_parts_are_named(folder: Path, edit: Edit) -> None:
    edit("network/places.csv", "POTI,Poti,GE,42.15,41.66,,\n", "POTI,Poti,GE,42.15,41.66,,\nALONE,Alone,GE,42,42,,\n"
         "SPUR,Spur,GE,42,42.1,,\nX,X,GE,42,42.2,,\nY,Y,GE,42,42.3,,\n")  # fmt: skip
    edit("network/links.csv", "L3,AKTAU", "L4,SPUR,ALAT,rail,10,1,5,1,,,,,,memory\nL5,X,Y,rail,10,1,5,1,,,,,,memory\n"
         "L3,AKTAU")  # fmt: skip
    found = notices(read_network(folder))
    assert "places.csv: no link joins ALONE" in found
    assert "links.csv: SPUR is a dead end; it is joined to ALAT only and no lane ends there" in found
    assert "links.csv: X, Y are joined to each other only and no lane ends there" in found


def test_a_transfer_without_a_link_of_its_mode_is_named(folder: Path, edit: Edit) -> None:
    edit("network/transfers.csv", "ALAT,ferry,rail,60,\n", "ALAT,ferry,rail,60,\nALAT,ferry,road,60,\n")
    assert notices(read_network(folder)) == [
        "transfers.csv: ALAT has no link of mode road, so its transfer joins nothing"
    ]


def test_a_limit_that_cargo_gets_round_for_nothing_is_named(folder: Path, edit: Edit) -> None:
    edit("network/transfers.csv", "ALAT,ferry,rail,60,\n", "ALAT,ferry,rail,60,1000\n")
    assert notices(read_network(folder)) == []
    edit("network/handling.csv", "ferry,container,42.5\nrail,container,42.5\n", "")
    assert notices(read_network(folder)) == [
        "transfers.csv: the capacity at ALAT limits nothing, since handling.csv lets cargo be unloaded from ferry and "
        "loaded on rail for nothing"
    ]
