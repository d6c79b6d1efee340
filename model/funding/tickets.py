"""Least tickets and the number of funders of given commitments: what is broken, by how much, and what repairs it.

A ticket is the least that a funder commits to a project at one time, over all its instruments there; the number of
funders counts whoever takes part in a start, guarantors too. Both need whole numbers, so that they are settled last and
no slack in money repairs them: a commitment below its ticket is raised to it or left to others, whichever moves less
money; where too many take part, the smallest leave their part to the rest.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.funding.problem import Funding
from network.frames import each_row

Floats = NDArray[np.float64]
TICKET, MEMBERS = "ticket_min", "funders_of_project"
_LEAST = 1e-3  # million USD: smaller commitments are none


def commitments_by_funder(funding: Funding, amount: Floats) -> pd.DataFrame:
    """What each funder commits to each project at a time: project_id, start_year, funder_id, musd, least_musd.

    Args:
        amount: by offer, million USD.
    """
    frame = _taken(funding, amount)
    keys = ["project_id", "start_year", "funder_id"]
    return frame.groupby(keys, as_index=False, sort=False).agg(musd=("musd", "sum"), least_musd=("least_musd", "max"))


def crowded(funding: Funding, amount: Floats) -> pd.DataFrame:
    """The start of each project with most funders: project_id, start_year, count, leaving, leaving_musd.

    ``leaving``: the smallest funders beyond the number allowed; ``leaving_musd``: what they commit.
    """
    most = int(funding.rules["max_funders_per_project"])
    rows = []
    for (project, _), own in _taken(funding, amount).groupby(["project_id", "start"], sort=False):
        by = own.groupby("funder_id")["musd"].sum().sort_values(kind="stable")
        out = by.iloc[: max(len(by) - most, 0)]
        rows.append((project, int(own["start_year"].iloc[0]), len(by), ", ".join(out.index), float(out.sum())))
    frame = pd.DataFrame(rows, columns=["project_id", "start_year", "count", "leaving", "leaving_musd"])
    worst = frame.sort_values(["count", "leaving_musd"], ascending=False, kind="stable")
    return worst.drop_duplicates("project_id").sort_index()


def ticket_limits(funding: Funding, amount: Floats) -> list[tuple[object, ...]]:
    """Rows of limits: family, key, year, value, limit, unit, headroom_musd, scale_musd; of all that have a ticket.

    The headroom of a number is in money where it is broken, and 0 where nobody may join; else there is none to tell.
    """
    rows: list[tuple[object, ...]] = []
    for one in each_row(commitments_by_funder(funding, amount)):
        if one.least_musd > 0:
            key = f"{one.project_id}: {one.funder_id}"
            left = one.musd - one.least_musd
            rows.append((TICKET, key, float(one.start_year), one.musd, one.least_musd, "musd", left, one.least_musd))
    most = int(funding.rules["max_funders_per_project"])
    for one in each_row(crowded(funding, amount)):
        left = -one.leaving_musd if one.count > most else 0.0 if one.count == most else float("nan")
        rows.append(
            (MEMBERS, one.project_id, float(one.start_year), float(one.count), float(most), "funders", left, 1.0)
        )
    return rows


def ticket_repairs(funding: Funding, amount: Floats) -> pd.DataFrame:
    """Rows of the table ``portfolio_repairs``: by project what keeps tickets and the number of funders."""
    rows = []
    for one in each_row(commitments_by_funder(funding, amount)):
        lacks = one.least_musd - one.musd
        if lacks > _LEAST:
            raised = f"{one.funder_id} commits {one.musd:.4g} million USD, least is {one.least_musd:.4g}"
            way = "raise it" if lacks <= one.musd else "leave it to others"
            rows.append((one.project_id, TICKET, f"{raised}: {way}", float(one.start_year), min(lacks, one.musd)))
    most = int(funding.rules["max_funders_per_project"])
    for one in each_row(crowded(funding, amount)):
        if one.count > most:
            what = f"{one.count} funders, most are {most}: leave what {one.leaving} commit to the others"
            rows.append((one.project_id, MEMBERS, what, float(one.start_year), one.leaving_musd))
    return pd.DataFrame(rows, columns=["project_id", "family", "what", "period", "amount_musd"])


def _taken(funding: Funding, amount: Floats) -> pd.DataFrame:
    """Offers that are taken with their project, funder, amount and least ticket."""
    least = funding.least_tickets()
    frame = funding.offers[["need", "start", "funder", "funder_id", "start_year"]].assign(musd=amount)
    frame = frame[frame["musd"] > _LEAST]
    frame = frame.join(funding.needs["project_id"], on="need")
    return frame.join(least.rename("least_musd"), on=["start", "funder"])
