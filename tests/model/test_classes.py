"""Lanes split into classes: refusals, segments, captive parts, places with weights."""

from typing import Any

import numpy as np
import pytest

from model.classes import refused_arcs
from model.errors import InputError
from network.network import Network


def corridor(worlds: Any, lanes: Any = (), **tables: Any) -> Network:
    """A to D by land through B (cheap) or by C (dear)."""
    links = [
        {"link_id": "AB", "a": "A", "b": "B", "cost": 1},
        {"link_id": "BD", "a": "B", "b": "D", "cost": 1},
        {"link_id": "AC", "a": "A", "b": "C", "cost": 5},
        {"link_id": "CD", "a": "C", "b": "D", "cost": 5},
    ]
    return worlds.make(links, lanes or [{"a": "A", "b": "D", "kt": 100}], **tables)


def refusal(share: float, **more: Any) -> dict[str, Any]:
    return {"zone_id": "D", "transit_countries": ("B",), "share": share, **more}


def flow_on(worlds: Any, world: Network, link: str) -> float:
    flows = worlds.solve(world).tables["flows"]
    return float(flows.loc[flows["link_id"] == link, "flow_kt"].sum())


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_part_that_refuses_transit_goes_round(worlds: Any, share: float) -> None:
    assert flow_on(worlds, corridor(worlds, transit_refusals=[refusal(share)]), "AC") == pytest.approx(100 * share)


def test_arcs_that_touch_a_refused_country(worlds: Any) -> None:
    problem = worlds.problem(corridor(worlds))
    network = problem.supernetwork
    touched = refused_arcs(problem.network, network, ("B",))
    place = network.terminals["place_id"].to_numpy()
    ends = place[network.arcs["tail"]], place[network.arcs["head"]]
    np.testing.assert_array_equal(touched, (ends[0] == "B") | (ends[1] == "B"))
    assert not refused_arcs(problem.network, network, ()).any()


def test_a_refusal_does_not_concern_lanes_that_end_there(worlds: Any) -> None:
    world = corridor(worlds, [{"a": "B", "b": "D", "kt": 100}], transit_refusals=[refusal(1.0)])
    assert flow_on(worlds, world, "BD") == pytest.approx(100)


def test_a_refusal_concerns_its_commodities_and_years(worlds: Any) -> None:
    assert flow_on(worlds, corridor(worlds, transit_refusals=[refusal(1, commodity_ids=("goods",))]), "AC") == 100
    periods = [{"resolution": "fast", "period": y, "first_year": y, "last_year": y + 4} for y in (2025, 2030)]
    world = corridor(worlds, transit_refusals=[refusal(0.4, first_year=2030)], periods=periods)
    flows = worlds.solve(world).tables["flows"]
    kt = flows[flows["link_id"] == "AC"].groupby("period")["flow_kt"].sum()
    assert kt.to_dict() == pytest.approx({2030: 40})


def test_two_refusals_are_independent_and_shares_sum_to_one(worlds: Any) -> None:
    rows = [refusal(0.5), refusal(0.2, transit_countries=("C",)), refusal(0.3, zone_id="A")]
    classes = worlds.problem(corridor(worlds, transit_refusals=rows)).classes
    shares = dict(zip(classes.classes["refused"], classes.shares[:, 0], strict=True))
    # both ends refuse B: the larger share counts once
    assert shares == pytest.approx({(): 0.4, ("B",): 0.4, ("C",): 0.1, ("B", "C"): 0.1})


