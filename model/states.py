r"""States of the world: investment first, what the branches bring after.

A branch of a scenario is a change that may come (an *event*, with a chance a year) or a *deal* whose levers hold until
it breaks (with a chance a year). A branch that has happened stays. Investment does not wait for it, so that what counts
in a period are the states and their probabilities there: with n years from the first year of the branch to the middle
of the period and a chance h a year, ``1 - (1 - h)^n``; branches are independent. Every state has operational blocks of
its own, weighted with its probability, over one strategic layer: the extensive form of the two-stage program
(Birge and Louveaux 2011). Named states with given probabilities may stand in place of branches. Capacity for markets
whose duty depends on the state is decided in that layer too (:mod:`model.market_capacity`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.build import build_problem, planning_periods
from model.errors import InputError
from model.market_capacity import with_market_capacity
from model.options import Options
from model.problem import Problem
from model.result_flows import BlockFlows
from model.scenario import Branch, Scenario
from network.network import Network

Floats = NDArray[np.float64]
CALM = "calm"
MOST_STATES = 16
_LEAST = 1e-12


@dataclass(frozen=True)
class State:
    """A state of the world.

    Attributes:
        id, title: for rows and for people. levers: ids of the branches that have happened. probability: by period.
    """

    id: str
    title: str
    happened: tuple[str, ...]
    probability: Floats


def states_of(scenario: Scenario, periods: pd.DataFrame) -> list[State]:
    """States of a scenario and their probabilities; the first is the world as it stands.

    Raises:
        InputError: no branch, or too many.
    """
    named = [branch for branch in scenario.branches if branch.kind == "state"]
    open_ones = [branch for branch in scenario.branches if branch.kind != "state"]
    if not scenario.branches:
        raise InputError(f"scenario {scenario.name} has no states: give it events, deals or states, or leave --states")
    if named:
        rest = 1.0 - sum(branch.chance for branch in named)
        given = [State(b.id, b.title, (b.id,), np.full(len(periods), b.chance)) for b in named]
        calm = State(CALM, "As the scenario stands", (), np.full(len(periods), rest))
        return [calm, *given] if rest > _LEAST else given
    if 2 ** len(open_ones) > MOST_STATES:
        raise InputError(
            f"scenario {scenario.name} has {len(open_ones)} branches, which make {2 ** len(open_ones)} states; "
            f"at most {MOST_STATES} are solved at once"
        )
    chances = {branch.id: happened_by(branch, periods) for branch in open_ones}
    states = []
    for flags in product((False, True), repeat=len(open_ones)):
        happened = [branch for branch, flag in zip(open_ones, flags, strict=True) if flag]
        probability = np.ones(len(periods))
        for branch, flag in zip(open_ones, flags, strict=True):
            probability = probability * (chances[branch.id] if flag else 1.0 - chances[branch.id])
        name = "_".join(branch.id for branch in happened) or CALM
        title = "; ".join(branch.said for branch in happened) or "Nothing has happened"
        states.append(State(name, title, tuple(branch.id for branch in happened), probability))
    return states


def happened_by(branch: Branch, periods: pd.DataFrame, at: str = "middle") -> Floats:
    """Probability that a branch has happened by the middle, or the first day, of each period."""
    first = periods["first_year"].to_numpy(float)
    middle = (first + periods["last_year"].to_numpy(float) + 1.0) / 2.0
    start = first[0] if branch.first_year is None else float(branch.first_year)
    year = middle if at == "middle" else first
    return np.asarray(1.0 - (1.0 - branch.chance) ** np.maximum(year - start, 0.0))


def open_before(scenario: Scenario, states: list[State], periods: pd.DataFrame, shut: NDArray[np.bool_]) -> Floats:
    """Probability that a market was open on the first day of a period, given the state in another.

    Args:
        shut: states in which it is not.

    Returns:
        Periods (first days) x states x periods. All 1 where the states are drawn at once: nothing is known before.
    """
    count = len(periods)
    if any(branch.kind == "state" for branch in scenario.branches):
        return np.ones((count, len(states), count))
    result = np.zeros((count, len(states), count))
    before = {}
    for branch in scenario.branches:
        by_now = happened_by(branch, periods)[None, :]
        first = happened_by(branch, periods, "first day")[:, None]
        before[branch.id] = np.divide(first, by_now, out=np.zeros((count, count)), where=by_now > 0)
    for number, state in enumerate(states):
        for earlier, is_shut in zip(states, shut, strict=True):
            if is_shut or not set(earlier.happened) <= set(state.happened):
                continue
            chance = np.ones((count, count))
            for happened in state.happened:
                early = before[happened]
                chance = chance * (early if happened in earlier.happened else 1.0 - early)
            result[:, number] += chance
    return result


def build_states(network: Network, scenario: Scenario, options: Options) -> tuple[Problem, list[State]]:
    """One problem of all states: blocks of each, one strategic layer.

    Args:
        network: the world before the scenario's levers.

    Raises:
        InputError: a branch changes which cargo there is, who refuses a way or what projects there are.
    """
    first = scenario.apply(network)
    states = states_of(scenario, planning_periods(first, options.resolution))
    worlds = [scenario.after(state.happened).apply(network) if state.happened else first for state in states]
    base = build_problem(first, network, options, worlds=worlds)
    blocks = []
    for state, world in zip(states, worlds, strict=True):
        if state.happened:
            own = build_problem(world, network, options, worlds=[first, *worlds])
            _check_alike(base, own, state)
        else:
            own = base
        for block in own.blocks:
            chance = float(state.probability[base.block_period(block)])
            if chance > _LEAST:
                blocks.append(replace(block, weight=block.weight * chance, state=state.id, probability=chance))
    whole = replace(base, blocks=blocks, states={state.id: state.title for state in states})
    kept = partial(open_before, scenario, states, base.periods)
    return with_market_capacity(whole, base.blocks, [state.id for state in states], kept), states


def _check_alike(base: Problem, own: Problem, state: State) -> None:
    """States share lanes, ways and projects; they differ in costs, charges, limits and capacities."""
    one, other = base.classes, own.classes
    alike = len(one.classes) == len(other.classes) and one.classes.equals(other.classes)
    alike = alike and one.pairs.equals(other.pairs) and np.array_equal(one.shares, other.shares)
    projects = base.strategy.projects["project_id"].equals(own.strategy.projects["project_id"])
    if not (alike and projects and base.strategy.starts.equals(own.strategy.starts)):
        what = "which cargo refuses a way" if projects else "the projects"
        raise InputError(
            f"state {state.id}: its levers change {what}; between states only duties, limits, costs, times and "
            "capacities may differ"
        )


def central(problem: Problem) -> str:
    """State whose flows and prices are shown: the first, the world as the scenario has it."""
    return next(iter(problem.states), "")


def states_table(problem: Problem, solved: Sequence[BlockFlows], values: Sequence[float]) -> pd.DataFrame:
    """Table ``states``: what each state is worth in each period.

    Args:
        solved: flows of all blocks. values: million USD a year of each.
    """
    rows = [
        {
            "state": item.block.state,
            "title": problem.states.get(item.block.state, ""),
            "period": item.block.period,
            "probability": item.block.probability,
            "value_musd": value,
            "duty_musd": float(item.served.sum(axis=1) @ item.block.trade.duty) / 1000.0,
        }
        for item, value in zip(solved, values, strict=True)
    ]
    columns = ["state", "title", "period", "probability", "value_musd", "duty_musd"]
    table = pd.DataFrame(rows, columns=columns)
    keys = ["state", "title", "period", "probability"]
    return table.groupby(keys, as_index=False, sort=False)[["value_musd", "duty_musd"]].sum()
