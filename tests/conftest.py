"""A tiny world on disk, shared by the tests of scenarios, levers and the command: three places, two routes, a chain."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from network.network import Network, read_network

TINY_WORLD: Mapping[str, str] = {
    "network/places.csv": """\
place_id,name,country,lat_deg,lon_deg,capacity_t_per_year,capacity_teu_per_year,capacity_scope
AKTAU,Aktau,KZ,43.60,51.22,15000000,140000,vessel
ALAT,Alat,AZ,39.96,49.41,15000000,,vessel
POTI,Poti,GE,42.15,41.66,,,
""",
    "network/links.csv": """\
link_id,from_place,to_place,mode,distance_km,transit_time_h,cost_usd_per_teu,cost_usd_per_t_general,\
cost_usd_per_t_bulk,capacity_t_per_year,capacity_teu_per_year,dwell_from_h,dwell_to_h,cost_group
L1,AKTAU,ALAT,caspian_ferry,470,24,500,30,20,2000000,80000,48,24,CASP
L2,ALAT,POTI,rail_1520,900,48,600,35,25,10000000,,0,12,AZ
L3,AKTAU,POTI,road,1800,90,2500,150,140,,,0,0,ROAD
""",
    "network/periods.csv": "resolution,period,first_year,last_year\nfast,2025,2025,2027\nfast,2030,2028,2034\n",
    "network/corridors.csv": """\
corridor_id,name,rank,via_links,via_places,transit_countries
middle,Middle,1,L1,,
caucasus,Caucasus,2,,,AZ
other,Other,3,,,
""",
    "commodities/commodities.csv": """\
commodity_id,name,handling_class,cargo_kind,t_per_teu,value_usd_per_t,time_value_pct_per_day,own_price_elasticity
boxes,Boxes,container,container,10,5000,0.08,-0.9
wheat,Wheat,bagged,general,,300,0.02,-0.5
""",
    "commodities/zones.csv": "zone_id,name,countries,customs_territory\nEAST,East,KZ,EAEU\nWEST,West,GE,GE\n",
    "commodities/zone_places.csv": "zone_id,place_id,weight\nEAST,AKTAU,1\nWEST,POTI,1\n",
    "commodities/markets.csv": "market_id,name,rank\nwestbound,Westbound,1\neastbound,Eastbound,2\n",
    "commodities/lanes.csv": """\
lane_id,origin_zone,destination_zone,commodity_id,market_id,quantity_t,quantity_teu,growth_id
A,EAST,WEST,boxes,westbound,200000,20000,RISE
B,EAST,WEST,wheat,westbound,500000,,RISE
C,WEST,EAST,wheat,eastbound,100000,,
""",
    "commodities/growth.csv": """\
growth_id,year,index_low,index_base,index_high,base_year
RISE,2023,1,1,1,2023
RISE,2030,1.1,1.2,1.3,2023
""",
    "policy/transit_refusals.csv": """\
zone_id,transit_countries,share,first_year,last_year,confidence
WEST,AZ,0.6,2022,,estimate
""",
    "finance/projects.csv": """\
project_id,name,country,capex_musd,earliest_start_year,construction_years,in_service_year,is_sunk,in_base,all_of,any_of
P1,Quay,KZ,100,2026,2,2028,0,0,,
P2,Ferries,AZ,80,2026,1.5,,0,0,P1,
P3,Yard,AZ,90,2027,1,,0,0,,P1|P2
P4,Old line,GE,50,2015,3,2018,1,1,,
P5,Bypass,GE,50,2020,5,2026,1,0,,
P6,Study,GE,1,2026,1,,0,0,,
""",
    "finance/project_effects.csv": """\
project_id,target,target_id,capacity_added_t_per_year,time_saved_h
P1,place,AKTAU,5000000,
P2,link,L1,1000000,4
P3,link,L1,500000,
P5,link,L2,500000,
""",
    "finance/budgets.csv": "period,budget_musd\n2025,500\n2030,700\n",
    "scenarios/baseline.yaml": """\
