"""Frames of a comparison of runs: series of headline figures, the matrix, winners and losers, prices, quantiles.

Pure functions of a batch; figures are those of its table of indicators and differences of them. `base` is the run that
the others are compared with (`comparison_runs.base_run`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from model.batch.indicators import INDICATOR_BY_NAME, INDICATORS
from model.batch.indicators.corridors import focus_corridor
from report.comparison_runs import SAMPLE, Batch, at_other_rates, base_run, runs, subject_names
from report.comparison_words import area, clause, good
from report.frames import records
from report.partners import FOCUS
from report.words import names_of, within

MATRIX_GOODS = ("ox_ndpr", "ox_dy", "mag_std")
"""Goods of the rare-earth chain whose prices are headline figures."""
FIRST_CORRIDOR = "the first corridor"
"""How labels of indicators call the corridor that comes first by rank; reports name it."""
QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
PARTS = ("buyers", "sellers", "treasury", "carriers")
"""Indicators that the welfare of a country is made of."""
_KEYS = ["indicator", "subject", "period"]
_NOTABLE = 0.05
NOISE = 1e-10
"""Change, over the base, that is noise of the arithmetic."""
SAME = 1e-3
"""Sum of relative changes below which runs count as the same."""


def series(batch: Batch, headline: bool = True) -> pd.DataFrame:
    """Return the series of figures that runs are compared by, in the order of their declaration.

    A series is one indicator of one subject in one period: of headline ones, those of the whole run and of the
    corridor, market, country and goods the reports are about, in the period of `focus_periods`.

    Columns: series (id), indicator, subject, subject_kind, period, label, short (without the period), unit, better,
    digits, group, headline.
    """
    table = batch.indicators
    frame = table[[*_KEYS, "subject_kind"]].drop_duplicates(_KEYS)
    frame = frame[frame["indicator"].isin(list(INDICATOR_BY_NAME))]
    shown = frame["indicator"].map({name: declared.headline for name, declared in INDICATOR_BY_NAME.items()})
    frame["headline"] = shown.astype(bool) & _in_focus(frame, batch) & _in_focus_period(frame, batch)
    frame = frame[frame["headline"]] if headline else frame
    declared = [INDICATOR_BY_NAME[name] for name in frame["indicator"]]
    names = subject_names(frame, batch.network)
    subjects = [names[key] for key in zip(frame["subject_kind"], frame["subject"], strict=True)]
    naming = labels_of(batch)
    labels = [naming[d.name] for d in declared]
    frame["short"] = [
        f"{label}, {subject}" if subject else label for label, subject in zip(labels, subjects, strict=True)
    ]
    ends = ["" if pd.isna(period) else f", {period}" for period in frame["period"]]
    frame["label"] = [f"{short}{end}" for short, end in zip(frame["short"], ends, strict=True)]
    for column in ("unit", "better", "digits", "group"):
        frame[column] = [getattr(d, column) for d in declared]
    frame["series"] = series_id(frame)
    place = {indicator.name: number for number, indicator in enumerate(INDICATORS)}
    order = ["_place", "subject", "period"]
    frame = frame.assign(_place=frame["indicator"].map(place)).sort_values(order, kind="stable", ignore_index=True)
    columns = ["series", *_KEYS[:2], "subject_kind", "period", "label", "short", "unit", "better", "digits", "group"]
    return frame[[*columns, "headline"]]


def series_id(frame: pd.DataFrame) -> pd.Series:
    """Return the id of the series of each row: `indicator:subject:period`."""
    period = frame["period"].astype("Int64").astype("string").fillna("")
    return (frame["indicator"].astype(str) + ":" + frame["subject"].astype(str) + ":" + period).astype(object)


def figures_of(batch: Batch, of: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the table of indicators that belong to the series `of`, with key (text) and series."""
    table = batch.indicators
    table = table[table["indicator"].isin(list(of["indicator"])) & table["subject"].isin(list(of["subject"]))]
    table = table.assign(key=table["run"].astype(str), series=series_id(table))
    return table[table["series"].isin(list(of["series"]))]


