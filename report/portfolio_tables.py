"""The plain sheets of a portfolio's workbook: tables with names in place of ids, in reading order."""

from __future__ import annotations

import math

import pandas as pd

from model.funding.record import PortfolioRun
from network.network import Network
from report import portfolio_headings as headings
from report.frames import records
from report.policy_worth import country_name
from report.portfolio_facts import DESIGN_DEFAULT, LIGHTS, family_words, project_names, scenario_title, scenarios_of
from report.portfolio_sentences import (
    LEAST_MUSD,
    breach_sentence,
    currency_sentence,
    lacks_sentence,
    mobilisation_sentence,
    portfolio_sentences,
    power_sentence,
    winners_sentence,
)
from report.tables import Heading, ReadableTable
from report.words import NOTHING, listing, money, names_of, number, percent, sentence, signed, spoken, tonnes

STUDIES = {"independence": "Price of independence", "risk": "Weight of the worst scenarios"}
MEASURES = {
    "enpv_musd": "Economic worth, million USD, present value",
    "capex_musd": "Investment, million USD",
    "dscr_min": "Least debt service cover, ratio",
}
COMPARED = {
    "gain_musd": "Gain at 6 %",
    "gain_9_musd": "Gain at 9 %",
    "eirr": "Economic return a year",
    "capex_musd": "Investment",
    "dscr_min": "Least debt service cover",
    "projects_below_floor": "Projects below the floor of cover",
    "breach_musd": "First breach",
    "co2_kt_per_year": "Emissions of a year against nothing built",
    "corridor_kt": "Cargo of a year on the Middle Corridor",
}
ALL = "All together"
TOLL_CHOSEN = "Each as chosen"


def portfolio_tables(run: PortfolioRun, network: Network) -> dict[str, ReadableTable]:
    """Return the plain sheets by title; those of tables without rows are left out."""
    said = portfolio_sentences(run, network)
    of_bank = sentence(DESIGN_DEFAULT) + "."
    sheets = [
        ("Assumptions", f"Every figure that the financing rests on. {of_bank}", headings.ASSUMPTIONS, _assumptions),
        ("Projects", said.get("gain", ""), headings.PROJECTS, _projects),
        ("Commitments", mobilisation_sentence(run), headings.COMMITMENTS, _commitments),
        ("Covenants", f"{breach_sentence(run)} Limits of the bank: {DESIGN_DEFAULT}.", headings.COVENANTS, covenants),
        ("Currency", "Loans and revenue by currency, at today's exchange rates.", headings.CURRENCY, _currency),
        ("Devaluation", currency_sentence(run), headings.DEVALUATION, devaluation),
        ("Powers", f"{power_sentence(run)} Caps: {DESIGN_DEFAULT}.", headings.POWERS, powers),
        ("Bank", f"Balance sheet of the bank by year. {of_bank}", headings.BANK, _bank),
        ("Scenarios", said.get("regret", ""), headings.SCENARIOS, _scenarios),
        ("Tolls", said.get("tolls", ""), headings.TOLLS, tolls),
        ("Comparison", said.get("comparison", ""), headings.COMPARISON, lambda run, _: comparison(run)),
        ("National plans", said.get("fragmentation", ""), headings.NATIONAL, national),
        ("Winners", winners_sentence(run, network), headings.WINNERS, winners),
        ("Frontier", said.get("independence", said.get("risk", "")), headings.FRONTIER, frontier),
        ("Tornado", said.get("tornado", ""), headings.TORNADO, _tornado),
        ("Monte Carlo", said.get("draws", ""), headings.DRAWS, _draws),
        ("Repairs", lacks_sentence(run), headings.REPAIRS, _repairs),
    ]
    tables = [
        ReadableTable(title, text.strip(), _shown(columns, run), make(run, network))
        for title, text, columns, make in sheets
    ]
    return {table.title: table for table in tables if len(table.frame)}


def _shown(columns: tuple[Heading, ...], run: PortfolioRun) -> tuple[Heading, ...]:
    """Return the columns; that of the scenario is left out where there is only one."""
    one = len(scenarios_of(run)) < 2
    return tuple(c for c in columns if not (one and c is headings.SCENARIO))


