"""What a plan builds and what that costs: the builds table, and the investment among the costs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.problem import Problem
from model.strategy import discount_factor
from network.frames import each_row

Floats = NDArray[np.float64]
_USED = 1e-9
_INVESTED = ["capex_musd", "lifetime_years", "fixed_opex_share_per_year"]


def investment_costs(problem: Problem, plan: Floats) -> pd.DataFrame:
    """Capex, fixed opex and residual value of the starts of a plan.

    ``musd`` is the capex by period of spending, divided by the period's years; discounted it is the objective's term.
    """
    strategy = problem.strategy
    rows: list[dict[str, object]] = []
    terms = _Terms.of(problem)
    years = (problem.periods["last_year"] - problem.periods["first_year"] + 1).to_numpy(float)
    last = problem.periods["period"].iloc[-1]
    begun = np.flatnonzero((plan > _USED) & strategy.is_whole)
    starts = strategy.starts.iloc[begun]
    own = strategy.projects[[*_INVESTED, "country", "confidence"]].iloc[starts["project"].to_numpy(np.int64)]
    for number, start, project in zip(begun, each_row(starts), each_row(own), strict=True):
        share = plan[number] / strategy.units[start.project]
        capex, life = share * project.capex_musd, float(project.lifetime_years)
        present = capex * terms.spending(start).mean()
        rest = min(1.0, max(0.0, 1.0 - (terms.horizon - start.in_service_year) / life))
        residual = -capex * rest * float(discount_factor(terms.horizon, terms.base, terms.rate))
        label = {"country": str(project.country).split("|")[0], "cargo_kind": "", "confidence": project.confidence}
        spent = strategy.spending[number] * share
        for period, amount, length in zip(problem.periods["period"], spent, years, strict=True):
            part = present * amount / spent.sum() if spent.sum() > 0 else 0.0
            rows.append(
                {"period": period, "category": "capex", "musd": amount / length, "discounted_musd": part} | label
            )
        rows += [row | label for row in _opex(problem, terms, start, capex, project)]
        rows.append({"period": last, "category": "residual_value", "musd": 0.0, "discounted_musd": residual} | label)
    columns = ["period", "category", "country", "cargo_kind", "confidence", "musd", "discounted_musd"]
    return pd.DataFrame(rows, columns=columns).astype({"musd": float, "discounted_musd": float})


@dataclass(frozen=True)
class _Terms:
    """Discount rate, first year and first year after the last period."""

    rate: float
    base: int
    horizon: int

    @classmethod
    def of(cls, problem: Problem) -> "_Terms":
        first, last = int(problem.periods["first_year"].iloc[0]), int(problem.periods["last_year"].iloc[-1])
        return cls(problem.network.parameter("discount_rate"), first, last + 1)

    def spending(self, start: Any) -> Floats:
        """Discount factors of the years in which the capex of a start is spent, in equal parts."""
        years = np.arange(start.start_year, max(start.in_service_year, start.start_year + 1))
        return np.asarray(discount_factor(years.astype(np.int64), self.base, self.rate))


def _opex(problem: Problem, terms: _Terms, start: Any, capex: float, project: Any) -> list[dict[str, object]]:
    """Fixed operating cost of a start by period: million USD a year of the period, and discounted over its years."""
    yearly = capex * float(project.fixed_opex_share_per_year)
    end = int(min(terms.horizon, start.in_service_year + project.lifetime_years))
    rows: list[dict[str, object]] = []
    for period in each_row(problem.periods):
        years = np.arange(max(period.first_year, int(start.in_service_year)), min(period.last_year + 1, end))
        length = period.last_year - period.first_year + 1
        paid = float(discount_factor(years, terms.base, terms.rate).sum())
        amounts = {"musd": yearly * len(years) / length, "discounted_musd": yearly * paid}
        rows.append({"period": period.period, "category": "fixed_opex"} | amounts)
    return rows


def builds_table(problem: Problem, plan: Floats) -> pd.DataFrame:
    """Table ``builds``: every modelled project, given, not built, or one row a period in which units of it start.

    Capacity for markets is private and has a table of its own.
    """
    strategy = problem.strategy
    owner = strategy.projects["module_of"].to_numpy()
    starts = strategy.starts.assign(plan=plan, owner=owner[strategy.starts["project"].to_numpy(np.int64)])
    running: dict[str, list[pd.DataFrame]] = {}
    for key, part in starts[plan > _USED].groupby(["owner", "period"]):
        running.setdefault(str(key[0]), []).append(part)
    terms = _Terms.of(problem)
    rows = []
    for project in each_row(strategy.projects[~strategy.divisible].drop_duplicates("module_of")):
        given = project.is_sunk == 1 or project.in_base == 1
        common = {
            "project_id": project.module_of,
            "name": project.name,
            "country": project.country,
            "project_type": project.project_type,
            "units_max": float(project.modules),
            "source": project.source,
            "confidence": project.confidence,
        }
        whole = {
            "decision": "given" if given else "not built",
            "start_period": np.nan,
            "start_year": np.nan,
            "in_service_year": project.in_service_year if given else np.nan,
            "end_year": np.nan,
            "units": float(project.modules) if given else 0.0,
            "capex_musd": project.capex_musd * project.modules,
            "capex_npv_musd": 0.0,
        }
        begun = running.get(project.module_of, [])
        parts = [_started(problem, terms, project.capex_musd, part) for part in begun] or [whole]
        rows += [common | part for part in parts]
    columns = ["project_id", "name", "country", "project_type", "decision", "start_period", "start_year",
               "in_service_year", "end_year", "units", "units_max", "capex_musd", "capex_npv_musd", "source",
               "confidence"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _started(problem: Problem, terms: _Terms, capex_musd: float, starts: pd.DataFrame) -> dict[str, object]:
    """What the units of one project that start in one period are and cost.

    Args:
        capex_musd: of one unit. starts: the unit's starts of the period.
    """
    first = next(each_row(starts))
    units = float(starts["plan"].sum())
    return {
        "decision": "built",
        "start_period": float(problem.periods["period"].iloc[first.period]),
        "start_year": float(first.start_year),
        "in_service_year": float(first.in_service_year),
        "end_year": float(first.end_year),
        "units": units,
        "capex_musd": units * capex_musd,
        "capex_npv_musd": units * capex_musd * float(terms.spending(first).mean()),
    }
