"""Given commitments against least tickets and the number of funders: kept, broken by how much, and what repairs."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.funding.closing import Closing
from model.funding.tickets import MEMBERS, TICKET, ticket_limits, ticket_repairs
from network.network import Network
from tests.model.funding.bank_world import bank_world, closing_of, funded, offers_of, plan_with

NO_CAPS = dict.fromkeys(("power_cap_project", "power_cap_portfolio", "power_cap_country", "power_cap_asset_class"), 1.0)
OWN = ("MDB", "CNB", "KZF", "TCDB")


def world(least: dict[str, float], most: float = 6) -> Network:
    """The small world with tickets by funder and a number of funders."""
    made = bank_world(rules={**NO_CAPS, "max_funders_per_project": most})
    tickets = made.funder_terms["funder_id"].map(least).fillna(0.0)
    return made.replace(funder_terms=made.funder_terms.assign(ticket_min_musd=tickets))


def given(closing: Closing, **amounts: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Amounts of RAIL in the public mode from 2028, by funder: its first instrument there; 0 of all others."""
    values = np.zeros(len(closing.funding.offers))
    for funder, amount in amounts.items():
        at = offers_of(closing.funding, project_id="RAIL", mode="public", period=0, funder_id=funder)
        values[at[0]] = amount
    return values


def limits(closing: Closing, **amounts: float) -> pd.DataFrame:
    names = ["family", "key", "year", "value", "limit", "unit", "headroom_musd", "scale_musd"]
    rows = ticket_limits(closing.funding, given(closing, **amounts))
    return pd.DataFrame(rows, columns=names).set_index(["family", "key"])


def test_a_commitment_below_its_ticket_is_broken_by_what_lacks() -> None:
    closing = closing_of(world({"MDB": 10, "CNB": 20, "KZF": 5}))
    found = limits(closing, MDB=8, CNB=200, KZF=5, TCDB=1)
    assert found.loc[(TICKET, "RAIL: MDB"), ["value", "limit", "headroom_musd", "year"]].tolist() == [8, 10, -2, 2028]
    assert found.loc[(TICKET, "RAIL: CNB"), "headroom_musd"] == 180
    assert found.loc[(TICKET, "RAIL: KZF"), "headroom_musd"] == 0
    assert (TICKET, "RAIL: TCDB") not in found.index  # it has no ticket


def test_instruments_of_a_funder_count_together() -> None:
    closing = closing_of(world({"TCDB": 10}))
    amount = np.zeros(len(closing.funding.offers))
    both = offers_of(closing.funding, project_id="RAIL", mode="minimum_revenue", period=0, funder_id="TCDB")
    assert len(both) == 2  # a loan and a stake
    amount[both] = 6.0
    (row,) = (row for row in ticket_limits(closing.funding, amount) if row[0] == TICKET)
    assert row[3:7] == (12, 10, "musd", 2)


def test_what_repairs_a_ticket_moves_least_money() -> None:
    closing = closing_of(world({"MDB": 10, "CNB": 20}))
    found = ticket_repairs(closing.funding, given(closing, MDB=8, CNB=3, KZF=50)).set_index("what")
    assert found["amount_musd"].to_dict() == {
        "MDB commits 8 million USD, least is 10: raise it": 2,
        "CNB commits 3 million USD, least is 20: leave it to others": 3,
    }
    assert set(found["project_id"]) == {"RAIL"}
    assert set(found["period"]) == {2028}
    assert ticket_repairs(closing.funding, given(closing, MDB=10, CNB=20)).empty


@pytest.mark.parametrize(("most", "left"), [(2, -40.0), (3, 0.0), (4, np.nan)])
def test_too_many_funders_leave_what_the_smallest_commit(most: int, left: float) -> None:
    closing = closing_of(world({}, most))
    found = limits(closing, MDB=100, CNB=160, KZF=40)
    row = found.loc[(MEMBERS, "RAIL")]
    assert (row["value"], row["limit"], row["unit"], row["year"]) == (3, most, "funders", 2028)
    assert row["headroom_musd"] == pytest.approx(left, nan_ok=True)
    repairs = ticket_repairs(closing.funding, given(closing, MDB=100, CNB=160, KZF=40))
    assert repairs["amount_musd"].tolist() == ([40.0] if most == 2 else [])
    assert repairs["what"].tolist() == (
        ["3 funders, most are 2: leave what KZF commit to the others"] if most == 2 else []
    )


def test_a_guarantor_takes_part() -> None:
    closing = closing_of(world({}, 1))
    amount = np.zeros(len(closing.funding.offers))
    (loan,) = offers_of(closing.funding, project_id="RAIL", mode="minimum_revenue", period=0, funder_id="COM")
    (cover,) = offers_of(
        closing.funding, project_id="RAIL", mode="minimum_revenue", period=0, funder_id="MDB", instrument="guarantee"
    )
    amount[[loan, cover]] = 50.0, 30.0
    (row,) = (row for row in ticket_limits(closing.funding, amount) if row[0] == MEMBERS)
    assert row[3:5] == (2, 1)


def test_more_than_all_terms_of_a_funder_is_no_crash() -> None:
    """Tickets need whole numbers, which a given amount above every ticket and too many funders must not break."""
    closing = closing_of(world({"MDB": 10}, 1), tickets=True)
    plan = plan_with(funded(world({})), RAIL=0)
    found = closing.accounted(plan, given(closing, MDB=290, CNB=290, KZF=290), None)
    assert found.amount.sum() == pytest.approx(870)
    assert not found.is_whole


def test_what_is_left_open_beside_given_amounts_keeps_tickets() -> None:
    """RAIL is given with tickets broken; the financing of LINE is chosen, with two funders of 60 each or more."""
    made = world(dict.fromkeys(OWN, 60.0), 2)
    closing = closing_of(made, tickets=True)
    plan = plan_with(funded(made), RAIL=0, LINE=1)
    values = given(closing, MDB=8, CNB=255, KZF=44)
    project = closing.funding.needs["project_id"].to_numpy()[closing.funding.offers["need"]]
    values[project == "LINE"] = np.nan
    found = closing.accounted(plan, values)
    by = closing.funding.offers.assign(x=found.amount, project=project).query("project == 'LINE' and x > 0")
    sums = by.groupby("funder_id")["x"].sum()
    loose = closing_of(made).accounted(plan, values).amount
    assert (loose[project == "LINE"] > 0).sum() > 2
    assert found.keeps_tickets
    assert len(sums) <= 2
    assert (sums >= 60 - 1e-6).all()
    assert found.amount[project == "RAIL"].sum() == pytest.approx(307)


def test_least_of_a_start_is_that_of_the_program() -> None:
    closing = closing_of(world({"MDB": 10}), tickets=True)
    least = closing.funding.least_tickets()
    rows = [name for name in closing._name if name.startswith("ticket_min[")]
    assert len(rows) == len(least)
    assert set(least.unique()) == {0.0, 10.0}
