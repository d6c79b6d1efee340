"""The rare-earth chain of a batch: what is kept of it gives what a run by itself gives, whatever came before."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.batch.digest import digest
from model.batch.kept_chain import CHAIN_INPUTS, KeptChain
from model.chain.kept_flows import KeptFlows
from model.chain.problem import Chain, build_chain
from model.chain.run import ChainRun, run_chain
from model.levers.closure import Closure
from model.options import Options
from model.progress import Silent
from model.scenario import Scenario
from network.network import Network, read_network
from tests.model.chain.conftest import chain_world, demand, facility, process, unit

DATA = Path(__file__).parents[3] / "data"
OPTIONS = Options(threads=1, gap=0.0, time_limit_s=60.0)
BASE = Scenario("base", "base", "", "", ())
STOCK = {"stock_id": "kept", "region_id": "EU27", "good_id": "ox_dy", "holder": "national", "stock_t": 5, "most_t": 10}
RATES = [{"rate_id": "all", "importer": "DE", "product": "general_cargo", "layer": "base", "measure": "mfn",
          "legal_basis": "law", "ad_valorem_pct": 5.0}]  # fmt: skip
BAN = {
    "control_id": "stop", "title": "Stop", "instrument": "ban", "imposed_by": "CN", "exporters": ("CN",),
    "importers": ("EU27",), "stages": ("oxide",), "is_active": 1,
}  # fmt: skip


def two_sources(**more: Any) -> Network:
    """Dy of China, or of a mine in Kazakhstan twice as dear that may grow; NdPr comes with it and is wanted too."""
    return chain_world(
        [process("leach", "mine", feed="mrec", opex_china_usd_per_t=10_000, opex_usd_per_t=20_000),
         process("sx", "separation", treats="heavy")],
        [facility("CNM", "CNP", profile_id="p", owner_group="cn"), facility("CNX", "CNP", owner_group="cn"),
         facility("KZM", "KZP", profile_id="p", owner_group="kz"), facility("KZX", "KZP", owner_group="kz"),
         facility("NEW", "KZP", profile_id="p", owner_group="kz", status="candidate", first_year=2026, capex_musd=1)],
        [unit("CNM", "leach", 400), unit("CNX", "sx", 2000), unit("KZM", "leach", 50), unit("KZX", "sx", 2000),
         unit("NEW", "leach", 200)],
        [demand("EU27", "ox_dy", 50), demand("EU27", "ox_ndpr", 100)],
        freight=100.0,
        last_year=2030,
        **more,
    )  # fmt: skip


def with_rates(world: Network, table: str, **figures: Any) -> Network:
    """The world with some columns of a table set."""
    return world.replace(**{table: getattr(world, table).assign(**figures)})


def changes(world: Network) -> Mapping[str, Network]:
    """Worlds that differ from one in costs, bounds, right-hand sides, coefficients or shape."""
    units, demands = world.chain_units, world.chain_demand
    return {
        "nothing": world,
        "cost": with_rates(world, "chain_processes", opex_usd_per_t=[3_000.0, 0.0]),
        "ways": with_rates(world, "links", cost_usd_per_teu=900.0),
        "capacity": world.replace(
            chain_units=units.assign(capacity_t_per_year=units["capacity_t_per_year"].where(units.index != 0, 250.0))
        ),
        "demand": world.replace(chain_demand=demands.assign(quantity_t=demands["quantity_t"] * 1.2)),
        "recovery": with_rates(world, "chain_processes", recovery=0.9),
        "control": two_sources(controls=[BAN]),
    }


def solver(
    world: Network, builds: pd.DataFrame | None, seen: list[KeptFlows | None] | None = None
) -> Callable[..., Any]:
    """What a run solves its chain with."""

    def solve(chain: Chain | None, kept: KeptFlows | None = None, /) -> ChainRun:
        if seen is not None:
            seen.append(kept)
        return run_chain(world, OPTIONS, Silent(), builds, chain, kept)

    return solve


def facts(run: ChainRun) -> dict[str, Any]:
    """What is said of a run but for the time that it took."""
    assert run.facts is not None
    return {name: value for name, value in run.facts.items() if name != "seconds"}


@pytest.fixture(name="builds", scope="module")
def _builds() -> pd.DataFrame:
    """Investments of the base."""
    table = run_chain(two_sources(), OPTIONS, Silent()).tables["chain_builds"]
    assert (table["decision"] == "built").any()
    return table


@pytest.mark.parametrize("name", list(changes(two_sources())))
def test_values_and_money_are_those_of_a_run_by_itself(name: str, builds: pd.DataFrame) -> None:
    base = two_sources()
    kept = KeptChain(base, BASE, OPTIONS)
    world = changes(base)[name]
    mine = kept.run(world, OPTIONS, builds, solver(world, builds))
    alone = run_chain(world, OPTIONS, Silent(), builds)
    for fact in ("objective", "gain", "investment_npv_musd"):
        assert facts(mine)[fact] == pytest.approx(facts(alone)[fact], rel=1e-9), fact
    assert facts(mine)["costs_npv_musd"] == pytest.approx(facts(alone)["costs_npv_musd"], rel=1e-7, abs=1e-7)
    for table in ("chain_markets", "chain_output", "chain_price_ranges"):
        pd.testing.assert_frame_equal(mine.tables[table], alone.tables[table], rtol=1e-7, check_exact=False)


@pytest.mark.parametrize("order", [1, -1], ids=["forward", "backward"])
def test_answers_are_the_same_whatever_came_before(order: int, builds: pd.DataFrame) -> None:
    base = two_sources()
    worlds = changes(base)
    together = KeptChain(base, BASE, OPTIONS)
    for name in list(worlds)[::order]:
        world = worlds[name]
        mine = together.run(world, OPTIONS, builds, solver(world, builds))
        alone = KeptChain(base, BASE, OPTIONS).run(world, OPTIONS, builds, solver(world, builds))
        assert facts(mine)["costs_npv_musd"] == pytest.approx(facts(alone)["costs_npv_musd"], rel=1e-13), name
        for table, frame in alone.tables.items():
            pd.testing.assert_frame_equal(mine.tables[table], frame, rtol=1e-13, atol=1e-13, check_exact=False)


def test_flows_start_from_those_of_the_base_where_investments_are_given(builds: pd.DataFrame) -> None:
    base = two_sources()
    world = changes(base)["cost"]
    kept = KeptChain(base, BASE, OPTIONS)
    given: list[KeptFlows | None] = []
    kept.run(world, OPTIONS, builds, solver(world, builds, given))
    kept.run(world, OPTIONS, None, solver(world, None, given))
    assert [flows is None for flows in given] == [False, True]


def test_a_base_that_has_no_answer_or_no_chain_leaves_runs_to_themselves(builds: pd.DataFrame) -> None:
    world = two_sources()
    stalled = world.replace(
        chain_facilities=world.chain_facilities.assign(status=["stalled" if i == "NEW" else "operating"
                                                               for i in world.chain_facilities["facility_id"]])
    )  # fmt: skip
    bare = world.replace(chain_units=world.chain_units.iloc[:0])
    alone = facts(run_chain(world, OPTIONS, Silent(), builds))
    for base in (stalled, bare):
        mine = KeptChain(base, BASE, OPTIONS).run(world, OPTIONS, builds, solver(world, builds))
        assert facts(mine) == alone
    assert KeptChain(world, BASE, OPTIONS).run(bare, OPTIONS, builds, solver(bare, builds)).facts is None


def solved_again(worlds: Sequence[Network], builds: pd.DataFrame) -> list[bool]:
    """Whether the chain of each world was solved, one after the other."""
    kept = KeptChain(worlds[0], BASE, OPTIONS)
    found = []
    for world in worlds:
        seen: list[KeptFlows | None] = []
        kept.run(world, OPTIONS, builds, solver(world, builds, seen))
        found.append(bool(seen))
    return found


def test_a_chain_in_which_nothing_differs_is_not_solved_again(builds: pd.DataFrame) -> None:
    world = two_sources()
    other = world.replace(lanes=world.lanes.assign(quantity_t=5.0))  # cargo that the chain does not look at
    assert solved_again([world, other, world], builds) == [True, False, False]
    assert solved_again([world, changes(world)["cost"]], builds) == [True, True]


def test_the_chain_reads_no_table_that_its_memory_does_not_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    network = read_network(DATA)
    seen: set[str] = set()
    plain = Network.__getattribute__

    def watched(self: Network, name: str) -> Any:
        seen.add(name)
        return plain(self, name)

    monkeypatch.setattr(Network, "__getattribute__", watched)
    run_chain(network, Options(threads=1, time_limit_s=5.0), Silent())
    read = {name for name in seen if not name.startswith("_")}
    assert read - set(CHAIN_INPUTS) == {"adjustments", "parameter"}
    assert set(CHAIN_INPUTS) <= read


def variants(table: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """A table with one column of numbers changed in all rows, with a row less, and the other way round."""
    for column in table.select_dtypes("number").columns:
        step = 1 if pd.api.types.is_integer_dtype(table[column]) else table[column] * 0.01
        yield table.assign(**{column: table[column] + step})
    if len(table):
        yield table.iloc[:-1]
        yield table.iloc[::-1]


@pytest.mark.parametrize("name", [*CHAIN_INPUTS, "adjustments"])
def test_parts_are_taken_only_where_all_that_they_are_made_of_is_the_same(name: str) -> None:
    base = two_sources(controls=[BAN], stocks=[STOCK], duty_rates=RATES)
    found: list[Chain | None] = []

    def solve(chain: Chain | None, _: KeptFlows | None = None, /) -> ChainRun:
        found.append(chain)
        return ChainRun({}, None)

    kept = KeptChain(base, BASE, OPTIONS)
    kept.run(base, OPTIONS, None, solve)
    worlds = [base.replace(**{name: table}) for table in variants(getattr(base, name))]
    worlds += [Closure(id="shut", links=("KZPEUP",)).apply(base)] if name == "adjustments" else []
    for world in worlds:
        try:
            alone = build_chain(world, OPTIONS.resolution, OPTIONS.objective)
        except (KeyError, IndexError, ValueError):  # a world that no data could describe
            continue
        kept.run(world, OPTIONS, None, solve)
        assert digest(found[-1]) == digest(alone)
