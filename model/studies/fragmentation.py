"""The price of fragmentation: one plan of all countries against the sum of the plans that each makes for itself.

Every country that hosts candidates plans them alone: those of others do not start, what is committed or sunk stays. Its
objective is its own ("national:XX": fees and duties that it pays to itself are no cost to it; member states of the
European Union plan with the duties of the Union, "national:EU27"). Like every objective of the model it counts what all
shippers gain, at home or abroad: the price is that of planning apart, not of caring for nobody else. Where a project
requires one of a neighbour, the country counts on the neighbour.

The union of these plans is what then stands, valued in the common objective beside the unified plan. Out of it fall

* projects whose prerequisite abroad nobody has built in time, and what these are required for;
* projects of several hosts that one of them has not planned; the last host that is ready decides when they start;
* projects that another one excludes: the later one, or at the same time the one further down the table.

    price = gain of the unified plan - gain of the union, over nothing built

Both are attained and proven to 1e-5 of the transport cost; the plans themselves are as good as their searches had time
for (``gap``), so a union better than the unified plan is possible where the search for that had too little. A budget
for all is open to every country in full: what the union spends is not held to it.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.build import build_problem
from model.decomposition import Decomposition
from model.evaluation import Depth
from model.incumbent import Incumbent
from model.options import NATIONAL, Options
from model.parties import UNION
from model.plans import Plans
from model.problem import Problem, Strategy
from model.progress import Progress
from model.studies.standing import standing
from network.network import Network

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
COLUMNS = ["country", "projects", "own_worth_musd", "capex_musd", "gap"]
SECONDS = 10.0


@dataclass(frozen=True)
class Fragmentation:
    """What countries build that plan apart.

    Attributes:
        countries: one row a country that has planned, columns ``COLUMNS``: ids of what it plans, joined by commas; what
            that is worth in its own objective (NaN where nothing built leaves firm cargo); its undiscounted capex; how
            good the plan is, as gap of the gain. A project of several hosts stands with each that plans it.
        plan: the union, units started, by row of ``strategy.starts`` of the common problem.
        facts: unified_gain, union_gain, price_musd (million USD), price_most_musd (what the price would be if the
            best plan were as good as is not yet disproven; None where no bound is known), share (price over unified
            gain; None where there is no gain), dropped (why by id, of what was planned and does not stand), left_out
            (countries that there was no time for; with one, union_gain is of those that have planned and the prices
            are None).
    """

    countries: pd.DataFrame
    plan: Floats
    facts: dict[str, Any]


def fragmentation(
    world: Network,
    reference: Network,
    search: Decomposition,
    plan: Floats,
    progress: Progress,
    seconds: float = SECONDS,
    bound: float = np.nan,
) -> Fragmentation:
    """Plan country by country, put the plans together and compare them with one plan of all.

    Args:
        world: the scenario's. reference: the world before the levers.
        search: over the common problem of one state of the world; its options hold for the countries too, but for
            objective and time. plan: the unified plan, by row of ``strategy.starts``.
        progress: listener; when it asks to stop, the countries that have planned are kept.
        seconds: of search by country; time spent on the very same question before counts, as in every search.
        bound: proven of the common problem, million USD, minimised; NaN where it is not known.
    """
    strategy = search.problem.strategy
    host = hosts(strategy)
    countries = sorted({name for names in host for name in names})
    account = {name: own_objective(world, name) for name in countries}
    order = sorted(countries, key=lambda name: (account[name], name))
    own: dict[str, Floats] = {}
    rows = []
    problem: tuple[str, Problem] | None = None
    for number, country in enumerate(order):
        if progress.should_stop():
            break
        progress.phase(f"Plan of {country} by itself ({number + 1} of {len(order)})")
        options = replace(search.options, objective=account[country], time_limit_s=seconds, states=False, relax=False)
        if problem is None or problem[0] != account[country]:
            problem = account[country], build_problem(world, reference, options)
        best = _national(problem[1], host, country, options, progress)
        own[country] = best.plan
        rows.append(_row(search.problem, country, best))
    union, dropped = united(search.plans, host, own)
    nothing = search.value(search.plans.nothing, Depth.EXACT)
    gains = [nothing - search.value(one, Depth.EXACT) for one in (plan, union)]
    left = [name for name in order if name not in own]
    price = None if left else gains[0] - gains[1]
    most = None if left or np.isnan(bound) else nothing - bound - gains[1]
    facts = {
        "unified_gain": gains[0],
        "union_gain": gains[1],
        "price_musd": price,
        "price_most_musd": most,
        "share": price / gains[0] if price is not None and gains[0] > 0 else None,
        "dropped": dropped,
        "left_out": left,
    }
    table = pd.DataFrame(rows, columns=COLUMNS).sort_values("country", ignore_index=True)
    return Fragmentation(table, union, facts)


def hosts(strategy: Strategy) -> list[tuple[str, ...]]:
    """Countries of the project of each start; none of what comes in any size, which is no state's to plan."""
    country = strategy.projects["country"].fillna("").astype(str)
    named = [tuple(sorted({name.strip() for name in text.split("|")} - {""})) for text in country]
    return [() if strategy.divisible[item] else named[item] for item in strategy.starts["project"].to_numpy(np.int64)]


