"""Paths kept between runs, damaged stores, threads."""

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.path_store import PathStore
from model.paths import PathPool
from model.pricing import Pricer
from network.network import Network


@pytest.fixture(scope="module")
def grid(worlds: Any) -> Network:
    """Nine places in a square, limits that bind, two projects: dozens of paths."""
    return square(worlds)


def square(worlds: Any, **tables: Any) -> Network:
    rng = Random(3)  # noqa: S311
    links = []
    for x in range(3):
        for y in range(3):
            for dx, dy in ((1, 0), (0, 1)):
                if x + dx < 3 and y + dy < 3:
                    links.append(
                        {"link_id": f"{x}{y}-{x + dx}{y + dy}", "a": f"{x}{y}", "b": f"{x + dx}{y + dy}",
                         "cost": rng.randint(5, 20), "kt": rng.randint(30, 60)}
                    )  # fmt: skip
    links.append({"link_id": "SEA", "a": "00", "b": "22", "cost": 90, "mode": "deep_sea"})
    links.append({"link_id": "LAND", "a": "02", "b": "20", "cost": 90, "mode": "deep_sea"})
    lanes = [{"a": "00", "b": "22", "kt": 80, "own_price_elasticity": -1}, {"a": "02", "b": "20", "kt": 70},
             {"a": "01", "b": "21", "kt": 30}]  # fmt: skip
    ids = ("P", "Q")
    return worlds.make(
        links,
        lanes,
        projects=[{"project_id": p, "name": p, "country": "00", "capex_musd": 1, "construction_years": 1} for p in ids],
        project_effects=[
            {"project_id": p, "target": "link", "target_id": link, "capacity_added_t_per_year": 40_000}
            for p, link in (("P", "00-10"), ("P", "10-20"), ("Q", "02-12"))
        ],
        periods=[{"resolution": "fast", "period": y, "first_year": y, "last_year": y + 4} for y in (2025, 2030)],
        parameters=[{"parameter": "choke_cost_multiple", "value": 20}],
        **tables,
    )


def test_a_second_run_recalls_the_paths_and_finds_the_same(worlds: Any, grid: Network, tmp_path: Path) -> None:
    first = worlds.solve(grid, store=tmp_path)
    assert list(tmp_path.iterdir()) == []
    store_of(worlds, grid, tmp_path).save(first.search.pool)
    assert [file.suffix for file in tmp_path.iterdir()] == [".npz"]
    second = worlds.solve(grid, store=tmp_path)
    assert len(first.search.pool) > 5
    assert len(second.search.pool) == len(first.search.pool)
    assert second.best.value == pytest.approx(first.best.value, rel=1e-9)
    np.testing.assert_array_equal(second.best.plan, first.best.plan)


def store_of(worlds: Any, world: Network, folder: Path) -> PathStore:
    problem = worlds.problem(world)
    return PathStore(folder, problem, Pricer(problem.supernetwork, problem.classes))


def empty_pool(worlds: Any, world: Network) -> PathPool:
    return PathPool(worlds.problem(world).supernetwork.arc_count)


def test_recalled_columns_are_those_that_were_kept(worlds: Any, grid: Network, tmp_path: Path) -> None:
    pool = worlds.solve(grid).search.pool
    store = store_of(worlds, grid, tmp_path)
    store.save(pool)
    fresh = empty_pool(worlds, grid)
    assert store.load(fresh) == len(pool)
    np.testing.assert_array_equal(fresh.columns.cls, pool.columns.cls)
    np.testing.assert_allclose(fresh.columns.usage.toarray(), pool.columns.usage.toarray())
    np.testing.assert_array_equal(fresh.used, pool.used)
    assert store.load(fresh) == 0  # known already


Kept = tuple[PathPool, PathStore, bytes]


