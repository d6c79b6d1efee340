"""The shipped chain: mass by element, capacities, vintages and the answers to the questions that the scenarios ask."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.chain.problem import Chain, build_chain
from model.chain.result_holders import dependence
from model.chain.results import markets, output
from model.chain.sensitivity import FACTORS, FIGURES
from model.chain.solve import ChainAnswer, ChainProgram, only_committed, solve_chain
from model.chain.stops import stop_table
from model.levers.chain_figure import ChainFigure
from model.scenario import load_scenario
from network.network import Network, read_network
from tests.model.chain.conftest import grid

DATA = Path(__file__).parents[3] / "data"
WEST = ["EU27", "US", "JP", "KR"]


@pytest.fixture(scope="module")
def world() -> Network:
    return read_network(DATA)


@pytest.fixture(scope="module")
def base(world: Network) -> tuple[Chain, ChainProgram, ChainAnswer]:
    """The chain of the baseline with nothing built."""
    return still(load_scenario("baseline", DATA / "scenarios").apply(world))


def still(changed: Network) -> tuple[Chain, ChainProgram, ChainAnswer]:
    """A chain with nothing built but what is committed."""
    chain = build_chain(changed, "fast", "shipper")
    program, answer = solve_chain(chain, 0.0, 60.0, 2, only_committed(chain))
    return chain, program, answer


def contents(chain: Chain) -> pd.DataFrame:
    """Oxide equivalent of each good by element."""
    table = chain.network.chain_contents
    return table.pivot_table(index="good_id", columns="element_id", values="t_per_t", aggfunc="sum").fillna(0.0)


def test_no_recipe_makes_mass_and_all_mass_is_accounted_for(base: tuple[Chain, ChainProgram, ChainAnswer]) -> None:
    chain, _, answer = base
    held = contents(chain)
    sign = np.where(chain.recipes["side"] == "output", -1.0, 1.0)
    of_recipe = (
        held.reindex(chain.recipes["good_id"]).fillna(0.0).to_numpy()
        * (sign * chain.recipes["t_per_t"].to_numpy(float))[:, None]
    )
    loss = pd.DataFrame(of_recipe, columns=held.columns).groupby(chain.recipes["process_id"].to_numpy()).sum()
    made_of_nothing = {
        p
        for p, step in zip(
            chain.network.chain_processes["process_id"], chain.network.chain_processes["step"], strict=True
        )
        if step == "collection"
    }
    assert (loss.drop(index=list(made_of_nothing & set(loss.index))) >= -1e-9).all().all()
    # Oxides won and magnets collected are what is sold, disposed of, put in store or lost in works, to 1e-9.
    won = answer_won(chain, answer)
    collected = grid(chain, answer, "collect").sum(axis=0)
    run = grid(chain, answer, "run").reshape(len(chain.units.frame), 2, -1).sum(axis=1)
    lost = loss.reindex(chain.units.frame["process_id"]).fillna(0.0).to_numpy().T @ run
    gone = flows_out(chain, answer, held)
    eol = held.loc["eol_magnets"].to_numpy()[:, None] * collected[None, :]
    for element, name in enumerate(held.columns):
        given = won[chain.elements.index(name)] + eol[element]
        assert lost[element] + gone[element] == pytest.approx(given, rel=1e-9, abs=1e-9), name


def answer_won(chain: Chain, answer: ChainAnswer) -> np.ndarray:
    """Oxides that feeds give, elements x slices, kt a year."""
    return chain.feeds.oxides.T @ grid(chain, answer, "feed")


def flows_out(chain: Chain, answer: ChainAnswer, held: pd.DataFrame) -> np.ndarray:
    """What leaves the chain: sold, disposed of, and stocks that grow, elements x slices."""
    count = len(chain.slices)
    frame = chain.pools.frame
    by_pool = held.reindex(frame["good"]).fillna(0.0).to_numpy()
    pool = np.zeros((len(frame), count))
    market, _ = np.nonzero(chain.demands.width > 0)
    demands = chain.demands.frame.iloc[market]
    at = chain.pools.at(demands["good"].tolist(), demands["region"].tolist(), [1] * len(demands))
    np.add.at(pool, (at, demands["slice"].to_numpy(np.int64)), answer.value["serve"])
    np.add.at(pool, chain.disposals, grid(chain, answer, "dispose"))
    stored = np.column_stack([chain.stocks["start_kt"].to_numpy(float), grid(chain, answer, "store")])
    np.add.at(pool, chain.stocks["pool"].to_numpy(np.int64), np.diff(stored, axis=1) / chain.slices.years)
    return np.asarray(by_pool.T @ pool)


def test_units_stay_within_capacity_and_collection_within_its_vintage(
    base: tuple[Chain, ChainProgram, ChainAnswer],
) -> None:
    chain, _, answer = base
    table = output(chain, answer)
    assert (table["output_kt"] <= table["capacity_kt"] * (1 + 1e-7) + 1e-7).all()
    sold = markets(chain, answer)
    stage = chain.network.chain_goods.set_index("good_id")["stage"]
    magnets = sold[sold["good"].map(stage) == "magnet"].groupby("region")["bought_kt"].max()
    collected = grid(chain, answer, "collect").max(axis=1)
    for region, kt in zip(chain.collections, collected, strict=True):
        assert kt <= float(magnets.get(region, 0.0)) + 1e-9


def test_what_is_not_chinese_stays_free_of_it(base: tuple[Chain, ChainProgram, ChainAnswer]) -> None:
    chain, _, answer = base
    run = grid(chain, answer, "run").reshape(len(chain.units.frame), 2, -1)
    assert run[chain.at_content, 0].max() == 0.0  # works in China make nothing free
    feed = grid(chain, answer, "feed")
    free = ~chain.feeds.frame["restricted"].to_numpy(bool)
    assert not set(chain.feeds.frame.loc[free, "mined_in"]) & {"CN"}
    assert feed[free].sum() > 0


def test_the_west_depends_on_chinese_magnets_today(base: tuple[Chain, ChainProgram, ChainAnswer]) -> None:
    """17,000 of 20,000 t of European magnets came from China (European Court of Auditors 2026)."""
    chain, _, answer = base
    table = dependence(chain, answer)
    first = chain.slices.labels[0]
    mine = table[(table["good"] == "mag_std") & (table["region"] == "EU27") & (table["slice"] == first)].iloc[0]
    assert mine["largest"] == "CN"
    assert 0.8 <= mine["largest_share"] <= 0.95
    assert mine["largest_share"] < mine["power_share"] <= 1.0 + 1e-9  # Europe's own are mostly of Chinese oxides


def test_a_stop_hurts_the_west_and_ends(world: Network) -> None:
    changed = load_scenario("china_ree_ban", DATA / "scenarios").apply(world)
    chain, _, answer = still(changed)
    table = stop_table(chain, answer, "fast", "shipper", 2).set_index(["region", "good"])
    for region in WEST:
        row = table.loc[(region, "mag_hc")]
        assert row["cost_musd"] > 100
        assert row["peak_price"] > 2
        assert row["recovered"] >= "2029"
    assert table.loc[("CN", "mag_hc"), "cost_musd"] < 1


def test_the_programme_is_built_and_says_what_it_costs(world: Network) -> None:
    changed = load_scenario("kazakhstan_heavy_ree", DATA / "scenarios").apply(world)
    chain = build_chain(changed, "fast", "shipper")
    build = only_committed(chain)
    owner = chain.units.projects["facility_id"].to_numpy()[chain.units.starts["project"].to_numpy(int)[build > 0]]
    assert set(owner) == {"KZ_KUNDYBAI", "KZ_AKBULAK", "KZ_SX_HUB", "KZ_MAG_HUB", "KZ_ZHEZREDMET"}


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("factor", [FACTORS[0], FACTORS[-1]])
def test_figures_change_and_stay_sound(world: Network, figure: str, factor: float) -> None:
    lever = ChainFigure.model_validate({"id": "x", "figure": figure, "factor": factor})
    assert not lever.problems(world)
    changed = lever.apply(world)
    assert changed.content_hash() != world.content_hash()
    sums = changed.chain_profiles.groupby("profile_id")["share"].sum()
    assert (sums - 1.0).abs().max() < 1e-9
    assert changed.chain_controls["grant_share"].max() <= 1.0
