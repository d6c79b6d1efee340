"""The rare-earth chain in sentences: shortage, dependence, prices, Kazakhstan, what would have to be true."""

from __future__ import annotations

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.chain_confidence import confidence_sentence
from report.frames import records
from report.policy_worth import country_name
from report.words import counted, money, number, percent, short_name, tonnes, usd

FOCUS = "KZ"
STEPS = ("mine", "crack", "separation", "metal", "alloy", "magnet", "recycling")
"""Steps of the chain in order."""
MAGNETS = ("mag_std", "mag_hc")
_WEST = ("EU27", "US", "JP", "KR")
_NAMED_OXIDES = ("ox_ndpr", "ox_dy", "ox_tb")
_LEAST_SHARE = 0.01
SAME_PRICE = 0.005
"""Ends of a range of prices that differ less, as a share, are one price."""
_LEAST_MUSD = 1.0


def has_chain(solution: Solution) -> bool:
    """Whether the run has a chain."""
    return bool(solution.run.get("chain")) and len(solution["chain_markets"]) > 0


def region_name(region: str, network: Network) -> str:
    """Return the name of a region of the chain."""
    table = network.chain_regions
    names = dict(zip(table["region_id"], table["name"], strict=True))
    return str(names.get(region, region))


def good_of_chain(good: str, network: Network) -> str:
    """Return the name of a good of the chain, without its explanation."""
    table = network.chain_goods
    names = dict(zip(table["good_id"], table["name"], strict=True))
    return short_name(str(names.get(good, good)))


def chain_sentences(solution: Solution, network: Network) -> list[str]:
    """Return what a reader should know of the chain; empty where the run has none."""
    if not has_chain(solution):
        return []
    said = [
        _demand(solution),
        _dependence(solution, network),
        _prices(solution, network),
        confidence_sentence(solution),
        *_stops(solution, network),
        _tolling(solution, network),
        _builds(solution, network),
        _focus(solution, network),
        *_would_have_to_be(solution, network),
        _goals(solution, network),
    ]
    return [sentence for sentence in said if sentence]


def _ends(table: pd.DataFrame) -> list[tuple[str, float]]:
    """First and last slice of a table, with the year where each begins."""
    slices = table.drop_duplicates("slice").sort_values("year")
    rows = [slices.iloc[0], slices.iloc[-1]] if len(slices) > 1 else [slices.iloc[0]]
    return [(str(row["slice"]), float(row["year"])) for row in rows]


def _demand(solution: Solution) -> str:
    markets = solution["chain_markets"]
    magnets = markets[markets["good"].isin(MAGNETS)]
    if magnets.empty:
        return ""
    parts: list[str] = []
    for name, _ in _ends(magnets):
        rows = magnets[magnets["slice"] == name]
        wanted, bought = float(rows["reference_kt"].sum()), float(rows["bought_kt"].sum())
        price = float((rows["price_usd_per_t"] * rows["bought_kt"]).sum() / max(bought, 1e-12))
        if not parts:
            parts.append(
                f"in {name} the world buys {tonnes(bought)} of NdFeB magnets a year of the {tonnes(wanted)} that it "
                f"would take at the reference price, at {usd(price)} a tonne"
            )
        else:
            parts.append(f"in {name} {tonnes(bought)} of {tonnes(wanted)}, at {usd(price)}")
    return _sentence("; ".join(parts))


def _dependence(solution: Solution, network: Network) -> str:
    table = solution["chain_dependence"]
    markets = solution["chain_markets"]
    parts = []
    for name, _ in _ends(markets):
        rows = table[(table["slice"] == name) & table["good"].isin(MAGNETS) & table["region"].isin(_WEST)]
        wanted = markets[(markets["slice"] == name) & markets["good"].isin(MAGNETS)]
        weights = wanted.set_index(["good", "region"])["bought_kt"]
        if rows.empty:
            continue
        by_region = []
        for region, part in rows.groupby("region", sort=False):
            share = weights.reindex(pd.MultiIndex.from_frame(part[["good", "region"]])).to_numpy()
            total = float(share.sum())
            if total > 0:
                mean = float((part["power_share"].to_numpy() * share).sum() / total)
                by_region.append(f"{region_name(str(region), network)} {percent(mean)}")
        parts.append(f"in {name}: {', '.join(by_region)}")
    return (
        f"Magnets made in China or with Chinese content, as a share of what is used, {'; '.join(parts)}."
        if parts
        else ""
    )


def _prices(solution: Solution, network: Network) -> str:
    table = solution["chain_price_ranges"]
    parts, last = [], ""
    for good in _NAMED_OXIDES:
        rows = table[(table["good"] == good) & (table["region"] == "EU27")].sort_values("year")
        if rows.empty:
            continue
        row = rows.iloc[-1]
        low, high = float(row["low_usd_per_t"]), float(row["high_usd_per_t"])
        figures = usd(high) if high - low <= SAME_PRICE * abs(high) else f"{usd(low)} to {number(high)}"
        parts.append(f"{good_of_chain(good, network).lower()} {figures}")
        last = str(row["slice"])
    if not parts:
        return ""
    return (
        f"What a tonne is worth in the European Union in {last}: {', '.join(parts)}; a range where joint products "
        "leave the price open. Prices of the model pay for the cost of the last source and for what is scarce, not for "
        "fear of a stop."
    )


