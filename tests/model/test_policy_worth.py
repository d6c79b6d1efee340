"""What a change of policy is worth over the same builds: duty, risk and investment, with known answers."""

from typing import Any

import pandas as pd
import pytest

from model.duties import premium_rate
from model.levers.duty import Duty
from model.levers.ntr import Ntr
from model.options import Options
from model.progress import Silent
from model.result_investment import builds_table
from model.scenario import Scenario
from model.studies.policy_worth import policy_worth
from network.network import Network

GOODS = {"commodity_id": "goods", "name": "Goods", "handling_class": "bagged", "cargo_kind": "general",
         "value_usd_per_t": 100, "time_value_pct_per_day": 0, "own_price_elasticity": -0.5}  # fmt: skip
CASES = 3


@pytest.fixture
def market(worlds: Any) -> Network:
    """KZ sells 60 kt to US in the base year and wants to sell 100 by 2025; the columns are 0 and 40 %, the hazard 0.02.

    With a capital ratio of 2 and a hurdle rate of 0.1 reversion costs all of the capital, 0.4 / 0.2 > 1, so that the
    premium is 0.02 a year on 200 USD a tonne of value 100: 4 USD.
    """
    common = {"importer": "US", "product": "things", "hs_codes": (), "legal_basis": "law"}
    rates = [
        {**common, "rate_id": "one", "layer": "base", "measure": "mfn", "ad_valorem_pct": 0},
        {**common, "rate_id": "two", "layer": "column2", "measure": "column2", "ad_valorem_pct": 40},
    ]
    status = {"country": "KZ", "status": "conditional", "hazard_per_year": 0.02, "hazard_per_year_low": 0.005,
              "hazard_per_year_high": 0.05}  # fmt: skip
    growth = [{"growth_id": "up", "year": year, "index_base": index, "base_year": 2023}
              for year, index in ((2023, 1), (2025, 100 / 60))]  # fmt: skip
    return worlds.make(  # type: ignore[no-any-return]
        [{"link_id": "SEA", "a": "KZ", "b": "US", "cost": 10, "kt": None}],
        [{"a": "KZ", "b": "US", "kt": 60, "growth_id": "up"}],
        commodities=[GOODS],
        growth=growth,
        duty_rates=rates,
        ntr_status=[status],
        duty_lines=[{"commodity_id": "goods", "product": "things", "weight": 1}],
        trade_elasticities=[{"commodity_id": "goods", "substitution": 4, "capital_ratio": 2}],
        market_coverage=[{"importer": "US", "commodity_id": "goods", "modelled_share": 0}],  # rivals are elsewhere
    )


def scenario(name: str, *levers: Any) -> Scenario:
    return Scenario(name, name, "", "", tuple(levers))


def worth(world: Network, worlds: Any, *levers: Any, with_range: bool = False) -> pd.DataFrame:
    problem = worlds.problem(world)
    builds = builds_table(problem, problem.strategy.starts["cost_musd"].to_numpy(float))
    options = Options(threads=1)
    return policy_worth(world, scenario("new", *levers), scenario("old"), options, Silent(), builds, with_range)


def test_permanent_status_is_worth_the_premium_on_new_capacity(market: Network, worlds: Any) -> None:
    table = worth(market, worlds, Ntr(id="pntr", countries=("KZ",), status="permanent")).iloc[0]
    assert table["duty_musd"] == 0
    assert table["premium_before_pct"] == pytest.approx(4)
    assert table["premium_after_pct"] == 0
    assert table["risk_musd"] == pytest.approx(4 * 40 / 1000)  # 100 less the 60 kt that moved before
    more = 100 * ((106 / 110) ** -4 - 1)  # what costs 4 less is bought by the elasticity of substitution
    assert table["change_kt"] == pytest.approx(more, rel=0.1)
    assert table["investment_musd"] == pytest.approx(4 * more / 2 / 1000, rel=0.35)  # the triangle


def test_permanent_status_is_worth_nothing_where_the_columns_are_alike(market: Network, worlds: Any) -> None:
    alike = market.replace(duty_rates=market.duty_rates.assign(ad_valorem_pct=5.0))
    table = worth(alike, worlds, Ntr(id="pntr", countries=("KZ",), status="permanent"))
    assert table["total_musd"].abs().sum() == 0


def test_the_range_runs_over_the_hazard(market: Network, worlds: Any) -> None:
    table = worth(market, worlds, Ntr(id="pntr", countries=("KZ",), status="permanent"), with_range=True)
    risk = table[table["exporter"] == "KZ"].set_index("case")["risk_musd"]
    assert len(risk) == CASES
    assert risk["low"] == pytest.approx(0.25 * risk["base"])
    assert risk["high"] == pytest.approx(2.5 * risk["base"])


def test_a_duty_is_paid_on_what_moved_and_loses_the_triangle(market: Network, worlds: Any) -> None:
    table = worth(market, worlds, Duty(id="tax", importer="US", origins=("KZ",), rate_pct=10)).iloc[0]
    left = 100 * (120 / 110) ** -4
    assert table["duty_musd"] == pytest.approx(-10 * 100 / 1000)
    assert table["change_kt"] == pytest.approx(left - 100, rel=0.05)
    assert table["treasury_musd"] == pytest.approx(10 * left / 1000, rel=0.02)
    loss = table["total_musd"] + table["treasury_musd"]
    assert loss == pytest.approx(-10 * (100 - left) / 2 / 1000, rel=0.15)  # Harberger's triangle, nearly straight


def test_a_reversion_costs_the_gap(market: Network, worlds: Any) -> None:
    table = worth(market, worlds, Ntr(id="lost", countries=("KZ",), status="column2")).iloc[0]
    assert table["duty_before_pct"] == 0
    assert table["duty_after_pct"] == pytest.approx(40)
    assert table["change_kt"] < -50


def test_nothing_changes_where_no_policy_does(market: Network, worlds: Any) -> None:
    table = worth(market, worlds)
    assert table["total_musd"].abs().sum() == 0


def test_the_premium_is_hazard_times_what_reversion_costs() -> None:
    import numpy as np

    found = premium_rate(np.array([0.02, 0.02, 0.0]), np.array([0.05, 0.4, 0.4]), np.array([2.0, 2.0, 2.0]), 0.1)
    assert found == pytest.approx([0.02 * 0.25, 0.02, 0.0])
