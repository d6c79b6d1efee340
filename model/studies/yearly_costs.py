"""What starts of projects cost by year, undiscounted: the flow whose present value is the model's cost of a start."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.problem import Problem
from network.frames import each_row

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class YearlyCosts:
    """Economic costs of every start, starts x years, million constant USD, of all units.

    Attributes:
        years: every year from the first of the first period to the one after the last period (the horizon), which
            holds nothing but residual values. Present values are of the beginning of a year, in ``base_year``.
        capex, operating, residual: what is invested, the fixed cost of operation less what is earned outside the
            network, and what is left at the horizon.
    """

    years: NDArray[np.int64]
    base_year: int
    capex: Floats
    operating: Floats
    residual: Floats

    def of(self, started: Floats) -> tuple[Floats, Floats, Floats]:
        """Capex, operating cost and residual value by year of starts.

        Args:
            started: share of all units started, by start.
        """
        return started @ self.capex, started @ self.operating, started @ self.residual


def yearly_costs(problem: Problem) -> YearlyCosts:
    """Costs of every start of a problem by year.

    Discounted at the model's rate, capex and operating cost less the residual value are ``cost_musd`` of the starts
    (:mod:`model.strategy`). What comes in any size has its cost in the blocks and none here.
    """
    strategy, periods = problem.strategy, problem.periods
    base, horizon = int(periods["first_year"].iloc[0]), int(periods["last_year"].iloc[-1]) + 1
    begins = strategy.starts[["start_year", "in_service_year"]].to_numpy(np.int64)
    first = int(min(base, begins.min(initial=base)))
    years = np.arange(first, horizon + 1)
    capex, operating, residual = (np.zeros((len(begins), len(years))) for _ in range(3))
    for number, start in enumerate(each_row(strategy.starts)):
        project = strategy.projects.iloc[start.project]
        if strategy.divisible[start.project]:
            continue
        cost, life = float(project["capex_musd"]), float(project["lifetime_years"])
        opens = int(start.in_service_year)
        built = (years >= start.start_year) & (years < max(opens, start.start_year + 1))
        capex[number] = cost * built / built.sum()
        served = (years >= opens) & (years < int(min(horizon, opens + life)))
        running = cost * float(project["fixed_opex_share_per_year"]) - float(project["earnings_musd_per_year"])
        operating[number] = running * served
        residual[number, -1] = cost * min(max(0.0, 1.0 - (horizon - opens) / life), 1.0)
    return YearlyCosts(years, base, capex, operating, residual)
