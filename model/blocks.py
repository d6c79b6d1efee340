"""Blocks: cost of every arc, demand steps, joint capacities and shared limits of one period and season."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.classes import LaneClasses, refused_arcs
from model.options import NATIONAL
from model.problem import CapacityRows, Spreads, Strategy
from network.frames import each_row
from network.network import Network
from network.supernetwork import Supernetwork
from network.transfers import transfer_ids
from network.transport_cost import ArcAttributes, CargoCost, allowed_by_handling, cargo_cost

Floats = NDArray[np.float64]
MONTHS = 12
KILO = 1000.0
# Generalised cost, as a multiple of the reference cost, between which demand is constant. The last step ends at the
# choke multiple of the parameters table.
STEP_MULTIPLES = np.array([0.8, 1.0, 1.3, 1.8])


def group_costs(
    network: Network,
    supernetwork: Supernetwork,
    classes: LaneClasses,
    attributes: ArcAttributes,
    objective: str,
) -> tuple[list[CargoCost], Floats]:
    """Cost components of each cost group and the generalised cost, groups x arcs, USD per t; inf where closed."""
    ratio = network.parameter("reliability_ratio")
    world = objective == "world"
    fees = np.zeros(supernetwork.arc_count)
    if not world:
        fees = own_fees_left_out(network, supernetwork, objective)
    carbon = network.parameter("social_cost_of_carbon_usd_per_t" if world else "carbon_price_usd_per_t")
    open_to = {
        handling: allowed_by_handling(network, supernetwork, handling)
        for handling in classes.groups["handling_class"].unique()
    }
    refused = {
        countries: refused_arcs(network, supernetwork, countries) for countries in set(classes.groups["refused"])
    }
    cargo = []
    cost = np.empty((len(classes.groups), supernetwork.arc_count))
    for number, group in enumerate(each_row(classes.groups)):
        usable = open_to[group.handling_class] & ~refused[group.refused]
        item = cargo_cost(attributes, usable, group.cargo_kind, group.t_per_teu, ratio)
        cargo.append(item)
        total = item.generalised(group.value_of_time_usd_per_t_h, carbon, fees)
        cost[number] = np.where(item.allowed, total, np.inf)
    return cargo, cost


def own_fees_left_out(network: Network, supernetwork: Supernetwork, objective: str) -> Floats:
    """Part of the fees of each arc that is a cost: 0 where a country plans for itself and receives them, else 1."""
    country = network.places["country"].to_numpy()[supernetwork.arcs["place"].to_numpy()]
    return np.asarray(country != objective.removeprefix(NATIONAL), dtype=float)


def demand_steps(
    reference: Floats, cost: Floats, value: Floats, elasticity: Floats, choke: float, firm: NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Steps of the demand curve of each class.

    Demand is iso-elastic in the delivered price (cargo value + generalised cost): q(m) = q0 ((v + m c) / (v + c))^e,
    with m the generalised cost as a multiple of its reference. Step j is what is bought at multiples up to the next
    one, priced at the middle of the step; the last step (all that would be bought even at the choke multiple) is priced
    at the choke: dearer cargo stays unserved. Firm cargo is one step of all of it, which must be served and has no
    price.

    Args:
        reference: kt at the reference cost. cost, value: USD per t. elasticity: <= 0.
        choke: multiple >= 1; steps that begin at or above it fall away.
        firm: which classes have one step without a price.

    Returns:
        Widths (kt) and prices (USD per t), classes x (steps + 1), prices falling.
    """
    multiples = np.append(STEP_MULTIPLES[choke > STEP_MULTIPLES], choke)
    delivered = value[:, None] + multiples[None, :] * cost[:, None]
    at_reference = np.maximum(value + cost, 1e-9)
    bought = reference[:, None] * (np.maximum(delivered, 1e-9) / at_reference[:, None]) ** elasticity[:, None]
    width = np.column_stack([bought[:, -1], -np.diff(bought, axis=1)[:, ::-1]])
    middle = (multiples[:-1] + multiples[1:]) / 2
    price = np.concatenate([[choke], middle[::-1]])[None, :] * cost[:, None]
    width[firm], price[firm] = 0.0, 0.0
    width[firm, 0] = reference[firm]
    return width, price


