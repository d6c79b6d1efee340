"""Rows of a portfolio's page by scenario: projects, limits, powers, bank, cash and winners as plain values."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from model.funding.record import PortfolioRun
from network.network import Network
from report.frames import records
from report.page_rows import figure
from report.portfolio_facts import LIGHTS, family_words, of_scenario, project_names, scenarios_of
from report.portfolio_tables import covenants, devaluation, powers, winners

PROJECT_FIGURES = (
    "capex_musd", "idc_musd", "debt_musd", "equity_musd", "grant_musd", "unfunded_musd", "surplus_musd",
    "bank_musd", "private_musd", "largest_power_share", "firr", "wacc", "fnpv_musd", "payback_years", "dscr_min",
    "dscr_min_year", "dscr_floor", "llcr", "plcr", "enpv_musd", "enpv_9_musd", "eirr", "enpv_alone_musd",
    "complement_musd", "funder_hhi",
)  # fmt: skip
CASH = (
    "capex_musd", "revenue_musd", "cfads_musd", "service_musd", "dscr", "equity_cash_musd", "sovereign_service_musd",
    "is_extrapolated",
)  # fmt: skip
BANK = (
    "year", "equity_musd", "loans_musd", "investments_musd", "guarantees_musd", "undrawn_musd", "borrowing_musd",
    "capital_need_musd", "income_musd", "equity_to_loans", "equity_to_loans_min", "gearing", "gearing_max", "raroc",
)  # fmt: skip
SCENARIOS = (
    "gain_musd", "gain_9_musd", "eirr", "regret_musd", "dscr_min", "projects_below_floor", "breach_musd",
    "co2_kt_per_year", "corridor_kt",
)  # fmt: skip
MOST_PARTIES = 14
"""Parties whose gain is drawn; the workbook has all of them."""

TOLERANCE = 1e-4
"""Below this a share or an amount in million USD is none."""

OF_PROJECT = ("dscr", "llcr", "plcr", "debt_service", "equity_return", "power_cap_project", "sources_uses",
              "funders_of_project")  # fmt: skip
"""Kinds of limit that bind one project and colour it on the map."""


def by_scenario(run: PortfolioRun, network: Network) -> list[dict[str, Any]]:
    """Return for each scenario what the page shows of it."""
    limits, parts, gains = covenants(run, network), powers(run, network), winners(run, network)
    falls = devaluation(run, network)
    result = []
    for scenario in scenarios_of(run):
        mine = limits[limits["scenario"] == scenario]
        result.append(
            {
                "projects": _projects(run, scenario),
                "lights": project_lights(run, mine),
                "covenants": [_limit(row) for row in records(mine)],
                "currency": _currency(falls[falls["scenario"] == scenario]),
                "powers": _powers(parts[parts["scenario"] == scenario]),
                "bank": [
                    [figure(row[c]) for c in BANK] for row in records(of_scenario(run, "portfolio_bank", scenario))
                ],
                "cash": _cash(of_scenario(run, "portfolio_cash", scenario)),
                "winners": _winners(gains[gains["scenario"] == scenario]),
            }
        )
    return result


def _projects(run: PortfolioRun, scenario: str) -> dict[str, dict[str, Any]]:
    """Return the figures of each project by id, with notes on rates and the largest power."""
    rows = of_scenario(run, "portfolio_projects", scenario)
    found = {}
    for row in records(rows):
        figures = {c.removesuffix("_musd"): _snapped(row[c]) for c in PROJECT_FIGURES}
        notes = {c: row[c] for c in ("firr_note", "eirr_note") if row[c]}
        found[str(row["project_id"])] = figures | notes | {"power": row["largest_power"]}
    return found


def project_lights(run: PortfolioRun, limits: pd.DataFrame) -> dict[str, str]:
    """Return the worst light of the limits that bind each project alone; a project without any is left out."""
    worst: dict[str, str] = {}
    order = list(LIGHTS)
    for row in records(limits):
        key = str(row["key"]).rpartition(": ")[2]
        if row["family"] in OF_PROJECT and key in project_names(run):
            held = worst.get(key, order[-1])
            worst[key] = min(held, str(row["light"]), key=order.index)
    return worst


def _snapped(value: Any) -> float | int | None:
    """Return a figure, or 0 for what is within a solver's tolerance of it."""
    return 0 if value is not None and abs(value) < TOLERANCE else figure(value)


def _limit(row: dict[str, Any]) -> dict[str, Any]:
    key = str(row["key_words"])
    return {
        "light": row["light"],
        "family": family_words(str(row["family"])),
        "title": row["title"],
        "key": "" if key in str(row["title"]) else key,
        "year": figure(row["year"]),
        "value": figure(row["value"]),
        "limit": figure(row["limit"]),
        "unit": row["unit"],
        "left": _snapped(row["headroom_musd"]),
        "bank": int(str(row["family"]).startswith("bank")),
    }


def _currency(rows: pd.DataFrame) -> list[list[Any]]:
    """Return [project, its currency, loans, revenue by currency, then figures] of each project with loans."""
    shown = ("unhedged_share", "devaluation", "dscr_min", "dscr_stressed", "dscr_floor", "breaking_devaluation",
             "state_musd_per_year")  # fmt: skip
    return [
        [*(row[c] for c in ("project", "currency", "debt_words", "revenue_words")), *(figure(row[c]) for c in shown)]
        for row in records(rows)
    ]


def _powers(rows: pd.DataFrame) -> list[list[Any]]:
    """Return [part, of what, power, own money, as host, share, cap, over] where a power holds anything."""
    shown = rows[(rows["amount_musd"] > 0) | (rows["host_musd"] > 0)]
    shown = shown.sort_values("share", ascending=False, kind="stable")
    return [
        [row["part"], row["key_words"], str(row["power"]).removesuffix(" and its members")]
        + [_snapped(row[c]) for c in ("amount_musd", "host_musd", "share", "cap", "over_musd")]
        for row in records(shown)
    ]


def _cash(rows: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return the years of each project and its figures, by year."""
    rows = rows.assign(service_musd=rows["interest_musd"] + rows["principal_musd"])
    found: dict[str, dict[str, Any]] = {}
    for key, own in rows.groupby("project_id", sort=False):
        figures = {c.removesuffix("_musd"): [_short(v) for v in own[c]] for c in CASH}
        found[str(key)] = {"first": int(own["year"].min()), **figures}
    return found


def _short(value: Any) -> float | int | None:
    """Return a figure of a chart: three digits are enough for it."""
    if value is None or not math.isfinite(float(value)):
        return None
    cut = float(f"{float(value):.4g}")
    return int(cut) if cut.is_integer() else cut


def _winners(rows: pd.DataFrame) -> list[list[Any]]:
    """Return [party, gain, [account, gain], ...] of those that gain or lose most, the largest gain first."""
    total = rows.groupby("party_name", sort=False)["gain_musd"].sum()
    most = total.reindex(total.abs().sort_values(ascending=False, kind="stable").index)[:MOST_PARTIES]
    result = []
    for name in most.sort_values(ascending=False, kind="stable").index:
        own = rows[rows["party_name"] == name].sort_values("gain_musd", ascending=False, kind="stable")
        parts = [[row["account_words"], figure(row["gain_musd"])] for row in records(own)]
        result.append([name, figure(total[name]), parts])
    return result
