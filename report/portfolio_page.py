"""What the page of a portfolio shows, as plain values for JSON; see page/portfolio_*.js for the use of each part."""

from __future__ import annotations

from typing import Any

from model.funding.record import PortfolioRun
from network.geography import Geography
from network.network import Network
from report.frames import records
from report.page_rows import figure
from report.portfolio_facts import (
    DESIGN_DEFAULT,
    base_scenario,
    cap_words,
    of_scenario,
    portfolio_facts,
    portfolio_title,
    scenario_title,
    scenarios_of,
)
from report.portfolio_flows import source_flows
from report.portfolio_map import portfolio_map, project_list
from report.portfolio_page_rows import SCENARIOS, by_scenario
from report.portfolio_sentences import portfolio_sentences
from report.portfolio_study_sentences import DRIVERS
from report.portfolio_tables import (
    MEASURES,
    STUDIES,
    comparison,
    frontier,
    national,
    portfolio_tables,
    tolls,
    with_project,
)
from report.words import counted, money, number, percent, sentence, spoken

MOST_ASSUMPTIONS = 700
"""Assumptions on the page; the workbook has all of them."""


def portfolio_page(run: PortfolioRun, network: Network, geography: Geography) -> dict[str, Any]:
    """Return everything that the page needs; what the run has no rows for is empty or None."""
    names, sources = scenarios_of(run), dict[str, int]()
    return {
        "title": portfolio_title(run),
        "kicker": _kicker(run),
        "label": sentence(DESIGN_DEFAULT),
        "caps": cap_words(run),
        "sentences": portfolio_sentences(run, network),
        "own": [str(text) for text in run.run.get("sentences") or []],
        "keys": _keys(run),
        "facts": portfolio_facts(run),
        "notices": [str(text) for text in run.run.get("notices") or []],
        "scenarios": [[name, scenario_title(run, name)] for name in names],
        "projects": project_list(run),
        "classes": {str(c): spoken(str(c)) for c in run["portfolio_projects"]["asset_class"].unique()},
        "map": portfolio_map(run, network, geography),
        "flows": source_flows(run, network),
        "by": by_scenario(run, network),
        "heat": [
            [row["title"], [figure(row[c]) for c in SCENARIOS], row["first_breach"], figure(row["first_breach_year"])]
            for row in records(run["portfolio_scenarios"])
        ],
        "frontier": _frontier(run, network),
        "tolls": _tolls(run, network),
        "compare": _comparison(run),
        "national": _national(run, network),
        "tornado": _tornado(run),
        "draws": _draws(run),
        "convergence": [
            [figure(row[c]) for c in ("draws", "mean_musd", "standard_error_musd")]
            for row in records(run["portfolio_convergence"])
        ],
        "repairs": _repairs(run, network),
        "assumptions": _assumptions(run, sources),
        "assumptionCount": len(run["portfolio_assumptions"]),
        "sources": list(sources),
        "attribution": _attribution(geography),
    }


def _kicker(run: PortfolioRun) -> str:
    parts = ["Kervan portfolio", str(run.run.get("command") or ""), str(run.run.get("created") or "")[:10]]
    return " \u00b7 ".join(part for part in parts if part)


def _keys(run: PortfolioRun) -> list[tuple[str, str, str]]:
    """Return the figures at the head of the page: name, value, explanation."""
    keys = []
    scenarios, projects = of_scenario(run, "portfolio_scenarios"), of_scenario(run, "portfolio_projects")
    title = scenario_title(run, base_scenario(run))
    if len(scenarios):
        row = records(scenarios)[0]
        keys.append(("Gain", money(row["gain_musd"]), f"present value at 6 %, over building nothing; {title}"))
        if row["eirr"] == row["eirr"]:
            keys.append(("Economic return", percent(row["eirr"]), "a year, of the whole portfolio"))
    if len(projects):
        count = counted(projects["project_id"].nunique(), "project")
        keys.append(("Investment", money(projects["capex_musd"].sum()), f"{count}, without interest"))
        bank = float(projects["bank_musd"].sum())
        if bank > 0:
            ratio = number(projects["private_musd"].sum() / bank, 2)
            keys.append(("From the bank", money(bank), f"with {ratio} of private money a dollar; a design default"))
    whole = of_scenario(run, "portfolio_powers")
    whole = whole[(whole["part"] == "portfolio") & (whole["share"] > 0)].sort_values("share", ascending=False)
    for row in records(whole.head(1)):
        power = str(row["power"]).removesuffix(" and its members")
        keys.append(("Largest power", percent(row["share"]), f"{power}; the cap is {percent(row['cap'])}"))
    return keys


