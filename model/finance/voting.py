"""Power in a vote by weights: how often a member decides, which is not its share of votes.

A coalition wins when its weight reaches the quota; a member swings a coalition that wins with it and loses without it.
Banzhaf (1965) counts swings over coalitions, Shapley and Shubik (1954) over orders of joining. Both are exact here: by
generating functions for one majority (Brams and Affuso 1976; Mann and Shapley 1962), by all coalitions for several.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import ceil, factorial, floor, gcd
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_MOST_ENUMERATED = 22  # players; each more doubles the coalitions


@dataclass(frozen=True)
class Banzhaf:
    """Banzhaf power by member.

    Attributes:
        swings: coalitions that the member swings. absolute: swings / 2^(n-1), the chance that its vote decides when
            all others toss a coin. normalised: share of all swings.
    """

    swings: tuple[int, ...]
    absolute: Floats
    normalised: Floats


@dataclass(frozen=True)
class Blocking:
    """Who can stop a decision, as positions of members.

    Attributes:
        alone: members without whom no quota is reached. pairs: pairs of others who can together, the smallest first.
    """

    alone: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]


def integer_votes(
    shares: ArrayLike, quota: float, *, resolution: float, more_than: bool = False
) -> tuple[tuple[int, ...], int]:
    """Shares of votes as the smallest integers in exactly the same proportion, and the quota among them.

    Args:
        shares: of votes or capital, exact to the resolution as written (0.2606 at 0.0001).
        quota: share of all votes that decides, 0.75 for three quarters. more_than: a vote more than it is needed.

    Raises:
        ValueError: a share that is negative or not a multiple of the resolution; a quota outside 0 .. 1.
    """
    unit = Fraction(str(resolution))
    # Through the decimals as written: 0.1 is a tenth, which no float is.
    scaled = [Fraction(repr(float(share))) / unit for share in np.asarray(shares, dtype=float).ravel()]
    for share in scaled:
        if share < 0 or share.denominator != 1:
            raise ValueError(
                f"the share {float(share * unit)!r} is no multiple of {resolution!r} from 0 on; expected shares "
                "rounded to the resolution, or a finer one"
            )
    if not 0 < quota <= 1:
        raise ValueError(f"the quota is {quota:g} of the votes; expected above 0 and up to 1")
    common = gcd(*(int(share) for share in scaled)) or 1
    votes = tuple(int(share) // common for share in scaled)
    needed = Fraction(repr(float(quota))) * sum(votes)
    return votes, floor(needed) + 1 if more_than else ceil(needed)


def banzhaf(weights: ArrayLike, quota: int) -> Banzhaf:
    """Banzhaf power in a game of integer weights, exact. Effort: members^2 x quota.

    Raises:
        ValueError: weights that are negative or no integers, a quota below 1 or above their sum.
    """
    return _banzhaf(_swings_by_size(_votes(weights, quota), quota))


def shapley_shubik(weights: ArrayLike, quota: int) -> Floats:
    """Shapley-Shubik power in a game of integer weights, exact up to the last division; sums to 1.

    A swing of a coalition of k others happens in k! (n - 1 - k)! of n! orders. Effort and errors as of `banzhaf`.
    """
    return _shapley_shubik(_swings_by_size(_votes(weights, quota), quota))


def enumerated_power(weights: ArrayLike, quotas: ArrayLike) -> tuple[Banzhaf, Floats]:
    """Banzhaf and Shapley-Shubik power where every one of several majorities is needed, by all coalitions.

    Args:
        weights: majorities x members, integers; a row of ones for a majority of members. quotas: one a majority.

    Raises:
        ValueError: as `banzhaf`; more than 22 members, whose coalitions are too many.
    """
    rows, needed = np.atleast_2d(np.asarray(weights)), np.atleast_1d(np.asarray(quotas))
    size = rows.shape[1]
    if len(rows) != len(needed):
        raise ValueError(f"{len(rows)} rows of weights and {len(needed)} quotas; expected one quota for each majority")
    if size > _MOST_ENUMERATED:
        raise ValueError(f"{size} members have too many coalitions to list; expected at most {_MOST_ENUMERATED}")
    games = [(_votes(row, int(quota)), int(quota)) for row, quota in zip(rows, needed, strict=True)]
    winning = np.logical_and.reduce([_coalition_sums(votes) >= quota for votes, quota in games])
    members = _coalition_sums((1,) * size)
    by_size = np.zeros((size, size), dtype=np.int64)
    for member in range(size):
        # Bit `member` of a coalition's number says whether the member is in it.
        halves = winning.reshape(-1, 2, 1 << member)
        swing = halves[:, 1] & ~halves[:, 0]
        by_size[member] = np.bincount(members.reshape(halves.shape)[:, 0][swing], minlength=size)
    return _banzhaf(by_size), _shapley_shubik(by_size)


def blocking_shares(weights: ArrayLike, quota: int) -> Blocking:
    """Members, and pairs of members, without whom the quota is out of reach: weight above total - quota.

    Errors as of `banzhaf`.
    """
    votes = _votes(weights, quota)
    spare = sum(votes) - quota
    alone = tuple(member for member, weight in enumerate(votes) if weight > spare)
    others = [member for member in range(len(votes)) if member not in alone]
    pairs = [(one, two) for one, two in combinations(others, 2) if votes[one] + votes[two] > spare]
    return Blocking(alone, tuple(sorted(pairs, key=lambda pair: votes[pair[0]] + votes[pair[1]])))


def _votes(weights: ArrayLike, quota: int) -> tuple[int, ...]:
    values = np.asarray(weights)
    if values.ndim != 1 or not values.size or not np.issubdtype(values.dtype, np.integer) or (values < 0).any():
        raise ValueError("weights are empty, negative or no integers; expected votes, as `integer_votes` gives them")
    votes = tuple(int(weight) for weight in values)
    if not 0 < quota <= sum(votes):
        raise ValueError(f"the quota {quota} cannot be reached or is always; expected 1 to all {sum(votes)} votes")
    return votes


def _swings_by_size(votes: tuple[int, ...], quota: int) -> NDArray[Any]:
    """Coalitions that each member swings, by number of others in them, members x members.

    The generating function, product of (1 + y x^weight), counts coalitions by size k and weight s. With C(k, s) those
    of weight up to s, those that lack member i are C_i(k, s) = C(k, s) - C_i(k - 1, s - w_i); of these the member
    swings C_i(k, q - 1) - C_i(k, q - 1 - w_i).
    """
    size = len(votes)
    # Up to 62 members no count overflows; beyond, Python's own integers.
    counts: NDArray[Any] = np.zeros((size + 1, quota), dtype=np.int64 if size <= 62 else object)
    counts[0, 0] = 1
    for weight in votes:
        if weight < quota:
            counts[1:, weight:] += counts[:-1, : quota - weight]
    upto = np.cumsum(counts, axis=1)
    return np.array([_lacking(upto, w, quota - 1) - _lacking(upto, w, quota - 1 - w) for w in votes])


def _lacking(upto: NDArray[Any], weight: int, limit: int) -> NDArray[Any]:
    """C_i(k, limit) by k for a member of this weight, unrolled: C(k, s) - C(k - 1, s - w) + C(k - 2, s - 2 w) - ..."""
    size = len(upto) - 1
    lacks = np.zeros_like(upto[:size, 0])
    terms = 0 if limit < 0 else min(size, limit // weight + 1) if weight else size
    for term in range(terms):
        lacks[term:] += (-1) ** term * upto[: size - term, limit - term * weight]
    return lacks


def _banzhaf(by_size: NDArray[Any]) -> Banzhaf:
    swings = [sum(int(n) for n in row) for row in by_size]
    coalitions, total = 1 << (len(swings) - 1), sum(swings)
    return Banzhaf(tuple(swings), np.array([s / coalitions for s in swings]), np.array([s / total for s in swings]))


def _shapley_shubik(by_size: NDArray[Any]) -> Floats:
    size = len(by_size)
    orders = [factorial(k) * factorial(size - 1 - k) for k in range(size)]
    happens = [sum(int(n) * order for n, order in zip(row, orders, strict=True)) for row in by_size]
    return np.array([number / factorial(size) for number in happens])


def _coalition_sums(votes: tuple[int, ...]) -> Ints:
    """Weight of every coalition, whose number has bit i where member i is in it."""
    sums = np.zeros(1, dtype=np.int64)
    for weight in votes:
        sums = np.concatenate([sums, sums + weight])
    return sums
