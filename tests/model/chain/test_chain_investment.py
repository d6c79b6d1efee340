"""Candidates of the chain: economies of scale, what would have to be true, and SARECO as a test of the reasoning."""

import numpy as np
import pytest

from model.chain.problem import build_chain
from model.chain.results import builds, builds_of
from model.chain.sensitivity import DEMAND_ENDS, _ends
from model.chain.switching import switching_values
from model.errors import InputError
from network.network import Network
from tests.model.chain.conftest import chain_world, demand, facility, grid, process, solved, unit

YEARS = 2050


def candidate(price: float, capex: float = 30.0, opex: float = 10_000, **more: object) -> Network:
    """A Kazakh mine and plant that may be built; Dy sells at a price, whatever the quantity, the rest is kept."""
    tiers = {"tier1_usd_per_t": price - 200_000, "tier2_usd_per_t": price - 200_000, "tier3_usd_per_t": price - 200_000}
    sells = {**tiers, "tier1_share": 1, "tier2_share": 1}
    return chain_world(
        [process("leach", "mine", feed="mrec", opex_usd_per_t=opex, scale_exponent=0.65),
         process("sx", "separation", treats="heavy")],
        [facility("MINE", "KZP", profile_id="p", status="candidate", first_year=2027, capex_musd=capex),
         facility("SX", "KZP")],
        [unit("MINE", "leach", 1500), unit("SX", "sx", 1e6)],
        [demand("EU27", "ox_dy", 1e6, **sells)],
        last_year=YEARS,
        **more,
    )  # fmt: skip


@pytest.mark.parametrize("price", [100_000, 130_000, 200_000])
def test_a_candidate_is_built_where_its_margin_pays_its_investment(price: float) -> None:
    # Per t of oxides: 0.1 t of Dy, the rest kept at 50; 24 years from 2027, no discount, one year to build.
    margin = 0.1 * price - 10_000 - 0.9 * 50
    life = 24 / 25  # the rest of the life is taken off at the end
    yearly = {size: size * 1.5 * margin / 1000 * 24 for size in (0.5, 1.0, 2.0)}
    net = {size: gain - 30 * size**0.65 * life for size, gain in yearly.items()}
    best = max(net, key=lambda size: net[size])
    chain, _, answer = solved(candidate(price))
    table = builds(chain, answer)
    if net[best] > 0:
        assert table["decision"].tolist() == ["built"]
        assert table["size"].tolist() == [best]
        assert answer.gain == pytest.approx(net[best], rel=1e-6)
    else:
        assert table["decision"].tolist() == ["not built"]
        assert answer.gain == pytest.approx(0.0, abs=1e-9)


def test_switching_values_are_where_the_decision_turns() -> None:
    chain, _, answer = solved(candidate(150_000))
    row = switching_values(chain, answer).iloc[0]
    margin = 0.1 * 150_000 - 10_000 - 45
    rents = 1.5 * margin / 1000 * 24
    assert row["npv_musd"] == pytest.approx(rents - 30 * 24 / 25, rel=1e-6)
    assert row["breakeven_capex"] == pytest.approx(rents / (30 * 24 / 25), rel=1e-6)
    at = row["breakeven_price"] * (0.1 * 150_000 - 45) + 45  # the value of the oxides, what is kept included
    price = (at - 0) / 0.1
    turned = switching_values(*_solved_pair(candidate(price))).iloc[0]
    assert turned["npv_musd"] == pytest.approx(0.0, abs=1.0)


def _solved_pair(world: Network) -> tuple[object, object]:
    chain, _, answer = solved(world)
    return chain, answer


def test_a_ramp_delays_what_is_made() -> None:
    world = candidate(300_000)
    slow = world.replace(chain_facilities=world.chain_facilities.assign(ramp_years=4.0))
    quick, late = solved(world), solved(slow)
    assert grid(late[0], late[2], "feed").sum() < grid(quick[0], quick[2], "feed").sum()
    assert late[2].gain < quick[2].gain


