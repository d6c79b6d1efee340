"""The shipped world: the base year solved exactly, a plan with its bound, every scenario with a given plan (slow)."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.build import build_problem, with_weights
from model.decomposition import Decomposition
from model.options import Options
from model.progress import Silent
from model.run import solve_scenario
from model.scenario import load_scenario
from model.solution import Solution
from network.network import Network, read_network

DATA = Path(__file__).parents[2] / "data"
# Those whose levers others of the list pull too, or that are combinations of them, are applied by quick tests alone.
ALIKE = {"baseline", "china_controls_extended", "china_oct2025_extraterritorial", "deal_based_order", "pntr_region",
         "pntr_risk", "stress_supply", "stress_us_exit", "tcdb_cap", "tripp_open"}  # fmt: skip
SCENARIOS = [name for name in sorted(file.stem for file in (DATA / "scenarios").glob("*.yaml")) if name not in ALIKE]
THREADS = 2


@pytest.fixture(scope="module")
def world() -> Network:
    return read_network(DATA)


def test_the_base_year_is_proven_over_all_paths(world: Network) -> None:
    periods = with_weights(pd.DataFrame({"period": [2023], "first_year": [2023], "last_year": [2023]}), 0.06)
    problem = build_problem(world, world, Options(threads=THREADS), periods)
    problem = replace(problem, strategy=replace(problem.strategy, starts=problem.strategy.starts.iloc[:0]))
    search = Decomposition(problem, Options(threads=THREADS), Silent())
    value = search.nothing()
    bound, _ = search.master.relaxed()
    assert bound <= value
    assert value - bound <= 1e-4 * search.solvers[0].transport_cost()  # a Lagrangian gap of 0.01 %


@pytest.fixture(scope="module")
def baseline(world: Network) -> Solution:
    options = Options(threads=THREADS, time_limit_s=45)
    return solve_scenario(world, load_scenario("baseline", DATA / "scenarios"), options, Silent())


@pytest.mark.slow
def test_the_baseline_has_a_plan_between_nothing_and_its_bound(baseline: Solution) -> None:
    run = baseline.run
    assert run["value_of_nothing_built"] < run["objective"] <= run["bound"]
    assert 0 <= run["gap_of_gain"] < 0.8
    capacities = baseline["capacities"]
    assert (capacities["use"] <= capacities["capacity"] * (1 + 1e-6) + 1e-5).all()
    assert (capacities.loc[capacities["utilisation"] < 0.999, "dual_usd_per_unit"].abs() < 1e-6).all()


@pytest.mark.slow
def test_costs_and_surplus_of_the_baseline_add_up_to_the_objective(baseline: Solution) -> None:
    accounts = baseline["accounts"]
    counted = float((accounts["discounted_musd"] * accounts["counts"]).sum())
    assert counted == pytest.approx(baseline.run["objective"], rel=1e-6)
    rest = accounts.loc[accounts["account"] == "other_rents", "discounted_musd"].abs().sum()
    assert rest < 1e-6 * baseline["costs"]["discounted_musd"].abs().sum()
    assert baseline["capacities"]["rent_musd"].sum() > 0
    # The table of costs tells the same: what is paid is what somebody receives.
    paid = baseline["costs"].groupby("category")["discounted_musd"].sum()
    received = accounts.groupby("account")["discounted_musd"].sum()
    assert paid["freight"] + paid["handling"] == pytest.approx(received["freight_receipts"])
    assert paid.get("fees", 0.0) == pytest.approx(received.get("transit_revenue", 0.0))
    invested = sum(paid.get(name, 0.0) for name in ("capex", "fixed_opex", "residual_value"))
    assert invested == pytest.approx(-received["investment"])
    # Papers of licences are no duty: they cost time and money that nobody receives.
    assert paid["duties"] >= received["duty"] + received.get("export_tax", 0.0)


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_solves_with_the_plan_of_the_baseline(world: Network, baseline: Solution, name: str) -> None:
    scenario = load_scenario(name, DATA / "scenarios")
    given = baseline["builds"], baseline["chain_builds"]
    solved = solve_scenario(world, scenario, Options(threads=THREADS), Silent(), *given)
    assert solved.run["status"] == "plan given"
    assert solved.run["gap_of_gain"] is None  # it is not compared with any other
    assert np.isfinite(solved.run["objective"])
    assert solved.run["objective"] <= solved.run["bound"]
    assert solved.run["bound"] - solved.run["objective"] <= 1e-4 * solved["costs"]["discounted_musd"].sum()
    served = solved["demand"][["reference_kt", "served_kt"]].sum()
    assert 0.85 < served["served_kt"] / served["reference_kt"] <= 1.05
