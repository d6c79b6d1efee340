"""Reading a data folder: typed frames, and every problem in the user's words."""

import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from network.problems import closest
from network.schema import TABLES
from network.tables import DataError, Problem, read_tables

Edit = Callable[[str, str, str], None]

LINKS, PLACES, LANES = "network/links.csv", "network/places.csv", "commodities/lanes.csv"
PROJECTS, EFFECTS, REFUSALS = "finance/projects.csv", "finance/project_effects.csv", "policy/transit_refusals.csv"
COMMODITIES, SEGMENTS = "commodities/commodities.csv", "commodities/time_value_segments.csv"
TRANSFERS = "network/transfers.csv"

# file, text replaced, by; then row, column, value, part of expected, part of hint
BAD_CELLS = [
    (
        LINKS,
        "L1,AKTAU,ALAT",
        "L1,AKTAU,ALATT",
        2,
        "to_place",
        "ALATT",
        "a place_id of network/places.csv",
        "mean ALAT?",
    ),
    (LINKS, "L1,AKTAU,ALAT", "L1,AKTAU,alat", 2, "to_place", "alat", "a place_id", "mean ALAT?"),
    (LINKS, "470,24,500,30,2000000", "470,24,500,30,-5", 2, "capacity_t_per_year", "-5", "at least 0 t/year", ""),
    (LINKS, "470,24,", "470,a day,", 2, "transit_time_h", "a day", "a number", ""),
    (LINKS, "470,24,", "470,,", 2, "transit_time_h", "", "a value: line-haul time", ""),
    (LINKS, "470,24,", "470,NaN,", 2, "transit_time_h", "NaN", "a number", "Leave the cell empty"),
    (LINKS, "470,24,", "470,inf,", 2, "transit_time_h", "inf", "a number", "Leave the cell empty"),
    (LINKS, "470,24,", "470,1e999,", 2, "transit_time_h", "inf", "a finite number", ""),
    (LINKS, "470,24,", '470,"1,5",', 2, "transit_time_h", "1,5", "a number", "Write a point for decimals"),
    (LINKS, "470,24,", "470,1_000,", 2, "transit_time_h", "1_000", "a number", ""),
    (LINKS, "L2,ALAT,POTI", "L1,ALAT,POTI", 3, "link_id", "L1", "a key used once; row 2 has it", ""),
    (LINKS, "L2,ALAT,POTI", "L2,ALAT,ALAT", 3, "to_place", "ALAT", "another than in from_place", ""),
    (LINKS, "container|bagged", "container|baged", 3, "allowed_handling", "baged", "one of container", "mean bagged?"),
    (LINKS, "container|bagged", "container||bagged", 3, "allowed_handling", "container||bagged", "names separated", ""),
    (LINKS, ",WIND,", ",WINDS,", 2, "availability_id", "WINDS", "network/availability.csv", "mean WIND?"),
    (LINKS, ",memory", ",guess", 4, "confidence", "guess", "one of sourced, estimate, memory", ""),
    (PLACES, "43.60", "143.60", 2, "lat_deg", "143.6", "at most 90 degree", ""),
    (PLACES, "51.22", "-181", 2, "lon_deg", "-181", "at least -180 degree", ""),
    (PLACES, "POTI,Poti,GE", "POTI,,GE", 4, "name", "", "a value", ""),
    ("network/handling.csv", "rail,container", "rial,container", 3, "mode", "rial", "a mode of", "mean rail?"),
    (
        "network/handling.csv",
        "rail,container",
        "ferry,container",
        3,
        "mode + cargo_kind",
        "ferry, container",
        "row 2",
        "",
    ),
    (TRANSFERS, "ferry,rail", "rail,rail", 2, "to_mode", "rail", "another than in from_mode", ""),
    (TRANSFERS, "ferry,rail,60,", "ferry,rail,60,-1", 2, "capacity_t_per_year", "-1", "at least 0", ""),
    (TRANSFERS, "60,\n", "60,\nALAT,rail,ferry,70,\n", 3, "to_mode", "ferry", "once: a row runs both ways", ""),
    (
        EFFECTS,
        "place,AKTAU",
        "transfer,ALAT:rail-ferry",
        2,
        "target_id",
        "ALAT:rail-ferry",
        "place_id:from_mode-to_mode of a row of network/transfers.csv",
        "mean ALAT:ferry-rail?",
    ),
    ("network/availability.csv", "WIND,7,0.8\n", "", 2, "month", "no month 7", "every month", ""),
    ("network/availability.csv", "WIND,7,0.8", "WIND,7,1.2", 8, "availability", "1.2", "at most 1", ""),
    (
        "network/seasons.csv",
        "3|4|5|6|7|8\n",
        "3|4|5|6|7|9\n",
        3,
        "months",
        "month 8 0 times, month 9 2 times",
        "once",
        "",
    ),
    ("network/seasons.csv", "9|10|11|12|1|2\n", "9|10|11|13|1|2\n", 3, "months", "9|10|11|13|1|2", "at most 12", ""),
    (
        "network/seasons.csv",
        "9|10|11|12|1|2\n",
        "9|10|11|Dec|1|2\n",
        3,
        "months",
        "9|10|11|Dec|1|2",
        "whole numbers",
        "",
    ),
    ("network/periods.csv", "2030,2028", "2030,2027", 3, "first_year", "2027", "a year after 2027", ""),
    ("network/periods.csv", "2030,2028", "2030,2031", 3, "period", "2030", "2031 to 2034", ""),
    ("network/periods.csv", "2030,2028", "2030,2028.5", 3, "first_year", "2028.5", "a year", ""),
    ("network/periods.csv", "2030,2028", "2030,28", 3, "first_year", "28", "at least 1900", ""),
    (
        "network/corridors.csv",
        "AZ|GE",
        "AZ|GG",
        2,
        "transit_countries",
        "GG",
        "a country of network/places.csv",
        "AZ, GE, KZ",
    ),
    ("network/storage.csv", "POTI", "POTY", 2, "zone_id", "POTY", "a place_id of network/places.csv", "mean POTI?"),
    ("network/storage.csv", "POTI", "KZ_W", 2, "zone_id", "KZ_W", "where a lane of wheat ends", ""),
    ("network/storage.csv", "20000", "-1", 2, "capacity_t", "-1", "at least 0", ""),
    ("network/storage.csv", "1.5", "", 2, "holding_cost_usd_per_t_month", "", "", ""),
    (COMMODITIES, "container,10,", "container,,", 2, "t_per_teu", "", "the tonnes in a container", ""),
    (COMMODITIES, "-0.9", "0.9", 2, "own_price_elasticity", "0.9", "at most 0", ""),
    (SEGMENTS, "low,0.35", "low,0.45", 2, "share", "sum 1.1", "1: the sum of share", ""),
    (SEGMENTS, "1.93", "2.93", 2, "multiple", "mean 1.25", "1: the mean of multiple", ""),
    ("commodities/zone_places.csv", "AKTAU,1", "AKTAU,0.9", 2, "weight", "sum 0.9", "zone_id KZ_W", ""),
    ("commodities/season_profiles.csv", "EVEN,7,0.083333", "EVEN,7,0.09", 2, "share", "sum 1.00666", "EVEN", ""),
    ("commodities/growth.csv", "1.1,1.2,1.3", "1.25,1.2,1.3", 3, "index_low", "1.25", "at most 1.2", ""),
    ("commodities/growth.csv", "1.1,1.2,1.3", "1.1,1.2,1.15", 3, "index_high", "1.15", "at least 1.2", ""),
    ("commodities/growth.csv", "2023,1,1,1,", "2023,0.9,0.9,1,", 2, "index_base", "0.9", "1 in the base year", ""),
    ("commodities/growth.csv", "1.3,2023", "1.3,2024", 3, "base_year", "2024", "2023, as in the other rows", ""),
    (LANES, "A,KZ_W,", "A,KZ_E,", 2, "origin_zone", "KZ_E", "a zone_id of commodities/zones.csv or", "mean KZ_W?"),
    (LANES, "500000", "", 3, "quantity_t", "", "the tonnes a year", ""),
    (LANES, "RISE", "RAISE", 2, "growth_id", "RAISE", "commodities/growth.csv", "mean RISE?"),
    (REFUSALS, "0.2,2027", "0.2,2026", 3, "transit_countries", "AZ", "once at a time for zone POTI; row 2", ""),
    (REFUSALS, "2022,2026", "2022,2021", 2, "last_year", "2021", "at least 2022", ""),
    (PROJECTS, "80,P1,", "80,P9,", 3, "all_of", "P9", "a project_id of finance/projects.csv", ""),
    (PROJECTS, "100,,,", "100,P2,,", 2, "all_of", "P1 needs P2 needs P1", "no circle of needs", ""),
    (PROJECTS, "100,,,", "100,P1,,", 2, "all_of", "P1 needs P1", "no circle of needs", ""),
    (PROJECTS, "80,P1,,P3", "80,P1,,P1", 3, "excludes", "P1", "neither P2 itself nor", ""),
    (EFFECTS, "link,L1", "link,L9", 3, "target_id", "L9", "a link_id of network/links.csv, as target is link", ""),
    (EFFECTS, "place,AKTAU", "place,AKTUA", 2, "target_id", "AKTUA", "a place_id", "mean AKTAU?"),
    (EFFECTS, "1000000,40", "1000000,96", 3, "time_saved_h", "96 h in all", "less than the 96 h", ""),
    (
        "finance/parameters.csv",
        "discount_rate",
        "discuont_rate",
        2,
        "parameter",
        "discuont_rate",
        "a parameter",
        "rate?",
    ),
    ("finance/parameters.csv", "0.09", "9", 2, "value", "9", "at least 0 and at most 1 for discount_rate", ""),
    ("history/base_year.csv", "400,600", "400,450", 2, "observed_high", "450", "at least 500", ""),
]


