"""Declared tables of processing: facilities that turn goods into others, and their recipes."""

from network.schema_types import Field, Table, provenance

SIDES = ("input", "output")

RECIPES = Table(
    "recipes",
    "commodities/recipes.csv",
    ("recipe_id", "side", "commodity_id"),
    (
        Field("recipe_id", "str", "Identifier of the recipe; one row a good that it takes or makes."),
        Field("side", "str", "Whether the good goes in or comes out; without inputs it is a source.", choices=SIDES),
        Field("commodity_id", "str", "Good.", references="commodities.commodity_id"),
        Field("t_per_t", "float", "Tonnes of the good for a tonne of throughput.", "t/t", minimum=1e-6),
        Field(
            "disposal_cost_usd_per_t",
            "float",
            "Cost of discarding a tonne of an output that nobody takes.",
            "USD/t",
            required=False,
            minimum=0,
            default=0,
        ),
        *provenance(),
    ),
    "What a facility takes and makes, in fixed shares of its throughput; several outputs are joint products.",
)

FACILITIES = Table(
    "facilities",
    "network/facilities.csv",
    ("facility_id",),
    (
        Field("facility_id", "str", "Identifier of the facility."),
        Field("name", "str", "Name for people."),
        Field("place_id", "str", "Place where it stands.", references="places.place_id"),
        Field("recipe_id", "str", "What it takes and makes.", references="recipes.recipe_id"),
        Field(
            "capacity_t_per_year",
            "float",
            "Most throughput a year; 0 where a project builds it.",
            "t/year",
            minimum=0,
        ),
        Field(
            "cost_usd_per_t",
            "float",
            "Cost of a tonne of throughput, without the goods that go in and without their transport.",
            "USD/t",
            required=False,
            minimum=0,
            default=0,
        ),
        Field("first_year", "year", "First year of its capacity; empty = always.", required=False),
        Field("last_year", "year", "Last year of its capacity; empty = for good.", required=False),
        *provenance(),
    ),
    "Mines, plants and other facilities at which goods change.",
)

PROCESSING_TABLES = (RECIPES, FACILITIES)
