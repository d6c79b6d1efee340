"""What the answers on rare earths rest on, for the tornado of the page and for a sentence."""

from __future__ import annotations

from typing import Any

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
_LEAST = 1e-9


def tornado_data(solution: Solution) -> dict[str, Any] | None:
    """Return for each indicator its base and the value at each figure and factor, widest first; None without any."""
    table = solution["chain_sensitivity"]
    base = table[table["figure"] == ""]
    if base.empty or len(table) < 2:
        return None
    parts = []
    for key, (title, unit) in INDICATORS.items():
        rows = table[table["figure"] != ""].pivot_table(index="figure", columns="factor", values=key, sort=False)
        rows = rows.reindex(columns=list(FACTORS))
        width = rows.max(axis=1) - rows.min(axis=1)
        ordered = rows.loc[width.sort_values(ascending=False, kind="stable").index]
        parts.append(
            {
                "title": title,
                "unit": unit,
                "base": figure(float(base[key].iloc[0])),
                "rows": [
                    [FIGURES.get(str(name), str(name)), *[figure(float(v)) if pd.notna(v) else None for v in row]]
                    for name, row in zip(ordered.index, ordered.to_numpy(float), strict=True)
                ],
            }
        )
    return {"factors": list(FACTORS), "parts": parts, "said": tornado_sentence(solution)}


def tornado_sentence(solution: Solution) -> str:
    """Return which figures move the worth of Kazakh candidates most; empty where none was asked for."""
    table = solution["chain_sensitivity"]
    base = table[table["figure"] == ""]
    if base.empty or len(table) < 2:
        return ""
    usual = float(base["focus_rents_musd"].iloc[0])
    near = table[table["factor"].isin([0.7, 1.3])]
    width = near.groupby("figure")["focus_rents_musd"].agg(lambda v: float(v.max() - v.min()))
    first = width[width.index != ""].sort_values(ascending=False).head(3)
    if usual <= _LEAST or first.empty:
        return ""
    parts = []
    for name in first.index:
        rows = near[near["figure"] == name].set_index("factor")["focus_rents_musd"] / usual
        parts.append(
            f"{FIGURES.get(str(name), str(name))} {number(float(rows[0.7]))} to {number(float(rows[1.3]))} times"
        )
    asked = counted(int(table["figure"].nunique()) - 1, "figure")
    return (
        f"Of {asked}, three move what Kazakh candidates would earn most when they are 0.7 to 1.3 times as large: "
        f"{'; '.join(parts)}. Candidates are built in part here, so that answers move with "
        "figures and not with a search."
    )
