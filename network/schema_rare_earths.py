"""Declared tables of the rare-earth chain: elements, goods, processes, facilities, demand, controls, stocks.

A tonne of every good holds tonnes of oxide equivalent of each element (``chain_contents``), the unit in which mass is
balanced. What a mine yields is one good a deposit, with the distribution of its profile.
"""

from network.schema_types import Field, Table, provenance

STAGES = ("feed", "oxide", "metal", "alloy", "magnet", "scrap")
STEPS = ("mine", "crack", "separation", "metal", "alloy", "magnet", "recycling", "collection")
STATUSES = ("operating", "construction", "committed", "candidate", "idle", "stalled")
CONTROLS = ("ban", "licence", "quota", "production_quota", "price_floor", "offtake", "share", "benchmark")
_ELEMENT = "chain_elements.element_id"
_GOOD = "chain_goods.good_id"
_PROCESS = "chain_processes.process_id"
_REGION = "chain_regions.region_id"

CHAIN_ELEMENTS = Table(
    "chain_elements",
    "rare_earths/elements.csv",
    ("element_id",),
    (
        Field("element_id", "str", "Element, or elements that are sold together."),
        Field("name", "str", "Name for people."),
        Field("price_usd_per_t", "float", "Oxide in China, without value-added tax.", "USD/t", minimum=0),
        Field("price_outside_usd_per_t", "float", "Oxide outside China.", "USD/t", minimum=0),
        Field("metal_per_oxide", "float", "Metal in a tonne of oxide.", "t/t", minimum=0, maximum=1),
        Field("disposal_usd_per_t", "float", "Cost of keeping what nobody buys.", "USD/t", minimum=0),
        Field("is_controlled", "int", "1 = China licences its export since April 2025.", choices=(0, 1)),
        *provenance(),
    ),
    "An element of the chain, as oxide.",
)

CHAIN_PROFILES = Table(
    "chain_profiles",
    "rare_earths/profiles.csv",
    ("profile_id", "element_id"),
    (
        Field("profile_id", "str", "Distribution of a deposit or of a feed."),
        Field("element_id", "str", "Element.", references=_ELEMENT),
        Field("share", "float", "Part of the oxides by mass; the shares of a profile sum to 1.", minimum=0, maximum=1),
        *provenance(),
    ),
    "What a tonne of rare-earth oxides of a deposit consists of.",
)

CHAIN_GOODS = Table(
    "chain_goods",
    "rare_earths/goods.csv",
    ("good_id",),
    (
        Field("good_id", "str", "Good of the chain."),
        Field("name", "str", "Name for people."),
        Field("stage", "str", "Stage of the chain.", choices=STAGES),
        Field("commodity_id", "str", "Commodity whose duty lines hold, or product of the rates.",
              references="duty_lines.commodity_id|duty_rates.product"),
        Field("heading", "str", "Tariff line, as fine as is known; its first four digits are for the rule of origin."),
        Field("value_usd_per_t", "float", "Price in China, without value-added tax.", "USD/t", minimum=0),
        Field("value_outside_usd_per_t", "float", "Price outside China.", "USD/t", minimum=0),
        Field("basis", "str", "What a tonne is of: gross, oxide, metal, finished magnet."),
        Field("is_radioactive", "int", "1 = moves as class 7.", choices=(0, 1), required=False, default=0),
        *provenance(),
    ),
    "Goods of the chain. Ores and mixed compounds are one good a deposit and have one row a kind.",
)  # fmt: skip

CHAIN_CONTENTS = Table(
    "chain_contents",
    "rare_earths/contents.csv",
    ("good_id", "element_id"),
    (
        Field("good_id", "str", "Good.", references=_GOOD),
        Field("element_id", "str", "Element.", references=_ELEMENT),
        Field("t_per_t", "float", "Oxide equivalent in a tonne of the good.", "t/t", minimum=0, maximum=2),
        *provenance(),
    ),
    "Oxide equivalent of the elements in a tonne of each good.",
)

