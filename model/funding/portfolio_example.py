"""An example of a portfolio made from the tables of a world: what a template shows in its first rows."""

from typing import Any

import numpy as np
import pandas as pd

from model.funding.portfolio import TERMS, Portfolio
from model.funding.portfolio_candidates import BUILD_COLUMNS, Candidates
from model.funding.portfolio_finance import FINANCE_COLUMNS
from model.funding.portfolio_reach import is_open
from network.frames import each_row
from network.network import Network

PROJECTS = 3
_DEBT_SHARE = 0.7
_LENDERS, _OWNERS = ("bank", "multilateral", "dfi"), ("state", "enterprise")


def example_portfolio(network: Network, resolution: str = "fast") -> Portfolio:
    """Up to three projects that need no other; two with their financing, that of the third left to the model.

    No recommendation: the first projects of the table that funders of the table can pay in full, each of another type
    where there are enough.
    """
    candidates = Candidates.of(network, resolution)
    builds, finance = _funded(network, _free_starts(candidates))
    rest = [row for row in each_row(_free_starts(candidates)) if row.project_id not in {*builds["project_id"]}]
    others = [row for row in rest if row.asset_class not in {*builds["asset_class"]}] or rest
    third = pd.DataFrame([row._asdict() for row in others[:1]], columns=list(BUILD_COLUMNS))
    both = [frame for frame in (builds, third) if len(frame)]
    frame = pd.concat(both, ignore_index=True) if both else builds
    return Portfolio("example", frame, finance, tuple(third["project_id"]))


def _free_starts(candidates: Candidates) -> pd.DataFrame:
    """First starts from the second period on, of projects not begun that need no other and are in an asset class."""
    second = min(1, len(candidates.periods) - 1)
    rows: dict[str, dict[str, Any]] = {}
    for (number, period), start in sorted(candidates.starts.items()):
        name = str(candidates.strategy.projects["project_id"].iloc[number])
        needs = any(candidates.plans.requirements(number)) or candidates.plans.excluded(number)
        begun = candidates.project(name)["earliest_start_year"] < candidates.years(0)[0]  # an empty year is not before
        if period >= second and name not in rows and not (needs or begun) and candidates.asset_class(name):
            rows[name] = candidates.build(start, int(candidates.project(name)["units_max"]))
    return pd.DataFrame(list(rows.values()), columns=list(BUILD_COLUMNS))


def _funded(network: Network, starts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Builds that funders pay in full, and their commitments."""
    builds: list[Any] = []
    finance: list[dict[str, Any]] = []
    for again in (False, True):
        for build in each_row(starts):
            same = {row.asset_class for row in builds} if not again else {}
            if len(builds) == PROJECTS - 1 or build in builds or build.asset_class in same:
                continue
            paid = _commitments(network, build)
            if paid:
                builds.append(build)
                finance += paid
    return starts.loc[[row.Index for row in builds]], pd.DataFrame(finance, columns=list(FINANCE_COLUMNS))


def _commitments(network: Network, build: Any) -> list[dict[str, Any]]:
    """Loans up to 70 per cent and equity for the rest, one row a funder; empty where the cost is not covered."""
    funders = {row.funder_id: row for row in each_row(network.funders[network.funders["is_included"] == 1])}
    rows: list[dict[str, Any]] = []
    covered = 0.0
    for term in each_row(_ordered_terms(network)):
        funder = funders.get(term.funder_id)
        if funder is None or any(row["funder_id"] == term.funder_id for row in rows):
            continue
        most = _DEBT_SHARE if term.is_debt else 1.0
        share = round(min(most - covered, term.max_share_of_cost, funder.max_share_of_cost), 2)
        amount = share * build.cost_musd
        off_ticket = amount < term.ticket_min_musd or amount > term.ticket_max_musd  # an empty cell is no limit
        if share > 0 and not off_ticket and is_open(network, funder, term.instrument, term.recourse, build):
            covered += share
            rows.append(
                {
                    "project_id": build.project_id,
                    "funder_id": term.funder_id,
                    "instrument": term.instrument,
                    "recourse": term.recourse,
                    "amount_musd": round(amount, 6),
                    **dict.fromkeys(TERMS, np.nan),
                }
            )
    return rows if covered > 1 - 1e-9 else []


def _ordered_terms(network: Network) -> pd.DataFrame:
    """Terms that pay for works and are paid back: loans of development banks and equity of states first."""
    kinds = network.funders.set_index("funder_id")["kind"]
    terms = network.funder_terms.merge(network.instruments[["instrument", "is_debt", "is_funding"]], on="instrument")
    terms = terms[(terms["is_funding"] == 1) & (terms["instrument"] != "grant")]
    order = {(debt, kind): n for debt, first in ((1, _LENDERS), (0, _OWNERS)) for n, kind in enumerate(first)}
    kind = terms["funder_id"].map(kinds)
    rank = [order.get(key, len(order)) for key in zip(terms["is_debt"], kind, strict=True)]
    return terms.assign(rank=rank).sort_values(["is_debt", "rank"], ascending=[False, True], kind="stable")
