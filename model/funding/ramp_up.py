r"""Ramp-up: traffic comes to a new work over some years, and so does the cash that serves its debt.

In year a of service (from 0) a project of a class that ramps up over n years from a share f carries

    share[a] = f + (1 - f) a / n   for a < n, then 1,

of what the model routes over it. Worth, flows and rents are the model's own and know no ramp-up. Debt service must fit
into cash in every year: years of the ramp-up are columns of their own after those of the periods, one for each year of
service, so that the cash of the poorest year does not meet the debt service of the dearest. Equity waits: its return is
asked from the first year of full traffic on.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.funding.revenue import asset_terms, tax_rates
from model.funding.schedules import most_by_period
from model.problem import Problem
from network.network import Network

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def ramp_terms(network: Network, classes: NDArray[np.object_]) -> tuple[Ints, Floats]:
    """Years of ramp-up and share of traffic in the first of them of some asset classes; none of a class unknown."""
    table = network.asset_classes.set_index("asset_class")
    years = pd.Series(classes).map(table["ramp_up_years"]).fillna(0).to_numpy(np.int64)
    first = pd.Series(classes).map(table["ramp_up_first_share"]).fillna(1.0).to_numpy(float)
    return years, first


def traffic_share(years: Ints | int, first: Floats | float, age: Ints) -> Floats:
    """Share of the traffic in a year of service, from 0; arguments broadcast.

    >>> traffic_share(3, 0.7, np.arange(5)).round(3).tolist()
    [0.7, 0.8, 0.9, 1.0, 1.0]
    """
    passed = np.clip(age / np.maximum(years, 1), 0.0, 1.0)
    return np.where(age < years, first + (1.0 - first) * passed, 1.0)


def columns_of(network: Network, needs: pd.DataFrame) -> int:
    """Years of the longest ramp-up of some needs: columns after those of the periods."""
    years, _ = ramp_terms(network, needs["asset_class"].to_numpy(object))
    return int(years.max(initial=0))


def service_columns(
    network: Network, needs: pd.DataFrame, offers: pd.DataFrame, yearly: Floats, years: Ints, first: Ints, last: Ints
) -> Floats:
    """Most of yearly payments in each period at full traffic, then in each year of the ramp-up; offers x columns.

    Args:
        yearly: offers x years. years: calendar years. first, last: of the periods.
    """
    ramp, _ = ramp_terms(network, needs["asset_class"].to_numpy(object)[offers["need"].to_numpy(np.int64)])
    opened = offers["in_service_year"].to_numpy(np.int64)
    age = years[None, :] - opened[:, None]
    ramping = (age >= 0) & (age < ramp[:, None])
    full = most_by_period(np.where(ramping, 0.0, yearly), years, first, last)
    columns = [np.where(ramping & (age == a), yearly, 0.0).sum(axis=1) for a in range(columns_of(network, needs))]
    return np.column_stack([full, *columns])


def reward_columns(
    network: Network, needs: pd.DataFrame, offers: pd.DataFrame, yearly: Floats, years: Ints, first: Ints, last: Ints
) -> Floats:
    """What equity asks in each period at full traffic; nothing in years of ramp-up. Arguments as of the other."""
    asked = service_columns(network, needs, offers, yearly, years, first, last)
    asked[:, len(first) :] = 0.0
    return asked


def cash_columns(problem: Problem, network: Network, needs: pd.DataFrame, cash: Floats) -> Floats:
    """Cash for debt service of needs in each period at full traffic, then in each year of the ramp-up.

    Cash tells what is left before tax, and that revenue less variable cost, which goes with traffic; fixed cost stays.

    Args:
        cash: projects x periods, million USD a year, at full traffic.
    """
    project = needs["project"].to_numpy(np.int64)
    full = cash[project]
    ramp, first = ramp_terms(network, needs["asset_class"].to_numpy(object))
    projects = problem.strategy.projects.iloc[project]
    capex = projects["capex_musd"].to_numpy(float)
    fixed = capex * projects["fixed_opex_share_per_year"].to_numpy(float)
    depreciation = capex / np.maximum(projects["lifetime_years"].to_numpy(float), 1.0)
    tax = tax_rates(problem, network)[project]
    last = problem.periods["last_year"].to_numpy(np.int64)
    columns = []
    for age in range(columns_of(network, needs)):
        year = needs["in_service_year"].to_numpy(np.int64) + age
        at = full[np.arange(len(full)), np.minimum(np.searchsorted(last, year), len(last) - 1)]
        left = np.where(at > depreciation, (at - tax * depreciation) / (1.0 - tax), at)
        share = traffic_share(ramp, first, np.full(len(ramp), age))
        left = share * (left + fixed) - fixed
        after = np.where(left > depreciation, left * (1.0 - tax) + tax * depreciation, left)
        columns.append(np.where(at > 0, np.maximum(after, 0.0), 0.0))
    return np.column_stack([full, *columns])


def shares_of_projects(problem: Problem, network: Network) -> tuple[Ints, Floats]:
    """Years of ramp-up and first share of each project, by position."""
    return ramp_terms(network, asset_terms(problem, network)["asset_class"].to_numpy(object))
