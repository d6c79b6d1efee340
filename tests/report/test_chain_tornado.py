"""The tornado of the rare-earth chain: widest first, and the sentence that says so."""

from collections.abc import Callable

from model.chain.sensitivity import FACTORS, FIGURES
from model.solution import Solution
from report.chain_tornado import FACTORS as SHOWN
from report.chain_tornado import FIGURES as WORDS
from report.chain_tornado import INDICATORS, tornado_data, tornado_sentence


def rows(effects: dict[str, float]) -> list[dict[str, float | str]]:
    """Rents move by the effect times the change of the factor, all else stays."""
    base = dict.fromkeys(INDICATORS, 100.0)
    made = [{"figure": "", "factor": 1.0, **base}]
    for figure, effect in effects.items():
        made += [{"figure": figure, "factor": f, **base, "focus_rents_musd": 100 + effect * (f - 1)} for f in FACTORS]
    return made


def test_every_figure_that_is_asked_has_words() -> None:
    assert set(WORDS) == set(FIGURES)
    assert SHOWN == FACTORS


def test_the_widest_comes_first(hand_made: Callable[..., Solution]) -> None:
    solution = hand_made(chain_sensitivity=rows({"stock": 1.0, "demand": 50.0, "recovery": -20.0}))
    data = tornado_data(solution)
    assert data is not None
    first = data["parts"][0]
    assert [row[0] for row in first["rows"]] == ["demand", "recovery of new mines", "stocks"]
    assert first["base"] == 100
    assert first["rows"][0][1:] == [65, 85, 115, 200]
    said = tornado_sentence(solution)
    assert "Of 3 figures" in said
    assert "demand 0.85 and 1.1 times; recovery of new mines 1.1 and 0.94 times" in said


def test_the_ends_of_demand_stand_beside_the_factors(hand_made: Callable[..., Solution]) -> None:
    base = dict.fromkeys(INDICATORS, 100.0)
    ends = [
        {"figure": "demand_ends", "factor": f, **base, "focus_rents_musd": v} for f, v in ((0.8, 60.0), (1.25, 150.0))
    ]
    solution = hand_made(chain_sensitivity=[*rows({"stock": 1.0}), *ends])
    data = tornado_data(solution)
    assert data is not None
    assert data["parts"][0]["rows"][0] == [data["ends"], None, 60, 150, None]
    said = tornado_sentence(solution)
    assert "Of 1 figure" in said
    assert "low end of its table they would earn 0.6 times as much, at the high end 1.5 times" in said


def test_without_a_sensitivity_there_is_nothing(hand_made: Callable[..., Solution]) -> None:
    assert tornado_data(hand_made()) is None
    assert tornado_sentence(hand_made()) == ""
