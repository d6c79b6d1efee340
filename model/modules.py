"""Modular projects (vessels, wagons, cranes) as one project a module.

What a module saves in time is its share of the whole, for all cargo on the link; a credit bounded by the share built
would grant a half-built fleet the full saving. So a project of n modules becomes n projects of one n-th each, the
second only after the first: integer units become binaries, and credits are exact.
"""

import numpy as np
import pandas as pd

from network.network import Network

SEPARATOR = "/"
_SHARED = ("capex_musd", "spread_capacity_t_per_year", "spread_capacity_teu_per_year")
_EFFECTS = ("capacity_added_t_per_year", "capacity_added_teu_per_year", "time_saved_h", "cost_saving_share")


def split_modules(network: Network) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``projects`` and ``project_effects`` with one project a module.

    Projects gain the columns ``module_of`` (the id in the table) and ``modules`` (how many there are). A requirement
    of a modular project is met by its first module.
    """
    projects = network.projects
    count = projects["units_max"].to_numpy(np.int64)
    number = np.concatenate([np.arange(1, n + 1) for n in count]) if len(count) else np.empty(0, np.int64)
    rows = np.repeat(np.arange(len(projects)), count)
    split = projects.iloc[rows].reset_index(drop=True)
    modules = count[rows]
    base = split["project_id"].astype(str)
    names = base.where(modules == 1, base + SEPARATOR + pd.Series(number, index=split.index).astype(str))
    first = {i: i if n == 1 else f"{i}{SEPARATOR}1" for i, n in zip(projects["project_id"], count, strict=True)}
    split = split.assign(project_id=names, module_of=base, modules=modules, units_max=1)
    for column in _SHARED:
        split[column] = split[column] / modules
    for column in ("all_of", "any_of", "excludes"):
        split[column] = [tuple(first.get(i, i) for i in ids) for ids in split[column]]
    before = [f"{i}{SEPARATOR}{n - 1}" if n > 1 else "" for i, n in zip(base, number, strict=True)]
    split["all_of"] = [(*ids, one) if one else ids for ids, one in zip(split["all_of"], before, strict=True)]
    owners = split[["project_id", "module_of", "modules"]].rename(
        columns={"project_id": "module_id", "module_of": "project_id"}
    )
    effects = network.project_effects.merge(owners, on="project_id", how="left")
    for column in _EFFECTS:
        effects[column] = effects[column] / effects["modules"]
    effects["project_id"] = effects["module_id"]
    return split, effects.drop(columns=["module_id", "modules"])
