"""What the studies of a portfolio say: price of independence, risk, drivers one at a time, draws."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from model.funding.record import PortfolioRun
from report.frames import records
from report.portfolio_facts import project_names
from report.words import counted, listing, money, number, percent

MOST_NAMED = 4
"""Projects named with a toll."""

LEAST_PART = 1e-3
"""Part of the gain below which a price of independence is none."""

DRIVERS = {"capex": "investment", "benefits": "benefits", "delay": "delay", "operating cost": "operating cost"}


def driver_words(driver: str, value: float) -> str:
    """Return a value of a driver in words.

    >>> driver_words("capex", 1.4), driver_words("delay", 3.0), driver_words("delay", 1.0)
    ('1.4 times', '3 years', '1 year')
    """
    if driver == "delay":
        return f"{number(value, 2)} {'year' if value == 1 else 'years'}"
    return f"{number(value, 2)} times"


def study(run: PortfolioRun, name: str) -> pd.DataFrame:
    """Return the rows of a study, the loosest cap or the smallest weight of risk first; `row` is the table's."""
    table = run["portfolio_frontier"].reset_index(drop=True)
    rows = table.assign(row=table.index)[table["study"] == name]
    key, up = ("power_cap", False) if name == "independence" else ("risk_weight", True)
    return rows.sort_values(key, ascending=up, kind="stable").reset_index(drop=True)


def independence_sentence(run: PortfolioRun) -> str:
    """Return what each cap on one power costs of the gain without one."""
    rows = study(run, "independence")
    if len(rows) < 2:
        return ""
    free = float(rows["gain_musd"].iloc[0])
    least = LEAST_PART * abs(free)
    dear = rows[rows["price_musd"] > least]
    idle = rows[(rows["price_musd"] <= least) & (rows["power_cap"] < 1)]
    said = []
    if len(idle):
        said.append(f"A cap on any one power costs nothing down to {percent(float(idle['power_cap'].min()))}.")
    if len(dear):
        parts = [
            f"{percent(row['power_cap'])} costs {money(row['price_musd'])}"
            + (f" ({percent(row['price_musd'] / free)} of the gain)" if free > 0 else "")
            for row in records(dear)
        ]
        said.append(f"Price of independence: a cap of {listing(parts, len(parts))}.")
    gap = float(rows["gap"].max())
    if said and math.isfinite(gap) and gap > 0:
        said.append(f"Each figure is of a plan within {percent(gap)} of the best.")
    return " ".join(said)


def risk_sentence(run: PortfolioRun) -> str:
    """Return what caring for the worst scenarios costs and saves."""
    rows = study(run, "risk")
    rows = rows[rows["cvar_musd"].notna()]
    if len(rows) < 2:
        return ""
    first, last = records(rows)[0], records(rows)[-1]
    given, won = first["gain_musd"] - last["gain_musd"], last["cvar_musd"] - first["cvar_musd"]
    return (
        f"Weighing the worst scenarios fully raises the mean gain in them by {money(won)}, to "
        f"{money(last['cvar_musd'])}, and gives up {money(given)} of the expected gain."
    )


def tolls_sentence(run: PortfolioRun) -> str:
    """Return which tolls are chosen and what they bring against today's, and what the dearest of the menu would."""
    table = run["portfolio_tolls"]
    alike = table[(table["project_id"] == "") & table["factor"].notna()]
    chosen = table[table["level"] == "chosen"]
    if alike.empty or chosen.empty:
        return ""
    today = records(alike.loc[[(alike["factor"] - 1.0).abs().idxmin()]])[0]
    return f"{_chosen_tolls(run, records(chosen)[0], today)} {_earning_toll(alike, today)}"