def values(batch: Batch, of: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return figures, a row a finished run (index: key, base first) and a column a series of `of` (headline ones)."""
    wanted = series(batch) if of is None else of
    table = figures_of(batch, wanted)
    wide = table.pivot_table(index="key", columns="series", values="value", aggfunc="first", observed=True)
    return wide.reindex(index=runs(batch)["key"], columns=wanted["series"]).rename_axis(index="key", columns=None)


def matrix(batch: Batch, of: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the comparison matrix, a row a run and series; samples are left out where other runs are finished.

    Columns: key, name, series, label, unit, digits, better, value, base (value of the base run), change, change_pct
    (empty where the base is 0), rank (1 = best, or largest where no direction is better), score (change over the
    largest change of the series, -1 to 1; positive = better, or more where no direction is), confidence. Present values
    at another discount rate than the base's have no change, rank or score.
    """
    wanted = series(batch) if of is None else of
    table = runs(batch)
    plain = table[(table["kind"] != SAMPLE) | table["is_base"]]
    shown = plain if len(plain) > 1 else table
    wide = values(batch, wanted).reindex(shown["key"])
    long = wide.reset_index().melt("key", var_name="series")
    columns = ["series", "label", "unit", "digits", "better"]
    long = long.merge(wanted[columns], on="series", how="left").merge(shown[["key", "name"]], on="key", how="left")
    base = wide.iloc[0] if len(wide) else pd.Series(dtype=float)
    long["base"] = long["series"].map(base).astype(float)
    present = long["series"].map(dict(zip(wanted["series"], is_present_value(wanted), strict=True))).astype(bool)
    compared = ~(present & long["key"].isin(list(at_other_rates(batch))))
    long["change"] = _change(long["value"], long["base"]).where(compared)
    long["change_pct"] = 100.0 * long["change"] / long["base"].abs().where(long["base"] != 0)
    sign = long["better"].map({"less": -1.0}).fillna(1.0)
    comparable = long["base"].fillna(0.0) + long["change"].fillna(long["value"]).where(compared)
    ranked = (sign * comparable).groupby(long["series"])
    long["rank"] = ranked.rank(ascending=False, method="min").astype("Int64")
    largest = long["change"].abs().groupby(long["series"]).transform("max")
    long["score"] = (sign * long["change"] / largest.where(largest > 0) + 0.0).fillna(0.0).where(long["value"].notna())
    sure = figures_of(batch, wanted)
    long = long.merge(sure[["key", "series", "confidence"]], on=["key", "series"], how="left")
    long["confidence"] = long["confidence"].fillna("")
    order = ["key", "name", *columns, "value", "base", "change", "change_pct", "rank", "score", "confidence"]
    place = long["key"].map({key: number for number, key in enumerate(shown["key"])})
    return long.assign(_place=place).sort_values("_place", kind="stable", ignore_index=True)[order]


def is_present_value(of: pd.DataFrame) -> list[bool]:
    """Return whether the figures of each series sum years at the discount rate of their run."""
    return [INDICATOR_BY_NAME[name].is_present_value for name in of["indicator"]]


def _change(value: Any, base: Any) -> Any:
    """Return value less base, 0 where they are one figure but for the noise of the arithmetic."""
    change = value - base
    return change.where(change.abs() > NOISE * abs(base), change * 0.0)


def winners_losers(batch: Batch, at_any_rate: bool = False) -> pd.DataFrame:
    """Return by run and country what its accounts gain against the base: present values, the largest change first.

    Columns: key, name, country, country_name, welfare (in the run), change, and of it buyers, sellers, treasury,
    carriers. Samples are left out where other runs are finished; the base has no rows.

    Args:
        at_any_rate: with the runs at other discount rates than the base's, whose changes compare among themselves only.
    """
    table = batch.indicators
    table = table[table["indicator"].isin(["welfare", *PARTS])]
    table = table.assign(run=table["run"].astype(str))
    wide = table.pivot_table(index=["run", "subject"], columns="indicator", values="value", aggfunc="first")
    wide = wide.reindex(columns=["welfare", *PARTS]).fillna(0.0)
    base, shown = base_run(batch), _not_sampled(batch)
    apart = {} if at_any_rate else at_other_rates(batch)
    others = [key for key in shown["key"] if key != base.get("key") and key not in apart]
    countries = sorted({str(code) for code in wide.index.get_level_values("subject")})
    wide = wide.rename_axis(index=["key", "country"], columns=None)
    every = pd.MultiIndex.from_product([others, countries], names=["key", "country"])
    in_base = pd.MultiIndex.from_product([[base.get("key", "")] * len(others), countries], names=["key", "country"])
    here, there = wide.reindex(every, fill_value=0.0), wide.reindex(in_base, fill_value=0.0)
    change: pd.DataFrame = _change(here, there.to_numpy())
    change = change.rename(columns={"welfare": "change"})
    frame = change.assign(welfare=here["welfare"]).reset_index()
    names = dict(zip(shown["key"], shown["name"], strict=True))
    called = subject_names(table, batch.network)
    frame["name"] = frame["key"].map(names)
    frame["country_name"] = [called.get(("country", code), code) for code in frame["country"]]
    size = frame["change"].abs()
    place = frame["key"].map({key: number for number, key in enumerate(others)})
    frame = frame.assign(_size=size, _place=place).sort_values(["_place", "_size"], ascending=[True, False])
    columns = ["key", "name", "country", "country_name", "welfare", "change", *PARTS]
    return frame[columns].reset_index(drop=True)


def prices(batch: Batch) -> pd.DataFrame:
    """Return prices of the rare-earth chain: key, name, place, good, good_name, period, value, base, change_pct, unit.

    `place` is China or the European Union. Samples are left out where other runs are finished.
    """
    places = {"price_in_china": "China", "price_in_europe": "European Union"}
    table = batch.indicators[batch.indicators["indicator"].isin(list(places))]
    shown = _not_sampled(batch)
    table = table.assign(key=table["run"].astype(str), place=table["indicator"].map(places))
    table = table.rename(columns={"subject": "good"}).merge(shown[["key", "name"]], on="key")
    called = subject_names(batch.indicators, batch.network)
    table["good_name"] = [called[("good", good)] for good in table["good"]]
    keys = ["place", "good", "period"]
    base = table[table["key"] == base_run(batch).get("key")][[*keys, "value"]].rename(columns={"value": "base"})
    table = table.merge(base, on=keys, how="left")
    table["change_pct"] = 100.0 * (table["value"] - table["base"]) / table["base"].abs().where(table["base"] != 0)
    order = {key: number for number, key in enumerate(shown["key"])}
    table = table.assign(_place=table["key"].map(order)).sort_values(["place", "good", "period", "_place"])
    columns = ["key", "name", "place", "good", "good_name", "period", "value", "base", "change_pct", "unit"]
    return table[[*columns, "confidence"]].reset_index(drop=True)


def quantiles(batch: Batch, of: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return what samples say of each series, a row a scenario and series; empty without samples.

    Columns: scenario, series, label, unit, digits, samples (with the figure), low, p10, p50, p90, high, mean, base.
    Quantiles are interpolated linearly between the samples.
    """
    wanted = series(batch) if of is None else of
    table = runs(batch)
    wide = values(batch, wanted)
    sampled = table[table["kind"] == SAMPLE]
    parts = []
    for scenario, rows in sampled.groupby("scenario", sort=False):
        mine = wide.loc[rows["key"]]
        part = pd.DataFrame({"series": mine.columns, "scenario": scenario, "samples": mine.notna().sum().to_numpy()})
        for name, share in QUANTILES.items():
            part[name] = mine.quantile(share).to_numpy()
        part["low"], part["high"] = mine.min().to_numpy(), mine.max().to_numpy()
        part["mean"] = mine.mean().to_numpy()
        part["base"] = wide.iloc[0].to_numpy()
        parts.append(part[part["samples"] > 0])
    columns = ["scenario", "series", "label", "unit", "digits", "samples", "low", *QUANTILES, "high", "mean", "base"]
    if not parts:
        return pd.DataFrame(columns=columns)
    found = pd.concat(parts, ignore_index=True).merge(wanted[["series", "label", "unit", "digits"]], on="series")
    return found[columns].sort_values("scenario", kind="stable", ignore_index=True)


def _not_sampled(batch: Batch) -> pd.DataFrame:
    """Return the runs that are not samples, with the base; all of them where there are only samples."""
    table = runs(batch)
    plain = table[(table["kind"] != SAMPLE) | table["is_base"]]
    return plain if len(plain) > 1 else table


def clauses(batch: Batch, of: pd.DataFrame) -> dict[str, str]:
    """Return the beginning of a sentence that the figure ends, by series of `of`."""
    names, corridor = subject_names(of, batch.network), corridor_name(batch)
    result = {}
    for row in records(of):
        name = names[(row["subject_kind"], row["subject"])]
        subject = {"corridor": within, "country": area, "good": good}.get(row["subject_kind"], str)(name)
        result[str(row["series"])] = clause(row["indicator"], row["short"], subject, corridor)
    return result


def labels_of(batch: Batch) -> dict[str, str]:
    """Return the labels of all indicators, in which the corridor the reports are about has its name."""
    corridor = corridor_name(batch)
    return {declared.name: declared.label.replace(FIRST_CORRIDOR, corridor) for declared in INDICATORS}


def corridor_name(batch: Batch) -> str:
    """Return the corridor the reports are about, for use within a sentence."""
    corridors = names_of(batch.network.corridors, "corridor_id", short=True)
    return within(corridors.get(focus_corridor(batch.network), FIRST_CORRIDOR))


def focus_of(batch: Batch) -> dict[str, Sequence[str]]:
    """Return the subjects by kind whose figures are headline ones."""
    table = batch.indicators
    shares = table[(table["indicator"] == "focus_share") & (table["run"].astype(str) == base_run(batch).get("key"))]
    notable = shares[shares["value"] >= _NOTABLE]
    order = list(batch.network.markets["market_id"]) if "market_id" in batch.network.markets else []
    markets = sorted({str(m) for m in notable["subject"]}, key=lambda m: order.index(m) if m in order else len(order))
    known = set(table.loc[table["subject_kind"] == "country", "subject"])
    return {
        "corridor": [focus_corridor(batch.network)],
        "market": markets[:1],
        "country": [FOCUS] if FOCUS in known else [],
        "good": list(MATRIX_GOODS),
        "": [""],
    }


def _in_focus(frame: pd.DataFrame, batch: Batch) -> pd.Series:
    focus = focus_of(batch)
    pairs = zip(frame["subject_kind"], frame["subject"], strict=True)
    return pd.Series([subject in focus.get(kind, ()) for kind, subject in pairs], index=frame.index)


def focus_periods(batch: Batch) -> dict[bool, int]:
    """Return the period in which runs differ most from the base: of the rare-earth chain (True), of the rest (False).

    A closure of two years is not seen in 2040. The differences of headline figures, each over the size of its largest,
    are added up by period; where no run differs, it is the last.
    """
    table = batch.indicators
    named = [name for name, declared in INDICATOR_BY_NAME.items() if declared.headline]
    table = table[table["indicator"].isin(named) & table["period"].notna()].assign(run=lambda t: t["run"].astype(str))
    table = table[[*_KEYS, "run", "value"]].astype({"period": int})
    base = table[table["run"] == base_run(batch).get("key")].drop(columns="run")
    both = table.merge(base, on=_KEYS, suffixes=("", "_base"))
    size = both["value_base"].abs().groupby(both["indicator"]).transform("max")
    both["change"] = ((both["value"] - both["value_base"]).abs() / size.where(size > 0)).fillna(0.0)
    both["chain"] = [INDICATOR_BY_NAME[name].group == "rare earths" for name in both["indicator"]]
    sums = both.groupby(["chain", "period"])["change"].sum()
    found: dict[bool, int] = {}
    for chain, part in sums.groupby(level="chain"):
        by_period = part.droplevel("chain")
        most = by_period.to_numpy().argmax() if by_period.max() > SAME else by_period.index.to_numpy().argmax()
        found[bool(chain)] = int(by_period.index.to_numpy()[most])
    return found


def _in_focus_period(frame: pd.DataFrame, batch: Batch) -> pd.Series:
    chosen = focus_periods(batch)
    chain = [INDICATOR_BY_NAME[name].group == "rare earths" for name in frame["indicator"]]
    wanted = pd.Series([chosen.get(of_chain, -1) for of_chain in chain], index=frame.index)
    return frame["period"].isna() | (frame["period"] == wanted).fillna(False)
