"""What a search leaves behind for the next one on the very same problem: its plan, its cuts, the seconds it took.

The record is named by a hash of the problem's own arrays, so that a changed figure, option or formula never meets cuts
that were proven for another problem. Time that was spent on the same problem counts towards the time limit.
"""

import os
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from model.block_solver import Cut
from model.problem import Problem

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Record:
    """State of a search.

    Attributes:
        plan: best plan. cuts: (unit, cut). lifted: (period, cut). bound: proven. seconds: of search so far.
    """

    plan: Floats
    cuts: list[tuple[int, Cut]]
    lifted: list[tuple[int, Cut]]
    bound: float
    seconds: float


def problem_key(problem: Problem) -> str:
    """Hash of everything that the value of a plan depends on."""
    digest = blake2b(digest_size=12)
    strategy = problem.strategy
    arrays: list[NDArray[np.generic]] = [
        strategy.service,
        strategy.given,
        strategy.units,
        strategy.budget,
        strategy.spending,
    ]
    arrays.append(strategy.starts.to_numpy(float))
    for block in problem.blocks:
        arrays += [np.array([block.weight]), block.cost, block.step_width, block.step_price]
        rows, savings = block.capacity, block.savings
        arrays += [rows.capacity, rows.passage.indices, rows.passage.indptr, rows.project_row, rows.project]
        arrays += [rows.project_amount, rows.spread_row, rows.spread_project, block.spreads.amount]
        storage = block.storage
        arrays += [storage.labels.to_numpy(), storage.cost, storage.capacity]
        trade = block.trade
        arrays += [trade.charged, trade.outside, trade.excess, trade.curves.width, trade.curves.value]
        arrays += [trade.curves.members.indices, trade.limits.most, trade.limits.weights.data]
        arrays += [trade.limits.weights.indices]
        market = block.market_capacity
        arrays += [market.existing, market.charge, market.project_amount, market.members.indices]
        making = block.processing
        arrays += [making.goods[["facility", "t_per_t"]].to_numpy(float), making.capacity, making.cost, making.disposal]
        arrays += [making.made, making.used, making.project_facility, making.project, making.project_amount]
        arrays += [savings.hours.data, savings.hours.indices, savings.freight_share.data, savings.bound]
    arrays += [problem.classes.pairs.to_numpy(float), problem.supernetwork.arcs[["tail", "head"]].to_numpy()]
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update(repr((strategy.all_of, strategy.any_of, strategy.excludes)).encode())
    return digest.hexdigest()


def save_record(store: Path, key: str, record: Record) -> None:
    """Keep a record in a folder; written aside and moved into place."""
    store.mkdir(parents=True, exist_ok=True)
    file = _file(store, key)
    aside = file.with_name(f"{file.stem}.{os.getpid()}.part.npz")
    np.savez(
        aside,
        plan=record.plan,
        unit=np.array([unit for unit, _ in record.cuts], np.int64),
        constant=np.array([cut.constant for _, cut in record.cuts]),
        slope=np.array([cut.slope for _, cut in record.cuts]),
        lifted_period=np.array([period for period, _ in record.lifted], np.int64),
        lifted_constant=np.array([cut.constant for _, cut in record.lifted]),
        lifted_slope=np.array([cut.slope for _, cut in record.lifted]),
        bound=record.bound,
        seconds=record.seconds,
    )
    aside.replace(file)


def load_record(store: Path, key: str) -> Record | None:
    """The record of a problem, or None where there is none or it is damaged."""
    try:
        with np.load(_file(store, key)) as kept:
            cuts, lifted = (
                [
                    (int(owner), Cut(float(constant), slope))
                    for owner, constant, slope in zip(
                        kept[of], kept[f"{name}constant"], kept[f"{name}slope"], strict=True
                    )
                ]
                for of, name in (("unit", ""), ("lifted_period", "lifted_"))
            )
            return Record(kept["plan"], cuts, lifted, float(kept["bound"]), float(kept["seconds"]))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def _file(store: Path, key: str) -> Path:
    return store / f"search-{key}.npz"
