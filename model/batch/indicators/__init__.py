"""Indicators of a run, for comparing many: `INDICATORS` declares them, `indicators` computes them all.

A new indicator is one more `Indicator` in the tuple of its module; nothing else needs to change.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.batch.indicators.corridors import BOTTLENECKS, CORRIDORS
from model.batch.indicators.declaration import COLUMNS, Indicator
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
    parts = [_rows(indicator, indicator.compute(solution, network)) for indicator in INDICATORS]
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def _rows(indicator: Indicator, found: pd.DataFrame) -> pd.DataFrame:
    rows = len(found)
    frame = pd.DataFrame(
        {
            "indicator": indicator.name,
            "label": indicator.label,
            "period": found["period"].to_numpy() if "period" in found else np.full(rows, np.nan),
            "subject": found["subject"].to_numpy(dtype=object) if "subject" in found else "",
            "subject_kind": indicator.subject_kind,
            "value": found["value"].to_numpy(dtype=float),
            "unit": indicator.unit,
            "confidence": found["confidence"].to_numpy(dtype=object) if "confidence" in found else "",
        },
        columns=list(COLUMNS),
        index=range(rows),
    )
    texts = ["indicator", "label", "subject", "subject_kind", "unit", "confidence"]
    frame[texts] = frame[texts].astype(object).where(frame[texts].notna(), "").astype("str")
    frame["period"] = frame["period"].astype("Int64")
    finite: pd.DataFrame = frame.loc[np.isfinite(frame["value"].to_numpy())]
    return finite.reset_index(drop=True)
