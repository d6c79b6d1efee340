"""Candidates of the rare-earth chain as projects of a portfolio: what their capacity earns at the chain's prices.

The chain is solved beside the network; what it builds in the countries of the bank may be financed. Such a candidate
enters the table of projects with its investment and with what its capacity earns a year, level over its years to the
horizon: the rents at the prices of the solved chain (``chain_switching``). That is exact for a small change; for a
large facility the prices hold its own effect already. A facility of several steps belongs to the class of the last
of them.
"""

from typing import Any

import numpy as np
import pandas as pd

from model.build import planning_periods
from model.chain.problem import has_chain
from model.chain.run import run_chain
from model.levers.base import with_rows
from model.options import Options
from model.progress import Progress
from model.strategy import discount_factor
from network.frames import each_row
from network.network import Network
from network.schema_rare_earths import STEPS

_SOURCE = "chain of rare earths: investment of the facility, rents at the prices of the solved chain"


def with_candidates(network: Network, world: Network, options: Options, progress: Progress) -> Network:
    """The network with what the chain builds in a world among its projects.

    Args:
        network: before the levers. world: after those of the scenario that portfolios are financed in.
    """
    if not has_chain(world):
        return network
    tables = run_chain(world, options, progress).tables
    worth = tables["chain_switching"].set_index("facility_id")
    builds = tables["chain_builds"]
    lent_to = {country for row in each_row(world.funders[world.funders["kind"] == "bank"]) for country in row.countries}
    built = builds[(builds["decision"] == "built") & builds["country"].isin(lent_to)]
    rows = []
    for name, own in built.groupby("facility_id", sort=False):
        first, capex = next(each_row(own)), float(own["capex_musd"].sum())
        start, service = int(own["start_year"].min()), int(own["service_year"].min())
        rows.append(
            {
                "project_id": name,
                "name": first.name,
                "country": first.country,
                "project_type": step_of(world, str(name)),
                "capex_musd": capex,
                "earliest_start_year": start,
                "construction_years": max(service - start, 1),
                "in_service_year": service,
                "is_sunk": 0,
                "is_modelled": 1,
                "in_base": 0,
                "units_max": 1,
                "lifetime_years": float(first.life_years),
                "fixed_opex_share_per_year": 0.0,
                "earnings_musd_per_year": _earnings(world, options, worth, str(name), capex, service),
                "status": "candidate of the rare-earth chain",
                "source": _SOURCE,
                "confidence": first.confidence,
                "year": int(world.parameter("price_base_year")),
            }
        )
    if not rows:
        return network
    return network.replace(projects=with_rows("projects", network.projects, pd.DataFrame(rows)))


def refreshed(world: Network, options: Options, progress: Progress) -> Network:
    """A world whose candidates of the chain earn what its own prices give them."""
    named = candidates_of(world)
    if not named or not has_chain(world):
        return world
    worth = run_chain(world, options, progress).tables["chain_switching"].set_index("facility_id")
    earned = world.projects["earnings_musd_per_year"].to_numpy(float).copy()
    for row in each_row(world.projects):
        if row.project_id in named and row.project_id in worth.index:
            args = (str(row.project_id), float(row.capex_musd), int(row.in_service_year))
            earned[row.Index] = _earnings(world, options, worth, *args)
    return world.replace(projects=world.projects.assign(earnings_musd_per_year=earned))


def _earnings(world: Network, options: Options, worth: pd.DataFrame, name: str, capex: float, service: int) -> float:
    """Rents a year, level from the first year of service to the horizon, of the part of the facility that is built."""
    own: Any = worth.loc[name]
    size = capex / float(own["capex_musd"]) if float(own["capex_musd"]) > 0 else 1.0
    periods = planning_periods(world, options.resolution)
    base, horizon = int(periods["first_year"].iloc[0]), int(periods["last_year"].iloc[-1]) + 1
    served = np.arange(min(service, horizon - 1), horizon)
    annuity = float(discount_factor(served, base, world.parameter("discount_rate")).sum())
    return float(own["rents_npv_musd"]) * size / annuity


def step_of(world: Network, facility: str) -> str:
    """The last step of the chain that a facility does."""
    units = world.chain_units[world.chain_units["facility_id"] == facility]
    steps = world.chain_processes.set_index("process_id")["step"]
    done = {str(steps[row.process_id]) for row in each_row(units)}
    return max(done, key=STEPS.index, default="")


def candidates_of(world: Network) -> tuple[str, ...]:
    """Facilities of the chain that stand among the projects."""
    known = set(world.chain_facilities["facility_id"]) if len(world.chain_facilities) else set()
    return tuple(name for name in world.projects["project_id"] if name in known)
