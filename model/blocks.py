"""Blocks: cost of every arc, demand steps and shared limits of one period and season."""

import numpy as np
from numpy.typing import NDArray

from model.classes import LaneClasses, refused_arcs
from model.options import NATIONAL
from model.problem import Spreads, Strategy
from network.frames import each_row
from network.network import Network
from network.supernetwork import Supernetwork
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
