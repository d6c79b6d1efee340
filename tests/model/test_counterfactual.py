"""Projects with and without the others: complements, substitutes, dependents, yearly flows; worked out by hand."""

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.decomposition import Decomposition
from model.evaluation import Depth
from model.options import Options
from model.plans import Plans
from model.progress import Silent
from model.studies.counterfactual import PROJECT_COLUMNS, YEARLY_COLUMNS, Counterfactual, counterfactuals
from model.studies.standing import standing
from model.studies.yearly_costs import yearly_costs

PERIODS = [{"resolution": "fast", "period": 2025, "first_year": 2025, "last_year": 2029},
           {"resolution": "fast", "period": 2030, "first_year": 2030, "last_year": 2039}]  # fmt: skip
PORT_KT, RAIL_KT, SAVED = 60, 80, 20  # both ports of 60 kt, the railway behind them of 80; a tonne saves 20 USD
CAPEX = {"P": 2.0, "Q": 1.0, "R": 3.0}
LINK = {"P": "SEA", "Q": "SEA", "R": "RAIL"}
NOW = float(np.sum(1.06 ** (2025.0 - np.arange(2030, 2040))))  # a million a year in service, from 2030


def project(name: str, **more: Any) -> dict[str, Any]:
    return {"project_id": name, "name": name, "country": "A", "capex_musd": CAPEX.get(name, 1.0),
            "construction_years": 2, "lifetime_years": 30, "fixed_opex_share_per_year": 0.02, **more}  # fmt: skip


def effect(name: str, kt: float | None = None) -> dict[str, Any]:
    size = kt or (RAIL_KT if name == "R" else PORT_KT)
    return {"project_id": name, "target": "link", "target_id": LINK[name], "capacity_added_t_per_year": size * 1000}


def world(worlds: Any, *projects: dict[str, Any], effects: list[dict[str, Any]] | None = None, **lane: Any) -> Any:
    """A to C round by DEAR (40 USD a tonne), or by SEA and RAIL (10 each), which only projects open; 100 kt."""
    links = [{"link_id": "SEA", "a": "A", "b": "B", "cost": 10, "kt": 0},
             {"link_id": "RAIL", "a": "B", "b": "C", "cost": 10, "kt": 0},
             {"link_id": "DEAR", "a": "A", "b": "C", "cost": 40}]  # fmt: skip
    given = [effect(p["project_id"]) for p in projects if p["project_id"] in LINK] if effects is None else effects
    lane = {"a": "A", "b": "C", "kt": 100, **lane}
    if lane.pop("is_blocked", False):
        links[2]["kt"] = 0
    return worlds.make(links, [lane], projects=projects, project_effects=given, periods=PERIODS)


def searched(worlds: Any, made: Any) -> Decomposition:
    return Decomposition(worlds.problem(made), Options(threads=1), Silent())


def plan_with(search: Decomposition, *names: str, period: int = 0) -> Any:
    """Every module of some projects, started in one period."""
    strategy = search.problem.strategy
    owner = strategy.projects["module_of"].to_numpy()[strategy.starts["project"].to_numpy()]
    return (np.isin(owner, names) & (strategy.starts["period"] == period).to_numpy()).astype(float)


def by_project(found: Counterfactual) -> pd.DataFrame:
    assert found.projects.columns.tolist() == PROJECT_COLUMNS
    assert found.yearly.columns.tolist() == YEARLY_COLUMNS
    assert found.accuracy_musd < 1e-3
    return found.projects.set_index("project_id")


def cost(search: Decomposition, *names: str) -> float:
    return search.plans.cost(plan_with(search, *names))


def test_ports_and_their_railway_against_all_subsets(worlds: Any) -> None:
    """Every subset valued by hand: 20 USD on what both the ports and the railway can take, from 2030."""
    search = searched(worlds, world(worlds, *map(project, "PQR")))

    def earned(names: set[str]) -> float:
        kt = min(100, PORT_KT * len(names & {"P", "Q"}), RAIL_KT * len(names & {"R"}))
        return SAVED * kt / 1000 * NOW - cost(search, *names)

    for flags in product((False, True), repeat=3):
        names = [name for name, flag in zip("PQR", flags, strict=True) if flag]
        plan = plan_with(search, *names)
        table = by_project(counterfactuals(search, plan, Silent()))
        assert table.index.tolist() == ["portfolio", *names]
        assert table["worth_musd"]["portfolio"] == pytest.approx(earned(set(names)), abs=1e-6)
        for name in names:
            worth, alone = earned(set(names)) - earned(set(names) - {name}), earned({name})
            row = table.loc[name]
            assert row["worth_musd"] == pytest.approx(worth, abs=1e-6)
            assert row["alone_musd"] == pytest.approx(alone, abs=1e-6)
            assert row["complement_musd"] == pytest.approx(worth - alone, abs=1e-6)
            assert row["dependents"] == ""


