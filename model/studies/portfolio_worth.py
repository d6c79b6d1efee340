"""Economic worth of the projects of a portfolio, put into its tables, and what it hangs on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.progress import Progress
from model.studies.counterfactual import PORTFOLIO, Counterfactual, counterfactuals
from model.studies.portfolio import Examined
from model.studies.portfolio_risk import reference_draws, sensitivity
from model.studies.yearly_costs import yearly_costs

Floats = NDArray[np.float64]
_OTHER_NAMES = {
    "worth_musd": "enpv_musd",
    "worth_9_musd": "enpv_9_musd",
    "alone_musd": "enpv_alone_musd",
}


@dataclass(frozen=True)
class Worth:
    """Tables with economic worth, and a sentence on how sure the draws are."""

    tables: dict[str, pd.DataFrame]
    said: str
    left_out: tuple[str, ...]


def with_worth(found: Examined, progress: Progress, draws: int, seed: int) -> Worth:
    """Value every project with and without, and draw what its worth hangs on.

    Tolls beyond those of today are transfers: worth is that at today's charges, cash that at the charges in force.

    Args:
        found: the portfolio in the scenario it is financed in. draws: number of draws of the Monte Carlo; 0 = none.
    """
    search, plan = found.world.today.search, found.routed.plan
    worth = counterfactuals(search, plan, progress)
    projects = found.tables["portfolio_projects"]
    cash = found.tables["portfolio_cash"]
    own = worth.projects[worth.projects["project_id"] != PORTFOLIO].rename(columns=_OTHER_NAMES)
    names = ["enpv_musd", "enpv_9_musd", "eirr", "eirr_note", "enpv_alone_musd", "complement_musd"]
    joined = projects.drop(columns=names).merge(own[["project_id", *names]], on="project_id", how="left")
    economics = _economics(found, worth, cash)
    tables = {"portfolio_projects": joined, "portfolio_cash": _with_benefits(cash, worth)}
    problem, network = found.world.problem, found.world.network
    rate, base = network.parameter("discount_rate"), int(problem.periods["first_year"].iloc[0])
    progress.phase("Changing one driver at a time")
    tables["portfolio_sensitivity"] = sensitivity(economics, joined, rate, base)
    said = ""
    if draws and not progress.should_stop():
        progress.phase(f"Drawing cost, delay and traffic {draws:,} times")

        def tell(done: int, asked: int) -> None:
            progress.phase(f"Drawing cost, delay and traffic: {done:,} of {asked:,} (seed {seed})")

        drawn = reference_draws(
            economics, joined, network.reference_classes, rate, base, draws=draws, seed=seed, progress=tell
        )
        tables |= {"portfolio_draws": drawn.draws, "portfolio_convergence": drawn.convergence}
        said = drawn.said
    return Worth(tables, said, worth.left_out)


def _with_benefits(cash: pd.DataFrame, worth: Counterfactual) -> pd.DataFrame:
    """The cash table with the benefit of each project and year."""
    benefit = worth.yearly[["project_id", "year", "benefit_musd"]]
    return cash.drop(columns="benefit_musd").merge(benefit, on=["project_id", "year"], how="left")


def _economics(found: Examined, worth: Counterfactual, cash: pd.DataFrame) -> pd.DataFrame:
    """Flows of each project by year that sum to those of the portfolio.

    With-and-without benefits count what two projects earn together for both; here each year's benefit of the whole
    portfolio is shared among its projects by theirs. Costs are each project's own.
    """
    problem, plan = found.world.problem, found.routed.plan
    costs, strategy = yearly_costs(problem), problem.strategy
    project = strategy.starts["project"].to_numpy(np.int64)
    owner = strategy.projects["module_of"].to_numpy(object)[project]
    started = plan / strategy.units[project]
    yearly = worth.yearly.pivot_table(index="project_id", columns="year", values="benefit_musd", aggfunc="sum")
    whole = yearly.loc[PORTFOLIO]
    parts = yearly.drop(index=PORTFOLIO)
    total = parts.clip(lower=0.0).sum()
    shared = parts.clip(lower=0.0) * (whole / total.where(total > 0)).fillna(0.0)
    frames = []
    for name in parts.index:
        capex, operating, residual = costs.of(np.where(owner == name, started, 0.0))
        frames.append(
            pd.DataFrame(
                {
                    "project_id": name,
                    "year": costs.years,
                    "capex_musd": capex,
                    "operating_cost_musd": operating,
                    "benefit_musd": shared.loc[name].reindex(costs.years).fillna(0.0).to_numpy(float),
                    "residual_musd": residual,
                }
            )
        )
    economics = pd.concat(frames, ignore_index=True)
    money = cash[["project_id", "year", "revenue_musd", "variable_cost_musd", "tax_musd", "cfads_musd",
                  "availability_musd"]].assign(service_musd=cash["interest_musd"] + cash["principal_musd"])  # fmt: skip
    return economics.merge(money, on=["project_id", "year"], how="left").fillna(0.0)
