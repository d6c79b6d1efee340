"""Declared tables of policy, finance and history."""

from network.schema_types import Field, Table, provenance

TRANSIT_REFUSALS = Table(
    "transit_refusals",
    "policy/transit_refusals.csv",
    ("zone_id", "transit_countries", "first_year"),
    (
        Field("zone_id", "str", "Zone, or place, at either end of a lane.", references="zones.zone_id|places.place_id"),
        Field("transit_countries", "list", "Countries whose transit is refused.", references="places.country"),
        Field("share", "float", "Share of the cargo whose shippers refuse.", minimum=0, maximum=1),
        Field(
            "commodity_ids",
            "list",
            "Commodities whose shippers refuse; empty = all.",
            required=False,
            references="commodities.commodity_id",
        ),
        Field("first_year", "year", "First year; empty = always so.", required=False),
        Field("last_year", "year", "Last year; empty = open.", required=False),
        *provenance(),
    ),
    "Cargo that refuses transit through countries.",
)

OVERLAND_COUNTRIES = Table(
    "overland_countries",
    "policy/overland_countries.csv",
    ("country",),
    (
        Field("country", "str", "Country that only overland routes cross.", references="places.country"),
        *provenance(),
    ),
    "Countries that the non-addressable share of a lane keeps out of.",
)

PROJECTS = Table(
    "projects",
    "finance/projects.csv",
    ("project_id",),
    (
        Field("project_id", "str", "Identifier of the project."),
        Field("name", "str", "Name for people."),
        Field("country", "str", "Countries of the project, ISO 3166-1 alpha-2, separated by |.", required=False),
        Field("project_type", "str", "rail, port, dry_port, road, vessels, rolling_stock, soft, ...", required=False),
        Field("capex_musd", "float", "Investment cost, all units together.", "million USD", minimum=0),
        Field("earliest_start_year", "year", "First year in which building may start.", required=False),
        Field(
            "construction_years",
            "float",
            "Time to build; 0 = serves at once.",
            "year",
            required=False,
            minimum=0,
            default=0,
        ),
        Field("in_service_year", "year", "Year of service as announced.", required=False),
        Field(
            "is_sunk",
            "int",
            "1 = the money is spent or committed: given, not decided.",
            required=False,
            choices=(0, 1),
            default=0,
        ),
        Field("is_modelled", "int", "1 = the plan decides on it.", required=False, choices=(0, 1), default=1),
        Field(
            "in_base",
            "int",
            "1 = the network tables already hold its effects.",
            required=False,
            choices=(0, 1),
            default=0,
        ),
        Field("units_max", "int", "Modules that can be bought.", required=False, minimum=1, default=1),
        Field("lifetime_years", "float", "Economic life.", "year", required=False, minimum=1, default=30),
        Field(
            "earnings_musd_per_year",
            "float",
            "What it earns outside the network, after its own costs; empty = nothing.",
            "million USD/year",
            required=False,
            default=0,
        ),
        Field(
            "fixed_opex_share_per_year",
            "float",
            "Fixed operating cost as a share of the investment.",
            "1/year",
            required=False,
            minimum=0,
            maximum=1,
            default=0,
        ),
        Field(
            "all_of", "list", "Projects that must all be built first.", required=False, references="projects.project_id"
        ),
        Field(
            "any_of",
            "list",
            "Projects of which one must be built first.",
            required=False,
            references="projects.project_id",
        ),
        Field(
            "excludes",
            "list",
            "Projects that cannot be built as well.",
            required=False,
            references="projects.project_id",
        ),
        Field(
            "spread_capacity_t_per_year",
            "float",
            "One capacity added to the group of links as a whole.",
            "t/year",
            required=False,
            minimum=0,
            default=0,
        ),
        Field(
            "spread_capacity_teu_per_year",
            "float",
            "One capacity added to the group of links as a whole.",
            "TEU/year",
            required=False,
            minimum=0,
            default=0,
        ),
        Field("status", "str", "State of the project, in words.", required=False),
        Field("financiers", "str", "Known or likely financiers, in words.", required=False),
        *provenance(),
    ),
    "Investment projects.",
)

