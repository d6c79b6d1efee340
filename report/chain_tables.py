"""The sheets of the rare-earth chain in the workbook."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from model.solution import Solution
from network.network import Network
from report.chain_candidates import candidates
from report.chain_confidence import with_confidence, with_confidence_of_all
from report.chain_controls import binding
from report.chain_flows import ELEMENTS, STAGES
from report.chain_rows import confidence_of, named_chain
from report.chain_sentences import chain_sentences, has_chain
from report.minerals import minerals_sheet
from report.policy_worth import country_name
from report.tables import Heading, ReadableTable
from report.words import names_of

KT, MUSD, USD = "kt a year", "million USD a year", "USD per t"
_YEARS = Heading("slice", "Years")
_GOOD, _REGION = Heading("good", "Good"), Heading("region", "Region")
_NAME, _COUNTRY, _STATUS = Heading("name", "Name"), Heading("country", "Country"), Heading("status", "Status")
_CONTENT = Heading("content", "With Chinese content")
_SURE = (
    Heading("sourced", "Of the cost behind it sourced", "share", "share"),
    Heading("estimate", "Estimate", "share", "share"),
    Heading("memory", "Memory", "share", "share"),
    Heading("confidence", "Confidence, demand included"),
)

OUTPUT = (
    _YEARS,
    _NAME,
    Heading("process", "Process"),
    Heading("step", "Step"),
    _COUNTRY,
    Heading("owner_group", "Group of owners"),
    _STATUS,
    Heading("output_kt", "Output, in the basis of the process", KT, "fine"),
    Heading("restricted_kt", "Of it with Chinese content", KT, "fine"),
    Heading("capacity_kt", "Capacity", KT, "fine"),
    Heading("confidence", "Confidence of the facility"),
)
FLOWS = (
    _YEARS,
    Heading("element", "Element"),
    Heading("from_stage", "From stage"),
    Heading("origin", "Mined, collected or made in"),
    Heading("to_stage", "To stage"),
    Heading("destination", "Used in"),
    _CONTENT,
    Heading("quantity_kt", "Oxide in it, or that it was made of", KT, "fine"),
)
MARKETS = (
    _YEARS,
    _GOOD,
    _REGION,
    Heading("reference_kt", "Demand at the reference price", KT, "fine"),
    Heading("bought_kt", "Bought", KT, "fine"),
    Heading("shortage", "Not bought", "share", "share"),
    Heading("reference_usd_per_t", "Reference price", USD, "price"),
    Heading("price_usd_per_t", "What one more tonne is worth", USD, "price"),
    *_SURE,
)
PRICES = (
    _YEARS,
    _GOOD,
    _REGION,
    Heading("low_usd_per_t", "What one tonne less would save", USD, "price"),
    Heading("high_usd_per_t", "What one tonne more would cost", USD, "price"),
    *_SURE,
)
DEPENDENCE = (
    _YEARS,
    _GOOD,
    Heading("region", "Used in"),
    Heading("power_share", "From China or with its content", "share", "share"),
    Heading("largest", "Largest source"),
    Heading("largest_share", "Its share", "share", "share"),
    Heading("hhi", "Sum of the squared shares of sources", "1 = all from one", "price"),
    *_SURE,
)
CANDIDATES = (
    _NAME,
    Heading("country_name", "Country"),
    _STATUS,
    Heading("decision", "Decision"),
    Heading("size", "Size built", "times the announced", "price"),
    Heading("built_year", "First output if built", kind="year"),
    Heading("service_year", "Earliest first output", kind="year"),
    Heading("capex_musd", "Investment in the announced size", "million USD", "amount"),
    Heading("capex_npv_musd", "Present value of it, less what is left at the end", "million USD", "amount"),
    Heading("rents_npv_musd", "Present value of what it earns at the prices found", "million USD", "amount"),
    Heading("npv_musd", "Worth less investment", "million USD", "amount"),
    Heading("breakeven_capex", "Investment that it could bear", "times the table's", "price"),
    Heading("breakeven_use", "Use of its capacity that it needs", "share", "share"),
    Heading("breakeven_price", "Prices or recovery that a mine needs", "times those found", "price"),
    Heading("confidence", "Confidence of the facility"),
)
CONTROLS = (
    _YEARS,
    Heading("title", "Control"),
    _GOOD,
    Heading("places", "Where"),
    Heading("limit_kt", "Lets through, or must reach", KT, "fine"),
    Heading("rent_usd_per_t", "Highest worth of one tonne more", USD, "price"),
    Heading("worth_musd", "Worth of all", MUSD, "amount"),
    Heading("miss_kt", "Goal missed by", KT, "fine"),
    Heading("confidence", "Confidence of the control"),
)
COUNTRIES = (
    _YEARS,
    _COUNTRY,
    Heading("step", "Step"),
    Heading("output_kt", "Output, in the bases of the processes", KT, "fine"),
    Heading("capacity_kt", "Capacity", KT, "fine"),
    Heading("restricted_kt", "With Chinese content", KT, "fine"),
    Heading("opex_musd", "Operating cost", MUSD, "amount"),
    Heading("rent_musd", "Earned above operating cost", MUSD, "amount"),
    Heading("purchases_musd", "Bought from others", MUSD, "amount"),
    Heading("value_added_musd", "Value added", MUSD, "amount"),
    Heading("water_mm3", "Water", "million m3 a year", "fine"),
    Heading("energy_gwh", "Energy", "GWh a year", "amount"),
    Heading("co2_kt", "Carbon dioxide", KT, "fine"),
    Heading("residue_kt", "Residue with thorium or uranium", KT, "fine"),
    Heading("confidence", "Confidence"),
)
TRADE = (
    _YEARS,
    _GOOD,
    Heading("stage", "Stage"),
    Heading("origin", "From"),
    Heading("destination", "To"),
    _CONTENT,
    Heading("quantity_kt", "Moved; of feed the oxides in it", KT, "fine"),
    Heading("duty_musd", "Duty", MUSD, "price"),
    Heading("transport_musd", "Transport", MUSD, "price"),
)
CURVE = (
    _YEARS,
    _GOOD,
    Heading("name", "Mine"),
    _COUNTRY,
    _STATUS,
    Heading("quantity_kt", "What it could give", KT, "fine"),
    Heading("cost_usd_per_t", "Cost less what co-products earn", USD, "price"),
    Heading("cost_alone_usd_per_t", "Cost if co-products were worth nothing", USD, "price"),
    Heading("confidence", "Confidence of the facility"),
)
TOLLING = (
    _YEARS,
    Heading("owner_group", "Group that owns the oxides"),
    Heading("mined_in", "Mined in"),
    Heading("plant", "Plant that treats them"),
    Heading("custodian_group", "Group that owns the plant"),
    _COUNTRY,
    Heading("step", "Step"),
    Heading("quantity_kt", "Oxides in the feed that it treats", KT, "fine"),
)
STOPS = (
    _REGION,
    _GOOD,
    Heading("lost_kt", "Not bought because of the stop", "kt over its time", "fine"),
    Heading("peak_shortage", "Most that lacks at a time", "share of demand", "share"),
    Heading("peak_price", "Highest price", "times that without the stop", "price"),
    Heading("recovered", "As without from"),
    Heading("cost_musd", "What its buyers lose", "million USD, present value", "amount"),
    Heading("confidence", "Confidence of supply and demand"),
)


def chain_sheets(solution: Solution, network: Network) -> list[ReadableTable]:
    """Return the sheets of the chain; none where the run has none."""
    if not has_chain(solution):
        return []
    said = chain_sentences(solution, network)
    sheets = [
        ReadableTable("Rare-earth output", " ".join(said[:1]), OUTPUT, _output(solution, network)),
        ReadableTable(
            "Rare-earth flows",
            "Elements of magnets from mine to market in oxide equivalent, by who makes what whom uses.",
            FLOWS,
            _flows(solution),
        ),
        ReadableTable(
            "Rare-earth markets",
            "Final demand: what is bought, what is not, and the price.",
            MARKETS,
            with_confidence(solution["chain_markets"], solution),
        ),
        ReadableTable(
            "Rare-earth prices",
            "Worth of one tonne of oxide; two figures where joint products leave the price open.",
            PRICES,
            with_confidence(solution["chain_price_ranges"], solution),
        ),
        ReadableTable(
            "Rare-earth dependence",
            "Where each region gets each good from.",
            DEPENDENCE,
            _sources(with_confidence(solution["chain_dependence"], solution), network),
        ),
        ReadableTable(
            "Rare-earth candidates",
            "What would have to be true for each candidate at the prices of the solved chain.",
            CANDIDATES,
            candidates(solution, network),
        ),
        ReadableTable(
            "Rare-earth cost curve",
            "What each mine could give, at operating cost and transport less what its co-products earn.",
            CURVE,
            _with_countries(_of_facilities(solution["chain_cost_curve"], network), network),
        ),
        ReadableTable(
            "Rare-earth controls",
            "Controls and contracts that bind, and what one tonne more would be worth.",
            CONTROLS,
            binding(solution, network),
        ),
        ReadableTable(
            "Rare-earth countries",
            "What each country makes at each step, what that takes, and the value that it adds.",
            COUNTRIES,
            _with_countries(solution["chain_countries"], network),
        ),
        ReadableTable(
            "Rare-earth trade",
            "Goods of the chain between regions, by content.",
            TRADE,
            _content(solution["chain_trade"]),
        ),
    ]
    if len(solution["chain_tolling"]):
        held = "Feed that plants treat for other owners: custody is the plant's, the oxides stay the owner's."
        sheets.append(ReadableTable("Rare-earth tolling", held, TOLLING, _tolled(solution, network)))
    if len(solution["chain_stops"]):
        lost = "What a stop costs buyers, against the same builds without it."
        sheets.append(
            ReadableTable("Rare-earth stops", lost, STOPS, with_confidence_of_all(solution["chain_stops"], solution))
        )
    return [*(replace(sheet, frame=named_chain(sheet.frame, network)) for sheet in sheets), *minerals_sheet(network)]


def _of_facilities(table: pd.DataFrame, network: Network) -> pd.DataFrame:
    sure = confidence_of(network)
    return table.assign(confidence=[sure.get(str(f), "") for f in table["facility_id"]])


def _output(solution: Solution, network: Network) -> pd.DataFrame:
    table = solution["chain_output"]
    process = names_of(network.chain_processes, "process_id")
    table = table.assign(process=[process.get(str(p), str(p)) for p in table["process_id"]])
    return _with_countries(_of_facilities(table, network), network)


def _tolled(solution: Solution, network: Network) -> pd.DataFrame:
    table = solution["chain_tolling"]
    names = names_of(network.chain_facilities, "facility_id")
    mined = {code: country_name(str(code), network) for code in table["mined_in"].unique()}
    plants = [names.get(str(f), str(f)) for f in table["facility_id"]]
    return _with_countries(table.assign(plant=plants, mined_in=table["mined_in"].map(mined)), network)


def _flows(solution: Solution) -> pd.DataFrame:
    table = solution["chain_sankey"]
    return _content(table).assign(
        element=table["element"].map(ELEMENTS),
        origin=table["from_region"],
        destination=table["to_region"],
        from_stage=table["from_stage"].map(STAGES),
        to_stage=table["to_stage"].map(STAGES),
    )


def _content(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(content=["yes" if held == 1 else "no" for held in table["restricted"]])


def _sources(table: pd.DataFrame, network: Network) -> pd.DataFrame:
    """Return a table with the names of the largest sources."""
    names = names_of(network.chain_regions, "region_id")
    return table.assign(largest=[names.get(str(region), str(region)) for region in table["largest"]])


def _with_countries(table: pd.DataFrame, network: Network) -> pd.DataFrame:
    """Return a table with the names of its countries."""
    known = {code: country_name(str(code), network) for code in table["country"].unique()}
    return table.assign(country=[known[code] for code in table["country"]])