CHAIN_PROCESSES = Table(
    "chain_processes",
    "rare_earths/processes.csv",
    ("process_id",),
    (
        Field("process_id", "str", "Process."),
        Field("name", "str", "Name for people."),
        Field("step", "str", "Step of the chain.", choices=STEPS),
        Field("basis", "str", "What capacity, costs and intensities are a tonne of."),
        Field("feed", "str", "Good of a deposit that it makes or takes.", required=False, references=_GOOD),
        Field("treats", "str", "Of a separation: light = La, Ce and NdPr, the heavy compound is left; heavy = all.",
              required=False, choices=("light", "heavy"), default="light"),
        Field("recovery", "float", "Part of the elements that is won; of a collection, of the magnets sold a life ago.",
              required=False, minimum=0, maximum=1),
        Field("recovery_low", "float", "Low end of recovery.", required=False, minimum=0, maximum=1),
        Field("recovery_high", "float", "High end of recovery.", required=False, minimum=0, maximum=1),
        Field("opex_china_usd_per_t", "float", "Operating cost in China, with reagents.", "USD/t", minimum=0),
        Field("opex_usd_per_t", "float", "Operating cost elsewhere, with reagents.", "USD/t", minimum=0),
        Field("reagents", "str", "Reagents a tonne, in words.", required=False),
        Field("capex_usd_per_tpy", "float", "Investment for a yearly tonne at the reference size.", "USD/(t/year)",
              required=False, minimum=0),
        Field("reference_size_tpy", "float", "Size that the investment is of.", "t/year", required=False, minimum=0),
        Field("scale_exponent", "float", "Exponent of investment over size.", required=False, minimum=0.1, maximum=1.5,
              default=1),
        Field("build_years", "float", "Years of construction.", "years", required=False, minimum=0, default=2),
        Field("permit_years", "float", "Years of permits before.", "years", required=False, minimum=0, default=0),
        Field("water_m3_per_t", "float", "Water.", "m3/t", required=False, minimum=0, default=0),
        Field("energy_mwh_per_t", "float", "Energy.", "MWh/t", required=False, minimum=0, default=0),
        Field("co2_t_per_t", "float", "Carbon dioxide.", "t/t", required=False, minimum=0, default=0),
        Field("residue_t_per_t", "float", "Residue with thorium, uranium or acid.", "t/t", required=False, minimum=0,
              default=0),
        Field("confers_origin", "int", "1 = its output originates where it stands: the heading changes.",
              choices=(0, 1)),
        *provenance(),
    ),
    "Processes with cost, investment, intensities and recovery.",
)  # fmt: skip

CHAIN_RECIPES = Table(
    "chain_recipes",
    "rare_earths/recipes.csv",
    ("process_id", "side", "good_id"),
    (
        Field("process_id", "str", "Process.", references=_PROCESS),
        Field("side", "str", "Whether the good goes in or comes out.", choices=("input", "output")),
        Field("good_id", "str", "Good.", references=_GOOD),
        Field("t_per_t", "float", "Tonnes for a tonne of the process's basis.", "t/t", minimum=1e-9),
        *provenance(),
    ),
    "What a process from metal to magnet and of recycling takes and makes.",
)

CHAIN_RECOVERIES = Table(
    "chain_recoveries",
    "rare_earths/recoveries.csv",
    ("process_id", "element_id"),
    (
        Field("process_id", "str", "Process.", references=_PROCESS),
        Field("element_id", "str", "Element.", references=_ELEMENT),
        Field("recovery", "float", "Part of the element that is won, in place of the process's.", minimum=0, maximum=1),
        *provenance(),
    ),
    "Recoveries of single elements. What a mine ships holds its profile times its recoveries, scaled to a tonne.",
)

