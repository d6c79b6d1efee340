"""What projects earn, worked out by hand: charge x freight x flow x part of the capacity; cash after cost and tax."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model.decomposition import Decomposition
from model.funding.revenue import adds_capacity, asset_terms, cash_flow, most_cash, revenues, tax_rates
from model.options import Options
from model.problem import Problem
from model.progress import Silent
from model.result_flows import solved_flows
from network.network import Network
from tests.model.conftest import GOODS, make_problem
from tests.model.funding.bank_world import bank_world, plan_with

Floats = NDArray[np.float64]
BOXES = {"commodity_id": "boxes", "name": "Boxes", "handling_class": "container", "cargo_kind": "container",
         "t_per_teu": 10, "value_usd_per_t": 0, "time_value_pct_per_day": 0, "own_price_elasticity": 0}  # fmt: skip
QUAY = {"project_id": "P", "name": "P", "country": "KZ", "project_type": "port", "capex_musd": 1,
        "construction_years": 1, "lifetime_years": 30, "earliest_start_year": 2028}  # fmt: skip
WAY = {"link_id": "X", "a": "A", "b": "B", "cost": 10, "mode": "caspian_ferry"}
AROUND = {"link_id": "Z", "a": "A", "b": "B", "cost": 80, "cost_usd_per_teu": 900, "mode": "road"}


def earned(world: Network, **plan: int) -> dict[str, list[float]]:
    """Revenue by project and period at the shippers' routing of a plan."""
    problem = make_problem(world)
    search = Decomposition(problem, Options(threads=1), Silent())
    built = search.plans.built(plan_with(problem, **plan))
    search.evaluation.settle(built)
    revenue = revenues(problem, world, solved_flows(problem, search.solvers, built))
    assert (cash_flow(problem, world, revenue) <= most_cash(problem, world) + 1e-9).all()
    return dict(zip(problem.strategy.projects["project_id"], revenue.tolist(), strict=True))


def one_link(effect: Mapping[str, Any], kt: float, **changes: Any) -> Network:
    """A link and a dearer road beside it, a lane, and a project of the class of ports (charge 0.8)."""
    links = [{**WAY, **changes.pop("way", {})}, AROUND]
    project = {**QUAY, **changes.pop("project", {})}
    lanes = changes.pop("lanes", [{"a": "A", "b": "B", "kt": kt}])
    return bank_world([project], [{"project_id": "P", "target": "link", "target_id": "X", **effect}], links, lanes,
                      **changes)  # fmt: skip


@pytest.fixture(scope="module")
def world() -> Network:
    return bank_world()


@pytest.fixture(scope="module")
def problem(world: Network) -> Problem:
    return make_problem(world)


def test_one_project_on_one_link(world: Network) -> None:
    """RAIL adds 1,000 kt to the 1,000 of L1, which L2 lets 1,000 kt use: 0.45 x 10 USD x 1 Mt x a half."""
    found = earned(world, RAIL=1)
    assert found.pop("RAIL") == pytest.approx([0, 2.25])
    assert found == {name: [0, 0] for name in ("PORT", "SHIP", "LINE", "SOFT")}


def test_projects_of_a_chain_earn_on_what_the_others_let_through(world: Network) -> None:
    chain = earned(world, RAIL=0, PORT=0, LINE=0)
    assert chain["RAIL"] == pytest.approx([0.45 * 10 * 2 / 2] * 2)
    assert chain["PORT"] == pytest.approx([0.8 * 60 * 2 / 2] * 2)
    assert chain["LINE"] == pytest.approx([0.45 * 10 * 2 / 2] * 2)


def test_hours_saved_earn_nothing(world: Network, problem: Problem) -> None:
    assert earned(world, SOFT=0)["SOFT"] == [0, 0]
    names = problem.strategy.projects["project_id"].tolist()
    assert adds_capacity(problem).tolist() == [name != "SOFT" for name in names]
    assert most_cash(problem, world)[names.index("SOFT")].tolist() == [0, 0]


def test_the_part_is_of_all_the_capacity_and_half_used_is_half_paid() -> None:
    """100 kt of today, 300 added; 200 kt move: 0.8 x 10 x 0.2 Mt x 3/4."""
    found = earned(one_link({"capacity_added_t_per_year": 300_000}, kt=200, way={"kt": 100}), P=0)
    assert found["P"] == pytest.approx([0.8 * 10 * 0.2 * 0.75] * 2)


def test_boxes_pay_by_the_box_and_what_is_not_boxed_pays_nothing_for_their_places() -> None:
    """30,000 TEU of today and as many more; 500 kt of boxes at 10 t and 400 USD: 40 USD/t; goods count elsewhere."""
    lanes = [{"a": "A", "b": "B", "kt": 500, "commodity_id": "boxes"}, {"a": "A", "b": "B", "kt": 900}]
    world = one_link({"capacity_added_teu_per_year": 30_000}, 0, way={"capacity_teu_per_year": 30_000,
                     "cost_usd_per_teu": 400}, lanes=lanes, commodities=[GOODS, BOXES])  # fmt: skip
    assert earned(world, P=0)["P"] == pytest.approx([0.8 * 40 * 0.5 / 2] * 2)


