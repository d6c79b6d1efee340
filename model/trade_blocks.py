"""What trade adds to the blocks of a period: charges at borders now and at the reference, steps, curves, limits."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.blocks import STEP_MULTIPLES, own_fees_left_out
from model.classes import LaneClasses
from model.duties import days_of, duties, premiums
from model.options import NATIONAL
from model.parties import Customs
from model.problem import Problem, TradeRows
from model.reference_cost import ReferenceCost
from model.steps import ANEW, Steps
from model.trade import curve_rows, customs, lane_breaks, lane_steps, no_curves, together, top_price
from model.trade_limits import active_limits, formalities, limit_rows, with_idle
from model.valuation import customs_values
from model.year_parts import YearParts
from network.network import Network
from network.supernetwork import Supernetwork

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_WIDTHS = 1.0001  # what homogeneous lanes may carry, over all that their curves hold


@dataclass(frozen=True)
class Border:
    """What is charged at borders in a period, USD per t by class.

    Attributes:
        duty, export_tax, formality, premium: as ``TradeRows``. charged: what of them the objective counts.
        usual: all that shippers pay at the reference. relief: premium at the reference less that of today.
        limits: rows in force. years: that the classes stand for.
        also: of the other world whose steps and limits the problem has too.
    """

    duty: Floats
    export_tax: Floats
    formality: Floats
    charged: Floats
    usual: Floats
    premium: Floats
    relief: Floats
    limits: pd.DataFrame
    years: YearParts
    also: "Border | None" = None

    @property
    def change(self) -> Floats:
        """What a tonne of new trade pays more than at the reference, USD per t."""
        return self.charged - self.usual - self.relief


@dataclass(frozen=True)
class Trading:
    """Trade of a scenario, before the periods are known.

    Attributes:
        value, customs_value: of the goods, and what duties are a share of, USD per t by class.
        classes: of the lanes, with the years that they stand for. steps: takes the steps of the build.
    """

    network: Network
    reference: Network
    owner: Customs
    value: Floats
    customs_value: Floats
    value_of_time: Floats
    together: Floats
    moves: Flags
    choke: float
    asks_premium: bool
    classes: LaneClasses
    steps: Steps
    also: "Trading | None" = None

    @property
    def coupled(self) -> Flags:
        """Classes whose origins compete in a market."""
        substitution = self.owner.frame["substitution"].to_numpy(float)
        return np.asarray(self.moves & (np.nan_to_num(substitution) > self.together), dtype=bool)

    def border(self, periods: pd.DataFrame, number: int, objective: str) -> Border:
        """Charges of a period.

        Args:
            number: position of the period. objective: whose it is: "shipper", "world" or "national:XX".
        """
        years = self._years(periods, number)
        limits, tax, formality = self._limited(self.network, periods, number, years)
        duty = self._duty(self.network, periods, number)
        usual = duty if self._same_duties else self._duty(self.reference, periods, number)
        _, usual_tax, usual_formality = self._limited(self.reference, periods, number, years)
        usual = usual + (usual_tax + usual_formality)
        frame = self.owner.frame
        if objective == "world":
            charged = formality
        elif objective.startswith(NATIONAL):
            country = objective.removeprefix(NATIONAL)
            foreign = np.asarray(frame["payer"] != country), np.asarray(frame["seller"] != country)
            charged = duty * foreign[0] + tax * foreign[1] + formality
        else:
            charged = duty + tax + formality
        premium = self._premium(self.network, periods, number)
        same = self._same_duties and self.network.trade_elasticities is self.reference.trade_elasticities
        before = premium if same else self._premium(self.reference, periods, number)
        also = None if self.also is None else self.also.border(periods, number, objective)
        return Border(duty, tax, formality, charged, usual, premium, before - premium, limits, years, also)

    def _limited(
        self, world: Network, periods: pd.DataFrame, number: int, years: YearParts
    ) -> tuple[pd.DataFrame, Floats, Floats]:
        """Limits of a world in force, and what they cost each class: taxes and formalities."""
        at = (number,)
        limits = self.steps.take(at, active_limits, world, periods, number)
        return limits, *self.steps.take(at, formalities, limits, self.owner, years, self.value, self.value_of_time)

    def _premium(self, world: Network, periods: pd.DataFrame, number: int) -> Floats:
        if not self.asks_premium:
            return np.zeros(len(self.value))
        return self.steps.take((number,), premiums, world, self.owner, self.value, _days(periods, number))

    def _duty(self, world: Network, periods: pd.DataFrame, number: int) -> Floats:
        days = _days(periods, number)
        return self.steps.take((number,), duties, world, self.owner, self.customs_value, days)

    @property
    def _same_duties(self) -> bool:
        """Whether no lever touches duties: what a world says of them is asked for once."""
        names = ("duty_rates", "ntr_status", "duty_lines", "parameters")
        return all(getattr(self.network, name) is getattr(self.reference, name) for name in names)

    def _years(self, periods: pd.DataFrame, number: int) -> YearParts:
        start, end = (int(periods[name].iloc[number]) for name in ("first_year", "last_year"))
        return YearParts(self.classes.year[:, number], self.classes.part[:, number], start, end)

    def priced(
        self, border: Border, reference: Floats, existing: Floats, cost: Floats, width: Floats, price: Floats
    ) -> tuple[Floats, Floats]:
        """Steps of all classes: those that react to charges anew, homogeneous ones without a price, others as given.

        Args:
            reference: kt by class. existing: kt that moves without new capacity. cost: of transport at the reference,
                USD per t.
            width (kt), price (USD per t): steps that react to transport alone, classes x n.
        """
        if not (self.moves.any() or self.owner.frame["is_homogeneous"].any()):
            return width, price
        paid = self.value + cost + border.usual
        changes = [border.change] if border.also is None else sorted_pair(border.change, border.also.change)
        breaks = lane_breaks(paid, cost, changes, self.choke, self.coupled, STEP_MULTIPLES)
        elasticity = np.where(self.coupled, self.owner.frame["substitution"].to_numpy(float), self.together)
        top = top_price(paid, self.value, cost, self.choke)
        wide, dear = lane_steps(reference, paid, elasticity, breaks, top)
        dear -= self.value[:, None]
        # What is beyond today's capacity needs new one, which is the cheaper the less its builders ask for the risk.
        beyond = np.maximum(wide.cumsum(axis=1) - existing[:, None], 0.0)
        new = np.minimum(np.divide(beyond, wide, out=np.zeros_like(wide), where=wide > 0), 1.0)
        dear += border.relief[:, None] * new
        more = ((0, 0), (0, wide.shape[1] - width.shape[1]))
        width, price = np.pad(width, more), np.pad(price, more)
        moves = self.moves[:, None]
        width, price = np.where(moves, wide, width), np.where(moves, dear, price)
        alike = self.owner.frame["is_homogeneous"].to_numpy()
        width[alike], price[alike] = 0.0, 0.0
        width[alike, 0] = self._most()[alike]
        return width, price

    def _most(self) -> Floats:
        """Kt a year that homogeneous lanes carry at most: all that any curve of their good holds."""
        curves = self.network.market_curves
        most = curves.assign(kt=curves["quantity_t"] / 1000.0 * (2.0 + curves["elasticity"]))
        by_good = most.groupby("commodity_id")["kt"].sum()
        return _WIDTHS * self.owner.frame["commodity_id"].map(by_good).fillna(0.0).to_numpy(float)

    def _excess(self, border: Border, width: Floats, cost: Floats) -> Floats:
        above = top_price(self.value + cost + border.usual, self.value, cost, self.choke) - self.value
        above -= self.choke * cost + border.usual
        return np.where(self.moves, width[:, 0] * above / 1000.0, 0.0)

    def rows(
        self,
        at: tuple[object, ...],
        border: Border,
        reference: Floats,
        existing: Floats,
        cost: Floats,
        width: Floats,
        months_share: float,
    ) -> TradeRows:
        """Curves, limits and charges of a block.

        Args:
            at: which block.
            reference, existing: kt by class. cost: of transport at the reference, USD per t. width: of
                the steps of demand, kt. months_share: season of the year.
        """
        curves = no_curves(len(self.owner.frame))
        years = border.years
        if self.moves.any() or self.owner.frame["is_homogeneous"].any():
            paid = self.value + cost + border.usual
            of_goods = paid, self.value, self.together
            curves = self.steps.take(
                at, curve_rows, self.network, self.owner, reference, *of_goods, months_share, years
            )
        limits = self.steps.take(at, limit_rows, border.limits, self.owner, years, reference, months_share)
        if border.also is not None:
            limits = with_idle(limits, limit_rows(border.also.limits, self.owner, years, reference, months_share))
        return TradeRows(
            frame=self.owner.frame,
            duty=border.duty,
            export_tax=border.export_tax,
            formality=border.formality,
            premium=border.premium,
            existing=existing,
            charged=border.charged,
            usual=border.usual,
            excess=self._excess(border, width, cost),
            outside=np.where(self.moves, self.choke * cost, np.nan),
            curves=curves,
            limits=limits,
        )


def _days(periods: pd.DataFrame, number: int) -> list[date]:
    return days_of(int(periods["first_year"].iloc[number]), int(periods["last_year"].iloc[number]))


def fee_weight(problem: Problem, objective: str) -> Floats:
    """Part of the tolls and fees of each arc that the objective charges: none for the world, not a country's own."""
    if objective == "world":
        return np.zeros(problem.supernetwork.arc_count)
    return own_fees_left_out(problem.network, problem.supernetwork, objective)


