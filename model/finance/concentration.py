"""How concentrated a portfolio is, and on whom, once funders are looked through to the powers that own them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def hhi(amounts: ArrayLike) -> float:
    """Herfindahl-Hirschman index, the sum of squared shares: 1 / n for n equal parts, 1 for a single one.

    Args:
        amounts: 0 or more, of any unit (times 10,000 it is the index in points of competition authorities).

    Raises:
        ValueError: amounts that are negative or sum to 0.
    """
    return float(np.sum(_shares(amounts) ** 2))


def effective_number(amounts: ArrayLike) -> float:
    """Number of equal parts with the same index, 1 / HHI (Laakso and Taagepera 1979)."""
    return 1.0 / hhi(amounts)


def largest_share(amounts: ArrayLike) -> float:
    """Share of the largest part."""
    return float(_shares(amounts).max())


def look_through(amounts: ArrayLike, ownership: ArrayLike) -> Floats:
    """Amounts by power behind the funders, ownership' x amounts; what is given out is found again in full.

    Args:
        amounts: by funder, or funders x projects (or years), money.
        ownership: funders x powers, share of a funder attributed to a power; each row sums to 1.

    Returns:
        By power, or powers x projects.

    Raises:
        ValueError: rows that do not match the funders, hold a negative share or do not sum to 1.
    """
    money, owned = np.asarray(amounts, dtype=float), np.asarray(ownership, dtype=float)
    if owned.ndim != 2 or money.ndim not in (1, 2) or len(money) != len(owned):
        raise ValueError(f"amounts of {money.shape} and ownership of {owned.shape}; expected funders x powers for each")
    wrong = np.flatnonzero((owned < 0).any(axis=1) | ~np.isclose(owned.sum(axis=1), 1.0))
    if len(wrong):
        raise ValueError(
            f"the shares in funder {wrong[0]} are negative or sum to {owned[wrong[0]].sum():.6g}; expected 1: give a "
            "column to owners who belong to no power"
        )
    return np.asarray(owned.T @ money)


def _shares(amounts: ArrayLike) -> Floats:
    money = np.asarray(amounts, dtype=float).ravel()
    if not ((money >= 0).all() and money.sum() > 0):
        raise ValueError("an amount is negative or missing, or all are 0; expected amounts of 0 or more, some above")
    return np.asarray(money / money.sum())
