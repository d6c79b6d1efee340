"""What one looks up while writing a portfolio: projects, funders and terms of a world, with their confidence."""

from typing import Any

import numpy as np
import pandas as pd

from model.funding.portfolio_candidates import Candidates
from network.frames import each_row
from network.network import Network
from network.schema_types import LAST_YEAR


def project_list(network: Network, resolution: str = "fast") -> pd.DataFrame:
    """Projects that may be built: project_id, name first, then what one must know to start them.

    Returns:
        project_id, name, country, asset_class, cost_musd (all units), units_max, earliest_start, latest_start (later
        it would serve in no year that is judged), construction_years, mode (empty = of no class), needs, excludes,
        status, confidence, source.
    """
    candidates = Candidates.of(network, resolution)
    projects = candidates.strategy.projects
    modes = network.asset_classes.set_index("asset_class")["concession_mode"].to_dict()
    rows: list[dict[str, Any]] = []
    for number, row in enumerate(each_row(projects)):
        starts = [period for project, period in candidates.starts if project == number]
        if candidates.is_done(row.project_id) or not starts:
            continue
        kind = candidates.asset_class(row.project_id)
        first = candidates.years(min(starts))[0]
        rows.append(
            {
                "project_id": row.project_id,
                "name": row.name,
                "country": row.country.replace("|", ", "),
                "asset_class": kind,
                "cost_musd": row.capex_musd,
                "units_max": row.units_max,
                "earliest_start": first if pd.isna(row.earliest_start_year) else int(row.earliest_start_year),
                "latest_start": candidates.years(max(starts))[1],
                "construction_years": row.construction_years,
                "mode": modes.get(kind, ""),
                "needs": _needs(candidates, number),
                "excludes": ", ".join(projects["project_id"].iloc[candidates.plans.excluded(number)]),
                "status": row.status,
                "confidence": row.confidence,
                "source": row.source,
            }
        )
    return pd.DataFrame(rows)


def _needs(candidates: Candidates, number: int) -> str:
    """What a project still needs, in words."""
    names = candidates.strategy.projects["project_id"].tolist()
    every, some = ([names[j] for j in positions] for positions in candidates.plans.requirements(number))
    one_of = f"one of {', '.join(some)}" if len(some) > 1 else "".join(some)
    return "; ".join([*every, *([one_of] if one_of else [])])


def funder_list(network: Network) -> pd.DataFrame:
    """Funders that take part.

    Returns:
        funder_id, name, kind, countries, asset_classes, envelope_low_musd_per_year, envelope_musd_per_year,
        envelope_high_musd_per_year, max_share_of_cost, instruments, powers (whose money it is), first_year, last_year
        (NaN = no end), confidence, source, note.
    """
    funders = network.funders[network.funders["is_included"] == 1].reset_index(drop=True)
    offered = {
        name: ", ".join(dict.fromkeys(rows["instrument"])) for name, rows in network.funder_terms.groupby("funder_id")
    }
    owners = network.funder_owners.sort_values(["funder_id", "share"], ascending=[True, False])
    powers = {
        name: ", ".join(f"{row.power_id} {100 * row.share:.3g} %" for row in each_row(rows))
        for name, rows in owners.groupby("funder_id")
    }
    envelopes = [f"envelope_{size}musd_per_year" for size in ("low_", "", "high_")]
    frame = funders[["funder_id", "name", "kind"]].assign(
        countries=funders["countries"].map(", ".join), asset_classes=funders["sectors"].map(", ".join)
    )
    last = funders["last_year"].astype(float)
    return frame.assign(
        **{name: funders[name] for name in [*envelopes, "max_share_of_cost"]},
        instruments=funders["funder_id"].map(offered).astype(object).fillna(""),
        powers=funders["funder_id"].map(powers).astype(object).fillna(""),
        first_year=funders["first_year"],
        last_year=last.mask(last == LAST_YEAR, np.nan),
        confidence=funders["confidence"],
        source=funders["source"],
        note=funders["note"],
    )


def term_list(network: Network) -> pd.DataFrame:
    """What funders that take part offer: the columns of funder_terms without the year."""
    included = network.funders.loc[network.funders["is_included"] == 1, "funder_id"]
    terms = network.funder_terms[network.funder_terms["funder_id"].isin(included)].reset_index(drop=True)
    return terms.drop(columns=["year"])
