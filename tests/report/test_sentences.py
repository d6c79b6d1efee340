"""The sentences say what the figures say, and say so plainly where there are none."""

import doctest
from collections.abc import Callable
from typing import Any

import pytest

import report.words
from model.solution import TABLES, Solution
from network.network import Network
from report.indicators import corridor_totals
from report.limits import bottlenecks
from report.period_sentences import period_headlines
from report.sentences import headlines
from report.words import tonnes

Made = Callable[..., Solution]
YEAR = {"period": 2030, "season": "year"}


def project(name: str, decision: str, capex: float, start: float | None = None) -> dict[str, Any]:
    row = {"project_id": name, "name": f"{name} (explained)", "decision": decision, "capex_musd": capex}
    row |= {"start_period": start, "start_year": start, "in_service_year": start, "units": 1, "units_max": 1}
    return row | {"country": "KZ", "project_type": "rail", "source": "s", "confidence": "estimate"}


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


@pytest.mark.parametrize("topic", ["plan", "corridors", "investments", "base_year", "confidence", "run"])
def test_an_empty_world_is_said_to_be_empty(topic: str, network: Network) -> None:
    empty = Solution({table.name: table.empty() for table in TABLES}, {"scenario": "empty"})
    sentence = headlines(empty, network)[topic]
    assert sentence.endswith(".")
    assert "nan" not in sentence


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (0.0, "Nothing is built: it is proven that no project is worth its cost."),
        (1.0, "Nothing is built; it is proven that building could gain USD 40 mn at most."),
        (None, "Nothing is built."),
    ],
)
def test_nothing_built_claims_no_more_than_is_proven(
    hand_made: Made, network: Network, gap: float | None, said: str
) -> None:
    run = {"gain": 0.0, "gap_of_gain": gap}
    run |= {"bound": 140.0, "value_of_nothing_built": 100.0} if gap else {}
    plan = hand_made(run, builds=[project("X", "not built", 50)])
    assert headlines(plan, network)["investments"] == said
    assert headlines(plan, network)["plan"].startswith("The plan builds nothing")


def test_all_projects_given_is_not_called_a_decision(hand_made: Made, network: Network) -> None:
    plan = hand_made(builds=[project("X", "given", 50)])
    assert headlines(plan, network)["investments"].startswith("Nothing is left to build")


def test_one_project_and_several_are_said_apart(hand_made: Made, network: Network) -> None:
    one = hand_made(builds=[project("X", "built", 50, 2030), project("Y", "not built", 9)])
    assert headlines(one, network)["investments"] == (
        "The only project built is X (USD 50 mn), begun in the period of 2030; 1 project is not built."
    )
    two = hand_made(builds=[project("X", "built", 75, 2030), project("Y", "built", 25, 2025)])
    assert headlines(two, network)["investments"] == (
        "The largest of 2 projects are X (USD 75 mn) and Y (USD 25 mn); 25 % of the money is committed in the period "
        "of 2025."
    )


def test_units_that_start_in_two_periods_are_one_project(hand_made: Made, network: Network) -> None:
    parts = [project("X", "built", 30, 2025), project("X", "built", 20, 2030)]
    said = headlines(hand_made({"gain": None}, builds=parts), network)
    assert said["plan"] == "The plan builds 1 project for USD 50 mn."
    assert said["investments"].startswith("The only project built is X (USD 50 mn), begun in the period of 2025")


def test_a_world_of_sourced_figures_is_called_so(hand_made: Made, network: Network) -> None:
    cost = {"period": 2030, "category": "freight", "confidence": "sourced", "musd": 1.0, "discounted_musd": 5.0}
    assert headlines(hand_made(costs=[cost]), network)["confidence"].endswith(" is sourced.")


def test_a_corridor_that_carries_nothing_is_said_to(hand_made: Made, network: Network) -> None:
    lane = {"lane_id": "A", "origin_zone": "E", "destination_zone": "W", "commodity_id": "x", "market_id": "m"}
    demand = [YEAR | lane | {"reference_kt": 4.0, "served_kt": 4.0, "unserved_kt": 0.0, "served_kteu": 0.0}]
    carried = {"period": 2030, "market_id": "m", "share_pct": 75.0, "share_basis": "kt", "flow_kteu": 0.0}
    rows = [carried | {"corridor_id": "north", "flow_kt": 3.0}, carried | {"corridor_id": "suez", "flow_kt": 1.0}]
    plan = hand_made(demand=demand, corridors=rows)
    said = headlines(plan, network)["corridors"]
    assert said.endswith(" carries nothing; in 2030 most cargo, 75 %, moves by the Northern route.")
    bare = network.replace(corridors=network.corridors.head(0))
    assert (
        headlines(plan, bare)["corridors"] == "No corridors are declared: all cargo, 4 kt in 2030, is shown together."
    )


def test_the_run_says_how_far_it_is_from_the_best(hand_made: Made, network: Network) -> None:
    run = {"seconds": {"solve": 12.4}, "gap_of_gain": 0.05, "gap": 0.002}
    builds = [project("X", "not built", 50)]
    assert headlines(hand_made(run, builds=builds), network)["run"] == (
        "Solved in 12 seconds; at most 5.0 % of what any plan could gain is missing from this plan, which is proven."
    )
    assert headlines(hand_made(run), network)["run"].endswith(
        "at most 0.2 % of the objective is missing from this plan, which is proven."
    )
    assert headlines(hand_made(run | {"gap": 0.0}), network)["run"] == "Solved in 12 seconds, to proven optimality."


def test_costs_are_said_net_of_what_projects_save(hand_made: Made, network: Network) -> None:
    cost = {"period": 2030, "confidence": "estimate", "discounted_musd": 0.0}
    kinds = [("freight", 60.0), ("time", 40.0), ("savings", -10.0)]
    lane = {"lane_id": "A", "origin_zone": "E", "destination_zone": "W", "commodity_id": "x", "market_id": "m"}
    plan = hand_made(
        demand=[YEAR | lane | {"served_kt": 1.0}],
        costs=[cost | {"category": category, "musd": musd} for category, musd in kinds],
    )
    said = period_headlines(plan, network)
    assert said["costs"][2030] == (
        "A year of 2030 costs USD 90 mn: 60 % freight and 40 % time of the cargo, less USD 10 mn saved by projects."
    )
    assert said["map"][2030] == "In 2030 nothing moves."
    assert said["bottlenecks"][2030] == "In 2030 no limit of the network costs anyone anything."
