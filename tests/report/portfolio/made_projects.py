"""Projects, funders and commitments of the made-up portfolio."""

import math
from typing import Any

SCENARIOS = {
    "baseline": ("Today's restrictions last", 1.0),
    "red_sea_closed": ("The Red Sea stays closed to boxes", 1.3),
    "caspian_low_water": ("The Caspian keeps falling", 0.72),
}
"""Title and traffic, times that of the first."""

_PROJECTS = """
P005 KZ rail public 2028 2032 40 1217 70 128
P012 KZ port traffic_risk 2029 2031 30 58 16 11
P017 KZ port traffic_risk 2028 2030 30 200 58 24
P018 AZ fleet traffic_risk 2028 2029 25 90 26 16
P022 GE port minimum_revenue 2029 2033 30 600 128 61
P023 AZ port traffic_risk 2030 2033 30 430 160 52
P025 AZ rail public 2028 2031 40 780 38 70
P047 KZ|AZ|GE|TR border public 2028 2029 15 60 0 21
"""
_NAMES = {
    "P005": "Bakhty-Ayagoz new line (295-303 km) and third KZ-CN rail crossing",
    "P012": "Aktau container hub phase 2",
    "P017": "Kuryk Sarzha multifunctional terminal",
    "P018": "Caspian container feeders 2 x 780 TEU (AD Ports / Baku Shipyard)",
    "P022": "Anaklia deep-sea port phase 1",
    "P023": "Baku port phase 2 (25 Mt, 500k TEU)",
    "P025": "Baku-Boyuk Kesik rehabilitation, signalling and 25 kV conversion",
    "P047": "Digital Trade Corridor / e-CIM-SMGS and port community systems",
}
FUNDERS = {
    "TCDB": ("Trans-Caspian Development Bank (proposed)", "bank"),
    "EBRD": ("European Bank for Reconstruction and Development", "multilateral"),
    "CEXIM": ("Export-Import Bank of China", "export_credit"),
    "EU_GG": ("EU Global Gateway, grants", "grant_facility"),
    "KZ_BUDGET": ("Kazakhstan: budget and National Fund", "state"),
    "INFRA_EQUITY": ("Private infrastructure funds and operators", "equity_fund"),
    "COMM_BANKS": ("International commercial banks", "commercial"),
}
"""Name and kind."""

POWERS = {"CN": "China", "EU27": "European Union and its members", "KZ": "Kazakhstan", "TR": "Turkey"}
_SOURCES = """
P005 TCDB senior sovereign 0.051 0.2
P005 EBRD senior sovereign 0.05 0.25
P005 CEXIM export_credit sovereign 0.055 0.25
P005 KZ_BUDGET equity project nan 0.3
P012 TCDB senior project 0.072 0.35
P012 INFRA_EQUITY equity project nan 0.35
P012 COMM_BANKS senior project 0.083 0.3
P017 EBRD senior project 0.07 0.3
P017 TCDB senior project 0.072 0.2
P017 CEXIM export_credit project 0.065 0.2
P017 INFRA_EQUITY equity project nan 0.3
P017 TCDB guarantee project nan 0.1
P018 TCDB senior project 0.072 0.3
P018 COMM_BANKS senior project 0.083 0.3
P018 INFRA_EQUITY equity project nan 0.4
P022 CEXIM export_credit project 0.065 0.4
P022 EBRD senior project 0.07 0.18
P022 EU_GG grant none nan 0.1
P022 INFRA_EQUITY equity project nan 0.25
P023 EBRD senior project 0.07 0.25
P023 TCDB senior project 0.072 0.25
P023 COMM_BANKS senior project 0.083 0.2
P023 INFRA_EQUITY equity project nan 0.3
P025 TCDB senior sovereign 0.051 0.35
P025 EBRD senior sovereign 0.05 0.35
P025 EU_GG grant none nan 0.15
P025 COMM_BANKS senior sovereign 0.07 0.15
P047 EU_GG grant none nan 0.6
P047 TCDB senior sovereign 0.051 0.4
"""


def _project(line: str) -> tuple[Any, ...]:
    key, country, asset_class, mode, *figures = line.split()
    return (key, _NAMES[key], country, asset_class, mode, *map(int, figures[:3]), *map(float, figures[3:]))


PROJECTS = [_project(line) for line in _PROJECTS.strip().splitlines()]
"""Id, name, country, class, mode, start, in service, years of life, capex, revenue and benefit of a year."""

SOURCES: dict[str, list[tuple[str, str, str, float, float]]] = {key: [] for key in _NAMES}
"""Funder, instrument, recourse, nominal rate (NaN: none), share of the uses; a guarantee does not fund."""
for _line in _SOURCES.strip().splitlines():
    _key, _funder, _instrument, _recourse, _rate, _share = _line.split()
    SOURCES[_key].append((_funder, _instrument, _recourse, float(_rate), float(_share)))


def uses(project: tuple[Any, ...]) -> tuple[float, float]:
    """Capex and interest during construction."""
    capex, years = float(project[8]), project[6] - project[5]
    debt = sum(source[4] for source in SOURCES[project[0]] if not math.isnan(source[3]))
    return capex, round(capex * debt * 0.05 * years / 2, 6)