# Oxide prices in USD per kg, free on board China, yearly means, of what bulk concentrate of Stepnogorsk held; memory of
# the surveys of the years named. The market took mixed concentrate at about 0.7 of what its oxides fetch.
_PRICES = {
    2011: {"LA": 100, "CE": 100, "NDPR": 210, "SM": 100, "EU": 2900, "GD": 150, "TB": 2400, "DY": 1500, "Y": 140},
    2012: {"LA": 25, "CE": 25, "NDPR": 125, "SM": 65, "EU": 2200, "GD": 95, "TB": 1900, "DY": 1000, "Y": 85},
    2013: {"LA": 8, "CE": 8, "NDPR": 70, "SM": 15, "EU": 1100, "GD": 47, "TB": 950, "DY": 540, "Y": 25},
    2014: {"LA": 6, "CE": 5, "NDPR": 62, "SM": 9, "EU": 850, "GD": 46, "TB": 800, "DY": 430, "Y": 14},
    2015: {"LA": 3, "CE": 3, "NDPR": 48, "SM": 4, "EU": 350, "GD": 20, "TB": 600, "DY": 270, "Y": 9},
}
_SHARES = {"LA": 0.15, "CE": 0.28, "NDPR": 0.188, "SM": 0.035, "EU": 0.008, "GD": 0.04, "TB": 0.006, "DY": 0.035,
           "Y": 0.21}  # fmt: skip


@pytest.mark.parametrize(
    ("years", "is_built"),
    [((2011,), True), ((2012, 2013, 2014, 2015), False), ((2014,), False), ((2015,), False)],
    ids=["peak", "mean of 2012-15", "2014", "2015"],
)
def test_sareco_is_built_at_the_prices_of_the_peak_and_not_at_those_after(
    years: tuple[int, ...], is_built: bool
) -> None:
    basket = np.mean([sum(_SHARES[e] * _PRICES[year][e] for e in _SHARES) for year in years]) * 0.7 * 1000
    # 1,500 t a year for 30 million USD; winning oxides from uranium residues costs 45,000 USD a t.
    world = candidate((basket + 45) / 0.1, capex=30.0, opex=45_000, parameters={"discount_rate": 0.10})
    chain, _, answer = solved(world)
    assert (builds(chain, answer)["decision"] == "built").all() == is_built


def test_a_plan_is_taken_over_with_what_comes_later_and_what_is_committed() -> None:
    world = candidate(200_000)
    chain, _, answer = solved(world)
    table = builds(chain, answer)
    facilities = world.chain_facilities
    later = world.replace(chain_facilities=facilities.assign(first_year=facilities["first_year"] + 2))
    there = build_chain(later, "fast", "shipper")
    start = there.units.starts[builds_of(there, table) > 0]
    assert start["service_year"].tolist() == [2029]
    bound = facilities["status"].where(facilities["status"] != "candidate", "committed")
    must = build_chain(world.replace(chain_facilities=facilities.assign(status=bound)), "fast", "shipper")
    assert builds_of(must, table.iloc[:0]).sum() == 1
    gone = build_chain(world.replace(chain_facilities=facilities.assign(status="stalled")), "fast", "shipper")
    with pytest.raises(InputError, match="no candidate of this world"):
        builds_of(gone, table)


def test_an_option_that_nobody_owns_waits_for_its_permits() -> None:
    world = candidate(900_000)
    table = world.chain_facilities
    slow = world.chain_processes.assign(permit_years=4.0)
    owned = table.assign(owner=table["owner"].mask(table["facility_id"] == "MINE", "Mine Ltd"))
    years = {}
    for name, facilities in (("open", table), ("owned", owned)):
        chain = build_chain(world.replace(chain_processes=slow, chain_facilities=facilities), "fast", "shipper")
        years[name] = float(chain.units.starts["service_year"].min())
    # The owner's first year holds its permits; the option asks in 2025 and is built in one year.
    assert years == {"open": 2030, "owned": 2027}


def test_demand_at_its_ends_is_a_bar_of_the_sensitivity() -> None:
    world = candidate(900_000)
    table = world.chain_demand
    ends = _ends(world.replace(chain_demand=table.assign(quantity_low_t=0.8e6, quantity_high_t=1.3e6)))
    assert [(figure, round(factor, 9)) for figure, factor, _ in ends] == [(DEMAND_ENDS, 0.8), (DEMAND_ENDS, 1.3)]
    assert [lever.end for *_, lever in ends] == ["low", "high"]