def sorted_pair(one: Floats, other: Floats) -> list[Floats]:
    """Two changes in an order that does not depend on which is whose."""
    return [np.minimum(one, other), np.maximum(one, other)]


def trading(
    network: Network,
    reference: Network,
    supernetwork: Supernetwork,
    classes: LaneClasses,
    reacts: Flags,
    priced: ReferenceCost,
    asks_premium: bool = True,
    also: Network | None = None,
    steps: Steps = ANEW,
) -> Trading:
    """Trade of a scenario.

    Args:
        reference: the world before the levers. reacts: lanes whose demand reacts to their own cost.
        priced: transport in the reference world.
        asks_premium: whether risk is a premium; not where it is a state of the world.
        also, steps: as in ``build_problem``.
    """
    owner = steps.take((), customs, network, classes, reacts)
    has_trade = any(
        len(world.trade_elasticities) or len(world.trade_limits) or len(world.duty_rates)
        for world in (network, reference)
    )
    frame = classes.classes
    own = np.abs(frame["elasticity"].to_numpy(float))
    value = frame["value_usd_per_t"].to_numpy(float)
    return Trading(
        network=network,
        reference=reference,
        owner=owner,
        value=value,
        customs_value=steps.take((), customs_values, reference, supernetwork, owner, value, priced),
        value_of_time=frame["value_of_time_usd_per_t_h"].to_numpy(float),
        together=steps.take((), together, network, owner, own),
        moves=owner.frame["is_free"].to_numpy() & has_trade,
        choke=network.parameter("choke_cost_multiple"),
        asks_premium=asks_premium,
        classes=classes,
        steps=steps,
        also=None if also is None else trading(also, reference, supernetwork, classes, reacts, priced, asks_premium),
    )
