"""What a change of policy is worth over the same builds: by country and good, in prices, in trade, in sentences."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.duties import premium_rate
from model.solution import Solution
from network.frames import each_row
from network.network import Network
from network.policy import UNITED_STATES, DutySchedule
from report.frames import records
from report.words import countries, listing, money, names_of, number, short_name, signed, spoken, tonnes

Floats = NDArray[np.float64]
BASE, LOW, HIGH = "base", "low", "high"
OTHERS = "Carriers and terminals"
COUNTRY_CODES = Path("geography/country_codes.csv")
LEAST_MUSD = 0.05
"""Million USD, present value, below which a gain is not worth a line."""
MOST_STACKS = 6
LEAST_PRICE = 5e-4
"""Share by which a price has to change to be worth a line."""


def country_name(code: str, network: Network) -> str:
    """Return a country or customs union by its name, and what is of no one country as carriers."""
    if not code:
        return OTHERS
    table, zones = network.customs_territories, network.zones
    names: dict[str, str] = {}
    for row in each_row(zones):  # the first zone of a country is the country
        if len(row.countries) == 1:
            names.setdefault(row.countries[0], str(row.name).partition(" (")[0])
    names |= {row.countries[0]: str(row.name) for row in each_row(zones) if row.zone_id == "RUB"}
    names |= dict(zip(table["territory"], table["name"], strict=True))
    return names.get(code) or _listed_names(network.folder).get(code) or countries(code)


@cache
def _listed_names(folder: Path) -> dict[str, str]:
    """Return the names of countries by code as the folder of a world lists them; empty where it lists none."""
    path = folder / COUNTRY_CODES
    if not path.is_file():
        return {}
    table = pd.read_csv(path, keep_default_na=False)  # NA is Namibia
    return {str(code): short_name(str(name)) for code, name in zip(table["alpha_2"], table["name"], strict=True)}


def has_worth(solution: Solution) -> bool:
    """Return whether the run was compared with another policy."""
    return bool(len(solution["policy_worth"]))


def worth_by_country(solution: Solution, network: Network) -> pd.DataFrame:
    """Return gains by country, largest first, million USD, and their total at both ends of the range.

    Columns: country, name, buyers_musd, sellers_musd, treasury_musd, total_musd, low_musd, high_musd.
    """
    parts = []
    for case, rows in solution["policy_worth"].groupby("case", sort=False):
        buyers = rows.groupby("importer")[["buyers_musd", "treasury_musd"]].sum()
        sellers = rows.groupby("exporter")[["sellers_musd"]].sum()
        parts.append(buyers.join(sellers, how="outer").fillna(0.0).assign(case=case).rename_axis("country"))
    table = pd.concat(parts).reset_index()
    table["total_musd"] = table[["buyers_musd", "sellers_musd", "treasury_musd"]].sum(axis=1)
    base = table[table["case"] == BASE].drop(columns="case")
    base = _with_ends(base, table, ["country"])
    base.insert(1, "name", [country_name(str(code), network) for code in base["country"]])
    return base.sort_values("total_musd", ascending=False, kind="stable", ignore_index=True)


def worth_by_good(solution: Solution, network: Network) -> pd.DataFrame:
    """Return gains by exporter and good whose duty or premium changes, and of all others by good, million USD.

    Columns: exporter, importer, commodity_id, name, duty_musd, risk_musd, investment_musd, total_musd, low_musd,
    high_musd, change_kt, duty_before_pct, duty_after_pct, premium_before_pct, premium_after_pct.
    """
    table = solution["policy_worth"]
    keys = ["exporter", "importer", "commodity_id"]
    base = _with_ends(table[table["case"] == BASE], table, keys)
    goods = names_of(network.commodities, "commodity_id", short=True)
    base = base.assign(
        name=[
            f"{goods.get(r['commodity_id'], r['commodity_id'])}, {country_name(r['exporter'], network)} to "
            f"{country_name(r['importer'], network)}"
            if r["exporter"]
            else OTHERS
            for r in records(base[keys])
        ]
    )
    size = base["total_musd"].abs() + base["treasury_musd"].abs()
    return base[size > LEAST_MUSD].sort_values("total_musd", key=abs, ascending=False, kind="stable", ignore_index=True)


def _with_ends(base: pd.DataFrame, table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Add the totals of the low and the high case; those of the base where they were not solved."""
    for case in (LOW, HIGH):
        own = table.loc[table["case"] == case, [*keys, "total_musd"]].rename(columns={"total_musd": f"{case}_musd"})
        base = base.merge(own, on=keys, how="left")
        without = 0.0 if len(own) else base["total_musd"]
        base[f"{case}_musd"] = base[f"{case}_musd"].fillna(without)
    return base


