"""Declared table of minerals beside the chain and the network: what the region exports of them, to whom, which way."""

from network.schema_types import Field, Table, provenance

OTHER_MINERALS = Table(
    "other_minerals",
    "commodities/other_minerals.csv",
    ("mineral_id",),
    (
        Field("mineral_id", "str", "Mineral."),
        Field("name", "str", "Name for people, with what a tonne is of."),
        Field("exporter", "str", "Country that exports it."),
        Field("hs", "str", "Tariff heading or line."),
        Field("status", "str", "exported, or planned = of a project.", choices=("exported", "planned")),
        Field("export_t", "float", "Exports of the year.", "t/year", minimum=0),
        Field("price_usd_per_t", "float", "Price.", "USD/t", minimum=0),
        Field("destinations", "list", "Countries or EU27, the largest first where one is known.", required=False),
        Field("largest_share", "float", "Part of exports that the first takes; empty = not known.", required=False,
              minimum=0, maximum=1),
        Field("transcaspian_share", "float", "Part that crosses the Caspian, an estimate in every row.", minimum=0,
              maximum=1),
        Field("handling", "str", "How it moves."),
        *provenance(),
    ),
    "A mineral that the region exports and that neither the chain nor a lane of the network decides on.",
)  # fmt: skip

MINERAL_TABLES = (OTHER_MINERALS,)
