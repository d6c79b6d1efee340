"""The scenarios that the project ships: they apply to its world, give their sources and do what they say."""

from pathlib import Path

import pytest

from model.scenario import load_scenario
from model.scenario_file import scenario_names
from network.network import Network, read_network
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


def test_the_scenarios_of_the_first_plan_are_there() -> None:
    expected = {
        "baseline",
        "red_sea_closed",
        "northern_route_closed",
        "caspian_low_water",
        "tripp_open",
        "iran_open",
        "hormuz_closed",
        "stress_routes",
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
