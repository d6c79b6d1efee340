"""Declared table of the ranges in which uncertain figures lie, for batches of runs that vary them.

It is no part of a world: a run knows only the values that were drawn, so a range may change and no world with it.
"""

from network.schema_types import Field, Table, provenance

DISTRIBUTIONS = ("uniform", "triangular", "log_uniform")

RANGES = Table(
    "ranges",
    "uncertainty/ranges.csv",
    ("range_id",),
    (
        Field("range_id", "str", "Name of the range in a batch: small letters, digits and _, a letter first."),
        Field("name", "str", "What is uncertain, for people."),
        Field(
            "lever",
            "str",
            "Kind of the lever that takes the value, as in a scenario file; empty where field names a lever of the "
            "scenario.",
            required=False,
        ),
        Field(
            "field",
            "str",
            "Field of the lever that takes the value; without a lever: lever.field, by the id that the lever has in "
            "the scenarios, as for --set.",
        ),
        Field(
            "choice",
            "str",
            "Other fields of the lever, a mapping as in a scenario file, such as {modes: [deep_sea]}; empty = none.",
            required=False,
        ),
        Field(
            "low",
            "float",
            "Low end; with high empty too, both ends follow from central and confidence.",
            "that of the row",
            required=False,
        ),
        Field("high", "float", "High end.", "that of the row", required=False),
        Field("central", "float", "Value held most likely, or the one in use.", "that of the row"),
        Field("unit", "str", "Unit of low, high and central; factor = times the figure of the tables."),
        Field(
            "distribution",
            "str",
            "How values lie between the ends: uniform, triangular (its top at central), log_uniform (equal ratios are "
            "equally likely).",
            required=False,
            choices=DISTRIBUTIONS,
            default="triangular",
        ),
        *provenance(),
    ),
    "A figure that is not known well, what changes it, and the range in which it lies.",
)

UNCERTAINTY_TABLES = (RANGES,)
