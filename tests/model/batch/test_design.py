"""A batch laid out: counted by hand, each run once, in a good order, and every bad input as a sentence."""

import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from model.batch.design import MOST_UNASKED, Design, design
from model.batch.runs import Run, run_keys
from model.batch.spec import read_spec, spec_of, spec_of_options
from model.errors import InputError
from network.network import Network, read_network
from tests.model.batch.conftest import SMALL_WORLD

DATA = Path(__file__).resolve().parents[3] / "data"
FURTHER = {
    "scenarios/dear.yaml": """\
title: Dear railway
question: And if the railway costs more?
extends: baseline
levers:
  - {lever: cost, id: rates, links: [CHEAP], factor: 1.5}
  - {lever: discount_rate, id: rate, rate: 0.08}
""",
    "network/periods.csv": "resolution,period,first_year,last_year\nfast,2025,2025,2027\nfast,2030,2028,2034\n",
    "uncertainty/ranges.csv": """\
range_id,name,lever,field,choice,low,high,central,unit,distribution,source,confidence
oil,Fuel,fuel,factor,,0.5,2,1,factor,log_uniform,here,estimate
rate,Rate,discount_rate,rate,,0.03,0.09,0.06,1/year,,here,memory
line,Railway,,rail.factor,,0.5,1.5,1,factor,,here,estimate
""",
}

Lay = Callable[..., Design]


def write(folder: Path) -> Path:
    for name, text in {**SMALL_WORLD, **FURTHER}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return read_network(write(tmp_path_factory.mktemp("world")))


@pytest.fixture
def own_world(tmp_path: Path) -> Network:
    """One whose files a test may change."""
    return read_network(write(tmp_path / "own"))


@pytest.fixture
def lay(world: Network) -> Lay:
    def make(is_confirmed: bool = False, **content: object) -> Design:
        return design(spec_of(content), world, is_confirmed=is_confirmed)

    return make


def test_all_scenarios_once_each(lay: Lay) -> None:
    laid = lay(scenarios="all")
    assert [run.scenario for run in laid.runs] == ["baseline", "cut", "dear"]
    assert laid.axes == ()


def test_everything_is_combined_with_everything(lay: Lay, world: Network) -> None:
    """2 scenarios x 3 prices x 2 capacities x 4 points, and the base that they are set against."""
    laid = lay(scenarios="baseline,dear", grid={"carbon_price": [0, 50, 100], "rail.factor": [1, 0.5]},
               sample={"points": 4, "ranges": ["oil"]})  # fmt: skip
    base, *runs = laid.runs
    assert (base.scenario, base.values, base.levers, base.sample) == ("baseline", {}, (), None)
    assert len(runs) == 2 * 3 * 2 * 4
    assert laid.axes == ("carbon_price", "rail.factor", "oil")
    told = {(run.scenario, run.values["carbon_price"], run.values["rail.factor"], run.sample) for run in runs}
    assert len(told) == 48
    oil = {run.sample: run.values["oil"] for run in runs}
    assert all(run.values["oil"] == oil[run.sample] for run in runs)
    assert len(set(oil.values())) == 4
    keys = run_keys(laid.runs, spec_of({}).how(world.folder), world.content_hash())
    assert len(set(keys)) == 49


def test_a_run_says_what_it_changes(lay: Lay) -> None:
    (run,) = lay(settings=["rail.unit=t"], grid={"carbon_price": 50, "rail.factor": 0.5, "budget": 7}).runs
    assert run == Run(
        "baseline",
        ("rail.unit=t", "rail.factor=0.5"),
        (
            {"lever": "carbon_price", "id": "axis_carbon_price", "usd_per_t": 50.0},
            {"lever": "budget", "id": "axis_budget", "musd": dict.fromkeys([2025, 2030], 7.0)},
        ),
        {"carbon_price": 50.0, "rail.factor": 0.5, "budget": 7.0},
    )


def test_portfolios_of_one_content_are_run_once_and_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "own")
    (folder / "finance").mkdir()
    for name in ("asset_classes.csv", "concession_modes.csv", "default_rates.csv"):
        shutil.copy(DATA / "finance" / name, folder / "finance")
    (folder / "finance" / "projects.csv").write_text(
        "project_id,name,country,project_type,capex_musd\nP1,One,KZ,rail,5\n", encoding="utf-8"
    )
    world = read_network(folder)
    files = [tmp_path / f"{name}.csv" for name in ("first", "copy", "other")]
    for file, year in zip(files, (2025, 2025, 2030), strict=True):
        file.write_text(f"project_id,start_year\nP1,{year}\n", encoding="utf-8")
    spec = spec_of({"portfolios": [str(file) for file in files]})
    laid = design(spec, world)
    assert [run.portfolio for run in laid.runs] == [str(files[0]), str(files[2])]
    assert laid.notices == (f"--portfolio: {files[1]} holds the same as {files[0]}, whose runs stand for both",)
    assert len(set(run_keys(laid.runs, spec.how(folder), world.content_hash()))) == 2


