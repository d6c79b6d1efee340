"""Sources and uses as flows: from funders, looked through to the powers that own them, to projects and classes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.funding.record import PortfolioRun
from network.network import Network
from report.frames import records
from report.page_rows import figure
from report.portfolio_facts import of_scenario, project_names
from report.words import names_of, short_name, spoken

NO_POWER = "No one power"
OTHERS = "Others"
MOST = {"funder": 12, "power": 8, "project": 14}
"""Names kept at each end; what is smaller is added up as others."""

LEAST_MUSD = 1e-4


def source_flows(run: PortfolioRun, network: Network) -> dict[str, Any] | None:
    """Return names and flows of the first scenario; None where nothing is committed.

    A flow is [funder, power, project, class, million USD], each the place of a name in its list. What owners do not
    hold is dispersed and counts for no one power.
    """
    rows = looked_through(run, network)
    if rows.empty:
        return None
    names: dict[str, list[str]] = {}
    for column in ("funder", "power", "project", "class"):
        total = rows.groupby(column)["amount_musd"].sum().sort_values(ascending=False, kind="stable")
        kept = [str(name) for name in total.index[: MOST.get(column, len(total))]]
        rows[column] = [name if name in kept else OTHERS for name in rows[column]]
        names[column] = kept + ([OTHERS] if len(total) > len(kept) else [])
    flows = rows.groupby(["funder", "power", "project", "class"])["amount_musd"].sum().reset_index()
    place = {column: {name: n for n, name in enumerate(list_)} for column, list_ in names.items()}
    return {
        "names": names,
        "flows": [
            [*(place[c][row[c]] for c in ("funder", "power", "project", "class")), figure(row["amount_musd"])]
            for row in records(flows)
        ],
    }


def looked_through(run: PortfolioRun, network: Network) -> pd.DataFrame:
    """Return commitments that fund, by funder, power, project and class: amount_musd adds up to all funds."""
    money = of_scenario(run, "portfolio_finance")
    money = money[money["is_funding"] == 1]
    powers = names_of(network.powers, "power_id")
    owners: dict[str, list[tuple[str, float]]] = {}
    for funder, power, share in zip(
        *(network.funder_owners[c] for c in ("funder_id", "power_id", "share")), strict=True
    ):
        owners.setdefault(str(funder), []).append((powers.get(str(power), str(power)), float(share)))
    classes = of_scenario(run, "portfolio_projects").drop_duplicates("project_id")
    class_of = dict(zip(classes["project_id"], classes["asset_class"], strict=True))
    names = project_names(run)
    rows = []
    for row in money.to_dict("records"):
        held = owners.get(str(row["funder_id"]), [])
        rest = max(1.0 - sum(share for _, share in held), 0.0)
        key = str(row["project_id"])
        ends = (short_name(str(row["funder"])), names.get(key, key), spoken(str(class_of.get(key, ""))) or "Other")
        for power, share in [*held, (NO_POWER, rest)]:
            if row["amount_musd"] * share > LEAST_MUSD:
                short = power.removesuffix(" and its members")
                rows.append((ends[0], short, ends[1], ends[2], row["amount_musd"] * share))
    return pd.DataFrame(rows, columns=["funder", "power", "project", "class", "amount_musd"])
