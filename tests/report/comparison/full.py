"""Batches with result tables and real indicators, made of the made-up plan: for the page of a comparison."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from model.batch.indicators import indicators
from model.solution import TABLE_BY_NAME, Solution
from network.network import Network
from tests.report.comparison.made import MadeBatch, made_batch

FAILED = {"key": "ff", "scenario": "iran_open", "title": "Iran open", "state": "failed", "kind": "infeasible",
          "reason": "No plan carries 12 kt of grain.", "seconds": 12.0}  # fmt: skip
ACCOUNTS = {"KZ": 900.0, "UZ": 300.0, "AZ": -40.0, "TR": 120.0, "CN": -700.0, "EU27": 1500.0}
"""Discounted million USD of the buyers of a country."""
PRICE, LEVEL = "carbon_price.usd_per_t", "caspian.factor"


def scaled(plan: Solution, factor: float, seed: int, title: str, built: int = 0) -> Solution:
    """A plan with other figures: flows and accounts times about `factor`, the first `built` projects left out."""
    rng = np.random.default_rng(seed)
    tables = dict(plan.tables)
    for name, columns in {
        "flows": ["flow_kt", "flow_kteu", "cost_musd"],
        "corridors": ["flow_kt", "flow_kteu"],
        "demand": ["served_kt", "unserved_kt"],
    }.items():
        table = tables[name].copy()
        times = factor * (1 + 0.2 * rng.random(len(table)))
        table[columns] = table[columns].mul(times, axis=0)
        tables[name] = table
    tables["accounts"] = accounts(factor, seed)
    builds = tables["builds"].copy()
    out = builds.index[builds["decision"] == "built"][:built]
    builds.loc[out, "decision"] = "not built"
    builds.loc[builds["decision"] == "built", "start_year"] += seed % 3
    tables["builds"] = builds
    return Solution(tables, {**plan.run, "title": title, "gain": plan.run["gain"] * factor})


def accounts(factor: float, seed: int) -> pd.DataFrame:
    """Accounts of countries in 2040, buyers and sellers."""
    rows = [
        {"period": 2040, "country": country, "commodity_id": "", "account": account, "unit": "musd", "counts": 1.0,
         "amount": musd * part * factor / 5 + seed, "discounted_musd": musd * part * factor + 10 * seed}
        for country, musd in ACCOUNTS.items()
        for account, part in (("consumer_surplus", 1.0), ("producer_surplus", 0.3))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=TABLE_BY_NAME["accounts"].column_names)


def batch_of(
    network: Network,
    plans: Sequence[tuple[Mapping[str, Any], Solution]],
    more: Sequence[Mapping[str, Any]] = (),
    axes: Sequence[str] = (),
) -> MadeBatch:
    """A batch of plans with what sets their runs apart; `more` are runs without a plan."""
    frames, solutions = [], {}
    for run, plan in plans:
        solutions[str(run["key"])] = plan
        frames.append(with_run(indicators(plan, network), run, axes))
    bare = made_batch(network, [*(_row(run, plan) for run, plan in plans), *more], axes=axes, solutions=solutions)
    table = pd.concat(frames, ignore_index=True)
    return MadeBatch(network, {**bare.spec, "kervan": "0.1.0"}, bare.catalogue, table, tuple(axes), solutions)


def with_run(table: pd.DataFrame, run: Mapping[str, Any], axes: Sequence[str]) -> pd.DataFrame:
    """Indicators with the columns of their run, as `model.batch.result` has them."""
    own = {"run": run["key"], "scenario": run["scenario"], "sample": run.get("sample")}
    return table.assign(**own, **{axis: run.get(axis, np.nan) for axis in axes})


def _row(run: Mapping[str, Any], plan: Solution) -> dict[str, Any]:
    facts = {name: plan.run.get(name) for name in ("gain", "gap_of_gain", "objective")}
    return {"title": plan.run["title"], "seconds": 40.0, **facts, **run}


def scenario_batch(network: Network, plan: Solution) -> MadeBatch:
    """Four scenarios with all tables, and one that failed; the base comes second in the catalogue."""
    runs = [
        ({"key": "b1", "scenario": "red_sea_closed"}, scaled(plan, 1.3, 1, "Red Sea closed", 2)),
        ({"key": "a0", "scenario": "baseline"}, scaled(plan, 1.0, 0, "Baseline")),
        ({"key": "c2", "scenario": "caspian_low_water"}, scaled(plan, 0.8, 2, "Caspian low water", 1)),
        ({"key": "d3", "scenario": "tripp_open"}, scaled(plan, 1.1, 3, "TRIPP open")),
    ]
    return batch_of(network, runs, [FAILED])


def sampled_batch(network: Network, plan: Solution, samples: int = 40) -> MadeBatch:
    """A base with tables, samples over two ranges of which the first moves most, and a grid of three values."""
    axes = (PRICE, LEVEL)
    base_run = {"key": "a0", "scenario": "baseline"}
    base = batch_of(network, [(base_run, scaled(plan, 1.0, 0, "Baseline"))], axes=axes)
    rng, own = np.random.default_rng(7), base.indicators
    moved = own["indicator"].str.startswith("corridor_k").to_numpy()
    runs, frames = [], [own]
    points = [(n, 100 * rng.random(), 0.5 + 0.5 * rng.random()) for n in range(samples)]
    points += [(None, price, np.nan) for price in (0.0, 50.0, 100.0)]
    for number, price, level in points:
        key = f"s{len(runs):03d}"
        run = {"key": key, "scenario": "baseline", "title": "Baseline", "sample": number, PRICE: price, LEVEL: level}
        factor = (1 + price / 100) * (1.0 if np.isnan(level) else level**0.2)
        frames.append(with_run(own.assign(value=own["value"] * np.where(moved, factor, 1.0)), run, axes))
        runs.append(run)
    rows = [_row(base_run, base.solutions["a0"]), *runs]
    catalogue = made_batch(network, rows, axes=axes).catalogue
    return MadeBatch(network, base.spec, catalogue, pd.concat(frames, ignore_index=True), axes, base.solutions)
