"""What an indicator is: a named figure of a run, with its unit, the better direction and how it is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, TypeVar

import pandas as pd

from model.solution import Solution
from network.network import Network

Better: TypeAlias = Literal["more", "less", ""]
Group: TypeAlias = Literal["plan", "money", "corridors", "bottlenecks", "projects", "rare earths"]
SubjectKind: TypeAlias = Literal[
    "", "country", "corridor", "market", "commodity", "project", "facility", "limit", "good", "region"
]

COLUMNS = (
    "indicator", "label", "period", "subject", "subject_kind", "value", "unit", "confidence"
)  # fmt: skip
"""Columns of the table of indicators of one run."""
VALUE_COLUMNS = ("period", "subject", "value", "confidence")
"""Columns of what `Indicator.compute` returns; period, subject and confidence may be left out."""


T = TypeVar("T")


@dataclass(frozen=True)
class Figures(Solution):
    """A solution whose indicators are computed: what several of them are made of is worked out once."""

    _found: dict[Callable[[Figures, Network], Any], Any] = field(default_factory=dict, init=False)

    def once(self, make: Callable[[Figures, Network], T], network: Network) -> T:
        """What a function makes of these results; it is called for the first who asks.

        Args:
            network: the same for all who ask.
        """
        if make not in self._found:
            self._found[make] = make(self, network)
        found: T = self._found[make]
        return found


@dataclass(frozen=True)
class Indicator:
    """One figure of a run, or one by subject and period.

    Attributes:
        name: its id; label: for people; unit: as printed, "" = none ("share" is 0 to 1).
        compute: from the result tables to the columns of `VALUE_COLUMNS`, of which `value` must be there.
        subject_kind: what the figure is of: "" = the whole run.
        better: "more" or "less" if one direction is better for the regions of the model as a whole, "" if that is for
            the reader to say.
        digits: figures shown. group: where it stands in reports. headline: shown in the matrix of a comparison.
        is_present_value: whether it sums years at the run's discount rate, so that runs at other rates do not compare.
        meaning: what it is, in a sentence.
    """

    name: str
    label: str
    unit: str
    compute: Callable[[Figures, Network], pd.DataFrame]
    meaning: str
    group: Group
    subject_kind: SubjectKind = ""
    better: Better = ""
    digits: int = 3
    headline: bool = False
    is_present_value: bool = False


def whole(value: float, confidence: str = "") -> pd.DataFrame:
    """Return the one row of an indicator of the whole run.

    Args:
        value: the figure; one that is not finite is left out by `indicators`.
        confidence: class of what it rests on; "" = not known.
    """
    return pd.DataFrame({"value": [value], "confidence": [confidence]})
