"""Capacity for a market decided before its duty is known: known answers, brute force, accounts, given plans."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.decomposition import Decomposition
from model.duties import premium_rate
from model.evaluation import Depth
from model.options import Options
from model.problem import Block, Problem
from model.progress import Silent
from model.run import solve_scenario
from model.scenario import Scenario, load_scenario
from model.solution import Solution
from model.states import build_states, open_before
from network.network import Network

GOODS = {"commodity_id": "goods", "name": "Goods", "handling_class": "bagged", "cargo_kind": "general",
         "value_usd_per_t": 100, "time_value_pct_per_day": 0, "own_price_elasticity": -0.5}  # fmt: skip
TWO = ((2025, 2029), (2030, 2039))
CHARGE = 20.0  # USD a year per t of capacity: hurdle rate 0.1, capital ratio 2, value 100
EXISTING = 60.0


def market(worlds: Any, periods: tuple[tuple[int, int], ...] = TWO, **tables: Any) -> Network:
    """KZ sells 60 kt to US in the base year, wants to sell 100 in 2025 and 120 in 2030; the columns are 0 and 40 %."""
    common = {"importer": "US", "product": "things", "hs_codes": (), "legal_basis": "law"}
    rates = [
        {**common, "rate_id": "one", "layer": "base", "measure": "mfn", "ad_valorem_pct": 0},
        {**common, "rate_id": "two", "layer": "column2", "measure": "column2", "ad_valorem_pct": 40},
    ]
    growth = [{"growth_id": "up", "year": year, "index_base": index, "base_year": 2023}
              for year, index in ((2023, 1), (2025, 100 / 60), (2030, 2))]  # fmt: skip
    given: dict[str, Any] = {
        "commodities": [GOODS],
        "growth": growth,
        "duty_rates": rates,
        "ntr_status": [{"country": "KZ", "status": "conditional", "hazard_per_year": 0.02}],
        "duty_lines": [{"commodity_id": "goods", "product": "things", "weight": 1}],
        "trade_elasticities": [{"commodity_id": "goods", "substitution": 4, "supply": 2, "capital_ratio": 2}],
        "market_coverage": [{"importer": "US", "commodity_id": "goods", "modelled_share": 0.4}],
        "periods": [{"resolution": "fast", "period": a, "first_year": a, "last_year": b} for a, b in periods],
        **tables,
    }
    links = [{"link_id": "SEA", "a": "KZ", "b": "US", "cost": 10, "kt": None}]
    return worlds.make(links, [{"a": "KZ", "b": "US", "kt": 60, "growth_id": "up"}], **given)  # type: ignore[no-any-return]


def reversion(folder: Path, chance: float, more: str = "") -> Scenario:
    text = (
        "title: T\nquestion: Q?\nevents:\n  - id: reversion\n    title: Column 2\n"
        f"    chance_per_year: {chance}\n    levers:\n"
        "      - {lever: ntr, id: column_two, countries: [KZ], status: column2}\n"
    )
    (folder / "one.yaml").write_text(text + more, encoding="utf-8")
    return load_scenario("one", folder)


def options(formulation: str = "auto", **more: Any) -> Options:
    return Options(
        **{"threads": 1, "gap": 0.0, "time_limit_s": 30.0, "states": True, "formulation": formulation, **more}
    )


def solve(world: Network, scenario: Scenario, formulation: str = "auto", **more: Any) -> Solution:
    return solve_scenario(world, scenario, options(formulation), Silent(), **more)


def new_kt(solution: Solution) -> list[float]:
    return list(solution["market_capacity"].sort_values("period")["new_kt"])


@pytest.mark.parametrize("formulation", ["arc", "path"])
def test_where_no_duty_will_change_capacity_is_what_is_wanted(worlds: Any, tmp_path: Path, formulation: str) -> None:
    world = market(worlds)
    solution = solve(world, reversion(tmp_path, 1e-9), formulation)
    plain = solve_scenario(world, Scenario("b", "B", "", "", ()), options(formulation, states=False), Silent())
    assert solution.run["objective"] == pytest.approx(plain.run["objective"], rel=1e-7)
    assert new_kt(solution) == pytest.approx([40, 60], rel=1e-6)
    table = solution["market_capacity"]
    assert list(table["wanted_kt"]) == pytest.approx([40, 60])
    assert list(table["riskless_kt"]) == pytest.approx([40, 60])
    assert list(table["started_kt"]) == pytest.approx([40, 20], rel=1e-6)
    assert solution["accounts"].query("account == 'market_capital'")["amount"].abs().max() < 1e-6
    assert plain["market_capacity"].empty


def by_hand(block: Block, new: float) -> float:
    """Value of a block with one lane, million USD: steps of demand and supply by themselves, dearest first."""
    trade, left = block.trade, EXISTING + new
    charged = float(block.reference_cost[0] + trade.charged[0])
    curves = [np.column_stack([w, v])[w > 0] for w, v in zip(trade.curves.width, trade.curves.value, strict=True)]
    steps = [np.column_stack([block.step_width[0], block.step_price[0]]), *curves]
    held, total = [part[:, 0].copy() for part in steps], 0.0
    while left > 1e-9:
        at = [int(np.argmax(kt > 1e-12)) for kt in held]
        worth = sum(part[n, 1] for part, n in zip(steps, at, strict=True)) - charged
        if worth + CHARGE <= 0 or any(kt[n] <= 1e-12 for kt, n in zip(held, at, strict=True)):
            break
        step = min(left, *(float(kt[n]) for kt, n in zip(held, at, strict=True)))
        for kt, n in zip(held, at, strict=True):
            kt[n] -= step
        total, left = total + step * worth, left - step
    return (total - left * CHARGE) / 1000 - block.offset


def brute_force(problem: Problem, first: float, second: float) -> float:
    """Value of a plan with so much capacity begun in each period, kt."""
    total = 0.0
    for block in problem.blocks:
        rows, number = block.market_capacity, problem.block_period(block)
        full = np.zeros(len(problem.strategy.projects))
        np.add.at(full, rows.project, rows.project_amount)
        share = full / 120.0  # a start makes at most the 120 kt that are ever wanted
        new = first * share[0] + second * share[1] * (number == 1)
        total += block.weight * by_hand(block, float(new))
    return total


@pytest.mark.parametrize("chance", [0.005, 0.02, 0.06])
def test_two_periods_and_two_states_equal_brute_force(worlds: Any, tmp_path: Path, chance: float) -> None:
    world, scenario = market(worlds), reversion(tmp_path, chance)
    problem, _ = build_states(world, scenario, options())
    solution = solve(world, scenario)
    built = new_kt(solution)
    found = brute_force(problem, built[0], built[1] - built[0])
    assert solution.run["objective"] == pytest.approx(found, rel=1e-9)
    grid = [(a, b) for a in np.linspace(0, 60, 31) for b in np.linspace(0, 40, 21)]
    best = max(brute_force(problem, a, b) for a, b in grid)
    assert found >= best - 1e-9
    assert 0 < built[0] < 40  # the risk of later periods holds some of it back
    assert solution["market_capacity"]["loss_musd"].iloc[-1] > 0  # in the reverted state some stands idle


@pytest.mark.parametrize("chance", [0.005, 0.02, 0.06])
def test_it_is_what_those_build_who_see_whether_the_market_is_open(worlds: Any, tmp_path: Path, chance: float) -> None:
    """Against the tree in which the second start is made only if the market is open on the first day of 2030."""
    world, scenario = market(worlds), reversion(tmp_path, chance)
    problem, _ = build_states(world, scenario, options())
    block = {(block.period, block.state): block for block in problem.blocks}
    years = {2025: 0.0, 2030: 0.0}
    for item in problem.blocks:
        years[item.period] += item.weight
    by = {year: 1 - (1 - chance) ** year for year in (2.5, 5, 10)}  # by the middle of 2025-29, 2030, the middle after

    def value(first: float, second: float) -> float:
        soon = (1 - by[2.5]) * by_hand(block[2025, "calm"], first) + by[2.5] * by_hand(block[2025, "reversion"], first)
        late = (1 - by[10]) * by_hand(block[2030, "calm"], first + second)
        late += (by[10] - by[5]) * by_hand(block[2030, "reversion"], first + second)
        late += by[5] * by_hand(block[2030, "reversion"], first)
        return years[2025] * soon + years[2030] * late

    built = new_kt(solve(world, scenario))
    grid = [(a, b) for a in np.arange(24.0, 42.0) for b in np.arange(14.0, 28.0)]
    best = max(grid, key=lambda plan: value(*plan))
    assert built == pytest.approx([best[0], best[0] + best[1]], abs=1.6)
    assert value(built[0], built[1] - built[0]) > value(*best) - 0.002


def test_the_more_likely_the_reversion_the_less_is_built(worlds: Any, tmp_path: Path) -> None:
    world = market(worlds)
    built = [new_kt(solve(world, reversion(tmp_path, h))) for h in (0.0001, 0.005, 0.01, 0.03, 0.06, 0.1)]
    assert (np.diff(np.array(built), axis=0) <= 1e-6).all()
    assert built[0] == pytest.approx([40, 60], rel=1e-6)
    assert built[-1][0] < 30


def test_the_loss_that_is_expected_is_the_premium_of_a_program_with_one_state(worlds: Any, tmp_path: Path) -> None:
    """Over a long time, at a discount rate as the hurdle rate, and for a start now as for one in ten years."""
    hazard, years = 0.001, 80
    parameters = [{"parameter": "discount_rate", "value": 0.1}, {"parameter": "choke_cost_multiple", "value": 1000}]
    world = market(worlds, tuple((2025 + n, 2025 + n) for n in range(years)), parameters=parameters)
    problem, _ = build_states(world, reversion(tmp_path, hazard), options())
    asked = float(premium_rate(np.array([hazard]), np.array([0.4]), np.array([2.0]), 0.1)[0]) * 200
    for start in (0, 10):
        paid = {"calm": 0.0, "reversion": 0.0}
        for block in problem.blocks:
            rows = block.market_capacity
            paid[block.state] += block.weight * float(rows.project_amount[rows.project == start].sum())
        lost = paid["reversion"] / sum(paid.values()) * CHARGE
        assert lost == pytest.approx(asked, rel=0.07)  # payments in the middle of the years: 5 %; h / r: 1 %


def test_what_is_known_of_a_market_when_capacity_is_begun(worlds: Any, tmp_path: Path) -> None:
    """Given that it has happened by the middle of 2030-39, had it by the first day of 2030, after five years of ten?"""
    scenario = reversion(tmp_path, 0.1)
    problem, states = build_states(market(worlds), scenario, options())
    share = open_before(scenario, states, problem.periods, np.array([False, True]))
    assert share[0] == pytest.approx(np.ones((2, 2)))
    assert share[1, 0, 1] == pytest.approx(1.0)
    assert share[1, 1, 1] == pytest.approx(1 - (1 - 0.9**5) / (1 - 0.9**10))
    never = open_before(scenario, states, problem.periods, np.array([False, False]))
    assert never[1, :, 1] == pytest.approx([1, 1])
    weights = {block.state: block.weight for block in problem.blocks if block.period == 2030}
    mean = sum(weights[state.id] * share[1, n, 1] for n, state in enumerate(states)) / sum(weights.values())
    assert mean == pytest.approx(0.9**5)


def test_states_that_are_drawn_at_once_are_known_to_nobody(tmp_path: Path, worlds: Any) -> None:
    text = (
        "title: T\nquestion: Q?\nstates:\n  - id: reversion\n    title: Column 2\n    probability: 0.3\n    levers:\n"
        "      - {lever: ntr, id: column_two, countries: [KZ], status: column2}\n"
    )
    (tmp_path / "one.yaml").write_text(text, encoding="utf-8")
    scenario = load_scenario("one", tmp_path)
    problem, states = build_states(market(worlds), scenario, options())
    assert open_before(scenario, states, problem.periods, np.array([False, True])) == pytest.approx(np.ones((2, 2, 2)))
    amounts = {block.state: block.market_capacity.project_amount.sum() for block in problem.blocks}
    assert amounts["calm"] == amounts["reversion"]


@pytest.mark.parametrize("objective", ["shipper", "world", "national:US", "national:KZ"])
def test_accounts_of_a_run_with_states_add_up_to_the_objective(worlds: Any, tmp_path: Path, objective: str) -> None:
    world = market(worlds)
    problem, _ = build_states(world, reversion(tmp_path, 0.03), options(objective=objective))
    solution = solve_scenario(world, reversion(tmp_path, 0.03), options("path", objective=objective), Silent())
    accounts = solution["accounts"]
    expected = solution.run["objective"]
    assert float((accounts["discounted_musd"] * accounts["counts"]).sum()) == pytest.approx(expected, rel=1e-6)
    capital = accounts[accounts["account"] == "market_capital"]
    assert set(capital["country"]) == {"KZ"}
    rest = accounts[accounts["account"] == "other_rents"]["discounted_musd"].abs().sum()
    assert rest == pytest.approx(0.0, abs=1e-6 * expected)
    states = solution["states"].merge(problem.periods, on="period")
    worth = float((states["probability"] * states["value_musd"] * states["weight"]).sum())
    assert worth == pytest.approx(expected, rel=1e-9)
    idle = solution["costs"].query("category == 'idle_capital'")
    lost = solution["market_capacity"].groupby("period")["loss_musd"].sum()
    assert idle.groupby("period")["musd"].sum().to_dict() == pytest.approx({p: v for p, v in lost.items() if v > 0})


def narrow(worlds: Any) -> Network:
    """The sea carries 90 kt; a berth that may be built, and a second one, carry 20 more each."""
    world = market(worlds)
    projects = [{"project_id": p, "name": p, "country": "KZ", "capex_musd": cost, "lifetime_years": 40}
                for p, cost in (("BERTH", 1.0), ("FOLLY", 4000.0))]  # fmt: skip
    effects = [{"project_id": p, "target": "link", "target_id": "SEA", "capacity_added_t_per_year": 20_000}
               for p in ("BERTH", "FOLLY")]  # fmt: skip
    return world.replace(
        links=world.links.assign(capacity_t_per_year=90_000.0),
        projects=worlds.frame("projects", projects),
        project_effects=worlds.frame("project_effects", effects),
    )


@pytest.mark.parametrize("formulation", ["arc", "path"])
def test_projects_and_capacity_are_found_together(worlds: Any, tmp_path: Path, formulation: str) -> None:
    world, scenario = narrow(worlds), reversion(tmp_path, 0.005)
    solution = solve(world, scenario, formulation)
    exact = solve(world, scenario, "arc")
    assert solution.run["status"] == "optimal"
    assert solution.run["objective"] == pytest.approx(exact.run["objective"], rel=1e-8)
    assert list(solution["builds"]["project_id"]) == ["BERTH", "FOLLY"]  # capacity has a table of its own
    assert solution.run["sizes"]["projects"] == 2
    built = solution["builds"].query("decision == 'built'")["project_id"]
    assert "FOLLY" not in set(built)
    assert new_kt(solution) == pytest.approx(new_kt(exact), rel=1e-5)
    assert new_kt(solution)[0] > 0


@pytest.mark.parametrize("formulation", ["arc", "path"])
def test_capacity_follows_projects_that_are_given(worlds: Any, tmp_path: Path, formulation: str) -> None:
    """The builds of another run name no capacity: it is settled at them."""
    world, scenario = narrow(worlds), reversion(tmp_path, 0.005)
    free = solve(world, scenario, formulation)
    given = solve(world, scenario, formulation, builds=free["builds"])
    assert given.run["objective"] == pytest.approx(free.run["objective"], rel=1e-8)
    assert new_kt(given) == pytest.approx(new_kt(free), rel=1e-4)
    plain = solve_scenario(world, Scenario("b", "B", "", "", ()), options("path", states=False), Silent())
    assert new_kt(solve(world, scenario, formulation, builds=plain["builds"]))[0] > 0


@pytest.mark.parametrize("change", ["no capital", "firm", "small gap"])
def test_a_market_without_risk_or_choice_has_no_capacity_to_decide(worlds: Any, tmp_path: Path, change: str) -> None:
    world = market(worlds)
    if change == "no capital":
        world = world.replace(trade_elasticities=world.trade_elasticities.assign(capital_ratio=0.0))
    elif change == "firm":
        world = world.replace(lanes=world.lanes.assign(is_firm=1))
    else:
        world = world.replace(duty_rates=world.duty_rates.assign(ad_valorem_pct=[0.0, 0.5]))
    solution = solve(world, reversion(tmp_path, 0.02))
    assert solution["market_capacity"].empty
    assert not (solution["accounts"]["account"] == "market_capital").any()


def test_a_plan_is_valued_the_same_by_blocks_and_by_the_joint_program(worlds: Any, tmp_path: Path) -> None:
    problem, _ = build_states(market(worlds), reversion(tmp_path, 0.02), options())
    search = Decomposition(problem, options("path"), Silent())
    plan = np.array([30 / 120, 20 / 120])
    value = search.plans.cost(plan) + search.evaluation.value(search.plans.built(plan), Depth.EXACT)
    assert -value == pytest.approx(brute_force(problem, 30, 20), rel=1e-9)
    assert search.plans.is_allowed(plan)
