"""The financing of projects as arrays: what each start needs, who may offer what, and what an offer does each year.

Money is million constant USD. An *offer* is a funder's instrument for one start of a project under one concession mode;
its amount is the variable. Draw-down follows the spending pro rata, so sources equal uses in every year as soon as they
do in total; all that happens later (outstanding amount, interest, repayment) is a fixed profile times the amount, and
no variable needs a year.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.funding.rules import Rules

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class DebtCut:
    """Debt service that the routing at one plan can carry.

    Attributes:
        plan: units started, by start. cash: needs x (periods and years of ramp-up), cash available for debt service at
            that plan, a year.
    """

    plan: Floats
    cash: Floats


@dataclass(frozen=True)
class Funding:
    """Needs, offers and limits.

    Attributes:
        rules: of the bank. years: calendar years, first to last of the periods.
        needs: one row a start and concession mode: start (row of the strategy's starts), project, period, project_id,
            mode, country (that borrows), asset_class, capex_musd, start_year, in_service_year, dscr_floor, may_borrow
            (on the project), earns (the company bears risk of traffic and services its debt from revenue), liability
            (part of its debt that the state backs by its payments), guaranteed (part of the forecast revenue that the
            state makes up), uncovered (most that commercial lenders lend
            without cover, share of the cost).
        offers: one row an offer: need (row), start, period, funder (position), funder_id, instrument, recourse,
            is_funding, is_debt, is_commercial, is_private, is_sovereign, is_patient (equity of a state or its
            enterprise), most_musd, ticket_min_musd, conversion (of what is not drawn, into exposure), nominal_rate,
            margin, required_return (of equity, nominal), tenor_years, grace_years, idc (share that pays interest during
            construction), grant_element, capital (economic capital, share of what is outstanding), expected_loss
            (share a year).
        drawn: offers x periods, share drawn in each. outstanding: offers x years, at the end of the year.
        interest: offers x years. service: offers x (periods and years of ramp-up), debt service of the dearest year of
            the period at full traffic, then of each year of the ramp-up. reward: the same columns, what equity expects
            a year.
        funders: funder_id, name, kind, max_share_of_cost, with positions. envelope: funders x periods.
        powers: power_id, name. look_through: funders x powers, share of each funder that a power owns.
        ends: position of the last year of each period. host: needs x powers, whether the power is the host of the need.
        countries: country, guarantee_cap (by period: countries x periods), guarantee_headroom, grant_element_min.
        sensitive: asset classes that have a cap of their own.
        cash: needs x (periods and years of ramp-up), most cash that can be available for debt service, a year.
        budget_musd: most spending of all projects together by period; None = no limit. cuts: of plans visited.
        tickets: whether least tickets and the number of funders count, which needs whole-number variables.
    """

    rules: Rules
    years: Ints
    needs: pd.DataFrame
    offers: pd.DataFrame
    drawn: Floats
    outstanding: Floats
    interest: Floats
    service: Floats
    reward: Floats
    funders: pd.DataFrame
    envelope: Floats
    powers: pd.DataFrame
    look_through: Floats
    ends: tuple[int, ...]
    host: Flags
    countries: pd.DataFrame
    guarantee_cap: Floats
    sensitive: tuple[str, ...]
    cash: Floats
    budget_musd: Floats | None = None
    cuts: tuple[DebtCut, ...] = field(default_factory=tuple)
    tickets: bool = False

    @property
    def bank(self) -> int | None:
        """Position of the bank among the funders; None without one."""
        found = np.flatnonzero((self.funders["kind"] == "bank").to_numpy())
        return int(found[0]) if len(found) else None

    def least_tickets(self) -> "pd.Series[float]":
        """Least commitment, million USD, by start and funder (positions): the smallest of the terms open there."""
        groups = self.offers.groupby(["start", "funder"], sort=False)["ticket_min_musd"]
        least: pd.Series[float] = groups.min()
        return least

    def of_bank(self) -> Ints:
        """Rows of the bank's offers."""
        if self.bank is None:
            return np.empty(0, np.int64)
        return np.flatnonzero(self.offers["funder"].to_numpy(np.int64) == self.bank)

    def of_plan(self, plan: Floats) -> tuple["Funding", Ints, Ints]:
        """The needs and offers of the starts in a plan alone, and which rows they are.

        Who pays for a plan is settled among them: offers for what is not built are worth nothing.
        """
        kept = plan[self.needs["start"].to_numpy(np.int64)] > 0
        needs = np.flatnonzero(kept)
        of_need = self.offers["need"].to_numpy(np.int64)
        offers = np.flatnonzero(kept[of_need])
        position = np.cumsum(kept) - 1
        own = replace(
            self,
            needs=self.needs.iloc[needs].reset_index(drop=True),
            offers=self.offers.iloc[offers].assign(need=position[of_need[offers]]).reset_index(drop=True),
            **{name: getattr(self, name)[offers] for name in ("drawn", "outstanding", "interest", "service", "reward")},
            **{name: getattr(self, name)[needs] for name in ("host", "cash")},
            cuts=tuple(replace(cut, cash=cut.cash[needs]) for cut in self.cuts),
        )
        return own, needs, offers
