"""Studies of the made-up portfolio: bank, frontier, drivers, draws, assumptions, repairs."""

import math
from typing import Any

import pandas as pd


def bank_rows(scenario: str) -> list[dict[str, Any]]:
    rows, equity = [], 0.0
    for n, year in enumerate(range(2028, 2046)):
        paid = 400.0 if n < 5 else 0.0
        loans = min(160.0 * (n + 1), 900.0) - max(n - 9, 0) * 60.0
        income = 0.012 * loans
        equity += paid + income
        rows.append(
            {"scenario": scenario, "year": year, "equity_musd": equity, "paid_in_musd": paid, "loans_musd": loans}
            | {
                "investments_musd": 40.0 if n > 1 else 0.0,
                "guarantees_musd": 20.0,
                "undrawn_musd": max(300.0 - 60 * n, 0),
            }
            | {
                "borrowing_musd": max(loans + 40 - equity, 0.0),
                "income_musd": income,
                "capital_need_musd": 0.12 * loans,
            }
            | {"equity_to_loans": equity / loans, "equity_to_loans_min": max(0.35 - 0.01 * n, 0.25)}
            | {"gearing": (loans + 60.0) / (10_000.0 + income), "gearing_max": 1.0, "expected_loss_musd": 0.003 * loans}
            | {"unexpected_loss_musd": 0.05 * loans, "raroc": income / (0.12 * loans)}
        )
    return rows


def frontier_rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    gains = {1.0: 1560.0, 0.8: 1560.0, 0.6: 1540.0, 0.5: 1500.0, 0.4: 1430.0, 0.3: 1180.0}
    for cap, gain in gains.items():
        rows.append({"study": "independence", "power_cap": cap, "risk_weight": 0.0, "gain_musd": gain,
                     "bound_musd": gain + 40.0, "gap": 0.025, "price_musd": 1560.0 - gain, "cvar_musd": gain - 600.0,
                     "largest_power": "CN", "largest_power_share": min(cap, 0.62), "funder_hhi": 0.1 + 0.3 * cap,
                     "capex_musd": 3435.0 - 300 * (1 - cap), "bank_musd": 900.0, "private_musd": 620.0,
                     "projects": "P005,P012,P017,P018,P022,P023,P025,P047"})  # fmt: skip
    for weight, gain, cvar in ((0.0, 1430.0, 700.0), (0.25, 1422.0, 800.0), (0.5, 1380.0, 905.0), (1.0, 1260.0, 960.0)):
        rows.append({"study": "risk", "power_cap": 0.4, "risk_weight": weight, "gain_musd": gain,
                     "bound_musd": gain + 30, "gap": 0.02, "price_musd": 1560.0 - gain,
                     "cvar_musd": cvar, "largest_power": "CN",
                     "largest_power_share": 0.38, "funder_hhi": 0.24 - 0.04 * weight, "capex_musd": 3300.0,
                     "bank_musd": 880.0, "private_musd": 600.0, "projects": "P005,P012,P017,P025,P047"})  # fmt: skip
    return rows


def sensitivity_rows(projects: pd.DataFrame) -> list[dict[str, Any]]:
    mine = projects[projects["scenario"] == "baseline"]
    base = {"portfolio": float(mine["enpv_musd"].sum())} | dict(zip(mine["project_id"], mine["enpv_musd"], strict=True))
    cost = {"portfolio": float(mine["capex_musd"].sum())} | dict(
        zip(mine["project_id"], mine["capex_musd"], strict=True)
    )
    rows = []
    for key, worth in base.items():
        ranges = {"capex": (0.8, 1.4, 0.2, -0.4), "benefits": (0.7, 1.2, -0.45, 0.3), "delay": (0.0, 3.0, 0.0, -0.25),
                  "operating cost": (0.8, 1.3, 0.03, -0.05)}  # fmt: skip
        for driver, (low, high, down, up) in ranges.items():
            reachable = driver != "operating cost" and worth > 0
            rows.append(
                {"project_id": key, "driver": driver, "low": low, "high": high, "enpv_base_musd": worth}
                | {"enpv_low_musd": worth + down * cost[key], "enpv_high_musd": worth + up * cost[key]}
                | {"switching_value": 1.0 + worth / cost[key] if reachable else math.nan}
                | {"note": "" if reachable else "none within a tenth to ten times"}
            )
    return rows


def draws_rows(projects: pd.DataFrame) -> list[dict[str, Any]]:
    mine = projects[projects["scenario"] == "baseline"]
    worth = {"portfolio": float(mine["enpv_musd"].sum())} | dict(
        zip(mine["project_id"], mine["enpv_musd"], strict=True)
    )
    rows = []
    for key, value in worth.items():
        spread = 0.3 * abs(value) + 60.0
        rows.append({"project_id": key, "measure": "enpv_musd", "mean": value - 0.5 * spread,
                     "standard_error": spread / math.sqrt(2000), "p5": value - 2.1 * spread,
                     "p50": value - 0.4 * spread, "p80": value + 0.4 * spread,
                     "p95": value + 1.1 * spread, "probability_below": 0.18,
                     "draws": 2000, "seed": 7})  # fmt: skip
    capex = float(mine["capex_musd"].sum())
    rows.append({"project_id": "portfolio", "measure": "capex_musd", "mean": 1.36 * capex, "standard_error": 8.0,
                 "p5": 0.92 * capex, "p50": 1.31 * capex, "p80": 1.6 * capex, "p95": 2.1 * capex,
                 "probability_below": math.nan, "draws": 2000, "seed": 7})  # fmt: skip
    return rows


