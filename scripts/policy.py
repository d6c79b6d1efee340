"""Explain duties: the stack of layers on goods at a border on a day, and the gap to column 2 of the US tariff.

Exit codes: 0 answered; 2 bad input.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich import box
from rich.console import Console
from rich.table import Table

from network.duties import digits
from network.frames import each_row
from network.network import Network, read_network
from network.policy import EXTENDED, LAPSED, DutySchedule, total_pct, weakest
from network.problems import DataError, nearest
from network.territories import CIF

BAD_INPUT = 2
DEFAULT_DATA = Path(__file__).resolve().parents[1] / "data"
WIDTH = 120
_STACK = {"Layer": 10, "Measure": 20, "Legal basis": 25, "In force": 13, "Rate %": 6, "Counts": 6, "Why": 19,
          "Known by": 13}  # fmt: skip
_GAP = ("Column 1", "Column 2", "Gap", "Paid today", "If reverted", "Gap to today")

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=(__doc__ or "").splitlines()[0])
Data = Annotated[Path, typer.Option(help="Data folder of the world.")]
Csv = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the table to a CSV file too.")]


class QuestionError(ValueError):
    """A question that has no answer; the text says what would have one."""


@app.command()
def explain(
    importer: Annotated[str, typer.Option(help="Country or customs territory that imports.")],
    origin: Annotated[str, typer.Option(help="Country where the goods were made.")],
    commodity: Annotated[str, typer.Option(help="Commodity, or product group of the rates.")],
    on: Annotated[str, typer.Option("--date", help="Day, such as 2027-01-01.")] = "2026-12-31",
    hs: Annotated[str, typer.Option("--hs", help="One line of the Harmonised System.")] = "",
    shipper: Annotated[str, typer.Option(help="Nationality of the shipper; duty does not depend on it.")] = "",
    no_origin: Annotated[bool, typer.Option("--no-origin", help="The rule of origin is not met.")] = False,
    branch: Annotated[str, typer.Option(help="extended or lapsed: measures that ended in November 2026.")] = EXTENDED,
    csv: Csv = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Print every layer of duty with its legal basis, days, rate, source and confidence, and the rate that results."""

    def answer() -> None:
        network = read_network(data)
        schedule = DutySchedule.of(network)
        day = _day(on)
        _check_parties(network, schedule, importer, origin, shipper)
        _known("--branch", branch, [EXTENDED, LAPSED])
        _known("--commodity", commodity, {*schedule.lines_table["commodity_id"], *schedule.products})
        product = _product(schedule, commodity, origin, hs) if hs else ""
        stack = schedule.stack(  # noqa: PD013 (no frame)
            importer, origin, on=day, commodity=commodity, product=product, hs_code=hs, shipper=shipper,
            origin_met=not no_origin, branch=branch,
        )  # fmt: skip
        _print_stack(stack, f"{importer} on {commodity}{f' {hs}' if hs else ''} from {origin}, {day.isoformat()}")
        _print(_customs_value(network, schedule.territory_of(importer)))
        if shipper:
            _print(f"Duty follows the goods: that the shipper is of {shipper} changes no rate; sanctions may stop him.")
        _keep(stack, csv)

    raise typer.Exit(_guarded(answer))


