"""The tables of a plan as people read them: a title, a sentence, and columns with headers, units and number formats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.confidence import confidence_by_subject
from report.difference import bottleneck_difference, build_difference, corridor_difference, cost_difference
from report.difference_sentences import UNCHANGED, difference_headlines
from report.facilities import facility_goods
from report.indicators import (
    base_year,
    corridor_shares,
    costs_by_category,
    demand_by_market,
    investments,
    lanes,
    link_flows,
)
from report.limits import bottlenecks
from report.period_sentences import period_headlines
from report.sentences import headlines
from report.words import names_of

Kind = Literal["text", "year", "count", "amount", "fine", "price", "share", "percent"]


@dataclass(frozen=True)
class Heading:
    """A column of a readable table: its key in the frame, header, unit (empty = none) and kind of value."""

    key: str
    header: str
    unit: str = ""
    kind: Kind = "text"

    @property
    def label(self) -> str:
        """Header with its unit, as printed."""
        return f"{self.header} ({self.unit})" if self.unit else self.header


@dataclass(frozen=True)
class ReadableTable:
    """A table for people: `frame` has at least the keys of `headings`."""

    title: str
    sentence: str
    headings: tuple[Heading, ...]
    frame: pd.DataFrame


_PERIOD = Heading("period", "Period", kind="year")
_NAME = Heading("name", "Name")
_CONFIDENCE = Heading("confidence", "Confidence")
_SOURCE = Heading("source", "Source")
_KT = Heading("flow_kt", "Cargo", "kt a year", "amount")
_KTEU = Heading("flow_kteu", "Boxes", "kTEU a year", "amount")
_CORRIDOR = (_PERIOD, Heading("market", "Market"), Heading("corridor", "Corridor"))

INVESTMENTS = (
    Heading("project_id", "Project"),
    _NAME,
    Heading("country", "Country"),
    Heading("project_type", "Kind"),
    Heading("decision", "Decision"),
    Heading("start_year", "Start", kind="year"),
    Heading("in_service_year", "In service", kind="year"),
    Heading("end_year", "Life ends", kind="year"),
    Heading("units", "Units", "", "count"),
    Heading("capex_musd", "Cost", "million USD", "amount"),
    Heading("capex_npv_musd", "Present value of the cost", "million USD", "amount"),
    _CONFIDENCE,
    _SOURCE,
)
CORRIDORS = (
    *_CORRIDOR,
    Heading("share_pct", "Share", "%", "percent"),
    Heading("share_basis", "Share of"),
    _KT,
    _KTEU,
    Heading("cost_usd_per_t", "Freight and charges", "USD per t", "price"),
    Heading("cost_usd_per_teu", "Freight and charges of boxes", "USD per TEU", "price"),
    Heading("time_days", "Door to door", "days", "amount"),
)
BOTTLENECKS = (
    _PERIOD,
    _NAME,
    Heading("target", "Kind of place"),
    Heading("kind", "Limit counted in"),
    Heading("capacity", "Limit", "kt or kTEU a year", "amount"),
    Heading("use", "Use", "kt or kTEU a year", "amount"),
    Heading("utilisation", "Use of the limit", "share", "share"),
    Heading("full_when", "Full"),
    Heading("dual_usd_per_unit", "Worth of one more unit a year", "USD per t or TEU", "price"),
    Heading("rent_musd", "Scarcity rent", "million USD a year", "amount"),
    Heading("confidence", "Confidence of the limit"),
    Heading("words", "In words"),
)
FACILITIES = (
    _PERIOD,
    _NAME,
    Heading("side", "Goes in or comes out"),
    Heading("good", "Good"),
    Heading("amount_kt", "Used or made", "kt a year", "amount"),
    Heading("surplus_kt", "Left over", "kt a year", "amount"),
    Heading("price_usd_per_t", "Worth at the facility", "USD per t", "price"),
    Heading("confidence", "Confidence of the facility"),
)
LANES = (
    _PERIOD,
    Heading("origin", "From"),
    Heading("destination", "To"),
    Heading("market", "Market"),
    Heading("cargo_kind", "Cargo"),
    Heading("served_kt", "Moved", "kt a year", "amount"),
    Heading("served_kteu", "Moved in boxes", "kTEU a year", "amount"),
    Heading("unserved_kt", "Not moved", "kt a year", "amount"),
    Heading("freight_usd_per_t", "Freight and charges", "USD per t", "price"),
    Heading("freight_usd_per_teu", "Freight and charges of boxes", "USD per TEU", "price"),
    Heading("price_usd_per_t", "With time and risk, last tonne", "USD per t", "price"),
    Heading("time_days", "Door to door", "days", "amount"),
)
LINKS = (
    _PERIOD,
    Heading("link_id", "Link"),
    Heading("origin", "From"),
    Heading("destination", "To"),
    Heading("mode", "Mode"),
    _KT,
    _KTEU,
    Heading("utilisation", "Use of the tightest limit, fullest season", "share", "share"),
    Heading("dual_usd_per_t", "Worth of one more tonne", "USD per t", "price"),
    Heading("dual_usd_per_teu", "Worth of one more TEU", "USD per TEU", "price"),
)
DEMAND = (
    _PERIOD,
    Heading("market", "Market"),
    Heading("reference_kt", "Wanted at the reference cost", "kt a year", "amount"),
    Heading("served_kt", "Moved", "kt a year", "amount"),
    Heading("unserved_kt", "Not moved", "kt a year", "amount"),
    Heading("surplus_musd", "Shippers' surplus", "million USD a year", "amount"),
)
COSTS = (
    _PERIOD,
    Heading("kind", "Kind of cost"),
    Heading("musd", "Cost of a year", "million USD a year", "amount"),
    Heading("discounted_musd", "All years, present value", "million USD", "amount"),
)
BASE_YEAR = (
    Heading("title", "Measure"),
    Heading("unit", "Unit", "a year"),
    Heading("observed", "Observed", "", "amount"),
    Heading("observed_low", "Observed, low", "", "amount"),
    Heading("observed_high", "Observed, high", "", "amount"),
    Heading("modelled", "Modelled", "", "amount"),
    Heading("error_pct", "Error", "%", "percent"),
    Heading("range_words", "Within the observed range"),
    _CONFIDENCE,
    _SOURCE,
)
CONFIDENCE = (
    Heading("subject", "Subject"),
    Heading("what", "Shared out"),
    Heading("sourced", "Sourced", "share", "share"),
    Heading("estimate", "Estimate", "share", "share"),
    Heading("memory", "Memory", "share", "share"),
)
CHANGED_BUILDS = (
    Heading("project_id", "Project"),
    _NAME,
    Heading("capex_musd", "Cost", "million USD", "amount"),
    Heading("words", "This plan"),
    Heading("words_other", "Other plan"),
)
CHANGED_CORRIDORS = (
    *_CORRIDOR,
    Heading("share_change_points", "Change of share", "percentage points", "percent"),
    Heading("flow_kt", "This plan", "kt a year", "amount"),
    Heading("flow_kt_other", "Other plan", "kt a year", "amount"),
    Heading("flow_kt_change", "Change", "kt a year", "amount"),
    Heading("flow_kteu_change", "Change of boxes", "kTEU a year", "amount"),
)
CHANGED_BOTTLENECKS = (
    _PERIOD,
    _NAME,
    Heading("kind", "Limit counted in"),
    Heading("dual_usd_per_unit", "Worth of one more unit a year, this plan", "USD per t or TEU", "price"),
    Heading("dual_usd_per_unit_other", "Other plan", "USD per t or TEU", "price"),
    Heading("rent_musd", "Scarcity rent, this plan", "million USD a year", "amount"),
    Heading("rent_musd_change", "Change of the rent", "million USD a year", "amount"),
)
CHANGED_COSTS = (
    _PERIOD,
    Heading("kind", "Kind of cost"),
    Heading("musd", "This plan", "million USD a year", "amount"),
    Heading("musd_other", "Other plan", "million USD a year", "amount"),
    Heading("musd_change", "Change", "million USD a year", "amount"),
)


def readable_tables(solution: Solution, network: Network, compare: Solution | None = None) -> list[ReadableTable]:
    """Return every table of a plan in reading order; with `compare`, also what changed against it."""
    said, by_period = headlines(solution, network), period_headlines(solution, network)
    last = {topic: " ".join(list(sentences.values())[-1:]) for topic, sentences in by_period.items()}
    observed = base_year(solution)
    observed["range_words"] = ["yes" if inside else "no" for inside in observed["in_range"]]
    tables = [
        ReadableTable("Investments", said["investments"], INVESTMENTS, investments(solution)),
        ReadableTable("Corridors", said["corridors"], CORRIDORS, corridor_shares(solution, network)),
        ReadableTable("Bottlenecks", last["bottlenecks"], BOTTLENECKS, bottlenecks(solution, network)),
        ReadableTable("Lanes", last["lanes"], LANES, lanes(solution, network)),
        ReadableTable("Links", last["map"], LINKS, with_place_names(link_flows(solution), network)),
        ReadableTable(
            "Demand", "What shippers want moved, and what moves.", DEMAND, demand_by_market(solution, network)
        ),
        ReadableTable("Costs", last["costs"], COSTS, costs_by_category(solution)),
        ReadableTable("Base year", said["base_year"], BASE_YEAR, observed),
        ReadableTable("Confidence", said["confidence"], CONFIDENCE, confidence_by_subject(solution, network)),
    ]
    if len(solution["balances"]):
        sentence = "What facilities make, use and leave over, and what one more tonne is worth there."
        tables.append(ReadableTable("Facilities", sentence, FACILITIES, facility_goods(solution, network)))
    return tables + (_changes(solution, compare, network) if compare else [])


def with_place_names(flows: pd.DataFrame, network: Network) -> pd.DataFrame:
    """Return `flows` with the names of both ends in the columns origin and destination."""
    places = names_of(network.places, "place_id")
    return flows.assign(
        origin=[places.get(i, i) for i in flows["from_place"]],
        destination=[places.get(i, i) for i in flows["to_place"]],
    )


def _changes(solution: Solution, other: Solution, network: Network) -> list[ReadableTable]:
    """Return what changed against `other`, without rows that did not change."""
    sentence = " ".join(difference_headlines(solution, other, network))
    corridors, costs = corridor_difference(solution, other, network), cost_difference(solution, other)
    tight = bottleneck_difference(solution, other, network)
    return [
        ReadableTable("Changed projects", sentence, CHANGED_BUILDS, build_difference(solution, other)),
        ReadableTable("Changed corridors", sentence, CHANGED_CORRIDORS, _changed(corridors, "flow_kt")),
        ReadableTable("Changed bottlenecks", sentence, CHANGED_BOTTLENECKS, tight),
        ReadableTable("Changed costs", sentence, CHANGED_COSTS, _changed(costs, "musd")),
    ]


def _changed(frame: pd.DataFrame, figure: str) -> pd.DataFrame:
    """Return the rows whose figure differs by more than what two searches for the same plan differ by."""
    least = UNCHANGED * frame[figure].abs().max() if len(frame) else 0.0
    changed: pd.DataFrame = frame[frame[f"{figure}_change"].abs() > least]
    return changed
