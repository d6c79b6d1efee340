"""The tables of a comparison for its workbook: titles, sentences, headings with units, names in place of ids."""

from __future__ import annotations

import pandas as pd

from model.batch.indicators import INDICATORS
from report.comparison_projects import robustness, starts
from report.comparison_rows import PARTS, figures_of, labels_of, prices, quantiles, series, winners_losers
from report.comparison_runs import SAMPLE, Batch, axis_name, run_names, runs, subject_names
from report.comparison_tornado import tornado
from report.frames import records
from report.tables import Heading, ReadableTable
from report.words import counted

MOST_ROWS = 200_000
"""Rows of a sheet: more open slowly, and a sheet ends at 1,048,576."""
MOST_STARTS = 60
"""Runs that have a column in the table of starts."""
NO_DIRECTION = "no direction"
_RUN = Heading("name", "Run")
_CONFIDENCE = Heading("confidence", "Confidence")
_PERIOD = Heading("period", "Period", kind="year")


def comparison_tables(batch: Batch) -> list[ReadableTable]:
    """Return the sheets of a comparison behind its matrix, those with rows."""
    tables = [
        runs_table(batch),
        investments_table(batch),
        starts_table(batch),
        countries_table(batch),
        prices_table(batch),
        samples_table(batch),
        sensitivity_table(batch),
        indicators_table(batch),
        declared_table(batch),
    ]
    return [table for table in tables if len(table.frame)]


def runs_table(batch: Batch) -> ReadableTable:
    """Return the catalogue of runs with their names, also those that failed or are not solved yet."""
    names = run_names(batch)
    frame = batch.catalogue.assign(name=[names.get(str(key), "") for key in batch.catalogue["key"]])
    unnamed = frame["name"] == ""
    frame.loc[unnamed, "name"] = frame.loc[unnamed, "title"].where(frame["title"] != "", frame["scenario"])
    frame["sample"] = frame["sample"] + 1
    axes = tuple(
        Heading(axis, axis_name(axis), kind="text" if _is_text(frame[axis]) else "fine") for axis in batch.axes
    )
    headings = (
        _RUN,
        Heading("scenario", "Scenario"),
        Heading("sample", "Sample", kind="count"),
        Heading("portfolio", "Portfolio"),
        *axes,
        Heading("state", "State"),
        Heading("reason", "Reason"),
        Heading("seconds", "Time", "s", "amount"),
        Heading("objective", "Objective", "million USD", "amount"),
        Heading("gain", "Gain", "million USD", "amount"),
        Heading("gap_of_gain", "Gap of the gain", "share", "share"),
        Heading("worker", "Worker"),
        Heading("finished_at", "Finished (UTC)"),
        Heading("key", "Key of the inputs"),
    )
    known = tuple(heading for heading in headings if heading.key in frame)
    return ReadableTable(
        "Runs", "Every run of the batch with its state; the key is a hash of all inputs.", known, frame
    )


def investments_table(batch: Batch) -> ReadableTable:
    """Return how often and when each project is built."""
    frame = robustness(batch)
    frame["of"] = frame["kind"].map({"project": "network", "facility": "rare earths"})
    frame["base_words"] = frame["in_base"].map({True: "yes", False: "no"})
    headings = (
        Heading("name", "Project"),
        Heading("of", "Part of"),
        Heading("words", "Built"),
        Heading("built_in", "Runs that build it", kind="count"),
        Heading("runs", "Runs that decide on it", kind="count"),
        Heading("share", "Part of the runs", "share", "share"),
        Heading("base_words", "In the base"),
        Heading("earliest", "Earliest start", kind="year"),
        Heading("median", "Median start", kind="year"),
        Heading("latest", "Latest start", kind="year"),
        Heading("service_median", "Median year of service", kind="year"),
        Heading("capex_low", "Least investment", "million USD", "amount"),
        Heading("capex_median", "Median investment", "million USD", "amount"),
        Heading("capex_high", "Most investment", "million USD", "amount"),
        _CONFIDENCE,
    )
    said = "Projects that are to be decided, by how many runs build them; starts and investment of those that do."
    return ReadableTable("Investments", said, headings, frame)


