"""What could widen a bottleneck: the projects that add to a limit, and what the plan decides on them."""

from __future__ import annotations

from model.solution import Solution
from network.network import Network
from report.frames import records
from report.words import short_name

Limit = tuple[str, str, str]
"""Target, target_id and kind (t or TEU) of a limit."""


def reliefs(solution: Solution, network: Network) -> dict[Limit, list[str]]:
    """Return the projects that add to each limit, in words: `Bakhty-Ayagoz new line (in service 2039)`.

    Projects that the base network already counts are left out: the limit has their addition.
    """
    builds = solution["builds"]
    said = {
        str(project): _words(str(parts["name"].iloc[0]), parts["in_service_year"].min())
        for project, parts in builds[builds["decision"] != "given"].groupby("project_id", sort=False)
    }
    result: dict[Limit, list[str]] = {}
    for effect in records(network.project_effects):
        if effect["project_id"] not in said:
            continue
        for kind, column in (("t", "capacity_added_t_per_year"), ("TEU", "capacity_added_teu_per_year")):
            if effect[column] > 0:
                of_limit = result.setdefault((effect["target"], effect["target_id"], kind), [])
                if said[effect["project_id"]] not in of_limit:
                    of_limit.append(said[effect["project_id"]])
    return result


def _words(name: str, in_service: float) -> str:
    return f"{short_name(name)} ({'not built' if in_service != in_service else f'in service {in_service:.0f}'})"
