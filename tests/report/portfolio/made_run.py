"""A made-up run of a portfolio whose sums agree, on eight projects, seven funders and three scenarios."""

import math
from typing import Any

import numpy as np
import pandas as pd

from model.funding.covenants import TITLES
from model.funding.record import PortfolioRun
from model.funding.tables import PORTFOLIO_TABLE_BY_NAME
from tests.report.portfolio.made_cash import cash_rows
from tests.report.portfolio.made_projects import FUNDERS, POWERS, PROJECTS, SCENARIOS, SOURCES, uses
from tests.report.portfolio.made_studies import (
    assumptions_rows,
    bank_rows,
    convergence_rows,
    currency_rows,
    devaluation_rows,
    draws_rows,
    frontier_rows,
    repair_rows,
    sensitivity_rows,
    toll_rows,
)

FLOOR = {"public": 1.1, "minimum_revenue": 1.4, "traffic_risk": 1.5}
CAPS = {"project": 0.4, "portfolio": 0.35}
WACC = 0.06


def frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a table of a portfolio; columns that they leave out are empty."""
    table = PORTFOLIO_TABLE_BY_NAME[name]
    found = pd.DataFrame(rows, columns=table.column_names) if rows else table.empty()
    kinds = {"float": "float64", "int": "int64", "str": "object"}
    return found.astype({c.name: kinds[c.dtype] for c in table.columns})


def made_up_run(owners: pd.DataFrame) -> PortfolioRun:
    """The run; `owners` (funder_id, power_id, share) looks through its funders."""
    finance = [row for scenario in SCENARIOS for row in _finance(scenario)]
    money = pd.DataFrame(finance)
    cash = [row for scenario in SCENARIOS for row in _cash(scenario, money)]
    flows = pd.DataFrame(cash)
    projects = [row for s in SCENARIOS for row in _projects(s, money, flows)]
    powers = [row for s in SCENARIOS for row in _powers(s, money, pd.DataFrame(projects), owners)]
    tables = {
        "portfolio_finance": finance,
        "portfolio_cash": cash,
        "portfolio_projects": projects,
        "portfolio_powers": powers,
        "portfolio_covenants": [r for s in SCENARIOS for r in _covenants(s, projects, powers)],
        "portfolio_currency": currency_rows(pd.DataFrame(projects)),
        "portfolio_devaluation": devaluation_rows(pd.DataFrame(projects)),
        "portfolio_bank": [row for s in SCENARIOS for row in bank_rows(s)],
        "portfolio_scenarios": [_scenario(s, pd.DataFrame(projects)) for s in SCENARIOS],
        "portfolio_winners": [row for s in SCENARIOS for row in _winners(s, pd.DataFrame(projects))],
        "portfolio_frontier": frontier_rows(),
        "portfolio_sensitivity": sensitivity_rows(pd.DataFrame(projects)),
        "portfolio_draws": draws_rows(pd.DataFrame(projects)),
        "portfolio_convergence": convergence_rows(),
        "portfolio_assumptions": assumptions_rows(),
        "portfolio_tolls": toll_rows(),
        "portfolio_repairs": repair_rows(sum(uses(PROJECTS[4])) * 0.07),
    }  # fmt: skip
    return PortfolioRun({name: frame(name, rows) for name, rows in tables.items()}, run_facts())


def run_facts() -> dict[str, Any]:
    return {
        "command": "test",
        "portfolio": "corridor_first",
        "scenarios": list(SCENARIOS),
        "scenario_titles": {name: title for name, (title, _) in SCENARIOS.items()},
        "objective": "welfare",
        "power_caps": CAPS,
        "host_exempt": True,
        "inflation": 0.02,
        "price_base_year": 2025,
        "gain": 1490.0,
        "bound": 1560.0,
        "gap_of_gain": 0.045,
        "status": "optimal within the gap",
        "seconds": {"routing": 12.4, "finance": 3.1},
        "periods": [2025, 2030, 2040],
        "sentences": ["A sentence of the run itself."],
        "notices": ["The table of the portfolio starts P047 a year late."],
        "versions": {"kervan": "0.1.0"},
        "created": "2026-11-29T08:00:00",
    }


def _finance(scenario: str) -> list[dict[str, Any]]:
    rows = []
    for project in PROJECTS:
        whole = sum(uses(project))
        for funder, instrument, recourse, rate, share in SOURCES[project[0]]:
            loan = not math.isnan(rate)
            rows.append(
                {"scenario": scenario, "project_id": project[0], "start_year": project[5], "mode": project[4]}
                | {"funder_id": funder, "funder": FUNDERS[funder][0], "kind": FUNDERS[funder][1]}
                | {"instrument": instrument, "recourse": recourse, "amount_musd": share * whole}
                | {"is_funding": int(instrument != "guarantee"), "nominal_rate": rate}
                | {"tenor_years": 18 if loan else 0, "grace_years": 4 if loan else 0}
                | {"grant_element": 1.0 if instrument == "grant" else 0.0 if loan else math.nan}
                | {"expected_loss_musd": 0.01 * share * whole if loan else 0.0, "capital_musd": 0.08 * share * whole}
                | {"confidence": "estimate"}
            )
    return rows


def _cash(scenario: str, money: pd.DataFrame) -> list[dict[str, Any]]:
    traffic = SCENARIOS[scenario][1]
    rows = []
    for project in PROJECTS:
        mine = money[(money["scenario"] == scenario) & (money["project_id"] == project[0]) & (money["is_funding"] == 1)]
        rows += cash_rows(scenario, project, uses(project), mine, traffic)
    return rows


def _projects(scenario: str, money: pd.DataFrame, cash: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for project in PROJECTS:
        key, name, country, asset_class, mode, start, service, life, capex, revenue, _ = project
        mine = money[(money["scenario"] == scenario) & (money["project_id"] == key)]
        funds, idc = mine[mine["is_funding"] == 1], uses(project)[1]
        flow = cash[(cash["scenario"] == scenario) & (cash["project_id"] == key)]
        net = (flow["cfads_musd"] - flow["capex_musd"]).to_numpy()
        years = flow["year"].to_numpy()
        covered = flow[flow["dscr"].notna()]
        worst = covered.loc[covered["dscr"].idxmin()] if len(covered) else None
        gain = float((flow["benefit_musd"] - flow["capex_musd"]) @ (1.06 ** -(years - 2025.0)))
        alone = gain - 0.2 * capex if key in {"P012", "P023"} else gain
        power = "CN" if key in {"P005", "P017", "P022"} else "EU27"
        by = funds.groupby("instrument")["amount_musd"].sum()
        of = funds.groupby("kind")["amount_musd"].sum()
        rows.append(
            {"scenario": scenario, "project_id": key, "name": name, "country": country, "asset_class": asset_class}
            | {"mode": mode, "start_year": start, "in_service_year": service, "end_year": service + life}
            | {"capex_musd": capex, "idc_musd": idc, "equity_musd": by.get("equity", 0.0)}
            | {"grant_musd": by.get("grant", 0.0), "guarantee_musd": mine["amount_musd"].sum() - by.sum()}
            | {"debt_musd": by.drop(["equity", "grant"], errors="ignore").sum()}
            | {"unfunded_musd": max(capex + idc - by.sum(), 0.0) if key == "P022" else 0.0}
            | {"surplus_musd": 0.0, "bank_musd": of.get("bank", 0.0), "additionality": math.nan}
            | {"private_musd": of.reindex(["commercial", "equity_fund"]).sum()}
            | {"largest_power": power, "largest_power_share": 0.4 if key == "P022" else 0.26, "funder_hhi": 0.18}
            | {"grant_element": by.get("grant", 0.0) / (capex + idc), "revenue_musd_per_year": revenue}
            | {"firr": _irr(net), "firr_note": "" if revenue else "earns nothing: no rate", "wacc": WACC}
            | {
                "fnpv_musd": float(net @ (1 + WACC) ** -(years - float(start))),
                "payback_years": 17.3 if revenue > 0.1 * capex else math.nan,
            }
            | {"dscr_min": math.nan if worst is None else worst["dscr"]}
            | {"dscr_min_year": math.nan if worst is None else worst["year"], "dscr_floor": FLOOR[mode]}
            | {"llcr": 1.9, "plcr": 2.4, "enpv_musd": gain, "enpv_9_musd": 0.5 * gain - 0.1 * capex}
            | {"eirr": _irr((flow["benefit_musd"] - flow["capex_musd"]).to_numpy()), "eirr_note": ""}
            | {"enpv_alone_musd": alone, "complement_musd": gain - alone}
            | {"expected_loss_musd": mine["expected_loss_musd"].sum(), "confidence": "estimate"}
        )
    return rows


def _irr(amounts: np.ndarray) -> float:
    """The rate by bisection; NaN where the flow never turns."""
    if amounts.sum() <= 0:
        return math.nan
    years, low, high = np.arange(len(amounts)), 0.0, 1.0
    for _ in range(60):
        rate = (low + high) / 2
        low, high = (rate, high) if float(amounts @ (1 + rate) ** -years) > 0 else (low, rate)
    return low


def _powers(scenario: str, money: pd.DataFrame, projects: pd.DataFrame, owners: pd.DataFrame) -> list[dict[str, Any]]:
    funds = money[(money["scenario"] == scenario) & (money["is_funding"] == 1)]
    place = projects[projects["scenario"] == scenario].set_index("project_id")
    seen = funds.merge(owners[["funder_id", "power_id", "share"]], on="funder_id")
    seen = seen[seen["power_id"].isin(list(POWERS))].assign(amount=lambda t: t["amount_musd"] * t["share"])
    seen["host"] = [
        power in str(place.loc[project, "country"]).split("|") and kind == "state"
        for power, project, kind in zip(seen["power_id"], seen["project_id"], seen["kind"], strict=True)
    ]
    parts = [("project", key) for key in place.index] + [("portfolio", "all")]
    parts += [("country", c) for c in sorted(place["country"].unique())]
    rows = []
    for part, key in parts:
        chosen = {"project": [key], "portfolio": list(place.index)}.get(
            part, list(place.index[place["country"] == key])
        )
        mine, total = (
            seen[seen["project_id"].isin(chosen)],
            funds[funds["project_id"].isin(chosen)]["amount_musd"].sum(),
        )
        for power, name in POWERS.items():
            own = mine[mine["power_id"] == power]
            amount, host = own[~own["host"]]["amount"].sum(), own[own["host"]]["amount"].sum()
            cap = CAPS.get(part, 0.4)
            rows.append(
                {"scenario": scenario, "part": part, "key": key, "power_id": power, "power": name}
                | {"amount_musd": amount, "host_musd": host, "share": amount / total, "cap": cap}
                | {"over_musd": max(amount - cap * total, 0.0)}
            )
    return rows


def _covenants(scenario: str, projects: list[dict[str, Any]], powers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for row in [row for row in projects if row["scenario"] == scenario]:
        if not math.isnan(row["dscr_min"]):
            left = (row["dscr_min"] - row["dscr_floor"]) * 0.06 * row["debt_musd"]
            limit = _limit("dscr", row["project_id"], row["dscr_min"], row["dscr_floor"], "ratio", left)
            rows.append(limit | {"year": row["dscr_min_year"]})
    for row in [r for r in powers if r["scenario"] == scenario and r["part"] in ("project", "portfolio")]:
        if row["share"] > 0.05:
            key = row["power"] + ("" if row["key"] == "all" else f": {row['key']}")
            left = (row["cap"] - row["share"]) * row["amount_musd"] / row["share"] if row["amount_musd"] else 0.0
            rows.append(_limit(f"power_cap_{row['part']}", key, row["share"], row["cap"], "share", left))
    for year, used in ((2028, 380.0), (2030, 396.0), (2035, 120.0)):
        rows.append(_limit("envelope", "TCDB", used, 400.0, "musd", 400.0 - used) | {"year": float(year)})
    rows.append(_limit("bank_country", "AZ", 512.0, 500.0, "musd", -12.0) | {"year": 2033.0})
    return [row | {"scenario": scenario} for row in rows]


def _limit(family: str, key: str, value: float, limit: float, unit: str, left: float) -> dict[str, Any]:
    room = (value - limit) / limit if family == "dscr" else (limit - value) / limit
    light = "red" if room < -1e-9 else "amber" if room < 0.1 else "green"
    words = {"family": family, "title": TITLES[family], "key": key, "year": math.nan, "unit": unit, "light": light}
    return words | {"value": value, "limit": limit, "headroom_musd": left}


def _scenario(scenario: str, projects: pd.DataFrame) -> dict[str, Any]:
    mine = projects[projects["scenario"] == scenario]
    gain, below = float(mine["enpv_musd"].sum()), mine[mine["dscr_min"] < mine["dscr_floor"]]
    best = max(gain, 900.0) + 60.0
    worst = below.loc[(below["dscr_min"] - below["dscr_floor"]).idxmin()] if len(below) else None
    return (
        {"scenario": scenario, "title": SCENARIOS[scenario][0], "gain_musd": gain, "gain_9_musd": 0.4 * gain - 200.0}
        | {"eirr": 0.06 + gain / 40_000.0, "best_musd": best, "regret_musd": best - gain}
        | {
            "capex_musd": mine["capex_musd"].sum(),
            "dscr_min": mine["dscr_min"].min(),
            "projects_below_floor": len(below),
        }
        | {"first_breach": "" if worst is None else f"debt service cover of {worst['name']}"}
        | {"first_breach_year": math.nan if worst is None else worst["dscr_min_year"]}
        | {
            "breach_musd": 0.0
            if worst is None
            else 0.06 * (worst["dscr_floor"] - worst["dscr_min"]) * worst["debt_musd"]
        }
        | {"co2_kt_per_year": -140.0, "corridor_kt": 6100.0 * SCENARIOS[scenario][1]}
    )


def _winners(scenario: str, projects: pd.DataFrame) -> list[dict[str, Any]]:
    gain = projects[projects["scenario"] == scenario]["enpv_musd"].sum()
    parts = [("KZ", "shippers", 0.5), ("KZ", "treasury", -0.2), ("AZ", "owners", 0.25), ("CN", "shippers", 0.3)]
    parts += [("GE", "owners", 0.1), ("EU27", "shippers", 0.15), ("RU", "owners", -0.1)]
    return [{"scenario": scenario, "party": p, "account": a, "gain_musd": gain * s} for p, a, s in parts]
