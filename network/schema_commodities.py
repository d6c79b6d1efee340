"""Declared tables of cargo: commodities, zones, lanes, growth and seasons of demand."""

from network.schema_network import CARGO_KINDS, HANDLING_CLASSES
from network.schema_types import Field, Table, provenance

COMMODITIES = Table(
    "commodities",
    "commodities/commodities.csv",
    ("commodity_id",),
    (
        Field("commodity_id", "str", "Identifier of the commodity."),
        Field("name", "str", "Name for people."),
        Field(
            "handling_class",
            "str",
            "How the cargo is handled; links may be limited to some classes.",
            choices=HANDLING_CLASSES,
        ),
        Field("cargo_kind", "str", "Which of a link's costs applies.", choices=CARGO_KINDS),
        Field(
            "t_per_teu",
            "float",
            "Cargo in one container; needed for containers.",
            "t/TEU",
            required=False,
            minimum=1,
            maximum=40,
        ),
        Field("value_usd_per_t", "float", "Value of the cargo.", "USD/t", required=False, minimum=0, default=0),
        Field(
            "time_value_pct_per_day",
            "float",
            "Cost of a day in transit, as a share of the cargo's value.",
            "%/day",
            required=False,
            minimum=0,
            default=0,
        ),
        Field("time_value_low_pct_per_day", "float", "Low end of its range.", "%/day", required=False, minimum=0),
        Field("time_value_high_pct_per_day", "float", "High end of its range.", "%/day", required=False, minimum=0),
        Field(
            "own_price_elasticity",
            "float",
            "Elasticity of demand to the generalised cost of transport, for lanes that state none.",
            required=False,
            maximum=0,
            default=-0.5,
        ),
        Field("hs_chapters", "list", "Chapters or headings of the Harmonised System.", required=False),
        Field("tariff_products", "list", "Product groups of the tariff table.", required=False),
        Field("perishability", "str", "What spoils, in words.", required=False),
        Field("dangerous_goods", "str", "Dangerous goods class, in words.", required=False),
        Field(
            "is_corridor_cargo",
            "int",
            "1 = counts in totals of corridor cargo, 0 = background flow.",
            required=False,
            choices=(0, 1),
            default=1,
        ),
        *provenance(),
    ),
    "Commodities and container classes.",
    required=True,
)

TIME_VALUE_SEGMENTS = Table(
    "time_value_segments",
    "commodities/time_value_segments.csv",
    ("commodity_id", "segment"),
    (
        Field("commodity_id", "str", "Commodity that is split.", references="commodities.commodity_id"),
        Field("segment", "str", "Name of the segment."),
        Field("share", "float", "Share of the tonnes; sums to 1 by commodity.", minimum=0, maximum=1),
        Field("multiple", "float", "Value of time over the commodity's; its mean weighted by share is 1.", minimum=0),
        *provenance(),
    ),
    "Segments of a commodity by value of time, so that shares of routes move gradually.",
)

ZONES = Table(
    "zones",
    "commodities/zones.csv",
    ("zone_id",),
    (
        Field("zone_id", "str", "Identifier of the zone."),
        Field("name", "str", "Name for people."),
        Field("countries", "list", "Countries of the zone, ISO 3166-1 alpha-2.", required=False),
        Field("customs_territory", "str", "Customs territory, EU27 for the customs union.", required=False),
        *provenance(),
    ),
    "Zones between which trade is known.",
)

ZONE_PLACES = Table(
    "zone_places",
    "commodities/zone_places.csv",
    ("zone_id", "place_id"),
    (
        Field("zone_id", "str", "Zone.", references="zones.zone_id"),
        Field("place_id", "str", "Place where its cargo starts or ends.", references="places.place_id"),
        Field("weight", "float", "Share of the zone's cargo; sums to 1 by zone.", minimum=0, maximum=1),
        *provenance(),
    ),
    "Places that stand for a zone.",
)

MARKETS = Table(
    "markets",
    "commodities/markets.csv",
    ("market_id",),
    (
        Field("market_id", "str", "Identifier of the market."),
        Field("name", "str", "Name for people."),
        Field("rank", "int", "Order in reports."),
        provenance()[3],
    ),
    "Groups of lanes by which results are reported.",
)

