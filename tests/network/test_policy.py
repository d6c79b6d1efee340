"""The duty stack against known answers: gaps by line, layers by day, caps, replacements, preferences; bad rows."""

import itertools
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from network.duties import LAYER_ORDER
from network.network import read_network
from network.policy import LAPSED, DutySchedule, total_pct, weakest
from network.tables import DataError

DATA = Path(__file__).resolve().parents[2] / "data"
TODAY = date(2026, 11, 28)


@pytest.fixture(scope="module")
def schedule() -> DutySchedule:
    return DutySchedule.of(read_network(DATA))


def explained(
    schedule: DutySchedule, importer: str, origin: str, product: str, hs: str = "", **more: Any
) -> pd.DataFrame:
    question = {"on": TODAY, "product": product, "hs_code": hs, **more}
    return schedule.stack(importer, origin, **question)  # noqa: PD013 (no frame)


def rate(schedule: DutySchedule, importer: str, origin: str, product: str, hs: str = "", **more: Any) -> float:
    return total_pct(explained(schedule, importer, origin, product, hs, **more))


@pytest.mark.parametrize(
    ("hs_code", "gap"),
    [("2805.30.00", 26.3), ("2846.90.20", 25), ("2846.90.80", 21.3), ("8505.11.00", 42.9), ("7202.41.00", 5.6),
     ("7202.49.50", 26.9), ("7202.21.50", 10), ("7202.80.00", 29.4), ("8108.90.60", 30), ("6109.10.00", 73.5),
     ("8429.52.10", 35), ("2709.00.20", 0.14), ("2844.10.20", 0), ("2612.10.00", 0)],
)  # fmt: skip
def test_the_gap_between_the_columns_is_that_of_the_tariff(schedule: DutySchedule, hs_code: str, gap: float) -> None:
    table = schedule.gap(TODAY, "KZ").set_index("hs_code")
    assert table.loc[hs_code, "statutory_gap"] == pytest.approx(gap)


def test_the_gap_is_of_all_countries_with_conditional_status(schedule: DutySchedule) -> None:
    assert set(schedule.gap(TODAY)["origin"]) == {"KZ", "UZ", "TJ", "TM", "AZ"}


def test_kazakhstan_would_lose_the_forced_labour_layer_with_column_1(schedule: DutySchedule) -> None:
    """Ferrosilicon: 1.5 + 12.5 today, 11.5 of column 2 alone after: 2.5 points less, the countervailing duty apart."""
    table = schedule.gap(TODAY, "KZ").set_index("hs_code")
    assert table.loc["7202.21.50", "gap"] == pytest.approx(-2.5)
    assert table.loc["6109.10.00", "gap"] == pytest.approx(73.5 - 12.5)
    uzbek = schedule.gap(TODAY, "UZ").set_index("hs_code")
    assert uzbek.loc["6109.10.00", "gap"] == pytest.approx(73.5)  # not on the list of the sixty


@pytest.mark.parametrize(
    ("day", "kazakh", "chinese"),
    [(date(2026, 2, 23), 16.5 + 25, 16.5 + 7.5 + 10), (date(2026, 2, 24), 16.5 + 10, 16.5 + 7.5 + 10),
     (date(2026, 7, 23), 16.5 + 10, 16.5 + 7.5 + 10), (date(2026, 7, 24), 16.5 + 12.5, 16.5 + 7.5 + 12.5)],
)  # fmt: skip
def test_the_stack_on_a_cotton_shirt_by_day(schedule: DutySchedule, day: date, kazakh: float, chinese: float) -> None:
    assert rate(schedule, "US", "KZ", "textiles", "6109.10.00", on=day) == pytest.approx(kazakh)
    assert rate(schedule, "US", "CN", "textiles", "6109.10.00", on=day) == pytest.approx(chinese)


