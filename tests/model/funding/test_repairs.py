"""Portfolios that nobody can pay for: what lacks and the cheapest repairs by hand; amounts given over a limit."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.funding.closing import Closing
from model.funding.covenants import label
from model.funding.rules import FundingRequest
from model.studies.portfolio_run import repairs_table
from network.network import Network
from tests.model.funding.bank_world import bank_world, closing_of, offers_of

NO_CAPS = dict.fromkeys(("power_cap_project", "power_cap_portfolio", "power_cap_country", "power_cap_asset_class"), 1.0)
PORT = {"project_id": "PORT", "name": "Port Y", "country": "KZ", "project_type": "port", "capex_musd": 200,
        "construction_years": 2, "lifetime_years": 30, "earliest_start_year": 2028}  # fmt: skip
PLAN = np.array([1.0, 0.0])  # the port, in the first period


def port_y(caps: dict[str, float], eu_share: float = 0.27, **funders: dict[str, Any]) -> Network:
    """One port of 200, given away: China could give all of it, Europe 54; grants bear no interest."""
    world = bank_world(
        [PORT],
        [{"project_id": "PORT", "target": "link", "target_id": "L2", "capacity_added_t_per_year": 1_000_000}],
        only=("MDB", "CNB"),
        rules={**NO_CAPS, **caps},
        funders={"CNB": {"max_share_of_cost": 1}, "MDB": {"max_share_of_cost": 1}, **funders},
    )
    grants = world.funder_terms[world.funder_terms["instrument"] == "grant"]
    terms = pd.concat([grants.assign(funder_id="MDB", max_share_of_cost=eu_share),
                       grants.assign(funder_id="CNB", max_share_of_cost=1.0)], ignore_index=True)  # fmt: skip
    owners = world.funder_owners[
        (world.funder_owners["power_id"] != "CN") | (world.funder_owners["funder_id"] == "CNB")
    ]
    return world.replace(funder_terms=terms, funder_owners=owners.reset_index(drop=True))


def test_a_cap_of_40_percent_on_china_leaves_110_of_the_port_unfunded() -> None:
    """Europe's 54 bear 36 of China's, 40 % of 90: 110 lack. Paid in full, China's 146 are 66 over 40 % of 200."""
    closing = closing_of(port_y({"power_cap_project": 0.4}), tickets=True)
    assert closing.financing(PLAN) is None
    lacks = closing.unfunded(PLAN)
    assert lacks["musd"].tolist() == pytest.approx([110])
    repairs = closing.repairs(PLAN)
    by = repairs.groupby("family")["total"].first()
    assert by["power_cap_project"] == pytest.approx(66)
    assert by["offer_limit"] == pytest.approx(66)  # or Europe gives 120 in place of 54
    assert set(by.index) == {"power_cap_project", "offer_limit"}
    assert repairs["total"].is_monotonic_increasing
    periods = pd.DataFrame({"period": [2030, 2040], "first_year": [2028, 2035], "last_year": [2034, 2042]})
    table = repairs_table(closing, PLAN, periods).set_index("family")
    assert table.loc["unfunded", "project_id"] == "PORT"
    assert table.loc["unfunded", "amount_musd"] == pytest.approx(110)
    assert table.loc["unfunded", "period"] == 2028
    assert table.loc["power_cap_project", "what"] == "Power's share of the project: PORT: CN"
    assert table.loc["offer_limit", "what"].endswith("PORT: MDB grant")


def test_a_repaired_limit_is_enough_and_less_is_not() -> None:
    for cap, enough in ((0.729, False), (0.731, True)):  # 146 of 200 are 73 %
        found = closing_of(port_y({"power_cap_project": cap}), tickets=True).financing(PLAN)
        assert (found is not None) == enough


def test_two_limits_that_bind_at_once_have_no_repair_of_one_kind() -> None:
    """China is capped in the project and in the country: neither cap alone is enough."""
    world = port_y({"power_cap_project": 0.4, "power_cap_country": 0.4})
    closing = closing_of(world, tickets=True)
    families = set(closing.repairs(PLAN)["family"])
    assert families == {"offer_limit"}


def test_an_envelope_that_lacks_is_its_own_repair() -> None:
    """Envelopes of 7 years: Europe 7 x 4 = 28, China 7 x 20 = 140; of 200 lack 32."""
    world = port_y({}, eu_share=1, MDB={"envelope_musd_per_year": 4, "max_share_of_cost": 1},
                   CNB={"envelope_musd_per_year": 20, "max_share_of_cost": 1})  # fmt: skip
    closing = closing_of(world, tickets=True)
    assert closing.unfunded(PLAN)["musd"].sum() == pytest.approx(32)
    repairs = closing.repairs(PLAN)
    assert repairs["family"].unique().tolist() == ["envelope"]
    assert repairs["total"].iloc[0] == pytest.approx(32)


def test_a_budget_that_lacks_is_its_own_repair() -> None:
    world = port_y({}, eu_share=1)
    closing = closing_of(world, FundingRequest(budget_musd_per_year=25), tickets=True)
    assert closing.unfunded(PLAN)["musd"].sum() == pytest.approx(25)
    assert closing.repairs(PLAN).to_dict("records") == [
        {"family": "programme_budget", "key": "0", "musd": pytest.approx(25), "total": pytest.approx(25)}
    ]


