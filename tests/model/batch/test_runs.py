"""One run of a batch: what it resolves to, and that its key follows its contents and nothing else."""

import json
import os
import pickle
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from model.batch.runs import How, Run, plan_hash, portfolio_hash, run_key
from model.errors import InputError
from model.options import Options

WORLD = "0" * 64
BASELINE = """\
title: Base
question: What if nothing changes?
levers:
  - lever: fuel
    id: oil
    factor: 1.5
  - lever: carbon_price
    id: co2
    usd_per_t: 20
"""
DEAL = """\
title: Deal
question: And with the deal?
extends: baseline
deals:
  - id: accord
    title: The accord
    holder: A
    partner: B
    condition: none
    break_per_year: 0.1
    levers:
      - lever: discount_rate
        id: cheap
        rate: 0.04
"""


@pytest.fixture
def how(tmp_path: Path) -> How:
    folder = tmp_path / "data" / "scenarios"
    folder.mkdir(parents=True)
    (folder / "baseline.yaml").write_text(BASELINE)
    (folder / "deal.yaml").write_text(DEAL)
    return How(tmp_path / "data", Options(threads=1))


def key(run: Run, how: How) -> str:
    return run_key(run, how, WORLD)


def test_the_key_is_the_same_on_every_machine_and_at_every_place(how: How) -> None:
    """A literal: were it to follow a path, an order of a dict or a machine's hash seed, it would differ here.

    It changes, and finished runs are computed again, with the version of the package and with the fields of a lever.
    """
    assert key(Run("baseline", ("oil.factor=2",)), how) == "8b5a65c71e2de29a879b"


def test_seeds_of_hashes_and_folders_do_not_count(small_world: Path, tmp_path: Path) -> None:
    """Two processes that shuffle sets and dicts in other ways, on two copies of a world."""
    program = (
        "import sys; from pathlib import Path; from model.batch.runs import *;"
        "from network.network import read_network;"
        "data = Path(sys.argv[1]); how = How(data, Options());"
        "runs = [Run('cut', ('rail.factor=0.5',), ({'lever': 'demand', 'id': 'more', 'factor': 2, 'zones': ['A']},))];"
        "print(run_keys(runs, how, read_network(data).content_hash())[0])"
    )
    copy = shutil.copytree(small_world, tmp_path / "copy")
    found = set()
    for seed, folder in (("1", small_world), ("2", copy)):
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True,
            cwd=Path(__file__).resolve().parents[3], env={**os.environ, "PYTHONHASHSEED": seed},
        )  # fmt: skip
        found.add(done.stdout.strip())
    assert len(found) == 1
    assert len(found.pop()) == 20


def test_spelling_does_not_count(how: How, tmp_path: Path) -> None:
    run = Run("baseline", ("oil.factor=2",), ({"lever": "demand", "id": "more", "factor": 2},))
    same = [
        Run("baseline", ("oil.factor=2.0",), ({"factor": 2.0, "id": "more", "lever": "demand"},)),
        replace(run, values={"demand": 2.0}, sample=3),
    ]
    assert {key(one, how) for one in same} == {key(run, how)}
    assert key(run, replace(how, data=tmp_path / "data" / ".." / "data")) == key(run, how)
    assert key(Run("baseline+deal"), how) == key(Run(" baseline + deal"), how)


def test_a_setting_of_what_the_file_says_is_the_run_without_it(how: How) -> None:
    assert key(Run("baseline", ("oil.factor=1.5",)), how) == key(Run("baseline"), how)


@pytest.mark.parametrize(
    "other",
    [
        Run("deal"),
        Run("baseline", ("oil.factor=1.6",)),
        Run("baseline", levers=({"lever": "demand", "id": "more", "factor": 2},)),
        Run("baseline", levers=({"lever": "demand", "id": "more", "factor": 3},)),
    ],
)
def test_what_changes_the_answer_counts(how: How, other: Run) -> None:
    assert key(other, how) != key(Run("baseline"), how)


def test_the_order_of_levers_counts(how: How) -> None:
    more = {"lever": "demand", "id": "more", "factor": 2}
    less = {"lever": "discount_rate", "id": "less", "rate": 0.05}
    assert key(Run("baseline", levers=(more, less)), how) != key(Run("baseline", levers=(less, more)), how)


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ({"objective": "world"}, True),
        ({"relax": True}, True),
        ({"resolution": "full"}, True),
        ({"states": True}, True),
        ({"gap": 0.01}, True),
        ({"time_limit_s": 5.0}, True),
        ({"time_limit_s": 70.0}, False),  # what the fast resolution takes anyway
        ({"formulation": "arc"}, True),
        ({"threads": 2}, False),
        ({"store": Path("elsewhere")}, False),
    ],
)
def test_options_that_decide_the_answer_count(how: How, changed: dict[str, object], counts: bool) -> None:
    other = replace(how, options=replace(how.options, **changed))  # type: ignore[arg-type]
    assert (key(Run("deal"), other) != key(Run("deal"), how)) is counts