CHAIN_FACILITIES = Table(
    "chain_facilities",
    "rare_earths/facilities.csv",
    ("facility_id",),
    (
        Field("facility_id", "str", "Facility."),
        Field("name", "str", "Name for people."),
        Field("owner", "str", "Owner in words."),
        Field("owner_group", "str", "Group whose feed it may take and which bans may name."),
        Field("country", "str", "Country where it stands."),
        Field("lat_deg", "float", "Latitude, often of the nearest town.", "degrees", minimum=-90, maximum=90),
        Field("lon_deg", "float", "Longitude, often of the nearest town.", "degrees", minimum=-180, maximum=180),
        Field("place_id", "str", "Place of the network by which it is reached.", references="places.place_id"),
        Field("access_km", "float", "Way from there, beyond the network.", "km", minimum=0),
        Field("access_mode", "str", "How.", choices=("road", "sea")),
        Field("status", "str", "What there is of it.", choices=STATUSES),
        Field("first_year", "year", "First year, of candidates the earliest; empty = it never comes by itself.",
              required=False),
        Field("ramp_years", "float", "Years from first output to capacity.", "years", required=False, minimum=0,
              default=0),
        Field("profile_id", "str", "Distribution of its deposit.", required=False,
              references="chain_profiles.profile_id"),
        Field("takes_others", "int", "1 = it treats feed of other owners for a fee.", choices=(0, 1), required=False,
              default=0),
        Field("capex_musd", "float", "Investment for all its units; empty = by its processes.", "million USD",
              required=False, minimum=0),
        Field("slate", "str", "Products in words.", required=False),
        *provenance(),
    ),
    "Mines, plants and works of the chain, existing, under construction and candidate.",
)  # fmt: skip

CHAIN_UNITS = Table(
    "chain_units",
    "rare_earths/units.csv",
    ("facility_id", "process_id"),
    (
        Field("facility_id", "str", "Facility.", references="chain_facilities.facility_id"),
        Field("process_id", "str", "Process.", references=_PROCESS),
        Field("capacity_t_per_year", "float", "Capacity in the basis of the process.", "t/year", minimum=0),
        Field("output_2024_t", "float", "What it made in 2024 where that is less.", "t/year", required=False,
              minimum=0),
        Field("growth_per_year", "float", "Yearly growth of its capacity by itself.", "1/year", required=False,
              minimum=0, maximum=1, default=0),
        *provenance(),
    ),
    "Which processes a facility runs, each with its capacity.",
)  # fmt: skip

CHAIN_REGIONS = Table(
    "chain_regions",
    "rare_earths/regions.csv",
    ("region_id",),
    (
        Field("region_id", "str", "Market or country of the chain."),
        Field("name", "str", "Name for people."),
        Field("countries", "list", "Countries that belong to it; of the rest of the world those with demand only."),
        Field("importer", "str", "Country or customs territory whose duties hold."),
        Field("place_id", "str", "Place where its goods are traded.", references="places.place_id"),
        *provenance(),
    ),
    "Markets of the chain: a facility belongs to the region of its country, or to one of its own.",
)

_TIERS = tuple(
    field
    for tier in (1, 2)
    for field in (
        Field(f"tier{tier}_share", "float", f"Shortage up to which tier {tier} reaches.", minimum=0, maximum=1),
        Field(f"tier{tier}_usd_per_t", "float", f"Cost of a tonne short in tier {tier}.", "USD/t", minimum=0),
    )
)

CHAIN_DEMAND = Table(
    "chain_demand",
    "rare_earths/demand.csv",
    ("region_id", "good_id", "year"),
    (
        Field("region_id", "str", "Region.", references=_REGION),
        Field("good_id", "str", "Good.", references=_GOOD),
        Field("use", "str", "final, or check = already in the demand for magnets.", choices=("final", "check")),
        Field("quantity_t", "float", "Demand at the reference price.", "t/year", minimum=0),
        Field("quantity_low_t", "float", "Low end.", "t/year", minimum=0),
        Field("quantity_high_t", "float", "High end.", "t/year", minimum=0),
        Field("elasticity_short", "float", "Own-price elasticity within a year, size.", minimum=0, maximum=5),
        Field("elasticity_long", "float", "Own-price elasticity after years, size.", minimum=0, maximum=5),
        *_TIERS,
        Field("tier3_usd_per_t", "float", "Cost of a tonne short beyond.", "USD/t", minimum=0),
        *provenance(),
    ),
    "Demand by region, good and year, with what a shortage costs.",
)

