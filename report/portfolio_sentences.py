"""What a portfolio's tables say, in sentences: cost and gain, who pays, powers, what breaks, what lacks, how sure."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import pandas as pd

from model.funding.record import PortfolioRun
from model.funding.tickets import MEMBERS, TICKET
from network.network import Network
from report.frames import largest, records
from report.policy_worth import country_name
from report.portfolio_facts import (
    DESIGN_DEFAULT,
    base_scenario,
    of_scenario,
    portfolio_title,
    project_names,
    scenario_title,
    scenarios_of,
    year_words,
)
from report.portfolio_study_sentences import (
    draws_sentence,
    independence_sentence,
    risk_sentence,
    tolls_sentence,
    tornado_sentence,
)
from report.words import counted, listing, money, number, percent, sentence, short_name

LEAST_MUSD = 5e-4
"""Million USD below which an amount is none: five hundred dollars."""

_RATIO = 1e-6  # of a cover: less is rounding

_Topic = Callable[[PortfolioRun], str]


def portfolio_sentences(run: PortfolioRun, network: Network) -> dict[str, str]:
    """Return the findings by topic in reading order; a topic without rows is left out."""
    topics: dict[str, _Topic] = {
        "gain": _gain,
        "lacks": lacks_sentence,
        "surplus": surplus_sentence,
        "tickets": tickets_sentence,
        "payers": _payers,
        "power": power_sentence,
        "breach": breach_sentence,
        "currency": currency_sentence,
        "tolls": tolls_sentence,
        "comparison": _comparison,
        "fragmentation": _fragmentation,
        "regret": _regret,
        "independence": independence_sentence,
        "risk": risk_sentence,
        "mobilisation": mobilisation_sentence,
        "winners": partial(winners_sentence, network=network),
        "tornado": tornado_sentence,
        "draws": draws_sentence,
    }
    said = {topic: say(run) for topic, say in topics.items()}
    return {topic: text for topic, text in said.items() if text}


def findings(run: PortfolioRun, network: Network) -> list[str]:
    """Return every finding, then the sentences of the run itself."""
    return [*portfolio_sentences(run, network).values(), *(str(text) for text in run.run.get("sentences") or [])]


def _gain(run: PortfolioRun) -> str:
    projects, scenarios = of_scenario(run, "portfolio_projects"), of_scenario(run, "portfolio_scenarios")
    said = ""
    if len(projects):
        capex, idc = projects["capex_musd"].sum(), projects["idc_musd"].sum()
        count = counted(projects["project_id"].nunique(), "project")
        first, last = int(projects["start_year"].min()), int(projects["in_service_year"].max())
        said = f"{portfolio_title(run)} builds {count} for {money(capex)}"
        said += f" and {money(idc)} of interest during construction" if idc > LEAST_MUSD else ""
        said += f", begun from {first} on and all in service by {last}."
    if len(scenarios):
        row = records(scenarios)[0]
        verb = "gains" if row["gain_musd"] >= 0 else "loses"
        worth = f"Over building nothing it {verb} {money(abs(row['gain_musd']))} of present value at 6 % a year"
        if math.isfinite(row["gain_9_musd"]):
            worth += f" ({money(row['gain_9_musd'])} at 9 %)"
        said += f" {worth}" + (f"; it returns {percent(row['eirr'])} a year." if math.isfinite(row["eirr"]) else ".")
    elif len(projects) and projects["enpv_musd"].notna().any():
        said += f" The economic worth of its projects adds up to {money(projects['enpv_musd'].sum())}."
    return said.strip()


def lacks_sentence(run: PortfolioRun) -> str:
    """Return what has no source, and the cheapest repair; empty where nothing lacks."""
    rows = run["portfolio_repairs"]
    rows = rows[~rows["family"].isin([TICKET, MEMBERS])]
    lacking, repairs = rows[rows["family"] == "unfunded"], rows[rows["family"] != "unfunded"]
    lacking = lacking[lacking["amount_musd"] > LEAST_MUSD].sort_values("amount_musd", ascending=False)
    if lacking.empty and repairs.empty:
        return ""
    names = project_names(run)
    parts = [
        f"{names.get(row['project_id'], row['what'])}{_in_year(row['period'])} {money(row['amount_musd'])}"
        for row in records(lacking)
    ]
    more = f" and {counted(len(parts) - 3, 'other')}" if len(parts) > 3 else ""
    said = f"Without a source are {money(lacking['amount_musd'].sum())}: {listing(parts)}{more}." if parts else ""
    if len(repairs):
        least = records(repairs.sort_values("amount_musd", kind="stable"))[0]
        said += f" Cheapest repair: {least['what']} ({money(least['amount_musd'])})."
    return said.strip()


def surplus_sentence(run: PortfolioRun) -> str:
    """Return what is committed beyond the uses, in all and by project, over the scenarios; empty where nothing is."""
    rows = run["portfolio_covenants"]
    rows = rows[(rows["family"] == "surplus") & (rows["value"] > LEAST_MUSD)]
    if rows.empty:
        return ""
    names, said, several = project_names(run), [], len(scenarios_of(run)) > 1
    for scenario, own in rows.groupby("scenario", sort=False):
        ranked = own.sort_values("value", ascending=False, kind="stable")
        parts = [f"{names.get(str(row['key']), row['key'])} {money(row['value'])}" for row in records(ranked)]
        more = f" and {counted(len(parts) - 3, 'other')}" if len(parts) > 3 else ""
        where = f" in {_quoted(run, str(scenario))}" if several else ""
        said.append(f"{money(own['value'].sum())}{where} ({listing(parts)}{more})")
    return f"Committed beyond what is spent, and not to be drawn: {'; '.join(said)}."


def tickets_sentence(run: PortfolioRun) -> str:
    """Return which commitments are below the tickets of their funders, and where too many funders take part."""
    rows, names = run["portfolio_repairs"], project_names(run)
    rows = rows[rows["family"].isin([TICKET, MEMBERS])].sort_values("amount_musd", ascending=False, kind="stable")
    parts = [f"{names.get(row['project_id'], row['project_id'])}: {row['what']}" for row in records(rows)]
    if not parts:
        return ""
    more = f"; and {counted(len(parts) - 3, 'other')} in the table of repairs" if len(parts) > 3 else ""
    return f"Tickets and numbers of funders are broken. {'; '.join(parts[:3])}{more}."


def _in_year(year: float) -> str:
    return f" from {year_words(year)}" if year_words(year) else ""


def _payers(run: PortfolioRun) -> str:
    money_in = of_scenario(run, "portfolio_finance")
    money_in = money_in[money_in["is_funding"] == 1]
    total = money_in["amount_musd"].sum()
    if total <= LEAST_MUSD:
        return ""
    by = money_in.groupby("funder")["amount_musd"].sum().sort_values(ascending=False)
    first, *others = [(short_name(str(name)), float(amount)) for name, amount in by.items()]
    said = f"{first[0]} pays most: {money(first[1])}, {percent(first[1] / total)} of the funds"
    if others:
        said += f"; then {listing([f'{name} with {money(amount)}' for name, amount in others])}"
    return said + "."


def power_sentence(run: PortfolioRun) -> str:
    """Return the largest part of one power in the whole and in a project, and what is over a cap."""
    rows = of_scenario(run, "portfolio_powers")
    rows = rows[rows["share"] > 0]
    whole, parts = rows[rows["part"] == "portfolio"], rows[rows["part"] == "project"]
    said = []
    if len(whole):
        row = largest(whole, "share")
        said.append(
            f"{sentence(_power(row['power']))} holds most of the portfolio: {percent(row['share'])}, against a cap of "
            f"{percent(row['cap'])}."
        )
    names = project_names(run)
    if len(parts):
        row = largest(parts.assign(near=parts["share"] / parts["cap"]), "near")
        said.append(
            f"Of a single project most is held by {_power(row['power'])}, in {names.get(row['key'], row['key'])}: "
            f"{percent(row['share'])}, against a cap of {percent(row['cap'])}."
        )
    over = rows[rows["over_musd"] > LEAST_MUSD]
    if len(over):
        row = largest(over, "over_musd")
        key = "the portfolio" if row["key"] == "all" else names.get(row["key"], row["key"])
        count = f"{len(over)} parts are" if len(over) > 1 else "1 part is"
        said.append(f"{count} over a cap, most {_power(row['power'])} in {key}, by {money(row['over_musd'])}.")
    return " ".join(said)


def _power(name: str) -> str:
    short = str(name).removesuffix(" and its members")
    return f"the {short}" if short.startswith(("European", "United", "Gulf")) else short


def breach_sentence(run: PortfolioRun) -> str:
    """Return the covenant that breaks first over all scenarios, in which and by how much, and how many are broken."""
    rows = run["portfolio_scenarios"]
    broken = rows[rows["first_breach"] != ""]
    covenants = of_scenario(run, "portfolio_covenants")
    said = []
    if len(broken):
        order = broken.assign(when=broken["first_breach_year"].fillna(math.inf))
        row = records(order.sort_values(["when", "breach_musd"], ascending=[True, False]))[0]
        when = f", in {year_words(row['first_breach_year'])}" if year_words(row["first_breach_year"]) else ""
        where = _quoted(run, row["scenario"])
        said.append(f"First to break is {row['first_breach']}{when} in {where}, by {money(row['breach_musd'])}.")
        kept = [_quoted(run, name) for name in rows.loc[rows["first_breach"] == "", "scenario"]]
        if kept:
            said.append(f"Nothing breaks in {listing(kept)}.")
    elif len(rows):
        said.append(f"No covenant breaks in {'the scenario' if len(rows) == 1 else f'any of {len(rows)} scenarios'}.")
    if len(covenants):
        count = covenants["light"].value_counts()
        red, amber = int(count.get("red", 0)), int(count.get("amber", 0))
        base = _quoted(run, base_scenario(run))
        said.append(f"Of {counted(len(covenants), 'limit')} in {base} {_are(red)} broken and {_are(amber)} tight.")
    return " ".join(said)


def currency_sentence(run: PortfolioRun) -> str:
    """Return how much of the loans is unhedged, and what a fall of local currencies does to cover and to states."""
    rows, projects = of_scenario(run, "portfolio_devaluation"), of_scenario(run, "portfolio_projects")
    if rows.empty:
        return ""
    debt = rows["project_id"].map(projects.groupby("project_id")["debt_musd"].sum()).fillna(0.0).to_numpy(float)
    foreign, unhedged = (debt @ rows[c].to_numpy(float) / debt.sum() for c in ("foreign_debt_share", "unhedged_share"))
    said = (
        f"Of loans of {money(debt.sum())} {percent(foreign)} are in foreign currency, and {percent(unhedged)} are not "
        "matched by revenue in it."
    )
    served = rows[rows["dscr_stressed"].notna()]
    if len(served):
        broken, before = (int((served[c] < served["dscr_floor"] - _RATIO).sum()) for c in ("dscr_stressed", "dscr_min"))
        row = records(served.sort_values("dscr_stressed", kind="stable"))[0]
        name = project_names(run).get(row["project_id"], row["project_id"])
        said += (
            f" If local currencies lose {percent(row['devaluation'])}, {broken} of {counted(len(served), 'project')} "
            f"that serve debt fall below their floor ({before} as it is); least is {name} with "
            f"{row['dscr_stressed']:.2f}."
        )
    bill = float(rows["state_musd_per_year"].sum())
    return said + (f" States then pay up to {money(bill)} more a year." if bill > LEAST_MUSD else "")


def _quoted(run: PortfolioRun, scenario: str) -> str:
    return f"\u201c{scenario_title(run, scenario)}\u201d"


def _are(count: int) -> str:
    return f"{'none' if count == 0 else count} {'is' if count == 1 else 'are'}"


def _regret(run: PortfolioRun) -> str:
    rows = run["portfolio_scenarios"]
    rows = rows[rows["regret_musd"].notna()]
    if rows.empty:
        return ""
    row = largest(rows, "regret_musd")
    if row["regret_musd"] <= LEAST_MUSD:
        names = [_quoted(run, name) for name in rows["scenario"]]
        return f"In {listing(names, len(names))} no better portfolio is known."
    gain = f"gains {money(row['gain_musd'])}" if row["gain_musd"] >= 0 else f"loses {money(-row['gain_musd'])}"
    return (
        f"Regret is largest in {_quoted(run, row['scenario'])}: it {gain}, the best portfolio known "
        f"there {money(row['best_musd'])}, so that {money(row['regret_musd'])} are missed."
    )


def _comparison(run: PortfolioRun) -> str:
    rows = run["portfolio_comparison"]
    rows = rows[(rows["scenario"] == base_scenario(run)) & rows["measure"].isin(["gain_musd", "capex_musd"])]
    found = {str(row["measure"]): row for row in records(rows)}
    if "gain_musd" not in found:
        return ""
    gain, first = found["gain_musd"]["difference"], str(run.run.get("compared_with") or "the first portfolio")
    said = f"Against {first} it gains {money(abs(gain))} {'more' if gain >= 0 else 'less'}"
    cost = found.get("capex_musd", {}).get("difference", 0.0)
    same = abs(cost) <= LEAST_MUSD
    return said + (" at the same cost." if same else f" and costs {money(abs(cost))} {'more' if cost > 0 else 'less'}.")


def _fragmentation(run: PortfolioRun) -> str:
    rows = run["portfolio_national"]
    worth = dict(zip(rows["country"], rows["own_worth_musd"], strict=True))
    apart, one = worth.get("sum of national plans"), worth.get("unified plan")
    if apart is None or one is None:
        return ""
    return (
        f"National plans together are worth {money(apart)}, the unified plan {money(one)}: the price of fragmentation "
        f"is {money(one - apart)}."
    )


def mobilisation_sentence(run: PortfolioRun) -> str:
    """Return what the bank commits and what comes with each of its dollars; labelled as a design default."""
    rows = of_scenario(run, "portfolio_projects")
    bank, private = rows["bank_musd"].sum(), rows["private_musd"].sum()
    if bank <= LEAST_MUSD:
        idle = len(of_scenario(run, "portfolio_bank")) and len(rows)
        return f"The bank commits nothing to it ({DESIGN_DEFAULT})." if idle else ""
    funds = rows[["debt_musd", "equity_musd", "grant_musd"]].sum().sum()
    return (
        f"The bank commits {money(bank)}; a dollar of it comes with {number(private / bank, 2)} of private money and "
        f"{number(max(funds - bank - private, 0.0) / bank, 2)} of others ({DESIGN_DEFAULT})."
    )


def winners_sentence(run: PortfolioRun, network: Network) -> str:
    """Return who gains most and who loses most, over all accounts."""
    rows = of_scenario(run, "portfolio_winners")
    by: pd.Series = rows.groupby("party")["gain_musd"].sum().sort_values(ascending=False)
    named = [(country_name(str(party), network), float(v)) for party, v in by.items()]
    gains = [f"{name} {money(v)}" for name, v in named if v > LEAST_MUSD]
    losses = [f"{name} {money(-v)}" for name, v in named[::-1] if v < -LEAST_MUSD]
    said = f"Most gain {listing(gains)}" if gains else ""
    if losses:
        said += f"{'; most' if said else 'Most'} lose {listing(losses)}"
    return f"{said}." if said else ""