def problems_of(folder: Path) -> list[Problem]:
    with pytest.raises(DataError) as caught:
        read_tables(folder)
    return caught.value.problems


@pytest.mark.parametrize(("file", "old", "new", "row", "column", "value", "expected", "hint"), BAD_CELLS)
def test_a_bad_cell_is_the_one_problem_reported(
    folder: Path,
    edit: Edit,
    file: str,
    old: str,
    new: str,
    row: int,
    column: str,
    value: str,
    expected: str,
    hint: str,
) -> None:
    edit(file, old, new)
    problems = [problem for problem in problems_of(folder) if problem.column == column]
    assert len(problems) == 1, problems
    (problem,) = problems
    assert (problem.file, problem.row, problem.value) == (file, row, value)
    assert expected in problem.expected
    assert hint in problem.hint


def test_the_small_world_has_no_problem_and_typed_frames(folder: Path) -> None:
    tables = read_tables(folder)
    assert list(tables) == [table.name for table in TABLES]
    for table in TABLES:
        frame = tables[table.name]
        assert list(frame.columns) == list(table.columns)
        assert list(frame.index) == list(range(len(frame)))
        for field in table.fields:
            kinds = {"str": "O", "list": "O", "float": "f", "int": "if", "year": "if"}
            assert frame[field.name].dtype.kind in kinds[field.dtype], (table.name, field.name)
            assert field.is_number or not frame[field.name].isna().any()
    links = tables["links"]
    assert links["allowed_handling"].tolist() == [(), ("container", "bagged"), ()]
    assert links["directed"].dtype == np.int64
    assert links["capacity_rule"].tolist() == ["both_directions"] * 3
    assert np.isnan(links["capacity_t_per_year"].iloc[2])
    assert links["availability_id"].tolist() == ["WIND", "", ""]
    assert tables["seasons"]["months"].iloc[2] == (3, 4, 5, 6, 7, 8)
    assert tables["places"]["capacity_scope"].tolist() == ["vessel", "vessel", "through"]


