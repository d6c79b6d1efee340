"""What the answers on rare earths rest on, for the tornado of the page and for a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.solution import Solution
from report.page_rows import figure
from report.words import counted, number

INDICATORS = {
    "focus_rents_musd": ("What Kazakh candidates would earn", "million USD, present value"),
    "ndpr_usd_per_t": ("Price of NdPr oxide", "USD a tonne, European Union"),
    "dy_usd_per_t": ("Price of Dy oxide", "USD a tonne, European Union"),
    "shortage": ("Magnets that the EU, the US, Japan and Korea go without", "share of reference demand"),
    "power_share": ("Part of their magnets with Chinese content", "share"),
    "gain_musd": ("Worth of all builds", "million USD, present value"),
}
FACTORS = (0.3, 0.7, 1.3, 3.0)
FIGURES = {
    "operating_cost_outside_china": "operating cost outside China",
    "investment": "investment",
    "recovery": "recovery of new mines",
    "heavy_share": "Dy and Tb in deposits",
    "demand": "demand",
    "elasticity": "elasticity of demand",
    "shortage_cost": "cost of shortage",
    "growth_of_capacity": "growth of Chinese capacity",
    "grant_share": "part that licences grant",
    "stock": "stocks",
}
ENDS, ENDS_WORDS = "demand_ends", "demand, low to high end"
_LEAST = 1e-9


def tornado_data(solution: Solution) -> dict[str, Any] | None:
    """Return for each indicator its base and the value at each figure and factor, widest first; None without any."""
    table = solution["chain_sensitivity"]
    base = table[table["figure"] == ""]
    if base.empty or len(table) < 2:
        return None
    parts = []
    for key, (title, unit) in INDICATORS.items():
        rows = _by_factor(table).pivot_table(index="figure", columns="factor", values=key, sort=False)
        rows = rows.reindex(columns=list(FACTORS))
        width = rows.max(axis=1) - rows.min(axis=1)
        ordered = rows.loc[width.sort_values(ascending=False, kind="stable").index]
        parts.append(
            {
                "title": title,
                "unit": unit,
                "base": figure(float(base[key].iloc[0])),
                "rows": [
                    [_words(str(name)), *[figure(float(v)) if pd.notna(v) else None for v in row]]
                    for name, row in zip(ordered.index, ordered.to_numpy(float), strict=True)
                ],
            }
        )
    return {"factors": list(FACTORS), "ends": ENDS_WORDS, "parts": parts, "said": tornado_sentence(solution)}


def _words(figure_id: str) -> str:
    return ENDS_WORDS if figure_id == ENDS else FIGURES.get(figure_id, figure_id)


def _by_factor(table: pd.DataFrame) -> pd.DataFrame:
    """Rows with a change; the ends of demand stand where 0.7 and 1.3 times stand, whatever their factors are."""
    rows = table[table["figure"] != ""]
    at_end = (rows["figure"] == ENDS).to_numpy()
    near = np.where(rows["factor"] < 1, FACTORS[1], FACTORS[2])
    return rows.assign(factor=np.where(at_end, near, rows["factor"]))


def tornado_sentence(solution: Solution) -> str:
    """Return which figures move the worth of Kazakh candidates most; empty where none was asked for."""
    table = solution["chain_sensitivity"]
    base = table[table["figure"] == ""]
    if base.empty or len(table) < 2:
        return ""
    usual = float(base["focus_rents_musd"].iloc[0])
    ends = table[table["figure"] == ENDS].sort_values("factor")
    table = table[table["figure"] != ENDS]
    near = table[table["factor"].isin([0.7, 1.3])]
    width = near.groupby("figure")["focus_rents_musd"].agg(lambda v: float(v.max() - v.min()))
    first = width[width.index != ""].sort_values(ascending=False).head(3)
    if usual <= _LEAST or first.empty:
        return ""
    parts = []
    for name in first.index:
        rows = near[near["figure"] == name].set_index("factor")["focus_rents_musd"] / usual
        parts.append(
            f"{FIGURES.get(str(name), str(name))} {number(float(rows[0.7]), 2)} and {number(float(rows[1.3]), 2)} times"
        )
    asked = counted(int(table["figure"].nunique()) - 1, "figure")
    return (
        f"Of {asked}, three move what Kazakh candidates would earn most when they are 0.7 and 1.3 times as large: "
        f"{'; '.join(parts)}.{_at_ends(ends, usual)} Candidates are built in part here, so that answers move with "
        "figures and not with a search."
    )


def _at_ends(rows: pd.DataFrame, usual: float) -> str:
    """Return what the ends of demand do, as a sentence; empty where they were not asked for."""
    if len(rows) < 2:
        return ""
    low, high = (float(v) / usual for v in (rows["focus_rents_musd"].iloc[0], rows["focus_rents_musd"].iloc[-1]))
    return (
        f" With demand at the low end of its table they would earn {number(low, 2)} times as much, at the high end "
        f"{number(high, 2)} times."
    )