def test_excluded_lines_pay_the_base_alone(schedule: DutySchedule) -> None:
    for day in (date(2026, 1, 1), date(2026, 5, 1), TODAY):
        assert rate(schedule, "US", "KZ", "ree_metal", "2805.30.00", on=day) == pytest.approx(5)
    assert rate(schedule, "US", "KZ", "ndfeb_magnet", "8505.11.00.70") == pytest.approx(2.1)  # sintered
    assert rate(schedule, "US", "KZ", "ndfeb_magnet", "8505.11.00") == pytest.approx(14.6)  # other magnets


def test_what_no_section_301_list_names_pays_none_from_china(schedule: DutySchedule) -> None:
    assert rate(schedule, "US", "CN", "ree_metal", "2805.30.00") == pytest.approx(5)
    assert rate(schedule, "US", "CN", "electronics", "8471.30.01") == 0
    assert rate(schedule, "US", "CN", "ndfeb_magnet", "8505.11.00.70") == pytest.approx(2.1 + 25)


def test_caps_are_the_larger_of_base_and_cap(schedule: DutySchedule) -> None:
    assert rate(schedule, "US", "DE", "textiles", "6109.10.00") == pytest.approx(16.5)
    assert rate(schedule, "US", "DE", "machinery") == pytest.approx(10)
    assert rate(schedule, "US", "TW", "general_cargo") == pytest.approx(10)
    for origin in ("JP", "KR", "CH"):
        assert rate(schedule, "US", origin, "general_cargo") == pytest.approx(12.5)
    stack = explained(schedule, "US", "DE", "general_cargo").set_index("measure")
    assert stack.loc["s301_forced_labour", "counted_pct"] == pytest.approx(10 - 4.2)


def test_exempt_lines_are_exempt_for_every_economy_of_the_roster(schedule: DutySchedule) -> None:
    for origin in ("DE", "TW", "JP", "GB", "KZ", "RU"):
        stack = explained(schedule, "US", origin, "electronics", "8517.13.00").set_index("measure")
        assert stack.loc["s301_forced_labour", "counted_pct"] == 0
    assert rate(schedule, "US", "DE", "electronics", "8517.13.00") == 0


def test_deals_on_section_232_are_caps_all_in(schedule: DutySchedule) -> None:
    for origin in ("DE", "JP", "KR"):
        assert rate(schedule, "US", origin, "autos", "8703.23.01") == pytest.approx(15)
        assert rate(schedule, "US", origin, "machinery", "8429.52.10") == pytest.approx(15)
    assert rate(schedule, "US", "GB", "steel", "7208.38.00") == pytest.approx(25)
    assert rate(schedule, "US", "KZ", "autos", "8703.23.01") == pytest.approx(2.5 + 25)


def test_section_232_takes_the_place_of_the_country_layer_but_not_of_section_301_on_china(
    schedule: DutySchedule,
) -> None:
    assert rate(schedule, "US", "KZ", "steel", "7208.38.00") == pytest.approx(50)
    assert rate(schedule, "US", "CN", "steel", "7208.38.00") == pytest.approx(50 + 25)
    assert rate(schedule, "US", "KZ", "general_cargo", "7409.11") == pytest.approx(4.2 + 50)  # semis of copper
    stack = explained(schedule, "US", "KZ", "steel", "7208.38.00").set_index("measure")
    assert not stack.loc["s301_forced_labour", "applies"]
    assert stack.loc["s301_forced_labour", "why"] == "replaced by s232"


def test_russia_pays_in_lieu_of_column_2(schedule: DutySchedule) -> None:
    assert rate(schedule, "US", "RU", "copper_cathode", "7403.11.00") == pytest.approx(70)
    assert rate(schedule, "US", "RU", "uranium", "2844.10.20") == pytest.approx(0)
    assert rate(schedule, "US", "RU", "ree_metal", "2805.30.00") == pytest.approx(31.3)  # column 2
    assert rate(schedule, "US", "RU", "ree_metal", "2805.30.00", on=date(2021, 6, 1)) == pytest.approx(5)
    assert rate(schedule, "US", "RU", "ferroalloys", "7202.41.00") == pytest.approx(70)
    assert rate(schedule, "US", "RU", "ferroalloys", "7202.49.50") == pytest.approx(30)  # not on the list of 70 %
    assert rate(schedule, "US", "RU", "aluminium", "7601.10.60") == pytest.approx(70 + 200)  # 200 in place of 50


