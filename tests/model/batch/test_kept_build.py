"""Builds that take steps of the base: bit for bit what a build by itself gives, whatever a scenario changes."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.batch.digest import digest
from model.batch.kept_build import KeptBuild
from model.batch.kept_steps import KeptSteps
from model.batch.watched import Watched
from model.build import build_problem
from model.errors import InputError
from model.levers import LEVERS
from model.options import Options
from model.problem import Problem
from model.scenario import Scenario, load_scenario
from network.network import Network, read_network
from network.schema import TABLES
from tests.model.conftest import frame, make_world, random_worlds

DATA = Path(__file__).parents[3] / "data"
SCENARIOS = sorted(file.stem for file in (DATA / "scenarios").glob("*.yaml"))
OPTIONS = Options(threads=1)
NOTHING = Scenario("nothing", "Nothing", "", "", ())
BY_KIND = {lever.kind: lever for lever in LEVERS}
REFUSED = (InputError, KeyError, ValueError, IndexError, ZeroDivisionError)  # what a table without a row may end in
# Tables that the problem of the shipped world follows from.
READ = [
    "places", "links", "handling", "transfers", "availability", "seasons", "periods", "commodities",
    "time_value_segments", "zones", "zone_places", "lanes", "growth", "transit_refusals", "overland_countries",
    "projects", "project_effects", "budgets", "parameters", "trade_elasticities", "market_coverage", "trade_limits",
    "sanctions", "customs_territories", "duty_rates", "ntr_status", "duty_lines",
]  # fmt: skip
NO_ROWS = {"facilities", "recipes", "market_curves"}  # as shipped; random worlds have some


@cache
def thin(periods_held: int) -> KeptBuild:
    """The base scenario over the shipped world for the first periods, with a lane of each good and some to the US."""
    world = read_network(DATA)
    periods = world.periods[world.periods["resolution"] == "fast"].head(periods_held)
    first = ~world.lanes.duplicated("commodity_id")
    risky = (world.lanes["destination_zone"] == "US") & world.lanes["origin_zone"].str.match("KZ|UZ")
    world = world.replace(lanes=world.lanes[first | risky], periods=periods)
    return KeptBuild(world, load_scenario("baseline", DATA / "scenarios"), OPTIONS)


def outcome(build: Callable[[], Problem]) -> str:
    """Digest of all arrays and frames of a problem, or what is wrong with its world."""
    try:
        return digest(build())
    except REFUSED as error:
        return f"{type(error).__name__}: {error}"


def alone(kept: KeptBuild, world: Network) -> str:
    """Outcome of a build by itself, which is that of one with kept steps."""
    own = outcome(lambda: build_problem(world, kept._network, kept._options))
    assert outcome(lambda: kept.problem(world)) == own
    return own


def without_a_row(table: pd.DataFrame) -> pd.DataFrame:
    """A table without its first row."""
    return table.iloc[1:]


def larger(table: pd.DataFrame) -> pd.DataFrame:
    """A table with all its fractional numbers one per cent larger."""
    return table.assign(**{name: table[name] * 1.01 for name in table.select_dtypes("float")})


def without_rows(table: pd.DataFrame) -> pd.DataFrame:
    """A table of the same columns without any row."""
    return table.iloc[:0]


CHANGES = (without_a_row, larger, without_rows)
# Where none of these shows in the thin world.
OTHER_ROWS: Mapping[str, list[dict[str, Any]]] = {
    "seasons": [{"resolution": "fast", "season": "summer", "months": (4, 5, 6)}],
    "budgets": [{"period": 2025, "budget_musd": 5}],
}


@pytest.mark.parametrize("name", READ)
def test_a_changed_table_gives_the_problem_of_a_build_by_itself(name: str) -> None:
    kept = thin(1)
    before = digest(kept.base_problem)
    tables = [change(getattr(kept.base_world, name)) for change in CHANGES]
    tables += [frame(name, rows) for table, rows in OTHER_ROWS.items() if table == name]
    found = {alone(kept, kept.base_world.replace(**{name: table})) for table in tables}
    assert found - {before}, f"no change of {name} reaches the problem: this test would not see what it is for"


def test_the_tables_that_are_changed_here_are_all_that_a_build_reads() -> None:
    read = {
        name for steps in taken(thin(1)) for reads in steps.reads.values() for kind, name in reads if kind == "table"
    }
    assert read == {*READ, *NO_ROWS, "adjustments"} - {"parameters"}  # those are asked for one by one
    assert not any(len(getattr(thin(1).base_world, name)) for name in NO_ROWS)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_shipped_scenario_gives_the_problem_of_a_build_by_itself(name: str) -> None:
    kept = thin(2)
    changed = load_scenario(name, DATA / "scenarios")
    try:
        world = changed.apply(kept._network)
    except InputError:  # it names goods whose lanes are left out here
        return
    assert kept.world(changed).content_hash() == world.content_hash()
    alone(kept, world)
    alone(kept, kept.world(changed))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=random_worlds(), data=st.data())
def test_a_change_of_a_random_world_gives_the_problem_of_a_build_by_itself(world: Network, data: st.DataObject) -> None:
    kept = KeptBuild(world, NOTHING, OPTIONS)
    held = [table.name for table in TABLES if len(getattr(world, table.name))]
    changed = world
    for name in data.draw(st.lists(st.sampled_from(held), min_size=1, max_size=2, unique=True)):
        change = data.draw(st.sampled_from(CHANGES))
        changed = changed.replace(**{name: change(getattr(changed, name))})
    alone(kept, changed)
    assert alone(kept, world) == outcome(lambda: kept.problem(kept.base_world))


VALUED = {
    "commodity_id": "goods", "name": "Goods", "handling_class": "bagged", "cargo_kind": "general",
    "value_usd_per_t": 500, "time_value_pct_per_day": 0.1, "own_price_elasticity": -0.5,
}  # fmt: skip


def small_world() -> Network:
    """Two ways from A to B, with something of all that adjustments change."""
    way = {"dwell_to_h": 3, "fee_usd_per_t": 1, "capacity_teu_per_year": 900, "transit_time_h": 5}
    return make_world(
        [
            {"link_id": "ab", "a": "A", "b": "B", "cost": 10, "kt": 40, **way},
            {"link_id": "ac", "a": "A", "b": "C", "cost": 20},
            {"link_id": "cb", "a": "C", "b": "B", "cost": 25},
        ],
        [{"lane_id": "L", "commodity_id": "goods", "a": "A", "b": "B", "kt": 120}],
        [{"place_id": "B", "capacity_t_per_year": 90000, "capacity_scope": "through"}],
        commodities=[VALUED],
    )


FIELDS = [
    ("link", "capacity"), ("link", "capacity_t"), ("link", "capacity_teu"), ("link", "cost"),
    ("link", "cost_usd_per_t_general"), ("link", "fee_usd_per_t"), ("link", "time_h"), ("link", "dwell_h"),
    ("link", "open"), ("place", "capacity"), ("lane", "quantity"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "field"), FIELDS)
def test_an_adjustment_gives_the_problem_of_a_build_by_itself(target: str, field: str) -> None:
    kept = KeptBuild(small_world(), NOTHING, OPTIONS)
    named = {"link": "ab", "place": "B", "lane": "L"}[target]
    how = {"operation": "set", "value": 0.0} if field == "open" else {"operation": "multiply", "value": 0.5}
    row = {"lever": "x", "target": target, "target_id": named, "field": field, **how}
    changed = kept.base_world.replace(adjustments=frame("adjustments", [row]))
    assert alone(kept, changed) != digest(kept.base_problem)


def test_what_is_kept_is_of_the_base_alone_and_stays_as_it_was() -> None:
    kept = KeptBuild(small_world(), NOTHING, OPTIONS)
    before = [digest(*plain_parts(step.answer)) for step in taken(kept)]
    assert len(before) > 20
    for field in ("capacity", "cost", "time_h"):
        row = {"lever": "x", "target": "link", "target_id": "ab", "field": field, "operation": "multiply", "value": 2}
        kept.problem(kept.base_world.replace(adjustments=frame("adjustments", [row])))
    assert [digest(*plain_parts(step.answer)) for step in taken(kept)] == before


def test_no_answer_holds_a_world() -> None:
    for kept in (thin(1), KeptBuild(small_world(), NOTHING, OPTIONS)):
        for step in taken(kept):
            assert not any(isinstance(part, Network) for part in parts_of(step.answer))


def taken(kept: KeptBuild) -> list[Any]:
    """The steps of the base, with what they were given, have read and have found."""
    assert isinstance(kept.steps, KeptSteps)
    return [step for steps in kept.steps._steps.values() for step in steps]


def parts_of(value: Any, seen: set[int] | None = None) -> Iterator[Any]:
    """A value and all that it holds."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    yield value
    inside: list[Any] = []
    if isinstance(value, Mapping):
        inside = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        inside = list(value)
    elif hasattr(value, "__dict__") and not isinstance(value, pd.DataFrame | pd.Series | type):
        inside = list(vars(value).values())
    for item in inside:
        yield from parts_of(item, seen)