def test_segments_split_the_value_of_time(worlds: Any) -> None:
    goods = {"commodity_id": "goods", "name": "Goods", "handling_class": "bagged", "cargo_kind": "general",
             "value_usd_per_t": 2400, "time_value_pct_per_day": 1}  # fmt: skip
    parts = [{"commodity_id": "goods", "segment": name, "share": share, "multiple": multiple}
             for name, share, multiple in (("low", 0.5, 0.4), ("high", 0.5, 1.6))]  # fmt: skip
    world = corridor(worlds, commodities=[goods], time_value_segments=parts)
    full = worlds.problem(world, resolution="full").classes
    assert full.classes["value_of_time_usd_per_t_h"].tolist() == pytest.approx([0.4, 1.6])
    assert full.shares[:, 0].tolist() == [0.5, 0.5]
    fast = worlds.problem(world).classes
    assert fast.classes["value_of_time_usd_per_t_h"].tolist() == pytest.approx([1.0])


def test_what_is_not_addressable_keeps_off_the_land(worlds: Any) -> None:
    world = corridor(
        worlds,
        [{"a": "A", "b": "D", "kt": 100, "addressable_share": 0.25}],
        overland_countries=[{"country": "B"}],
    )
    assert flow_on(worlds, world, "AB") == pytest.approx(25)
    ends_there = [{"a": "B", "b": "D", "kt": 100, "addressable_share": 0.25}]
    assert flow_on(worlds, corridor(worlds, ends_there, overland_countries=[{"country": "B"}]), "BD") == 100


def test_a_zone_moves_in_the_proportions_of_its_places(worlds: Any) -> None:
    zones = [{"zone_id": "Z", "name": "Z"}, {"zone_id": "D", "name": "D"}]
    places = [{"zone_id": "Z", "place_id": "A", "weight": 0.7}, {"zone_id": "Z", "place_id": "B", "weight": 0.3},
              {"zone_id": "D", "place_id": "D", "weight": 1}]  # fmt: skip
    lanes = [{"a": "Z", "b": "D", "kt": 100}]
    flows = worlds.solve(corridor(worlds, lanes, zones=zones, zone_places=places)).tables["flows"]
    assert flows.set_index("link_id")["flow_kt"].to_dict() == pytest.approx({"AB": 70, "BD": 100})
    named = [{"a": "Z", "b": "D", "kt": 100, "origin_place": "B"}]
    flows = worlds.solve(corridor(worlds, named, zones=zones, zone_places=places)).tables["flows"]
    assert flows.set_index("link_id")["flow_kt"].to_dict() == pytest.approx({"BD": 100})


def test_a_place_of_no_weight_need_not_be_reached(worlds: Any) -> None:
    zones = [{"zone_id": "Z", "name": "Z"}, {"zone_id": "D", "name": "D"}]
    places = [{"zone_id": "Z", "place_id": "A", "weight": 1}, {"zone_id": "Z", "place_id": "ISLE", "weight": 0},
              {"zone_id": "D", "place_id": "D", "weight": 1}]  # fmt: skip
    isle = [{"place_id": "ISLE", "name": "Isle", "country": "XX", "lat_deg": 0, "lon_deg": 0}]
    links = [{"link_id": "AD", "a": "A", "b": "D", "cost": 1}]
    world = worlds.make(links, [{"a": "Z", "b": "D", "kt": 9}], isle, zones=zones, zone_places=places)
    assert flow_on(worlds, world, "AD") == pytest.approx(9)


@pytest.mark.parametrize(
    ("lanes", "sentence"),
    [
        ([], "lanes.csv: it has no row"),
        (
            [{"a": "A", "b": "D", "kt": 1}, {"a": "A", "b": "A", "kt": 1}],
            "lane A-A-1 starts and ends at the same place",
        ),
        ([{"a": "A", "b": "ISLE", "kt": 1}], "lane A-ISLE-0 has no path"),
    ],
)
def test_lanes_that_cannot_move_are_refused_in_a_sentence(worlds: Any, lanes: Any, sentence: str) -> None:
    isle = [{"place_id": "ISLE", "name": "Isle", "country": "XX", "lat_deg": 0, "lon_deg": 0}]
    with pytest.raises(InputError, match=sentence):
        worlds.problem(worlds.make([{"link_id": "AD", "a": "A", "b": "D", "cost": 1}], lanes, isle))