def test_only_the_russian_heading_of_the_forced_labour_duty_adds_to_column_2(schedule: DutySchedule) -> None:
    assert rate(schedule, "US", "RU", "textiles", "6109.10.00") == pytest.approx(90 + 12.5)
    for origin in ("KZ", "TR", "CN"):
        fallen = explained(schedule, "US", origin, "textiles", "6109.10.00", column2=frozenset({origin}))
        layer = fallen.set_index("measure").loc["s301_forced_labour"]
        assert (layer["applies"], layer["why"]) == (False, "adds nothing to column 2")


def test_a_preference_needs_its_origin_and_is_worth_its_papers(schedule: DutySchedule) -> None:
    assert rate(schedule, "EU27", "GE", "general_cargo") == 0
    assert rate(schedule, "EU27", "GE", "general_cargo", origin_met=False) == pytest.approx(4.7)
    small = explained(schedule, "EU27", "GE", "ndfeb_magnet").set_index("measure")
    assert total_pct(small) == pytest.approx(2.2)
    assert small.loc["preference_dcfta", "why"] == "its margin of 2.2 points is not worth the papers"
    assert rate(schedule, "FR", "KZ", "general_cargo") == pytest.approx(4.7)
    assert rate(schedule, "EU27", "UZ", "textiles", "6109.10.00") == 0


def test_free_circulation_in_a_customs_union_needs_no_origin_and_no_margin(schedule: DutySchedule) -> None:
    for met in (True, False):
        assert rate(schedule, "EU27", "TR", "machinery", origin_met=met) == 0  # a margin of 1.9 points
        assert rate(schedule, "TR", "DE", "machinery", origin_met=met) == 0
    assert rate(schedule, "EU27", "TR", "flour", "1101.00.00") == pytest.approx(45)  # industrial goods only


def test_a_customs_union_is_one_territory(schedule: DutySchedule) -> None:
    assert rate(schedule, "KZ", "RU", "machinery") == 0
    assert rate(schedule, "KZ", "CN", "machinery") == rate(schedule, "EAEU", "CN", "machinery") == 3
    assert rate(schedule, "DE", "PL", "autos") == 0
    assert [schedule.territory_of(country) for country in ("KZ", "DE", "RS", "UZ")] == ["EAEU", "EU27", "RS", "UZ"]


def test_a_union_whose_members_pay_apart_is_no_origin(schedule: DutySchedule) -> None:
    assert schedule.differs_by_member("US", "EAEU")
    assert not schedule.differs_by_member("US", "EU27")
    assert not schedule.differs_by_member("CN", "EAEU")


def test_russian_nitrogen_pays_more_from_year_to_year_and_potash_does_not(schedule: DutySchedule) -> None:
    rates = [
        rate(schedule, "EU27", "RU", "fertiliser", "3102.10.00", on=date(year, 12, 31)) for year in range(2024, 2030)
    ]
    assert rates == pytest.approx([6.5, 6.5 + 10.3, 6.5 + 15.4, 6.5 + 20.6, 6.5 + 81, 6.5 + 81])
    assert rate(schedule, "EU27", "RU", "fertiliser", "3104.20.00", on=date(2029, 12, 31)) == 0


def test_groups_of_the_agreements_stand_for_their_members(schedule: DutySchedule) -> None:
    assert rate(schedule, "AZ", "KZ", "steel") == rate(schedule, "AZ", "TM", "steel") == 0
    assert rate(schedule, "AZ", "CN", "steel") == pytest.approx(10)


def test_an_importer_without_rates_says_so(schedule: DutySchedule) -> None:
    stack = explained(schedule, "TM", "CN", "", commodity="cont_mid")
    assert total_pct(stack) == 0
    assert weakest(stack) == "estimate"
    assert "no tariff of this importer is known" in stack["why"].iloc[0]


