"""Limits of trade policy act in their years, in full, on that part of what a period trades: by hand."""

from typing import Any

import numpy as np
import pytest

from model.classes import LaneClasses, build_classes
from model.trade import customs
from model.trade_limits import active_limits, formalities, limit_rows, with_idle
from model.year_parts import YearParts
from network.network import Network
from network.supernetwork import build_supernetwork

PERIODS = [{"resolution": "fast", "period": 2025, "first_year": 2025, "last_year": 2027},
           {"resolution": "fast", "period": 2030, "first_year": 2028, "last_year": 2034}]  # fmt: skip
LINKS = [{"link_id": "R", "a": "A", "b": "B", "cost": 10, "kt": None},
         {"link_id": "S", "a": "C", "b": "B", "cost": 10, "kt": None}]  # fmt: skip
LANES = [{"a": "A", "b": "B", "kt": 60}, {"a": "C", "b": "B", "kt": 40}]
GOODS = {"commodity_id": "goods", "name": "Goods", "handling_class": "bagged", "cargo_kind": "general",
         "value_usd_per_t": 90, "time_value_pct_per_day": 0, "own_price_elasticity": -0.5}  # fmt: skip


def rule(instrument: str, first: int | None, last: int | None, **figures: Any) -> dict[str, Any]:
    return {"limit_id": "rule", "title": "rule", "imposed_by": "A", "instrument": instrument, "exporters": ("A",),
            "importers": ("B",), "first_year": first, "last_year": last, **figures}  # fmt: skip


def world(worlds: Any, *limits: dict[str, Any], **tables: Any) -> Network:
    made: Network = worlds.make(LINKS, LANES, periods=PERIODS, trade_limits=limits, **tables)
    return made


def classes_of(network: Network, *others: Network) -> LaneClasses:
    return build_classes(network, build_supernetwork(network), network.periods, "fast", others)


def rows_of(network: Network, number: int = 0, *others: Network) -> Any:
    """Rows of a period, at 60 kt from A and 40 from C."""
    classes = classes_of(network, *others)
    owner = customs(network, classes, np.ones(len(network.lanes), dtype=bool))
    usual = np.array([60.0, 40.0])[classes.classes["lane"]] * classes.shares[:, number]
    start, end = (int(network.periods[name].iloc[number]) for name in ("first_year", "last_year"))
    years = YearParts(classes.year[:, number], classes.part[:, number], start, end)
    return limit_rows(active_limits(network, network.periods, number), owner, years, usual, 1.0)


def said(rows: Any) -> list[tuple[int, float]]:
    return list(zip(rows.labels["year"].tolist(), rows.most.round(9).tolist(), strict=True))


@pytest.mark.parametrize(
    ("instrument", "years", "figures", "expected"),
    [
        ("ban", (2027, 2028), {}, [[(2027, 0)], [(2028, 0)]]),
        ("ban", (2025, None), {}, [[(2025, 0)], [(2028, 0)]]),
        ("ban", (2035, None), {}, [[], []]),
        ("licence", (2026, None), {"grant_share": 0.25}, [[(2026, 0.25 * 40)], [(2028, 15)]]),
        ("quota", (2027, 2027), {"quota_t_per_year": 30_000}, [[(2027, 10)], []]),
    ],
)
def test_a_limit_has_its_part_of_the_years(
    worlds: Any, instrument: str, years: tuple[int, int | None], figures: dict[str, float], expected: list[Any]
) -> None:
    network = world(worlds, rule(instrument, *years, **figures))
    assert [said(rows_of(network, number)) for number in (0, 1)] == expected


def test_lanes_that_a_limit_does_not_concern_are_not_split(worlds: Any) -> None:
    classes = classes_of(world(worlds, rule("ban", 2027, 2028)))
    assert classes.classes["lane"].tolist() == [0, 0, 1]
    assert classes.shares.tolist() == [[2 / 3, 1 / 7], [1 / 3, 6 / 7], [1, 1]]
    assert classes.year.tolist() == [[2025, 2028], [2027, 2029], [2025, 2028]]
    assert classes_of(world(worlds, rule("ban", 2028, None))).part.min() == 1
    assert classes_of(world(worlds, rule("tax", 2027, None, tax_pct=9))).part.min() == 1


def test_lanes_are_split_together_where_a_limit_or_a_curve_joins_them(worlds: Any) -> None:
    shared = rule("share", 2027, None, max_share=0.3)
    assert classes_of(world(worlds, shared)).classes["lane"].tolist() == [0, 0, 1, 1]
    reaction = [{"commodity_id": "goods", "substitution": 4}]
    joined = world(worlds, rule("ban", 2027, 2027), commodities=[GOODS], trade_elasticities=reaction)
    assert classes_of(joined).classes["lane"].tolist() == [0, 0, 1, 1]
    quota = rule("quota", 2020, None, quota_t_per_year=9e4) | {"limit_id": "both", "exporters": ("A", "C")}
    joined = world(worlds, rule("ban", 2027, 2027), quota)
    assert classes_of(joined).classes["lane"].tolist() == [0, 0, 1, 1]
    assert said(rows_of(joined)) == [(2025, 60), (2027, 0), (2027, 30)]


