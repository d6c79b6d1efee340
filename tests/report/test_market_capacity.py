"""Capacity for markets in words and in the workbook."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from model.solution import Solution
from network.geography import read_geography
from network.network import Network
from report.excel import write_excel
from report.market_capacity import capacity_sentences, capacity_tables
from report.page_data import page_data
from report.trade_indicators import accounts_by

ROW = {"exporter": "KZ", "importer": "US", "commodity_id": "ferroalloys", "existing_kt": 120.0, "used_kt": 125.0,
       "wanted_kt": 12.0, "charge_usd_per_t": 90.0, "loss_musd": 0.4}  # fmt: skip
EARLY = {**ROW, "period": 2030, "started_kt": 5.0, "new_kt": 5.0, "riskless_kt": 9.0, "rise_pct": 8.8, "chance": 0.04}
LATE = {**ROW, "period": 2040, "started_kt": 4.0, "new_kt": 9.0, "riskless_kt": 12.0, "rise_pct": 8.8, "chance": 0.11}


def said(hand_made: Callable[..., Solution], network: Network, *rows: dict[str, Any]) -> list[str]:
    return capacity_sentences(hand_made(market_capacity=list(rows)), network)


def test_what_is_built_is_said_against_what_would_be_without_the_risk(
    hand_made: Callable[..., Solution], network: Network
) -> None:
    (line,) = said(hand_made, network, LATE, EARLY)
    assert line == (
        "Capacity in Kazakhstan for ferroalloys to the United States, before it is known whether the duty will rise by "
        "8.8 % of the value (11 % likely by 2040): 5 kt for 2030 and 4 kt for 2040 on 120 kt a year that exist; in "
        "2030 5 kt in place of the 9 kt if it were sure to stay."
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"new_kt": 0.0, "started_kt": 0.0}, "is built because the duty may rise by 8.8 % of the value (11 % likely by "
         "2040): beyond 120 kt a year that exist, 12 kt would be in 2040 if it were sure to stay."),
        ({"new_kt": 0.0, "started_kt": 0.0, "riskless_kt": 0.0}, "is needed beyond 120 kt a year that exist"),
        ({"riskless_kt": 9.0}, "on 120 kt a year that exist; as much as if it were sure to stay, 9 kt in 2040."),
        ({"rise_pct": -3.0}, "before it is known whether the duty will fall"),
    ],
)  # fmt: skip
def test_no_capacity_is_said_with_its_reason(
    hand_made: Callable[..., Solution], network: Network, change: dict[str, float], words: str
) -> None:
    (line,) = said(hand_made, network, {**LATE, **change})
    assert words in line


def test_a_run_of_one_state_says_nothing_of_it(hand_made: Callable[..., Solution], network: Network) -> None:
    plan = hand_made()
    assert capacity_sentences(plan, network) == []
    assert capacity_tables(plan, network) == []


def test_the_workbook_has_a_sheet_of_it(
    hand_made: Callable[..., Solution], network: Network, solution: Solution, tmp_path: Path
) -> None:
    tables = {**solution.tables, "market_capacity": hand_made(market_capacity=[EARLY, LATE])["market_capacity"]}
    write_excel(Solution(tables, solution.run), network, tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["Market capacity"]
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert rows[1][:4] == ("Kazakhstan", "ferroalloys", "United States", 2030)
    heads = [str(head).split("\n")[0] for head in rows[0]]
    assert rows[2][heads.index(next(head for head in heads if head.startswith("Begun")))] == 4.0


def test_its_capital_is_among_the_gains(hand_made: Callable[..., Solution]) -> None:
    row = {"period": 2030, "country": "KZ", "commodity_id": "ferroalloys", "unit": "musd", "counts": 1.0,
           "discounted_musd": -5.0}  # fmt: skip
    plan = hand_made(accounts=[{**row, "account": "market_capital", "amount": -1.5},
                               {**row, "account": "producer_surplus", "amount": 4.0}])  # fmt: skip
    assert accounts_by(plan, "country")["total"].sum() == pytest.approx(2.5)


def test_the_page_says_it_among_the_states(
    hand_made: Callable[..., Solution], network: Network, solution: Solution
) -> None:
    tables = {**solution.tables, "market_capacity": hand_made(market_capacity=[LATE])["market_capacity"]}
    data = page_data(
        Solution(tables, solution.run), network, read_geography(network.folder, network.places, network.links)
    )
    assert any(line.startswith("Capacity in Kazakhstan") for line in data["states"])
