"""The runs of a batch for people: names, kinds, the one the others are compared with; names of what figures are of."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from model.batch.indicators import INDICATOR_BY_NAME
from model.batch.indicators.plan import DISCOUNT_RATE
from model.result_limits import target_names
from model.solution import Solution
from network.network import Network
from report.chain_sentences import good_of_chain, region_name
from report.policy_worth import country_name
from report.words import names_of, number, plain_name, short_name, spoken

SCENARIO, GRID, SAMPLE = "scenario", "grid", "sample"
"""Kinds of run: of a scenario as it is, with figures of a grid, or at a point of a sample."""

_SAME_RATE = 1e-9


class Batch(Protocol):
    """What a comparison reads of a batch; `model.batch.result.BatchResult` is one."""

    @property
    def network(self) -> Network:
        """The base world."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """What was asked for (batch.json)."""

    @property
    def catalogue(self) -> pd.DataFrame:
        """One row a run."""

    @property
    def indicators(self) -> pd.DataFrame:
        """Indicators of the finished runs, one row each."""

    @property
    def axes(self) -> tuple[str, ...]:
        """Columns of the figures that runs differ in."""

    def solution(self, key: str) -> Solution | None:
        """Result tables of a run, where they were kept."""


def runs(batch: Batch) -> pd.DataFrame:
    """Return the finished runs in the order of the catalogue, the base first.

    Columns: key, name (unique), scenario, kind, sample, is_base, and the axes.
    """
    table = batch.catalogue[batch.catalogue["state"] == "finished"].reset_index(drop=True)
    frame = pd.DataFrame({"key": table["key"].astype(str), "name": _unique(_names(table, batch.axes))})
    frame["scenario"] = table["scenario"].astype(str)
    frame["kind"] = _kinds(table, batch.axes)
    frame["sample"] = pd.to_numeric(table["sample"]).astype("Int64")
    frame["is_base"] = frame["key"] == _base_key(frame, base_scenario(batch), _portfolio(table))
    for axis in batch.axes:
        frame[axis] = table[axis]
    return frame.sort_values("is_base", ascending=False, kind="stable", ignore_index=True)


def base_run(batch: Batch) -> dict[str, Any]:
    """Return the row of `runs` that the others are compared with; empty if no run is finished."""
    table = runs(batch)
    return {} if table.empty else {str(k): v for k, v in table.iloc[0].items()}


def discount_rates(batch: Batch) -> dict[str, float]:
    """Return the discount rate of the finished runs by key, where it is known."""
    table = batch.indicators
    table = table[table["indicator"] == DISCOUNT_RATE]
    return dict(zip(table["run"].astype(str), table["value"].astype(float), strict=True))


def at_other_rates(batch: Batch) -> dict[str, float]:
    """Return the discount rate of the finished runs, by key, whose present values do not compare with the base's."""
    rates = discount_rates(batch)
    base = rates.get(str(base_run(batch).get("key", "")))
    return {} if base is None else {key: rate for key, rate in rates.items() if abs(rate - base) > _SAME_RATE}


def base_scenario(batch: Batch) -> str:
    """Return the scenario that the others are compared with, as the batch was asked for."""
    how = batch.spec.get("how") or {}
    return str(how.get("base") or "baseline")


def run_names(batch: Batch) -> dict[str, str]:
    """Return the names of the finished runs by key."""
    table = runs(batch)
    return dict(zip(table["key"], table["name"], strict=True))


def subject_names(indicators: pd.DataFrame, network: Network) -> dict[tuple[str, str], str]:
    """Return the name of each subject of `indicators` by subject kind and subject; "" for the whole run."""
    pairs = indicators[["subject_kind", "subject"]].drop_duplicates()
    makers: dict[str, Callable[[str], str]] = {
        "country": lambda code: _country(code, network),
        "region": lambda region: region_name(region, network).split(",")[0],
        "good": lambda good: good_of_chain(good, network),
        "limit": _limit_namer(network) if (pairs["subject_kind"] == "limit").any() else spoken,
    }
    known = {
        "corridor": names_of(network.corridors, "corridor_id", short=True),
        "market": names_of(network.markets, "market_id"),
        "commodity": names_of(network.commodities, "commodity_id"),
        "project": names_of(network.projects, "project_id"),
        "facility": names_of(network.chain_facilities, "facility_id"),
    }
    names: dict[tuple[str, str], str] = {}
    for kind, subject in zip(pairs["subject_kind"], pairs["subject"], strict=True):
        if not subject:
            name = ""
        elif kind in makers:
            name = makers[kind](subject)
        else:
            name = known.get(kind, {}).get(subject) or spoken(subject)
        names[(kind, subject)] = name
    return names


