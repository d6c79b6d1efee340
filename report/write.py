"""The files of a run that people open: report.html, plan.xlsx and flows.gpkg."""

from __future__ import annotations

from pathlib import Path

from model.solution import Solution
from network.geography import read_geography
from network.network import Network
from report.excel import write_excel
from report.geopackage import write_geopackage
from report.html import write_html


def write_report(solution: Solution, network: Network, folder: Path, compare: Solution | None = None) -> None:
    """Write report.html, plan.xlsx and flows.gpkg into `folder`, which exists and holds none of them.

    Args:
        solution: the plan.
        network: the world it was solved on, for names and geometry.
        folder: run folder; an OSError says why a file cannot be written.
        compare: another plan to show the differences from.
    """
    geography = read_geography(network.folder, network.places, network.links)
    write_html(solution, network, geography, folder / "report.html", compare)
    write_excel(solution, network, folder / "plan.xlsx", compare)
    write_geopackage(solution, network, geography, folder / "flows.gpkg")
