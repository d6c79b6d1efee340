"""Who gains, what gets dearer and what moves: figures by hand on a few rows, and the run's own sums."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from rich.console import Console

from model.solution import Solution
from network.network import Network
from report.excel import HEADER_ROW, write_excel
from report.partners import spread
from report.summary import WIDTH, summary
from report.trade_indicators import (
    GAINS,
    WORTH,
    account_changes,
    account_parts,
    accounts_by,
    accounts_by_commodity,
    duties,
    duty_by_country,
    duty_changes,
    partner_concentration,
    price_changes,
    price_index,
    prices_by_origin,
    trade_changes,
)
from report.trade_page import gains_data, trade_data
from report.trade_sentences import NOTHING_CHANGES, NOTHING_TRADED, change_sentences, price_sentence
from report.trade_tables import ends_first, trade_sheets, with_worth

Made = Callable[..., Solution]
ACCOUNTS = [  # country, good, account, amount: a year of 2030, worth ten times that
    ("US", "ferroalloys", "consumer_surplus", 60.0),
    ("US", "ferroalloys", "duty", 10.0),
    ("KZ", "ferroalloys", "producer_surplus", 20.0),
    ("KZ", "", "carrier_margin", 5.0),
    ("KZ", "wheat", "freight_receipts", 99.0),
    ("KZ", "wheat", "emissions", 77.0),
    ("", "", "investment", 0.0),
]
PRICES = [  # buyer, seller, good, bought, reference, price, duty, reference price
    ("US", "KZ", "ferroalloys", 100.0, 100.0, 1500.0, 100.0, 1000.0),
    ("US", "US", "wheat", 400.0, 400.0, 250.0, 0.0, 250.0),
    ("CN", "KZ", "wheat", 200.0, 200.0, 300.0, 0.0, 250.0),
    ("KZ", "CN", "chemicals", 100.0, 100.0, 500.0, 0.0, 500.0),
]
TRADE = [  # seller, buyer, good, corridor, kt, million USD
    ("KZ", "US", "ferroalloys", "middle", 100.0, 100.0),
    ("KZ", "CN", "wheat", "northern", 200.0, 50.0),
    ("CN", "KZ", "chemicals", "northern", 100.0, 50.0),
    ("US", "US", "wheat", "land", 400.0, 100.0),
]


def rows(change: dict[tuple[str, str, str], float] | None = None, dearer: float = 1.0, fewer: float = 0.0) -> Any:
    """Rows of a run; `change` adds to accounts, `dearer` multiplies the price of ferroalloys, `fewer` kt are sold."""
    change = change or {}
    accounts = [
        {"period": 2030, "country": c, "commodity_id": g, "account": a, "unit": "musd", "counts": 1.0}
        | {"amount": v + change.get((c, g, a), 0.0), "discounted_musd": 10 * (v + change.get((c, g, a), 0.0))}
        for c, g, a, v in ACCOUNTS
    ]
    prices = []
    for buyer, seller, good, bought, reference, price, duty, usual in PRICES:
        paid = price * (dearer if good == "ferroalloys" else 1.0)
        kt = bought - (fewer if good == "ferroalloys" else 0.0)
        row = {"period": 2030, "country": buyer, "origin": seller, "commodity_id": good, "quantity_kt": kt}
        row |= {"reference_kt": reference, "price_usd_per_t": paid, "producer_usd_per_t": 900.0, "duty_usd_per_t": duty}
        row |= {"reference_usd_per_t": usual, "basket_musd": reference * paid / 1000}
        prices.append(row | {"reference_basket_musd": reference * usual / 1000})
    trade = []
    for seller, buyer, good, corridor, kt, musd in TRADE:
        left = kt - (fewer if good == "ferroalloys" else 0.0)
        row = {"period": 2030, "exporter": seller, "importer": buyer, "commodity_id": good, "corridor_id": corridor}
        trade.append(row | {"flow_kt": left, "value_musd": musd * left / kt})
    lane = {"lane_id": "A", "origin_zone": "E", "destination_zone": "W", "commodity_id": "wheat", "market_id": "m"}
    demand = [lane | {"period": 2030, "season": "year", "served_kt": 1.0, "reference_kt": 1.0}]
    return {"accounts": accounts, "market_prices": prices, "trade": trade, "demand": demand}


@pytest.fixture
def other(hand_made: Made) -> Solution:
    return hand_made({"title": "Today"}, **rows())


@pytest.fixture
def plan(hand_made: Made) -> Solution:
    """Ferroalloys are dearer by 20 % in the United States; Kazakhstan sells 40 kt less of them."""
    change = {("US", "ferroalloys", "consumer_surplus"): -30.0, ("US", "ferroalloys", "duty"): 10.0}
    change |= {("KZ", "ferroalloys", "producer_surplus"): -8.0, ("KZ", "", "carrier_margin"): 9.0}
    change |= {("", "", "investment"): 2.0}
    return hand_made({"title": "Dear", "periods": [2030]}, **rows(change, dearer=1.2, fewer=40.0))


def test_gains_add_up_to_the_accounts_that_count_as_one(other: Solution) -> None:
    table = accounts_by(other, "country").set_index("country")
    assert table.loc["KZ", "total"] == 25  # without freight, which is spent, and emissions
    assert table.loc["US", "total"] == 70
    counted = other["accounts"][other["accounts"]["account"].isin(GAINS)]
    assert table["total"].sum() == counted["amount"].sum()
    goods = accounts_by_commodity(other)
    assert goods.set_index("commodity_id")["total"].to_dict() == {"ferroalloys": 90.0}


def test_changes_are_by_country_and_good_and_in_present_value(plan: Solution, other: Solution) -> None:
    change = account_changes(plan, other, "country").set_index("country")["total"]
    assert change.to_dict() == {"": 2.0, "KZ": 1.0, "US": -20.0}
    worth = account_changes(plan, other, "country", WORTH).set_index("country")["total"]
    assert worth.to_dict() == {"": 20.0, "KZ": 10.0, "US": -200.0}
    by_good = account_changes(plan, other, "commodity_id").set_index("commodity_id")["total"]
    assert by_good["ferroalloys"] == -28
    assert by_good.sum() == change.sum()
    assert account_parts(plan, other)["musd"].sum() == change.sum()


def test_the_index_is_what_the_same_purchases_cost(plan: Solution, other: Solution) -> None:
    alone = price_index(other).set_index("country")["index_pct"]
    assert alone["US"] == pytest.approx(100 * (150 + 100) / (100 + 100) - 100)
    assert alone["CN"] == pytest.approx(20)
    both = price_index(plan, other).set_index("country")
    assert both.loc["US", "change_pct"] == pytest.approx(100 * (180 + 100) / (150 + 100) - 100)
    assert both.loc["CN", "change_pct"] == 0
    assert list(both.index) == ["US", "CN", "KZ"]


def test_prices_that_change_and_what_they_cost(plan: Solution, other: Solution) -> None:
    (row,) = price_changes(plan, other).to_dict("records")
    assert (row["country"], row["commodity_id"]) == ("US", "ferroalloys")
    assert (row["price_usd_per_t"], row["other_usd_per_t"]) == (pytest.approx(1800), pytest.approx(1500))
    assert row["change_pct"] == pytest.approx(20)
    assert row["cost_musd"] == pytest.approx(30)
    assert row["quantity_change_kt"] == -40
    by_origin = prices_by_origin(plan, other)
    assert len(by_origin) == len(PRICES)
    assert by_origin["quantity_change_kt"].iloc[0] == -40


def test_trade_that_moves_in_tonnes_and_value(plan: Solution, other: Solution) -> None:
    table = trade_changes(plan, other)
    assert table.iloc[0][["exporter", "importer", "kt_change", "musd_change"]].tolist() == ["KZ", "US", -40, -40]
    assert (table["kt_change"].iloc[1:] == 0).all()
    assert table["kt"].sum() == plan["trade"]["flow_kt"].sum()


def test_what_comes_by_a_way_outside_the_network_is_bought_too(other: Solution) -> None:
    trade = other["trade"].assign(flow_kt=other["trade"]["flow_kt"] / 10, value_musd=other["trade"]["value_musd"] / 10)
    outside = Solution({**other.tables, "trade": trade}, other.run)
    assert trade_changes(outside, other)["musd_change"].tolist() == pytest.approx([0.0] * 4)
    assert duty_changes(outside, other)["rate_pct"].tolist() == duties(other)["rate_pct"].tolist()


def test_duty_is_of_trade_across_borders(plan: Solution, other: Solution) -> None:
    table = duties(other)
    assert len(table) == 3
    assert table.iloc[0][["exporter", "importer", "duty_musd", "rate_pct"]].tolist() == ["KZ", "US", 10, 10]
    by: Any = duty_by_country(other).set_index("country")
    assert by.loc["US"].tolist() == [2030, 100, 10, 0, 0]
    assert by.loc["KZ", ["imports_musd", "exports_musd", "charged_musd"]].tolist() == [50, 150, 10]
    both = duty_changes(plan, other)
    assert both["rate_pct"].tolist() == both["rate_other_pct"].tolist()


def test_the_spread_of_trade_by_hand(other: Solution) -> None:
    table = partner_concentration(other)
    partner = table[table["by"] == "partner"].set_index("key")
    assert partner["share_musd_pct"].to_dict() == {"CN": 50, "US": 50}  # 50 + 50 to China, 100 to the United States
    assert partner.loc["CN", "share_kt_pct"] == 75
    (index,) = spread(other).to_dict("records")
    assert [index[key] for key in ("partner_value", "partner_tonnes", "corridor_value", "corridor_tonnes")] == (
        [0.5, 0.75**2 + 0.25**2, 0.5, 0.75**2 + 0.25**2]
    )


def test_sentences_say_who_gains_and_who_pays(plan: Solution, other: Solution, network: Network) -> None:
    said = " ".join(change_sentences(plan, other, network, 2030))
    assert "In 2030 Kazakhstan gains USD 1 mn a year, above all the rent of scarce ways that begin there" in said
    assert "the United States loses USD 20 mn a year, above all its buyers (-USD 30 mn, most on ferroalloys)" in said
    assert "The price index of what is bought rises most in the United States (+12 %)." in said
    assert "ferroalloys in the United States (USD 1,800 a tonne, against USD 1,500, +20 %)" in said
    assert "ferroalloys from Kazakhstan to the United States (-40 kt, -USD 40 mn)" in said
    assert "All together lose USD 17 mn in a year of 2030, and over all years lose USD 170 mn" in said
    assert "Herfindahl index 0.53, against 0.50" in said


def test_that_nothing_changes_is_said_plainly(other: Solution, hand_made: Made, network: Network) -> None:
    assert change_sentences(other, other, network, 2030) == [NOTHING_CHANGES]
    empty = hand_made()
    assert change_sentences(empty, empty, network, 2030) == [NOTHING_TRADED]
    assert price_sentence(empty, network, 2030) == ""
    assert trade_data(empty, network, [2030]) is None
    assert trade_sheets(empty, network, empty) == []
    none = gains_data(empty, empty, network, [2030])
    assert none is not None
    assert none["countries"] == {"2030": []}


def test_a_plan_alone_says_prices_and_duty(other: Solution, network: Network) -> None:
    said = price_sentence(other, network, 2030)
    assert "the United States (+25.0 %), China (+20.0 %) and Kazakhstan (+0.0 %)" in said
    assert said.endswith("most duty is received by the United States (USD 10 mn).")


def test_periods_of_one_plan_only_are_not_compared(plan: Solution, other: Solution) -> None:
    later = {name: table.assign(period=2040) if "period" in table else table for name, table in other.tables.items()}
    assert account_changes(plan, Solution(later, {}), "country").empty
    for table in (trade_changes, price_changes, price_index, prices_by_origin):
        assert table(plan, Solution(later, {})).empty


def test_the_worth_of_a_policy_over_equal_builds_takes_the_place_of_gains(
    plan: Solution, other: Solution, network: Network, hand_made: Made
) -> None:
    worth = hand_made(policy_worth=[{"case": "base", "exporter": "KZ", "importer": "US"}])["policy_worth"]
    assert gains_data(Solution({**plan.tables, "policy_worth": worth}, plan.run), other, network, [2030]) is None


def test_who_gains_and_who_loses_most_come_first(plan: Solution, other: Solution, network: Network) -> None:
    table = with_worth(plan, other, network, "country")
    assert ends_first(table, 2)["name"].tolist() == ["Projects and facilities", "United States", "Kazakhstan"]
    assert table.set_index("country")["worth_musd"]["US"] == -200


def test_the_workbook_holds_accounts_and_changes(
    plan: Solution, other: Solution, network: Network, tmp_path: Path
) -> None:
    write_excel(plan, network, tmp_path / "plan.xlsx", other)
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    names = {"Accounts", "Market prices", "Accounts by good", "Prices and duties", "Duties", "Spread of trade",
             "Changed accounts", "Changed accounts by good", "Changed price index", "Prices at markets",
             "Prices by origin", "Changed trade"}  # fmt: skip
    assert names <= set(book.sheetnames)
    sheet = book["Changed accounts"]
    header = [cell.value for cell in sheet[HEADER_ROW + 1]]
    assert header[1:3] == ["Country", "Buyers (million USD a year)"]
    place = header.index("Together (million USD a year)")
    shown = {row[1]: row[place] for row in sheet.iter_rows(min_row=HEADER_ROW + 2, values_only=True)}
    assert shown == {"Projects and facilities": 2, "Kazakhstan": 1, "United States": -20}


def test_the_terminal_fits_and_answers(plan: Solution, other: Solution, network: Network) -> None:
    console = Console(width=WIDTH, record=True, force_terminal=False)
    with console.capture() as capture:
        console.print(summary(plan, network, other))
    text = capture.get()
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert "ACCOUNTS OF COUNTRIES" in text
    assert "WHO GAINS AND WHO PAYS AGAINST TODAY" in text
    assert "Ferroalloys in United States" in text
