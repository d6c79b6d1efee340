"""Who gains and who pays: the accounts by country and commodity, and the prices of the goods in each market.

Of every block the accounts hold the surplus of buyers and sellers after all that they pay, the treasuries' duties,
export taxes and transit fees, the rents of limits on trade and of scarce capacity, and what carriers receive. Each says
whether the run's objective counts it; what it counts adds up to the value of the block. Prices are those of the
shippers' or the planner's program, whichever was solved.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.corridors import corridor_names
from model.group_sums import Columns, Labels, stacked, summed, sums_by
from model.options import NATIONAL
from model.parties import UNION
from model.problem import Problem
from model.result_accounts import arc_labels
from model.result_flows import KILO, BlockFlows, period_of_paths
from model.result_lanes import capacity_worth, market_worth
from model.result_limits import joint_limits
from model.result_processing import processing_musd
from model.trade_blocks import fee_weight
from network.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MUSD, CO2 = "musd", "kt CO2"
ABROAD = ""  # no one country: facilities, stores, projects
_ROWS = ("country", "commodity_id", "account", "unit", "counts", "amount")
_KEYS = ["country", "commodity_id", "account", "unit", "counts"]


def accounts_table(problem: Problem, solved: list[BlockFlows], plan_cost: float, objective: str) -> pd.DataFrame:
    """Table ``accounts``: a year of each period, and discounted over its years.

    Args:
        plan_cost: discounted cost of the plan, million USD. objective: whose the run was.
    """
    owner = _owners(problem)
    parts: list[Columns] = []
    for item in solved:
        every = stacked([account.rows for account in _of_block(problem, item, objective, owner)])
        rows: pd.DataFrame = every.groupby(_KEYS, as_index=False)[["amount"]].sum()
        amount, is_money = rows["amount"].to_numpy(float), (rows["unit"] == MUSD).to_numpy()
        parts.append(
            {
                **{name: rows[name].to_numpy() for name in _KEYS},
                "period": item.block.period,
                "amount": amount * item.block.probability,
                "discounted_musd": np.where(is_money, amount * item.block.weight, 0.0),
            }
        )
    parts.append(
        {
            "country": ABROAD,
            "commodity_id": "",
            "account": "investment",
            "unit": MUSD,
            "counts": 1.0,
            "period": solved[-1].block.period,
            "amount": np.zeros(1),
            "discounted_musd": np.array([-plan_cost]),
        }
    )
    sums: pd.DataFrame = stacked(parts).groupby(["period", *_KEYS], as_index=False)[["amount", "discounted_musd"]].sum()
    return sums


@dataclass(frozen=True)
class _Account:
    """Rows of an account that are not zero, and what of all of it the objective counts, million USD."""

    rows: Columns
    counted: float

    @classmethod
    def of(cls, columns: Columns, counted: float) -> "_Account":
        """The account without the rows that are zero."""
        some = columns["amount"] != 0.0
        return cls({name: columns[name][some] if np.ndim(columns[name]) else columns[name] for name in _ROWS}, counted)


@dataclass(frozen=True)
class _Fees:
    """Tolls and transit fees that a class pays on an arc: one row each, million USD."""

    arc: Ints
    cls: Ints
    amount: Floats


def _of_block(problem: Problem, item: BlockFlows, objective: str, owner: Labels) -> list[_Account]:
    trade, bought = item.block.trade, item.served.sum(axis=1)
    frame = trade.frame
    fees = _fees(problem, item)
    free = 1.0 - fee_weight(problem, objective)[fees.arc]  # part that the program does not charge
    unseen = np.bincount(fees.cls, weights=fees.amount * free, minlength=len(frame))
    border = trade.duty + trade.export_tax + trade.formality
    buyers = buyers_surplus(item) - bought * (border - trade.charged) / KILO - unseen
    national = objective.removeprefix(NATIONAL) if objective.startswith(NATIONAL) else None

    def counts(owner: pd.Series) -> Floats:
        """Whether the objective counts what a treasury receives."""
        if national is None:
            return np.full(len(owner), 1.0 if objective == "world" else 0.0)
        return np.asarray(owner == national, dtype=float)

    parts = [
        _account("consumer_surplus", frame["payer"], frame["commodity_id"], buyers),
        _account("duty", frame["payer"], frame["commodity_id"], bought * trade.duty / KILO, counts(frame["payer"])),
        _account("export_tax", frame["seller"], frame["commodity_id"], bought * trade.export_tax / KILO,
                 counts(frame["seller"])),
        _transit(item, fees, free, owner),
        *_curves(item),
        _market_capital(item),
        *_carriage(problem, item, owner),
        _scarcity(problem, item),
        _limits(item),
    ]  # fmt: skip
    known = sum(account.counted for account in parts)
    rest = np.array([block_value(item) - known])
    return [*parts, _account("other_rents", [ABROAD], [""], rest)]


def _account(account: Any, country: object, commodity: object, amount: Floats, counts: Floats | float = 1.0
             ) -> _Account:  # fmt: skip
    columns = {
        "country": np.asarray(country, dtype=object),
        "commodity_id": np.asarray(commodity, dtype=object),
        "account": account,
        "unit": MUSD,
        "counts": counts,
        "amount": amount,
    }
    return _Account.of(columns, float((amount * counts).sum()))


def buyers_surplus(item: BlockFlows) -> Floats:
    """Surplus of each class over what the program charges, million USD; 0 of cargo without a choice."""
    block = item.block
    bought = item.served.sum(axis=1)
    worth = (item.served * (block.step_price + item.facilities.use_price[:, None])).sum(axis=1)
    paid = item.class_price + item.facilities.gate_price + block.trade.charged - market_worth(item)
    paid = paid + _rent(item) + capacity_worth(item)
    return np.asarray((worth - bought * paid) / KILO - block.trade.excess)


def _rent(item: BlockFlows) -> Floats:
    """What the limits of trade cost each class, USD per t."""
    return np.asarray(item.block.trade.limits.weights.T @ item.limit_price)


def _market_capital(item: BlockFlows) -> _Account:
    """What capacity for markets earns above its yearly charge, to its sellers; below it where it stands idle."""
    rows = item.block.market_capacity
    capacity = rows.existing + rows.built(item.built)
    amount = (item.earned * (capacity - item.idle) - rows.charge * item.idle) / KILO
    return _account("market_capital", rows.labels["seller"], rows.labels["commodity_id"], amount)


def _curves(item: BlockFlows) -> list[_Account]:
    """Surplus of markets and sellers over the price of their curve."""
    curves = item.block.trade.curves
    if not len(curves.labels):
        return []
    surplus = curve_surplus(item)
    account = np.where(curves.labels["side"] == "demand", "consumer_surplus", "producer_surplus")
    labels = curves.labels
    return [_account(account, labels["owner"], labels["commodity_id"], surplus)]


def curve_surplus(item: BlockFlows) -> Floats:
    """Surplus over the price of each curve, which is what the last of its steps is worth, million USD."""
    curves = item.block.trade.curves
    above = (item.curve_step * (curves.value - item.curve_price[:, None])).sum(axis=1) / KILO
    return np.asarray(above - curves.level)


def _limits(item: BlockFlows) -> _Account:
    """Rents of quotas and licences, to the country whose goods are limited where it imposes the limit itself."""
    limits = item.block.trade.limits
    bought = item.served.sum(axis=1)
    rent = item.limit_price * np.asarray(limits.weights @ bought) / KILO
    return _account("limit_rent", limits.labels["imposed_by"], [""] * len(rent), rent)


def _fees(problem: Problem, item: BlockFlows) -> _Fees:
    arc, cls, kt = (item.steps[name].to_numpy() for name in ("arc", "cls", "kt"))
    group = problem.classes.classes["group"].to_numpy()[cls]
    fee = np.array([cargo.fees for cargo in item.block.cargo])[group, arc]
    some = np.flatnonzero(fee)
    return _Fees(arc[some], cls[some], kt[some] * fee[some] / KILO)


def _transit(item: BlockFlows, fees: _Fees, free: Floats, owner: Labels) -> _Account:
    """What treasuries of the countries on the way receive.

    Args:
        free: part of each fee that the program does not charge, and that counts for that reason.
    """
    keys = {"country": owner.at(fees.arc), "commodity_id": _goods(item).at(fees.cls), "counts": Labels.of(free)}
    sums = sums_by(keys, {"amount": fees.amount}) | {"account": "transit_revenue", "unit": MUSD}
    return _Account(sums, float((fees.amount * free).sum()))


def _carriage(problem: Problem, item: BlockFlows, owner: Labels) -> list[_Account]:
    """What carriers and terminals receive, and emissions, by country; neither is counted again."""
    arc, cls, kt = (item.steps[name].to_numpy() for name in ("arc", "cls", "kt"))
    group = problem.classes.classes["group"].to_numpy()[cls]
    received = np.array([cargo.freight + cargo.handling for cargo in item.block.cargo])[group, arc] * kt / KILO
    emitted = np.array([cargo.co2_t for cargo in item.block.cargo])[group, arc] * kt
    keys = {"country": owner.at(arc), "commodity_id": _goods(item).at(cls)}
    sums = sums_by(keys, {"received": received, "emitted": emitted})
    labels = {name: sums[name] for name in keys} | {"counts": 0.0}
    return [
        _Account.of({**labels, "account": name, "unit": unit, "amount": sums[column]}, 0.0)
        for name, column, unit in (("freight_receipts", "received", MUSD), ("emissions", "emitted", CO2))
    ]


def _goods(item: BlockFlows) -> Labels:
    """Commodity of each class."""
    return Labels.of(item.block.trade.frame["commodity_id"])


def _owners(problem: Problem) -> Labels:
    """Whose account each arc is: the European Union as one, as among buyers and sellers."""
    union = members(problem.network)
    return Labels.of([union.get(name, name) for name in arc_labels(problem)["country"]])


def members(network: Network) -> dict[str, str]:
    """Whose account the members of a union share, by country."""
    table = network.customs_territories
    rows = table[(table["territory"] == UNION) & (table["kind"] == "union")]
    return {country: UNION for names in rows["countries"] for country in names}


def _scarcity(problem: Problem, item: BlockFlows) -> _Account:
    """Rents of scarce links, places and transfers: the margin that carriers and terminals can take."""
    rent = joint_limits(item)["rent_musd"].to_numpy(float)
    scarce = np.flatnonzero(rent)
    network = problem.network
    place = dict(zip(network.places["place_id"], network.places["country"], strict=True))
    start = dict(zip(network.links["link_id"], network.links["from_place"], strict=True))
    target = item.block.capacity.labels["target_id"].iloc[scarce]
    at = [start.get(name, str(name).partition(":")[0]) for name in target]
    union = members(problem.network)
    country = [union.get(place.get(name, ABROAD), place.get(name, ABROAD)) for name in at]
    return _account("carrier_margin", country, [""] * len(scarce), rent[scarce])


def block_value(item: BlockFlows) -> float:
    """Value of the block, million USD a year: what the program maximises there."""
    block, trade = item.block, item.block.trade
    tonnage = item.tonnage.tocoo()
    transport = float(tonnage.data @ block.cost[tonnage.row, tonnage.col])
    area = float((item.served * block.step_price).sum()) + float((item.curve_step * trade.curves.value).sum())
    charged = float(item.served.sum(axis=1) @ trade.charged)
    outside = float(item.outside @ np.nan_to_num(trade.outside))
    usd = (area - charged - outside - transport) / KILO
    storage = float(item.level @ block.storage.cost)
    made = float(np.concatenate(processing_musd(item)).sum())
    idle = float(item.idle @ block.market_capacity.charge) / KILO
    return usd + float(item.saved.sum()) - storage - made - idle - block.offset


def market_prices_table(problem: Problem, solved: list[BlockFlows]) -> pd.DataFrame:
    """Table ``market_prices``: what goods cost their buyers, mean over lanes weighted by what is bought.

    The price of goods at the reference cost of their lane is the value in the table of commodities plus that cost.
    """
    value = problem.classes.classes["value_usd_per_t"].to_numpy(float)
    parts = []
    for item in solved:
        trade, bought = item.block.trade, item.served.sum(axis=1)
        price, producer = delivered_price(problem, item)
        border = trade.duty + trade.export_tax + trade.formality
        usual = value + item.block.reference_cost + trade.usual
        frame = pd.DataFrame(
            {
                "period": item.block.period,
                "country": trade.frame["payer"],
                "origin": trade.frame["seller"],
                "commodity_id": trade.frame["commodity_id"],
                "quantity_kt": bought,
                "reference_kt": item.block.reference,
                "paid": bought * price,
                "sold": bought * producer,
                "charged": bought * border,
                "duties": bought * trade.duty,
                "new_kt": np.maximum(bought - trade.existing, 0.0),
                "asked": np.maximum(bought - trade.existing, 0.0) * trade.premium,
                "surplus_musd": buyers_surplus(item),
                "usual": item.block.reference * usual,
                "worth": item.block.reference * price,
            }
        )
        parts.append(frame)
    keys = ["period", "country", "origin", "commodity_id"]
    table = pd.concat(parts, ignore_index=True).groupby(keys, as_index=False).sum()
    table = table[table["quantity_kt"] + table["reference_kt"] > 0]
    some = table["quantity_kt"].where(table["quantity_kt"] > 0)
    wanted = table["reference_kt"].where(table["reference_kt"] > 0)
    table["price_usd_per_t"] = table["paid"] / some
    table["producer_usd_per_t"] = table["sold"] / some
    table["border_usd_per_t"] = table["charged"] / some
    table["duty_usd_per_t"] = table["duties"] / some
    table["premium_musd"] = table["asked"] / KILO
    table["reference_usd_per_t"] = table["usual"] / wanted
    table["basket_musd"] = table["worth"] / KILO
    table["reference_basket_musd"] = table["usual"] / KILO
    return table.drop(columns=["paid", "sold", "charged", "duties", "asked", "usual", "worth"]).reset_index(drop=True)


def delivered_price(problem: Problem, item: BlockFlows) -> tuple[Floats, Floats]:
    """What the last tonne of each class costs its buyer, duty paid, and what its maker gets, USD per t."""
    trade = item.block.trade
    value = problem.classes.classes["value_usd_per_t"].to_numpy(float)
    # The curve of a homogeneous good is its price; other curves tell what is above the value in the tables.
    base = np.where(trade.frame["is_homogeneous"], 0.0, value)
    supply = trade.curves.labels["side"].to_numpy() == "supply"
    producer = base - np.asarray(trade.curves.members[supply].T @ item.curve_price[supply])
    producer = producer + capacity_worth(item)
    border = trade.duty + trade.export_tax + trade.formality
    return producer + item.class_price + border + _rent(item), producer


def trade_table(problem: Problem, solved: list[BlockFlows]) -> pd.DataFrame:
    """Table ``trade``: what moves from country to country by commodity and corridor, a year of each period."""
    paths = pd.concat([item.paths for item in solved], ignore_index=True)
    cls, kt = paths["cls"].to_numpy(np.int64), paths["kt"].to_numpy(float)
    frames = [item.block.trade.frame for item in solved]
    frame = pd.concat(frames, ignore_index=True)
    row = cls + np.repeat(np.cumsum([0, *map(len, frames[:-1])]), [len(item.paths) for item in solved])
    keys = {
        "period": period_of_paths(solved),
        "exporter": Labels.of(frame["seller"]).at(row),
        "importer": Labels.of(frame["payer"]).at(row),
        "commodity_id": Labels.of(frame["commodity_id"]).at(row),
        "corridor_id": Labels.of(corridor_names(problem)).at(paths["corridor"].to_numpy(np.int64)),
    }
    value = problem.classes.classes["value_usd_per_t"].to_numpy(float)
    return summed(keys, {"flow_kt": kt, "value_musd": kt * value[cls] / KILO})