def plain_parts(value: Any) -> list[Any]:
    """Arrays and frames that a value holds."""
    return [part for part in parts_of(value) if isinstance(part, np.ndarray | pd.DataFrame | pd.Series)]


def test_levers_that_a_scenario_shares_with_the_base_act_once() -> None:
    world, base = small_world(), lever("cost", "dearer", links=["ab"], factor=2.0)
    kept = KeptBuild(world, Scenario("base", "", "", "", (base,)), OPTIONS)
    more = lever("capacity", "wider", links=["ab"], factor=2.0)
    for levers in ((base, more), (more, base), (more,), (base,), ()):
        changed = Scenario("changed", "", "", "", levers)
        assert kept.world(changed).content_hash() == changed.apply(world).content_hash()
    assert kept.world(Scenario("changed", "", "", "", (base,))).adjustments is kept.base_world.adjustments


def lever(kind: str, name: str, **said: Any) -> Any:
    """A lever as written in a file."""
    return BY_KIND[kind].model_validate({"id": name, **said})


def test_a_base_that_cannot_be_built_keeps_nothing() -> None:
    world = small_world()
    shut = Scenario("base", "", "", "", (lever("closure", "shut", links=["ab", "ac", "cb"]),))
    alive = KeptBuild(world, shut, OPTIONS)
    assert digest(alive.problem(world)) == digest(build_problem(world, world, OPTIONS))
    nothing = KeptBuild(world.replace(lanes=world.lanes.iloc[:0]), NOTHING, OPTIONS)
    assert not isinstance(nothing.steps, KeptSteps)
    with pytest.raises(InputError, match="has no row"):
        nothing.problem(nothing.base_world)


