"""Exports of other minerals: values by hand, order, what is said, and a world without the table."""

from pathlib import Path

import pandas as pd
import pytest

from network.network import Network, read_network
from network.tables import DataError
from report.minerals import minerals, minerals_data, minerals_sentence, minerals_sheet
from report.words import money, percent

DATA = Path(__file__).resolve().parents[2] / "data"
ROWS = [
    {"mineral_id": "ore", "name": "Ore, dry", "exporter": "KZ", "hs": "26", "status": "exported", "export_t": 1000.0,
     "price_usd_per_t": 2000.0, "destinations": ("CN", "RU"), "largest_share": 0.8, "transcaspian_share": 0.1,
     "handling": "bulk", "year": 2024, "source": "recollection", "confidence": "memory", "note": ""},
    {"mineral_id": "metal", "name": "Metal", "exporter": "KZ", "hs": "81", "status": "exported", "export_t": 10.0,
     "price_usd_per_t": 800_000.0, "destinations": ("US",), "largest_share": float("nan"), "transcaspian_share": 0.5,
     "handling": "air", "year": 2025, "source": "a page", "confidence": "estimate", "note": ""},
    {"mineral_id": "plan", "name": "Plan", "exporter": "KZ", "hs": "81", "status": "planned", "export_t": 1000.0,
     "price_usd_per_t": 100_000.0, "destinations": (), "largest_share": float("nan"), "transcaspian_share": 1.0,
     "handling": "boxes", "year": 2030, "source": "a plan", "confidence": "estimate", "note": ""},
]  # fmt: skip


@pytest.fixture(name="mineral_world")
def _mineral_world(network: Network) -> Network:
    names = network.chain_regions
    russia = pd.DataFrame(
        [{**dict.fromkeys(names.columns, ""), "region_id": "RU", "name": "Russia", "countries": ("RU",)}]
    )
    return network.replace(other_minerals=pd.DataFrame(ROWS), chain_regions=pd.concat([names, russia]))


def test_values_are_tonnes_times_price_and_plans_come_last(mineral_world: Network) -> None:
    table = minerals(mineral_world)
    assert table["mineral_id"].tolist() == ["metal", "ore", "plan"]
    assert table["value_musd"].tolist() == pytest.approx([8, 2, 100])
    assert table["transcaspian_musd"].tolist() == pytest.approx([4, 0.2, 100])
    data = minerals_data(mineral_world)
    assert data
    assert data["rows"][1] == ["Ore, dry", "exported, 2024", 2, "China, Russia", 0.8, 0.1, "memory"]
    assert data["rows"][0][4] is None


def test_the_sentence_counts_what_is_exported_now(mineral_world: Network) -> None:
    said = minerals_sentence(mineral_world)
    assert money(10.0) in said
    assert f"{percent(0.8)} of it metal" in said
    assert f"{percent(0.42)} crosses the Caspian" in said
    assert f"{percent(0.2)} of the value is from memory" in said
    assert minerals_sheet(mineral_world)[0].sentence == said


def test_a_world_without_them_shows_none(network: Network) -> None:
    none = network.replace(other_minerals=network.other_minerals.iloc[:0])
    assert minerals_data(none) is None
    assert minerals_sheet(none) == []


def test_the_shipped_rows_are_read_and_hold_no_good_of_the_lanes() -> None:
    world = read_network(DATA)
    table = world.other_minerals
    assert len(table) == 11
    lanes_only = set(world.commodities["commodity_id"]) - {"uranium", "titanium"}
    assert not lanes_only & set(table["mineral_id"])
    known = table[table["largest_share"].notna()]
    assert (known["destinations"].str[0] == "CN").all()


def test_a_share_above_one_is_named_with_its_row(tmp_path: Path) -> None:
    for folder in ("network", "commodities"):
        (tmp_path / folder).mkdir()
    text = (DATA / "commodities" / "other_minerals.csv").read_text(encoding="utf-8")
    (tmp_path / "commodities" / "other_minerals.csv").write_text(text.replace("0.45,0.11", "0.45,1.1"), "utf-8")
    with pytest.raises(DataError, match=r"other_minerals\.csv.*row 2.*transcaspian_share"):
        read_network(tmp_path)
