"""Reading a portfolio: what a good file means, and every bad cell in a sentence with sheet, row and column."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.errors import InputError
from model.funding.portfolio import Portfolio
from model.funding.portfolio_file import read_portfolio
from network.network import Network
from tests.model.funding.portfolio_world import BUILDS, Rows, portfolio_world, write_workbook

LOAN = {"project_id": "QUAY", "funder_id": "MDB", "instrument": "senior", "recourse": "project", "amount_musd": 40}


@pytest.fixture(scope="module")
def world() -> Network:
    return portfolio_world()


def read(world: Network, tmp_path: Path, builds: Rows = BUILDS, finance: Rows = (), **sheets: Rows) -> Portfolio:
    content = {"builds": builds, **({"finance": finance} if finance else {}), **sheets}
    return read_portfolio(write_workbook(tmp_path / "mine.xlsx", content), world)


def refusal(world: Network, tmp_path: Path, builds: Rows = BUILDS, finance: Rows = (), **sheets: Rows) -> str:
    """The one sentence with which a portfolio is refused."""
    with pytest.raises(InputError) as refused:
        read(world, tmp_path, builds, finance, **sheets)
    assert len(refused.value.problems) == 1, refused.value.problems
    return refused.value.problems[0]


def test_builds_become_starts_of_the_model(world: Network, tmp_path: Path) -> None:
    portfolio = read(world, tmp_path, [*BUILDS, {"project_id": "SHIPS", "start_year": 2028, "units": 3}])
    assert portfolio.name == "mine"
    assert portfolio.builds.to_dict("list") == {
        "project_id": ["QUAY", "LINE", "SHIPS"],
        "decision": ["built"] * 3,
        "start_period": [2030, 2030, 2030],
        "start_year": [2028, 2028, 2028],
        "in_service_year": [2030, 2030, 2030],
        "units": [1, 1, 3],
        "mode": ["traffic_risk", "public", "traffic_risk"],
        "asset_class": ["port", "rail", "fleet"],
        "cost_musd": [100.0, 1000.0, 60.0],
        "toll_level": ["", "", ""],
    }
    assert portfolio.chosen == ("QUAY", "LINE", "SHIPS")
    assert portfolio.notices == (
        "LINE starts in 2030: counted from 2028, in service from 2030, as all starts of the period 2028 to 2034",
    )


def test_a_commitment_that_counts_for_nothing_is_said(world: Network, tmp_path: Path) -> None:
    small = {**LOAN, "amount_musd": 0.0004, "share": None}
    portfolio = read(world, tmp_path, finance=[small])
    said = "MDB commits 0.0004 million USD to QUAY: 0.001 or less counts for nothing"
    assert portfolio.notices[-1] == said
    assert said not in read(world, tmp_path, finance=[{**small, "amount_musd": 0.002}]).notices


def test_terms_that_a_commitment_does_not_name_are_the_funders(world: Network, tmp_path: Path) -> None:
    equity = {"project_id": "QUAY", "funder_id": "STATE", "instrument": "equity", "share": 0.35}
    portfolio = read(world, tmp_path, finance=[{**LOAN, "tenor_years": 12}, equity])
    assert portfolio.chosen == ("LINE",)
    assert portfolio.finance["amount_musd"].tolist() == [40, 35]
    assert portfolio.finance["recourse"].tolist() == ["project", "project"]
    assert portfolio.finance["tenor_years"].tolist()[0] == 12
    assert portfolio.finance["grace_years"].isna().all()  # as the funder offers


def test_a_folder_and_a_pair_of_csv_files_say_the_same(world: Network, tmp_path: Path) -> None:
    builds = "project_id;start_period;units\nQUAY;2030;\n"
    finance = "project_id,funder_id,instrument,recourse,amount_musd\nQUAY,MDB,grant,,25.5\n\n"
    (tmp_path / "one").mkdir()
    for path, text in (("one/builds.csv", builds), ("one/finance.csv", finance), ("p.csv", builds),
                       ("p_finance.csv", finance), ("p_settings.csv", "setting,value\npower_cap,0.4\n")):  # fmt: skip
        (tmp_path / path).write_text(text, encoding="utf-8")
    folder, pair = read_portfolio(tmp_path / "one", world), read_portfolio(tmp_path / "p.csv", world)
    assert folder.builds.equals(pair.builds)
    assert folder.finance.equals(pair.finance)
    assert pair.finance.iloc[0]["recourse"] == "none"
    assert pair.settings == {"power_cap": 0.4}


def test_title_blank_rows_merged_rows_dates_and_notes_are_no_hindrance(world: Network, tmp_path: Path) -> None:
    rows = [["Ports first"], [], [" Project_id ", "start_year", "note"], ["QUAY", datetime.date(2028, 5, 1), None],
            [None, None, None], ["Railways", None, None], ["LINE", "2028", "later"],
            [None, None, "a remark"]]  # fmt: skip
    path = write_workbook(tmp_path / "mine.xlsx", {"Builds": rows, "My sums": [[1, 2]]})
    book = openpyxl.load_workbook(path)
    book["Builds"].merge_cells("A1:C1")
    book["Builds"].merge_cells("A6:C6")
    book.save(path)
    portfolio = read_portfolio(path, world)
    assert portfolio.builds["project_id"].tolist() == ["QUAY", "LINE"]
    assert portfolio.notices == ("mine.xlsx: the sheet My sums is no part of a portfolio and was not read",)


def test_what_is_under_way_may_name_the_year_it_began(world: Network, tmp_path: Path) -> None:
    portfolio = read(world, tmp_path, [{"project_id": "UNDERWAY", "start_year": 2023}])
    assert portfolio.builds["start_period"].tolist() == [2025]
    assert portfolio.builds["in_service_year"].tolist() == [2026]


def test_units_may_come_in_several_starts(world: Network, tmp_path: Path) -> None:
    ships = [{"project_id": "SHIPS", "start_year": year, "units": 2} for year in (2028, 2035)]
    portfolio = read(world, tmp_path, [BUILDS[0], *ships])
    assert portfolio.builds["cost_musd"].tolist() == [100, 40, 40]


def test_settings_are_read_and_empty_ones_left_to_the_rules(world: Network, tmp_path: Path) -> None:
    rows = [{"setting": "name", "value": "Plan B"}, {"setting": "power_cap", "value": 0.3},
            {"setting": "with_bank", "value": 0}, {"setting": "host_exempt", "value": None}]  # fmt: skip
    portfolio = read(world, tmp_path, settings=rows)
    assert portfolio.name == "Plan B"
    assert portfolio.settings == {"power_cap": 0.3, "with_bank": 0}


BAD_BUILDS: list[tuple[Rows, str]] = [
    ([{"project_id": "QAY", "start_year": 2028}],
     'row 2, column project_id: "QAY"; expected a project_id of finance/projects.csv. Did you mean QUAY?'),
    ([{"project_id": "the new quay", "start_year": 2028}],
     'row 2, column project_id: "the new quay"; expected a project_id of finance/projects.csv. '
     "Did you mean QUAY (New quay)?"),
    ([*BUILDS, {"project_id": "CABLE", "start_year": 2028, "mode": "public"}],
     'row 4, column project_id: "CABLE"; expected a project that the model decides on. CABLE is not modelled '
     "(is_modelled is 0 in finance/projects.csv)."),
    ([{"project_id": "OLD", "start_year": 2028}],
     'row 2, column project_id: "OLD"; expected a project that is still to be decided on. OLD is in service already: '
     "leave the row out."),
    ([{"project_id": None, "start_year": 2028}],
     "row 2, column project_id: empty; expected a value: project of the sheet Projects."),
    ([{"project_id": "QUAY", "start_year": 2028}, {"project_id": "QUAY", "start_year": 2034}],
     'row 3, column project_id: "QUAY"; expected one row for each start. Row 2 has it; leave one of them out.'),
    ([{"project_id": "QUAY", "start_year": 2050}],
     'row 2, column start_year: "2050"; expected a year from 2025 to 2042.'),
    ([{"project_id": "QUAY", "start_year": 2019}],
     'row 2, column start_year: "2019"; expected a year from 2025 to 2042.'),
    ([{"project_id": "QUAY", "start_period": 2029}],
     'row 2, column start_period: "2029"; expected one of 2025, 2030, 2040.'),
    ([{"project_id": "QUAY", "start_year": None, "units": 1}],
     "row 2, column start_year: empty; expected the first year of construction, or a start_period."),
    ([{"project_id": "QUAY", "start_year": 2028, "start_period": 2040}],
     'row 2, column start_period: "2040"; expected the period of 2028 to 2034, in which start_year 2028 lies. '
     "Give one of the two columns."),
    ([{"project_id": "QUAY", "start_year": "soon"}], 'row 2, column start_year: "soon"; expected a year.'),
    ([{"project_id": "QUAY", "start_year": 2025}],
     'row 2, column start_year: "2025"; expected 2026 or later, the earliest start of QUAY.'),
    ([{"project_id": "ROAD", "start_year": 2036, "mode": "public"}],
     'row 2, column start_year: "2036"; expected 2034 or earlier. After 8 years of construction it would not serve in '
     "2040, the last year that is judged."),
    ([{"project_id": "ROAD", "start_year": 2028}],
     "row 2, column mode: empty; expected a mode: type road is in no asset class."),
    ([BUILDS[0], {"project_id": "SHIPS", "start_year": 2028, "units": 5}],
     'row 3, column units: "5"; expected at most 4, units_max of SHIPS.'),
    ([BUILDS[0], {"project_id": "SHIPS", "start_year": 2035, "units": 3},
      {"project_id": "SHIPS", "start_year": 2028, "units": 3}],
     'row 4, column units: "6 in all"; expected at most 4, units_max of SHIPS.'),
    ([{"project_id": "QUAY", "start_year": 2028, "units": 0}],
     'row 2, column units: "0"; expected at least 1 units.'),
    ([{"project_id": "QUAY", "start_year": 2028, "mode": "traffic risk"}],
     'row 2, column mode: "traffic risk"; expected one of public, traffic_risk, or empty. Did you mean traffic_risk?'),
    ([BUILDS[0], {"project_id": "SHIPS", "start_year": 2028}, {"project_id": "SHIPS", "start_year": 2035,
      "mode": "public"}],
     'row 4, column mode: "public"; expected one mode a project, here traffic_risk. Row 3 has it.'),
    ([{"project_id": "LINE", "start_year": 2028}],
     'row 2, column project_id: "LINE"; expected QUAY built no later, which LINE needs. The sheet does not build it.'),
    ([{"project_id": "LINE", "start_year": 2028}, {"project_id": "QUAY", "start_year": 2035}],
     'row 2, column project_id: "LINE"; expected QUAY built no later, which LINE needs. QUAY starts later, in row 3.'),
    ([{"project_id": "SHIPS", "start_year": 2028}],
     'row 2, column project_id: "SHIPS"; expected one of QUAY, ROAD built no later, which SHIPS needs. The sheet does '
     "not build any of them."),
    ([*BUILDS, {"project_id": "ROAD", "start_year": 2028, "mode": "public"}],
     'row 4, column project_id: "ROAD"; expected either ROAD or LINE, which exclude each other. Row 3 builds LINE.'),
]  # fmt: skip


@pytest.mark.parametrize(("builds", "sentence"), BAD_BUILDS)
def test_bad_builds_are_refused(world: Network, tmp_path: Path, builds: Rows, sentence: str) -> None:
    assert refusal(world, tmp_path, builds) == f"mine.xlsx, sheet builds, {sentence}"


BAD_FINANCE: list[tuple[list[Mapping[str, Any]], str]] = [
    ([{**LOAN, "project_id": "SHIPS"}],
     'row 2, column project_id: "SHIPS"; expected a project that the sheet builds has. SHIPS is in '
     "finance/projects.csv: add it to the builds, or leave this row out."),
    ([{**LOAN, "project_id": "QUAI"}],
     'row 2, column project_id: "QUAI"; expected a project that the sheet builds has. Did you mean QUAY?'),
    ([{**LOAN, "funder_id": "MBD"}],
     'row 2, column funder_id: "MBD"; expected a funder_id of finance/funders.csv. Did you mean MDB?'),
    ([{**LOAN, "funder_id": "regional development bank"}],
     'row 2, column funder_id: "regional development bank"; expected a funder_id of finance/funders.csv. '
     "Did you mean MDB (Regional development bank)?"),
    ([{**LOAN, "funder_id": "LEFT"}],
     'row 2, column funder_id: "LEFT"; expected a funder that takes part. LEFT has is_included 0 in '
     "finance/funders.csv."),
    ([{**LOAN, "instrument": "senoir"}],
     'row 2, column instrument: "senoir"; expected one of senior, guarantee, equity, grant. Did you mean senior?'),
    ([{**LOAN, "instrument": "equity"}],
     'row 2, column instrument: "equity"; expected what MDB offers: senior, guarantee, grant.'),
    ([{**LOAN, "recourse": None}],
     "row 2, column recourse: empty; expected sovereign or project: MDB offers senior with either."),
    ([{**LOAN, "recourse": "none"}],
     'row 2, column recourse: "none"; expected sovereign or project, as MDB offers senior.'),
    ([{**LOAN, "recourse": "state"}],
     'row 2, column recourse: "state"; expected one of sovereign, project, none.'),
    ([LOAN, {**LOAN, "amount_musd": 10}],
     'row 3, column funder_id: "QUAY, MDB, senior, project"; expected each commitment once. Row 2 has it; add the '
     "amounts up in one row."),
    ([{**LOAN, "amount_musd": -5}],
     'row 2, column amount_musd: "-5"; expected at least 0 million USD of 2025.'),
    ([{**LOAN, "amount_musd": "1,000"}],
     'row 2, column amount_musd: "1,000"; expected a number. Write a point for decimals and nothing between '
     "thousands."),
    ([{**LOAN, "amount_musd": None}],
     "row 2, column amount_musd: empty; expected an amount in million USD, or a share of the cost."),
    ([{**LOAN, "share": 0.4}],
     'row 2, column share: "0.4"; expected an amount or a share of the cost, not both.'),
    ([{**LOAN, "amount_musd": None, "share": 40}], 'row 2, column share: "40"; expected at most 1 share.'),
    ([{**LOAN, "amount_musd": 130}],
     'row 2, column amount_musd: "130 in all"; expected at most 125 million USD: the cost of QUAY is 100, and 25% more '
     "may pay interest during construction. The funds are 5 million USD too much."),
    ([{**LOAN, "instrument": "guarantee", "amount_musd": 126}],
     'row 2, column amount_musd: "126 in all"; expected at most 125 million USD: the cost of QUAY is 100, and 25% more '
     "may pay interest during construction. The guarantees are 1 million USD too much."),
    ([{**LOAN, "amount_musd": None, "share": 0.7},
      {"project_id": "QUAY", "funder_id": "STATE", "instrument": "equity", "share": 0.4}],
     'row 3, column share: "1.1 in all"; expected at most 1: shares of the funds of QUAY, which are 0.1 too much.'),
    ([{**LOAN, "tenor_years": 3}],
     'row 2, column tenor_years: "3"; expected at least the grace of 4 years that the funder offers.'),
    ([{**LOAN, "tenor_years": 5, "grace_years": 6}],
     'row 2, column grace_years: "6"; expected at most the tenor of 5 years.'),
    ([{**LOAN, "grace_years": 16}],
     'row 2, column grace_years: "16"; expected at most the tenor of 15 years that the funder offers.'),
    ([{**LOAN, "margin_bp": 9000}],
     'row 2, column margin_bp: "9000"; expected at most 3000 basis points.'),
    ([{"project_id": "QUAY", "funder_id": "STATE", "instrument": "equity", "amount_musd": 9, "tenor_years": 9}],
     'row 2, column tenor_years: "9"; expected an empty cell: equity has none.'),
    ([{"project_id": "LINE", "funder_id": "STATE", "instrument": "equity", "amount_musd": 9}],
     'row 2, column funder_id: "STATE"; expected a funder in AZ for LINE. STATE funds in KZ.'),
    ([{**LOAN, "recourse": "sovereign"}],
     'row 2, column recourse: "sovereign"; expected project, as a state borrows for works of mode public alone. QUAY '
     "has the mode traffic_risk."),
    ([{**LOAN, "project_id": "LINE"}],
     'row 2, column recourse: "project"; expected sovereign, as projects of mode traffic_risk alone borrow themselves. '
     "LINE has the mode public."),
]  # fmt: skip


@pytest.mark.parametrize(("finance", "sentence"), BAD_FINANCE)
def test_bad_finance_is_refused(world: Network, tmp_path: Path, finance: Rows, sentence: str) -> None:
    assert refusal(world, tmp_path, finance=finance) == f"mine.xlsx, sheet finance, {sentence}"


def test_a_funder_of_other_works_or_years_is_refused(world: Network, tmp_path: Path) -> None:
    builds = [{"project_id": "QUAY", "start_year": 2035}, {"project_id": "SHIPS", "start_year": 2035}]
    state = {"funder_id": "STATE", "instrument": "equity", "amount_musd": 9}
    assert refusal(world, tmp_path, builds, [{"project_id": "QUAY", **state}]).endswith(
        '"STATE"; expected a funder of works that start in 2035. STATE commits from 2027 to 2034.'
    )
    assert refusal(world, tmp_path, builds, [{**LOAN, "project_id": "SHIPS", "amount_musd": 9}]).endswith(
        '"MDB"; expected a funder of fleet for SHIPS. MDB funds port, rail.'
    )


FLEET = [{"project_id": "QUAY", "start_year": 2028},
         {"project_id": "SHIPS", "start_year": 2031, "units": 3, "mode": "public"},
         {"project_id": "SHIPS", "start_year": 2036, "units": 1, "mode": "public"}]  # fmt: skip
SHIP_LOAN = {"project_id": "SHIPS", "funder_id": "MDB", "instrument": "senior", "recourse": "sovereign"}


@pytest.fixture(scope="module")
def seaside(world: Network) -> Network:
    """The world with lenders for ships too."""
    sectors = [("port", "rail", "fleet")] * len(world.funders)
    return world.replace(funders=world.funders.assign(sectors=pd.Series(sectors, dtype=object)))


def test_a_commitment_may_pay_for_one_start(seaside: Network, tmp_path: Path) -> None:
    finance = [{**SHIP_LOAN, "share": 1, "start_year": 2031}, {**SHIP_LOAN, "amount_musd": 5, "start_year": 2042}]
    portfolio = read(seaside, tmp_path, FLEET, finance)
    assert portfolio.finance["amount_musd"].tolist() == [60, 5]  # three of four ships of 80, of all together
    assert portfolio.finance["start_year"].tolist() == [2028, 2035]  # as the builds have them


@pytest.mark.parametrize(
    ("finance", "sentence"),
    [
        ([{**SHIP_LOAN, "amount_musd": 5, "start_year": 2025}],
         'row 2, column start_year: "2025"; expected a start of SHIPS in the builds: 2028, 2035.'),
        ([{**SHIP_LOAN, "amount_musd": 30, "start_year": 2036}],
         'row 2, column amount_musd: "30 in all"; expected at most 25 million USD: the cost of SHIPS of 2035 is 20, '
         "and 25% more may pay interest during construction. The funds are 5 million USD too much."),
        ([{**SHIP_LOAN, "share": 0.8, "start_year": 2036}, {**SHIP_LOAN, "instrument": "grant", "recourse": None,
           "share": 0.3, "start_year": 2036}],
         'row 3, column share: "1.1 in all"; expected at most 1: shares of the funds of SHIPS of 2035, which are 0.1 '
         "too much."),
        ([{**SHIP_LOAN, "amount_musd": 5}, {**SHIP_LOAN, "amount_musd": 5}],
         'row 3, column funder_id: "SHIPS, MDB, senior, sovereign"; expected each commitment once. Row 2 has it; add '
         "the amounts up in one row."),
        ([{**SHIP_LOAN, "amount_musd": 5, "start_year": 2030}, {**SHIP_LOAN, "amount_musd": 5, "start_year": 2034}],
         'row 3, column funder_id: "SHIPS, MDB, senior, sovereign, 2028"; expected each commitment once. Row 2 has it; '
         "add the amounts up in one row."),
    ],
)  # fmt: skip
def test_a_commitment_to_a_start_is_held_to_it(seaside: Network, tmp_path: Path, finance: Rows, sentence: str) -> None:
    assert refusal(seaside, tmp_path, FLEET, finance) == f"mine.xlsx, sheet finance, {sentence}"


def test_a_start_that_stands_twice_is_said_beside_its_financing(seaside: Network, tmp_path: Path) -> None:
    builds = [*FLEET, {**FLEET[2], "start_year": 2037, "units": 1}]
    said = refusal(seaside, tmp_path, builds, [{**SHIP_LOAN, "amount_musd": 5, "start_year": 2036}])
    assert said.endswith("expected one row for each start. Row 4 has it; add the units up in one row.")


def test_a_funder_that_is_gone_by_another_start_may_pay_for_one(seaside: Network, tmp_path: Path) -> None:
    gone = seaside.funders["last_year"].mask(seaside.funders["funder_id"] == "MDB", 2030)
    short = seaside.replace(funders=seaside.funders.assign(last_year=gone))
    assert len(read(short, tmp_path, FLEET, [{**SHIP_LOAN, "amount_musd": 5, "start_year": 2031}]).finance) == 1
    assert refusal(short, tmp_path, FLEET, [{**SHIP_LOAN, "amount_musd": 5}]).endswith(
        '"MDB"; expected a funder of works that start in 2035. MDB commits from 2027 to 2030.'
    )


BAD_SETTINGS: list[tuple[str, Any, str]] = [
    ("power_cup", 0.4, 'column setting: "power_cup"; expected one of name, power_cap, host_exempt, envelopes, '
     "budget_musd_per_year, with_bank. Did you mean power_cap?"),
    ("power_cap", 40, 'column value: "40"; expected power_cap: at most 1 share.'),
    ("with_bank", "yes", 'column value: "yes"; expected with_bank: a whole number.'),
    ("envelopes", "lo", 'column value: "lo"; expected envelopes: one of low, base, high. Did you mean low?'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "sentence"), BAD_SETTINGS)
def test_bad_settings_are_refused(world: Network, tmp_path: Path, name: str, value: Any, sentence: str) -> None:
    said = refusal(world, tmp_path, settings=[{"setting": name, "value": value}])
    assert said == f"mine.xlsx, sheet settings, row 2, {sentence}"


def test_all_problems_come_at_once_in_the_order_of_the_sheets(world: Network, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read(world, tmp_path, [{"project_id": "QUAY", "start_year": 2050}, {"project_id": "LNE", "start_year": 2028}],
             [{**LOAN, "funder_id": "X"}, {**LOAN, "amount_musd": -1}])  # fmt: skip
    where = [problem.split(": ")[0] for problem in refused.value.problems]
    assert where == [
        "mine.xlsx, sheet builds, row 2, column start_year",
        "mine.xlsx, sheet builds, row 3, column project_id",
        "mine.xlsx, sheet finance, row 2, column funder_id",
        "mine.xlsx, sheet finance, row 3, column amount_musd",
    ]


FORMS: list[tuple[dict[str, Any], str]] = [
    ({}, "mine.xlsx: no sheet builds; expected what is built. The sheets are Sheet1."),
    ({"build": BUILDS}, "mine.xlsx, sheet build: unknown sheet; expected a sheet named builds, finance, settings. "
     "Did you mean builds?"),
    ({"builds": BUILDS, "financing": [LOAN]}, "mine.xlsx, sheet financing: unknown sheet; expected a sheet named "
     "builds, finance, settings. Did you mean finance?"),
    ({"builds": []}, "mine.xlsx, sheet builds: the sheet is empty; expected the columns project_id, name, start_year, "
     "start_period, units, mode, toll_level, note."),
    ({"builds": [["project_id", "start_year"]]}, "mine.xlsx, sheet builds: no rows; expected at least one project."),
    ({"builds": [{"project": "QUAY", "start_year": 2028}]},
     "mine.xlsx, sheet builds, row 1, column project: \"project\"; expected a column of the sheet. "
     "Did you mean project_id?"),
    ({"builds": [{"project_id": "QUAY", "begin": 2028}]},
     'mine.xlsx, sheet builds, row 1, column begin: "begin"; expected a column of the sheet. Columns: project_id, '
     "name, start_year, start_period, units, mode, toll_level, note."),
    ({"builds": [["project_id", "start_year", "units", "units"], ["QUAY", 2028, 1, 1]]},
     'mine.xlsx, sheet builds, row 1, column units: "2 columns of this name"; expected one.'),
    ({"builds": [["project_id", "start_year", None], ["QUAY", 2028, 7]]},
     "mine.xlsx, sheet builds, row 1: column 3 has cells and no name; expected a name in the header."),
]  # fmt: skip


@pytest.mark.parametrize(("sheets", "sentence"), FORMS)
def test_bad_sheets_are_refused(world: Network, tmp_path: Path, sheets: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        read_portfolio(write_workbook(tmp_path / "mine.xlsx", sheets), world)
    assert sentence in refused.value.problems


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "a.xlsx",
            None,
            "a.xlsx: there is no such file; expected a portfolio: a workbook (.xlsx), a .csv or a folder.",
        ),
        ("a.xlsx", b"", "expected a workbook in the form .xlsx."),
        ("a.xlsx", b"project_id,start_year\n", "expected a workbook in the form .xlsx."),
        ("a.xls", b"\xd0\xcf\x11\xe0", "a.xls: an old workbook (.xls); expected a workbook in the form .xlsx."),
        ("a.csv", b"", "a.csv: the sheet is empty; expected the columns project_id"),
        ("a.csv", b"\xff\xfe\x00", "expected a text file in UTF-8 with cells in columns."),
    ],
)
def test_what_is_no_portfolio_is_refused(
    world: Network, tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_portfolio(tmp_path / name, world)
    assert len(refused.value.problems) == 1
    assert sentence in refused.value.problems[0]


def test_a_folder_without_builds_is_refused(world: Network, tmp_path: Path) -> None:
    (tmp_path / "build.csv").touch()
    with pytest.raises(InputError, match=r"builds\.csv: the file is missing; expected what is built\. Did you mean"):
        read_portfolio(tmp_path, world)


@given(st.lists(st.lists(st.sampled_from(["QUAY", "LINE", "MDB", 2028, -1, None, "x", 1.5, True]), max_size=6),
                max_size=6))  # fmt: skip
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_content_of_cells_breaks_the_reader(world: Network, tmp_path: Path, rows: list[list[Any]]) -> None:
    header = [["project_id", "funder_id", "instrument", "recourse", "amount_musd", "tenor_years"]]
    path = write_workbook(tmp_path / "any.xlsx", {"builds": [{"project_id": "QUAY", "start_year": 2028}],
                                                  "finance": [*header, *rows]})  # fmt: skip
    problems: tuple[str, ...] = ()
    try:
        read_portfolio(path, world)
    except InputError as refused:
        problems = refused.problems
    assert all(problem.startswith("any.xlsx, sheet finance, row") for problem in problems)