def price_changes(solution: Solution, network: Network) -> pd.DataFrame:
    """Return delivered prices that change, by buyer and good, weighted by what each bought before.

    Columns: country, name, commodity_id, good, before_usd_per_t, after_usd_per_t, change_pct, largest first.
    """
    table = solution["policy_worth"]
    table = table[(table["case"] == BASE) & (table["quantity_kt"] > 0)]
    paid = table.assign(
        before=table["quantity_kt"] * table["price_before_usd_per_t"],
        after=table["quantity_kt"] * table["price_after_usd_per_t"],
    )
    sums = paid.groupby(["importer", "commodity_id"], as_index=False)[["quantity_kt", "before", "after"]].sum()
    goods = names_of(network.commodities, "commodity_id", short=True)
    result = pd.DataFrame(
        {
            "country": sums["importer"],
            "name": [country_name(str(code), network) for code in sums["importer"]],
            "commodity_id": sums["commodity_id"],
            "good": [goods.get(str(good), str(good)) for good in sums["commodity_id"]],
            "before_usd_per_t": sums["before"] / sums["quantity_kt"],
            "after_usd_per_t": sums["after"] / sums["quantity_kt"],
            "change_pct": 100.0 * (sums["after"] / sums["before"] - 1.0),
        }
    )
    result = result[result["change_pct"].abs() > 100 * LEAST_PRICE]
    return result.sort_values("change_pct", key=abs, ascending=False, kind="stable", ignore_index=True)


def price_index(solution: Solution, network: Network) -> pd.DataFrame:
    """Return how much dearer each country's imports become: what it bought before at both prices (Laspeyres).

    Columns: country, name, index_pct (change in per cent), only of countries whose goods had a change of price.
    """
    table = solution["policy_worth"]
    table = table[(table["case"] == BASE) & (table["quantity_kt"] > 0)]
    paid = table.assign(
        before=table["quantity_kt"] * table["price_before_usd_per_t"],
        after=table["quantity_kt"] * table["price_after_usd_per_t"],
    )
    sums = paid.groupby("importer")[["before", "after"]].sum()
    index = 100.0 * (sums["after"] / sums["before"] - 1.0)
    frame = index.rename("index_pct").rename_axis("country").reset_index()
    frame.insert(1, "name", [country_name(str(code), network) for code in frame["country"]])
    return frame.sort_values("index_pct", key=abs, ascending=False, kind="stable", ignore_index=True)


def risk_by_product(network: Network, year: int, origins: list[str]) -> pd.DataFrame:
    """Return what permanent status would change for new capacity, by origin and line of the US tariff.

    Columns: origin, product, hs_code, gap_points, hazard_per_year, premium_points (of the hurdle rate),
    usd_per_million (a year, of capital sunk for that market).
    """
    schedule = DutySchedule.of(network)
    gaps = schedule.gap(date(year, 12, 31))
    gaps = gaps[gaps["origin"].isin(origins)]
    ratio = network.trade_elasticities.set_index("commodity_id")["capital_ratio"]
    lines = network.duty_lines.drop_duplicates("product").set_index("product")["commodity_id"]
    capital: Floats = gaps["product"].map(lines).map(ratio).fillna(1.0).to_numpy(float)
    hazard = np.array([schedule.hazard(str(name), year) for name in gaps["origin"]])
    gap: Floats = np.maximum(gaps["gap"].to_numpy(float) / 100.0, 0.0)
    asked = premium_rate(hazard, gap, capital, network.parameter("hurdle_rate"))
    return pd.DataFrame(
        {
            "origin": gaps["origin"],
            "product": [spoken(str(name)).lower() for name in gaps["product"]],
            "hs_code": gaps["hs_code"],
            "gap_points": gaps["gap"],
            "hazard_per_year": hazard,
            "premium_points": 100.0 * asked,
            "usd_per_million": 1e6 * asked,
        }
    ).sort_values(["premium_points", "gap_points"], ascending=False, kind="stable", ignore_index=True)


