"""The solution of a run: tidy result tables and the facts of the run, written to and read from a run folder.

A run folder holds `run.json` and `tables/<name>.parquet`. This module knows no solver and no modelling language:
reports and comparisons read a finished run without either.

Money is in constant-2025 USD (musd = million USD), flows in kt (thousand tonnes) and kTEU (thousand TEU). A season's
figure is the flow *of that season*, so the year's flow is the sum over the seasons of a period.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

RUN_FILE = "run.json"
TABLE_FOLDER = "tables"

_Dtype = Literal["str", "int", "float"]
_Row: TypeAlias = tuple[str, _Dtype, str, str]


@dataclass(frozen=True)
class Column:
    """One column of a result table: its name, kind of value, unit (empty = none) and meaning."""

    name: str
    dtype: _Dtype
    unit: str
    description: str


@dataclass(frozen=True)
class ResultTable:
    """One result table: its name, meaning and columns in order."""

    name: str
    description: str
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> list[str]:
        """Names of the declared columns, in order."""
        return [column.name for column in self.columns]

    def empty(self) -> pd.DataFrame:
        """Return a frame without rows that has every declared column."""
        kinds = {"str": "str", "int": "int64", "float": "float64"}
        return pd.DataFrame({c.name: pd.Series(dtype=kinds[c.dtype]) for c in self.columns})


def _columns(*rows: _Row) -> tuple[Column, ...]:
    return tuple(Column(*row) for row in rows)


_WHEN: tuple[_Row, ...] = (
    ("period", "int", "", "milestone year"),
    ("season", "str", "", "season id; `year` where there is one season"),
)
_LANE: tuple[_Row, ...] = (
    ("lane_id", "str", "", "lane of the lanes table"),
    ("origin_zone", "str", "", "zone the cargo comes from"),
    ("destination_zone", "str", "", "zone the cargo goes to"),
    ("commodity_id", "str", "", "commodity of the lane"),
    ("market_id", "str", "", "reporting group of the lane"),
)

TABLES: tuple[ResultTable, ...] = (
    ResultTable(
        "flows",
        "Cargo on every link in the direction from_place -> to_place.",
        _columns(
            *_WHEN,
            ("link_id", "str", "", "link of the links table"),
            ("from_place", "str", "", "place the cargo leaves"),
            ("to_place", "str", "", "place the cargo reaches"),
            ("mode", "str", "", "mode of the link"),
            ("corridor_id", "str", "", "corridor of the path the cargo takes"),
            ("commodity_id", "str", "", "commodity moved"),
            ("flow_kt", "float", "kt per season", "cargo moved"),
            ("flow_kteu", "float", "kTEU per season", "boxes moved (0 for cargo that is not in boxes)"),
            ("cost_musd", "float", "musd per season", "freight, handling and fees paid on the link"),
        ),
    ),
    ResultTable(
        "builds",
        "Investment decisions, one row per project.",
        _columns(
            ("project_id", "str", "", "project of the projects table"),
            ("name", "str", "", "name of the project"),
            ("country", "str", "", "country or countries of the project"),
            ("project_type", "str", "", "kind of asset"),
            ("decision", "str", "", "given (already spent), built or not built"),
            ("start_period", "float", "", "milestone year of the start; empty if not built"),
            ("start_year", "float", "", "first year of construction; empty if not built"),
            ("in_service_year", "float", "", "first year of service; empty if not built"),
            ("end_year", "float", "", "first year after its life; empty if given or not built"),
            ("units", "float", "units", "units built"),
            ("units_max", "float", "units", "most units that can be built"),
            ("capex_musd", "float", "musd", "investment cost of the units built (of all units if not built)"),
            ("capex_npv_musd", "float", "musd, discounted", "present value of the investment cost"),
            ("source", "str", "", "source of the investment cost"),
            ("confidence", "str", "", "sourced, estimate or memory"),
        ),
    ),
    ResultTable(
        "prices",
        "What the last tonne of each lane costs its shipper, door to door.",
        _columns(
            *_WHEN,
            *_LANE,
            ("price_usd_per_t", "float", "USD per t", "marginal generalised cost (freight, fees, time, risk)"),
            ("reference_usd_per_t", "float", "USD per t", "generalised cost at which the reference quantity moves"),
            ("freight_usd_per_t", "float", "USD per t", "freight, handling and fees paid, mean over the paths used"),
            ("time_days", "float", "days", "door-to-door time, mean over the paths used"),
        ),
    ),
    ResultTable(
        "capacities",
        "Limits of links, places, transfers, facilities and stores, their use and what one more unit would be worth.",
        _columns(
            *_WHEN,
            ("target", "str", "", "link, place, transfer, facility (throughput) or store (what is in it)"),
            ("target_id", "str", "", "its id; place:from_mode-to_mode of a transfer, zone:commodity of a store"),
            ("name", "str", "", "name for people"),
            ("kind", "str", "", "t or TEU: the unit of the limit"),
            ("direction", "str", "", "both, or forward or reverse where each direction has a limit of its own"),
            ("capacity", "float", "kt or kTEU per season", "limit"),
            ("use", "float", "kt or kTEU per season", "cargo that counts against the limit"),
            ("utilisation", "float", "share", "use over capacity"),
            ("dual_usd_per_unit", "float", "USD per t or TEU", "worth of one more unit (0 where the limit is slack)"),
            ("rent_musd", "float", "musd per season", "worth of one more unit times use: the rent of scarcity"),
        ),
    ),
    ResultTable(
        "demand",
        "Demand served and unserved, by lane.",
        _columns(
            *_WHEN,
            *_LANE,
            ("reference_kt", "float", "kt per season", "quantity at the reference cost"),
            ("served_kt", "float", "kt per season", "quantity used: moved in the season or taken from store"),
            ("unserved_kt", "float", "kt per season", "reference quantity that does not move"),
            ("served_kteu", "float", "kTEU per season", "boxes used"),
            ("into_store_kt", "float", "kt per season", "put into store less taken out: served + this is moved"),
            ("surplus_musd", "float", "musd per season", "shippers' surplus over what they pay; 0 of firm cargo"),
        ),
    ),
    ResultTable(
        "costs",
        "What the plan costs, by kind of cost and by how sure the figures behind it are.",
        _columns(
            ("period", "int", "", "milestone year"),
            ("category", "str", "", "freight, handling, fees, time, carbon, storage, idle_capital, capex, ..."),
            ("country", "str", "", "country of the link, place or project"),
            ("cargo_kind", "str", "", "container, general or bulk; empty for investment"),
            ("confidence", "str", "", "sourced, estimate or memory"),
            ("musd", "float", "musd per year", "cost of a year of the period, undiscounted"),
            ("discounted_musd", "float", "musd, discounted", "cost of all years of the period, discounted"),
        ),
    ),
    ResultTable(
        "corridors",
        "Cargo of each market by corridor, a year of the period.",
        _columns(
            ("period", "int", "", "milestone year"),
            ("market_id", "str", "", "reporting group of lanes"),
            ("corridor_id", "str", "", "corridor"),
            ("flow_kt", "float", "kt per year", "cargo moved"),
            ("flow_kteu", "float", "kTEU per year", "boxes moved"),
            ("share_pct", "float", "%", "share of the market"),
            ("share_basis", "str", "", "kteu or kt: what the share is a share of"),
            ("cost_usd_per_t", "float", "USD per t", "mean freight, handling and fees"),
            ("cost_usd_per_teu", "float", "USD per TEU", "mean freight, handling and fees of boxes"),
            ("time_days", "float", "days", "mean door-to-door time"),
        ),
    ),
    ResultTable(
        "accounts",
        "Who gains and who pays, a year of the period; what the objective counts adds up to it.",
        _columns(
            ("period", "int", "", "milestone year"),
            ("country", "str", "", "country, or EU27; empty where it is no one country's"),
            ("commodity_id", "str", "", "commodity; empty where it is of none"),
            (
                "account",
                "str",
                "",
                "consumer_surplus, producer_surplus, market_capital (what capacity for a market earns above its "
                "charge), duty, export_tax, transit_revenue, limit_rent, carrier_margin (rent of scarce capacity), "
                "other_rents, investment, freight_receipts, emissions",
            ),
            ("unit", "str", "", "musd, or kt CO2 of emissions"),
            ("counts", "float", "share", "part that the objective of the run counts"),
            ("amount", "float", "unit per year", "gain of a year of the period, undiscounted"),
            ("discounted_musd", "float", "musd, discounted", "gain of all years of the period, discounted"),
        ),
    ),
    ResultTable(
        "market_prices",
        "What goods cost where they are bought, by origin, a year of the period.",
        _columns(
            ("period", "int", "", "milestone year"),
            ("country", "str", "", "country of the buyers, or EU27"),
            ("origin", "str", "", "country of the sellers, or EU27"),
            ("commodity_id", "str", "", "commodity"),
            ("quantity_kt", "float", "kt per year", "bought"),
            ("reference_kt", "float", "kt per year", "bought at the reference"),
            ("price_usd_per_t", "float", "USD per t", "delivered, duty paid: value, way and charges at the margin"),
            ("producer_usd_per_t", "float", "USD per t", "what the sellers get"),
            ("border_usd_per_t", "float", "USD per t", "duties, export taxes and papers"),
            ("duty_usd_per_t", "float", "USD per t", "duties of the importer"),
            ("reference_usd_per_t", "float", "USD per t", "delivered price at the reference"),
            ("surplus_musd", "float", "musd per year", "surplus of the buyers of these goods over what they pay"),
            ("new_kt", "float", "kt per year", "bought beyond what moved in the base year: it needs new capacity"),
            ("premium_musd", "float", "musd per year", "asked on new capacity for the risk that the duty reverts"),
            ("basket_musd", "float", "musd per year", "the reference quantity at the price"),
            ("reference_basket_musd", "float", "musd per year", "the reference quantity at the reference price"),
        ),
    ),
    ResultTable(
        "trade",
        "Trade from country to country by commodity and corridor, a year of the period.",
        _columns(
            ("period", "int", "", "milestone year"),
            ("exporter", "str", "", "country of the sellers, or EU27"),
            ("importer", "str", "", "country of the buyers, or EU27"),
            ("commodity_id", "str", "", "commodity"),
            ("corridor_id", "str", "", "corridor of the path"),
            ("flow_kt", "float", "kt per year", "moved"),
            ("value_musd", "float", "musd per year", "moved, at the value in the table of commodities"),
        ),
    ),
    ResultTable(
        "policy_worth",
        "What a change of policy is worth with the builds held fixed; empty where no other run is compared.",
        _columns(
            ("case", "str", "", "base, or low or high: all uncertain figures at one end of their ranges"),
            ("exporter", "str", "", "country of the sellers, or EU27"),
            ("importer", "str", "", "country of the buyers, or EU27"),
            ("commodity_id", "str", "", "commodity"),
            ("duty_musd", "float", "musd, discounted", "change of the duty times what moved before"),
            ("risk_musd", "float", "musd, discounted", "change of the premium times the new capacity used either way"),
            ("investment_musd", "float", "musd, discounted", "the rest: more or less trade, rivals"),
            ("total_musd", "float", "musd, discounted", "gain of buyers and sellers"),
            ("buyers_musd", "float", "musd, discounted", "of it the buyers"),
            ("sellers_musd", "float", "musd, discounted", "of it the sellers and those who build for them"),
            ("treasury_musd", "float", "musd, discounted", "change of the importer's duty revenue"),
            ("quantity_kt", "float", "kt per year", "traded before, in the last period"),
            ("change_kt", "float", "kt per year", "change of it"),
            ("value_musd", "float", "musd per year", "what is traded before, at the value in the tables"),
            ("price_before_usd_per_t", "float", "USD per t", "delivered price before, mean over the periods"),
            ("price_after_usd_per_t", "float", "USD per t", "delivered price after, of the same quantities"),
            ("duty_before_pct", "float", "%", "mean duty before"),
            ("duty_after_pct", "float", "%", "mean duty after"),
            ("premium_before_pct", "float", "%", "premium on new capacity before, of the value"),
            ("premium_after_pct", "float", "%", "premium on new capacity after, of the value"),
        ),
    ),
    ResultTable(
        "states",
        "States of the world, their probabilities and what a year of them is worth.",
        _columns(
            ("state", "str", "", "state; empty where there is one"),
            ("title", "str", "", "what has happened"),
            ("period", "int", "", "milestone year"),
            ("probability", "float", "share", "of the state in the period"),
            ("value_musd", "float", "musd per year", "value of operations, before investment"),
            ("duty_musd", "float", "musd per year", "duties paid"),
        ),
    ),
    ResultTable(
        "market_capacity",
        "Capacity for export markets whose duty may change, decided before it is known; a year of the period.",
        _columns(
            ("period", "int", "", "milestone year"),
            ("exporter", "str", "", "country of the sellers, or EU27"),
            ("importer", "str", "", "country of the buyers, or EU27"),
            ("commodity_id", "str", "", "commodity"),
            ("existing_kt", "float", "kt per year", "capacity of the base year that is still wanted"),
            ("started_kt", "float", "kt per year", "new capacity that comes into service in the period"),
            ("new_kt", "float", "kt per year", "new capacity in service in the first state"),
            ("used_kt", "float", "kt per year", "sold in the first state"),
            ("wanted_kt", "float", "kt per year", "wanted beyond existing capacity at the reference price"),
            ("riskless_kt", "float", "kt per year", "new capacity that the first state would use if it were for sure"),
            ("charge_usd_per_t", "float", "USD per t and year", "charge on the capital of a tonne of capacity"),
            ("rise_pct", "float", "% of the value", "by which the duty is higher in the worst state"),
            ("chance", "float", "share", "probability that the duty is not that of the first state"),
            ("loss_musd", "float", "musd per year", "expected charge on capacity that stands idle"),
        ),
    ),
    ResultTable(
        "balances",
        "Goods at facilities: what is made, used and left over, and what they are worth there.",
        _columns(
            *_WHEN,
            ("facility_id", "str", "", "facility of the facilities table"),
            ("name", "str", "", "name of the facility"),
            ("side", "str", "", "input or output"),
            ("commodity_id", "str", "", "good"),
            ("amount_kt", "float", "kt per season", "used or made"),
            ("surplus_kt", "float", "kt per season", "made and discarded"),
            ("price_usd_per_t", "float", "USD per t", "worth of one more tonne there; negative = a burden"),
        ),
    ),
    ResultTable(
        "base_year",
        "The modelled base year against what was observed.",
        _columns(
            ("measure_id", "str", "", "measure of the base-year table"),
            ("title", "str", "", "what is measured"),
            ("unit", "str", "", "kt or kTEU"),
            ("observed", "float", "kt or kTEU per year", "observed value"),
            ("observed_low", "float", "kt or kTEU per year", "low end of the observation; may be empty"),
            ("observed_high", "float", "kt or kTEU per year", "high end of the observation; may be empty"),
            ("modelled", "float", "kt or kTEU per year", "modelled value"),
            ("error_pct", "float", "%", "modelled over observed, less 100 %"),
            ("confidence", "str", "", "confidence of the observation"),
            ("source", "str", "", "source of the observation"),
        ),
    ),
)

TABLE_BY_NAME: dict[str, ResultTable] = {table.name: table for table in TABLES}


class SolutionError(ValueError):
    """A run folder or a result table is not what this version writes; the text says what and where."""


@dataclass(frozen=True)
class Solution:
    """Result tables by name (see `TABLES`) and the facts of the run (`run.json`).

    Every declared table must be there with its declared columns, or a SolutionError names what lacks; further columns
    are kept.
    """

    tables: dict[str, pd.DataFrame]
    run: dict[str, Any]

    def __post_init__(self) -> None:
        problems = list(_problems(self.tables))
        if problems:
            raise SolutionError("the result tables are not complete:\n" + "\n".join(f"- {p}" for p in problems))

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return the table `name`."""
        return self.tables[name]

    def write(self, folder: Path) -> None:
        """Write `run.json` and `tables/*.parquet` into `folder`, an existing folder that holds no earlier run.

        `run.json` is written last: a folder that has one holds every table. Figures that are not finite become null.
        """
        table_folder = folder / TABLE_FOLDER
        table_folder.mkdir()
        for table in TABLES:
            self.tables[table.name].to_parquet(table_folder / f"{table.name}.parquet", index=False)
        text = json.dumps(_plain(self.run), indent=2, ensure_ascii=False, allow_nan=False)
        (folder / RUN_FILE).write_text(text + "\n", encoding="utf-8")


