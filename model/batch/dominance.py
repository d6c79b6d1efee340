"""Whether a problem is nowhere better than another: then what bounds the other from below bounds it too.

Cuts say what a unit costs at least, over all paths, as a function of what is built (million USD, minimised). They hold
for a second problem of the same shape in which nothing is cheaper, larger, faster or more in demand: its cheapest flow
costs no less than the same flow in the first. Whatever cannot be compared counts as better, so that no cut is kept that
might not hold.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.problem import Block, Problem

Floats = NDArray[np.float64]
_OF_CLASSES = ["group", "t_per_teu", "value_of_time_usd_per_t_h"]  # what use of limits and savings is counted by


def nowhere_better(problem: Problem, base: Problem) -> bool:
    """Whether every plan is worth at most in a problem what it is worth in a base of the same shape."""
    if not _same(problem.strategy.service, base.strategy.service) or len(problem.blocks) != len(base.blocks):
        return False
    if not _same(problem.strategy.given, base.strategy.given):
        return False
    frames = (problem.classes.classes[_OF_CLASSES], base.classes.classes[_OF_CLASSES])
    if not _same(*frames) or not _same(problem.classes.pairs, base.classes.pairs):
        return False
    return all(_block(one, other) for one, other in zip(problem.blocks, base.blocks, strict=True))


def same_investment(problem: Problem, base: Problem) -> bool:
    """Whether starts, their costs and budgets are those of the base, so that its bound counts the same costs."""
    mine, other = problem.strategy, base.strategy
    rules = (mine.all_of, mine.any_of, mine.excludes) == (other.all_of, other.any_of, other.excludes)
    arrays = ("budget", "spending", "units", "divisible")
    same = all(_same(getattr(mine, name), getattr(other, name)) for name in arrays)
    return rules and same and _same(mine.starts.to_numpy(float), other.starts.to_numpy(float))


def _block(one: Block, other: Block) -> bool:
    """Whether a block is nowhere better than another: first what must be equal, then what may only be worse."""
    equal = (
        (one.weight, other.weight),
        (one.firm, other.firm),
        (one.step_width, other.step_width),
        (one.step_price, other.step_price),
        (one.overflow_price, other.overflow_price),
        (one.capacity.passage, other.capacity.passage),
        (one.capacity.labels.drop(columns="season_factor"), other.capacity.labels.drop(columns="season_factor")),
        (one.capacity.project_row, other.capacity.project_row),
        (one.capacity.project, other.capacity.project),
        (one.capacity.spread_row, other.capacity.spread_row),
        (one.capacity.spread_project, other.capacity.spread_project),
        (one.spreads.project, other.spreads.project),
        (one.savings.labels, other.savings.labels),
        (one.savings.hours, other.savings.hours),
        (one.savings.freight_share, other.savings.freight_share),
        (one.offset, other.offset),
        (one.trade.outside, other.trade.outside),
        (one.trade.curves.width, other.trade.curves.width),
        (one.trade.curves.value, other.trade.curves.value),
        (one.trade.curves.members, other.trade.curves.members),
        (one.trade.limits.weights, other.trade.limits.weights),
        (one.storage.labels, other.storage.labels),
        (one.storage.cost, other.storage.cost),
        (one.storage.room, other.storage.room),
        (one.processing.goods, other.processing.goods),
        (one.processing.cost, other.processing.cost),
        (one.processing.disposal, other.processing.disposal),
        (one.processing.made, other.processing.made),
        (one.processing.used, other.processing.used),
        (one.processing.project, other.processing.project),
        (one.market_capacity.labels, other.market_capacity.labels),
        (one.market_capacity.members, other.market_capacity.members),
        (one.market_capacity.project, other.market_capacity.project),
        (one.market_capacity.project_row, other.market_capacity.project_row),
        (one.processing.project_facility, other.processing.project_facility),
        (one.market_capacity.charge, other.market_capacity.charge),
        (one.market_capacity.existing, other.market_capacity.existing),
        (one.market_capacity.project_amount, other.market_capacity.project_amount),
    )
    saved = np.asarray(one.savings.freight_share.sum(axis=0)).ravel() > 0  # arcs on which freight is saved
    at_most = (
        (other.cost, one.cost),
        (other.trade.charged, one.trade.charged),
        (one.capacity.capacity, other.capacity.capacity),
        (one.capacity.project_amount, other.capacity.project_amount),
        (one.spreads.amount, other.spreads.amount),
        (one.savings.bound, other.savings.bound),
        (_freight(one)[:, saved], _freight(other)[:, saved]),
        (one.trade.limits.most, other.trade.limits.most),
        (one.storage.capacity, other.storage.capacity),
        (one.processing.capacity, other.processing.capacity),
        (one.processing.project_amount, other.processing.project_amount),
    )
    return all(_same(a, b) for a, b in equal) and all(_at_most(a, b) for a, b in at_most)


def _freight(block: Block) -> Floats:
    return np.array([cargo.freight for cargo in block.cargo])


def _same(one: object, other: object) -> bool:
    if isinstance(one, pd.DataFrame) and isinstance(other, pd.DataFrame):
        return one.reset_index(drop=True).equals(other.reset_index(drop=True))
    if isinstance(one, csr_matrix) and isinstance(other, csr_matrix):
        return one.shape == other.shape and (one - other).count_nonzero() == 0
    mine, theirs = np.asarray(one), np.asarray(other)
    return mine.shape == theirs.shape and np.array_equal(mine, theirs, equal_nan=mine.dtype.kind == "f")


def _at_most(one: Floats, other: Floats) -> bool:
    return one.shape == other.shape and bool((one <= other).all())
