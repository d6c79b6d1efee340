"""Value added by hand: what comes out less what is bought, for mines, plants and works."""

import pytest

from model.chain.result_countries import countries
from network.network import Network
from tests.model.chain.conftest import chain_world, demand, facility, process, solved, table_of, unit
from tests.model.chain.test_chain_by_hand import two_stages, works

BOUGHT = {"chain_bought_share": 0.4, "chain_energy_usd_per_mwh": 50.0, "chain_water_usd_per_m3": 1.0}


def added(world: Network) -> dict[tuple[str, str], float]:
    """Value added of the first slice by country and step, million USD a year."""
    chain, _, answer = solved(world)
    table = countries(chain, answer)
    first = table_of(table, slice=chain.slices.labels[0])
    keys = zip(first["country"], first["step"], strict=True)
    return dict(zip(keys, first["value_added_musd"].astype(float), strict=True))


def test_a_mine_has_what_its_oxides_fetch_less_the_plant_and_purchases() -> None:
    world = chain_world(
        [process("leach", "mine", feed="mrec", opex_usd_per_t=10_000, energy_mwh_per_t=10, water_m3_per_t=300),
         process("sx", "separation", treats="heavy", opex_usd_per_t=5_000)],
        [facility("MINE", "KZP", profile_id="p"), facility("SX", "KZP")],
        [unit("MINE", "leach", 1000), unit("SX", "sx", 1000)],
        [demand("EU27", "ox_dy", 50)],
        parameters=BOUGHT,
    )  # fmt: skip
    found = added(world)
    # 500 t: a tenth of Dy at 150,450, nine tenths of others at -50, are 15,000 a t, of which the plant has 5,000.
    assert found["KZ", "mine"] == pytest.approx(500 * (10_000 - 4_000 - 500 - 300) / 1e6)
    assert found["KZ", "separation"] == pytest.approx(500 * (5_000 - 2_000) / 1e6)


def test_scarcity_is_value_added_of_the_mine_that_is_full() -> None:
    ban = {"control_id": "stop", "title": "Stop", "instrument": "ban", "imposed_by": "CN", "exporters": ("CN",),
           "importers": ("EU27",), "stages": ("oxide",)}  # fmt: skip
    world = two_stages(controls=[ban], parameters=BOUGHT)
    chain, _, answer = solved(world)
    first = countries(chain, answer)
    mine = table_of(first, country="KZ", slice=chain.slices.labels[0]).set_index("step")
    # 200 t give 20 t of Dy at the third tier, 8.2 million USD a t; the rest is kept at 50. The plant earns nothing or
    # shares the rent: both are full.
    whole = 20 * 8.2 - 180 * 50 / 1e6
    assert mine["value_added_musd"].sum() == pytest.approx(whole - 0.4 * 200 * 20_000 / 1e6)
    assert mine["opex_musd"].sum() + mine["rent_musd"].sum() == pytest.approx(whole)


def test_works_pay_for_what_they_take() -> None:
    world = works("KZP", "KZ", parameters=BOUGHT)
    table = world.chain_processes
    dear = world.replace(
        chain_processes=table.assign(opex_usd_per_t=table["opex_usd_per_t"].mask(table["process_id"] == "reduce", 7000))
    )
    found = added(dear)
    # Metal sells at its oxide and 7,000 USD a t: 10 t, of which four tenths are bought.
    assert found["KZ", "metal"] == pytest.approx(10 * 7_000 * 0.6 / 1e6)


def test_purchases_are_no_more_than_operating_cost() -> None:
    world = works("KZP", "KZ", parameters=BOUGHT)
    table = world.chain_processes
    hungry = world.replace(chain_processes=table.assign(opex_usd_per_t=100.0, energy_mwh_per_t=10.0))
    assert added(hungry)["KZ", "metal"] == pytest.approx(0.0, abs=1e-9)