def test_the_base_counts_and_what_is_kept_does_not(how: How) -> None:
    """Searches begin from the plan, the paths and the cuts of the base; equal plans may be told apart by it."""
    before = key(Run("deal"), how)
    assert key(Run("deal"), replace(how, base="deal")) != before
    assert key(Run("deal"), replace(how, keep="indicators")) == before
    (how.scenarios / "alone.yaml").write_text(BASELINE)
    alone = key(Run("alone"), how)
    (how.scenarios / "baseline.yaml").write_text(BASELINE.replace("usd_per_t: 20", "usd_per_t: 21"))
    assert key(Run("alone"), how) != alone


def test_branches_count_only_where_they_are_solved(how: How) -> None:
    states = replace(how, options=replace(how.options, states=True))
    before = key(Run("deal"), how), key(Run("deal"), states)
    (how.scenarios / "deal.yaml").write_text(DEAL.replace("break_per_year: 0.1", "break_per_year: 0.2"))
    assert key(Run("deal"), how) == before[0]
    assert key(Run("deal"), states) != before[1]


def test_given_investments_count_by_content_and_only_where_they_are_taken(how: How) -> None:
    builds = pd.DataFrame({"project_id": ["P1", "P2"], "start": [2030, 2040]})
    one, two = plan_hash(builds), plan_hash(builds.assign(start=[2030, 2030]))
    assert one == plan_hash(builds.iloc[::-1, ::-1])
    assert one != two
    run, fixed = Run("baseline"), replace(how, investment="fixed")
    assert run_key(run, fixed, WORLD, one) == run_key(run, replace(how, investment="runs/first"), WORLD, one)
    assert len({run_key(run, fixed, WORLD, one), run_key(run, fixed, WORLD, two), key(run, how)}) == 3
    assert run_key(run, how, WORLD, one) == key(run, how)


def test_the_world_counts(how: How) -> None:
    assert run_key(Run("baseline"), how, "1" * 64) != key(Run("baseline"), how)


def test_a_portfolio_counts_by_its_cells(how: How, tmp_path: Path) -> None:
    first, copy, other = (tmp_path / f"{name}.csv" for name in ("first", "copy", "other"))
    first.write_text("project_id,start_year\nP1,2030\n")
    copy.write_bytes(first.read_bytes())
    other.write_text("project_id,start_year\nP1,2035\n")
    keys = [key(Run("baseline", portfolio=str(path)), how) for path in (first, copy, other)]
    assert keys[0] == keys[1] != keys[2]
    assert keys[0] != key(Run("baseline"), how)
    with pytest.raises(InputError, match="there is no such file"):
        portfolio_hash(tmp_path / "none.csv")


def test_a_changed_scenario_file_is_read_again(how: How) -> None:
    before = key(Run("baseline"), how)
    (how.scenarios / "baseline.yaml").write_text(BASELINE.replace("1.5", "1.75"))
    assert key(Run("baseline"), how) != before


def test_further_levers_come_last(how: How) -> None:
    run = Run("deal", ("oil.factor=2",), ({"lever": "carbon_price", "usd_per_t": 50, "id": "axis_carbon_price"},))
    scenario = run.resolved(how.scenarios)
    assert [lever.id for lever in scenario.levers] == ["oil", "co2", "cheap", "axis_carbon_price"]
    assert scenario.levers[0].model_dump()["factor"] == 2.0


@pytest.mark.parametrize(
    ("levers", "says"),
    [
        (({"lever": "fuell", "id": "a"},), "the batch, lever 'a', lever: unknown lever 'fuell'. Did you mean fuel?"),
        (({"lever": "fuel", "id": "a", "factor": -1},), "the batch, lever 'a', factor: -1; expected a number above 0"),
        (({"lever": "fuel", "id": "oil", "factor": 2},), "the scenario baseline has a lever 'oil' already"),
    ],
)
def test_bad_levers_are_named(how: How, levers: tuple[dict[str, object], ...], says: str) -> None:
    with pytest.raises(InputError) as error:
        Run("baseline", levers=levers).resolved(how.scenarios)
    assert says in str(error.value)


def test_runs_and_how_travel(how: How) -> None:
    run = Run(
        "deal", ("oil.factor=2",), ({"lever": "demand", "factor": 2, "id": "more"},), {"a": 2.0, "b": "x"}, 4, "p"
    )
    assert pickle.loads(pickle.dumps(run)) == run  # noqa: S301 - our own bytes
    assert Run.from_json(json.loads(json.dumps(run.to_json()))) == run
    far = replace(how, options=replace(how.options, store=Path("paths")), investment="fixed", keep="indicators")
    assert How.from_json(json.loads(json.dumps(far.to_json()))) == far
    assert pickle.loads(pickle.dumps(far)) == far  # noqa: S301


@pytest.mark.parametrize(("changed", "says"), [({"keep": "all"}, "keep is 'all'"), ({"investment": ""}, "empty")])
def test_how_says_what_it_takes(how: How, changed: dict[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        replace(how, **changed)  # type: ignore[arg-type]
