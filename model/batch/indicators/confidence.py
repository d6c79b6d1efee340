"""How sure an indicator is: the class that stands behind half of it or more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

CLASSES = ("sourced", "estimate", "memory")
MIXED = "mixed"
HALF = 0.5
"""Share from which a class names the whole."""


def of_weights(confidence: pd.Series, weight: pd.Series) -> str:
    """Return the class that carries half of the weight or more, `mixed` if none does, "" without weight.

    A figure that states no class counts as from memory, the weakest.

    >>> of_weights(pd.Series(["sourced", "estimate", ""]), pd.Series([1.0, 3.0, 1.0]))
    'estimate'
    >>> of_weights(pd.Series(["sourced", "estimate", "memory"]), pd.Series([1.0, 1.0, 1.0]))
    'mixed'
    """
    return str(by_group(confidence, weight, [pd.Series(0, index=confidence.index)]).get(0, ""))


def by_group(confidence: pd.Series, weight: pd.Series, keys: Sequence[pd.Series]) -> pd.Series:
    """Return `of_weights` of each group, indexed by the keys; groups without weight are left out."""
    known = np.asarray(confidence, dtype=object)
    size = weight.abs().to_numpy(float)
    of_class = {name: np.where(known == name, size, 0.0) for name in CLASSES[:-1]}
    rest = np.where(np.isin(known, CLASSES[:-1]), 0.0, size)
    shares = pd.DataFrame({**of_class, CLASSES[-1]: rest})
    return named(
        shares.groupby([pd.Index(key) for key in keys]).sum()
    )  # a Series as key is looked up as a column first


def named(shares: pd.DataFrame) -> pd.Series:
    """Return the class of each row of weights by class (columns of `CLASSES`); rows without weight are left out.

    >>> named(pd.DataFrame({"sourced": [0.1, 1.0], "estimate": [0.9, 1.0], "memory": [0.0, 1.0]})).tolist()
    ['estimate', 'mixed']
    """
    shares = shares[list(CLASSES)].astype(float)
    total = shares.sum(axis=1)
    shares, total = shares[total > 0], total[total > 0]
    if shares.empty:
        return pd.Series(dtype=object)
    place = shares.to_numpy().argmax(axis=1)
    enough = shares.to_numpy().max(axis=1) >= HALF * total.to_numpy()
    return pd.Series(np.where(enough, np.array(CLASSES, dtype=object)[place], MIXED), index=shares.index)
