"""Indicators of a run, for comparing many: `INDICATORS` declares them, `indicators` computes them all.

A new indicator is one more `Indicator` in the tuple of its module; nothing else needs to change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.batch.indicators.corridors import BOTTLENECKS, CORRIDORS
from model.batch.indicators.declaration import COLUMNS, Figures, Indicator
from model.batch.indicators.money import MONEY
from model.batch.indicators.plan import PLAN
from model.batch.indicators.projects import FACILITIES, PROJECTS
from model.batch.indicators.rare_earths import RARE_EARTHS
from model.solution import Solution
from network.network import Network

__all__ = ["COLUMNS", "INDICATORS", "INDICATOR_BY_NAME", "Indicator", "indicators"]

INDICATORS: tuple[Indicator, ...] = (
    *PLAN, *CORRIDORS, *BOTTLENECKS, *MONEY, *RARE_EARTHS, *PROJECTS, *FACILITIES,
)  # fmt: skip
INDICATOR_BY_NAME: dict[str, Indicator] = {indicator.name: indicator for indicator in INDICATORS}


def indicators(solution: Solution, network: Network) -> pd.DataFrame:
    """Return every indicator of a run in the columns of `COLUMNS`; figures that are not finite are left out.

    Args:
        network: the world of the run, for confidence and order; the base world will do.

    `period` is a nullable integer, empty for what is of all periods; `subject` is an id, "" = the whole run.
    """
    figures = Figures(solution.tables, solution.run)
    found = [indicator.compute(figures, network) for indicator in INDICATORS]
    rows = [len(part) for part in found]

    def said(name: str) -> NDArray[np.object_]:
        """What is declared of each row's indicator."""
        return np.repeat(np.array([getattr(indicator, name) for indicator in INDICATORS], dtype=object), rows)

    def column(name: str, make: Callable[[pd.Series], NDArray[Any]], missing: Any) -> NDArray[Any]:
        """What was computed, one indicator after the other."""
        return np.concatenate([
            make(part[name]) if name in part else np.full(len(part), missing) for part in found
        ])  # fmt: skip

    table = pd.DataFrame(
        {
            "indicator": said("name"),
            "label": said("label"),
            "period": column("period", _years, np.nan),
            "subject": column("subject", _texts, ""),
            "subject_kind": said("subject_kind"),
            "value": column("value", _values, np.nan),
            "unit": said("unit"),
            "confidence": column("confidence", _texts, ""),
        },
        columns=list(COLUMNS),
    )
    finite: pd.DataFrame = table.loc[np.isfinite(table["value"].to_numpy())]
    texts = [name for name in COLUMNS if name not in ("period", "value")]
    return finite.reset_index(drop=True).astype({"period": "Int64"} | dict.fromkeys(texts, "str"))


def _years(values: pd.Series) -> NDArray[Any]:
    return values.astype("Float64").to_numpy(float, na_value=np.nan)


def _values(values: pd.Series) -> NDArray[Any]:
    return values.to_numpy(float)


def _texts(values: pd.Series) -> NDArray[Any]:
    texts = values.to_numpy(object)
    return np.where(pd.isna(texts), "", texts)