@lru_cache(maxsize=1024)
def _country(code: str, network: Network) -> str:
    return country_name(code, network)


def axis_name(axis: str) -> str:
    """Return an axis for people.

    >>> axis_name("carbon_price.usd_per_t"), axis_name("suez.factor")
    ('carbon price, USD per t', 'suez')
    """
    lever, _, field = axis.partition(".")
    words = field.replace("_", " ").replace("usd", "USD").replace("musd", "million USD")
    return lever.replace("_", " ") + (f", {words}" if words and words != "factor" else "")


def axis_value(value: Any) -> str:
    """Return the value of an axis for people.

    >>> axis_value(50.0), axis_value("high")
    ('50', 'high')
    """
    return value.replace("_", " ") if isinstance(value, str) else number(float(value), 4)


def digits_of(indicator: str) -> int:
    """Return how many figures an indicator is shown with."""
    declared = INDICATOR_BY_NAME.get(indicator)
    return declared.digits if declared else 3


def _names(table: pd.DataFrame, axes: tuple[str, ...]) -> list[str]:
    names = []
    portfolio = _portfolio(table)
    for place, row in enumerate(table.to_dict("records")):
        title = str(row.get("title") or "") or spoken(str(row["scenario"]))
        parts = [title]
        if portfolio.iloc[place]:
            parts.append(f"portfolio {Path(portfolio.iloc[place]).stem}")
        if pd.notna(row["sample"]):
            parts.append(f"sample {int(row['sample']) + 1}")
        else:
            parts += [f"{axis_name(axis)} {axis_value(row[axis])}" for axis in axes if _has(row[axis])]
        names.append(", ".join(parts))
    return names


def _unique(names: list[str]) -> list[str]:
    """Number names that come more than once."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result


def _kinds(table: pd.DataFrame, axes: tuple[str, ...]) -> pd.Series:
    kind = pd.Series(SCENARIO, index=table.index, dtype=object)
    if axes:
        kind = kind.mask(given(table, axes).any(axis=1), GRID)
    return kind.mask(table["sample"].notna(), SAMPLE)


def given(table: pd.DataFrame, axes: tuple[str, ...]) -> pd.DataFrame:
    """Return which runs have a value of which axis; a text axis is empty where a run has none."""
    return table[list(axes)].map(_has)


def _has(value: Any) -> bool:
    return value != "" if isinstance(value, str) else bool(pd.notna(value))


def _portfolio(table: pd.DataFrame) -> pd.Series:
    if "portfolio" not in table:
        return pd.Series("", index=table.index, dtype=object)
    return table["portfolio"].fillna("").astype(str)


def _base_key(frame: pd.DataFrame, scenario: str, portfolio: pd.Series) -> str:
    """Return the run of the base scenario as it is; else the first of that scenario, else the first of all."""
    mine = frame[frame["scenario"] == scenario]
    plain = mine[(mine["kind"] == SCENARIO) & (portfolio.loc[mine.index] == "")]
    for found in (plain, mine[mine["kind"] != SAMPLE], mine, frame):
        if len(found):
            return str(found["key"].iloc[0])
    return ""


def _limit_namer(network: Network) -> Callable[[str], str]:
    targets = target_names(network)

    def name(subject: str) -> str:
        target, key, _, direction = subject.split("|")
        called = plain_name(targets.get((target, key), spoken(key)))
        return called if direction == "both" else f"{called}, {direction}"

    return name


def scenario_title(batch: Batch, scenario: str) -> str:
    """Return the title of a scenario, or its name as words."""
    table = batch.catalogue
    titles = table.loc[table["scenario"] == scenario, "title"].dropna().astype(str)
    return short_name(titles.iloc[0]) if len(titles) and titles.iloc[0] else spoken(scenario)


def asked(batch: Batch) -> str:
    """Return what was asked for, as text for a page of methods."""
    spec = batch.spec.get("spec", batch.spec)
    return spec if isinstance(spec, str) else json.dumps(spec, indent=2, ensure_ascii=False, default=str)
