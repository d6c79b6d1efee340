"""Trade with known answers: partial and spatial equilibrium, quotas and their rent, Armington, accounts that add up."""

from typing import Any

import numpy as np
import pytest

from model.errors import InputError

GOODS = {"commodity_id": "goods", "name": "Goods", "handling_class": "bagged", "cargo_kind": "general",
         "value_usd_per_t": 100, "time_value_pct_per_day": 0, "own_price_elasticity": -0.5}  # fmt: skip
ROAD = {"link_id": "R", "a": "A", "b": "B", "cost": 10, "kt": None}


def curve(side: str, zone: str, price: float, kt: float, elasticity: float, steps: int = 400) -> dict[str, Any]:
    return {"side": side, "zone_id": zone, "commodity_id": "goods", "price_usd_per_t": price,
            "quantity_t": kt * 1000, "elasticity": elasticity, "steps": steps}  # fmt: skip


def limit(instrument: str, **figures: Any) -> dict[str, Any]:
    return {"limit_id": instrument, "title": instrument, "imposed_by": "A", "instrument": instrument, **figures}


def amounts(solved: Any) -> dict[str, float]:
    table = solved.tables["accounts"]
    return dict(table[table["unit"] == "musd"].groupby("account")["amount"].sum())


def two_countries(worlds: Any, steps: int = 400, **tables: Any) -> Any:
    """Demand P = 200 - Q in B, supply P = 20 + Q in A (kt), 10 USD per t on the way: at no tax Q = 85."""
    curves = [curve("demand", "B", 100, 100, 1.0, steps), curve("supply", "A", 100, 80, 1.25, steps)]
    lanes = [{"a": "A", "b": "B", "quantity_t": None}]
    return worlds.make([ROAD], lanes, commodities=[GOODS], market_curves=curves, **tables)


@pytest.mark.parametrize("tax", [0, 10, 40])
def test_two_countries_meet_the_closed_form_as_the_steps_are_refined(worlds: Any, tax: float) -> None:
    errors = []
    limits = [limit("tax", tax_pct=tax)] if tax else []
    quantity = (200 - 20 - 10 - tax) / 2
    free = (200 - 20 - 10) / 2
    for steps in (25, 400):
        solved = worlds.solve(two_countries(worlds, steps, trade_limits=limits))
        price = solved.tables["market_prices"].iloc[0]
        moved = float(solved.tables["demand"]["served_kt"].iloc[0])
        found = amounts(solved)
        expected = {
            "consumer_surplus": quantity**2 / 2 / 1000,
            "producer_surplus": quantity**2 / 2 / 1000,
            "export_tax": tax * quantity / 1000,
        }
        loss = (free**2 - quantity**2) / 1000 - expected["export_tax"]
        assert loss == pytest.approx(tax * (free - quantity) / 2 / 1000, abs=1e-12)  # Harberger's triangle
        gaps = [abs(moved - quantity), abs(price["price_usd_per_t"] - (200 - quantity))]
        gaps += [abs(price["producer_usd_per_t"] - (20 + quantity))]
        gaps += [100 * abs(found.get(name, 0.0) - amount) / max(amount, 1e-9) for name, amount in expected.items()]
        errors.append(max(gaps))
    assert errors[1] < 0.6  # kt, USD per t and per cent
    assert errors[1] < errors[0]


def test_spatial_equilibrium_of_two_sellers_and_two_buyers(worlds: Any) -> None:
    """Samuelson, Takayama and Judge: no trade pays more than its way, and every trade that is made pays just that.

    Demand P = 100 - Q in B, 80 - Q in D; supply P = 10 + Q in A, 30 + Q in C. Ways: A-B 10, A-D 20, C-B 30, C-D 5.
    A sells to B alone and C to D alone: 100 - q = 20 + q, q = 40 and 80 - q = 35 + q, q = 22.5. B pays 60, D 57.5:
    A to D would bring 57.5 - 20 = 37.5 where A has 50; C to B 60 - 30 = 30 where C has 52.5. Nothing else pays.
    """
    links = [{"link_id": a + b, "a": a, "b": b, "cost": cost, "kt": None}
             for a, b, cost in (("A", "B", 10), ("A", "D", 20), ("C", "B", 30), ("C", "D", 5))]  # fmt: skip
    curves = [curve("demand", "B", 50, 50, 1.0), curve("demand", "D", 40, 40, 1.0), curve("supply", "A", 50, 40, 1.25),
              curve("supply", "C", 50, 20, 2.5)]  # fmt: skip
    lanes = [{"a": a, "b": b, "quantity_t": None} for a in "AC" for b in "BD"]
    solved = worlds.solve(worlds.make(links, lanes, commodities=[GOODS], market_curves=curves))
    moved = solved.tables["demand"].set_index(["origin_zone", "destination_zone"])["served_kt"]
    assert moved.to_dict() == pytest.approx({("A", "B"): 40, ("A", "D"): 0, ("C", "B"): 0, ("C", "D"): 22.5}, abs=0.3)


