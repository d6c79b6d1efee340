"""Levers on the chain: which rows they change, and what they refuse."""

from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from model.levers import LEVERS, Lever
from network.network import Network
from tests.model.chain.conftest import chain_world, demand, facility, process, unit

BY_KIND = {lever.kind: lever for lever in LEVERS}
BAN = {
    "control_id": "stop", "title": "Stop", "instrument": "licence", "imposed_by": "CN", "exporters": ("CN",),
    "importers": ("EU27",), "stages": ("oxide",), "grant_share": 0.8, "delay_days": 30, "is_active": 0,
}  # fmt: skip


@pytest.fixture(name="world")
def _world() -> Network:
    return chain_world(
        [process("leach", "mine", feed="mrec", opex_usd_per_t=100, opex_china_usd_per_t=50, recovery=0.4,
                 capex_usd_per_tpy=1000),
         process("sx", "separation", treats="heavy", opex_usd_per_t=10)],
        [facility("OLD", "CNP", profile_id="p", owner_group="cn"),
         facility("NEW", "KZP", profile_id="p", status="candidate", first_year=2030)],
        [unit("OLD", "sx", 100), unit("NEW", "leach", 200)],
        [demand("EU27", "ox_dy", 50)],
        controls=[BAN],
    )  # fmt: skip


def lever(kind: str, **fields: Any) -> Lever:
    return BY_KIND[kind].model_validate({"id": "one", **fields})


def apply(world: Network, kind: str, **fields: Any) -> Network:
    one = lever(kind, **fields)
    assert one.problems(world) == []
    assert one.effect(world)
    return one.apply(world)


def control(world: Network, name: str) -> pd.Series:
    return world.chain_controls.set_index("control_id").loc[name]


def test_a_control_is_started_and_changed(world: Network) -> None:
    row = control(apply(world, "chain_control", control="stop", grant_share=0.5, first_month="2027-03"), "stop")
    assert (row["is_active"], row["grant_share"], row["delay_days"], row["first_month"]) == (1, 0.5, 30, "2027-03")
    assert control(apply(world, "chain_control", control="stop", active=0), "stop")["is_active"] == 0


def test_a_new_control_stands_beside_the_others(world: Network) -> None:
    changed = apply(world, "chain_control", instrument="ban", exporters=["CN"], stages=["magnet"], elements=["DY"])
    row = control(changed, "one")
    assert (row["instrument"], row["exporters"], row["elements"]) == ("ban", ("CN",), ("DY",))
    assert row["imposed_by"] == "CN"
    assert len(changed.chain_controls) == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"control": "stopp"}, "stop"),
        ({"instrument": "ban", "exporters": ["CHINA"]}, "'CHINA' is not a region"),
        ({"instrument": "licence", "exporters": ["CN"]}, "grant_share: missing"),
        ({"instrument": "price_floor"}, "floor_usd_per_t: missing"),
        ({"exporters": ["CN"]}, "instrument: missing"),
        ({"instrument": "ban", "elements": ["XX"]}, "'XX' is not a element"),
        ({"instrument": "ban", "owner_groups": ["nobody"]}, "owner group"),
        ({"instrument": "ban", "active": 0}, "a new control is in force"),
    ],
)
def test_a_control_that_cannot_be(world: Network, fields: dict[str, Any], words: str) -> None:
    assert words in " ".join(lever("chain_control", **fields).problems(world))


