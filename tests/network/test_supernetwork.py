"""Places split into terminals, joined by arcs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from network.network import Network
from network.schema import ADJUSTMENTS, TABLES, table
from network.sheet import Sheet
from network.supernetwork import HUB, Supernetwork, build_supernetwork
from network.typed_frame import empty_frame, fill_defaults, type_table


def world(**tables: list[dict[str, Any]]) -> Network:
    """A network of some rows; other tables are empty."""
    frames = {}
    for item in TABLES:
        rows = tables.get(item.name, [])
        cells = {column: [str(row.get(column, "")) for row in rows] for column in item.columns}
        typed, problems = type_table(table(item.name), Sheet(cells, list(range(2, len(rows) + 2))))
        assert not problems
        frames[item.name] = fill_defaults(item, typed.frame)
    return Network(folder=Path(), adjustments=empty_frame(ADJUSTMENTS), **frames)


def link(number: int, a: str, b: str, mode: str, **more: Any) -> dict[str, Any]:
    return {"link_id": f"L{number}", "from_place": a, "to_place": b, "mode": mode, "transit_time_h": 1} | more


PLACES = [{"place_id": name, "name": name, "country": "XX", "lat_deg": 0, "lon_deg": 0} for name in "ABC"]


def labelled(supernetwork: Supernetwork) -> set[tuple[str, str, str]]:
    """Arcs as (tail, head, kind) with terminals written "place mode"."""
    terminals = supernetwork.terminals
    name = (terminals["place_id"] + " " + terminals["mode"]).str.strip().to_numpy()
    arcs = supernetwork.arcs
    return set(zip(name[arcs["tail"]], name[arcs["head"]], arcs["kind"], strict=True))


def test_a_place_has_a_hub_and_a_terminal_for_each_mode() -> None:
    made = build_supernetwork(world(places=PLACES, links=[link(1, "A", "B", "rail"), link(2, "B", "C", "sea")]))
    terminals = made.terminals
    assert list(zip(terminals["place_id"], terminals["mode"], strict=True)) == [
        ("A", HUB), ("A", "rail"), ("B", HUB), ("B", "rail"), ("B", "sea"), ("C", HUB), ("C", "sea"),
    ]  # fmt: skip
    assert made.hub_of_place.tolist() == [0, 2, 5]
    stops = ("A rail", "B rail", "B sea", "C sea")
    assert labelled(made) == {
        *(("A rail", "B rail", "link"), ("B rail", "A rail", "link")),
        *(("B sea", "C sea", "link"), ("C sea", "B sea", "link")),
        *((stop[0], stop, "load") for stop in stops),
        *((stop, stop[0], "unload") for stop in stops),
    }


def test_a_directed_link_runs_one_way() -> None:
    made = build_supernetwork(world(places=PLACES, links=[link(1, "A", "B", "rail", directed=1)]))
    on_links = made.arcs[made.arcs["kind"] == "link"]
    assert len(on_links) == 1
    assert not on_links["reverse"].any()
    assert labelled(made) >= {("A rail", "B rail", "link")}


def test_both_ways_of_a_link_know_their_end_and_direction() -> None:
    made = build_supernetwork(world(places=PLACES, links=[link(1, "C", "A", "rail")]))
    on_links = made.arcs[made.arcs["kind"] == "link"].sort_values("reverse")
    assert on_links["reverse"].tolist() == [False, True]
    assert on_links["place"].tolist() == [0, 2]  # where it enters
    assert on_links["link"].tolist() == [0, 0]


def test_a_transfer_joins_two_terminals_both_ways() -> None:
    made = build_supernetwork(
        world(
            places=PLACES,
            links=[link(1, "A", "B", "rail_1435"), link(2, "B", "C", "rail_1520")],
            transfers=[{"place_id": "B", "from_mode": "rail_1435", "to_mode": "rail_1520"},
                       {"place_id": "A", "from_mode": "rail_1435", "to_mode": "rail_1520"}],
        )
    )  # fmt: skip
    moves = {arc for arc in labelled(made) if arc[2] == "transfer"}
    assert moves == {("B rail_1435", "B rail_1520", "transfer"), ("B rail_1520", "B rail_1435", "transfer")}
    assert set(made.arcs.loc[made.arcs["kind"] == "transfer", "transfer"]) == {0}


@pytest.mark.parametrize("count", [2, 3])
def test_parallel_links_stay_apart(count: int) -> None:
    made = build_supernetwork(
        world(places=PLACES, links=[link(n, "A", "B", "rail") for n in range(count)] + [link(9, "B", "C", "rail")])
    )
    arcs = made.arcs
    assert not arcs.duplicated(["tail", "head"]).any()
    on_links = arcs[arcs["kind"] == "link"]
    assert on_links["link"].value_counts().to_dict() == dict.fromkeys(range(count + 1), 2)
    passing = arcs[arcs["kind"] == "pass"]
    assert len(passing) == 2 * (count - 1)
    assert (passing["link"] == -1).all()
    way_ends = made.terminals.loc[passing["head"].to_numpy(), "mode"]
    assert set(way_ends) == {"rail"}
    starts = made.terminals.loc[passing["tail"].to_numpy()]
    ends = made.terminals.loc[passing["head"].to_numpy()]
    assert starts["place_id"].tolist() == ends["place_id"].tolist()
    assert made.terminals.index.tolist() == list(range(made.terminal_count))


def test_arcs_are_sorted_as_a_matrix_and_typed() -> None:
    made = build_supernetwork(world(places=PLACES, links=[link(1, "C", "B", "road"), link(2, "B", "A", "road")]))
    arcs = made.arcs
    order = arcs["tail"].to_numpy() * made.terminal_count + arcs["head"].to_numpy()
    assert (np.diff(order) > 0).all()
    assert made.arc_count == len(arcs)
    assert arcs["reverse"].dtype == bool
    assert all(arcs[column].dtype.kind == "i" for column in ("tail", "head", "link", "place", "transfer"))


def test_a_place_without_links_has_only_its_hub() -> None:
    made = build_supernetwork(world(places=PLACES, links=[link(1, "A", "B", "road")]))
    assert made.terminals.loc[made.terminals["place_id"] == "C", "mode"].tolist() == [HUB]
    assert made.hub_of_place[2] >= 0
