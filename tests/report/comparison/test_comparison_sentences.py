import re

import numpy as np
import pytest

from network.network import Network
from report.comparison_rows import matrix
from report.comparison_sentences import SECTIONS, findings, headlines, runs_sentence
from report.comparison_words import said
from tests.report.comparison.made import MadeBatch, cargo, made_batch


def every(batch: MadeBatch) -> list[str]:
    return [line for lines in findings(batch).values() for line in lines]


def test_runs_are_counted_by_kind_and_state(scenarios: MadeBatch, network: Network) -> None:
    assert runs_sentence(scenarios) == (
        "3 of 4 runs are finished (1 failed): 3 scenarios; all are compared with “Baseline”."
    )
    mixed = made_batch(network, [
        {"key": "a", "scenario": "baseline"}, {"key": "b", "scenario": "baseline", "x": 1.0},
        {"key": "c", "scenario": "baseline", "sample": 0, "x": 2.0}, {"key": "d", "scenario": "e", "state": "open"},
    ], axes=["x"])  # fmt: skip
    assert runs_sentence(mixed) == (
        "3 of 4 runs are finished (1 not solved yet): 1 scenario, 1 point of a grid and 1 sample; all are compared "
        "with “Baseline”."
    )
    nothing = made_batch(network, [{"key": "a", "scenario": "baseline", "state": "failed"}])
    assert runs_sentence(nothing) == "None of 1 run is finished (1 failed)."


def test_findings_of_scenarios_are_those_of_the_figures(scenarios: MadeBatch) -> None:
    found = findings(scenarios)
    assert tuple(found) == SECTIONS
    assert (
        "“Red Sea closed” differs most from the base: all countries together lose USD 680 mn in present value, and the "
        "European Union loses most, USD 800 mn."
    ) in found["overview"]
    assert found["corridors"][0] == (
        "In 2040 the Middle Corridor carries 12 Mt a year in the base; highest in “Red Sea closed”, 15 Mt a year (+3 "
        "Mt a year) and lowest in “Caspian low water”, 9 Mt a year (-3 Mt a year)."
    )
    assert found["corridors"][-1] == (
        "Hardly different between the runs is: containers, Middle Corridor, 2040 (100,000 TEU a year)."
    )
    assert found["countries"] == [
        "The largest gain of a country in any run: Kazakhstan gains USD 120 mn in “Red Sea closed”, in present value.",
        "The largest loss of a country in any run: the European Union loses USD 800 mn in “Red Sea closed”, in present "
        "value.",
        "The European Union loses in every run against the base.",
    ]
    assert found["investments"][0].startswith("1 of 3 projects is built in all 3 runs: Dostyk TransTerminal")
    assert found["investments"][0].endswith("; 1 in some of them and 1 in none.")
    assert "(in 1 of 3)" in found["investments"][1]
    assert found["investments"][2].endswith(": 2025 to 2035, median 2025.")


def test_gaps_warn_of_differences_that_the_search_may_make(scenarios: MadeBatch) -> None:
    assert findings(scenarios)["overview"][-1].startswith("A plan may lack up to 4.0 % of the gain")


def test_given_investments_are_not_compared(network: Network, scenarios: MadeBatch) -> None:
    fixed = MadeBatch(network, {**scenarios.spec, "how": {"base": "baseline", "investment": "fixed"}},
                      scenarios.catalogue, scenarios.indicators)  # fmt: skip
    assert findings(fixed)["investments"] == [
        "Every run takes the same given investments: what would be built in each is not compared."
    ]


def test_a_grid_is_said_by_its_ends_and_a_step(network: Network) -> None:
    runs = [{"key": "base", "scenario": "baseline", "title": "Baseline"}]
    runs += [{"key": f"g{n}", "scenario": "baseline", "title": "Baseline", "suez.factor": v} for n, v in
             enumerate((0.2, 0.6, 1.0))]  # fmt: skip
    boxes = {"base": 150.0, "g0": 200.0, "g1": 170.0, "g2": 120.0}
    batch = made_batch(network, runs, {k: cargo(1000.0, v) for k, v in boxes.items()}, axes=["suez.factor"])
    assert findings(batch)["grids"] == [
        "In “Baseline”, the Middle Corridor carries 200,000 TEU a year in 2040 with suez at 0.2, and 120,000 TEU a "
        "year at 1: -40,000 TEU a year a step in the mean."
    ]