def test_both_kinds_of_capacity_on_one_link_pay_once() -> None:
    """Tonnes and boxes of one quay: the larger part alone counts."""
    lanes = [{"a": "A", "b": "B", "kt": 500, "commodity_id": "boxes"}]
    world = one_link({"capacity_added_teu_per_year": 30_000, "capacity_added_t_per_year": 100_000}, 0, lanes=lanes,
                     way={"capacity_teu_per_year": 30_000, "kt": 900, "cost_usd_per_teu": 400},
                     commodities=[GOODS, BOXES])  # fmt: skip
    assert earned(world, P=0)["P"] == pytest.approx([0.8 * 40 * 0.5 / 2] * 2)


def test_a_place_earns_on_handling_of_what_its_limit_counts() -> None:
    """A port for ships of 100 kt and 100 more: 150 kt pay 2 USD at the ship; the 4 of the railway are not its own."""
    links = [{"link_id": "R", "a": "A", "b": "B", "cost": 10, "mode": "rail_1520"},
             {"link_id": "X", "a": "B", "b": "C", "cost": 10, "mode": "caspian_ferry"},
             {"link_id": "Z", "a": "A", "b": "C", "cost": 90, "mode": "road"}]  # fmt: skip
    world = bank_world(
        [QUAY],
        [{"project_id": "P", "target": "place", "target_id": "B", "capacity_added_t_per_year": 100_000}],
        links,
        [{"a": "A", "b": "C", "kt": 150}],
        handling=[{"mode": "rail_1520", "cargo_kind": "general", "cost_usd_per_t": 4, "time_h": 0},
                  {"mode": "caspian_ferry", "cargo_kind": "general", "cost_usd_per_t": 2, "time_h": 0}],
    )  # fmt: skip
    places = world.places.assign(
        capacity_t_per_year=np.where(world.places["place_id"] == "B", 100_000.0, np.nan),
        capacity_scope=np.where(world.places["place_id"] == "B", "vessel", "none"),
    )
    found = earned(world.replace(places=places), P=0)["P"]
    assert found == pytest.approx([0.8 * 2 * 0.15 / 2] * 2)


def test_a_fleet_earns_by_its_part_of_what_links_and_fleet_can_carry() -> None:
    """100 kt of today and a fleet of 100: whether 150 or 200 move, half of what is paid is the fleet's."""
    fleet = {"project": {"spread_capacity_t_per_year": 100_000}, "way": {"kt": 100}}
    for kt in (150, 200):
        found = earned(one_link({"in_spread_group": 1}, kt=kt, **{k: dict(v) for k, v in fleet.items()}), P=0)
        assert found["P"] == pytest.approx([0.8 * 10 * kt / 1000 / 2] * 2)


def test_cash_is_what_cost_and_tax_leave(world: Network, problem: Problem) -> None:
    """PORT earns 48: 45 % runs it, 2 are fixed, a fifth of what is left after 200 / 30 is tax."""
    names = problem.strategy.projects["project_id"].tolist()
    revenue = np.zeros(problem.strategy.given.shape)
    revenue[names.index("PORT")] = [48.0, 1.0]
    revenue[names.index("RAIL")] = [6.0, 20.0]
    cash = cash_flow(problem, world, revenue)
    left = 48 * 0.55 - 2
    assert cash[names.index("PORT")] == pytest.approx([left - 0.2 * (left - 200 / 30), 0.0])
    assert cash[names.index("RAIL")] == pytest.approx([6 * 0.65 - 3, 20 * 0.65 - 3])  # less than 10 a year written off
    assert asset_terms(problem, world)["asset_class"].tolist() == ["rail", "port", "port", "rail", "border"]


def test_tax_is_that_of_the_country_or_of_the_class(problem: Problem, world: Network) -> None:
    countries = world.country_finance.assign(tax_rate=[0.1, 0.3])
    assert tax_rates(problem, world.replace(country_finance=countries)).tolist() == [0.1, 0.1, 0.3, 0.3, 0.3]
    none = world.country_finance.iloc[:1].assign(tax_rate=0.1)
    assert tax_rates(problem, world.replace(country_finance=none)).tolist() == [0.1, 0.1, 0.2, 0.2, 0.2]


def test_the_bound_is_every_tonne_at_the_dearest_charge(problem: Problem, world: Network) -> None:
    most = dict(zip(problem.strategy.projects["project_id"], most_cash(problem, world).tolist(), strict=True))
    left = 0.8 * 60 * 0.55 - 2
    assert most["PORT"] == pytest.approx([left - 0.2 * (left - 200 / 30)] * 2)
