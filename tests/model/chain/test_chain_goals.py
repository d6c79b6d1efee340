"""Goals of the chain: benchmarks on goods, mines and recyclers, offtakes and largest shares, and what misses them."""

from typing import Any

import pytest

from model.chain.result_holders import controls, tolling
from model.chain.results import output
from network.network import Network
from tests.model.chain.conftest import chain_world, demand, facility, grid, process, solved, unit

GOAL = {"title": "Goal", "imposed_by": "EU27", "importers": ("EU27",)}


def two_mines(**more: Any) -> Network:
    """Dy oxide from a mine in China or from a dearer one in Europe; 50 t a year are wanted there, 500 t of oxides."""
    return chain_world(
        [process("leach", "mine", feed="mrec", opex_china_usd_per_t=1000, opex_usd_per_t=1100),
         process("sx", "separation", treats="heavy")],
        [facility("CNM", "CNP", profile_id="p", owner_group="cn", takes_others=0),
         facility("CNX", "CNP", owner_group="cn", takes_others=0),
         facility("EUM", "EUP", profile_id="p", owner_group="eu", takes_others=0),
         facility("EUX", "EUP", owner_group="eu", takes_others=0)],
        [unit("CNM", "leach", 5000), unit("CNX", "sx", 5000), unit("EUM", "leach", 400), unit("EUX", "sx", 400)],
        [demand("EU27", "ox_dy", 50)],
        **more,
    )  # fmt: skip


def mined(world: Network) -> float:
    """Oxides of European mines in the first year, kt."""
    chain, _, answer = solved(world)
    table = output(chain, answer)
    rows = table[(table["step"] == "mine") & (table["country"] == "DE")]
    return float(rows["output_kt"].iloc[0])


def test_without_a_goal_the_cheapest_mine_has_all() -> None:
    assert mined(two_mines()) == pytest.approx(0.0, abs=1e-9)


def test_a_benchmark_on_mining_is_met_in_oxides() -> None:
    goal = {**GOAL, "control_id": "g", "instrument": "benchmark", "stages": ("feed",), "min_share": 0.1}
    # A tenth of 50 t; every tonne of its feed gives a tonne of oxides of all kinds.
    assert mined(two_mines(controls=[goal])) == pytest.approx(0.005)


def test_a_benchmark_on_a_good_is_met_by_works_at_home() -> None:
    goal = {**GOAL, "control_id": "g", "instrument": "benchmark", "stages": ("oxide",), "elements": ("DY",),
            "min_share": 0.4}  # fmt: skip
    assert mined(two_mines(controls=[goal])) == pytest.approx(0.2)  # 20 of 50 t of Dy


def test_a_goal_that_costs_too_much_is_missed_and_said() -> None:
    goal = {**GOAL, "control_id": "g", "instrument": "benchmark", "stages": ("oxide",), "elements": ("DY",),
            "min_share": 1.0}  # fmt: skip
    chain, _, answer = solved(two_mines(controls=[goal]))
    table = controls(chain, answer)
    assert table["miss_kt"].iloc[0] == pytest.approx(0.01)  # 400 t of oxides hold 40 of 50 t


def test_no_origin_has_more_than_its_largest_share() -> None:
    goal = {**GOAL, "control_id": "g", "instrument": "share", "stages": ("oxide",), "max_share": 0.65}
    assert mined(two_mines(controls=[goal])) == pytest.approx(0.175)  # 35 per cent of 500 t


def test_an_offtake_is_delivered() -> None:
    world = two_mines(controls=[{"title": "Contract", "imposed_by": "JP", "control_id": "o", "instrument": "offtake",
                                 "exporters": ("CN",), "importers": ("EU27",), "elements": ("DY",),
                                 "stages": ("oxide",), "quota_t_per_year": 30}])  # fmt: skip
    processes = world.chain_processes
    dearer = processes["opex_china_usd_per_t"].mask(processes["process_id"] == "leach", 5000.0)
    dear = world.replace(chain_processes=processes.assign(opex_china_usd_per_t=dearer))
    chain, _, answer = solved(dear)
    assert grid(chain, answer, "trade").max(axis=0) == pytest.approx(0.03)  # by contract, and the rest at home
    none = solved(dear.replace(chain_controls=dear.chain_controls.assign(is_active=0)))
    assert grid(none[0], none[2], "trade").max(axis=0) == pytest.approx(0.01)  # what Europe cannot make


def test_what_recyclers_win_back_counts_for_the_benchmark_on_scrap() -> None:
    goal = {**GOAL, "control_id": "g", "instrument": "benchmark", "stages": ("scrap",), "min_share": 0.25}
    world = chain_world(
        [process("leach", "mine", feed="mrec"), process("sx", "separation", treats="heavy"),
         process("make", "magnet"), process("old", "recycling", opex_usd_per_t=1000),
         process("collect", "collection", recovery=0.9)],
        [facility("MINE", "KZP", profile_id="p"), facility("SX", "KZP"), facility("MAG", "EUP"),
         facility("REC", "EUP")],
        [unit("MINE", "leach", 5000), unit("SX", "sx", 5000), unit("MAG", "make", 5000), unit("REC", "old", 5000)],
        [demand("EU27", "mag_std", 1000)],
        recipes=[
            {"process_id": "make", "side": "input", "good_id": "ox_ndpr", "t_per_t": 0.4},
            {"process_id": "make", "side": "output", "good_id": "mag_std", "t_per_t": 1},
            {"process_id": "old", "side": "input", "good_id": "eol_magnets", "t_per_t": 3},
            {"process_id": "old", "side": "output", "good_id": "ox_ndpr", "t_per_t": 1},
            {"process_id": "collect", "side": "output", "good_id": "eol_magnets", "t_per_t": 1},
        ],
        parameters={"chain_magnet_life_years": 10, "chain_growth_before": 0.0, "chain_collected_today": 1.0},
        controls=[goal],
    )  # fmt: skip
    chain, _, answer = solved(world)
    table = output(chain, answer)
    recycled = table[table["step"] == "recycling"]["output_kt"]
    assert recycled.to_numpy() == pytest.approx(0.25 * 1.0 * 0.36)  # a quarter of what 1,000 t of magnets hold


def test_tolling_tells_who_owns_from_who_holds() -> None:
    world = chain_world(
        [process("leach", "mine", feed="mrec"), process("sx", "separation", treats="heavy")],
        [facility("MINE", "KZP", profile_id="p", owner_group="kaz"), facility("SX", "EUP", owner_group="eu")],
        [unit("MINE", "leach", 1000), unit("SX", "sx", 1000)],
        [demand("EU27", "ox_dy", 50)],
    )
    chain, _, answer = solved(world)
    row = tolling(chain, answer).iloc[0]
    assert (row["owner_group"], row["custodian_group"], row["mined_in"], row["country"]) == ("kaz", "eu", "KZ", "DE")
    assert row["quantity_kt"] == pytest.approx(0.5)
    own = world.replace(chain_facilities=world.chain_facilities.assign(owner_group="one"))
    assert tolling(*solved(own)[::2]).empty
