"""Tables of facilities and recipes: what is wrong with them, in the user's words."""

from collections.abc import Callable
from pathlib import Path

import pytest

from network.network import read_network
from network.tables import DataError

Edit = Callable[[str, str, str], None]
RECIPES, FACILITIES, LANES = "commodities/recipes.csv", "network/facilities.csv", "commodities/lanes.csv"
EFFECTS = "finance/project_effects.csv"


@pytest.fixture
def chain(folder: Path) -> Path:
    """The small world with a mill at Aktau whose wheat a bakery at Alat turns into boxes."""
    (folder / RECIPES).write_text(
        "recipe_id,side,commodity_id,t_per_t,disposal_cost_usd_per_t\n"
        "CLEAN,output,wheat,0.8,2\nBAKE,input,wheat,1,\nBAKE,output,boxes,0.9,\n"
    )
    (folder / FACILITIES).write_text(
        "facility_id,name,place_id,recipe_id,capacity_t_per_year,cost_usd_per_t,first_year,last_year\n"
        "MILL,Mill,AKTAU,CLEAN,600000,5,2026,2040\nOVEN,Bakery,ALAT,BAKE,200000,9,,\n"
    )
    (folder / LANES).write_text(
        "lane_id,origin_zone,destination_zone,commodity_id,quantity_t,origin_facility,destination_facility,is_firm,"
        "origin_place\n"
        "A,KZ_W,POTI,boxes,200000,OVEN,,,\nB,KZ_W,POTI,wheat,500000,MILL,,,\nC,KZ_W,ALAT,wheat,,MILL,OVEN,,\n"
    )
    return folder


def test_lanes_of_facilities_start_and_end_at_their_places(chain: Path) -> None:
    lanes = read_network(chain).lanes.set_index("lane_id")
    assert lanes["origin_place"].to_dict() == {"A": "ALAT", "B": "AKTAU", "C": "AKTAU"}
    assert lanes["destination_place"].to_dict() == {"A": "", "B": "", "C": "ALAT"}
    assert lanes["quantity_t"].isna().to_dict() == {"A": False, "B": False, "C": True}


@pytest.mark.parametrize(
    ("file", "old", "new", "row", "column", "value", "expected", "hint"),
    [
        (RECIPES, "BAKE,output,boxes", "BAKE,output,boxs", 4, "commodity_id", "boxs", "a commodity_id", "mean boxes?"),
        (RECIPES, "CLEAN,output", "CLEAN,product", 2, "side", "product", "output", ""),
        (RECIPES, "boxes,0.9", "boxes,-0.9", 4, "t_per_t", "-0.9", "at least 1e-06", ""),
        (RECIPES, "wheat,1,", "wheat,1,3", 3, "disposal_cost_usd_per_t", "3", "none for an input", ""),
        (FACILITIES, "ALAT,BAKE", "ALAT,BAKES", 3, "recipe_id", "BAKES", "a recipe_id", "mean BAKE?"),
        (FACILITIES, "OVEN,Bakery,ALAT", "OVEN,Bakery,ALATT", 3, "place_id", "ALATT", "a place_id", "mean ALAT?"),
        (FACILITIES, "600000", "-1", 2, "capacity_t_per_year", "-1", "at least 0 t/year", ""),
        (FACILITIES, "600000", "", 2, "capacity_t_per_year", "", "a value", ""),
        (FACILITIES, "CLEAN,600000,5", "CLEAN,600000,-5", 2, "cost_usd_per_t", "-5", "at least 0", ""),
        (FACILITIES, "2026,2040", "2026,2025", 2, "last_year", "2025", "at least 2026", ""),
        (LANES, "200000,OVEN", "200000,OVAN", 2, "origin_facility", "OVAN", "a facility_id", "mean OVEN?"),
        (LANES, "500000,MILL", "500000,OVEN", 3, "commodity_id", "wheat", "a good that facility OVEN makes: boxes", ""),
        (LANES, "POTI,boxes,200000,OVEN,", "POTI,boxes,,OVEN,", 2, "quantity_t", "", "the tonnes a year", ""),
        (LANES, ",MILL,OVEN,,", ",MILL,OVEN,1,", 4, "is_firm", "1", "whose quantity the plan decides", ""),
        (LANES, "500000,MILL,,,", "500000,MILL,,,POTI", 3, "origin_place", "POTI", "AKTAU, where facility MILL", ""),
        (EFFECTS, "place,AKTAU", "facility,MIL", 2, "target_id", "MIL", "a facility_id of network/facil", "mean MILL?"),
    ],
)
def test_a_bad_cell_is_a_problem_by_itself(
    chain: Path, edit: Edit, file: str, old: str, new: str, row: int, column: str, value: str, expected: str, hint: str
) -> None:
    edit(file, old, new)
    with pytest.raises(DataError) as bad:
        read_network(chain)
    found = [p for p in bad.value.problems if (p.file, p.row, p.column, p.value) == (file, row, column, value)]
    assert len(found) == 1, bad.value
    assert expected in found[0].expected
    assert hint in found[0].hint


def test_a_recipe_without_output_and_a_facility_without_input_are_named(chain: Path, edit: Edit) -> None:
    edit(RECIPES, "BAKE,output,boxes,0.9,\n", "")
    edit(LANES, "C,KZ_W,ALAT,wheat,,MILL,OVEN,,\n", "")
    edit(LANES, "A,KZ_W,POTI,boxes,200000,OVEN", "A,KZ_W,POTI,boxes,200000,")
    with pytest.raises(DataError) as bad:
        read_network(chain)
    assert [str(problem) for problem in bad.value.problems] == [
        'commodities/recipes.csv, row 3, column side: "input only"; expected a row of recipe BAKE with side output.',
        'network/facilities.csv, row 3, column facility_id: "OVEN"; expected a lane that brings it wheat '
        "(destination_facility OVEN).",
    ]


def test_the_quantity_of_a_lane_to_a_facility_may_be_given(chain: Path, edit: Edit) -> None:
    edit(LANES, "C,KZ_W,ALAT,wheat,,MILL", "C,KZ_W,ALAT,wheat,7000,MILL")
    assert read_network(chain).lanes["quantity_t"].tolist() == [200_000, 500_000, 7000]
