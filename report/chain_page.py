"""What the page shows of the rare-earth chain: flows from mine to market, who holds what, costs, prices, candidates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from model.chain.feeds import CONTENT_OF
from model.solution import Solution
from network.network import Network
from report.chain_confidence import WORDS, with_confidence, with_confidence_of_all
from report.chain_countries import STEPS, value_added
from report.chain_sentences import FOCUS, chain_sentences, good_of_chain, has_chain, region_name
from report.frames import records
from report.page_rows import figure
from report.policy_worth import country_name
from report.words import short_name

MOST_SLICES = 7
"""Slices that the page can show: of more, some from first to last; the workbook has all."""
MOST_NAMED = 7
"""Regions of a stage with a name of their own in the picture of flows; the rest are others."""
LEAST_NAMED, LEAST_LINK, LEAST_FOCUS_LINK = 0.02, 0.005, 0.0002
"""Parts of a stage below which a region has no name, and a flow is not drawn (of the country in focus: the last)."""
LEAST_STAGE = 0.1
"""Part of the largest stage below which a stage, as of stocks, does not make its own flows count."""
MOST_SHORTAGES, MOST_CONTROLS, MOST_STOPS = 20, 12, 25
CORRIDOR = ("KZ", "KG", "UZ", "TJ", "TM", "MN", "AZ", "GE", "AM", "TR")
CONTRACTS = "contracts"
STAGES = {
    "mine": "Mined", "scrap": "Scrap", "stock": "From stock", "oxide": "Oxide", "metal": "Metal", "alloy": "Alloy",
    "magnet": "Magnet", "market": "Market", "swarf": "Swarf", "compound": "Not separated",
    "kept": "Into stock", "disposal": "Not sold",
}  # fmt: skip
MERGED = ("swarf", "compound", "kept", "disposal", "stock")
"""Stages whose regions the picture does not tell apart."""
HELD_STAGES = ("oxide", "metal", "alloy", "magnet")
ELEMENTS = {"NDPR": "NdPr", "DY": "Dy", "TB": "Tb"}
CONTROL_WORDS = {CONTRACTS: "Works that customers have qualified stay in use"}
_LEAST_KT = 1e-6
_CURVE = ("name", "country", "status", "confidence", "quantity_kt", "cost_usd_per_t", "cost_alone_usd_per_t")
_YEARS = ("service_year", "built_year")
_FIGURES = ("output_kt", "capacity_kt", "restricted_kt", "opex_musd", "rent_musd", "value_added_musd", "water_mm3",
            "energy_gwh", "co2_kt", "residue_kt")  # fmt: skip


class Texts:
    """Texts that rows share: each is sent once, rows have its place.

    Attributes:
        known: texts in the order of their places.
    """

    def __init__(self) -> None:
        self.known: list[str] = []
        self._place: dict[str, int] = {}

    def packed(self, rows: list[list[Any]]) -> list[list[Any]]:
        """Return rows with the places of their texts."""
        return [[self._of(value) if isinstance(value, str) else value for value in row] for row in rows]

    def _of(self, text: str) -> int:
        place = self._place.setdefault(text, len(self.known))
        if place == len(self.known):
            self.known.append(text)
        return place


def chain_data(solution: Solution, network: Network) -> dict[str, Any] | None:
    """Return what the page shows of the chain, rows as lists; None where the run has none."""
    if not has_chain(solution):
        return None
    slices, texts = shown_slices(solution, network), Texts()
    return {
        "said": chain_sentences(solution, network),
        "slices": slices,
        "start": slices.index(worst_slice(solution, network)) if len(solution["chain_stops"]) else len(slices) - 1,
        "stages": list(STAGES.values()),
        "elements": [list(item) for item in ELEMENTS.items()],
        "regions": _regions(network),
        "corridor": list(CORRIDOR),
        "focus": [FOCUS, country_name(FOCUS, network)],
        "sankey": _pictures(solution["chain_sankey"], slices),
        "held": _held(solution, network, slices, texts),
        "curves": _curves(solution, network, texts),
        "prices": _prices(solution, network),
        "shortage": _shortage(solution, network, slices, texts),
        "candidates": candidate_rows(solution, network),
        "controls": _controls(solution, network, slices, texts),
        "stops": _stops(solution, network),
        "countries": _countries(solution, slices),
        "added": value_added(solution, network, slices),
        "texts": texts.known,
    }


def shown_slices(solution: Solution, network: Network) -> list[str]:
    """Return the slices that the page can show, in order of time: of many, some evenly, the worst among them."""
    names = [str(n) for n in solution["chain_markets"].drop_duplicates("slice").sort_values("year")["slice"]]
    if len(names) <= MOST_SLICES:
        return names
    places = [round(k * (len(names) - 1) / (MOST_SLICES - 1)) for k in range(MOST_SLICES)]
    worst = names.index(worst_slice(solution, network))
    nearest = min(range(MOST_SLICES), key=lambda k: abs(places[k] - worst))
    places[nearest] = worst
    return [names[place] for place in places]


def worst_slice(solution: Solution, network: Network) -> str:
    """Return the slice in which most lacks, as a share by value of what is wanted outside the power's own regions."""
    table = solution["chain_markets"]
    table = table[~table["region"].isin(powers_of(network))]
    wanted = table["reference_kt"] * table["reference_usd_per_t"]
    lacks = (wanted * table["shortage"]).groupby(table["slice"]).sum() / wanted.groupby(table["slice"]).sum()
    return str(lacks.idxmax())


