"""Farm lanes of the shipped world: harvests, what China and Turkey buy from whom, ways and their cost."""

from pathlib import Path

import pandas as pd
import pytest

from model.build import build_problem
from model.options import Options
from network.network import Network, read_network

DATA = Path(__file__).resolve().parents[2] / "data"
FARM = ("wheat", "barley", "oilseeds", "flour")
SEA = ("china_overseas", "black_sea_grain")
MILLION = 1_000_000


@pytest.fixture(scope="module")
def world() -> Network:
    return read_network(DATA)


@pytest.fixture(scope="module")
def farm(world: Network) -> pd.DataFrame:
    """Farm lanes with the customs territory where they end."""
    territory = world.zones.set_index("zone_id")["customs_territory"]
    lanes = world.lanes[world.lanes["commodity_id"].isin(FARM)]
    return lanes.assign(buyer=lanes["destination_zone"].map(territory))


@pytest.fixture(scope="module")
def cost(world: Network) -> pd.Series:
    """Reference cost of each lane in USD per t, time of the cargo included; every lane has a way, or this fails."""
    problem = build_problem(world, world, Options())
    lane = world.lanes["lane_id"].to_numpy()[problem.classes.classes["lane"].to_numpy()]
    return pd.Series(problem.blocks[0].reference_cost).groupby(lane).mean()


# Share of the year that leaves in the months after the harvest, which an even year would spread by their number.
@pytest.mark.parametrize(
    ("profile", "months", "least"),
    [
        ("S_US_SOY", (10, 11, 12, 1, 2), 0.75),
        ("S_US_MAIZE", (2, 3, 4, 5), 0.4),
        ("S_BR_SOY", (3, 4, 5, 6, 7, 8), 0.7),
        ("S_BR_MAIZE", (8, 9, 10, 11, 12, 1), 0.75),
        ("S_AU_GRAIN", (12, 1, 2, 3, 4, 5), 0.6),
        ("S_CA_GRAIN", (9, 10, 11, 12, 1), 0.45),
        ("S_RU_WHEAT", (7, 8, 9, 10, 11), 0.5),
        ("S_UA_GRAIN", (11, 12, 1, 2, 3), 0.45),
        ("S_EU_WHEAT", (8, 9, 10, 11), 0.4),
    ],
)
def test_each_harvest_leaves_in_its_season(world: Network, profile: str, months: tuple[int, ...], least: float) -> None:
    rows = world.season_profiles[world.season_profiles["profile_id"] == profile].set_index("month")["share"]
    assert sorted(rows.index) == list(range(1, 13))
    assert rows.sum() == pytest.approx(1.0, abs=1e-9)
    assert rows[list(months)].sum() >= least
    assert rows.idxmax() in months


def test_brazil_and_the_united_states_take_turns_on_the_chinese_soya_market(world: Network) -> None:
    shares = world.season_profiles.pivot_table(index="month", columns="profile_id", values="share")
    assert (shares.loc[3:9, "S_BR_SOY"] > 2 * shares.loc[3:9, "S_US_SOY"]).all()
    assert (shares.loc[[10, 11, 12, 1], "S_US_SOY"] > 2 * shares.loc[[10, 11, 12, 1], "S_BR_SOY"]).all()


# Chinese customs 2023 in Mt: soya 99.41 and rapeseed 5.49; wheat 12.1. Turkey: wheat 12.
@pytest.mark.parametrize(
    ("buyer", "commodity", "total"), [("CN", "oilseeds", 104.9), ("CN", "wheat", 12.1), ("TR", "wheat", 12.0)]
)
def test_origins_add_up_to_what_the_market_imports(
    farm: pd.DataFrame, buyer: str, commodity: str, total: float
) -> None:
    bought = farm[(farm["buyer"] == buyer) & (farm["commodity_id"] == commodity)]
    assert bought["quantity_t"].sum() / MILLION == pytest.approx(total, rel=0.1)


def test_the_first_seller_of_each_market_is_the_one_every_trader_names(farm: pd.DataFrame) -> None:
    largest = farm.sort_values("quantity_t").groupby(["buyer", "commodity_id"])["origin_zone"].last()
    named = {
        ("CN", "oilseeds"): "BR",
        ("CN", "wheat"): "AU",
        ("CN", "barley"): "BR",
        ("TR", "wheat"): "RUB",
        ("UZ", "wheat"): "KZ_N",
        ("AF", "flour"): "KZ_N",
        ("IR", "wheat"): "RUB",
    }
    assert {market: largest[market] for market in named} == named


# USD per t on the quay with handling and a month of interest: freight of 2023-25 was Gulf 45-53, Pacific coast 27,
# Brazil 34-40 (fastmarkets.com, USDA), Kwinana 17-25, Black Sea to Marmara 12-20. By rail no such market quotes.
@pytest.mark.parametrize(
    ("lane", "low", "high"),
    [
        ("US-CN_E-oilseeds", 45, 60),
        ("US-CN_E-wheat", 45, 60),
        ("BR-CN_E-oilseeds", 36, 50),
        ("BR-CN_E-barley", 36, 50),
        ("CA-CN_E-oilseeds", 24, 36),
        ("AU-CN_E-wheat", 16, 28),
        ("EU_NW-CN_E-wheat", 38, 60),
        ("UA-CN_E-barley", 38, 60),
        ("RUB-TR-wheat", 12, 22),
        ("UA-TR-wheat", 12, 25),
        ("RUB-CN_C-oilseeds", 60, 100),
        ("RUB-AF-flour", 100, 160),
    ],
)
def test_a_tonne_of_grain_costs_what_traders_pay(cost: pd.Series, lane: str, low: float, high: float) -> None:
    assert low <= cost[lane] <= high


def test_soya_from_brazil_sails_more_cheaply_than_from_the_gulf(cost: pd.Series) -> None:
    assert cost["BR-CN_E-oilseeds"] < cost["US-CN_E-oilseeds"]


def test_cargo_of_the_oceans_is_kept_out_of_the_markets_of_the_corridors(world: Network) -> None:
    lanes = world.lanes
    oceans = lanes[lanes["market_id"].isin(SEA)]
    assert (oceans["addressable_share"] == 0).all()
    named = lanes["origin_zone"].isin(["BR", "CA", "AU", "UA"])
    between_powers = (lanes["origin_zone"] + lanes["destination_zone"]).isin(["USCN_E", "CN_EUS"])
    assert set(lanes.loc[named | between_powers, "market_id"]) == set(SEA)


def test_boxes_between_china_and_the_united_states_are_of_all_three_classes(world: Network) -> None:
    lanes = world.lanes.set_index("lane_id")["quantity_teu"]
    classes = ("cont_high", "cont_mid", "cont_low")
    east = sum(lanes[f"CN_E-US-{name}"] for name in classes)
    west = sum(lanes[f"US-CN_E-{name}"] for name in classes)
    assert east == pytest.approx(10.85 * MILLION, rel=0.1)
    assert west == pytest.approx(1.13 * MILLION * 12 / 9, rel=0.01)