def test_what_is_paid_for_needs_no_repair() -> None:
    world = port_y({}, eu_share=1)
    closing = closing_of(world, tickets=True)
    assert closing.unfunded(PLAN).empty
    assert closing.repairs(PLAN).empty
    assert repairs_table(closing, PLAN, pd.DataFrame()).empty


def given(closing: Closing, **amounts: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Amounts of the grants of PORT in the public mode by funder; nothing of all others."""
    values = np.zeros(len(closing.funding.offers))
    for funder, amount in amounts.items():
        (at,) = offers_of(closing.funding, project_id="PORT", mode="public", period=0, funder_id=funder)
        values[at] = amount
    return values


def broken(closing: Closing, **amounts: float) -> dict[str, float]:
    """By how much which limits are broken by given amounts."""
    found = closing.accounted(PLAN, given(closing, **amounts), {0: "public"})
    limits = closing.limits(found)
    over = limits.assign(over=limits["value"] - limits["limit"]).query("over > 1e-3")
    assert found.is_whole == (over.empty and sum(amounts.values()) == pytest.approx(200))
    return dict(zip(over["family"], over["over"], strict=True))


def test_given_amounts_over_a_limit_break_it_by_what_is_over() -> None:
    capped = closing_of(port_y({"power_cap_project": 0.4}, eu_share=0.7))
    assert broken(capped, MDB=120, CNB=80) == {}
    assert broken(capped, MDB=100, CNB=100) == pytest.approx({"power_cap_project": 20})
    assert broken(capped, MDB=40, CNB=60) == pytest.approx({"power_cap_project": 20})  # and 100 lack
    assert broken(closing_of(port_y({}, eu_share=0.7)), MDB=150, CNB=50) == pytest.approx({"offer_limit": 10})
    poor = closing_of(port_y({}, eu_share=1, CNB={"envelope_musd_per_year": 10, "max_share_of_cost": 0.4}))
    assert broken(poor, MDB=100, CNB=100) == pytest.approx({"envelope": 30, "offer_limit": 20})


def test_more_than_the_cost_is_no_financing_and_no_crash() -> None:
    closing = closing_of(port_y({}, eu_share=1))
    found = closing.accounted(PLAN, given(closing, MDB=150, CNB=70))
    assert not found.is_whole
    assert found.amount.sum() == pytest.approx(220)


def test_names_of_limits_are_those_of_people() -> None:
    closing = closing_of(bank_world(), FundingRequest(budget_musd_per_year=10))
    funding = closing.funding
    periods = pd.DataFrame({"period": [2030, 2040], "first_year": [2028, 2035], "last_year": [2034, 2042]})
    (offer,) = offers_of(funding, project_id="RAIL", mode="public", period=0, funder_id="CNB")
    need = int(funding.offers["need"].iloc[offer])
    start = int(funding.needs["start"].iloc[need])
    mdb = funding.funders["funder_id"].tolist().index("MDB")
    china = funding.powers["power_id"].tolist().index("CN")
    names = {
        ("envelope", f"{mdb},1"): ("MDB", 2035.0),
        ("bank_capital", "3"): ("the bank", 2031.0),
        ("bank_country", "KZ,2"): ("KZ", 2030.0),
        ("guarantee_headroom", "AZ,6"): ("AZ", 2034.0),
        ("guarantee_cap", "AZ,1"): ("AZ", 2035.0),
        ("programme_budget", "0"): ("all projects", 2028.0),
        ("debt_service", f"{need},1"): ("RAIL", 2035.0),
        ("funder_share", f"{need},{mdb}"): ("RAIL: MDB", 2028.0),
        ("offer_limit", f"{need},{offer}"): ("RAIL: CNB export_credit", 2028.0),
        ("commercial_cover", f"{need}"): ("RAIL", 2028.0),
        ("ticket_min", f"{start},{mdb}"): ("RAIL: MDB", 2028.0),
        ("funders_of_project", f"{start}"): ("RAIL", 2028.0),
        ("power_cap_project", f"{start},{china}"): ("RAIL: CN", 2028.0),
        ("power_cap_period", f"1,{china}"): ("all projects: CN", 2035.0),
    }
    assert {key: label(funding, periods, *key) for key in names} == names
    everywhere = {
        ("power_cap_portfolio", f"all,{china}"): "all projects: CN",
        ("power_cap_country", f"KZ,{china}"): "KZ: CN",
        ("power_cap_asset_class", f"rail,{china}"): "rail: CN",
    }
    assert {key: label(funding, periods, *key)[0] for key in everywhere} == everywhere
    assert all(np.isnan(label(funding, periods, *key)[1]) for key in everywhere)


def test_names_of_limits_hold_when_only_a_part_of_the_starts_has_offers() -> None:
    """Rows of a start are named by the start, whose number is no row of the needs."""
    closing = closing_of(bank_world())
    starts = np.zeros(int(closing.funding.needs["start"].max()) + 1)
    starts[-1] = 1.0
    narrow, _, _ = closing.funding.of_plan(starts)
    periods = pd.DataFrame({"period": [2030, 2040], "first_year": [2028, 2035], "last_year": [2034, 2042]})
    for start in sorted(set(narrow.needs["start"])):
        expected = narrow.needs.loc[narrow.needs["start"] == start, "project_id"].iloc[0]
        assert label(narrow, periods, "funders_of_project", str(start))[0] == expected
