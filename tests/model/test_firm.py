"""Firm demand, costs below zero, ways that cargo does not have."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import InputError
from network.network import Network

Some = settings(max_examples=8, deadline=None, derandomize=True)
FIRM = {"is_firm": 1}


def link(name: str, a: str, b: str, cost: float, kt: float | None = None, **more: Any) -> dict[str, Any]:
    return {"link_id": name, "a": a, "b": b, "cost": cost, "kt": kt, **more}


@Some
@given(data=st.data())
def test_firm_cargo_moves_in_full_and_paths_reach_the_optimum_of_arcs(worlds: Any, data: st.DataObject) -> None:
    world = data.draw(worlds.random(projects=0, storage=data.draw(st.booleans())))
    firm = np.array(data.draw(st.lists(st.booleans(), min_size=len(world.lanes), max_size=len(world.lanes))), dtype=int)
    solved = worlds.solve(world.replace(lanes=world.lanes.assign(is_firm=firm)))
    exact = worlds.jointly(solved.problem)
    assert solved.best.value == pytest.approx(exact.objective, rel=1e-6, abs=1e-6)
    demand = solved.tables["demand"]
    demand = demand[demand["lane_id"].isin(world.lanes["lane_id"][firm == 1])]
    assert demand["served_kt"].tolist() == pytest.approx(demand["reference_kt"].tolist())
    assert (demand["surplus_musd"] == 0).all()


def test_firm_cargo_pays_more_than_the_choke_cost(worlds: Any) -> None:
    links = [link("CHEAP", "A", "B", 10, 60), link("DEAR", "A", "B", 900)]
    choke = {"parameters": [{"parameter": "choke_cost_multiple", "value": 2.5}]}
    for firm, moved in ((0, 60), (1, 100)):
        solved = worlds.solve(worlds.make(links, [{"a": "A", "b": "B", "kt": 100, "is_firm": firm}], **choke))
        assert solved.tables["demand"]["served_kt"].tolist() == pytest.approx([moved])
    assert -solved.best.value == pytest.approx(-(0.6 + 36))
    assert solved.tables["capacities"]["dual_usd_per_unit"].tolist() == pytest.approx([890])
    assert solved.tables["prices"]["price_usd_per_t"].tolist() == pytest.approx([900])


def test_a_price_is_what_one_more_unit_is_worth_where_firm_cargo_just_fills_a_link(worlds: Any) -> None:
    """100 kt of room for 100 kt: one more tonne of room is worth nothing, whatever overflow would cost."""
    links = [link("L", "A", "B", 10, 100)]
    solved = worlds.solve(worlds.make(links, [{"a": "A", "b": "B", "kt": 100, **FIRM}]))
    assert solved.tables["capacities"]["dual_usd_per_unit"].tolist() == pytest.approx([0])
    assert solved.tables["prices"]["price_usd_per_t"].tolist() == pytest.approx([10])


@pytest.mark.parametrize("formulation", ["arc", "path"])
def test_a_fixed_charge_counts_in_full_in_a_world_of_one_year(worlds: Any, formulation: str) -> None:
    """One year, a life of one year, no time to build: 3 million USD, and 5 kt at 1 USD per t."""
    result = worlds.run(planned(worlds), formulation)
    assert result.run["objective"] == pytest.approx(-(3 + 0.080 + 0.005 - 0.010))
    assert result.run["status"] == "optimal"
    assert result.run["value_of_nothing_built"] is None
    assert result.run["gain"] is None
    assert result["builds"]["decision"].tolist() == ["built"]


def planned(worlds: Any) -> Network:
    """12 kt must move; 8 kt have room at 10 USD per t, and 5 kt more at 1 if P is built."""
    links = [link("OLD", "A", "B", 10, 8), link("NEW", "A", "B", 1, 0)]
    project = {"project_id": "P", "name": "P", "country": "A", "capex_musd": 3, "lifetime_years": 1}
    effect = {"project_id": "P", "target": "link", "target_id": "NEW", "capacity_added_t_per_year": 5000}
    lanes = [{"a": "A", "b": "B", "kt": 12, **FIRM}]
    return worlds.make(links, lanes, projects=[project], project_effects=[effect])  # type: ignore[no-any-return]


@pytest.mark.parametrize("formulation", ["arc", "path"])
def test_cargo_takes_the_way_that_pays(worlds: Any, formulation: str) -> None:
    """A to C by B costs 5 - 10; the straight way earns 4 but holds 3 kt only."""
    links = [
        link("AB", "A", "B", -10, directed=1),
        link("BC", "B", "C", 5, 8, directed=1),
        link("AC", "A", "C", -4, 3, directed=1),
        link("SEA", "A", "C", 2, directed=1),
    ]
    result = worlds.run(worlds.make(links, [{"a": "A", "b": "C", "kt": 12, **FIRM}]), formulation)
    assert result.run["objective"] == pytest.approx(8 * 0.005 + 3 * 0.004 - 1 * 0.002)
    assert result["flows"].groupby("link_id")["flow_kt"].sum().to_dict() == pytest.approx(
        {"AB": 8, "BC": 8, "AC": 3, "SEA": 1}
    )


def test_a_circle_that_pays_is_refused(worlds: Any) -> None:
    links = [
        link("AB", "A", "B", -10, directed=1),
        link("BC", "B", "C", 5, directed=1),
        link("CA", "C", "A", 4, directed=1),
        link("CD", "C", "D", 4, directed=1),
    ]
    with pytest.raises(InputError) as refused:
        worlds.problem(worlds.make(links, [{"a": "A", "b": "D", "kt": 12}]))
    text = str(refused.value)
    assert "general cargo would earn 1 USD per t by going round and round on" in text
    assert {"AB", "BC", "CA"} <= set(text.replace(",", "").split())
    assert "CD" not in text


def test_demand_that_reacts_needs_a_cost(worlds: Any) -> None:
    with pytest.raises(InputError, match="lane A-B-0 moves at no cost"):
        worlds.problem(worlds.make([link("L", "A", "B", 0)], [{"a": "A", "b": "B", "kt": 12}]))


BOXES = {"commodity_id": "boxes", "name": "Boxes", "handling_class": "container", "cargo_kind": "container",
         "t_per_teu": 10, "value_usd_per_t": 0, "time_value_pct_per_day": 0, "own_price_elasticity": 0}  # fmt: skip


@pytest.mark.parametrize(
    ("links", "lane", "sentence"),
    [
        ([link("L", "A", "C", 1)], {}, "lane A-B-0 has no path: no link of links.csv joins B"),
        ([link("L", "A", "C", 1), link("M", "B", "D", 1)], {}, "no links of links.csv lead from A to B"),
        ([link("L", "B", "A", 1, directed=1)], {}, "link L runs the other way only (directed = 1)"),
        (
            [{"link_id": "L", "a": "A", "b": "B", "cost_usd_per_teu": 80}],
            {},
            "link L has no cost for goods, which is general cargo (cost_usd_per_t_general is empty); a cost per TEU is "
            "for cargo in boxes only",
        ),
        (
            [link("L", "A", "B", 8)],
            {"commodity_id": "boxes"},
            "link L has no cost for boxes, which moves in containers (cost_usd_per_teu is empty)",
        ),
        ([link("L", "A", "B", 8, allowed_handling=("roro",))], {}, "link L takes no bagged (allowed_handling)"),
    ],
)  # fmt: skip
def test_a_lane_without_a_path_is_told_why(
    worlds: Any, links: list[dict[str, Any]], lane: dict[str, Any], sentence: str
) -> None:
    places = [{"place_id": name} for name in "AB"]
    world = worlds.make(links, [{"a": "A", "b": "B", "kt": 12, **lane}], places, commodities=[worlds.goods, BOXES])
    with pytest.raises(InputError) as refused:
        worlds.problem(world)
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("commodities/lanes.csv: lane A-B-0 has no path: ")


def test_solving_again_does_not_change_the_flows(worlds: Any) -> None:
    """Prices come from a solve with a little less cargo; what moves does not."""
    result = worlds.run(planned(worlds), "path")
    assert result["demand"]["served_kt"].tolist() == pytest.approx([12], rel=1e-9)
    assert result["flows"]["flow_kt"].sum() == pytest.approx(12, rel=1e-9)