def test_conditions_leave_out_runs(lay: Lay) -> None:
    """2 scenarios x 3 prices, without the 2 of dear above 20."""
    laid = lay(scenarios="baseline,dear", grid={"carbon_price": [0, 50, 100]},
               exclude="carbon_price > 20 and scenario == dear")  # fmt: skip
    assert [(run.scenario, run.values["carbon_price"]) for run in laid.runs] == [
        ("baseline", 0.0), ("baseline", 50.0), ("baseline", 100.0), ("dear", 0.0),
    ]  # fmt: skip
    assert len(lay(sample={"points": 8, "ranges": ["oil"]}, only="sample < 3").runs) == 1 + 3
    assert lay(exclude="scenario == dear").notices == ("'scenario == dear' leaves out no run",)


def test_the_order_is_by_nearness(lay: Lay) -> None:
    """One step of one axis at a time; the walk turns round at the next scenario."""
    laid = lay(scenarios="all", grid={"carbon_price": [0, 100, 50], "rail.factor": [1, 0.5]})
    walk = [(run.scenario, run.values["carbon_price"], run.values["rail.factor"]) for run in laid.runs]
    assert walk[:6] == [
        ("baseline", 0.0, 0.5), ("baseline", 0.0, 1.0), ("baseline", 50.0, 1.0), ("baseline", 50.0, 0.5),
        ("baseline", 100.0, 0.5), ("baseline", 100.0, 1.0),
    ]  # fmt: skip
    assert all(sum(a != b for a, b in zip(one, other, strict=True)) == 1 for one, other in pairwise(walk))


def test_an_axis_of_a_lever_that_a_scenario_lacks_is_run_there_once(lay: Lay) -> None:
    laid = lay(scenarios="baseline,dear", grid={"rates.factor": [1, 2, 3], "carbon_price": [0, 50]})
    assert len([run for run in laid.runs if run.scenario == "dear"]) == 6
    alone = [run for run in laid.runs if run.scenario == "baseline"]
    assert [dict(run.values) for run in alone] == [{"carbon_price": 0.0}, {"carbon_price": 50.0}]
    assert "rates.factor changes nothing of baseline, which have no lever rates" in laid.notices


def test_what_is_given_twice_is_run_once(lay: Lay) -> None:
    laid = lay(scenarios=["baseline", " baseline", "cut+dear", "cut + dear"], grid={"fuel": [1, 1.0, 2]})
    assert len(laid.runs) == 2 * 2
    assert [text for text in laid.notices if "twice" in text] == [
        "--scenarios: baseline given twice, run once",
        "--scenarios: cut+dear given twice, run once",
        "--grid fuel: 1 given twice, run once",
    ]


def test_all_ranges_but_those_of_the_grid_and_those_without_a_lever(lay: Lay, own_world: Network) -> None:
    laid = lay(grid={"fuel": [1, 2]}, sample={"points": 5})
    assert [one.name for one in laid.ranges] == ["rate", "line"]
    assert "oil is not sampled: fuel is an axis of the grid" in laid.notices
    (own_world.folder / "scenarios" / "bare.yaml").write_text("title: Bare\nquestion: What?\n")
    laid = design(spec_of({"scenarios": "bare", "base": "bare", "sample": {"points": 5}}), own_world)
    assert [one.name for one in laid.ranges] == ["oil", "rate"]
    assert "line is not sampled: no scenario has the lever rail" in laid.notices


def test_an_axis_that_takes_the_place_of_a_lever_says_so(lay: Lay) -> None:
    assert lay(scenarios="all", grid={"discount_rate": [0.05]}).notices == (
        "discount_rate takes the place of rate of dear",
    )


def test_samples_have_a_base_to_be_set_against_once(lay: Lay) -> None:
    sample = {"points": 3, "ranges": ["oil"]}
    assert [run.sample for run in lay(sample=sample).runs].count(None) == 1
    assert None not in [run.sample for run in lay(scenarios="dear", sample=sample).runs]  # it is not asked for
    assert [run.values for run in lay(grid={"carbon_price": [0]}).runs] == [{"carbon_price": 0.0}]