def convergence_rows() -> list[dict[str, Any]]:
    counts = [50, 100, 200, 400, 800, 1200, 1600, 2000]
    return [{"draws": n, "mean_musd": 900.0 + 80.0 * math.cos(n / 90) / math.sqrt(n / 50),
             "standard_error_musd": 640.0 / math.sqrt(n)} for n in counts]  # fmt: skip


def assumptions_rows() -> list[dict[str, Any]]:
    default = "design default: no charter of the bank is public"
    given = [
        ("bank rules", "Capital that the members subscribe", "10000", "musd", "estimate", 1, default),
        ("bank rules", "Most of a project's cost from one power", "0.4", "share", "estimate", 1, default),
        ("bank rules", "Least equity to outstanding loans of the young bank", "0.35", "share", "estimate", 1, default),
        ("funders", "EBRD: envelope", "550", "musd a year", "estimate", 0, "clecat.org 2024-02-02"),
        ("funders", "Export-Import Bank of China: envelope", "700", "musd a year", "memory", 0, "general knowledge"),
        ("countries", "Kazakhstan: guarantee headroom", "21000", "musd", "memory", 0, "concept of public finance"),
        ("asset classes", "Port: part of handling that the terminal keeps", "0.8", "share", "estimate", 0, "estimate"),
        ("default rates", "Private borrowers: default rate", "0.0354", "share a year", "sourced", 0, "GEMs, 2025"),
        ("reference classes", "Rail: mean cost overrun", "0.447", "share", "sourced", 0, "hofstra.edu"),
    ]  # fmt: skip
    return [{"group": g, "figure": f, "value": v, "unit": u, "year": 2025.0, "confidence": c, "is_design_default": d,
             "source": s} for g, f, v, u, c, d, s in given]  # fmt: skip


def toll_rows() -> list[dict[str, Any]]:
    given = [  # project, level, factor, chosen, shippers, charges, owners, private, cash
        ("", "low", 0.8, 0, 1080.0, 300.0, -60.0, math.nan, 14.0),
        ("", "base", 1.0, 0, 1020.0, 370.0, 0.0, 410.0, 21.0),
        ("", "raised", 1.2, 0, 940.0, 420.0, 45.0, math.nan, 26.0),
        ("P012", "low", 0.8, 1, 1070.0, 350.0, -20.0, 410.0, 19.0),
        ("P012", "base", 1.0, 0, 1020.0, 370.0, 0.0, 410.0, 21.0),
        ("P012", "raised", 1.2, 0, 985.0, 385.0, 10.0, math.nan, 22.5),
        ("", "chosen", math.nan, 1, 1070.0, 350.0, -20.0, 410.0, 19.0),
    ]
    return [
        {"scenario": "baseline", "project_id": project, "level": level, "factor": factor, "is_chosen": chosen}
        | {"shippers_musd": shippers, "revenue_musd": charges, "owners_musd": owners, "private_musd": private}
        | {"welfare_musd": shippers + owners, "is_financed": math.nan if math.isnan(private) else 1.0}
        | {"cash_musd_per_year": cash, "corridor_kt": 6700.0 - 600.0 * (1.0 if math.isnan(factor) else factor)}
        for project, level, factor, chosen, shippers, charges, owners, private, cash in given
    ]


def repair_rows(lacks: float) -> list[dict[str, Any]]:
    given = [
        ("P022", "unfunded", "Anaklia deep-sea port phase 1 lacks funds", 2030.0, lacks),
        ("", "power_cap_project", "raise the cap of China in Anaklia to 47 %", math.nan, lacks),
        ("", "envelope", "a larger envelope of EU Global Gateway, grants", 2030.0, lacks),
    ]
    return [dict(zip(("project_id", "family", "what", "period", "amount_musd"), row, strict=True)) for row in given]


def currency_rows(projects: pd.DataFrame) -> list[dict[str, Any]]:
    """Six tenths of every loan in USD, the rest at home; half of the revenue in USD."""
    rows = []
    for row in projects.to_dict("records"):
        for currency, debt, revenue in (("USD", 0.6, 0.5), ("XXX", 0.4, 0.5)):
            rows.append(
                {"scenario": row["scenario"], "project_id": row["project_id"], "currency": currency}
                | {"is_local": int(currency == "XXX"), "debt_musd": debt * row["debt_musd"], "debt_share": debt}
                | {"revenue_share": revenue, "open_share": 0.1 if currency == "USD" else 0.0, "confidence": "estimate"}
            )
    return rows


def devaluation_rows(projects: pd.DataFrame) -> list[dict[str, Any]]:
    """A fall by three tenths that takes a tenth of cover, and a bill of the state where no debt is served."""
    return [
        {"scenario": row["scenario"], "project_id": row["project_id"], "currency": "XXX", "foreign_debt_share": 0.6}
        | {"foreign_revenue_share": 0.5, "unhedged_share": 0.1, "devaluation": 0.3, "dscr_min": row["dscr_min"]}
        | {"dscr_stressed": 0.9 * row["dscr_min"], "dscr_floor": row["dscr_floor"]}
        | {"breaking_devaluation": 0.0 if row["dscr_min"] < row["dscr_floor"] else math.nan}
        | {"state_musd_per_year": 2.0 if math.isnan(row["dscr_min"]) else 0.0}
        for row in projects.to_dict("records")
        if row["debt_musd"] > 0
    ]