def test_a_port_without_its_railway_earns_nothing(worlds: Any) -> None:
    search = searched(worlds, world(worlds, *map(project, "PR")))
    table = by_project(counterfactuals(search, plan_with(search, "P", "R"), Silent()))
    assert table["alone_musd"][["P", "R"]].tolist() == pytest.approx([-cost(search, "P"), -cost(search, "R")])
    # Each is needed for all that both earn: 60 kt.
    earned = SAVED * PORT_KT / 1000 * NOW
    assert table["complement_musd"][["P", "R"]].tolist() == pytest.approx([earned, earned], abs=1e-6)


def test_two_ports_before_one_railway_do_each_others_work(worlds: Any) -> None:
    given = project("R", is_sunk=1, in_service_year=2025)
    search = searched(worlds, world(worlds, project("P"), project("Q"), given))
    table = by_project(counterfactuals(search, plan_with(search, "P", "Q"), Silent()))
    # With the other the second port adds 20 kt of the railway's 80, alone each moves 60.
    assert table["complement_musd"][["P", "Q"]].tolist() == pytest.approx([-SAVED * 40 / 1000 * NOW] * 2, abs=1e-6)


def test_what_requires_a_project_falls_with_it_and_is_alone_with_it(worlds: Any) -> None:
    search = searched(worlds, world(worlds, project("P"), project("R", all_of=("P",)), project("Q", all_of=("R",))))
    plan = plan_with(search, *"PQR")
    table = by_project(counterfactuals(search, plan, Silent()))
    assert table["dependents"].to_dict() == {"portfolio": "", "P": "R,Q", "R": "Q", "Q": ""}
    everything = SAVED * RAIL_KT / 1000 * NOW - cost(search, *"PQR")
    assert table["worth_musd"]["P"] == pytest.approx(everything, abs=1e-6)
    assert table["worth_musd"]["R"] == pytest.approx(everything + cost(search, "P"), abs=1e-6)
    assert table["alone_musd"]["R"] == pytest.approx(SAVED * PORT_KT / 1000 * NOW - cost(search, "P", "R"), abs=1e-6)
    assert table["alone_musd"]["Q"] == pytest.approx(everything, abs=1e-6)


@pytest.mark.parametrize(("kept", "stands"), [("Q", True), ("R", False)])
def test_one_of_two_alternatives_is_enough_but_not_a_later_one(worlds: Any, kept: str, stands: bool) -> None:
    search = searched(
        worlds, world(worlds, project("P", any_of=("Q", "R")), project("Q"), project("R", construction_years=0))
    )
    plan = plan_with(search, "P", "Q") + plan_with(search, "R", period=1)
    assert search.plans.is_allowed(plan)
    less = np.where(plan_with(search, "Q" if kept == "R" else "R", period=int(kept == "Q")) > 0, 0.0, plan)
    left = standing(Plans(search.problem.strategy), less)
    assert bool((left * plan_with(search, "P")).any()) == stands
    table = by_project(counterfactuals(search, plan, Silent()))
    assert table["dependents"].to_dict() == {"portfolio": "", "P": "", "Q": "P", "R": ""}


def test_modules_are_one_project_and_the_worth_is_that_of_its_years(worlds: Any) -> None:
    modular = project("P", units_max=3, capex_musd=3.0)
    search = searched(worlds, world(worlds, modular, project("R"), effects=[effect("P", 90), effect("R")]))
    found = counterfactuals(search, plan_with(search, "P", "R"), Silent())
    table = by_project(found)
    assert table.index.tolist() == ["portfolio", "P", "R"]
    for name, rows in found.yearly.groupby("project_id"):
        net = rows["benefit_musd"] + rows["residual_musd"] - rows["capex_musd"] - rows["operating_cost_musd"]
        years = rows["year"].to_numpy(float) - 2025
        assert years.tolist() == list(range(16))  # the last holds what is left at the horizon
        for rate, column in ((0.06, "worth_musd"), (0.09, "worth_9_musd")):
            assert float(net @ (1 + rate) ** -years) == pytest.approx(table[column][name], abs=1e-6)
        assert float(net @ (1 + table["eirr"][name]) ** -years) == pytest.approx(0, abs=1e-9)
        assert table["eirr_note"][name] == ""
    rows = found.yearly[found.yearly["project_id"] == "P"].set_index("year")
    assert rows["capex_musd"].to_dict() == pytest.approx({**dict.fromkeys(range(2025, 2041), 0), 2025: 1.5, 2026: 1.5})
    assert rows["operating_cost_musd"].loc[[2026, 2027, 2039, 2040]].tolist() == pytest.approx([0, 0.06, 0.06, 0])
    assert rows["benefit_musd"].loc[[2029, 2030, 2039]].tolist() == pytest.approx([0, 1.6, 1.6])
    assert rows["residual_musd"].loc[[2039, 2040]].tolist() == pytest.approx([0, 3.0 * 17 / 30])


