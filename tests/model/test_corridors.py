"""By which corridor a path goes, told by links, places or transit countries."""

from typing import Any

import pytest

LINKS = [
    {"link_id": "AB", "a": "A", "b": "B", "cost": 1},
    {"link_id": "BC", "a": "B", "b": "C", "cost": 1},
    {"link_id": "AC", "a": "A", "b": "C", "cost": 9},
]


def _corridors(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    named = [{"corridor_id": f"c{n}", "name": f"C{n}", "rank": n, **row} for n, row in enumerate(rows, start=1)]
    return [*named, {"corridor_id": "rest", "name": "Rest", "rank": 9}]


@pytest.mark.parametrize(
    ("rows", "by"),
    [
        ([{"via_links": ("BC",)}], "c1"),
        ([{"via_links": ("AC",)}], "rest"),
        ([{"via_places": ("B",)}], "c1"),
        ([{"transit_countries": ("B",)}], "c1"),
        ([{"transit_countries": ("C",)}], "rest"),  # the lane ends there
        ([{"transit_countries": ("A",)}], "rest"),  # or starts there
        ([{"via_links": ("AC",)}, {"via_places": ("B",)}], "c2"),
        ([{"via_links": ("AB",)}, {"via_links": ("BC",)}], "c1"),  # the first by rank
        ([{"via_links": ("AC",), "transit_countries": ("B",)}], "c1"),  # any of its rules
    ],
)
def test_cargo_goes_by_the_first_corridor_that_its_path_touches(
    worlds: Any, rows: list[dict[str, Any]], by: str
) -> None:
    world = worlds.make(LINKS, [{"a": "A", "b": "C", "kt": 10}], corridors=_corridors(*rows))
    solved = worlds.solve(world)
    table = solved.tables["corridors"]
    assert dict(zip(table["corridor_id"], table["flow_kt"], strict=True)) == {by: pytest.approx(10.0)}
    assert set(solved.tables["flows"]["corridor_id"]) == {by}