title: Baseline
question: What if nothing changes?
levers:
  - {lever: capacity, id: ferry, links: [L1], unit: TEU, factor: 0.5, first_year: 2024}
""",
    "scenarios/no_ferry.yaml": """\
title: No ferry
question: What if the ferry stops?
extends: baseline
levers:
  - {lever: closure, id: stop, links: [L1], first_year: 2026, last_year: 2028}
""",
    "scenarios/dear_fuel.yaml": """\
title: Dear fuel
question: What if fuel doubles?
extends: baseline
levers:
  - {lever: fuel, id: fuel, factor: 2}
""",
}


def write_files(folder: Path, files: Mapping[str, str | None]) -> Path:
    """Write files below a folder (None = no such file) and return the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def write_world(tmp_path: Path) -> Callable[..., Path]:
    """Write the tiny world, with some files replaced or left out (None), and return its folder."""

    def write(files: Mapping[str, str | None] | None = None) -> Path:
        return write_files(tmp_path / "world", {**TINY_WORLD, **(files or {})})

    return write


@pytest.fixture(scope="session")
def tiny_network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """The tiny world, read once: tests make changed copies and leave it as it is."""
    return read_network(write_files(tmp_path_factory.mktemp("tiny"), TINY_WORLD))


TRADE_WORLD: Mapping[str, str] = {
    "policy/duty_rates.csv": """\
rate_id,importer,origins,except_origins,product,hs_codes,layer,measure,legal_basis,ad_valorem_pct,effective_from,effective_to
R1,GE,,,wheat,,base,mfn,law,12,,
R2,GE,,,general_cargo,,base,mfn,law,5,,
R3,GE,KZ|AZ,,general_cargo,,country,surcharge,law,10,2024-01-01,
R4,GE,,,wheat,1001.99,country,surcharge,law,0,2024-01-01,
R5,EAEU,,,general_cargo,,base,mfn,law,8,,
""",
    "policy/duty_lines.csv": """\
commodity_id,origin,product,hs_code,weight
wheat,,wheat,1001.99,1
boxes,,general_cargo,,1
""",
    "policy/ntr_status.csv": """\
country,status,first_year,last_year,hazard_per_year
KZ,conditional,1993,,0.01
GE,permanent,2000,,0
""",
    "policy/trade_limits.csv": """\
limit_id,title,imposed_by,exporters,importers,commodity_ids,instrument,quota_t_per_year,grant_share,first_year,\
last_year,is_active
grain,Quota on grain,KZ,KZ,,wheat,quota,400000,,2024,,1
boxes_in,Licences for boxes,GE,EAEU,GE,boxes,licence,,0.5,,,0
""",
    "policy/sanctions.csv": """\
sanction_id,title,imposed_by,shippers,commodity_ids,closed_countries,closed_modes,closed_places,share,first_year
no_rail,No rail in Azerbaijan,GE,GE,boxes,AZ,rail_1520,,0.4,2024
""",
    "policy/trade_elasticities.csv": """\
commodity_id,substitution_low,substitution,substitution_high,supply_low,supply,supply_high
wheat,4,8,10,0.5,1.5,3
boxes,,4,,,,
""",
}


@pytest.fixture
def write_trade_world(write_world: Callable[..., Path]) -> Callable[..., Path]:
    """Write the tiny world with tables of trade, some of them replaced, and return its folder."""

    def write(files: Mapping[str, str | None] | None = None) -> Path:
        return write_world({**TRADE_WORLD, **(files or {})})

    return write


@pytest.fixture(scope="session")
def trade_network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """The tiny world with duties, status, limits, sanctions and elasticities, read once."""
    return read_network(write_files(tmp_path_factory.mktemp("trade"), {**TINY_WORLD, **TRADE_WORLD}))
