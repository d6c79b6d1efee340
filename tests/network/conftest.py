"""A small complete world on disk: three places in a row, a rival link, two commodities, three projects."""

from collections.abc import Callable
from pathlib import Path

import pytest

from network.bank_rules import BANK_RULE_UNITS
from network.network import Network, read_network

MONTHS = range(1, 13)
SMALL_WORLD = {
    "network/places.csv": """\
place_id,name,country,lat_deg,lon_deg,capacity_t_per_year,capacity_scope
AKTAU,Aktau,KZ,43.60,51.22,15000000,vessel
ALAT,Alat,AZ,39.96,49.41,15000000,vessel
POTI,Poti,GE,42.15,41.66,,
""",
    "network/links.csv": """\
link_id,from_place,to_place,mode,distance_km,transit_time_h,cost_usd_per_teu,cost_usd_per_t_general,\
capacity_t_per_year,dwell_from_h,dwell_to_h,availability_id,allowed_handling,confidence
L1,AKTAU,ALAT,ferry,470,24,500,30,2000000,48,24,WIND,,sourced
L2,ALAT,POTI,rail,900,48,600,35,10000000,0,12,,container|bagged,estimate
L3,AKTAU,POTI,road,1800,90,2500,150,,10,10,,,memory
""",
    "network/handling.csv": "mode,cargo_kind,cost_usd_per_teu\nferry,container,42.5\nrail,container,42.5\n",
    "network/transfers.csv": "place_id,from_mode,to_mode,cost_usd_per_teu,capacity_t_per_year\nALAT,ferry,rail,60,\n",
    "network/availability.csv": "availability_id,month,availability\n"
    + "".join(f"WIND,{month},0.8\n" for month in MONTHS),
    "network/seasons.csv": "resolution,season,months\nfast,year,1|2|3|4|5|6|7|8|9|10|11|12\n"
    "full,cold,9|10|11|12|1|2\nfull,warm,3|4|5|6|7|8\n",
    "network/periods.csv": "resolution,period,first_year,last_year\nfast,2025,2025,2027\nfast,2030,2028,2034\n",
    "network/corridors.csv": "corridor_id,name,rank,via_links,via_places,transit_countries\n"
    "middle,Middle,1,L1,ALAT,AZ|GE\nother,Other,2,,,\n",
    "network/storage.csv": "zone_id,commodity_id,capacity_t,holding_cost_usd_per_t_month\nPOTI,wheat,20000,1.5\n",
    "network/facilities.csv": "facility_id,name,place_id,recipe_id,capacity_t_per_year,cost_usd_per_t,first_year,"
    "last_year\nMILL,Mill,AKTAU,CLEAN,600000,5,2026,2040\n",
    "commodities/recipes.csv": "recipe_id,side,commodity_id,t_per_t,disposal_cost_usd_per_t\n"
    "CLEAN,output,wheat,0.8,2\n",
    "commodities/commodities.csv": """\
commodity_id,name,handling_class,cargo_kind,t_per_teu,value_usd_per_t,time_value_pct_per_day,own_price_elasticity
boxes,Boxes,container,container,10,5000,0.08,-0.9
wheat,Wheat,bagged,general,,300,0.02,
""",
    "commodities/time_value_segments.csv": "commodity_id,segment,share,multiple\n"
    "boxes,low,0.35,0.45\nboxes,mid,0.4,0.9\nboxes,high,0.25,1.93\n",
    "commodities/zones.csv": "zone_id,name,countries,customs_territory\nKZ_W,West,KZ,EAEU\n",
    "commodities/zone_places.csv": "zone_id,place_id,weight\nKZ_W,AKTAU,1\n",
    "commodities/markets.csv": "market_id,name,rank\nwest,Westbound,1\n",
    "commodities/lanes.csv": """\
lane_id,origin_zone,destination_zone,commodity_id,market_id,quantity_t,quantity_teu,season_profile_id,growth_id
A,KZ_W,POTI,boxes,west,,20000,EVEN,RISE
B,KZ_W,POTI,wheat,,500000,,,
""",
    "commodities/growth.csv": "growth_id,year,index_low,index_base,index_high,base_year\n"
    "RISE,2023,1,1,1,2023\nRISE,2030,1.1,1.2,1.3,2023\n",
    "commodities/season_profiles.csv": "profile_id,month,share\n" + "".join(f"EVEN,{m},{1 / 12:.6f}\n" for m in MONTHS),
    "policy/transit_refusals.csv": "zone_id,transit_countries,share,first_year,last_year\nPOTI,AZ|GE,0.6,2022,2026\n"
    "POTI,AZ,0.2,2027,\n",
    "policy/overland_countries.csv": "country\nKZ\n",
    "policy/trade_elasticities.csv": "commodity_id,substitution,supply\nboxes,4,2\n",
    "policy/market_coverage.csv": "importer,commodity_id,modelled_share\nGE,boxes,0.9\n",
    "policy/market_curves.csv": "side,zone_id,commodity_id,price_usd_per_t,quantity_t,elasticity\n"
    "demand,POTI,wheat,300,500000,1\n",
    "policy/trade_limits.csv": "limit_id,title,imposed_by,exporters,instrument,quota_t_per_year\n"
    "Q,Quota,GE,GE,quota,900000\n",
    "policy/sanctions.csv": "sanction_id,title,imposed_by,closed_countries\nS,Ban,GE,AZ\n",
    "policy/customs_territories.csv": "territory,name,kind,countries\nEAEU,Union,union,KZ\nGE,Georgia,country,GE\n",
    "policy/duty_rates.csv": "rate_id,importer,product,layer,measure,legal_basis,ad_valorem_pct\n"
    "R,GE,general_cargo,base,mfn,Tariff,5\n",
    "policy/ntr_status.csv": "country,status,hazard_per_year\nKZ,conditional,0.01\n",
    "policy/duty_lines.csv": "commodity_id,product,weight\nboxes,general_cargo,1\n",
    "rare_earths/elements.csv": """\
element_id,name,price_usd_per_t,price_outside_usd_per_t,metal_per_oxide,disposal_usd_per_t,is_controlled
NDPR,Nd and Pr,90000,100000,0.85,100,0
DY,Dysprosium,170000,220000,0.87,100,1
""",
    "rare_earths/profiles.csv": "profile_id,element_id,share\nclay,NDPR,0.8\nclay,DY,0.2\n",
    "rare_earths/goods.csv": """\
good_id,name,stage,commodity_id,heading,value_usd_per_t,value_outside_usd_per_t,basis
mrec,Carbonate,feed,boxes,2846.90,20000,20000,gross
ox_ndpr,Oxide,oxide,boxes,2846.90,90000,100000,oxide
ox_dy,Oxide,oxide,boxes,2846.90,170000,220000,oxide
met_ndpr,Metal,metal,boxes,2805.30,110000,130000,metal
scrap,Scrap,scrap,boxes,8505.11,20000,20000,gross
""",
    "rare_earths/contents.csv": """\
good_id,element_id,t_per_t
ox_ndpr,NDPR,1
ox_dy,DY,1
met_ndpr,NDPR,1.176
scrap,NDPR,0.3
""",
    "rare_earths/processes.csv": """\
process_id,name,step,basis,feed,treats,recovery,recovery_low,recovery_high,opex_china_usd_per_t,opex_usd_per_t,\
capex_usd_per_tpy,confers_origin
dig,Mine,mine,t REO,mrec,,0.6,0.5,0.7,9000,14000,6000,1
part,Separation,separation,t REO,mrec,heavy,0.94,,,7000,18000,24000,0
melt,Metal,metal,t metal,,,0.98,,,2500,14000,,1
gather,Collection,collection,t scrap,,,0.5,,,3000,9000,,1
""",
    "rare_earths/recipes.csv": """\
process_id,side,good_id,t_per_t
melt,input,ox_ndpr,1.2
melt,output,met_ndpr,1
gather,output,scrap,1
""",
    "rare_earths/recoveries.csv": "process_id,element_id,recovery\ndig,DY,0.4\n",
    "rare_earths/facilities.csv": """\
facility_id,name,owner,owner_group,country,lat_deg,lon_deg,place_id,access_km,access_mode,status,first_year,profile_id,\
capex_musd
PIT,Pit,State,state,KZ,43,51,AKTAU,20,road,operating,2020,clay,
WORKS,Works,Firm,firm,GE,42,41,POTI,0,road,candidate,2030,,50
""",
    "rare_earths/units.csv": """\
facility_id,process_id,capacity_t_per_year,output_2024_t
PIT,dig,1000,800
PIT,part,1000,
WORKS,melt,500,
""",
    "rare_earths/regions.csv": """\
region_id,name,countries,importer,place_id
KZ,Kazakhstan,KZ,EAEU,AKTAU
REST,Rest,GE|AZ,GE,POTI
""",
    "rare_earths/demand.csv": """\
region_id,good_id,year,use,quantity_t,quantity_low_t,quantity_high_t,elasticity_short,elasticity_long,tier1_share,\
tier1_usd_per_t,tier2_share,tier2_usd_per_t,tier3_usd_per_t
REST,met_ndpr,2024,final,100,80,120,0.1,0.6,0.05,1000,0.15,5000,9000
REST,met_ndpr,2030,final,150,120,180,0.1,0.6,0.05,1000,0.15,5000,9000
""",
    "rare_earths/controls.csv": """\
control_id,title,instrument,imposed_by,exporters,importers,owner_groups,grant_share,quota_t_per_year,first_month,last_month
paper,Licence,licence,KZ,KZ,REST,,0.8,,2025-04,
halt,Ban,ban,KZ,KZ,,firm,,,2026-07,2026-12
""",
    "commodities/other_minerals.csv": "mineral_id,name,exporter,hs,status,export_t,price_usd_per_t,transcaspian_share,"
    "handling\nu3o8,Uranium,KZ,284410,exported,100,150000,0.1,class 7\n",
    "rare_earths/stocks.csv": "stock_id,region_id,good_id,holder,days,stock_t,most_t\n"
    "heap,REST,met_ndpr,company,60,,40\n",
    "finance/projects.csv": """\
project_id,name,country,project_type,capex_musd,all_of,any_of,excludes
P1,Quay,KZ,port,100,,,
P2,Ferries,AZ,vessels,80,P1,,P3
P3,Second ferry yard,AZ,port,90,,P1|P2,
""",
    "finance/project_effects.csv": "project_id,target,target_id,capacity_added_t_per_year,time_saved_h\n"
    "P1,place,AKTAU,5000000,\nP2,link,L1,1000000,40\n",
    "finance/powers.csv": "power_id,name,countries\nKZ,Kazakhstan,KZ\nCN,China,CN\n",
    "finance/funders.csv": """\
funder_id,name,kind,envelope_low_musd_per_year,envelope_musd_per_year,envelope_high_musd_per_year,max_share_of_cost,\
countries,sectors,is_private,is_host,first_year,last_year
LENDER,Lender,multilateral,10,20,40,0.5,KZ|AZ,quays|chain,0,0,2025,2040
STATE,State,state,5,10,20,1,KZ,quays,0,1,2025,
TCDB,Bank,bank,10,30,50,0.4,KZ|AZ,quays|ships,0,0,2028,
""",
    "finance/funder_owners.csv": """\
funder_id,power_id,share
LENDER,CN,0.3
STATE,KZ,1
TCDB,KZ,0.6
TCDB,CN,0.4
""",
    "finance/funder_terms.csv": """\
funder_id,instrument,recourse,margin_bp,tenor_years,grace_years,max_share_of_cost,ticket_min_musd,ticket_max_musd
LENDER,senior,project,250,20,5,0.5,10,40
LENDER,guarantee,project,250,20,0,0.4,,
STATE,equity,project,,,,1,,
TCDB,senior,sovereign,110,25,6,0.4,5,
""",
    "finance/instruments.csv": """\
instrument,name,is_debt,is_funding,seniority,credit_conversion_factor,required_return
senior,Senior loan,1,1,1,0.5,
guarantee,Guarantee,0,0,1,1,
equity,Equity,0,1,3,1,0.15
""",
    "finance/country_finance.csv": """\
country,rating,default_spread,country_risk_premium,gdp_musd,debt_share_of_gdp,debt_ceiling_share_of_gdp,\
guarantee_headroom_musd,guarantee_cap_musd_per_year,grant_element_min,inflation,currency,income_group,tax_rate
KZ,BBB+,0.013,0.02,300000,0.25,0.32,21000,900,0,0.12,KZT,upper_middle,0.2
AZ,BBB-,0.018,0.028,77000,0.21,0.3,6900,231,0,0.05,AZN,upper_middle,0.2
""",
    "finance/bank_rules.csv": "rule_id,value,unit,meaning\n"
    + "".join(f"{rule},{2028 if unit == 'year' else 1},{unit},Rule.\n" for rule, unit in BANK_RULE_UNITS.items()),
    "finance/bank_shareholders.csv": "shareholder_id,name,power_id,share,is_regional,is_founder\n"
    "S1,Ministry,KZ,0.35,1,1\nS2,Fund,KZ,0.25,1,0\nS3,China,CN,0.4,0,0\n",
    "finance/default_rates.csv": "borrower,rating,default_rate,recovery,asset_correlation\n"
    "sovereign,,0.0077,0.95,0.2\nprivate,,0.035,0.73,0.14\nprivate,BB,0.02,0.73,0.14\n",
    "finance/risk_weights.csv": "risk_class,recourse,ratings,risk_weight\n"
    "good,sovereign,BBB+|BBB-,0.4\nworks,project,,1.6\n",
    "finance/reference_classes.csv": "asset_class,quantity,mean,standard_deviation,p80,distribution\n"
    "quays,capex,0.32,0.39,0.5,lognormal\n",
    "finance/asset_classes.csv": """\
asset_class,project_types,chain_steps,charge_share,variable_cost_share,concession_mode,dscr_floor,llcr_floor,plcr_floor,\
tax_rate,borrower,is_sensitive
quays,port,,0.8,0.4,traffic_risk,1.5,1.4,1.6,0.2,private,1
ships,vessels,,0.7,0.5,public,1.3,1.4,1.6,0.2,private,0
chain,,mine|separation|metal|collection,1,0,traffic_risk,1.75,1.5,1.8,0.2,private,0
""",
    "finance/concession_modes.csv": """\
mode,name,traffic_risk_share,revenue_guarantee_share,dscr_floor,may_borrow_on_project
public,State,0,0,1.1,0
traffic_risk,Company,1,0,1.5,1
""",
    "finance/toll_levels.csv": "level,factor\nlow,0.8\nbase,1\n",
    "finance/funder_currencies.csv": "funder_id,currency,share\nLENDER,USD,0.6\nLENDER,local,0.4\n",
    "finance/class_currencies.csv": "asset_class,country,flow,currency,share\nquays,,revenue,USD,1\n"
    "quays,KZ,revenue,local,1\n",
    "finance/budgets.csv": "period,budget_musd\n",
    "finance/parameters.csv": "parameter,value\ndiscount_rate,0.09\n",
    "history/observations.csv": "series_id,year,value,unit\nTITR,2023,2800,kt\n",
    "history/base_year.csv": "measure_id,title,market_ids,link_ids,unit,observed,observed_low,observed_high\n"
    "M1,Ferry,,L1,kt,500,400,600\n",
}

Edit = Callable[[str, str, str], None]


def _written(folder: Path) -> Path:
    for path, text in SMALL_WORLD.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small world, written below a temporary folder."""
    return _written(tmp_path)


@pytest.fixture(scope="session")
def small_network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    """The small world, read once: tests make changed copies and leave it as it is."""
    return read_network(_written(tmp_path_factory.mktemp("small")))


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replace a text that must occur once in a file of the small world."""

    def replace(path: str, old: str, new: str) -> None:
        text = (folder / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {path}"
        (folder / path).write_text(text.replace(old, new), encoding="utf-8")

    return replace