CHAIN_CONTROLS = Table(
    "chain_controls",
    "rare_earths/controls.csv",
    ("control_id",),
    (
        Field("control_id", "str", "Control."),
        Field("title", "str", "What it is."),
        Field("instrument", "str", "Kind of control.", choices=CONTROLS),
        Field("imposed_by", "str", "Country or territory that imposes it."),
        Field("exporters", "list", "Regions or countries that the goods leave; of a production quota, that make them.",
              required=False),
        Field("importers", "list", "Regions or countries that take them.", required=False),
        Field("owner_groups", "list", "Owner groups that are refused the goods; empty = all.", required=False),
        Field("stages", "list", "Stages; empty = all.", required=False, choices=STAGES),
        Field("elements", "list", "Goods that hold one of these elements; empty = all.", required=False,
              references=_ELEMENT),
        Field("follows_content", "int", "1 = goods made elsewhere with its content are bound too (0.1 % rule).",
              choices=(0, 1), required=False, default=0),
        Field("grant_share", "float", "Of a licence: part of reference demand that is granted.", required=False,
              minimum=0, maximum=1),
        Field("delay_days", "float", "Days that papers take.", "days", required=False, minimum=0, default=0),
        Field("quota_t_per_year", "float", "Of a quota or an offtake: tonnes.", "t/year", required=False, minimum=0),
        Field("growth_per_year", "float", "Yearly growth of the quota.", "1/year", required=False, minimum=0,
              maximum=1, default=0),
        Field("floor_usd_per_t", "float", "Of a price floor: oxide.", "USD/t", required=False, minimum=0),
        Field("max_share", "float", "Of a share: most that one exporter may have.", required=False, minimum=0,
              maximum=1),
        Field("min_share", "float", "Of a benchmark: least part of the region's own use.", required=False, minimum=0,
              maximum=1),
        Field("first_month", "str", "First month, YYYY-MM; empty = always.", required=False),
        Field("last_month", "str", "Last month, YYYY-MM; empty = for good.", required=False),
        Field("is_active", "int", "1 = in force where no scenario says otherwise.", choices=(0, 1), required=False,
              default=1),
        *provenance(),
    ),
    "Bans, licences, quotas, floors, offtakes and benchmarks on the chain.",
)  # fmt: skip

CHAIN_STOCKS = Table(
    "chain_stocks",
    "rare_earths/stocks.csv",
    ("stock_id",),
    (
        Field("stock_id", "str", "Stock."),
        Field("region_id", "str", "Region that holds it.", references=_REGION),
        Field("good_id", "str", "Good.", references=_GOOD),
        Field("holder", "str", "Who.", choices=("company", "national")),
        Field("days", "float", "Days of the region's reference demand in stock.", "days", required=False, minimum=0),
        Field("stock_t", "float", "Tonnes in stock; in place of days.", "t", required=False, minimum=0),
        Field("most_t", "float", "Most that it may hold; empty = what it holds at the start.", "t", required=False,
              minimum=0),
        *provenance(),
    ),
    "Stocks of companies and states at the start.",
)  # fmt: skip

RARE_EARTH_TABLES = (
    CHAIN_ELEMENTS,
    CHAIN_PROFILES,
    CHAIN_GOODS,
    CHAIN_CONTENTS,
    CHAIN_PROCESSES,
    CHAIN_RECIPES,
    CHAIN_RECOVERIES,
    CHAIN_FACILITIES,
    CHAIN_UNITS,
    CHAIN_REGIONS,
    CHAIN_DEMAND,
    CHAIN_CONTROLS,
    CHAIN_STOCKS,
)
