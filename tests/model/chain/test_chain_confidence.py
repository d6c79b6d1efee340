"""How sure a price is, by hand: steps by their cost, works by what they take, scrap in a circle."""

import numpy as np
import pandas as pd
import pytest

from model.chain.confidence import CLASSES, middle_class, price_confidence
from model.chain.result_tables import tables
from network.network import Network
from tests.model.chain.conftest import chain_world, demand, facility, process, solved, table_of, unit
from tests.model.chain.test_chain_by_hand import magnets

SURE = {"confidence": "sourced"}
GUESS = {"confidence": "estimate"}


def metal_of_kazakhstan(wanted: str = "met_dy", **demanded: object) -> Network:
    """A mine at 10,000 USD a t of oxides (estimate), a separator at 5,000 (memory), metal at 30,000 a t (sourced)."""
    return chain_world(
        [process("leach", "mine", feed="mrec", opex_usd_per_t=10_000, **GUESS),
         process("sx", "separation", treats="heavy", opex_usd_per_t=5_000, confidence="memory"),
         process("reduce", "metal", opex_usd_per_t=30_000, **SURE)],
        [facility("MINE", "KZP", profile_id="p", **SURE), facility("SX", "KZP", **SURE),
         facility("MET", "EUP", **SURE)],
        [unit("MINE", "leach", 1000, **SURE), unit("SX", "sx", 1000, **SURE), unit("MET", "reduce", 100, **SURE)],
        [demand("EU27", wanted, 10, **{**GUESS, **demanded})],
        recipes=[{"process_id": "reduce", "side": "input", "good_id": "ox_dy", "t_per_t": 1.2},
                 {"process_id": "reduce", "side": "output", "good_id": "met_dy", "t_per_t": 1}],
    )  # fmt: skip


def with_sure_profile(world: Network) -> Network:
    return world.replace(chain_profiles=world.chain_profiles.assign(confidence="sourced"))


def shares(world: Network, good: str, region: str) -> pd.Series:
    chain, _, answer = solved(world)
    table = price_confidence(chain, answer)
    return table_of(table, good=good, region=region).iloc[0]


def test_an_oxide_rests_on_its_steps_by_what_they_cost() -> None:
    row = shares(with_sure_profile(metal_of_kazakhstan("ox_dy")), "ox_dy", "EU27")
    assert row[list(CLASSES)].tolist() == pytest.approx([0, 2 / 3, 1 / 3])
    assert row["confidence"] == "estimate"  # two thirds of its cost, and all demand
    guessed = shares(with_sure_profile(metal_of_kazakhstan("ox_dy", confidence="memory")), "ox_dy", "EU27")
    assert guessed["confidence"] == "memory"  # no surer than the demand that it meets


def test_a_mine_is_no_surer_than_its_deposit() -> None:
    world = metal_of_kazakhstan("ox_dy")
    known = world.replace(chain_profiles=world.chain_profiles.assign(confidence="memory"))
    row = shares(known, "ox_dy", "EU27")
    assert row["memory"] == pytest.approx(1.0)


def test_works_rest_on_what_they_take_at_its_price() -> None:
    world = with_sure_profile(metal_of_kazakhstan())
    row = shares(world, "met_dy", "EU27")
    oxide = 1.2 * 150_450  # price worked out in test_chain_by_hand
    whole = 30_000 + oxide
    assert row[list(CLASSES)].tolist() == pytest.approx([30_000 / whole, oxide * 2 / 3 / whole, oxide / 3 / whole])


def test_what_does_not_come_has_no_shares_and_the_class_of_demand() -> None:
    ban = {"control_id": "stop", "title": "Stop", "instrument": "ban", "imposed_by": "KZ", "exporters": ("KZ",),
           "importers": ("EU27",), "stages": ("oxide",)}  # fmt: skip
    world = metal_of_kazakhstan("ox_dy")
    controls = world.chain_controls
    banned = chain_world([], [], [], [], controls=[ban]).chain_controls
    assert controls.empty
    row = shares(world.replace(chain_controls=banned), "ox_dy", "EU27")
    assert np.isnan(row["memory"])
    assert row["confidence"] == "estimate"


def test_shares_sum_to_one_in_circles_too() -> None:
    chain, _, answer = solved(magnets())
    table = price_confidence(chain, answer)
    known = table[table["sourced"].notna()]
    assert known[list(CLASSES)].sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert {"mag_std", "swarf", "ox_ndpr"} <= set(known["good"])
    assert "chain_prices" in tables(chain, answer)


def test_the_class_is_the_one_that_half_reaches() -> None:
    assert middle_class(np.array([[0.5, 0.0, 0.5], [0.49, 0.0, 0.51], [0.0, 1.0, 0.0]])).tolist() == [0, 2, 1]