def _regions(network: Network) -> dict[str, str]:
    table = network.chain_regions
    return {str(r): str(name).split(",")[0] for r, name in zip(table["region_id"], table["name"], strict=True)}


def _pictures(table: pd.DataFrame, slices: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the flows of each element by slice: nodes as [stage, region] and links as [from, to, free, restricted]."""
    return {
        element: [_picture(table[(table["element"] == element) & (table["slice"] == name)]) for name in slices]
        for element in ELEMENTS
    }


def _picture(rows: pd.DataFrame) -> dict[str, Any]:
    """Return one picture: regions that count by name (others: ""), flows too thin to see left out.

    What enters a stage that hands on none of the element, as dysprosium in alloy, is not drawn either.
    """
    hands_on = set(rows["from_stage"])
    rows = rows[rows["to_stage"].isin(hands_on) | ~rows["to_stage"].isin(HELD_STAGES)]
    total = rows.groupby("from_stage")["quantity_kt"].sum()
    total = total.clip(lower=LEAST_STAGE * total.max())
    ends = {end: _named(rows, end) for end in ("from", "to")}
    table = pd.DataFrame(
        {
            "source": list(zip(rows["from_stage"], ends["from"], strict=True)),
            "target": list(zip(rows["to_stage"], ends["to"], strict=True)),
            "free": rows["quantity_kt"].where(rows["restricted"] == 0, 0.0),
            "held": rows["quantity_kt"].where(rows["restricted"] == 1, 0.0),
        }
    )
    links = table.groupby(["source", "target"], sort=False)[["free", "held"]].sum().reset_index()
    nodes: dict[tuple[str, str], int] = {}
    drawn = []
    for source, target, free, held in links.itertuples(index=False):
        least = LEAST_FOCUS_LINK if FOCUS in (source[1], target[1]) else LEAST_LINK
        if free + held >= least * total[source[0]]:
            places = [nodes.setdefault(node, len(nodes)) for node in (source, target)]
            drawn.append([*places, rough(free), rough(held)])
    order = list(STAGES)
    return {"nodes": [[order.index(stage), region] for stage, region in nodes], "links": drawn}


def _named(rows: pd.DataFrame, end: str) -> list[str]:
    """Return the regions at one end of flows, "" for those that do not count in their stage."""
    kept = _counting(rows)
    pairs = zip(rows[f"{end}_stage"], rows[f"{end}_region"], strict=True)
    return [region if (stage, region) in kept else "" for stage, region in pairs]


def _counting(rows: pd.DataFrame) -> set[tuple[str, str]]:
    """Return the places of each stage that count, by the larger of what enters and leaves them."""
    sides = [
        rows.rename(columns={f"{end}_stage": "stage", f"{end}_region": "region"})
        .groupby(["stage", "region"])["quantity_kt"]
        .sum()
        for end in ("from", "to")
    ]
    size = pd.concat(sides).groupby(level=[0, 1]).max().rename("kt").reset_index()
    size = size[~size["stage"].isin(MERGED)].sort_values("kt", ascending=False, kind="stable")
    part = size["kt"] / size.groupby("stage")["kt"].transform("sum")
    place = size.groupby("stage").cumcount()
    keep = (part >= LEAST_NAMED) & (place < MOST_NAMED)
    keep |= size["region"].eq(FOCUS) & (part >= LEAST_FOCUS_LINK)
    kept = size[keep]
    return set(zip(kept["stage"], kept["region"], strict=True))


def _held(solution: Solution, network: Network, slices: Sequence[str], texts: Texts) -> dict[str, Any]:
    """Return the matrix of what one power holds: goods, regions with a market, and cells by slice, in per cent."""
    table = with_confidence(solution["chain_dependence"], solution)
    markets = solution["chain_markets"]
    size = markets.groupby("region")["reference_kt"].sum().sort_values(ascending=False)
    powers = powers_of(network)
    regions = [str(r) for r in size.index if r not in powers]
    table = table[table["stage"].isin(HELD_STAGES) & table["region"].isin(regions) & table["slice"].isin(slices)]
    order = network.chain_goods["good_id"].tolist()
    goods = sorted(table["good"].unique(), key=order.index)
    stage = dict(zip(table["good"], table["stage"], strict=True))
    cells: list[list[list[Any]]] = []
    for name in slices:
        rows = records(table[table["slice"] == name])
        cells.append(
            [
                [regions.index(r["region"]), goods.index(r["good"]), _percent(r["power_share"]), r["largest"],
                 _percent(r["largest_share"]), _percent(r["hhi"]), *texts.packed([[r["confidence"], r["rests_on"]]])[0]]
                for r in rows
            ]
        )  # fmt: skip
    return {
        "power": ", ".join(region_name(p, network) for p in sorted(powers)),
        "regions": regions,
        "goods": [[STAGES[stage[g]], short_good(g), good_of_chain(g, network)] for g in goods],
        "cells": cells,
    }


def _percent(share: float) -> int:
    return round(100 * share)


def powers_of(network: Network) -> set[str]:
    """Return the regions of the country whose controls follow content."""
    table = network.chain_regions
    return {str(r) for r, names in zip(table["region_id"], table["countries"], strict=True) if CONTENT_OF in names}


def short_good(good: str) -> str:
    """Return a good in one word beside its stage.

    >>> [short_good(g) for g in ("ox_ndpr", "met_dy", "ox_hree", "alloy_ndfeb", "mag_hc", "mag_smco")]
    ['NdPr', 'Dy', 'Ho-Lu', 'NdFeB', 'NdFeB, Dy', 'SmCo']
    """
    named = {"ndpr": "NdPr", "hree": "Ho-Lu", "ndfeb": "NdFeB", "std": "NdFeB", "hc": "NdFeB, Dy", "smco": "SmCo"}
    word = good.split("_", 1)[-1]
    return named.get(word, word.capitalize())


def _curves(solution: Solution, network: Network, texts: Texts) -> list[dict[str, Any]]:
    """Return the cost curve of each oxide, cheapest first, with the range of its price in the regions that have one."""
    table, prices = solution["chain_cost_curve"], solution["chain_price_ranges"]
    sure = confidence_of(network)
    table = table.assign(confidence=[sure.get(str(f), "") for f in table["facility_id"]])
    curves = []
    for good, rows in table.groupby("good", sort=False):
        name = str(rows["slice"].iloc[0])
        rows = rows[rows["quantity_kt"] > _LEAST_KT].sort_values("cost_usd_per_t", kind="stable")
        lines = prices[(prices["good"] == good) & (prices["slice"] == name)]
        curves.append(
            {
                "good": good_of_chain(str(good), network),
                "slice": name,
                "rows": texts.packed(_lists(rows.assign(name=rows["name"].map(short_name)), _CURVE)),
                "prices": [
                    [region_name(r["region"], network), rough(r["low_usd_per_t"]), rough(r["high_usd_per_t"])]
                    for r in records(lines)
                ],
            }
        )
    return curves


def _prices(solution: Solution, network: Network) -> dict[str, Any]:
    """Return prices of oxides: the slices and regions of the columns, and rows of a name and cells.

    A cell has the ends of a range and in words what it rests on.
    """
    table = with_confidence(solution["chain_price_ranges"], solution)
    slices = [str(s) for s in table.drop_duplicates("slice").sort_values("year")["slice"]]
    regions = [str(r) for r in table["region"].unique()]
    columns = [(region, name) for name in slices for region in regions]
    rows = []
    for good, part in table.groupby("good", sort=False):
        known = {(r["region"], r["slice"]): [rough(r["low_usd_per_t"]), rough(r["high_usd_per_t"]), r["rests_on"]]
                 for r in records(part)}  # fmt: skip
        rows.append([good_of_chain(str(good), network), *(known.get(column) for column in columns)])
    return {"columns": [[region_name(r, network), name] for r, name in columns], "rows": rows}


def _shortage(solution: Solution, network: Network, slices: Sequence[str], texts: Texts) -> list[list[list[Any]]]:
    """Return by slice what is not bought.

    Region, good, class of its price and what that rests on, wanted, bought, part that lacks, price, reference price.
    """
    table = with_confidence(solution["chain_markets"], solution)
    table = table[(table["shortage"] > LEAST_LINK) & (table["reference_kt"] > _LEAST_KT)]
    worth = table["shortage"] * table["reference_kt"] * table["reference_usd_per_t"]
    table = table.assign(worth=worth).sort_values("worth", ascending=False, kind="stable")
    keys = ("region", "good", *WORDS, "reference_kt", "bought_kt", "shortage", "price_usd_per_t", "reference_usd_per_t")
    return [texts.packed(rows) for rows in _by_slice(named_chain(table, network), slices, keys, MOST_SHORTAGES)]


def candidate_rows(solution: Solution, network: Network) -> list[list[Any]]:
    """Return candidates with what would have to be true, those of the country in focus first, then of the corridor.

    Name, country, status, first output, investment, worth, break-even investment, use and price, size and first output
    if built, confidence.
    """
    table = candidates(solution, network)
    keys = ("name", "country_name", "status", "service_year", "capex_musd", "npv_musd", "breakeven_capex",
            "breakeven_use", "breakeven_price", "size", "built_year", "confidence")  # fmt: skip
    return _lists(table.assign(name=table["name"].map(short_name)), keys)


def candidates(solution: Solution, network: Network) -> pd.DataFrame:
    """Return table chain_switching with size and first year of what is built, names and confidence, in order."""
    table = solution["chain_switching"]
    builds = solution["chain_builds"].set_index("facility_id")
    sure = confidence_of(network)
    rank = [0 if c == FOCUS else 1 if c in CORRIDOR else 2 for c in table["country"]]
    table = table.assign(
        size=table["facility_id"].map(builds["size"]),
        built_year=table["facility_id"].map(builds["service_year"]),
        confidence=[sure.get(str(f), "") for f in table["facility_id"]],
        country_name=[country_name(c, network) for c in table["country"]],
        rank=rank,
    )
    finite = table["breakeven_use"].where(np.isfinite(table["breakeven_use"]))
    table = table.assign(breakeven_use=finite)
    order = ["rank", "breakeven_capex"]
    return table.sort_values(order, ascending=[True, False], kind="stable").reset_index(drop=True)


def confidence_of(network: Network) -> dict[str, str]:
    """Return how sure the figures of each facility are."""
    table = network.chain_facilities
    return {str(f): str(sure) for f, sure in zip(table["facility_id"], table["confidence"], strict=True)}


def _controls(solution: Solution, network: Network, slices: Sequence[str], texts: Texts) -> list[list[list[Any]]]:
    """Return by slice the controls that bind: title, good, places, class, limit, largest rent, worth, what lacks."""
    table = binding(solution, network)
    keys = ("title", "good", "places", "confidence", "limit_kt", "rent_usd_per_t", "worth_musd", "miss_kt")
    return [texts.packed(rows) for rows in _by_slice(table, slices, keys, MOST_CONTROLS)]


def binding(solution: Solution, network: Network) -> pd.DataFrame:
    """Return controls that bind by slice and good: where, the sum of limits, the highest rent, and what it is worth."""
    table = solution["chain_controls"]
    known = network.chain_controls.set_index("control_id")
    titles, sure = known["title"].to_dict(), known["confidence"].to_dict() if "confidence" in known else {}
    worth = table["limit_kt"] * table["rent_usd_per_t"] / 1000
    table = table.assign(
        title=[CONTROL_WORDS.get(c, str(titles.get(c, c))) for c in table["control_id"]],
        good=["several" if not g else good_of_chain(g, network) for g in table["good"]],
        confidence=[sure.get(c, "estimate") for c in table["control_id"]],
        worth_musd=worth,
        place=[region_name(r, network).split(",")[0] for r in table["region"]],
    )
    grouped = table.groupby(["slice", "title", "good"], sort=False)
    sums = grouped.agg(
        limit_kt=("limit_kt", "sum"),
        rent_usd_per_t=("rent_usd_per_t", "max"),
        worth_musd=("worth_musd", "sum"),
        miss_kt=("miss_kt", "sum"),
        places=("place", _places),
        confidence=("confidence", "first"),
    )
    order = solution["chain_markets"].drop_duplicates("slice").set_index("slice")["year"]
    table = sums.reset_index()
    table = table.assign(year=table["slice"].map(order))
    return table.sort_values(["year", "worth_musd"], ascending=[True, False], kind="stable")


def _places(names: pd.Series) -> str:
    known = sorted(set(names) - {""})
    return ", ".join(known) if len(known) <= 3 else f"{len(known)} places"


def _stops(solution: Solution, network: Network) -> list[list[Any]]:
    """Return what stops cost buyers, the dearest first."""
    table = with_confidence_of_all(solution["chain_stops"], solution)
    hurt = table[(table["peak_shortage"] > LEAST_LINK) | (table["cost_musd"] > 1.0)]
    hurt = named_chain(hurt.sort_values("cost_musd", ascending=False, kind="stable"), network)
    keys = ("region", "good", "lost_kt", "peak_shortage", "peak_price", "recovered", "cost_musd", "confidence")
    return _lists(hurt.head(MOST_STOPS), keys)


def _countries(solution: Solution, slices: Sequence[str]) -> list[list[list[Any]]]:
    """Return by slice what the country in focus makes at each step, with what that takes."""
    table = solution["chain_countries"]
    own = table[(table["country"] == FOCUS) & (table["output_kt"] > _LEAST_KT)]
    own = own.assign(place=[STEPS.index(s) if s in STEPS else len(STEPS) for s in own["step"]])
    own = own.assign(step=[s.capitalize() for s in own["step"]]).sort_values("place", kind="stable")
    return _by_slice(own, slices, ("step", *_FIGURES, "confidence"), len(STEPS) + 1)


def named_chain(table: pd.DataFrame, network: Network) -> pd.DataFrame:
    """Return a table with the names of its regions and goods in the place of their ids."""
    makers: dict[str, Callable[[str, Network], str]] = {"region": region_name, "good": good_of_chain,
                                                        "origin": region_name, "destination": region_name}  # fmt: skip
    for column, name in makers.items():
        if column in table:
            known = {key: name(str(key), network) for key in table[column].unique()}
            table = table.assign(**{column: table[column].map(known).astype(object)})
    return table


def _by_slice(table: pd.DataFrame, slices: Sequence[str], keys: Iterable[str], most: int) -> list[list[list[Any]]]:
    return [_lists(table[table["slice"] == name].head(most), keys) for name in slices]


def _lists(table: pd.DataFrame, keys: Iterable[str]) -> list[list[Any]]:
    rows = records(table[list(keys)])
    return [[_plain(key, value) for key, value in row.items()] for row in rows]


def _plain(key: str, value: Any) -> Any:
    if isinstance(value, str):
        return value
    return figure(value) if key in _YEARS else rough(value)


def rough(value: Any) -> float | int | None:
    """Return a figure with the three digits that the page shows, or None where it is missing."""
    return figure(None if value is None or pd.isna(value) else float(f"{value:.3g}"))
