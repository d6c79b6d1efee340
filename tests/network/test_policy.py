"""The duty stack against known answers: gaps by line, layers by day, caps, replacements, preferences; bad rows."""

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from network.network import read_network
from network.policy import LAPSED, DutySchedule, total_pct, weakest
from network.tables import DataError

DATA = Path(__file__).resolve().parents[2] / "data"
TODAY = date(2026, 11, 28)


@pytest.fixture(scope="module")
def schedule() -> DutySchedule:
    return DutySchedule.of(read_network(DATA))


def rate(schedule: DutySchedule, importer: str, origin: str, product: str, hs: str, on: date = TODAY, **more) -> float:
    return total_pct(schedule.stack(importer, origin, product=product, hs_code=hs, on=on, **more))


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
    assert rate(schedule, "US", "KZ", "textiles", "6109.10.00", day) == pytest.approx(kazakh)
    assert rate(schedule, "US", "CN", "textiles", "6109.10.00", day) == pytest.approx(chinese)


def test_excluded_lines_pay_the_base_alone(schedule: DutySchedule) -> None:
    for day in (date(2026, 1, 1), date(2026, 5, 1), TODAY):
        assert rate(schedule, "US", "KZ", "ree_metal", "2805.30.00", day) == pytest.approx(5)
    assert rate(schedule, "US", "KZ", "ndfeb_magnet", "8505.11.00.70") == pytest.approx(2.1)  # sintered
    assert rate(schedule, "US", "KZ", "ndfeb_magnet", "8505.11.00") == pytest.approx(14.6)  # other magnets


def test_caps_are_the_larger_of_base_and_cap(schedule: DutySchedule) -> None:
    assert rate(schedule, "US", "DE", "textiles", "6109.10.00") == pytest.approx(16.5)
    assert rate(schedule, "US", "DE", "electronics", "8517.13.00") == pytest.approx(10)
    assert rate(schedule, "US", "JP", "electronics", "8517.13.00") == pytest.approx(12.5)
    assert rate(schedule, "US", "JP", "titanium", "8108.20.00") == pytest.approx(15)


def test_section_232_takes_the_place_of_the_country_layer_but_not_of_section_301_on_china(
    schedule: DutySchedule,
) -> None:
    assert rate(schedule, "US", "KZ", "steel", "7208.38.00") == pytest.approx(50)
    assert rate(schedule, "US", "CN", "steel", "7208.38.00") == pytest.approx(50 + 25)
    stack = schedule.stack("US", "KZ", product="steel", hs_code="7208.38.00", on=TODAY).set_index("measure")
    assert not stack.loc["s301_forced_labour", "applies"]
    assert stack.loc["s301_forced_labour", "why"] == "replaced by s232"


def test_russia_pays_in_lieu_of_column_2(schedule: DutySchedule) -> None:
    assert rate(schedule, "US", "RU", "copper_cathode", "7403.11.00") == pytest.approx(70)
    assert rate(schedule, "US", "RU", "uranium", "2844.10.20") == pytest.approx(0)
    assert rate(schedule, "US", "RU", "ree_metal", "2805.30.00") == pytest.approx(31.3)  # column 2
    assert rate(schedule, "US", "RU", "ree_metal", "2805.30.00", date(2021, 6, 1)) == pytest.approx(5)


def test_a_preference_needs_its_origin_and_is_worth_its_papers(schedule: DutySchedule) -> None:
    general = {"product": "general_cargo", "hs_code": ""}
    assert total_pct(schedule.stack("EU27", "GE", on=TODAY, **general)) == 0
    assert total_pct(schedule.stack("EU27", "GE", on=TODAY, origin_met=False, **general)) == pytest.approx(4.7)
    small = schedule.stack("EU27", "GE", product="ndfeb_magnet", hs_code="", on=TODAY)
    assert total_pct(small) == pytest.approx(2.2)  # a margin of 2.2 points does not pay for the papers
    assert total_pct(schedule.stack("FR", "KZ", on=TODAY, **general)) == pytest.approx(4.7)


def test_a_customs_union_is_one_territory(schedule: DutySchedule) -> None:
    assert rate(schedule, "KZ", "RU", "machinery", "") == 0
    assert rate(schedule, "KZ", "CN", "machinery", "") == rate(schedule, "EAEU", "CN", "machinery", "") == 3
    assert rate(schedule, "DE", "PL", "autos", "") == 0


