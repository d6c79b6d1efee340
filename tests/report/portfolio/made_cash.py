"""Cash flows of the made-up projects: even spending, level debt service, revenue that grows by traffic."""

import math
from typing import Any

import pandas as pd

LAST_YEAR = 2040  # of the model; after it the last period goes on
RATE, TENOR = 0.04, 15


def cash_rows(
    scenario: str, project: tuple[Any, ...], uses: tuple[float, float], finance: pd.DataFrame, traffic: float
) -> list[dict[str, Any]]:
    """Rows of portfolio_cash of a project; `uses` are capex and interest during construction."""
    key, start, service, life, capex, revenue, benefit = (project[i] for i in (0, 5, 6, 7, 8, 9, 10))
    idc, building = uses[1], service - start
    loans = finance[finance["nominal_rate"].notna()]
    own = loans[loans["recourse"] == "project"]["amount_musd"].sum()
    state = loans[loans["recourse"] == "sovereign"]["amount_musd"].sum()
    level = RATE / (1 - (1 + RATE) ** -TENOR)
    rows, left = [], own
    for year in range(start, service + life):
        done, age = year >= service, year - service
        grown = min(1.0, 0.6 + 0.1 * max(age, 0)) * traffic if done else 0.0
        earned, cost = revenue * grown, 0.3 * revenue * (0.5 + 0.5 * grown) if done else 0.0
        paying = done and age < TENOR
        interest = left * RATE if paying else 0.0
        principal = own * level - interest if paying else 0.0
        tax = 0.15 * max(earned - cost - interest, 0.0)
        cfads, due = earned - cost - tax, interest + principal
        left -= principal
        rows.append(
            {"scenario": scenario, "project_id": key, "year": year, "capex_musd": 0.0 if done else capex / building}
            | {"drawn_musd": 0.0 if done else finance["amount_musd"].sum() / building}
            | {"idc_musd": 0.0 if done else idc / building, "revenue_musd": earned, "operating_cost_musd": cost}
            | {"tax_musd": tax, "cfads_musd": cfads, "interest_musd": interest, "principal_musd": principal}
            | {"llcr": math.nan, "plcr": math.nan}
            | {"dscr": cfads / due if due > 1e-9 else math.nan, "equity_cash_musd": cfads - due}
            | {"sovereign_service_musd": state * level if paying else 0.0}
            | {"benefit_musd": benefit * grown, "is_extrapolated": int(year > LAST_YEAR)}
        )
    return rows