def test_only_places_links_commodities_and_lanes_are_needed(folder: Path, edit: Edit) -> None:
    edit(LINKS, ",WIND,", ",,")
    edit(LANES, "A,KZ_W,POTI,boxes,west,,20000,EVEN,RISE", "A,AKTAU,POTI,boxes,,,20000,,")
    edit(LANES, "B,KZ_W", "B,AKTAU")
    for table in TABLES:
        if not table.required:
            (folder / table.path).unlink()
    tables = read_tables(folder)
    assert {name for name, frame in tables.items() if len(frame)} == {"places", "links", "commodities", "lanes"}
    assert tables["projects"].columns.tolist() == list(next(t for t in TABLES if t.name == "projects").columns)
    assert tables["projects"]["capex_musd"].dtype == np.float64


def test_every_problem_of_every_file_is_reported_at_once(folder: Path, edit: Edit) -> None:
    edit(LINKS, "L1,AKTAU,ALAT", "L1,AKTAU,ALATT")
    edit(LINKS, "900,48,", "-900,x,")
    edit(PLACES, "43.60", "95")
    edit(COMMODITIES, "boxes,Boxes", "boxes,")
    (folder / LANES).unlink()
    found = {(problem.file, problem.row, problem.column) for problem in problems_of(folder)}
    assert found == {
        (LINKS, 2, "to_place"),
        (LINKS, 3, "distance_km"),
        (LINKS, 3, "transit_time_h"),
        (PLACES, 2, "lat_deg"),
        (COMMODITIES, 2, "name"),
        (LANES, None, ""),
    }


