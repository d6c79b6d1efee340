"""The plan for a geographic information system: `flows.gpkg` with flows by period, places and projects."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from model.solution import Solution
from network.geography import Geography
from network.network import Network
from report.indicators import periods
from report.layers import flow_layer, place_layer, project_layer, project_link_layer


def write_geopackage(solution: Solution, network: Network, geography: Geography, path: Path) -> None:
    """Write the layers flows_<period>, places, projects and project_links to `path`; empty layers are left out."""
    layers: dict[str, gpd.GeoDataFrame] = {
        f"flows_{year}": flow_layer(solution, network, geography, year) for year in periods(solution)
    }
    layers["places"] = place_layer(geography)
    layers["projects"] = project_layer(solution, network, geography)
    layers["project_links"] = project_link_layer(solution, network, geography)
    for name, frame in layers.items():
        if len(frame):
            frame.to_file(path, layer=name, driver="GPKG")
