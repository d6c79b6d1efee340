r"""Capacity for export markets, decided before the duty there is known.

Where the duty of a market differs between states of the world, those who sink capital into capacity for it bear the
risk. Capacity is then a decision: in every period a seller's country may begin some for a good and a country of
buyers, in any size, for which it pays the yearly charge r kappa v a tonne (hurdle rate, capital behind a USD of yearly
output, value) from then on, whatever comes. The price in the tables holds that charge, so what is sold pays for its
capital and what stands idle costs the charge: see the group ``market_capacity``.

Projects are decided for good, but nobody begins capacity for a market that has closed. So a start in period p is made
if the duty has not risen by the first day of p, and every start is a project of its own: in a state of period t the
share of it that is there is the probability that the market was still open at p, given the state at t. Where the state
is drawn at once (states with a given probability) nothing is known at any start, and the share is 1. The shares add up
to the charge that is expected; capacity in a state in which the duty has risen is the mean over the years in which it
may have, exact where capacity does not bind there, as where it has lost its market. Up to a hazard of some per cent a
year it is what a tree over these years gives; with a tenth a year or more, too much is begun late.

With a hazard h a year the expected loss of a start, over a long time and discounted at r, is ``h / (r + h)`` of
``min(gap, r kappa) v``, which for small h is the premium ``h min(1, gap / (r kappa)) kappa v`` of :mod:`model.duties`:
there it is asked in a program with one state, here it follows.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.problem import Block, MarketCapacityRows, Problem, Strategy
from network.frames import each_row

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Kept = Callable[[Flags], Floats]
KEYS = ["seller", "payer", "commodity_id"]
LEAST_RISE = 0.01  # of the value: a duty that differs by less between states is no risk
PROJECT_TYPE = "market_capacity"


@dataclass(frozen=True)
class _Markets:
    """Markets whose duty differs between states.

    Attributes:
        labels: ``KEYS``. members: rows x classes. charge: USD a year per t of capacity. value: USD per t.
        full: kt a year that a start makes at most: all that is ever wanted.
    """

    labels: pd.DataFrame
    members: csr_matrix
    charge: Floats
    value: Floats
    full: Floats


def with_market_capacity(problem: Problem, calm: list[Block], states: list[str], kept: Kept) -> Problem:
    """The problem with capacity for the markets at risk as a decision; as it is where there are none.

    Args:
        problem: of all states. calm: blocks of the first state, in every period. states: ids, in order.
        kept: from which states are shut (of all), the share of a start in period p that is there in state s of period
            t: periods x states x periods.
    """
    quiet = {(block.period, block.season): block for block in calm}
    rise = [block.trade.duty - quiet[block.period, block.season].trade.duty for block in problem.blocks]
    markets = _markets(problem, calm, rise)
    if not len(markets.labels):
        return problem
    at = {state: number for number, state in enumerate(states)}
    risen = np.zeros((len(markets.labels), len(states)), dtype=bool)
    by_row = [
        _mean(markets.members, quiet[block.period, block.season].reference, change) / markets.value
        for block, change in zip(problem.blocks, rise, strict=True)
    ]
    for block, change in zip(problem.blocks, by_row, strict=True):
        risen[:, at[block.state]] |= change > LEAST_RISE
    shares = np.array([kept(shut) for shut in risen])
    strategy = _with_starts(problem.strategy, markets.labels, problem.periods)
    first = len(problem.strategy.projects)
    wanted = {key: _wanted(markets.members, block) for key, block in quiet.items()}
    yearly = {of: np.sum([kt for (period, _), kt in wanted.items() if period == of], axis=0) for of, _ in wanted}
    share_of_year = dict(zip(problem.seasons["season"], problem.seasons["share"], strict=True))
    blocks = []
    for block, change in zip(problem.blocks, by_row, strict=True):
        key = (block.period, block.season)
        reference, total = wanted[key], yearly[block.period]
        even = np.full(len(total), float(share_of_year[block.season]))
        part = np.divide(reference, total, out=even, where=total > 0)
        number = problem.block_period(block)
        share = shares[:, : number + 1, at[block.state], number]  # markets x starts
        row, start = np.nonzero(share > 0)
        own = MarketCapacityRows(
            labels=markets.labels,
            members=markets.members,
            existing=_existing(markets.members, quiet[key]),
            charge=markets.charge,
            rise=change,
            wanted=reference,
            project_row=row.astype(np.int64),
            project=(first + row * len(problem.periods) + start).astype(np.int64),
            project_amount=(markets.full * part)[row] * share[row, start],
        )
        blocks.append(replace(block, market_capacity=own))
    return replace(problem, strategy=strategy, blocks=blocks)


def _markets(problem: Problem, calm: list[Block], rise: list[Floats]) -> _Markets:
    """Sellers' goods in countries of buyers, of cargo that reacts to its price, whose duty differs in some state."""
    network, frame = problem.network, calm[0].trade.frame
    value = problem.classes.classes["value_usd_per_t"].to_numpy(float)
    ratio = network.trade_elasticities.set_index("commodity_id")["capital_ratio"]
    capital = frame["commodity_id"].map(ratio).fillna(0.0).to_numpy(float) * value
    may = frame["is_free"].to_numpy(bool) & frame["is_foreign"].to_numpy(bool) & (capital > 0)
    moved = np.sum([block.reference for block in calm], axis=0)
    differs = np.max([np.abs(change) for change in rise], axis=0) > LEAST_RISE * value
    keys = frame[KEYS].apply(tuple, axis=1)
    labels = frame.loc[may & differs & (moved > 0), KEYS].drop_duplicates().sort_values(KEYS, ignore_index=True)
    row = {tuple(label): number for number, label in enumerate(labels.itertuples(index=False))}
    number = keys.map(lambda key: row.get(key, -1)).to_numpy(np.int64)
    cls = np.flatnonzero(may & (number >= 0))
    members = csr_matrix((np.ones(len(cls)), (number[cls], cls)), shape=(len(labels), len(frame)))
    if not len(labels):
        return _Markets(labels, members, np.empty(0), np.empty(0), np.empty(0))
    yearly = pd.DataFrame([{"period": b.period, "kt": _wanted(members, b)} for b in calm]).groupby("period")["kt"].sum()
    charge = network.parameter("hurdle_rate") * _mean(members, moved, capital)
    return _Markets(labels, members, charge, _mean(members, moved, value), np.max(list(yearly), axis=0))


