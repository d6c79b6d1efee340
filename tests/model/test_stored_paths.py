"""Paths kept between runs, damaged stores, threads."""

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.paths import PathPool, structure_key
from model.pricing import Pricer
from network.network import Network


@pytest.fixture(scope="module")
def grid(worlds: Any) -> Network:
    """Nine places in a square, limits that bind, two projects: dozens of paths."""
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
    )


def test_a_second_run_recalls_the_paths_and_finds_the_same(worlds: Any, grid: Network, tmp_path: Path) -> None:
    first = worlds.solve(grid, store=tmp_path)
    assert list(tmp_path.iterdir()) == []
    first.search.pool.save(tmp_path)
    assert [file.suffix for file in tmp_path.iterdir()] == [".npz"]
    second = worlds.solve(grid, store=tmp_path)
    assert len(first.search.pool) > 5
    assert len(second.search.pool) == len(first.search.pool)
    assert second.best.value == pytest.approx(first.best.value, rel=1e-9)
    np.testing.assert_array_equal(second.best.plan, first.best.plan)


def test_recalled_columns_are_those_that_were_kept(worlds: Any, grid: Network, tmp_path: Path) -> None:
    pool = worlds.solve(grid).search.pool
    pool.save(tmp_path)
    fresh = empty_pool(worlds, grid)
    assert fresh.load(tmp_path) == len(pool)
    np.testing.assert_array_equal(fresh.columns.cls, pool.columns.cls)
    np.testing.assert_allclose(fresh.columns.usage.toarray(), pool.columns.usage.toarray())
    assert fresh.load(tmp_path) == 0  # known already


def empty_pool(worlds: Any, world: Network) -> PathPool:
    problem = worlds.problem(world)
    pricer = Pricer(problem.supernetwork, problem.classes)
    return PathPool(pricer, structure_key(problem.supernetwork, problem.classes))


@pytest.fixture(scope="module")
def kept(worlds: Any, grid: Network, tmp_path_factory: pytest.TempPathFactory) -> tuple[PathPool, Path, bytes]:
    """An empty pool, the folder of a store that fits it and the store's bytes."""
    folder = tmp_path_factory.mktemp("store")
    pool = worlds.solve(grid).search.pool
    pool.save(folder)
    return empty_pool(worlds, grid), folder, pool.file(folder).read_bytes()


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_store_counts_as_none(kept: tuple[PathPool, Path, bytes], data: st.DataObject) -> None:
    pool, folder, sound = kept
    cut = data.draw(st.booleans())
    place = data.draw(st.integers(0, len(sound) - 1))
    broken = bytearray(sound[:place] if cut else sound)
    if not cut:
        broken[place] ^= data.draw(st.integers(1, 255))
    pool.file(folder).write_bytes(bytes(broken))
    before = len(pool)
    loaded = pool.load(folder)  # a byte that nothing depends on may be wrong and the paths right
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
    ],
)
def test_a_store_that_does_not_fit_counts_as_none(
    worlds: Any, grid: Network, tmp_path: Path, wrong: dict[str, Any]
) -> None:
    sound = {"cls": [0], "column": [0], "pair": [0], "arc": [0], "used": [0]}
    pool = empty_pool(worlds, grid)
    np.savez(pool.file(tmp_path), **{name: np.array(values) for name, values in (sound | wrong).items()})
    assert pool.load(tmp_path) == 0
    assert len(pool) == len(pool.used) == 0
    np.savez(pool.file(tmp_path), **{name: np.array(values) for name, values in sound.items()})
    assert pool.load(tmp_path) == 1


def test_a_store_of_another_network_is_not_met(worlds: Any, grid: Network, tmp_path: Path) -> None:
    worlds.solve(grid).search.pool.save(tmp_path)
    other = grid.replace(links=grid.links.iloc[1:], project_effects=grid.project_effects.iloc[2:])
    assert empty_pool(worlds, other).load(tmp_path) == 0
    dearer = grid.replace(links=grid.links.assign(cost_usd_per_t_general=grid.links["cost_usd_per_t_general"] + 1))
    assert empty_pool(worlds, dearer).load(tmp_path) > 0


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
