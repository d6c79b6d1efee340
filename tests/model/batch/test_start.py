"""The folder of a batch is its own: what may go on in it, what may not, and why."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from model.batch.record import BATCH_FILE, axis_kinds, read_record
from model.batch.runs import Run
from model.batch.start import Asked, held, start
from model.batch.store import BASE
from model.errors import InputError
from model.progress import Silent
from network.network import read_network


def begin(asked: Asked, out: Path) -> list[str]:
    with held(out):
        return list(start(asked, out, Silent()).runs)


def test_a_batch_is_read_back_as_it_was_written(ask: Callable[..., Asked], tmp_path: Path) -> None:
    asked = replace(ask((0.5, 1.0), more=(Run("cut", sample=3, values={"name": "x"}),)), sections=("matrix",))
    with held(tmp_path / "out"):
        batch = start(asked, tmp_path / "out", Silent())
    assert read_record(tmp_path / "out") == batch
    assert batch.axes == {"rail": "number", "name": "text"}
    assert set(batch.titles.values()) == {"Baseline", "Both ways cut"}


def test_the_same_batch_goes_on_and_a_larger_one_grows(ask: Callable[..., Asked], tmp_path: Path) -> None:
    first = begin(ask((0.5, 1.0)), tmp_path / "out")
    created = read_record(tmp_path / "out").created
    assert begin(ask((0.5, 1.0)), tmp_path / "out") == first
    more = begin(ask((0.25, 0.5, 1.0)), tmp_path / "out")
    assert set(first) < set(more)
    assert read_record(tmp_path / "out").created == created


def test_another_batch_in_the_folder_is_refused_with_what_differs(ask: Callable[..., Asked], tmp_path: Path) -> None:
    begin(ask((0.5, 1.0)), tmp_path / "out")
    with pytest.raises(
        InputError, match=r"its runs are others. Not asked for now: baseline, rail 0.5; baseline, rail 1"
    ):
        begin(ask((0.7,)), tmp_path / "out")
    coarser = ask((0.5, 1.0))
    coarser = replace(coarser, how=replace(coarser.how, options=replace(coarser.how.options, gap=0.5)))
    with pytest.raises(InputError, match=r"is solved otherwise \(gap 0.0 there, 0.5 now\)"):
        begin(coarser, tmp_path / "out")
    by_arcs = replace(
        coarser, how=replace(coarser.how, options=replace(coarser.how.options, gap=0.0, formulation="arc"))
    )
    with pytest.raises(InputError, match=r"is solved otherwise \(formulation auto there, arc now\)"):
        begin(by_arcs, tmp_path / "out")
    with pytest.raises(InputError, match="investments search there, fixed now"):
        begin(ask((0.5, 1.0), investment="fixed"), tmp_path / "out")


def test_another_world_in_the_folder_is_refused(ask: Callable[..., Asked], small_world: Path, tmp_path: Path) -> None:
    begin(ask((0.5,)), tmp_path / "out")
    lanes = small_world / "commodities" / "lanes.csv"
    lanes.write_text(lanes.read_text(encoding="utf-8").replace("100000", "90000"), encoding="utf-8")
    asked = replace(ask((0.5,)), network=read_network(small_world))
    with pytest.raises(InputError, match="on another world"):
        begin(asked, tmp_path / "out")


def test_places_that_are_no_folder_of_a_batch_are_left_alone(ask: Callable[..., Asked], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is a file; name a folder for the batch"):
        begin(ask(), tmp_path / "file")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    with pytest.raises(InputError, match="is not empty and holds no batch, so it is left alone"):
        begin(ask(), tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_folder_that_a_killed_beginning_left_is_taken(ask: Callable[..., Asked], tmp_path: Path) -> None:
    with held(tmp_path / "out"):
        pass
    assert len(begin(ask((0.5,)), tmp_path / "out")) == 1


def test_the_base_is_searched_only_where_several_runs_begin_from_it(ask: Callable[..., Asked], tmp_path: Path) -> None:
    file = tmp_path / "given.csv"
    file.write_text("project_id,start_year\nP1,2030\n", encoding="utf-8")
    given = tuple(Run("baseline", (f"rail.factor={factor}",), portfolio=str(file)) for factor in (0.5, 1.0, 2.0))
    counts = {"portfolios": ((), given), "one": ((0.5,), given), "several": ((0.5, 1.0), given[:1])}
    for name, (factors, more) in counts.items():
        begin(ask(factors, more=more), tmp_path / name)
    assert {name: (tmp_path / name / BASE).is_dir() for name in counts} == {
        "portfolios": False, "one": False, "several": True
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "{", '{"runs": []}', "[]"])
def test_a_damaged_record_is_said_to_be_one(tmp_path: Path, text: str) -> None:
    (tmp_path / BATCH_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        read_record(tmp_path)


def test_a_folder_without_a_batch_names_those_beside_it(ask: Callable[..., Asked], tmp_path: Path) -> None:
    begin(ask((0.5,)), tmp_path / "batch-one")
    with pytest.raises(InputError, match=r"holds no batch .* Batches beside it: batch-one"):
        read_record(tmp_path / "batch-two")


def test_axes_are_numbers_only_where_all_their_values_are() -> None:
    runs = [Run("a", values={"x": 1.0, "y": 2.0}), Run("b", values={"x": "low", "z": 1})]
    assert axis_kinds(runs) == {"x": "text", "y": "number", "z": "number"}