def own_objective(world: Network, country: str) -> str:
    """The country's own objective; that of shippers where it has no account, since then nothing is paid to it."""
    table = world.customs_territories
    union = table[(table["territory"] == UNION) & (table["kind"] == "union")]
    known = {*world.places["country"], *({UNION} & {*world.zones["customs_territory"]})}
    account = UNION if any(country in names for names in union["countries"]) and UNION in known else country
    return f"{NATIONAL}{account}" if account in known else "shipper"


def _national(
    problem: Problem, host: list[tuple[str, ...]], country: str, options: Options, progress: Progress
) -> Incumbent:
    """The country's plan of its own candidates, in the starts of the whole problem."""
    mine = np.array([country in names for names in host], dtype=bool)
    search = Decomposition(replace(problem, strategy=restricted(problem.strategy, mine)), options, _Quiet(progress))
    best = search.run()
    search.keep(best)
    plan = np.zeros(len(mine))
    plan[mine] = best.plan
    return replace(best, plan=plan)


def restricted(strategy: Strategy, mine: Flags) -> Strategy:
    """A strategy in which only some starts are allowed, with prerequisites among them: others are counted on.

    Args:
        mine: by row of ``starts``.
    """
    owner = strategy.starts["project"].to_numpy(np.int64)
    abroad = np.isin(np.arange(len(strategy.projects)), np.setdiff1d(owner, owner[mine]))
    service = strategy.service.copy()
    service[abroad] = 0.0
    return replace(
        strategy,
        starts=strategy.starts[mine].reset_index(drop=True),
        spending=strategy.spending[mine],
        service=service,
        all_of=[[item for item in items if not abroad[item]] for items in strategy.all_of],
        any_of=[[] if abroad[items].any() else items for items in strategy.any_of],
    )


def united(plans: Plans, host: list[tuple[str, ...]], own: dict[str, Floats]) -> tuple[Floats, dict[str, str]]:
    """What of several plans stands together, and why what is planned and does not stand falls.

    Args:
        host: countries of each start. own: plan of each country, in the starts of the whole problem.
    """
    strategy = plans.strategy
    project, period = (strategy.starts[name].to_numpy(np.int64) for name in ("project", "period"))
    ids = strategy.projects["module_of"].to_numpy(object)
    plan, why = plans.nothing, dict[str, str]()
    for item in dict.fromkeys(project.tolist()):
        rows = np.flatnonzero(project == item)
        planned = {name: own[name][rows] for name in host[rows[0]] if name in own}
        if not any(starts.any() for starts in planned.values()):
            continue
        unwilling = [name for name in host[rows[0]] if name not in planned or not planned[name].any()]
        if unwilling:
            why.setdefault(str(ids[item]), f"not planned by {' and '.join(unwilling)}")
            continue
        plan[rows] = max(planned.values(), key=lambda starts: int(period[rows][starts > 0].min()))
    kept: set[int] = set()
    first = {int(item): int(period[(plan > 0) & (project == item)].min()) for item in project[plan > 0]}
    for item in sorted(first, key=lambda one: (first[one], one)):
        rivals = sorted(kept.intersection(plans.excluded(item)))
        if rivals:
            plan[project == item] = 0.0
            why.setdefault(str(ids[item]), f"excluded by {ids[rivals[0]]}")
        else:
            kept.add(item)
    left = standing(plans, plan)
    for item in dict.fromkeys(project[(plan > 0) & (left == 0)].tolist()):
        why.setdefault(str(ids[item]), "a prerequisite is missing")
    return left, why


def _row(problem: Problem, country: str, best: Incumbent) -> dict[str, object]:
    strategy = problem.strategy
    started = best.plan > 0
    owner = strategy.projects["module_of"].to_numpy(object)[strategy.starts["project"].to_numpy(np.int64)]
    units = strategy.units[strategy.starts["project"].to_numpy(np.int64)]
    return {
        "country": country,
        "projects": ",".join(map(str, dict.fromkeys(owner[started]))),
        "own_worth_musd": best.gain if np.isfinite(best.gain) else np.nan,
        "capex_musd": float((best.plan / units) @ strategy.spending.sum(axis=1)),
        "gap": best.gap_of_gain,
    }


class _Quiet:
    """Passes on nothing but the request to stop: the figures of one country's search are not those of the study."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def phase(self, name: str) -> None:
        """Keep the phase of a search to itself."""

    def update(
        self, incumbent: float | None, bound: float | None, gap_of_gain: float | None, seconds_left: float | None
    ) -> None:
        """Keep the figures of a search to itself."""

    def should_stop(self) -> bool:
        """Whether the study shall stop."""
        return self._progress.should_stop()