def starts_table(batch: Batch) -> ReadableTable:
    """Return the first year of construction, a row a project built in any run, a column a run."""
    table = starts(batch)
    shown = _shown(batch).head(MOST_STARTS)
    table = table[(table["built"] > 0) & table["key"].isin(shown["key"])]
    wide = table.pivot_table(index=["kind", "project_id", "name"], columns="key", values="start_year", aggfunc="first")
    wide = wide.reindex(columns=shown["key"]).rename_axis(columns=None).reset_index()
    order = robustness(batch)[["kind", "project_id"]]  # as in the sheet of investments
    wide = order.merge(wide, on=["kind", "project_id"])
    columns = tuple(
        Heading(str(key), str(name), kind="year") for key, name in zip(shown["key"], shown["name"], strict=True)
    )
    more = len(_shown(batch)) - len(shown)
    cut = f" The first {len(shown):,} runs; {counted(more, 'run')} more in the sheet Indicators." if more else ""
    said = f"First year of construction by run; empty where a run does not build the project.{cut}"
    return ReadableTable("Starts by run", said, (Heading("name", "Project"), *columns), wide)


def countries_table(batch: Batch) -> ReadableTable:
    """Return who gains and loses in each run against the base."""
    titles = {
        "buyers": "Buyers",
        "sellers": "Sellers",
        "treasury": "Treasury",
        "carriers": "Carriers and scarce ways",
    }
    headings = (
        _RUN,
        Heading("country_name", "Country"),
        Heading("welfare", "Welfare", "million USD, present value", "amount"),
        Heading("change", "Change against the base", "million USD, present value", "amount"),
        *(Heading(part, f"of it: {titles[part]}", "million USD, present value", "amount") for part in PARTS),
    )
    said = "What the accounts of a country gain against the base; projects are not charged to countries."
    return ReadableTable("Countries", said, headings, winners_losers(batch))


def prices_table(batch: Batch) -> ReadableTable:
    """Return prices of oxides and magnets by run."""
    headings = (
        _RUN,
        Heading("place", "Where"),
        Heading("good_name", "Good"),
        _PERIOD,
        Heading("value", "Price", "USD per t", "price"),
        Heading("base", "In the base", "USD per t", "price"),
        Heading("change_pct", "Change", "%", "percent"),
        _CONFIDENCE,
    )
    said = "What one more tonne is worth, by element (its oxide) and magnet; a price below 0 is a burden."
    return ReadableTable("Rare earths", said, headings, prices(batch).head(MOST_ROWS))


def samples_table(batch: Batch) -> ReadableTable:
    """Return the quantiles of headline figures over samples."""
    frame = quantiles(batch)
    titles = dict(zip(batch.catalogue["scenario"].astype(str), batch.catalogue["title"].astype(str), strict=True))
    frame["title"] = [titles.get(str(name), str(name)) for name in frame["scenario"]]
    figures = {"low": "Lowest", "p10": "P10", "p50": "P50 (median)", "p90": "P90", "high": "Highest", "mean": "Mean",
               "base": "In the base"}  # fmt: skip
    headings = (
        Heading("title", "Scenario"),
        Heading("label", "Indicator"),
        Heading("unit", "Unit"),
        Heading("samples", "Samples", kind="count"),
        *(Heading(key, title, kind="fine") for key, title in figures.items()),
    )
    said = "Latin hypercube over the declared ranges: eight of ten samples lie between P10 and P90."
    return ReadableTable("Samples", said, headings, frame)


