"""A batch for a geographic information system: comparison.gpkg with a layer of flows a run, and the projects of all."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd

from model.batch.files import write_bytes
from model.batch.indicators.corridors import focus_corridor
from model.errors import InputError
from model.solution import Solution
from network.geography import CRS, Geography, flow_lines
from network.network import Network
from report.comparison_projects import robustness
from report.comparison_rows import focus_periods
from report.comparison_runs import SAMPLE, Batch, runs
from report.difference import side_by_side
from report.frames import records
from report.indicators import link_flows, periods
from report.layers import place_layer, project_points
from report.tables import with_place_names
from report.words import counted

MOST_LAYERS = 60
"""Runs that have a layer: more than a list of layers can show."""
_LONGEST = 50
_KEYS = ["period", "link_id", "from_place", "to_place", "mode"]
_FIGURES = ["flow_kt", "flow_kteu", "cost_musd"]


def write_comparison_geopackage(batch: Batch, geography: Geography, path: Path) -> list[str]:
    """Write the layers to `path`, whole or not at all; return what is left out and why, in sentences.

    Layers: `<run>` (flows of all its periods, with the change against the base in the columns `_change`), `projects`
    (how often and when each is built), `places` and `runs` (layer by run, its key, name and scenario; no geometry).
    """
    shown = _with_layer(batch)
    base = _tables(batch, str(shown["key"].iloc[0])) if len(shown) else None
    names = layer_names([str(name) for name in shown["name"]])
    left_out: list[str] = []
    written: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        aside = Path(folder) / path.name
        for row, layer in zip(records(shown), names, strict=True):
            solution = _tables(batch, str(row["key"]))
            if solution is None:
                left_out.append(str(row["name"]))
                continue
            _write(run_layer(solution, base, batch.network, geography), aside, layer)
            written.append({"layer": layer, **{name: str(row[name]) for name in ("key", "name", "scenario")}})
        _write(project_layer(batch, geography), aside, "projects")
        _write(place_layer(geography), aside, "places")
        _write(gpd.GeoDataFrame(pd.DataFrame(written), geometry=[None] * len(written), crs=CRS), aside, "runs")
        write_bytes(path, aside.read_bytes())
    return _said(left_out, len(runs(batch)), len(shown))


def run_layer(
    solution: Solution, base: Solution | None, network: Network, geography: Geography
) -> gpd.GeoDataFrame:  # fmt: skip
    """Return one line a period, link and direction with cargo in the run or in the base, in the cargo's direction.

    Columns: period, link_id, from_place, to_place, mode, flow_kt, flow_kteu, cost_musd (a year), each with `_other` (in
    the base) and `_change` where there is a base, origin, destination, is_focus (part of the first corridor), geometry.
    """
    flows = link_flows(solution)[[*_KEYS, *_FIGURES]]
    if base is not None:
        shared = set(periods(solution)) & set(periods(base))
        flows = side_by_side(flows, link_flows(base)[[*_KEYS, *_FIGURES]], _KEYS, _FIGURES, shared)
    flows = with_place_names(flows, network).reset_index(drop=True)
    corridor = solution["flows"]
    first = set(corridor.loc[corridor["corridor_id"] == focus_corridor(network), "link_id"])
    flows["is_focus"] = flows["link_id"].isin(first)
    return gpd.GeoDataFrame(flows, geometry=flow_lines(flows, geography.links), crs=CRS)


def project_layer(batch: Batch, geography: Geography) -> gpd.GeoDataFrame:
    """Return one point a project of the network that has a place: the columns of `robustness`, and geometry."""
    marks = project_points(batch.network, geography)
    table = robustness(batch)
    frame = table[(table["kind"] == "project") & table["project_id"].isin(list(marks))].reset_index(drop=True)
    return gpd.GeoDataFrame(frame, geometry=[marks[i] for i in frame["project_id"]], crs=CRS)


def layer_names(names: list[str]) -> list[str]:
    """Return names of layers: letters, digits and underscores, short and unique.

    >>> layer_names(["Baseline", "Red Sea closed, suez 0.2", "Baseline!"])
    ['baseline', 'red_sea_closed_suez_0_2', 'baseline_2']
    """
    used: dict[str, int] = {"runs": 1, "projects": 1, "places": 1}
    result = []
    for name in names:
        plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:_LONGEST] or "run"
        used[plain] = used.get(plain, 0) + 1
        result.append(plain if used[plain] == 1 else f"{plain}_{used[plain]}")
    return result


def default_period(batch: Batch) -> int | None:
    """Return the period in which the layers differ most, to be shown first; None without periods."""
    return focus_periods(batch).get(False)


def _with_layer(batch: Batch) -> pd.DataFrame:
    table = runs(batch)
    plain = table[(table["kind"] != SAMPLE) | table["is_base"]]
    return (plain if len(plain) > 1 else table).head(MOST_LAYERS)


def _tables(batch: Batch, key: str) -> Solution | None:
    """Return the result tables of a run, None where only its indicators are kept."""
    try:
        return batch.solution(key)
    except InputError:
        return None


def _write(frame: gpd.GeoDataFrame, path: Path, layer: str) -> None:
    if len(frame):
        frame.to_file(path, layer=layer, driver="GPKG")


def _said(left_out: list[str], finished: int, shown: int) -> list[str]:
    said = []
    if left_out:
        one = len(left_out) == 1
        said.append(
            f"{counted(len(left_out), 'run')} {'has' if one else 'have'} no layer in the GeoPackage: only "
            f"{'its' if one else 'their'} indicators are kept."
        )
    if finished > shown:
        said.append(
            f"{finished - shown:,} runs have no layer in the GeoPackage: samples, or beyond {MOST_LAYERS} runs."
        )
    return said
