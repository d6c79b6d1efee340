"""What a worker does with a run: investments that are given, portfolios, and every way to fail, alone."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from model.batch import worker
from model.batch.files import host_name
from model.batch.record import Batch
from model.batch.result import read_batch
from model.batch.runs import Run
from model.batch.start import Asked, held, start
from model.batch.store import BatchFolder
from model.batch.worker import Outcome, work
from model.errors import InputError, LimitError
from model.progress import Silent
from model.solution import TABLES, Solution
from tests.model.batch.processes import Ear, do

PROJECTS = {
    "finance/projects.csv": """\
project_id,name,country,project_type,capex_musd,earliest_start_year,construction_years,lifetime_years
WIDEN,Widen the railway,KZ,rail,0.1,2025,0,40
""",
    "finance/project_effects.csv": ("project_id,target,target_id,capacity_added_t_per_year\nWIDEN,link,CHEAP,30000\n"),
    "finance/concession_modes.csv": """\
mode,name,traffic_risk_share,revenue_guarantee_share,dscr_floor,may_borrow_on_project
public,State,0,0,1.1,0
""",
    "network/periods.csv": "resolution,period,first_year,last_year\nfast,2025,2025,2034\n",
}


def with_projects(world: Path) -> None:
    """A railway that may be widened for less than that is worth."""
    for name, text in PROJECTS.items():
        (world / name).parent.mkdir(exist_ok=True)
        (world / name).write_text(text, encoding="utf-8")


def started(asked: Asked, out: Path) -> Batch:
    with held(out):
        return start(asked, out, Silent())


def only(batch: Batch, out: Path) -> Outcome:
    (key,) = batch.runs
    return work(batch.how, batch.runs[key], key, out)


def test_a_run_is_solved_by_hand_and_by_a_worker_alike(ask: Callable[..., Asked], tmp_path: Path) -> None:
    tally = do(ask((0.5, 1.0)), tmp_path / "out")
    assert tally.finished == 2
    result = read_batch(tmp_path / "out")
    assert result.axes == ("rail",)
    by_rail = result.catalogue.set_index("rail")
    half, whole = (result.solution(by_rail.loc[one, "key"]) for one in (0.5, 1.0))
    weight = sum(half.run["discounted_years"])
    assert half.run["objective"] - whole.run["objective"] == pytest.approx(-30_000 * 4 / 1e6 * weight)
    assert set(by_rail["worker"]) == {worker.worker_name()}
    assert by_rail["worker"].iloc[0].startswith(f"{host_name()}:")
    assert (result.indicators["run"].value_counts() > 10).all()
    assert by_rail.loc[0.5, "objective"] == half.run["objective"]


def test_without_tables_the_indicators_are_kept_and_the_rest_is_said_to_be_missing(
    ask: Callable[..., Asked], tmp_path: Path
) -> None:
    do(ask((0.5,), keep="indicators"), tmp_path / "out")
    result = read_batch(tmp_path / "out")
    (key,) = result.finished
    assert len(result.indicators)
    assert not result.has_tables(key)
    assert not (tmp_path / "out" / "runs" / key / "tables").exists()
    with pytest.raises(InputError, match="only the indicators are kept"):
        result.solution(key)


def test_readers_of_parquet_see_one_table_of_indicators(ask: Callable[..., Asked], tmp_path: Path) -> None:
    do(ask((0.5, 1.0)), tmp_path / "out")
    result = read_batch(tmp_path / "out")
    table = pd.read_parquet(tmp_path / "out" / "indicators")
    assert set(table["scenario"]) == {"baseline"}
    assert list(table.columns) == list(result.indicators.columns)
    assert len(table) == len(result.indicators)
    assert set(table["rail"]) == {0.5, 1.0}
    catalogue = pd.read_csv(tmp_path / "out" / "catalogue.csv")
    assert list(catalogue["state"]) == ["finished", "finished"]
    assert list(catalogue.columns) == list(pd.read_parquet(tmp_path / "out" / "catalogue.parquet").columns)


def test_the_plan_of_the_base_is_taken_where_investments_are_fixed(
    ask: Callable[..., Asked], small_world: Path, tmp_path: Path
) -> None:
    with_projects(small_world)
    asked = ask((0.0, 1.0), investment="fixed")
    do(asked, tmp_path / "out")
    result = read_batch(tmp_path / "out")
    base = (tmp_path / "out" / "base" / "run.json").stat()
    assert {key: result.solution(key).run["status"] for key in result.finished} == dict.fromkeys(
        result.finished, "plan given"
    )
    for key in result.finished:
        assert list(result.solution(key)["builds"]["decision"]) == ["built"]
    do(asked, tmp_path / "out")  # the plan stands: it is not looked for again
    assert (tmp_path / "out" / "base" / "run.json").stat().st_mtime_ns == base.st_mtime_ns


def test_the_plan_of_a_run_is_taken_where_one_is_named(
    ask: Callable[..., Asked], small_world: Path, tmp_path: Path
) -> None:
    with_projects(small_world)
    do(ask((1.0,)), tmp_path / "first")
    (key,) = read_batch(tmp_path / "first").finished
    do(ask((0.0,), investment=str(tmp_path / "first" / "runs" / key)), tmp_path / "second")
    second = read_batch(tmp_path / "second")
    assert second.solution(second.finished[0]).run["status"] == "plan given"
    assert list(second.solution(second.finished[0])["builds"]["decision"]) == ["built"]


def test_a_portfolio_brings_its_builds(ask: Callable[..., Asked], small_world: Path, tmp_path: Path) -> None:
    with_projects(small_world)
    portfolio = tmp_path / "mine.csv"
    portfolio.write_text("project_id,start_year,mode\nWIDEN,2025,public\n", encoding="utf-8")
    runs = (Run("baseline", portfolio=str(portfolio)),)
    do(ask((), more=runs), tmp_path / "out")
    result = read_batch(tmp_path / "out")
    (key,) = result.finished
    solution = result.solution(key)
    assert solution.run["status"] == "plan given"
    assert list(solution["builds"]["decision"]) == ["built"]
    assert result.catalogue["portfolio"].iloc[0] == str(portfolio)
    capex = result.indicators[result.indicators["indicator"].str.contains("capex")]
    assert capex["value"].max() == pytest.approx(0.1)


def test_demand_that_cannot_be_met_fails_its_run_only(
    ask: Callable[..., Asked], small_world: Path, tmp_path: Path
) -> None:
    lanes = "lane_id,origin_zone,destination_zone,commodity_id,quantity_t,is_firm\nL,A,B,goods,100000,1\n"
    (small_world / "commodities" / "lanes.csv").write_text(lanes, encoding="utf-8")
    ear = Ear()
    tally = do(ask((0.5,), more=(Run("cut"),)), tmp_path / "out", ear=ear)
    assert (tally.finished, tally.failed) == (1, 1)
    (failure,) = BatchFolder(tmp_path / "out").failures().values()
    assert failure.kind == "infeasible"
    assert "DEAR is closed" in failure.reason
    assert "Traceback" not in failure.reason
    assert failure.trace == ""
    assert ear.notes[0].startswith("cut failed (")


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (LimitError("stopped before a plan"), "limit", "stopped before a plan"),
        (InputError(["one", "two"]), "bad input", "2 problems:"),
        (MemoryError(), "error", "fewer workers"),
        (ZeroDivisionError("division by zero"), "error", "ZeroDivisionError: division by zero"),
    ],
)
def test_whatever_goes_wrong_is_an_outcome(
    ask: Callable[..., Asked], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, kind: str, words: str
) -> None:
    def fail(*_: object) -> Callable[..., Solution]:
        def solve(*_: object) -> Solution:
            raise error

        return solve

    batch = started(ask((0.5,)), tmp_path / "out")
    monkeypatch.setattr(worker, "solver", fail)
    worker.open_desk.cache_clear()
    outcome = only(batch, tmp_path / "out")
    worker.open_desk.cache_clear()
    assert (outcome.state, outcome.kind) == ("failed", kind)
    assert words in outcome.reason
    assert ("Traceback" in outcome.trace) == isinstance(error, ZeroDivisionError)


def test_files_that_changed_since_the_start_are_refused(
    ask: Callable[..., Asked], small_world: Path, tmp_path: Path
) -> None:
    batch = started(ask((0.5,)), tmp_path / "out")
    lanes = small_world / "commodities" / "lanes.csv"
    lanes.write_text(lanes.read_text(encoding="utf-8").replace("100000", "90000"), encoding="utf-8")
    outcome = only(batch, tmp_path / "out")
    assert (outcome.state, outcome.kind) == ("failed", "bad input")
    assert "is not what the batch was started with" in outcome.reason
    lanes.write_text(lanes.read_text(encoding="utf-8").replace("90000", "100000"), encoding="utf-8")
    worker.open_desk.cache_clear()
    assert only(batch, tmp_path / "out").state == "finished"


def test_a_run_that_another_worker_has_finished_is_left(
    ask: Callable[..., Asked], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = started(ask((0.5,)), tmp_path / "out")
    (key,) = batch.runs
    (tmp_path / "out" / "runs" / key).mkdir()

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(worker, "_finish", never)
    assert only(batch, tmp_path / "out").state == "finished"


def test_every_table_is_kept(ask: Callable[..., Asked], tmp_path: Path) -> None:
    do(ask((0.5,)), tmp_path / "out")
    (key,) = BatchFolder(tmp_path / "out").finished()
    names = {path.stem for path in (tmp_path / "out" / "runs" / key / "tables").iterdir()}
    assert names == {table.name for table in TABLES}
    told = json.loads((tmp_path / "out" / "runs" / key / "run.json").read_text(encoding="utf-8"))["batch"]
    assert told["key"] == key
    assert told["run"]["values"] == {"rail": 0.5}