@pytest.fixture(scope="module")
def kept(worlds: Any, grid: Network, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """An empty pool, a store that fits it and the bytes of its file."""
    store = store_of(worlds, grid, tmp_path_factory.mktemp("store"))
    store.save(worlds.solve(grid).search.pool)
    return empty_pool(worlds, grid), store, store.file.read_bytes()


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_store_counts_as_none(kept: Kept, data: st.DataObject) -> None:
    pool, store, sound = kept
    cut = data.draw(st.booleans())
    place = data.draw(st.integers(0, len(sound) - 1))
    broken = bytearray(sound[:place] if cut else sound)
    if not cut:
        broken[place] ^= data.draw(st.integers(1, 255))
    store.file.write_bytes(bytes(broken))
    before = len(pool)
    loaded = store.load(pool)  # a byte that nothing depends on may be wrong and the paths right
    assert loaded == 0 or len(pool) == before + loaded


@pytest.mark.parametrize(
    "wrong",
    [
        {"pair": [99]},
        {"pair": [1]},  # of another class
        {"arc": [10**6]},
        {"arc": [-1]},
        {"column": [5]},
        {"cls": [77]},
        {"column": [0, 0]},
        {"used": [3]},
        {"cls": [0.5]},
        {"column": ["a"]},
        {"cls": 0},
        {"pair_cls": [0]},
        {"pair_origin": [8, 8, 8]},
        {"lane": ["another", "L2", "L3"]},
        {"lane": [1, 2, 3]},
    ],
)
def test_a_store_that_does_not_fit_counts_as_none(
    worlds: Any, grid: Network, tmp_path: Path, wrong: dict[str, Any]
) -> None:
    store, pool = store_of(worlds, grid, tmp_path), empty_pool(worlds, grid)
    store.save(worlds.solve(grid).search.pool)
    with np.load(store.file) as arrays:
        labels = {name: arrays[name] for name in ("lane", "kind", "pair_cls", "pair_origin", "pair_destination")}
    sound = labels | {name: np.array([0]) for name in ("cls", "column", "pair", "arc", "used")}
    np.savez(store.file, **(sound | {name: np.array(values) for name, values in wrong.items()}))
    assert store.load(pool) == 0
    assert len(pool) == len(pool.used) == 0
    np.savez(store.file, **sound)
    assert store.load(pool) == 1


def test_a_store_of_another_network_is_not_met(worlds: Any, grid: Network, tmp_path: Path) -> None:
    store_of(worlds, grid, tmp_path).save(worlds.solve(grid).search.pool)
    other = grid.replace(links=grid.links.iloc[1:], project_effects=grid.project_effects.iloc[2:])
    assert store_of(worlds, other, tmp_path).load(empty_pool(worlds, other)) == 0
    dearer = grid.replace(links=grid.links.assign(cost_usd_per_t_general=grid.links["cost_usd_per_t_general"] + 1))
    assert store_of(worlds, dearer, tmp_path).load(empty_pool(worlds, dearer)) > 0


def test_other_classes_take_the_paths_of_their_lane_that_are_open_to_them(
    worlds: Any, grid: Network, tmp_path: Path
) -> None:
    before = worlds.solve(grid).search.pool
    store_of(worlds, grid, tmp_path).save(before)
    # Half of what ends at 22 keeps off 11; the other half is the class that was there before.
    refusing = square(worlds, transit_refusals=[{"zone_id": "22", "transit_countries": ("11",), "share": 0.5}])
    problem, store = worlds.problem(refusing), store_of(worlds, refusing, tmp_path)
    pool = empty_pool(worlds, refusing)
    assert store.load(pool) > 0
    refused, lanes = problem.classes.classes["refused"], problem.classes.classes["lane"]
    places = problem.supernetwork.terminals["place_id"].to_numpy()
    arcs = problem.supernetwork.arcs
    closed = (places[arcs["tail"]] == "11") | (places[arcs["head"]] == "11")
    kept = {
        lane: {row.tobytes() for row in before.columns.usage.toarray()[before.columns.cls == cls]}
        for cls, lane in enumerate(worlds.problem(grid).classes.classes["lane"])
    }
    found = pool.columns.usage.toarray()
    for cls in range(len(lanes)):
        own = {row.tobytes() for row in found[pool.columns.cls == cls]}
        open_to_it = {row for row in kept[lanes[cls]] if not np.frombuffer(row)[closed & bool(refused[cls])].any()}
        assert own == open_to_it
    assert {tuple(names) for names in refused} == {(), ("11",)}
    solved = worlds.solve(refusing, store=tmp_path)
    assert solved.best.value == pytest.approx(worlds.solve(refusing).best.value, rel=1e-9)


def test_results_do_not_depend_on_threads(worlds: Any, grid: Network) -> None:
    one, two = (worlds.solve(grid, threads=threads) for threads in (1, 2))
    assert one.best.value == two.best.value
    assert one.best.bound == two.best.bound
    np.testing.assert_array_equal(one.best.plan, two.best.plan)
    for name in ("flows", "prices", "capacities", "costs"):
        assert one.tables[name].equals(two.tables[name]), name


def test_results_are_the_same_every_time(worlds: Any, grid: Network) -> None:
    assert worlds.solve(grid).tables["flows"].equals(worlds.solve(grid).tables["flows"])


def test_a_search_is_resumed_but_not_by_the_relaxation_nor_from_it(worlds: Any, grid: Network, tmp_path: Path) -> None:
    relaxed = worlds.solve(grid, store=tmp_path, relax=True)
    relaxed.search.keep(relaxed.best)
    assert [file.stem.split("-")[0] for file in tmp_path.iterdir()] == ["paths"]
    whole = worlds.solve(grid, store=tmp_path)
    whole.search.keep(whole.best)
    assert sorted(file.stem.split("-")[0] for file in tmp_path.iterdir()) == ["paths", "search"]
    again = worlds.solve(grid, store=tmp_path)
    np.testing.assert_array_equal(again.best.plan, whole.best.plan)
    assert again.best.value == pytest.approx(whole.best.value, rel=1e-9)
    assert again.best.bound <= again.best.value
    assert len(again.search.master.cuts) > len(whole.search.master.cuts)  # the cuts of before and those of the end
    parts = worlds.solve(grid, store=tmp_path, relax=True)
    assert parts.best.value == pytest.approx(relaxed.best.value, rel=1e-6)
    assert parts.best.value <= whole.best.value + 1e-9