def _mean(members: csr_matrix, weight: Floats, what: Floats) -> Floats:
    """Mean over the members of each row, weighted."""
    total = np.asarray(members @ weight)
    mean: Floats = np.divide(np.asarray(members @ (weight * what)), total, out=np.zeros(len(total)), where=total > 0)
    return mean


def _wanted(members: csr_matrix, block: Block) -> Floats:
    return np.asarray(members @ block.reference)


def _existing(members: csr_matrix, block: Block) -> Floats:
    """Capacity of the base year; what is no longer wanted has not been renewed."""
    return np.asarray(members @ np.minimum(block.trade.existing, block.reference))


def _with_starts(strategy: Strategy, labels: pd.DataFrame, periods: pd.DataFrame) -> Strategy:
    """The strategy with a project for each market and period of start; what it costs is in the blocks."""
    before, count, height = len(strategy.projects), len(labels) * len(periods), len(periods)
    names = [
        f"{market.seller}>{market.payer}:{market.commodity_id}@{period.period}"
        for market in each_row(labels)
        for period in each_row(periods)
    ]
    sellers = np.repeat(labels["seller"].to_numpy(object), height)
    given = {"project_id": names, "module_of": names, "name": names, "country": list(sellers),
             "project_type": [PROJECT_TYPE] * count, "units_max": [1] * count, "modules": [1] * count,
             "confidence": ["estimate"] * count,
             **{lists: [()] * count for lists in ("all_of", "any_of", "excludes")}}  # fmt: skip
    number = np.tile(np.arange(height), len(labels))
    first_year = periods["first_year"].to_numpy(np.int64)[number]
    starts = pd.DataFrame(
        {
            "project": before + np.arange(count),
            "period": number,
            "start_year": first_year,
            "in_service_year": first_year,
            "cost_musd": 0.0,
            "end_year": int(periods["last_year"].iloc[-1]) + 1,
        }
    )
    service = np.zeros((count, height, height))
    service[np.arange(count), number] = number[:, None] <= np.arange(height)[None, :]
    none: list[list[int]] = [[] for _ in range(count)]
    return replace(
        strategy,
        projects=_appended(strategy.projects, given, count),
        starts=pd.concat([strategy.starts, starts], ignore_index=True) if len(strategy.starts) else starts,
        service=np.concatenate([strategy.service, service]),
        given=np.concatenate([strategy.given, np.zeros((count, height))]),
        units=np.concatenate([strategy.units, np.ones(count, np.int64)]),
        divisible=np.concatenate([strategy.divisible, np.ones(count, dtype=bool)]),
        all_of=[*strategy.all_of, *none],
        any_of=[*strategy.any_of, *none],
        excludes=[*strategy.excludes, *none],
        spending=np.concatenate([strategy.spending, np.zeros((count, height))]),
    )


def _appended(projects: pd.DataFrame, given: dict[str, list[object]], count: int) -> pd.DataFrame:
    """The table with rows after it that are given in some columns and empty, or 0, in the others."""
    columns = {}
    for name, column in projects.items():
        empty = np.nan if column.dtype.kind == "f" else 0 if column.dtype.kind in "iub" else ""
        columns[name] = [*column, *given.get(str(name), [empty] * count)]
    return pd.DataFrame(columns)