PROJECT_EFFECTS = Table(
    "project_effects",
    "finance/project_effects.csv",
    ("project_id", "target", "target_id"),
    (
        Field("project_id", "str", "Project.", references="projects.project_id"),
        Field("target", "str", "What it acts on.", choices=("link", "place", "transfer", "facility")),
        Field("target_id", "str", "Link, place, transfer (PLACE:from_mode-to_mode) or facility that it acts on."),
        Field(
            "capacity_added_t_per_year",
            "float",
            "Capacity added when all units are built.",
            "t/year",
            required=False,
            minimum=0,
            default=0,
        ),
        Field(
            "capacity_added_teu_per_year",
            "float",
            "Capacity added when all units are built.",
            "TEU/year",
            required=False,
            minimum=0,
            default=0,
        ),
        Field("time_saved_h", "float", "Time that a passage saves.", "h", required=False, minimum=0, default=0),
        Field(
            "cost_saving_share",
            "float",
            "Share of the freight that a passage saves.",
            required=False,
            minimum=0,
            maximum=1,
            default=0,
        ),
        Field(
            "in_spread_group",
            "int",
            "1 = the link belongs to the group that shares the project's spread capacity.",
            required=False,
            choices=(0, 1),
            default=0,
        ),
        *provenance(),
    ),
    "What a project changes, one row a link, place, transfer or facility.",
)

BUDGETS = Table(
    "budgets",
    "finance/budgets.csv",
    ("period",),
    (
        Field("period", "year", "Milestone year of the period."),
        Field("budget_musd", "float", "Most investment in the period, undiscounted.", "million USD", minimum=0),
        *provenance(),
    ),
    "Limits on investment; no row = no limit.",
)

PARAMETERS = Table(
    "parameters",
    "finance/parameters.csv",
    ("parameter",),
    (
        Field("parameter", "str", "Name of the parameter."),
        Field("value", "float", "Its value."),
        Field("unit", "str", "Its unit.", required=False),
        *provenance(),
    ),
    "Figures that hold for the whole run.",
)

OBSERVATIONS = Table(
    "observations",
    "history/observations.csv",
    (),
    (
        Field("series_id", "str", "Series that the figure belongs to."),
        Field("year", "year", "Year observed."),
        Field("value", "float", "Value observed."),
        Field("unit", "str", "Unit of the value."),
        *provenance()[1:],
    ),
    "Observed volumes, times, rates and shares by year.",
)

BASE_YEAR = Table(
    "base_year",
    "history/base_year.csv",
    ("measure_id",),
    (
        Field("measure_id", "str", "Identifier of the measure."),
        Field("title", "str", "What is measured, for people."),
        Field("year", "year", "Year observed.", required=False),
        Field("market_ids", "list", "Markets summed; empty = all.", required=False, references="markets.market_id"),
        Field("corridor_id", "str", "Corridor of the flow.", required=False, references="corridors.corridor_id"),
        Field("link_ids", "list", "Links summed, both directions.", required=False, references="links.link_id"),
        Field(
            "commodity_ids",
            "list",
            "Commodities summed; empty = all.",
            required=False,
            references="commodities.commodity_id",
        ),
        Field("unit", "str", "Unit of the figures.", choices=("kTEU", "kt")),
        Field("observed", "float", "Observed flow.", "kTEU or kt", minimum=0),
        Field("observed_low", "float", "Low end of its range.", "kTEU or kt", required=False, minimum=0),
        Field("observed_high", "float", "High end of its range.", "kTEU or kt", required=False, minimum=0),
        *provenance()[1:],
    ),
    "Observed flows that the modelled base year is compared with.",
)

ADJUSTMENTS = Table(
    "adjustments",
    "",
    (),
    (
        Field("target", "str", "What is changed.", choices=("link", "place", "lane")),
        Field("target_id", "str", "Its identifier."),
        Field("field", "str", "What of it is changed."),
        Field("operation", "str", "How.", choices=("multiply", "add", "set")),
        Field("value", "float", "By or to how much."),
        Field("first_year", "year", "First year; empty = from the start.", required=False),
        Field("last_year", "year", "Last year; empty = open.", required=False),
        Field("lever", "str", "Lever that made the change."),
    ),
    "Changes that levers make, applied in order.",
)

POLICY_TABLES = (
    TRANSIT_REFUSALS,
    OVERLAND_COUNTRIES,
    PROJECTS,
    PROJECT_EFFECTS,
    BUDGETS,
    PARAMETERS,
    OBSERVATIONS,
    BASE_YEAR,
)
