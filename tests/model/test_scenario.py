"""Scenario files: inheritance, combination, settings and every message."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from model.errors import InputError
from model.scenario import Scenario, load_scenario
from model.scenario_file import scenario_names
from network.network import Network


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, name: str, levers: list[dict[str, Any]] | None = None, **fields: Any) -> None:
    content = {"title": name.title(), "question": f"What of {name}?", **fields}
    if levers is not None:
        content["levers"] = levers
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def fuel(lever_id: str, factor: float = 2) -> dict[str, Any]:
    return {"lever": "fuel", "id": lever_id, "factor": factor}


def ids(scenario: Scenario) -> list[str]:
    return [lever.id for lever in scenario.levers]


def factors(scenario: Scenario) -> dict[str, float]:
    return {record["id"]: record["factor"] for record in scenario.records()}


def problems(name: str, folder: Path, settings: tuple[str, ...] = ()) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        load_scenario(name, folder, settings)
    return caught.value.problems


def test_an_heir_adds_levers_after_its_ancestors(folder: Path) -> None:
    write(folder, "base", [fuel("one")])
    write(folder, "heir", [fuel("two")], extends="base")
    write(folder, "grandchild", [fuel("three")], extends="heir")
    assert ids(load_scenario("grandchild", folder)) == ["one", "two", "three"]


def test_an_heir_replaces_a_lever_at_its_place(folder: Path) -> None:
    write(folder, "base", [fuel("one"), fuel("two")])
    write(folder, "heir", [fuel("one", 3)], extends="base")
    assert factors(load_scenario("heir", folder)) == {"one": 3, "two": 2}


def test_combination_takes_shared_ancestors_once(folder: Path) -> None:
    write(folder, "base", [fuel("one")])
    write(folder, "a", [fuel("two")], extends="base")
    write(folder, "b", [fuel("three")], extends="base")
    both = load_scenario("a+b", folder)
    assert ids(both) == ["one", "two", "three"]
    assert ids(load_scenario("b+a", folder)) == ["one", "three", "two"]
    assert (both.name, both.title, both.question) == ("a+b", "A + B", "What of a? What of b?")


def test_a_replaced_lever_survives_combination_with_a_sibling(folder: Path) -> None:
    write(folder, "base", [fuel("one")])
    write(folder, "a", [fuel("one", 3)], extends="base")
    write(folder, "b", [fuel("two")], extends="base")
    assert factors(load_scenario("a+b", folder)) == factors(load_scenario("b+a", folder)) == {"one": 3, "two": 2}


def test_a_scenario_may_extend_a_combination(folder: Path) -> None:
    write(folder, "a", [fuel("one")])
    write(folder, "b", [fuel("two")])
    write(folder, "both", [fuel("two", 5)], extends="a+b")
    assert factors(load_scenario("both", folder)) == {"one": 2, "two": 5}


def test_siblings_that_both_have_a_lever_do_not_combine(folder: Path) -> None:
    write(folder, "a", [fuel("one")])
    write(folder, "b", [fuel("one", 3)])
    assert problems("a+b", folder) == ("b.yaml and a.yaml both have a lever 'one': they do not combine",)


def test_baseline_without_a_file_is_the_world_as_it_is(folder: Path, tiny_network: Network) -> None:
    baseline = load_scenario("baseline", folder)
    assert baseline.levers == ()
    assert baseline.apply(tiny_network).content_hash() == tiny_network.content_hash()
    assert scenario_names(folder / "missing") == ["baseline"]


def test_settings_change_figures_with_their_types(folder: Path) -> None:
    cap = {"lever": "budget", "id": "cap", "musd": {2030: 100}}
    write(folder, "base", [fuel("one"), cap, {"lever": "refusal", "id": "west", "countries": ["RU"], "factor": 1}])
    changed = load_scenario(
        "base",
        folder,
        ["one.factor=1.25", "one.first_year=2027", "cap.musd.2040=7", "west.factor=null", "west.share=0.3"],
    )
    records = {record["id"]: record for record in changed.records()}
    assert (records["one"]["factor"], records["one"]["first_year"]) == (1.25, 2027)
    assert records["cap"]["musd"] == {"2030": 100, "2040": 7}  # as run.json has it
    assert records["west"]["share"] == 0.3


def test_the_last_setting_of_a_field_wins(folder: Path) -> None:
    write(folder, "base", [fuel("one")])
    assert factors(load_scenario("base", folder, ["one.factor=3", "one.factor=4"])) == {"one": 4}


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("one.factor", "expected lever.field=value"),
        ("factor=3", "expected lever.field=value"),
        ("other.factor=3", "no lever 'other'. Levers: one, two."),
        ("twoo.factor=3", "no lever 'twoo'. Did you mean two? Levers: one, two."),
        ("one.id=x", "'id' of a lever cannot be set"),
        ("one.factor=[1", "not valid YAML"),
        ("one.factor.x=1", "'factor' has no part 'x'"),
        ("one.a.b.c=1", "expected lever.field=value"),
        ("one.factor=fast", "base.yaml, lever 'one' with --set, factor: 'fast'; expected a number"),
        ("one.factor=-1", "factor: -1; expected a number above 0 (price of fuel becomes"),
        ("one.facter=1", "facter: unknown field. Did you mean factor? Fields of fuel: "),
        ("one.first_year=2027.5", "first_year: 2027.5; expected a whole number"),
        ("one.first_year=1", "first_year: 1; expected a number of at least 1990"),
    ],
)
def test_settings_that_are_not_valid(folder: Path, setting: str, sentence: str) -> None:
    write(folder, "base", [fuel("one"), fuel("two")])
    (problem,) = problems("base", folder, (setting,))
    assert sentence in problem


def test_all_problems_of_all_levers_are_named_at_once(folder: Path) -> None:
    levers: list[dict[str, Any]] = [
        {"lever": "closre", "id": "one"},
        {"lever": "fuel", "id": "two", "facter": 3},
        {"lever": "capacity", "id": "three", "links": "L1", "factor": "big"},
        {"lever": "refusal", "id": "four", "countries": [], "share": 2},
        {"lever": "project", "id": "five", "projects": ["P1"], "availability": "sometimes"},
    ]
    write(folder, "base", levers)
    found = problems("base", folder)
    expected = [
        "base.yaml, lever 'one', lever: unknown lever 'closre'. Did you mean closure? Levers: budget, capacity",
        "base.yaml, lever 'two', factor: missing (price of fuel becomes this many times today's)",
        "base.yaml, lever 'two', facter: unknown field. Did you mean factor?",
        "base.yaml, lever 'three', links: 'L1'; expected a list, such as [A, B] (ids of links)",
        "base.yaml, lever 'three', factor: 'big'; expected a number",
        "base.yaml, lever 'four', countries: empty; expected at least one",
        "base.yaml, lever 'four', share: 2; expected a number of at most 1",
        "base.yaml, lever 'five', availability: 'sometimes'; expected 'never', 'given' or 'earliest'",
    ]
    assert len(found) == len(expected)
    for problem, beginning in zip(found, expected, strict=True):
        assert problem.startswith(beginning), problem


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("title: [a\n", "bad.yaml, line 2, column 1: not valid YAML"),
        ("title: a\nquestion: b: c\n", "bad.yaml, line 2, column 12: not valid YAML"),
        ("title: a\ntitle: b\n", "bad.yaml, line 2, column 1: not valid YAML: 'title' is written twice"),
        ("title: a\n\tquestion: b\n", "bad.yaml, line 2, column 1: not valid YAML"),
        ("", "bad.yaml: expected fields such as title, question and levers; found an empty file"),
        ("- a\n", "bad.yaml: expected fields such as title, question and levers; found a list"),
        ("question: b\n", "bad.yaml: title: missing (name of the scenario for people)"),
        ("title: a\nquestion: b\nleevers: []\n", "bad.yaml: leevers: unknown field. Did you mean levers?"),
        ("title: a\nquestion: b\nname: c\n", "bad.yaml: name: unknown field"),
        ("title: a\nquestion: b\nlevers: 3\n", "bad.yaml: levers: 3; expected a list"),
        ("title: a\nquestion: b\nlevers: [fuel]\n", "bad.yaml: levers.0: 'fuel'; expected a mapping"),
        ("title: a\nquestion: b\nlevers: [{lever: fuel}]\n", "bad.yaml, lever 1: id: missing"),
        (
            "title: a\nquestion: b\nlevers: [{lever: fuel, id: x, factor: 1}, {lever: fuel, id: x, factor: 1}]\n",
            "bad.yaml: two levers have the id 'x'",
        ),
        ("title: a\nquestion: b\nextends: bas\n", "bad.yaml, extends: no scenario is called 'bas'"),
    ],
)
def test_files_that_are_not_valid(folder: Path, text: str, sentence: str) -> None:
    (folder / "bad.yaml").write_text(text, encoding="utf-8")
    found = problems("bad", folder)
    assert len(found) == 1
    assert found[0].startswith(sentence), found[0]


def test_a_file_that_is_no_text(folder: Path) -> None:
    (folder / "bad.yaml").write_bytes(b"title: \xff\xfe\n")
    assert problems("bad", folder)[0].startswith("bad.yaml: not valid YAML")


def test_circles_are_named(folder: Path) -> None:
    write(folder, "a", extends="b")
    write(folder, "b", extends="c")
    write(folder, "c", extends="a")
    assert problems("a", folder) == ("c.yaml: extends: the scenarios extend one another in a circle: a -> b -> c -> a",)


def test_an_unknown_scenario_lists_the_known_ones(folder: Path) -> None:
    write(folder, "red_sea", [])
    (problem,) = problems("red_see", folder)
    assert problem.endswith("Did you mean red_sea? Scenarios: baseline, red_sea.")
    assert len(problems("red_see+nothing", folder)) == 2


def test_unknown_names_of_all_levers_are_raised_together(folder: Path, tiny_network: Network) -> None:
    levers: list[dict[str, Any]] = [
        {"lever": "closure", "id": "one", "links": ["L9"]},
        fuel("two"),
        {"lever": "capacity", "id": "three", "places": ["AKTAO"], "factor": 2},
    ]
    write(folder, "base", levers)
    with pytest.raises(InputError) as caught:
        load_scenario("base", folder).apply(tiny_network)
    assert [problem.split(" is not")[0] for problem in caught.value.problems] == [
        "base.yaml, lever 'one', links: 'L9'",
        "base.yaml, lever 'three', places: 'AKTAO'",
    ]


def test_levers_act_in_their_order(folder: Path, tiny_network: Network) -> None:
    write(folder, "base", [fuel("one"), {"lever": "cost", "id": "two", "links": ["L1"], "factor": 3}])
    changed = load_scenario("base", folder).apply(tiny_network)
    assert list(dict.fromkeys(changed.adjustments["lever"])) == ["one", "two"]


def test_effects_see_what_earlier_levers_left(folder: Path, tiny_network: Network) -> None:
    rates = [{"lever": "discount_rate", "id": name, "rate": rate} for name, rate in (("one", 0.1), ("two", 0.2))]
    write(folder, "base", rates)
    texts = [text for _, text in load_scenario("base", folder).effects(tiny_network)]
    assert texts[1] == "discount rate 0.2 a year in place of 0.1"


def test_writers_of_worlds_can_use_scenarios_without_a_folder(write_world: Callable[..., Path]) -> None:
    folder = write_world({"scenarios/baseline.yaml": None})
    assert load_scenario("baseline", folder / "scenarios").levers == ()
