"""Shareholders from a file of the user."""

from pathlib import Path

import pytest

from model.errors import InputError
from model.funding.shareholders import read_shareholders
from network.network import Network, read_network

DATA = Path(__file__).resolve().parents[3] / "data"
EEC = "shareholder_id,name,share,power_id\nDE,Germany,0.2353,EU27\nFR,France,0.2353,EU27\nGB,Britain,0.5294,GB\n"


@pytest.fixture(scope="module")
def world() -> Network:
    return read_network(DATA)


def test_shares_are_read_and_made_whole(world: Network, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(EEC, encoding="utf-8")
    found = read_shareholders(file, world)
    assert found["shareholder_id"].tolist() == ["DE", "FR", "GB"]
    assert found["share"].sum() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (EEC.replace("0.5294", "0.7"), "shares sum to 1.171; expected 1"),
        (EEC.replace(",GB\n", ",GBR\n"), "power 'GBR' is not in finance/powers.csv"),
        (EEC.replace("0.5294", "half"), "half"),
        (EEC.replace("name,", ""), "name"),
    ],
)
def test_what_is_wrong_is_said(world: Network, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "own.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_shareholders(file, world)
    assert said in str(caught.value)
