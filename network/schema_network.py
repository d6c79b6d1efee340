"""Declared tables of the physical network: places, links, moves between modes, seasons, periods, corridors, stores."""

from network.schema_types import Field, Table, provenance

CARGO_KINDS = ("container", "general", "bulk")
HANDLING_CLASSES = (
    "container",
    "container_class7",
    "breakbulk_metal",
    "roro",
    "bagged",
    "dry_bulk",
    "liquid_bulk",
    "liquid_gas",
)
RESOLUTIONS = ("fast", "full")

PLACES = Table(
    "places",
    "network/places.csv",
    ("place_id",),
    (
        Field("place_id", "str", "Identifier of the place."),
        Field("name", "str", "Name for people."),
        Field("country", "str", "Country that the place lies in, ISO 3166-1 alpha-2."),
        Field("lat_deg", "float", "Latitude, WGS 84.", "degree", minimum=-90, maximum=90),
        Field("lon_deg", "float", "Longitude, WGS 84.", "degree", minimum=-180, maximum=180),
        Field("place_type", "str", "Kind of place: seaport, rail_hub, border_crossing and so on.", required=False),
        Field("gauge", "str", "Track gauge, in words where it is mixed or planned.", required=False),
        Field(
            "capacity_t_per_year", "float", "Most cargo a year; empty = no limit.", "t/year", required=False, minimum=0
        ),
        Field(
            "capacity_teu_per_year",
            "float",
            "Most containers a year; empty = no limit.",
            "TEU/year",
            required=False,
            minimum=0,
        ),
        Field(
            "capacity_scope",
            "str",
            "Cargo that the capacity limits: vessel (loaded to or unloaded from vessels), through (all that enters the "
            "place), none (the figure informs only: links hold the limit).",
            required=False,
            choices=("vessel", "through", "none"),
            default="through",
        ),
        *provenance(),
    ),
    "Cities, ports, terminals and border points.",
    required=True,
)

LINKS = Table(
    "links",
    "network/links.csv",
    ("link_id",),
    (
        Field("link_id", "str", "Identifier of the link."),
        Field("from_place", "str", "Place where the link starts.", references="places.place_id"),
        Field("to_place", "str", "Place where the link ends.", references="places.place_id"),
        Field("directed", "int", "1 = one way only, 0 = both ways.", required=False, choices=(0, 1), default=0),
        Field("mode", "str", "Mode of transport; rail modes carry their gauge."),
        Field("distance_km", "float", "Length of the route.", "km", required=False, minimum=0),
        Field("transit_time_h", "float", "Line-haul time, without the dwell at the ends.", "h", minimum=0),
        Field(
            "cost_usd_per_teu",
            "float",
            "Line-haul freight of a loaded container; empty = closed to containers.",
            "USD/TEU",
            required=False,
        ),
        Field(
            "cost_usd_per_t_general",
            "float",
            "Line-haul freight of general cargo; empty = closed to it.",
            "USD/t",
            required=False,
        ),
        Field(
            "cost_usd_per_t_bulk",
            "float",
            "Line-haul freight of bulk cargo; empty = closed to it.",
            "USD/t",
            required=False,
        ),
        Field(
            "fee_usd_per_teu",
            "float",
            "Toll or transit fee (a transfer).",
            "USD/TEU",
            required=False,
            minimum=0,
            default=0,
        ),
        Field(
            "fee_usd_per_t", "float", "Toll or transit fee (a transfer).", "USD/t", required=False, minimum=0, default=0
        ),
        Field(
            "capacity_t_per_year", "float", "Most cargo a year; empty = no limit.", "t/year", required=False, minimum=0
        ),
        Field(
            "capacity_teu_per_year",
            "float",
            "Most containers a year; empty = no limit.",
            "TEU/year",
            required=False,
            minimum=0,
        ),
        Field(
            "capacity_rule",
            "str",
            "What the capacity limits: both_directions together, each_direction, or uncapped (no limit on purpose).",
            required=False,
            choices=("both_directions", "each_direction", "uncapped"),
            default="both_directions",
        ),
        Field(
            "dwell_from_h",
            "float",
            "Mean wait at the start of the link.",
            "h",
            required=False,
            minimum=0,
            default=0,
        ),
        Field("dwell_from_sd_h", "float", "Its standard deviation.", "h", required=False, minimum=0, default=0),
        Field("dwell_to_h", "float", "Mean wait at the end of the link.", "h", required=False, minimum=0, default=0),
        Field("dwell_to_sd_h", "float", "Its standard deviation.", "h", required=False, minimum=0, default=0),
        Field(
            "wagonload_dwell_h",
            "float",
            "Mean wait of wagonload and break-bulk cargo at both ends together; empty = as containers.",
            "h",
            required=False,
            minimum=0,
        ),
        Field(
            "reliability",
            "float",
            "Share of departures that run as planned; informs only.",
            required=False,
            minimum=0,
            maximum=1,
        ),
        Field(
            "availability_id",
            "str",
            "Monthly availability profile; empty = open all year.",
            required=False,
            references="availability.availability_id",
        ),
        Field(
            "allowed_handling",
            "list",
            "Handling classes that may use the link; empty = all.",
            required=False,
            choices=HANDLING_CLASSES,
        ),
        Field(
            "gco2_per_tkm",
            "float",
            "Emission factor of the line-haul, CO2.",
            "g/(t km)",
            required=False,
            minimum=0,
            default=0,
        ),
        Field("cost_group", "str", "Group whose rate table the freight comes from.", required=False),
        Field(
            "status",
            "str",
            "operational, or planned (opened by a project).",
            required=False,
            choices=("operational", "planned"),
            default="operational",
        ),
        *provenance()[:3],
        *provenance("cost_"),
        provenance()[3],
    ),
    "Line-haul connections between two places by one mode.",
    required=True,
)

