"""Investments over many runs: how often each project is built, and when."""

from __future__ import annotations

import pandas as pd

from report.comparison_runs import Batch, runs, subject_names

KINDS = {"project": "project_", "facility": "facility_"}
"""Prefix of the indicators of projects of the network and of candidates of the rare-earth chain."""
_NUMBERS = ("start_year", "service_year", "capex")


def starts(batch: Batch) -> pd.DataFrame:
    """Return what each run decides on each project: a row a project and finished run that decides on it.

    Columns: key, run (name), kind (project or facility), project_id, name, built (0 or 1), start_year, service_year,
    capex (million USD; the last three empty if not built), confidence.
    """
    table = batch.indicators
    shown = runs(batch)[["key", "name"]].rename(columns={"name": "run"})
    parts = []
    for kind, prefix in KINDS.items():
        mine = table[table["indicator"].isin([f"{prefix}{what}" for what in ("built", *_NUMBERS)])]
        if mine.empty:
            continue
        mine = mine.assign(what=mine["indicator"].str.removeprefix(prefix), key=mine["run"].astype(str))
        wide = mine.pivot_table(index=["key", "subject"], columns="what", values="value", aggfunc="first")
        wide = wide.reindex(columns=["built", *_NUMBERS]).rename_axis(columns=None).reset_index()
        sure = mine.drop_duplicates(["key", "subject"])[["key", "subject", "confidence"]]
        parts.append(wide.merge(sure, on=["key", "subject"]).assign(kind=kind))
    columns = ["key", "run", "kind", "project_id", "name", "built", *_NUMBERS, "confidence"]
    if not parts:
        return pd.DataFrame(columns=columns)
    frame = pd.concat(parts, ignore_index=True).merge(shown, on="key")
    called = subject_names(table, batch.network)
    frame["name"] = [called[key] for key in zip(frame["kind"], frame["subject"], strict=True)]
    return frame.rename(columns={"subject": "project_id"})[columns]


def robustness(batch: Batch) -> pd.DataFrame:
    """Return how robust each project is over the finished runs, a row a project, the most often built first.

    Columns: kind, project_id, name, runs (that decide on it), built_in, share (built_in over runs), in_base (built in
    the base run), earliest, median, latest (start year, of the runs that build it), service_median, capex_low,
    capex_median, capex_high (million USD), words (robust, in most runs, in some runs, never), confidence.
    """
    table = starts(batch)
    keys = ["kind", "project_id"]
    columns = [*keys, "name", "runs", "built_in", "share", "in_base", "earliest", "median", "latest", "service_median",
               "capex_low", "capex_median", "capex_high", "words", "confidence"]  # fmt: skip
    if table.empty:
        return pd.DataFrame(columns=columns)
    frame = table.groupby(keys, as_index=False).agg(
        name=("name", "first"),
        runs=("built", "size"),
        built_in=("built", "sum"),
        earliest=("start_year", "min"),
        median=("start_year", "median"),
        latest=("start_year", "max"),
        service_median=("service_year", "median"),
        capex_low=("capex", "min"),
        capex_median=("capex", "median"),
        capex_high=("capex", "max"),
        confidence=("confidence", "first"),
    )
    frame["built_in"] = frame["built_in"].round().astype("int64")
    frame["share"] = frame["built_in"] / frame["runs"]
    base = runs(batch)["key"].iloc[0]
    mine = table[(table["key"] == base) & (table["built"] > 0)]
    frame["in_base"] = [key in set(zip(mine["kind"], mine["project_id"], strict=True)) for key in _pairs(frame)]
    frame["words"] = [_words(share) for share in frame["share"]]
    kind = frame["kind"].map({name: place for place, name in enumerate(KINDS)})
    order = ["_kind", "share", "median", "capex_median"]
    frame = frame.assign(_kind=kind).sort_values(order, ascending=[True, False, True, False], kind="stable")
    return frame[columns].reset_index(drop=True)


def _pairs(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(frame["kind"], frame["project_id"], strict=True))


def _words(share: float) -> str:
    """Return how often a project is built, in words.

    >>> _words(1.0), _words(0.6), _words(0.2), _words(0.0)
    ('in all runs', 'in most runs', 'in some runs', 'never')
    """
    if share >= 1.0:
        return "in all runs"
    if share <= 0.0:
        return "never"
    return "in most runs" if share > 0.5 else "in some runs"