def test_a_grid_that_moves_nothing_is_said(network: Network) -> None:
    runs = [{"key": f"g{n}", "scenario": "baseline", "title": "Baseline", "x": float(n)} for n in range(3)]
    batch = made_batch(network, runs, {f"g{n}": cargo(5.0) for n in range(3)}, axes=["x"])
    assert findings(batch)["grids"] == ["In “Baseline”, x hardly moves the headline figures."]


def test_samples_are_said_by_quantiles_and_by_what_moves_them(network: Network) -> None:
    drawn = np.random.default_rng(2).uniform(size=(60, 2))
    runs = [{"key": "base", "scenario": "baseline", "title": "Baseline"}]
    runs += [{"key": f"s{n}", "scenario": "baseline", "title": "Baseline", "sample": n, "draught": a, "fuel": b}
             for n, (a, b) in enumerate(drawn)]  # fmt: skip
    kteu = 100 + 100 * drawn[:, 0]
    figures = {"base": cargo(5.0, 150.0)} | {f"s{n}": cargo(5.0, v) for n, v in enumerate(kteu)}
    found = findings(made_batch(network, runs, figures, axes=["draught", "fuel"]))["samples"]
    low, middle, high = np.quantile(kteu, [0.1, 0.5, 0.9])
    assert found[0] == (
        "In eight of ten samples of “Baseline”, the Middle Corridor carries "
        f"{said(low, 'kTEU').removesuffix(' TEU')} to {said(high, 'kTEU')} a year in 2040, with a median of "
        f"{said(middle, 'kTEU')} a year (60 samples)."
    )
    assert found[1].startswith("Containers, Middle Corridor, 2040 is moved most by draught (1), by rank regression")
    assert found[1].endswith("explain 100 % of its ranks.")


def test_confidence_counts_the_headlines_of_the_base(network: Network) -> None:
    runs = [{"key": "a", "scenario": "baseline"}, {"key": "b", "scenario": "c"}]
    figures = [("gain", "", None, 1.0), ("capex", "", None, 2.0), ("co2", "", 2040, 3.0), ("duties", "", 2040, 4.0)]
    sure = {"gain": "estimate", "capex": "memory", "co2": "estimate", "duties": ""}
    batch = made_batch(network, runs, {"a": figures, "b": figures}, confidence=lambda figure: sure[figure[0]])
    assert findings(batch)["confidence"] == [
        "Of 4 headline figures of the base, 2 rest on estimates and 1 on figures from memory, by half or more of what "
        "stands behind each. What the other 1 rests on is not reckoned.",
        "Weakest, from memory: investment.",
    ]


def test_sentences_are_sentences(scenarios: MadeBatch) -> None:
    for line in every(scenarios):
        assert line[0].isupper() or line[0].isdigit() or line[0] == "“", line
        assert line.endswith("."), line
        assert "_" not in line, line
        assert "  " not in line, line
        assert not re.search(r"\bnan\b|\bNone\b|\bNaN\b", line), line


def test_every_figure_in_a_sentence_on_corridors_is_in_the_matrix(scenarios: MadeBatch) -> None:
    table = matrix(scenarios)
    known = {said(abs(v), u) for c in ("value", "base", "change") for v, u in zip(table[c], table["unit"], strict=True)}
    numbers = {text.removeprefix("USD ").split(" ")[0] for text in known}
    for line in findings(scenarios)["corridors"]:
        for figure in re.findall(r"(?<![\d“])[\d.,]*\d(?= (?:Mt|kt|TEU|days))", line):
            assert figure in numbers, line


def test_headlines_are_some_of_the_findings_in_their_order(scenarios: MadeBatch) -> None:
    lines = every(scenarios)
    chosen = headlines(scenarios, most=5)
    assert len(chosen) == 5
    assert chosen == [line for line in lines if line in chosen]
    assert not any(line.startswith("Hardly") for line in headlines(scenarios, most=99))


def test_a_batch_with_nothing_finished_has_one_sentence(network: Network) -> None:
    batch = made_batch(network, [{"key": "a", "scenario": "baseline", "state": "open"}])
    assert every(batch) == ["None of 1 run is finished (1 not solved yet)."]


@pytest.mark.parametrize("value", [0.0, 1e-12])
def test_runs_that_change_nothing_are_said_so(network: Network, value: float) -> None:
    runs = [{"key": "a", "scenario": "baseline"}, {"key": "b", "scenario": "c"}]
    figures = {"a": [("welfare", "KZ", None, 5.0)], "b": [("welfare", "KZ", None, 5.0 + value)]}
    assert "What countries gain is the same in every run." in every(made_batch(network, runs, figures))
