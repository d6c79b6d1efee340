"""Batches that the tests of a comparison share."""

from pathlib import Path

import pytest

from model.solution import Solution
from network.network import Network
from report.comparison import write_comparison
from tests.report.comparison.full import sampled_batch, scenario_batch
from tests.report.comparison.made import Figure, MadeBatch, cargo, made_batch
from tests.report.test_chain_report import with_chain


def _decided(project: str, start: int | None) -> list[Figure]:
    built = [("project_start_year", project, None, float(start)), ("project_service_year", project, None, start + 2.0),
             ("project_capex", project, None, 100.0)] if start else []  # fmt: skip
    return [("project_built", project, None, float(bool(start))), *built]


def _of(gain: float, kt: float, welfare: dict[str, float], starts: dict[str, int | None]) -> list[Figure]:
    figures: list[Figure] = [("gain", "", None, gain), ("gap_of_gain", "", None, 0.04), *cargo(kt)]
    figures += [("welfare", country, None, musd) for country, musd in welfare.items()]
    figures += [("buyers", country, None, 0.75 * musd) for country, musd in welfare.items()]
    figures += [("sellers", country, None, 0.25 * musd) for country, musd in welfare.items()]
    for project, start in starts.items():
        figures += _decided(project, start)
    figures += [("price_in_europe", "ox_ndpr", 2039, 100_000.0 + gain), ("magnet_dependence", "", 2039, 0.8)]
    return figures


@pytest.fixture(scope="session")
def scenarios(network: Network) -> MadeBatch:
    """Four runs, of which one failed: the base, one with more and one with less cargo on the Middle Corridor."""
    runs = [
        {"key": "k2", "scenario": "red_sea_closed", "title": "Red Sea closed"},
        {"key": "k1", "scenario": "baseline", "title": "Baseline"},
        {"key": "k3", "scenario": "caspian_low_water", "title": "Caspian low water"},
        {"key": "k4", "scenario": "stress_routes", "title": "Stress of routes", "state": "failed",
         "reason": "no plan carries the firm demand"},
    ]  # fmt: skip
    return made_batch(network, runs, {
        "k1": _of(1000.0, 12_000.0, {"KZ": 500.0, "EU27": 9000.0}, {"P002": 2025, "P003": None, "P006": None}),
        "k2": _of(1200.0, 15_000.0, {"KZ": 620.0, "EU27": 8200.0}, {"P002": 2025, "P003": 2026, "P006": None}),
        "k3": _of(800.0, 9_000.0, {"KZ": 440.0, "EU27": 8990.0}, {"P002": 2035, "P003": None, "P006": None}),
    })  # fmt: skip


@pytest.fixture(scope="session")
def full(network: Network, solution: Solution) -> MadeBatch:
    """Four runs with result tables and a chain of rare earths, and one that failed."""
    return scenario_batch(network, with_chain(solution))


@pytest.fixture(scope="session")
def sampled(network: Network, solution: Solution) -> MadeBatch:
    """A base with tables, 40 samples over two ranges, and a grid of three prices."""
    return sampled_batch(network, solution)


@pytest.fixture(scope="session")
def full_page(full: MadeBatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("comparison") / "comparison.html"
    write_comparison(full, path)
    return path


@pytest.fixture(scope="session")
def sampled_page(sampled: MadeBatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("comparison") / "samples.html"
    write_comparison(sampled, path)
    return path