def test_an_importer_without_rates_says_so(schedule: DutySchedule) -> None:
    stack = schedule.stack("TM", "CN", commodity="cont_mid", on=TODAY)
    assert total_pct(stack) == 0
    assert weakest(stack) == "estimate"
    assert "no tariff of this importer is known" in stack["why"].iloc[0]


def test_a_missing_line_falls_back_to_all_goods_and_says_so(schedule: DutySchedule) -> None:
    stack = schedule.stack("UZ", "CN", product="titanium", hs_code="8108.20.00", on=TODAY)
    assert total_pct(stack) == pytest.approx(7.5)
    assert stack["why"].iloc[0] == "the base, of all goods"


def test_both_branches_of_what_ended_in_november_2026(schedule: DutySchedule) -> None:
    before, after = date(2026, 11, 9), date(2026, 11, 10)
    general = {"product": "oilseeds", "hs_code": "1201.90"}
    assert total_pct(schedule.stack("CN", "US", on=before, **general)) == pytest.approx(3 + 10)
    assert total_pct(schedule.stack("CN", "US", on=after, **general)) == pytest.approx(3 + 10)
    assert total_pct(schedule.stack("CN", "US", on=after, branch=LAPSED, **general)) == pytest.approx(3 + 34)


def test_rates_of_many_are_those_of_one(schedule: DutySchedule) -> None:
    found = schedule.rates(["US", "EU27"], ["KZ", "CN"], ["ferroalloys", "autos"], TODAY)
    each = [schedule.rate("US", "KZ", "ferroalloys", TODAY), schedule.rate("EU27", "CN", "autos", TODAY)]
    assert found.tolist() == each
    assert each[0] == pytest.approx(0.85 * 0.019 + 0.15 * 0.031)


def test_layers_come_in_their_order_with_their_basis(schedule: DutySchedule) -> None:
    stack = schedule.stack("US", "CN", product="machinery", hs_code="8429.52.10", on=TODAY)
    order = stack["layer"].map({"base": 0, "column2": 0, "preference": 0, "country": 1, "product": 2, "remedy": 3})
    assert order.is_monotonic_increasing
    assert (stack["legal_basis"] != "").all()
    assert stack["confidence"].isin(["sourced", "estimate", "memory"]).all()
    assert stack["counted_pct"].sum() == pytest.approx(50)  # 0, section 301 on China 25, section 232 25


@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        ("duty_rates", "ad_valorem_pct", "1250", "1000"),
        ("duty_rates", "hs_codes", "72x2", "a chapter, heading or line"),
        ("duty_rates", "effective_from", "2026-13-01", "a day such as 2026-07-24"),
        ("duty_rates", "effective_to", "1999-01-01", "a day after effective_from"),
        ("duty_lines", "hs_code", "9999.99.99", "a line of duty_rates"),
        ("duty_lines", "product", "ferroaloys", "Did you mean ferroalloys?"),
        ("duty_lines", "weight", "0.31", "the sum of weight"),
        ("ntr_status", "hazard_per_year", "1.5", "1"),
        ("ntr_status", "status", "suspended", "conditional"),
    ],
)
def test_a_bad_cell_is_said_with_file_and_row(tmp_path: Path, table: str, column: str, value: str, said: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    path = folder / "policy" / f"{table}.csv"
    frame = pd.read_csv(path, dtype=str).fillna("")
    row = frame.index[(frame["effective_from"] != "") & (frame["effective_to"] == "")][0] if table == "duty_rates" else 0
    frame.loc[row, column] = value
    frame.to_csv(path, index=False)
    with pytest.raises(DataError) as caught:
        read_network(folder)
    assert f"policy/{table}.csv, row {row + 2}, column {column}" in str(caught.value)
    assert said in str(caught.value)


def test_overlapping_days_name_both_rows(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    path = folder / "policy" / "duty_rates.csv"
    frame = pd.read_csv(path, dtype=str).fillna("")
    row = frame.index[frame["measure"] == "s122"][0]
    twice = frame.loc[[row]].assign(rate_id="TWICE", effective_from="2026-06-01", effective_to="2026-08-01")
    pd.concat([frame, twice]).to_csv(path, index=False)
    with pytest.raises(DataError, match=rf"row {len(frame) + 2}, column effective_from.*row {row + 2} is in force"):
        read_network(folder)