@pytest.mark.parametrize("table", [table for table in TABLES if table.required], ids=lambda table: table.name)
def test_a_missing_required_file_is_one_sentence(folder: Path, table: object) -> None:
    path = folder / table.path  # type: ignore[attr-defined]
    path.unlink()
    (problem,) = [problem for problem in problems_of(folder) if problem.row is None]
    assert str(problem).startswith(f"{table.path}: the file is missing; expected this table in the data folder.")  # type: ignore[attr-defined]


def test_a_table_of_a_wrong_file_name_is_not_passed_over(folder: Path) -> None:
    (folder / PROJECTS).rename(folder / "finance/project.csv")
    hints = [problem.hint for problem in problems_of(folder)]
    assert "Is finance/project.csv this table?" in hints


def test_a_missing_and_an_unknown_column_name_each_other(folder: Path, edit: Edit) -> None:
    edit(LINKS, ",transit_time_h,", ",transit_time,")
    unknown, missing = problems_of(folder)
    assert (unknown.row, unknown.column, unknown.hint) == (1, "transit_time", "Did you mean transit_time_h?")
    assert (missing.row, missing.column, missing.hint) == (1, "transit_time_h", "Is transit_time this column?")


def test_a_column_that_stands_twice_is_reported(folder: Path, edit: Edit) -> None:
    edit(PLACES, "lat_deg,lon_deg", "lon_deg,lat_deg,lon_deg")
    assert any(problem.value == "2 columns of this name" for problem in problems_of(folder))


@pytest.mark.parametrize(
    ("content", "row", "value"),
    [
        (b"", 1, "no header"),
        (b"place_id,name,country,lat_deg,lon_deg\n", None, "no rows"),
        (b"place_id,name,country,lat_deg,lon_deg\nA,\xe9,KZ,1,1\n", 2, "byte 0xe9 is not UTF-8"),
        (b"PK\x03\x04\x00\x00", 1, "binary content"),
        (b'place_id,name,country,lat_deg,lon_deg\nA,"B,KZ,1,1\n', None, "broken CSV (unexpected end of data)"),
        (b"place_id;name;country;lat_deg;lon_deg\nA;B;KZ;1;1\n", 1, "one single column"),
        (b"place_id,name,country,lat_deg,lon_deg\nA,B, C,KZ,1,1\n", 2, "6 cells"),
    ],
)
def test_a_file_that_is_no_table_is_one_sentence(folder: Path, content: bytes, row: int | None, value: str) -> None:
    (folder / PLACES).write_bytes(content)
    (problem,) = [problem for problem in problems_of(folder) if problem.file == PLACES]
    assert (problem.row, problem.value) == (row, value)


