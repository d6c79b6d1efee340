"""The scenarios that the project ships: they apply to its world, give their sources and do what they say."""

from datetime import date
from pathlib import Path

import pytest

from model.scenario import load_scenario
from model.scenario_file import scenario_names
from network.network import Network, read_network
from network.policy import DutySchedule
from network.transport_cost import adjusted

SHIPPED_DATA = Path(__file__).resolve().parents[2] / "data"
SHIPPED = SHIPPED_DATA / "scenarios"


@pytest.fixture(scope="module")
def world() -> Network:
    return read_network(SHIPPED_DATA)


@pytest.mark.parametrize("name", scenario_names(SHIPPED))
def test_shipped_scenarios_apply_and_give_their_sources(name: str, world: Network) -> None:
    scenario = load_scenario(name, SHIPPED)
    assert "baseline.yaml" in scenario.files.values()
    assert (scenario.name, bool(scenario.title), bool(scenario.question)) == (name, True, True)
    assert scenario.description
    for record in scenario.records():
        assert record["source"], record["id"]
        assert record["confidence"], record["id"]
    before = world.content_hash()
    effects = list(scenario.effects(world))
    assert len(effects) == len(scenario.levers)
    assert world.content_hash() == before


@pytest.mark.parametrize("name", scenario_names(SHIPPED))
@pytest.mark.parametrize("table", ["links", "places", "lanes"])
def test_the_model_understands_every_change(name: str, table: str, world: Network) -> None:
    changed = load_scenario(name, SHIPPED).apply(world)
    periods = changed.periods[changed.periods["resolution"] == "full"].reset_index(drop=True)
    for period in periods["period"]:
        assert len(adjusted(changed, table, period, periods)) == len(getattr(world, table))


def test_the_planned_scenarios_are_there() -> None:
    expected = {
        "baseline",
        "red_sea_closed",
        "northern_route_closed",
        "caspian_low_water",
        "tripp_open",
        "iran_open",
        "hormuz_closed",
        "stress_routes",
        "pntr_kazakhstan",
        "pntr_region",
        "pntr_risk",
        "ntr_revoked",
        "reciprocal_tariffs_high",
        "tariff_truce",
        "s232_critical_minerals",
        "china_ree_ban",
        "china_licence_regime",
        "china_oct2025_extraterritorial",
        "china_controls_extended",
        "china_controls_lapsed",
        "allied_price_floor",
        "crma_compliance",
        "great_power_decoupling",
        "deal_based_order",
        "tcdb_launched",
        "tcdb_cap",
        "multi_vector",
        "stress_supply",
        "stress_us_exit",
    }
    assert expected <= set(scenario_names(SHIPPED))


def test_iran_open_ends_the_baseline_limit_and_the_refusals(world: Network) -> None:
    changed = load_scenario("iran_open", SHIPPED).apply(world)
    gulf = changed.adjustments[changed.adjustments["lever"] == "hormuz"]
    assert set(gulf["last_year"]) == {2027}
    refused = changed.transit_refusals
    of_iran = refused[[countries == ("IR",) for countries in refused["transit_countries"]]]
    assert len(of_iran) > 0
    assert (of_iran["last_year"] <= 2027).all()


def test_stress_routes_is_the_three_together(world: Network) -> None:
    stress = load_scenario("stress_routes", SHIPPED)
    one_by_one = load_scenario("northern_route_closed+red_sea_closed+hormuz_closed", SHIPPED)
    assert stress.apply(world).content_hash() == one_by_one.apply(world).content_hash()


def test_any_figure_of_a_shipped_scenario_can_be_set(world: Network) -> None:
    settings = [
        "suez.factor=0.4",
        "red_sea_sea_rates.factor=2",
        "western_refusal.factor=null",
        "western_refusal.share=0.3",
    ]
    changed = load_scenario("red_sea_closed", SHIPPED, settings).apply(world)
    values = changed.adjustments.groupby("lever")["value"].first()
    assert values["suez"] == 0.4
    assert values["red_sea_sea_rates"] == 2
    refused = changed.transit_refusals
    northern = refused[[set(countries) == {"RU", "BY"} for countries in refused["transit_countries"]]]
    assert set(northern["share"]) == {0.3}


def test_scenarios_of_policy_combine_with_routes_and_with_each_other(world: Network) -> None:
    for name in ("ntr_revoked+hormuz_closed", "china_ree_ban+s232_critical_minerals+crma_compliance",
                 "great_power_decoupling+tariff_truce+multi_vector", "stress_us_exit+stress_supply"):  # fmt: skip
        scenario = load_scenario(name, SHIPPED)
        assert len(list(scenario.effects(world))) == len(scenario.levers)


def test_the_two_branches_of_november_2026_differ_and_the_baseline_is_the_extended_one(world: Network) -> None:
    def in_force(name: str) -> set[str]:
        limits = load_scenario(name, SHIPPED).apply(world).trade_limits
        return set(limits.loc[limits["is_active"] == 1, "limit_id"])

    assert in_force("china_controls_extended") == in_force("baseline")
    assert in_force("china_controls_lapsed") - in_force("baseline") == {"cn_ree_suspended_controls"}


def test_an_open_iran_ends_bans_at_its_border_from_its_year(world: Network) -> None:
    limits = load_scenario("iran_open", SHIPPED).apply(world).trade_limits
    bans = limits[limits["limit_id"] == "eu_iran_metals_oil"].sort_values("first_year")
    assert bans["is_active"].tolist() == [1, 0]
    assert bans["first_year"].tolist() == [2025, 2028]
    assert bans["last_year"].iloc[0] == 2027


def test_europe_gives_kazakh_alloys_a_preference_and_others_none(world: Network) -> None:
    schedule = DutySchedule.of(load_scenario("multi_vector", SHIPPED).apply(world))
    today = DutySchedule.of(world)
    day = date(2029, 1, 1)
    kazakh, before = (one.rate("EU27", "KZ", "titanium", day) for one in (schedule, today))
    assert kazakh < before
    assert schedule.rate("EU27", "CN", "titanium", day) == today.rate("EU27", "CN", "titanium", day)


def test_no_limit_of_the_baseline_stops_trade_that_was_seen_in_the_base_year(world: Network) -> None:
    limits = world.trade_limits
    early = limits[(limits["is_active"] == 1) & ~(limits["first_year"] > 2023)]
    early = early[early["instrument"].isin(["ban", "quota", "licence", "share"])]
    zones = world.zones.set_index("zone_id")

    def names(zone: str) -> set[str]:
        return {str(zones["customs_territory"][zone]), *zones["countries"][zone][:1]}

    lanes = world.lanes[["origin_zone", "destination_zone", "commodity_id"]].to_numpy()
    for _, limit in early.iterrows():
        for origin, end, good in lanes:
            sold = not limit["exporters"] or names(origin) & set(limit["exporters"])
            bought = not limit["importers"] or names(end) & set(limit["importers"])
            meant = not limit["commodity_ids"] or good in limit["commodity_ids"]
            assert not (sold and bought and meant), (limit["limit_id"], origin, end, good)
