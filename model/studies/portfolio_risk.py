r"""How sure the worth of a portfolio is: one driver at a time, and draws of all with reference classes.

The flows are those of the plan: nothing is routed again. A project whose benefit was not asked for is left out.
The portfolio is the sum of its projects; benefits with and without each, where projects need each other, sum to more
than the plan is worth, so that they have to be given in parts that sum to it where that matters.

*One driver* (tornado): capex, benefits and operating cost a fifth lower and higher, and a delay of two years; the
switching value is that at which the economic NPV is 0.

*Draws*. By asset class, capex and traffic are multiplied by actual / estimate of finished projects, and construction
takes longer by their delay, a share of its time. One factor is common to all drivers of all projects: a bad draw has
more capex, more delay and less traffic than usual together, each with the loading L on the factor, so that two drivers
go together with a correlation of L^2. Every project has a stream of its own: its draws stay as they are when others
join or leave the portfolio, and two portfolios are compared over the same fortunes.

The mean of a reference class is an overrun that the estimate does not contain (rail costs 45 % more than was
estimated). The economic NPV of the plan is therefore *not* the mean of the draws, which is lower by the bias of the
estimates; only where all means are 0, and a delay has no spread, are the two the same. A class without a row of a
quantity has neither bias nor spread in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.finance.draws import convergence, correlated_scores, lognormal_factor, normal_factor, summarise
from model.finance.sensitivity import Driver, switching_value, tornado
from model.funding.tables import PORTFOLIO_TABLE_BY_NAME
from model.studies.portfolio_flows import ProjectFlows, least_cover, project_flows, worth
from network.frames import each_row

Floats = NDArray[np.float64]
PORTFOLIO = "portfolio"
MEASURES = ("enpv_musd", "capex_musd", "dscr_min")
DRIVERS = (
    Driver("capex", 0.8, 1.0, 1.2),
    Driver("benefits", 0.8, 1.0, 1.2),
    Driver("operating cost", 0.8, 1.0, 1.2),
    Driver("delay", 0.0, 0.0, 2.0),
)
_KEYWORD = {"capex": "capex", "benefits": "benefits", "operating cost": "operating", "delay": "delay"}
_LARGEST_FACTOR, _LONGEST_DELAY = 10.0, 20.0
_STEPS_A_YEAR = 2
_QUANTITIES = ("capex", "delay", "traffic")
_ADVERSE = np.array([1.0, 1.0, -1.0])  # the side of each quantity on which the common factor is bad
_CHUNK = 250
_BATCHES, _FEWEST = 50, 20
TOLERANCE = 0.01  # standard error over mean
_ROUNDING = 1e-9


@dataclass(frozen=True)
class RiskDraws:
    """Draws of a portfolio.

    Attributes:
        draws: table ``portfolio_draws``. convergence: table ``portfolio_convergence``.
        by_draw: of each measure projects x draws, in the order of ``projects``; dscr_min is NaN without debt service.
        projects: ids. said: after how many draws the mean is sure enough, or that it is not yet, in a sentence.
    """

    draws: pd.DataFrame
    convergence: pd.DataFrame
    by_draw: Mapping[str, Floats]
    projects: tuple[str, ...]
    said: str


def sensitivity(economics: pd.DataFrame, projects: pd.DataFrame, rate: float, base_year: int) -> pd.DataFrame:
    """Table ``portfolio_sensitivity``: the portfolio first, then projects by id; of each the widest swing first.

    A switching value is looked for from nothing to ten times the estimate, and from no delay to 20 years of it.

    Args:
        economics, projects: as `project_flows` has them. rate: real, a share a year, at which all is valued at the
            base year.

    Raises:
        ValueError: as `project_flows`.
    """
    flows = project_flows(economics, projects)
    table = PORTFOLIO_TABLE_BY_NAME["portfolio_sensitivity"]
    if not flows:
        return table.empty()
    rows = [row for name, own in _groups(flows) for row in _tornado(name, own, rate, base_year)]
    return pd.DataFrame(rows, columns=table.column_names)


def _groups(flows: tuple[ProjectFlows, ...]) -> list[tuple[str, tuple[ProjectFlows, ...]]]:
    return [(PORTFOLIO, flows), *((one.project_id, (one,)) for one in flows)]


def _tornado(name: str, flows: tuple[ProjectFlows, ...], rate: float, base_year: int) -> list[dict[str, object]]:
    def result(values: Mapping[str, float]) -> float:
        named = {_KEYWORD[driver]: value for driver, value in values.items()}
        return float(sum(worth(one, rate, base_year, **named).item() for one in flows))

    drivers = {driver.name: driver for driver in DRIVERS}
    rows: list[dict[str, object]] = []
    for row in tornado(result, DRIVERS):
        driver = drivers[row.driver]
        is_delay = driver.name == "delay"
        reach = _LONGEST_DELAY if is_delay else _LARGEST_FACTOR
        points = int(reach * _STEPS_A_YEAR) + 1 if is_delay else 2

        def alone(x: float, name: str = row.driver) -> float:
            return result({name: x})

        found = switching_value(alone, driver.base, 0.0, reach, points=points)
        rows.append(
            {
                "project_id": name,
                "driver": row.driver,
                "low": driver.low,
                "high": driver.high,
                "enpv_low_musd": row.low,
                "enpv_base_musd": row.base,
                "enpv_high_musd": row.high,
                "switching_value": np.nan if found.value is None else found.value,
                "note": found.reason or "",
            }
        )
    return rows


def reference_draws(
    economics: pd.DataFrame,
    projects: pd.DataFrame,
    classes: pd.DataFrame,
    rate: float,
    base_year: int,
    *,
    draws: int = 2000,
    seed: int = 1,
    loading: float = 0.5,
    progress: Callable[[int, int], None] | None = None,
) -> RiskDraws:
    """Draws of what estimates get wrong, by project and of all together; see the head of the module.

    enpv_musd is discounted, capex_musd is not; dscr_min is the lowest cover of a year, of the portfolio that of any
    project. probability_below: ENPV below 0, cover below the floor (of the portfolio: of any project below its own);
    NaN of capex.

    Args:
        economics, projects: as `project_flows` has them. classes: asset_class, quantity (capex, delay, traffic),
            mean, standard_deviation, distribution (lognormal, normal). rate: real, a share a year.
        draws: 20 or more; the first of many are those of few. loading: 0 .. 1, of each driver on the common factor.
        progress: is told the draws that are done and those asked for, after each 250.

    Raises:
        ValueError: as `project_flows`, fewer than 20 draws, a seed below 0, a loading outside 0 .. 1, a distribution
            that is neither of the two.
    """
    if draws < _FEWEST or seed < 0 or not 0 <= loading <= 1:
        raise ValueError(
            f"{draws} draws, seed {seed}, loading {loading:g}; expected {_FEWEST} draws or more, a seed of 0 or more "
            "and a loading from 0 to 1"
        )
    flows = project_flows(economics, projects)
    spread = {
        (str(row.asset_class), str(row.quantity)): (float(row.mean), float(row.standard_deviation), row.distribution)
        for row in each_row(classes)
    }
    values = {measure: np.full((len(flows), draws), np.nan) for measure in MEASURES}
    for number, begin in enumerate(range(0, draws, _CHUNK)):
        part = slice(begin, min(begin + _CHUNK, draws))
        common = correlated_scores(part.stop - begin, [1.0], seed=_seed(seed, number, ""))
        for row, one in enumerate(flows):
            scores = _scores(common, loading, _seed(seed, number, one.project_id))
            drawn = _draw(one, scores, spread, rate, base_year)
            for measure, found in drawn.items():
                values[measure][row, part] = found
        if progress is not None:
            progress(part.stop, draws)
    settled, said = (
        _convergence(values["enpv_musd"].sum(axis=0)) if flows else (None, "No project has a known benefit.")
    )
    return RiskDraws(
        _draws_table(flows, values, draws, seed),
        PORTFOLIO_TABLE_BY_NAME["portfolio_convergence"].empty() if settled is None else settled,
        values,
        tuple(one.project_id for one in flows),
        said,
    )


def _seed(seed: int, chunk: int, name: str) -> int:
    """Seed of the stream of a project, or of the common factor (no name), in a chunk of draws."""
    return int(np.random.SeedSequence([seed, chunk, *name.encode()]).generate_state(1, np.uint64)[0])


def _scores(common: Floats, loading: float, seed: int) -> Floats:
    """Scores of capex, delay and traffic of one project, draws x 3."""
    own = correlated_scores(len(common), np.zeros(len(_QUANTITIES)), seed=seed)
    return np.asarray(loading * _ADVERSE * common + np.sqrt(1.0 - loading**2) * own)


def _draw(
    one: ProjectFlows,
    scores: Floats,
    spread: Mapping[tuple[str, str], tuple[float, float, str]],
    rate: float,
    base_year: int,
) -> dict[str, Floats]:
    capex, time, traffic = (
        _factor(scores[:, n], *spread.get((one.asset_class, quantity), (0.0, 0.0, "lognormal")))
        for n, quantity in enumerate(_QUANTITIES)
    )
    delay = (time - 1.0) * one.build_years
    drawn = {
        "enpv_musd": worth(one, rate, base_year, capex=capex, traffic=traffic, delay=delay),
        "capex_musd": capex * one.capex.sum(),
    }
    return drawn | ({"dscr_min": least_cover(one, traffic=traffic, delay=delay)} if one.has_service else {})


def _factor(scores: Floats, mean: float, deviation: float, distribution: str) -> Floats:
    """Actual / estimate of each draw."""
    if distribution not in ("lognormal", "normal"):
        raise ValueError(f"a reference class is '{distribution}'; expected lognormal or normal")
    if deviation == 0:
        return np.full(len(scores), 1.0 + mean)
    if distribution == "lognormal":
        return lognormal_factor(scores, mean, deviation)
    return normal_factor(scores, mean, deviation, low=-1.0)


def _draws_table(flows: tuple[ProjectFlows, ...], values: Mapping[str, Floats], draws: int, seed: int) -> pd.DataFrame:
    """Table ``portfolio_draws``: the portfolio first, then projects by id."""
    table = PORTFOLIO_TABLE_BY_NAME["portfolio_draws"]
    if not flows:
        return table.empty()
    floors = np.array([one.dscr_floor for one in flows])
    served = np.array([one.has_service for one in flows])
    below = values["dscr_min"] < floors[:, None] * (1.0 - _ROUNDING)  # debt is often sized to the floor
    rows = []
    for name, mine in [
        (PORTFOLIO, np.arange(len(flows))),
        *((f.project_id, np.array([n])) for n, f in enumerate(flows)),
    ]:
        worths = values["enpv_musd"][mine].sum(axis=0)
        rows.append((name, "enpv_musd", *_summary(worths), float((worths < 0).mean())))
        rows.append((name, "capex_musd", *_summary(values["capex_musd"][mine].sum(axis=0)), np.nan))
        lent = mine[served[mine]]
        if len(lent):
            least = values["dscr_min"][lent].min(axis=0)
            rows.append((name, "dscr_min", *_summary(least), float(below[lent].any(axis=0).mean())))
    return pd.DataFrame([(*row, draws, seed) for row in rows], columns=table.column_names)


def _summary(values: Floats) -> tuple[float, ...]:
    """Mean, standard error, P5, P50, P80, P95."""
    found = summarise(values)
    return found.mean, found.standard_error, float(np.percentile(values, 5)), found.p50, found.p80, found.p95


def _convergence(values: Floats) -> tuple[pd.DataFrame, str]:
    """Table ``portfolio_convergence`` and what it says."""
    mean, draws = float(values.mean()), len(values)
    wanted = f"a standard error below {TOLERANCE:.0%} of the mean"
    found = convergence(values, TOLERANCE * abs(mean) or 1.0, batches=min(_BATCHES, draws // 2))
    table = pd.DataFrame(
        {"draws": found.draws, "mean_musd": found.mean, "standard_error_musd": found.standard_error}
    ).astype({"draws": "int64"})
    if mean == 0:
        return table, f"The mean of {draws:,} draws is 0, so that {wanted} has no meaning."
    if found.enough is not None:
        return table, f"The economic NPV of the portfolio has {wanted} after {found.enough:,} of {draws:,} draws."
    error = float(values.std(ddof=1) / np.sqrt(draws)) / abs(mean)
    if error <= TOLERANCE:
        return table, f"The economic NPV of the portfolio has {wanted} only with the last of {draws:,} draws."
    needed = int(np.ceil(draws * (error / TOLERANCE) ** 2 / 100.0)) * 100
    return table, (
        f"The economic NPV of the portfolio does not yet have {wanted} after {draws:,} draws: it is {error:.1%}; about "
        f"{needed:,} draws would do."
    )
