"""What the files of a portfolio share: its scenarios, names, labels and the facts of its run in words."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from model.funding.record import PortfolioRun
from model.funding.tables import PORTFOLIO_TABLES
from report.run_facts import UNITS_NOTE
from report.words import listing, money, number, percent, sentence, short_name, spoken

DESIGN_DEFAULT = "design default: no charter of a Trans-Caspian Development Bank is public"
"""Stands wherever a figure of the bank is shown."""

LIGHTS = {"red": "broken", "amber": "tight", "green": "kept"}
"""Words of the traffic lights, the worst first."""

PARTS = {
    "portfolio": "the portfolio",
    "project": "a project",
    "country": "what a country receives",
    "asset_class": "a sensitive asset class",
    "period": "a period",
}
_FAMILIES = {"dscr": "debt service cover", "llcr": "loan life cover", "plcr": "project life cover",
             "ticket_min": "least ticket", "funders_of_project": "number of funders"}  # fmt: skip


def scenarios_of(run: PortfolioRun) -> list[str]:
    """Return the scenarios that the tables have, in the order of the run; the first is the base."""
    found: dict[str, None] = {}
    for table in PORTFOLIO_TABLES:
        if "scenario" in table.column_names:
            found |= dict.fromkeys(str(name) for name in run[table.name]["scenario"].unique())
    asked = [str(name) for name in run.run.get("scenarios") or []]
    return [name for name in asked if name in found] + [name for name in found if name not in asked]


def base_scenario(run: PortfolioRun) -> str:
    """Return the first scenario; empty where no table has one."""
    return next(iter(scenarios_of(run)), "")


def of_scenario(run: PortfolioRun, table: str, scenario: str | None = None) -> pd.DataFrame:
    """Return the rows of a table in a scenario, by default the first, with a fresh index."""
    rows = run[table]
    wanted = base_scenario(run) if scenario is None else scenario
    return rows[rows["scenario"] == wanted].reset_index(drop=True)


def scenario_title(run: PortfolioRun, scenario: str) -> str:
    """Return the title of a scenario, or its name as words."""
    titles = run.run.get("scenario_titles") or {}
    return str(titles.get(scenario) or spoken(scenario))


def project_names(run: PortfolioRun, short: bool = True) -> dict[str, str]:
    """Return the names of the projects by id."""
    rows = run["portfolio_projects"].drop_duplicates("project_id")
    pairs = zip(rows["project_id"], rows["name"], strict=True)
    return {str(key): short_name(str(name)) if short else str(name) for key, name in pairs}


def family_words(family: str) -> str:
    """Return a kind of limit in words.

    >>> family_words("power_cap_project"), family_words("dscr"), family_words("bank_equity_to_loans")
    ('Power cap project', 'Debt service cover', 'Bank equity to loans')
    """
    return sentence(_FAMILIES.get(family, family.replace("_", " ")))


def limit_words(value: float, unit: str) -> str:
    """Return a figure of a covenant in its unit.

    >>> limit_words(1.25, "ratio"), limit_words(0.4, "share"), limit_words(380.0, "musd")
    ('1.25', '40 %', 'USD 380 mn')
    """
    if unit == "share":
        return percent(value)
    if unit == "funders":
        return f"{value:.0f} {unit}"
    return money(value) if unit == "musd" else f"{value:.2f}" if math.isfinite(value) else number(value)


def year_words(value: Any) -> str:
    """Return a year, or nothing where there is none."""
    return "" if value is None or pd.isna(value) else str(int(value))


def portfolio_title(run: PortfolioRun) -> str:
    """Return the heading of the files."""
    return f"Portfolio {str(run.run.get('portfolio') or '').replace('_', ' ')}".strip()


def cap_words(run: PortfolioRun) -> str:
    """Return the caps on one power in words; empty without any."""
    caps = run.run.get("power_caps") or {}
    said = [f"{percent(float(cap))} of {PARTS.get(part, part)}" for part, cap in caps.items() if cap is not None]
    if not said:
        return ""
    host = "money of the host state is exempt" if run.run.get("host_exempt") else "money of the host state counts"
    return f"{listing(said, len(said))}; {host}"


def portfolio_facts(run: PortfolioRun) -> list[tuple[str, str]]:
    """Return (what, value in words) for every fact the run states, in reading order."""
    facts = run.run
    envelopes, budget = facts.get("envelopes"), facts.get("budget_musd_per_year")
    lines = [
        ("Command", str(facts.get("command") or "")),
        ("Portfolio", str(facts.get("portfolio") or "")),
        ("Scenarios", "; ".join(f"{name}: {scenario_title(run, name)}" for name in scenarios_of(run))),
        ("Objective", str(facts.get("objective") or "")),
        ("Caps on one power", cap_words(run)),
        ("Budget", f"{money(float(budget))} a year" if isinstance(budget, (int, float)) else _text(budget)),
        ("Envelopes of funders", _text(envelopes)),
        ("Tolls, times those of today", _tolls(run)),
        ("Periods", ", ".join(str(p) for p in facts.get("periods") or [])),
        ("Status", str(facts.get("status") or "")),
        ("Gain over building nothing", _figure(facts.get("gain"), money)),
        ("Bound of the gain", _figure(facts.get("bound"), money)),
        ("Gap of the gain, proven", _figure(facts.get("gap_of_gain"), percent)),
        ("Seconds", _text(facts.get("seconds"))),
        ("Made", str(facts.get("created") or "").replace("T", " ")[:16]),
        ("Versions", _text(facts.get("versions"))),
        ("Figures of the bank", sentence(DESIGN_DEFAULT) + "; every one can be edited in data/finance."),
        ("Units", UNITS_NOTE),
    ]
    return [(what, value) for what, value in lines if value]


def _tolls(run: PortfolioRun) -> str:
    """Return the levels in force that are not today's."""
    names, levels = project_names(run), run.run.get("tolls") or {}
    return "; ".join(f"{names.get(key, key)} {number(level, 2)}" for key, level in levels.items() if level != 1)


def _figure(value: Any, say: Any) -> str:
    return "" if value is None or not math.isfinite(float(value)) else str(say(float(value)))


def _text(value: Any) -> str:
    if isinstance(value, dict):
        parts = ((k, number(v) if isinstance(v, (int, float)) else v) for k, v in value.items() if v is not None)
        return ", ".join(f"{str(k).replace('_', ' ')} {v}" for k, v in parts)
    if isinstance(value, (list, tuple)):
        return ", ".join(str(v) for v in value)
    return "" if value is None else str(value)