def capacity_rows(
    network: Network,
    supernetwork: Supernetwork,
    links: pd.DataFrame,
    places: pd.DataFrame,
    strategy: Strategy,
    season: "pd.Series[Any]",
    backcast: pd.DataFrame,
) -> CapacityRows:
    """Joint capacities of a block: links by direction rule, places by scope, transfers, in t and TEU.

    Args:
        links, places: adjusted tables of the period. season: months (tuple) and share of the year.
        backcast: rows of ``project_effects`` to take away (in the tables but not yet in service in this period).
    """
    transfers = network.transfers.assign(transfer_id=transfer_ids(network.transfers))
    less_by_target = _backcast_amounts(backcast)
    effects = network.project_effects
    labels, capacities, arcs_of_row = [], [], []
    position = pd.Series(strategy.projects.index, index=strategy.projects["project_id"].to_numpy())
    added = effects[effects["project_id"].isin(position.index)]
    for target, table, factor, passages in (
        ("link", links, _availability(network, links, season), _link_passages(supernetwork, links)),
        ("place", places, np.ones(len(places)), _place_passages(supernetwork, places)),
        ("transfer", transfers, np.ones(len(transfers)), _transfer_passages(supernetwork)),
    ):
        identifiers = table[f"{target}_id"].to_numpy()
        for kind, column in (("t", "capacity_t_per_year"), ("TEU", "capacity_teu_per_year")):
            values = table[column].to_numpy(float)
            for number in np.flatnonzero(~np.isnan(values)).tolist():
                less = less_by_target.get((target, identifiers[number], kind), 0.0)
                season_capacity = max(values[number] - less, 0.0) / KILO * factor[number] * season["share"]
                for direction, passing in passages.get(number, []):
                    labels.append((target, identifiers[number], kind, direction, factor[number] * season["share"]))
                    capacities.append(season_capacity)
                    arcs_of_row.append(passing)
    frame = pd.DataFrame(labels, columns=["target", "target_id", "kind", "direction", "season_factor"])
    row_of_arc = np.repeat(np.arange(len(frame)), [len(a) for a in arcs_of_row]) if len(frame) else np.empty(0, int)
    arc = np.concatenate(arcs_of_row) if arcs_of_row else np.empty(0, int)
    passage = csr_matrix((np.ones(len(arc)), (row_of_arc, arc)), shape=(len(frame), supernetwork.arc_count))
    additions = _additions(frame, added, position)
    spread = _spread_rows(frame, added, strategy)
    return CapacityRows(frame, np.array(capacities), passage, *additions, *spread)


def _availability(network: Network, links: pd.DataFrame, season: "pd.Series[Any]") -> Floats:
    """Mean availability of each link over the months of a season; 1 without a row."""
    months = set(season["months"])
    table = network.availability
    mean = table[table["month"].isin(months)].groupby("availability_id")["availability"].mean()
    return links["availability_id"].map(mean).fillna(1.0).to_numpy(float)


def _link_passages(supernetwork: Supernetwork, links: pd.DataFrame) -> dict[int, list[tuple[str, NDArray[np.int64]]]]:
    arcs = supernetwork.arcs
    on_link = arcs[arcs["link"] >= 0]
    result: dict[int, list[tuple[str, NDArray[np.int64]]]] = {}
    rule = links["capacity_rule"].to_numpy()
    for number, part in on_link.groupby("link"):
        link = int(str(number))
        if rule[link] == "each_direction":
            reverse = part["reverse"].to_numpy()
            ways = [("forward", part.index[~reverse]), ("reverse", part.index[reverse])]
            result[link] = [(name, way.to_numpy()) for name, way in ways if len(way)]
        else:
            result[link] = [("both", part.index.to_numpy())]
    return result


