"""Voting power against published indices, and generating functions against all coalitions."""

from math import comb, factorial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.finance.voting import (
    Blocking,
    banzhaf,
    blocking_shares,
    enumerated_power,
    integer_votes,
    shapley_shubik,
)

Many = settings(max_examples=80, deadline=None, derandomize=True)
SECURITY_COUNCIL = [7] * 5 + [1] * 10
SIX, NINE = [4, 4, 4, 2, 2, 1], [10, 10, 10, 10, 5, 5, 3, 3, 2]


@pytest.mark.parametrize(
    ("weights", "quota", "swings", "orders"),
    [
        (SIX, 12, [10, 10, 10, 6, 6, 0], [14 / 60, 14 / 60, 14 / 60, 9 / 60, 9 / 60, 0]),  # Council of 1958
        ([50, 49, 1], 51, [3, 1, 1], [4 / 6, 1 / 6, 1 / 6]),
        ([3, 1, 1], 3, [4, 0, 0], [1, 0, 0]),  # a dictator
        ([4, 3, 2, 1], 6, [5, 3, 3, 1], [5 / 12, 3 / 12, 3 / 12, 1 / 12]),
        ([9, 9, 7, 3, 1, 1], 16, [16, 16, 16, 0, 0, 0], [1 / 3, 1 / 3, 1 / 3, 0, 0, 0]),  # Nassau County (Banzhaf 1965)
    ],
)
def test_small_games_have_their_published_power(
    weights: list[int], quota: int, swings: list[int], orders: list[float]
) -> None:
    found = banzhaf(weights, quota)
    assert list(found.swings) == swings
    np.testing.assert_allclose(found.normalised, np.array(swings) / sum(swings))
    np.testing.assert_allclose(found.absolute, np.array(swings) / 2 ** (len(weights) - 1))
    np.testing.assert_allclose(shapley_shubik(weights, quota), orders)


def test_council_of_1958_in_21st_parts() -> None:
    np.testing.assert_allclose(banzhaf(SIX, 12).normalised * 21, [5, 5, 5, 3, 3, 0])


def test_council_of_1973_has_its_published_power() -> None:
    published = {10: (0.167, 0.179), 5: (0.091, 0.081), 3: (0.066, 0.057), 2: (0.016, 0.010)}
    found = zip(NINE, banzhaf(NINE, 41).normalised, shapley_shubik(NINE, 41), strict=True)
    for weight, by_swings, by_orders in found:
        assert (by_swings, by_orders) == pytest.approx(published[weight], abs=5e-4)


def test_security_council_has_its_published_power() -> None:
    by_orders, by_swings = shapley_shubik(SECURITY_COUNCIL, 39), banzhaf(SECURITY_COUNCIL, 39)
    assert by_swings.swings == (848,) * 5 + (84,) * 10
    np.testing.assert_allclose(by_orders[:5], 0.19627, atol=5e-6)
    np.testing.assert_allclose(by_orders[5:], 0.001865, atol=5e-7)


@Many
@given(weights=st.lists(st.integers(0, 12), min_size=1, max_size=9).filter(any), data=st.data())
def test_generating_functions_equal_all_coalitions(weights: list[int], data: st.DataObject) -> None:
    quota = data.draw(st.integers(1, sum(weights)))
    by_swings, by_orders = enumerated_power([weights], [quota])
    assert banzhaf(weights, quota).swings == by_swings.swings
    np.testing.assert_allclose(shapley_shubik(weights, quota), by_orders, atol=1e-12)
    assert by_orders.sum() == pytest.approx(1.0)
    assert by_swings.normalised.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("members", [40, 70])
def test_equal_members_of_a_large_body_are_counted_exactly(members: int) -> None:
    quota = members // 2 + 1
    assert banzhaf([3] * members, 3 * quota).swings == (comb(members - 1, quota - 1),) * members
    np.testing.assert_allclose(shapley_shubik([3] * members, 3 * quota), 1 / members)


def test_a_majority_of_members_besides_votes_moves_power_to_the_small() -> None:
    # 4 votes of 6 (5 to win) and 3 of 4 members: by hand, the large one is in every winning coalition of 3 or 4.
    by_swings, by_orders = enumerated_power([[3, 1, 1, 1], [1, 1, 1, 1]], [5, 3])
    assert by_swings.swings == (4, 2, 2, 2)
    np.testing.assert_allclose(by_orders, [1 / 2, 1 / 6, 1 / 6, 1 / 6])
    only_members, _ = enumerated_power([[3, 1, 1, 1], [1, 1, 1, 1]], [1, 3])
    assert only_members.swings == (3, 3, 3, 3)


def test_the_security_council_as_two_majorities_is_the_same_game() -> None:
    permanent, all_of_them = [1] * 5 + [0] * 10, [1] * 15
    by_swings, by_orders = enumerated_power([permanent, all_of_them], [5, 9])
    assert by_swings.swings == banzhaf(SECURITY_COUNCIL, 39).swings
    np.testing.assert_allclose(by_orders, shapley_shubik(SECURITY_COUNCIL, 39))
    # A non-permanent member decides after all five permanent and three of the nine others.
    np.testing.assert_allclose(by_orders[5:], comb(9, 3) * factorial(8) * factorial(6) / factorial(15))


def test_shares_become_the_smallest_integers() -> None:
    assert integer_votes([0.5, 0.3, 0.2], 0.5, resolution=0.1) == ((5, 3, 2), 5)
    assert integer_votes([0.5, 0.3, 0.2], 0.5, resolution=0.001, more_than=True) == ((5, 3, 2), 6)
    votes, quota = integer_votes([0.2606, 0.7394], 0.75, resolution=0.0001)
    assert (votes, quota) == ((1303, 3697), 3750)
    assert integer_votes([1, 1, 1], 2 / 3, resolution=1)[1] == 2
    assert integer_votes([26.06, 73.94], 0.75, resolution=0.01) == (votes, quota)


def test_who_blocks_alone_and_who_in_pairs() -> None:
    # 26.06 % of the Asian Infrastructure Investment Bank stand against a quota of 75 %.
    votes, quota = integer_votes([0.2606, 0.0765, 0.0601, 0.15, 0.4528], 0.75, resolution=0.0001)
    assert blocking_shares(votes, quota) == Blocking(alone=(0, 4), pairs=())
    assert blocking_shares([20, 15, 11, 30, 24], 62) == Blocking((), ((1, 4), (2, 3), (0, 4), (1, 3), (0, 3), (3, 4)))
    assert blocking_shares([25, 25, 50], 75) == Blocking((2,), ((0, 1),))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: banzhaf([0.5, 0.5], 1), "no integers"),
        (lambda: banzhaf([1, -1], 1), "negative"),
        (lambda: shapley_shubik([], 1), "empty"),
        (lambda: shapley_shubik([1, 2], 4), "the quota 4"),
        (lambda: banzhaf([1, 2], 0), "the quota 0"),
        (lambda: enumerated_power([[1] * 23], [12]), "at most 22"),
        (lambda: enumerated_power([[1, 1]], [1, 1]), "one quota for each"),
        (lambda: integer_votes([1 / 3, 2 / 3], 0.5, resolution=0.001), "no multiple of 0.001"),
        (lambda: integer_votes([-0.1, 1.1], 0.5, resolution=0.1), "no multiple"),
        (lambda: integer_votes([0.5, 0.5], 1.5, resolution=0.1), "quota"),
        (lambda: blocking_shares([1, 1], 3), "quota"),
    ],
)
def test_votes_that_cannot_be_are_refused(call: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()
