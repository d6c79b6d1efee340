"""Ranges of prices of joint products, by hand."""

import pytest

from model.chain.ranges import price_ranges
from model.chain.results import prices
from tests.model.chain.conftest import chain_world, demand, facility, process, solved, unit


def test_a_joint_product_has_a_range_where_both_are_just_enough() -> None:
    """100 t of Dy and 400 t of NdPr are wanted, just what 1,000 t of oxides hold: any split of the cost is a price."""
    world = chain_world(
        [process("leach", "mine", feed="mrec", opex_usd_per_t=10_000), process("sx", "separation", treats="heavy")],
        [facility("MINE", "KZP", profile_id="p"), facility("SX", "KZP")],
        [unit("MINE", "leach", 5000), unit("SX", "sx", 5000)],
        [demand("EU27", "ox_dy", 100), demand("EU27", "ox_ndpr", 400)],
    )
    chain, program, answer = solved(world)
    table = price_ranges(chain, program, answer, ["EU27"], [0]).set_index("good")
    # One tonne less of Dy saves nothing, since NdPr is still wanted: the Dy that then comes is kept at 50. One more
    # costs ten tonnes of oxides, of which nine are kept.
    assert table.loc["ox_dy", "low_usd_per_t"] == pytest.approx(-50)
    assert table.loc["ox_dy", "high_usd_per_t"] == pytest.approx((10_000 + 0.9 * 50) / 0.1)
    assert table.loc["ox_ndpr", "low_usd_per_t"] == pytest.approx(-50)
    assert table.loc["ox_ndpr", "high_usd_per_t"] == pytest.approx((10_000 + 0.6 * 50) / 0.4)
    # The price of the other tables is one of those in the range.
    usual = prices(chain, answer).query("region == 'EU27' and restricted == 1 and year == 2025").set_index("good")
    for good in table.index:
        low, high = table.loc[good, ["low_usd_per_t", "high_usd_per_t"]]
        assert low - 1e-6 <= usual.loc[good, "price_usd_per_t"] <= high + 1e-6