def _chosen_tolls(run: PortfolioRun, chosen: dict[str, Any], today: dict[str, Any]) -> str:
    """Return the chosen levels against those of today."""
    table, names = run["portfolio_tolls"], project_names(run)
    moved = table[(table["project_id"] != "") & (table["is_chosen"] == 1) & (table["factor"] != 1.0)]
    if moved.empty:
        return "Tolls are those of today."
    parts = [
        f"{number(float(own['factor'].iloc[0]), 2)} times today's for "
        + _some([names.get(str(key), str(key)) for key in own["project_id"]])
        for _, own in moved.groupby("factor")
    ]
    change = {name: chosen[name] - today[name] for name in ("shippers_musd", "owners_musd", "welfare_musd")}
    shippers, owners = ("gain" if change[name] >= 0 else "lose" for name in ("shippers_musd", "owners_musd"))
    total, more = change["welfare_musd"], chosen["cash_musd_per_year"] - today["cash_musd_per_year"]
    return (
        f"Tolls are {'; '.join(parts)}. Against today's, shippers {shippers} {money(abs(change['shippers_musd']))} of "
        f"present value and owners {owners} {money(abs(change['owners_musd']))}: {money(abs(total))} "
        f"{'more' if total >= 0 else 'less'} together, with {money(abs(more))} {'more' if more >= 0 else 'less'} cash "
        "for debt service a year in the last period."
    )


def _some(names: list[str]) -> str:
    """Return names as a list, the rest of many as a number."""
    if len(names) <= MOST_NAMED:
        return listing(names, MOST_NAMED)
    return f"{', '.join(names[: MOST_NAMED - 1])} and {len(names) - MOST_NAMED + 1} more"


def _earning_toll(alike: pd.DataFrame, today: dict[str, Any]) -> str:
    """Return what the level that earns most, for all projects alike, brings and costs."""
    best = records(alike.loc[[alike["cash_musd_per_year"].idxmax()]])[0]
    if best["factor"] == today["factor"]:
        return "No toll of the menu, the same for all, earns more than that of today."
    more = best["cash_musd_per_year"] - today["cash_musd_per_year"]
    lost = today["shippers_musd"] - best["shippers_musd"]
    return (
        f"Of one toll for all, most is earned at {number(best['factor'])} times the charges of today: {money(more)} "
        f"more cash a year in the last period; shippers then {'lose' if lost >= 0 else 'gain'} {money(abs(lost))} of "
        "present value."
    )


def tornado_sentence(run: PortfolioRun) -> str:
    """Return which driver moves the worth of the whole most, and where it becomes zero."""
    rows = run["portfolio_sensitivity"]
    rows = rows[rows["project_id"] == "portfolio"]
    if rows.empty:
        return ""
    width = (rows["enpv_high_musd"] - rows["enpv_low_musd"]).abs()
    row = records(rows.loc[[width.idxmax()]])[0]
    driver = str(row["driver"])
    said = (
        f"Its worth moves most with {DRIVERS.get(driver, driver)}: {money(row['enpv_low_musd'])} at "
        f"{driver_words(driver, row['low'])}, {money(row['enpv_high_musd'])} at {driver_words(driver, row['high'])}."
    )
    found = rows[rows["switching_value"].notna()]
    parts = [
        f"{DRIVERS.get(str(r['driver']), str(r['driver']))} of {driver_words(str(r['driver']), r['switching_value'])}"
        for r in records(found)
    ]
    return said + (f" It is worth nothing at {listing(parts, len(parts)).replace(' and ', ' or ')}." if parts else "")


def draws_sentence(run: PortfolioRun) -> str:
    """Return what the draws with reference classes say of the whole, and which project is likeliest to lose."""
    rows = run["portfolio_draws"]
    worth = rows[rows["measure"] == "enpv_musd"]
    whole = worth[worth["project_id"] == "portfolio"]
    if whole.empty:
        return ""
    row = records(whole)[0]
    said = (
        f"Of {counted(int(row['draws']), 'draw')} with reference classes {percent(row['probability_below'])} lose: "
        f"worth {money(row['mean'])} on average (standard error {money(row['standard_error'])}), nine of ten between "
        f"{money(row['p5'])} and {money(row['p95'])}."
    )
    parts = worth[(worth["project_id"] != "portfolio") & (worth["probability_below"] > 0)]
    if len(parts):
        worst = records(parts.loc[[parts["probability_below"].idxmax()]])[0]
        name = project_names(run).get(worst["project_id"], worst["project_id"])
        said += f" Likeliest to lose is {name} ({percent(worst['probability_below'])})."
    return said
