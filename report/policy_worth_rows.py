"""The worth of a policy in the terminal, on the page and in the workbook."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.table import Table

from model.solution import Solution
from network.network import Network
from report.frames import records
from report.page_rows import figure
from report.policy_worth import (
    LEAST_MUSD,
    has_worth,
    price_changes,
    price_index,
    stacks,
    worth_by_country,
    worth_by_good,
    worth_sentences,
)
from report.tables import Heading, ReadableTable
from report.words import NOTHING, money

MOST_LINES = 10
_NAME = Heading("name", "Name")
_GAIN = tuple(
    Heading(f"{key}_musd", title, "million USD, present value", "amount")
    for key, title in (("buyers", "Buyers"), ("sellers", "Sellers"), ("treasury", "Treasury"), ("total", "Together"),
                       ("low", "Together, low figures"), ("high", "Together, high figures"))
)  # fmt: skip
_SPLIT = tuple(
    Heading(f"{key}_musd", title, "million USD, present value", "amount")
    for key, title in (("duty", "By duty"), ("risk", "By risk"), ("investment", "By trade"), ("total", "Together"),
                       ("low", "Together, low figures"), ("high", "Together, high figures"))
)  # fmt: skip
_RATES = (
    Heading("change_kt", "Change of trade", "kt a year", "amount"),
    Heading("duty_before_pct", "Duty before", "%", "percent"),
    Heading("duty_after_pct", "Duty after", "%", "percent"),
    Heading("premium_before_pct", "Premium on new capacity before", "% of the value", "price"),
    Heading("premium_after_pct", "Premium on new capacity after", "% of the value", "price"),
)
_STACK = (
    Heading("pair", "Good and way"),
    Heading("line", "Line"),
    Heading("measure", "Measure"),
    Heading("legal_basis", "Legal basis"),
    Heading("rate_pct", "Rate", "%", "percent"),
    Heading("counted_pct", "Counts", "%", "percent"),
    Heading("why", "Why"),
    Heading("confidence", "Confidence"),
)
_PRICES = (
    Heading("name", "Buyers in"),
    Heading("good", "Good"),
    Heading("before_usd_per_t", "Delivered price before", "USD per t", "price"),
    Heading("after_usd_per_t", "Delivered price after", "USD per t", "price"),
    Heading("change_pct", "Change", "%", "percent"),
)


def worth_tables(solution: Solution, network: Network) -> list[ReadableTable]:
    """Return the sheets of the workbook; none where no other policy was compared."""
    if not has_worth(solution):
        return []
    said = " ".join(worth_sentences(solution, network))
    return [
        ReadableTable("Winners and losers", said, (_NAME, *_GAIN), worth_by_country(solution, network)),
        ReadableTable("Worth by good", said, (_NAME, *_SPLIT, *_RATES), worth_by_good(solution, network)),
        ReadableTable("Duty stack", said, _STACK, stacks(solution, network)),
        ReadableTable("Changed prices", said, _PRICES, price_changes(solution, network)),
    ]


def worth_data(solution: Solution, network: Network) -> dict[str, Any] | None:
    """Return the panel of the page; None where no other policy was compared."""
    if not has_worth(solution):
        return None
    people, goods = worth_by_country(solution, network), worth_by_good(solution, network)
    keys = ["name", "buyers_musd", "sellers_musd", "treasury_musd", "total_musd", "low_musd", "high_musd"]
    split = ["name", "duty_musd", "risk_musd", "investment_musd", "total_musd", "low_musd", "high_musd", "change_kt",
             "duty_before_pct", "duty_after_pct"]  # fmt: skip
    people = people[people[keys[1:]].abs().max(axis=1) > LEAST_MUSD]
    return {
        "lines": worth_sentences(solution, network),
        "countries": [_plain(row, keys) for row in records(people)],
        "goods": [_plain(row, split) for row in records(goods.head(60))],
        "prices": [
            _plain(row, ["name", "good", "before_usd_per_t", "after_usd_per_t", "change_pct"])
            for row in records(price_changes(solution, network).head(60))
        ],
        "stack": [
            _plain(row, ["pair", "line", "measure", "legal_basis", "rate_pct", "counted_pct", "why", "confidence"])
            for row in records(stacks(solution, network))
        ],
        "index": [_plain(row, ["name", "index_pct"]) for row in records(price_index(solution, network))],
    }


def _plain(row: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    return {key: row[key] if isinstance(row[key], str) else figure(row[key]) for key in keys}


def worth_in_terminal(solution: Solution, network: Network, width: int) -> list[Table]:
    """Return the tables of the terminal: winners and losers, and the split by good."""
    people = worth_by_country(solution, network)
    people = people[people["total_musd"].abs() > LEAST_MUSD]
    people = people.sort_values("total_musd", key=abs, ascending=False, kind="stable").head(MOST_LINES)
    goods = worth_by_good(solution, network).head(MOST_LINES)
    first = _table(width, "Who gains and who pays", "Buyers", "Sellers", "Treasury", "Together")
    for row in records(people.sort_values("total_musd", ascending=False, kind="stable")):
        cells = [_signed(row[f"{key}_musd"]) for key in ("buyers", "sellers", "treasury", "total")]
        first.add_row(row["name"], *cells)
    second = _table(width, "In which good", "Duty", "Risk", "Trade", "Together", "Low to high")
    for row in records(goods):
        cells = [_signed(row[f"{key}_musd"]) for key in ("duty", "risk", "investment", "total")]
        ends = sorted((float(row["low_musd"]), float(row["high_musd"])))
        second.add_row(row["name"], *cells, f"{_signed(ends[0])} to {_signed(ends[1])}")
    return [table for table in (first, second) if table.row_count]


def _table(width: int, first: str, *figures: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, width=width, header_style="bold")
    table.add_column(first, overflow="fold", ratio=3)
    for name in figures:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _signed(musd: float) -> str:
    if abs(musd) < LEAST_MUSD:
        return NOTHING
    return f"{'+' if musd > 0 else '-'}{money(abs(musd)).removeprefix('USD ')}"