def _place_passages(supernetwork: Supernetwork, places: pd.DataFrame) -> dict[int, list[tuple[str, NDArray[np.int64]]]]:
    """Arcs that use a place's capacity: over the quay (load and unload of vessel terminals) or all that arrives."""
    arcs = supernetwork.arcs
    vessel = arcs["mode"].isin(VESSEL_MODES) & arcs["kind"].isin(["load", "unload"])
    entering = arcs["kind"] == "link"
    result: dict[int, list[tuple[str, NDArray[np.int64]]]] = {}
    for number, scope in enumerate(places["capacity_scope"]):
        if scope not in ("vessel", "through"):
            continue
        here = arcs["place"] == number
        used = arcs.index[here & (vessel if scope == "vessel" else entering)].to_numpy()
        if len(used):
            result[number] = [("both", used)]
    return result


def _transfer_passages(supernetwork: Supernetwork) -> dict[int, list[tuple[str, NDArray[np.int64]]]]:
    """Both ways of each transfer, which share its capacity."""
    arcs = supernetwork.arcs
    of_transfer = arcs[arcs["kind"] == "transfer"].groupby("transfer")
    return {int(str(number)): [("both", part.index.to_numpy())] for number, part in of_transfer}


VESSEL_MODES = ("deep_sea", "caspian_ferry", "blacksea_ferry", "short_sea", "inland_waterway")


def _backcast_amounts(backcast: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    """What to take away, t or TEU a year, by target, id and kind."""
    result: dict[tuple[str, str, str], float] = {}
    for row in each_row(backcast.fillna({"capacity_added_t_per_year": 0.0, "capacity_added_teu_per_year": 0.0})):
        for kind, amount in (("t", row.capacity_added_t_per_year), ("TEU", row.capacity_added_teu_per_year)):
            key = (row.target, row.target_id, kind)
            result[key] = result.get(key, 0.0) + float(amount)
    return result


def _additions(
    frame: pd.DataFrame, added: pd.DataFrame, position: "pd.Series[int]"
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    rows = frame.reset_index(names="row").merge(added, on=["target", "target_id"])
    amount = np.where(
        rows["kind"] == "t",
        rows["capacity_added_t_per_year"].fillna(0.0),
        rows["capacity_added_teu_per_year"].fillna(0.0),
    )
    amount = amount / KILO * rows["season_factor"].to_numpy(float)
    some = (amount > 0) & (rows["in_spread_group"].fillna(0).to_numpy() == 0)
    project = position.reindex(rows["project_id"]).to_numpy()
    return rows["row"].to_numpy(np.int64)[some], project[some].astype(np.int64), amount[some]


def _spread_rows(
    frame: pd.DataFrame, added: pd.DataFrame, strategy: Strategy
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of a project's group of links, of the kinds that the project adds to: another kind would have no limit."""
    amount = strategy.projects.set_index("project_id")
    position = pd.Series(strategy.projects.index, index=amount.index)
    group = added[added["in_spread_group"].fillna(0) == 1]
    rows = frame.reset_index(names="row").merge(group, on=["target", "target_id"])
    by_kind = {"t": "spread_capacity_t_per_year", "TEU": "spread_capacity_teu_per_year"}
    adds = np.zeros(len(rows), dtype=bool)
    for kind, column in by_kind.items():
        some = rows["project_id"].map(amount[column].fillna(0.0)).to_numpy(float) > 0
        adds |= some & (rows["kind"] == kind).to_numpy()
    rows = rows[adds]
    return rows["row"].to_numpy(np.int64), position.reindex(rows["project_id"]).to_numpy().astype(np.int64)


def spreads(strategy: Strategy, season_share: float) -> Spreads:
    """Limits that a project adds to a group of links together, kt and kTEU of the season."""
    project, kind, amount = [], [], []
    for number, row in enumerate(each_row(strategy.projects)):
        for name, value in (("t", row.spread_capacity_t_per_year), ("TEU", row.spread_capacity_teu_per_year)):
            if value and not np.isnan(value):
                project.append(number)
                kind.append(name)
                amount.append(value / KILO * season_share)
    return Spreads(np.array(project, np.int64), np.array(kind, object), np.array(amount))
