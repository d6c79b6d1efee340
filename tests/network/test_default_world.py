"""The data folder of the repository: sound, complete, every figure with its source."""

import csv
from pathlib import Path

import pytest

from network.network import Network, read_network
from network.schema import TABLES

DATA = Path(__file__).resolve().parents[2] / "data"
WITH_SOURCE = [table.name for table in TABLES if "source" in table.columns]


@pytest.fixture(scope="module")
def network() -> Network:
    return read_network(DATA)


def test_it_holds_the_whole_world(network: Network) -> None:
    assert (len(network.places), len(network.links), len(network.projects)) == (148, 259, 62)
    assert (len(network.commodities), len(network.zones), len(network.lanes)) == (30, 33, 643)


@pytest.mark.parametrize("table", WITH_SOURCE)
def test_every_row_names_its_source(network: Network, table: str) -> None:
    frame = getattr(network, table)
    assert frame.index[frame["source"] == ""].tolist() == []


def test_it_holds_every_table(network: Network) -> None:
    assert [table.path for table in TABLES if not (network.folder / table.path).is_file()] == []


@pytest.mark.parametrize("table", WITH_SOURCE)
def test_every_row_states_its_confidence(network: Network, table: str) -> None:
    path = next(declared.path for declared in TABLES if declared.name == table)
    with (network.folder / path).open(encoding="utf-8", newline="") as file:
        assert [row for row in csv.DictReader(file) if not row["confidence"]] == []
