"""The sentences say what the figures say, and say so plainly where there are none."""

import doctest

import pytest

import report.words
from model.solution import TABLES, Solution
from network.network import Network
from report.indicators import corridor_totals
from report.limits import bottlenecks
from report.period_sentences import period_headlines
from report.sentences import difference_headlines, headlines
from report.words import tonnes


def test_words_do_as_their_examples_say() -> None:
    assert doctest.testmod(report.words).failed == 0


def test_the_lead_names_investment_gain_and_what_is_proven(solution: Solution, network: Network) -> None:
    built = solution["builds"].query("decision == 'built'")
    sentence = headlines(solution, network)["plan"]
    assert f"{len(built)} projects" in sentence
    assert "worth USD 41.5 bn" in sentence
    assert "no plan can gain more than USD 45.3 bn (gap 8.4 %)" in sentence


def test_a_proven_best_plan_is_called_so(solution: Solution, network: Network) -> None:
    proven = Solution(solution.tables, {**solution.run, "gap_of_gain": 0.0})
    assert "proven to be the most that any plan can gain" in headlines(proven, network)["plan"]


def test_the_corridor_sentence_holds_the_totals(solution: Solution, network: Network) -> None:
    totals = corridor_totals(solution, network)
    mine = totals[totals["corridor_id"] == "middle"].set_index("period")["flow_kt"]
    sentence = headlines(solution, network)["corridors"]
    assert tonnes(mine[2025]) in sentence
    assert tonnes(mine[2040]) in sentence


def test_every_period_has_its_sentences(solution: Solution, network: Network) -> None:
    for topic, sentences in period_headlines(solution, network).items():
        assert list(sentences) == [2025, 2030, 2040], topic
        assert all(str(year) in sentence for year, sentence in sentences.items()), topic


def test_the_bottleneck_sentence_names_the_dearest_and_the_dearest_to_the_corridor(
    solution: Solution, network: Network
) -> None:
    tight = bottlenecks(solution, network).query("period == 2030")
    sentence = period_headlines(solution, network)["bottlenecks"][2030]
    assert tight.loc[tight["rent_musd"].idxmax(), "name"] in sentence
    assert "What costs the Middle Corridor most is " in sentence
    named = sentence.split("What costs the Middle Corridor most is ")[1].split(":")[0]
    used = solution["flows"].query("corridor_id == 'middle' and period == 2030")["link_id"]
    assert named in set(tight[tight["target_id"].isin(used)]["name"])


def test_differences_are_said_in_words(solution: Solution, other_solution: Solution, network: Network) -> None:
    lead, *lines = difference_headlines(solution, other_solution, network)
    assert lead == "Compared with More trade:"
    assert lines[0].startswith("1 more project built: ")
    assert any(line.startswith("In 2040, cargo by corridor changes: ") for line in lines)
    assert lines[-1] == "The plan's gain over building nothing is USD 41.5 bn, against USD 38 bn."


def test_the_same_plan_has_no_difference(solution: Solution, network: Network) -> None:
    assert "The same projects are built at the same time." in difference_headlines(solution, solution, network)


@pytest.mark.parametrize("topic", ["plan", "corridors", "investments", "base_year", "confidence"])
def test_an_empty_world_is_said_to_be_empty(topic: str, network: Network) -> None:
    empty = Solution({table.name: table.empty() for table in TABLES}, {"scenario": "empty"})
    sentence = headlines(empty, network)[topic]
    assert sentence.endswith(".")
    assert "nan" not in sentence