def _frontier(run: PortfolioRun, network: Network) -> list[dict[str, Any]]:
    columns = ("power_cap", "risk_weight", "gain_musd", "bound_musd", "gap", "price_musd", "cvar_musd",
               "largest_power_share", "funder_hhi", "capex_musd", "bank_musd", "private_musd", "count")  # fmt: skip
    return [
        {c.removesuffix("_musd"): figure(row[c]) for c in columns}
        | {"study": row["study"], "title": STUDIES.get(row["study"], row["study"]), "power": row["power_name"]}
        | {"projects": row["project_words"]}
        for row in records(frontier(run, network))
    ]


def _tolls(run: PortfolioRun, network: Network) -> list[list[Any]]:
    columns = ("factor", "is_chosen", "shippers_musd", "owners_musd", "welfare_musd", "cash_musd_per_year",
               "corridor_kt", "private_musd")  # fmt: skip
    return [
        [row["project_words"], row["level_words"], row["financed_words"], *[figure(row[c]) for c in columns]]
        for row in records(tolls(run, network))
    ]


def _comparison(run: PortfolioRun) -> dict[str, Any] | None:
    rows = records(comparison(run))
    if not rows:
        return None
    shown = ("scenario_title", "measure_words", "first_words", "second_words", "difference_words")
    names = [str(run.run.get(key) or other) for key, other in (("compared_with", "First"), ("portfolio", "Second"))]
    return {"names": names, "rows": [[row[c] for c in shown] for row in rows]}


def _national(run: PortfolioRun, network: Network) -> list[list[Any]]:
    return [
        [row["country_name"], row["project_words"], figure(row["capex_musd"]), figure(row["own_worth_musd"])]
        for row in records(national(run, network))
    ]


def _tornado(run: PortfolioRun) -> list[dict[str, Any]]:
    """Return the drivers of each project, the whole portfolio first; in each the widest first."""
    rows = with_project(run, run["portfolio_sensitivity"])
    width = (rows["enpv_high_musd"] - rows["enpv_low_musd"]).abs()
    rows = rows.assign(width=width).sort_values("width", ascending=False, kind="stable")
    order = sorted(rows["project_id"].unique(), key=lambda key: (key != "portfolio", key))
    columns = ("low", "high", "enpv_low_musd", "enpv_base_musd", "enpv_high_musd", "switching_value")
    return [
        {
            "name": own["project"].iloc[0],
            "rows": [
                [
                    sentence(DRIVERS.get(r["driver"], r["driver"])),
                    *[figure(r[c]) for c in columns],
                    r["note"],
                    r["driver"],
                ]
                for r in records(own)
            ],
        }
        for own in (rows[rows["project_id"] == key] for key in order)
    ]


def _draws(run: PortfolioRun) -> list[dict[str, Any]]:
    """Return the distributions by measure, the whole portfolio first."""
    rows = with_project(run, run["portfolio_draws"])
    columns = ("mean", "standard_error", "p5", "p50", "p80", "p95", "probability_below", "draws", "seed")
    result = []
    for measure in rows["measure"].unique():
        own = rows[rows["measure"] == measure]
        first = own.assign(rank=own["project_id"] != "portfolio").sort_values("rank", kind="stable")
        result.append(
            {
                "measure": measure,
                "title": MEASURES.get(str(measure), spoken(str(measure))),
                "rows": [[row["project"], *[figure(row[c]) for c in columns]] for row in records(first)],
            }
        )
    return result


def _repairs(run: PortfolioRun, network: Network) -> list[list[Any]]:
    table = portfolio_tables(run, network).get("Repairs")
    if table is None:
        return []
    shown = ("project", "family_words", "what")
    return [
        [*(row[c] for c in shown), figure(row["period"]), figure(row["amount_musd"])] for row in records(table.frame)
    ]


def _assumptions(run: PortfolioRun, sources: dict[str, int]) -> list[list[Any]]:
    rows = run["portfolio_assumptions"]
    ordered = rows.sort_values("is_design_default", ascending=False, kind="stable").head(MOST_ASSUMPTIONS)
    return [
        [
            sentence(str(row["group"])),
            row["figure"],
            str(row["value"]),
            str(row["unit"]).replace("musd", "million USD"),
            figure(row["year"]),
            row["confidence"],
            int(row["is_design_default"]),
            sources.setdefault(str(row["source"]), len(sources)),
        ]
        for row in records(ordered)
    ]


def _attribution(geography: Geography) -> str:
    page = (
        "Map drawn with d3-geo and topojson-client, flows with d3-sankey (ISC and BSD licences). Costs, volumes and "
        "terms are a model's, not an offer; sources and confidence of the figures are in portfolio.xlsx."
    )
    return f"{' '.join(geography.attribution.split())} {page}".strip()