def test_rows_are_counted_as_a_spreadsheet_does(folder: Path, edit: Edit) -> None:
    edit(PLACES, "ALAT,Alat,AZ,39.96", '\n"AL\nAT",Alat,AZ,39.96')
    edit(PLACES, "42.15", "142.15")
    assert any((problem.row, problem.column) == (5, "lat_deg") for problem in problems_of(folder))


def test_a_byte_order_mark_and_spaces_around_cells_do_no_harm(folder: Path) -> None:
    text = (folder / PLACES).read_text(encoding="utf-8").replace("AKTAU,", "AKTAU ,")
    (folder / PLACES).write_text(text, encoding="utf-8-sig")
    assert read_tables(folder)["places"]["place_id"].iloc[0] == "AKTAU"


def test_a_missing_folder_and_a_file_are_one_sentence_each(folder: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere: does not exist; expected a data folder\."):
        read_tables(folder / "nowhere")
    with pytest.raises(DataError, match=r"places\.csv: is a file; expected a data folder\."):
        read_tables(folder / PLACES)


def test_an_unreadable_table_does_not_make_every_reference_to_it_a_problem(folder: Path) -> None:
    (folder / PLACES).unlink()
    assert [problem.file for problem in problems_of(folder)] == [PLACES]


def test_a_reference_to_a_missing_optional_table_says_so(folder: Path) -> None:
    (folder / "network/availability.csv").unlink()
    (problem,) = problems_of(folder)
    assert problem.hint == "That table is missing or has no rows."


def test_a_sound_any_of_next_to_a_circle_is_no_circle(folder: Path, edit: Edit) -> None:
    edit(PROJECTS, "80,P1,,P3", "80,,P1|P3,")
    assert len(read_tables(folder)["projects"]) == 3


def test_alike_problems_share_a_sentence(folder: Path, edit: Edit) -> None:
    rows = "".join(f"M{number},,1\n" for number in range(7))
    edit("commodities/markets.csv", "west,Westbound,1\n", f"west,Westbound,1\n{rows}")
    error = DataError(problems_of(folder))
    assert len(error.problems) == 7
    assert str(error).startswith("commodities/markets.csv, rows 3, 4, 5, 6, 7 and 2 more, column name: empty; expected")


def test_the_text_of_many_problems_is_a_list() -> None:
    error = DataError([Problem("a.csv", 2, "x", "1", "2"), Problem("a.csv", None, "", "the file is missing", "it")])
    assert str(error) == (
        "2 problems in the data:\n"
        '- a.csv, row 2, column x: "1"; expected 2.\n'
        "- a.csv: the file is missing; expected it."
    )


def test_an_error_comes_back_whole_from_another_process() -> None:
    error = DataError([Problem("a.csv", 2, "x", "1", "2")])
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert copy.problems == error.problems
    assert str(copy) == str(error)


def test_sound_data_are_read_without_loading_pandera(folder: Path) -> None:
    code = f"""import sys
from network.tables import read_tables
read_tables({str(folder)!r})
assert "pandera" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603


def test_the_closest_name_ignores_letter_case_and_gives_up_on_strangers() -> None:
    assert closest("aktau", ["AKTAU", "ALAT"]) == "AKTAU"
    assert closest("zzz", ["AKTAU", "ALAT"]) == ""


def test_the_closest_of_equals_begins_alike_and_a_beginning_is_enough() -> None:
    assert closest("P027", ["P062", "P028", "P127"]) == "P028"
    assert closest("fee", ["distance_km", "fee_usd_per_teu"]) == "fee_usd_per_teu"


def test_problems_come_in_the_order_of_tables_and_rows(folder: Path, edit: Edit) -> None:
    edit(LANES, "A,KZ_W,", "A,KZ_E,")
    edit(LINKS, "L2,ALAT,POTI", "L2,ALAT,POTII")
    edit(LINKS, "1800,90,2500", "1800,90,-2500")
    assert [(problem.file, problem.row) for problem in problems_of(folder)] == [(LINKS, 3), (LINKS, 4), (LANES, 2)]
