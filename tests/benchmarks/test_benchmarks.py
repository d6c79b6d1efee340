"""The benchmarks at their smallest sizes: the sides of a comparison do the same work. Seconds are not tested."""

from pathlib import Path

import pytest

from benchmarks import build, peer, transport
from benchmarks.growth import grow
from benchmarks.lp import GRAPHS, generate
from benchmarks.measure import exponent, in_child
from benchmarks.scale import child
from benchmarks.ways import by_arrays, by_rows
from network.network import read_network

DATA = Path(__file__).parents[2] / "data"
COLUMNS = 2000


@pytest.mark.parametrize("graph", GRAPHS)
def test_row_families_and_arrays_hold_the_same_program(graph: str) -> None:
    data = generate(COLUMNS, graph)
    ours, limit = by_rows(data), by_arrays(data)
    arcs, nodes = 400, 100
    assert ours.size[:2] == (4 * (arcs + nodes) + arcs, 4 * nodes + arcs + 1)
    assert ours.size == limit.size
    assert ours.optimum() == pytest.approx(limit.optimum(), rel=1e-9)


@pytest.mark.parametrize("way", build.PEERS)
def test_linopy_holds_the_same_program(way: str) -> None:
    pytest.importorskip("linopy", reason="linopy is not installed (extra bench)")
    figures = {name: in_child("benchmarks.build", name, str(COLUMNS), "1") for name in ("rows", way)}
    build.same_program(figures)


def test_another_program_is_refused() -> None:
    one = {"size": [3, 2, 4], "optimum": 1.0}
    with pytest.raises(ValueError, match="expected"):
        build.same_program({"rows": one, "arrays": one | {"size": [3, 2, 5]}})
    with pytest.raises(ValueError, match="expected"):
        build.same_program({"rows": one, "arrays": one | {"optimum": 1.1}})
    with pytest.raises(ValueError, match="expected"):
        peer.check_optima({"engine": one, "pypsa": {"optimum": 1.1}})


def test_pypsa_finds_the_optimum_of_the_engine() -> None:
    pytest.importorskip("pypsa", reason="PyPSA is not installed (extra bench)")
    peer.check_optima({side: in_child("benchmarks.peer", side, "8") for side in peer.SIDES})


def test_the_transport_world_is_a_data_folder(tmp_path: Path) -> None:
    data = transport.generate(8)
    transport.write_world(data, tmp_path)
    network = read_network(tmp_path)
    assert len(network.places) == 9
    assert network.lanes["quantity_t"].sum() == data.demand.sum()


def test_copies_of_the_region_are_joined(tmp_path: Path) -> None:
    grow(DATA, tmp_path / "world", "places", 2)
    one, two = read_network(DATA), read_network(tmp_path / "world")
    assert [len(two.places), len(two.lanes), len(two.projects)] == [
        2 * len(one.places), 2 * len(one.lanes), 2 * len(one.projects),
    ]  # fmt: skip
    assert len(two.links) == 2 * len(one.links) + -(-len(one.links) // 10)


def test_each_candidate_has_a_second_phase_or_a_smaller_project_beside_it(tmp_path: Path) -> None:
    grow(DATA, tmp_path / "world", "projects", 2)
    network = read_network(tmp_path / "world")
    projects = network.projects.set_index("project_id")
    decided = projects[(projects["is_modelled"] == 1) & (projects["is_sunk"] == 0) & (projects["in_base"] == 0)]
    assert len(decided) >= 80
    assert decided["name"].str.contains("(synthetic)", regex=False).mean() == 0.5
    effects = network.project_effects.set_index(["project_id", "target_id"])
    phases = [name for name in projects.index if name.endswith("_P1")]
    smaller = [name for name in projects.index if name.endswith("_S1")]
    assert phases
    assert smaller
    for name in phases:
        first, second = projects.loc[name.removesuffix("_P1")], projects.loc[name]
        assert second["all_of"] == (first.name,)
        assert second["earliest_start_year"] >= first["in_service_year"]
        assert 0.8 <= second["capex_musd"] / first["capex_musd"] <= 1.2
        added = effects.loc[name, "capacity_added_t_per_year"]
        assert added.tolist() == effects.loc[first.name, "capacity_added_t_per_year"].tolist()
        assert (effects.loc[name, "time_saved_h"] == 0).all()
    for name in smaller:
        whole = projects.loc[name.removesuffix("_S1")]
        assert whole.name in projects.loc[name, "excludes"]
        for column in ("capacity_added_t_per_year", "time_saved_h"):
            assert effects.loc[name, column].tolist() == pytest.approx((effects.loc[whole.name, column] / 4).tolist())


@pytest.mark.parametrize(
    ("kind", "table"), [("lanes", "lanes"), ("commodities", "commodities"), ("periods", "periods")]
)
def test_more_of_a_kind_shares_the_same_cargo(tmp_path: Path, kind: str, table: str) -> None:
    grow(DATA, tmp_path / "world", kind, 2)
    one, two = read_network(DATA), read_network(tmp_path / "world")
    if kind == "periods":
        of_one, of_two = (n.periods[n.periods["resolution"] == "fast"] for n in (one, two))
        assert (len(of_one), len(of_two)) == (3, 6)
        assert of_two["last_year"].max() == of_one["last_year"].max()
    else:
        assert len(getattr(two, table)) == 2 * len(getattr(one, table))
    assert two.lanes["quantity_t"].sum() == pytest.approx(one.lanes["quantity_t"].sum())


@pytest.mark.slow
def test_a_commodity_in_two_is_worth_what_it_was() -> None:
    whole, halves = (child("commodities", factor, DATA)["value"] for factor in (1, 2))
    assert halves == pytest.approx(whole, rel=1e-4)


def test_exponent_of_a_power_law() -> None:
    assert exponent([1, 2, 4], [3, 12, 48]) == pytest.approx(2.0)