def test_a_range_may_be_changed_and_a_new_one_named(lay: Lay) -> None:
    new = {"lever": "demand", "field": "factor", "choice": {"zones": ["A"]}, "low": 0.5, "high": 1.5}
    sample = {"points": 9, "ranges": {"oil": {"low": 0.9, "high": 1.1, "distribution": "uniform"}, "trade": new}}
    laid = lay(sample=sample)
    oil, trade = laid.ranges
    assert (oil.low, oil.high, oil.distribution, oil.confidence) == (0.9, 1.1, "uniform", "estimate")
    assert (trade.central, trade.distribution) == (1.0, "triangular")
    assert all(0.9 <= float(run.values["oil"]) <= 1.1 for run in laid.runs[1:])
    assert laid.runs[1].levers[1]["zones"] == ["A"]
    by_kind = lay(sample={"points": 2, "ranges": {"carbon_price": {"central": 40, "confidence": "memory"}}})
    assert (by_kind.ranges[0].low, by_kind.ranges[0].high) == (20.0, 60.0)


def test_points_of_a_range_as_a_grid(lay: Lay) -> None:
    laid = lay(grid={"oil": {"points": 3}})
    assert [run.values["oil"] for run in laid.runs] == [0.5, 1.0, 2.0]


def test_many_runs_are_asked_for(lay: Lay) -> None:
    content = {"grid": {"carbon_price": list(range(101)), "fuel": [n / 100 for n in range(1, 101)]}}
    with pytest.raises(InputError, match=r"the batch has 10,100 runs; more than 10,000 are started with --yes only"):
        lay(**content)
    assert len(lay(is_confirmed=True, **content).runs) == 10_100
    assert len(lay(exclude="carbon_price == 100", **content).runs) == MOST_UNASKED
    with pytest.raises(InputError, match=r"101 x 100 x 1,000 = 10,100,000 runs; 1,000,000 at most"):
        lay(is_confirmed=True, sample={"points": 1000, "ranges": ["line"]}, **content)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"scenarios": "bse"}, "--scenarios: no scenario is called 'bse'"),
        ({"scenarios": "cut+baselin"}, "Did you mean baseline?"),
        ({"base": "bsaeline"}, "--base: no scenario is called 'bsaeline'"),
        ({"settings": ["rial.factor=1"]}, "--set rial.factor=1: the scenario has no lever 'rial'. Did you mean rail?"),
        ({"grid": {"carbon_pric": 1}}, "--grid carbon_pric: nothing is called so. Did you mean carbon_price?"),
        ({"grid": {"rial.factor": 1}}, "--grid rial.factor: nothing is called so. Did you mean rail.factor?"),
        ({"grid": {"xyz": 1}}, "Expected a declared range (line, oil, rate), a kind of lever with one figure"),
        ({"grid": {"rail": 1}}, "rail is a lever of the scenarios; say which of its figures: rail.factor"),
        ({"grid": {"capacity": 1}}, "a capacity has 3 figures; say which of its figures: capacity.factor or"),
        ({"grid": {"closure": 1}}, "a closure has no figures; no figure of it can be varied"),
        (
            {"grid": {"rail.facto": 1}},
            "--grid rail.facto: baseline.yaml, lever 'rail' with --set, facto: unknown field",
        ),
        ({"grid": {"rail.factor": -1}}, "factor: -1.0; expected a number of at least 0"),
        ({"grid": {"rail.factor": "x"}}, "factor: 'x'; expected a number"),
        ({"grid": {"demand.factr": 1}}, "--grid demand.factr: demand, factr: unknown field. Did you mean factor?"),
        ({"grid": {"carbon_price": [1, "dear"]}}, "usd_per_t: 'dear'; expected a number"),
        ({"grid": {"carbon_price": [-1]}}, "usd_per_t: -1.0; expected a number of at least 0"),
        ({"grid": {"capacity.factor": 1}}, "capacity, names nothing to act on"),
        (
            {"grid": {"x": {"values": 1, "lever": "fule", "field": "factor"}}},
            "unknown lever 'fule'. Did you mean fuel?",
        ),
        ({"grid": {"cost.factor": {"values": 2, "choice": {"links": ["CHEP"]}}}}, "links: 'CHEP' is not a link"),
        ({"grid": {"rail.factor": {"values": 2, "choice": {"links": ["A"]}}}}, "choice goes with a lever that comes"),
        ({"grid": {"budget.musd.2031": 2}}, "musd: '2031' is not a period"),
        ({"grid": {"fuel": {"points": 3}}}, "points need a declared range"),
        ({"grid": {"fuel": 1, "oil": 2}}, "fuel and oil change the same figure; keep one of them"),
        ({"grid": {"fuel": 1}, "sample": {"points": 2, "ranges": ["oil"]}}, "fuel and oil change the same figure"),
        ({"grid": {"oil": 1}, "sample": {"points": 2, "ranges": ["oil"]}}, "oil is an axis of the grid already"),
        ({"sample": {"points": 2, "ranges": ["oli"]}}, "--ranges oli: nothing is called so. Did you mean oil?"),
        ({"sample": {"points": 2, "ranges": []}}, "names no range"),
        ({"sample": {"points": 2, "ranges": {"oil": {"low": 3}}}}, "--ranges oil: low is 3; expected below high"),
        ({"sample": {"points": 2, "ranges": {"oil": {"low": 2}}}}, "low is 2; expected below high, which is 2"),
        ({"sample": {"points": 2, "ranges": {"rate": {"high": 2}}}}, "rate: 2.0; expected a number below 1"),
        ({"sample": {"points": 2, "ranges": {"fuel": {"low": 1}}}}, "needs low and high, or central and confidence"),
        ({"sample": {"points": 2, "ranges": {"fuel": {"low": 1, "central": 2}}}}, "give both low and high, or neither"),
        ({"exclude": "scenario == base"}, "--exclude: 'base' is unknown. Did you mean baseline?"),
        ({"only": "scenario == dear"}, "no run is left of 1"),
        ({"portfolios": ["none.csv"]}, "--portfolio: none.csv: there is no such file"),
        ({"portfolios": ["none.csv"], "investment": "fixed"}, "--investment: portfolios bring their own investments"),
    ],
)
def test_bad_input_is_a_sentence(lay: Lay, content: dict[str, object], says: str) -> None:
    with pytest.raises(InputError) as error:
        lay(**content)
    assert says in str(error.value)