def counted(world: Network, calls: list[float], by: float) -> float:
    """A step that looks at one table, and at a parameter where the table has rows."""
    calls.append(by)
    return world.parameter("hurdle_rate") * by if len(world.lanes) else by


def test_a_step_is_taken_again_where_what_it_has_read_or_was_given_differs() -> None:
    calls: list[float] = []
    steps, world = KeptSteps(), small_world()

    def ask(of: Network, by: float = 2.0) -> float:
        calls.clear()
        return steps.take((), reckon, of, by=by)

    def reckon(of: Network, *, by: float) -> float:
        return counted(of, calls, by)

    def of_rate(value: float) -> Network:
        return world.replace(parameters=frame("parameters", [{"parameter": "hurdle_rate", "value": value}]))

    rate = world.parameter("hurdle_rate")
    assert ask(world) == 2.0 * rate
    steps.close()
    assert (ask(world), len(calls)) == (2.0 * rate, 0)
    assert (ask(world.replace(places=world.places.iloc[:1])), len(calls)) == (2.0 * rate, 0)  # it looks at no place
    assert (ask(world.replace(lanes=world.lanes)), len(calls)) == (2.0 * rate, 0)  # the same rows in another frame
    assert (ask(of_rate(rate)), len(calls)) == (2.0 * rate, 0)
    assert (ask(of_rate(0.5)), len(calls)) == (1.0, 1)
    assert (ask(world, by=3.0), len(calls)) == (3.0 * rate, 1)
    assert (ask(world.replace(lanes=world.lanes.iloc[:0])), len(calls)) == (2.0, 1)
    assert (ask(world), len(calls)) == (2.0 * rate, 0)  # nothing of the others was kept


def test_a_step_that_makes_a_world_of_its_own_fails() -> None:
    with pytest.raises(TypeError):
        Watched(small_world()).replace(lanes=small_world().lanes)