@pytest.mark.parametrize(
    "fields",
    [{"first_month": "2027"}, {"first_month": "2027-13"}, {"first_month": "2028-01", "last_month": "2027-12"},
     {"grant_share": 1.5}, {"stages": ["ore"]}],
)  # fmt: skip
def test_a_control_of_no_sense_is_refused_when_read(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        lever("chain_control", control="stop", **fields)


def test_facilities_change_by_name_country_and_step(world: Network) -> None:
    later = apply(world, "chain_facility", outside=["CN"], later_years=2, capex_factor=1.5)
    row = later.chain_facilities.set_index("facility_id").loc["NEW"]
    assert row["first_year"] == 2032
    assert row["capex_musd"] == pytest.approx(1.5 * 1000 * 200 / 1e6)  # by its process, the table has none
    assert later.chain_facilities.set_index("facility_id").loc["OLD", "first_year"] != 2032
    bound = apply(world, "chain_facility", facilities=["NEW"], status="committed", first_year=2028)
    assert tuple(bound.chain_facilities.set_index("facility_id").loc["NEW", ["status", "first_year"]]) == (
        "committed",
        2028,
    )
    half = apply(world, "chain_facility", facilities=["OLD"], steps=["separation"], capacity_factor=0.5)
    assert half.chain_units.set_index("facility_id").loc["OLD", "capacity_t_per_year"] == 50


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"facilities": ["NEU"]}, "NEW"),
        ({"countries": ["FR"]}, "'FR' is not a country with a facility"),
        ({"facilities": ["NEW"], "steps": ["separation"]}, "none is meant"),
    ],
)
def test_a_facility_that_is_not_there(world: Network, fields: dict[str, Any], words: str) -> None:
    assert words in " ".join(lever("chain_facility", **fields).problems(world))


def test_figures_are_multiplied(world: Network) -> None:
    processes = apply(world, "chain_figure", figure="operating_cost_outside_china", factor=3).chain_processes
    assert processes["opex_usd_per_t"].tolist() == [300, 30]
    assert processes["opex_china_usd_per_t"].tolist() == [50, 0]
    demands = apply(world, "chain_figure", figure="demand", factor=0.5).chain_demand
    assert demands["quantity_t"].tolist() == [25, 25]
    table = world.chain_demand.assign(quantity_low_t=40.0, quantity_high_t=70.0)
    ranged = world.replace(chain_demand=table)
    assert (apply(ranged, "chain_figure", figure="demand", end="low").chain_demand["quantity_t"] == 40).all()
    high = BY_KIND["chain_figure"].model_validate({"id": "x", "figure": "demand", "end": "high", "factor": 2})
    assert (high.apply(ranged).chain_demand["quantity_t"] == 140).all()
    assert "at its high end times 2" in high.effect(ranged)
    wrong = BY_KIND["chain_figure"].model_validate({"id": "x", "figure": "stock", "end": "low"})
    assert "only demand has" in wrong.problems(ranged)[0]
    granted = apply(world, "chain_figure", figure="grant_share", factor=3).chain_controls
    assert granted["grant_share"].tolist() == [1.0]


def test_recovery_is_of_what_nobody_mines_yet_and_at_most_all(world: Network) -> None:
    better = apply(world, "chain_figure", figure="recovery", factor=10).chain_processes.set_index("process_id")
    assert better.loc["leach", "opex_usd_per_t"] == pytest.approx(100 * 0.4)
    assert better.loc["sx", "opex_usd_per_t"] == 10
    worse = apply(world, "chain_figure", figure="recovery", factor=0.5).chain_processes.set_index("process_id")
    assert worse.loc["leach", "capex_usd_per_tpy"] == pytest.approx(2000)


def test_heavy_elements_grow_and_profiles_still_sum_to_one(world: Network) -> None:
    share = apply(world, "chain_figure", figure="heavy_share", factor=2).chain_profiles.set_index("element_id")["share"]
    assert share.sum() == pytest.approx(1.0)
    assert share["DY"] == pytest.approx(0.2 / 1.1)


def test_investment_of_some_countries_only(world: Network) -> None:
    table = world.chain_facilities.assign(capex_musd=10.0)
    changed = apply(world.replace(chain_facilities=table), "chain_figure", figure="investment", factor=2,
                    countries=["KZ"])  # fmt: skip
    assert changed.chain_facilities.set_index("facility_id")["capex_musd"].to_dict() == {"OLD": 10.0, "NEW": 20.0}
    assert lever("chain_figure", figure="demand", factor=2, countries=["KZ"]).problems(world)
