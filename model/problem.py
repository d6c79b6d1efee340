"""The problem as index frames and arrays: what is decided, when and on what; no solver and no Pyomo here.

Units: flows in kt and kTEU, money in million constant USD, cost in USD per t (divided by 1000 it is million USD per
kt), capacity in kt or kTEU of the block's season. A *block* is one period and season. With investment fixed it is a
problem of its own, a *unit* of solving; stores couple the seasons of a period, which then form one unit.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from model.classes import LaneClasses
from model.funding.problem import Funding
from network.network import Network
from network.supernetwork import Supernetwork
from network.transport_cost import CargoCost

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CapacityRows:
    """Joint capacities of links, places and transfers in one block.

    Attributes:
        labels: target ("link", "place" or "transfer"), target_id, kind ("t" or "TEU"), direction ("both", "forward",
            "reverse").
        capacity: kt or kTEU in the season, without candidate projects.
        passage: rows x arcs, 1 where a passage of the arc uses the row.
        project_row, project, project_amount: what a candidate project adds when built in full.
        spread_row, spread_project: rows that may share in a project's added limit for a group of links.
    """

    labels: pd.DataFrame
    capacity: Floats
    passage: csr_matrix
    project_row: NDArray[np.int64]
    project: NDArray[np.int64]
    project_amount: Floats
    spread_row: NDArray[np.int64]
    spread_project: NDArray[np.int64]

    @property
    def is_teu(self) -> NDArray[np.bool_]:
        """Rows counted in TEU."""
        mask: NDArray[np.bool_] = (self.labels["kind"] == "TEU").to_numpy()
        return mask


@dataclass(frozen=True)
class SavingRows:
    """Time and cost that candidate projects save on links: one row a project, link and kind of cargo (boxes or not).

    The kinds have rows of their own because their bounds differ: boxes are few and save much per tonne.

    Attributes:
        labels: project (position), link (position), link_id, boxed.
        hours, freight_share: rows x arcs; hours saved a passage, share of freight saved.
        bound: proven upper bound of the saving of the block, million USD, when the project is built in full.
        class_bound: rows x classes, the same of one class by itself: all that it ever moves saves on the link.
    """

    labels: pd.DataFrame
    hours: csr_matrix
    freight_share: csr_matrix
    bound: Floats
    class_bound: csr_matrix


@dataclass(frozen=True)
class Spreads:
    """Added limits shared by a group of links: project, kind ("t"/"TEU") and amount (kt or kTEU a season)."""

    project: NDArray[np.int64]
    kind: NDArray[np.object_]
    amount: Floats


@dataclass(frozen=True)
class StorageRows:
    """Stocks in the stores at the destination of classes; without rows where nothing can be stored.

    Attributes:
        labels: one row a store (row of the storage table) and class that may use it: store, cls.
        cost: million USD per kt by row of labels, for what is in store at the end of the season.
        capacity: kt by store.
        room: most of each class that a season moves beyond its own demand, kt.
        before: name of the block of the season before, whose end is this season's beginning.
    """

    labels: pd.DataFrame
    cost: Floats
    capacity: Floats
    room: Floats
    before: str


@dataclass(frozen=True)
class ProcessingRows:
    """Facilities at which goods change; without rows where there are none.

    Attributes:
        facilities: facility_id, in the order of the table. goods: one row a good that a facility takes or makes:
            facility (position), facility_id, side ("input", "output"), commodity_id, t_per_t (of throughput).
        capacity: kt of throughput in the season, without candidate projects. cost: million USD per kt of throughput.
        disposal: million USD per kt by row of goods.
        made, used: by class, the row of goods that it carries from, and to, a facility; -1 = none.
        project_facility, project, project_amount: what a candidate project adds when built in full, kt.
    """

    facilities: pd.DataFrame
    goods: pd.DataFrame
    capacity: Floats
    cost: Floats
    disposal: Floats
    made: NDArray[np.int64]
    used: NDArray[np.int64]
    project_facility: NDArray[np.int64]
    project: NDArray[np.int64]
    project_amount: Floats

    @property
    def outputs(self) -> NDArray[np.int64]:
        """Rows of goods that are made."""
        return np.flatnonzero((self.goods["side"] == "output").to_numpy())


@dataclass(frozen=True)
class CurveRows:
    """Curves that several classes share: what one more tonne of all of them together is worth.

    Attributes:
        labels: side ("demand", "supply"), owner (territory, country or zone), commodity_id.
        width (kt), value (USD per t, falling; of a supply minus what a tonne costs): rows x steps.
        members: rows x classes, 1 where the class counts.
        level: million USD by row, worth of what is traded at any price: left out of the objective, as ``excess``.
    """

    labels: pd.DataFrame
    width: Floats
    value: Floats
    members: csr_matrix
    level: Floats


@dataclass(frozen=True)
class LimitRows:
    """Limits of trade policy on what is traded.

    Attributes:
        labels: limit_id, title, instrument, imposed_by, year (of those in which it acts: model.year_parts).
        most: kt in the season. weights: rows x classes, what a tonne of the class counts.
    """

    labels: pd.DataFrame
    most: Floats
    weights: csr_matrix


@dataclass(frozen=True)
class TradeRows:
    """Trade in a block, by class in USD per t.

    Attributes:
        frame: one row a class, as ``trade.Customs``.
        duty: paid to the importer. export_tax: paid to the country of origin. formality: cost of licences and papers.
        premium: what those who build for a market ask for the risk that it closes. existing: kt that moves without
            new capacity for it.
        charged: what of duty, tax and formality the objective counts. usual: all of them at the reference.
        excess: million USD by class, what is bought at any price is worth beyond the choke cost; the same in every
            scenario and left out of the objective, which it would drown.
        outside: cost of a way outside the model, where cargo takes one; NaN elsewhere.
    """

    frame: pd.DataFrame
    duty: Floats
    export_tax: Floats
    formality: Floats
    premium: Floats
    existing: Floats
    charged: Floats
    usual: Floats
    excess: Floats
    outside: Floats
    curves: CurveRows
    limits: LimitRows

    @property
    def leaving(self) -> NDArray[np.int64]:
        """Classes that may take a way outside the model."""
        return np.flatnonzero(~np.isnan(self.outside))


@dataclass(frozen=True)
class MarketCapacityRows:
    """Capacity for markets whose duty may change, decided before it is known; without rows where none may.

    Attributes:
        labels: seller, payer, commodity_id. members: rows x classes, 1 where a class is sold there.
        existing: kt of the season that the capacity of the base year makes.
        charge: USD a year per t of capacity, paid whether or not it is used.
        rise: share of the value, by which the duty of the block's state is above that of the first state.
        wanted: kt of the season at the reference price of the first state.
        project_row, project, project_amount: what a project adds when built in full, kt of the season.
    """

    labels: pd.DataFrame
    members: csr_matrix
    existing: Floats
    charge: Floats
    rise: Floats
    wanted: Floats
    project_row: NDArray[np.int64]
    project: NDArray[np.int64]
    project_amount: Floats

    def built(self, built: Floats) -> Floats:
        """New capacity by row, kt of the season, with projects in service to a share."""
        added = self.project_amount * built[self.project]
        total: Floats = np.bincount(self.project_row, weights=added, minlength=len(self.existing)).astype(float)
        return total


def no_market_capacity() -> MarketCapacityRows:
    """No market whose duty may change."""
    none, whole = np.empty(0), np.empty(0, np.int64)
    labels = pd.DataFrame(columns=["seller", "payer", "commodity_id"])
    return MarketCapacityRows(labels, csr_matrix((0, 0)), none, none, none, none, whole, whole, none)


@dataclass(frozen=True)
class Block:
    """One period and season.

    Attributes:
        weight: discounted years that the block stands for, times the probability of its state.
        state: of the world; "" where there is one. probability: of the state in the period.
        cargo: cost components by cost group. cost: groups x arcs, USD per t, inf where closed.
        reference: kt of each class at its reference cost. step_width (kt), step_price (USD per t): classes x steps,
            prices falling; the sum of the widths is the most that is ever demanded.
        reference_cost: USD per t of each class at the reference network.
        firm: classes that must be served in full.
        overflow_price: USD per t of firm cargo that no path carries, far above what any path costs: by it a plan
            without room for firm cargo has a value, and loses against any other.
    """

    period: int
    season: str
    weight: float
    cargo: list[CargoCost]
    cost: Floats
    reference: Floats
    reference_cost: Floats
    step_width: Floats
    step_price: Floats
    firm: NDArray[np.bool_]
    overflow_price: float
    capacity: CapacityRows
    savings: SavingRows
    spreads: Spreads
    storage: StorageRows
    processing: ProcessingRows
    trade: TradeRows
    state: str = ""
    probability: float = 1.0
    market_capacity: MarketCapacityRows = field(default_factory=no_market_capacity)

    @property
    def name(self) -> str:
        """Period, season and state, for names of rows and columns."""
        return block_name(self.period, self.season, self.state)

    @property
    def offset(self) -> float:
        """Constant of the objective, million USD a year, minimised."""
        return float(self.trade.excess.sum() + self.trade.curves.level.sum())

    @cached_property
    def held_steps(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Class and step of every column of what is served: the steps that have a width, class by class."""
        cls, step = np.nonzero(self.step_width > 0)
        return cls.astype(np.int64), step.astype(np.int64)

    def served_by(
        self, row: NDArray[np.int64], cls: NDArray[np.int64], value: Floats
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
        """Coefficients of classes as those of their steps: row, column of what is served, value."""
        first = np.searchsorted(self.held_steps[0], cls)
        count = np.searchsorted(self.held_steps[0], cls, side="right") - first
        start = np.repeat(first - (np.cumsum(count) - count), count)
        return np.repeat(row, count), start + np.arange(count.sum()), np.repeat(value, count)

    @property
    def most(self) -> Floats:
        """Most of each class that is ever moved, kt: all that is demanded, and what goes into store."""
        total: Floats = self.step_width.sum(axis=1) + self.storage.room
        return total


def block_name(period: int, season: str, state: str = "") -> str:
    """Name of the block of a period, season and state of the world."""
    return f"{period}_{season}_{state}" if state else f"{period}_{season}"


@dataclass(frozen=True)
class Strategy:
    """Candidate and given projects and the arithmetic of their starts.

    Attributes:
        projects: the modelled projects (rows of the table) with the position used everywhere else.
        starts: one row an allowed start: project, period (position), start_year, in_service_year, end_year (of its
            life), cost_musd (discounted capex and fixed opex less residual value, all units).
        service: projects x start periods x periods; 1 where a start in the first leads to service in the second.
        given: share of each project in service by period without a decision (projects x periods).
        units: most units of each project. all_of, any_of, excludes: lists of positions.
        divisible: projects that come in any size, up to one unit: capacity for a market.
        budget: million USD by period (inf = none). spending: starts x periods, undiscounted million USD, all units.
        funding: who may pay for what; None = nobody asks.
    """

    projects: pd.DataFrame
    starts: pd.DataFrame
    service: Floats
    given: Floats
    units: NDArray[np.int64]
    divisible: NDArray[np.bool_]
    all_of: list[list[int]]
    any_of: list[list[int]]
    excludes: list[list[int]]
    budget: Floats
    spending: Floats
    funding: Funding | None = None

    @property
    def is_whole(self) -> NDArray[np.bool_]:
        """Starts that come in whole units."""
        whole: NDArray[np.bool_] = ~self.divisible[self.starts["project"].to_numpy(np.int64)]
        return whole


@dataclass(frozen=True)
class Problem:
    """Everything that a formulation needs.

    Attributes:
        periods: period, first_year, last_year, weight (discounted years). seasons: season, months, share (of the year).
        states: title of each state of the world by id, the first one being the world as the scenario has it.
    """

    network: Network
    supernetwork: Supernetwork
    classes: LaneClasses
    periods: pd.DataFrame
    seasons: pd.DataFrame
    strategy: Strategy
    blocks: list[Block]
    states: dict[str, str] = field(default_factory=dict)

    def block_period(self, block: Block) -> int:
        """Position of a block's period."""
        return int(np.flatnonzero(self.periods["period"].to_numpy() == block.period)[0])

    @property
    def units(self) -> list[list[Block]]:
        """Blocks that must be solved together: each alone, or where goods are stored all seasons of a period."""
        if not any(len(block.storage.labels) for block in self.blocks):
            return [[block] for block in self.blocks]
        together = dict.fromkeys((block.state, block.period) for block in self.blocks)
        return [[block for block in self.blocks if (block.state, block.period) == key] for key in together]