def test_the_rent_of_a_quota_is_its_price_times_the_quota(worlds: Any) -> None:
    solved = worlds.solve(two_countries(worlds, trade_limits=[limit("quota", quota_t_per_year=50_000)]))
    item = solved.flows[0]
    assert solved.tables["demand"]["served_kt"].iloc[0] == pytest.approx(50)
    # The buyer pays 200 - 50, the seller gets 20 + 50 and the way takes 10.
    assert item.limit_price[0] == pytest.approx(150 - 70 - 10, abs=1.5)
    assert amounts(solved)["limit_rent"] == pytest.approx(item.limit_price[0] * 50 / 1000)


@pytest.mark.parametrize("instrument", ["ban", "licence", "share"])
def test_limits_hold_and_name_what_they_limit(worlds: Any, instrument: str) -> None:
    lanes = [{"a": "A", "b": "B", "kt": 60}, {"a": "C", "b": "B", "kt": 40}]
    links = [ROAD, {"link_id": "C", "a": "C", "b": "B", "cost": 10, "kt": None}]
    figures = {"ban": {}, "licence": {"grant_share": 0.25}, "share": {"max_share": 0.5}}[instrument]
    limits = [limit(instrument, exporters=("A",), importers=("B",), **figures)]
    reaction = [{"commodity_id": "goods", "substitution": 4, "supply": 2}]
    world = worlds.make(links, lanes, commodities=[GOODS], trade_elasticities=reaction)
    free = worlds.solve(world)
    solved = worlds.solve(world.replace(trade_limits=worlds.frame("trade_limits", limits)), world)
    moved = solved.tables["demand"].set_index("origin_zone")["served_kt"]
    most = {"ban": 0.0, "licence": 15.0, "share": moved["C"]}[instrument]
    assert moved["A"] == pytest.approx(most, abs=1e-6)
    assert moved["C"] > free.tables["demand"].set_index("origin_zone")["served_kt"]["C"]  # buyers turn to the other
    assert solved.best.value > free.best.value


def test_a_tax_of_nothing_is_no_lever_and_a_tax_never_raises_what_is_taxed(worlds: Any) -> None:
    lanes = [{"a": "A", "b": "B", "kt": 60}, {"a": "C", "b": "B", "kt": 40}]
    links = [ROAD, {"link_id": "C", "a": "C", "b": "B", "cost": 12, "kt": None}]
    reaction = [{"commodity_id": "goods", "substitution": 5, "supply": 1.5}]
    world = worlds.make(links, lanes, commodities=[GOODS], trade_elasticities=reaction)
    before, value = np.inf, np.inf
    for tax in (0.0, 5.0, 12.5, 30.0, 80.0, 200.0):
        taxed = world.replace(trade_limits=worlds.frame("trade_limits", [limit("tax", exporters=("A",), tax_pct=tax)]))
        solved = worlds.solve(taxed, world)
        if tax == 0:
            assert solved.best.value == pytest.approx(worlds.solve(world).best.value, rel=1e-12)
        moved = solved.tables["demand"].set_index("origin_zone")["served_kt"]
        assert moved["A"] <= before + 1e-6
        assert -solved.best.value <= value + 1e-6
        before, value = moved["A"], -solved.best.value
    assert before < 20


