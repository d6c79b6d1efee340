"""Explain duties: the stack of layers on goods at a border on a day, and the gap to column 2 of the US tariff.

Exit codes: 0 answered; 2 bad input.
"""

from datetime import date
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich import box
from rich.console import Console
from rich.table import Table

from network.network import Network, read_network
from network.policy import EXTENDED, LAPSED, DutySchedule, total_pct, weakest
from network.problems import DataError, nearest

BAD_INPUT = 2
DEFAULT_DATA = Path(__file__).resolve().parents[1] / "data"
LEAST_WIDTH = 120
_WHOLE = ("Layer", "From", "Until", "Rate %", "Counts")

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
        for name, value in (("--importer", importer), ("--origin", origin)):
            _known(name, value, _countries(network, schedule), "countries and territories")
        _known("--branch", branch, [EXTENDED, LAPSED], "branches")
        goods = sorted({*network.duty_lines["commodity_id"], *schedule.products})
        _known("--commodity", commodity, goods, "commodities and product groups")
        product = _product(schedule, commodity, origin, hs) if hs else ""
        stack = schedule.stack(importer, origin, on=day, commodity=commodity, product=product, hs_code=hs,
                               shipper=shipper, origin_met=not no_origin, branch=branch)  # fmt: skip
        _print_stack(stack, f"{importer} on {commodity}{f' {hs}' if hs else ''} from {origin}, {day.isoformat()}")
        _keep(stack, csv)

    raise typer.Exit(_guarded(answer))


@app.command()
def gap(
    on: Annotated[str, typer.Option("--date", help="Day, such as 2027-01-01.")] = "2026-12-31",
    origin: Annotated[str, typer.Option(help="One country of origin; all with conditional status by default.")] = "",
    csv: Csv = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Print what column 2 of the US tariff is above today's duty, by line and country with conditional status."""

    def answer() -> None:
        network = read_network(data)
        schedule = DutySchedule.of(network)
        day = _day(on)
        everyone = schedule.gap(day)
        if origin:
            _known("--origin", origin, sorted(set(everyone["origin"])), "countries with conditional status")
        table = everyone if not origin else everyone[everyone["origin"] == origin]
        _print_gap(table, day)
        _keep(table, csv)

    raise typer.Exit(_guarded(answer))


def _guarded(answer: object) -> int:
    try:
        answer()  # type: ignore[operator]
    except (QuestionError, DataError, OSError) as error:
        Console(stderr=True, soft_wrap=True, highlight=False, markup=False).print(str(error))
        return BAD_INPUT
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise QuestionError(f"--date is '{text}'; expected a day such as 2027-01-01") from error


def _known(option: str, value: str, names: list[str], what: str) -> None:
    if value not in names:
        shown = ", ".join(names)
        raise QuestionError(f"{option} is '{value}'. {nearest(value, names)} Known {what}: {shown}".replace("  ", " "))


def _countries(network: Network, schedule: DutySchedule) -> list[str]:
    named = {country for zone in network.zones["countries"] for country in zone}
    listed = {country for row in network.duty_rates["origins"] for country in row}
    return sorted(named | listed | set(network.ntr_status["country"]) | set(schedule.importers))


def _product(schedule: DutySchedule, commodity: str, origin: str, hs: str) -> str:
    """Product group of a line: one of the commodity's groups that has it."""
    table = schedule.rates_table
    groups = sorted({line.product for line in schedule.lines(commodity, origin)})
    held = table[table["product"].isin(groups)]
    known = sorted({code for codes in held["hs_codes"] for code in codes})
    for product, codes in zip(held["product"], held["hs_codes"], strict=True):
        if any(hs.startswith(code) or code.startswith(hs) for code in codes):
            return str(product)
    raise QuestionError(f"--hs is '{hs}'. {nearest(hs, known)} Known lines of {commodity}: {', '.join(known)}")


def _print_stack(stack: pd.DataFrame, title: str) -> None:
    table = Table(title=f"Duty stack: {title}", box=box.SIMPLE_HEAD, title_justify="left")
    for name in ("Layer", "Measure", "Legal basis", "From", "Until", "Rate %", "Counts", "Why", "Known by"):
        figure = name in ("Rate %", "Counts")
        least = 20 if name == "Measure" else None
        table.add_column(
            name, justify="right" if figure else "left", overflow="fold", no_wrap=name in _WHOLE, min_width=least
        )
    sources = {source: number for number, source in enumerate(dict.fromkeys(stack["source"]), start=1)}
    single = stack.groupby(["product", "line"], sort=False).ngroups == 1
    for (product, line), rows in stack.groupby(["product", "line"], sort=False):
        weight = float(rows["weight"].iloc[0])
        rate = float(rows["counted_pct"].sum())
        head = f"{product} {line}".strip()
        share = "" if single else f", {weight:.0%} of the basket"
        table.add_row("", f"[bold]{head}[/bold]", f"{rate:.4g} %{share}")
        for row in rows.itertuples(index=False):
            table.add_row(
                row.layer, row.measure, row.legal_basis, row.effective_from, row.effective_to, f"{row.rate_pct:g}",
                f"{row.counted_pct:+g}" if row.applies else "-", row.why, f"{row.confidence} \\[{sources[row.source]}]",
                style="" if row.applies else "dim",
            )  # fmt: skip
        table.add_section()
    console = Console(width=max(Console().width, LEAST_WIDTH), highlight=False)
    console.print(table)
    plain = Console(width=max(Console().width, LEAST_WIDTH), highlight=False, markup=False)
    plain.print(f"Rate that results: {total_pct(stack):.4g} % of the customs value ({weakest(stack)}).")
    for source, number in sources.items():
        if source:
            plain.print(f"[{number}] {source}")


def _print_gap(gaps: pd.DataFrame, day: date) -> None:
    title = f"Points by which column 2 is above column 1, and above all that is paid today, {day.isoformat()}"
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for name in ("Origin", "Product", "Line", "Column 1", "Column 2", "Gap", "Paid today", "If reverted", "Gap to today"):
        table.add_column(name, justify="left" if name in ("Origin", "Product", "Line") else "right")
    for row in gaps.sort_values(["origin", "gap"], ascending=[True, False], kind="stable").itertuples(index=False):
        figures = (row.column1_pct, row.column2_pct, row.statutory_gap, row.today_pct, row.reverted_pct, row.gap)
        table.add_row(row.origin, row.product, row.hs_code, *(f"{figure:.4g}" for figure in figures))
    Console(width=max(Console().width, LEAST_WIDTH), highlight=False).print(table)


def _keep(table: pd.DataFrame, csv: Path | None) -> None:
    if csv is not None:
        table.to_csv(csv, index=False)


if __name__ == "__main__":
    app()
