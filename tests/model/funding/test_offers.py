"""Who may offer what to whom: eligibility, limits of an offer, terms, softness, risk."""

import numpy as np
import pandas as pd
import pytest

from model.errors import InputError
from model.finance.concessional import level_grant_element
from model.finance.cost_of_capital import real_rate
from model.funding.offers import build_funding
from model.funding.problem import Funding
from model.funding.rules import FundingRequest, bank_rules
from model.problem import Problem
from network.network import Network
from tests.model.conftest import make_problem, make_world
from tests.model.funding.bank_world import bank_world, offers_of

Rows = list[tuple[str, str]]


@pytest.fixture(scope="module")
def world() -> Network:
    return bank_world()


@pytest.fixture(scope="module")
def problem(world: Network) -> Problem:
    return make_problem(world)


@pytest.fixture(scope="module")
def funding(problem: Problem, world: Network) -> Funding:
    return build_funding(problem, world, FundingRequest())


def under(problem: Problem, world: Network, request: FundingRequest | None = None, **table: pd.DataFrame) -> Funding:
    """The financing of a problem with a table of the bank replaced."""
    return build_funding(problem, world.replace(**table), request or FundingRequest())


def who(funding: Funding, **keys: object) -> set[str]:
    return set(funding.offers["funder_id"].to_numpy(object)[offers_of(funding, **keys)])


def changed(frame: pd.DataFrame, key: str, row: str, **values: object) -> pd.DataFrame:
    """A table with some cells of a row changed."""
    other = frame.copy()
    for name, value in values.items():
        other[name] = [value if k == row else old for k, old in zip(other[key], other[name], strict=True)]
    return other


def test_recourse_follows_the_concession_mode(funding: Funding) -> None:
    public = offers_of(funding, project_id="RAIL", mode="public")
    found = funding.offers.iloc[public]
    assert set(zip(found["funder_id"], found["instrument"], found["recourse"], strict=True)) == {
        ("MDB", "senior", "sovereign"),
        ("CNB", "export_credit", "sovereign"),
        ("TCDB", "senior", "sovereign"),
        ("MDB", "grant", "none"),
        ("KZF", "equity", "project"),  # a state's own money needs no company
    }
    for mode in ("availability", "minimum_revenue", "traffic_risk"):
        assert set(funding.offers["recourse"].to_numpy()[offers_of(funding, mode=mode)]) == {"project", "none"}


def test_a_company_bears_traffic_only_where_it_earns(funding: Funding) -> None:
    """SOFT saves hours and adds no capacity: nobody takes its traffic, but a state may pay for its availability."""
    modes = funding.needs.groupby("project_id")["mode"].agg(set)
    assert modes["SOFT"] == {"public", "availability"}
    assert modes["RAIL"] == {"public", "availability", "minimum_revenue", "traffic_risk"}
    earns = funding.needs.groupby("mode")["earns"].agg(["min", "max"])
    assert earns.loc["traffic_risk"].all()
    assert not earns.loc["availability"].any()


def test_the_floor_is_that_of_the_class_in_its_own_mode(funding: Funding) -> None:
    floors = funding.needs.groupby(["project_id", "mode"])["dscr_floor"].first()
    assert floors["PORT", "traffic_risk"] == 1.5
    assert floors["PORT", "availability"] == 1.3
    assert floors["RAIL", "public"] == 1.4
    assert floors["RAIL", "minimum_revenue"] == 1.4
    uncovered = funding.needs.groupby("country")["uncovered"].agg(set)
    assert uncovered["KZ"] == {1.0}
    assert uncovered["AZ"] == {0.25}  # spread above that of investment grade


def test_country_class_and_date_must_fit(problem: Problem, world: Network, funding: Funding) -> None:
    assert who(funding, project_id="RAIL", instrument="equity") == {"KZF", "EQF", "TCDB"}
    assert who(funding, project_id="LINE", instrument="equity") == {"AZF", "EQF", "TCDB"}
    no_ports = changed(world.funders, "funder_id", "CNB", sectors=("rail",))
    found = under(problem, world, funders=no_ports)
    assert "CNB" in who(found, project_id="RAIL")
    assert "CNB" not in who(found, project_id="PORT")
    late = changed(world.funders, "funder_id", "MDB", first_year=2030.0)
    assert set(under(problem, world, funders=late).offers.query("funder_id == 'MDB'")["start_year"]) == {2035}
    early = changed(world.funders, "funder_id", "MDB", last_year=2030.0)
    assert set(under(problem, world, funders=early).offers.query("funder_id == 'MDB'")["start_year"]) == {2028}


