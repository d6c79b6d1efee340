"""Levers on duties, status, limits, sanctions and elasticities: which rows they change, and what they refuse."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from model.levers import LEVERS, Lever
from network.network import Network
from network.policy import DutySchedule

BY_KIND = {lever.kind: lever for lever in LEVERS}


def lever(kind: str, **fields: Any) -> Lever:
    return BY_KIND[kind].model_validate({"id": "one", **fields})


def apply(network: Network, kind: str, **fields: Any) -> Network:
    one = lever(kind, **fields)
    assert one.problems(network) == []
    return one.apply(network)


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return [
        tuple(None if cell != cell else cell for cell in row) for row in frame[list(columns)].itertuples(index=False)
    ]


def rate(network: Network, good: str, year: int, origin: str = "KZ", importer: str = "GE") -> float:
    return round(100 * DutySchedule.of(network).rate(importer, origin, good, date(year, 6, 30)), 6)


def test_a_duty_comes_on_top_in_its_years(trade_network: Network) -> None:
    changed = apply(trade_network, "duty", importer="GE", origins=["KZ"], rate_pct=20, first_year=2027, last_year=2028)
    assert [rate(changed, "boxes", year) for year in (2026, 2027, 2028, 2029)] == [15, 35, 35, 15]
    assert rate(changed, "boxes", 2027, origin="AZ") == 15
    assert rate(changed, "wheat", 2027) == 32


@pytest.mark.parametrize(
    ("fields", "boxes", "wheat"),
    [
        ({"products": ["wheat"]}, 15, 32),
        ({"commodities": ["wheat"]}, 15, 32),
        ({"commodities": ["boxes"]}, 35, 12),
        ({"except_products": ["wheat"]}, 35, 12),
        ({"exclusions_of": "surcharge"}, 35, 12),
        ({"replaces": ["surcharge"]}, 25, 32),
        ({"except_origins": ["KZ"]}, 15, 12),
        ({"layer": "preference", "rate_pct": 0, "products": ["wheat"]}, 15, 0),
        ({"layer": "preference", "rate_pct": 20, "products": ["wheat"]}, 15, 12),
    ],
)
def test_a_duty_on_some_goods(trade_network: Network, fields: dict[str, Any], boxes: float, wheat: float) -> None:
    changed = apply(trade_network, "duty", **{"importer": "GE", "rate_pct": 20, **fields})
    if fields.get("commodities") == ["boxes"]:  # general cargo is all goods
        wheat = 32
    assert (rate(changed, "boxes", 2026), rate(changed, "wheat", 2026)) == (boxes, wheat)


def test_a_measure_ends_for_all_or_for_some(trade_network: Network) -> None:
    every = apply(trade_network, "duty_end", importer="GE", measures=["surcharge"], first_year=2027)
    assert [rate(every, "boxes", year) for year in (2026, 2027)] == [15, 5]
    one = apply(trade_network, "duty_end", importer="GE", measures=["surcharge"], origins=["KZ"], first_year=2027)
    assert [rate(one, "boxes", year) for year in (2026, 2027)] == [15, 5]
    assert [rate(one, "boxes", year, origin="AZ") for year in (2026, 2027)] == [15, 15]
    assert one.duty_rates["rate_id"].is_unique


@pytest.mark.parametrize("status", ["permanent", "column2", "conditional"])
def test_status_in_a_window(trade_network: Network, status: str) -> None:
    changed = apply(trade_network, "ntr", countries=["KZ"], status=status, first_year=2027, last_year=2029)
    kazakh = changed.ntr_status[changed.ntr_status["country"] == "KZ"]
    assert rows(kazakh, "status", "first_year", "last_year") == [
        ("conditional", 1993.0, 2026.0),
        (status, 2027.0, 2029.0),
        ("conditional", 2030.0, None),
    ]
    assert kazakh["hazard_per_year"].tolist() == [0.01, 0.01 if status == "conditional" else 0.0, 0.01]
    assert rows(changed.ntr_status[changed.ntr_status["country"] == "GE"], "status") == [("permanent",)]


def test_hazard_of_conditional_status(trade_network: Network) -> None:
    changed = apply(trade_network, "ntr", countries=["KZ"], status="conditional", hazard_per_year=0.1, first_year=2027)
    schedule = DutySchedule.of(changed)
    assert [schedule.hazard("KZ", year) for year in (2026, 2027)] == [0.01, 0.1]


LIMIT = ("limit_id", "instrument", "quota_t_per_year", "grant_share", "first_year", "last_year", "is_active")


def test_a_limit_is_lifted_in_its_years_only(trade_network: Network) -> None:
    changed = apply(trade_network, "trade_limit", limit="grain", active=0, first_year=2027, last_year=2028)
    assert sorted(rows(changed.trade_limits.query("limit_id == 'grain'"), "first_year", "last_year", "is_active")) == [
        (2024, 2026, 1),
        (2027, 2028, 0),
        (2029, None, 1),
    ]


def test_a_limit_is_changed_in_its_years_and_a_second_lever_finds_every_part(trade_network: Network) -> None:
    once = apply(trade_network, "trade_limit", limit="grain", quota_t_per_year=100, first_year=2030)
    assert rows(once.trade_limits.query("limit_id == 'grain'"), *LIMIT) == [
        ("grain", "quota", 400000, None, 2024, 2029, 1),
        ("grain", "quota", 100, None, 2030, None, 1),
    ]
    twice = apply(once, "trade_limit", limit="grain", active=0, first_year=2028)
    assert rows(twice.trade_limits.query("limit_id == 'grain' and is_active == 1"), "first_year", "last_year") == [
        (2024, 2027)
    ]


def test_a_limit_of_the_table_comes_into_force(trade_network: Network) -> None:
    changed = apply(trade_network, "trade_limit", limit="boxes_in", grant_share=0.8)
    assert rows(changed.trade_limits.query("limit_id == 'boxes_in'"), *LIMIT) == [
        ("boxes_in", "licence", None, 0.8, None, None, 1)
    ]


def test_a_new_limit(trade_network: Network) -> None:
    changed = apply(trade_network, "trade_limit", instrument="tax", exporters=["KZ"], commodities=["wheat"], tax_pct=7,
                    first_year=2027)  # fmt: skip
    new = changed.trade_limits.iloc[-1]
    assert (new["limit_id"], new["imposed_by"], new["tax_pct"], new["is_active"]) == ("one", "KZ", 7, 1)
    assert new["exporters"] == ("KZ",)


def test_share_of_one_origin_is_a_limit_for_each_good_and_origin(trade_network: Network) -> None:
    changed = apply(trade_network, "origin_share", importer="GE", commodities=["wheat", "boxes"], max_share=0.65)
    new = changed.trade_limits.iloc[len(trade_network.trade_limits) :]
    assert rows(new, "limit_id", "exporters", "importers", "commodity_ids", "instrument", "max_share") == [
        ("one_wheat_kz", ("KZ",), ("GE",), ("wheat",), "share", 0.65),
        ("one_boxes_kz", ("KZ",), ("GE",), ("boxes",), "share", 0.65),
    ]
    back = apply(trade_network, "origin_share", importer="EAEU", commodities=["wheat"], max_share=0.65)
    assert back.trade_limits["exporters"].iloc[-1] == ("GE",)
    none = lever("origin_share", importer="EAEU", commodities=["boxes"], max_share=0.65)
    assert none.problems(trade_network) == ["commodities: no lane brings boxes to EAEU"]


def test_sanctions_come_change_and_end(trade_network: Network) -> None:
    new = apply(trade_network, "sanction", countries=["AZ"], modes=["rail_1520"], shippers=["EAEU"], share=0.5)
    assert rows(new.sanctions, "sanction_id", "closed_countries", "closed_modes", "share") == [
        ("no_rail", ("AZ",), ("rail_1520",), 0.4),
        ("one", ("AZ",), ("rail_1520",), 0.5),
    ]
    ended = apply(trade_network, "sanction", sanction="no_rail", active=0, first_year=2028)
    assert rows(ended.sanctions, "share", "first_year", "last_year") == [(0.4, 2024, 2027), (0.0, 2028, None)]
    harder = apply(trade_network, "sanction", sanction="no_rail", share=1)
    assert rows(harder.sanctions, "share", "first_year", "last_year") == [(1.0, 2024, None)]


def test_elasticities_scale_with_their_range_or_take_an_end_of_it(trade_network: Network) -> None:
    columns = ("substitution_low", "substitution", "substitution_high")
    scaled = apply(trade_network, "elasticity", figure="substitution", factor=0.5)
    assert rows(scaled.trade_elasticities, *columns) == [(2, 4, 5), (None, 2, None)]
    low = apply(trade_network, "elasticity", figure="substitution", commodities=["wheat"], take="low")
    assert rows(low.trade_elasticities, *columns) == [(4, 4, 10), (None, 4, None)]
    lacking = lever("elasticity", figure="substitution", take="high")
    assert lacking.problems(trade_network) == ["take: boxes has no substitution_high"]


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("duty", {"importer": "GE", "rate_pct": 1001}, "less than or equal to 1000"),
        ("duty", {"importer": "GE", "rate_pct": -1}, "greater than or equal to 0"),
        ("duty", {"importer": "GE", "rate_pct": 1, "first_year": 2030, "last_year": 2029}, "is before first_year"),
        ("duty", {"importer": "GE", "rate_pct": 1, "products": ["a"], "commodities": ["b"]}, "either products or"),
        ("duty", {"importer": "GE", "rate_pct": 1, "products": ["a"], "except_products": ["b"]}, "all goods"),
        ("duty", {"importer": "GE", "rate_pct": 1, "layer": "preference", "replaces": ["a"]}, "nothing else"),
        ("duty_end", {"importer": "GE", "measures": [], "first_year": 2027}, "at least 1 item"),
        ("ntr", {"countries": ["KZ"], "status": "lost"}, "'permanent', 'conditional' or 'column2'"),
        ("ntr", {"countries": ["KZ"], "status": "conditional", "hazard_per_year": 2}, "less than or equal to 1"),
        ("trade_limit", {"limit": "grain", "quota_t_per_year": -1}, "greater than or equal to 0"),
        ("trade_limit", {"limit": "grain", "grant_share": 1.1}, "less than or equal to 1"),
        ("trade_limit", {"limit": "grain", "active": True}, "not yes or no"),
        ("origin_share", {"importer": "GE", "commodities": ["wheat"], "max_share": 65}, "less than or equal to 1"),
        ("sanction", {"places": ["ALAT"], "share": -0.1}, "greater than or equal to 0"),
        ("elasticity", {"figure": "supply"}, "either factor or take"),
        ("elasticity", {"figure": "supply", "factor": 0}, "greater than 0"),
    ],
)
def test_fields_that_make_no_sense(kind: str, fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        lever(kind, **fields)


@pytest.mark.parametrize(
    ("kind", "fields", "sentences"),
    [
        ("duty", {"importer": "G", "rate_pct": 1}, ["importer: 'G' is not a territory of the duty table."]),
        (
            "duty",
            {"importer": "GE", "rate_pct": 1, "origins": ["KZT"], "products": ["wheet"]},
            ["'KZT' is not a country. Did you mean KZ?", "'wheet' is not a product group. Did you mean wheat?"],
        ),
        ("duty", {"importer": "GE", "rate_pct": 1, "commodities": ["boxs"]}, ["Did you mean boxes?"]),
        ("duty", {"importer": "GE", "rate_pct": 1, "replaces": ["surchage"]}, ["Did you mean surcharge?"]),
        (
            "duty",
            {"importer": "GE", "rate_pct": 1, "origins": ["KZ"], "except_origins": ["KZ"]},
            ["except_origins: KZ is among origins too"],
        ),
        (
            "duty_end",
            {"importer": "EAEU", "measures": ["surcharge"], "first_year": 2027},
            ["'surcharge' is not a measure of EAEU. Known: mfn."],
        ),
        (
            "duty_end",
            {"importer": "GE", "measures": ["mfn"], "first_year": 2027},
            ["mfn is a base rate, which cannot end"],
        ),
        ("ntr", {"countries": ["KAZ"], "status": "column2"}, ["Did you mean KZ?"]),
        ("trade_limit", {"limit": "grein"}, ["'grein' is not a limit of trade_limits. Did you mean grain?"]),
        ("trade_limit", {"limit": "grain", "max_share": 0.5}, ["max_share: a quota has none"]),
        ("trade_limit", {"limit": "grain", "exporters": ["KZ"]}, ["exporters: of a new limit only"]),
        ("trade_limit", {"exporters": ["KZ"]}, ["instrument: missing"]),
        ("trade_limit", {"instrument": "ban"}, ["names no trade to limit"]),
        ("trade_limit", {"instrument": "quota", "exporters": ["KZ"]}, ["quota_t_per_year: missing (a quota needs it)"]),
        ("trade_limit", {"instrument": "ban", "exporters": ["KZ"], "tax_pct": 5}, ["tax_pct: a ban has none"]),
        ("trade_limit", {"instrument": "share", "importers": ["GE"], "max_share": 0.5}, ["exporters: missing"]),
        ("trade_limit", {"instrument": "formality", "exporters": ["KZ"]}, ["a formality costs money"]),
        ("trade_limit", {"instrument": "ban", "commodities": ["weat"]}, ["Did you mean wheat?"]),
        ("trade_limit", {"instrument": "ban", "exporters": ["KZ"], "active": 0}, ["0 lifts one of the table"]),
        ("trade_limit", {"id": "grain", "instrument": "ban", "exporters": ["KZ"]}, ["write limit: grain to change it"]),
        ("origin_share", {"importer": "GE", "commodities": ["weat"], "max_share": 0.5}, ["Did you mean wheat?"]),
        ("sanction", {"sanction": "no_rial", "active": 0}, ["Did you mean no_rail?"]),
        ("sanction", {"sanction": "no_rail", "places": ["ALAT"]}, ["places: of a new sanction only"]),
        ("sanction", {"shippers": ["GE"]}, ["closes nothing; give countries or places"]),
        (
            "sanction",
            {"countries": ["AX"], "modes": ["rail"], "places": ["ALTA"]},
            ["'AX' is not a country of the network", "'rail' is not a mode", "Did you mean ALAT?"],
        ),
        ("elasticity", {"figure": "supply", "commodities": ["wheet"], "factor": 2}, ["Did you mean wheat?"]),
    ],
)
def test_names_and_figures_that_the_world_does_not_have(
    trade_network: Network, kind: str, fields: dict[str, Any], sentences: list[str]
) -> None:
    found = lever(kind, **fields).problems(trade_network)
    assert len(found) == len(sentences), found
    for problem, sentence in zip(found, sentences, strict=True):
        assert sentence in problem


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("duty", {"importer": "GE", "rate_pct": 5, "except_products": ["wheat"]}, "5 % more on all goods but wheat"),
        ("trade_limit", {"limit": "grain", "active": 0, "first_year": 2027}, "Quota on grain: lifted, from 2027"),
        ("trade_limit", {"limit": "boxes_in"}, "Licences for boxes: in force, as dated"),
        ("sanction", {"sanction": "no_rail", "share": 1}, "No rail in Azerbaijan: 100% of the cargo bound, as dated"),
        ("sanction", {"places": ["ALAT"], "commodities": ["boxes"]}, "boxes may not touch ALAT, in every year"),
        ("origin_share", {"importer": "GE", "commodities": ["wheat"], "max_share": 0.5}, "from one origin (KZ)"),
        ("elasticity", {"figure": "supply", "take": "low"}, "supply of all commodities at the low end of its range"),
    ],
)
def test_effects_in_words(trade_network: Network, kind: str, fields: dict[str, Any], words: str) -> None:
    assert words in lever(kind, **fields).effect(trade_network)
