"""A SPEC file and the options of a command say the same batch; what is wrong is named with its line."""

from pathlib import Path

import pytest

from model.batch.runs import How
from model.batch.spec import Choices, Spec, read_spec, spec_of, spec_of_options
from model.errors import InputError
from model.options import Options

WHOLE = """\
title: Stress
scenarios: [baseline, closed]
grid:
  carbon_price: [0, 50, 100]
  cost.factor:
    values: [1, 1.5]
    lever: cost
    field: factor
    choice: {modes: [road]}
sample:
  points: 20
  seed: 3
  ranges: [fuel_price, discount_rate]
portfolios: [plan.csv]
settings: suez.factor=0.5
exclude: carbon_price > 50 and scenario == closed
options: {gap: 0.01, resolution: full}
keep: indicators
report: [map, tornado]
"""
SECTIONS = ("map", "matrix", "tornado")


def spec(folder: Path, text: str, name: str = "batch.yaml") -> Spec:
    (folder / name).write_text(text, encoding="utf-8")
    return read_spec(folder / name, SECTIONS)


def test_options_say_what_a_file_says(tmp_path: Path) -> None:
    said = spec_of_options(
        "baseline,closed",
        ["carbon_price=0,50,100", "cost.factor{modes: [road]}=1,1.5"],
        20,
        3,
        SECTIONS,
        ranges="fuel_price, discount_rate",
        title="Stress",
        portfolios=["plan.csv"],
        settings=["suez.factor=0.5"],
        exclude=["carbon_price > 50 and scenario == closed"],
        options={"gap": 0.01, "resolution": "full"},
        keep="indicators",
        report="map,tornado",
    )
    assert spec(tmp_path, WHOLE).model_dump() == said.model_dump()


def test_what_is_written_out_is_read_as_the_same(tmp_path: Path) -> None:
    one = spec(tmp_path, WHOLE)
    assert spec(tmp_path, one.to_yaml(), "again.yaml").model_dump() == one.model_dump()


def test_short_forms(tmp_path: Path) -> None:
    one = spec(tmp_path, "scenarios: all\ngrid: {fuel: 1, demand.variant: [low, high], oil: {points: 3}}\n")
    assert one.scenarios == ("all",)
    assert one.grid["fuel"].values == (1.0,)
    assert one.grid["demand.variant"].values == ("low", "high")
    assert one.grid["oil"].points == 3
    assert spec(tmp_path, "sample: {points: 5}").sample == spec(tmp_path, "sample: {points: 5, ranges: all}").sample


def test_paths_start_at_the_file(tmp_path: Path) -> None:
    one = spec(tmp_path, WHOLE)
    assert one.path(one.portfolios[0]) == tmp_path / "plan.csv"
    assert one.how(tmp_path, store=Path("paths")) == How(
        tmp_path,
        Options(gap=0.01, time_limit_s=1080.0, resolution="full", threads=1, store=Path("paths")),
        keep="indicators",
    )
    assert spec(tmp_path, "investment: ../first").how(tmp_path).investment == str(tmp_path / ".." / "first")
    assert spec(tmp_path, "investment: fixed").how(tmp_path).investment == "fixed"


@pytest.mark.parametrize(
    ("options", "seconds"),
    [({}, 140.0), ({"resolution": "full"}, 1080.0), ({"time_limit": 30.0}, 30.0)],
    ids=["usual", "full", "as asked"],
)
def test_a_search_on_one_processor_has_twice_the_time(options: dict[str, object], seconds: float) -> None:
    assert Spec.model_validate({"options": options}).how(Path("data")).options.seconds == seconds