HANDLING = Table(
    "handling",
    "network/handling.csv",
    ("mode", "cargo_kind"),
    (
        Field("mode", "str", "Mode of the terminal.", references="links.mode"),
        Field("cargo_kind", "str", "Kind of cargo moved.", choices=CARGO_KINDS),
        Field(
            "cost_usd_per_teu",
            "float",
            "Cost of one move of a container.",
            "USD/TEU",
            required=False,
            minimum=0,
            default=0,
        ),
        Field(
            "cost_usd_per_t", "float", "Cost of one move of other cargo.", "USD/t", required=False, minimum=0, default=0
        ),
        Field("time_h", "float", "Time of one move.", "h", required=False, minimum=0, default=0),
        *provenance(),
    ),
    "One move between a place and its terminal of a mode: loading or unloading.",
)

TRANSFERS = Table(
    "transfers",
    "network/transfers.csv",
    ("place_id", "from_mode", "to_mode"),
    (
        Field("place_id", "str", "Place of the transfer.", references="places.place_id"),
        Field("from_mode", "str", "One mode; the transfer runs both ways.", references="links.mode"),
        Field("to_mode", "str", "The other mode.", references="links.mode"),
        Field("cost_usd_per_teu", "float", "Cost for a container.", "USD/TEU", required=False, minimum=0, default=0),
        Field("cost_usd_per_t", "float", "Cost for other cargo.", "USD/t", required=False, minimum=0, default=0),
        Field("time_h", "float", "Time beyond the dwell of the links.", "h", required=False, minimum=0, default=0),
        Field(
            "capacity_t_per_year",
            "float",
            "Most cargo a year, both ways together, beyond what links and place allow; empty = no limit of its own. "
            "More can still be unloaded and loaded again, at the cost of two moves.",
            "t/year",
            required=False,
            minimum=0,
        ),
        Field(
            "capacity_teu_per_year",
            "float",
            "Most containers a year, likewise; empty = no limit of its own.",
            "TEU/year",
            required=False,
            minimum=0,
        ),
        *provenance(),
    ),
    "Direct transfers between two terminals of a place, such as a change of gauge.",
)

AVAILABILITY = Table(
    "availability",
    "network/availability.csv",
    ("availability_id", "month"),
    (
        Field("availability_id", "str", "Identifier of the profile."),
        Field("month", "int", "Month, 1 to 12.", minimum=1, maximum=12),
        Field("availability", "float", "Share of the month that the link is open.", minimum=0, maximum=1),
        *provenance(),
    ),
    "Share of each month that links are open: wind, ice, passes.",
)

SEASONS = Table(
    "seasons",
    "network/seasons.csv",
    ("resolution", "season"),
    (
        Field("resolution", "str", "Resolution of a run that uses the row.", choices=RESOLUTIONS),
        Field("season", "str", "Name of the season."),
        Field("months", "list", "Months of the season.", minimum=1, maximum=12, items="int"),
    ),
    "Seasons of the year by resolution.",
)

PERIODS = Table(
    "periods",
    "network/periods.csv",
    ("resolution", "period"),
    (
        Field("resolution", "str", "Resolution of a run that uses the row.", choices=RESOLUTIONS),
        Field("period", "year", "Milestone year, whose demand and costs stand for the period."),
        Field("first_year", "year", "First year of the period."),
        Field("last_year", "year", "Last year of the period."),
    ),
    "Investment periods by resolution.",
)

CORRIDORS = Table(
    "corridors",
    "network/corridors.csv",
    ("corridor_id",),
    (
        Field("corridor_id", "str", "Identifier of the corridor."),
        Field("name", "str", "Name for people."),
        Field("rank", "int", "Order of the tests: a path belongs to the first corridor that fits."),
        Field("via_links", "list", "Links that mark the corridor.", required=False, references="links.link_id"),
        Field("via_places", "list", "Places that mark the corridor.", required=False, references="places.place_id"),
        Field(
            "transit_countries",
            "list",
            "Countries that mark the corridor when a path crosses them without starting or ending there.",
            required=False,
            references="places.country",
        ),
        provenance()[3],
    ),
    "Corridors by which flows are reported; the last one without a mark takes the rest.",
)

STORAGE = Table(
    "storage",
    "network/storage.csv",
    ("zone_id", "commodity_id"),
    (
        Field(
            "zone_id",
            "str",
            "Zone, or place, that holds the store: cargo of lanes that end there may wait in it.",
            references="zones.zone_id|places.place_id",
        ),
        Field("commodity_id", "str", "Commodity kept.", references="commodities.commodity_id"),
        Field("capacity_t", "float", "Most that is in store at a time.", "t", minimum=0),
        Field(
            "holding_cost_usd_per_t_month",
            "float",
            "Cost of keeping a tonne for a month: warehouse, capital tied up, losses.",
            "USD/(t month)",
            minimum=0,
        ),
        *provenance(),
    ),
    "Stores at the destination of lanes: goods arrive in one season of a year and are used in another.",
)

NETWORK_TABLES = (PLACES, LINKS, HANDLING, TRANSFERS, AVAILABILITY, SEASONS, PERIODS, CORRIDORS, STORAGE)
