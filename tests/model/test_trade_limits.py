"""Limits of trade policy count with the years in which they act: means over the years of a period, by hand."""

from typing import Any

import numpy as np
import pytest

from model.classes import build_classes
from model.trade import Customs, customs
from model.trade_limits import active_limits, formalities, limit_rows, with_idle
from network.network import Network
from network.supernetwork import build_supernetwork

PERIODS = [{"resolution": "fast", "period": 2025, "first_year": 2025, "last_year": 2027},
           {"resolution": "fast", "period": 2030, "first_year": 2028, "last_year": 2034}]  # fmt: skip
LINKS = [{"link_id": "R", "a": "A", "b": "B", "cost": 10, "kt": None},
         {"link_id": "S", "a": "C", "b": "B", "cost": 10, "kt": None}]  # fmt: skip
LANES = [{"a": "A", "b": "B", "kt": 60}, {"a": "C", "b": "B", "kt": 40}]


def rule(instrument: str, first: int | None, last: int | None, **figures: Any) -> dict[str, Any]:
    return {"limit_id": "rule", "title": "rule", "imposed_by": "A", "instrument": instrument, "exporters": ("A",),
            "importers": ("B",), "first_year": first, "last_year": last, **figures}  # fmt: skip


def world(worlds: Any, *limits: dict[str, Any]) -> Network:
    made: Network = worlds.make(LINKS, LANES, periods=PERIODS, trade_limits=limits)
    return made


def owner_of(network: Network) -> Customs:
    classes = build_classes(network, build_supernetwork(network), network.periods, "fast")
    return customs(network, classes, np.ones(len(network.lanes), dtype=bool))


def let_through(network: Network, number: int = 0) -> list[float]:
    limits = active_limits(network, network.periods, number)
    return limit_rows(limits, owner_of(network), np.array([60.0, 40.0]), 1.0).most.tolist()


@pytest.mark.parametrize(
    ("instrument", "years", "figures", "expected"),
    [
        ("ban", (2027, 2028), {}, [40, 60 * 6 / 7]),
        ("ban", (2025, None), {}, [0, 0]),
        ("ban", (2035, None), {}, [None, None]),
        ("licence", (2026, None), {"grant_share": 0.25}, [60 * (1 / 3 + 2 / 3 * 0.25), 15]),
        ("quota", (2027, 2027), {"quota_t_per_year": 30_000}, [50, None]),
        ("quota", (2027, 2027), {"quota_t_per_year": 90_000}, [90, None]),  # it bound nothing and does not now
    ],
)
def test_quantities_are_the_mean_of_the_years(
    worlds: Any, instrument: str, years: tuple[int, int | None], figures: dict[str, float], expected: list[float | None]
) -> None:
    network = world(worlds, rule(instrument, *years, **figures))
    for number, most in enumerate(expected):
        assert let_through(network, number) == ([] if most is None else [pytest.approx(most)])


def test_a_share_is_the_mean_of_its_years_and_of_the_usual_share(worlds: Any) -> None:
    network = world(worlds, rule("share", 2027, None, max_share=0.3))
    limits = active_limits(network, network.periods, 0)
    rows = limit_rows(limits, owner_of(network), np.array([60.0, 40.0]), 1.0)
    share = (0.3 + 0.6 + 0.6) / 3
    assert rows.weights.toarray().tolist() == [pytest.approx([1 - share, -share])]
    nothing_usual = limit_rows(limits, owner_of(network), np.zeros(2), 1.0)
    assert nothing_usual.weights.toarray()[0, 1] == pytest.approx(-(0.3 + 1 + 1) / 3)


def test_rows_into_which_a_lever_splits_a_rule_are_one_row(worlds: Any) -> None:
    """A quota of 30 kt to 2026 and of 15 in 2027 is one of 25; each by itself would let 40 or more through."""
    network = world(
        worlds,
        rule("quota", None, 2026, quota_t_per_year=30_000),
        rule("quota", 2027, 2027, quota_t_per_year=15_000),
        rule("quota", 2028, 2029, quota_t_per_year=15_000, is_active=0),
        rule("quota", 2030, None, quota_t_per_year=30_000),
    )
    assert let_through(network) == [pytest.approx(25)]
    assert let_through(network, 1) == [pytest.approx((2 * 60 + 5 * 30) / 7)]


def test_two_worlds_have_the_same_rows_and_each_its_own_bounds(worlds: Any) -> None:
    plain = world(worlds, rule("quota", None, None, quota_t_per_year=30_000))
    halved = [rule("quota", None, 2026, quota_t_per_year=30_000), rule("quota", 2027, None, quota_t_per_year=15_000)]
    other = world(worlds, *halved, rule("ban", 2027, None) | {"limit_id": "ban"})
    usual = np.array([60.0, 40.0])
    own, theirs = (limit_rows(active_limits(one, one.periods, 0), owner_of(one), usual, 1.0) for one in (plain, other))
    both = with_idle(own, theirs), with_idle(theirs, own)
    assert [rows.labels["limit_id"].tolist() for rows in both] == [["ban", "rule"]] * 2
    assert [rows.most.tolist() for rows in both] == [[np.inf, 30], [pytest.approx(40), pytest.approx(25)]]
    assert (both[0].weights != both[1].weights).nnz == 0


def test_taxes_and_papers_cost_the_mean_tonne_a_part(worlds: Any) -> None:
    network = world(worlds, rule("tax", 2027, None, tax_pct=9, cost_usd_per_t=6, delay_days=3))
    value, hour = np.array([100.0, 100.0]), np.array([0.5, 0.5])
    tax, papers = formalities(active_limits(network, network.periods, 0), owner_of(network), value, hour)
    assert tax.tolist() == pytest.approx([3, 0])
    assert papers.tolist() == pytest.approx([(6 + 36) / 3, 0])


def test_the_plan_keeps_the_mean(worlds: Any) -> None:
    free = world(worlds)
    solved = worlds.solve(free.replace(trade_limits=worlds.frame("trade_limits", [rule("ban", 2027, 2028)])), free)
    moved = solved.tables["demand"].pivot_table(index="period", columns="origin_zone", values="served_kt")
    assert moved["A"].tolist() == pytest.approx([40, 60 * 6 / 7])
    assert moved["C"].tolist() == pytest.approx([40, 40])