def test_the_bank_opens_in_its_first_year_and_may_be_left_out(problem: Problem, world: Network) -> None:
    rules = changed(world.bank_rules, "rule_id", "first_year", value=2030.0)
    assert set(under(problem, world, bank_rules=rules).offers.query("funder_id == 'TCDB'")["start_year"]) == {2035}
    without = under(problem, world, FundingRequest(with_bank=False))
    assert "TCDB" not in set(without.funders["funder_id"])
    assert without.bank is None
    assert len(without.of_bank()) == 0


def test_funders_left_out_offer_nothing(funding: Funding) -> None:
    assert "LEFT" not in set(funding.funders["funder_id"])
    assert "LEFT" not in set(funding.offers["funder_id"])


def test_a_project_in_no_financed_country_needs_no_bank(problem: Problem, world: Network) -> None:
    only = world.country_finance[world.country_finance["country"] == "AZ"].reset_index(drop=True)
    found = under(problem, world, country_finance=only)
    assert set(found.needs["project_id"]) == {"SHIP", "LINE", "SOFT"}


def test_most_of_an_offer_is_the_least_of_shares_and_ticket(problem: Problem, world: Network, funding: Funding) -> None:
    most = funding.offers.assign(project_id=funding.needs["project_id"].to_numpy()[funding.offers["need"]])
    most = most.groupby(["project_id", "funder_id", "instrument"])["most_musd"].max()
    assert most["RAIL", "MDB", "senior"] == pytest.approx(150)  # half of 300
    assert most["RAIL", "EQF", "equity"] == pytest.approx(90)
    assert most["RAIL", "MDB", "grant"] == pytest.approx(30)
    terms = world.funder_terms.assign(ticket_max_musd=np.where(world.funder_terms["funder_id"] == "CNB", 70.0, np.nan))
    found = under(problem, world, funder_terms=terms)
    assert found.offers.query("funder_id == 'CNB'")["most_musd"].max() == 70
    assert found.offers.query("funder_id == 'CNB' and instrument == 'export_credit'")["most_musd"].min() == 30  # SOFT


def test_rates_are_reference_and_margin_and_commercial_lenders_add_the_country(funding: Funding) -> None:
    def rate(**keys: object) -> set[float]:
        return set(funding.offers["nominal_rate"].to_numpy()[offers_of(funding, **keys)].round(6))

    assert rate(funder_id="MDB", instrument="senior", recourse="sovereign") == {0.05}
    assert rate(funder_id="MDB", instrument="senior", recourse="project") == {0.07}
    assert rate(funder_id="COM", project_id="RAIL") == {round(0.04 + 0.025 + 0.0136, 6)}
    assert rate(funder_id="COM", project_id="LINE") == {0.095}
    assert rate(instrument="grant") == rate(instrument="equity") == rate(instrument="guarantee") == {0.0}


def test_own_terms_override_what_a_funder_offers(problem: Problem, world: Network) -> None:
    own = pd.DataFrame([{"project_id": "RAIL", "funder_id": "MDB", "instrument": "senior", "recourse": "sovereign",
                         "margin_bp": 10.0, "tenor_years": np.nan, "grace_years": 7.0}])  # fmt: skip
    found = build_funding(problem, world, FundingRequest(), own)
    key = {"funder_id": "MDB", "instrument": "senior", "recourse": "sovereign"}
    mine = found.offers.iloc[offers_of(found, project_id="RAIL", **key)]
    assert set(mine["nominal_rate"].round(6)) == {0.041}
    assert set(zip(mine["tenor_years"], mine["grace_years"], strict=True)) == {(20, 7)}
    others = found.offers.iloc[offers_of(found, project_id="LINE", **key)]
    assert set(zip(others["nominal_rate"].round(6), others["grace_years"], strict=True)) == {(0.05, 5)}


def test_grant_element_is_that_of_the_finance_formulas(funding: Funding) -> None:
    """Drawn in the middle of its first year, half a year's interest before the schedule of the closed form."""
    debt = funding.offers[funding.offers["is_debt"]]
    rate, tenor, grace = (debt[c].to_numpy(float) for c in ("nominal_rate", "tenor_years", "grace_years"))
    by_formula = level_grant_element(rate, tenor, grace, 0.05) - rate / 2
    assert debt["grant_element"].to_numpy() == pytest.approx(by_formula)
    assert set(funding.offers.query("instrument == 'grant'")["grant_element"]) == {1.0}
    assert set(funding.offers.query("instrument in ('equity', 'guarantee')")["grant_element"]) == {0.0}


