"""Worth of a policy, accounts, partners and states as they are shown: the tables' own figures."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from network.network import Network, read_network
from report.accounts import ACCOUNTS, accounts_by_country, incentive_sentence, state_sentences
from report.partners import concentration, partners, spread, spread_sentence
from report.policy_worth import (
    country_name,
    nil_sentence,
    price_changes,
    price_index,
    worth_by_country,
    worth_by_good,
    worth_sentences,
)

DATA = Path(__file__).resolve().parents[2] / "data"


class Made(dict[str, pd.DataFrame]):
    """Tables by name and the facts of a run, as a solution has them."""

    run: dict[str, Any]


@pytest.fixture(scope="module")
def world() -> Network:
    return read_network(DATA)


@pytest.fixture
def made() -> Any:
    """Kazakhstan sells ferroalloys to the United States, dearer by 10 %, and wheat to China as before."""
    common = {"risk_musd": 0.0, "premium_before_pct": 0.0, "premium_after_pct": 0.0, "value_musd": 1.0}
    pair = {"case": "base", "exporter": "KZ", "importer": "US", "commodity_id": "ferroalloys", "duty_musd": -12.0,
            "investment_musd": 2.0, "total_musd": -10.0, "buyers_musd": -7.0, "sellers_musd": -3.0,
            "treasury_musd": 8.0, "quantity_kt": 100.0, "change_kt": -20.0, "duty_before_pct": 0.0,
            "duty_after_pct": 10.0, "price_before_usd_per_t": 1000.0, "price_after_usd_per_t": 1100.0}  # fmt: skip
    other = {**pair, "importer": "CN", "commodity_id": "wheat", "duty_musd": 0.0, "investment_musd": 0.0,
             "total_musd": 0.0, "buyers_musd": 0.0, "sellers_musd": 0.0, "treasury_musd": 0.0, "change_kt": 0.0,
             "price_after_usd_per_t": 1000.0}  # fmt: skip
    same = {**other, "importer": "US"}
    table = Made(policy_worth=pd.DataFrame([{**row, **common} for row in (pair, other, same)]))
    table.run = {"periods": [2030, 2040], "incentive_gap": None, "objective_name": "shipper"}
    return table


def test_who_gains_adds_buyers_sellers_and_treasury(made: Any, world: Network) -> None:
    table = worth_by_country(made, world).set_index("country")
    assert table.loc["US", "total_musd"] == pytest.approx(-7 + 8)
    assert table.loc["KZ", "total_musd"] == pytest.approx(-3)
    assert table["total_musd"].sum() == pytest.approx(-10 + 8)
    assert table.loc["US", "low_musd"] == table.loc["US", "total_musd"]  # no range was solved


def test_goods_without_a_gain_are_left_out(made: Any, world: Network) -> None:
    table = worth_by_good(made, world)
    assert table["commodity_id"].tolist() == ["ferroalloys"]
    assert table["name"].iloc[0].endswith("Kazakhstan to United States")


def test_the_index_of_prices_is_of_all_imports(made: Any, world: Network) -> None:
    index = price_index(made, world).set_index("country")["index_pct"]
    assert index["US"] == pytest.approx(100 * (100 * 1100 + 100 * 1000) / (200 * 1000) - 100)
    assert index["CN"] == 0
    changes = price_changes(made, world)
    assert changes["change_pct"].tolist() == pytest.approx([10])


def test_sentences_say_what_it_is_worth_and_to_whom(made: Any, world: Network) -> None:
    said = " ".join(worth_sentences(made, world))
    for part in ("-USD 10 mn", "treasuries receive USD 8 mn more", "United States (USD 1 mn)", "Kazakhstan (USD 3 mn)",
                 "United States (+5 %)"):  # fmt: skip
        assert part in said


def test_sentences_say_plainly_that_nothing_changes(made: Any, world: Network) -> None:
    nothing = Made(policy_worth=made["policy_worth"].iloc[1:])
    assert worth_sentences(nothing, world) == [
        "No duty, price or flow changes: what is charged at borders is the same in both runs."
    ]


def test_where_permanent_status_is_worth_nothing_is_said_with_the_reason(world: Network) -> None:
    from model.levers.ntr import Ntr

    assert nil_sentence(world) == ""
    said = nil_sentence(Ntr(id="pntr", countries=("KZ",), status="permanent", first_year=2027).apply(world))
    assert "crude oil" in said
    assert "uranium" in said
    assert "columns are alike" in said
    assert "textiles 6109.10.00 (61 points)" in said


def test_countries_have_names(world: Network) -> None:
    assert [country_name(code, world) for code in ("KZ", "EU27", "US", "RU")] == [
        "Kazakhstan", "European Union", "United States", "Russia and Belarus"]  # fmt: skip


def test_concentration_by_hand() -> None:
    assert concentration(pd.Series([1.0, 1.0, 2.0])) == pytest.approx(0.25**2 * 2 + 0.5**2)
    assert concentration(pd.Series([5.0])) == 1


def test_trade_spreads_over_partners_and_corridors(world: Network) -> None:
    rows = [("KZ", "CN", "wheat", "middle_corridor", 10.0, 30.0), ("EU27", "KZ", "cont_mid", "northern", 5.0, 10.0),
            ("CN", "EU27", "cont_mid", "northern", 99.0, 99.0), ("KZ", "KZ", "coal", "northern", 9.0, 9.0)]  # fmt: skip
    columns = ["exporter", "importer", "commodity_id", "corridor_id", "flow_kt", "value_musd"]
    solution: Any = Made(trade=pd.DataFrame(rows, columns=columns).assign(period=2030))
    assert partners(solution)[["partner", "musd"]].to_dict("records") == [
        {"partner": "CN", "musd": 30.0}, {"partner": "EU27", "musd": 10.0}]  # fmt: skip
    row = spread(solution).iloc[0]
    assert row["partner_value"] == pytest.approx(0.75**2 + 0.25**2)
    assert row["corridor_tonnes"] == pytest.approx((2 / 3) ** 2 + (1 / 3) ** 2)
    assert "China 75 %" in spread_sentence(solution, world)
    assert spread_sentence(Made(trade=solution["trade"].iloc[:0]), world) == ""  # type: ignore[arg-type]


def test_accounts_are_the_sums_of_the_table(world: Network) -> None:
    rows = [("US", "wheat", "duty", "musd", 4.0), ("US", "flour", "duty", "musd", 3.0),
            ("KZ", "wheat", "producer_surplus", "musd", 2.0), ("", "", "other_rents", "musd", 9.0)]  # fmt: skip
    columns = ["country", "commodity_id", "account", "unit", "amount"]
    solution: Any = Made(accounts=pd.DataFrame(rows, columns=columns).assign(period=2030))
    table = accounts_by_country(solution, world).set_index("country")
    assert table.loc["US", "duty"] == 7
    assert table.loc["KZ", "producer_surplus"] == 2
    assert set(ACCOUNTS) <= set(table.columns)


def test_states_and_the_incentive_gap_are_said(made: Any) -> None:
    rows = [("calm", "Nothing has happened", 2040, 0.9, 100.0), ("lost", "Lost", 2040, 0.1, 40.0)]
    made["states"] = pd.DataFrame(rows, columns=["state", "title", "period", "probability", "value_musd"])
    assert state_sentences(made)[1] == "Lost, 10 % in 2040: a year is worth -USD 60 mn against it."
    assert incentive_sentence(made) == ""
    made.run = {**made.run, "objective_name": "world", "incentive_gap": {"gap_musd": 5.0}}
    assert "USD 5 mn" in incentive_sentence(made)
