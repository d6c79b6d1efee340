"""Clusters that cannot be reached: a sentence, before anything is solved or written."""

import socket
import sys
from collections.abc import Iterator

import pytest

from model.batch.cluster import DaskCrew
from model.errors import InputError


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.mark.filterwarnings("default")  # of the package, on a connection that is refused
def test_a_scheduler_that_does_not_answer_is_named(closed_port: int) -> None:
    pytest.importorskip("distributed", reason="distributed is not installed: pip install 'kervan[cluster]'")
    address = f"tcp://127.0.0.1:{closed_port}"
    with pytest.raises(InputError, match=f"no Dask scheduler answers at {address} within 1 s; start one with"):
        DaskCrew(address, timeout_s=1.0)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("address", ["nonsense://x", "127.0.0.1:99999999"])
def test_an_address_that_is_none_is_named(address: str) -> None:
    pytest.importorskip("distributed", reason="distributed is not installed: pip install 'kervan[cluster]'")
    with pytest.raises(InputError, match=f"no Dask scheduler answers at {address}"):
        DaskCrew(address, timeout_s=1.0)


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'kervan\[cluster\]'"):
        DaskCrew("tcp://127.0.0.1:8786")
