"""Declared tables of trade: elasticities, market curves, limits on trade, sanctions on routes."""

from network.schema_types import Field, Table, provenance

INSTRUMENTS = ("quota", "licence", "ban", "tax", "share", "formality")
BRANCHES = ("", "extended", "lapsed")
_ZONE = "zones.zone_id|places.place_id"


def _range(name: str, description: str, unit: str = "", minimum: float = 0.0) -> tuple[Field, ...]:
    """A figure with the low and the high end of its range."""
    return (
        Field(f"{name}_low", "float", f"Low end of {name}.", unit, required=False, minimum=minimum),
        Field(name, "float", description, unit, required=False, minimum=minimum),
        Field(f"{name}_high", "float", f"High end of {name}.", unit, required=False, minimum=minimum),
    )


TRADE_ELASTICITIES = Table(
    "trade_elasticities",
    "policy/trade_elasticities.csv",
    ("commodity_id",),
    (
        Field("commodity_id", "str", "Commodity.", references="commodities.commodity_id"),
        *_range(
            "substitution",
            "Elasticity of substitution between origins in the eyes of a buyer (Armington); empty = origins do not "
            "compete, each lane has a demand of its own.",
        ),
        Field(
            "origins_compete",
            "int",
            "0 = a mixture of goods, whose origins do not compete as those of one good do.",
            required=False,
            choices=(0, 1),
            default=1,
        ),
        *_range("supply", "Elasticity of an exporter's supply to its price; empty = any quantity at one price."),
        *_range("capital_ratio", "Sunk capital behind one USD of yearly output.", "USD/(USD/year)"),
        *provenance(),
    ),
    "How buyers and sellers of a commodity react to prices.",
)

MARKET_COVERAGE = Table(
    "market_coverage",
    "policy/market_coverage.csv",
    ("importer", "commodity_id"),
    (
        Field("importer", "str", "Country or customs territory that buys."),
        Field("commodity_id", "str", "Commodity.", references="commodities.commodity_id"),
        Field(
            "modelled_share",
            "float",
            "Part of its imports that the lanes hold; the rest is bought elsewhere.",
            minimum=0,
            maximum=1,
        ),
        *provenance(),
    ),
    "How much of a market the lanes hold; a market without a row is held in full.",
)

MARKET_CURVES = Table(
    "market_curves",
    "policy/market_curves.csv",
    ("side", "zone_id", "commodity_id"),
    (
        Field(
            "side",
            "str",
            "Whose curve it is: of the buyers, or of the sellers, of a zone.",
            choices=("demand", "supply"),
        ),
        Field("zone_id", "str", "Zone of the market.", references=_ZONE),
        Field("commodity_id", "str", "Homogeneous good, whatever its origin.", references="commodities.commodity_id"),
        Field("price_usd_per_t", "float", "A price on the curve.", "USD/t", minimum=0),
        Field("quantity_t", "float", "The quantity at that price.", "t/year", minimum=0),
        Field(
            "elasticity",
            "float",
            "Size of the elasticity at that point; the curve is a straight line through it.",
            minimum=0,
        ),
        Field("steps", "int", "Steps by which the line is followed.", required=False, minimum=1, default=20),
        *provenance(),
    ),
    "Straight demand and supply curves of homogeneous goods; lanes between their zones carry any quantity.",
)

TRADE_LIMITS = Table(
    "trade_limits",
    "policy/trade_limits.csv",
    ("limit_id",),
    (
        Field("limit_id", "str", "Identifier of the limit."),
        Field("title", "str", "The rule in a few words, for people."),
        Field("imposed_by", "str", "Country or customs territory that imposes it."),
        Field("exporters", "list", "Countries or territories where the goods come from; empty = all.", required=False),
        Field("importers", "list", "Countries or territories where the goods go to; empty = all.", required=False),
        Field(
            "commodity_ids",
            "list",
            "Goods concerned; empty = all.",
            required=False,
            references="commodities.commodity_id",
        ),
        Field(
            "instrument",
            "str",
            "quota and licence limit the quantity, ban ends it, tax costs, share limits the part "
            "of the exporters in all that the importers take; "
            "a formality takes time or money and denies nothing.",
            choices=INSTRUMENTS,
        ),
        Field("quota_t_per_year", "float", "Most that may be traded; of a quota.", "t/year", required=False, minimum=0),
        Field(
            "grant_share",
            "float",
            "Part of the usual trade for which licences are granted; of a licence.",
            required=False,
            minimum=0,
            maximum=1,
        ),
        Field(
            "max_share",
            "float",
            "Largest part of what the importers take; of a share.",
            required=False,
            minimum=0,
            maximum=1,
        ),
        Field(
            "tax_pct",
            "float",
            "Tax on exports, of the value of the goods.",
            "%",
            required=False,
            minimum=0,
            maximum=1000,
            default=0,
        ),
        Field("cost_usd_per_t", "float", "Cost of the formalities.", "USD/t", required=False, minimum=0, default=0),
        Field("delay_days", "float", "Days that the formalities take.", "day", required=False, minimum=0, default=0),
        Field("first_year", "year", "First year; empty = always so.", required=False),
        Field("last_year", "year", "Last year; empty = open.", required=False),
        Field(
            "branch",
            "str",
            "Of a rule that ended in November 2026: in force if it was extended, or if it lapsed.",
            required=False,
            choices=BRANCHES,
            default="",
        ),
        Field(
            "is_active",
            "int",
            "1 = in force in the world as the tables stand, 0 = only where a scenario says so.",
            required=False,
            choices=(0, 1),
            default=1,
        ),
        *provenance(),
    ),
    "Limits on trade by exporter, importer and good.",
)

SANCTIONS = Table(
    "sanctions",
    "policy/sanctions.csv",
    ("sanction_id",),
    (
        Field("sanction_id", "str", "Identifier of the measure."),
        Field("title", "str", "The rule in a few words, for people."),
        Field("imposed_by", "str", "Country or customs territory that imposes it."),
        Field(
            "shippers",
            "list",
            "Countries or territories at either end of a lane whose cargo is bound; empty = all.",
            required=False,
        ),
        Field(
            "commodity_ids",
            "list",
            "Goods concerned; empty = all.",
            required=False,
            references="commodities.commodity_id",
        ),
        Field(
            "closed_countries",
            "list",
            "Countries that the cargo may not cross.",
            required=False,
            references="places.country",
        ),
        Field("closed_modes", "list", "Modes that are closed in these countries; empty = all.", required=False),
        Field(
            "closed_places",
            "list",
            "Places that the cargo may not touch.",
            required=False,
            references="places.place_id",
        ),
        Field("share", "float", "Part of the cargo that is bound.", required=False, minimum=0, maximum=1, default=1),
        Field("first_year", "year", "First year; empty = always so.", required=False),
        Field("last_year", "year", "Last year; empty = open.", required=False),
        *provenance(),
    ),
    "Routes that are forbidden to the cargo of some shippers.",
)

TRADE_TABLES = (TRADE_ELASTICITIES, MARKET_COVERAGE, MARKET_CURVES, TRADE_LIMITS, SANCTIONS)
