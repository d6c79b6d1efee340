"""The plan for a geographic information system: `flows.gpkg` with flows by period, places and projects."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from model.solution import Solution
from network.network import Network
from report.indicators import periods
from report.layers import flow_layer, place_layer, project_layer, project_link_layer


def write_geopackage(solution: Solution, network: Network, path: Path) -> None:
    """Write the layers flows_<period>, places, projects and project_links to `path`; empty layers are left out."""
    layers: dict[str, gpd.GeoDataFrame] = {f"flows_{y}": flow_layer(solution, network, y) for y in periods(solution)}
    layers["places"] = place_layer(network)
    layers["projects"] = project_layer(solution, network)
    layers["project_links"] = project_link_layer(solution, network)
    for name, frame in layers.items():
        if len(frame):
            frame.to_file(path, layer=name, driver="GPKG")