def test_problems_of_several_axes_come_at_once_with_their_lines(world: Network, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("grid:\n  fule: [1]\n  rail.factor: [-1]\nsample:\n  points: 2\n  ranges:\n    oil: {low: 9}\n")
    with pytest.raises(InputError) as error:
        design(read_spec(file), world)
    assert [text.split(": ")[0] for text in error.value.problems] == [
        "bad.yaml, line 2, grid.fule",
        "bad.yaml, line 7, sample.ranges.oil",
        "bad.yaml, line 3, grid.rail.factor",
    ]


def test_a_bad_table_of_ranges_is_said(own_world: Network) -> None:
    (own_world.folder / "uncertainty" / "ranges.csv").write_text("range_id\noil\n")
    with pytest.raises(InputError, match=r"uncertainty/ranges\.csv"):
        design(spec_of({}), own_world)


def test_the_same_batch_twice_is_the_same(lay: Lay) -> None:
    content = {"scenarios": "all", "grid": {"fuel": [1, 2]}, "sample": {"points": 7, "seed": 3}}
    assert lay(**content) == lay(**content)


@pytest.mark.parametrize("number", range(2))
def test_the_examples_of_the_manual_are_batches(shipped: Network, number: int) -> None:
    examples = (DATA.parent / "docs" / "batch.md").read_text(encoding="utf-8").split("```yaml\n")[1:]
    assert len(examples) == 2
    laid = design(spec_of(yaml.safe_load(examples[number].split("```")[0])), shipped)
    # 3 scenarios x 3 x 2 x 3 x 2, less the 12 of dear carbon; and a sample of 40 with its base
    assert len(laid.runs) == (96, 41)[number]


@pytest.mark.parametrize(
    ("name", "runs"),
    [
        ("overview", 25),
        # 6 scenarios x 3 x 3 x 2, less 2 x 9 of less load on the Caspian, less 4 x 2 + 2 x 1 of dear carbon and fuel
        ("corridor_stress", 108 - 18 - 10),
        # 4 scenarios x 3 x 3, less 2 duties x 3 of one scenario
        ("tariff_grid", 36 - 6),
        ("what_it_rests_on", 61),
    ],
)
def test_shipped_batches(shipped: Network, name: str, runs: int) -> None:
    laid = design(read_spec(DATA / "batches" / f"{name}.yaml"), shipped)
    assert (len(laid.runs), laid.notices) == (runs, ())
    for run in (laid.runs[0], laid.runs[-1]):
        run.resolved(DATA / "scenarios").apply(shipped)


def test_every_shipped_range_can_be_sampled_with_every_scenario(shipped: Network) -> None:
    laid = design(spec_of_options("all", sample=2), shipped)
    assert (len(laid.runs), len(laid.axes)) == (1 + 30 * 2, 23)


@pytest.fixture(scope="module")
def shipped() -> Network:
    return read_network(DATA)
