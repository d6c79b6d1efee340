"""What the bank adds: terms that the market does not offer, and projects that lack funds without it.

Financial additionality of the framework of the development banks (2018), as far as the tables hold it: one point for a
loan that is longer than any commercial one offered to the project, one for a cheaper one, one where the project cannot
be funded if the bank takes no part. Advice and standards are not in the tables and have no points.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.funding.cash import Commitments
from model.funding.closing import Closing
from model.funding.offers import build_funding
from model.funding.problem import Funding
from model.funding.rules import FundingRequest
from model.studies.portfolio_world import World

Floats = NDArray[np.float64]


def with_additionality(
    world: World, plan: Floats, request: FundingRequest, funding: Funding, taken: Commitments, projects: pd.DataFrame
) -> pd.DataFrame:
    """The table of projects with the score of the bank in those that it pays for."""
    if funding.bank is None or not (projects["bank_musd"] > 0).any():
        return projects
    alone, _, _ = build_funding(world.problem, world.network, replace(request, with_bank=False)).of_plan(plan)
    problem = world.with_funding(replace(alone, cash=funding.of_plan(plan)[0].cash))
    closing = Closing(problem, world.search.options.threads, tickets=False)
    lacks = closing.unfunded(plan)
    lacking = set(alone.needs["project_id"].to_numpy(object)[lacks["key"].astype(int)])
    offers = funding.offers.join(funding.needs["project_id"], on="need")
    market = offers[offers["is_commercial"]].groupby("project_id")
    longest, cheapest = market["tenor_years"].max(), market["nominal_rate"].min()
    loans = taken.offers[(taken.offers["funder"] == funding.bank) & taken.offers["is_debt"]].groupby("project_id")
    own_tenor, own_rate = loans["tenor_years"].max(), loans["nominal_rate"].min()
    score = []
    for name, amount in zip(projects["project_id"], projects["bank_musd"], strict=True):
        points = float(name in lacking)
        if name in own_tenor.index:
            points += float(own_tenor[name] > longest.get(name, 0.0)) + float(
                own_rate[name] < cheapest.get(name, np.inf)
            )
        score.append(points if amount > 0 else np.nan)
    return projects.assign(additionality=score)
