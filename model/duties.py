r"""Duties of lane classes, and what builders ask for the risk that a duty reverts.

The duty of a class is the stacked rate of the importer on goods of the origin, the mean over the last days of the years
of the period, times the customs value (``model.valuation``), at the price in the tables and not at the price that the
duty leads to, by which the program would lose its convexity.

Where the United States grant normal relations from year to year, today's rate is column 1 and what permanent status
would change is the hazard that they end. It is no cost of what moves: it is asked by those who sink capital into
capacity for that market (Handley and Limao 2017). With h the hazard a year, g the gap between the columns as a share of
the value and kappa the capital behind a USD of yearly output, reversion costs the owner the yield of his capital up to
all of it, ``min(1, g / (r kappa))`` at the hurdle rate r, so that he asks the premium ``h min(1, g / (r kappa))`` a
year on the capital kappa v of a yearly tonne of value v: the spread of a bond by hazard and loss given default.
"""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from model.parties import Customs
from network.network import Network
from network.policy import UNITED_STATES, DutySchedule

Floats = NDArray[np.float64]


def days_of(first_year: int, last_year: int) -> list[date]:
    """The days whose law stands for the years of a period."""
    return [date(year, 12, 31) for year in range(first_year, last_year + 1)]


def duties(network: Network, owner: Customs, customs_value: Floats, days: list[date]) -> Floats:
    """Mean duty of every class over some days, USD per t; 0 where the goods stay in one customs territory.

    Args:
        customs_value: USD per t by class.
    """
    schedule = DutySchedule.of(network)
    if schedule.rates_table.empty:
        return np.zeros(len(customs_value))
    rate = sum(part * _by_goods(owner, schedule, on, frozenset()) for on, part in schedule.laws(days))
    return np.where(owner.frame["is_foreign"], rate * customs_value, 0.0)


def premiums(network: Network, owner: Customs, value: Floats, days: list[date]) -> Floats:
    """Mean over some days of what new capacity for a market asks for the risk that its duty reverts, USD per t."""
    schedule = DutySchedule.of(network)
    if schedule.rates_table.empty or schedule.ntr.empty:
        return np.zeros(len(value))
    return np.asarray(sum(part * _premiums(network, schedule, owner, value, on) for on, part in schedule.laws(days)))


def _premiums(network: Network, schedule: DutySchedule, owner: Customs, value: Floats, on: date) -> Floats:
    nothing = np.zeros(len(value))
    frame = owner.frame
    hazard = {country: schedule.hazard(country, on.year) for country in frame["origin"].unique()}
    chance = frame["origin"].map(hazard).to_numpy(float) * (frame["importer"] == UNITED_STATES)
    if not chance.any():
        return nothing
    risky = frozenset(country for country, h in hazard.items() if h > 0)
    at_risk = Customs(frame[chance > 0])
    now = _by_goods(at_risk, schedule, on, frozenset())
    gap = np.maximum(_by_goods(at_risk, schedule, on, risky) - now, 0.0)
    ratio = network.trade_elasticities.set_index("commodity_id")["capital_ratio"]
    capital = at_risk.frame["commodity_id"].map(ratio).fillna(0.0).to_numpy(float)
    asked = premium_rate(chance[chance > 0], gap, capital, network.parameter("hurdle_rate"))
    nothing[chance > 0] = asked * capital * value[chance > 0]
    return nothing


def premium_rate(hazard: Floats, gap: Floats, capital_ratio: Floats, hurdle_rate: float) -> Floats:
    """Premium on the hurdle rate, 1/year: hazard times the share of the capital that reversion costs.

    Args:
        hazard: 1/year. gap: share of the value. capital_ratio: USD per USD of yearly output. hurdle_rate: 1/year.
    """
    yearly = hurdle_rate * capital_ratio
    lost = np.minimum(np.divide(gap, yearly, out=np.zeros_like(gap), where=yearly > 0), 1.0)
    return np.asarray(hazard * lost)


def _by_goods(owner: Customs, schedule: DutySchedule, on: date, column2: frozenset[str]) -> Floats:
    """Rate of every class; each pair of countries and commodity is looked up once."""
    frame = owner.frame
    keys = frame[["importer", "origin", "commodity_id"]].drop_duplicates()
    known = set(schedule.lines_table["commodity_id"])
    rates = [
        schedule.rate(importer, origin, good, on, column2=column2) if good in known else 0.0
        for importer, origin, good in keys.itertuples(index=False)
    ]
    found = keys.assign(rate=rates)
    return frame[["importer", "origin", "commodity_id"]].merge(found, how="left")["rate"].to_numpy(float)