def sensitivity_table(batch: Batch) -> ReadableTable:
    """Return what moves headline figures most, by axes of grids and samples."""
    frame = tornado(batch)
    titles = dict(zip(batch.catalogue["scenario"].astype(str), batch.catalogue["title"].astype(str), strict=True))
    frame["title"] = [titles.get(str(name), str(name)) for name in frame["scenario"]]
    headings = (
        Heading("title", "Scenario"),
        Heading("label", "Indicator"),
        Heading("unit", "Unit"),
        Heading("axis_name", "Figure that is varied"),
        Heading("low_value", "Its low end"),
        Heading("high_value", "Its high end"),
        Heading("low", "Indicator at the low end", kind="fine"),
        Heading("high", "Indicator at the high end", kind="fine"),
        Heading("swing", "High less low", kind="fine"),
        Heading("coefficient", "Rank coefficient", kind="fine"),
        Heading("p_value", "Chance without a relation", kind="fine"),
        Heading("r2", "Variance of ranks explained", "share", "share"),
        Heading("runs", "Runs", kind="count"),
        Heading("method", "Method"),
    )
    said = (
        "Grids: figure at both ends of an axis. Samples: medians in the lowest and highest fifth, and rank regression."
    )
    return ReadableTable("Sensitivity", said, headings, frame)


def indicators_table(batch: Batch) -> ReadableTable:
    """Return every indicator of every run, of samples the headline figures; the sentence says what is cut."""
    known = runs(batch).set_index("key")
    table = batch.indicators
    table = table.assign(key=table["run"].astype(str))
    sampled = table["key"].map(known["kind"]) == SAMPLE
    headline = figures_of(batch, series(batch)).index
    frame = table[~sampled | table.index.isin(headline)]
    naming = labels_of(batch)
    labels = [naming.get(str(name), str(name)) for name in frame["indicator"]]
    frame = frame.assign(name=frame["key"].map(known["name"]), label=labels)
    total = len(frame)
    frame = frame.head(MOST_ROWS)
    called = subject_names(frame, batch.network)
    frame["of"] = [called[pair] for pair in zip(frame["subject_kind"], frame["subject"], strict=True)]
    frame["kind"] = frame["subject_kind"].replace("", "whole run")
    headings = (
        _RUN,
        Heading("label", "Indicator"),
        Heading("of", "Of"),
        Heading("kind", "Kind"),
        _PERIOD,
        Heading("value", "Value", kind="fine"),
        Heading("unit", "Unit"),
        _CONFIDENCE,
    )
    cut = f" The first {MOST_ROWS:,} of {total:,} rows: the folder indicators of the batch has all." if (
        total > MOST_ROWS) else ""  # fmt: skip
    said = f"Every indicator of every run, of samples the headline figures.{cut}"
    return ReadableTable("Indicators", said, headings, frame)


def declared_table(batch: Batch) -> ReadableTable:
    """Return what each indicator means, which direction is better, and what it rests on in the base."""
    table = batch.indicators
    base = str(runs(batch)["key"].iloc[0]) if len(runs(batch)) else ""
    mine = table[(table["run"].astype(str) == base) & (table["confidence"] != "")]
    sure = mine.groupby(["indicator", "confidence"], observed=True, as_index=False).size()
    words: dict[str, list[str]] = {}
    for row in records(sure):
        words.setdefault(str(row["indicator"]), []).append(f"{row['confidence']} {row['size']:,}")
    naming = labels_of(batch)
    rows = [
        {
            "name": naming[declared.name],
            "unit": declared.unit,
            "better": declared.better or NO_DIRECTION,
            "words": declared.meaning,
            "sure": ", ".join(words.get(declared.name, [])) or "not reckoned",
            "id": declared.name,
        }
        for declared in INDICATORS
    ]
    headings = (
        Heading("name", "Indicator"),
        Heading("unit", "Unit"),
        Heading("better", "Better"),
        Heading("words", "What it is"),
        Heading("sure", "Figures of the base by confidence"),
        Heading("id", "Name in the tables"),
    )
    said = "A figure has the class that stands behind half of it or more: sourced, estimate, memory; else mixed."
    return ReadableTable("Method and confidence", said, headings, pd.DataFrame(rows))


def _shown(batch: Batch) -> pd.DataFrame:
    table = runs(batch)
    plain = table[(table["kind"] != SAMPLE) | table["is_base"]]
    return plain if len(plain) > 1 else table


def _is_text(column: pd.Series) -> bool:
    return any(isinstance(value, str) for value in column)
