"""What levers refuse: fields that make no sense, and names that the world does not have."""

from typing import Any

import pytest
from pydantic import ValidationError

from model.levers import LEVERS, Lever
from network.network import Network

BY_KIND = {lever.kind: lever for lever in LEVERS}


def lever(kind: str, **fields: Any) -> Lever:
    return BY_KIND[kind].model_validate({"id": "one", **fields})


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("closure", {}, "names nothing to close"),
        ("closure", {"links": ["L1"], "first_year": 2030, "last_year": 2029}, "last_year 2029 is before first_year"),
        ("closure", {"links": ["L1"], "first_year": 20300}, "less than or equal"),
        ("capacity", {"factor": 0.5}, "names nothing to act on"),
        ("capacity", {"links": ["L1"]}, "give either factor"),
        ("capacity", {"links": ["L1"], "factor": 1, "t_per_year": 1}, "give either factor"),
        ("capacity", {"links": ["L1"], "factor": -1}, "greater than or equal to 0"),
        ("capacity", {"links": ["L1"], "factor": float("nan")}, "finite number"),
        ("capacity", {"links": ["L1"], "factor": True}, "not yes or no"),
        ("capacity", {"countries": [False], "factor": 1}, "not yes or no"),
        ("cost", {"links": ["L1"]}, "changes nothing"),
        ("time", {"links": ["L1"]}, "changes nothing"),
        ("time", {"links": ["L1"], "dwell_h": 1, "dwell_factor": 1}, "not both"),
        ("demand", {}, "changes nothing"),
        ("demand", {"variant": "high", "first_year": 2030}, "holds in all years"),
        ("project", {"projects": ["P1"], "availability": "given"}, "give a year"),
        ("project", {"projects": ["P1"], "availability": "never", "year": 2030}, "none with never"),
        ("project_effect", {"project": "P2", "targets": ["L1"]}, "changes nothing"),
        ("refusal", {"countries": ["AZ"]}, "either share or factor"),
        ("refusal", {"countries": ["AZ"], "share": 0.1, "factor": 1}, "either share or factor"),
        ("discount_rate", {"rate": 6}, "less than 1"),
        ("fuel", {"factor": 1, "id": "Not a name"}, "pattern"),
    ],
)
def test_fields_that_make_no_sense(kind: str, fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        lever(kind, **fields)


@pytest.mark.parametrize(
    ("kind", "fields", "sentences"),
    [
        ("closure", {"links": ["L9"]}, ["links: 'L9' is not a link. Known: L1, L2, L3."]),
        ("closure", {"places": ["ALTA"]}, ["places: 'ALTA' is not a place. Did you mean ALAT?"]),
        ("closure", {"transit_countries": ["XX"]}, ["transit_countries: 'XX' is not a country of the network."]),
        ("closure", {"touching": ["AKTAO"]}, ["Did you mean AKTAU?"]),
        ("cost", {"modes": ["rail"], "factor": 2}, ["modes: 'rail' is not a mode."]),
        (
            "cost",
            {"cost_groups": ["CAPS"], "factor": 2},
            ["cost_groups: 'CAPS' is not a cost group. Did you mean CASP?"],
        ),
        ("cost", {"corridors": ["midle"], "factor": 2}, ["corridors: 'midle' is not a corridor. Did you mean middle?"]),
        (
            "cost",
            {"modes": ["road"], "countries": ["AZ"], "factor": 2},
            ["no link satisfies all of: countries AZ; modes"],
        ),
        ("capacity", {"places": ["X"], "links": ["Y"], "factor": 2}, ["'Y' is not a link", "'X' is not a place"]),
        ("demand", {"factor": 2, "markets": ["west"], "lanes": ["Z"]}, ["markets: 'west'", "lanes: 'Z'"]),
        ("demand", {"factor": 2, "markets": ["eastbound"], "lanes": ["A"]}, ["no lane satisfies all choices"]),
        (
            "refusal",
            {"countries": ["AZ"], "zones": ["WST"], "share": 0},
            ["zones: 'WST' is not a zone. Did you mean WEST?"],
        ),
    ],
)
def test_unknown_names_are_all_named_with_the_nearest(
    tiny_network: Network, kind: str, fields: dict[str, Any], sentences: list[str]
) -> None:
    found = lever(kind, **fields).problems(tiny_network)
    assert len(found) == len(sentences)
    for problem, sentence in zip(found, sentences, strict=True):
        assert sentence in problem
