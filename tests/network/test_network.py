"""The frozen Network: reading, replacing, hashing, parameters."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from network import content
from network.content import canonical
from network.network import Network, read_network
from network.schema import ADJUSTMENTS, TABLES
from network.tables import DataError
from network.typed_frame import empty_frame

Edit = Callable[[str, str, str], None]
LANES = "commodities/lanes.csv"


def test_a_lane_may_name_a_place_as_its_zone(small_network: Network) -> None:
    assert small_network.zones["zone_id"].tolist() == ["KZ_W", "POTI"]
    assert small_network.zones["countries"].tolist() == [("KZ",), ("GE",)]
    weights = small_network.zone_places.set_index("zone_id")["weight"]
    assert weights.to_dict() == {"KZ_W": 1.0, "POTI": 1.0}
    assert list(small_network.zone_places.columns) == list(empty_frame(_table("zone_places")).columns)
    assert list(small_network.zones.index) == [0, 1]


def test_without_zone_tables_every_zone_is_a_place(folder: Path) -> None:
    lanes = (folder / LANES).read_text(encoding="utf-8").replace("KZ_W", "AKTAU")
    (folder / LANES).write_text(lanes, encoding="utf-8")
    (folder / "commodities/zones.csv").unlink()
    (folder / "commodities/zone_places.csv").unlink()
    network = read_network(folder)
    assert sorted(network.zones["zone_id"]) == ["AKTAU", "POTI"]
    assert network.zone_places["weight"].tolist() == [1.0, 1.0]
    for name in ("zones", "zone_places"):
        expected = empty_frame(_table(name)).dtypes
        pd.testing.assert_series_equal(getattr(network, name).dtypes, expected)


def test_a_declared_zone_without_places_is_a_problem_unless_it_is_a_place(folder: Path, edit: Edit) -> None:
    edit("commodities/zones.csv", "KZ_W,West,KZ,EAEU\n", "KZ_W,West,KZ,EAEU\nPOTI,Poti,GE,GE\nEAST,East,KZ,EAEU\n")
    edit(LANES, "B,KZ_W", "B,EAST")
    with pytest.raises(DataError, match=r'zones\.csv, row 4, column zone_id: "EAST"; expected a zone with rows') as bad:
        read_network(folder)
    assert len(bad.value.problems) == 1


def test_lanes_take_from_their_commodity_what_they_leave_empty(folder: Path, edit: Edit) -> None:
    edit(LANES, "B,KZ_W,POTI,wheat,,500000,", "C,KZ_W,POTI,boxes,,500,,,\nB,KZ_W,POTI,wheat,,500000,")
    lanes = read_network(folder).lanes.set_index("lane_id")
    assert lanes["own_price_elasticity"].to_dict() == {"A": -0.9, "C": -0.9, "B": -0.5}
    assert lanes["quantity_t"].to_dict() == {"A": 200_000, "C": 500, "B": 500_000}
    assert lanes["quantity_teu"].loc[["A", "C"]].tolist() == [20_000, 50]
    assert np.isnan(lanes["quantity_teu"].loc["B"])
    assert lanes["base_year"].tolist() == [2023] * 3


def test_replace_makes_a_new_network_and_leaves_the_old_one(small_network: Network) -> None:
    fewer = small_network.replace(links=small_network.links.iloc[1:])
    assert fewer.links["link_id"].tolist() == ["L2", "L3"]
    assert list(fewer.links.index) == [0, 1]
    assert len(small_network.links) == 3
    assert fewer.places is small_network.places
    assert fewer.folder == small_network.folder


def test_replace_refuses_an_unknown_table_and_names_the_nearest(small_network: Network) -> None:
    with pytest.raises(TypeError, match=r"no table lnks; did you mean links\?"):
        small_network.replace(lnks=small_network.links)


def test_a_network_cannot_be_assigned_to(small_network: Network) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        small_network.links = small_network.places  # type: ignore[misc]


def test_the_hash_ignores_the_order_of_rows_and_columns_and_the_folder(small_network: Network, tmp_path: Path) -> None:
    shuffled = small_network.replace(
        **{name: frame.iloc[::-1, ::-1] for name, frame in _frames(small_network).items() if name != "adjustments"}
    )
    moved = dataclasses.replace(shuffled, folder=tmp_path / "elsewhere")
    assert moved.content_hash() == small_network.content_hash()


def test_the_hash_ignores_how_a_number_is_stored(small_network: Network) -> None:
    stored_otherwise = small_network.replace(links=small_network.links.astype({"directed": float}))
    assert stored_otherwise.content_hash() == small_network.content_hash()


def test_what_is_hashed_is_plain_text_of_the_cells() -> None:
    frame = pd.DataFrame({"place_id": ["B", "A"], "lat_deg": [0.1, np.nan], "tags": [(), ("x", "y")], "rank": [1, 2]})
    text = "places\x1elat_deg\x1fplace_id\x1frank\x1ftags\x1e\x1fA\x1f2.0\x1fx|y\x1e0.1\x1fB\x1f1.0\x1f\x1d"
    assert canonical("places", frame, in_order=False) == text.encode()


@pytest.mark.parametrize("table", [table.name for table in TABLES if table.name not in ("budgets",)])
def test_the_hash_notices_a_change_in_any_table(small_network: Network, table: str) -> None:
    frame = getattr(small_network, table)
    without_last_row = small_network.replace(**{table: frame.iloc[:-1]})
    assert without_last_row.content_hash() != small_network.content_hash()


def test_the_hash_notices_a_small_change_of_a_number(small_network: Network) -> None:
    changed = small_network.links.assign(distance_km=small_network.links["distance_km"] * (1 + 1e-12))
    assert small_network.replace(links=changed).content_hash() != small_network.content_hash()


def test_the_hash_notices_the_order_of_adjustments(small_network: Network) -> None:
    first = {"target": "link", "target_id": "L1", "field": "cost", "operation": "multiply", "value": 2.0, "lever": "a"}
    second = first | {"operation": "add", "value": 10.0}
    columns = list(ADJUSTMENTS.columns)
    one = small_network.replace(adjustments=pd.DataFrame([first, second], columns=columns))
    other = small_network.replace(adjustments=pd.DataFrame([second, first], columns=columns))
    assert len({small_network.content_hash(), one.content_hash(), other.content_hash()}) == 3


def test_a_world_of_many_changes_has_the_hash_of_one_that_was_never_hashed_before(small_network: Network) -> None:
    small_network.content_hash()
    for table in (declared.name for declared in TABLES):
        frame = getattr(small_network, table)
        changed = small_network.replace(**{table: frame.iloc[:-1]})
        again = changed.replace(**{table: frame})
        hashes = [world.content_hash() for world in (changed, again, changed, small_network)]
        assert hashes == [dataclasses.replace(world).content_hash() for world in (changed, again, changed, again)]


def test_only_tables_that_were_replaced_are_written_as_text_again(
    small_network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_network.content_hash()
    written: list[str] = []

    def noted(name: str, frame: pd.DataFrame, *, in_order: bool) -> bytes:
        written.append(name)
        return canonical(name, frame, in_order=in_order)

    monkeypatch.setattr(content, "canonical", noted)
    small_network.replace(links=small_network.links.iloc[1:], places=small_network.places).content_hash()
    assert written == ["places", "links"]
    dataclasses.replace(small_network).content_hash()
    assert len(written) == 2 + len(TABLES) + 1


def test_a_parameter_is_the_tables_or_the_declared_default(small_network: Network) -> None:
    assert small_network.parameter("discount_rate") == 0.09
    assert small_network.parameter("reliability_ratio") == 0.8
    with pytest.raises(KeyError, match="no parameter is called discount"):
        small_network.parameter("discount")


def test_a_fresh_network_has_typed_adjustments(small_network: Network) -> None:
    adjustments = small_network.adjustments
    assert list(adjustments.columns) == list(ADJUSTMENTS.columns)
    assert adjustments["value"].dtype == np.float64
    assert adjustments.empty


def _frames(network: Network) -> dict[str, pd.DataFrame]:
    return {name: frame for name, frame in vars(network).items() if isinstance(frame, pd.DataFrame)}


def _table(name: str):  # noqa: ANN202
    return next(table for table in TABLES if table.name == name)