def test_bad_options_are_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--gap is 3"):
        spec(tmp_path, "options: {gap: 3, resolution: ful}").how(tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "batch.yaml: expected keys such as scenarios, grid and sample; found an empty file"),
        ("- a\n- b\n", "found a list"),
        ("title: [x\n", "batch.yaml, line 2, column 1: not valid YAML"),
        ("title: a\ntitle: b\n", "batch.yaml, line 2, column 1: not valid YAML: 'title' is written twice"),
        ("title: a\ngrid:\n  fuel: [1]\n  fuel: [2]\n", "line 4, column 3: not valid YAML: 'fuel' is written twice"),
        ("scenaros: all\n", "batch.yaml, line 1, scenaros: unknown field. Did you mean scenarios?"),
        ("title: a\nscenarios: []\n", "batch.yaml, line 2, scenarios: empty; expected at least one"),
        ("scenarios: [1]\n", "line 1, scenarios.0: 1; expected a text"),
        ("grid:\n  fuel: []\n", "line 2, grid.fuel: expected values, such as [0, 50, 100]"),
        ("grid:\n  fuel: {values: [1], points: 3}\n", "line 2, grid.fuel: expected values"),
        ("grid:\n  fuel: [1, yes]\n", "line 2, grid.fuel: True; expected numbers, or names"),
        ("grid:\n  fuel: [1, .nan]\n", "line 2, grid.fuel: nan; expected finite numbers"),
        ("grid:\n  fuel: [[1]]\n", "line 2, grid.fuel: [1]; expected numbers"),
        ("grid:\n  fuel:\n    value: [1]\n", "line 3, grid.fuel.value: unknown field. Did you mean values?"),
        ("grid:\n  x: {values: [1], lever: fuel}\n", "grid.x: lever and field go together"),
        ("grid: {x: {points: 1}}\n", "line 1, grid.x.points: 1; expected a number of at least 2"),
        ("sample:\n  points: 0\n", "line 2, sample.points: 0; expected a number of at least 1 (number of points)"),
        ("sample:\n  seed: 1\n", "line 1, sample.points: missing (number of points)"),
        ("sample:\n  points: 3\n  seed: -1\n", "line 3, sample.seed: -1; expected a number of at least 0"),
        ("sample:\n  points: 3\n  ranges: [a, a]\n", "line 3, sample.ranges: a: named twice"),
        ("sample:\n  points: 3\n  ranges:\n    a: {low: x}\n", "line 4, sample.ranges.a.low: 'x'; expected a number"),
        (
            "sample:\n  points: 3\n  ranges:\n    a: {hihg: 1}\n",
            "sample.ranges.a.hihg: unknown field. Did you mean high?",
        ),
        ("options:\n  gab: 1\n", "line 2, options.gab: unknown field. Did you mean gap?"),
        ("title: " + "[" * 2000, "nested too deeply"),
        ("grid: &a\n  fuel: *a\n", "grid.fuel"),
        ("keep: all\n", "line 1, keep: 'all'; expected 'tables' or 'indicators'"),
        ("title: a\nreport: [map, tornadoo]\n", "line 2, report.1: 'tornadoo' is no section. Did you mean tornado?"),
    ],
)
def test_bad_files_are_named_by_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError) as error:
        spec(tmp_path, text)
    assert says in str(error.value)
    assert str(error.value).startswith("batch.yaml")


def test_all_problems_come_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        spec(tmp_path, "sample: {points: 0}\ntitel: x\ngrid:\n  fuel: []\n")
    assert [text.split(",")[1] for text in error.value.problems] == [" line 1", " line 2", " line 4"]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.yaml: cannot be read: no such file"):
        read_spec(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes("title: caf\xe9\n".encode("latin-1"))
    with pytest.raises(InputError, match="not text in UTF-8"):
        read_spec(tmp_path / "latin.yaml")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"grids": ["fuel"]}, "--grid fuel: expected name=value,value, such as carbon_price=0,50,100"),
        ({"grids": ["fuel="]}, "--grid fuel=: a value is missing"),
        ({"grids": ["fuel=1,,2"]}, "--grid fuel=1,,2: a value is missing"),
        ({"grids": ["fuel=nan"]}, "--grid fuel: nan; expected finite numbers"),
        ({"grids": ["fuel=1", "fuel=2"]}, "--grid fuel=2: fuel has a grid already"),
        ({"grids": ["cost.factor{modes: [}=2"]}, "what stands in braces is no mapping"),
        ({"sample": 0}, "--sample: 0; expected a number of at least 1"),
        ({"seed": 3}, "--seed goes with --sample"),
        ({"ranges": "fuel"}, "--ranges goes with --sample"),
        ({"sample": 3, "seed": -3}, "--seed: -3; expected a number of at least 0"),
        ({"scenarios": ","}, "--scenarios: empty"),
        ({"report": "maps", "sections": SECTIONS}, "--report: 'maps' is no section. Did you mean map?"),
        ({"options": {"gap": "much"}}, "--gap: 'much'; expected a number"),
        ({"keep": "all"}, "--keep: 'all'"),
    ],
)
def test_bad_options_are_named(options: dict[str, object], says: str) -> None:
    with pytest.raises(InputError) as error:
        spec_of_options(**options)  # type: ignore[arg-type]
    assert says in str(error.value)


def test_every_field_has_its_word_in_the_manual() -> None:
    assert [name for name, field in Spec.model_fields.items() if not field.description] == []
    assert spec_of({}).scenarios == ("baseline",)
    manual = (Path(__file__).resolve().parents[3] / "docs" / "batch.md").read_text(encoding="utf-8")
    assert [name for model in (Spec, Choices) for name in model.model_fields if f"`{name}`" not in manual] == []