def _stops(solution: Solution, network: Network) -> list[str]:
    table = solution["chain_stops"]
    hurt = table[table["cost_musd"] > _LEAST_MUSD]
    if hurt.empty:
        return []
    by_region = hurt.groupby("region")["cost_musd"].sum().sort_values(ascending=False)
    named = ", ".join(f"{region_name(str(r), network)} {money(float(v))}" for r, v in by_region.head(5).items())
    worst = hurt.sort_values("peak_shortage", ascending=False).iloc[0]
    late = hurt[hurt["peak_shortage"] > _LEAST_SHARE]
    after = sorted(set(late["recovered"]) - {""})
    said = [
        f"The stop costs buyers {money(float(by_region.sum()))} in present value against the plan without it: "
        f"{named}. Worst is {good_of_chain(worst['good'], network)} in {region_name(worst['region'], network)}: "
        f"{percent(float(worst['peak_shortage']))} of demand cannot be had, at "
        f"{number(float(worst['peak_price']))} times the price."
    ]
    if after:
        said.append(f"Markets are as without it from {after[-1]} on.")
    return said


def _tolling(solution: Solution, network: Network) -> str:
    """What is treated in another country for its owner, and where, in the last slice."""
    table = solution["chain_tolling"]
    abroad = table[(table["country"] != table["mined_in"]) & (table["step"] == "separation")]
    if abroad.empty:
        return ""
    name, _ = _ends(abroad)[-1]
    rows = abroad[abroad["slice"] == name]
    places = rows.groupby("country")["quantity_kt"].sum().sort_values(ascending=False).head(3)
    named = ", ".join(f"{country_name(str(c), network)} {tonnes(float(kt))}" for c, kt in places.items())
    return (
        f"In {name} plants abroad treat {tonnes(float(rows['quantity_kt'].sum()))} of oxides a year for owners "
        f"of other groups: {named}. Who holds them is not who owns them."
    )


def _builds(solution: Solution, network: Network) -> str:
    table = solution["chain_builds"]
    built = table[table["decision"] == "built"]
    facts = solution.run["chain"] or {}
    if built.empty:
        return "No candidate of the chain earns its investment."
    sure = network.chain_facilities.set_index("facility_id")["confidence"]
    weak = int((built["facility_id"].map(sure) != "sourced").sum())
    return (
        f"{counted(len(built), 'candidate')} of {len(table)} are built for "
        f"{money(float(built['capex_musd'].sum()))}, worth {money(float(facts.get('gain') or 0.0))} in present value; "
        f"figures of {weak} of them are estimates or memory."
    )


def _focus(solution: Solution, network: Network) -> str:
    table = solution["chain_countries"]
    own = table[(table["country"] == FOCUS) & (table["output_kt"] > 1e-6)]
    name = region_name(FOCUS, network)
    if own.empty:
        return f"{name} makes none of it."
    name_of, _ = _ends(own)[-1]
    rows = own[own["slice"] == name_of]
    made = rows.groupby("step")["output_kt"].sum()
    steps = ", ".join(f"{step} {tonnes(float(made[step]))}" for step in STEPS if step in made.index)
    water, power, co2 = (float(rows[c].sum()) for c in ("water_mm3", "energy_gwh", "co2_kt"))
    opex, rent, added = (float(rows[c].sum()) for c in ("opex_musd", "rent_musd", "value_added_musd"))
    return (
        f"{name} in {name_of}, a year: {steps}, in the unit of each step. It earns "
        f"{money(rent)} above an operating cost of {money(opex)}, adds value of {money(added)} "
        f"and takes {number(water)} million m3 of water and {number(power)} GWh; {tonnes(co2)} of CO2. Jobs are in no "
        "table."
    )


def _would_have_to_be(solution: Solution, network: Network) -> list[str]:
    table = solution["chain_switching"]
    own = table[table["country"] == FOCUS]
    mines = own[own["breakeven_price"].notna()].sort_values("breakeven_price")
    said = []
    paying = own[own["npv_musd"] >= 0]
    if len(paying):
        names = "; ".join(_plain(n) for n in paying["name"])
        said.append(
            f"At these prices {names} would pay in {region_name(FOCUS, network)}, on estimates of cost and recovery."
        )
    short = mines[mines["npv_musd"] < 0]
    if len(short):
        parts = [
            f"{_plain(row['name'])} {number(float(row['breakeven_price']))} times the prices or the recovery, "
            f"{_could_bear(float(row['breakeven_capex']))}"
            for row in records(short.head(3))
        ]
        said.append(f"What would have to be true for the mines nearest to paying: {'; '.join(parts)}.")
    idle = own[own["breakeven_price"].isna() & (own["breakeven_capex"] < _LEAST_SHARE) & (own["decision"] == "built")]
    if len(idle):
        names = "; ".join(_plain(n) for n in idle["name"])
        said.append(
            f"{names}: built because it is committed, with nothing to earn, as plants elsewhere with capacity to spare "
            "do the same for less."
        )
    return said


def _could_bear(share: float) -> str:
    """What of its investment a candidate could bear, with the word before it."""
    return "with no investment that it could bear" if share < _LEAST_SHARE else f"or {percent(share)} of the investment"


def _plain(name: object) -> str:
    """Name of a facility without its province."""
    return short_name(str(name)).split(",")[0]


def _goals(solution: Solution, network: Network) -> str:
    table = solution["chain_controls"]
    missed = table[(table["miss_kt"] > 1e-4) & (table["control_id"] != "contracts")]
    if missed.empty:
        return ""
    titles = dict(zip(network.chain_controls["control_id"], network.chain_controls["title"], strict=True))
    names = sorted({str(titles.get(c, c)) for c in missed["control_id"]})
    return f"Goals that are missed because keeping them costs more than a quarter of the price: {'; '.join(names)}."


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""
