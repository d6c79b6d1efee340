"""The rare-earth chain of a batch: what is kept of it gives what a run by itself gives, whatever came before."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.batch.digest import digest
from model.batch.kept_chain import CHAIN_INPUTS, KeptChain
from model.chain.kept_flows import KeptFlows
from model.chain.problem import Chain, build_chain
from model.chain.results import grid
from model.chain.run import ChainRun, run_chain, with_tables
from model.chain.solve import only_committed, solve_chain
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


def two_sources(*demands: Sequence[Mapping[str, Any]], **more: Any) -> Network:
    """Dy of China, or of a mine in Kazakhstan twice as dear that may grow; NdPr comes with it and is wanted too."""
    return chain_world(
        [process("leach", "mine", feed="mrec", opex_china_usd_per_t=10_000, opex_usd_per_t=20_000),
         process("sx", "separation", treats="heavy")],
        [facility("CNM", "CNP", profile_id="p", owner_group="cn"), facility("CNX", "CNP", owner_group="cn"),
         facility("KZM", "KZP", profile_id="p", owner_group="kz"), facility("KZX", "KZP", owner_group="kz"),
         facility("NEW", "KZP", profile_id="p", owner_group="kz", status="candidate", first_year=2026, capex_musd=1)],
        [unit("CNM", "leach", 400), unit("CNX", "sx", 2000), unit("KZM", "leach", 50), unit("KZX", "sx", 2000),
         unit("NEW", "leach", 200)],
        [demand("EU27", "ox_dy", 50), demand("EU27", "ox_ndpr", 100), *demands],
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
    kept = KeptChain(two_sources(), BASE, OPTIONS)
    found = []
    for world in worlds:
        seen: list[KeptFlows | None] = []
        kept.run(world, OPTIONS, builds, solver(world, builds, seen))
        found.append(bool(seen))
    return found


def test_a_chain_in_which_nothing_differs_is_not_solved_again(builds: pd.DataFrame) -> None:
    base = two_sources()
    world, more = changes(base)["cost"], changes(base)["capacity"]
    other = world.replace(lanes=world.lanes.assign(quantity_t=5.0))  # cargo that the chain does not look at
    assert solved_again([world, other, world, more], builds) == [True, False, False, True]
    assert solved_again([base], builds) == [False]


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


def with_duty(world: Network, importer: str, pct: float) -> Network:
    """The world with a duty on top on all goods that an importer lets in."""
    rows = world.duty_rates
    row = rows.iloc[[0]].assign(rate_id="top", importer=importer, layer="country", measure="top", ad_valorem_pct=pct)
    return world.replace(duty_rates=pd.concat([rows, row], ignore_index=True))


@pytest.mark.parametrize(("importer", "is_solved"), [("CN", False), ("DE", True)])
def test_a_duty_on_what_moves_not_leaves_the_answer_of_the_base(
    importer: str, is_solved: bool, builds: pd.DataFrame
) -> None:
    """China uses some of its own, and all else goes to Europe."""
    base = two_sources(demand("CN", "ox_dy", 1), duty_rates=[*RATES, {**RATES[0], "importer": "CN", "rate_id": "cn"}])
    world = with_duty(base, importer, 12.0)
    duty = [build_chain(one, OPTIONS.resolution, OPTIONS.objective).duty for one in (base, world)]
    assert (duty[0] != duty[1]).any()
    seen: list[KeptFlows | None] = []
    kept = KeptChain(base, BASE, OPTIONS)
    mine = kept.run(world, OPTIONS, builds, solver(world, builds, seen))
    alone = run_chain(world, OPTIONS, Silent(), builds)
    assert bool(seen) is is_solved
    assert facts(mine)["objective"] == pytest.approx(facts(alone)["objective"], rel=1e-9)
    assert facts(mine)["costs_npv_musd"] == pytest.approx(facts(alone)["costs_npv_musd"], rel=1e-7, abs=1e-7)
    for table in ("chain_markets", "chain_output", "chain_price_ranges", "chain_switching"):
        pd.testing.assert_frame_equal(mine.tables[table], alone.tables[table], rtol=1e-7, check_exact=False)


def test_a_way_that_becomes_cheap_enough_is_taken(builds: pd.DataFrame) -> None:
    """Oxides of Kazakhstan cannot pay five times their value in duty; a world without it uses them."""
    free = two_sources(duty_rates=RATES)
    base = with_duty(free, "DE", 500.0)
    base = base.replace(duty_rates=base.duty_rates.assign(origins=[(), ("KZ",)]))
    mine = KeptChain(base, BASE, OPTIONS).run(free, OPTIONS, builds, solver(free, builds))
    alone = run_chain(free, OPTIONS, Silent(), builds)
    assert facts(mine)["objective"] > facts(run_chain(base, OPTIONS, Silent(), builds))["objective"] + 1e-3
    assert facts(mine)["objective"] == pytest.approx(facts(alone)["objective"], rel=1e-9)


def test_duties_that_decide_nothing_are_told_as_they_are(builds: pd.DataFrame) -> None:
    """For the world duties are transfers: they change no flow, but what is paid."""
    base, options = two_sources(duty_rates=RATES), replace(OPTIONS, objective="world")
    world = with_duty(base, "DE", 12.0)

    def solve(chain: Chain | None, kept: KeptFlows | None = None, /) -> ChainRun:
        return run_chain(world, options, Silent(), builds, chain, kept)

    mine = KeptChain(base, BASE, options).run(world, options, builds, solve)
    paid = [run.tables["chain_trade"]["duty_musd"].sum() for run in (mine, solve(None))]
    assert paid[0] == pytest.approx(paid[1], rel=1e-9)
    assert paid[0] > 0


@pytest.mark.parametrize(
    ("table", "found", "figures"),
    [("parameters", "chain_countries", {"parameter": "chain_bought_share", "value": 0.9}),
     ("chain_demand", "chain_confidence", {"confidence": "memory"})],
)  # fmt: skip
def test_an_answer_is_not_that_of_a_world_that_tables_read_otherwise(
    table: str, found: str, figures: Mapping[str, Any], builds: pd.DataFrame
) -> None:
    """Figures that the program of the chain does not know: what operating cost is made of, how sure demand is."""
    base = two_sources()
    rows = getattr(base, table)
    added = pd.concat([rows, pd.DataFrame([figures])]) if table == "parameters" else rows.assign(**figures)
    world = base.replace(**{table: added})
    usual = run_chain(base, OPTIONS, Silent(), builds).tables[found]
    mine = KeptChain(base, BASE, OPTIONS).run(world, OPTIONS, builds, solver(world, builds)).tables[found]
    alone = run_chain(world, OPTIONS, Silent(), builds).tables[found]
    assert not alone.equals(usual)
    pd.testing.assert_frame_equal(mine, alone, rtol=1e-7, check_exact=False)


def test_tables_know_duties_only_of_what_moves() -> None:
    base = two_sources(controls=[BAN], stocks=[STOCK], duty_rates=RATES)
    chain = build_chain(base, OPTIONS.resolution, OPTIONS.objective)
    program, answer = solve_chain(chain, 0.0, 60.0, 1, only_committed(chain))
    usual = with_tables(chain, program, answer, OPTIONS, 0.0, is_given=True)
    still = grid(answer.value["trade"], chain) == 0
    assert still.any()
    other = replace(chain, duty=np.where(still, np.nan, chain.duty))
    again = with_tables(other, program, answer, OPTIONS, 0.0, is_given=True)
    for name, table in usual.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table)
    assert facts(again) == facts(usual)
