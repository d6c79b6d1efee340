"""Power in the bank's votes: shares add up, equal members are equal, and the terminal names the largest."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from network.network import Network
from report.portfolio_facts import DESIGN_DEFAULT
from report.portfolio_votes import votes_sentences, votes_summary, voting_power


def test_power_adds_up_and_the_shipped_bank_lets_nobody_block(network: Network) -> None:
    power = voting_power(network)
    for column in ("share", "banzhaf", "shapley", "qualified_banzhaf", "qualified_shapley"):
        assert power[column].sum() == pytest.approx(1.0)
    assert not power["blocks"].any()
    assert "Azerbaijan" in power.set_index("name").loc["Kazakhstan", "blocks_with"]
    assert power["shapley"].is_monotonic_decreasing


def test_of_three_members_one_with_half_can_block(network: Network) -> None:
    three = network.bank_shareholders.head(3).assign(share=[0.5, 0.3, 0.2])
    power = voting_power(replace(network, bank_shareholders=three))
    assert power["shapley"].tolist() == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    assert power["banzhaf"].tolist() == pytest.approx([0.6, 0.2, 0.2])
    assert power["blocks"].tolist() == [True, True, False]
    assert votes_sentences(power)[1].endswith("can stop a qualified decision alone.")


def test_the_terminal_names_members_and_the_label(network: Network) -> None:
    page = StringIO()
    Console(width=120, file=page).print(votes_summary(network))
    for name in network.bank_shareholders["name"]:
        assert name.split(",")[0] in page.getvalue()
    assert DESIGN_DEFAULT[1:] in page.getvalue()


def test_a_world_without_members_has_no_votes(network: Network) -> None:
    empty = replace(network, bank_shareholders=network.bank_shareholders.head(0))
    assert voting_power(empty).empty
    assert votes_sentences(voting_power(empty)) == []
