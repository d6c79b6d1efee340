"""States of the world: probabilities, investment before the state is known, deals, and scenario files that say so."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.build import with_weights
from model.errors import InputError
from model.options import Options
from model.progress import Silent
from model.run import solve_scenario
from model.scenario import load_scenario
from model.states import happened_by, states_of
from network.network import Network

HEAD = "title: T\nquestion: Q?\n"
SHUT = "    levers:\n      - {lever: closure, id: shut, links: [CHEAP]}\n"


def scenario(folder: Path, text: str) -> Any:
    (folder / "one.yaml").write_text(HEAD + text, encoding="utf-8")
    return load_scenario("one", folder)


def periods(*years: tuple[int, int]) -> pd.DataFrame:
    rows = [{"period": first, "first_year": first, "last_year": last} for first, last in years]
    return with_weights(pd.DataFrame(rows), 0.06)


def event(chance: float) -> str:
    return f"events:\n  - id: shut_down\n    title: Closed\n    chance_per_year: {chance}\n{SHUT}"


def test_a_branch_has_happened_by_the_middle_of_a_period(tmp_path: Path) -> None:
    branch = scenario(tmp_path, event(0.1)).branches[0]
    table = periods((2025, 2028), (2029, 2032))
    assert happened_by(branch, table) == pytest.approx([1 - 0.9**2, 1 - 0.9**6])


def test_states_are_all_that_may_have_happened_and_sum_to_one(tmp_path: Path) -> None:
    deals = (
        "deals:\n  - id: pact\n    title: Pact\n    holder: A\n    partner: B\n    condition: ore\n"
        "    break_per_year: 0.2\n    levers:\n      - {lever: cost, id: cheaper, links: [DEAR], factor: 0.5}\n"
    )
    both = scenario(tmp_path, event(0.1) + deals)
    states = states_of(both, periods((2025, 2028)))
    assert [state.happened for state in states] == [(), ("pact",), ("shut_down",), ("shut_down", "pact")]
    assert sum(state.probability[0] for state in states) == pytest.approx(1)
    assert [lever.id for lever in both.levers] == ["cheaper"]  # the deal is in force
    assert [lever.id for lever in both.after(("pact",)).levers] == []
    assert [lever.id for lever in both.after(("shut_down",)).levers] == ["cheaper", "shut"]


def test_what_is_built_has_to_do_for_all_states(two_ways: Any, tmp_path: Path) -> None:
    """A wider cheap link for 0.35 million USD a year saves 40 kt x 4 USD = 0.16, but nothing once it is closed.

    Capex is 0.15: it pays at certainty, and at a chance of closing of 0.05, but not of 0.1.
    """
    projects = {
        "projects": [{"project_id": "P", "name": "P", "capex_musd": 0.15, "lifetime_years": 1}],
        "project_effects": [{"project_id": "P", "target": "link", "target_id": "CHEAP",
                             "capacity_added_t_per_year": 40_000}],
    }  # fmt: skip
    world: Network = two_ways(**projects)
    built = {}
    for chance in (0.0, 0.05, 0.1):
        text = f"states:\n  - id: closed\n    title: Closed\n    probability: {chance}\n{SHUT}"
        options = Options(threads=1, gap=0.0, time_limit_s=30.0, states=True)
        solution = solve_scenario(world, scenario(tmp_path, text), options, Silent())
        built[chance] = bool((solution["builds"]["decision"] == "built").any())
        states = solution["states"]
        assert states["probability"].sum() == pytest.approx(1)
        expected = float((states["probability"] * states["value_musd"]).sum()) - 0.15 * built[chance]
        assert solution.run["objective"] == pytest.approx(expected)
        accounts = solution["accounts"]
        assert float((accounts["discounted_musd"] * accounts["counts"]).sum()) == pytest.approx(expected)
    assert built == {0.0: True, 0.05: True, 0.1: False}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"states:\n  - id: a\n    title: A\n    probability: 0.7\n{SHUT}"
         "  - id: b\n    title: B\n    probability: 0.6\n"
         + SHUT.replace("shut", "shut2"), "the probabilities sum to 1.3"),
        (event(1.5), "chance_per_year"),
        ("deals:\n  - id: d\n    title: D\n    holder: A\n    partner: B\n    condition: c\n    break_per_year: -1\n"
         + SHUT, "break_per_year"),
        (f"states:\n  - id: a\n    title: A\n    probability: 0.7\n{SHUT}" + event(0.1), "one or the other"),
        (event(0.1).replace("closure", "closre"), "unknown lever 'closre'. Did you mean closure?"),
    ],
)  # fmt: skip
def test_bad_branches_are_said_with_their_file(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=r"one\.yaml") as caught:
        scenario(tmp_path, text)
    assert said in str(caught.value)


def test_states_without_branches_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no states"):
        states_of(scenario(tmp_path, ""), periods((2025, 2028)))
