"""The risk of a portfolio: cases worked by hand, draws against analytic means, and what must not matter."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.funding.tables import PORTFOLIO_TABLE_BY_NAME
from model.studies.portfolio_flows import project_flows, worth
from model.studies.portfolio_risk import RiskDraws, reference_draws, sensitivity
from tests.model.studies.risk_tables import BASE, RAIL, RATE, SURE, classes_of, flows_of, present, projects_of


def drawn(names: tuple[str, ...] = ("A",), classes: pd.DataFrame = RAIL, **options: Any) -> RiskDraws:
    economics = pd.concat([flows_of(name, 1.0 + n) for n, name in enumerate(names)], ignore_index=True)
    return reference_draws(economics, projects_of(*names), classes, RATE, BASE, **options)


def test_switching_capex_is_the_worth_of_the_rest_over_it() -> None:
    table = sensitivity(flows_of(), projects_of("A"), RATE, BASE)
    row = table[(table["project_id"] == "A")].set_index("driver")
    rest = present(0, 0, 45, 55, 65, 20)
    assert row.loc["capex", "switching_value"] == pytest.approx(rest / present(60, 40))
    assert row.loc["capex", "enpv_low_musd"] == pytest.approx(rest - 0.8 * present(60, 40))
    assert row.loc["capex", "enpv_high_musd"] == pytest.approx(rest - 1.2 * present(60, 40))
    gross = present(0, 0, 50, 60, 70)
    needed = present(60, 40, 5, 5, 5, -20)
    assert row.loc["benefits", "switching_value"] == pytest.approx(needed / gross)
    assert row.loc["delay", "enpv_high_musd"] == pytest.approx(present(-30, -30, -20, -20, 45, 20))
    assert row.loc["delay", ["low", "high"]].tolist() == [0.0, 2.0]
    (one,) = project_flows(flows_of(), projects_of("A"))
    at = float(row.loc["delay", "switching_value"])
    assert 0 < at < 2
    assert worth(one, RATE, BASE, delay=at).item() == pytest.approx(0.0, abs=1e-6)


def test_a_driver_that_cannot_turn_the_worth_says_why() -> None:
    table = sensitivity(
        flows_of(operating_cost_musd=[0.0] * 6, variable_cost_musd=[0.0] * 6), projects_of("A"), RATE, BASE
    )
    row = table[table["driver"] == "operating cost"].iloc[-1]
    assert np.isnan(row["switching_value"])
    assert row["note"].startswith("The result stays above 0")


def test_tornado_has_the_widest_first_and_the_portfolio_sums() -> None:
    rows = pd.concat([flows_of("B", 2.0), flows_of("A")], ignore_index=True)
    table = sensitivity(rows, projects_of("B", "A"), RATE, BASE)
    assert list(table.columns) == PORTFOLIO_TABLE_BY_NAME["portfolio_sensitivity"].column_names
    assert list(dict.fromkeys(table["project_id"])) == ["portfolio", "A", "B"]
    ends = table[["enpv_low_musd", "enpv_base_musd", "enpv_high_musd"]]
    swing = ends.max(axis=1) - ends.min(axis=1)
    for _, own in swing.groupby(table["project_id"]):
        assert own.is_monotonic_decreasing
    by = table.set_index(["project_id", "driver"])[ends.columns.tolist()]
    pd.testing.assert_frame_equal(by.loc["portfolio"], (by.loc["A"] + by.loc["B"]).loc[by.loc["portfolio"].index])


def test_zero_spread_gives_the_plan_itself() -> None:
    sure = classes_of(capex=SURE, delay=SURE, traffic=SURE)
    for classes in (sure, classes_of()):  # a class that is not there changes nothing either
        found = drawn(classes=classes, draws=40)
        assert found.by_draw["enpv_musd"][0] == pytest.approx(np.full(40, present(-60, -40, 45, 55, 65, 20)))
        assert (found.by_draw["capex_musd"] == 100.0).all()
        assert found.by_draw["dscr_min"][0] == pytest.approx(np.full(40, 35 / 20))
        assert found.draws["standard_error"].to_numpy() == pytest.approx(0.0, abs=1e-9)


def test_a_bias_without_spread_shifts_every_draw() -> None:
    biased = classes_of(capex=SURE | {"mean": 0.5}, delay=SURE | {"mean": 1.0}, traffic=SURE | {"mean": -0.2})
    found = drawn(classes=biased, draws=20)
    expected = present(-45, -45, -30, -30, 0.8 * 50 - 5, 20)
    assert found.by_draw["enpv_musd"][0] == pytest.approx(np.full(20, expected))


@pytest.mark.parametrize("distribution", ["lognormal", "normal"])
def test_the_mean_of_draws_is_the_analytic_one(distribution: str) -> None:
    # Without delay the worth is linear in both factors, so that its mean is that of the means; normal is cut at -1,
    # ten deviations off.
    classes = classes_of(
        capex={"mean": 0.4, "standard_deviation": 0.12, "distribution": distribution},
        traffic={"mean": -0.2, "standard_deviation": 0.08, "distribution": distribution},
    )
    row = drawn(classes=classes, draws=4000).draws.set_index(["project_id", "measure"])
    worths, capex = row.loc[("A", "enpv_musd")], row.loc[("A", "capex_musd")]
    expected = 0.8 * present(0, 0, 50, 60, 70) - 1.4 * present(60, 40) - present(0, 0, 5, 5, 5, -20)
    assert abs(worths["mean"] - expected) < 4 * worths["standard_error"]
    assert abs(capex["mean"] - 140.0) < 4 * capex["standard_error"]
    assert capex["standard_error"] == pytest.approx(12 / np.sqrt(4000), rel=0.1)
    assert np.isnan(capex["probability_below"])
    assert worths["p5"] < worths["p50"] < worths["p80"] < worths["p95"]


def test_bad_draws_come_together_by_the_common_factor() -> None:
    classes = classes_of(capex={"standard_deviation": 0.1}, traffic={"standard_deviation": 0.1})
    found = drawn(("A", "B"), classes, draws=4000, loading=0.6)
    capex = found.by_draw["capex_musd"]
    assert np.corrcoef(capex)[0, 1] == pytest.approx(0.36, abs=0.05)
    traffic = found.by_draw["dscr_min"]
    assert np.corrcoef(capex[0], traffic[0])[0, 1] == pytest.approx(-0.36, abs=0.05)
    alone = drawn(("A", "B"), classes, draws=4000, loading=0.0).by_draw["capex_musd"]
    assert np.corrcoef(alone)[0, 1] == pytest.approx(0.0, abs=0.05)


def test_the_portfolio_is_the_sum_of_projects_draw_by_draw() -> None:
    found = drawn(("A", "B", "C"), draws=300)
    row = found.draws.set_index(["project_id", "measure"]).loc["portfolio"]
    for measure in ("enpv_musd", "capex_musd"):
        total = found.by_draw[measure].sum(axis=0)
        assert row.loc[measure, "mean"] == pytest.approx(total.mean())
        assert row.loc[measure, "p95"] == pytest.approx(np.percentile(total, 95))
    least = found.by_draw["dscr_min"].min(axis=0)
    assert row.loc["dscr_min", "probability_below"] == pytest.approx((least < 1.3).mean())


def test_seeds_repeat_and_differ_and_few_draws_begin_many() -> None:
    one, again, other = (drawn(draws=300, seed=seed) for seed in (7, 7, 8))
    pd.testing.assert_frame_equal(one.draws, again.draws)
    assert (one.by_draw["enpv_musd"] != other.by_draw["enpv_musd"]).all()
    longer = drawn(draws=600, seed=7).by_draw["enpv_musd"]
    assert (longer[:, :300] == one.by_draw["enpv_musd"]).all()


def test_order_and_company_of_projects_do_not_matter() -> None:
    rows = pd.concat([flows_of("A"), flows_of("B", 2.0)], ignore_index=True)
    one = reference_draws(rows, projects_of("A", "B"), RAIL, RATE, BASE, draws=100)
    other = reference_draws(rows.iloc[::-1], projects_of("B", "A"), RAIL.iloc[::-1], RATE, BASE, draws=100)
    pd.testing.assert_frame_equal(one.draws, other.draws)
    alone = drawn(draws=100)
    assert (alone.by_draw["enpv_musd"][0] == one.by_draw["enpv_musd"][0]).all()


def test_a_project_that_was_not_asked_for_its_benefit_is_left_out() -> None:
    rows = pd.concat([flows_of("A"), flows_of("B").assign(benefit_musd=np.nan)], ignore_index=True)
    found = reference_draws(rows, projects_of("A", "B"), RAIL, RATE, BASE, draws=50)
    assert found.projects == ("A",)
    assert set(sensitivity(rows, projects_of("A", "B"), RATE, BASE)["project_id"]) == {"portfolio", "A"}
    only = rows[rows["project_id"] == "B"]
    empty = reference_draws(only, projects_of("B"), RAIL, RATE, BASE, draws=50)
    assert empty.draws.empty
    assert empty.convergence.empty
    assert sensitivity(only, projects_of("B"), RATE, BASE).empty


def test_debt_sized_to_the_floor_is_not_below_it_by_rounding() -> None:
    rows = flows_of(service_musd=[0.0, 0.0, *[35 / 1.3] * 3, 0.0])
    found = reference_draws(rows, projects_of("A"), classes_of(), RATE, BASE, draws=20).draws
    assert found.loc[found["measure"] == "dscr_min", "probability_below"].tolist() == [0.0, 0.0]


def test_a_project_without_debt_has_no_cover() -> None:
    found = reference_draws(flows_of(service_musd=[0.0] * 6), projects_of("A"), RAIL, RATE, BASE, draws=50)
    assert set(found.draws["measure"]) == {"enpv_musd", "capex_musd"}


def test_progress_is_told_by_chunk_and_convergence_is_said() -> None:
    told: list[tuple[int, int]] = []
    found = drawn(draws=600, progress=lambda done, total: told.append((done, total)))
    assert told == [(250, 600), (500, 600), (600, 600)]
    assert list(found.convergence.columns) == PORTFOLIO_TABLE_BY_NAME["portfolio_convergence"].column_names
    assert found.convergence["draws"].iloc[-1] == 600
    row = found.draws.iloc[0]
    assert found.convergence["mean_musd"].iloc[-1] == pytest.approx(row["mean"])
    assert found.said.startswith("The economic NPV of the portfolio does not yet have a standard error below 1%")
    narrow = drawn(classes=classes_of(capex={"standard_deviation": 0.01}), draws=600).said
    assert narrow == (
        "The economic NPV of the portfolio has a standard error below 1% of the mean after 120 of 600 draws."
    )


@settings(max_examples=25, deadline=None)
@given(mean=st.floats(0, 1.5), deviation=st.floats(0, 0.8), seed=st.integers(0, 10_000))
def test_an_overrun_of_cost_alone_costs_what_it_is(mean: float, deviation: float, seed: int) -> None:
    found = drawn(classes=classes_of(capex={"mean": mean, "standard_deviation": deviation}), draws=20, seed=seed)
    factor = found.by_draw["capex_musd"][0] / 100.0
    expected = present(0, 0, 45, 55, 65, 20) - factor * present(60, 40)
    assert found.by_draw["enpv_musd"][0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"draws": 19}, "expected 20 draws or more"),
        ({"seed": -1}, "seed of 0 or more"),
        ({"loading": 1.5}, "loading from 0 to 1"),
        ({"classes": RAIL.assign(distribution="beta")}, "'beta'; expected lognormal or normal"),
    ],
)
def test_what_cannot_be_drawn_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        drawn(**{"draws": 20} | change)
