"""Network and options -> Problem."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.blocks import MONTHS, demand_steps, group_costs, spreads
from model.capacity_rows import all_passages, capacity_rows
from model.circles import check_circles
from model.classes import LaneClasses, build_classes
from model.errors import InputError
from model.explain import known_names
from model.modules import split_modules
from model.options import NATIONAL, Options
from model.parties import UNION
from model.problem import Block, Problem, Strategy
from model.processing import held_but_not_built, pays_for_goods, processing_rows, reaches_facility, yearly_intake
from model.reference_cost import reference_costs
from model.saving_bounds import saved_by_group
from model.saving_credits import credits_of, saving_rows
from model.steps import ANEW, Steps
from model.stores import storage_rows
from model.strategy import build_strategy, discount_factor
from model.trade_blocks import Border, Trading, trading
from network.frames import each_row
from network.network import Network
from network.supernetwork import Supernetwork, build_supernetwork
from network.transport_cost import ARC_COLUMNS, adjusted, arc_attributes

Floats = NDArray[np.float64]
KILO = 1000.0
# Over the dearest reference cost or demand step; what full links add to the cost of a path stays far below.
OVERFLOW_MULTIPLE = 1000.0
# The step of an intake is a little wider than what the facility can use: the facility's own limit carries the price.
_WIDER = 1.01


def build_problem(
    network: Network,
    reference: Network,
    options: Options,
    periods: pd.DataFrame | None = None,
    also: Network | None = None,
    worlds: Sequence[Network] = (),
    steps: Steps = ANEW,
) -> Problem:
    """Index frames and arrays of a scenario.

    Args:
        network: the scenario's world. reference: the world before the levers, whose costs define the reference cost of
            every lane: a lever that raises a cost must move demand along the curve, not move the curve.
        options: objective and resolution.
        periods: other periods than the table's (the base year of the comparison with observations).
        also: another world after levers, whose steps of demand and limits of trade the problem has too, so that both
            problems have one shape and can be compared without the noise of their steps.
        worlds: others whose limits split the years of a period too, for classes alike in all (states of the world).
        steps: takes the steps of the build, anew unless it knows better.

    Raises:
        InputError: an objective of a country that is not there, no lane, a lane within one place, or one that no path
            of the reference world can serve.
    """
    _check_country(network, options.objective)
    projects, effects = steps.take((), split_modules, network)
    network = replace(network, projects=projects, project_effects=effects)
    supernetwork = steps.take((), build_supernetwork, network)
    if periods is None:
        periods = steps.take((), planning_periods, network, options.resolution)
    seasons = steps.take((), planning_seasons, network, options.resolution)
    others = tuple(worlds if also is None else [*worlds, also])
    classes = steps.take((), build_classes, network, supernetwork, periods, options.resolution, others)
    _check_lanes(network, classes)
    strategy = steps.take((), build_strategy, network, periods)
    priced = steps.take((), reference_costs, reference, supernetwork, classes, periods)
    reacts = _reacting(network)
    trade = trading(network, reference, supernetwork, classes, reacts, priced, not options.states, also, steps)
    blocks = []
    for number in range(len(periods)):
        blocks += _period_blocks(
            network, supernetwork, classes, strategy, periods, seasons, number, priced.cost, trade, options, steps
        )
    for block in blocks:
        check_circles(network, supernetwork, classes, _lowest_cost(classes, block), block.period)
    return Problem(network, supernetwork, classes, periods, seasons, strategy, blocks)


def _check_country(network: Network, objective: str) -> None:
    """The country of a national objective has places; of the customs unions only the European has one account."""
    country = objective.removeprefix(NATIONAL)
    known = sorted({*network.places["country"], *({UNION} & {*network.zones["customs_territory"]})} - {""})
    if objective.startswith(NATIONAL) and country not in known:
        raise InputError(f"--objective {objective}: {known_names('Countries', country, known)}")


def _lowest_cost(classes: LaneClasses, block: Block) -> Floats:
    """Cost of each arc with every saving of every project, cost groups x arcs, USD per t."""
    once = block.savings.labels["boxed"].to_numpy(float)  # every saving stands twice, for boxes and for other cargo
    hours, share = once @ block.savings.hours, once @ block.savings.freight_share
    worth = classes.groups["value_of_time_usd_per_t_h"].to_numpy(float)
    freight = np.array([item.freight for item in block.cargo])
    return np.asarray(block.cost - worth[:, None] * hours - freight * share)


def _check_lanes(network: Network, classes: LaneClasses) -> None:
    """Every lane moves cargo between two places, and there is one."""
    if network.lanes.empty:
        raise InputError(["lanes.csv: it has no row; without a lane there is nothing to carry"])
    lane = classes.classes["lane"].to_numpy()
    idle = np.setdiff1d(lane, lane[classes.pairs["cls"].to_numpy()])
    if len(idle):
        names = network.lanes["lane_id"].to_numpy()[idle]
        raise InputError([f"lanes.csv: lane {name} starts and ends at the same place" for name in names])


def planning_periods(network: Network, resolution: str) -> pd.DataFrame:
    """Milestone periods of a resolution with their discounted years; one year when the table is missing."""
    table = network.periods
    table = table[table["resolution"] == resolution] if len(table) else table
    if table.empty:
        year = int(network.parameter("price_base_year"))
        table = pd.DataFrame({"period": [year], "first_year": [year], "last_year": [year]})
    return with_weights(table[["period", "first_year", "last_year"]], network.parameter("discount_rate"))


def with_weights(periods: pd.DataFrame, rate: float) -> pd.DataFrame:
    """Add ``weight``: discounted years of each period, valued at its first year of all."""
    periods = periods.astype(int).sort_values("period", ignore_index=True)
    base = int(periods["first_year"].iloc[0])
    weight = [
        float(discount_factor(np.arange(p.first_year, p.last_year + 1), base, rate).sum()) for p in each_row(periods)
    ]
    return periods.assign(weight=weight)


def planning_seasons(network: Network, resolution: str) -> pd.DataFrame:
    """Seasons of a resolution with their months and share of the year; the whole year when the table is missing."""
    table = network.seasons
    table = table[table["resolution"] == resolution] if len(table) else table
    if table.empty:
        table = pd.DataFrame({"season": ["year"], "months": [tuple(range(1, MONTHS + 1))]})
    months = [tuple(int(month) for month in row) for row in table["months"]]
    return pd.DataFrame(
        {"season": table["season"].to_numpy(), "months": months, "share": [len(row) / MONTHS for row in months]}
    )


def _period_blocks(
    network: Network,
    supernetwork: Supernetwork,
    classes: LaneClasses,
    strategy: Strategy,
    periods: pd.DataFrame,
    seasons: pd.DataFrame,
    number: int,
    reference_cost: Floats,
    trade: Trading,
    options: Options,
    steps: Steps,
) -> list[Block]:
    period, at = int(periods["period"].iloc[number]), (number, "")
    backcast = steps.take(at, _backcast, network, period)
    links = steps.take(at, _links, network, period, periods, backcast)
    places = steps.take(at, adjusted, network, "places", period, periods)
    attributes = steps.take(at, arc_attributes, network, supernetwork, links[list(ARC_COLUMNS)])
    cargo, cost = steps.take(at, group_costs, network, supernetwork, classes, attributes, options.objective)
    credit = steps.take(at, credits_of, network, supernetwork, strategy, attributes)
    saved = steps.take(at, saved_by_group, classes, cargo, credit.hours, credit.freight_share)
    less = steps.take(at, held_but_not_built, network, backcast)
    yearly = steps.take(at, _lane_quantity, network, period, periods)
    intake = steps.take(at, yearly_intake, network, strategy, periods, number, less)
    border = trade.border(periods, number, options.objective)
    demands = _demands(
        network, classes, seasons, classes.shares[:, number], yearly, intake, reference_cost, trade, border
    )
    widths = [width.sum(axis=1) for _, width, _ in demands]
    stores = steps.take(at, storage_rows, network, classes, seasons, period, widths)
    passages = steps.take(at, all_passages, supernetwork, links["capacity_rule"], places["capacity_scope"])
    blocks = []
    lane = classes.classes["lane"].to_numpy()
    grown = _grown(network, yearly)[lane]
    firm = network.lanes["is_firm"].to_numpy()[lane] == 1
    for (_, season), (reference, width, price), storage in zip(seasons.iterrows(), demands, stores, strict=True):
        name, share = str(season["season"]), float(season["share"])
        at = number, name
        capacity = steps.take(at, capacity_rows, network, passages, links, places, strategy, season, backcast)
        most = width.sum(axis=1) + storage.room
        blocks.append(
            Block(
                period=period,
                season=name,
                weight=float(periods["weight"].iloc[number]),
                cargo=cargo,
                cost=cost,
                reference=reference,
                reference_cost=reference_cost,
                step_width=width,
                step_price=price,
                firm=firm,
                overflow_price=OVERFLOW_MULTIPLE * max(1.0, float(reference_cost.max()), float(price.max())),
                capacity=capacity,
                savings=steps.take(at, saving_rows, classes, strategy, credit, saved, most, capacity),
                spreads=steps.take(at, spreads, strategy, share),
                storage=storage,
                processing=steps.take(at, processing_rows, network, classes, strategy, periods, number, share, less),
                trade=trade.rows(at, border, reference, reference / grown, reference_cost, width, share),
            )
        )
    return blocks


def _demands(
    network: Network,
    classes: LaneClasses,
    seasons: pd.DataFrame,
    share: Floats,
    yearly: Floats,
    intake: Floats,
    cost: Floats,
    trade: Trading,
    border: Border,
) -> list[tuple[Floats, Floats, Floats]]:
    """Reference, widths and prices of the steps of each class, by season.

    Args:
        share: of each class in its lane. yearly: kt of each lane, NaN where it is the intake of a facility.
        intake: kt of each lane that the facility at its end takes at most. cost: reference cost by class, USD per t.
        trade, border: what lanes pay at borders, now and at the reference, and which of them react to it.
    """
    frame = classes.classes
    lane, value = frame["lane"].to_numpy(), frame["value_usd_per_t"].to_numpy(float)
    paid, free = pays_for_goods(network)[lane], reaches_facility(network)[lane]
    without_price = free | (network.lanes["is_firm"].to_numpy()[lane] == 1)
    unlimited = np.isnan(yearly)
    grown = _grown(network, yearly)[lane]
    demands = []
    for months in seasons["months"]:
        of_year = np.where(unlimited, intake * len(months) / MONTHS, yearly * _season_share(network, months))
        reference = of_year[lane] * share
        width, price = demand_steps(
            reference,
            np.where(paid, value + cost + border.usual, cost),
            np.where(paid, 0.0, value),
            frame["elasticity"].to_numpy(float),
            network.parameter("choke_cost_multiple"),
            without_price,
        )
        width[unlimited[lane], 0] *= _WIDER
        width, price = trade.priced(border, reference, reference / grown, cost, width, price)
        demands.append((reference, width, price))
    return demands


def _grown(network: Network, yearly: Floats) -> Floats:
    """What each lane wants over what it moved in its base year; 1 where that is not known."""
    before = network.lanes["quantity_t"].to_numpy(float) / KILO
    known = (before > 0) & (yearly > 0)
    return np.where(known, yearly / np.where(known, before, 1.0), 1.0)


def _reacting(network: Network) -> NDArray[np.bool_]:
    """Lanes whose demand reacts to their own cost: neither firm nor of a facility."""
    firm = (network.lanes["is_firm"] == 1).to_numpy()
    return ~(firm | pays_for_goods(network) | reaches_facility(network))


def _backcast(network: Network, period: int) -> pd.DataFrame:
    """Effects of projects that the tables hold but that are not yet in service in this period."""
    held = network.projects[(network.projects["in_base"] == 1) & (network.projects["in_service_year"] > period)]
    return network.project_effects[network.project_effects["project_id"].isin(held["project_id"])]


def _links(network: Network, period: int, periods: pd.DataFrame, backcast: pd.DataFrame) -> pd.DataFrame:
    """Links of a period, without the hours that projects save which are not yet in service."""
    links = adjusted(network, "links", period, periods)
    hours = links["link_id"].map(backcast.groupby("target_id")["time_saved_h"].sum()).fillna(0.0)
    return links.assign(transit_time_h=links["transit_time_h"] + hours)


def _lane_quantity(network: Network, period: int, periods: pd.DataFrame) -> Floats:
    """Demand of each lane at its reference cost, kt a year; growth indices are interpolated between their years."""
    lanes = adjusted(network, "lanes", period, periods)
    index = {
        growth: float(np.interp(period, part["year"], part["index_base"]))
        for growth, part in network.growth.sort_values("year").groupby("growth_id")
    }
    factor = lanes["growth_id"].map(index).fillna(1.0).to_numpy(float)
    quantity: Floats = lanes["quantity_t"].to_numpy(float) / KILO * factor
    return quantity


def _season_share(network: Network, months: tuple[int, ...]) -> Floats:
    """Part of each lane's year that falls in the months; even without a profile."""
    table = network.season_profiles
    share = table[table["month"].isin(months)].groupby("profile_id")["share"].sum()
    found = network.lanes["season_profile_id"].map(share)
    return found.fillna(len(months) / MONTHS).to_numpy(float)