_ZONE = "zones.zone_id|places.place_id"

LANES = Table(
    "lanes",
    "commodities/lanes.csv",
    ("lane_id",),
    (
        Field("lane_id", "str", "Identifier of the lane."),
        Field("origin_zone", "str", "Zone, or a place, where the cargo starts.", references=_ZONE),
        Field("destination_zone", "str", "Zone, or a place, where the cargo ends.", references=_ZONE),
        Field("commodity_id", "str", "What is carried.", references="commodities.commodity_id"),
        Field("market_id", "str", "Reporting group.", required=False, references="markets.market_id"),
        Field("base_year", "year", "Year of the quantity.", required=False, default=2023),
        Field(
            "quantity_t",
            "float",
            "Cargo in the base year; this or the containers is needed, but for a lane to a facility.",
            "t/year",
            required=False,
            minimum=0,
        ),
        Field("quantity_teu", "float", "Containers in the base year.", "TEU/year", required=False, minimum=0),
        Field(
            "addressable_share",
            "float",
            "Share that could use a land route.",
            required=False,
            minimum=0,
            maximum=1,
            default=1,
        ),
        Field(
            "own_price_elasticity",
            "float",
            "Elasticity of demand to the generalised cost of transport; empty = the commodity's.",
            required=False,
            maximum=0,
        ),
        Field(
            "season_profile_id",
            "str",
            "Profile of demand over the year; empty = even.",
            required=False,
            references="season_profiles.profile_id",
        ),
        Field(
            "growth_id",
            "str",
            "Index that moves the quantity from the base year; empty = constant.",
            required=False,
            references="growth.growth_id",
        ),
        Field(
            "is_firm",
            "int",
            "1 = firm demand: all of it must move, at whatever cost, and a world that cannot carry it is infeasible; "
            "0 = demand that reacts to cost and stays unserved above the choke cost.",
            required=False,
            choices=(0, 1),
            default=0,
        ),
        Field(
            "origin_place",
            "str",
            "One place that replaces the origin zone's places.",
            required=False,
            references="places.place_id",
        ),
        Field(
            "destination_place",
            "str",
            "One place that replaces the destination zone's places.",
            required=False,
            references="places.place_id",
        ),
        Field(
            "origin_facility",
            "str",
            "Facility that makes the cargo: the lane starts at its place, and no more goes than is made. The quantity "
            "is then wanted at the delivered price, which pays for the good too: its value plus transport.",
            required=False,
            references="facilities.facility_id",
        ),
        Field(
            "destination_facility",
            "str",
            "Facility that uses the cargo: the lane ends at its place. The quantity is what the origin can give; "
            "empty = as much as the facility takes.",
            required=False,
            references="facilities.facility_id",
        ),
        *provenance(),
    ),
    "Demand for transport of a commodity from a zone to a zone.",
    required=True,
)

GROWTH = Table(
    "growth",
    "commodities/growth.csv",
    ("growth_id", "year"),
    (
        Field("growth_id", "str", "Identifier of the index."),
        Field("year", "year", "Year of the values."),
        Field("index_low", "float", "Low index.", required=False, minimum=0),
        Field("index_base", "float", "Central index.", minimum=0),
        Field("index_high", "float", "High index.", required=False, minimum=0),
        Field("base_year", "year", "Year in which the index is 1."),
        *provenance()[1:],
    ),
    "Growth of demand as an index.",
)

SEASON_PROFILES = Table(
    "season_profiles",
    "commodities/season_profiles.csv",
    ("profile_id", "month"),
    (
        Field("profile_id", "str", "Identifier of the profile."),
        Field("month", "int", "Month, 1 to 12.", minimum=1, maximum=12),
        Field("share", "float", "Share of the year's cargo; sums to 1 by profile.", minimum=0, maximum=1),
        *provenance(),
    ),
    "Spread of demand over the months.",
)

COMMODITY_TABLES = (
    COMMODITIES,
    TIME_VALUE_SEGMENTS,
    ZONES,
    ZONE_PLACES,
    MARKETS,
    LANES,
    GROWTH,
    SEASON_PROFILES,
)