def test_a_missing_line_falls_back_and_is_no_more_than_an_estimate(schedule: DutySchedule) -> None:
    of_all = explained(schedule, "AZ", "CN", "titanium", "8108.20.00")
    assert total_pct(of_all) == pytest.approx(8.2)
    assert of_all["why"].iloc[0] == "fallback: mean of all goods"
    assert of_all["confidence"].iloc[0] == "estimate"  # read, but for other goods
    likest = explained(schedule, "EAEU", "CN", "lpg", "2711.19")
    assert likest["why"].iloc[0] == "fallback: another line of the product"


def test_both_branches_of_what_ended_in_november_2026(schedule: DutySchedule) -> None:
    before, after = date(2026, 11, 9), date(2026, 11, 10)
    assert rate(schedule, "CN", "US", "oilseeds", "1201.90", on=before) == pytest.approx(3 + 10)
    assert rate(schedule, "CN", "US", "oilseeds", "1201.90", on=after) == pytest.approx(3 + 10)
    assert rate(schedule, "CN", "US", "oilseeds", "1201.90", on=after, branch=LAPSED) == pytest.approx(3 + 34)


def test_rates_of_many_are_those_of_one(schedule: DutySchedule) -> None:
    found = schedule.rates(["US", "EU27", "US"], ["KZ", "CN", "KZ"], ["ferroalloys", "autos", "ferroalloys"], TODAY)
    each = [schedule.rate("US", "KZ", "ferroalloys", TODAY), schedule.rate("EU27", "CN", "autos", TODAY)]
    assert found.tolist() == [*each, each[0]]
    assert each[0] == pytest.approx(0.85 * 0.019 + 0.15 * 0.031)
    assert each[1] == pytest.approx(0.10 + 0.35 * 0.2155)  # battery cars pay a countervailing duty


def test_the_rate_of_a_commodity_is_that_of_its_explanation(schedule: DutySchedule) -> None:
    for importer, origin, good in itertools.product(
        ("US", "EU27", "CN", "TR", "UZ"), ("KZ", "CN", "RU", "DE", "GE"), ("cont_high", "ferroalloys", "steel", "wheat")
    ):
        stack = explained(schedule, importer, origin, "", commodity=good)
        assert schedule.rate(importer, origin, good, TODAY) == pytest.approx(total_pct(stack) / 100)


def test_the_gap_of_a_commodity_weighs_its_lines(schedule: DutySchedule) -> None:
    gaps = schedule.gap_by_commodity(TODAY, "KZ").set_index("commodity_id")["gap"]
    assert gaps["ferroalloys"] == pytest.approx(0.85 * 5.6 + 0.15 * 26.9)
    assert gaps["uranium"] == 0
    assert gaps["ndfeb_magnet"] == pytest.approx(42.9)  # sintered, so without the layer that column 2 would replace


def test_a_commodity_without_lines_has_those_of_its_tariff_products(schedule: DutySchedule) -> None:
    network = read_network(DATA)
    lines = network.duty_lines[network.duty_lines["commodity_id"] != "titanium"]
    bare = DutySchedule.of(network.replace(duty_lines=lines))
    assert schedule.lines("titanium", "KZ")[0].hs_code == "8108.20.00"
    assert [(line.product, line.weight) for line in bare.lines("titanium", "KZ")] == [
        ("titanium", 0.5),
        ("tungsten", 0.5),
    ]


def test_a_country_that_loses_its_status_pays_column_2(schedule: DutySchedule) -> None:
    assert [schedule.status(country, 2027) for country in ("KZ", "RU", "CN", "FR")] == [
        "conditional", "column2", "permanent", "permanent"]  # fmt: skip
    assert schedule.status("RU", 2021) == "permanent"
    assert schedule.hazard("KZ", 2027) == pytest.approx(0.01)
    assert schedule.hazard("TM", 2027) == pytest.approx(0.03)
    assert schedule.hazard("RU", 2027) == schedule.hazard("GE", 2027) == 0
    lost = schedule.rates(["US"], ["KZ"], ["textiles"], TODAY, column2=frozenset({"KZ"}))
    assert lost.tolist() == pytest.approx([0.9])