def test_one_origin_alone_reacts_by_substitution_and_all_together_by_demand(worlds: Any) -> None:
    """A small exporter loses by the elasticity of substitution; a tax on all of them by that of demand."""
    lanes = [{"a": "A", "b": "B", "kt": 1}, {"a": "C", "b": "B", "kt": 99}]
    links = [ROAD, {"link_id": "C", "a": "C", "b": "B", "cost": 10, "kt": None}]
    goods = {**GOODS, "own_price_elasticity": -0.5}
    reaction = [{"commodity_id": "goods", "substitution": 4}]
    world = worlds.make(links, lanes, commodities=[goods], trade_elasticities=reaction)
    price = 110.0
    for exporters, expected in ((("A",), (1 + 22 / price) ** -4), ((), (1 + 22 / price) ** -0.5)):
        taxed = world.replace(
            trade_limits=worlds.frame("trade_limits", [limit("tax", exporters=exporters, tax_pct=22)])
        )
        solved = worlds.solve(taxed, world)
        moved = solved.tables["demand"].set_index("origin_zone")["served_kt"]
        share = moved["A"] if exporters else moved.sum() / 100
        assert share == pytest.approx(expected, rel=0.06)


@pytest.mark.parametrize("objective", ["shipper", "world", "national:B", "national:A"])
def test_accounts_add_up_to_the_objective(worlds: Any, objective: str) -> None:
    lanes = [{"a": "A", "b": "B", "kt": 60}, {"a": "C", "b": "B", "kt": 40}, {"a": "A", "b": "C", "kt": 20}]
    links = [{**ROAD, "fee_usd_per_t": 3, "kt": 50}, {"link_id": "C", "a": "C", "b": "B", "cost": 12, "kt": 45},
             {"link_id": "D", "a": "A", "b": "C", "cost": 20, "kt": None}]  # fmt: skip
    limits = [limit("tax", exporters=("A",), tax_pct=9), limit("quota", exporters=("C",), quota_t_per_year=30_000)]
    reaction = [{"commodity_id": "goods", "substitution": 5, "supply": 1.5}]
    world = worlds.make(links, lanes, commodities=[GOODS], trade_elasticities=reaction, trade_limits=limits)
    solved = worlds.solve(world, objective=objective)
    table = solved.tables["accounts"]
    counted = float((table["discounted_musd"] * table["counts"]).sum())
    assert counted == pytest.approx(-solved.best.value, rel=1e-6)
    found = amounts(solved)
    assert found.get("other_rents", 0.0) == pytest.approx(0.0, abs=1e-6 * abs(counted))  # all of it is named
    assert found["limit_rent"] > 0
    assert found["carrier_margin"] > 0
    assert found["consumer_surplus"] > 0
    area = float((solved.flows[0].served * solved.problem.blocks[0].step_price).sum()) / 1000
    area += float((solved.flows[0].curve_step * solved.problem.blocks[0].trade.curves.value).sum()) / 1000
    area -= solved.problem.blocks[0].offset
    costs = solved.tables["costs"]["discounted_musd"].sum()
    assert area - costs == pytest.approx(-solved.best.value, rel=1e-6)


def test_a_national_objective_of_an_unknown_country_is_refused(worlds: Any) -> None:
    world = worlds.make([ROAD], [{"a": "A", "b": "B", "kt": 100}], commodities=[worlds.goods])
    with pytest.raises(InputError, match=r"--objective national:AA: .*Countries: A, B"):
        worlds.problem(world, objective="national:AA")


def test_planner_and_shippers_part_where_a_fee_turns_the_cargo_away(worlds: Any) -> None:
    """The short way takes 10 and a toll of 8, the long one 15: the planner goes 10, shippers 15, for 100 kt."""
    from model.incentive import incentive_gap
    from model.options import Options
    from model.progress import Silent

    links = [{**ROAD, "fee_usd_per_t": 8}, {"link_id": "L", "a": "A", "b": "B", "cost": 15, "kt": None}]
    world = worlds.make(links, [{"a": "A", "b": "B", "kt": 100}], commodities=[worlds.goods])
    solved = worlds.solve(world, objective="world")
    options = Options(threads=1, objective="world")
    gap = incentive_gap(world, world, options, Silent(), solved.best.plan, solved.flows)
    assert gap["gap_musd"] == pytest.approx((15 - 10) * 100 / 1000)