def read_solution(folder: Path) -> Solution:
    """Read the run that `Solution.write` left in `folder`; a SolutionError says if it is unfinished or damaged."""
    run_file = folder / RUN_FILE
    if not run_file.is_file():
        raise SolutionError(f"{folder} holds no finished run (no {RUN_FILE}): solve the scenario first")
    try:
        run = json.loads(run_file.read_text(encoding="utf-8"))
        tables = {table.name: _read_table(folder / TABLE_FOLDER / f"{table.name}.parquet") for table in TABLES}
    except ValueError as error:  # a damaged JSON or parquet file
        raise SolutionError(f"{folder} holds a damaged run: {error}; solve the scenario again") from error
    return Solution(tables, run)


def _read_table(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise ValueError(f"{TABLE_FOLDER}/{path.name} is missing")
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise ValueError(f"{TABLE_FOLDER}/{path.name} cannot be read ({error})") from error


def _problems(tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    for name in tables:
        if name not in TABLE_BY_NAME:
            yield f"table {name} is unknown; known are {', '.join(TABLE_BY_NAME)}"
    for table in TABLES:
        if table.name not in tables:
            yield f"table {table.name} is missing"
            continue
        lacking = [name for name in table.column_names if name not in tables[table.name].columns]
        if lacking:
            yield f"table {table.name} lacks the column {', '.join(lacking)}"


def _plain(value: Any) -> Any:
    """Return `value` with numpy scalars as Python's and figures that are not finite as None."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
