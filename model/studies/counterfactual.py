r"""With and without: what each project of a plan is worth in the plan, alone, and as a complement of the others.

With V(S) the least cost of everything, investment included, at the plan S (million USD, discounted), the plan P, and
P - i the plan without project i and without what cannot stand without it:

    worth_i = V(P - i) - V(P);  alone_i = V(nothing) - V(i and what it requires);  complement_i = worth_i - alone_i

Above 0 the others help the project (a port and its railway), below 0 they do its work (two ports of one town). Worths
in the plan do not add up to what the plan is worth: what two projects earn only together counts for both.

A project is an id of the table: its modules and renewals come and go together. Costs are those of all that falls with
it. Each value is attained by real flows and, at ``Depth.EXACT``, proven to 1e-5 of the transport cost of its blocks; a
worth, the difference of two, is off by no more than the wider of their gaps, either way (``accuracy_musd``). At lesser
depths the plans far from those known have fewer paths than they could: quick, and a first look only.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.decomposition import Decomposition
from model.evaluation import Depth
from model.finance.cashflow import irr_roots, npv
from model.progress import Progress
from model.studies.standing import standing, with_required
from model.studies.yearly_costs import YearlyCosts, yearly_costs

Floats = NDArray[np.float64]
PORTFOLIO = "portfolio"
OTHER_RATE = 0.09
PROJECT_COLUMNS = ["project_id", "worth_musd", "worth_9_musd", "eirr", "eirr_note", "alone_musd", "complement_musd",
                   "dependents"]  # fmt: skip
YEARLY_COLUMNS = ["project_id", "year", "capex_musd", "operating_cost_musd", "benefit_musd", "residual_musd"]
_NO_ROOM = "without it firm cargo finds no room: its worth has no measure"


@dataclass(frozen=True)
class Counterfactual:
    """A plan with and without each of its projects.

    Attributes:
        projects: one row a project, columns ``PROJECT_COLUMNS``; the first row is the whole plan against nothing built
            (project_id "portfolio", nothing in alone_musd and complement_musd). Present values at the model's rate
            and at 9 %; eirr is a share a year, NaN with a note where no single one decides; dependents are the ids of
            what falls with the project, joined by commas.
        yearly: one row a project (or "portfolio") and year, columns ``YEARLY_COLUMNS``, undiscounted: their present
            value at the beginning of each year is worth_musd. The last year is the one after the last period and holds
            the residual values. In years between periods there is no benefit.
        left_out: projects that have no row, or no worth alone, because there was no time.
        accuracy_musd: no value is further above its proven bound, so no worth is further off; a complement twice.
            NaN at ``Depth.KNOWN``.
    """

    projects: pd.DataFrame
    yearly: pd.DataFrame
    left_out: tuple[str, ...]
    accuracy_musd: float


def counterfactuals(
    search: Decomposition, plan: Floats, progress: Progress, depth: Depth = Depth.EXACT
) -> Counterfactual:
    """Value a plan with and without each of its projects.

    Args:
        search: over the problem; it need not have run. plan: units started, by row of ``strategy.starts``.
        progress: listener; when it asks to stop, what is done is kept.
        depth: how well each plan is valued.
    """
    worlds = _Worlds(search, depth)
    strategy, nothing = search.problem.strategy, search.plans.nothing
    owner = strategy.projects["module_of"].to_numpy(object)[strategy.starts["project"].to_numpy(np.int64)]
    names = [str(name) for name in dict.fromkeys(owner[(plan > 0) & strategy.is_whole])]
    progress.phase("Valuing the portfolio against nothing built")
    flows, fallen = {PORTFOLIO: worlds.between(nothing, plan)}, {PORTFOLIO: ""}
    for number, name in enumerate(names):
        if progress.should_stop():
            break
        progress.phase(f"Valuing the portfolio without {name} ({number + 1} of {len(names)})")
        smaller = standing(search.plans, np.where(owner == name, 0.0, plan))
        lost = dict.fromkeys(owner[(plan > 0) & (smaller == 0) & (owner != name)])
        flows[name], fallen[name] = worlds.between(smaller, plan), ",".join(map(str, lost))
    alone: dict[str, float] = {}
    # After all that is near the plan, all that is near nothing: from one to the other the blocks solve long.
    for number, name in enumerate(list(flows)[1:]):
        if progress.should_stop():
            break
        progress.phase(f"Valuing {name} alone ({number + 1} of {len(names)})")
        alone[name] = worlds.between(nothing, with_required(search.plans, plan, owner == name)).worth
    rows = [_row(name, flow, alone.get(name, np.nan), fallen[name]) for name, flow in flows.items()]
    years = [_years(name, flow) for name, flow in flows.items()]
    return Counterfactual(
        pd.DataFrame(rows)[PROJECT_COLUMNS],
        pd.concat(years, ignore_index=True)[YEARLY_COLUMNS],
        tuple(name for name in names if name not in alone),
        worlds.accuracy_musd,
    )


@dataclass(frozen=True)
class _Flow:
    """What a plan is worth over another, million USD, and its flows by year; NaN where one of them has no value."""

    worth: float
    base_year: int
    years: NDArray[np.int64]
    capex: Floats
    operating: Floats
    benefit: Floats
    residual: Floats

    @property
    def net(self) -> Floats:
        """Benefit and residual value less costs, by year."""
        return self.benefit + self.residual - self.capex - self.operating

    @property
    def has_value(self) -> bool:
        """Whether both plans carry all firm cargo."""
        return bool(np.isfinite(self.worth))

    def at(self, rate: float) -> float:
        """Present value at a rate, million USD."""
        return npv(rate, self.net, self.years - self.base_year, mid_year=False) if self.has_value else np.nan


class _Worlds:
    """Values of plans of one problem."""

    def __init__(self, search: Decomposition, depth: Depth) -> None:
        self._search, self._depth = search, depth
        self._costs: YearlyCosts = yearly_costs(search.problem)
        self._has_firm = any(block.firm.any() for block in search.problem.blocks)
        strategy = search.problem.strategy
        self._units = strategy.units[strategy.starts["project"].to_numpy(np.int64)].astype(float)
        self.accuracy_musd = np.nan if depth is Depth.KNOWN else 0.0

    def between(self, smaller: Floats, larger: Floats) -> _Flow:
        """The larger plan against the smaller."""
        before, after = self._value(smaller), self._value(larger)
        periods, years = self._search.problem.periods, self._costs.years
        gained = (before[1] - after[1]) / periods["weight"].to_numpy(float)
        first, last = (periods[name].to_numpy(np.int64) for name in ("first_year", "last_year"))
        benefit = ((years[:, None] >= first) & (years[:, None] <= last)) @ gained
        capex, operating, residual = self._costs.of((larger - smaller) / self._units)
        return _Flow(before[0] - after[0], self._costs.base_year, years, capex, operating, benefit, residual)

    def _value(self, plan: Floats) -> tuple[float, Floats]:
        """Value of a plan and, of its blocks, by period; NaN where it leaves firm cargo."""
        value, built = self._search.value(plan, self._depth), self._search.plans.built(plan)
        by_period = self._search.evaluation.by_period(built)
        if self._depth > Depth.KNOWN:
            proven = self._search.plans.cost(plan) + float(self._search.master.bound_at(built[None])[0])
            self.accuracy_musd = max(self.accuracy_musd, value - proven)
        if self._has_firm:
            self._search.evaluation.settle(built)
            if self._search.overflow_kt() > 0:
                return np.nan, np.full(len(by_period), np.nan)
        return value, by_period


def _row(name: str, flow: _Flow, alone: float, dependents: str) -> dict[str, object]:
    rate, note = _return(flow)
    return {
        "project_id": name,
        "worth_musd": flow.worth,
        "worth_9_musd": flow.at(OTHER_RATE),
        "eirr": rate,
        "eirr_note": note,
        "alone_musd": alone,
        "complement_musd": flow.worth - alone,
        "dependents": dependents,
    }


def _return(flow: _Flow) -> tuple[float, str]:
    """Economic internal rate of return, and why there is none."""
    if not flow.has_value:
        return np.nan, _NO_ROOM
    if not flow.net.any():
        return np.nan, "nothing is paid and nothing received"
    roots = irr_roots(flow.net, flow.years)
    return (np.nan if roots.rate is None else roots.rate), roots.warning or ""


def _years(name: str, flow: _Flow) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "project_id": name,
            "year": flow.years,
            "capex_musd": flow.capex,
            "operating_cost_musd": flow.operating,
            "benefit_musd": flow.benefit,
            "residual_musd": flow.residual,
        }
    )