def test_a_project_that_only_costs_has_no_rate_of_return(worlds: Any) -> None:
    search = searched(worlds, world(worlds, project("P", lifetime_years=13)))
    row = by_project(counterfactuals(search, plan_with(search, "P"), Silent())).loc["P"]
    assert np.isnan(row["eirr"])
    assert "no internal rate" in row["eirr_note"]


def test_without_it_firm_cargo_finds_no_room(worlds: Any) -> None:
    ready = project("P", is_sunk=1, in_service_year=2025)
    needed = project("R", earliest_start_year=2023, in_service_year=2025, capex_musd=0.1)
    made = world(worlds, ready, needed, project("Q"), is_firm=1, kt=40, is_blocked=True)
    search = searched(worlds, made)
    table = by_project(counterfactuals(search, plan_with(search, "R", "Q"), Silent()))
    assert table["worth_musd"].isna().to_dict() == {"portfolio": True, "R": True, "Q": False}
    assert "firm cargo" in table["eirr_note"]["R"]
    assert table["worth_musd"]["Q"] == pytest.approx(-cost(search, "Q"), abs=1e-6)


class StopsAfter(Silent):
    """Asks to stop after so many phases."""

    def __init__(self, phases: int) -> None:
        super().__init__()
        self.left, self.said = phases, list[str]()

    def phase(self, name: str) -> None:
        self.said.append(name)
        self.left -= 1

    def should_stop(self) -> bool:
        return self.left <= 0


@pytest.mark.parametrize(("phases", "rows", "left"), [(2, 1, "PQR"), (3, 2, "PQR"), (6, 3, "QR"), (9, 3, "")])
def test_a_stop_keeps_what_is_done(worlds: Any, phases: int, rows: int, left: str) -> None:
    search = searched(worlds, world(worlds, *map(project, "PQR")))
    progress = StopsAfter(phases - 1)
    found = counterfactuals(search, plan_with(search, *"PQR"), progress)
    assert len(found.projects) == rows + (phases >= 6)
    assert "".join(found.left_out) == left
    assert found.projects["alone_musd"].notna().sum() == 3 - len(left)


def test_nothing_built_is_worth_nothing(worlds: Any) -> None:
    search = searched(worlds, world(worlds, project("P")))
    found = counterfactuals(search, search.plans.nothing, Silent(), Depth.KNOWN)
    assert found.projects["worth_musd"].tolist() == [0.0]
    assert found.projects["eirr_note"].tolist() == ["nothing is paid and nothing received"]


@pytest.mark.parametrize(
    "figures",
    [
        {},
        {"construction_years": 0},
        {"construction_years": 2.5, "lifetime_years": 7.5},
        {"lifetime_years": 5, "construction_years": 1},
        {"earliest_start_year": 2021, "in_service_year": 2024},
        {"earliest_start_year": 2021, "in_service_year": 2027, "units_max": 3},
        {"earliest_start_year": 2028, "lifetime_years": 60},
    ],
)
@pytest.mark.parametrize("rate", [0.0, 0.06, 0.12])
def test_yearly_costs_discounted_are_the_cost_of_the_model(worlds: Any, figures: dict[str, Any], rate: float) -> None:
    parameters = [{"parameter": "discount_rate", "value": rate}]
    made = world(worlds, project("P", **figures)).replace(parameters=worlds.frame("parameters", parameters))
    problem = worlds.problem(made)
    costs = yearly_costs(problem)
    assert len(costs.capex) == len(problem.strategy.starts) > 0
    factor = (1 + rate) ** (costs.base_year - costs.years.astype(float))
    present = (costs.capex + costs.operating - costs.residual) @ factor
    assert present == pytest.approx(problem.strategy.starts["cost_musd"].to_numpy(), rel=1e-9, abs=1e-9)
    assert costs.capex.sum(axis=1) == pytest.approx(problem.strategy.spending.sum(axis=1), rel=1e-9)
