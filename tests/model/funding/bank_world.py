"""A small world with a bank: a route of three links and a way around it, five candidate projects, seven funders.

Cargo from A to D goes by L1, L2, L3 (each 1,000 kt a year) for 90 USD a tonne, or around for 270. RAIL, PORT or SHIP,
and LINE each add 1,000 kt to a link; PORT needs RAIL, PORT and SHIP exclude each other; SOFT saves hours alone. Time
costs a USD a tonne and hour. Periods are 2028-2034 and 2035-2042: what starts in one serves in it from its third year.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.funding.closing import Closing
from model.funding.offers import build_funding
from model.funding.problem import Funding
from model.funding.rules import FundingRequest
from model.problem import Problem
from network.bank_rules import BANK_RULE_UNITS
from network.network import Network
from tests.model.conftest import GOODS, make_problem, make_world

Floats = NDArray[np.float64]
Rows = Sequence[Mapping[str, Any]]

RULES = {
    "authorised_capital_musd": 1000, "paid_in_share": 0.2, "paid_in_years": 4, "equity_to_loans_start": 0.35,
    "equity_to_loans_end": 0.25, "equity_ramp_years": 10, "gearing": 1.0, "risk_capital_ratio": 0.15,
    "country_share": 0.6, "country_floor_musd": 60, "country_equity_multiple": 0.8, "obligor_share_sovereign": 0.5,
    "obligor_share_private": 0.3, "sector_share": 0.6, "sector_floor_musd": 80, "equity_investment_share": 0.2,
    "liquidity_months": 12, "first_year": 2028, "treasury_yield": 0.035, "operating_cost_share": 0.008,
    "power_cap_project": 0.6, "power_cap_portfolio": 0.5, "power_cap_country": 0.55, "power_cap_asset_class": 0.55,
    "max_funders_per_project": 6, "investment_grade_spread": 0.019, "uncovered_commercial_share": 0.25,
    "reference_rate": 0.04, "reference_inflation": 0.02, "host_exempt": 1, "real_wacc_floor": 0.04,
    "preferred_creditor_factor": 0.7, "grant_element_rate": 0.05, "devaluation_stress": 0.3,
}  # fmt: skip
PERIODS = [
    {"resolution": "fast", "period": 2030, "first_year": 2028, "last_year": 2034},
    {"resolution": "fast", "period": 2040, "first_year": 2035, "last_year": 2042},
]
LINKS = [
    {"link_id": "L1", "a": "A", "b": "B", "cost": 10, "kt": 1000, "mode": "rail_1520"},
    {"link_id": "L2", "a": "B", "b": "C", "cost": 60, "kt": 1000, "mode": "rail_1520"},
    {"link_id": "L3", "a": "C", "b": "D", "cost": 10, "kt": 1000, "mode": "rail_1520", "transit_time_h": 10},
    {"link_id": "ROUND", "a": "A", "b": "D", "cost": 270, "mode": "road"},
    {"link_id": "BESIDE", "a": "C", "b": "D", "cost": 90, "mode": "road"},
]
LANES = [{"a": "A", "b": "D", "kt": 3000}, {"a": "C", "b": "D", "kt": 600}]
_PROJECT = {"construction_years": 2, "lifetime_years": 30, "earliest_start_year": 2028,
            "fixed_opex_share_per_year": 0.01}  # fmt: skip
PROJECTS = [
    {**_PROJECT, "project_id": "RAIL", "name": "Second track", "country": "KZ", "project_type": "rail",
     "capex_musd": 300},
    {**_PROJECT, "project_id": "PORT", "name": "New quay", "country": "KZ", "project_type": "port", "capex_musd": 200,
     "all_of": ("RAIL",), "excludes": ("SHIP",)},
    {**_PROJECT, "project_id": "SHIP", "name": "Port across", "country": "AZ", "project_type": "port",
     "capex_musd": 240},
    {**_PROJECT, "project_id": "LINE", "name": "New line", "country": "AZ", "project_type": "rail", "capex_musd": 400},
    {**_PROJECT, "project_id": "SOFT", "name": "Single window", "country": "AZ", "project_type": "soft",
     "capex_musd": 50},
]  # fmt: skip
EFFECTS = [
    {"project_id": "RAIL", "target": "link", "target_id": "L1", "capacity_added_t_per_year": 1_000_000},
    {"project_id": "PORT", "target": "link", "target_id": "L2", "capacity_added_t_per_year": 1_000_000},
    {"project_id": "SHIP", "target": "link", "target_id": "L2", "capacity_added_t_per_year": 1_000_000},
    {"project_id": "LINE", "target": "link", "target_id": "L3", "capacity_added_t_per_year": 1_000_000},
    {"project_id": "SOFT", "target": "link", "target_id": "L3", "time_saved_h": 6},
]
FUNDERS: Mapping[str, tuple[Any, ...]] = {  # kind, envelope a year, largest share, countries, private, owners
    "MDB": ("multilateral", 60, 0.5, ("KZ", "AZ"), 0, {"EU": 0.6, "CN": 0.1}),
    "CNB": ("export_credit", 80, 0.85, ("KZ", "AZ"), 0, {"CN": 1}),
    "KZF": ("state", 20, 1, ("KZ",), 0, {"KZ": 1}),
    "AZF": ("state", 20, 1, ("AZ",), 0, {"AZ": 1}),
    "COM": ("commercial", 40, 0.7, ("KZ", "AZ"), 1, {}),
    "EQF": ("equity_fund", 10, 0.3, ("KZ", "AZ"), 1, {"EU": 0.5}),
    "TCDB": ("bank", 30, 0.5, ("KZ", "AZ"), 0, {"KZ": 0.3, "AZ": 0.3, "CN": 0.2, "EU": 0.2}),
    "LEFT": ("dfi", 500, 1, ("KZ", "AZ"), 0, {"EU": 1}),
}
TERMS = [  # margin, tenor, grace, largest share
    ("MDB", "senior", "sovereign", 100, 20, 5, 0.5),
    ("MDB", "senior", "project", 300, 15, 4, 0.4),
    ("MDB", "guarantee", "project", 200, 15, 0, 0.4),
    ("MDB", "grant", "none", None, None, None, 0.1),
    ("CNB", "export_credit", "sovereign", 150, 15, 3, 0.85),
    ("CNB", "export_credit", "project", 350, 12, 3, 0.6),
    ("KZF", "equity", "project", None, None, None, 0.3),
    ("AZF", "equity", "project", None, None, None, 0.3),
    ("COM", "senior", "project", 250, 10, 2, 0.7),
    ("EQF", "equity", "project", None, None, None, 0.3),
    ("TCDB", "senior", "sovereign", 120, 18, 4, 0.4),
    ("TCDB", "senior", "project", 320, 14, 3, 0.3),
    ("TCDB", "equity", "project", None, None, None, 0.2),
    ("LEFT", "grant", "none", None, None, None, 1),
]
_TERM_NAMES = ("funder_id", "instrument", "recourse", "margin_bp", "tenor_years", "grace_years", "max_share_of_cost",
               "ticket_min_musd", "ticket_max_musd")  # fmt: skip
CLASSES = {  # type, charge share, variable part, mode, DSCR floor, borrower, sensitive
    "rail": ("rail", 0.45, 0.35, "public", 1.4, "public", 0),
    "port": ("port", 0.8, 0.45, "traffic_risk", 1.5, "private_infrastructure", 1),
    "border": ("soft", 0.03, 0.4, "public", 1.3, "sovereign", 0),
}
MODES = [("public", 0, 0, 1.1, 0), ("availability", 0, 1, 1.3, 1), ("minimum_revenue", 0.5, 0.7, 1.4, 1),
         ("traffic_risk", 1, 0, 1.5, 1)]  # fmt: skip
INSTRUMENTS = [("senior", 1, 1, 0.5, None), ("export_credit", 1, 1, 0.5, None), ("guarantee", 0, 0, 1, None),
               ("equity", 0, 1, 1, 0.12), ("grant", 0, 1, 0, None)]  # fmt: skip
COUNTRIES = {  # rating, spread, headroom, yearly cap, least grant element
    "KZ": ("BBB", 0.0136, 2000, 200, 0),
    "AZ": ("B", 0.03, 1500, 150, 0),
}


def bank_rules_rows(**changes: float) -> Rows:
    """Rows of the rules, some of them changed."""
    assert set(changes) <= set(RULES), set(changes) - set(RULES)
    return [
        {"rule_id": name, "value": value, "unit": BANK_RULE_UNITS[name], "meaning": name}
        for name, value in {**RULES, **changes}.items()
    ]


def bank_tables(
    rules: Mapping[str, float] | None = None,
    funders: Mapping[str, Mapping[str, Any]] | None = None,
    terms: Sequence[tuple[Any, ...]] = (),
    countries: Mapping[str, Mapping[str, Any]] | None = None,
    only: Sequence[str] = tuple(FUNDERS),
) -> dict[str, Rows]:
    """Tables of the bank.

    Args:
        rules, funders, countries: what differs, by rule, funder or country. terms: further rows. only: funders kept.
    """
    given = {name: [dict(zip(_TERM_NAMES, row, strict=False)) for row in (*TERMS, *terms) if row[0] == name]
             for name in only}  # fmt: skip
    modes = ("mode", "traffic_risk_share", "revenue_guarantee_share", "dscr_floor", "may_borrow_on_project")
    instruments = ("instrument", "is_debt", "is_funding", "credit_conversion_factor", "required_return")
    return {
        "powers": [
            {"power_id": power, "name": power, "countries": countries_of}
            for power, countries_of in (("CN", ("CN",)), ("EU", ("DE",)), ("KZ", ("KZ",)), ("AZ", ("AZ",)))
        ],
        "funders": [
            {
                "funder_id": name, "name": f"Funder {name}", "kind": kind, "envelope_low_musd_per_year": envelope / 2,
                "envelope_musd_per_year": envelope, "envelope_high_musd_per_year": envelope * 2,
                "max_share_of_cost": share, "countries": where, "sectors": tuple(CLASSES), "is_private": private,
                "is_host": int(kind == "state"), "is_included": int(name != "LEFT"), "first_year": 2025,
                **(funders or {}).get(name, {}),
            }
            for name, (kind, envelope, share, where, private, _) in FUNDERS.items()
            if name in only
        ],
        "funder_owners": [
            {"funder_id": name, "power_id": power, "share": share}
            for name, row in FUNDERS.items()
            for power, share in row[-1].items()
            if name in only
        ],
        "funder_terms": [row for rows in given.values() for row in rows],
        "instruments": [
            {**dict(zip(instruments, row, strict=True)), "name": row[0], "seniority": 1} for row in INSTRUMENTS
        ],
        "country_finance": [
            {
                "country": name, "rating": rating, "default_spread": spread, "country_risk_premium": spread,
                "gdp_musd": 1e5, "debt_share_of_gdp": 0.2, "debt_ceiling_share_of_gdp": 0.4,
                "guarantee_headroom_musd": headroom, "guarantee_cap_musd_per_year": cap, "grant_element_min": soft,
                "inflation": 0.1, "currency": "KZT", "income_group": "upper_middle", "tax_rate": 0.2,
                **(countries or {}).get(name, {}),
            }
            for name, (rating, spread, headroom, cap, soft) in COUNTRIES.items()
        ],
        "bank_rules": bank_rules_rows(**(rules or {})),
        "default_rates": [
            {"borrower": name, "default_rate": rate, "recovery": recovery, "asset_correlation": 0.2}
            for name, rate, recovery in (("sovereign", 0.008, 0.95), ("public", 0.026, 0.86), ("private", 0.035, 0.73),
                                         ("private_infrastructure", 0.036, 0.8))
        ],
        "risk_weights": [
            {"risk_class": "good", "recourse": "sovereign", "ratings": ("BBB",), "risk_weight": 0.4},
            {"risk_class": "weak", "recourse": "sovereign", "ratings": ("B",), "risk_weight": 1.25},
            {"risk_class": "project_greenfield", "recourse": "project", "risk_weight": 1.6,
             "addition_below_b_plus": 0.3},
            {"risk_class": "equity", "recourse": "project", "risk_weight": 4, "addition_below_b_plus": 0.3},
            {"risk_class": "guarantee", "recourse": "project", "risk_weight": 0.5, "addition_below_b_plus": 0.3},
        ],
        "asset_classes": [
            {
                "asset_class": name, "project_types": (kind,), "charge_share": charge, "variable_cost_share": variable,
                "concession_mode": mode, "dscr_floor": floor, "llcr_floor": 1.4, "plcr_floor": 1.6, "tax_rate": 0.2,
                "borrower": borrower, "is_sensitive": sensitive,
            }
            for name, (kind, charge, variable, mode, floor, borrower, sensitive) in CLASSES.items()
        ],
        "concession_modes": [{**dict(zip(modes, row, strict=True)), "name": row[0]} for row in MODES],
    }  # fmt: skip


def bank_world(
    projects: Rows = PROJECTS, effects: Rows = EFFECTS, links: Rows = LINKS, lanes: Rows = LANES, **tables: Any
) -> Network:
    """The world, with some of its tables replaced or, by the names of ``bank_tables``, changed."""
    names = ("rules", "funders", "terms", "countries", "only")
    finance = bank_tables(**{name: tables.pop(name) for name in names if name in tables})
    places = [{"place_id": name, "country": "KZ" if name in "AB" else "AZ"} for name in "ABCD"]
    goods = {**GOODS, "value_usd_per_t": 2400, "time_value_pct_per_day": 1}
    given = {"commodities": [goods], "periods": PERIODS, "projects": projects, "project_effects": effects}
    return make_world(links, lanes, places, **{**given, **finance, **tables})


def funded(world: Network, request: FundingRequest | None = None, problem: Problem | None = None) -> Problem:
    """The problem of a world with its financing."""
    problem = make_problem(world) if problem is None else problem
    funding = build_funding(problem, world, request or FundingRequest())
    return replace(problem, strategy=replace(problem.strategy, funding=funding))


def closing_of(world: Network, request: FundingRequest | None = None, tickets: bool = False) -> Closing:
    """Financings of plans of a world."""
    return Closing(funded(world, request), tickets=tickets)


def plan_with(problem: Problem, **periods: int) -> Floats:
    """The plan that starts projects in periods, by position."""
    starts, names = problem.strategy.starts, problem.strategy.projects["project_id"].to_numpy(object)
    wanted = list(zip(names[starts["project"].to_numpy(np.int64)], starts["period"], strict=True))
    assert set(periods.items()) <= set(wanted), (periods, wanted)
    return np.array([float(periods.get(name) == period) for name, period in wanted])


def offers_of(funding: Funding, **keys: Any) -> NDArray[np.int64]:
    """Rows of offers by columns of the offers or, for project_id and mode, of their needs."""
    frame = funding.offers.join(funding.needs[["project_id", "mode"]], on="need")
    mask = np.logical_and.reduce([(frame[name] == value).to_numpy() for name, value in keys.items()])
    return np.flatnonzero(mask)
