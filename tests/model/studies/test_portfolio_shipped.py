"""The portfolio of the shipped world: found, held to its limits, tested again with kept paths."""

import time
from pathlib import Path

import pytest

from model.funding.portfolio import Portfolio
from model.funding.record import PortfolioRun
from model.funding.rules import FundingRequest
from model.options import Options
from model.progress import Silent
from model.scenario import load_scenario
from model.studies.portfolio_run import Asked, run_optimise, run_test
from network.network import read_network

pytestmark = pytest.mark.slow
DATA = Path(__file__).resolve().parents[3] / "data"
SECONDS = 60.0  # of a test with kept paths, in company of other work


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    options = Options(store=tmp_path_factory.mktemp("paths"))
    scenarios = [load_scenario("baseline", DATA / "scenarios")]
    return Asked(read_network(DATA), scenarios, options, Silent(), FundingRequest())


@pytest.fixture(scope="module")
def optimised(asked: Asked) -> tuple[PortfolioRun, Portfolio]:
    return run_optimise(asked, "welfare")


def test_the_optimised_portfolio_keeps_all_limits(optimised: tuple[PortfolioRun, Portfolio]) -> None:
    run, _ = optimised
    covenants = run["portfolio_covenants"]
    red = covenants[covenants["light"] == "red"]
    assert red.empty, red.to_string()
    assert (run["portfolio_powers"]["over_musd"] == 0).all()
    row = run["portfolio_scenarios"].iloc[0]
    assert row["gain_musd"] > 0
    assert row["first_breach"] == ""
    assert run.run["gap_of_gain"] < 0.2


def test_sources_are_cost_and_interest_of_every_project(optimised: tuple[PortfolioRun, Portfolio]) -> None:
    projects = optimised[0]["portfolio_projects"].set_index("project_id")
    finance = optimised[0]["portfolio_finance"]
    funds = (finance["amount_musd"] * finance["is_funding"]).groupby(finance["project_id"]).sum()
    uses = projects["capex_musd"] + projects["idc_musd"]
    paid = funds.reindex(uses.index).fillna(0.0)
    owed = projects["debt_musd"] + projects["equity_musd"] + projects["grant_musd"] > 0
    assert (paid - uses)[owed].abs().max() < 0.1
    assert owed.sum() >= 5


def test_the_same_portfolio_tested_with_kept_paths(asked: Asked, optimised: tuple[PortfolioRun, Portfolio]) -> None:
    began = time.monotonic()
    run = run_test(asked, optimised[1])
    assert time.monotonic() - began < SECONDS
    one, two = (found["portfolio_scenarios"].iloc[0] for found in (optimised[0], run))
    assert two["gain_musd"] == pytest.approx(one["gain_musd"], rel=1e-3)
    assert two["capex_musd"] == pytest.approx(one["capex_musd"])
    assert two["first_breach"] == ""