def test_layers_come_in_their_order_with_their_basis(schedule: DutySchedule) -> None:
    stack = explained(schedule, "US", "CN", "machinery", "8429.52.10")
    assert stack["layer"].map(LAYER_ORDER).is_monotonic_increasing
    assert (stack["legal_basis"] != "").all()
    assert stack["confidence"].isin(["sourced", "estimate", "memory"]).all()
    assert stack["counted_pct"].sum() == pytest.approx(50)  # 0, section 301 on China 25, section 232 25


def test_what_is_over_or_still_to_come_is_shown_but_not_charged(schedule: DutySchedule) -> None:
    today = explained(schedule, "US", "KZ", "textiles", "6109.10.00").set_index("measure")
    assert today.loc["s122", ["applies", "counted_pct", "why"]].tolist() == [False, 0.0, "ended 2026-07-24"]
    assert today.loc["ieepa_reciprocal", "why"] == "ended 2026-02-24"
    spring = explained(schedule, "US", "KZ", "textiles", "6109.10.00", on=date(2026, 5, 1)).set_index("measure")
    assert spring.loc["s301_forced_labour", "why"] == "begins 2026-07-24"


@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        ("duty_rates", "ad_valorem_pct", "1250", "1000"),
        ("duty_rates", "hs_codes", "72x2", "a chapter, heading or line"),
        ("duty_rates", "effective_from", "2026-13-01", "a day such as 2026-07-24"),
        ("duty_rates", "effective_to", "1999-01-01", "a day after effective_from"),
        ("duty_lines", "hs_code", "9999.99.99", "a line of policy/duty_rates.csv"),
        ("duty_rates", "importer", "EU72", "Did you mean EU27?"),
        ("duty_rates", "origins", "KZ|EAUE", "Did you mean EAEU?"),
        ("duty_rates", "product", "ree_oer", "Did you mean ree_ore?"),
        ("duty_rates", "replaces", "s123", "Did you mean s122?"),
        ("duty_rates", "layer", "contry", "Did you mean country?"),
        ("duty_lines", "product", "ferroaloys", "Did you mean ferroalloys?"),
        ("duty_lines", "hs_code", "72x", "a chapter, heading or line"),
        ("duty_lines", "commodity_id", "crude_oli", "Did you mean crude_oil?"),
        ("ntr_status", "country", "KX", "a territory of policy/customs_territories.csv"),
        ("customs_territories", "kind", "unoin", "Did you mean union?"),
        ("duty_lines", "weight", "0.31", "the sum of weight"),
        ("ntr_status", "hazard_per_year", "1.5", "1"),
        ("ntr_status", "status", "suspended", "conditional"),
    ],
)
def test_a_bad_cell_is_said_with_file_and_row(tmp_path: Path, table: str, column: str, value: str, said: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("geography", "examples", "scenarios"))
    path = folder / "policy" / f"{table}.csv"
    frame = pd.read_csv(path, dtype=str).fillna("")
    begins = frame.index[frame["effective_from"] != ""] if table == "duty_rates" else [0]
    row = begins[0]
    frame.loc[row, column] = value
    frame.to_csv(path, index=False)
    with pytest.raises(DataError) as caught:
        read_network(folder)
    assert f"policy/{table}.csv, row {row + 2}, column {column}" in str(caught.value)
    assert said in str(caught.value)


def test_overlapping_days_name_both_rows(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("geography", "examples", "scenarios"))
    path = folder / "policy" / "duty_rates.csv"
    frame = pd.read_csv(path, dtype=str).fillna("")
    row = frame.index[frame["measure"] == "s122"][0]
    twice = frame.loc[[row]].assign(rate_id="TWICE", effective_from="2026-06-01", effective_to="2026-08-01")
    pd.concat([frame, twice]).to_csv(path, index=False)
    with pytest.raises(DataError, match=rf"row {len(frame) + 2}, column effective_from.*row {row + 2} is in force"):
        read_network(folder)
