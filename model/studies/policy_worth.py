r"""What a change of trade policy is worth, with what is built held fixed: duty, risk and investment, over the range.

Two scenarios are routed over the same builds, so that the difference is that of the policy and not that of two searches
for a plan. The gain of every pair of countries and good is split:

* *duty*: the change of the duty times what moved before; the importer's treasury has the other side of it.
* *risk*: the change of the premium that builders ask times the new capacity that is used either way.
* *investment*: the rest, what is traded in addition, and what dearer or cheaper rivals change.

The range runs from all uncertain figures low (hazard of reversion, capital behind the output, substitution) to all of
them high.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.block_solver import TOLERANCE, BlockSolver
from model.build import build_problem
from model.options import Options
from model.paths import PathPool
from model.plans import Plans, plan_of
from model.pricing import Pricer
from model.problem import Problem
from model.progress import Progress
from model.result_flows import BlockFlows, solved_flows
from model.result_trade import block_value, buyers_surplus, curve_surplus, delivered_price
from model.scenario import Scenario
from network.network import Network

Floats = NDArray[np.float64]
CASES = ("base", "low", "high")
COLUMNS = ["case", "exporter", "importer", "commodity_id", "duty_musd", "risk_musd", "investment_musd", "total_musd",
           "buyers_musd", "sellers_musd", "treasury_musd", "quantity_kt", "change_kt", "value_musd",
           "price_before_usd_per_t", "price_after_usd_per_t", "duty_before_pct", "duty_after_pct", "premium_before_pct",
           "premium_after_pct"]  # fmt: skip
_SAID = {"base": "central figures", "low": "low figures", "high": "high figures"}
_PRICED = 10 * TOLERANCE
_LEAST_MUSD = 1e-3


@dataclass(frozen=True)
class Routed:
    """A scenario routed over given builds."""

    problem: Problem
    flows: list[BlockFlows]


def policy_worth(
    network: Network,
    scenario: Scenario,
    other: Scenario,
    options: Options,
    progress: Progress,
    builds: pd.DataFrame,
    with_range: bool,
) -> pd.DataFrame:
    """Table ``policy_worth``: present values over all periods, and a year's quantities of the last one.

    A row without countries is what carriers and terminals gain: rents of scarce ways.

    Args:
        network: the world before the levers. other: what the scenario is compared with.
        builds: table ``builds`` that both are routed over. with_range: whether the low and the high case are solved.
    """
    pool: PathPool | None = None
    parts = []
    for case in CASES if with_range else CASES[:1]:
        progress.phase(f"Routing {scenario.name} and {other.name} over the same builds ({_SAID[case]})")
        world = ranged(network, case)
        after, before = scenario.apply(world), other.apply(world)
        quiet = replace(options, states=False)
        problems = [build_problem(before, world, quiet, also=after), build_problem(after, world, quiet, also=before)]
        pool, routed = _routed(problems, builds, options.threads, pool)
        parts.append(_split(*routed).assign(case=case))
    table = pd.concat(parts, ignore_index=True)
    return table[COLUMNS]


def ranged(network: Network, case: str) -> Network:
    """The world with its uncertain figures of trade at one end of their ranges."""
    if case == "base":
        return network
    reaction, status = network.trade_elasticities.copy(), network.ntr_status.copy()
    for table, names in ((reaction, ("substitution", "capital_ratio")), (status, ("hazard_per_year",))):
        for name in names:
            table[name] = table[f"{name}_{case}"].fillna(table[name])
    return network.replace(trade_elasticities=reaction, ntr_status=status)


def changes_policy(one: Network, other: Network) -> bool:
    """Whether two worlds differ in what happens at borders."""
    tables = ("duty_rates", "ntr_status", "trade_limits", "trade_elasticities")
    return any(not getattr(one, name).equals(getattr(other, name)) for name in tables)


def changes_status(one: Network, other: Network) -> bool:
    """Whether two worlds differ in the risk that duties revert, whose figures have a range."""
    return not one.ntr_status.equals(other.ntr_status)


def _routed(
    problems: list[Problem], builds: pd.DataFrame, threads: int, pool: PathPool | None
) -> tuple[PathPool, list[Routed]]:
    """Both problems solved over the same paths, the second from the basis of the first.

    Prices that several solutions share are then the same in both where nothing has changed.

    Args:
        pool: paths of another case, which stand for those of this one; None = generate them.
    """
    plans = Plans(problems[0].strategy)
    built = plans.built(plan_of(problems[0], builds))
    pricer = Pricer(problems[0].supernetwork, problems[0].classes)
    if pool is None:
        pool = PathPool(pricer.arc_count)
        for cost in {id(block.cost): block.cost for block in problems[0].blocks}.values():
            pool.add(pricer.bundles(cost, np.full(len(problems[0].classes.classes), np.inf))[1])
        for problem in problems:
            for unit in problem.units:
                solver = BlockSolver(problem, unit, pool, pricer, threads)
                solver.generate(np.ascontiguousarray(built[:, solver.period]), _PRICED)
                for part in solver.parts:
                    pool.mark_used(part.columns)
    before = _solved(problems[0], built, pool, pricer, threads, None)
    after = _solved(problems[1], built, pool, pricer, threads, before)
    flows = [solved_flows(one, solvers, built) for one, solvers in zip(problems, (before, after), strict=True)]
    return pool, [Routed(one, found) for one, found in zip(problems, flows, strict=True)]


def _solved(
    problem: Problem, built: Floats, pool: PathPool, pricer: Pricer, threads: int, like: list[BlockSolver] | None
) -> list[BlockSolver]:
    """Every unit solved over the known paths.

    Args:
        like: solvers of the other problem, whose bases are the start.
    """
    solvers = []
    for number, unit in enumerate(problem.units):
        solver = BlockSolver(problem, unit, pool, pricer, threads)
        if like is not None and solver.size == like[number].size:
            solver.start_from(like[number])
        solver.solve(np.ascontiguousarray(built[:, solver.period]))
        solvers.append(solver)
    return solvers


def _split(before: Routed, after: Routed) -> pd.DataFrame:
    """Gains by pair and good, discounted; curves of markets and sellers count with the pairs by their trade."""
    parts = []
    for old, new in zip(before.flows, after.flows, strict=True):
        trade, weight = old.block.trade, old.block.weight
        last = old.block.period == before.flows[-1].block.period
        bought = old.served.sum(axis=1), new.served.sum(axis=1)
        built = np.maximum(np.minimum(bought[0], bought[1]) - trade.existing, 0.0)
        sold = _of_curves(new, old, "supply")
        gain = buyers_surplus(new) - buyers_surplus(old) + _of_curves(new, old, "demand") + sold
        prices = delivered_price(before.problem, old)[0], delivered_price(after.problem, new)[0]
        duty = (trade.duty - new.block.trade.duty) * bought[0] / 1000.0
        risk = (trade.premium - new.block.trade.premium) * built / 1000.0
        value = before.problem.classes.classes["value_usd_per_t"].to_numpy(float)
        frame = pd.DataFrame(
            {
                "exporter": trade.frame["seller"],
                "importer": trade.frame["payer"],
                "commodity_id": trade.frame["commodity_id"],
                "duty_musd": weight * duty,
                "risk_musd": weight * risk,
                "total_musd": weight * gain,
                "sellers_musd": weight
                * (sold + risk),  # the premium is theirs; what it buys the buyers is in the price
                "paid_before": bought[0] * prices[0],
                "paid_after": bought[0] * prices[1],
                "value_musd": np.where(last, bought[0] * value / 1000.0, 0.0),
                "treasury_musd": weight * (new.block.trade.duty * bought[1] - trade.duty * bought[0]) / 1000.0,
                "all_kt": bought[0],
                "quantity_kt": np.where(last, bought[0], 0.0),
                "change_kt": np.where(last, bought[1] - bought[0], 0.0),
                "worth": bought[0] * value,
                "duty_before": bought[0] * trade.duty,
                "duty_after": bought[0] * new.block.trade.duty,
                "asked_before": bought[0] * trade.premium,
                "asked_after": bought[0] * new.block.trade.premium,
            }
        )
        parts.append(frame)
    table = pd.concat(parts, ignore_index=True)
    table = table.groupby(["exporter", "importer", "commodity_id"], as_index=False).sum()
    table["buyers_musd"] = table["total_musd"] - table["sellers_musd"]
    moved = table["all_kt"].where(table["all_kt"] > 0)
    for when in ("before", "after"):
        table[f"price_{when}_usd_per_t"] = table[f"paid_{when}"] / moved
    table["investment_musd"] = table["total_musd"] - table["duty_musd"] - table["risk_musd"]
    worth = table["worth"].where(table["worth"] > 0)
    for name, of in (("duty", "duty"), ("premium", "asked")):
        for when in ("before", "after"):
            table[f"{name}_{when}_pct"] = 100.0 * table[f"{of}_{when}"] / worth
    rest = _value(after) - _value(before) - float(table["total_musd"].sum())
    table = pd.concat([table, pd.DataFrame([{"exporter": "", "importer": "", "commodity_id": "", "total_musd": rest,
                                             "investment_musd": rest}])], ignore_index=True)  # fmt: skip
    figures = [name for name in COLUMNS if name.endswith(("_musd", "_kt"))]
    table[figures] = table[figures].fillna(0.0)
    traded = (table["quantity_kt"] > 0) | (table["total_musd"].abs() > _LEAST_MUSD)
    return table[traded].reset_index(drop=True)


def _value(routed: Routed) -> float:
    return sum(item.block.weight * block_value(item) for item in routed.flows)


def _of_curves(new: BlockFlows, old: BlockFlows, side: str) -> Floats:
    """Change of the surplus of markets or of sellers, shared among their classes by what they trade."""
    curves = old.block.trade.curves
    mine = (curves.labels["side"] == side).to_numpy()
    change = (curve_surplus(new) - curve_surplus(old))[mine]
    members = curves.members[mine]
    if not len(change):
        return np.zeros(members.shape[1])
    traded = np.maximum(old.served.sum(axis=1), new.served.sum(axis=1))
    total = members @ traded
    share = np.divide(change, total, out=np.zeros_like(change), where=total > 0)
    return np.asarray((members.T @ share) * traded)
