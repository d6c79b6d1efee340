"""Findings of a comparison in sentences made from its figures, by section of the report.

A section without figures has no sentence. Every sentence can be quoted alone: it names runs, figures and units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from report.comparison_projects import robustness
from report.comparison_rows import clauses, matrix, series, winners_losers
from report.comparison_runs import (
    GRID,
    SAMPLE,
    SCENARIO,
    Batch,
    at_other_rates,
    base_run,
    discount_rates,
    run_names,
    runs,
)
from report.comparison_uncertainty import (
    confidence_sentences,
    gap_sentences,
    grid_sentences,
    importance_sentences,
    sample_sentences,
)
from report.comparison_words import area, changed, from_to, mid, quoted, said
from report.frames import records
from report.words import counted, listing, money, percent, plain_name, sentence

SECTIONS = ("overview", "corridors", "countries", "investments", "rare_earths", "grids", "samples", "confidence")
SAME = 0.005
"""Change, as a share of the base, below which a figure counts as the same."""
UNCHANGED = "Hardly different between the runs"
"""Beginning of a sentence on figures that hardly differ; none of the headlines."""
LEAST_MUSD = 1.0
"""Present value below which an account counts as unchanged."""
_CORRIDORS = ("corridor_kt", "corridor_kteu", "focus_days", "unserved", "co2", "scarcity")
_RARE = ("magnet_dependence", "magnet_shortage", "price_in_europe", "chain_value_added")
_KINDS = {SCENARIO: ("scenario", "scenarios"), GRID: ("point of a grid", "points of grids"), SAMPLE: ("sample", "")}


def findings(batch: Batch) -> dict[str, list[str]]:
    """Return the sentences of each section, in the order of `SECTIONS`."""
    wanted = series(batch)
    table = matrix(batch, wanted)
    changes = winners_losers(batch)
    by_section: dict[str, list[str]] = {
        "overview": [runs_sentence(batch), *_most_different(changes), *gap_sentences(table)],
        "corridors": _ranges(table, wanted, _CORRIDORS, batch),
        "countries": [*_countries(changes), *_rates(batch)],
        "investments": _investments(batch),
        "rare_earths": _ranges(table, wanted, _RARE, batch),
        "grids": grid_sentences(batch, wanted),
        "samples": [*sample_sentences(batch, wanted), *importance_sentences(batch, wanted)],
        "confidence": confidence_sentences(table),
    }
    return {section: [text for text in by_section[section] if text] for section in SECTIONS}


def headlines(batch: Batch, most: int = 8, said_of: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """Return the findings that head a report: the first of each section, then the second of each, up to `most`.

    Args:
        said_of: what `findings` returned, where it is known.
    """
    by_section = {
        section: [line for line in lines if not line.startswith(UNCHANGED)]
        for section, lines in (findings(batch) if said_of is None else said_of).items()
    }
    rounds = max(len(lines) for lines in by_section.values())
    order = [lines[number] for number in range(rounds) for lines in by_section.values() if number < len(lines)]
    chosen = set(order[:most])
    return [line for lines in by_section.values() for line in lines if line in chosen]


def runs_sentence(batch: Batch) -> str:
    """Say how many runs there are of which kind, how many failed, and what they are compared with."""
    table, catalogue = runs(batch), batch.catalogue
    failed, still = (int((catalogue["state"] == state).sum()) for state in ("failed", "open"))
    lacking = [f"{count:,} {word}" for count, word in ((failed, "failed"), (still, "not solved yet")) if count]
    note = f" ({' and '.join(lacking)})" if lacking else ""
    if table.empty:
        return f"None of {counted(len(catalogue), 'run')} is finished{note}."
    kinds = table["kind"].value_counts()
    parts = [counted(int(kinds[kind]), *words) for kind, words in _KINDS.items() if kind in kinds]
    of = "" if len(table) == len(catalogue) else f" of {len(catalogue):,}"
    text = f"{len(table):,}{of} {'run is' if len(table) == 1 else 'runs are'} finished{note}: {listing(parts)}"
    return f"{text}; all are compared with {quoted(str(base_run(batch)['name']))}." if len(table) > 1 else f"{text}."


def _most_different(changes: pd.DataFrame) -> list[str]:
    """Say which run changes most for the countries taken together, and for which most."""
    if changes.empty:
        return []
    size = changes["change"].abs().groupby(changes["key"], sort=False).sum()
    if size.max() < LEAST_MUSD:
        return ["What countries gain is the same in every run."]
    mine = changes[changes["key"] == size.idxmax()]
    total, most = float(mine["change"].sum()), records(mine.head(1))[0]
    return [
        f"{quoted(most['name'])} differs most from the base: all countries together "
        f"{'gain' if total > 0 else 'lose'} {money(abs(total))} in present value, and {area(most['country_name'])} "
        f"{'gains' if most['change'] > 0 else 'loses'} most, {money(abs(float(most['change'])))}."
    ]


def _rates(batch: Batch) -> list[str]:
    """Say which runs discount at other rates than the base, so that their present values are not compared."""
    apart, names = at_other_rates(batch), run_names(batch)
    if not apart:
        return []
    base = discount_rates(batch)[str(base_run(batch)["key"])]
    low, high = min(apart.values()), max(apart.values())
    rates = percent(low) if low == high else from_to(low, high, "share")
    plural = len(apart) > 1
    whose = _some([quoted(names[key]) for key in apart])
    return [
        f"{whose} {'discount' if plural else 'discounts'} at {rates} a year and not at {percent(base)} as the base "
        f"does: {'their' if plural else 'its'} present values are not compared with those of the base."
    ]


def _ranges(table: pd.DataFrame, wanted: pd.DataFrame, indicators: tuple[str, ...], batch: Batch) -> list[str]:
    """Say in which run headline figures are highest and lowest; and which hardly differ.

    The first of `indicators` comes first, then those that differ most.
    """
    begins = clauses(batch, wanted)
    lines, same = [], []
    for declared in records(wanted[wanted["indicator"].isin(indicators)]):
        rows = table[(table["series"] == declared["series"]) & table["value"].notna()]
        if len(rows) < 2:
            continue
        if _spread(rows) <= SAME:
            same.append(f"{mid(str(declared['label']))} ({said(float(rows['value'].iloc[0]), declared['unit'])})")
        else:
            place = indicators.index(declared["indicator"])
            weight = (place == 0, _spread(rows))
            lines.append((weight, _range(rows, begins[declared["series"]], declared["period"])))
    said_of = [text for _, text in sorted(lines, key=lambda line: line[0], reverse=True)]
    if same:
        said_of.append(f"{UNCHANGED} {'is' if len(same) == 1 else 'are'}: {'; '.join(same)}.")
    return said_of


def _spread(rows: pd.DataFrame) -> float:
    """Return the highest less the lowest figure, over the size of the largest."""
    high, low = float(rows["value"].max()), float(rows["value"].min())
    return (high - low) / max(abs(high), abs(low), 1e-9)


def _range(rows: pd.DataFrame, begin: str, period: Any) -> str:
    """Say where a figure is highest and lowest; an end that is as in the base is not named."""
    high, low = (records(rows.loc[[getattr(rows["value"], which)()]])[0] for which in ("idxmax", "idxmin"))
    base, unit = float(high["base"]), str(high["unit"])
    ends = [
        _end(row, word)
        for row, word in ((high, "highest"), (low, "lowest"))
        if pd.isna(base) or abs(float(row["change"])) > SAME * abs(base)
    ]
    when = "" if pd.isna(period) else f"in {int(period)} "
    known = f"{said(base, unit)} in the base" if pd.notna(base) else "not known in the base"
    return f"{sentence(f'{when}{begin}')} {known}; {' and '.join(ends)}."


def _end(row: dict[str, Any], word: str) -> str:
    value, change, unit = float(row["value"]), float(row["change"]), str(row["unit"])
    moved = f" ({changed(change, unit)})" if pd.notna(change) else ""
    return f"{word} in {quoted(row['name'])}, {said(value, unit)}{moved}"


def _countries(changes: pd.DataFrame) -> list[str]:
    """Say who gains and loses most in any run, and which countries gain or lose in all of them."""
    known = changes[changes["change"].abs() >= LEAST_MUSD]
    if known.empty:
        return []
    lines = []
    for sign, verb, noun in ((1, "gains", "gain"), (-1, "loses", "loss")):
        mine = known[known["change"] * sign > 0]
        if len(mine):
            row = records(mine.loc[[mine["change"].abs().idxmax()]])[0]
            lines.append(
                f"The largest {noun} of a country in any run: {area(row['country_name'])} {verb} "
                f"{money(abs(float(row['change'])))} in {quoted(row['name'])}, in present value."
            )
    count = changes["key"].nunique()
    if count > 1:
        for sign, verb in ((1, "gain"), (-1, "lose")):
            always = (known["change"] * sign > 0).groupby(known["country_name"]).sum()
            named = sorted(str(name) for name in always[always == count].index)
            if named:
                word = verb if len(named) > 1 or " and " in named[0] else f"{verb}s"
                lines.append(f"{sentence(_some([area(n) for n in named]))} {word} in every run against the base.")
    return lines


def _investments(batch: Batch) -> list[str]:
    """Say which projects are built in all runs, which in some, and whose start moves most."""
    table = robustness(batch)
    lines = []
    for kind, noun in (("project", "project"), ("facility", "candidate of the rare-earth chain")):
        mine = table[table["kind"] == kind]
        if len(mine) and int(mine["runs"].max()) > 1:
            lines += _of_kind(mine, noun)
    how = batch.spec.get("how") or {}
    if lines and str(how.get("investment") or "search") != "search":
        return ["Every run takes the same given investments: what would be built in each is not compared."]
    return lines


def _of_kind(table: pd.DataFrame, noun: str) -> list[str]:
    plural = noun.replace("candidate", "candidates") if "candidate" in noun else f"{noun}s"
    always, never = table[table["share"] >= 1], table[table["share"] <= 0]
    some = table[(table["share"] > 0) & (table["share"] < 1)]
    count = int(table["runs"].max())
    lines = []
    if len(always):
        largest = [_project(row) for row in records(always.nlargest(3, "capex_median"))]
        rest = f"; the largest are {listing(largest)}" if len(always) > 3 else f": {listing(largest)}"
        verb = "is" if len(always) == 1 else "are"
        lines.append(
            f"{len(always):,} of {counted(len(table), noun, plural)} {verb} built in all {count:,} runs{rest}; "
            f"{_count(len(some))} in some of them and {_count(len(never))} in none."
        )
    else:
        lines.append(f"No {noun} is built in all {count:,} runs; {len(some):,} of {len(table):,} are in some.")
    if len(some):
        by_doubt = some.assign(_doubt=(some["share"] - 0.5).abs()).nsmallest(3, "_doubt")
        named = [f"{_project(r)} (in {int(r['built_in']):,} of {int(r['runs']):,})" for r in records(by_doubt)]
        lines.append(f"Most open {'is' if len(named) == 1 else 'are'} {listing(named)}.")
    span = table["latest"] - table["earliest"]
    if span.max() >= 1:
        row = records(table.loc[[span.idxmax()]])[0]
        years = from_to(float(row["earliest"]), float(row["latest"]), "year")
        lines.append(f"The start that moves most is that of {_project(row)}: {years}, median {row['median']:.0f}.")
    return lines


def _count(number: int) -> str:
    return f"{number:,}" if number else "none"


def _project(row: dict[str, Any]) -> str:
    return plain_name(str(row["name"]))


def _some(names: list[str]) -> str:
    """Return up to three names, and how many more there are."""
    return listing(names) if len(names) <= 3 else f"{', '.join(names[:3])} and {len(names) - 3} more"
