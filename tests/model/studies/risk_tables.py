"""Tables of small portfolios whose worth is worked out by hand."""

from typing import Any

import pandas as pd

BASE = 2026
RATE = 0.1
CAPEX = [60.0, 40.0, 0.0, 0.0, 0.0, 0.0]
YEARS = [2026, 2027, 2028, 2029, 2030, 2031]
SURE = {"mean": 0.0, "standard_deviation": 0.0, "distribution": "lognormal"}


def flows_of(name: str = "A", size: float = 1.0, **changes: list[float]) -> pd.DataFrame:
    """Two years of building (60, 40), three of service, and the horizon with the residual value."""
    columns: dict[str, Any] = {
        "project_id": name,
        "year": YEARS,
        "capex_musd": CAPEX,
        "operating_cost_musd": [0.0, 0.0, 5.0, 5.0, 5.0, 0.0],
        "benefit_musd": [0.0, 0.0, 50.0, 60.0, 70.0, 0.0],
        "residual_musd": [0.0, 0.0, 0.0, 0.0, 0.0, 20.0],
        "revenue_musd": [0.0, 0.0, 40.0, 40.0, 40.0, 0.0],
        "variable_cost_musd": [0.0, 0.0, 2.0, 2.0, 2.0, 0.0],
        "tax_musd": [0.0] * 6,
        "service_musd": [0.0, 0.0, 20.0, 20.0, 20.0, 0.0],
    }
    frame = pd.DataFrame(columns | changes)
    amounts = [column for column in frame.columns if column.endswith("_musd")]
    return frame.assign(**{column: frame[column] * size for column in amounts})


def projects_of(*names: str, asset_class: str = "rail") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "project_id": names,
            "asset_class": asset_class,
            "start_year": 2026,
            "in_service_year": 2028,
            "dscr_floor": 1.3,
        }
    )


def classes_of(**quantities: dict[str, Any]) -> pd.DataFrame:
    rows = [{"asset_class": "rail", "quantity": quantity} | SURE | row for quantity, row in quantities.items()]
    return pd.DataFrame(rows, columns=["asset_class", "quantity", *SURE])


RAIL = classes_of(
    capex={"mean": 0.4, "standard_deviation": 0.4},
    delay={"mean": 0.45, "standard_deviation": 0.4},
    traffic={"mean": -0.2, "standard_deviation": 0.3},
)


def present(*amounts: float) -> float:
    """Present value of amounts of 2026, 2027, ..."""
    return sum(amount / 1.1**n for n, amount in enumerate(amounts))