def test_a_share_is_of_what_is_bought_in_its_years(worlds: Any) -> None:
    rows = rows_of(world(worlds, rule("share", 2027, None, max_share=0.3)))
    assert rows.labels["year"].tolist() == [2027]
    assert rows.weights.toarray().tolist() == [pytest.approx([0, 0.7, 0, -0.3])]


def test_rows_into_which_a_lever_splits_a_rule_act_one_after_the_other(worlds: Any) -> None:
    network = world(
        worlds,
        rule("quota", None, 2026, quota_t_per_year=30_000),
        rule("quota", 2027, 2027, quota_t_per_year=15_000),
        rule("quota", 2028, 2029, quota_t_per_year=15_000, is_active=0),
        rule("quota", 2030, None, quota_t_per_year=30_000),
    )
    assert said(rows_of(network)) == [(2025, 20), (2027, 5)]
    assert said(rows_of(network, 1)) == [(2030, round(30 * 5 / 7, 9))]


def test_two_worlds_have_the_same_classes_and_rows_and_each_its_own_bounds(worlds: Any) -> None:
    plain = world(worlds, rule("quota", None, None, quota_t_per_year=30_000))
    halved = [rule("quota", None, 2026, quota_t_per_year=30_000), rule("quota", 2027, None, quota_t_per_year=15_000)]
    other = world(worlds, *halved, rule("ban", 2027, None) | {"limit_id": "ban"})
    assert classes_of(plain, other).classes.equals(classes_of(other, plain).classes)
    own, theirs = rows_of(plain, 0, other), rows_of(other, 0, plain)
    both = with_idle(own, theirs), with_idle(theirs, own)
    keys = [("ban", 2027), ("rule", 2025), ("rule", 2027)]
    assert [list(zip(rows.labels["limit_id"], rows.labels["year"], strict=True)) for rows in both] == [keys] * 2
    assert [rows.most.tolist() for rows in both] == [[np.inf, 20, 10], [0, 20, 5]]
    assert (both[0].weights != both[1].weights).nnz == 0


def test_taxes_and_papers_cost_the_mean_tonne_a_part(worlds: Any) -> None:
    tax = rule("tax", 2027, None, tax_pct=9, cost_usd_per_t=6, delay_days=3)
    for limits, expected in (([tax], [1 / 3, 0]), ([tax, rule("ban", 2027, 2027) | {"limit_id": "b"}], [0, 1, 0])):
        network = world(worlds, *limits)
        classes = classes_of(network)
        owner = customs(network, classes, np.ones(2, dtype=bool))
        each = np.ones(len(classes.classes))
        years = YearParts(classes.year[:, 0], classes.part[:, 0], 2025, 2027)
        taxes, papers = formalities(active_limits(network, network.periods, 0), owner, years, 100 * each, each / 2)
        assert taxes.tolist() == pytest.approx([9 * part for part in expected])
        assert papers.tolist() == pytest.approx([(6 + 36) * part for part in expected])


def test_a_short_ban_costs_its_years_of_a_long_one(worlds: Any) -> None:
    """Origins compete and sellers have a curve: what is lost in a year of the ban does not depend on other years."""
    reaction = [{"commodity_id": "goods", "substitution": 4, "supply": 2}]
    free = world(worlds, commodities=[GOODS], trade_elasticities=reaction)

    def banned(first: int | None, last: int | None) -> tuple[float, dict[str, float], Any]:
        table = worlds.frame("trade_limits", [rule("ban", first, last)])
        solved = worlds.solve(free.replace(trade_limits=table), free)
        accounts = solved.tables["accounts"]
        rent = accounts.loc[accounts["account"] == "limit_rent", "amount"].sum()
        moved = solved.tables["demand"].query("period == 2025").set_index("origin_zone")["served_kt"].to_dict()
        return solved.best.value, moved, rent

    usual = worlds.solve(free).best.value
    whole, without, _ = banned(2025, 2027)
    short, moved, rent = banned(2027, 2027)
    assert short - usual == pytest.approx((whole - usual) / 3, rel=1e-4)
    assert rent == pytest.approx(0, abs=1e-6)  # a ban earns nobody the rent of a quota
    assert moved["A"] == pytest.approx(40, rel=1e-3)
    assert moved["C"] == pytest.approx(40 * 2 / 3 + without["C"] / 3, rel=1e-3)
