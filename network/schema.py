"""The declared tables of a data folder: one source for validation, typed frames and the data dictionary."""

from network.schema_commodities import COMMODITY_TABLES
from network.schema_duties import DUTY_TABLES
from network.schema_finance import FINANCE_TABLES
from network.schema_minerals import MINERAL_TABLES
from network.schema_network import NETWORK_TABLES
from network.schema_policy import ADJUSTMENTS, POLICY_TABLES
from network.schema_processing import PROCESSING_TABLES
from network.schema_rare_earths import RARE_EARTH_TABLES
from network.schema_trade import TRADE_TABLES
from network.schema_types import Field, Table

__all__ = ["ADJUSTMENTS", "TABLES", "Field", "Table", "table"]

TABLES: tuple[Table, ...] = (
    *NETWORK_TABLES,
    *COMMODITY_TABLES,
    *PROCESSING_TABLES,
    *POLICY_TABLES,
    *TRADE_TABLES,
    *DUTY_TABLES,
    *RARE_EARTH_TABLES,
    *MINERAL_TABLES,
    *FINANCE_TABLES,
)


def table(name: str) -> Table:
    """The declared table of a name; KeyError where there is none."""
    for declared in (*TABLES, ADJUSTMENTS):
        if declared.name == name:
            return declared
    raise KeyError(f"no table is called {name}; tables: {', '.join(t.name for t in TABLES)}")
