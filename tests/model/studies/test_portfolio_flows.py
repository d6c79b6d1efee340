"""Flows of projects under factors and delays: cases worked by hand, and capex that is never lost."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.studies.portfolio_flows import least_cover, project_flows, shifted, stretched_capex, worth
from tests.model.studies.risk_tables import BASE, RATE, flows_of, present, projects_of


def test_worth_by_hand() -> None:
    (one,) = project_flows(flows_of(), projects_of("A"))
    assert worth(one, RATE, BASE).item() == pytest.approx(present(-60, -40, 45, 55, 65, 20))
    factors = worth(one, RATE, BASE, capex=[1.2, 1.0], benefits=[1.0, 0.5], operating=[1.0, 2.0])
    assert factors == pytest.approx([present(-72, -48, 45, 55, 65, 20), present(-60, -40, 15, 20, 25, 20)])


def test_delay_by_hand_loses_the_end_and_spreads_the_works() -> None:
    (one,) = project_flows(flows_of(), projects_of("A"))
    # Two years of works become four: 30, 30, 20, 20; one year of benefits (50) and cost (5) is left, then the horizon.
    assert stretched_capex(one, 2.0).tolist() == [[30.0, 30.0, 20.0, 20.0, 0.0]]
    assert worth(one, RATE, BASE, delay=2.0).item() == pytest.approx(present(-30, -30, -20, -20, 45, 20))
    # Half a year: 2.5 years of works; 60 over 1.25 years, 40 over 1.25 years.
    assert stretched_capex(one, 0.5)[0] == pytest.approx([48.0, 12 + 0.75 * 32, 0.5 * 32, 0, 0])
    half = present(-48, -36, -16 + 0.5 * 45, 0.5 * (45 + 55), 0.5 * (55 + 65), 20)
    assert worth(one, RATE, BASE, delay=0.5).item() == pytest.approx(half)


def test_works_beyond_the_horizon_are_paid_before_it() -> None:
    (one,) = project_flows(flows_of(), projects_of("A"))
    assert stretched_capex(one, 8.0)[0] == pytest.approx([12, 12, 12, 12, 52])
    assert worth(one, RATE, BASE, delay=8.0).item() == pytest.approx(present(-12, -12, -12, -12, -52, 20))


def test_ready_early_goes_on_in_the_last_year() -> None:
    (one,) = project_flows(flows_of(), projects_of("A"))
    assert shifted(one.benefit, -1.0).tolist() == [[0.0, 50.0, 60.0, 70.0, 70.0]]
    assert stretched_capex(one, -1.0)[0] == pytest.approx([100.0, 0.0, 0.0, 0.0, 0.0])


def test_what_is_spent_in_service_comes_later_by_the_delay() -> None:
    (one,) = project_flows(flows_of(capex_musd=[60.0, 40.0, 0.0, 10.0, 0.0, 0.0]), projects_of("A"))
    assert stretched_capex(one, 1.0)[0] == pytest.approx([40, 20 + 40 / 3, 80 / 3, 0, 10])


def test_a_last_row_in_service_is_a_year_like_others() -> None:
    rows = flows_of().iloc[:-1].assign(residual_musd=[0.0, 0.0, 0.0, 0.0, 20.0])
    (one,) = project_flows(rows, projects_of("A"))
    assert worth(one, RATE, BASE).item() == pytest.approx(present(-60, -40, 45, 55, 85))


@given(
    capex=st.lists(st.floats(0, 1e3), min_size=4, max_size=9),
    start=st.integers(0, 3),
    build=st.integers(1, 4),
    delay=st.floats(-5, 30),
)
def test_no_capex_is_lost_and_none_comes_earlier_by_a_delay(
    capex: list[float], start: int, build: int, delay: float
) -> None:
    zero = [0.0] * len(capex)
    rows = pd.DataFrame({"project_id": "A", "year": range(2026, 2026 + len(capex)), "capex_musd": capex})
    rows = rows.assign(**{c: zero for c in flows_of().columns if c not in rows.columns}).assign(benefit_musd=1.0)
    dates = projects_of("A").assign(start_year=2026 + start, in_service_year=2026 + start + build)
    (one,) = project_flows(rows, dates)
    spent = stretched_capex(one, delay)[0]
    assert spent.sum() == pytest.approx(sum(capex), abs=1e-6)
    assert (spent >= 0).all()
    if delay >= 0:
        assert (spent.cumsum() <= np.cumsum(capex) + 1e-6).all()
    assert stretched_capex(one, 0.0)[0].tolist() == capex


def test_cover_by_hand() -> None:
    rows = flows_of(tax_musd=[0.0, 0.0, 7.0, 7.0, 7.0, 0.0])
    (one,) = project_flows(rows, projects_of("A"))
    base, less, late = least_cover(one, traffic=np.array([1.0, 0.5, 1.0]), delay=np.array([0.0, 0.0, 0.5]))
    assert base == pytest.approx((40 - 2 - 3 - 7) / 20)
    assert less == pytest.approx((19 - 3) * (1 - 7 / 35) / 20)  # tax keeps its fifth of the cash
    assert late == pytest.approx(0.5 * base)


def test_the_state_takes_the_traffic_where_it_pays_for_availability() -> None:
    rows = flows_of(availability_musd=[0.0, 0.0, 10.0, 10.0, 10.0, 0.0])
    (one,) = project_flows(rows, projects_of("A"))
    assert least_cover(one, traffic=np.array([0.2]), delay=np.zeros(1)).item() == pytest.approx(35 / 20)


def test_cash_of_the_plan_is_taken_where_it_is_given() -> None:
    rows = flows_of(operating_cost_musd=[0.0, 0.0, 1.0, 1.0, 1.0, 0.0])
    with pytest.raises(ValueError, match=r"operating cost of 2028 is below its variable cost; expected cfads_musd"):
        project_flows(rows, projects_of("A"))
    (one,) = project_flows(rows.assign(cfads_musd=[0.0, 0.0, 30.0, 30.0, 28.0, 0.0]), projects_of("A"))
    assert least_cover(one, traffic=np.ones(1), delay=np.zeros(1)).item() == pytest.approx(28 / 20)


@pytest.mark.parametrize(
    ("rows", "projects", "said"),
    [
        (flows_of().drop(columns="tax_musd"), projects_of("A"), "lacks the columns"),
        (flows_of(), projects_of("A", "B"), "expected each in both"),
        (flows_of(), projects_of("A", "A"), "not once"),
        (flows_of().drop(index=2), projects_of("A"), "none left out"),
        (flows_of(tax_musd=[np.nan] * 6), projects_of("A"), "tax_musd"),
        (flows_of(), projects_of("A").assign(start_year=2030), "built from 2030 to 2028"),
    ],
)
def test_tables_that_do_not_fit_are_refused(rows: pd.DataFrame, projects: pd.DataFrame, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        project_flows(rows, projects)
