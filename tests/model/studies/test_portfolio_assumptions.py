"""Every figure of the bank's tables is shown once, with its unit and its source."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.funding.tables import PORTFOLIO_TABLE_BY_NAME
from model.studies.portfolio_assumptions import GROUPS, PROVENANCE, figures, portfolio_assumptions, unit_of
from network.bank_rules import BANK_RULE_UNITS
from network.network import Network, read_network
from network.schema_finance import FINANCE_TABLES
from network.schema_types import Table

DATA = Path(__file__).parents[3] / "data"
TABLES = [group.table for group in GROUPS]


@pytest.fixture(scope="module")
def world() -> Network:
    return read_network(DATA)


@pytest.fixture(scope="module")
def shown(world: Network) -> pd.DataFrame:
    return portfolio_assumptions(world)


def file_of(table: Table) -> pd.DataFrame:
    """Cells as they stand in the file, empty where they are."""
    return pd.read_csv(DATA / table.path, dtype=str, keep_default_na=False)


def test_every_rule_of_the_bank_is_there_as_a_design_default(shown: pd.DataFrame) -> None:
    rules = shown[shown["group"] == "bank rules"].reset_index(drop=True)
    written = file_of(TABLES[0])
    assert set(written["rule_id"]) == set(BANK_RULE_UNITS)
    assert rules["figure"].tolist() == [meaning.rstrip(".") for meaning in written["meaning"]]
    assert rules["unit"].tolist() == [BANK_RULE_UNITS[rule] for rule in written["rule_id"]]
    assert rules["value"].astype(float).tolist() == written["value"].astype(float).tolist()
    assert (rules["is_design_default"] == 1).all()


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.table.name)
def test_no_figure_is_lost(group: Any, shown: pd.DataFrame) -> None:
    table: Table = group.table
    written = file_of(table)
    rows = shown[shown["group"] == group.group]
    expected = []
    for _, cells in written.iterrows():
        for field in figures(table):
            text = cells.get(field.name, "")
            if not text and field.dtype != "year" and field.default is not None:
                text = str(field.default)
            if text and not (field.dtype == "year" and float(text) == field.default):
                expected.append(float(text))
    assert rows["value"].astype(float).tolist() == expected
    assert len(expected) >= len(written)


def test_every_table_of_the_bank_that_has_figures_has_a_group() -> None:
    assert {t.name for t in FINANCE_TABLES} - {t.name for t in TABLES} == {"powers"}


def test_columns_units_sources_and_names(shown: pd.DataFrame) -> None:
    assert list(shown.columns) == PORTFOLIO_TABLE_BY_NAME["portfolio_assumptions"].column_names
    assert not shown.duplicated(["group", "figure"]).any()
    assert set(shown["confidence"]) <= {"sourced", "estimate", "memory"}
    for column in ("figure", "unit", "source"):
        assert (shown[column] != "").all()
    by = shown.set_index("figure")
    assert by.loc["European Bank for Reconstruction and Development: envelope", ["value", "unit"]].tolist() == [
        "550",
        "musd per year",
    ]
    assert by.loc["Kazakhstan: guarantee headroom", "unit"] == "musd"
    assert by.loc["rail: DSCR floor", "unit"] == "ratio"
    assert by.loc["rail, capex: mean", ["value", "unit"]].tolist() == ["0.447", "share"]


def test_a_figure_has_the_source_of_its_own_cell(shown: pd.DataFrame) -> None:
    prefixes = {
        (table.name, field.name.removesuffix("source"))
        for table in TABLES
        for field in table.fields
        if field.name.endswith("_source")
    }
    rating = {("country_finance", "rating_")}  # ratings are letters
    used = {(name, prefix) for (name, _), prefix in PROVENANCE.items()}
    assert prefixes - rating == used
    by = shown.set_index("figure")
    assert by.loc["rail, capex: P80", "confidence"] == "memory"
    assert by.loc["rail, capex: mean", "confidence"] == "sourced"
    assert by.loc["Uzbekistan: sovereign yield", "source"].startswith("7-year issue")


def test_what_the_proposed_bank_does_is_a_design_default(shown: pd.DataFrame) -> None:
    bank = shown["figure"].str.startswith("Trans-Caspian Development Bank")
    assert bank.sum() > 15
    assert (shown.loc[bank, "is_design_default"] == 1).all()
    ours = shown["group"].isin(["bank rules", "shareholders of the bank", "tolls"])
    assert (shown.loc[ours, "is_design_default"] == 1).all()
    assert shown.loc[~bank & ~ours, "is_design_default"].sum() == 0


def test_every_figure_has_a_unit_in_the_words_of_results() -> None:
    units = {unit_of(table, field) for table in TABLES for field in figures(table)}
    assert units <= {
        "musd",
        "musd per year",
        "share",
        "share a year",
        "basis points",
        "years",
        "year",
        "flag",
        "rank",
        "ratio",
    }


def test_a_world_without_a_bank_has_no_assumptions(tiny_network: Network) -> None:
    empty = portfolio_assumptions(tiny_network)
    assert empty.empty
    assert list(empty.columns) == PORTFOLIO_TABLE_BY_NAME["portfolio_assumptions"].column_names
