"""Candidate projects as arrays: allowed starts, years of service, discounted cost, prerequisites, budgets.

A start in period p begins construction in max(earliest start, first year of p) and serves from its in-service year;
a project that is already on the way (earliest start in or before the first period) keeps the table's own in-service
year in the first period. It counts in every milestone year that lies in its service life. Capex is spread evenly over
the construction years; fixed opex runs from service to the horizon or the end of life; the residual value at the
horizon is the straight-line rest of the life. What a project earns outside the network counts against its cost. All in
constant USD, discounted to the first year.
A project whose life has ended may start again, at its full cost.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.problem import Strategy
from network.frames import each_row
from network.network import Network

Floats = NDArray[np.float64]
_NEVER = 9999


def discount_factor(years: NDArray[np.int64] | int, base_year: int, rate: float) -> Floats:
    """Present value at the base year of one unit paid in each year: (1 + rate) ** (base_year - year)."""
    return np.asarray((1.0 + rate) ** (base_year - np.asarray(years, dtype=float)))


def build_strategy(network: Network, periods: pd.DataFrame) -> Strategy:
    """Arrays of the investment decisions.

    Args:
        network: projects and budgets, after levers.
        periods: period, first_year, last_year, weight.
    """
    projects = network.projects[network.projects["is_modelled"] == 1].reset_index(drop=True)
    rate = network.parameter("discount_rate")
    position = {project: number for number, project in enumerate(projects["project_id"])}
    given = _given_service(projects, periods)
    decided = ((projects["is_sunk"] == 0) & (projects["in_base"] == 0)).to_numpy()
    starts = _starts(projects, periods, decided)
    service = np.zeros((len(projects), len(periods), len(periods)))
    for start in each_row(starts):
        life_end = start.in_service_year + projects["lifetime_years"].iloc[start.project]
        milestones = periods["period"].to_numpy()
        service[start.project, start.period] = (milestones >= start.in_service_year) & (milestones < life_end)
    useful = service[starts["project"].to_numpy(), starts["period"].to_numpy()].any(axis=1)
    starts = starts.loc[useful].reset_index(drop=True)
    cost, spending = _costs(projects, starts, periods, rate)
    life = projects["lifetime_years"].to_numpy()[starts["project"]]
    return Strategy(
        projects=projects,
        starts=starts.assign(cost_musd=cost, end_year=starts["in_service_year"] + life),
        service=service,
        given=given,
        units=projects["units_max"].to_numpy(np.int64),
        divisible=np.zeros(len(projects), dtype=bool),
        all_of=[_positions(ids, position) for ids in projects["all_of"]],
        any_of=[_positions(ids, position) for ids in projects["any_of"]],
        excludes=[_positions(ids, position) for ids in projects["excludes"]],
        budget=_budget(network, periods),
        spending=spending,
    )


def _positions(ids: tuple[str, ...], position: dict[str, int]) -> list[int]:
    """Positions of the modelled projects of a list; what is not modelled can neither be required nor exclude."""
    return [position[project] for project in ids if project in position]


def _given_service(projects: pd.DataFrame, periods: pd.DataFrame) -> Floats:
    """Sunk projects that the base tables do not hold serve from their year on; those they hold are in the tables."""
    sunk = ((projects["is_sunk"] == 1) & (projects["in_base"] == 0)).to_numpy()
    years = periods["period"].to_numpy()
    start = projects["in_service_year"].fillna(_NEVER).to_numpy()
    end = start + projects["lifetime_years"].to_numpy()
    serves = (years[None, :] >= start[:, None]) & (years[None, :] < end[:, None])
    return np.where(sunk[:, None], serves, False).astype(float)


def _starts(projects: pd.DataFrame, periods: pd.DataFrame, decided: NDArray[np.bool_]) -> pd.DataFrame:
    rows = []
    first_year = int(periods["first_year"].iloc[0])
    for project in each_row(projects[decided]):
        earliest = first_year if pd.isna(project.earliest_start_year) else int(project.earliest_start_year)
        build_years = int(np.ceil(project.construction_years))
        for number, period in enumerate(each_row(periods)):
            if earliest > period.last_year:
                continue
            start = max(earliest, int(period.first_year))
            in_service = start + build_years
            on_the_way = number == 0 and earliest <= period.last_year and not pd.isna(project.in_service_year)
            if on_the_way:
                in_service = int(project.in_service_year)
                start = min(start, in_service) if earliest >= first_year else first_year
            rows.append((int(project.Index), number, start, in_service))
    return pd.DataFrame(rows, columns=["project", "period", "start_year", "in_service_year"]).astype(int)


def _costs(projects: pd.DataFrame, starts: pd.DataFrame, periods: pd.DataFrame, rate: float) -> tuple[Floats, Floats]:
    """Discounted cost of each start, and its undiscounted spending by period."""
    base, horizon = int(periods["first_year"].iloc[0]), int(periods["last_year"].iloc[-1]) + 1
    cost = np.zeros(len(starts))
    spending = np.zeros((len(starts), len(periods)))
    ends = periods["last_year"].to_numpy()
    for number, start in enumerate(each_row(starts)):
        project = projects.iloc[start.project]
        capex, life = float(project["capex_musd"]), float(project["lifetime_years"])
        years = np.arange(start.start_year, max(start.in_service_year, start.start_year + 1))
        cost[number] = capex * discount_factor(years, base, rate).mean()
        slot = np.minimum(np.searchsorted(ends, years), len(periods) - 1)
        np.add.at(spending[number], slot, capex / len(years))
        end = min(horizon, start.in_service_year + life)
        served = np.arange(start.in_service_year, int(end))
        opex = capex * float(project["fixed_opex_share_per_year"])
        earned = float(project["earnings_musd_per_year"])
        cost[number] += (opex - earned) * discount_factor(served, base, rate).sum()
        rest = max(0.0, 1.0 - (horizon - start.in_service_year) / life)
        cost[number] -= capex * min(rest, 1.0) * float(discount_factor(horizon, base, rate))
    return cost, spending


def _budget(network: Network, periods: pd.DataFrame) -> Floats:
    budget = np.full(len(periods), np.inf)
    for row in each_row(network.budgets):
        budget[(periods["period"] == row.period).to_numpy()] = row.budget_musd
    return budget
