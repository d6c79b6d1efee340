"""Minimum-cost flows of one commodity, as networkx finds them on integers."""

from random import Random
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def random_graph(rng: Random, size: int) -> tuple[nx.DiGraph, int]:
    """A graph with costs 1 to 20 and capacities 1 to 30 from node 0 to the last, and the most that it carries."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(size))
    for a in range(size):
        for b in range(size):
            if a != b and (b == a + 1 or rng.random() < 0.45):
                graph.add_edge(a, b, weight=rng.randint(1, 20), capacity=rng.randint(1, 30))
    return graph, nx.maximum_flow_value(graph, 0, size - 1)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), size=st.integers(3, 6), part=st.floats(0.3, 1.0), mixed=st.booleans())
def test_cost_and_limits_equal_the_minimum_cost_flow(
    worlds: Any, seed: int, size: int, part: float, mixed: bool
) -> None:
    rng = Random(seed)  # noqa: S311
    graph, most = random_graph(rng, size)
    demand = max(1, int(part * most))
    graph.nodes[0]["demand"], graph.nodes[size - 1]["demand"] = -demand, demand
    modes = ["road", "rail_1520"] if mixed else ["road"]
    links = [
        {"link_id": f"{a}>{b}", "a": str(a), "b": str(b), "directed": 1, "cost": data["weight"],
         "kt": data["capacity"], "mode": rng.choice(modes)}
        for a, b, data in graph.edges(data=True)
    ]  # fmt: skip
    solved = worlds.solve(worlds.make(links, [{"a": "0", "b": str(size - 1), "kt": demand}]))
    assert solved.tables["demand"]["served_kt"].sum() == pytest.approx(demand)
    assert solved.tables["flows"]["cost_musd"].sum() * 1000 == pytest.approx(nx.min_cost_flow_cost(graph), rel=1e-6)


def test_what_does_not_fit_is_unserved(worlds: Any) -> None:
    graph, most = random_graph(Random(5), 5)  # noqa: S311
    links = [
        {"link_id": f"{a}>{b}", "a": str(a), "b": str(b), "directed": 1, "cost": d["weight"], "kt": d["capacity"]}
        for a, b, d in graph.edges(data=True)
    ]
    demand = worlds.solve(worlds.make(links, [{"a": "0", "b": "4", "kt": most + 7}])).tables["demand"]
    assert demand["served_kt"].sum() == pytest.approx(most)
    assert demand["unserved_kt"].sum() == pytest.approx(7)
