"""Declared tables of customs duties: rates by layer, status under US law, tariff lines of commodities."""

from network.schema_trade import BRANCHES
from network.schema_types import Field, Table, provenance

LAYERS = ("base", "column2", "preference", "country", "product", "remedy")
VALUATIONS = ("", "fob", "cif")
KINDS = ("union", "group", "country")
_COMMODITY = "commodities.commodity_id|duty_rates.product"

DUTY_RATES = Table(
    "duty_rates",
    "policy/duty_rates.csv",
    ("rate_id",),
    (
        Field("rate_id", "str", "Identifier of the row."),
        Field("importer", "str", "Customs territory that charges it, EU27 and EAEU for the customs unions."),
        Field("origins", "list", "Countries, territories or groups of origin; empty = all.", required=False),
        Field("except_origins", "list", "Origins that the row leaves out.", required=False),
        Field("product", "str", "Product group; general_cargo without lines stands for all goods."),
        Field(
            "hs_codes",
            "list",
            "Lines, headings or chapters of the Harmonised System; empty = the whole product.",
            required=False,
        ),
        Field("except_products", "list", "Products that a row for all goods leaves out.", required=False),
        Field(
            "layer",
            "str",
            "Place in the stack: base (column 1), column2 or preference in its place, then country, "
            "product and remedy (countervailing duty, safeguard) on top.",
            choices=LAYERS,
        ),
        Field(
            "measure",
            "str",
            "Measure, such as mfn, s301_forced_labour, s232; of two rows of a measure the nearer to "
            "the line counts, and a rate of 0 excludes a line.",
        ),
        Field("legal_basis", "str", "Law or regulation."),
        Field(
            "ad_valorem_pct",
            "float",
            "Rate; specific rates converted at the price in the note.",
            "%",
            minimum=0,
            maximum=1000,
        ),
        Field("low_pct", "float", "Low end of its range.", "%", required=False, minimum=0, maximum=1000),
        Field("high_pct", "float", "High end of its range.", "%", required=False, minimum=0, maximum=1000),
        Field(
            "cap_total_pct",
            "float",
            "What base and this row come to together, where the base alone is not more.",
            "%",
            required=False,
            minimum=0,
            maximum=1000,
        ),
        Field(
            "on_column2",
            "int",
            "1 = adds to column 2 as well, 0 = adds nothing where column 2 is paid.",
            required=False,
            choices=(0, 1),
            default=1,
        ),
        Field("replaces", "list", "Measures that it takes the place of, where its rate is not 0.", required=False),
        Field("effective_from", "str", "First day, ISO 8601; empty = long in force.", required=False),
        Field("effective_to", "str", "First day on which it is not in force any more; empty = open.", required=False),
        Field(
            "branch",
            "str",
            "Of a measure that ended in November 2026: in force later if it was extended, or lapsed.",
            required=False,
            choices=BRANCHES,
            default="",
        ),
        *provenance(),
    ),
    "Rates of duty by importer, origin, product and day, one row a layer.",
)

NTR_STATUS = Table(
    "ntr_status",
    "policy/ntr_status.csv",
    ("country", "first_year"),
    (
        Field("country", "str", "Country of origin, ISO 3166-1 alpha-2."),
        Field(
            "status",
            "str",
            "Normal trade relations with the United States: permanent, conditional (a finding or a "
            "waiver every year) or column2.",
            choices=("permanent", "conditional", "column2"),
        ),
        Field(
            "first_year",
            "year",
            "First year of the status; empty = since before the first one modelled.",
            required=False,
        ),
        Field("last_year", "year", "Last year; empty = open.", required=False),
        Field("jv_applies", "int", "1 = the Jackson-Vanik amendment applies.", required=False, choices=(0, 1)),
        Field("wto_member", "int", "1 = member of the World Trade Organization.", required=False, choices=(0, 1)),
        Field("hazard_per_year_low", "float", "Low end of the hazard.", "1/year", required=False, minimum=0, maximum=1),
        Field(
            "hazard_per_year",
            "float",
            "Chance a year that conditional status ends and column 2 is paid.",
            "1/year",
            required=False,
            minimum=0,
            maximum=1,
            default=0,
        ),
        Field(
            "hazard_per_year_high", "float", "High end of the hazard.", "1/year", required=False, minimum=0, maximum=1
        ),
        Field("legal_basis", "str", "Law.", required=False),
        Field("pending_bills", "str", "Bills that would change it.", required=False),
        *provenance(),
    ),
    "Which column of the US tariff a country pays, and how likely that is to end.",
)

DUTY_LINES = Table(
    "duty_lines",
    "policy/duty_lines.csv",
    (),
    (
        Field("commodity_id", "str", "Commodity, or product of the rates.", references=_COMMODITY),
        Field("origin", "str", "Country that the basket is of; empty = all others.", required=False),
        Field("product", "str", "Product group of the rates.", references="duty_rates.product"),
        Field("hs_code", "str", "Line; empty = the whole product.", required=False),
        Field(
            "weight",
            "float",
            "Share of the commodity's value; sums to 1 by commodity and origin.",
            minimum=0,
            maximum=1,
        ),
        *provenance(),
    ),
    "Tariff lines that stand for a commodity.",
)

CUSTOMS_TERRITORIES = Table(
    "customs_territories",
    "policy/customs_territories.csv",
    ("territory",),
    (
        Field("territory", "str", "Name that the tables of policy use; a country by its ISO 3166-1 alpha-2 code."),
        Field("name", "str", "Name for people."),
        Field(
            "kind",
            "str",
            "union: one border and one tariff; group: a name for its countries as origins; country.",
            choices=KINDS,
        ),
        Field("countries", "list", "Its countries."),
        Field(
            "valuation",
            "str",
            "Customs value: fob (at the place of export) or cif (with transport and insurance up to the border); "
            "empty = the value in the tables alone.",
            required=False,
            choices=VALUATIONS,
            default="",
        ),
        *provenance("valuation_", "the rules of valuation"),
        *provenance(),
    ),
    "Customs unions, groups of countries that agreements name, and countries by themselves.",
)

DUTY_TABLES = (CUSTOMS_TERRITORIES, DUTY_RATES, NTR_STATUS, DUTY_LINES)