def titled(run: PortfolioRun, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the titles of their scenarios, scenarios in the order of the run."""
    order = {name: n for n, name in enumerate(scenarios_of(run))}
    place = frame["scenario"].map(order)
    named = frame.assign(scenario_title=[scenario_title(run, str(name)) for name in frame["scenario"]])
    return named.loc[place.sort_values(kind="stable").index].reset_index(drop=True)


def _assumptions(run: PortfolioRun, _: Network) -> pd.DataFrame:
    rows = run["portfolio_assumptions"]
    return rows.assign(
        group=[sentence(str(group)) for group in rows["group"]],
        default_words=[DESIGN_DEFAULT if flag else "" for flag in rows["is_design_default"]],
    )


def _projects(run: PortfolioRun, network: Network) -> pd.DataFrame:
    rows, names = titled(run, run["portfolio_projects"]), names_of(network.powers, "power_id")
    words = {"mode": spoken, "asset_class": spoken}
    rows = rows.assign(**{column: [say(str(v)) for v in rows[column]] for column, say in words.items()})
    return rows.assign(power=[names.get(str(key), str(key)) for key in rows["largest_power"]])


def _commitments(run: PortfolioRun, _: Network) -> pd.DataFrame:
    rows = with_project(run, titled(run, run["portfolio_finance"]))
    words = {c: [spoken(str(v)) for v in rows[c]] for c in ("kind", "instrument", "recourse")}
    return rows.assign(**words, funding_words=["yes" if flag else "no: a guarantee" for flag in rows["is_funding"]])


def covenants(run: PortfolioRun, network: Network) -> pd.DataFrame:
    """Return the limits in words, by scenario; in each the worst first."""
    rows = titled(run, run["portfolio_covenants"])
    rows = rows.assign(
        light_words=[LIGHTS.get(str(light), str(light)) for light in rows["light"]],
        family_words=[family_words(str(family)) for family in rows["family"]],
        key_words=keys_in_words(run, network, rows["key"]),
    )
    scenarios = {title: n for n, title in enumerate(rows["scenario_title"].unique())}
    lights = {light: n for n, light in enumerate(LIGHTS)}
    rows = rows.assign(first=rows["scenario_title"].map(scenarios), second=rows["light"].map(lights))
    ranked = rows.sort_values(["first", "second", "headroom_musd"], kind="stable")
    return ranked.drop(columns=["first", "second"]).reset_index(drop=True)


def _currency(run: PortfolioRun, _: Network) -> pd.DataFrame:
    rows = with_project(run, titled(run, run["portfolio_currency"]))
    return rows.assign(local_words=["yes" if flag else "" for flag in rows["is_local"]])


def devaluation(run: PortfolioRun, _: Network) -> pd.DataFrame:
    """Return what a fall of the local currency does to each project, with loans and revenue by currency in words."""
    rows = with_project(run, titled(run, run["portfolio_devaluation"]))
    of = dict(list(run["portfolio_currency"].groupby(["scenario", "project_id"], sort=False)))
    mine = [of.get(key) for key in zip(rows["scenario"], rows["project_id"], strict=True)]
    words = {f"{what}_words": [_in_currencies(own, f"{what}_share") for own in mine] for what in ("debt", "revenue")}
    return rows.assign(**words)


def _in_currencies(rows: pd.DataFrame | None, column: str) -> str:
    """Return parts by currency, the largest first."""
    if rows is None:
        return ""
    held = rows[rows[column] > 0].sort_values(column, ascending=False, kind="stable")
    return ", ".join(f"{row['currency']} {percent(row[column])}" for row in records(held))


def powers(run: PortfolioRun, network: Network) -> pd.DataFrame:
    """Return the parts of powers in words, with a light of each cap."""
    rows = titled(run, run["portfolio_powers"])
    light = [
        "red" if over > LEAST_MUSD else "amber" if share > 0.9 * cap else "green"
        for share, cap, over in zip(rows["share"], rows["cap"], rows["over_musd"], strict=True)
    ]
    return rows.assign(
        part_words=[spoken(str(part)) for part in rows["part"]],
        key_words=keys_in_words(run, network, rows["key"]),
        light=light,
        light_words=[LIGHTS[name] for name in light],
    )


def _bank(run: PortfolioRun, _: Network) -> pd.DataFrame:
    return titled(run, run["portfolio_bank"])


def _scenarios(run: PortfolioRun, _: Network) -> pd.DataFrame:
    return run["portfolio_scenarios"]


def winners(run: PortfolioRun, network: Network) -> pd.DataFrame:
    """Return who gains with names in place of codes."""
    rows = titled(run, run["portfolio_winners"])
    return rows.assign(
        party_name=[country_name(str(party), network) for party in rows["party"]],
        account_words=[spoken(str(account)) for account in rows["account"]],
    )


def frontier(run: PortfolioRun, network: Network) -> pd.DataFrame:
    """Return the portfolios of the studies in words."""
    rows, names = run["portfolio_frontier"].reset_index(drop=True), names_of(network.powers, "power_id")
    return rows.assign(
        study_words=[STUDIES.get(str(name), spoken(str(name))) for name in rows["study"]],
        power_name=[names.get(str(key), str(key)) for key in rows["largest_power"]],
        project_words=[_project_words(run, network, str(text)) for text in rows["projects"]],
        count=[len(_ids(str(text))) for text in rows["projects"]],
    )


def tolls(run: PortfolioRun, _: Network) -> pd.DataFrame:
    """Return the levels of tolls: as chosen, all projects alike, then by project; in each the lowest charge first."""
    rows, names = titled(run, run["portfolio_tolls"]), project_names(run) | {"": ALL}
    place = {key: n for n, key in enumerate(dict.fromkeys(["", *rows["project_id"]]))}
    order = rows.assign(place=rows["project_id"].map(place), low=rows["factor"].fillna(-1.0))
    rows = rows.loc[order.sort_values(["scenario", "place", "low"], kind="stable").index].reset_index(drop=True)
    financed = {1.0: "yes", 0.0: "no"}
    return rows.assign(
        project_words=[names.get(str(key), str(key)) for key in rows["project_id"]],
        level_words=[TOLL_CHOSEN if level == "chosen" else spoken(str(level)) for level in rows["level"]],
        chosen_words=["chosen" if flag else "" for flag in rows["is_chosen"]],
        financed_words=[financed.get(value, "not asked") for value in rows["is_financed"]],
    )


def comparison(run: PortfolioRun) -> pd.DataFrame:
    """Return two portfolios side by side with figures in words."""
    rows = titled(run, run["portfolio_comparison"])
    words = {
        f"{name}_words": [
            _figure(float(value), str(unit), name == "difference")
            for value, unit in zip(rows[name], rows["unit"], strict=True)
        ]
        for name in ("first", "second", "difference")
    }
    measures = [COMPARED.get(str(m), spoken(str(m))) for m in rows["measure"]]
    return rows.assign(measure_words=measures, **words)


def _figure(value: float, unit: str, is_change: bool) -> str:
    """Return a figure of a comparison in its unit."""
    if not math.isfinite(value):
        return NOTHING
    size = abs(value) if is_change else value
    say = (
        money
        if unit.startswith("musd")
        else percent
        if unit.startswith("share")
        else tonnes
        if "kt" in unit
        else number
    )
    return signed(say(size), value) if is_change else say(size)


def national(run: PortfolioRun, network: Network) -> pd.DataFrame:
    """Return the national plans with names of countries and projects."""
    rows = run["portfolio_national"]
    return rows.assign(
        country_name=[sentence(str(c)) if " " in str(c) else country_name(str(c), network) for c in rows["country"]],
        project_words=[_project_words(run, network, str(text)) for text in rows["projects"]],
        count=[len(_ids(str(text))) for text in rows["projects"]],
    )


def _ids(text: str) -> list[str]:
    return [key.strip() for key in text.replace("|", ",").split(",") if key.strip()]


def _project_words(run: PortfolioRun, network: Network, text: str) -> str:
    names = names_of(network.projects, "project_id", short=True) | project_names(run)
    return "; ".join(names.get(key, key) for key in _ids(text))


def _tornado(run: PortfolioRun, _: Network) -> pd.DataFrame:
    return with_project(run, run["portfolio_sensitivity"])


def _draws(run: PortfolioRun, _: Network) -> pd.DataFrame:
    rows = with_project(run, run["portfolio_draws"])
    return rows.assign(measure_words=[MEASURES.get(str(m), spoken(str(m))) for m in rows["measure"]])


def _repairs(run: PortfolioRun, _: Network) -> pd.DataFrame:
    rows = with_project(run, run["portfolio_repairs"])
    lacks = {"unfunded": "Lacks a source"}
    return rows.assign(family_words=[lacks.get(str(f)) or family_words(str(f)) for f in rows["family"]])


def with_project(run: PortfolioRun, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the column project: a name in place of the id."""
    names = project_names(run) | {"portfolio": ALL, "": ""}
    return rows.assign(project=[names.get(str(key), str(key)) for key in rows["project_id"]])


def keys_in_words(run: PortfolioRun, network: Network, keys: pd.Series) -> list[str]:
    """Return what a limit binds by its name: project, funder, power, country, class or year."""
    names = names_of(network.funders, "funder_id") | names_of(network.powers, "power_id") | project_names(run)
    names |= {"all": "the whole portfolio", "": ""}
    countries = {str(code) for cell in run["portfolio_projects"]["country"] for code in str(cell).split("|")}
    return [_key_words(str(key), names, countries, network) for key in keys]


def _key_words(key: str, names: dict[str, str], countries: set[str], network: Network) -> str:
    if key in names:
        return names[key]
    if ": " in key:  # a power in a part of the portfolio
        power, _, part = key.partition(": ")
        return f"{names.get(power, power)}: {_key_words(part, names, countries, network)}"
    codes = key.split("|")
    if set(codes) <= countries:
        return listing([country_name(code, network) for code in codes], len(codes))
    return key if key.isupper() or key.isdigit() else spoken(key)