def test_capital_and_expected_loss_by_hand(funding: Funding) -> None:
    def one(name: str, **keys: object) -> float:
        found = set(funding.offers[name].to_numpy()[offers_of(funding, **keys)].round(9))
        assert len(found) == 1, found
        return float(found.pop())

    sovereign = {"recourse": "sovereign", "instrument": "senior"}
    assert one("capital", project_id="RAIL", **sovereign) == pytest.approx(0.15 * 0.4 * 0.7)
    assert one("capital", project_id="LINE", **sovereign) == pytest.approx(0.15 * 1.25 * 0.7)
    assert one("expected_loss", **sovereign) == pytest.approx(0.008 * 0.05)
    company = {"recourse": "project", "instrument": "senior"}
    assert one("capital", project_id="PORT", **company) == pytest.approx(0.15 * 1.6)
    assert one("capital", project_id="SHIP", **company) == pytest.approx(0.15 * 1.9)  # rated below B+
    assert one("expected_loss", project_id="RAIL", **company) == pytest.approx(0.026 * 0.14)
    assert one("expected_loss", project_id="PORT", **company) == pytest.approx(0.036 * 0.2)
    assert one("capital", project_id="PORT", instrument="guarantee") == pytest.approx(0.15 * 0.5)
    assert one("expected_loss", project_id="PORT", instrument="guarantee") == pytest.approx(0.036 * 0.2)
    assert one("capital", project_id="LINE", instrument="equity") == pytest.approx(0.15 * 4.3)
    assert one("expected_loss", instrument="equity") == one("expected_loss", instrument="grant") == 0
    assert one("capital", instrument="grant") == 0


def test_envelopes_count_the_years_of_a_funder_in_the_period(problem: Problem, world: Network) -> None:
    funders = changed(world.funders, "funder_id", "MDB", first_year=2030.0, last_year=2036.0)
    at = int(np.flatnonzero(world.funders["funder_id"] == "MDB")[0])
    for name, yearly in (("low", 30), ("base", 60), ("high", 120)):
        found = under(problem, world, FundingRequest(envelopes=name), funders=funders)
        assert found.envelope[at].tolist() == [5 * yearly, 2 * yearly]


def test_reward_of_equity_is_its_real_return_and_states_are_patient(funding: Funding) -> None:
    real = real_rate(0.12, 0.02)
    early = offers_of(funding, funder_id="EQF", project_id="RAIL", period=0)
    assert funding.reward[early] == pytest.approx(np.full((len(early), 2), real))
    assert funding.reward[offers_of(funding, funder_id="KZF")].max() == 0
    assert funding.reward[~(funding.offers["instrument"] == "equity").to_numpy()].max() == 0


def test_hosts_powers_and_look_through(funding: Funding) -> None:
    assert funding.powers["power_id"].tolist() == ["CN", "EU", "KZ", "AZ"]
    rail, line = ((funding.needs["project_id"] == name).to_numpy() for name in ("RAIL", "LINE"))
    assert (funding.host[rail] == [False, False, True, False]).all()
    assert (funding.host[line] == [False, False, False, True]).all()
    bank = funding.funders["funder_id"].tolist().index("TCDB")
    assert funding.bank == bank
    assert funding.look_through[bank].tolist() == [0.2, 0.2, 0.3, 0.3]
    assert funding.look_through[funding.funders["funder_id"].tolist().index("COM")].sum() == 0


def test_a_request_overrides_the_rules_and_bad_ones_are_refused(world: Network) -> None:
    rules = bank_rules(world, FundingRequest())
    assert rules.caps == {"project": 0.6, "portfolio": 0.5, "country": 0.55, "asset_class": 0.55, "period": 0.5}
    assert rules.host_exempt
    other = bank_rules(world, FundingRequest(power_cap=0.3, host_exempt=False))
    assert set(other.caps.values()) == {0.3}
    assert not other.host_exempt
    assert rules.equity_to_loans(np.array([2020, 2028, 2033, 2050])) == pytest.approx([0.35, 0.35, 0.3, 0.25])
    with pytest.raises(InputError) as refused:
        FundingRequest(power_cap=1.4, envelopes="bass", budget_musd_per_year=-1)
    assert len(refused.value.problems) == 3
    assert "Did you mean base?" in refused.value.problems[1]


def test_a_world_without_a_bank_finances_nothing() -> None:
    plain = make_world([{"link_id": "L", "a": "A", "b": "B", "cost": 1}], [{"a": "A", "b": "B", "kt": 1}])
    with pytest.raises(InputError, match="no rules of a bank"):
        build_funding(make_problem(plain), plain, FundingRequest())
