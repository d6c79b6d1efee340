"""What the page shows of the rare-earth chain: flows from mine to market, who holds what, costs, prices, candidates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from model.chain.feeds import CONTENT_OF
from model.solution import Solution
from network.network import Network
from report.chain_candidates import CORRIDOR, candidate_rows
from report.chain_confidence import WORDS, with_confidence
from report.chain_controls import control_rows, stop_rows
from report.chain_countries import value_added
from report.chain_flows import ELEMENTS, HELD_STAGES, STAGES, pictures
from report.chain_rows import LEAST_KT, LEAST_SHARE, Texts, by_slice, confidence_of, lists, named_chain, rough
from report.chain_sentences import FOCUS, STEPS, chain_sentences, good_of_chain, has_chain, region_name
from report.frames import records
from report.policy_worth import country_name
from report.words import short_name

MOST_SLICES = 7
"""Slices that the page can show: of more, some from first to last; the workbook has all."""
MOST_SHORTAGES = 20
_CURVE = ("name", "country", "status", "confidence", "quantity_kt", "cost_usd_per_t", "cost_alone_usd_per_t")
_FIGURES = ("output_kt", "capacity_kt", "restricted_kt", "opex_musd", "rent_musd", "value_added_musd", "water_mm3",
            "energy_gwh", "co2_kt", "residue_kt")  # fmt: skip


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
        "sankey": pictures(solution["chain_sankey"], slices),
        "held": _held(solution, network, slices, texts),
        "curves": _curves(solution, network, texts),
        "prices": _prices(solution, network),
        "shortage": _shortage(solution, network, slices, texts),
        "candidates": candidate_rows(solution, network),
        "controls": control_rows(solution, network, slices, texts),
        "stops": stop_rows(solution, network),
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
        rows = rows[rows["quantity_kt"] > LEAST_KT].sort_values("cost_usd_per_t", kind="stable")
        lines = prices[(prices["good"] == good) & (prices["slice"] == name)]
        curves.append(
            {
                "good": good_of_chain(str(good), network),
                "slice": name,
                "rows": texts.packed(lists(rows.assign(name=rows["name"].map(short_name)), _CURVE)),
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
    table = table[(table["shortage"] > LEAST_SHARE) & (table["reference_kt"] > LEAST_KT)]
    worth = table["shortage"] * table["reference_kt"] * table["reference_usd_per_t"]
    table = table.assign(worth=worth).sort_values("worth", ascending=False, kind="stable")
    keys = ("region", "good", *WORDS, "reference_kt", "bought_kt", "shortage", "price_usd_per_t", "reference_usd_per_t")
    return [texts.packed(rows) for rows in by_slice(named_chain(table, network), slices, keys, MOST_SHORTAGES)]


def _countries(solution: Solution, slices: Sequence[str]) -> list[list[list[Any]]]:
    """Return by slice what the country in focus makes at each step, with what that takes."""
    table = solution["chain_countries"]
    own = table[(table["country"] == FOCUS) & (table["output_kt"] > LEAST_KT)]
    own = own.assign(place=[STEPS.index(s) if s in STEPS else len(STEPS) for s in own["step"]])
    own = own.assign(step=[s.capitalize() for s in own["step"]]).sort_values("place", kind="stable")
    return by_slice(own, slices, ("step", *_FIGURES, "confidence"), len(STEPS) + 1)
