"""The shipped example worlds against their textbook programs, written from the rows of the tables and nothing else."""

from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from model.options import Options
from model.progress import Silent
from model.run import solve_scenario
from model.scenario import load_scenario
from model.solution import Solution
from network.network import read_network

EXAMPLES = Path(__file__).resolve().parents[2] / "data" / "examples"
OPTIMA_USD = {"minimum_cost_flow": 1_879_000, "facility_location": 502_600, "network_design": 1_671_000}


def rows(example: str, file: str) -> pd.DataFrame:
    return pd.read_csv(EXAMPLES / example / file)


def solve(example: str, formulation: str) -> Solution:
    folder = EXAMPLES / example
    options = Options(threads=1, gap=0.0, formulation=formulation)
    return solve_scenario(read_network(folder), load_scenario("baseline", folder / "scenarios"), options, Silent())


@pytest.mark.parametrize("formulation", ["auto", "path"])
@pytest.mark.parametrize("example", OPTIMA_USD)
def test_the_optimum_is_the_textbooks_and_proven(example: str, formulation: str) -> None:
    solution = solve(example, formulation)
    run = solution.run
    assert run["status"] == "optimal"
    assert run["formulation"] == ("arc" if formulation == "auto" else "path")
    assert -1e6 * run["objective"] == pytest.approx(OPTIMA_USD[example], rel=1e-6)
    assert -1e6 * run["bound"] == pytest.approx(OPTIMA_USD[example], rel=1e-6)
    assert run["gap"] <= 1e-6
    assert run["gap_of_gain"] == 0
    demand, lanes = solution["demand"], rows(example, "commodities/lanes.csv")
    assert (1000 * demand["served_kt"]).tolist() == pytest.approx(lanes["quantity_t"].tolist())
    assert demand["unserved_kt"].sum() == 0
    assert 1e6 * solution["costs"]["discounted_musd"].sum() == pytest.approx(OPTIMA_USD[example])
    assert solution["capacities"]["dual_usd_per_unit"].max() < 1000  # no price of overflow


def test_minimum_cost_flow_by_the_network_simplex() -> None:
    links, lanes = rows("minimum_cost_flow", "network/links.csv"), rows("minimum_cost_flow", "commodities/lanes.csv")
    graph = nx.DiGraph()
    wanted = lanes.groupby("destination_zone")["quantity_t"].sum()
    graph.add_nodes_from((place, {"demand": int(quantity)}) for place, quantity in wanted.items())
    graph.add_node("SOURCE", demand=-int(wanted.sum()))
    graph.add_edges_from(
        (link.from_place, link.to_place, {"weight": link.cost_usd_per_t_general, "capacity": link.capacity_t_per_year})
        for link in links.itertuples()
    )
    cost, _ = nx.network_simplex(graph)
    assert cost == OPTIMA_USD["minimum_cost_flow"]


def test_network_design_by_its_textbook_program() -> None:
    """min sum c x + sum f y; balance of every commodity at every node; sum over commodities of x <= u y."""
    links, lanes = rows("network_design", "network/links.csv"), rows("network_design", "commodities/lanes.csv")
    effects = rows("network_design", "finance/project_effects.csv").set_index("target_id")
    projects = rows("network_design", "finance/projects.csv").set_index("project_id")
    places = rows("network_design", "network/places.csv")["place_id"].tolist()
    arcs, count = len(links), len(lanes)
    incidence = np.zeros((len(places), arcs))
    incidence[[places.index(p) for p in links["from_place"]], range(arcs)] = 1
    incidence[[places.index(p) for p in links["to_place"]], range(arcs)] -= 1
    supply = np.zeros((count, len(places)))
    for k, lane in enumerate(lanes.itertuples()):
        supply[k, places.index(lane.origin_zone)] = lane.quantity_t
        supply[k, places.index(lane.destination_zone)] = -lane.quantity_t
    room = effects.loc[links["link_id"], "capacity_added_t_per_year"].to_numpy(float)
    fixed = 1e6 * projects.loc[effects.loc[links["link_id"], "project_id"], "capex_musd"].to_numpy()
    balance = np.hstack([np.kron(np.eye(count), incidence), np.zeros((count * len(places), arcs))])
    capacity = np.hstack([np.tile(np.eye(arcs), count), -np.diag(room)])
    cost = np.concatenate([np.tile(links["cost_usd_per_t_general"], count), fixed])
    peer = optimum(cost, [(balance, supply.ravel(), supply.ravel()), (capacity, -np.inf, 0.0)], arcs)
    assert peer == pytest.approx(OPTIMA_USD["network_design"])


def test_facility_location_by_its_textbook_program() -> None:
    """min sum c x + sum f y; every customer served; sum over customers of x <= capacity y."""
    links, lanes = rows("facility_location", "network/links.csv"), rows("facility_location", "commodities/lanes.csv")
    effects = rows("facility_location", "finance/project_effects.csv")
    fixed = 1e6 * rows("facility_location", "finance/projects.csv")["capex_musd"].to_numpy()
    sites, customers = effects["target_id"].tolist(), lanes["destination_zone"].tolist()
    freight = links.pivot_table(index="from_place", columns="to_place", values="cost_usd_per_t_general")
    table = freight.loc[sites, customers].to_numpy()
    size = len(sites) * len(customers)
    served = np.hstack([np.tile(np.eye(len(customers)), len(sites)), np.zeros((len(customers), len(sites)))])
    room = np.diag(effects["capacity_added_t_per_year"].to_numpy(float))
    used = np.hstack([np.kron(np.eye(len(sites)), np.ones(len(customers))), -room])
    wanted = lanes["quantity_t"].to_numpy(float)
    cost = np.concatenate([table.ravel(), fixed])
    assert len(cost) == size + len(sites)
    peer = optimum(cost, [(served, wanted, wanted), (used, -np.inf, 0.0)], len(sites))
    assert peer == pytest.approx(OPTIMA_USD["facility_location"])


Law = tuple[NDArray[np.float64], NDArray[np.float64] | float, NDArray[np.float64] | float]


def optimum(cost: NDArray[np.float64], laws: list[Law], binaries: int) -> float:
    """Optimum over x >= 0 and, at the end of the columns, binaries."""
    whole = np.concatenate([np.zeros(len(cost) - binaries), np.ones(binaries)])
    most = np.where(whole == 1, 1.0, np.inf)
    constraints = [LinearConstraint(matrix, low, high) for matrix, low, high in laws]
    found = milp(cost, constraints=constraints, integrality=whole, bounds=Bounds(0, most), options={"mip_rel_gap": 0})
    assert found.success
    return float(found.fun)
