"""Currency of debt against currency of revenue by hand: shares, what is open, cover after a fall, what breaks it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.funding.currency import breaking_fall, currency_table, devaluation_table
from network.network import Network
from tests.model.conftest import frame
from tests.model.funding.test_cash_measures import AMOUNTS, Port, port

LENT = [("MDB", "USD", 0.6), ("MDB", "EUR", 0.2), ("MDB", "local", 0.2)]
SPENT = [("port", "", "revenue", "USD", 0.7), ("port", "", "revenue", "local", 0.3),
         ("port", "", "operating_cost", "local", 1.0)]  # fmt: skip


def with_currencies(
    network: Network, lent: list[tuple[Any, ...]] = LENT, spent: list[tuple[Any, ...]] = SPENT
) -> Network:
    funders = [dict(zip(("funder_id", "currency", "share"), row, strict=True)) for row in lent]
    columns = ("asset_class", "country", "flow", "currency", "share")
    return network.replace(
        funder_currencies=frame("funder_currencies", [row | {"confidence": "memory"} for row in funders]),
        class_currencies=frame(
            "class_currencies", [dict(zip(columns, row, strict=True)) | {"confidence": "sourced"} for row in spent]
        ),
    )


def tables(found: Port, network: Network, fall: float = 0.3) -> tuple[pd.DataFrame, Any]:
    projects = pd.DataFrame([found.row._asdict()])
    both = network, found.taken, projects, found.cash
    (row,) = devaluation_table(*both, fall).itertuples()
    return currency_table(*both).set_index("currency"), row


@pytest.fixture(scope="module")
def at_risk() -> Port:
    """A loan of 90 on the project, revenue of 40, running cost of 20 a year."""
    return port("traffic_risk", AMOUNTS, 40.0)


def test_shares_of_debt_and_revenue_and_what_is_open(at_risk: Port) -> None:
    found, row = tables(at_risk, with_currencies(at_risk.network))
    assert found["debt_musd"].to_dict() == pytest.approx({"EUR": 18, "KZT": 18, "USD": 54})
    assert found["debt_share"].to_dict() == pytest.approx({"EUR": 0.2, "KZT": 0.2, "USD": 0.6})
    assert found["revenue_share"].to_dict() == pytest.approx({"EUR": 0, "KZT": 0.3, "USD": 0.7})
    assert found["open_share"].to_dict() == pytest.approx({"EUR": 0.2, "KZT": 0, "USD": 0})
    assert found["is_local"].to_dict() == {"EUR": 0, "KZT": 1, "USD": 0}
    assert set(found["confidence"]) == {"memory"}
    assert (row.foreign_debt_share, row.foreign_revenue_share) == pytest.approx((0.8, 0.7))
    assert row.unhedged_share == pytest.approx(0.1)


def test_cover_after_a_fall_by_hand(at_risk: Port) -> None:
    """In 2030: hard cash 28, local cash 12 - 20, less tax; hard service is four fifths of all."""
    network = with_currencies(at_risk.network)
    by = at_risk.cash.set_index("year")
    cover = []
    for year in range(2030, 2044):
        kept = by.loc[year, "cfads_musd"] / 20  # of what is left of 40 - 20 before tax
        service = by.loc[year, "interest_musd"] + by.loc[year, "principal_musd"]
        price = 1 / 0.7
        cover.append(kept * (28 * price + 12 - 20) / (service * (0.8 * price + 0.2)))
    assert tables(at_risk, network)[1].dscr_stressed == pytest.approx(min(cover))
    assert tables(at_risk, network)[1].dscr_min == at_risk.row.dscr_min
    assert tables(at_risk, network, 0.0)[1].dscr_stressed == pytest.approx(at_risk.row.dscr_min)


def test_local_cash_against_hard_debt_loses_what_the_currency_loses(at_risk: Port) -> None:
    lent = [("MDB", "USD", 1.0)]
    spent = [("port", "", flow, "local", 1.0) for flow in ("revenue", "operating_cost")]
    network = with_currencies(at_risk.network, lent, spent)
    row = tables(at_risk, network)[1]
    assert row.dscr_stressed == pytest.approx(0.7 * at_risk.row.dscr_min)
    assert row.unhedged_share == 1
    floor = at_risk.row.dscr_min / 1.6
    eased = replace(at_risk, row=at_risk.row._replace(dscr_floor=floor))
    assert tables(eased, network)[1].breaking_devaluation == pytest.approx(1 - 1 / 1.6)
    assert row.breaking_devaluation == 0 if at_risk.row.dscr_min < 1.5 else row.breaking_devaluation > 0
    home = with_currencies(at_risk.network, [("MDB", "local", 1.0)], spent)
    assert tables(at_risk, home)[1].dscr_stressed == pytest.approx(at_risk.row.dscr_min)
    assert tables(at_risk, home)[1].unhedged_share == 0


def test_a_country_with_rows_of_its_own_has_those(at_risk: Port) -> None:
    spent = [*SPENT, ("port", "KZ", "revenue", "EUR", 1.0)]
    found, _ = tables(at_risk, with_currencies(at_risk.network, LENT, spent))
    assert found["revenue_share"].to_dict() == pytest.approx({"EUR": 1, "KZT": 0, "USD": 0})
    spent = [*SPENT, ("port", "AZ", "revenue", "EUR", 1.0)]
    found, _ = tables(at_risk, with_currencies(at_risk.network, LENT, spent))
    assert found.loc["USD", "revenue_share"] == pytest.approx(0.7)


def test_without_tables_all_is_in_dollars(at_risk: Port) -> None:
    found, row = tables(at_risk, at_risk.network)
    assert found.index.tolist() == ["USD"]
    assert row.unhedged_share == 0
    assert row.dscr_stressed == pytest.approx(at_risk.row.dscr_min)


def test_what_a_state_borrows_costs_the_state_more() -> None:
    found = port("public", {("MDB", "senior"): 100.0, ("MDB", "grant"): 20.0}, 40.0)
    row = tables(found, with_currencies(found.network))[1]
    assert np.isnan([row.dscr_min, row.dscr_stressed, row.breaking_devaluation]).all()
    dearest = found.cash["sovereign_service_musd"].max()
    assert row.state_musd_per_year == pytest.approx(0.8 * dearest * (1 / 0.7 - 1))


def test_under_availability_the_state_pays_and_cover_stays() -> None:
    """Charges of 10 cover no cost: what the state pays is the floor times the service, four fifths of it dearer."""
    found = port("availability", AMOUNTS, 10.0)
    spent = [("port", "", flow, "local", 1.0) for flow in ("revenue", "operating_cost")]
    shares, row = tables(found, with_currencies(found.network, LENT, spent))
    assert row.dscr_stressed == pytest.approx(1.3)
    service = (found.cash["interest_musd"] + found.cash["principal_musd"]).max()
    assert row.state_musd_per_year == pytest.approx(1.3 * 0.8 * service * (1 / 0.7 - 1))
    assert shares.loc["KZT", "revenue_share"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("hard_cash", "local_cash", "hard", "local", "fall"),
    [
        (0.0, 150.0, 75.0, 0.0, 0.25),  # 150 R^-1 = 1.5 x 75 at R = 4 / 3
        (112.5, 0.0, 75.0, 0.0, np.nan),  # as hard as its debt
        (0.0, 150.0, 0.0, 100.0, np.nan),  # no hard debt
        (0.0, 100.0, 75.0, 0.0, 0.0),  # below the floor as it is
        (60.0, 90.0, 60.0, 40.0, 0.0),  # at the floor as it is: 150 = 1.5 x 100
    ],
)
def test_the_fall_that_breaks_cover(
    hard_cash: float, local_cash: float, hard: float, local: float, fall: float
) -> None:
    years = [np.array([value, 0.0]) for value in (hard_cash, local_cash, hard, local)]
    assert breaking_fall(*years, 1.5) == pytest.approx(fall, nan_ok=True)