def worth_sentences(solution: Solution, network: Network) -> list[str]:
    """Return what the change of policy is worth, to whom, through which channel, and where it is nothing and why."""
    table = solution["policy_worth"]
    base = table[table["case"] == BASE]
    parts = {name: float(base[f"{name}_musd"].sum()) for name in ("duty", "risk", "investment", "total", "treasury")}
    if parts["total"] == 0 and parts["treasury"] == 0:
        return ["No duty, price or flow changes: what is charged at borders is the same in both runs."]
    span = ""
    if set(table["case"]) > {BASE}:
        ends = sorted(float(table.loc[table["case"] == case, "total_musd"].sum()) for case in (LOW, HIGH))
        span = f" (from {money(ends[0])} to {money(ends[1])} over the range of hazard, capital and substitution)"
    lines = [
        f"Over the same builds the change is worth {_money(parts['total'])} in present value to buyers, sellers and "
        f"carriers{span}: {_money(parts['duty'])} by duties, {_money(parts['risk'])} by the premium that builders ask "
        f"for risk, {_money(parts['investment'])} by more or less trade; treasuries receive {_more(parts['treasury'])}."
    ]
    nil = nil_sentence(network)
    lines += [nil] if nil else []
    by_country = worth_by_country(solution, network)
    for sign, verb in ((1.0, "gain"), (-1.0, "lose")):
        own = by_country[(by_country["total_musd"] * sign > LEAST_MUSD) & (by_country["country"] != "")]
        own = own.sort_values("total_musd", ascending=sign < 0, kind="stable")
        if len(own):
            named = [f"{row['name']} ({money(abs(row['total_musd']))})" for row in records(own.head(4))]
            lines.append(f"Those who {verb} most: {listing(named, 4)}, buyers, sellers and treasury together.")
    goods = worth_by_good(solution, network)
    goods = goods[goods["exporter"] != ""]
    if len(goods):
        named = [f"{row['name']} ({money(row['total_musd'])})" for row in records(goods.head(3))]
        lines.append(f"Most of it lies in {listing(named)}.")
    moved = base[base["change_kt"].abs() > 1.0].sort_values("change_kt", key=abs, ascending=False, kind="stable")
    if len(moved):
        names = names_of(network.commodities, "commodity_id", short=True)
        named = [
            f"{names.get(r['commodity_id'], r['commodity_id'])} from {country_name(r['exporter'], network)} to "
            f"{country_name(r['importer'], network)} ({signed(tonnes(abs(r['change_kt'])), r['change_kt'])})"
            for r in records(moved.head(3))
        ]
        lines.append(f"Trade moves most in {listing(named)} a year.")
    dearer = price_index(solution, network)
    dearer = dearer[dearer["index_pct"].abs() > 100 * LEAST_PRICE]
    if len(dearer):
        named = [f"{row['name']} ({row['index_pct']:+.2g} %)" for row in records(dearer.head(4))]
        lines.append(f"The price of imports changes most in {listing(named, 4)}.")
    return lines


def nil_sentence(network: Network) -> str:
    """Return where permanent status is worth nothing and why; "" where no country gets it in the scenario."""
    status = network.ntr_status
    given = status[(status["status"] == "permanent") & status["first_year"].notna()]
    before = status[(status["status"] == "conditional") & status["last_year"].notna()]
    freed = sorted(set(given["country"]) & set(before["country"]))
    if not freed:
        return ""
    year = int(before.loc[before["country"].isin(freed), "last_year"].max())
    table = risk_by_product(network, year, freed)
    none = table[table["gap_points"].abs() < 0.5].drop_duplicates("product")
    most = table.drop_duplicates("product").head(4)
    high = [f"{row['product']} {row['hs_code']} ({number(row['gap_points'])} points)" for row in records(most)]
    alike = listing([str(name) for name in none["product"]], 5)
    asked = number(float(most["usd_per_million"].max()))
    return (
        f"It is nil for {alike}, whose columns are alike, and for all that moves without new capacity, because "
        f"column 1 is paid today. It is not for {listing(high, 4)}: there a million USD of capacity for the "
        f"{UNITED_STATES} market has to earn {asked} USD a year more for the risk."
    )


def _money(musd: float) -> str:
    return "nothing" if abs(musd) < LEAST_MUSD / 10 else money(musd)


def _more(musd: float) -> str:
    if abs(musd) < LEAST_MUSD:
        return "as much as before"
    return f"{money(abs(musd))} {'more' if musd > 0 else 'less'}"


def stacks(solution: Solution, network: Network) -> pd.DataFrame:
    """Return the layers of duty of the pairs that the change of policy touches most, in the scenario's last year.

    Columns: pair, line, measure, legal_basis, rate_pct, counted_pct, why, confidence.
    """
    table = solution["policy_worth"]
    table = table[(table["case"] == BASE) & (table["exporter"] != "")]
    table = table[table["duty_musd"].abs() + table["risk_musd"].abs() > LEAST_MUSD]
    table = table.assign(size=table["duty_musd"].abs() + table["risk_musd"].abs())
    schedule = DutySchedule.of(network)
    year = int(max(solution.run["periods"]))
    names = names_of(network.commodities, "commodity_id", short=True)
    parts = []
    for row in records(table.nlargest(MOST_STACKS, "size")):
        ask = schedule.stack  # of the layers of duty
        stack = ask(row["importer"], row["exporter"], commodity=row["commodity_id"], on=date(year, 12, 31))
        pair = (
            f"{names.get(row['commodity_id'], row['commodity_id'])}, {country_name(row['exporter'], network)} to "
            f"{country_name(row['importer'], network)}"
        )
        lines = [f"{product} {line}".strip() for product, line in zip(stack["product"], stack["line"], strict=True)]
        parts.append(stack[stack["applies"]].assign(pair=pair, line=pd.Series(lines, stack.index)))
    columns = ["pair", "line", "measure", "legal_basis", "rate_pct", "counted_pct", "why", "confidence"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
