r"""Economic and financial flows of the projects of a portfolio, and what a factor or a delay makes of them.

With capex c, benefits b, operating cost o and traffic t as factors, and a delay of d years,

    ENPV = sum_y v_y (b t benefit_y(d) - c capex_y(d) - o operating_y(d) + residual_y),

v_y = (1 + rate)^(base_year - y), as for the plan itself (`model.strategy`). What a delay does:

* *benefits, revenue and operating cost* come d years later; a part of a year takes as much of the year before it. What
  goes beyond the horizon is lost. A work that is ready earlier (d below 0) goes on in its last year as it was.
* *capex* is spread over a building time that is d years longer, in the same order; what was spent after that time comes
  d years later. None is lost: what would go beyond the horizon is paid in the year before it.
* *debt service* keeps its dates, and so does the residual value, which neither overrun nor delay changes: spending more
  on a work makes it last no longer.

The horizon is the last row where that holds no benefit, operating cost or capex, as where `model.studies` puts the
residual value; else it is the end of the last row.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from model.finance.ratios import dscr
from model.strategy import discount_factor
from network.frames import each_row

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FLOWS = ("capex_musd", "operating_cost_musd", "benefit_musd", "residual_musd", "revenue_musd", "variable_cost_musd",
         "tax_musd", "service_musd")  # fmt: skip
AVAILABILITY, CASH = "availability_musd", "cfads_musd"
_PROJECT = ("project_id", "asset_class", "start_year", "in_service_year", "dscr_floor")
_ROUNDING = 1e-6
_SHORTEST = 1e-3  # of the building time: what is left of it where everything goes faster


@dataclass(frozen=True)
class ProjectFlows:
    """Flows of one project, million USD a year, over years without a gap.

    Attributes:
        start: years from the first row to the start of construction. build_years: of construction, 1 or more.
        years: of capex, benefit and operating. residual_years: of residual, with the horizon.
        earned: revenue less variable cost; fixed: cost that traffic does not change; tax, service: what is paid to the
            state and to lenders. secured: 1 in years whose traffic the state takes (availability), else 0.
    """

    project_id: str
    asset_class: str
    dscr_floor: float
    start: float
    build_years: float
    years: Ints
    capex: Floats
    benefit: Floats
    operating: Floats
    residual_years: Ints
    residual: Floats
    earned: Floats
    fixed: Floats
    tax: Floats
    service: Floats
    secured: Floats

    @property
    def has_service(self) -> bool:
        """Whether debt is served from its revenue."""
        return bool((self.service > 0).any())


def project_flows(economics: pd.DataFrame, projects: pd.DataFrame) -> tuple[ProjectFlows, ...]:
    """Flows of the projects whose benefit is known, by project id; one with an empty benefit is left out.

    Args:
        economics: project_id, year, capex_musd, operating_cost_musd, benefit_musd, residual_musd (in the last row),
            revenue_musd, variable_cost_musd, tax_musd, service_musd. Where they are there: availability_musd, the part
            of the revenue that the state pays, who then takes the traffic of that year; cfads_musd, cash for debt
            service. Without it that is revenue less operating cost, which then has to contain the variable cost, and
            less tax.
        projects: project_id, asset_class, start_year, in_service_year, dscr_floor.

    Raises:
        ValueError: a column that lacks, a project without rows or without a row in projects, years that leave a gap
            or come twice, an amount that is no number, a project whose service begins before its construction, an
            operating cost below the variable cost where there is no cfads_musd.
    """
    _check_columns(economics, ("project_id", "year", *FLOWS), "economics")
    _check_columns(projects, _PROJECT, "projects")
    rows = {str(name): own.sort_values("year") for name, own in economics.groupby("project_id", sort=False)}
    names = [str(name) for name in projects["project_id"]]
    odd = sorted(set(rows).symmetric_difference(names)) or sorted(n for n in set(names) if names.count(n) > 1)
    if odd:
        raise ValueError(f"projects {odd} are not once in projects with rows in economics; expected each in both")
    known = [p for p in each_row(projects) if rows[str(p.project_id)]["benefit_musd"].notna().all()]
    return tuple(_of_project(p, rows[str(p.project_id)]) for p in sorted(known, key=lambda p: str(p.project_id)))


def _check_columns(frame: pd.DataFrame, expected: tuple[str, ...], what: str) -> None:
    lacking = [column for column in expected if column not in frame.columns]
    if lacking:
        raise ValueError(f"{what} lacks the columns {lacking}; it has {list(frame.columns)}")


def _of_project(project: pd.Series, own: pd.DataFrame) -> ProjectFlows:
    name, years = str(project.project_id), own["year"].to_numpy(np.int64)
    if (np.diff(years) != 1).any():
        raise ValueError(f"{name}: its years are {years.tolist()}; expected each year once and none left out")
    amount = {column: own[column].to_numpy(float) for column in FLOWS}
    wrong = [column for column, values in amount.items() if not np.isfinite(values).all()]
    begin, end = float(project.start_year), float(project.in_service_year)
    if wrong or not begin <= end:
        raise ValueError(f"{name}: {wrong or f'built from {begin:g} to {end:g}'}; expected numbers, years that rise")
    paid = own[AVAILABILITY].to_numpy(float) if AVAILABILITY in own else np.zeros(len(own))
    earned = amount["revenue_musd"] - amount["variable_cost_musd"]
    fixed = amount["operating_cost_musd"] - amount["variable_cost_musd"]
    if CASH in own:
        fixed = earned - amount["tax_musd"] - own[CASH].to_numpy(float)
    elif (fixed < -_ROUNDING).any():
        year = int(years[np.argmin(fixed)])
        raise ValueError(f"{name}: the operating cost of {year} is below its variable cost; expected {CASH} then")
    last = {column: bool(values[-1]) for column, values in amount.items()}
    count = len(own) - (not (last["benefit_musd"] or last["operating_cost_musd"] or last["capex_musd"]))
    cash_count = len(own) if last["revenue_musd"] or last["service_musd"] else count
    return ProjectFlows(
        project_id=name,
        asset_class=str(project.asset_class),
        dscr_floor=float(project.dscr_floor),
        start=begin - float(years[0]),
        build_years=max(end - begin, 1.0),
        years=years[:count],
        capex=amount["capex_musd"][:count],
        benefit=amount["benefit_musd"][:count],
        operating=amount["operating_cost_musd"][:count],
        residual_years=years,
        residual=amount["residual_musd"],
        earned=earned[:cash_count],
        fixed=fixed[:cash_count],
        tax=amount["tax_musd"][:cash_count],
        service=amount["service_musd"][:cash_count],
        secured=(paid[:cash_count] > 0).astype(float),
    )


def shifted(series: Floats, delay: ArrayLike) -> Floats:
    """A yearly series that comes later, delays x years; a part of a year takes from the year before.

    >>> shifted(np.array([0.0, 10.0, 20.0]), [0.0, 1.0, 0.5]).tolist()
    [[0.0, 10.0, 20.0], [0.0, 0.0, 10.0], [0.0, 5.0, 15.0]]
    """
    late = np.atleast_1d(np.asarray(delay, dtype=float))
    at = np.arange(len(series)) - late[:, None]
    known = np.arange(-1, len(series))
    return np.asarray(np.interp(at, known, np.concatenate([[0.0], series])), dtype=float)


def stretched_capex(flows: ProjectFlows, delay: ArrayLike) -> Floats:
    """Capex by year where construction takes longer by a delay in years, delays x years; each row has the same sum."""
    late = np.maximum(np.atleast_1d(np.asarray(delay, dtype=float)), (_SHORTEST - 1.0) * flows.build_years)
    spent = np.flatnonzero(flows.capex)
    done = spent.astype(np.float64)
    begin, end = (_moved(done + step - flows.start, flows.build_years, late) + flows.start for step in (0.0, 1.0))
    low = np.arange(len(flows.capex), dtype=float)
    high = np.append(low[1:], np.inf)  # the last year takes what is left
    low[0] = -np.inf
    inside = np.minimum(end[:, :, None], high) - np.maximum(begin[:, :, None], low)
    share = np.maximum(inside, 0.0) / (end - begin)[:, :, None]
    return np.asarray(flows.capex[spent] @ share, dtype=float)


def _moved(time: Floats, build: float, late: Floats) -> Floats:
    """Delays x times: when what was done at a time, in years from the start of construction, is done now."""
    ratio = (build + late[:, None]) / build
    return np.where(time <= 0, time, np.where(time <= build, time * ratio, time + late[:, None]))


def worth(
    flows: ProjectFlows,
    rate: float,
    base_year: int,
    *,
    capex: ArrayLike = 1.0,
    benefits: ArrayLike = 1.0,
    operating: ArrayLike = 1.0,
    traffic: ArrayLike = 1.0,
    delay: ArrayLike = 0.0,
) -> Floats:
    """Economic net present value of a project, million USD at the base year, one for each set of drivers.

    Args:
        rate: real, a share a year. capex, benefits, operating, traffic: factors. delay: years, whole or not.
            Each is one number or as many as the others.
    """
    value = discount_factor(flows.years, base_year, rate)
    moved = np.asarray(delay, dtype=float)
    gain, running = (shifted(series, moved) @ value for series in (flows.benefit, flows.operating))
    b, c, o, t = (np.asarray(factor, dtype=float) for factor in (benefits, capex, operating, traffic))
    cost = c * (stretched_capex(flows, moved) @ value) + o * running
    rest = float(flows.residual @ discount_factor(flows.residual_years, base_year, rate))
    return np.asarray(b * t * gain - cost + rest, dtype=float)


def least_cover(flows: ProjectFlows, *, traffic: Floats, delay: Floats) -> Floats:
    """Lowest debt service cover of all years in which debt is served, one for each set of drivers.

    Revenue and variable cost go with traffic, save in years whose traffic the state takes. Tax keeps its share of the
    cash before tax, where there is any: when cash falls it falls faster in truth, so that cover is then not overstated.
    An overrun is not paid with more debt.

    Raises:
        ValueError: a project without debt service.
    """
    if not flows.has_service:
        raise ValueError(f"{flows.project_id} serves no debt from its revenue; expected debt service in some year")
    parts = (flows.earned * (1.0 - flows.secured), flows.earned * flows.secured, flows.fixed, flows.tax)
    exposed, kept, fixed, tax = (shifted(series, delay) for series in parts)
    planned = exposed + kept - fixed
    cash = traffic[:, None] * exposed + kept - fixed
    paid = np.where(planned > 0, tax * np.maximum(cash, 0.0) / np.where(planned > 0, planned, 1.0), tax)
    return np.asarray(np.nanmin(dscr(cash - paid, flows.service), axis=1), dtype=float)
