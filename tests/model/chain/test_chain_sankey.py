"""What flows from mine to market: by hand in a small world, and no more out of a place than into it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.chain.goods import goods_of
from model.chain.result_holders import dependence
from model.chain.sankey import _traced, sankey
from network.network import Network
from tests.model.chain.conftest import chain_world, demand, facility, process, solved, table_of, unit

RECIPES = [
    ("reduce", "input", "ox_ndpr", 1.25), ("reduce", "output", "met_ndpr", 1.0),
    ("sinter", "input", "met_ndpr", 0.4), ("sinter", "output", "mag_std", 1.0), ("sinter", "output", "swarf", 0.4),
    ("recycle", "input", "swarf", 4.0), ("recycle", "output", "ox_ndpr", 1.0),
]  # fmt: skip


def magnets(**more: Any) -> Network:
    """Oxide of Kazakhstan and, dearer, of China; metal of China; magnets of Europe, which recycles its swarf."""
    return chain_world(
        [process("leach", "mine", feed="mrec", opex_usd_per_t=1000, opex_china_usd_per_t=2000),
         process("sx", "separation", treats="light", recovery=0.9),
         process("reduce", "metal"), process("sinter", "magnet"), process("recycle", "recycling")],
        [facility("KZM", "KZP", profile_id="p", owner_group="kz"), facility("KZX", "KZP", owner_group="kz",
                                                                            takes_others=0),
         facility("CNM", "CNP", profile_id="p", owner_group="cn"),
         facility("CNX", "CNP", owner_group="cn", takes_others=0),
         facility("MET", "CNP"), facility("MAG", "EUP"), facility("REC", "EUP")],
        [unit("KZM", "leach", 50), unit("KZX", "sx", 50), unit("CNM", "leach", 5000), unit("CNX", "sx", 5000),
         unit("MET", "reduce", 5000), unit("MAG", "sinter", 5000), unit("REC", "recycle", 5000)],
        [demand("EU27", "mag_std", 100)],
        recipes=[dict(zip(("process_id", "side", "good_id", "t_per_t"), row, strict=True)) for row in RECIPES],
        **more,
    )  # fmt: skip


def kt(table: pd.DataFrame, **where: Any) -> float:
    """Sum of the rows of the first slice where columns have values."""
    part = table_of(table, slice="2025", **where)
    return float(part["quantity_kt"].sum())


def balances(table: pd.DataFrame) -> pd.DataFrame:
    """By slice, element and place: what enters and what leaves."""
    ends = {"in": ("to_stage", "to_region"), "out": ("from_stage", "from_region")}
    sums = {
        name: table.groupby(["slice", "element", *keys])["quantity_kt"].sum().rename_axis(
            ["slice", "element", "stage", "region"]) for name, keys in ends.items()
    }  # fmt: skip
    return pd.DataFrame(sums).fillna(0.0).reset_index()


def test_magnets_by_hand() -> None:
    chain, _, answer = solved(magnets())
    table = table_of(sankey(chain, answer), element="NDPR")
    # 100 t of magnets: 40 t of metal of 50 t of oxide; 40 t of swarf give 10 t of oxide, so 40 t come from mines.
    assert kt(table, from_stage="oxide", to_stage="metal") == pytest.approx(0.050)
    assert kt(table, from_stage="oxide", from_region="EU27", to_region="CN") == pytest.approx(0.010)
    assert kt(table, from_stage="scrap", to_stage="oxide") == pytest.approx(0.040 * 0.28)
    # Kazakhstan mines 50 t with 20 t of NdPr, of which nine tenths are won; China gives the rest.
    assert kt(table, from_stage="mine", from_region="KZ") == pytest.approx(0.020)
    assert kt(table, from_stage="oxide", from_region="KZ") == pytest.approx(0.018)
    assert kt(table, from_stage="mine", from_region="CN", restricted=1) == pytest.approx(0.022 / 0.9)
    # Metal made in China is restricted, and so are the magnets of it, wherever they are made.
    assert kt(table, from_stage="metal", to_stage="magnet", restricted=1) == pytest.approx(0.040 * 1.2)
    assert kt(table, from_stage="magnet", to_stage="market", restricted=1) == pytest.approx(0.048 - 0.0112)
    assert kt(table, from_stage="magnet", to_stage="swarf") == pytest.approx(0.0112)


def test_what_is_made_at_home_of_restricted_goods_depends_as_imports_do() -> None:
    chain, _, answer = solved(magnets())
    table = dependence(chain, answer)
    magnet = table_of(table, slice="2025", good="mag_std")
    assert magnet[["region", "largest"]].to_numpy().tolist() == [["EU27", "EU27"]]  # Europe's own, of Chinese metal
    assert magnet["power_share"].to_numpy() == pytest.approx(1.0)
    assert table["power_share"].between(-1e-12, 1 + 1e-12).all()


def test_a_circle_without_a_maker_has_none() -> None:
    chain, _, answer = solved(magnets())
    goods = goods_of(chain, answer)
    pools = np.array([0, 1], dtype=np.int64)
    still = {name: np.zeros_like(getattr(goods, name)) for name in ("made", "stock")}
    circle = replace(goods, **still, source=pools, sink=pools[::-1], moved=np.ones((2, len(chain.slices))))
    assert _traced(circle, pools, 0) == pytest.approx(np.zeros((2, 2)))


def test_only_losses_are_lost() -> None:
    chain, _, answer = solved(magnets())
    table = balances(sankey(chain, answer))
    inside = table[(table["in"] > 0) & (table["out"] > 0)]
    assert set(inside["stage"]) == {"oxide", "metal", "magnet"}
    lost = 1 - inside["out"] / inside["in"]
    assert lost.min() >= -1e-9
    # Separation loses a tenth, recycling of 4 x 0.28 what is above 1, metal of 1.25 what is above 1.2, magnets nothing.
    assert lost[inside["stage"] == "metal"].to_numpy() == pytest.approx(0.04)
    assert lost[inside["stage"] == "magnet"].to_numpy() == pytest.approx(0.0)
    assert lost[(inside["stage"] == "oxide") & (inside["region"] == "EU27")].to_numpy() == pytest.approx(0.12 / 1.12)
    assert set(table.loc[table["out"] == 0, "stage"]) <= {"market", "swarf", "compound", "kept", "disposal"}
    assert set(table.loc[table["in"] == 0, "stage"]) <= {"mine", "scrap", "stock"}


def test_what_no_plant_separates_stays_in_the_compound() -> None:
    chain, _, answer = solved(magnets())
    table = table_of(sankey(chain, answer), element="DY")
    assert set(zip(table["from_stage"], table["to_stage"], strict=True)) == {("mine", "compound")}
    assert kt(table, from_region="KZ") == pytest.approx(0.005)


def test_a_good_that_is_sent_on_is_traced_to_its_maker(mine_to_oxide: Network) -> None:
    chain, _, answer = solved(mine_to_oxide)
    table = sankey(chain, answer)
    ends = table_of(table, element="DY", to_stage="market")
    assert set(zip(ends["from_stage"], ends["from_region"], ends["to_region"], strict=True)) == {
        ("oxide", "KZ", "EU27")
    }
    assert ends["quantity_kt"].to_numpy() == pytest.approx(0.05)
    assert set(ends["restricted"]) == {0}  # though the market takes it as restricted
    # What nobody wants is disposed of where it is made.
    assert set(table_of(table, element="NDPR", from_stage="oxide")["to_stage"]) == {"disposal"}
