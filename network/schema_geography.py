"""The declared tables of data/geography: what the build of the geometry reads, and the check of lengths it writes.

They are not part of a world: an engine run reads the finished geometry only (``network.geography``).
"""

from network.schema_types import Field, Table

_SOURCE = Field("source", "str", "Where the row was read, or the basis of an estimate.")
_CONFIDENCE = Field(
    "confidence",
    "str",
    "How the row is known: sourced, estimate or memory (general knowledge, not checked).",
    choices=("sourced", "estimate", "memory"),
)
_LINK = Field("link_id", "str", "Link of network/links.csv.", references="links.link_id")

VIA_POINTS = Table(
    "via_points",
    "geography/via_points.csv",
    ("link_id", "order"),
    (
        _LINK,
        Field("order", "int", "Place in the row of via-points, from the link's first end.", minimum=1),
        Field("name", "str", "Town, station, strait or stretch of water the line passes."),
        Field("lat_deg", "float", "Latitude.", "degrees north, WGS84", minimum=-90, maximum=90),
        Field("lon_deg", "float", "Longitude.", "degrees east, WGS84", minimum=-180, maximum=180),
        _SOURCE,
        _CONFIDENCE,
    ),
    "A point that a link's line passes between its ends; a link with via-points is drawn by geodesics through them.",
)
OPEN_CANALS = Table(
    "open_canals",
    "geography/open_canals.csv",
    ("link_id", "canal"),
    (
        _LINK,
        Field("canal", "str", "Ship canal that the link's sea route may take.", choices=("panama", "suez")),
        _SOURCE,
        _CONFIDENCE,
    ),
    "A ship canal open to a sea link; every other sea link is kept out of the canals, however much shorter they are.",
)
LENGTH_REASONS = Table(
    "length_reasons",
    "geography/length_reasons.csv",
    ("link_id",),
    (_LINK, Field("reason", "str", "Why the drawn line and the table's distance differ.")),
    "A link whose drawn length differs by more than 20 % from its distance in network/links.csv, as read by a person.",
)
COUNTRY_CODES = Table(
    "country_codes",
    "geography/country_codes.csv",
    ("alpha_3",),
    (
        Field("alpha_3", "str", "ISO 3166-1 code of three letters."),
        Field("alpha_2", "str", "ISO 3166-1 code of two letters, as used in the data."),
        Field("name", "str", "Name on maps, English."),
    ),
    "A country or territory of ISO 3166-1.",
)
LENGTH_CHECK = Table(
    "length_check",
    "geography/length_check.csv",
    ("link_id",),
    (
        _LINK,
        Field("from_place", "str", "Place at the first end.", references="places.place_id"),
        Field("to_place", "str", "Place at the second end.", references="places.place_id"),
        Field("mode", "str", "Mode of the link."),
        Field("distance_km", "float", "Distance in network/links.csv.", "km", minimum=0),
        Field("drawn_km", "float", "Geodesic length of the drawn line.", "km", minimum=0),
        Field("great_circle_km", "float", "Shortest distance between the two ends.", "km", minimum=0),
        Field("difference_pct", "float", "Drawn length over the table's distance, less 100.", "%"),
        Field("drawn_by", "str", "How the line was made.", choices=("via_points", "searoute", "great_circle")),
        Field("reason", "str", "Why they differ.", required=False),
    ),
    "A link whose drawn length differs by more than 20 % from the table's distance.",
)
GEOGRAPHY_TABLES = (VIA_POINTS, OPEN_CANALS, LENGTH_REASONS, COUNTRY_CODES, LENGTH_CHECK)