@app.command()
def gap(
    on: Annotated[str, typer.Option("--date", help="Day, such as 2027-01-01.")] = "2026-12-31",
    origin: Annotated[str, typer.Option(help="One country of origin; all with conditional status by default.")] = "",
    csv: Csv = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Print what column 2 of the US tariff is above today's duty, by line, commodity and country of conditional status.

    The gap is of the two columns; the gap to today counts all layers, since some are not charged on top of column 2.
    """

    def answer() -> None:
        schedule = DutySchedule.of(read_network(data))
        day = _day(on)
        lines = schedule.gap(day)
        if origin:
            _known("--origin", origin, set(lines["origin"]))
            lines = lines[lines["origin"] == origin]
        goods = schedule.gap_by_commodity(day, origin)
        _print_gaps(lines, goods, day)
        _keep(pd.concat([lines, goods], ignore_index=True), csv)

    raise typer.Exit(_guarded(answer))


def _guarded(answer: Callable[[], None]) -> int:
    try:
        answer()
    except (QuestionError, DataError, OSError) as error:
        Console(stderr=True, soft_wrap=True, highlight=False, markup=False).print(str(error))
        return BAD_INPUT
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise QuestionError(f"--date is '{text}'; expected a day such as 2027-01-01.") from error


def _known(option: str, value: str, names: Iterable[str]) -> None:
    names = sorted(names)
    if value not in names:
        raise QuestionError(f"{option} is '{value}'. {nearest(value, names) or 'Known are ' + ', '.join(names)}")


def _check_parties(network: Network, schedule: DutySchedule, importer: str, origin: str, shipper: str) -> None:
    zones = set(network.zones["customs_territory"]) - {""}
    names = {*schedule.territories.known, *zones, *schedule.importers, *network.ntr_status["country"]}
    for option, value in (("--importer", importer), ("--origin", origin), ("--shipper", shipper or origin)):
        _known(option, value, names)
    if schedule.differs_by_member(importer, origin):
        members = ", ".join(schedule.territories.members(origin))
        raise QuestionError(f"--origin is '{origin}', whose members pay apart in {importer}; name one of {members}.")


def _product(schedule: DutySchedule, commodity: str, origin: str, hs: str) -> str:
    """Product of a line: that of the commodity's products whose code is nearest."""
    table = schedule.rates_table
    products = {line.product for line in schedule.lines(commodity, origin)}
    held = [
        (code, product)
        for product, codes in zip(table["product"], table["hs_codes"], strict=True)
        if product in products
        for code in codes
    ]
    same = [pair for pair in held if digits(hs).startswith(digits(pair[0])) or digits(pair[0]).startswith(digits(hs))]
    if not same or len(digits(hs)) < len("84"):
        known = sorted({code for code, _ in held})
        hint = nearest(hs, known) or f"Known lines of {commodity} are {', '.join(known) or 'none'}"
        raise QuestionError(f"--hs is '{hs}'. {hint}")
    return str(max(same, key=lambda pair: min(len(digits(pair[0])), len(digits(hs))))[1])


def _print_stack(stack: pd.DataFrame, title: str) -> None:
    sources = {source: number for number, source in enumerate(filter(None, dict.fromkeys(stack["source"])), start=1)}
    _print(f"Duty stack: {title}")
    for (product, line), rows in stack.groupby(["product", "line"], sort=False):
        weight = float(rows["weight"].iloc[0])
        share = f", {weight:.0%} of the basket" if weight < 1 else ""
        table = _stack_table(f"{product} {line}".strip() + f": {rows['counted_pct'].sum():.4g} %{share}")
        for row in each_row(rows):
            days = "\n".join(filter(None, (row.effective_from, row.effective_to and f"to {row.effective_to}")))
            number = f" [{sources[row.source]}]" if row.source else ""
            table.add_row(row.layer, row.measure, row.legal_basis, days, f"{row.rate_pct:g}",
                          f"{row.counted_pct:+.4g}" if row.applies else "-", row.why, row.confidence + number,
                          style="" if row.applies else "dim")  # fmt: skip
        _console().print(table, "")
    _print(f"Rate that results: {total_pct(stack):.4g} % of the customs value ({weakest(stack)}).")
    for source, label in sources.items():
        _print(f"[{label}] {source}")


def _customs_value(network: Network, territory: str) -> str:
    """What the rates of a territory are a share of, and how that is known."""
    table = network.customs_territories
    row = next(each_row(table[table["territory"] == territory]), None)
    if row is None or not row.valuation:
        return "Customs value: the value of the goods; how this importer counts freight is not known."
    holds = "with" if row.valuation == CIF else "without"
    return (
        f"Customs value: {row.valuation}, the value of the goods {holds} transport and insurance up to the border "
        f"({row.valuation_source}; {row.valuation_confidence})."
    )


def _stack_table(title: str) -> Table:
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", padding=0, show_edge=False)
    for name, width in _STACK.items():
        table.add_column(
            name, justify="right" if name in ("Rate %", "Counts") else "left", width=width, overflow="fold"
        )
    return table


def _print_gaps(lines: pd.DataFrame, goods: pd.DataFrame, day: date) -> None:
    _print(f"Points by which column 2 of the United States is above column 1, and above all that is paid, {day}")
    by_line = _gap_table("By line of the tariff", ("Origin", "Product", "Line"), _GAP)
    for row in _by_gap(lines):
        figures = (row.column1_pct, row.column2_pct, row.statutory_gap, row.today_pct, row.reverted_pct, row.gap)
        by_line.add_row(row.origin, row.product, row.hs_code or "all others", *(f"{figure:.4g}" for figure in figures))
    by_goods = _gap_table("By commodity, its lines weighted", ("Origin", "Commodity"), _GAP[3:])
    for row in _by_gap(goods):
        paid = (row.today_pct, row.reverted_pct, row.gap)
        by_goods.add_row(row.origin, row.commodity_id, *(f"{figure:.4g}" for figure in paid))
    _console().print(by_line, by_goods)


def _by_gap(table: pd.DataFrame) -> Iterator[Any]:
    return each_row(table.sort_values(["origin", "gap"], ascending=[True, False], kind="stable"))


def _gap_table(title: str, words: tuple[str, ...], figures: tuple[str, ...]) -> Table:
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for name in words:
        table.add_column(name)
    for name in figures:
        table.add_column(name, justify="right")
    return table


def _console() -> Console:
    return Console(width=max(Console().width, WIDTH), highlight=False, markup=False)


def _print(text: str) -> None:
    _console().print(text, markup=False)


def _keep(table: pd.DataFrame, csv: Path | None) -> None:
    if csv is not None:
        table.to_csv(csv, index=False)


if __name__ == "__main__":
    app()
