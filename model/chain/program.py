r"""The program of the chain: one linear program over all slices, mixed-integer in what is built.

Variables, yearly rates in kt but stocks in kt, minimised in million USD discounted to the first year:

``feed[w, t]``: oxides in the mine's product that take the way w. ``run[u, c, t]``: throughput of the unit u on goods
of content class c. ``trade[a, t]``. ``mix[p, t]``: free goods treated as restricted. ``serve[m, j]``: step j of a
market. ``store[s, t]``: stock at the end. ``collect[r, t]``: end-of-life magnets. ``dispose[p, t]``. ``miss[g]``: what
lacks of a goal. ``build[i]`` binary: start of a project.

Families: ``pool_balance``: what feeds and units give, trade brings and stocks release is what units take, trade takes,
markets buy and is disposed of. ``unit_capacity``: load of a unit <= what stands + what builds add. ``vintage``: magnets
collected <= their part of those sold a life ago. ``control``: see ``model.chain.controls``. Strategic: ``one_size``:
one start of one size a facility, just one where it is committed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.common.gc_manager import PauseGC

from model.chain.control_rows import Controls
from model.chain.demand import Demands
from model.chain.feeds import NONE
from model.chain.pools import FREE, RESTRICTED
from model.chain.problem import Chain
from model.formulation import BlockRows
from model.rows import Entries, RowFamily, Variable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
KILO = 1000.0


@dataclass(frozen=True)
class Parts:
    """Variables and families of a chain, before they hang on a model."""

    variables: list[Variable]
    families: list[RowFamily]


def formulate_chain(chain: Chain, parts: Parts) -> pyo.ConcreteModel:
    """The joint model: binary builds in ordinary Pyomo, all else in row families."""
    starts = chain.units.starts
    with PauseGC():
        model = pyo.ConcreteModel("kervan chain")
        model.build = pyo.Var(range(len(starts)), domain=pyo.Binary)
        facility = chain.units.projects["facility_id"].to_numpy(object)[starts["project"].to_numpy(np.int64)]
        indices = pd.Series(np.arange(len(starts))).groupby(facility).indices if len(starts) else {}
        groups = {str(name): numbers for name, numbers in indices.items()}
        committed = set(chain.units.projects.loc[chain.units.projects["status"] == "committed", "facility_id"])

        def one_size(m: pyo.ConcreteModel, name: str) -> Any:
            total = pyo.quicksum(m.build[int(n)] for n in groups[name])
            return total == 1 if name in committed else total <= 1

        model.one_size = pyo.Constraint(sorted(groups), rule=one_size)
        capex = pyo.quicksum(float(c) * model.build[n] for n, c in enumerate(starts["cost_musd"]))
        model.cost = pyo.Objective(expr=capex + 0.0, sense=pyo.minimize)
        for variable in parts.variables:
            model.add_component(f"{variable.name}_chain", pyo.Var(pyo.RangeSet(0, len(variable) - 1), dense=False))
        built = [model.build[n] for n in range(len(starts))]
        model.operational = [BlockRows("chain", 1.0, parts.variables, parts.families, built)]
    return model


def chain_parts(chain: Chain) -> Parts:
    """Variables and families."""
    count = len(chain.slices)
    weight = chain.slices.weight / KILO  # a kt at a USD a t is a thousandth of a million
    variables = [
        _feed(chain, weight),
        _run(chain, weight),
        _trade(chain, weight),
        _plain("mix", np.zeros((len(chain.mixes), count)), np.inf),
        _serve(chain.demands, weight),
        _store(chain),
        _collect(chain, weight),
        _plain("dispose", chain.disposal_cost[:, None] * weight[None, :], np.inf, "disposal"),
        _miss(chain, weight),
    ]
    balance = _balance(chain)
    families = [balance, _capacity(chain), _vintage(chain), *_controls(chain.controls)]
    return Parts([v for v in variables if len(v)], [_kept(f, variables) for f in families if len(f)])


def _kept(family: RowFamily, variables: list[Variable]) -> RowFamily:
    """Without entries of variables that have no member."""
    empty = {variable.name for variable in variables if not len(variable)}
    entries = {name: part for name, part in family.entries.items() if name not in empty and len(part.row)}
    return RowFamily(family.name, family.labels, family.lower, family.upper, entries)


def _grid(first: str, size: int, count: int) -> pd.DataFrame:
    return pd.DataFrame({first: np.repeat(np.arange(size), count), "slice": np.tile(np.arange(count), size)})


def _plain(name: str, cost: Floats, upper: float, term: str = "") -> Variable:
    size, count = cost.shape
    labels = _grid("item", size, count)
    total = size * count
    costs = {term: cost.ravel()} if term else {}
    return Variable(name, labels, np.zeros(total), np.full(total, upper), costs)


def _feed(chain: Chain, weight: Floats) -> Variable:
    feeds, controls = chain.feeds, chain.controls
    size, count = feeds.cost.shape
    resource = feeds.cost - feeds.moves
    cost = {
        "treatment": (resource * weight).ravel(),
        "transport": (feeds.moves * weight).ravel(),
        "floor": (-controls.floor_of_feed * chain.transfers * weight).ravel(),
    }
    top = np.full((size, count), np.inf)
    mine = feeds.frame["mine"].to_numpy(np.int64)
    closed = controls.feed_open < 1.0
    # A way that is open for part of a slice carries that part of what its mine could send.
    most = chain.most_of_unit[mine] * controls.feed_open
    top[closed] = most[closed]
    restricted = feeds.frame["restricted"].to_numpy(bool)
    for name in ("crack", "light", "heavy"):
        position = feeds.frame[name].to_numpy(np.int64)
        used = (position != NONE) & restricted
        refused = np.vstack([controls.refused, np.zeros((1, count), dtype=bool)])[position]
        top[refused & used[:, None]] = 0.0
    return Variable("feed", _grid("way", size, count), np.zeros(size * count), top.ravel(), cost)


def _run(chain: Chain, weight: Floats) -> Variable:
    units, count = chain.units, len(chain.slices)
    size = len(units.frame)
    labels = _grid("unit_class", size * 2, count)
    labels["unit"], labels["restricted"] = labels["unit_class"] // 2, labels["unit_class"] % 2
    opex = np.repeat(chain.run_cost, 2, axis=0)
    top = np.full((size, 2, count), np.inf)
    top[~chain.runs] = 0.0
    top[chain.at_content, FREE] = 0.0
    refused = chain.controls.refused
    top[:, RESTRICTED][refused] = 0.0
    zeros = np.zeros(size * 2 * count)
    return Variable("run", labels, zeros, top.ravel(), {"treatment": (opex * weight).ravel()})


def _trade(chain: Chain, weight: Floats) -> Variable:
    pools, controls = chain.pools, chain.controls
    size, count = pools.transport.shape
    cost = {
        "transport": ((pools.transport + controls.papers) * weight).ravel(),
        "duty": ((chain.duty + controls.levy) * chain.transfers * weight).ravel(),
    }
    total = size * count
    return Variable("trade", _grid("trade", size, count), np.zeros(total), np.full(total, np.inf), cost)


def _serve(demands: Demands, weight: Floats) -> Variable:
    market, step = np.nonzero(demands.width > 0)
    labels = pd.DataFrame({"market": market, "step": step})
    when = demands.frame["slice"].to_numpy(np.int64)[market] if len(market) else np.empty(0, np.int64)
    cost = {"surplus": -demands.price[market, step] * weight[when]}
    return Variable("serve", labels, np.zeros(len(labels)), demands.width[market, step], cost)


def _store(chain: Chain) -> Variable:
    stocks, count = chain.stocks, len(chain.slices)
    size = len(stocks)
    lower = np.zeros((size, count))
    most = stocks["most_kt"].to_numpy(float)
    upper = np.repeat(most[:, None], count, axis=1)
    if size and count:
        lower[:, -1] = stocks["start_kt"].to_numpy(float)  # what was drawn is made good by the end
    holding = stocks["price_usd_per_t"].to_numpy(float)[:, None] * chain.holding_rate
    years = chain.slices.weight / KILO
    return Variable("store", _grid("stock", size, count), lower.ravel(), np.maximum(upper, lower).ravel(),
                    {"holding": (holding * years[None, :]).ravel()})  # fmt: skip


def _collect(chain: Chain, weight: Floats) -> Variable:
    size, count = len(chain.collections), len(chain.slices)
    total = size * count
    cost = np.broadcast_to(chain.collection_cost * weight[None, :], (size, count)).ravel()
    return Variable("collect", _grid("collection", size, count), np.zeros(total), np.full(total, np.inf),
                    {"treatment": cost})  # fmt: skip


def _miss(chain: Chain, weight: Floats) -> Variable:
    rows = chain.controls.rows
    penalty = np.array(rows.penalty, dtype=float)
    goal = np.flatnonzero(~np.isnan(penalty)) if len(penalty) else np.empty(0, np.int64)
    when = np.array([label[3] for label in rows.labels], dtype=np.int64)[goal] if len(goal) else goal
    cost = penalty[goal] * weight[when] if len(goal) else np.empty(0)
    labels = pd.DataFrame({"row": goal})
    return Variable("miss", labels, np.zeros(len(goal)), np.full(len(goal), np.inf), {"goal": cost})


def _spread(row: Ints, column: Ints, value: Floats, count: int) -> tuple[Ints, Ints, Floats]:
    """Entries that hold in every slice: items to (item, slice)."""
    when = np.arange(count)
    rows = (row[:, None] * count + when[None, :]).ravel()
    columns = (column[:, None] * count + when[None, :]).ravel()
    return rows, columns, np.repeat(value, count)


def _balance(chain: Chain) -> RowFamily:
    pools, demands, count = chain.pools, chain.demands, len(chain.slices)
    size = len(pools.frame)
    entries: dict[str, Entries] = {}
    entries["feed"] = Entries.make(*_spread(*_feed_gives(chain), count))
    entries["run"] = Entries.make(*_spread(*_run_gives(chain), count))
    trades = pools.trades
    number = np.arange(len(trades), dtype=np.int64)
    row = np.concatenate([trades["source"].to_numpy(np.int64), trades["sink"].to_numpy(np.int64)])
    value = np.concatenate([-np.ones(len(trades)), np.ones(len(trades))])
    entries["trade"] = Entries.make(*_spread(row, np.tile(number, 2), value, count))
    free = chain.mixes
    mixed = np.concatenate([free, chain.mixed_into])
    item = np.tile(np.arange(len(free), dtype=np.int64), 2)
    sign = np.concatenate([-np.ones(len(free)), np.ones(len(free))])
    entries["mix"] = Entries.make(*_spread(mixed, item, sign, count))
    market, _ = np.nonzero(demands.width > 0)
    if len(market):
        rows = chain.market_pools[market] * count + demands.frame["slice"].to_numpy(np.int64)[market]
        entries["serve"] = Entries.make(rows, np.arange(len(market)), -1.0)
    entries["store"] = _released(chain, count)
    pool = chain.collected_into
    item = np.arange(len(pool), dtype=np.int64)
    entries["collect"] = Entries.make(*_spread(pool, item, np.ones(len(pool)), count))
    item = np.arange(len(chain.disposals), dtype=np.int64)
    entries["dispose"] = Entries.make(*_spread(chain.disposals, item, -np.ones(len(item)), count))
    lower = np.zeros((size, count))
    years = chain.slices.years
    for stock, kt in zip(chain.stocks["pool"], chain.stocks["start_kt"], strict=True):
        lower[int(stock), 0] -= kt / years[0]  # what lies there at the start is released by store[0]
    labels = _grid("pool", size, count)
    return RowFamily("pool_balance", labels, lower.ravel(), lower.ravel(), entries)


def _feed_gives(chain: Chain) -> tuple[Ints, Ints, Floats]:
    """Oxides of the ways of feed in their pools."""
    element, way = np.nonzero(chain.feeds.oxides.T > 0)
    return chain.oxide_pools[way, element], way.astype(np.int64), chain.feeds.oxides[way, element]


def _run_gives(chain: Chain) -> tuple[Ints, Ints, Floats]:
    """What units give to pools and take from them, by class of content."""
    recipes = chain.recipes_by_class
    sign = np.where(recipes["side"] == "output", 1.0, -1.0)
    value = sign * recipes["t_per_t"].to_numpy(float)
    return recipes["pool"].to_numpy(np.int64), recipes["run"].to_numpy(np.int64), value


def _released(chain: Chain, count: int) -> Entries:
    """Stocks give what they held before less what they hold, over the years of the slice."""
    years = chain.slices.years
    pool = chain.stocks["pool"].to_numpy(np.int64)
    stock = np.arange(len(pool), dtype=np.int64)
    rows, columns, values = _spread(pool, stock, np.ones(len(pool)), count)
    when = np.tile(np.arange(count), len(pool))
    later = when < count - 1
    return Entries.make(
        np.concatenate([rows, rows[later] + 1]),
        np.concatenate([columns, columns[later]]),
        np.concatenate([-values / years[when], values[later] / years[when[later] + 1]]),
    )


def _capacity(chain: Chain) -> RowFamily:
    units, feeds, count = chain.units, chain.feeds, len(chain.slices)
    size = len(units.frame)
    row, column, value = [], [], []
    for name, load in (
        ("mine", np.ones(len(feeds.frame))),
        ("crack", feeds.crack_load),
        ("light", feeds.light_load),
        ("heavy", feeds.heavy_load),
    ):
        unit = feeds.frame[name].to_numpy(np.int64)
        used = np.flatnonzero((unit != NONE) & (load > 0))
        row.append(unit[used])
        column.append(used.astype(np.int64))
        value.append(load[used])
    works = np.flatnonzero(chain.runs)
    both = np.concatenate([works * 2 + c for c in (FREE, RESTRICTED)])
    entries = {
        "feed": Entries.make(*_spread(np.concatenate(row), np.concatenate(column), np.concatenate(value), count)),
        "run": Entries.make(*_spread(np.tile(works, 2), both, np.ones(len(both)), count)),
        "built": Entries.make(units.add_unit * count + units.add_slice, units.add_start, -units.add_kt),
    }
    total = size * count
    return RowFamily("unit_capacity", _grid("unit", size, count), np.full(total, -np.inf), units.capacity.ravel(),
                     entries)  # fmt: skip


def _vintage(chain: Chain) -> RowFamily:
    count, size = len(chain.slices), len(chain.collections)
    item = np.arange(size, dtype=np.int64)
    entries = {
        "collect": Entries.make(*_spread(item, item, np.ones(size), count)),
        "serve": Entries.make(chain.vintage_row, chain.vintage_column, -chain.vintage_value),
    }
    total = size * count
    return RowFamily("vintage", _grid("collection", size, count), np.full(total, -np.inf),
                     chain.vintage_most.ravel(), entries)  # fmt: skip


def _controls(controls: Controls) -> list[RowFamily]:
    rows = controls.rows
    if not rows.labels:
        return []
    entries = {
        name: Entries.make(*(np.concatenate([part[k] for part in parts]) for k in range(3)))
        for name, parts in rows.entries.items()
    }
    penalty = np.array(rows.penalty, dtype=float)
    goal = np.flatnonzero(~np.isnan(penalty))
    least, most = np.array(rows.least), np.array(rows.most)
    sign = np.where(np.isfinite(least[goal]), 1.0, -1.0)
    entries["miss"] = Entries.make(goal, np.arange(len(goal)), sign)
    labels = pd.DataFrame(rows.labels, columns=["control_id", "good", "region", "slice"])
    return [RowFamily("control", labels, least, most, entries)]
